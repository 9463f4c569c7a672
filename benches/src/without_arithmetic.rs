//! A provider and a signer that calculate nothing, so that everything around a signature can be measured alone. In
//! this package only, which is not published.

use tegata::crypto::{
    Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureError, SignatureVerifier, Signer,
    SigningError,
};

/// Accepts every signature of the right length, which leaves everything beside the arithmetic to be measured.
pub static PROVIDER: CryptoProvider = CryptoProvider { verification: &[&Credulous] };

#[derive(Debug)]
struct Credulous;

impl SignatureVerifier for Credulous {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn prepare(&self, _: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        Ok(Box::new(Self))
    }
}

impl PreparedKey for Credulous {
    fn verify(&self, _: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() == 64 { Ok(()) } else { Err(SignatureError::Malformed) }
    }
}

/// "Signs" with the same bytes always.
#[derive(Debug)]
pub(crate) struct Copier(PublicKey);

impl Copier {
    pub(crate) fn new(key: PublicKey) -> Self {
        Self(key)
    }
}

impl Signer for Copier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> PublicKey {
        self.0.clone()
    }

    fn is_in_memory(&self) -> bool {
        true
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // Like a signature, no two bytes of it compress.
        let first = message.len() % 251;
        Ok((first..first + 64).map(|byte| (byte * 167 % 251).try_into().unwrap_or(0)).collect())
    }
}
