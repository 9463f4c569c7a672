//! The machine-readable lines of a passport.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;

use tegata::mrz::TravelDocument;

use crate::ffi::{boundary_of_secrets, text};
use crate::trust::time;

/// Checks that the machine-readable lines of a passport or identity card were read rightly: form, characters, dates
/// and check digits. 0 when they were, so that they can go into an application; the issuing side reads them. `now` says
/// in which century birthdays lie, in seconds since 1970.
///
/// # Safety
/// `lines` points to `lines_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_mrz_check(lines: *const c_char, lines_length: usize, now: i64) -> i32 {
    boundary_of_secrets(|| {
        // SAFETY: the caller answers for the length.
        let lines = unsafe { text(lines, lines_length, "lines") }?;
        TravelDocument::parse(lines, time(now, "now")?.date())?;
        Ok(())
    })
}
