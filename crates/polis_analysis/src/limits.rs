//! Limits: what a structure or quota may come to, held against its own limits and those of superiors for every
//! jurisdiction, and limits of its own that are wider than a superior's.

use std::sync::Arc;

use polis_db::{Db, Package, superiors};
use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, Diagnostic, KindMessage, KindNote, Message};
use polis_eval::{Question, Run};
use polis_semantic::Type;
use polis_semantic::ir::{Constraint, Expr, Holds, Limit, Structure, Subject};
use polis_semantic::items::{Item, Place};
use polis_semantic::kinds::Def;
use polis_semantic::scope::declared;
use polis_semantic::slices::reading;
use polis_syntax::words::{Face, Kind};
use polis_value::{Number, NumberRange, Value};
use smol_str::format_smolstr;

use crate::report::at;
use crate::space::{Space, Witness};
use crate::{Analysis, Outside, Work};

/// Decides the limits on a structure.
pub(crate) fn check(db: &dyn Db, package: Package, item: Item<'_>, structure: &Structure, found: &mut Analysis) {
    let above = above(db, package, structure);
    if structure.limits.is_empty() && above.is_empty() {
        return;
    }
    let items: Vec<Item<'_>> = std::iter::once(item).chain(above.iter().map(|it| it.0)).collect();
    let mut work = Work::on(db, package, &items);
    let program = Arc::clone(work.machine.program());
    let own = &structure.meta.symbol;
    for constraint in &program.constraints {
        let mine = match &constraint.about {
            Some(about) => about == own,
            None => constraint.meta.symbol == *own,
        };
        if let (true, Holds::Within { value, bounds, subject: Subject::Provided }) = (mine, &constraint.holds) {
            work.result.decided.limits += 1;
            work.provided(structure, constraint, value, bounds);
        }
    }
    for (_, superior) in &above {
        for limit in &structure.limits {
            for other in &superior.limits {
                work.result.decided.limits += 1;
                work.loosened(structure, limit, superior, other);
            }
        }
    }
    found.add(&work.result);
}

/// The structures of superiors that bind this one: of the same kind, about the same entity, with limits.
fn above<'db>(db: &'db dyn Db, package: Package, structure: &Structure) -> Vec<(Item<'db>, Structure)> {
    let superiors = superiors(db, package);
    let items = superiors.iter().flat_map(|it| declared(db, *it, structure.meta.kind));
    let structures = items.filter_map(|item| {
        let read = reading(db, *item);
        let of = read.defs.iter().find_map(|it| if let Def::Structure(of) = it { Some(of.clone()) } else { None })?;
        (of.entity == structure.entity && !of.limits.is_empty()).then_some((*item, of))
    });
    structures.collect()
}

/// Which end of a value is outside of its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl End {
    fn of(self, range: &NumberRange) -> Option<Number> {
        if self == Self::High { range.hi() } else { range.lo() }
    }

    /// The two figures, where the value's is outside. A value is cut to what its own limits allow.
    fn outside(self, value: &Value, caps: &[Value], bounds: &Value) -> Option<(Number, Number)> {
        let (mut value, bound) = (self.of(&value.as_number_range()?)?, self.of(&bounds.as_number_range()?)?);
        for cap in caps.iter().filter_map(Value::as_number_range).filter_map(|it| self.of(&it)) {
            value = if self == Self::High { value.min(cap) } else { value.max(cap) };
        }
        let outside = if self == Self::High { value > bound } else { value < bound };
        outside.then_some((value, bound))
    }
}

/// What is asked: whether a value has an end outside of bounds where all guards hold.
struct Beyond<'e> {
    guards: Vec<&'e Expr>,
    value: &'e Expr,
    /// Limits that the value is cut to.
    caps: &'e [Limit],
    bounds: &'e Expr,
}

impl Work {
    /// What the structure provides for, for every jurisdiction. Where no fact matters this is decided with its meaning.
    fn provided(&mut self, structure: &Structure, constraint: &Constraint, value: &Expr, bounds: &Expr) {
        let by_figures = matches!(structure.meta.kind, Kind::Quota | Kind::Pay);
        if by_figures && constraint.about.is_none() {
            // Its own limit is what a quota is cut to.
            return;
        }
        let caps = if by_figures { structure.limits.as_slice() } else { &[] };
        let asked = Beyond { guards: constraint.guard.iter().collect(), value, caps, bounds };
        for end in [End::High, End::Low] {
            match self.beyond(structure, end, &asked) {
                Err(why) => return self.undecided(&structure.meta.symbol, why),
                Ok(Some(found)) if !found.witness.is_any() => {
                    let diagnostic = outside(structure, constraint, bounds, end, &found);
                    return self.found(diagnostic, Some(&found.witness));
                }
                Ok(_) => {}
            }
        }
    }

    /// A limit of its own that allows more than a superior's.
    fn loosened(&mut self, structure: &Structure, limit: &Limit, superior: &Structure, other: &Limit) {
        let guards = [&limit.guard, &other.guard].into_iter().flatten().collect();
        let asked = Beyond { guards, value: &limit.bounds, caps: &[], bounds: &other.bounds };
        for end in [End::High, End::Low] {
            match self.beyond(structure, end, &asked) {
                Err(why) => return self.undecided(&structure.meta.symbol, why),
                Ok(Some(found)) => {
                    let message = AnalysisMessage::LimitLoosened {
                        name: structure.meta.symbol.name.clone(),
                        limit: found.value.clone(),
                        superior: format_smolstr!("{}", superior.meta.symbol),
                        bound: found.bound.clone(),
                    };
                    let set = KindNote::LimitSetHere { limit: found.bound.clone() };
                    let diagnostic = at(message, structure.meta.place(limit.bounds.span))
                        .label(superior.meta.place(other.bounds.span), set)
                        .help(AnalysisNote::KeepWithin);
                    return self.found(diagnostic, Some(&found.witness).filter(|it| !it.is_any()));
                }
                Ok(None) => {}
            }
        }
    }

    /// The smallest jurisdiction for which a value has an end outside of its bounds.
    fn beyond(&mut self, structure: &Structure, end: End, asked: &Beyond<'_>) -> Result<Option<Outer>, Outside> {
        let Type::Number(ty) = &structure.ty else { return Ok(None) };
        let program = Arc::clone(self.machine.program());
        let caps: Vec<&Expr> = asked.caps.iter().map(|it| &it.bounds).collect();
        let conditions: Vec<&Expr> =
            asked.guards.iter().copied().chain(asked.caps.iter().filter_map(|it| it.guard.as_ref())).collect();
        let values: Vec<&Expr> = [asked.value, asked.bounds].into_iter().chain(caps.iter().copied()).collect();
        let space = Space::of_values(&program, &structure.entity, &conditions, &values)?;
        let value: Vec<&Expr> = std::iter::once(asked.value).chain(caps).collect();
        let directions = match end {
            End::High => space.directions(&program, &value, &[asked.bounds])?,
            End::Low => space.directions(&program, &[asked.bounds], &value)?,
        };
        let owner = &structure.meta.symbol;
        let guards: Vec<Question> = asked.guards.iter().map(|it| self.machine.question(owner, it)).collect();
        let caps: Vec<(Option<Question>, Question)> = asked
            .caps
            .iter()
            .map(|it| {
                let guard = it.guard.as_ref().map(|it| self.machine.question(owner, it));
                (guard, self.machine.question(owner, &it.bounds))
            })
            .collect();
        let (value, bounds) = (self.machine.question(owner, asked.value), self.machine.question(owner, asked.bounds));
        let mut open = false;
        let mut outside = |run: &Run<'_>, at| {
            let holds = |it: &Question| matches!(run.ask(it, at), Ok(Value::Bool(true)));
            if !guards.iter().all(holds) {
                return None;
            }
            let (value, bounds) = (run.ask(&value, at).ok()?, run.ask(&bounds, at).ok()?);
            open |= value.is_unknown() || bounds.is_unknown();
            let caps = caps.iter().filter(|it| it.0.as_ref().is_none_or(holds));
            let caps: Vec<Value> = caps.filter_map(|it| run.ask(&it.1, at).ok()).collect();
            end.outside(&value, &caps, &bounds)
        };
        let (point, count) = space.first(&self.machine, &directions, |run, at| outside(run, at).is_some())?;
        let found = point.and_then(|point| Some((point.ask(&mut outside)?, point.witness)));
        self.result.decided.points += count;
        let show = |it| Bilingual::new(ty.show(it, Face::Zh), ty.show(it, Face::En));
        match found {
            Some(((value, bound), witness)) => Ok(Some(Outer { witness, value: show(value), bound: show(bound) })),
            None if open => Err(Outside::Open(structure.meta.symbol.name.clone())),
            None => Ok(None),
        }
    }
}

/// A value outside of its bounds.
struct Outer {
    witness: Witness,
    value: Bilingual,
    bound: Bilingual,
}

fn outside(
    structure: &Structure,
    constraint: &Constraint,
    bounds: &Expr,
    end: End,
    beyond: &Outer,
) -> Diagnostic<Place> {
    let name = structure.meta.symbol.name.clone();
    let (value, limit) = (beyond.value.clone(), beyond.bound.clone());
    let superior = constraint.about.as_ref().map(|_| format_smolstr!("{}", constraint.meta.symbol));
    let message: Message = match (end, superior) {
        (End::High, None) => KindMessage::LimitExceeded { name, value, limit: limit.clone() }.into(),
        (End::High, Some(superior)) => {
            KindMessage::SuperiorLimitExceeded { name, value, limit: limit.clone(), superior }.into()
        }
        (End::Low, None) => AnalysisMessage::BelowLimit { name, value, limit: limit.clone() }.into(),
        (End::Low, Some(superior)) => {
            AnalysisMessage::BelowSuperiorLimit { name, value, limit: limit.clone(), superior }.into()
        }
    };
    at(message, structure.meta.place(structure.meta.head))
        .label(constraint.meta.place(bounds.span), KindNote::LimitSetHere { limit })
        .help(AnalysisNote::KeepWithin)
}
