//! Passport data as staff type it, and as it is shown to whoever approves (A7).

use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata::model::{CountryCode, Name, Personal};
use tegata_issuer::record::PassportData;
use utoipa::ToSchema;

use crate::body::Wiped;
use crate::problem::Problem;

/// Passport-related data (旅券関係情報), as in the passport.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Passport {
    /// The romanised surname.
    #[schema(value_type = Option<String>)]
    surname: Option<Wiped>,
    /// The romanised given name.
    #[schema(value_type = Option<String>)]
    given: Option<Wiped>,
    /// The nationality: ISO 3166-1, three letters.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "JPN")]
    nationality: Wiped,
    /// The passport number.
    #[schema(value_type = String, example = "TK0000000")]
    number: Wiped,
    /// A former surname (旧姓).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    former_surname: Option<Wiped>,
    /// Another surname (別姓).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    other_surname: Option<Wiped>,
    /// An alias (別名).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    alias: Option<Wiped>,
}

impl Passport {
    pub(super) fn read(&self) -> Result<PassportData, Problem> {
        let nationality = CountryCode::parse(&self.nationality);
        let nationality = nationality.ok_or_else(|| Problem::of_field(Code::BodyMalformed, "passport.nationality"))?;
        Ok(PassportData {
            romanised: Name { surname: personal(self.surname.as_ref()), given: personal(self.given.as_ref()) },
            nationality: Personal::new(nationality),
            number: Personal::new(self.number.to_string()),
            former_surname: personal(self.former_surname.as_ref()),
            other_surname: personal(self.other_surname.as_ref()),
            alias: personal(self.alias.as_ref()),
        })
    }

    pub(super) fn of(data: &PassportData) -> Self {
        Self {
            surname: shown(data.romanised.surname.as_ref()),
            given: shown(data.romanised.given.as_ref()),
            nationality: Wiped::new(data.nationality.expose().alpha3().to_owned()),
            number: Wiped::new(data.number.expose().clone()),
            former_surname: shown(data.former_surname.as_ref()),
            other_surname: shown(data.other_surname.as_ref()),
            alias: shown(data.alias.as_ref()),
        }
    }
}

fn personal(text: Option<&Wiped>) -> Option<Personal<String>> {
    text.map(|text| Personal::new(text.to_string()))
}

fn shown(text: Option<&Personal<String>>) -> Option<Wiped> {
    text.map(|text| Wiped::new(text.expose().clone()))
}
