//! The path from a signer's certificate up to a trusted authority (RFC 5280 §6, with the rules of the
//! EU's and the WHO's certificate governance).
//!
//! What does not depend on the time is judged once, when trust is built: who issued whom, signatures,
//! what each certificate may be used for, the length of the path, countries, and that each certificate
//! lies within the validity of the one above it. When the authorities are valid is kept, and judged at
//! the time of each verification. Certificates in the pool are untrusted input.

use std::collections::HashMap;

use super::country::same_country;
use super::{MAX_CANDIDATES, MIN_RSA_BITS, Tolerances};
use crate::crypto::{Algorithm, CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::time::Timestamp;
use crate::x509::{Certificate, SignatureAlgorithm, signature};

/// The most certificates of a path, signer and authority included. The EU and the WHO have two: an
/// authority signs signers itself. This leaves room for two authorities between.
pub const MAX_PATH_CERTIFICATES: usize = 4;

/// The most signatures that are checked in search of one signer's paths. Authorities renew their
/// certificates under one name, so that several may have to be tried; a pool full of authorities of one
/// name must not make loading slow. All signers together get four each.
pub const MAX_PATH_SIGNATURES: usize = 32;

/// How many signatures all searches together may check for each certificate that was offered. Honest pools
/// need one or two; what is left after them is for a few signers with more.
const MEAN_PATH_SIGNATURES: usize = 4;

/// When all authorities of a path are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

/// Certificates by their subject.
#[derive(Debug, Default)]
pub(super) struct BySubject<'c>(HashMap<String, Vec<&'c Certificate>>);

impl<'c> BySubject<'c> {
    /// Authorities that are trusted: all that were given.
    pub(super) fn trusted(certificates: impl Iterator<Item = &'c Certificate>) -> Self {
        Self::new(certificates, usize::MAX)
    }

    /// Authorities out of an untrusted pool: of each name only so many that a search stays short.
    pub(super) fn untrusted(certificates: impl Iterator<Item = &'c Certificate>) -> Self {
        let is_authority =
            |certificate: &&Certificate| certificate.basic_constraints().is_some_and(|constraints| constraints.ca);
        Self::new(certificates.filter(is_authority), MAX_CANDIDATES)
    }

    fn new(certificates: impl Iterator<Item = &'c Certificate>, most: usize) -> Self {
        let mut map: HashMap<_, Vec<_>> = HashMap::new();
        for certificate in certificates {
            let namesakes = map.entry(comparable(certificate.subject())).or_default();
            if namesakes.len() < most {
                namesakes.push(certificate);
            }
        }
        Self(map)
    }

    fn named(&self, name: &str) -> &[&'c Certificate] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// A name so that two that mean the same are equal: authorities write one name in several string types
/// and letter cases (RFC 5280 §7.1). Who issued a certificate is decided by its signature, not by this.
fn comparable(name: &str) -> String {
    name.to_lowercase()
}

/// Where paths are looked for.
#[derive(Debug)]
pub(super) struct Search<'a> {
    provider: &'a CryptoProvider,
    tolerances: Tolerances,
    authorities: BySubject<'a>,
    /// Certificates that may stand between a signer and an authority.
    pool: BySubject<'a>,
    /// How many signatures may still be checked.
    signatures_left: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        provider: &'a CryptoProvider,
        tolerances: Tolerances,
        authorities: &'a [Certificate],
        offered: impl Iterator<Item = &'a Certificate> + Clone,
    ) -> Self {
        let signatures_left = offered.clone().count().saturating_mul(MEAN_PATH_SIGNATURES) + MAX_PATH_SIGNATURES;
        let pool = BySubject::untrusted(offered);
        Self { provider, tolerances, authorities: BySubject::trusted(authorities.iter()), pool, signatures_left }
    }

    /// When the authorities of each path from this signer to a trusted authority are valid.
    ///
    /// # Errors
    /// Without a path, the failure of the attempt that came furthest.
    pub(super) fn windows(&mut self, signer: &Certificate) -> Result<Vec<Window>, Failure> {
        may_sign_documents(signer)?;
        let granted = self.signatures_left.min(MAX_PATH_SIGNATURES);
        let mut climb = Climb { search: self, signatures_left: granted, found: Vec::new(), furthest: None };
        let always = Window { not_before: Timestamp::MIN, not_after: Timestamp::MAX };
        climb.above(signer, always, 1);
        let Climb { signatures_left, found, furthest, .. } = climb;
        self.signatures_left = self.signatures_left.saturating_sub(granted.saturating_sub(signatures_left));
        if found.is_empty() {
            return Err(furthest.unwrap_or(Code::UntrustedSigner.into()));
        }
        Ok(found)
    }
}

/// Whether a certificate is one of a document signer.
fn may_sign_documents(signer: &Certificate) -> Result<(), Failure> {
    if signer.basic_constraints().is_some_and(|constraints| constraints.ca) {
        return Err(Failure::of_field(Code::SignerUsage, "basicConstraints"));
    }
    if signer.key_usage().is_some_and(|usage| !usage.digital_signature() && !usage.content_commitment()) {
        return Err(Failure::of_field(Code::SignerUsage, "keyUsage"));
    }
    if signer.has_unknown_critical_extension() {
        return Err(Code::PathCriticalExtension.into());
    }
    Ok(())
}

/// One search for the paths of one signer.
struct Climb<'s, 'a> {
    search: &'s Search<'a>,
    signatures_left: usize,
    found: Vec<Window>,
    furthest: Option<Failure>,
}

impl Climb<'_, '_> {
    /// Tries every certificate that may have issued this one, the `length`th of its path.
    fn above(&mut self, child: &Certificate, window: Window, length: usize) {
        let search = self.search;
        let issuer_name = comparable(child.issuer());
        let authorities = search.authorities.named(&issuer_name).iter().map(|issuer| (*issuer, true));
        let pool = search.pool.named(&issuer_name).iter().map(|issuer| (*issuer, false));
        for (issuer, trusted) in authorities.chain(pool) {
            if self.signatures_left == 0 {
                return;
            }
            if issuer == child {
                continue;
            }
            if length >= MAX_PATH_CERTIFICATES {
                self.note(Code::PathTooLong.into());
                return;
            }
            if let Err(failure) = self.link(child, issuer, length) {
                self.note(failure);
                continue;
            }
            let window = Window {
                not_before: window.not_before.max(issuer.not_before()),
                not_after: window.not_after.min(issuer.not_after()),
            };
            if trusted {
                self.found.push(window);
            } else {
                self.above(issuer, window, length + 1);
            }
        }
    }

    /// Whether `issuer` issued `child`, the `length`th certificate of the path, and might do so.
    fn link(&mut self, child: &Certificate, issuer: &Certificate, length: usize) -> Result<(), Failure> {
        if let (Some(named), Some(own)) = (child.authority_key_id(), issuer.subject_key_id())
            && named != own
        {
            return Err(Code::PathKeyIdMismatch.into());
        }
        self.signatures_left = self.signatures_left.checked_sub(1).ok_or(Code::UntrustedSigner)?;
        signed_by(child, issuer, self.search.provider)?;
        if issuer.has_unknown_critical_extension() {
            return Err(Code::PathCriticalExtension.into());
        }
        let constraints = issuer.basic_constraints().filter(|constraints| constraints.ca);
        let constraints = constraints.ok_or(Failure::of_field(Code::AuthorityUsage, "basicConstraints"))?;
        if issuer.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(Failure::of_field(Code::AuthorityUsage, "keyUsage"));
        }
        // The authorities between this one and the signer.
        let between = u32::try_from(length - 1).unwrap_or(u32::MAX);
        if constraints.path_len.is_some_and(|allowed| between > allowed) {
            return Err(Failure::of_field(Code::PathTooLong, "pathLenConstraint"));
        }
        if let Some(country) = issuer.country() {
            // An authority speaks for its own country; a signer without any would speak for all.
            if !child.country().is_some_and(|own| same_country(own, country)) {
                return Err(Failure::of_field(Code::AuthorityCountryMismatch, "countryName"));
            }
        }
        if child.not_before() < issuer.not_before() {
            return Err(Failure::of_field(Code::SignerOutsideAuthority, "notBefore"));
        }
        if child.not_after() > issuer.not_after() && !self.search.tolerances.signer_outlives_authority {
            return Err(Failure::of_field(Code::SignerOutsideAuthority, "notAfter"));
        }
        Ok(())
    }

    /// Keeps the failure of the attempt that came furthest, which is the one that helps.
    fn note(&mut self, failure: Failure) {
        if self.furthest.as_ref().is_none_or(|known| progress(known.code()) < progress(failure.code())) {
            self.furthest = Some(failure);
        }
    }
}

/// How far an attempt came that ended with this code: the order in which a link is judged.
const fn progress(code: Code) -> u8 {
    match code {
        Code::PathKeyIdMismatch => 1,
        Code::PathAlgorithmUnsupported => 2,
        Code::PathSignatureInvalid => 3,
        Code::PathCriticalExtension => 4,
        Code::AuthorityUsage => 5,
        Code::PathTooLong => 6,
        Code::AuthorityCountryMismatch => 7,
        Code::SignerOutsideAuthority => 8,
        _ => 0,
    }
}

/// Whether the key of `issuer` signed `child`.
fn signed_by(child: &Certificate, issuer: &Certificate, provider: &CryptoProvider) -> Result<(), Failure> {
    let unsupported = Failure::new(Code::PathAlgorithmUnsupported);
    let invalid = Failure::new(Code::PathSignatureInvalid);
    let key = issuer.public_key().map_err(|_| unsupported.clone())?;
    if key.rsa_bits().is_some_and(|bits| bits < MIN_RSA_BITS) {
        return Err(unsupported);
    }
    let (algorithm, half) = signing(child.signature_algorithm(), key).ok_or(unsupported.clone())?;
    let signature = match half {
        Some(half) => signature::fixed_length(child.signature(), half).ok_or(invalid.clone())?,
        None => child.signature().to_vec(),
    };
    let verifier = provider.verifier(algorithm).ok_or(unsupported.clone())?;
    let key = verifier.prepare(key).map_err(|_| unsupported)?;
    key.verify(&[child.tbs()], &signature).map_err(|_| invalid)
}

/// The algorithm of a certificate's signature by a key and, for ECDSA, the length of r and of s. SHA-1 and
/// what no known authority uses are left out.
const fn signing(signature: SignatureAlgorithm, key: &PublicKey) -> Option<(Algorithm, Option<usize>)> {
    match (signature, key) {
        (SignatureAlgorithm::EcdsaSha256, PublicKey::P256(_)) => Some((Algorithm::Es256, Some(32))),
        (SignatureAlgorithm::EcdsaSha512, PublicKey::P256(_)) => Some((Algorithm::Es512OnP256, Some(32))),
        (SignatureAlgorithm::EcdsaSha256, PublicKey::P384(_)) => Some((Algorithm::Es256OnP384, Some(48))),
        (SignatureAlgorithm::EcdsaSha384, PublicKey::P384(_)) => Some((Algorithm::Es384, Some(48))),
        (SignatureAlgorithm::RsaPkcs1Sha256, PublicKey::Rsa { .. }) => Some((Algorithm::Rs256, None)),
        (SignatureAlgorithm::RsaPkcs1Sha512, PublicKey::Rsa { .. }) => Some((Algorithm::Rs512, None)),
        (SignatureAlgorithm::RsaPssSha256, PublicKey::Rsa { .. }) => Some((Algorithm::Ps256, None)),
        (SignatureAlgorithm::RsaPssSha512, PublicKey::Rsa { .. }) => Some((Algorithm::Ps512, None)),
        _ => None,
    }
}
