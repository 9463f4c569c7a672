//! The hashes by which a certificate is revoked.

use sha2::{Digest as _, Sha256};

use super::Genuine;
use crate::crypto::Algorithm;
use crate::format::dcc;

/// The first half of a SHA-256, as the EU's revocation lists hold it.
pub type Hash = [u8; 16];

/// What of a certificate is hashed (EU gateway, `hashType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `SIGNATURE`: see [`signature_hash`].
    Signature,
    /// `UCI`: the certificate identifier (`ci`), verbatim.
    Identifier,
    /// `COUNTRYCODEUCI`: the country (`co`) and after it the identifier.
    CountryAndIdentifier,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self; 3] = &[Self::Signature, Self::Identifier, Self::CountryAndIdentifier];

    /// The name in the EU's lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "SIGNATURE",
            Self::Identifier => "UCI",
            Self::CountryAndIdentifier => "COUNTRYCODEUCI",
        }
    }

    /// The number in a trust bundle: the place in [`Kind::ALL`].
    #[cfg(feature = "issue")]
    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::Signature => 0,
            Self::Identifier => 1,
            Self::CountryAndIdentifier => 2,
        }
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Signature => 0,
            Self::Identifier => 1,
            Self::CountryAndIdentifier => 2,
        }
    }
}

/// The hash of a signature. Of ECDSA only r, the first half, is hashed: whoever holds a certificate can
/// turn s into n − s, which verifies as well, and so give a revoked certificate another signature; r cannot
/// be changed without the key. An RSA signature has one form and is hashed whole.
#[must_use]
pub fn signature_hash(algorithm: Algorithm, signature: &[u8]) -> Hash {
    let hashed = match algorithm {
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es256OnP384 | Algorithm::Es512OnP256 => {
            signature.get(..signature.len() / 2)
        }
        Algorithm::Ps256 | Algorithm::Rs256 | Algorithm::Rs256ThreeDigests | Algorithm::Ps512 | Algorithm::Rs512 => {
            Some(signature)
        }
    };
    truncated(&[hashed.unwrap_or_default()])
}

/// The hash of a certificate's identifier (`ci`), verbatim, after its country where there is one.
#[must_use]
pub fn identifier_hash(country: Option<&str>, identifier: &str) -> Hash {
    truncated(&[country.unwrap_or_default().as_bytes(), identifier.as_bytes()])
}

fn truncated(parts: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    let mut hash = [0; 16];
    hash.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    hash
}

/// A certificate's hashes, each made when it is asked for first.
pub(super) struct CertificateHashes<'a> {
    genuine: &'a Genuine<'a>,
    made: [Option<Vec<Hash>>; Kind::ALL.len()],
}

impl<'a> CertificateHashes<'a> {
    pub(super) const fn of(genuine: &'a Genuine<'a>) -> Self {
        Self { genuine, made: [const { None }; Kind::ALL.len()] }
    }

    /// The hashes of a kind: one of the signature, one for each identifier.
    pub(super) fn of_kind(&mut self, kind: Kind) -> &[Hash] {
        let genuine = self.genuine;
        let Some(slot) = self.made.get_mut(kind.index()) else { return &[] };
        slot.get_or_insert_with(|| match kind {
            Kind::Signature => vec![signature_hash(genuine.algorithm, genuine.signature)],
            Kind::Identifier => identifiers(genuine, false),
            Kind::CountryAndIdentifier => identifiers(genuine, true),
        })
    }
}

/// One hash for each entry of an EU certificate, however many there are: the schema wants one, but a
/// certificate that breaks it is no less revoked. Other profiles are revoked by signature alone, for
/// their identifiers can be guessed.
fn identifiers(genuine: &Genuine<'_>, with_country: bool) -> Vec<Hash> {
    let mut hashes = Vec::new();
    let Some((dcc::HCERT_KEY, content)) = genuine.content else { return hashes };
    let Some(content) = content.untag().as_map() else { return hashes };
    for list in ["v", "t", "r"] {
        for entry in content.get_text(list).and_then(|list| list.untag().as_array()).into_iter().flatten() {
            let Some(entry) = entry.untag().as_map() else { continue };
            let text = |field| entry.get_text(field).and_then(|value| value.untag().as_text());
            let Some(identifier) = text("ci") else { continue };
            let country = if with_country { text("co") } else { None };
            hashes.push(identifier_hash(country.as_deref(), &identifier));
        }
    }
    hashes
}
