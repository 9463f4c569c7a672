//! Signers that are not known and signatures that are not genuine.

use super::*;

pub(super) fn signer(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let alg_only = [0xa1, 0x01, 0x26];
    let short = header(-7, &signing.certificate.key_id()[..7]);
    let long = header(-7, &[&signing.certificate.key_id()[..], &[0]].concat());
    let no = |text: &str, trust: &[&Certificate], id: &str, code: &str, why: &str| {
        Draft::verify(text, trust).expect(&format!("signer::{id}"), "HCERT 1.1.1 §3.2", code, why)
    };
    vec![
        no(
            &text(&signing.cose_with(&alg_only, &[0xa0], payload)),
            &trust,
            "no-key-id",
            "missing-key-id",
            "Without a key id no signer can be looked up.",
        ),
        no(&signing.text(payload), &[], "nobody-trusted", "unknown-signer", "An empty trust set accepts nothing."),
        no(
            &text(&signing.cose_with(&short, &[0xa0], payload)),
            &trust,
            "key-id-too-short",
            "unknown-signer",
            "A key id of seven bytes matches no signer by its beginning.",
        ),
        no(
            &text(&signing.cose_with(&long, &[0xa0], payload)),
            &trust,
            "key-id-too-long",
            "unknown-signer",
            "A key id of nine bytes matches no signer by its first eight.",
        ),
        no(
            &signing.text(&cwt("AT", &DATES, 1, plain)),
            &trust,
            "issuer-mismatch",
            "issuer-mismatch",
            "A genuine signature of one country over the name of another.",
        ),
    ]
}

pub(super) fn signature(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let kid = signing.certificate.key_id();
    let protected = signing.protected();
    let good = signing.key.sign(&to_be_signed(&protected, payload));
    let build = |protected: &[u8], payload: &[u8], signature: &[u8]| {
        text(&[vec![0xd2], sign1(protected, &[0xa0], payload, signature)].concat())
    };
    let no = |text: &str, id: &str, spec: &str, code: &str, why: &str| {
        Draft::verify(text, &trust).expect(&format!("signature::{id}"), spec, code, why)
    };
    let forged = {
        let mut forged = payload.to_vec();
        let at = forged.windows(6).position(|window| window == b"TEGATA").unwrap();
        forged[at] = b'S';
        forged
    };
    let mut kid_only = Encoder::new();
    kid_only.map(|map| map.int_key(4, |e| e.bytes(&kid)));
    let other = Signing::new(Key::p256("tegata vector signer 2"), -7, &Profile::default());
    let es384 = Signing::new(Key::p384("tegata vector signer 384"), -35, &Profile::default());
    let under_es256 = {
        let protected = header(-7, &es384.certificate.key_id());
        build(&protected, payload, &es384.key.sign_p384_sha256(&to_be_signed(&protected, payload)))
    };
    let weak = Signing::new(Key::rsa(RSA_1024.0.trim(), RSA_1024.1.trim()), -37, &Profile::default());
    let zeros = [0_u8; 64];
    let mut high = good.clone();
    high[32..].fill(0xff);
    vec![
        no(
            &build(&kid_only.into_bytes(), payload, &good),
            "no-algorithm",
            "RFC 9052 §3.1",
            "missing-algorithm",
            "A missing algorithm must not skip the check.",
        ),
        no(
            &build(&header(-8, &kid), payload, &good),
            "eddsa",
            "RFC 9053 §2.2",
            "unsupported-algorithm",
            "An algorithm that health certificates may not use.",
        ),
        no(
            &build(&header(5, &kid), payload, &good),
            "hmac",
            "RFC 9053 §3.1",
            "unsupported-algorithm",
            "HMAC with the public key as secret, the classic confusion.",
        ),
        no(
            &build(&header(-257, &kid), payload, &good),
            "rs256",
            "RFC 8812 §2",
            "unsupported-algorithm",
            "RSA with PKCS#1 v1.5 padding is for cards, not for certificates.",
        ),
        no(
            &build(&header(-37, &kid), payload, &good),
            "ps256-for-p256-key",
            "RFC 9052 §3.1",
            "algorithm-mismatch",
            "PS256 named for a P-256 key: the key fixes the algorithm.",
        ),
        Draft::verify(&under_es256, &[&es384.certificate]).expect(
            "signature::p384-under-es256",
            "RFC 9053 §2.1",
            "algorithm-mismatch",
            "ES256 with a P-384 key is refused unless allowed.",
        ),
        Draft::verify(&weak.text(payload), &[&weak.certificate]).features(&["PS256"]).expect(
            "signature::rsa-1024",
            "RFC 8230 §6.1",
            "weak-key",
            "A genuine signature of a key that can be broken.",
        ),
        Draft::verify(&weak.text(payload), &[&weak.certificate])
            .features(&["PS256"])
            .flags(&["allow-rsa-1024"])
            .expect("accepted::rsa-1024-allowed", "RFC 8230 §6.1", "accepted", "The same where the caller allows it."),
        no(
            &build(&protected, payload, &good[..63]),
            "short",
            "RFC 9053 §2.1",
            "signature-malformed",
            "A signature of 63 bytes.",
        ),
        no(
            &build(&protected, payload, &[&good[..], &[0]].concat()),
            "long",
            "RFC 9053 §2.1",
            "signature-malformed",
            "A genuine signature with a byte behind it.",
        ),
        no(&build(&protected, payload, &[]), "empty", "RFC 9053 §2.1", "signature-malformed", "No signature at all."),
        no(
            &build(&protected, payload, &zeros),
            "zeros",
            "FIPS 186-5 §6.4.2",
            "signature-invalid",
            "r = s = 0, which careless verifiers accept for any message.",
        ),
        no(
            &build(&protected, payload, &high),
            "s-out-of-range",
            "FIPS 186-5 §6.4.2",
            "signature-invalid",
            "s above the group's order.",
        ),
        no(
            &build(&protected, &forged, &good),
            "changed-content",
            HCERT,
            "signature-invalid",
            "One letter of the name was changed.",
        ),
        no(
            &build(&with_extra_header(&kid), payload, &good),
            "changed-header",
            "RFC 9052 §4.4",
            "signature-invalid",
            "A header was added after signing.",
        ),
        no(
            &build(&protected, payload, &other.key.sign(&to_be_signed(&protected, payload))),
            "another-key",
            HCERT,
            "signature-invalid",
            "Signed by another key under this key's id.",
        ),
        no(
            &build(&protected, payload, &signing.key.sign(payload)),
            "bare-payload",
            "RFC 9052 §4.4",
            "signature-invalid",
            "A signature over the payload instead of the Sig_structure.",
        ),
    ]
}

fn with_extra_header(kid: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        map.int_key(1, |e| e.int(-7));
        map.int_key(4, |e| e.bytes(kid));
        map.int_key(99, |e| e.unsigned(0));
    });
    encoder.into_bytes()
}
