use core::fmt;

use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer as _},
};
use zeroize::Zeroizing;

use super::{KeyFileError, read, write};
use crate::crypto::{Algorithm, PublicKey, RandomError, SecureRandom, Signer, SigningError};

/// A signing key in memory: ES256 on P-256, deterministic (RFC 6979), so that signing needs no
/// randomness and a weak source of it cannot betray the key.
///
/// The key is wiped when it is dropped and shown by nothing, `Debug` included.
pub struct SoftwareSigner {
    key: SigningKey,
}

impl SoftwareSigner {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails or yields no valid key in several attempts, which a
    /// working source never does.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, RandomError> {
        /// A random number is no valid key once in 2^32 times.
        const ATTEMPTS: usize = 8;

        let mut bytes = Zeroizing::new([0; 32]);
        for _ in 0..ATTEMPTS {
            random.fill(bytes.as_mut_slice())?;
            if let Ok(key) = SigningKey::from_slice(bytes.as_slice()) {
                return Ok(Self { key });
            }
        }
        Err(RandomError)
    }

    /// Reads the one private key of a PEM text (RFC 7468): PKCS#8 `PRIVATE KEY`, encrypted PKCS#8
    /// `ENCRYPTED PRIVATE KEY` (PBES2 with scrypt or PBKDF2, and AES), or SEC 1 `EC PRIVATE KEY`. Blocks of other
    /// kinds, such as certificates, are passed over.
    ///
    /// A passphrase for a key that is not encrypted is not looked at.
    ///
    /// # Errors
    /// [`KeyFileError`], which never tells anything of the key.
    pub fn from_pem(pem: &str, passphrase: Option<&[u8]>) -> Result<Self, KeyFileError> {
        read::from_pem(pem.as_bytes(), passphrase).map(Self::from)
    }

    /// Reads a private key in DER: PKCS#8 (RFC 5958), encrypted PKCS#8 or SEC 1 (RFC 5915).
    ///
    /// # Errors
    /// As [`SoftwareSigner::from_pem`].
    pub fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<Self, KeyFileError> {
        read::from_der(der, passphrase).map(Self::from)
    }

    /// Reads a key file of either form: PEM when it looks like text of PEM, else DER.
    ///
    /// # Errors
    /// As [`SoftwareSigner::from_pem`].
    pub fn from_bytes(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<Self, KeyFileError> {
        match core::str::from_utf8(bytes) {
            Ok(pem) => Self::from_pem(pem, passphrase),
            Err(_) => Self::from_der(bytes, passphrase),
        }
    }

    /// The key as PKCS#8 PEM, encrypted under the passphrase if there is one (PBES2: scrypt,
    /// AES-256-CBC), as OpenSSL and others read it.
    ///
    /// # Errors
    /// [`KeyFileError::Random`] when the source of randomness fails.
    pub fn to_pkcs8_pem(
        &self,
        passphrase: Option<&[u8]>,
        random: &dyn SecureRandom,
    ) -> Result<Zeroizing<String>, KeyFileError> {
        write::to_pkcs8_pem(&SecretKey::from(&self.key), passphrase, random)
    }

    /// The key as unencrypted PKCS#8 in DER (RFC 5958), for handing it to another cryptographic library.
    ///
    /// # Errors
    /// [`KeyFileError::Encoding`] when the key cannot be encoded, which does not happen with a valid key.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        write::to_pkcs8_der(&SecretKey::from(&self.key))
    }
}

impl From<SecretKey> for SoftwareSigner {
    fn from(key: SecretKey) -> Self {
        Self { key: SigningKey::from(key) }
    }
}

impl Signer for SoftwareSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> PublicKey {
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut bytes = [0; 65];
        bytes.iter_mut().zip(point.as_bytes()).for_each(|(to, from)| *to = *from);
        PublicKey::P256(bytes)
    }

    fn is_in_memory(&self) -> bool {
        true
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let signature: Signature =
            self.key.try_sign(message).map_err(|_| SigningError { reason: "the key did not sign".into() })?;
        Ok(signature.to_vec())
    }
}

impl fmt::Debug for SoftwareSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareSigner(P-256)")
    }
}
