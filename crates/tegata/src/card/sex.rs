//! Sex as the card's register codes it.

use core::fmt;

use zeroize::Zeroize;

/// The digit of JIS X 0303 (ISO/IEC 5218). Personal data: `Debug` prints the type alone.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Sex {
    /// 0: not known.
    #[default]
    Unknown,
    /// 1.
    Male,
    /// 2.
    Female,
    /// 9.
    NotApplicable,
}

impl Sex {
    /// From the ASCII digit on the card.
    #[must_use]
    pub const fn from_digit(digit: u8) -> Option<Self> {
        match digit {
            b'0' => Some(Self::Unknown),
            b'1' => Some(Self::Male),
            b'2' => Some(Self::Female),
            b'9' => Some(Self::NotApplicable),
            _ => None,
        }
    }

    /// The word every surface uses: `unknown`, `male`, `female`, `not-applicable`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Male => "male",
            Self::Female => "female",
            Self::NotApplicable => "not-applicable",
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
        let mut cleared = 0;
        cleared.zeroize();
        *self = Self::from_digit(b'0' + cleared).unwrap_or_default();
    }
}
