use super::*;
use crate::codec::cbor::Encoder;

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

const NOW: i64 = 1_780_000_000;
const KEY_ID: &[u8] = b"\x01\x02\x03\x04\x05\x06\x07\x08";
const SIGNATURE: [u8; 64] = [0x5a; 64];

/// An EU certificate's content with these identifiers.
fn dcc(list: &str, entries: &[(&str, &str)]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|dcc| {
        dcc.text_key(list, |e| {
            e.array(entries.len());
            for (country, identifier) in entries {
                e.map(|entry| {
                    entry.text_key("co", |e| e.text(country));
                    entry.text_key("ci", |e| e.text(identifier));
                });
            }
        });
    });
    encoder.into_bytes()
}

fn judge(set: &RevocationSet, key: i64, content: &[u8]) -> Check {
    let content = Some((key, Item::parse(content).unwrap()));
    set.judge(KEY_ID, Some(&Genuine { algorithm: Algorithm::Es256, signature: &SIGNATURE, content }), time(NOW))
}

fn exact(key_id: Option<&[u8]>, kind: Kind, hash: Hash) -> RevocationSet {
    let mut builder = RevocationSet::builder();
    builder.revoke(key_id, kind, &[[0; 16], hash, [0xff; 16]]).unwrap();
    builder.build()
}

const REVOKED: Check = Check::Fail(crate::Failure::new(Code::Revoked));

#[test]
fn each_kind_of_hash_revokes_whom_it_names() {
    let content = dcc("v", &[("AT", "URN:UVCI:01:AT:1")]);
    let hashes = [
        (Kind::Signature, signature_hash(Algorithm::Es256, &SIGNATURE)),
        (Kind::Identifier, identifier_hash(None, "URN:UVCI:01:AT:1")),
        (Kind::CountryAndIdentifier, identifier_hash(Some("AT"), "URN:UVCI:01:AT:1")),
    ];
    for (kind, hash) in hashes {
        for key_id in [None, Some(KEY_ID)] {
            assert_eq!(judge(&exact(key_id, kind, hash), 1, &content), REVOKED, "{kind:?}");
        }
        assert_eq!(judge(&exact(Some(b"another"), kind, hash), 1, &content), Check::Pass, "{kind:?}");
        for other in Kind::ALL.iter().filter(|other| **other != kind) {
            assert_eq!(judge(&exact(None, *other, hash), 1, &content), Check::Pass, "{kind:?} as {other:?}");
        }
        // An identifier says nothing in a profile where it can be guessed.
        let expected = if kind == Kind::Signature { REVOKED } else { Check::Pass };
        assert_eq!(judge(&exact(None, kind, hash), -392, &content), expected, "{kind:?}");
    }
}

#[test]
fn every_entry_is_looked_at() {
    for list in ["v", "t", "r"] {
        let content = dcc(list, &[("AT", "one"), ("DE", "two")]);
        for identifier in ["one", "two"] {
            let set = exact(None, Kind::Identifier, identifier_hash(None, identifier));
            assert_eq!(judge(&set, 1, &content), REVOKED, "{list} {identifier}");
        }
        let set = exact(None, Kind::CountryAndIdentifier, identifier_hash(Some("DE"), "one"));
        assert_eq!(judge(&set, 1, &content), Check::Pass);
    }
    // Content of another shape has no identifiers.
    let set = exact(None, Kind::Identifier, identifier_hash(None, ""));
    for content in [&[0x00][..], &[0x80], &[0xa0], &[0xa1, 0x61, b'v', 0x01], &[0xa1, 0x61, b'v', 0x81, 0x01]] {
        assert_eq!(judge(&set, 1, content), Check::Pass);
    }
}

#[test]
fn the_other_ecdsa_signature_of_a_certificate_is_revoked_too() {
    let mut other = SIGNATURE;
    other[32..].fill(0x11);
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es256OnP384] {
        assert_eq!(signature_hash(algorithm, &SIGNATURE), signature_hash(algorithm, &other));
        other[0] ^= 1;
        assert_ne!(signature_hash(algorithm, &SIGNATURE), signature_hash(algorithm, &other));
        other[0] ^= 1;
    }
    assert_ne!(signature_hash(Algorithm::Ps256, &SIGNATURE), signature_hash(Algorithm::Ps256, &other));
}

#[test]
fn a_revoked_signer_is_told_even_of_a_forgery() {
    let mut builder = RevocationSet::builder();
    builder.revoke_signer(KEY_ID).unwrap();
    let set = builder.build();
    let revoked = Check::Fail(Code::SignerRevoked.into());
    assert_eq!(set.judge(KEY_ID, None, time(NOW)), revoked);
    assert_eq!(judge(&set, 1, &[0xa0]), revoked);
    assert_eq!(set.judge(b"another", None, time(NOW)), Check::Skipped);
}

#[test]
fn old_data_cannot_say_that_nothing_was_revoked() {
    let hash = signature_hash(Algorithm::Es256, &SIGNATURE);
    let with = |end: i64, hash: Hash| {
        let mut builder = RevocationSet::builder();
        builder.revoke(None, Kind::Signature, &[hash]).unwrap();
        builder.fresh_until(time(end + 5));
        builder.fresh_until(time(end));
        builder.fresh_until(time(end + 9));
        judge(&builder.build(), 1, &[0xa0])
    };
    assert_eq!(with(NOW, [1; 16]), Check::Pass);
    assert_eq!(with(NOW - 1, [1; 16]), Check::Undetermined(Code::RevocationOutdated.into()));
    // What was revoked stays revoked.
    assert_eq!(with(NOW - 1, hash), REVOKED);
}

/// A filter that holds these elements, made the way the specification says.
pub(crate) fn bloom(hashes: u8, words: usize, elements: &[Hash]) -> Vec<u8> {
    let mut bits = vec![0_u32; words];
    for element in elements {
        for number in 0..hashes {
            let digest: [u8; 32] = {
                use sha2::Digest as _;
                sha2::Sha256::new().chain_update(element).chain_update([number]).finalize().into()
            };
            // Long division bit by bit, with the first bit of negative weight.
            let modulus = i128::try_from(words * 32).unwrap();
            let bit = digest.iter().enumerate().fold(0_i128, |rest, (at, byte)| {
                let value = if at == 0 { i128::from(byte.cast_signed()) } else { i128::from(*byte) };
                (rest * 256 + value).rem_euclid(modulus)
            });
            let bit = usize::try_from(bit).unwrap();
            bits[bit / 32] |= 0x8000_0000 >> (bit % 32);
        }
    }
    let mut out = vec![0, 1, hashes, 0];
    out.extend(0.01_f32.to_be_bytes());
    for number in [elements.len(), elements.len(), words] {
        out.extend(u32::try_from(number).unwrap().to_be_bytes());
    }
    out.extend(bits.iter().flat_map(|word| word.to_be_bytes()));
    out
}

fn hash_of(number: u32) -> Hash {
    identifier_hash(None, &number.to_string())
}

/// A list of prefixes as the service's writer makes it.
fn prefixes(size: usize, hashes: &[Hash]) -> Vec<u8> {
    let mut out = vec![0, 1];
    out.extend(0.01_f32.to_be_bytes());
    out.extend(u32::try_from(hashes.len()).unwrap().to_be_bytes());
    out.push(u8::try_from(size).unwrap());
    for hash in hashes {
        let mut bytes = &hash[..size];
        while let [first, next, ..] = bytes
            && (*first == 0 && *next < 0x80 || *first == 0xff && *next >= 0x80)
        {
            bytes = &bytes[1..];
        }
        out.extend(vec![0; size - bytes.len()]);
        out.extend(bytes);
    }
    out
}

#[test]
fn filters_hold_what_was_added_and_hardly_anything_else() {
    let elements: Vec<_> = (0..500).map(hash_of).collect();
    // 3, 7 and 301 words are no powers of two, where the sign of the number counts.
    for (hashes, words) in [(1, 3), (5, 7), (7, 301), (3, 256)] {
        let filter = BloomFilter::parse(&bloom(hashes, words, &elements[..words])).unwrap();
        assert!(elements[..words].iter().all(|element| filter.may_hold(element)), "{hashes} {words}");
    }
    let filter = BloomFilter::parse(&bloom(10, 250, &elements)).unwrap();
    let wrong = (1000..5000).filter(|number| filter.may_hold(&hash_of(*number))).count();
    assert!(wrong < 80, "{wrong} of 4000, where about 40 are to be expected");
    let set = |slice: Slice| {
        let mut builder = RevocationSet::builder();
        builder.add_slice(Some(KEY_ID), &[Kind::Identifier], slice).unwrap();
        builder.build()
    };
    let probably = Check::Undetermined(Code::ProbablyRevoked.into());
    let slice = Slice::parse(&bloom(10, 250, &elements)).unwrap();
    assert_eq!(judge(&set(slice.clone()), 1, &dcc("v", &[("AT", "7")])), probably);
    assert_eq!(judge(&set(slice), 1, &dcc("v", &[("AT", "none")])), Check::Pass);
}

#[test]
fn prefixes_are_found_as_the_writer_left_them() {
    let mut hashes: Vec<_> = (0..300).map(hash_of).collect();
    for (at, start) in [[0xff; 4], [0xff, 0xff, 0x80, 1], [0xff, 0x7f, 1, 1], [0, 0, 1, 2], [0; 4]].iter().enumerate() {
        hashes[at][..4].copy_from_slice(start);
    }
    for size in 1..=16 {
        let list = HashPrefixes::parse(&prefixes(size, &hashes)).unwrap();
        assert!(hashes.iter().all(|hash| list.may_hold(hash)), "{size}");
        if size >= 4 {
            assert!((1000..3000).all(|number| !list.may_hold(&hash_of(number))), "{size}");
        }
    }
    let slice = Slice::parse(&prefixes(5, &hashes)).unwrap();
    assert!(matches!(slice, Slice::HashPrefixes(_)) && slice.may_hold(&hashes[9]));
}

#[test]
fn broken_slices_are_refused() {
    let good = bloom(7, 3, &[hash_of(1)]);
    for length in 0..good.len() {
        assert!(BloomFilter::parse(&good[..length]).is_err(), "{length}");
    }
    let with = |at: usize, value: u8| {
        let mut changed = good.clone();
        changed[at] = value;
        BloomFilter::parse(&changed).is_err()
    };
    // Version, number of hashes, function, number of words.
    assert!(with(0, 1) && with(1, 2) && with(2, 0) && with(2, 128) && with(3, 1) && with(16, 0x40) && with(19, 2));
    assert!(BloomFilter::parse(&[good.as_slice(), &[0; 4]].concat()).is_err());
    assert!(BloomFilter::parse(&bloom(7, 0, &[])).is_err());
    let list = prefixes(4, &[hash_of(1), hash_of(2)]);
    for length in (0..list.len()).filter(|length| ![11, 15].contains(length)) {
        assert!(HashPrefixes::parse(&list[..length]).is_err(), "{length}");
    }
    for (at, value) in [(0, 1), (1, 2), (10, 0), (10, 17), (10, 3)] {
        let mut changed = list.clone();
        changed[at] = value;
        assert!(HashPrefixes::parse(&changed).is_err(), "{at}");
    }
}

#[test]
fn a_set_holds_so_much_and_no_more() {
    let mut builder = RevocationSet::builder();
    let list = HashPrefixes::parse(&prefixes(1, &[[7; 16]])).unwrap();
    for _ in 0..MAX_SLICES {
        builder.add_slice(None, Kind::ALL, Slice::HashPrefixes(list.clone())).unwrap();
    }
    let refusal = Err(Code::RevocationTooLarge.into());
    assert_eq!(builder.add_slice(None, Kind::ALL, Slice::HashPrefixes(list)), refusal);
    let most = vec![[1; 16]; MAX_REVOKED - MAX_SLICES];
    assert_eq!(builder.revoke(None, Kind::Signature, &most), Ok(()));
    assert_eq!(builder.revoke(None, Kind::Signature, &[[2; 16]]), refusal);
    assert_eq!(builder.revoke_signer(KEY_ID), refusal);
    assert_eq!(builder.build().len(), 1);
    let mut builder = RevocationSet::builder();
    for key_id in [&[][..], &[1; MAX_REVOKED_KEY_ID_BYTES + 1]] {
        assert_eq!(builder.revoke_signer(key_id).unwrap_err().code(), Code::RevocationUnreadable);
        assert!(builder.revoke(Some(key_id), Kind::Signature, &[]).is_err());
    }
}

#[test]
fn sets_can_be_joined_and_listed() {
    let mut first = RevocationSet::builder();
    first.revoke(Some(KEY_ID), Kind::Identifier, &[hash_of(2), hash_of(1), hash_of(2)]).unwrap();
    first.revoke_signer(b"z").unwrap();
    first.revoke_signer(b"a").unwrap();
    first.fresh_until(time(9));
    first.add_slice(None, &[Kind::Signature], Slice::parse(&bloom(1, 1, &[])).unwrap()).unwrap();
    let first = first.build();
    let mut joined = RevocationSet::builder();
    joined.revoke(None, Kind::Signature, &[hash_of(3)]).unwrap();
    joined.add_set(&first).unwrap();
    let joined = joined.build();
    assert_eq!((joined.len(), joined.fresh_until(), joined.has_slices()), (5, Some(time(9)), true));
    let lists: Vec<_> = joined.lists().map(|(key_id, kind, hashes)| (key_id, kind, hashes.len())).collect();
    assert_eq!(lists, [(None, Kind::Signature, 1), (Some(KEY_ID), Kind::Identifier, 2)]);
    assert_eq!(joined.signers().collect::<Vec<_>>(), [b"a", b"z"]);
    assert!(!joined.is_empty() && RevocationSet::default().is_empty());
    assert!(!format!("{joined:?}").contains("122"));
}

#[cfg(feature = "lists")]
mod files {
    use super::*;

    fn base64(bytes: &[u8]) -> String {
        use base64ct::Encoding as _;
        base64ct::Base64::encode_string(bytes)
    }

    fn batch(kid: &str, kind: &str, hash: &str) -> String {
        format!(
            r#"{{"country":"AT","expires":"2026-12-31T00:00:00Z","kid":"{kid}","hashType":"{kind}","entries":[{{"hash":"{hash}"}}]}}"#
        )
    }

    fn load(bytes: &[u8]) -> Result<RevocationSet, crate::Failure> {
        let mut builder = RevocationSet::builder();
        builder.add_file(bytes)?;
        Ok(builder.build())
    }

    fn lists(bytes: &[u8]) -> Vec<(Option<Vec<u8>>, Kind, Vec<Hash>)> {
        let set = load(bytes).unwrap();
        set.lists().map(|(key_id, kind, hashes)| (key_id.map(<[u8]>::to_vec), kind, hashes.to_vec())).collect()
    }

    #[test]
    fn batches() {
        let hash = base64(&[0xfb; 16]);
        for (kid, key_id) in
            [("UNKNOWN_KID", None), (&base64(KEY_ID), Some(KEY_ID.to_vec())), ("AQIDBAUGBwg", Some(KEY_ID.to_vec()))]
        {
            for kind in Kind::ALL {
                let text = batch(kid, kind.name(), &hash);
                assert_eq!(lists(text.as_bytes()), [(key_id.clone(), *kind, vec![[0xfb; 16]])]);
            }
        }
        let two = format!("\n [{},{}]", batch("AQ==", "UCI", &hash), batch("Ag==", "UCI", &hash));
        assert_eq!(lists(two.as_bytes()).len(), 2);
        let slice = base64(&bloom(1, 1, &[]));
        for kind in [r#""type":"BLOOMFILTER","#, ""] {
            let text = format!(r#"{{"kid":"_-8",{kind}"hashTypes":["UCI","SIGNATURE"],"slice":"{slice}"}}"#);
            assert!(load(text.as_bytes()).unwrap().has_slices());
        }
        assert!(load(&bloom(1, 1, &[])).unwrap().has_slices());
    }

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        assert!(content.len() < 0x1_0000);
        let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, high, low], content].concat()
    }

    fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    /// SignedData around a content, with definite or indefinite lengths.
    fn cms(content: &[u8], wrap: fn(u8, &[u8]) -> Vec<u8>, pieces: bool) -> Vec<u8> {
        let data = [&[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7][..], &[1]].concat();
        let content = if pieces {
            let (one, two) = content.split_at(7);
            wrap(0x24, &[element(4, one), element(4, two)].concat())
        } else {
            element(4, content)
        };
        let encapsulated = wrap(0x30, &[data.clone(), wrap(0xa0, &content)].concat());
        let signed =
            wrap(0x30, &[&[2, 1, 1][..], &element(0x31, &[]), &encapsulated, &element(0x31, b"signers")].concat());
        let mut signed_data = data;
        *signed_data.last_mut().unwrap() = 2;
        wrap(0x30, &[signed_data, wrap(0xa0, &signed)].concat())
    }

    #[test]
    fn batches_in_their_wrapper() {
        let text = batch("AQIDBAUGBwg=", "SIGNATURE", &base64(&[3; 16]));
        let expected = [(Some(KEY_ID.to_vec()), Kind::Signature, vec![[3; 16]])];
        for wrap in [element, indefinite] {
            for pieces in [false, true] {
                let wrapped = cms(text.as_bytes(), wrap, pieces);
                assert_eq!(lists(&wrapped), expected);
                assert_eq!(lists(base64(&wrapped).as_bytes()), expected);
                for length in 0..wrapped.len() {
                    // What follows the content is not looked at, for the signature is not.
                    _ = load(&wrapped[..length]);
                }
            }
        }
        let nested = [0x30, 0x80].repeat(10_000);
        assert!(load(&nested).is_err());
    }

    #[test]
    fn other_files_are_refused() {
        let hash = base64(&[1; 16]);
        let good = batch("AQ==", "UCI", &hash);
        let slice = base64(&bloom(1, 1, &[]));
        for text in [
            String::new(),
            "[]".into(),
            "{}".into(),
            "[1]".into(),
            "nothing to see here".into(),
            good[..good.len() - 1].into(),
            format!("{good}{good}"),
            good.replace("UCI", "uci"),
            good.replace("AQ==", "A"),
            good.replace("AQ==", ""),
            good.replace(&hash, &base64(&[1; 15])),
            good.replace(&hash, &base64(&[1; 17])),
            good.replace("{\"country", "{\"kid\":\"Ag==\",\"country"),
            good.replace("\"hashType\":\"UCI\",", ""),
            good.replace("\"entries\"", "\"hashes\""),
            good.replace("{\"country", &format!("{{\"slice\":\"{slice}\",\"country")),
            format!(r#"{{"kid":"AQ","slice":"{slice}"}}"#),
            format!(r#"{{"kid":"AQ","hashTypes":["UCI"],"type":"CUCKOO","slice":"{slice}"}}"#),
            format!(r#"{{"kid":"AQ","hashTypes":["UCI"],"type":"VARHASHLIST","slice":"{slice}"}}"#),
            format!(r#"{{"kid":"AQ","hashTypes":["CI"],"slice":"{slice}"}}"#),
            "[".repeat(100_000),
        ] {
            assert_eq!(load(text.as_bytes()).map(|_| ()).unwrap_err().code(), Code::RevocationUnreadable, "{text:.80}");
        }
        for bytes in [&[0][..], &[0, 1], &[0x30], &[0x30, 0x80], &[0xff; 40], &[0x30, 0x03, 0x06, 0x01, 0x00]] {
            assert_eq!(load(bytes).map(|_| ()).unwrap_err().code(), Code::RevocationUnreadable);
        }
    }
}
