//! The language server as an editor meets it: a process of its own, spoken to over its standard input and output, on a
//! workspace of 100,000 lines.
//!
//! `cargo bench -p polis_server --bench lsp -- [LINES]`. Called with `--serve`, this program is the server.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench shows its figures")]
#![expect(clippy::indexing_slicing, reason = "JSON values are indexed without a panic")]
#![expect(clippy::needless_pass_by_value, reason = "parameters are written where they are sent")]
#![expect(clippy::disallowed_methods, reason = "it looks at its own server in /proc")]

use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use polis_db::{OsSystem, System as _, generate};
use polis_diagnostic::Locale;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each thing is measured.
const ROUNDS: usize = 100;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).filter(|it| it != "--bench");
    let first = args.next();
    if first.as_deref() == Some("--serve") {
        return polis_server::serve_stdio(Arc::new(OsSystem), Locale::Zh, None)
            .map_or(ExitCode::FAILURE, ExitCode::from);
    }
    let lines = first.and_then(|it| it.parse().ok()).unwrap_or(100_000);
    match measure(lines) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Session {
    input: ChildStdin,
    messages: Receiver<Value>,
    next: i64,
    /// The findings of each file, as they came last.
    published: BTreeMap<String, Vec<Value>>,
}

impl Session {
    fn send(&mut self, message: &Value) -> std::io::Result<()> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        self.input.flush()
    }

    fn notify(&mut self, method: &str, params: Value) -> std::io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// The next message that `wanted` takes.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> std::io::Result<Value> {
        loop {
            let message = self.messages.recv_timeout(Duration::from_secs(60)).map_err(std::io::Error::other)?;
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().unwrap_or_default().to_owned();
                let found = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
                self.published.insert(uri, found);
            }
            if wanted(&message) {
                return Ok(message);
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) -> std::io::Result<Value> {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        self.wait(|it| it["id"] == id && it.get("method").is_none())
    }
}

fn measure(lines: usize) -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let root = Utf8Path::from_path(folder.path()).unwrap_or(Utf8Path::new("/tmp"));
    for (path, text) in generate::workspace(lines) {
        let path = root.join(path);
        if let Some(parent) = path.parent() {
            OsSystem.create_dir_all(parent)?;
        }
        OsSystem.write_atomic(&path, text.as_bytes())?;
    }
    let path = root.join("city/0050.pol");
    let path = if OsSystem.is_file(&path) { path } else { root.join("city/0000.pol") };
    let text = String::from_utf8(OsSystem.read(&path)?).map_err(std::io::Error::other)?;
    let uri = format!("file://{path}");

    let begin = Instant::now();
    let mut child =
        Command::new(std::env::current_exe()?).arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let pid = child.id();
    let (sender, messages) = channel();
    let mut output = BufReader::new(child.stdout.take().ok_or_else(|| std::io::Error::other("no output"))?);
    std::thread::spawn(move || {
        while let Some(message) = read(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    let input = child.stdin.take().ok_or_else(|| std::io::Error::other("no input"))?;
    let mut session = Session { input, messages, next: 0, published: BTreeMap::new() };
    // A line with a wrong name, so that there is a first finding to wait for.
    let wrong = text.replacen("基数: ", "基数: 没有此名 + ", 1);
    let capabilities = json!({"general": {"positionEncodings": ["utf-16"]}, "window": {"workDoneProgress": true}});
    let folders = json!([{"uri": format!("file://{root}"), "name": "bench"}]);
    session.request("initialize", json!({"capabilities": capabilities, "workspaceFolders": folders}))?;
    session.notify("initialized", json!({}))?;
    let document = json!({"uri": uri, "languageId": "polis", "version": 1, "text": wrong});
    session.notify("textDocument/didOpen", json!({"textDocument": document}))?;
    let mine = uri.clone();
    session.wait(|it| it["params"]["uri"] == mine.as_str() && is_wrong(it))?;
    println!("start to first findings: {:.1} ms", ms(begin.elapsed()));

    // The whole text once, right again, and everything that is known of the workspace.
    let mut version = 2;
    change(&mut session, &uri, &mut version, json!([{"text": text}]))?;
    let mine = uri.clone();
    session.wait(|it| it["params"]["uri"] == mine.as_str() && !is_wrong(it))?;
    std::thread::sleep(Duration::from_secs(2));

    // Keystrokes within provisions of the file: a letter after a name, which is then unknown, and away again.
    let places = places(&text, "户数 ");
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let Some((line, column)) = places.get(round * 7 % places.len().max(1)).copied() else { break };
        let at = json!({"line": line, "character": column + 2});
        let after = json!({"line": line, "character": column + 3});
        let begin = Instant::now();
        change(&mut session, &uri, &mut version, json!([{"range": {"start": at, "end": at}, "text": "甲"}]))?;
        let mine = uri.clone();
        session.wait(|it| it["params"]["uri"] == mine.as_str() && is_wrong(it))?;
        times.push(begin.elapsed());
        let begin = Instant::now();
        change(&mut session, &uri, &mut version, json!([{"range": {"start": at, "end": after}, "text": ""}]))?;
        let mine = uri.clone();
        session.wait(|it| it["params"]["uri"] == mine.as_str() && !is_wrong(it))?;
        times.push(begin.elapsed());
    }
    report("keystroke to published findings", &mut times);

    for (method, name) in [
        ("textDocument/completion", "completion right after a keystroke"),
        ("textDocument/hover", "hover right after a keystroke"),
        ("textDocument/definition", "definition right after a keystroke"),
    ] {
        let mut times = Vec::new();
        for round in 0..ROUNDS {
            let Some((line, column)) = places.get(round * 11 % places.len().max(1)).copied() else { break };
            let end = json!({"line": line, "character": 0});
            let blank = if round % 2 == 0 {
                json!([{"range": {"start": end, "end": end}, "text": " "}])
            } else {
                json!([{"range": {"start": end, "end": {"line": line, "character": 1}}, "text": ""}])
            };
            change(&mut session, &uri, &mut version, blank)?;
            let position = json!({"line": line, "character": column + 1});
            let begin = Instant::now();
            session.request(method, json!({"textDocument": {"uri": uri}, "position": position}))?;
            times.push(begin.elapsed());
        }
        report(name, &mut times);
        let mut times = Vec::new();
        for round in 0..ROUNDS {
            let Some((line, column)) = places.get(round * 11 % places.len().max(1)).copied() else { break };
            let position = json!({"line": line, "character": column + 1});
            let begin = Instant::now();
            session.request(method, json!({"textDocument": {"uri": uri}, "position": position}))?;
            times.push(begin.elapsed());
        }
        report(name.split(' ').next().unwrap_or(name), &mut times);
    }
    for method in [
        "textDocument/semanticTokens/full",
        "textDocument/inlayHint",
        "textDocument/codeLens",
        "textDocument/documentSymbol",
    ] {
        let mut times = Vec::new();
        for _ in 0..30 {
            let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 200, "character": 0}});
            let begin = Instant::now();
            session.request(method, json!({"textDocument": {"uri": uri}, "range": range}))?;
            times.push(begin.elapsed());
        }
        report(method, &mut times);
    }
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    for line in status.lines().filter(|it| it.starts_with("VmHWM") || it.starts_with("VmRSS")) {
        println!("{line}");
    }
    session.request("shutdown", Value::Null)?;
    session.notify("exit", Value::Null)?;
    child.wait()?;
    Ok(())
}

/// Whether a file has errors.
fn is_wrong(message: &Value) -> bool {
    let found = message["params"]["diagnostics"].as_array();
    found.is_some_and(|it| it.iter().any(|it| it["severity"] == 1))
}

fn change(session: &mut Session, uri: &str, version: &mut i64, changes: Value) -> std::io::Result<()> {
    *version += 1;
    let document = json!({"uri": uri, "version": *version});
    session.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}))
}

/// The lines and UTF-16 columns of a word outside of comments.
fn places(text: &str, word: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(at) = line.find(word).filter(|_| !line.trim_start().starts_with("//") && !line.contains("基数")) {
            found.push((number, line.get(..at).unwrap_or_default().encode_utf16().count()));
        }
    }
    found
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn report(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    println!(
        "{name}: median {:.1} ms, p95 {:.1} ms, longest {:.1} ms of {}",
        ms(at(50)),
        ms(at(95)),
        ms(at(100)),
        times.len()
    );
}

/// A framed message, `None` at the end.
fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
