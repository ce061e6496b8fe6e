//! The powers, duties and norms that are in force: whose they are, and to which jurisdictions they apply.

#[cfg(test)]
mod tests;

use polis_eval::{EntityId, Machine, Question, Run, Settings, World};
use polis_semantic::ir::{Deontic, Expr, ExprKind, Meta};
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::words::{Choice, Kind};
use polis_value::{Number, Truth};

use crate::events::EventLog;
use crate::reach::Reach;

/// What the jurisdictions of one entity have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The entity.
    pub entity: EntityId,
    /// What they have, by kind and then in the order of the program.
    pub items: Vec<Held>,
}

/// A provision that gives or demands something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The provision.
    pub symbol: Symbol,
    /// What it is.
    pub kind: Holding,
    /// The grant or list of duties that it stands in.
    pub group: Option<Symbol>,
    /// How binding it says that it is.
    pub binding: Option<Choice>,
    /// For a grant or list: how many more it has than it names; `None` for a provision of its own.
    pub unnamed: Option<Unnamed>,
    /// To which jurisdictions it applies; `None` for one without a condition, which applies to all.
    pub applies: Option<Applies>,
}

/// What a provision gives or demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    /// A power.
    Power,
    /// A duty.
    Duty,
    /// An action that must be done.
    Must,
    /// One that must not.
    MustNot,
    /// One that may be done.
    May,
    /// One that is encouraged.
    Encouraged,
}

/// Powers or duties that a text counts and does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unnamed {
    /// So many.
    Count(Number),
    /// It does not say how many.
    Open,
}

/// The jurisdictions that a condition holds for, by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applies {
    /// It holds.
    pub to: Vec<u32>,
    /// What it asks is not known, or is about something else than the jurisdiction.
    pub unknown: Vec<u32>,
}

/// A provision before it is known to whom it applies.
struct Provision<'p> {
    meta: &'p Meta,
    kind: Holding,
    group: Option<&'p Symbol>,
    holders: Vec<&'p Symbol>,
    guard: Option<&'p Expr>,
    unnamed: Option<Unnamed>,
}

/// What is in force on the day of the settings; or, where they have none, by the latest provisions. Entities are in the
/// order of the program; of those without jurisdictions, `populated` tells which have some elsewhere.
pub fn in_force(
    machine: &mut Machine,
    world: &World,
    settings: &Settings,
    populated: &dyn Fn(EntityId) -> bool,
) -> Vec<Holder> {
    let program = std::sync::Arc::clone(machine.program());
    let mut all = provisions(&program);
    all.sort_by_key(|it| it.kind);
    // Questions are linked before the run, which holds the machine.
    let asked: Vec<Option<(Question, Option<Symbol>)>> =
        all.iter().map(|it| it.guard.map(|guard| (machine.question(&it.meta.symbol, guard), about([guard])))).collect();
    let run = Run::new(machine, world, settings.clone());
    let has_rows = |it: &EntityId| !world.rows(*it).is_empty() || populated(*it);
    let entities = machine.entity_ids().filter(has_rows).map(|entity| {
        let held = all.iter().zip(&asked).filter(|(it, _)| is_of(machine, &program, it, entity));
        let items = held.map(|(it, guard)| Held {
            symbol: it.meta.symbol.clone(),
            kind: it.kind,
            group: it.group.cloned(),
            binding: it.meta.modality,
            unnamed: it.unnamed,
            applies: guard.as_ref().map(|it| applies(&run, entity, it)),
        });
        Holder { entity, items: items.collect() }
    });
    entities.filter(|it| !it.items.is_empty()).collect()
}

/// Whether the rows of an entity have to be there to say what is in force, how norms are kept and what is admitted: they
/// are events or are held against some, matters to decide on, or a condition is about them.
#[must_use]
pub fn needs_rows_of(machine: &Machine, world: &World, entity: EntityId) -> bool {
    if EventLog::is_of(machine, entity) || EventLog::of(machine, world).is_some() {
        return true;
    }
    let program = machine.program();
    let decides = program.admissions.iter().any(|it| {
        let mut reach = Reach::new(machine);
        it.when.iter().chain(it.grounds.iter().map(|it| &it.1)).for_each(|it| reach.expr(it));
        reach.members.contains(&entity) || machine.entity(&it.entity) == Some(entity)
    });
    decides
        || provisions(program).iter().any(|it| {
            let Some(guard) = it.guard else { return false };
            let mut reach = Reach::new(machine);
            reach.expr(guard);
            reach.members.contains(&entity) || is_of(machine, program, it, entity)
        })
}

fn is_of(machine: &Machine, program: &Program, provision: &Provision<'_>, entity: EntityId) -> bool {
    provision.holders.iter().any(|it| entity_of(machine, program, it) == Some(entity))
}

/// The entity whose jurisdictions a party is: its own, or the one that an organ belongs to.
pub(crate) fn entity_of(machine: &Machine, program: &Program, party: &Symbol) -> Option<EntityId> {
    let organ = || program.notions.iter().find(|it| it.meta.kind == Kind::Organ && it.meta.symbol == *party);
    machine.entity(party).or_else(|| machine.entity(organ()?.entity.as_ref()?))
}

/// Whose facts expressions speak of.
pub(crate) fn about<'e>(expressions: impl IntoIterator<Item = &'e Expr>) -> Option<Symbol> {
    expressions.into_iter().flat_map(Expr::all).find_map(|it| match (&it.kind, &it.ty) {
        (ExprKind::This, Type::Entity(symbol)) => Some(symbol.clone()),
        _ => None,
    })
}

fn provisions(program: &Program) -> Vec<Provision<'_>> {
    let kind = |meta: &Meta| match meta.kind {
        Kind::Power | Kind::Grant => Holding::Power,
        _ => Holding::Duty,
    };
    let assigned = program.assignments.iter().map(|it| {
        let mut holders: Vec<&Symbol> = it.holders.iter().collect();
        holders.extend(it.group.iter().flat_map(|group| takers(program, group)));
        Provision {
            meta: &it.meta,
            kind: kind(&it.meta),
            group: it.group.as_ref(),
            holders,
            guard: it.guard.as_ref(),
            unnamed: None,
        }
    });
    let unnamed = program.groups.iter().filter_map(|it| {
        let count = it.unlisted.iter().try_fold(Number::ZERO, |sum, it| sum.add(it.1)).ok()?;
        let unnamed = if it.blank { Unnamed::Open } else { Unnamed::Count(count) };
        let holders: Vec<&Symbol> = it.holders.iter().chain(takers(program, &it.meta.symbol)).collect();
        let guard = it.guard.as_ref();
        let is_some = it.blank || count > Number::ZERO;
        is_some.then(|| Provision {
            meta: &it.meta,
            kind: kind(&it.meta),
            group: None,
            holders,
            guard,
            unnamed: Some(unnamed),
        })
    });
    let demanded = program.norms.iter().map(|it| {
        let kind = match it.modality {
            Deontic::Must => Holding::Must,
            Deontic::MustNot => Holding::MustNot,
            Deontic::May => Holding::May,
            Deontic::Encouraged => Holding::Encouraged,
        };
        let holders = it.actors.iter().collect();
        Provision { meta: &it.meta, kind, group: None, holders, guard: it.guard.as_ref(), unnamed: None }
    });
    assigned.chain(unnamed).chain(demanded).collect()
}

/// Who else gets what stands in a group: the holders of the groups that take it in.
fn takers<'p>(program: &'p Program, group: &Symbol) -> Vec<&'p Symbol> {
    let (mut open, mut all) = (vec![group], Vec::new());
    let mut seen: Vec<&Symbol> = Vec::new();
    while let Some(next) = open.pop() {
        for taker in program.groups.iter().filter(|it| it.includes.contains(next)) {
            if !seen.contains(&&taker.meta.symbol) {
                seen.push(&taker.meta.symbol);
                open.push(&taker.meta.symbol);
                all.extend(&taker.holders);
            }
        }
    }
    all
}

/// The jurisdictions of an entity that a condition holds for.
fn applies(run: &Run<'_>, entity: EntityId, (guard, about): &(Question, Option<Symbol>)) -> Applies {
    let mut applies = Applies::default();
    let is_about_another = about.as_ref().is_some_and(|it| run.machine().entity(it) != Some(entity));
    for (_, row) in run.world().rows(entity).iter().zip(0_u32..) {
        let holds =
            if is_about_another { None } else { run.ask(guard, (entity, row)).ok().and_then(|it| it.as_truth()) };
        match holds {
            Some(Truth::True) => applies.to.push(row),
            Some(Truth::False) => {}
            Some(Truth::Unknown) | None => applies.unknown.push(row),
        }
    }
    applies
}
