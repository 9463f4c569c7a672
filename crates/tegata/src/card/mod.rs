//! The Japanese Individual Number Card (個人番号カード): files as a reader hands them over → a verified identity.
//!
//! [`CardVerifier::verify_text`] judges the files of the text application (券面事項入力補助AP), which hold the
//! individual number and the four basic identity fields; [`CardVerifier::verify_surface`] those of the surface
//! application (券面事項確認AP), which hold the card's face as pictures. Success is a type that nothing else makes
//! ([`VerifiedIdentity`], [`VerifiedSurface`]). [`session`] is the reader's side: which commands to send to a card,
//! and what its answers mean.
//!
//! ```no_run
//! use tegata::card::{Application, CardFiles, CardVerifier, FileId};
//! use tegata::crypto::rustcrypto;
//! # fn file(_: &str) -> Vec<u8> { Vec::new() }
//!
//! let mut files = CardFiles::new(Application::Text);
//! files.insert(FileId::ATTRIBUTES, file("0002"))?;
//! files.insert(FileId::INTEGRITY, file("0003"))?;
//! files.insert(FileId::CERTIFICATE, file("0004"))?;
//!
//! let verifier = CardVerifier::production(&rustcrypto::PROVIDER)?;
//! let report = verifier.verify_text(&files, None);
//! println!("{}", report.to_json());
//! if let Some(identity) = report.into_identity() {
//!     let holder = identity.into_four_fields();
//!     println!("signed by municipality {}", holder.signer().municipality_code());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is not checked
//! A card's files do not say whether the card was lost, replaced or has expired, and files can be copied:
//! see [`Presence`] for what a challenge adds, and what it does not. Nothing proves that a PIN was entered.

mod authority;
mod certificate;
mod error;
mod files;
mod hex;
mod hierarchy;
mod identity;
mod key;
mod key_id;
mod named_files;
mod object;
mod presence;
mod report;
pub mod session;
mod sex;
mod surface;
mod surface_files;
mod text_files;
pub mod tlv;
mod verify;

pub use authority::{AuthorityError, AuthorityErrorKind, MAX_AUTHORITIES, MAX_AUTHORITY_FILE_BYTES};
pub use certificate::MAX_CHAIN;
pub use error::{FileError, FileErrorKind};
pub use files::{CardFiles, FileId, MAX_FILE_BYTES};
pub use hierarchy::{AnyHierarchy, Hierarchy, HierarchyType, Other, Production, Test};
pub use identity::{CardSigner, Coverage, FourFields, Identity, Presence, VerifiedIdentity, WithNumber};
pub use key_id::KeyId;
pub use named_files::{AmbiguousFile, NamedFiles};
pub use presence::{Answered, CHALLENGE_BYTES, CHALLENGE_VALID_SECONDS, Challenge};
pub use report::{CardChecks, CardReport, Holds, SurfaceReport, TextReport};
pub use sex::Sex;
pub use surface::{BindingError, CardFace, VerifiedSurface, bind};
pub use verify::CardVerifier;

/// The applications of the card that hold identity data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Application {
    /// 券面事項入力補助AP: the individual number and the four basic identity fields.
    Text,
    /// 券面事項確認AP: the card's face.
    Surface,
}

impl Application {
    /// The word every surface uses: `text`, `surface`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Surface => "surface",
        }
    }

    /// The application identifier that selects it.
    #[must_use]
    pub const fn aid(self) -> [u8; 10] {
        let last = match self {
            Self::Text => 0x08,
            Self::Surface => 0x02,
        };
        [0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, last]
    }
}

#[cfg(test)]
mod tests;
