//! A server of static files for this machine alone: it listens on the loopback address, answers GET and HEAD, and
//! sends the headers that the page's file `_headers` asks every server for.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// No browser sends a longer request head to a page without cookies.
const MAX_HEAD_BYTES: u64 = 16 * 1024;
/// A browser opens connections ahead of need and leaves them be; each waits in a thread of its own.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves a folder until the process ends.
///
/// # Errors
/// When the port cannot be opened, or the folder has no `_headers`.
pub(super) fn serve(folder: &Path, port: u16) -> Result<(), String> {
    let headers = headers(folder)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| format!("port {port}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("http://localhost:{}/", address.port());
    let site = Arc::new(Site { folder: folder.to_owned(), headers });
    for stream in listener.incoming().flatten() {
        let site = Arc::clone(&site);
        std::thread::spawn(move || {
            // Whoever hung up needs no answer.
            let _ = site.answer(stream);
        });
    }
    Ok(())
}

struct Site {
    folder: PathBuf,
    headers: String,
}

/// The lines of `_headers` below its pattern, as they are sent.
fn headers(folder: &Path) -> Result<String, String> {
    Ok(wanted_headers(folder)?.into_iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect())
}

/// What the page's file `_headers` asks every server to send: names and values.
///
/// # Errors
/// When there is no such file, or a line of it is no header.
pub(super) fn wanted_headers(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let path = folder.join("_headers");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().filter(|line| line.starts_with(' '));
    lines
        .map(|line| {
            let (name, value) = line.trim().split_once(": ").ok_or_else(|| format!("_headers: {line}"))?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

impl Site {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut request = BufReader::new(stream.try_clone()?.take(MAX_HEAD_BYTES));
        let mut first = String::new();
        request.read_line(&mut first)?;
        let mut line = String::new();
        while request.read_line(&mut line)? > 2 {
            line.clear();
        }
        let mut words = first.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (status, kind, body) = match method {
            "GET" | "HEAD" => {
                match file_of(target).and_then(|name| Some((fs::read(self.folder.join(&name)).ok()?, name))) {
                    Some((bytes, name)) => ("200 OK", media_type(&name), bytes),
                    None => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
                }
            }
            _ => ("405 Method Not Allowed", "text/plain; charset=utf-8", b"GET or HEAD\n".to_vec()),
        };
        let (headers, length) = (&self.headers, body.len());
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{headers}\
             Cache-Control: no-cache\r\nConnection: close\r\n\r\n"
        )?;
        if method != "HEAD" {
            stream.write_all(&body)?;
        }
        stream.flush()
    }
}

/// The file a request names; nothing outside the folder and nothing hidden has a name here.
fn file_of(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = if path.is_empty() { "index.html" } else { path };
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_'])
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    path.split('/').all(is_plain).then(|| path.to_owned())
}

/// Browsers compile a WebAssembly module as it arrives, and run modules at all, only under the right type.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "pem" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_inside_the_folder_are_files() {
        assert_eq!(file_of("/").as_deref(), Some("index.html"));
        assert_eq!(file_of("/js/main.js?x=../y").as_deref(), Some("js/main.js"));
        for target in
            ["", "js", "/..", "/../Cargo.toml", "/js//x", "/js/../x", "/.git", "/_headers", "/a%2e", "//etc", "/a\\b"]
        {
            assert_eq!(file_of(target), None, "{target}");
        }
    }

    #[test]
    fn a_file_comes_with_its_type_and_the_headers_and_others_do_not_come() {
        let folder = std::env::temp_dir().join(format!("tegata-server-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("_headers"), "/*\n  X-Content-Type-Options: nosniff\n").unwrap();
        fs::write(folder.join("a.wasm"), b"\0asm").unwrap();
        let site = Arc::new(Site { folder: folder.clone(), headers: headers(&folder).unwrap() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ask = |request: &str| {
            let mut client = TcpStream::connect(address).unwrap();
            client.write_all(format!("{request}\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
            site.answer(listener.accept().unwrap().0).unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            answer
        };
        let answer = ask("GET /a.wasm HTTP/1.1");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\nContent-Length: 4\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("\r\nX-Content-Type-Options: nosniff\r\n") && answer.ends_with("\r\n\r\n\0asm"),
            "{answer}"
        );
        assert!(ask("HEAD /a.wasm HTTP/1.1").ends_with("\r\n\r\n"));
        assert!(ask("GET /b.wasm HTTP/1.1").starts_with("HTTP/1.1 404"));
        assert!(ask("GET /_headers HTTP/1.1").starts_with("HTTP/1.1 404"));
        assert!(ask("POST /a.wasm HTTP/1.1").starts_with("HTTP/1.1 405"));
        assert!(ask("").starts_with("HTTP/1.1 405"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
