//! The head of a data item: major type and argument (RFC 8949 §3).

use super::CborErrorKind;

/// The additional information that stands for an indefinite length or, in major type 7, "break".
const INDEFINITE: u8 = 31;

/// The eight major types (RFC 8949 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

impl Major {
    const fn of(initial: u8) -> Self {
        match initial >> 5 {
            0 => Self::Unsigned,
            1 => Self::Negative,
            2 => Self::Bytes,
            3 => Self::Text,
            4 => Self::Array,
            5 => Self::Map,
            6 => Self::Tag,
            _ => Self::Simple,
        }
    }

    /// The number of the type, the first three bits of a head.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Unsigned => 0,
            Self::Negative => 1,
            Self::Bytes => 2,
            Self::Text => 3,
            Self::Array => 4,
            Self::Map => 5,
            Self::Tag => 6,
            Self::Simple => 7,
        }
    }

    const fn initial(self) -> u8 {
        self.number() << 5
    }
}

/// A head as read. In major type 7 the argument is the simple value or the bits of the float.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) major: Major,
    info: u8,
    argument: u64,
}

impl Head {
    /// Reads a head and what follows it.
    #[inline]
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), CborErrorKind> {
        let (&initial, rest) = bytes.split_first().ok_or(CborErrorKind::Truncated)?;
        let (major, info) = (Major::of(initial), initial & 0x1f);
        let (argument, rest) = match info {
            0..=23 => (u64::from(info), rest),
            24 => take::<1>(rest).map(|(&[byte], rest)| (u64::from(byte), rest))?,
            25 => take::<2>(rest).map(|(&bytes, rest)| (u64::from(u16::from_be_bytes(bytes)), rest))?,
            26 => take::<4>(rest).map(|(&bytes, rest)| (u64::from(u32::from_be_bytes(bytes)), rest))?,
            27 => take::<8>(rest).map(|(&bytes, rest)| (u64::from_be_bytes(bytes), rest))?,
            // No known issuer sends them; a build that tells little leaves them to others.
            #[cfg(feature = "outcomes")]
            INDEFINITE if !matches!(major, Major::Unsigned | Major::Negative | Major::Tag) => (0, rest),
            _ => return Err(CborErrorKind::Malformed),
        };
        // A simple value below 32 has only its one-byte form (RFC 8949 §3.3).
        if major == Major::Simple && info == 24 && argument < 32 {
            return Err(CborErrorKind::Malformed);
        }
        Ok((Self { major, info, argument }, rest))
    }

    /// The argument: the integer's value, the tag's number, or a count; `None` for an indefinite
    /// length and for "break".
    pub(super) const fn argument(self) -> Option<u64> {
        #[cfg(not(feature = "outcomes"))]
        return Some(self.argument);
        #[cfg(feature = "outcomes")]
        if self.info == INDEFINITE { None } else { Some(self.argument) }
    }

    /// The stop code of indefinite lengths (RFC 8949 §3.2.1).
    pub(super) const fn is_break(self) -> bool {
        cfg!(feature = "outcomes") && matches!(self.major, Major::Simple) && self.info == INDEFINITE
    }

    /// The width in bits of a float (RFC 8949 §3.3); `None` for other simple values.
    pub(super) const fn float_width(self) -> Option<u8> {
        match (self.major, self.info) {
            (Major::Simple, 25) => Some(16),
            (Major::Simple, 26) => Some(32),
            (Major::Simple, 27) => Some(64),
            _ => None,
        }
    }
}

#[inline]
fn take<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), CborErrorKind> {
    bytes.split_first_chunk().ok_or(CborErrorKind::Truncated)
}

/// The shortest encoding of a head (RFC 8949 §4.2.1), without the heap.
#[derive(Clone, Copy)]
pub(crate) struct HeadBytes {
    bytes: [u8; 9],
    len: usize,
}

impl HeadBytes {
    pub(crate) fn new(major: Major, argument: u64) -> Self {
        // What of the argument's bytes is written, and what says so.
        let (info, width) = match argument {
            0..24 => (u8::try_from(argument).unwrap_or_default(), 0),
            24..=0xff => (24, 1),
            0x100..=0xffff => (25, 2),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 8),
        };
        let mut bytes = [0; 9];
        let (initial, rest) = bytes.split_at_mut(1);
        initial.fill(major.initial() | info);
        for (to, from) in rest.iter_mut().zip(argument.to_be_bytes().into_iter().skip(8 - width)) {
            *to = from;
        }
        Self { bytes, len: 1 + width }
    }

    /// For a length in memory.
    pub(crate) fn of_len(major: Major, len: usize) -> Self {
        // No supported target has lengths wider than 64 bits.
        Self::new(major, u64::try_from(len).unwrap_or(u64::MAX))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
