//! From the program's expressions to columns.
//!
//! **Invariant:** what is built here has, in every row that does not escape, the value that the interpreter has. Whatever
//! has no column, or could have another value, is a [`Stop`], and its provision is left to the interpreter.

use std::sync::Arc;

use polis_eval::{ConstraintId, EntityId, RuleId};
use polis_semantic::Symbol;
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part, PartExpr, Rule};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::{Builtin, Choice};
use polis_value::{Number, Rounding, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::engine::{Engine, Fold, Wanted};
use super::graph::{Bit, Built, Graph, Num, Stop};
use super::reason::Reason;
use super::shape::{FieldShape, Shape};
use super::shared::{SharedBit, SharedKind, SharedNum, SharedVal};
use super::value::{Kind, ReasonId, Val};

/// Where an expression is evaluated.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The entity that the provision is about: that of the rows, or one above them. `None` for one that is not to be
    /// reached from the rows.
    pub(super) this: Option<EntityId>,
    /// What binders name, innermost last.
    pub(super) locals: Arc<[Option<Local>]>,
    /// Whose text it is, and which part of it.
    pub(super) owner: Symbol,
    pub(super) part: Option<SmolStr>,
    /// The rows in which the interpreter comes by.
    pub(super) path: Bit,
}

/// What a binder names.
#[derive(Debug, Clone)]
pub(super) enum Local {
    /// The row itself, or the one above it of this entity.
    At(EntityId),
    /// A member of a list that is written out.
    Is(Val),
}

impl Scope {
    pub(super) fn of(entity: Option<EntityId>, owner: &Symbol) -> Self {
        Self { this: entity, locals: Arc::from([]), owner: owner.clone(), part: None, path: Bit::TRUE }
    }

    fn on(&self, path: Bit) -> Self {
        Self { path, ..self.clone() }
    }

    fn with(&self, local: Local) -> Self {
        let locals = self.locals.iter().cloned().chain([Some(local)]).collect();
        Self { locals, ..self.clone() }
    }
}

/// Where an input column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// The row of the parent.
    Parent,
    HasParent,
    Low(u32),
    High(u32),
    Truth(u32),
    Known(u32),
    /// Rows whose fact has no column.
    Odd(u32),
}

/// Builds the columns of the rows of one entity.
pub(super) struct Compiler<'e, 'a> {
    engine: &'e Engine<'a>,
    entity: EntityId,
    shape: &'e Shape,
    pub(super) graph: Graph,
    /// Input columns, of figures and of truths, by the numbers that the graph holds.
    pub(super) inputs: Vec<Input>,
    /// Columns of other tables, by the numbers that the graph holds.
    pub(super) nums: Vec<Arc<super::shared::NumColumn>>,
    pub(super) bits: Vec<Arc<Vec<u8>>>,
    rules: FxHashMap<RuleId, Built<Val>>,
}

/// A constraint in every row.
#[derive(Debug, Clone)]
pub(super) struct Verdicts {
    /// Where it does not apply.
    pub(super) not_applicable: Bit,
    pub(super) condition: Val,
    /// The value and the bounds.
    pub(super) figures: Option<(Val, Val)>,
    pub(super) binding: bool,
}

impl<'e, 'a> Compiler<'e, 'a> {
    pub(super) fn new(engine: &'e Engine<'a>, entity: EntityId, shape: &'e Shape) -> Self {
        Self {
            engine,
            entity,
            shape,
            graph: Graph::new(),
            inputs: Vec::new(),
            nums: Vec::new(),
            bits: Vec::new(),
            rules: FxHashMap::default(),
        }
    }

    fn reason(&self, reason: Reason) -> ReasonId {
        self.engine.reason(reason)
    }

    // Provisions.

    /// A rule's value in every row.
    pub(super) fn rule(&mut self, rule: RuleId) -> Built<Val> {
        if let Some(known) = self.rules.get(&rule) {
            return known.clone();
        }
        // A rule that needs its own value is an error, which the interpreter reports.
        self.rules.insert(rule, Err(Stop));
        let engine = self.engine;
        let built = match engine.machine().rule_def(rule) {
            Some(def) if engine.machine().rule_entity(rule) == Some(self.entity) => self.general(def),
            _ => Err(Stop),
        };
        self.rules.insert(rule, built.clone());
        built
    }

    /// The general value and the exceptions that replace it.
    fn general(&mut self, rule: &Rule) -> Built<Val> {
        let scope = Scope::of(Some(self.entity), &rule.meta.symbol);
        let (mut holds, mut open, mut guards) = (Vec::new(), Vec::new(), Vec::new());
        for exception in &rule.exceptions {
            let guard = self.expr(&exception.guard, &scope)?;
            let (yes, _, unknown) = self.graph.truths(&guard)?;
            holds.push(yes);
            open.push(unknown);
            guards.push(guard);
        }
        let over = polis_eval::precedence(rule);
        let unbeaten = |graph: &mut Graph, index: usize, rows: Bit| {
            let stronger = over.iter().zip(&holds).filter(|it| it.0.contains(&index)).map(|it| *it.1);
            stronger.fold(rows, |rows, stronger| {
                let not = graph.not(stronger);
                graph.and(rows, not)
            })
        };
        let mut winning = Vec::new();
        let mut possible = Vec::new();
        for (index, (yes, unknown)) in holds.iter().zip(&open).enumerate() {
            winning.push(unbeaten(&mut self.graph, index, *yes));
            possible.push(unbeaten(&mut self.graph, index, *unknown));
        }
        let mut values = Vec::new();
        for (exception, (win, may)) in rule.exceptions.iter().zip(winning.iter().zip(&possible)) {
            let path = self.graph.or(*win, *may);
            values.push(if path == Bit::FALSE {
                Val::unknown([])
            } else {
                self.expr(&exception.value, &scope.on(path))?
            });
        }
        // Two that prevail at once and are not the same: in conflict, or undecided, as the interpreter will say.
        for (index, (first, win)) in values.iter().zip(&winning).enumerate() {
            for (second, also) in values.iter().zip(&winning).skip(index + 1) {
                let at_once = self.graph.and(*win, *also);
                if at_once == Bit::FALSE {
                    continue;
                }
                let same = self.graph.same(first, second)?;
                let known = self.graph.and(first.known, second.known);
                let same = self.graph.and(same, known);
                let differ = self.graph.not(same);
                let differ = self.graph.and(at_once, differ);
                self.graph.escape(differ);
            }
        }
        let any = winning.iter().fold(Bit::FALSE, |any, it| self.graph.or(any, *it));
        let none = self.graph.not(any);
        let mut value = if none == Bit::FALSE { Val::unknown([]) } else { self.expr(&rule.value, &scope.on(none))? };
        for (exception, win) in values.iter().zip(&winning).rev() {
            value = self.graph.pick(*win, exception, &value)?;
        }
        let undecided = possible.iter().fold(Bit::FALSE, |any, it| self.graph.or(any, *it));
        if undecided == Bit::FALSE {
            return Ok(value);
        }
        let reasons: Vec<(Bit, &Val)> = possible.iter().copied().zip(&guards).collect();
        let others: Vec<(Bit, &Val)> = possible.iter().copied().zip(&values).collect();
        let settled = self.settled(&value, &others, &reasons)?;
        self.graph.pick(undecided, &settled, &value)
    }

    /// The first value where the others, each in its rows, are the same; elsewhere unknown for what decides between them
    /// and for what they lack.
    fn settled(&mut self, first: &Val, others: &[(Bit, &Val)], reasons: &[(Bit, &Val)]) -> Built<Val> {
        let graph = &mut self.graph;
        let mut agree = first.known;
        let mut why = first.why.clone();
        for (rows, other) in others {
            let same = graph.same(first, other)?;
            let same = graph.and(same, other.known);
            let elsewhere = graph.not(*rows);
            let same = graph.or(elsewhere, same);
            agree = graph.and(agree, same);
            let own = graph.within(&other.why, *rows);
            why = graph.join(&why, &own);
        }
        for (rows, reason) in reasons {
            let own = graph.within(&reason.why, *rows);
            why = graph.join(&why, &own);
        }
        let differ = graph.not(agree);
        let kind = match &first.kind {
            Kind::Nothing => others.iter().map(|it| &it.1.kind).find(|it| **it != Kind::Nothing),
            _ => None,
        };
        let kind = kind.unwrap_or(&first.kind).clone();
        Ok(Val { kind, known: agree, why: graph.within(&why, differ) })
    }

    /// How every row stands to a constraint.
    pub(super) fn constraint(&mut self, id: ConstraintId) -> Built<Verdicts> {
        let engine = self.engine;
        let def: &Constraint = engine.machine().constraint_def(id).ok_or(Stop)?;
        if engine.machine().constraint_entity(id) != Some(self.entity) {
            return Err(Stop);
        }
        let scope = Scope::of(Some(self.entity), &def.meta.symbol);
        let applies = match &def.guard {
            Some(guard) => self.expr(guard, &scope)?,
            None => Val::truth(Bit::TRUE),
        };
        let (yes, no, unknown) = self.graph.truths(&applies)?;
        let reached = self.graph.not(no);
        let scope = scope.on(reached);
        let (holds, figures) = match &def.holds {
            Holds::Condition(condition) => (self.expr(condition, &scope)?, None),
            Holds::Within { value, bounds, .. } => {
                let (value, bounds) = (self.expr(value, &scope)?, self.expr(bounds, &scope)?);
                (self.graph.lies_within(&value, &bounds)?, Some((value, bounds)))
            }
        };
        // Where it is not known whether it applies, it is kept for sure only if it would hold.
        let (kept, broken, open) = self.graph.truths(&holds)?;
        let broken = self.graph.and(yes, broken);
        let known = self.graph.or(kept, broken);
        let open = self.graph.and(yes, open);
        let why = self.graph.within(&holds.why, open);
        let not_kept = self.graph.not(kept);
        let undecided = self.graph.and(unknown, not_kept);
        let own = self.graph.within(&applies.why, undecided);
        let condition = Val { kind: Kind::Truth(kept), known, why: self.graph.join(&why, &own) };
        Ok(Verdicts { not_applicable: no, condition, figures, binding: matches!(def.modality, Choice::Must) })
    }

    /// Whether every constraint of a provision holds.
    pub(super) fn kept(&mut self, owner: &Symbol) -> Built<Val> {
        let engine = self.engine;
        let machine = engine.machine();
        let own = |it: &ConstraintId| {
            machine.constraint_def(*it).is_some_and(|it| it.about.as_ref().unwrap_or(&it.meta.symbol) == owner)
        };
        let mut all = Val::truth(Bit::TRUE);
        for id in machine.constraint_ids().filter(own) {
            let verdict = self.constraint(id)?;
            let value = self.graph.pick(verdict.not_applicable, &Val::truth(Bit::TRUE), &verdict.condition)?;
            all = self.graph.both(&all, &value)?;
        }
        Ok(all)
    }

    // Expressions.

    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope) -> Built<Val> {
        match &expr.kind {
            ExprKind::Const(value) => self.constant(value),
            ExprKind::EnumValue(symbol, index) => {
                let all = &self.engine.machine().program().enumerations;
                match all.iter().position(|it| it.meta.symbol == *symbol) {
                    Some(ty) => {
                        let code = self.graph.whole(i64::from(*index));
                        Ok(Val::certain(Kind::Enum(u32::try_from(ty).map_err(|_| Stop)?, code)))
                    }
                    None => Ok(said()),
                }
            }
            ExprKind::Open(reason) => {
                let open = Reason::Open(scope.owner.clone(), scope.part.clone(), reason.clone());
                Ok(Val::unknown([self.reason(open)]))
            }
            ExprKind::Dormant(from, until) => {
                Ok(Val::unknown([self.reason(Reason::Dormant(scope.owner.clone(), *from, *until))]))
            }
            ExprKind::Unknown => Ok(said()),
            ExprKind::Field(base, symbol, name) => {
                let entity = self.engine.machine().entity(symbol).ok_or(Stop)?;
                let fields = self.engine.machine().entity_def(entity).map_or(&[][..], |it| &it.fields);
                let field = fields.iter().position(|it| it.name == *name).ok_or(Stop)?;
                let field = u32::try_from(field).map_err(|_| Stop)?;
                let at = self.place(base, scope)?;
                if at == entity { self.field(at, field, scope) } else { Err(Stop) }
            }
            ExprKind::Rule(base, symbol, part) => {
                let at = self.place(base, scope)?;
                match part {
                    Part::Value => {
                        let rule = self.engine.machine().rule(symbol).ok_or(Stop)?;
                        if at == self.entity { self.rule(rule) } else { self.above(at, &Wanted::Rule(rule)) }
                    }
                    Part::Kept if at == self.entity => self.kept(symbol),
                    Part::Kept => self.above(at, &Wanted::Kept(symbol.clone())),
                }
            }
            ExprKind::Param(symbol) => match self.engine.machine().param(symbol) {
                Some(param) => match self.engine.param(param)? {
                    Ok(value) => self.constant(&value),
                    Err(reasons) => Ok(Val::unknown(reasons)),
                },
                None => Ok(said()),
            },
            ExprKind::Unary(UnaryOp::Not, operand) => {
                let value = self.expr(operand, scope)?;
                self.graph.opposite(&value)
            }
            ExprKind::Unary(UnaryOp::Neg, operand) => {
                let value = self.expr(operand, scope)?;
                self.graph.negated(&value, scope.path)
            }
            ExprKind::Binary { op, lhs, rhs, twelfths } => self.binary(*op, lhs, rhs, *twelfths, scope),
            ExprKind::If(condition, then, otherwise) => self.cases(&[(condition, then)], Some(otherwise), scope),
            ExprKind::Cases(arms, otherwise) => {
                let arms: Vec<(&Expr, &Expr)> = arms.iter().map(|(guard, value)| (guard, value)).collect();
                self.cases(&arms, otherwise.as_deref(), scope)
            }
            ExprKind::Call(builtin, args) => self.call(*builtin, args, scope),
            ExprKind::Aggregate { builtin, body, source, filter } => match &source.kind {
                ExprKind::List(items) => self.listed(*builtin, body, items, filter.as_deref(), scope),
                ExprKind::Children(base, symbol) => {
                    let child = self.engine.machine().entity(symbol).ok_or(Stop)?;
                    let at = self.place(base, scope)?;
                    self.folded(*builtin, body, filter.as_deref(), (at, child), scope)
                }
                _ => Err(Stop),
            },
            ExprKind::List(items) => {
                let items = items.iter().map(|it| self.expr(it, scope)).collect::<Built<Vec<_>>>()?;
                Ok(Val::certain(Kind::List(items)))
            }
            ExprKind::Range(lo, hi) => self.range(lo.as_deref(), hi.as_deref(), scope),
            ExprKind::Parts(parts) => self.parts(parts, scope),
            ExprKind::This | ExprKind::Ancestor(..) | ExprKind::Local(_) | ExprKind::Children(..) => {
                match Self::local(expr, scope) {
                    Some(Local::Is(value)) => Ok(value),
                    // A member that is counted: a row that is known.
                    Some(Local::At(at)) if at == self.entity => {
                        let row = self.graph.row(self.shape.rows);
                        Ok(Val::certain(Kind::Row(u32::try_from(at.index()).map_err(|_| Stop)?, row)))
                    }
                    _ => Err(Stop),
                }
            }
        }
    }

    fn local(expr: &Expr, scope: &Scope) -> Option<Local> {
        let ExprKind::Local(index) = expr.kind else { return None };
        let position = scope.locals.len().checked_sub(1 + index as usize)?;
        scope.locals.get(position)?.clone()
    }

    /// The entity of the row that an expression names: the row itself, or one above it.
    fn place(&mut self, expr: &Expr, scope: &Scope) -> Built<EntityId> {
        match &expr.kind {
            ExprKind::This => scope.this.ok_or(Stop),
            ExprKind::Local(_) => match Self::local(expr, scope) {
                Some(Local::At(at)) => Ok(at),
                _ => Err(Stop),
            },
            ExprKind::Ancestor(base, symbol) => {
                let from = self.place(base, scope)?;
                let wanted = self.engine.machine().entity(symbol).ok_or(Stop)?;
                if self.engine.lies_in(from, wanted) { Ok(wanted) } else { Err(Stop) }
            }
            _ => Err(Stop),
        }
    }

    pub(super) fn constant(&mut self, value: &Value) -> Built<Val> {
        let kind = match value {
            Value::Bool(truth) => Kind::Truth(if *truth { Bit::TRUE } else { Bit::FALSE }),
            Value::Text(text) => {
                let code = self.engine.text(text);
                Kind::Text(self.graph.whole(code))
            }
            Value::Enum { ty, index } => Kind::Enum(*ty, self.graph.whole(i64::from(*index))),
            Value::List(items) => Kind::List(items.iter().map(|it| self.constant(it)).collect::<Built<Vec<_>>>()?),
            other => match (other.as_number_range(), other.as_date_range()) {
                (Some(range), _) => {
                    let mut end = |it: Option<Number>| it.map(|it| self.graph.constant(it));
                    Kind::Number(end(range.lo()), end(range.hi()))
                }
                (_, Some(range)) => {
                    let mut end = |it: Option<_>| it.map(|it| self.graph.whole(super::days(it)));
                    Kind::Date(end(range.lo()), end(range.hi()))
                }
                _ => return Err(Stop),
            },
        };
        Ok(Val::certain(kind))
    }

    fn binary(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, twelfths: i32, scope: &Scope) -> Built<Val> {
        let left = self.expr(lhs, scope)?;
        // What cannot change the result is not looked at.
        let path = match op {
            BinaryOp::And | BinaryOp::Or => {
                let (yes, no, _) = self.graph.truths(&left)?;
                let decided = self.graph.not(if op == BinaryOp::And { no } else { yes });
                self.graph.and(scope.path, decided)
            }
            _ => scope.path,
        };
        let right = self.expr(rhs, &scope.on(path))?;
        let graph = &mut self.graph;
        match op {
            BinaryOp::And => graph.both(&left, &right),
            BinaryOp::Or => graph.either(&left, &right),
            BinaryOp::Equal => graph.equals(&left, &right),
            BinaryOp::NotEqual => {
                let equal = graph.equals(&left, &right)?;
                graph.opposite(&equal)
            }
            BinaryOp::Less => graph.less_than(&left, &right),
            BinaryOp::More => graph.less_than(&right, &left),
            BinaryOp::AtMost => {
                let above = graph.less_than(&right, &left)?;
                graph.opposite(&above)
            }
            BinaryOp::AtLeast => {
                let below = graph.less_than(&left, &right)?;
                graph.opposite(&below)
            }
            BinaryOp::In => graph.lies_within(&left, &right),
            BinaryOp::Mul | BinaryOp::Div if twelfths != 0 => self.scaled(op, &left, &right, twelfths, path),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => graph.arithmetic(op, &left, &right, path),
        }
    }

    /// A product or quotient with a power of twelve, in the order of the interpreter.
    fn scaled(&mut self, op: BinaryOp, left: &Val, right: &Val, twelfths: i32, path: Bit) -> Built<Val> {
        let factor = 12_i64.checked_pow(twelfths.unsigned_abs()).ok_or(Stop)?;
        let factor = Val::point(self.graph.whole(factor));
        let graph = &mut self.graph;
        let (first, second, then, by) = match (op, twelfths > 0) {
            (BinaryOp::Div, true) => {
                let divisor = graph.arithmetic(BinaryOp::Mul, right, &factor, path)?;
                return graph.arithmetic(BinaryOp::Div, left, &divisor, path);
            }
            (BinaryOp::Div, false) => (left, &factor, BinaryOp::Div, right),
            (_, true) => (left, right, BinaryOp::Div, &factor),
            (_, false) => (left, right, BinaryOp::Mul, &factor),
        };
        let product = graph.arithmetic(BinaryOp::Mul, first, second, path)?;
        graph.arithmetic(then, &product, by, path)
    }

    /// The first case whose guard holds; where it is not known which that is, the value that all of them lead to.
    fn cases(&mut self, arms: &[(&Expr, &Expr)], otherwise: Option<&Expr>, scope: &Scope) -> Built<Val> {
        let mut active = scope.path;
        let mut reached: Vec<(Bit, Val)> = Vec::new();
        let mut pushed: Vec<(Bit, Val)> = Vec::new();
        let mut guards: Vec<(Bit, Val)> = Vec::new();
        let mut undecided = Bit::FALSE;
        for (guard, value) in arms {
            if active == Bit::FALSE {
                break;
            }
            let guard = self.expr(guard, &scope.on(active))?;
            let (yes, no, unknown) = self.graph.truths(&guard)?;
            let not_false = self.graph.not(no);
            let path = self.graph.and(active, not_false);
            if path == Bit::FALSE {
                continue;
            }
            let value = self.expr(value, &scope.on(path))?;
            let (yes, unknown) = (self.graph.and(active, yes), self.graph.and(active, unknown));
            let also = self.graph.and(yes, undecided);
            let kept = self.graph.or(unknown, also);
            if kept != Bit::FALSE {
                pushed.push((kept, value.clone()));
            }
            if unknown != Bit::FALSE {
                guards.push((unknown, guard));
            }
            reached.push((yes, value));
            undecided = self.graph.or(undecided, unknown);
            let not = self.graph.not(yes);
            active = self.graph.and(active, not);
        }
        let last = match otherwise {
            _ if active == Bit::FALSE => Val::unknown([]),
            Some(value) => self.expr(value, &scope.on(active))?,
            None => said(),
        };
        let also = self.graph.and(active, undecided);
        if also != Bit::FALSE {
            pushed.push((also, last.clone()));
        }
        let mut plain = last;
        for (rows, value) in reached.iter().rev() {
            plain = self.graph.pick(*rows, value, &plain)?;
        }
        if undecided == Bit::FALSE {
            return Ok(plain);
        }
        // Any of the values stands for all where they agree; the one that is reached last is there in every row.
        let others: Vec<(Bit, &Val)> = pushed.iter().map(|(rows, value)| (*rows, value)).collect();
        let reasons: Vec<(Bit, &Val)> = guards.iter().map(|(rows, value)| (*rows, value)).collect();
        let settled = self.settled(&plain, &others, &reasons)?;
        self.graph.pick(undecided, &settled, &plain)
    }

    fn call(&mut self, builtin: Builtin, args: &[Expr], scope: &Scope) -> Built<Val> {
        let values = args.iter().map(|it| self.expr(it, scope)).collect::<Built<Vec<_>>>()?;
        let (graph, path) = (&mut self.graph, scope.path);
        match (builtin, values.as_slice()) {
            (Builtin::Known, [value]) => Ok(Val::truth(value.known)),
            (Builtin::Steps, [amount, size]) => graph.steps_of(amount, size, path),
            (Builtin::Floor, [value]) => graph.rounded_to(value, 0, Rounding::Down, path),
            (Builtin::Ceil, [value]) => graph.rounded_to(value, 0, Rounding::Up, path),
            (Builtin::Round, [value]) => graph.rounded_to(value, 0, Rounding::HalfAwayFromZero, path),
            (Builtin::Round, [value, digits]) => {
                let Kind::Number(Some(low), Some(high)) = digits.kind else { return Err(Stop) };
                let digits = graph.known(low).filter(|_| low == high && digits.known == Bit::TRUE).ok_or(Stop)?;
                let digits = digits.as_int().and_then(|it| i32::try_from(it).ok()).ok_or(Stop)?;
                graph.rounded_to(value, digits, Rounding::HalfAwayFromZero, path)
            }
            (Builtin::Abs, [value]) => graph.magnitude(value, path),
            (Builtin::Low | Builtin::High, [value]) => graph.map(value, path, |_, low, high, _| {
                let end = if builtin == Builtin::Low { low } else { high }.ok_or(Stop)?;
                Ok(Kind::Number(Some(end), Some(end)))
            }),
            (Builtin::Starts | Builtin::Ends, [value]) => {
                let kind = match value.kind {
                    Kind::Date(low, high) => {
                        let end = if builtin == Builtin::Starts { low } else { high }.ok_or(Stop)?;
                        Kind::Date(Some(end), Some(end))
                    }
                    Kind::Nothing => Kind::Nothing,
                    _ => return Err(Stop),
                };
                Ok(Val { kind, ..value.clone() })
            }
            (Builtin::Clamp, [value, range]) => {
                let (known, why) = graph.both_known(value, range);
                let kind = match (&value.kind, &range.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => Kind::Nothing,
                    (Kind::Number(..), Kind::Number(low, high)) => {
                        let mut clamped = value.clone();
                        if let Some(low) = low {
                            clamped = graph.extreme_of(false, &clamped, &Val::point(*low))?;
                        }
                        if let Some(high) = high {
                            clamped = graph.extreme_of(true, &clamped, &Val::point(*high))?;
                        }
                        clamped.kind
                    }
                    _ => return Err(Stop),
                };
                let known = if kind == Kind::Nothing { Bit::FALSE } else { known };
                Ok(Val { kind, known, why })
            }
            (Builtin::Min | Builtin::Max, [first, rest @ ..]) => {
                rest.iter().try_fold(first.clone(), |a, b| graph.extreme_of(builtin == Builtin::Min, &a, b))
            }
            (Builtin::DaysBetween, [from, to]) => {
                let (known, why) = graph.both_known(from, to);
                let kind = match (&from.kind, &to.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => Kind::Nothing,
                    (Kind::Date(Some(a), Some(b)), Kind::Date(Some(c), Some(d))) if a == b && c == d => {
                        let days = graph.sub(*c, *a, Bit::TRUE)?;
                        Kind::Number(Some(days), Some(days))
                    }
                    _ => return Err(Stop),
                };
                let known = if kind == Kind::Nothing { Bit::FALSE } else { known };
                Ok(Val { kind, known, why })
            }
            _ => Err(Stop),
        }
    }

    fn range(&mut self, lo: Option<&Expr>, hi: Option<&Expr>, scope: &Scope) -> Built<Val> {
        let lo = lo.map(|it| self.expr(it, scope)).transpose()?;
        let hi = hi.map(|it| self.expr(it, scope)).transpose()?;
        let graph = &mut self.graph;
        match (lo, hi) {
            (None, None) => Ok(Val::certain(Kind::Number(None, None))),
            (Some(end), None) => match end.kind {
                Kind::Number(low, _) => Ok(Val { kind: Kind::Number(low, None), ..end }),
                Kind::Date(low, _) => Ok(Val { kind: Kind::Date(low, None), ..end }),
                Kind::Nothing => Ok(end),
                _ => Err(Stop),
            },
            (None, Some(end)) => match end.kind {
                Kind::Number(_, high) => Ok(Val { kind: Kind::Number(None, high), ..end }),
                Kind::Date(_, high) => Ok(Val { kind: Kind::Date(None, high), ..end }),
                Kind::Nothing => Ok(end),
                _ => Err(Stop),
            },
            (Some(lo), Some(hi)) => {
                let (known, why) = graph.both_known(&lo, &hi);
                let (kind, low, high) = match (&lo.kind, &hi.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => {
                        return Ok(Val { kind: Kind::Nothing, known: Bit::FALSE, why });
                    }
                    (Kind::Number(low, _), Kind::Number(_, high)) => (Kind::Number(*low, *high), *low, *high),
                    (Kind::Date(low, _), Kind::Date(_, high)) => (Kind::Date(*low, *high), *low, *high),
                    _ => return Err(Stop),
                };
                // A range from a higher to a lower end is an error.
                if let (Some(low), Some(high)) = (low, high) {
                    let empty = graph.less(high, low);
                    let live = graph.and(scope.path, known);
                    let fails = graph.and(empty, live);
                    graph.escape(fails);
                }
                Ok(Val { kind, known, why })
            }
        }
    }

    /// Parts added up, each under its guard.
    fn parts(&mut self, parts: &[PartExpr], scope: &Scope) -> Built<Val> {
        let mut sum = Val::point(self.graph.whole(0));
        for part in parts {
            let scope = Scope { part: part.name.clone(), ..scope.clone() };
            let value = match &part.guard {
                None => self.expr(&part.value, &scope)?,
                Some(guard) => {
                    let guard = self.expr(guard, &scope)?;
                    let (yes, no, unknown) = self.graph.truths(&guard)?;
                    let path = self.graph.and(scope.path, yes);
                    let nothing = Val::point(self.graph.whole(0));
                    let undecided = Val { kind: Kind::Nothing, known: Bit::FALSE, why: guard.why.clone() };
                    let value =
                        if path == Bit::FALSE { nothing.clone() } else { self.expr(&part.value, &scope.on(path))? };
                    let otherwise = self.graph.pick(no, &nothing, &undecided)?;
                    let picked = self.graph.pick(yes, &value, &otherwise)?;
                    debug_assert!(unknown != Bit::TRUE || picked.known == Bit::FALSE, "an unknown guard has no value");
                    picked
                }
            };
            sum = self.graph.arithmetic(BinaryOp::Add, &sum, &value, scope.path)?;
        }
        Ok(sum)
    }

    /// An aggregate over a list that is written out.
    fn listed(
        &mut self,
        builtin: Builtin,
        body: &Expr,
        items: &[Expr],
        filter: Option<&Expr>,
        scope: &Scope,
    ) -> Built<Val> {
        let mut members = Vec::new();
        for item in items {
            let item = self.expr(item, scope)?;
            let scope = scope.with(Local::Is(item));
            members.push(self.member(body, filter, &scope)?);
        }
        let everywhere = members.iter().all(|it| it.0 == Bit::TRUE);
        let count = i64::try_from(members.len()).map_err(|_| Stop)?;
        match builtin {
            Builtin::Any | Builtin::All => {
                let empty = Val::truth(if builtin == Builtin::All { Bit::TRUE } else { Bit::FALSE });
                let mut all = empty.clone();
                for (counts, value) in &members {
                    let value = self.graph.pick(*counts, value, &empty)?;
                    all = if builtin == Builtin::All {
                        self.graph.both(&all, &value)?
                    } else {
                        self.graph.either(&all, &value)?
                    };
                }
                Ok(all)
            }
            Builtin::Count | Builtin::Sum => {
                let mut sum = self.graph.whole(0);
                let (mut low, mut high) = (sum, sum);
                let (mut known, mut why) = (Bit::TRUE, Vec::new());
                for (counts, value) in &members {
                    let (own_low, own_high) = self.counted(builtin, value, *counts)?;
                    low = self.graph.add(low, own_low, scope.path)?;
                    high = self.graph.add(high, own_high, scope.path)?;
                    let left_out = self.graph.not(*counts);
                    let settled = self.graph.or(left_out, value.known);
                    known = self.graph.and(known, settled);
                    let own = self.graph.within(&value.why, *counts);
                    why = self.graph.join(&why, &own);
                }
                sum = low;
                Ok(Val { kind: Kind::Number(Some(sum), Some(high)), known, why })
            }
            Builtin::Min | Builtin::Max if everywhere => {
                let mut all = members.into_iter().map(|it| it.1);
                let first = all.next().ok_or(Stop)?;
                all.try_fold(first, |a, b| self.graph.extreme_of(builtin == Builtin::Min, &a, &b))
            }
            Builtin::Avg if everywhere && count > 0 => {
                let sum = self.listed(Builtin::Sum, body, items, filter, scope)?;
                let count = Val::point(self.graph.whole(count));
                self.graph.arithmetic(BinaryOp::Div, &sum, &count, scope.path)
            }
            _ => Err(Stop),
        }
    }

    /// What an aggregate takes of a member: the rows in which it is taken, and what it is there.
    pub(super) fn member(&mut self, body: &Expr, filter: Option<&Expr>, scope: &Scope) -> Built<(Bit, Val)> {
        let Some(filter) = filter else { return Ok((Bit::TRUE, self.expr(body, scope)?)) };
        let filter = self.expr(filter, scope)?;
        let (yes, no, _) = self.graph.truths(&filter)?;
        let path = self.graph.and(scope.path, yes);
        let undecided = Val { kind: Kind::Nothing, known: Bit::FALSE, why: filter.why.clone() };
        let value = if path == Bit::FALSE { undecided.clone() } else { self.expr(body, &scope.on(path))? };
        Ok((self.graph.not(no), self.graph.pick(yes, &value, &undecided)?))
    }

    /// What a member adds to a sum or a count: nothing where it is left out or unknown.
    pub(super) fn counted(&mut self, builtin: Builtin, value: &Val, counts: Bit) -> Built<(Num, Num)> {
        let graph = &mut self.graph;
        let zero = graph.whole(0);
        let mut taken = graph.and(counts, value.known);
        if builtin == Builtin::Count {
            if let Kind::Truth(bit) = value.kind {
                taken = graph.and(taken, bit);
            }
            let one = graph.whole(1);
            let count = graph.select(taken, one, zero);
            return Ok((count, count));
        }
        match value.kind {
            Kind::Number(Some(low), Some(high)) => {
                Ok((graph.select(taken, low, zero), graph.select(taken, high, zero)))
            }
            Kind::Nothing => Ok((zero, zero)),
            _ => Err(Stop),
        }
    }

    /// An aggregate over the members of the row, or of one above it.
    fn folded(
        &mut self,
        builtin: Builtin,
        body: &Expr,
        filter: Option<&Expr>,
        (at, child): (EntityId, EntityId),
        scope: &Scope,
    ) -> Built<Val> {
        let (engine, outer_path) = (self.engine, scope.path);
        // What can still be named among the members: the row whose members they are, and what it lies in.
        let kept = |it: EntityId| engine.lies_in(at, it).then_some(it);
        let outer = scope.locals.iter().map(|it| match it {
            Some(Local::At(it)) => kept(*it).map(Local::At),
            _ => None,
        });
        let scope = Scope {
            this: scope.this.and_then(kept),
            locals: outer.chain([Some(Local::At(child))]).collect(),
            owner: scope.owner.clone(),
            part: scope.part.clone(),
            path: Bit::TRUE,
        };
        let fold = Fold { builtin, body, filter, parent: at, child, scope };
        if builtin == Builtin::Avg {
            let sum = engine.fold(&Fold { builtin: Builtin::Sum, ..fold.clone() })?;
            let sum = self.shared(at, &sum)?;
            let count = engine.members(&fold)?;
            let count = self.shared(at, &count)?;
            // Of no members, or where some of them are unknown, only the sum counts.
            return self.graph.arithmetic(BinaryOp::Div, &sum, &count, outer_path);
        }
        let value = engine.fold(&fold)?;
        self.shared(at, &value)
    }

    /// The rows that are left to the interpreter.
    pub(super) fn escapes(&mut self) -> Bit {
        let all = self.graph.escapes.clone();
        all.into_iter().fold(Bit::FALSE, |any, it| self.graph.or(any, it))
    }

    /// The row of the parent, and where there is one.
    pub(super) fn parent(&mut self) -> Built<(Num, Bit)> {
        let rows = self.input(Input::Parent)?;
        Ok((rows, if self.shape.all_have_parents() { Bit::TRUE } else { self.bit(Input::HasParent)? }))
    }

    // Columns.

    fn input(&mut self, input: Input) -> Built<Num> {
        let bounds = self.shape.bounds(input).ok_or(Stop)?;
        let index = self.input_index(input)?;
        Ok(self.graph.input(index, bounds))
    }

    fn bit(&mut self, input: Input) -> Built<Bit> {
        let index = self.input_index(input)?;
        Ok(self.graph.bit_input(index))
    }

    fn input_index(&mut self, input: Input) -> Built<u32> {
        let position = self.inputs.iter().position(|it| *it == input).unwrap_or_else(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        });
        u32::try_from(position).map_err(|_| Stop)
    }

    /// A fact about the row, or about one above it.
    fn field(&mut self, at: EntityId, field: u32, scope: &Scope) -> Built<Val> {
        let given = if at == self.entity { self.fact(field)? } else { self.above(at, &Wanted::Field(field))? };
        if given.known == Bit::TRUE {
            return Ok(given);
        }
        let def = self.engine.machine().entity_def(at).and_then(|it| it.fields.get(field as usize)).ok_or(Stop)?;
        let Some(default) = &def.default else { return Ok(given) };
        if !is_closed(default) {
            return Err(Stop);
        }
        // Only where the fact is missing: a row that lies nowhere has no default either.
        let reason = self.reason(Reason::Fact { entity: at, field, below: false });
        let missing = given.why.iter().find(|it| it.0 == reason).map_or(Bit::FALSE, |it| it.1);
        let default = self.expr(default, &Scope { this: None, locals: Arc::from([]), ..scope.clone() })?;
        self.graph.pick(missing, &default, &given)
    }

    fn fact(&mut self, field: u32) -> Built<Val> {
        let reason = self.reason(Reason::Fact { entity: self.entity, field, below: false });
        let shape = self.shape.field(field);
        if shape.is_odd() {
            let odd = self.bit(Input::Odd(field))?;
            self.graph.escape(odd);
        }
        let kind = match shape {
            FieldShape::Absent => return Ok(Val::unknown([reason])),
            FieldShape::Unreadable => return Err(Stop),
            FieldShape::Number { high, .. } | FieldShape::Date { high, .. } => {
                let low = self.input(Input::Low(field))?;
                let high = if high.is_some() { self.input(Input::High(field))? } else { low };
                if matches!(shape, FieldShape::Date { .. }) {
                    Kind::Date(Some(low), Some(high))
                } else {
                    Kind::Number(Some(low), Some(high))
                }
            }
            FieldShape::Truth { .. } => Kind::Truth(self.bit(Input::Truth(field))?),
            FieldShape::Enum { ty, .. } => Kind::Enum(*ty, self.input(Input::Low(field))?),
            FieldShape::Text { .. } => Kind::Text(self.input(Input::Low(field))?),
            FieldShape::Row { ty, .. } => Kind::Row(*ty, self.input(Input::Low(field))?),
        };
        if !shape.has_gaps() {
            return Ok(Val::certain(kind));
        }
        let known = self.bit(Input::Known(field))?;
        let missing = self.graph.not(known);
        Ok(Val { kind, known, why: vec![(reason, missing)] })
    }

    /// A value of the rows above.
    fn above(&mut self, at: EntityId, wanted: &Wanted) -> Built<Val> {
        let value = self.engine.column(at, wanted)?;
        self.shared(at, &value)
    }

    /// The rows above, of this entity; where there is one; and why not.
    fn rows(&mut self, at: EntityId) -> Built<(Num, Val)> {
        if at == self.entity {
            return Ok((self.graph.row(self.shape.rows), Val::truth(Bit::TRUE)));
        }
        let machine = self.engine.machine();
        let mut entity = self.entity;
        let mut rows = self.input(Input::Parent)?;
        let mut found = Val::truth(Bit::TRUE);
        let mut step = if self.shape.all_have_parents() { Bit::TRUE } else { self.bit(Input::HasParent)? };
        loop {
            let reason = self.reason(Reason::Parent { entity, below: false });
            let lost = self.graph.not(step);
            let lost = self.graph.and(found.known, lost);
            let known = self.graph.and(found.known, step);
            let mut why = found.why;
            if lost != Bit::FALSE {
                why = self.graph.join(&why, &vec![(reason, lost)]);
            }
            found = Val { kind: Kind::Truth(Bit::TRUE), known, why };
            entity = machine.entities().get(entity.index()).and_then(|it| it.parent).ok_or(Stop)?;
            if entity == at {
                return Ok((rows, found));
            }
            let parents = self.engine.column(entity, &Wanted::Parent)?;
            let SharedKind::Row(_, next) = &parents.kind else { return Err(Stop) };
            let next = self.gathered(next, rows);
            step = self.gathered_bit(&parents.known, rows);
            rows = next;
        }
    }

    fn gathered(&mut self, column: &SharedNum, rows: Num) -> Num {
        match column {
            SharedNum::Fixed(number) => self.graph.constant(*number),
            SharedNum::Column(column) => {
                let index = u32::try_from(self.nums.len()).unwrap_or(u32::MAX);
                self.nums.push(Arc::clone(column));
                self.graph.gather(index, rows, column.bounds())
            }
        }
    }

    fn gathered_bit(&mut self, column: &SharedBit, rows: Num) -> Bit {
        match column {
            SharedBit::Fixed(true) => Bit::TRUE,
            SharedBit::Fixed(false) => Bit::FALSE,
            SharedBit::Column(column) => {
                let index = u32::try_from(self.bits.len()).unwrap_or(u32::MAX);
                self.bits.push(Arc::clone(column));
                self.graph.bit_gather(index, rows)
            }
        }
    }

    /// A column of another table, or of this one, at the rows that these lie in.
    fn shared(&mut self, at: EntityId, value: &SharedVal) -> Built<Val> {
        let (rows, found) = self.rows(at)?;
        let mut end = |it: &Option<SharedNum>| it.as_ref().map(|it| self.gathered(it, rows));
        let kind = match &value.kind {
            SharedKind::Number(low, high) => {
                let first = end(low);
                Kind::Number(first, if low == high { first } else { end(high) })
            }
            SharedKind::Date(low, high) => {
                let first = end(low);
                Kind::Date(first, if low == high { first } else { end(high) })
            }
            SharedKind::Truth(bit) => Kind::Truth(self.gathered_bit(bit, rows)),
            SharedKind::Enum(ty, code) => Kind::Enum(*ty, self.gathered(code, rows)),
            SharedKind::Text(code) => Kind::Text(self.gathered(code, rows)),
            SharedKind::Row(ty, code) => Kind::Row(*ty, self.gathered(code, rows)),
            SharedKind::Nothing => Kind::Nothing,
        };
        let known = self.gathered_bit(&value.known, rows);
        let known = self.graph.and(found.known, known);
        let mut why = found.why;
        for (reason, bit) in &value.why {
            let bit = self.gathered_bit(bit, rows);
            let bit = self.graph.and(found.known, bit);
            why = self.graph.join(&why, &vec![(*reason, bit)]);
        }
        let odd = self.gathered_bit(&value.odd, rows);
        let odd = self.graph.and(found.known, odd);
        self.graph.escape(odd);
        Ok(Val { kind, known, why })
    }
}

/// What the text itself calls unknown.
fn said() -> Val {
    Val::unknown([ReasonId::SAID])
}

/// Whether an expression has the same value wherever it stands.
fn is_closed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::EnumValue(..) | ExprKind::Param(_) => true,
        ExprKind::Unary(_, operand) => is_closed(operand),
        ExprKind::Binary { lhs, rhs, .. } => is_closed(lhs) && is_closed(rhs),
        ExprKind::Range(lo, hi) => [lo, hi].into_iter().flatten().all(|it| is_closed(it)),
        _ => false,
    }
}
