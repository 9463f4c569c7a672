//! The report of a verification.

use core::fmt;
use std::sync::Arc;

use super::{Check, Checks, Code, Failure, Status};
#[cfg(feature = "profiles")]
use super::{Language, Summary};
use crate::codec::cbor::Item;
use crate::cose::Sign1;
use crate::format::hcert::Claims;
use crate::trust::TrustedSigner;

/// What a verification found: the verdict, every check, and what may be shown.
///
/// Content is handed out under two names: [`Report::content`] exists only when the certificate was
/// accepted, [`Report::unaccepted_content`] only when it is genuine and not accepted. Content that
/// nobody trusted signed is not handed out at all.
pub struct Report {
    checks: Checks,
    status: Status,
    warnings: Vec<Failure>,
    signer: Option<Arc<TrustedSigner>>,
    opened: Option<(Claims, Sign1)>,
}

impl Report {
    /// The report of a text that could not be opened.
    pub(crate) fn unopened(checks: Checks) -> Self {
        Self { status: checks.status(), checks, warnings: Vec::new(), signer: None, opened: None }
    }

    /// The report of a certificate that could be opened.
    pub(crate) fn opened(
        checks: Checks,
        warnings: Vec<Failure>,
        signer: Option<Arc<TrustedSigner>>,
        claims: Claims,
        sign1: Sign1,
    ) -> Self {
        Self { status: checks.status(), checks, warnings, signer, opened: Some((claims, sign1)) }
    }

    /// A report of an input from which no certificate's text could be had, such as an image
    /// without a code: rejected, every check skipped but the first.
    #[must_use]
    pub fn not_a_certificate(failure: Failure) -> Self {
        Self::unopened(Checks { prefix: Check::Fail(failure), ..Checks::default() })
    }

    /// The verdict.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Whether the certificate is accepted. Nothing else is.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.status == Status::Accepted
    }

    /// Every check.
    #[must_use]
    pub const fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The first check that neither passed nor was skipped. `None` only when accepted.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        const INCOMPLETE: &Failure = &Failure::new(Code::InternalError);
        self.checks.first_failure().or_else(|| (!self.is_accepted()).then_some(INCOMPLETE))
    }

    /// The number the C library returns: 0 when accepted, else that of the first check that gave
    /// the verdict. A rejected certificate never has the number of an undetermined one, even where
    /// a check that could not be decided stands before the one that failed.
    #[must_use]
    pub fn number(&self) -> i32 {
        let decisive = |check: &Check| match check {
            Check::Fail(failure) => Some(failure.code().number()),
            _ => None,
        };
        let failed = self.checks.in_order().into_iter().find_map(|(_, check)| decisive(check));
        let first = || self.failure().map(|failure| failure.code().number());
        failed.or_else(first).unwrap_or(Status::ACCEPTED_NUMBER)
    }

    /// Rules of the specification that the certificate breaks and the policy tolerates.
    #[must_use]
    pub fn warnings(&self) -> &[Failure] {
        &self.warnings
    }

    /// The signer that verified or, when none did, the first that has the key id.
    #[must_use]
    pub fn signer(&self) -> Option<&TrustedSigner> {
        self.signer.as_deref()
    }

    /// The key id the certificate names, whether or not anybody trusted has it.
    #[must_use]
    pub fn key_id(&self) -> Option<&[u8]> {
        self.opened.as_ref().and_then(|(_, sign1)| sign1.key_id())
    }

    /// The claims; genuine only when the signature passed.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.opened.as_ref().map(|(claims, _)| claims)
    }

    /// The family of the text: `hcert`, or `None` when it is none that is known.
    #[must_use]
    pub fn format(&self) -> Option<&'static str> {
        self.checks.prefix.passed().then_some("hcert")
    }

    /// The content of an accepted certificate.
    #[must_use]
    pub fn content(&self) -> Option<Item<'_>> {
        if self.is_accepted() { self.signed_content() } else { None }
    }

    /// The content of a genuine certificate that is not accepted.
    #[must_use]
    pub fn unaccepted_content(&self) -> Option<Item<'_>> {
        if self.is_accepted() || !self.checks.signature.passed() { None } else { self.signed_content() }
    }

    /// Who, what and when, for a person, wherever the content may be shown.
    #[cfg(feature = "profiles")]
    #[must_use]
    pub fn summary(&self, language: Language) -> Option<Summary> {
        let content = self.content().or_else(|| self.unaccepted_content())?;
        Summary::of(self.claims()?.hcert_key()?, content, language)
    }

    fn signed_content(&self) -> Option<Item<'_>> {
        let (claims, sign1) = self.opened.as_ref()?;
        claims.content(sign1.payload())
    }
}

/// Shows the verdict and the checks, never the content.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("status", &self.status).field("checks", &self.checks).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_of_the_verdict() {
        let undecided = Check::Undetermined(Code::UnknownProfile.into());
        let expired = Check::Fail(Code::Expired.into());
        let both = Report::unopened(Checks { schema: undecided.clone(), validity: expired, ..Checks::default() });
        assert_eq!((both.status(), both.number()), (Status::Rejected, Code::Expired.number()));
        assert_eq!(both.failure().map(Failure::code), Some(Code::UnknownProfile));
        let one = Report::unopened(Checks { schema: undecided, ..Checks::default() });
        assert_eq!((one.status(), one.number()), (Status::Undetermined, Code::UnknownProfile.number()));
        assert_eq!(Report::unopened(Checks::default()).number(), Code::InternalError.number());
    }
}
