//! Public keys and signatures of others' choosing.

use tegata::crypto::PublicKey;

use crate::providers::agree;

/// The first byte chooses the kind of key, the rest is divided into key and signature; every verifier gets them.
pub fn signature(data: &[u8]) {
    let Some((&choice, rest)) = data.split_first() else { return };
    let Some((key, signature)) = split_key(choice, rest) else { return };
    let _ = (key.kind(), key.rsa_bits(), format!("{key:?}"));
    agree(&key, MESSAGE, signature);
}

const MESSAGE: &[u8] = b"Signature1";

/// The key that a choice and the bytes after it stand for, and the signature after that.
pub(crate) fn split_key(choice: u8, rest: &[u8]) -> Option<(PublicKey, &[u8])> {
    match choice % 3 {
        0 => {
            let (point, signature) = rest.split_first_chunk()?;
            Some((PublicKey::P256(*point), signature))
        }
        1 => {
            let (point, signature) = rest.split_first_chunk()?;
            Some((PublicKey::P384(*point), signature))
        }
        _ => {
            // RSA: the length of the exponent, the exponent, then modulus and signature of one length.
            let (&length, rest) = rest.split_first()?;
            let (exponent, rest) = rest.split_at_checked(usize::from(length))?;
            let (modulus, signature) = rest.split_at(rest.len() / 2);
            Some((PublicKey::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() }, signature))
        }
    }
}
