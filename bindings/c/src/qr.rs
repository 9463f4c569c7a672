//! Certificates as QR codes to print.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::{MaybeUninit, offset_of};

use tegata::{Code, Failure};
use tegata_print::{ErrorCorrection, Style, Symbol};

use crate::ffi::{Buffer, Options, boundary_of_secrets, misuse, options, text};
use crate::options::{
    QrOptions, TEGATA_QR_HIGH, TEGATA_QR_LOW, TEGATA_QR_MEDIUM, TEGATA_QR_NO_MARGIN, TEGATA_QR_QUARTILE,
};

// SAFETY: `repr(C)`, the size comes first, and the rest are integers.
unsafe impl Options for QrOptions {
    const FIRST_SIZE: usize = offset_of!(Self, reserved) + size_of::<u32>();
}

/// Draws the text of a certificate as a QR code, into a PNG image of the caller's buffer. `options` may be NULL for the
/// default. The text is drawn as it is: verify it before.
///
/// # Safety
/// `text` points to `text_length` bytes, `options` is NULL or points to as many as its member `size` says, and `buffer`
/// points to `capacity` bytes or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_qr_png(
    text: *const c_char,
    text_length: usize,
    options: *const QrOptions,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let image = || {
            // SAFETY: the caller answers for lengths and sizes.
            let (symbol, style) = unsafe { drawing(text, text_length, options) }?;
            symbol.to_png(&style).map_err(|error| Failure::new(error.code()))
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(image) }
    })
}

/// The same as SVG.
///
/// # Safety
/// As `tegata_qr_png`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_qr_svg(
    text: *const c_char,
    text_length: usize,
    options: *const QrOptions,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        let image = || {
            // SAFETY: the caller answers for lengths and sizes.
            let (symbol, style) = unsafe { drawing(text, text_length, options) }?;
            Ok(symbol.to_svg(&style))
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(image) }
    })
}

/// # Safety
/// As `tegata_qr_png`.
unsafe fn drawing(start: *const c_char, length: usize, chosen: *const QrOptions) -> Result<(Symbol, Style), Failure> {
    // SAFETY: the caller's promise is the same.
    let text = unsafe { text(start, length, "text") }?;
    let (mut style, mut level) = (Style::default(), ErrorCorrection::default());
    if !chosen.is_null() {
        // SAFETY: not NULL, and the caller answers for its size.
        let chosen = unsafe { options(chosen, "options") }?;
        if chosen.reserved != 0 {
            return Err(misuse(Code::InvalidArgument, "reserved"));
        }
        if chosen.module_pixels != 0 {
            let set = style.with_module_pixels(chosen.module_pixels);
            style = set.map_err(|_| misuse(Code::InvalidArgument, "module_pixels"))?;
        }
        if chosen.quiet_zone != 0 {
            let modules = if chosen.quiet_zone == TEGATA_QR_NO_MARGIN { 0 } else { chosen.quiet_zone };
            style = style.with_quiet_zone(modules).map_err(|_| misuse(Code::InvalidArgument, "quiet_zone"))?;
        }
        level = match chosen.error_correction {
            0 | TEGATA_QR_QUARTILE => ErrorCorrection::Quartile,
            TEGATA_QR_LOW => ErrorCorrection::Low,
            TEGATA_QR_MEDIUM => ErrorCorrection::Medium,
            TEGATA_QR_HIGH => ErrorCorrection::High,
            _ => return Err(misuse(Code::InvalidArgument, "error_correction")),
        };
    }
    let symbol = Symbol::encode(text, level).map_err(|error| match error.code() {
        Code::ApiMisuse => misuse(Code::InvalidArgument, "text"),
        code => Failure::new(code),
    })?;
    Ok((symbol, style))
}
