//! While a text is written: completion, signatures, layout, changes that are offered.

use std::sync::Arc;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, CompletionItem,
    CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams,
    Documentation, FoldingRange, FoldingRangeKind, FoldingRangeParams, InsertTextFormat, NumberOrString,
    ParameterInformation, ParameterLabel, SelectionRange, SelectionRangeParams, SignatureHelp, SignatureHelpParams,
    SignatureInformation, TextEdit, Url,
};
use polis_diagnostic::Diagnostic;
use polis_ide::{Assist, AssistKind, Completion, CompletionKind};
use polis_semantic::items::ItemRef;
use polis_semantic::scope::package_of;
use polis_syntax::words::Kind;
use serde_json::{Value, json};

use super::{Answer, Ctx};
use crate::check::convert;
use crate::workspace::View;

/// By which an item of a list that was sent is found again: its file, kind, name and number.
pub(super) fn item_key(view: &View, key: &ItemRef) -> Option<Value> {
    Some(json!({
        "uri": view.uri(key.file)?,
        "kind": key.kind.map(|it| it.word().en),
        "name": key.name,
        "nth": key.nth,
    }))
}

/// What [`item_key`] wrote.
pub(super) fn read_key<'c>(ctx: &'c Ctx, value: &Value) -> Option<(&'c View, ItemRef)> {
    let uri = Url::parse(value.get("uri")?.as_str()?).ok()?;
    let (view, file) = ctx.document(&uri)?;
    let kind = value.get("kind").and_then(Value::as_str).and_then(Kind::from_text);
    let name = value.get("name")?.as_str()?;
    let nth = u32::try_from(value.get("nth")?.as_u64()?).ok()?;
    Some((view, polis_ide::find_item(&view.db, file, kind, name, nth)?))
}

const fn completion_kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Kind => CompletionItemKind::SNIPPET,
        CompletionKind::Clause => CompletionItemKind::PROPERTY,
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Function => CompletionItemKind::METHOD,
        CompletionKind::Unit => CompletionItemKind::UNIT,
        CompletionKind::Type => CompletionItemKind::TYPE_PARAMETER,
        CompletionKind::Choice => CompletionItemKind::VALUE,
        CompletionKind::Item(kind) => match kind {
            Kind::Entity => CompletionItemKind::CLASS,
            Kind::Enum => CompletionItemKind::ENUM,
            Kind::Param | Kind::Fact | Kind::Unit => CompletionItemKind::CONSTANT,
            Kind::Concept | Kind::Organ | Kind::Action => CompletionItemKind::INTERFACE,
            Kind::Document | Kind::Series => CompletionItemKind::FILE,
            _ => CompletionItemKind::FUNCTION,
        },
        CompletionKind::Field => CompletionItemKind::FIELD,
        CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Package => CompletionItemKind::MODULE,
    }
}

pub(super) fn completion(ctx: &Ctx, params: &CompletionParams) -> Answer<Option<CompletionResponse>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position) else { return Ok(None) };
    let found = polis_ide::completions(&view.db, file, offset, ctx.locale, ctx.capabilities.snippets);
    let mut items = Vec::with_capacity(found.len());
    // All replace the same word.
    let range = found.first().map(|it| view.range(file, it.range)).unwrap_or_default();
    for (index, it) in found.into_iter().enumerate() {
        items.push(completion_item(ctx, view, it, range, index));
    }
    // What matches by its sound is found anew with each letter.
    Ok(Some(CompletionResponse::List(CompletionList { is_incomplete: true, items })))
}

fn completion_item(ctx: &Ctx, view: &View, it: Completion, range: lsp_types::Range, index: usize) -> CompletionItem {
    let documentation = it.documentation.map(|it| Documentation::MarkupContent(ctx.markup(it)));
    CompletionItem {
        label_details: Some(CompletionItemLabelDetails { detail: None, description: Some(it.detail.clone()) }),
        kind: Some(completion_kind(it.kind)),
        detail: Some(it.detail),
        documentation,
        sort_text: Some(format!("{index:05}")),
        filter_text: Some(it.filter),
        insert_text_format: Some(if it.snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, it.insert))),
        data: it.item.as_ref().and_then(|it| item_key(view, it)),
        label: it.label,
        ..CompletionItem::default()
    }
}

pub(super) fn resolve_completion(ctx: &Ctx, item: &CompletionItem) -> Answer<CompletionItem> {
    let mut item = item.clone();
    if item.documentation.is_none()
        && let Some((view, key)) = item.data.as_ref().and_then(|it| read_key(ctx, it))
    {
        let markdown = polis_ide::completion_documentation(&view.db, &key, ctx.locale);
        item.documentation = markdown.map(|it| Documentation::MarkupContent(ctx.markup(it)));
    }
    Ok(item)
}

pub(super) fn signature_help(ctx: &Ctx, params: &SignatureHelpParams) -> Answer<Option<SignatureHelp>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let Some(found) = polis_ide::signature_help(&view.db, file, offset, ctx.locale) else { return Ok(None) };
    let parameter = |(start, end): &(usize, usize)| ParameterInformation {
        label: ParameterLabel::Simple(found.label.get(*start..*end).unwrap_or_default().to_owned()),
        documentation: None,
    };
    let active = u32::try_from(found.active).ok();
    let signature = SignatureInformation {
        parameters: Some(found.parameters.iter().map(parameter).collect()),
        documentation: Some(Documentation::MarkupContent(ctx.markup(found.documentation.clone()))),
        label: found.label.clone(),
        active_parameter: active,
    };
    Ok(Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active }))
}

pub(super) fn code_actions(ctx: &Ctx, params: &CodeActionParams) -> Answer<Option<CodeActionResponse>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let range = view.span(file, params.range);
    let db = &*view.db;
    let all = package_of(db, file).map(|it| (polis_analysis::meaning(db, it), polis_analysis::decided(db, it)));
    let all = all.into_iter().flat_map(|it| it.0.into_iter().chain(it.1.unwrap_or_default()));
    let own = |it: Arc<[_]>| -> Vec<Diagnostic> {
        it.iter().filter(|it: &&Diagnostic| it.primary.at.file == file.id(db)).cloned().collect()
    };
    let findings: Vec<Diagnostic> = all.flat_map(own).collect();
    let wanted = |kind: &CodeActionKind| {
        params.context.only.as_ref().is_none_or(|only| {
            only.iter()
                .any(|it| kind.as_str() == it.as_str() || kind.as_str().starts_with(&format!("{}.", it.as_str())))
        })
    };
    let mut actions = Vec::new();
    for assist in polis_ide::assists(db, file, range, &findings, ctx.locale) {
        let kind = action_kind(assist.kind);
        if !wanted(&kind) {
            continue;
        }
        let diagnostics = assist.resolves.and_then(|(code, at)| {
            let found = findings
                .iter()
                .find(|it| it.code() == code && it.primary.at.file == file.id(db) && it.primary.at.start == at.start)?;
            Some(vec![convert(found, view, ctx.locale, &ctx.capabilities)])
        });
        let Assist { title, edits, preferred, .. } = assist;
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind: Some(kind),
            diagnostics,
            edit: Some(ctx.workspace_edit(view, edits)),
            is_preferred: preferred.then_some(true),
            ..CodeAction::default()
        }));
    }
    // What the finding means, in full.
    for diagnostic in &params.context.diagnostics {
        if let Some(NumberOrString::String(code)) = &diagnostic.code
            && wanted(&CodeActionKind::QUICKFIX)
        {
            let title = ctx.pick(format!("说明：`{code}`"), format!("explain `{code}`"));
            let command = lsp_types::Command::new(title.clone(), "polis.explain".to_owned(), Some(vec![json!(code)]));
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                command: Some(command),
                ..CodeAction::default()
            }));
        }
    }
    Ok(Some(actions))
}

const fn action_kind(kind: AssistKind) -> CodeActionKind {
    match kind {
        AssistKind::QuickFix => CodeActionKind::QUICKFIX,
        AssistKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        AssistKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        AssistKind::FixAll => CodeActionKind::SOURCE_FIX_ALL,
    }
}

fn text_edits(view: &View, edits: Vec<polis_ide::TextEdit>) -> Vec<TextEdit> {
    edits.into_iter().map(|it| TextEdit::new(view.range(it.at.file, it.at.range), it.text)).collect()
}

pub(super) fn formatting(ctx: &Ctx, params: &DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    Ok(Some(text_edits(view, polis_ide::format(&view.db, file, ctx.settings.format.face.face()))))
}

pub(super) fn range_formatting(ctx: &Ctx, params: &DocumentRangeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let range = view.span(file, params.range);
    Ok(Some(text_edits(view, polis_ide::format_range(&view.db, file, range, ctx.settings.format.face.face()))))
}

pub(super) fn on_type_formatting(ctx: &Ctx, params: &DocumentOnTypeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position) else { return Ok(None) };
    let edits = polis_ide::format_on_type(&view.db, file, offset).into_iter().collect();
    Ok(Some(text_edits(view, edits)))
}

pub(super) fn folding(ctx: &Ctx, params: &FoldingRangeParams) -> Answer<Option<Vec<FoldingRange>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let fold = |it: polis_ide::Fold| {
        let range = view.range(file, it.range);
        // A client that folds whole lines keeps the closing brace in sight.
        let line_only = ctx.capabilities.line_folding_only;
        let end = if line_only && !it.comment { range.end.line.saturating_sub(1) } else { range.end.line };
        FoldingRange {
            start_line: range.start.line,
            start_character: (!line_only).then_some(range.start.character),
            end_line: end.max(range.start.line),
            end_character: (!line_only).then_some(range.end.character),
            kind: it.comment.then_some(FoldingRangeKind::Comment),
            collapsed_text: None,
        }
    };
    Ok(Some(polis_ide::folds(&view.db, file).into_iter().map(fold).collect()))
}

pub(super) fn selection_ranges(ctx: &Ctx, params: &SelectionRangeParams) -> Answer<Option<Vec<SelectionRange>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let mut all = Vec::with_capacity(params.positions.len());
    for position in params.positions.iter().copied() {
        let spans = polis_ide::selections(&view.db, file, view.offset(file, position));
        let mut range: Option<SelectionRange> = None;
        for span in spans.into_iter().rev() {
            range = Some(SelectionRange { range: view.range(file, span), parent: range.map(Box::new) });
        }
        let empty = || SelectionRange { range: lsp_types::Range::new(position, position), parent: None };
        all.push(range.unwrap_or_else(empty));
    }
    Ok(Some(all))
}
