//! What an issuer's certificate says.

use core::fmt;

use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{
        Decode, Encode,
        asn1::{Any, ObjectIdentifier, OctetString, PrintableStringRef, Utf8StringRef},
        oid::AssociatedOid,
    },
    ext::{
        Extension,
        pkix::{AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier},
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
};

use super::BuildError;

/// Who is certified: country, organization and common name.
///
/// The attributes say which authority signs; they become public with every certificate list. `Debug`
/// shows none of them all the same, for a common name may be a person's.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    country: String,
    organization: String,
    common_name: String,
}

impl Subject {
    /// From its attributes: the country as two capital letters (ISO 3166-1 alpha-2), the others of
    /// 1 to 64 characters (RFC 5280 Appendix A.1) without control characters.
    ///
    /// # Errors
    /// [`BuildError::InvalidSubject`], naming the attribute.
    pub fn new(country: &str, organization: &str, common_name: &str) -> Result<Self, BuildError> {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(BuildError::InvalidSubject { attribute: "country" });
        }
        for (attribute, value) in [("organization", organization), ("common name", common_name)] {
            if value.trim().is_empty() || value.chars().count() > 64 || value.chars().any(char::is_control) {
                return Err(BuildError::InvalidSubject { attribute });
            }
        }
        Ok(Self { country: country.into(), organization: organization.into(), common_name: common_name.into() })
    }

    pub(super) fn to_name(&self) -> Option<Name> {
        const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
        const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
        const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

        let country = Any::encode_from(&PrintableStringRef::new(&self.country).ok()?).ok()?;
        let organization = Any::encode_from(&Utf8StringRef::new(&self.organization).ok()?).ok()?;
        let common_name = Any::encode_from(&Utf8StringRef::new(&self.common_name).ok()?).ok()?;
        let mut name = RdnSequence::default();
        for (oid, value) in [(COUNTRY, country), (ORGANIZATION, organization), (COMMON_NAME, common_name)] {
            let mut relative = RelativeDistinguishedName::default();
            relative.insert(AttributeTypeAndValue { oid, value }).ok()?;
            name.push(relative);
        }
        Name::from_der(&name.to_der().ok()?).ok()
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

/// Which kinds of health certificate the key is for; none means no restriction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HealthPurposes {
    /// Test certificates: 1.3.6.1.4.1.1847.2021.1.1.
    pub test: bool,
    /// Vaccination certificates: 1.3.6.1.4.1.1847.2021.1.2.
    pub vaccination: bool,
    /// Recovery certificates: 1.3.6.1.4.1.1847.2021.1.3.
    pub recovery: bool,
}

impl HealthPurposes {
    fn identifiers(self, legacy: bool) -> Vec<ObjectIdentifier> {
        let arc = [
            (self.test, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.1")),
            (self.vaccination, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.2")),
            (self.recovery, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.3")),
        ];
        let legacy_arc = [
            (self.test && legacy, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.1")),
            (self.vaccination && legacy, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.2")),
            (self.recovery && legacy, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.3")),
        ];
        arc.into_iter().chain(legacy_arc).filter_map(|(wanted, identifier)| wanted.then_some(identifier)).collect()
    }
}

/// What is to be certified about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateRequest {
    /// Whose key it is.
    pub subject: Subject,
    /// What it is for.
    pub purposes: HealthPurposes,
    /// Whether each purpose is also named under the arc 1.3.6.1.4.1.0.1847.2021.1, as early certificates have
    /// it, for verifiers that know no other.
    pub legacy_purposes: bool,
}

impl CertificateRequest {
    /// From its parts.
    #[must_use]
    pub const fn new(subject: Subject, purposes: HealthPurposes) -> Self {
        Self { subject, purposes, legacy_purposes: false }
    }

    /// The extensions of the document-signer profile: see [`signer_extensions`].
    pub(super) fn extensions(&self, key_id: &[u8]) -> Option<Vec<Extension>> {
        signer_extensions(self.purposes, self.legacy_purposes, key_id)
    }
}

/// The extensions of the document-signer profile: not an authority, signs data, for these purposes,
/// under this key identifier.
pub(super) fn signer_extensions(purposes: HealthPurposes, legacy: bool, key_id: &[u8]) -> Option<Vec<Extension>> {
    let mut extensions = vec![
        extension(&BasicConstraints { ca: false, path_len_constraint: None }, true)?,
        extension(&KeyUsage(KeyUsages::DigitalSignature.into()), true)?,
    ];
    let purposes = purposes.identifiers(legacy);
    if !purposes.is_empty() {
        extensions.push(extension(&ExtendedKeyUsage(purposes), false)?);
    }
    extensions.push(extension(&SubjectKeyIdentifier(OctetString::new(key_id).ok()?), false)?);
    Some(extensions)
}

/// The extensions of an authority that issues document signers: signs certificates and revocation lists,
/// and no authority below it.
pub(super) fn authority_extensions(key_id: &[u8]) -> Option<Vec<Extension>> {
    Some(vec![
        extension(&BasicConstraints { ca: true, path_len_constraint: Some(0) }, true)?,
        extension(&KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign), true)?,
        extension(&SubjectKeyIdentifier(OctetString::new(key_id).ok()?), false)?,
    ])
}

/// The authorityKeyIdentifier of the key that signs a certificate.
pub(super) fn authority_key_id(key_id: &[u8]) -> Option<Extension> {
    let id = AuthorityKeyIdentifier { key_identifier: Some(OctetString::new(key_id).ok()?), ..Default::default() };
    extension(&id, false)
}

fn extension<T: AssociatedOid + Encode>(value: &T, critical: bool) -> Option<Extension> {
    let value = OctetString::new(value.to_der().ok()?).ok()?;
    Some(Extension { extn_id: T::OID, critical, extn_value: value })
}
