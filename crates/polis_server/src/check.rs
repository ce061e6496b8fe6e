//! Findings: computed by readers, package by package, and sent where they are new.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use camino::Utf8PathBuf;
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Url};
use polis_db::{Package, SourceFile, SourceText, System};
use polis_diagnostic::{Diagnostic, Locale, Severity, sort_and_dedup};
use polis_ide::FileRange;
use polis_sources::text::Text;
use polis_sources::{Library, TextFile, wanted};
use polis_syntax::Span;

use crate::capabilities::ClientCapabilities;
use crate::message::ResponseError;
use crate::server::Outcome;
use crate::settings::Settings;
use crate::workspace::View;

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
    found: BTreeMap<Url, Vec<lsp_types::Diagnostic>>,
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
    send(Checked { generation, root, part: String::new(), found: BTreeMap::new(), last: true, parts: Vec::new(), bug });
}

impl Job {
    fn check(&self, send: &dyn Fn(Checked)) {
        let db = &*self.view.db;
        let rank = |files: &[SourceFile], package: &Package| {
            files.iter().position(|it| package.files(db).contains(it)).unwrap_or(usize::MAX)
        };
        let mut targets = self.targets.clone();
        targets.sort_by_key(|it| (rank(&self.recent, it), rank(&self.open, it)));
        let mut parts: Vec<String> = targets.iter().map(|it| it.name(db).to_string()).collect();
        parts.push("/loading".to_owned());
        parts.push("/sources".to_owned());
        let checked = |part: &str, found: Vec<Diagnostic>, last: bool| Checked {
            generation: self.generation,
            root: self.view.root,
            part: part.to_owned(),
            found: self.by_file(found),
            last,
            parts: if last { parts.clone() } else { Vec::new() },
            bug: None,
        };
        for package in &targets {
            send(checked(&package.name(db), polis_analysis::check(db, *package), false));
        }
        send(checked("/loading", self.loading.clone(), false));
        let beside = if self.settings.diagnostics.sources { self.sources(&targets) } else { Vec::new() };
        send(checked("/sources", beside, true));
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

    fn by_file(&self, mut found: Vec<Diagnostic>) -> BTreeMap<Url, Vec<lsp_types::Diagnostic>> {
        sort_and_dedup(&mut found, &*self.view.db);
        let mut by_file: BTreeMap<Url, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
        for diagnostic in &found {
            let Some(file) = self.view.db.file(diagnostic.primary.at.file) else { continue };
            let Some(uri) = self.view.uri(file) else { continue };
            let converted = convert(diagnostic, &self.view, self.locale, &self.capabilities);
            by_file.entry(uri).or_default().push(converted);
        }
        by_file
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

/// A finding in the protocol's terms: the message with notes and advice under it, other places as related ones.
pub(crate) fn convert(
    diagnostic: &Diagnostic,
    view: &View,
    locale: Locale,
    capabilities: &ClientCapabilities,
) -> lsp_types::Diagnostic {
    let place = |at: polis_diagnostic::Span| {
        let file = view.db.file(at.file)?;
        view.location(FileRange { file, range: Span::new(at.start, at.end) })
    };
    let mut message = diagnostic.message.render(locale);
    if let Some(note) = &diagnostic.primary.text {
        message.push_str(match locale {
            Locale::Zh => "\n此处：",
            Locale::En => "\nhere: ",
        });
        message.push_str(&note.render(locale));
    }
    for note in &diagnostic.notes {
        message.push_str(match locale {
            Locale::Zh => "\n说明：",
            Locale::En => "\nnote: ",
        });
        message.push_str(&note.render(locale));
    }
    for help in &diagnostic.helps {
        message.push_str(match locale {
            Locale::Zh => "\n建议：",
            Locale::En => "\nhelp: ",
        });
        message.push_str(&help.render(locale));
    }
    let mut related: Vec<DiagnosticRelatedInformation> = Vec::new();
    for label in &diagnostic.labels {
        let Some(location) = place(label.at) else { continue };
        let message = label.text.as_ref().map(|it| it.render(locale)).unwrap_or_default();
        if capabilities.related_information {
            related.push(DiagnosticRelatedInformation { location, message });
        }
    }
    let range = place(diagnostic.primary.at).map(|it: Location| it.range).unwrap_or_default();
    let code = diagnostic.code();
    let tags = (code.starts_with("unused") || code.starts_with("never-")).then(|| vec![DiagnosticTag::UNNECESSARY]);
    lsp_types::Diagnostic {
        range,
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(code.to_owned())),
        code_description: None,
        source: Some("polis".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: tags.filter(|_| capabilities.diagnostic_tags && code.starts_with("unused")),
        data: None,
    }
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

/// Findings as the client has them, and as they are.
#[derive(Default)]
pub(crate) struct Published {
    generation: u64,
    waiting: usize,
    found: BTreeMap<(u32, String), BTreeMap<Url, Vec<lsp_types::Diagnostic>>>,
    sent: BTreeMap<Url, Vec<lsp_types::Diagnostic>>,
}

impl Published {
    /// A check of so many roots begins; what an earlier one still sends is old.
    pub(crate) fn begin(&mut self, generation: u64, roots: usize) {
        self.generation = generation;
        self.waiting = roots;
    }

    /// Whether a check is under way.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// Takes a part's findings; says whether there is something to send.
    pub(crate) fn take(&mut self, checked: Checked) -> bool {
        if checked.generation != self.generation {
            return false;
        }
        if checked.last {
            self.waiting = self.waiting.saturating_sub(1);
        }
        if checked.part.is_empty() {
            return false;
        }
        let root = checked.root;
        self.found.insert((root, checked.part), checked.found);
        if checked.last {
            self.found.retain(|key, _| key.0 != root || checked.parts.contains(&key.1));
        }
        true
    }

    /// A root was loaded again under another number: until it is checked, its findings stay.
    pub(crate) fn rename(&mut self, old: u32, new: u32) {
        let keys: Vec<(u32, String)> = self.found.keys().filter(|it| it.0 == old).cloned().collect();
        for key in keys {
            if let Some(found) = self.found.remove(&key) {
                self.found.insert((new, key.1), found);
            }
        }
    }

    /// Forgets the findings of other roots.
    pub(crate) fn retain_roots(&mut self, roots: &[u32]) {
        self.found.retain(|key, _| roots.contains(&key.0));
    }

    /// The files whose findings are not those that were sent, with their findings.
    pub(crate) fn changes(&mut self) -> Vec<(Url, Vec<lsp_types::Diagnostic>)> {
        let mut now: BTreeMap<Url, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
        for part in self.found.values() {
            for (uri, found) in part {
                let all = now.entry(uri.clone()).or_default();
                for diagnostic in found {
                    // Two packages may report the same place of a third.
                    if !all.contains(diagnostic) {
                        all.push(diagnostic.clone());
                    }
                }
            }
        }
        let mut changes = Vec::new();
        for (uri, found) in &now {
            if self.sent.get(uri).is_none_or(|it| it != found) {
                changes.push((uri.clone(), found.clone()));
            }
        }
        for uri in self.sent.keys().filter(|it| !now.contains_key(*it)) {
            changes.push((uri.clone(), Vec::new()));
        }
        now.retain(|_, it| !it.is_empty());
        self.sent = now;
        changes
    }
}
