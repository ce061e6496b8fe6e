//! How a session begins: what the client can do, its settings, its folders.

use std::sync::Arc;

use camino::Utf8Path;
use lsp_types::Url;
use polis_db::MANIFEST_NAME;
use polis_diagnostic::Locale;
use serde_json::{Value, json};

use super::{Asked, Phase, Server};
use crate::capabilities::{self, ClientCapabilities};
use crate::documents;
use crate::message::{Outgoing, RequestId, Response};
use crate::settings::Settings;

impl Server {
    pub(super) fn initialize(&mut self, params: &Value) -> Value {
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
        result
    }

    pub(super) fn initialized(&mut self) {
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

    pub(super) fn ask_settings(&mut self) {
        if self.capabilities.configuration {
            self.ask("workspace/configuration", json!({"items": [{"section": "polis"}]}), Asked::Settings);
        }
    }

    pub(super) fn configure(&mut self, settings: &Value) {
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

    pub(super) fn ask(&mut self, method: &'static str, params: Value, why: Asked) -> i64 {
        self.next_request += 1;
        let id = self.next_request;
        self.asked.insert(id, why);
        (self.client)(Outgoing::Request { id, method, params });
        id
    }

    pub(super) fn notify(&self, method: &'static str, params: Value) {
        (self.client)(Outgoing::Notification { method, params });
    }

    pub(super) fn response(&mut self, id: &RequestId, result: Response) {
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

    pub(super) fn begin_progress(&mut self) {
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

    pub(super) fn end_progress(&mut self) {
        if let Some(token) = self.progress.take() {
            self.notify("$/progress", json!({"token": token, "value": {"kind": "end"}}));
        }
    }
}
