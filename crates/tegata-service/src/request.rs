//! What devices send, apart from HTTP: the bodies of app and kiosk in JSON, understood strictly.
//!
//! Everything here is untrusted: a body that was understood has the right members, no others, and nothing is said of
//! what they hold. An application itself is deterministic CBOR ([`tegata::application`]), verified elsewhere.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tegata::application::Application;
use tegata::{Code, Failure};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::sealed::POINT_BYTES;

/// A text of a body that is wiped when it is dropped.
#[derive(Clone)]
pub(crate) struct Wiped(Zeroizing<String>);

impl Wiped {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl core::ops::Deref for Wiped {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Wiped {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Wiped {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as Deserialize>::deserialize(deserializer).map(Self::new)
    }
}

impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wiped(..)")
    }
}

/// Understands a body as a JSON object of a type that refuses what it does not know. What is wrong with it is said by
/// line and column: a parser's words can repeat the input.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    // Members without their names, in an array, would be taken for an object.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Failure::of_field(Code::BodyMalformed, "line 1 column 1"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Failure::of_field(Code::BodyMalformed, place)
    })
}

/// Asks for a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChallengeRequest {
    /// The code of the municipality that will be applied to (自治体コード), six digits.
    #[schema(pattern = "^[0-9]{6}$", example = "131202")]
    pub municipality: String,
    /// A name for this applicant's sitting at the device, new for each: the application must name the same.
    #[schema(min_length = 8, max_length = 128, pattern = "^[A-Za-z0-9._~-]+$")]
    pub session: String,
    /// What will be applied for: `domestic` or `overseas`.
    #[schema(example = "domestic")]
    pub kind: String,
}

/// Applies for certificates.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ApplicationRequest {
    /// The session to which the challenge was handed out.
    #[schema(min_length = 8, max_length = 128, pattern = "^[A-Za-z0-9._~-]+$")]
    pub session: String,
    /// The application: deterministic CBOR (`docs/application.cddl`), base64url.
    #[schema(value_type = String)]
    pub(crate) application: Wiped,
    /// Whether certificates are wanted on paper too, as PDF.
    #[serde(default)]
    pub paper: bool,
}

/// What a kiosk asks of a municipality by way of a certificate centre: what is in a [sealed](crate::sealed) request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Envelope {
    /// The key that the answer is sealed to: an uncompressed point of P-256, base64url.
    #[serde(default)]
    answer_key: Option<String>,
    /// The kiosk, for the audit log.
    pub terminal: String,
    /// By what an application can be sent again.
    #[serde(default)]
    pub request_key: Option<String>,
    /// Asks for a challenge: this or the next.
    #[serde(default)]
    pub challenge: Option<ChallengeRequest>,
    /// Applies for certificates.
    #[serde(default)]
    pub application: Option<ApplicationRequest>,
}

impl ChallengeRequest {
    /// Understands a body.
    ///
    /// # Errors
    /// [`Code::BodyMalformed`], with line and column.
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        parse(body)
    }
}

impl ApplicationRequest {
    /// Understands a body.
    ///
    /// # Errors
    /// [`Code::BodyMalformed`], with line and column.
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        parse(body)
    }

    /// The application itself.
    ///
    /// # Errors
    /// [`Code::BodyMalformed`] where it is not base64url, and what [`Application::decode`] gives.
    pub fn decode(&self) -> Result<Application, Failure> {
        let malformed = |_| Failure::of_field(Code::BodyMalformed, "application");
        let bytes = Base64UrlUnpadded::decode_vec(&self.application).map_err(malformed)?;
        Ok(Application::decode(&Zeroizing::new(bytes))?)
    }

    /// SHA-256 of all of it: what makes it the same when it is sent again.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let hash = Sha256::new().chain_update(&self.session).chain_update([0, u8::from(self.paper)]);
        hash.chain_update(self.application.as_bytes()).finalize().into()
    }
}

impl Envelope {
    /// Understands what was sealed.
    ///
    /// # Errors
    /// [`Code::BodyMalformed`], with line and column.
    pub fn parse(content: &[u8]) -> Result<Self, Failure> {
        parse(content)
    }

    /// The key that the answer is sealed to: an uncompressed point of P-256, not yet known to be on the curve.
    ///
    /// # Errors
    /// [`Code::BodyMalformed`] where there is none of that length.
    pub fn answer_key(&self) -> Result<Vec<u8>, Failure> {
        let key = self.answer_key.as_deref().and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        let malformed = || Failure::of_field(Code::BodyMalformed, "answer_key");
        key.filter(|key| key.len() == POINT_BYTES).ok_or_else(malformed)
    }

    /// The same content with a key for the answer, as a certificate centre that verifies cards makes it. `None` where it
    /// is no object. One that has a key already gets a second one, and is refused by whoever opens it.
    #[must_use]
    pub fn with_answer_key(content: &[u8], key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        // What was understood is an object with members, and without this one or it would be there twice.
        let rest = content.trim_ascii_start().strip_prefix(b"{")?;
        let key = Base64UrlUnpadded::encode_string(key);
        let mut with_key = Zeroizing::new(Vec::with_capacity(rest.len() + key.len() + 32));
        for part in [b"{\"answer_key\":\"".as_slice(), key.as_bytes(), b"\",".as_slice(), rest] {
            with_key.extend_from_slice(part);
        }
        Some(with_key)
    }
}

impl fmt::Debug for ChallengeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChallengeRequest(..)")
    }
}

impl fmt::Debug for ApplicationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApplicationRequest(..)")
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Envelope(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_without_their_names_are_no_body() {
        assert!(
            ChallengeRequest::parse(br#" {"municipality":"131202","session":"12345678","kind":"domestic"}"#).is_ok()
        );
        let array = br#"["131202","12345678","domestic"]"#;
        assert!(serde_json::from_slice::<ChallengeRequest>(array).is_ok(), "the reader alone takes it");
        assert_eq!(ChallengeRequest::parse(array).unwrap_err().code(), Code::BodyMalformed);
    }

    #[test]
    fn a_key_for_the_answer_is_put_in_once() {
        let key = [4; POINT_BYTES];
        let with_key = Envelope::with_answer_key(b" {\"terminal\":\"kiosk-1\"}", &key).unwrap();
        assert_eq!(Envelope::parse(&with_key).unwrap().answer_key().unwrap(), key);
        let twice = Envelope::with_answer_key(&with_key, &key).unwrap();
        assert_eq!(Envelope::parse(&twice).unwrap_err().code(), Code::BodyMalformed);
        assert!(Envelope::with_answer_key(b"[]", &key).is_none());
    }
}
