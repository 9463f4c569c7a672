//! The settings of the demonstration, as an operator would write them.

use std::net::SocketAddr;

use super::certificates::Client;

/// A municipality of the demonstration.
pub(super) struct Town {
    pub(super) code: &'static str,
    /// How its files are called.
    pub(super) file: &'static str,
    pub(super) name: &'static str,
    pub(super) english_name: &'static str,
    /// By which channels it is applied to.
    pub(super) channels: &'static [&'static str],
}

/// A ward with every channel, and a city without kiosks.
pub(super) const MUNICIPALITIES: [&Town; 2] = [
    &Town {
        code: "131202",
        file: "nerima",
        name: "練馬区",
        english_name: "Nerima City",
        channels: &["app", "kiosk", "counter"],
    },
    &Town { code: "271403", file: "sakai", name: "堺市", english_name: "Sakai City", channels: &["app", "counter"] },
];

/// A municipality's file of settings.
pub(super) fn settings(town: &Town) -> String {
    let Town { code, file, name, english_name, channels } = town;
    let channels: String = channels.iter().map(|channel| format!("[channels.{channel}]\n")).collect();
    format!(
        "code = \"{code}\"\nname = \"{name}\"\nenglish_name = \"{english_name}\"\nretention_years = 5\n\
         terms = \"2026-04\"\nkinds = [\"domestic\", \"overseas\"]\nprofiles = [\"jp\", \"dcc\"]\n\
         validity_days = 365\n\n[series]\nRA01 = 2\n\n{channels}\n\
         [signer]\nkey = \"{file}-signer-key.pem\"\ncertificate = \"{file}-signer.pem\"\ncountry = \"JP\"\n"
    )
}

/// The service's file of settings.
pub(super) fn service(listen: SocketAddr, telemetry: SocketAddr, clients: &[Client]) -> String {
    let files: Vec<_> = MUNICIPALITIES.iter().map(|town| format!("\"{}.toml\"", town.file)).collect();
    let mut text = format!(
        "listen = \"{listen}\"\ntelemetry = \"{telemetry}\"\n\
         roles = [\"app\", \"kiosk\", \"counter\", \"relay\", \"public\"]\nmunicipalities = [{}]\n\n\
         [tls]\ncertificate = \"tls.pem\"\nkey = \"tls-key.pem\"\nclient_authorities = \"ca.pem\"\n\n\
         [ledger]\nfolder = \"ledgers\"\nmaster_key = \"master.key\"\n\n\
         [cards]\nauthorities = \"authorities.json\"\n\n\
         [public]\nkey = \"anchor-key.pem\"\ncertificate = \"anchor.pem\"\nvalid_days = 7\nrefresh_seconds = 1\n\n\
         [limits]\nshutdown_seconds = 10\n",
        files.join(", ")
    );
    for Client { name, kind, fingerprint } in clients {
        text.push_str(&format!(
            "\n[[client]]\nname = \"{name}\"\nkind = \"{kind}\"\ncertificate = \"{fingerprint}\"\n"
        ));
    }
    text.push_str("\n[[client]]\nname = \"app-token\"\nkind = \"app\"\nkey = \"app-token.pub.pem\"\n");
    text
}
