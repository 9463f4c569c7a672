//! The files of a card's application, as a reader hands them over.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::mem::MaybeUninit;

use tegata::card::{Application, FileId};
use tegata::{Code, Failure};

use crate::ffi::{Buffer, boundary_of_secrets, bytes, cleared, free, hand_over, misuse, required};

/// The files of one application of a card, not verified. One thread at a time.
pub struct CardFiles(pub(crate) tegata::card::CardFiles);

/// 券面事項入力補助AP: the individual number and the four basic identity fields.
pub const TEGATA_CARD_TEXT_APPLICATION: u32 = 0;
/// 券面事項確認AP: the card's face.
pub const TEGATA_CARD_SURFACE_APPLICATION: u32 = 1;

/// No files yet, of `TEGATA_CARD_TEXT_APPLICATION` or `TEGATA_CARD_SURFACE_APPLICATION`. A session hands its files
/// over by itself: this is for files that were read otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_files_new(
    application: u32,
    files: Option<&mut MaybeUninit<Option<Box<CardFiles>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(files), "files")?;
        hand_over(output, CardFiles(tegata::card::CardFiles::new(card_application(application)?)));
        Ok(())
    })
}

/// Puts a file in by its identifier, 1 to 7, in place of the one that was there.
///
/// # Safety
/// `content` points to `content_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_files_insert(
    files: Option<&mut CardFiles>,
    file: u32,
    content: *const u8,
    content_length: usize,
) -> i32 {
    boundary_of_secrets(|| {
        let files = required(files, "files")?;
        let file = file_id(file)?;
        // SAFETY: the caller answers for the length.
        let content = unsafe { bytes(content, content_length, "content") }?;
        Ok(files.0.insert(file, content.to_vec())?)
    })
}

/// A file's content; `TEGATA_NOT_AVAILABLE` for one that is not there.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_files_get(
    files: Option<&CardFiles>,
    file: u32,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let content = || required(files, "files")?.0.get(file_id(file)?).ok_or(misuse(Code::NotAvailable, "file"));
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(content) }
    })
}

/// Frees files and wipes them. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_files_free(files: Option<Box<CardFiles>>) {
    free(files);
}

pub(crate) fn card_application(number: u32) -> Result<Application, Failure> {
    match number {
        TEGATA_CARD_TEXT_APPLICATION => Ok(Application::Text),
        TEGATA_CARD_SURFACE_APPLICATION => Ok(Application::Surface),
        _ => Err(misuse(Code::InvalidArgument, "application")),
    }
}

fn file_id(number: u32) -> Result<FileId, Failure> {
    let file = u16::try_from(number).ok().and_then(FileId::new);
    file.ok_or(misuse(Code::InvalidArgument, "file"))
}
