//! X.509 certificates, alone and in files.

use tegata::x509::{Certificate, MAX_CERTIFICATE_BYTES, certificates_from};

/// One certificate in DER.
pub fn certificate(data: &[u8]) {
    match Certificate::parse(data) {
        Ok(certificate) => {
            assert_eq!(certificate.der(), data, "what was read is the whole input, kept as received");
            inspect(&certificate);
        }
        // An error has to be printable whatever the input was.
        Err(error) => {
            let _ = (error.to_string(), format!("{error:?}"), error.code());
        }
    }
}

/// A file of certificates: DER or PEM.
pub fn certificate_file(data: &[u8]) {
    if let Ok(certificates) = certificates_from(data) {
        assert!(!certificates.is_empty(), "a file without certificates is an error");
        certificates.iter().for_each(inspect);
    }
}

/// Reads everything a certificate offers; its parts lie within it, and it reads the same a second time.
fn inspect(certificate: &Certificate) {
    let der = certificate.der();
    assert!(der.len() <= MAX_CERTIFICATE_BYTES);
    for part in [
        certificate.tbs(),
        certificate.signature(),
        certificate.issuer_der(),
        certificate.subject_der(),
        certificate.serial(),
    ] {
        assert!(part.len() < der.len());
    }
    for text in [certificate.subject(), certificate.issuer()] {
        assert!(!text.chars().any(char::is_control), "names are printed to terminals");
    }
    let _ = (certificate.country(), certificate.not_before(), certificate.not_after(), certificate.version());
    let _ = (certificate.key_usage(), certificate.basic_constraints(), certificate.signature_algorithm());
    let _ = (certificate.subject_key_id(), certificate.authority_key_id(), certificate.health_usage());
    if let Some(usage) = certificate.extended_key_usage() {
        assert!(usage.purposes().all(|purpose| !purpose.chars().any(char::is_control)));
    }
    let _ = certificate.public_key().map(tegata::crypto::PublicKey::kind);
    let _ = format!("{certificate:?}");
    let again = Certificate::parse(der).expect("what was read once reads again");
    assert_eq!(again.key_id(), certificate.key_id());
    assert_eq!(again.public_key().ok(), certificate.public_key().ok());
}
