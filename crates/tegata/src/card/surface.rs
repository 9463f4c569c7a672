//! What the surface application proves, and how far it binds the text application to the card.

use core::fmt;
use core::marker::PhantomData;

use zeroize::Zeroizing;

use super::hierarchy::HierarchyType;
use super::identity::{CardSigner, Coverage, Presence, VerifiedIdentity};
use super::{Hierarchy, Sex};
use crate::model::{BirthDate, Personal};
use crate::report::{Code, Failure};
use crate::time::Date;

/// The face of a card whose signatures were verified; nothing but
/// [`CardVerifier::verify_surface`](super::CardVerifier::verify_surface) makes one. Images are bytes as they are
/// stored and never printed; whoever decodes them treats them as coming from outside.
///
/// ```compile_fail
/// let surface: tegata::card::VerifiedSurface<tegata::card::Production> = Default::default();
/// ```
pub struct VerifiedSurface<H: HierarchyType> {
    pub(super) birth_date: Option<Personal<BirthDate>>,
    pub(super) face: Option<CardFace>,
    pub(super) number_image: Option<Zeroizing<Vec<u8>>>,
    pub(super) signer: CardSigner,
    pub(super) vouched_by: Hierarchy,
    pub(super) presence: Presence,
    pub(super) hierarchy: PhantomData<fn() -> H>,
}

impl<H: HierarchyType> VerifiedSurface<H> {
    /// The date of birth of the age record (EF 0001) or the face (EF 0002), which agree; `None` when neither was
    /// handed over.
    #[must_use]
    pub const fn birth_date(&self) -> Option<&Personal<BirthDate>> {
        self.birth_date.as_ref()
    }

    /// The face (EF 0002), where it was handed over.
    #[must_use]
    pub const fn face(&self) -> Option<&CardFace> {
        self.face.as_ref()
    }

    /// The image of the individual number (EF 0005), PNG: as sensitive as the number itself.
    #[must_use]
    pub fn number_image(&self) -> Option<&[u8]> {
        self.number_image.as_ref().map(|image| image.as_slice())
    }

    /// Whose key signed it.
    #[must_use]
    pub const fn signer(&self) -> CardSigner {
        self.signer
    }

    /// Which hierarchy vouches for it.
    #[must_use]
    pub const fn hierarchy(&self) -> Hierarchy {
        self.vouched_by
    }

    /// Whether a card answered a challenge. In this application the key that answers is signed together with date of
    /// birth and sex.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        self.presence
    }
}

impl<H: HierarchyType> fmt::Debug for VerifiedSurface<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSurface")
            .field("hierarchy", &self.vouched_by)
            .field("signer", &self.signer)
            .field("presence", &self.presence)
            .finish_non_exhaustive()
    }
}

/// The face of a card (EF 0002).
pub struct CardFace {
    pub(super) sex: Personal<Sex>,
    pub(super) name_image: Zeroizing<Vec<u8>>,
    pub(super) address_image: Zeroizing<Vec<u8>>,
    pub(super) photo: Zeroizing<Vec<u8>>,
    pub(super) unsigned_expiry: Date,
}

impl CardFace {
    /// The sex (性別).
    #[must_use]
    pub const fn sex(&self) -> &Personal<Sex> {
        &self.sex
    }

    /// The name as it is printed, PNG.
    #[must_use]
    pub fn name_image(&self) -> &[u8] {
        &self.name_image
    }

    /// The address as it is printed, PNG.
    #[must_use]
    pub fn address_image(&self) -> &[u8] {
        &self.address_image
    }

    /// The photograph, JPEG 2000.
    #[must_use]
    pub fn photo(&self) -> &[u8] {
        &self.photo
    }

    /// The last day of the card. **No signature covers it**: a copy can say anything here.
    #[must_use]
    pub const fn unsigned_expiry(&self) -> Date {
        self.unsigned_expiry
    }
}

impl fmt::Debug for CardFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardFace(..)")
    }
}

/// Compares a verified text application with a verified surface application: same hierarchy, same signer, same date
/// of birth and sex, and a challenge answered with the surface application's key.
///
/// The text application's challenge binds its key to nothing. The surface application's key is signed together
/// with date of birth and sex, so that when this succeeds *a genuine card of the same municipality, whose holder was
/// born on that day and has that sex, answered the challenge*. That narrows the circle; it does not close it.
///
/// # Errors
/// [`BindingError`], which says what is missing or differs, never a value.
pub fn bind<H: HierarchyType, C: Coverage>(
    text: &VerifiedIdentity<H, C>,
    surface: &VerifiedSurface<H>,
) -> Result<(), BindingError> {
    let face = surface.face().ok_or(BindingError::NoFace)?;
    if surface.presence() != Presence::GenuineCardOfSameSigner {
        return Err(BindingError::NotPresent);
    }
    if (text.hierarchy(), text.signer()) != (surface.hierarchy(), surface.signer()) {
        return Err(BindingError::Signer);
    }
    if Some(text.birth_date()) != surface.birth_date() {
        return Err(BindingError::BirthDate);
    }
    if text.sex() != face.sex() {
        return Err(BindingError::Sex);
    }
    Ok(())
}

/// Why a surface application does not narrow the circle of cards that a text application can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BindingError {
    /// The face (EF 0002) was not handed over.
    NoFace,
    /// No challenge was answered under the surface application's key.
    NotPresent,
    /// Another hierarchy or signer.
    Signer,
    /// Another date of birth.
    BirthDate,
    /// Another sex.
    Sex,
}

impl BindingError {
    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NoFace => Code::CardFileMissing,
            Self::NotPresent => Code::PresenceResponseInvalid,
            Self::Signer | Self::BirthDate | Self::Sex => Code::CardApplicationsDiffer,
        }
    }
}

impl fmt::Display for BindingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFace => "the card's face was not handed over",
            Self::NotPresent => "no challenge was answered under the surface application's key",
            Self::Signer => "text and surface application have different signers",
            Self::BirthDate => "text and surface application have different dates of birth",
            Self::Sex => "text and surface application have different sexes",
        })
    }
}

impl core::error::Error for BindingError {}

impl From<BindingError> for Failure {
    fn from(error: BindingError) -> Self {
        Self::new(error.code())
    }
}
