//! Issue and verify vaccination certificates that nobody can forge.
//!
//! A record becomes CBOR, is signed as COSE, compressed and written in Base45: the `HC1:` text of a
//! QR code. [`Issuer`] makes such texts and [`Verifier`] verifies any of them, ours or another
//! country's, against a [`TrustSet`] of signers. Nothing here reads a clock, a file or the network, and
//! nothing keeps global state; cryptography comes from a [provider](crypto::CryptoProvider) that is passed in.
//!
//! ```
//! # #[cfg(all(feature = "rustcrypto", feature = "issue"))] {
//! use tegata::crypto::rustcrypto;
//! use tegata::x509::certificates_from;
//! use tegata::{Status, Timestamp, TrustSet, Verifier};
//!
//! let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
//! for certificate in certificates_from(include_bytes!("../examples/data/signer.pem"))? {
//!     trust.trust_certificate(&certificate)?;
//! }
//! let verifier = Verifier::new(trust.build());
//! let now = Timestamp::parse_rfc3339("2026-06-01T09:00:00+09:00")?;
//!
//! let report = verifier.verify(include_str!("../examples/data/certificate.txt"), now);
//! assert_eq!(report.status(), Status::Accepted);
//! let report = verifier.verify(include_str!("../examples/data/forged.txt"), now);
//! assert_eq!(report.failure().map(|failure| failure.code().name()), Some("signature-invalid"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where to go on: [`verify`] for the one-way street of types from unverified to accepted, [`issue`] for
//! keys in tokens, [`model`] for records, [`report`] for outcomes, and the [`manual`] for threat model,
//! limits, formats and reasons.
//!
//! # Features
//! * `rustcrypto` (default): the pure-Rust provider.
//! * `card` (default): verifying and reading the Individual Number Card, and the lines of passports for machines.
//! * `lists` (default): trust lists and revocation as others publish them; certificates and bundles are read without.
//! * `profiles` (default): the WHO's profiles and health links beside the EU's and the Japanese profile. A build without
//!   gives no verdict on them, and cannot: it has [`Verifier::try_verify`] alone.
//! * `issue` (default): everything that signs or makes keys, and records from JSON; needs `profiles`. A verifier is
//!   built without it.
//! * `authorities` (default): trust in signers through the authorities that issued their certificates; implied by `lists`.
//! * `x509-full` (default): every certificate that issuers and authorities have. Without it only plain ones of P-256 keys
//!   are read. Implied by `rustcrypto`, `issue` and `authorities`.
//! * `outcomes` (default): the outcomes of all that a verifier of certificates alone does not do, and of what is wrong with
//!   malformed data; implied by all the others. A build without gives no verdict on malformed certificates, nor on forms of
//!   CBOR that no known issuer sends: indefinite lengths, maps of more than sixteen keys, keys above seven bytes, text keys
//!   that begin with a digit or `-`, and fractions in a content or in a tag. Its errors give no reasons: of a trust bundle
//!   it does not tell whether it is older, expired or forged. It is without [`Unverified`] and [`Authentic`], the
//!   functions `code()` of errors and their offsets, `format::dcc::{check, Strictness, Dcc, Entry}`,
//!   `format::jp::{decode, Jp}` and `model::text_fault`; `codec::json::write_json` writes `null` for a number with a fraction.

#[cfg(feature = "card")]
pub mod application;
#[cfg(feature = "card")]
pub mod card;
pub mod codec;
pub mod cose;
pub mod crypto;
pub mod format;
#[cfg(feature = "profiles")]
pub mod inspect;
#[cfg(feature = "issue")]
pub mod issue;
#[cfg(feature = "issue")]
pub mod keys;
pub mod manual;
pub mod model;
#[cfg(feature = "card")]
pub mod mrz;
pub mod report;
pub mod revocation;
pub mod time;
pub mod trust;
mod untold;
pub mod verify;
pub mod x509;

// The public interface is: the modules above, and from them what nearly every user needs.
pub use format::Profile;
pub use format::hcert::Claims;
#[cfg(feature = "profiles")]
pub use inspect::Inspection;
#[cfg(feature = "issue")]
pub use issue::{Issued, Issuer, Prepared, Request};
pub use model::Record;
pub use report::{Code, Failure, Report, Stage, Status};
pub use revocation::RevocationSet;
pub use time::Timestamp;
pub use trust::TrustSet;
#[cfg(feature = "profiles")]
pub use verify::Accepted;
#[cfg(feature = "outcomes")]
pub use verify::{Authentic, Unverified};
pub use verify::{Policy, Unjudged, Verifier};

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
