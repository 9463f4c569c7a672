//! Sealing one row's personal data.

use core::fmt;

use tegata::codec::cbor::Encoder;
use tegata::crypto::SecureRandom;
use tegata::model::MunicipalityCode;
use tegata::time::Date;
use zeroize::Zeroizing;

use super::VaultError;
use super::derive::KEY_BYTES;

/// The longest data that is sealed as one: a stored application with the files of a card takes about 16 kB.
pub const MAX_SEALED_BYTES: usize = 1 << 20;

/// The year in which a row's retention ends: the rows of one period share a period key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u16);

impl Period {
    /// The period of what is kept until a date.
    #[must_use]
    pub const fn of(retain_until: Date) -> Self {
        Self(retain_until.year())
    }

    /// The period of a year.
    #[must_use]
    pub const fn of_year(year: u16) -> Self {
        Self(year)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.0
    }

    /// What a wrapped period key is bound to.
    pub(super) fn context(self, municipality: MunicipalityCode) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.array(3);
        encoder.text("tegata period key 1");
        encoder.text(municipality.as_str());
        encoder.unsigned(self.0.into());
        encoder.into_bytes()
    }
}

/// Where sealed data stands; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// What names the row within the table and municipality.
    pub row: &'a [u8],
}

/// Personal data as a database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The row key, wrapped by the period key. Destroying it is erasing the row.
    pub wrapped_key: Vec<u8>,
    /// The data, sealed by the row key.
    pub content: Vec<u8>,
}

/// The key that wraps the row keys of one municipality and period; wiped on drop.
pub struct PeriodKey {
    municipality: MunicipalityCode,
    period: Period,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

impl PeriodKey {
    pub(super) const fn new(municipality: MunicipalityCode, period: Period, key: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self { municipality, period, key }
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// Seals data for one place, with a key of its own.
    ///
    /// # Errors
    /// [`VaultError::TooLong`], [`VaultError::Random`].
    pub fn seal(&self, place: Place<'_>, data: &[u8], random: &dyn SecureRandom) -> Result<Sealed, VaultError> {
        if data.len() > MAX_SEALED_BYTES {
            return Err(VaultError::TooLong);
        }
        let context = self.place_context(place);
        // All of it at once: the system is asked once.
        let mut fresh = Zeroizing::new([[0; KEY_BYTES]; 2]);
        random.fill(fresh.as_flattened_mut())?;
        let [row_key, nonces] = &*fresh;
        let (one, other) = nonces.split_at(KEY_BYTES / 2);
        let content = wrap::seal_with(row_key, wrap::nonce(one), &context, data)?;
        let wrapped_key = wrap::seal_with(&self.key, wrap::nonce(other), &context, row_key)?;
        Ok(Sealed { wrapped_key, content })
    }

    /// Opens what was sealed for this place, into memory that is wiped.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open(&self, place: Place<'_>, wrapped_key: &[u8], content: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let context = self.place_context(place);
        let row_key = wrap::open_key(&self.key, &context, wrapped_key)?;
        wrap::open(&row_key, &context, content)
    }

    pub(super) fn context(&self) -> Vec<u8> {
        self.period.context(self.municipality)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.key
    }

    /// What a row's key and data are bound to.
    fn place_context(&self, place: Place<'_>) -> Vec<u8> {
        let mut encoder = Encoder::with_capacity(96);
        encoder.array(5);
        encoder.text("tegata row 1");
        encoder.text(self.municipality.as_str());
        encoder.unsigned(self.period.year().into());
        encoder.text(place.table);
        encoder.bytes(place.row);
        encoder.into_bytes()
    }
}

impl fmt::Debug for PeriodKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeriodKey({}, {})", self.municipality, self.period.year())
    }
}

/// AES-256-GCM (NIST SP 800-38D) with a random nonce before the ciphertext and the tag after it.
///
/// A period key wraps each row key of a year, so that the bound on random nonces of SP 800-38D §8.3, 2³² a key, is a
/// bound on the writes of one municipality whose retention ends in one year.
pub(super) mod wrap {
    use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
    use aes_gcm::{Aes256Gcm, Nonce};
    use tegata::crypto::SecureRandom;
    use zeroize::Zeroizing;

    use super::super::VaultError;
    use super::super::derive::KEY_BYTES;

    const NONCE_BYTES: usize = 12;
    const TAG_BYTES: usize = 16;

    pub(in super::super) fn seal(
        key: &[u8; KEY_BYTES],
        context: &[u8],
        data: &[u8],
        random: &dyn SecureRandom,
    ) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        random.fill(&mut nonce)?;
        seal_with(key, nonce, context, data)
    }

    /// A nonce of random bytes, of which there are enough.
    pub(super) fn nonce(random: &[u8]) -> [u8; NONCE_BYTES] {
        let mut nonce = [0; NONCE_BYTES];
        nonce.iter_mut().zip(random).for_each(|(to, byte)| *to = *byte);
        nonce
    }

    pub(super) fn seal_with(
        key: &[u8; KEY_BYTES],
        nonce: [u8; NONCE_BYTES],
        context: &[u8],
        data: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        // Room for all of it: growing would leave a copy of the data behind.
        let mut out = Vec::with_capacity(NONCE_BYTES + data.len() + TAG_BYTES);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(data);
        let content = out.get_mut(NONCE_BYTES..).unwrap_or_default();
        let tag = Aes256Gcm::new(key.into())
            .encrypt_inout_detached(&Nonce::from(nonce), context, content.into())
            .map_err(|_| VaultError::TooLong)?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    pub(in super::super) fn open(
        key: &[u8; KEY_BYTES],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts = sealed.split_first_chunk::<NONCE_BYTES>();
        let parts = parts.and_then(|(nonce, rest)| Some((nonce, rest.split_last_chunk::<TAG_BYTES>()?)));
        let Some((nonce, (content, tag))) = parts else { return Err(VaultError::DoesNotOpen) };
        let mut data = Zeroizing::new(content.to_vec());
        Aes256Gcm::new(key.into())
            .decrypt_inout_detached(&Nonce::from(*nonce), context, data.as_mut_slice().into(), &(*tag).into())
            .map_err(|_| VaultError::DoesNotOpen)?;
        Ok(data)
    }

    pub(in super::super) fn open_key(
        key: &[u8; KEY_BYTES],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
        let data = open(key, context, sealed)?;
        let mut opened = Zeroizing::new([0; KEY_BYTES]);
        if data.len() != KEY_BYTES {
            return Err(VaultError::DoesNotOpen);
        }
        opened.iter_mut().zip(data.iter()).for_each(|(to, byte)| *to = *byte);
        Ok(opened)
    }
}
