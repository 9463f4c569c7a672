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
        each(list, |entry| match (entry.role, &entry.certificate) {
            (Role::Authority, certificate) => match certificate {
                Some(certificate) => self.trust_authority(certificate),
                None => Err(without_certificate()),
            },
            (Role::Signer | Role::Unstated, Some(certificate)) => self.trust_certificate_as(certificate, &entry.key_id),
            (Role::Signer | Role::Unstated, None) => {
                self.trust_key(&entry.key_id, &entry.key, entry.country.as_deref())
            }
        })
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

fn each(list: &List, mut take: impl FnMut(&ListEntry) -> Result<(), Failure>) -> Vec<Dropped> {
    let mut dropped = list.dropped.clone();
    for entry in &list.entries {
        if let Err(failure) = take(entry) {
            dropped.push(Dropped::new(entry.id.clone(), failure));
        }
    }
    dropped
}

/// A key alone has no dates, no constraints and no issuer.
fn without_certificate() -> Failure {
    Failure::of_field(Code::ListEntryMalformed, "x5c")
}
