use ciborium::Value as Oracle;
use coset::{CborSerializable as _, TaggedCborSerializable as _};
use proptest::prelude::*;

use super::*;

fn cbor(value: &Oracle) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn map(entries: &[(i64, Oracle)]) -> Oracle {
    Oracle::Map(entries.iter().map(|(label, value)| (Oracle::from(*label), value.clone())).collect())
}

/// An untagged structure whose protected header is the bytes given.
fn with_headers(protected: &[u8], unprotected: &Oracle) -> Vec<u8> {
    let fields = [protected.into(), unprotected.clone(), b"payload".as_slice().into(), [7; 64].as_slice().into()];
    cbor(&Oracle::Array(fields.into()))
}

fn parse_with(protected: &[(i64, Oracle)], unprotected: &[(i64, Oracle)]) -> Result<Sign1, CoseError> {
    Sign1::parse(with_headers(&cbor(&map(protected)), &map(unprotected)))
}

fn labels(labels: &[i64]) -> Oracle {
    Oracle::Array(labels.iter().map(|&label| label.into()).collect())
}

fn id(bytes: &[u8]) -> Oracle {
    Oracle::from(bytes)
}

/// `18([<<{1: -7, 4: h'0102'}>>, {}, h'a0', h'aa'])`.
const SAMPLE: &[u8] = b"\xd2\x84\x47\xa2\x01\x26\x04\x42\x01\x02\xa0\x41\xa0\x41\xaa";

fn check_sample(sign1: &Sign1) {
    assert_eq!(sign1.protected(), b"\xa2\x01\x26\x04\x42\x01\x02");
    assert_eq!(sign1.payload(), b"\xa0");
    assert_eq!(sign1.signature(), b"\xaa");
    assert_eq!(sign1.algorithm(), Some(AlgorithmId::Int(-7)));
    assert_eq!(sign1.key_id(), Some(&b"\x01\x02"[..]));
    assert_eq!(sign1.to_be_signed().to_vec(), b"\x84\x6aSignature1\x47\xa2\x01\x26\x04\x42\x01\x02\x40\x41\xa0");
    let (protected, unprotected) = sign1.headers();
    assert_eq!((protected.unwrap().len(), unprotected.unwrap().len()), (2, 0));
}

#[test]
fn each_framing_is_taken_apart() {
    let untagged = &SAMPLE[1..];
    for tags in [&b""[..], b"\xd2", b"\xd8\x3d", b"\xd8\x3d\xd2", b"\xd9\x00\x3d\xd8\x12"] {
        let bytes = [tags, untagged].concat();
        let sign1 = Sign1::parse(bytes.clone()).unwrap();
        check_sample(&sign1);
        assert_eq!(sign1.bytes(), bytes);
    }
    // Indefinite lengths everywhere, the protected header in pieces.
    let pieces =
        b"\x9f\x5f\x43\xa2\x01\x26\x40\x44\x04\x42\x01\x02\xff\xbf\xff\x5f\x41\xa0\xff\x5f\x40\x41\xaa\xff\xff";
    check_sample(&Sign1::parse(pieces.to_vec()).unwrap());
    for tags in [&b"\xd1"[..], b"\xd2\xd8\x3d", b"\xd2\xd2", b"\xd8\x3d\xd8\x3d", b"\xd9\xd9\xf7", b"\xd8\x62"] {
        let error = Sign1::parse([tags, untagged].concat()).unwrap_err();
        assert_eq!(error.code(), Code::CoseWrongStructure, "{tags:02x?}");
    }
}

#[test]
fn the_fields_must_be_those_of_the_structure() {
    let fields = [id(b""), map(&[]), id(b"p"), id(b"s")];
    let field_of = |fields: &[Oracle]| match Sign1::parse(cbor(&Oracle::Array(fields.into()))) {
        Err(CoseError::WrongStructure { field }) => field,
        other => panic!("{other:?}"),
    };
    assert!(Sign1::parse(cbor(&Oracle::Array(fields.to_vec()))).is_ok());
    for (at, field) in ["protected", "unprotected", "payload", "signature"].into_iter().enumerate() {
        for wrong in [Oracle::Null, Oracle::from("text"), Oracle::from(1), Oracle::Array(Vec::new())] {
            let mut fields = fields.clone();
            fields[at] = wrong;
            assert_eq!(field_of(&fields), field);
        }
    }
    assert_eq!(field_of(&fields[..3]), "array");
    assert_eq!(field_of(&[&fields[..], &[Oracle::Null]].concat()), "array");
    assert_eq!(field_of(&[]), "array");
    assert_eq!(Sign1::parse(b"\xa0".to_vec()).unwrap_err(), CoseError::WrongStructure { field: "array" });
    let text_inside = with_headers(b"\x61a", &map(&[]));
    assert_eq!(Sign1::parse(text_inside).unwrap_err(), CoseError::WrongStructure { field: "protected" });
}

#[test]
fn cbor_faults_keep_their_kind_and_place() {
    let code_and_offset = |bytes: &[u8]| match Sign1::parse(bytes.to_vec()) {
        Err(error @ CoseError::Cbor(cbor)) => (error.code(), cbor.offset()),
        other => panic!("{other:?}"),
    };
    for len in 0..SAMPLE.len() {
        assert_eq!(code_and_offset(&SAMPLE[..len]).0, Code::CoseTruncated);
    }
    assert_eq!(code_and_offset(&[SAMPLE, b"\0"].concat()), (Code::CoseTrailingBytes, SAMPLE.len()));
    // Within the protected header, whose content starts at byte 3 of a tagged structure.
    let within = |content: &[u8]| code_and_offset(&[b"\xd2", &*with_headers(content, &map(&[]))].concat());
    assert_eq!(within(b"\xa1\x01"), (Code::CoseTruncated, 3));
    assert_eq!(within(b"\xa1\x01\x1c"), (Code::CoseMalformed, 5));
    assert_eq!(within(b"\xa2\x01\x26\x18\x01\x26"), (Code::CoseDuplicateKey, 6));
    assert_eq!(within(b"\xa0\xa0"), (Code::CoseTrailingBytes, 4));
    assert_eq!(within(b"\xa1\x01\x61\xff"), (Code::CoseNotUtf8, 5));
    assert_eq!(within(b"\xa1\x01\x81\x81\x81\x81\x81\x81\x81\x00").0, Code::CoseTooDeep);
    let many = [&b"\xa1\x01\x9f"[..], &[0; 300], b"\xff"].concat();
    assert_eq!(within(&many).0, Code::CoseTooLarge);
}

#[test]
fn the_protected_header_wins() {
    let both = parse_with(&[(1, (-7).into()), (4, id(b"in"))], &[(1, (-37).into()), (4, id(b"out"))]).unwrap();
    assert_eq!((both.algorithm(), both.key_id()), (Some(AlgorithmId::Int(-7)), Some(&b"in"[..])));
    let outside = parse_with(&[], &[(1, (-37).into()), (4, id(b"out"))]).unwrap();
    assert_eq!((outside.algorithm(), outside.key_id()), (Some(AlgorithmId::Int(-37)), Some(&b"out"[..])));
    let mixed = parse_with(&[(1, (-7).into()), (3, 0.into())], &[(4, id(b"out"))]).unwrap();
    assert_eq!((mixed.algorithm(), mixed.key_id()), (Some(AlgorithmId::Int(-7)), Some(&b"out"[..])));
    let neither = parse_with(&[], &[]).unwrap();
    assert_eq!((neither.algorithm(), neither.key_id()), (None, None));
    // What a wrong protected parameter says is not replaced by a right unprotected one.
    let wrong = parse_with(&[(1, id(b"x"))], &[(1, (-7).into())]).unwrap_err();
    assert_eq!(wrong, CoseError::WrongType { field: "alg" });
    assert_eq!(parse_with(&[(4, "x".into())], &[]).unwrap_err(), CoseError::WrongType { field: "kid" });
    assert_eq!(parse_with(&[], &[(4, Oracle::Null)]).unwrap_err(), CoseError::WrongType { field: "kid" });
    assert_eq!(parse_with(&[(1, u64::MAX.into())], &[]).unwrap_err(), CoseError::WrongType { field: "alg" });
    assert_eq!(parse_with(&[(1, "ES256".into())], &[]).unwrap().algorithm(), Some(AlgorithmId::Text));
    assert_eq!(wrong.code(), Code::CoseWrongStructure);
}

#[test]
fn a_key_id_in_pieces_is_joined() {
    for protected in [&b"\xa1\x04\x5f\x41\x01\x41\x02\xff"[..], b"\xbf\x04\x42\x01\x02\xff"] {
        let definite = with_headers(protected, &map(&[]));
        // The same header in pieces of one byte.
        let mut pieces = vec![0x84, 0x5f];
        protected.iter().for_each(|byte| pieces.extend([0x41, *byte]));
        pieces.extend(b"\xff\xa0\x41\xa0\x41\xaa");
        let outside = with_headers(b"", &map(&[(4, id(b"\x01\x02"))]));
        for bytes in [definite, pieces, outside] {
            assert_eq!(Sign1::parse(bytes).unwrap().key_id(), Some(&b"\x01\x02"[..]));
        }
    }
    let pieces_outside = b"\x84\x40\xa1\x04\x5f\x41\x01\x41\x02\xff\x41\xa0\x41\xaa".to_vec();
    assert_eq!(Sign1::parse(pieces_outside).unwrap().key_id(), Some(&b"\x01\x02"[..]));
}

#[test]
fn critical_headers_must_be_understood() {
    let alg = (1, Oracle::from(-7));
    let with = |critical: Oracle| parse_with(&[alg.clone(), (2, critical), (9, 1.into())], &[]).map(|_| ());
    let malformed = Err(CoseError::WrongStructure { field: "crit" });
    assert_eq!(with(labels(&[1])), Ok(()));
    assert_eq!(with(labels(&[9])), Err(CoseError::CriticalHeader));
    assert_eq!(with(labels(&[1, 9])), Err(CoseError::CriticalHeader));
    // A header that is not there, an empty list, no list, a label of another type.
    assert_eq!(with(labels(&[4])), malformed);
    assert_eq!(with(labels(&[9, 10])), malformed);
    assert_eq!(with(labels(&[])), malformed);
    assert_eq!(with(1.into()), malformed);
    assert_eq!(with(Oracle::Array(vec![id(b"x")])), malformed);
    assert_eq!(with(Oracle::Array(vec!["x".into()])), malformed);
    // One that demands itself is not understood either.
    assert_eq!(with(labels(&[2])), Err(CoseError::CriticalHeader));
    let text = Oracle::Map(vec![(2.into(), Oracle::Array(vec!["x".into()])), ("x".into(), 1.into())]);
    let text = Sign1::parse(with_headers(&cbor(&text), &map(&[])));
    assert_eq!(text.unwrap_err().code(), Code::CoseCriticalHeader);
    // It must be protected.
    assert_eq!(parse_with(std::slice::from_ref(&alg), &[(2, labels(&[1]))]).map(|_| ()), malformed);
}

#[test]
fn an_empty_protected_header_is_signed_as_no_bytes() {
    for protected in [&b""[..], b"\xa0", b"\xbf\xff"] {
        let sign1 = Sign1::parse(with_headers(protected, &map(&[(1, (-7).into())]))).unwrap();
        assert_eq!(sign1.protected(), protected);
        assert_eq!(sign1.to_be_signed().to_vec(), b"\x84\x6aSignature1\x40\x40\x47payload");
        assert_eq!(sign1.headers().0.is_some(), !protected.is_empty());
    }
}

#[test]
fn debug_shows_lengths_only() {
    let sign1 = parse_with(&[(4, id(b"CANARY"))], &[(7, "CANARY".into())]).unwrap();
    let shown = format!("{sign1:?} {:?} {:?}", sign1.to_be_signed(), sign1.headers());
    assert!(!shown.contains("CANARY") && !shown.contains("67, 65"), "{shown}");
    assert!(shown.starts_with("Sign1(9 bytes protected, 7 bytes payload, 64 bytes signature) ToBeSigned("), "{shown}");
}

#[cfg(feature = "issue")]
mod issuing {
    use super::*;

    #[test]
    fn a_finalised_structure_is_read_back() {
        let prepared = Prepared { protected: protected_header(-7, b"\x01\x02"), payload: b"\xa0".to_vec() };
        let to_be_signed = prepared.to_be_signed();
        assert!(!format!("{prepared:?}").contains("160"));
        let bytes = prepared.finalise(b"\xaa");
        assert_eq!(bytes, SAMPLE);
        assert_eq!(Sign1::parse(bytes).unwrap().to_be_signed().to_vec(), to_be_signed);
    }

    proptest! {
        #[test]
        fn another_library_reads_it(
            algorithm in -65_536..0_i64,
            key_id in prop::collection::vec(any::<u8>(), 0..40),
            payload in prop::collection::vec(any::<u8>(), 0..70_000),
            signature in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let prepared = Prepared { protected: protected_header(algorithm, &key_id), payload: payload.clone() };
            let to_be_signed = prepared.to_be_signed();
            let bytes = prepared.finalise(&signature);
            let theirs = coset::CoseSign1::from_tagged_slice(&bytes);
            let ours = Sign1::parse(bytes.clone()).unwrap();
            prop_assert_eq!(ours.algorithm(), Some(AlgorithmId::Int(algorithm)));
            prop_assert_eq!(ours.to_be_signed().to_vec(), &*to_be_signed);
            // The other library knows no unregistered algorithm.
            if let Ok(theirs) = theirs {
                prop_assert_eq!(theirs.payload.as_ref(), Some(&payload));
                prop_assert_eq!(&theirs.signature, &signature);
                prop_assert_eq!(&theirs.protected.header.key_id, &key_id);
                prop_assert_eq!(theirs.tbs_data(b""), to_be_signed);
                prop_assert_eq!(theirs.to_tagged_vec().unwrap(), bytes);
            }
        }
    }
}

proptest! {
    #[test]
    fn agrees_with_another_library(
        protected_id in prop::option::of(prop::collection::vec(any::<u8>(), 1..12)),
        unprotected_id in prop::option::of(prop::collection::vec(any::<u8>(), 1..12)),
        payload in prop::collection::vec(any::<u8>(), 0..400),
        signature in prop::collection::vec(any::<u8>(), 0..100),
        change in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let mut protected = coset::HeaderBuilder::new().algorithm(coset::iana::Algorithm::ES256);
        if let Some(id) = protected_id {
            protected = protected.key_id(id);
        }
        let mut unprotected = coset::HeaderBuilder::new();
        if let Some(id) = unprotected_id {
            unprotected = unprotected.key_id(id);
        }
        let built = coset::CoseSign1Builder::new()
            .protected(protected.build())
            .unprotected(unprotected.build())
            .payload(payload)
            .signature(signature)
            .build();
        let mut bytes = built.to_vec().unwrap();
        if let Some((at, byte)) = change {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        } else {
            prop_assert!(Sign1::parse(bytes.clone()).is_ok());
        }
        if let (Ok(ours), Ok(theirs)) = (Sign1::parse(bytes.clone()), coset::CoseSign1::from_slice(&bytes)) {
            prop_assert_eq!(Some(ours.payload()), theirs.payload.as_deref());
            prop_assert_eq!(ours.signature(), &theirs.signature);
            if !theirs.protected.header.is_empty() {
                prop_assert_eq!(ours.to_be_signed().to_vec(), theirs.tbs_data(b""));
            }
            // The other library cannot tell an empty key id from none.
            if ours.key_id() != Some(b"") {
                let key_ids = [&theirs.protected.header.key_id, &theirs.unprotected.key_id];
                let key_id = key_ids.into_iter().find(|id| !id.is_empty());
                prop_assert_eq!(ours.key_id(), key_id.map(Vec::as_slice));
            }
        }
    }

    #[test]
    fn random_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Sign1::parse([&b"\xd2\x84"[..], &bytes].concat());
        let _ = Sign1::parse(bytes);
    }
}
