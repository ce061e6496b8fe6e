//! The finite space of jurisdictions on which conditions are decided.

use polis_diagnostic::{Bilingual, Locale};
use polis_eval::{EntityId, Machine, ParamId, Row, Run, World, WorldBuilder};
use polis_semantic::ir::{Expr, ExprKind, Part};
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::ast::BinaryOp;
use polis_value::{Date, Number, Value};
use smol_str::SmolStr;

use crate::Outside;

/// More points than this are not asked.
pub(crate) const MOST_POINTS: usize = 20_000;

/// How deep conditions are followed into the rules that they name.
const DEEPEST: usize = 24;

/// A space: for each fact that matters, the values that stand for all.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) entity: Symbol,
    pub(crate) axes: Vec<Axis>,
    /// Days that stand for all earlier ones: on each the figures of the parameters in the conditions are others.
    days: Vec<Date>,
    /// What is taken for figures that the text leaves open.
    pub(crate) set: Vec<(ParamId, Value)>,
}

/// A fact that matters.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    /// The entity that has the fact: the space's own, or one that it lies in.
    pub(crate) entity: Symbol,
    pub(crate) field: SmolStr,
    pub(crate) ty: Type,
    /// What it is compared with, until the values are known.
    cuts: Vec<Value>,
    pub(crate) values: Vec<Value>,
    /// For a number: the stretches between those figures, each with its first and last. The last of one without end is
    /// `None`.
    pub(crate) stretches: Vec<(Number, Option<Number>)>,
}

impl Axis {
    /// Whether a condition compares the fact with a number.
    pub(crate) fn names(&self, number: Number) -> bool {
        self.cuts.iter().any(|it| it.as_number() == Some(number))
    }
}

/// A jurisdiction that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Its facts: entity, field, type and value.
    facts: Vec<(Symbol, SmolStr, Type, Value)>,
}

impl Space {
    /// The space on which the truth of `conditions` about `entity` can change.
    pub(crate) fn of(program: &Program, entity: &Symbol, conditions: &[&Expr]) -> Result<Self, Outside> {
        Self::made(program, entity, conditions, |_| Ok(()))
    }

    /// The same, with the shape of `values`: their facts, and the conditions on which they depend.
    pub(crate) fn of_values(
        program: &Program,
        entity: &Symbol,
        conditions: &[&Expr],
        values: &[&Expr],
    ) -> Result<Self, Outside> {
        Self::made(program, entity, conditions, |space| {
            values.iter().try_for_each(|it| space.collect_value(program, it, 0))
        })
    }

    /// The same, with the conditions on which `values` depend, which must not rest on facts themselves.
    pub(crate) fn of_choices(
        program: &Program,
        entity: &Symbol,
        conditions: &[&Expr],
        values: &[&Expr],
    ) -> Result<Self, Outside> {
        Self::made(program, entity, conditions, |space| {
            values.iter().try_for_each(|it| space.conditions_within(program, it))
        })
    }

    fn made(
        program: &Program,
        entity: &Symbol,
        conditions: &[&Expr],
        more: impl FnOnce(&mut Self) -> Result<(), Outside>,
    ) -> Result<Self, Outside> {
        let mut space = Self { entity: entity.clone(), axes: Vec::new(), days: Vec::new(), set: Vec::new() };
        conditions.iter().try_for_each(|it| space.collect(program, it, 0))?;
        more(&mut space)?;
        space.settle(program)?;
        Ok(space)
    }

    /// The same space, with a figure for whatever the text leaves open, where a finding holds whichever it is.
    pub(crate) fn with_open_figures(mut self, machine: &Machine) -> Self {
        let program = machine.program();
        self.set = program.params.iter().filter_map(|it| open_figure(program, machine, &it.meta.symbol)).collect();
        self
    }

    /// The same space without those that have nothing of a fact: what may be nought is at least the least that is not.
    pub(crate) fn without_nought(mut self) -> Self {
        for axis in &mut self.axes {
            let Some(ty) = axis.ty.as_number() else { continue };
            let least = grain(ty.whole);
            let some: Vec<(Number, Option<Number>)> = axis
                .stretches
                .iter()
                .filter(|it| it.1.is_none_or(|last| last >= least))
                .map(|it| (if it.0 == Number::ZERO { least } else { it.0 }, it.1))
                .collect();
            if !some.is_empty() {
                axis.stretches = some;
            }
        }
        self
    }

    /// Adds what the conditions within a value compare. A value that rests on a fact itself is computed.
    fn conditions_within(&mut self, program: &Program, value: &Expr) -> Result<(), Outside> {
        match &value.kind {
            ExprKind::Const(_) | ExprKind::EnumValue(..) | ExprKind::Param(_) => Ok(()),
            ExprKind::Open(_) | ExprKind::Unknown | ExprKind::Dormant(..) => Ok(()),
            ExprKind::If(condition, then, otherwise) => {
                self.collect(program, condition, 0)?;
                self.conditions_within(program, then)?;
                self.conditions_within(program, otherwise)
            }
            ExprKind::Cases(arms, otherwise) => {
                for (guard, value) in arms {
                    self.collect(program, guard, 0)?;
                    self.conditions_within(program, value)?;
                }
                otherwise.iter().try_for_each(|it| self.conditions_within(program, it))
            }
            ExprKind::Unary(_, operand) => self.conditions_within(program, operand),
            ExprKind::Binary { lhs, rhs, .. } if value.ty != Type::Truth => {
                self.conditions_within(program, lhs)?;
                self.conditions_within(program, rhs)
            }
            _ if value.ty == Type::Truth => self.collect(program, value, 0),
            _ => Err(Outside::Computed),
        }
    }

    /// Adds the facts that a value is made of, and what its conditions compare.
    fn collect_value(&mut self, program: &Program, expr: &Expr, depth: usize) -> Result<(), Outside> {
        if depth > DEEPEST {
            return Err(Outside::Computed);
        }
        if expr.ty == Type::Truth {
            return self.collect(program, expr, depth);
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Const(_)
            | ExprKind::EnumValue(..)
            | ExprKind::Open(_)
            | ExprKind::Unknown
            | ExprKind::Dormant(..) => Ok(()),
            ExprKind::Field(base, entity, field) => self.axis(program, base, entity, field).map(|_| ()),
            ExprKind::Param(symbol) => {
                let param = program.params.iter().find(|it| it.meta.symbol == *symbol).ok_or(Outside::Computed)?;
                let mut values = param.value.iter().chain(param.dated.iter().map(|it| &it.1));
                values.try_for_each(|it| self.collect_value(program, it, depth))
            }
            ExprKind::Rule(base, symbol, Part::Value) => {
                if !matches!(base.kind, ExprKind::This | ExprKind::Ancestor(..)) {
                    return Err(Outside::Members);
                }
                let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol).ok_or(Outside::Computed)?;
                self.collect_value(program, &rule.value, depth)?;
                rule.exceptions.iter().try_for_each(|it| {
                    self.collect(program, &it.guard, depth)?;
                    self.collect_value(program, &it.value, depth)
                })
            }
            ExprKind::Unary(_, operand) => self.collect_value(program, operand, depth),
            ExprKind::Binary { lhs, rhs, .. } => {
                self.collect_value(program, lhs, depth)?;
                self.collect_value(program, rhs, depth)
            }
            ExprKind::If(condition, then, otherwise) => {
                self.collect(program, condition, depth)?;
                self.collect_value(program, then, depth)?;
                self.collect_value(program, otherwise, depth)
            }
            ExprKind::Cases(arms, otherwise) => {
                for (guard, value) in arms {
                    self.collect(program, guard, depth)?;
                    self.collect_value(program, value, depth)?;
                }
                otherwise.iter().try_for_each(|it| self.collect_value(program, it, depth))
            }
            ExprKind::Parts(parts) => parts.iter().try_for_each(|it| {
                if let Some(guard) = &it.guard {
                    self.collect(program, guard, depth)?;
                }
                self.collect_value(program, &it.value, depth)
            }),
            ExprKind::Range(lo, hi) => {
                [lo, hi].into_iter().flatten().try_for_each(|it| self.collect_value(program, it, depth))
            }
            ExprKind::Call(_, args) => args.iter().try_for_each(|it| self.collect_value(program, it, depth)),
            ExprKind::Aggregate { .. } | ExprKind::Children(..) | ExprKind::Local(_) => Err(Outside::Members),
            _ => Err(Outside::Computed),
        }
    }

    fn axis(&mut self, program: &Program, base: &Expr, entity: &Symbol, field: &SmolStr) -> Result<&mut Axis, Outside> {
        if !matches!(base.kind, ExprKind::This | ExprKind::Ancestor(..)) {
            return Err(Outside::Members);
        }
        let position = self.axes.iter().position(|it| it.entity == *entity && it.field == *field);
        let index = if let Some(index) = position {
            index
        } else {
            let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
            let ty = def.and_then(|it| it.fields.iter().find(|it| it.name == *field)).map(|it| it.ty.clone());
            let axis = Axis {
                entity: entity.clone(),
                field: field.clone(),
                ty: ty.ok_or(Outside::Computed)?,
                cuts: Vec::new(),
                values: Vec::new(),
                stretches: Vec::new(),
            };
            self.axes.push(axis);
            self.axes.len() - 1
        };
        self.axes.get_mut(index).ok_or(Outside::Computed)
    }

    /// Adds what a condition compares.
    fn collect(&mut self, program: &Program, expr: &Expr, depth: usize) -> Result<(), Outside> {
        if depth > DEEPEST {
            return Err(Outside::Computed);
        }
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Open(_) | ExprKind::Unknown | ExprKind::Dormant(..) => Ok(()),
            ExprKind::Field(base, entity, field) if expr.ty == Type::Truth => {
                self.axis(program, base, entity, field).map(|_| ())
            }
            ExprKind::Unary(_, operand) if expr.ty == Type::Truth => self.collect(program, operand, depth + 1),
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, lhs, rhs, .. } => {
                self.collect(program, lhs, depth + 1)?;
                self.collect(program, rhs, depth + 1)
            }
            ExprKind::Binary { op, lhs, rhs, .. } if expr.ty == Type::Truth => self.comparison(program, *op, lhs, rhs),
            ExprKind::If(condition, then, otherwise) if expr.ty == Type::Truth => {
                for part in [condition, then, otherwise] {
                    self.collect(program, part, depth + 1)?;
                }
                Ok(())
            }
            ExprKind::Cases(arms, otherwise) if expr.ty == Type::Truth => {
                for (guard, value) in arms {
                    self.collect(program, guard, depth + 1)?;
                    self.collect(program, value, depth + 1)?;
                }
                otherwise.iter().try_for_each(|it| self.collect(program, it, depth + 1))
            }
            ExprKind::Rule(base, symbol, Part::Value)
                if expr.ty == Type::Truth && matches!(base.kind, ExprKind::This) =>
            {
                let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol).ok_or(Outside::Computed)?;
                self.collect(program, &rule.value, depth + 1)?;
                for exception in &rule.exceptions {
                    self.collect(program, &exception.guard, depth + 1)?;
                    self.collect(program, &exception.value, depth + 1)?;
                }
                Ok(())
            }
            ExprKind::Param(symbol) => self.figures(program, symbol).map(|_| ()),
            _ => Err(Outside::Computed),
        }
    }

    fn comparison(&mut self, program: &Program, _: BinaryOp, lhs: &Expr, rhs: &Expr) -> Result<(), Outside> {
        match (&lhs.kind, &rhs.kind) {
            (ExprKind::Field(base, entity, field), _) => {
                let cuts = self.cuts(program, rhs)?;
                self.axis(program, base, entity, field)?.cuts.extend(cuts);
                Ok(())
            }
            (_, ExprKind::Field(base, entity, field)) => {
                let cuts = self.cuts(program, lhs)?;
                self.axis(program, base, entity, field)?.cuts.extend(cuts);
                Ok(())
            }
            _ => {
                self.cuts(program, lhs)?;
                self.cuts(program, rhs).map(|_| ())
            }
        }
    }

    /// What a fact is compared with, where that is known.
    fn cuts(&mut self, program: &Program, expr: &Expr) -> Result<Vec<Value>, Outside> {
        let mut all = Vec::new();
        match &expr.kind {
            ExprKind::Const(value) => all.extend(ends(value)),
            ExprKind::EnumValue(..) | ExprKind::Open(_) | ExprKind::Unknown | ExprKind::Dormant(..) => {}
            ExprKind::Param(symbol) => all.extend(self.figures(program, symbol)?.iter().flat_map(ends)),
            ExprKind::List(items) => {
                for item in items {
                    all.extend(self.cuts(program, item)?);
                }
            }
            ExprKind::Range(lo, hi) => {
                for end in [lo, hi].into_iter().flatten() {
                    all.extend(self.cuts(program, end)?);
                }
            }
            _ => return Err(Outside::Computed),
        }
        Ok(all)
    }

    /// The figures of a parameter, each of which applies on some day.
    fn figures(&mut self, program: &Program, symbol: &Symbol) -> Result<Vec<Value>, Outside> {
        let param = program.params.iter().find(|it| it.meta.symbol == *symbol).ok_or(Outside::Computed)?;
        let dated = || param.dated.iter();
        // What holds in the end is asked without a day; before the first date there may be a figure too.
        if let Some((first, _)) = param.dated.first().filter(|_| param.value.is_some()) {
            self.days.extend(first.add_days(-1).ok());
        }
        self.days.extend(dated().rev().skip(1).map(|it| it.0));
        let figure = |it: &Expr| match &it.kind {
            ExprKind::Const(value) => Ok(value.clone()),
            ExprKind::Open(_) => Err(Outside::Open(symbol.name.clone())),
            _ => Err(Outside::Computed),
        };
        let all = param.value.iter().chain(dated().map(|it| &it.1)).map(figure).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() { Err(Outside::Open(symbol.name.clone())) } else { Ok(all) }
    }

    /// Turns what facts are compared with into the values that stand for all.
    fn settle(&mut self, program: &Program) -> Result<(), Outside> {
        self.days.sort_unstable();
        self.days.dedup();
        let mut points: usize = 1;
        for axis in &mut self.axes {
            let def = program.entities.iter().find(|it| it.meta.symbol == axis.entity);
            let field = def.and_then(|it| it.fields.iter().find(|it| it.name == axis.field));
            axis.values = match &axis.ty {
                Type::Truth => vec![Value::Bool(false), Value::Bool(true)],
                Type::Number(ty) => {
                    let range = field.and_then(|it| it.range);
                    axis.stretches = stretches(&axis.cuts, ty.whole, range);
                    numbers(&axis.cuts, ty.whole, range)
                }
                Type::Date => dates(&axis.cuts),
                Type::Enum(symbol) => {
                    let count = program.enumerations.iter().find(|it| it.meta.symbol == *symbol);
                    let count = count.map_or(0, |it| it.values.len());
                    let position = program.enumerations.iter().position(|it| it.meta.symbol == *symbol);
                    let ty = position.and_then(|it| u32::try_from(it).ok()).ok_or(Outside::Computed)?;
                    (0..u32::try_from(count).unwrap_or(0)).map(|index| Value::Enum { ty, index }).collect()
                }
                Type::Text => texts(&axis.cuts),
                _ => return Err(Outside::Computed),
            };
            points = points.checked_mul(axis.values.len().max(1)).ok_or(Outside::TooMany)?;
            if points > MOST_POINTS {
                return Err(Outside::TooMany);
            }
        }
        Ok(())
    }

    /// The first jurisdiction of the space that `wanted` holds of as provisions read in the end, and how many were asked.
    pub(crate) fn find(
        &self,
        machine: &Machine,
        mut wanted: impl FnMut(&Run<'_>, (EntityId, u32)) -> bool,
    ) -> (Option<Witness>, usize) {
        let (point, asked) = self.first_of_points(machine, &mut wanted);
        (point.map(|it| it.witness), asked)
    }

    /// Asks every jurisdiction of the space, on every day on which figures are others, until `enough`; and how many were
    /// asked. What never holds today may have held before.
    pub(crate) fn every(&self, machine: &Machine, mut enough: impl FnMut(&Run<'_>, (EntityId, u32)) -> bool) -> usize {
        let axes: Vec<Vec<Value>> = self.axes.iter().map(|it| it.values.clone()).collect();
        let mut asked = 0;
        for as_of in self.days.iter().copied().map(Some).chain([None]) {
            let Ok((point, count)) = self.first_of(machine, &axes, as_of, &mut enough) else { continue };
            asked += count;
            if point.is_some() {
                break;
            }
        }
        asked
    }

    /// The world of one jurisdiction, with a value for each axis, and those that it lies in.
    pub(crate) fn world(&self, machine: &Machine, entity: EntityId, values: &[Value]) -> World {
        let mut builder = WorldBuilder::new(machine);
        let mut next = Some(entity);
        let mut below = None;
        while let Some(id) = next {
            let facts = machine.entity_def(id).map_or_else(Vec::new, |def| {
                let of = |field: &SmolStr| {
                    let axis = self.axes.iter().position(|it| it.entity == def.meta.symbol && it.field == *field)?;
                    values.get(axis).cloned()
                };
                def.fields.iter().map(|it| of(&it.name)).collect()
            });
            let row = Row { id: SmolStr::new_static("1"), name: None, parent: None, facts: facts.into() };
            if builder.add(id, row).is_ok()
                && let Some(below) = below
            {
                builder.set_parent(below, 0, 0);
            }
            below = Some(id);
            next = machine.entities().get(id.index()).and_then(|it| it.parent);
        }
        builder.build()
    }

    pub(crate) fn witness(&self, values: &[Value]) -> Witness {
        let facts = self.axes.iter().zip(values);
        let facts = facts.map(|(it, value)| (it.entity.clone(), it.field.clone(), it.ty.clone(), value.clone()));
        Witness { facts: facts.collect() }
    }
}

impl Witness {
    /// Only those of its facts that are marked, in order.
    pub(crate) fn only(mut self, kept: &[bool]) -> Self {
        let mut kept = kept.iter().copied();
        self.facts.retain(|_| kept.next().unwrap_or(false));
        self
    }

    /// Whether no fact matters.
    pub(crate) fn is_any(&self) -> bool {
        self.facts.is_empty()
    }

    /// The jurisdiction in the drafter's words: `户数 = 3000 户`.
    pub(crate) fn describe(&self, machine: &Machine) -> Bilingual {
        let empty = World::default();
        let each = |locale: Locale| {
            let fact = |(entity, field, ty, value): &(Symbol, SmolStr, Type, Value)| {
                format!("{}.{field} = {}", entity.name, machine.show(value, ty, &empty, locale))
            };
            self.facts.iter().map(fact).collect::<Vec<_>>()
        };
        let (zh, en) = (each(Locale::Zh), each(Locale::En));
        if zh.is_empty() {
            return Bilingual::new("任何情形", "any case");
        }
        Bilingual::new(zh.join("、"), en.join(", "))
    }
}

/// The figures of a value at which a comparison with it can change.
fn ends(value: &Value) -> Vec<Value> {
    if let Value::List(items) = value {
        return items.iter().flat_map(ends).collect();
    }
    if let Some(range) = value.as_number_range() {
        return [range.lo(), range.hi()].into_iter().flatten().map(Value::Number).collect();
    }
    if let Some(range) = value.as_date_range() {
        return [range.lo(), range.hi()].into_iter().flatten().map(Value::from).collect();
    }
    vec![value.clone()]
}

/// A figure below, at and above each cut, within the field's range, smallest first.
pub(crate) fn numbers(cuts: &[Value], whole: bool, range: Option<polis_value::Range<Number>>) -> Vec<Value> {
    let mut points: Vec<Number> = cuts.iter().filter_map(Value::as_number).collect();
    if whole {
        // A whole figure passes one that is not at the whole ones beside it, and is never that one.
        points = points.into_iter().flat_map(|it| [it.floor(), it.ceil()]).filter_map(Result::ok).collect();
    }
    points.extend(range.and_then(|it| it.lo()));
    points.extend(range.and_then(|it| it.hi()));
    points.sort();
    points.dedup();
    let mut all = points.clone();
    for point in &points {
        all.extend(point.add(Number::ONE).ok());
        all.extend(point.sub(Number::ONE).ok());
    }
    if !whole {
        // Between two figures that are less than two apart there are others.
        let half = Number::from(2);
        for pair in points.windows(2) {
            if let [low, high] = pair {
                all.extend(low.add(*high).and_then(|it| it.div(half)).ok());
            }
        }
    }
    if all.is_empty() {
        all.push(Number::ZERO);
    }
    all.retain(|it| range.is_none_or(|range| range.contains(*it)));
    all.sort();
    all.dedup();
    all.into_iter().map(Value::Number).collect()
}

/// Each text that is named, in that order, and one that is not.
pub(crate) fn texts(cuts: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for cut in cuts {
        if !all.contains(cut) {
            all.push(cut.clone());
        }
    }
    let mut other = String::from("其他");
    while cuts.iter().any(|it| matches!(it, Value::Text(text) if text == other.as_str())) {
        other.insert(0, '另');
    }
    all.push(Value::Text(other.into()));
    all
}

/// The stretches between the cuts of a number, each cut a stretch of its own. Facts that are not whole are told apart to
/// two decimals. A fact without bounds is no less than zero, unless it is compared with less.
fn stretches(cuts: &[Value], whole: bool, range: Option<polis_value::Range<Number>>) -> Vec<(Number, Option<Number>)> {
    let grain = grain(whole);
    let mut cuts: Vec<Number> = cuts.iter().filter_map(Value::as_number).collect();
    if whole {
        cuts = cuts.into_iter().flat_map(|it| [it.floor(), it.ceil()]).filter_map(Result::ok).collect();
    }
    cuts.sort();
    cuts.dedup();
    let least = cuts.first().copied().unwrap_or(Number::ZERO).min(Number::ZERO);
    let mut from = range.and_then(|it| it.lo()).unwrap_or(least);
    let end = range.and_then(|it| it.hi());
    cuts.retain(|it| *it >= from && end.is_none_or(|end| *it <= end));
    let mut all = Vec::new();
    for cut in cuts {
        if let Ok(before) = cut.sub(grain)
            && from <= before
        {
            all.push((from, Some(before)));
        }
        all.push((cut, Some(cut)));
        let Ok(after) = cut.add(grain) else { return all };
        from = after;
    }
    if end.is_none_or(|end| from <= end) {
        all.push((from, end));
    }
    all
}

/// By how much two values of a number differ at least.
pub(crate) fn grain(whole: bool) -> Number {
    if whole { Number::ONE } else { Number::ONE.div(Number::from(100)).unwrap_or(Number::ONE) }
}

/// The day before, of and after each cut.
pub(crate) fn dates(cuts: &[Value]) -> Vec<Value> {
    let mut all: Vec<Date> = Vec::new();
    for date in cuts.iter().filter_map(Value::as_date_range).filter_map(|it| it.lo()) {
        all.extend([-1, 0, 1].into_iter().filter_map(|it| date.add_days(it).ok()));
    }
    if all.is_empty() {
        all.extend(Date::new(2020, 1, 1).ok());
    }
    all.sort();
    all.dedup();
    all.into_iter().map(Value::from).collect()
}

/// A figure that an open parameter may come to: the most that it may be, or one.
pub(crate) fn open_figure(program: &Program, machine: &Machine, symbol: &Symbol) -> Option<(ParamId, Value)> {
    let param = program.params.iter().find(|it| it.meta.symbol == *symbol)?;
    let last = param.dated.last().map(|it| &it.1).or(param.value.as_ref())?;
    if !matches!(last.kind, ExprKind::Open(_)) || param.ty.as_number().is_none() {
        return None;
    }
    let range = param
        .range
        .as_ref()
        .and_then(|it| if let ExprKind::Const(it) = &it.kind { it.as_number_range() } else { None });
    let figure = range.and_then(|it| it.hi()).unwrap_or(Number::ONE);
    Some((machine.param(symbol)?, Value::Number(figure)))
}
