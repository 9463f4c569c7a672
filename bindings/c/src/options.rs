//! What programs choose: structures that begin with their size, so that members can be added.

use core::ffi::c_char;

/// How strictly certificates are judged. Set `size` to `sizeof(tegata_policy)` and the rest to 0 for the default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The size of this structure in bytes.
    pub size: usize,
    /// By how many seconds this device's clock may differ from the issuer's.
    pub skew_seconds: u32,
    /// 1 to refuse certificates whose dates lie outside their signer's, which real issuers do issue; else 0.
    pub strict: u32,
}

/// How a QR code is drawn. Set `size` to `sizeof(tegata_qr_options)` and the rest to 0 for the default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct QrOptions {
    /// The size of this structure in bytes.
    pub size: usize,
    /// The side of a module in pixels of 1/300 inch; 0 for the default, 4.
    pub module_pixels: u32,
    /// The white margin in modules; 0 for the standard's 4, `TEGATA_QR_NO_MARGIN` for none.
    pub quiet_zone: u32,
    /// `TEGATA_QR_LOW` to `TEGATA_QR_HIGH`; 0 for the default, which is `TEGATA_QR_QUARTILE`.
    pub error_correction: u32,
    /// 0.
    pub reserved: u32,
}

/// No margin: only for a layout that leaves it white itself.
pub const TEGATA_QR_NO_MARGIN: u32 = 0xffff_ffff;
/// Error correction level L, for the longest texts.
pub const TEGATA_QR_LOW: u32 = 1;
/// Error correction level M.
pub const TEGATA_QR_MEDIUM: u32 = 2;
/// Error correction level Q, which the specification of health certificates recommends.
pub const TEGATA_QR_QUARTILE: u32 = 3;
/// Error correction level H.
pub const TEGATA_QR_HIGH: u32 = 4;

/// What is to be read from a card, and with what. Set `size` to `sizeof(tegata_card_request)`. Digits are ASCII without
/// a closing NUL; NULL with a length of 0 for those that are not there. `tegata_card_session_new` copies them: wipe
/// them after it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CardRequest {
    /// The size of this structure in bytes.
    pub size: usize,
    /// When the holder consented, after the terms were shown: seconds since 1970-01-01T00:00:00Z. Without consent there
    /// is no dialogue.
    pub consent_seconds: i64,
    /// The PIN (暗証番号): four digits, which open every file of the text application.
    pub pin: *const c_char,
    /// The length of the PIN.
    pub pin_length: usize,
    /// Code A (照合番号A): twelve digits.
    pub code_a: *const c_char,
    /// The length of code A.
    pub code_a_length: usize,
    /// Code B (照合番号B): fourteen digits.
    pub code_b: *const c_char,
    /// The length of code B.
    pub code_b_length: usize,
    /// A challenge of 32 bytes from the issuing side, which the card answers; NULL for none.
    pub challenge: *const u8,
    /// The length of the challenge.
    pub challenge_length: usize,
    /// Of `TEGATA_CARD_NUMBER`, `TEGATA_CARD_SURFACE` and `TEGATA_CARD_LAST_TRY`, those that are wanted.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
}

/// Read the individual number too.
pub const TEGATA_CARD_NUMBER: u32 = 1;
/// Read the card's face too, with code B or, without it, code A.
pub const TEGATA_CARD_SURFACE: u32 = 2;
/// Present the PIN or code even when one try is left: to be asked of the holder before.
pub const TEGATA_CARD_LAST_TRY: u32 = 4;

/// What is asked for, of whom, and how. Set `size` to `sizeof(tegata_application_request)`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ApplicationRequest {
    /// The size of this structure in bytes.
    pub size: usize,
    /// `TEGATA_CHANNEL_KIOSK` or `TEGATA_CHANNEL_APP`.
    pub channel: u32,
    /// `TEGATA_KIND_DOMESTIC` or `TEGATA_KIND_OVERSEAS`.
    pub kind: u32,
    /// The sum of those of `TEGATA_PROFILE_...` that are asked for.
    pub profiles: u32,
    /// The code of the municipality it is addressed to: six digits with the check digit.
    pub municipality: *const c_char,
    /// The length of the code.
    pub municipality_length: usize,
    /// The name of the version of the terms that were shown: 1 to 64 visible ASCII characters.
    pub terms: *const c_char,
    /// The length of the name.
    pub terms_length: usize,
    /// The municipality's challenge of 32 bytes, which the card answered.
    pub challenge: *const u8,
    /// The length of the challenge.
    pub challenge_length: usize,
    /// The machine-readable lines of the passport, parted by a line feed: for the channel app and overseas use alone.
    pub travel_document: *const c_char,
    /// The length of those lines; 0 for none.
    pub travel_document_length: usize,
}

/// From a kiosk (キオスク端末).
pub const TEGATA_CHANNEL_KIOSK: u32 = 0;
/// From the dedicated app (電子交付アプリ).
pub const TEGATA_CHANNEL_APP: u32 = 1;
/// For domestic use (国内用).
pub const TEGATA_KIND_DOMESTIC: u32 = 0;
/// For overseas use (海外用).
pub const TEGATA_KIND_OVERSEAS: u32 = 1;
/// The certificate with everything the record holds.
pub const TEGATA_PROFILE_JP: u32 = 1;
/// The EU digital COVID certificate.
pub const TEGATA_PROFILE_DCC: u32 = 2;
/// The WHO's digital vaccination certificate.
pub const TEGATA_PROFILE_DVC: u32 = 4;
