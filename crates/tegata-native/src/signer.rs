//! ES256 signing with a key in memory.

use core::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use tegata::crypto::{Algorithm, PublicKey, Signer, SigningError};
use tegata::keys::SoftwareSigner;

/// An ES256 signing key in AWS-LC's memory.
///
/// Unlike [`SoftwareSigner`]'s, its signatures differ from one time to the next: the nonce comes from AWS-LC's random
/// generator, into which the hash of key and message is mixed, so that even a generator that repeats itself does not
/// repeat a nonce for two messages.
///
/// The key is shown by nothing, `Debug` included. AWS-LC wipes what it frees, and so the key when it is dropped; the
/// encoding in which it is handed over is wiped as well. What compiled code leaves in
/// registers and on the stack while it signs is the library's own care, and no wiping reaches what the operating
/// system has written to disk.
pub struct NativeSigner {
    key: EcdsaKeyPair,
    public_key: PublicKey,
}

impl NativeSigner {
    /// Takes over the key that was read from a file or made.
    ///
    /// # Errors
    /// [`KeyRefused`] when the library does not take the key, which is valid by its type.
    pub fn new(signer: &SoftwareSigner) -> Result<Self, KeyRefused> {
        let der = signer.to_pkcs8_der().map_err(|_| KeyRefused)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| KeyRefused)?;
        Ok(Self { key, public_key: signer.public_key() })
    }
}

impl Signer for NativeSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> PublicKey {
        self.public_key.clone()
    }

    fn is_in_memory(&self) -> bool {
        true
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // The library draws from its own generator; the argument is there for the shape of `ring`'s interface.
        let signature = self.key.sign(&SystemRandom::new(), message);
        signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| SigningError::new("the key did not sign"))
    }
}

impl fmt::Debug for NativeSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NativeSigner(P-256)")
    }
}

/// AWS-LC does not take a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRefused;

impl fmt::Display for KeyRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cryptographic library does not take the key")
    }
}

impl core::error::Error for KeyRefused {}

#[cfg(test)]
mod tests {
    use super::*;
    use tegata::crypto::{RandomError, SecureRandom};

    struct Os;

    impl SecureRandom for Os {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
            getrandom::fill(buffer).map_err(|_| RandomError)
        }
    }

    #[test]
    fn both_providers_verify_what_a_key_of_either_kind_signs() {
        let software = SoftwareSigner::generate(&Os).unwrap();
        let native = NativeSigner::new(&software).unwrap();
        assert_eq!(native.public_key(), software.public_key());
        assert_eq!((native.algorithm(), native.is_in_memory()), (Algorithm::Es256, true));
        for provider in [&crate::PROVIDER, &tegata::crypto::rustcrypto::PROVIDER] {
            let key = provider.verifier(Algorithm::Es256).unwrap().prepare(&native.public_key()).unwrap();
            for message in [&b""[..], b"message", &[0xA5; 1000]] {
                let signers: [&dyn Signer; 2] = [&native, &software];
                for signer in signers {
                    let signature = signer.sign(message).unwrap();
                    assert_eq!(key.verify(&[message], &signature), Ok(()));
                    assert!(key.verify(&[message, b"!"], &signature).is_err());
                }
            }
        }
    }

    #[test]
    fn nonces_do_not_repeat() {
        let signer = NativeSigner::new(&SoftwareSigner::generate(&Os).unwrap()).unwrap();
        let r = |message: &[u8]| signer.sign(message).unwrap()[..32].to_vec();
        assert_ne!(r(b"message"), r(b"message"));
        assert_ne!(r(b"message"), r(b"another"));
    }

    #[test]
    fn the_key_is_not_shown() {
        let signer = NativeSigner::new(&SoftwareSigner::generate(&Os).unwrap()).unwrap();
        assert_eq!(format!("{signer:?}"), "NativeSigner(P-256)");
    }
}
