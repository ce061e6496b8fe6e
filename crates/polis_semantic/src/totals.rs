//! Totals of grants that take in the powers of other grants: 5 + 2 = 7.

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Diagnostic, KindMessage, KindNote};
use polis_syntax::Span;
use polis_syntax::words::{Kind, UnitWord};
use polis_value::Number;

use crate::ir::Group;
use crate::items::{Item, Place, file_items_of};
use crate::kinds::{Def, lowered};
use crate::scope::{package_of, scope, visible};
use crate::types::{Dim, NumberType, Symbol};

/// The grants and lists of duties of a file whose declared total is not what they list and take in.
#[salsa::tracked(returns(deref))]
pub fn total_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic<Place>> {
    let Some(package) = package_of(db, file) else { return Vec::new() };
    file_items_of(db, file, &[Kind::Grant, Kind::Duties])
        .flat_map(|item| {
            let lowered = lowered(db, item);
            let found = lowered.defs.iter().find_map(|it| match it {
                Def::Group(group) => Some(check(db, package, item, group)),
                _ => None,
            });
            found.unwrap_or_default()
        })
        .collect()
}

fn check(db: &dyn Db, package: Package, item: Item<'_>, group: &Group) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    for (dim, declared, span) in &group.totals {
        let Some((counted, parts)) = counted(db, package, group, dim, 0) else { continue };
        let fits = if group.open_ended { counted <= *declared } else { counted == *declared };
        if fits {
            continue;
        }
        let ty = NumberType::new(Dim::of(UnitWord::Item), true);
        let show = |it: Number| ty.show_both(it);
        let place = |span: Span| Place { item: item.key(db), span };
        let mut diagnostic = Diagnostic::new(
            KindMessage::TotalMismatch {
                name: group.meta.symbol.name.clone(),
                declared: show(*declared),
                counted: show(counted),
            },
            place(*span),
        )
        .help(KindNote::CorrectTotalOrItems);
        for (other, amount) in parts {
            diagnostic = diagnostic.label(other, KindNote::CountsAs { amount: show(amount) });
        }
        found.push(diagnostic);
    }
    found
}

/// How many members a group has, with what it takes in; `None` where that cannot be told.
fn counted(
    db: &dyn Db,
    package: Package,
    group: &Group,
    dim: &Dim,
    depth: usize,
) -> Option<(Number, Vec<(Place, Number)>)> {
    // Grants that include each other in a circle are cut here; the circle itself is the checker's to report.
    if depth > 16 {
        return None;
    }
    let mut total = Number::from(i64::try_from(group.members.len()).ok()?);
    let mut parts = Vec::new();
    let mut any = !group.members.is_empty();
    for (_, more) in group.unlisted.iter().filter(|it| it.0 == *dim || it.0.is_none()) {
        total = total.add(*more).ok()?;
        any = true;
    }
    for symbol in &group.includes {
        let (item, included) = find(db, package, symbol)?;
        let declared = included.totals.iter().find(|it| it.0 == *dim).map(|it| it.1);
        let amount = match declared {
            Some(declared) => declared,
            None => counted(db, package, &included, dim, depth + 1)?.0,
        };
        total = total.add(amount).ok()?;
        parts.push((item.name_place(db), amount));
        any = true;
    }
    any.then_some((total, parts))
}

fn find<'db>(db: &'db dyn Db, package: Package, symbol: &Symbol) -> Option<(Item<'db>, Group)> {
    let owner = visible(db, package).iter().copied().find(|it| it.name(db) == symbol.package)?;
    let item = scope(db, owner).get(&symbol.name)?;
    let lowered = lowered(db, item);
    let group = lowered.defs.iter().find_map(|it| match it {
        Def::Group(group) => Some(group.clone()),
        _ => None,
    })?;
    Some((item, group))
}
