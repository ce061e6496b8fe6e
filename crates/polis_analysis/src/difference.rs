//! Where two provisions come to different values: the stretches of facts, which way they differ, and the smallest
//! jurisdiction for each way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polis_eval::{EntityId, Machine, Question, Run, Settings};
use polis_semantic::ir::{Expr, ExprKind, Param, Part, Rule};
use polis_semantic::{Program, Symbol, Type};
use polis_value::{Date, Number, NumberRange, Value, ops};
use smol_str::SmolStr;

use crate::Outside;
use crate::corners::turned;
use crate::periods::Enumeration;
use crate::space::{Axis, Space};

/// What a provision says of each jurisdiction of a type.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who says so.
    pub owner: Symbol,
    /// Its parts, each with the condition under which it applies.
    pub parts: Vec<(Option<Expr>, Expr)>,
    /// How the parts come together.
    pub how: Together,
}

/// How the parts of what is said come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// There is one part, and it is the value.
    Value,
    /// All conditions must hold, each where it applies.
    All,
    /// All limits apply, each where its condition holds; where none does, anything goes.
    Limits,
}

/// Which way the second value differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The first holds and the second does not.
    Refuses,
    /// The second holds and the first does not.
    Admits,
    /// Less: no end is higher, and one is lower.
    Less,
    /// More: no end is lower, and one is higher.
    More,
    /// It leaves less choice.
    Narrower,
    /// It leaves more choice.
    Wider,
    /// Another value of which neither is more.
    Other,
    /// The first is known and the second not.
    Forgets,
    /// The second is known and the first not.
    Tells,
}

impl Way {
    /// The way from the second to the first.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Refuses => Self::Admits,
            Self::Admits => Self::Refuses,
            Self::Less => Self::More,
            Self::More => Self::Less,
            Self::Narrower => Self::Wider,
            Self::Wider => Self::Narrower,
            Self::Other => Self::Other,
            Self::Forgets => Self::Tells,
            Self::Tells => Self::Forgets,
        }
    }
}

/// What comes of holding two provisions against each other for every jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// How many jurisdictions were asked.
    pub asked: usize,
    /// The ways in which they differ, in a fixed order; none where they come to the same.
    pub ways: Vec<Parting>,
    /// In how many of the jurisdictions that were asked both are unknown.
    pub unknown: usize,
}

/// One way in which two provisions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// Which way.
    pub way: Way,
    /// The smallest jurisdiction.
    pub example: Example,
    /// The facts for which they differ so, as stretches: each holds all of what it names.
    pub region: Vec<Vec<Side>>,
    /// Whether they differ so everywhere in the region, and not only in parts of it.
    pub throughout: bool,
}

/// A jurisdiction for which two provisions differ, and both values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its facts: entity, field, type and value.
    pub facts: Vec<(Symbol, SmolStr, Type, Value)>,
    /// What the first comes to.
    pub first: Value,
    /// What the second comes to.
    pub second: Value,
}

/// One fact's part of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The entity that has the fact.
    pub entity: Symbol,
    /// The fact.
    pub field: SmolStr,
    /// Its type.
    pub ty: Type,
    /// Which of its values.
    pub extent: Extent,
}

/// Some of the values of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Stretches of numbers.
    Numbers(Vec<Band>),
    /// These.
    Values(Vec<Value>),
}

/// A stretch of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where it begins.
    pub from: Number,
    /// Whether it begins after that figure: 超过. Of what is counted whole the next figure is named instead.
    pub after: bool,
    /// Where it ends; none where it has no end.
    pub to: Option<Number>,
    /// Whether it ends before that figure: 不足.
    pub before: bool,
}

/// Holds two provisions about the jurisdictions of `entity` against each other.
///
/// # Errors
///
/// The question leaves what can be decided.
pub fn difference(
    machine: &Machine,
    entity: &Symbol,
    sides: [&Told; 2],
    as_of: Option<Date>,
) -> Result<Difference, Outside> {
    let program = Arc::new(reached(machine.program(), sides));
    let machine = &mut Machine::new(Arc::clone(&program));
    let guards = sides.iter().flat_map(|it| &it.parts).filter_map(|it| it.0.as_ref());
    let truths = sides.iter().flat_map(|it| &it.parts).map(|it| &it.1).filter(|it| it.ty == Type::Truth);
    let conditions: Vec<&Expr> = guards.chain(truths).collect();
    let values: Vec<&Expr> =
        sides.iter().flat_map(|it| &it.parts).map(|it| &it.1).filter(|it| it.ty != Type::Truth).collect();
    let mut space = Space::of_values(&program, entity, &conditions, &values)?;
    // The order of facts is that of their names, so that the smallest jurisdiction is the same from either side.
    space.axes.sort_by(|x, y| (&x.field, &x.entity).cmp(&(&y.field, &y.entity)));
    let axes: Vec<Vec<Value>> = if values.is_empty() {
        space.axes.iter().map(Axis::smallest).collect()
    } else {
        Enumeration::of(&space, &program, &values)?.into_axes()
    };
    let [first, second] = sides.map(|it| Linked::of(machine, it));
    let Some(id) = machine.entity(entity) else { return Err(Outside::SeveralEntities) };
    let settings = Settings { as_of, set: space.set.clone() };
    let mut map = Map::default();
    turned(&axes, |values| {
        let world = space.world(machine, id, values);
        let run = Run::new(machine, &world, settings.clone());
        map.add(&space, values, first.ask(&run, (id, 0)), second.ask(&run, (id, 0)));
        false
    })?;
    if map.asked == map.failed {
        return Err(Outside::Computed);
    }
    Ok(map.settle(&space))
}

/// What of a program two provisions rest on. A run makes room for every rule of its program, and a jurisdiction is a run:
/// of a large program nearly all of the time would go into that.
fn reached(program: &Program, sides: [&Told; 2]) -> Program {
    let parts = sides.iter().flat_map(|it| &it.parts);
    let mut open: Vec<&Expr> = parts.flat_map(|(guard, value)| guard.iter().chain([value])).collect();
    let mut rules: BTreeMap<usize, &Rule> = BTreeMap::new();
    let mut params: BTreeMap<usize, &Param> = BTreeMap::new();
    while let Some(expr) = open.pop() {
        for it in expr.all() {
            match &it.kind {
                // Whether constraints are kept may ask all of them.
                ExprKind::Rule(_, _, Part::Kept) => return program.clone(),
                ExprKind::Rule(_, symbol, Part::Value) => {
                    let found = program.rules.iter().enumerate().find(|it| it.1.meta.symbol == *symbol);
                    let Some((at, rule)) = found else { continue };
                    if rules.insert(at, rule).is_none() {
                        open.push(&rule.value);
                        open.extend(rule.exceptions.iter().flat_map(|it| [&it.guard, &it.value]));
                    }
                }
                ExprKind::Param(symbol) => {
                    let found = program.params.iter().enumerate().find(|it| it.1.meta.symbol == *symbol);
                    let Some((at, param)) = found else { continue };
                    if params.insert(at, param).is_none() {
                        let values = param.value.iter().chain(param.dated.iter().map(|it| &it.1));
                        open.extend(values.chain(&param.range));
                    }
                }
                _ => {}
            }
        }
    }
    Program {
        packages: program.packages.clone(),
        entities: program.entities.clone(),
        units: program.units.clone(),
        enumerations: program.enumerations.clone(),
        rules: rules.into_values().cloned().collect(),
        params: params.into_values().cloned().collect(),
        ..Program::default()
    }
}

/// What is said, linked.
struct Linked {
    parts: Vec<(Option<Question>, Question)>,
    how: Together,
}

impl Linked {
    fn of(machine: &mut Machine, told: &Told) -> Self {
        let mut link = |it: &Expr| machine.question(&told.owner, it);
        let parts = told.parts.iter().map(|(guard, value)| (guard.as_ref().map(&mut link), link(value)));
        // Two closures over one machine: the guards are linked before the values.
        let parts: Vec<(Option<Question>, Question)> = parts.collect();
        Self { parts, how: told.how }
    }

    /// What it comes to for a jurisdiction.
    fn ask(&self, run: &Run<'_>, at: (EntityId, u32)) -> Option<Value> {
        let mut all: Option<Value> = None;
        for (guard, value) in &self.parts {
            let guard = match guard {
                Some(guard) => Some(run.ask(guard, at).ok()?),
                None => None,
            };
            let value = match (self.how, guard) {
                (Together::All, Some(guard)) => ops::or(&ops::not(&guard).ok()?, &run.ask(value, at).ok()?).ok()?,
                (_, Some(Value::Bool(false))) => continue,
                (_, Some(unknown @ Value::Unknown(_))) => return Some(unknown),
                _ => run.ask(value, at).ok()?,
            };
            all = Some(match (self.how, all) {
                (_, None) | (Together::Value, _) => value,
                (Together::All, Some(before)) => ops::and(&before, &value).ok()?,
                (Together::Limits, Some(before)) => match (before.as_number_range(), value.as_number_range()) {
                    (Some(a), Some(b)) => Value::from(a.intersect(&b)?),
                    _ => value,
                },
            });
        }
        Some(all.unwrap_or(match self.how {
            Together::All => Value::Bool(true),
            Together::Value | Together::Limits => Value::from(NumberRange::unbounded()),
        }))
    }
}

/// Which way the second differs from the first; `None` where both are the same or neither is known.
fn way(a: &Value, b: &Value) -> Option<Way> {
    match (a, b) {
        (Value::Unknown(_), Value::Unknown(_)) => return None,
        (_, Value::Unknown(_)) => return Some(Way::Forgets),
        (Value::Unknown(_), _) => return Some(Way::Tells),
        (Value::Bool(a), Value::Bool(b)) => {
            return (a != b).then_some(if *a { Way::Refuses } else { Way::Admits });
        }
        _ => {}
    }
    if let (Some(a), Some(b)) = (a.as_number_range(), b.as_number_range()) {
        return ends(&a, &b);
    }
    (!polis_value::same(a, b)).then_some(Way::Other)
}

/// Which way one range differs from another.
#[must_use]
pub fn ends(a: &NumberRange, b: &NumberRange) -> Option<Way> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let low = match (a.lo(), b.lo()) {
        (None, None) => Equal,
        (None, Some(_)) => Greater,
        (Some(_), None) => Less,
        (Some(a), Some(b)) => b.cmp(&a),
    };
    let high = match (a.hi(), b.hi()) {
        (None, None) => Equal,
        (None, Some(_)) => Less,
        (Some(_), None) => Greater,
        (Some(a), Some(b)) => b.cmp(&a),
    };
    match (low, high) {
        (Equal, Equal) => None,
        (Less, Greater) => Some(Way::Wider),
        (Greater, Less) => Some(Way::Narrower),
        (Equal | Greater, Equal | Greater) => Some(Way::More),
        (Equal | Less, Equal | Less) => Some(Way::Less),
    }
}

/// What was found, by cell: for each axis the number of the stretch or value.
#[derive(Default)]
struct Map {
    asked: usize,
    failed: usize,
    unknown: usize,
    /// The ways met in each cell, and whether some jurisdiction of it met none.
    cells: BTreeMap<Vec<usize>, (BTreeSet<Way>, bool)>,
    examples: BTreeMap<Way, Example>,
}

impl Map {
    fn add(&mut self, space: &Space, values: &[Value], first: Option<Value>, second: Option<Value>) {
        self.asked += 1;
        let (Some(first), Some(second)) = (first, second) else {
            self.failed += 1;
            return;
        };
        let cell: Vec<usize> = space.axes.iter().zip(values).map(|(axis, it)| axis.stretch_of(it)).collect();
        let met = self.cells.entry(cell).or_default();
        if first.is_unknown() && second.is_unknown() {
            self.unknown += 1;
        }
        let Some(way) = way(&first, &second) else {
            met.1 = true;
            return;
        };
        met.0.insert(way);
        self.examples.entry(way).or_insert_with(|| {
            let facts = space.axes.iter().zip(values);
            let facts = facts.map(|(it, value)| (it.entity.clone(), it.field.clone(), it.ty.clone(), value.clone()));
            Example { facts: facts.collect(), first, second }
        });
    }

    fn settle(self, space: &Space) -> Difference {
        let (cells, ways) = (&self.cells, self.examples);
        let ways = ways.into_iter().map(|(way, example)| {
            let own = cells.iter().filter(|it| it.1.0.contains(&way));
            let throughout = own.clone().all(|it| it.1.0.len() == 1 && !it.1.1);
            let boxes = boxes(own.map(|it| it.0.iter().map(|it| vec![*it]).collect()).collect(), space.axes.len());
            let region = boxes.iter().map(|it| sides(space, it)).collect();
            Parting { way, example, region, throughout }
        });
        Difference { asked: self.asked, ways: ways.collect(), unknown: self.unknown }
    }
}

/// Puts cells together that differ along one axis only, axis by axis.
fn boxes(mut all: Vec<Vec<Vec<usize>>>, axes: usize) -> Vec<Vec<Vec<usize>>> {
    for axis in (0..axes).rev() {
        let mut merged: Vec<Vec<Vec<usize>>> = Vec::new();
        let mut index: BTreeMap<Vec<Vec<usize>>, usize> = BTreeMap::new();
        for cell in all {
            let mut key = cell.clone();
            let own = key.get_mut(axis).map(std::mem::take).unwrap_or_default();
            if let Some(it) = index.get(&key).and_then(|it| merged.get_mut(*it)).and_then(|it| it.get_mut(axis)) {
                it.extend(own);
            } else {
                index.insert(key, merged.len());
                merged.push(cell);
            }
        }
        all = merged;
    }
    all
}

/// A box in facts; a fact of which all values belong to it is left out.
fn sides(space: &Space, cells: &[Vec<usize>]) -> Vec<Side> {
    let of = |(axis, cells): (&Axis, &Vec<usize>)| {
        let mut cells = cells.clone();
        cells.sort_unstable();
        cells.dedup();
        if cells.len() == axis.cell_count() {
            return None;
        }
        let extent = if axis.ty.as_number().is_some() {
            let mut runs: Vec<(usize, usize)> = Vec::new();
            for cell in cells {
                match runs.last_mut() {
                    Some(open) if open.1 + 1 == cell => open.1 = cell,
                    _ => runs.push((cell, cell)),
                }
            }
            let all = runs.into_iter().filter_map(|it| axis.band(it)).collect();
            Extent::Numbers(all)
        } else {
            Extent::Values(cells.iter().filter_map(|it| axis.values.get(*it).cloned()).collect())
        };
        Some(Side { entity: axis.entity.clone(), field: axis.field.clone(), ty: axis.ty.clone(), extent })
    };
    space.axes.iter().zip(cells).filter_map(of).collect()
}

impl Axis {
    /// The number of the stretch, or of the value, that a value belongs to.
    fn stretch_of(&self, value: &Value) -> usize {
        let found = match (self.ty.as_number(), value.as_number()) {
            (Some(_), Some(number)) => {
                self.stretches.iter().position(|it| it.0 <= number && it.1.is_none_or(|last| number <= last))
            }
            _ => self.values.iter().position(|it| it == value),
        };
        found.unwrap_or(usize::MAX)
    }

    /// The numbers from one stretch to another. Between two figures of what is not whole there is always a third, so a
    /// stretch beside one that conditions name begins or ends at that.
    fn band(&self, (first, last): (usize, usize)) -> Option<Band> {
        let (from, to) = (self.stretches.get(first)?.0, self.stretches.get(last)?.1);
        let whole = self.ty.as_number().is_some_and(|it| it.whole);
        let is_cut = |it: Number| whole || self.names(it);
        let before = first.checked_sub(1).and_then(|it| self.stretches.get(it)).and_then(|it| it.1);
        let after = self.stretches.get(last + 1).map(|it| it.0);
        let begin = before.filter(|it| !is_cut(from) && self.names(*it));
        let end = after.filter(|it| to.is_some_and(|to| !is_cut(to)) && self.names(*it));
        Some(Band { from: begin.unwrap_or(from), after: begin.is_some(), to: end.or(to), before: end.is_some() })
    }

    /// Its values, of numbers also the first of each stretch: the smallest that shows what the stretch shows.
    fn smallest(&self) -> Vec<Value> {
        let mut all = self.values.clone();
        if self.ty.as_number().is_some() {
            all.extend(self.stretches.iter().map(|it| Value::Number(it.0)));
            all.sort_by_key(Value::as_number);
            all.dedup();
        }
        all
    }

    fn cell_count(&self) -> usize {
        if self.ty.as_number().is_some() { self.stretches.len() } else { self.values.len() }
    }
}
