//! Genuine certificates whose claims, content, dates or key usage are wrong.

use super::*;

pub(super) fn claims(signing: &Signing) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let no = |payload: &[u8], id: &str, spec: &str, code: &str, why: &str| {
        Draft::verify(&signing.text(payload), &trust).expect(&format!("claims::{id}"), spec, code, why)
    };
    let good = cwt("JP", &DATES, 1, plain);
    let claim = |claim: i64, value: &dyn Fn(&mut Encoder)| {
        let mut encoder = Encoder::new();
        encoder.map(|claims| {
            claims.int_key(1, |e| e.text("JP"));
            claims.int_key(claim, |e| value(e));
            claims.int_key(-260, |e| e.map(|hcert| hcert.int_key(1, plain)));
        });
        encoder.into_bytes()
    };
    let mut without = Encoder::new();
    without.map(|claims| claims.int_key(1, |e| e.text("JP")));
    vec![
        no(
            &good[..good.len() - 1],
            "truncated",
            "RFC 8392",
            "claims-truncated",
            "Genuinely signed, but the claims end too early.",
        ),
        no(
            &[0xa1, 0x01, 0xfe],
            "malformed",
            "RFC 8949 §3",
            "claims-malformed",
            "The reserved additional information 30.",
        ),
        no(
            &[vec![0xa1, 0x01], vec![0x81; 100], vec![0x00]].concat(),
            "depth-bomb",
            "RFC 8949 §10",
            "claims-too-deep",
            "Arrays nested 100 deep.",
        ),
        no(
            &[vec![0xa1, 0x01, 0x99, 0xea, 0x60], vec![0x00; 60_000]].concat(),
            "too-many-items",
            "RFC 8949 §10",
            "claims-too-large",
            "A claim of 60,000 items.",
        ),
        no(
            &[vec![good[0] + 1], good[1..].to_vec(), vec![0x18, 0x04, 0x00]].concat(),
            "duplicate-expiry",
            "RFC 8392 §3",
            "claims-duplicate-key",
            "Two expiry dates: two readers could see different ones.",
        ),
        no(
            &[good.clone(), vec![0x00]].concat(),
            "trailing-byte",
            "RFC 8392",
            "claims-trailing-bytes",
            "A byte after the claims.",
        ),
        no(
            &[0xa1, 0x01, 0x62, 0xc3, 0x28],
            "not-utf8",
            "RFC 8949 §3.1",
            "claims-not-utf8",
            "An issuer that is not UTF-8.",
        ),
        no(&[0x80], "not-a-map", "RFC 8392", "claims-wrong-type", "An array instead of a map."),
        no(
            &claim(4, &|e| e.text("2027-01-01")),
            "expiry-is-text",
            "RFC 8392 §2",
            "claims-wrong-type",
            "A date claim is a number, not text.",
        ),
        no(
            &claim(4, &|e| e.float(f64::NAN)),
            "expiry-not-a-number",
            "RFC 8392 §2",
            "claims-invalid-date",
            "NaN as expiry, as a real certificate had it: it is before and after nothing.",
        ),
        no(
            &claim(4, &|e| e.float(f64::INFINITY)),
            "expiry-infinite",
            "RFC 8392 §2",
            "claims-invalid-date",
            "Infinity as expiry.",
        ),
        no(
            &claim(6, &|e| e.unsigned(u64::MAX)),
            "issued-out-of-range",
            "RFC 8392 §2",
            "claims-invalid-date",
            "A time of issue beyond the year 9999.",
        ),
        no(
            &without.into_bytes(),
            "no-health-certificate",
            HCERT,
            "claims-no-health-certificate",
            "A CWT that is no health certificate.",
        ),
    ]
}

pub(super) fn schema(signing: &Signing) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let no = |payload: &[u8], id: &str, spec: &str, code: &str, why: &str| {
        Draft::verify(&signing.text(payload), &trust).expect(&format!("schema::{id}"), spec, code, why)
    };
    let content = |skip: &'static [&'static str], edit: &dyn Fn(&mut MapEncoder<'_>)| {
        cwt("JP", &DATES, 1, |e| dcc(e, skip, |map| edit(map)))
    };
    let entries = |count: usize| {
        content(&["v"], &|map| {
            map.text_key("v", |e| {
                e.array(count);
                for _ in 0..count {
                    vaccination(e, &[], |_| {});
                }
            });
        })
    };
    const DCC: &str = "EU DCC schema 1.3.0";
    vec![
        no(&content(&["nam"], &|_| {}), "no-name", DCC, "schema-missing-field", "A certificate of nobody."),
        no(&content(&["tg"], &|_| {}), "no-disease", DCC, "schema-missing-field", "A vaccination against nothing."),
        no(
            &content(&["dob"], &|map| map.text_key("dob", |e| e.unsigned(1980))),
            "birth-date-is-a-number",
            DCC,
            "schema-wrong-type",
            "A birth date is text.",
        ),
        no(
            &content(&["v"], &|map| map.text_key("v", |e| e.text("none"))),
            "entries-are-text",
            DCC,
            "schema-wrong-type",
            "The group of vaccinations is an array.",
        ),
        no(
            &content(&["dob"], &|map| map.text_key("dob", |e| e.text("1980-02-30"))),
            "impossible-birth-date",
            DCC,
            "schema-invalid-value",
            "There is no 30 February.",
        ),
        no(
            &content(&["dob"], &|map| map.text_key("dob", |e| e.text("2026-12-24"))),
            "born-after-issue",
            DCC,
            "schema-invalid-value",
            "Born after the certificate was issued.",
        ),
        no(&entries(0), "no-entry", DCC, "schema-entry-count", "An empty group certifies nothing."),
        no(
            &entries(2),
            "two-entries",
            DCC,
            "schema-entry-count",
            "Exactly one entry, or verifiers disagree which one counts.",
        ),
        no(
            &cwt("JP", &DATES, 999, |e| e.text("something")),
            "unknown-profile",
            HCERT,
            "unknown-profile",
            "A genuine certificate of a kind this verifier does not know: neither accepted nor rejected.",
        ),
        no(
            &content(&["ver"], &|map| map.text_key("ver", |e| e.text("2.0.0"))),
            "version-of-the-future",
            DCC,
            "unknown-profile",
            "A version that does not exist yet is not wrong, only unknown.",
        ),
        no(
            &cwt("JP", &DATES, -392, |e| e.map(|_| {})),
            "jp-empty",
            "JP profile",
            "schema-missing-field",
            "A full-content certificate without content.",
        ),
    ]
}

pub(super) fn validity(signing: &Signing) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let good = signing.text(&cwt("JP", &DATES, 1, plain));
    let later = signing.text(&cwt("JP", &[(4, EXPIRES_AT), (5, ISSUED_AT + 86_400), (6, ISSUED_AT)], 1, plain));
    let short = Signing::new(
        Key::p256("tegata vector signer 3"),
        -7,
        &Profile { not_before: "20260201000000Z", not_after: "20260801000000Z", ..Profile::default() },
    );
    let tests_only =
        Signing::new(Key::p256("tegata vector signer 4"), -7, &Profile { usages: &[TEST], ..Profile::default() });
    let both = Signing::new(
        Key::p256("tegata vector signer 5"),
        -7,
        &Profile { usages: &[TEST, VACCINATION], ..Profile::default() },
    );
    let exact = Signing::new(
        Key::p256("tegata vector signer 6"),
        -7,
        &Profile { not_before: "20260115090000Z", not_after: "20270115090000Z", ..Profile::default() },
    );
    let payload = cwt("JP", &DATES, 1, plain);
    let late_only = cwt("JP", &[(4, EXPIRES_AT), (6, 1_770_000_000)], 1, plain);
    let at = |text: &str, now: &str| Draft::verify(text, &trust).at(now);
    const DATES_SPEC: &str = "HCERT 1.1.1 §3.3.1";
    vec![
        at(&good, "2026-01-15T09:00:00Z").expect(
            "accepted::first-moment",
            DATES_SPEC,
            "accepted",
            "The moment of issue itself is within.",
        ),
        Draft::verify(&exact.text(&payload), &[&exact.certificate]).flags(&["strict"]).expect(
            "accepted::exactly-within-signer",
            DATES_SPEC,
            "accepted",
            "Valid exactly as long as its signer, where the caller insists.",
        ),
        at(&good, "2027-01-15T09:00:01Z").expect("validity::expired", DATES_SPEC, "expired", "A second after its end."),
        at(&good, "2027-01-15T09:00:00Z").expect(
            "accepted::last-moment",
            DATES_SPEC,
            "accepted",
            "The end itself is still within.",
        ),
        at(&good, "2027-01-15T09:00:30Z").flags(&["skew=30"]).expect(
            "accepted::skew",
            DATES_SPEC,
            "accepted",
            "Clocks may differ by as much as the caller says.",
        ),
        at(&good, "2027-01-15T09:00:31Z").flags(&["skew=30"]).expect(
            "validity::beyond-skew",
            DATES_SPEC,
            "expired",
            "And by no more.",
        ),
        at(&good, "2026-01-15T08:59:59Z").expect(
            "validity::issued-in-the-future",
            DATES_SPEC,
            "not-yet-valid",
            "A second before its issue.",
        ),
        at(&later, "2026-01-15T10:00:00Z").expect(
            "validity::not-before",
            "RFC 8392 §3.1.5",
            "not-yet-valid",
            "Issued, but not before tomorrow.",
        ),
        Draft::verify(&short.text(&late_only), &[&short.certificate]).flags(&["strict"]).expect(
            "validity::outlives-signer",
            DATES_SPEC,
            "outlives-signer",
            "Valid for longer than its signer, where the caller insists.",
        ),
        Draft::verify(&short.text(&payload), &[&short.certificate]).expect(
            "accepted::outlives-signer-tolerated",
            DATES_SPEC,
            "accepted",
            "The same is only reported by default: real issuers do it.",
        ),
        Draft::verify(&short.text(&cwt("JP", &[(4, 1_783_000_000), (6, ISSUED_AT)], 1, plain)), &[&short.certificate])
            .flags(&["strict"])
            .expect(
                "validity::predates-signer",
                DATES_SPEC,
                "predates-signer",
                "Issued before its signer became valid, where the caller insists.",
            ),
        Draft::verify(&tests_only.text(&payload), &[&tests_only.certificate]).expect(
            "key_usage::vaccination-by-test-signer",
            "HCERT 1.1.1 §3.3",
            "key-usage-mismatch",
            "A signer for test results signed a vaccination.",
        ),
        Draft::verify(&both.text(&payload), &[&both.certificate]).expect(
            "accepted::two-key-usages",
            "HCERT 1.1.1 §3.3",
            "accepted",
            "A signer for both.",
        ),
    ]
}
