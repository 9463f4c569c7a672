//! From a proven identity to the one person of the register.

use core::fmt;

use tegata::Profile;
use tegata::card::HierarchyType;
use tegata::model::{Kind, MunicipalityCode};
use tegata::time::Date;

use super::{IdentityEvidence, Refusal, Replacement};
use crate::issuing::{self, Subject};
use crate::ledger::Session;
use crate::matching::{Agreement, Difference, Match, compare, match_residents};
use crate::municipality::Municipality;
use crate::record::{Channel, CheckedEvidence, Decision, Flags, InternalNumber, PassportData, Resident, Vaccination};

/// What is asked for, whoever asks.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) municipality: MunicipalityCode,
    pub(super) channel: Channel,
    pub(super) kind: Kind,
    pub(super) profiles: Vec<Profile>,
    /// As it was read by the app or typed by staff.
    pub(super) passport: Option<PassportData>,
    pub(super) replaces: Option<Replacement>,
}

/// An application whose applicant's identity is proven.
pub struct Verified<H: HierarchyType> {
    pub(super) evidence: IdentityEvidence<H>,
    pub(super) wanted: Wanted,
}

/// What staff must know of a person (B10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// Under protection measures (支援措置): nobody else may learn of the application or where the person lives.
    Protected,
    /// Moved out (転出): the address in the register may be an old one.
    MovedOut,
}

impl Warning {
    /// Every warning.
    pub const ALL: &'static [Self] = &[Self::Protected, Self::MovedOut];

    /// The warning of a word; `None` for any other text.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|warning| warning.name() == name)
    }

    /// What staff must know of somebody with these flags.
    pub(super) fn of(flags: Flags) -> Vec<Self> {
        let warnings = [(flags.protected, Self::Protected), (flags.moved_out, Self::MovedOut)];
        warnings.into_iter().filter(|(set, _)| *set).map(|(_, warning)| warning).collect()
    }

    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::MovedOut => "moved-out",
        }
    }
}

/// The person of the register who is the applicant, or may be.
pub struct Found {
    resident: Resident,
    vaccinations: Vec<Vaccination>,
    doubts: Vec<Difference>,
    evidence: CheckedEvidence,
    wanted: Wanted,
}

/// The person of the register who is the applicant, with the record to be certified. Nothing but the steps of an
/// application makes one (A1).
///
/// ```compile_fail
/// use tegata_issuer::application::Matched;
/// fn without_an_application(other: Matched, resident: tegata_issuer::record::Resident) -> Matched {
///     Matched { resident, ..other }
/// }
/// ```
/// ```compile_fail
/// fn from_what_was_stored(found: tegata_issuer::application::Found) -> tegata_issuer::application::Matched {
///     found.into()
/// }
/// ```
pub struct Matched {
    pub(crate) resident: Resident,
    pub(crate) vaccinations: Vec<Vaccination>,
    pub(crate) channel: Channel,
    pub(crate) kind: Kind,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) passport: Option<PassportData>,
    pub(crate) replaces: Option<Replacement>,
    pub(crate) decision: Decision,
}

impl<H: HierarchyType> Verified<H> {
    /// Looks the person up in the one municipality (A8), compares (B1), and joins doses and passport data.
    ///
    /// # Errors
    /// [`Refusal::NoMatch`]; [`Refusal::ReferToCounter`] by app and kiosk for whom the counter alone may serve;
    /// [`Refusal::SubjectDeceased`] at the counter; [`Refusal::NoEarlierIssue`], [`Refusal::PassportMissing`]; errors of
    /// the ledger.
    pub fn find(self, session: &mut Session<'_>) -> Result<Found, Refusal> {
        let Self { evidence, mut wanted } = self;
        if session.municipality() != wanted.municipality {
            return Err(Refusal::WrongMunicipality);
        }
        let claim = evidence.claim();
        let at_counter = wanted.channel == Channel::Counter;
        let matched = match &evidence {
            IdentityEvidence::Card(identity) => {
                let number = session.keys().number_hash(identity.number());
                match_residents(&claim, session.residents_by_number(&number)?)
            }
            IdentityEvidence::Attestation(attestation) => match session.resident(&attestation.subject)? {
                None => Match::None,
                Some(resident) => match compare(&claim, &resident) {
                    Agreement::Whole => Match::One(Box::new(resident)),
                    Agreement::Doubtful(fields) => Match::ToHuman(Box::new(resident), fields),
                    Agreement::Differs(_) => Match::None,
                },
            },
        };
        // The number goes as soon as it has served.
        let checked = evidence.checked();
        drop(evidence);
        let (resident, doubts) = match matched {
            Match::One(resident) => (resident, Vec::new()),
            Match::ToHuman(resident, fields) if at_counter => (resident, fields),
            Match::None => return Err(Refusal::NoMatch),
            Match::ToHuman(..) | Match::Many => return Err(Refusal::ReferToCounter),
        };
        let flags = resident.details.flags;
        if !at_counter && (flags.protected || flags.deceased) {
            return Err(Refusal::ReferToCounter);
        }
        if flags.deceased {
            return Err(Refusal::SubjectDeceased);
        }
        wanted.passport = passport(session, &resident.internal_number, &mut wanted)?;
        let vaccinations = session.vaccinations_of(&resident)?;
        Ok(Found { resident: *resident, vaccinations, doubts, evidence: checked, wanted })
    }
}

/// Passport data for overseas use: of the passport in the app, of staff at the counter, and of earlier issues at a kiosk,
/// and at the counter where nothing was typed (B3, B8). For domestic use there is none (B7).
fn passport(
    session: &mut Session<'_>,
    person: &InternalNumber,
    wanted: &mut Wanted,
) -> Result<Option<PassportData>, Refusal> {
    match (wanted.kind, wanted.channel, wanted.passport.take()) {
        (Kind::Domestic, ..) => Ok(None),
        (Kind::Overseas, Channel::App | Channel::Counter, Some(passport)) => Ok(Some(passport)),
        (Kind::Overseas, Channel::App, None) => Err(Refusal::PassportMissing),
        (Kind::Overseas, Channel::Kiosk, _) => {
            earlier_passport(session, person)?.map(Some).ok_or(Refusal::NoEarlierIssue)
        }
        (Kind::Overseas, Channel::Counter, None) => {
            earlier_passport(session, person)?.map(Some).ok_or(Refusal::PassportMissing)
        }
    }
}

/// The passport data of the newest issue by app or counter that was not revoked.
fn earlier_passport(session: &mut Session<'_>, person: &InternalNumber) -> Result<Option<PassportData>, Refusal> {
    for issue in session.issues_of(person)?.into_iter().rev() {
        let proven = matches!(issue.channel, Channel::App | Channel::Counter);
        if let (true, Some(passport)) = (proven, issue.details.passport)
            && !session.is_revoked(&issue.certificate_id)?
        {
            return Ok(Some(passport));
        }
    }
    Ok(None)
}

impl Found {
    /// The person's internal number.
    #[must_use]
    pub const fn internal_number(&self) -> &InternalNumber {
        &self.resident.internal_number
    }

    /// The fields that somebody must compare, and confirm in [`approve`](super::approve).
    #[must_use]
    pub fn doubts(&self) -> &[Difference] {
        &self.doubts
    }

    /// What staff must know.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        Warning::of(self.resident.details.flags)
    }

    /// Whether a record to certify can be made of what was found, today: what is missing is better said before another
    /// person approves.
    pub(super) fn can_be_certified(&self, settings: &Municipality, today: Date) -> Result<(), Refusal> {
        let subject = Subject {
            details: &self.resident.details,
            vaccinations: &self.vaccinations,
            kind: self.wanted.kind,
            profiles: &self.wanted.profiles,
            passport: self.wanted.passport.as_ref(),
        };
        issuing::record(settings, &subject, None, today).map(drop)
    }

    /// Goes on, where no doubt is left.
    ///
    /// # Errors
    /// [`Refusal::DoubtNotSettled`]: doubts are a matter of the counter.
    pub fn settle(self) -> Result<Matched, Refusal> {
        self.settle_by(&[], None, None)
    }

    /// Goes on, where a person who compared the doubtful fields confirms them, and knows of every warning (B10).
    pub(super) fn approve(
        self,
        (confirmed, acknowledged): (&[Difference], &[Warning]),
        entered_by: String,
        approved_by: String,
    ) -> Result<Matched, Refusal> {
        let unknown: Vec<_> = self.warnings().into_iter().filter(|warning| !acknowledged.contains(warning)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::WarningNotAcknowledged(unknown));
        }
        self.settle_by(confirmed, Some(entered_by), Some(approved_by))
    }

    fn settle_by(
        self,
        confirmed: &[Difference],
        entered_by: Option<String>,
        approved_by: Option<String>,
    ) -> Result<Matched, Refusal> {
        let left: Vec<_> = self.doubts.iter().copied().filter(|doubt| !confirmed.contains(doubt)).collect();
        if !left.is_empty() {
            return Err(Refusal::DoubtNotSettled(left));
        }
        let Wanted { channel, kind, profiles, passport, replaces, .. } = self.wanted;
        let (resident, vaccinations) = (self.resident, self.vaccinations);
        let decision = Decision { evidence: self.evidence, entered_by, approved_by };
        Ok(Matched { resident, vaccinations, channel, kind, profiles, passport, replaces, decision })
    }

    /// What a person who approves is shown.
    pub(super) fn into_parts(self) -> (Resident, Vec<Vaccination>, CheckedEvidence, Option<PassportData>) {
        (self.resident, self.vaccinations, self.evidence, self.wanted.passport)
    }
}

impl Matched {
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            details: &self.resident.details,
            vaccinations: &self.vaccinations,
            kind: self.kind,
            profiles: &self.profiles,
            passport: self.passport.as_ref(),
        }
    }
}

impl<H: HierarchyType> fmt::Debug for Verified<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("channel", &self.wanted.channel).finish_non_exhaustive()
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("channel", &self.wanted.channel).finish_non_exhaustive()
    }
}

impl fmt::Debug for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matched").field("channel", &self.channel).field("kind", &self.kind).finish_non_exhaustive()
    }
}
