//! What the WebAssembly modules of `@tegata/verifier` have in common.
//!
//! The script that loads a module writes bytes to [`input`], calls one of the functions here and reads the JSON at
//! [`output`]. Verifiers stay inside, behind numbers. Everything is for one thread, as WebAssembly is.
//!
//! A module exports these functions by the macros [`export_verifier!`] and `export_everything!`; without the feature
//! `everything` it knows ES256, certificates, trust bundles, well-formed contents of the EU's and the Japanese profile, and says
//! where more is needed.

mod buffers;
#[cfg(feature = "everything")]
mod card;
mod draft;
#[cfg(feature = "everything")]
mod inspect;
mod provider;
#[cfg(test)]
mod tests;
mod verifiers;

// The public interface is:
pub use buffers::{input, output, output_length};
#[cfg(feature = "everything")]
pub use card::{card_authorities, card_begin, card_challenge, card_file, card_response, card_verify};
#[cfg(feature = "everything")]
pub use inspect::{decode, summarise};
pub use verifiers::{
    NEEDS_MORE, NO_SUCH, UNUSABLE, failed_image, verifier_add, verifier_begin, verifier_finish, verifier_free, verify,
};

/// The number of this interface, which the script that loads a module compares with its own: a page may have been
/// loaded before an update and fetch a module after it. Raised with every change of an export, of its arguments, or of
/// the JSON it puts out that the script relies on; the script's number stands in `package/loader.js`.
#[must_use]
pub const fn abi() -> u32 {
    1
}

/// Exports what a module that verifies certificates needs.
#[macro_export]
macro_rules! export_verifier {
    () => {
        /// The number of this interface.
        #[unsafe(no_mangle)]
        pub extern "C" fn abi() -> u32 {
            $crate::abi()
        }

        /// Makes room for so many bytes of input; null when there is no memory.
        #[unsafe(no_mangle)]
        pub extern "C" fn input(length: usize) -> *mut u8 {
            $crate::input(length)
        }

        /// Where the last output is.
        #[unsafe(no_mangle)]
        pub extern "C" fn output() -> *const u8 {
            $crate::output()
        }

        /// How many bytes the last output has.
        #[unsafe(no_mangle)]
        pub extern "C" fn output_length() -> usize {
            $crate::output_length()
        }

        /// Begins a verifier.
        #[unsafe(no_mangle)]
        pub extern "C" fn verifier_begin(flags: u32, skew_seconds: u32, sequence_high: u32, sequence_low: u32) {
            $crate::verifier_begin(flags, skew_seconds, sequence_high, sequence_low);
        }

        /// Adds the input, a file, to the verifier that was begun.
        #[unsafe(no_mangle)]
        pub extern "C" fn verifier_add(list: u32) -> i32 {
            $crate::verifier_add(list)
        }

        /// Ends the verifier that was begun and gives its number.
        #[unsafe(no_mangle)]
        pub extern "C" fn verifier_finish() -> i32 {
            $crate::verifier_finish()
        }

        /// Frees a verifier.
        #[unsafe(no_mangle)]
        pub extern "C" fn verifier_free(verifier: u32) {
            $crate::verifier_free(verifier);
        }

        /// Verifies the input.
        #[unsafe(no_mangle)]
        pub extern "C" fn verify(verifier: u32, time_length: usize) -> i32 {
            $crate::verify(verifier, time_length)
        }

        /// The result for an image that gave no text.
        #[unsafe(no_mangle)]
        pub extern "C" fn failed_image(code: i32) {
            $crate::failed_image(code);
        }
    };
}

/// Exports what the module with everything has beside [`export_verifier!`].
#[cfg(feature = "everything")]
#[macro_export]
macro_rules! export_everything {
    () => {
        /// Opens the layers of the input.
        #[unsafe(no_mangle)]
        pub extern "C" fn decode() {
            $crate::decode();
        }

        /// Puts the content of the input, a text, into words.
        #[unsafe(no_mangle)]
        pub extern "C" fn summarise(language: u32) {
            $crate::summarise(language);
        }

        /// Begins a card.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_begin(flags: u32) {
            $crate::card_begin(flags);
        }

        /// Adds a file of the card that was begun.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_file(name_length: usize) -> i32 {
            $crate::card_file(name_length)
        }

        /// Takes the input as JSON of further authorities.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_authorities() {
            $crate::card_authorities();
        }

        /// Takes the input as the challenge that the card answered.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_challenge() {
            $crate::card_challenge();
        }

        /// Takes the input as the card's answer.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_response() {
            $crate::card_response();
        }

        /// Verifies the card that was begun.
        #[unsafe(no_mangle)]
        pub extern "C" fn card_verify() -> i32 {
            $crate::card_verify()
        }
    };
}
