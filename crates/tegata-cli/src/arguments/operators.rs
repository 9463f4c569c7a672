//! The operators' commands as declared types.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tegata::Timestamp;

use super::{Image, Passphrase, Print, Profile, time};

/// Where the ledgers are, and the key that opens them.
#[derive(Args, Debug)]
pub(crate) struct LedgerAt {
    /// Folder of the ledgers, one file a municipality; or a PostgreSQL database, postgresql://…; on another machine with
    /// sslrootcert=FILE, the authorities that its certificate is below
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: PathBuf,
    /// Folder of the journals of erasures and revocations, beside a PostgreSQL database [default: that of the ledgers]
    #[arg(long, value_name = "DIR")]
    pub(crate) journals: Option<PathBuf>,
    /// File of the master key, readable by its owner only; without it no ledger can be read
    #[arg(long, value_name = "FILE")]
    pub(crate) master_key: PathBuf,
    /// The key in a token that sealed the file of the master key; its PIN is asked for, or stands in the file of the
    /// URI's pin-source
    #[arg(long, value_name = "pkcs11:URI")]
    pub(crate) master_key_token: Option<PathBuf>,
}

/// A municipality's settings, and its ledger.
#[derive(Args, Debug)]
pub(crate) struct Office {
    /// The municipality's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: PathBuf,
    #[command(flatten)]
    pub(crate) ledger: LedgerAt,
}

/// Who does it, where and why: for the audit log. Who is logged in is the operating system's to check.
#[derive(Args, Debug)]
pub(crate) struct Staff {
    /// Name of the account of whoever does this
    #[arg(long, value_name = "NAME")]
    pub(crate) operator: String,
    /// Department
    #[arg(long, value_name = "NAME")]
    pub(crate) department: String,
    /// Terminal
    #[arg(long, value_name = "NAME")]
    pub(crate) terminal: String,
    /// Why it is done
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// How a card is verified.
#[derive(Args, Debug)]
pub(crate) struct CardTrust {
    /// Accept the cards of the authorities in this file too (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) authorities: Option<PathBuf>,
    /// Accept cards of the test hierarchy
    #[arg(long)]
    pub(crate) accept_test_cards: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Municipality {
    /// Print settings to begin with
    #[command(after_help = "Example:\n  tegata municipality example > nerima.toml")]
    Example,
    /// Check a file of settings and show what it says
    #[command(after_help = "Example:\n  tegata municipality show nerima.toml")]
    Show {
        /// The settings, TOML or JSON, or - for standard input
        #[arg(value_name = "SETTINGS")]
        settings: PathBuf,
    },
    /// Make the tables in a PostgreSQL database, as the role that shall own them
    #[command(after_help = "Example:\n  createuser tegata_app && createdb --owner tegata_owner tegata\n  \
        tegata municipality set-up-database --role tegata_app \\\n      \
        postgresql://tegata_owner@localhost/tegata")]
    SetUpDatabase {
        /// The role that this program logs in as later, which owns nothing
        #[arg(long, value_name = "ROLE")]
        role: String,
        /// The database, with the role that shall own the tables
        #[arg(value_name = "DATABASE")]
        database: String,
    },
    /// Make the ledger of a municipality
    #[command(after_help = "Example:\n  tegata municipality create --settings nerima.toml \\\n      \
        --ledger ledgers --master-key master.key")]
    Create(MunicipalityCreate),
    /// Change the master key: what is sealed is wrapped anew, at once, however much there is
    #[command(after_help = "Example:\n  tegata municipality change-master-key --settings nerima.toml \\\n      \
        --settings sakai.toml --ledger ledgers --master-key master.key \\\n      \
        --successor new-master.key --operator root --department 情報課 \\\n      \
        --terminal server-1 --reason 定期更新\n\n\
        Stop the services first, and start them with the new key. Each municipality is changed as a\n\
        whole or not at all; after an interruption the same command goes on.\n\
        A backup from before is restored with the old key, and then changed by the same command:\n\
        keep the old key as long as there are such backups, and destroy it with them.")]
    ChangeMasterKey(MasterKeyChange),
}

#[derive(Args, Debug)]
pub(crate) struct MasterKeyChange {
    /// The settings of a municipality whose ledger the master key opens: once for each of them
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) settings: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) ledger: LedgerAt,
    /// File of the key that takes the place of the master key. It is made unless it is there
    #[arg(long, value_name = "FILE")]
    pub(crate) successor: PathBuf,
    /// The key in a token that seals that file, made unless the token has it
    #[arg(long, value_name = "pkcs11:URI")]
    pub(crate) successor_token: Option<PathBuf>,
    /// Where a token sealed the master key: let its successor stand in a file that opens by itself
    #[arg(long, conflicts_with = "successor_token")]
    pub(crate) successor_unsealed: bool,
    #[command(flatten)]
    pub(crate) staff: Staff,
}

#[derive(Args, Debug)]
pub(crate) struct MunicipalityCreate {
    #[command(flatten)]
    pub(crate) office: Office,
    /// Make the file of the master key, which must not be there yet; and with --master-key-token the key that seals
    /// it, unless the token has it
    #[arg(long)]
    pub(crate) new_master_key: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// The CSV file (UTF-8 or CP932), or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Encoding of the file
    #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
    pub(crate) encoding: Encoding,
    /// File to write, readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    /// UTF-8 with a byte order mark
    #[value(name = "utf-8")]
    Utf8,
    /// CP932 (Shift_JIS of Windows)
    Cp932,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Application {
    /// Enter an application at the counter; another person approves it
    #[command(after_help = "Examples:\n  tegata application enter --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator sato --department 市民課 \\\n      \
        --terminal counter-3 --reason 窓口申請 --kind domestic \\\n      --attestation checked.json\n\n\
        The statement, checked.json:\n  \
        {\"internal_number\":\"000000000012345\",\"name\":\"手形　花子\",\n   \
        \"address\":\"東京都練馬区豊玉北6-12-1\",\"birth_date\":\"1980-02-17\",\n   \
        \"sex\":\"female\",\"documents\":[\"driving-licence\"],\"agent\":null}\n\n\
        The passport, passport.json:\n  \
        {\"surname\":\"TEGATA\",\"given\":\"HANAKO\",\"nationality\":\"JPN\",\n   \
        \"number\":\"TK0000000\",\"former_surname\":null,\n   \
        \"other_surname\":null,\"alias\":null}")]
    Enter(Box<ApplicationEnter>),
    /// List the applications that wait for approval
    #[command(after_help = "Example:\n  tegata application list --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 審査")]
    List {
        #[command(flatten)]
        office: Office,
        #[command(flatten)]
        staff: Staff,
    },
    /// Show an application to whoever reviews or approves it: the applicant, the register's record, doubts and warnings
    #[command(after_help = "Example:\n  tegata application show --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 審査 7KQ0M2X9ABCD")]
    Show(Box<ApplicationShow>),
    /// Approve an application that another person entered, and issue
    #[command(after_help = "Example:\n  tegata application approve --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 交付決定 --out certificate \\\n      \
        --pdf certificate.pdf 7KQ0M2X9ABCD")]
    Approve(Box<ApplicationApprove>),
    /// Reject an application
    #[command(after_help = "Example:\n  tegata application reject --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 本人取下げ 7KQ0M2X9ABCD")]
    Reject(ApplicationReject),
}

#[derive(Args, Debug)]
pub(crate) struct ApplicationEnter {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Use of the certificate
    #[arg(long, value_enum)]
    pub(crate) kind: Kind,
    /// Profiles to issue together
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jp")]
    pub(crate) profile: Vec<Profile>,
    /// The passport data as JSON, for overseas use; may be left out where an earlier issue has it
    #[arg(long, value_name = "FILE")]
    pub(crate) passport: Option<PathBuf>,
    /// ID of a certificate that the new one takes the place of; it is revoked when the new one is issued
    #[arg(long, value_name = "ID", requires = "replace_reason")]
    pub(crate) replaces: Option<String>,
    /// Why it is replaced
    #[arg(long, value_name = "TEXT", requires = "replaces")]
    pub(crate) replace_reason: Option<String>,
    /// Folder of the files of the applicant's card, read at the counter
    #[arg(long, value_name = "DIR", required_unless_present = "attestation", conflicts_with = "attestation")]
    pub(crate) card: Option<PathBuf>,
    /// The statement which documents were checked and what they say, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) attestation: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: CardTrust,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Domestic use (国内用)
    Domestic,
    /// Overseas use (海外用)
    Overseas,
}

#[derive(Args, Debug)]
pub(crate) struct ApplicationApprove {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Fields that were compared by a person and are those of the applicant, where entering named them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELD")]
    pub(crate) confirm: Vec<Field>,
    /// Warnings about the person that were read and heeded, where showing the application names them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WARNING")]
    pub(crate) acknowledge: Vec<Heeded>,
    #[command(flatten)]
    pub(crate) trust: CardTrust,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// Write images beside this path: BASE-PROFILE.png or BASE-PROFILE.svg
    #[arg(long, value_name = "BASE")]
    pub(crate) out: Option<PathBuf>,
    /// Kind of image [default: png with --out]
    #[arg(long, value_enum, requires = "out")]
    pub(crate) image: Option<Image>,
    #[command(flatten)]
    pub(crate) print: Print,
    /// The application's name
    #[arg(value_name = "APPLICATION")]
    pub(crate) application: String,
}

#[derive(Args, Debug)]
pub(crate) struct ApplicationShow {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    #[command(flatten)]
    pub(crate) trust: CardTrust,
    /// The application's name
    #[arg(value_name = "APPLICATION")]
    pub(crate) application: String,
}

/// What staff must know of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Heeded {
    /// Under protection measures (支援措置)
    Protected,
    /// Moved out (転出)
    MovedOut,
}

/// Accounts of staff.
#[derive(Subcommand, Debug)]
pub(crate) enum Account {
    /// Make an account for one person, and print its first password
    #[command(after_help = "Example:\n  tegata account create --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator root --department 情報課 \\\n      \
        --terminal server-1 --reason 着任 --account-department 市民課 \\\n      --role enter sato")]
    Create(AccountCreate),
    /// List the accounts, revoked ones too
    #[command(after_help = "Example:\n  tegata account list --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator root --department 情報課 \\\n      \
        --terminal server-1 --reason 定期点検")]
    List {
        #[command(flatten)]
        office: Office,
        #[command(flatten)]
        staff: Staff,
    },
    /// Revoke an account, at once and for good
    #[command(after_help = "Example:\n  tegata account revoke --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator root --department 情報課 \\\n      \
        --terminal server-1 --reason 退職 sato")]
    Revoke(AccountRevoke),
}

#[derive(Args, Debug)]
pub(crate) struct AccountCreate {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// What the account may do
    #[arg(long, value_enum, value_delimiter = ',', required = true)]
    pub(crate) role: Vec<StaffRole>,
    /// Department of the account [default: that of --department]
    #[arg(long, value_name = "NAME")]
    pub(crate) account_department: Option<String>,
    /// Name of the account: one person's
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
}

#[derive(Args, Debug)]
pub(crate) struct AccountRevoke {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Name of the account
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StaffRole {
    /// Look people up and enter applications
    Enter,
    /// See and reject applications, read the audit log
    Review,
    /// See, approve and reject applications, revoke certificates
    Approve,
    /// Make, change and revoke accounts
    Administer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Field {
    /// The name
    Name,
    /// The address
    Address,
    /// The date of birth
    BirthDate,
    /// The sex
    Sex,
}

#[derive(Args, Debug)]
pub(crate) struct ApplicationReject {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// The application's name
    #[arg(value_name = "APPLICATION")]
    pub(crate) application: String,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Write the list of everything this municipality has revoked, batches of the EU gateway as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
    /// When the list may be thrown away, RFC 3339 [default: after the validity of a certificate from now]
    #[arg(long, value_name = "TIME", value_parser = time, requires = "list")]
    pub(crate) list_expires: Option<Timestamp>,
    /// ID of the certificate to revoke; may be left out with --list
    #[arg(value_name = "ID", required_unless_present = "list")]
    pub(crate) certificate: Option<String>,
}
