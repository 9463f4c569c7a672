//! What a crypto provider promises, held by each: which keys and signatures are taken, and how others are refused.

use std::sync::LazyLock;

use proptest::prelude::*;
use rsa::{
    RsaPrivateKey,
    signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _},
    traits::PublicKeyParts as _,
};
use sha2::{Digest as _, Sha256, Sha512};

use tegata::crypto::rustcrypto::{MAX_RSA_BITS, MIN_RSA_BITS};
use tegata::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureError};
use tegata_conformance::{PROVIDERS, unhex};

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

fn prepare_with(
    provider: &CryptoProvider,
    algorithm: Algorithm,
    key: &PublicKey,
) -> Result<Box<dyn PreparedKey>, KeyError> {
    provider.verifier(algorithm).unwrap().prepare(key)
}

/// The key with every provider, which must agree on it.
fn prepare(algorithm: Algorithm, key: &PublicKey) -> Result<Vec<Box<dyn PreparedKey>>, KeyError> {
    let prepared: Vec<_> =
        PROVIDERS.iter().map(|(name, provider)| (name, prepare_with(provider, algorithm, key))).collect();
    let expected = prepared[0].1.as_ref().map(|_| ()).map_err(|error| *error);
    for (name, other) in &prepared {
        assert_eq!(other.as_ref().map(|_| ()).map_err(|error| *error), expected, "{algorithm:?} with {name}");
    }
    prepared.into_iter().map(|(_, key)| key).collect()
}

/// What every provider says of a signature, which must be the same.
fn verify(keys: &[Box<dyn PreparedKey>], message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
    let verdict = keys[0].verify(message, signature);
    for (key, (name, _)) in keys.iter().zip(PROVIDERS.iter()) {
        assert_eq!(key.verify(message, signature), verdict, "{key:?} with {name}");
    }
    verdict
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

/// Of the shortest length; of the shortest that libraries with assembly take; and of one whose encoded message is a
/// byte shorter than the modulus (RFC 8017 §8.1.1), where the first byte is easily forgotten.
const RSA_BITS: [usize; 3] = [MIN_RSA_BITS, 2048, 2049];

static RSA_KEYS: LazyLock<[RsaPrivateKey; 3]> =
    LazyLock::new(|| RSA_BITS.map(|bits| RsaPrivateKey::new(&mut Counter(0), bits).unwrap()));

fn rsa_key() -> RsaPrivateKey {
    RSA_KEYS[0].clone()
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
            // A shorter modulus has no room for this hash and a salt of its length.
            let key = RSA_KEYS[1].clone();
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
        other => panic!("no key for {other:?}"),
    }
}

#[test]
fn three_digests_stand_in_one_digest_info() {
    let key = rsa_key();
    let digests = [[1_u8; 32], [2; 32], [3; 32]];
    let info = [&[0x30, 0x71][..], &rsa_sha256_identifier(), &[0x04, 0x60], digests.as_flattened()].concat();
    let signature = key.sign(rsa::Pkcs1v15Sign::new_unprefixed(), &info).unwrap();
    let prepared = prepare(Algorithm::Rs256ThreeDigests, &rsa_public(&key)).unwrap();
    let parts = digests.each_ref().map(|digest| &digest[..]);
    assert_eq!(verify(&prepared, &parts, &signature), Ok(()));
    assert_eq!(verify(&prepared, &[digests.as_flattened()], &signature), Ok(()));
    assert_eq!(verify(&prepared, &parts[..2], &signature), Err(SignatureError::Invalid));
    assert_eq!(verify(&prepared, &[parts[1], parts[0], parts[2]], &signature), Err(SignatureError::Invalid));
    assert_eq!(verify(&prepared, &parts, &signature[1..]), Err(SignatureError::Malformed));
    for bit in 0..signature.len() * 8 {
        let mut forged = signature.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&prepared, &parts, &forged), Err(SignatureError::Invalid));
    }
    // Ordinary signatures are none of these, nor the other way round.
    let ordinary = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.clone()).sign(digests.as_flattened()).to_vec();
    assert_eq!(verify(&prepared, &parts, &ordinary), Err(SignatureError::Invalid));
    let rs256 = prepare(Algorithm::Rs256, &rsa_public(&key)).unwrap();
    assert_eq!(verify(&rs256, &parts, &signature), Err(SignatureError::Invalid));
}

/// AlgorithmIdentifier of SHA-256 with parameters NULL.
fn rsa_sha256_identifier() -> [u8; 15] {
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
}

#[test]
fn every_algorithm_verifies_in_parts() {
    for algorithm in ALL {
        let (key, signature) = signed(algorithm, b"one message");
        let prepared = prepare(algorithm, &key).unwrap();
        for parts in [&[&b"one message"[..]][..], &[b"one", b"", b" mess", b"age"], &[b"", b"one message", b""]] {
            assert_eq!(verify(&prepared, parts, &signature), Ok(()), "{algorithm:?}");
        }
        for parts in [&[][..], &[&b"one messagE"[..]], &[b"message", b"one "], &[b"one message", b"\0"]] {
            assert_eq!(verify(&prepared, parts, &signature), Err(SignatureError::Invalid), "{algorithm:?}");
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
            assert_eq!(verify(&prepared, &[b"message"], &forged), Err(SignatureError::Invalid), "{algorithm:?} {bit}");
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
                verify(&prepared, &[b"message"], &other),
                Err(SignatureError::Malformed),
                "{algorithm:?} {length}"
            );
        }
        let padded = [&[0], signature.as_slice()].concat();
        assert_eq!(verify(&prepared, &[b"message"], &padded), Err(SignatureError::Malformed));
    }
}

#[test]
fn r_and_s_lie_between_zero_and_the_order() {
    const P256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    const P384: &str =
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";
    for (algorithm, order) in [
        (Algorithm::Es256, P256),
        (Algorithm::Es512OnP256, P256),
        (Algorithm::Es384, P384),
        (Algorithm::Es256OnP384, P384),
    ] {
        let (key, signature) = signed(algorithm, b"message");
        let prepared = prepare(algorithm, &key).unwrap();
        let (r, s) = signature.split_at(signature.len() / 2);
        for number in [vec![0; r.len()], unhex(order), vec![0xff; r.len()]] {
            for forged in [[&number, s].concat(), [r, &number].concat(), [&number[..], &number].concat()] {
                assert_eq!(verify(&prepared, &[b"message"], &forged), Err(SignatureError::Invalid));
            }
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
    assert_eq!(verify(&prepared, &[b"message"], &mirrored.to_vec()), Ok(()));
}

#[test]
fn pss_salt_is_exactly_as_long_as_the_hash() {
    for key in &*RSA_KEYS {
        let invalid = Err(SignatureError::Invalid);
        let prepared = prepare(Algorithm::Ps256, &rsa_public(key)).unwrap();
        for (salt, expected) in [(32, Ok(())), (0, invalid), (20, invalid), (31, invalid), (33, invalid)] {
            let signer = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key.clone(), salt);
            let signature = signer.sign_with_rng(&mut Counter(1), b"message");
            assert_eq!(verify(&prepared, &[b"message"], &signature.to_vec()), expected, "salt of {salt}");
        }
        // A modulus of 1024 bits has no room for more than 62 bytes of salt beside this hash.
        let prepared = prepare(Algorithm::Ps512, &rsa_public(key)).unwrap();
        for salt in [0, 32, 62, 63, 64, 65] {
            let signer = rsa::pss::SigningKey::<Sha512>::new_with_salt_len(key.clone(), salt);
            let Ok(signature) = signer.try_sign_with_rng(&mut Counter(1), b"message") else { continue };
            let expected = if salt == 64 { Ok(()) } else { invalid };
            assert_eq!(verify(&prepared, &[b"message"], &signature.to_vec()), expected, "salt of {salt}");
        }
    }
}

#[test]
fn rsa_signatures_of_every_length_of_key() {
    for key in &*RSA_KEYS {
        let public = rsa_public(key);
        let pss = rsa::pss::SigningKey::<Sha256>::new(key.clone()).sign_with_rng(&mut Counter(2), b"message").to_vec();
        let pkcs1 = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.clone()).sign(b"message").to_vec();
        let sha512 = rsa::pkcs1v15::SigningKey::<Sha512>::new(key.clone()).sign(b"message").to_vec();
        for (algorithm, good, other) in
            [(Algorithm::Ps256, &pss, &pkcs1), (Algorithm::Rs256, &pkcs1, &pss), (Algorithm::Rs512, &sha512, &pkcs1)]
        {
            let prepared = prepare(algorithm, &public).unwrap();
            assert_eq!(verify(&prepared, &[b"mess", b"age"], good), Ok(()), "{algorithm:?}");
            assert_eq!(verify(&prepared, &[b"message"], other), Err(SignatureError::Invalid), "{algorithm:?}");
            for bit in (0..good.len() * 8).step_by(97).chain(0..16) {
                let mut forged = good.clone();
                forged[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(verify(&prepared, &[b"message"], &forged), Err(SignatureError::Invalid), "{bit}");
            }
            let shorter = verify(&prepared, &[b"message"], &good[1..]);
            assert_eq!(shorter, Err(SignatureError::Malformed));
            // No number below the modulus: the modulus itself, and what is the signature plus it, if that has its length.
            let modulus = key.n_bytes().to_vec();
            assert_eq!(verify(&prepared, &[b"message"], &modulus), Err(SignatureError::Invalid));
            assert_eq!(verify(&prepared, &[b"message"], &vec![0xff; modulus.len()]), Err(SignatureError::Invalid));
            if let Some(alias) = sum(good, &modulus) {
                assert_eq!(verify(&prepared, &[b"message"], &alias), Err(SignatureError::Invalid));
            }
            for small in [0, 1] {
                let mut number = vec![0; modulus.len()];
                number[modulus.len() - 1] = small;
                assert_eq!(verify(&prepared, &[b"message"], &number), Err(SignatureError::Invalid));
            }
        }
    }
}

/// The sum of two numbers of one length, if it has that length as well.
fn sum(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digits = u16::from(*a) + u16::from(*b) + carry;
            carry = digits >> 8;
            digits.to_le_bytes()[0]
        })
        .collect();
    sum.reverse();
    (carry == 0).then_some(sum)
}

#[test]
fn algorithms_do_not_mix() {
    for signing in ALL {
        let (key, signature) = signed(signing, b"message");
        for verifying in ALL.into_iter().filter(|verifying| *verifying != signing) {
            match prepare(verifying, &key) {
                Err(error) => assert_eq!(error, KeyError::WrongKind),
                Ok(prepared) => {
                    assert_eq!(verify(&prepared, &[b"message"], &signature), Err(SignatureError::Invalid));
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
    let mut bad = vec![off_curve, x_too_large, [0; 65], [4; 65]];
    // Compressed, hybrid (the y of this point is odd or even) and what begins like DER.
    bad.extend([0, 2, 3, 5, 6, 7, 0x30].map(|form| {
        let mut wrong_form = point;
        wrong_form[0] = form;
        wrong_form
    }));
    for bad in bad {
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
    for (name, provider) in PROVIDERS.iter() {
        for algorithm in ALL {
            assert_eq!(provider.verifier(algorithm).unwrap().algorithm(), algorithm, "{name}");
        }
        // And the three digests, which have a test of their own.
        assert!(provider.verifier(Algorithm::Rs256ThreeDigests).is_some(), "{name}");
        assert_eq!(provider.verification.len(), ALL.len() + 1, "{name}");
    }
}

#[test]
fn leading_zeros_of_an_rsa_key_do_not_matter() {
    let key = &RSA_KEYS[1];
    let padded = |bytes: &[u8]| [&[0, 0], bytes].concat();
    let public = PublicKey::Rsa { modulus: padded(&key.n_bytes()), exponent: padded(&key.e_bytes()) };
    let signature = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.clone()).sign(b"message").to_vec();
    let prepared = prepare(Algorithm::Rs256, &public).unwrap();
    assert_eq!(verify(&prepared, &[b"message"], &signature), Ok(()));
}

#[test]
fn a_prepared_key_shows_nothing_of_itself() {
    for algorithm in ALL {
        let (key, _) = signed(algorithm, b"");
        for prepared in prepare(algorithm, &key).unwrap() {
            assert_eq!(format!("{prepared:?}"), "PreparedKey");
        }
    }
}

proptest! {
    #[test]
    fn random_signatures_are_refused(signature in prop::collection::vec(any::<u8>(), 0..200)) {
        for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es256OnP384] {
            let (key, _) = signed(algorithm, b"message");
            prop_assert!(verify(&prepare(algorithm, &key).unwrap(), &[b"message"], &signature).is_err());
        }
    }
}
