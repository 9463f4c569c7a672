//! Synthetic Japanese Individual Number Cards (個人番号カード) and the authorities above them, for
//! demonstrations and tests.
//!
//! From a seed this makes a whole [`Hierarchy`]: an authority for each application, a municipality that
//! signs cards, and if wanted an intermediate between them, with RSA-2048, P-256 or P-384 keys. A hierarchy
//! issues a [`SimulatedCard`] to a [`Holder`](CardRequest), byte for byte in the layout of real cards:
//! non-minimal lengths, offset tables, filler, certificates. The card hands out its files, and it answers
//! command APDUs as a card in a reader does.
//!
//! The same seed gives the same bytes on every machine. **These keys protect nothing**: whoever knows the
//! seed has them. No verifier trusts a simulated authority unless it is told to.
//!
//! ```
//! use tegata_simulator::{Algorithm, Application, CardRequest, Hierarchy};
//!
//! let hierarchy = Hierarchy::generate(1, Algorithm::P256)?;
//! let mut card = hierarchy.issue(&CardRequest::from_seed(7).pin("1234")?)?;
//!
//! // What a reader would hand over …
//! let attributes = card.file(Application::Text, 0x0002).expect("every card has its attributes");
//! assert!(attributes.starts_with(&[0xff, 0x20]));
//! // … and the authorities that a verifier must be given to accept it.
//! assert!(hierarchy.authorities_json().contains("\"hierarchy\": \"simulator\""));
//!
//! // The card in a reader: select the application, select the PIN, present it.
//! let select = [0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
//! assert_eq!(card.transmit(&select), [0x90, 0x00]);
//! assert_eq!(card.transmit(&[0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, 0x11]), [0x90, 0x00]);
//! assert_eq!(card.transmit(b"\x00\x20\x00\x80\x041234"), [0x90, 0x00]);
//! # Ok::<(), tegata_simulator::SimulatorError>(())
//! ```
//!
//! # Elliptic curves
//! Cards with elliptic-curve keys do not exist yet and no layout is public. Here the key object of RSA
//! (`90` exponent, `91` modulus) becomes `86` with the uncompressed point; signatures are r ‖ s; P-256 goes
//! with SHA-256 and P-384 with SHA-384, for the digests within files too. The signature over the card's face is
//! made over the concatenation of its three digests as the message.
//!
//! # What is not simulated
//! Secure messaging, the other applications of the card (their selection is answered with `6A82`), and records
//! of the master file. The photograph is a valid JPEG 2000 image of plain grey, and names and addresses are
//! drawn as rows of blocks.

mod algorithm;
mod card;
mod certificate;
mod era;
mod error;
mod files;
mod flaw;
mod hierarchy;
mod key;
mod key_id;
mod photo;
mod picture;
mod random;
mod request;
mod tamper;
mod tlv;

#[cfg(test)]
mod tests;

// The public interface is:
pub use algorithm::Algorithm;
pub use card::{Behaviour, BlockedAnswer, ShortRead, SimulatedCard};
pub use error::SimulatorError;
pub use files::{Application, CardFile};
pub use flaw::Flaw;
pub use hierarchy::{Hierarchy, HierarchyBuilder};
pub use key_id::KeyId;
pub use request::{CardRequest, Sex};
pub use tamper::Tampering;
