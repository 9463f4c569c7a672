//! Municipalities apart (C2): what belongs to one is not had with what belongs to another, on any route there is.
//!
//! Of every route of the OpenAPI document there is a request that is Nerima's own and right in every way. It is sent with
//! everything that is Sakai's, nobody's or another kind of client's, before and after Nerima's own client sent it: each
//! time it is refused, or answered with what is Sakai's, and Nerima's log and ledger know nothing of it.

use std::collections::BTreeSet;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tegata::application::Channel as Device;
use tegata::keys::SoftwareSigner;
use tegata::model::Kind;
use tegata_issuer::staff::Role;
use tegata_service::sign_token;
use ureq::http::Method;

use crate::counter::{employ, entry, hanako, kazuko, log_in, nerima, on_duty_in, password_of, sakai, with_token};
use crate::devices::{Wish, ask, code, issues, send, texts};
use crate::relay::{Centre, Street, application, challenge};
use crate::support::{Answer, Client, House, OsRandom};

const JSON: &str = "application/json";
const CBOR: &str = "application/cbor";
const KEY: &str = "key-of-nerima";

/// With what a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credential {
    /// Nothing.
    Nobody,
    /// The client certificate of this name.
    Certificate(&'static str),
    /// A token of the app whose key is Sakai's, right for the request.
    Token,
    /// A session of Sakai's, of somebody who may do everything there, on the terminal of this name.
    SessionOfSakai(&'static str),
    /// A session of Nerima's on the terminal of this name, which is not where it was begun.
    SessionOfNerima(&'static str),
}

use Credential::{Certificate, Nobody, SessionOfNerima, SessionOfSakai, Token};

/// Everything that is not Nerima's. `stranger` is known to nobody; the first terminal serves both municipalities.
const FOREIGN: [Credential; 10] = [
    Nobody,
    Certificate("stranger"),
    Certificate("app-2"),
    Certificate("kiosk-2"),
    Certificate("centre-2"),
    Certificate("terminal-2"),
    Token,
    SessionOfSakai("terminal"),
    SessionOfSakai("terminal-2"),
    SessionOfNerima("terminal-2"),
];

/// What a route answers to those who may ask it, but not for Nerima.
#[derive(Clone, Copy)]
enum Otherwise {
    /// Nothing but refusals.
    Refused,
    /// What is Sakai's: a look at the answer.
    Own(fn(&Value) -> bool),
    /// What everybody is told.
    Public,
}

/// The request of a route that is Nerima's own.
struct Case {
    method: Method,
    /// As the document has it.
    route: &'static str,
    path: String,
    media_type: Option<&'static str>,
    body: Vec<u8>,
    /// Whose it is: a client of Nerima's, or who is on duty there.
    own: Own,
    otherwise: Otherwise,
}

#[derive(Clone, Copy)]
enum Own {
    Certificate(&'static str),
    OnDuty(&'static str),
    Everybody,
}

impl Case {
    fn get(route: &'static str, own: Own, otherwise: Otherwise) -> Self {
        let path = route.to_owned();
        Self { method: Method::GET, route, path, media_type: None, body: Vec::new(), own, otherwise }
    }

    fn post(route: &'static str, body: &Value, own: Own) -> Self {
        let body = body.to_string().into_bytes();
        let case = Self::get(route, own, Otherwise::Refused);
        Self { method: Method::POST, media_type: Some(JSON), body, ..case }
    }

    fn sealed(self, message: Vec<u8>) -> Self {
        Self { media_type: Some(CBOR), body: message, ..self }
    }

    fn at(self, parameter: &str, value: &str) -> Self {
        Self { path: self.route.replace(parameter, value), ..self }
    }

    fn or(self, otherwise: Otherwise) -> Self {
        Self { otherwise, ..self }
    }

    fn is_of_centre(&self) -> bool {
        self.route.starts_with("/v1/relay/")
    }
}

/// Two municipalities in one service, and a centre in front of it.
struct Towns {
    street: Street,
    /// Of Sakai's sessions on both terminals, and of Nerima's on the first.
    tokens: [String; 3],
}

impl Towns {
    fn new() -> Self {
        let street = Street::with_settings(Centre::HandsOn, "", |text| {
            let text =
                text.replace("[limits]", "[limits]\nrequests_per_address = 1000000\nrequests_per_client = 1000000");
            let own = [("", "131202"), ("-2", "271403")]
                .map(|(suffix, town)| ["app", "kiosk", "centre"].map(|kind| (format!("{kind}{suffix}"), town)));
            let more = [("app-token".to_owned(), "271403"), ("terminal-2".to_owned(), "271403")];
            own.into_iter().flatten().chain(more).fold(text, |text, (client, town)| restrict(&text, &client, town))
        });
        let house = &street.issuing;
        for (town, name, roles) in [
            (nerima(), "sato", &[Role::Enter][..]),
            (nerima(), "suzuki", &[Role::Review, Role::Approve, Role::Administer][..]),
            (nerima(), "ito", &[Role::Enter][..]),
            (sakai(), "sato", &[Role::Enter][..]),
            (sakai(), "suzuki", &[Role::Approve][..]),
            (sakai(), "everything", Role::ALL),
        ] {
            employ(house, town, name, roles);
        }
        let begun = [
            ("terminal", sakai(), "everything"),
            ("terminal-2", sakai(), "everything"),
            ("terminal", nerima(), "sato"),
        ];
        let tokens = begun.map(|(terminal, town, name)| {
            let answer = log_in(&house.client(terminal), town, name, &password_of(name));
            answer.json()["token"].as_str().unwrap().to_owned()
        });
        tokens.iter().for_each(|token| house.forbid(token));
        Self { street, tokens }
    }

    fn house(&self, case: &Case) -> &House {
        if case.is_of_centre() { &self.street.centre } else { &self.street.issuing }
    }

    fn foreign(&self, case: &Case, credential: Credential) -> Answer {
        let house = self.house(case);
        let bearer = |client: Client, token: &str| client.header("authorization", &format!("Bearer {token}"));
        let [of_first, of_second, of_nerima] = &self.tokens;
        let client = match credential {
            Nobody => house.nobody(),
            Certificate(name) => house.client(name),
            Token => bearer(house.nobody(), &token(house, &case.path, &case.body)),
            SessionOfSakai("terminal") => bearer(house.client("terminal"), of_first),
            SessionOfSakai(terminal) => bearer(house.client(terminal), of_second),
            SessionOfNerima(terminal) => bearer(house.client(terminal), of_nerima),
        };
        case.send(client)
    }

    fn own(&self, case: &Case) -> Answer {
        let house = self.house(case);
        case.send(match case.own {
            Own::Certificate(name) => house.client(name),
            Own::OnDuty(name) => on_duty_in(house, nerima(), name),
            Own::Everybody => house.nobody(),
        })
    }
}

impl Case {
    fn send(&self, client: Client) -> Answer {
        client.header("idempotency-key", KEY).send(self.method.clone(), &self.path, self.media_type, &self.body)
    }
}

/// Lets a client apply to one municipality alone.
fn restrict(text: &str, client: &str, town: &str) -> String {
    let name = format!("name = \"{client}\"\n");
    assert!(text.contains(&name), "{client}");
    text.replace(&name, &format!("{name}municipalities = [\"{town}\"]\n"))
}

/// A token of the app that is Sakai's, for a request.
fn token(house: &House, path: &str, body: &[u8]) -> String {
    let pem = std::fs::read_to_string(house.demo.folder().join("app-token-key.pem")).unwrap();
    let signer = SoftwareSigner::from_pem(&pem, None).unwrap();
    sign_token(&signer, &OsRandom, "app-token", path, body, house.now()).unwrap()
}

fn reason(mut body: Value) -> Value {
    body["reason"] = "照会".into();
    body
}

/// An application of hanako's by a device, with the challenge that was handed out for it.
fn applied(house: &House, client: &'static str, device: Device) -> Value {
    Wish::new(house, &house.client(client), device, Kind::Domestic).body(house, "hanako")
}

/// What Nerima's counter has: applications that wait, and a certificate of hanako's.
struct Waiting {
    applications: [String; 2],
    certificate: String,
}

fn waiting(house: &House) -> Waiting {
    let enter = || {
        let entered =
            on_duty_in(house, nerima(), "sato").post("/v1/counter/applications", &entry("domestic", hanako()));
        entered.json()["application_id"].as_str().unwrap().to_owned()
    };
    let certificate = send(house.client("app"), Device::App, "key-of-before", &applied(house, "app", Device::App));
    let certificate = certificate.json()["certificate_id"].as_str().unwrap().to_owned();
    Waiting { applications: [enter(), enter()], certificate }
}

/// A request of each route.
fn cases(towns: &Towns, waiting: &Waiting) -> Vec<Case> {
    use Otherwise::{Own as Theirs, Public};
    let house = &towns.street.issuing;
    let seal = |mut content: Value| {
        let seal = |key: &[u8]| {
            content["answer_key"] = Base64UrlUnpadded::encode_string(key).into();
            content.to_string()
        };
        towns.street.recipient.seal(seal).unwrap().0
    };
    let of_kiosk = seal(json!({"terminal": "kiosk 17", "challenge": challenge()}));
    let device = |device: Device, endpoint, body: &Value| {
        let route = if device == Device::App {
            ["/v1/app/challenge", "/v1/app/applications"]
        } else {
            ["/v1/kiosk/challenge", "/v1/kiosk/applications"]
        };
        Case::post(route[endpoint], body, Own::Certificate(if device == Device::App { "app" } else { "kiosk" }))
    };
    let counter = |route, body: Value, name| Case::post(route, &reason(body), Own::OnDuty(name));
    let [first, second] = &waiting.applications;
    let certificate = &waiting.certificate;
    let rights = json!({"account": "ito", "department": "市民課", "roles": ["enter"]});
    let new = json!({"account": "nakano", "department": "市民課", "roles": ["enter"]});
    let own_login = json!({"municipality": "131202", "account": "sato", "password": password_of("sato")});
    let change = json!({"current": password_of("suzuki"), "new": password_of("another one")});
    vec![
        device(Device::App, 0, &challenge()),
        device(Device::App, 1, &applied(house, "app", Device::App)),
        Case::get("/v1/kiosk/municipalities", Own::Certificate("kiosk"), Theirs(|list| *list == json!([]))),
        device(Device::Kiosk, 0, &challenge()),
        device(Device::Kiosk, 1, &applied(house, "kiosk", Device::Kiosk)),
        Case::post("/v1/kiosk/sealed", &Value::Null, Own::Certificate("centre")).sealed(of_kiosk.clone()),
        Case::get("/v1/relay/municipalities", Own::Certificate("kiosk"), Theirs(|list| *list == json!([]))),
        Case::post("/v1/relay/{municipality}", &Value::Null, Own::Certificate("kiosk"))
            .at("{municipality}", "131202")
            .sealed(of_kiosk),
        Case::post("/v1/counter/login", &own_login, Own::Certificate("terminal")),
        Case::get("/v1/counter/session", Own::OnDuty("sato"), Theirs(|who| who["municipality"] == "271403")),
        counter("/v1/counter/residents/search", json!({"internal_number": "000000000012345"}), "sato")
            .or(Theirs(|found| found["persons"] == json!([]))),
        counter("/v1/counter/applications", entry("domestic", hanako()), "sato"),
        Case::get("/v1/counter/applications", Own::OnDuty("sato"), Theirs(|list| list["applications"] == json!([]))),
        Case::get("/v1/counter/applications/{application}", Own::OnDuty("suzuki"), Otherwise::Refused)
            .at("{application}", first),
        counter("/v1/counter/applications/{application}/approve", json!({}), "suzuki").at("{application}", first),
        counter("/v1/counter/applications/{application}/reject", json!({}), "suzuki").at("{application}", second),
        Case::get("/v1/counter/accounts", Own::OnDuty("suzuki"), Theirs(|list| !list.to_string().contains("ito"))),
        counter("/v1/counter/accounts/rights", rights, "suzuki"),
        counter("/v1/counter/accounts/password", json!({"account": "ito"}), "suzuki"),
        counter("/v1/counter/accounts/revoke", json!({"account": "ito"}), "suzuki"),
        // An account of the same name in another municipality is another person's.
        counter("/v1/counter/accounts", new, "suzuki").or(Theirs(|made| made["initial_password"].is_string())),
        counter("/v1/counter/audit/entries", json!({"from": 1, "count": 500}), "suzuki")
            .or(Theirs(|log| log["entries"].as_array().unwrap().iter().all(|entry| entry["operator"] != "app"))),
        counter("/v1/counter/audit/verify", json!({}), "suzuki").or(Theirs(|log| log["entries"].is_u64())),
        counter("/v1/counter/audit/head", json!({}), "suzuki").or(Theirs(|head| head["head"].is_string())),
        counter("/v1/counter/certificates/revoke", json!({"certificate_id": certificate}), "suzuki"),
        Case::get("/v1/public/municipalities/{municipality}/revocations", Own::Everybody, Public)
            .at("{municipality}", "131202"),
        Case::get("/v1/public/trust-bundle", Own::Everybody, Public),
        Case::post("/v1/counter/password", &change, Own::OnDuty("suzuki")),
        Case {
            media_type: None,
            body: Vec::new(),
            ..Case::post("/v1/counter/logout", &Value::Null, Own::OnDuty("sato"))
        }
        .or(Theirs(|done| done["status"] == "done")),
    ]
}

/// Sends a request with everything that is not Nerima's; how often it was refused.
fn try_all(towns: &Towns, case: &Case, waiting: &Waiting) -> usize {
    let issuing = &towns.street.issuing;
    let mut refused = 0;
    for credential in FOREIGN {
        let what = format!("{} {} with {credential:?}", case.method, case.route);
        if matches!(case.own, Own::Certificate("terminal")) && matches!(credential, SessionOfSakai("terminal")) {
            // Nobody's session is asked for where somebody logs in: on this terminal the request is Nerima's own.
            continue;
        }
        let issued = issues(issuing);
        let before = issuing.entries(nerima());
        let answer = towns.foreign(case, credential);
        // Nobody was there.
        assert_eq!(issuing.entries(nerima()).last(), before.last(), "{what}");
        assert_eq!(issues(issuing), issued, "{what}");
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        for canary in ["手形", "豊玉北", "000000000012345", "HC1:", &waiting.applications[0], &waiting.certificate]
        {
            // Entries of its own log may repeat what it asked for, but nothing that it did not know.
            let repeated = case.route == "/v1/counter/audit/entries" && !["手形", "豊玉北", "HC1:"].contains(&canary);
            assert!(repeated || !said.contains(canary), "{what}: {canary} in {said}");
        }
        match (answer.status, case.otherwise) {
            (200, Otherwise::Public) => {}
            (200, Otherwise::Own(is_theirs)) => assert!(is_theirs(&answer.json()), "{what}: {said}"),
            (status, _) => {
                assert!((400..500).contains(&status), "{what}: {status} {said}");
                assert!(!answer.code().is_empty(), "{what}");
                refused += 1;
            }
        }
    }
    refused
}

/// Every route of the committed document.
fn routes() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(include_str!("../../../../docs/openapi.json")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

#[test]
fn c2_on_no_route_another_municipalitys_credentials_get_anything() {
    let towns = Towns::new();
    let house = &towns.street.issuing;
    let waiting = waiting(house);
    let cases = cases(&towns, &waiting);
    let tried: BTreeSet<String> = cases.iter().map(|case| format!("{} {}", case.method, case.route)).collect();
    assert_eq!(tried, routes(), "a route has no case here, or a case no route");
    for case in &cases {
        let refused = try_all(&towns, case, &waiting);
        assert!(refused > 0 || matches!(case.otherwise, Otherwise::Public), "{}", case.route);
        // What was tried with was right, and is not used up: Nerima gets what it asks for.
        let answer = towns.own(case);
        assert_eq!(answer.status, 200, "{} {}: {}", case.method, case.route, String::from_utf8_lossy(&answer.body));
        // Nor do they get at what is there now, under the same key.
        if case.route.contains("/applications") || case.route.ends_with("sealed") {
            try_all(&towns, case, &waiting);
        }
    }
    // What was taken back in Nerima is in Nerima's list alone.
    let list = |town: &str| house.nobody().get(&format!("/v1/public/municipalities/{town}/revocations")).json();
    assert_ne!(list("131202"), json!([]));
    assert_eq!(list("271403"), json!([]));
    // Sakai goes on as if nothing had been.
    let entered = on_duty_in(house, sakai(), "sato").post("/v1/counter/applications", &entry("domestic", kazuko()));
    let entered = entered.json()["application_id"].as_str().unwrap().to_owned();
    let approver = on_duty_in(house, sakai(), "suzuki").header("idempotency-key", KEY);
    let approved = approver.post(&format!("/v1/counter/applications/{entered}/approve"), &reason(json!({})));
    assert_eq!(texts(&approved.json()).len(), 1);
}

#[test]
fn c2_challenges_and_keys_are_of_one_municipality_and_client() {
    let towns = Towns::new();
    let house = &towns.street.issuing;
    let refused = |client: &str, device, key, body: &Value| send(house.client(client), device, key, body).code();
    // An app that serves both, for what no client is turned away for.
    let both = House::new();
    for (town, person) in [("131202", "kazuko"), ("271403", "hanako")] {
        let here = if town == "131202" { "app" } else { "app-2" };
        let answer = ask(&house.client(here), Device::App, town, Kind::Domestic).json();
        let wish = Wish { municipality: code(town), ..Wish::answering(house, Device::App, Kind::Domestic, &answer) };
        // To the other municipality, by a client that is none of its own and by one that is.
        let other = if town == "131202" { "271403" } else { "131202" };
        let there = if town == "131202" { "app-2" } else { "app" };
        let crossed = Wish { municipality: code(other), ..wish };
        let body = crossed.body(house, person);
        assert_eq!(refused(here, Device::App, "key-crossed", &body), "access-denied");
        assert_eq!(refused(there, Device::App, "key-crossed", &body), "challenge-not-valid");
        // A resident of the other one is nobody here, and nothing more is told.
        let wish = Wish { municipality: code(town), ..crossed };
        assert_eq!(refused(here, Device::App, "key-nobody", &wish.body(house, person)), "no-match");

        // By a client that may apply to both, a challenge of one is none of the other.
        let answer = ask(&both.client("app"), Device::App, town, Kind::Domestic).json();
        let wish = Wish { municipality: code(other), ..Wish::answering(&both, Device::App, Kind::Domestic, &answer) };
        let body = wish.body(&both, person);
        assert_eq!(send(both.client("app"), Device::App, "key-of-both", &body).code(), "challenge-not-valid");
    }
    // One key is another request in another municipality, and another client's.
    let wish = |town, client: &str, person: &str| {
        let answer = ask(&both.client(client), Device::App, town, Kind::Domestic).json();
        let wish = Wish { municipality: code(town), ..Wish::answering(&both, Device::App, Kind::Domestic, &answer) };
        wish.body(&both, person)
    };
    let (of_hanako, of_kazuko) = (wish("131202", "app", "hanako"), wish("271403", "app", "kazuko"));
    let first = send(both.client("app"), Device::App, "key-of-two", &of_hanako).json();
    let second = send(both.client("app"), Device::App, "key-of-two", &of_kazuko).json();
    assert_ne!(first["certificate_id"], second["certificate_id"]);
    assert_eq!(send(both.client("app"), Device::App, "key-of-two", &of_hanako).json(), first);
    assert_eq!(send(both.client("app-2"), Device::App, "key-of-two", &of_hanako).code(), "challenge-not-valid");
}

#[test]
fn c2_what_is_sealed_or_signed_for_one_is_none_of_the_others() {
    let towns = Towns::new();
    let (street, house) = (&towns.street, &towns.street.issuing);
    // Inside a message that is sealed to Nerima, something is asked of Sakai.
    let other = json!({"municipality": "271403", "session": "session-1", "kind": "domestic"});
    let of_sakai =
        Wish { municipality: sakai(), ..Wish::new(house, &house.client("kiosk"), Device::Kiosk, Kind::Domestic) };
    let of_sakai = application(&of_sakai.body(house, "kazuko"), "key-crossed");
    for asked in [json!({"terminal": "kiosk 17", "challenge": other}), of_sakai] {
        assert_eq!(street.ask(&asked)["problem"]["code"], "access-denied");
    }
    // What is sealed to Nerima and addressed to Sakai.
    let (message, _) = street.recipient.seal(|_| b"{}").unwrap();
    let kiosk = street.centre.client("kiosk-2");
    assert_eq!(kiosk.send(Method::POST, "/v1/relay/271403", Some(CBOR), &message).code(), "body-malformed");
    // A head that the one signed proves nothing of the other's log.
    let head = |town| {
        let who = if town == nerima() { "suzuki" } else { "everything" };
        let head = on_duty_in(house, town, who).post("/v1/counter/audit/head", &reason(json!({}))).json();
        head["head"].clone()
    };
    let verify = |heads: Value| {
        let heads = reason(json!({"heads": heads}));
        on_duty_in(house, sakai(), "everything").post("/v1/counter/audit/verify", &heads)
    };
    assert_eq!(verify(json!([head(sakai())])).json()["proven_heads"], 1);
    assert_eq!(verify(json!([head(nerima())])).code(), "audit-head-signature");
    // A certificate of Nerima's is replaced by nobody of Sakai.
    let certificate = waiting(house).certificate;
    let mut replacing = entry("domestic", kazuko());
    replacing["replaces"] = json!({"certificate_id": certificate, "reason": "紛失"});
    let entered = on_duty_in(house, sakai(), "sato").post("/v1/counter/applications", &replacing);
    assert_eq!(entered.code(), "certificate-unknown");
    // Nor does a token open another municipality by its name.
    let answer = log_in(&house.client("terminal"), sakai(), "sato", &password_of("sato"));
    with_token(house, "terminal", &answer).get("/v1/counter/session").json();
    let forged = answer.json()["token"].as_str().unwrap().replace("271403.", "131202.");
    let forged = house.client("terminal").header("authorization", &format!("Bearer {forged}"));
    assert_eq!(forged.get("/v1/counter/session").code(), "session-ended");
}
