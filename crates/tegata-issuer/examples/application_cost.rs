//! Measures what an application by an app costs, from the message to the commit: processor time on one thread and on
//! several, beside what nobody can save (verifying the card and making one signature), and the time until the answer.
//! `cargo run --release -p tegata-issuer --example application_cost -- 2000`
//!
//! The ledger is SQLite in a folder that is removed afterwards, with everything on the disk before an answer. The card
//! is simulated, and the people do not exist.

use std::error::Error;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tegata::application::{Application, ApplicationFields, Channel as Device};
use tegata::card::session::Consent;
use tegata::card::{self, Answered, CardFiles, CardVerifier, Challenge, FileId, Other};
use tegata::crypto::{RandomError, SecureRandom, Signer};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::{BirthDate, CountryCode, IndividualNumber, Kind, Personal, Sex};
use tegata::time::Date;
use tegata::x509::Certificate;
use tegata::{Profile, Timestamp};
use tegata_issuer::application::{DeviceSession, apply_once};
use tegata_issuer::audit::{Operation, Operator};
use tegata_issuer::issuing::Desk;
use tegata_issuer::ledger::{ChallengeBinding, IdempotencyKey, Ledger};
use tegata_issuer::municipality::{EXAMPLE_SETTINGS, Municipality};
use tegata_issuer::record::{
    Channel, Flags, Given, InternalNumber, Resident, ResidentDetails, Vaccination, VoucherNumber,
};
use tegata_issuer::vault::MasterKey;
use tegata_native::{NativeSigner, PROVIDER};
use tegata_simulator::{Algorithm, CardRequest, Hierarchy, SimulatedCard};

/// Threads that apply at a time in the second part.
const THREADS: usize = 8;

/// Applications between two looks at the clock.
const BLOCK: usize = 200;

const NUMBER: &[u8] = b"123456789018";

#[derive(Debug)]
struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A municipality with one person, who applies again and again.
struct Office {
    ledger: Ledger,
    desk: Desk,
    verifier: CardVerifier<Other>,
    card: SimulatedCard,
    now: Timestamp,
}

/// What a device sends, and the names by which it may.
struct Sent {
    application: Application,
    session: String,
    key: String,
}

fn main() -> Outcome<()> {
    let count: usize = std::env::args().nth(1).map_or(Ok(20), |count| count.parse())?;
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let (office, signer) = Office::new(folder.path())?;
    let mut out = io::stdout().lock();

    // What a process does once is not an application's: the provider gathers randomness for its first signature.
    office.prepare(2 * count..2 * count + 1)?.iter().try_for_each(|sent| office.send(sent))?;

    // In turn with what nobody can save, so that both meet the same machine; the clock is too coarse for single ones.
    let (mut whole, mut least) = (Duration::ZERO, Duration::ZERO);
    let mut signature = Vec::new();
    for part in office.prepare(0..count)?.chunks(BLOCK) {
        let begun = processor_time()?;
        part.iter().try_for_each(|sent| office.send(sent))?;
        let between = processor_time()?;
        for sent in part {
            let (challenge, response) = (sent.application.challenge(), sent.application.response());
            let report = office.verifier.verify_text(sent.application.card(), Some(Answered { challenge, response }));
            report.identity().ok_or("the card does not verify")?;
            signature = signer.sign(&[7; 300])?;
        }
        let ended = processor_time()?;
        whole += between.saturating_sub(begun);
        least += ended.saturating_sub(between);
    }
    let total = f64::from(u32::try_from(count)?);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / total;
    writeln!(out, "{count} applications, one after another; signatures of {} bytes", signature.len())?;
    writeln!(out, "  processor time of one:                  {:.0} µs", each(whole))?;
    writeln!(out, "  card verification and one signature:    {:.0} µs", each(least))?;
    writeln!(out, "  ratio:                                  {:.2}", whole.as_secs_f64() / least.as_secs_f64())?;

    // As many as wait for one another at the disk.
    let sent = office.prepare(count..2 * count)?;
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let work = || -> Outcome<(Vec<Duration>, Duration)> {
        let (mut waited, since) = (Vec::new(), processor_time()?);
        while let Some(sent) = sent.get(next.fetch_add(1, Ordering::Relaxed)) {
            let begun = Instant::now();
            office.send(sent)?;
            waited.push(begun.elapsed());
        }
        Ok((waited, processor_time()?.saturating_sub(since)))
    };
    let (mut waited, together) = std::thread::scope(|scope| -> Outcome<(Vec<Duration>, Duration)> {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let (mut all, mut together) = (Vec::new(), Duration::ZERO);
        for thread in threads {
            let (waited, time) = thread.join().map_err(|_| "a thread ended early")??;
            all.extend(waited);
            together += time;
        }
        Ok((all, together))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    waited.sort_unstable();
    let share = |hundredths: usize| waited.get(waited.len() * hundredths / 100).map_or(0.0, Duration::as_secs_f64);
    writeln!(out, "{count} applications on {THREADS} threads: {:.0} a second", total / seconds)?;
    writeln!(out, "  processor time of one:                  {:.0} µs", each(together))?;
    writeln!(out, "  ratio:                                  {:.2}", together.as_secs_f64() / least.as_secs_f64())?;
    writeln!(out, "  until the answer: median {:.1} ms, p99 {:.1} ms", share(50) * 1e3, share(99) * 1e3)?;
    Ok(())
}

impl Office {
    fn new(folder: &std::path::Path) -> Outcome<(Self, NativeSigner)> {
        let now = Timestamp::parse_rfc3339("2026-11-20T10:00:00+09:00")?;
        let settings = Municipality::parse(EXAMPLE_SETTINGS)?;
        let ledger = Ledger::open_sqlite(folder, MasterKey::generate(&OsRandom)?, Arc::new(OsRandom))?;
        ledger.create(settings.code())?;
        let key = SoftwareSigner::generate(&OsRandom)?;
        let subject = Subject::new("JP", "Nerima City", "Document signer 1")?;
        let request = CertificateRequest::new(subject, HealthPurposes { vaccination: true, ..Default::default() });
        let from = now.saturating_add_seconds(-86_400);
        let until = now.saturating_add_seconds(700 * 86_400);
        let certificate = Certificate::parse(&self_signed(&key, &request, from, until, &OsRandom)?)?;
        let signer = || NativeSigner::new(&key).map_err(|_| "the key cannot be used");
        let desk = Desk::new(settings, certificate, Box::new(signer()?), Arc::new(OsRandom), &PROVIDER)?;
        // Cards are RSA today.
        let hierarchy = Hierarchy::generate(1, Algorithm::Rsa2048)?;
        let verifier = CardVerifier::other(&PROVIDER, &hierarchy.authorities_json())?;
        let request = CardRequest::from_seed(1).name("手形　花子")?.address("東京都練馬区豊玉北６－１２－１")?;
        let request = request.number("123456789018")?.birth_date(Date::new(1980, 2, 17)?)?;
        let card = hierarchy.issue(&request.sex(tegata_simulator::Sex::Female))?;
        let office = Self { ledger, desk, verifier, card, now };
        office.register()?;
        Ok((office, signer()?))
    }

    fn register(&self) -> Outcome<()> {
        let code = self.desk.settings().code();
        let number = IndividualNumber::from_digits(NUMBER)?;
        let person = Resident {
            internal_number: InternalNumber::parse("4711").ok_or("no internal number")?,
            number: Some(self.ledger.keys(code).number_hash(&number)),
            details: ResidentDetails {
                voucher: VoucherNumber::parse("0123456789").ok_or("no voucher number")?,
                name: "手形　花子".into(),
                kana: None,
                birth_date: Personal::new(BirthDate::parse("1980-02-17")?),
                sex: Personal::new(Sex::Female),
                address: "東京都練馬区豊玉北６丁目１２番１号".into(),
                flags: Flags::default(),
            },
        };
        let mut session = self.ledger.begin(code, Operation::automatic("import", "-"), self.now)?;
        let until = Date::new(2031, 11, 20)?;
        session.put_resident(&person, until)?;
        for (number, day) in [(1, "2021-07-01"), (2, "2021-07-22"), (3, "2022-02-01")] {
            let given = Given {
                date: Date::parse(day)?,
                vaccine_kind: "mRNAワクチン".into(),
                manufacturer: "ファイザー".into(),
                product: "コミナティ筋注".into(),
                lot: "EX3617".into(),
                country: CountryCode::JAPAN,
                venue: None,
                doctor: None,
            };
            let dose = Vaccination { disease: "RA01".into(), number, given: Some(given) };
            session.put_vaccination(&person.details.voucher, &dose, until)?;
        }
        Ok(session.commit()?)
    }

    /// Applications with challenges of their own, answered by the card.
    fn prepare(&self, numbers: std::ops::Range<usize>) -> Outcome<Vec<Sent>> {
        numbers.map(|number| self.prepare_one(number)).collect()
    }

    fn prepare_one(&self, number: usize) -> Outcome<Sent> {
        let settings = self.desk.settings();
        let (session, key) = (format!("session-{number}"), format!("request-{number}"));
        let challenge = Challenge::generate(&OsRandom).map_err(|_| "no randomness")?;
        let mut quiet = self.ledger.begin_challenge(settings.code())?;
        let binding = ChallengeBinding { session: &session, channel: Channel::App };
        let seconds = card::CHALLENGE_VALID_SECONDS.into();
        quiet.put_challenge(challenge.as_bytes(), binding, self.now, self.now.saturating_add_seconds(seconds))?;
        quiet.commit()?;
        let text = tegata_simulator::Application::Text;
        let response = self.card.respond(text, challenge.as_bytes()).map_err(|_| "the card does not answer")?;
        let mut files = CardFiles::new(card::Application::Text);
        for file in self.card.files(text) {
            files.insert(FileId::new(file.id()).ok_or("no file")?, file.as_read().to_vec())?;
        }
        let application = Application::new(ApplicationFields {
            channel: Device::App,
            municipality: settings.code(),
            terms: settings.terms().to_owned(),
            consent: Consent::given_at(self.now.saturating_add_seconds(-60)),
            challenge,
            card: &files,
            response: &response,
            kind: Kind::Domestic,
            profiles: &[Profile::Jp],
            travel_document: None,
        })?;
        Ok(Sent { application, session, key })
    }

    fn send(&self, sent: &Sent) -> Outcome<()> {
        let operation = Operation::new("apply", Operator::new("app", "app", "app")?, "-")?;
        let device = DeviceSession { session: &sent.session, operation: &operation };
        let request = IdempotencyKey { client: "app", key: &sent.key, body_hash: [0; 32] };
        apply_once(&self.ledger, &self.desk, &self.verifier, &sent.application, device, &request, self.now)
            .map(drop)
            .map_err(|refusal| format!("refused: {refusal:?}").into())
    }
}

/// How long this thread has been on a processor.
fn processor_time() -> Outcome<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().ok_or("no such figure")?.parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}
