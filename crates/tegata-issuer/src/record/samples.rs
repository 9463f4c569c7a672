//! Synthetic people for the tests.

use tegata::model::{BirthDate, CountryCode, Name, Personal, Sex};
use tegata::time::Date;

use super::{Flags, Given, InternalNumber, PassportData, Resident, ResidentDetails, Vaccination, VoucherNumber};

/// 手形　花子, without a number.
pub(crate) fn hanako() -> Resident {
    Resident {
        internal_number: InternalNumber::parse("000000000012345").unwrap(),
        number: None,
        details: ResidentDetails {
            voucher: VoucherNumber::parse("0123456789").unwrap(),
            name: "手形　花子".into(),
            kana: Some("テガタ　ハナコ".into()),
            birth_date: Personal::new(BirthDate::parse("1980-02-17").unwrap()),
            sex: Personal::new(Sex::Female),
            address: "東京都練馬区豊玉北６丁目１２番１号".into(),
            flags: Flags::default(),
        },
    }
}

/// A dose that was given.
pub(crate) fn dose(number: u8, date: &str) -> Vaccination {
    Vaccination {
        disease: "RA01".into(),
        number,
        given: Some(Given {
            date: Date::parse(date).unwrap(),
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

/// 手形　花子's passport.
pub(crate) fn passport() -> PassportData {
    PassportData {
        romanised: Name::new("TEGATA", "HANAKO"),
        nationality: Personal::new(CountryCode::JAPAN),
        number: "TK0000000".into(),
        former_surname: None,
        other_surname: Some("SATO".into()),
        alias: None,
    }
}
