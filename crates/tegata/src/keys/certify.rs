use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{Decode, Encode, asn1::ObjectIdentifier},
    name::Name,
    request::CertReq,
};

use super::{BuildError, HealthPurposes, certificate::Content, ecdsa, ecdsa::Identity, profile};
use crate::{
    crypto::{SecureRandom, Signer},
    time::Timestamp,
    x509::{Certificate, pem},
};

/// The longest certificate request read, in bytes: a hundred times what one for a P-256 key takes.
pub const MAX_REQUEST_BYTES: usize = 64 * 1024;

/// How an authority certifies a document signer: what it grants, whatever the request asks for.
///
/// The request, a PKCS#10 (RFC 2986) in DER or PEM, is untrusted: the key and the name are taken from it,
/// after its signature proved that whoever asks has the key and the name's country proved to be the
/// authority's own. Its wishes for extensions are not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certification {
    /// Which kinds of health certificate the signer may sign.
    pub purposes: HealthPurposes,
    /// Whether each purpose is also named under the arc of early certificates.
    pub legacy_purposes: bool,
    /// The start of validity, whole seconds.
    pub not_before: Timestamp,
    /// The end of validity, whole seconds. The WHO's certificate governance gives a signer about two years.
    pub not_after: Timestamp,
}

impl Certification {
    /// From its parts.
    #[must_use]
    pub const fn new(purposes: HealthPurposes, not_before: Timestamp, not_after: Timestamp) -> Self {
        Self { purposes, legacy_purposes: false, not_before, not_after }
    }

    /// Makes the certificate of a document signer, in DER: signed by the authority's key, within the
    /// authority's validity (shell model), with the key identifiers that make a chain.
    ///
    /// # Errors
    /// [`BuildError`], of the authority, the request or the dates.
    pub fn certify(
        &self,
        authority_key: &dyn Signer,
        authority: &Certificate,
        request: &[u8],
        random: &dyn SecureRandom,
    ) -> Result<Vec<u8>, BuildError> {
        let identity = Identity::of(authority_key)?;
        let issuer = issuer_name(authority)?;
        if !authority.public_key().is_ok_and(|key| *key == authority_key.public_key()) {
            return Err(BuildError::AuthorityKeyMismatch);
        }
        if self.not_before < authority.not_before() || self.not_after > authority.not_after() {
            return Err(BuildError::OutsideAuthority);
        }
        let request = parse(request)?;
        let country = country_of(&request.info.subject);
        if country.is_none() || country.as_deref() != authority.country() {
            return Err(BuildError::InvalidSubject { attribute: "country" });
        }
        let point = request.info.public_key.subject_public_key.raw_bytes();
        let key_id = ecdsa::key_id(point);
        let extensions = profile::signer_extensions(self.purposes, self.legacy_purposes, &key_id);
        let mut extensions = extensions.ok_or(BuildError::Encoding)?;
        let authority_key_id = authority.subject_key_id().unwrap_or(&identity.key_id);
        extensions.push(profile::authority_key_id(authority_key_id).ok_or(BuildError::Encoding)?);
        let content = Content { issuer, subject: request.info.subject, extensions, key: request.info.public_key };
        content.sign(authority_key, &identity, (self.not_before, self.not_after), random)
    }
}

/// The authority's name, as the certificates it issues must repeat it, if it may issue any.
fn issuer_name(authority: &Certificate) -> Result<Name, BuildError> {
    let unsuitable = |field| BuildError::UnsuitableAuthority { field };
    if !authority.basic_constraints().is_some_and(|constraints| constraints.ca) {
        return Err(unsuitable("basicConstraints"));
    }
    if authority.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(unsuitable("keyUsage"));
    }
    if authority.country().is_none() {
        return Err(unsuitable("subject.country"));
    }
    let name = Name::from_der(authority.subject_der()).map_err(|_| unsuitable("subject"))?;
    // A name that is not in DER would come out different, and no chain would be found.
    let same = name.to_der().is_ok_and(|der| der == authority.subject_der());
    if same { Ok(name) } else { Err(unsuitable("subject")) }
}

/// Reads a request and checks that it is for a P-256 key and signed by it.
fn parse(bytes: &[u8]) -> Result<CertReq, BuildError> {
    const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
    const PRIME256V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

    if bytes.len() > MAX_REQUEST_BYTES {
        return Err(BuildError::MalformedRequest);
    }
    let block = pem::blocks(bytes).flatten().find(|block| {
        // The second label is what old software wrote.
        block.label == b"CERTIFICATE REQUEST" || block.label == b"NEW CERTIFICATE REQUEST"
    });
    let decoded = block.map(|block| block.decode().ok_or(BuildError::MalformedRequest)).transpose()?;
    let der = decoded.as_ref().map_or(bytes, |decoded| decoded.as_slice());
    let request = CertReq::from_der(der).map_err(|_| BuildError::MalformedRequest)?;
    let algorithm = &request.info.public_key.algorithm;
    let curve = algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    if algorithm.oid != EC_PUBLIC_KEY || curve != Some(PRIME256V1) {
        return Err(BuildError::UnsupportedRequestKey);
    }
    let point = request.info.public_key.subject_public_key.raw_bytes();
    // Verifiers need not know compressed points.
    if point.len() != 65 {
        return Err(BuildError::UnsupportedRequestKey);
    }
    let signed = request.info.to_der().map_err(|_| BuildError::MalformedRequest)?;
    let genuine = request.algorithm.oid == ECDSA_WITH_SHA256
        && request.signature.as_bytes().is_some_and(|signature| ecdsa::is_signed_by(point, &signed, signature));
    if genuine { Ok(request) } else { Err(BuildError::RequestSignature) }
}

/// The one country of a name.
fn country_of(name: &Name) -> Option<String> {
    const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");

    let is_country = |attribute: &&AttributeTypeAndValue| attribute.oid == COUNTRY;
    let mut countries = name.iter().filter(is_country);
    let country = countries.next()?;
    if countries.next().is_some() {
        return None;
    }
    String::from_utf8(country.value.value().to_vec()).ok()
}
