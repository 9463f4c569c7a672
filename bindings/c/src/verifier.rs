//! Verifying certificates.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::{MaybeUninit, offset_of};
use std::sync::Arc;

use tegata::{Code, Failure};

use crate::certificate::Certificate;
use crate::ffi::{
    Options, boundary, boundary_of_secrets, bytes, cleared, free, hand_over, misuse, note, options, required,
    shared_between_threads,
};
use crate::options::Policy;
use crate::report::Report;
use crate::trust::{Trust, time};

/// Verifies certificates against a trust set. Immutable; any number of threads may use it at once.
pub struct Verifier(tegata::Verifier);

const _: () = shared_between_threads::<Verifier>();
const _: () = shared_between_threads::<Trust>();
const _: () = shared_between_threads::<Certificate>();
const _: () = shared_between_threads::<Report>();

// SAFETY: `repr(C)`, the size comes first, and the rest are integers.
unsafe impl Options for Policy {
    const FIRST_SIZE: usize = offset_of!(Self, strict) + size_of::<u32>();
}

/// Makes a verifier. `policy` may be NULL for the default. The trust set is the caller's, to keep or to free.
///
/// # Safety
/// `policy` is NULL or points to as many bytes as its member `size` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_verifier_new(
    trust: Option<&Trust>,
    policy: *const Policy,
    verifier: Option<&mut MaybeUninit<Option<Box<Verifier>>>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(verifier), "verifier")?;
        let trust = required(trust, "trust")?.clone();
        let mut demanded = tegata::Policy::default();
        if !policy.is_null() {
            // SAFETY: not NULL, and the caller answers for its size.
            let policy = unsafe { options(policy, "policy") }?;
            if policy.strict > 1 {
                return Err(misuse(Code::InvalidArgument, "strict"));
            }
            demanded.skew_seconds = policy.skew_seconds;
            demanded.strict = policy.strict == 1;
        }
        demanded.strict |= trust.strict;
        hand_over(output, Verifier(tegata::Verifier::new(trust.set).with_policy(demanded)));
        Ok(())
    })
}

/// Frees a verifier. No thread may be using it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_verifier_free(verifier: Option<Box<Verifier>>) {
    free(verifier);
}

/// Verifies the text of a certificate (`HC1:...`) at a time, in seconds since 1970-01-01T00:00:00Z.
///
/// Returns 0 when it is accepted, and only then hands out `certificate`. `report` says what was checked whenever there
/// was something to check: accepted, rejected (1000 to 1899) or undetermined (1900 to 1999). Either output may be NULL
/// when it is not wanted; both are freed by the caller.
///
/// # Safety
/// `text` points to `text_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_verify_text(
    verifier: Option<&Verifier>,
    text: *const c_char,
    text_length: usize,
    now: i64,
    certificate: Option<&mut MaybeUninit<Option<Box<Certificate>>>>,
    report: Option<&mut MaybeUninit<Option<Box<Report>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let (certificate, report) = (cleared(certificate), cleared(report));
        let verifier = required(verifier, "verifier")?;
        // SAFETY: the caller answers for the length.
        let text = unsafe { bytes(text.cast(), text_length, "text") }?;
        let now = time(now, "now")?;
        let found = match core::str::from_utf8(text) {
            Ok(text) => verifier.0.verify(text, now),
            Err(_) => tegata::Report::not_a_certificate(Code::MissingPrefix.into()),
        };
        Ok(hand_out(found, certificate, report))
    })
}

/// Finds the certificates in a PNG or JPEG image and verifies one of them: the first where `index` is 0. `count`
/// receives how many there are and may be NULL, as the other outputs. An image without any is rejected, with a report
/// that says why. Everything else is as `tegata_verify_text`.
///
/// # Safety
/// `image` points to `image_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_verify_image(
    verifier: Option<&Verifier>,
    image: *const u8,
    image_length: usize,
    index: usize,
    now: i64,
    count: Option<&mut MaybeUninit<usize>>,
    certificate: Option<&mut MaybeUninit<Option<Box<Certificate>>>>,
    report: Option<&mut MaybeUninit<Option<Box<Report>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let (count, certificate, report) = (cleared(count), cleared(certificate), cleared(report));
        let verifier = required(verifier, "verifier")?;
        // SAFETY: the caller answers for the length.
        let image = unsafe { bytes(image, image_length, "image") }?;
        let now = time(now, "now")?;
        let found = match tegata_print::read_certificates(image) {
            Ok(texts) => {
                let text = texts.get(index).ok_or(misuse(Code::NotAvailable, "index"))?;
                if let Some(count) = count {
                    *count = texts.len();
                }
                verifier.0.verify(text, now)
            }
            Err(error) => tegata::Report::not_a_certificate(Failure::new(error.code())),
        };
        Ok(hand_out(found, certificate, report))
    })
}

/// The number of the verdict, and the outputs that were asked for.
fn hand_out(
    found: tegata::Report,
    certificate: Option<&mut Option<Box<Certificate>>>,
    report: Option<&mut Option<Box<Report>>>,
) -> i32 {
    let number = found.number();
    note(found.failure().cloned());
    if certificate.is_none() && report.is_none() {
        return number;
    }
    let found = Arc::new(found);
    if let (Some(output), true) = (certificate, found.is_accepted()) {
        hand_over(output, Certificate(Arc::clone(&found)));
    }
    if let Some(output) = report {
        hand_over(output, Report(found));
    }
    number
}
