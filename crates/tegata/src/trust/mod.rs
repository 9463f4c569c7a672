//! Who may sign what: the trust set a verifier is given.
//!
//! A [`TrustSet`] is built once from what the caller trusts, with every key checked and prepared,
//! and is then only read. Signers are trusted directly, or through an authority that issued their
//! certificate ([`TrustSetBuilder::trust_authority`]). A signer's own dates are judged with the
//! certificate's, under `validity`; those of its authorities at the time of each verification.
//!
//! Lists of signers as others publish them are read by the module `list` (feature `lists`).

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey};
use crate::report::{Code, Failure};
use crate::revocation::RevocationSet;
use crate::time::Timestamp;
use crate::x509::{Certificate, HealthUsage};

pub mod bundle;
mod country;
mod keys;
#[cfg(feature = "lists")]
pub mod list;
mod path;
mod period;

use bundle::BundledSigner;
pub(crate) use country::same_country;
use keys::SignerKeys;
pub use path::{MAX_PATH_CERTIFICATES, MAX_PATH_SIGNATURES};
use path::{Search, Window};
pub(crate) use period::TrustPeriod;

/// The most signers a set holds. All signers of the EU's gateway and the WHO's network together
/// are under 2,000; fifty times that leaves room and keeps memory bounded.
pub const MAX_SIGNERS: usize = 100_000;

/// The most authorities. The EU and the WHO together have under 400.
pub const MAX_AUTHORITIES: usize = 10_000;

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
    /// Take a signer's certificate that ends after its authority's, as a few of the WHO's network do.
    pub signer_outlives_authority: bool,
}

/// How a signer came to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrustedBy {
    /// The caller named the signer itself.
    Direct,
    /// The caller named an authority, and that issued the signer's certificate.
    Authority,
}

impl TrustedBy {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Authority => "authority",
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
    /// For each path to a trusted authority, when its authorities are valid; none for direct trust.
    authorities: Vec<Window>,
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

    /// The distinguished name of the signer certificate's subject; empty for a key without a certificate.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What the signer may sign.
    #[must_use]
    pub const fn usage(&self) -> HealthUsage {
        self.usage
    }

    /// Start of the signer certificate's validity; [`Timestamp::MIN`] for a key without a certificate.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// End of the signer certificate's validity; [`Timestamp::MAX`] for a key without a certificate.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How the signer came to be trusted.
    #[must_use]
    pub const fn trusted_by(&self) -> TrustedBy {
        self.trusted_by
    }

    /// Whether the authorities of any path are all valid at a time between these two.
    pub(crate) fn authorities_in_force(&self, earliest: Timestamp, latest: Timestamp) -> Result<(), Failure> {
        let in_force = |window: &Window| window.not_before <= latest && earliest <= window.not_after;
        if self.trusted_by == TrustedBy::Direct || self.authorities.iter().any(in_force) {
            return Ok(());
        }
        let all_begin_later = self.authorities.iter().all(|window| window.not_before > latest);
        Err(if all_begin_later { Code::AuthorityNotYetValid } else { Code::AuthorityExpired }.into())
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
    /// Sorted by key id.
    refused: Arc<[RefusedSigner]>,
}

/// A signer that was offered and has no path to a trusted authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSigner {
    key_id: Box<[u8]>,
    failure: Failure,
}

impl RefusedSigner {
    /// The key id by which certificates name this signer.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// Why it is not trusted: a failure of the stage `signer`.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }
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
        TrustSetBuilder {
            provider,
            tolerances,
            signers: BTreeMap::new(),
            authorities: Vec::new(),
            offered: BTreeMap::new(),
            count: 0,
        }
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

    /// The signers that were offered and are not trusted, sorted by key id. What they signed fails with
    /// the reason given here.
    pub fn refused(&self) -> impl ExactSizeIterator<Item = &RefusedSigner> {
        self.refused.iter()
    }

    /// Why no signer of this key id is trusted, where one was offered.
    pub(crate) fn why_refused(&self, key_id: &[u8]) -> Option<&Failure> {
        let index = self.refused.binary_search_by(|refused| (*refused.key_id).cmp(key_id)).ok()?;
        self.refused.get(index).map(|refused| &refused.failure)
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
    authorities: Vec<Certificate>,
    /// Certificates that must chain to an authority, by the key id they go by.
    offered: BTreeMap<Box<[u8]>, Vec<Certificate>>,
    count: usize,
}

/// The signers of one key id, each with its certificate or, where there is none, its key.
type Namesakes = Vec<(Vec<u8>, Arc<TrustedSigner>)>;

impl TrustSetBuilder<'_> {
    /// Trusts a certificate's key directly, whatever the certificate's constraints say. A
    /// certificate that is given twice counts once.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] when the provider cannot verify with its key, and
    /// [`Code::TrustTooLarge`] beyond [`MAX_SIGNERS`] or [`MAX_CANDIDATES`]; the set is as before.
    pub fn trust_certificate(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        self.trust_certificate_as(certificate, &certificate.key_id())
    }

    /// The same for a certificate that goes by another key id than the hash of its bytes, as lists may say.
    ///
    /// # Errors
    /// As [`TrustSetBuilder::trust_certificate`].
    pub fn trust_certificate_as(&mut self, certificate: &Certificate, key_id: &[u8]) -> Result<(), Failure> {
        if !self.has_room_for(key_id, certificate.der())? {
            return Ok(());
        }
        let signer = self.signer(key_id, certificate, TrustedBy::Direct, Vec::new())?;
        self.insert(certificate.der(), signer);
        Ok(())
    }

    /// Trusts a key directly that comes without a certificate: it has no dates, and may sign any kind of
    /// health certificate. The country (ISO 3166-1 alpha-2) is the one the caller knows it by.
    ///
    /// # Errors
    /// As [`TrustSetBuilder::trust_certificate`].
    pub fn trust_key(&mut self, key_id: &[u8], key: &PublicKey, country: Option<&str>) -> Result<(), Failure> {
        let bytes = match key {
            PublicKey::P256(point) => point.to_vec(),
            PublicKey::P384(point) => point.to_vec(),
            PublicKey::Rsa { modulus, exponent } => [modulus.as_slice(), exponent].concat(),
        };
        if !self.has_room_for(key_id, &bytes)? {
            return Ok(());
        }
        let keys = self.prepared(key)?;
        let signer = TrustedSigner {
            key_id: key_id.into(),
            algorithm: keys.algorithm(),
            keys,
            key_kind: key.kind(),
            too_weak: self.is_too_weak(key)?,
            country: country.map(str::to_owned),
            subject: String::new(),
            usage: HealthUsage::default(),
            not_before: Timestamp::MIN,
            not_after: Timestamp::MAX,
            trusted_by: TrustedBy::Direct,
            authorities: Vec::new(),
            period: None,
        };
        self.insert(&bytes, signer);
        Ok(())
    }

    /// Trusts an authority: signers that are offered and whose certificates it issued are trusted. It is
    /// the certificate that is trusted, with its dates and constraints; who issued it does not matter.
    ///
    /// # Errors
    /// [`Code::TrustTooLarge`] beyond [`MAX_AUTHORITIES`].
    pub fn trust_authority(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        if self.authorities.contains(certificate) {
            return Ok(());
        }
        if self.authorities.len() >= MAX_AUTHORITIES {
            return Err(Code::TrustTooLarge.into());
        }
        self.authorities.push(certificate.clone());
        Ok(())
    }

    /// Offers a certificate of an untrusted source. It becomes a signer if there is a path from it to a
    /// trusted authority, over other certificates that are offered where need be; else
    /// [`TrustSet::refused`] says why not.
    ///
    /// # Errors
    /// As [`TrustSetBuilder::trust_certificate`].
    pub fn offer_certificate(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        self.offer_certificate_as(certificate, &certificate.key_id())
    }

    /// The same for a certificate that goes by another key id than the hash of its bytes, as lists may say.
    ///
    /// # Errors
    /// As [`TrustSetBuilder::trust_certificate`].
    pub fn offer_certificate_as(&mut self, certificate: &Certificate, key_id: &[u8]) -> Result<(), Failure> {
        if self.offered.get(key_id).is_some_and(|known| known.contains(certificate)) {
            return Ok(());
        }
        if self.has_room_for(key_id, certificate.der())? {
            self.is_too_weak(certificate.public_key()?)?;
            self.offered.entry(key_id.into()).or_default().push(certificate.clone());
            self.count += 1;
        }
        Ok(())
    }

    /// A certificate's signer, its key ready to verify.
    fn signer(
        &self,
        key_id: &[u8],
        certificate: &Certificate,
        trusted_by: TrustedBy,
        authorities: Vec<Window>,
    ) -> Result<TrustedSigner, Failure> {
        let public_key = certificate.public_key()?;
        let too_weak = self.is_too_weak(public_key)?;
        let keys = self.prepared(public_key)?;
        Ok(TrustedSigner {
            key_id: key_id.into(),
            algorithm: keys.algorithm(),
            keys,
            key_kind: public_key.kind(),
            too_weak,
            country: certificate.country().map(str::to_owned),
            subject: certificate.subject().to_owned(),
            usage: certificate.health_usage(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            trusted_by,
            authorities,
            period: None,
        })
    }

    /// A key that is ready to verify.
    fn prepared(&self, key: &PublicKey) -> Result<SignerKeys, Failure> {
        let keys = SignerKeys::new(key.clone(), self.provider, self.tolerances)?;
        keys.prepare()?;
        Ok(keys)
    }

    /// Whether a key is too short to be relied on; an error when nobody could tolerate it.
    fn is_too_weak(&self, key: &PublicKey) -> Result<bool, Failure> {
        match key.rsa_bits() {
            Some(bits) if bits < MIN_TOLERATED_RSA_BITS => Err(Code::CertificateKeyUnsupported.into()),
            Some(bits) => Ok(bits < MIN_RSA_BITS && !self.tolerances.rsa_1024),
            None => Ok(false),
        }
    }

    /// Trusts a signer out of a bundle. Its key is prepared when a certificate first needs it.
    fn trust_bundled(&mut self, bundled: &BundledSigner, period: TrustPeriod) -> Result<(), Failure> {
        let identity = bundled.identity();
        if !self.has_room_for(&bundled.key_id, &identity)? {
            return Ok(());
        }
        let too_weak = self.is_too_weak(&bundled.key)?;
        let keys = SignerKeys::new(bundled.key.clone(), self.provider, self.tolerances)?;
        let signer = TrustedSigner {
            key_id: bundled.key_id.clone(),
            algorithm: keys.algorithm(),
            keys,
            key_kind: bundled.key.kind(),
            too_weak,
            country: bundled.country.as_deref().map(str::to_owned),
            subject: bundled.subject.as_ref().to_owned(),
            usage: bundled.usage,
            not_before: bundled.not_before,
            not_after: bundled.not_after,
            trusted_by: TrustedBy::Direct,
            authorities: Vec::new(),
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
        let offered = self.offered.get(key_id).map_or(0, Vec::len);
        if self.count >= MAX_SIGNERS || namesakes.len() + offered >= MAX_CANDIDATES {
            return Err(Code::TrustTooLarge.into());
        }
        Ok(true)
    }

    fn insert(&mut self, der: &[u8], signer: TrustedSigner) {
        self.signers.entry(signer.key_id.clone()).or_default().push((der.to_vec(), Arc::new(signer)));
        self.count += 1;
    }

    /// The set: who is trusted directly, and who was offered and has a path to an authority.
    #[must_use]
    pub fn build(mut self) -> TrustSet {
        let offered = core::mem::take(&mut self.offered);
        let authorities = core::mem::take(&mut self.authorities);
        let mut search =
            Search::new(self.provider, self.tolerances, &authorities, offered.values().flat_map(|known| known.iter()));
        let mut refused = Vec::new();
        for (key_id, certificates) in &offered {
            for certificate in certificates {
                let known = self.signers.get(key_id).map_or(&[][..], Vec::as_slice);
                if known.iter().any(|(der, _)| der == certificate.der()) {
                    continue;
                }
                let signer = search
                    .windows(certificate)
                    .and_then(|windows| self.signer(key_id, certificate, TrustedBy::Authority, windows));
                match signer {
                    Ok(signer) => self.insert(certificate.der(), signer),
                    Err(failure) => refused.push(RefusedSigner { key_id: key_id.clone(), failure }),
                }
            }
        }
        let signers = self.signers.into_values().flatten().map(|(_, signer)| signer).collect();
        TrustSet { signers, refused: refused.into(), revocation: None }
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
            authorities: Vec::new(),
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
