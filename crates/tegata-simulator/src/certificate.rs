//! Card-verifiable certificates.

use crate::error::SimulatorError;
use crate::key::SimulatorKey;
use crate::key_id::KeyId;
use crate::tlv;

/// `5F4E` body (issuer identifier, subject identifier, key object) and `5F37` signature over the body's value,
/// in a `7F21` wrapper unless it is to be left out.
pub(crate) fn issue(
    issuer: (&KeyId, &SimulatorKey),
    subject: (&KeyId, &SimulatorKey),
    wrapped: bool,
) -> Result<Vec<u8>, SimulatorError> {
    let mut body = issuer.0.as_bytes().to_vec();
    body.extend(subject.0.as_bytes());
    body.extend(subject.1.object()?);
    let mut certificate = tlv::object(0x5f4e, &body)?;
    certificate.extend(tlv::object(0x5f37, &issuer.1.sign(&body)?)?);
    if wrapped { tlv::object(0x7f21, &certificate) } else { Ok(certificate) }
}
