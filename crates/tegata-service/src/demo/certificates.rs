//! The certificates of the service and its clients, under an authority of the demonstration's own.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tegata::Code;

use super::{broken, write};
use crate::{ClientCertificate, ServiceError};

/// A client's certificate, as the settings name it.
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) fingerprint: String,
}

/// The clients, by name and kind.
const CLIENTS: [(&str, &str); 8] = [
    ("app", "app"),
    ("kiosk", "kiosk"),
    ("centre", "centre"),
    ("terminal", "terminal"),
    // Second ones, which shall get nothing of the first ones'.
    ("app-2", "app"),
    ("kiosk-2", "kiosk"),
    ("centre-2", "centre"),
    ("terminal-2", "terminal"),
];

/// Writes the authority, the service's certificate, and the clients' with their keys. `stranger` is of the same
/// authority and no client; `app-token` is a key without a certificate.
pub(super) fn make(folder: &Path) -> Result<Vec<Client>, ServiceError> {
    let failed = |_| broken("certificates", Code::InternalError);
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, "Tegata demonstration authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().map_err(failed)?).map_err(failed)?;
    write(folder, "ca.pem", authority.pem().as_bytes())?;

    let certify = |name: &str, addresses: &[&str], purpose| {
        let key = KeyPair::generate().map_err(failed)?;
        let addresses: Vec<String> = addresses.iter().map(|address| (*address).to_owned()).collect();
        let mut params = CertificateParams::new(addresses).map_err(failed)?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![purpose];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &authority).map_err(failed)?;
        write(folder, &format!("{name}.pem"), certificate.pem().as_bytes())?;
        write(folder, &format!("{name}-key.pem"), key.serialize_pem().as_bytes())?;
        Ok::<_, ServiceError>(ClientCertificate::of_der(certificate.der()))
    };
    certify("tls", &["localhost", "127.0.0.1", "::1"], ExtendedKeyUsagePurpose::ServerAuth)?;
    certify("stranger", &[], ExtendedKeyUsagePurpose::ClientAuth)?;
    let mut clients = Vec::new();
    for (name, kind) in CLIENTS {
        let certificate = certify(name, &[], ExtendedKeyUsagePurpose::ClientAuth)?;
        let fingerprint = certificate.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        clients.push(Client { name, kind, fingerprint });
    }
    let token = KeyPair::generate().map_err(failed)?;
    write(folder, "app-token-key.pem", token.serialize_pem().as_bytes())?;
    write(folder, "app-token.pub.pem", token.public_key_pem().as_bytes())?;
    Ok(clients)
}
