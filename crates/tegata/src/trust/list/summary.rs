use std::collections::BTreeMap;

use super::super::{TrustSet, TrustSetBuilder};
use super::{Dropped, List};
use crate::crypto::{CryptoProvider, PublicKey};
use crate::time::Timestamp;

/// What a list holds, in numbers.
///
/// Every entry is either usable, a duplicate, dropped, or a reference to another document. `expired` are
/// among the usable, for their keys still tell genuine certificates from forged ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListSummary {
    /// All entries.
    pub entries: usize,
    /// The entries a trust set takes.
    pub usable: usize,
    /// The usable entries whose certificate has ended.
    pub expired: usize,
    /// The entries that repeat an earlier one.
    pub duplicates: usize,
    /// The entries that cannot be used, and why.
    pub dropped: Vec<Dropped>,
    /// Usable entries by country, ISO 3166-1 alpha-2 as their certificates write it.
    pub countries: BTreeMap<String, usize>,
    /// Usable entries by use: `DSC`, `CSCA`.
    pub usages: BTreeMap<String, usize>,
    /// Usable entries by the algorithm their keys sign health certificates with.
    pub algorithms: BTreeMap<String, usize>,
}

impl List {
    /// Counts what the list holds, as a trust set of this provider would take it, at a time.
    #[must_use]
    pub fn summary(&self, provider: &CryptoProvider, now: Timestamp) -> ListSummary {
        let mut builder: TrustSetBuilder<'_> = TrustSet::builder(provider);
        let results = builder.trust_entries(self);
        let mut summary = ListSummary {
            entries: self.total,
            usable: 0,
            expired: 0,
            duplicates: self.duplicates,
            countries: BTreeMap::new(),
            usages: BTreeMap::new(),
            algorithms: BTreeMap::new(),
            dropped: self.dropped.clone(),
        };
        for (entry, result) in self.entries.iter().zip(results) {
            if let Err(failure) = result {
                summary.dropped.push(Dropped::new(entry.id.clone(), failure));
                continue;
            }
            summary.usable += 1;
            let ended = entry.certificate.as_ref().is_some_and(|certificate| certificate.not_after() < now);
            summary.expired += usize::from(ended);
            let algorithm = match entry.key {
                PublicKey::P256(_) => "ES256",
                PublicKey::P384(_) => "ES384",
                PublicKey::Rsa { .. } => "PS256",
            };
            for (map, name) in [
                (&mut summary.countries, entry.country.as_deref()),
                (&mut summary.usages, Some(entry.usage.as_str())),
                (&mut summary.algorithms, Some(algorithm)),
            ] {
                if let Some(name) = name {
                    *map.entry(name.to_owned()).or_default() += 1;
                }
            }
        }
        summary
    }
}
