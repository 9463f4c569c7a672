//! Revocation data that others published: batches, their wrapper, slices.

use tegata::RevocationSet;
use tegata::revocation::Slice;

/// Loads a file of revocation data, and asks a slice.
pub fn revocation(data: &[u8]) {
    let mut builder = RevocationSet::builder();
    match builder.add_file(data) {
        Ok(()) => {
            let set = builder.build();
            let hashes: usize = set.lists().map(|(_, _, hashes)| hashes.len()).sum();
            assert_eq!(set.len(), hashes + set.signers().len());
            assert!(set.lists().all(|(_, _, hashes)| hashes.is_sorted_by(|one, next| one < next)));
            let mut again = RevocationSet::builder();
            again.add_set(&set).expect("what fitted once fits again");
            assert_eq!(again.build().len(), set.len());
        }
        Err(failure) => {
            let _ = failure.to_string();
        }
    }
    if let Ok(slice) = Slice::parse(data) {
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(data.iter().skip(11)) {
            *to = *from;
        }
        let found = slice.may_hold(&hash);
        if let Slice::HashPrefixes(_) = slice {
            assert!(found || data.len() == 11, "the first prefix is on the list");
        }
    }
}
