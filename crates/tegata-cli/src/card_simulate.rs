//! `tegata card simulate`: a card of a synthetic person, as files.

use std::path::Path;

use serde_json::json;
use tegata::model::Personal;
use tegata::time::Date;
use tegata_simulator::{Algorithm, Application, CardRequest, Hierarchy, Sex, SimulatedCard, SimulatorError};

use crate::arguments::{Applications, CardSimulate, HolderSex, KeyKind};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::{Output, Style};

pub(crate) fn run(options: &CardSimulate, output: &Output) -> Result<Exit, Error> {
    let request = request(options)?;
    let algorithm = match options.algorithm {
        KeyKind::Rsa => Algorithm::Rsa2048,
        KeyKind::P256 => Algorithm::P256,
        KeyKind::P384 => Algorithm::P384,
    };
    let hierarchy = Hierarchy::generate(options.seed, algorithm).map_err(|error| refused("the hierarchy", error))?;
    let card = hierarchy.issue(&request).map_err(|error| refused("the card", error))?;
    let applications = match options.application {
        Applications::Text => &[Application::Text][..],
        Applications::Surface => &[Application::Surface],
        Applications::Both => &Application::ALL,
    };

    let mut files = vec![("authorities.json".to_owned(), hierarchy.authorities_json().into_bytes())];
    for file in applications.iter().flat_map(|application| card.files(*application)) {
        files.push((file.export_name(), file.as_read().to_vec()));
    }
    let names = write(&options.out, &files, options.force)?;
    let answers = options.challenge.map(|challenge| answers(&card, applications, &challenge)).transpose()?;
    tell(options, &hierarchy, &names, answers.as_deref().unwrap_or_default(), output)?;
    Ok(Exit::Done)
}

/// The synthetic holder. What is wrong with an option is said without repeating it.
fn request(options: &CardSimulate) -> Result<CardRequest, Error> {
    let mut request = CardRequest::from_seed(options.seed);
    if let Some(name) = &options.name {
        // Cards part family and given name by an ideographic space; keyboards give an ordinary one.
        let name = Personal::new(name.expose().replace(' ', "\u{3000}"));
        request = request.name(name.expose()).map_err(|error| refused("--name", error))?;
    }
    if let Some(address) = &options.address {
        request = request.address(address.expose()).map_err(|error| refused("--address", error))?;
    }
    if let Some(date) = &options.birth_date {
        let date = Date::parse(date.expose())
            .map_err(|_| Error::Usage("--birth-date: not a date; for example 1980-02-17".into()))?;
        request = request.birth_date(date).map_err(|error| refused("--birth-date", error))?;
    }
    if let Some(sex) = options.sex {
        request = request.sex(match sex {
            HolderSex::Male => Sex::Male,
            HolderSex::Female => Sex::Female,
            HolderSex::Unknown => Sex::Unknown,
            HolderSex::NotApplicable => Sex::NotApplicable,
        });
    }
    if let Some(number) = &options.number {
        request = request.number(number.expose()).map_err(|error| refused("--number", error))?;
    }
    Ok(request)
}

fn refused(what: &str, error: SimulatorError) -> Error {
    Error::Usage(format!("{what}: {error}"))
}

/// Writes the files, sparing others of the same names unless told not to; gives their names.
///
/// # Errors
/// When a file is there and differs, or cannot be written. Then none is written that was not there.
pub(crate) fn write(dir: &Path, files: &[(String, Vec<u8>)], force: bool) -> Result<Vec<String>, Error> {
    std::fs::create_dir_all(dir).map_err(|reason| Error::file(dir, "make", reason))?;
    let is_there = |name: &str, bytes: &[u8]| std::fs::read(dir.join(name)).is_ok_and(|found| found == bytes);
    if let Some((name, _)) =
        files.iter().find(|(name, bytes)| !force && dir.join(name).exists() && !is_there(name, bytes))
    {
        let path = dir.join(name);
        return Err(Error::Usage(format!("{} is there already and differs; --force replaces it", path.display())));
    }
    for (name, bytes) in files.iter().filter(|(name, bytes)| !is_there(name, bytes)) {
        files::write(&dir.join(name), bytes, Access::Ordinary, force)?;
    }
    Ok(files.iter().map(|(name, _)| name.clone()).collect())
}

/// The application's name and what its key answered, in hex.
fn answers(
    card: &SimulatedCard,
    applications: &[Application],
    challenge: &[u8],
) -> Result<Vec<(&'static str, String)>, Error> {
    let answer = |application: &Application| {
        let response = card.respond(*application, challenge).map_err(|error| refused("--challenge", error))?;
        Ok((application.name(), response.iter().map(|byte| format!("{byte:02x}")).collect()))
    };
    applications.iter().map(answer).collect()
}

fn tell(
    options: &CardSimulate,
    hierarchy: &Hierarchy,
    names: &[String],
    answers: &[(&str, String)],
    output: &Output,
) -> Result<(), Error> {
    let dir = options.out.display();
    if !output.is_human() {
        let mut result = json!({
            "status": "done", "dir": dir.to_string(), "files": names,
            "municipality_code": hierarchy.municipality_code(),
        });
        if let (Some(members), false) = (result.as_object_mut(), answers.is_empty()) {
            let answers = answers.iter().map(|(name, answer)| ((*name).to_owned(), answer.clone().into()));
            members.insert("responses".into(), serde_json::Value::Object(answers.collect()));
        }
        return output.line(&result.to_string());
    }
    let done = output.choose("Made a simulated card", "模擬カードを作成しました");
    output.line(&format!("{} {done}", output.styled(Style::Good, "✔")))?;
    let files = output.wrapped(5, &names.join("  "));
    output.line(&output.styled(Style::Faint, &format!("   → {files}")))?;
    for (name, answer) in answers {
        output.line(&format!("  {name}: {answer}"))?;
    }
    let heading = output.choose("Now verify it:", "次のコマンドで検証できます:");
    let application = if options.application == Applications::Surface { " --application surface" } else { "" };
    output
        .line(&format!("{heading}\n  tegata card verify --dir {dir} --authorities {dir}/authorities.json{application}"))
}
