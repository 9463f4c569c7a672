//! Individual Number Cards: the public test card, and simulated ones of every algorithm.

use std::path::PathBuf;

use tegata::card::session::{CodeB, Consent, Credential, Pin, Progress, ReadError, ReadRequest, Reading, begin};
use tegata::card::{
    Answered, AnyHierarchy, Application, BindingError, CardFiles, CardVerifier, Challenge, FileId, Hierarchy, Presence,
    TextReport, bind,
};
use tegata::crypto::CryptoProvider;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::model::IndividualNumber;
use tegata::{Code, Failure, Stage, Status, Timestamp};
use tegata_conformance::corpus;
use tegata_simulator::{Algorithm, Behaviour, CardRequest, Flaw, ShortRead, SimulatedCard};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Rsa2048, Algorithm::P256, Algorithm::P384];

/// The files of the public test card.
fn test_card(test: &str) -> Option<CardFiles> {
    let folder: PathBuf = corpus(test, "../data/test-card")?;
    let mut files = CardFiles::new(Application::Text);
    for (number, name) in [
        (1, "text-0001-physical.bin"),
        (2, "text-0002.bin"),
        (3, "text-0003.bin"),
        (4, "text-0004.bin"),
        (5, "text-0005.bin"),
        (7, "text-0007.bin"),
    ] {
        files.insert(FileId::new(number).unwrap(), std::fs::read(folder.join(name)).unwrap()).unwrap();
    }
    Some(files)
}

fn code<T>(report: &tegata::card::CardReport<T>) -> Option<Code> {
    assert_eq!(report.identity().is_some(), report.status() == Status::Accepted);
    assert_eq!(report.failure().is_none(), report.status() == Status::Accepted);
    report.failure().map(Failure::code)
}

#[test]
fn the_test_card_is_accepted_where_test_cards_are() {
    let Some(files) = test_card("the_test_card_is_accepted_where_test_cards_are") else { return };
    let report = CardVerifier::test(&PROVIDER).unwrap().verify_text(&files, None);
    assert_eq!(code(&report), None);
    for (stage, check) in report.checks().in_order() {
        assert_eq!(check.name(), if stage == Stage::Presence { "skipped" } else { "pass" }, "{}", stage.name());
    }
    assert_eq!(report.hierarchy(), Some(Hierarchy::Test));
    assert_eq!(report.signer().unwrap().municipality_code(), "132213");
    assert!(report.to_json().contains("\"birth_date\":\"1980-02-17\",\"sex\":\"male\""));

    let production = CardVerifier::production(&PROVIDER).unwrap().verify_text(&files, None);
    assert_eq!(code(&production), Some(Code::TestHierarchy));
    assert_eq!(production.checks().record_signature.name(), "pass");
    let any = CardVerifier::any(&PROVIDER).unwrap();
    assert_eq!(code(&any.verify_text(&files, None)), Some(Code::TestHierarchy));
    let report = any.accepting_test_cards().verify_text(&files, None);
    let identity = report.into_identity().unwrap().into_with_number().unwrap();
    assert!(identity.into_production().unwrap_err().into_test().is_ok());
}

/// The stages at which one changed bit of a file can be found.
const FLIPS: [(u16, &[Stage]); 5] = [
    (1, &[Stage::CardFiles, Stage::NumberDigest]),
    (2, &[Stage::CardFiles, Stage::AttributesDigest]),
    (3, &[Stage::CardFiles, Stage::RecordSignature]),
    (4, &[Stage::CardFiles, Stage::CardAuthority, Stage::CardCertificate]),
    (7, &[Stage::CardFiles, Stage::CardKey]),
];

#[test]
fn every_changed_bit_of_the_test_card_is_found() {
    let Some(mut files) = test_card("every_changed_bit_of_the_test_card_is_found") else { return };
    let verifier = CardVerifier::test(&PROVIDER).unwrap();
    let found = every_flip(&mut files, |files| verifier.verify_text(files, None));
    // Signed content is most of it, and found by what signs it.
    for (stage, least) in [
        (Stage::NumberDigest, 12 * 2),
        (Stage::AttributesDigest, 250),
        (Stage::RecordSignature, 8 * (64 + 256)),
        (Stage::CardAuthority, 8 * 5),
        (Stage::CardCertificate, 8 * (255 + 256)),
        (Stage::CardKey, 8 * (255 + 256)),
    ] {
        let count = found.iter().filter(|found| **found == stage).count();
        assert!(count >= least, "{}: {count}", stage.name());
    }
}

/// Flips every bit of every file; gives the stage at which each was found.
fn every_flip<H: tegata::card::HierarchyType>(
    files: &mut CardFiles,
    verify: impl Fn(&CardFiles) -> TextReport<H>,
) -> Vec<Stage> {
    let mut all = Vec::new();
    for (number, stages) in FLIPS {
        let id = FileId::new(number).unwrap();
        let original = files.get(id).unwrap().to_vec();
        for bit in 0..original.len() * 8 {
            let mut changed = original.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            files.insert(id, changed).unwrap();
            let report = verify(files);
            let stage = report.failure().unwrap_or_else(|| panic!("file {number}, bit {bit} is not found")).stage();
            assert!(stages.contains(&stage), "file {number}, bit {bit}: {}", stage.name());
            assert!(report.identity().is_none());
            all.push(stage);
        }
        files.insert(id, original).unwrap();
    }
    all
}

#[test]
fn the_test_card_cut_at_every_length_is_refused() {
    let Some(mut files) = test_card("the_test_card_cut_at_every_length_is_refused") else { return };
    let verifier = CardVerifier::test(&PROVIDER).unwrap();
    for (number, _) in FLIPS.into_iter().chain([(5, &[][..])]) {
        let id = FileId::new(number).unwrap();
        let original = files.get(id).unwrap().to_vec();
        for length in 0..original.len() {
            files.insert(id, original[..length].to_vec()).unwrap();
            let report = verifier.verify_text(&files, None);
            // The number's filler is completed.
            let expected = if (number, length) == (1, 15) { None } else { Some(Stage::CardFiles) };
            assert_eq!(report.failure().map(Failure::stage), expected, "file {number}, {length} bytes");
        }
        files.insert(id, original).unwrap();
    }
    assert_eq!(code(&verifier.verify_text(&files, None)), None);
}

fn hierarchy(algorithm: Algorithm) -> tegata_simulator::Hierarchy {
    tegata_simulator::Hierarchy::generate(11, algorithm).unwrap()
}

fn verifier(hierarchy: &tegata_simulator::Hierarchy) -> CardVerifier<AnyHierarchy> {
    verifier_with(hierarchy, &PROVIDER)
}

fn verifier_with(hierarchy: &tegata_simulator::Hierarchy, provider: &CryptoProvider) -> CardVerifier<AnyHierarchy> {
    CardVerifier::any(provider).unwrap().with_authorities(&hierarchy.authorities_json()).unwrap()
}

fn files(card: &SimulatedCard, application: Application) -> CardFiles {
    let mut files = CardFiles::new(application);
    for file in card.files(of(application)) {
        files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
    }
    files
}

const fn of(application: Application) -> tegata_simulator::Application {
    match application {
        Application::Text => tegata_simulator::Application::Text,
        Application::Surface => tegata_simulator::Application::Surface,
    }
}

#[test]
fn simulated_cards_answer_challenges_in_both_applications() {
    let challenge = Challenge::from_bytes([3; 32]);
    for algorithm in ALGORITHMS {
        let hierarchy = hierarchy(algorithm);
        let verifier = verifier(&hierarchy);
        let card = hierarchy.issue(&CardRequest::from_seed(1)).unwrap();
        let response = |application| card.respond(of(application), challenge.as_bytes()).unwrap();

        let (text, surface) = (response(Application::Text), response(Application::Surface));
        let answered = |response| Some(Answered { challenge: &challenge, response });
        let report = verifier.verify_text(&files(&card, Application::Text), answered(&text));
        assert_eq!(code(&report), None, "{algorithm:?}");
        let identity = report.into_identity().unwrap().into_four_fields();
        assert_eq!(identity.presence(), Presence::GenuineCardOfSameSigner);

        let faces = files(&card, Application::Surface);
        let report = verifier.verify_surface(&faces, answered(&surface));
        assert_eq!(code(&report), None, "{algorithm:?}");
        let face = report.into_identity().unwrap();
        assert!(face.face().unwrap().name_image().starts_with(b"\x89PNG"));
        assert!(face.number_image().is_some());
        assert_eq!(bind(&identity, &face), Ok(()));

        // The other application's key does not answer for this one.
        let report = verifier.verify_surface(&faces, answered(&text));
        assert_eq!(code(&report), Some(Code::PresenceResponseInvalid));
        let absent = verifier.verify_surface(&faces, None).into_identity().unwrap();
        assert_eq!(bind(&identity, &absent), Err(BindingError::NotPresent));

        let other = hierarchy.issue(&CardRequest::from_seed(1).flaw(Flaw::OtherBirthDateOnSurface)).unwrap();
        let answer = other.respond(of(Application::Surface), challenge.as_bytes()).unwrap();
        let report = verifier.verify_surface(&files(&other, Application::Surface), answered(&answer));
        let other = report.into_identity().unwrap();
        let difference = bind(&identity, &other).unwrap_err();
        assert_eq!((difference, difference.code()), (BindingError::BirthDate, Code::CardApplicationsDiffer));
    }
}

#[test]
fn files_of_two_cards_do_not_mix() {
    for algorithm in ALGORITHMS {
        let hierarchy = hierarchy(algorithm);
        let verifier = verifier(&hierarchy);
        let issue = |seed| files(&hierarchy.issue(&CardRequest::from_seed(seed)).unwrap(), Application::Text);
        let (mut card, other) = (issue(1), issue(2));
        for (id, expected) in [
            (FileId::FIRST, Some(Code::NumberDigestMismatch)),
            (FileId::ATTRIBUTES, Some(Code::AttributesDigestMismatch)),
            (FileId::INTEGRITY, Some(Code::AttributesDigestMismatch)),
            (FileId::CERTIFICATE, None),
            // A key of the same signer: nothing signed links it to the rest.
            (FileId::CARD_KEY, None),
        ] {
            let original = card.get(id).unwrap().to_vec();
            card.insert(id, other.get(id).unwrap().to_vec()).unwrap();
            assert_eq!(code(&verifier.verify_text(&card, None)), expected, "{algorithm:?} {id:?}");
            card.insert(id, original).unwrap();
        }
    }
}

/// With the provider that checks signatures fastest, and once with the other one: so each bit of each file and key.
#[test]
fn every_changed_bit_of_a_simulated_card_is_found() {
    let providers = [&tegata_native::PROVIDER, &tegata_native::PROVIDER, &tegata_native::PROVIDER, &PROVIDER];
    let algorithms = ALGORITHMS.into_iter().chain([Algorithm::P256]);
    std::thread::scope(|scope| {
        for (algorithm, provider) in algorithms.zip(providers) {
            scope.spawn(move || {
                let hierarchy = hierarchy(algorithm);
                let verifier = verifier_with(&hierarchy, provider);
                let mut files = files(&hierarchy.issue(&CardRequest::from_seed(4)).unwrap(), Application::Text);
                let bits: usize =
                    FLIPS.iter().map(|(id, _)| files.get(FileId::new(*id).unwrap()).unwrap().len() * 8).sum();
                let found = every_flip(&mut files, |files| verifier.verify_text(files, None));
                assert!(found.len() == bits && bits > 4000, "{algorithm:?}");
                // EF 0005 is not signed and not used: it has its form, or it is refused.
                let identity = |files: &CardFiles| {
                    let report = verifier.verify_text(files, None);
                    let stage = report.failure().map(Failure::stage);
                    assert!(matches!(stage, None | Some(Stage::CardFiles)), "{stage:?}");
                    report.into_identity().is_some()
                };
                let accepted = flips_of(&mut files, FileId::FIFTH, 0.., |files, _| identity(files));
                assert!(accepted > 8 * 128, "{algorithm:?}: {accepted}");
            });
        }
    });
}

/// Flips bits of one file, each by itself; gives how many of the changed cards were accepted.
fn flips_of(
    files: &mut CardFiles,
    id: FileId,
    bits: impl std::ops::RangeBounds<usize>,
    mut accepted: impl FnMut(&CardFiles, usize) -> bool,
) -> usize {
    let original = files.get(id).unwrap().to_vec();
    let count = (0..original.len() * 8)
        .filter(|bit| bits.contains(bit))
        .filter(|bit| {
            let mut changed = original.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            files.insert(id, changed).unwrap();
            accepted(files, *bit)
        })
        .count();
    files.insert(id, original).unwrap();
    count
}

/// The card's face holds thousands of bytes of pictures. Each record is judged by itself, with the certificate, so that
/// every bit of every byte can be tried: with every key but P-384, where a signature costs most, and where every bit of
/// the pictures but those at every seventh place is left out (seven, so that each place within a byte has its turn).
#[test]
fn every_changed_bit_of_a_card_face_is_found() {
    std::thread::scope(|scope| {
        for algorithm in ALGORITHMS {
            scope.spawn(move || {
                let hierarchy = hierarchy(algorithm);
                let verifier = verifier_with(&hierarchy, &tegata_native::PROVIDER);
                let card = files(&hierarchy.issue(&CardRequest::from_seed(4)).unwrap(), Application::Surface);
                for record in [FileId::FIRST, FileId::ATTRIBUTES, FileId::FIFTH] {
                    let mut files = CardFiles::new(Application::Surface);
                    for id in [record, FileId::CERTIFICATE] {
                        files.insert(id, card.get(id).unwrap().to_vec()).unwrap();
                    }
                    let stage = |files: &CardFiles| {
                        let report = verifier.verify_surface(files, None);
                        assert_eq!(report.identity().is_some(), report.failure().is_none());
                        report.failure().map(Failure::stage)
                    };
                    let bytes = files.get(record).unwrap();
                    // What no signature covers: DF29 and DF2A, at the end of EF 0002.
                    let covered = match bytes.windows(2).rposition(|pair| pair == [0xdf, 0x29]) {
                        Some(at) if record == FileId::ATTRIBUTES => at,
                        _ => bytes.len(),
                    };
                    let stride = if algorithm == Algorithm::P384 && covered > 2000 { 7 } else { 1 };
                    let mut signed = 0;
                    let accepted = flips_of(&mut files, record, ..covered * 8, |files, bit| {
                        if bit % stride != 0 {
                            return false;
                        }
                        let found =
                            stage(files).unwrap_or_else(|| panic!("{algorithm:?} {record:?}, bit {bit} is not found"));
                        assert!(
                            matches!(found, Stage::CardFiles | Stage::RecordSignature),
                            "{record:?} {bit}: {found:?}"
                        );
                        signed += usize::from(found == Stage::RecordSignature);
                        false
                    });
                    // All but headers, the offset table and what has a form of its own.
                    assert!(
                        accepted == 0 && signed * stride * 10 > covered * 8 * 8,
                        "{record:?}: {signed} of {covered} bytes"
                    );
                    let unsigned = flips_of(&mut files, record, covered * 8.., |files, _| match stage(files) {
                        None => true,
                        Some(found) => {
                            assert_eq!(found, Stage::CardFiles, "what is not signed has a form, or is refused");
                            false
                        }
                    });
                    assert_eq!(unsigned > 0, record == FileId::ATTRIBUTES, "{unsigned}");
                    if record == FileId::FIRST {
                        let mut stages = std::collections::BTreeSet::new();
                        flips_of(&mut files, FileId::CERTIFICATE, 0.., |files, bit| {
                            let found = stage(files).unwrap_or_else(|| panic!("certificate, bit {bit} is not found"));
                            stages.insert(found.name());
                            false
                        });
                        assert!(stages.into_iter().eq(["authority", "certificate", "files"]), "{algorithm:?}");
                    }
                }
            });
        }
    });
}

/// Reads a simulated card as a reader would.
fn read(card: &mut SimulatedCard, request: ReadRequest) -> Result<Reading, ReadError> {
    let mut progress = begin(Consent::given_at(Timestamp::MIN), request);
    loop {
        progress = match progress {
            Progress::Send(exchange) => match card.transmit(exchange.command().as_bytes()) {
                answer if answer.is_empty() => exchange.removed(),
                answer => exchange.answer(&answer),
            },
            Progress::Done(result) => return result,
        };
    }
}

#[test]
fn what_is_read_from_a_simulated_card_verifies() {
    let challenge = Challenge::from_bytes([0x42; 32]);
    for algorithm in ALGORITHMS {
        let hierarchy = hierarchy(algorithm);
        let verifier = verifier(&hierarchy);
        let holder = CardRequest::from_seed(5);
        for short_read in [ShortRead::Success, ShortRead::EndOfFile, ShortRead::WrongLength] {
            for response_chunk in [None, Some(100)] {
                let mut card = hierarchy.issue(&holder).unwrap();
                let mut behaviour = Behaviour::default();
                (behaviour.short_read, behaviour.response_chunk) = (short_read, response_chunk);
                card.set_behaviour(behaviour);
                let code_b = || CodeB::from_digits(&holder.code_b()).unwrap().into();
                let pin = Pin::from_digits(holder.holder_pin()).unwrap().into();
                let with_pin = ReadRequest::text(pin).with_surface(code_b());
                let number = IndividualNumber::from_digits(holder.code_a()).unwrap();
                let with_codes = ReadRequest::text(Credential::CodeA(number)).and(code_b()).with_surface(code_b());
                for request in [with_pin, with_codes] {
                    let request = request.with_number().with_challenge(challenge.clone());
                    let reading = read(&mut card, request).unwrap();
                    let answered = |response| Some(Answered { challenge: &challenge, response });
                    let text = verifier.verify_text(reading.text(), answered(reading.text_response().unwrap()));
                    assert_eq!(code(&text), None, "{algorithm:?} {short_read:?} {response_chunk:?}");
                    assert!(text.into_identity().unwrap().into_with_number().is_some());
                    let response = reading.surface_response().unwrap();
                    let surface = verifier.verify_surface(reading.surface().unwrap(), answered(response));
                    assert_eq!(code(&surface), None);
                }
            }
        }
    }
}

#[test]
fn a_card_in_trouble_says_so() {
    use tegata::card::session::KeyReference;
    let hierarchy = hierarchy(Algorithm::P256);
    let holder = CardRequest::from_seed(6).pin("4711").unwrap();
    let request = |pin: &[u8]| ReadRequest::text(Pin::from_digits(pin).unwrap().into());
    let mut card = hierarchy.issue(&holder).unwrap();
    let reference = KeyReference::Pin;
    assert_eq!(read(&mut card, request(b"0000")).unwrap_err(), ReadError::Wrong { reference, tries_left: 2 });
    assert_eq!(read(&mut card, request(b"0000")).unwrap_err(), ReadError::Wrong { reference, tries_left: 1 });
    assert_eq!(read(&mut card, request(b"4711")).unwrap_err(), ReadError::LastTry(reference));
    assert!(read(&mut card, request(b"4711").allowing_last_try()).is_ok());
    card.set_tries_left(of(Application::Text), 0x0011, 0);
    card.remove();
    assert_eq!(read(&mut card, request(b"4711")).unwrap_err(), ReadError::Removed);
    card.insert();
    assert_eq!(read(&mut card, request(b"4711")).unwrap_err(), ReadError::Blocked(reference));
    let number = IndividualNumber::from_digits(holder.code_a()).unwrap();
    let code_a_alone = ReadRequest::text(Credential::CodeA(number));
    let closed = ReadError::NotOpened(Application::Text, FileId::ATTRIBUTES);
    assert_eq!(read(&mut card, code_a_alone).unwrap_err(), closed);
}
