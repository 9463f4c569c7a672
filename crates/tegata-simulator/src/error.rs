//! What can keep a card from being made.

use core::fmt;

/// Why a hierarchy or a card was not made or not changed. No value of the request is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The name or the address is empty, longer than 255 bytes, or holds control characters.
    Text,
    /// The individual number is not twelve digits with the right check digit.
    Number,
    /// The date of birth lies before the Meiji era (25 January 1868), so there is no code B.
    BirthDate,
    /// The PIN is not four digits.
    Pin,
    /// The security code is not four digits.
    SecurityCode,
    /// The municipality code is not six digits, of which the last is the check digit of the others.
    MunicipalityCode,
    /// A key could not be made or could not sign.
    Key,
    /// A picture could not be drawn.
    Picture,
    /// A file grew beyond what its offset table or a length can say.
    FileLength,
    /// The card has no such file.
    NoSuchFile,
    /// The position to be tampered with lies outside the file.
    OutsideFile,
}

impl fmt::Display for SimulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "name and address need 1 to 255 bytes without control characters",
            Self::Number => "the individual number needs twelve digits with the right check digit",
            Self::BirthDate => "the date of birth lies before the Meiji era",
            Self::Pin => "the PIN needs four digits",
            Self::SecurityCode => "the security code needs four digits",
            Self::MunicipalityCode => "the municipality code needs six digits with the right check digit",
            Self::Key => "a key could not be made or could not sign",
            Self::Picture => "a picture could not be drawn",
            Self::FileLength => "a file is longer than its lengths can say",
            Self::NoSuchFile => "the card has no such file",
            Self::OutsideFile => "the position lies outside the file",
        })
    }
}

impl core::error::Error for SimulatorError {}
