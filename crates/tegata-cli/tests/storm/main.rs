//! `tegata serve` under storm: the process is killed again and again while many clients apply at once, and start again
//! what they were not answered. At the end nothing is lost and nothing doubled: every acknowledged certificate is in its
//! ledger once, every request got one answer and gets the same bytes when it is asked again, and the logs are whole.
//!
//! A storm is two thousand applications with a few kills in it; `TEGATA_KILL_ROUNDS` says how many kills in all.
#![cfg(unix)]
// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod client;
mod people;
mod reckoning;
mod served;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tegata::Timestamp;
use tegata::crypto::{RandomError, SecureRandom, rustcrypto};
use tegata_service::demo::{Demonstration, Means};
use tegata_storm::{APP, Account, Cluster, random_below, rounds};

use client::Client;
use people::Person;
use served::Served;

/// Applications in a storm.
const APPLICATIONS: u64 = 2_000;

/// Clients that apply at once; each is a person's device.
const CLIENTS: usize = 32;

/// Kills in a storm.
const KILLS: u32 = 3;

/// The operating system's source of randomness.
#[derive(Debug)]
struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

/// What everybody in a storm knows of it.
struct Storm {
    /// Where the service is now; it moves each time that it is started.
    address: Mutex<String>,
    /// Applications that were begun, and that were answered.
    begun: AtomicU64,
    answered: AtomicU64,
    /// How often applications were sent twice at once.
    twice: AtomicU64,
    /// Why requests were sent again: they got no answer, or one that was not final.
    again: Mutex<BTreeMap<String, u64>>,
    /// The service does not start, or a client found something wrong.
    over: AtomicBool,
}

impl Storm {
    fn address(&self) -> String {
        self.address.lock().unwrap().clone()
    }
}

/// A thread that ends in a panic ends the storm.
struct Watch<'s>(&'s Storm);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.over.store(true, Ordering::SeqCst);
        }
    }
}

fn now() -> Timestamp {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_seconds(since.as_secs().try_into().unwrap()).unwrap()
}

/// The files of a service with rates that are in nobody's way, its ledgers where the settings say.
fn demonstration(ledger: Option<&str>) -> Demonstration {
    let means = Means { provider: &rustcrypto::PROVIDER, random: Arc::new(OsRandom), clock: Arc::new(now) };
    let here = "127.0.0.1:0".parse().unwrap();
    let change = |text: String| {
        let rates = "[limits]\nrequests_per_address = 10000000\nrequests_per_client = 10000000";
        let text = text.replace("[limits]", rates);
        match ledger {
            Some(connection) => {
                let database = format!("postgres = \"{connection}\"\njournals = \"journals\"");
                text.replace("folder = \"ledgers\"", &database)
            }
            None => text,
        }
    };
    Demonstration::new(here, here, means, change).unwrap()
}

/// One storm on ledgers in files, or in the database of this connection.
fn storm(ledger: Option<&str>, kills: u32) {
    let began = Instant::now();
    let demo = demonstration(ledger);
    let people = people::settle(&demo, CLIENTS);
    let (mut served, address) = Served::start(&demo);
    let storm = Storm {
        address: Mutex::new(address),
        begun: AtomicU64::new(0),
        answered: AtomicU64::new(0),
        twice: AtomicU64::new(0),
        again: Mutex::default(),
        over: AtomicBool::new(false),
    };
    let account = Mutex::new(Account::new());
    let set_up = began.elapsed();
    let mut clients: Vec<Client<'_>> = people.iter().map(|person| Client::new(&demo, &storm, person)).collect();
    std::thread::scope(|scope| {
        let _watch = Watch(&storm);
        for client in &mut clients {
            let (storm, account) = (&storm, &account);
            scope.spawn(move || {
                let _watch = Watch(storm);
                while storm.begun.fetch_add(1, Ordering::SeqCst) < APPLICATIONS {
                    client.apply(account);
                    storm.answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for kill in 0..u64::from(kills) {
            // Somewhere in its share of the applications, and then anywhere in a transaction.
            let share = APPLICATIONS / u64::from(kills);
            let after = kill * share + random_below(share * 9 / 10);
            while storm.answered.load(Ordering::SeqCst) < after && !storm.over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(random_below(30_000)));
            served.kill();
            let (next, address) = Served::start(&demo);
            served = next;
            *storm.address.lock().unwrap() = address;
        }
    });
    let stormed = began.elapsed() - set_up;
    // Once more from the files alone, and everything is asked again.
    served.kill();
    let (served, address) = Served::start(&demo);
    *storm.address.lock().unwrap() = address;
    std::thread::scope(|scope| {
        for client in &mut clients {
            scope.spawn(|| client.ask_again(&account));
        }
    });
    drop(clients);
    served.end();
    let account = account.into_inner().unwrap();
    assert_eq!(u64::try_from(account.len()).unwrap(), APPLICATIONS, "an application is without an end");
    let granted = reckoning::settle(&demo, &account, &people);
    // Of the rest that was granted, the answer had been lost.
    let lost = granted.saturating_sub(2 * APPLICATIONS + storm.twice.load(Ordering::SeqCst));
    println!(
        "{APPLICATIONS} applications by {CLIENTS} clients, {} kills; sent again: {:?}; granted, and the answer lost: {lost}; \
         {:.1} s of storm, {:.1} s in all",
        kills + 1,
        storm.again.lock().unwrap(),
        stormed.as_secs_f64(),
        began.elapsed().as_secs_f64(),
    );
}

/// As many storms as the kills take.
fn storms(mut ledger: impl FnMut(u32) -> Option<String>) {
    let mut left = rounds();
    for number in 0.. {
        let kills = left.min(KILLS);
        if kills == 0 {
            break;
        }
        left -= kills;
        storm(ledger(number).as_deref(), kills);
    }
}

#[test]
fn on_sqlite() {
    storms(|_| None);
}

#[test]
fn on_postgresql() {
    let Some(cluster) = Cluster::start() else { return };
    storms(|number| {
        let name = format!("storm_{number}");
        tegata_issuer::ledger::postgres::set_up(&cluster.create(&name), APP).unwrap();
        Some(cluster.connection(&name, APP))
    });
    // Nothing that must be sealed stands in the database in the clear.
    assert!(!cluster.files_with(&[Person::A_NUMBER_OF_THE_REGISTER]).is_empty(), "nothing was written to the database");
    assert_eq!(cluster.files_with(&Person::CANARIES), "");
}
