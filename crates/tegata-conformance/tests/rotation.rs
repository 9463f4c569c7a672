//! The manual's two procedures, step by step: signers that overlap, and a signer whose key has leaked.

use tegata::crypto::rustcrypto::PROVIDER;
use tegata::keys::{
    CertificateRequest, Certification, HealthPurposes, SoftwareSigner, Subject, certificate_request,
    self_signed_authority,
};
use tegata::model::{EXAMPLE_RECORD, Record};
use tegata::x509::Certificate;
use tegata::{Code, Failure, Issuer, Profile, Request, RevocationSet, Status, TrustSet, Verifier};
use tegata_conformance::forge::{Forge, Sequence, time};

const VACCINATION: HealthPurposes = HealthPurposes { test: false, vaccination: true, recovery: false };

struct Authority {
    key: SoftwareSigner,
    certificate: Certificate,
}

impl Authority {
    fn new() -> Self {
        let key = SoftwareSigner::generate(&Sequence(100)).unwrap();
        let subject = Subject::new("JP", "Tegata tests", "Authority").unwrap();
        let (from, to) = (time("2026-01-01T00:00:00Z"), time("2030-01-01T00:00:00Z"));
        let certificate = self_signed_authority(&key, &subject, from, to, &Sequence(100)).unwrap();
        Self { key, certificate: Certificate::parse(&certificate).unwrap() }
    }

    fn signer(&self, number: u64, from: &str, to: &str) -> DocumentSigner {
        let key = SoftwareSigner::generate(&Sequence(number)).unwrap();
        let subject = Subject::new("JP", "Tegata tests", &format!("Signer {number}")).unwrap();
        let request = certificate_request(&key, &CertificateRequest::new(subject, VACCINATION)).unwrap();
        let certification = Certification::new(VACCINATION, time(from), time(to));
        let certificate = certification.certify(&self.key, &self.certificate, &request, &Sequence(number)).unwrap();
        DocumentSigner { key, certificate: Certificate::parse(&certificate).unwrap() }
    }

    /// What a verifier has that was given these signers.
    fn verifier(&self, signers: &[&DocumentSigner]) -> Verifier {
        let mut trust = TrustSet::builder(&PROVIDER);
        trust.trust_authority(&self.certificate).unwrap();
        for signer in signers {
            trust.offer_certificate(&signer.certificate).unwrap();
        }
        Verifier::new(trust.build())
    }
}

struct DocumentSigner {
    key: SoftwareSigner,
    certificate: Certificate,
}

impl DocumentSigner {
    fn issue(&self, from: &str, to: &str) -> Result<String, Failure> {
        let (issued_at, expires_at) = (time(from), Some(time(to)));
        let request = Request { issued_at, issue_date: issued_at.date(), expires_at, ..Forge::request(Profile::Jp) };
        let issuer = Issuer::new(self.certificate.clone(), &PROVIDER).unwrap();
        let record = Record::from_json(EXAMPLE_RECORD).unwrap();
        Ok(issuer.issue(&record, &request, &self.key)?.text().to_owned())
    }
}

fn outcome(verifier: &Verifier, text: &str, at: &str) -> (Status, Option<Code>) {
    let report = verifier.verify(text, time(at));
    (report.status(), report.failure().map(Failure::code))
}

const ACCEPTED: (Status, Option<Code>) = (Status::Accepted, None);

#[test]
fn signers_overlap_without_a_day_between() {
    let authority = Authority::new();
    let old = authority.signer(1, "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z");
    let new = authority.signer(2, "2026-11-01T00:00:00Z", "2028-11-01T00:00:00Z");
    let (before, both) = (authority.verifier(&[&old]), authority.verifier(&[&old, &new]));

    // The old one issues for a year as long as a year is left of it, the new one from its first day on.
    let last_of_old = old.issue("2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z").unwrap();
    let too_late = old.issue("2027-01-02T00:00:00Z", "2028-01-02T00:00:00Z").unwrap_err();
    assert_eq!(too_late.code(), Code::SignerEndsFirst);
    let too_early = new.issue("2026-10-31T23:59:59Z", "2027-10-31T00:00:00Z").unwrap_err();
    assert_eq!(too_early.code(), Code::SignerNotYetValid);
    let first_of_new = new.issue("2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z").unwrap();

    // Who has not fetched the new signer yet knows only the old one; who has knows both.
    assert_eq!(outcome(&before, &last_of_old, "2027-01-01T00:00:00Z"), ACCEPTED);
    let unknown = (Status::Rejected, Some(Code::UnknownSigner));
    assert_eq!(outcome(&before, &first_of_new, "2027-01-01T00:00:00Z"), unknown);
    for text in [&last_of_old, &first_of_new] {
        assert_eq!(outcome(&both, text, "2027-01-01T00:00:00Z"), ACCEPTED);
    }
    // What the old one signed stays valid to its own end, for as long as its signer stays in the list.
    assert_eq!(outcome(&both, &last_of_old, "2027-12-31T00:00:00Z"), ACCEPTED);
    let expired = (Status::Rejected, Some(Code::Expired));
    assert_eq!(outcome(&both, &last_of_old, "2027-12-31T00:00:01Z"), expired);
    let after = authority.verifier(&[&new]);
    assert_eq!(outcome(&after, &last_of_old, "2027-06-01T00:00:00Z"), unknown);
}

#[test]
fn a_leaked_signer_takes_all_it_signed_with_it() {
    let authority = Authority::new();
    let leaked = authority.signer(1, "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z");
    let new = authority.signer(2, "2026-03-01T00:00:00Z", "2028-03-01T00:00:00Z");
    let honest = leaked.issue("2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z").unwrap();
    // The thief sets the dates: nothing tells this from an honest one.
    let backdated = leaked.issue("2026-01-02T00:00:00Z", "2027-01-02T00:00:00Z").unwrap();
    let again = new.issue("2026-03-02T00:00:00Z", "2027-03-02T00:00:00Z").unwrap();

    let mut revocation = RevocationSet::builder();
    revocation.revoke_signer(&leaked.certificate.key_id()).unwrap();
    let informed = authority.verifier(&[&leaked, &new]).with_revocation(revocation.build());
    let stale = authority.verifier(&[&leaked, &new]);
    let revoked = (Status::Rejected, Some(Code::SignerRevoked));
    for text in [&honest, &backdated] {
        assert_eq!(outcome(&stale, text, "2026-04-01T00:00:00Z"), ACCEPTED);
        assert_eq!(outcome(&informed, text, "2026-04-01T00:00:00Z"), revoked);
    }
    assert_eq!(outcome(&informed, &again, "2026-04-01T00:00:00Z"), ACCEPTED);
}
