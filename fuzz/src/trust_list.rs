//! A trust list of any format, as somebody else publishes it.

use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::list::{List, ListSigner};
use tegata::{Timestamp, TrustSet};

/// Reads a list, checks its signature with keys that never signed it, counts it and trusts it.
pub fn trust_list(data: &[u8]) {
    let signer = ListSigner::read(data);
    let list = match List::read(data) {
        Ok(list) => list,
        Err(failure) => {
            let _ = failure.to_string();
            return;
        }
    };
    if let Ok(signer) = signer {
        let _ = list.verify_signature(&signer, &PROVIDER);
    }
    let accounted = list.entries().len() + list.references().len() + list.duplicates() + list.dropped().len();
    assert_eq!(list.len(), accounted, "every entry is used, a reference, a duplicate or dropped");
    let now = Timestamp::from_seconds(1_780_000_000).expect("a time");
    let summary = list.summary(&PROVIDER, now);
    assert!(summary.expired <= summary.usable && summary.usable <= summary.entries);
    assert_eq!(summary.usages.values().sum::<usize>(), summary.usable);

    let mut trust = TrustSet::builder(&PROVIDER);
    let dropped = trust.trust_list(&list);
    assert_eq!(dropped.len(), summary.dropped.len());
    let _ = trust.trust_authorities(&list);
    let _ = trust.offer_list(&list);
    let set = trust.build();
    assert!(set.signers().map(|signer| signer.key_id().to_vec()).collect::<Vec<_>>().is_sorted());
    assert!(set.refused().map(|signer| signer.key_id().to_vec()).collect::<Vec<_>>().is_sorted());
}
