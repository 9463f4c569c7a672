//! One suite, run on each database: every case gets a ledger of two municipalities of its own.

mod cases;
mod erasure;
mod killed;
#[cfg(unix)]
mod postgres_cluster;
mod requests;
mod separation;
mod sessions;
mod sqlite;

use std::sync::Arc;

use tegata::Timestamp;
use tegata::crypto::Algorithm;
use tegata::model::{IndividualNumber, Kind, MunicipalityCode};
use tegata::revocation::signature_hash;
use tegata::time::Date;

use super::*;
use crate::audit::{Entry, Operation, Operator};
use crate::record::samples::{dose, hanako, passport};
use crate::record::{Channel, InternalNumber, Issue, IssueDetails, Resident, RevocationHandle, VoucherNumber};
use crate::testing::OsRandom;
use crate::vault::MasterKey;

/// What a case runs on.
pub(crate) struct Place<'a> {
    pub(crate) ledger: Ledger,
    /// Opens the same database again, as another process would, with a master key.
    pub(crate) reopen: &'a (dyn Fn(MasterKey) -> Ledger + Sync),
    /// Runs statements as one who may do everything.
    pub(crate) tamper: &'a (dyn Fn(&str) + Sync),
    /// Whether the database itself keeps municipalities apart.
    pub(crate) separates: bool,
}

/// A case.
pub(crate) type Case = (&'static str, fn(&Place<'_>));

/// Every case.
pub(crate) const SUITE: &[&[Case]] = &[
    cases::CASES,
    sessions::CASES,
    requests::CASES,
    erasure::CASES,
    separation::CASES,
    crate::audit::CASES,
    crate::backup::CASES,
];

pub(crate) fn here() -> MunicipalityCode {
    MunicipalityCode::parse("131202").unwrap()
}

pub(crate) fn elsewhere() -> MunicipalityCode {
    MunicipalityCode::parse("271403").unwrap()
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00").unwrap()
}

pub(crate) fn until() -> Date {
    Date::parse("2031-11-20").unwrap()
}

pub(crate) fn master_key() -> MasterKey {
    MasterKey::from_bytes(&[7; 64])
}

pub(crate) fn operation(name: &'static str) -> Operation {
    Operation::new(name, Operator::new("sato", "市民課", "counter-3").unwrap(), "窓口申請").unwrap()
}

impl Place<'_> {
    pub(crate) fn begin(&self, name: &'static str) -> Session<'_> {
        self.ledger.begin(here(), operation(name), now()).unwrap()
    }

    /// The entries of the log, which is whole.
    pub(crate) fn log(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut session = self.ledger.begin_reading(here()).unwrap();
        session.verify_audit(&[], &mut |entry| entries.push(entry)).unwrap();
        entries
    }
}

pub(crate) fn number(text: &str) -> InternalNumber {
    InternalNumber::parse(text).unwrap()
}

/// A person with a number, a voucher and a name of their own.
pub(crate) fn person(index: u32) -> Resident {
    let mut resident = hanako();
    resident.internal_number = number(&format!("P{index}"));
    resident.details.voucher = VoucherNumber::parse(&format!("{index:010}")).unwrap();
    resident
}

pub(crate) fn with_number(mut resident: Resident, ledger: &Ledger, code: MunicipalityCode) -> Resident {
    let number = IndividualNumber::from_digits(b"123456789018").unwrap();
    resident.number = Some(ledger.keys(code).number_hash(&number));
    resident
}

pub(crate) fn issue(id: &str, of: &Resident) -> Issue {
    Issue {
        certificate_id: id.into(),
        internal_number: of.internal_number.clone(),
        issued_at: now(),
        issue_date: Date::parse("2026-11-21").unwrap(),
        expires_at: Some(now().saturating_add_seconds(86_400)),
        channel: Channel::App,
        kind: Kind::Overseas,
        texts: vec![RevocationHandle {
            profile: tegata::Profile::Jp,
            key_id: [7; 8],
            signature_hash: signature_hash(Algorithm::Es256, &[1; 64]),
        }],
        details: IssueDetails { passport: Some(passport()), decision: None },
    }
}

/// The suite on SQLite.
#[test]
fn on_sqlite() {
    for (name, case) in SUITE.iter().copied().flatten() {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let reopen = |key| Ledger::open_sqlite(folder.path(), key, Arc::new(OsRandom)).unwrap();
        let tamper = |sql: &str| {
            let connection = rusqlite::Connection::open(folder.path().join("131202.ledger")).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
            let triggers = ["audit", "audit_head"].map(|table| {
                format!("DROP TRIGGER IF EXISTS {table}_no_update; DROP TRIGGER IF EXISTS {table}_no_delete;")
            });
            connection.execute_batch(&format!("{}{sql}", triggers.concat())).unwrap();
        };
        let ledger = reopen(master_key());
        ledger.create(here()).unwrap();
        ledger.create(elsewhere()).unwrap();
        case(&Place { ledger, reopen: &reopen, tamper: &tamper, separates: false });
    }
}
