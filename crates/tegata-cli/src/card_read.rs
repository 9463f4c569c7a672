//! `tegata card read`: a card in a reader, read into files.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tegata::card::session::{
    CodeB, Consent, CredentialError, KeyReference, Pin, Progress, ReadError, ReadRequest, Reading, Tries, begin,
    tries_left,
};
use tegata::card::{Application, Challenge, FileId};
use zeroize::Zeroizing;

use crate::arguments::CardRead;
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::{Output, Style};
use crate::reader::{self, CardInReader};
use crate::{passphrase, verify};

pub(crate) fn run(options: &CardRead, output: &Output) -> Result<Exit, Error> {
    if options.list_readers {
        return list_readers(output);
    }
    let out = options.out.as_deref().unwrap_or(Path::new(""));
    // Everything that can be wrong without a card is found before one is asked for, and before a try is spent.
    let folder = NewFolder::at(out)?;
    let pin = passphrase::from_file_or_descriptor(options.pin_file.as_deref(), options.pin_fd)?;
    let pin = pin.map(|digits| read_pin(&digits)).transpose()?;
    let code_b = passphrase::from_file_or_descriptor(options.code_b_file.as_deref(), options.code_b_fd)?;
    let code_b = code_b.map(|digits| read_code_b(&digits)).transpose()?;
    let consent = consent(options, output)?;

    let card = CardInReader::connect(options.reader.as_deref(), Duration::from_secs(options.wait.into()))?;
    let pin = match (pin, tries(&card, Application::Text, KeyReference::Pin, options.last_try)?) {
        (Some(pin), _) => pin,
        (None, left) => read_pin(&ask(output.choose("PIN (four digits", "暗証番号（4桁"), left, output)?)?,
    };
    let mut request = ReadRequest::text(pin.into());
    if options.surface {
        let code_b = match code_b {
            Some(code_b) => code_b,
            None => {
                let left = tries(&card, Application::Surface, KeyReference::CodeB, options.last_try)?;
                let words = output.choose("Code B (fourteen digits", "照合番号B（14桁");
                read_code_b(&ask(words, left, output)?)?
            }
        };
        request = request.with_surface(code_b.into());
    }
    if options.number {
        request = request.with_number();
    }
    if let Some(challenge) = options.challenge {
        request = request.with_challenge(Challenge::from_bytes(challenge));
    }
    if options.last_try {
        request = request.allowing_last_try();
    }
    let reading = read(&card, consent, request)?;
    let names = folder.fill(&contents(&reading))?;
    tell(out, card.reader(), &names, &reading, output)?;
    Ok(Exit::Done)
}

fn list_readers(output: &Output) -> Result<Exit, Error> {
    let names = reader::names()?;
    if output.is_human() {
        for name in &names {
            output.line(name)?;
        }
        if names.is_empty() {
            output.warning("no card reader is connected");
        }
    } else {
        output.line(&json!({ "status": "done", "readers": names }).to_string())?;
    }
    Ok(Exit::Done)
}

/// Nothing is read before the holder consented: the caller says so, or whoever sits at the terminal.
fn consent(options: &CardRead, output: &Output) -> Result<Consent, Error> {
    if !options.consented {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return Err(Error::Usage("the holder has to consent first; --consented says that they did".into()));
        }
        let what = match (options.number, options.surface) {
            (false, false) => output.choose("name, address, date of birth and sex", "氏名、住所、生年月日、性別"),
            (true, false) => output.choose(
                "name, address, date of birth, sex and the individual number",
                "氏名、住所、生年月日、性別、個人番号",
            ),
            (false, true) => {
                output.choose("name, address, date of birth, sex and the photo", "氏名、住所、生年月日、性別、顔写真")
            }
            (true, true) => output.choose(
                "name, address, date of birth, sex, the individual number and the photo",
                "氏名、住所、生年月日、性別、個人番号、顔写真",
            ),
        };
        let question = match output.choose("en", "ja") {
            "ja" => format!("カードから{what}を読み取り、ファイルに保存します。\n本人の同意を得ましたか? [y/N] "),
            _ => format!(
                "This reads {what} from the card and saves them as files.\n\
                 Was the holder told what for, and do they consent? [y/N] "
            ),
        };
        if !agreed(&question) {
            return Err(Error::Usage("nothing was read: the holder did not consent".into()));
        }
    }
    Ok(Consent::given_at(verify::now()?))
}

fn agreed(question: &str) -> bool {
    let mut answer = String::new();
    let mut stderr = std::io::stderr().lock();
    let asked = stderr.write_all(question.as_bytes()).and_then(|()| stderr.flush());
    asked.is_ok()
        && std::io::stdin().lock().read_line(&mut answer).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes" | "はい")
}

/// How many tries are left; where none may be spent, the end.
fn tries(card: &CardInReader, application: Application, reference: KeyReference, last: bool) -> Result<Tries, Error> {
    // Neither question nor answer holds anything that needs to be wiped.
    let left = tries_left(application, reference, |command| card.transmit(command).map(|answer| answer.to_vec()));
    match left.map_err(|error| not_read(card, error))? {
        Tries::Blocked => Err(not_read(card, ReadError::Blocked(reference))),
        Tries::Left(1) if !last => Err(not_read(card, ReadError::LastTry(reference))),
        left => Ok(left),
    }
}

/// Asks for digits, saying how many tries there are.
fn ask(words: &str, left: Tries, output: &Output) -> Result<Zeroizing<String>, Error> {
    let left = match left {
        Tries::Left(left) => match output.choose("en", "ja") {
            "ja" => format!("、残り{left}回"),
            _ => format!(", {left} {} left", if left == 1 { "try" } else { "tries" }),
        },
        _ => String::new(),
    };
    let end = output.choose("): ", "）: ");
    rpassword::prompt_password(format!("{words}{left}{end}")).map(Zeroizing::new).map_err(|_| {
        Error::Usage("no terminal to ask for it; use --pin-file or --pin-fd, --code-b-file or --code-b-fd".into())
    })
}

fn read_pin(digits: &str) -> Result<Pin, Error> {
    Pin::from_digits(digits.as_bytes())
        .map_err(|CredentialError| Error::Usage("a PIN is four digits; nothing was sent to the card".into()))
}

fn read_code_b(digits: &str) -> Result<CodeB, Error> {
    CodeB::from_digits(digits.as_bytes())
        .map_err(|CredentialError| Error::Usage("code B is fourteen digits; nothing was sent to the card".into()))
}

fn read(card: &CardInReader, consent: Consent, request: ReadRequest) -> Result<Reading, Error> {
    let mut progress = begin(consent, request);
    loop {
        progress = match progress {
            Progress::Send(exchange) => match card.transmit(exchange.command()) {
                Some(answer) => exchange.answer(&answer),
                None => exchange.removed(),
            },
            Progress::Done(result) => return result.map_err(|error| not_read(card, error)),
        };
    }
}

fn not_read(card: &CardInReader, error: ReadError) -> Error {
    Error::CardNotRead { reader: card.reader().to_owned(), error }
}

/// Names and contents of the files, as the card stores them, filler included.
fn contents(reading: &Reading) -> Vec<(String, &[u8])> {
    let applications = [Some(reading.text()), reading.surface()];
    let files = applications.into_iter().flatten();
    files.flat_map(|files| files.iter().map(|(id, bytes)| (file_name(files.application(), id), bytes))).collect()
}

/// What a file of a card is called, as `card simulate` calls it.
fn file_name(application: Application, file: FileId) -> String {
    // The number alone is kept with its filler by that name: it is signed together with it.
    let physical = if (application, file) == (Application::Text, FileId::FIRST) { "-physical" } else { "" };
    format!("{}-{:04x}{physical}.bin", application.name(), file.number())
}

/// A folder for its owner alone, that comes into being whole or not at all.
struct NewFolder<'p> {
    path: &'p Path,
    unfinished: PathBuf,
}

impl<'p> NewFolder<'p> {
    /// A folder that is not there yet, or is empty.
    fn at(path: &'p Path) -> Result<Self, Error> {
        let name = path.file_name().ok_or_else(|| Error::Usage("--out: not the name of a folder".into()))?;
        let is_new = match std::fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if !is_new {
            let path = path.display();
            return Err(Error::Usage(format!("{path} is there already; what is read goes into a folder of its own")));
        }
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.is_dir()) {
            return Err(Error::file(parent, "find", std::io::ErrorKind::NotFound.into()));
        }
        let mut unfinished = std::ffi::OsString::from(".");
        unfinished.push(name);
        unfinished.push(format!(".{}.new", std::process::id()));
        Ok(Self { path, unfinished: path.with_file_name(unfinished) })
    }

    /// Writes the files; gives their names. After an error nothing is left.
    fn fill(&self, files: &[(String, &[u8])]) -> Result<Vec<String>, Error> {
        let result = self.make().and_then(|()| {
            for (name, bytes) in files {
                files::write(&self.unfinished.join(name), bytes, Access::OwnerOnly, false)?;
            }
            std::fs::rename(&self.unfinished, self.path).map_err(|reason| Error::file(self.path, "make", reason))
        });
        if result.is_err() {
            // The error that is reported is the one that matters.
            _ = std::fs::remove_dir_all(&self.unfinished);
        }
        result.map(|()| files.iter().map(|(name, _)| name.clone()).collect())
    }

    fn make(&self) -> Result<(), Error> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.unfinished).map_err(|reason| Error::file(&self.unfinished, "make", reason))
    }
}

fn tell(out: &Path, reader: &str, names: &[String], reading: &Reading, output: &Output) -> Result<(), Error> {
    let responses = [("text", reading.text_response()), ("surface", reading.surface_response())];
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let responses: Vec<(&str, String)> =
        responses.into_iter().filter_map(|(name, response)| Some((name, hex(response?)))).collect();
    if !output.is_human() {
        let mut result = json!({
            "status": "done", "dir": out.display().to_string(), "files": names, "reader": reader,
            "consented_at": reading.consent().time().to_string(),
        });
        if let (Some(members), false) = (result.as_object_mut(), responses.is_empty()) {
            let responses: Map<String, Value> =
                responses.into_iter().map(|(name, response)| (name.to_owned(), response.into())).collect();
            members.insert("responses".into(), responses.into());
        }
        return output.line(&result.to_string());
    }
    let done = output.choose("Read the card", "カードを読み取りました");
    output.line(&format!("{} {done}", output.styled(Style::Good, "✔")))?;
    let files = output.wrapped(5, &names.join("  "));
    output.line(&output.styled(Style::Faint, &format!("   → {files}")))?;
    for (name, response) in &responses {
        output.line(&format!("  {name}: {response}"))?;
    }
    let heading = output.choose("Nothing is verified yet:", "まだ検証していません。次のコマンドで検証できます:");
    output.line(&format!("{heading}\n  tegata card verify --dir {}", out.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_comes_into_being_whole_or_not_at_all() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("card");
        let one = [("text-0002.bin".to_owned(), &b"two"[..])];
        // A name that cannot be written, after one that can.
        let bad = [one[0].clone(), ("no/such/folder".to_owned(), &b""[..])];
        assert!(NewFolder::at(&out).unwrap().fill(&bad).is_err());
        assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 0);

        assert_eq!(NewFolder::at(&out).unwrap().fill(&one).unwrap(), ["text-0002.bin"]);
        assert_eq!(std::fs::read(out.join("text-0002.bin")).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&out), mode(&out.join("text-0002.bin"))), (0o700, 0o600));
        }
        assert!(NewFolder::at(&out).is_err());
        assert!(NewFolder::at(&base.path().join("no/such/parent")).is_err());
        assert!(NewFolder::at(Path::new("/")).is_err());
    }
}
