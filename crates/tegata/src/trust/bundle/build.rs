//! Making a bundle: what its publisher does.

use core::fmt;

use super::content::VERSION;
use super::{Anchor, BundlePolicy, MAX_BUNDLE_BYTES, envelope, protected_header};
use crate::codec::cbor::Encoder;
use crate::codec::zlib;
use crate::cose::{Prepared, Sign1};
use crate::crypto::{CryptoProvider, PublicKey, Signer};
use crate::report::{Code, Failure};
use crate::revocation::RevocationSet;
use crate::time::Timestamp;
use crate::trust::{MAX_SIGNERS, TrustSet, TrustedSigner};
use crate::x509::Certificate;

/// Collects the content of a bundle.
#[derive(Clone, Debug)]
pub struct BundleBuilder {
    sequence: u64,
    issued_at: Timestamp,
    valid_until: Timestamp,
    policy: BundlePolicy,
    /// Encoding and subject of each signer.
    pub(super) signers: Vec<(Vec<u8>, String)>,
    revocation: Option<RevocationSet>,
}

impl BundleBuilder {
    /// A bundle without signers. The sequence number must be above that of the bundle before; times are
    /// kept in whole seconds.
    ///
    /// # Errors
    /// [`Code::InvalidPeriod`] when it would end before it is issued.
    pub fn new(sequence: u64, issued_at: Timestamp, valid_until: Timestamp) -> Result<Self, Failure> {
        if valid_until.seconds() < issued_at.seconds() {
            return Err(Code::InvalidPeriod.into());
        }
        let policy = BundlePolicy::default();
        Ok(Self { sequence, issued_at, valid_until, policy, signers: Vec::new(), revocation: None })
    }

    /// Sets what the bundle asks of those who verify with it.
    pub const fn policy(&mut self, policy: BundlePolicy) {
        self.policy = policy;
    }

    /// Adds the signers of a trust set, however they came to be trusted. Whoever opens the bundle trusts
    /// them directly: their authorities are judged here, at the time of issue, and no more later.
    ///
    /// Returns the key ids of those left out, because no authority of theirs is in force then.
    ///
    /// # Errors
    /// [`Code::TrustTooLarge`] beyond [`MAX_SIGNERS`].
    pub fn add_signers(&mut self, trust: &TrustSet) -> Result<Vec<Vec<u8>>, Failure> {
        if self.signers.len() + trust.len() > MAX_SIGNERS {
            return Err(Code::TrustTooLarge.into());
        }
        // Subjects are kept as lines.
        let line = |subject: &str| subject.replace(char::is_control, " ");
        let mut left_out = Vec::new();
        for signer in trust.signers() {
            if signer.authorities_in_force(self.issued_at, self.issued_at).is_ok() {
                self.signers.push((encode_signer(signer), line(signer.subject())));
            } else {
                left_out.push(signer.key_id().to_vec());
            }
        }
        Ok(left_out)
    }

    /// Sets what is revoked.
    ///
    /// # Errors
    /// [`Code::RevocationNotExact`] when there are slices: what a filter answers, a bundle cannot repeat.
    pub fn revocation(&mut self, revocation: RevocationSet) -> Result<(), Failure> {
        if revocation.has_slices() {
            return Err(Code::RevocationNotExact.into());
        }
        self.revocation = Some(revocation);
        Ok(())
    }

    /// The bytes to sign for the key of an anchor's certificate, wherever that key is.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] for a key that cannot be an anchor, [`Code::BundleTooLarge`]
    /// beyond [`MAX_BUNDLE_BYTES`].
    pub fn prepare(self, anchor: &Certificate, provider: &CryptoProvider) -> Result<PreparedBundle, Failure> {
        let algorithm = match anchor.public_key()? {
            PublicKey::P256(_) => -7,
            PublicKey::P384(_) => -35,
            PublicKey::Rsa { .. } => -37,
        };
        let anchor = Anchor::from_certificate(anchor, provider)?;
        let payload = self.encode();
        if payload.len() > MAX_BUNDLE_BYTES - 4096 {
            return Err(Code::BundleTooLarge.into());
        }
        let signed = Prepared { protected: protected_header(algorithm, anchor.key_id()), payload };
        Ok(PreparedBundle { signed, anchor, algorithm })
    }

    /// Signs with a key at hand.
    ///
    /// # Errors
    /// As [`BundleBuilder::prepare`] and [`PreparedBundle::finalise`]; [`Code::KeyCertificateMismatch`]
    /// when the key is not the certificate's, [`Code::SigningFailed`] when it does not sign.
    pub fn sign(
        self,
        anchor: &Certificate,
        signer: &dyn Signer,
        provider: &CryptoProvider,
    ) -> Result<Vec<u8>, Failure> {
        if *anchor.public_key()? != signer.public_key() {
            return Err(Code::KeyCertificateMismatch.into());
        }
        let prepared = self.prepare(anchor, provider)?;
        let signature = signer.sign(&prepared.to_be_signed()).map_err(|_| Failure::new(Code::SigningFailed))?;
        prepared.finalise(&signature)
    }

    pub(super) fn encode(mut self) -> Vec<u8> {
        self.signers.sort();
        self.signers.dedup_by(|one, other| one.0 == other.0);
        let subjects = match self.signers.iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>() {
            none if none.is_empty() => Vec::new(),
            subjects => zlib::compress(subjects.join("\n").as_bytes()),
        };
        let mut encoder = Encoder::new();
        encoder.array(8);
        encoder.unsigned(VERSION);
        encoder.unsigned(self.sequence);
        encoder.int(self.issued_at.seconds());
        encoder.int(self.valid_until.seconds());
        encoder.array(2);
        match self.policy.max_age_seconds {
            Some(seconds) => encoder.unsigned(seconds.into()),
            None => encoder.null(),
        }
        encoder.bool(self.policy.strict);
        encoder.array(self.signers.len());
        self.signers.iter().for_each(|(signer, _)| encoder.encoded(signer));
        encoder.bytes(&subjects);
        match &self.revocation {
            Some(revocation) => encode_revocation(&mut encoder, revocation),
            None => encoder.null(),
        }
        encoder.into_bytes()
    }
}

/// A bundle that lacks only its signature.
pub struct PreparedBundle {
    signed: Prepared,
    anchor: Anchor,
    algorithm: i64,
}

impl PreparedBundle {
    /// The bytes to sign (RFC 9052 §4.4), with the algorithm of the anchor's key.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.signed.to_be_signed()
    }

    /// The bundle; for ECDSA the signature is r ‖ s.
    ///
    /// # Errors
    /// [`Code::SigningFailed`] when the anchor's key did not make this signature.
    pub fn finalise(self, signature: &[u8]) -> Result<Vec<u8>, Failure> {
        let bytes = envelope(&self.signed.protected, &self.signed.payload, signature);
        let sign1 = Sign1::parse(bytes)?;
        if !self.anchor.has_signed(self.algorithm, &sign1.to_be_signed().parts(), signature) {
            return Err(Code::SigningFailed.into());
        }
        Ok(sign1.bytes().to_vec())
    }
}

impl fmt::Debug for PreparedBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedBundle").field(&self.signed).finish()
    }
}

fn encode_signer(signer: &TrustedSigner) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.array(6);
    encoder.bytes(signer.key_id());
    match signer.public_key() {
        PublicKey::P256(point) => encoder.bytes(point.get(1..).unwrap_or_default()),
        PublicKey::P384(point) => encoder.bytes(point.get(1..).unwrap_or_default()),
        PublicKey::Rsa { modulus, exponent } => {
            encoder.array(2);
            encoder.bytes(modulus);
            encoder.bytes(exponent);
        }
    }
    match signer.country() {
        Some(country) => encoder.text(country),
        None => encoder.null(),
    }
    let usage = signer.usage();
    let bits = [(usage.test, 1), (usage.vaccination, 2), (usage.recovery, 4)];
    encoder.unsigned(bits.iter().filter(|(given, _)| *given && usage.restricted).map(|(_, bit)| bit).sum());
    encoder.int(signer.not_before().seconds());
    encoder.int(signer.not_after().seconds());
    encoder.into_bytes()
}

fn encode_revocation(encoder: &mut Encoder, revocation: &RevocationSet) {
    encoder.array(3);
    match revocation.fresh_until() {
        Some(time) => encoder.int(time.seconds()),
        None => encoder.null(),
    }
    encoder.array(revocation.signers().len());
    revocation.signers().for_each(|key_id| encoder.bytes(key_id));
    encoder.array(revocation.lists().count());
    for (key_id, kind, hashes) in revocation.lists() {
        encoder.array(3);
        match key_id {
            Some(key_id) => encoder.bytes(key_id),
            None => encoder.null(),
        }
        encoder.unsigned(kind.number());
        encoder.bytes(hashes.as_flattened());
    }
}
