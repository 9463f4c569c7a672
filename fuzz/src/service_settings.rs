//! The settings of the service.

use std::path::Path;

use tegata_service::Settings;
use tegata_service::settings::{LedgerPlace, MAX_SETTINGS_BYTES};

/// A file. What is printed of it is no password; what was accepted has a place to listen, a part to serve, and names
/// each client once.
pub fn service_settings(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match Settings::parse(text, Path::new("/etc/tegata")) {
        Ok(settings) => {
            assert!(text.len() <= MAX_SETTINGS_BYTES);
            assert!(!settings.roles.is_empty());
            for (index, client) in settings.clients.iter().enumerate() {
                assert!(!client.name.is_empty());
                assert!(client.certificate.is_some() || client.key.is_some(), "nobody else can prove who calls");
                assert!(settings.clients[..index].iter().all(|other| other.name != client.name));
            }
            let mut other = settings.clone();
            if let Some(ledger) = &mut other.ledger
                && let LedgerPlace::Postgres { connection, .. } = &mut ledger.place
            {
                *connection = "another".to_owned();
            }
            assert_eq!(format!("{settings:?}"), format!("{other:?}"), "a connection string is printed");
            assert_eq!(Settings::parse(text, Path::new("/etc/tegata")).expect("as before"), settings);
        }
        Err(error) => {
            let _ = (error.to_string(), error.code());
        }
    }
}
