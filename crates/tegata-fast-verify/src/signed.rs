//! Signed messages for tests.

use tegata::crypto::PublicKey;

/// A message with its key and signature.
pub(crate) struct Signed {
    pub(crate) key: PublicKey,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: [u8; 64],
}

/// A message signed by the key of a number.
pub(crate) fn signed(secret: u8) -> Signed {
    use p256::ecdsa::signature::Signer as _;
    let signer = p256::ecdsa::SigningKey::from_slice(&[secret; 32]).unwrap();
    let message = vec![secret; 40];
    let signature: p256::ecdsa::Signature = signer.sign(&message);
    let point = signer.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
    Signed { key: PublicKey::P256(point), message, signature: signature.to_bytes().into() }
}
