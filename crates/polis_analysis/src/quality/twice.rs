//! Values that stand twice in one clause: a citation, a row id, an actor.

use polis_diagnostic::{Diagnostic, Fix, GeneralNote, QualityMessage, QualityNote};
use polis_semantic::items::{ItemContent, ItemRef, Place};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Value};
use smol_str::SmolStr;

use super::{Bilingual, clauses};

/// The findings of the clauses that stand directly in a block. What declares names is held to that where it is lowered.
pub(super) fn findings(content: &ItemContent, key: &ItemRef, block: &Block, found: &mut Vec<Diagnostic<Place>>) {
    for clause in clauses(block) {
        let spec = block.kind.and_then(|it| it.clause(clause.word.text(&content.text)));
        let Some(spec) = spec.filter(|it| it.several) else { continue };
        if !matches!(spec.value, Value::Reference(_) | Value::Label | Value::Citation | Value::RowIds) {
            continue;
        }
        // Taking a passage or a row out a second time changes nothing; a part of a mechanism may be counted.
        let counts_for_nothing = matches!(spec.value, Value::Citation | Value::RowIds) || spec.word == ClauseWord::Is;
        let mut values: Vec<&Expr> = Vec::new();
        clause.values.iter().for_each(|it| flatten(it, &mut values));
        for (index, value) in values.iter().enumerate() {
            let said = value.span.text(&content.text);
            let earlier = values.get(..index).unwrap_or_default();
            let Some(first) = earlier.iter().find(|it| it.span.text(&content.text) == said) else { continue };
            let place = |span| content.place(key, span);
            let item = SmolStr::new(said.trim_matches(['"', '“', '”', '`']));
            let word = spec.word.word();
            let message = QualityMessage::ValueTwice { item: item.clone(), clause: Bilingual::word(word.zh, word.en) };
            let mut diagnostic =
                Diagnostic::new(message, place(value.span)).label(place(first.span), GeneralNote::FirstHere);
            if let Some(before) = earlier.last() {
                let removed = Span::new(before.span.end, value.span.end);
                let title = QualityNote::TakeOutItem { item };
                // On several lines there may be comments in between.
                let on_one_line = !removed.text(&content.text).contains('\n');
                diagnostic = diagnostic.fix(if counts_for_nothing && on_one_line {
                    Fix::safe(title, place(removed), "")
                } else {
                    Fix::suggestion(title, place(removed), "")
                });
            }
            found.push(diagnostic);
        }
    }
}

fn flatten<'e>(value: &'e Expr, all: &mut Vec<&'e Expr>) {
    match &value.kind {
        ExprKind::List(values) => values.iter().for_each(|it| flatten(it, all)),
        _ => all.push(value),
    }
}
