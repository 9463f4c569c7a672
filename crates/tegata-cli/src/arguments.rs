//! The command line as declared types. Names and shapes are a contract: others script against it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tegata::Timestamp;

use crate::provider::LONG_VERSION;

mod card;
#[cfg(feature = "office")]
mod keeping;
#[cfg(feature = "office")]
mod operators;
#[cfg(feature = "service")]
mod serve;
mod trust_build;
mod trust_lists;
#[cfg(feature = "pcsc")]
pub(crate) use card::CardRead;
pub(crate) use card::{Applications, Card, CardSimulate, CardVerify, HolderSex, KeyKind};
#[cfg(feature = "office")]
pub(crate) use keeping::{Audit, AuditExportHead, AuditList, AuditVerify, Backup, Erase, Restore};
#[cfg(feature = "office")]
pub(crate) use operators::{
    Account, AccountCreate, AccountRevoke, Application, ApplicationApprove, ApplicationEnter, ApplicationReject,
    ApplicationShow, Encoding, Export, Field, Heeded, Import, Kind, LedgerAt, MasterKeyChange, Municipality,
    MunicipalityCreate, Office, Revoke, Staff, StaffRole,
};
#[cfg(feature = "service")]
pub(crate) use serve::Serve;
pub(crate) use trust_build::TrustBuild;
pub(crate) use trust_lists::{TrustInspect, TrustLists};

const ABOUT: &str = "Issue and verify vaccination certificates that nobody can forge";
const COMMON: &str = "Options of every command";

/// Options of every command, and the command.
#[derive(Parser, Debug)]
#[command(name = "tegata", version, long_version = LONG_VERSION)]
#[command(about = ABOUT, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Try it:\n  tegata demo\n  cd tegata-demo\n  \
    tegata verify --trust signer.pem certificate.png\n\n\
    Exit status: 0 accepted or done, 1 not accepted, 2 usage error or\nunreadable file.")]
pub(crate) struct Arguments {
    /// How results are written [default: human on a terminal, else json]
    #[arg(long, global = true, value_name = "FORMAT", help_heading = COMMON)]
    pub(crate) format: Option<Format>,
    /// Language of texts for people [default: from the environment's locale]
    #[arg(long = "lang", global = true, value_name = "LANGUAGE", help_heading = COMMON)]
    pub(crate) language: Option<Language>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs: one JSON object a result
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// Japanese (日本語)
    Ja,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run the main job end to end on synthetic data
    #[command(after_help = "Example:\n  tegata demo --dir /tmp/tegata-demo")]
    Demo(Demo),
    /// Issue a certificate from a vaccination record
    #[command(after_help = "Examples:\n  tegata issue --print-example > record.json\n  \
        tegata issue --signer key.pem --certificate signer.pem \\\n      --out certificate record.json\n  \
        tegata issue --signer key.pem --certificate signer.pem \\\n      --pdf certificate.pdf record.json\n  \
        tegata issue --signer key.pem --certificate signer.pem \\\n      --batch records.ndjson > issued.ndjson\n\n\
        Resuming a batch that was interrupted:\n  \
        Results are written a whole line at a time. After a power cut the last line may still be\n  \
        cut short: remove it. Then the last line's \"line\":N is the last record that was issued, and\n  \
        tegata issue ... --from-line N+1 --batch records.ndjson >> issued.ndjson\n  \
        goes on with the next, so that none is issued twice.")]
    Issue(Box<Issue>),
    /// Verify certificates and say why they are accepted or not
    #[command(after_help = "Examples:\n  tegata verify --trust signer.pem photo.jpg\n  \
        tegata verify --trust signer.pem \\\n      --at 2026-01-01T00:00:00Z 'HC1:…'\n  \
        tegata verify --trust signer.pem --format json - < code.txt\n  \
        tegata verify --authority csca.pem --signers list.json photo.jpg")]
    Verify(Verify),
    /// Show every layer of a certificate without verifying anything
    #[command(after_help = "Example:\n  tegata decode certificate.png")]
    Decode(Decode),
    /// Make and look at issuer keys and document-signer certificates
    #[command(
        subcommand,
        after_help = "Example:\n  tegata keys generate --out key.pem\n  \
        tegata keys self-signed --signer key.pem --country JP \\\n      \
        --common-name 'Document signer 1' --out signer.pem"
    )]
    Keys(Keys),
    /// Look at trust lists, check their signatures, and build trust bundles
    #[command(
        subcommand,
        after_help = "Examples:\n  tegata trust inspect list.json\n  \
        tegata trust verify list.json --signer signer.did.json\n  \
        tegata trust build --signer anchor-key.pem --certificate anchor.pem \\\n      \
        --trust list.json --sequence 42 --out trust.tegata"
    )]
    Trust(TrustLists),
    /// Verify Individual Number Cards (個人番号カード), read them, and make simulated ones
    #[command(
        subcommand,
        after_help = "Example:\n  tegata card simulate --out card\n  \
        tegata card verify --dir card --authorities card/authorities.json"
    )]
    Card(Card),
    /// Settings and ledgers of municipalities
    #[cfg(feature = "office")]
    #[command(
        subcommand,
        after_help = "Example:\n  tegata municipality example > nerima.toml\n  \
        tegata municipality create --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --new-master-key"
    )]
    Municipality(Municipality),
    /// Import a municipality's records from a CSV file, all of it or nothing
    #[cfg(feature = "office")]
    #[command(after_help = "Example:\n  tegata import --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator sato --department 健康課 \\\n      \
        --terminal pc-7 --reason 月次取込み records.csv\n\n\
        One row a dose; the first row names the columns, in any order:\n  \
        宛名番号 自治体コード 接種券番号 氏名 生年月日 性別 住所 接種状況\n  \
        接種回 接種日 ワクチン種類 メーカー 製品名 ロット番号\n  \
        転出フラグ 死亡フラグ 支援措置フラグ\n\
        and, where there are any:\n  \
        個人番号 フリガナ 疾病コード 接種国 接種場所 医師名\n  \
        証明書ID 証明書発行年月日 ローマ字氏名 国籍 旅券番号 旧姓 別姓 別名\n\
        Dates are YYYYMMDD; 接種状況 is 実施 or 未実施; flags are 0 or 1.\n\
        Individual numbers are kept as keyed hashes alone.")]
    Import(Import),
    /// Export a municipality's records to a CSV file, without individual numbers
    #[cfg(feature = "office")]
    #[command(after_help = "Example:\n  tegata export --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator sato --department 健康課 \\\n      \
        --terminal pc-7 --reason 移行 --encoding cp932 --out records.csv")]
    Export(Export),
    /// Accounts of staff: who may enter, review, approve and administer
    #[cfg(feature = "office")]
    #[command(
        subcommand,
        after_help = "Example:\n  tegata account create --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator root --department 情報課 \\\n      \
        --terminal server-1 --reason 着任 --role enter sato"
    )]
    Account(Account),
    /// Applications at the counter: enter, approve, reject
    #[cfg(feature = "office")]
    #[command(
        subcommand,
        after_help = "Example:\n  tegata application list --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 審査"
    )]
    Application(Application),
    /// Revoke a certificate, and write the list of what is revoked
    #[cfg(feature = "office")]
    #[command(after_help = "Example:\n  tegata revoke --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 記載誤り --list revoked.json \\\n      JPN131202202611217KQ0M2X9AB")]
    Revoke(Revoke),
    /// Erase a person for good, or everything whose retention has ended
    #[cfg(feature = "office")]
    #[command(after_help = "Examples:\n  tegata erase --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 市民課 \\\n      \
        --terminal counter-1 --reason 本人の申出 000000000012345\n  \
        tegata erase --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator cron --department 情報課 \\\n      \
        --terminal server-1 --reason 保存期間満了 --expired")]
    Erase(Erase),
    /// Verify the audit log, read it, and sign where it ends
    #[cfg(feature = "office")]
    #[command(
        subcommand,
        after_help = "Example:\n  tegata audit verify --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator cron --department 情報課 \\\n      \
        --terminal server-1 --reason 定期点検 --head head-2026-11-21.txt"
    )]
    Audit(Audit),
    /// Write a municipality's ledger into one file, while others go on working
    #[cfg(feature = "office")]
    #[command(after_help = "Example:\n  tegata backup --settings nerima.toml --ledger ledgers \\\n      \
        --master-key master.key --operator suzuki --department 情報課 \\\n      \
        --terminal server-1 --reason 日次 --out nerima-2026-11-21.backup")]
    Backup(Backup),
    /// Bring a ledger back from a backup, without what was erased since
    #[cfg(feature = "office")]
    #[command(after_help = "Example:\n  tegata restore --settings nerima.toml --ledger new-ledgers \\\n      \
        --master-key master.key --operator suzuki --department 情報課 \\\n      \
        --terminal server-1 --reason 障害復旧 \\\n      \
        --journal ledgers/131202.journal nerima-2026-11-21.backup")]
    Restore(Restore),
    /// Run the issuing service: applications by app, kiosk, certificate centre and counter, over HTTPS
    #[cfg(feature = "service")]
    #[command(after_help = "Examples:\n  tegata serve --demo\n  tegata serve --example > service.toml\n  \
        tegata serve --settings service.toml --check\n  tegata serve --settings service.toml\n  \
        tegata serve --openapi > openapi.json")]
    Serve(Serve),
    /// Print a shell completion script
    #[command(
        after_help = "Example:\n  tegata completions bash \\\n      > ~/.local/share/bash-completion/completions/tegata"
    )]
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Folder the demonstration writes its files into; made if it is missing
    #[arg(long, default_value = "tegata-demo")]
    pub(crate) dir: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Issue {
    /// Signing key: PKCS#8 or SEC1, PEM (encrypted too) or DER, or a pkcs11: URI
    #[arg(long, value_name = "KEY", required_unless_present_any = ["print_schema", "print_example"])]
    pub(crate) signer: Option<PathBuf>,
    /// The signer's certificate, PEM or DER
    #[arg(long, value_name = "CERT", required_unless_present_any = ["print_schema", "print_example"])]
    pub(crate) certificate: Option<PathBuf>,
    /// Payload profile
    #[arg(long, value_enum, default_value_t = Profile::Jp)]
    pub(crate) profile: Profile,
    /// Issuer claim, ISO 3166-1 alpha-2 [default: the country of the signer's certificate]
    #[arg(long, value_name = "CC")]
    pub(crate) issuer: Option<String>,
    /// Time of issue, RFC 3339 [default: now]; the day of issue is the day in Japan then
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) issued_at: Option<Timestamp>,
    /// End of validity, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "valid_for")]
    pub(crate) expires: Option<Timestamp>,
    /// Length of validity: a number and s, m, h, d or w; with --profile dvc also `life`, without an end
    #[arg(long, value_name = "DURATION", value_parser = lifetime, default_value = "365d")]
    pub(crate) valid_for: Lifetime,
    /// Write images beside this path: BASE.png or BASE.svg
    #[arg(long, value_name = "BASE")]
    pub(crate) out: Option<PathBuf>,
    /// Kind of image [default: png with --out, else none]
    #[arg(long, value_enum)]
    pub(crate) image: Option<Image>,
    /// Width of a module of the QR code, in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 4)]
    pub(crate) module_size: u32,
    /// Width of the quiet zone around the QR code, in modules
    #[arg(long, value_name = "MODULES", default_value_t = 4)]
    pub(crate) quiet_zone: u32,
    /// Which dose a single-dose profile certifies, counted from 1 in the record's order [default: the latest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) dose: Option<u32>,
    /// Read one record a line and write one result a line, in the same order
    #[arg(long, conflicts_with_all = ["out", "image", "pdf"])]
    pub(crate) batch: bool,
    /// With --batch: begin at this line, counted from 1; to resume, the one after the last result's
    #[arg(long, value_name = "N", requires = "batch", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) from_line: u64,
    /// With --batch: how many records to work on at a time [default: the number of cores]
    #[arg(long, value_name = "N", requires = "batch", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) print: Print,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// Print the JSON Schema of a record and stop
    #[arg(long, conflicts_with = "print_example")]
    pub(crate) print_schema: bool,
    /// Print an example record and stop
    #[arg(long)]
    pub(crate) print_example: bool,
    /// The record's JSON file, or - for standard input
    #[arg(value_name = "RECORD", required_unless_present_any = ["print_schema", "print_example"])]
    pub(crate) record: Option<PathBuf>,
}

/// The certificate on A4 paper.
#[derive(Args, Debug)]
pub(crate) struct Print {
    /// Write the certificate for paper (A4, PDF) to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    /// With --pdf: a Japanese typeface (TTF, OTF, TTC); further ones for what it lacks [default: an installed one]
    #[arg(long, value_name = "FILE", requires = "pdf")]
    pub(crate) font: Vec<PathBuf>,
    /// With --pdf: the office to ask, printed apart from what is certified
    #[arg(long, value_name = "TEXT", requires = "pdf")]
    pub(crate) office: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Full content: every item of the record, any number of doses
    Jp,
    /// EU digital COVID certificate: one dose
    Dcc,
    /// WHO digital vaccination certificate (digital "yellow card"): one dose
    Dvc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Image {
    /// PNG
    Png,
    /// SVG
    Svg,
    /// No image
    None,
}

/// Where a passphrase comes from: never an argument. Without either it is asked for.
#[derive(Args, Debug, Default)]
#[group(multiple = false)]
pub(crate) struct Passphrase {
    /// Read the key's passphrase from the first line of a file
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Read the key's passphrase from the first line of an open file descriptor
    #[arg(long, value_name = "FD")]
    pub(crate) passphrase_fd: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// What is revoked: batches of the EU gateway (JSON or CMS, its signature not checked) or slices of its distribution service
    #[arg(long, value_name = "FILE")]
    pub(crate) revocation: Vec<PathBuf>,
    /// Time of the verification, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Timestamp>,
    /// Clock difference to allow, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub(crate) skew: u32,
    /// Refuse certificates that reach beyond their signer's validity, instead of only reporting it
    #[arg(long)]
    pub(crate) strict: bool,
    /// A certificate's text (HC1:…), a text file, an image, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Trust {
    /// Trust every signer in this file: certificates (PEM, DER), a trust bundle or a trust list of any known format
    #[arg(long = "trust", value_name = "FILE")]
    pub(crate) trust: Vec<PathBuf>,
    /// Trust the signers of --signers that an authority in this file issued
    #[arg(long, value_name = "FILE")]
    pub(crate) authority: Vec<PathBuf>,
    /// Signer certificates from an untrusted source; each must chain to an --authority
    #[arg(long, value_name = "FILE")]
    pub(crate) signers: Vec<PathBuf>,
    /// Who signs the trust bundles among the --trust files: a certificate, PEM or DER. Without it a bundle is trusted as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Vec<PathBuf>,
    /// Refuse trust bundles below this sequence number
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) minimum_sequence: u64,
    /// Accept ES256 signatures made with P-384 keys
    #[arg(long)]
    pub(crate) allow_p384_under_es256: bool,
    /// Accept signatures of RSA keys of 1024 to 2047 bits
    #[arg(long)]
    pub(crate) allow_rsa_1024: bool,
    /// Accept signers whose certificate ends after its authority's
    #[arg(long)]
    pub(crate) allow_signer_outlives_authority: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Decode {
    /// A certificate's text (HC1:…), a text file, an image, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<OsString>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Keys {
    /// Make a new P-256 signing key
    #[command(after_help = "Examples:\n  tegata keys generate --out key.pem\n  \
        tegata keys generate --encrypt --passphrase-file secret.txt \\\n      --out key.pem")]
    Generate(Generate),
    /// Make a certificate signing request for a key
    #[command(after_help = "Example:\n  tegata keys csr --signer key.pem --country JP \\\n      \
        --common-name 'Document signer 1' --out signer.csr.pem")]
    Csr(Csr),
    /// Make a self-signed document-signer certificate
    #[command(after_help = "Example:\n  tegata keys self-signed --signer key.pem --country JP \\\n      \
        --common-name 'Document signer 1' --out signer.pem")]
    SelfSigned(SelfSigned),
    /// Certify a document signer by an authority's key, from the signer's request
    #[command(after_help = "Example:\n  tegata keys certify --signer authority-key.pem \\\n      \
        --certificate authority.pem --out signer.pem signer.csr.pem")]
    Certify(Certify),
    /// Make the keys of a municipality for what comes by way of a certificate centre (証明書交付センター)
    #[cfg(feature = "service")]
    #[command(after_help = "Example:\n  tegata keys sealing --out nerima\n\n\
        It makes nerima-sealing-key.pem and nerima-answer-key.pem, for [[sealing]] in the settings of the\n\
        municipality's issuing service, readable by their owner only; and nerima-sealing.pub.pem and\n\
        nerima-answer.pub.pem, for kiosks, and for a centre that verifies cards. Compare the\n\
        fingerprints with what tegata serve --check says.")]
    Sealing(Sealing),
    /// Show the public key of a key, to be handed on
    #[command(after_help = "Example:\n  tegata keys public --signer app-android-key.pem \\\n      \
        --out app-android.pub.pem")]
    Public(Public),
    /// Show what a key or certificate file holds, without any secret
    #[command(after_help = "Example:\n  tegata keys inspect signer.pem")]
    Inspect(Inspect),
}

#[derive(Args, Debug)]
pub(crate) struct Generate {
    /// File to write the key to (PKCS#8, PEM), readable by its owner only, or - for standard output
    #[arg(long, value_name = "FILE", required_unless_present = "signer")]
    pub(crate) out: Option<PathBuf>,
    /// Make the key in a token instead: a pkcs11: URI whose object is the new key's name
    #[arg(long, value_name = "URI", value_parser = token_uri, conflicts_with_all = ["out", "encrypt", "force"])]
    pub(crate) signer: Option<PathBuf>,
    /// Encrypt the key with a passphrase
    #[arg(long)]
    pub(crate) encrypt: bool,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Subject {
    /// Country (C), ISO 3166-1 alpha-2
    #[arg(long, value_name = "CC")]
    pub(crate) country: String,
    /// Organisation (O)
    #[arg(long, value_name = "NAME")]
    pub(crate) organisation: Option<String>,
    /// Common name (CN)
    #[arg(long, value_name = "NAME")]
    pub(crate) common_name: String,
    /// Kinds of certificate the key may sign
    #[arg(long, value_enum, value_delimiter = ',', default_value = "vaccination")]
    pub(crate) usage: Vec<Usage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Usage {
    /// Test certificates
    Test,
    /// Vaccination certificates
    Vaccination,
    /// Recovery certificates
    Recovery,
}

#[derive(Args, Debug)]
pub(crate) struct Csr {
    /// Signing key: PKCS#8 or SEC1, PEM (encrypted too) or DER, or a pkcs11: URI
    #[arg(long, value_name = "KEY")]
    pub(crate) signer: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// File to write the request to (PKCS#10, PEM), or - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SelfSigned {
    #[command(flatten)]
    pub(crate) request: Csr,
    /// Start of validity, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) valid_from: Option<Timestamp>,
    /// Length of validity: a number and s, m, h, d or w [default: 730d, with --authority 1461d]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) valid_for: Option<i64>,
    /// Make the certificate of an authority that issues document signers (CSCA, SCA)
    #[arg(long)]
    pub(crate) authority: bool,
    /// Name each kind under the arc of early certificates too
    #[arg(long, conflicts_with = "authority")]
    pub(crate) legacy_usage: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Certify {
    /// The authority's key: PKCS#8 or SEC1, PEM (encrypted too) or DER, or a pkcs11: URI
    #[arg(long, value_name = "KEY")]
    pub(crate) signer: PathBuf,
    /// The authority's certificate, PEM or DER
    #[arg(long, value_name = "CERT")]
    pub(crate) certificate: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// Kinds of certificate the signer may sign, whatever the request asks for
    #[arg(long, value_enum, value_delimiter = ',', default_value = "vaccination")]
    pub(crate) usage: Vec<Usage>,
    /// Name each kind under the arc of early certificates too
    #[arg(long)]
    pub(crate) legacy_usage: bool,
    /// Start of validity, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) valid_from: Option<Timestamp>,
    /// Length of validity: a number and s, m, h, d or w [default: 730d]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) valid_for: Option<i64>,
    /// File to write the certificate to (PEM), or - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
    /// The signer's request (PKCS#10), PEM or DER
    #[arg(value_name = "REQUEST")]
    pub(crate) request: PathBuf,
}

#[cfg(feature = "service")]
#[derive(Args, Debug)]
pub(crate) struct Sealing {
    /// What the names of the four files begin with
    #[arg(long, value_name = "BASE")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Public {
    /// The key: PKCS#8 or SEC1, PEM (encrypted too) or DER, or a pkcs11: URI
    #[arg(long, value_name = "KEY")]
    pub(crate) signer: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// File to write the public key to (SubjectPublicKeyInfo, PEM), or - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    /// Key or certificate files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).map_err(|error| format!("{error}; for example 2026-01-31T09:00:00Z"))
}

fn token_uri(text: &str) -> Result<PathBuf, String> {
    if crate::token::is_in_token(std::path::Path::new(text)) {
        Ok(text.into())
    } else {
        Err("a key is made in a token by a pkcs11: URI, and in a file by --out".into())
    }
}

/// A length of time in seconds: a number and a unit.
fn duration(text: &str) -> Result<i64, String> {
    let expected = || "a length of time is a whole number and s, m, h, d or w; for example 365d".to_owned();
    let (number, unit) = text.char_indices().last().map(|(at, _)| text.split_at(at)).ok_or_else(expected)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(expected()),
    };
    let number: u32 = number.parse().map_err(|_| expected())?;
    i64::from(number).checked_mul(seconds).filter(|seconds| *seconds > 0).ok_or_else(expected)
}

/// How long a certificate is valid: seconds, or `None` for life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime(pub(crate) Option<i64>);

fn lifetime(text: &str) -> Result<Lifetime, String> {
    if text == "life" { Ok(Lifetime(None)) } else { duration(text).map(|seconds| Lifetime(Some(seconds))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_declaration_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations() {
        assert_eq!(duration("365d"), Ok(31_536_000));
        assert_eq!(duration("2w"), Ok(1_209_600));
        for text in ["", "d", "0d", "-1d", "1.5d", "365", "1日", "99999999999d", "+1d x"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
