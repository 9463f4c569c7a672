use base64ct::{Base64, Encoding};
use p256::SecretKey;
use pkcs8::{
    AlgorithmIdentifierRef, EncodePrivateKey, EncryptedPrivateKeyInfoOwned, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef,
    der::{
        Encode,
        asn1::{OctetString, OctetStringRef},
    },
    pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, ScryptParams},
};
use proptest::prelude::*;
use sec1::EcPrivateKey;
use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate, X509CertificationRequest};

use super::{
    BuildError, CertificateRequest, HealthPurposes, KeyFileError, SoftwareSigner, Subject, certificate_request,
    self_signed,
};
use crate::{
    crypto::{Algorithm, PublicKey, RandomError, SecureRandom, Signer, SigningError},
    report::Code,
    time::Timestamp,
    x509::{Certificate, SignatureAlgorithm},
};

/// The operating system's randomness.
struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

/// A broken source: the same byte for ever.
struct Stuck(u8);

impl SecureRandom for Stuck {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(self.0);
        Ok(())
    }
}

/// A source that fails.
struct Failing;

impl SecureRandom for Failing {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError)
    }
}

/// A signer that is not in memory, as far as this crate can see.
#[derive(Debug)]
struct P384Token(p384::ecdsa::SigningKey);

impl Signer for P384Token {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es384
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::P384(self.0.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let signature: p384::ecdsa::Signature = p384::ecdsa::signature::Signer::sign(&self.0, message);
        Ok(signature.to_vec())
    }
}

fn signer() -> SoftwareSigner {
    SoftwareSigner::generate(&Os).unwrap()
}

fn request() -> CertificateRequest {
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    CertificateRequest::new(Subject::new("JP", "架空市", "Tegata, DSC 1").unwrap(), purposes)
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", Base64::encode_string(der))
}

fn code(pem: &str, passphrase: Option<&[u8]>) -> Code {
    SoftwareSigner::from_pem(pem, passphrase).unwrap_err().code()
}

mod signing {
    use super::*;
    use crate::crypto::rustcrypto::PROVIDER;

    #[test]
    fn is_that_of_rfc_6979() {
        // RFC 6979 §A.2.5, P-256 with SHA-256.
        let key = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        let signer = SoftwareSigner::from(SecretKey::from_slice(&key).unwrap());
        for (message, signature) in [
            (
                "sample",
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                 f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            ),
            (
                "test",
                "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
                 019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
            ),
        ] {
            assert_eq!(signer.sign(message.as_bytes()).unwrap(), hex(signature));
        }
    }

    #[test]
    fn verifies_through_the_provider() {
        let signer = signer();
        let key = PROVIDER.verifier(signer.algorithm()).unwrap().prepare(&signer.public_key()).unwrap();
        let signature = signer.sign(b"message").unwrap();
        assert_eq!(key.verify(&[b"mess", b"age"], &signature), Ok(()));
        assert!(key.verify(&[b"other"], &signature).is_err());
    }

    #[test]
    fn needs_a_working_source_of_randomness_for_a_new_key() {
        assert!(SoftwareSigner::generate(&Failing).is_err());
        assert!(SoftwareSigner::generate(&Stuck(0)).is_err(), "zero is no key");
        assert!(SoftwareSigner::generate(&Stuck(0xff)).is_err(), "above the order");
        assert_ne!(signer().public_key(), signer().public_key());
    }

    #[test]
    fn shows_no_key() {
        let signer = SoftwareSigner::generate(&Stuck(0x5a)).unwrap();
        assert_eq!(format!("{signer:?}"), "SoftwareSigner(P-256)");
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
    }
}

mod files {
    use super::*;

    fn secret() -> SecretKey {
        SecretKey::from_slice(&[7; 32]).unwrap()
    }

    fn encrypted(parameters: Parameters, passphrase: &[u8]) -> String {
        let der = secret().to_pkcs8_der().unwrap();
        let encrypted_data = OctetString::new(parameters.encrypt(passphrase, der.as_bytes()).unwrap()).unwrap();
        let info = EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data };
        pem("ENCRYPTED PRIVATE KEY", &info.to_der().unwrap())
    }

    fn public(pem: &str, passphrase: Option<&[u8]>) -> PublicKey {
        SoftwareSigner::from_pem(pem, passphrase).unwrap().public_key()
    }

    #[test]
    fn round_trip() {
        let signer = signer();
        let plain = signer.to_pkcs8_pem(None, &Failing).unwrap();
        assert_eq!(public(&plain, None), signer.public_key());
        assert_eq!(public(&plain, Some(b"not needed")), signer.public_key());
        let sealed = signer.to_pkcs8_pem(Some("秘密".as_bytes()), &Os).unwrap();
        assert_eq!(public(&sealed, Some("秘密".as_bytes())), signer.public_key());
        assert_eq!(code(&sealed, None), Code::KeyPassphraseRequired);
        assert_eq!(code(&sealed, Some(b"guess")), Code::KeyPassphraseWrong);
        assert_eq!(code(&sealed, Some(b"")), Code::KeyPassphraseWrong);
        assert_eq!(signer.to_pkcs8_pem(Some(b"x"), &Failing).unwrap_err(), KeyFileError::Random);
        assert_ne!(sealed, signer.to_pkcs8_pem(Some("秘密".as_bytes()), &Os).unwrap(), "salt and IV are new");
    }

    #[test]
    fn no_wrong_passphrase_is_mistaken_for_a_damaged_key() {
        // One in 256 wrong passphrases passes the padding.
        let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(1, &[1; 16], [2; 16]).unwrap();
        let sealed = encrypted(parameters, b"right");
        for guess in 0_u16..2000 {
            assert_eq!(code(&sealed, Some(&guess.to_be_bytes())), Code::KeyPassphraseWrong, "{guess}");
        }
    }

    #[test]
    fn every_form() {
        let expected = SoftwareSigner::from(secret()).public_key();
        let sec1 = secret().to_sec1_der().unwrap();
        let pkcs8 = secret().to_pkcs8_der().unwrap();
        let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assert_eq!(public(&format!("{parameters}{}", pem("EC PRIVATE KEY", &sec1)), None), expected);
        assert_eq!(public(&pem("PRIVATE KEY", pkcs8.as_bytes()), None), expected);
        let among = format!("Bag Attributes\r\n{}", pem("CERTIFICATE", &[1]) + &pem("PRIVATE KEY", pkcs8.as_bytes()));
        assert_eq!(public(&among.replace('\n', "\r\n"), None), expected);
        assert_eq!(SoftwareSigner::from_der(pkcs8.as_bytes(), None).unwrap().public_key(), expected);
        for parameters in [
            Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &[1; 8], [2; 16]).unwrap(),
            Parameters::generate_pbkdf2_sha256_aes128cbc(2048, &[1; 16], [2; 16]).unwrap(),
            scrypt(1 << 10, 8, 1),
        ] {
            let sealed = encrypted(parameters, b"p");
            assert_eq!(public(&sealed, Some(b"p")), expected);
            let der = Base64::decode_vec(sealed.lines().nth(1).unwrap()).unwrap();
            assert_eq!(SoftwareSigner::from_der(&der, Some(b"p")).unwrap().public_key(), expected);
        }
    }

    fn scrypt(n: u64, r: u16, p: u16) -> Parameters {
        let kdf = Kdf::Scrypt(ScryptParams {
            salt: [1; 16][..].try_into().unwrap(),
            cost_parameter: n,
            block_size: r,
            parallelization: p,
            key_length: None,
        });
        Parameters { kdf, encryption: EncryptionScheme::Aes256Cbc { iv: [2; 16] } }
    }

    /// An encrypted key with parameters nobody could afford to encrypt with.
    fn demanding(parameters: Parameters) -> String {
        let encrypted_data = OctetString::new([0; 32]).unwrap();
        let info = EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data };
        pem("ENCRYPTED PRIVATE KEY", &info.to_der().unwrap())
    }

    #[test]
    fn a_hostile_cost_is_refused_at_once() {
        let mut pbkdf2 = Pbkdf2Params::hmac_sha256(1, &[1; 16]).unwrap();
        pbkdf2.iteration_count = super::super::MAX_PBKDF2_ITERATIONS + 1;
        let pbkdf2 = Parameters { kdf: Kdf::Pbkdf2(pbkdf2), encryption: EncryptionScheme::Aes256Cbc { iv: [2; 16] } };
        for parameters in [
            pbkdf2,
            scrypt(1 << 18, 8, 1),
            scrypt(1 << 17, 8, 2),
            scrypt(2, u16::MAX, u16::MAX),
            scrypt(u64::MAX, 2, 2),
        ] {
            let error = SoftwareSigner::from_pem(&demanding(parameters), Some(b"p")).unwrap_err();
            assert!(matches!(error, KeyFileError::UnsupportedEncryption { .. }), "{error}");
        }
    }

    #[test]
    fn other_keys_are_named() {
        let p384 = ObjectIdentifier::new_unwrap("1.3.132.0.34");
        let sec1 = |parameters| EcPrivateKey { private_key: &[7; 48], parameters, public_key: None }.to_der().unwrap();
        let unnamed = sec1(None);
        let algorithm = AlgorithmIdentifierRef {
            oid: ObjectIdentifier::new_unwrap("1.2.840.10045.2.1"),
            parameters: Some((&p384).into()),
        };
        let pkcs8 = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&unnamed).unwrap()).to_der().unwrap();
        // RFC 8410 §7: an Ed25519 key.
        let ed25519 =
            [&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20][..], &[7; 32]].concat();
        for (pem, kind) in [
            (pem("EC PRIVATE KEY", &sec1(Some(p384.into()))), "P-384"),
            (pem("PRIVATE KEY", &pkcs8), "P-384"),
            (pem("EC PRIVATE KEY", &unnamed), "without a name"),
            (pem("PRIVATE KEY", &ed25519), "Ed25519"),
            (pem("RSA PRIVATE KEY", &[0x30, 0]), "RSA"),
            (pem("OPENSSH PRIVATE KEY", &[1]), "OpenSSH"),
            (pem("DSA PRIVATE KEY", &[1]), "unknown kind"),
        ] {
            let error = SoftwareSigner::from_pem(&pem, None).unwrap_err();
            assert_eq!(error.code(), Code::KeyUnsupported, "{error}");
            assert!(error.to_string().contains(kind), "{error} does not name {kind}");
        }
        let legacy = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
        assert_eq!(code(legacy, Some(b"p")), Code::KeyUnsupported);
    }

    #[test]
    fn damaged_files() {
        let key = pem("PRIVATE KEY", secret().to_pkcs8_der().unwrap().as_bytes());
        let mismatched = {
            let mut sec1 = secret().to_sec1_der().unwrap().to_vec();
            let other = SecretKey::from_slice(&[8; 32]).unwrap().public_key();
            let point = p256::ecdsa::VerifyingKey::from(other).to_sec1_point(false);
            let start = sec1.len() - 65;
            sec1[start..].copy_from_slice(point.as_bytes());
            pem("EC PRIVATE KEY", &sec1)
        };
        for text in [
            String::new(),
            "no key".into(),
            pem("CERTIFICATE", &[1]),
            pem("PRIVATE KEY", &[1, 2, 3]),
            pem("ENCRYPTED PRIVATE KEY", &[1, 2, 3]),
            key.replace("END", "FIN"),
            key.replace("MIGH", "M*GH"),
            format!("{key}{key}"),
            mismatched,
            " ".repeat(super::super::MAX_KEY_FILE_BYTES + 1),
        ] {
            assert_eq!(code(&text, None), Code::KeyMalformed, "{text:.60}");
        }
    }

    #[test]
    fn every_truncation_and_change_is_survived() {
        let der = secret().to_pkcs8_der().unwrap();
        let sealed = encrypted(scrypt(2, 1, 1), b"p");
        let sealed = Base64::decode_vec(sealed.lines().nth(1).unwrap()).unwrap();
        for bytes in [der.as_bytes(), &sealed] {
            for length in 0..bytes.len() {
                assert!(SoftwareSigner::from_der(&bytes[..length], Some(b"p")).is_err());
            }
            for position in 0..bytes.len() {
                for change in [1, 0x80, 0xff] {
                    let mut changed = bytes.to_vec();
                    changed[position] ^= change;
                    // Must not panic. Some changes, such as of the version, leave a key.
                    let _ = SoftwareSigner::from_der(&changed, Some(b"p"));
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_plain_pem() {
        let pem = signer().to_pkcs8_pem(Some(b"p"), &Os).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        assert!(pem.ends_with("-----END ENCRYPTED PRIVATE KEY-----\n"));
        let der = secret().to_pkcs8_der().unwrap();
        let again = SoftwareSigner::from(secret()).to_pkcs8_pem(None, &Os).unwrap();
        assert_eq!(*again, *der.to_pem("PRIVATE KEY", LineEnding::LF).unwrap());
    }
}

mod certificates {
    use super::*;
    use crate::crypto::rustcrypto::PROVIDER;
    use crate::keys::{Certification, MAX_REQUEST_BYTES, ProfileProblem, profile_problems, self_signed_authority};

    fn made(signer: &dyn Signer) -> Certificate {
        let der =
            self_signed(signer, &request(), time("2025-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"), &Os).unwrap();
        Certificate::parse(&der).unwrap()
    }

    #[test]
    fn is_read_back() {
        let signer = signer();
        let certificate = made(&signer);
        assert_eq!(certificate.public_key(), Ok(&signer.public_key()));
        assert_eq!(certificate.subject(), "CN=Tegata\\, DSC 1,O=架空市,C=JP");
        assert_eq!(certificate.issuer_der(), certificate.subject_der());
        assert_eq!(certificate.country(), Some("JP"));
        assert_eq!(certificate.version(), 3);
        assert_eq!(certificate.serial().len(), 16);
        assert!(certificate.serial()[0] < 0x80);
        assert_eq!(certificate.not_before().to_string(), "2025-01-01T00:00:00Z");
        assert_eq!(certificate.not_after().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(certificate.signature_algorithm(), SignatureAlgorithm::EcdsaSha256);
        let usage = certificate.health_usage();
        assert!(usage.restricted && usage.vaccination && !usage.test && !usage.recovery);
        assert!(certificate.key_usage().unwrap().digital_signature());
        assert!(!certificate.key_usage().unwrap().key_cert_sign());
        assert!(!certificate.basic_constraints().unwrap().ca);
        assert_eq!(certificate.subject_key_id().unwrap().len(), 20);
        assert_eq!(certificate.subject_key_id(), certificate.authority_key_id());
        assert!(!certificate.has_unknown_critical_extension());
        assert_ne!(certificate.serial(), made(&signer).serial());
    }

    #[test]
    fn is_signed() {
        let signer = signer();
        let certificate = made(&signer);
        let signature = p256::ecdsa::Signature::from_der(certificate.signature()).unwrap().to_vec();
        let key = PROVIDER.verifier(Algorithm::Es256).unwrap().prepare(&signer.public_key()).unwrap();
        assert_eq!(key.verify(&[certificate.tbs()], &signature), Ok(()));
    }

    #[test]
    fn a_token_on_p384_signs_too() {
        let token = P384Token(p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap());
        let certificate = made(&token);
        assert_eq!(certificate.public_key(), Ok(&token.public_key()));
        assert_eq!(certificate.signature_algorithm(), SignatureAlgorithm::EcdsaSha384);
        let signature = p384::ecdsa::Signature::from_der(certificate.signature()).unwrap().to_vec();
        let key = PROVIDER.verifier(Algorithm::Es384).unwrap().prepare(&token.public_key()).unwrap();
        assert_eq!(key.verify(&[certificate.tbs()], &signature), Ok(()));
    }

    const START: &str = "2025-01-01T00:00:00Z";
    const END: &str = "2029-01-01T00:00:00Z";

    fn authority(signer: &dyn Signer) -> Certificate {
        let subject = Subject::new("JP", "架空省", "CSCA").unwrap();
        Certificate::parse(&self_signed_authority(signer, &subject, time(START), time(END), &Os).unwrap()).unwrap()
    }

    fn certification() -> Certification {
        let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
        Certification::new(purposes, time("2025-02-01T00:00:00Z"), time("2027-02-01T00:00:00Z"))
    }

    #[test]
    fn an_authority_certifies_a_signer() {
        let (key, signer_key) = (signer(), SoftwareSigner::generate(&Os).unwrap());
        let authority = authority(&key);
        let constraints = authority.basic_constraints().unwrap();
        assert!(constraints.ca && constraints.path_len == Some(0));
        assert!(authority.key_usage().unwrap().key_cert_sign() && authority.key_usage().unwrap().crl_sign());
        assert_eq!(profile_problems(&authority), []);

        let der = certificate_request(&signer_key, &request()).unwrap();
        for asked in [der.clone(), pem("CERTIFICATE REQUEST", &der).into_bytes()] {
            let made = certification().certify(&key, &authority, &asked, &Os).unwrap();
            let made = Certificate::parse(&made).unwrap();
            assert_eq!(made.public_key(), Ok(&signer_key.public_key()));
            assert_eq!(made.issuer_der(), authority.subject_der());
            assert_eq!(made.authority_key_id(), authority.subject_key_id());
            assert_ne!(made.subject_key_id(), authority.subject_key_id());
            assert_eq!(made.country(), Some("JP"));
            assert_eq!(profile_problems(&made), []);
            let signature = p256::ecdsa::Signature::from_der(made.signature()).unwrap().to_vec();
            let verifier = PROVIDER.verifier(Algorithm::Es256).unwrap().prepare(&key.public_key()).unwrap();
            assert_eq!(verifier.verify(&[made.tbs()], &signature), Ok(()));
        }
        let legacy = Certification { legacy_purposes: true, ..certification() };
        let made = Certificate::parse(&legacy.certify(&key, &authority, &der, &Os).unwrap()).unwrap();
        let purposes: Vec<_> = made.extended_key_usage().unwrap().purposes().collect();
        assert_eq!(purposes, ["1.3.6.1.4.1.1847.2021.1.2", "1.3.6.1.4.1.0.1847.2021.1.2"]);
    }

    #[test]
    fn an_authority_refuses() {
        let (key, signer_key) = (signer(), SoftwareSigner::generate(&Os).unwrap());
        let authority = authority(&key);
        let der = certificate_request(&signer_key, &request()).unwrap();
        let code = |certification: &Certification, key: &dyn Signer, authority: &Certificate, der: &[u8]| {
            certification.certify(key, authority, der, &Os).unwrap_err().code()
        };
        let usual = certification();
        assert_eq!(code(&usual, &signer_key, &authority, &der), Code::KeyCertificateMismatch);
        assert_eq!(code(&usual, &key, &made(&key), &der), Code::AuthorityUnsuitable);
        let late = Certification { not_after: time("2029-01-01T00:00:01Z"), ..usual.clone() };
        assert_eq!(code(&late, &key, &authority, &der), Code::AuthorityEndsFirst);
        let early = Certification { not_before: time("2024-12-31T23:59:59Z"), ..usual.clone() };
        assert_eq!(code(&early, &key, &authority, &der), Code::AuthorityEndsFirst);
        let empty = Certification { not_before: usual.not_after, not_after: usual.not_before, ..usual.clone() };
        assert_eq!(code(&empty, &key, &authority, &der), Code::InvalidPeriod);
        let foreign = CertificateRequest::new(Subject::new("AT", "o", "c").unwrap(), HealthPurposes::default());
        let foreign = certificate_request(&signer_key, &foreign).unwrap();
        assert_eq!(code(&usual, &key, &authority, &foreign), Code::RequestInvalid);
        let on_p384 = P384Token(p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap());
        let on_p384 = certificate_request(&on_p384, &request()).unwrap();
        assert_eq!(code(&usual, &key, &authority, &on_p384), Code::KeyUnsupported);
        for end in 0..der.len() {
            assert_eq!(code(&usual, &key, &authority, &der[..end]), Code::CertificateRequestMalformed);
        }
        assert_eq!(
            code(&usual, &key, &authority, &vec![0x30; MAX_REQUEST_BYTES + 1]),
            Code::CertificateRequestMalformed
        );
        // No change of any byte is certified.
        let mut signature_codes = 0;
        for at in 0..der.len() {
            let mut changed = der.clone();
            changed[at] ^= 1;
            signature_codes +=
                usize::from(code(&usual, &key, &authority, &changed) == Code::CertificateRequestSignature);
        }
        assert!(signature_codes > 50);
    }

    #[test]
    fn a_signature_from_outside_is_verified() {
        let odd = Odd(Algorithm::Es256, signer().public_key(), 64);
        let error = self_signed(&odd, &request(), time(START), time(END), &Os).unwrap_err();
        assert_eq!(error, BuildError::Signing(SigningError::new("the signature does not verify")));
    }

    #[test]
    fn departures_from_the_profile_are_named() {
        let token = P384Token(p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap());
        assert_eq!(profile_problems(&made(&token)), [ProfileProblem::KeyNotP256]);
        let any = CertificateRequest::new(Subject::new("JP", "o", "c").unwrap(), HealthPurposes::default());
        let der = self_signed(&signer(), &any, time(START), time(END), &Os).unwrap();
        let problems = profile_problems(&Certificate::parse(&der).unwrap());
        assert_eq!(problems, [ProfileProblem::HealthUsageMissing, ProfileProblem::ValidityLong]);
    }

    #[test]
    fn a_subject_is_not_shown() {
        assert!(!format!("{:?}", request()).contains("架空市"));
    }

    #[derive(Debug)]
    struct Odd(Algorithm, PublicKey, usize);

    impl Signer for Odd {
        fn algorithm(&self) -> Algorithm {
            self.0
        }

        fn public_key(&self) -> PublicKey {
            self.1.clone()
        }

        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SigningError> {
            Ok(vec![1; self.2])
        }
    }

    #[test]
    fn refusals() {
        let (start, end) = (time("2025-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
        let make = |signer: &dyn Signer, start, end| self_signed(signer, &request(), start, end, &Os).unwrap_err();
        assert_eq!(make(&signer(), end, start), BuildError::InvalidPeriod);
        assert_eq!(make(&signer(), time("1969-12-31T23:59:59Z"), end), BuildError::InvalidPeriod);
        let failing = self_signed(&signer(), &request(), start, end, &Failing).unwrap_err();
        assert_eq!(failing, BuildError::Random);
        let rsa = PublicKey::Rsa { modulus: vec![0xff; 256], exponent: vec![1, 0, 1] };
        assert_eq!(make(&Odd(Algorithm::Ps256, rsa, 256), start, end), BuildError::UnsupportedSigner);
        let key = signer().public_key();
        assert_eq!(make(&Odd(Algorithm::Es384, key.clone(), 96), start, end), BuildError::UnsupportedSigner);
        assert_eq!(make(&Odd(Algorithm::Es256, key, 65), start, end).code(), Code::SigningFailed);
        for (country, organization, common_name, attribute) in [
            ("jp", "o", "c", "country"),
            ("JPN", "o", "c", "country"),
            ("日", "o", "c", "country"),
            ("JP", "", "c", "organization"),
            ("JP", "o\n", "c", "organization"),
            ("JP", "o", " ", "common name"),
            ("JP", "o", &"c".repeat(65), "common name"),
        ] {
            let error = Subject::new(country, organization, common_name).unwrap_err();
            assert_eq!(error, BuildError::InvalidSubject { attribute });
        }
    }

    #[test]
    fn a_request_is_signed_and_asks_for_the_profile() {
        let der = certificate_request(&signer(), &request()).unwrap();
        let (rest, parsed) = X509CertificationRequest::from_der(&der).unwrap();
        assert!(rest.is_empty());
        assert_eq!(parsed.certification_request_info.subject.to_string(), "C=JP, O=架空市, CN=Tegata, DSC 1");
        let extensions: Vec<_> = parsed.requested_extensions().unwrap().collect();
        assert!(extensions.iter().any(|extension| matches!(extension,
            ParsedExtension::ExtendedKeyUsage(usage) if usage.other[0].to_id_string() == "1.3.6.1.4.1.1847.2021.1.2")));
        assert!(extensions.iter().any(|extension| matches!(extension,
            ParsedExtension::BasicConstraints(constraints) if !constraints.ca)));
        assert!(extensions.iter().any(|extension| matches!(extension,
            ParsedExtension::KeyUsage(usage) if usage.digital_signature() && !usage.key_cert_sign())));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn others_read_them_alike(
            country in "[A-Z]{2}",
            organization in "[a-zA-Z0-9 ,+\"\\\\<>;=#あ-ん]{0,40}x",
            common_name in "\\PC{0,63}x",
            start in 0_i64..4_000_000_000,
            length in 0_i64..200_000_000_000,
            test: bool,
            vaccination: bool,
            recovery: bool,
        ) {
            let subject = Subject::new(&country, &organization, &common_name).unwrap();
            let purposes = HealthPurposes { test, vaccination, recovery };
            let request = CertificateRequest::new(subject, purposes);
            let (start, end) = (Timestamp::from_seconds(start).unwrap(), Timestamp::from_seconds(start + length).unwrap());
            let der = self_signed(&signer(), &request, start, end, &Os).unwrap();

            let ours = Certificate::parse(&der).unwrap();
            let (rest, theirs) = X509Certificate::from_der(&der).unwrap();
            prop_assert!(rest.is_empty());
            prop_assert_eq!(ours.not_before().seconds(), start.seconds());
            prop_assert_eq!(ours.not_after().seconds(), end.seconds());
            prop_assert_eq!(theirs.validity().not_before.timestamp(), start.seconds());
            prop_assert_eq!(theirs.validity().not_after.timestamp(), end.seconds());
            // RFC 5280 §4.1.2.5: UTCTime through 2049.
            prop_assert_eq!(theirs.validity().not_after.is_utctime(), end.date().year() < 2050);
            prop_assert_eq!(ours.serial(), theirs.raw_serial());
            prop_assert_eq!(ours.tbs(), theirs.tbs_certificate.as_ref());
            prop_assert_eq!(ours.subject_der(), theirs.subject().as_raw());
            prop_assert_eq!(ours.country(), Some(country.as_str()));
            prop_assert_eq!(theirs.subject().iter_common_name().next().unwrap().as_str().unwrap(), common_name);
            prop_assert_eq!(theirs.subject().iter_organization().next().unwrap().as_str().unwrap(), organization);
            prop_assert_eq!(ours.signature(), theirs.signature_value.data.as_ref());
            let purposes = theirs.extended_key_usage().unwrap().map_or(0, |usage| usage.value.other.len());
            prop_assert_eq!(purposes, usize::from(test) + usize::from(vaccination) + usize::from(recovery));
            let usage = ours.health_usage();
            prop_assert_eq!((usage.test, usage.vaccination, usage.recovery), (test, vaccination, recovery));
            prop_assert_eq!(usage.restricted, test || vaccination || recovery);
        }
    }
}
