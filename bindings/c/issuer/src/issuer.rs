//! Issuing certificates.

#![allow(unsafe_code, reason = "exports; see tegata_c::ffi")]

use core::ffi::c_char;
use core::mem::{MaybeUninit, offset_of};

use tegata::crypto::rustcrypto;
use tegata::time::Date;
use tegata::x509::certificates_from;
use tegata::{Code, Failure, Prepared, Profile, Record, Request, Timestamp};
use tegata_c::ffi::{
    Buffer, Options, boundary, boundary_of_secrets, bytes, cleared, free, hand_over, misuse, moved_between_threads,
    options, required, shared_between_threads, text,
};
use tegata_c::{TEGATA_PROFILE_DCC, TEGATA_PROFILE_DVC, TEGATA_PROFILE_JP};

use crate::issued::Issued;
use crate::key::SigningKey;

/// A signer's certificate, ready to issue under. Immutable; any number of threads may use it at once.
pub struct Issuer(tegata::Issuer);

const _: () = shared_between_threads::<Issuer>();
const _: () = moved_between_threads::<PreparedCertificate>();

/// A certificate that only lacks its signature. One thread at a time.
pub struct PreparedCertificate(Option<Prepared>);

/// What to issue beside the record. Set `size` to `sizeof(tegata_issue_request)`. Text has a length, and a length of 0
/// where it is not given.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IssueRequest {
    /// The size of this structure in bytes.
    pub size: usize,
    /// One of `TEGATA_PROFILE_...`.
    pub profile: u32,
    /// Which dose a profile of one dose certifies, counted from 1; 0 for the latest.
    pub dose: u32,
    /// The time of issue in seconds since 1970.
    pub issued_at: i64,
    /// The end of validity in seconds since 1970; 0 for none, which the WHO's profile alone allows.
    pub expires_at: i64,
    /// The day of issue where the issuer is, `YYYY-MM-DD`.
    pub issue_date: *const c_char,
    /// The length of the day.
    pub issue_date_length: usize,
    /// The certificate ID, unless the record brings its own: unique, and not to be guessed.
    pub certificate_id: *const c_char,
    /// The length of the ID.
    pub certificate_id_length: usize,
    /// The issuer claim, two letters; the country of the signer's certificate where it is not given.
    pub issuer: *const c_char,
    /// The length of the claim.
    pub issuer_length: usize,
}

// SAFETY: `repr(C)`, the size comes first, and the rest are integers and pointers.
unsafe impl Options for IssueRequest {
    const FIRST_SIZE: usize = offset_of!(Self, issuer_length) + size_of::<usize>();
}

/// Makes an issuer from its certificate, PEM or DER.
///
/// # Safety
/// `certificate` points to `certificate_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_issuer_new(
    certificate: *const u8,
    certificate_length: usize,
    issuer: Option<&mut MaybeUninit<Option<Box<Issuer>>>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(issuer), "issuer")?;
        // SAFETY: the caller answers for the length.
        let certificates = certificates_from(unsafe { bytes(certificate, certificate_length, "certificate") }?)?;
        let certificate = certificates.into_iter().next().ok_or(Code::TrustUnreadable)?;
        hand_over(output, Issuer(tegata::Issuer::new(certificate, &rustcrypto::PROVIDER)?));
        Ok(())
    })
}

/// Frees an issuer. No thread may be using it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_issuer_free(issuer: Option<Box<Issuer>>) {
    free(issuer);
}

/// Issues a certificate for a record, JSON as `tegata issue --print-schema` describes it, with a key in memory.
///
/// # Safety
/// `record` points to `record_length` bytes, `request` to as many as its member `size` says, and its members to as many
/// as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_issuer_issue(
    issuer: Option<&Issuer>,
    key: Option<&SigningKey>,
    record: *const c_char,
    record_length: usize,
    request: *const IssueRequest,
    issued: Option<&mut MaybeUninit<Option<Box<Issued>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(issued), "issued")?;
        let (issuer, key) = (required(issuer, "issuer")?, required(key, "key")?);
        // SAFETY: the caller answers for lengths and sizes.
        let (record, request) = unsafe { record_and_request(record, record_length, request) }?;
        hand_over(output, Issued(issuer.0.issue(&record, &request, &key.0)?));
        Ok(())
    })
}

/// Prepares a certificate whose key is in a device or behind a service: it signs what
/// `tegata_prepared_to_be_signed` gives, and `tegata_prepared_finalise` takes the signature.
///
/// # Safety
/// As `tegata_issuer_issue`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_issuer_prepare(
    issuer: Option<&Issuer>,
    record: *const c_char,
    record_length: usize,
    request: *const IssueRequest,
    prepared: Option<&mut MaybeUninit<Option<Box<PreparedCertificate>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(prepared), "prepared")?;
        let issuer = required(issuer, "issuer")?;
        // SAFETY: the caller answers for lengths and sizes.
        let (record, request) = unsafe { record_and_request(record, record_length, request) }?;
        hand_over(output, PreparedCertificate(Some(issuer.0.prepare(&record, &request)?)));
        Ok(())
    })
}

/// The bytes to sign with ES256. A device that takes a hash takes their SHA-256.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_prepared_to_be_signed(
    prepared: Option<&PreparedCertificate>,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let message = || {
            let prepared = required(prepared, "prepared")?;
            Ok(prepared.0.as_ref().ok_or(misuse(Code::WrongOrder, "prepared"))?.to_be_signed())
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(message) }
    })
}

/// Takes the signature, r followed by s, 64 bytes; it is verified. After that the prepared certificate is empty, takes
/// no other, and is to be freed.
///
/// # Safety
/// `signature` points to `signature_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_prepared_finalise(
    prepared: Option<&mut PreparedCertificate>,
    signature: *const u8,
    signature_length: usize,
    issued: Option<&mut MaybeUninit<Option<Box<Issued>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(issued), "issued")?;
        let prepared = required(prepared, "prepared")?;
        // SAFETY: the caller answers for the length.
        let signature = unsafe { bytes(signature, signature_length, "signature") }?;
        let prepared = prepared.0.take().ok_or(misuse(Code::WrongOrder, "prepared"))?;
        hand_over(output, Issued(prepared.finalise(signature)?));
        Ok(())
    })
}

/// Frees a prepared certificate and wipes it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_prepared_free(prepared: Option<Box<PreparedCertificate>>) {
    free(prepared);
}

/// # Safety
/// As `tegata_issuer_issue`.
unsafe fn record_and_request(
    record: *const c_char,
    record_length: usize,
    request: *const IssueRequest,
) -> Result<(Record, Request), Failure> {
    // SAFETY: the caller answers for the size.
    let given = unsafe { options(request, "request") }?;
    // SAFETY: the caller answers for the length.
    let date = unsafe { text(given.issue_date, given.issue_date_length, "issue_date") }?;
    // SAFETY: the caller answers for the length.
    let certificate_id = unsafe { text(given.certificate_id, given.certificate_id_length, "certificate_id") }?;
    // SAFETY: the caller answers for the length.
    let issuer = unsafe { text(given.issuer, given.issuer_length, "issuer") }?;
    // SAFETY: the caller answers for the length.
    let record = unsafe { bytes(record.cast(), record_length, "record") }?;
    let record = core::str::from_utf8(record).map_err(|_| Failure::new(Code::RecordMalformed))?;
    let invalid = |name| misuse(Code::InvalidArgument, name);
    let time = |seconds, name| Timestamp::from_seconds(seconds).map_err(|_| invalid(name));
    let request = Request {
        profile: match given.profile {
            TEGATA_PROFILE_JP => Profile::Jp,
            TEGATA_PROFILE_DCC => Profile::Dcc,
            TEGATA_PROFILE_DVC => Profile::Dvc,
            _ => return Err(invalid("profile")),
        },
        issuer: (!issuer.is_empty()).then(|| issuer.to_owned()),
        issued_at: time(given.issued_at, "issued_at")?,
        issue_date: Date::parse(date).map_err(|_| invalid("issue_date"))?,
        expires_at: if given.expires_at == 0 { None } else { Some(time(given.expires_at, "expires_at")?) },
        certificate_id: certificate_id.to_owned(),
        dose: given.dose.checked_sub(1).map(usize::try_from).transpose().map_err(|_| invalid("dose"))?,
    };
    Ok((Record::from_json(record)?, request))
}
