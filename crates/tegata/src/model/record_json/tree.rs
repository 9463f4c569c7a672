//! Objects that give out their fields one by one.

pub(super) use crate::codec::json_tree::Json;
use crate::model::RecordError;
use crate::model::error::{Fault, RecordErrorKind};

/// An object of which every member is known to be expected, and none is repeated.
pub(super) struct Object {
    path: String,
    members: Vec<(String, Json)>,
}

impl Object {
    pub(super) fn read(json: Json, path: String, known: &[&str]) -> Result<Self, RecordError> {
        let Json::Object(members) = json else { return Err(WRONG_OBJECT.at(path)) };
        for (index, (name, _)) in members.iter().enumerate() {
            let Some(name) = known.iter().find(|known| *known == name) else {
                let kind = RecordErrorKind::UnknownField { member: index + 1 };
                return Err(Fault { kind, reason: "holds a field that is not known" }.at(path));
            };
            if members.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(REPEATED.at(join(&path, name)));
            }
        }
        Ok(Self { path, members })
    }

    /// The path of a field of this object.
    pub(super) fn field(&self, name: &'static str) -> String {
        join(&self.path, name)
    }

    /// Takes a member out; `null` counts as absent.
    fn take(&mut self, name: &'static str) -> Option<Json> {
        let index = self.members.iter().position(|(member, _)| member == name)?;
        match self.members.swap_remove(index).1 {
            Json::Null => None,
            value => Some(value),
        }
    }

    fn require(&mut self, name: &'static str) -> Result<Json, RecordError> {
        self.take(name).ok_or_else(|| Fault::MISSING.at(self.field(name)))
    }

    pub(super) fn optional_text(&mut self, name: &'static str) -> Result<Option<String>, RecordError> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(WRONG_TEXT.at(self.field(name))),
        }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<String, RecordError> {
        self.optional_text(name)?.ok_or_else(|| Fault::MISSING.at(self.field(name)))
    }

    /// A whole number from 0 to 255.
    pub(super) fn small_number(&mut self, name: &'static str) -> Result<Option<u8>, RecordError> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Integer(number)) => {
                u8::try_from(number).map(Some).map_err(|_| OUT_OF_RANGE.at(self.field(name)))
            }
            Some(_) => Err(WRONG_NUMBER.at(self.field(name))),
        }
    }

    pub(super) fn optional_object(&mut self, name: &'static str, known: &[&str]) -> Result<Option<Self>, RecordError> {
        self.take(name).map(|json| Self::read(json, self.field(name), known)).transpose()
    }

    pub(super) fn object(&mut self, name: &'static str, known: &[&str]) -> Result<Self, RecordError> {
        Self::read(self.require(name)?, self.field(name), known)
    }

    pub(super) fn objects(&mut self, name: &'static str, known: &[&str]) -> Result<Vec<Self>, RecordError> {
        let Json::Array(items) = self.require(name)? else { return Err(WRONG_ARRAY.at(self.field(name))) };
        let path = self.field(name);
        items.into_iter().enumerate().map(|(index, item)| Self::read(item, format!("{path}[{index}]"), known)).collect()
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

const fn wrong_type(reason: &'static str) -> Fault {
    Fault { kind: RecordErrorKind::WrongType, reason }
}

const WRONG_TEXT: Fault = wrong_type("is not a text");
const WRONG_NUMBER: Fault = wrong_type("is not a whole number");
const WRONG_OBJECT: Fault = wrong_type("is not an object");
const WRONG_ARRAY: Fault = wrong_type("is not an array");
const OUT_OF_RANGE: Fault = Fault::invalid("is not a number from 1 to 255");
const REPEATED: Fault = Fault { kind: RecordErrorKind::DuplicateField, reason: "stands in the record twice" };
