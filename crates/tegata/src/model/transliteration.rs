//! Latin names as the machine-readable zone of a passport writes them: ICAO Doc 9303-3 §4.6 and §6.
//!
//! The result holds only `A` to `Z` and the filler `<`. Characters of other scripts are an error:
//! a romanised form of a kanji or kana name is never guessed.

/// A character has no transliteration: it is of another script, a digit or a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLatin;

impl core::fmt::Display for NotLatin {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the name holds a character without a transliteration")
    }
}

impl core::error::Error for NotLatin {}

/// Transliterates one part of a name, surname or given names.
///
/// Apostrophes and full stops vanish; spaces, hyphens and commas become one filler between the
/// components. Precomposed and combining diacritics come out alike, full-width letters as ASCII.
///
/// # Errors
/// [`NotLatin`] at a character that has no transliteration, and for a name without a letter.
pub fn transliterate(name: &str) -> Result<String, NotLatin> {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '´' | '`' | '.' | '．' | '＇' => {}
            ' ' | '-' | ',' | '<' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{3000}' | '，' | '－' => {
                if !out.is_empty() && !out.ends_with('<') {
                    out.push('<');
                }
            }
            '\u{300}'..='\u{36f}' => combine(&mut out, character),
            _ => out.push_str(letters(character).ok_or(NotLatin)?),
        }
    }
    if out.ends_with('<') {
        out.pop();
    }
    if out.is_empty() { Err(NotLatin) } else { Ok(out) }
}

/// Applies a combining mark to the letter written last, as its precomposed form would come out.
fn combine(out: &mut String, mark: char) {
    match (out.chars().next_back(), mark) {
        (Some('A' | 'O' | 'U'), '\u{308}') => out.push('E'),
        (Some('A'), '\u{30a}') => out.push('A'),
        _ => {}
    }
}

/// What stands for a letter, small or capital.
fn letters(character: char) -> Option<&'static str> {
    Some(match character {
        'Ä' | 'ä' | 'Æ' | 'æ' | 'Ǽ' | 'ǽ' | 'Ǣ' | 'ǣ' | 'Ǟ' | 'ǟ' => "AE",
        'Å' | 'å' | 'Ǻ' | 'ǻ' => "AA",
        'Ö' | 'ö' | 'Ø' | 'ø' | 'Œ' | 'œ' | 'Ǿ' | 'ǿ' | 'Ȫ' | 'ȫ' => "OE",
        'Ü' | 'ü' | 'Ǖ' | 'ǖ' | 'Ǘ' | 'ǘ' | 'Ǚ' | 'ǚ' | 'Ǜ' | 'ǜ' => "UE",
        'ß' | 'ẞ' => "SS",
        'Þ' | 'þ' => "TH",
        'Ĳ' | 'ĳ' => "IJ",
        _ => base_letter(character)?,
    })
}

/// The letter under the diacritic.
fn base_letter(character: char) -> Option<&'static str> {
    const LATIN: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let code = u32::from(character);
    let (bases, first) = match code {
        0x41..=0x5a => (LATIN, 0x41),
        0x61..=0x7a => (LATIN, 0x61),
        0xff21..=0xff3a => (LATIN, 0xff21),
        0xff41..=0xff5a => (LATIN, 0xff41),
        0xc0..=0x17f => (LATIN_1_AND_EXTENDED_A, 0xc0),
        0x1a0..=0x24f => (LATIN_EXTENDED_B, 0x1a0),
        0x1e00..=0x1eff => (LATIN_EXTENDED_ADDITIONAL, 0x1e00),
        _ => return None,
    };
    let index = usize::try_from(code - first).ok()?;
    bases.get(index..=index).filter(|letter| *letter != "?")
}

// The base letter of each code point in order; `?` for what is no letter or stands in `letters`.
/// U+00C0 to U+017F.
const LATIN_1_AND_EXTENDED_A: &str = "\
    AAAA?A?CEEEEIIIIDNOOOO???UUUUY??AAAA?A?CEEEEIIIIDNOOOO???UUUUY?Y\
    AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII??JJKKQLLLLLLLLLLNNNNNNNNNOOOOOO??RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
/// U+01A0 to U+024F.
const LATIN_EXTENDED_B: &str = "\
    OO?????????????UU????????????????????????????AAIIOOUUUUUUUUUU?AAAA????GGKKOOOO??J???GG??NNAA????AAAAEEEEIIIIOOOO\
    RRRRUUUUSSTT??HH??????AAEEOOOOOOOOYY????????????????????????????";
/// U+1E00 to U+1EFF.
const LATIN_EXTENDED_ADDITIONAL: &str = "\
    AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMMMMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTT\
    UUUUUUUUUUVVVVWWWWWWWWWWXXXXYYZZZZZZHTWYAS????AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEEEEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOO\
    UUUUUUUUUUUUUUYYYYYYYY??????";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("TEGATA", "TEGATA"),
            ("Musterfrau-Gößinger", "MUSTERFRAU<GOESSINGER"),
            ("d'Červenková Panklová", "DCERVENKOVA<PANKLOVA"),
            ("Jiřina-Maria Alena", "JIRINA<MARIA<ALENA"),
            ("Åse Ærø Þórður Ðóra", "AASE<AEROE<THORDUR<DORA"),
            ("Nuñez, Łukasz", "NUNEZ<LUKASZ"),
            ("Nguyễn Thị Ơ", "NGUYEN<THI<O"),
            ("İpek Şahin Iğdır", "IPEK<SAHIN<IGDIR"),
            ("ＴＥＧＡＴＡ　ｈａｎａｋｏ", "TEGATA<HANAKO"),
            ("  O’Neil  Jr. ", "ONEIL<JR"),
            ("Ĳsbrand Ŋ ĸ Œuvre", "IJSBRAND<N<Q<OEUVRE"),
            ("Mu\u{308}ller A\u{30a}sa n\u{303}", "MUELLER<AASA<N"),
            ("Țepeș", "TEPES"),
        ] {
            assert_eq!(transliterate(name).as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for name in
            ["手形", "テガタ", "てがた", "Иван", "Γιώργος", "محمد", "TEGATA2", "A×B", "A÷B", "", " ", "'", "\u{301}"]
        {
            assert_eq!(transliterate(name), Err(NotLatin), "{name}");
        }
    }

    #[test]
    fn every_letter_of_latin_1_and_extended_a_has_one() {
        let letters = (0xc0..=0x17f_u32).filter_map(char::from_u32).filter(|letter| !matches!(letter, '×' | '÷'));
        for letter in letters {
            assert!(transliterate(&letter.to_string()).is_ok(), "{letter}");
        }
        assert_eq!(LATIN_1_AND_EXTENDED_A.len(), 0x180 - 0xc0);
        assert_eq!(LATIN_EXTENDED_B.len(), 0x250 - 0x1a0);
        assert_eq!(LATIN_EXTENDED_ADDITIONAL.len(), 0x1f00 - 0x1e00);
    }

    proptest! {
        #[test]
        fn only_capitals_and_single_fillers_inside(name in "\\PC{0,20}|[A-Za-zÀ-ž '\\-,.]{0,20}") {
            if let Ok(out) = transliterate(&name) {
                prop_assert!(out.chars().all(|letter| letter.is_ascii_uppercase() || letter == '<'));
                prop_assert!(!out.is_empty() && !out.starts_with('<') && !out.ends_with('<') && !out.contains("<<"));
                prop_assert_eq!(transliterate(&out), Ok(out.clone()));
            }
        }
    }
}
