//! The language server as a process: frames on its standard input and output, and how it ends.
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a client of tests, which fails where an answer is not what it has to be"
)]

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

struct Session {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i64,
    folder: tempfile::TempDir,
}

impl Session {
    fn start() -> Self {
        Self::read_after(std::sync::Arc::default())
    }

    /// A session that reads nothing for as long as `gate` is locked.
    fn read_after(gate: std::sync::Arc<std::sync::Mutex<()>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("polis.toml"), "[package]\nname = \"a\"\n").unwrap();
        std::fs::write(folder.path().join("a.pol"), "对象 社区 { 字段 户数: 户 }\n").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_polis"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            drop(gate.lock());
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, messages, next: 0, folder }
    }

    fn initialized() -> Self {
        Self::with(json!({}))
    }

    fn with(capabilities: Value) -> Self {
        let mut session = Self::start();
        let folders = json!([{"uri": session.uri(""), "name": "a"}]);
        let answer = session.request("initialize", json!({"capabilities": capabilities, "workspaceFolders": folders}));
        assert_eq!(answer["result"]["serverInfo"]["name"], "polis");
        session.notify("initialized", json!({}));
        session
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.path().to_str().unwrap()).trim_end_matches('/').to_owned()
    }

    fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        // A server that has ended takes nothing, which some of these tests are about.
        let _ = input.write_all(bytes);
        let _ = input.flush();
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn begin(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}));
        self.next
    }

    fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("an answer");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.answer(id)
    }

    fn open(&mut self, text: &str) {
        let document = json!({"uri": self.uri("a.pol"), "languageId": "polis", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    fn change(&mut self, version: i64, changes: Value) {
        let document = json!({"uri": self.uri("a.pol"), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    fn names(&mut self) -> Vec<String> {
        let uri = self.uri("a.pol");
        let answer = self.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
        let names = answer["result"].as_array().cloned().unwrap_or_default();
        names.iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits for the end of the process.
    fn end(&mut self) -> ExitStatus {
        let begin = std::time::Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "the server does not end");
            std::thread::yield_now();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[test]
fn bursts_of_changes_between_requests_keep_their_order() {
    let mut session = Session::initialized();
    session.open("");
    let uri = session.uri("a.pol");
    let mut asked = Vec::new();
    for round in 0..3_u32 {
        for number in 0..200_u32 {
            let line = round * 200 + number;
            let at = json!({"line": line, "character": 0});
            let text = format!("参数 𠮷{line} {{ 值: {line} 户 }}\r\n");
            session.change(i64::from(line) + 2, json!([{"range": {"start": at, "end": at}, "text": text}]));
        }
        asked.push(session.begin("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})));
    }
    for (round, id) in asked.into_iter().enumerate() {
        let found = session.answer(id);
        let count = found["result"].as_array().map_or(0, Vec::len);
        assert!(count >= (round + 1) * 200, "what was sent before a request is seen by it: {count}");
    }
    let names = session.names();
    assert_eq!(names.len(), 600);
    assert!(names.iter().enumerate().all(|(number, it)| *it == format!("𠮷{number}")), "{names:?}");
}

#[test]
fn cancels_are_heard_while_slow_requests_run() {
    let mut session = Session::initialized();
    let lines: Vec<String> = (0..3000).map(|it| format!("参数 大{it} {{ 值: {it} 户 }}\n")).collect();
    let text = lines.concat();
    session.open(&text);
    let uri = session.uri("a.pol");
    let params = json!({"textDocument": {"uri": uri}});
    // More than the library's four slots.
    let slow: Vec<i64> = (0..24).map(|_| session.begin("textDocument/semanticTokens/full", params.clone())).collect();
    for id in &slow {
        session.notify("$/cancelRequest", json!({"id": id}));
    }
    let mut cancelled = 0;
    for id in slow {
        let answer = session.answer(id);
        let code = answer["error"]["code"].as_i64();
        assert!(answer.get("result").is_some() || code == Some(-32800), "{answer}");
        cancelled += usize::from(code == Some(-32800));
    }
    assert!(cancelled > 4, "only {cancelled} were heard in time");
    assert_eq!(session.names().len(), 3000);
}

#[test]
fn requests_are_cancelled_while_the_client_owes_answers() {
    let mut session = Session::with(json!({
        "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true}},
        "window": {"workDoneProgress": true},
    }));
    // Each edit of the settings makes the server ask; none of its questions is ever answered.
    session.open("参数 甲 { 值: 1 户 }\n");
    let params = json!({"textDocument": {"uri": session.uri("a.pol")}});
    for _ in 0..50 {
        session.notify("workspace/didChangeConfiguration", json!({"settings": null}));
        let id = session.begin("textDocument/semanticTokens/full", params.clone());
        session.notify("$/cancelRequest", json!({"id": id}));
        let answer = session.answer(id);
        let code = answer["error"]["code"].as_i64();
        assert!(answer.get("result").is_some() || code == Some(-32800), "{answer}");
    }
    assert_eq!(session.names(), ["甲"]);
}

#[test]
fn what_the_library_does_not_know_is_taken() {
    let mut session = Session::with(json!({"window": {"workDoneProgress": true}}));
    let asked = loop {
        let message = session.messages.recv_timeout(PATIENCE).unwrap();
        if message["method"] == "window/workDoneProgress/create" {
            break message;
        }
    };
    session.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    session.notify("window/workDoneProgress/cancel", json!({"token": asked["params"]["token"]}));
    session.notify("$/setTrace", json!({"value": "verbose"}));
    session.notify("$/progress", json!({"token": 1, "value": {}}));
    session.notify("notebookDocument/didOpen", json!({}));
    session.notify("no/such", json!({}));
    session.open("参数 甲 { 值: 1 户 }\n");
    assert_eq!(session.names(), ["甲"]);
}

#[test]
fn a_client_that_reads_late_misses_nothing() {
    let gate = std::sync::Arc::new(std::sync::Mutex::new(()));
    let locked = gate.lock().unwrap();
    let mut session = Session::read_after(std::sync::Arc::clone(&gate));
    let folders = json!([{"uri": session.uri(""), "name": "a"}]);
    let begun = session.begin("initialize", json!({"capabilities": {}, "workspaceFolders": folders}));
    session.notify("initialized", json!({}));
    session.open("");
    let uri = session.uri("a.pol");
    // More answers than a pipe holds, each of them larger than the one before.
    let asked: Vec<i64> = (0..200)
        .map(|line| {
            let at = json!({"line": line, "character": 0});
            let text = format!("参数 甲{line} {{ 值: 没有 }}\n");
            session.change(line + 2, json!([{"range": {"start": at, "end": at}, "text": text}]));
            session.begin("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}))
        })
        .collect();
    drop(locked);
    assert_eq!(session.answer(begun)["result"]["serverInfo"]["name"], "polis");
    let mut left: std::collections::BTreeSet<i64> = asked.iter().copied().collect();
    let last = asked.last().copied().unwrap();
    while !left.is_empty() {
        let message = session.messages.recv_timeout(PATIENCE).unwrap();
        if message.get("method").is_none() && message["id"].as_i64().is_some_and(|it| left.remove(&it)) {
            let count = message["result"].as_array().map_or(0, Vec::len);
            assert!(message["id"] != last || count == 200, "{count}");
        }
    }
}

#[test]
fn it_ends_on_exit_while_its_input_is_held_open() {
    let mut session = Session::initialized();
    assert_eq!(session.request("shutdown", Value::Null)["result"], Value::Null);
    session.notify("exit", Value::Null);
    assert_eq!(session.end().code(), Some(0));
    let mut session = Session::initialized();
    session.notify("exit", Value::Null);
    assert_eq!(session.end().code(), Some(1), "without a shutdown");
}

#[test]
fn it_ends_when_the_client_is_gone() {
    let mut session = Session::initialized();
    session.input = None;
    assert_eq!(session.end().code(), Some(1));
}

#[test]
fn it_ends_when_nobody_reads_what_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pol"), "参数 甲 { 值: 没有 }\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_polis"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    let mut send = |message: Value| {
        let text = message.to_string();
        let _ = write!(input, "Content-Length: {}\r\n\r\n{text}", text.len());
        let _ = input.flush();
    };
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    for id in 2..200 {
        send(json!({"jsonrpc": "2.0", "id": id, "method": "workspace/symbol", "params": {"query": ""}}));
    }
    // The input stays open: an editor that has crashed in part is no reason to stay.
    let begin = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the server does not end on a broken pipe");
        }
        std::thread::yield_now();
    };
    assert_ne!(status.code(), Some(0));
    drop(input);
}

#[test]
fn what_is_no_message_is_answered_and_the_server_goes_on() {
    let mut session = Session::initialized();
    for (bytes, code, why) in [
        ("Content-Length: 9\r\n\r\nno object", -32700, "no JSON"),
        ("Content-Length: 2\r\n\r\n[]", -32600, "no message"),
        ("Content-Length: 2\r\n\r\n\u{fffd}", -32700, "no JSON"),
        ("no frame\r\n\r\n", -32700, "`Content-Length`"),
    ] {
        session.raw(bytes.as_bytes());
        let found = loop {
            let message = session.messages.recv_timeout(PATIENCE).unwrap();
            if message.get("error").is_some() {
                break message;
            }
        };
        assert_eq!((&found["id"], &found["error"]["code"]), (&Value::Null, &json!(code)), "{bytes}");
        assert!(found["error"]["message"].as_str().is_some_and(|it| it.contains(why)), "{found}");
    }
    session.open("参数 甲 { 值: 1 户 }\n");
    assert_eq!(session.names(), ["甲"]);
}

#[test]
fn requests_before_initialize_and_unknown_methods_are_refused() {
    let mut session = Session::start();
    assert_eq!(session.request("textDocument/hover", json!({}))["error"]["code"], -32002);
    assert_eq!(session.request("initialize", json!({"capabilities": {}}))["result"]["serverInfo"]["name"], "polis");
    assert_eq!(session.request("no/such", json!({}))["error"]["code"], -32601);
}

#[test]
fn half_typed_chinese_comes_through_the_pipe() {
    let mut session = Session::initialized();
    session.open("");
    let whole = "员额 专职 属于 社区 {\n  基数：10..15 人；\n}\n对象 社区 { }\n";
    let mut column = 0;
    let mut line = 0;
    for (version, c) in (2..).zip(whole.chars()) {
        let at = json!({"line": line, "character": column});
        session.change(version, json!([{"range": {"start": at, "end": at}, "text": c.to_string()}]));
        (line, column) = if c == '\n' { (line + 1, 0) } else { (line, column + 1) };
        if version % 7 == 0 {
            let uri = session.uri("a.pol");
            let position = json!({"line": line, "character": column});
            let answer =
                session.request("textDocument/completion", json!({"textDocument": {"uri": uri}, "position": position}));
            assert!(answer.get("error").is_none(), "{answer}");
        }
    }
    assert_eq!(session.names(), ["专职", "社区"]);
}

#[test]
fn commands_run_on_what_is_not_saved() {
    let mut session = Session::initialized();
    session.open("对象 社区 { 字段 户数: 户 }\n测试 \"新\" { 给定: 社区 { 户数: 1 户 }; 预期: 户数 = 1 户 }\n");
    let uri = session.uri("a.pol");
    let run = |session: &mut Session, command: &str, argument: Value| {
        session.request("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))["result"]
            .clone()
    };
    let tests = run(&mut session, "polis.test", json!({"uri": uri}));
    assert_eq!(tests["summary"], json!({"passed": 1, "failed": 0}));
    let explained = run(&mut session, "polis.explain", json!("员额"));
    assert_eq!(explained["code"], 0);
    assert!(explained["out"].as_str().unwrap().contains("quota"), "{explained}");
    let listed = run(&mut session, "polis.list", json!({"args": ["kinds"]}));
    assert_eq!(listed["code"], 0, "{listed}");
}
