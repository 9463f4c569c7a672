//! The JSON of a verification, the same on every surface.

use core::fmt::Write as _;

use super::{Checks, Failure, Language, Report, Status};
use crate::codec::json::{write_json, write_json_string};
use crate::time::Timestamp;
use crate::trust::TrustedSigner;

/// A JSON object that is being written, member by member, in a fixed order.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    pub(crate) fn begin(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// The members alone, for an object whose braces the caller writes.
    pub(crate) fn members(out: &'o mut String) -> Self {
        Self { out, empty: true }
    }

    pub(crate) fn end(self) {
        self.out.push('}');
    }

    /// Writes a member's name and hands out the place for its value.
    pub(crate) fn member(&mut self, name: &str) -> &mut String {
        if !core::mem::replace(&mut self.empty, false) {
            self.out.push(',');
        }
        write_json_string(name, self.out);
        self.out.push(':');
        self.out
    }

    pub(crate) fn string(&mut self, name: &str, value: Option<&str>) {
        let out = self.member(name);
        match value {
            Some(value) => write_json_string(value, out),
            None => out.push_str("null"),
        }
    }

    pub(crate) fn integer(&mut self, name: &str, value: Option<i64>) {
        let out = self.member(name);
        match value {
            // Writing to a String cannot fail.
            Some(value) => _ = write!(out, "{value}"),
            None => out.push_str("null"),
        }
    }

    #[cfg(any(feature = "card", feature = "profiles"))]
    pub(crate) fn boolean(&mut self, name: &str, value: Option<bool>) {
        self.member(name).push_str(match value {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        });
    }

    pub(crate) fn time(&mut self, name: &str, value: Option<Timestamp>) {
        self.string(name, value.map(|time| time.to_string()).as_deref());
    }
}

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
    object.string("key_id", Some(&hex(signer.key_id())));
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
    object.time("issued_at", claims.issued_at());
    object.time("not_before", claims.not_before());
    object.time("expires_at", claims.expires_at());
    object.end();
}

fn write_warnings(out: &mut String, warnings: &[Failure]) {
    out.push('[');
    for (index, warning) in warnings.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let mut object = Object::begin(out);
        write_failure(&mut object, Some(warning));
        object.end();
    }
    out.push(']');
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        _ = write!(out, "{byte:02x}");
    }
    out
}

impl Status {
    /// The number the C library returns for the accepted verdict; the others return their code's.
    pub const ACCEPTED_NUMBER: i32 = 0;
}
