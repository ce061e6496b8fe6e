//! What the text does not say and the checker knows: counts of lists, types, what a structure may come to.

use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::ir::{Expr, ExprKind};
use polis_semantic::items::{Item, ParsedItem, file_items, parsed_file};
use polis_semantic::kinds::{Def, lowered};
use polis_semantic::signature::{Signature, signature};
use polis_semantic::{NumberType, Type};
use polis_syntax::Span;
use polis_syntax::ast::ExprKind as A;
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::{Number, NumberRange};

use crate::hover::{face, plain};
use crate::text::{Db, pick};

/// What kind of hint it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HintKind {
    /// How many a list names.
    Total,
    /// The type of a value.
    Type,
    /// What something may come to.
    Value,
}

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Where it is shown.
    pub offset: u32,
    /// What is shown.
    pub label: String,
    /// What it is about.
    pub kind: HintKind,
}

/// Which hints are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HintOptions {
    /// How many lists name.
    pub totals: bool,
    /// Types that are not written.
    pub types: bool,
    /// What structures and quotas may come to.
    pub values: bool,
}

/// The hints within a range of a file, by place.
#[must_use]
pub fn inlay_hints(db: &Db, file: SourceFile, range: Span, options: HintOptions, locale: Locale) -> Vec<InlayHint> {
    let parsed = parsed_file(db, file);
    let mut all = Vec::new();
    let within = |span: Span| span.start <= range.end && range.start <= span.end;
    for (at, item) in parsed.items.iter().zip(file_items(db, file)).filter(|it| within(it.0.span)) {
        if options.totals {
            totals(db, *item, at, locale, &mut all);
        }
        if options.types {
            types(db, *item, at, locale, &mut all);
        }
        if options.values {
            values(db, *item, at, locale, &mut all);
        }
    }
    all.retain(|it| range.touches(it.offset));
    all.sort_by(|a, b| a.offset.cmp(&b.offset).then_with(|| a.label.cmp(&b.label)));
    all
}

/// How many a list names, where the block declares no total that says so.
fn totals(db: &Db, item: Item<'_>, at: &ParsedItem, locale: Locale, all: &mut Vec<InlayHint>) {
    let content = item.content(db);
    crate::walk::clauses(&content.block, &mut |block, clause| {
        let word = block.kind.and_then(|it| it.clause(clause.word.text(&content.text))).map(|it| it.word);
        if !matches!(word, Some(ClauseWord::Items | ClauseWord::Values | ClauseWord::Parts | ClauseWord::Separate)) {
            return;
        }
        let count: usize =
            clause.values.iter().map(|it| if let A::List(items) = &it.kind { items.len() } else { 1 }).sum();
        if count >= 3 {
            let label = pick(locale, format!("共 {count} 项"), format!("{count} in all"));
            all.push(InlayHint { offset: at.absolute(clause.span).end, label, kind: HintKind::Total });
        }
    });
}

/// The type of a rule or parameter that declares none.
fn types(db: &Db, item: Item<'_>, at: &ParsedItem, locale: Locale, all: &mut Vec<InlayHint>) {
    let content = item.content(db);
    let block = &content.block;
    if block.ty.is_some() || !matches!(item.kind(db), Some(Kind::Param | Kind::Rule | Kind::Indicator)) {
        return;
    }
    let ty = match &*signature(db, item) {
        Signature::Param(_, ty) => ty.clone(),
        Signature::Rule(rule) => rule.ty.clone(),
        _ => return,
    };
    if ty == Type::Any {
        return;
    }
    let end = block.of.as_ref().map(|it| it.span).or(block.title).or(block.name.map(|it| it.span));
    let Some(end) = end else { return };
    let label = format!(": {}", plain(&ty, locale));
    all.push(InlayHint { offset: at.absolute(end).end, label, kind: HintKind::Type });
}

/// What a structure or quota may come to, over all jurisdictions.
fn values(db: &Db, item: Item<'_>, at: &ParsedItem, locale: Locale, all: &mut Vec<InlayHint>) {
    let read = lowered(db, item);
    let content = item.content(db);
    for def in &read.defs {
        let Def::Rule(rule) = def else { continue };
        let ExprKind::Parts(parts) = &rule.value.kind else { continue };
        let Type::Number(ty) = &rule.ty else { continue };
        if parts.len() < 2 {
            continue;
        }
        let (mut low, mut high) = (Some(Number::ZERO), Some(Number::ZERO));
        for part in parts {
            let range = constant(&part.value);
            let add = |sum: Option<Number>, part: Option<Number>| sum?.add(part?).ok();
            let (least, most) = (range.and_then(|it| it.lo()), range.and_then(|it| it.hi()));
            if part.guard.is_some() {
                // What counts under a guard may be nothing; what grows with a fact is taken to be no less than nothing.
                low = add(low, Some(least.unwrap_or(Number::ZERO).min(Number::ZERO)));
                high = add(high, most.map(|it| it.max(Number::ZERO)));
            } else {
                low = add(low, least);
                high = add(high, most);
            }
        }
        // That there is no less than nothing says nothing.
        if high.is_none() && low.is_none_or(|it| it == Number::ZERO) {
            continue;
        }
        let Some(end) = content.block.of.as_ref().map(|it| it.span) else { continue };
        let label = span_of(ty, low, high, locale);
        all.push(InlayHint { offset: at.absolute(end).end, label, kind: HintKind::Value });
    }
}

/// What something between two ends may be; an end that is not known depends on facts.
fn span_of(ty: &NumberType, low: Option<Number>, high: Option<Number>, locale: Locale) -> String {
    let show = |it: Number| ty.show(it, face(locale)).to_string();
    match (low, high) {
        (Some(low), None) => pick(locale, format!("不少于 {}", show(low)), format!("{} or more", show(low))),
        (None, Some(high)) => pick(locale, format!("至多 {}", show(high)), format!("at most {}", show(high))),
        _ => {
            let shown = match low {
                Some(low) if Some(low) == high => show(low),
                _ => ty.show_range(low, high, face(locale)).to_string(),
            };
            pick(locale, format!("可为 {shown}"), format!("may be {shown}"))
        }
    }
}

/// The figure of a value that needs no facts.
fn constant(expr: &Expr) -> Option<NumberRange> {
    match &expr.kind {
        ExprKind::Const(value) => value.as_number_range(),
        _ => None,
    }
}
