//! What a verification found.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::sync::Arc;

use tegata::report::Check;
use tegata::{Code, Failure, Status};

use crate::codes::stage_name;
use crate::ffi::{Buffer, boundary, boundary_or, cleared, free, misuse, required};

/// What a verification found: the verdict and every check. Immutable; any number of threads may read it at once.
pub struct Report(pub(crate) Arc<tegata::Report>);

/// The certificate is accepted. Nothing else is.
pub const TEGATA_ACCEPTED: u32 = 0;
/// A check failed.
pub const TEGATA_REJECTED: u32 = 1;
/// No check failed, but one could not be decided; not accepted.
pub const TEGATA_UNDETERMINED: u32 = 2;

/// There was nothing to check, or nothing to check it against.
pub const TEGATA_CHECK_SKIPPED: u32 = 0;
/// Passed.
pub const TEGATA_CHECK_PASS: u32 = 1;
/// Failed.
pub const TEGATA_CHECK_FAIL: u32 = 2;
/// Could not be decided.
pub const TEGATA_CHECK_UNDETERMINED: u32 = 3;

/// One check.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CheckResult {
    /// The stage's stable name, such as `signature`: ASCII with a closing NUL, never freed.
    pub stage: *const c_char,
    /// `TEGATA_CHECK_...`.
    pub result: u32,
    /// Why it did not pass; 0 where it passed or was skipped.
    pub code: i32,
}

impl Default for CheckResult {
    fn default() -> Self {
        Self { stage: core::ptr::null(), result: TEGATA_CHECK_SKIPPED, code: 0 }
    }
}

/// The verdict: `TEGATA_ACCEPTED`, `TEGATA_REJECTED` or `TEGATA_UNDETERMINED`. NULL is rejected.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_report_status(report: Option<&Report>) -> u32 {
    boundary_or(TEGATA_REJECTED, || report.map_or(TEGATA_REJECTED, |report| status(report.0.status())))
}

/// The number that verification returned; that of `internal-error` for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_report_number(report: Option<&Report>) -> i32 {
    let fault = Code::InternalError.number();
    boundary_or(fault, || report.map_or(fault, |report| report.0.number()))
}

/// The code of the first check that neither passed nor was skipped, which is what the JSON names; 0 when accepted. It
/// differs from the number where a check that could not be decided stands before one that failed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_report_code(report: Option<&Report>) -> i32 {
    let fault = Code::InternalError.number();
    boundary_or(fault, || report.map_or(fault, |report| code(report.0.failure())))
}

/// A check by its place in the order in which they are judged, from 0; `TEGATA_NOT_AVAILABLE` beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_report_check(
    report: Option<&Report>,
    index: usize,
    check: Option<&mut MaybeUninit<CheckResult>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(check), "check")?;
        *output = nth_check(required(report, "report")?.0.checks().in_order(), index)?;
        Ok(())
    })
}

/// The message about the first check that did not pass, in a language, with the field's name; empty when accepted. It
/// holds no personal data.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_report_message(
    report: Option<&Report>,
    language: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        let message = || {
            let language = crate::version::language(language)?;
            let failure = required(report, "report")?.0.failure();
            Ok(failure.map(|failure| failure.message(language)).unwrap_or_default())
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(message) }
    })
}

/// The whole report as JSON, as `tegata verify --format json` gives it. It holds personal data where the certificate is
/// genuine: as `payload` when it is accepted, as `unaccepted_payload` when it is not.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_report_json(
    report: Option<&Report>,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(required(report, "report")?.0.to_json())) }
    })
}

/// Frees a report and wipes what it held. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_report_free(report: Option<Box<Report>>) {
    free(report);
}

pub(crate) const fn status(status: Status) -> u32 {
    match status {
        Status::Accepted => TEGATA_ACCEPTED,
        Status::Rejected => TEGATA_REJECTED,
        Status::Undetermined => TEGATA_UNDETERMINED,
    }
}

/// A failure's number, and 0 for none.
pub(crate) fn code(failure: Option<&Failure>) -> i32 {
    failure.map_or(Status::ACCEPTED_NUMBER, |failure| failure.code().number())
}

pub(crate) fn nth_check<const N: usize>(
    checks: [(tegata::Stage, &Check); N],
    index: usize,
) -> Result<CheckResult, Failure> {
    let (stage, check) = checks.get(index).ok_or(misuse(Code::NotAvailable, "index"))?;
    let result = match check {
        Check::Skipped => TEGATA_CHECK_SKIPPED,
        Check::Pass => TEGATA_CHECK_PASS,
        Check::Fail(_) => TEGATA_CHECK_FAIL,
        Check::Undetermined(_) => TEGATA_CHECK_UNDETERMINED,
    };
    Ok(CheckResult { stage: stage_name(*stage), result, code: code(check.failure()) })
}
