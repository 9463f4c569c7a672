//! Requests made of the OpenAPI document by [Schemathesis](https://schemathesis.io), by every kind of client: none is
//! answered with a fault of the service's, and every answer is as the document says.
//!
//! Sealed messages are CBOR, which it cannot make: the tests of the sealed form send damaged ones.
//!
//! `TEGATA_SCHEMATHESIS` names the program; `cargo xtask test schemathesis` installs it.

#![allow(clippy::panic)]
#![allow(dead_code, reason = "the clients of the other tests")]

#[path = "service/support.rs"]
mod support;

use std::process::Command;

use support::House;

#[test]
fn no_request_makes_the_service_fail() {
    let program = std::env::var_os("TEGATA_SCHEMATHESIS").expect("TEGATA_SCHEMATHESIS names the program");
    // Enough for this many requests: what is looked for here is not the limit of their rate.
    let house = House::with_settings(|text| {
        let rates = "[limits]\nrequests_per_address = 1000000\nrequests_per_client = 1000000";
        text.replace("[limits]", rates)
    });
    for (client, paths) in [
        ("app", "^/v1/(app|public)/"),
        ("kiosk", "^/v1/(kiosk|app)/"),
        ("centre", "^/v1/relay/"),
        ("terminal", "^/v1/counter/"),
    ] {
        let file = |name: &str| house.demo.folder().join(name).display().to_string();
        let base = format!("https://{}", house.address());
        let run = Command::new(&program)
            .args(["run", &format!("{base}/openapi.json"), "--url", &base])
            .args(["--tls-verify", &file("ca.pem")])
            .args(["--request-cert", &file(&format!("{client}.pem"))])
            .args(["--request-cert-key", &file(&format!("{client}-key.pem"))])
            .args(["--include-path-regex", paths])
            .args(["--exclude-path", "/v1/kiosk/sealed", "--exclude-path", "/v1/relay/{municipality}"])
            .args(["--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"])
            .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--seed", "1"])
            .args(["--no-color", "--suppress-health-check", "all"])
            .current_dir(house.demo.folder())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success(), "{client}: {said}\n{}", String::from_utf8_lossy(&run.stderr));
    }
}
