//! `tegata issue --batch`: all cores, constant memory, results in the order of the records.
//!
//! One thread reads chunks of lines, a worker per core issues, and the caller's thread writes. A
//! chunk's results come back through a channel of its own, and those channels stand in a bounded
//! queue in the order the chunks were read; so the order is kept and the queue bounds the memory.
//!
//! An interrupted batch leaves whole lines only, so its last line says where to go on.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use tegata::model::RECORD_MAX_BYTES;
use tegata::{Code, Failure};

use crate::error::{Error, Exit};
use crate::interrupt;
use crate::issue::{self, Desk};
use crate::output::Output;

/// Lines handed to a worker at a time: enough that handing over costs nothing beside signing.
const CHUNK_LINES: usize = 32;

/// Chunks under way for each worker: enough to keep it busy while another chunk is written.
const CHUNKS_PER_WORKER: usize = 4;

/// A chunk ends early with this many bytes, so that long lines do not multiply the memory.
const CHUNK_BYTES: usize = 256 << 10;

/// What is read at a time: a few dozen records.
const BUFFER_BYTES: usize = 64 << 10;

/// The longest line taken.
const MAX_LINE_BYTES: usize = RECORD_MAX_BYTES;

type Input = BufReader<Box<dyn Read + Send>>;

struct Line {
    number: u64,
    /// `None` for a line longer than is taken.
    record: Option<Vec<u8>>,
}

struct Done {
    text: String,
    lines: u64,
    failed: u64,
}

struct Job {
    lines: Vec<Line>,
    done: SyncSender<Done>,
}

/// Issues a record a line, from the line `from_line` on, on `jobs` threads or one per core.
///
/// # Errors
/// When the input cannot be read or the results cannot be written. A record that is refused is a
/// result.
pub(crate) fn run(desk: &Desk, path: &Path, from_line: u64, jobs: Option<u16>, output: &Output) -> Result<Exit, Error> {
    let failed = |reason| Error::file(path, "read", reason);
    let input: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(failed)?)
    };
    let input = BufReader::with_capacity(BUFFER_BYTES, input);
    let workers = jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get), usize::from);
    let (jobs, take_job) = sync_channel::<Job>(workers * CHUNKS_PER_WORKER);
    let (order, take_in_order) = sync_channel::<Receiver<Done>>(workers * CHUNKS_PER_WORKER);
    let take_job = Mutex::new(take_job);
    interrupt::between_lines();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(input, from_line, &jobs, &order));
        for _ in 0..workers {
            scope.spawn(|| work(desk, &take_job));
        }
        let written = write(take_in_order, output);
        // A reader blocked on a full queue ends once `take_in_order` is gone, which it is by now.
        let read = reader.join().unwrap_or_else(|_| Err(std::io::Error::other("the reading thread ended")));
        let failures = written?;
        read.map_err(failed)?;
        Ok(if failures == 0 { Exit::Done } else { Exit::NotAccepted })
    })
}

/// Reads chunks of lines until the input or the interest in it ends.
fn read(
    mut input: Input,
    from_line: u64,
    jobs: &SyncSender<Job>,
    order: &SyncSender<Receiver<Done>>,
) -> std::io::Result<()> {
    let mut number = 0;
    let mut end = None;
    while end.is_none() {
        let mut lines = Vec::with_capacity(CHUNK_LINES);
        let mut bytes = 0;
        while lines.len() < CHUNK_LINES && bytes < CHUNK_BYTES {
            // Whoever waits for results before sending more is not kept waiting.
            if !lines.is_empty() && !input.buffer().contains(&b'\n') {
                break;
            }
            let record = match next_line(&mut input) {
                Ok(Some(record)) => record,
                other => {
                    end = Some(other.map(|_| ()));
                    break;
                }
            };
            number += 1;
            bytes += record.as_ref().map_or(0, Vec::len);
            // A blank line is no record: files often end with one.
            let blank = record.as_ref().is_some_and(|record| record.iter().all(u8::is_ascii_whitespace));
            if number >= from_line && !blank {
                lines.push(Line { number, record });
            }
        }
        if lines.is_empty() {
            continue;
        }
        let (done, take_done) = sync_channel(1);
        if order.send(take_done).is_err() || jobs.send(Job { lines, done }).is_err() {
            return Ok(());
        }
    }
    end.unwrap_or(Ok(()))
}

/// The next line without its end, `Some(None)` for one that is too long, `None` at the end.
fn next_line(input: &mut Input) -> std::io::Result<Option<Option<Vec<u8>>>> {
    let mut line = Vec::new();
    let limit = u64::try_from(MAX_LINE_BYTES + 1).unwrap_or(u64::MAX);
    if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > MAX_LINE_BYTES {
        input.skip_until(b'\n')?;
        return Ok(Some(None));
    }
    Ok(Some(Some(line)))
}

fn work(desk: &Desk, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(Job { lines, done }) = job else { return };
        let mut result = Done { text: String::new(), lines: 0, failed: 0 };
        for Line { number, record } in lines {
            let issued = match record {
                Some(record) => desk.issue(&record),
                None => Err(Failure::new(Code::RecordTooLarge)),
            };
            let value = match &issued {
                Ok(issued) => issue::succeeded(issued),
                Err(failure) => {
                    result.failed += 1;
                    issue::failed(failure)
                }
            };
            result.lines += 1;
            let mut line = serde_json::Map::new();
            line.insert("line".into(), number.into());
            if let serde_json::Value::Object(members) = value {
                line.extend(members);
            }
            result.text.push_str(&serde_json::Value::Object(line).to_string());
            result.text.push('\n');
        }
        if done.send(result).is_err() {
            return;
        }
    }
}

/// Writes the chunks in order; says how many records failed.
fn write(chunks: Receiver<Receiver<Done>>, output: &Output) -> Result<u64, Error> {
    let mut progress = Progress::new();
    let mut failed = 0;
    for chunk in chunks {
        // A worker that ended without a result: nothing more may look as if all were done.
        let Ok(done) = chunk.recv() else { return Err(Error::from(Code::InternalError)) };
        {
            let _unbroken = interrupt::unbroken();
            output.bytes(done.text.as_bytes())?;
        }
        failed += done.failed;
        progress.advance(done.lines, failed);
    }
    progress.finish(failed);
    Ok(failed)
}

/// A line on standard error that is rewritten, on a terminal only.
struct Progress {
    shown: bool,
    lines: u64,
    start: Instant,
    last: Instant,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            shown: std::io::stderr().is_terminal() && !std::io::stdout().is_terminal(),
            lines: 0,
            start: now,
            last: now,
        }
    }

    fn advance(&mut self, lines: u64, failed: u64) {
        self.lines += lines;
        if self.shown && self.last.elapsed() >= Duration::from_millis(200) {
            self.last = Instant::now();
            self.draw(failed);
        }
    }

    fn finish(&self, failed: u64) {
        if self.shown {
            self.draw(failed);
            _ = writeln!(std::io::stderr().lock());
        }
    }

    fn draw(&self, failed: u64) {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        let records = u32::try_from(self.lines).map_or(f64::INFINITY, f64::from);
        let rate = records / seconds;
        _ = write!(std::io::stderr().lock(), "\r{} records, {failed} failed, {rate:.0} a second ", self.lines);
    }
}
