//! The kiosk's side.

use core::fmt;

use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::DecodePublicKey as _;
use rustls::crypto::hpke::{EncapsulatedSecret, HpkePrivateKey, HpkePublicKey};
use tegata::codec::cbor::Item;
use tegata::cose::{AlgorithmId, Sign1};
use tegata::crypto::{Algorithm, CryptoProvider, PreparedKey, PublicKey};
use tegata::model::MunicipalityCode;
use zeroize::Zeroizing;

use super::keys::{CONTENT_TYPE, CONTENT_TYPE_LABEL};
use super::message::{SealedAnswer, SealedRequest, hash};
use super::{INFO, MAX_SEALED_ANSWER_BYTES, SealedError, suite};

/// What a kiosk knows of a municipality: the key that requests are sealed to, and the one that answers are signed with.
pub struct Recipient {
    municipality: MunicipalityCode,
    sealing: HpkePublicKey,
    signing: Box<dyn PreparedKey>,
}

/// The answer to a request that is under way: only the kiosk that sent it can open it.
pub struct AwaitedAnswer<'a> {
    recipient: &'a Recipient,
    request: [u8; 32],
    key: HpkePrivateKey,
}

impl Recipient {
    /// A municipality by its code and public keys, each P-256 in PEM (`PUBLIC KEY`).
    ///
    /// # Errors
    /// [`SealedError::Key`].
    pub fn new(
        municipality: MunicipalityCode,
        sealing_key: &str,
        answer_key: &str,
        provider: &CryptoProvider,
    ) -> Result<Self, SealedError> {
        let sealing = point(sealing_key).ok_or(SealedError::Key { field: "sealing_key" })?;
        let unusable = SealedError::Key { field: "answer_key" };
        let signing = PublicKey::P256(point(answer_key).ok_or(unusable)?);
        let verifier = provider.verifier(Algorithm::Es256).ok_or(unusable)?;
        let signing = verifier.prepare(&signing).map_err(|_| unusable)?;
        Ok(Self { municipality, sealing: HpkePublicKey(sealing.to_vec()), signing })
    }

    /// The municipality.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    /// Seals a request. What is in it is made with the key that its answer is to be sealed to: an uncompressed point of
    /// P-256.
    ///
    /// # Errors
    /// [`SealedError::Failed`].
    pub fn seal<T: AsRef<[u8]>>(
        &self,
        content: impl FnOnce(&[u8]) -> T,
    ) -> Result<(Vec<u8>, AwaitedAnswer<'_>), SealedError> {
        let failed = |_| SealedError::Failed;
        let (answer_key, key) = suite().generate_key_pair().map_err(failed)?;
        let content = content(&answer_key.0);
        let associated = SealedRequest::associated(self.municipality);
        let (encapsulated, ciphertext) =
            suite().seal(INFO, &associated, content.as_ref(), &self.sealing).map_err(failed)?;
        let sealed = SealedRequest { municipality: self.municipality, encapsulated: encapsulated.0, ciphertext };
        let sealed = sealed.encode();
        let awaited = AwaitedAnswer { recipient: self, request: hash(&sealed), key };
        Ok((sealed, awaited))
    }
}

impl AwaitedAnswer<'_> {
    /// Opens the answer, once it is certain that the municipality signed it and that it answers this request.
    ///
    /// # Errors
    /// [`SealedError`].
    pub fn open(&self, answer: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        if answer.len() > MAX_SEALED_ANSWER_BYTES {
            return Err(SealedError::Malformed { field: "length" });
        }
        let sign1 = Sign1::parse(answer.to_vec()).map_err(|_| SealedError::Malformed { field: "cose" })?;
        let (Some(headers), _) = sign1.headers() else { return Err(SealedError::Malformed { field: "protected" }) };
        let content_type = headers.get_int(CONTENT_TYPE_LABEL).and_then(Item::as_text);
        let is_es256 = sign1.algorithm() == Some(AlgorithmId::Int(Algorithm::Es256.cose_id()));
        if content_type.as_deref() != Some(CONTENT_TYPE) || !is_es256 {
            return Err(SealedError::Malformed { field: "protected" });
        }
        let signed = sign1.to_be_signed();
        let Self { recipient, request, key } = self;
        recipient.signing.verify(&signed.parts(), sign1.signature()).map_err(|_| SealedError::NotTheAnswer)?;
        let sealed = SealedAnswer::decode(sign1.payload()).ok_or(SealedError::Malformed { field: "payload" })?;
        if sealed.municipality != recipient.municipality || sealed.request != *request {
            return Err(SealedError::NotTheAnswer);
        }
        let associated = SealedAnswer::associated(sealed.municipality, request);
        let encapsulated = EncapsulatedSecret(sealed.encapsulated);
        let opened = suite().open(&encapsulated, INFO, &associated, &sealed.ciphertext, key);
        opened.map(Zeroizing::new).map_err(|_| SealedError::NotOpened)
    }
}

/// The point of a P-256 public key: SubjectPublicKeyInfo in PEM (RFC 7468 §13).
pub(crate) fn point(pem: &str) -> Option<[u8; 65]> {
    let key = p256::PublicKey::from_public_key_pem(pem.trim()).ok()?;
    key.to_sec1_point(false).as_bytes().try_into().ok()
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient").field("municipality", &self.municipality).finish_non_exhaustive()
    }
}

impl fmt::Debug for AwaitedAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitedAnswer").field("recipient", self.recipient).finish_non_exhaustive()
    }
}
