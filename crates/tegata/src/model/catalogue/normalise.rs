//! The form in which names are compared.

/// Brings a name into the form in which names are compared: half-width kana become full-width,
/// full-width ASCII becomes ASCII, capitals become small, the signs that stand for a range become
/// one, and spaces, middle dots and trade mark signs go. What NFKC does beyond that does not
/// occur in names of vaccines.
pub(crate) fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '・' | '･' | '®' | '™' => {}
            '～' | '〜' | '‐' | '–' | '—' | '−' => out.push('-'),
            'ﾞ' | '\u{3099}' | '゛' => voice(&mut out, 1),
            'ﾟ' | '\u{309a}' | '゜' => voice(&mut out, 2),
            '！'..='｝' => push_lower(&mut out, ascii(character)),
            'ｦ'..='ﾝ' => push_lower(&mut out, full_width(character)),
            _ if character.is_whitespace() => {}
            _ => push_lower(&mut out, Some(character)),
        }
    }
    out
}

fn push_lower(out: &mut String, character: Option<char>) {
    out.extend(character.into_iter().flat_map(char::to_lowercase));
}

/// Voices the kana written last: in Unicode a voiced kana follows its plain one, and a
/// half-voiced one follows that.
fn voice(out: &mut String, step: u32) {
    let Some(plain) = out.pop() else { return };
    out.push(match plain {
        'ウ' => 'ヴ',
        _ => char::from_u32(u32::from(plain) + step).unwrap_or(plain),
    });
}

/// U+FF01 to U+FF5D are ASCII, moved.
fn ascii(character: char) -> Option<char> {
    char::from_u32(u32::from(character) - 0xfee0)
}

fn full_width(character: char) -> Option<char> {
    /// U+FF66 to U+FF9D.
    const KANA: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    KANA.chars().nth(usize::try_from(u32::from(character) - 0xff66).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_spaces() {
        for (name, expected) in [
            ("ﾌｧｲｻﾞｰ", "ファイザー"),
            ("ﾓﾃﾞﾙﾅ", "モデルナ"),
            ("ｽﾊﾟｲｸﾊﾞｯｸｽ", "スパイクバックス"),
            ("ｳﾞ", "ヴ"),
            ("フ\u{3099}", "ブ"),
            ("Ｐｆｉｚｅｒ　／　ＢｉｏＮＴｅｃｈ", "pfizer/biontech"),
            ("COMIRNATY ®", "comirnaty"),
            ("コミナティ（５～１１歳）", "コミナティ(5-11歳)"),
            ("ﾞ", ""),
            ("", ""),
        ] {
            assert_eq!(normalise(name), expected, "{name}");
        }
    }
}
