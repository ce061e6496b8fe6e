//! Totals of grants that take in the powers of other grants: 5 + 2 = 7.

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Diagnostic, KindMessage, KindNote};
use polis_syntax::Span;
use polis_syntax::words::{Kind, UnitWord};
use polis_value::Number;
use rustc_hash::FxHashMap;

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
    if goes_round(db, package, group) {
        return found;
    }
    for (dim, declared, span) in &group.totals {
        let Some((counted, parts)) = counted(db, package, group, dim, &mut FxHashMap::default()) else { continue };
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

/// How many members a group has, with what it takes in; `None` where that cannot be told. `seen` holds what was counted
/// already, and nothing for what is being counted: grants that take each other in have no count, and
/// [`crate::cycles`] reports them.
fn counted(
    db: &dyn Db,
    package: Package,
    group: &Group,
    dim: &Dim,
    seen: &mut FxHashMap<Symbol, Option<Number>>,
) -> Option<(Number, Vec<(Place, Number)>)> {
    if !group.whole || group.blank {
        return None;
    }
    seen.insert(group.meta.symbol.clone(), None);
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
        let amount = match (declared, seen.get(symbol)) {
            (Some(declared), _) => declared,
            (None, Some(amount)) => (*amount)?,
            (None, None) => counted(db, package, &included, dim, seen)?.0,
        };
        total = total.add(amount).ok()?;
        parts.push((item.name_place(db), amount));
        any = true;
    }
    if !any {
        return None;
    }
    seen.insert(group.meta.symbol.clone(), Some(total));
    Some((total, parts))
}

/// Whether what a group takes in goes round: then its totals cannot be right, and the circle is reported.
fn goes_round(db: &dyn Db, package: Package, group: &Group) -> bool {
    let mut groups: Vec<(Symbol, Vec<Symbol>)> = Vec::new();
    let mut next = vec![(group.meta.symbol.clone(), group.includes.clone())];
    while let Some((symbol, includes)) = next.pop() {
        if groups.iter().any(|it| it.0 == symbol) {
            continue;
        }
        next.extend(includes.iter().filter_map(|it| Some((it.clone(), find(db, package, it)?.1.includes))));
        groups.push((symbol, includes));
    }
    // What takes in nothing that is left is in no circle.
    loop {
        let left: Vec<Symbol> = groups.iter().map(|it| it.0.clone()).collect();
        groups.retain(|it| it.1.iter().any(|it| left.contains(it)));
        if groups.is_empty() || groups.len() == left.len() {
            return !groups.is_empty();
        }
    }
}

fn find<'db>(db: &'db dyn Db, package: Package, symbol: &Symbol) -> Option<(Item<'db>, Group)> {
    let owner = visible(db, package).iter().copied().find(|it| it.name(db) == symbol.package)?;
    let item = scope(db, owner).get(db, &symbol.name)?;
    let lowered = lowered(db, item);
    let group = lowered.defs.iter().find_map(|it| match it {
        Def::Group(group) => Some(group.clone()),
        _ => None,
    })?;
    Some((item, group))
}
