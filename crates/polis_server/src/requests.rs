//! Requests: from the protocol's terms to a feature and back, one function each.

mod navigate;
mod pull;
mod symbols;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::Utf8PathBuf;
use lsp_types::{Url, request};
use polis_db::{SourceFile, System};
use polis_diagnostic::Locale;
use serde_json::Value;

use crate::capabilities::ClientCapabilities;
use crate::message::{Client, ResponseError};
use crate::overlay::Texts;
use crate::server::Runner;
use crate::settings::Settings;
use crate::workspace::View;

/// What became of the tests that were run.
#[derive(Clone, Default)]
pub(crate) struct TestResults;

/// The semantic tokens that were sent last.
#[derive(Default)]
pub(crate) struct TokenCache;

/// What a reader has at hand.
pub(crate) struct Ctx {
    /// The root that the request is about first, then the others where it is about all.
    pub(crate) views: Vec<View>,
    pub(crate) locale: Locale,
    pub(crate) settings: Arc<Settings>,
    pub(crate) capabilities: Arc<ClientCapabilities>,
    pub(crate) cancelled: Arc<AtomicBool>,
    pub(crate) versions: BTreeMap<Utf8PathBuf, i32>,
    pub(crate) system: Arc<dyn System>,
    pub(crate) texts: Arc<Texts>,
    pub(crate) runner: Option<Runner>,
    pub(crate) tests: TestResults,
    pub(crate) tokens: Arc<TokenCache>,
    pub(crate) client: Client,
}

impl Ctx {
    /// The root and file of a document.
    pub(crate) fn document(&self, uri: &Url) -> Option<(&View, SourceFile)> {
        self.views.iter().find_map(|it| Some((it, it.file(uri)?)))
    }

    /// The text of the language.
    pub(crate) fn pick<T>(&self, zh: T, en: T) -> T {
        match self.locale {
            Locale::Zh => zh,
            Locale::En => en,
        }
    }

    /// Whether nobody waits any more, so that long work may end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// What a handler returns.
pub(crate) type Answer<T> = Result<T, ResponseError>;

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One document.
    Document,
    /// Everything that is open.
    Workspace,
}

/// A method with what answers it.
pub(crate) struct Handler {
    pub(crate) method: &'static str,
    pub(crate) run: fn(&Ctx, Value) -> Result<Value, ResponseError>,
    pub(crate) scope: Scope,
    /// Whether it is answered for the newer text where the text has changed; what names a position is not.
    pub(crate) retries: bool,
}

/// Makes a handler of a function over the parameters and result of a request.
macro_rules! handler {
    ($request:ty, $f:path, $scope:ident, $retries:literal) => {
        Handler {
            method: <$request as request::Request>::METHOD,
            run: |ctx, params| {
                let params = serde_json::from_value(params)
                    .map_err(|it| ResponseError::new(ResponseError::INVALID_PARAMS, it.to_string()))?;
                let result: <$request as request::Request>::Result = $f(ctx, params)?;
                serde_json::to_value(result)
                    .map_err(|it| ResponseError::new(ResponseError::INTERNAL_ERROR, it.to_string()))
            },
            scope: Scope::$scope,
            retries: $retries,
        }
    };
}

const HANDLERS: &[Handler] = &[
    handler!(request::HoverRequest, navigate::hover, Document, false),
    handler!(request::GotoDefinition, navigate::definition, Document, false),
    handler!(request::GotoTypeDefinition, navigate::type_definition, Document, false),
    handler!(request::GotoImplementation, navigate::implementations, Document, false),
    handler!(request::References, navigate::references, Document, false),
    handler!(request::DocumentHighlightRequest, navigate::highlights, Document, false),
    handler!(request::PrepareRenameRequest, navigate::prepare_rename, Document, false),
    handler!(request::Rename, navigate::rename, Document, false),
    handler!(request::DocumentSymbolRequest, symbols::document_symbols, Document, true),
    handler!(request::WorkspaceSymbolRequest, symbols::workspace_symbols, Workspace, true),
    handler!(request::DocumentDiagnosticRequest, pull::document, Document, true),
    handler!(request::WorkspaceDiagnosticRequest, pull::workspace, Workspace, true),
];

/// What answers a method.
pub(crate) fn find(method: &str) -> Option<&'static Handler> {
    HANDLERS.iter().find(|it| it.method == method)
}
