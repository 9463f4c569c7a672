//! Whose card is to be made, and how it is opened.

use core::fmt;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::Rng;
use tegata::model::{Personal, individual_number_check_digit};
use tegata::time::Date;

use crate::era;
use crate::error::SimulatorError;
use crate::flaw::Flaw;
use crate::random::{Seed, below, digits, pick};

/// The longest name and the longest address, in bytes of UTF-8.
const TEXT_MAX_BYTES: usize = 255;
/// The year in which simulated cards begin to expire; a seed adds zero to nine years.
const FIRST_EXPIRY_YEAR: u16 = 2035;

/// Sex as cards write it (JIS X 0303, ISO/IEC 5218).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `0`: not known.
    Unknown,
    /// `1`: male.
    Male,
    /// `2`: female.
    Female,
    /// `9`: not applicable.
    NotApplicable,
}

impl Sex {
    /// The digit in ASCII.
    #[must_use]
    pub const fn digit(self) -> u8 {
        match self {
            Self::Unknown => b'0',
            Self::Male => b'1',
            Self::Female => b'2',
            Self::NotApplicable => b'9',
        }
    }
}

/// What a card is to hold: a synthetic person from a seed, of which any part can be given instead.
///
/// The setters take the request and give it back, so that they can be chained.
#[derive(Clone)]
pub struct CardRequest {
    pub(crate) seed: u64,
    name: Personal<String>,
    address: Personal<String>,
    birth_date: Date,
    sex: Sex,
    number: Personal<[u8; 12]>,
    pin: Personal<[u8; 4]>,
    security_code: Personal<[u8; 4]>,
    expiry: Date,
    pub(crate) flaw: Option<Flaw>,
}

impl CardRequest {
    /// A synthetic person: a name, an address in a prefecture that does not exist, a date of birth between 1930
    /// and 2019, an individual number with the right check digit, a PIN, a security code and an expiry date.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut generator = Seed::new(seed).child("holder", &[]).generator();
        let sex = if below(&mut generator, 2) == 0 { Sex::Male } else { Sex::Female };
        let name = name(&mut generator, sex);
        let address = address(&mut generator);
        let days = u16::try_from(generator.next_u32() % DAYS_OF_BIRTH).unwrap_or_default();
        let birth_date = Date::from_days_since_epoch(FIRST_DAY_OF_BIRTH + i64::from(days)).unwrap_or(EPOCH);
        let number = number(&mut generator);
        let (pin, security_code) = (digits(&mut generator), digits(&mut generator));
        let expiry = expiry(birth_date, FIRST_EXPIRY_YEAR + u16::from(below(&mut generator, 10)));
        Self {
            seed,
            name: name.into(),
            address: address.into(),
            birth_date,
            sex,
            number: number.into(),
            pin: pin.into(),
            security_code: security_code.into(),
            expiry,
            flaw: None,
        }
    }

    /// Gives the holder this name; cards part family and given name by U+3000.
    ///
    /// # Errors
    /// [`SimulatorError::Text`] unless it has 1 to 255 bytes of UTF-8 without control characters.
    pub fn name(mut self, name: &str) -> Result<Self, SimulatorError> {
        self.name = text(name)?;
        Ok(self)
    }

    /// Gives the holder this address.
    ///
    /// # Errors
    /// [`SimulatorError::Text`] unless it has 1 to 255 bytes of UTF-8 without control characters.
    pub fn address(mut self, address: &str) -> Result<Self, SimulatorError> {
        self.address = text(address)?;
        Ok(self)
    }

    /// Gives the holder this date of birth; the expiry date keeps its year and moves to the birthday.
    ///
    /// # Errors
    /// [`SimulatorError::BirthDate`] before the Meiji era, for which code B has no year.
    pub fn birth_date(mut self, date: Date) -> Result<Self, SimulatorError> {
        era::birth_digits(date).ok_or(SimulatorError::BirthDate)?;
        self.birth_date = date;
        self.expiry = expiry(date, self.expiry.year());
        Ok(self)
    }

    /// Gives the holder this sex.
    #[must_use]
    pub const fn sex(mut self, sex: Sex) -> Self {
        self.sex = sex;
        self
    }

    /// Gives the holder this individual number, twelve ASCII digits. Never use a real one.
    ///
    /// # Errors
    /// [`SimulatorError::Number`] for anything else, and where the check digit is wrong.
    pub fn number(mut self, number: &str) -> Result<Self, SimulatorError> {
        let number = ascii_digits::<12>(number).ok_or(SimulatorError::Number)?;
        if with_check_digit(number) != number {
            return Err(SimulatorError::Number);
        }
        self.number = number.into();
        Ok(self)
    }

    /// Opens the card with this PIN, four ASCII digits.
    ///
    /// # Errors
    /// [`SimulatorError::Pin`] for anything else.
    pub fn pin(mut self, pin: &str) -> Result<Self, SimulatorError> {
        self.pin = ascii_digits::<4>(pin).ok_or(SimulatorError::Pin)?.into();
        Ok(self)
    }

    /// Prints this security code on the card, four ASCII digits.
    ///
    /// # Errors
    /// [`SimulatorError::SecurityCode`] for anything else.
    pub fn security_code(mut self, code: &str) -> Result<Self, SimulatorError> {
        self.security_code = ascii_digits::<4>(code).ok_or(SimulatorError::SecurityCode)?.into();
        Ok(self)
    }

    /// Lets the card expire on this day.
    #[must_use]
    pub const fn expiry(mut self, date: Date) -> Self {
        self.expiry = date;
        self
    }

    /// Makes a card that its authority signed although something in it is wrong.
    #[must_use]
    pub const fn flaw(mut self, flaw: Flaw) -> Self {
        self.flaw = Some(flaw);
        self
    }

    /// The name.
    #[must_use]
    pub fn holder_name(&self) -> &str {
        self.name.expose()
    }

    /// The address.
    #[must_use]
    pub fn holder_address(&self) -> &str {
        self.address.expose()
    }

    /// The date of birth.
    #[must_use]
    pub const fn holder_birth_date(&self) -> Date {
        self.birth_date
    }

    /// The sex.
    #[must_use]
    pub const fn holder_sex(&self) -> Sex {
        self.sex
    }

    /// The day on which the card expires.
    #[must_use]
    pub const fn expiry_date(&self) -> Date {
        self.expiry
    }

    /// The PIN, four ASCII digits.
    #[must_use]
    pub fn holder_pin(&self) -> &[u8; 4] {
        self.pin.expose()
    }

    /// Code A (照合番号A): the individual number, twelve ASCII digits.
    #[must_use]
    pub fn code_a(&self) -> &[u8; 12] {
        self.number.expose()
    }

    /// Code B (照合番号B): date of birth in the year of the Japanese era, year of expiry and security code, fourteen
    /// ASCII digits.
    #[must_use]
    pub fn code_b(&self) -> Vec<u8> {
        let mut code = self.birth_digits();
        code.extend(format!("{:04}", self.expiry.year()).bytes());
        code.extend(self.security_code.expose());
        code
    }

    /// The first six digits of code B, which open the age record.
    #[must_use]
    pub fn birth_digits(&self) -> Vec<u8> {
        // Every setter sees to it that there is an era.
        era::birth_digits(self.birth_date).unwrap_or_default().into_bytes()
    }

    pub(crate) fn security_digits(&self) -> &[u8; 4] {
        self.security_code.expose()
    }

    /// Everything the card's keys are drawn from: two holders never share a key.
    pub(crate) fn card_seed(&self, hierarchy: &Seed) -> Seed {
        hierarchy.child("card", &self.seed.to_be_bytes()).child("holder", self.number.expose())
    }
}

impl fmt::Debug for CardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardRequest").field("seed", &self.seed).field("flaw", &self.flaw).finish_non_exhaustive()
    }
}

/// `YYYYMMDD`, as every file writes dates.
pub(crate) fn date_digits(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn text(text: &str) -> Result<Personal<String>, SimulatorError> {
    if text.is_empty() || text.len() > TEXT_MAX_BYTES || text.chars().any(char::is_control) {
        return Err(SimulatorError::Text);
    }
    Ok(text.into())
}

fn ascii_digits<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let digits: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
    digits.iter().all(u8::is_ascii_digit).then_some(digits)
}

/// The number with its last digit put right.
fn with_check_digit(number: [u8; 12]) -> [u8; 12] {
    let [first @ .., _] = number;
    let check = b'0' + individual_number_check_digit(&first.map(|digit| digit - b'0'));
    let mut number = number;
    if let Some(last) = number.last_mut() {
        *last = check;
    }
    number
}

fn number(generator: &mut ChaCha20Rng) -> [u8; 12] {
    with_check_digit(digits(generator))
}

/// The birthday in a year; 28 February for those born on a leap day.
fn expiry(birth_date: Date, year: u16) -> Date {
    Date::new(year, birth_date.month(), birth_date.day().min(28)).unwrap_or(birth_date)
}

const EPOCH: Date = match Date::new(1970, 1, 1) {
    Ok(date) => date,
    Err(_) => unreachable!(),
};
/// 1 January 1930, and the days from it to the end of 2019.
const FIRST_DAY_OF_BIRTH: i64 = -14_610;
const DAYS_OF_BIRTH: u32 = 32_872;

/// Family names nobody can take for a real person's.
const FAMILY_NAMES: &[&str] = &["手形", "関所", "見本", "例示", "架空", "試験", "模擬", "仮名"];
const MALE_NAMES: &[&str] = &["太郎", "一郎", "健", "翔太", "誠", "大輔"];
const FEMALE_NAMES: &[&str] = &["花子", "桜", "陽菜", "美咲", "葵", "恵子"];
/// Towns of a prefecture and a city that do not exist.
const TOWNS: &[&str] = &["関戸町", "通行町", "印章町", "見本町", "街道町", "木戸町"];

fn name(generator: &mut ChaCha20Rng, sex: Sex) -> String {
    let family = pick(generator, FAMILY_NAMES);
    let given = pick(generator, if sex == Sex::Male { MALE_NAMES } else { FEMALE_NAMES });
    format!("{family}\u{3000}{given}")
}

fn address(generator: &mut ChaCha20Rng) -> String {
    let town = pick(generator, TOWNS);
    let mut part = |bound| full_width(below(generator, bound) + 1);
    let (block, lot, house) = (part(9), part(30), part(20));
    format!("手形県関所市{town}{block}－{lot}－{house}")
}

fn full_width(number: u8) -> String {
    number.to_string().chars().filter_map(|digit| char::from_u32(u32::from(digit) + 0xfee0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_whole_and_differ() {
        let mut names = std::collections::BTreeSet::new();
        for seed in 0..300 {
            let request = CardRequest::from_seed(seed);
            let number = std::str::from_utf8(request.code_a()).unwrap().to_owned();
            let again = CardRequest::from_seed(seed)
                .name(request.holder_name())
                .and_then(|other| other.address(request.holder_address()))
                .and_then(|other| other.birth_date(request.holder_birth_date()))
                .and_then(|other| other.number(&number))
                .unwrap();
            assert_eq!(again.code_b(), request.code_b());
            assert_eq!(request.code_b().len(), 14);
            assert!(request.holder_name().contains('\u{3000}'));
            assert!((1930..=2019).contains(&request.holder_birth_date().year()));
            names.insert((request.holder_name().to_owned(), request.holder_birth_date()));
        }
        assert!(names.len() > 290);
    }

    #[test]
    fn code_b_is_era_date_expiry_and_security_code() {
        let request = CardRequest::from_seed(1)
            .birth_date(Date::parse("1980-02-29").unwrap())
            .and_then(|request| request.security_code("4321"))
            .unwrap();
        assert_eq!(request.expiry_date().day(), 28);
        let request = request.expiry(Date::parse("2035-02-28").unwrap());
        assert_eq!(request.code_b(), b"55022920354321");
    }

    #[test]
    fn what_cannot_be_on_a_card_is_refused() {
        let request = || CardRequest::from_seed(1);
        assert_eq!(request().name("").unwrap_err(), SimulatorError::Text);
        assert_eq!(request().name("a\nb").unwrap_err(), SimulatorError::Text);
        assert_eq!(request().address(&"x".repeat(256)).unwrap_err(), SimulatorError::Text);
        for number in ["123456789010", "12345678901", "1234567890180", "12345678901８", "12345678901a"] {
            assert_eq!(request().number(number).unwrap_err(), SimulatorError::Number);
        }
        assert_eq!(request().pin("12345").unwrap_err(), SimulatorError::Pin);
        assert_eq!(request().security_code("12a4").unwrap_err(), SimulatorError::SecurityCode);
        let early = Date::parse("1868-01-24").unwrap();
        assert_eq!(request().birth_date(early).unwrap_err(), SimulatorError::BirthDate);
    }

    #[test]
    fn debug_shows_nothing_of_the_holder() {
        let request = CardRequest::from_seed(1).name("関守").and_then(|r| r.number("123456789018")).unwrap();
        let shown = format!("{request:?}");
        assert_eq!(shown, "CardRequest { seed: 1, flaw: None, .. }");
    }
}
