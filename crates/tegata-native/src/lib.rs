//! A crypto provider for [`tegata`] on AWS-LC, a library of C and assembly, part of it formally verified.
//!
//! [`PROVIDER`] takes exactly the keys and signatures that
//! [`tegata::crypto::rustcrypto::PROVIDER`](tegata::crypto::rustcrypto) takes and gives the same errors for the
//! others, about five times sooner; the conformance suite and a differential fuzz target hold the two together.
//! `NativeSigner` (feature `issue`, on by default) signs with a key that
//! `tegata::keys::SoftwareSigner` has read.
//!
//! ```
//! use tegata::crypto::{Algorithm, KeyError, PublicKey};
//!
//! let verifier = tegata_native::PROVIDER.verifier(Algorithm::Es256).unwrap();
//! let off_its_curve = PublicKey::P256([4; 65]);
//! assert_eq!(verifier.prepare(&off_its_curve).err(), Some(KeyError::Invalid));
//! ```
//!
//! RSA keys below 2048 bits under PS256 and PS512, and the three digests under one signature of identity cards, are
//! verified by the pure-Rust provider: AWS-LC's interface has no such algorithm. Everything else, RS256 with 1024 bits and ES256 on P-384 included, is AWS-LC's work.
//!
//! AWS-LC is compiled from source by `cc`, the C compiler, and by nothing else on the platforms it has generated
//! sources for (Linux, macOS and Windows on x86-64 and ARM64 among them); there is no form of it for WebAssembly in
//! browsers. This crate itself has no unsafe code.

#![forbid(unsafe_code)]

mod ecdsa;
mod rsa;
#[cfg(feature = "issue")]
mod signer;

use tegata::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureVerifier, rustcrypto};

#[cfg(feature = "issue")]
pub use signer::{KeyRefused, NativeSigner};

/// Every algorithm of [`Algorithm`] on AWS-LC.
pub static PROVIDER: CryptoProvider = CryptoProvider {
    verification: &[
        &Verifier(Algorithm::Es256),
        &Verifier(Algorithm::Es384),
        &Verifier(Algorithm::Ps256),
        &Verifier(Algorithm::Rs256),
        &Verifier(Algorithm::Es256OnP384),
        &Verifier(Algorithm::Rs256ThreeDigests),
        &Verifier(Algorithm::Es512OnP256),
        &Verifier(Algorithm::Ps512),
        &Verifier(Algorithm::Rs512),
    ],
};

#[derive(Debug)]
struct Verifier(Algorithm);

impl SignatureVerifier for Verifier {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        match (self.0, key) {
            (Algorithm::Es256, PublicKey::P256(point)) => ecdsa::es256(point),
            (Algorithm::Es384, PublicKey::P384(point)) => ecdsa::es384(point),
            (Algorithm::Es256OnP384, PublicKey::P384(point)) => ecdsa::es256_on_p384(point),
            (Algorithm::Es512OnP256, PublicKey::P256(point)) => ecdsa::es512_on_p256(point),
            (Algorithm::Ps512, PublicKey::Rsa { modulus, exponent }) => rsa::ps512(modulus, exponent),
            (Algorithm::Rs512, PublicKey::Rsa { modulus, exponent }) => rsa::rs512(modulus, exponent),
            (Algorithm::Ps256, PublicKey::Rsa { modulus, exponent }) => rsa::ps256(modulus, exponent),
            (Algorithm::Rs256, PublicKey::Rsa { modulus, exponent }) => rsa::rs256(modulus, exponent),
            // What AWS-LC's interface lacks, and keys of another kind, which are refused there.
            _ => portable(self.0, key),
        }
    }
}

/// The key with the pure-Rust provider.
fn portable(algorithm: Algorithm, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
    rustcrypto::PROVIDER.verifier(algorithm).ok_or(KeyError::WrongKind)?.prepare(key)
}
