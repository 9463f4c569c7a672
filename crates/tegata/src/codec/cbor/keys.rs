//! Keys of maps by their value: telling whether a map holds one twice, and finding values.

use super::{Bytes, CborError, CborErrorKind};

/// Up to so many keys are compared one by one on the stack; more are sorted. Certificates' maps
/// have about ten keys, and comparing a hostile map's keys one by one would take quadratic time.
pub(super) const FEW: usize = 16;

/// A short key in one word: an integer whose argument has at most 56 bits, or a text of at most
/// seven bytes. That is nearly every key of a certificate, and words are quick to compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packed(u64);

impl Packed {
    /// What no key is.
    pub(super) const NONE: Self = Self(u64::MAX);

    /// What the uppermost byte says: an integer of either sign, or a text, plus its length.
    const UNSIGNED: u64 = 0;
    const NEGATIVE: u64 = 1;
    const TEXT: u64 = 2;
    const SHIFT: u32 = 56;

    #[inline]
    pub(super) const fn unsigned(argument: u64) -> Option<Self> {
        Self::integer(Self::UNSIGNED, argument)
    }

    /// The argument `n` stands for −1 − n.
    #[inline]
    pub(super) const fn negative(argument: u64) -> Option<Self> {
        Self::integer(Self::NEGATIVE, argument)
    }

    /// An integer of either sign.
    #[inline]
    pub(super) const fn int(value: i64) -> Option<Self> {
        // The complement of a negative number is −1 − value, the argument that CBOR wants.
        if value < 0 { Self::negative((!value).unsigned_abs()) } else { Self::unsigned(value.unsigned_abs()) }
    }

    #[inline]
    pub(super) fn text(text: &[u8]) -> Option<Self> {
        let len = u64::try_from(text.len()).ok().filter(|&len| len < 8)?;
        let content = text.iter().fold(0, |packed, &byte| packed << 8 | u64::from(byte));
        Some(Self((Self::TEXT + len) << Self::SHIFT | content))
    }

    #[inline]
    const fn integer(kind: u64, argument: u64) -> Option<Self> {
        if argument >> Self::SHIFT == 0 { Some(Self(kind << Self::SHIFT | argument)) } else { None }
    }
}

/// A map key by its value: equal for every encoding of the same integer or text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    Packed(Packed),
    Unsigned(u64),
    /// The argument `n` that stands for −1 − n.
    Negative(u64),
    Text(Bytes<'a>),
}

impl<'a> Key<'a> {
    #[inline]
    pub(super) fn unsigned(argument: u64) -> Self {
        Packed::unsigned(argument).map_or(Self::Unsigned(argument), Self::Packed)
    }

    #[inline]
    pub(super) fn negative(argument: u64) -> Self {
        Packed::negative(argument).map_or(Self::Negative(argument), Self::Packed)
    }

    /// A text that may be an integer as JSON writes it is left to a build that reads long keys.
    #[cfg(not(feature = "outcomes"))]
    #[inline]
    pub(super) fn text(text: Bytes<'a>) -> Self {
        match *text {
            [b'-' | b'0'..=b'9', ..] => Self::Text(text),
            _ => Packed::text(&text).map_or(Self::Text(text), Self::Packed),
        }
    }

    /// Text that is an integer as JSON writes it counts as that integer, because the JSON form of
    /// the map could not tell the two apart.
    #[cfg(feature = "outcomes")]
    #[inline]
    pub(super) fn text(text: Bytes<'a>) -> Self {
        if let Some(b'-' | b'0'..=b'9') = text.first()
            && let Some(key) = decimal(&text)
        {
            return key;
        }
        Packed::text(&text).map_or(Self::Text(text), Self::Packed)
    }
}

/// The integer that a text spells as JSON would.
#[cfg(feature = "outcomes")]
fn decimal(text: &[u8]) -> Option<Key<'static>> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
    match text {
        [b'0'..=b'9'] | [b'1'..=b'9', ..] => {
            let append = |number: u64, byte| number.checked_mul(10)?.checked_add(digit(byte)?);
            text.iter().try_fold(0, append).map(Key::unsigned)
        }
        [b'-', first @ b'1'..=b'9', rest @ ..] => {
            // Of the number less one, so that the least integer of CBOR, −2⁶⁴, fits.
            let append = |number: u64, byte| number.checked_mul(10)?.checked_add(9 + digit(byte)?);
            rest.iter().try_fold(u64::from(first - b'1'), append).map(Key::negative)
        }
        _ => None,
    }
}

/// The keys of one map as they are read.
pub(super) struct Keys<'a> {
    few: [Packed; FEW],
    count: usize,
    #[cfg(not(feature = "outcomes"))]
    more: core::marker::PhantomData<&'a ()>,
    /// The keys after the first few, and the long ones, each with its offset. A build that tells little leaves maps that
    /// have such to others.
    #[cfg(feature = "outcomes")]
    more: Vec<(Key<'a>, usize)>,
}

impl<'a> Keys<'a> {
    #[inline]
    pub(super) const fn new() -> Self {
        #[cfg(feature = "outcomes")]
        let more = Vec::new();
        #[cfg(not(feature = "outcomes"))]
        let more = core::marker::PhantomData;
        Self { few: [Packed::NONE; FEW], count: 0, more }
    }

    /// Takes note of a key that starts at `offset`.
    #[inline]
    pub(super) fn insert(&mut self, key: Key<'a>, offset: usize) -> Result<(), CborError> {
        let Key::Packed(key) = key else { return self.insert_more(key, offset) };
        let (taken, free) = self.few.split_at_mut(self.count.min(FEW));
        let Some(slot) = free.first_mut() else { return self.insert_more(Key::Packed(key), offset) };
        if taken.contains(&key) {
            return Err(CborError::new(CborErrorKind::DuplicateKey, offset));
        }
        *slot = key;
        self.count += 1;
        Ok(())
    }

    #[cfg(feature = "outcomes")]
    fn insert_more(&mut self, key: Key<'a>, offset: usize) -> Result<(), CborError> {
        self.more.push((key, offset));
        Ok(())
    }

    #[cfg(not(feature = "outcomes"))]
    const fn insert_more(&mut self, _: Key<'a>, offset: usize) -> Result<(), CborError> {
        Err(CborError::new(CborErrorKind::Untold, offset))
    }

    /// Ends the map.
    #[cfg(not(feature = "outcomes"))]
    pub(super) const fn finish(self) -> Result<(), CborError> {
        Ok(())
    }

    /// Ends the map.
    #[cfg(feature = "outcomes")]
    #[inline]
    pub(super) fn finish(self) -> Result<(), CborError> {
        if self.more.is_empty() { Ok(()) } else { self.finish_many() }
    }

    #[cfg(feature = "outcomes")]
    #[cold]
    fn finish_many(mut self) -> Result<(), CborError> {
        // They differ from one another, so their offsets are never told.
        let few = self.few.into_iter().take(self.count).map(|key| (Key::Packed(key), 0));
        self.more.extend(few);
        self.more.sort_unstable();
        let mut pairs = self.more.iter().zip(self.more.iter().skip(1));
        match pairs.find(|((former, _), (latter, _))| former == latter) {
            Some((_, &(_, offset))) => Err(CborError::new(CborErrorKind::DuplicateKey, offset)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_to_the_ends_of_their_range() {
        let max = i128::from(u64::MAX);
        let numbers = [0, 1, 9, 10, 11, 99, 100, 12_345, max / 10, max - 1, max, max + 1, max + 2, max * 10];
        for number in numbers.into_iter().flat_map(|number| [number, -number]) {
            let expected = match (u64::try_from(number), u64::try_from(-1 - number)) {
                (Ok(number), _) => Some(Key::unsigned(number)),
                (_, Ok(less_one)) => Some(Key::negative(less_one)),
                _ => None,
            };
            assert!(decimal(number.to_string().as_bytes()) == expected, "{number}");
        }
        for text in ["", "-", "-0", "00", "01", "-01", "+1", "1a", "-1-", " 1", "1.0", "１"] {
            assert!(decimal(text.as_bytes()).is_none(), "{text}");
        }
    }
}
