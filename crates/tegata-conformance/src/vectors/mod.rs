//! Our own vectors: one JSON file a case, each naming what it shows and the expected outcome.
//!
//! They are made from seeds by `cargo xtask vectors` and run through every surface. Every outcome
//! code that data can cause has at least one; the others are listed in [`NOT_BY_DATA`].

mod applications;
mod build;
mod bundles;
mod card_run;
mod cards;
pub mod demo;
mod issuing;
mod lists;
mod mrz;
mod run;
mod seeds;
mod texts;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tegata::Code;

pub use run::{Outcome, run};

/// Codes that no input alone can cause, with where they are tested instead.
pub const NOT_BY_DATA: &[(Code, &str)] = &[
    (Code::CardCertificateKey, "takes an authority that certifies no key; a unit test of the card module is one"),
    (Code::CardKeyUnusable, "takes a municipality that signs no key; a unit test of the card module is one"),
    (Code::CardApplicationsDiffer, "takes two verified applications; tests/card.rs binds those of two cards"),
    (Code::CardTooManyCommands, "takes thousands of answers; the tests of the card's dialogue give them"),
    (Code::ListTooLarge, "takes 16 MiB; a test of the lists covers the limit"),
    (Code::RequestInvalid, "takes the name for a new certificate; the tests of the keys module cover it"),
    (Code::TrustTooLarge, "takes 100,000 certificates; a unit test of the trust set covers the limit"),
    (Code::BundleTooLarge, "takes 32 MB; a unit test of the bundle module covers it"),
    (Code::RevocationTooLarge, "takes four million hashes; a unit test of the revocation module covers it"),
    (Code::RevocationNotExact, "takes the building of a bundle; a unit test of the bundle module covers it"),
    (Code::TokenUriInvalid, "takes a URI; the tests of tegata-pkcs11 cover it"),
    (Code::TokenModuleUnavailable, "takes a library that is missing; tests/token.rs of tegata-pkcs11 names one"),
    (Code::TokenNotFound, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenAmbiguous, "takes two tokens; tests/token.rs of tegata-pkcs11 brings them"),
    (Code::TokenPinRequired, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenPinWrong, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenPinLocked, "takes a locked token; a unit test of tegata-pkcs11 plays one"),
    (Code::TokenPinLastTry, "takes a token about to lock; a unit test of tegata-pkcs11 plays one"),
    (Code::TokenKeyNotFound, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenKeyAmbiguous, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenKeyExists, "takes a token; tests/token.rs of tegata-pkcs11 brings one"),
    (Code::TokenUnavailable, "takes a failing token; a unit test of tegata-pkcs11 plays one"),
    (Code::AuthorityUnsuitable, "takes an authority's key; the tests of the keys module bring one"),
    (Code::AuthorityEndsFirst, "takes an authority's key; the tests of the keys module bring one"),
    (Code::CertificateRequestMalformed, "takes a certificate request; the tests of the keys module cut one"),
    (Code::CertificateRequestSignature, "takes a certificate request; the tests of the keys module change one"),
    (Code::SigningFailed, "takes a failing key; a test of the issuing pipeline brings one"),
    (Code::RequestReused, "takes two requests; the tests of tegata-issuer's application bring them"),
    (Code::ImportEncoding, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportHeader, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportRowMalformed, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportMissingValue, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportInvalidValue, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportOtherMunicipality, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::ImportContradiction, "takes a file of records; the tests of tegata-issuer's exchange bring one"),
    (Code::SettingsMalformed, "takes settings; the tests of tegata-issuer's municipality change some"),
    (Code::SettingsInvalidValue, "takes settings; the tests of tegata-issuer's municipality change some"),
    (Code::WrongMunicipality, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ChannelNotOffered, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ChannelClosed, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::TermsNotCurrent, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ConsentNotInTime, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ChallengeNotValid, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::KindNotOffered, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::NoMatch, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ReferToCounter, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::NoEarlierIssue, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::PassportNotTheHolders, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::PassportExpired, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::PassportMissing, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::NothingToCertify, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::SubjectDeceased, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::AttestationIncomplete, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::SamePerson, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::ApplicationUnknown, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::DoubtNotSettled, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::WarningNotAcknowledged, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::CertificateUnknown, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::AlreadyRevoked, "takes a register; the tests of tegata-issuer's applications bring one"),
    (Code::AccountNotActive, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::RoleMissing, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::LoginRefused, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::LoginDelayed, "takes an account; the tests of tegata-service's counter have one"),
    (Code::SessionEnded, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::PasswordNotAllowed, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::PasswordToChange, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::OwnRights, "takes an account; the tests of tegata-issuer's staff have one"),
    (Code::LedgerUnavailable, "takes a database that cannot be reached; the ledger's tests on PostgreSQL name one"),
    (Code::LedgerBusy, "takes another process that holds the database for half a minute"),
    (Code::LedgerVersionUnsupported, "takes a newer ledger; the ledger's tests make one on each database"),
    (Code::LedgerCorrupt, "takes a damaged ledger; the ledger's tests damage one"),
    (Code::LedgerDuplicate, "takes a ledger; its suite records one certificate twice"),
    (Code::LedgerNotSeparated, "takes a database role; the ledger's tests on PostgreSQL try four"),
    (Code::LedgerNotFound, "takes a ledger; its suite erases somebody twice"),
    (Code::LedgerInvalidValue, "takes a ledger; its suite puts in what it does not take"),
    (Code::MasterKeyUnavailable, "takes a file that is missing; the tests of the vault name one"),
    (Code::MasterKeyMalformed, "takes a key's file; the tests of the vault cut one"),
    (Code::MasterKeySealed, "takes a device; the tests of the vault have one"),
    (Code::MasterKeyExposed, "takes a file's permissions; the tests of the vault change them"),
    (Code::SealBroken, "takes a ledger; its suite opens one with another master key"),
    (Code::AuditEntryChanged, "takes a ledger; the suite of the audit log changes entries of one"),
    (Code::AuditEntryMissing, "takes a ledger; the suite of the audit log removes entries of one"),
    (Code::AuditCutOff, "takes a ledger; the suite of the audit log cuts one off"),
    (Code::AuditHeadMismatch, "takes a ledger; the suite of the audit log writes another history"),
    (Code::AuditHeadMalformed, "takes a ledger; tests/cli of tegata-cli gives a file that is no head"),
    (Code::AuditHeadSignature, "takes a ledger; tests/cli of tegata-cli gives a head that another signed"),
    (Code::BackupMalformed, "takes a ledger; the suite of backups cuts one at many lengths"),
    (Code::BackupChanged, "takes a ledger; the suite of backups restores one with another master key"),
    (Code::BackupTargetNotEmpty, "takes a ledger; the suite of backups restores over one"),
    (Code::JournalUnavailable, "takes a file that is missing; the suite of backups names one"),
    (Code::JournalChanged, "takes a ledger; the suite of backups changes every byte of a journal"),
    (Code::ServiceSettingsMalformed, "takes the service's settings; the tests of tegata-service change some"),
    (Code::ServiceSettingsInvalidValue, "takes the service's settings; the tests of tegata-service change some"),
    (Code::ServiceCredentials, "takes the service's files; the tests of tegata-service change some"),
    (Code::RouteUnknown, "takes a running service; the tests of tegata-service start one"),
    (Code::MethodNotAllowed, "takes a running service; the tests of tegata-service start one"),
    (Code::BodyMalformed, "takes a running service; the tests of tegata-service start one"),
    (Code::BodyTooLarge, "takes a running service; the tests of tegata-service start one"),
    (Code::MediaTypeUnsupported, "takes a running service; the tests of tegata-service start one"),
    (Code::TooManyRequests, "takes a running service; the tests of tegata-service start one"),
    (Code::Overloaded, "takes a running service; the tests of tegata-service start one"),
    (Code::TookTooLong, "takes a running service; the tests of tegata-service start one"),
    (Code::ClientUnknown, "takes a running service; the tests of tegata-service start one"),
    (Code::AccessDenied, "takes a running service; the tests of tegata-service start one"),
    (Code::MunicipalityNotServed, "takes a running service; the tests of tegata-service start one"),
    (Code::RequestKeyInvalid, "takes a running service; the tests of tegata-service start one"),
    (Code::TokenMalformed, "takes a running service; the tests of tegata-service start one"),
    (Code::TokenSignature, "takes a running service; the tests of tegata-service start one"),
    (Code::TokenNotInTime, "takes a running service; the tests of tegata-service start one"),
    (Code::TokenOtherRequest, "takes a running service; the tests of tegata-service start one"),
    (Code::TokenUsed, "takes a running service; the tests of tegata-service start one"),
    (Code::AttestationRefused, "takes a running service; the tests of tegata-service start one"),
    (Code::SealedMalformed, "takes a running service; the tests of tegata-service start one"),
    (Code::SealedNotOpened, "takes a running service; the tests of tegata-service start one"),
    (Code::SealedAnswerInvalid, "takes a running service; the tests of tegata-service start one"),
    (Code::RelayUnavailable, "takes a running service; the tests of tegata-service start one"),
    (Code::ApiMisuse, "takes a caller's mistake; the C library reports it"),
    (Code::BufferTooSmall, "takes a caller's mistake; the tests of the C library make it"),
    (Code::NullArgument, "takes a caller's mistake; the tests of the C library make it"),
    (Code::InvalidArgument, "takes a caller's mistake; the tests of the C library make it"),
    (Code::NotAvailable, "takes a caller's mistake; the tests of the C library make it"),
    (Code::WrongOrder, "takes a caller's mistake; the tests of the C library make it"),
    (Code::InternalError, "takes a fault of this library"),
    (Code::InternalPanic, "takes a fault of this library; the C tests' own library has one"),
];

/// What is done with a vector's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Verify a certificate's text.
    Verify,
    /// Read a symbol from an image and verify its text.
    VerifyImage,
    /// Load a file of trusted certificates, or a trust list.
    LoadTrust,
    /// Verify a certificate's text with a trust bundle (`bundle`, base64, signed by the certificate `anchor`), with
    /// a file of revocation data (`revocation`, base64), or both.
    VerifyWithTrustData,
    /// Take a trust bundle (`file`, base64), signed by the certificate `anchor`, after the one numbered `previous`.
    AcceptBundle,
    /// Load a file of revocation data (`file`, base64).
    LoadRevocation,
    /// Check the signature of a trust list.
    VerifyList,
    /// Load a signing key.
    LoadKey,
    /// Issue a certificate.
    Issue,
    /// Verify the files of an Individual Number Card.
    VerifyCard,
    /// Read a card that gives certain answers.
    ReadCard,
    /// Load a file of card authorities.
    LoadAuthorities,
    /// Read the machine-readable zone of a passport or an identity card.
    ParseMrz,
    /// Read an application (`application`, base64) as an app or a kiosk sends it.
    ReadApplication,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// `group::case`, which is also the file's name.
    pub id: String,
    /// The section of the specification it is about.
    pub spec: String,
    /// What it shows, and why that matters.
    pub description: String,
    /// What is done.
    pub operation: Operation,
    /// The input, by the names each operation knows.
    pub input: BTreeMap<String, String>,
    /// Trusted signer certificates, DER in base64.
    pub trust: Vec<String>,
    /// Trusted authorities, DER in base64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorities: Vec<String>,
    /// Signer certificates from an untrusted source, DER in base64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<String>,
    /// The time of the operation, RFC 3339.
    pub now: String,
    /// What a crypto provider must have to run the case.
    pub provider_features: Vec<String>,
    /// `critical` where a wrong result would let a forgery pass, else `normal`.
    pub importance: String,
    /// Switches of the operation: `strict`, `allow-p384-under-es256`, `allow-rsa-1024`,
    /// `allow-signer-outlives-authority`, `skew=SECONDS`.
    pub flags: Vec<String>,
    /// The expected outcome.
    pub expect: Expectation,
}

/// An expected outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// `accepted`, `rejected` or `undetermined`; `done` and `failed` for what is no verification.
    pub status: String,
    /// The stage of the first failure.
    pub stage: Option<String>,
    /// The code of the first failure.
    pub code: Option<String>,
}

/// Where the vectors are kept.
#[must_use]
pub fn folder() -> PathBuf {
    crate::root().join("test-vectors")
}

/// The committed vectors.
#[must_use]
pub fn committed() -> Vec<Vector> {
    let files = crate::files(&folder(), &[".json"]);
    files.iter().map(|path| serde_json::from_value(crate::json(path)).unwrap()).collect()
}

/// Makes every vector anew from its seeds.
#[must_use]
pub fn generate() -> Vec<Vector> {
    let mut vectors = texts::generate();
    vectors.extend(issuing::generate());
    vectors.extend(cards::generate());
    vectors.extend(mrz::generate());
    vectors.extend(applications::generate());
    vectors.extend(bundles::generate());
    vectors.extend(lists::generate());
    vectors.sort_by(|a, b| a.id.cmp(&b.id));
    for pair in vectors.windows(2) {
        assert_ne!(pair[0].id, pair[1].id, "two vectors of one name");
    }
    vectors
}

/// The file a vector is kept in, and its content.
#[must_use]
pub fn file(vector: &Vector) -> (PathBuf, String) {
    let path = folder().join(format!("{}.json", vector.id.replace("::", "/")));
    (path, serde_json::to_string_pretty(vector).unwrap() + "\n")
}

/// What `cargo xtask vectors` keeps up to date: path and content of each file, and the number of vectors among them.
#[must_use]
fn wanted() -> (BTreeMap<PathBuf, Vec<u8>>, usize) {
    let vectors = generate();
    let mut wanted = seeds::seeds(&vectors);
    for (path, content) in vectors.iter().map(file) {
        wanted.insert(path, content.into_bytes());
    }
    wanted.extend(cards::example());
    (wanted, vectors.len())
}

/// The files that stand where only generated ones may.
fn present() -> Vec<PathBuf> {
    let mut present = crate::files(&folder(), &[".json"]);
    for folder in seeds::TARGETS.iter().copied().map(seeds::folder) {
        if folder.is_dir() {
            // Other seeds, such as those of defects that fuzzing found, have names that say so.
            let seeds = crate::files(&folder, &[""]).into_iter();
            present.extend(seeds.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with(KEPT)));
        }
    }
    present
}

/// How the names of seeds begin that were not made from vectors.
const KEPT: &str = "kept-";

/// Every file that is missing, differs from what is generated, or is no longer generated.
#[must_use]
pub fn stale() -> Vec<PathBuf> {
    let (wanted, _) = wanted();
    let changed = wanted.iter().filter(|(path, content)| std::fs::read(path).ok().as_ref() != Some(content));
    let mut stale: Vec<_> = changed.map(|(path, _)| path.clone()).collect();
    stale.extend(present().into_iter().filter(|path| !wanted.contains_key(path)));
    stale
}

/// Writes every vector and the fuzz seeds made from them, and removes what is no longer made. Returns the number of
/// vectors.
pub fn write() -> usize {
    let (wanted, count) = wanted();
    for path in present().into_iter().filter(|path| !wanted.contains_key(path)) {
        std::fs::remove_file(path).unwrap();
    }
    for (path, content) in &wanted {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    count
}
