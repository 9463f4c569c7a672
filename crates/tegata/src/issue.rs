//! Issuing: a record becomes a signed certificate's text.
//!
//! An [`Issuer`] is made once from a signer's certificate. [`Issuer::prepare`] gives the bytes to
//! sign, and [`Prepared::finalise`] takes the signature, so that a key in a token or behind a
//! service signs exactly as one in memory does; [`Issuer::issue`] does all three with a
//! [`Signer`] at hand.

use core::fmt;
use std::sync::Arc;

use crate::codec::cbor::{Encoder, Item};
use crate::cose;
use crate::crypto::{Algorithm, CryptoProvider, PreparedKey, PublicKey, Signer};
use crate::format::hcert::{self, Claims};
use crate::format::{Profile, Uvci, dcc, dvc, jp};
use crate::model::{CountryCode, Record};
use crate::report::{Code, Failure};
use crate::revocation;
use crate::time::{Date, Timestamp};
use crate::x509::Certificate;

/// The longest text issued: what a QR code of version 40 holds at error correction level Q, the
/// level the specification recommends (ISO/IEC 18004 table 7).
pub const MAX_ISSUED_CHARACTERS: usize = 2_420;

/// What to issue beside the record itself.
#[derive(Clone)]
pub struct Request {
    /// The payload profile.
    pub profile: Profile,
    /// The issuer claim, ISO 3166-1 alpha-2; the country of the signer's certificate when `None`.
    pub issuer: Option<String>,
    /// The time of issue; whole seconds are certified.
    pub issued_at: Timestamp,
    /// The day of issue (証明書発行年月日) where the issuer is: in Japan it is a day later than in UTC
    /// until nine in the morning.
    pub issue_date: Date,
    /// The end of validity; whole seconds are certified. `None`, without an end, is for `dvc` alone: a
    /// vaccination against yellow fever counts for life.
    pub expires_at: Option<Timestamp>,
    /// The certificate ID (証明書ID), unless the record brings its own. For `dcc` it is the opaque
    /// part of the unique vaccination certificate identifier; a `dvc` carries none.
    pub certificate_id: String,
    /// Which dose a profile of a single dose certifies, counted from 0; the latest when `None`.
    pub dose: Option<usize>,
}

/// Says nothing of the certificate ID, which leads to a person.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("profile", &self.profile)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A signer's certificate, ready to issue under.
#[derive(Debug)]
pub struct Issuer {
    certificate: Certificate,
    public_key: PublicKey,
    verifying_key: Arc<dyn PreparedKey>,
    algorithm: Algorithm,
    protected: Vec<u8>,
}

impl Issuer {
    /// An issuer from its certificate. The provider checks the signatures that come from outside.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] unless the key is one that every verifier must know: P-256.
    pub fn new(certificate: Certificate, provider: &CryptoProvider) -> Result<Self, Failure> {
        let public_key = certificate.public_key()?.clone();
        let algorithm = match public_key {
            PublicKey::P256(_) => Algorithm::Es256,
            PublicKey::P384(_) | PublicKey::Rsa { .. } => return Err(Code::KeyUnsupported.into()),
        };
        let unsupported = Failure::new(Code::KeyUnsupported);
        let verifier = provider.verifier(algorithm).ok_or_else(|| unsupported.clone())?;
        let verifying_key = verifier.prepare(&public_key).map_err(|_| unsupported)?.into();
        let protected = cose::protected_header(algorithm.cose_id(), &certificate.key_id());
        Ok(Self { certificate, public_key, verifying_key, algorithm, protected })
    }

    /// The signer's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Whether a signing key belongs to this issuer's certificate.
    ///
    /// # Errors
    /// [`Code::KeyCertificateMismatch`] when it does not.
    pub fn match_key(&self, signer: &dyn Signer) -> Result<(), Failure> {
        if signer.algorithm() == self.algorithm && signer.public_key() == self.public_key {
            Ok(())
        } else {
            Err(Code::KeyCertificateMismatch.into())
        }
    }

    /// Makes what is to be signed.
    ///
    /// # Errors
    /// A failure of the stage `issue` when the signer's certificate does not cover the
    /// certificate's dates or kind, or of `profile` when the profile cannot carry the record.
    pub fn prepare(&self, record: &Record, request: &Request) -> Result<Prepared, Failure> {
        self.match_certificate(request)?;
        let country = self.country(request)?;
        let issue_date = request.issue_date;
        if let Some(index) = record.fields().doses.iter().position(|dose| dose.date > issue_date) {
            return Err(Failure::of_field(Code::RecordInvalidValue, format!("doses[{index}].date")));
        }
        let certificate_id = record.fields().certificate_id.as_deref().unwrap_or(&request.certificate_id);
        let mut content = Encoder::new();
        let mut not_before = None;
        let (key, certificate_id, not_carried) = match request.profile {
            Profile::Jp => {
                jp::JpPayload::new(record, jp::JpMeta { certificate_id, issue_date })?.write(&mut content);
                (jp::HCERT_KEY, certificate_id.to_owned(), Vec::new())
            }
            Profile::Dcc => {
                // A verifier refuses a `dob` after the issue; one that is unreadable no record has.
                if record.fields().birth_date.expose().earliest().is_ok_and(|birth| birth > issue_date) {
                    return Err(Failure::of_field(Code::ProfileInvalidValue, "birth_date"));
                }
                let identifier = uvci(&country, certificate_id)?;
                let meta = dcc::DccMeta { certificate_id: &identifier, dose: request.dose };
                let (payload, not_carried) = dcc::DccPayload::new(record, meta)?;
                payload.write(&mut content);
                (dcc::HCERT_KEY, identifier, not_carried.iter().map(str::to_owned).collect())
            }
            Profile::Dvc => {
                let invalid = || Failure::of_field(Code::ProfileInvalidValue, "issuer");
                let issuer = CountryCode::from_alpha2(&country).ok_or_else(invalid)?;
                let payload = dvc::DvcPayload::new(record, dvc::DvcMeta { issuer, issue_date, dose: request.dose })?;
                payload.write(&mut content);
                not_before = payload.valid_from().map(Date::midnight);
                (dvc::HCERT_KEY, certificate_id.to_owned(), payload.not_carried().to_vec())
            }
        };
        let payload = claims(&country, request, not_before, key, &content.into_bytes());
        Ok(Prepared {
            cose: cose::Prepared { protected: self.protected.clone(), payload },
            verifying_key: Arc::clone(&self.verifying_key),
            algorithm: self.algorithm,
            certificate_id,
            not_carried,
        })
    }

    /// Prepares, signs and finalises. The signature of a key in memory is not checked again, any
    /// other is (see [`Signer::is_in_memory`]).
    ///
    /// # Errors
    /// As [`Issuer::prepare`], [`Issuer::match_key`] and [`Prepared::finalise`];
    /// [`Code::SigningFailed`] when the key does not sign.
    pub fn issue(&self, record: &Record, request: &Request, signer: &dyn Signer) -> Result<Issued, Failure> {
        self.match_key(signer)?;
        let prepared = self.prepare(record, request)?;
        let signature = signer.sign(&prepared.to_be_signed()).map_err(|_| Failure::new(Code::SigningFailed))?;
        if signer.is_in_memory() { prepared.seal(&signature) } else { prepared.finalise(&signature) }
    }

    /// The signer's certificate must cover what it is to sign, or verifiers will refuse it.
    fn match_certificate(&self, request: &Request) -> Result<(), Failure> {
        let endless = request.expires_at.is_none() && request.profile != Profile::Dvc;
        if endless || request.expires_at.is_some_and(|end| end <= request.issued_at) {
            return Err(Failure::of_field(Code::InvalidPeriod, "expires_at"));
        }
        if request.issued_at < self.certificate.not_before() {
            return Err(Failure::of_field(Code::SignerNotYetValid, "issued_at"));
        }
        if request.expires_at.unwrap_or(request.issued_at) > self.certificate.not_after() {
            return Err(Failure::of_field(Code::SignerEndsFirst, "expires_at"));
        }
        let usage = self.certificate.health_usage();
        if usage.restricted && !usage.vaccination {
            return Err(Code::SignerKeyUsage.into());
        }
        Ok(())
    }

    fn country(&self, request: &Request) -> Result<String, Failure> {
        let country = request.issuer.as_deref().or_else(|| self.certificate.country());
        let country = country.ok_or(Failure::of_field(Code::ProfileMissingField, "issuer"))?;
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Failure::of_field(Code::ProfileInvalidValue, "issuer"));
        }
        if self.certificate.country().is_some_and(|signer| signer != country) {
            // Every verifier compares the two.
            return Err(Failure::of_field(Code::IssuerNotSignerCountry, "issuer"));
        }
        Ok(country.to_owned())
    }
}

/// The certificate identifier of an EU certificate: made of the certificate ID as its opaque part,
/// or one that is given whole, which then must be this country's and have the right check character.
fn uvci(country: &str, certificate_id: &str) -> Result<String, Failure> {
    let invalid = || Failure::of_field(Code::ProfileInvalidValue, "certificate_id");
    let whole = certificate_id.strip_prefix(&format!("URN:UVCI:01:{country}:"));
    if whole.is_none() && certificate_id.to_ascii_uppercase().starts_with("URN:") {
        return Err(invalid());
    }
    let opaque = whole.unwrap_or(certificate_id).split('#').next().unwrap_or_default();
    let country = CountryCode::from_alpha2(country).ok_or(Failure::of_field(Code::ProfileInvalidValue, "issuer"))?;
    let uvci = Uvci::new(country, opaque).map_err(|_| invalid())?;
    if whole.is_some() && uvci.as_str() != certificate_id {
        return Err(invalid());
    }
    Ok(uvci.as_str().to_owned())
}

/// The CWT claims around a content that is already encoded.
fn claims(country: &str, request: &Request, not_before: Option<Timestamp>, key: i64, content: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|claims| {
        claims.int_key(1, |e| e.text(country));
        for (claim, time) in [(4, request.expires_at), (5, not_before)] {
            if let Some(time) = time {
                claims.int_key(claim, |e| e.int(time.seconds()));
            }
        }
        claims.int_key(6, |e| e.int(request.issued_at.seconds()));
        claims.int_key(hcert::CLAIM_HCERT, |e| e.map(|hcert| hcert.int_key(key, |e| e.encoded(content))));
    });
    encoder.into_bytes()
}

/// A certificate that only lacks its signature.
pub struct Prepared {
    cose: cose::Prepared,
    verifying_key: Arc<dyn PreparedKey>,
    algorithm: Algorithm,
    certificate_id: String,
    not_carried: Vec<String>,
}

impl Prepared {
    /// The bytes to sign: the encoded `Sig_structure` (RFC 9052 §4.4).
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.cose.to_be_signed()
    }

    /// The certificate ID that is about to be certified.
    #[must_use]
    pub fn certificate_id(&self) -> &str {
        &self.certificate_id
    }

    /// Puts the signature in, after checking that it is the issuer's over [`Prepared::to_be_signed`],
    /// and makes the text.
    ///
    /// # Errors
    /// [`Code::SigningFailed`] when the signature does not verify: it was made by another key, by a
    /// faulty device, or is in DER instead of r‖s. [`Code::CertificateTooLarge`] when the text fits
    /// no QR code.
    pub fn finalise(self, signature: &[u8]) -> Result<Issued, Failure> {
        if self.verifying_key.verify(&[&self.to_be_signed()], signature).is_err() {
            return Err(Failure::of_field(Code::SigningFailed, "signature"));
        }
        self.seal(signature)
    }

    fn seal(self, signature: &[u8]) -> Result<Issued, Failure> {
        let text = hcert::close(&self.cose.finalise(signature));
        if text.len() > MAX_ISSUED_CHARACTERS {
            return Err(Code::CertificateTooLarge.into());
        }
        let (certificate_id, not_carried) = (self.certificate_id, self.not_carried);
        Ok(Issued { text, certificate_id, not_carried, algorithm: self.algorithm, signature: signature.to_vec() })
    }
}

/// Says nothing of the content.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

/// An issued certificate.
pub struct Issued {
    text: String,
    certificate_id: String,
    not_carried: Vec<String>,
    algorithm: Algorithm,
    signature: Vec<u8>,
}

impl Issued {
    /// The certificate's text, for a QR code in alphanumeric mode.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The certificate ID (証明書ID).
    #[must_use]
    pub fn certificate_id(&self) -> &str {
        &self.certificate_id
    }

    /// The hash by which a revocation list names this text ([`revocation::signature_hash`]): what an issuer keeps of it.
    #[must_use]
    pub fn signature_hash(&self) -> revocation::Hash {
        revocation::signature_hash(self.algorithm, &self.signature)
    }

    /// The record's fields that the profile does not carry, such as `doses[0]` or `name.kana`.
    #[must_use]
    pub fn not_carried(&self) -> &[String] {
        &self.not_carried
    }

    /// What was signed, read back from the text: whatever is shown or printed of it can differ from the code beside
    /// it no more than a verifier's screen can.
    ///
    /// # Errors
    /// None that this library's own texts give.
    pub fn signed(&self) -> Result<Signed, Failure> {
        let sign1 = hcert::open(&self.text)?;
        let claims = Claims::read(sign1.payload());
        Ok(Signed { sign1, claims })
    }
}

/// What an issued certificate certifies.
pub struct Signed {
    sign1: cose::Sign1,
    claims: Claims,
}

impl Signed {
    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The content: the value under [`Claims::hcert_key`].
    #[must_use]
    pub fn content(&self) -> Option<Item<'_>> {
        self.claims.content(self.sign1.payload())
    }
}

/// Says nothing of the content.
impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// Says nothing of the content.
impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").finish_non_exhaustive()
    }
}
