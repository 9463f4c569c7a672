//! The JSON of a verification, the same on every surface.

use super::{Checks, Failure, Language, Report, Status};
use crate::codec::json::{Object, hex, write_array, write_json};
use crate::time::Timestamp;
use crate::trust::TrustedSigner;

/// An object of the members that `members` writes.
pub(crate) fn braced(members: impl FnOnce(&mut String)) -> String {
    let mut out = String::from("{");
    members(&mut out);
    out.push('}');
    out
}

impl Report {
    /// The report as a JSON object, as every surface gives it: without `source` and `index`,
    /// which only a command with several inputs has.
    #[must_use]
    pub fn to_json(&self) -> String {
        braced(|out| self.write_json_members(out))
    }

    /// The members of [`Report::to_json`] without the braces around them, for a caller that puts
    /// its own before them.
    pub fn write_json_members(&self, out: &mut String) {
        let mut object = Object::members(out);
        object.string("status", Some(self.status().name()));
        object.string("format", self.format());
        write_failure(&mut object, self.failure());
        write_checks(object.member("checks"), self.checks());
        write_signer(object.member("signer"), self.signer());
        write_claims(object.member("claims"), self.claims());
        object.integer("hcert_key", self.claims().and_then(crate::format::hcert::Claims::hcert_key));
        if let Some(content) = self.content() {
            write_json(content, object.member("payload"));
        } else if let Some(content) = self.unaccepted_content() {
            write_json(content, object.member("unaccepted_payload"));
        }
        if !self.warnings().is_empty() {
            write_warnings(object.member("warnings"), self.warnings());
        }
    }
}

/// `stage`, `code` and `message` of the first failure, or nulls.
pub(crate) fn write_failure(object: &mut Object<'_>, failure: Option<&Failure>) {
    object.string("stage", failure.map(|failure| failure.stage().name()));
    object.string("code", failure.map(|failure| failure.code().name()));
    object.string("message", failure.map(|failure| failure.message(Language::English)).as_deref());
}

fn write_checks(out: &mut String, checks: &Checks) {
    let mut object = Object::begin(out);
    for (stage, check) in checks.in_order() {
        object.string(stage.name(), Some(check.name()));
    }
    object.end();
}

fn write_signer(out: &mut String, signer: Option<&TrustedSigner>) {
    let Some(signer) = signer else {
        out.push_str("null");
        return;
    };
    let mut object = Object::begin(out);
    object.string("key_id", hex(signer.key_id()).as_str());
    object.string("algorithm", Some(signer.algorithm().name()));
    object.string("country", signer.country());
    object.string("subject", Some(signer.subject()));
    object.string("trusted_by", Some(signer.trusted_by().name()));
    object.end();
}

pub(crate) fn write_claims(out: &mut String, claims: Option<&crate::format::hcert::Claims>) {
    let Some(claims) = claims else {
        out.push_str("null");
        return;
    };
    let mut object = Object::begin(out);
    object.string("issuer", claims.issuer());
    for (name, time) in
        [("issued_at", claims.issued_at()), ("not_before", claims.not_before()), ("expires_at", claims.expires_at())]
    {
        object.string(name, time.map(Timestamp::to_rfc3339).as_deref());
    }
    object.end();
}

fn write_warnings(out: &mut String, warnings: &[Failure]) {
    write_array(out, warnings, |out, warning| {
        let mut object = Object::begin(out);
        write_failure(&mut object, Some(warning));
        object.end();
    });
}

impl Status {
    /// The number the C library returns for the accepted verdict; the others return their code's.
    pub const ACCEPTED_NUMBER: i32 = 0;
}
