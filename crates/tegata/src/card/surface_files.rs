//! The files of the surface application (券面事項確認AP), read but not verified.

use super::certificate::Chain;
use super::key::CardPublicKey;
use super::object::{Field, FileReader};
use super::text_files::signature_fits;
use super::{CardFiles, FileError, FileErrorKind, FileId, Sex};
use crate::time::Date;

/// Every file of the surface application that takes part in verification: at least one record.
pub(super) struct SurfaceFiles<'a> {
    pub(super) age: Option<AgeRecord<'a>>,
    pub(super) face: Option<FaceRecord<'a>>,
    pub(super) chain: Chain<'a>,
    pub(super) number_image: Option<NumberImage<'a>>,
}

impl<'a> SurfaceFiles<'a> {
    pub(super) fn read(files: &'a CardFiles) -> Result<Self, FileError> {
        let age = files.reader(FileId::FIRST).map(AgeRecord::read).transpose()?;
        let face = files.reader(FileId::ATTRIBUTES).map(FaceRecord::read).transpose()?;
        let chain = Chain::read(files.required(FileId::CERTIFICATE)?)?;
        let number_image = files.reader(FileId::FIFTH).map(NumberImage::read).transpose()?;
        if age.is_none() && face.is_none() && number_image.is_none() {
            return Err(FileError::of_file(files.application(), FileId::ATTRIBUTES, FileErrorKind::Missing));
        }
        let read = Self { age, face, chain, number_image };
        for signature in read.signatures() {
            signature_fits(signature, read.chain.signer_key())?;
        }
        Ok(read)
    }

    fn signatures(&self) -> impl Iterator<Item = Field<'a>> {
        let age = self.age.as_ref().map(|record| record.signature);
        let face = self.face.as_ref().map(|record| record.signature);
        age.into_iter().chain(face).chain(self.number_image.as_ref().map(|record| record.signature))
    }

    /// The card's own key as each record has it.
    pub(super) fn card_keys(&self) -> impl Iterator<Item = &CardPublicKey> {
        let age = self.age.as_ref().map(|record| &record.key);
        let face = self.face.as_ref().map(|record| &record.key);
        age.into_iter().chain(face).chain(self.number_image.as_ref().map(|record| &record.key))
    }

    /// The date of birth as each record that has it has it.
    pub(super) fn birth_dates(&self) -> impl Iterator<Item = Date> {
        let age = self.age.as_ref().map(|record| record.birth_date);
        age.into_iter().chain(self.face.as_ref().map(|record| record.birth_date))
    }
}

/// EF 0001: the age record.
pub(super) struct AgeRecord<'a> {
    pub(super) birth_date: Date,
    pub(super) key: CardPublicKey,
    /// Date and key with their headers.
    pub(super) signed: [&'a [u8]; 2],
    pub(super) signature: Field<'a>,
}

impl<'a> AgeRecord<'a> {
    fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff10)?;
        let [birth_date, key, signature] = [fields.read(0xdf11)?, fields.read(0xdf12)?, fields.read(0xdf13)?];
        fields.end()?;
        Ok(Self {
            birth_date: birth_date.date()?,
            key: CardPublicKey::read(key.fields())?,
            signed: [birth_date.whole(), key.whole()],
            signature,
        })
    }
}

/// EF 0002: the card's face.
pub(super) struct FaceRecord<'a> {
    pub(super) birth_date: Date,
    pub(super) sex: Sex,
    pub(super) key: CardPublicKey,
    pub(super) name_image: Field<'a>,
    pub(super) address_image: Field<'a>,
    pub(super) photo: Field<'a>,
    /// Date of birth, sex and key, with their headers.
    pub(super) signed: [&'a [u8]; 3],
    pub(super) signature: Field<'a>,
    /// No signature covers it.
    pub(super) expiry: Date,
}

impl<'a> FaceRecord<'a> {
    fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff20)?;
        let table = fields.read(0xdf21)?;
        let [birth_date, sex, key] = [fields.read(0xdf22)?, fields.read(0xdf23)?, fields.read(0xdf24)?];
        let [name_image, address_image] = [fields.read(0xdf25)?, fields.read(0xdf26)?];
        let [photo, signature] = [fields.read(0xdf27)?, fields.read(0xdf28)?];
        let [expiry, security_code] = [fields.read(0xdf29)?, fields.read(0xdf2a)?];
        fields.end()?;
        table.points_to(&[birth_date, sex, key, name_image, address_image, photo, signature, expiry, security_code])?;
        Ok(Self {
            birth_date: birth_date.date()?,
            sex: sex.sex()?,
            key: CardPublicKey::read(key.fields())?,
            name_image,
            address_image,
            photo,
            signed: [birth_date.whole(), sex.whole(), key.whole()],
            signature,
            expiry: expiry.date()?,
        })
    }
}

/// EF 0005: the image of the individual number.
pub(super) struct NumberImage<'a> {
    pub(super) image: Field<'a>,
    pub(super) key: CardPublicKey,
    /// Image and key with their headers.
    pub(super) signed: [&'a [u8]; 2],
    pub(super) signature: Field<'a>,
}

impl<'a> NumberImage<'a> {
    fn read(file: FileReader<'a>) -> Result<Self, FileError> {
        let mut fields = file.outer(0xff40)?;
        let [image, key, signature] = [fields.read(0xdf41)?, fields.read(0xdf42)?, fields.read(0xdf43)?];
        fields.end()?;
        Ok(Self { image, key: CardPublicKey::read(key.fields())?, signed: [image.whole(), key.whole()], signature })
    }
}

/// The hash of the `DigestInfo` that a card's key signs, from whichever record can be read.
pub(super) fn challenge_hash(files: &CardFiles) -> super::key::CardHash {
    let age = files.reader(FileId::FIRST).and_then(|file| AgeRecord::read(file).ok()).map(|record| record.key);
    let face =
        || files.reader(FileId::ATTRIBUTES).and_then(|file| FaceRecord::read(file).ok()).map(|record| record.key);
    let number = || files.reader(FileId::FIFTH).and_then(|file| NumberImage::read(file).ok()).map(|record| record.key);
    age.or_else(face).or_else(number).map_or(super::key::CardHash::Sha256, |key| key.hash())
}
