use core::{fmt, ops::Range};

use sha2::{Digest, Sha256};

use super::{
    BasicConstraints, CertificateError, ExtendedKeyUsage, HealthUsage, KeyUsage, MAX_CERTIFICATE_BYTES,
    SignatureAlgorithm, algorithm,
    der::{Element, Reader, tag},
    extensions::{self, Extensions},
    name, public_key, time,
};
use crate::{crypto::PublicKey, time::Timestamp};

/// An X.509 certificate (RFC 5280), versions 1 to 3.
///
/// Parsing says nothing about trust: neither its signature nor its dates are checked. `Debug` shows
/// the key identifier alone, for a subject may be a person.
#[derive(Clone)]
pub struct Certificate {
    der: Box<[u8]>,
    key_id: [u8; 8],
    version: u8,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer_der: Range<usize>,
    subject_der: Range<usize>,
    signature: Range<usize>,
    signature_algorithm: SignatureAlgorithm,
    issuer: String,
    subject: String,
    country: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: Result<PublicKey, CertificateError>,
    extensions: Extensions,
}

impl Certificate {
    /// Reads one certificate in DER.
    ///
    /// Reading is lenient where real certificates break DER (see [the module](super)).
    ///
    /// # Errors
    /// [`CertificateError`]; a public key of an unsupported kind is an error of
    /// [`Certificate::public_key`] only.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        let mut input = Reader::new(der, "certificate");
        let mut outer = input.expect(tag::SEQUENCE)?.contents("certificate");
        input.end()?;
        let tbs = outer.field("tbsCertificate").expect(tag::SEQUENCE)?;
        let outer_algorithm = outer.field("signatureAlgorithm").expect(tag::SEQUENCE)?;
        let signature = outer.field("signatureValue").expect(tag::BIT_STRING)?;
        signature.octets_of_bits("signatureValue")?;
        outer.end()?;

        let mut fields = tbs.contents("version");
        let version = match fields.optional(tag::context_constructed(0))? {
            Some(explicit) => version(&explicit)?,
            None => 1,
        };
        let serial = fields.field("serialNumber").expect(tag::INTEGER)?;
        let inner_algorithm = fields.field("signature").expect(tag::SEQUENCE)?;
        let issuer_der = fields.field("issuer").expect(tag::SEQUENCE)?;
        let mut validity = fields.field("validity").expect(tag::SEQUENCE)?.contents("validity");
        let not_before = time::parse(&validity.any()?, "validity.notBefore")?;
        let not_after = time::parse(&validity.any()?, "validity.notAfter")?;
        validity.end()?;
        let subject_der = fields.field("subject").expect(tag::SEQUENCE)?;
        let public_key_info = fields.field("subjectPublicKeyInfo").expect(tag::SEQUENCE)?;
        fields.field("issuerUniqueID").optional(tag::context(1))?;
        fields.field("subjectUniqueID").optional(tag::context(2))?;
        let extensions = match fields.field("extensions").optional(tag::context_constructed(3))? {
            Some(explicit) => extensions::parse(&explicit)?,
            None => Extensions::default(),
        };
        fields.end()?;

        let signature_algorithm = algorithm::parse(&outer_algorithm, "signatureAlgorithm")?;
        // RFC 5280 §4.1.1.2: the signed copy and the unsigned one must agree.
        if algorithm::parse(&inner_algorithm, "signature")? != signature_algorithm {
            return Err(CertificateError::Malformed { field: "signature", offset: inner_algorithm.offset });
        }
        let issuer = name::parse(&issuer_der, "issuer")?;
        let subject = name::parse(&subject_der, "subject")?;
        let value_of = |element: &Element<'_>| element.offset..element.offset + element.value.len();
        let whole = |element: &Element<'_>| {
            let end = element.offset + element.value.len();
            end - element.encoded.len()..end
        };
        let mut signature_bytes = value_of(&signature);
        signature_bytes.start += 1; // the number of unused bits
        Ok(Self {
            key_id: key_id(der),
            version,
            tbs: whole(&tbs),
            serial: value_of(&serial),
            issuer_der: whole(&issuer_der),
            subject_der: whole(&subject_der),
            signature: signature_bytes,
            signature_algorithm,
            issuer: issuer.text,
            subject: subject.text,
            country: subject.country,
            not_before,
            not_after,
            public_key: public_key::parse(&public_key_info),
            extensions,
            der: der.into(),
        })
    }

    /// The certificate as it was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key identifier health certificates name their signer by: the first 8 bytes of the SHA-256
    /// of the DER certificate (HCERT §3.2.2).
    #[must_use]
    pub const fn key_id(&self) -> [u8; 8] {
        self.key_id
    }

    /// The subject's public key, not yet checked to be a good one.
    ///
    /// # Errors
    /// [`CertificateError::KeyUnsupported`] for anything but P-256, P-384 and RSA;
    /// [`CertificateError::Malformed`] when it is not encoded as its kind requires.
    pub fn public_key(&self) -> Result<&PublicKey, CertificateError> {
        self.public_key.as_ref().map_err(|error| *error)
    }

    /// The first moment of its validity.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last second of its validity.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whom the certificate is about, in the notation of RFC 4514: `CN=…,O=…,C=AT`. Personal data
    /// when it is a person.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who issued the certificate, in the notation of RFC 4514.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The subject's country, the first if there are several; as written, normally ISO 3166-1
    /// alpha-2. The issuer's country is never taken for it.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The serial number: the contents octets of the INTEGER, big-endian.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        self.slice(&self.serial)
    }

    /// The version: 1, 2 or 3.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Which health certificates the subject may sign. Without an extended key usage, all.
    #[must_use]
    pub fn health_usage(&self) -> HealthUsage {
        self.extensions.extended_key_usage.as_ref().map(ExtendedKeyUsage::health).unwrap_or_default()
    }

    /// The extKeyUsage extension.
    #[must_use]
    pub const fn extended_key_usage(&self) -> Option<&ExtendedKeyUsage> {
        self.extensions.extended_key_usage.as_ref()
    }

    /// The keyUsage extension.
    #[must_use]
    pub const fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// The basicConstraints extension.
    #[must_use]
    pub const fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.extensions.basic_constraints
    }

    /// The subjectKeyIdentifier extension.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.as_deref()
    }

    /// The keyIdentifier of the authorityKeyIdentifier extension.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.extensions.authority_key_id.as_deref()
    }

    /// Whether there is a critical extension this library does not understand; a chain must then not
    /// be built over the certificate (RFC 5280 §4.2).
    #[must_use]
    pub const fn has_unknown_critical_extension(&self) -> bool {
        self.extensions.unknown_critical
    }

    /// The bytes the issuer signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.slice(&self.tbs)
    }

    /// The issuer's signature: for ECDSA the DER structure, for RSA the number.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.slice(&self.signature)
    }

    /// How the issuer signed.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The issuer's name in DER, to be compared with [`Certificate::subject_der`] of an authority.
    #[must_use]
    pub fn issuer_der(&self) -> &[u8] {
        self.slice(&self.issuer_der)
    }

    /// The subject's name in DER.
    #[must_use]
    pub fn subject_der(&self) -> &[u8] {
        self.slice(&self.subject_der)
    }

    /// A range recorded by [`Certificate::parse`], which is always within the certificate.
    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }
}

/// Certificates are equal when their bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({:016x})", u64::from_be_bytes(self.key_id))
    }
}

fn version(explicit: &Element<'_>) -> Result<u8, CertificateError> {
    let mut reader = explicit.contents("version");
    let number = reader.expect(tag::INTEGER)?.small("version")?;
    reader.end()?;
    match number {
        0 => Ok(1),
        1 => Ok(2),
        2 => Ok(3),
        _ => Err(CertificateError::Malformed { field: "version", offset: explicit.offset }),
    }
}

fn key_id(der: &[u8]) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::digest(der).into();
    let mut id = [0; 8];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    id
}
