//! Looking for what must not be there: in bytes of any kind, and within documents whose streams are compressed.

use std::io::Read as _;
use std::process::{Command, Stdio};

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use memchr::memmem;
use serde_json::Value;

/// Secrets and personal data that a test used, and that stand nowhere once it has ended.
#[derive(Clone, Debug, Default)]
pub struct Canaries(Vec<(String, Vec<Vec<u8>>)>);

impl Canaries {
    /// Looks for these texts.
    pub fn new<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Self {
        let mut canaries = Self::default();
        texts.into_iter().for_each(|text| canaries.add(text.as_ref()));
        canaries
    }

    /// Looks for this text too: in UTF-8 and UTF-16, in Base64, and for the bytes that it is the Base64 of.
    pub fn add(&mut self, text: &str) {
        let wide = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let mut forms = vec![text.as_bytes().to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
        // Three places in a group: what stands before it may be of any length.
        for before in 0..3_usize {
            let whole = Base64Unpadded::encode_string(&[&vec![0; before][..], text.as_bytes()].concat());
            let (from, to) = ((before * 4).div_ceil(3), (before + text.len()) * 4 / 3);
            let inner = &whole.as_bytes()[from..to];
            if inner.len() >= 12 {
                forms.push(inner.to_vec());
                let url = String::from_utf8(inner.to_vec()).unwrap().replace('+', "-").replace('/', "_");
                forms.push(url.into_bytes());
            }
        }
        if let Ok(decoded) = Base64UrlUnpadded::decode_vec(text)
            && decoded.len() >= 16
        {
            forms.push(decoded);
        }
        self.0.push((text.to_owned(), forms));
    }

    /// What is looked for, as it was given.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Which of them stand in some bytes. In a PDF they are looked for in every stream, inflated, and in its text.
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let mut places = vec![bytes.to_vec()];
        if bytes.starts_with(b"%PDF-") {
            places.extend(streams(bytes));
            places.extend(text_of(bytes).map(String::into_bytes));
        }
        let holds = |form: &Vec<u8>| places.iter().any(|place| memmem::find(place, form).is_some());
        self.0.iter().filter(|(_, forms)| forms.iter().any(holds)).map(|(text, _)| text.as_str()).collect()
    }

    /// Expects that none of them stands there.
    #[track_caller]
    pub fn assert_absent(&self, place: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_empty(), "{found:?} in {place}");
    }
}

/// Every stream of a PDF, inflated where it is deflated.
#[must_use]
pub fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let (begin, end) = (b"stream".as_slice(), b"endstream".as_slice());
    let find = |from: usize, what: &[u8]| memmem::find(&pdf[from..], what).map(|at| from + at);
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = find(from, begin) {
        let content = at + begin.len();
        let Some(to) = find(content, end) else { break };
        let content = &pdf[content..to];
        let content = content.strip_prefix(b"\r").unwrap_or(content);
        let content = content.strip_prefix(b"\n").unwrap_or(content);
        let mut inflated = Vec::new();
        // What is not deflated stands in the file as it is; what is cut short is looked at as far as it goes.
        _ = flate2::read::ZlibDecoder::new(content).read_to_end(&mut inflated);
        if !inflated.is_empty() {
            found.push(inflated);
        }
        from = to + end.len();
    }
    found
}

/// The text of a PDF, which stands in it as the numbers of glyphs, without spaces; `None` where no tool reads it.
#[must_use]
pub fn text_of(pdf: &[u8]) -> Option<String> {
    let mut command = Command::new("pdftotext");
    let command = command.args(["-raw", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let (mut input, pdf) = (child.stdin.take()?, pdf.to_owned());
    let feeder = std::thread::spawn(move || _ = std::io::Write::write_all(&mut input, &pdf));
    let output = child.wait_with_output().ok()?;
    feeder.join().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.chars().filter(|character| !character.is_whitespace()).collect())
}

/// Every PDF within a JSON document, where it stands in Base64.
#[must_use]
pub fn documents_in(json: &Value) -> Vec<Vec<u8>> {
    match json {
        Value::String(text) if text.starts_with("JVBERi0") => {
            let text = text.trim_end_matches('=');
            let document = Base64Unpadded::decode_vec(text).or_else(|_| Base64UrlUnpadded::decode_vec(text));
            vec![document.expect("a PDF in Base64")]
        }
        Value::Array(items) => items.iter().flat_map(documents_in).collect(),
        Value::Object(members) => members.values().flat_map(documents_in).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_search_finds() {
        let secret = "正しい馬 battery staple";
        let canaries = Canaries::new(["123456789018", secret]);
        let deflated = |text: &[u8]| {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let pdf = |content: &[u8]| [b"%PDF-1.7\n1 0 obj <<>> stream\n", content, b"\nendstream\nendobj"].concat();
        let wide: Vec<u8> = "123456789018".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for place in [
            b"a123456789018b".to_vec(),
            wide.clone(),
            pdf(&deflated(b"BT (123456789018) Tj ET")),
            pdf(&deflated(&wide)),
            [pdf(b"plain"), pdf(&deflated(b"123456789018"))].concat(),
            Base64UrlUnpadded::encode_string(b"xy123456789018z").into_bytes(),
        ] {
            assert_eq!(canaries.found_in(&place), ["123456789018"], "{}", String::from_utf8_lossy(&place));
        }
        for before in ["", "a", "ab", "abc"] {
            let place = Base64Unpadded::encode_string(format!("{before}{secret}!").as_bytes());
            assert_eq!(canaries.found_in(place.as_bytes()), [secret], "{before}");
        }
        let token = Base64UrlUnpadded::encode_string(&[0x5a; 32]);
        assert_eq!(Canaries::new([&token]).found_in(&[0x5a; 40]).len(), 1);
        for place in [b"12345678901".to_vec(), pdf(&deflated(b"nothing")), Vec::new(), b"%PDF-stream".to_vec()] {
            assert!(canaries.found_in(&place).is_empty());
        }
    }
}
