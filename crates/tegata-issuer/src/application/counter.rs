//! Applications at the counter: one person enters, another approves (A7).

use core::fmt;

use tegata::card::{CardFiles, CardVerifier, HierarchyType, Identity};
use tegata::crypto::SecureRandom;
use tegata::model::Kind;
use tegata::{Code, Failure, Profile, Timestamp};

use super::found::Wanted;
use super::{ANSWER_KEPT_SECONDS, Attestation, IdentityEvidence, Matched, Receipt, Refusal, Verified, Warning};
use crate::audit::{Operation, is_plain, is_same_account};
use crate::issuing::{Bundle, Desk, random_characters};
use crate::ledger::{
    IdempotencyKey, Ledger, LedgerError, REASON_MAX_CHARS, Replay, Session, StoredApplication, WaitingApplication,
};
use crate::matching::{Claim, Difference};
use crate::municipality::{Municipality, japan_date};
use crate::record::{Channel, CheckedEvidence, InternalNumber, PassportData, Resident, Sealable as _, Vaccination};
use crate::staff::Role;

/// The state of an application that waits for approval.
const ENTERED: &str = "entered";

/// Random characters in the name of an application: 60 bits.
const ID_CHARS: usize = 12;

/// An application as staff enter it.
#[derive(Debug)]
pub struct CounterEntry {
    /// Domestic or overseas use.
    pub kind: Kind,
    /// The profiles to issue, at least one; they are issued together.
    pub profiles: Vec<Profile>,
    /// What staff read in the passport. For overseas use it may be missing where an earlier issue has it.
    pub passport: Option<PassportData>,
    /// The certificate that the new one takes the place of: it is revoked when the new one is issued.
    pub replaces: Option<Replacement>,
    /// What proves the identity.
    pub evidence: Evidence,
}

/// What proves an identity at the counter, as it is kept until the approval.
#[derive(Debug)]
pub enum Evidence {
    /// The files of the applicant's card, read at the counter with its PIN.
    Card(CardFiles),
    /// A statement that documents were checked.
    Attestation(Attestation),
}

/// A certificate that is replaced, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Its certificate ID.
    pub certificate_id: String,
    /// Why, as the revocation says it.
    pub reason: String,
}

/// A certificate ID leads to a person.
impl fmt::Debug for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replacement(..)")
    }
}

/// An application that was entered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entered {
    /// Its name, to be approved by.
    pub application_id: String,
    /// Whom it was matched with.
    pub subject: InternalNumber,
    /// The fields that whoever approves must compare and confirm.
    pub doubts: Vec<Difference>,
    /// What staff must know.
    pub warnings: Vec<Warning>,
}

/// An application that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// Its name.
    pub application_id: String,
    /// Its state: `entered`.
    pub state: String,
}

/// What somebody who approves has seen to.
#[derive(Clone, Copy, Debug)]
pub struct Approval<'a> {
    /// The name of the application.
    pub application_id: &'a str,
    /// Fields that were compared and are those of the applicant.
    pub confirmed: &'a [Difference],
    /// Warnings that were read and heeded (B10).
    pub acknowledged: &'a [Warning],
}

/// An application as it is shown to whoever reviews or approves it.
pub struct Shown {
    /// Its name.
    pub application_id: String,
    /// The account that entered it.
    pub entered_by: String,
    /// When.
    pub received_at: Timestamp,
    /// Domestic or overseas use.
    pub kind: Kind,
    /// The profiles to issue.
    pub profiles: Vec<Profile>,
    /// The passport data that would be certified: as typed, or of an earlier issue.
    pub passport: Option<PassportData>,
    /// The certificate it takes the place of.
    pub replaces: Option<Replacement>,
    /// What was checked.
    pub evidence: CheckedEvidence,
    /// Whom the card or the documents show.
    pub claim: Claim,
    /// Whom the register has.
    pub resident: Resident,
    /// Their doses.
    pub vaccinations: Vec<Vaccination>,
    /// Fields to compare and confirm.
    pub doubts: Vec<Difference>,
    /// What must be heeded and acknowledged.
    pub warnings: Vec<Warning>,
}

/// Says nothing of the person.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("kind", &self.kind).field("profiles", &self.profiles).finish_non_exhaustive()
    }
}

impl CounterEntry {
    /// Proves the identity, now.
    fn verify<H: HierarchyType>(
        self,
        settings: &Municipality,
        verifier: &CardVerifier<H>,
        now: Timestamp,
    ) -> Result<Verified<H>, Refusal> {
        settings.takes(Channel::Counter, now)?;
        settings.offers(self.kind, &self.profiles)?;
        let evidence = match self.evidence {
            Evidence::Card(files) => IdentityEvidence::Card(verify_card(verifier, &files)?),
            Evidence::Attestation(attestation) => IdentityEvidence::Attestation(attestation),
        };
        let wanted = Wanted {
            municipality: settings.code(),
            channel: Channel::Counter,
            kind: self.kind,
            profiles: self.profiles,
            passport: self.passport,
            replaces: self.replaces,
        };
        Ok(Verified { evidence, wanted })
    }
}

fn verify_card<H: HierarchyType>(
    verifier: &CardVerifier<H>,
    files: &CardFiles,
) -> Result<tegata::card::VerifiedIdentity<H, tegata::card::WithNumber>, Refusal> {
    // Whoever stands at the counter is seen; that the card is here need not be proven.
    let report = verifier.verify_text(files, None);
    let failure = report.failure().cloned();
    let identity = report.into_identity().and_then(Identity::into_with_number);
    // Without a failure, what is missing is the file of the number.
    let missing = || Failure::of_field(Code::ApplicationMissingField, "card.1");
    identity.ok_or_else(|| Refusal::Card(failure.unwrap_or_else(missing)))
}

/// Takes an application at the counter: proves, matches and stores it for another person to approve. It is kept until
/// it is approved or rejected, and for a year at most. Takes an account of the role [`Role::Enter`].
///
/// # Errors
/// [`Refusal`]; nothing is stored then.
pub fn enter<H: HierarchyType>(
    ledger: &Ledger,
    settings: &Municipality,
    verifier: &CardVerifier<H>,
    random: &dyn SecureRandom,
    entry: CounterEntry,
    operation: Operation,
    now: Timestamp,
) -> Result<Entered, Refusal> {
    let operator = operation.operator().name().to_owned();
    let content = entry.to_bytes();
    let replaced = entry.replaces.clone();
    let verified = entry.verify(settings, verifier, now);
    let application_id = random_characters(random, ID_CHARS).map_err(Refusal::Issue)?;
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let allowed = session.require(&[Role::Enter]).map_err(Refusal::from);
    let entered = allowed.and(verified).and_then(|verified| verified.find(&mut session)).and_then(|found| {
        found.can_be_certified(settings, japan_date(now))?;
        if let Some(replaced) = &replaced {
            replaceable(&mut session, replaced, found.internal_number())?;
        }
        let stored = StoredApplication {
            application_id: application_id.clone(),
            channel: Channel::Counter,
            state: ENTERED.to_owned(),
            entered_by: Some(operator),
            subject: Some(found.internal_number().clone()),
            received_at: now,
            content,
        };
        let next_year = now.saturating_add_seconds(365 * 86_400);
        session.put_application(&stored, japan_date(next_year))?;
        let (doubts, warnings) = (found.doubts().to_vec(), found.warnings());
        Ok(Entered { application_id, subject: found.internal_number().clone(), doubts, warnings })
    });
    end(session, entered)
}

/// The applications that wait, the oldest first; names nobody. For the operators' command.
///
/// # Errors
/// Those of the ledger.
pub fn pending(
    ledger: &Ledger,
    settings: &Municipality,
    operation: Operation,
    now: Timestamp,
) -> Result<Vec<Pending>, Refusal> {
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let waiting = session.applications().map_err(Refusal::from);
    let waiting = end(session, waiting)?;
    Ok(waiting.into_iter().map(|one| Pending { application_id: one.application_id, state: one.state }).collect())
}

/// The applications that wait, the oldest first, for an account that enters, reviews or approves.
///
/// # Errors
/// [`Refusal::Ledger`], with [`LedgerError::RoleMissing`] among others.
pub fn waiting(
    ledger: &Ledger,
    settings: &Municipality,
    operation: Operation,
    now: Timestamp,
) -> Result<Vec<WaitingApplication>, Refusal> {
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let waiting = session.require(&Role::COUNTER).and_then(|()| session.applications()).map_err(Refusal::from);
    end(session, waiting)
}

/// Shows an application to whoever reviews or approves it, the identity proven and matched again.
///
/// # Errors
/// [`Refusal`], where it could not be approved as it is; the application waits on then.
pub fn show<H: HierarchyType>(
    ledger: &Ledger,
    settings: &Municipality,
    verifier: &CardVerifier<H>,
    application_id: &str,
    operation: Operation,
    now: Timestamp,
) -> Result<Shown, Refusal> {
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let shown = session.require(&[Role::Review, Role::Approve]).map_err(Refusal::from).and_then(|()| {
        let stored = session.application(application_id)?;
        let (stored, entry) = read(stored)?;
        let (kind, profiles, replaces) = (entry.kind, entry.profiles.clone(), entry.replaces.clone());
        let verified = entry.verify(settings, verifier, now)?;
        let claim = verified.evidence.claim();
        let found = verified.find(&mut session)?;
        let (doubts, warnings) = (found.doubts().to_vec(), found.warnings());
        let (resident, vaccinations, evidence, passport) = found.into_parts();
        Ok(Shown {
            application_id: stored.application_id,
            entered_by: stored.entered_by.unwrap_or_default(),
            received_at: stored.received_at,
            kind,
            profiles,
            passport,
            replaces,
            evidence,
            claim,
            resident,
            vaccinations,
            doubts,
            warnings,
        })
    });
    end(session, shown)
}

/// Approves an application that another account entered, and issues. The identity is proven and matched again; the
/// fields that are doubtful must be among those confirmed, and the warnings among those acknowledged. Takes an account of
/// the role [`Role::Approve`].
///
/// # Errors
/// [`Refusal`]; the application waits on then.
pub fn approve<H: HierarchyType>(
    ledger: &Ledger,
    desk: &Desk,
    verifier: &CardVerifier<H>,
    approval: Approval<'_>,
    operation: Operation,
    now: Timestamp,
) -> Result<Bundle, Refusal> {
    let mut session = ledger.begin(desk.settings().code(), operation, now)?;
    let issued = session.require(&[Role::Approve]).map_err(Refusal::from).and_then(|()| {
        let matched = decide(&mut session, desk.settings(), verifier, approval, now)?;
        desk.issue(matched, &mut session, now)
    });
    end(session, issued)
}

/// As [`approve`], for a request that may be sent again: whoever sends it again within
/// [`ANSWER_KEPT_SECONDS`] is answered as the first time, and certificates are issued once.
///
/// # Errors
/// As [`approve`]; [`Refusal::RequestReused`] where the client used the key for another body.
pub fn approve_once<H: HierarchyType>(
    ledger: &Ledger,
    desk: &Desk,
    verifier: &CardVerifier<H>,
    approval: Approval<'_>,
    request: &IdempotencyKey<'_>,
    operation: Operation,
    now: Timestamp,
) -> Result<Receipt, Refusal> {
    let mut session = ledger.begin(desk.settings().code(), operation, now)?;
    let issued = session.require(&[Role::Approve]).map_err(Refusal::from).and_then(|()| {
        match session.begin_request(request)? {
            Replay::Answered(answer) => {
                let corrupt = |_| LedgerError::Corrupt { place: "idempotency" };
                return Ok(Receipt::from_bytes(&answer).map_err(corrupt)?);
            }
            Replay::OtherBody => return Err(Refusal::RequestReused),
            Replay::New => {}
        }
        let matched = decide(&mut session, desk.settings(), verifier, approval, now)?;
        let person = matched.resident.internal_number.clone();
        let receipt = Receipt::of(&desk.issue(matched, &mut session, now)?);
        let kept_until = now.saturating_add_seconds(ANSWER_KEPT_SECONDS);
        session.finish_request(request, &receipt.to_bytes(), Some(&person), kept_until)?;
        Ok(receipt)
    });
    end(session, issued)
}

/// Takes an application up and judges it again, for an account that did not enter it.
fn decide<H: HierarchyType>(
    session: &mut Session<'_>,
    settings: &Municipality,
    verifier: &CardVerifier<H>,
    approval: Approval<'_>,
    now: Timestamp,
) -> Result<Matched, Refusal> {
    let operator = session.operation()?.operator().name().to_owned();
    let (stored, entry) = take_up(session, approval.application_id)?;
    let entered_by = stored.entered_by.filter(|name| !is_same_account(name, &operator));
    let entered_by = entered_by.ok_or(Refusal::SamePerson)?;
    let found = entry.verify(settings, verifier, now)?.find(session)?;
    // Since it was entered the register may have changed; then whom staff saw is not whom it is about.
    if stored.subject.as_ref() != Some(found.internal_number()) {
        return Err(Refusal::NoMatch);
    }
    found.approve((approval.confirmed, approval.acknowledged), entered_by, operator)
}

/// Rejects an application: it is taken out, and leaves its audit entry with the reason that the operation gives. Takes an
/// account that reviews or approves.
///
/// # Errors
/// [`Refusal::ApplicationUnknown`], errors of the ledger.
pub fn reject(
    ledger: &Ledger,
    settings: &Municipality,
    application_id: &str,
    operation: Operation,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let taken = session.require(&[Role::Review, Role::Approve]);
    let taken = taken.and_then(|()| session.take_application(application_id)).map_err(Refusal::from);
    let taken = taken.and_then(|stored| stored.map(drop).ok_or(Refusal::ApplicationUnknown));
    end(session, taken)
}

fn take_up(session: &mut Session<'_>, application_id: &str) -> Result<(StoredApplication, CounterEntry), Refusal> {
    read(session.take_application(application_id)?)
}

fn read(stored: Option<StoredApplication>) -> Result<(StoredApplication, CounterEntry), Refusal> {
    let stored = stored.filter(|stored| stored.channel == Channel::Counter && stored.state == ENTERED);
    let stored = stored.ok_or(Refusal::ApplicationUnknown)?;
    let entry = CounterEntry::from_bytes(&stored.content);
    let entry = entry.map_err(|_| LedgerError::Corrupt { place: "application" })?;
    Ok((stored, entry))
}

/// Whether a certificate can be replaced: it is this person's and in force, and the reason is one to revoke it for.
pub(crate) fn replaceable(
    session: &mut Session<'_>,
    replaced: &Replacement,
    person: &InternalNumber,
) -> Result<(), Refusal> {
    if !is_plain(&replaced.reason, REASON_MAX_CHARS) {
        return Err(LedgerError::InvalidValue { field: "replaces.reason" }.into());
    }
    let issue = session.issue_by_certificate_id(&replaced.certificate_id)?;
    if issue.is_none_or(|issue| issue.internal_number != *person) {
        return Err(Refusal::CertificateUnknown);
    }
    if session.is_revoked(&replaced.certificate_id)? { Err(Refusal::AlreadyRevoked) } else { Ok(()) }
}

/// Ends the session: with everything, or with nothing but the audit entry.
pub(crate) fn end<T>(session: Session<'_>, result: Result<T, Refusal>) -> Result<T, Refusal> {
    match &result {
        Ok(_) => session.commit()?,
        Err(refusal) => session.refuse(refusal.code())?,
    }
    result
}
