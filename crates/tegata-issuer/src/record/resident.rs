//! A person in the municipality's register.

use tegata::model::{BirthDate, NumberHash, Personal, Sex};
use zeroize::Zeroizing;

use super::{Fields, InternalNumber, Sealable, SealedError, VoucherNumber, Writer};

/// Characters of a registered name (氏名) or its kana: the resident register's own column holds 100.
pub const REGISTERED_NAME_MAX_CHARS: usize = 100;
/// Characters of an address (住所): twice what the register's standard prints on one certificate line.
pub const ADDRESS_MAX_CHARS: usize = 300;

/// A person in the register of one municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The internal number (宛名番号), unique in the municipality.
    pub internal_number: InternalNumber,
    /// The keyed hash of the individual number, where the register gave one. It is what a card is looked up by.
    pub number: Option<NumberHash>,
    /// Everything that is stored encrypted.
    pub details: ResidentDetails,
}

/// What is stored of a person encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentDetails {
    /// The voucher number (接種券番号).
    pub voucher: VoucherNumber,
    /// The name as registered (氏名), surname and given name parted by a space of either width where both are there.
    pub name: Personal<String>,
    /// The name in kana (フリガナ), parted likewise.
    pub kana: Option<Personal<String>>,
    /// The date of birth (生年月日).
    pub birth_date: Personal<BirthDate>,
    /// The sex (性別), for matching.
    pub sex: Personal<Sex>,
    /// The address (住所), for matching alone: no certificate carries it.
    pub address: Personal<String>,
    /// What the staff must know.
    pub flags: Flags,
}

/// The flags of a person (転出/死亡フラグ, 支援措置フラグ). `Debug` does not show them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Moved out of the municipality (転出).
    pub moved_out: bool,
    /// Died (死亡).
    pub deceased: bool,
    /// Under protection measures (支援措置): no channel but the counter serves them, and nothing tells why.
    pub protected: bool,
}

impl core::fmt::Debug for Flags {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Flags(..)")
    }
}

impl Sealable for ResidentDetails {
    const NAME: &'static str = "resident";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let kana = self.kana.as_ref().map_or("", |kana| kana.expose());
        let texts = [self.name.expose().as_str(), self.address.expose(), kana];
        let mut out = Writer::new(Self::FIELDS, texts.iter().map(|text| text.len()).sum());
        out.text(self.voucher.expose());
        out.text(self.name.expose());
        out.optional_text(self.kana.as_ref().map(|kana| kana.expose().as_str()));
        out.birth_date(&self.birth_date);
        out.text(self.sex.expose().name());
        out.text(self.address.expose());
        out.flag(self.flags.moved_out);
        out.flag(self.flags.deceased);
        out.flag(self.flags.protected);
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, Self::FIELDS)?;
        Ok(Self {
            voucher: VoucherNumber::parse(&fields.text()?).ok_or(SealedError)?,
            name: Personal::new(fields.text()?.to_string()),
            kana: fields.optional_text()?.map(Personal::new),
            birth_date: fields.birth_date()?,
            sex: Personal::new(fields.word(&Sex::ALL, Sex::name)?),
            address: Personal::new(fields.text()?.to_string()),
            flags: Flags { moved_out: fields.flag()?, deceased: fields.flag()?, protected: fields.flag()? },
        })
    }
}

impl ResidentDetails {
    const FIELDS: usize = 9;
}
