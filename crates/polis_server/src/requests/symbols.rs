//! Outlines and provisions by name.

use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind, Url,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use polis_db::SourceFile;
use polis_ide::{Outline, OutlineKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Answer, Ctx};
use crate::workspace::View;

/// More symbols than these nobody reads.
const MOST: usize = 256;

/// The icon of a kind of provision.
pub(super) fn symbol_kind(kind: Option<Kind>) -> SymbolKind {
    match kind {
        Some(Kind::Document | Kind::Series) => SymbolKind::FILE,
        Some(Kind::Entity) => SymbolKind::CLASS,
        Some(Kind::Field) => SymbolKind::FIELD,
        Some(Kind::Enum) => SymbolKind::ENUM,
        Some(Kind::Concept | Kind::Organ | Kind::Action) => SymbolKind::INTERFACE,
        Some(Kind::Param | Kind::Unit) => SymbolKind::CONSTANT,
        Some(Kind::Fact) => SymbolKind::NUMBER,
        Some(Kind::List | Kind::Duties | Kind::Grant | Kind::Mechanism | Kind::Commitment) => SymbolKind::ARRAY,
        Some(Kind::Test) => SymbolKind::METHOD,
        Some(Kind::Scenario) => SymbolKind::EVENT,
        Some(Kind::Amend) => SymbolKind::OPERATOR,
        Some(Kind::Procedure) => SymbolKind::MODULE,
        Some(
            Kind::Item
            | Kind::Category
            | Kind::Band
            | Kind::Side
            | Kind::Dimension
            | Kind::Grade
            | Kind::Step
            | Kind::Office
            | Kind::Power
            | Kind::Duty,
        ) => SymbolKind::PROPERTY,
        Some(Kind::Norm | Kind::Require | Kind::Principle | Kind::Delegation) => SymbolKind::KEY,
        Some(_) => SymbolKind::FUNCTION,
        None => SymbolKind::NULL,
    }
}

fn outline_kind(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Block(kind) => symbol_kind(kind),
        OutlineKind::Clause(ClauseWord::Field) => SymbolKind::FIELD,
        OutlineKind::Clause(_) => SymbolKind::PROPERTY,
    }
}

pub(super) fn document_symbols(ctx: &Ctx, params: &DocumentSymbolParams) -> Answer<Option<DocumentSymbolResponse>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let outline = polis_ide::outline(&view.db, file, ctx.locale);
    Ok(Some(if ctx.capabilities.hierarchical_symbols {
        DocumentSymbolResponse::Nested(outline.into_iter().map(|it| nested(view, file, it)).collect())
    } else {
        let mut flat = Vec::new();
        for it in outline {
            flatten(view, file, &params.text_document.uri, it, None, &mut flat);
        }
        DocumentSymbolResponse::Flat(flat)
    }))
}

#[expect(deprecated, reason = "the field has no other way to be left out")]
fn nested(view: &View, file: SourceFile, it: Outline) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = it.children.into_iter().map(|it| nested(view, file, it)).collect();
    DocumentSymbol {
        name: it.name,
        detail: Some(it.detail),
        kind: outline_kind(it.kind),
        tags: None,
        deprecated: None,
        range: view.range(file, it.range),
        selection_range: view.range(file, it.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the field has no other way to be left out")]
fn flatten(
    view: &View,
    file: SourceFile,
    uri: &Url,
    it: Outline,
    container: Option<&str>,
    all: &mut Vec<SymbolInformation>,
) {
    all.push(SymbolInformation {
        name: it.name.clone(),
        kind: outline_kind(it.kind),
        tags: None,
        deprecated: None,
        location: Location::new(uri.clone(), view.range(file, it.range)),
        container_name: container.map(str::to_owned),
    });
    for child in it.children {
        flatten(view, file, uri, child, Some(&it.name), all);
    }
}

#[expect(deprecated, reason = "the field has no other way to be left out")]
pub(super) fn workspace_symbols(ctx: &Ctx, params: &WorkspaceSymbolParams) -> Answer<Option<WorkspaceSymbolResponse>> {
    let mut all = Vec::new();
    for view in &ctx.views {
        for it in polis_ide::workspace_symbols(&view.db, &params.query, MOST) {
            let Some(location) = view.location(it.at) else { continue };
            all.push(SymbolInformation {
                name: it.name,
                kind: symbol_kind(it.kind),
                tags: None,
                deprecated: None,
                location,
                container_name: Some(it.package.to_string()),
            });
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(all)))
}
