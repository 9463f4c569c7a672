//! What is wrong around the signed object: prefix, Base45, compression, images.

use super::*;

pub(super) fn envelope(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let trust = [&signing.certificate];
    let cose = signing.cose(payload);
    let compressed = zlib::compress(&cose);
    let raw = |bytes: &[u8]| format!("HC1:{}", base45::encode(bytes));
    let no = |text: &str, id: &str, spec: &str, code: &str, why: &str| {
        let stage = tegata::Code::ALL.iter().find(|c| c.name() == code).unwrap().stage().name();
        Draft::verify(text, &trust).expect(&format!("{stage}::{id}"), spec, code, why)
    };
    let good = signing.text(payload);
    let edited = |at: usize, byte: u8| {
        let mut bytes = compressed.clone();
        bytes[at] = byte;
        raw(&bytes)
    };
    let last = compressed.len() - 1;
    let mut dictionary = compressed.clone();
    dictionary[..2].copy_from_slice(&[0x78, 0xbb]);
    vec![
        no("", "empty", HCERT, "missing-prefix", "Nothing at all."),
        no(&good[4..], "no-prefix", HCERT, "missing-prefix", "The Base45 text without its context identifier."),
        no(
            "shc:/567629095243206034602924374044603122295953265460346029254077280433",
            "smart-health-card",
            HCERT,
            "unsupported-prefix",
            "Another family's QR code.",
        ),
        no(&good.to_lowercase(), "lower-case", HCERT, "missing-prefix", "The context identifier is upper case."),
        no(&format!(" {good}"), "leading-space", HCERT, "missing-prefix", "Only trailing white space is dropped."),
        no(
            &good.replacen("HC1:", "HC2:", 1),
            "next-version",
            HCERT,
            "unsupported-prefix",
            "A later version must not be taken for version 1.",
        ),
        no(
            &good.replacen("HC1:", "AT1:", 1),
            "national-family",
            HCERT,
            "unsupported-prefix",
            "A national relative of the format.",
        ),
        no(
            &format!("HC1:{}", "0".repeat(4_300)),
            "too-long",
            "ISO/IEC 18004 table 7",
            "input-too-long",
            "Longer than the largest QR code.",
        ),
        no(
            &good.replace(' ', "_").replacen('A', "a", 1),
            "invalid-character",
            "RFC 9285 §4",
            "base45-invalid-character",
            "Lower case and underscore are not in the alphabet.",
        ),
        no(
            &format!("{}手", &good[..20]),
            "not-ascii",
            "RFC 9285 §4",
            "base45-invalid-character",
            "A character outside ASCII.",
        ),
        no("HC1:6BFOXN0", "invalid-length", "RFC 9285 §4", "base45-invalid-length", "One character is left over."),
        no(
            "HC1::::",
            "group-over-65535",
            "RFC 9285 §4",
            "base45-non-canonical",
            "Three characters that stand for 91124.",
        ),
        no("HC1:6BF::", "group-over-255", "RFC 9285 §4", "base45-non-canonical", "Two characters that stand for 2024."),
        no("HC1:", "nothing-after-prefix", HCERT, "not-compressed", "An empty body is no zlib stream."),
        no(
            &raw(&cose),
            "uncompressed",
            HCERT,
            "not-compressed",
            "COSE without zlib around it: compression is mandatory in QR codes.",
        ),
        no(
            &raw(&compressed[..last - 20]),
            "truncated",
            "RFC 1950 §2.2",
            "compression-truncated",
            "The stream ends within its data.",
        ),
        no(
            &raw(&compressed[..last - 1]),
            "truncated-checksum",
            "RFC 1950 §2.2",
            "compression-truncated",
            "The stream ends within its checksum.",
        ),
        no(
            &raw(&[&compressed[..2], &[0x07, 0x00]].concat()),
            "reserved-block",
            "RFC 1951 §3.2.3",
            "compression-corrupt",
            "A block of the reserved type 3.",
        ),
        no(
            &raw(&dictionary),
            "preset-dictionary",
            "RFC 1950 §2.2",
            "compression-corrupt",
            "A preset dictionary, which nobody agreed on.",
        ),
        no(
            &edited(last, compressed[last] ^ 1),
            "checksum",
            "RFC 1950 §2.2",
            "compression-checksum",
            "The Adler-32 checksum is off by a bit.",
        ),
        no(
            &raw(&zlib::compress(&vec![0; 2 << 20])),
            "zip-bomb",
            "RFC 1950",
            "compression-too-large",
            "Two megabytes of zeros in two kilobytes: cut off at the limit.",
        ),
        no(
            &raw(&[compressed.clone(), vec![0]].concat()),
            "trailing-byte",
            "RFC 1950 §2.2",
            "compression-trailing-bytes",
            "A byte after the checksum.",
        ),
    ]
}

pub(super) fn images(signing: &Signing, payload: &[u8]) -> Vec<Vector> {
    let symbol = tegata_print::Symbol::encode(&signing.text(payload), tegata_print::ErrorCorrection::Quartile).unwrap();
    let png = symbol.to_png(&tegata_print::Style::default()).unwrap();
    let image = |bytes: &[u8]| {
        let mut draft = Draft::new(Operation::VerifyImage, &[("image", &base64(bytes))]);
        draft.trust = vec![signing.certificate.clone()];
        draft
    };
    let blank = blank_png();
    vec![
        image(&png).expect(
            "accepted::image",
            "ISO/IEC 18004",
            "accepted",
            "A QR code of level Q, read from a picture.",
        ),
        image(&png[..png.len() / 2]).expect("prefix::image-truncated", "PNG", "image-unreadable", "Half a picture."),
        image(&blank).expect("prefix::image-blank", "ISO/IEC 18004", "no-code-found", "A white picture."),
    ]
}

/// A white picture of 64 by 64 pixels.
fn blank_png() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 64, 64);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&[0xff; 64 * 64]).unwrap();
    out
}
