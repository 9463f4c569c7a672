//! A device that applies, and asks again until it is answered.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tegata::Profile;
use tegata::application::{Application, ApplicationFields, Channel};
use tegata::card::session::Consent;
use tegata::card::{self, CardFiles, Challenge, FileId};
use tegata::keys::SoftwareSigner;
use tegata::model::Kind;
use tegata_service::demo::Demonstration;
use tegata_service::sign_token;
use tegata_storm::Account;
use ureq::http::Request;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use crate::people::Person;
use crate::{OsRandom, Storm, now};

/// Which request it is: of which client, by which key.
pub(crate) type Key = (usize, String);

/// So long a challenge is good for certain: two minutes, of a service that counts whole seconds.
const CHALLENGE_HOLDS: Duration = Duration::from_secs(119);

/// How a client proves who it is.
enum Proof {
    /// By the certificate of its connection.
    Certificate,
    /// By a token for each request, of the registered key.
    Token(SoftwareSigner),
}

/// A person's device.
pub(crate) struct Client<'s> {
    storm: &'s Storm,
    person: &'s Person,
    tls: TlsConfig,
    agent: ureq::Agent,
    proof: Proof,
    channel: Channel,
    /// Every request that was answered, to be asked again.
    sent: Vec<(String, Vec<u8>)>,
    count: u32,
}

/// An answer as it came.
struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl<'s> Client<'s> {
    /// Of three kinds: apps with a certificate and apps with tokens, and kiosks where there are some.
    pub(crate) fn new(demo: &Demonstration, storm: &'s Storm, person: &'s Person) -> Self {
        let pem = |file: &str| std::fs::read(demo.folder().join(file)).unwrap();
        let is_kiosk = person.municipality.as_str() == "131202" && person.index.is_multiple_of(4);
        let proof = if person.index % 3 == 1 && !is_kiosk {
            let pem = String::from_utf8(pem("app-token-key.pem")).unwrap();
            Proof::Token(SoftwareSigner::from_pem(&pem, None).unwrap())
        } else {
            Proof::Certificate
        };
        let name = if is_kiosk { "kiosk" } else { "app" };
        let certificate = matches!(proof, Proof::Certificate).then(|| {
            let certificate = Certificate::from_pem(&pem(&format!("{name}.pem"))).unwrap();
            let key = PrivateKey::from_pem(&pem(&format!("{name}-key.pem"))).unwrap();
            ClientCert::new_with_certs(&[certificate], key)
        });
        let authority = Certificate::from_pem(&pem("ca.pem")).unwrap();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[authority]))
            .client_cert(certificate)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let channel = if is_kiosk { Channel::Kiosk } else { Channel::App };
        Self { storm, person, agent: agent(&tls), tls, proof, channel, sent: Vec::new(), count: 0 }
    }

    /// Applies once, until it is granted. Now and then it does not wait for the answer, and asks twice at a time.
    pub(crate) fn apply(&mut self, account: &Mutex<Account<Key>>) {
        loop {
            self.count += 1;
            let key = format!("request-{}-of-{}", self.count, self.person.index);
            let began = Instant::now();
            let body = self.application();
            let answer = if self.count.is_multiple_of(8) {
                self.twice(&key, &body)
            } else {
                self.ask("applications", &key, &body)
            };
            match answer.status {
                200 => {
                    self.acknowledge(account, &key, &answer);
                    self.sent.push((key, body));
                    return;
                }
                // It took longer than a challenge holds. Nothing was issued for this key: the ledger would hold more in
                // the end than was acknowledged.
                _ if answer.json()["code"] == "challenge-not-valid" && began.elapsed() > CHALLENGE_HOLDS => {}
                status => panic!("{status}: {}", String::from_utf8_lossy(&answer.body)),
            }
        }
    }

    /// Sends everything once more, to a service that was started since.
    pub(crate) fn ask_again(&mut self, account: &Mutex<Account<Key>>) {
        for (key, body) in std::mem::take(&mut self.sent) {
            let answer = self.ask("applications", &key, &body);
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
            assert!(!self.acknowledge(account, &key, &answer), "{key} was not answered before");
        }
    }

    /// Takes note of an answer; true where it is the first.
    fn acknowledge(&self, account: &Mutex<Account<Key>>, key: &str, answer: &Answer) -> bool {
        let id = answer.json()["certificate_id"].as_str().unwrap().to_owned();
        account.lock().unwrap().acknowledge((self.person.index, key.to_owned()), &id, &answer.body)
    }

    /// The same request on two connections at once: both are answered alike.
    fn twice(&self, key: &str, body: &[u8]) -> Answer {
        self.storm.twice.fetch_add(1, Ordering::SeqCst);
        let (first, second) = std::thread::scope(|scope| {
            let other = scope.spawn(|| self.ask_with(&agent(&self.tls), "applications", key, body));
            (self.ask("applications", key, body), other.join().unwrap())
        });
        assert_eq!(first.status, second.status, "{key}");
        assert!(first.status != 200 || first.body == second.body, "{key} was answered twice, and not alike");
        first
    }

    /// The body of an application, with a challenge of its own.
    fn application(&self) -> Vec<u8> {
        let session = format!("session-{}-of-{}", self.count, self.person.index);
        let municipality = self.person.municipality;
        let asked = json!({"municipality": municipality.as_str(), "session": session, "kind": "domestic"}).to_string();
        let given = self.ask("challenge", "no-key-needed", asked.as_bytes());
        assert_eq!(given.status, 200, "{}", String::from_utf8_lossy(&given.body));
        let given = given.json();
        let challenge = Base64UrlUnpadded::decode_vec(given["challenge"].as_str().unwrap()).unwrap();
        let card = &self.person.card;
        let response = card.respond(tegata_simulator::Application::Text, &challenge).unwrap();
        let mut files = CardFiles::new(card::Application::Text);
        for file in card.files(tegata_simulator::Application::Text) {
            files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
        }
        let application = Application::new(ApplicationFields {
            channel: self.channel,
            municipality,
            terms: given["terms"].as_str().unwrap().to_owned(),
            consent: Consent::given_at(now()),
            challenge: Challenge::from_bytes(challenge.try_into().unwrap()),
            card: &files,
            response: &response,
            kind: Kind::Domestic,
            profiles: &[Profile::Jp],
            travel_document: None,
        });
        let application = Base64UrlUnpadded::encode_string(&application.unwrap().encode());
        json!({"session": session, "application": application}).to_string().into_bytes()
    }

    fn ask(&self, endpoint: &str, key: &str, body: &[u8]) -> Answer {
        self.ask_with(&self.agent, endpoint, key, body)
    }

    /// Asks until there is an answer that is final: without one, or told to come back, it sends the same again.
    fn ask_with(&self, agent: &ureq::Agent, endpoint: &str, key: &str, body: &[u8]) -> Answer {
        let path = format!("/v1/{}/{endpoint}", self.channel.name());
        loop {
            let why = match self.send(agent, &path, key, body) {
                Ok(answer) if !is_for_now(&answer) => return answer,
                Ok(answer) => answer.json()["code"].as_str().unwrap().to_owned(),
                Err(_) => "no answer".to_owned(),
            };
            assert!(!self.storm.over.load(Ordering::SeqCst), "the storm is over");
            *self.storm.again.lock().unwrap().entry(why).or_default() += 1;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn send(&self, agent: &ureq::Agent, path: &str, key: &str, body: &[u8]) -> Result<Answer, ureq::Error> {
        let mut request = Request::post(format!("https://{}{path}", self.storm.address()))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        if let Proof::Token(signer) = &self.proof {
            let token = sign_token(signer, &OsRandom, "app-token", path, body, now()).unwrap();
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = agent.run(request.body(body.to_vec()).unwrap())?;
        let body = response.body_mut().read_to_vec()?;
        Ok(Answer { status: response.status().as_u16(), body })
    }
}

/// Whether an answer says no more than that there is none yet: what is overloaded or unavailable, and a token that was
/// signed in the very second before a start.
fn is_for_now(answer: &Answer) -> bool {
    let is_of_token = || answer.json()["code"] == "token-not-in-time";
    matches!(answer.status, 429 | 503) || (answer.status == 401 && is_of_token())
}

fn agent(tls: &TlsConfig) -> ureq::Agent {
    ureq::Agent::config_builder().tls_config(tls.clone()).http_status_as_error(false).build().new_agent()
}
