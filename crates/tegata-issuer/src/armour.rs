//! Binary files as text (RFC 7468): one block, which people can print, paste and recognise.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

/// Bytes on a line: 64 characters.
const BYTES_PER_LINE: usize = 48;

/// Writes one block, in memory that is wiped.
pub(crate) fn write(label: &str, content: &[u8]) -> Zeroizing<String> {
    // Room for all of it, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(content.len() * 3 / 2 + 2 * label.len() + 64));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for line in content.chunks(BYTES_PER_LINE) {
        text.push_str(&Zeroizing::new(Base64::encode_string(line)));
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Reads a text that is one block of this label and nothing else but white space around it.
pub(crate) fn read(label: &str, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = core::str::from_utf8(text).ok()?.trim();
    let content = text.strip_prefix("-----BEGIN ")?.strip_prefix(label)?.strip_prefix("-----")?;
    let content = content.strip_suffix("-----")?.strip_suffix(label)?.strip_suffix("-----END ")?;
    let mut joined = Zeroizing::new(String::with_capacity(content.len()));
    content.lines().for_each(|line| joined.push_str(line.trim_end()));
    let mut bytes = Zeroizing::new(vec![0; joined.len() / 4 * 3]);
    let length = Base64::decode(joined.as_str(), &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        for length in [0, 1, 47, 48, 49, 200] {
            let content = vec![0xa5; length];
            let text = write("SOMETHING", &content);
            assert!(text.lines().all(|line| line.len() <= 64));
            assert_eq!(read("SOMETHING", text.as_bytes()).unwrap().as_slice(), content);
            assert_eq!(read("SOMETHING", text.replace('\n', "\r\n").as_bytes()).unwrap().as_slice(), content);
            assert!(read("OTHER", text.as_bytes()).is_none());
            for cut in 0..text.trim_end().len() {
                assert!(read("SOMETHING", &text.as_bytes()[..cut]).is_none(), "{cut}");
            }
        }
        assert!(read("A", b"-----BEGIN A-----\nA*==\n-----END A-----").is_none());
        assert!(read("A", &[0xff; 64]).is_none());
    }
}
