//! Vectors of verification: certificates' texts that are right, tolerably odd, or wrong in one place.

use tegata::codec::cbor::{Encoder, MapEncoder};
use tegata::codec::{base45, zlib};
use tegata::x509::Certificate;

use super::build::{
    CLIENT_AUTH, Draft, EXPIRES_AT, ISSUED_AT, Key, LEGACY_VACCINATION, Profile, TEST, VACCINATION, base64, bstr,
    certificate, header, sign1, text, to_be_signed,
};
use super::{Operation, Vector};

mod accepted;
mod authority;
mod content;
mod cose;
mod dvc;
mod envelope;
mod signing;

const HCERT: &str = "HCERT 1.1.1";
const RSA_2048: (&str, &str) = (include_str!("rsa-2048-p.hex"), include_str!("rsa-2048-q.hex"));
const RSA_1024: (&str, &str) = (include_str!("rsa-1024-p.hex"), include_str!("rsa-1024-q.hex"));

/// A key, its certificate and how it signs.
pub(super) struct Signing {
    pub(super) key: Key,
    pub(super) certificate: Certificate,
    algorithm: i64,
}

impl Signing {
    pub(super) fn new(key: Key, algorithm: i64, profile: &Profile) -> Self {
        let certificate = certificate(&key, profile);
        Self { key, certificate, algorithm }
    }

    fn protected(&self) -> Vec<u8> {
        header(self.algorithm, &self.certificate.key_id())
    }

    /// Tagged COSE_Sign1 of a payload.
    pub(super) fn cose(&self, payload: &[u8]) -> Vec<u8> {
        self.cose_with(&self.protected(), &[0xa0], payload)
    }

    fn cose_with(&self, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
        let signature = self.key.sign(&to_be_signed(protected, payload));
        [vec![0xd2], sign1(protected, unprotected, payload, &signature)].concat()
    }

    pub(super) fn text(&self, payload: &[u8]) -> String {
        text(&self.cose(payload))
    }
}

/// CWT claims with a content that is written by the caller.
pub(super) fn cwt(issuer: &str, dates: &[(i64, i64)], key: i64, content: impl FnOnce(&mut Encoder)) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|claims| {
        claims.int_key(1, |e| e.text(issuer));
        for (claim, seconds) in dates {
            claims.int_key(*claim, |e| e.int(*seconds));
        }
        claims.int_key(-260, |e| e.map(|hcert| hcert.int_key(key, content)));
    });
    encoder.into_bytes()
}

pub(super) const DATES: [(i64, i64); 2] = [(4, EXPIRES_AT), (6, ISSUED_AT)];

/// An EU certificate's content with one vaccination; `edit` may put in what it likes first, since
/// the first writer of a key wins.
fn dcc(encoder: &mut Encoder, skip: &[&str], edit: impl FnOnce(&mut MapEncoder<'_>)) {
    encoder.map(|dcc| {
        edit(dcc);
        if !skip.contains(&"ver") {
            dcc.text_key("ver", |e| e.text("1.3.0"));
        }
        if !skip.contains(&"dob") {
            dcc.text_key("dob", |e| e.text("1980-02-17"));
        }
        if !skip.contains(&"nam") {
            dcc.text_key("nam", |e| {
                e.map(|name| {
                    for (key, value) in [("fn", "手形"), ("gn", "花子"), ("fnt", "TEGATA"), ("gnt", "HANAKO")] {
                        name.text_key(key, |e| e.text(value));
                    }
                });
            });
        }
        if !skip.contains(&"v") {
            dcc.text_key("v", |e| {
                e.array(1);
                vaccination(e, skip, |_| {});
            });
        }
    });
}

fn vaccination(encoder: &mut Encoder, skip: &[&str], edit: impl FnOnce(&mut MapEncoder<'_>)) {
    encoder.map(|entry| {
        edit(entry);
        for (key, value) in [
            ("tg", "840539006"),
            ("vp", "1119349007"),
            ("mp", "EU/1/20/1528"),
            ("ma", "ORG-100030215"),
            ("dt", "2025-11-20"),
            ("co", "JP"),
            ("is", "Tegata City"),
            ("ci", "URN:UVCI:01:JP:TEGATAVECTOR0001"),
        ] {
            if !skip.contains(&key) {
                entry.text_key(key, |e| e.text(value));
            }
        }
        for (key, value) in [("dn", 2), ("sd", 2)] {
            if !skip.contains(&key) {
                entry.text_key(key, |e| e.unsigned(value));
            }
        }
    });
}

pub(super) fn plain(encoder: &mut Encoder) {
    dcc(encoder, &[], |_| {});
}

pub(super) fn generate() -> Vec<Vector> {
    let signing = Signing::new(Key::p256("tegata vector signer 1"), -7, &Profile::default());
    let payload = cwt("JP", &DATES, 1, plain);
    let mut all = accepted::accepted(&signing, &payload);
    all.extend(envelope::envelope(&signing, &payload));
    all.extend(cose::cose(&signing, &payload));
    all.extend(content::claims(&signing));
    all.extend(signing::signer(&signing, &payload));
    all.extend(signing::signature(&signing, &payload));
    all.extend(content::schema(&signing));
    all.extend(content::validity(&signing));
    all.extend(authority::vectors());
    all.extend(dvc::dvc(&signing));
    all.extend(envelope::images(&signing, &payload));
    all
}
