//! A file that says who is trusted: the administrator's, perhaps downloaded, perhaps damaged.

use std::collections::HashSet;

use tegata::TrustSet;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::Tolerances;
use tegata::x509::certificates_from;

/// Loads a file of certificates into a trust set, as every surface does.
pub fn trust_file(data: &[u8]) {
    let certificates = match certificates_from(data) {
        Ok(certificates) => certificates,
        Err(error) => {
            let _ = (error.to_string(), error.code());
            return;
        }
    };
    let mut tolerances = Tolerances::default();
    let mut trusted = Vec::new();
    for tolerant in [false, true] {
        tolerances.rsa_1024 = tolerant;
        tolerances.p384_under_es256 = tolerant;
        let mut builder = TrustSet::tolerant_builder(&PROVIDER, tolerances);
        let mut taken = HashSet::new();
        for certificate in &certificates {
            match builder.trust_certificate(certificate) {
                Ok(()) => {
                    taken.insert(certificate.der());
                }
                Err(failure) => {
                    let _ = failure.to_string();
                }
            }
        }
        let set = builder.build();
        assert_eq!(set.len(), taken.len(), "a certificate that is given twice counts once");
        let ids: Vec<_> = set.signers().map(|signer| signer.key_id().to_vec()).collect();
        assert!(ids.is_sorted(), "candidates are found by binary search");
        for signer in set.signers() {
            assert!(!signer.subject().contains(char::is_control), "names are printed to terminals");
            let _ = (signer.country(), signer.key_kind(), signer.usage(), format!("{signer:?}"));
        }
        trusted.push(ids);
    }
    assert_eq!(trusted.first(), trusted.last(), "tolerance decides about signatures, not about who is trusted");
}
