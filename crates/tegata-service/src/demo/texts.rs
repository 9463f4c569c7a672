//! The settings of the demonstration, as an operator would write them.

use std::net::SocketAddr;

use super::certificates::Client;
use super::staff::PASSWORD;

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

/// The municipality whose counter is shown.
pub(super) const COUNTER: &str = "131202";

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
         roles = [\"app\", \"kiosk\", \"counter\", \"public\"]\nmunicipalities = [{}]\n\n\
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

/// Commands to try, each after a line that says what it does.
pub(super) fn commands(folder: &str, address: SocketAddr, telemetry: Option<SocketAddr>) -> Vec<String> {
    let (https, http) = (format!("https://{address}"), telemetry.map(|address| format!("http://{address}")));
    let http = http.unwrap_or_default();
    let client = |name: &str| {
        format!("curl -s --cacert {folder}/ca.pem --cert {folder}/{name}.pem --key {folder}/{name}-key.pem")
    };
    let anybody = format!("curl -s --cacert {folder}/ca.pem");
    // Challenge, card, application: what an app or a kiosk does, in a line.
    let apply = |channel: &str, person: &str, municipality: &str, key: &str| {
        let curl = client(channel);
        format!(
            "{curl} {https}/v1/{channel}/challenge -H 'content-type: application/json' \
             -d '{{\"municipality\":\"{municipality}\",\"session\":\"session-{key}\",\"kind\":\"domestic\"}}' | \
             curl -s --data-binary @- '{http}/demo/{person}?channel={channel}&kind=domestic&session=session-{key}' | \
             {curl} {https}/v1/{channel}/applications -H 'content-type: application/json' \
             -H 'idempotency-key: demo-{key}' --data-binary @-"
        )
    };
    // A session's token is kept as the header that it is sent in.
    let log_in = |account: &str| {
        format!(
            "{} {https}/v1/counter/login -H 'content-type: application/json' \
             -d '{{\"municipality\":\"{COUNTER}\",\"account\":\"{account}\",\"password\":\"{PASSWORD}\"}}' | \
             sed 's/.*\"token\":\"\\([^\"]*\\)\".*/authorization: Bearer \\1/' > {folder}/{account}.header",
            client("terminal")
        )
    };
    let staffed = |account: &str| {
        format!("{} -H @{folder}/{account}.header -H 'content-type: application/json'", client("terminal"))
    };
    vec![
        "# Apply by the app: challenge, the simulated card's answer, certificate".into(),
        apply("app", "hanako", "131202", "0001"),
        "# The same at a kiosk".into(),
        apply("kiosk", "hanako", "131202", "0002"),
        "# Somebody whom only the counter may serve; nothing tells why".into(),
        apply("kiosk", "haruko", "131202", "0003"),
        "# Municipalities that take part in kiosks".into(),
        format!("{} {https}/v1/kiosk/municipalities", client("kiosk")),
        "# The trust bundle, verified with its anchor".into(),
        format!(
            "{anybody} {https}/v1/public/trust-bundle -o {folder}/trust.bundle && \
             tegata trust verify --signer {folder}/anchor.pem {folder}/trust.bundle"
        ),
        "# Health, counters, and what is served".into(),
        format!("curl -s {http}/health/ready"),
        format!("curl -s {http}/metrics"),
        format!("{anybody} {https}/openapi.json"),
        "# At the counter, aoki enters an application of somebody under protection measures".into(),
        log_in("aoki"),
        format!(
            "{} {https}/v1/counter/applications -d '{{\"kind\":\"domestic\",\"profiles\":[\"jp\"],\
             \"reason\":\"窓口申請\",\"evidence\":{{\"attestation\":{{\"internal_number\":\"000000000012346\",\
             \"claim\":{{\"name\":\"手形　春子\",\"address\":\"東京都練馬区桜台１－２－３\",\
             \"birth_date\":\"1975-05-05\",\"sex\":\"female\"}},\"documents\":[\"driving-licence\"]}}}}}}' | \
             sed 's/.*\"application_id\":\"\\([^\"]*\\)\".*/\\1/' > {folder}/application",
            staffed("aoki")
        ),
        "# mori, who did not enter it, sees it with its warning, and approves".into(),
        log_in("mori"),
        format!("{} {https}/v1/counter/applications/$(cat {folder}/application)", staffed("mori")),
        format!(
            "{} {https}/v1/counter/applications/$(cat {folder}/application)/approve -H 'idempotency-key: demo-0004' \
             -d '{{\"acknowledged\":[\"protected\"],\"reason\":\"交付決定\"}}'",
            staffed("mori")
        ),
    ]
}
