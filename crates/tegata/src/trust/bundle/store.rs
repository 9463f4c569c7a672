use super::{Anchor, BundleError, TrustBundle};
use crate::time::Timestamp;

/// The bundle in use, and who may replace it by which.
///
/// It keeps nothing by itself: the caller stores the bytes that [`BundleStore::update`] took, and the
/// sequence number, where nobody can put back an older one.
#[derive(Debug)]
pub struct BundleStore {
    anchors: Vec<Anchor>,
    /// Bundles below this are refused.
    sequence: Option<u64>,
    current: Option<TrustBundle>,
}

impl BundleStore {
    /// A store without a bundle. A second anchor is for the time in which the publisher changes keys.
    #[must_use]
    pub const fn new(anchors: Vec<Anchor>) -> Self {
        Self { anchors, sequence: None, current: None }
    }

    /// Takes up what was stored: the last accepted sequence number and, if they are still there, the bytes
    /// of the bundle. Their signature is checked again, their date is not: verdicts are undetermined if it passed.
    ///
    /// # Errors
    /// As [`TrustBundle::open`], and [`BundleError::Older`] when somebody put an older bundle there (without the feature
    /// `outcomes`, one error for all); the sequence number is kept even then.
    pub fn resume(&mut self, sequence: u64, bytes: Option<&[u8]>) -> Result<(), BundleError> {
        self.sequence = self.sequence.max(Some(sequence));
        if let Some(bytes) = bytes {
            let bundle = TrustBundle::open(bytes, &self.anchors)?;
            if Some(bundle.sequence()) < self.sequence {
                return Err(BundleError::Older);
            }
            self.replace(bundle);
        }
        Ok(())
    }

    /// Replaces the bundle by a new one.
    ///
    /// # Errors
    /// As [`TrustBundle::accept`]; the bundle in use stays.
    pub fn update(&mut self, bytes: &[u8], now: Timestamp) -> Result<&TrustBundle, BundleError> {
        let bundle = TrustBundle::accept(bytes, &self.anchors, self.sequence, now)?;
        Ok(self.replace(bundle))
    }

    /// The bundle in use.
    #[must_use]
    pub const fn current(&self) -> Option<&TrustBundle> {
        self.current.as_ref()
    }

    /// The highest sequence number that was accepted.
    #[must_use]
    pub const fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    fn replace(&mut self, bundle: TrustBundle) -> &TrustBundle {
        self.sequence = Some(bundle.sequence());
        self.current.insert(bundle)
    }
}
