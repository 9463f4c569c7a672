//! Hostile input of every kind: nothing is accepted that was not signed as it stands, nothing
//! panics, and every refusal says its stage and code.

use std::collections::BTreeSet;

use ciborium::Value;
use tegata::codec::zlib;
use tegata::report::{Language, Stage};
use tegata::x509::Certificate;
use tegata::{Code, Inspection, Profile, Report, Timestamp, TrustSet, Verifier, crypto::rustcrypto};
use tegata_conformance::forge::{
    Forge, Sequence, cose_of, envelope, is_accepted, payload_of, raw_envelope, read, stored_envelope, write,
};
use tegata_conformance::{unbase64, vectors};

const PROFILES: [Profile; 2] = [Profile::Jp, Profile::Dcc];

/// What a text takes to be verified.
struct Case {
    name: String,
    text: String,
    verifier: Verifier,
    now: Timestamp,
}

impl Case {
    fn issued(profile: Profile) -> Self {
        let forge = Forge::new();
        let (text, verifier) = (forge.example(profile), forge.verifier);
        Self { name: profile.name().into(), text, verifier, now: tegata_conformance::forge::now() }.checked()
    }

    /// An accepted vector, for the algorithms that are verified and never issued.
    fn vector(id: &str) -> Self {
        let vector = vectors::committed().into_iter().find(|vector| vector.id == id).unwrap();
        let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
        for certificate in &vector.trust {
            trust.trust_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
        }
        let verifier = Verifier::new(trust.build());
        let now = Timestamp::parse_rfc3339(&vector.now).unwrap();
        Self { name: id.into(), text: vector.input["text"].clone(), verifier, now }.checked()
    }

    fn checked(self) -> Self {
        assert!(self.accepts(&self.text, "untouched"), "{}", self.name);
        self
    }

    fn accepts(&self, text: &str, what: &str) -> bool {
        is_accepted(&self.verifier.verify(text, self.now), &format!("{}: {what}", self.name))
    }
}

#[test]
fn no_truncation_is_accepted() {
    for case in PROFILES.map(Case::issued) {
        for length in 0..case.text.len() {
            assert!(!case.accepts(&case.text[..length], "a shorter text"), "{} {length}", case.name);
        }
        let cose = cose_of(&case.text);
        for length in 0..cose.len() {
            assert!(!case.accepts(&stored_envelope(&cose[..length]), "a shorter object"), "{} {length}", case.name);
        }
        // And nothing may follow it.
        for extra in [&b"\0"[..], b"\xf6", b"\xff", &cose] {
            let longer = [&cose, extra].concat();
            assert!(!case.accepts(&stored_envelope(&longer), "a longer object"), "{}", case.name);
        }
    }
}

/// Every byte of the signed object, its head, headers and signature included, is bound: there is
/// no position at all where a changed byte is accepted.
fn no_changed_byte_is_accepted(case: &Case, thoroughly: usize) {
    let cose = cose_of(&case.text);
    for position in 0..cose.len() {
        let byte = cose[position];
        let others: Vec<u8> = if position < thoroughly || position + 70 > cose.len() && position + 62 < cose.len() {
            // The heads and headers in front, and the head of the signature of 64 bytes.
            (0..=255).filter(|other| *other != byte).collect()
        } else {
            let bits = (0..8).map(|bit| byte ^ 1 << bit);
            bits.chain([byte.wrapping_add(1), byte.wrapping_sub(1)]).collect()
        };
        let mut changed = cose.clone();
        for other in others {
            changed[position] = other;
            assert!(
                !case.accepts(&stored_envelope(&changed), "a changed byte"),
                "{}: byte {position} as {other:#04x}",
                case.name
            );
        }
    }
}

#[test]
fn no_changed_byte_is_accepted_in_jp() {
    no_changed_byte_is_accepted(&Case::issued(Profile::Jp), 120);
}

#[test]
fn no_changed_byte_is_accepted_in_dcc() {
    no_changed_byte_is_accepted(&Case::issued(Profile::Dcc), 120);
}

#[test]
fn no_changed_byte_is_accepted_under_es384() {
    no_changed_byte_is_accepted(&Case::vector("accepted::es384"), 24);
}

#[test]
fn no_changed_byte_is_accepted_under_ps256() {
    no_changed_byte_is_accepted(&Case::vector("accepted::ps256"), 24);
}

/// A changed character is accepted only where the signed object comes out as it was, byte for byte: the zlib
/// header says how hard the sender tried, and a repetition which of several equal places it repeats.
#[test]
fn a_changed_character_changes_nothing_that_is_accepted() {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a\n\xc3";
    for case in PROFILES.map(Case::issued) {
        let cose = cose_of(&case.text);
        let mut positions = Vec::new();
        for position in 0..case.text.len() {
            for other in ALPHABET {
                let mut changed = case.text.clone().into_bytes();
                if changed[position] == *other {
                    continue;
                }
                changed[position] = *other;
                let changed = String::from_utf8_lossy(&changed);
                if case.accepts(&changed, "a changed character") {
                    assert_eq!(cose_of(&changed), cose, "{} {position}", case.name);
                    positions.push(position);
                }
            }
        }
        // The three characters after `HC1:` are the two bytes of the zlib header. Elsewhere, a repetition can be taken
        // from another place where the same bytes stand.
        positions.retain(|position| !(4..7).contains(position));
        assert!(positions.len() < 8, "{}: {positions:?}", case.name);
    }
}

/// Everything one can do with a text, none of which may panic. The verdict is handed back.
fn handled(forge: &Forge, text: &str, what: &str) -> Report {
    let report = forge.verify(text);
    let accepted = is_accepted(&report, what);
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["status"] == "accepted", accepted, "{what}");
    assert_eq!(json["code"].as_str(), report.failure().map(|failure| failure.code().name()), "{what}");
    assert_eq!(json["stage"].as_str(), report.failure().map(|failure| failure.stage().name()), "{what}");
    for language in [Language::English, Language::Japanese] {
        let _ = report.summary(language);
    }
    let inspection: serde_json::Value = serde_json::from_str(&Inspection::of(text).to_json()).unwrap();
    assert_eq!(inspection["verified"], false, "{what}");
    report
}

fn refused(forge: &Forge, text: &str, what: &str) -> Code {
    let report = handled(forge, text, what);
    report.failure().unwrap_or_else(|| panic!("accepted: {what}")).code()
}

/// Filled blocks, by name.
fn fillings(length: usize) -> [(&'static str, Vec<u8>); 5] {
    [
        ("random", Sequence(7).bytes(length)),
        ("zeros", vec![0; length]),
        ("ones", vec![0xff; length]),
        ("letters", vec![b'A'; length]),
        ("spaces", vec![b' '; length]),
    ]
}

#[test]
fn noise_is_refused_as_text() {
    let forge = Forge::new();
    for length in [1, 2, 3, 4, 5, 64, 2_048, 4_292, 4_293, 64 * 1024] {
        for (name, bytes) in fillings(length) {
            let text = String::from_utf8_lossy(&bytes);
            let what = format!("{length} {name}");
            assert_eq!(refused(&forge, &text, &what), Code::MissingPrefix, "{what}");
            let code = refused(&forge, &format!("HC1:{text}"), &what);
            let blank = name == "spaces";
            let expected = match length {
                _ if blank => Stage::Compression,
                4_293.. => Stage::Prefix,
                _ => code.stage(),
            };
            assert_eq!(code.stage(), expected, "{what}");
            assert!(
                matches!(code.stage(), Stage::Prefix | Stage::Base45 | Stage::Compression),
                "{what}: {}",
                code.name()
            );
        }
    }
}

#[test]
fn noise_is_refused_in_every_layer() {
    let forge = Forge::new();
    for length in [0, 1, 2, 3, 17, 300, 2_000, 64 * 1024] {
        for (name, bytes) in fillings(length) {
            let what = format!("{length} {name}");
            let fits = |text: &str| text.len() <= tegata::format::hcert::MAX_TEXT_CHARACTERS;
            let text = raw_envelope(&bytes);
            let code = refused(&forge, &text, &what);
            assert_eq!(code.stage(), if fits(&text) { Stage::Compression } else { Stage::Prefix }, "{what}");
            let text = envelope(&bytes);
            let code = refused(&forge, &text, &what);
            assert_eq!(code.stage(), if fits(&text) { Stage::Cose } else { Stage::Prefix }, "{what}");
            if length == 64 * 1024 {
                // The object around it would inflate to more than is allowed.
                continue;
            }
            let text = envelope(&forge.sign(&bytes));
            let code = refused(&forge, &text, &what);
            assert_eq!(code.stage(), if fits(&text) { Stage::Claims } else { Stage::Prefix }, "{what}");
            // No bytes are a protected header, and then the claims, of one empty map, are looked at first.
            let text = envelope(&forge.sign_under(&bytes, b"\xa0"));
            let code = refused(&forge, &text, &what);
            let stage = match (fits(&text), length) {
                (false, _) => Stage::Prefix,
                (true, 0) => Stage::Claims,
                (true, _) => Stage::Cose,
            };
            assert_eq!(code.stage(), stage, "{what}");
        }
    }
}

#[test]
fn bombs_are_put_out() {
    let forge = Forge::new();
    // By ratio: deflate reaches about 1,030 to 1, so the most a text can carry is under 3 MiB.
    for (mebibytes, expected) in [
        (1, Code::CompressionTooLarge),
        (2, Code::CompressionTooLarge),
        (3, Code::InputTooLong),
        (16, Code::InputTooLong),
    ] {
        let bomb = zlib::compress(&vec![0; mebibytes << 20]);
        assert_eq!(refused(&forge, &raw_envelope(&bomb), "a bomb by ratio"), expected, "{mebibytes} MiB");
    }
    let limit = zlib::MAX_INFLATED;
    assert_eq!(refused(&forge, &envelope(&vec![0; limit]), "as large as allowed").stage(), Stage::Cose);
    assert_eq!(refused(&forge, &envelope(&vec![0; limit + 1]), "one byte more"), Code::CompressionTooLarge);
    // Chained: what unpacks to another stream is not unpacked again.
    let mut chained = zlib::compress(&cose_of(&forge.example(Profile::Dcc)));
    for _ in 0..8 {
        chained = zlib::compress(&chained);
        assert_eq!(refused(&forge, &raw_envelope(&chained), "chained").stage(), Stage::Cose);
    }
    let inner = zlib::compress(&vec![0; 1 << 20]);
    assert_eq!(refused(&forge, &envelope(&inner), "a bomb in a stream").stage(), Stage::Cose);
    // Streams one after another: the second is not looked at.
    let two = [zlib::compress(b"\xa0"), zlib::compress(&vec![0; 1 << 20])].concat();
    assert_eq!(refused(&forge, &raw_envelope(&two), "a bomb after a stream"), Code::CompressionTrailingBytes);
    // A stream of empty stored blocks yields nothing for ever.
    let idle = [&[0x78, 0x01][..], &[0, 0, 0, 0xff, 0xff].repeat(560)].concat();
    assert_eq!(refused(&forge, &raw_envelope(&idle), "empty blocks"), Code::CompressionTruncated);
}

/// Heads that open one more level: arrays, maps, tags, and the indefinite ones, each for a value
/// that would come next.
const OPENINGS: [(&str, &[u8]); 8] = [
    ("arrays", b"\x81"),
    ("maps", b"\xa1\x00"),
    ("maps by text", b"\xa1\x61a"),
    ("tags", b"\xc1"),
    ("long tags", b"\xdb\0\0\0\0\0\0\0\x02"),
    ("indefinite arrays", b"\x9f"),
    ("indefinite maps", b"\xbf\x00"),
    ("arrays of a huge length", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
];

#[test]
fn depth_is_bounded_in_every_layer() {
    let forge = Forge::new();
    for (name, opening) in OPENINGS {
        for levels in [15, 16, 17, 40, 1_000, 60_000 / opening.len()] {
            let what = format!("{levels} {name}");
            let open = opening.repeat(levels);
            let whole = [&open[..], b"\x00"].concat();
            // A length beyond the input is seen before the depth is.
            let too_deep = levels > 40 && !name.ends_with("huge length");
            let code = refused(&forge, &envelope(&whole), &what);
            assert_eq!(code.stage(), Stage::Cose, "{what}");
            assert!(!too_deep || code == Code::CoseTooDeep, "{what}: {}", code.name());
            let code = refused(&forge, &envelope(&forge.sign(&whole)), &what);
            assert_eq!(code.stage(), Stage::Claims, "{what}");
            assert!(!too_deep || code == Code::ClaimsTooDeep, "{what}: {}", code.name());
            let code = refused(&forge, &envelope(&forge.sign_under(&whole, b"\xa0")), &what);
            assert_eq!(code.stage(), Stage::Cose, "{what}");
            assert!(!too_deep || code == Code::CoseTooDeep, "{what}: {}", code.name());
        }
    }
}

#[test]
fn huge_lengths_are_refused() {
    let forge = Forge::new();
    for major in [2, 3, 4, 5] {
        for (info, argument) in [
            (24, &[0xff][..]),
            (25, &[0xff, 0xff]),
            (26, &[0xff; 4]),
            (26, &[0x7f, 0xff, 0xff, 0xff]),
            (27, &[0xff; 8]),
            (27, &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            (27, &[0x80, 0, 0, 0, 0, 0, 0, 0]),
            (27, &[0, 0, 0, 1, 0, 0, 0, 0]),
        ] {
            let head = [&[major << 5 | info][..], argument].concat();
            for tail in [&b""[..], b"\x00", &[0x00; 64]] {
                let item = [&head, tail].concat();
                let what = format!("{item:02x?}");
                let cose = [
                    item.clone(),
                    [b"\xd2\x84", &item[..]].concat(),
                    [b"\xd2\x84\x40\xa0", &item[..]].concat(),
                    [b"\xd2\x84\x40\xa0\x41\xa0", &item[..]].concat(),
                ];
                for cose in cose {
                    assert_eq!(refused(&forge, &envelope(&cose), &what).stage(), Stage::Cose, "{what}");
                }
                assert_eq!(refused(&forge, &envelope(&forge.sign(&item)), &what).stage(), Stage::Claims, "{what}");
                let code = refused(&forge, &envelope(&forge.sign_under(&item, b"\xa0")), &what);
                assert_eq!(code.stage(), Stage::Cose, "{what}");
            }
        }
    }
}

#[test]
fn the_number_of_items_is_bounded() {
    let forge = Forge::new();
    for (name, item) in [("zeros", &b"\x00"[..]), ("empty arrays", b"\x80"), ("empty texts", b"\x60")] {
        let many = [b"\x9f", &item.repeat(20_000)[..], b"\xff"].concat();
        assert_eq!(refused(&forge, &envelope(&many), name), Code::CoseTooLarge);
        assert_eq!(refused(&forge, &envelope(&forge.sign(&many)), name), Code::ClaimsTooLarge);
        assert_eq!(refused(&forge, &envelope(&forge.sign_under(&many, b"\xa0")), name), Code::CoseTooLarge);
    }
    // Pieces of a string count as well, for each may be empty.
    let pieces = [b"\x7f", &b"\x60".repeat(20_000)[..], b"\xff"].concat();
    assert_eq!(refused(&forge, &envelope(&forge.sign(&pieces)), "pieces"), Code::ClaimsTooLarge);
}

/// A place in a tree: which child of which child.
type Place = Vec<usize>;

/// Every node of a tree but the root, with a name for people; map keys are not nodes.
fn places(value: &Value) -> Vec<(Place, String)> {
    fn walk(value: &Value, place: &mut Place, name: &str, out: &mut Vec<(Place, String)>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(at, item)| (format!("[{at}]"), item)).collect(),
            Value::Map(entries) => entries.iter().map(|(key, item)| (format!("/{}", label(key)), item)).collect(),
            Value::Tag(_, inner) => vec![("~".into(), &**inner)],
            _ => Vec::new(),
        };
        for (at, (step, child)) in children.into_iter().enumerate() {
            place.push(at);
            let name = format!("{name}{step}");
            out.push((place.clone(), name.clone()));
            walk(child, place, &name, out);
            place.pop();
        }
    }
    let mut out = Vec::new();
    walk(value, &mut Vec::new(), "", &mut out);
    out
}

fn label(key: &Value) -> String {
    match key {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => i128::from(*number).to_string(),
        other => panic!("a key of another type: {other:?}"),
    }
}

fn at<'v>(value: &'v mut Value, place: &[usize]) -> &'v mut Value {
    let Some((first, rest)) = place.split_first() else { return value };
    match value {
        Value::Array(items) => at(&mut items[*first], rest),
        Value::Map(entries) => at(&mut entries[*first].1, rest),
        Value::Tag(_, inner) => at(inner, rest),
        _ => unreachable!(),
    }
}

/// One value of each type there is, but of the type given.
fn other_types(original: &Value) -> Vec<(&'static str, Value)> {
    let all = [
        ("unsigned", Value::Integer(3.into())),
        ("negative", Value::Integer((-3).into())),
        ("huge", Value::Integer(u64::MAX.into())),
        ("bytes", Value::Bytes(vec![1, 2, 3])),
        ("text", Value::Text("!".into())),
        ("array", Value::Array(Vec::new())),
        ("nested array", Value::Array(vec![Value::Array(vec![Value::Null])])),
        ("map", Value::Map(Vec::new())),
        ("map of something", Value::Map(vec![(Value::Integer(99.into()), Value::Null)])),
        ("tag", Value::Tag(0, Box::new(Value::Text("!".into())))),
        ("fraction", Value::Float(0.5)),
        ("not a number", Value::Float(f64::NAN)),
        ("infinity", Value::Float(f64::INFINITY)),
        ("false", Value::Bool(false)),
        ("null", Value::Null),
    ];
    let is_same = |kind: &str| match original {
        Value::Integer(number) if i128::from(*number) >= 0 => kind == "unsigned",
        Value::Integer(_) => kind == "negative",
        Value::Text(_) => kind == "text",
        Value::Bytes(_) => kind == "bytes",
        Value::Null => kind == "null",
        _ => false,
    };
    all.into_iter().filter(|(kind, _)| !is_same(kind)).collect()
}

/// Where another type is fine, and which types, because the field may be absent or the reader is
/// lenient. Whatever is not listed is refused.
const LENIENT_CLAIMS: &[(&str, &[&str])] = &[
    // The issuer claim is optional, and tags say nothing.
    ("/1", &["tag", "null"]),
    // A certificate without an end is for life.
    ("/4", &["null"]),
];
const LENIENT_JP: &[(&str, &[&str])] = &[
    ("/6", &["negative", "fraction", "null"]),
    // Either part of a name may be absent, and so may kana and a former surname.
    ("/-260/-392/2[0][0]", &["null"]),
    ("/-260/-392/2[0][1]", &["null"]),
    ("/-260/-392/2[1]", &["null"]),
    ("/-260/-392/2[1][0]", &["null"]),
    ("/-260/-392/2[1][1]", &["null"]),
    ("/-260/-392/2[2][0]", &["null"]),
    ("/-260/-392/2[2][1]", &["null"]),
    ("/-260/-392/3", &["null"]),
    // How many doses a series has may be unknown.
    ("/-260/-392/10[0][3]", &["null"]),
    ("/-260/-392/10[1][3]", &["null"]),
    ("/-260/-392/10[2][3]", &["null"]),
    // A day of issue before 1970.
];
const LENIENT_DCC: &[(&str, &[&str])] = &[
    // The date of birth is held against the day of issue.
    ("/6", &["null"]),
    ("/-260/1/nam/fn", &["tag", "null"]),
    ("/-260/1/nam/gn", &["tag", "null"]),
    // Since 1.3.2 the given name is enough.
    ("/-260/1/nam/fnt", &["null"]),
    ("/-260/1/v[0]/ci", &["tag"]),
    ("/-260/1/v[0]/is", &["tag"]),
    // Issuers without a code for it write null.
    ("/-260/1/v[0]/co", &["null"]),
    ("/-260/1/v[0]/ma", &["tag", "null"]),
    ("/-260/1/v[0]/mp", &["tag", "null"]),
    ("/-260/1/v[0]/tg", &["tag", "null"]),
    ("/-260/1/v[0]/vp", &["tag", "null"]),
    // The schema sets no bound since 1.3.0.
    ("/-260/1/v[0]/dn", &["huge"]),
    ("/-260/1/v[0]/sd", &["huge"]),
];

#[test]
fn every_node_of_every_other_type_is_judged() {
    for profile in PROFILES {
        let forge = Forge::new();
        let payload = read(&payload_of(&forge.example(profile)));
        let mut accepted = BTreeSet::new();
        for (place, name) in places(&payload) {
            let mut original = payload.clone();
            for (kind, other) in other_types(&at(&mut original, &place).clone()) {
                let mut changed = payload.clone();
                *at(&mut changed, &place) = other;
                let what = format!("{} {name} as {kind}", profile.name());
                let report = handled(&forge, &envelope(&forge.sign(&write(&changed))), &what);
                let Some(failure) = report.failure() else {
                    accepted.insert((name.clone(), kind));
                    continue;
                };
                assert!(report.checks().signature.passed(), "{what}: {failure}");
                let allowed = match failure.stage() {
                    Stage::Claims | Stage::Schema => true,
                    // A date claim can be of another type of number and then out of force.
                    Stage::Validity => ["/4", "/6"].contains(&name.as_str()),
                    _ => false,
                };
                assert!(allowed, "{what}: {failure}");
                let of_the_whole = matches!(failure.code(), Code::SchemaEntryCount | Code::UnknownProfile)
                    || name == "/-260/1"
                    || name == "/-260/-392";
                assert!(failure.field().is_some() || of_the_whole, "{what} names no field: {failure}");
            }
        }
        let content = if profile == Profile::Jp { LENIENT_JP } else { LENIENT_DCC };
        let lenient = LENIENT_CLAIMS.iter().chain(content);
        let lenient: BTreeSet<_> =
            lenient.flat_map(|(name, kinds)| kinds.iter().map(|kind| ((*name).to_owned(), *kind))).collect();
        assert_eq!(accepted, lenient, "{}", profile.name());
    }
}

#[test]
fn order_means_nothing_and_a_key_twice_is_refused() {
    for profile in PROFILES {
        let forge = Forge::new();
        let payload = read(&payload_of(&forge.example(profile)));
        let mut maps = vec![(Vec::new(), "the claims".to_owned())];
        maps.extend(places(&payload));
        let mut seen = 0;
        for (place, name) in maps {
            let mut tree = payload.clone();
            let Value::Map(entries) = at(&mut tree, &place) else { continue };
            seen += 1;
            entries.reverse();
            let report = forge.verify_payload(&write(&tree));
            assert!(is_accepted(&report, &name), "{name} reversed: {:?}", report.failure());
            let Value::Map(entries) = at(&mut tree, &place) else { unreachable!() };
            let entries = entries.clone();
            for (key, value) in &entries {
                let text_form = Value::Text(label(key));
                for twin in [key.clone(), text_form] {
                    for value in [value.clone(), Value::Null, Value::Integer(7.into())] {
                        let mut doubled = entries.clone();
                        doubled.push((twin.clone(), value));
                        let mut tree = payload.clone();
                        *at(&mut tree, &place) = Value::Map(doubled);
                        let what = format!("{name} with {} twice", label(key));
                        let code = refused(&forge, &envelope(&forge.sign(&write(&tree))), &what);
                        assert_eq!(code, Code::ClaimsDuplicateKey, "{what}");
                    }
                }
            }
            // A further key, of whatever content, is passed over.
            let Value::Map(entries) = at(&mut tree, &place) else { unreachable!() };
            entries.push((Value::Text("further".into()), Value::Array(vec![Value::Bool(true), Value::Float(0.5)])));
            entries.push((Value::Integer(99_999.into()), Value::Map(vec![(Value::Text("a".into()), Value::Null)])));
            let report = forge.verify_payload(&write(&tree));
            assert!(is_accepted(&report, &name), "{name} with more: {:?}", report.failure());
        }
        assert!(seen >= 3, "{seen}");
    }
}

#[test]
fn a_key_twice_in_the_headers_is_refused() {
    let forge = Forge::new();
    let payload = payload_of(&forge.example(Profile::Dcc));
    let key_id = forge.issuer.certificate().key_id();
    let id = [&[0x48][..], &key_id].concat();
    let twice = [&b"\xa3\x01\x26\x04"[..], &id, b"\x04", &id].concat();
    assert_eq!(refused(&forge, &envelope(&forge.sign_under(&twice, &payload)), "kid twice"), Code::CoseDuplicateKey);
    let twice = [&b"\xa3\x01\x26\x18\x01\x26\x04"[..], &id].concat();
    assert_eq!(refused(&forge, &envelope(&forge.sign_under(&twice, &payload)), "alg twice"), Code::CoseDuplicateKey);
}

#[test]
fn every_entry_that_is_taken_out_is_missed_or_optional() {
    let claims = ["/1", "/4", "/6"];
    let content = |profile| -> &[&str] {
        match profile {
            // A former surname.
            Profile::Jp => &["/-260/-392/3"],
            // Written names are optional beside transliterated ones, and one of those is enough.
            _ => &["/-260/1/nam/fn", "/-260/1/nam/fnt", "/-260/1/nam/gn"],
        }
    };
    for profile in PROFILES {
        let forge = Forge::new();
        let payload = read(&payload_of(&forge.example(profile)));
        for (place, name) in places(&payload) {
            let (last, parent) = place.split_last().unwrap();
            let mut tree = payload.clone();
            let is_entry = match at(&mut tree, parent) {
                Value::Map(entries) => {
                    entries.remove(*last);
                    true
                }
                Value::Array(items) => {
                    items.remove(*last);
                    false
                }
                _ => unreachable!(),
            };
            let report = handled(&forge, &envelope(&forge.sign(&write(&tree))), &name);
            let Some(failure) = report.failure() else {
                // An element fewer, a dose or a name in kana, makes another certificate, as good.
                let optional = claims.contains(&&*name) || content(profile).contains(&&*name);
                assert!(!is_entry || optional, "{} {name}", profile.name());
                continue;
            };
            assert!(matches!(failure.stage(), Stage::Claims | Stage::Schema), "{name}: {failure}");
            assert!(failure.field().is_some() || failure.code() == Code::SchemaEntryCount, "{name}: {failure}");
        }
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_wherever_it_stands() {
    const MARK: &str = "NOTUTF8?";
    for profile in PROFILES {
        let forge = Forge::new();
        let payload = read(&payload_of(&forge.example(profile)));
        let mut seen = 0;
        for (place, name) in places(&payload) {
            let mut tree = payload.clone();
            if !at(&mut tree, &place).is_text() {
                continue;
            }
            seen += 1;
            *at(&mut tree, &place) = Value::Text(MARK.into());
            let bytes = write(&tree);
            let start = bytes.windows(MARK.len()).position(|window| window == MARK.as_bytes()).unwrap();
            // A lone continuation, a cut sequence, an overlong slash, a surrogate.
            for (offset, bad) in [(7, &b"\x80"[..]), (5, b"\xe3\x81a"), (6, b"\xc0\xaf"), (5, b"\xed\xa0\x80")] {
                let mut bytes = bytes.clone();
                bytes[start + offset..start + offset + bad.len()].copy_from_slice(bad);
                let code = refused(&forge, &envelope(&forge.sign(&bytes)), &name);
                assert_eq!(code, Code::ClaimsNotUtf8, "{name} {bad:02x?}");
            }
        }
        assert!(seen > 8, "{seen}");
    }
}
