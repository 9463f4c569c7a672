//! Certificates of health certificate signers as most of them are, and nothing else: the reader for modules that should
//! be small. P-256 keys by the curve's name, version 3, plain names, DER lengths of up to two octets.
//!
//! Whatever it takes, the full reader takes too, and reads the same from it; a test compares the two. What it does not
//! take may be a good certificate all the same. It is refused as [`CertificateError::BeyondLean`].

#![cfg_attr(feature = "x509-full", allow(unreachable_pub, reason = "the full reader is public in its place"))]

use core::fmt;

use sha2::{Digest, Sha256};

use super::{CertificateError, HealthUsage, MAX_CERTIFICATE_BYTES, oid};
use crate::crypto::PublicKey;
use crate::time::{Date, Timestamp};

/// An X.509 certificate (RFC 5280) of version 3 with a P-256 key.
///
/// Parsing says nothing about trust: neither its signature nor its dates are checked. `Debug` shows
/// the key identifier alone, for a subject may be a person.
#[derive(Clone)]
pub struct Certificate {
    der: Box<[u8]>,
    key_id: [u8; 8],
    subject: String,
    country: Option<String>,
    usage: HealthUsage,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::BeyondLean`] for everything but the plain certificates of this module.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        read(der).ok_or(CertificateError::BeyondLean)
    }

    /// The certificate as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key identifier health certificates name their signer by: the first 8 bytes of the SHA-256
    /// of the DER certificate (HCERT §3.2.2).
    #[must_use]
    pub const fn key_id(&self) -> [u8; 8] {
        self.key_id
    }

    /// The subject's public key, not yet checked to be a good one.
    ///
    /// # Errors
    /// None: without such a key there is no certificate here.
    pub const fn public_key(&self) -> Result<&PublicKey, CertificateError> {
        Ok(&self.public_key)
    }

    /// The first moment of its validity.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last second of its validity.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whom the certificate is about, in the notation of RFC 4514: `CN=…,O=…,C=AT`. Personal data
    /// when it is a person.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The subject's country, the first if there are several; as written, normally ISO 3166-1
    /// alpha-2.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// Which health certificates the subject may sign. Without an extended key usage, all.
    #[must_use]
    pub const fn health_usage(&self) -> HealthUsage {
        self.usage
    }
}

/// Certificates are equal when their bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({:016x})", u64::from_be_bytes(self.key_id))
    }
}

/// Reads a file of certificates: one in DER, or PEM text (RFC 7468) of `CERTIFICATE` blocks. Text around them is passed
/// over, other blocks are not.
///
/// # Errors
/// [`CertificateError::NotACertificate`] when there is none, else [`CertificateError::BeyondLean`] for the first that
/// cannot be read here.
pub fn certificates_from(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    // DER. A text may begin with this digit, too, which the full reader finds out.
    if bytes.first() == Some(&SEQUENCE) {
        return Ok(vec![Certificate::parse(bytes)?]);
    }
    let mut certificates = Vec::new();
    let mut base64: Option<Vec<u8>> = None;
    for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        match (&mut base64, line) {
            (None, b"-----BEGIN CERTIFICATE-----") => base64 = Some(Vec::new()),
            (Some(text), b"-----END CERTIFICATE-----") => {
                let der = decoded(text).ok_or(CertificateError::BeyondLean)?;
                certificates.push(Certificate::parse(&der)?);
                base64 = None;
            }
            (_, [b'-', ..]) => return Err(CertificateError::BeyondLean),
            // It may be a list, which the full build asks for first.
            (None, line) if line.iter().any(|byte| b"[{".contains(byte)) => return Err(CertificateError::BeyondLean),
            (None, _) => {}
            (Some(text), _) => text.extend_from_slice(line),
        }
    }
    match base64 {
        Some(_) => Err(CertificateError::BeyondLean),
        None if certificates.is_empty() => Err(CertificateError::NotACertificate),
        None => Ok(certificates),
    }
}

/// What a text in Base64 (RFC 4648 §4) stands for, in its one form. Written here because the crate that reads it elsewhere
/// takes the time of secrets, and ten times the room.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            let [.., byte] = (bits >> held).to_be_bytes();
            bytes.push(byte);
            bits &= (1 << held) - 1;
        }
    }
    (text.len().is_multiple_of(4) && bits == 0).then_some(bytes)
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// What comes before the two coordinates of a key: id-ecPublicKey, prime256v1, and an uncompressed point.
const P256_KEY: &[u8] = &[
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The bytes that are left to be read.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: its tag and what it holds.
    fn any(&mut self) -> Option<(u8, Self)> {
        let (tag, length, rest) = match *self.0 {
            [tag, length @ ..=0x7f, ref rest @ ..] => (tag, usize::from(length), rest),
            [tag, 0x81, length, ref rest @ ..] => (tag, usize::from(length), rest),
            [tag, 0x82, high, low, ref rest @ ..] => (tag, usize::from(high) << 8 | usize::from(low), rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (tag & 0x1f != 0x1f).then_some((tag, Self(value)))
    }

    /// What the next element holds, which must have this tag.
    fn next(&mut self, tag: u8) -> Option<Self> {
        let (found, value) = self.any()?;
        (found == tag).then_some(value)
    }

    /// The same where nothing may follow.
    fn only(mut self, tag: u8) -> Option<Self> {
        let value = self.next(tag)?;
        self.0.is_empty().then_some(value)
    }
}

fn read(der: &[u8]) -> Option<Certificate> {
    if der.len() > MAX_CERTIFICATE_BYTES {
        return None;
    }
    let mut outer = Der(der).only(SEQUENCE)?;
    let mut fields = outer.next(SEQUENCE)?;
    let algorithm = outer.next(SEQUENCE)?.0;
    let [0, ..] = outer.only(BIT_STRING)?.0 else { return None };

    let [INTEGER, 1, 2] = fields.next(0xa0)?.0 else { return None };
    fields.next(INTEGER)?;
    // RFC 5280 §4.1.1.2: the signed copy and the unsigned one must agree.
    let mut inner = fields.next(SEQUENCE)?;
    if inner.0 != algorithm {
        return None;
    }
    inner.next(OID)?;
    if !inner.0.is_empty() {
        inner.any()?;
    }
    if !inner.0.is_empty() {
        return None;
    }
    name(fields.next(SEQUENCE)?)?;
    let mut validity = fields.next(SEQUENCE)?;
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    if !validity.0.is_empty() {
        return None;
    }
    let (subject, country) = name(fields.next(SEQUENCE)?)?;
    let point: [u8; 65] = fields.next(SEQUENCE)?.0.strip_prefix(P256_KEY)?.try_into().ok()?;
    let [4, ..] = point else { return None };
    let usage = if fields.0.is_empty() { HealthUsage::default() } else { extensions(fields.only(0xa3)?)? };
    let hash: [u8; 32] = Sha256::digest(der).into();
    Some(Certificate {
        der: der.into(),
        key_id: *hash.first_chunk()?,
        subject,
        country,
        usage,
        not_before,
        not_after,
        public_key: PublicKey::P256(point),
    })
}

/// A name as text, the most specific attribute first (RFC 4514), and its first country.
fn name(mut sequence: Der<'_>) -> Option<(String, Option<String>)> {
    let (mut names, mut country) = (String::new(), None);
    while !sequence.0.is_empty() {
        let mut attribute = sequence.next(SET)?.only(SEQUENCE)?;
        let label = match attribute.next(OID)?.0 {
            [0x55, 4, 3] => "CN=",
            [0x55, 4, 5] => "serialNumber=",
            [0x55, 4, 6] => "C=",
            [0x55, 4, 7] => "L=",
            [0x55, 4, 8] => "ST=",
            [0x55, 4, 10] => "O=",
            [0x55, 4, 11] => "OU=",
            _ => return None,
        };
        let (UTF8_STRING | PRINTABLE_STRING, value) = attribute.any()? else { return None };
        let value = core::str::from_utf8(value.0).ok().filter(|_| attribute.0.is_empty())?;
        let mut text = label.to_owned();
        for character in value.chars() {
            match character {
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.push('\\'),
                // What the full reader escapes by its bytes: control characters, and those that change the direction.
                ..' ' | '\x7f'..'\u{a0}' | '\u{61c}' | '\u{200e}'..='\u{206f}' => return None,
                _ => {}
            }
            text.push(character);
        }
        if value.starts_with([' ', '#']) || value.ends_with(' ') {
            return None;
        }
        if label == "C=" && country.is_none() {
            country = Some(value.to_owned());
        }
        if !names.is_empty() {
            text.push(',');
        }
        text.push_str(&names);
        names = text;
    }
    Some((names, country))
}

/// `Time` (RFC 5280 §4.1.2.5) in UTC, with seconds.
fn time(validity: &mut Der<'_>) -> Option<Timestamp> {
    let (tag, Der(text)) = validity.any()?;
    let mut pairs = [0; 7];
    // UTCTime has no century.
    let absent = match tag {
        UTC_TIME => 1,
        GENERALIZED_TIME => 0,
        _ => return None,
    };
    let present = pairs.get_mut(absent..)?;
    let text = text.strip_suffix(b"Z").filter(|text| text.len() == 2 * present.len())?;
    for (pair, digits) in present.iter_mut().zip(text.as_chunks::<2>().0) {
        let [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = digits else { return None };
        *pair = (tens - b'0') * 10 + (ones - b'0');
    }
    let [mut century, year, month, day, hour @ ..24, minute @ ..60, second @ ..60] = pairs else { return None };
    if absent == 1 {
        // RFC 5280 §4.1.2.5.1
        century = if year < 50 { 20 } else { 19 };
    }
    let date = Date::new(u16::from(century) * 100 + u16::from(year), month, day).ok()?;
    let of_day = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    Timestamp::from_seconds(date.midnight().seconds() + of_day).ok()
}

/// Looks through the extensions, none of which may appear twice (RFC 5280 §4.2), for the extended key usage. Those that
/// only paths need must be such that the full reader takes them.
fn extensions(explicit: Der<'_>) -> Option<HealthUsage> {
    let mut list = explicit.only(SEQUENCE)?;
    let mut usage = HealthUsage::default();
    let mut seen: u64 = 0;
    while !list.0.is_empty() {
        let mut extension = list.next(SEQUENCE)?;
        let kind = extension.next(OID)?.0;
        if let [1, 1, _, rest @ ..] = extension.0 {
            extension.0 = rest;
        }
        let mut value = extension.only(OCTET_STRING)?;
        let [0x55, 0x1d, number @ ..64] = *kind else { continue };
        if seen & 1 << number != 0 {
            return None;
        }
        seen |= 1 << number;
        match kind {
            oid::EXTENDED_KEY_USAGE => {
                let mut purposes = value.only(SEQUENCE)?;
                while !purposes.0.is_empty() {
                    usage.add(purposes.next(OID)?.0);
                }
            }
            oid::KEY_USAGE => {
                let [..8, _, ..] = value.only(BIT_STRING)?.0 else { return None };
            }
            oid::SUBJECT_KEY_ID => {
                value.only(OCTET_STRING)?;
            }
            oid::AUTHORITY_KEY_ID => {
                let mut authority = value.only(SEQUENCE)?;
                if !authority.0.is_empty() {
                    authority.any()?;
                }
            }
            oid::BASIC_CONSTRAINTS => {
                let ([] | [1, 1, _]) = value.next(SEQUENCE)?.0 else { return None };
                if !value.0.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some(usage)
}

#[cfg(test)]
#[cfg(feature = "x509-full")]
mod tests;
