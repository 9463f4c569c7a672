//! Verifying the files of a card.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::sync::Arc;

use tegata::Code;
use tegata::card::{Answered, AnyHierarchy, Application, Challenge};

use crate::card_files::CardFiles;
use crate::card_report::{CardOutcome, CardReport, Identity};
use crate::ffi::{
    boundary_of_secrets, bytes, cleared, free, hand_over, misuse, note, required, shared_between_threads, text,
};
use crate::provider::provider;

/// Verifies the files of cards. Immutable; any number of threads may use it at once.
pub struct CardVerifier(tegata::card::CardVerifier<AnyHierarchy>);

const _: () = shared_between_threads::<CardVerifier>();

/// Accept test cards too: never in production.
pub const TEGATA_ACCEPT_TEST_CARDS: u32 = 1;

/// Makes a verifier of production cards. `authorities` adds authorities of the operator's own, as the JSON of
/// `tegata card verify --authorities`; its length is 0 for none. `flags` is 0 or `TEGATA_ACCEPT_TEST_CARDS`.
///
/// # Safety
/// `authorities` points to `authorities_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_verifier_new(
    flags: u32,
    authorities: *const c_char,
    authorities_length: usize,
    verifier: Option<&mut MaybeUninit<Option<Box<CardVerifier>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(verifier), "verifier")?;
        if flags & !TEGATA_ACCEPT_TEST_CARDS != 0 {
            return Err(misuse(Code::InvalidArgument, "flags"));
        }
        let mut made = tegata::card::CardVerifier::any(provider())?;
        if authorities_length > 0 {
            // SAFETY: the caller answers for the length.
            made = made.with_authorities(unsafe { text(authorities, authorities_length, "authorities") }?)?;
        }
        if flags & TEGATA_ACCEPT_TEST_CARDS != 0 {
            made = made.accepting_test_cards();
        }
        hand_over(output, CardVerifier(made));
        Ok(())
    })
}

/// Frees a verifier of cards. No thread may be using it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_verifier_free(verifier: Option<Box<CardVerifier>>) {
    free(verifier);
}

/// Verifies the files of a card and, where `challenge_length` is not 0, what it answered to a challenge of 32 bytes.
///
/// Returns 0 when the card is accepted, and only then hands out `identity`. `report` says what was checked. Either may
/// be NULL when it is not wanted; both are freed by the caller.
///
/// What decides is the issuing side's verification, never the kiosk's alone.
///
/// # Safety
/// `challenge` and `response` point to as many bytes as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_verify(
    verifier: Option<&CardVerifier>,
    files: Option<&CardFiles>,
    challenge: *const u8,
    challenge_length: usize,
    response: *const u8,
    response_length: usize,
    identity: Option<&mut MaybeUninit<Option<Box<Identity>>>>,
    report: Option<&mut MaybeUninit<Option<Box<CardReport>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let (identity, report) = (cleared(identity), cleared(report));
        let verifier = &required(verifier, "verifier")?.0;
        let files = &required(files, "files")?.0;
        // SAFETY: the caller answers for the length.
        let challenge = unsafe { bytes(challenge, challenge_length, "challenge") }?;
        // SAFETY: the caller answers for the length.
        let response = unsafe { bytes(response, response_length, "response") }?;
        let challenge = if challenge.is_empty() {
            None
        } else {
            let bytes = challenge.try_into().map_err(|_| misuse(Code::InvalidArgument, "challenge"))?;
            Some(Challenge::from_bytes(bytes))
        };
        let answered = challenge.as_ref().map(|challenge| Answered { challenge, response });
        let found = Arc::new(match files.application() {
            Application::Text => CardOutcome::Text(verifier.verify_text(files, answered)),
            Application::Surface => CardOutcome::Surface(verifier.verify_surface(files, answered)),
        });
        note(found.failure().cloned());
        let number = crate::report::code(found.failure());
        if let (Some(output), true) = (identity, found.is_accepted()) {
            hand_over(output, Identity(Arc::clone(&found)));
        }
        if let Some(output) = report {
            hand_over(output, CardReport(found));
        }
        Ok(number)
    })
}
