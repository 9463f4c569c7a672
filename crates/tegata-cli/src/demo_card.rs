//! The demonstration's card: where the holder's name and date of birth come from.

use std::path::Path;

use serde_json::{Value, json};
use tegata::Code;
use tegata::card::{
    Answered, AnyHierarchy, Application, CardFiles, Challenge, FileId, FourFields, TextReport, VerifiedIdentity,
};
use tegata::model::{EXAMPLE_RECORD, Personal, Record};
use tegata::time::Date;
use tegata_simulator::{Algorithm, Application as Simulated, CardRequest, Hierarchy, Sex, SimulatedCard};

use crate::error::Error;
use crate::keys::OsRandom;
use crate::{card, card_simulate};

/// The folder of the card's files within the demonstration's.
pub(crate) const FOLDER: &str = "card";
/// What the simulated card and its authorities are drawn from.
const SEED: u64 = 1;

/// Makes the card of the example record's holder and the authorities above it, and writes them.
pub(crate) fn make(dir: &Path) -> Result<SimulatedCard, Error> {
    let internal = |_| Error::from(Code::InternalError);
    let record = Record::from_json(EXAMPLE_RECORD).map_err(|_| Error::from(Code::InternalError))?;
    let name = &record.fields().name.registered;
    let parts = [&name.surname, &name.given].into_iter().flatten().map(|part| part.expose().as_str());
    let name = Personal::new(parts.collect::<Vec<_>>().join("\u{3000}"));
    let born =
        Date::parse(&record.fields().birth_date.expose().to_text()).map_err(|_| Error::from(Code::InternalError))?;
    let hierarchy = Hierarchy::generate(SEED, Algorithm::Rsa2048).map_err(internal)?;
    let request = CardRequest::from_seed(SEED).name(name.expose()).and_then(|request| request.birth_date(born));
    let card = hierarchy.issue(&request.map_err(internal)?.sex(Sex::Female)).map_err(internal)?;
    let mut files = vec![("authorities.json".to_owned(), hierarchy.authorities_json().into_bytes())];
    for file in Simulated::ALL.iter().flat_map(|application| card.files(*application)) {
        files.push((file.export_name(), file.as_read().to_vec()));
    }
    card_simulate::write(&dir.join(FOLDER), &files, true)?;
    Ok(card)
}

/// Has the card answer a fresh challenge, and verifies its answer together with its files.
pub(crate) fn verify(dir: &Path, simulated: &SimulatedCard) -> Result<TextReport<AnyHierarchy>, Error> {
    let challenge = Challenge::generate(&OsRandom).map_err(|_| Error::from(Code::InternalError))?;
    let response =
        simulated.respond(Simulated::Text, challenge.as_bytes()).map_err(|_| Error::from(Code::InternalError))?;
    let mut files = CardFiles::new(Application::Text);
    for file in simulated.files(Simulated::Text) {
        if let Some(id) = FileId::new(file.id()) {
            files.insert(id, file.as_read().to_vec()).map_err(|error| Error::refused(FOLDER, error))?;
        }
    }
    let verifier = card::verifier(Some(&dir.join(FOLDER).join("authorities.json")), false)?;
    Ok(verifier.verify_text(&files, Some(Answered { challenge: &challenge, response: &response })))
}

/// The example record with the name and the date of birth of a verified card, as JSON.
pub(crate) fn record(holder: &VerifiedIdentity<AnyHierarchy, FourFields>) -> Result<String, Error> {
    let internal = || Error::from(Code::InternalError);
    let mut record: Value = serde_json::from_str(EXAMPLE_RECORD).map_err(|_| internal())?;
    let name = holder.name().expose();
    let (surname, given) = name.split_once('\u{3000}').ok_or_else(internal)?;
    *record.pointer_mut("/name/registered").ok_or_else(internal)? = json!({ "surname": surname, "given": given });
    *record.pointer_mut("/birth_date").ok_or_else(internal)? = holder.birth_date().expose().to_text().into();
    Ok(format!("{record:#}\n"))
}
