//! What is wrong in the structure of the signed object.

use super::*;

pub(super) fn cose(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let good = signing.cose(payload);
    let protected = signing.protected();
    let signature = signing.key.sign(&to_be_signed(&protected, payload));
    let no = |cose: &[u8], id: &str, spec: &str, code: &str, why: &str| {
        Draft::verify(&text(cose), &trust).expect(&format!("cose::{id}"), spec, code, why)
    };
    let with_protected = |protected: &[u8]| signing.cose_with(protected, &[0xa0], payload);
    let with_unprotected = |unprotected: &[u8]| signing.cose_with(&protected, unprotected, payload);
    let kid = bstr(&signing.certificate.key_id());
    let critical = [&[0xa4, 0x01, 0x26, 0x02, 0x81, 0x18, 0x63, 0x04][..], &kid[..], &[0x18, 0x63, 0x00]].concat();
    vec![
        no(&[], "empty", "RFC 9052 §4.2", "cose-truncated", "A zlib stream of nothing."),
        no(
            &good[..good.len() - 1],
            "truncated",
            "RFC 8949 §3",
            "cose-truncated",
            "The last byte of the signature is missing.",
        ),
        no(
            &[0xd2, 0x84, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "huge-length",
            "RFC 8949 §3",
            "cose-truncated",
            "A byte string that claims 2⁶⁴−1 bytes.",
        ),
        no(
            &[0xd2, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "huge-array",
            "RFC 8949 §3",
            "cose-truncated",
            "An array that claims 2⁶⁴−1 items.",
        ),
        no(
            &[0xd2, 0x84, 0x1c, 0xa0, 0x40, 0x40],
            "reserved-head",
            "RFC 8949 §3",
            "cose-malformed",
            "The reserved additional information 28.",
        ),
        no(
            &with_unprotected(&[0xa1, 0x81, 0x01, 0x02]),
            "array-as-key",
            "RFC 9052 §1.4",
            "cose-malformed",
            "A header label that is neither integer nor text.",
        ),
        no(
            &[vec![0x81; 5_000], vec![0x00]].concat(),
            "depth-bomb",
            "RFC 8949 §10",
            "cose-too-deep",
            "Arrays nested 5,000 deep.",
        ),
        no(
            &[vec![0xd2, 0x84, 0x40, 0xa1, 0x05, 0x99, 0xea, 0x60], vec![0x00; 60_000], vec![0x40, 0x40]].concat(),
            "too-many-items",
            "RFC 8949 §10",
            "cose-too-large",
            "A header of 60,000 items.",
        ),
        no(
            &with_unprotected(&[0xa2, 0x05, 0x01, 0x05, 0x02]),
            "duplicate-label",
            "RFC 9052 §3",
            "cose-duplicate-key",
            "The same label twice in the unprotected header.",
        ),
        no(
            &with_unprotected(&[0xa2, 0x05, 0x01, 0x18, 0x05, 0x02]),
            "duplicate-label-disguised",
            "RFC 9052 §3",
            "cose-duplicate-key",
            "The same label twice, once in a longer encoding.",
        ),
        no(
            &with_protected(&[0xa2, 0x01, 0x26, 0x01, 0x38, 0x24]),
            "duplicate-algorithm",
            "RFC 9052 §3",
            "cose-duplicate-key",
            "Two algorithms in the protected header.",
        ),
        no(
            &[good.clone(), vec![0x00]].concat(),
            "trailing-byte",
            "RFC 9052 §4.2",
            "cose-trailing-bytes",
            "A byte after the object.",
        ),
        no(
            &with_protected(&[protected.clone(), vec![0x00]].concat()),
            "trailing-byte-in-header",
            "RFC 9052 §3",
            "cose-trailing-bytes",
            "A byte after the protected header's map.",
        ),
        no(
            &with_unprotected(&[0xa1, 0x61, 0xff, 0x01]),
            "not-utf8",
            "RFC 8949 §3.1",
            "cose-not-utf8",
            "A text label that is not UTF-8.",
        ),
        no(
            &[0xd1, 0x84, 0x40, 0xa0, 0x40, 0x40],
            "mac0-tag",
            "RFC 9052 §6.2",
            "cose-wrong-structure",
            "A COSE_Mac0 is no signature.",
        ),
        no(&[0x83, 0x40, 0xa0, 0x40], "three-parts", "RFC 9052 §4.2", "cose-wrong-structure", "An array of three."),
        no(
            &[vec![0xd2, 0x84], bstr(&protected), vec![0xa0, 0xf6], bstr(&signature)].concat(),
            "detached-payload",
            "RFC 9052 §4.1",
            "cose-wrong-structure",
            "A detached payload: there is nothing to show.",
        ),
        no(
            &[vec![0xd2, 0x84], protected.clone(), vec![0xa0], bstr(payload), bstr(&signature)].concat(),
            "header-not-wrapped",
            "RFC 9052 §3",
            "cose-wrong-structure",
            "The protected header is a map instead of a byte string.",
        ),
        no(
            &with_protected(&[0x01]),
            "header-not-a-map",
            "RFC 9052 §3",
            "cose-wrong-structure",
            "The protected header is an integer.",
        ),
        no(
            &with_protected(&critical),
            "critical-header",
            "RFC 9052 §3.1",
            "cose-critical-header",
            "A critical header that nobody here understands.",
        ),
    ]
}
