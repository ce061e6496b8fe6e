//! What is shown in a text: colours, hints, lenses, links.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lsp_types::{
    CodeLens, CodeLensParams, Command, DocumentLink, DocumentLinkParams, InlayHint, InlayHintKind, InlayHintLabel,
    InlayHintParams, SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult,
    SemanticTokensResult, Url,
};
use polis_db::SourceFile;
use polis_ide::{HintKind, HintOptions, LensKind, TokenType};
use polis_syntax::Span;
use serde_json::json;

use super::write::{item_key, read_key};
use super::{Answer, Ctx};
use crate::documents;
use crate::workspace::View;

/// The colours that were sent last, by document, with their number.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<Sent>);

#[derive(Default)]
struct Sent {
    next: u64,
    by_uri: BTreeMap<Url, (String, Vec<SemanticToken>)>,
}

/// No client has more documents in sight.
const REMEMBERED: usize = 64;

impl TokenCache {
    /// Remembers what is sent, and returns its number.
    fn remember(&self, uri: &Url, tokens: &[SemanticToken]) -> String {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.next += 1;
        let id = sent.next.to_string();
        if sent.by_uri.len() >= REMEMBERED && !sent.by_uri.contains_key(uri) {
            sent.by_uri.pop_first();
        }
        sent.by_uri.insert(uri.clone(), (id.clone(), tokens.to_vec()));
        id
    }

    fn recall(&self, uri: &Url, id: &str) -> Option<Vec<SemanticToken>> {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.by_uri.get(uri).filter(|it| it.0 == id).map(|it| it.1.clone())
    }
}

fn tokens(view: &View, file: SourceFile, range: Option<Span>) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let mut all = Vec::new();
    for token in polis_ide::semantic_tokens(&view.db, file, range) {
        let at = view.range(file, token.range);
        if at.start.line != at.end.line || at.end.character <= at.start.character {
            continue;
        }
        let index = TokenType::LEGEND.iter().position(|it| it.0 == token.ty).unwrap_or_default();
        let delta_line = at.start.line - line;
        let delta_start = if delta_line == 0 { at.start.character - start } else { at.start.character };
        all.push(SemanticToken {
            delta_line,
            delta_start,
            length: at.end.character - at.start.character,
            token_type: u32::try_from(index).unwrap_or_default(),
            token_modifiers_bitset: u32::from(token.declaration) | u32::from(token.documentation) << 1,
        });
        (line, start) = (at.start.line, at.start.character);
    }
    all
}

pub(super) fn tokens_full(ctx: &Ctx, params: &SemanticTokensParams) -> Answer<Option<SemanticTokensResult>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let data = tokens(view, file, None);
    let result_id = Some(ctx.tokens.remember(&params.text_document.uri, &data));
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id, data })))
}

pub(super) fn tokens_range(ctx: &Ctx, params: &SemanticTokensRangeParams) -> Answer<Option<SemanticTokensRangeResult>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let range = view.span(file, params.range);
    let data = tokens(view, file, Some(range));
    Ok(Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
}

pub(super) fn tokens_delta(
    ctx: &Ctx,
    params: &SemanticTokensDeltaParams,
) -> Answer<Option<SemanticTokensFullDeltaResult>> {
    let uri = &params.text_document.uri;
    let Some((view, file)) = ctx.document(uri) else { return Ok(None) };
    let new = tokens(view, file, None);
    let Some(old) = ctx.tokens.recall(uri, &params.previous_result_id) else {
        let result_id = Some(ctx.tokens.remember(uri, &new));
        return Ok(Some(SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data: new })));
    };
    let before = old.iter().zip(&new).take_while(|it| it.0 == it.1).count();
    let rest = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|it| it.0 == it.1).count();
    let data: Vec<SemanticToken> = new.get(before..new.len() - after).unwrap_or_default().to_vec();
    let deleted = old.len() - after - before;
    let number = |it: usize| u32::try_from(it * 5).unwrap_or(u32::MAX);
    let edits = if deleted == 0 && data.is_empty() {
        Vec::new()
    } else {
        vec![SemanticTokensEdit { start: number(before), delete_count: number(deleted), data: Some(data) }]
    };
    let result_id = Some(ctx.tokens.remember(uri, &new));
    Ok(Some(SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id, edits })))
}

pub(super) fn inlay_hints(ctx: &Ctx, params: &InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let settings = &ctx.settings.inlay_hints;
    if !settings.enable {
        return Ok(Some(Vec::new()));
    }
    let options = HintOptions { totals: settings.totals, types: settings.types, values: settings.values };
    let range = view.span(file, params.range);
    let hint = |it: polis_ide::InlayHint| InlayHint {
        position: view.range(file, Span::new(it.offset, it.offset)).start,
        label: InlayHintLabel::String(it.label),
        kind: (it.kind == HintKind::Type).then_some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: Some(it.kind != HintKind::Type),
        padding_right: None,
        data: None,
    };
    let mut hints: Vec<InlayHint> =
        polis_ide::inlay_hints(&view.db, file, range, options, ctx.locale).into_iter().map(hint).collect();
    // What became of the tests that were run.
    let marks = if settings.tests { super::commands::test_marks(ctx, view, file) } else { Vec::new() };
    for (at, label) in marks {
        if range.touches(at.end) {
            hints.push(InlayHint {
                position: view.range(file, at).end,
                label: InlayHintLabel::String(label),
                kind: None,
                text_edits: None,
                tooltip: None,
                padding_left: Some(true),
                padding_right: None,
                data: None,
            });
        }
    }
    Ok(Some(hints))
}

pub(super) fn code_lenses(ctx: &Ctx, params: &CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    let uri = &params.text_document.uri;
    let Some((view, file)) = ctx.document(uri) else { return Ok(None) };
    let settings = &ctx.settings.code_lens;
    let mut all = Vec::new();
    for lens in polis_ide::lenses(&view.db, file) {
        let range = view.range(file, lens.range);
        match lens.kind {
            LensKind::References(key) if settings.references => {
                all.push(CodeLens { range, command: None, data: item_key(view, &key) });
            }
            LensKind::Test(title) if settings.run => {
                let command = Command {
                    title: ctx.pick("▶ 运行测试", "▶ Run test").to_owned(),
                    command: "polis.test".to_owned(),
                    arguments: Some(vec![json!({"uri": uri, "name": title})]),
                };
                all.push(CodeLens { range, command: Some(command), data: None });
            }
            LensKind::Scenario(name) if settings.run => {
                let command = Command {
                    title: ctx.pick("▶ 推演", "▶ Simulate").to_owned(),
                    command: "polis.simulate".to_owned(),
                    arguments: Some(vec![json!({"uri": uri, "scenario": name})]),
                };
                all.push(CodeLens { range, command: Some(command), data: None });
            }
            LensKind::Why(_) if settings.run => {
                let command = Command {
                    title: ctx.pick("▶ 模拟", "▶ Simulate").to_owned(),
                    command: "polis.simulate".to_owned(),
                    arguments: Some(vec![json!({"uri": uri})]),
                };
                all.push(CodeLens { range, command: Some(command), data: None });
            }
            _ => {}
        }
    }
    Ok(Some(all))
}

pub(super) fn resolve_code_lens(ctx: &Ctx, lens: &CodeLens) -> Answer<CodeLens> {
    let mut lens = lens.clone();
    let found = lens.data.as_ref().and_then(|it| read_key(ctx, it));
    let Some((view, key)) = found else {
        // The provision is gone or has another name by now.
        lens.command = Some(Command { title: "–".to_owned(), command: String::new(), arguments: None });
        return Ok(lens);
    };
    let references = polis_ide::lens_references(&view.db, &key);
    let locations: Vec<lsp_types::Location> = references.iter().filter_map(|it| view.location(it.at)).collect();
    let count = locations.len();
    let title = match (ctx.locale, count) {
        (polis_diagnostic::Locale::Zh, _) => format!("{count} 处引用"),
        (polis_diagnostic::Locale::En, 1) => "1 reference".to_owned(),
        (polis_diagnostic::Locale::En, _) => format!("{count} references"),
    };
    let arguments = vec![json!(view.uri(key.file)), json!(lens.range.start), json!(locations)];
    lens.command = Some(Command { title, command: "polis.showReferences".to_owned(), arguments: Some(arguments) });
    Ok(lens)
}

pub(super) fn document_links(ctx: &Ctx, params: &DocumentLinkParams) -> Answer<Option<Vec<DocumentLink>>> {
    let Some((view, file)) = ctx.document(&params.text_document.uri) else { return Ok(None) };
    let mut texts: BTreeMap<camino::Utf8PathBuf, Option<polis_sources::text::Text>> = BTreeMap::new();
    let mut all = Vec::new();
    for link in polis_ide::links(&view.db, file) {
        let text = texts.entry(link.path.clone()).or_insert_with(|| {
            if !ctx.system.is_file(&link.path) {
                return None;
            }
            match polis_db::SourceText::read(&*ctx.system, &link.path) {
                polis_db::SourceText::Text(text) => Some(polis_sources::text::Text::new(link.path.as_str(), &text)),
                _ => None,
            }
        });
        // A text that is not at hand is no link.
        let Some(text) = text else { continue };
        let Some(mut target) = documents::uri_of(&link.path) else { continue };
        let line = link.passage.as_deref().and_then(|it| text.find(it).first().map(|it| text.line(it.start)));
        if let Some(line) = line {
            target.set_fragment(Some(&format!("L{line}")));
        }
        all.push(DocumentLink {
            range: view.range(file, link.range),
            target: Some(target),
            tooltip: Some(ctx.pick("打开原文", "open the text").to_owned()),
            data: None,
        });
    }
    Ok(Some(all))
}
