//! What is compared with what.

use std::hint::black_box;
use std::io::Read as _;

use aws_lc_rs::signature as aws_lc;
use coset::{CoseSign1, TaggedCborSerializable as _};
use ring::signature as ring_signature;
use tegata::codec::cbor::Item;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::crypto::{Algorithm, CryptoProvider, PublicKey, Signer as _};
use tegata::x509::Certificate;
use tegata::{Profile, Timestamp, TrustSet, Verifier};
use tegata_benches::{CREDULOUS, Fixture, Layers};
use tegata_fast_verify::{FastProvider, Tables};
use tegata_print::{ErrorCorrection, Symbol};

use crate::side::Side;

/// One piece of work, and who else does it.
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) on: &'static str,
    pub(crate) ours: Side,
    pub(crate) peers: Vec<(&'static str, Side)>,
}

/// The providers that whole verification is measured with. One that comes along gets a line here.
fn providers() -> [(&'static str, &'static CryptoProvider); 3] {
    [
        ("whole verification, rustcrypto", &PROVIDER),
        ("whole verification, native", &tegata_native::PROVIDER),
        ("whole verification, tables", TABLES.provider()),
    ]
}

/// A table for every key, made when the key is prepared: what a known key comes to.
static TABLES: FastProvider = FastProvider::over(&PROVIDER, Tables::at_most(Tables::MAX_TABLES, 0));

/// How many signers take turns where the cost of many is measured.
const ROTATING: u64 = 300;

/// A certificate with all that its verification takes.
struct Subject {
    name: &'static str,
    text: String,
    certificate: Certificate,
    now: Timestamp,
}

impl Subject {
    /// Austria's first test certificate where the public corpora are, else one of ours of the same kind.
    fn find() -> Self {
        let Some(folder) = tegata_conformance::corpus("bench", "dgc-testdata") else { return Self::own() };
        let file = tegata_conformance::json(&folder.join("AT/2DCode/raw/1.json"));
        let (text, context) = (&file["PREFIX"], &file["TESTCTX"]);
        let certificate = context["CERTIFICATE"].as_str().map(tegata_conformance::unbase64).unwrap();
        Self {
            name: "AT/1",
            text: text.as_str().unwrap().to_owned(),
            certificate: Certificate::parse(&certificate).unwrap(),
            now: context["VALIDATIONCLOCK"].as_str().map(|time| Timestamp::parse_rfc3339(time).unwrap()).unwrap(),
        }
    }

    fn own() -> Self {
        let fixture = Fixture::default();
        let certificate = fixture.issuer.certificate().clone();
        Self { name: "own dcc", text: fixture.text(Profile::Dcc), certificate, now: fixture.now }
    }

    /// A verifier that trusts the certificate's signer, and accepts the certificate.
    fn verifier(&self, provider: &'static CryptoProvider) -> Verifier {
        let mut trust = TrustSet::builder(provider);
        trust.trust_certificate(&self.certificate).unwrap();
        let verifier = Verifier::new(trust.build());
        assert!(verifier.verify(&self.text, self.now).is_accepted());
        verifier
    }

    /// The signer's point, the bytes signed, and the signature.
    fn signature(&self) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let PublicKey::P256(point) = self.certificate.public_key().unwrap() else { panic!("ES256 is compared") };
        let sign1 = Layers::of(&self.text).sign1;
        (point.to_vec(), sign1.to_be_signed().to_vec(), sign1.signature().to_vec())
    }
}

/// Every comparison, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    let subject = Subject::find();
    let mut rows = stages(&subject);
    rows.extend(whole(&subject));
    rows.extend(issuing());
    rows.extend(symbols(&subject));
    rows
}

fn row<T>(
    work: &'static str,
    on: &'static str,
    ours: impl FnMut() -> T + 'static,
    peers: Vec<(&'static str, Side)>,
) -> Row {
    Row { work, on, ours: Side::new(ours), peers }
}

fn stages(subject: &Subject) -> Vec<Row> {
    // Every closure has a copy of its own.
    let Layers { base45: text, compressed, cose, sign1 } = Layers::of(&subject.text);
    let payload = sign1.payload().to_vec();
    let mut rows = Vec::new();
    let peer = text.clone();
    let peers = vec![("base45", Side::new(move || base45_crate::decode(black_box(&peer)).unwrap()))];
    rows.push(row("Base45 decoding", subject.name, move || base45::decode(black_box(&text)).unwrap(), peers));
    let peer = compressed.clone();
    let flate2 = move || {
        let mut out = Vec::new();
        flate2::read::ZlibDecoder::new(black_box(&*peer)).read_to_end(&mut out).unwrap();
        out
    };
    let (stream, own) =
        (compressed.clone(), move || zlib::decompress(black_box(&compressed), zlib::MAX_INFLATED).unwrap());
    rows.push(row("inflating", subject.name, own, vec![("flate2", Side::new(flate2))]));
    let peer = cose.clone();
    let coset = move || {
        let untagged = || <CoseSign1 as coset::CborSerializable>::from_slice(&peer);
        CoseSign1::from_tagged_slice(black_box(&peer)).or_else(|_| untagged()).unwrap()
    };
    let own = cose.clone();
    let own = move || Sign1::parse(black_box(&own).clone()).unwrap();
    rows.push(row("COSE_Sign1", subject.name, own, vec![("coset", Side::new(coset))]));
    let peer = payload.clone();
    let ciborium = move || ciborium::from_reader::<ciborium::Value, _>(black_box(&*peer)).unwrap();
    let own = move || Item::parse(black_box(&payload)).is_ok();
    rows.push(row("CBOR of the claims", subject.name, own, vec![("ciborium", Side::new(ciborium))]));
    let (bytes, peer) = (base45_crate::encode(&stream), stream.clone());
    assert_eq!(bytes, base45::encode(&stream));
    let peers = vec![("base45", Side::new(move || base45_crate::encode(black_box(&peer))))];
    rows.push(row("Base45 encoding", subject.name, move || base45::encode(black_box(&stream)), peers));
    let peer = cose.clone();
    let flate2 = move || {
        let mut out = Vec::new();
        let level = flate2::Compression::default();
        flate2::read::ZlibEncoder::new(black_box(&*peer), level).read_to_end(&mut out).unwrap();
        out
    };
    rows.push(row(
        "deflating",
        subject.name,
        move || zlib::compress(black_box(&cose)),
        vec![("flate2", Side::new(flate2))],
    ));
    rows
}

fn whole(subject: &Subject) -> Vec<Row> {
    let (text, now) = (subject.text.clone(), subject.now);
    let mut rows = Vec::new();
    let (verifier, peer) = (subject.verifier(&CREDULOUS), text.clone());
    let peers = vec![("dgc, decoding only", Side::new(move || dgc::decode(black_box(&peer)).unwrap()))];
    let own = text.clone();
    let own = move || verifier.verify(black_box(&own), now);
    rows.push(row("text → report, every check but the signature's arithmetic", subject.name, own, peers));

    let key = PROVIDER.verifier(Algorithm::Es256).unwrap().prepare(subject.certificate.public_key().unwrap()).unwrap();
    let (_, message, signature) = subject.signature();
    let own = move || key.verify(&[black_box(&message)], &signature);
    rows.push(row("ES256 check alone, rustcrypto", subject.name, own, raw_checks(subject)));
    for (work, provider) in providers() {
        let (verifier, text) = (subject.verifier(provider), text.clone());
        let mut peers = vec![("dgc", dgc_verification(subject))];
        peers.extend(raw_checks(subject));
        rows.push(row(work, subject.name, move || verifier.verify(black_box(&text), now), peers));
    }
    rows.push(rotation());
    rows
}

/// Many signers in turn, so that no table stays in the processor's nearest cache.
fn rotation() -> Row {
    let fixtures: Vec<_> = (0..ROTATING).map(Fixture::numbered).collect();
    let texts: Vec<_> = fixtures.iter().map(|fixture| fixture.text(Profile::Dcc)).collect();
    let mut trust = TrustSet::builder(TABLES.provider());
    let mut ring = Vec::new();
    for (fixture, text) in fixtures.iter().zip(&texts) {
        let certificate = fixture.issuer.certificate();
        trust.trust_certificate(certificate).unwrap();
        let PublicKey::P256(point) = certificate.public_key().unwrap() else { panic!("ES256 is compared") };
        let sign1 = Layers::of(text).sign1;
        let key = ring_signature::UnparsedPublicKey::new(&ring_signature::ECDSA_P256_SHA256_FIXED, point.to_vec());
        ring.push((key, sign1.to_be_signed().to_vec(), sign1.signature().to_vec()));
    }
    let (verifier, now) = (Verifier::new(trust.build()), fixtures[0].now);
    assert!(texts.iter().all(|text| verifier.verify(text, now).is_accepted()));
    let mut turn = (0..texts.len()).cycle();
    let own = move || verifier.verify(black_box(&texts[turn.next().unwrap()]), now);
    let mut turn = (0..ring.len()).cycle();
    let peer = move || {
        let (key, message, signature) = &ring[turn.next().unwrap()];
        key.verify(black_box(message), signature).unwrap();
    };
    let peers = vec![("ring 0.17, check alone", Side::new(peer))];
    row("whole verification, tables, 300 signers in turn", "own dcc", own, peers)
}

/// Other libraries' signature checks, with nothing around them.
fn raw_checks(subject: &Subject) -> Vec<(&'static str, Side)> {
    let (point, message, signature) = subject.signature();
    let key = ring_signature::UnparsedPublicKey::new(&ring_signature::ECDSA_P256_SHA256_FIXED, point);
    let ring = move || key.verify(black_box(&message), &signature).unwrap();
    let (point, message, signature) = subject.signature();
    let key = aws_lc::ParsedPublicKey::new(&aws_lc::ECDSA_P256_SHA256_FIXED, point).unwrap();
    let aws_lc = move || key.verify_sig(black_box(&message), &signature).unwrap();
    vec![("ring 0.17, check alone", Side::new(ring)), ("aws-lc-rs, check alone", Side::new(aws_lc))]
}

fn dgc_verification(subject: &Subject) -> Side {
    let mut trust = dgc::TrustList::new();
    let (point, _, _) = subject.signature();
    trust.add(&subject.certificate.key_id(), point);
    let text = subject.text.clone();
    assert!(dgc::validate(&text, &trust).unwrap().1.is_valid());
    Side::new(move || dgc::validate(black_box(&text), &trust).unwrap())
}

fn issuing() -> Vec<Row> {
    let mut rows = Vec::new();
    for (profile, on) in [(Profile::Dcc, "own dcc"), (Profile::Jp, "own jp")] {
        let fixture = Fixture::default();
        let request = fixture.request(profile);
        let message = fixture.issuer.prepare(&fixture.record, &request).unwrap().to_be_signed();
        let raw = Fixture::default();
        let peers = vec![("the same key's signature alone", Side::new(move || raw.signer.sign(black_box(&message))))];
        let own = move || fixture.issuer.issue(black_box(&fixture.record), &request, &fixture.signer).unwrap();
        rows.push(row("record → text, signed", on, own, peers));
    }
    rows
}

fn symbols(subject: &Subject) -> Vec<Row> {
    let (text, fast, slow) = (subject.text.clone(), subject.text.clone(), subject.text.clone());
    let fast_qr = move || fast_qr::QRBuilder::new(black_box(&*fast)).ecl(fast_qr::ECL::Q).build().unwrap();
    let qrcode = move || qrcode::QrCode::with_error_correction_level(black_box(&slow), qrcode::EcLevel::Q).unwrap();
    let peers = vec![("fast_qr", Side::new(fast_qr)), ("qrcode", Side::new(qrcode))];
    let own = move || Symbol::encode(black_box(&text), ErrorCorrection::Quartile).unwrap();
    let mut rows = vec![row("text → QR at level Q", subject.name, own, peers)];

    let symbol = Symbol::encode(&subject.text, ErrorCorrection::Quartile).unwrap();
    let png = symbol.to_png(&tegata_print::Style::default()).unwrap();
    let peer = png.clone();
    let rxing = move || {
        let (luma, width, height) = luma_of(black_box(&peer));
        rxing::helpers::detect_in_luma(luma, width, height, Some(rxing::BarcodeFormat::QR_CODE)).unwrap()
    };
    let own = move || tegata_print::read_symbols(black_box(&png)).unwrap();
    rows.push(row("clean PNG → text", subject.name, own, vec![("png and rxing", Side::new(rxing))]));
    rows
}

/// The grey values of a picture, as other libraries take them.
fn luma_of(file: &[u8]) -> (Vec<u8>, u32, u32) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Grayscale);
    (pixels, info.width, info.height)
}
