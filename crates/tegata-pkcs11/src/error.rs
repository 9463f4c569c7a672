use core::fmt;

use cryptoki::error::{Error, RvError};
use tegata::Code;

/// Why a token or its key cannot be used.
///
/// Nothing of the PIN, and nothing of the URI but an attribute's name, is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The URI is not one of RFC 7512, or says something that is not supported.
    Uri {
        /// The attribute it is about, or `uri` for the whole.
        attribute: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The token's module cannot be loaded or started.
    ModuleUnavailable,
    /// No token in any slot is the one the URI names.
    TokenNotFound,
    /// More than one token is.
    TokenAmbiguous,
    /// The token wants a PIN and none was given.
    PinRequired,
    /// The PIN is wrong. It was tried once.
    PinWrong,
    /// The token is locked, or its PIN is not set or must be changed first.
    PinLocked,
    /// The next wrong PIN would lock the token, so none was tried.
    PinLastTry,
    /// The token has no key of the kind that the URI names.
    KeyNotFound,
    /// It has more than one.
    KeyAmbiguous,
    /// It has one already, and a new one was to be made.
    KeyExists,
    /// The key may not issue.
    KeyUnsupported {
        /// What about it.
        reason: &'static str,
    },
    /// The secret key may not seal.
    SecretUnsupported {
        /// What about it.
        reason: &'static str,
    },
    /// What was sealed does not open: it was changed, is for another purpose, or another key sealed it.
    DoesNotOpen,
    /// The token failed or refused.
    Unavailable {
        /// What it said, in the words of PKCS#11.
        reason: &'static str,
    },
}

impl TokenError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Uri { .. } => Code::TokenUriInvalid,
            Self::ModuleUnavailable => Code::TokenModuleUnavailable,
            Self::TokenNotFound => Code::TokenNotFound,
            Self::TokenAmbiguous => Code::TokenAmbiguous,
            Self::PinRequired => Code::TokenPinRequired,
            Self::PinWrong => Code::TokenPinWrong,
            Self::PinLocked => Code::TokenPinLocked,
            Self::PinLastTry => Code::TokenPinLastTry,
            Self::KeyNotFound => Code::TokenKeyNotFound,
            Self::KeyAmbiguous => Code::TokenKeyAmbiguous,
            Self::KeyExists => Code::TokenKeyExists,
            Self::KeyUnsupported { .. } | Self::SecretUnsupported { .. } => Code::KeyUnsupported,
            Self::DoesNotOpen => Code::SealBroken,
            Self::Unavailable { .. } => Code::TokenUnavailable,
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri { attribute, reason } => write!(f, "{attribute} of the token's uri: {reason}"),
            Self::ModuleUnavailable => f.write_str("module of the token cannot be loaded or started"),
            Self::TokenNotFound => f.write_str("no token is the one the uri names"),
            Self::TokenAmbiguous => f.write_str("more than one token is the one the uri names"),
            Self::PinRequired => f.write_str("token wants a pin and none was given"),
            Self::PinWrong => f.write_str("pin is wrong"),
            Self::PinLocked => f.write_str("token is locked, or its pin is not set"),
            Self::PinLastTry => f.write_str("next wrong pin would lock the token, so none was tried"),
            Self::KeyNotFound => f.write_str("token has no key of the kind that the uri names"),
            Self::KeyAmbiguous => f.write_str("token has more than one key of the kind that the uri names"),
            Self::KeyExists => f.write_str("token has a key of this name already"),
            Self::KeyUnsupported { reason } => write!(f, "key {reason}, and only a p-256 key that signs may issue"),
            Self::SecretUnsupported { reason } => write!(f, "key {reason}, and only a secret aes-256 key seals"),
            Self::DoesNotOpen => f.write_str("what was sealed does not open under this key"),
            Self::Unavailable { reason } => write!(f, "token failed: {reason}"),
        }
    }
}

impl core::error::Error for TokenError {}

/// An answer to logging in means the PIN; any other is the token's.
pub(crate) fn of_login(error: &Error) -> TokenError {
    match error {
        Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => TokenError::PinWrong,
        Error::Pkcs11(RvError::PinLocked | RvError::PinExpired | RvError::UserPinNotInitialized, _) => {
            TokenError::PinLocked
        }
        Error::PinNotSet => TokenError::PinRequired,
        other => of_token(other),
    }
}

pub(crate) fn of_token(error: &Error) -> TokenError {
    TokenError::Unavailable { reason: reason(error) }
}

/// In words of our own: a library's text may quote what it was given.
pub(crate) const fn reason(error: &Error) -> &'static str {
    let Error::Pkcs11(value, _) = error else { return "an answer that makes no sense" };
    match value {
        RvError::DeviceRemoved => "device removed",
        RvError::TokenNotPresent => "token not present",
        RvError::TokenNotRecognized => "token not recognized",
        RvError::DeviceError => "device error",
        RvError::DeviceMemory => "device memory",
        RvError::SessionHandleInvalid | RvError::SessionClosed => "session closed",
        RvError::SessionCount => "too many sessions",
        RvError::UserNotLoggedIn => "not logged in",
        RvError::UserAnotherAlreadyLoggedIn => "another user is logged in",
        RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid => "key is gone",
        RvError::KeyFunctionNotPermitted => "key may not sign",
        RvError::MechanismInvalid => "mechanism not supported",
        RvError::CurveNotSupported | RvError::DomainParamsInvalid => "curve not supported",
        RvError::TokenWriteProtected => "token is write-protected",
        RvError::SessionReadOnly => "session is read-only",
        RvError::SlotIdInvalid => "slot is gone",
        RvError::CryptokiNotInitialized => "module was stopped",
        RvError::FunctionFailed => "function failed",
        RvError::GeneralError => "general error",
        RvError::HostMemory => "host memory",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn answers_to_a_pin_are_told_apart_from_failures() {
        let of = |value| of_login(&Error::Pkcs11(value, Function::Login));
        for value in [RvError::PinIncorrect, RvError::PinInvalid, RvError::PinLenRange] {
            assert_eq!(of(value).code(), Code::TokenPinWrong);
        }
        for value in [RvError::PinLocked, RvError::PinExpired, RvError::UserPinNotInitialized] {
            assert_eq!(of(value).code(), Code::TokenPinLocked);
        }
        assert_eq!(of(RvError::DeviceRemoved), TokenError::Unavailable { reason: "device removed" });
        assert_eq!(of(RvError::FunctionNotSupported).code(), Code::TokenUnavailable);
        assert_eq!(of_login(&Error::PinNotSet).code(), Code::TokenPinRequired);
        assert_eq!(of_token(&Error::InvalidValue).code(), Code::TokenUnavailable);
    }

    #[test]
    fn every_error_is_one_lowercase_line() {
        let uri = TokenError::Uri { attribute: "id", reason: "given twice" };
        for error in [uri, TokenError::PinLastTry, TokenError::KeyUnsupported { reason: "is on another curve" }] {
            let text = error.to_string();
            assert!(!text.contains('\n') && !text.contains(char::is_uppercase), "{text}");
        }
    }
}
