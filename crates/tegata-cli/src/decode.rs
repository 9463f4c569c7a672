//! `tegata decode`.

use tegata::Inspection;

use crate::arguments::Decode;
use crate::error::{Error, Exit};
use crate::input::{self, Found};
use crate::output::{Output, Style, printable};

pub(crate) fn run(options: &Decode, output: &Output) -> Result<Exit, Error> {
    input::each(&options.inputs, output, |certificate, _| {
        let inspection = match &certificate.text {
            Ok(text) => Inspection::of(text),
            Err(failure) => Inspection::not_a_certificate(failure.clone()),
        };
        let mut line = source_members(certificate);
        inspection.write_json_members(&mut line);
        line.push('}');
        if output.is_human() {
            output.line(&human(&line, output)?)?;
        } else {
            output.line(&line)?;
        }
        Ok(if inspection.unauthenticated_payload().is_some() { Exit::Done } else { Exit::NotAccepted })
    })
}

/// The opening brace and the members that say where a certificate came from.
pub(crate) fn source_members(found: &Found) -> String {
    let source = serde_json::Value::from(found.source.as_str());
    format!("{{\"source\":{source},\"index\":{},", found.index)
}

/// The JSON laid out for reading, under a line that says it proves nothing.
fn human(json: &str, output: &Output) -> Result<String, Error> {
    let broken = |_| Error::from(tegata::Code::InternalError);
    let value: serde_json::Value = serde_json::from_str(json).map_err(broken)?;
    let pretty = serde_json::to_string_pretty(&value).map_err(broken)?;
    let note = output.choose(
        "NOT VERIFIED: anyone can make such a code. Use `tegata verify` before relying on it.",
        "未検証：誰でも作れるコードです。信頼する前に tegata verify で検証してください。",
    );
    let body: Vec<_> = pretty.lines().map(printable).collect();
    Ok(format!("{}\n{}", output.styled(Style::Unsure, &output.wrapped(0, note)), body.join("\n")))
}
