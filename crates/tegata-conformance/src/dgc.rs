//! The EU's certificate test data: every intermediate layer of a certificate and the expected
//! result of each stage.

use std::path::Path;

use serde_json::Value;
use tegata::codec::cbor::Item;
use tegata::codec::json::write_json;
use tegata::codec::{base45, zlib};
use tegata::report::{Check, Stage};
use tegata::trust::Tolerances;
use tegata::x509::Certificate;
use tegata::{Code, Inspection, Report, Timestamp, TrustSet, Verifier};

use crate::exceptions::Exceptions;
use crate::{PROVIDERS, json, unbase64, unhex};

/// One file of the suite.
#[derive(Debug)]
pub struct Case {
    name: String,
    value: Value,
}

/// What a file of the suite has to be verified.
#[derive(Debug)]
pub struct Input {
    /// The certificate's text.
    pub text: String,
    /// The signer's certificate, where there is one to trust.
    pub certificate: Option<Certificate>,
    /// The time of verification.
    pub now: Timestamp,
}

impl Case {
    /// Reads a file; `None` for one that holds no test.
    #[must_use]
    pub fn read(base: &Path, path: &Path) -> Option<Self> {
        let value = json(path);
        value.get("EXPECTEDRESULTS")?;
        let name = path.strip_prefix(base).unwrap().to_string_lossy().replace('\\', "/");
        Some(Self { name, value })
    }

    /// The file's path inside the suite.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.value.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    fn bytes(&self, field: &str) -> Option<Vec<u8>> {
        self.text(field).map(unhex)
    }

    fn expected(&self, field: &str) -> Option<bool> {
        self.value["EXPECTEDRESULTS"].get(format!("EXPECTED{field}"))?.as_bool()
    }

    /// The time to verify at; a clock without a zone is UTC.
    fn clock(&self) -> Timestamp {
        let text = self.value["TESTCTX"]["VALIDATIONCLOCK"].as_str().expect("a validation clock");
        // `+0200` is not of RFC 3339, but some files have it.
        let (head, tail) = text.split_at(text.len() - 2);
        let with_colon = format!("{head}:{tail}");
        let forms = [text, &format!("{text}Z"), &with_colon];
        forms.into_iter().find_map(|form| Timestamp::parse_rfc3339(form).ok()).expect(text)
    }

    fn certificate(&self) -> Option<Certificate> {
        let der = self.value["TESTCTX"]["CERTIFICATE"].as_str().filter(|text| !text.is_empty())?;
        Some(Certificate::parse(&unbase64(der)).unwrap_or_else(|error| panic!("{}: {error}", self.name)))
    }

    /// The text to verify: the file's own or, when it has none or the prefix is what is tested,
    /// one made of the deepest layer that is there.
    fn certificate_text(&self) -> Option<String> {
        if self.expected("UNPREFIX") != Some(false)
            && let Some(text) = self.text("PREFIX")
        {
            return Some(text.to_owned());
        }
        let cose = self.bytes("COSE")?;
        Some(format!("HC1:{}", base45::encode(&zlib::compress(&cose))))
    }

    /// What is verified; `None` for a file that has no certificate.
    #[must_use]
    pub fn input(&self) -> Option<Input> {
        let text = self.certificate_text()?;
        Some(Input { text, certificate: self.certificate(), now: self.clock() })
    }

    /// The QR image, under either of its names.
    #[must_use]
    pub fn image(&self) -> Option<Vec<u8>> {
        self.text("2DCODE").or_else(|| self.text("_2DCODE")).map(unbase64)
    }

    /// Checks every declared expectation, and that every provider comes to the same report.
    pub fn check(&self, exceptions: &mut Exceptions) {
        self.check_layers(exceptions);
        self.check_image(exceptions);
        let Some(text) = self.certificate_text() else { return };
        let mut tolerances = Tolerances::default();
        // The suite holds P-384 keys under ES256 and expects them to verify.
        tolerances.p384_under_es256 = true;
        let inspection = Inspection::of(&text);
        let mut seen = None;
        for (provider_name, provider) in PROVIDERS.iter() {
            let mut trust = TrustSet::tolerant_builder(provider, tolerances);
            if let Some(certificate) = self.certificate() {
                let trusted = trust.trust_certificate(&certificate);
                trusted.unwrap_or_else(|error| panic!("{} with {provider_name}: {error}", self.name));
            }
            let report = Verifier::new(trust.build()).verify(&text, self.clock());
            match &seen {
                None => {
                    self.check_report(&report, &inspection, exceptions);
                    seen = Some(report.to_json());
                }
                Some(seen) => assert_eq!(*seen, report.to_json(), "{} with {provider_name}", self.name),
            }
        }
    }

    fn check_layers(&self, exceptions: &mut Exceptions) {
        if let (Some(expected), Some(text)) = (self.expected("UNPREFIX"), self.text("PREFIX")) {
            let prefix = &Inspection::of(text).checks().prefix.clone();
            let rest = text.strip_prefix("HC1:").map(|rest| self.text("BASE45").is_none_or(|base45| rest == base45));
            let ok = prefix.passed() && rest == Some(true);
            self.note(exceptions, "UNPREFIX", expected, ok, prefix);
        }
        if let (Some(expected), Some(text)) = (self.expected("B45DECODE"), self.text("BASE45")) {
            let ok =
                base45::decode(text).is_ok_and(|bytes| self.bytes("COMPRESSED").is_none_or(|layer| layer == bytes));
            exceptions.note(&self.name, "B45DECODE", agree(expected, ok, "Base45"));
        }
        if let (Some(expected), Some(compressed)) = (self.expected("COMPRESSION"), self.bytes("COMPRESSED")) {
            let cose = zlib::decompress(&compressed, zlib::MAX_INFLATED);
            let ok = cose.is_ok_and(|cose| self.bytes("COSE").is_none_or(|layer| layer == cose));
            exceptions.note(&self.name, "COMPRESSION", agree(expected, ok, "inflating"));
        }
        // A stand-alone layer that many issuers encode with indefinite lengths.
        if let Some(cbor) = self.bytes("CBOR") {
            let parsed = Item::parse(&cbor).map(|_| ()).map_err(|error| error.to_string());
            exceptions.note(&self.name, "CBOR", parsed);
        }
    }

    fn check_image(&self, exceptions: &mut Exceptions) {
        let (Some(expected), Some(image), Some(text)) =
            (self.expected("PICTUREDECODE"), self.image(), self.text("PREFIX"))
        else {
            return;
        };
        let found = tegata_print::read_symbols(&image);
        let ok = found.is_ok_and(|symbols| symbols.iter().any(|symbol| symbol.text() == text));
        exceptions.note(&self.name, "PICTUREDECODE", agree(expected, ok, "reading the image"));
    }

    fn check_report(&self, report: &Report, inspection: &Inspection, exceptions: &mut Exceptions) {
        let checks = report.checks();
        if let Some(expected) = self.expected("VERIFY") {
            let ok = checks.signer.passed() && checks.signature.passed();
            let shown = if checks.signer.passed() { &checks.signature } else { &checks.signer };
            self.note(exceptions, "VERIFY", expected, ok, shown);
        }
        if let Some(expected) = self.expected("DECODE") {
            let ok = checks.claims.passed() && self.payload_matches(inspection);
            self.note(exceptions, "DECODE", expected, ok, &checks.claims);
        }
        if let Some(expected) = self.expected("SCHEMAVALIDATION") {
            self.note(exceptions, "SCHEMAVALIDATION", expected, checks.schema.passed(), &checks.schema);
        }
        if let Some(expected) = self.expected("EXPIRATIONCHECK") {
            self.note(exceptions, "EXPIRATIONCHECK", expected, checks.validity.passed(), &checks.validity);
        }
        if let Some(expected) = self.expected("KEYUSAGE") {
            self.note(exceptions, "KEYUSAGE", expected, checks.key_usage.passed(), &checks.key_usage);
        }
        for (stage, check) in checks.in_order() {
            let right_stage = check.failure().is_none_or(|failure| failure.stage() == stage);
            assert!(right_stage, "{}: {} fails with a code of another stage", self.name, stage.name());
        }
        assert_ne!(report.failure().map(tegata::Failure::code), Some(Code::InternalError), "{}", self.name);
    }

    /// Whether the decoded payload equals the file's JSON.
    fn payload_matches(&self, inspection: &Inspection) -> bool {
        let Some(expected) = self.value.get("JSON").filter(|json| !json.is_null()) else { return true };
        let Some(payload) = inspection.unauthenticated_payload() else { return false };
        let mut text = String::new();
        write_json(payload, &mut text);
        same(&serde_json::from_str(&text).unwrap(), expected)
    }

    fn note(&self, exceptions: &mut Exceptions, check: &str, expected: bool, ok: bool, shown: &Check) {
        let detail = shown.failure().map_or_else(|| shown.name().to_owned(), ToString::to_string);
        exceptions.note(&self.name, check, agree(expected, ok, &detail));
    }
}

/// Whether a result is the expected one.
fn agree(expected: bool, ok: bool, detail: &str) -> Result<(), String> {
    if expected == ok { Ok(()) } else { Err(format!("expected {expected}, was {ok} ({detail})")) }
}

/// Equality of JSON values, but numbers by value and moments by instant: `1.0` is `1`, and
/// `Z` is `+00:00`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => {
            a == b || Timestamp::parse_rfc3339(a).is_ok_and(|a| Timestamp::parse_rfc3339(b) == Ok(a))
        }
        _ => a == b,
    }
}

/// The stages a certificate's text goes through before its signature is looked at.
pub const OPENING: [Stage; 5] = [Stage::Prefix, Stage::Base45, Stage::Compression, Stage::Cose, Stage::Claims];
