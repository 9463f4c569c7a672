//! The C library, through a program in C that makes the calls it is asked for: `bindings/c/tests/surface.c`.

use std::borrow::Cow;
use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The program that links the library for kiosks, and the one that links the library for backends.
pub(crate) const KIOSK: &str = "TEGATA_C_SURFACE";
pub(crate) const ISSUER: &str = "TEGATA_C_ISSUER_SURFACE";

/// The running program.
pub(crate) struct Surface {
    child: Child,
    requests: Option<BufWriter<ChildStdin>>,
    answers: BufReader<ChildStdout>,
}

/// An argument of a call.
pub(crate) struct Argument<'a>(Cow<'a, [u8]>);

/// What a call gave: its number, and whatever it hands out.
pub(crate) struct Answer {
    pub(crate) number: i32,
    pub(crate) fields: Vec<Vec<u8>>,
}

impl Surface {
    /// Starts the program that a variable of the environment names, or says that the test is skipped.
    pub(crate) fn start(test: &str, variable: &str) -> Option<Self> {
        let Some(path) = std::env::var_os(variable) else {
            tegata_conformance::skip(
                test,
                &format!("{variable} names no program; `cargo xtask test --only c` builds it"),
            );
            return None;
        };
        let mut child = Command::new(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let requests = child.stdin.take().map(BufWriter::new);
        let answers = BufReader::new(child.stdout.take().unwrap());
        Some(Self { child, requests, answers })
    }

    /// Makes a call.
    pub(crate) fn call(&mut self, name: &str, arguments: &[Argument<'_>]) -> Answer {
        let requests = self.requests.as_mut().unwrap();
        write_size(requests, arguments.len() + 1);
        for field in std::iter::once(name.as_bytes()).chain(arguments.iter().map(|argument| &*argument.0)) {
            write_size(requests, field.len());
            requests.write_all(field).unwrap();
        }
        requests.flush().unwrap();
        let mut fields: Vec<_> = (0..self.size()).map(|_| self.field()).collect();
        let number = text(&fields.remove(0)).parse().unwrap();
        Answer { number, fields }
    }

    /// Makes a call that must be done.
    pub(crate) fn done(&mut self, name: &str, arguments: &[Argument<'_>]) -> Answer {
        let answer = self.call(name, arguments);
        assert_eq!(answer.number, 0, "{name}");
        answer
    }

    fn size(&mut self) -> usize {
        let mut four = [0; 4];
        self.answers.read_exact(&mut four).expect("an answer: the program ended");
        u32::from_be_bytes(four).try_into().unwrap()
    }

    fn field(&mut self) -> Vec<u8> {
        let mut field = vec![0; self.size()];
        self.answers.read_exact(&mut field).unwrap();
        field
    }
}

impl Drop for Surface {
    /// The program ends by itself, and well, when nothing more is asked.
    fn drop(&mut self) {
        self.requests = None;
        let status = self.child.wait().unwrap();
        assert!(status.success() || std::thread::panicking(), "{status}");
    }
}

impl Answer {
    /// A field as text.
    pub(crate) fn text(&self, index: usize) -> &str {
        text(&self.fields[index])
    }

    /// The checks from a field on: stage, result and number of each.
    pub(crate) fn checks(&self, from: usize) -> Vec<(&str, &str, i32)> {
        let checks = self.fields[from..].chunks_exact(3);
        checks.map(|check| (text(&check[0]), text(&check[1]), text(&check[2]).parse().unwrap())).collect()
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn write_size(to: &mut impl Write, size: usize) {
    to.write_all(&u32::try_from(size).unwrap().to_be_bytes()).unwrap();
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self(text.as_bytes().into())
    }
}

impl<'a> From<&'a [u8]> for Argument<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<Vec<u8>> for Argument<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<i64> for Argument<'_> {
    fn from(number: i64) -> Self {
        Self(number.to_string().into_bytes().into())
    }
}

impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self(number.to_string().into_bytes().into())
    }
}

impl From<bool> for Argument<'_> {
    fn from(set: bool) -> Self {
        Self(if set { b"1" } else { b"0" }.as_slice().into())
    }
}
