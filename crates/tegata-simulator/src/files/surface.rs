//! Files 0001 to 0005 of the surface application.

use tegata::time::Date;

use crate::error::SimulatorError;
use crate::flaw::Flaw;
use crate::key::hex;
use crate::key_id::KeyId;
use crate::random::Seed;
use crate::request::{CardRequest, date_digits};
use crate::{key::SimulatorKey, photo, picture, tlv};

use super::{Application, CardFile};

/// Everything that goes into the files besides what the request says.
pub(crate) struct SurfaceParts<'a> {
    pub(crate) signer: &'a SimulatorKey,
    pub(crate) certificate: &'a [u8],
    pub(crate) information_key_id: KeyId,
    pub(crate) municipality_code: &'a str,
    pub(crate) card_key: &'a SimulatorKey,
    pub(crate) seed: &'a Seed,
}

pub(crate) fn surface_files(request: &CardRequest, parts: &SurfaceParts<'_>) -> Result<Vec<CardFile>, SimulatorError> {
    let file = |id, object| CardFile::new(Application::Surface, id, object);
    let birth_date = birth_date(request);
    Ok(vec![
        file(0x0001, age_record(&birth_date, parts)?),
        file(0x0002, card_face(request, &birth_date, parts)?),
        file(0x0003, information(parts)?),
        file(0x0004, parts.certificate.to_vec()),
        file(0x0005, number_picture(request, parts)?),
    ])
}

fn birth_date(request: &CardRequest) -> String {
    let date = request.holder_birth_date();
    let other = if date.day() == 1 { 2 } else { 1 };
    match (request.flaw, Date::new(date.year(), date.month(), other)) {
        (Some(Flaw::OtherBirthDateOnSurface), Ok(other)) => date_digits(other),
        _ => date_digits(date),
    }
}

fn age_record(birth_date: &str, parts: &SurfaceParts<'_>) -> Result<Vec<u8>, SimulatorError> {
    let mut record = tlv::object(0xdf11, birth_date.as_bytes())?;
    record.extend(tlv::object(0xdf12, &parts.card_key.object()?)?);
    record.extend(tlv::object(0xdf13, &parts.signer.sign(&record)?)?);
    tlv::object(0xff10, &record)
}

fn card_face(request: &CardRequest, birth_date: &str, parts: &SurfaceParts<'_>) -> Result<Vec<u8>, SimulatorError> {
    let comment = hex(&parts.seed.child("photo", &[]).bytes::<16>());
    let birth_date = tlv::object(0xdf22, birth_date.as_bytes())?;
    let sex = tlv::object(0xdf23, &[request.holder_sex().digit()])?;
    let key = tlv::object(0xdf24, &parts.card_key.object()?)?;
    let name = tlv::object(0xdf25, &picture::of_text(request.holder_name())?)?;
    let address = tlv::object(0xdf26, &picture::of_text(request.holder_address())?)?;
    let photo = tlv::object(0xdf27, &photo::grey_jp2(&comment))?;
    let groups = [[birth_date.as_slice(), &sex, &key].concat(), [name.as_slice(), &address].concat(), photo.clone()];
    let signature = parts.signer.sign_groups(groups.each_ref().map(Vec::as_slice))?;
    tlv::with_offset_table(
        0xff20,
        0xdf21,
        &[
            birth_date,
            sex,
            key,
            name,
            address,
            photo,
            tlv::object(0xdf28, &signature)?,
            tlv::object(0xdf29, date_digits(request.expiry_date()).as_bytes())?,
            tlv::object(0xdf2a, &picture::of_digits(request.security_digits())?)?,
        ],
    )
}

/// Version, a key identifier, the municipality, and 256 bytes of unknown meaning under a key identifier. Nothing
/// of it is signed.
fn information(parts: &SurfaceParts<'_>) -> Result<Vec<u8>, SimulatorError> {
    let block = parts.seed.child("surface information", &[]).bytes::<256>();
    let municipality = parts.municipality_code.as_bytes().get(..5).unwrap_or_default();
    let objects = [
        tlv::object(0xdf31, &[0x06, 0x03, 0x0e, 0x01])?,
        tlv::object(0xdf32, parts.information_key_id.as_bytes())?,
        tlv::object(0xdf33, &[0x01])?,
        tlv::object(0xdf34, municipality)?,
        tlv::object(0xdf35, &[parts.information_key_id.as_bytes(), &block[..]].concat())?,
    ];
    tlv::object(0xff30, &objects.concat())
}

fn number_picture(request: &CardRequest, parts: &SurfaceParts<'_>) -> Result<Vec<u8>, SimulatorError> {
    let mut record = tlv::object(0xdf41, &picture::of_digits(request.code_a())?)?;
    record.extend(tlv::object(0xdf42, &parts.card_key.object()?)?);
    record.extend(tlv::object(0xdf43, &parts.signer.sign(&record)?)?);
    tlv::object(0xff40, &record)
}
