use super::oid;

/// Which kinds of health certificate a signer may sign (EU DCC, WHO HCERT: extended key usage
/// 1.3.6.1.4.1.1847.2021.1.{1, 2, 3}, or the same below 1.3.6.1.4.1.0, as early certificates have it).
///
/// A signer without any of these purposes is not restricted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthUsage {
    /// Whether any of the three is given; only then do they restrict.
    pub restricted: bool,
    /// The purpose of tests is given.
    pub test: bool,
    /// The purpose of vaccinations is given.
    pub vaccination: bool,
    /// The purpose of recoveries is given.
    pub recovery: bool,
}

impl HealthUsage {
    /// Takes up a purpose of an extended key usage, the contents octets of its OBJECT IDENTIFIER; others than these three
    /// say nothing.
    pub(super) fn add(&mut self, purpose: &[u8]) {
        let given = match purpose.strip_prefix(oid::HEALTH).or_else(|| purpose.strip_prefix(oid::HEALTH_LEGACY)) {
            Some([1]) => &mut self.test,
            Some([2]) => &mut self.vaccination,
            Some([3]) => &mut self.recovery,
            _ => return,
        };
        *given = true;
        self.restricted = true;
    }

    /// Whether the signer may sign test certificates.
    #[must_use]
    pub const fn allows_test(self) -> bool {
        !self.restricted || self.test
    }

    /// Whether the signer may sign vaccination certificates.
    #[must_use]
    pub const fn allows_vaccination(self) -> bool {
        !self.restricted || self.vaccination
    }

    /// Whether the signer may sign recovery certificates.
    #[must_use]
    pub const fn allows_recovery(self) -> bool {
        !self.restricted || self.recovery
    }
}
