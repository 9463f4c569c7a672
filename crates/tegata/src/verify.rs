//! Verifying: a one-way street of types, and a report of every check along it.
//!
//! [`Unverified::parse`] gives something that exposes only what key look-up needs,
//! [`Unverified::authenticate`] gives something genuine whose content can be read, and
//! `Authentic::accept` (feature `profiles`) gives a certificate to rely on. Each step consumes the former.
//! [`Verifier::verify`] walks the whole street and reports every check. Both go through the same
//! functions below, so they cannot disagree.
//!
//! Time is an argument; nothing here reads a clock, a file or the network.

#[cfg(feature = "outcomes")]
use core::cmp::Ordering;
use core::fmt;
use std::sync::Arc;

#[cfg(feature = "outcomes")]
use crate::codec::cbor::Item;
use crate::cose::{AlgorithmId, Sign1};
use crate::crypto::SignatureError;
use crate::format::content::{self, Kinds, Period};
use crate::format::hcert::{self, Claims};
#[cfg(feature = "outcomes")]
use crate::report::Stage;
use crate::report::{Check, Checks, Code, Failure, Report};
use crate::revocation::{Genuine, RevocationSet};
use crate::time::Timestamp;
use crate::trust::{TrustSet, TrustedSigner, same_country};

/// The most clock difference that is allowed for: a day. More would switch expiry off.
pub const MAX_SKEW_SECONDS: u32 = 86_400;

/// What a verifier demands beyond a genuine signature of a trusted signer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How many seconds the verifier's clock may differ from the issuer's; more than
    /// [`MAX_SKEW_SECONDS`] counts as that.
    pub skew_seconds: u32,
    /// Whether a certificate must lie within its signer certificate's validity. Real issuers
    /// break this rule of the specification (§3.3.1), so by default it is only reported.
    pub strict: bool,
}

/// Verifies certificates against a trust set; immutable, shared between threads.
///
/// ```
/// # #[cfg(all(feature = "rustcrypto", feature = "profiles"))] {
/// use tegata::crypto::rustcrypto;
/// use tegata::{Timestamp, TrustSet, Verifier};
///
/// let trust = TrustSet::builder(&rustcrypto::PROVIDER).build();
/// let report = Verifier::new(trust).verify("HC1:6BF", Timestamp::from_seconds(1_700_000_000)?);
/// assert_eq!(report.status().name(), "rejected");
/// # }
/// # Ok::<(), tegata::time::TimeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    trust: TrustSet,
    policy: Policy,
}

impl Verifier {
    /// A verifier with the default policy.
    #[must_use]
    pub fn new(trust: TrustSet) -> Self {
        Self { trust, policy: Policy::default() }
    }

    /// The same with another policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The same with what is revoked, instead of what its trust set says of that.
    #[must_use]
    pub fn with_revocation(self, revocation: RevocationSet) -> Self {
        Self { trust: self.trust.with_revocation(revocation), ..self }
    }

    /// The signers it trusts.
    #[must_use]
    pub const fn trust(&self) -> &TrustSet {
        &self.trust
    }

    /// Verifies a certificate's text at a time and reports every check.
    #[cfg(feature = "profiles")]
    #[must_use]
    pub fn verify(&self, text: &str, now: Timestamp) -> Report {
        match self.try_verify(text, now) {
            Ok(report) => report,
            Err(Unjudged(impossible)) => match impossible {},
        }
    }

    /// Verifies a certificate's text at a time and reports every check, unless this build gives no verdict on it.
    ///
    /// # Errors
    /// [`Unjudged`], in a build without the feature `profiles`: no verdict, and no part of one. A build with the
    /// feature has to be asked.
    pub fn try_verify(&self, text: &str, now: Timestamp) -> Result<Report, Unjudged> {
        let sign1 = match hcert::open(text) {
            Ok(sign1) => sign1,
            Err(failure) => {
                Unjudged::unless_told(Some(&failure))?;
                return Ok(Report::unopened(failed_opening(&failure)));
            }
        };
        let claims = Claims::read(sign1.payload());
        Unjudged::unless_told(claims.problem())?;
        Unjudged::unless_judged(&claims)?;
        let Authenticity { signer_check, signature_check, signer } = authenticity(&sign1, &claims, &self.trust);
        let signer_check = match &signer {
            Some(signer) => match authorities_in_force(signer, &self.policy, now) {
                Err(failure) => Check::Fail(failure),
                Ok(()) if signature_check.passed() && signer_check.passed() => {
                    trust_period_check(signer, &self.policy, now)
                }
                Ok(()) => signer_check,
            },
            None => signer_check,
        };
        let genuine_signer = signer.as_deref().filter(|_| signature_check.passed());
        let revocation = revocation_check(self.trust.revocation(), &sign1, &claims, genuine_signer, now);
        let judgement = judge(&sign1, &claims, signer.as_deref(), &self.policy, now);
        Unjudged::unless_told(judgement.schema.failure())?;
        let checks = Checks {
            prefix: Check::Pass,
            base45: Check::Pass,
            compression: Check::Pass,
            cose: Check::Pass,
            claims: claims_check(&claims),
            signer: signer_check,
            signature: signature_check,
            schema: judgement.schema,
            validity: judgement.validity,
            key_usage: judgement.key_usage,
            revocation,
        };
        Ok(Report::opened(checks, judgement.warnings, signer, claims, sign1))
    }
}

/// This build gives no verdict on a certificate, and says nothing of it: its content is of a profile that the build does
/// not judge, or the certificate is malformed and the build does not tell what is wrong with it.
///
/// With the feature `profiles` there is no such certificate, and no value of this type.
#[derive(Debug)]
pub struct Unjudged(#[cfg(feature = "profiles")] core::convert::Infallible, #[cfg(not(feature = "profiles"))] ());

impl Unjudged {
    #[cfg(feature = "profiles")]
    const fn unless_judged(_: &Claims) -> Result<(), Self> {
        Ok(())
    }

    #[cfg(not(feature = "profiles"))]
    fn unless_judged(claims: &Claims) -> Result<(), Self> {
        if claims.hcert_key().is_none_or(content::is_judged) { Ok(()) } else { Err(Self(())) }
    }

    #[cfg(feature = "outcomes")]
    const fn unless_told(_: Option<&Failure>) -> Result<(), Self> {
        Ok(())
    }

    #[cfg(not(feature = "outcomes"))]
    fn unless_told(failure: Option<&Failure>) -> Result<(), Self> {
        if failure.is_none_or(|failure| failure.code() != Code::Untold) { Ok(()) } else { Err(Self(())) }
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this build gives no verdict on such a certificate")
    }
}

impl core::error::Error for Unjudged {}

/// A certificate that was opened but not verified. Holder data cannot be read from it.
///
/// A build without the feature `outcomes` is without, for it leaves the forms that no known issuer sends unopened and could
/// not tell them from malformed ones.
#[cfg(feature = "outcomes")]
pub struct Unverified {
    sign1: Sign1,
    claims: Claims,
}

#[cfg(feature = "outcomes")]
impl Unverified {
    /// Opens a certificate's text.
    ///
    /// # Errors
    /// A failure of the stages `prefix`, `base45`, `compression` or `cose`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let sign1 = hcert::open(text)?;
        let claims = Claims::read(sign1.payload());
        Ok(Self { sign1, claims })
    }

    /// The key id that says which signer to look for. Not verified.
    #[must_use]
    pub fn key_id(&self) -> Option<&[u8]> {
        self.sign1.key_id()
    }

    /// The algorithm the certificate names. Not verified.
    #[must_use]
    pub const fn algorithm(&self) -> Option<AlgorithmId> {
        self.sign1.algorithm()
    }

    /// The issuer the certificate names. Not verified.
    #[must_use]
    pub fn issuer_hint(&self) -> Option<&str> {
        self.claims.issuer()
    }

    /// Checks that a trusted signer signed this certificate.
    ///
    /// # Errors
    /// A failure of the stages `signer` or `signature`. That the issuer named is not the signer's
    /// country is left to `Authentic::accept`: the signature is genuine all the same.
    pub fn authenticate(self, trust: &TrustSet) -> Result<Authentic, Failure> {
        let result = authenticity(&self.sign1, &self.claims, trust);
        match (result.signature_check, result.signer) {
            (Check::Pass, Some(signer)) => Ok(Authentic {
                sign1: self.sign1,
                claims: self.claims,
                signer,
                #[cfg(feature = "profiles")]
                revocation: trust.revocation().cloned(),
            }),
            (signature_check, _) => {
                let failure = result.signer_check.failure().or(signature_check.failure()).cloned();
                Err(failure.unwrap_or(Code::InternalError.into()))
            }
        }
    }
}

/// Says nothing of the content.
#[cfg(feature = "outcomes")]
impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").finish_non_exhaustive()
    }
}

/// A certificate that a trusted signer really signed; whether to rely on it is not decided.
///
/// Only verification makes one:
///
/// ```compile_fail
/// let forged = tegata::Authentic { };
/// ```
#[cfg(feature = "outcomes")]
pub struct Authentic {
    sign1: Sign1,
    claims: Claims,
    signer: Arc<TrustedSigner>,
    #[cfg(feature = "profiles")]
    revocation: Option<RevocationSet>,
}

#[cfg(feature = "outcomes")]
impl Authentic {
    /// Who signed.
    #[must_use]
    pub fn signer(&self) -> &TrustedSigner {
        &self.signer
    }

    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The signed content: the value under [`Claims::hcert_key`]. Genuine, but perhaps expired,
    /// malformed or signed by one who may not sign such content.
    #[must_use]
    pub fn unaccepted_content(&self) -> Option<Item<'_>> {
        self.claims.content(self.sign1.payload())
    }

    /// Checks claims, issuer, the signer's authorities, the age of the trust data, content, dates, key
    /// usage and, where the trust set has data on it, revocation.
    ///
    /// # Errors
    /// The certificate itself and the first failure, so that a person can be shown what is
    /// genuine but not acceptable.
    #[cfg(feature = "profiles")]
    pub fn accept(self, policy: &Policy, now: Timestamp) -> Result<Accepted, (Box<Self>, Failure)> {
        let judgement = judge(&self.sign1, &self.claims, Some(&self.signer), policy, now);
        let claims = claims_check(&self.claims);
        let authorities = Check::from(authorities_in_force(&self.signer, policy, now));
        let issuer = Check::from(issuer_matches(&self.claims, &self.signer));
        let period = trust_period_check(&self.signer, policy, now);
        let content = [&judgement.schema, &judgement.validity, &judgement.key_usage];
        for check in [&claims, &authorities, &issuer, &period].into_iter().chain(content) {
            if !check.passed() {
                let failure = check.failure().cloned().unwrap_or(Code::InternalError.into());
                return Err((Box::new(self), failure));
            }
        }
        let signer = Some(self.signer.as_ref());
        match revocation_check(self.revocation.as_ref(), &self.sign1, &self.claims, signer, now) {
            Check::Pass | Check::Skipped => {}
            Check::Fail(failure) | Check::Undetermined(failure) => return Err((Box::new(self), failure)),
        }
        Ok(Accepted { authentic: self, warnings: judgement.warnings })
    }
}

/// Says who signed and when, nothing of the content.
#[cfg(feature = "outcomes")]
impl fmt::Debug for Authentic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentic").field("signer", &self.signer).field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// A certificate to rely on: genuine, well-formed, in force, signed by one who may.
///
/// Only verification makes one:
///
/// ```compile_fail
/// let forged = tegata::Accepted { };
/// ```
#[cfg(feature = "profiles")]
#[derive(Debug)]
pub struct Accepted {
    authentic: Authentic,
    warnings: Vec<Failure>,
}

#[cfg(feature = "profiles")]
impl Accepted {
    /// Who signed.
    #[must_use]
    pub fn signer(&self) -> &TrustedSigner {
        self.authentic.signer()
    }

    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        self.authentic.claims()
    }

    /// The content: the value under [`Claims::hcert_key`].
    #[must_use]
    pub fn content(&self) -> Option<Item<'_>> {
        self.authentic.unaccepted_content()
    }

    /// Rules of the specification that the certificate breaks and the policy tolerates.
    #[must_use]
    pub fn warnings(&self) -> &[Failure] {
        &self.warnings
    }
}

/// The checks of a text that could not be opened; without the feature `outcomes`, of one that is no certificate.
#[cfg(not(feature = "outcomes"))]
fn failed_opening(failure: &Failure) -> Checks {
    Checks { prefix: Check::Fail(failure.clone()), ..Checks::default() }
}

/// The checks of a text that could not be opened: the stages before the one that failed passed.
#[cfg(feature = "outcomes")]
fn failed_opening(failure: &Failure) -> Checks {
    // A failure of another stage cannot come out of opening; the first one fails then.
    let failed = match failure.stage() {
        Stage::Cose => 3,
        Stage::Compression => 2,
        Stage::Base45 => 1,
        _ => 0,
    };
    let check = |stage: u8| match stage.cmp(&failed) {
        Ordering::Less => Check::Pass,
        Ordering::Equal => Check::Fail(failure.clone()),
        Ordering::Greater => Check::Skipped,
    };
    Checks { prefix: check(0), base45: check(1), compression: check(2), cose: check(3), ..Checks::default() }
}

/// The verdict on the claims' structure.
pub(crate) fn claims_check(claims: &Claims) -> Check {
    claims.problem().map_or(Check::Pass, |problem| Check::Fail(problem.clone()))
}

/// Whether somebody trusted signed this, and who.
struct Authenticity {
    signer_check: Check,
    signature_check: Check,
    /// The signer that verified; when none did, the first that was tried.
    signer: Option<Arc<TrustedSigner>>,
}

fn authenticity(sign1: &Sign1, claims: &Claims, trust: &TrustSet) -> Authenticity {
    let nobody = |failure: Failure| Authenticity {
        signer_check: Check::Fail(failure),
        signature_check: Check::Skipped,
        signer: None,
    };
    let Some(key_id) = sign1.key_id() else { return nobody(Code::MissingKeyId.into()) };
    let mut first = None;
    for signer in trust.candidates(key_id) {
        match verify_signature(sign1, signer) {
            Ok(()) => {
                return Authenticity {
                    signer_check: Check::from(issuer_matches(claims, signer)),
                    signature_check: Check::Pass,
                    signer: Some(Arc::clone(signer)),
                };
            }
            Err(code) => {
                first.get_or_insert((signer, code));
            }
        }
    }
    match first {
        Some((signer, code)) => Authenticity {
            signer_check: Check::from(issuer_matches(claims, signer)),
            signature_check: Check::Fail(code.into()),
            signer: Some(Arc::clone(signer)),
        },
        #[cfg(feature = "authorities")]
        None => nobody(trust.why_refused(key_id).cloned().unwrap_or(Code::UnknownSigner.into())),
        #[cfg(not(feature = "authorities"))]
        None => nobody(Code::UnknownSigner.into()),
    }
}

/// Verifies the signature with one signer's key; the key fixes the algorithm.
fn verify_signature(sign1: &Sign1, signer: &TrustedSigner) -> Result<(), Code> {
    let algorithm = match sign1.algorithm().ok_or(Code::MissingAlgorithm)? {
        AlgorithmId::Int(number) if KNOWN_ALGORITHMS.contains(&number) => number,
        AlgorithmId::Int(_) | AlgorithmId::Text => return Err(Code::UnsupportedAlgorithm),
    };
    let key = signer.key_for(algorithm).ok_or(Code::AlgorithmMismatch)?;
    if signer.is_too_weak() {
        return Err(Code::WeakKey);
    }
    let key = key.map_err(|_| Code::SignerKeyInvalid)?;
    key.verify(&sign1.to_be_signed().parts(), sign1.signature()).map_err(|error| match error {
        SignatureError::Malformed => Code::SignatureMalformed,
        SignatureError::Invalid => Code::SignatureInvalid,
    })
}

/// ES256, ES384 and PS256: what health certificates may be signed with.
const KNOWN_ALGORITHMS: [i64; 3] = [-7, -35, -37];

/// Whether the authorities above the signer are valid now; a signer that is trusted directly has none.
fn authorities_in_force(signer: &TrustedSigner, policy: &Policy, now: Timestamp) -> Result<(), Failure> {
    let skew = i64::from(policy.skew_seconds.min(MAX_SKEW_SECONDS));
    signer.authorities_in_force(now.saturating_add_seconds(-skew), now.saturating_add_seconds(skew))
}

/// The issuer claim against the signer's country. A claim that is no two-letter code says nothing
/// (real issuers write other text), nor does a signer certificate without a country.
fn issuer_matches(claims: &Claims, signer: &TrustedSigner) -> Result<(), Failure> {
    let (Some(issuer), Some(country)) = (claims.issuer(), signer.country()) else { return Ok(()) };
    let two_letters = issuer.len() == 2 && issuer.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !two_letters || same_country(issuer, country) {
        return Ok(());
    }
    Err(Failure::of_field(Code::IssuerMismatch, "iss"))
}

/// Whether the data that names a signer may be relied on at this time.
fn trust_period_check(signer: &TrustedSigner, policy: &Policy, now: Timestamp) -> Check {
    let skew = i64::from(policy.skew_seconds.min(MAX_SKEW_SECONDS));
    match signer.period().map_or(Ok(()), |period| period.check(now, skew)) {
        Ok(()) => Check::Pass,
        Err(code) => Check::Undetermined(code.into()),
    }
}

/// Whether certificate or signer was revoked; skipped without data. The signer is one whose signature
/// is genuine.
fn revocation_check(
    revocation: Option<&RevocationSet>,
    sign1: &Sign1,
    claims: &Claims,
    signer: Option<&TrustedSigner>,
    now: Timestamp,
) -> Check {
    let (Some(revocation), Some(key_id)) = (revocation, sign1.key_id()) else { return Check::Skipped };
    let content = claims.hcert_key().zip(claims.content(sign1.payload()));
    let genuine = signer.map(|signer| Genuine { algorithm: signer.algorithm(), signature: sign1.signature(), content });
    revocation.judge(key_id, genuine.as_ref(), now)
}

/// What the content and dates say, whether or not the signature is genuine.
struct Judgement {
    schema: Check,
    validity: Check,
    key_usage: Check,
    warnings: Vec<Failure>,
}

fn judge(sign1: &Sign1, claims: &Claims, signer: Option<&TrustedSigner>, policy: &Policy, now: Timestamp) -> Judgement {
    let mut warnings = Vec::new();
    let content_item = claims.content(sign1.payload());
    let schema = match (claims.hcert_key(), content_item) {
        (Some(key), Some(item)) => content::check(key, item, claims.issued_at()),
        _ => Check::Skipped,
    };
    let validity = if claims.dates_are_readable() {
        let period = claims.hcert_key().zip(content_item).map(|(key, item)| Period::of(key, item));
        Check::from(validity(claims, &period.unwrap_or_default(), signer, policy, now, &mut warnings))
    } else {
        Check::Skipped
    };
    let key_usage = match (signer, claims.hcert_key(), content_item) {
        (Some(signer), Some(key), Some(item)) => Kinds::of(key, item).allowed_by(signer.usage()),
        _ => Check::Skipped,
    };
    Judgement { schema, validity, key_usage, warnings }
}

/// The certificate's dates against the clock and its signer's dates.
fn validity(
    claims: &Claims,
    period: &Period,
    signer: Option<&TrustedSigner>,
    policy: &Policy,
    now: Timestamp,
    warnings: &mut Vec<Failure>,
) -> Result<(), Failure> {
    let skew = i64::from(policy.skew_seconds.min(MAX_SKEW_SECONDS));
    let earliest = now.saturating_add_seconds(-skew);
    if claims.expires_at().is_some_and(|end| is_after(earliest, end)) {
        return Err(Failure::of_field(Code::Expired, "exp"));
    }
    let latest = now.saturating_add_seconds(skew);
    for (start, name) in &[(claims.issued_at(), "iat"), (claims.not_before(), "nbf")] {
        if start.is_some_and(|start| is_after(start, latest)) {
            return Err(Failure::of_field(Code::NotYetValid, *name));
        }
    }
    // A day has begun or ended when it has somewhere on Earth: up to 14 hours before UTC, up to 12 after.
    if let Some((first, field)) = period.first
        && latest < first.midnight().saturating_add_seconds(-14 * 3600)
    {
        return Err(Failure::of_field(Code::NotYetValid, field));
    }
    if let Some((last, field)) = period.last
        && last.midnight().saturating_add_seconds((24 + 12) * 3600) <= earliest
    {
        return Err(Failure::of_field(Code::Expired, field));
    }
    let Some(signer) = signer else { return Ok(()) };
    // A certificate without an end is measured by the time it is relied on.
    let outlives = |time: Option<Timestamp>| time.is_some_and(|time| is_after(time, signer.not_after()));
    let outlived = if outlives(claims.expires_at().or(Some(now))) {
        Some("exp")
    } else {
        outlives(claims.issued_at()).then_some("iat")
    };
    let predated = claims.issued_at().is_some_and(|start| is_after(signer.not_before(), start)).then_some("iat");
    for (code, field) in &[(Code::OutlivesSigner, outlived), (Code::PredatesSigner, predated)] {
        let Some(field) = *field else { continue };
        let failure = Failure::of_field(*code, field);
        if policy.strict {
            return Err(failure);
        }
        warnings.push(failure);
    }
    Ok(())
}

#[inline(never)] // Once, instead of at each of the comparisons.
fn is_after(time: Timestamp, other: Timestamp) -> bool {
    time > other
}
