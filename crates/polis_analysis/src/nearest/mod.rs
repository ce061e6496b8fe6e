//! The smallest change of facts that changes a result of one jurisdiction.
//!
//! Along one fact, with all others as they are, a result is constant or moves one way only from one edge to the next:
//! edges lie where a comparison changes. Every comparison that the result makes is asked, the innermost first, so that
//! each moves one way as long as those before it stay, and its next edge is found by halving. What the result is behind
//! an edge is asked of the interpreter on the sample itself. Facts along which a comparison may move either way are not
//! looked at, and named.

mod reach;
#[cfg(test)]
mod tests;
mod walk;
mod ways;

use std::collections::BTreeSet;

use polis_eval::{ConstraintId, EntityId, Machine, Outcome, RuleId, Run, Settings, World};
use polis_semantic::{Symbol, Type};
use polis_value::{Comparison, Number, Value, ops};
use smol_str::SmolStr;

use crate::Outside;
use reach::Reach;
use walk::{Fact, Walk};
use ways::moves_one_way;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// A rule's value is another than it is.
    OtherValue(RuleId),
    /// A rule's value compares in this way.
    Value(RuleId, Comparison, Value),
    /// Every constraint is kept, or else one is not.
    Kept(Vec<ConstraintId>, bool),
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Whether it is so already.
    pub holds: bool,
    /// For each fact that can bring it about alone the least change, the smallest first.
    pub alone: Vec<Change>,
    /// Where none can, two that do together.
    pub together: Option<[Change; 2]>,
    /// The facts that were looked at, in the order in which the result asks them.
    pub looked_at: Vec<(EntityId, u32, u32)>,
    /// Facts that the result rests on and that were not looked at: entity and field, and why.
    pub skipped: Vec<(Symbol, SmolStr, Outside)>,
    /// Whether not all pairs were tried.
    pub gave_up: bool,
    /// Whether conditions rest on facts or figures that are missing, which were left missing.
    pub lacking: bool,
    /// How often the interpreter was asked.
    pub asked: usize,
}

/// A change of one fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The entity, row and field.
    pub fact: (EntityId, u32, u32),
    /// What it is; `None` where it is missing.
    pub from: Option<Value>,
    /// What it would be.
    pub to: Value,
    /// Its size: the share of the present figure, 1 for another choice, and more for what is missing.
    size: Number,
}

/// More questions than this are not asked for pairs.
const MOST_ASKED: usize = 250_000;

/// The smallest changes of facts that bring a goal about for the jurisdiction in `row`. The world comes back as it was.
pub fn nearest(
    machine: &mut Machine,
    world: &mut World,
    settings: &Settings,
    at: (EntityId, u32),
    goal: &Goal,
) -> Nearest {
    let chain = chain(machine, world, at);
    let program = std::sync::Arc::clone(machine.program());
    let (facts, skipped, sites) = {
        let mut reach = Reach::new(machine, chain);
        match goal {
            Goal::OtherValue(rule) | Goal::Value(rule, ..) => {
                if let Some(def) = program.rules.get(rule.index()) {
                    reach.rule(&def.meta.symbol, Some(at), true);
                }
            }
            Goal::Kept(all, _) => {
                for constraint in all.iter().filter_map(|it| machine_constraint(&program, *it)) {
                    reach.constraint(constraint, Some(at), true);
                }
            }
        }
        let value = match goal {
            Goal::OtherValue(rule) | Goal::Value(rule, ..) => program.rules.get(rule.index()),
            Goal::Kept(..) => None,
        };
        let mut facts: Vec<(Fact, Vec<usize>)> = Vec::new();
        let mut skipped: Vec<(Symbol, SmolStr, Outside)> = Vec::new();
        let mut met = BTreeSet::new();
        for field in reach.facts.clone() {
            if !met.insert(field.clone()) {
                continue;
            }
            let Some(place) = reach.place_of(&field) else { continue };
            let own: Vec<usize> = (0..reach.sites.len())
                .filter(|it| reach.sites.get(*it).is_some_and(|it| it.facts.contains(&field)))
                .collect();
            let fact = (&field.0, &field.1);
            // A yes or no or a choice is tried, so that it need not move one way.
            let Some(walk) = Fact::new(machine, &program, place, &own, &reach.sites) else {
                skipped.push((field.0.clone(), field.1.clone(), Outside::Computed));
                continue;
            };
            let mut sites = own.iter().filter_map(|it| reach.sites.get(*it));
            let one_way = sites
                .all(|it| moves_one_way(&program, it.lhs, Some(it.rhs), fact) && !matches!(it.rhs.ty, Type::List(_)))
                && value.is_none_or(|rule| {
                    let mut all = std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value));
                    rule.ty.as_number().is_none() || all.all(|it| moves_one_way(&program, it, None, fact))
                });
            if reach.hidden.contains(&field) {
                skipped.push((field.0.clone(), field.1.clone(), Outside::Members));
            } else if walk.is_line() && !one_way {
                skipped.push((field.0.clone(), field.1.clone(), Outside::Computed));
            } else {
                facts.push((walk, own));
            }
        }
        let others = reach.others.iter().map(|it| (it.0.clone(), it.1.clone(), Outside::Members));
        skipped.extend(others);
        let sites: Vec<_> =
            reach.sites.iter().map(|it| (it.owner.clone(), it.at, it.lhs.clone(), it.rhs.clone())).collect();
        (facts, skipped, sites)
    };
    let sites = sites
        .into_iter()
        .map(|(owner, at, lhs, rhs)| (at, machine.question(&owner, &lhs), machine.question(&owner, &rhs)))
        .collect();
    let now = {
        let run = Run::new(machine, world, settings.clone());
        match goal {
            Goal::OtherValue(rule) => run.rule(*rule, at.1).ok(),
            _ => None,
        }
    };
    let mut walk = Walk { machine, world, settings, at, goal, now, sites, asked: 0, lacking: false };
    let mut found = Nearest {
        holds: walk.reaches(),
        alone: Vec::new(),
        together: None,
        looked_at: facts.iter().map(|it| it.0.place).collect(),
        skipped,
        gave_up: false,
        lacking: false,
        asked: 0,
    };
    if !found.holds {
        for (fact, sites) in &facts {
            found.alone.extend(walk.along(fact, sites, &mut |_| {}));
        }
        found.alone.sort_by_key(|it| it.size);
        if found.alone.is_empty() {
            found.together = pair(&mut walk, &facts, &mut found.gave_up);
        }
    }
    found.asked = walk.asked;
    found.lacking = walk.lacking;
    found
}

fn machine_constraint(program: &polis_semantic::Program, id: ConstraintId) -> Option<&polis_semantic::ir::Constraint> {
    program.constraints.get(id.index())
}

/// The jurisdiction and those that it lies in.
fn chain(machine: &Machine, world: &World, at: (EntityId, u32)) -> Vec<(Symbol, EntityId, u32)> {
    let mut chain = Vec::new();
    let mut next = Some(at);
    while let Some((entity, row)) = next {
        let Some(def) = machine.entity_def(entity) else { break };
        chain.push((def.meta.symbol.clone(), entity, row));
        let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
        next = parent.and_then(|parent| Some((parent, world.row(entity, row)?.parent?)));
    }
    chain
}

/// Two facts that bring the goal about together: of the first, each edge that a comparison has along it is tried, and
/// then each of the two is brought as near as it can be while the other stays.
fn pair(walk: &mut Walk<'_>, facts: &[(Fact, Vec<usize>)], gave_up: &mut bool) -> Option<[Change; 2]> {
    let mut best: Option<[Change; 2]> = None;
    for (index, (first, sites)) in facts.iter().enumerate() {
        let mut stops: Vec<Value> = Vec::new();
        walk.along(first, sites, &mut |value| stops.push(value.clone()));
        for stop in stops {
            for (second, second_sites) in facts.iter().skip(index + 1) {
                if walk.asked > MOST_ASKED {
                    *gave_up = true;
                    return best;
                }
                let before = walk.set(first, Some(stop.clone()));
                let found = walk.along(second, second_sites, &mut |_| {});
                let Some(found) = found else {
                    walk.set(first, before);
                    continue;
                };
                // With the second there, the first may need less.
                walk.set(first, before.clone());
                let second_before = walk.set(second, Some(found.to.clone()));
                let nearer = walk.along(first, sites, &mut |_| {});
                walk.set(second, second_before.clone());
                let Some(nearer) = nearer else { continue };
                walk.set(first, Some(nearer.to.clone()));
                let found = walk.along(second, second_sites, &mut |_| {}).unwrap_or(found);
                walk.set(first, before);
                let size = |it: &[Change; 2]| it[0].size.add(it[1].size).unwrap_or(it[0].size);
                let two = [nearer, found];
                if best.as_ref().is_none_or(|it| size(&two) < size(it)) {
                    best = Some(two);
                }
            }
        }
    }
    best
}

impl Goal {
    /// Whether the goal is reached in a run.
    pub(crate) fn holds(&self, run: &Run<'_>, row: u32, now: Option<&Value>) -> bool {
        match self {
            Self::OtherValue(rule) => match (run.rule(*rule, row), now) {
                (Ok(value), Some(now)) => !value.is_unknown() && !polis_value::same(&value, now),
                (Ok(value), None) => !value.is_unknown(),
                (Err(_), _) => false,
            },
            Self::Value(rule, comparison, target) => match run.rule(*rule, row) {
                Ok(value) if *comparison == Comparison::Equal => {
                    polis_value::same(&value, target)
                        || matches!((value.as_number_range(), target.as_number_range()), (Some(a), Some(b)) if a == b)
                }
                Ok(value) => matches!(ops::compare(*comparison, &value, target), Ok(Value::Bool(true))),
                Err(_) => false,
            },
            Self::Kept(all, wanted) => {
                let outcomes: Vec<Option<Outcome>> =
                    all.iter().map(|it| run.constraint(*it, row).ok().map(|it| it.outcome)).collect();
                let broken = |it: &Option<Outcome>| matches!(it, Some(Outcome::Breached | Outcome::Deviates));
                let kept = |it: &Option<Outcome>| matches!(it, Some(Outcome::Kept | Outcome::NotApplicable));
                if *wanted {
                    outcomes.iter().all(kept) && outcomes.contains(&Some(Outcome::Kept))
                } else {
                    outcomes.iter().any(broken)
                }
            }
        }
    }

    /// The figures by which the goal is told, in a run: what is compared last.
    pub(crate) fn figures(&self, run: &Run<'_>, row: u32, now: Option<&Value>) -> Vec<(Value, Value)> {
        match self {
            Self::OtherValue(rule) => run.rule(*rule, row).ok().zip(now.cloned()).into_iter().collect(),
            Self::Value(rule, _, target) => {
                run.rule(*rule, row).ok().map(|it| (it, target.clone())).into_iter().collect()
            }
            // What a constraint holds against bounds is a comparison of its own.
            Self::Kept(..) => Vec::new(),
        }
    }
}

impl Change {
    pub(crate) fn new(fact: (EntityId, u32, u32), from: Option<Value>, to: Value) -> Self {
        let size = match (&from, &to) {
            (None, _) => Number::from(1_000_000_000_i64),
            (Some(Value::Number(a)), Value::Number(b)) => {
                let by = b.sub(*a).and_then(Number::abs).unwrap_or(Number::ONE);
                let of = a.abs().unwrap_or(Number::ONE);
                if of == Number::ZERO { by.max(Number::ONE) } else { by.div(of).unwrap_or(by) }
            }
            (Some(from), to) => match (from.as_date_range(), to.as_date_range()) {
                // A day is a small part of a year.
                (Some(a), Some(b)) => match (a.lo(), b.lo()) {
                    (Some(a), Some(b)) => {
                        let days = Number::from(a.days_until(b)).abs().unwrap_or(Number::ONE);
                        days.div(Number::from(365_i64)).unwrap_or(Number::ONE)
                    }
                    _ => Number::ONE,
                },
                _ => Number::ONE,
            },
        };
        Self { fact, from, to, size }
    }

    /// By how much a figure changes.
    #[must_use]
    pub fn by(&self) -> Option<Number> {
        match (&self.from, &self.to) {
            (Some(Value::Number(a)), Value::Number(b)) => b.sub(*a).ok(),
            _ => None,
        }
    }
}
