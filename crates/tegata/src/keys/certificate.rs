use core::time::Duration;

use p256::ecdsa::signature::Keypair;
use x509_cert::{
    TbsCertificate,
    builder::{self, Builder, CertificateBuilder, profile::BuilderProfile},
    der::{
        DateTime, Decode, Encode,
        asn1::{GeneralizedTime, SetOfVec},
    },
    ext::Extension,
    name::Name,
    request::{CertReq, CertReqInfo, ExtensionReq, Version},
    serial_number::SerialNumber,
    spki::{
        self, AlgorithmIdentifierOwned, Document, DynSignatureAlgorithmIdentifier, EncodePublicKey,
        SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
    },
    time::{Time, Validity},
};

use super::{BuildError, CertificateRequest, Subject, ecdsa::Identity, profile};
use crate::{
    crypto::{SecureRandom, Signer},
    time::Timestamp,
};

/// Makes a certificate for a signer's key, signed by that key, in DER.
///
/// X.509 version 3 with a random serial number of 16 bytes and the extensions of a document signer
/// (HCERT, DSC profile): no authority, signs data, the purposes asked for, key identifiers. Fractions
/// of a second are dropped from the validity.
///
/// # Errors
/// [`BuildError`].
pub fn self_signed(
    signer: &dyn Signer,
    request: &CertificateRequest,
    not_before: Timestamp,
    not_after: Timestamp,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BuildError> {
    let identity = Identity::of(signer)?;
    let subject = request.subject.to_name().ok_or(BuildError::Encoding)?;
    let mut extensions = request.extensions(&identity.key_id).ok_or(BuildError::Encoding)?;
    extensions.push(profile::authority_key_id(&identity.key_id).ok_or(BuildError::Encoding)?);
    let content = Content { issuer: subject.clone(), subject, extensions, key: identity.public_key.clone() };
    content.sign(signer, &identity, (not_before, not_after), random)
}

/// Makes the certificate of an authority that issues document signers, signed by its own key, in DER: a
/// country signing authority (CSCA, or SCA in the WHO's network).
///
/// X.509 version 3 with a random serial number of 16 bytes: an authority with none below it, which signs
/// certificates and revocation lists. The WHO's certificate governance gives it about four years.
///
/// # Errors
/// [`BuildError`].
pub fn self_signed_authority(
    signer: &dyn Signer,
    subject: &Subject,
    not_before: Timestamp,
    not_after: Timestamp,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BuildError> {
    let identity = Identity::of(signer)?;
    let subject = subject.to_name().ok_or(BuildError::Encoding)?;
    let extensions = profile::authority_extensions(&identity.key_id).ok_or(BuildError::Encoding)?;
    let content = Content { issuer: subject.clone(), subject, extensions, key: identity.public_key.clone() };
    content.sign(signer, &identity, (not_before, not_after), random)
}

/// Makes a request for a certificate (PKCS#10, RFC 2986), to be signed by an authority, in DER.
///
/// It asks for the same extensions as [`self_signed`] sets.
///
/// # Errors
/// [`BuildError`].
pub fn certificate_request(signer: &dyn Signer, request: &CertificateRequest) -> Result<Vec<u8>, BuildError> {
    let identity = Identity::of(signer)?;
    let extensions = request.extensions(&identity.key_id).ok_or(BuildError::Encoding)?;
    let attribute = ExtensionReq(extensions).try_into().map_err(|_| BuildError::Encoding)?;
    let info = CertReqInfo {
        version: Version::V1,
        subject: request.subject.to_name().ok_or(BuildError::Encoding)?,
        public_key: identity.public_key.clone(),
        attributes: SetOfVec::try_from(vec![attribute]).map_err(|_| BuildError::Encoding)?,
    };
    let signature = identity.sign(signer, &info.to_der().map_err(|_| BuildError::Encoding)?)?;
    let algorithm = identity.algorithm;
    CertReq { info, algorithm, signature }.to_der().map_err(|_| BuildError::Encoding)
}

/// The public key of a signer, to be handed to whoever verifies or seals with it: `SubjectPublicKeyInfo` in DER
/// (RFC 5280 §4.1.2.7); [`to_pem`](crate::x509::to_pem) with the label `PUBLIC KEY` makes a file of it (RFC 7468 §13).
///
/// # Errors
/// [`BuildError::UnsupportedSigner`] for a key of another kind than P-256 and P-384.
pub fn public_key_info(signer: &dyn Signer) -> Result<Vec<u8>, BuildError> {
    Identity::of(signer)?.public_key.to_der().map_err(|_| BuildError::Encoding)
}

/// A positive number of exactly 16 bytes: 126 random bits after a 01.
fn serial(random: &dyn SecureRandom) -> Result<SerialNumber, BuildError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes).map_err(|_| BuildError::Random)?;
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    SerialNumber::new(&bytes).map_err(|_| BuildError::Encoding)
}

/// The builder turns years before 2050 into UTCTime, as RFC 5280 §4.1.2.5 demands.
fn time(time: Timestamp) -> Result<Time, BuildError> {
    let since_epoch = u64::try_from(time.seconds()).map_err(|_| BuildError::InvalidPeriod)?;
    let date = DateTime::from_unix_duration(Duration::from_secs(since_epoch)).map_err(|_| BuildError::InvalidPeriod)?;
    Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date)))
}

/// What a certificate says, but for its serial number and dates.
pub(super) struct Content {
    pub(super) issuer: Name,
    pub(super) subject: Name,
    pub(super) extensions: Vec<Extension>,
    pub(super) key: SubjectPublicKeyInfoOwned,
}

impl Content {
    /// Makes the certificate, signed by `signer`, whose identity is `identity`.
    pub(super) fn sign(
        self,
        signer: &dyn Signer,
        identity: &Identity,
        (not_before, not_after): (Timestamp, Timestamp),
        random: &dyn SecureRandom,
    ) -> Result<Vec<u8>, BuildError> {
        let encoding = |_| BuildError::Encoding;
        let validity = Validity::new(time(not_before)?, time(not_after)?);
        if not_after < not_before {
            return Err(BuildError::InvalidPeriod);
        }
        let key = self.key.clone();
        let mut builder = CertificateBuilder::new(self, serial(random)?, validity, key).map_err(encoding)?;
        let external = External::new(identity)?;
        let tbs = builder.finalize(&external).map_err(encoding)?;
        let signature = identity.sign(signer, &tbs)?;
        builder.assemble(signature, &external).map_err(encoding)?.to_der().map_err(|_| BuildError::Encoding)
    }
}

impl BuilderProfile for Content {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _subject_key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(self.extensions.clone())
    }
}

/// The builder's view of a signer that signs elsewhere.
struct External {
    public_key: EncodedKey,
    algorithm: AlgorithmIdentifierOwned,
}

/// A public key in DER, which is all the builder wants of it.
#[derive(Clone)]
struct EncodedKey(Document);

impl External {
    fn new(identity: &Identity) -> Result<Self, BuildError> {
        let der = identity.public_key.to_der().map_err(|_| BuildError::Encoding)?;
        let public_key = EncodedKey(Document::from_der(&der).map_err(|_| BuildError::Encoding)?);
        Ok(Self { public_key, algorithm: identity.algorithm.clone() })
    }
}

impl EncodePublicKey for EncodedKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(self.0.clone())
    }
}

impl Keypair for External {
    type VerifyingKey = EncodedKey;

    fn verifying_key(&self) -> EncodedKey {
        self.public_key.clone()
    }
}

impl DynSignatureAlgorithmIdentifier for External {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(self.algorithm.clone())
    }
}
