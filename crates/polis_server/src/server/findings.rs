//! Findings: when they are looked for, and what of them is sent.

use std::sync::Arc;

use polis_diagnostic::{ColumnUnit, Locale};
use serde_json::{Value, json};

use super::{Asked, Event, Phase, Server};
use crate::check::{self, Checked};
use crate::documents;
use crate::pool::Urgency;

impl Server {
    /// Begins a check of everything that changed, unless one of this state is under way.
    pub(super) fn check(&mut self) {
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
                first: !self.published.knows(root.id),
                locale: self.locale(),
                settings: Arc::clone(&self.settings),
                capabilities: Arc::clone(&self.capabilities),
                system: Arc::clone(&self.options.system),
                texts: Arc::clone(&root.sources),
            };
            let events = self.sender.clone();
            self.pool.spawn(Urgency::Background, move || {
                check::run(job, &|it| drop(events.send(Event::Checked(Box::new(it)))));
            });
        }
        if self.roots.is_empty() {
            self.end_progress();
        }
    }

    pub(super) fn checked(&mut self, mut checked: Checked) {
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
    pub(super) fn report_bug(&mut self, bug: &str) {
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
    pub(super) fn publish_all(&mut self) {
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
