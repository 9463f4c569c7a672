//! Lists of signers as others publish them: bytes in, entries out.
//!
//! [`List::read`] recognises the format. An entry that cannot be used drops itself, with the reason, and
//! never the list. Where a key and a certificate stand side by side the certificate's key is taken, and the
//! two must be the same number. The key id of the list is the one that certificates are matched with, for
//! lists may say other ones than the hash of the certificate.
//!
//! | format | what it is | its signature |
//! |---|---|---|
//! | `gdhcn-did`, `gdhcn-did-ref` | DID documents of the WHO's Global Digital Health Certification Network | proof `JsonWebSignature2020`, checked by [`List::verify_signature`] |
//! | `eu-gateway` | the EU gateway's trust list (DCCG) | CMS on each entry, **not** checked here |
//! | `de-list` | the list of Germany's app back end | ECDSA over the content, checked |
//! | `jwks` | JSON Web Key Set (RFC 7517 §5) | none |
//! | `certificates` | X.509, DER or PEM | none |
//!
//! Lists are untrusted until their signature is verified or the caller vouches for the file. Nothing that
//! a list refers to is fetched.
//!
//! ```
//! # #[cfg(feature = "rustcrypto")] {
//! use tegata::TrustSet;
//! use tegata::crypto::rustcrypto;
//! use tegata::trust::list::List;
//!
//! let list = List::read(include_bytes!("../../../examples/data/signer.pem"))?;
//! let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
//! let dropped = trust.trust_list(&list);
//! assert!(dropped.is_empty() && trust.build().len() == 1);
//! # }
//! # Ok::<(), tegata::Failure>(())
//! ```

mod gateway;
mod gdhcn;
mod jwk;
mod load;
mod proof;
mod signer;
mod summary;

use std::collections::HashSet;

use crate::codec::json_tree::Json;
use crate::crypto::{CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::x509::{Certificate, each_certificate_from};

pub use signer::ListSigner;
pub use summary::ListSummary;

/// The longest list read, in bytes. The EU's and the WHO's have some hundred kilobytes to two megabytes.
pub const MAX_LIST_BYTES: usize = 16 << 20;

/// The longest key id of an entry, in bytes. Those of health certificates have eight.
pub const MAX_KEY_ID_BYTES: usize = 64;

/// The format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListFormat {
    /// A DID document of the WHO's network that holds its keys.
    GdhcnDid,
    /// A DID document of the WHO's network that refers to others.
    GdhcnDidRef,
    /// The trust list of the EU's gateway.
    EuGateway,
    /// The list of Germany's app back end.
    DeList,
    /// A JSON Web Key Set.
    Jwks,
    /// Certificates, DER or PEM.
    Certificates,
}

impl ListFormat {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GdhcnDid => "gdhcn-did",
            Self::GdhcnDidRef => "gdhcn-did-ref",
            Self::EuGateway => "eu-gateway",
            Self::DeList => "de-list",
            Self::Jwks => "jwks",
            Self::Certificates => "certificates",
        }
    }
}

/// What an entry of a list may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// It signs health certificates.
    Signer,
    /// It issues the certificates of signers.
    Authority,
    /// The format does not say; the caller decides by where the list is put to use.
    Unstated,
}

/// One usable entry of a list.
#[derive(Clone, Debug)]
pub struct ListEntry {
    id: String,
    key_id: Vec<u8>,
    role: Role,
    usage: String,
    country: Option<String>,
    key: PublicKey,
    certificate: Option<Certificate>,
}

impl ListEntry {
    /// The entry's name in the list: a DID URL, or a key id as the list writes it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key id that health certificates name the key by.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// What the entry may be used for.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The use as lists name it: `DSC`, `CSCA`.
    #[must_use]
    pub fn usage(&self) -> &str {
        &self.usage
    }

    /// The country: of the certificate's subject or, without one, as the list says; ISO 3166-1 alpha-2.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The certificate, where the entry has one.
    #[must_use]
    pub const fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    fn same_as(&self) -> (Vec<u8>, Role, Vec<u8>) {
        let bytes = match (&self.certificate, &self.key) {
            (Some(certificate), _) => certificate.der().to_vec(),
            (None, PublicKey::P256(point)) => point.to_vec(),
            (None, PublicKey::P384(point)) => point.to_vec(),
            (None, PublicKey::Rsa { modulus, exponent }) => [modulus.as_slice(), &[0], exponent].concat(),
        };
        (self.key_id.clone(), self.role, bytes)
    }
}

/// An entry that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    id: String,
    failure: Failure,
}

impl Dropped {
    fn new(id: impl Into<String>, failure: impl Into<Failure>) -> Self {
        Self { id: id.into(), failure: failure.into() }
    }

    /// The entry's name in the list, or `#` and its place, from 1, when it has none that can be read.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Why: a failure of the stage `trust`.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }
}

/// A list that was read. Nothing in it is trusted by that.
#[derive(Clone, Debug)]
pub struct List {
    format: ListFormat,
    total: usize,
    entries: Vec<ListEntry>,
    references: Vec<String>,
    duplicates: usize,
    dropped: Vec<Dropped>,
    seal: Seal,
}

/// What a list offers as proof of its origin.
#[derive(Clone, Debug)]
enum Seal {
    /// The format has none, or this list has none.
    None,
    /// On each entry, which is not checked.
    OnEntries,
    /// Over a message, ES256.
    Message { message: Vec<u8>, signature: Signature },
    /// One that cannot be checked.
    Broken(Failure),
}

/// An ECDSA signature as the formats write it.
#[derive(Clone, Debug)]
enum Signature {
    /// r‖s.
    Fixed(Vec<u8>),
    /// `Ecdsa-Sig-Value` in DER.
    Der(Vec<u8>),
}

impl List {
    /// Reads a list and recognises its format.
    ///
    /// # Errors
    /// [`Code::TrustUnreadable`] when it has none of the known formats, [`Code::ListTooLarge`] beyond
    /// [`MAX_LIST_BYTES`], [`Code::ListMalformed`] when it is not built as its format demands. A broken entry
    /// is no error.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.len() > MAX_LIST_BYTES {
            return Err(Code::ListTooLarge.into());
        }
        let text = core::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}').trim());
        match text {
            Some(text) if text.starts_with('[') => match json(text)? {
                Json::Array(entries) => Ok(gateway::read(&entries, ListFormat::EuGateway, Seal::OnEntries)),
                _ => Err(Code::ListMalformed.into()),
            },
            Some(text) if text.starts_with('{') => Self::read_object(text, Seal::None),
            Some(text) => match gateway::split_signed(text) {
                Some((content, seal)) => Self::read_object(content, seal),
                None => Self::read_certificates(bytes),
            },
            None => Self::read_certificates(bytes),
        }
    }

    fn read_object(text: &str, seal: Seal) -> Result<Self, Failure> {
        let value = json(text)?;
        let document = Object::of(&value).ok_or(Code::ListMalformed)?;
        let array = |name| match document.get(name) {
            Some(Json::Array(items)) => Ok(items),
            _ => Err(Failure::of_field(Code::ListMalformed, name)),
        };
        if document.has("certificates") {
            return Ok(gateway::read(array("certificates")?, ListFormat::DeList, seal));
        }
        if !matches!(seal, Seal::None) {
            return Err(Code::TrustUnreadable.into());
        }
        if document.has("verificationMethod") {
            return Ok(gdhcn::read(&document, array("verificationMethod")?));
        }
        if document.has("keys") {
            return Ok(jwk::read_set(array("keys")?));
        }
        Err(Code::TrustUnreadable.into())
    }

    fn read_certificates(bytes: &[u8]) -> Result<Self, Failure> {
        let mut reader = Entries::default();
        for certificate in each_certificate_from(bytes)? {
            reader.add(|place| {
                let certificate = certificate.map_err(|error| Dropped::new(place.clone(), error))?;
                let id: String = certificate.key_id().iter().map(|byte| format!("{byte:02x}")).collect();
                let key = certificate.public_key().map_err(|error| Dropped::new(id.clone(), error))?.clone();
                Ok(ListEntry {
                    id,
                    key_id: certificate.key_id().to_vec(),
                    role: Role::Unstated,
                    usage: usage_of(&certificate).into(),
                    country: certificate.country().map(str::to_owned),
                    key,
                    certificate: Some(certificate),
                })
            });
        }
        Ok(reader.finish(ListFormat::Certificates, Seal::None))
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> ListFormat {
        self.format
    }

    /// The number of entries, those included that are not used.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.total
    }

    /// Whether the list has no entry at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The entries that can be used, each once, expired ones included.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &ListEntry> {
        self.entries.iter()
    }

    /// The documents that a `gdhcn-did-ref` list refers to; they are not fetched.
    pub fn references(&self) -> impl ExactSizeIterator<Item = &str> {
        self.references.iter().map(String::as_str)
    }

    /// How many entries repeat an earlier one: same key id, use and certificate. They are left out.
    #[must_use]
    pub const fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// The entries that cannot be used, and why.
    #[must_use]
    pub fn dropped(&self) -> &[Dropped] {
        &self.dropped
    }

    /// Whether the list carries a signature or proof, be it one that is checked or not.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        !matches!(self.seal, Seal::None)
    }

    /// Checks the list's own signature or proof with the keys of a signer the caller pins.
    ///
    /// # Errors
    /// [`Code::ListSignatureMissing`], [`Code::ListSignatureMalformed`], [`Code::ListSignatureInvalid`];
    /// [`Code::ListShapeUnsupported`] when the list holds something that its signature might not cover, and
    /// [`Code::ListSignatureNotChecked`] for formats with a signature on each entry.
    pub fn verify_signature(&self, signer: &ListSigner, provider: &CryptoProvider) -> Result<(), Failure> {
        match &self.seal {
            Seal::None => Err(Code::ListSignatureMissing.into()),
            Seal::OnEntries => Err(Code::ListSignatureNotChecked.into()),
            Seal::Broken(failure) => Err(failure.clone()),
            Seal::Message { message, signature } => signer.verify(message, signature, provider),
        }
    }
}

/// The use of a plain certificate, by its constraints.
fn usage_of(certificate: &Certificate) -> &'static str {
    if certificate.basic_constraints().is_some_and(|constraints| constraints.ca) { "CSCA" } else { "DSC" }
}

fn json(text: &str) -> Result<Json, Failure> {
    serde_json::from_str(text).map_err(|_| Code::ListMalformed.into())
}

/// Collects the entries of a list.
#[derive(Default)]
struct Entries {
    total: usize,
    entries: Vec<ListEntry>,
    references: Vec<String>,
    known: HashSet<(Vec<u8>, Role, Vec<u8>)>,
    duplicates: usize,
    dropped: Vec<Dropped>,
}

impl Entries {
    /// Takes the next entry; `read` is told its place, to name it by where it has no name.
    fn add(&mut self, read: impl FnOnce(&String) -> Result<ListEntry, Dropped>) {
        self.total += 1;
        match read(&format!("#{}", self.total)) {
            Ok(entry) if entry.key_id.is_empty() || entry.key_id.len() > MAX_KEY_ID_BYTES => {
                self.dropped.push(Dropped::new(entry.id, Failure::of_field(Code::ListEntryMalformed, "kid")));
            }
            Ok(entry) if self.known.insert(entry.same_as()) => self.entries.push(entry),
            Ok(_) => self.duplicates += 1,
            Err(dropped) => self.dropped.push(dropped),
        }
    }

    fn refer(&mut self, reference: &str) {
        self.total += 1;
        self.references.push(reference.to_owned());
    }

    fn finish(self, format: ListFormat, seal: Seal) -> List {
        let Self { total, entries, references, duplicates, dropped, .. } = self;
        List { format, total, entries, references, duplicates, dropped, seal }
    }
}

/// The members of a JSON object.
#[derive(Clone, Copy)]
struct Object<'j>(&'j [(String, Json)]);

impl<'j> Object<'j> {
    /// The members of a value; none when it is no object.
    fn of(value: &'j Json) -> Option<Self> {
        match value {
            Json::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(member, _)| member == name)
    }

    fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(member, _)| member == name).nth(1).is_some()
    }

    /// A member; `null` counts as absent, and so does a repeated one, of which nobody knows which counts.
    fn get(&self, name: &str) -> Option<&'j Json> {
        let mut values = self.0.iter().filter(|(member, _)| member == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(Json::Null), _) | (None, _) | (_, Some(_)) => None,
            (value, None) => value,
        }
    }

    fn text(&self, name: &str) -> Option<&'j str> {
        match self.get(name) {
            Some(Json::Text(text)) => Some(text),
            _ => None,
        }
    }
}
