//! A certificate that was issued.

#![allow(unsafe_code, reason = "exports; see tegata_c::ffi")]

use core::ffi::c_char;
use core::mem::MaybeUninit;

use tegata_c::ffi::{Buffer, boundary, free, required};

/// A certificate that was issued. Immutable; any number of threads may read it at once.
pub struct Issued(pub(crate) tegata::Issued);

/// The text, `HC1:...`: to be drawn as a QR code.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_issued_text(
    issued: Option<&Issued>,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(required(issued, "issued")?.0.text())) }
    })
}

/// The certificate ID that was certified.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_issued_certificate_id(
    issued: Option<&Issued>,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(required(issued, "issued")?.0.certificate_id())) }
    })
}

/// Frees an issued certificate and wipes it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_issued_free(issued: Option<Box<Issued>>) {
    free(issued);
}
