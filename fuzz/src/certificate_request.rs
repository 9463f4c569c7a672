//! Requests for a document signer's certificate.

use std::sync::LazyLock;

use tegata::Timestamp;
use tegata::crypto::{RandomError, SecureRandom};
use tegata::keys::{Certification, HealthPurposes, SoftwareSigner, Subject, self_signed_authority};
use tegata::x509::Certificate;

/// The same bytes in every run.
struct Fixed;

impl SecureRandom for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(0x42);
        Ok(())
    }
}

const PURPOSES: HealthPurposes = HealthPurposes { test: false, vaccination: true, recovery: false };
const BEGIN: i64 = 1_767_225_600;
const END: i64 = BEGIN + 365 * 86_400;

static AUTHORITY: LazyLock<(SoftwareSigner, Certificate)> = LazyLock::new(|| {
    let key = SoftwareSigner::generate(&Fixed).expect("a key");
    let subject = Subject::new("JP", "Tegata", "Fuzzing Authority").expect("a name");
    let (begin, end) = period();
    let der = self_signed_authority(&key, &subject, begin, end, &Fixed).expect("a certificate");
    (key, Certificate::parse(&der).expect("a certificate"))
});

fn period() -> (Timestamp, Timestamp) {
    (Timestamp::from_seconds(BEGIN).expect("a time"), Timestamp::from_seconds(END).expect("a time"))
}

/// A request in PEM or DER. What is certified is a certificate of the request's key, below the authority.
pub fn certificate_request(data: &[u8]) {
    let (key, authority) = &*AUTHORITY;
    let (begin, end) = period();
    let certification = Certification::new(PURPOSES, begin, end);
    match certification.certify(key, authority, data, &Fixed) {
        Ok(der) => {
            let certificate = Certificate::parse(&der).expect("what was certified can be read");
            assert_eq!(certificate.issuer_der(), authority.subject_der());
            assert_eq!(certificate.country(), authority.country());
        }
        Err(error) => {
            let _ = (error.to_string(), error.code(), format!("{error:?}"));
        }
    }
}
