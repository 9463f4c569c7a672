//! One key from another: HMAC-SHA-256 as a pseudo-random function (NIST SP 800-108r1 §4, one block).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of every key and hash here.
pub(super) const KEY_BYTES: usize = 32;

/// The key for one use: `label` ends in a zero byte and no two uses share it, so that no two messages are equal.
pub(super) fn derive(key: &[u8; KEY_BYTES], label: &[u8], context: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut mac = keyed(key);
    mac.update(label);
    mac.update(context);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// HMAC-SHA-256 (RFC 2104) with a key, before any message.
pub(super) fn keyed(key: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    // A key shorter than the block is filled up with zeros (RFC 2104 §2).
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(to, byte)| *to = *byte);
    Hmac::new((&*block).into())
}
