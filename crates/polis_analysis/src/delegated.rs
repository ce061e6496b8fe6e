//! What is left to others: holes that nobody has filled, and matters that are handed down without people or money.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, ResponsibilityMessage, ResponsibilityNote};
use polis_semantic::ir::{Deontic, ExprKind, Norm};
use polis_semantic::items::file_frame;
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{all_of_kind, read_of_kind, reading};
use polis_semantic::{Symbol, file_document};
use polis_syntax::words::{Choice, Kind};
use polis_value::Date;
use rustc_hash::FxHashSet;

use crate::Analysis;
use crate::kin::{Kin, kin};
use crate::norms::{Seen, seen};
use crate::reach::{Deed, that_do};
use crate::report::at;
use crate::times::start;

/// What speaks of people. 资源 stands for both people and money.
const PEOPLE: &[&str] = &["人", "编制", "力量", "队伍", "资源", "staff", "people", "personnel", "posts", "resources"];

/// What speaks of money.
const MONEY: &[&str] =
    &["费", "资金", "财政", "预算", "补助", "资源", "fund", "money", "budget", "financ", "resources"];

/// Decides what is left to a package, and what it hands down.
#[salsa::tracked(returns(clone))]
pub(crate) fn delegated(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    unfilled(db, package, &mut found);
    means(db, package, &mut found);
    Arc::new(found)
}

/// The holes for the package's own level that nothing of it fills.
fn unfilled(db: &dyn Db, package: Package, found: &mut Analysis) {
    let Some(level) = package.manifest(db).level else { return };
    let mut holes = all_of_kind(db, package, Kind::Delegation).peekable();
    if holes.peek().is_none() {
        return;
    }
    let filled: FxHashSet<Symbol> = package
        .files(db)
        .iter()
        .flat_map(|it| file_frame(db, *it).fills.clone())
        .flat_map(|it| {
            reading(db, it).defs.iter().filter_map(Def::meta).flat_map(|it| it.implements.clone()).collect::<Vec<_>>()
        })
        .collect();
    let manifest = package.manifest(db);
    let title = manifest.title.clone().unwrap_or_else(|| manifest.name.clone());
    for item in holes {
        let read = reading(db, item);
        for hole in read.defs.iter().filter_map(|it| if let Def::Delegation(it) = it { Some(it) } else { None }) {
            let discretion = matches!(hole.meta.modality, Some(Choice::May | Choice::Planned | Choice::Encouraged));
            if hole.level != Some(level) || discretion || filled.contains(&hole.meta.symbol) {
                continue;
            }
            let due = hole.deadline.as_ref().and_then(|it| match &it.length.kind {
                ExprKind::Const(value) => value.as_date_range().and_then(|it| it.hi()),
                _ => None,
            });
            // A deadline before the hole itself is a wrong date, and found as that.
            let due = due.filter(|due| start(db, item, hole.meta.force.0).is_none_or(|it| it <= *due));
            let place = hole.meta.place(hole.meta.head);
            let name = hole.meta.symbol.name.clone();
            let late = due.and_then(|due| Some((due, latest(db, package).filter(|it| *it > due)?)));
            let message = match late {
                Some((due, latest)) => ResponsibilityMessage::DelegationOverdue {
                    hole: name,
                    package: title.clone(),
                    due: due.to_string().into(),
                    latest: latest.to_string().into(),
                },
                // What holds until then is said.
                None if hole.default.is_some() => continue,
                None => ResponsibilityMessage::DelegationUnfilled { hole: name, package: title.clone() },
            };
            found.found(at(message, place).help(ResponsibilityNote::FillHole));
        }
    }
}

/// The day of the package's latest document.
fn latest(db: &dyn Db, package: Package) -> Option<Date> {
    let files = package.files(db);
    let documents = files.iter().filter_map(|it| file_document(db, *it));
    documents.filter_map(|it| it.dates.first().copied().flatten()?.lo()).max()
}

/// Own norms that hand matters down, with nothing that lets people and money follow them.
fn means(db: &dyn Db, package: Package, found: &mut Analysis) {
    let down = that_do(db, package, Deed::HandingDown, Deontic::Must).iter();
    let down: Vec<Seen<'_>> = down.filter_map(|it| it.read(db, package)).filter(|it| it.own).collect();
    if down.is_empty() {
        return;
    }
    let all = seen(db, package);
    let own = || all.iter().filter(|it| it.own).filter_map(|it| it.norm());
    let kin = kin(db, package);
    let admissions: Vec<Arc<Lowered>> = read_of_kind(db, package, Kind::Admission)
        .filter(|it| it.0.package(db) == package.name(db))
        .map(|it| it.1)
        .collect();
    for norm in down.iter().filter_map(Seen::norm) {
        let speaks = |words: &[&str]| {
            own().any(|it| goes_with(&kin, norm, it) && norm_speaks(it, words))
                || admissions.iter().flat_map(|it| &it.defs).any(|it| admission_speaks(it, words))
        };
        let missing = match (speaks(PEOPLE), speaks(MONEY)) {
            (true, true) => continue,
            (true, false) => Bilingual::new("经费", "money"),
            (false, true) => Bilingual::new("人员", "people"),
            (false, false) => Bilingual::new("人员和经费", "people or money"),
        };
        let message = ResponsibilityMessage::DelegationWithoutMeans { norm: norm.meta.symbol.name.clone(), missing };
        found.found(at(message, norm.meta.place(norm.meta.head)).help(ResponsibilityNote::GiveMeans));
    }
}

/// Whether what a norm gives can go with the matters that another hands down: it is the same norm, is about one of the
/// matters, is of a common concept, or gives to those to whom they are handed. Where that is not said, all that the same
/// actor gives can.
fn goes_with(kin: &Kin, down: &Norm, other: &Norm) -> bool {
    if other.modality == Deontic::MustNot {
        return false;
    }
    if down.meta.symbol == other.meta.symbol
        || down.meta.is.iter().any(|it| other.meta.is.contains(it))
        || down.objects.iter().any(|it| other.objects.contains(it))
    {
        return true;
    }
    if down.over.is_empty() {
        return other.actors.iter().any(|it| down.actors.iter().any(|giver| kin.base(giver) == kin.base(it)));
    }
    other.over.iter().any(|it| down.over.iter().any(|to| kin.base_of_name(to) == kin.base_of_name(it)))
}

fn norm_speaks(norm: &Norm, words: &[&str]) -> bool {
    let of = |text: &str| words.iter().any(|it| text.contains(it));
    norm.objects.iter().any(|it| of(it)) || norm.actions.iter().any(|it| of(&it.name)) || of(&norm.meta.symbol.name)
}

/// What an admission says of the matters that it lets in goes for all of them.
fn admission_speaks(def: &Def, words: &[&str]) -> bool {
    let of = |text: &str| words.iter().any(|it| text.contains(it));
    matches!(def, Def::Admission(it) if it.funds.iter().chain(&it.agreement).any(|it| of(it)) || it.conditions.iter().any(|it| of(&it.0)))
}
