//! Verifying the files of Individual Number Cards.

use tegata::card::{Answered, Application, CardVerifier, Challenge, NamedFiles, SurfaceReport, TextReport};
use tegata::codec::json::Object;
use tegata::{Code, Failure};

use crate::buffers::{Instance, instance};
use crate::draft::write_failure;
use crate::provider::provider;
use crate::verifiers::{NO_SUCH, UNUSABLE};

/// A card that is being handed over.
#[derive(Debug)]
pub(crate) struct Card {
    files: NamedFiles,
    application: Application,
    test_cards: bool,
    authorities: Option<Vec<u8>>,
    challenge: Option<Challenge>,
    response: Vec<u8>,
}

/// Begins a card. `flags` are bits: 1 the surface application instead of the text application, 2 test cards are accepted.
pub fn card_begin(flags: u32) {
    let application = if flags & 1 != 0 { Application::Surface } else { Application::Text };
    instance().card = Some(Card {
        files: NamedFiles::new(application),
        application,
        test_cards: flags & 2 != 0,
        authorities: None,
        challenge: None,
        response: Vec::new(),
    });
}

/// Adds a file to the card that was begun: the input is its name and its bytes. Returns 0, also for a name that means
/// nothing, or [`NO_SUCH`] when another name of the same file held something else; then nothing of the card is kept.
pub fn card_file(name_length: usize) -> i32 {
    let mut instance = instance();
    let Instance { input, card, .. } = &mut *instance;
    let added = match (input.split_at_checked(name_length), &mut *card) {
        (Some((name, bytes)), Some(card)) => match core::str::from_utf8(name) {
            Ok(name) => card.files.add(name, bytes.to_vec()).is_ok(),
            Err(_) => true,
        },
        _ => false,
    };
    // The files wipe themselves; the place they came through holds the individual number too.
    input.fill(0);
    input.clear();
    if added {
        0
    } else {
        *card = None;
        NO_SUCH
    }
}

/// Takes the input as JSON of further authorities.
pub fn card_authorities() {
    let mut instance = instance();
    let json = instance.take_input();
    if let Some(card) = &mut instance.card {
        card.authorities = Some(json);
    }
}

/// Takes the input as the challenge that the card was sent; one of another length than 32 bytes is none.
pub fn card_challenge() {
    let mut instance = instance();
    let challenge = instance.take_input();
    if let Some(card) = &mut instance.card {
        card.challenge = challenge.try_into().ok().map(Challenge::from_bytes);
    }
}

/// Takes the input as what the card answered.
pub fn card_response() {
    let mut instance = instance();
    let response = instance.take_input();
    if let Some(card) = &mut instance.card {
        card.response = response;
    }
}

/// Verifies the card that was begun. Returns 0 with the result as output; [`UNUSABLE`] when the authorities cannot be
/// used, with the reason as output; [`NO_SUCH`] when no card was begun.
pub fn card_verify() -> i32 {
    let mut instance = instance();
    let Some(card) = instance.card.take() else { return NO_SUCH };
    let Instance { output, .. } = &mut *instance;
    match verified(card) {
        Ok(json) => {
            *output = json;
            0
        }
        Err(failure) => {
            output.clear();
            let mut object = Object::begin(output);
            write_failure(&mut object, &failure);
            object.end();
            UNUSABLE
        }
    }
}

fn verified(card: Card) -> Result<String, Failure> {
    let mut verifier = CardVerifier::any(provider())?;
    if let Some(authorities) = card.authorities {
        let json = String::from_utf8(authorities).map_err(|_| Code::AuthorityFileMalformed)?;
        verifier = verifier.with_authorities(&json)?;
    }
    if card.test_cards {
        verifier = verifier.accepting_test_cards();
    }
    let files = card.files.into_files();
    let answered =
        || card.challenge.as_ref().map(|challenge| Answered { challenge, response: card.response.as_slice() });
    Ok(match card.application {
        Application::Text => {
            files.map_or_else(TextReport::of_unusable_files, |files| verifier.verify_text(&files, answered())).to_json()
        }
        Application::Surface => files
            .map_or_else(SurfaceReport::of_unusable_files, |files| verifier.verify_surface(&files, answered()))
            .to_json(),
    })
}
