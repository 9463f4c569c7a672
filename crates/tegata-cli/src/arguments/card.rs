//! `tegata card` as declared types.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tegata::card::Application;
use tegata::model::Personal;

#[derive(Subcommand, Debug)]
pub(crate) enum Card {
    /// Verify the files of a card: whether its data was issued, and with --challenge whether a card answered
    #[command(after_help = "Examples:\n  tegata card verify --dir card\n  \
        tegata card verify --dir card --authorities card/authorities.json\n  \
        tegata card verify --dir card --challenge HEX --response HEX\n\n\
        Files are named by their identifier, 0001 to 0007, with any of: a leading text- or surface-,\n\
        a trailing -physical, .bin. Other files are ignored.")]
    Verify(CardVerify),
    /// Make a simulated card of a synthetic person, and the authorities above it
    #[command(after_help = "Examples:\n  tegata card simulate --out card\n  \
        tegata card simulate --out card --name '関所　花子' --algorithm p256 --seed 7\n\n\
        The keys follow from the seed and protect nothing. Never give the data of a real person.")]
    Simulate(Box<CardSimulate>),
    /// Read a card in a reader, after its holder consented, into files that `card verify` takes
    #[command(after_help = READ_HELP)]
    Read(Box<CardRead>),
}

const READ_HELP: &str = "\
Examples:
  tegata card read --out card
  tegata card read --out card --number --pin-file pin.txt --consented
  tegata card read --list-readers

Reads what the PIN opens: name, address, date of birth and sex, and with --number the
individual number. The PIN is asked for, together with how many tries it has left; it is sent
once, and never as the last try unless --last-try is given. The folder is new, for its owner
alone, and is not made when anything fails. What is read is not verified yet.

Exit status: 0 read; 1 the card was not read (its JSON says why: pin-wrong, pin-blocked,
pin-last-try, card-removed, application-not-found ...); 2 usage, no reader, or no card in it.

Card readers need a build with the feature `pcsc`, which links the system's PC/SC library
(Debian: apt-get install libpcsclite-dev pkg-config pcscd):
  cargo build --release -p tegata-cli --features pcsc";

#[derive(Args, Debug)]
pub(crate) struct CardVerify {
    /// Folder with the card's files
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Whose files to verify, and which application files belong to whose names do not say
    #[arg(long, value_enum, default_value_t = CardApplication::Text)]
    pub(crate) application: CardApplication,
    /// Accept cards below the authorities in this file too (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) authorities: Option<PathBuf>,
    /// Accept cards of the test hierarchy
    #[arg(long)]
    pub(crate) accept_test_cards: bool,
    /// The challenge that was sent to the card: 32 bytes in hex, the message before hashing
    #[arg(long, value_name = "HEX", requires = "response", value_parser = challenge)]
    pub(crate) challenge: Option<[u8; 32]>,
    /// What the card answered, in hex
    #[arg(long, value_name = "HEX", requires = "challenge", value_parser = bytes)]
    pub(crate) response: Option<Bytes>,
}

#[derive(Args, Debug)]
#[cfg_attr(not(feature = "pcsc"), allow(dead_code, reason = "then the command says how to get readers"))]
pub(crate) struct CardRead {
    /// Folder to make and write the card's files into
    #[arg(long, value_name = "DIR", required_unless_present = "list_readers")]
    pub(crate) out: Option<PathBuf>,
    /// Which reader: its name or a part of it that no other reader has [default: the only one, or the only one with a card]
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
    /// Print the names of the readers and stop
    #[arg(long)]
    pub(crate) list_readers: bool,
    /// The holder was shown what is read and what for, and consented; asked for on a terminal otherwise
    #[arg(long)]
    pub(crate) consented: bool,
    /// Read the individual number (個人番号) too
    #[arg(long)]
    pub(crate) number: bool,
    /// Read the card's face too, which code B opens: date of birth, year of expiry and security code, fourteen digits
    #[arg(long)]
    pub(crate) surface: bool,
    /// Read the PIN, four digits, from the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with = "pin_fd")]
    pub(crate) pin_file: Option<PathBuf>,
    /// Read the PIN from the first line of an open file descriptor
    #[arg(long, value_name = "FD")]
    pub(crate) pin_fd: Option<u32>,
    /// Read code B from the first line of a file
    #[arg(long, value_name = "FILE", requires = "surface", conflicts_with = "code_b_fd")]
    pub(crate) code_b_file: Option<PathBuf>,
    /// Read code B from the first line of an open file descriptor
    #[arg(long, value_name = "FD", requires = "surface")]
    pub(crate) code_b_fd: Option<u32>,
    /// Send PIN or code even as the last try: if it is wrong, it is blocked, and only a municipality's office unblocks it
    #[arg(long)]
    pub(crate) last_try: bool,
    /// Have the card answer this challenge (32 bytes in hex), with the key of each application that is read
    #[arg(long, value_name = "HEX", value_parser = challenge)]
    pub(crate) challenge: Option<[u8; 32]>,
    /// How long to wait for a card in the reader
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=3600))]
    pub(crate) wait: u32,
}

/// Bytes that were given in hex.
#[derive(Clone, Debug)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

#[derive(Args, Debug)]
pub(crate) struct CardSimulate {
    /// Folder to write the card's files and authorities.json into; made if it is missing
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Name of the holder, family and given name parted by a space [default: from the seed]
    #[arg(long, value_parser = personal)]
    pub(crate) name: Option<Personal<String>>,
    /// Address of the holder [default: from the seed]
    #[arg(long, value_parser = personal)]
    pub(crate) address: Option<Personal<String>>,
    /// Date of birth of the holder, YYYY-MM-DD [default: from the seed]
    #[arg(long, value_name = "DATE", value_parser = personal)]
    pub(crate) birth_date: Option<Personal<String>>,
    /// Sex of the holder [default: from the seed]
    #[arg(long, value_enum)]
    pub(crate) sex: Option<HolderSex>,
    /// Individual number of the holder, twelve digits; never a real one [default: from the seed]
    #[arg(long, value_parser = personal)]
    pub(crate) number: Option<Personal<String>>,
    /// Kind of every key
    #[arg(long, value_enum, default_value_t = KeyKind::Rsa)]
    pub(crate) algorithm: KeyKind,
    /// What everything that is not given is drawn from; the same seed gives the same card
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Applications to write the files of
    #[arg(long, value_enum, default_value_t = Applications::Both)]
    pub(crate) application: Applications,
    /// Have the card answer this challenge (32 bytes in hex), with the key of each application
    #[arg(long, value_name = "HEX", value_parser = challenge)]
    pub(crate) challenge: Option<[u8; 32]>,
    /// Replace files that are there and differ
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CardApplication {
    /// 券面事項入力補助AP: the number and the four basic identity fields
    Text,
    /// 券面事項確認AP: the card's face
    Surface,
}

impl From<CardApplication> for Application {
    fn from(application: CardApplication) -> Self {
        match application {
            CardApplication::Text => Self::Text,
            CardApplication::Surface => Self::Surface,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Applications {
    /// 券面事項入力補助AP
    Text,
    /// 券面事項確認AP
    Surface,
    /// Both
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyKind {
    /// RSA-2048 with SHA-256, as on today's cards
    Rsa,
    /// P-256 with SHA-256
    P256,
    /// P-384 with SHA-384
    P384,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HolderSex {
    /// Male
    #[value(alias = "1")]
    Male,
    /// Female
    #[value(alias = "2")]
    Female,
    /// Not known
    #[value(alias = "0")]
    Unknown,
    /// Not applicable
    #[value(alias = "9")]
    NotApplicable,
}

/// Kept out of everything that is printed; what is wrong with it is found later, where it is not repeated.
fn personal(text: &str) -> Result<Personal<String>, std::convert::Infallible> {
    Ok(Personal::new(text.to_owned()))
}

fn challenge(text: &str) -> Result<[u8; 32], String> {
    let Bytes(bytes) = bytes(text)?;
    bytes.try_into().map_err(|_| "a challenge is 32 bytes, 64 digits in hex".to_owned())
}

fn bytes(text: &str) -> Result<Bytes, String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
    bytes.map(Bytes).ok_or_else(|| "not hex, two digits a byte".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex() {
        assert_eq!(bytes("00fFa0").unwrap().0, [0x00, 0xff, 0xa0]);
        for text in ["0", "0g", "+1", "00 00", "あ"] {
            assert!(bytes(text).is_err(), "{text}");
        }
        assert_eq!(challenge(&"5a".repeat(32)).unwrap(), [0x5a; 32]);
        for length in [0, 31, 33] {
            assert!(challenge(&"5a".repeat(length)).is_err());
        }
    }
}
