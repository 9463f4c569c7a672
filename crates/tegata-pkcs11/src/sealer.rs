use core::fmt;

use cryptoki::{
    error::{Error, RvError},
    mechanism::{Mechanism, aead::GcmParams},
    object::ObjectHandle,
};
use zeroize::Zeroizing;

use crate::{TokenError, TokenUri, error::of_token, key, pool::Pool, token::Token};

/// Bytes of the nonce before what was sealed, and bits of the tag behind it (NIST SP 800-38D).
const NONCE_BYTES: usize = 12;
const TAG_BITS: u64 = 128;

/// A secret key in a token that seals and opens small secrets, such as a master key: AES-256-GCM (`CKM_AES_GCM`,
/// PKCS#11 §6.13.3). It never leaves the token.
pub struct TokenSealer {
    pool: Pool,
    key: ObjectHandle,
}

impl TokenSealer {
    /// Finds the token and the secret key, logging in with the PIN if the token wants one. The PIN is tried once and
    /// not kept.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(uri: &TokenUri, pin: Option<&str>) -> Result<Self, TokenError> {
        let (token, info) = Token::find(uri)?;
        let session = token.session(false).map_err(|error| of_token(&error))?;
        Token::log_in(&session, &info, pin)?;
        let key = key::find_secret(&session, uri)?;
        Ok(Self { pool: Pool::new(token, session), key })
    }

    /// Makes a new key in the token, called what the URI's `object` says, and under its `id` if it has one.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::KeyExists`] when the token has a secret key of that name.
    pub fn generate(uri: &TokenUri, pin: Option<&str>) -> Result<Self, TokenError> {
        let (token, info) = Token::find(uri)?;
        let session = token.session(true).map_err(|error| of_token(&error))?;
        Token::log_in(&session, &info, pin)?;
        let key = key::generate_secret(&session, uri)?;
        Ok(Self { pool: Pool::new(token, session), key })
    }

    /// Seals a secret for a purpose: a nonce from the token, the ciphertext and its tag.
    ///
    /// # Errors
    /// [`TokenError::Unavailable`].
    pub fn seal(&self, purpose: &[u8], secret: &[u8]) -> Result<Vec<u8>, TokenError> {
        let sealed = self.pool.with(|session| {
            let mut nonce = [0; NONCE_BYTES];
            session.generate_random_slice(&mut nonce)?;
            let mut sealed = nonce.to_vec();
            let parameters = GcmParams::new(&mut nonce, purpose, TAG_BITS.into())?;
            sealed.extend(session.encrypt(&Mechanism::AesGcm(parameters), self.key, secret)?);
            Ok(sealed)
        });
        sealed.map_err(|error| of_token(&error))
    }

    /// Opens what was sealed for a purpose.
    ///
    /// # Errors
    /// [`TokenError::DoesNotOpen`], [`TokenError::Unavailable`].
    pub fn unseal(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, TokenError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(TokenError::DoesNotOpen)?;
        let mut nonce = *nonce;
        let opened = self.pool.with(|session| {
            let parameters = GcmParams::new(&mut nonce, purpose, TAG_BITS.into())?;
            session.decrypt(&Mechanism::AesGcm(parameters), self.key, sealed).map(Zeroizing::new)
        });
        opened.map_err(|error| match error {
            // Tokens differ in what they call a wrong tag.
            Error::Pkcs11(
                RvError::EncryptedDataInvalid
                | RvError::EncryptedDataLenRange
                | RvError::DataInvalid
                | RvError::DataLenRange
                | RvError::GeneralError
                | RvError::FunctionFailed,
                _,
            ) => TokenError::DoesNotOpen,
            other => of_token(&other),
        })
    }
}

impl fmt::Debug for TokenSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSealer(AES-256)")
    }
}
