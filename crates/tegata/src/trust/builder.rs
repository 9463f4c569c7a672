//! Collecting signers: trusted directly, or offered below an authority.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bundle::BundledSigner;
use super::keys::SignerKeys;
use super::path::{Search, Window};
use super::period::TrustPeriod;
use super::{
    MAX_AUTHORITIES, MAX_CANDIDATES, MAX_SIGNERS, MIN_RSA_BITS, MIN_TOLERATED_RSA_BITS, RefusedSigner, Tolerances,
    TrustSet, TrustedBy, TrustedSigner,
};
use crate::crypto::{CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::time::Timestamp;
use crate::x509::{Certificate, HealthUsage};

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

impl<'p> TrustSetBuilder<'p> {
    pub(super) const fn new(provider: &'p CryptoProvider, tolerances: Tolerances) -> Self {
        Self {
            provider,
            tolerances,
            signers: BTreeMap::new(),
            authorities: Vec::new(),
            offered: BTreeMap::new(),
            count: 0,
        }
    }
}

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
    pub(super) fn trust_bundled(&mut self, bundled: &BundledSigner, period: TrustPeriod) -> Result<(), Failure> {
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
mod tests;
