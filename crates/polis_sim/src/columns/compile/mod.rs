//! From the program's expressions to columns.
//!
//! **Invariant:** what is built here has, in every row that does not escape, the value that the interpreter has. Whatever
//! has no column, or could have another value, is a [`Stop`], and its provision is left to the interpreter.

mod facts;
mod members;
mod operations;

use std::sync::Arc;

use polis_eval::{ConstraintId, EntityId, RuleId};
use polis_semantic::Symbol;
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part, Rule};
use polis_syntax::ast::UnaryOp;
use polis_syntax::words::Choice;
use polis_value::{Number, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::engine::{Engine, Wanted};
use super::graph::{Bit, Built, Graph, Stop};
use super::reason::Reason;
use super::shape::Shape;
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
