//! Against a token by other hands: SoftHSM2, with tokens of its own in a temporary folder.
//!
//! One test: a module reads its configuration once in a process. Skipped, and said so, where SoftHSM2 is not installed.
// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::Command;

use tegata::Code;
use tegata::crypto::{PublicKey, RandomError, SecureRandom, Signer, rustcrypto};
use tegata::keys::{CertificateRequest, HealthPurposes, Subject, certificate_request, self_signed};
use tegata::time::Timestamp;
use tegata::x509::Certificate;
use tegata_pkcs11::{TokenError, TokenSealer, TokenSigner, TokenUri};

const PIN: &str = "271828";

#[derive(Debug)]
struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

#[test]
fn a_token_by_other_hands() {
    let Some(module) = module() else {
        println!("skipped: SoftHSM2 is not installed");
        return;
    };
    // The module reads its environment when it starts, so the test runs again in a process that has it.
    let Some(folder) = std::env::var_os("TEGATA_TOKEN_TEST") else {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("softhsm2.conf");
        std::fs::create_dir(folder.path().join("tokens")).unwrap();
        std::fs::write(&configuration, format!("directories.tokendir = {}/tokens\n", folder.path().display())).unwrap();
        for label in ["issuer", "twin", "twin"] {
            let made = Command::new("softhsm2-util")
                .args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "31415926"])
                .env("SOFTHSM2_CONF", &configuration)
                .output()
                .unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        let again = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_token_by_other_hands", "--nocapture"])
            .env("SOFTHSM2_CONF", &configuration)
            .env("TEGATA_TOKEN_TEST", folder.path())
            .status()
            .unwrap();
        assert!(again.success());
        return;
    };
    let uri = |rest: &str| TokenUri::parse(&format!("pkcs11:{rest}?module-path={}", module.display())).unwrap();
    refusals_before_login(&uri);
    let signer = makes_and_finds_a_key(&uri);
    signs_what_verifies(&signer);
    many_threads_sign_at_once(&signer);
    drop(signer);
    what_it_sealed_it_opens(&uri);
    a_wrong_pin_is_tried_once(&uri);
    a_token_that_is_gone_is_an_error(&uri, Path::new(&folder));
}

fn refusals_before_login(uri: &dyn Fn(&str) -> TokenUri) {
    let missing = TokenUri::parse("pkcs11:token=issuer?module-path=/nowhere/module.so").unwrap();
    let code = |uri: &TokenUri, pin| TokenSigner::open(uri, pin).unwrap_err().code();
    assert_eq!(code(&missing, Some(PIN)), Code::TokenModuleUnavailable);
    assert_eq!(code(&uri("token=other"), Some(PIN)), Code::TokenNotFound);
    assert_eq!(code(&uri("token=twin"), Some(PIN)), Code::TokenAmbiguous);
    assert_eq!(code(&uri("token=issuer;serial=0"), Some(PIN)), Code::TokenNotFound);
    assert_eq!(code(&uri("token=issuer"), None), Code::TokenPinRequired);
    assert_eq!(code(&uri("token=issuer"), Some(PIN)), Code::TokenKeyNotFound);
}

fn makes_and_finds_a_key(uri: &dyn Fn(&str) -> TokenUri) -> TokenSigner {
    let code = |uri: &TokenUri| TokenSigner::generate(uri, Some(PIN)).unwrap_err().code();
    assert_eq!(code(&uri("token=issuer")), Code::TokenUriInvalid);
    let made = TokenSigner::generate(&uri("token=issuer;object=dsc%201;id=%01"), Some(PIN)).unwrap();
    assert_eq!(code(&uri("token=issuer;object=dsc%201")), Code::TokenKeyExists);
    assert_eq!(code(&uri("token=issuer;object=dsc%202;id=%01")), Code::TokenKeyExists);
    let other = TokenSigner::generate(&uri("token=issuer;object=dsc%202"), Some(PIN)).unwrap();
    assert_ne!(made.public_key(), other.public_key());
    let found = |rest: &str| TokenSigner::open(&uri(rest), Some(PIN));
    assert_eq!(found("token=issuer").unwrap_err().code(), Code::TokenKeyAmbiguous);
    assert_eq!(found("token=issuer;object=dsc%203").unwrap_err().code(), Code::TokenKeyNotFound);
    assert_eq!(found("token=issuer;object=dsc%202").unwrap().public_key(), other.public_key());
    assert_eq!(found("token=issuer;id=%01").unwrap().public_key(), made.public_key());
    made
}

fn signs_what_verifies(signer: &TokenSigner) {
    assert!(!signer.is_in_memory() && matches!(signer.public_key(), PublicKey::P256(_)));
    let subject = Subject::new("JP", "Example City", "Signer 1").unwrap();
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    let request = CertificateRequest::new(subject, purposes);
    let time = |text| Timestamp::parse_rfc3339(text).unwrap();
    let dates = (time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
    let der = self_signed(signer, &request, dates.0, dates.1, &Os).unwrap();
    assert_eq!(Certificate::parse(&der).unwrap().public_key(), Ok(&signer.public_key()));
    certificate_request(signer, &request).unwrap();
}

fn many_threads_sign_at_once(signer: &TokenSigner) {
    let verifier = rustcrypto::PROVIDER.verifier(signer.algorithm()).unwrap();
    let key = verifier.prepare(&signer.public_key()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0_u32..8 {
            let key = &key;
            scope.spawn(move || {
                for number in 0_u32..50 {
                    let message = [thread.to_be_bytes(), number.to_be_bytes()].concat();
                    let signature = signer.sign(&message).unwrap();
                    assert_eq!(key.verify(&[&message], &signature), Ok(()));
                }
            });
        }
    });
}

fn what_it_sealed_it_opens(uri: &dyn Fn(&str) -> TokenUri) {
    let open = |rest: &str| TokenSealer::open(&uri(rest), Some(PIN));
    assert_eq!(open("token=issuer;object=master").unwrap_err(), TokenError::KeyNotFound);
    assert_eq!(open("token=issuer;object=dsc%201").unwrap_err(), TokenError::KeyNotFound, "which signs");
    let made = TokenSealer::generate(&uri("token=issuer;object=master;id=%07"), Some(PIN)).unwrap();
    let again = TokenSealer::generate(&uri("token=issuer;object=master"), Some(PIN)).unwrap_err();
    assert_eq!(again, TokenError::KeyExists);
    let other = TokenSealer::generate(&uri("token=issuer;object=other"), Some(PIN)).unwrap();
    let (secret, purpose) = ([0xa5; 64], b"purpose");
    let sealed = made.seal(purpose, &secret).unwrap();
    assert_ne!(sealed, made.seal(purpose, &secret).unwrap());
    assert_eq!(sealed.len(), 12 + 64 + 16);
    let found = open("token=issuer;id=%07").unwrap();
    assert_eq!(found.unseal(purpose, &sealed).unwrap().as_slice(), secret);
    // Anything changed, cut or for something else does not open.
    let refused = |key: &TokenSealer, purpose: &[u8], sealed: &[u8]| key.unseal(purpose, sealed).unwrap_err();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(refused(&found, purpose, &changed), TokenError::DoesNotOpen, "{at}");
        assert_eq!(refused(&found, purpose, &sealed[..at]), TokenError::DoesNotOpen, "{at}");
    }
    assert_eq!(refused(&found, b"another", &sealed), TokenError::DoesNotOpen);
    assert_eq!(refused(&other, purpose, &sealed), TokenError::DoesNotOpen);
    // It still opens after all that.
    assert_eq!(found.unseal(purpose, &sealed).unwrap().as_slice(), secret);
}

fn a_wrong_pin_is_tried_once(uri: &dyn Fn(&str) -> TokenUri) {
    let key = uri("token=issuer;id=%01");
    for wrong in ["000000", "", "1"] {
        assert_eq!(TokenSigner::open(&key, Some(wrong)).unwrap_err().code(), Code::TokenPinWrong);
    }
    TokenSigner::open(&key, Some(PIN)).unwrap();
}

fn a_token_that_is_gone_is_an_error(uri: &dyn Fn(&str) -> TokenUri, folder: &Path) {
    let signer = TokenSigner::open(&uri("token=issuer;id=%01"), Some(PIN)).unwrap();
    signer.sign(b"there").unwrap();
    std::fs::remove_dir_all(folder.join("tokens")).unwrap();
    for _ in 0..3 {
        let error = signer.sign(b"gone").unwrap_err();
        assert!(error.to_string().starts_with("signing failed: token failed: "), "{error}");
    }
}

/// Where distributions put SoftHSM2's module.
fn module() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];
    places.iter().map(PathBuf::from).find(|path| path.is_file())
}
