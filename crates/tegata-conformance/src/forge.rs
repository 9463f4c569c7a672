//! A trusted signer whose key the tests hold, so that they can sign what no honest issuer would.

use ciborium::Value;
use tegata::codec::{base45, zlib};
use tegata::cose::{Prepared, protected_header};
use tegata::crypto::{RandomError, SecureRandom, Signer as _, rustcrypto};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::{EXAMPLE_RECORD, Record};
use tegata::x509::Certificate;
use tegata::{Issuer, Profile, Report, Request, Status, Timestamp, TrustSet, Verifier};

/// Bytes that are the same in every run and good for nothing but tests.
pub struct Sequence(
    /// The state; any number will do.
    pub u64,
);

impl Sequence {
    /// The next number: SplitMix64.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number().to_le_bytes()[0]).collect()
    }
}

impl SecureRandom for Sequence {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.copy_from_slice(&Self(self.0).bytes(buffer.len()));
        Ok(())
    }
}

/// A signer, its certificate, and a verifier that trusts it alone.
pub struct Forge {
    /// The signer.
    pub signer: SoftwareSigner,
    /// The issuer of that signer.
    pub issuer: Issuer,
    /// What trusts that signer alone.
    pub verifier: Verifier,
}

impl Default for Forge {
    fn default() -> Self {
        Self::new()
    }
}

impl Forge {
    /// The first of them.
    #[must_use]
    pub fn new() -> Self {
        Self::of(1)
    }

    /// Signers of different numbers have different keys and one name.
    pub fn of(number: u64) -> Self {
        let signer = SoftwareSigner::generate(&Sequence(number)).unwrap();
        let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
        let subject = Subject::new("JP", "Tegata tests", "Signer of the tests").unwrap();
        let request = CertificateRequest::new(subject, purposes);
        let (from, to) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
        let certificate = self_signed(&signer, &request, from, to, &Sequence(number)).unwrap();
        let certificate = Certificate::parse(&certificate).unwrap();
        let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
        trust.trust_certificate(&certificate).unwrap();
        Self {
            signer,
            issuer: Issuer::new(certificate, &rustcrypto::PROVIDER).unwrap(),
            verifier: Verifier::new(trust.build()),
        }
    }

    /// What is asked for when nothing else is said.
    pub fn request(profile: Profile) -> Request {
        Request {
            profile,
            issuer: None,
            issued_at: time("2026-01-15T09:00:00Z"),
            issue_date: time("2026-01-15T09:00:00Z").date(),
            expires_at: Some(time("2027-01-15T09:00:00Z")),
            certificate_id: "TEST0000000001".into(),
            dose: None,
        }
    }

    /// An honest certificate of the example record.
    pub fn example(&self, profile: Profile) -> String {
        let record = Record::from_json(EXAMPLE_RECORD).unwrap();
        let issued = self.issuer.issue(&record, &Self::request(profile), &self.signer).unwrap();
        issued.text().to_owned()
    }

    /// A signed object around any payload.
    pub fn sign(&self, payload: &[u8]) -> Vec<u8> {
        self.sign_under(&protected_header(-7, &self.issuer.certificate().key_id()), payload)
    }

    /// A signed object around any protected header and payload.
    pub fn sign_under(&self, protected: &[u8], payload: &[u8]) -> Vec<u8> {
        let prepared = Prepared { protected: protected.to_vec(), payload: payload.to_vec() };
        let signature = self.signer.sign(&prepared.to_be_signed()).unwrap();
        prepared.finalise(&signature)
    }

    /// Verifies at a time when the honest certificates are in force.
    pub fn verify(&self, text: &str) -> Report {
        self.verifier.verify(text, now())
    }

    /// Signs a payload and verifies it.
    pub fn verify_payload(&self, payload: &[u8]) -> Report {
        self.verify(&envelope(&self.sign(payload)))
    }
}

/// A time of RFC 3339.
#[must_use]
pub fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A time when the honest certificates are in force.
#[must_use]
pub fn now() -> Timestamp {
    time("2026-06-01T00:00:00Z")
}

/// The text of any bytes, deflated.
pub fn envelope(cose: &[u8]) -> String {
    raw_envelope(&zlib::compress(cose))
}

/// The text of any bytes, in stored blocks: no time is lost on deflating.
pub fn stored_envelope(cose: &[u8]) -> String {
    let length = u16::try_from(cose.len()).unwrap();
    let head = [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    raw_envelope(&[&head, cose, &adler32(cose).to_be_bytes()].concat())
}

/// The text of bytes that need not be a zlib stream.
pub fn raw_envelope(bytes: &[u8]) -> String {
    format!("HC1:{}", base45::encode(bytes))
}

/// RFC 1950 §8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

/// The signed object in a text.
pub fn cose_of(text: &str) -> Vec<u8> {
    zlib::decompress(&base45::decode(&text[4..]).unwrap(), zlib::MAX_INFLATED).unwrap()
}

/// The payload of a certificate's text.
pub fn payload_of(text: &str) -> Vec<u8> {
    tegata::cose::Sign1::parse(cose_of(text)).unwrap().payload().to_vec()
}

/// Reads CBOR with another library.
pub fn read(bytes: &[u8]) -> Value {
    ciborium::from_reader(bytes).unwrap()
}

/// Writes CBOR with another library: as the tree stands, duplicates and all.
pub fn write(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).unwrap();
    out
}

/// Holds what every report promises against it, and says whether the certificate was accepted.
pub fn is_accepted(report: &Report, what: &str) -> bool {
    for (stage, check) in report.checks().in_order() {
        if let Some(failure) = check.failure() {
            assert_eq!(failure.code().stage(), stage, "{what}: a code under another stage's check");
        }
    }
    match report.failure() {
        None => {
            assert!(report.is_accepted() && report.content().is_some() && report.number() == 0, "{what}");
            assert!(report.checks().signature.passed() && report.checks().signer.passed(), "{what}");
        }
        Some(failure) => {
            assert!(!report.is_accepted() && report.content().is_none(), "{what}");
            assert!((1000..2000).contains(&report.number()), "{what}: {failure}");
            assert_ne!(report.status(), Status::Accepted, "{what}");
            if !report.checks().signature.passed() {
                assert!(report.unaccepted_content().is_none(), "{what}: content that nobody signed");
                assert!(report.summary(tegata::report::Language::English).is_none(), "{what}");
            }
        }
    }
    report.is_accepted()
}
