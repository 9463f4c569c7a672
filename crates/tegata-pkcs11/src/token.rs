//! The module, the token in one of its slots, and logging in.

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    session::{Session, UserType},
    slot::{Slot, TokenInfo},
    types::AuthPin,
};

use crate::{
    TokenError, TokenUri,
    error::{of_login, of_token},
};

/// A token that was found.
#[derive(Debug)]
pub(crate) struct Token {
    context: Pkcs11,
    slot: Slot,
}

impl Token {
    /// Loads the module and finds the one token that is meant.
    pub(crate) fn find(uri: &TokenUri) -> Result<(Self, TokenInfo), TokenError> {
        let context = Pkcs11::new(uri.module_path()).map_err(|_| TokenError::ModuleUnavailable)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // A module is started once in a process, whoever did it.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(_) => return Err(TokenError::ModuleUnavailable),
        }
        let mut found = None;
        for slot in context.get_slots_with_token().map_err(|error| of_token(&error))? {
            // A slot whose token cannot be asked is no candidate; another one may be meant.
            let Ok(info) = context.get_token_info(slot) else { continue };
            if uri.is_token(slot, &info) && info.token_initialized() {
                if found.is_some() {
                    return Err(TokenError::TokenAmbiguous);
                }
                found = Some((slot, info));
            }
        }
        let (slot, info) = found.ok_or(TokenError::TokenNotFound)?;
        Ok((Self { context, slot }, info))
    }

    pub(crate) fn session(&self, writing: bool) -> Result<Session, Error> {
        if writing { self.context.open_rw_session(self.slot) } else { self.context.open_ro_session(self.slot) }
    }

    /// Logs in as the user, for all sessions with this token. The PIN is tried once.
    pub(crate) fn log_in(session: &Session, info: &TokenInfo, pin: Option<&str>) -> Result<(), TokenError> {
        let pin = match Login::for_token(info, pin.is_some())? {
            Login::None => return Ok(()),
            Login::OnDevice => None,
            Login::WithPin => pin.map(|pin| AuthPin::from(pin.to_owned())),
        };
        match session.login(UserType::User, pin.as_ref()) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(error) => Err(of_login(&error)),
        }
    }
}

impl TokenUri {
    fn is_token(&self, slot: Slot, info: &TokenInfo) -> bool {
        let matches = |wanted: &Option<String>, actual: &str| wanted.as_ref().is_none_or(|wanted| wanted == actual);
        matches(&self.token, info.label())
            && matches(&self.manufacturer, info.manufacturer_id())
            && matches(&self.serial, info.serial_number())
            && matches(&self.model, info.model())
            && self.slot_id.is_none_or(|id| id == slot.id())
    }
}

/// How a token is logged in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Login {
    None,
    OnDevice,
    WithPin,
}

/// What a token says of its login, apart from the token so that every case can be tried.
struct LoginState {
    required: bool,
    on_device: bool,
    locked: bool,
    last_try: bool,
    pin_set: bool,
}

impl Login {
    fn for_token(info: &TokenInfo, pin_given: bool) -> Result<Self, TokenError> {
        let state = LoginState {
            required: info.login_required(),
            on_device: info.protected_authentication_path(),
            locked: info.user_pin_locked(),
            last_try: info.user_pin_final_try(),
            pin_set: info.user_pin_initialized(),
        };
        Self::decide(&state, pin_given)
    }

    const fn decide(state: &LoginState, pin_given: bool) -> Result<Self, TokenError> {
        if !state.required {
            Ok(Self::None)
        } else if state.locked || !state.pin_set {
            Err(TokenError::PinLocked)
        } else if state.last_try {
            Err(TokenError::PinLastTry)
        } else if state.on_device {
            Ok(Self::OnDevice)
        } else if pin_given {
            Ok(Self::WithPin)
        } else {
            Err(TokenError::PinRequired)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: LoginState =
        LoginState { required: true, on_device: false, locked: false, last_try: false, pin_set: true };

    #[test]
    fn a_locked_token_or_one_about_to_lock_is_not_logged_in_to() {
        assert_eq!(Login::decide(&READY, true), Ok(Login::WithPin));
        assert_eq!(Login::decide(&READY, false), Err(TokenError::PinRequired));
        assert_eq!(Login::decide(&LoginState { locked: true, ..READY }, true), Err(TokenError::PinLocked));
        assert_eq!(Login::decide(&LoginState { pin_set: false, ..READY }, true), Err(TokenError::PinLocked));
        assert_eq!(Login::decide(&LoginState { last_try: true, ..READY }, true), Err(TokenError::PinLastTry));
        let on_device = LoginState { on_device: true, ..READY };
        assert_eq!(Login::decide(&on_device, false), Ok(Login::OnDevice));
        assert_eq!(Login::decide(&LoginState { last_try: true, ..on_device }, false), Err(TokenError::PinLastTry));
        assert_eq!(Login::decide(&LoginState { required: false, ..READY }, false), Ok(Login::None));
    }
}
