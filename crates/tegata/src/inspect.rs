//! Looking at a certificate without verifying it: every layer, for developers and for finding out
//! why a code does not verify. Nothing here says that any of it is true.

use crate::codec::cbor::{Item, Map};
use crate::codec::json::{Object, hex, write_json};
use crate::codec::{base45, zlib};
use crate::cose::Sign1;
use crate::crypto::Algorithm;
use crate::format::content;
use crate::format::hcert::{self, Claims};
use crate::report::json::{braced, write_claims, write_failure};
use crate::report::{Check, Checks, Code, Failure, Language, Stage, Summary};
use crate::verify::claims_check;

/// The layers of a certificate's text, unverified.
#[derive(Debug)]
pub struct Inspection {
    checks: Checks,
    base45_characters: Option<usize>,
    compressed: Option<bool>,
    opened: Option<Opened>,
}

#[derive(Debug)]
struct Opened {
    cose_bytes: usize,
    sign1: Sign1,
    claims: Claims,
}

impl Inspection {
    /// Opens a text as far as it goes. Data that is not compressed is read all the same, and said
    /// to be so.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut inspection =
            Self { checks: Checks::default(), base45_characters: None, compressed: None, opened: None };
        if let Err(failure) = inspection.open(text) {
            inspection.fail(failure);
        }
        inspection
    }

    /// The inspection of an input from which no text could be had, such as an image without a code.
    #[must_use]
    pub fn not_a_certificate(failure: Failure) -> Self {
        let checks = Checks { prefix: Check::Fail(failure), ..Checks::default() };
        Self { checks, base45_characters: None, compressed: None, opened: None }
    }

    fn open(&mut self, text: &str) -> Result<(), Failure> {
        let base45_text = hcert::strip(text)?;
        self.checks.prefix = Check::Pass;
        self.base45_characters = Some(base45_text.len());
        let data = base45::decode(base45_text)?;
        self.checks.base45 = Check::Pass;
        let cose = match zlib::decompress(&data, zlib::MAX_INFLATED).map_err(|error| error.code()) {
            Ok(cose) => {
                self.checks.compression = Check::Pass;
                self.compressed = Some(true);
                cose
            }
            Err(Code::NotCompressed) => {
                self.checks.compression = Check::Fail(Code::NotCompressed.into());
                self.compressed = Some(false);
                data
            }
            Err(code) => return Err(code.into()),
        };
        let cose_bytes = cose.len();
        let sign1 = Sign1::parse(cose)?;
        self.checks.cose = Check::Pass;
        let claims = Claims::read(sign1.payload());
        self.checks.claims = claims_check(&claims);
        if let (Some(key), Some(item)) = (claims.hcert_key(), claims.content(sign1.payload())) {
            self.checks.schema = content::check(key, item, claims.issued_at());
        }
        self.opened = Some(Opened { cose_bytes, sign1, claims });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        let check = match failure.stage() {
            Stage::Base45 => &mut self.checks.base45,
            Stage::Compression => &mut self.checks.compression,
            Stage::Cose if self.compressed == Some(true) => &mut self.checks.cose,
            // What is neither compressed nor a signed object is, first of all, not compressed.
            Stage::Cose => return,
            _ => &mut self.checks.prefix,
        };
        *check = Check::Fail(failure);
    }

    /// The checks that need no trust: `prefix` to `claims`, and `schema`.
    #[must_use]
    pub const fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The claims, unverified.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.opened.as_ref().map(|opened| &opened.claims)
    }

    /// The payload, unverified: the health certificate's content or, where there is none, the
    /// whole claims map, as some early certificates carry their data there.
    #[must_use]
    pub fn unauthenticated_payload(&self) -> Option<Item<'_>> {
        let opened = self.opened.as_ref()?;
        opened.claims.content(opened.sign1.payload()).or_else(|| Item::parse(opened.sign1.payload()).ok())
    }

    /// Who, what and when of the content, for a person. Nothing says that it is true: for texts that were
    /// verified, by whom the report is not at hand.
    #[must_use]
    pub fn summary(&self, language: Language) -> Option<Summary> {
        let opened = self.opened.as_ref()?;
        let content = opened.claims.content(opened.sign1.payload())?;
        Summary::of(opened.claims.hcert_key()?, content, language)
    }

    /// The layers as a JSON object, as `tegata decode` prints it, without `source` and `index`.
    #[must_use]
    pub fn to_json(&self) -> String {
        braced(|out| self.write_json_members(out))
    }

    /// The members of [`Inspection::to_json`] without the braces around them.
    pub fn write_json_members(&self, out: &mut String) {
        let mut object = Object::members(out);
        object.boolean("verified", Some(false));
        object.string("format", self.checks.prefix.passed().then_some("hcert"));
        if let Some(failure) = self.checks.first_failure() {
            write_failure(&mut object, Some(failure));
        }
        let layers = object.member("layers");
        let mut layers = Object::begin(layers);
        layers.integer("base45_characters", self.base45_characters.and_then(|n| i64::try_from(n).ok()));
        layers.boolean("compressed", self.compressed);
        layers.integer("cose_bytes", self.opened.as_ref().and_then(|opened| i64::try_from(opened.cose_bytes).ok()));
        layers.end();
        let headers = self.opened.as_ref().map(|opened| opened.sign1.headers());
        let (protected, unprotected) = headers.unwrap_or_default();
        write_headers(object.member("protected"), protected);
        write_headers(object.member("unprotected"), unprotected);
        write_claims(object.member("claims"), self.claims());
        object.integer("hcert_key", self.claims().and_then(Claims::hcert_key));
        let out = object.member("unauthenticated_payload");
        match self.unauthenticated_payload() {
            Some(payload) => write_json(payload, out),
            None => out.push_str("null"),
        }
        let checks = object.member("checks");
        let mut checks = Object::begin(checks);
        for (stage, check) in self.checks.in_order() {
            if matches!(
                stage,
                Stage::Prefix | Stage::Base45 | Stage::Compression | Stage::Cose | Stage::Claims | Stage::Schema
            ) {
                checks.string(stage.name(), Some(check.name()));
            }
        }
        checks.end();
    }
}

/// A COSE header map with the names of the IANA registry for the labels that have a common one.
fn write_headers(out: &mut String, headers: Option<Map<'_>>) {
    const NAMES: [&str; 4] = ["alg", "crit", "content_type", "kid"];
    let mut object = Object::begin(out);
    for (label, value) in headers.iter().flat_map(|headers| headers.iter()) {
        match label.as_i64() {
            Some(1) => {
                let known = [Algorithm::Es256, Algorithm::Es384, Algorithm::Ps256]
                    .into_iter()
                    .find(|algorithm| Some(algorithm.cose_id()) == value.as_i64());
                match known {
                    Some(algorithm) => object.string("alg", Some(algorithm.name())),
                    None => write_json(value, object.member("alg")),
                }
            }
            Some(4) => match value.as_bytes() {
                Some(key_id) => object.string("kid", hex(&key_id).as_str()),
                None => write_json(value, object.member("kid")),
            },
            Some(2) => write_json(value, object.member("crit")),
            Some(3) => write_json(value, object.member("content_type")),
            Some(label) => write_json(value, object.member(&label.to_string())),
            None => {
                // A text label must not pass for one of the names above.
                let text = label.as_text().unwrap_or_default();
                let name = if NAMES.contains(&&*text) { format!("text:{text}") } else { text.into_owned() };
                write_json(value, object.member(&name));
            }
        }
    }
    object.end();
}
