//! Values over whole stretches of facts: decided at the corners, since in between they move one way only.

use polis_eval::{EntityId, Machine, Run, Settings, World};
use polis_semantic::ir::Expr;
use polis_semantic::{Program, Type};
use polis_value::{Date, Number, Value};

use crate::Outside;
use crate::direction::{Direction, direction};
use crate::space::{Axis, MOST_POINTS, Space, Witness, grain};

/// A fact without an upper bound is followed up to here.
const FARTHEST: i64 = 1_000_000_000_000;

/// One stretch of an axis: of a number between its first and last, of anything else a single value.
#[derive(Debug, Clone)]
struct Stretch {
    first: Value,
    last: Value,
    /// By how much its values differ at least, for a number.
    grain: Option<Number>,
}

/// A jurisdiction of a space.
pub(crate) struct Point<'p> {
    /// Its facts.
    pub(crate) witness: Witness,
    world: World,
    machine: &'p Machine,
    entity: EntityId,
    settings: Settings,
}

impl Point<'_> {
    /// Asks something of the jurisdiction.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Run<'_>, (EntityId, u32)) -> T) -> T {
        question(&Run::new(self.machine, &self.world, self.settings.clone()), (self.entity, 0))
    }
}

impl Space {
    fn settings(&self, as_of: Option<Date>) -> Settings {
        Settings { as_of, set: self.set.clone() }
    }

    /// Which way `rising` less `falling` moves with each axis. An axis of which it cannot be told leaves the fragment.
    pub(crate) fn directions(
        &self,
        program: &Program,
        rising: &[&Expr],
        falling: &[&Expr],
    ) -> Result<Vec<Direction>, Outside> {
        let of = |axis: &Axis| {
            let fact = (&axis.entity, &axis.field);
            let up = rising.iter().map(|it| direction(program, it, fact));
            let down = falling.iter().map(|it| direction(program, it, fact).reversed());
            match up.chain(down).fold(Direction::Still, Direction::with) {
                Direction::Still => Ok(Direction::Still),
                Direction::Either if axis.is_number() => Err(Outside::Computed),
                it => axis.stands_for_all().map(|()| it),
            }
        };
        self.axes.iter().map(of).collect()
    }

    /// The smallest jurisdiction that `wanted` holds of, where a rise along each axis can only bring `wanted` about
    /// (`Up`) or end it (`Down`) as long as no condition changes; and how many were asked.
    pub(crate) fn first<'m>(
        &self,
        machine: &'m Machine,
        directions: &[Direction],
        mut wanted: impl FnMut(&Run<'_>, (EntityId, u32)) -> bool,
    ) -> Result<(Option<Point<'m>>, usize), Outside> {
        let Some(entity) = machine.entity(&self.entity) else { return Ok((None, 0)) };
        let mut asked = 0;
        let mut holds = |values: &[Value]| {
            asked += 1;
            let world = self.world(machine, entity, values);
            wanted(&Run::new(machine, &world, self.settings(None)), (entity, 0))
        };
        let mut found = None;
        self.cells(|cell| {
            let corner = |(stretch, direction): (&Stretch, &Direction)| match direction {
                Direction::Up => stretch.last.clone(),
                _ => stretch.first.clone(),
            };
            let mut values: Vec<Value> = cell.iter().zip(directions).map(corner).collect();
            if !holds(&values) {
                return false;
            }
            // The last axis turns slowest, so the smallest jurisdiction has the least of it first.
            for (index, stretch) in cell.iter().enumerate().rev() {
                if let (Some(Direction::Up), Some(grain)) = (directions.get(index), stretch.grain)
                    && let (Some(first), Some(last)) = (stretch.first.as_number(), stretch.last.as_number())
                {
                    let least = least(first, last, grain, |it| {
                        let mut values = values.clone();
                        if let Some(value) = values.get_mut(index) {
                            *value = Value::Number(it);
                        }
                        holds(&values)
                    });
                    if let Some(value) = values.get_mut(index) {
                        *value = Value::Number(least);
                    }
                }
            }
            found = Some(values);
            true
        })?;
        let point = found.map(|values| {
            let world = self.world(machine, entity, &values);
            Point { witness: self.witness(&values), world, machine, entity, settings: self.settings(None) }
        });
        Ok((point, asked))
    }

    /// The first jurisdiction of the points of the space that `wanted` holds of, and how many were asked.
    pub(crate) fn first_of_points<'m>(
        &self,
        machine: &'m Machine,
        wanted: &mut dyn FnMut(&Run<'_>, (EntityId, u32)) -> bool,
    ) -> (Option<Point<'m>>, usize) {
        let axes: Vec<Vec<Value>> = self.axes.iter().map(|it| it.values.clone()).collect();
        self.first_of(machine, &axes, None, wanted).unwrap_or((None, 0))
    }

    /// The first jurisdiction that `wanted` holds of, of those that `axes` gives values for, and how many were asked: on a
    /// day, or as provisions read in the end.
    pub(crate) fn first_of<'m>(
        &self,
        machine: &'m Machine,
        axes: &[Vec<Value>],
        as_of: Option<Date>,
        wanted: &mut dyn FnMut(&Run<'_>, (EntityId, u32)) -> bool,
    ) -> Result<(Option<Point<'m>>, usize), Outside> {
        let Some(entity) = machine.entity(&self.entity) else { return Ok((None, 0)) };
        let mut asked = 0;
        let mut found = None;
        turned(axes, |values| {
            asked += 1;
            let world = self.world(machine, entity, values);
            let settings = self.settings(as_of);
            if wanted(&Run::new(machine, &world, settings.clone()), (entity, 0)) {
                found = Some(Point { witness: self.witness(values), world, machine, entity, settings });
            }
            found.is_some()
        })?;
        Ok((found, asked))
    }

    /// Asks `visit` of each two jurisdictions that lie on both sides of an edge between stretches of `axis`, smaller
    /// first, until it says that it is done; all other facts are the first of their stretches. Returns how many were asked.
    pub(crate) fn edges(
        &self,
        machine: &Machine,
        axis: usize,
        mut visit: impl FnMut(&Point<'_>, &Point<'_>) -> bool,
    ) -> Result<usize, Outside> {
        let Some(entity) = machine.entity(&self.entity) else { return Ok(0) };
        let mut asked = 0;
        self.cells(|cell| {
            let Some(stretch) = cell.get(axis) else { return true };
            let (Some(last), Some(grain)) = (stretch.last.as_number(), stretch.grain) else { return true };
            let Some(next) = last.add(grain).ok().filter(|it| self.admits(axis, *it)) else { return false };
            let mut values: Vec<Value> = cell.iter().map(|it| it.first.clone()).collect();
            let mut point = |number: Number| {
                if let Some(value) = values.get_mut(axis) {
                    *value = Value::Number(number);
                }
                let world = self.world(machine, entity, &values);
                Point { witness: self.witness(&values), world, machine, entity, settings: self.settings(None) }
            };
            asked += 2;
            visit(&point(last), &point(next))
        })?;
        Ok(asked)
    }

    /// The numeric axes, by number, with the names of their facts.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (usize, &Axis)> {
        self.axes.iter().enumerate().filter(|it| it.1.is_number())
    }

    /// Whether a number is within what an axis may be.
    fn admits(&self, axis: usize, number: Number) -> bool {
        let axis = self.axes.get(axis);
        axis.is_some_and(|it| it.stretches.iter().any(|it| it.0 <= number && it.1.is_none_or(|last| number <= last)))
    }

    /// Every cell, in the order of the space, until `visit` says that it is done.
    fn cells(&self, visit: impl FnMut(&[Stretch]) -> bool) -> Result<(), Outside> {
        let all: Vec<Vec<Stretch>> = self.axes.iter().map(Axis::cells).collect();
        turned(&all, visit)
    }
}

/// Every combination, the first axis turning fastest, until `visit` says that it is done.
pub(crate) fn turned<T: Clone>(axes: &[Vec<T>], mut visit: impl FnMut(&[T]) -> bool) -> Result<(), Outside> {
    let count = axes.iter().try_fold(1_usize, |count, it| count.checked_mul(it.len().max(1)));
    if count.is_none_or(|it| it > MOST_POINTS) {
        return Err(Outside::TooMany);
    }
    let mut at = vec![0_usize; axes.len()];
    loop {
        let combination: Vec<T> = axes.iter().zip(&at).filter_map(|(all, at)| all.get(*at).cloned()).collect();
        if visit(&combination) {
            return Ok(());
        }
        let mut turned = false;
        for (position, axis) in at.iter_mut().zip(axes) {
            *position += 1;
            if *position < axis.len() {
                turned = true;
                break;
            }
            *position = 0;
        }
        if !turned {
            return Ok(());
        }
    }
}

impl Axis {
    fn is_number(&self) -> bool {
        self.ty.as_number().is_some()
    }

    /// Whether its values stand for all others also of what a value comes to, and not only of what a condition compares:
    /// of truths, enumerations and texts all that matter are there, and numbers are followed by stretches. Between two
    /// days there are others.
    pub(crate) fn stands_for_all(&self) -> Result<(), Outside> {
        if self.ty == Type::Date { Err(Outside::Computed) } else { Ok(()) }
    }

    fn cells(&self) -> Vec<Stretch> {
        let Some(ty) = self.ty.as_number() else {
            let single = |it: &Value| Stretch { first: it.clone(), last: it.clone(), grain: None };
            return self.values.iter().map(single).collect();
        };
        let far = Number::from(FARTHEST);
        let stretch = |(first, last): &(Number, Option<Number>)| Stretch {
            first: Value::Number(*first),
            last: Value::Number(last.unwrap_or_else(|| far.max(*first))),
            grain: Some(grain(ty.whole)),
        };
        self.stretches.iter().map(stretch).collect()
    }
}

/// The least number from `first` to `last`, in steps of `grain`, from which on `holds`; it holds of `last`.
fn least(first: Number, last: Number, grain: Number, mut holds: impl FnMut(Number) -> bool) -> Number {
    let steps = last.sub(first).and_then(|it| it.div(grain)).and_then(Number::floor);
    let Ok(Number::Int(mut high)) = steps else { return last };
    let at = |steps: i64| Number::from(steps).mul(grain).and_then(|it| it.add(first)).ok();
    let mut low = 0;
    let mut best = last;
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(number) = at(middle) else { return best };
        if holds(number) {
            best = number;
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    at(low).unwrap_or(best)
}
