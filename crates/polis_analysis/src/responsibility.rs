//! Powers and duties: who leads, who holds a power twice, and where power and duty are apart (权责对等).

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Diagnostic, ResponsibilityMessage, ResponsibilityNote};
use polis_semantic::ir::Assignment;
use polis_semantic::items::{Item, Place};
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::read_of_kind;
use polis_semantic::{Symbol, file_document};
use polis_syntax::words::{Choice, Kind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::Analysis;
use crate::kin::{Circle, Kin, kin, rank};
use crate::report::at;

/// Decides who leads the duties of one provision.
pub(crate) fn leads(read: &Lowered, found: &mut Analysis) {
    let duties: Vec<&Assignment> = assignments(read).collect();
    let led = duties.iter().any(|it| !it.lead.is_empty());
    for duty in duties {
        let name = duty.meta.symbol.name.clone();
        let place = duty.meta.place(duty.meta.head);
        if duty.lead.len() > 1 {
            let leads = duty.lead.iter().map(|it| it.name.clone()).collect();
            let message = ResponsibilityMessage::TwoLeads { duty: name, leads };
            found.found(at(message, place).help(ResponsibilityNote::OneLead));
        } else if (led || !duty.supporting.is_empty()) && duty.lead.is_empty() && duty.holders.is_empty() {
            let organs: Vec<SmolStr> = duty.supporting.iter().map(|it| it.name.clone()).collect();
            let why = if organs.is_empty() {
                ResponsibilityNote::OthersAreLed
            } else {
                ResponsibilityNote::OthersSupport { organs }
            };
            let message = ResponsibilityMessage::NoLead { duty: name };
            found.found(at(message, place).note(why).help(ResponsibilityNote::NameLead));
        }
    }
}

fn assignments(read: &Lowered) -> impl Iterator<Item = &Assignment> {
    read.defs.iter().filter_map(|it| if let Def::Assignment(it) = it { Some(it) } else { None })
}

/// What a package sees of a kind, and whether it is its own.
struct Seen<'db> {
    item: Item<'db>,
    read: Arc<Lowered>,
    own: bool,
}

fn seen<'db>(db: &'db dyn Db, package: Package, kinds: &[Kind]) -> Vec<Seen<'db>> {
    let all = kinds.iter().flat_map(|it| read_of_kind(db, package, *it));
    all.map(|(item, read)| Seen { item, read, own: item.package(db) == package.name(db) }).collect()
}

/// Holds the powers and duties that a package sees against each other.
#[salsa::tracked(returns(clone))]
pub(crate) fn responsibility(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let kin = kin(db, package);
    let powers = seen(db, package, &[Kind::Power, Kind::Grant]);
    let duties = seen(db, package, &[Kind::Duty, Kind::Duties]);
    for seen in seen(db, package, &[Kind::Delegation]).iter().filter(|it| it.own) {
        delegates(&kin, &seen.read, &mut found);
    }
    twice(&kin, &powers, &mut found);
    without_power(&kin, &powers, &duties, &mut found);
    for seen in powers.iter().chain(&duties).filter(|it| it.own) {
        // A document that says no level, such as an article about a city, may speak of any.
        let level = || match file_document(db, seen.item.file(db)) {
            Some(document) => document.level,
            None => package.manifest(db).level,
        };
        at_level(&kin, &seen.read, level, &mut found);
    }
    Arc::new(found)
}

/// What a power or duty is about: over whom, and of what.
fn subjects(assignment: &Assignment) -> impl Iterator<Item = &SmolStr> {
    assignment.over.iter().chain(&assignment.objects)
}

/// Own powers of one concept over the same, with holders that have nothing to do with each other.
fn twice(kin: &Kin, powers: &[Seen<'_>], found: &mut Analysis) {
    let mut index: FxHashMap<(Vec<&Symbol>, Vec<&SmolStr>), &Assignment> = FxHashMap::default();
    for power in powers.iter().filter(|it| it.own).flat_map(|it| assignments(&it.read)) {
        let (mut is, mut about): (Vec<_>, Vec<_>) = (power.meta.is.iter().collect(), subjects(power).collect());
        let (Some(holder), false, false) = (power.holders.first(), is.is_empty(), about.is_empty()) else { continue };
        is.sort();
        about.sort();
        let first = *index.entry((is, about)).or_insert(power);
        let apart = power
            .holders
            .iter()
            .all(|it| first.holders.iter().all(|other| !kin.contains(it, other) && !kin.contains(other, it)));
        // Under guards both may never hold at once.
        let guarded = power.guard.is_some() && first.guard.is_some();
        let Some(rival) = first.holders.first().filter(|_| apart && !guarded) else { continue };
        let message = ResponsibilityMessage::PowerHeldTwice {
            power: power.meta.symbol.name.clone(),
            holder: holder.name.clone(),
            other: first.meta.symbol.name.clone(),
            rival: rival.name.clone(),
        };
        let diagnostic = at(message, power.meta.place(power.meta.head))
            .label(first.meta.place(first.meta.head), ResponsibilityNote::OtherPower)
            .help(ResponsibilityNote::OneHolder);
        found.found(diagnostic);
    }
}

/// Own duties about something that own powers are over, all of them with others.
fn without_power(kin: &Kin, powers: &[Seen<'_>], duties: &[Seen<'_>], found: &mut Analysis) {
    // For each subject all who hold a power over it, and the first of the package's own powers.
    let mut over: FxHashMap<&SmolStr, (Circle<'_>, Option<&Assignment>)> = FxHashMap::default();
    for seen in powers {
        for power in assignments(&seen.read) {
            for subject in subjects(power) {
                let (holders, first) = over.entry(subject).or_default();
                power.holders.iter().for_each(|it| holders.add(kin, it));
                if seen.own && !power.holders.is_empty() {
                    first.get_or_insert(power);
                }
            }
        }
    }
    for duty in duties.iter().filter(|it| it.own).flat_map(|it| assignments(&it.read)) {
        let Some(bearer) = duty.holders.first().or(duty.lead.first()) else { continue };
        let involved = duty.holders.iter().chain(&duty.lead).chain(&duty.supporting);
        let found_here = duty.objects.iter().find_map(|object| {
            let (holders, power) = over.get(object)?;
            let power = power.filter(|_| !involved.clone().any(|it| holders.is_of(kin, it)))?;
            Some((object, power, power.holders.first()?))
        });
        let Some((object, power, holder)) = found_here else { continue };
        let message = ResponsibilityMessage::DutyWithoutPower {
            bearer: bearer.name.clone(),
            duty: duty.meta.symbol.name.clone(),
            object: object.clone(),
            power: power.meta.symbol.name.clone(),
            holder: holder.name.clone(),
        };
        let diagnostic = at(message, duty.meta.place(duty.meta.head))
            .label(power.meta.place(power.meta.head), ResponsibilityNote::PowerIsHere)
            .help(ResponsibilityNote::MatchPowerAndDuty);
        found.found(diagnostic);
    }
}

/// Holders of own powers whose jurisdiction nothing binds: no duty, norm, procedure, mechanism or commitment.
#[salsa::tracked(returns(clone))]
pub(crate) fn answerable(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let powers = seen(db, package, &[Kind::Power, Kind::Grant]);
    let duties = seen(db, package, &[Kind::Duty, Kind::Duties]);
    if !powers.iter().any(|it| it.own) || !duties.iter().any(|it| it.own) {
        return Arc::new(found);
    }
    let kin = kin(db, package);
    let kinds = [Kind::Norm, Kind::Procedure, Kind::Mechanism, Kind::Commitment, Kind::Principle, Kind::Delegation];
    let others = seen(db, package, &kinds);
    let mut bound: FxHashSet<&Symbol> = FxHashSet::default();
    for def in duties.iter().chain(&others).flat_map(|it| &it.read.defs) {
        let all: Vec<&Symbol> = match def {
            Def::Assignment(duty) => duty.holders.iter().chain(&duty.lead).chain(&duty.supporting).collect(),
            Def::Norm(norm) => norm.actors.iter().collect(),
            Def::Procedure(procedure) => procedure.steps.iter().flat_map(|it| &it.actors).collect(),
            Def::Mechanism(mechanism) => mechanism.bearers.iter().chain(&mechanism.supporting).collect(),
            Def::Commitment(commitment) => {
                commitment.parties.iter().chain(commitment.sides.iter().flat_map(|it| &it.promisors)).collect()
            }
            Def::Principle(principle) => principle.actors.iter().collect(),
            Def::Delegation(delegation) => delegation.to.iter().collect(),
            _ => continue,
        };
        bound.extend(all.into_iter().map(|it| kin.base(it)));
    }
    let mut reported: FxHashSet<&Symbol> = FxHashSet::default();
    for power in powers.iter().filter(|it| it.own).flat_map(|it| assignments(&it.read)) {
        for holder in &power.holders {
            let base = kin.base(holder);
            if bound.contains(base) || !reported.insert(base) {
                continue;
            }
            let message = ResponsibilityMessage::PowerWithoutDuty {
                holder: holder.name.clone(),
                power: power.meta.symbol.name.clone(),
            };
            let place = power.meta.place(power.meta.head);
            found.found(at(message, place).help(ResponsibilityNote::GiveDuty));
        }
    }
    Arc::new(found)
}

/// Holes for one level that are left to organs none of which is of it.
fn delegates(kin: &Kin, read: &Lowered, found: &mut Analysis) {
    for def in &read.defs {
        let Def::Delegation(hole) = def else { continue };
        let Some(wanted) = hole.level else { continue };
        let levels: Option<Vec<Choice>> = hole.to.iter().map(|it| kin.level(it)).collect();
        // Of an organ whose level is not known it cannot be told.
        let Some(levels) = levels.filter(|it| !it.contains(&wanted)) else { continue };
        let (Some(organ), Some(level)) = (hole.to.first(), levels.first()) else { continue };
        let message = ResponsibilityMessage::DelegateNotAtLevel {
            hole: hole.meta.symbol.name.clone(),
            wanted: word(wanted),
            organ: organ.name.clone(),
            level: word(*level),
        };
        let place = hole.meta.place(hole.meta.head);
        found.found(at(message, place).help(ResponsibilityNote::LeaveToLevel));
    }
}

fn word(level: Choice) -> Bilingual {
    Bilingual::word(level.word().zh, level.word().en)
}

/// Holders and bearers of a higher level than the document that names them.
fn at_level(kin: &Kin, read: &Lowered, own: impl Fn() -> Option<Choice>, found: &mut Analysis) {
    let mut reported: Vec<&Symbol> = Vec::new();
    // What a text only suggests binds nobody.
    let suggests = |it: Option<Choice>| matches!(it, Some(Choice::Encouraged | Choice::Planned | Choice::May));
    let group = |it: &Def| matches!(it, Def::Group(group) if suggests(group.meta.modality));
    if read.defs.iter().any(group) {
        return;
    }
    for assignment in assignments(read).filter(|it| !suggests(it.meta.modality)) {
        for holder in assignment.holders.iter().chain(&assignment.lead) {
            let Some(level) = kin.level(holder) else { continue };
            let Some(own) = own() else { return };
            let above = rank(level).zip(rank(own)).is_some_and(|(a, b)| a < b);
            if above && !reported.contains(&holder) {
                reported.push(holder);
                found.found(not_at_level(assignment, holder, level, own));
            }
        }
    }
}

fn not_at_level(assignment: &Assignment, holder: &Symbol, level: Choice, own: Choice) -> Diagnostic<Place> {
    let message =
        ResponsibilityMessage::HolderNotAtLevel { holder: holder.name.clone(), level: word(level), own: word(own) };
    at(message, assignment.meta.place(assignment.meta.head)).help(ResponsibilityNote::NameHolderBelow)
}
