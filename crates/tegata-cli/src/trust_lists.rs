//! `tegata trust`: what trust lists hold, and whether their signatures are genuine.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tegata::report::Language;
use tegata::trust::bundle::UnverifiedBundle;
use tegata::trust::list::{Dropped, List, ListSigner, ListSummary};
use tegata::{Code, Failure, Timestamp};

use crate::arguments::{TrustInspect, TrustLists};
use crate::error::{Error, Exit};
use crate::output::{Output, Style};
use crate::provider::provider;
use crate::{input, trust_build, trust_bundle, verify};

pub(crate) fn run(command: &TrustLists, output: &Output) -> Result<Exit, Error> {
    match command {
        TrustLists::Build(options) => trust_build::run(options, output),
        TrustLists::Inspect(options) => each(options, None, output),
        TrustLists::Verify(options) => {
            let name = options.signer.display().to_string();
            let signer = ListSigner::read(&input::read(&options.signer)?).map_err(|failure| {
                let code = failure.code();
                Error::Usage(format!("{name}: {} [{}]", code.meaning(Language::English), code.name()))
            })?;
            each(&options.inspect, Some(&signer), output)
        }
    }
}

/// Goes through every file; one that cannot be read does not hide the others.
fn each(options: &TrustInspect, signer: Option<&ListSigner>, output: &Output) -> Result<Exit, Error> {
    let now = options.at.map_or_else(verify::now, Ok)?;
    let mut exit = Exit::Done;
    for path in &options.files {
        match input::read(path) {
            Ok(bytes) if UnverifiedBundle::is_meant_by(&bytes) => {
                let name = path.display().to_string();
                exit = exit.max(trust_bundle::show(&name, &bytes, signer, now, output)?);
            }
            Ok(bytes) => {
                let seen = Seen::of(path, &bytes, signer, now);
                if output.is_human() {
                    seen.show(output)?;
                } else {
                    output.line(&seen.to_json().to_string())?;
                }
                exit = exit.max(if seen.status() == "accepted" { Exit::Done } else { Exit::NotAccepted });
            }
            Err(error) => {
                output.error(&error);
                exit = exit.max(error.exit());
            }
        }
    }
    Ok(exit)
}

/// One file, and what came out.
struct Seen {
    source: String,
    list: Result<(List, ListSummary), Failure>,
    /// The result of the signature's check; `None` where no signer was given to check it with.
    signature: Option<Result<(), Failure>>,
}

impl Seen {
    fn of(path: &Path, bytes: &[u8], signer: Option<&ListSigner>, now: Timestamp) -> Self {
        let list = List::read(bytes).map(|list| {
            let summary = list.summary(provider(), now);
            (list, summary)
        });
        let signature = match (&list, signer) {
            (Ok((list, _)), Some(signer)) => Some(list.verify_signature(signer, provider())),
            _ => None,
        };
        Self { source: path.display().to_string(), list, signature }
    }

    fn signature(&self) -> &'static str {
        match (&self.signature, &self.list) {
            (Some(Ok(())), _) => "pass",
            (Some(Err(failure)), _) => match failure.code() {
                Code::ListSignatureMissing => "none",
                Code::ListSignatureNotChecked => "not-checked",
                _ => "fail",
            },
            (None, Ok((list, _))) if list.is_signed() => "not-checked",
            (None, _) => "none",
        }
    }

    /// To inspect a list is to read it. To verify it takes a genuine signature.
    fn status(&self) -> &'static str {
        match (&self.list, &self.signature) {
            (Ok(_), None | Some(Ok(()))) => "accepted",
            (Ok(_), Some(Err(failure))) if failure.code() == Code::ListSignatureNotChecked => "undetermined",
            _ => "rejected",
        }
    }

    /// Why the list is not accepted.
    fn failure(&self) -> Option<&Failure> {
        match (&self.list, &self.signature) {
            (Err(failure), _) | (_, Some(Err(failure))) => Some(failure),
            (Ok(_), _) => None,
        }
    }

    fn to_json(&self) -> Value {
        let none = ListCounts::default();
        let counts = self.list.as_ref().map_or(none, |(list, summary)| ListCounts::of(list, summary));
        let mut result = json!({
            "source": self.source, "status": self.status(), "format": counts.format, "signature": self.signature(),
            "entries": counts.entries, "usable": counts.usable, "expired": counts.expired,
            "duplicates": counts.duplicates, "dropped": counts.dropped,
            "countries": counts.countries, "usages": counts.usages, "algorithms": counts.algorithms,
        });
        // What scripts ask for next where a list is not accepted, in the words of every other result.
        if let (Some(failure), Some(members)) = (self.failure(), result.as_object_mut()) {
            members.insert("stage".into(), failure.stage().name().into());
            members.insert("code".into(), failure.code().name().into());
            members.insert("message".into(), failure.message(Language::English).into());
        }
        result
    }

    fn show(&self, output: &Output) -> Result<(), Error> {
        let (mark, style, words) = match (self.status(), &self.signature) {
            ("accepted", None) => ("·", Style::Strong, output.choose("READ — not verified", "読取り（未検証）")),
            ("accepted", _) => ("✔", Style::Good, output.choose("GENUINE", "真正")),
            ("undetermined", _) => ("?", Style::Unsure, output.choose("NOT CHECKED", "未検証")),
            _ => ("✘", Style::Bad, output.choose("NOT GENUINE", "真正ではありません")),
        };
        let source = crate::output::printable(&self.source);
        output.line(&format!("{}   {source}", output.styled(style, &format!("{mark} {words}"))))?;
        if let Some(failure) = self.failure() {
            output.line(&format!("  {}", output.wrapped(2, &failure.message(output.language()))))?;
            output.line(&format!("  → {}", output.wrapped(4, failure.code().advice().text(output.language()))))?;
        }
        if let Ok((list, summary)) = &self.list {
            show_counts(list, summary, self.signature(), output)?;
        }
        output.line("")
    }
}

/// The numbers of the JSON; zero where the file could not be read.
#[derive(Default)]
struct ListCounts {
    format: Option<&'static str>,
    entries: usize,
    usable: usize,
    expired: usize,
    duplicates: usize,
    dropped: Vec<Value>,
    countries: BTreeMap<String, usize>,
    usages: BTreeMap<String, usize>,
    algorithms: BTreeMap<String, usize>,
}

impl ListCounts {
    fn of(list: &List, summary: &ListSummary) -> Self {
        let dropped = |entry: &Dropped| json!({ "id": entry.id(), "code": entry.failure().code().name() });
        Self {
            format: Some(list.format().name()),
            entries: summary.entries,
            usable: summary.usable,
            expired: summary.expired,
            duplicates: summary.duplicates,
            dropped: summary.dropped.iter().map(dropped).collect(),
            countries: summary.countries.clone(),
            usages: summary.usages.clone(),
            algorithms: summary.algorithms.clone(),
        }
    }
}

fn show_counts(list: &List, summary: &ListSummary, signature: &str, output: &Output) -> Result<(), Error> {
    let signature = match signature {
        "pass" => output.choose("genuine", "真正"),
        "fail" => output.choose("not genuine", "真正ではありません"),
        "none" => output.choose("none", "なし"),
        _ => output.choose("there, not checked", "あり（未検証）"),
    };
    output.line(&output.labelled(output.choose("Format", "形式"), list.format().name()))?;
    output.line(&output.labelled(output.choose("Signature", "署名"), signature))?;
    for (english, japanese, number) in [
        ("Entries", "項目数", summary.entries),
        ("Usable", "使用可能", summary.usable),
        ("Expired", "うち期限切れ", summary.expired),
        ("Duplicates", "重複", summary.duplicates),
        ("References", "参照", list.references().len()),
        ("Left out", "除外", summary.dropped.len()),
    ] {
        if number > 0 || matches!(english, "Entries" | "Usable") {
            output.line(&output.labelled(output.choose(english, japanese), &number.to_string()))?;
        }
    }
    for (english, japanese, counts) in [
        ("Uses", "用途", &summary.usages),
        ("Algorithms", "アルゴリズム", &summary.algorithms),
        ("Countries", "国", &summary.countries),
    ] {
        if !counts.is_empty() {
            let items: Vec<_> = counts.iter().map(|(name, number)| format!("{name} {number}")).collect();
            output.line(&output.labelled(output.choose(english, japanese), &items.join("  ")))?;
        }
    }
    for entry in &summary.dropped {
        let text = format!("{}: {}", crate::output::printable(entry.id()), entry.failure().message(output.language()));
        output.line(&format!("  {} {}", output.styled(Style::Unsure, "!"), output.wrapped(4, &text)))?;
    }
    Ok(())
}
