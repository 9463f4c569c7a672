//! The extensions (RFC 5280 §4.2) that decide what a certificate may do and how chains are built.

use super::{
    CertificateError,
    der::{Element, tag},
    oid,
    usage::{ExtendedKeyUsage, KeyUsage},
};

/// Whether a certificate may issue others (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// Whether it is an authority.
    pub ca: bool,
    /// How many intermediate authorities may follow it.
    pub path_len: Option<u32>,
}

/// The extensions this library understands.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions {
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) extended_key_usage: Option<ExtendedKeyUsage>,
    pub(super) subject_key_id: Option<Box<[u8]>>,
    pub(super) authority_key_id: Option<Box<[u8]>>,
    pub(super) unknown_critical: bool,
}

/// Reads `[3] Extensions`.
pub(super) fn parse(explicit: &Element<'_>) -> Result<Extensions, CertificateError> {
    let mut outer = explicit.contents("extensions");
    let mut list = outer.expect(tag::SEQUENCE)?.contents("extensions");
    outer.end()?;
    let mut extensions = Extensions::default();
    while !list.is_empty() {
        let mut extension = list.expect(tag::SEQUENCE)?.contents("extensions");
        let kind = extension.expect(tag::OID)?.value;
        let critical = match extension.optional(tag::BOOLEAN)? {
            Some(critical) => critical.boolean("extensions")?,
            None => false,
        };
        let value = extension.expect(tag::OCTET_STRING)?;
        extension.end()?;
        let duplicate = CertificateError::Malformed { field: "extensions", offset: value.offset };
        match kind {
            oid::BASIC_CONSTRAINTS => once(&mut extensions.basic_constraints, basic_constraints(&value)?, duplicate)?,
            oid::KEY_USAGE => once(&mut extensions.key_usage, key_usage(&value)?, duplicate)?,
            oid::EXTENDED_KEY_USAGE => {
                once(&mut extensions.extended_key_usage, extended_key_usage(&value)?, duplicate)?;
            }
            oid::SUBJECT_KEY_ID => once(&mut extensions.subject_key_id, subject_key_id(&value)?, duplicate)?,
            // Without a keyIdentifier the extension names the authority in a way nothing here uses.
            oid::AUTHORITY_KEY_ID => {
                if let Some(id) = authority_key_id(&value)? {
                    once(&mut extensions.authority_key_id, id, duplicate)?;
                }
            }
            _ => extensions.unknown_critical |= critical,
        }
    }
    Ok(extensions)
}

/// RFC 5280 §4.2: no extension appears twice. Of two, software would not agree which one counts.
fn once<T>(slot: &mut Option<T>, value: T, duplicate: CertificateError) -> Result<(), CertificateError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(duplicate),
    }
}

fn basic_constraints(value: &Element<'_>) -> Result<BasicConstraints, CertificateError> {
    let mut reader = value.contents("basicConstraints");
    let mut constraints = reader.expect(tag::SEQUENCE)?.contents("basicConstraints");
    reader.end()?;
    let ca = match constraints.optional(tag::BOOLEAN)? {
        Some(ca) => ca.boolean("basicConstraints")?,
        None => false,
    };
    let path_len = match constraints.optional(tag::INTEGER)? {
        Some(length) => Some(length.small("basicConstraints")?),
        None => None,
    };
    constraints.end()?;
    Ok(BasicConstraints { ca, path_len })
}

fn key_usage(value: &Element<'_>) -> Result<KeyUsage, CertificateError> {
    let mut reader = value.contents("keyUsage");
    let bits = reader.expect(tag::BIT_STRING)?;
    reader.end()?;
    let (bytes, _) = bits.bits("keyUsage")?;
    Ok(KeyUsage::from_bits(bytes))
}

fn extended_key_usage(value: &Element<'_>) -> Result<ExtendedKeyUsage, CertificateError> {
    let mut reader = value.contents("extKeyUsage");
    let mut list = reader.expect(tag::SEQUENCE)?.contents("extKeyUsage");
    reader.end()?;
    let mut purposes = Vec::new();
    while !list.is_empty() {
        // Real certificates hold an empty OID here; it names no purpose and so does no harm.
        purposes.push(list.expect(tag::OID)?.value.into());
    }
    Ok(ExtendedKeyUsage::new(purposes))
}

fn subject_key_id(value: &Element<'_>) -> Result<Box<[u8]>, CertificateError> {
    let mut reader = value.contents("subjectKeyIdentifier");
    let id = reader.expect(tag::OCTET_STRING)?.value;
    reader.end()?;
    Ok(id.into())
}

fn authority_key_id(value: &Element<'_>) -> Result<Option<Box<[u8]>>, CertificateError> {
    let mut reader = value.contents("authorityKeyIdentifier");
    let mut fields = reader.expect(tag::SEQUENCE)?.contents("authorityKeyIdentifier");
    reader.end()?;
    // The other two fields, the authority's issuer and serial number, are not used.
    Ok(fields.optional(tag::context(0))?.map(|id| id.value.into()))
}
