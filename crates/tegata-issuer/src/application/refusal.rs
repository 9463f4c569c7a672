//! Why an application is not granted.

use core::fmt;

use tegata::mrz::MrzError;
use tegata::report::{Code, Failure};

use super::Warning;
use crate::audit::AuditError;
use crate::ledger::LedgerError;
use crate::matching::Difference;

/// Why an application is not granted. It holds nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It is addressed to another municipality.
    WrongMunicipality,
    /// The municipality does not take part in the channel.
    ChannelNotOffered,
    /// The channel is closed today.
    ChannelClosed,
    /// Consent was given to other terms than those in force.
    TermsNotCurrent,
    /// Consent was not given shortly before.
    ConsentNotInTime,
    /// The challenge was not handed out to this session and channel, was used before, or has ended.
    ChallengeNotValid,
    /// The client used the request's key for another request.
    RequestReused,
    /// The kind or a profile is not offered.
    KindNotOffered,
    /// The card is not accepted, for the reason that its verification gives.
    Card(Failure),
    /// The passport's machine-readable zone cannot be used.
    TravelDocument(MrzError),
    /// Nobody in the register is it (B2).
    NoMatch,
    /// Only the counter can deal with it. It is not told why: protection measures, a doubt about who it is, or another
    /// flag (B10).
    ReferToCounter,
    /// A kiosk needs an earlier issue for overseas use (B8).
    NoEarlierIssue,
    /// The passport is another person's.
    PassportNotTheHolders,
    /// The passport has expired.
    PassportExpired,
    /// There is no passport data.
    PassportMissing,
    /// There is no dose to certify.
    NothingToCertify,
    /// The person is recorded as deceased.
    SubjectDeceased,
    /// The documents do not prove enough.
    AttestationIncomplete,
    /// Whoever entered it cannot approve it (A7).
    SamePerson,
    /// No such application waits.
    ApplicationUnknown,
    /// Fields that the approver has not confirmed.
    DoubtNotSettled(Vec<Difference>),
    /// Warnings that the approver has not acknowledged (B10).
    WarningNotAcknowledged(Vec<Warning>),
    /// No such certificate was issued here.
    CertificateUnknown,
    /// The certificate is revoked already.
    AlreadyRevoked,
    /// The record or the signer cannot be used.
    Issue(Failure),
    /// The ledger did not do its part; nothing was issued.
    Ledger(LedgerError),
}

impl Refusal {
    /// The outcome code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::WrongMunicipality => Code::WrongMunicipality,
            Self::ChannelNotOffered => Code::ChannelNotOffered,
            Self::ChannelClosed => Code::ChannelClosed,
            Self::TermsNotCurrent => Code::TermsNotCurrent,
            Self::ConsentNotInTime => Code::ConsentNotInTime,
            Self::ChallengeNotValid => Code::ChallengeNotValid,
            Self::RequestReused => Code::RequestReused,
            Self::KindNotOffered => Code::KindNotOffered,
            Self::Card(failure) | Self::Issue(failure) => failure.code(),
            Self::TravelDocument(error) => error.code(),
            Self::NoMatch => Code::NoMatch,
            Self::ReferToCounter => Code::ReferToCounter,
            Self::NoEarlierIssue => Code::NoEarlierIssue,
            Self::PassportNotTheHolders => Code::PassportNotTheHolders,
            Self::PassportExpired => Code::PassportExpired,
            Self::PassportMissing => Code::PassportMissing,
            Self::NothingToCertify => Code::NothingToCertify,
            Self::SubjectDeceased => Code::SubjectDeceased,
            Self::AttestationIncomplete => Code::AttestationIncomplete,
            Self::SamePerson => Code::SamePerson,
            Self::ApplicationUnknown => Code::ApplicationUnknown,
            Self::DoubtNotSettled(_) => Code::DoubtNotSettled,
            Self::WarningNotAcknowledged(_) => Code::WarningNotAcknowledged,
            Self::CertificateUnknown => Code::CertificateUnknown,
            Self::AlreadyRevoked => Code::AlreadyRevoked,
            Self::Ledger(error) => error.code(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Card(failure) | Refusal::Issue(failure) => failure,
            Refusal::TravelDocument(error) => error.into(),
            Refusal::Ledger(error) => error.into(),
            Refusal::DoubtNotSettled(fields) => {
                let fields: Vec<_> = fields.into_iter().map(Difference::field).collect();
                Self::of_field(Code::DoubtNotSettled, fields.join(", "))
            }
            Refusal::WarningNotAcknowledged(warnings) => {
                let warnings: Vec<_> = warnings.into_iter().map(Warning::name).collect();
                Self::of_field(Code::WarningNotAcknowledged, warnings.join(", "))
            }
            other => Self::new(other.code()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Failure::from(self.clone()).fmt(f)
    }
}

impl std::error::Error for Refusal {}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<AuditError> for Refusal {
    fn from(error: AuditError) -> Self {
        Self::Ledger(error.into())
    }
}
