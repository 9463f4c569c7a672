//! Certificates that are accepted: ordinary ones, and the odd but harmless things real issuers do.

use super::*;

pub(super) fn accepted(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let kid = signing.certificate.key_id();
    let es384 = Signing::new(Key::p384("tegata vector signer 384"), -35, &Profile::default());
    let ps256 = Signing::new(Key::rsa(RSA_2048.0.trim(), RSA_2048.1.trim()), -37, &Profile::default());
    let unrestricted = Profile { usages: &[CLIENT_AUTH], ..Profile::default() };
    let legacy = Profile { usages: &[LEGACY_VACCINATION], ..Profile::default() };
    let stateless = Profile { country: None, ..Profile::default() };
    let ok =
        |draft: Draft, id: &str, spec: &str, why: &str| draft.expect(&format!("accepted::{id}"), spec, "accepted", why);
    let under = |profile: &Profile| {
        let other = Signing::new(Key::p256("tegata vector signer 1"), -7, profile);
        Draft::verify(&other.text(payload), &[&other.certificate])
    };
    let alg_only = {
        let mut encoder = Encoder::new();
        encoder.map(|map| map.int_key(1, |e| e.int(-7)));
        encoder.into_bytes()
    };
    let kid_only = {
        let mut encoder = Encoder::new();
        encoder.map(|map| map.int_key(4, |e| e.bytes(&kid)));
        encoder.into_bytes()
    };
    let with_label_3 = {
        let mut encoder = Encoder::new();
        encoder.map(|map| {
            map.int_key(1, |e| e.int(-7));
            map.int_key(3, |e| e.unsigned(0));
            map.int_key(4, |e| e.bytes(&kid));
        });
        encoder.into_bytes()
    };
    let p384_sha256 = {
        let protected = header(-7, &es384.certificate.key_id());
        let signature = es384.key.sign_p384_sha256(&to_be_signed(&protected, payload));
        text(&[vec![0xd2], sign1(&protected, &[0xa0], payload, &signature)].concat())
    };
    let cose = signing.cose(payload);
    let alias = |country: &'static str, issuer: &str, id: &str| {
        let profile = Profile { country: Some(country), ..Profile::default() };
        let other = Signing::new(Key::p256("tegata vector signer 1"), -7, &profile);
        let draft = Draft::verify(&other.text(&cwt(issuer, &DATES, 1, plain)), &[&other.certificate]);
        ok(
            draft,
            id,
            "EU interinstitutional style guide §7.1",
            "A country code as the EU writes it and as ISO 3166-1 does.",
        )
    };
    let odd = |edit: &dyn Fn(&mut MapEncoder<'_>), id: &str, why: &str| {
        let payload = cwt("JP", &DATES, 1, |encoder| dcc(encoder, &[], edit));
        ok(Draft::verify(&signing.text(&payload), &trust), id, "EU DCC schema 1.3.0", why)
    };
    vec![
        ok(
            Draft::verify(&signing.text(payload), &trust),
            "dcc",
            "HCERT 1.1.1 §3",
            "An ordinary EU certificate of one vaccination.",
        ),
        ok(
            Draft::verify(&es384.text(payload), &[&es384.certificate]).features(&["ES384"]),
            "es384",
            "RFC 9053 §2.1",
            "ES384: a P-384 key with SHA-384.",
        ),
        ok(
            Draft::verify(&ps256.text(payload), &[&ps256.certificate]).features(&["PS256"]),
            "ps256",
            "RFC 8230 §2",
            "PS256: the second algorithm every verifier must have.",
        ),
        ok(
            Draft::verify(&p384_sha256, &[&es384.certificate])
                .flags(&["allow-p384-under-es256"])
                .features(&["ES256-P384"]),
            "p384-under-es256-allowed",
            "RFC 9053 §2.1",
            "A few issuers sign with P-384 and SHA-256 under the name ES256; accepted only when allowed.",
        ),
        ok(
            Draft::verify(&text(&cose[1..]), &trust),
            "untagged",
            "RFC 9052 §2",
            "COSE_Sign1 without its tag, as some issuers send it.",
        ),
        ok(
            Draft::verify(&text(&[vec![0xd8, 61], cose.clone()].concat()), &trust),
            "cwt-tag",
            "RFC 8392 §6",
            "The CWT tag 61 around tag 18.",
        ),
        ok(
            Draft::verify(&text(&signing.cose_with(&alg_only, &kid_only, payload)), &trust),
            "kid-unprotected",
            "HCERT 1.1.1 §3.2",
            "The key id stands in the unprotected header only, as five national issuers have it.",
        ),
        ok(
            Draft::verify(&text(&signing.cose_with(&[], &header(-7, &kid), payload)), &trust),
            "headers-unprotected",
            "RFC 9052 §3",
            "An empty protected header; algorithm and key id are unprotected.",
        ),
        ok(
            Draft::verify(&text(&signing.cose_with(&with_label_3, &[0xa0], payload)), &trust),
            "content-type",
            "RFC 9052 §3.1",
            "A content type among the protected headers.",
        ),
        ok(
            Draft::verify(&format!("{}\r\n ", signing.text(payload)), &trust),
            "trailing-white-space",
            HCERT,
            "Scanners and mail add white space at the end.",
        ),
        ok(
            under(&unrestricted),
            "unrelated-key-usage",
            "HCERT 1.1.1 §3.3",
            "A certificate with extended key usages, none of them of health certificates, is unrestricted.",
        ),
        ok(
            under(&legacy),
            "legacy-key-usage",
            HCERT,
            "The legacy arc of the key usage identifiers counts as much as the specified one.",
        ),
        ok(
            under(&stateless),
            "signer-without-country",
            HCERT,
            "A signer certificate that names no country contradicts no issuer.",
        ),
        ok(
            Draft::verify(&signing.text(&float_dates()), &trust),
            "float-dates",
            "RFC 8392 §2",
            "Dates as floating-point numbers with a fraction.",
        ),
        ok(
            Draft::verify(&signing.text(&indefinite(payload)), &trust),
            "indefinite-length",
            "RFC 8949 §3.2",
            "An indefinite-length claims map; the bytes are verified as received.",
        ),
        ok(
            Draft::verify(&signing.text(&cwt("JP", &[(6, ISSUED_AT)], 1, plain)), &trust).at("2099-01-01T00:00:00Z"),
            "no-expiry",
            HCERT,
            "A certificate without an end is valid for life.",
        ),
        alias("GR", "EL", "issuer-el"),
        alias("GB", "UK", "issuer-uk"),
        ok(
            Draft::verify(&signing.text(&cwt("Japan", &DATES, 1, plain)), &trust),
            "issuer-not-a-code",
            HCERT,
            "An issuer claim that is no two-letter code contradicts no country.",
        ),
        ok(
            Draft::verify(&signing.text(&cwt("JP", &DATES, 1, lenient)), &trust),
            "lenient-content",
            "EU DCC schema 1.3.0",
            "A date with a time in tag 0, dose numbers as floats, null for an absent group and an unknown key: real issuers send all of them.",
        ),
        odd(&|dcc| dcc.text_key("x", |e| e.float(1.5)), "fraction", "An unknown field whose number has a fraction."),
        odd(
            &|dcc| ('a'..='m').for_each(|key| dcc.text_key(&format!("x{key}"), |e| e.unsigned(1))),
            "many-fields",
            "A content of seventeen fields, most of them unknown.",
        ),
        odd(
            &|dcc| dcc.text_key("longname", Encoder::null),
            "long-field-name",
            "An unknown field whose name has eight bytes.",
        ),
        odd(
            &|dcc| dcc.text_key("2nd", |e| e.text("second")),
            "field-name-of-a-digit",
            "An unknown field whose name begins with a digit.",
        ),
        odd(
            &|dcc| dcc.text_key("-", |e| e.text("dash")),
            "field-name-of-a-minus",
            "An unknown field whose name begins with a minus sign.",
        ),
        odd(
            &|dcc| dcc.int_key(i64::MAX, |e| e.bool(true)),
            "wide-integer-key",
            "An unknown field under an integer of 64 bits.",
        ),
        ok(
            Draft::verify(&signing.text(&tagged_float_date()), &trust),
            "tagged-float-date",
            "RFC 8392 §2",
            "A date with a fraction in a tag.",
        ),
    ]
}

/// The odd but harmless things real issuers do, in one content.
fn lenient(encoder: &mut Encoder) {
    dcc(encoder, &["v"], |dcc| {
        dcc.text_key("t", Encoder::null);
        dcc.text_key("meta", |e| e.text("unknown"));
        dcc.text_key("v", |e| {
            e.array(1);
            vaccination(e, &["dt", "dn", "sd"], |entry| {
                entry.text_key("dt", |e| {
                    e.tag(0);
                    e.text("2025-11-20T00:00:00Z");
                });
                // 2.0 as a half-precision float: the encoder itself would do the same.
                entry.text_key("dn", |e| e.float(2.0));
                entry.text_key("sd", |e| e.float(2.0));
            });
        });
    });
}

fn float_dates() -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|claims| {
        claims.int_key(1, |e| e.text("JP"));
        claims.int_key(4, |e| e.float(1_800_003_600.5));
        claims.int_key(6, |e| e.float(1_768_467_600.25));
        claims.int_key(-260, |e| e.map(|hcert| hcert.int_key(1, plain)));
    });
    encoder.into_bytes()
}

/// The end as a tagged number with a fraction.
fn tagged_float_date() -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|claims| {
        claims.int_key(1, |e| e.text("JP"));
        claims.int_key(4, |e| {
            e.tag(1);
            e.float(1_800_003_600.5);
        });
        claims.int_key(6, |e| e.int(ISSUED_AT));
        claims.int_key(-260, |e| e.map(|hcert| hcert.int_key(1, plain)));
    });
    encoder.into_bytes()
}

/// The same map with an indefinite length.
fn indefinite(map: &[u8]) -> Vec<u8> {
    assert!((0xa0..0xb8).contains(&map[0]));
    [vec![0xbf], map[1..].to_vec(), vec![0xff]].concat()
}
