//! Numbers, names and texts of outcomes, all from the outcome table.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::ptr;

use tegata::report::Language;
use tegata::{Code, Failure, Stage};

use crate::ffi::{Buffer, boundary, boundary_or, misuse};
use crate::version::language;

/// The stable name of a number, such as `expired`: ASCII with a closing NUL, never freed; NULL for a number that is no
/// code.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_code_name(code: i32) -> *const c_char {
    boundary_or(ptr::null(), || position(code).map_or(ptr::null(), |at| start(&CODE_NAMES, at)))
}

/// The stable name of the stage a number belongs to, such as `validity`: ASCII with a closing NUL, never freed; NULL
/// for a number that is no code.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_code_stage(code: i32) -> *const c_char {
    boundary_or(ptr::null(), || find(code).map_or(ptr::null(), |code| stage_name(code.stage())))
}

/// What a number means, in one sentence for a person, in `TEGATA_ENGLISH` or `TEGATA_JAPANESE`.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_code_meaning(
    code: i32,
    language: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| known(code, language).map(|(code, language)| code.meaning(language))) }
    })
}

/// What the person at the desk or kiosk can do about it.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_code_advice(
    code: i32,
    language: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| known(code, language).map(|(code, language)| code.advice().text(language))) }
    })
}

fn known(number: i32, named: u32) -> Result<(Code, Language), Failure> {
    let code = find(number).ok_or(misuse(Code::InvalidArgument, "code"))?;
    Ok((code, language(named)?))
}

fn find(number: i32) -> Option<Code> {
    Code::ALL.get(position(number)?).copied()
}

fn position(number: i32) -> Option<usize> {
    Code::ALL.iter().position(|code| code.number() == number)
}

/// A stage's name with a closing NUL.
pub(crate) fn stage_name(stage: Stage) -> *const c_char {
    let at = Stage::ALL.iter().position(|other| *other == stage);
    at.map_or(ptr::null(), |at| start(&STAGE_NAMES, at))
}

fn start<const N: usize>(names: &'static [Name; N], at: usize) -> *const c_char {
    names.get(at).map_or(ptr::null(), |name| name.as_ptr().cast())
}

/// Room for the longest name and a closing NUL; a longer one does not compile.
type Name = [u8; 48];

static CODE_NAMES: [Name; Code::ALL.len()] = {
    let mut names = [[0; 48]; Code::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops beyond the end")]
        {
            names[at] = closed(Code::ALL[at].name());
        }
        at += 1;
    }
    names
};

static STAGE_NAMES: [Name; Stage::ALL.len()] = {
    let mut names = [[0; 48]; Stage::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops beyond the end")]
        {
            names[at] = closed(Stage::ALL[at].name());
        }
        at += 1;
    }
    names
};

/// The name, and NUL to the end. Evaluated by the compiler, which stops where there is no room for a NUL.
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops beyond the end")]
const fn closed(name: &str) -> Name {
    let mut closed = [0; 48];
    let mut at = 0;
    while at < name.len() {
        closed[at] = name.as_bytes()[at];
        at += 1;
    }
    closed[at] = 0;
    closed
}
