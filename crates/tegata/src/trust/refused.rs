use crate::report::Failure;

/// A signer that was offered and has no path to a trusted authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSigner {
    pub(super) key_id: Box<[u8]>,
    pub(super) failure: Failure,
}

impl RefusedSigner {
    /// The key id by which certificates name this signer.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// Why it is not trusted: a failure of the stage `signer`.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }
}
