//! Production document-signer certificates of many countries.

use tegata::TrustSet;
use tegata::x509::{Certificate, certificates_from};
use tegata_conformance::{PROVIDERS, corpus, files, hex};

#[test]
fn every_certificate_parses_and_its_name_is_its_key_id() {
    let Some(base) = corpus("dsc", "dsc") else { return };
    let mut builders: Vec<_> = PROVIDERS.iter().map(|(name, it)| (name, TrustSet::builder(it))).collect();
    let paths = files(&base, &[".der", ".crt", ".cer", ".pem"]);
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        let certificates = certificates_from(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let [certificate] = certificates.as_slice() else { panic!("{name}: not one certificate") };
        assert_eq!(hex(&certificate.key_id()), name);
        assert_eq!(Certificate::parse(certificate.der()).unwrap().key_id(), certificate.key_id());
        assert!(certificate.not_before() < certificate.not_after(), "{name}");
        for (provider, trust) in &mut builders {
            trust.trust_certificate(certificate).unwrap_or_else(|error| panic!("{name} with {provider}: {error}"));
        }
    }
    assert!(!paths.is_empty());
    for (provider, trust) in builders {
        let trust = trust.build();
        eprintln!("{} certificates, {} signers with {provider}", paths.len(), trust.len());
        assert_eq!(trust.len(), paths.len());
    }
}
