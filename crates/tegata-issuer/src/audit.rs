//! To come with the ledger.
