//! Verification by tables beside `p256`: they must agree about every key and signature.

use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use tegata_fast_verify::{KeyTable, TableError};

/// The first byte chooses: a key, a hash and a signature of others' choosing; or a secret key and a
/// hash, of which the signature is made here, and what is to be changed in it.
pub fn fast_verify(data: &[u8]) {
    let Some((&choice, rest)) = data.split_first() else { return };
    let case = if choice.is_multiple_of(2) { given(rest) } else { signed(rest) };
    let Some((key, hash, signature)) = case else { return };

    let theirs = p256::ecdsa::VerifyingKey::from_sec1_bytes(&key);
    let table = match KeyTable::new(&key) {
        Ok(table) => table,
        Err(error) => {
            assert_eq!(error, TableError::InvalidKey);
            assert!(theirs.is_err() || key[0] != 4, "p256 takes the key");
            return;
        }
    };
    let theirs = theirs.expect("p256 refuses the key");
    let valid = p256::ecdsa::Signature::from_slice(&signature)
        .is_ok_and(|signature| theirs.verify_prehash(&hash, &signature).is_ok());
    assert_eq!(table.verify_prehash(&hash, &signature).is_ok(), valid);
}

type Case = ([u8; 65], [u8; 32], [u8; 64]);

fn given(data: &[u8]) -> Option<Case> {
    let (key, rest) = data.split_first_chunk()?;
    let (hash, rest) = rest.split_first_chunk()?;
    Some((*key, *hash, *rest.first_chunk()?))
}

fn signed(data: &[u8]) -> Option<Case> {
    let (secret, rest) = data.split_first_chunk::<32>()?;
    let (hash, changes) = rest.split_first_chunk()?;
    let signer = p256::ecdsa::SigningKey::from_slice(secret).ok()?;
    let signature: p256::ecdsa::Signature = signer.sign_prehash(hash).ok()?;
    let mut signature: [u8; 64] = signature.to_bytes().into();
    for (byte, change) in signature.iter_mut().zip(changes) {
        *byte ^= change;
    }
    Some((signer.verifying_key().to_sec1_point(false).as_bytes().try_into().ok()?, *hash, signature))
}
