//! What the benches work on: an issuer, a record, and certificates issued from it. Everything is made from seeds, so
//! every run measures the same bytes.

mod cards;
pub mod stages;
mod without_arithmetic;

pub use without_arithmetic::PROVIDER as CREDULOUS;

use sha2::{Digest as _, Sha256};
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::crypto::{Algorithm, CryptoProvider, PreparedKey, RandomError, SecureRandom, Signer};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::EXAMPLE_RECORD;
use tegata::x509::{Certificate, to_pem};
use tegata::{Issuer, Profile, Record, Request, Timestamp, TrustSet, Verifier};

/// Bytes that are the same in every run: SHA-256 of a seed and a counter.
struct Seeded(u64);

impl SecureRandom for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for (counter, chunk) in (0_u64..).zip(buffer.chunks_mut(32)) {
            let block = Sha256::new().chain_update(self.0.to_be_bytes()).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// An issuer with its key, and what it issues from.
pub struct Fixture {
    /// The key.
    pub signer: SoftwareSigner,
    /// The issuer.
    pub issuer: Issuer,
    /// The example record of the library.
    pub record: Record,
    /// The time of verification.
    pub now: Timestamp,
}

impl Default for Fixture {
    fn default() -> Self {
        Self::numbered(0)
    }
}

impl Fixture {
    /// One of many issuers, each with a key of its own.
    #[must_use]
    pub fn numbered(number: u64) -> Self {
        let (signer, certificate) = signer_and_certificate(number);
        Self {
            signer,
            issuer: Issuer::new(certificate, &PROVIDER).unwrap(),
            record: Record::from_json(EXAMPLE_RECORD).unwrap(),
            now: time("2026-06-01T00:00:00Z"),
        }
    }

    /// What is asked for when a certificate of this profile is issued.
    #[must_use]
    pub fn request(&self, profile: Profile) -> Request {
        Request {
            profile,
            issuer: None,
            issued_at: time("2026-04-01T00:00:00Z"),
            issue_date: time("2026-04-01T00:00:00Z").date(),
            expires_at: Some(time("2027-04-01T00:00:00Z")),
            certificate_id: "BENCH00000000001".into(),
            dose: None,
        }
    }

    /// The text of a certificate of this profile.
    #[must_use]
    pub fn text(&self, profile: Profile) -> String {
        let issued = self.issuer.issue(&self.record, &self.request(profile), &self.signer).unwrap();
        issued.text().to_owned()
    }

    /// A verifier that trusts the issuer alone.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.verifier_with(&PROVIDER)
    }

    /// The same with another provider.
    #[must_use]
    pub fn verifier_with(&self, provider: &'static CryptoProvider) -> Verifier {
        let mut trust = TrustSet::builder(provider);
        trust.trust_certificate(self.issuer.certificate()).unwrap();
        Verifier::new(trust.build())
    }

    /// A verifier that takes every signature for genuine: what is left is everything beside the signature.
    #[must_use]
    pub fn verifier_without_arithmetic(&self) -> Verifier {
        self.verifier_with(&CREDULOUS)
    }

    /// A signer of this issuer that gives the same 64 bytes for every message.
    #[must_use]
    pub fn signer_without_arithmetic(&self) -> impl Signer + use<> {
        without_arithmetic::Copier::new(self.signer.public_key())
    }

    /// The issuer's key, ready to check signatures without anything around it.
    #[must_use]
    pub fn raw_key(&self) -> Box<dyn PreparedKey> {
        let verifier = PROVIDER.verifier(Algorithm::Es256).unwrap();
        verifier.prepare(self.issuer.certificate().public_key().unwrap()).unwrap()
    }
}

/// The layers of a certificate's text, for the benches of single stages.
pub struct Layers {
    /// The Base45 text, without the prefix.
    pub base45: String,
    /// The zlib stream.
    pub compressed: Vec<u8>,
    /// The signed object.
    pub cose: Vec<u8>,
    /// The same, read.
    pub sign1: Sign1,
}

impl Layers {
    /// Takes a text apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let base45 = text.strip_prefix("HC1:").unwrap().to_owned();
        let compressed = base45::decode(&base45).unwrap();
        let cose = zlib::decompress(&compressed, zlib::MAX_INFLATED).unwrap();
        Self { base45, compressed, sign1: Sign1::parse(cose.clone()).unwrap(), cose }
    }
}

/// A PEM file of this many signer certificates, each of its own key.
#[must_use]
pub fn trust_file(certificates: u64) -> String {
    (1..=certificates).map(|seed| to_pem("CERTIFICATE", signer_and_certificate(seed).1.der())).collect()
}

/// A signer and its certificate, the same for a seed in every run.
#[must_use]
pub fn signer_and_certificate(seed: u64) -> (SoftwareSigner, Certificate) {
    let random = Seeded(seed);
    let signer = SoftwareSigner::generate(&random).unwrap();
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    let subject = Subject::new("JP", "Tegata benches", &format!("Signer {seed}")).unwrap();
    let request = CertificateRequest::new(subject, purposes);
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
    let der = self_signed(&signer, &request, from, until, &random).unwrap();
    (signer, Certificate::parse(&der).unwrap())
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}
