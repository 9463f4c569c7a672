//! The issuing service over HTTPS.
