//! A card reader in software: `pcscd` with the virtual reader `vpcd`, and simulated cards in it.
//!
//! ```no_run
//! use tegata_simulator::{Algorithm, CardRequest, Hierarchy};
//! use tegata_virtual_reader::{SOCKET_VARIABLE, VirtualReader};
//!
//! let reader = VirtualReader::start()?;
//! let card = Hierarchy::generate(1, Algorithm::P256)?.issue(&CardRequest::from_seed(1))?;
//! let _inserted = reader.insert(card)?;
//! std::process::Command::new("tegata")
//!     .args(["card", "read", "--list-readers"])
//!     .env(SOCKET_VARIABLE, reader.socket())
//!     .status()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chip;
mod service;
mod slot;

pub use chip::Chip;
pub use service::{SOCKET_VARIABLE, StartError, VirtualReader};
pub use slot::Inserted;
