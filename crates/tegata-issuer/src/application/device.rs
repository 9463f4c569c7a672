//! Applications from apps and kiosks.

use tegata::application::Application;
use tegata::card::{Answered, CardVerifier, HierarchyType, Identity, Presence};
use tegata::model::{BirthDate, Kind, Personal};
use tegata::mrz::{self, Format, MrzError, TravelDocument};
use tegata::time::Date;
use tegata::{Code, Failure, Timestamp, card};

use super::counter::end;
use super::found::Wanted;
use super::{IdentityEvidence, Receipt, Refusal, Verified};
use crate::audit::Operation;
use crate::issuing::{Bundle, Desk};
use crate::ledger::{ChallengeBinding, IdempotencyKey, Ledger, LedgerError, Replay, Session};
use crate::municipality::{Municipality, japan_date};
use crate::record::{Channel, PassportData, Sealable as _};

/// How long before the application consent may have been given, in seconds: an hour is more than reading terms, card and
/// passport takes.
pub const CONSENT_VALID_SECONDS: i64 = 3_600;

/// How far a device's clock may be ahead, in seconds.
pub const CONSENT_SKEW_SECONDS: i64 = 120;

/// An application that a municipality takes, of which nothing is verified yet.
pub struct Received<'a> {
    application: &'a Application,
    today: Date,
}

impl<'a> Received<'a> {
    /// Judges what can be judged without the card: A2, A6, A8, B7.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn new(settings: &Municipality, application: &'a Application, now: Timestamp) -> Result<Self, Refusal> {
        if application.municipality() != settings.code() {
            return Err(Refusal::WrongMunicipality);
        }
        settings.takes(application.channel().into(), now)?;
        if application.terms() != settings.terms() {
            return Err(Refusal::TermsNotCurrent);
        }
        let age = now.seconds().saturating_sub(application.consent().time().seconds());
        if !(-CONSENT_SKEW_SECONDS..=CONSENT_VALID_SECONDS).contains(&age) {
            return Err(Refusal::ConsentNotInTime);
        }
        settings.offers(application.kind(), application.profiles())?;
        Ok(Self { application, today: japan_date(now) })
    }

    /// Verifies the card and its answer to the challenge (A3, A5), and reads the passport where there is one. Whether the
    /// challenge is the one that was handed out, the caller has asked the ledger.
    ///
    /// # Errors
    /// [`Refusal::Card`], [`Refusal::TravelDocument`], [`Refusal::PassportNotTheHolders`],
    /// [`Refusal::PassportExpired`].
    pub fn verify<H: HierarchyType>(self, verifier: &CardVerifier<H>) -> Result<Verified<H>, Refusal> {
        let application = self.application;
        let answered = Answered { challenge: application.challenge(), response: application.response() };
        let report = verifier.verify_text(application.card(), Some(answered));
        let refused = || Refusal::Card(report.failure().cloned().unwrap_or(Failure::new(Code::InternalError)));
        let present = report.identity().is_some_and(|identity| presence(identity) == Presence::GenuineCardOfSameSigner);
        if !present {
            return Err(refused());
        }
        let missing = Refusal::Card(Failure::new(Code::InternalError));
        let identity = report.into_identity().and_then(Identity::into_with_number).ok_or(missing)?;
        let passport = match (application.kind(), application.travel_document()) {
            (Kind::Overseas, Some(zone)) => {
                Some(passport(zone, identity.birth_date(), *identity.sex().expose(), self.today)?)
            }
            _ => None,
        };
        let wanted = Wanted {
            municipality: application.municipality(),
            channel: application.channel().into(),
            kind: application.kind(),
            profiles: application.profiles().to_vec(),
            passport,
            replaces: None,
        };
        Ok(Verified { evidence: IdentityEvidence::Card(identity), wanted })
    }
}

impl core::fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.application.fmt(f)
    }
}

const fn presence<H: HierarchyType>(identity: &Identity<H>) -> Presence {
    match identity {
        Identity::WithNumber(identity) => identity.presence(),
        Identity::FourFields(identity) => identity.presence(),
    }
}

/// Passport data of the machine-readable zone, where it is a passport, valid today, of a person of this birth and sex.
/// Nothing else links it to the card: names are in other scripts, and a passport can be changed before it is read.
fn passport(
    zone: &Personal<String>,
    birth_date: &Personal<BirthDate>,
    sex: card::Sex,
    today: Date,
) -> Result<PassportData, Refusal> {
    let document = TravelDocument::parse(zone.expose(), today).map_err(Refusal::TravelDocument)?;
    if document.format != Format::Td3 || !document.document_code.starts_with('P') {
        return Err(Refusal::TravelDocument(MrzError::UnsupportedDocument));
    }
    let same_sex = match (document.sex, sex) {
        (mrz::Sex::Male, card::Sex::Female) | (mrz::Sex::Female, card::Sex::Male) => false,
        (mrz::Sex::Male | mrz::Sex::Female | mrz::Sex::Unspecified, _) => true,
    };
    if document.birth_date.as_ref() != Some(birth_date) || !same_sex {
        return Err(Refusal::PassportNotTheHolders);
    }
    if document.expiry_date.is_some_and(|expiry| expiry < today) {
        return Err(Refusal::PassportExpired);
    }
    let nationality = document.nationality.expose().country();
    let unknown = Refusal::TravelDocument(MrzError::InvalidValue(mrz::Field::Nationality));
    Ok(PassportData {
        romanised: document.name.clone(),
        nationality: nationality.ok_or(unknown)?.into(),
        number: document.number.clone(),
        former_surname: None,
        other_surname: None,
        alias: None,
    })
}

/// Whose session a device's application belongs to.
#[derive(Clone, Copy, Debug)]
pub struct DeviceSession<'a> {
    /// The client's session, to which the challenge was handed out.
    pub session: &'a str,
    /// What is done, and by whom: what the audit log says.
    pub operation: &'a Operation,
}

/// How long the answer to a request is kept for whoever sends it again, in seconds: as long as its consent holds.
pub const ANSWER_KEPT_SECONDS: i64 = 3_600;

/// Deals with an application from an app or a kiosk, from receipt to certificates, in one go. What it refuses leaves its
/// audit entry and nothing else; what it grants is on the disk when this returns.
///
/// # Errors
/// [`Refusal`].
pub fn apply<H: HierarchyType>(
    ledger: &Ledger,
    desk: &Desk,
    verifier: &CardVerifier<H>,
    application: &Application,
    device: DeviceSession<'_>,
    now: Timestamp,
) -> Result<Bundle, Refusal> {
    let verified = verify(desk, verifier, application, now);
    let mut session = ledger.begin_together(desk.settings().code(), device.operation.clone(), now)?;
    let verified = answer(verified, &mut session, application, device, None);
    let issued = verified.and_then(|verified| grant(verified, desk, &mut session, now));
    end(session, issued)
}

/// As [`apply`], for a request that may be sent again: its client, its key and the hash of its body say that it is the
/// same. However often it is sent, and to however many nodes at once, certificates are issued once; whoever sends it
/// again within [`ANSWER_KEPT_SECONDS`] is answered as the first time. One that was interrupted is done anew, with the
/// same challenge while that holds.
///
/// # Errors
/// [`Refusal`]; [`Refusal::RequestReused`] where the client used the key for another body.
pub fn apply_once<H: HierarchyType>(
    ledger: &Ledger,
    desk: &Desk,
    verifier: &CardVerifier<H>,
    application: &Application,
    device: DeviceSession<'_>,
    request: &IdempotencyKey<'_>,
    now: Timestamp,
) -> Result<Receipt, Refusal> {
    let verified = verify(desk, verifier, application, now);
    let mut session = ledger.begin_together(desk.settings().code(), device.operation.clone(), now)?;
    let answered = match replayed(&mut session, request) {
        Ok(None) => {
            let verified = answer(verified, &mut session, application, device, Some(request));
            verified.and_then(|verified| once(verified, desk, request, &mut session, now))
        }
        Ok(Some(receipt)) => Ok(receipt),
        Err(refusal) => {
            // Another body under a key that was used: its challenge is used up all the same.
            _ = answer(verified, &mut session, application, device, Some(request));
            Err(refusal)
        }
    };
    end(session, answered)
}

/// What was answered to the request before.
fn replayed(session: &mut Session<'_>, request: &IdempotencyKey<'_>) -> Result<Option<Receipt>, Refusal> {
    match session.begin_request(request)? {
        Replay::Answered(answer) => {
            let corrupt = |_| LedgerError::Corrupt { place: "idempotency" };
            Ok(Some(Receipt::from_bytes(&answer).map_err(corrupt)?))
        }
        Replay::OtherBody => Err(Refusal::RequestReused),
        Replay::New => Ok(None),
    }
}

fn once<H: HierarchyType>(
    verified: Verified<H>,
    desk: &Desk,
    request: &IdempotencyKey<'_>,
    session: &mut Session<'_>,
    now: Timestamp,
) -> Result<Receipt, Refusal> {
    let matched = verified.find(session)?.settle()?;
    let person = matched.resident.internal_number.clone();
    let receipt = Receipt::of(&desk.issue(matched, session, now)?);
    let kept_until = now.saturating_add_seconds(ANSWER_KEPT_SECONDS);
    session.finish_request(request, &receipt.to_bytes(), Some(&person), kept_until)?;
    Ok(receipt)
}

/// What is said of an application before anybody else has to wait for it: whether it is taken at all, and then what its
/// card proves.
type Judged<H> = Result<Result<Verified<H>, Refusal>, Refusal>;

/// Judges and verifies the card, before a session is begun: nothing slow happens while others wait for their turn.
fn verify<H: HierarchyType>(
    desk: &Desk,
    verifier: &CardVerifier<H>,
    application: &Application,
    now: Timestamp,
) -> Judged<H> {
    Received::new(desk.settings(), application, now).map(|received| received.verify(verifier))
}

/// Takes the challenge that the card answered, with whatever comes of the application. What the card proves is asked for
/// only where the challenge was handed out.
fn answer<H: HierarchyType>(
    judged: Judged<H>,
    session: &mut Session<'_>,
    application: &Application,
    device: DeviceSession<'_>,
    request: Option<&IdempotencyKey<'_>>,
) -> Result<Verified<H>, Refusal> {
    let verified = judged?;
    let channel: Channel = application.channel().into();
    let binding = ChallengeBinding { session: device.session, channel };
    let taken = session.use_challenge(application.challenge().as_bytes(), binding, request)?;
    if taken { verified } else { Err(Refusal::ChallengeNotValid) }
}

fn grant<H: HierarchyType>(
    verified: Verified<H>,
    desk: &Desk,
    session: &mut Session<'_>,
    now: Timestamp,
) -> Result<Bundle, Refusal> {
    let matched = verified.find(session)?.settle()?;
    desk.issue(matched, session, now)
}
