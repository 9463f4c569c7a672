use core::fmt;

use cryptoki::{mechanism::Mechanism, object::ObjectHandle};
use sha2::{Digest, Sha256};
use tegata::crypto::{Algorithm, PublicKey, Signer, SigningError};

use crate::{
    TokenError, TokenUri,
    error::{of_token, reason},
    key,
    pool::Pool,
    token::Token,
};

/// A private key in a token, logged in to and ready to sign: ES256 on P-256.
pub struct TokenSigner {
    pool: Pool,
    key: ObjectHandle,
    public_key: PublicKey,
}

impl TokenSigner {
    /// Finds the token and the key, logging in with the PIN if the token wants one.
    ///
    /// The PIN is tried once and not kept; a token with a PIN pad asks for it itself.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(uri: &TokenUri, pin: Option<&str>) -> Result<Self, TokenError> {
        let (token, info) = Token::find(uri)?;
        let session = token.session(false).map_err(|error| of_token(&error))?;
        Token::log_in(&session, &info, pin)?;
        let key = key::find(&session, uri)?;
        let public_key = key::public_half(&session, key)?;
        Ok(Self { pool: Pool::new(token, session), key, public_key })
    }

    /// Makes a new key in the token, called what the URI's `object` says, under its `id` or a random one.
    /// The private key cannot be read out of the token, by its attributes.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::KeyExists`] when the token has a key of that name or identifier.
    pub fn generate(uri: &TokenUri, pin: Option<&str>) -> Result<Self, TokenError> {
        let (token, info) = Token::find(uri)?;
        let session = token.session(true).map_err(|error| of_token(&error))?;
        Token::log_in(&session, &info, pin)?;
        let key = key::generate(&session, uri)?;
        let public_key = key::public_half(&session, key)?;
        Ok(Self { pool: Pool::new(token, session), key, public_key })
    }
}

impl Signer for TokenSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> PublicKey {
        self.public_key.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // Few tokens hash and sign in one go, and the digest is all they need to see.
        let digest = Sha256::digest(message);
        let signature = self.pool.with(|session| session.sign(&Mechanism::Ecdsa, self.key, &digest));
        match signature {
            Ok(signature) if signature.len() == 64 => Ok(signature),
            Ok(_) => Err(SigningError::new("the token's signature has a wrong length")),
            Err(error) => Err(SigningError::new(format!("token failed: {}", reason(&error)))),
        }
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSigner(P-256)")
    }
}
