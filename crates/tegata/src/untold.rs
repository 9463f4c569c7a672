//! What is wrong with malformed data is told by a build with the feature `outcomes` alone. Without it, the reasons of an
//! error are all one, and take no room: neither where they arise nor where they are passed on.

#[cfg(feature = "outcomes")]
use std::borrow::Cow;

/// An enum of reasons. Without the feature `outcomes` it has one variant, for which all the others are names.
macro_rules! told_apart {
    ($(#[$attribute:meta])* $visibility:vis enum $name:ident { $($(#[$on_variant:meta])* $variant:ident,)* }) => {
        #[cfg(feature = "outcomes")]
        $(#[$attribute])*
        $visibility enum $name { $($(#[$on_variant])* $variant,)* }

        #[cfg(not(feature = "outcomes"))]
        $(#[$attribute])*
        $visibility enum $name {
            #[doc(hidden)]
            Untold,
        }

        #[cfg(not(feature = "outcomes"))]
        #[allow(non_upper_case_globals, dead_code, reason = "they stand for the variants, some of which belong to other features")]
        impl $name {
            $(pub(crate) const $variant: Self = Self::Untold;)*
        }
    };
}

pub(crate) use told_apart;

/// The path of a field in an error.
#[cfg(feature = "outcomes")]
pub(crate) type Path = Cow<'static, str>;

/// The path of a field in an error, which is not told.
#[cfg(not(feature = "outcomes"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path;

/// The name of a field that is told in errors alone.
#[cfg(feature = "outcomes")]
pub(crate) type Label = &'static str;

/// The name of a field, which is not told.
#[cfg(not(feature = "outcomes"))]
pub(crate) type Label = Path;

#[cfg(feature = "outcomes")]
pub(crate) const fn label(name: &'static str) -> Label {
    name
}

#[cfg(not(feature = "outcomes"))]
pub(crate) const fn label(_: &'static str) -> Label {
    Path
}

#[cfg(not(feature = "outcomes"))]
impl From<&'static str> for Path {
    #[inline]
    fn from(_: &'static str) -> Self {
        Self
    }
}

#[cfg(not(feature = "outcomes"))]
impl core::ops::Deref for Path {
    type Target = str;

    fn deref(&self) -> &str {
        ""
    }
}
