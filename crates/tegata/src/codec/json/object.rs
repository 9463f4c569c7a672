//! Writing JSON by hand, in a fixed order.

use super::super::digits::{write_signed, write_unsigned};
use super::write_json_string;

/// A JSON object that is being written, member by member.
///
/// Names are not compared: who writes one twice gets it twice.
///
/// ```
/// use tegata::codec::json::Object;
///
/// let mut out = String::new();
/// let mut object = Object::begin(&mut out);
/// object.string("status", "accepted");
/// object.integer("expires", None);
/// object.end();
/// assert_eq!(out, r#"{"status":"accepted","expires":null}"#);
/// ```
#[derive(Debug)]
pub struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    /// Begins an object behind what was written.
    pub fn begin(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// The members alone, for an object whose braces the caller writes; not to be ended.
    pub fn members(out: &'o mut String) -> Self {
        Self { out, empty: true }
    }

    /// Ends the object.
    pub fn end(self) {
        self.out.push('}');
    }

    /// Writes a member's name and hands out the place for its value.
    pub fn member(&mut self, name: &str) -> &mut String {
        if !core::mem::replace(&mut self.empty, false) {
            self.out.push(',');
        }
        write_json_string(name, self.out);
        self.out.push(':');
        self.out
    }

    /// Writes a text, or null.
    pub fn string<'v>(&mut self, name: &str, value: impl Into<Option<&'v str>>) {
        let out = self.member(name);
        match value.into() {
            Some(value) => write_json_string(value, out),
            None => out.push_str("null"),
        }
    }

    /// Writes an integer, or null.
    pub fn integer(&mut self, name: &str, value: impl Into<Option<i64>>) {
        let out = self.member(name);
        match value.into() {
            Some(value) => write_signed(value, out),
            None => out.push_str("null"),
        }
    }

    /// Writes an integer that is not negative.
    pub fn unsigned(&mut self, name: &str, value: u64) {
        write_unsigned(value, self.member(name));
    }

    /// Writes true, false or null.
    pub fn boolean(&mut self, name: &str, value: impl Into<Option<bool>>) {
        self.member(name).push_str(match value.into() {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        });
    }
}

/// Appends a JSON array, each of its elements written by `write`.
pub fn write_array<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_json() {
        let mut out = String::from("[1,");
        let mut object = Object::begin(&mut out);
        object.string("a\"", "b\n");
        object.string("c", None);
        object.integer("d", i64::MIN);
        object.unsigned("e", u64::MAX);
        object.boolean("f", true);
        object.boolean("g", None);
        write_array(object.member("h"), [1, 2], |out, value| write_signed(value, out));
        Object::begin(object.member("i")).end();
        object.end();
        out.push(']');
        let text = r#"[1,{"a\"":"b\n","c":null,"d":-9223372036854775808,"e":18446744073709551615,"f":true,"g":null,"h":[1,2],"i":{}}]"#;
        assert_eq!(out, text);
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
    }
}
