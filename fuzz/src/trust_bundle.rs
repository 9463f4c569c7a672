//! A trust bundle off the network, before and after somebody decided to rely on it.

use tegata::TrustSet;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::bundle::{TrustBundle, UnverifiedBundle};

/// Takes a bundle apart, and reads its content as if an anchor had signed it.
pub fn trust_bundle(data: &[u8]) {
    assert!(TrustBundle::open(data, &[]).is_err(), "nobody signed for nobody");
    let bundle = match UnverifiedBundle::parse(data).and_then(UnverifiedBundle::trust_without_proof) {
        Ok(bundle) => bundle,
        Err(error) => {
            let _ = (error.to_string(), error.code());
            return;
        }
    };
    assert!(UnverifiedBundle::is_meant_by(data) && bundle.issued_at() <= bundle.valid_until());
    assert!(bundle.relied_on_until() <= bundle.valid_until());
    let mut builder = TrustSet::builder(&PROVIDER);
    let dropped = bundle.add_signers(&mut builder).len();
    let set = builder.build();
    assert!(set.len() + dropped <= bundle.signers());
    for signer in set.signers() {
        assert!(!signer.subject().contains(char::is_control), "names are printed to terminals");
        assert!(!signer.country().is_some_and(|country| country.contains(char::is_control)));
    }
    if let Some(revocation) = bundle.revocation() {
        assert!(!revocation.has_slices());
        assert!(revocation.lists().all(|(_, _, hashes)| hashes.is_sorted_by(|one, next| one < next)));
    }
}
