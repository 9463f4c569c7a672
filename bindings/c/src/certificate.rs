//! An accepted certificate, and what it says.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::sync::Arc;

use tegata::report::{Line, Summary};
use tegata::{Code, Failure};

use crate::ffi::{Buffer, boundary, cleared, free, misuse, required};
use crate::version::language;

/// A certificate that was accepted: there is none of any other. Immutable; any number of threads may read it at once.
pub struct Certificate(pub(crate) Arc<tegata::Report>);

/// The issuer claim: a country's two letters, as a rule.
pub const TEGATA_CERTIFICATE_ISSUER: u32 = 0;
/// The country of the signer's certificate, two letters.
pub const TEGATA_CERTIFICATE_SIGNER_COUNTRY: u32 = 1;
/// The subject of the signer's certificate.
pub const TEGATA_CERTIFICATE_SIGNER_SUBJECT: u32 = 2;
/// The key id of the signer, in lower-case hexadecimal.
pub const TEGATA_CERTIFICATE_SIGNER_KEY_ID: u32 = 3;
/// The algorithm of the signature, such as `ES256`.
pub const TEGATA_CERTIFICATE_ALGORITHM: u32 = 4;

/// When it was issued.
pub const TEGATA_CERTIFICATE_ISSUED_AT: u32 = 0;
/// Before when it is not valid.
pub const TEGATA_CERTIFICATE_NOT_BEFORE: u32 = 1;
/// When it expires.
pub const TEGATA_CERTIFICATE_EXPIRES_AT: u32 = 2;

/// A text about the certificate, `TEGATA_CERTIFICATE_ISSUER` to `TEGATA_CERTIFICATE_ALGORITHM`;
/// `TEGATA_NOT_AVAILABLE` where it says nothing of that.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_certificate_text(
    certificate: Option<&Certificate>,
    what: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| text(&required(certificate, "certificate")?.0, what)) }
    })
}

/// A time of the certificate in seconds since 1970, `TEGATA_CERTIFICATE_ISSUED_AT` to
/// `TEGATA_CERTIFICATE_EXPIRES_AT`; `TEGATA_NOT_AVAILABLE` where it says nothing of that.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_certificate_time(
    certificate: Option<&Certificate>,
    what: u32,
    seconds: Option<&mut MaybeUninit<i64>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(seconds), "seconds")?;
        let claims = required(certificate, "certificate")?.0.claims().ok_or(Code::InternalError)?;
        let time = match what {
            TEGATA_CERTIFICATE_ISSUED_AT => claims.issued_at(),
            TEGATA_CERTIFICATE_NOT_BEFORE => claims.not_before(),
            TEGATA_CERTIFICATE_EXPIRES_AT => claims.expires_at(),
            _ => return Err(misuse(Code::InvalidArgument, "what")),
        };
        *output = time.ok_or(misuse(Code::NotAvailable, "what"))?.seconds();
        Ok(())
    })
}

/// The label of a line that tells a person who, what and when; lines are counted from 0, and `TEGATA_NOT_AVAILABLE`
/// comes after the last.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_certificate_line_label(
    certificate: Option<&Certificate>,
    language: u32,
    index: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        let label = || {
            let line = line(certificate, language, index)?;
            Ok(line.label(crate::version::language(language)?))
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(label) }
    })
}

/// The value of that line: personal data.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_certificate_line_value(
    certificate: Option<&Certificate>,
    language: u32,
    index: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(line(certificate, language, index)?.value().to_owned())) }
    })
}

/// Frees a certificate and wipes what it held; a report of the same verification is freed by itself. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_certificate_free(certificate: Option<Box<Certificate>>) {
    free(certificate);
}

fn text(report: &tegata::Report, what: u32) -> Result<String, Failure> {
    let signer = report.signer();
    let text = match what {
        TEGATA_CERTIFICATE_ISSUER => report.claims().and_then(|claims| claims.issuer()).map(str::to_owned),
        TEGATA_CERTIFICATE_SIGNER_COUNTRY => signer.and_then(|signer| signer.country()).map(str::to_owned),
        TEGATA_CERTIFICATE_SIGNER_SUBJECT => signer.map(|signer| signer.subject().to_owned()),
        TEGATA_CERTIFICATE_SIGNER_KEY_ID => {
            signer.map(|signer| signer.key_id().iter().map(|byte| format!("{byte:02x}")).collect())
        }
        TEGATA_CERTIFICATE_ALGORITHM => signer.map(|signer| signer.algorithm().name().to_owned()),
        _ => return Err(misuse(Code::InvalidArgument, "what")),
    };
    text.ok_or(misuse(Code::NotAvailable, "what"))
}

fn line(certificate: Option<&Certificate>, named: u32, index: usize) -> Result<Line, Failure> {
    let summary = required(certificate, "certificate")?.0.summary(language(named)?);
    let line = summary.as_ref().and_then(|summary: &Summary| summary.lines().get(index)).cloned();
    line.ok_or(misuse(Code::NotAvailable, "index"))
}
