//! The form in which addresses are compared.

use zeroize::Zeroizing;

use super::normalise;

/// Brings an address into the form in which it is compared: as [`normalise`], and the signs between its numbers as
/// one hyphen. `東京都練馬区豊玉北６丁目１２番１号` and `東京都練馬区豊玉北六丁目12-1` become the same.
///
/// Only what stands directly behind a number is replaced, so that names of places keep their characters
/// (`三番町`, `一の宮`, `番場`): a kanji numeral counts as a number before 丁目 alone.
#[must_use]
pub fn normalise_address(address: &str) -> Zeroizing<String> {
    let plain = normalise(address);
    let mut out = Zeroizing::new(String::with_capacity(plain.len()));
    let mut rest = plain.as_str();
    while let Some(character) = rest.chars().next() {
        let behind_digit = out.ends_with(|last: char| last.is_ascii_digit());
        if let Some((number, behind)) = numbered_chome(rest) {
            out.push_str(&number.to_string());
            rest = behind;
            // 丁目 comes next and is seen to below.
            continue;
        }
        if behind_digit && let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            rest = rest.get(sign.len()..).unwrap_or_default();
            out.push('-');
            continue;
        }
        out.push(character);
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    join(&out)
}

/// Hyphens one at a time, and none at the end or before what is no number: `1-2号` and `1-2` are one house, and so are
/// `12-1-ハイツ` and `12-1ハイツ`.
fn join(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let before_number = characters.peek().is_some_and(char::is_ascii_digit);
        if character != '-' || !out.ends_with(|last: char| last.is_ascii_digit()) || before_number {
            out.push(character);
        }
    }
    out
}

/// Signs behind a number, longer ones first: what parts the numbers of an address, and the dashes that keyboards put
/// in its place (the long vowel sign among them).
const SIGNS: [&str; 19] = [
    "丁目",
    "番地の",
    "番地ノ",
    "番地",
    "番の",
    "番",
    "号",
    "の",
    "ノ",
    "-",
    "\u{2010}",
    "\u{2011}",
    "\u{2012}",
    "\u{2013}",
    "\u{2014}",
    "\u{2015}",
    "\u{2212}",
    "ー",
    "─",
];

/// A kanji number directly before 丁目, and what comes behind the number. No 丁目 has a number above 99.
fn numbered_chome(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|character| kanji_digit(character).is_none() && character != '十')?;
    let (number, behind) = text.split_at(end);
    if number.is_empty() || !behind.starts_with("丁目") {
        return None;
    }
    let value = match number.split_once('十') {
        None => single(number)?,
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { single(tens)? };
            let ones = if ones.is_empty() { 0 } else { single(ones)? };
            tens * 10 + ones
        }
    };
    Some((value, behind))
}

fn single(text: &str) -> Option<u32> {
    let mut characters = text.chars();
    let digit = kanji_digit(characters.next()?)?;
    characters.next().is_none().then_some(digit)
}

fn kanji_digit(character: char) -> Option<u32> {
    let place = "一二三四五六七八九".chars().position(|digit| digit == character)?;
    u32::try_from(place + 1).ok()
}
