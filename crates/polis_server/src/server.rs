//! The main loop: owns the databases and is their only writer.
//!
//! Events come in the order of the wire. An edit changes the document at once and the database when somebody asks, so
//! that a burst of edits is parsed once. Requests are answered by readers; what they find comes back as an event, and
//! only this thread replies.
//!
//! **Invariant:** this thread holds no snapshot while it writes: a write waits until all snapshots are dropped.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Url;
use polis_db::{MANIFEST_NAME, SourceText, System};
use polis_diagnostic::{ColumnUnit, Locale};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Value, json};

use crate::capabilities::{self, ClientCapabilities};
use crate::check::{self, Checked, Published};
use crate::documents::{self, Document};
use crate::message::{Client, Incoming, Outgoing, Reply, RequestId, Response, ResponseError};
use crate::overlay::Texts;
use crate::pool::{Pool, Urgency};
use crate::requests::{self, Ctx, Handler, Scope};
use crate::settings::Settings;
use crate::workspace::{Root, View, discover};

/// Runs a command of the command line: its arguments without the program's name, and the world that it sees.
pub type Runner = Arc<dyn Fn(&[String], &dyn System) -> RunnerOutput + Send + Sync>;

/// What a command wrote, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunnerOutput {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// What a server is made from.
pub struct Options {
    /// Disk and environment.
    pub system: Arc<dyn System>,
    /// The language where neither the client nor its settings name one.
    pub locale: Locale,
    /// Runs commands, where there are any.
    pub runner: Option<Runner>,
}

/// What the main loop takes.
pub enum Event {
    /// A message of the client.
    Incoming(Incoming),
    /// A reader's answer to a request.
    Answered(RequestId, Outcome),
    /// A reader's findings.
    Checked(Box<Checked>),
}

/// How a reader's work ended.
pub enum Outcome {
    /// With an answer.
    Done(Response),
    /// The text changed meanwhile.
    Cancelled,
    /// With a panic, and its message.
    Panicked(String),
}

/// Whether the client has introduced itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Running,
    ShutDown,
    Exited(u8),
}

/// A request that waits for its answer.
struct Pending {
    handler: &'static Handler,
    params: Value,
    reply: Reply,
    cancelled: Arc<AtomicBool>,
    /// The document that it asks about, with its version then.
    about: Option<(Utf8PathBuf, i32)>,
    retries: u8,
}

/// How often a request is tried again after an edit has cut it off.
const RETRIES: u8 = 20;

/// The main loop with its state.
pub struct Server {
    options: Options,
    client: Client,
    events: Receiver<Event>,
    sender: Sender<Event>,
    pool: Pool,
    phase: Phase,
    capabilities: Arc<ClientCapabilities>,
    settings: Arc<Settings>,
    auto_locale: Locale,
    roots: Vec<Root>,
    folders: Vec<Utf8PathBuf>,
    next_root: u32,
    documents: BTreeMap<Utf8PathBuf, Document>,
    /// The documents whose text is not in the databases yet.
    dirty: FxHashSet<Utf8PathBuf>,
    /// The roots that have to be loaded again.
    stale: FxHashSet<u32>,
    texts: Option<Arc<Texts>>,
    uris: Option<Arc<FxHashMap<Utf8PathBuf, Url>>>,
    pending: FxHashMap<RequestId, Pending>,
    next_request: i64,
    /// What is done with the client's answers.
    asked: FxHashMap<i64, Asked>,
    generation: u64,
    /// Whether something changed since the last check began.
    unchecked: bool,
    published: Published,
    tokens: Arc<requests::TokenCache>,
    /// The files that were edited last, whose packages are checked first.
    recent: Vec<Utf8PathBuf>,
    progress: Option<i64>,
    /// Whether the client has been shown that there is a bug.
    told: bool,
}

/// Why the client was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nothing,
    Settings,
    Progress,
}

impl Server {
    /// A server that sends to `client`, and where it takes events from.
    #[must_use]
    pub fn new(options: Options, client: Client) -> (Self, Sender<Event>) {
        let (sender, events) = channel();
        let auto_locale = options.locale;
        let server = Self {
            options,
            client,
            events,
            sender: sender.clone(),
            pool: Pool::new(),
            phase: Phase::Fresh,
            capabilities: Arc::default(),
            settings: Arc::default(),
            auto_locale,
            roots: Vec::new(),
            folders: Vec::new(),
            next_root: 0,
            documents: BTreeMap::new(),
            dirty: FxHashSet::default(),
            stale: FxHashSet::default(),
            texts: None,
            uris: None,
            pending: FxHashMap::default(),
            next_request: 0,
            asked: FxHashMap::default(),
            generation: 0,
            unchecked: false,
            published: Published::default(),
            tokens: Arc::default(),
            recent: Vec::new(),
            progress: None,
            told: false,
        };
        (server, sender)
    }

    /// Takes events until the client says `exit` or is gone. Returns the code to exit with.
    pub fn run(&mut self) -> u8 {
        loop {
            if let Phase::Exited(code) = self.phase {
                return code;
            }
            let event = match self.events.try_recv() {
                Ok(event) => event,
                Err(TryRecvError::Disconnected) => return 1,
                Err(TryRecvError::Empty) => {
                    // Nobody waits for anything: now is the time for findings.
                    self.check();
                    match self.events.recv() {
                        Ok(event) => event,
                        Err(_) => return 1,
                    }
                }
            };
            self.handle(event);
        }
    }

    /// Takes events until nothing is under way, for tests.
    pub fn settle(&mut self) {
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.handle(event);
            }
            self.check();
            if self.pending.is_empty() && !self.published.is_waiting() {
                return;
            }
            match self.events.recv_timeout(std::time::Duration::from_secs(60)) {
                Ok(event) => self.handle(event),
                Err(_) => return,
            }
        }
    }

    /// Takes one event.
    pub fn handle(&mut self, event: Event) {
        match event {
            Event::Incoming(Incoming::Request { id, method, params, reply }) => {
                self.request(id, &method, params, reply);
            }
            Event::Incoming(Incoming::Notification { method, params }) => self.notification(&method, params),
            Event::Incoming(Incoming::Response { id, result }) => self.response(&id, result),
            Event::Incoming(Incoming::Closed) => {
                let code = if self.phase == Phase::ShutDown { 0 } else { 1 };
                self.phase = Phase::Exited(code);
            }
            Event::Answered(id, outcome) => self.answered(&id, outcome),
            Event::Checked(checked) => self.checked(*checked),
        }
    }

    fn locale(&self) -> Locale {
        self.settings.language.locale(self.auto_locale)
    }

    // Requests.

    fn request(&mut self, id: RequestId, method: &str, params: Value, reply: Reply) {
        match (self.phase, method) {
            (Phase::Fresh, "initialize") => reply(self.initialize(&params)),
            (Phase::Fresh, _) => {
                reply(Err(ResponseError::new(ResponseError::NOT_INITIALIZED, "`initialize` has not been sent")));
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                reply(Ok(Value::Null));
            }
            (Phase::Running, "initialize") => {
                let message = "`initialize` has been sent already";
                reply(Err(ResponseError::new(ResponseError::INVALID_REQUEST, message)));
            }
            (Phase::Running, _) => match requests::find(method, &params) {
                Some(handler) => {
                    let about = about(&params).and_then(|uri| {
                        let path = documents::path_of(&uri);
                        let version = self.documents.get(&path)?.version;
                        Some((path, version))
                    });
                    let cancelled = Arc::new(AtomicBool::new(false));
                    let pending = Pending { handler, params, reply, cancelled, about, retries: 0 };
                    // A client that gives an id twice gets the answer to the later request under it.
                    if let Some(earlier) = self.pending.insert(id.clone(), pending) {
                        let message = "another request has the same id";
                        (earlier.reply)(Err(ResponseError::new(ResponseError::INVALID_REQUEST, message)));
                    }
                    self.dispatch(id);
                }
                None => {
                    let message = format!("there is no method `{method}`");
                    reply(Err(ResponseError::new(ResponseError::METHOD_NOT_FOUND, message)));
                }
            },
            (Phase::ShutDown | Phase::Exited(_), _) => {
                reply(Err(ResponseError::new(ResponseError::INVALID_REQUEST, "the server has been shut down")));
            }
        }
    }

    /// Gives a request to a reader.
    fn dispatch(&mut self, id: RequestId) {
        self.flush();
        let Some(pending) = self.pending.get(&id) else { return };
        let (handler, params, cancelled) = (pending.handler, pending.params.clone(), Arc::clone(&pending.cancelled));
        let uri = about(&params);
        if handler.scope == Scope::Document && uri.is_none() {
            if let Some(pending) = self.pending.remove(&id) {
                let message = "`textDocument.uri` is missing or no URI";
                (pending.reply)(Err(ResponseError::new(ResponseError::INVALID_PARAMS, message)));
            }
            return;
        }
        let Some(ctx) = self.ctx(handler.scope, uri.as_ref(), &cancelled) else {
            // What lies in no folder, or was never there, has nothing to say.
            if let Some(pending) = self.pending.remove(&id) {
                (pending.reply)(Ok(Value::Null));
            }
            return;
        };
        let events = self.sender.clone();
        self.pool.spawn(Urgency::Request, move || {
            let outcome = if cancelled.load(Ordering::Relaxed) {
                Outcome::Cancelled
            } else {
                check::guarded(|| (handler.run)(&ctx, params))
            };
            // The snapshots go before the main loop hears of it, so that it never waits for them.
            drop(ctx);
            let _ = events.send(Event::Answered(id, outcome));
        });
    }

    fn ctx(&mut self, scope: Scope, uri: Option<&Url>, cancelled: &Arc<AtomicBool>) -> Option<Ctx> {
        let uris = self.uris();
        // Only commands read texts as files.
        let texts = if scope == Scope::Outside { self.texts() } else { Arc::default() };
        let unit = self.capabilities.unit;
        let first = || self.roots.first().map(|it| it.current.clone());
        let folder = uri.map(documents::path_of).and_then(|path| {
            let root = self.roots.iter().find(|it| it.files.contains_key(&path) || it.holds(&path))?;
            Some(root.current.clone())
        });
        let folder = folder.or_else(first).or_else(|| self.options.system.current_dir().ok()).unwrap_or_default();
        let current = match (scope, uri) {
            (Scope::Outside, _) => None,
            (Scope::Document, None) => return None,
            (_, Some(uri)) => {
                let path = documents::path_of(uri);
                self.roots.iter().position(|it| it.files.contains_key(&path))
            }
            (Scope::Workspace, None) => None,
        };
        let views: Vec<View> = match (scope, current) {
            (Scope::Outside, _) => Vec::new(),
            (Scope::Document, None) => return None,
            (Scope::Document, Some(current)) => {
                self.roots.get(current).map(|it| it.view(&uris, unit)).into_iter().collect()
            }
            (Scope::Workspace, current) => {
                let first = current.and_then(|it| self.roots.get(it));
                let rest = self.roots.iter().enumerate().filter(|it| Some(it.0) != current).map(|it| it.1);
                first.into_iter().chain(rest).map(|it| it.view(&uris, unit)).collect()
            }
        };
        Some(Ctx {
            views,
            locale: self.locale(),
            settings: Arc::clone(&self.settings),
            capabilities: Arc::clone(&self.capabilities),
            cancelled: Arc::clone(cancelled),
            versions: self.documents.iter().map(|(path, it)| (path.clone(), it.version)).collect(),
            system: Arc::clone(&self.options.system),
            texts,
            runner: self.options.runner.clone(),
            current: folder,
            tokens: Arc::clone(&self.tokens),
            client: Arc::clone(&self.client),
        })
    }

    fn answered(&mut self, id: &RequestId, outcome: Outcome) {
        let Some(pending) = self.pending.get_mut(id) else { return };
        let response = match outcome {
            Outcome::Done(response) => response,
            Outcome::Cancelled => {
                let same = match &pending.about {
                    Some((path, version)) => self.documents.get(path).is_some_and(|it| it.version == *version),
                    None => true,
                };
                if (same || pending.handler.retries) && pending.retries < RETRIES {
                    pending.retries += 1;
                    return self.dispatch(id.clone());
                }
                let message = "the text has changed meanwhile";
                Err(ResponseError::new(ResponseError::CONTENT_MODIFIED, message))
            }
            Outcome::Panicked(message) => {
                self.report_bug(&message);
                Err(ResponseError::new(ResponseError::INTERNAL_ERROR, format!("a bug in polis: {message}")))
            }
        };
        if let Some(pending) = self.pending.remove(id) {
            (pending.reply)(response);
        }
    }

    // Notifications.

    fn notification(&mut self, method: &str, params: Value) {
        match (self.phase, method) {
            (_, "exit") => self.phase = Phase::Exited(if self.phase == Phase::ShutDown { 0 } else { 1 }),
            (Phase::Running, "$/cancelRequest") => {
                let Some(id) = params.get("id").and_then(|it| serde_json::from_value(it.clone()).ok()) else { return };
                self.cancel(&id);
            }
            (Phase::Running, "initialized") => self.initialized(),
            (Phase::Running, "textDocument/didOpen") => self.with(params, Self::opened),
            (Phase::Running, "textDocument/didChange") => self.with(params, Self::changed),
            (Phase::Running, "textDocument/didClose") => self.with(params, Self::closed),
            (Phase::Running, "workspace/didChangeWatchedFiles") => self.with(params, Self::watched),
            (Phase::Running, "workspace/didChangeWorkspaceFolders") => self.with(params, Self::folders_changed),
            (Phase::Running, "workspace/didChangeConfiguration") => {
                let settings = params.get("settings").filter(|it| !it.is_null()).cloned();
                match settings {
                    Some(settings) if settings.as_object().is_none_or(|it| !it.is_empty()) => self.configure(&settings),
                    _ => self.ask_settings(),
                }
            }
            // Others say what needs no answer and changes nothing here, such as a save.
            _ => {}
        }
    }

    /// Reads parameters; what does not read changes nothing.
    fn with<P: serde::de::DeserializeOwned>(&mut self, params: Value, f: fn(&mut Self, P)) {
        if let Ok(params) = serde_json::from_value(params) {
            f(self, params);
        }
    }

    fn cancel(&mut self, id: &RequestId) {
        if let Some(pending) = self.pending.remove(id) {
            pending.cancelled.store(true, Ordering::Relaxed);
            let error = ResponseError::new(ResponseError::REQUEST_CANCELLED, "the request was cancelled");
            (pending.reply)(Err(error));
        }
    }

    fn opened(&mut self, params: lsp_types::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = documents::path_of(&document.uri);
        let entry = Document { uri: document.uri, version: document.version, text: document.text };
        self.documents.insert(path.clone(), entry);
        self.uris = None;
        self.texts = None;
        self.touch(&path);
        let mut known = false;
        for root in &mut self.roots {
            let Some(file) = root.files.get(&path).copied() else { continue };
            known = true;
            if root.is_source(file) {
                root.loaded.db.open(file);
            }
        }
        if known {
            self.dirty.insert(path);
        } else {
            self.adopt(&path);
        }
        self.unchecked = true;
    }

    /// A document that no root has: its root is loaded again, or one is made for it.
    fn adopt(&mut self, path: &Utf8Path) {
        let holding: Vec<u32> = self.roots.iter().filter(|it| it.holds(path)).map(|it| it.id).collect();
        for id in holding {
            self.reload(id);
        }
        if !self.roots.iter().any(|it| it.files.contains_key(path)) {
            let texts = self.texts();
            let id = self.next_root;
            self.next_root += 1;
            let root = Root::load(id, path.to_owned(), true, &self.options.system, &texts);
            if root.files.contains_key(path) {
                self.roots.push(root);
            }
        }
    }

    fn changed(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let path = documents::path_of(&params.text_document.uri);
        let unit = self.capabilities.unit;
        let Some(document) = self.documents.get_mut(&path) else { return };
        document.version = params.text_document.version;
        documents::apply(&mut document.text, params.content_changes, unit);
        self.texts = None;
        self.touch(&path);
        self.dirty.insert(path);
        self.unchecked = true;
    }

    fn closed(&mut self, params: lsp_types::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        let path = documents::path_of(&uri);
        if self.documents.remove(&path).is_none() {
            return;
        }
        self.uris = None;
        self.texts = None;
        self.dirty.remove(&path);
        self.recent.retain(|it| *it != path);
        let before = self.roots.len();
        // A lone document goes with its root.
        self.roots.retain(|it| !it.implicit || it.files.keys().any(|it| self.documents.contains_key(it)));
        if self.roots.len() != before {
            self.published.retain_roots(&self.roots.iter().map(|it| it.id).collect::<Vec<_>>());
            self.publish_all();
        }
        self.read_again(&path);
        self.unchecked = true;
    }

    /// A file that is not open any more, or changed on the disk, reads as the disk has it.
    fn read_again(&mut self, path: &Utf8Path) {
        let known: Vec<(u32, bool)> =
            (self.roots.iter()).filter_map(|it| Some((it.id, it.is_source(*it.files.get(path)?)))).collect();
        let there = self.options.system.is_file(path);
        for (id, is_source) in known {
            if !there || !is_source {
                self.stale.insert(id);
            } else if let Some(root) = self.roots.iter_mut().find(|it| it.id == id)
                && let Some(file) = root.files.get(path).copied()
            {
                let text = SourceText::read(&*self.options.system, path);
                root.loaded.db.set_text(file, text);
            }
        }
    }

    fn watched(&mut self, params: lsp_types::DidChangeWatchedFilesParams) {
        for change in params.changes {
            let path = documents::path_of(&change.uri);
            // What is open is as the editor has it.
            if self.documents.contains_key(&path) {
                continue;
            }
            let known = self.roots.iter().any(|it| it.files.contains_key(&path));
            if known && path.file_name() != Some(MANIFEST_NAME) && self.options.system.is_file(&path) {
                self.read_again(&path);
            } else {
                let holding = self.roots.iter().filter(|it| it.holds(&path) || it.files.contains_key(&path));
                self.stale.extend(holding.map(|it| it.id));
                if path.file_name() == Some(MANIFEST_NAME) {
                    self.rediscover();
                }
            }
            self.unchecked = true;
        }
    }

    fn folders_changed(&mut self, params: lsp_types::DidChangeWorkspaceFoldersParams) {
        for folder in params.event.removed {
            let path = documents::path_of(&folder.uri);
            self.folders.retain(|it| *it != path);
        }
        for folder in params.event.added {
            let path = documents::path_of(&folder.uri);
            if !self.folders.contains(&path) {
                self.folders.push(path);
            }
        }
        self.rediscover();
        self.unchecked = true;
    }

    /// Loads what the folders lead to and is not loaded, and forgets what they no longer lead to.
    fn rediscover(&mut self) {
        let mut targets: Vec<Utf8PathBuf> = Vec::new();
        for folder in &self.folders {
            for target in discover(&*self.options.system, folder) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        self.roots.retain(|it| it.implicit || targets.contains(&it.target));
        let texts = self.texts();
        for target in targets {
            if !self.roots.iter().any(|it| it.target == target) {
                let id = self.next_root;
                self.next_root += 1;
                self.roots.push(Root::load(id, target, false, &self.options.system, &texts));
            }
        }
        // What lies in a folder now needs no root of its own.
        let held: Vec<bool> = (self.roots.iter())
            .map(|it| it.implicit && self.roots.iter().any(|of| !of.implicit && of.files.contains_key(&it.target)))
            .collect();
        let mut held = held.into_iter();
        self.roots.retain(|_| !held.next().unwrap_or(false));
        let ids: Vec<u32> = self.roots.iter().map(|it| it.id).collect();
        self.published.retain_roots(&ids);
        self.publish_all();
        self.open_all();
    }

    /// Open documents are about to be edited in every root that has them.
    fn open_all(&mut self) {
        for path in self.documents.keys() {
            for root in &mut self.roots {
                if let Some(file) = root.files.get(path).copied()
                    && root.is_source(file)
                {
                    root.loaded.db.open(file);
                }
            }
        }
    }

    fn reload(&mut self, id: u32) {
        let texts = self.texts();
        let Some(position) = self.roots.iter().position(|it| it.id == id) else { return };
        let Some(old) = self.roots.get(position) else { return };
        let next = self.next_root;
        self.next_root += 1;
        let root = Root::load(next, old.target.clone(), old.implicit, &self.options.system, &texts);
        self.published.rename(id, next);
        if let Some(place) = self.roots.get_mut(position) {
            *place = root;
        }
        self.open_all();
        self.unchecked = true;
    }

    /// Brings edits into the databases.
    fn flush(&mut self) {
        let mut dirty: Vec<Utf8PathBuf> = self.dirty.drain().collect();
        dirty.sort();
        for path in dirty {
            let Some(document) = self.documents.get(&path) else { continue };
            for root in &mut self.roots {
                let Some(file) = root.files.get(&path).copied() else { continue };
                if root.is_source(file) {
                    root.loaded.db.set_text(file, SourceText::Text(document.text.as_str().into()));
                } else if root
                    .loaded
                    .db
                    .file(file.id(&root.loaded.db))
                    .is_some_and(|it| it.text(&root.loaded.db).text() != document.text)
                {
                    self.stale.insert(root.id);
                }
            }
        }
        let mut stale: Vec<u32> = self.stale.drain().collect();
        stale.sort_unstable();
        for id in stale {
            self.reload(id);
        }
    }

    fn touch(&mut self, path: &Utf8Path) {
        self.recent.retain(|it| it != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(8);
    }

    fn texts(&mut self) -> Arc<Texts> {
        let documents = &self.documents;
        let texts = self.texts.get_or_insert_with(|| {
            Arc::new(documents.iter().map(|(path, it)| (path.clone(), it.text.as_str().into())).collect())
        });
        Arc::clone(texts)
    }

    fn uris(&mut self) -> Arc<FxHashMap<Utf8PathBuf, Url>> {
        let documents = &self.documents;
        let uris = self.uris.get_or_insert_with(|| {
            Arc::new(documents.iter().map(|(path, it)| (path.clone(), it.uri.clone())).collect())
        });
        Arc::clone(uris)
    }

    // Beginning.

    fn initialize(&mut self, params: &Value) -> Response {
        // A client that says something odd in a part is served by what reads.
        let capabilities = ClientCapabilities::read(params);
        if let Some(locale) = params.get("locale").and_then(Value::as_str).and_then(|it| it.parse().ok()) {
            self.auto_locale = locale;
        }
        if let Some(settings) = params.get("initializationOptions").filter(|it| it.is_object()) {
            self.settings = Arc::new(Settings::read(settings));
        }
        let folders = params.get("workspaceFolders").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut uris: Vec<Value> = folders.iter().filter_map(|it| it.get("uri").cloned()).collect();
        if uris.is_empty() {
            uris.extend(params.get("rootUri").filter(|it| it.is_string()).cloned());
        }
        for uri in uris.iter().filter_map(|it| Url::parse(it.as_str()?).ok()) {
            let path = documents::path_of(&uri);
            if !self.folders.contains(&path) {
                self.folders.push(path);
            }
        }
        if self.folders.is_empty()
            && let Some(path) = params.get("rootPath").and_then(Value::as_str)
        {
            self.folders.push(polis_db::paths::join(Utf8Path::new("/"), Utf8Path::new(path)));
        }
        let result = capabilities::server(&capabilities);
        self.capabilities = Arc::new(capabilities);
        self.phase = Phase::Running;
        Ok(result)
    }

    fn initialized(&mut self) {
        self.begin_progress();
        if self.capabilities.watches_files {
            let watchers = json!([{"globPattern": "**/*.pol"}, {"globPattern": format!("**/{MANIFEST_NAME}")}]);
            let registration = json!({
                "id": "polis-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            });
            self.ask("client/registerCapability", json!({"registrations": [registration]}), Asked::Nothing);
        }
        if self.capabilities.registers_configuration {
            let registration = json!({
                "id": "polis-settings",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": {"section": "polis"},
            });
            self.ask("client/registerCapability", json!({"registrations": [registration]}), Asked::Nothing);
        }
        self.ask_settings();
        self.rediscover();
        self.unchecked = true;
    }

    fn ask_settings(&mut self) {
        if self.capabilities.configuration {
            self.ask("workspace/configuration", json!({"items": [{"section": "polis"}]}), Asked::Settings);
        }
    }

    fn configure(&mut self, settings: &Value) {
        let settings = Settings::read(settings);
        if settings == *self.settings {
            return;
        }
        self.settings = Arc::new(settings);
        self.unchecked = true;
        for (supported, method) in [
            (self.capabilities.refreshes_inlay_hints, "workspace/inlayHint/refresh"),
            (self.capabilities.refreshes_code_lenses, "workspace/codeLens/refresh"),
        ] {
            if supported {
                self.ask(method, Value::Null, Asked::Nothing);
            }
        }
    }

    fn ask(&mut self, method: &'static str, params: Value, why: Asked) -> i64 {
        self.next_request += 1;
        let id = self.next_request;
        self.asked.insert(id, why);
        (self.client)(Outgoing::Request { id, method, params });
        id
    }

    fn notify(&self, method: &'static str, params: Value) {
        (self.client)(Outgoing::Notification { method, params });
    }

    fn response(&mut self, id: &RequestId, result: Response) {
        let RequestId::Number(id) = id else { return };
        match (self.asked.remove(id), result) {
            (Some(Asked::Settings), Ok(Value::Array(items))) => {
                if let Some(settings) = items.first().filter(|it| it.is_object()) {
                    self.configure(settings);
                }
            }
            // A client that shows no progress is told of none.
            (Some(Asked::Progress), Err(_)) => self.progress = None,
            _ => {}
        }
    }

    fn begin_progress(&mut self) {
        if !self.capabilities.progress {
            return;
        }
        let token = self.next_request + 1;
        self.progress = Some(token);
        self.ask("window/workDoneProgress/create", json!({"token": token}), Asked::Progress);
        let title = match self.locale() {
            Locale::Zh => "检查政策",
            Locale::En => "Checking policies",
        };
        self.notify("$/progress", json!({"token": token, "value": {"kind": "begin", "title": title}}));
    }

    fn end_progress(&mut self) {
        if let Some(token) = self.progress.take() {
            self.notify("$/progress", json!({"token": token, "value": {"kind": "end"}}));
        }
    }

    // Findings.

    /// Begins a check of everything that changed, unless one of this state is under way.
    fn check(&mut self) {
        if !self.unchecked || self.phase != Phase::Running {
            return;
        }
        self.flush();
        self.unchecked = false;
        self.generation += 1;
        let uris = self.uris();
        self.published.begin(self.generation, self.roots.len());
        let generation = self.generation;
        let unit: ColumnUnit = self.capabilities.unit;
        for root in &self.roots {
            let job = check::Job {
                view: root.view(&uris, unit),
                generation,
                targets: root.loaded.targets.clone(),
                loading: root.loaded.diagnostics.clone(),
                recent: self.recent.iter().filter_map(|it| root.files.get(it).copied()).collect(),
                open: self.documents.keys().filter_map(|it| root.files.get(it).copied()).collect(),
                locale: self.locale(),
                settings: Arc::clone(&self.settings),
                capabilities: Arc::clone(&self.capabilities),
                system: Arc::clone(&self.options.system),
                texts: Arc::clone(&root.sources),
            };
            let events = self.sender.clone();
            self.pool.spawn(Urgency::Background, move || {
                check::run(job, &|it| drop(events.send(Event::Checked(Box::new(it)))))
            });
        }
        if self.roots.is_empty() {
            self.end_progress();
        }
    }

    fn checked(&mut self, mut checked: Checked) {
        if let Some(bug) = checked.bug.take() {
            self.report_bug(&bug);
        }
        if self.published.take(checked) {
            self.publish_all();
        }
        if !self.published.is_waiting() {
            self.end_progress();
        }
    }

    /// Tells of a bug in the log each time, and in a message once.
    fn report_bug(&mut self, bug: &str) {
        let text = match self.locale() {
            Locale::Zh => format!("polis 自身的缺陷：{bug}"),
            Locale::En => format!("a bug in polis: {bug}"),
        };
        self.notify("window/logMessage", json!({"type": 1, "message": text}));
        if !std::mem::replace(&mut self.told, true) {
            self.notify("window/showMessage", json!({"type": 1, "message": text}));
        }
    }

    /// Sends what is new in the findings, or has a client that asks for them ask.
    fn publish_all(&mut self) {
        let changes = self.published.changes();
        if self.capabilities.pulls {
            if !changes.is_empty() {
                self.ask("workspace/diagnostic/refresh", Value::Null, Asked::Nothing);
            }
            return;
        }
        for (uri, diagnostics) in changes {
            let version = self.documents.get(&documents::path_of(&uri)).map(|it| it.version);
            let mut params = json!({"uri": uri, "diagnostics": diagnostics});
            if let (Some(version), Some(params)) = (version, params.as_object_mut()) {
                params.insert("version".into(), version.into());
            }
            self.notify("textDocument/publishDiagnostics", params);
        }
    }
}

/// The document that parameters speak of.
fn about(params: &Value) -> Option<Url> {
    let uri = ["textDocument", "item"].iter().find_map(|it| params.get(it)?.get("uri"));
    let uri = uri.or_else(|| params.get("data")?.get("uri"));
    let uri = uri.or_else(|| params.get("arguments")?.get(0)?.get("uri"))?;
    Url::parse(uri.as_str()?).ok()
}
