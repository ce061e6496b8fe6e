//! Holes that superiors leave, held against what fills them: who fills them, and with what.

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Diagnostic, GeneralNote, KindMessage, KindNote};
use polis_syntax::words::Kind;

use crate::assembly::file_document;
use crate::ir::{Delegation, Expr, Meta};
use crate::items::{Item, Place, file_frame};
use crate::kinds::{Def, lowered, ranges};
use crate::scope::{scope, visible};
use crate::types::Symbol;

/// The fills of a package that lie outside of what the superior allows, or that are not the superior's to be filled here.
#[salsa::tracked(returns(deref))]
pub fn delegation_diagnostics(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    for file in package.files(db).iter() {
        for item in &file_frame(db, *file).fills {
            let lowered = lowered(db, *item);
            let Some(meta) = lowered.defs.iter().filter_map(Def::meta).find(|it| !it.implements.is_empty()) else {
                continue;
            };
            for hole in &meta.implements {
                let Some((place, hole)) = find(db, package, hole) else { continue };
                found.extend(without_authority(db, package, *item, meta, &hole, &place));
                found.extend(out_of_bounds(db, *item, meta, &lowered.defs, &hole));
            }
        }
    }
    found
}

/// A delegation that the package sees, with the place of its name.
fn find(db: &dyn Db, package: Package, symbol: &Symbol) -> Option<(Place, Delegation)> {
    let owner = visible(db, package).iter().copied().find(|it| it.name(db) == symbol.package)?;
    let item = scope(db, owner).get(db, &symbol.name)?;
    let delegation = lowered(db, item).defs.iter().find_map(|it| match it {
        Def::Delegation(delegation) => Some(delegation.clone()),
        _ => None,
    })?;
    Some((item.name_place(db), delegation))
}

/// The level that the hole is for is the document's or the package's, or, where it names organs, one of them issued the document.
fn without_authority(
    db: &dyn Db,
    package: Package,
    item: Item<'_>,
    meta: &Meta,
    hole: &Delegation,
    place: &Place,
) -> Option<Diagnostic<Place>> {
    let document = file_document(db, item.file(db));
    let own = document.as_ref().and_then(|it| it.level).or(package.manifest(db).level);
    let (by, to) = match (hole.level, own) {
        (Some(wanted), Some(own)) if wanted != own => {
            let word = |it: polis_syntax::words::Choice| Bilingual::word(it.word().zh, it.word().en);
            (word(own), word(wanted))
        }
        (Some(_), _) => return None,
        (None, _) => {
            let organs: Vec<&Symbol> = hole.to.iter().filter(|it| is_organ(db, package, it)).collect();
            let issuers = document.map(|it| it.issuers.clone()).unwrap_or_default();
            // Where the text names a type of jurisdiction, or no issuer, nothing can be told.
            if organs.is_empty() || organs.len() < hole.to.len() || issuers.is_empty() {
                return None;
            }
            if issuers.iter().any(|issuer| organs.iter().any(|it| it.name == *issuer)) {
                return None;
            }
            let join = |names: Vec<&str>| {
                let each = |it: &str| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(it);
                Bilingual::new(each("、"), each(", "))
            };
            (
                join(issuers.iter().map(smol_str::SmolStr::as_str).collect()),
                join(organs.iter().map(|it| it.name.as_str()).collect()),
            )
        }
    };
    let message = KindMessage::FillWithoutAuthority {
        name: meta.symbol.name.clone(),
        hole: hole.meta.symbol.name.clone(),
        by,
        to,
    };
    let diagnostic = Diagnostic::new(message, item.name_place(db));
    Some(diagnostic.label(place.clone(), GeneralNote::DeclaredHere).help(KindNote::FillAtTheRightPlace))
}

fn is_organ(db: &dyn Db, package: Package, symbol: &Symbol) -> bool {
    let owner = visible(db, package).iter().copied().find(|it| it.name(db) == symbol.package);
    owner.and_then(|it| scope(db, it).get(db, &symbol.name)).is_some_and(|it| it.kind(db) == Some(Kind::Organ))
}

/// The figures of the fill that need no facts and lie outside of the hole's bounds.
fn out_of_bounds(
    db: &dyn Db,
    item: Item<'_>,
    meta: &Meta,
    defs: &[Def],
    hole: &Delegation,
) -> Option<Diagnostic<Place>> {
    let (range, ty) = (hole.range.as_ref()?, hole.ty.as_ref()?);
    let allowed = ranges::allowed(range, ty, hole.meta.place(range.span))?;
    let values: Vec<&Expr> = defs
        .iter()
        .flat_map(|def| match def {
            Def::Param(param) => param.value.iter().chain(param.dated.iter().map(|it| &it.1)).collect::<Vec<_>>(),
            Def::Rule(rule) => std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value)).collect(),
            _ => Vec::new(),
        })
        .collect();
    let (value, outside) = values.into_iter().find_map(|it| Some((it, ranges::outside(it, ty, &allowed)?)))?;
    let range = ranges::shown(&allowed.range, ty);
    let message = KindMessage::FillOutOfBounds {
        name: meta.symbol.name.clone(),
        hole: hole.meta.symbol.name.clone(),
        value: outside,
        range: range.clone(),
    };
    let place = Place { item: item.key(db), span: value.span };
    Some(Diagnostic::new(message, place).label(allowed.place, KindNote::RangeSetHere { range }))
}
