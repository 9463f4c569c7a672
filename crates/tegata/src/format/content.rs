//! Which profile a content is of, whether it is well-formed, what kinds of event it certifies, and when it counts.

use super::{SchemaError, dcc, jp};
#[cfg(feature = "profiles")]
use super::{ddcc, dvc, health_link};
use crate::codec::cbor::{Item, Map};
use crate::report::{Check, Code};
use crate::time::{Date, Timestamp};
use crate::x509::HealthUsage;

/// The keys of the profiles that are known here, the ones a verifier prefers first.
pub(crate) const KNOWN_KEYS: [i64; 6] =
    [dcc::HCERT_KEY, jp::HCERT_KEY, key::DVC, key::DDCC_VACCINATION, key::DDCC_TEST, key::HEALTH_LINK];

/// The keys of the profiles that the feature `profiles` brings. A build without it tells them from keys that nobody
/// knows, and from contents that it judges itself.
pub(crate) mod key {
    pub(crate) const DVC: i64 = -6;
    pub(crate) const DDCC_VACCINATION: i64 = 3;
    pub(crate) const DDCC_TEST: i64 = 4;
    pub(crate) const HEALTH_LINK: i64 = 5;
}

/// Whether this build judges contents under a key. Those under a key that nobody knows are judged: as unknown.
#[cfg(not(feature = "profiles"))]
pub(crate) const fn is_judged(key: i64) -> bool {
    !matches!(key, key::DVC | key::DDCC_VACCINATION | key::DDCC_TEST | key::HEALTH_LINK)
}

/// The key of claims that are a flat certificate of early WHO codes, which carry their content in the claims themselves.
pub(crate) fn flat_key(claims: Map<'_>) -> Option<i64> {
    claims.get_text("name")?;
    if claims.get_text("test").is_some() {
        return Some(key::DDCC_TEST);
    }
    claims.get_text("vaccine").or_else(|| claims.get_text("vaccination")).map(|_| key::DDCC_VACCINATION)
}

/// The kinds of event a content certifies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    vaccination: bool,
    test: bool,
    recovery: bool,
}

impl Kinds {
    /// The kinds of a content, as far as its outermost structure shows: a malformed content still
    /// has them, so that key usage can be judged beside its schema.
    pub(crate) fn of(key: i64, item: Item<'_>) -> Self {
        match key {
            dcc::HCERT_KEY => {
                let map = item.untag().as_map().map(Map::index);
                let has = |group: &str| {
                    let entries =
                        map.as_ref().and_then(|map| map.get_text(group)).and_then(|item| item.untag().as_array());
                    entries.is_some_and(|entries| !entries.is_empty())
                };
                Self { vaccination: has("v"), test: has("t"), recovery: has("r") }
            }
            jp::HCERT_KEY | key::DVC | key::DDCC_VACCINATION => Self { vaccination: true, ..Self::default() },
            key::DDCC_TEST => Self { test: true, ..Self::default() },
            _ => Self::default(),
        }
    }

    /// Whether a signer may sign these kinds; skipped when no kind is known.
    pub(crate) fn allowed_by(self, usage: HealthUsage) -> Check {
        if !usage.restricted {
            return Check::Pass;
        }
        if self == Self::default() {
            return Check::Skipped;
        }
        let allowed = (!self.vaccination || usage.allows_vaccination())
            && (!self.test || usage.allows_test())
            && (!self.recovery || usage.allows_recovery());
        if allowed { Check::Pass } else { Check::Fail(Code::KeyUsageMismatch.into()) }
    }
}

/// Checks a content against its profile's specification, leniently.
pub(crate) fn check(key: i64, item: Item<'_>, issued_at: Option<Timestamp>) -> Check {
    match key {
        dcc::HCERT_KEY => verdict(dcc::validate::<false>(item, issued_at).map(|_| ())),
        jp::HCERT_KEY => verdict(jp::check(item)),
        #[cfg(feature = "profiles")]
        key::DVC => verdict(dvc::check(item, issued_at).map(|_| ())),
        #[cfg(feature = "profiles")]
        key::DDCC_VACCINATION | key::DDCC_TEST => verdict(ddcc::check(key, item).map(|_| ())),
        #[cfg(feature = "profiles")]
        key::HEALTH_LINK => verdict(health_link::check(item)),
        // Not come to, for a verifier stops at such keys; were one to, nothing is accepted whose content was not checked.
        #[cfg(not(feature = "profiles"))]
        _ if !is_judged(key) => Check::Skipped,
        _ => Check::Undetermined(Code::UnknownProfile.into()),
    }
}

/// A content that is not known to be wrong, only not known to be right, is undetermined.
fn verdict(result: Result<(), SchemaError>) -> Check {
    match result {
        Err(error) if error.is_undetermined() => Check::Undetermined(error.into()),
        result => Check::from(result),
    }
}

/// The days on which a content itself says that it counts, beside the dates of the claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    /// The first day and the name of the field it comes from.
    pub(crate) first: Option<(Date, &'static str)>,
    /// The last day and the name of the field it comes from.
    pub(crate) last: Option<(Date, &'static str)>,
}

impl Period {
    /// The period of a content; empty for profiles without one and for content that cannot be read.
    #[cfg(feature = "profiles")]
    pub(crate) fn of(key: i64, item: Item<'_>) -> Self {
        if key != key::DVC {
            return Self::default();
        }
        let Ok(dvc) = dvc::read(item) else { return Self::default() };
        Self {
            first: dvc.dose.valid_from.map(|date| (date, dvc.shape.start_field())),
            last: dvc.dose.valid_until.map(|date| (date, "v.vle")),
        }
    }

    /// No profile that is judged without the feature `profiles` has a period.
    #[cfg(not(feature = "profiles"))]
    pub(crate) fn of(_key: i64, _item: Item<'_>) -> Self {
        Self::default()
    }
}
