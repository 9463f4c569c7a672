//! Strings as a build without the feature `outcomes` reads them: in one piece, so that none is ever owned.

use core::ops::Deref;

/// A text or a byte string.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole<'a, T: ?Sized>(pub(super) &'a T);

impl<T: ?Sized> Clone for Whole<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Whole<'_, T> {}

impl<T: ?Sized> Deref for Whole<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<'a, T: ?Sized> Default for Whole<'a, T>
where
    &'a T: Default,
{
    fn default() -> Self {
        Self(<&T>::default())
    }
}

impl From<Whole<'_, str>> for Box<str> {
    fn from(text: Whole<'_, str>) -> Self {
        text.0.into()
    }
}
