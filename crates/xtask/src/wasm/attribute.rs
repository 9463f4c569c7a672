//! Where the bytes of a WebAssembly module come from: by the path of its functions, and by what reaches them.
//!
//! Sizes are those of the optimised code, compressed by `gzip -9`, each group alone: what compresses well together is
//! counted less than its sum. That of a function is what would go if nothing called it any more.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// How many functions are listed.
const FUNCTIONS: usize = 60;

/// Prints where the bytes of a module come from that still has the names of its functions.
///
/// # Errors
/// When the file is no such module, or `wasm-dis` of Binaryen is missing.
pub(super) fn print(path: &Path) -> Result<(), String> {
    let module = Module::read(path)?;
    let everything: Vec<usize> = (0..module.functions.len()).collect();
    println!("\n{:>9} {:>9}  of the module", "bytes", "gzip");
    row(&module, &everything, "all code")?;
    println!("{:>9} {:>9}  data", module.data.len(), gzip(&module.data)?);

    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, function) in module.functions.iter().enumerate() {
        groups.entry(group(&function.name)).or_default().push(index);
    }
    println!("\n{:>9} {:>9}  by path", "bytes", "gzip");
    rows(&module, groups.into_iter().collect())?;

    println!("\n{:>9} {:>9}  what only this reaches", "bytes", "gzip");
    let roots = module.roots();
    let mut only: Vec<(String, Vec<usize>)> = Vec::new();
    for (name, _) in &roots {
        let others = roots.iter().filter(|(other, _)| other != name).flat_map(|(_, found)| found);
        let reached = module.reached(others, None);
        let alone = everything.iter().copied().filter(|index| !is(&reached, *index)).collect();
        only.push((name.clone(), alone));
    }
    let shared = |index: &usize| !only.iter().any(|(_, alone)| alone.contains(index));
    let shared: Vec<usize> = everything.iter().copied().filter(shared).collect();
    only.push(("(two of them or more)".into(), shared));
    rows(&module, only)?;

    println!("\n{:>9} {:>9} {:>9}  what goes with a function", "bytes", "gzip", "its own");
    let all = module.reached(roots.iter().flat_map(|(_, found)| found), None);
    let mut gone: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for &cut in &everything {
        let without = module.reached(roots.iter().flat_map(|(_, found)| found), Some(cut));
        let lost: Vec<usize> =
            everything.iter().copied().filter(|index| is(&all, *index) && !is(&without, *index)).collect();
        gone.push((module.code(&lost).len(), cut, lost));
    }
    gone.sort_by_key(|entry| std::cmp::Reverse(entry.0));
    for (bytes, cut, lost) in gone.iter().take(FUNCTIONS) {
        let Some(function) = module.functions.get(*cut) else { continue };
        println!("{bytes:>9} {:>9} {:>9}  {}", gzip(&module.code(lost))?, function.code.len(), function.name);
    }
    Ok(())
}

fn rows(module: &Module, groups: Vec<(String, Vec<usize>)>) -> Result<(), String> {
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, indices)| !indices.is_empty()).collect();
    groups.sort_by_key(|(_, indices)| core::cmp::Reverse(module.code(indices).len()));
    groups.iter().try_for_each(|(name, indices)| row(module, indices, name))
}

fn row(module: &Module, indices: &[usize], name: &str) -> Result<(), String> {
    let code = module.code(indices);
    println!("{:>9} {:>9}  {name} ({})", code.len(), gzip(&code)?, indices.len());
    Ok(())
}

fn is(reached: &[bool], index: usize) -> bool {
    reached.get(index).copied().unwrap_or(false)
}

/// A function that the module defines.
struct Function {
    name: String,
    code: Vec<u8>,
    /// The functions it calls, by their place among those that are defined.
    calls: Vec<usize>,
}

struct Module {
    functions: Vec<Function>,
    /// The exported functions.
    exports: Vec<(String, usize)>,
    /// Whatever is reached through a pointer.
    pointers: Vec<usize>,
    data: Vec<u8>,
}

impl Module {
    /// The code's sizes come from the module; names and calls from its disassembly, in which functions have the same order.
    fn read(path: &Path) -> Result<Self, String> {
        let content = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let sections = sections(&content).ok_or("not a WebAssembly module")?;
        let section =
            |wanted: u8| sections.iter().find(|(kind, _)| *kind == wanted).map_or(&[][..], |(_, bytes)| bytes);
        let bodies = bodies(section(10)).ok_or("its code cannot be read")?;
        let text = Command::new("wasm-dis").arg(path).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let text = text.map_err(|error| format!("wasm-dis (Debian: binaryen): {error}"))?;
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        let (head, rest) = text.split_once("\n (func $").ok_or("it has no functions")?;
        let parts: Vec<&str> = rest.split("\n (func $").collect();
        if parts.len() != bodies.len() {
            return Err(format!("{} functions in the text, {} in the module", parts.len(), bodies.len()));
        }
        let names: Vec<&str> = parts.iter().map(|part| name_at(part)).collect();
        let places: HashMap<&str, usize> = names.iter().enumerate().map(|(index, name)| (*name, index)).collect();
        let mentioned = |text: &str, before: &str| -> Vec<usize> {
            text.split(before).skip(1).filter_map(|rest| places.get(name_at(rest)).copied()).collect()
        };
        let functions = names.iter().zip(&parts).zip(bodies).map(|((name, part), code)| Function {
            name: readable(name),
            code: code.to_vec(),
            calls: mentioned(part, "(call $"),
        });
        let exports = head.split("(export \"").skip(1).filter_map(|rest| {
            let (name, rest) = rest.split_once('"')?;
            let function = rest.strip_prefix(" (func $")?;
            Some((name.to_owned(), *places.get(name_at(function))?))
        });
        let elements = head.lines().filter(|line| line.trim_start().starts_with("(elem"));
        let pointers = elements.flat_map(|line| mentioned(line, " $")).collect();
        Ok(Self { functions: functions.collect(), exports: exports.collect(), pointers, data: section(11).to_vec() })
    }

    fn roots(&self) -> Vec<(String, Vec<usize>)> {
        let mut roots: Vec<_> = self.exports.iter().map(|(name, index)| (name.clone(), vec![*index])).collect();
        roots.push(("(function pointers)".into(), self.pointers.clone()));
        roots
    }

    /// Which functions are reached from these, without going through one.
    fn reached<'r>(&self, roots: impl Iterator<Item = &'r usize>, without: Option<usize>) -> Vec<bool> {
        let mut reached = vec![false; self.functions.len()];
        let mut open: Vec<usize> = roots.copied().collect();
        while let Some(index) = open.pop() {
            if Some(index) == without {
                continue;
            }
            if let (Some(reached @ false), Some(function)) = (reached.get_mut(index), self.functions.get(index)) {
                *reached = true;
                open.extend(&function.calls);
            }
        }
        reached
    }

    fn code(&self, indices: &[usize]) -> Vec<u8> {
        indices
            .iter()
            .filter_map(|index| self.functions.get(*index))
            .flat_map(|function| function.code.clone())
            .collect()
    }
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    text.split([' ', ')', '\n']).next().unwrap_or_default()
}

/// A name as people know it: without its escapes and the hash of its crate.
fn readable(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = escape.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.extend(byte);
        rest = escape.get(2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    format!("{:#}", rustc_demangle::demangle(&String::from_utf8_lossy(&bytes)))
}

/// The first two steps of a function's path; of a method, those of the type's.
fn group(name: &str) -> String {
    let path = name.trim_start_matches(['<', '&', '*']);
    let path = path.split([' ', '<', '>', '{']).find(|part| part.contains("::")).unwrap_or(path);
    let steps: Vec<&str> = path.split("::").filter(|step| !step.is_empty()).collect();
    let kept = steps.len().saturating_sub(1).clamp(1, 2);
    steps.get(..kept).map_or_else(|| path.to_owned(), |steps| steps.join("::"))
}

/// The module's sections: number and content.
fn sections(content: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut rest = content.strip_prefix(b"\0asm\x01\0\0\0")?;
    let mut sections = Vec::new();
    while let Some((&kind, after)) = rest.split_first() {
        let (section, after) = sized(after)?;
        sections.push((kind, section));
        rest = after;
    }
    Some(sections)
}

/// The functions' bodies.
fn bodies(code: &[u8]) -> Option<Vec<&[u8]>> {
    let (count, mut rest) = number(code)?;
    (0..count)
        .map(|_| {
            let (body, after) = sized(rest)?;
            rest = after;
            Some(body)
        })
        .collect()
}

fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(length)
}

/// A number in LEB128.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let (digits, rest) = bytes.split_at_checked(end + 1)?;
    let number = digits
        .iter()
        .rev()
        .try_fold(0_usize, |number, digit| Some(number.checked_mul(128)? | usize::from(digit & 0x7f)))?;
    Some((number, rest))
}

/// How many bytes `gzip -9` makes of these.
pub(super) fn gzip(bytes: &[u8]) -> Result<usize, String> {
    let failed = |error: std::io::Error| format!("gzip: {error}");
    let mut child = Command::new("gzip")
        .args(["-9", "-n", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut input = child.stdin.take().ok_or("gzip takes no input")?;
    let bytes = bytes.to_vec();
    // It writes while it reads: whoever does one after the other may wait for ever.
    let writing = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().map_err(failed)?;
    writing.join().map_err(|_| "gzip's input could not be written")?.map_err(failed)?;
    if output.status.success() { Ok(output.stdout.len()) } else { Err(format!("gzip ended with {}", output.status)) }
}

#[cfg(test)]
mod tests {
    use super::{group, number, readable};

    #[test]
    fn names() {
        let name = "_RNvMNtNtCsgxPH745apgf_6tegata4x50911certificateNtB2_11Certificate5parse";
        assert_eq!(readable(name), "<tegata::x509::certificate::Certificate>::parse");
        assert_eq!(group(&readable(name)), "tegata::x509");
        let name = "<tegata::x509::Usage\\20as\\20core::fmt::Debug>::fmt";
        assert_eq!(readable(name), "<tegata::x509::Usage as core::fmt::Debug>::fmt");
        assert_eq!(group(&readable(name)), "tegata::x509");
        assert_eq!(group("verify"), "verify");
    }

    #[test]
    fn numbers() {
        assert_eq!(number(&[0xe5, 0x8e, 0x26, 7]), Some((624_485, &[7][..])));
        assert_eq!(number(&[0x80]), None);
    }
}
