//! Signing keys in memory.

#![allow(unsafe_code, reason = "exports; see tegata_c::ffi")]

use core::mem::MaybeUninit;

use tegata::keys::SoftwareSigner;
use tegata_c::ffi::{boundary_of_secrets, bytes, cleared, free, hand_over, required, shared_between_threads};

/// A signing key in memory. Immutable; any number of threads may sign with it at once.
pub struct SigningKey(pub(crate) SoftwareSigner);

const _: () = shared_between_threads::<SigningKey>();

/// Loads a key: PKCS#8 or SEC 1, PEM or DER, encrypted or not. The length of the passphrase is 0 for none. Both may be
/// wiped after it. A key in a device stays there: see `tegata_issuer_prepare`.
///
/// # Safety
/// `data` and `passphrase` point to as many bytes as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_signing_key_load(
    data: *const u8,
    data_length: usize,
    passphrase: *const u8,
    passphrase_length: usize,
    key: Option<&mut MaybeUninit<Option<Box<SigningKey>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(key), "key")?;
        // SAFETY: the caller answers for the length.
        let data = unsafe { bytes(data, data_length, "data") }?;
        // SAFETY: the caller answers for the length.
        let passphrase = unsafe { bytes(passphrase, passphrase_length, "passphrase") }?;
        let passphrase = (!passphrase.is_empty()).then_some(passphrase);
        hand_over(output, SigningKey(SoftwareSigner::from_bytes(data, passphrase)?));
        Ok(())
    })
}

/// Frees a key and wipes it. No thread may be using it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_signing_key_free(key: Option<Box<SigningKey>>) {
    free(key);
}
