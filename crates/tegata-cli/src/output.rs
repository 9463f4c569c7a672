//! Where results and diagnostics go, and in which form, language and colour.

use std::io::{IsTerminal as _, Write as _};

use tegata::report;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::arguments::{Format, Language};
use crate::error::Error;

/// The form of everything a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    format: Format,
    language: report::Language,
    colour: bool,
    columns: usize,
}

/// How a piece of text is set apart on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Good,
    Bad,
    Unsure,
    Faint,
    Strong,
}

impl Output {
    /// Human on a terminal, else JSON, unless told; the language of the locale, unless told.
    pub(crate) fn new(format: Option<Format>, language: Option<Language>) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let language = match language {
            Some(Language::En) => report::Language::English,
            Some(Language::Ja) => report::Language::Japanese,
            None => language_of_locale(),
        };
        Self {
            format: format.unwrap_or(if terminal { Format::Human } else { Format::Json }),
            language,
            colour: terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            columns: if terminal { columns_of_terminal() } else { DEFAULT_COLUMNS },
        }
    }

    /// The same, for a block that is set in from the left.
    pub(crate) fn narrower(&self, columns: usize) -> Self {
        Self { columns: self.columns.saturating_sub(columns).max(MIN_COLUMNS), ..self.clone() }
    }

    pub(crate) const fn is_human(&self) -> bool {
        matches!(self.format, Format::Human)
    }

    pub(crate) const fn language(&self) -> report::Language {
        self.language
    }

    /// One of two texts, by language.
    pub(crate) const fn choose<'t>(&self, english: &'t str, japanese: &'t str) -> &'t str {
        match self.language {
            report::Language::Japanese => japanese,
            _ => english,
        }
    }

    /// Writes a result and a line end to standard output.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(crate) fn line(&self, line: &str) -> Result<(), Error> {
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        self.bytes(&bytes)
    }

    /// Writes a result to standard output as it is.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|reason| match reason.kind() {
            std::io::ErrorKind::BrokenPipe => Error::ReaderGone,
            _ => Error::File { name: "standard output".into(), action: "write", reason },
        })
    }

    /// A diagnostic. Never given personal data.
    pub(crate) fn warning(&self, message: &str) {
        self.diagnostic("warning", message);
    }

    /// The error that ends the command, and what to do about it.
    pub(crate) fn error(&self, error: &Error) {
        if matches!(error, Error::ReaderGone) {
            return;
        }
        self.diagnostic("error", &error.to_string());
        if let Some(code) = error.code() {
            self.diagnostic("hint", code.advice().text(self.language));
        }
    }

    fn diagnostic(&self, kind: &str, message: &str) {
        // Nothing can be done when standard error is closed.
        _ = writeln!(std::io::stderr().lock(), "{kind}: {}", printable(message));
    }

    /// Text set apart, where colour is on.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match style {
            Style::Good => "1;32",
            Style::Bad => "1;31",
            Style::Unsure => "1;33",
            Style::Faint => "2",
            Style::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A labelled value of a block: labels in one column, by display width; a long value goes on
    /// below its beginning.
    pub(crate) fn labelled(&self, label: &str, value: &str) -> String {
        const LABEL_COLUMNS: usize = 18;
        let pad = LABEL_COLUMNS.saturating_sub(label.width());
        let value = self.wrapped(LABEL_COLUMNS + 3, &printable(value));
        format!("  {}{:pad$} {value}", self.styled(Style::Faint, label), "")
    }

    /// Text that begins at a column and, where the line is too short for it, goes on below there.
    pub(crate) fn wrapped(&self, column: usize, text: &str) -> String {
        let room = self.columns.saturating_sub(column).max(MIN_COLUMNS / 2);
        wrap(text, room).join(&format!("\n{:column$}", ""))
    }
}

/// Text from outside, safe for a terminal: control characters could move the cursor or rewrite
/// what was shown, and direction marks could reorder it.
pub(crate) fn printable(text: &str) -> String {
    let unsafe_on_terminals = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if unsafe_on_terminals(c) { '\u{fffd}' } else { c }).collect()
}

/// Breaks text into lines of so many columns: at a double space (which parts the items of a value)
/// rather than at a single one, and inside a word only where it is longer than a line or written
/// without spaces.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for item in text.split("  ") {
        if !line.is_empty() {
            if line.width() + 2 + item.width() <= room {
                line.push_str("  ");
                line.push_str(item);
                continue;
            }
            lines.push(std::mem::take(&mut line));
        }
        for word in item.split(' ') {
            if !line.is_empty() {
                // A word that fits no line is broken anyway, so it may as well begin here.
                if line.width() + 1 + word.width() <= room || word.width() > room {
                    line.push(' ');
                } else {
                    lines.push(std::mem::take(&mut line));
                }
            }
            for character in word.chars() {
                // A mark that ends a clause never begins a line.
                let ends_clause = matches!(character, '、' | '。' | '）' | '」' | ')' | ',' | '.');
                let width = character.width().unwrap_or(0);
                if line.width() + width > room && !line.is_empty() && !ends_clause {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(character);
            }
        }
    }
    lines.push(line);
    lines
}

/// The terminal's width, within what is comfortable to read.
fn columns_of_terminal() -> usize {
    let columns = terminal_size::terminal_size().map_or(DEFAULT_COLUMNS, |(width, _)| usize::from(width.0));
    columns.clamp(MIN_COLUMNS, MAX_COLUMNS)
}

fn language_of_locale() -> report::Language {
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("ja") => report::Language::Japanese,
        _ => report::Language::English,
    }
}

/// Columns where there is no terminal to ask.
const DEFAULT_COLUMNS: usize = 80;
/// A narrower terminal gets lines of this length, which it breaks itself.
const MIN_COLUMNS: usize = 40;
/// Longer lines are hard to read.
const MAX_COLUMNS: usize = 110;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_broken_between_items_first() {
        assert_eq!(wrap("2021-06-22  1/2  Comirnaty", 17), ["2021-06-22  1/2", "Comirnaty"]);
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("手形花子関所", 8), ["手形花子", "関所"]);
        assert_eq!(wrap("手形花子。関所", 8), ["手形花子。", "関所"]);
        assert_eq!(wrap("ABCDEFGHIJ", 4), ["ABCD", "EFGH", "IJ"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\rc\u{202e}d\u{9b}e"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e");
        assert_eq!(printable("手形 花子 Łódź"), "手形 花子 Łódź");
    }
}
