use tegata::model::{IndividualNumber, MunicipalityCode};

use zeroize::Zeroizing;

use super::*;
use crate::testing::OsRandom;

fn code(text: &str) -> MunicipalityCode {
    MunicipalityCode::parse(text).unwrap()
}

const PLACE: Place<'_> = Place { table: "resident", row: b"4711" };

fn keys(byte: u8) -> MunicipalityKeys {
    MasterKey::from_bytes(&[byte; MASTER_KEY_BYTES]).municipality(code("131202"))
}

#[test]
fn what_was_sealed_opens_in_its_place_alone() {
    let (key, wrapped) = keys(1).new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    let sealed = key.seal(PLACE, b"TEGATA HANAKO", &OsRandom).unwrap();
    let again = keys(1).open_period_key(Period::of_year(2031), &wrapped).unwrap();
    let open = |key: &PeriodKey, place| key.open(place, &sealed.wrapped_key, &sealed.content);
    assert_eq!(open(&again, PLACE).unwrap().as_slice(), b"TEGATA HANAKO");

    for place in [Place { table: "issue", ..PLACE }, Place { row: b"4712", ..PLACE }, Place { row: b"", ..PLACE }] {
        assert_eq!(open(&key, place).unwrap_err(), VaultError::DoesNotOpen);
    }
    let (other, _) = keys(1).new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    assert_eq!(open(&other, PLACE).unwrap_err(), VaultError::DoesNotOpen);
}

#[test]
fn a_period_key_opens_for_its_municipality_period_and_master_key_alone() {
    let (_, wrapped) = keys(1).new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    let elsewhere = MasterKey::from_bytes(&[1; MASTER_KEY_BYTES]).municipality(code("271403"));
    for (keys, year) in [(keys(1), 2032), (keys(2), 2031), (elsewhere, 2031)] {
        assert_eq!(keys.open_period_key(Period::of_year(year), &wrapped).unwrap_err(), VaultError::DoesNotOpen);
    }
}

#[test]
fn a_change_anywhere_is_noticed() {
    let (key, _) = keys(1).new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    let sealed = key.seal(PLACE, b"TEGATA HANAKO", &OsRandom).unwrap();
    for part in 0..2 {
        let length = [sealed.wrapped_key.len(), sealed.content.len()][part];
        for at in 0..length {
            let mut changed = sealed.clone();
            [&mut changed.wrapped_key, &mut changed.content][part][at] ^= 1;
            assert_eq!(key.open(PLACE, &changed.wrapped_key, &changed.content).unwrap_err(), VaultError::DoesNotOpen);
            let mut cut = sealed.clone();
            [&mut cut.wrapped_key, &mut cut.content][part].truncate(at);
            assert_eq!(key.open(PLACE, &cut.wrapped_key, &cut.content).unwrap_err(), VaultError::DoesNotOpen);
        }
    }
}

#[test]
fn sealing_twice_gives_nothing_in_common() {
    let (key, _) = keys(1).new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    let one = key.seal(PLACE, b"TEGATA HANAKO", &OsRandom).unwrap();
    let two = key.seal(PLACE, b"TEGATA HANAKO", &OsRandom).unwrap();
    assert_ne!(one.content, two.content);
    assert_ne!(one.wrapped_key[..12], two.wrapped_key[..12]);
    let longest = vec![0; MAX_SEALED_BYTES + 1];
    assert!(key.seal(PLACE, &longest[1..], &OsRandom).is_ok());
    assert_eq!(key.seal(PLACE, &longest, &OsRandom).unwrap_err(), VaultError::TooLong);
}

#[test]
fn hashes_differ_by_kind_and_municipality() {
    let here = keys(1);
    let elsewhere = MasterKey::from_bytes(&[1; MASTER_KEY_BYTES]).municipality(code("271403"));
    let hash = here.lookup_hash(Lookup::Voucher, b"1234567890");
    assert_eq!(hash, here.lookup_hash(Lookup::Voucher, b"1234567890"));
    assert_ne!(hash, here.lookup_hash(Lookup::InternalNumber, b"1234567890"));
    assert_ne!(hash, elsewhere.lookup_hash(Lookup::Voucher, b"1234567890"));
    let number = IndividualNumber::from_digits(b"123456789018").unwrap();
    assert_ne!(here.number_hash(&number), elsewhere.number_hash(&number));
}

#[test]
fn a_successor_wraps_anew_and_finds_the_same() {
    let old = MasterKey::generate(&OsRandom).unwrap();
    let new = old.successor(&OsRandom).unwrap();
    let (old, new) = (old.municipality(code("131202")), new.municipality(code("131202")));
    assert_eq!(old.lookup_hash(Lookup::Voucher, b"1"), new.lookup_hash(Lookup::Voucher, b"1"));
    let (key, wrapped) = old.new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    assert!(new.open_period_key(Period::of_year(2031), &wrapped).is_err());
    let wrapped = new.wrap_period_key(&key, &OsRandom).unwrap();
    let sealed = key.seal(PLACE, b"1", &OsRandom).unwrap();
    let key = new.open_period_key(Period::of_year(2031), &wrapped).unwrap();
    assert!(key.open(PLACE, &sealed.wrapped_key, &sealed.content).is_ok());
}

#[test]
fn the_file_is_read_as_it_was_written_and_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let key = MasterKey::generate(&OsRandom).unwrap();
    key.write_file(&path).unwrap();
    assert_eq!(key.write_file(&path).unwrap_err(), VaultError::KeyFileUnavailable);
    let read = MasterKey::read_file(&path).unwrap();
    assert_eq!((read.wrapping(), read.lookup()), (key.wrapping(), key.lookup()));
    assert_eq!(MasterKey::read_file(&dir.path().join("none")).unwrap_err(), VaultError::KeyFileUnavailable);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(MasterKey::read_file(&path).unwrap_err(), VaultError::KeyFileExposed);
        }
    }
}

/// A device that flips bits and remembers what for.
#[derive(Debug)]
struct Device(u8);

impl KeyDevice for Device {
    fn seal(&self, purpose: &[u8], secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok([purpose, b"\0", &secret.iter().map(|byte| byte ^ self.0).collect::<Vec<_>>()].concat())
    }

    fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let secret = sealed.strip_prefix(purpose).and_then(|rest| rest.strip_prefix(b"\0"));
        let secret = secret.filter(|_| self.0 != 0).ok_or(VaultError::DoesNotOpen)?;
        Ok(secret.iter().map(|byte| byte ^ self.0).collect::<Vec<_>>().into())
    }
}

#[test]
fn c3_a_sealed_file_opens_by_its_device_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let key = MasterKey::generate(&OsRandom).unwrap();
    key.write_sealed_file(&path, &Device(1)).unwrap();
    assert_eq!(key.write_sealed_file(&path, &Device(1)).unwrap_err(), VaultError::KeyFileUnavailable);
    let read = MasterKey::read_sealed_file(&path, &Device(1)).unwrap();
    assert_eq!((read.wrapping(), read.lookup()), (key.wrapping(), key.lookup()));
    assert_eq!(MasterKey::read_sealed_file(&path, &Device(0)).unwrap_err(), VaultError::DoesNotOpen);
    assert_eq!(MasterKey::read_file(&path).unwrap_err(), VaultError::KeyFileSealed);
    // What a device gives back is still a master key's bytes or none.
    let text = crate::armour::write("TEGATA SEALED MASTER KEY", b"tegata master key file 1\0short");
    let other = dir.path().join("short.key");
    std::fs::write(&other, text.as_bytes()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&other, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(MasterKey::read_sealed_file(&other, &Device(1)).unwrap_err(), VaultError::KeyFileMalformed);
    // A plain file is not taken for a sealed one.
    let plain = dir.path().join("plain.key");
    key.write_file(&plain).unwrap();
    assert_eq!(MasterKey::read_sealed_file(&plain, &Device(1)).unwrap_err(), VaultError::KeyFileMalformed);
}

#[test]
fn anything_else_is_no_key_file() {
    let text = MasterKey::generate(&OsRandom).unwrap().to_text();
    let text = text.as_str();
    assert!(MasterKey::from_text(text.as_bytes()).is_some());
    assert!(MasterKey::from_text(text.replace('\n', "\r\n").as_bytes()).is_some());
    for length in 0..text.trim_end().len() {
        assert!(MasterKey::from_text(&text.as_bytes()[..length]).is_none(), "{length}");
    }
    for other in [text.replace("MASTER", "PRIVATE"), format!("{text}{text}"), text.replacen('\n', "\nAAAA", 1)] {
        assert!(MasterKey::from_text(other.as_bytes()).is_none());
    }
    assert!(MasterKey::from_text(&[0xff; 200]).is_none());
}

#[test]
fn nothing_is_printed() {
    let keys = keys(0x41);
    let (key, _) = keys.new_period_key(Period::of_year(2031), &OsRandom).unwrap();
    let hash = keys.lookup_hash(Lookup::Voucher, b"1");
    let master = MasterKey::from_bytes(&[0x41; MASTER_KEY_BYTES]);
    assert_eq!(
        format!("{master:?} {keys:?} {key:?} {hash:?}"),
        "MasterKey(..) MunicipalityKeys(131202) PeriodKey(131202, 2031) LookupHash(..)"
    );
}
