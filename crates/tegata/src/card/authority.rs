//! The authorities that certify the signers of cards.
//!
//! The authority's key is not on the card: the verifier holds it. Six are built in, from
//! `data/card-authorities.json`: one for each of text application, surface application and master file, in the
//! production and the test hierarchy. They were collected from public open-source readers of the card, because the
//! operator publishes no list: **whoever relies on them in production confirms them through a channel of their own.**
//! Others come from a file of the same form.

use core::fmt;

use serde::Deserialize;

use super::certificate::MAX_CHAIN;
use super::hex;
use super::key::CardPublicKey;
use super::{Application, Hierarchy, KeyId};
use crate::crypto::{CryptoProvider, PreparedKey, PublicKey};
use crate::report::{Code, Failure};

/// The longest file of authorities, in bytes. One authority takes a good 700.
pub const MAX_AUTHORITY_FILE_BYTES: usize = 1_048_576;

/// The most authorities one verifier holds. There are six.
pub const MAX_AUTHORITIES: usize = 256;

const BUILTIN: &str = include_str!("../../data/card-authorities.json");

/// Bytes of the moduli that authorities may have.
const MODULUS_BYTES: core::ops::RangeInclusive<usize> = 256..=512;

/// What an authority's key certifies signers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Application(Application),
    MasterFile,
}

/// An authority with its key, ready to verify.
#[derive(Debug)]
pub(super) struct Authority {
    key_id: KeyId,
    hierarchy: Hierarchy,
    scope: Scope,
    builtin: bool,
    key: Box<dyn PreparedKey>,
}

impl Authority {
    pub(super) const fn key_id(&self) -> KeyId {
        self.key_id
    }

    pub(super) const fn hierarchy(&self) -> Hierarchy {
        self.hierarchy
    }

    pub(super) fn is_for(&self, application: Application) -> bool {
        self.scope == Scope::Application(application)
    }

    pub(super) fn key(&self) -> &dyn PreparedKey {
        &*self.key
    }

    /// How many certificates may stand between this authority and a record.
    pub(super) const fn max_chain(&self) -> usize {
        if self.builtin { 1 } else { MAX_CHAIN }
    }
}

/// Every authority that a verifier knows, accepted or not.
pub(super) struct Authorities {
    list: Vec<Authority>,
}

impl Authorities {
    pub(super) fn builtin(provider: &CryptoProvider) -> Result<Self, AuthorityError> {
        let mut authorities = Self { list: Vec::new() };
        authorities.add(BUILTIN, provider, true)?;
        Ok(authorities)
    }

    /// Adds those of a file. A file does not redefine a key, nor does it name the production hierarchy.
    pub(super) fn add_file(&mut self, json: &str, provider: &CryptoProvider) -> Result<(), AuthorityError> {
        self.add(json, provider, false)
    }

    pub(super) fn find(&self, key_id: KeyId) -> Option<&Authority> {
        self.list.iter().find(|authority| authority.key_id == key_id)
    }

    fn add(&mut self, json: &str, provider: &CryptoProvider, builtin: bool) -> Result<(), AuthorityError> {
        let error = |kind, entry| AuthorityError { kind, entry };
        if json.len() > MAX_AUTHORITY_FILE_BYTES {
            return Err(error(AuthorityErrorKind::TooLarge, None));
        }
        let file: File = serde_json::from_str(json).map_err(|_| error(AuthorityErrorKind::Malformed, None))?;
        if file.keys.len() > MAX_AUTHORITIES - self.list.len().min(MAX_AUTHORITIES) {
            return Err(error(AuthorityErrorKind::TooLarge, None));
        }
        for (index, entry) in file.keys.iter().enumerate() {
            let authority = entry.read(provider, builtin).map_err(|kind| error(kind, Some(index)))?;
            if self.find(authority.key_id).is_some() {
                return Err(error(AuthorityErrorKind::Redefined, Some(index)));
            }
            self.list.push(authority);
        }
        Ok(())
    }
}

/// A file of authorities cannot be used. `Display` names the entry by its position, never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorityError {
    kind: AuthorityErrorKind,
    entry: Option<usize>,
}

/// What is wrong with a file of authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorityErrorKind {
    /// It is longer than [`MAX_AUTHORITY_FILE_BYTES`] or has more than [`MAX_AUTHORITIES`] entries.
    TooLarge,
    /// It is not JSON of the documented form.
    Malformed,
    /// It has a key identifier that is already known, or has it twice.
    Redefined,
    /// It names the production hierarchy, which is built in and nothing else.
    NamesProduction,
    /// A key is of a kind or length that is not supported, or no key at all.
    Key,
}

impl AuthorityError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> AuthorityErrorKind {
        self.kind
    }

    /// The position in `keys`, from 0, where the error speaks of one entry.
    #[must_use]
    pub const fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            AuthorityErrorKind::TooLarge | AuthorityErrorKind::Malformed => Code::AuthorityFileMalformed,
            AuthorityErrorKind::Redefined => Code::AuthorityRedefined,
            AuthorityErrorKind::NamesProduction => Code::AuthorityNamesProduction,
            AuthorityErrorKind::Key => Code::AuthorityKeyUnsupported,
        }
    }
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "keys[{entry}] ")?;
        }
        f.write_str(match self.kind {
            AuthorityErrorKind::TooLarge => "is larger than is allowed",
            AuthorityErrorKind::Malformed => "is not of the form that lists of authorities have",
            AuthorityErrorKind::Redefined => "has a key id that is already known",
            AuthorityErrorKind::NamesProduction => "names the production hierarchy",
            AuthorityErrorKind::Key => "has a key that is not supported",
        })
    }
}

impl core::error::Error for AuthorityError {}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        match error.entry {
            Some(entry) => Self::of_field(error.code(), format!("keys[{entry}]")),
            None => Self::new(error.code()),
        }
    }
}

/// The JSON form. Members that are not known are ignored; repeated ones are refused.
#[derive(Deserialize)]
struct File {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key_id: String,
    hierarchy: String,
    application: String,
    rsa: Option<Rsa>,
    ec: Option<Ec>,
}

#[derive(Deserialize)]
struct Rsa {
    n: String,
    e: String,
}

#[derive(Deserialize)]
struct Ec {
    curve: String,
    x: String,
    y: String,
}

impl Entry {
    fn read(&self, provider: &CryptoProvider, builtin: bool) -> Result<Authority, AuthorityErrorKind> {
        let malformed = AuthorityErrorKind::Malformed;
        let hierarchy = match self.hierarchy.as_str() {
            "production" if builtin => Hierarchy::Production,
            "production" => return Err(AuthorityErrorKind::NamesProduction),
            "test" => Hierarchy::Test,
            _ => Hierarchy::Other,
        };
        let scope = match self.application.as_str() {
            "text" => Scope::Application(Application::Text),
            "surface" => Scope::Application(Application::Surface),
            "master-file" => Scope::MasterFile,
            _ => return Err(malformed),
        };
        let key = match (&self.rsa, &self.ec) {
            (Some(rsa), None) => rsa.read(),
            (None, Some(ec)) => ec.read(),
            _ => return Err(malformed),
        };
        let key = CardPublicKey::new(key.ok_or(AuthorityErrorKind::Key)?);
        let key = key.prepare(provider).map_err(|_| AuthorityErrorKind::Key)?;
        let key_id = KeyId::from_hex(&self.key_id).ok_or(malformed)?;
        Ok(Authority { key_id, hierarchy, scope, builtin, key })
    }
}

impl Rsa {
    fn read(&self) -> Option<PublicKey> {
        let significant = |text: &str| -> Option<Vec<u8>> {
            Some(hex::decode(text)?.into_iter().skip_while(|byte| *byte == 0).collect())
        };
        let (modulus, exponent) = (significant(&self.n)?, significant(&self.e)?);
        // A first bit of zero would make the shortest of them too short.
        let long_enough = MODULUS_BYTES.contains(&modulus.len()) && modulus.first().is_some_and(|first| *first >= 0x80);
        long_enough.then_some(PublicKey::Rsa { modulus, exponent })
    }
}

impl Ec {
    fn read(&self) -> Option<PublicKey> {
        let point: Vec<u8> = [vec![0x04], hex::decode(&self.x)?, hex::decode(&self.y)?].concat();
        // Both coordinates have the full length of the field.
        if self.x.len() != self.y.len() {
            return None;
        }
        match self.curve.as_str() {
            "P-256" => Some(PublicKey::P256(point.try_into().ok()?)),
            "P-384" => Some(PublicKey::P384(point.try_into().ok()?)),
            _ => None,
        }
    }
}
