use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::{Certificate, CertificateError, MAX_CERTIFICATE_BYTES, SignatureAlgorithm, certificates_from};
use crate::{crypto::PublicKey, report::Code};

/// One TLV with a minimal length.
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let header = match u8::try_from(length) {
        Ok(short @ ..0x80) => vec![tag, short],
        Ok(long) => vec![tag, 0x81, long],
        Err(_) => [&[tag, 0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [header, value.to_vec()].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn bit_string(value: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], value].concat())
}

fn integer(value: &[u8]) -> Vec<u8> {
    tlv(2, &[&[0], value].concat())
}

const NULL: &[u8] = &[5, 0];
const P256_POINT: [u8; 65] = {
    let mut point = [0x77; 65];
    point[0] = 4;
    point
};

/// The parts of a synthetic certificate; its signature is not meant to verify.
#[derive(Clone)]
struct Parts {
    version: Vec<u8>,
    inner_algorithm: Vec<u8>,
    outer_algorithm: Vec<u8>,
    validity: Vec<u8>,
    key: Vec<u8>,
    extensions: Vec<Vec<u8>>,
    signature: Vec<u8>,
}

impl Default for Parts {
    fn default() -> Self {
        let algorithm = algorithm(super::oid::ECDSA_WITH_SHA256, &[]);
        Self {
            version: tlv(0xa0, &[2, 1, 2]),
            inner_algorithm: algorithm.clone(),
            outer_algorithm: algorithm,
            validity: sequence(&[&tlv(0x17, b"210101000000Z"), &tlv(0x18, b"20510101000000Z")]),
            key: ec_key(&tlv(6, super::oid::PRIME256V1), &P256_POINT),
            extensions: vec![],
            signature: bit_string(&[0x30, 0]),
        }
    }
}

impl Parts {
    fn with(extension: Vec<u8>) -> Self {
        Self { extensions: vec![extension], ..Self::default() }
    }

    fn der(&self) -> Vec<u8> {
        let country = sequence(&[&tlv(6, super::oid::COUNTRY), &tlv(0x13, b"UT")]);
        let name = sequence(&[&tlv(0x31, &country)]);
        let extensions = match self.extensions.as_slice() {
            [] => vec![],
            list => tlv(0xa3, &tlv(0x30, &list.concat())),
        };
        let tbs = sequence(&[
            &self.version,
            &[2, 1, 0x2a],
            &self.inner_algorithm,
            &name,
            &self.validity,
            &name,
            &self.key,
            &extensions,
        ]);
        sequence(&[&tbs, &self.outer_algorithm, &self.signature])
    }

    fn parse(&self) -> Result<Certificate, CertificateError> {
        Certificate::parse(&self.der())
    }
}

fn algorithm(kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(6, kind), parameters])
}

fn ec_key(parameters: &[u8], point: &[u8]) -> Vec<u8> {
    sequence(&[&algorithm(super::oid::EC_PUBLIC_KEY, parameters), &bit_string(point)])
}

fn extension(kind: &[u8], critical: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(6, kind), critical, &tlv(4, value)])
}

fn field(result: Result<Certificate, CertificateError>) -> &'static str {
    match result {
        Err(CertificateError::Malformed { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields() {
    let der = Parts::default().der();
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(certificate.der(), der);
    assert_eq!(certificate.key_id(), Sha256::digest(&der)[..8]);
    assert_eq!((certificate.subject(), certificate.issuer()), ("C=UT", "C=UT"));
    assert_eq!(certificate.country(), Some("UT"));
    assert_eq!(certificate.serial(), [0x2a]);
    assert_eq!(certificate.not_before().to_string(), "2021-01-01T00:00:00Z");
    assert_eq!(certificate.not_after().to_string(), "2051-01-01T00:00:00Z");
    assert_eq!(certificate.public_key(), Ok(&PublicKey::P256(P256_POINT)));
    assert_eq!(certificate.signature(), [0x30, 0]);
    assert!(certificate.tbs().starts_with(&[0x30, 0x81]));
    assert!(certificate.subject_der().starts_with(&[0x30]));
    assert!(!certificate.health_usage().restricted);
    let id = u64::from_be_bytes(certificate.key_id());
    assert_eq!(format!("{certificate:?}"), format!("Certificate({id:016x})"));
}

#[test]
fn versions() {
    for (version, expected) in
        [(vec![], 1), (tlv(0xa0, &[2, 1, 0]), 1), (tlv(0xa0, &[2, 1, 1]), 2), (tlv(0xa0, &[2, 2, 0, 2]), 3)]
    {
        assert_eq!(Parts { version, ..Parts::default() }.parse().unwrap().version(), expected);
    }
    let version = tlv(0xa0, &[2, 1, 3]);
    assert_eq!(field(Parts { version, ..Parts::default() }.parse()), "version");
}

#[test]
fn key_usages_of_both_arcs() {
    use super::oid::{EXTENDED_KEY_USAGE, HEALTH, HEALTH_LEGACY};
    let usage = |purposes: &[&[u8]]| {
        let purposes: Vec<_> = purposes.iter().map(|purpose| tlv(6, purpose)).collect();
        let value = tlv(0x30, &purposes.concat());
        let certificate = Parts::with(extension(EXTENDED_KEY_USAGE, &[], &value)).parse().unwrap();
        let usage = certificate.health_usage();
        let listed = certificate.extended_key_usage().unwrap().purposes().count();
        (usage.restricted, usage.allows_test(), usage.allows_vaccination(), usage.allows_recovery(), listed)
    };
    let of = |arc: &[u8], last: u8| [arc, &[last]].concat();
    let client_auth: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
    for arc in [HEALTH, HEALTH_LEGACY] {
        assert_eq!(usage(&[&of(arc, 1)]), (true, true, false, false, 1));
        assert_eq!(usage(&[&of(arc, 2)]), (true, false, true, false, 1));
        assert_eq!(usage(&[&of(arc, 3), client_auth]), (true, false, false, true, 2));
        assert_eq!(usage(&[&of(arc, 4)]), (false, true, true, true, 1), "not a known purpose");
        assert_eq!(usage(&[arc]), (false, true, true, true, 1));
    }
    assert_eq!(usage(&[&of(HEALTH, 1), &of(HEALTH_LEGACY, 2)]), (true, true, true, false, 2));
    assert_eq!(usage(&[client_auth]), (false, true, true, true, 1), "unrelated only");
    assert_eq!(usage(&[&[], &of(HEALTH, 2)]), (true, false, true, false, 1), "an empty identifier does no harm");
    assert_eq!(usage(&[]), (false, true, true, true, 0));
}

#[test]
fn extensions() {
    use super::oid::{AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, KEY_USAGE, SUBJECT_KEY_ID};
    let constraints = |value: &[u8]| {
        Parts::with(extension(BASIC_CONSTRAINTS, &[1, 1, 0xff], &tlv(0x30, value))).parse().unwrap().basic_constraints()
    };
    let read = |value: &[u8]| constraints(value).map(|constraints| (constraints.ca, constraints.path_len));
    assert_eq!(read(&[]), Some((false, None)));
    assert_eq!(read(&[1, 1, 0]), Some((false, None)), "an encoded default");
    assert_eq!(read(&[1, 1, 0xff]), Some((true, None)));
    assert_eq!(read(&[1, 1, 0xff, 2, 1, 3]), Some((true, Some(3))));

    let usage = Parts::with(extension(KEY_USAGE, &[1, 1, 0], &[3, 2, 1, 0x86])).parse().unwrap().key_usage().unwrap();
    assert!(usage.digital_signature() && usage.key_cert_sign() && usage.crl_sign() && !usage.content_commitment());

    let ids = Parts {
        extensions: vec![
            extension(SUBJECT_KEY_ID, &[], &tlv(4, &[1, 2])),
            extension(AUTHORITY_KEY_ID, &[], &tlv(0x30, &[0x80, 1, 9, 0x82, 1, 5])),
        ],
        ..Parts::default()
    };
    let certificate = ids.parse().unwrap();
    assert_eq!(certificate.subject_key_id(), Some(&[1, 2][..]));
    assert_eq!(certificate.authority_key_id(), Some(&[9][..]));
    assert!(!certificate.has_unknown_critical_extension());
    assert!(Parts::with(extension(&[0x2a], &[1, 1, 1], &[])).parse().unwrap().has_unknown_critical_extension());
    assert!(!Parts::with(extension(&[0x2a], &[1, 1, 0], &[])).parse().unwrap().has_unknown_critical_extension());

    let twice = extension(KEY_USAGE, &[], &[3, 2, 1, 0x86]);
    let twice = Parts { extensions: vec![twice.clone(), twice], ..Parts::default() };
    assert_eq!(field(twice.parse()), "extensions");
    for (kind, value, name) in [
        (BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 0xff, 0][..], "basicConstraints"),
        (KEY_USAGE, &[3, 0], "keyUsage"),
        (KEY_USAGE, &[3, 1, 1], "keyUsage"),
        (super::oid::EXTENDED_KEY_USAGE, &[0x30, 2, 5, 0], "extKeyUsage"),
        (SUBJECT_KEY_ID, &[4, 3, 1], "subjectKeyIdentifier"),
        (AUTHORITY_KEY_ID, &[4, 0], "authorityKeyIdentifier"),
    ] {
        assert_eq!(field(Parts::with(extension(kind, &[], value)).parse()), name);
    }
}

#[test]
fn signature_algorithms() {
    use super::oid::{
        ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, ECDSA_WITH_SHA512, MGF1, RSA_ENCRYPTION, RSASSA_PSS, SHA256,
        SHA256_WITH_RSA, SHA512, SHA512_WITH_RSA,
    };
    let read = |kind: &[u8], parameters: &[u8]| {
        let algorithm = algorithm(kind, parameters);
        let parts = Parts { inner_algorithm: algorithm.clone(), outer_algorithm: algorithm, ..Parts::default() };
        parts.parse().unwrap().signature_algorithm()
    };
    assert_eq!(read(ECDSA_WITH_SHA256, &[]), SignatureAlgorithm::EcdsaSha256);
    assert_eq!(read(ECDSA_WITH_SHA384, &[]), SignatureAlgorithm::EcdsaSha384);
    assert_eq!(read(ECDSA_WITH_SHA384, NULL), SignatureAlgorithm::EcdsaSha384, "as Japan's authority writes");
    assert_eq!(read(ECDSA_WITH_SHA384, &[4, 0]), SignatureAlgorithm::Unsupported);
    assert_eq!(read(SHA256_WITH_RSA, NULL), SignatureAlgorithm::RsaPkcs1Sha256);
    assert_eq!(read(ECDSA_WITH_SHA512, &[]), SignatureAlgorithm::EcdsaSha512);
    assert_eq!(read(SHA512_WITH_RSA, NULL), SignatureAlgorithm::RsaPkcs1Sha512);
    assert_eq!(read(RSA_ENCRYPTION, NULL), SignatureAlgorithm::Unsupported);

    let pss = |hash: &[u8], mask: &[u8], salt: u8, trailer: &[u8]| {
        let mask = algorithm(MGF1, &algorithm(mask, NULL));
        let hash = algorithm(hash, NULL);
        sequence(&[&tlv(0xa0, &hash), &tlv(0xa1, &mask), &tlv(0xa2, &[2, 1, salt]), trailer])
    };
    assert_eq!(read(RSASSA_PSS, &pss(SHA256, SHA256, 32, &[])), SignatureAlgorithm::RsaPssSha256);
    assert_eq!(read(RSASSA_PSS, &pss(SHA256, SHA256, 32, &tlv(0xa3, &[2, 1, 1]))), SignatureAlgorithm::RsaPssSha256);
    assert_eq!(read(RSASSA_PSS, &pss(SHA512, SHA512, 64, &[])), SignatureAlgorithm::RsaPssSha512);
    for other in [
        pss(SHA512, SHA512, 32, &[]),
        pss(SHA256, SHA256, 64, &[]),
        pss(SHA512, SHA256, 64, &[]),
        pss(SHA256, SHA512, 32, &[]),
        pss(SHA256, SHA256, 20, &[]),
        pss(SHA256, MGF1, 32, &[]),
        pss(MGF1, SHA256, 32, &[]),
        pss(SHA256, SHA256, 32, &tlv(0xa3, &[2, 1, 2])),
        sequence(&[]),
        vec![],
    ] {
        assert_eq!(read(RSASSA_PSS, &other), SignatureAlgorithm::Unsupported);
    }

    let inner_algorithm = algorithm(ECDSA_WITH_SHA384, &[]);
    assert_eq!(field(Parts { inner_algorithm, ..Parts::default() }.parse()), "signature");
}

mod keys {
    use super::*;
    use crate::x509::oid::{PRIME_FIELD, PRIME256V1, RSA_ENCRYPTION, RSASSA_PSS, SECP384R1};

    fn key(info: Vec<u8>) -> Result<PublicKey, CertificateError> {
        // An unusable key does not make the certificate unreadable.
        Parts { key: info, ..Parts::default() }.parse().unwrap().public_key().cloned()
    }

    fn malformed(result: Result<PublicKey, CertificateError>) -> bool {
        matches!(result, Err(CertificateError::Malformed { .. }))
    }

    #[test]
    fn named_curves() {
        let p384 = [&[4][..], &[0x55; 96]].concat();
        assert_eq!(key(ec_key(&tlv(6, SECP384R1), &p384)), Ok(PublicKey::P384(p384.as_slice().try_into().unwrap())));
        assert!(malformed(key(ec_key(&tlv(6, PRIME256V1), &p384))));
        assert!(malformed(key(ec_key(&tlv(6, PRIME256V1), &[0]))), "the point at infinity");
        assert!(malformed(key(ec_key(&tlv(6, PRIME256V1), &[]))));
        assert_eq!(key(ec_key(&tlv(6, &[0x2b, 0x81, 4, 0, 10]), &P256_POINT)), Err(CertificateError::KeyUnsupported));
        assert_eq!(key(ec_key(NULL, &P256_POINT)), Err(CertificateError::KeyUnsupported));
        assert_eq!(key(ec_key(&[], &P256_POINT)), Err(CertificateError::KeyUnsupported));
        assert_eq!(CertificateError::KeyUnsupported.code(), Code::CertificateKeyUnsupported);
    }

    #[cfg(feature = "rustcrypto")]
    #[test]
    fn compressed_points() {
        let p256 = *p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap().verifying_key();
        let expected = PublicKey::P256(p256.to_sec1_point(false).as_bytes().try_into().unwrap());
        assert_eq!(key(ec_key(&tlv(6, PRIME256V1), p256.to_sec1_point(true).as_bytes())), Ok(expected));
        let p384 = *p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap().verifying_key();
        let expected = PublicKey::P384(p384.to_sec1_point(false).as_bytes().try_into().unwrap());
        assert_eq!(key(ec_key(&tlv(6, SECP384R1), p384.to_sec1_point(true).as_bytes())), Ok(expected));
        let no_point = [&[2][..], &[0xff; 32]].concat();
        assert!(malformed(key(ec_key(&tlv(6, PRIME256V1), &no_point))));
    }

    /// The numbers of P-256, from SP 800-186 §3.2.1.3.
    struct Spelled {
        p: Vec<u8>,
        a: Vec<u8>,
        b: Vec<u8>,
        g: Vec<u8>,
        n: Vec<u8>,
        h: Vec<u8>,
    }

    impl Spelled {
        fn p256() -> Self {
            let hex = |text: &str| -> Vec<u8> {
                (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
            };
            Self {
                p: hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
                a: hex("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),
                b: hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
                g: hex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                        4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
                n: hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
                h: integer(&[1]),
            }
        }

        fn der(&self) -> Vec<u8> {
            sequence(&[
                &[2, 1, 1],
                &sequence(&[&tlv(6, PRIME_FIELD), &integer(&self.p)]),
                &sequence(&[&tlv(4, &self.a), &tlv(4, &self.b)]),
                &tlv(4, &self.g),
                &integer(&self.n),
                &self.h,
            ])
        }

        fn key(&self) -> Result<PublicKey, CertificateError> {
            key(ec_key(&self.der(), &P256_POINT))
        }
    }

    #[test]
    fn a_curve_spelled_out() {
        let expected = Ok(PublicKey::P256(P256_POINT));
        assert_eq!(Spelled::p256().key(), expected);
        assert_eq!(Spelled { h: vec![], ..Spelled::p256() }.key(), expected);
        let mut compressed = Spelled::p256().g[..33].to_vec();
        compressed[0] = 3;
        assert_eq!(Spelled { g: compressed.clone(), ..Spelled::p256() }.key(), expected);
        compressed[0] = 2;
        assert_eq!(Spelled { g: compressed, ..Spelled::p256() }.key(), Err(CertificateError::KeyUnsupported));
    }

    #[test]
    fn a_curve_that_differs_anywhere() {
        type Number = fn(&mut Spelled) -> &mut Vec<u8>;
        let numbers: [Number; 6] = [|c| &mut c.p, |c| &mut c.a, |c| &mut c.b, |c| &mut c.g, |c| &mut c.n, |c| &mut c.h];
        for number in numbers {
            let length = number(&mut Spelled::p256()).len();
            for position in 0..length {
                let mut changed = Spelled::p256();
                number(&mut changed)[position] ^= 1;
                assert_eq!(changed.key(), Err(CertificateError::KeyUnsupported));
            }
        }
    }

    #[test]
    fn rsa() {
        let info = |algorithm: &[u8], numbers: &[u8]| sequence(&[algorithm, &bit_string(numbers)]);
        let numbers = sequence(&[&integer(&[0xff; 256]), &[2, 3, 1, 0, 1]]);
        let expected = Ok(PublicKey::Rsa { modulus: vec![0xff; 256], exponent: vec![1, 0, 1] });
        assert_eq!(key(info(&algorithm(RSA_ENCRYPTION, NULL), &numbers)), expected);
        assert_eq!(key(info(&algorithm(RSASSA_PSS, &[]), &numbers)), expected);
        let sha1_only = algorithm(RSASSA_PSS, &sequence(&[]));
        assert_eq!(key(info(&sha1_only, &numbers)), Err(CertificateError::KeyUnsupported));
        let negative = sequence(&[&[2, 1, 0x80], &[2, 3, 1, 0, 1]]);
        assert!(malformed(key(info(&algorithm(RSA_ENCRYPTION, NULL), &negative))));
        assert!(malformed(key(info(&algorithm(RSA_ENCRYPTION, NULL), &[numbers, vec![0]].concat()))));
        assert_eq!(key(info(&algorithm(&[0x2b, 0x65, 0x70], &[]), &[7; 32])), Err(CertificateError::KeyUnsupported));
    }
}

#[test]
fn non_minimal_lengths_are_read() {
    let parts = Parts { validity: Parts::default().validity, ..Parts::default() };
    let mut validity = parts.validity.clone();
    validity.splice(1..2, [0x82, 0, validity[1]]);
    let parsed = Parts { validity, ..parts }.parse().unwrap();
    assert_eq!(parsed.not_before().to_string(), "2021-01-01T00:00:00Z");
}

#[test]
fn what_is_not_a_certificate() {
    assert_eq!(field(Certificate::parse(&[])), "certificate");
    assert_eq!(field(Certificate::parse(&[Parts::default().der(), vec![0]].concat())), "certificate");
    assert_eq!(Certificate::parse(&vec![0x30; MAX_CERTIFICATE_BYTES + 1]), Err(CertificateError::TooLarge));
    let signature = tlv(3, &[1, 0x80]);
    assert_eq!(field(Parts { signature, ..Parts::default() }.parse()), "signatureValue");
    let validity = sequence(&[&tlv(0x17, b"210101000000Z"), &tlv(0x17, b"211301000000Z")]);
    assert_eq!(field(Parts { validity, ..Parts::default() }.parse()), "validity.notAfter");
    let key = vec![0x31, 0];
    assert_eq!(field(Parts { key, ..Parts::default() }.parse()), "subjectPublicKeyInfo");
}

mod files {
    use super::*;

    fn pem(der: &[u8]) -> String {
        let text = Base64::encode_string(der);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| core::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    #[test]
    fn der_and_pem() {
        let first = Parts::default().parse().unwrap();
        let second = Parts { version: vec![], ..Parts::default() }.parse().unwrap();
        assert_eq!(certificates_from(first.der()).unwrap(), core::slice::from_ref(&first));
        let one = pem(first.der());
        assert_eq!(certificates_from(one.as_bytes()).unwrap(), core::slice::from_ref(&first));
        let two = format!("0: first\n{one}subject=Bj\u{f6}rk\n{}", pem(second.der()));
        assert_eq!(certificates_from(two.as_bytes()).unwrap(), [first.clone(), second.clone()]);
        assert_eq!(certificates_from(two.replace('\n', "\r\n").as_bytes()).unwrap(), [first.clone(), second]);
        let latin1 = [b"Bj\xf6rk\n", one.as_bytes()].concat();
        assert_eq!(certificates_from(&latin1).unwrap(), [first]);
    }

    #[test]
    fn errors() {
        let read = |bytes: &[u8]| certificates_from(bytes).unwrap_err();
        for bytes in [&b""[..], b"hello", b"-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n", &[0, 1]] {
            assert_eq!(read(bytes), CertificateError::NotACertificate);
        }
        assert_eq!(CertificateError::NotACertificate.code(), Code::TrustUnreadable);
        let good = pem(&Parts::default().der());
        let cut = good.replace("-----END", "");
        assert_eq!(read(format!("\n{cut}").as_bytes()), CertificateError::PemMalformed { line: 2 });
        let garbled = good.replacen("MI", "M*", 1);
        assert_eq!(read(garbled.as_bytes()), CertificateError::PemMalformed { line: 1 });
        let second_bad = format!("{good}{}", pem(&[0x30, 0]));
        assert_eq!(read(second_bad.as_bytes()).code(), Code::CertificateMalformed);
        assert_eq!(read(&[0x30, 0]).code(), Code::CertificateMalformed);
    }
}

#[cfg(feature = "issue")]
mod made {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        crypto::{RandomError, SecureRandom},
        keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed},
        time::Timestamp,
    };

    struct Fixed;

    impl SecureRandom for Fixed {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
            buffer.fill(0x17);
            Ok(())
        }
    }

    fn der() -> Vec<u8> {
        let subject = Subject::new("UT", "Ministry", "Signer").unwrap();
        let purposes = HealthPurposes { test: true, vaccination: true, recovery: true };
        let (start, end) = (Timestamp::from_seconds(0).unwrap(), Timestamp::from_seconds(4_000_000_000).unwrap());
        let signer = SoftwareSigner::generate(&Fixed).unwrap();
        self_signed(&signer, &CertificateRequest::new(subject, purposes), start, end, &Fixed).unwrap()
    }

    #[test]
    fn every_truncation_is_an_error() {
        let der = der();
        assert!(Certificate::parse(&der).is_ok());
        for length in 0..der.len() {
            assert!(Certificate::parse(&der[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn no_changed_byte_panics_or_keeps_the_key_id() {
        let der = der();
        let original = Certificate::parse(&der).unwrap();
        for position in 0..der.len() {
            for value in 0..=u8::MAX {
                let mut changed = der.clone();
                changed[position] = value;
                if let Ok(certificate) = Certificate::parse(&changed) {
                    assert_eq!(certificate.key_id() == original.key_id(), changed == der);
                    assert!(!certificate.subject().chars().any(char::is_control));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_pem_text_panics(text in "(-----(BEGIN|END) (CERTIFICATE|X)-----|[A-Za-z0-9+/=]{0,9}|\n|-){0,12}") {
            let _ = certificates_from(text.as_bytes());
        }

        #[test]
        fn no_bytes_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..300), position in 0_usize..600) {
            let _ = certificates_from(&bytes);
            let mut spliced = der();
            let end = (position + bytes.len()).min(spliced.len());
            spliced.splice(position.min(end)..end, bytes.drain(..));
            let _ = certificates_from(&spliced);
        }
    }
}
