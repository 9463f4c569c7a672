//! PEM (RFC 7468): labelled Base64 blocks anywhere in a text.
//!
//! Text around the blocks, any line width and CRLF are accepted, as other software writes them.
//! Contents may be secret, so they are wiped.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// One block, from `-----BEGIN label-----` to `-----END label-----`.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a [u8],
    /// The line of the text, from 1, where the block begins.
    pub(crate) line: usize,
    lines: Vec<&'a [u8]>,
}

/// A block without its end line.
pub(crate) struct Unterminated {
    /// The line of the text, from 1, where the block begins.
    pub(crate) line: usize,
}

impl Block<'_> {
    /// Whether the block starts with headers (RFC 1421), as OpenSSL's old encrypted form does.
    #[cfg(feature = "issue")]
    pub(crate) fn has_headers(&self) -> bool {
        self.lines.iter().any(|line| line.contains(&b':'))
    }

    /// The decoded content, or nothing when it is not Base64.
    pub(crate) fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let length = self.lines.iter().map(|line| line.len()).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        text.extend(self.lines.iter().flat_map(|line| line.iter()).filter(|byte| !byte.is_ascii_whitespace()));
        let text = core::str::from_utf8(&text).ok()?;
        Base64::decode_vec(text).ok().map(Zeroizing::new)
    }
}

/// The blocks of a text, in order.
pub(crate) fn blocks(text: &[u8]) -> impl Iterator<Item = Result<Block<'_>, Unterminated>> {
    let mut lines = (1..).zip(text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii));
    core::iter::from_fn(move || {
        let (line, label) = lines.find_map(|(line, text)| Some((line, boundary(text, b"-----BEGIN ")?)))?;
        let mut content = Vec::new();
        for (_, text) in lines.by_ref() {
            if boundary(text, b"-----END ") == Some(label) {
                return Some(Ok(Block { label, line, lines: content }));
            }
            if text.starts_with(b"-----") {
                break;
            }
            content.push(text);
        }
        Some(Err(Unterminated { line }))
    })
}

/// Writes a DER structure as a PEM block, such as a `CERTIFICATE` or a `CERTIFICATE REQUEST`
/// (RFC 7468 §5, §7), with lines of 64 characters.
///
/// Private keys write themselves, into memory that is wiped.
#[must_use]
pub fn to_pem(label: &str, der: &[u8]) -> String {
    /// The bytes that 64 characters of Base64 stand for.
    const BYTES_PER_LINE: usize = 48;

    let mut text = format!("-----BEGIN {label}-----\n");
    for line in der.chunks(BYTES_PER_LINE) {
        text.push_str(&Base64::encode_string(line));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

fn boundary<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(start)?.strip_suffix(b"-----")
}

#[cfg(test)]
mod tests {
    use super::{blocks, to_pem};

    #[test]
    fn blocks_among_text() {
        let text = b"subject=x\r\n-----BEGIN A B-----\r\nAQ\r\nID\r\n-----END A B-----\r\n\n----\n  -----BEGIN C-----\n-----END C-----";
        let blocks: Vec<_> = blocks(text).map(|block| block.ok().unwrap()).collect();
        assert_eq!(blocks.len(), 2);
        assert_eq!((blocks[0].label, blocks[0].line), (&b"A B"[..], 2));
        assert_eq!(blocks[0].decode().unwrap().as_slice(), [1, 2, 3]);
        assert_eq!((blocks[1].label, blocks[1].line), (&b"C"[..], 8));
        assert!(blocks[1].decode().unwrap().is_empty());
    }

    #[test]
    fn written_and_read() {
        for length in [0, 1, 47, 48, 49, 96, 1000] {
            let der = vec![0xa5; length];
            let text = to_pem("CERTIFICATE REQUEST", &der);
            assert!(text.lines().all(|line| line.len() <= 64));
            let block = blocks(text.as_bytes()).next().unwrap().ok().unwrap();
            assert_eq!(block.label, b"CERTIFICATE REQUEST");
            assert_eq!(block.decode().unwrap().as_slice(), der);
        }
    }

    #[test]
    fn broken_blocks() {
        for (text, line) in [
            ("-----BEGIN A-----\nAQID\n", 1),
            ("\n-----BEGIN A-----\nAQID\n-----END B-----\n", 2),
            ("-----BEGIN A-----\nAQID\n-----BEGIN A-----\nAQID\n-----END A-----\n", 1),
        ] {
            assert_eq!(blocks(text.as_bytes()).next().unwrap().err().unwrap().line, line);
        }
        let text = b"-----BEGIN A-----\nA*ID\n-----END A-----\n";
        assert!(blocks(text).next().unwrap().ok().unwrap().decode().is_none());
        assert!(blocks(b"no block").next().is_none());
    }
}
