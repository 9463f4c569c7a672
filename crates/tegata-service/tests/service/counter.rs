//! The counter over HTTP: who may, and what comes of it.

use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tegata::model::MunicipalityCode;
use tegata::{Status, TrustSet, Verifier};
use tegata_issuer::audit::{Entry, Operation, Operator};
use tegata_issuer::staff::{NewAccount, Role, set_up_account};
use tegata_simulator::Application;

use crate::devices::read_back;
use crate::support::{Answer, Client, House, OsRandom};

/// Where Debian's package fonts-noto-cjk puts it.
const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

pub(crate) fn nerima() -> MunicipalityCode {
    MunicipalityCode::parse("131202").unwrap()
}

pub(crate) fn sakai() -> MunicipalityCode {
    MunicipalityCode::parse("271403").unwrap()
}

/// A house whose rates do not get in the way of a test that asks much, with staff in both municipalities.
fn house() -> House {
    let house = House::with_settings(|text| {
        let text = text.replace("[limits]", "[limits]\nrequests_per_address = 1000000\nrequests_per_client = 1000000");
        if text.contains("[paper]") || !Path::new(FONT).exists() {
            return text;
        }
        format!("{text}\n[paper]\ntypefaces = [\"{FONT}\"]\n")
    });
    for town in [nerima(), sakai()] {
        employ(&house, town, "sato", &[Role::Enter]);
        employ(&house, town, "suzuki", &[Role::Approve]);
    }
    house
}

/// A password of an account's own.
pub(crate) fn password_of(name: &str) -> String {
    format!("正しい馬 {} staple", name.chars().rev().collect::<String>())
}

/// Makes an account as the operators' command does, whose holder changes the first password.
pub(crate) fn employ(house: &House, town: MunicipalityCode, name: &str, roles: &[Role]) {
    let operator = Operator::new("root", "情報課", "server").unwrap();
    let operation = Operation::new("account-create", operator, "着任").unwrap();
    let new = NewAccount { name, department: "市民課", roles };
    let first = set_up_account(house.ledger(), town, new, &OsRandom, operation, house.now()).unwrap();
    settle_password(house, town, name, first.expose());
}

fn settle_password(house: &House, town: MunicipalityCode, name: &str, first: &str) {
    house.forbid(first);
    house.forbid(&password_of(name));
    let answer = log_in(&house.client("terminal"), town, name, first);
    assert_eq!(answer.json()["password_to_change"], true);
    let client = with_token(house, "terminal", &answer);
    // Before the password is changed nothing else is done.
    assert_eq!(client.get("/v1/counter/session").code(), "password-to-change");
    let change = json!({"current": first, "new": password_of(name)});
    client.post("/v1/counter/password", &change).json();
    assert_eq!(client.get("/v1/counter/session").code(), "session-ended");
}

pub(crate) fn log_in(client: &Client, town: MunicipalityCode, name: &str, password: &str) -> Answer {
    let login = json!({"municipality": town.as_str(), "account": name, "password": password});
    client.post("/v1/counter/login", &login)
}

pub(crate) fn with_token(house: &House, terminal: &str, answer: &Answer) -> Client {
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    house.forbid(&token);
    house.client(terminal).header("authorization", &format!("Bearer {token}"))
}

/// Somebody of Nerima at the first terminal.
fn on_duty(house: &House, name: &str) -> Client {
    on_duty_in(house, nerima(), name)
}

pub(crate) fn on_duty_in(house: &House, town: MunicipalityCode, name: &str) -> Client {
    let answer = log_in(&house.client("terminal"), town, name, &password_of(name));
    assert_eq!(answer.json()["password_to_change"], false);
    with_token(house, "terminal", &answer)
}

/// What staff checked of 手形　花子.
fn attested(name: &str, internal_number: &str, address: &str, born: &str) -> Value {
    json!({"attestation": {
        "internal_number": internal_number,
        "claim": {"name": name, "address": address, "birth_date": born, "sex": "female"},
        "documents": ["driving-licence"],
    }})
}

pub(crate) fn hanako() -> Value {
    attested("手形　花子", "000000000012345", "東京都練馬区豊玉北６－１２－１", "1980-02-17")
}

fn haruko() -> Value {
    attested("手形　春子", "000000000012346", "東京都練馬区桜台１－２－３", "1975-05-05")
}

pub(crate) fn kazuko() -> Value {
    attested("堺　和子", "000000000054321", "大阪府堺市堺区南瓦町３－１", "1966-12-24")
}

/// The files of a person's card.
fn card(house: &House, name: &str) -> Value {
    let files = house.person(name).card.files(Application::Text);
    let files: serde_json::Map<_, _> = files
        .map(|file| (format!("{:04X}", file.id()), Base64UrlUnpadded::encode_string(file.as_read()).into()))
        .collect();
    json!({"card": files})
}

fn passport() -> Value {
    json!({"surname": "TEGATA", "given": "HANAKO", "nationality": "JPN", "number": "TK0000000"})
}

pub(crate) fn entry(kind: &str, evidence: Value) -> Value {
    json!({"kind": kind, "profiles": ["jp"], "evidence": evidence, "reason": "窓口申請"})
}

#[track_caller]
fn enter(client: &Client, entry: &Value) -> Value {
    client.post("/v1/counter/applications", entry).json()
}

fn approve(client: Client, id: &Value, more: Value) -> Answer {
    approve_with_key(client, id, more, "key-of-the-test")
}

fn approve_with_key(client: Client, id: &Value, mut more: Value, key: &str) -> Answer {
    more["reason"] = "交付決定".into();
    let path = format!("/v1/counter/applications/{}/approve", id.as_str().unwrap());
    client.header("idempotency-key", key).post(&path, &more)
}

/// A certificate of Nerima for 手形　花子.
fn issue(house: &House) -> Value {
    let entered = enter(&on_duty(house, "sato"), &entry("domestic", hanako()));
    let key = format!("key-{}", entered["application_id"].as_str().unwrap());
    approve_with_key(on_duty(house, "suzuki"), &entered["application_id"], json!({}), &key).json()
}

fn verify(house: &House, town: MunicipalityCode, text: &str) -> (Status, String) {
    let mut trust = TrustSet::builder(&tegata::crypto::rustcrypto::PROVIDER);
    let file = if town == nerima() { "nerima-signer.pem" } else { "sakai-signer.pem" };
    let pem = std::fs::read(house.demo.folder().join(file)).unwrap();
    for certificate in tegata::x509::certificates_from(&pem).unwrap() {
        trust.trust_certificate(&certificate).unwrap();
    }
    let report = Verifier::new(trust.build()).verify(text, house.now());
    (report.status(), report.to_json())
}

/// The last entry of Nerima's log.
fn last(house: &House) -> Entry {
    house.entries(nerima()).pop().unwrap()
}

/// Asks what must be refused, and sees to it that it left one audit entry, with that outcome.
#[track_caller]
fn refused(house: &House, code: &str, ask: impl FnOnce() -> Answer) -> Value {
    let before = house.entries(nerima()).len();
    let answer = ask();
    assert_eq!(answer.code(), code);
    let entries = house.entries(nerima());
    assert_eq!(entries.len(), before + 1, "its entry and no other");
    assert_eq!(entries.last().unwrap().outcome, code);
    answer.problem()
}

#[test]
fn a7_a_certificate_is_entered_by_one_and_approved_by_another_and_printed() {
    let house = house();
    for (kind, evidence) in [("domestic", hanako()), ("overseas", card(&house, "hanako"))] {
        let mut wanted = entry(kind, evidence);
        if kind == "overseas" {
            wanted["passport"] = passport();
            wanted["profiles"] = json!(["jp", "dcc"]);
        }
        let sato = on_duty(&house, "sato");
        let entered = enter(&sato, &wanted);
        assert_eq!((&entered["doubts"], &entered["warnings"]), (&json!([]), &json!([])));
        assert_eq!(entered["internal_number"], "000000000012345");
        let id = &entered["application_id"];

        let suzuki = on_duty(&house, "suzuki");
        let list = suzuki.get("/v1/counter/applications").json();
        assert_eq!(
            (&list["applications"][0]["application_id"], list["applications"].as_array().unwrap().len()),
            (id, 1)
        );
        assert_eq!(list["applications"][0]["entered_by"], "sato");
        let shown = suzuki.get(&format!("/v1/counter/applications/{}", id.as_str().unwrap())).json();
        assert_eq!((&shown["claim"]["name"], &shown["resident"]["name"]), (&json!("手形　花子"), &json!("手形　花子")));
        assert_eq!(shown["doses"].as_array().unwrap().len(), 2);
        assert_eq!(shown["passport"].is_null(), kind == "domestic");
        let paper = Path::new(FONT).exists();
        let issued = approve_with_key(suzuki, id, json!({"paper": paper}), &format!("key-for-{kind}")).json();
        let certificates = issued["certificates"].as_array().unwrap();
        assert_eq!(certificates.len(), wanted["profiles"].as_array().unwrap().len());
        for certificate in certificates {
            let text = certificate["text"].as_str().unwrap();
            let (status, payload) = verify(&house, nerima(), text);
            assert_eq!(status, Status::Accepted);
            assert!(!payload.contains("123456789018") && !payload.contains("豊玉北"));
            if !paper {
                continue;
            }
            let test = "a7_a_certificate_is_entered_by_one_and_approved_by_another_and_printed";
            if let Some(found) = read_back(test, &certificate["paper"], house.demo.folder()) {
                assert_eq!(found, [text]);
            }
        }
        // The log has who did what at which terminal, and to whose data.
        let entry = last(&house);
        let who = [&entry.operation, &entry.operator, &entry.department, &entry.terminal, &entry.reason];
        assert_eq!(who, ["application-approve", "suzuki", "市民課", "terminal", "交付決定"]);
        assert_eq!(entry.subjects, ["000000000012345"]);
        assert_eq!(entry.objects, [id.as_str().unwrap(), issued["certificate_id"].as_str().unwrap()]);
    }
}

#[test]
fn a7_whoever_entered_does_not_approve() {
    let house = house();
    employ(&house, nerima(), "tanaka", &[Role::Enter, Role::Approve]);
    let entered = enter(&on_duty(&house, "tanaka"), &entry("domestic", hanako()));
    let tanaka = on_duty(&house, "tanaka");
    refused(&house, "same-person", || approve(tanaka, &entered["application_id"], json!({})));
    let suzuki = on_duty(&house, "suzuki");
    approve(suzuki, &entered["application_id"], json!({})).json();
}

#[test]
fn a7_documents_that_prove_too_little_and_passports_that_are_missing() {
    let house = house();
    let sato = on_duty(&house, "sato");
    let mut weak = entry("domestic", hanako());
    weak["evidence"]["attestation"]["documents"] = json!(["pension-book"]);
    refused(&house, "attestation-incomplete", || sato.post("/v1/counter/applications", &weak));
    let wanted = entry("overseas", hanako());
    refused(&house, "passport-missing", || sato.post("/v1/counter/applications", &wanted));
    let mut wrong = entry("domestic", hanako());
    wrong["evidence"]["attestation"]["claim"]["name"] = "手形　夏子".into();
    refused(&house, "no-match", || sato.post("/v1/counter/applications", &wrong));
    // A card that was changed.
    let mut changed = card(&house, "hanako");
    let file = changed["card"]["0002"].as_str().unwrap().to_owned();
    let mut bytes = Base64UrlUnpadded::decode_vec(&file).unwrap();
    bytes[40] ^= 1;
    changed["card"]["0002"] = Base64UrlUnpadded::encode_string(&bytes).into();
    let wanted = entry("domestic", changed);
    let before = house.entries(nerima()).len();
    let answer = sato.post("/v1/counter/applications", &wanted);
    assert_eq!(answer.status, 422, "{}", answer.code());
    assert_eq!(house.entries(nerima()).len(), before + 1);
    for (member, value) in [
        ("kind", json!("abroad")),
        ("profiles", json!(["gold"])),
        ("evidence", json!({})),
        ("evidence", json!({"card": {"zz": ""}})),
        ("number", json!("123456789018")),
        ("reason", json!("番号は１２３４５６７８９０１８です")),
    ] {
        let mut wrong = entry("domestic", hanako());
        wrong[member] = value;
        let answer = sato.post("/v1/counter/applications", &wrong);
        assert_eq!((answer.status, answer.code().as_str()), (400, "body-malformed"), "{member}");
    }
    assert_eq!(sato.get("/v1/counter/applications").json()["applications"], json!([]));
}

#[test]
fn b10_warnings_are_shown_and_acknowledged_and_reach_no_certificate() {
    let house = house();
    let entered = enter(&on_duty(&house, "sato"), &entry("domestic", haruko()));
    assert_eq!(entered["warnings"], json!(["protected"]));
    let id = &entered["application_id"];
    let suzuki = || on_duty(&house, "suzuki");
    let shown = suzuki().get(&format!("/v1/counter/applications/{}", id.as_str().unwrap())).json();
    assert_eq!(shown["warnings"], json!(["protected"]));
    let approver = suzuki();
    let problem = refused(&house, "warning-not-acknowledged", || approve(approver, id, json!({})));
    assert_eq!((&problem["field"], &problem["status"]), (&json!("protected"), &json!(409)));
    let issued = approve(suzuki(), id, json!({"acknowledged": ["protected"]})).json();
    let text = issued["certificates"][0]["text"].as_str().unwrap();
    let (status, payload) = verify(&house, nerima(), text);
    assert_eq!(status, Status::Accepted);
    assert!(!payload.contains("protect") && !issued.to_string().contains("protected"));
}

#[test]
fn b9_a_certificate_is_found_replaced_and_revoked() {
    let house = house();
    let first = issue(&house);
    let first_id = first["certificate_id"].as_str().unwrap();
    let search = json!({"internal_number": "000000000012345", "reason": "電話照会"});
    let found = on_duty(&house, "sato").post("/v1/counter/residents/search", &search).json();
    let person = &found["persons"][0];
    assert_eq!(
        (&person["name"], &person["certificates"][0]["certificate_id"]),
        (&json!("手形　花子"), &json!(first_id))
    );
    let decision = &person["certificates"][0]["decision"];
    assert_eq!(
        (&decision["entered_by"], &decision["approved_by"], &decision["documents"]),
        (&json!("sato"), &json!("suzuki"), &json!(["driving-licence"]))
    );
    assert!(!found.to_string().contains("123456789018"));
    let log = last(&house);
    assert_eq!((log.operation.as_str(), log.reason.as_str()), ("look-up", "電話照会"));
    assert_eq!(log.subjects, ["000000000012345"]);
    let by_voucher = json!({"voucher": "0123456789", "reason": "電話照会"});
    assert_eq!(on_duty(&house, "sato").post("/v1/counter/residents/search", &by_voucher).json(), found);
    let nobody = json!({"voucher": "5555555555", "reason": "電話照会"});
    assert_eq!(on_duty(&house, "sato").post("/v1/counter/residents/search", &nobody).json()["persons"], json!([]));

    let mut again = entry("domestic", hanako());
    again["replaces"] = json!({"certificate_id": first_id, "reason": "紛失"});
    let entered = enter(&on_duty(&house, "sato"), &again);
    let second = approve(on_duty(&house, "suzuki"), &entered["application_id"], json!({})).json();
    let second_id = &second["certificate_id"];
    let revoke = |id: &Value| {
        let wanted = json!({"certificate_id": id, "reason": "記載誤り"});
        on_duty(&house, "suzuki").post("/v1/counter/certificates/revoke", &wanted)
    };
    assert_eq!(revoke(&json!(first_id)).code(), "already-revoked");
    assert_eq!(revoke(&json!("JPN0")).code(), "certificate-unknown");
    revoke(second_id).json();
    let found = on_duty(&house, "sato").post("/v1/counter/residents/search", &search).json();
    let revoked: Vec<_> =
        found["persons"][0]["certificates"].as_array().unwrap().iter().map(|one| one["revoked"].clone()).collect();
    assert_eq!(revoked, [true, true]);
    // Verifiers are told.
    let list = house.nobody().get("/v1/public/municipalities/131202/revocations").json();
    assert_ne!(list, json!([]));
}

#[test]
fn a_rejected_application_is_gone() {
    let house = house();
    let entered = enter(&on_duty(&house, "sato"), &entry("domestic", hanako()));
    let id = entered["application_id"].as_str().unwrap();
    let path = format!("/v1/counter/applications/{id}/reject");
    let reason = json!({"reason": "本人取下げ"});
    on_duty(&house, "suzuki").post(&path, &reason).json();
    assert_eq!(last(&house).reason, "本人取下げ");
    let suzuki = on_duty(&house, "suzuki");
    refused(&house, "application-unknown", || suzuki.post(&path, &reason));
    refused(&house, "application-unknown", || suzuki.get(&format!("/v1/counter/applications/{id}")));
}

#[test]
fn an_approval_that_is_sent_again_is_answered_as_the_first_time() {
    let house = house();
    let entered = enter(&on_duty(&house, "sato"), &entry("domestic", hanako()));
    let id = &entered["application_id"];
    let first = approve(on_duty(&house, "suzuki"), id, json!({})).json();
    assert_eq!(approve(on_duty(&house, "suzuki"), id, json!({})).json(), first);
    // Another body under the same key, another key, none.
    assert_eq!(approve(on_duty(&house, "suzuki"), id, json!({"paper": true})).code(), "request-reused");
    assert_eq!(approve_with_key(on_duty(&house, "suzuki"), id, json!({}), "another-key").code(), "application-unknown");
    let path = format!("/v1/counter/applications/{}/approve", id.as_str().unwrap());
    let without = on_duty(&house, "suzuki").post(&path, &json!({"reason": "交付決定"}));
    assert_eq!(without.code(), "request-key-invalid");
    let found = json!({"internal_number": "000000000012345", "reason": "照会"});
    let found = on_duty(&house, "sato").post("/v1/counter/residents/search", &found).json();
    assert_eq!(found["persons"][0]["certificates"].as_array().unwrap().len(), 1);
}

/// Every request of the counter that takes a session, with bodies that would be right.
fn requests(application: &str, certificate: &str) -> Vec<(&'static str, String, Option<Value>, &'static [Role])> {
    const SEES: &[Role] = &[Role::Enter, Role::Review, Role::Approve];
    const JUDGES: &[Role] = &[Role::Review, Role::Approve];
    const OVERSEES: &[Role] = &[Role::Review, Role::Administer];
    let search = json!({"internal_number": "000000000012345", "reason": "照会"});
    let revoke = json!({"certificate_id": certificate, "reason": "紛失"});
    let rights = json!({"account": "ito", "department": "市民課", "roles": ["enter"], "reason": "着任"});
    let account = json!({"account": "ito", "reason": "異動"});
    let path = |rest: &str| format!("/v1/counter{rest}");
    let of = |rest: &str| path(&format!("/applications/{application}{rest}"));
    vec![
        ("look-up", path("/residents/search"), Some(search), SEES),
        ("application-enter", path("/applications"), Some(entry("domestic", hanako())), &[Role::Enter]),
        ("application-list", path("/applications"), None, SEES),
        ("application-show", of(""), None, JUDGES),
        ("account-create", path("/accounts"), Some(rights.clone()), &[Role::Administer]),
        ("account-list", path("/accounts"), None, &[Role::Administer]),
        ("account-rights", path("/accounts/rights"), Some(rights), &[Role::Administer]),
        ("account-password", path("/accounts/password"), Some(account.clone()), &[Role::Administer]),
        ("account-revoke", path("/accounts/revoke"), Some(account), &[Role::Administer]),
        ("audit-list", path("/audit/entries"), Some(json!({"from": 1, "count": 5, "reason": "点検"})), &[Role::Review]),
        ("audit-verify", path("/audit/verify"), Some(json!({"reason": "点検"})), OVERSEES),
        ("audit-head", path("/audit/head"), Some(json!({"reason": "点検"})), OVERSEES),
        ("application-approve", of("/approve"), Some(json!({"reason": "交付決定"})), &[Role::Approve]),
        ("application-reject", of("/reject"), Some(json!({"reason": "取下げ"})), JUDGES),
        ("revoke", path("/certificates/revoke"), Some(revoke), &[Role::Approve]),
    ]
}

fn ask(client: &Client, path: &str, body: Option<&Value>) -> Answer {
    match body {
        Some(body) => client.post(path, body),
        None => client.get(path),
    }
}

#[test]
fn d1_every_request_takes_its_role() {
    let house = house();
    let certificate = issue(&house)["certificate_id"].as_str().unwrap().to_owned();
    let entered = enter(&on_duty(&house, "sato"), &entry("domestic", hanako()));
    let application = entered["application_id"].as_str().unwrap();
    for role in Role::ALL {
        let name = format!("only-{}s", role.name());
        employ(&house, nerima(), &name, &[*role]);
        let client = on_duty(&house, &name).header("idempotency-key", "key-of-the-test");
        assert_eq!(client.get("/v1/counter/session").json()["roles"], json!([role.name()]));
        for (operation, path, body, allowed) in requests(application, &certificate) {
            if !allowed.contains(role) {
                let problem = refused(&house, "role-missing", || ask(&client, &path, body.as_ref()));
                assert_eq!(problem["status"], 403, "{operation}");
                let entry = last(&house);
                assert_eq!((entry.operation.as_str(), &entry.operator), (operation, &name));
                assert!(entry.subjects.is_empty() && entry.objects.is_empty(), "{operation}");
            }
        }
        // What the role allows goes on from where it is, whatever comes of it.
        for (operation, path, body, allowed) in requests(application, &certificate) {
            if allowed.contains(role) {
                let answer = ask(&client, &path, body.as_ref());
                assert!(answer.status == 200 || answer.code() != "role-missing", "{operation}");
            }
        }
    }
}

#[test]
fn d1_a_session_is_of_its_terminal_and_its_time() {
    let house = house();
    let answer = log_in(&house.client("terminal"), nerima(), "sato", &password_of("sato"));
    let at_first = with_token(&house, "terminal", &answer);
    assert_eq!(at_first.get("/v1/counter/session").json()["account"], "sato");
    assert_eq!(with_token(&house, "terminal-2", &answer).get("/v1/counter/session").code(), "session-ended");
    // Without a certificate, or as another kind of client, there is no counter at all.
    for (client, code) in [("stranger", "client-unknown"), ("app", "access-denied"), ("kiosk", "access-denied")] {
        assert_eq!(with_token(&house, client, &answer).get("/v1/counter/session").code(), code);
        assert_eq!(log_in(&house.client(client), nerima(), "sato", &password_of("sato")).code(), code);
    }
    assert_eq!(house.nobody().get("/v1/counter/session").status, 401);
    for wrong in ["", "Bearer", "Bearer 131202.", "Bearer x.y", "Basic c2F0bzpzYXRv", "Bearer 131202.AAAA"] {
        let client = house.client("terminal").header("authorization", wrong);
        assert_eq!(client.get("/v1/counter/session").code(), "session-ended", "{wrong}");
    }
    for (name, path, body, _) in requests("7KQ0M2X9ABCD", "JPN0") {
        let client = house.client("terminal").header("idempotency-key", "key-of-the-test");
        assert_eq!(ask(&client, &path, body.as_ref()).code(), "session-ended", "{name}");
    }
    house.wait(14 * 60);
    at_first.get("/v1/counter/session").json();
    house.wait(14 * 60);
    at_first.get("/v1/counter/session").json();
    house.wait(15 * 60 + 1);
    assert_eq!(at_first.get("/v1/counter/session").code(), "session-ended");
    let out = on_duty(&house, "sato");
    out.send(ureq::http::Method::POST, "/v1/counter/logout", None, &[]).json();
    assert_eq!(out.get("/v1/counter/session").code(), "session-ended");
    out.send(ureq::http::Method::POST, "/v1/counter/logout", None, &[]).json();
}

#[test]
fn d1_guessing_a_password_takes_longer_each_time() {
    let house = house();
    let terminal = house.client("terminal");
    let guess = |name: &str| log_in(&terminal, nerima(), name, "not the password 1");
    for _ in 0..5 {
        let (known, unknown) = (guess("sato"), guess("nobody"));
        assert_eq!((known.status, known.code().as_str()), (401, "login-refused"));
        // An account that there is not is refused alike.
        let mut said = [known.problem(), unknown.problem()];
        said.iter_mut().for_each(|problem| problem["request"] = Value::Null);
        assert_eq!(said[0], said[1]);
    }
    for name in ["sato", " SATO", "nobody"] {
        let answer = guess(name);
        assert_eq!((answer.status, answer.code().as_str(), answer.header("retry-after")), (429, "login-delayed", "15"));
    }
    // The right password waits as well: what is guessed right must not be told.
    assert_eq!(log_in(&terminal, nerima(), "sato", &password_of("sato")).code(), "login-delayed");
    house.wait(15);
    assert_eq!(guess("sato").code(), "login-refused");
    house.wait(29);
    assert_eq!(guess("sato").code(), "login-delayed");
    house.wait(1);
    log_in(&terminal, nerima(), "sato", &password_of("sato")).json();
    assert_eq!(guess("sato").code(), "login-refused");
    // Every try that was judged is in the log, with no name but those of accounts.
    let tries: Vec<_> = house.entries(nerima()).into_iter().filter(|entry| entry.outcome == "login-refused").collect();
    assert_eq!(tries.len(), 12);
    assert!(tries.iter().all(|entry| ["sato", "-"].contains(&entry.operator.as_str()) && entry.terminal == "terminal"));
}

#[test]
fn d1_an_account_is_revoked_at_once() {
    let house = house();
    employ(&house, nerima(), "kanri", &[Role::Administer]);
    let entered = enter(&on_duty(&house, "sato"), &entry("domestic", hanako()));
    let (suzuki, kanri) = (on_duty(&house, "suzuki"), on_duty(&house, "kanri"));
    suzuki.get("/v1/counter/session").json();
    let revoke = json!({"account": "suzuki", "reason": "退職"});
    kanri.post("/v1/counter/accounts/revoke", &revoke).json();
    assert_eq!(suzuki.get("/v1/counter/session").code(), "session-ended");
    assert_eq!(approve(suzuki, &entered["application_id"], json!({})).code(), "session-ended");
    let terminal = house.client("terminal");
    assert_eq!(log_in(&terminal, nerima(), "suzuki", &password_of("suzuki")).code(), "login-refused");
    // In the other municipality it is another person.
    on_duty_in(&house, sakai(), "suzuki").get("/v1/counter/session").json();
    let own = json!({"account": "kanri", "reason": "退職"});
    refused(&house, "own-rights", || kanri.post("/v1/counter/accounts/revoke", &own));
    let accounts = kanri.get("/v1/counter/accounts").json();
    let suzuki = accounts["accounts"].as_array().unwrap().iter().find(|one| one["account"] == "suzuki").unwrap();
    assert!(suzuki["revoked_at"].is_string() && suzuki.get("password_hash").is_none());
}

#[test]
fn d1_accounts_are_made_and_changed_by_administrators() {
    let house = house();
    employ(&house, nerima(), "kanri", &[Role::Administer]);
    let kanri = on_duty(&house, "kanri");
    let rights = |roles: Value| json!({"account": "ito", "department": "健康課", "roles": roles, "reason": "着任"});
    let made = kanri.post("/v1/counter/accounts", &rights(json!(["enter"]))).json();
    settle_password(&house, nerima(), "ito", made["initial_password"].as_str().unwrap());
    let ito = on_duty(&house, "ito");
    assert_eq!(ito.get("/v1/counter/session").json()["department"], "健康課");
    refused(&house, "ledger-duplicate", || kanri.post("/v1/counter/accounts", &rights(json!(["enter"]))));
    let alike = json!({"account": "ＩＴＯ", "department": "健康課", "roles": ["approve"], "reason": "着任"});
    refused(&house, "ledger-duplicate", || kanri.post("/v1/counter/accounts", &alike));
    assert_eq!(kanri.post("/v1/counter/accounts", &rights(json!(["root"]))).code(), "body-malformed");
    // Rights count from the next request on.
    kanri.post("/v1/counter/accounts/rights", &rights(json!(["review"]))).json();
    refused(&house, "role-missing", || ito.post("/v1/counter/applications", &entry("domestic", hanako())));
    ito.post("/v1/counter/audit/verify", &json!({"reason": "点検"})).json();
    let reset = kanri.post("/v1/counter/accounts/password", &json!({"account": "ito", "reason": "失念"})).json();
    assert_eq!(ito.get("/v1/counter/session").code(), "session-ended");
    settle_password(&house, nerima(), "ito", reset["initial_password"].as_str().unwrap());
    let weak = json!({"current": password_of("ito"), "new": "short"});
    assert_eq!(on_duty(&house, "ito").post("/v1/counter/password", &weak).code(), "password-not-allowed");
    let wrong = json!({"current": "not the password 1", "new": "another good one 2"});
    assert_eq!(on_duty(&house, "ito").post("/v1/counter/password", &wrong).code(), "login-refused");
}

#[test]
fn d2_the_log_is_read_verified_and_its_head_signed() {
    let house = house();
    employ(&house, nerima(), "miyamoto", &[Role::Review]);
    issue(&house);
    let reviewer = on_duty(&house, "miyamoto");
    let page = |from: u64, count: u16| json!({"from": from, "count": count, "reason": "定期点検"});
    let read = |from, count| reviewer.post("/v1/counter/audit/entries", &page(from, count));
    let all = read(1, 500).json()["entries"].as_array().unwrap().clone();
    assert_eq!(all.len() + 1, house.entries(nerima()).len());
    let last_two = read(u64::try_from(all.len()).unwrap() - 1, 2).json();
    assert_eq!(last_two["entries"].as_array().unwrap()[..], all[all.len() - 2..]);
    assert_eq!(read(100_000, 5).json()["entries"], json!([]));
    for (from, count) in [(0, 1), (1, 0), (1, 501)] {
        assert_eq!(read(from, count).code(), "body-malformed");
    }
    let head = reviewer.post("/v1/counter/audit/head", &json!({"reason": "定期点検"})).json();
    let verify =
        |heads: Value| reviewer.post("/v1/counter/audit/verify", &json!({"heads": heads, "reason": "定期点検"}));
    let verified = verify(json!([head["head"]])).json();
    assert_eq!(verified["proven_heads"], 1);
    assert!(verified["entries"].as_u64() > head["entries"].as_u64());
    assert_eq!(verify(json!(["no head"])).code(), "audit-head-malformed");
    let foreign = {
        employ(&house, sakai(), "miyamoto", &[Role::Review]);
        let reviewer = on_duty_in(&house, sakai(), "miyamoto");
        reviewer.post("/v1/counter/audit/head", &json!({"reason": "定期点検"})).json()
    };
    assert_eq!(verify(json!([foreign["head"]])).code(), "audit-head-signature");
}
