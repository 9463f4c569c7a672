//! What a machine-readable zone says.

use core::fmt;

use zeroize::Zeroize;

use super::error::{Field, MrzError};
use super::{StateCode, td1, td3, text};
use crate::model::{BirthDate, Name, Personal};
use crate::time::Date;

/// A passport or an identity card as its machine-readable zone describes it. Nothing of it is proven: see the
/// [module](super).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TravelDocument {
    /// The size and layout.
    pub format: Format,
    /// One or two letters: `P` for passports, `PD` for diplomatic ones and so on; `A`, `C` or `I` and perhaps another
    /// letter for cards.
    pub document_code: String,
    /// Who issued it.
    pub issuing_state: StateCode,
    /// The document number without the fillers behind it; long ones of TD1 cards are put together.
    pub number: Personal<String>,
    /// The name in the letters `A` to `Z`; components are parted by spaces.
    pub name: Name,
    /// Whether the name fills its field, so that the end of it may be missing.
    pub name_may_be_truncated: bool,
    /// The nationality.
    pub nationality: Personal<StateCode>,
    /// The date of birth, as far as it is known.
    pub birth_date: Option<Personal<BirthDate>>,
    /// The sex.
    pub sex: Sex,
    /// The last day on which the document is valid; `None` where it does not expire.
    pub expiry_date: Option<Date>,
    /// The personal number of a passport, or the first of a card's two fields of optional data, without fillers behind
    /// it. Empty where there is none.
    pub optional_data: Personal<String>,
    /// A card's second field of optional data; empty in passports.
    pub more_optional_data: Personal<String>,
}

/// Size and layout of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Three lines of 30 characters: cards (Doc 9303-5).
    Td1,
    /// Two lines of 44 characters: passports (Doc 9303-4).
    Td3,
}

/// The sex as it is written. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `F`
    Female,
    /// `M`
    Male,
    /// `<`
    Unspecified,
}

impl TravelDocument {
    /// Reads the text of a passport or an identity card.
    ///
    /// Years have two digits. The reference, normally today, tells the century: a birth lies in the latest in which it
    /// is not after the reference, so a person of a hundred years or more comes out a hundred years younger; an
    /// expiry lies between 50 years before and 49 years after it.
    ///
    /// # Errors
    /// [`MrzError`]. Check digits are verified before anything is read, so that an error of reading is called that.
    pub fn parse(text: &str, reference: Date) -> Result<Self, MrzError> {
        let characters = text::characters(text)?;
        match characters.len() {
            td1::LENGTH => td1::read(&characters, reference),
            td3::LENGTH => td3::read(&characters, reference),
            _ => Err(MrzError::WrongLength),
        }
    }
}

impl Sex {
    pub(super) const fn read(character: u8) -> Result<Self, MrzError> {
        match character {
            b'F' => Ok(Self::Female),
            b'M' => Ok(Self::Male),
            text::FILLER => Ok(Self::Unspecified),
            _ => Err(MrzError::InvalidValue(Field::Sex)),
        }
    }

    pub(super) const fn character(self) -> char {
        match self {
            Self::Female => 'F',
            Self::Male => 'M',
            Self::Unspecified => '<',
        }
    }
}

impl fmt::Debug for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sex(..)")
    }
}

impl Zeroize for Sex {
    fn zeroize(&mut self) {
        *self = Self::Unspecified;
    }
}

/// One or two letters.
pub(super) fn document_code(field: &[u8]) -> Result<String, MrzError> {
    match field {
        [b'A'..=b'Z', text::FILLER | b'A'..=b'Z'] => Ok(text::trimmed(field)),
        _ => Err(MrzError::InvalidValue(Field::DocumentCode)),
    }
}
