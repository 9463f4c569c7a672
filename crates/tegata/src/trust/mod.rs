//! Who may sign what: the trust set a verifier is given.
//!
//! A [`TrustSet`] is built once from what the caller trusts, with every key checked and prepared,
//! and is then only read. It holds no opinion on dates: a signer's own dates are judged with the
//! certificate's, under `validity`.

pub mod bundle;
mod keys;
mod period;

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use bundle::BundledSigner;
use keys::SignerKeys;
pub(crate) use period::TrustPeriod;

use crate::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey};
use crate::report::{Code, Failure};
use crate::revocation::RevocationSet;
use crate::time::Timestamp;
use crate::x509::{Certificate, HealthUsage};

/// The most signers a set holds. All signers of the EU's gateway and the WHO's network together
/// are under 2,000; fifty times that leaves room and keeps memory bounded.
pub const MAX_SIGNERS: usize = 100_000;

/// The most signers of one key id. Key ids are eight bytes of a hash, so honest clashes are rare
/// (one in the public lists); the cap keeps a hostile list from making verification slow. One more
/// is refused when trust is loaded, so that none is passed over in silence later.
pub const MAX_CANDIDATES: usize = 8;

/// RSA keys below this length are refused unless the caller allows them (RFC 8230 §6.1).
pub const MIN_RSA_BITS: usize = 2048;

/// RSA keys below this length are refused even then: anybody can break them.
const MIN_TOLERATED_RSA_BITS: usize = 1024;

/// What a caller tolerates for the sake of certificates that were really issued. Each is off
/// unless switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tolerances {
    /// Take `ES256` made with a P-384 key and SHA-256, as a few issuers do.
    pub p384_under_es256: bool,
    /// Take signatures of RSA keys of 1024 to 2047 bits.
    pub rsa_1024: bool,
}

/// How a signer came to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrustedBy {
    /// The caller named the signer itself.
    Direct,
}

impl TrustedBy {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
        }
    }
}

/// One signer, its key ready to verify.
pub struct TrustedSigner {
    key_id: Box<[u8]>,
    algorithm: Algorithm,
    keys: SignerKeys,
    key_kind: String,
    too_weak: bool,
    country: Option<String>,
    subject: String,
    usage: HealthUsage,
    not_before: Timestamp,
    not_after: Timestamp,
    trusted_by: TrustedBy,
    /// When the data that names this signer may be relied on; `None` for always.
    period: Option<TrustPeriod>,
}

impl TrustedSigner {
    /// The key id by which certificates name this signer.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The algorithm of the signer's key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The kind of the signer's key, such as `P-256` or `RSA-2048`.
    #[must_use]
    pub fn key_kind(&self) -> &str {
        &self.key_kind
    }

    /// The country (C) of the signer certificate's subject.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The distinguished name of the signer certificate's subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What the signer may sign.
    #[must_use]
    pub const fn usage(&self) -> HealthUsage {
        self.usage
    }

    /// Start of the signer certificate's validity.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// End of the signer certificate's validity.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How the signer came to be trusted.
    #[must_use]
    pub const fn trusted_by(&self) -> TrustedBy {
        self.trusted_by
    }

    /// Whether the key is too short to be relied on, and the caller did not allow it.
    pub(crate) const fn is_too_weak(&self) -> bool {
        self.too_weak
    }

    /// The prepared key for the algorithm a signed object names, if it is one of this signer's. A key
    /// out of a bundle is prepared now; an error says that it is no valid one.
    pub(crate) fn key_for(&self, cose_algorithm: i64) -> Option<Result<&dyn PreparedKey, KeyError>> {
        self.keys.for_cose_algorithm(cose_algorithm)
    }

    /// When the data that names this signer may be relied on; `None` for always.
    pub(crate) const fn period(&self) -> Option<&TrustPeriod> {
        self.period.as_ref()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        self.keys.public()
    }
}

impl fmt::Debug for TrustedSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedSigner")
            .field("algorithm", &self.algorithm)
            .field("country", &self.country)
            .field("trusted_by", &self.trusted_by)
            .finish_non_exhaustive()
    }
}

/// The signers a verifier trusts; immutable, shared between threads.
#[derive(Clone, Debug, Default)]
pub struct TrustSet {
    /// Sorted by key id.
    signers: Vec<Arc<TrustedSigner>>,
    revocation: Option<RevocationSet>,
}

impl TrustSet {
    /// A builder that prepares keys with this provider and tolerates nothing.
    #[must_use]
    pub fn builder(provider: &CryptoProvider) -> TrustSetBuilder<'_> {
        Self::tolerant_builder(provider, Tolerances::default())
    }

    /// A builder that prepares keys with this provider and tolerates what is said.
    #[must_use]
    pub const fn tolerant_builder(provider: &CryptoProvider, tolerances: Tolerances) -> TrustSetBuilder<'_> {
        TrustSetBuilder { provider, tolerances, signers: BTreeMap::new(), count: 0 }
    }

    /// The same with what is revoked: whoever verifies against this set checks it.
    #[must_use]
    pub fn with_revocation(self, revocation: RevocationSet) -> Self {
        Self { revocation: Some(revocation), ..self }
    }

    /// What is revoked; `None` where there is no such data.
    #[must_use]
    pub const fn revocation(&self) -> Option<&RevocationSet> {
        self.revocation.as_ref()
    }

    /// Every signer, sorted by key id.
    pub fn signers(&self) -> impl ExactSizeIterator<Item = &TrustedSigner> {
        self.signers.iter().map(AsRef::as_ref)
    }

    /// The number of signers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.signers.len()
    }

    /// Whether no one is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.signers.is_empty()
    }

    /// The signers with a key id; the builder keeps them to [`MAX_CANDIDATES`].
    pub(crate) fn candidates(&self, key_id: &[u8]) -> impl Iterator<Item = &Arc<TrustedSigner>> {
        let start = self.signers.partition_point(|signer| *signer.key_id < *key_id);
        self.signers.get(start..).unwrap_or_default().iter().take_while(move |signer| *signer.key_id == *key_id)
    }
}

/// Collects signers into a [`TrustSet`].
#[derive(Debug)]
pub struct TrustSetBuilder<'p> {
    provider: &'p CryptoProvider,
    tolerances: Tolerances,
    signers: BTreeMap<Box<[u8]>, Namesakes>,
    count: usize,
}

/// The signers of one key id, each with its certificate.
type Namesakes = Vec<(Vec<u8>, Arc<TrustedSigner>)>;

impl TrustSetBuilder<'_> {
    /// Trusts a certificate's key directly, whatever the certificate's constraints say. A
    /// certificate that is given twice counts once.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] when the provider cannot verify with its key, and
    /// [`Code::TrustTooLarge`] beyond [`MAX_SIGNERS`] or [`MAX_CANDIDATES`]; the set is as before.
    pub fn trust_certificate(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        let key_id = certificate.key_id();
        if !self.has_room_for(&key_id, certificate.der())? {
            return Ok(());
        }
        let public_key = certificate.public_key()?;
        let rsa_bits = public_key.rsa_bits();
        if rsa_bits.is_some_and(|bits| bits < MIN_TOLERATED_RSA_BITS) {
            return Err(Code::CertificateKeyUnsupported.into());
        }
        let keys = SignerKeys::new(public_key.clone(), self.provider, self.tolerances)?;
        keys.prepare()?;
        let signer = TrustedSigner {
            key_id: key_id.into(),
            algorithm: keys.algorithm(),
            keys,
            key_kind: public_key.kind(),
            too_weak: !self.tolerances.rsa_1024 && rsa_bits.is_some_and(|bits| bits < MIN_RSA_BITS),
            country: certificate.country().map(str::to_owned),
            subject: certificate.subject().to_owned(),
            usage: certificate.health_usage(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            trusted_by: TrustedBy::Direct,
            period: None,
        };
        self.insert(certificate.der(), signer);
        Ok(())
    }

    /// Trusts a signer out of a bundle. Its key is prepared when a certificate first needs it.
    fn trust_bundled(&mut self, bundled: &BundledSigner, period: TrustPeriod) -> Result<(), Failure> {
        let identity = bundled.identity();
        if !self.has_room_for(&bundled.key_id, &identity)? {
            return Ok(());
        }
        let rsa_bits = bundled.key.rsa_bits();
        if rsa_bits.is_some_and(|bits| bits < MIN_TOLERATED_RSA_BITS) {
            return Err(Code::CertificateKeyUnsupported.into());
        }
        let keys = SignerKeys::new(bundled.key.clone(), self.provider, self.tolerances)?;
        let signer = TrustedSigner {
            key_id: bundled.key_id.clone(),
            algorithm: keys.algorithm(),
            keys,
            key_kind: bundled.key.kind(),
            too_weak: !self.tolerances.rsa_1024 && rsa_bits.is_some_and(|bits| bits < MIN_RSA_BITS),
            country: bundled.country.as_deref().map(str::to_owned),
            subject: bundled.subject.as_ref().to_owned(),
            usage: bundled.usage,
            not_before: bundled.not_before,
            not_after: bundled.not_after,
            trusted_by: TrustedBy::Direct,
            period: Some(period),
        };
        self.insert(&identity, signer);
        Ok(())
    }

    /// Whether a certificate is new; an error when it is and there is no room for it.
    fn has_room_for(&self, key_id: &[u8], der: &[u8]) -> Result<bool, Failure> {
        let namesakes = self.signers.get(key_id).map_or(&[][..], Vec::as_slice);
        if namesakes.iter().any(|(known, _)| known == der) {
            return Ok(false);
        }
        if self.count >= MAX_SIGNERS || namesakes.len() >= MAX_CANDIDATES {
            return Err(Code::TrustTooLarge.into());
        }
        Ok(true)
    }

    fn insert(&mut self, der: &[u8], signer: TrustedSigner) {
        self.signers.entry(signer.key_id.clone()).or_default().push((der.to_vec(), Arc::new(signer)));
        self.count += 1;
    }

    /// The set.
    #[must_use]
    pub fn build(self) -> TrustSet {
        let signers = self.signers.into_values().flatten().map(|(_, signer)| signer).collect();
        TrustSet { signers, revocation: None }
    }
}

#[cfg(test)]
#[cfg(feature = "issue")]
mod tests {
    use super::*;
    use crate::crypto::SignatureError;
    use crate::crypto::rustcrypto;
    use crate::crypto::{RandomError, SecureRandom};
    use crate::format::hcert;
    use crate::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
    use crate::verify::Verifier;

    /// Bytes that are no secret.
    struct Ones;

    impl SecureRandom for Ones {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
            buffer.fill(1);
            Ok(())
        }
    }

    /// A key that takes exactly one signature.
    #[derive(Debug)]
    struct Takes(u8);

    impl PreparedKey for Takes {
        fn verify(&self, _: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
            if signature == [self.0] { Ok(()) } else { Err(SignatureError::Invalid) }
        }
    }

    const KEY_ID: [u8; 8] = *b"one kid!";

    /// A signer whose key takes the signature of this one byte.
    fn signer(key_id: [u8; 8], byte: u8) -> TrustedSigner {
        TrustedSigner {
            key_id: key_id.into(),
            algorithm: Algorithm::Es256,
            keys: SignerKeys::of_prepared(PublicKey::P256([4; 65]), Algorithm::Es256, Box::new(Takes(byte))),
            key_kind: "P-256".into(),
            too_weak: false,
            country: None,
            subject: format!("signer {byte}"),
            usage: HealthUsage::default(),
            not_before: Timestamp::from_seconds(0).unwrap(),
            not_after: Timestamp::from_seconds(4_000_000_000).unwrap(),
            trusted_by: TrustedBy::Direct,
            period: None,
        }
    }

    /// A set of these signers, and how many of them there was no room for.
    fn set(signers: Vec<TrustedSigner>) -> (TrustSet, usize) {
        let mut builder = TrustSet::builder(&rustcrypto::PROVIDER);
        let mut refused = 0;
        for signer in signers {
            let der = signer.subject.clone().into_bytes();
            match builder.has_room_for(&signer.key_id, &der) {
                Ok(true) => builder.insert(&der, signer),
                Ok(false) => {}
                Err(failure) => {
                    assert_eq!(failure.code(), Code::TrustTooLarge);
                    refused += 1;
                }
            }
        }
        (builder.build(), refused)
    }

    /// A certificate of this key id and the signature of one byte.
    fn text(byte: u8) -> String {
        // {1: -7, 4: key id}, claims {-260: {99: {}}}.
        let protected = [&b"\xa2\x01\x26\x04\x48"[..], &KEY_ID].concat();
        let payload = b"\xa1\x39\x01\x03\xa1\x18\x63\xa0";
        let cose = [&b"\x84\x4d"[..], &protected, b"\xa0\x48", payload, &[0x41, byte]].concat();
        hcert::close(&cose)
    }

    /// The byte of the signer that verified, if any did.
    fn verified(trust: &TrustSet, byte: u8) -> Option<String> {
        let report = Verifier::new(trust.clone()).verify(&text(byte), Timestamp::from_seconds(1_000_000_000).unwrap());
        report.checks().signature.passed().then(|| report.signer().unwrap().subject().to_owned())
    }

    #[test]
    fn every_signer_of_one_key_id_is_tried_up_to_the_cap() {
        let most = u8::try_from(MAX_CANDIDATES).unwrap();
        let mut signers: Vec<_> = (0..most + 3).map(|byte| signer(KEY_ID, byte)).collect();
        signers.extend([signer(*b"one kid ", 1), signer(*b"one kid\"", 2)]);
        let (trust, refused) = set(signers);
        assert_eq!((trust.candidates(&KEY_ID).count(), refused), (MAX_CANDIDATES, 3));
        for byte in 0..most {
            assert_eq!(verified(&trust, byte), Some(format!("signer {byte}")));
        }
        assert_eq!(verified(&trust, 200), None);
    }

    #[test]
    fn other_key_ids_are_not_tried() {
        let (trust, _) =
            set(vec![signer(*b"one kid ", 7), signer(*b"one kid\"", 7), signer([0; 8], 7), signer([0xff; 8], 7)]);
        assert_eq!(trust.candidates(&KEY_ID).count(), 0);
        assert_eq!(verified(&trust, 7), None);
        assert_eq!(trust.candidates(&[]).count(), 0);
        assert_eq!(trust.candidates(&KEY_ID[..7]).count(), 0);
    }

    #[test]
    fn the_same_certificate_counts_once_against_the_cap() {
        let mut signers: Vec<_> = (0..3 * MAX_CANDIDATES).map(|_| signer(KEY_ID, 1)).collect();
        signers.push(signer(KEY_ID, 2));
        let (trust, refused) = set(signers);
        assert_eq!((trust.len(), refused), (2, 0));
        assert_eq!(verified(&trust, 2).as_deref(), Some("signer 2"));
    }

    #[test]
    fn a_set_holds_so_many_and_no_more() {
        let key = SoftwareSigner::generate(&Ones).unwrap();
        let request = CertificateRequest::new(Subject::new("JP", "Tests", "Tests").unwrap(), HealthPurposes::default());
        let (from, to) = (Timestamp::from_seconds(0).unwrap(), Timestamp::from_seconds(1_000_000).unwrap());
        let certificate = Certificate::parse(&self_signed(&key, &request, from, to, &Ones).unwrap()).unwrap();
        let mut builder = TrustSet::builder(&rustcrypto::PROVIDER);
        builder.count = MAX_SIGNERS - 1;
        assert_eq!(builder.trust_certificate(&certificate), Ok(()));
        // What is there already needs no room.
        assert_eq!(builder.trust_certificate(&certificate), Ok(()));
        let other = signer(KEY_ID, 1);
        assert_eq!(builder.has_room_for(&other.key_id, b"other"), Err(Code::TrustTooLarge.into()));
        assert_eq!(builder.build().len(), 1);
    }
}
