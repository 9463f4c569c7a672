//! A municipality with a register, a signer and people who have cards: what every test begins with.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tegata::application::{Application, ApplicationFields, Channel as Device};
use tegata::card::session::Consent;
use tegata::card::{self, CardFiles, CardVerifier, Challenge, FileId, Other};
use tegata::crypto::rustcrypto;
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::{Kind, MunicipalityCode, Personal};
use tegata::time::Date;
use tegata::x509::Certificate;
use tegata::{Profile, RevocationSet, Timestamp, TrustSet, Verifier};
use tegata_simulator::{Algorithm, CardRequest, Hierarchy, Sex, SimulatedCard};
use tempfile::TempDir;

use super::super::*;
use crate::audit::{Entry, Operation, Operator};
use crate::issuing::{Bundle, Desk};
use crate::ledger::{ChallengeBinding, IdempotencyKey, Ledger, WaitingApplication};
use crate::matching::{Claim, Difference};
use crate::municipality::{EXAMPLE_SETTINGS, Municipality};
use crate::record::samples::{dose, hanako};
use crate::record::{Channel, Document, Resident, Sealable as _};
use crate::staff::Role;
use crate::testing::OsRandom;
use crate::vault::MasterKey;

/// A working day, on which every channel of the example's settings is open.
pub(crate) const NOW: &str = "2026-11-20T10:00:00+09:00";

/// The number on every specimen card.
pub(crate) const NUMBER: &str = "123456789018";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

pub(crate) struct Office {
    _folder: TempDir,
    pub(crate) ledger: Ledger,
    pub(crate) desk: Desk,
    pub(crate) verifier: CardVerifier<Other>,
    hierarchy: Hierarchy,
    certificate: Certificate,
}

impl Office {
    /// With the example's settings, and 手形　花子 with two doses in the register.
    pub(crate) fn new() -> Self {
        Self::with_settings(EXAMPLE_SETTINGS)
    }

    pub(crate) fn with_settings(settings: &str) -> Self {
        let settings = Municipality::parse(settings).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let master_key = MasterKey::generate(&OsRandom).unwrap();
        let ledger = Ledger::open_sqlite(folder.path(), master_key, Arc::new(OsRandom)).unwrap();
        ledger.create(settings.code()).unwrap();
        let signer = SoftwareSigner::generate(&OsRandom).unwrap();
        let subject = Subject::new("JP", "Nerima City", "Document signer 1").unwrap();
        let request = CertificateRequest::new(subject, HealthPurposes { vaccination: true, ..Default::default() });
        let (from, until) = (at("2026-01-01T00:00:00Z"), at("2028-12-31T00:00:00Z"));
        let der = self_signed(&signer, &request, from, until, &OsRandom).unwrap();
        let certificate = Certificate::parse(&der).unwrap();
        let desk =
            Desk::new(settings, certificate.clone(), Box::new(signer), Arc::new(OsRandom), &rustcrypto::PROVIDER);
        let hierarchy = Hierarchy::builder(1, Algorithm::P256).name("other").generate().unwrap();
        let verifier = CardVerifier::other(&rustcrypto::PROVIDER, &hierarchy.authorities_json()).unwrap();
        let office = Self { _folder: folder, ledger, desk: desk.unwrap(), verifier, hierarchy, certificate };
        for (name, roles) in
            [("sato", &[Role::Enter, Role::Approve][..]), ("suzuki", &[Role::Approve]), ("tanaka", Role::ALL)]
        {
            office.employ(name, roles);
        }
        office.register(&office.with_number(hanako()), &[dose(1, "2021-07-01"), dose(2, "2021-07-22")]);
        office
    }

    pub(crate) fn code(&self) -> MunicipalityCode {
        self.desk.settings().code()
    }

    pub(crate) fn with_number(&self, resident: Resident) -> Resident {
        let number = tegata::model::IndividualNumber::from_digits(NUMBER.as_bytes()).unwrap();
        Resident { number: Some(self.ledger.keys(self.code()).number_hash(&number)), ..resident }
    }

    pub(crate) fn register(&self, resident: &Resident, doses: &[crate::record::Vaccination]) {
        let mut session = self.ledger.begin(self.code(), Operation::automatic("test", "test"), at(NOW)).unwrap();
        let until = Date::new(2031, 11, 20).unwrap();
        session.put_resident(resident, until).unwrap();
        for dose in doses {
            session.put_vaccination(&resident.details.voucher, dose, until).unwrap();
        }
        session.commit().unwrap();
    }

    /// Makes an account.
    pub(crate) fn employ(&self, name: &str, roles: &[Role]) {
        let mut session = self.ledger.begin(self.code(), Operation::automatic("test", "test"), at(NOW)).unwrap();
        let account = crate::ledger::Account {
            name: name.into(),
            department: "市民課".into(),
            password_hash: "none".into(),
            password_initial: true,
            roles: roles.to_vec(),
            created_at: at(NOW),
            revoked_at: None,
        };
        session.put_account(&account).unwrap();
        session.commit().unwrap();
    }

    /// Changes 手形　花子 in the register.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Resident)) {
        let mut resident = self.with_number(hanako());
        change(&mut resident);
        self.register(&resident, &[]);
    }

    /// 手形　花子's card.
    pub(crate) fn card(&self) -> SimulatedCard {
        self.card_of("手形　花子", 1)
    }

    /// A card of this name with the other fields of 手形　花子's, and the keys of a seed.
    pub(crate) fn card_of(&self, name: &str, seed: u64) -> SimulatedCard {
        let request = CardRequest::from_seed(seed).name(name).unwrap();
        let request = request.address("東京都練馬区豊玉北６－１２－１").unwrap().number(NUMBER).unwrap();
        let request = request.birth_date(Date::new(1980, 2, 17).unwrap()).unwrap().sex(Sex::Female);
        self.hierarchy.issue(&request).unwrap()
    }

    /// A challenge for a session, kept as the service that hands it out does.
    pub(crate) fn challenge(&self, session: &str, channel: Channel) -> Challenge {
        let challenge = Challenge::generate(&OsRandom).unwrap();
        let expires = at(NOW).saturating_add_seconds(card::CHALLENGE_VALID_SECONDS.into());
        let mut quiet = self.ledger.begin_quiet(self.code()).unwrap();
        quiet.put_challenge(challenge.as_bytes(), ChallengeBinding { session, channel }, at(NOW), expires).unwrap();
        quiet.commit().unwrap();
        challenge
    }

    /// An application as a device sends it, right in every way; to be changed before it is sent.
    pub(crate) fn wish(&self, device: Device, kind: Kind) -> Wish {
        Wish {
            device,
            kind,
            municipality: self.code(),
            terms: "2026-04".into(),
            consent: at("2026-11-20T09:55:00+09:00"),
            card: self.card(),
            profiles: vec![Profile::Jp],
            zone: (device == Device::App && kind == Kind::Overseas).then(|| zone("1980-02-17", 'F', "2030-01-01")),
            challenge: self.challenge("session-1", device.into()),
        }
    }

    pub(crate) fn send(&self, wish: &Wish) -> Result<Bundle, Refusal> {
        self.send_at(wish, "session-1", at(NOW))
    }

    pub(crate) fn send_at(&self, wish: &Wish, session: &str, now: Timestamp) -> Result<Bundle, Refusal> {
        let message = wish.application().encode();
        let application = Application::decode(&message).unwrap();
        let operation = Operation::new("apply", Operator::new("kiosk-1", "-", "store 17").unwrap(), "-").unwrap();
        let device = DeviceSession { session, operation: &operation };
        apply(&self.ledger, &self.desk, &self.verifier, &application, device, now)
    }

    /// Sends a message as a request that may be sent again.
    pub(crate) fn send_once(&self, message: &[u8], key: &str, now: Timestamp) -> Result<Receipt, Refusal> {
        let application = Application::decode(message).unwrap();
        let operation = Operation::new("apply", Operator::new("kiosk-1", "-", "store 17").unwrap(), "-").unwrap();
        let device = DeviceSession { session: "session-1", operation: &operation };
        let request = IdempotencyKey { client: "kiosk-1", key, body_hash: Sha256::digest(message).into() };
        apply_once(&self.ledger, &self.desk, &self.verifier, &application, device, &request, now)
    }

    /// Sends what must be refused, and sees to it that it left one audit entry and nothing else.
    #[track_caller]
    pub(crate) fn refused(&self, wish: &Wish) -> Refusal {
        self.leaves_only_its_entry(|| self.send(wish).map(drop))
    }

    #[track_caller]
    pub(crate) fn leaves_only_its_entry(&self, act: impl FnOnce() -> Result<(), Refusal>) -> Refusal {
        let (entries, issues) = (self.entries().len(), self.issues());
        let waiting = self.waiting();
        let refusal = act().unwrap_err();
        let after = self.entries();
        assert_eq!(after.len(), entries + 2, "its entry, and that of the look-up of this test");
        assert_eq!(after.last().unwrap().outcome, refusal.code().name());
        assert_eq!(self.issues(), issues);
        assert_eq!(self.waiting(), waiting);
        refusal
    }

    /// What waits for approval, without an entry in the log.
    pub(crate) fn waiting(&self) -> Vec<WaitingApplication> {
        self.ledger.begin_reading(self.desk.settings().code()).unwrap().applications().unwrap()
    }

    /// The audit log.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut session = self.ledger.begin_reading(self.code()).unwrap();
        session.verify_audit(&[], &mut |entry| entries.push(entry)).unwrap();
        entries
    }

    /// The IDs of what was issued to 手形　花子.
    pub(crate) fn issues(&self) -> Vec<String> {
        self.history().into_iter().map(|issue| issue.certificate_id).collect()
    }

    pub(crate) fn history(&self) -> Vec<crate::record::Issue> {
        let mut session = self.ledger.begin(self.code(), Operation::automatic("test", "test"), at(NOW)).unwrap();
        let issues = session.issues_of(&hanako().internal_number).unwrap();
        session.commit().unwrap();
        issues
    }

    pub(crate) fn clerk(&self, name: &str) -> Operation {
        Operation::new("counter", Operator::new(name, "市民課", "counter-3").unwrap(), "窓口申請").unwrap()
    }

    pub(crate) fn enter(&self, clerk: &str, entry: CounterEntry) -> Result<Entered, Refusal> {
        // What is stored is what is read.
        let entry = CounterEntry::from_bytes(&entry.to_bytes()).unwrap();
        let settings = self.desk.settings();
        enter(&self.ledger, settings, &self.verifier, &OsRandom, entry, self.clerk(clerk), at(NOW))
    }

    pub(crate) fn approve(&self, clerk: &str, id: &str, confirmed: &[Difference]) -> Result<Bundle, Refusal> {
        self.approve_at(clerk, id, confirmed, at(NOW))
    }

    pub(crate) fn approve_at(
        &self,
        clerk: &str,
        id: &str,
        confirmed: &[Difference],
        now: Timestamp,
    ) -> Result<Bundle, Refusal> {
        let approval = Approval { application_id: id, confirmed, acknowledged: Warning::ALL };
        approve(&self.ledger, &self.desk, &self.verifier, approval, self.clerk(clerk), now)
    }

    /// An application at the counter, right in every way, with a driving licence.
    pub(crate) fn entry(&self, kind: Kind) -> CounterEntry {
        let details = hanako().details;
        let claim =
            Claim { name: details.name, address: details.address, birth_date: details.birth_date, sex: details.sex };
        let documents = [Document::DrivingLicence];
        CounterEntry {
            kind,
            profiles: vec![Profile::Jp],
            passport: (kind == Kind::Overseas).then(crate::record::samples::passport),
            replaces: None,
            evidence: Evidence::Attestation(
                Attestation::new(hanako().internal_number, claim, &documents, None).unwrap(),
            ),
        }
    }

    /// A verifier of this municipality's certificates, with what it revoked.
    pub(crate) fn certificate_verifier(&self) -> Verifier {
        let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
        trust.trust_certificate(&self.certificate).unwrap();
        let set = crate::issuing::revocation_set(&self.ledger, self.code()).unwrap();
        let list = crate::issuing::revocation_list(&set, "JP", at("2027-12-31T00:00:00Z"));
        let mut builder = RevocationSet::builder();
        if !set.is_empty() {
            builder.add_file(list.as_bytes()).unwrap();
        }
        Verifier::new(trust.build().with_revocation(builder.build()))
    }

    pub(crate) fn status(&self, text: &str) -> (tegata::Status, Option<&'static str>) {
        let report = self.certificate_verifier().verify(text, at(NOW));
        (report.status(), report.failure().map(|failure| failure.code().name()))
    }
}

/// What a device's holder wants.
pub(crate) struct Wish {
    pub(crate) device: Device,
    pub(crate) kind: Kind,
    pub(crate) municipality: MunicipalityCode,
    pub(crate) terms: String,
    pub(crate) consent: Timestamp,
    pub(crate) card: SimulatedCard,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) zone: Option<Personal<String>>,
    pub(crate) challenge: Challenge,
}

impl Wish {
    pub(crate) fn application(&self) -> Application {
        let response = self.card.respond(tegata_simulator::Application::Text, self.challenge.as_bytes()).unwrap();
        Application::new(ApplicationFields {
            channel: self.device,
            municipality: self.municipality,
            terms: self.terms.clone(),
            consent: Consent::given_at(self.consent),
            challenge: self.challenge.clone(),
            card: &files(&self.card),
            response: &response,
            kind: self.kind,
            profiles: &self.profiles,
            travel_document: self.zone.clone(),
        })
        .unwrap()
    }
}

pub(crate) fn files(card: &SimulatedCard) -> CardFiles {
    let mut files = CardFiles::new(card::Application::Text);
    for file in card.files(tegata_simulator::Application::Text) {
        files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
    }
    files
}

/// The machine-readable zone of 手形　花子's passport.
pub(crate) fn zone(birth_date: &str, sex: char, expiry: &str) -> Personal<String> {
    use tegata::mrz::{Passport, Sex, StateCode};
    let state = StateCode::parse("JPN").unwrap();
    let passport = Passport {
        issuing_state: state,
        name: tegata::model::Name::new("TEGATA", "HANAKO"),
        number: "TK0000000".into(),
        nationality: state.into(),
        birth_date: tegata::model::BirthDate::parse(birth_date).unwrap().into(),
        sex: if sex == 'F' { Sex::Female } else { Sex::Male },
        expiry_date: Date::parse(expiry).unwrap(),
        personal_number: "".into(),
    };
    passport.to_mrz().unwrap()
}
