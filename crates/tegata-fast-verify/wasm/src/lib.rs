//! Four functions by which a script in Node hands over keys and signatures; see `run.mjs`.

#![allow(unsafe_code, reason = "the attribute that exports a function; there is no unsafe block")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use tegata_fast_verify::{KeyTable, TableError};

/// Where the script writes: a key, `04 ‖ x ‖ y`, a hash of 32 bytes and a signature r‖s.
static CASE: [AtomicU8; 65 + 32 + 64] = [const { AtomicU8::new(0) }; 65 + 32 + 64];

/// The key of the last call of [`prepare`].
static KEY: Mutex<Option<KeyTable>> = Mutex::new(None);

/// The address of the case.
#[unsafe(no_mangle)]
pub extern "C" fn case() -> *const AtomicU8 {
    CASE.as_ptr()
}

/// Makes the table of the case's key: 0, or 1 for a key that is none and 2 for a table that failed a check.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> i32 {
    keep(KeyTable::new(&bytes(0)))
}

/// As [`prepare`], with a small table.
#[unsafe(no_mangle)]
pub extern "C" fn prepare_small() -> i32 {
    keep(KeyTable::small(&bytes(0)))
}

fn keep(table: Result<KeyTable, TableError>) -> i32 {
    let Ok(mut key) = KEY.lock() else { return FAULT };
    *key = None;
    match table {
        Ok(table) => {
            *key = Some(table);
            0
        }
        Err(TableError::InvalidKey) => 1,
        Err(_) => FAULT,
    }
}

/// Verifies the case's signature with the key of the last [`prepare`]: 0 for a signature, 1 for none.
#[unsafe(no_mangle)]
pub extern "C" fn verify() -> i32 {
    let Ok(key) = KEY.lock() else { return FAULT };
    let Some(key) = key.as_ref() else { return FAULT };
    i32::from(key.verify_prehash(&bytes(65), &bytes(65 + 32)).is_err())
}

const FAULT: i32 = 2;

/// The bytes of the case from a place on.
fn bytes<const LENGTH: usize>(from: usize) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    for (byte, written) in bytes.iter_mut().zip(CASE.iter().skip(from)) {
        *byte = written.load(Ordering::Relaxed);
    }
    bytes
}
