//! What is signed: the bundle's content as a model and in its one encoding (`docs/trust-bundle.cddl`).

use core::fmt;

use super::reader::Reader;
use super::{BundleError, BundlePolicy, TrustBundle};
use crate::codec::zlib;
use crate::crypto::PublicKey;
use crate::revocation::{Hash, Kind, List, MAX_REVOKED, RevocationSet};
use crate::time::Timestamp;
use crate::trust::MAX_SIGNERS;
use crate::x509::HealthUsage;

/// The version of this form.
pub(super) const VERSION: u64 = 1;

/// All subjects together, inflated: real ones average 126 bytes.
const MAX_SUBJECTS_BYTES: usize = 16 * 1024 * 1024;

/// The longest country; a code has two letters, and certificates hold what they like.
const MAX_COUNTRY_BYTES: usize = 64;

/// The longest key id, as in revocation data.
const MAX_KEY_ID_BYTES: usize = crate::revocation::MAX_REVOKED_KEY_ID_BYTES;

/// A signer as a bundle holds it.
#[derive(Clone)]
pub(in crate::trust) struct BundledSigner {
    pub(in crate::trust) key_id: Box<[u8]>,
    pub(in crate::trust) key: PublicKey,
    pub(in crate::trust) country: Option<Box<str>>,
    pub(in crate::trust) usage: HealthUsage,
    pub(in crate::trust) not_before: Timestamp,
    pub(in crate::trust) not_after: Timestamp,
    pub(in crate::trust) subject: Box<str>,
}

impl BundledSigner {
    /// What tells this signer from others of its key id: key and dates.
    pub(in crate::trust) fn identity(&self) -> Vec<u8> {
        #[cfg_attr(
            not(feature = "x509-full"),
            expect(clippy::infallible_destructuring_match, reason = "with all features there are other kinds")
        )]
        let key: &[u8] = match &self.key {
            PublicKey::P256(point) => point,
            #[cfg(feature = "x509-full")]
            PublicKey::P384(point) => point,
            #[cfg(feature = "x509-full")]
            PublicKey::Rsa { modulus, .. } => modulus,
        };
        let [from, to] = [self.not_before, self.not_after].map(|time| time.seconds().to_be_bytes());
        [key, from.as_slice(), to.as_slice()].concat()
    }
}

impl fmt::Debug for BundledSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BundledSigner").field("key", &self.key).field("country", &self.country).finish_non_exhaustive()
    }
}

/// Reads the content of a bundle that is relied on.
pub(super) fn read(payload: &[u8]) -> Result<TrustBundle, BundleError> {
    let mut reader = Reader::new(payload);
    // The version comes first, so that one from the future is told from a broken one.
    let items = reader.field("bundle").array()?;
    if reader.field("version").unsigned()? != VERSION {
        return Err(BundleError::Version);
    }
    if items != 8 {
        return Err(BundleError::malformed("bundle"));
    }
    let sequence = reader.field("sequence").unsigned()?;
    let issued_at = reader.field("issued-at").time()?;
    let valid_until = reader.field("valid-until").time()?;
    if valid_until < issued_at {
        return Err(reader.malformed());
    }
    let policy = read_policy(reader.field("policy"))?;
    let mut signers = read_signers(reader.field("signers"))?;
    let subjects = reader.field("subjects").bytes()?;
    name(&mut signers, subjects)?;
    let revocation = reader.field("revocation").optional(read_revocation)?;
    reader.end()?;
    Ok(TrustBundle { sequence, issued_at, valid_until, policy, signers, revocation })
}

fn read_policy(reader: &mut Reader<'_>) -> Result<BundlePolicy, BundleError> {
    reader.array_of(2)?;
    let max_age = reader.optional(Reader::unsigned)?;
    let max_age_seconds = max_age.map(u32::try_from).transpose().map_err(|_| reader.malformed())?;
    Ok(BundlePolicy { max_age_seconds, strict: reader.boolean()? })
}

/// The signers without their subjects, in the order of their encodings, none twice.
fn read_signers(reader: &mut Reader<'_>) -> Result<Vec<BundledSigner>, BundleError> {
    let count = reader.array()?;
    if count > MAX_SIGNERS {
        return Err(BundleError::TooLarge);
    }
    let mut signers = Vec::with_capacity(count);
    let mut previous: &[u8] = &[];
    for _ in 0..count {
        let before = reader.rest();
        signers.push(read_signer(reader)?);
        let encoded = before.get(..before.len() - reader.rest().len()).unwrap_or_default();
        if encoded <= previous {
            return Err(reader.malformed());
        }
        previous = encoded;
    }
    Ok(signers)
}

fn read_signer(reader: &mut Reader<'_>) -> Result<BundledSigner, BundleError> {
    reader.array_of(6)?;
    let key_id = reader.bytes()?;
    let key = read_key(reader)?;
    let country = reader.optional(Reader::text)?;
    let usage = reader.unsigned()?;
    let (not_before, not_after) = (reader.time()?, reader.time()?);
    let is_sound = !key_id.is_empty()
        && key_id.len() <= MAX_KEY_ID_BYTES
        && usage < 8
        && country.is_none_or(|country| country.len() <= MAX_COUNTRY_BYTES && !country.contains(char::is_control));
    if !is_sound {
        return Err(reader.malformed());
    }
    Ok(BundledSigner {
        key_id: key_id.into(),
        key,
        country: country.map(Into::into),
        usage: usage_of(usage),
        not_before,
        not_after,
        subject: Box::default(),
    })
}

/// A point is x ‖ y without the octet before them; whether it lies on its curve is seen when it is used. Without the
/// feature `x509-full` there are keys of P-256 alone, as in certificates.
fn read_key(reader: &mut Reader<'_>) -> Result<PublicKey, BundleError> {
    fn point<const N: usize>(coordinates: &[u8]) -> [u8; N] {
        let mut point = [4; N];
        point.iter_mut().skip(1).zip(coordinates).for_each(|(to, from)| *to = *from);
        point
    }
    #[cfg(feature = "x509-full")]
    if reader.is_at_array() {
        return read_rsa_key(reader);
    }
    let coordinates = reader.bytes()?;
    match coordinates.len() {
        64 => Ok(PublicKey::P256(point(coordinates))),
        #[cfg(feature = "x509-full")]
        96 => Ok(PublicKey::P384(point(coordinates))),
        _ => Err(reader.malformed()),
    }
}

#[cfg(feature = "x509-full")]
fn read_rsa_key(reader: &mut Reader<'_>) -> Result<PublicKey, BundleError> {
    /// An exponent has more bytes nowhere.
    const MAX_EXPONENT_BYTES: usize = 8;
    /// A modulus of 8,192 bits; providers take fewer.
    const MAX_MODULUS_BYTES: usize = 1024;
    reader.array_of(2)?;
    let (modulus, exponent) = (reader.bytes()?, reader.bytes()?);
    let is_number = |bytes: &[u8], most| bytes.len() <= most && bytes.first().is_some_and(|first| *first != 0);
    if !is_number(modulus, MAX_MODULUS_BYTES) || !is_number(exponent, MAX_EXPONENT_BYTES) {
        return Err(reader.malformed());
    }
    Ok(PublicKey::Rsa { modulus: modulus.into(), exponent: exponent.into() })
}

/// Gives the signers their subjects: lines of text, compressed together because they are much alike.
fn name(signers: &mut [BundledSigner], compressed: &[u8]) -> Result<(), BundleError> {
    let malformed = BundleError::malformed("subjects");
    if signers.is_empty() {
        return if compressed.is_empty() { Ok(()) } else { Err(malformed) };
    }
    let inflated = zlib::decompress(compressed, MAX_SUBJECTS_BYTES).map_err(|_| malformed)?;
    let mut lines = inflated.split(|byte| *byte == b'\n');
    for signer in signers {
        let line = lines.next().and_then(|line| core::str::from_utf8(line).ok());
        signer.subject = line.filter(|line| !line.contains(char::is_control)).ok_or(malformed)?.into();
    }
    if lines.next().is_some() { Err(malformed) } else { Ok(()) }
}

/// Bits 0 to 2: tests, vaccinations, recoveries. None of them: not restricted.
const fn usage_of(bits: u64) -> HealthUsage {
    let (test, vaccination, recovery) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
    HealthUsage { restricted: bits != 0, test, vaccination, recovery }
}

fn read_revocation(reader: &mut Reader<'_>) -> Result<RevocationSet, BundleError> {
    reader.array_of(3)?;
    let (mut signers, mut lists) = (Vec::new(), Vec::new());
    let fresh_until = reader.optional(Reader::time)?;
    let mut previous: Option<&[u8]> = None;
    for _ in 0..reader.array()? {
        let key_id = revoked_key_id(reader)?;
        if previous.is_some_and(|previous| previous >= key_id) {
            return Err(reader.malformed());
        }
        if signers.len() >= MAX_REVOKED {
            return Err(BundleError::TooLarge);
        }
        signers.push(key_id.into());
        previous = Some(key_id);
    }
    let mut size = signers.len();
    let mut previous = None;
    for _ in 0..reader.array()? {
        reader.array_of(3)?;
        let key_id = reader.optional(revoked_key_id)?;
        let kind = reader.unsigned()?;
        let kind = usize::try_from(kind).ok().and_then(|kind| Kind::ALL.get(kind)).ok_or(reader.malformed())?;
        let (hashes, []) = reader.bytes()?.as_chunks::<{ size_of::<Hash>() }>() else {
            return Err(reader.malformed());
        };
        let is_sorted = !hashes.is_empty() && hashes.is_sorted_by(|one, next| one < next);
        if !is_sorted || previous.is_some_and(|previous| previous >= (key_id, *kind)) {
            return Err(reader.malformed());
        }
        size = size.saturating_add(hashes.len());
        if size > MAX_REVOKED {
            return Err(BundleError::TooLarge);
        }
        lists.push(List { key_id: key_id.map(Into::into), kind: *kind, hashes: hashes.to_vec() });
        previous = Some((key_id, *kind));
    }
    Ok(RevocationSet::of_sorted(fresh_until, signers, lists))
}

fn revoked_key_id<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], BundleError> {
    let key_id = reader.bytes()?;
    if key_id.is_empty() || key_id.len() > MAX_KEY_ID_BYTES { Err(reader.malformed()) } else { Ok(key_id) }
}
