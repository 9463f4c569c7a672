//! Which hierarchy vouches for a card, as a value and as a type.

/// The hierarchy of the authority above a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hierarchy {
    /// Cards of real people.
    Production,
    /// Test cards, as developers get them.
    Test,
    /// Cards below an authority that the operator brought: simulated ones, for instance.
    Other,
}

impl Hierarchy {
    /// The word every surface uses: `production`, `test`, `other`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
            Self::Other => "other",
        }
    }
}

/// In the type of a [`VerifiedIdentity`](super::VerifiedIdentity): vouched for by a built-in production authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Production {}

/// In a type: vouched for by a test authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {}

/// In a type: vouched for by an authority that the operator brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {}

/// In a type: vouched for by any of the authorities that the verifier was told to accept. What relies on production
/// cards takes [`Production`], which this can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyHierarchy {}

/// The hierarchies as types.
pub trait HierarchyType: sealed::Sealed {}

impl HierarchyType for Production {}
impl HierarchyType for Test {}
impl HierarchyType for Other {}
impl HierarchyType for AnyHierarchy {}

mod sealed {
    /// Keeps others from making hierarchies of their own.
    pub trait Sealed {}
    impl Sealed for super::Production {}
    impl Sealed for super::Test {}
    impl Sealed for super::Other {}
    impl Sealed for super::AnyHierarchy {}
}
