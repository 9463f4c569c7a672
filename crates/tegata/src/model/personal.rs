//! A wrapper that keeps personal data out of logs and freed memory.

use core::fmt;

use zeroize::Zeroize;

/// Personal data: names, birth dates, passport data.
///
/// `Debug` prints the wrapper and nothing else, there is no `Display`, and the memory is cleared
/// on drop (copies the caller made are the caller's). Every read is a call of
/// [`expose`](Self::expose), so that one search finds them all.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T: Zeroize>(T);

impl<T: Zeroize> Personal<T> {
    /// Takes the data in.
    #[must_use]
    pub const fn new(data: T) -> Self {
        Self(data)
    }

    /// The data. The caller sees to it that no log or error shows it.
    #[must_use]
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Personal<T> {
    fn from(data: T) -> Self {
        Self(data)
    }
}

impl From<&str> for Personal<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<T: Zeroize> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}

impl<T: Zeroize> Drop for Personal<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_of_the_data() {
        assert_eq!(format!("{:?}", Personal::from("TEGATA HANAKO")), "Personal(..)");
    }

    #[test]
    fn clears_its_memory_on_drop() {
        use std::sync::atomic::{AtomicBool, Ordering};

        static CLEARED: AtomicBool = AtomicBool::new(false);
        struct Probe;
        impl Zeroize for Probe {
            fn zeroize(&mut self) {
                CLEARED.store(true, Ordering::SeqCst);
            }
        }
        drop(Personal::new(Probe));
        assert!(CLEARED.load(Ordering::SeqCst));
    }
}
