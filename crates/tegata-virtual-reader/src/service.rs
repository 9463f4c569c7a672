//! The PC/SC service and its reader.

use std::fmt;
use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::chip::Chip;
use crate::slot::Inserted;

/// The environment variable by which clients of PC/SC Lite find the service's socket.
pub const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";

/// The reader's driver, where Debian puts it.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// The socket of a service that is not private.
const USUAL_SOCKET: &str = "/run/pcscd/pcscd.comm";
/// How long the service may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at what the service wrote.
const STEP: Duration = Duration::from_millis(50);
/// How often a start is tried again because another program took the ports first.
const STARTS: u32 = 3;

/// The service is run by a shell that ends it when its own standard input ends: with the process that holds the other
/// end, however that goes. `$0` is the folder, `$1` says whether the folder's `run` is to stand for `/run`.
const SCRIPT: &str = r#"
if [ "$1" = private ]; then mount --bind "$0/run" /run || exit 1; fi
pcscd --foreground --info --config "$0/readers" >"$0/log" 2>&1 &
read -r _
kill $! 2>/dev/null
wait
"#;

/// What the service notices about cards.
#[derive(Clone, Copy)]
pub(crate) enum Event {
    Inserted,
    Removed,
}

impl Event {
    /// How the service writes it down.
    const fn words(self) -> &'static str {
        match self {
            Self::Inserted => "Card inserted into",
            Self::Removed => "Card Removed From",
        }
    }
}

/// A PC/SC service with a virtual reader, which ends when this is dropped.
pub struct VirtualReader {
    shell: Child,
    lifeline: Option<ChildStdin>,
    folder: TempDir,
    socket: PathBuf,
    port: u16,
    /// Held where the service is the machine's only one.
    _only_one: Option<File>,
}

impl VirtualReader {
    /// Starts a service with one reader and no card in it.
    ///
    /// # Errors
    /// [`StartError`]: what is needed is not installed, or the service does not start.
    pub fn start() -> Result<Self, StartError> {
        Self::start_with(true)
    }

    /// Starts a service to which no reader is connected.
    ///
    /// # Errors
    /// [`StartError`], as above.
    pub fn start_without_reader() -> Result<Self, StartError> {
        Self::start_with(false)
    }

    fn start_with(reader: bool) -> Result<Self, StartError> {
        if !Path::new(DRIVER).exists() {
            return Err(StartError("vsmartcard-vpcd is not installed".into()));
        }
        let private = can_be_private();
        let mut last = StartError("never tried".into());
        for _ in 0..STARTS {
            match Self::start_once(private, reader) {
                Ok(reader) => return Ok(reader),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn start_once(private: bool, reader: bool) -> Result<Self, StartError> {
        let folder = tempfile::Builder::new().prefix("tegata-reader-").tempdir()?;
        let (run, readers) = (folder.path().join("run"), folder.path().join("readers"));
        std::fs::create_dir(&run)?;
        std::fs::create_dir(&readers)?;
        let port = free_port()?;
        // `/dev/null` says that the driver waits for a card to call on the port, rather than calling itself.
        let description = format!(
            "FRIENDLYNAME \"Tegata virtual reader\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {DRIVER}\n\
             CHANNELID {port:#06X}\n"
        );
        if reader {
            std::fs::write(readers.join("vpcd"), description)?;
        }
        let only_one = if private { None } else { Some(the_only_one()?) };

        let mut command = if private {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        command.args(["-c", SCRIPT]).arg(folder.path()).arg(if private { "private" } else { "shared" });
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let lifeline = shell.stdin.take();
        let socket = if private { run.join("pcscd/pcscd.comm") } else { USUAL_SOCKET.into() };
        let mut reader = Self { shell, lifeline, folder, socket, port, _only_one: only_one };
        reader.wait_until_ready()?;
        Ok(reader)
    }

    /// The service's socket, for [`SOCKET_VARIABLE`].
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Puts a card into the reader.
    ///
    /// # Errors
    /// When the reader does not answer, or the service does not notice the card.
    pub fn insert<C: Chip>(&self, chip: C) -> io::Result<Inserted<'_, C>> {
        Inserted::connect(self, self.port, chip)
    }

    /// How often something happened so far.
    pub(crate) fn count(&self, event: Event) -> usize {
        self.log().matches(event.words()).count()
    }

    /// Waits until something has happened more than so often; says whether it did.
    pub(crate) fn wait_for_more(&self, event: Event, count: usize) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.count(event) > count {
                return true;
            }
            std::thread::sleep(STEP);
        }
        false
    }

    /// The service says when it is ready, and the socket is there before.
    fn wait_until_ready(&mut self) -> Result<(), StartError> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let log = self.log();
            if log.contains("daemon ready") && self.socket.exists() {
                return if log.contains("Could not") || log.contains("failed") {
                    Err(StartError(format!("the reader was not attached: {log}")))
                } else {
                    Ok(())
                };
            }
            if let Some(status) = self.shell.try_wait()? {
                return Err(StartError(format!("pcscd ended with {status}: {log}")));
            }
            std::thread::sleep(STEP);
        }
        Err(StartError(format!("pcscd does not get ready: {}", self.log())))
    }

    /// What the service wrote so far.
    fn log(&self) -> String {
        let log = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for VirtualReader {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The shell ends on its own now; there is nobody to tell if it does not.
        _ = self.shell.wait();
    }
}

impl fmt::Debug for VirtualReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualReader").field("socket", &self.socket).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Why there is no reader.
#[derive(Debug)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no virtual reader: {}", self.0)
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Whether this machine gives a process a `/run` of its own.
fn can_be_private() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "mount", "--bind", "/tmp", "/run"]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Waits for the other tests that need the machine's one service; refuses to touch one that is no test's.
fn the_only_one() -> Result<File, StartError> {
    let lock = File::create(std::env::temp_dir().join("tegata-virtual-reader.lock"))?;
    lock.lock()?;
    if Path::new(USUAL_SOCKET).exists() {
        return Err(StartError("this machine has a PC/SC service already, and allows no private one".into()));
    }
    Ok(lock)
}

/// A port that is free together with the next one: the reader has two slots.
fn free_port() -> io::Result<u16> {
    for _ in 0..100 {
        let first = TcpListener::bind(("0.0.0.0", 0))?;
        let port = first.local_addr()?.port();
        let next = port.checked_add(1).map(|next| TcpListener::bind(("0.0.0.0", next)));
        if let Some(Ok(_)) = next {
            return Ok(port);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
