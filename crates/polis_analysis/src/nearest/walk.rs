//! Along one fact, from edge to edge.

use std::cmp::Ordering;

use polis_eval::{EntityId, Machine, Question, Run, Settings, World};
use polis_semantic::ir::ExprKind;
use polis_semantic::{Program, Type};
use polis_value::{Date, Number, Value};

use super::reach::Site;
use super::{Change, Goal};
use crate::space::texts;

/// A fact without bounds is followed up to here.
const FARTHEST: i64 = 1_000_000_000_000;

/// A date is followed for so many days.
const DAYS: i64 = 36_525;

/// More edges than this are not passed in one direction.
const EDGES: usize = 200;

/// A fact that can be changed.
pub(super) struct Fact {
    pub(super) place: (EntityId, u32, u32),
    values: Values,
}

/// What a fact may be.
enum Values {
    /// A figure, in steps of a grain, between bounds.
    Line { grain: Number, lo: Option<Number>, hi: Number },
    /// A day.
    Days,
    /// One of a few.
    Few(Vec<Value>),
}

impl Fact {
    /// `None` for facts of which nobody knows what they may be: lists, jurisdictions.
    pub(super) fn new(
        machine: &Machine,
        program: &Program,
        place: (EntityId, u32, u32),
        own: &[usize],
        sites: &[Site<'_>],
    ) -> Option<Self> {
        let field = machine.entity_def(place.0)?.fields.get(place.2 as usize)?;
        let values = match &field.ty {
            Type::Truth => Values::Few(vec![Value::Bool(false), Value::Bool(true)]),
            Type::Number(ty) => {
                // Shares are told apart to a hundredth of a percent, other figures to two decimals.
                let parts = if ty.dim.is_none() { 10_000_i64 } else { 100 };
                let grain = if ty.whole { Number::ONE } else { Number::ONE.div(Number::from(parts)).ok()? };
                let far = Number::from(FARTHEST);
                Values::Line {
                    grain,
                    lo: field.range.and_then(|it| it.lo()),
                    hi: field.range.and_then(|it| it.hi()).map_or(far, |it| it.min(far)),
                }
            }
            Type::Date => Values::Days,
            Type::Enum(symbol) => {
                let position = program.enumerations.iter().position(|it| it.meta.symbol == *symbol)?;
                let count = u32::try_from(program.enumerations.get(position)?.values.len()).ok()?;
                let ty = u32::try_from(position).ok()?;
                Values::Few((0..count).map(|index| Value::Enum { ty, index }).collect())
            }
            Type::Text => {
                let sides = own.iter().filter_map(|it| sites.get(*it)).flat_map(|it| [it.lhs, it.rhs]);
                let said: Vec<Value> = sides
                    .flat_map(polis_semantic::ir::Expr::all)
                    .filter_map(|it| match &it.kind {
                        ExprKind::Const(value @ Value::Text(_)) => Some(value.clone()),
                        _ => None,
                    })
                    .collect();
                Values::Few(texts(&said))
            }
            _ => return None,
        };
        Some(Self { place, values })
    }

    /// Whether it is walked along, rather than tried.
    pub(super) const fn is_line(&self) -> bool {
        !matches!(self.values, Values::Few(_))
    }
}

/// A jurisdiction whose facts are changed and put back.
pub(super) struct Walk<'w> {
    pub(super) machine: &'w Machine,
    pub(super) world: &'w mut World,
    pub(super) settings: &'w Settings,
    pub(super) at: (EntityId, u32),
    pub(super) goal: &'w Goal,
    /// What the value is before anything is changed.
    pub(super) now: Option<Value>,
    /// The comparisons that are made, each with where it is asked.
    pub(super) sites: Vec<((EntityId, u32), Question, Question)>,
    pub(super) asked: usize,
    /// Whether a comparison rests on something that is missing.
    pub(super) lacking: bool,
}

/// How a comparison stands: how each end of one side stands to each of the other, or whether both are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stand {
    Ends([Option<Ordering>; 4]),
    Same(bool),
    Unknown,
}

impl Walk<'_> {
    /// Changes a fact; what it was before.
    pub(super) fn set(&mut self, fact: &Fact, value: Option<Value>) -> Option<Value> {
        let (entity, row, field) = fact.place;
        let before = self.world.row(entity, row).and_then(|it| it.facts.get(field as usize)).cloned().flatten();
        self.world.set_fact(entity, row, field, value);
        before
    }

    /// Whether the goal is reached as the facts are.
    pub(super) fn reaches(&mut self) -> bool {
        self.ask(|run, walk| walk.goal.holds(run, walk.at.1, walk.now.as_ref()))
    }

    fn ask<T>(&mut self, question: impl FnOnce(&Run<'_>, &Self) -> T) -> T {
        self.asked += 1;
        let run = Run::new(self.machine, self.world, self.settings.clone());
        question(&run, self)
    }

    /// The least change of a fact that reaches the goal, on either side; `stop` is told every value that stands for others.
    pub(super) fn along(&mut self, fact: &Fact, sites: &[usize], stop: &mut dyn FnMut(&Value)) -> Option<Change> {
        let (entity, row, field) = fact.place;
        let before = self.world.row(entity, row).and_then(|it| it.facts.get(field as usize)).cloned().flatten();
        let before = before.filter(|it| !it.is_unknown());
        let mut found: Vec<Change> = Vec::new();
        let original = self.set(fact, before.clone());
        match &fact.values {
            Values::Few(all) => {
                for value in all.iter().filter(|it| before.as_ref() != Some(it)) {
                    self.set(fact, Some(value.clone()));
                    stop(value);
                    if self.reaches() {
                        found.push(Change::new(fact.place, before.clone(), value.clone()));
                    }
                }
            }
            _ => {
                for up in [true, false] {
                    let Some(line) = Line::new(&fact.values, before.as_ref(), up) else { continue };
                    found.extend(self.edge_by_edge(fact, sites, &line, before.as_ref(), stop));
                }
            }
        }
        self.set(fact, original);
        found.into_iter().min_by_key(|it| it.size)
    }

    /// Follows a fact in one direction: from where it is to the next edge, until the goal is reached.
    fn edge_by_edge(
        &mut self,
        fact: &Fact,
        sites: &[usize],
        line: &Line,
        before: Option<&Value>,
        stop: &mut dyn FnMut(&Value),
    ) -> Option<Change> {
        let mut at = 0;
        // A missing fact has no place of its own: the first value is tried as the others are.
        if before.is_none() {
            let value = line.at(0)?;
            self.set(fact, Some(value.clone()));
            stop(&value);
            if self.reaches() {
                return Some(Change::new(fact.place, None, value));
            }
        }
        for _ in 0..EDGES {
            let Some(next) = self.next_edge(fact, sites, line, at) else {
                // Nothing changes any more on this side; with another fact changed too it might.
                if let Some(last) = line.at(line.last) {
                    stop(&last);
                }
                return None;
            };
            let value = line.at(next)?;
            self.set(fact, Some(value.clone()));
            stop(&value);
            if self.reaches() {
                return Some(Change::new(fact.place, before.cloned(), value));
            }
            at = next;
        }
        None
    }

    /// The first step behind `at` at which a comparison stands otherwise. Each is asked as far as those before it stay.
    fn next_edge(&mut self, fact: &Fact, sites: &[usize], line: &Line, at: i64) -> Option<i64> {
        let mut last = line.last;
        if at >= last {
            return None;
        }
        for site in sites.iter().copied().map(Some).chain([None]) {
            let here = self.stand(fact, line, at, site)?;
            if self.stand(fact, line, last, site)? == here {
                continue;
            }
            let (mut same, mut other) = (at, last);
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if self.stand(fact, line, middle, site)? == here {
                    same = middle;
                } else {
                    other = middle;
                }
            }
            last = same;
            if last == at {
                break;
            }
        }
        (last < line.last).then_some(last + 1)
    }

    /// How a comparison stands at a step; that of the goal itself where no site is named.
    fn stand(&mut self, fact: &Fact, line: &Line, step: i64, site: Option<usize>) -> Option<Vec<Stand>> {
        self.set(fact, Some(line.at(step)?));
        let stands = self.ask(|run, walk| {
            let Some(site) = site else {
                let figures = walk.goal.figures(run, walk.at.1, walk.now.as_ref());
                return figures.iter().map(|it| stand(&it.0, &it.1)).collect();
            };
            let Some((at, lhs, rhs)) = walk.sites.get(site) else { return Vec::new() };
            match (run.ask(lhs, *at), run.ask(rhs, *at)) {
                (Ok(lhs), Ok(rhs)) => vec![stand(&lhs, &rhs)],
                _ => vec![Stand::Unknown],
            }
        });
        self.lacking |= stands.contains(&Stand::Unknown);
        Some(stands)
    }
}

fn stand(lhs: &Value, rhs: &Value) -> Stand {
    if lhs.is_unknown() || rhs.is_unknown() {
        // What is unknown on one side only stands for itself; that it is known elsewhere shows.
        return Stand::Unknown;
    }
    if let (Some(a), Some(b)) = (lhs.as_number_range(), rhs.as_number_range()) {
        let lo = |a: Option<Number>, b: Option<Number>| Some(a?.cmp(&b?));
        return Stand::Ends([lo(a.lo(), b.lo()), lo(a.hi(), b.hi()), lo(a.lo(), b.hi()), lo(a.hi(), b.lo())]);
    }
    if let (Some(a), Some(b)) = (lhs.as_date_range(), rhs.as_date_range()) {
        let lo = |a: Option<Date>, b: Option<Date>| Some(a?.cmp(&b?));
        return Stand::Ends([lo(a.lo(), b.lo()), lo(a.hi(), b.hi()), lo(a.lo(), b.hi()), lo(a.hi(), b.lo())]);
    }
    Stand::Same(polis_value::same(lhs, rhs))
}

/// The values of a fact on one side of what it is, by steps.
struct Line {
    from: Value,
    /// Step 1 is this; further steps are a grain each.
    first: Value,
    grain: Number,
    up: bool,
    last: i64,
}

impl Line {
    fn new(values: &Values, before: Option<&Value>, up: bool) -> Option<Self> {
        match values {
            Values::Line { grain, lo, hi } => {
                let from = match before {
                    Some(value) => value.as_number()?,
                    // What is missing begins at the least that it may be, and only goes up.
                    None if up => lo.unwrap_or(Number::ZERO),
                    None => return None,
                };
                // A fact without bounds is no less than nothing, unless it is already.
                let lo = lo.unwrap_or_else(|| Number::ZERO.min(from));
                let steps = from.div(*grain).ok()?;
                let (first, room) = if up {
                    let first = steps.floor().ok()?.add(Number::ONE).ok()?.mul(*grain).ok()?;
                    (first, hi.sub(first).ok()?)
                } else {
                    let first = steps.ceil().ok()?.sub(Number::ONE).ok()?.mul(*grain).ok()?;
                    (first, first.sub(lo).ok()?)
                };
                let more = room.div(*grain).ok()?.floor().ok()?.as_int()?;
                let last = more.checked_add(1)?.max(0);
                Some(Self { from: Value::Number(from), first: Value::Number(first), grain: *grain, up, last })
            }
            Values::Days => {
                let from = match before {
                    Some(value) => value.as_date_range()?.lo()?,
                    None if up => Date::new(1950, 1, 1).ok()?,
                    None => return None,
                };
                let first = from.add_days(if up { 1 } else { -1 }).ok()?;
                Some(Self { from: Value::from(from), first: Value::from(first), grain: Number::ONE, up, last: DAYS })
            }
            Values::Few(_) => None,
        }
    }

    /// The value at a step; the fact as it is at step 0.
    fn at(&self, step: i64) -> Option<Value> {
        if step == 0 {
            return Some(self.from.clone());
        }
        let steps = if self.up { step - 1 } else { 1 - step };
        match &self.first {
            Value::Number(first) => first.add(self.grain.mul(Number::from(steps)).ok()?).ok().map(Value::Number),
            other => other.as_date_range()?.lo()?.add_days(steps).ok().map(Value::from),
        }
    }
}
