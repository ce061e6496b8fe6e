//! Limits that a structure may break by itself: what it provides for, whatever the choices, against its own limits and
//! those of its superiors. Only figures that need no facts are decided here; what depends on facts is a run's to tell.

use polis_db::{Db, Package, SourceFile, superiors};
use polis_diagnostic::{Bilingual, Diagnostic, KindMessage, KindNote};
use polis_syntax::words::{Face, Kind};
use polis_value::{Number, NumberRange, Range, Value};
use smol_str::format_smolstr;

use crate::ir::{Expr, ExprKind, Limit, PartExpr, Rule, Structure};
use crate::items::{Place, file_items_of};
use crate::kinds::{Def, Lowered, lowered};
use crate::scope::package_of;
use crate::types::{NumberType, Type};

const STRUCTURES: &[Kind] = &[Kind::Offices, Kind::Centers, Kind::Posts, Kind::Quota];

/// The structures of a file that may leave their own or a superior's limits.
#[salsa::tracked(returns(deref))]
pub fn limit_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    for item in file_items_of(db, file, STRUCTURES) {
        let lowered = lowered(db, item);
        let Some((structure, Some(rule))) = structure(&lowered) else { continue };
        found.extend(structure.limits.iter().filter_map(|it| exceeded(structure, rule, it, None)));
        let Some(package) = package_of(db, file) else { continue };
        for superior in superiors(db, package).iter() {
            for above in limited(db, *superior) {
                if above.meta.kind == structure.meta.kind && above.entity == structure.entity {
                    found.extend(above.limits.iter().filter_map(|it| exceeded(structure, rule, it, Some(above))));
                }
            }
        }
    }
    found
}

/// The structures of a package that set limits.
#[salsa::tracked(returns(deref))]
fn limited(db: &dyn Db, package: Package) -> Vec<Structure> {
    let files = package.files(db);
    let items = files.iter().flat_map(|it| file_items_of(db, *it, STRUCTURES));
    items
        .filter_map(|it| structure(&lowered(db, it)).map(|it| it.0.clone()))
        .filter(|it| !it.limits.is_empty())
        .collect()
}

/// A structure and the rule of what it provides for.
fn structure(lowered: &Lowered) -> Option<(&Structure, Option<&Rule>)> {
    let structure = lowered.defs.iter().find_map(|it| match it {
        Def::Structure(structure) => Some(structure),
        _ => None,
    })?;
    let rule = lowered.defs.iter().find_map(|it| match it {
        Def::Rule(rule) => Some(rule),
        _ => None,
    });
    Some((structure, rule))
}

fn exceeded(
    structure: &Structure,
    rule: &Rule,
    limit: &Limit,
    superior: Option<&Structure>,
) -> Option<Diagnostic<Place>> {
    let Type::Number(ty) = &rule.ty else { return None };
    let bounds = known(&limit.bounds)?;
    let most = bounds.hi()?;
    let ExprKind::Parts(parts) = &rule.value.kind else { return None };
    // A limit under a guard binds only some; whether those exceed it depends on facts.
    if limit.guard.is_some() {
        return None;
    }
    let reaches = reach(parts)?.hi()?;
    if reaches <= most {
        return None;
    }
    let name = structure.meta.symbol.name.clone();
    let (value, limit_text) = (ty.show_both(reaches), ty.show_both(most));
    let place = |span| structure.meta.place(span);
    let message: polis_diagnostic::Message = match superior {
        None => KindMessage::LimitExceeded { name, value, limit: limit_text.clone() }.into(),
        Some(superior) => KindMessage::SuperiorLimitExceeded {
            name,
            value,
            limit: limit_text.clone(),
            superior: format_smolstr!("{}", superior.meta.symbol),
        }
        .into(),
    };
    let limit_meta = superior.map_or(&structure.meta, |it| &it.meta);
    let mut diagnostic = Diagnostic::new(message, place(structure.meta.head))
        .label(limit_meta.place(limit.bounds.span), KindNote::LimitSetHere { limit: limit_text });
    for part in parts {
        if let Some(hi) = known(&part.value).and_then(|it| it.hi()) {
            diagnostic = diagnostic.label(place(part.value.span), KindNote::Reaches { value: ty.show_both(hi) });
        }
    }
    if let Some(choice) = example(parts, most, ty) {
        diagnostic = diagnostic.note(KindNote::Example { example: choice });
    }
    Some(match bound(parts, reaches, most, ty) {
        Some(range) => diagnostic.help(KindNote::BoundBy { range }),
        None => diagnostic,
    })
}

/// What the parts may add up to. Where a part stands under a guard, that is decided for every jurisdiction, and not here.
fn reach(parts: &[PartExpr]) -> Option<NumberRange> {
    let mut sum = Range::point(Number::ZERO);
    for part in parts {
        let value = known(&part.value).filter(|_| part.guard.is_none())?;
        sum = sum.add(&value).ok()?;
    }
    Some(sum)
}

/// The range of a value that needs no facts.
fn known(expr: &Expr) -> Option<NumberRange> {
    match &expr.kind {
        ExprKind::Const(Value::Number(number)) => Some(Range::point(*number)),
        ExprKind::Const(value) => value.as_number_range(),
        _ => None,
    }
}

/// The smallest choice that breaks the limit: the part that is left to choose, and how much it takes.
fn example(parts: &[PartExpr], most: Number, ty: &NumberType) -> Option<Bilingual> {
    let free = free_part(parts)?;
    let value = known(&free.value)?;
    let others = reach(parts)?.hi()?.sub(value.hi()?).ok()?;
    let least = most.sub(others).ok()?.add(Number::ONE).ok()?;
    let least = value.lo().map_or(least, |lo| lo.max(least));
    let name = free.name.as_deref().unwrap_or("X");
    Some(Bilingual::new(
        format!("{name} = {}", ty.show(least, Face::Zh)),
        format!("{name} = {}", ty.show(least, Face::En)),
    ))
}

/// The range that keeps the part that is left to choose within the limit.
fn bound(parts: &[PartExpr], reaches: Number, most: Number, ty: &NumberType) -> Option<Bilingual> {
    let value = known(&free_part(parts)?.value)?;
    let over = reaches.sub(most).ok()?;
    let hi = value.hi()?.sub(over).ok()?;
    let lo = value.lo().unwrap_or(Number::ZERO);
    (lo <= hi).then(|| {
        Bilingual::new(ty.show_range(Some(lo), Some(hi), Face::Zh), ty.show_range(Some(lo), Some(hi), Face::En))
    })
}

/// The only part that leaves a choice.
fn free_part(parts: &[PartExpr]) -> Option<&PartExpr> {
    let mut free = parts.iter().filter(|it| known(&it.value).is_some_and(|it| !it.is_point()));
    let first = free.next()?;
    free.next().is_none().then_some(first)
}
