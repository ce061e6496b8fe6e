//! `range:` held against what is written: the values of a parameter, a field's default, the facts of tests, and what a
//! run sets, which is read as a test.

use polis_db::Db;
use polis_diagnostic::{Bilingual, KindMessage, KindNote};
use polis_syntax::ast::{Block, Element};
use polis_syntax::words::{ClauseWord, Face, Kind};
use polis_value::Value;
use smol_str::SmolStr;

use super::clauses::fold;
use super::{Def, lowered};
use crate::expr::is_zero;
use crate::ir::{Expr, ExprKind};
use crate::items::{Item, ItemContent, Place};
use crate::lower::Lower;
use crate::types::Type;

/// What a value may be, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// The range.
    pub(crate) range: Value,
    /// Where it stands.
    pub(crate) place: Place,
}

/// What a `range` clause allows of values of a type; `None` where that depends on something, or is of another type, which
/// is reported.
pub(crate) fn allowed(range: &Expr, ty: &Type, place: Place) -> Option<Allowed> {
    let range = constant(range).filter(|_| fits(range, ty))?;
    Some(Allowed { range, place })
}

/// Whether a value is of a type: what is not is reported, and not held against a range as well.
fn fits(value: &Expr, ty: &Type) -> bool {
    value.ty.compatible(ty) || is_zero(value)
}

/// What a parameter may be.
#[salsa::tracked(returns(clone))]
pub(super) fn param_range(db: &dyn Db, item: Item<'_>) -> Option<Allowed> {
    lowered(db, item).defs.iter().find_map(|it| match it {
        Def::Param(param) => {
            let range = param.range.as_ref()?;
            allowed(range, &param.ty, Place { item: item.key(db), span: range.span })
        }
        _ => None,
    })
}

/// What the fields of an entity may be, by their names.
#[salsa::tracked(returns(deref))]
pub(super) fn field_ranges(db: &dyn Db, item: Item<'_>) -> Vec<(SmolStr, Allowed)> {
    let lowered = lowered(db, item);
    let fields = lowered.defs.iter().find_map(|it| match it {
        Def::Entity(entity) => Some(&entity.fields),
        _ => None,
    });
    let content = item.content(db);
    let ranges = fields.into_iter().flatten().filter_map(|field| {
        let range = Value::from(field.range?);
        let span = range_clause(&content, &field.name)?;
        Some((field.name.clone(), Allowed { range, place: Place { item: item.key(db), span } }))
    });
    ranges.collect()
}

/// Where a field's range stands.
fn range_clause(content: &ItemContent, field: &str) -> Option<polis_syntax::Span> {
    let block = elements(&content.block).find_map(|it| match it {
        Element::Block(block) => block.name.is_some_and(|it| it.text(&content.text) == field).then_some(block),
        _ => None,
    })?;
    elements(block).find_map(|it| match it {
        Element::Clause(clause) => {
            let word = Kind::Field.clause(clause.word.text(&content.text))?.word;
            clause.values.first().filter(|_| word == ClauseWord::Range).map(|it| it.span)
        }
        _ => None,
    })
}

fn elements(block: &Block) -> impl Iterator<Item = &Element> {
    block.body.iter().flat_map(|it| &it.elements)
}

impl Lower<'_, '_> {
    /// Reports a value that needs no facts and is not what `allowed` says, or may be something else.
    pub(super) fn in_range(&mut self, name: &str, ty: &Type, value: &Expr, allowed: &Allowed) {
        let Some(found) = constant(value).filter(|_| fits(value, ty)) else { return };
        if within(&found, &allowed.range) {
            return;
        }
        let range = shown(&allowed.range, ty);
        let message =
            KindMessage::ValueOutOfRange { value: shown(&found, ty), name: name.into(), range: range.clone() };
        let error = self.error(message, value.span);
        *error = error
            .clone()
            .label(allowed.place.clone(), KindNote::RangeSetHere { range })
            .help(KindNote::CorrectValueOrRange);
    }
}

/// What of an expression that needs no facts is not what `allowed` says.
pub(crate) fn outside(value: &Expr, ty: &Type, allowed: &Allowed) -> Option<Bilingual> {
    let found = constant(value).filter(|_| fits(value, ty))?;
    (!within(&found, &allowed.range)).then(|| shown(&found, ty))
}

/// The value of an expression that needs no facts.
fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value.clone()),
        _ => fold(expr).map(Value::Number),
    }
}

/// Whether everything that a value may be lies in a range. Values that have no order lie in none, and are not held
/// against one.
fn within(value: &Value, range: &Value) -> bool {
    if let (Some(value), Some(range)) = (value.as_number_range(), range.as_number_range()) {
        return value.is_within(&range);
    }
    match (value.as_date_range(), range.as_date_range()) {
        (Some(value), Some(range)) => value.is_within(&range),
        _ => true,
    }
}

/// A value of a type, for messages.
pub(crate) fn shown(value: &Value, ty: &Type) -> Bilingual {
    if let (Some(range), Type::Number(ty)) = (value.as_number_range(), ty) {
        return match range.as_point() {
            Some(number) => ty.show_both(number),
            None => Bilingual::new(
                ty.show_range(range.lo(), range.hi(), Face::Zh),
                ty.show_range(range.lo(), range.hi(), Face::En),
            ),
        };
    }
    let dates = value.as_date_range();
    let text = dates.map(|it| it.as_point().map_or_else(|| it.to_string(), |it| it.to_string()));
    Bilingual::same(text.unwrap_or_default())
}
