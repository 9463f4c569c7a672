//! Vectors of cards: whole simulated ones, and such with one thing wrong.

use std::path::PathBuf;
use std::sync::LazyLock;

use tegata_simulator::{Algorithm, Application, CardRequest, Flaw, Hierarchy, SimulatedCard, Tampering};

use super::build::{Draft, base64};
use super::card_run::FILES;
use super::{Operation, Vector};
use crate::hex;

const SPEC: &str = "Individual Number Card";
/// The holder of most cards here.
const HOLDER: u64 = 7;
/// Another holder of a card from the same municipality.
const OTHER_HOLDER: u64 = 8;
const CHALLENGE: [u8; 32] = [0x5a; 32];

static HIERARCHY: LazyLock<Hierarchy> = LazyLock::new(|| Hierarchy::generate(1, Algorithm::P256).unwrap());

pub(super) fn generate() -> Vec<Vector> {
    let mut all = accepted();
    all.extend(files());
    all.extend(trust());
    all.extend(signatures());
    all.extend(presence());
    all.extend(dialogues());
    all.extend(authorities());
    all
}

/// The card of the core's example, as a reader hands it over, and the authorities above it.
pub(super) fn example() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = crate::root().join("crates/tegata/examples/data/card");
    let hierarchy = Hierarchy::generate(1, Algorithm::Rsa2048).unwrap();
    let card = card_of(&hierarchy, HOLDER);
    let files = card.files(Application::Text).filter(|file| file.id() != 6);
    let files = files.map(|file| (folder.join(file.export_name()), file.as_read().to_vec()));
    files.chain([(folder.join("authorities.json"), hierarchy.authorities_json().into_bytes())]).collect()
}

fn card_of(hierarchy: &Hierarchy, holder: u64) -> SimulatedCard {
    hierarchy.issue(&CardRequest::from_seed(holder)).unwrap()
}

fn flawed(flaw: Flaw) -> SimulatedCard {
    HIERARCHY.issue(&CardRequest::from_seed(HOLDER).flaw(flaw)).unwrap()
}

fn genuine() -> SimulatedCard {
    card_of(&HIERARCHY, HOLDER)
}

fn tampered(application: Application, file: u16, how: Tampering) -> SimulatedCard {
    let mut card = genuine();
    card.tamper(application, file, how).unwrap();
    card
}

/// The genuine card with another content in EF 0002 of the text application.
fn with_attributes(change: impl FnOnce(&mut Vec<u8>)) -> SimulatedCard {
    let mut bytes = file(&genuine(), 2);
    change(&mut bytes);
    tampered(Application::Text, 2, Tampering::Replace(bytes))
}

fn file(card: &SimulatedCard, id: u16) -> Vec<u8> {
    card.file(Application::Text, id).unwrap().to_vec()
}

fn draft(hierarchy: &Hierarchy, card: &SimulatedCard, application: Application) -> Draft {
    let mut draft = Draft::new(
        Operation::VerifyCard,
        &[("application", application.name()), ("authorities", &hierarchy.authorities_json())],
    );
    for (name, id) in FILES.into_iter().zip(1..) {
        if let Some(bytes) = card.file(application, id) {
            draft.input.insert(name.into(), base64(bytes));
        }
    }
    draft.features(match hierarchy.algorithm() {
        Algorithm::P384 => &["ES384"],
        Algorithm::P256 => &["ES256"],
        _ => &["RS256"],
    })
}

fn text(card: &SimulatedCard) -> Draft {
    draft(&HIERARCHY, card, Application::Text)
}

fn without(mut draft: Draft, names: &[&str]) -> Draft {
    for name in names {
        draft.input.remove(*name).unwrap();
    }
    draft
}

fn accepted() -> Vec<Vector> {
    let mut all = Vec::new();
    for (name, algorithm) in [("rsa", Algorithm::Rsa2048), ("p256", Algorithm::P256), ("p384", Algorithm::P384)] {
        let hierarchy = Hierarchy::generate(1, algorithm).unwrap();
        let card = card_of(&hierarchy, HOLDER);
        for application in Application::ALL {
            all.push(draft(&hierarchy, &card, application).expect(
                &format!("card_accepted::{}-{name}", application.name()),
                SPEC,
                "accepted",
                "Every file of an application, below the operator's own authority.",
            ));
        }
    }
    let chain = Hierarchy::builder(2, Algorithm::P256).intermediate().bare_certificates().generate().unwrap();
    let test = Hierarchy::builder(3, Algorithm::P256).name("test").generate().unwrap();
    let mut object = without(text(&genuine()), &["0001"]);
    object.input.insert("0001".into(), base64(&file(&genuine(), 1)[..15]));
    all.extend([
        without(text(&genuine()), &["0001", "0005", "0006", "0007"]).expect(
            "card_accepted::four-fields",
            SPEC,
            "accepted",
            "The four basic identity fields are verified without the individual number.",
        ),
        object.expect(
            "card_accepted::number-without-filler",
            SPEC,
            "accepted",
            "EF 0001 without its two bytes of filler is completed, for the digest covers them.",
        ),
        draft(&chain, &card_of(&chain, HOLDER), Application::Text).expect(
            "card_accepted::chain-of-two",
            SPEC,
            "accepted",
            "Two certificates without the wrapper, the signer's first.",
        ),
        draft(&test, &card_of(&test, HOLDER), Application::Text).flags(&["accept-test-cards"]).expect(
            "card_accepted::test-card",
            SPEC,
            "accepted",
            "A card of the test hierarchy, which the caller accepts explicitly.",
        ),
    ]);
    all
}

fn files() -> Vec<Vector> {
    let retagged = |to: u8| {
        with_attributes(|bytes| {
            let at = bytes.windows(2).position(|pair| pair == [0xdf, 0x23]).unwrap();
            bytes[at + 1] = to;
        })
    };
    let chain = file(&genuine(), 4).repeat(5);
    let case = |card: SimulatedCard, code: &str, description: &str| {
        text(&card).expect(&format!("card_files::{}", code.trim_start_matches("card-file-")), SPEC, code, description)
    };
    vec![
        without(text(&genuine()), &["0003"]).expect(
            "card_files::missing",
            SPEC,
            "card-file-missing",
            "Without the integrity record nothing says that the fields are genuine.",
        ),
        case(
            tampered(Application::Text, 4, Tampering::Replace(chain)),
            "card-file-too-large",
            "More certificates than a chain may have.",
        ),
        case(
            tampered(Application::Text, 3, Tampering::Truncate(100)),
            "card-file-truncated",
            "A file that was not read to its end.",
        ),
        case(
            tampered(Application::Text, 3, Tampering::Replace(vec![0xff, 0x30, 0x80, 0x00, 0x00])),
            "card-file-encoding",
            "An indefinite length, which no card has.",
        ),
        case(retagged(0x24), "card-file-unexpected-object", "The address has the tag of the date of birth."),
        case(retagged(0x22), "card-file-duplicate-object", "The name stands there twice."),
        case(
            tampered(Application::Text, 2, Tampering::Append(vec![0xff, 0x00])),
            "card-file-trailing-bytes",
            "Behind the object only filler may follow.",
        ),
        case(flawed(Flaw::NameNotUtf8), "card-file-not-utf8", "A signed name that is not UTF-8."),
        case(flawed(Flaw::ImpossibleBirthDate), "card-file-invalid-date", "A signed date of birth of 30 February."),
        case(flawed(Flaw::UnknownSexDigit), "card-file-invalid-value", "A signed digit that JIS X 0303 does not have."),
        case(
            flawed(Flaw::OffsetTable),
            "card-file-offset-table",
            "The offset table is not signed; one that points elsewhere could show other fields to other readers.",
        ),
    ]
}

fn trust() -> Vec<Vector> {
    let test = Hierarchy::builder(3, Algorithm::P256).name("test").generate().unwrap();
    let mut other = genuine();
    other.take_certificate_of_other_application(Application::Text).unwrap();
    let chain = Hierarchy::builder(2, Algorithm::P256).intermediate().generate().unwrap();
    let first_of_chain = {
        let both = file(&card_of(&chain, HOLDER), 4);
        both[..both.len() / 2].to_vec()
    };
    let unlinked = [first_of_chain, file(&genuine(), 4)].concat();
    let forged = 8 * (file(&genuine(), 4).len() - 1);
    vec![
        without(text(&genuine()), &["authorities"]).expect(
            "card_authority::unknown",
            SPEC,
            "unknown-authority",
            "A whole card whose authority the verifier does not hold: not the same as a wrong signature.",
        ),
        draft(&test, &card_of(&test, HOLDER), Application::Text).expect(
            "card_authority::test-card",
            SPEC,
            "test-hierarchy",
            "A test card is not accepted unless the caller says so.",
        ),
        text(&other).expect(
            "card_authority::other-application",
            SPEC,
            "wrong-application",
            "The certificate of the surface application certifies the same key, but not for this application.",
        ),
        text(&tampered(Application::Text, 4, Tampering::FlipBit(forged))).expect(
            "card_certificate::forged",
            SPEC,
            "card-certificate-invalid",
            "One bit of the certificate's signature is changed.",
        ),
        text(&tampered(Application::Text, 4, Tampering::Replace(unlinked))).expect(
            "card_certificate::unlinked",
            SPEC,
            "card-certificate-chain",
            "Two certificates of which the second does not certify the issuer of the first.",
        ),
    ]
}

fn signatures() -> Vec<Vector> {
    let other = card_of(&HIERARCHY, OTHER_HOLDER);
    let taken = |id| {
        let mut card = genuine();
        card.take_file(&other, Application::Text, id).unwrap();
        text(&card)
    };
    let mut differing = genuine();
    differing.take_file(&other, Application::Surface, 1).unwrap();
    vec![
        text(&tampered(Application::Text, 3, Tampering::FlipBit(8 * 20))).expect(
            "card_record_signature::digest-changed",
            SPEC,
            "record-signature-invalid",
            "One bit of a signed digest is changed.",
        ),
        taken(2).expect(
            "card_attributes_digest::of-another-card",
            SPEC,
            "attributes-digest-mismatch",
            "Name, address, date of birth and sex of another genuine card of the same municipality.",
        ),
        taken(1).expect(
            "card_number_digest::of-another-card",
            SPEC,
            "number-digest-mismatch",
            "The individual number of another genuine card of the same municipality.",
        ),
        text(&flawed(Flaw::NumberCheckDigit)).expect(
            "card_number_check_digit::wrong",
            SPEC,
            "number-check-digit-wrong",
            "A signed number whose last digit is not its check digit.",
        ),
        text(&flawed(Flaw::SelfSignedCardKey)).expect(
            "card_card_key::self-signed",
            SPEC,
            "card-key-signature-invalid",
            "EF 0007 is signed by the card itself in place of the municipality.",
        ),
        taken(7).expect(
            "card_accepted::key-of-another-card",
            SPEC,
            "accepted",
            "Nothing signed links EF 0007 to the other files: a key of the same signer passes, and presence means no more.",
        ),
        draft(&HIERARCHY, &differing, Application::Surface).expect(
            "card_card_key::records-of-two-cards",
            SPEC,
            "card-records-differ",
            "The age record of one card with the face of another.",
        ),
    ]
}

fn presence() -> Vec<Vector> {
    let answered = |card: &SimulatedCard, challenge: &[u8]| {
        let mut draft = text(card);
        draft.input.insert("challenge".into(), hex(&CHALLENGE));
        draft.input.insert("response".into(), hex(&card.respond(Application::Text, challenge).unwrap()));
        draft
    };
    vec![
        answered(&genuine(), &CHALLENGE).expect(
            "card_accepted::challenge-answered",
            SPEC,
            "accepted",
            "A genuine card of the same signer answered this challenge, no more.",
        ),
        answered(&genuine(), b"another challenge").expect(
            "card_presence::other-challenge",
            SPEC,
            "presence-response-invalid",
            "A response to another challenge, replayed.",
        ),
        without(answered(&genuine(), &CHALLENGE), &["0007"]).expect(
            "card_presence::no-key",
            SPEC,
            "presence-no-card-key",
            "A response, but no key to check it with.",
        ),
    ]
}

fn dialogues() -> Vec<Vector> {
    // Select application, select PIN, tries left, present PIN, select EF 0002, read.
    let case = |code: &str, answers: &str, description: &str| {
        let draft = Draft::new(Operation::ReadCard, &[("pin", "4711"), ("answers", answers)]).features(&[]);
        draft.expect(&format!("card_reader::{code}"), SPEC, code, description)
    };
    vec![
        case("card-removed", "9000 9000", "The card is removed after two answers."),
        case("application-not-found", "6a82", "Another kind of card."),
        case("card-file-not-found", "9000 6a82", "A card without the PIN's key reference."),
        case("pin-wrong", "9000 9000 63c3 63c2", "The PIN is wrong; it is not sent again."),
        case("pin-blocked", "9000 9000 6984", "The PIN is blocked; it is not sent."),
        case("pin-last-try", "9000 9000 63c1", "One try is left; it is not spent unasked."),
        case("card-file-not-opened", "9000 9000 63c3 9000 9000 6982", "The file stays closed."),
        case("card-answer-unexpected", "6f00", "A status that the card should not give."),
        case("card-answer-malformed", "90", "Half a status."),
    ]
}

fn authorities() -> Vec<Vector> {
    let json = HIERARCHY.authorities_json();
    let load = |json: &str| Draft::new(Operation::LoadAuthorities, &[("authorities", json)]);
    let builtin =
        json.replace(&HIERARCHY.authority_id(Application::Text).to_string(), "35303030303333080530303100000000");
    vec![
        load(&json).expect("card_authorities::simulator", SPEC, "done", "The authorities of simulated cards."),
        load("{\"keys\":{}}").expect("card_authorities::no-list", SPEC, "authority-file-malformed", "Not a list."),
        load(&builtin).expect(
            "card_authorities::redefined",
            SPEC,
            "authority-redefined",
            "A file must not put another key in place of a built-in one.",
        ),
        load(&json.replace("\"simulator\"", "\"production\"")).expect(
            "card_authorities::production",
            SPEC,
            "authority-names-production",
            "No file makes an authority one of production.",
        ),
        load(&json.replace("P-256", "P-521")).expect(
            "card_authorities::curve",
            SPEC,
            "authority-key-unsupported",
            "A curve that cards are not expected to have.",
        ),
    ]
}
