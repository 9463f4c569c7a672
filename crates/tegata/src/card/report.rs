//! What was checked about a card, and the JSON that every surface gives of it.

use core::fmt;

use super::identity::{CardSigner, Identity};
use super::surface::VerifiedSurface;
use super::{Application, FileError, Hierarchy, HierarchyType};
use crate::codec::json::Object;
use crate::report::json::braced;
use crate::report::{Check, Failure, Stage, Status};

/// Every check of a card's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardChecks {
    /// The files are there and well-formed.
    pub files: Check,
    /// The authority above the signer is trusted, and one for this application.
    pub authority: Check,
    /// The certificate of the signer is genuine.
    pub certificate: Check,
    /// The signatures on the records are genuine.
    pub record_signature: Check,
    /// The four basic identity fields are those that were signed; skipped for the surface application, whose
    /// signatures are over the data itself.
    pub attributes_digest: Check,
    /// The individual number is the one that was signed; skipped when it was not handed over.
    pub number_digest: Check,
    /// The check digit of the individual number.
    pub number_check_digit: Check,
    /// The card's own key is genuine.
    pub card_key: Check,
    /// The response to a challenge; skipped when there is none. See [`Presence`](super::Presence) for what it means.
    pub presence: Check,
}

impl CardChecks {
    /// The checks with their stages, in the order they are judged.
    #[must_use]
    pub const fn in_order(&self) -> [(Stage, &Check); 9] {
        [
            (Stage::CardFiles, &self.files),
            (Stage::CardAuthority, &self.authority),
            (Stage::CardCertificate, &self.certificate),
            (Stage::RecordSignature, &self.record_signature),
            (Stage::AttributesDigest, &self.attributes_digest),
            (Stage::NumberDigest, &self.number_digest),
            (Stage::NumberCheckDigit, &self.number_check_digit),
            (Stage::CardKey, &self.card_key),
            (Stage::Presence, &self.presence),
        ]
    }

    /// The first check that is neither passed nor skipped.
    #[must_use]
    pub fn first_failure(&self) -> Option<&Failure> {
        self.in_order().into_iter().find_map(|(_, check)| check.failure())
    }

    /// Whether nothing failed and everything passed that must never be skipped.
    pub(super) fn accept(&self, application: Application) -> bool {
        let last = match application {
            Application::Text => &self.attributes_digest,
            Application::Surface => &self.card_key,
        };
        let indispensable = [&self.files, &self.authority, &self.certificate, &self.record_signature, last];
        self.first_failure().is_none() && indispensable.into_iter().all(Check::passed)
    }
}

/// The outcome of verifying a card's files; `T` is what success proves.
#[derive(Debug)]
pub struct CardReport<T> {
    application: Application,
    checks: CardChecks,
    hierarchy: Option<Hierarchy>,
    signer: Option<CardSigner>,
    proof: Option<T>,
}

/// The outcome for the text application.
pub type TextReport<H> = CardReport<Identity<H>>;

/// The outcome for the surface application.
pub type SurfaceReport<H> = CardReport<VerifiedSurface<H>>;

impl<T> CardReport<T> {
    pub(super) const fn new(
        application: Application,
        checks: CardChecks,
        hierarchy: Option<Hierarchy>,
        signer: Option<CardSigner>,
        proof: Option<T>,
    ) -> Self {
        Self { application, checks, hierarchy, signer, proof }
    }

    /// The report where a file cannot even be kept, such as one that [`CardFiles::insert`](super::CardFiles::insert)
    /// refuses: rejected, with `files` failed.
    #[must_use]
    pub fn of_unusable_files(error: FileError) -> Self {
        let checks = CardChecks { files: Check::Fail(error.into()), ..CardChecks::default() };
        Self::new(error.application(), checks, None, None, None)
    }

    /// Accepted or rejected; a card is never undetermined.
    #[must_use]
    pub const fn status(&self) -> Status {
        if self.proof.is_some() { Status::Accepted } else { Status::Rejected }
    }

    /// The application whose files were verified.
    #[must_use]
    pub const fn application(&self) -> Application {
        self.application
    }

    /// Every check.
    #[must_use]
    pub const fn checks(&self) -> &CardChecks {
        &self.checks
    }

    /// The first failure.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.checks.first_failure()
    }

    /// The hierarchy of the authority that the card names, where it is known, accepted or not.
    #[must_use]
    pub const fn hierarchy(&self) -> Option<Hierarchy> {
        self.hierarchy
    }

    /// The signer, where its certificate is genuine.
    #[must_use]
    pub const fn signer(&self) -> Option<CardSigner> {
        self.signer
    }

    /// What was proven, when the card is accepted.
    #[must_use]
    pub const fn identity(&self) -> Option<&T> {
        self.proof.as_ref()
    }

    /// What was proven, when the card is accepted.
    #[must_use]
    pub fn into_identity(self) -> Option<T> {
        self.proof
    }
}

impl<T: Holds> CardReport<T> {
    /// The report as a JSON object, as every surface gives it. It holds personal data when the card is accepted,
    /// and never the individual number.
    #[must_use]
    pub fn to_json(&self) -> String {
        braced(|out| self.write_json_members(out))
    }

    /// The members of [`to_json`](Self::to_json) without the braces around them, for a caller that puts its own
    /// before them.
    pub fn write_json_members(&self, out: &mut String) {
        let mut object = Object::members(out);
        let failure = self.failure();
        object.string("status", Some(self.status().name()));
        object.string("stage", failure.map(|failure| failure.stage().name()));
        object.string("code", failure.map(|failure| failure.code().name()));
        object.string("application", Some(self.application.name()));
        let mut checks = Object::begin(object.member("checks"));
        for (stage, check) in self.checks.in_order() {
            checks.string(stage.name(), Some(check.name()));
        }
        checks.end();
        object.string("hierarchy", self.hierarchy.map(Hierarchy::name));
        match self.signer {
            None => object.string("signer", None),
            Some(signer) => {
                let mut member = Object::begin(object.member("signer"));
                member.string("key_id", signer.key_id().to_string().as_str());
                member.string("municipality_code", signer.municipality_code().as_str());
                member.end();
            }
        }
        if let Some(proof) = &self.proof {
            let mut identity = Object::begin(object.member("identity"));
            for (name, value) in proof.fields() {
                identity.string(name, value.as_deref());
            }
            identity.end();
        }
    }
}

impl<T> fmt::Display for CardReport<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure() {
            None => f.write_str(self.status().name()),
            Some(failure) => write!(f, "{}: {failure}", self.status().name()),
        }
    }
}

/// Proofs that have fields to show.
pub trait Holds: sealed::Sealed {
    /// Names and texts of the fields that the JSON shows, never the individual number.
    #[doc(hidden)]
    fn fields(&self) -> Vec<(&'static str, Option<String>)>;
}

impl<H: HierarchyType> Holds for Identity<H> {
    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        let holder = self.holder();
        vec![
            ("name", Some(holder.name.expose().clone())),
            ("address", Some(holder.address.expose().clone())),
            ("birth_date", Some(holder.birth_date.expose().to_text())),
            ("sex", Some(holder.sex.expose().name().to_owned())),
        ]
    }
}

impl<H: HierarchyType> Holds for VerifiedSurface<H> {
    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("birth_date", self.birth_date().map(|date| date.expose().to_text())),
            ("sex", self.face().map(|face| face.sex().expose().name().to_owned())),
        ]
    }
}

mod sealed {
    /// Keeps others from making proofs of their own.
    pub trait Sealed {}
    impl<H: super::HierarchyType> Sealed for super::Identity<H> {}
    impl<H: super::HierarchyType> Sealed for super::VerifiedSurface<H> {}
}
