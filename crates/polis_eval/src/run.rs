//! A run: the interpreter of linked expressions.

use std::cell::RefCell;

use polis_semantic::Symbol;
use polis_syntax::Span;
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::{
    Comparison, Date, DateRange, EvalOpError, MissingId, Number, NumberRange, Range, Rounding, Truth, Unknown, Value,
    aggregate, ops,
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::code::{AggregateCode, Code, Op};
use crate::error::{EvalError, EvalErrorKind};
use crate::explain::{Reason, Step};
use crate::machine::{EntityId, Machine, ParamId};
use crate::world::World;

/// What a run is told beside the program and the jurisdictions.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The date whose figures apply; without one, the latest figure of each parameter.
    pub as_of: Option<Date>,
    /// Values of parameters, by parameter.
    pub set: Vec<(ParamId, Value)>,
}

/// What an unknown value lacks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    /// A fact about a jurisdiction: its entity, row and field.
    Fact(EntityId, u32, u32),
    /// The jurisdiction that one lies in.
    Parent(EntityId, u32),
    /// A parameter that is open, or has no figure on the date.
    Param(ParamId),
    /// A figure that a provision leaves open: the provision, its part, the reason.
    Open(Symbol, Option<SmolStr>, Option<SmolStr>),
    /// A provision that is not in force on the day: the first day on which it will be, or the last on which it was.
    Dormant(Symbol, Option<Date>, Option<Date>),
    /// The text itself says `unknown`.
    Said,
}

/// Evaluates a machine's rules on a world.
#[derive(Debug)]
pub struct Run<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) world: &'a World,
    settings: Settings,
    /// For each rule, its value by row, once any has been asked for.
    pub(crate) memo: Vec<RefCell<Vec<Memo>>>,
    params: Vec<RefCell<Memo>>,
    missing: RefCell<MissingTable>,
}

#[derive(Debug, Clone, Default)]
pub(crate) enum Memo {
    #[default]
    Empty,
    Busy,
    Done(Result<Value, Box<EvalError>>),
}

#[derive(Debug, Default)]
struct MissingTable {
    all: Vec<Missing>,
    index: FxHashMap<Missing, u32>,
}

pub(crate) type Eval = Result<Value, Box<EvalError>>;

/// Where an expression is evaluated.
pub(crate) struct Frame<'f> {
    /// The jurisdiction.
    pub(crate) at: Option<(EntityId, u32)>,
    /// Whose text is evaluated.
    pub(crate) owner: &'f Symbol,
    /// The members that binders name, innermost last.
    pub(crate) locals: Vec<Value>,
    /// What was looked at, where an explanation is wanted.
    pub(crate) steps: Vec<Step>,
}

impl<'a> Run<'a> {
    /// A run of `machine` on `world`.
    #[must_use]
    pub fn new(machine: &'a Machine, world: &'a World, settings: Settings) -> Self {
        let memo = machine.rules.iter().map(|_| RefCell::default()).collect();
        let params = machine.params.iter().map(|_| RefCell::new(Memo::Empty)).collect();
        Self { machine, world, settings, memo, params, missing: RefCell::default() }
    }

    /// The machine that runs.
    #[must_use]
    pub fn machine(&self) -> &'a Machine {
        self.machine
    }

    /// The jurisdictions it runs on.
    #[must_use]
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// What an unknown value lacks, in the order of the program: facts by entity, jurisdiction and field, then
    /// jurisdictions that lie nowhere, parameters, what provisions leave open, and what they call unknown. What was asked
    /// of the run before makes no difference.
    #[must_use]
    pub fn missing(&self, unknown: &Unknown) -> Vec<Missing> {
        let table = self.missing.borrow();
        let mut all: Vec<Missing> =
            unknown.missing.iter().filter_map(|it| table.all.get(it.index() as usize).cloned()).collect();
        // Provisions stand in the machine's list in the order of the program, not in that of their names.
        let place = |it: &Missing| match it {
            Missing::Open(symbol, part, reason) => {
                self.machine.open.iter().position(|it| it.symbol == *symbol && it.part == *part && it.reason == *reason)
            }
            _ => None,
        };
        all.sort_by_cached_key(|it| match it {
            Missing::Open(..) => (Missing::Open(Symbol::new("", ""), None, None), place(it)),
            other => (other.clone(), None),
        });
        all
    }

    /// A parameter's value on the run's date.
    ///
    /// # Errors
    ///
    /// Its expression has no value.
    pub fn param(&self, param: ParamId) -> Result<Value, Box<EvalError>> {
        self.param_value(param)
    }

    pub(crate) fn unknown(&self, missing: Missing) -> Value {
        let mut table = self.missing.borrow_mut();
        let next = u32::try_from(table.all.len()).unwrap_or(u32::MAX);
        let index = if let Some(index) = table.index.get(&missing) {
            *index
        } else {
            table.all.push(missing.clone());
            table.index.insert(missing, next);
            next
        };
        Value::from(Unknown::missing(MissingId::new(index)))
    }

    /// Evaluates an expression. `TRACE` records what it looks at in the frame's steps.
    pub(crate) fn eval<const TRACE: bool>(&self, code: &Code, frame: &mut Frame<'_>) -> Eval {
        match &code.op {
            Op::Const(value) => Ok(value.clone()),
            Op::ThisField(field) => {
                let Some((entity, row)) = frame.at else { return Ok(self.unknown(Missing::Said)) };
                self.fact::<TRACE>(entity, row, *field, frame)
            }
            Op::ThisRule(rule) => {
                let Some((_, row)) = frame.at else { return Ok(self.unknown(Missing::Said)) };
                self.rule_at::<TRACE>(*rule, row, code.span, frame)
            }
            Op::Binary(op, sides) => self.binary::<TRACE>(*op, &sides.0, &sides.1, code.span, frame),
            Op::Param(param) => {
                let value = self.param_value(ParamId(*param))?;
                if TRACE {
                    frame.steps.push(Step::new(Reason::Param(ParamId(*param)), value.clone()));
                }
                Ok(value)
            }
            Op::Parts(parts) => self.parts::<TRACE>(parts, code.span, frame),
            Op::Call(builtin, args) => self.call::<TRACE>(*builtin, args, code.span, frame),
            Op::Unary(UnaryOp::Not, operand) => {
                let value = self.eval::<TRACE>(operand, frame)?;
                Self::done(ops::not(&value), code.span, frame)
            }
            Op::Unary(UnaryOp::Neg, operand) => {
                let value = self.eval::<TRACE>(operand, frame)?;
                Self::done(ops::neg(&value), code.span, frame)
            }
            Op::Scaled(op, sides, twelfths) => self.scaled::<TRACE>(*op, sides, *twelfths, code.span, frame),
            Op::If(parts) => {
                let (condition, then, otherwise) = &**parts;
                self.choose::<TRACE>(condition, then, otherwise, frame)
            }
            Op::Cases(arms, otherwise) => self.cases::<TRACE>(arms, otherwise.as_deref(), frame),
            Op::Aggregate(builtin, parts) => self.aggregate::<TRACE>(*builtin, parts, code.span, frame),
            Op::List(items) => {
                let items: Result<Vec<Value>, _> = items.iter().map(|it| self.eval::<TRACE>(it, frame)).collect();
                Ok(Value::List(items?.into()))
            }
            Op::Range(lo, hi) => {
                let lo = lo.as_ref().map(|it| self.eval::<TRACE>(it, frame)).transpose()?;
                let hi = hi.as_ref().map(|it| self.eval::<TRACE>(it, frame)).transpose()?;
                Self::done(ops::range(lo.as_ref(), hi.as_ref()), code.span, frame)
            }
            Op::This => Ok(frame.at.map_or_else(|| self.unknown(Missing::Said), |(ty, row)| entity(ty, row))),
            Op::Local(index) => {
                let position = frame.locals.len().checked_sub(1 + *index as usize);
                Ok(position.and_then(|it| frame.locals.get(it)).cloned().unwrap_or_else(|| self.unknown(Missing::Said)))
            }
            Op::Field(base, field) => match self.eval::<TRACE>(base, frame)? {
                Value::Entity { ty, row } => self.fact::<TRACE>(EntityId(ty), row, *field, frame),
                other => Ok(self.of_unknown(other)),
            },
            Op::Rule(base, rule) => match self.eval::<TRACE>(base, frame)? {
                Value::Entity { row, .. } => self.rule_at::<TRACE>(*rule, row, code.span, frame),
                other => Ok(self.of_unknown(other)),
            },
            Op::Kept(base, kept) => match self.eval::<TRACE>(base, frame)? {
                Value::Entity { row, .. } => self.kept::<TRACE>(*kept, row, frame),
                other => Ok(self.of_unknown(other)),
            },
            Op::Ancestor(base, wanted) => match self.eval::<TRACE>(base, frame)? {
                Value::Entity { ty, row } => Ok(self.ancestor(EntityId(ty), row, EntityId(*wanted))),
                other => Ok(self.of_unknown(other)),
            },
            Op::Children(base, child) => match self.eval::<TRACE>(base, frame)? {
                Value::Entity { row, .. } => {
                    let rows = self.world.children(EntityId(*child), row);
                    Ok(Value::List(rows.iter().map(|it| entity(EntityId(*child), *it)).collect()))
                }
                other => Ok(self.of_unknown(other)),
            },
            Op::Open(index) => {
                let missing = match self.machine.open.get(*index as usize) {
                    Some(place) => Missing::Open(place.symbol.clone(), place.part.clone(), place.reason.clone()),
                    None => Missing::Said,
                };
                Ok(self.unknown(missing))
            }
            Op::Dormant(index) => {
                let missing = match self.machine.dormant.get(*index as usize) {
                    Some((symbol, from, until)) => Missing::Dormant(symbol.clone(), *from, *until),
                    None => Missing::Said,
                };
                Ok(self.unknown(missing))
            }
            Op::Unknown => Ok(self.unknown(Missing::Said)),
        }
    }

    /// What follows where a jurisdiction was expected and there is none: unknown for the same reason.
    fn of_unknown(&self, value: Value) -> Value {
        if value.is_unknown() { value } else { self.unknown(Missing::Said) }
    }

    /// A value, or the error of the operation with its place.
    pub(crate) fn done(result: Result<Value, EvalOpError>, span: Span, frame: &Frame<'_>) -> Eval {
        result.map_err(|error| Self::error(EvalErrorKind::Operation(error), span, frame))
    }

    #[expect(clippy::unnecessary_box_returns, reason = "results carry their error boxed, to stay small")]
    pub(crate) fn error(kind: EvalErrorKind, span: Span, frame: &Frame<'_>) -> Box<EvalError> {
        Box::new(EvalError { kind, symbol: frame.owner.clone(), span, at: frame.at })
    }

    fn fact<const TRACE: bool>(&self, entity: EntityId, row: u32, field: u32, frame: &mut Frame<'_>) -> Eval {
        let given = self.world.row(entity, row).and_then(|it| it.facts.get(field as usize)).and_then(Option::as_ref);
        let value = if let Some(value) = given {
            value.clone()
        } else {
            let linked = self.machine.entities.get(entity.index());
            match linked.and_then(|it| it.defaults.get(field as usize)).and_then(Option::as_ref) {
                Some(default) => self.eval::<false>(default, frame)?,
                None => self.unknown(Missing::Fact(entity, row, field)),
            }
        };
        if TRACE {
            frame.steps.push(Step::new(Reason::Fact(entity, row, field), value.clone()));
        }
        Ok(value)
    }

    fn ancestor(&self, mut entity: EntityId, mut row: u32, wanted: EntityId) -> Value {
        while entity != wanted {
            let above = self.machine.entities.get(entity.index()).and_then(|it| it.parent);
            let parent = self.world.row(entity, row).and_then(|it| it.parent);
            match (above, parent) {
                (Some(above), Some(parent)) => (entity, row) = (above, parent),
                (Some(_), None) => return self.unknown(Missing::Parent(entity, row)),
                (None, _) => return self.unknown(Missing::Said),
            }
        }
        Value::Entity { ty: entity.0, row }
    }

    fn param_value(&self, param: ParamId) -> Eval {
        if let Some((_, value)) = self.settings.set.iter().find(|it| it.0 == param) {
            return Ok(value.clone());
        }
        let (Some(slot), Some(linked), Some(def)) = (
            self.params.get(param.index()),
            self.machine.params.get(param.index()),
            self.machine.program.params.get(param.index()),
        ) else {
            return Ok(self.unknown(Missing::Param(param)));
        };
        let memo = slot.replace(Memo::Busy);
        let frame = Frame { at: None, owner: &def.meta.symbol, locals: Vec::new(), steps: Vec::new() };
        let value = match memo {
            Memo::Done(value) => value,
            Memo::Busy => Err(Self::error(EvalErrorKind::Cycle, def.meta.head, &frame)),
            Memo::Empty => {
                let dated = match self.settings.as_of {
                    Some(day) => linked.dated.iter().rev().find(|it| it.0 <= day),
                    None => linked.dated.last(),
                };
                match dated.map(|it| &it.1).or(linked.value.as_ref()) {
                    // A parameter that is open is named by itself, with or without a reason.
                    Some(Code { op: Op::Open(_) | Op::Unknown, .. }) | None => Ok(self.unknown(Missing::Param(param))),
                    Some(code) => {
                        let mut frame = frame;
                        self.eval::<false>(code, &mut frame)
                    }
                }
            }
        };
        slot.replace(Memo::Done(value.clone()));
        value
    }

    fn binary<const TRACE: bool>(
        &self,
        op: BinaryOp,
        lhs: &Code,
        rhs: &Code,
        span: Span,
        frame: &mut Frame<'_>,
    ) -> Eval {
        let left = self.eval::<TRACE>(lhs, frame)?;
        // What cannot change the result is not looked at: it might have no value.
        match (op, &left) {
            (BinaryOp::And, Value::Bool(false)) | (BinaryOp::Or, Value::Bool(true)) => return Ok(left),
            _ => {}
        }
        let right = self.eval::<TRACE>(rhs, frame)?;
        let result = match op {
            BinaryOp::Or => ops::or(&left, &right),
            BinaryOp::And => ops::and(&left, &right),
            BinaryOp::Equal => ops::compare(Comparison::Equal, &left, &right),
            BinaryOp::NotEqual => ops::compare(Comparison::NotEqual, &left, &right),
            BinaryOp::Less => ops::compare(Comparison::Less, &left, &right),
            BinaryOp::AtMost => ops::compare(Comparison::AtMost, &left, &right),
            BinaryOp::More => ops::compare(Comparison::More, &left, &right),
            BinaryOp::AtLeast => ops::compare(Comparison::AtLeast, &left, &right),
            BinaryOp::In => ops::within(&left, &right),
            BinaryOp::Add | BinaryOp::Sub if left.as_date_range().is_some() => {
                return Self::add_days(&left, &right, op == BinaryOp::Sub, span, frame);
            }
            BinaryOp::Add => ops::add(&left, &right),
            BinaryOp::Sub => ops::sub(&left, &right),
            BinaryOp::Mul => ops::mul(&left, &right),
            BinaryOp::Div => ops::div(&left, &right),
        };
        Self::done(result, span, frame)
    }

    /// A product or quotient of figures in months and per year, in base units again. What multiplies comes first, so
    /// that no digit is lost before it must be.
    fn scaled<const TRACE: bool>(
        &self,
        op: BinaryOp,
        sides: &(Code, Code),
        twelfths: i32,
        span: Span,
        frame: &mut Frame<'_>,
    ) -> Eval {
        let left = self.eval::<TRACE>(&sides.0, frame)?;
        let right = self.eval::<TRACE>(&sides.1, frame)?;
        let mut factor = Number::ONE;
        for _ in 0..twelfths.unsigned_abs() {
            factor = factor.mul(Number::from(12_i64)).unwrap_or(factor);
        }
        let factor = Value::Number(factor);
        let result = match (op, twelfths > 0) {
            (BinaryOp::Div, true) => ops::mul(&right, &factor).and_then(|it| ops::div(&left, &it)),
            (BinaryOp::Div, false) => ops::mul(&left, &factor).and_then(|it| ops::div(&it, &right)),
            (_, true) => ops::mul(&left, &right).and_then(|it| ops::div(&it, &factor)),
            (_, false) => ops::mul(&left, &right).and_then(|it| ops::mul(&it, &factor)),
        };
        Self::done(result, span, frame)
    }

    fn choose<const TRACE: bool>(
        &self,
        condition: &Code,
        then: &Code,
        otherwise: &Code,
        frame: &mut Frame<'_>,
    ) -> Eval {
        match self.eval::<TRACE>(condition, frame)? {
            Value::Bool(true) => self.eval::<TRACE>(then, frame),
            Value::Bool(false) => self.eval::<TRACE>(otherwise, frame),
            // Where both ways lead to the same value, it does not matter which is gone.
            undecided => {
                let (a, b) = (self.eval::<TRACE>(then, frame)?, self.eval::<TRACE>(otherwise, frame)?);
                Ok(if !a.is_unknown() && polis_value::same(&a, &b) {
                    a
                } else {
                    undecided_between(&undecided, &[a, b])
                })
            }
        }
    }

    fn cases<const TRACE: bool>(&self, arms: &[(Code, Code)], otherwise: Option<&Code>, frame: &mut Frame<'_>) -> Eval {
        let mut undecided: Option<(Value, Vec<Value>)> = None;
        for (guard, value) in arms {
            let holds = self.eval::<TRACE>(guard, frame)?;
            match (&holds, &mut undecided) {
                (Value::Bool(false), _) => {}
                (Value::Bool(true), None) => return self.eval::<TRACE>(value, frame),
                (Value::Bool(true), Some((_, values))) => {
                    values.push(self.eval::<TRACE>(value, frame)?);
                    return Ok(settle(undecided));
                }
                (_, Some((reason, values))) => {
                    *reason = undecided_between(reason, std::slice::from_ref(&holds));
                    values.push(self.eval::<TRACE>(value, frame)?);
                }
                (_, None) => undecided = Some((holds, vec![self.eval::<TRACE>(value, frame)?])),
            }
        }
        let last = match otherwise {
            Some(value) => self.eval::<TRACE>(value, frame)?,
            None => self.unknown(Missing::Said),
        };
        match &mut undecided {
            None => Ok(last),
            Some((_, values)) => {
                values.push(last);
                Ok(settle(undecided))
            }
        }
    }

    fn aggregate<const TRACE: bool>(
        &self,
        builtin: Builtin,
        parts: &AggregateCode,
        span: Span,
        frame: &mut Frame<'_>,
    ) -> Eval {
        let members = match self.eval::<TRACE>(&parts.source, frame)? {
            Value::List(members) => members,
            other => return Ok(self.of_unknown(other)),
        };
        let mut values = Vec::with_capacity(members.len());
        for member in members.iter() {
            frame.locals.push(member.clone());
            let outer = if TRACE { std::mem::take(&mut frame.steps) } else { Vec::new() };
            let value = self.member::<TRACE>(parts, frame);
            frame.locals.pop();
            if TRACE {
                let steps = std::mem::replace(&mut frame.steps, outer);
                if let (Ok(Some(value)), Value::Entity { ty, row }) = (&value, member) {
                    let reason = Reason::Member(EntityId(*ty), *row);
                    frame.steps.push(Step { reason, value: value.clone(), steps });
                }
            }
            values.extend(value?);
        }
        let result = match builtin {
            Builtin::Count => aggregate::count(&values),
            Builtin::Any => aggregate::any(&values),
            Builtin::All => aggregate::all(&values),
            Builtin::Min => aggregate::min(&values),
            Builtin::Max => aggregate::max(&values),
            Builtin::Avg => aggregate::avg(&values),
            _ => aggregate::sum(&values),
        };
        Self::done(result, span, frame)
    }

    /// What an aggregate takes of a member; `None` where the filter leaves it out.
    fn member<const TRACE: bool>(
        &self,
        parts: &AggregateCode,
        frame: &mut Frame<'_>,
    ) -> Result<Option<Value>, Box<EvalError>> {
        if let Some(filter) = &parts.filter {
            match self.eval::<TRACE>(filter, frame)? {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(None),
                unknown => return Ok(Some(unknown)),
            }
        }
        self.eval::<TRACE>(&parts.body, frame).map(Some)
    }

    fn call<const TRACE: bool>(&self, builtin: Builtin, args: &[Code], span: Span, frame: &mut Frame<'_>) -> Eval {
        let values: Result<Vec<Value>, _> = args.iter().map(|it| self.eval::<TRACE>(it, frame)).collect();
        let values = values?;
        let result = match (builtin, values.as_slice()) {
            (Builtin::Known, [value]) => Ok(Value::Bool(!value.is_unknown())),
            (Builtin::Steps, [amount, size]) => ops::steps(amount, size),
            (Builtin::Floor, [value]) => ops::floor(value),
            (Builtin::Ceil, [value]) => ops::ceil(value),
            (Builtin::Round, [value]) => ops::round(value),
            (Builtin::Round, [value, digits]) => ops::to_digits(value, digits, Rounding::HalfAwayFromZero),
            (Builtin::Abs, [value]) => ops::abs(value),
            (Builtin::Low, [value]) => ops::low(value),
            (Builtin::High, [value]) => ops::high(value),
            (Builtin::Starts, [value]) => ops::starts(value),
            (Builtin::Ends, [value]) => ops::ends(value),
            (Builtin::Clamp, [value, range]) => clamp(value, range),
            (Builtin::Min, [first, rest @ ..]) => rest.iter().try_fold(first.clone(), |a, b| ops::min(&a, b)),
            (Builtin::Max, [first, rest @ ..]) => rest.iter().try_fold(first.clone(), |a, b| ops::max(&a, b)),
            (Builtin::YearsBetween | Builtin::MonthsBetween | Builtin::DaysBetween, [from, to]) => {
                Ok(between(builtin, from, to))
            }
            (Builtin::AddMonths, [date, months]) => return Self::add_months(date, months, span, frame),
            (_, [value, ..]) => Err(EvalOpError::Mismatch { op: builtin.word().en, left: value.kind(), right: None }),
            (_, []) => Err(EvalOpError::NoMembers { op: builtin.word().en }),
        };
        Self::done(result, span, frame)
    }

    fn add_days(date: &Value, days: &Value, back: bool, span: Span, frame: &Frame<'_>) -> Eval {
        let days = if back { ops::neg(days) } else { Ok(days.clone()) };
        let days = days.map_err(|it| Self::error(EvalErrorKind::Operation(it), span, frame))?;
        Self::shift(date, &days, Date::add_days, span, frame)
    }

    fn add_months(date: &Value, months: &Value, span: Span, frame: &Frame<'_>) -> Eval {
        Self::shift(date, months, Date::add_months, span, frame)
    }

    /// A date moved by a number or range of whole days or months.
    fn shift(
        date: &Value,
        by: &Value,
        add: impl Fn(Date, i64) -> Result<Date, polis_value::DateError>,
        span: Span,
        frame: &Frame<'_>,
    ) -> Eval {
        if let (Value::Unknown(_), _) | (_, Value::Unknown(_)) = (date, by) {
            return Ok(joined(date, by));
        }
        let (Some(dates), Some(by)) = (date.as_date_range(), by.as_number_range()) else {
            let error = EvalOpError::Mismatch { op: "+", left: date.kind(), right: Some(by.kind()) };
            return Self::done(Err(error), span, frame);
        };
        let end = |date: Option<Date>, by: Option<Number>| match (date, by.and_then(Number::as_int)) {
            (Some(date), Some(by)) => add(date, by).map(Some),
            _ => Ok(None),
        };
        match (end(dates.lo(), by.lo()), end(dates.hi(), by.hi())) {
            (Ok(lo), Ok(hi)) => Ok(Range::new(lo, hi).map_or(Value::from(Unknown::discretion()), Value::from)),
            _ => Err(Self::error(EvalErrorKind::Date, span, frame)),
        }
    }
}

/// The unknown value of two operands of which one is unknown.
fn joined(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Unknown(a), Value::Unknown(b)) => Value::Unknown(a.join(b)),
        (Value::Unknown(_), _) => a.clone(),
        _ => b.clone(),
    }
}

/// Unknown for what decides between values, and for what the values themselves lack.
pub(crate) fn undecided_between(reason: &Value, values: &[Value]) -> Value {
    let mut unknown = match reason {
        Value::Unknown(unknown) => unknown.clone(),
        _ => Unknown::discretion(),
    };
    for value in values {
        if let Value::Unknown(more) = value {
            unknown = unknown.join(more);
        }
    }
    Value::Unknown(unknown)
}

/// The value of cases of which some are undecided: the one that all lead to, or unknown.
fn settle(undecided: Option<(Value, Vec<Value>)>) -> Value {
    let Some((reason, values)) = undecided else { return Value::from(Unknown::discretion()) };
    match values.split_first() {
        Some((first, rest)) if !first.is_unknown() && rest.iter().all(|it| polis_value::same(first, it)) => {
            first.clone()
        }
        _ => undecided_between(&reason, &values),
    }
}

fn clamp(value: &Value, range: &Value) -> Result<Value, EvalOpError> {
    if let Value::Unknown(_) = range {
        Ok(joined(value, range))
    } else {
        let Some(range) = range.as_number_range() else {
            return Err(EvalOpError::Mismatch { op: "clamp", left: value.kind(), right: Some(range.kind()) });
        };
        let mut clamped = value.clone();
        if let Some(lo) = range.lo() {
            clamped = ops::max(&clamped, &Value::Number(lo))?;
        }
        if let Some(hi) = range.hi() {
            clamped = ops::min(&clamped, &Value::Number(hi))?;
        }
        Ok(clamped)
    }
}

/// Whole years (in months), months or days between two dates, or the range of them for coarse dates.
fn between(builtin: Builtin, from: &Value, to: &Value) -> Value {
    if from.is_unknown() || to.is_unknown() {
        return joined(from, to);
    }
    let (Some(from), Some(to)) = (from.as_date_range(), to.as_date_range()) else {
        return Value::from(Unknown::discretion());
    };
    let count = |a: Date, b: Date| {
        Number::from(match builtin {
            Builtin::YearsBetween => a.years_until(b).saturating_mul(12),
            Builtin::MonthsBetween => a.months_until(b),
            _ => a.days_until(b),
        })
    };
    let ends = |from: DateRange, to: DateRange| -> Option<NumberRange> {
        let lo = count(from.hi()?, to.lo()?);
        let hi = count(from.lo()?, to.hi()?);
        Range::new(Some(lo.min(hi)), Some(lo.max(hi))).ok()
    };
    ends(from, to).map_or_else(|| Value::from(Unknown::discretion()), Value::from)
}

pub(crate) const fn entity(entity: EntityId, row: u32) -> Value {
    Value::Entity { ty: entity.0, row }
}

/// The truth of a value that is one.
pub(crate) fn truth(value: &Value) -> Truth {
    value.as_truth().unwrap_or(Truth::Unknown)
}
