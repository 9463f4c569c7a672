//! The exceptional cases of verification, by name, so that tests can prove that each is guarded.
//!
//! Everything that handles an exceptional case is generic over [`Guards`]. The library uses [`All`]
//! alone, for which every constant is true and costs nothing; a test takes one guard away and shows
//! that the tests then fail.

/// Which exceptional cases are guarded. Only tests set a constant to false.
pub(crate) trait Guards {
    /// Adding to the identity gives the other point; the formula would give the identity.
    const SUM_WITH_IDENTITY: bool = true;
    /// Adding a point to itself doubles it; the formula would give the identity.
    const SUM_WITH_ITSELF: bool = true;
    /// Adding a point to its negative gives the identity, and is not mistaken for a doubling.
    const SUM_WITH_NEGATIVE: bool = true;
    /// A sum that is the identity has no x-coordinate and verifies nothing.
    const FINAL_IDENTITY: bool = true;
    /// An x-coordinate of n or above is reduced modulo n before it is compared with r.
    const LARGE_X: bool = true;
    /// r + n stands for an x-coordinate only when it is below p.
    const LARGE_X_BELOW_P: bool = true;
    /// r and s are not zero.
    const SIGNATURE_NOT_ZERO: bool = true;
    /// r and s are below n.
    const SIGNATURE_BELOW_ORDER: bool = true;
    /// A hash of n or above is reduced, not refused.
    const LARGE_HASH: bool = true;
    /// The coordinates of a key are below p.
    const KEY_BELOW_P: bool = true;
    /// A key is a point of the curve.
    const KEY_ON_CURVE: bool = true;
    /// No entry of a table is the identity, which has no affine form.
    const ENTRY_NOT_IDENTITY: bool = true;
    /// Every entry of a table is a point of the curve.
    const ENTRY_ON_CURVE: bool = true;
    /// An inverse from elsewhere, of s or of a coordinate, is used only when its product with that is one.
    const INVERSE_CHECKED: bool = true;
}

/// Every case is guarded.
pub(crate) struct All;

impl Guards for All {}
