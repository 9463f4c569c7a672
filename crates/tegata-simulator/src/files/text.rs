//! Files 0001 to 0007 of the text application.

use crate::algorithm::Algorithm;
use crate::error::SimulatorError;
use crate::flaw::Flaw;
use crate::hierarchy::CardKeys;
use crate::random::Seed;
use crate::request::{CardRequest, date_digits};
use crate::{key::SimulatorKey, key_id::KeyId, tlv};

use super::{Application, CardFile};

/// EF 0001 has two bytes of filler.
const NUMBER_FILE_BYTES: usize = 17;
/// EF 0002 has room for long names and addresses.
const ATTRIBUTES_FILE_BYTES: usize = 0x200;

/// Everything that goes into the files besides what the request says.
pub(crate) struct TextParts<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) signer: &'a SimulatorKey,
    pub(crate) certificate: &'a [u8],
    pub(crate) information_key_id: KeyId,
    pub(crate) keys: &'a CardKeys,
    pub(crate) seed: &'a Seed,
}

pub(crate) fn text_files(request: &CardRequest, parts: &TextParts<'_>) -> Result<Vec<CardFile>, SimulatorError> {
    let file = |id, object| CardFile::new(Application::Text, id, object);
    let number = file(0x0001, number_object(request)?).padded(NUMBER_FILE_BYTES);
    // Here the filler counts: it is hashed.
    let number = CardFile { read: number.physical.len(), ..number };
    let fields = attributes(request)?;
    let mut attributes = tlv::with_offset_table(0xff20, 0xdf21, &fields)?;
    // Long names and addresses need two more bytes for the outer length.
    let outer_header = if attributes.get(2) == Some(&0x82) { 5 } else { 3 };
    if request.flaw == Some(Flaw::OffsetTable)
        && let Some(low_byte) = attributes.get_mut(outer_header + FIRST_OFFSET_LOW_BYTE)
    {
        *low_byte = low_byte.wrapping_add(1);
    }
    let integrity = integrity_record(request.flaw, &number.physical, &fields.concat(), parts)?;

    let key = tlv::object(0xdf51, &parts.keys.text.object()?)?;
    let key_signer = if request.flaw == Some(Flaw::SelfSignedCardKey) { &parts.keys.text } else { parts.signer };
    let signature = tlv::object(0xdf52, &key_signer.sign(&key)?)?;
    Ok(vec![
        number,
        file(0x0002, attributes).padded(ATTRIBUTES_FILE_BYTES),
        file(0x0003, integrity),
        file(0x0004, parts.certificate.to_vec()),
        file(0x0005, information(parts)?),
        file(0x0006, tlv::short_object(0xa1, &parts.keys.session.object()?)?),
        file(0x0007, tlv::object(0xff50, &[key, signature].concat())?),
    ])
}

/// Behind `DF21 08` and the high byte.
const FIRST_OFFSET_LOW_BYTE: usize = 4;

fn number_object(request: &CardRequest) -> Result<Vec<u8>, SimulatorError> {
    let mut number = *request.code_a();
    if request.flaw == Some(Flaw::NumberCheckDigit)
        && let Some(last) = number.last_mut()
    {
        *last = b'0' + (*last - b'0' + 1) % 10;
    }
    tlv::object(0xff10, &number)
}

/// Name, address, date of birth, sex.
fn attributes(request: &CardRequest) -> Result<[Vec<u8>; 4], SimulatorError> {
    let flaw = request.flaw;
    let mut name = request.holder_name().as_bytes().to_vec();
    if flaw == Some(Flaw::NameNotUtf8) {
        name.push(0xc3);
    }
    let mut birth_date = date_digits(request.holder_birth_date());
    if flaw == Some(Flaw::ImpossibleBirthDate) {
        birth_date = "19800230".into();
    }
    let sex = if flaw == Some(Flaw::UnknownSexDigit) { b'5' } else { request.holder_sex().digit() };
    Ok([
        tlv::object(0xdf22, &name)?,
        tlv::object(0xdf23, request.holder_address().as_bytes())?,
        tlv::object(0xdf24, birth_date.as_bytes())?,
        tlv::object(0xdf25, &[sex])?,
    ])
}

fn integrity_record(
    flaw: Option<Flaw>,
    number_file: &[u8],
    fields: &[u8],
    parts: &TextParts<'_>,
) -> Result<Vec<u8>, SimulatorError> {
    let digest = |data: &[u8], wrong: Flaw| {
        let mut digest = parts.algorithm.digest(data);
        if flaw == Some(wrong)
            && let Some(first) = digest.first_mut()
        {
            *first ^= 1;
        }
        digest
    };
    let mut signed = tlv::object(0xdf31, &digest(number_file, Flaw::NumberDigest))?;
    signed.extend(tlv::object(0xdf32, &digest(fields, Flaw::AttributesDigest))?);
    let signature = tlv::object(0xdf33, &parts.signer.sign(&signed)?)?;
    tlv::object(0xff30, &[signed, signature].concat())
}

/// Version, a key identifier, and 32 bytes of unknown meaning in a field of 128.
fn information(parts: &TextParts<'_>) -> Result<Vec<u8>, SimulatorError> {
    let mut field = parts.seed.child("application information", &[]).bytes::<32>().to_vec();
    field.resize(128, super::FILLER);
    let objects = [
        tlv::object(0xdf41, &[0x01, 0x03, 0x0e, 0x01])?,
        tlv::object(0xdf42, parts.information_key_id.as_bytes())?,
        tlv::object(0xdf43, &field)?,
    ];
    tlv::object(0xff40, &objects.concat())
}
