//! Tokens: a CBOR Web Token (RFC 8392) that an app's registered key signs for one request.
//!
//! ```cddl
//! token = base64url of COSE_Sign1, tagged 18 (or 61 around it)
//! protected = { 1: -7, 3: "application/tegata-client-token" }       ; ES256, content type
//! claims = {
//!     1: tstr,            ; iss: the client's name in the settings
//!     3: tstr,            ; aud: the path of the request, such as "/v1/app/applications"
//!     4: int, 6: int,     ; exp and iat in seconds: not more than five minutes apart
//!     7: bstr .size 16,   ; cti: random, good for one request
//!     -70001: bstr .size 32   ; SHA-256 of the request's body
//! }
//! ```
//!
//! A token that was read on the way is of no use: it holds for this body, this path and once. Tokens are untrusted until
//! [`Token::verify`] has returned.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tegata::codec::cbor::{Encoder, Item, Map};
use tegata::cose::{AlgorithmId, Prepared, Sign1};
use tegata::crypto::{Algorithm, PreparedKey, SecureRandom, Signer};
use tegata::{Code, Failure, Timestamp};

/// The longest token, in characters: one with a name of 64 characters has some 300.
pub const MAX_TOKEN_CHARS: usize = 1_024;

/// The longest life of a token, in seconds.
pub const TOKEN_VALID_SECONDS: i64 = 300;

/// How far the clock of a client may be ahead, in seconds.
pub const TOKEN_SKEW_SECONDS: i64 = 60;

/// Bytes of a token's identifier.
pub const TOKEN_ID_BYTES: usize = 16;

/// The content type in the protected header, so that nothing else that a key signs passes for a token.
const CONTENT_TYPE: &str = "application/tegata-client-token";

/// Labels of header parameters (RFC 9052 §3.1).
const ALGORITHM: i64 = 1;
const CONTENT_TYPE_LABEL: i64 = 3;

/// Claims (RFC 8392 §4), and one for private use.
mod claim {
    pub(super) const ISSUER: i64 = 1;
    pub(super) const AUDIENCE: i64 = 3;
    pub(super) const EXPIRES: i64 = 4;
    pub(super) const ISSUED: i64 = 6;
    pub(super) const ID: i64 = 7;
    pub(super) const BODY: i64 = -70_001;
    /// How many there are, each exactly once.
    pub(super) const COUNT: usize = 6;
}

/// Makes the token for a request, as an app does: the client's name, the request's path and body. The result stands in
/// the header `Authorization: Bearer …`.
///
/// # Errors
/// [`Code::SigningFailed`], also where randomness fails.
pub fn sign_token(
    signer: &dyn Signer,
    random: &dyn SecureRandom,
    client: &str,
    path: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<String, Failure> {
    let mut id = [0; TOKEN_ID_BYTES];
    random.fill(&mut id).map_err(|_| Failure::new(Code::SigningFailed))?;
    let claims = Claims {
        client: client.to_owned(),
        path: path.to_owned(),
        issued_at: now.seconds(),
        expires_at: now.seconds().saturating_add(TOKEN_VALID_SECONDS),
        id,
        body_hash: Sha256::digest(body).into(),
    };
    let mut protected = Encoder::new();
    protected.map(|header| {
        header.int_key(ALGORITHM, |value| value.int(signer.algorithm().cose_id()));
        header.int_key(CONTENT_TYPE_LABEL, |value| value.text(CONTENT_TYPE));
    });
    let prepared = Prepared { protected: protected.into_bytes(), payload: claims.encode() };
    let signature = signer.sign(&prepared.to_be_signed()).map_err(|_| Failure::new(Code::SigningFailed))?;
    Ok(Base64UrlUnpadded::encode_string(&prepared.finalise(&signature)))
}

/// Why a token opens nothing. It holds nothing of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no token.
    Malformed {
        /// The part that is wrong.
        field: &'static str,
    },
    /// The registered key did not sign it.
    Signature,
    /// It is for another body or path.
    OtherRequest {
        /// Which of the two.
        field: &'static str,
    },
    /// It is too old, too long-lived, from the future, or from before the service started.
    NotInTime,
    /// It was used before.
    Used,
}

impl TokenError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed { .. } => Code::TokenMalformed,
            Self::Signature => Code::TokenSignature,
            Self::OtherRequest { .. } => Code::TokenOtherRequest,
            Self::NotInTime => Code::TokenNotInTime,
            Self::Used => Code::TokenUsed,
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { field } => write!(f, "the token is malformed: {field} is wrong"),
            Self::Signature => f.write_str("the token was not signed by the registered key"),
            Self::OtherRequest { field } => write!(f, "the token is for another request: {field} differs"),
            Self::NotInTime => f.write_str("the token does not hold at this time"),
            Self::Used => f.write_str("the token was used before"),
        }
    }
}

impl core::error::Error for TokenError {}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Malformed { field } | TokenError::OtherRequest { field } => Self::of_field(error.code(), field),
            TokenError::Signature | TokenError::NotInTime | TokenError::Used => Self::new(error.code()),
        }
    }
}

/// A token that was received, unverified.
pub struct Token {
    sign1: Sign1,
    claims: Claims,
}

struct Claims {
    client: String,
    path: String,
    issued_at: i64,
    expires_at: i64,
    id: [u8; TOKEN_ID_BYTES],
    body_hash: [u8; 32],
}

impl Token {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let malformed = |field| TokenError::Malformed { field };
        if text.len() > MAX_TOKEN_CHARS {
            return Err(malformed("length"));
        }
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| malformed("base64url"))?;
        let sign1 = Sign1::parse(bytes).map_err(|_| malformed("cose"))?;
        let (Some(protected), _) = sign1.headers() else { return Err(malformed("protected")) };
        let is_typed = protected.get_int(CONTENT_TYPE_LABEL).and_then(Item::as_text).as_deref() == Some(CONTENT_TYPE);
        // What is not protected, whoever handed it on could have written.
        let algorithm = protected.get_int(ALGORITHM).and_then(Item::as_i64);
        if !is_typed || algorithm != Some(Algorithm::Es256.cose_id()) {
            return Err(malformed("protected"));
        }
        let claims = Claims::decode(sign1.payload()).map_err(malformed)?;
        Ok(Self { sign1, claims })
    }

    /// The name of the client that says it signed.
    #[must_use]
    pub fn unverified_client(&self) -> &str {
        &self.claims.client
    }

    /// What is to be remembered for as long as the token could be sent again: its identifier, and the second at which it
    /// ends.
    #[must_use]
    pub const fn id(&self) -> ([u8; TOKEN_ID_BYTES], i64) {
        (self.claims.id, self.claims.expires_at)
    }

    /// Verifies that the client's key signed it, for this path and body, and that it holds at this time. Whether it was
    /// used before, the caller knows.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(
        &self,
        key: &dyn PreparedKey,
        path: &str,
        body_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), TokenError> {
        if self.sign1.algorithm() != Some(AlgorithmId::Int(Algorithm::Es256.cose_id())) {
            return Err(TokenError::Malformed { field: "protected" });
        }
        key.verify(&self.sign1.to_be_signed().parts(), self.sign1.signature()).map_err(|_| TokenError::Signature)?;
        let claims = &self.claims;
        let life = claims.expires_at.saturating_sub(claims.issued_at);
        let now = now.seconds();
        let in_time = (1..=TOKEN_VALID_SECONDS).contains(&life)
            && claims.issued_at <= now.saturating_add(TOKEN_SKEW_SECONDS)
            && now < claims.expires_at;
        if !in_time {
            return Err(TokenError::NotInTime);
        }
        if claims.path != path {
            return Err(TokenError::OtherRequest { field: "aud" });
        }
        if !bool::from(claims.body_hash.ct_eq(body_hash)) {
            return Err(TokenError::OtherRequest { field: "body" });
        }
        Ok(())
    }

    /// When it was signed, in seconds.
    #[must_use]
    pub const fn issued_at(&self) -> i64 {
        self.claims.issued_at
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Claims {
    fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.map(|claims| {
            claims.int_key(claim::ISSUER, |value| value.text(&self.client));
            claims.int_key(claim::AUDIENCE, |value| value.text(&self.path));
            claims.int_key(claim::EXPIRES, |value| value.int(self.expires_at));
            claims.int_key(claim::ISSUED, |value| value.int(self.issued_at));
            claims.int_key(claim::ID, |value| value.bytes(&self.id));
            claims.int_key(claim::BODY, |value| value.bytes(&self.body_hash));
        });
        encoder.into_bytes()
    }

    /// Every claim and no other; the field that is wrong.
    fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let map = Item::parse(bytes).ok().and_then(Item::as_map).ok_or("claims")?;
        if map.len() != claim::COUNT {
            return Err("claims");
        }
        Ok(Self {
            client: text(map, claim::ISSUER).ok_or("iss")?,
            path: text(map, claim::AUDIENCE).ok_or("aud")?,
            expires_at: map.get_int(claim::EXPIRES).and_then(Item::as_i64).ok_or("exp")?,
            issued_at: map.get_int(claim::ISSUED).and_then(Item::as_i64).ok_or("iat")?,
            id: bytes_of(map, claim::ID).ok_or("cti")?,
            body_hash: bytes_of(map, claim::BODY).ok_or("body")?,
        })
    }
}

fn text(map: Map<'_>, key: i64) -> Option<String> {
    map.get_int(key)?.as_text().map(|text| text.into_owned())
}

fn bytes_of<const N: usize>(map: Map<'_>, key: i64) -> Option<[u8; N]> {
    map.get_int(key)?.as_bytes()?.as_ref().try_into().ok()
}

#[cfg(test)]
mod tests;
