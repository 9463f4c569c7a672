//! TLS: the service's certificate, and those of its clients.
//!
//! TLS 1.3 and 1.2 with the suites of `rustls` on AWS-LC. A client's certificate is asked for and need not be given; one
//! that is given must be issued by one of the client authorities, or the handshake fails. Whether a client with a
//! certificate is registered, and what it may do, the routes ask: the certificate of a client that is struck from the
//! settings opens nothing from the next start on.

use core::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};

use crate::ServiceError;
use crate::settings::TlsFiles;

/// The certificate with which a client has proven itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// SHA-256 of its DER.
    pub fingerprint: [u8; 32],
}

impl ClientCertificate {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of_der(der: &[u8]) -> Self {
        Self { fingerprint: Sha256::digest(der).into() }
    }

    /// The certificate of the other end of a connection.
    pub(crate) fn of_connection(connection: &ServerConnection) -> Option<Self> {
        Some(Self::of_der(connection.peer_certificates()?.first()?))
    }
}

/// The service's certificate and key, and who issues certificates to its clients.
pub struct Credentials {
    pub(crate) config: Arc<ServerConfig>,
}

impl Credentials {
    /// Reads the files.
    ///
    /// # Errors
    /// [`ServiceError::Credentials`] with the file's name in the settings.
    pub fn read(files: &TlsFiles) -> Result<Self, ServiceError> {
        let read = |path: &Path, field| std::fs::read(path).map_err(|_| refused(field, "cannot be read"));
        let certificate = read(&files.certificate, CERTIFICATE)?;
        let key = zeroize::Zeroizing::new(read(&files.key, KEY)?);
        let authorities = files.client_authorities.as_deref().map(|path| read(path, AUTHORITIES)).transpose()?;
        Self::from_pem(&certificate, &key, authorities.as_deref())
    }

    /// From a chain of certificates, a key and client authorities, each in PEM.
    ///
    /// # Errors
    /// [`ServiceError::Credentials`].
    pub fn from_pem(certificate: &[u8], key: &[u8], authorities: Option<&[u8]>) -> Result<Self, ServiceError> {
        let chain = certificates(certificate, CERTIFICATE)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| refused(KEY, "holds no key in PEM"))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|_| refused(CERTIFICATE, "does not go with this TLS"))?;
        let builder = match authorities {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(pem, AUTHORITIES)? {
                    roots.add(authority).map_err(|_| refused(AUTHORITIES, "holds a certificate that is none"))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .allow_unauthenticated()
                    .build()
                    .map_err(|_| refused(AUTHORITIES, "holds no authority"))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config =
            builder.with_single_cert(chain, key).map_err(|_| refused(KEY, "does not belong to the certificate"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config) })
    }
}

fn certificates(pem: &[u8], field: &'static str) -> Result<Vec<CertificateDer<'static>>, ServiceError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|_| refused(field, "is no PEM"))?;
    if certificates.is_empty() { Err(refused(field, "holds no certificate in PEM")) } else { Ok(certificates) }
}

const fn refused(field: &'static str, reason: &'static str) -> ServiceError {
    ServiceError::Credentials { field, reason }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

const CERTIFICATE: &str = "tls.certificate";
const KEY: &str = "tls.key";
const AUTHORITIES: &str = "tls.client_authorities";
