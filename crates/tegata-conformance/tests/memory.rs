//! What verification may cost in memory, whatever is scanned, and what it does cost.

use std::sync::{Mutex, PoisonError};

use tegata::codec::cbor::{Encoder, Item};
use tegata::codec::zlib;
use tegata::format::hcert::MAX_TEXT_CHARACTERS;
use tegata::format::{dcc, jp};
use tegata::{Inspection, Profile, TrustSet, Verifier};
use tegata_conformance::forge::{Forge, envelope, is_accepted, now, raw_envelope};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// The most heap that verifying any text may take at once, the report included.
///
/// The largest parts: the signed object, of at most 64 KiB; copies of texts in it, which together
/// are no longer than it; the notes on the keys of one map, of which the limit on items allows
/// 8,191 at 48 bytes; and a record's doses, at most 129 of at most five short texts each.
const MAX_PEAK: usize = 512 * 1024;

/// The most heap that verifying an honest certificate takes: it fits any kiosk.
const MAX_HONEST_PEAK: usize = 4 * 1024;

/// Allocations of one verification of an accepted certificate by a verifier in use. Three are what Base45 gives, what
/// that inflates to, and the issuer's name; a `jp` content has two more, its doses and the vaccines they share.
const fn max_allocations(profile: Profile) -> u64 {
    match profile {
        Profile::Jp => 5,
        _ => 3,
    }
}

/// The allocator counts for the whole process, so measurements take turns.
static TURN: Mutex<()> = Mutex::new(());

/// The peak of the heap in bytes, and the number of allocations, of one piece of work.
fn measure<T>(work: impl FnOnce() -> T) -> (T, usize, u64) {
    let _profiler = dhat::Profiler::builder().testing().build();
    let result = work();
    let stats = dhat::HeapStats::get();
    (result, stats.max_bytes, stats.total_blocks)
}

/// The least of several measurements: the threads of the test runner allocate now and then.
fn least(work: impl Fn()) -> (usize, u64) {
    let runs = (0..5).map(|_| measure(&work));
    runs.map(|((), peak, allocations)| (peak, allocations)).min().unwrap()
}

/// A map of as many integer keys, each followed by a zero.
fn wide_map(keys: u32) -> Vec<u8> {
    let entries = (0..keys).flat_map(|key| {
        let [_, _, high, low] = key.to_be_bytes();
        if key < 0x1_0000 { vec![0x19, high, low, 0] } else { [&[0x1a][..], &key.to_be_bytes(), &[0]].concat() }
    });
    [&[0xba][..], &keys.to_be_bytes()].concat().into_iter().chain(entries).collect()
}

/// The same with text keys that are sent in pieces, which have to be put together.
fn wide_map_in_pieces(keys: u32) -> Vec<u8> {
    let entries = (0..keys).flat_map(|key| {
        let letters = [0, 4, 8, 12].map(|shift| b'a' + u8::try_from(key >> shift & 15).unwrap());
        [&[0x7f, 0x64][..], &letters, &[0xff, 0]].concat()
    });
    [&[0xba][..], &keys.to_be_bytes()].concat().into_iter().chain(entries).collect()
}

/// The largest of a family of objects whose text is still taken.
fn largest(object: impl Fn(u32) -> Vec<u8>) -> String {
    let (mut fits, mut too_large) = (0, 64 * 1024);
    while fits + 1 < too_large {
        let middle = (fits + too_large) / 2;
        let object = object(middle);
        let taken = object.len() <= zlib::MAX_INFLATED && envelope(&object).len() <= MAX_TEXT_CHARACTERS;
        if taken { fits = middle } else { too_large = middle }
    }
    assert!(fits > 0);
    envelope(&object(fits))
}

/// Claims around a content.
fn claims(issuer: &str, key: i64, content: &[u8]) -> Vec<u8> {
    let item = |write: &dyn Fn(&mut Encoder)| {
        let mut encoder = Encoder::new();
        write(&mut encoder);
        encoder.into_bytes()
    };
    let (issuer, key) = (item(&|e| e.text(issuer)), item(&|e| e.int(key)));
    // {1: issuer, -260: {key: content}}
    [b"\xa2\x01", &issuer[..], b"\x39\x01\x03\xa1", &key, content].concat()
}

/// A record of many doses that all name one vaccine of long texts.
fn one_long_vaccine(length: usize, doses: usize) -> Vec<u8> {
    let text = "x".repeat(length);
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        map.int_key(0, |e| e.unsigned(1));
        map.int_key(1, |e| e.unsigned(0));
        map.int_key(2, |e| {
            e.array(1);
            e.array(1);
            e.text("A");
        });
        map.int_key(6, |e| e.text("1980"));
        map.int_key(9, |e| {
            e.array(1);
            e.array(4);
            (0..4).for_each(|_| e.text(&text));
        });
        map.int_key(10, |e| {
            e.array(doses);
            for _ in 0..doses {
                e.array(6);
                e.unsigned(0);
                e.int(19_000);
                e.unsigned(1);
                e.null();
                e.text("L");
                e.text("JPN");
            }
        });
        map.int_key(11, |e| e.text("ID"));
        map.int_key(12, |e| e.int(19_000));
        map.int_key(13, |e| e.text("A"));
    });
    encoder.into_bytes()
}

/// Texts that were made to cost as much memory as they can, by name.
fn hostile(forge: &Forge) -> Vec<(String, String)> {
    let zeros = |length: usize| vec![0; length];
    let limit = zlib::MAX_INFLATED;
    let in_claims = |payload: Vec<u8>| forge.sign(&payload);
    let jp = |content: &[u8]| forge.sign(&claims("JP", jp::HCERT_KEY, content));
    let long = "x".repeat(60_000);
    let mut texts: Vec<(String, String)> = [
        ("nothing", String::new()),
        ("64 KiB of letters", "A".repeat(64 * 1024)),
        ("64 KiB of letters after HC1:", format!("HC1:{}", "A".repeat(64 * 1024))),
        ("64 KiB of spaces after HC1:", format!("HC1:{}", " ".repeat(64 * 1024))),
        ("the longest text", format!("HC1:{}", "A".repeat(MAX_TEXT_CHARACTERS - 4))),
        ("a bomb just within the text", raw_envelope(&zlib::compress(&zeros(2 << 20)))),
        ("a bomb of a gigabyte in name", raw_envelope(&zlib::compress(&zeros(16 << 20)))),
        ("as many zeros as are allowed", envelope(&zeros(limit))),
        ("one zero more", envelope(&zeros(limit + 1))),
        ("depth by arrays", envelope(&b"\x81".repeat(limit))),
        ("depth by indefinite maps", envelope(&b"\xbf\x00".repeat(limit / 2))),
        ("depth in the claims", envelope(&in_claims(b"\x81".repeat(60_000)))),
        ("items in the claims", envelope(&in_claims([b"\x9f", &b"\x00".repeat(60_000)[..], b"\xff"].concat()))),
        ("a wide map as the object", largest(wide_map)),
        ("a wide map as the claims", largest(|keys| in_claims(wide_map(keys)))),
        ("a wide map as the protected header", largest(|keys| forge.sign_under(&wide_map(keys), b"\xa0"))),
        ("a wide map in pieces as the claims", largest(|keys| in_claims(wide_map_in_pieces(keys)))),
        ("a wide map as a content", largest(|keys| jp(&wide_map(keys)))),
        ("100,000 keys", envelope(&in_claims(wide_map(100_000)))),
        ("a long issuer", envelope(&in_claims(claims(&long, 1, b"\xa0")))),
        ("a long vaccine of many doses", envelope(&jp(&one_long_vaccine(15_000, 128)))),
        ("a long vaccine of too many doses", envelope(&jp(&one_long_vaccine(10_000, 2_000)))),
        ("doses at the limits", envelope(&jp(&one_long_vaccine(80, 128)))),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    // Longer texts in pieces: each piece is copied into the whole.
    let pieces = [b"\x7f", &[&b"\x77"[..], &[b'x'; 23]].concat().repeat(2_400)[..], b"\xff"].concat();
    let content = [&b"\xa1\x02"[..], &pieces].concat();
    texts.push(("a text in pieces".into(), envelope(&jp(&content))));
    let content = [&b"\xa1\x63ver"[..], &pieces].concat();
    texts.push(("a version in pieces".into(), envelope(&forge.sign(&claims("JP", dcc::HCERT_KEY, &content)))));
    texts
}

#[test]
fn no_text_takes_more_than_the_bound() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let forge = Forge::new();
    let mut seen = Vec::new();
    for (name, text) in hostile(&forge) {
        let (report, peak, _) = measure(|| forge.verify(&text));
        assert!(!is_accepted(&report, &name) || name == "doses at the limits", "{name}");
        seen.push((peak, report.failure().map(|failure| failure.code().name()), name.clone()));
        // An unknown signer's certificate is judged as far, and costs as much.
        let strangers = Verifier::new(TrustSet::default());
        let (report, peak, _) = measure(|| strangers.verify(&text, now()));
        assert!(!is_accepted(&report, &name));
        seen.push((peak, report.failure().map(|failure| failure.code().name()), format!("{name}, of a stranger")));
    }
    seen.sort();
    for (peak, code, name) in seen.iter().rev().take(8) {
        eprintln!("{peak:>8} bytes  {name}: {code:?}");
    }
    let (peak, _, name) = seen.last().unwrap();
    assert!(*peak < MAX_PEAK, "{name}: {peak} bytes");
    // The measure measures: the worst texts do take a lot.
    assert!(*peak > zlib::MAX_INFLATED, "{name}: {peak} bytes");
}

#[test]
fn looking_without_verifying_is_bounded_as_well() {
    /// The JSON of 64 KiB of control characters or bytes is six times as long, and grows by doubling.
    const MAX_INSPECTION_PEAK: usize = 2 * 1024 * 1024;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let forge = Forge::new();
    let mut texts = hostile(&forge);
    let controls = "\u{1}".repeat(60_000);
    texts.push(("control characters".into(), envelope(&forge.sign(&claims(&controls, 1, b"\xa0")))));
    for (name, text) in texts {
        let (json, peak, _) = measure(|| Inspection::of(&text).to_json());
        assert!(json.starts_with('{') && json.ends_with('}'), "{name}");
        assert!(peak < MAX_INSPECTION_PEAK, "{name}: {peak} bytes");
    }
}

#[test]
fn no_bytes_take_more_than_the_bound_in_the_cbor_reader() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for bytes in
        [wide_map(8_191), wide_map(8_192), wide_map(100_000), wide_map_in_pieces(5_000), b"\x81".repeat(1 << 20)]
    {
        let (_, peak, _) = measure(|| Item::parse(&bytes).is_ok());
        assert!(peak < MAX_PEAK, "{} bytes in, {peak} bytes", bytes.len());
    }
    let bytes = wide_map(8_191);
    assert!(Item::parse(&bytes).is_ok() && Item::parse(&wide_map(8_192)).is_err());
}

#[test]
fn an_honest_certificate_is_cheap() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let forge = Forge::new();
    for profile in [Profile::Jp, Profile::Dcc] {
        let text = forge.example(profile);
        // The first verification may fill what later ones share.
        assert!(forge.verify(&text).is_accepted());
        let (peak, allocations) = least(|| assert!(forge.verify(&text).is_accepted()));
        eprintln!("{}: {allocations} allocations, {peak} bytes at most", profile.name());
        assert!(peak < MAX_HONEST_PEAK, "{}: {peak} bytes", profile.name());
        assert!(allocations <= max_allocations(profile), "{}: {allocations} allocations", profile.name());
    }
    // A map's entries are borrowed: ten times as many cost nothing.
    for keys in [1, 2, 16] {
        let map = wide_map(keys);
        let (_, allocations) = least(|| assert!(Item::parse(&map).is_ok()));
        assert!(allocations == 0, "{keys} keys: {allocations} allocations");
    }
}
