//! Card-verifiable certificates (EF 0004) and chains of them.
//!
//! ```text
//! [7F21] { 5F4E { issuer key id (16) ‖ subject key id (16) ‖ key object } 5F37 { signature over the value of 5F4E } }
//! ```
//! The first certificate is that of the key that signs the card's records; each further one certifies the issuer of
//! the one before. The wrapper can be absent.

use super::authority::Authority;
use super::key::CardPublicKey;
use super::object::{Field, Fields, FileReader};
use super::tlv::Reader;
use super::{FileError, FileErrorKind, KeyId};
use crate::crypto::{CryptoProvider, PreparedKey};
use crate::report::Code;

/// The longest chain. Every real card has one certificate alone.
pub const MAX_CHAIN: usize = 4;

/// One certificate.
struct Certificate<'a> {
    issuer: KeyId,
    subject: KeyId,
    key: CardPublicKey,
    signed: &'a [u8],
    signature: Field<'a>,
}

/// The certificates of EF 0004, at least one.
pub(super) struct Chain<'a> {
    signer: Certificate<'a>,
    above: Vec<Certificate<'a>>,
}

impl<'a> Chain<'a> {
    pub(super) fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.top("5F4E");
        let signer = Certificate::read_next(&mut fields)?;
        let mut above = Vec::new();
        while !fields.only_filler_follows() {
            if !matches!(fields.peek_tag(), Some(WRAPPER | BODY)) {
                return Err(file.error("5F37", FileErrorKind::TrailingBytes));
            }
            if above.len() + 1 == MAX_CHAIN {
                return Err(file.error("5F4E", FileErrorKind::TooLarge));
            }
            above.push(Certificate::read_next(&mut fields)?);
        }
        Ok(Self { signer, above })
    }

    /// The key that signs the card's records, as long as nothing is verified a mere claim.
    pub(super) const fn signer_key(&self) -> &CardPublicKey {
        &self.signer.key
    }

    pub(super) const fn signer_id(&self) -> KeyId {
        self.signer.subject
    }

    /// The key that the last certificate says has signed it.
    pub(super) fn authority_id(&self) -> KeyId {
        self.above.last().unwrap_or(&self.signer).issuer
    }

    /// Verifies every signature from the authority down, and readies the signer's key.
    pub(super) fn verify(
        &self,
        authority: &Authority,
        provider: &CryptoProvider,
    ) -> Result<Box<dyn PreparedKey>, Code> {
        // A certificate does not say whether its subject may certify others. Nothing real has ever needed it, and
        // were it allowed, every municipality could make another.
        if self.above.len() >= authority.max_chain() {
            return Err(Code::CardCertificateChain);
        }
        let mut issuer: Option<Box<dyn PreparedKey>> = None;
        let mut expected = authority.key_id();
        for certificate in self.above.iter().rev().chain([&self.signer]) {
            if certificate.issuer != expected {
                return Err(Code::CardCertificateChain);
            }
            let key = issuer.as_deref().unwrap_or(authority.key());
            key.verify(&[certificate.signed], certificate.signature.value())
                .map_err(|_| Code::CardCertificateInvalid)?;
            issuer = Some(certificate.key.prepare(provider).map_err(|_| Code::CardCertificateKey)?);
            expected = certificate.subject;
        }
        issuer.ok_or(Code::CardCertificateKey)
    }
}

const WRAPPER: u16 = 0x7f21;
const BODY: u16 = 0x5f4e;

impl<'a> Certificate<'a> {
    fn read_next(fields: &mut Fields<'a>) -> Result<Self, FileError> {
        if fields.peek_tag() == Some(WRAPPER) {
            let mut wrapped = fields.read_again(WRAPPER)?.fields();
            let certificate = Self::read(&mut wrapped)?;
            wrapped.end()?;
            Ok(certificate)
        } else {
            Self::read(fields)
        }
    }

    fn read(fields: &mut Fields<'a>) -> Result<Self, FileError> {
        let body = fields.read_again(BODY)?;
        let signature = fields.read(0x5f37)?;
        let wrong = body.error(FileErrorKind::InvalidValue);
        let (issuer, rest) = body.value().split_at_checked(16).ok_or(wrong)?;
        let (subject, key) = rest.split_at_checked(16).ok_or(wrong)?;
        Ok(Self {
            issuer: KeyId::from_bytes(issuer).ok_or(wrong)?,
            subject: KeyId::from_bytes(subject).ok_or(wrong)?,
            key: CardPublicKey::read(body.fields_of(Reader::new(key)))?,
            signed: body.value(),
            signature,
        })
    }
}
