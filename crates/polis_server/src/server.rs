//! The main loop: owns the databases and is their only writer.
//!
//! Events come in the order of the wire. An edit changes the document at once and the database when somebody asks, so
//! that a burst of edits is parsed once. Requests are answered by readers; what they find comes back as an event, and
//! only this thread replies.
//!
//! **Invariant:** this thread holds no snapshot while it writes: a write waits until all snapshots are dropped.

mod begin;
mod edits;
mod findings;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use camino::Utf8PathBuf;
use lsp_types::Url;
use polis_db::System;
use polis_diagnostic::Locale;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::capabilities::ClientCapabilities;
use crate::check::{self, Checked, Published};
use crate::documents::{self, Document};
use crate::message::{Client, Incoming, Reply, RequestId, Response, ResponseError};
use crate::overlay::Texts;
use crate::pool::{Pool, Urgency};
use crate::requests::{self, Ctx, Handler, Scope};
use crate::settings::Settings;
use crate::workspace::{Root, View};

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
                let code = u8::from(self.phase != Phase::ShutDown);
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
            (Phase::Fresh, "initialize") => {
                let answer = self.initialize(&params);
                reply(Ok(answer));
            }
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
            (Phase::Running, _) => {
                if let Some(handler) = requests::find(method, &params) {
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
                } else {
                    let message = format!("there is no method `{method}`");
                    reply(Err(ResponseError::new(ResponseError::METHOD_NOT_FOUND, message)));
                }
            }
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
}

/// The document that parameters speak of.
fn about(params: &Value) -> Option<Url> {
    let uri = ["textDocument", "item"].iter().find_map(|it| params.get(it)?.get("uri"));
    let uri = uri.or_else(|| params.get("data")?.get("uri"));
    let uri = uri.or_else(|| params.get("arguments")?.get(0)?.get("uri"))?;
    Url::parse(uri.as_str()?).ok()
}
