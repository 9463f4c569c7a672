//! The WHO's digital vaccination certificate (DVC), the digital form of the International
//! Certificate of Vaccination or Prophylaxis, under hcert key −6.
//!
//! Three shapes of it are in the field, and their maps differ; all are read, the newest is issued.
//! They are told apart by `v`: a map (or a list of one map) is the dose in the shapes of 2024 and
//! 2025, a text is the version of the certificate's template in that of 2026, whose dose is `vx`.
//! `docs/dvc.cddl` defines them (WHO smart-icvp `ICVPMin`, smart-phw `DVCMin`).
//!
//! One certificate certifies one dose. Disease and maker are not signed: they follow from the
//! product's code through [`DvcProducts`]. A code that this library's catalogue does not hold leaves
//! a certificate undetermined, for WHO's catalogue grows and was renumbered once already.

#[cfg(feature = "issue")]
mod issue;
mod products;
mod read;

#[cfg(feature = "issue")]
pub use issue::{DvcMeta, DvcPayload};
pub use products::{DvcProduct, DvcProducts, VaccineType};
pub(crate) use read::read;
pub use read::{Dvc, DvcDose, DvcShape, check};

use crate::time::Date;

/// The key of this profile within the health certificate claim (−260), "proposed" by WHO smart trust.
pub const HCERT_KEY: i64 = super::content::key::DVC;

/// The version of the certificate's template (`v`) that is issued. Readers take any `1` and `1.…`.
pub const ISSUED_VERSION: &str = "1";

/// Days from a yellow fever vaccination to the start of its validity (International Health
/// Regulations, annex 7: "beginning 10 days after the date of vaccination, for the life of the person").
pub const YELLOW_FEVER_DAYS: i64 = 10;

/// The first day on which a certificate of this kind may be issued: the day the amended
/// International Health Regulations, which allow digital certificates, came into force.
pub const FIRST_ISSUE_DATE: &str = "2025-09-19";

/// The day a dose of a product starts to count, where the product has such a rule.
fn starts_on(product: Option<&DvcProduct>, date: Date) -> Option<Date> {
    let yellow_fever = product.is_some_and(|product| product.vaccine_type.is_yellow_fever());
    if !yellow_fever {
        return None;
    }
    Date::from_days_since_epoch(date.days_since_epoch() + YELLOW_FEVER_DAYS).ok()
}

#[cfg(test)]
mod tests;
