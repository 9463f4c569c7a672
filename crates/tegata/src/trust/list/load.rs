//! Lists put to use: their entries into a trust set.

use super::super::TrustSetBuilder;
use super::{Dropped, List, ListEntry, Role};
use crate::report::{Code, Failure};

impl TrustSetBuilder<'_> {
    /// Trusts a list: its signers directly, its authorities for what signers they issued. Entries of which
    /// the list does not say what they are, such as plain certificates, are trusted as signers.
    ///
    /// Returns the entries that could not be used, those that reading dropped included.
    pub fn trust_list(&mut self, list: &List) -> Vec<Dropped> {
        with_failures(list, self.trust_entries(list))
    }

    /// The same, with the result of each entry in its place.
    pub(super) fn trust_entries(&mut self, list: &List) -> Vec<Result<(), Failure>> {
        let take = |entry: &ListEntry| match (entry.role, &entry.certificate) {
            (Role::Authority, Some(certificate)) => self.trust_authority(certificate),
            (Role::Authority, None) => Err(without_certificate()),
            (Role::Signer | Role::Unstated, Some(certificate)) => self.trust_certificate_as(certificate, &entry.key_id),
            (Role::Signer | Role::Unstated, None) => {
                self.trust_key(&entry.key_id, &entry.key, entry.country.as_deref())
            }
        };
        list.entries.iter().map(take).collect()
    }

    /// Trusts the authorities of a list; plain certificates all count as such. Its signers are left aside.
    ///
    /// Returns the entries that could not be used, those that reading dropped included.
    pub fn trust_authorities(&mut self, list: &List) -> Vec<Dropped> {
        each(list, |entry| match (entry.role, &entry.certificate) {
            (Role::Signer, _) => Ok(()),
            (Role::Authority | Role::Unstated, Some(certificate)) => self.trust_authority(certificate),
            (Role::Authority | Role::Unstated, None) => Err(without_certificate()),
        })
    }

    /// Offers the certificates of a list: nothing in it is trusted by that, as in
    /// [`offer_certificate`](TrustSetBuilder::offer_certificate).
    ///
    /// Returns the entries that could not be used, those that reading dropped included.
    pub fn offer_list(&mut self, list: &List) -> Vec<Dropped> {
        each(list, |entry| match &entry.certificate {
            Some(certificate) => self.offer_certificate_as(certificate, &entry.key_id),
            None => Err(without_certificate()),
        })
    }
}

fn each(list: &List, take: impl FnMut(&ListEntry) -> Result<(), Failure>) -> Vec<Dropped> {
    with_failures(list, list.entries.iter().map(take).collect())
}

/// What reading dropped, and the entries that then failed.
fn with_failures(list: &List, results: Vec<Result<(), Failure>>) -> Vec<Dropped> {
    let failed = list.entries.iter().zip(results);
    let failed = failed.filter_map(|(entry, result)| Some(Dropped::new(entry.id.clone(), result.err()?)));
    list.dropped.iter().cloned().chain(failed).collect()
}

/// A key alone has no dates, no constraints and no issuer.
fn without_certificate() -> Failure {
    Failure::of_field(Code::ListEntryMalformed, "x5c")
}
