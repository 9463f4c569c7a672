//! Issuing with a key that never leaves its token: a [`Signer`](tegata::crypto::Signer) over PKCS#11. And
//! [`TokenSealer`], which keeps other secrets sealed by one.
//!
//! [`TokenUri`] reads a `pkcs11:` URI (RFC 7512), [`TokenSigner::open`] loads the token's module, logs in
//! once and finds the one private key the URI names, and [`TokenSigner::generate`] makes a key in the
//! token. Keys are P-256 alone, for only those may issue; the token is given a SHA-256 digest and returns
//! r‖s (`CKM_ECDSA`, PKCS#11 §6.3.12).
//!
//! * **PIN.** It is used once, never kept, and never tried a second time: a token locks its key after a few
//!   wrong ones. A token that says its next wrong PIN would be the last is not logged in to at all.
//! * **Threads.** Signing is for many threads at once: each takes a session from a pool, which grows to
//!   as many as sign at a time or as the token allows.
//! * **Loss.** A token that is removed, or that logs out by itself, makes every later signature fail with a
//!   reason; there is no logging in again behind the operator's back.
//! * **Trust.** What a module returns is checked before it is used: lengths and curve here, each signature
//!   by the library that builds a certificate of it. The module itself is code that runs in this
//!   process: its path must come from whoever runs it.
//!
//! ```no_run
//! use tegata_pkcs11::{TokenSigner, TokenUri};
//!
//! let uri = TokenUri::parse("pkcs11:token=issuer;object=dsc-1?module-path=/usr/lib/softhsm/libsofthsm2.so")?;
//! # let pin = String::new();
//! let signer = TokenSigner::open(&uri, Some(&pin))?;
//! # Ok::<(), tegata_pkcs11::TokenError>(())
//! ```

mod error;
mod key;
mod pool;
mod sealer;
mod signer;
mod token;
mod uri;

pub use error::TokenError;
pub use sealer::TokenSealer;
pub use signer::TokenSigner;
pub use uri::{MAX_URI_CHARACTERS, TokenUri};
