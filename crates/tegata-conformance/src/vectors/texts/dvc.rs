//! WHO's certificates: the digital vaccination certificate in its shapes, DDCC, and links.

use super::*;

const STAMARIL: &str = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0";
const SPEC: &str = "WHO smart-icvp ICVPMin";

/// A map of texts, in which fields are replaced or (by an empty text) left out.
fn texts(map: &mut MapEncoder<'_>, fields: &[(&str, &str)], changes: &[(&str, &str)]) {
    for (name, default) in fields {
        let value = changes.iter().find(|(changed, _)| changed == name).map_or(*default, |(_, value)| *value);
        if !value.is_empty() {
            map.text_key(name, |e| e.text(value));
        }
    }
}

/// The shape of 2026; the dose's fields are changed under `vx.`.
fn versioned(changes: &[(&str, &str)]) -> impl Fn(&mut Encoder) {
    let changes: Vec<(String, String)> =
        changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    move |encoder| {
        let changes: Vec<_> = changes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let of_dose: Vec<_> =
            changes.iter().filter_map(|(name, value)| Some((name.strip_prefix("vx.")?, *value))).collect();
        encoder.map(|map| {
            let person = [
                ("v", "1"),
                ("d", "2026-01-15"),
                ("n", "TEGATA HANAKO"),
                ("dob", "1980-02-17"),
                ("s", "female"),
                ("nt", "JPN"),
                ("id", "TZ1234567"),
                ("dt", "PPN"),
            ];
            texts(map, &person, &changes);
            map.text_key("vx", |e| {
                e.map(|dose| {
                    let fields = [("vp", STAMARIL), ("dv", "2025-12-24"), ("bo", "LOT-1"), ("cn", ""), ("is", "JPN")];
                    texts(dose, &fields, &of_dose);
                });
            });
        });
    }
}

/// The shapes of 2024 and 2025.
fn nested(doses: Option<usize>, dose: &'static [(&'static str, &'static str)]) -> impl Fn(&mut Encoder) {
    move |encoder| {
        encoder.map(|map| {
            texts(map, &[("n", "Hanako Tegata"), ("s", "F"), ("dob", "1980-02-17"), ("ntl", "JP")], &[]);
            map.text_key("v", |e| {
                if let Some(doses) = doses {
                    e.array(doses);
                }
                for _ in 0..doses.unwrap_or(1) {
                    e.map(|map| texts(map, dose, &[]));
                }
            });
        });
    }
}

const NESTED_DOSE: &[(&str, &str)] =
    &[("dt", "2025-12-24"), ("vp", "XM0N24"), ("bo", "123"), ("cn", "Dr. X"), ("vls", "2026-01-03")];

pub(super) fn dvc(signing: &Signing) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let of = |key: i64, content: &dyn Fn(&mut Encoder)| {
        Draft::verify(&signing.text(&cwt("JP", &DATES, key, |e| content(e))), &trust)
    };
    let case = |content: &dyn Fn(&mut Encoder), id: &str, outcome: &str, why: &str| {
        of(-6, content).expect(&format!("dvc::{id}"), SPEC, outcome, why)
    };
    let changed =
        |changes: &[(&str, &str)], id: &str, outcome: &str, why: &str| case(&versioned(changes), id, outcome, why);
    // A certificate of life: without an end, and not before the tenth day after the dose.
    let life = cwt("JP", &[(6, ISSUED_AT), (5, 1_767_398_400)], -6, versioned(&[]));
    let mut all = vec![
        changed(&[], "shape-2026", "accepted", "The newest shape: a yellow fever vaccination."),
        Draft::verify(&signing.text(&life), &trust).expect(
            "dvc::for-life",
            SPEC,
            "accepted",
            "No end of validity: yellow fever counts for the life of the person.",
        ),
        changed(
            &[("vx.cn", "Dr. X"), ("vx.is", "")],
            "clinician-only",
            "accepted",
            "A clinician in place of an authority.",
        ),
        case(
            &nested(None, NESTED_DOSE),
            "shape-2024",
            "accepted",
            "The shape of 2024: an ICD-11 class as the product.",
        ),
        case(&nested(Some(1), NESTED_DOSE), "shape-2025-list", "accepted", "The dose as a list of one."),
        case(&nested(Some(2), NESTED_DOSE), "two-doses", "schema-entry-count", "One certificate certifies one dose."),
        changed(&[("n", "")], "no-name", "schema-missing-field", "A certificate of nobody."),
        changed(&[("nt", "")], "no-nationality", "schema-missing-field", "Required in the newest shape."),
        changed(
            &[("vx.is", "")],
            "nobody-answers",
            "schema-missing-field",
            "Neither a clinician nor an issuing authority: one must be there.",
        ),
        changed(&[("dob", "1980-02-30")], "impossible-birth", "schema-invalid-value", "There is no 30 February."),
        changed(
            &[("vx.dv", "2026-01-16")],
            "dose-after-issue",
            "schema-invalid-value",
            "A dose given the day after the certificate was issued.",
        ),
        changed(
            &[("vx.vp", "YellowFeverProduct00000000000000000000000000000000")],
            "unknown-product",
            "product-not-in-catalogue",
            "A product this catalogue does not hold: genuine, and not decided.",
        ),
        changed(
            &[("v", "2")],
            "unknown-template",
            "unknown-profile",
            "A template of the future is ambiguous, not wrong.",
        ),
        case(
            &|e| {
                e.map(|map| {
                    map.text_key("n", |e| e.text("TEGATA HANAKO"));
                    map.text_key("v", |e| e.unsigned(1));
                });
            },
            "version-number",
            "schema-wrong-type",
            "`v` is neither a text nor a dose.",
        ),
        of(-6, &versioned(&[("vx.dv", "2026-01-10")])).at("2026-01-17T00:00:00Z").expect(
            "dvc::tenth-day",
            SPEC,
            "not-yet-valid",
            "Yellow fever counts from the tenth day after the dose.",
        ),
        case(
            &nested(None, &[("dt", "2020-01-01"), ("vp", "XM0N50"), ("bo", "1"), ("vle", "2025-12-31")]),
            "dose-expired",
            "expired",
            "The dose's own last day has passed, whatever the claims say.",
        ),
    ];
    let link = |e: &mut Encoder| {
        e.array(1);
        e.map(|map| map.text_key("u", |e| e.text("shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuaW52YWxpZCJ9")));
    };
    let ddcc = |e: &mut Encoder| {
        e.map(|map| {
            map.text_key("name", |e| e.text("Hanako Tegata"));
            map.text_key("vaccination", |e| {
                e.map(|event| {
                    event.text_key("vaccine", |e| e.map(|coding| coding.text_key("code", |e| e.text("1119349007"))));
                    event.text_key("date", |e| e.text("2021-07-08"));
                });
            });
        });
    };
    let nameless = |e: &mut Encoder| e.map(|map| map.text_key("test", |e| e.map(|_| {})));
    all.extend([
        of(5, &link).expect(
            "who::link",
            "HCERT 1.1.1",
            "health-link",
            "A genuine link says nothing of what is behind it.",
        ),
        of(5, &|e| e.text("https://example.invalid")).expect(
            "who::link-of-no-kind",
            "HCERT 1.1.1",
            "schema-invalid-value",
            "Any other address is no health link.",
        ),
        of(3, &ddcc).expect("who::ddcc", "WHO DDCC core data set", "accepted", "A certificate of the family before."),
        of(4, &nameless).expect(
            "who::ddcc-nameless",
            "WHO DDCC core data set",
            "schema-missing-field",
            "A test of nobody.",
        ),
    ]);
    all
}
