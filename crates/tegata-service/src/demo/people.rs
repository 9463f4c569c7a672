//! The people of the demonstration: a register, and a card each.

use core::fmt;
use std::path::Path;

use tegata::model::{BirthDate, CountryCode, IndividualNumber, MunicipalityCode, Personal, Sex};
use tegata::time::Date;
use tegata::{Code, Timestamp};
use tegata_issuer::audit::Operation;
use tegata_issuer::ledger::Ledger;
use tegata_issuer::municipality::japan_date;
use tegata_issuer::record::{Flags, Given, InternalNumber, Resident, ResidentDetails, Vaccination, VoucherNumber};
use tegata_simulator::{Algorithm, Application, CardRequest, Hierarchy, SimulatedCard, SimulatorError};
use zeroize::Zeroizing;

use super::{broken, write};
use crate::ServiceError;

/// A synthetic person in a municipality's register, with a card.
pub struct Person {
    /// How they are called in the folder: `cards/NAME`.
    pub name: &'static str,
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// The internal number (宛名番号).
    pub internal_number: InternalNumber,
    /// The card.
    pub card: SimulatedCard,
    pub(super) romanised: [&'static str; 2],
    pub(super) passport_number: &'static str,
    pub(super) born: &'static str,
    pub(super) is_female: bool,
}

/// What a person is made of.
struct Sketch {
    name: &'static str,
    municipality: &'static str,
    internal_number: &'static str,
    voucher: &'static str,
    /// On every specimen card is `123456789018`; the others are made up likewise, with a right check digit.
    number: &'static str,
    full_name: &'static str,
    kana: &'static str,
    romanised: [&'static str; 2],
    passport_number: &'static str,
    born: &'static str,
    sex: Sex,
    /// As the card has it, and as the register does.
    address: [&'static str; 2],
    protected: bool,
    doses: &'static [&'static str],
}

const PEOPLE: [Sketch; 4] = [
    Sketch {
        name: "hanako",
        municipality: "131202",
        internal_number: "000000000012345",
        voucher: "0123456789",
        number: "123456789018",
        full_name: "手形　花子",
        kana: "テガタ　ハナコ",
        romanised: ["TEGATA", "HANAKO"],
        passport_number: "TK0000000",
        born: "1980-02-17",
        sex: Sex::Female,
        address: ["東京都練馬区豊玉北６－１２－１", "東京都練馬区豊玉北６丁目１２番１号"],
        protected: false,
        doses: &["2021-07-01", "2021-07-22"],
    },
    // Under protection measures: only the counter serves her.
    Sketch {
        name: "haruko",
        municipality: "131202",
        internal_number: "000000000012346",
        voucher: "0123456790",
        number: "200000000115",
        full_name: "手形　春子",
        kana: "テガタ　ハルコ",
        romanised: ["TEGATA", "HARUKO"],
        passport_number: "TK0000001",
        born: "1975-05-05",
        sex: Sex::Female,
        address: ["東京都練馬区桜台１－２－３", "東京都練馬区桜台１丁目２番３号"],
        protected: true,
        doses: &["2021-08-02"],
    },
    // In the register, without a dose.
    Sketch {
        name: "ichiro",
        municipality: "131202",
        internal_number: "000000000012347",
        voucher: "0123456791",
        number: "200000000220",
        full_name: "手形　一郎",
        kana: "テガタ　イチロウ",
        romanised: ["TEGATA", "ICHIRO"],
        passport_number: "TK0000002",
        born: "1990-11-03",
        sex: Sex::Male,
        address: ["東京都練馬区光が丘２－９－６", "東京都練馬区光が丘２丁目９番６号"],
        protected: false,
        doses: &[],
    },
    Sketch {
        name: "kazuko",
        municipality: "271403",
        internal_number: "000000000054321",
        voucher: "9876543210",
        number: "200000000336",
        full_name: "堺　和子",
        kana: "サカイ　カズコ",
        romanised: ["SAKAI", "KAZUKO"],
        passport_number: "TK0000003",
        born: "1966-12-24",
        sex: Sex::Female,
        address: ["大阪府堺市堺区南瓦町３－１", "大阪府堺市堺区南瓦町３番１号"],
        protected: false,
        doses: &["2021-06-10", "2021-07-01", "2022-02-14"],
    },
];

/// The authorities above the cards.
pub(super) fn hierarchy() -> Result<Hierarchy, ServiceError> {
    // Named so that a service takes them for authorities of its operator's own.
    Hierarchy::builder(1, Algorithm::P256).name("other").generate().map_err(unmade)
}

/// Puts the people into their municipalities' registers, and makes their cards.
pub(super) fn settle(ledger: &Ledger, hierarchy: &Hierarchy, now: Timestamp) -> Result<Vec<Person>, ServiceError> {
    PEOPLE.iter().zip(1..).map(|(sketch, seed)| person(sketch, seed, ledger, hierarchy, now)).collect()
}

fn person(
    sketch: &Sketch,
    seed: u64,
    ledger: &Ledger,
    hierarchy: &Hierarchy,
    now: Timestamp,
) -> Result<Person, ServiceError> {
    let wrong = || broken(sketch.name, Code::InternalError);
    let municipality = MunicipalityCode::parse(sketch.municipality).ok_or_else(wrong)?;
    let internal_number = InternalNumber::parse(sketch.internal_number).ok_or_else(wrong)?;
    let number = IndividualNumber::from_digits(sketch.number.as_bytes()).map_err(|_| wrong())?;
    let [card_address, register_address] = sketch.address;
    let born = Date::parse(sketch.born).map_err(|_| wrong())?;
    let resident = Resident {
        internal_number: internal_number.clone(),
        number: Some(ledger.keys(municipality).number_hash(&number)),
        details: ResidentDetails {
            voucher: VoucherNumber::parse(sketch.voucher).ok_or_else(wrong)?,
            name: sketch.full_name.into(),
            kana: Some(sketch.kana.into()),
            birth_date: Personal::new(BirthDate::parse(sketch.born).map_err(|_| wrong())?),
            sex: Personal::new(sketch.sex),
            address: register_address.into(),
            flags: Flags { protected: sketch.protected, ..Flags::default() },
        },
    };
    let failed = |error| broken(sketch.name, error);
    let until = japan_date(now.saturating_add_seconds(5 * 366 * super::DAY));
    let mut session = ledger.begin(municipality, Operation::automatic("import", "demo"), now).map_err(failed)?;
    session.put_resident(&resident, until).map_err(failed)?;
    for (date, number) in sketch.doses.iter().zip(1..) {
        let dose = dose(number, Date::parse(date).map_err(|_| wrong())?);
        session.put_vaccination(&resident.details.voucher, &dose, until).map_err(failed)?;
    }
    session.commit().map_err(failed)?;
    let sex = match sketch.sex {
        Sex::Male => tegata_simulator::Sex::Male,
        Sex::Female => tegata_simulator::Sex::Female,
        _ => tegata_simulator::Sex::Unknown,
    };
    let request = CardRequest::from_seed(seed).name(sketch.full_name).map_err(unmade)?;
    let request = request.address(card_address).and_then(|request| request.number(sketch.number)).map_err(unmade)?;
    let request = request.birth_date(born).map_err(unmade)?.sex(sex);
    let card = hierarchy.issue(&request).map_err(unmade)?;
    Ok(Person {
        name: sketch.name,
        municipality,
        internal_number,
        card,
        romanised: sketch.romanised,
        passport_number: sketch.passport_number,
        born: sketch.born,
        is_female: sketch.sex == Sex::Female,
    })
}

fn dose(number: u8, date: Date) -> Vaccination {
    Vaccination {
        disease: "RA01".into(),
        number,
        given: Some(Given {
            date,
            vaccine_kind: "mRNAワクチン".into(),
            manufacturer: "ファイザー".into(),
            product: "コミナティ筋注".into(),
            lot: "EX3617".into(),
            country: CountryCode::JAPAN,
            venue: Some("手形医院".into()),
            doctor: Some("医師　太郎".into()),
        }),
    }
}

impl Person {
    /// Writes the card's files where `tegata card` finds them.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ServiceError> {
        let place = format!("cards/{}", self.name);
        let path = folder.join(&place);
        let made = std::fs::create_dir_all(&path);
        made.map_err(|reason| ServiceError::File { name: path.display().to_string(), reason })?;
        for file in self.card.files(Application::Text) {
            let bytes = Zeroizing::new(file.as_read().to_vec());
            write(folder, &format!("{place}/{}", file.export_name()), &bytes)?;
        }
        Ok(())
    }
}

fn unmade(_: SimulatorError) -> ServiceError {
    broken("cards", Code::InternalError)
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("name", &self.name).finish_non_exhaustive()
    }
}
