//! Key files to keys: PEM and DER, PKCS#8 (RFC 5958), SEC 1 (RFC 5915), PBES2 (RFC 8018 §6.2).

use p256::SecretKey;
use pkcs8::{
    AlgorithmIdentifierRef, AssociatedOid, EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef,
    der::{Decode, Reader, SliceReader, asn1::OctetStringRef},
    pkcs5::{self, EncryptionScheme, pbes2::Kdf},
};
use sec1::{EcParameters, EcPrivateKey};
use zeroize::Zeroizing;

use super::KeyFileError;
use crate::x509::pem;

/// The longest key file read, in bytes: a key and its certificate chain have a tenth of this.
pub const MAX_KEY_FILE_BYTES: usize = 64 * 1024;

/// The highest scrypt cost N·r·p accepted: the strongest setting OWASP recommends (N = 2^17, r = 8,
/// p = 1), which takes 128 MiB and about half a second. A hostile file could otherwise demand years.
pub const MAX_SCRYPT_COST: u64 = 1 << 20;

/// The highest PBKDF2 iteration count accepted: what RFC 8018 §4.2 suggests for especially critical
/// keys, a few seconds.
pub const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

const RSA: KeyFileError = KeyFileError::UnsupportedKey { kind: "an RSA key" };
const NOT_A_KEY: KeyFileError = KeyFileError::Malformed { reason: "not a private key" };

pub(super) fn from_pem(text: &[u8], passphrase: Option<&[u8]>) -> Result<SecretKey, KeyFileError> {
    if text.len() > MAX_KEY_FILE_BYTES {
        return Err(KeyFileError::Malformed { reason: "too long" });
    }
    let mut key = None;
    let mut curve = None;
    for block in pem::blocks(text) {
        let block = block.map_err(|_| KeyFileError::Malformed { reason: "a PEM block has no end" })?;
        if block.label == b"EC PARAMETERS" {
            let der = block.decode().ok_or(KeyFileError::Malformed { reason: "PEM is not Base64" })?;
            curve = ObjectIdentifier::from_der(&der).ok();
        } else if block.label.ends_with(b"PRIVATE KEY") && key.replace(block).is_some() {
            return Err(KeyFileError::Malformed { reason: "more than one private key" });
        }
    }
    let key = key.ok_or(KeyFileError::Malformed { reason: "no private key in PEM" })?;
    if key.has_headers() {
        return Err(KeyFileError::UnsupportedEncryption { reason: "the old form of OpenSSL" });
    }
    let decode = || key.decode().ok_or(KeyFileError::Malformed { reason: "PEM is not Base64" });
    match key.label {
        b"PRIVATE KEY" => from_pkcs8(&decode()?),
        b"ENCRYPTED PRIVATE KEY" => from_encrypted(&decode()?, passphrase),
        b"EC PRIVATE KEY" => from_sec1(&decode()?, curve),
        b"RSA PRIVATE KEY" => Err(RSA),
        b"OPENSSH PRIVATE KEY" => Err(KeyFileError::UnsupportedKey { kind: "in the form of OpenSSH" }),
        _ => Err(KeyFileError::UnsupportedKey { kind: "of an unknown kind" }),
    }
}

pub(super) fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<SecretKey, KeyFileError> {
    if der.len() > MAX_KEY_FILE_BYTES {
        return Err(KeyFileError::Malformed { reason: "too long" });
    }
    if PrivateKeyInfoRef::from_der(der).is_ok() {
        from_pkcs8(der)
    } else if is_encrypted(der) {
        from_encrypted(der, passphrase)
    } else {
        from_sec1(der, None)
    }
}

fn from_pkcs8(der: &[u8]) -> Result<SecretKey, KeyFileError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| NOT_A_KEY)?;
    match info.algorithm.oid {
        EC_PUBLIC_KEY => from_sec1(info.private_key.as_bytes(), info.algorithm.parameters_oid().ok()),
        RSA_ENCRYPTION | RSASSA_PSS => Err(RSA),
        ED25519 => Err(KeyFileError::UnsupportedKey { kind: "an Ed25519 key" }),
        _ => Err(KeyFileError::UnsupportedKey { kind: "of an unknown kind" }),
    }
}

/// Reads `ECPrivateKey`. The curve is named inside, outside, or both alike.
fn from_sec1(der: &[u8], outside: Option<ObjectIdentifier>) -> Result<SecretKey, KeyFileError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| NOT_A_KEY)?;
    let inside = key.parameters.map(|EcParameters::NamedCurve(curve)| curve);
    if inside.is_some() && outside.is_some() && inside != outside {
        return Err(KeyFileError::Malformed { reason: "two different curves are named" });
    }
    match inside.or(outside) {
        Some(p256::NistP256::OID) => {}
        Some(SECP384R1) => return Err(KeyFileError::UnsupportedKey { kind: "on P-384" }),
        Some(_) => return Err(KeyFileError::UnsupportedKey { kind: "on another curve" }),
        None => return Err(KeyFileError::UnsupportedKey { kind: "on a curve without a name" }),
    }
    // Checks the number and, where there is one, that the public key belongs to it.
    SecretKey::try_from(key).map_err(|_| KeyFileError::Malformed { reason: "the numbers are no P-256 key" })
}

fn from_encrypted(der: &[u8], passphrase: Option<&[u8]>) -> Result<SecretKey, KeyFileError> {
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| {
        if is_encrypted(der) {
            KeyFileError::UnsupportedEncryption { reason: "not PBES2 with scrypt or PBKDF2, and AES" }
        } else {
            NOT_A_KEY
        }
    })?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(KeyFileError::UnsupportedEncryption { reason: "PBES1" });
    };
    if !is_affordable(&parameters.kdf) {
        return Err(KeyFileError::UnsupportedEncryption { reason: "deriving the key would take too long" });
    }
    let passphrase = passphrase.ok_or(KeyFileError::PassphraseRequired)?;
    let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let key = match parameters.decrypt_in_place(passphrase, &mut buffer) {
        Ok(key) => key,
        Err(pkcs5::Error::DecryptFailed) => return Err(KeyFileError::PassphraseWrong),
        Err(_) => return Err(KeyFileError::UnsupportedEncryption { reason: "an algorithm or its parameters" }),
    };
    // A wrong passphrase passes the padding once in 256 times; what comes out is then no key.
    match from_pkcs8(key) {
        Err(NOT_A_KEY) => Err(KeyFileError::PassphraseWrong),
        result => result,
    }
}

/// Whether this is `EncryptedPrivateKeyInfo` (RFC 5958 §3) of any algorithm.
fn is_encrypted(der: &[u8]) -> bool {
    let read = || -> pkcs8::der::Result<()> {
        let mut reader = SliceReader::new(der)?;
        reader.sequence(|reader| {
            AlgorithmIdentifierRef::decode(reader)?;
            <&OctetStringRef>::decode(reader)?;
            Ok(())
        })
    };
    read().is_ok()
}

fn is_affordable(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Scrypt(scrypt) => scrypt
            .cost_parameter
            .checked_mul(scrypt.block_size.into())
            .and_then(|cost| cost.checked_mul(scrypt.parallelization.into()))
            .is_some_and(|cost| cost <= MAX_SCRYPT_COST),
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= MAX_PBKDF2_ITERATIONS,
        // The type is foreign and open: what it may hold in future has no bound here.
        _ => false,
    }
}
