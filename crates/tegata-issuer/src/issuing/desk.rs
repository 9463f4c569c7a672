//! Who issues.

use core::fmt;
use std::sync::Arc;

use tegata::crypto::{CryptoProvider, SecureRandom, Signer};
use tegata::time::Date;
use tegata::x509;
use tegata::{Failure, Issued, Issuer, Profile, Record, Request, Timestamp, TrustSet};

use super::{certify, id};
use crate::application::{Matched, Refusal, replaceable};
use crate::audit::{AuditError, Head, SignedHead};
use crate::ledger::Session;
use crate::municipality::{Municipality, japan_date};
use crate::record::{Issue, IssueDetails, RevocationHandle};

/// A municipality's settings with its signer at hand; shared between threads.
pub struct Desk {
    settings: Municipality,
    issuer: Issuer,
    /// Of former and next signers.
    also: Vec<x509::Certificate>,
    signer: Box<dyn Signer>,
    random: Arc<dyn SecureRandom>,
}

/// Certificates that were issued together, under one certificate ID.
pub struct Bundle {
    /// The certificate ID (証明書ID).
    pub certificate_id: String,
    /// The day of issue (証明書発行年月日).
    pub issue_date: Date,
    /// The record they certify.
    pub record: Record,
    /// One for each profile that was asked for, in that order.
    pub certificates: Vec<Certificate>,
}

/// One signed certificate.
pub struct Certificate {
    /// Its profile.
    pub profile: Profile,
    /// Its text, for a QR code, and what a paper is made of.
    pub issued: Issued,
}

impl Certificate {
    /// The text, for a QR code.
    #[must_use]
    pub fn text(&self) -> &str {
        self.issued.text()
    }
}

impl Desk {
    /// A desk of these settings, with the signer that they name.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`](tegata::Code::KeyUnsupported),
    /// [`Code::KeyCertificateMismatch`](tegata::Code::KeyCertificateMismatch).
    pub fn new(
        settings: Municipality,
        certificate: x509::Certificate,
        signer: Box<dyn Signer>,
        random: Arc<dyn SecureRandom>,
        provider: &CryptoProvider,
    ) -> Result<Self, Failure> {
        let issuer = Issuer::new(certificate, provider)?;
        issuer.match_key(&*signer)?;
        Ok(Self { settings, issuer, also: Vec::new(), signer, random })
    }

    /// With the certificates of former and next signers, which verifiers trust as well: what a former one signed stays
    /// valid, and the next one is known before it is needed.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`](tegata::Code::CertificateKeyUnsupported),
    /// [`Code::TrustTooLarge`](tegata::Code::TrustTooLarge).
    pub fn with_also(
        mut self,
        certificates: Vec<x509::Certificate>,
        provider: &CryptoProvider,
    ) -> Result<Self, Failure> {
        let mut trust = TrustSet::builder(provider);
        certificates.iter().try_for_each(|certificate| trust.trust_certificate(certificate))?;
        self.also = certificates;
        Ok(self)
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Municipality {
        &self.settings
    }

    /// The certificate of its signer, which verifiers trust.
    #[must_use]
    pub const fn certificate(&self) -> &x509::Certificate {
        self.issuer.certificate()
    }

    /// Every certificate that verifiers trust: its signer's first, then those of former and next signers.
    pub fn certificates(&self) -> impl Iterator<Item = &x509::Certificate> {
        core::iter::once(self.certificate()).chain(&self.also)
    }

    /// Signs the head of the municipality's audit log.
    ///
    /// # Errors
    /// [`AuditError::Signing`].
    pub fn sign_head(&self, head: Head) -> Result<SignedHead, AuditError> {
        head.sign(&*self.signer, &self.issuer.certificate().key_id())
    }

    /// Issues what a matched person asked for and records it in the session; nothing counts before the session is
    /// committed. A certificate that is replaced is revoked with it.
    ///
    /// # Errors
    /// [`Refusal::NothingToCertify`], [`Refusal::Issue`] with what the record or the signer cannot do, such as
    /// [`Code::SignerEndsFirst`](tegata::Code::SignerEndsFirst); errors of the ledger.
    pub fn issue(&self, matched: Matched, session: &mut Session<'_>, now: Timestamp) -> Result<Bundle, Refusal> {
        // Whole seconds are certified, and recorded.
        let issued_at = Timestamp::from_seconds(now.seconds()).unwrap_or(now);
        let issue_date = japan_date(issued_at);
        let record = certify::record(&self.settings, &matched.subject(), None, issue_date)?;
        let certificate_id =
            id::certificate_id(self.settings.code(), issue_date, &*self.random).map_err(Refusal::Issue)?;
        let validity = i64::from(self.settings.validity_days()) * 86_400;
        let expires_at = issued_at.saturating_add_seconds(validity);
        let key_id = self.issuer.certificate().key_id();
        let (mut certificates, mut texts) = (Vec::new(), Vec::new());
        for profile in &matched.profiles {
            let request = Request {
                profile: *profile,
                issuer: Some(self.settings.signer().country.clone()),
                issued_at,
                issue_date,
                expires_at: Some(expires_at),
                certificate_id: certificate_id.clone(),
                dose: None,
            };
            // Of the others, what is certified is the record itself.
            let of_its_own = (*profile == Profile::Dcc)
                .then(|| certify::record(&self.settings, &matched.subject(), Some(*profile), issue_date))
                .transpose()?;
            let certified = of_its_own.as_ref().unwrap_or(&record);
            let issued = self.issuer.issue(certified, &request, &*self.signer).map_err(Refusal::Issue)?;
            texts.push(RevocationHandle { profile: *profile, key_id, signature_hash: issued.signature_hash() });
            certificates.push(Certificate { profile: *profile, issued });
        }
        let Matched { resident, channel, kind, passport, replaces, decision, .. } = matched;
        if let Some(replaced) = replaces {
            replaceable(session, &replaced, &resident.internal_number)?;
            session.revoke(&replaced.certificate_id, &replaced.reason)?;
        }
        let issue = Issue {
            certificate_id: certificate_id.clone(),
            internal_number: resident.internal_number,
            issued_at,
            issue_date,
            expires_at: Some(expires_at),
            channel,
            kind,
            texts,
            details: IssueDetails { passport, decision: Some(decision) },
        };
        session.record_issue(&issue, self.settings.retain_until(issue_date))?;
        Ok(Bundle { certificate_id, issue_date, record, certificates })
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("municipality", &self.settings.code()).finish_non_exhaustive()
    }
}

/// Says nothing of the content.
impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("certificates", &self.certificates).finish_non_exhaustive()
    }
}

/// Says nothing of the content.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// A desk serves every thread.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Desk>();
};
