//! The verdict on each check, and what a failure says.

use core::fmt;
#[cfg(feature = "outcomes")]
use std::borrow::Cow;

use super::{Code, Language, Stage};

/// The name of a field that a failure speaks of. A build that tells little knows all of them beforehand.
#[cfg(feature = "outcomes")]
type FieldName = Cow<'static, str>;
#[cfg(not(feature = "outcomes"))]
type FieldName = &'static str;

/// The verdict on a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Every check passed or had nothing to check.
    Accepted,
    /// A check failed.
    Rejected,
    /// No check failed, but one could not be decided; not accepted.
    Undetermined,
}

impl Status {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Undetermined => "undetermined",
        }
    }
}

/// What went wrong: a code and, where it speaks of one, the name of a field.
///
/// It holds names of the specification only, never a value from the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    code: Code,
    field: Option<FieldName>,
}

impl Failure {
    /// A failure that speaks of no particular field.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, field: None }
    }

    /// A failure of a field, named as its specification names it (`v[0].dt`, `exp`).
    #[must_use]
    pub fn of_field(code: Code, field: impl Into<FieldName>) -> Self {
        Self { code, field: Some(field.into()) }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The stage the code belongs to.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.code.stage()
    }

    /// The field's name, where the failure speaks of one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        #[cfg(feature = "outcomes")]
        return self.field.as_deref();
        #[cfg(not(feature = "outcomes"))]
        self.field
    }

    /// Code's meaning and field's name as one line.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let mut message = self.code.meaning(language).to_owned();
        if let Some(field) = &self.field {
            for part in [" (", field, ")"] {
                message.push_str(part);
            }
        }
        message
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage().name(), self.message(Language::English))
    }
}

impl core::error::Error for Failure {}

/// Every error of a stage has a code; those that name a field keep its name.
macro_rules! failure_from {
    (with field: $($(#[$attribute:meta])* $error:ty;)*) => {
        $($(#[$attribute])*
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                match error.field() {
                    "" => Self::new(error.code()),
                    field => Self::of_field(error.code(), field.to_owned()),
                }
            }
        })*
    };
    ($($(#[$attribute:meta])* $error:ty;)*) => {
        $($(#[$attribute])*
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code())
            }
        })*
    };
}

failure_from! {
    #[cfg(feature = "outcomes")]
    crate::codec::base45::Base45Error;
    #[cfg(feature = "outcomes")]
    crate::codec::zlib::ZlibError;
    crate::x509::CertificateError;
    #[cfg(feature = "issue")]
    crate::keys::KeyFileError;
    #[cfg(feature = "issue")]
    crate::keys::BuildError;
}

failure_from! {
    with field:
    #[cfg(feature = "outcomes")]
    crate::format::ProfileError;
    #[cfg(feature = "outcomes")]
    crate::model::RecordError;
    #[cfg(feature = "outcomes")]
    crate::trust::bundle::BundleError;
}

/// Without the feature `outcomes`, these have no reasons to tell.
#[cfg(not(feature = "outcomes"))]
macro_rules! untold {
    ($($error:ty;)*) => {
        $(impl From<$error> for Failure {
            fn from(_: $error) -> Self {
                Self::new(Code::Untold)
            }
        })*
    };
}

#[cfg(not(feature = "outcomes"))]
untold! {
    crate::codec::base45::Base45Error;
    crate::codec::zlib::ZlibError;
    crate::trust::bundle::BundleError;
}

/// The result of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// Its inputs did not exist, or there was nothing to check against.
    #[default]
    Skipped,
    /// Passed.
    Pass,
    /// Failed: the certificate is rejected.
    Fail(Failure),
    /// Could not be decided: the certificate is not accepted.
    Undetermined(Failure),
}

impl Check {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Fail(_) => "fail",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// The failure, when the check failed or could not be decided.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Skipped | Self::Pass => None,
            Self::Fail(failure) | Self::Undetermined(failure) => Some(failure),
        }
    }

    /// Whether the check passed.
    #[must_use]
    pub const fn passed(&self) -> bool {
        matches!(self, Self::Pass)
    }
}

impl<E: Into<Failure>> From<Result<(), E>> for Check {
    fn from(result: Result<(), E>) -> Self {
        match result {
            Ok(()) => Self::Pass,
            Err(error) => Self::Fail(error.into()),
        }
    }
}

/// Every check of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checks {
    /// The context identifier `HC1:`.
    pub prefix: Check,
    /// Base45.
    pub base45: Check,
    /// zlib.
    pub compression: Check,
    /// COSE_Sign1.
    pub cose: Check,
    /// CWT claims.
    pub claims: Check,
    /// Signer known and trusted.
    pub signer: Check,
    /// Signature genuine.
    pub signature: Check,
    /// Content as specified.
    pub schema: Check,
    /// Dates against the clock and the signer's.
    pub validity: Check,
    /// Signer allowed to sign this kind.
    pub key_usage: Check,
    /// Not revoked.
    pub revocation: Check,
}

impl Checks {
    /// The checks with their stages, in the order they are judged.
    #[must_use]
    #[inline(never)]
    pub const fn in_order(&self) -> [(Stage, &Check); 11] {
        [
            (Stage::Prefix, &self.prefix),
            (Stage::Base45, &self.base45),
            (Stage::Compression, &self.compression),
            (Stage::Cose, &self.cose),
            (Stage::Claims, &self.claims),
            (Stage::Signer, &self.signer),
            (Stage::Signature, &self.signature),
            (Stage::Schema, &self.schema),
            (Stage::Validity, &self.validity),
            (Stage::KeyUsage, &self.key_usage),
            (Stage::Revocation, &self.revocation),
        ]
    }

    /// The verdict: rejected when any check failed, else undetermined when any could not be
    /// decided. Accepted takes more than the absence of failures: the signature must have passed.
    #[must_use]
    pub fn status(&self) -> Status {
        let checks = self.in_order();
        if checks.iter().any(|(_, check)| matches!(check, Check::Fail(_))) {
            Status::Rejected
        } else if checks.iter().any(|(_, check)| matches!(check, Check::Undetermined(_))) {
            Status::Undetermined
        } else if self.is_complete() {
            Status::Accepted
        } else {
            Status::Rejected
        }
    }

    /// Whether every check an accepted certificate must have passed did pass. Revocation alone
    /// may be skipped: there may be no revocation data.
    fn is_complete(&self) -> bool {
        self.in_order().iter().all(|(stage, check)| check.passed() || *stage == Stage::Revocation)
    }

    /// The first check that is neither passed nor skipped.
    #[must_use]
    pub fn first_failure(&self) -> Option<&Failure> {
        self.in_order().into_iter().find_map(|(_, check)| check.failure())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_passed() -> Checks {
        let pass = || Check::Pass;
        Checks {
            prefix: pass(),
            base45: pass(),
            compression: pass(),
            cose: pass(),
            claims: pass(),
            signer: pass(),
            signature: pass(),
            schema: pass(),
            validity: pass(),
            key_usage: pass(),
            revocation: Check::Skipped,
        }
    }

    /// Every check, to be set one at a time.
    fn each(checks: &mut Checks) -> [&mut Check; 11] {
        [
            &mut checks.prefix,
            &mut checks.base45,
            &mut checks.compression,
            &mut checks.cose,
            &mut checks.claims,
            &mut checks.signer,
            &mut checks.signature,
            &mut checks.schema,
            &mut checks.validity,
            &mut checks.key_usage,
            &mut checks.revocation,
        ]
    }

    #[test]
    fn accepted_takes_every_check() {
        assert_eq!(all_passed().status(), Status::Accepted);
        assert_eq!(Checks::default().status(), Status::Rejected);
        let failure = || Failure::new(Code::Expired);
        for index in 0..11 {
            let mut checks = all_passed();
            *each(&mut checks)[index] = Check::Fail(failure());
            assert_eq!((checks.status(), checks.first_failure()), (Status::Rejected, Some(&failure())), "{index}");
            *each(&mut checks)[index] = Check::Undetermined(failure());
            assert_eq!((checks.status(), checks.first_failure()), (Status::Undetermined, Some(&failure())), "{index}");
            *each(&mut checks)[index] = Check::Skipped;
            let expected = if index == 10 { Status::Accepted } else { Status::Rejected };
            assert_eq!(checks.status(), expected, "a skipped check {index} must not pass for a passed one");
        }
    }

    #[test]
    fn a_failure_outweighs_an_undecided_check() {
        let mut checks = all_passed();
        checks.schema = Check::Undetermined(Code::UnknownProfile.into());
        checks.validity = Check::Fail(Code::Expired.into());
        assert_eq!(checks.status(), Status::Rejected);
        assert_eq!(checks.first_failure().map(Failure::code), Some(Code::UnknownProfile));
    }
}
