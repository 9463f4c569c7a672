//! The crate as its users see it: bytes, signatures and answers, held against readers and verifiers of their own.

mod dialogue;
mod layout;
mod signatures;
mod tlv;
