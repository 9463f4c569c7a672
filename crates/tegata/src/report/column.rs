//! A column of the outcome table as one text, without a pointer to each of its entries: in a small module the pointers
//! would take as much room as the names.

/// How many bytes all texts have together.
pub(super) const fn length(texts: &[&str]) -> usize {
    let (mut length, mut rest) = (0, texts);
    while let [text, others @ ..] = rest {
        length += text.len();
        rest = others;
    }
    length
}

/// All texts, one behind the other.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time only")]
pub(super) const fn joined<const LENGTH: usize>(texts: &[&str]) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let (mut at, mut rest) = (0, texts);
    while let [text, others @ ..] = rest {
        let mut text = text.as_bytes();
        while let [byte, more @ ..] = text {
            bytes[at] = *byte;
            at += 1;
            text = more;
        }
        rest = others;
    }
    bytes
}

/// How many bytes each text has.
#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time only")]
pub(super) const fn lengths<const ROWS: usize>(texts: &[&str]) -> [u8; ROWS] {
    let mut lengths = [0; ROWS];
    let mut row = 0;
    while row < ROWS {
        let length = texts[row].len();
        assert!(length <= u8::MAX as usize, "a text of the table is too long");
        lengths[row] = length as u8;
        row += 1;
    }
    lengths
}

/// The text of a row.
#[expect(clippy::as_conversions, reason = "a byte fits; there is no other way in a constant")]
pub(super) const fn entry(mut bytes: &'static [u8], lengths: &[u8], row: usize) -> &'static str {
    let (mut at, mut rest) = (0, lengths);
    while let [length, others @ ..] = rest
        && let Some((text, after)) = bytes.split_at_checked(*length as usize)
    {
        if at == row {
            return match core::str::from_utf8(text) {
                Ok(text) => text,
                Err(_) => "",
            };
        }
        (at, bytes, rest) = (at + 1, after, others);
    }
    ""
}

/// The text of a row of a column that is given as an array.
macro_rules! entry_of {
    ($texts:expr, $row:expr) => {{
        const TEXTS: &[&str] = &$texts;
        static BYTES: [u8; column::length(TEXTS)] = column::joined(TEXTS);
        static LENGTHS: [u8; TEXTS.len()] = column::lengths(TEXTS);
        column::entry(&BYTES, &LENGTHS, $row)
    }};
}

pub(super) use entry_of;

#[cfg(test)]
mod tests {
    use super::super::column;

    #[test]
    fn every_row_is_found() {
        const TEXTS: [&str; 4] = ["one", "", "二", "three"];
        for (row, text) in TEXTS.into_iter().enumerate() {
            assert_eq!(entry_of!(["one", "", "二", "three"], row), text);
        }
        assert_eq!(entry_of!(["one"], 1), "");
    }
}
