//! Applications at the counter: one person enters, another approves (A7).

use core::fmt;

use tegata::card::{CardFiles, CardVerifier, HierarchyType, Identity};
use tegata::crypto::SecureRandom;
use tegata::model::Kind;
use tegata::{Code, Failure, Profile, Timestamp};

use super::found::Wanted;
use super::{Attestation, IdentityEvidence, Refusal, Verified, Warning};
use crate::audit::{Operation, is_same_account};
use crate::issuing::{Bundle, Desk, random_characters};
use crate::ledger::{Ledger, LedgerError, Session, StoredApplication};
use crate::matching::Difference;
use crate::municipality::{Municipality, japan_date};
use crate::record::{Channel, InternalNumber, PassportData, Sealable as _};

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
/// it is approved or rejected, and for a year at most.
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
    let entered = verified.and_then(|verified| verified.find(&mut session)).and_then(|found| {
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

/// The applications that wait, the oldest first.
///
/// # Errors
/// Those of the ledger.
pub fn pending(ledger: &Ledger, settings: &Municipality) -> Result<Vec<Pending>, Refusal> {
    let mut session = ledger.begin_reading(settings.code())?;
    let waiting = session.applications()?;
    Ok(waiting.into_iter().map(|(application_id, state)| Pending { application_id, state }).collect())
}

/// Approves an application that another person entered, and issues. The identity is proven and matched again; the fields
/// that are doubtful must be among those confirmed.
///
/// # Errors
/// [`Refusal`]; the application waits on then.
pub fn approve<H: HierarchyType>(
    ledger: &Ledger,
    desk: &Desk,
    verifier: &CardVerifier<H>,
    application_id: &str,
    confirmed: &[Difference],
    operation: Operation,
    now: Timestamp,
) -> Result<Bundle, Refusal> {
    let operator = operation.operator().name().to_owned();
    let mut session = ledger.begin(desk.settings().code(), operation, now)?;
    let issued = take_up(&mut session, application_id).and_then(|(stored, entry)| {
        if stored.entered_by.is_none_or(|name| is_same_account(&name, &operator)) {
            return Err(Refusal::SamePerson);
        }
        let found = entry.verify(desk.settings(), verifier, now)?.find(&mut session)?;
        // Since it was entered the register may have changed; then whom staff saw is not whom it is about.
        if stored.subject.as_ref() != Some(found.internal_number()) {
            return Err(Refusal::NoMatch);
        }
        desk.issue(found.settle(confirmed)?, &mut session, now)
    });
    end(session, issued)
}

/// Rejects an application: it is taken out, and leaves its audit entry with the reason that the operation gives.
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
    let taken = session.take_application(application_id).map_err(Refusal::from);
    let taken = taken.and_then(|stored| stored.map(drop).ok_or(Refusal::ApplicationUnknown));
    end(session, taken)
}

fn take_up(session: &mut Session<'_>, application_id: &str) -> Result<(StoredApplication, CounterEntry), Refusal> {
    let stored = session.take_application(application_id)?;
    let stored = stored.filter(|stored| stored.channel == Channel::Counter && stored.state == ENTERED);
    let stored = stored.ok_or(Refusal::ApplicationUnknown)?;
    let entry = CounterEntry::from_bytes(&stored.content);
    let entry = entry.map_err(|_| LedgerError::Corrupt { place: "application" })?;
    Ok((stored, entry))
}

/// Whether a certificate can be replaced: it is this person's, and in force.
pub(crate) fn replaceable(
    session: &mut Session<'_>,
    replaced: &Replacement,
    person: &InternalNumber,
) -> Result<(), Refusal> {
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
