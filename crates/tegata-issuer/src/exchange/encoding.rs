//! How the characters of a file are encoded.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// The encoding of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; an export begins with a byte order mark, which spreadsheets need.
    #[default]
    Utf8,
    /// CP932, Microsoft's Shift_JIS, as the WHATWG Encoding Standard defines `shift_jis`.
    Cp932,
}

impl Encoding {
    /// The word every surface uses: `utf-8`, `cp932`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Cp932 => "cp932",
        }
    }

    /// The encoding of a first row: UTF-8 if it can be, else CP932. Japanese in CP932 is never well-formed UTF-8 beyond
    /// a few characters, and the names of the columns are Japanese.
    pub(super) fn of_first_row<'a>(mut fields: impl Iterator<Item = &'a [u8]>) -> Self {
        if fields.all(|field| core::str::from_utf8(field).is_ok()) { Self::Utf8 } else { Self::Cp932 }
    }

    /// The characters of a field; `None` where its bytes are of another encoding.
    pub(super) fn decode(self, field: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => core::str::from_utf8(field).ok().map(Cow::Borrowed),
            Self::Cp932 => encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(field),
        }
    }

    /// The bytes of a field; `None` where a character has none in this encoding.
    pub(super) fn encode(self, field: &str) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Utf8 => Some(Zeroizing::new(field.as_bytes().to_vec())),
            Self::Cp932 => {
                // Decoded texts hold these where JIS X 0208 and Unicode disagree about a character's name.
                let plain = field.contains(['−', '〜', '‖', '—']).then(|| {
                    let swap = |character| match character {
                        '−' => '－',
                        '〜' => '～',
                        '‖' => '∥',
                        '—' => '―',
                        other => other,
                    };
                    Zeroizing::new(field.chars().map(swap).collect::<String>())
                });
                let field = plain.as_ref().map_or(field, |plain| plain.as_str());
                let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(field);
                (!unmappable).then(|| Zeroizing::new(bytes.into_owned()))
            }
        }
    }
}
