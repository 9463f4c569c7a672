//! Synthetic people of two municipalities, each with a card and doses.

use std::sync::Arc;

use tegata::model::{BirthDate, CountryCode, IndividualNumber, MunicipalityCode, Personal, Sex};
use tegata::time::Date;
use tegata_issuer::audit::Operation;
use tegata_issuer::ledger::Ledger;
use tegata_issuer::record::{Flags, Given, InternalNumber, Resident, ResidentDetails, Vaccination, VoucherNumber};
use tegata_issuer::vault::MasterKey;
use tegata_service::demo::Demonstration;
use tegata_service::settings::LedgerPlace;
use tegata_simulator::{CardRequest, SimulatedCard};

use crate::{OsRandom, now};

/// The municipalities, as the demonstration has them: code and the name of their files.
pub(crate) const TOWNS: [(&str, &str); 2] = [("131202", "nerima"), ("271403", "sakai")];

/// Somebody who applies again and again.
pub(crate) struct Person {
    pub(crate) index: usize,
    pub(crate) municipality: MunicipalityCode,
    pub(crate) internal_number: InternalNumber,
    /// Surname and given name.
    pub(crate) name: [String; 2],
    pub(crate) card: SimulatedCard,
}

impl Person {
    /// What stands in the register in the clear.
    pub(crate) const A_NUMBER_OF_THE_REGISTER: &str = "000000000070000";
    /// What must stand nowhere in the clear.
    pub(crate) const CANARIES: [&str; 4] = ["嵐山", "渡月橋", "300000000", "EX3617"];
}

/// The ledgers of a demonstration, opened beside the service.
pub(crate) fn ledger(demo: &Demonstration) -> Ledger {
    let settings = demo.settings().ledger.as_ref().unwrap();
    let master_key = MasterKey::read_file(&settings.master_key).unwrap();
    let random = Arc::new(OsRandom);
    match &settings.place {
        LedgerPlace::Folder(folder) => Ledger::open_sqlite(folder, master_key, random).unwrap(),
        LedgerPlace::Postgres { connection, journals } => {
            Ledger::open_postgres(connection, journals, master_key, random).unwrap()
        }
    }
}

/// Enters so many people into the registers of both municipalities, and makes their cards.
pub(crate) fn settle(demo: &Demonstration, count: usize) -> Vec<Person> {
    let ledger = ledger(demo);
    (0..count).map(|index| person(demo, &ledger, index)).collect()
}

fn person(demo: &Demonstration, ledger: &Ledger, index: usize) -> Person {
    let municipality = MunicipalityCode::parse(TOWNS[index % TOWNS.len()].0).unwrap();
    let internal_number = InternalNumber::parse(&format!("{:015}", 70_000 + index)).unwrap();
    let number = number(index);
    // A name is of letters alone: two of them tell thirty-two people apart.
    let digits: Vec<char> = "一二三四五六七八".chars().collect();
    let name = ["嵐山".to_owned(), format!("{}{}", digits[index / 8 % 8], digits[index % 8])];
    let full_name = name.join("　");
    let address = format!("京都府京都市右京区渡月橋{}番地", index + 1);
    let born = Date::parse("1980-02-17").unwrap();
    let voucher = VoucherNumber::parse(&format!("{:010}", 7_000_000 + index)).unwrap();
    let resident = Resident {
        internal_number: internal_number.clone(),
        number: Some(ledger.keys(municipality).number_hash(&IndividualNumber::from_digits(number.as_bytes()).unwrap())),
        details: ResidentDetails {
            voucher: voucher.clone(),
            name: full_name.as_str().into(),
            kana: None,
            birth_date: Personal::new(BirthDate::parse("1980-02-17").unwrap()),
            sex: Personal::new(Sex::Female),
            address: address.as_str().into(),
            flags: Flags::default(),
        },
    };
    let until = Date::parse("2099-12-31").unwrap();
    let mut session = ledger.begin(municipality, Operation::automatic("import", "storm"), now()).unwrap();
    session.put_resident(&resident, until).unwrap();
    session.put_vaccination(&voucher, &dose(), until).unwrap();
    session.commit().unwrap();
    let request = CardRequest::from_seed(100 + u64::try_from(index).unwrap()).name(&full_name).unwrap();
    let request = request.address(&address).unwrap().number(&number).unwrap();
    let request = request.birth_date(born).unwrap().sex(tegata_simulator::Sex::Female);
    Person { index, municipality, internal_number, name, card: demo.hierarchy().issue(&request).unwrap() }
}

/// An individual number that is nobody's, with its check digit.
fn number(index: usize) -> String {
    let numbers = (0..10).map(|digit| format!("3{index:010}{digit}"));
    let mut numbers = numbers.filter(|number| IndividualNumber::from_digits(number.as_bytes()).is_ok());
    numbers.next().unwrap()
}

fn dose() -> Vaccination {
    Vaccination {
        disease: "RA01".into(),
        number: 1,
        given: Some(Given {
            date: Date::parse("2021-07-01").unwrap(),
            vaccine_kind: "mRNAワクチン".into(),
            manufacturer: "ファイザー".into(),
            product: "コミナティ筋注".into(),
            lot: "EX3617".into(),
            country: CountryCode::JAPAN,
            venue: None,
            doctor: None,
        }),
    }
}
