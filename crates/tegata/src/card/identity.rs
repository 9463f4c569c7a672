//! What a verified card proves about its holder, as types that only verification makes.

use core::fmt;
use core::marker::PhantomData;

use super::hierarchy::{AnyHierarchy, HierarchyType, Other, Production, Test};
use super::{Hierarchy, KeyId, Sex};
use crate::model::{BirthDate, IndividualNumber, Personal};

/// The key that signed a card's records: a municipality's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSigner {
    key_id: KeyId,
}

impl CardSigner {
    pub(super) const fn new(key_id: KeyId) -> Self {
        Self { key_id }
    }

    /// The identifier of the key (被証明者鍵ID).
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// The six digits that the identifier begins with: the municipality's code.
    #[must_use]
    pub fn municipality_code(&self) -> String {
        self.key_id.municipality_code()
    }
}

/// Whether a challenge was answered, and what that proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// No challenge was judged: the files can be a copy.
    NotShown,
    /// **A genuine card of the same signer answered this challenge, no more.** Nothing signed links the key in
    /// EF 0007 to the other files, so that a victim's copied files together with a live answer from another card of
    /// the same municipality look the same. It does not say that a PIN was entered either.
    GenuineCardOfSameSigner,
}

/// In a type: the individual number was handed over and is the one that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithNumber {}

/// In a type: the four basic identity fields alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FourFields {}

/// What of the text application was verified, as types.
pub trait Coverage: sealed::Sealed {
    /// The individual number, where it is covered.
    #[doc(hidden)]
    type Number;
}

impl Coverage for WithNumber {
    type Number = IndividualNumber;
}

impl Coverage for FourFields {
    type Number = ();
}

mod sealed {
    /// Keeps others from making coverages of their own.
    pub trait Sealed {}
    impl Sealed for super::WithNumber {}
    impl Sealed for super::FourFields {}
}

/// The identity on a card whose signatures were verified; nothing but
/// [`CardVerifier::verify_text`](super::CardVerifier::verify_text) makes one.
///
/// Which hierarchy vouches for it (`H`) and whether the individual number is covered (`C`) are part of the type:
/// who needs production cards with a number asks for `VerifiedIdentity<Production, WithNumber>`. It is neither
/// `Clone` nor deserialisable nor made by default; what must wait keeps the files and verifies them again.
///
/// ```compile_fail
/// let identity: tegata::card::VerifiedIdentity<tegata::card::Production, tegata::card::FourFields> =
///     Default::default();
/// ```
/// ```compile_fail
/// fn read<T: serde::de::DeserializeOwned>() {}
/// read::<tegata::card::VerifiedIdentity<tegata::card::Production, tegata::card::FourFields>>();
/// ```
/// ```compile_fail
/// use tegata::card::{FourFields, Production, Test, VerifiedIdentity};
/// fn issue(_: VerifiedIdentity<Production, FourFields>) {}
/// fn of_a_test_card(identity: VerifiedIdentity<Test, FourFields>) { issue(identity) }
/// ```
/// ```compile_fail
/// use tegata::card::{FourFields, Production, VerifiedIdentity};
/// fn number(identity: &VerifiedIdentity<Production, FourFields>) { identity.number(); }
/// ```
pub struct VerifiedIdentity<H: HierarchyType, C: Coverage> {
    holder: Holder,
    number: C::Number,
    hierarchy: PhantomData<fn() -> H>,
}

/// Everything but the number.
pub(super) struct Holder {
    pub(super) name: Personal<String>,
    pub(super) address: Personal<String>,
    pub(super) birth_date: Personal<BirthDate>,
    pub(super) sex: Personal<Sex>,
    pub(super) signer: CardSigner,
    pub(super) hierarchy: Hierarchy,
    pub(super) presence: Presence,
}

impl<H: HierarchyType, C: Coverage> VerifiedIdentity<H, C> {
    /// The name (氏名), family and given name parted by U+3000.
    #[must_use]
    pub const fn name(&self) -> &Personal<String> {
        &self.holder.name
    }

    /// The address (住所).
    #[must_use]
    pub const fn address(&self) -> &Personal<String> {
        &self.holder.address
    }

    /// The date of birth (生年月日), always a full date.
    #[must_use]
    pub const fn birth_date(&self) -> &Personal<BirthDate> {
        &self.holder.birth_date
    }

    /// The sex (性別).
    #[must_use]
    pub const fn sex(&self) -> &Personal<Sex> {
        &self.holder.sex
    }

    /// Whose key signed it.
    #[must_use]
    pub const fn signer(&self) -> CardSigner {
        self.holder.signer
    }

    /// Which hierarchy vouches for it.
    #[must_use]
    pub const fn hierarchy(&self) -> Hierarchy {
        self.holder.hierarchy
    }

    /// Whether a card answered a challenge.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        self.holder.presence
    }

    fn with_hierarchy<To: HierarchyType>(self) -> VerifiedIdentity<To, C> {
        VerifiedIdentity { holder: self.holder, number: self.number, hierarchy: PhantomData }
    }
}

impl<H: HierarchyType> VerifiedIdentity<H, WithNumber> {
    pub(super) const fn new(holder: Holder, number: IndividualNumber) -> Self {
        Self { holder, number, hierarchy: PhantomData }
    }

    /// The individual number (個人番号).
    #[must_use]
    pub const fn number(&self) -> &IndividualNumber {
        &self.number
    }

    /// Gives the number away and keeps the four fields.
    #[must_use]
    pub fn split_number(self) -> (VerifiedIdentity<H, FourFields>, IndividualNumber) {
        (VerifiedIdentity { holder: self.holder, number: (), hierarchy: PhantomData }, self.number)
    }
}

impl<H: HierarchyType> VerifiedIdentity<H, FourFields> {
    pub(super) const fn of_four_fields(holder: Holder) -> Self {
        Self { holder, number: (), hierarchy: PhantomData }
    }
}

impl<C: Coverage> VerifiedIdentity<AnyHierarchy, C> {
    /// Narrows it to the production hierarchy.
    ///
    /// # Errors
    /// The identity as it was, when another hierarchy vouches for it.
    pub fn into_production(self) -> Result<VerifiedIdentity<Production, C>, Self> {
        if self.hierarchy() == Hierarchy::Production { Ok(self.with_hierarchy()) } else { Err(self) }
    }

    /// Narrows it to the test hierarchy.
    ///
    /// # Errors
    /// The identity as it was, when another hierarchy vouches for it.
    pub fn into_test(self) -> Result<VerifiedIdentity<Test, C>, Self> {
        if self.hierarchy() == Hierarchy::Test { Ok(self.with_hierarchy()) } else { Err(self) }
    }

    /// Narrows it to the operator's own hierarchies.
    ///
    /// # Errors
    /// The identity as it was, when another hierarchy vouches for it.
    pub fn into_other(self) -> Result<VerifiedIdentity<Other, C>, Self> {
        if self.hierarchy() == Hierarchy::Other { Ok(self.with_hierarchy()) } else { Err(self) }
    }
}

impl<H: HierarchyType, C: Coverage> fmt::Debug for VerifiedIdentity<H, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedIdentity")
            .field("hierarchy", &self.holder.hierarchy)
            .field("signer", &self.holder.signer)
            .field("presence", &self.holder.presence)
            .finish_non_exhaustive()
    }
}

/// A verified identity of whichever coverage the files gave.
#[derive(Debug)]
pub enum Identity<H: HierarchyType> {
    /// EF 0001 was handed over and is the one that was signed.
    WithNumber(VerifiedIdentity<H, WithNumber>),
    /// EF 0001 was not handed over.
    FourFields(VerifiedIdentity<H, FourFields>),
}

impl<H: HierarchyType> Identity<H> {
    /// The four fields alone, whatever else there is; a number is wiped.
    #[must_use]
    pub fn into_four_fields(self) -> VerifiedIdentity<H, FourFields> {
        match self {
            Self::WithNumber(identity) => identity.split_number().0,
            Self::FourFields(identity) => identity,
        }
    }

    /// The identity with its number.
    #[must_use]
    pub fn into_with_number(self) -> Option<VerifiedIdentity<H, WithNumber>> {
        match self {
            Self::WithNumber(identity) => Some(identity),
            Self::FourFields(_) => None,
        }
    }

    pub(super) const fn holder(&self) -> &Holder {
        match self {
            Self::WithNumber(identity) => &identity.holder,
            Self::FourFields(identity) => &identity.holder,
        }
    }
}
