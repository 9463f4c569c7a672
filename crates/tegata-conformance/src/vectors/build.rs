//! Building blocks of vectors: keys from seeds, certificates of every kind, and objects that are
//! wrong in exactly one place.

use std::collections::BTreeMap;

pub(super) use crate::base64;
use p256::ecdsa::signature::Signer as _;
use sha2::{Digest as _, Sha256};
use tegata::codec::cbor::Encoder;
use tegata::codec::{base45, zlib};
use tegata::crypto::{RandomError, SecureRandom};
use tegata::keys::SoftwareSigner;
use tegata::x509::Certificate;

use super::{Expectation, Operation, Vector};

/// Time of issue in the vectors: 2026-01-15T09:00:00Z.
pub(super) const ISSUED_AT: i64 = 1_768_467_600;
/// End of validity in the vectors: a year later.
pub(super) const EXPIRES_AT: i64 = ISSUED_AT + 365 * 86_400;
/// Time of verification in the vectors, unless one says otherwise.
pub(super) const NOW: &str = "2026-06-01T00:00:00Z";

/// Bytes that are the same in every run: SHA-256 of a seed and a counter.
pub(super) struct Seeded(pub(super) &'static str);

impl SecureRandom for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for (counter, chunk) in buffer.chunks_mut(32).enumerate() {
            let block = Sha256::new().chain_update(self.0).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// A P-256 signing key from a seed.
pub(super) fn signer(seed: &'static str) -> SoftwareSigner {
    SoftwareSigner::generate(&Seeded(seed)).unwrap()
}

/// A key that signs vectors, of any algorithm.
pub(super) enum Key {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
}

impl Key {
    pub(super) fn p256(seed: &str) -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&Sha256::digest(seed)).unwrap())
    }

    pub(super) fn p384(seed: &str) -> Self {
        let mut scalar = [0_u8; 48];
        scalar[16..].copy_from_slice(&Sha256::digest(seed));
        Self::P384(p384::ecdsa::SigningKey::from_slice(&scalar).unwrap())
    }

    /// From two primes in hexadecimal, so that no run has to search for primes.
    pub(super) fn rsa(p: &str, q: &str) -> Self {
        let prime = |hex: &str| rsa::BoxedUint::from_be_slice_vartime(&crate::unhex(hex));
        let key = rsa::RsaPrivateKey::from_p_q(prime(p), prime(q), rsa::BoxedUint::from(65_537_u64)).unwrap();
        Self::Rsa(Box::new(key))
    }

    /// SubjectPublicKeyInfo, DER.
    pub(super) fn public_key_info(&self) -> Vec<u8> {
        const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
        const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
        const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
        let (algorithm, key) = match self {
            Self::P256(key) => (
                [der(0x06, EC), der(0x06, P256)].concat(),
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            ),
            Self::P384(key) => (
                [der(0x06, EC), der(0x06, P384)].concat(),
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            ),
            Self::Rsa(key) => {
                use rsa::traits::PublicKeyParts as _;
                let number = |bytes: Box<[u8]>| {
                    let bytes: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
                    der(0x02, &[vec![0], bytes].concat())
                };
                let numbers = [number(key.n().to_be_bytes()), der(0x02, &[1, 0, 1])].concat();
                ([der(0x06, RSA), der(0x05, &[])].concat(), der(0x30, &numbers))
            }
        };
        der(0x30, &[der(0x30, &algorithm), der(0x03, &[vec![0], key].concat())].concat())
    }

    /// A signature over a message, with the algorithm that belongs to the key.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Self::Rsa(key) => {
                let scheme = rsa::Pss::<Sha256>::new();
                let mut random = Counter(0);
                key.sign_with_rng(&mut random, scheme, &Sha256::digest(message)).unwrap()
            }
        }
    }

    /// P-384 with SHA-256, as a few issuers sign under the name of ES256.
    pub(super) fn sign_p384_sha256(&self, message: &[u8]) -> Vec<u8> {
        use p384::ecdsa::signature::hazmat::PrehashSigner as _;
        let Self::P384(key) = self else { panic!("not a P-384 key") };
        let signature: p384::ecdsa::Signature = key.sign_prehash(&Sha256::digest(message)).unwrap();
        signature.to_bytes().to_vec()
    }
}

/// A source of salts that is the same in every run.
struct Counter(u64);

impl rand_core::TryRng for Counter {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::try_from(self.try_next_u64()? >> 32).unwrap())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 += 1;
        let block = Sha256::digest(self.0.to_be_bytes());
        Ok(u64::from_be_bytes(block[..8].try_into().unwrap()))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in buffer.chunks_mut(8) {
            let block = self.try_next_u64()?.to_be_bytes();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Counter {}

/// What a signer certificate of the vectors says.
#[derive(Clone, Copy)]
pub(super) struct Profile {
    pub(super) country: Option<&'static str>,
    pub(super) usages: &'static [&'static [u8]],
    pub(super) not_before: &'static str,
    pub(super) not_after: &'static str,
}

/// The key usage for vaccination certificates, specification arc: 1.3.6.1.4.1.1847.2021.1.2.
pub(super) const VACCINATION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x8e, 0x37, 0x8f, 0x65, 0x01, 0x02];
/// The same for test certificates.
pub(super) const TEST: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x8e, 0x37, 0x8f, 0x65, 0x01, 0x01];
/// The same for vaccination, legacy arc: 1.3.6.1.4.1.0.1847.2021.1.2.
pub(super) const LEGACY_VACCINATION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x00, 0x8e, 0x37, 0x8f, 0x65, 0x01, 0x02];
/// TLS client authentication: no health certificate usage.
pub(super) const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

impl Default for Profile {
    fn default() -> Self {
        Self {
            country: Some("JP"),
            usages: &[VACCINATION],
            not_before: "20260101000000Z",
            not_after: "20280101000000Z",
        }
    }
}

/// A signer certificate for a key. Its own signature is no signature at all: direct trust is in
/// the certificate, not in who issued it, and the vectors show that.
pub(super) fn certificate(key: &Key, profile: &Profile) -> Certificate {
    certificate_with_key_info(&key.public_key_info(), profile)
}

/// The same for any encoded public key.
pub(super) fn certificate_with_key_info(key_info: &[u8], profile: &Profile) -> Certificate {
    const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let attribute = |oid: &[u8], text: &str| {
        let pair = [der(0x06, oid), der(0x0c, text.as_bytes())].concat();
        der(0x31, &der(0x30, &pair))
    };
    let country = profile.country.map_or_else(Vec::new, |country| attribute(&[0x55, 0x04, 0x06], country));
    let name = der(0x30, &[country, attribute(&[0x55, 0x04, 0x03], "Tegata test vector signer")].concat());
    let algorithm = der(0x30, &der(0x06, ECDSA_SHA256));
    let validity =
        der(0x30, &[der(0x18, profile.not_before.as_bytes()), der(0x18, profile.not_after.as_bytes())].concat());
    let usages: Vec<u8> = profile.usages.iter().flat_map(|oid| der(0x06, oid)).collect();
    let extension = [der(0x06, &[0x55, 0x1d, 0x25]), der(0x04, &der(0x30, &usages))].concat();
    let extensions = if profile.usages.is_empty() { Vec::new() } else { der(0xa3, &der(0x30, &der(0x30, &extension))) };
    let tbs = [
        der(0xa0, &der(0x02, &[2])),
        der(0x02, &[1]),
        algorithm.clone(),
        name.clone(),
        validity,
        name,
        key_info.to_vec(),
        extensions,
    ]
    .concat();
    let whole = [der(0x30, &tbs), algorithm, der(0x03, &[0_u8; 65])].concat();
    Certificate::parse(&der(0x30, &whole)).unwrap()
}

/// A DER object.
pub(super) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        length @ 0..=127 => out.push(u8::try_from(length).unwrap()),
        length @ 128..=255 => out.extend([0x81, u8::try_from(length).unwrap()]),
        length => out.extend([0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 0xff).unwrap()]),
    }
    out.extend_from_slice(content);
    out
}

/// A CBOR byte string.
pub(super) fn bstr(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.bytes(bytes);
    encoder.into_bytes()
}

/// The protected header `{1: alg, 4: kid}`.
pub(super) fn header(algorithm: i64, key_id: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        map.int_key(1, |e| e.int(algorithm));
        map.int_key(4, |e| e.bytes(key_id));
    });
    encoder.into_bytes()
}

/// The bytes a COSE_Sign1 signature is over.
pub(super) fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    [b"\x84\x6aSignature1".to_vec(), bstr(protected), vec![0x40], bstr(payload)].concat()
}

/// A COSE_Sign1 array of given parts, untagged.
pub(super) fn sign1(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    [vec![0x84], bstr(protected), unprotected.to_vec(), bstr(payload), bstr(signature)].concat()
}

/// The text of a COSE object.
pub(super) fn text(cose: &[u8]) -> String {
    format!("HC1:{}", base45::encode(&zlib::compress(cose)))
}

/// A vector before its outcome is named.
pub(super) struct Draft {
    pub(super) operation: Operation,
    pub(super) input: BTreeMap<String, String>,
    pub(super) trust: Vec<Certificate>,
    pub(super) authorities: Vec<Certificate>,
    pub(super) signers: Vec<Certificate>,
    pub(super) now: String,
    pub(super) features: Vec<&'static str>,
    pub(super) flags: Vec<&'static str>,
}

impl Draft {
    pub(super) fn new(operation: Operation, input: &[(&str, &str)]) -> Self {
        let input = input.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self {
            operation,
            input,
            trust: Vec::new(),
            authorities: Vec::new(),
            signers: Vec::new(),
            now: NOW.into(),
            features: vec!["ES256"],
            flags: Vec::new(),
        }
    }

    pub(super) fn verify(text: &str, trust: &[&Certificate]) -> Self {
        let mut draft = Self::new(Operation::Verify, &[("text", text)]);
        draft.trust = trust.iter().map(|certificate| (*certificate).clone()).collect();
        draft
    }

    pub(super) fn at(mut self, now: &str) -> Self {
        self.now = now.into();
        self
    }

    pub(super) fn flags(mut self, flags: &[&'static str]) -> Self {
        self.flags = flags.to_vec();
        self
    }

    pub(super) fn features(mut self, features: &[&'static str]) -> Self {
        self.features = features.to_vec();
        self
    }

    /// Names the vector. An outcome is `accepted`, `done`, or the code of the first failure.
    pub(super) fn expect(self, id: &str, spec: &str, outcome: &str, description: &str) -> Vector {
        let code = tegata::Code::ALL.iter().find(|code| code.name() == outcome);
        use Operation::{Verify, VerifyCard, VerifyImage, VerifyList, VerifyWithTrustData};
        let verifies = matches!(self.operation, Verify | VerifyCard | VerifyImage | VerifyList | VerifyWithTrustData);
        let status = match code {
            None => outcome,
            Some(tegata::Code::ListSignatureNotChecked) => "undetermined",
            Some(code) if verifies && (1900..2000).contains(&code.number()) => "undetermined",
            Some(_) if verifies => "rejected",
            Some(_) => "failed",
        };
        let certificates = |list: &[Certificate]| -> Vec<String> {
            list.iter().map(|certificate| base64(certificate.der())).collect()
        };
        assert!(code.is_some() || ["accepted", "done"].contains(&outcome), "{id}: unknown outcome {outcome}");
        // Check digits stop no forger.
        let proves = |code: &tegata::Code| code.stage() != tegata::Stage::Mrz;
        let critical = code.is_some_and(|code| proves(code) && (1150..1900).contains(&code.number()));
        Vector {
            id: id.into(),
            spec: spec.into(),
            description: description.into(),
            operation: self.operation,
            input: self.input,
            trust: certificates(&self.trust),
            authorities: certificates(&self.authorities),
            signers: certificates(&self.signers),
            now: self.now,
            provider_features: self.features.into_iter().map(Into::into).collect(),
            importance: if critical { "critical".into() } else { "normal".into() },
            flags: self.flags.into_iter().map(Into::into).collect(),
            expect: Expectation {
                status: status.into(),
                stage: code.map(|code| code.stage().name().into()),
                code: code.map(|code| code.name().into()),
            },
        }
    }
}
