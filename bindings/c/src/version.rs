//! Versions, the last error, and wiping the caller's memory.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use tegata::Code;
use tegata::report::Language;

use crate::ffi::{Buffer, boundary, boundary_or, last_failure, misuse, note, wipe};

/// The version of this interface: it changes when a program has to be compiled anew. Compare it with
/// `tegata_abi_version()` when the program starts.
pub const TEGATA_ABI_VERSION: u32 = 1;

/// For texts in English.
pub const TEGATA_ENGLISH: u32 = 0;
/// For texts in Japanese.
pub const TEGATA_JAPANESE: u32 = 1;

/// The version of the interface that the library at hand has; to be equal to `TEGATA_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_abi_version() -> u32 {
    boundary_or(0, || TEGATA_ABI_VERSION)
}

/// The version of the library, such as `0.1.0`: ASCII with a closing NUL, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_version() -> *const c_char {
    boundary_or(core::ptr::null(), || concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast())
}

/// What this thread's last call complained of, in English: stage, meaning, and the name of the argument or field. For
/// logs: it never holds personal data. Decisions are made with the number that the call returned. Empty after a call
/// that returned 0. Functions that return no number, those that free among them, leave it as it is.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_last_error(
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    let failure = last_failure();
    let number = boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(failure.as_ref().map(ToString::to_string).unwrap_or_default())) }
    });
    // Asking is no call that could be asked about: with a longer buffer the same text comes.
    note(failure);
    number
}

/// Overwrites memory of the program with zeros, in a way that no compiler leaves out: for PINs, answers of a card and
/// texts of certificates in the program's own buffers. Memory of this library is wiped when it is freed.
///
/// # Safety
/// `memory` points to `length` bytes, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_wipe(memory: *mut c_void, length: usize) {
    boundary_or((), || {
        if !memory.is_null() {
            // SAFETY: not NULL, and the caller answers for the length.
            unsafe { wipe(memory.cast(), length) };
        }
    });
}

pub(crate) fn language(number: u32) -> Result<Language, tegata::Failure> {
    match number {
        TEGATA_ENGLISH => Ok(Language::English),
        TEGATA_JAPANESE => Ok(Language::Japanese),
        _ => Err(misuse(Code::InvalidArgument, "language")),
    }
}
