//! From the program's names to positions.

use polis_semantic::Symbol;
use polis_semantic::ir::{Expr, ExprKind, Holds, Part};
use polis_syntax::ast::BinaryOp;
use polis_value::Value;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::code::{AggregateCode, Code, Op, PartCode};
use crate::machine::{
    EntityId, LinkedConstraint, LinkedEntity, LinkedException, LinkedHolds, LinkedParam, LinkedRule, Machine, OpenPlace,
};

/// Fills a machine's tables from its program.
pub(crate) fn link(machine: &mut Machine) {
    let program = std::sync::Arc::clone(&machine.program);
    let mut kept: FxHashMap<Symbol, Vec<u32>> = FxHashMap::default();
    for (constraint, index) in program.constraints.iter().zip(0_u32..) {
        // A superior's limit is part of what the lower structure must keep.
        let owner = constraint.about.as_ref().unwrap_or(&constraint.meta.symbol);
        kept.entry(owner.clone()).or_default().push(index);
    }
    let mut owners: Vec<Symbol> = kept.keys().cloned().collect();
    owners.sort();
    for (owner, index) in owners.into_iter().zip(0_u32..) {
        machine.kept.push(kept.remove(&owner).unwrap_or_default());
        machine.kept_of.insert(owner, index);
    }
    let mut linker = Linker { machine, owner: Symbol::new("", ""), part: None };
    for (source, entity) in program.entities.iter().enumerate() {
        linker.owner = entity.meta.symbol.clone();
        let parent = entity.parent.as_ref().and_then(|it| linker.machine.entity(it));
        let defaults = entity.fields.iter().map(|it| it.default.as_ref().map(|it| linker.code(it))).collect();
        linker.machine.entities.push(LinkedEntity { parent, defaults, source });
    }
    for rule in &program.rules {
        linker.owner = rule.meta.symbol.clone();
        let value = linker.code(&rule.value);
        let exceptions: Vec<LinkedException> = rule
            .exceptions
            .iter()
            .map(|it| LinkedException {
                name: it.name.clone(),
                guard: linker.code(&it.guard),
                value: linker.code(&it.value),
            })
            .collect();
        let over = precedence(rule);
        let entity = linker.machine.entity(&rule.entity).unwrap_or(EntityId(u32::MAX));
        linker.machine.rules.push(LinkedRule { entity, value, exceptions, over });
    }
    for param in &program.params {
        linker.owner = param.meta.symbol.clone();
        let value = param.value.as_ref().map(|it| linker.code(it));
        let dated = param.dated.iter().map(|(from, it)| (*from, linker.code(it))).collect();
        linker.machine.params.push(LinkedParam { value, dated });
    }
    for constraint in &program.constraints {
        linker.owner = constraint.meta.symbol.clone();
        let guard = constraint.guard.as_ref().map(|it| linker.code(it));
        let holds = match &constraint.holds {
            Holds::Condition(condition) => LinkedHolds::Condition(linker.code(condition)),
            Holds::Within { value, bounds, subject } => {
                LinkedHolds::Within { value: linker.code(value), bounds: linker.code(bounds), subject: *subject }
            }
        };
        let entity = linker.machine.entity(&constraint.entity).unwrap_or(EntityId(u32::MAX));
        linker.machine.constraints.push(LinkedConstraint { entity, guard, holds, modality: constraint.modality });
    }
}

/// For each exception, those that it prevails over, directly or through others.
pub fn precedence(rule: &polis_semantic::ir::Rule) -> Vec<Vec<usize>> {
    let position = |name: &SmolStr| rule.exceptions.iter().position(|it| it.name == *name);
    (0..rule.exceptions.len())
        .map(|start| {
            let mut reached: Vec<usize> = Vec::new();
            let mut next = vec![start];
            while let Some(at) = next.pop() {
                let over = rule.exceptions.get(at).map_or(&[][..], |it| &it.over);
                for below in over.iter().filter_map(position) {
                    if !reached.contains(&below) {
                        reached.push(below);
                        next.push(below);
                    }
                }
            }
            reached.retain(|it| *it != start);
            reached.sort_unstable();
            reached
        })
        .collect()
}

/// Links the expressions of an in-language test, whose locals are the given jurisdictions.
pub(crate) fn link_test(machine: &mut Machine, owner: &Symbol, expr: &Expr) -> Code {
    Linker { machine, owner: owner.clone(), part: None }.code(expr)
}

struct Linker<'m> {
    machine: &'m mut Machine,
    /// The provision whose expression is linked.
    owner: Symbol,
    /// The part of it, for what it leaves open.
    part: Option<SmolStr>,
}

impl Linker<'_> {
    fn boxed(&mut self, expr: &Expr) -> Box<Code> {
        Box::new(self.code(expr))
    }

    fn code(&mut self, expr: &Expr) -> Code {
        Code { op: self.op(expr), span: expr.span }
    }

    fn op(&mut self, expr: &Expr) -> Op {
        match &expr.kind {
            ExprKind::Const(value) => Op::Const(value.clone()),
            ExprKind::EnumValue(symbol, index) => match self.enumeration(symbol) {
                Some(ty) => Op::Const(Value::Enum { ty, index: *index }),
                None => Op::Unknown,
            },
            ExprKind::Open(reason) => {
                let place = OpenPlace { symbol: self.owner.clone(), part: self.part.clone(), reason: reason.clone() };
                let position = self.machine.open.iter().position(|it| *it == place).unwrap_or_else(|| {
                    self.machine.open.push(place);
                    self.machine.open.len() - 1
                });
                u32::try_from(position).map_or(Op::Unknown, Op::Open)
            }
            ExprKind::Dormant(from, until) => {
                self.machine.dormant.push((self.owner.clone(), *from, *until));
                u32::try_from(self.machine.dormant.len() - 1).map_or(Op::Unknown, Op::Dormant)
            }
            ExprKind::Unknown => Op::Unknown,
            ExprKind::This => Op::This,
            ExprKind::Ancestor(base, symbol) => match self.machine.entity(symbol) {
                Some(entity) => Op::Ancestor(self.boxed(base), entity.0),
                None => Op::Unknown,
            },
            ExprKind::Local(index) => Op::Local(*index),
            ExprKind::Field(base, symbol, name) => match self.field(symbol, name) {
                Some(field) if matches!(base.kind, ExprKind::This) => Op::ThisField(field),
                Some(field) => Op::Field(self.boxed(base), field),
                None => Op::Unknown,
            },
            ExprKind::Rule(base, symbol, Part::Value) => match self.machine.rule(symbol) {
                Some(rule) if matches!(base.kind, ExprKind::This) => Op::ThisRule(rule.0),
                Some(rule) => Op::Rule(self.boxed(base), rule.0),
                None => Op::Unknown,
            },
            ExprKind::Rule(base, symbol, Part::Kept) => match self.machine.kept_of.get(symbol).copied() {
                Some(kept) => Op::Kept(self.boxed(base), kept),
                // A provision without constraints is always kept.
                None => Op::Const(Value::Bool(true)),
            },
            ExprKind::Param(symbol) => self.machine.param(symbol).map_or(Op::Unknown, |it| Op::Param(it.0)),
            ExprKind::Children(base, symbol) => match self.machine.entity(symbol) {
                Some(entity) => Op::Children(self.boxed(base), entity.0),
                None => Op::Unknown,
            },
            ExprKind::Unary(op, operand) => Op::Unary(*op, self.boxed(operand)),
            ExprKind::Binary { op, lhs, rhs, twelfths } => {
                let sides = Box::new((self.code(lhs), self.code(rhs)));
                match (op, twelfths) {
                    (BinaryOp::Mul | BinaryOp::Div, 1.. | ..=-1) => Op::Scaled(*op, sides, *twelfths),
                    _ => Op::Binary(*op, sides),
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                Op::If(Box::new((self.code(condition), self.code(then), self.code(otherwise))))
            }
            ExprKind::Cases(arms, otherwise) => Op::Cases(
                arms.iter().map(|(guard, value)| (self.code(guard), self.code(value))).collect(),
                otherwise.as_ref().map(|it| self.boxed(it)),
            ),
            ExprKind::Call(builtin, args) => Op::Call(*builtin, args.iter().map(|it| self.code(it)).collect()),
            ExprKind::Aggregate { builtin, body, source, filter } => Op::Aggregate(
                *builtin,
                Box::new(AggregateCode {
                    body: self.code(body),
                    source: self.code(source),
                    filter: filter.as_ref().map(|it| self.code(it)),
                }),
            ),
            ExprKind::List(items) => Op::List(items.iter().map(|it| self.code(it)).collect()),
            ExprKind::Range(lo, hi) => {
                Op::Range(lo.as_ref().map(|it| self.boxed(it)), hi.as_ref().map(|it| self.boxed(it)))
            }
            ExprKind::Parts(parts) => Op::Parts(
                parts
                    .iter()
                    .map(|it| {
                        self.part.clone_from(&it.name);
                        let part = PartCode {
                            word: it.word,
                            name: it.name.clone(),
                            guard: it.guard.as_ref().map(|it| self.code(it)),
                            value: self.code(&it.value),
                        };
                        self.part = None;
                        part
                    })
                    .collect(),
            ),
        }
    }

    fn enumeration(&self, symbol: &Symbol) -> Option<u32> {
        let position = self.machine.program.enumerations.iter().position(|it| it.meta.symbol == *symbol)?;
        u32::try_from(position).ok()
    }

    fn field(&self, symbol: &Symbol, name: &SmolStr) -> Option<u32> {
        let entity = self.machine.program.entities.iter().find(|it| it.meta.symbol == *symbol)?;
        u32::try_from(entity.fields.iter().position(|it| it.name == *name)?).ok()
    }
}
