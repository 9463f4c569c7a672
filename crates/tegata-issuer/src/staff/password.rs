//! Passwords: argon2id (RFC 9106), keyed by the municipality.

use core::fmt;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tegata::crypto::SecureRandom;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::StaffError;
use crate::issuing::random_characters;
use crate::vault::MunicipalityKeys;

/// Characters of a password, at least: NIST SP 800-63B-4 §3.1.1.2 asks for 8 where something else is needed too, and a
/// terminal is.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Characters of a password, at most: what is hashed is bounded.
pub const MAX_PASSWORD_CHARS: usize = 128;
/// Bytes of the salt: RFC 9106 §3.1 recommends 16.
const SALT_BYTES: usize = 16;
/// Characters of five random bits each in an initial password, in groups.
const INITIAL_GROUPS: [usize; 4] = [4; 4];

/// A password, in the form in which it is hashed (NFKC); wiped on drop.
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as somebody typed it.
    ///
    /// # Errors
    /// [`StaffError::LoginRefused`] for one that no account can have, by its length.
    pub fn typed(text: &str) -> Result<Self, StaffError> {
        // Characters are counted before anything is done with them, and a form takes eighteen times as many at most.
        if text.chars().take(MAX_PASSWORD_CHARS + 1).count() > MAX_PASSWORD_CHARS {
            return Err(StaffError::LoginRefused);
        }
        let mut normal = Zeroizing::new(String::with_capacity(text.len().saturating_mul(18)));
        normal.extend(text.nfkc());
        Ok(Self(normal))
    }

    /// A new password for an account.
    ///
    /// # Errors
    /// [`StaffError::PasswordNotAllowed`] for one of fewer than [`MIN_PASSWORD_CHARS`] or more than
    /// [`MAX_PASSWORD_CHARS`], of fewer than five different characters, with control characters, or that contains the
    /// account's name.
    pub fn choose(text: &str, account: &str) -> Result<Self, StaffError> {
        let password = Self::typed(text).map_err(|_| StaffError::PasswordNotAllowed)?;
        let lower = Zeroizing::new(password.0.to_lowercase());
        let mut different: Vec<char> = lower.chars().collect();
        let length = different.len();
        different.sort_unstable();
        different.dedup();
        let named = lower.contains(&account.to_lowercase());
        let allowed = (MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&length)
            && different.len() >= 5
            && !named
            && !lower.chars().any(char::is_control);
        different.fill('\0');
        if allowed { Ok(password) } else { Err(StaffError::PasswordNotAllowed) }
    }

    /// A random password that is told to its account's holder, and changed at the first login.
    pub(super) fn initial(random: &dyn SecureRandom) -> Result<Self, StaffError> {
        let groups = INITIAL_GROUPS.map(|count| random_characters(random, count));
        let groups: Vec<String> = groups.into_iter().collect::<Result<_, _>>().map_err(|_| StaffError::Random)?;
        Ok(Self(Zeroizing::new(groups.join("-"))))
    }

    /// The password itself, to be told to the one person it is for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its hash, as a PHC string: argon2id with 19 MiB and two passes, the least that OWASP's Password Storage Cheat
    /// Sheet recommends, so that many logins do not take a machine's memory. It depends on a secret of the municipality,
    /// which is derived from the master key: whoever has the database alone cannot try passwords.
    pub(super) fn hash(&self, keys: &MunicipalityKeys, random: &dyn SecureRandom) -> Result<String, StaffError> {
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt).map_err(|_| StaffError::Random)?;
        let pepper = keys.password_pepper();
        let hash = argon2(&*pepper).and_then(|argon2| argon2.hash_password_with_salt(self.0.as_bytes(), &salt).ok());
        hash.map(|hash| hash.to_string()).ok_or(StaffError::Random)
    }

    /// Whether this is the password of a hash. Where there is no account it takes as long, and it is not.
    pub(crate) fn matches(&self, keys: &MunicipalityKeys, hash: Option<&str>) -> bool {
        let pepper = keys.password_pepper();
        let Some(argon2) = argon2(&*pepper) else { return false };
        match hash {
            Some(hash) => argon2.verify_password(self.0.as_bytes(), hash).is_ok(),
            None => {
                _ = argon2.hash_password_with_salt(self.0.as_bytes(), &[0; SALT_BYTES]);
                false
            }
        }
    }
}

/// The function with a secret; `None` never happens, for the secret is short.
fn argon2(secret: &[u8]) -> Option<Argon2<'_>> {
    Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, Params::DEFAULT).ok()
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
