//! Which profile a content is of, whether it is well-formed, and what kinds of event it certifies.

use super::{SchemaError, SchemaErrorKind, dcc, jp};
use crate::codec::cbor::{Item, Map};
use crate::report::{Check, Code};
use crate::time::Timestamp;
use crate::x509::HealthUsage;

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
            jp::HCERT_KEY => Self { vaccination: true, ..Self::default() },
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
        dcc::HCERT_KEY => verdict(dcc::check(item, dcc::Strictness::Lenient, issued_at).map(|_| ())),
        jp::HCERT_KEY => verdict(jp::check(item)),
        _ => Check::Undetermined(Code::UnknownProfile.into()),
    }
}

/// A content of a version from the future is not wrong, only unknown.
fn verdict(result: Result<(), SchemaError>) -> Check {
    match result {
        Err(error) if error.kind() == SchemaErrorKind::UnknownVersion => Check::Undetermined(error.into()),
        result => Check::from(result),
    }
}
