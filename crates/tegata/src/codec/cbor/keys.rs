//! Telling whether a map holds a key twice.

use std::borrow::Cow;

use super::{CborError, CborErrorKind};

/// Up to so many keys are compared one by one on the stack; more are sorted. Certificates' maps
/// have about ten keys, and comparing a hostile map's keys one by one would take quadratic time.
const FEW: usize = 16;

/// A map key by its value: equal for every encoding of the same integer or text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    Unsigned(u64),
    /// The argument `n` that stands for −1 − n.
    Negative(u64),
    /// Up to seven bytes of text and their number, packed: nearly every key of a certificate, and
    /// quicker to compare than slices are.
    Short(u64),
    Text(Cow<'a, [u8]>),
}

impl<'a> Key<'a> {
    pub(super) fn unsigned(argument: u64) -> Self {
        Self::Unsigned(argument)
    }

    pub(super) fn negative(argument: u64) -> Self {
        Self::Negative(argument)
    }

    /// Text that is an integer as JSON writes it counts as that integer, because the JSON form of
    /// the map could not tell the two apart.
    pub(super) fn text(text: Cow<'a, [u8]>) -> Self {
        match decimal(&text).or_else(|| short(&text)) {
            Some(key) => key,
            None => Self::Text(text),
        }
    }
}

/// The integer that a text spells as JSON would.
fn decimal(text: &[u8]) -> Option<Key<'static>> {
    match text {
        [b'0'..=b'9'] | [b'1'..=b'9', ..] => core::str::from_utf8(text).ok()?.parse().ok().map(Key::Unsigned),
        [b'-', magnitude @ ..] if matches!(magnitude, [b'1'..=b'9', ..]) => {
            // Wide enough for −2⁶⁴, the least integer of CBOR.
            let magnitude: u128 = core::str::from_utf8(magnitude).ok()?.parse().ok()?;
            u64::try_from(magnitude - 1).ok().map(Key::Negative)
        }
        _ => None,
    }
}

fn short(text: &[u8]) -> Option<Key<'static>> {
    let len = u64::try_from(text.len()).ok().filter(|&len| len < 8)?;
    Some(Key::Short(text.iter().fold(len, |packed, &byte| packed << 8 | u64::from(byte))))
}

/// The keys of one map as they are read.
pub(super) struct Keys<'a> {
    few: [Option<Key<'a>>; FEW],
    count: usize,
    /// The keys after the first few, each with its offset.
    more: Vec<(Key<'a>, usize)>,
}

impl<'a> Keys<'a> {
    pub(super) const fn new() -> Self {
        Self { few: [const { None }; FEW], count: 0, more: Vec::new() }
    }

    /// Takes note of a key that starts at `offset`.
    pub(super) fn insert(&mut self, key: Key<'a>, offset: usize) -> Result<(), CborError> {
        let (taken, free) = self.few.split_at_mut(self.count.min(FEW));
        let Some(slot) = free.first_mut() else {
            self.more.push((key, offset));
            return Ok(());
        };
        if taken.iter().flatten().any(|earlier| *earlier == key) {
            return Err(CborError::new(CborErrorKind::DuplicateKey, offset));
        }
        *slot = Some(key);
        self.count += 1;
        Ok(())
    }

    /// Ends the map.
    pub(super) fn finish(mut self) -> Result<(), CborError> {
        if self.more.is_empty() {
            return Ok(());
        }
        // They come first in the map and differ from one another, so their offsets are never told.
        self.more.extend(self.few.into_iter().flatten().map(|key| (key, 0)));
        self.more.sort_unstable();
        let mut pairs = self.more.iter().zip(self.more.iter().skip(1));
        match pairs.find(|((former, _), (latter, _))| former == latter) {
            Some((_, &(_, offset))) => Err(CborError::new(CborErrorKind::DuplicateKey, offset)),
            None => Ok(()),
        }
    }
}
