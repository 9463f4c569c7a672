//! `tegata verify`.

use tegata::report::{Language, Report};
use tegata::{Policy, Status, Timestamp, Verifier};

use crate::arguments::Verify;
use crate::checks::check_lines;
use crate::error::{Error, Exit};
use crate::input::{self, Found};
use crate::issue::japan_time;
use crate::output::{Output, Style};
use crate::{decode, trust};

pub(crate) fn run(options: &Verify, output: &Output) -> Result<Exit, Error> {
    let trusted = trust::load(&options.trust, output)?;
    let mut trust = trusted.set;
    if !options.revocation.is_empty() {
        let revocation = trust::revocation(&options.revocation, trust.revocation())?.build();
        trust = trust.with_revocation(revocation);
    }
    if trust.is_empty() {
        output.warning(output.choose(
            "no signer is trusted, so nothing can be accepted; name signer certificates with --trust, or with --signers those below an --authority",
            "信頼する署名者がないため、何も受け入れられません。--trust で署名者の電子証明書を、又は --authority と --signers で認証局とその下の署名者を指定してください",
        ));
    }
    let mut policy = Policy::default();
    policy.skew_seconds = options.skew;
    policy.strict = options.strict || trusted.strict;
    let verifier = Verifier::new(trust).with_policy(policy);
    let now = options.at.map_or_else(now, Ok)?;
    input::each(&options.inputs, output, |certificate, several| {
        let report = match &certificate.text {
            Ok(text) => verifier.verify(text, now),
            Err(failure) => Report::not_a_certificate(failure.clone()),
        };
        if output.is_human() {
            output.line(&human(&report, several.then_some(certificate), output))?;
        } else {
            let mut line = decode::source_members(certificate);
            report.write_json_members(&mut line);
            line.push('}');
            output.line(&line)?;
        }
        Ok(if report.is_accepted() { Exit::Done } else { Exit::NotAccepted })
    })
}

/// The time of the system's clock.
///
/// # Errors
/// When the clock is set outside the years certificates can name.
pub(crate) fn now() -> Result<Timestamp, Error> {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
    since_epoch
        .and_then(|elapsed| Timestamp::new(i64::try_from(elapsed.as_secs()).ok()?, elapsed.subsec_nanos()).ok())
        .ok_or_else(|| Error::Usage("the system's clock is not set; name the time with --at".into()))
}

/// The verdict first, then who, what and until when, then why.
pub(crate) fn human(report: &Report, certificate: Option<&Found>, output: &Output) -> String {
    let language = output.language();
    let mut lines = vec![verdict(report, certificate, output)];
    if let Some(failure) = report.failure() {
        lines.push(format!("  {}", output.wrapped(2, &failure.message(language))));
        lines.push(format!("  → {}", output.wrapped(4, failure.code().advice().text(language))));
    }
    let content = content_lines(report, output);
    if !content.is_empty() {
        lines.push(String::new());
        lines.extend(content);
    }
    lines.push(String::new());
    lines.extend(check_lines(&report.checks().in_order(), output));
    for warning in report.warnings() {
        let note = output.choose("note", "注意");
        let text = output.wrapped(4, &format!("{note}: {}", warning.message(language)));
        lines.push(format!("  {} {text}", output.styled(Style::Unsure, "!")));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Who, what, until when and by whom; under a note, where not all of it may be relied on.
fn content_lines(report: &Report, output: &Output) -> Vec<String> {
    let language = output.language();
    let mut lines = Vec::new();
    for line in report.summary(language).iter().flat_map(|summary| summary.lines().to_vec()) {
        lines.push(output.labelled(line.label(language), line.value()));
    }
    if let Some(claims) = report.claims() {
        for (english, japanese, time) in [
            ("Issued", "発行日時", claims.issued_at()),
            ("Valid from", "有効期間の始まり", claims.not_before()),
            ("Valid until", "有効期限", claims.expires_at()),
        ] {
            if let Some(time) = time {
                lines.push(output.labelled(output.choose(english, japanese), &clock(time, output)));
            }
        }
    }
    lines.extend(signer_line(report, output));
    let note = match (report.is_accepted(), report.checks().signature.passed()) {
        (true, _) => None,
        (false, true) => Some(output.choose(
            "The content below is genuine, but the certificate is not accepted:",
            "以下の内容は真正ですが、証明書は受け入れられません。",
        )),
        (false, false) => Some(
            output.choose("What the code says of itself, unproven:", "以下はコードの記載であり、確認できていません。"),
        ),
    };
    if let (Some(note), false) = (note, lines.is_empty()) {
        lines.insert(0, format!("  {}", output.styled(Style::Unsure, &output.wrapped(2, note))));
    }
    lines
}

/// A time as the reader's clock shows it: in Japanese that of Japan, else UTC.
fn clock(time: Timestamp, output: &Output) -> String {
    match output.language() {
        Language::Japanese => {
            let local = japan_time(time).to_string();
            format!("{}+09:00", local.trim_end_matches('Z'))
        }
        _ => time.to_string(),
    }
}

fn verdict(report: &Report, certificate: Option<&Found>, output: &Output) -> String {
    let (mark, words, style) = match report.status() {
        Status::Accepted => ("✔", output.choose("ACCEPTED", "有効（受入可）"), Style::Good),
        Status::Rejected => ("✘", output.choose("REJECTED", "受入不可"), Style::Bad),
        Status::Undetermined => {
            ("?", output.choose("UNDETERMINED — not accepted", "判定不能（受入不可）"), Style::Unsure)
        }
    };
    let mut line = output.styled(style, &format!("{mark} {words}"));
    if let Some(found) = certificate {
        let source = crate::output::printable(&found.source);
        line.push_str(&output.styled(Style::Faint, &format!("   {source} #{}", found.index + 1)));
    }
    line
}

/// Who signed; for an unknown signer, the key id to look for.
fn signer_line(report: &Report, output: &Output) -> Option<String> {
    let key_id = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let label = output.choose("Signer", "署名者");
    if let Some(signer) = report.signer() {
        let value = format!("{} ({} {})", signer.subject(), signer.algorithm().name(), key_id(signer.key_id()));
        return Some(output.labelled(label, &value));
    }
    let unknown = output.choose("unknown, key id", "不明　鍵識別子");
    report.key_id().map(|id| output.labelled(label, &format!("{unknown} {}", key_id(id))))
}
