//! `myna-card`, which reads real cards, against our verifier and our simulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../../crates/tegata-conformance/src/corpus.rs"]
mod corpus;

use myna_card::ap::text::{Attributes, IntegrityRecord, SignedPublicKey, TextAp};
use myna_card::data::{CardVerifiableCertificate, MyNumber, RsaPublicKey};
use myna_card::{Card, Pin, Transmit};
use tegata::card::{Answered, Application, CardFiles, CardVerifier, Challenge, FileId, HierarchyType, Other};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::{Failure, Stage};
use tegata_simulator::{Algorithm, Application as Simulated, CardRequest, Flaw, Hierarchy, SimulatedCard};

/// Cards, and how many changed copies of each are judged.
const CARDS: u64 = 40;
const COPIES: u64 = 10;
const FILES: [u16; 5] = [1, 2, 3, 4, 7];

/// The authority of a hierarchy as the peer takes it.
struct Authority {
    id: Vec<u8>,
    key: RsaPublicKey,
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn authority(hierarchy: &Hierarchy) -> Authority {
    let list: serde_json::Value = serde_json::from_str(&hierarchy.authorities_json()).unwrap();
    let entry = list["keys"].as_array().unwrap().iter().find(|entry| entry["application"] == "text").unwrap();
    let hex = |value: &serde_json::Value| bytes(value.as_str().unwrap());
    let key = RsaPublicKey { exponent: hex(&entry["rsa"]["e"]), modulus: hex(&entry["rsa"]["n"]) };
    Authority { id: hex(&entry["key_id"]), key }
}

/// What a verifier accepted: name, address and date of birth.
type Holder = (String, String, String);

/// The peer's verdict, with every check that its documentation asks for.
fn peer(files: &CardFiles, authority: &Authority) -> Option<Holder> {
    let file = |number| files.get(FileId::new(number).unwrap()).unwrap();
    let certificate = CardVerifiableCertificate::parse(file(4)).ok()?;
    if certificate.issuer_key_id.as_bytes()[..] != authority.id[..] {
        return None;
    }
    certificate.verify_with(&authority.key).ok()?;
    let record = IntegrityRecord::parse(file(3)).ok()?;
    record.verify(&certificate.public_key).ok()?;
    if !record.matches_my_number_file(file(1)) || !record.matches_attributes_file(file(2)).ok()? {
        return None;
    }
    MyNumber::parse(file(1).get(3..15)?).ok()?;
    SignedPublicKey::parse(file(7)).ok()?.verify(&certificate.public_key).ok()?;
    let holder = Attributes::parse(file(2)).ok()?;
    let born = holder.birth_date;
    Some((holder.name, holder.address, format!("{:04}-{:02}-{:02}", born.year, born.month, born.day)))
}

fn ours<H: HierarchyType>(files: &CardFiles, verifier: &CardVerifier<H>) -> Result<Holder, Stage> {
    let report = verifier.verify_text(files, None);
    let stage = report.failure().map(Failure::stage);
    match report.into_identity() {
        Some(identity) => {
            let holder = identity.into_four_fields();
            let born = holder.birth_date().expose().to_text();
            Ok((holder.name().expose().clone(), holder.address().expose().clone(), born))
        }
        None => Err(stage.unwrap()),
    }
}

fn files(card: &SimulatedCard) -> CardFiles {
    let mut files = CardFiles::new(Application::Text);
    for number in FILES {
        let bytes = card.file(Simulated::Text, number).unwrap().to_vec();
        files.insert(FileId::new(number).unwrap(), bytes).unwrap();
    }
    files
}

#[test]
fn verdicts_agree_on_genuine_and_changed_cards() {
    let hierarchy = Hierarchy::generate(21, Algorithm::Rsa2048).unwrap();
    let (authority, verifier) = (authority(&hierarchy), verifier(&hierarchy));
    let (mut changed, mut refused_by_both) = (0, 0);
    for seed in 0..CARDS {
        let request = CardRequest::from_seed(seed);
        let mut files = files(&hierarchy.issue(&request).unwrap());
        let holder = ours(&files, &verifier).unwrap();
        assert_eq!(holder.0, request.holder_name());
        assert_eq!(peer(&files, &authority).as_ref(), Some(&holder), "seed {seed}");
        for copy in 0..COPIES {
            let id = FileId::new(FILES[usize::try_from((seed + copy) % 5).unwrap()]).unwrap();
            let genuine = files.get(id).unwrap().to_vec();
            let mut bytes = genuine.clone();
            // Bits all over the file, others in each copy.
            let bit = usize::try_from((seed * COPIES + copy) * 7919 + 13).unwrap() % (bytes.len() * 8);
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
            files.insert(id, bytes).unwrap();
            changed += 1;
            let stage = ours(&files, &verifier).expect_err("a changed card");
            match peer(&files, &authority) {
                None => refused_by_both += 1,
                // The peer reads lengths, filler and unused fields more leniently; never what is signed.
                Some(_) => assert_eq!(stage, Stage::CardFiles, "seed {seed}, file {}, bit {bit}", id.number()),
            }
            files.insert(id, genuine).unwrap();
        }
    }
    assert!(changed == CARDS * COPIES && refused_by_both * 100 >= changed * 95, "{refused_by_both} of {changed}");
}

/// The peer holds the authority of the test card itself.
#[test]
fn verdicts_agree_on_the_public_test_card() {
    let Some(folder) = corpus::corpus("verdicts_agree_on_the_public_test_card", "../data/test-card") else { return };
    let mut files = CardFiles::new(Application::Text);
    for number in FILES {
        let physical = if number == 1 { "-physical" } else { "" };
        let bytes = std::fs::read(folder.join(format!("text-{number:04}{physical}.bin"))).unwrap();
        files.insert(FileId::new(number).unwrap(), bytes).unwrap();
    }
    let certificate = CardVerifiableCertificate::parse(files.get(FileId::CERTIFICATE).unwrap()).unwrap();
    let known = myna_card::ca::find(&certificate.issuer_key_id).unwrap();
    let authority = Authority { id: known.key_id.to_vec(), key: known.to_public_key() };
    let verifier = CardVerifier::test(&PROVIDER).unwrap();
    let holder = ours(&files, &verifier).unwrap();
    assert_eq!(peer(&files, &authority), Some(holder));

    let (mut changed, mut refused_by_both) = (0_u32, 0_u32);
    for number in FILES {
        let id = FileId::new(number).unwrap();
        let genuine = files.get(id).unwrap().to_vec();
        for bit in (0..genuine.len() * 8).step_by(7) {
            let mut bytes = genuine.clone();
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
            files.insert(id, bytes).unwrap();
            changed += 1;
            let stage = ours(&files, &verifier).expect_err("a changed card");
            match peer(&files, &authority) {
                None => refused_by_both += 1,
                // Lengths, filler and unused fields, as above; never what is signed.
                Some(_) => assert_eq!(stage, Stage::CardFiles, "file {number}, bit {bit}"),
            }
        }
        files.insert(id, genuine).unwrap();
    }
    assert!(changed > 1000 && refused_by_both * 100 >= changed * 95, "{refused_by_both} of {changed}");
}

#[test]
fn verdicts_agree_on_cards_that_were_signed_wrongly_and_on_mixed_ones() {
    let hierarchy = Hierarchy::generate(21, Algorithm::Rsa2048).unwrap();
    let (authority, verifier) = (authority(&hierarchy), verifier(&hierarchy));
    let issue = |request| files(&hierarchy.issue(&request).unwrap());
    for flaw in
        [Flaw::NumberDigest, Flaw::AttributesDigest, Flaw::OffsetTable, Flaw::NameNotUtf8, Flaw::SelfSignedCardKey]
    {
        let files = issue(CardRequest::from_seed(1).flaw(flaw));
        assert!(ours(&files, &verifier).is_err() && peer(&files, &authority).is_none(), "{flaw:?}");
    }
    // 30 February: the peer looks at no calendar.
    let impossible = issue(CardRequest::from_seed(1).flaw(Flaw::ImpossibleBirthDate));
    assert!(ours(&impossible, &verifier) == Err(Stage::CardFiles) && peer(&impossible, &authority).is_some());
    let (one, two) = (issue(CardRequest::from_seed(1)), issue(CardRequest::from_seed(2)));
    for number in FILES {
        let id = FileId::new(number).unwrap();
        let mut mixed = issue(CardRequest::from_seed(1));
        assert_eq!(mixed.get(id), one.get(id));
        mixed.insert(id, two.get(id).unwrap().to_vec()).unwrap();
        assert_eq!(ours(&mixed, &verifier).ok(), peer(&mixed, &authority), "file {number}");
    }
    let other = Hierarchy::generate(22, Algorithm::Rsa2048).unwrap();
    let foreign = files(&other.issue(&CardRequest::from_seed(1)).unwrap());
    assert!(ours(&foreign, &verifier) == Err(Stage::CardAuthority) && peer(&foreign, &authority).is_none());
}

fn verifier(hierarchy: &Hierarchy) -> CardVerifier<Other> {
    CardVerifier::other(&PROVIDER, &hierarchy.authorities_json()).unwrap()
}

/// Our card in the peer's reader.
struct Reader(SimulatedCard);

impl Transmit for Reader {
    fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
        Ok(self.0.transmit(command))
    }
}

#[test]
fn the_peer_reads_a_simulated_card_as_if_it_were_real() {
    let hierarchy = Hierarchy::generate(21, Algorithm::Rsa2048).unwrap();
    let request = CardRequest::from_seed(9).pin("4711").unwrap();
    let mut card = Card::new(Reader(hierarchy.issue(&request).unwrap()));
    let mut text = TextAp::select(&mut card).unwrap();
    assert!(text.read_my_number().is_err(), "the number is readable without a PIN");
    assert!(text.verify_pin(&Pin::numeric("0000").unwrap()).is_err());
    text.verify_pin(&Pin::numeric("4711").unwrap()).unwrap();
    assert!(text.read_my_number().unwrap().as_bytes() == request.code_a());
    let holder = text.read_attributes().unwrap();
    assert_eq!((holder.name.as_str(), holder.address.as_str()), (request.holder_name(), request.holder_address()));

    // What the peer reads, our verifier accepts, the card's answer included.
    let challenge = Challenge::from_bytes([0x77; 32]);
    let response = text.sign(challenge.as_bytes()).unwrap();
    let mut files = CardFiles::new(Application::Text);
    files.insert(FileId::FIRST, text.read_my_number_file().unwrap()).unwrap();
    for number in [2, 3, 4, 5, 7] {
        files.insert(FileId::new(number).unwrap(), text.read_ef(number).unwrap()).unwrap();
    }
    let answered = Some(Answered { challenge: &challenge, response: &response });
    let report = verifier(&hierarchy).verify_text(&files, answered);
    assert!(report.failure().is_none(), "{report}");
    assert!(report.into_identity().unwrap().into_with_number().is_some());
    let key = text.read_signed_public_key().unwrap().public_key;
    key.verify_pkcs1_sha256(challenge.as_bytes(), &response).unwrap();
}
