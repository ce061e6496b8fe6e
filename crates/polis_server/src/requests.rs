//! Requests: from the protocol's terms to a feature and back, one function each.

mod commands;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod hierarchy;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod navigate;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod pull;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod show;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod symbols;
#[expect(clippy::unnecessary_wraps, reason = "handlers have one form, and some of them can fail")]
mod write;

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

pub(crate) use commands::COMMANDS;
pub(crate) use show::TokenCache;

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
    /// The folder that commands start from.
    pub(crate) current: Utf8PathBuf,
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
    /// Nothing that is kept in memory: it reads for itself, and may take long, so it holds no snapshot.
    Outside,
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
                let params: <$request as request::Request>::Params = serde_json::from_value(params)
                    .map_err(|it| ResponseError::new(ResponseError::INVALID_PARAMS, it.to_string()))?;
                let result: <$request as request::Request>::Result = $f(ctx, &params)?;
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
    handler!(request::Completion, write::completion, Document, true),
    handler!(request::ResolveCompletionItem, write::resolve_completion, Workspace, true),
    handler!(request::SignatureHelpRequest, write::signature_help, Document, false),
    handler!(request::CodeActionRequest, write::code_actions, Document, false),
    handler!(request::Formatting, write::formatting, Document, false),
    handler!(request::RangeFormatting, write::range_formatting, Document, false),
    handler!(request::OnTypeFormatting, write::on_type_formatting, Document, false),
    handler!(request::FoldingRangeRequest, write::folding, Document, true),
    handler!(request::SelectionRangeRequest, write::selection_ranges, Document, false),
    handler!(request::SemanticTokensFullRequest, show::tokens_full, Document, true),
    handler!(request::SemanticTokensRangeRequest, show::tokens_range, Document, true),
    handler!(request::SemanticTokensFullDeltaRequest, show::tokens_delta, Document, true),
    handler!(request::InlayHintRequest, show::inlay_hints, Document, true),
    handler!(request::CodeLensRequest, show::code_lenses, Document, true),
    handler!(request::CodeLensResolve, show::resolve_code_lens, Workspace, true),
    handler!(request::DocumentLinkRequest, show::document_links, Document, true),
    handler!(request::CallHierarchyPrepare, hierarchy::prepare_calls, Document, false),
    handler!(request::CallHierarchyIncomingCalls, hierarchy::incoming, Workspace, true),
    handler!(request::CallHierarchyOutgoingCalls, hierarchy::outgoing, Workspace, true),
    handler!(request::TypeHierarchyPrepare, hierarchy::prepare_types, Document, false),
    handler!(request::TypeHierarchySupertypes, hierarchy::supertypes, Workspace, true),
    handler!(request::TypeHierarchySubtypes, hierarchy::subtypes, Workspace, true),
    handler!(request::ExecuteCommand, commands::run, Outside, true),
];

/// Tests are run on what is kept in memory.
const TEST: Handler = handler!(request::ExecuteCommand, commands::test, Workspace, true);

/// What answers a method.
pub(crate) fn find(method: &str, params: &Value) -> Option<&'static Handler> {
    if method == TEST.method && params.get("command").is_some_and(|it| it == "polis.test") {
        return Some(&TEST);
    }
    HANDLERS.iter().find(|it| it.method == method)
}
