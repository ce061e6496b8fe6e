//! From a name to elsewhere, and its new name everywhere.

use std::collections::{BTreeMap, HashMap};

use lsp_types::{
    DocumentChanges, DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverContents, HoverParams, Location, MarkupContent, MarkupKind, OneOf,
    OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, ReferenceParams, RenameParams, TextDocumentEdit,
    TextDocumentPositionParams, TextEdit, Url, WorkspaceEdit,
};
use polis_db::SourceFile;

use super::{Answer, Ctx};
use crate::documents;
use crate::message::ResponseError;
use crate::workspace::View;

impl Ctx {
    /// The root, file and byte of a position.
    pub(super) fn at(&self, params: &TextDocumentPositionParams) -> Option<(&View, SourceFile, u32)> {
        let (view, file) = self.document(&params.text_document.uri)?;
        Some((view, file, view.offset(file, params.position)))
    }

    /// Markdown, or plain text for a client that reads none.
    pub(super) fn markup(&self, markdown: String) -> MarkupContent {
        if self.capabilities.markdown {
            return MarkupContent { kind: MarkupKind::Markdown, value: markdown };
        }
        let plain: Vec<&str> = markdown.lines().filter(|it| !it.starts_with("```") && *it != "---").collect();
        MarkupContent { kind: MarkupKind::PlainText, value: plain.join("\n").replace("**", "").replace('`', "") }
    }

    /// Edits of files in the form that the client takes.
    pub(crate) fn workspace_edit(&self, view: &View, edits: Vec<polis_ide::TextEdit>) -> WorkspaceEdit {
        let mut by_file: BTreeMap<Url, Vec<TextEdit>> = BTreeMap::new();
        for edit in edits {
            let Some(uri) = view.uri(edit.at.file) else { continue };
            let range = view.range(edit.at.file, edit.at.range);
            by_file.entry(uri).or_default().push(TextEdit::new(range, edit.text));
        }
        if self.capabilities.document_changes {
            let changes = by_file.into_iter().map(|(uri, edits)| TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier {
                    version: self.versions.get(&documents::path_of(&uri)).copied(),
                    uri,
                },
                edits: edits.into_iter().map(OneOf::Left).collect(),
            });
            let document_changes = Some(DocumentChanges::Edits(changes.collect()));
            WorkspaceEdit { document_changes, ..WorkspaceEdit::default() }
        } else {
            let changes: HashMap<Url, Vec<TextEdit>> = by_file.into_iter().collect();
            WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
        }
    }
}

pub(super) fn hover(ctx: &Ctx, params: &HoverParams) -> Answer<Option<Hover>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    Ok(polis_ide::hover(&view.db, file, offset, ctx.locale).map(|it| Hover {
        contents: HoverContents::Markup(ctx.markup(it.markdown)),
        range: Some(view.range(file, it.range)),
    }))
}

pub(super) fn definition(ctx: &Ctx, params: &GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let found = polis_ide::definition(&view.db, file, offset).and_then(|it| view.location(it.1));
    Ok(found.map(GotoDefinitionResponse::Scalar))
}

pub(super) fn type_definition(ctx: &Ctx, params: &GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let found = polis_ide::type_definition(&view.db, file, offset).and_then(|it| view.location(it));
    Ok(found.map(GotoDefinitionResponse::Scalar))
}

pub(super) fn implementations(ctx: &Ctx, params: &GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let found = polis_ide::implementations(&view.db, file, offset);
    let found: Vec<Location> = found.into_iter().filter_map(|it| view.location(it)).collect();
    Ok((!found.is_empty()).then_some(GotoDefinitionResponse::Array(found)))
}

pub(super) fn references(ctx: &Ctx, params: &ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position) else { return Ok(None) };
    let found = polis_ide::references(&view.db, file, offset);
    let wanted = found.into_iter().filter(|it| params.context.include_declaration || !it.declares);
    Ok(Some(wanted.filter_map(|it| view.location(it.at)).collect()))
}

pub(super) fn highlights(ctx: &Ctx, params: &DocumentHighlightParams) -> Answer<Option<Vec<DocumentHighlight>>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let found = polis_ide::highlights(&view.db, file, offset);
    let highlight = |it: polis_ide::Reference| DocumentHighlight {
        range: view.range(file, it.at.range),
        kind: Some(if it.declares { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
    };
    Ok(Some(found.into_iter().map(highlight).collect()))
}

pub(super) fn prepare_rename(ctx: &Ctx, params: &TextDocumentPositionParams) -> Answer<Option<PrepareRenameResponse>> {
    let Some((view, file, offset)) = ctx.at(params) else { return Ok(None) };
    match polis_ide::prepare_rename(&view.db, file, offset) {
        Ok((range, placeholder)) => {
            Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range: view.range(file, range), placeholder }))
        }
        Err(error) => Err(ResponseError::failed(error.render(ctx.locale))),
    }
}

pub(super) fn rename(ctx: &Ctx, params: &RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position) else { return Ok(None) };
    match polis_ide::rename(&view.db, file, offset, &params.new_name) {
        Ok(edits) => Ok(Some(ctx.workspace_edit(view, edits))),
        Err(error) => Err(ResponseError::failed(error.render(ctx.locale))),
    }
}
