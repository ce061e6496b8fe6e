//! What the client can do, and what the server offers.

use polis_diagnostic::ColumnUnit;
use polis_ide::TokenType;
use serde_json::{Value, json};

use crate::requests::COMMANDS;

/// What the client can do, as far as it makes a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own in the protocol")]
pub(crate) struct ClientCapabilities {
    /// What columns count.
    pub(crate) unit: ColumnUnit,
    pub(crate) watches_files: bool,
    pub(crate) registers_configuration: bool,
    pub(crate) configuration: bool,
    pub(crate) progress: bool,
    pub(crate) snippets: bool,
    pub(crate) markdown: bool,
    pub(crate) hierarchical_symbols: bool,
    pub(crate) related_information: bool,
    pub(crate) diagnostic_tags: bool,
    pub(crate) document_changes: bool,
    pub(crate) refreshes_inlay_hints: bool,
    pub(crate) refreshes_code_lenses: bool,
    pub(crate) line_folding_only: bool,
    /// The client asks for findings and is not sent any.
    pub(crate) pulls: bool,
}

impl Default for ClientCapabilities {
    fn default() -> Self {
        Self::read(&Value::Null)
    }
}

impl ClientCapabilities {
    /// Reads the parameters of `initialize`; what is missing cannot be done.
    pub(crate) fn read(params: &Value) -> Self {
        let at = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}"));
        let yes = |pointer: &str| at(pointer).and_then(Value::as_bool).unwrap_or(false);
        let encodings = at("general/positionEncodings").and_then(Value::as_array);
        let utf8 = encodings.is_some_and(|it| it.iter().any(|it| it == "utf-8"));
        let markdown = at("textDocument/hover/contentFormat").and_then(Value::as_array);
        let pulls = params.pointer("/initializationOptions/diagnostics/mode").and_then(Value::as_str) == Some("pull")
            || at("textDocument/diagnostic").is_some() && at("textDocument/publishDiagnostics").is_none();
        Self {
            unit: if utf8 { ColumnUnit::Byte } else { ColumnUnit::Utf16 },
            watches_files: yes("workspace/didChangeWatchedFiles/dynamicRegistration"),
            registers_configuration: yes("workspace/didChangeConfiguration/dynamicRegistration"),
            configuration: yes("workspace/configuration"),
            progress: yes("window/workDoneProgress"),
            snippets: yes("textDocument/completion/completionItem/snippetSupport"),
            markdown: markdown.is_none_or(|it| it.iter().any(|it| it == "markdown")),
            hierarchical_symbols: yes("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            related_information: yes("textDocument/publishDiagnostics/relatedInformation"),
            diagnostic_tags: at("textDocument/publishDiagnostics/tagSupport").is_some(),
            document_changes: yes("workspace/workspaceEdit/documentChanges"),
            refreshes_inlay_hints: yes("workspace/inlayHint/refreshSupport"),
            refreshes_code_lenses: yes("workspace/codeLens/refreshSupport"),
            line_folding_only: yes("textDocument/foldingRange/lineFoldingOnly"),
            pulls,
        }
    }
}

/// The answer to `initialize`.
pub(crate) fn server(client: &ClientCapabilities) -> Value {
    let types: Vec<&str> = TokenType::LEGEND.iter().map(|it| it.1).collect();
    let commands: Vec<&str> = COMMANDS.iter().map(|it| it.0).collect();
    let mut capabilities = json!({
        "positionEncoding": if client.unit == ColumnUnit::Byte { "utf-8" } else { "utf-16" },
        "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
        "hoverProvider": true,
        "definitionProvider": true,
        "typeDefinitionProvider": true,
        "implementationProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "renameProvider": {"prepareProvider": true},
        "completionProvider": {
            "triggerCharacters": [".", ":", "：", "《"],
            "resolveProvider": true,
            "completionItem": {"labelDetailsSupport": true},
        },
        "signatureHelpProvider": {"triggerCharacters": ["(", "（"], "retriggerCharacters": [",", "，"]},
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", "refactor.extract", "refactor.rewrite", "source.fixAll"],
        },
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "documentOnTypeFormattingProvider": {"firstTriggerCharacter": "\n", "moreTriggerCharacter": ["}", "｝"]},
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "semanticTokensProvider": {
            "legend": {"tokenTypes": types, "tokenModifiers": ["declaration", "documentation"]},
            "range": true,
            "full": {"delta": true},
        },
        "inlayHintProvider": true,
        "codeLensProvider": {"resolveProvider": true},
        "documentLinkProvider": {"resolveProvider": false},
        "callHierarchyProvider": true,
        "typeHierarchyProvider": true,
        "executeCommandProvider": {"commands": commands, "workDoneProgress": true},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    });
    if client.pulls
        && let Some(all) = capabilities.as_object_mut()
    {
        let provider = json!({"identifier": "polis", "interFileDependencies": true, "workspaceDiagnostics": true});
        all.insert("diagnosticProvider".into(), provider);
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "polis", "version": env!("CARGO_PKG_VERSION")},
    })
}
