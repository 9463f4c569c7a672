use proptest::prelude::*;
use rsa::{
    RsaPrivateKey,
    signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _},
    traits::PublicKeyParts as _,
};
use sha2::{Digest as _, Sha256, Sha512};

use super::{MAX_RSA_BITS, PROVIDER};
use crate::crypto::{Algorithm, KeyError, PreparedKey, PublicKey, SignatureError};

const ALL: [Algorithm; 8] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Ps256,
    Algorithm::Rs256,
    Algorithm::Es256OnP384,
    Algorithm::Es512OnP256,
    Algorithm::Ps512,
    Algorithm::Rs512,
];

#[test]
fn three_digests_stand_in_one_digest_info() {
    let key = rsa_key();
    let digests = [[1_u8; 32], [2; 32], [3; 32]];
    let info = [&[0x30, 0x71][..], &rsa_sha256_identifier(), &[0x04, 0x60], digests.as_flattened()].concat();
    let signature = key.sign(rsa::Pkcs1v15Sign::new_unprefixed(), &info).unwrap();
    let prepared = prepare(Algorithm::Rs256ThreeDigests, &rsa_public(&key)).unwrap();
    let parts = digests.each_ref().map(|digest| &digest[..]);
    assert_eq!(prepared.verify(&parts, &signature), Ok(()));
    assert_eq!(prepared.verify(&[digests.as_flattened()], &signature), Ok(()));
    assert_eq!(prepared.verify(&parts[..2], &signature), Err(SignatureError::Invalid));
    assert_eq!(prepared.verify(&[parts[1], parts[0], parts[2]], &signature), Err(SignatureError::Invalid));
    assert_eq!(prepared.verify(&parts, &signature[1..]), Err(SignatureError::Malformed));
    for bit in 0..signature.len() * 8 {
        let mut forged = signature.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(prepared.verify(&parts, &forged), Err(SignatureError::Invalid));
    }
    // Ordinary signatures are none of these, nor the other way round.
    let ordinary = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.clone()).sign(digests.as_flattened()).to_vec();
    assert_eq!(prepared.verify(&parts, &ordinary), Err(SignatureError::Invalid));
    let rs256 = prepare(Algorithm::Rs256, &rsa_public(&key)).unwrap();
    assert_eq!(rs256.verify(&parts, &signature), Err(SignatureError::Invalid));
}

/// AlgorithmIdentifier of SHA-256 with parameters NULL.
fn rsa_sha256_identifier() -> [u8; 15] {
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
}

fn prepare(algorithm: Algorithm, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
    PROVIDER.verifier(algorithm).unwrap().prepare(key)
}

/// Unpredictability does not matter to the tests; repeatability does.
struct Counter(u64);

impl rsa::rand_core::TryRng for Counter {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in buffer.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Sha256::digest(self.0.to_be_bytes())[..chunk.len()]);
        }
        Ok(())
    }
}

impl rsa::rand_core::TryCryptoRng for Counter {}

fn rsa_key() -> RsaPrivateKey {
    RsaPrivateKey::new(&mut Counter(0), 1024).unwrap()
}

fn rsa_public(key: &RsaPrivateKey) -> PublicKey {
    PublicKey::Rsa { modulus: key.n_bytes().to_vec(), exponent: key.e_bytes().to_vec() }
}

/// A key and its signature over the message, for each algorithm.
fn signed(algorithm: Algorithm, message: &[u8]) -> (PublicKey, Vec<u8>) {
    let p384 = || {
        let key = p384::ecdsa::SigningKey::from_slice(&[9; 48]).unwrap();
        let public = key.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
        (key, PublicKey::P384(public))
    };
    match algorithm {
        Algorithm::Es256 => {
            let key = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
            let public = key.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
            let signature: p256::ecdsa::Signature = key.sign(message);
            (PublicKey::P256(public), signature.to_vec())
        }
        Algorithm::Es384 => {
            let (key, public) = p384();
            let signature: p384::ecdsa::Signature = key.sign(message);
            (public, signature.to_vec())
        }
        Algorithm::Es256OnP384 => {
            use p256::ecdsa::signature::hazmat::PrehashSigner as _;
            let (key, public) = p384();
            let signature: p384::ecdsa::Signature = key.sign_prehash(&Sha256::digest(message)).unwrap();
            (public, signature.to_vec())
        }
        Algorithm::Es512OnP256 => {
            use p256::ecdsa::signature::hazmat::PrehashSigner as _;
            let key = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
            let public = key.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
            let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha512::digest(message)).unwrap();
            (PublicKey::P256(public), signature.to_vec())
        }
        Algorithm::Ps512 => {
            // Hash and salt of 64 bytes do not fit into 1024 bits.
            let key = RsaPrivateKey::new(&mut Counter(0), 1152).unwrap();
            let public = rsa_public(&key);
            let signer = rsa::pss::SigningKey::<Sha512>::new(key);
            (public, signer.sign_with_rng(&mut Counter(7), message).to_vec())
        }
        Algorithm::Rs512 => {
            let key = rsa_key();
            let public = rsa_public(&key);
            (public, rsa::pkcs1v15::SigningKey::<Sha512>::new(key).sign(message).to_vec())
        }
        Algorithm::Ps256 => {
            let key = rsa_key();
            let public = rsa_public(&key);
            let signer = rsa::pss::SigningKey::<Sha256>::new(key);
            (public, signer.sign_with_rng(&mut Counter(7), message).to_vec())
        }
        Algorithm::Rs256 => {
            let key = rsa_key();
            let public = rsa_public(&key);
            (public, rsa::pkcs1v15::SigningKey::<Sha256>::new(key).sign(message).to_vec())
        }
        Algorithm::Rs256ThreeDigests => unreachable!("has a test of its own"),
    }
}

#[test]
fn every_algorithm_verifies_in_parts() {
    for algorithm in ALL {
        let (key, signature) = signed(algorithm, b"one message");
        let prepared = prepare(algorithm, &key).unwrap();
        for parts in [&[&b"one message"[..]][..], &[b"one", b"", b" mess", b"age"], &[b"", b"one message", b""]] {
            assert_eq!(prepared.verify(parts, &signature), Ok(()), "{algorithm:?}");
        }
        for parts in [&[][..], &[&b"one messagE"[..]], &[b"message", b"one "], &[b"one message", b"\0"]] {
            assert_eq!(prepared.verify(parts, &signature), Err(SignatureError::Invalid), "{algorithm:?}");
        }
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_refused() {
    for algorithm in ALL {
        let (key, signature) = signed(algorithm, b"message");
        let prepared = prepare(algorithm, &key).unwrap();
        for bit in 0..signature.len() * 8 {
            let mut forged = signature.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(prepared.verify(&[b"message"], &forged), Err(SignatureError::Invalid), "{algorithm:?} {bit}");
        }
    }
}

#[test]
fn a_signature_has_exactly_one_length() {
    for algorithm in ALL {
        let (key, signature) = signed(algorithm, b"message");
        let prepared = prepare(algorithm, &key).unwrap();
        for length in (0..signature.len()).chain([signature.len() + 1, signature.len() * 2]) {
            let mut other = signature.clone();
            other.resize(length, 0);
            assert_eq!(
                prepared.verify(&[b"message"], &other),
                Err(SignatureError::Malformed),
                "{algorithm:?} {length}"
            );
        }
        let padded = [&[0], signature.as_slice()].concat();
        assert_eq!(prepared.verify(&[b"message"], &padded), Err(SignatureError::Malformed));
    }
}

#[test]
fn r_and_s_lie_between_zero_and_the_order() {
    let (key, signature) = signed(Algorithm::Es256, b"message");
    let prepared = prepare(Algorithm::Es256, &key).unwrap();
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for number in [&[0; 32][..], &order, &[0xff; 32]] {
        let (r, s) = signature.split_at(32);
        for forged in [[number, s].concat(), [r, number].concat(), [number, number].concat()] {
            assert_eq!(prepared.verify(&[b"message"], &forged), Err(SignatureError::Invalid));
        }
    }
}

#[test]
fn a_high_s_is_accepted() {
    let (key, signature) = signed(Algorithm::Es256, b"message");
    let parsed = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    let (r, s) = parsed.split_scalars();
    let mirrored = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    let prepared = prepare(Algorithm::Es256, &key).unwrap();
    assert_ne!(mirrored.to_vec(), signature);
    assert_eq!(prepared.verify(&[b"message"], &mirrored.to_vec()), Ok(()));
}

#[test]
fn pss_salt_is_exactly_as_long_as_the_hash() {
    let key = rsa_key();
    let prepared = prepare(Algorithm::Ps256, &rsa_public(&key)).unwrap();
    for (salt, expected) in [(32, Ok(())), (20, Err(SignatureError::Invalid)), (0, Err(SignatureError::Invalid))] {
        let signer = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key.clone(), salt);
        let signature = signer.sign_with_rng(&mut Counter(1), b"message");
        assert_eq!(prepared.verify(&[b"message"], &signature.to_vec()), expected, "salt of {salt}");
    }
}

#[test]
fn algorithms_do_not_mix() {
    for signing in ALL {
        let (key, signature) = signed(signing, b"message");
        for verifying in ALL.into_iter().filter(|verifying| *verifying != signing) {
            match prepare(verifying, &key) {
                Err(error) => assert_eq!(error, KeyError::WrongKind),
                Ok(prepared) => {
                    assert_eq!(prepared.verify(&[b"message"], &signature), Err(SignatureError::Invalid));
                }
            }
        }
    }
}

#[test]
fn bad_keys_are_refused() {
    let (PublicKey::P256(point), _) = signed(Algorithm::Es256, b"") else { panic!() };
    let mut off_curve = point;
    off_curve[64] ^= 1;
    let mut x_too_large = point;
    x_too_large[1..33].fill(0xff);
    let mut wrong_form = point;
    wrong_form[0] = 2;
    for bad in [off_curve, x_too_large, wrong_form, [0; 65]] {
        assert_eq!(prepare(Algorithm::Es256, &PublicKey::P256(bad)).unwrap_err(), KeyError::Invalid);
    }
    let (PublicKey::P384(mut point), _) = signed(Algorithm::Es384, b"") else { panic!() };
    point[96] ^= 1;
    assert_eq!(prepare(Algorithm::Es384, &PublicKey::P384(point)).unwrap_err(), KeyError::Invalid);
    assert_eq!(prepare(Algorithm::Es256OnP384, &PublicKey::P384([0; 97])).unwrap_err(), KeyError::Invalid);
}

#[test]
fn rsa_keys_are_bounded() {
    let modulus = |bits: usize| {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] = if bits.is_multiple_of(8) { 0xff } else { (1 << (bits % 8)) - 1 };
        bytes
    };
    let prepare = |modulus: Vec<u8>, exponent: &[u8]| {
        prepare(Algorithm::Rs256, &PublicKey::Rsa { modulus, exponent: exponent.to_vec() }).map(|_| ())
    };
    let f4 = [1, 0, 1];
    assert_eq!(prepare(modulus(1024), &f4), Ok(()));
    assert_eq!(prepare(modulus(MAX_RSA_BITS), &f4), Ok(()));
    assert_eq!(prepare(modulus(1023), &f4), Err(KeyError::Invalid));
    assert_eq!(prepare(modulus(MAX_RSA_BITS + 1), &f4), Err(KeyError::TooLong));
    assert_eq!(prepare(vec![], &f4), Err(KeyError::Invalid));
    let mut even = modulus(2048);
    even[255] = 0xfe;
    assert_eq!(prepare(even, &f4), Err(KeyError::Invalid));
    for exponent in [&[][..], &[0], &[1], &[2], &[4], &[1, 0], &[1, 0, 0, 0, 1]] {
        assert_eq!(prepare(modulus(2048), exponent), Err(KeyError::Invalid), "{exponent:?}");
    }
    for exponent in [&[3][..], &[0xff, 0xff, 0xff, 0xff]] {
        assert_eq!(prepare(modulus(2048), exponent), Ok(()), "{exponent:?}");
    }
}

#[test]
fn every_algorithm_has_a_verifier_of_its_own() {
    for algorithm in ALL {
        assert_eq!(PROVIDER.verifier(algorithm).unwrap().algorithm(), algorithm);
    }
    assert_eq!(PROVIDER.verification.len(), ALL.len() + 1, "and the three digests, which have a test of their own");
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

proptest! {
    #[test]
    fn random_signatures_are_refused(signature in prop::collection::vec(any::<u8>(), 0..200)) {
        for algorithm in [Algorithm::Es256, Algorithm::Es384] {
            let (key, _) = signed(algorithm, b"message");
            prop_assert!(prepare(algorithm, &key).unwrap().verify(&[b"message"], &signature).is_err());
        }
    }
}
