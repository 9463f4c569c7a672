//! Collecting signers: trusted directly, or offered below an authority.

#[cfg(feature = "authorities")]
use std::collections::BTreeMap;
use std::sync::Arc;

use super::bundle::BundledSigner;
use super::keys::SignerKeys;
#[cfg(feature = "authorities")]
use super::path::Search;
use super::period::TrustPeriod;
#[cfg(feature = "authorities")]
use super::{MAX_AUTHORITIES, RefusedSigner, TrustedBy};
use super::{MAX_CANDIDATES, MAX_SIGNERS, MIN_RSA_BITS, MIN_TOLERATED_RSA_BITS, Tolerances, TrustSet, TrustedSigner};
use crate::crypto::{CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::time::Timestamp;
use crate::x509::{Certificate, HealthUsage};

/// Collects signers into a [`TrustSet`].
#[derive(Debug)]
pub struct TrustSetBuilder<'p> {
    provider: &'p CryptoProvider,
    tolerances: Tolerances,
    /// In the order in which they came.
    signers: Vec<Known>,
    /// Their places in that list, sorted by key id; those of one key id in the order in which they came. What is sorted
    /// already, as bundles are, is only appended.
    order: Vec<usize>,
    /// The places of those that came after one of a later key id, by key id: published lists are in any order, and too
    /// long to make room for each in the middle. All others of a key id came before those that are here.
    #[cfg(feature = "lists")]
    late: BTreeMap<Box<[u8]>, Vec<usize>>,
    #[cfg(feature = "authorities")]
    authorities: Vec<Certificate>,
    /// Certificates that must chain to an authority, by the key id they go by.
    #[cfg(feature = "authorities")]
    offered: BTreeMap<Box<[u8]>, Vec<Certificate>>,
    #[cfg(feature = "authorities")]
    offered_count: usize,
}

/// A signer, and what tells it from others of its key id: its certificate or, where there is none, its key.
#[derive(Debug)]
struct Known {
    identity: Box<[u8]>,
    signer: Arc<TrustedSigner>,
}

impl<'p> TrustSetBuilder<'p> {
    pub(super) const fn new(provider: &'p CryptoProvider, tolerances: Tolerances) -> Self {
        Self {
            provider,
            tolerances,
            signers: Vec::new(),
            order: Vec::new(),
            #[cfg(feature = "lists")]
            late: BTreeMap::new(),
            #[cfg(feature = "authorities")]
            authorities: Vec::new(),
            #[cfg(feature = "authorities")]
            offered: BTreeMap::new(),
            #[cfg(feature = "authorities")]
            offered_count: 0,
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
        let signer = self.signer(key_id, certificate)?;
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
            #[cfg(feature = "x509-full")]
            PublicKey::P384(point) => point.to_vec(),
            #[cfg(feature = "x509-full")]
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
            too_weak: self.is_too_weak(key)?,
            country: country.map(str::to_owned),
            subject: String::new(),
            usage: HealthUsage::default(),
            not_before: Timestamp::MIN,
            not_after: Timestamp::MAX,
            #[cfg(feature = "authorities")]
            trusted_by: TrustedBy::Direct,
            #[cfg(feature = "authorities")]
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
    #[cfg(feature = "authorities")]
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
    #[cfg(feature = "authorities")]
    pub fn offer_certificate(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        self.offer_certificate_as(certificate, &certificate.key_id())
    }

    /// The same for a certificate that goes by another key id than the hash of its bytes, as lists may say.
    ///
    /// # Errors
    /// As [`TrustSetBuilder::trust_certificate`].
    #[cfg(feature = "authorities")]
    pub fn offer_certificate_as(&mut self, certificate: &Certificate, key_id: &[u8]) -> Result<(), Failure> {
        if self.offered.get(key_id).is_some_and(|known| known.contains(certificate)) {
            return Ok(());
        }
        if self.has_room_for(key_id, certificate.der())? {
            self.is_too_weak(certificate.public_key()?)?;
            self.offered.entry(key_id.into()).or_default().push(certificate.clone());
            self.offered_count += 1;
        }
        Ok(())
    }

    /// A certificate's signer, its key ready to verify.
    fn signer(&self, key_id: &[u8], certificate: &Certificate) -> Result<TrustedSigner, Failure> {
        let public_key = certificate.public_key()?;
        let too_weak = self.is_too_weak(public_key)?;
        let keys = self.prepared(public_key)?;
        Ok(TrustedSigner {
            key_id: key_id.into(),
            algorithm: keys.algorithm(),
            keys,
            too_weak,
            country: certificate.country().map(str::to_owned),
            subject: certificate.subject().to_owned(),
            usage: certificate.health_usage(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            #[cfg(feature = "authorities")]
            trusted_by: TrustedBy::Direct,
            #[cfg(feature = "authorities")]
            authorities: Vec::new(),
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
            too_weak,
            country: bundled.country.as_deref().map(str::to_owned),
            subject: bundled.subject.as_ref().to_owned(),
            usage: bundled.usage,
            not_before: bundled.not_before,
            not_after: bundled.not_after,
            #[cfg(feature = "authorities")]
            trusted_by: TrustedBy::Direct,
            #[cfg(feature = "authorities")]
            authorities: Vec::new(),
            period: Some(period),
        };
        self.insert(&identity, signer);
        Ok(())
    }

    /// Whether a certificate is new; an error when it is and there is no room for it.
    fn has_room_for(&self, key_id: &[u8], identity: &[u8]) -> Result<bool, Failure> {
        let mut namesakes = 0;
        for known in self.namesakes(key_id) {
            if *known.identity == *identity {
                return Ok(false);
            }
            namesakes += 1;
        }
        #[cfg(feature = "authorities")]
        let (count, namesakes) = {
            let offered = self.offered.get(key_id).map_or(0, Vec::len);
            (self.signers.len() + self.offered_count, namesakes + offered)
        };
        #[cfg(not(feature = "authorities"))]
        let count = self.signers.len();
        if count >= MAX_SIGNERS || namesakes >= MAX_CANDIDATES {
            return Err(Code::TrustTooLarge.into());
        }
        Ok(true)
    }

    /// The signers of a key id.
    fn namesakes(&self, key_id: &[u8]) -> impl Iterator<Item = &Known> {
        let from = self.place(|other| *other < *key_id);
        let known = self.order.get(from..).unwrap_or_default().iter().filter_map(|index| self.signers.get(*index));
        let known = known.take_while(move |known| *known.signer.key_id == *key_id);
        #[cfg(feature = "lists")]
        let known = {
            let late = self.late.get(key_id).into_iter().flatten();
            known.chain(late.filter_map(|index| self.signers.get(*index)))
        };
        known
    }

    /// How many signers have a key id that comes before.
    fn place(&self, is_before: impl Fn(&[u8]) -> bool) -> usize {
        self.order
            .partition_point(|index| self.signers.get(*index).is_some_and(|known| is_before(&known.signer.key_id)))
    }

    fn insert(&mut self, identity: &[u8], signer: TrustedSigner) {
        let place = self.place(|other| *other <= *signer.key_id);
        #[cfg(feature = "lists")]
        if place < self.order.len() {
            self.late.entry(signer.key_id.clone()).or_default().push(self.signers.len());
        } else {
            self.order.push(self.signers.len());
        }
        #[cfg(not(feature = "lists"))]
        self.order.insert(place, self.signers.len());
        self.signers.push(Known { identity: identity.into(), signer: Arc::new(signer) });
    }

    /// The set: who is trusted directly, and who was offered and has a path to an authority.
    #[must_use]
    #[cfg_attr(not(feature = "authorities"), expect(unused_mut, reason = "only paths and lists change it"))]
    pub fn build(mut self) -> TrustSet {
        #[cfg(feature = "authorities")]
        let refused = self.find_paths();
        #[cfg(feature = "lists")]
        if !self.late.is_empty() {
            self.order.extend(core::mem::take(&mut self.late).into_values().flatten());
            // Stable: of one key id, those that came first stay first.
            self.order.sort_by_key(|index| self.signers.get(*index).map(|known| &known.signer.key_id));
        }
        let in_order = self.order.iter().filter_map(|index| self.signers.get(*index));
        TrustSet {
            signers: in_order.map(|known| Arc::clone(&known.signer)).collect(),
            #[cfg(feature = "authorities")]
            refused: refused.into(),
            revocation: None,
        }
    }

    /// Trusts who was offered and has a path to an authority, and says who has none.
    #[cfg(feature = "authorities")]
    fn find_paths(&mut self) -> Vec<RefusedSigner> {
        let offered = core::mem::take(&mut self.offered);
        let authorities = core::mem::take(&mut self.authorities);
        let mut search =
            Search::new(self.provider, self.tolerances, &authorities, offered.values().flat_map(|known| known.iter()));
        let mut refused = Vec::new();
        for (key_id, certificates) in &offered {
            for certificate in certificates {
                if self.namesakes(key_id).any(|known| *known.identity == *certificate.der()) {
                    continue;
                }
                let signer = search.windows(certificate).and_then(|authorities| {
                    let signer = self.signer(key_id, certificate)?;
                    Ok(TrustedSigner { trusted_by: TrustedBy::Authority, authorities, ..signer })
                });
                match signer {
                    Ok(signer) => self.insert(certificate.der(), signer),
                    Err(failure) => refused.push(RefusedSigner { key_id: key_id.clone(), failure }),
                }
            }
        }
        refused
    }
}

#[cfg(test)]
#[cfg(all(feature = "issue", feature = "authorities"))]
mod tests;
