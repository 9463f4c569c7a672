//! What the verification of a card found, and whose card it is.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::sync::Arc;

use tegata::card::{
    AnyHierarchy, CardChecks, CardSigner, Hierarchy, Identity as TextIdentity, Presence, SurfaceReport, TextReport,
};
use tegata::{Code, Failure, Status};

use crate::ffi::{Buffer, boundary_of_secrets, boundary_or, cleared, free, misuse, required};
use crate::report::{CheckResult, TEGATA_REJECTED, code, nth_check, status};

/// What the verification of a card found. Immutable; any number of threads may read it at once.
pub struct CardReport(pub(crate) Arc<CardOutcome>);

/// The identity on a card that was accepted: there is none of any other. Immutable; any number of threads may read it
/// at once. The individual number cannot be read from it: it travels in the application message alone.
pub struct Identity(pub(crate) Arc<CardOutcome>);

pub(crate) enum CardOutcome {
    Text(TextReport<AnyHierarchy>),
    Surface(SurfaceReport<AnyHierarchy>),
}

/// The name (氏名), family and given name parted by U+3000. Of the text application alone.
pub const TEGATA_IDENTITY_NAME: u32 = 0;
/// The address (住所). Of the text application alone.
pub const TEGATA_IDENTITY_ADDRESS: u32 = 1;
/// The date of birth (生年月日), `YYYY-MM-DD`.
pub const TEGATA_IDENTITY_BIRTH_DATE: u32 = 2;
/// The sex (性別): `male`, `female`, `unknown` or `not-applicable`.
pub const TEGATA_IDENTITY_SEX: u32 = 3;
/// The code of the municipality whose key signed: six digits.
pub const TEGATA_IDENTITY_MUNICIPALITY: u32 = 4;
/// The hierarchy that vouches for it: `production`, `test` or `other`.
pub const TEGATA_IDENTITY_HIERARCHY: u32 = 5;

/// Whether the card is accepted: `TEGATA_ACCEPTED` or `TEGATA_REJECTED`. NULL is rejected.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_report_status(report: Option<&CardReport>) -> u32 {
    boundary_or(TEGATA_REJECTED, || report.map_or(TEGATA_REJECTED, |report| status(report.0.status())))
}

/// The number that verification returned; that of `internal-error` for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_report_number(report: Option<&CardReport>) -> i32 {
    let fault = Code::InternalError.number();
    boundary_or(fault, || report.map_or(fault, |report| code(report.0.failure())))
}

/// A check by its place in the order in which they are judged, from 0; `TEGATA_NOT_AVAILABLE` beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_report_check(
    report: Option<&CardReport>,
    index: usize,
    check: Option<&mut MaybeUninit<CheckResult>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(check), "check")?;
        *output = nth_check(required(report, "report")?.0.checks().in_order(), index)?;
        Ok(())
    })
}

/// The whole report as JSON, as `tegata card verify --format json` gives it. It holds personal data when the card is
/// accepted, and never the individual number.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_report_json(
    report: Option<&CardReport>,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        let json = || {
            Ok(match &*required(report, "report")?.0 {
                CardOutcome::Text(report) => report.to_json(),
                CardOutcome::Surface(report) => report.to_json(),
            })
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(json) }
    })
}

/// Frees a report and wipes what it held. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_report_free(report: Option<Box<CardReport>>) {
    free(report);
}

/// A text of the identity, `TEGATA_IDENTITY_NAME` to `TEGATA_IDENTITY_HIERARCHY`; `TEGATA_NOT_AVAILABLE` where the
/// application does not have it.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_identity_text(
    identity: Option<&Identity>,
    what: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| required(identity, "identity")?.0.text(what)) }
    })
}

/// 1 when the individual number was read and is the one that was signed, else 0, also for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_identity_covers_number(identity: Option<&Identity>) -> u32 {
    let covers = |identity: &Identity| {
        let outcome = &*identity.0;
        matches!(outcome, CardOutcome::Text(report) if matches!(report.identity(), Some(TextIdentity::WithNumber(_))))
    };
    boundary_or(0, || u32::from(identity.is_some_and(covers)))
}

/// 1 when a genuine card of the same signer answered the challenge, which says no more than that; else 0, also for
/// NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_identity_presence(identity: Option<&Identity>) -> u32 {
    boundary_or(0, || u32::from(identity.is_some_and(|identity| identity.0.is_present())))
}

/// Frees an identity and wipes it; a report of the same verification is freed by itself. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_identity_free(identity: Option<Box<Identity>>) {
    free(identity);
}

impl CardOutcome {
    fn status(&self) -> Status {
        match self {
            Self::Text(report) => report.status(),
            Self::Surface(report) => report.status(),
        }
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.status() == Status::Accepted
    }

    /// Why it is not accepted: there is always a reason.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        const INCOMPLETE: &Failure = &Failure::new(Code::InternalError);
        self.checks().first_failure().or((!self.is_accepted()).then_some(INCOMPLETE))
    }

    fn checks(&self) -> &CardChecks {
        match self {
            Self::Text(report) => report.checks(),
            Self::Surface(report) => report.checks(),
        }
    }

    fn is_present(&self) -> bool {
        let presence = match self {
            Self::Text(report) => report.identity().map(|identity| match identity {
                TextIdentity::WithNumber(holder) => holder.presence(),
                TextIdentity::FourFields(holder) => holder.presence(),
            }),
            Self::Surface(report) => report.identity().map(|surface| surface.presence()),
        };
        presence == Some(Presence::GenuineCardOfSameSigner)
    }

    fn signer(&self) -> Option<CardSigner> {
        match self {
            Self::Text(report) => report.signer(),
            Self::Surface(report) => report.signer(),
        }
    }

    fn hierarchy(&self) -> Option<Hierarchy> {
        match self {
            Self::Text(report) => report.hierarchy(),
            Self::Surface(report) => report.hierarchy(),
        }
    }

    fn text(&self, what: u32) -> Result<String, Failure> {
        let text = match what {
            TEGATA_IDENTITY_MUNICIPALITY => self.signer().map(|signer| signer.municipality_code()),
            TEGATA_IDENTITY_HIERARCHY => self.hierarchy().map(|hierarchy| hierarchy.name().to_owned()),
            TEGATA_IDENTITY_NAME..=TEGATA_IDENTITY_SEX => self.field(what),
            _ => return Err(misuse(Code::InvalidArgument, "what")),
        };
        text.ok_or(misuse(Code::NotAvailable, "what"))
    }

    /// A field of the holder's.
    fn field(&self, what: u32) -> Option<String> {
        let (name, address, birth_date, sex) = match self {
            Self::Text(report) => match report.identity()? {
                TextIdentity::WithNumber(holder) => {
                    (Some(holder.name()), Some(holder.address()), Some(holder.birth_date()), Some(holder.sex()))
                }
                TextIdentity::FourFields(holder) => {
                    (Some(holder.name()), Some(holder.address()), Some(holder.birth_date()), Some(holder.sex()))
                }
            },
            Self::Surface(report) => {
                let surface = report.identity()?;
                (None, None, surface.birth_date(), surface.face().map(|face| face.sex()))
            }
        };
        match what {
            TEGATA_IDENTITY_NAME => name.map(|name| name.expose().clone()),
            TEGATA_IDENTITY_ADDRESS => address.map(|address| address.expose().clone()),
            TEGATA_IDENTITY_BIRTH_DATE => birth_date.map(|date| date.expose().to_text()),
            _ => sex.map(|sex| sex.expose().name().to_owned()),
        }
    }
}
