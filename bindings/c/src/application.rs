//! The application for a certificate, as a kiosk or app sends it.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::mem::{MaybeUninit, offset_of};

use tegata::application::{Application, ApplicationFields, Channel};
use tegata::card::Challenge;
use tegata::model::{Kind, MunicipalityCode, Personal};
use tegata::{Code, Failure, Profile};

use crate::card_session::CardSession;
use crate::ffi::{Buffer, Options, boundary_of_secrets, bytes, misuse, options, required, text};
use crate::options::{
    ApplicationRequest, TEGATA_CHANNEL_APP, TEGATA_CHANNEL_KIOSK, TEGATA_KIND_DOMESTIC, TEGATA_KIND_OVERSEAS,
    TEGATA_PROFILE_DCC, TEGATA_PROFILE_DVC, TEGATA_PROFILE_JP,
};

// SAFETY: `repr(C)`, the size comes first, and the rest are integers and pointers.
unsafe impl Options for ApplicationRequest {
    const FIRST_SIZE: usize = offset_of!(Self, travel_document_length) + size_of::<usize>();
}

/// Writes the message to send to the issuing side, from what a dialogue has read: consent, challenge and response, the
/// files that are signed, and what is asked for. The dialogue must be done, have read the individual number, and have
/// had the card answer the challenge. The message holds the individual number: send it encrypted and to the named
/// municipality alone, keep it nowhere, and wipe the buffer.
///
/// # Safety
/// `request` points to as many bytes as its member `size` says, its members to as many as their lengths say, and
/// `buffer` to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_application_write(
    session: Option<&CardSession>,
    request: *const ApplicationRequest,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let message = || {
            let session = required(session, "session")?;
            // SAFETY: the caller answers for the size.
            let request = unsafe { options(request, "request") }?;
            // SAFETY: the caller answers for the lengths.
            Ok(unsafe { application(session, &request) }?.encode())
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(message) }
    })
}

/// # Safety
/// The members of the request point to as many bytes as their lengths say.
unsafe fn application(session: &CardSession, request: &ApplicationRequest) -> Result<Application, Failure> {
    let invalid = |name| misuse(Code::InvalidArgument, name);
    // SAFETY: the caller answers for the length.
    let municipality = unsafe { text(request.municipality, request.municipality_length, "municipality") }?;
    // SAFETY: the caller answers for the length.
    let terms = unsafe { text(request.terms, request.terms_length, "terms") }?;
    // SAFETY: the caller answers for the length.
    let challenge = unsafe { bytes(request.challenge, request.challenge_length, "challenge") }?;
    // SAFETY: the caller answers for the length.
    let zone = unsafe { text(request.travel_document, request.travel_document_length, "travel_document") }?;
    if request.profiles & !(TEGATA_PROFILE_JP | TEGATA_PROFILE_DCC | TEGATA_PROFILE_DVC) != 0 {
        return Err(invalid("profiles"));
    }
    let profiles: Vec<Profile> =
        [(TEGATA_PROFILE_JP, Profile::Jp), (TEGATA_PROFILE_DCC, Profile::Dcc), (TEGATA_PROFILE_DVC, Profile::Dvc)]
            .into_iter()
            .filter_map(|(flag, profile)| (request.profiles & flag != 0).then_some(profile))
            .collect();
    let reading = session.reading()?;
    Ok(Application::new(ApplicationFields {
        channel: match request.channel {
            TEGATA_CHANNEL_KIOSK => Channel::Kiosk,
            TEGATA_CHANNEL_APP => Channel::App,
            _ => return Err(invalid("channel")),
        },
        municipality: MunicipalityCode::parse(municipality).ok_or(invalid("municipality"))?,
        terms: terms.to_owned(),
        consent: reading.consent(),
        challenge: Challenge::from_bytes(challenge.try_into().map_err(|_| invalid("challenge"))?),
        card: reading.text(),
        response: reading.text_response().unwrap_or_default(),
        kind: match request.kind {
            TEGATA_KIND_DOMESTIC => Kind::Domestic,
            TEGATA_KIND_OVERSEAS => Kind::Overseas,
            _ => return Err(invalid("kind")),
        },
        profiles: &profiles,
        travel_document: (!zone.is_empty()).then(|| Personal::from(zone)),
    })?)
}
