//! Words and values as paragraphs.

use super::ink::{GREY, Paragraph, Stack, Style};
use super::page::{LEAST_SIZE, WIDTH};
use super::sheet::{Value, Words, words};
use super::text::{Lacks, Shaped};
use super::typeface::Faces;
use super::{PaperError, Substitution};

/// Turns texts into paragraphs.
pub(super) struct Setter<'f> {
    pub(super) faces: &'f Faces<'f>,
}

impl Setter<'_> {
    /// A text of the certificate.
    pub(super) fn text(&self, text: &str, style: Style, width: f32) -> Result<Paragraph, PaperError> {
        let shaped = Shaped::new(text, self.faces, style.bold).ok_or(PaperError::TypefaceNotJapanese)?;
        Ok(Paragraph::new(shaped, style, width))
    }

    /// A text of our own, of which every typeface must have every character.
    pub(super) fn own(&self, text: &str, style: Style, width: f32) -> Result<Paragraph, PaperError> {
        let shaped = Shaped::new(text, self.faces, style.bold).ok_or(PaperError::TypefaceNotJapanese)?;
        if shaped.lacks != Lacks::default() {
            return Err(PaperError::TypefaceNotJapanese);
        }
        Ok(Paragraph::new(shaped, style, width))
    }

    /// The same words in two languages, one below the other.
    pub(super) fn words(&self, words: Words, japanese: Style, english: Style, width: f32) -> Result<Stack, PaperError> {
        let english = self.own(words.english, english.english(), width)?;
        Ok(Stack(vec![self.own(words.japanese, japanese, width)?, english]))
    }

    /// A value with what it is called in the other language below it.
    pub(super) fn value(&self, value: &Value, style: Style, width: f32) -> Result<Stack, PaperError> {
        let text = Some(value.text.expose().as_str()).filter(|text| !text.is_empty()).unwrap_or(NOTHING);
        let mut stack = Stack(vec![self.text(text, style, width)?]);
        if let Some(gloss) = value.gloss {
            let gloss_style = Style::of((style.size * 0.8).max(LEAST_SIZE)).in_colour(GREY);
            let gloss_style = if gloss.is_ascii() { gloss_style.english() } else { gloss_style };
            stack.0.push(self.text(gloss, gloss_style, width)?);
        }
        Ok(stack)
    }
}

/// Says plainly which fields are not written as they were signed.
pub(super) fn substitution_notes(
    substitutions: &[Substitution],
    setter: &Setter<'_>,
) -> Result<Vec<Stack>, PaperError> {
    let mut notes = Vec::new();
    let labels = |concerned: fn(&Substitution) -> bool, text: fn(&Substitution) -> &str| {
        let mut labels: Vec<&str> = substitutions.iter().filter(|one| concerned(one)).map(text).collect();
        labels.dedup();
        labels.join(", ")
    };
    let (japanese, english) = (|one: &Substitution| one.label.japanese, |one: &Substitution| one.label.english);
    let style = Style::of(8.0);
    let missing: fn(&Substitution) -> bool = |one| one.missing > 0;
    for (concerned, words) in [(missing, MISSING), (|one| one.ordinary > 0, ORDINARY)] {
        if substitutions.iter().any(concerned) {
            let first = words.japanese.replace(PLACE, &labels(concerned, japanese));
            let second = words.english.replace(PLACE, &labels(concerned, english));
            notes.push(Stack(vec![
                setter.own(&first, style, WIDTH)?,
                setter.own(&second, Style::of(7.5).english(), WIDTH)?,
            ]));
        }
    }
    Ok(notes)
}

/// Every word that stands for what is not there, in both languages.
pub(super) fn own_words() -> Vec<&'static str> {
    vec![NOTHING, MISSING.japanese, MISSING.english, ORDINARY.japanese, ORDINARY.english]
}

/// In a cell without a value.
const NOTHING: &str = "—";

/// Where labels are put into a note.
const PLACE: &str = "{}";

const MISSING: Words = words(
    "この用紙では、書体にない文字（外字など）を「〓」と表記しています（{}）。正しい文字は二次元コードに記録されています。",
    "A character that could not be printed is written 〓 here ({}). The QR code holds the true character.",
);
const ORDINARY: Words = words(
    "この用紙では、異体字の一部を標準の字体で表記しています（{}）。正しい字体は二次元コードに記録されています。",
    "A variant of a character is printed in its ordinary form here ({}). The QR code holds the variant.",
);
