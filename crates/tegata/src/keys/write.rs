use p256::SecretKey;
use pkcs8::{
    EncodePrivateKey, EncryptedPrivateKeyInfoOwned, LineEnding, SecretDocument,
    der::{asn1::OctetString, pem::PemLabel},
    pkcs5::{pbes2::Parameters, scrypt},
};
use zeroize::Zeroizing;

use super::KeyFileError;
use crate::crypto::SecureRandom;

/// The costs of scrypt: N = 2^14, r = 8, p = 1 are the most OpenSSL 3 reads with its limit of 32 MiB.
const SCRYPT_LOG_N: u8 = 14;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 1;

pub(super) fn to_pkcs8_pem(
    key: &SecretKey,
    passphrase: Option<&[u8]>,
    random: &dyn SecureRandom,
) -> Result<Zeroizing<String>, KeyFileError> {
    let der = key.to_pkcs8_der().map_err(|_| KeyFileError::Encoding)?;
    let Some(passphrase) = passphrase else {
        return der.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| KeyFileError::Encoding);
    };
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random.fill(&mut salt).map_err(|_| KeyFileError::Random)?;
    random.fill(&mut iv).map_err(|_| KeyFileError::Random)?;
    encrypt(&der, passphrase, &salt, iv).ok_or(KeyFileError::Encoding)
}

pub(super) fn to_pkcs8_der(key: &SecretKey) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    key.to_pkcs8_der().map(|der| der.to_bytes()).map_err(|_| KeyFileError::Encoding)
}

fn encrypt(der: &SecretDocument, passphrase: &[u8], salt: &[u8], iv: [u8; 16]) -> Option<Zeroizing<String>> {
    let costs = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P).ok()?;
    let parameters = Parameters::generate_scrypt_aes256cbc(costs, salt, iv).ok()?;
    let encrypted_data = OctetString::new(parameters.encrypt(passphrase, der.as_bytes()).ok()?).ok()?;
    let info = EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data };
    let document = SecretDocument::try_from(&info).ok()?;
    document.to_pem(EncryptedPrivateKeyInfoOwned::PEM_LABEL, LineEnding::LF).ok()
}
