//! Where a PostgreSQL server is, and how it is reached: by a socket, on this machine, or by TLS.
//!
//! The connection string is that of libpq, in either form. `sslrootcert`, `sslcert` and `sslkey` name PEM files; with
//! the first, every connection is encrypted and the server has to prove its host name by a certificate below one of
//! these authorities (libpq's `verify-full`): there is no weaker way.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use postgres::config::Host;
use postgres::{Client, Config};

use super::LedgerError;
use super::postgres::unavailable;

/// Where the server is, and how its connections are encrypted.
pub(super) struct Route {
    config: Config,
    #[cfg(feature = "postgres-tls")]
    encrypted: Option<tokio_postgres_rustls::MakeRustlsConnect>,
}

impl Route {
    pub(super) fn parse(connection: &str) -> Result<Self, LedgerError> {
        let Parameters { others, authorities, identity } = Parameters::split(connection)?;
        #[cfg_attr(not(feature = "postgres-tls"), expect(unused_mut, reason = "TLS alone changes it"))]
        let mut config: Config = others.parse().map_err(|_| unavailable("the connection string cannot be read"))?;
        let Some(authorities) = authorities else {
            return if identity.is_none() && is_here(&config) {
                Ok(Self {
                    config,
                    #[cfg(feature = "postgres-tls")]
                    encrypted: None,
                })
            } else {
                Err(unavailable("without sslrootcert only by a socket or on this machine itself"))
            };
        };
        #[cfg(feature = "postgres-tls")]
        {
            config.ssl_mode(postgres::config::SslMode::Require);
            let encrypted = encrypted::configuration(&authorities, identity.as_ref())?;
            Ok(Self { config, encrypted: Some(tokio_postgres_rustls::MakeRustlsConnect::new(encrypted)) })
        }
        #[cfg(not(feature = "postgres-tls"))]
        {
            drop((authorities, identity));
            Err(unavailable("this build has no TLS for PostgreSQL"))
        }
    }

    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        #[cfg(feature = "postgres-tls")]
        if let Some(encrypted) = &self.encrypted {
            return self.config.connect(encrypted.clone());
        }
        self.config.connect(postgres::NoTls)
    }
}

/// Whether nothing leaves the machine. An address takes the place of the name.
fn is_here(config: &Config) -> bool {
    let is_here = |host: &Host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    };
    !config.get_hosts().is_empty()
        && config.get_hosts().iter().all(is_here)
        && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// The parameters of a connection string: those about certificates, and the others as they stand.
struct Parameters {
    others: String,
    authorities: Option<String>,
    /// The files of the client's certificate and its key.
    identity: Option<(String, String)>,
}

impl Parameters {
    fn split(connection: &str) -> Result<Self, LedgerError> {
        let unreadable = || unavailable("the connection string cannot be read");
        let mut read = Self { others: String::new(), authorities: None, identity: None };
        let (mut certificate, mut key) = (None, None);
        let mut take = |name: &str, value: &str| {
            let place = match name {
                "sslrootcert" => &mut read.authorities,
                "sslcert" => &mut certificate,
                "sslkey" => &mut key,
                // What is done in any case.
                "sslmode" => return value == "verify-full",
                _ => return false,
            };
            *place = Some(value.to_owned());
            true
        };
        if connection.starts_with("postgres://") || connection.starts_with("postgresql://") {
            let (server, parameters) = connection.split_once('?').unwrap_or((connection, ""));
            read.others.push_str(server);
            let mut separator = '?';
            for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
                let (name, value) = parameter.split_once('=').ok_or_else(unreadable)?;
                let value = percent_decode_str(value).decode_utf8().map_err(|_| unreadable())?;
                if !take(name, &value) {
                    read.others.push(separator);
                    read.others.push_str(parameter);
                    separator = '&';
                }
            }
        } else {
            let mut rest = connection.trim_start();
            while !rest.is_empty() {
                let (name, value) = rest.split_once('=').ok_or_else(unreadable)?;
                let (value, raw, after) = value_of(value.trim_start()).ok_or_else(unreadable)?;
                let name = name.trim_end();
                if !take(name, &value) {
                    read.others.push_str(&format!("{name}={raw} "));
                }
                rest = after.trim_start();
            }
        }
        read.identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err(unavailable("sslcert and sslkey go together")),
        };
        Ok(read)
    }
}

/// A value, plain or in single quotes with backslashes: what it means, how it is written, and what comes after.
fn value_of(text: &str) -> Option<(String, &str, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '\'' if quoted => {
                let end = at + 1;
                return Some((value, text.get(..end)?, text.get(end..)?));
            }
            _ if !quoted && character.is_whitespace() => return Some((value, text.get(..at)?, text.get(at..)?)),
            _ => value.push(character),
        }
    }
    (!quoted).then_some((value, text, ""))
}

#[cfg(feature = "postgres-tls")]
mod encrypted {
    use std::sync::Arc;

    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ClientConfig, RootCertStore};

    use super::{LedgerError, unavailable};

    pub(super) fn configuration(
        authorities: &str,
        identity: Option<&(String, String)>,
    ) -> Result<ClientConfig, LedgerError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(authorities, "the file of sslrootcert holds no certificates")? {
            roots.add(certificate).map_err(|_| unavailable("a certificate of sslrootcert cannot be read"))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| unavailable("tls cannot be set up"))?
            .with_root_certificates(roots);
        let Some((certificate, key)) = identity else { return Ok(builder.with_no_client_auth()) };
        let chain = certificates(certificate, "the file of sslcert holds no certificates")?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|_| unavailable("the key of sslkey cannot be read"))?;
        builder.with_client_auth_cert(chain, key).map_err(|_| unavailable("sslcert and sslkey do not belong together"))
    }

    fn certificates(path: &str, none: &'static str) -> Result<Vec<CertificateDer<'static>>, LedgerError> {
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        read.ok().filter(|certificates| !certificates.is_empty()).ok_or_else(|| unavailable(none))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_authorities_only_this_machine() {
        for here in ["host=/run/postgresql user=a", "host=localhost user=a", "host=localhost hostaddr=127.0.0.1 user=a"]
        {
            assert!(Route::parse(here).is_ok(), "{here}");
        }
        for elsewhere in [
            "user=a",
            "host=db.example user=a",
            "host=db.example user=a sslmode=require",
            "host=db.example user=a sslmode=verify-full",
            "host=localhost hostaddr=192.0.2.7 user=a",
            "host=localhost,localhost hostaddr=127.0.0.1,192.0.2.7 user=a",
            "hostaddr=192.0.2.7 user=a",
            "postgresql://a@db.example/x",
            "postgresql://a@localhost/x?sslcert=c.pem&sslkey=k.pem",
            "postgresql://a@db.example/x?sslrootcert=%FF",
        ] {
            assert!(Route::parse(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn files_are_told_from_what_the_driver_reads() {
        let split = |text: &str| {
            let read = Parameters::split(text).unwrap();
            (read.others, read.authorities.unwrap_or_default(), read.identity)
        };
        assert_eq!(
            split("  host = db.example  sslrootcert='a b\\'c.pem' password='sslkey=x' sslmode=verify-full user=u\\ v"),
            ("host=db.example password='sslkey=x' user=u\\ v ".into(), "a b'c.pem".into(), None)
        );
        let (_, _, identity) = split("sslcert=c.pem sslkey=''");
        assert_eq!(identity, Some(("c.pem".into(), String::new())));
        let (others, authorities, _) =
            split("postgresql://u:p%40@db/x?sslrootcert=%2Fetc%2Fca.pem&application_name=t&sslmode=verify-full");
        assert_eq!((&*others, &*authorities), ("postgresql://u:p%40@db/x?application_name=t", "/etc/ca.pem"));
        assert_eq!(split("postgres://u@db/x").0, "postgres://u@db/x");
        for wrong in ["host", "host='a", "sslcert=c.pem", "sslkey=k.pem", "host=a\\"] {
            let read = Parameters::split(wrong).map(|read| read.others.parse::<Config>().is_ok());
            assert!(!read.unwrap_or(false), "{wrong}");
        }
    }
}
