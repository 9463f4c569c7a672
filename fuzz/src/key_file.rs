//! Key files of an issuer.

use tegata::crypto::Signer;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::keys::SoftwareSigner;

/// A key file in PEM or DER, decrypted with one fixed passphrase where it is encrypted.
pub fn key_file(data: &[u8]) {
    let passphrase = Some(b"passphrase".as_slice());
    inspect(SoftwareSigner::from_der(data, None));
    inspect(SoftwareSigner::from_der(data, passphrase));
    if let Ok(pem) = core::str::from_utf8(data) {
        inspect(SoftwareSigner::from_pem(pem, None));
        inspect(SoftwareSigner::from_pem(pem, passphrase));
    }
}

/// A key that was read signs, and its public half verifies what it signed.
fn inspect(read: Result<SoftwareSigner, tegata::keys::KeyFileError>) {
    match read {
        Ok(signer) => {
            let _ = format!("{signer:?}");
            let signature = signer.sign(b"message").expect("a key in memory signs");
            let verifier = PROVIDER.verifier(signer.algorithm()).expect("the provider has what its keys need");
            let key = verifier.prepare(&signer.public_key()).expect("the public half is a good key");
            key.verify(&[b"message"], &signature).expect("a signature verifies");
        }
        Err(error) => {
            let _ = (error.to_string(), error.code(), format!("{error:?}"));
        }
    }
}
