//! The files of the text application (券面事項入力補助AP), read but not verified.

use zeroize::Zeroizing;

use super::certificate::Chain;
use super::key::{CardHash, CardPublicKey};
use super::object::{Field, FileReader};
use super::{CardFiles, FileError, FileErrorKind, FileId, Sex};
use crate::time::Date;

/// Bytes of EF 0001 as it is stored: the object of 15 bytes and two of filler, which the digest covers too.
const NUMBER_FILE_BYTES: usize = 17;
const NUMBER_OBJECT_BYTES: usize = 15;

/// Every file of the text application that takes part in verification.
pub(super) struct TextFiles<'a> {
    pub(super) number: Option<NumberFile>,
    pub(super) attributes: Attributes<'a>,
    pub(super) integrity: Integrity<'a>,
    pub(super) chain: Chain<'a>,
    pub(super) card_key: Option<CardKey<'a>>,
}

impl<'a> TextFiles<'a> {
    pub(super) fn read(files: &'a CardFiles) -> Result<Self, FileError> {
        // In the order of the identifiers, so that the first error is always the same one.
        let number = files.reader(FileId::FIRST).map(NumberFile::read).transpose()?;
        let attributes = Attributes::read(files.required(FileId::ATTRIBUTES)?)?;
        let integrity = Integrity::read(files.required(FileId::INTEGRITY)?)?;
        let chain = Chain::read(files.required(FileId::CERTIFICATE)?)?;
        files.reader(FileId::FIFTH).map(read_information).transpose()?;
        let card_key = files.reader(FileId::CARD_KEY).map(CardKey::read).transpose()?;
        integrity.fits(&chain)?;
        if let Some(key) = &card_key {
            key.fits(&chain)?;
        }
        Ok(Self { number, attributes, integrity, chain, card_key })
    }
}

/// EF 0001.
pub(super) struct NumberFile {
    /// As stored.
    pub(super) physical: Zeroizing<[u8; NUMBER_FILE_BYTES]>,
    pub(super) digits: Zeroizing<[u8; 12]>,
}

impl NumberFile {
    fn read(file: FileReader<'_>) -> Result<Self, FileError> {
        let object = file.outer_object(0xff10)?;
        let digits = Zeroizing::new(object.array::<12>()?);
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(object.error(FileErrorKind::InvalidValue));
        }
        // The digest is over the stored bytes, so that the object has but one form, and the filler one length.
        if object.whole().len() != NUMBER_OBJECT_BYTES {
            return Err(object.error(FileErrorKind::Encoding));
        }
        if !matches!(file.bytes().len(), NUMBER_OBJECT_BYTES | NUMBER_FILE_BYTES) {
            return Err(object.error(FileErrorKind::TrailingBytes));
        }
        let mut physical = Zeroizing::new([0xff; NUMBER_FILE_BYTES]);
        physical.iter_mut().zip(object.whole()).for_each(|(to, from)| *to = *from);
        Ok(Self { physical, digits })
    }
}

/// EF 0002: the four basic identity fields (基本4情報).
pub(super) struct Attributes<'a> {
    pub(super) name: &'a str,
    pub(super) address: &'a str,
    pub(super) birth_date: Date,
    pub(super) sex: Sex,
    /// From the header of `DF22` to the end of `DF25`: what the digest covers.
    pub(super) covered: &'a [u8],
}

impl<'a> Attributes<'a> {
    fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff20)?;
        let table = fields.read(0xdf21)?;
        let covered = fields.rest();
        let [name, address] = [fields.read(0xdf22)?, fields.read(0xdf23)?];
        let [birth_date, sex] = [fields.read(0xdf24)?, fields.read(0xdf25)?];
        fields.end()?;
        table.points_to(&[name, address, birth_date, sex])?;
        Ok(Self {
            name: name.text()?,
            address: address.text()?,
            birth_date: birth_date.date()?,
            sex: sex.sex()?,
            covered,
        })
    }
}

/// EF 0003: the integrity record.
pub(super) struct Integrity<'a> {
    pub(super) number_digest: Field<'a>,
    pub(super) attributes_digest: Field<'a>,
    pub(super) signature: Field<'a>,
}

impl<'a> Integrity<'a> {
    fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff30)?;
        let record = Self {
            number_digest: fields.read(0xdf31)?,
            attributes_digest: fields.read(0xdf32)?,
            signature: fields.read(0xdf33)?,
        };
        fields.end()?;
        Ok(record)
    }

    /// What the signature covers: both digests with their headers.
    pub(super) const fn signed(&self) -> [&'a [u8]; 2] {
        [self.number_digest.whole(), self.attributes_digest.whole()]
    }

    /// Whether digests and signature have the lengths that go with the signer's key.
    fn fits(&self, chain: &Chain<'_>) -> Result<(), FileError> {
        let hash = chain.signer_key().hash();
        for digest in [self.number_digest, self.attributes_digest] {
            if digest.value().len() != hash.length() {
                return Err(digest.error(FileErrorKind::InvalidValue));
            }
        }
        signature_fits(self.signature, chain.signer_key())
    }
}

/// Whether a signature has the length of those of a key.
pub(super) fn signature_fits(signature: Field<'_>, key: &CardPublicKey) -> Result<(), FileError> {
    if signature.value().len() == key.signature_bytes() {
        Ok(())
    } else {
        Err(signature.error(FileErrorKind::InvalidValue))
    }
}

/// EF 0007: the card's own key.
pub(super) struct CardKey<'a> {
    pub(super) key: CardPublicKey,
    /// The object the signature covers, header included.
    pub(super) signed: &'a [u8],
    pub(super) signature: Field<'a>,
}

impl<'a> CardKey<'a> {
    pub(super) fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff50)?;
        let key = fields.read(0xdf51)?;
        let signature = fields.read(0xdf52)?;
        fields.end()?;
        Ok(Self { key: CardPublicKey::read(key.fields())?, signed: key.whole(), signature })
    }

    fn fits(&self, chain: &Chain<'_>) -> Result<(), FileError> {
        signature_fits(self.signature, chain.signer_key())
    }
}

/// EF 0005: nothing in it is signed or used, but a card's file has this form.
fn read_information(file: FileReader<'_>) -> Result<(), FileError> {
    let mut fields = file.outer(0xff40)?;
    fields.read(0xdf41)?.array::<4>()?;
    let key_id = fields.read(0xdf42)?;
    super::KeyId::from_bytes(key_id.value()).ok_or(key_id.error(FileErrorKind::InvalidValue))?;
    fields.read(0xdf43)?.array::<128>()?;
    fields.end()
}

/// The hash of the `DigestInfo` that a card's key signs, from EF 0007 if that can be read.
pub(super) fn challenge_hash(files: &CardFiles) -> CardHash {
    let key = files.reader(FileId::CARD_KEY).and_then(|file| CardKey::read(file).ok());
    key.map_or(CardHash::Sha256, |key| key.key.hash())
}
