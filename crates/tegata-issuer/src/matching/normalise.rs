//! The form in which names are compared.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Brings a text into the form in which it is compared: NFKC, without spaces, Latin letters small.
///
/// NFKC would also replace compatibility ideographs (U+F900 to U+FAFF, U+2F800 to U+2FA1F) by the characters they are
/// variants of (`﨑` stays, but `神` U+FA19 would become `神` U+795E). Those are differences that a person must see, so
/// that they stay as they are; [`variants`](super::variants) knows them.
#[must_use]
pub fn normalise(text: &str) -> Zeroizing<String> {
    // Room for what grows: `㈱` becomes three characters, `㍿` four.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 4));
    let mut rest = text;
    while !rest.is_empty() {
        // Runs between compatibility ideographs, so that marks and half-width sound marks still join.
        let run = rest.find(is_compatibility_ideograph).unwrap_or(rest.len());
        let (plain, behind) = rest.split_at(run);
        for character in plain.nfkc() {
            push(&mut out, character);
        }
        let mut characters = behind.chars();
        if let Some(kept) = characters.next() {
            push(&mut out, kept);
        }
        rest = characters.as_str();
    }
    out
}

fn push(out: &mut String, character: char) {
    if !character.is_whitespace() {
        out.extend(character.to_lowercase());
    }
}

pub(super) const fn is_compatibility_ideograph(character: char) -> bool {
    matches!(character, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}
