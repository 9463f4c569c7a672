//! The EU's vectors of its revocation Bloom filter.

use tegata::revocation::BloomFilter;
use tegata_conformance::{corpus, json, unbase64};

/// A filter in the form its slices have, from the words that the vectors hold.
///
/// The number of hashes is not in the vectors (their `k` is 1 throughout): the implementation that made
/// them takes bits ÷ elements × ln 2, rounded.
fn slice(words: &[i64], elements: usize) -> Vec<u8> {
    let bits = f64::from(u32::try_from(words.len() * 32).unwrap());
    let hashes = (bits / f64::from(u32::try_from(elements).unwrap()) * std::f64::consts::LN_2).round();
    let hashes = (1..=127).find(|number| f64::from(*number) >= hashes).unwrap();
    let mut out = vec![0, 1, hashes, 0];
    out.extend(0.0001_f32.to_be_bytes());
    for number in [elements, elements, words.len()] {
        out.extend(u32::try_from(number).unwrap().to_be_bytes());
    }
    for word in words {
        out.extend(i32::try_from(*word).unwrap().to_be_bytes());
    }
    out
}

/// `testcase1.json` of the same folder was made by an earlier form of the filter, with a word a bit, that was
/// never distributed; it is not read.
#[test]
fn every_filter_answers_as_its_maker_did() {
    let Some(folder) = corpus("bloomfilter", "bloomfilter") else { return };
    let cases = json(&folder.join("filter-test.json"));
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let words: Vec<i64> = serde_json::from_slice(&unbase64(case["filter"].as_str().unwrap())).unwrap();
        let data: Vec<_> = case["data"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
        let exists: Vec<u8> = serde_json::from_str(case["exists"].as_str().unwrap()).unwrap();
        let written = exists.iter().filter(|exists| **exists == 1).count();
        assert_eq!(
            written,
            case["written"].as_array().map_or(0, |all| all.iter().filter(|one| one.as_u64() == Some(1)).count())
        );
        let filter = BloomFilter::parse(&slice(&words, data.len())).unwrap();
        let seen: Vec<u8> = data.iter().map(|element| u8::from(filter.may_hold(element.as_bytes()))).collect();
        assert_eq!(seen, exists, "{data:?}");
    }
}
