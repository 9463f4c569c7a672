//! Where certificates' texts come from: the argument itself, a file, an image, standard input.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::Path;

use tegata::{Code, Failure};
use tegata_print::looks_like_certificate;

use crate::error::{Error, Exit};
use crate::output::Output;

/// The largest file that is read. A camera's photo has a few megabytes; this leaves room.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// One certificate's text, or why none could be had, and where it came from.
#[derive(Debug)]
pub(crate) struct Found {
    /// The input as named on the command line; `text` for a certificate given as an argument, so
    /// that its content is not repeated.
    pub(crate) source: String,
    /// Which of the certificates found in that source, from 0.
    pub(crate) index: usize,
    /// The text.
    pub(crate) text: Result<String, Failure>,
}

/// Goes through every certificate in the inputs, telling `handle` whether there are several. An input
/// that cannot be read is reported, and the others are still worth going through.
///
/// # Errors
/// What `handle` cannot go on after.
pub(crate) fn each(
    inputs: &[OsString],
    output: &Output,
    mut handle: impl FnMut(&Found, bool) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let mut exit = Exit::Done;
    for input in inputs {
        match find(input) {
            Ok(found) => {
                let several = found.len() > 1 || inputs.len() > 1;
                for certificate in &found {
                    exit = exit.max(handle(certificate, several)?);
                }
            }
            Err(error) => {
                output.error(&error);
                exit = exit.max(error.exit());
            }
        }
    }
    Ok(exit)
}

/// Finds every certificate in an input.
///
/// # Errors
/// When a file cannot be opened or read.
fn find(input: &OsStr) -> Result<Vec<Found>, Error> {
    if let Some(text) = input.to_str().filter(|argument| is_text(argument)) {
        return Ok(vec![Found { source: "text".into(), index: 0, text: Ok(text.to_owned()) }]);
    }
    let texts = match texts_in(&read(Path::new(input))?) {
        Ok(texts) => texts.into_iter().map(Ok).collect(),
        Err(failure) => vec![Err(failure)],
    };
    let source = |(index, text)| Found { source: input.to_string_lossy().into_owned(), index, text };
    Ok(texts.into_iter().enumerate().map(source).collect())
}

/// Reads a whole file, or standard input for `-`.
///
/// # Errors
/// When the file cannot be opened or read, or is larger than any input may be.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let result = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
    };
    result.map_err(|reason| Error::file(path, "read", reason))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_FILE_BYTES) {
        let reason = std::io::Error::other(format!("larger than {} MiB", MAX_FILE_BYTES >> 20));
        return Err(Error::file(path, "read", reason));
    }
    Ok(bytes)
}

/// Whether an argument is a certificate's text, or meant as one, rather than a file's name. A text
/// that is taken for a name would be repeated in the error that no such file exists, with all the
/// personal data it encodes.
fn is_text(argument: &str) -> bool {
    /// Fewer characters may well be a file's name; the shortest certificates have hundreds.
    const MIN_CODE_CHARACTERS: usize = 64;
    /// The longest name of a file on the common file systems.
    const MAX_NAME_BYTES: usize = 255;
    let start = argument.trim_start();
    let base45 = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte);
    let like_a_code = || {
        looks_like_certificate(&start.get(..4).unwrap_or_default().to_ascii_uppercase())
            || start.len() >= MIN_CODE_CHARACTERS && start.bytes().all(base45)
            || argument.split('/').any(|name| name.len() > MAX_NAME_BYTES)
    };
    // No file is named like that by accident, and a scanner's text is not taken for a file name.
    looks_like_certificate(start) || like_a_code() && !Path::new(argument).exists()
}

/// The certificate texts in a file's content: an image's symbols, or text, a certificate a line.
fn texts_in(bytes: &[u8]) -> Result<Vec<String>, Failure> {
    if tegata_print::is_image(bytes) {
        return tegata_print::read_certificates(bytes).map_err(|error| Failure::new(error.code()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::new(Code::MissingPrefix))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    // A damaged line among several certificates is one result, not the end of all of them.
    if lines.iter().filter(|line| looks_like_certificate(line)).count() > 1 {
        return Ok(lines.into_iter().map(str::to_owned).collect());
    }
    Ok(vec![text.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_files() {
        assert_eq!(texts_in(b"HC1:6BF\r\n").unwrap(), ["HC1:6BF\r\n"]);
        assert_eq!(texts_in(b"HC1:6BF\nHC1:NCF\n").unwrap(), ["HC1:6BF", "HC1:NCF"]);
        assert_eq!(texts_in(b"HC1:6BF\nsomething\n").unwrap().len(), 1);
        assert_eq!(texts_in(b"HC1:6BF\nsomething\nHC1:NCF").unwrap(), ["HC1:6BF", "something", "HC1:NCF"]);
        assert_eq!(texts_in(b"").unwrap(), [""]);
        assert_eq!(texts_in(b"\xff\xfe\xfd").unwrap_err().code(), Code::MissingPrefix);
    }

    #[test]
    fn a_missing_file_is_an_error_and_a_text_is_not_a_file() {
        let long_name = format!("/tmp/{}/certificate.txt", "folder/".repeat(60));
        for name in ["no/such/file", "certificate.txt", "NO-SUCH-FILE", "C:/no/such/file", long_name.as_str()] {
            assert!(find(OsStr::new(name)).is_err(), "{name}");
        }
        let without_prefix = "6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76GCV4*XUA2P";
        let lower_case = "a".repeat(256);
        for text in ["HC1:6BF", " HC1:6BF", "hc1:6bf", "shc:/5676", without_prefix, &lower_case] {
            assert_eq!(find(OsStr::new(text)).unwrap()[0].source, "text", "{text}");
        }
    }
}
