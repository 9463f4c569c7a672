//! Text as glyphs, and where its lines may break.
//!
//! Japanese and Latin text needs no shaping: a glyph a character, one after the other. Scripts that do are not guessed
//! at; their characters count as ones that no typeface has.

use core::ops::Range;

use unicode_normalization::char::{compose, is_combining_mark};

use super::typeface::{Faces, Found};

/// A text, ready to be drawn at any size.
#[derive(Clone)]
pub(super) struct Shaped {
    /// The text as it is drawn.
    pub(super) text: String,
    pub(super) clusters: Vec<Cluster>,
    pub(super) lacks: Lacks,
}

/// A glyph and the part of the text that it stands for.
#[derive(Clone)]
pub(super) struct Cluster {
    pub(super) found: Found,
    pub(super) range: Range<usize>,
    character: char,
}

/// What of a text could not be written as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacks {
    /// Characters that are written with a substitute.
    pub(super) missing: usize,
    /// Characters of which the ordinary form is written in place of the variant that was asked for.
    pub(super) ordinary: usize,
}

/// A line: clusters, and how wide they are without spaces at the end, as a part of the type size.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) clusters: Range<usize>,
    pub(super) width: f32,
}

/// The geta mark, by which Japanese printers show that a character is not at hand.
pub(super) const SUBSTITUTE: char = '〓';

impl Shaped {
    /// `None` when the typefaces have not even a substitute.
    pub(super) fn new(text: &str, faces: &Faces<'_>, bold: bool) -> Option<Self> {
        let mut shaped = Self { text: String::new(), clusters: Vec::new(), lacks: Lacks::default() };
        let mut characters = text.chars().peekable();
        while let Some(mut character) = characters.next() {
            while let Some(composed) = characters.peek().and_then(|mark| compose_mark(character, *mark)) {
                character = composed;
                characters.next();
            }
            let selector = characters.next_if(|next| is_variation_selector(*next));
            if character.is_whitespace() && character != '\u{3000}' {
                character = ' ';
            }
            let found = is_written(character).then(|| faces.find(character, selector, bold)).flatten();
            match found {
                Some(found) => {
                    if !found.exact {
                        shaped.lacks.ordinary += 1;
                    }
                    shaped.push(character, selector.filter(|_| found.exact), found);
                }
                None => {
                    shaped.lacks.missing += 1;
                    shaped.push(SUBSTITUTE, None, faces.find(SUBSTITUTE, None, bold)?);
                }
            }
        }
        Some(shaped)
    }

    fn push(&mut self, character: char, selector: Option<char>, found: Found) {
        let start = self.text.len();
        self.text.push(character);
        self.text.extend(selector);
        self.clusters.push(Cluster { found, range: start..self.text.len(), character });
    }

    /// The lines of a column of this width, a part of the type size. Nothing is ever cut: a word that is wider than
    /// the column is broken where it must be.
    pub(super) fn lines(&self, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        let (mut start, mut used, mut good) = (0, 0.0, None);
        let mut index = 0;
        while let Some(cluster) = self.clusters.get(index) {
            let before = index.checked_sub(1).filter(|before| *before >= start);
            if before.and_then(|before| self.clusters.get(before)).is_some_and(|before| may_break(before, cluster)) {
                good = Some(index);
            }
            used += cluster.found.advance;
            if used > width && index > start && cluster.character != ' ' {
                let end = good.unwrap_or(index);
                lines.push(self.line(start..end));
                (start, used, good, index) = (end, 0.0, None, end);
            } else {
                index += 1;
            }
        }
        if start < self.clusters.len() {
            lines.push(self.line(start..self.clusters.len()));
        }
        lines
    }

    /// How wide the text is in one line, as a part of the type size.
    pub(super) fn width(&self) -> f32 {
        self.line(0..self.clusters.len()).width
    }

    fn line(&self, clusters: Range<usize>) -> Line {
        let all = self.clusters.get(clusters.clone()).unwrap_or_default();
        let ink = all.iter().rposition(|cluster| cluster.character != ' ').map_or(0, |last| last + 1);
        let width = all.iter().take(ink).map(|cluster| cluster.found.advance).sum();
        Line { clusters, width }
    }
}

/// A letter together with the mark that follows it, as `か` and `゙`. Whole texts are not normalised: that would give
/// names other kanji than they are registered with.
fn compose_mark(character: char, mark: char) -> Option<char> {
    if is_combining_mark(mark) { compose(character, mark) } else { None }
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character can be written by its glyph alone, and means the same to every reader.
fn is_written(character: char) -> bool {
    let shaped_or_right_to_left = matches!(character,
        // Hebrew to Arabic, Indic scripts to Tibetan, Myanmar, Khmer to Mongolian, and further ones of South East Asia.
        '\u{590}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1900}'..='\u{1cff}'
        | '\u{a8e0}'..='\u{abff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{11fff}');
    let private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    let invisible = character.is_control()
        || is_variation_selector(character)
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff0}'..='\u{ffff}');
    !(shaped_or_right_to_left || private || invisible)
}

/// Whether a line may end after one character and start with the next (JIS X 4051, in its simplest form).
fn may_break(before: &Cluster, after: &Cluster) -> bool {
    let (before, after) = (before.character, after.character);
    if after == ' ' || after == '\u{3000}' || NEVER_FIRST.contains(after) || NEVER_LAST.contains(before) {
        return false;
    }
    if is_katakana(before) && is_katakana(after) {
        // Names of makers and products are read as words.
        return false;
    }
    before == ' ' || matches!(before, '-' | '/' | '\u{3000}') || is_wide(before) || is_wide(after)
}

fn is_katakana(character: char) -> bool {
    matches!(character, '\u{30a1}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Kana, kanji and full-width forms, between which lines break anywhere.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff9f}' | '\u{1b000}'..='\u{3ffff}')
}

const NEVER_FIRST: &str =
    "、。，．・：；？！）］｝」』〕〉》】ー々ゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}％%";
const NEVER_LAST: &str = "（［｛「『〔〈《【([{";

#[cfg(test)]
mod tests {
    use super::*;

    /// A glyph half as wide as it is high for ASCII, else a square.
    fn shaped(text: &str) -> Shaped {
        let mut shaped = Shaped { text: String::new(), clusters: Vec::new(), lacks: Lacks::default() };
        for character in text.chars() {
            let advance = if character.is_ascii() { 0.5 } else { 1.0 };
            shaped.push(character, None, Found { face: 0, glyph: 1, advance, exact: true });
        }
        shaped
    }

    fn broken(text: &str, width: f32) -> Vec<String> {
        let shaped = shaped(text);
        let text_of = |line: Line| -> String {
            let clusters = &shaped.clusters[line.clusters];
            let inked = clusters.iter().filter(|cluster| cluster.character != ' ').count();
            assert!(line.width <= width || inked == 1, "{text}");
            clusters.iter().map(|cluster| &shaped.text[cluster.range.clone()]).collect()
        };
        shaped.lines(width).into_iter().map(text_of).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_between_kanji() {
        assert_eq!(broken("手形花子", 2.0), ["手形", "花子"]);
        assert_eq!(broken("Tegata Hanako", 4.0), ["Tegata ", "Hanako"]);
        assert_eq!(broken("武田/モデルナ", 4.0), ["武田/", "モデルナ"]);
        // A full stop does not start a line, a bracket does not end one.
        assert_eq!(broken("手形。花", 2.0), ["手", "形。", "花"]);
        assert_eq!(broken("手形（花）", 3.0), ["手形", "（花）"]);
    }

    #[test]
    fn nothing_is_cut() {
        for text in ["Wolfeschlegelsteinhausenbergerdorff", "々々々々々々", "((((((((", "a", "手 形 花 子"] {
            for width in [0.1, 0.6, 1.0, 2.5, 100.0] {
                assert_eq!(broken(text, width).concat(), text, "{width}");
            }
        }
        assert!(broken("", 3.0).is_empty());
    }

    #[test]
    fn what_is_written() {
        for character in ['A', 'é', '手', '髙', '﨑', '𠮷', 'ｶ', '　', '가', 'Ж'] {
            assert!(is_written(character), "{character}");
        }
        for character in ['\u{e000}', '\u{f0000}', 'א', 'ع', 'क', '\u{202e}', '\0', '\u{feff}', '\u{e0100}'] {
            assert!(!is_written(character), "{:x}", u32::from(character));
        }
        assert_eq!(compose_mark('か', '\u{3099}'), Some('が'));
        assert_eq!(compose_mark('A', 'B'), None);
    }
}
