//! The main loop without a transport: messages in, messages out, a disk in memory.

#![expect(clippy::needless_pass_by_value, reason = "parameters are written where they are sent")]

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use polis_db::MemorySystem;
use polis_db::testing::Fixture;
use polis_diagnostic::Locale;
use serde_json::{Value, json};

use crate::{Event, Incoming, Options, Outgoing, RequestId, Response, ResponseError, Server};

mod bad_input;
mod edits;
mod features;

/// A server with a client that keeps what it is sent.
struct Session {
    server: Server,
    _events: Sender<Event>,
    sent: Arc<Mutex<Vec<Outgoing>>>,
    replies: Arc<Mutex<Vec<(RequestId, Response)>>>,
    next: i64,
}

const CITY: &str = "
//- /w/polis.toml
[workspace]
//- /w/a/polis.toml
[package]
name = \"a\"
//- /w/a/a.pol
对象 社区 { 字段 户数: 户 }
参数 门槛 { 值: 3000 户 }
规则 甲 属于 社区 { 值: 户数 - 门槛 }
//- /w/a/b.pol
规则 乙 属于 社区 { 值: 甲 * 2 }
";

impl Session {
    /// A server that no message has reached.
    fn fresh(listing: &str) -> Self {
        Self::on(Arc::new(Fixture::parse(listing).system()))
    }

    fn on(system: Arc<MemorySystem>) -> Self {
        let sent: Arc<Mutex<Vec<Outgoing>>> = Arc::default();
        let sink = Arc::clone(&sent);
        let client = Arc::new(move |message| sink.lock().unwrap().push(message));
        let options = Options { system, locale: Locale::Zh, runner: None };
        let (server, events) = Server::new(options, client);
        Self { server, _events: events, sent, replies: Arc::default(), next: 0 }
    }

    /// A server that is at work on the folder `/w`.
    fn new(listing: &str) -> Self {
        Self::with(listing, json!({}))
    }

    fn with(listing: &str, capabilities: Value) -> Self {
        let mut session = Self::fresh(listing);
        session.begin(capabilities);
        session
    }

    fn begin(&mut self, capabilities: Value) {
        let folders = json!([{"uri": "file:///w", "name": "w"}]);
        let params = json!({"capabilities": capabilities, "workspaceFolders": folders, "locale": "zh-cn"});
        self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
        self.server.settle();
    }

    /// Sends a request and does not wait.
    fn start(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::Number(self.next);
        let replies = Arc::clone(&self.replies);
        let key = id.clone();
        let reply = Box::new(move |response| replies.lock().unwrap().push((key, response)));
        let request = Incoming::Request { id: id.clone(), method: method.into(), params, reply };
        self.server.handle(Event::Incoming(request));
        id
    }

    /// The only reply to a request, once nothing is under way.
    fn reply(&mut self, id: &RequestId) -> Response {
        self.server.settle();
        let mut replies = self.replies.lock().unwrap();
        let found: Vec<usize> = (0..replies.len()).filter(|it| replies[*it].0 == *id).collect();
        assert_eq!(found.len(), 1, "a request is answered once");
        replies.remove(found[0]).1
    }

    fn request(&mut self, method: &str, params: Value) -> Response {
        let id = self.start(method, params);
        self.reply(&id)
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.server.handle(Event::Incoming(Incoming::Notification { method: method.into(), params }));
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({"uri": uri(path), "languageId": "polis", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes of a document, each `(line, column, line, column, text)`.
    fn change(&mut self, path: &str, version: i32, changes: &[(u32, u32, u32, u32, &str)]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|(line, column, to_line, to_column, text)| {
                let start = json!({"line": line, "character": column});
                let end = json!({"line": to_line, "character": to_column});
                json!({"range": {"start": start, "end": end}, "text": text})
            })
            .collect();
        let document = json!({"uri": uri(path), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    fn set(&mut self, path: &str, version: i32, text: &str) {
        let document = json!({"uri": uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [{"text": text}]});
        self.notify("textDocument/didChange", params);
    }

    /// The codes of a file's findings as the client has them, by place.
    fn findings(&mut self, path: &str) -> Vec<String> {
        self.server.settle();
        let sent = self.sent.lock().unwrap();
        let last = sent.iter().rev().find_map(|it| match it {
            Outgoing::Notification { method: "textDocument/publishDiagnostics", params }
                if params["uri"] == uri(path) =>
            {
                Some(params["diagnostics"].clone())
            }
            _ => None,
        });
        let found = last.and_then(|it| it.as_array().cloned()).unwrap_or_default();
        let line = |it: &Value| {
            let start = &it["range"]["start"];
            format!("{}:{} {}", start["line"], start["character"], it["code"].as_str().unwrap_or("?"))
        };
        found.iter().map(line).collect()
    }

    /// Whether some file has errors as the client has them.
    fn has_errors(&mut self) -> bool {
        self.server.settle();
        let sent = self.sent.lock().unwrap();
        let mut last = std::collections::BTreeMap::new();
        for it in sent.iter() {
            if let Outgoing::Notification { method: "textDocument/publishDiagnostics", params } = it {
                let found = params["diagnostics"].as_array().unwrap();
                last.insert(params["uri"].as_str().unwrap(), found.iter().any(|it| it["severity"] == 1));
            }
        }
        last.values().any(|it| *it)
    }

    /// How often the findings of a file were sent.
    fn times_sent(&mut self, path: &str) -> usize {
        self.server.settle();
        let sent = self.sent.lock().unwrap();
        let is_of = |it: &&Outgoing| match it {
            Outgoing::Notification { method: "textDocument/publishDiagnostics", params } => params["uri"] == uri(path),
            _ => false,
        };
        sent.iter().filter(is_of).count()
    }

    /// The text of a document as the server has it: what its formatter would replace, told by its outline.
    fn names(&mut self, path: &str) -> Vec<String> {
        let params = json!({"textDocument": {"uri": uri(path)}});
        let found = self.request("textDocument/documentSymbol", params).unwrap();
        let names = found.as_array().cloned().unwrap_or_default();
        names.iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn at(&mut self, method: &str, path: &str, line: u32, column: u32) -> Response {
        let position = json!({"line": line, "character": column});
        self.request(method, json!({"textDocument": {"uri": uri(path)}, "position": position}))
    }
}

fn uri(path: &str) -> String {
    lsp_types::Url::from_file_path(path).unwrap().to_string()
}

fn code(response: &Response) -> i64 {
    response.as_ref().err().map_or(0, |it: &ResponseError| it.code)
}
