//! The HC1 envelope: `"HC1:" ‖ Base45(zlib(COSE_Sign1))` and the CWT claims inside.
//!
//! Turns text into the signed object it carries and the signed object's payload into claims,
//! following the electronic health certificate specification 1.1.1 (WHO smart trust, formerly EU
//! eHealth Network) §3. It checks structure only: no signature, no dates, no content. Its input is
//! untrusted.
//!
//! ```cddl
//! CWT = {
//!   ? 1 => tstr,              ; iss: issuer, ISO 3166-1 alpha-2
//!   ? 4 => NumericDate,       ; exp
//!   ? 5 => NumericDate,       ; nbf
//!   ? 6 => NumericDate,       ; iat
//!   -260 => { 1* int => any } ; hcert: content by profile
//! }
//! NumericDate = int / float   ; POSIX seconds, RFC 8392 §2
//! ```

use crate::codec::cbor::{Item, MapIndex, Value};
use crate::codec::{base45, zlib};
use crate::cose::Sign1;
use crate::format::content::{KNOWN_KEYS, flat_key};
use crate::report::{Code, Failure};
use crate::time::Timestamp;

/// The context identifier of version 1.
pub const PREFIX: &str = "HC1:";

/// The longest text taken: a QR code of the largest version (40) at the weakest error correction
/// (L) holds 4,296 alphanumeric characters (ISO/IEC 18004 table 7).
pub const MAX_TEXT_CHARACTERS: usize = 4_296;

/// The CWT claim that holds health certificates.
pub const CLAIM_HCERT: i64 = -260;

const CLAIM_ISSUER: i64 = 1;
/// The dates and their names.
static DATES: [(i64, &str); 3] = [(4, "exp"), (5, "nbf"), (6, "iat")];

/// Opens a certificate's text down to its signed object.
pub(crate) fn open(text: &str) -> Result<Sign1, Failure> {
    let compressed = base45::decode(strip(text)?)?;
    let cose = zlib::decompress(&compressed, zlib::MAX_INFLATED)?;
    Ok(Sign1::parse(cose)?)
}

/// The Base45 part of a certificate's text.
///
/// Trailing white space is dropped from the whole text, since scanners and mail add it and
/// canonical Base45 never ends in a space; nothing else is trimmed.
pub(crate) fn strip(text: &str) -> Result<&str, Failure> {
    let end = text.bytes().rposition(|byte| !b" \t\r\n".contains(&byte)).map_or(0, |last| last + 1);
    let text = text.get(..end).unwrap_or(text);
    if let Some(rest) = text.strip_prefix(PREFIX) {
        return if text.len() > MAX_TEXT_CHARACTERS { Err(Code::InputTooLong.into()) } else { Ok(rest) };
    }
    let code = if is_of_another_family(text) { Code::UnsupportedPrefix } else { Code::MissingPrefix };
    Err(code.into())
}

/// Whether a text is a health certificate of a version or family that is not read here: a person
/// who shows one has not scanned the wrong thing.
fn is_of_another_family(text: &str) -> bool {
    // SMART Health Cards, which Japan issued too; New Zealand's passes; ICAO visible seals.
    const OTHERS: [&str; 3] = ["shc:/", "NZCP:/", "{\"data\":"];
    match text.as_bytes().get(..4) {
        // HC2… and the national families have the same shape: two letters, a version, a colon.
        Some([a, b, version, b':'])
            if a.is_ascii_uppercase() && b.is_ascii_uppercase() && version.is_ascii_alphanumeric() =>
        {
            true
        }
        _ => OTHERS.iter().any(|start| text.starts_with(start)),
    }
}

/// The text of a finished signed object.
#[cfg(feature = "issue")]
pub(crate) fn close(cose: &[u8]) -> String {
    let mut text = String::from(PREFIX);
    text.push_str(&base45::encode(&zlib::compress(cose)));
    text
}

/// The CWT claims, as far as they could be read.
#[derive(Clone, Default)]
pub struct Claims {
    issuer: Option<Box<str>>,
    issued_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// The content's key, and where in the payload its item starts.
    content: Option<(i64, usize)>,
    dates_are_readable: bool,
    problem: Option<Failure>,
}

/// Shows the dates and the kind of content, not the content.
impl core::fmt::Debug for Claims {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Claims")
            .field("issued_at", &self.issued_at)
            .field("not_before", &self.not_before)
            .field("expires_at", &self.expires_at)
            .field("hcert_key", &self.hcert_key())
            .finish_non_exhaustive()
    }
}

impl Claims {
    /// Reads the claims of a payload. What cannot be read is absent, and the first problem is kept
    /// for [`Claims::problem`], so that a person can be shown the rest.
    pub(crate) fn read(payload: &[u8]) -> Self {
        let item = match Item::parse(payload) {
            Ok(item) => item,
            Err(error) => return Self { problem: Some(claims_failure(&error)), ..Self::default() },
        };
        let Some(cwt) = item.as_map() else {
            return Self { problem: Some(Code::ClaimsWrongType.into()), ..Self::default() };
        };
        let cwt = cwt.index();
        let mut claims = Self { dates_are_readable: true, ..Self::default() };
        let mut first_problem = None;
        let mut note = |failure| {
            first_problem.get_or_insert(failure);
        };
        match cwt.get_int(CLAIM_ISSUER).filter(|item| !item.is_null()).map(|item| item.untag().as_text()) {
            Some(Some(issuer)) => claims.issuer = Some(issuer.into()),
            Some(None) => note(Failure::of_field(Code::ClaimsWrongType, "iss")),
            None => {}
        }
        let mut dates = [None; 3];
        for ((claim, name), date) in DATES.iter().zip(&mut dates) {
            let Some(item) = cwt.get_int(*claim).filter(|item| !item.is_null()) else { continue };
            match numeric_date(item) {
                Ok(time) => *date = Some(time),
                Err(code) => {
                    claims.dates_are_readable = false;
                    note(Failure::of_field(code, *name));
                }
            }
        }
        [claims.expires_at, claims.not_before, claims.issued_at] = dates;
        match content(&cwt, item) {
            Ok((key, item)) => claims.content = Some((key, item.offset_in(payload))),
            Err(failure) => note(failure),
        }
        claims.problem = first_problem;
        claims
    }

    /// The issuer claim (iss) as it stands: by specification an ISO 3166-1 alpha-2 code, in
    /// practice also other text.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// When the certificate was issued (iat).
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// Before when the certificate is not valid (nbf).
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// After when the certificate is not valid (exp); life-long certificates have none.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The key of the content within the health certificate claim, which says its profile.
    #[must_use]
    pub const fn hcert_key(&self) -> Option<i64> {
        match self.content {
            Some((key, _)) => Some(key),
            None => None,
        }
    }

    /// Whether every date claim that is there could be read.
    pub(crate) const fn dates_are_readable(&self) -> bool {
        self.dates_are_readable
    }

    /// The first thing that could not be read.
    pub(crate) const fn problem(&self) -> Option<&Failure> {
        self.problem.as_ref()
    }

    /// The content's item; `payload` must be what these claims were read from.
    pub(crate) fn content<'a>(&self, payload: &'a [u8]) -> Option<Item<'a>> {
        let (_, start) = self.content?;
        payload.get(start..).map(Item::from_validated)
    }
}

/// A CBOR error inside the claims.
#[cfg(not(feature = "outcomes"))]
const fn claims_failure(_: &crate::codec::cbor::CborError) -> Failure {
    Failure::new(Code::Untold)
}

/// A CBOR error inside the claims.
#[cfg(feature = "outcomes")]
fn claims_failure(error: &crate::codec::cbor::CborError) -> Failure {
    use crate::codec::cbor::CborErrorKind as Kind;
    Failure::new(match error.kind() {
        Kind::Truncated => Code::ClaimsTruncated,
        Kind::Malformed => Code::ClaimsMalformed,
        Kind::TooDeep => Code::ClaimsTooDeep,
        Kind::TooLarge => Code::ClaimsTooLarge,
        Kind::DuplicateKey => Code::ClaimsDuplicateKey,
        Kind::TrailingBytes => Code::ClaimsTrailingBytes,
        Kind::NotUtf8 => Code::ClaimsNotUtf8,
    })
}

/// A NumericDate (RFC 8392 §2): an integer or float; a tag 1 before it is tolerated.
fn numeric_date(item: Item<'_>) -> Result<Timestamp, Code> {
    let item = match item.value() {
        Value::Tag(1, inner) => inner,
        _ => item,
    };
    let time = match item.value() {
        Value::Float(seconds) => Timestamp::from_fractional_seconds(seconds).ok(),
        Value::Unsigned(_) | Value::Negative(_) => {
            item.as_i64().and_then(|seconds| Timestamp::from_seconds(seconds).ok())
        }
        _ => return Err(Code::ClaimsWrongType),
    };
    time.ok_or(Code::ClaimsInvalidDate)
}

/// The first content of a profile this library knows, else the first content at all. Early certificates of WHO have no
/// health certificate claim and carry their content in the claims themselves.
fn content<'a>(cwt: &MapIndex<'a>, claims: Item<'a>) -> Result<(i64, Item<'a>), Failure> {
    let none = || Failure::of_field(Code::ClaimsNoHealthCertificate, "hcert");
    let Some(hcert) = cwt.get_int(CLAIM_HCERT) else {
        return claims.as_map().and_then(flat_key).map(|key| (key, claims)).ok_or_else(none);
    };
    let map = hcert.untag().as_map().ok_or_else(|| Failure::of_field(Code::ClaimsWrongType, "hcert"))?;
    // Known ones in their order, wherever they stand; of the others, the one that stands first.
    let rank = |key: i64| KNOWN_KEYS.into_iter().position(|known| known == key).unwrap_or(KNOWN_KEYS.len());
    let mut best: Option<(i64, Item<'_>)> = None;
    for (key, item) in map {
        let Some(key) = key.as_i64() else { continue };
        if best.is_none_or(|(other, _)| rank(key) < rank(other)) {
            best = Some((key, item));
        }
        if rank(key) == 0 {
            break;
        }
    }
    best.ok_or_else(none)
}
