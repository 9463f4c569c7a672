//! Certificate IDs.

use tegata::crypto::SecureRandom;
use tegata::model::{MunicipalityCode, contains_individual_number};
use tegata::time::Date;
use tegata::{Code, Failure};

/// Random characters of a certificate ID: 50 bits, so that two of one municipality and day do not clash, and none can be
/// guessed from another.
const RANDOM_CHARS: usize = 10;

/// A new certificate ID (証明書ID): `JPN`, the municipality's code, the day of issue, and random characters. The first
/// three parts are those of the IDs that Japan's certificates had; the last was a serial number there.
pub(super) fn certificate_id(
    municipality: MunicipalityCode,
    issue_date: Date,
    random: &dyn SecureRandom,
) -> Result<String, Failure> {
    let (year, month, day) = (issue_date.year(), issue_date.month(), issue_date.day());
    let random = random_characters(random, RANDOM_CHARS)?;
    Ok(format!("JPN{municipality}{year:04}{month:02}{day:02}{random}"))
}

/// So many random characters of five bits each that a person can read out: Crockford's alphabet, without I, L, O and U.
pub(crate) fn random_characters(random: &dyn SecureRandom, count: usize) -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = vec![0; count];
    loop {
        random.fill(&mut bytes).map_err(|_| Failure::of_field(Code::SigningFailed, "certificate_id"))?;
        let character = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from);
        let text: String = bytes.iter().filter_map(character).collect();
        // A millionth of those of twelve could be taken for an individual number.
        if !contains_individual_number(&text) {
            return Ok(text);
        }
    }
}
