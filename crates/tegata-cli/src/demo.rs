//! `tegata demo`: the main job end to end, on synthetic data.

use std::path::Path;

use tegata::crypto::Signer as _;
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject};
use tegata::x509::{Certificate, certificates_from, to_pem};
use tegata::{Issuer, Profile, Request, Status, Timestamp, TrustSet, Verifier};
use tegata_print::Style as PrintStyle;

use crate::arguments::{Demo, Image};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::issue::{self, Desk};
use crate::keys::OsRandom;
use crate::output::{Output, Style};
use crate::provider::provider;
use crate::{card, demo_card, verify};

/// The name of the demonstration's signer.
const ORGANISATION: &str = "Tegata demonstration";
const COMMON_NAME: &str = "Demonstration document signer";

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Everything the demonstration writes.
const FILES: [&str; 8] = [
    demo_card::FOLDER,
    "key.pem",
    "signer.pem",
    "record.json",
    "certificate.txt",
    "certificate.png",
    "certificate.svg",
    "forged.txt",
];

/// How long the demonstration's signer and certificate are valid.
const SIGNER_DAYS: i64 = 730;
const CERTIFICATE_DAYS: i64 = 365;

pub(crate) fn run(options: &Demo, output: &Output) -> Result<Exit, Error> {
    let dir = &options.dir;
    std::fs::create_dir_all(dir).map_err(|reason| Error::file(dir, "make", reason))?;
    spare_other_files(dir)?;
    let mut story = Story { output, steps: Vec::new() };
    let now = verify::now()?;

    let simulated = demo_card::make(dir)?;
    story.tell(
        "card",
        (
            "Made a simulated Individual Number Card, and the authorities above it",
            "模擬マイナンバーカードとその認証局を作成しました",
        ),
        &[demo_card::FOLDER],
    )?;
    let card_report = demo_card::verify(dir, &simulated)?;
    let card_json = card_report.to_json();
    story.tell(
        "verify-card",
        (
            "Verified what a reader hands over of it, and the card's answer to a challenge",
            "読取装置から渡されるカード情報と、チャレンジへの応答を検証しました",
        ),
        &[],
    )?;
    story.show(&card::human(&card_report, &output.narrower(3)))?;
    let Some(identity) = card_report.into_identity() else { return Ok(Exit::NotAccepted) };

    let (signer, certificate) = make_signer(now)?;
    let key = signer.to_pkcs8_pem(None, &OsRandom).map_err(|error| Error::refused("new key", error.code()))?;
    files::write(&dir.join("key.pem"), key.as_bytes(), Access::OwnerOnly, true)?;
    let certificate_pem = to_pem("CERTIFICATE", certificate.der());
    write(dir, "signer.pem", certificate_pem.as_bytes())?;
    story.tell(
        "signer",
        ("Made a signing key and its certificate", "署名鍵と電子証明書を作成しました"),
        &["key.pem", "signer.pem"],
    )?;

    let record = demo_card::record(&identity.into_four_fields())?;
    write(dir, "record.json", record.as_bytes())?;
    story.tell(
        "record",
        (
            "Wrote a synthetic vaccination record with the name and date of birth of the card",
            "カードの氏名と生年月日を入れた架空の接種記録を書き出しました",
        ),
        &["record.json"],
    )?;

    let desk = open_desk(signer, certificate, now)?;
    let issued = desk.issue(record.as_bytes()).map_err(|failure| Error::refused("record.json", failure))?;
    write(dir, "certificate.txt", format!("{}\n", issued.text()).as_bytes())?;
    for image in [Image::Png, Image::Svg] {
        let (bytes, extension) = issue::draw(issued.text(), image, &PrintStyle::default())?;
        write(dir, &format!("certificate{extension}"), &bytes)?;
    }
    let files = ["certificate.txt", "certificate.png", "certificate.svg"];
    story.tell(
        "issue",
        ("Issued the certificate, signed with ES256", "証明書を発行し、ES256で署名しました"),
        &files,
    )?;

    let png = crate::input::read(&dir.join("certificate.png"))?;
    let symbols = tegata_print::read_symbols(&png).map_err(|error| Error::refused("certificate.png", error.code()))?;
    let [symbol] = symbols.as_slice() else { return Err(Error::from(tegata::Code::NoCodeFound)) };
    let same = symbol.text() == issued.text();
    story.tell("read", ("Read the QR code back from the picture", "画像からQRコードを読み戻しました"), &[])?;

    let trusted =
        certificates_from(certificate_pem.as_bytes()).map_err(|error| Error::refused("signer.pem", error.code()))?;
    let mut trust = TrustSet::builder(provider());
    for certificate in &trusted {
        trust.trust_certificate(certificate).map_err(|failure| Error::refused("signer.pem", failure))?;
    }
    let verifier = Verifier::new(trust.build());
    let report = verifier.verify(symbol.text(), now);
    story.tell("verify", ("Verified it", "検証しました"), &[])?;
    story.show(&verify::human(&report, None, &output.narrower(3)))?;

    let forged = forge(issued.text()).ok_or(Error::from(tegata::Code::InternalError))?;
    write(dir, "forged.txt", format!("{forged}\n").as_bytes())?;
    let forged_report = verifier.verify(&forged, now);
    story.tell(
        "forge",
        (
            "Changed one character of the signed content and verified the forged copy",
            "署名された内容を一文字だけ書き換えた偽造品を検証しました",
        ),
        &["forged.txt"],
    )?;
    story.show(&verify::human(&forged_report, None, &output.narrower(3)))?;

    story.end(dir, &card_json, &report, &forged_report)?;
    let as_it_should = same && report.is_accepted() && forged_report.status() == Status::Rejected;
    Ok(if as_it_should { Exit::Done } else { Exit::NotAccepted })
}

/// The demonstration replaces the files of its last run, and nobody else's: a real `key.pem` could
/// not be had back.
fn spare_other_files(dir: &Path) -> Result<(), Error> {
    let ours = holds_demonstration_key(dir);
    match FILES.iter().find(|name| !ours && dir.join(name).exists()) {
        Some(name) => {
            let dir = dir.display();
            Err(Error::Usage(format!("{dir} holds another {name}; name a new or empty folder with --dir")))
        }
        None => Ok(()),
    }
}

/// Whether the key in a folder is one that the demonstration made: it belongs to a certificate of
/// the demonstration's name. The other files say nothing, since anybody may have the example record.
fn holds_demonstration_key(dir: &Path) -> bool {
    let read = |name: &str| std::fs::read(dir.join(name)).ok();
    let signer = read("key.pem").and_then(|key| SoftwareSigner::from_bytes(&key, None).ok());
    let certificates = read("signer.pem").and_then(|pem| certificates_from(&pem).ok());
    match (signer, certificates.as_deref()) {
        (Some(signer), Some([certificate])) => {
            certificate.subject() == format!("CN={COMMON_NAME},O={ORGANISATION},C=JP")
                && certificate.public_key().is_ok_and(|key| *key == signer.public_key())
        }
        _ => false,
    }
}

fn make_signer(now: Timestamp) -> Result<(SoftwareSigner, Certificate), Error> {
    let refused = |code: tegata::Code| Error::refused("new key", code);
    let signer = SoftwareSigner::generate(&OsRandom).map_err(|_| refused(tegata::Code::InternalError))?;
    let subject = Subject::new("JP", ORGANISATION, COMMON_NAME);
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    let request = CertificateRequest::new(subject.map_err(|error| refused(error.code()))?, purposes);
    let (not_before, not_after) = (now.saturating_add_seconds(-60), now.saturating_add_seconds(SIGNER_DAYS * DAY));
    let der = tegata::keys::self_signed(&signer, &request, not_before, not_after, &OsRandom)
        .map_err(|error| refused(error.code()))?;
    let certificate = Certificate::parse(&der).map_err(|error| refused(error.code()))?;
    Ok((signer, certificate))
}

fn open_desk(signer: SoftwareSigner, certificate: Certificate, now: Timestamp) -> Result<Desk, Error> {
    let issuer = Issuer::new(certificate, provider()).map_err(|failure| Error::refused("signer.pem", failure))?;
    let request = Request {
        profile: Profile::Jp,
        issuer: None,
        issued_at: now,
        issue_date: issue::japan_time(now).date(),
        expires_at: Some(now.saturating_add_seconds(CERTIFICATE_DAYS * DAY)),
        certificate_id: String::new(),
        dose: None,
    };
    Ok(Desk::new(issuer, Box::new(signer), request))
}

/// A copy in which one letter of the signed content is another: what a forger would try first.
fn forge(text: &str) -> Option<String> {
    use tegata::codec::{base45, zlib};
    let compressed = base45::decode(text.strip_prefix("HC1:")?).ok()?;
    let mut cose = zlib::decompress(&compressed, zlib::MAX_INFLATED).ok()?;
    let at = cose.windows(6).position(|window| window == b"TEGATA")?;
    *cose.get_mut(at)? = b'S';
    Some(format!("HC1:{}", base45::encode(&zlib::compress(&cose))))
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    files::write(&dir.join(name), bytes, Access::Ordinary, true)
}

/// What the demonstration did, told step by step to a person, or at the end as one object.
struct Story<'o> {
    output: &'o Output,
    steps: Vec<serde_json::Value>,
}

impl Story<'_> {
    fn tell(&mut self, step: &str, (english, japanese): (&str, &str), files: &[&str]) -> Result<(), Error> {
        self.steps.push(serde_json::json!({ "step": step, "files": files }));
        if !self.output.is_human() {
            return Ok(());
        }
        let number = self.output.styled(Style::Strong, &format!("{}.", self.steps.len()));
        let mut line = format!("{number} {}", self.output.choose(english, japanese));
        if !files.is_empty() {
            let files = self.output.wrapped(5, &files.join("  "));
            line.push_str(&self.output.styled(Style::Faint, &format!("\n   → {files}")));
        }
        self.output.line(&line)
    }

    fn show(&self, block: &str) -> Result<(), Error> {
        if !self.output.is_human() {
            return Ok(());
        }
        let indented: Vec<_> = block.lines().map(|line| format!("   {line}").trim_end().to_owned()).collect();
        self.output.line(&format!("\n{}\n", indented.join("\n").trim_end()))
    }

    fn end(&self, dir: &Path, card: &str, report: &tegata::Report, forged: &tegata::Report) -> Result<(), Error> {
        let output = self.output;
        if output.is_human() {
            let dir = dir.display();
            let heading = output.choose("Now try it yourself:", "次のコマンドで試せます:");
            return output.line(&format!(
                "{heading}\n  tegata card verify --dir {dir}/card --authorities {dir}/card/authorities.json\n  \
                 tegata verify --trust {dir}/signer.pem {dir}/certificate.png\n  \
                 tegata decode {dir}/certificate.txt\n  tegata verify --trust {dir}/signer.pem {dir}/forged.txt"
            ));
        }
        let broken = |_| Error::from(tegata::Code::InternalError);
        let as_json = |report: &str| serde_json::from_str::<serde_json::Value>(report).map_err(broken);
        output.line(
            &serde_json::json!({
                "status": "done", "dir": dir.display().to_string(), "steps": self.steps,
                "card": as_json(card)?, "genuine": as_json(&report.to_json())?, "forged": as_json(&forged.to_json())?,
            })
            .to_string(),
        )
    }
}
