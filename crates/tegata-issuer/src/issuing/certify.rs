//! The record that is certified.

use tegata::Profile;
use tegata::Record;
use tegata::model::{Dose, Kind, Name, Names, Personal, RecordFields};
use tegata::time::Date;

use crate::application::Refusal;
use crate::municipality::Municipality;
use crate::record::{PassportData, ResidentDetails, Vaccination};

/// Whose record is certified, and for what.
pub(crate) struct Subject<'a> {
    pub(crate) details: &'a ResidentDetails,
    pub(crate) vaccinations: &'a [Vaccination],
    pub(crate) kind: Kind,
    pub(crate) profiles: &'a [Profile],
    pub(crate) passport: Option<&'a PassportData>,
}

/// The record of a person, with the doses up to the last date certified (B6), for a day of issue.
///
/// Municipalities do not record of how many doses a series is. Only an EU certificate must say it, and for that profile
/// alone the settings' number goes in.
pub(crate) fn record(
    settings: &Municipality,
    subject: &Subject<'_>,
    profile: Option<Profile>,
    issue_date: Date,
) -> Result<Record, Refusal> {
    let last = settings.last_date_certified().map_or(issue_date, |last| last.min(issue_date));
    let mut doses: Vec<_> = subject.vaccinations.iter().filter_map(|vaccination| dose(vaccination, last)).collect();
    if profile == Some(Profile::Dcc) {
        doses.iter_mut().for_each(|dose| dose.series = settings.series_of(&dose.disease, dose.number));
    }
    if doses.is_empty() {
        return Err(Refusal::NothingToCertify);
    }
    let details = subject.details;
    let passport = subject.passport.filter(|_| subject.kind == Kind::Overseas);
    let fields = RecordFields {
        kind: subject.kind,
        name: names(details, passport.map(|passport| passport.romanised.clone())),
        former_surname: passport.and_then(|passport| passport.former_surname.clone()),
        other_surname: passport.and_then(|passport| passport.other_surname.clone()),
        alias: passport.and_then(|passport| passport.alias.clone()),
        birth_date: details.birth_date.clone(),
        // The digital yellow card has a place for it; no other certificate shows it.
        sex: subject.profiles.contains(&Profile::Dvc).then(|| details.sex.clone()),
        guardian: None,
        nationality: passport.map(|passport| passport.nationality.clone()),
        passport_number: passport.map(|passport| passport.number.clone()),
        doses,
        certificate_id: None,
        issuer: settings.english_name().to_owned(),
    };
    Record::new(fields).map_err(|error| Refusal::Issue(error.into()))
}

/// A dose that was given, without what only the record keeps.
fn dose(vaccination: &Vaccination, last: Date) -> Option<Dose> {
    let given = vaccination.given.as_ref().filter(|given| given.date <= last)?;
    Some(Dose {
        date: given.date,
        number: vaccination.number,
        series: None,
        disease: vaccination.disease.clone(),
        vaccine_kind: given.vaccine_kind.clone(),
        manufacturer: given.manufacturer.clone(),
        product: given.product.clone(),
        lot: given.lot.clone(),
        country: given.country,
    })
}

fn names(details: &ResidentDetails, romanised: Option<Name>) -> Names {
    Names {
        registered: in_two_parts(details.name.expose()),
        kana: details.kana.as_ref().map(|kana| in_two_parts(kana.expose())),
        romanised,
    }
}

/// A registered name is parted at its first space. Without one, the whole of it is the surname: where a surname ends is
/// never guessed.
fn in_two_parts(name: &str) -> Name {
    let part = |text: &str| Some(Personal::from(text.trim())).filter(|text| !text.expose().is_empty());
    match name.trim().split_once(char::is_whitespace) {
        Some((surname, given)) => Name { surname: part(surname), given: part(given) },
        None => Name { surname: part(name), given: None },
    }
}
