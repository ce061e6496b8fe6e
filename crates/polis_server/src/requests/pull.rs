//! Findings that the client asks for.

use std::collections::BTreeMap;

use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
    Url, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
};
use polis_db::{Package, SourceFile, Workspace};
use polis_semantic::scope::package_of;

use super::{Answer, Ctx};
use crate::check::{held, in_order, of_decisions, shown};
use crate::documents;
use crate::workspace::View;

pub(super) fn document(ctx: &Ctx, params: &DocumentDiagnosticParams) -> Answer<DocumentDiagnosticReportResult> {
    let found = match ctx.document(&params.text_document.uri) {
        Some((view, file)) => package_of(&*view.db, file).map(|it| found(ctx, view, &[it], Some(file))),
        None => None,
    };
    let items: Vec<lsp_types::Diagnostic> = found.into_iter().flatten().flat_map(|it| it.1).collect();
    let result_id = result_id(&items);
    if params.previous_result_id.as_deref() == Some(&result_id) {
        let report = UnchangedDocumentDiagnosticReport { result_id };
        return Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Unchanged(
            RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: report,
            },
        )));
    }
    let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
    Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: report,
    })))
}

/// By which a client knows that nothing is new: a sum of what would be sent, the same on every run.
fn result_id(items: &[lsp_types::Diagnostic]) -> String {
    let text = serde_json::to_string(items).unwrap_or_default();
    let sum =
        text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, it| (sum ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

pub(super) fn workspace(ctx: &Ctx, _: &WorkspaceDiagnosticParams) -> Answer<WorkspaceDiagnosticReportResult> {
    let mut items = Vec::new();
    for view in &ctx.views {
        let packages = Workspace::get(&*view.db).packages(&*view.db);
        for (uri, diagnostics) in found(ctx, view, &packages, None) {
            items.push(WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                version: ctx.versions.get(&documents::path_of(&uri)).map(|it| i64::from(*it)),
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: Some(result_id(&diagnostics)),
                    items: diagnostics,
                },
                uri,
            }));
        }
    }
    Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
}

/// The findings of packages by file, or those of one file.
fn found(
    ctx: &Ctx,
    view: &View,
    packages: &[Package],
    only: Option<SourceFile>,
) -> BTreeMap<Url, Vec<lsp_types::Diagnostic>> {
    let db = &*view.db;
    let only = only.and_then(|it| view.uri(it));
    let mut by_file: BTreeMap<Url, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
    for package in packages {
        if ctx.is_cancelled() {
            break;
        }
        let name = package.name(db);
        let mut parts = shown(view, ctx.locale, &ctx.capabilities, &name, &polis_analysis::meaning(db, *package));
        let part = of_decisions(&name);
        parts.extend(match polis_analysis::decided(db, *package) {
            Some(found) => shown(view, ctx.locale, &ctx.capabilities, &part, &found),
            None => held(view, &part),
        });
        for part in parts {
            for (uri, found) in part.iter().filter(|it| only.as_ref().is_none_or(|only| only == it.0)) {
                by_file.entry(uri.clone()).or_default().extend_from_slice(found);
            }
        }
    }
    by_file.values_mut().for_each(in_order);
    by_file
}
