//! Findings: computed by readers, package by package, and sent where they are new.

mod convert;
mod published;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use camino::Utf8PathBuf;
use polis_db::{Package, SourceFile, SourceText, System};
use polis_diagnostic::{Diagnostic, Locale};
use polis_semantic::scope::package_of;
use polis_sources::text::Text;
use polis_sources::{Library, TextFile, wanted};

use crate::capabilities::ClientCapabilities;
use crate::message::ResponseError;
use crate::server::Outcome;
use crate::settings::Settings;
use crate::workspace::View;

pub(crate) use convert::{Shown, ShownCache, convert, held, in_order, shown};
pub(crate) use published::Published;

/// Texts that citations are held against, each read once.
pub(crate) type TextCache = Arc<Mutex<BTreeMap<Utf8PathBuf, Option<TextFile>>>>;

/// What a reader needs to check a root.
pub(crate) struct Job {
    pub(crate) view: View,
    pub(crate) generation: u64,
    pub(crate) targets: Vec<Package>,
    /// What loading found.
    pub(crate) loading: Vec<Diagnostic>,
    /// The files that were edited last; their packages come first.
    pub(crate) recent: Vec<SourceFile>,
    pub(crate) open: Vec<SourceFile>,
    /// Whether nothing is known of the root yet.
    pub(crate) first: bool,
    pub(crate) locale: Locale,
    pub(crate) settings: Arc<Settings>,
    pub(crate) capabilities: Arc<ClientCapabilities>,
    pub(crate) system: Arc<dyn System>,
    pub(crate) texts: TextCache,
}

/// Findings of a part of a root.
pub struct Checked {
    generation: u64,
    root: u32,
    part: String,
    found: Vec<Shown>,
    /// Whether it is the root's last part, or the check was cut off.
    last: bool,
    /// The parts that the root has.
    parts: Vec<String>,
    /// Why the check ended early, where that is a bug.
    pub(crate) bug: Option<String>,
}

/// Checks a root and sends its findings part by part.
pub(crate) fn run(job: Job, send: &dyn Fn(Checked)) {
    let (generation, root) = (job.generation, job.view.root);
    let outcome = guarded(|| {
        job.check(send);
        Ok(serde_json::Value::Null)
    });
    let bug = match outcome {
        Outcome::Panicked(message) => Some(message),
        Outcome::Done(_) => return,
        Outcome::Cancelled => None,
    };
    // The snapshot is gone; the loop may write.
    drop(job);
    send(Checked { generation, root, part: String::new(), found: Vec::new(), last: true, parts: Vec::new(), bug });
}

impl Job {
    fn check(&self, send: &dyn Fn(Checked)) {
        let db = &*self.view.db;
        let rank = |files: &[SourceFile], package: &Package| {
            files.iter().position(|it| package.files(db).contains(it)).unwrap_or(usize::MAX)
        };
        let mut targets = self.targets.clone();
        targets.sort_by_key(|it| (rank(&self.recent, it), rank(&self.open, it)));
        let mut parts: Vec<String> =
            targets.iter().map(|it| it.name(db)).flat_map(|it| [it.to_string(), of_decisions(&it)]).collect();
        parts.push("/loading".to_owned());
        parts.push("/sources".to_owned());
        let checked = |part: &str, found: Vec<Shown>, last: bool| Checked {
            generation: self.generation,
            root: self.view.root,
            part: part.to_owned(),
            found,
            last,
            parts: if last { parts.clone() } else { Vec::new() },
            bug: None,
        };
        if self.first {
            // All of a large folder takes a while; what somebody looks at takes none, but for what only the whole shows.
            for (number, file) in self.open.iter().enumerate() {
                let Some(package) = package_of(db, *file) else { continue };
                let own = polis_semantic::file_diagnostics(db, *file).to_vec();
                let own = polis_analysis::reported_beside(db, package, own);
                let part = format!("/open/{number}");
                send(checked(&part, self.shown(&part, &[own.into()]), false));
            }
        }
        for package in &targets {
            let name = package.name(db);
            send(checked(&name, self.shown(&name, &polis_analysis::meaning(db, *package)), false));
        }
        send(checked("/loading", self.shown("/loading", &[self.loading.as_slice().into()]), false));
        for package in &targets {
            let part = of_decisions(&package.name(db));
            let found = match polis_analysis::decided(db, *package) {
                Some(found) => self.shown(&part, &found),
                None => held(&self.view, &part),
            };
            send(checked(&part, found, false));
        }
        let beside = if self.settings.diagnostics.sources { self.sources(&targets) } else { Vec::new() };
        send(checked("/sources", self.shown("/sources", &[beside.into()]), true));
    }

    fn shown(&self, part: &str, found: &[Arc<[Diagnostic]>]) -> Vec<Shown> {
        shown(&self.view, self.locale, &self.capabilities, part, found)
    }

    /// What is wrong with citations, where the texts that the manifests name are at hand.
    fn sources(&self, targets: &[Package]) -> Vec<Diagnostic> {
        let db = &*self.view.db;
        let mut library = Library::default();
        for target in targets {
            for package in polis_semantic::scope::visible(db, *target) {
                if let Some(path) = package.manifest(db).sources_path().filter(|it| self.system.is_dir(it)) {
                    library.folders.insert(package.name(db), path.as_str().into());
                }
            }
        }
        if library.folders.is_empty() {
            return Vec::new();
        }
        for target in targets {
            for (package, name) in wanted(db, *target) {
                let package = package.name(db);
                let Some(folder) = library.folders.get(&package) else { continue };
                let path = camino::Utf8Path::new(folder.as_str()).join(name.as_str());
                let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
                let text = texts.entry(path.clone()).or_insert_with(|| read(&*self.system, &path)).clone();
                library.texts.extend(text.map(|it| ((package, name), it)));
            }
        }
        let mut found = Vec::new();
        for target in targets {
            let report = polis_sources::check(db, *target, &library);
            found.extend(polis_analysis::reported_beside(db, *target, report.diagnostics));
        }
        found
    }
}

fn read(system: &dyn System, path: &camino::Utf8Path) -> Option<TextFile> {
    if !system.is_file(path) {
        return None;
    }
    match SourceText::read(system, path) {
        SourceText::Text(text) => Some(TextFile::Read(Arc::new(Text::new(path.as_str(), &text)))),
        _ => Some(TextFile::Unreadable),
    }
}

/// The part of what analyses decide of a package; no name of a package ends like this.
pub(crate) fn of_decisions(package: &str) -> String {
    format!("{package}/decided")
}

/// Runs a reader's work; an edit that cuts it off and a bug in it end this work and nothing else.
pub(crate) fn guarded(work: impl FnOnce() -> Result<serde_json::Value, ResponseError>) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| salsa::Cancelled::catch(AssertUnwindSafe(work)))) {
        Ok(Ok(response)) => Outcome::Done(response),
        Ok(Err(_)) => Outcome::Cancelled,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|it| (*it).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Outcome::Panicked(text.unwrap_or_else(|| "a panic".to_owned()))
        }
    }
}
