//! The commands that keep a ledger, as declared types.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Office, Passphrase, Staff};

#[derive(Args, Debug)]
pub(crate) struct Erase {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Erase everything whose retention has ended; to be run once a day
    #[arg(long, conflicts_with = "person")]
    pub(crate) expired: bool,
    /// Internal number of the person to erase
    #[arg(value_name = "NUMBER", required_unless_present = "expired")]
    pub(crate) person: Option<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// Verify that every entry is there, in its place and unchanged
    #[command(after_help = "Example:\n  tegata audit verify --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator cron --department 情報課 \\\n      \
        --terminal server-1 --reason 定期点検 --head head-2026-11-21.txt")]
    Verify(AuditVerify),
    /// Sign where the log ends now, to be kept elsewhere
    #[command(after_help = "Example:\n  tegata audit export-head --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator cron --department 情報課 \\\n      \
        --terminal server-1 --reason 日次 > head-2026-11-21.txt")]
    ExportHead(AuditExportHead),
    /// Print the entries of a log that is whole, one a line
    #[command(after_help = "Example:\n  tegata audit list --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator sato --department 情報課 \\\n      \
        --terminal server-1 --reason 開示請求 --from 1000")]
    List(AuditList),
}

#[derive(Args, Debug)]
pub(crate) struct AuditVerify {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// A signed head that was exported before; the log must agree with it
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Vec<PathBuf>,
    /// Certificates of who signed the heads, where it is not the signer of the settings any more
    #[arg(long, value_name = "CERT", requires = "head")]
    pub(crate) certificate: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct AuditExportHead {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// File to write, or - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct AuditList {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Begin with this entry
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) from: u64,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// File to write, readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) office: Office,
    #[command(flatten)]
    pub(crate) staff: Staff,
    /// Copy of the journal of erasures and revocations [default: the one in the folder of the ledgers]
    #[arg(long, value_name = "FILE", conflicts_with = "journal_lost")]
    pub(crate) journal: Option<PathBuf>,
    /// Go on without the journal: who was erased after the backup is there again, revoked certificates are valid and
    /// revoked accounts open again, and applications that were issued wait again
    #[arg(long)]
    pub(crate) journal_lost: bool,
    /// The backup
    #[arg(value_name = "BACKUP")]
    pub(crate) backup: PathBuf,
}
