//! `tegata card`: what an Individual Number Card says, and whether it is genuine.

use std::path::Path;

use tegata::card::{
    Answered, AnyHierarchy, Application, CardReport, CardVerifier, Challenge, Holds, Identity, Presence, Sex,
    SurfaceReport, TextReport, VerifiedSurface,
};
use tegata::report::{Language, Status};

use crate::arguments::{Card, CardVerify};
use crate::checks::check_lines;
use crate::error::{Error, Exit};
use crate::output::{Output, Style};
use crate::provider::provider;
use crate::{card_files, card_simulate, input};

pub(crate) fn run(command: &Card, output: &Output) -> Result<Exit, Error> {
    match command {
        Card::Verify(options) => verify(options, output),
        Card::Simulate(options) => card_simulate::run(options, output),
        #[cfg(feature = "pcsc")]
        Card::Read(options) => crate::card_read::run(options, output),
        #[cfg(not(feature = "pcsc"))]
        Card::Read(_) => Err(Error::Usage(WITHOUT_READERS.into())),
    }
}

#[cfg(not(feature = "pcsc"))]
const WITHOUT_READERS: &str = "this tegata was built without card readers, which need the system's PC/SC library. With it \
    (Debian: apt-get install libpcsclite-dev pkg-config pcscd), build one that has them: \
    cargo build --release -p tegata-cli --features pcsc";

fn verify(options: &CardVerify, output: &Output) -> Result<Exit, Error> {
    let verifier = verifier(options.authorities.as_deref(), options.accept_test_cards)?;
    let application = options.application.into();
    let files = card_files::read(&options.dir, application)?;
    let challenge = options.challenge.map(Challenge::from_bytes);
    let answered = match (&challenge, &options.response) {
        (Some(challenge), Some(response)) => Some(Answered { challenge, response: &response.0 }),
        _ => None,
    };
    match application {
        Application::Text => show(
            &files.map_or_else(TextReport::of_unusable_files, |files| verifier.verify_text(&files, answered)),
            output,
        ),
        Application::Surface => show(
            &files.map_or_else(SurfaceReport::of_unusable_files, |files| verifier.verify_surface(&files, answered)),
            output,
        ),
    }
}

/// A verifier of production cards, and of what it is told to accept besides.
///
/// # Errors
/// When the file of authorities cannot be read or used.
pub(crate) fn verifier(authorities: Option<&Path>, test_cards: bool) -> Result<CardVerifier<AnyHierarchy>, Error> {
    let mut verifier = CardVerifier::any(provider()).map_err(|error| Error::refused("built-in authorities", error))?;
    if let Some(path) = authorities {
        let unusable = |reason: &dyn std::fmt::Display, code: tegata::Code| {
            Error::Usage(format!("{}: {reason} [{}]", path.display(), code.name()))
        };
        let malformed = tegata::Code::AuthorityFileMalformed;
        let text = String::from_utf8(input::read(path)?).map_err(|_| unusable(&"not UTF-8", malformed))?;
        verifier = verifier.with_authorities(&text).map_err(|error| unusable(&error, error.code()))?;
    }
    Ok(if test_cards { verifier.accepting_test_cards() } else { verifier })
}

fn show<T: Holds + Shown>(report: &CardReport<T>, output: &Output) -> Result<Exit, Error> {
    output.line(&if output.is_human() { human(report, output) } else { report.to_json() })?;
    Ok(if report.status() == Status::Accepted { Exit::Done } else { Exit::NotAccepted })
}

/// The report for people: the verdict, whose card it is, and each check.
pub(crate) fn human<T: Shown>(report: &CardReport<T>, output: &Output) -> String {
    let language = output.language();
    let (mark, words, style) = match report.status() {
        Status::Accepted => ("✔", output.choose("GENUINE CARD DATA", "真正なカード情報"), Style::Good),
        _ => ("✘", output.choose("REJECTED", "受入不可"), Style::Bad),
    };
    let mut lines = vec![output.styled(style, &format!("{mark} {words}"))];
    if let Some(failure) = report.failure() {
        lines.push(format!("  {}", output.wrapped(2, &failure.message(language))));
        lines.push(format!("  → {}", output.wrapped(4, failure.code().advice().text(language))));
    }
    lines.push(String::new());
    if let Some(proof) = report.identity() {
        for ((english, japanese), value) in proof.lines(output) {
            lines.push(output.labelled(output.choose(english, japanese), &value));
        }
    }
    if let Some(hierarchy) = report.hierarchy() {
        let name = match language {
            Language::Japanese => match hierarchy {
                tegata::card::Hierarchy::Production => "本番",
                tegata::card::Hierarchy::Test => "テスト",
                tegata::card::Hierarchy::Other => "その他（指定された認証局）",
            },
            _ => hierarchy.name(),
        };
        lines.push(output.labelled(output.choose("Hierarchy", "認証局の区分"), name));
    }
    if let Some(signer) = report.signer() {
        let value = match language {
            Language::Japanese => format!("市区町村コード {}", signer.municipality_code()),
            _ => format!("municipality {}", signer.municipality_code()),
        };
        lines.push(output.labelled(output.choose("Signer", "署名者"), &value));
    }
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    lines.extend(check_lines(&report.checks().in_order(), output));
    if let Some(proof) = report.identity() {
        let note = match proof.presence() {
            Presence::GenuineCardOfSameSigner => output.choose(
                "a genuine card of the same signer answered the challenge; that it is the card of this holder is not proven",
                "同じ署名者の真正なカードがチャレンジに応答しました。この本人のカードであることの証明ではありません。",
            ),
            Presence::NotShown => output.choose(
                "the data is genuine; whether the card itself is here was not checked",
                "情報は真正ですが、カードそのものの提示は確認していません。",
            ),
        };
        lines.push(format!("  {} {}", output.styled(Style::Unsure, "!"), output.wrapped(4, note)));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A label in English and in Japanese.
type Label = (&'static str, &'static str);

/// What of a proof is shown to a person: never the number.
pub(crate) trait Shown {
    fn lines(&self, output: &Output) -> Vec<(Label, String)>;
    fn presence(&self) -> Presence;
}

const BORN: Label = ("Born", "生年月日");
const SEX: Label = ("Sex", "性別");

impl Shown for Identity<AnyHierarchy> {
    fn lines(&self, output: &Output) -> Vec<(Label, String)> {
        let (name, address, birth_date, sex) = match self {
            Self::WithNumber(holder) => (holder.name(), holder.address(), holder.birth_date(), holder.sex()),
            Self::FourFields(holder) => (holder.name(), holder.address(), holder.birth_date(), holder.sex()),
        };
        vec![
            (("Name", "氏名"), name.expose().clone()),
            (("Address", "住所"), address.expose().clone()),
            (BORN, birth_date.expose().to_text()),
            (SEX, sex_text(*sex.expose(), output).to_owned()),
        ]
    }

    fn presence(&self) -> Presence {
        match self {
            Self::WithNumber(holder) => holder.presence(),
            Self::FourFields(holder) => holder.presence(),
        }
    }
}

impl Shown for VerifiedSurface<AnyHierarchy> {
    fn lines(&self, output: &Output) -> Vec<(Label, String)> {
        let born = self.birth_date().map(|date| (BORN, date.expose().to_text()));
        let sex = self.face().map(|face| (SEX, sex_text(*face.sex().expose(), output).to_owned()));
        born.into_iter().chain(sex).collect()
    }

    fn presence(&self) -> Presence {
        self.presence()
    }
}

const fn sex_text<'t>(sex: Sex, output: &Output) -> &'t str {
    match sex {
        Sex::Male => output.choose("male", "男"),
        Sex::Female => output.choose("female", "女"),
        Sex::Unknown => output.choose("unknown", "不明"),
        Sex::NotApplicable => output.choose("not applicable", "適用不能"),
    }
}
