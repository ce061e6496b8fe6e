//! Calculations without a result: divisions by what may be zero, and results too large to be exact, for facts that are
//! admissible.
//!
//! They are looked for, not decided: each fact takes its least and greatest value and those beside the figures that it is
//! compared with, with no members and with one. What is found is replayed, so it is true; what has no result for other
//! facts only is missed.

use std::sync::Arc;

use polis_diagnostic::{AnalysisNote, Bilingual, KindNote, Locale, Message, Severity};
use polis_eval::{EntityId, EvalError, EvalErrorKind, Machine, ParamId, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::ir::{Expr, ExprKind, Part, Rule};
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::ast::BinaryOp;
use polis_syntax::words::Builtin;
use polis_value::{Number, Value};
use smol_str::SmolStr;

use crate::Work;
use crate::report::at;
use crate::space::{dates, numbers, open_figure, texts};

/// Facts without an upper bound are followed up to here: no jurisdiction has more.
const FARTHEST: i64 = 100_000_000;

/// More jurisdictions than this are not tried.
const MOST: usize = 2_000;

/// How deep values are followed into the rules that they name.
const DEEPEST: usize = 24;

impl Work {
    /// Looks for jurisdictions for which a rule has no result.
    pub(crate) fn hazards(&mut self, rule: &Rule) {
        let own = || std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value));
        let program = Arc::clone(self.machine.program());
        let divides = own().any(|it| it.all().iter().any(|it| may_fail(it)));
        let grows = own().any(|it| greatest(&program, it, 0).is_none());
        if !divides && !grows {
            return;
        }
        let Some(id) = self.machine.rule(&rule.meta.symbol) else { return };
        let facts = Facts::of(&program, &self.machine, rule);
        let found = facts.find(&self.machine, |run, row| match run.rule(id, row) {
            Err(error) if error.symbol == rule.meta.symbol && is_hazard(&error) => Some(error),
            _ => None,
        });
        let Some((error, world, example)) = found else { return };
        let Some(reported) = self.machine.error_diagnostic(&error, &world) else { return };
        let help = match &reported.message {
            Message::Eval(polis_diagnostic::EvalMessage::Overflow { .. }) => AnalysisNote::KeepExact,
            _ => AnalysisNote::GuardAgainstZero,
        };
        let mut diagnostic = at(reported.message, rule.meta.place(error.span)).with_severity(Severity::Warning);
        if let Some(example) = example {
            diagnostic = diagnostic.note(KindNote::Example { example });
        }
        self.result.found(diagnostic.help(help));
    }
}

/// Whether a rule multiplies or divides at all.
pub(crate) fn calculates(rule: &Rule) -> bool {
    let own = std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value));
    own.flat_map(Expr::all).any(|it| may_fail(it) || matches!(&it.kind, ExprKind::Binary { op: BinaryOp::Mul, .. }))
}

/// Whether an operation may have no result: it divides by something that is not a figure.
fn may_fail(expr: &Expr) -> bool {
    let figure = |it: &Expr| matches!(it.kind, ExprKind::Const(_));
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Div, rhs, .. } => !figure(rhs),
        ExprKind::Call(Builtin::Steps, args) => args.get(1).is_some_and(|it| !figure(it)),
        _ => false,
    }
}

/// What is asked about otherwise: exceptions that conflict, rules in a circle.
fn is_hazard(error: &EvalError) -> bool {
    matches!(error.kind, EvalErrorKind::Operation(_) | EvalErrorKind::Date)
}

/// The greatest that a value may come to, without its sign; `None` if that may be too large.
fn greatest(program: &Program, expr: &Expr, depth: usize) -> Option<Number> {
    if depth > DEEPEST {
        return Some(Number::ZERO);
    }
    let of = |it: &Expr| greatest(program, it, depth + 1);
    let most = |all: Vec<&Expr>| all.into_iter().try_fold(Number::ZERO, |most, it| Some(most.max(of(it)?)));
    match &expr.kind {
        ExprKind::Const(value) => {
            let range = value.as_number_range();
            let ends = range.map_or([None; 2], |it| [it.lo(), it.hi()]);
            Some(ends.into_iter().flatten().filter_map(|it| it.abs().ok()).max().unwrap_or(Number::ZERO))
        }
        ExprKind::Field(_, entity, field) => {
            let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
            let range = def.and_then(|it| it.fields.iter().find(|it| it.name == *field)).and_then(|it| it.range);
            Some(range.and_then(|it| it.hi()).unwrap_or(Number::from(FARTHEST)))
        }
        ExprKind::Param(symbol) => {
            let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
            param
                .map_or(Some(Number::ZERO), |it| most(it.value.iter().chain(it.dated.iter().map(|it| &it.1)).collect()))
        }
        ExprKind::Rule(_, symbol, Part::Value) => {
            let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol);
            let values = rule.map(|it| std::iter::once(&it.value).chain(it.exceptions.iter().map(|it| &it.value)));
            values.map_or(Some(Number::ZERO), |it| most(it.collect()))
        }
        // It will come to something.
        ExprKind::Open(_) | ExprKind::Unknown => Some(Number::ONE),
        ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, .. } => of(lhs)?.mul(of(rhs)?).ok(),
        ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub, lhs, rhs, .. } => of(lhs)?.add(of(rhs)?).ok(),
        ExprKind::Parts(parts) => parts.iter().try_fold(Number::ZERO, |sum, it| sum.add(of(&it.value)?).ok()),
        ExprKind::Cases(arms, otherwise) => most(arms.iter().map(|it| &it.1).chain(otherwise.as_deref()).collect()),
        ExprKind::If(_, then, otherwise) => most(vec![&**then, &**otherwise]),
        ExprKind::Aggregate { body, .. } => of(body),
        _ => most(expr.inner()),
    }
}

/// The facts that a rule rests on, with the values that are tried.
struct Facts {
    entity: Symbol,
    axes: Vec<(Symbol, SmolStr, Type, Vec<Value>)>,
    /// The types of members that are asked, nearest first.
    members: Vec<EntityId>,
    /// Figures that the text leaves open, with one that they may come to.
    open: Vec<(ParamId, Value)>,
}

impl Facts {
    fn of(program: &Program, machine: &Machine, rule: &Rule) -> Self {
        let mut reached = vec![&rule.meta.symbol];
        let mut exprs: Vec<&Expr> = Vec::new();
        let mut next = 0;
        while let Some(symbol) = reached.get(next).copied() {
            next += 1;
            let Some(rule) = program.rules.iter().find(|it| it.meta.symbol == *symbol) else { continue };
            let own = std::iter::once(&rule.value).chain(rule.exceptions.iter().flat_map(|it| [&it.guard, &it.value]));
            for expr in own.flat_map(Expr::all) {
                exprs.push(expr);
                if let ExprKind::Rule(_, other, _) = &expr.kind
                    && !reached.contains(&other)
                {
                    reached.push(other);
                }
            }
        }
        let mut facts = Self { entity: rule.entity.clone(), axes: Vec::new(), members: Vec::new(), open: Vec::new() };
        for expr in &exprs {
            match &expr.kind {
                ExprKind::Field(_, entity, field) => facts.add(program, entity, field, &exprs),
                ExprKind::Param(symbol) => facts.open.extend(open_figure(program, machine, symbol)),
                ExprKind::Children(_, entity) => facts.members.extend(machine.entity(entity)),
                _ => {}
            }
        }
        facts.members.sort_unstable();
        facts.members.dedup();
        facts
    }

    fn add(&mut self, program: &Program, entity: &Symbol, name: &SmolStr, exprs: &[&Expr]) {
        if self.axes.iter().any(|it| it.0 == *entity && it.1 == *name) {
            return;
        }
        let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
        let Some(field) = def.and_then(|it| it.fields.iter().find(|it| it.name == *name)) else { return };
        let is_it = |it: &Expr| matches!(&it.kind, ExprKind::Field(_, e, f) if e == entity && f == name);
        let cuts = exprs.iter().filter_map(|it| match &it.kind {
            ExprKind::Binary { lhs, rhs, .. } if is_it(lhs) => constant(program, rhs),
            ExprKind::Binary { lhs, rhs, .. } if is_it(rhs) => constant(program, lhs),
            _ => None,
        });
        let mut values: Vec<Value> = cuts.collect();
        values = match &field.ty {
            Type::Truth => vec![Value::Bool(false), Value::Bool(true)],
            Type::Number(ty) => {
                if field.range.and_then(|it| it.hi()).is_none() {
                    values.push(Value::Number(Number::from(FARTHEST)));
                }
                if field.range.and_then(|it| it.lo()).is_none() {
                    values.push(Value::Number(Number::ZERO));
                }
                let mut all = numbers(&values, ty.whole, field.range);
                // What is counted is no less than none, and one beyond the farthest says no more.
                all.retain(|it| {
                    it.as_number()
                        .is_some_and(|it| it <= Number::from(FARTHEST) && (it >= Number::ZERO || field.range.is_some()))
                });
                all
            }
            Type::Enum(symbol) => {
                let position = program.enumerations.iter().position(|it| it.meta.symbol == *symbol);
                let count = program.enumerations.iter().find(|it| it.meta.symbol == *symbol);
                let count = count.and_then(|it| u32::try_from(it.values.len()).ok()).unwrap_or(0);
                let ty = position.and_then(|it| u32::try_from(it).ok()).unwrap_or(0);
                (0..count).map(|index| Value::Enum { ty, index }).collect()
            }
            Type::Date => dates(&values),
            Type::Text => texts(&values),
            _ => values,
        };
        if !values.is_empty() {
            self.axes.push((entity.clone(), name.clone(), field.ty.clone(), values));
        }
    }

    /// The first jurisdiction of which something is found, with what is found and the jurisdiction in words.
    fn find(
        &self,
        machine: &Machine,
        mut wanted: impl FnMut(&Run<'_>, u32) -> Option<Box<EvalError>>,
    ) -> Option<(Box<EvalError>, World, Option<Bilingual>)> {
        let entity = machine.entity(&self.entity)?;
        let mut axes: Vec<Vec<Value>> = self.axes.iter().map(|it| it.3.clone()).collect();
        // Of too many combinations the ends of the longest are kept.
        while count(&axes).is_none_or(|it| it > MOST) {
            let longest = axes.iter_mut().filter(|it| it.len() > 2).max_by_key(|it| it.len())?;
            *longest = [longest.first(), longest.last()].into_iter().flatten().cloned().collect();
        }
        let settings = Settings { set: self.open.clone(), ..Settings::default() };
        let members: &[bool] = if self.members.is_empty() { &[false] } else { &[false, true] };
        for with_members in members {
            for mut rest in 0..count(&axes)? {
                let values: Vec<Value> = axes
                    .iter()
                    .filter_map(|it| {
                        let value = it.get(rest.checked_rem(it.len())?);
                        rest = rest.checked_div(it.len())?;
                        value.cloned()
                    })
                    .collect();
                let world = self.world(machine, entity, &values, *with_members);
                let run = Run::new(machine, &world, settings.clone());
                if let Some(error) = wanted(&run, 0) {
                    let example = self.describe(machine, &values, *with_members);
                    return Some((error, world, example));
                }
            }
        }
        None
    }

    /// One jurisdiction with those that it lies in, and where members are asked, with one of each type or with none.
    fn world(&self, machine: &Machine, entity: EntityId, values: &[Value], with_members: bool) -> World {
        let mut builder = WorldBuilder::new(machine);
        let parent = |id: EntityId| machine.entities().get(id.index()).and_then(|it| it.parent);
        let mut chain: Vec<EntityId> = std::iter::successors(Some(entity), |it| parent(*it)).collect();
        if with_members {
            for member in &self.members {
                chain.extend(std::iter::successors(Some(*member), |it| parent(*it)).take(machine.entities().len()));
            }
            chain.sort_unstable();
            chain.dedup();
        }
        for id in &chain {
            let facts = machine.entity_def(*id).map_or_else(Vec::new, |def| {
                let of = |field: &SmolStr| {
                    let axis = self.axes.iter().position(|it| it.0 == def.meta.symbol && it.1 == *field)?;
                    values.get(axis).cloned()
                };
                def.fields.iter().map(|it| of(&it.name)).collect()
            });
            let row = Row { id: SmolStr::new_static("1"), name: None, parent: None, facts: facts.into() };
            // Each is the only one of its type.
            let _ = builder.add(*id, row);
        }
        for id in &chain {
            if parent(*id).is_some_and(|it| chain.contains(&it)) {
                builder.set_parent(*id, 0, 0);
            }
        }
        builder.build()
    }

    fn describe(&self, machine: &Machine, values: &[Value], with_members: bool) -> Option<Bilingual> {
        let empty = World::default();
        let is_member = |entity: &Symbol| machine.entity(entity).is_some_and(|it| self.members.contains(&it));
        let shown = |locale: Locale| {
            let facts = self.axes.iter().zip(values).filter(|it| with_members || !is_member(&it.0.0));
            let fact = |((entity, field, ty, _), value): (&(Symbol, SmolStr, Type, Vec<Value>), &Value)| {
                format!("{}.{field} = {}", entity.name, machine.show(value, ty, &empty, locale))
            };
            let members = self.members.iter().filter(|_| !with_members).filter_map(|it| machine.entity_def(*it));
            let none = |name: &SmolStr| match locale {
                Locale::Zh => format!("没有{name}"),
                Locale::En => format!("no `{name}`"),
            };
            facts.map(fact).chain(members.map(|it| none(&it.meta.symbol.name))).collect::<Vec<_>>()
        };
        let (zh, en) = (shown(Locale::Zh), shown(Locale::En));
        (!zh.is_empty()).then(|| Bilingual::new(zh.join("、"), en.join(", ")))
    }
}

fn count(axes: &[Vec<Value>]) -> Option<usize> {
    axes.iter().try_fold(1_usize, |count, it| count.checked_mul(it.len()))
}

/// A figure, or the last figure of a parameter.
fn constant(program: &Program, expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value.clone()),
        ExprKind::Param(symbol) => {
            let param = program.params.iter().find(|it| it.meta.symbol == *symbol)?;
            let last = param.dated.last().map(|it| &it.1).or(param.value.as_ref())?;
            if let ExprKind::Const(value) = &last.kind { Some(value.clone()) } else { None }
        }
        _ => None,
    }
}
