//! What a program compares the fields of its entities with.
//!
//! A sample in which no community has 2,999, 3,000 or 3,001 households says nothing of a rule that begins at 3,000. So
//! every expression of the program is walked for constants that a field is held against.

use std::collections::BTreeMap;

use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part, Rule};
use polis_semantic::{Dim, Program, Symbol, Type};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::{Date, Number, NumberRange, Value};
use smol_str::SmolStr;

/// What is known of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldHints {
    /// The figures at which something changes, in base units.
    pub(super) edges: Vec<Number>,
    /// The bounds that the field is held against as the actual figure of a provision, in base units.
    pub(super) bands: Vec<NumberRange>,
    /// The texts that it is compared with.
    pub(super) texts: Vec<SmolStr>,
    /// The days that it is compared with.
    pub(super) days: Vec<Date>,
    /// Whether something is divided by it, so that zero would be an error.
    pub(super) divides: bool,
    /// What at least one row in each entity above must have, as something is divided by the number of such rows.
    pub(super) needed: Option<Needed>,
}

/// What a field must be for a row to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// Yes or no.
    Truth(bool),
    /// This value of its enumeration.
    Value(u32),
}

/// What is known of all fields, and which entities the program speaks of.
#[derive(Debug, Default)]
pub(super) struct Hints {
    fields: BTreeMap<(Symbol, SmolStr), FieldHints>,
    /// For each entity that the program speaks of, how many rules and constraints are about it.
    entities: BTreeMap<Symbol, usize>,
}

/// A rule may rest on a rule that rests on a rule; further down the constants have little to do with the field.
const DEEPEST: usize = 4;

impl Hints {
    /// Walks a program.
    pub(super) fn of(program: &Program) -> Self {
        let mut walk = Walk { program, hints: Self::default() };
        for rule in &program.rules {
            walk.about(&rule.entity);
            walk.expr(&rule.value);
            for exception in &rule.exceptions {
                walk.expr(&exception.guard);
                walk.expr(&exception.value);
            }
        }
        for constraint in &program.constraints {
            walk.about(&constraint.entity);
            walk.constraint(constraint);
        }
        for hints in walk.hints.fields.values_mut() {
            hints.edges.sort_unstable();
            hints.edges.dedup();
            hints.bands.dedup();
            hints.days.sort_unstable();
            hints.days.dedup();
            let mut seen = Vec::new();
            hints.texts.retain(|it| {
                let new = !seen.contains(it);
                seen.push(it.clone());
                new
            });
        }
        walk.hints
    }

    /// What is known of a field.
    pub(super) fn field(&self, entity: &Symbol, field: &SmolStr) -> FieldHints {
        self.fields.get(&(entity.clone(), field.clone())).cloned().unwrap_or_default()
    }

    /// How many provisions are about an entity; `None` where the program does not speak of it.
    pub(super) fn provisions(&self, entity: &Symbol) -> Option<usize> {
        self.entities.get(entity).copied()
    }
}

/// A field, times a factor, plus a shift.
struct Affine<'p> {
    entity: &'p Symbol,
    field: &'p SmolStr,
    ty: &'p Type,
    factor: Number,
    shift: Number,
}

impl Affine<'_> {
    /// The field's figure for which the whole is `figure`.
    fn solve(&self, figure: Number) -> Option<Number> {
        figure.sub(self.shift).ok()?.div(self.factor).ok()
    }
}

struct Walk<'p> {
    program: &'p Program,
    hints: Hints,
}

impl<'p> Walk<'p> {
    fn about(&mut self, entity: &Symbol) {
        *self.hints.entities.entry(entity.clone()).or_default() += 1;
    }

    fn mention(&mut self, entity: &Symbol) {
        self.hints.entities.entry(entity.clone()).or_default();
    }

    fn field(&mut self, entity: &Symbol, field: &SmolStr) -> &mut FieldHints {
        self.hints.fields.entry((entity.clone(), field.clone())).or_default()
    }

    fn constraint(&mut self, constraint: &'p Constraint) {
        if let Some(guard) = &constraint.guard {
            self.expr(guard);
        }
        match &constraint.holds {
            Holds::Condition(condition) => self.expr(condition),
            Holds::Within { value, bounds, .. } => {
                self.expr(value);
                self.expr(bounds);
                self.relate(value, bounds);
                if let Some(affine) = self.affine(value, 0)
                    && let Some(band) = self.band(bounds, dim(affine.ty), 0)
                    && affine.factor == Number::ONE
                    && affine.shift.is_zero()
                {
                    self.field(affine.entity, affine.field).bands.push(band);
                }
            }
        }
    }

    /// Looks at an expression and everything in it.
    fn expr(&mut self, expr: &'p Expr) {
        if let ExprKind::Field(_, entity, _) | ExprKind::Ancestor(_, entity) | ExprKind::Children(_, entity) =
            &expr.kind
        {
            self.mention(entity);
        }
        expr.inner().into_iter().for_each(|it| self.expr(it));
        match &expr.kind {
            ExprKind::Binary { op, lhs, rhs, .. } => match op {
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::AtMost
                | BinaryOp::More
                | BinaryOp::AtLeast
                | BinaryOp::In => {
                    self.relate(lhs, rhs);
                    self.relate(rhs, lhs);
                }
                BinaryOp::Div => self.divisor(rhs, 0),
                BinaryOp::Or | BinaryOp::And | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {}
            },
            ExprKind::Call(builtin, arguments) => self.call(*builtin, arguments),
            _ => {}
        }
    }

    fn call(&mut self, builtin: Builtin, arguments: &'p [Expr]) {
        match (builtin, arguments) {
            // A step begins where the amount is nothing, and the first is full one size later: at either end of a range.
            (Builtin::Steps, [amount, size]) => {
                self.divisor(size, 0);
                let Some(affine) = self.affine(amount, 0) else { return };
                let mut sizes = self.constants(size, dim(affine.ty));
                sizes.push(Number::ZERO);
                let edges: Vec<Number> = sizes.into_iter().filter_map(|it| affine.solve(it)).collect();
                self.field(affine.entity, affine.field).edges.extend(edges);
            }
            (Builtin::Min | Builtin::Max | Builtin::Clamp, [first, rest @ ..]) => {
                for other in rest {
                    self.relate(first, other);
                    self.relate(other, first);
                }
            }
            _ => {}
        }
    }

    /// Notes the constants of `other` with the field that `side` is.
    fn relate(&mut self, side: &'p Expr, other: &'p Expr) {
        let Some(affine) = self.affine(side, 0) else { return };
        match affine.ty {
            Type::Number(ty) => {
                let edges: Vec<Number> =
                    self.constants(other, Some(&ty.dim)).into_iter().filter_map(|it| affine.solve(it)).collect();
                self.field(affine.entity, affine.field).edges.extend(edges);
            }
            Type::Text | Type::Date => {
                let mut values = Vec::new();
                self.values(other, &mut values, 0);
                let hints = self.field(affine.entity, affine.field);
                for value in values {
                    match value {
                        Value::Text(text) => hints.texts.push(text.clone()),
                        other => {
                            let days = other.as_date_range();
                            hints.days.extend(days.iter().flat_map(|it| [it.lo(), it.hi()]).flatten());
                        }
                    }
                }
            }
            Type::Truth | Type::Enum(_) | Type::Entity(_) | Type::List(_) | Type::Any => {}
        }
    }

    /// The field that an expression is, times a factor, plus a shift.
    fn affine(&self, expr: &'p Expr, depth: usize) -> Option<Affine<'p>> {
        match &expr.kind {
            ExprKind::Field(_, entity, field) => {
                Some(Affine { entity, field, ty: &expr.ty, factor: Number::ONE, shift: Number::ZERO })
            }
            ExprKind::Rule(_, symbol, Part::Value) if depth < DEEPEST => {
                let rule = self.rule(symbol).filter(|it| it.exceptions.is_empty())?;
                self.affine(&rule.value, depth + 1)
            }
            ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, twelfths: 0 } => {
                let affine = self.affine(lhs, depth)?;
                let shift = affine.shift.sub(self.figure(rhs)?).ok()?;
                Some(Affine { shift, ..affine })
            }
            ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, twelfths: 0 } => {
                let (affine, other) = self.one_of(lhs, rhs, depth)?;
                let shift = affine.shift.add(self.figure(other)?).ok()?;
                Some(Affine { shift, ..affine })
            }
            // The field's type is kept, so only what has no unit may scale it.
            ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, twelfths: 0 } => {
                let (affine, other) = self.one_of(lhs, rhs, depth)?;
                let plain = dim(&other.ty).is_some_and(Dim::is_none);
                let figure = self.figure(other).filter(|it| plain && !it.is_zero())?;
                let (factor, shift) = (affine.factor.mul(figure).ok()?, affine.shift.mul(figure).ok()?);
                Some(Affine { factor, shift, ..affine })
            }
            _ => None,
        }
    }

    /// Of two operands the one that is a field, and the other.
    fn one_of(&self, lhs: &'p Expr, rhs: &'p Expr, depth: usize) -> Option<(Affine<'p>, &'p Expr)> {
        let left = self.affine(lhs, depth).map(|it| (it, rhs));
        left.or_else(|| Some((self.affine(rhs, depth)?, lhs)))
    }

    /// The one figure that an expression is.
    fn figure(&self, expr: &'p Expr) -> Option<Number> {
        match &expr.kind {
            ExprKind::Const(value) => value.as_number(),
            ExprKind::Param(symbol) => {
                let param = self.program.params.iter().find(|it| it.meta.symbol == *symbol)?;
                self.figure(param.value.as_ref().or_else(|| param.dated.last().map(|it| &it.1))?)
            }
            ExprKind::Unary(UnaryOp::Neg, operand) => self.figure(operand)?.neg().ok(),
            _ => None,
        }
    }

    /// Every figure in an expression that measures the same, and is a value of it rather than a condition.
    fn constants(&self, expr: &'p Expr, wanted: Option<&Dim>) -> Vec<Number> {
        let mut values = Vec::new();
        let Some(wanted) = wanted else { return Vec::new() };
        self.numbers(expr, wanted, &mut values, 0);
        values
    }

    fn numbers(&self, expr: &'p Expr, wanted: &Dim, out: &mut Vec<Number>, depth: usize) {
        if let ExprKind::Const(value) = &expr.kind {
            if dim(&expr.ty) == Some(wanted)
                && let Some(range) = value.as_number_range()
            {
                out.extend([range.lo(), range.hi()].into_iter().flatten());
            }
            return;
        }
        self.each_value(expr, depth, &mut |it, depth| self.numbers(it, wanted, out, depth));
    }

    /// Every constant that is not a figure.
    fn values(&self, expr: &'p Expr, out: &mut Vec<&'p Value>, depth: usize) {
        match &expr.kind {
            ExprKind::Const(Value::List(items)) => out.extend(items.iter()),
            ExprKind::Const(value) => out.push(value),
            _ => self.each_value(expr, depth, &mut |it, depth| self.values(it, out, depth)),
        }
    }

    /// The first range in an expression, or from the least to the greatest figure.
    fn band(&self, expr: &'p Expr, wanted: Option<&Dim>, depth: usize) -> Option<NumberRange> {
        if let Some(range) = self.first_range(expr, wanted?, depth) {
            return Some(range);
        }
        let all = self.constants(expr, wanted);
        NumberRange::new(Some(*all.iter().min()?), Some(*all.iter().max()?)).ok()
    }

    fn first_range(&self, expr: &'p Expr, wanted: &Dim, depth: usize) -> Option<NumberRange> {
        let found = match &expr.kind {
            ExprKind::Const(value) if dim(&expr.ty) == Some(wanted) => {
                value.as_number_range().filter(|it| !it.is_point())
            }
            ExprKind::Range(lo, hi) if dim(&expr.ty) == Some(wanted) => {
                let end = |it: &'p Option<Box<Expr>>| it.as_ref().and_then(|it| self.figure(it));
                NumberRange::new(end(lo), end(hi)).ok()
            }
            _ => None,
        };
        if let Some(found) = found.filter(|it| it.lo().is_some() || it.hi().is_some()) {
            return Some(found);
        }
        let mut first = None;
        self.each_value(expr, depth, &mut |it, depth| {
            if first.is_none() {
                first = self.first_range(it, wanted, depth);
            }
        });
        first
    }

    /// The expressions whose values an expression's value is made of, without the conditions between them.
    fn each_value(&self, expr: &'p Expr, depth: usize, visit: &mut dyn FnMut(&'p Expr, usize)) {
        match &expr.kind {
            ExprKind::Param(symbol) => {
                if let Some(param) = self.program.params.iter().find(|it| it.meta.symbol == *symbol) {
                    param.value.iter().chain(param.dated.iter().map(|it| &it.1)).for_each(|it| visit(it, depth));
                }
            }
            ExprKind::Rule(_, symbol, Part::Value) if depth < DEEPEST => {
                if let Some(rule) = self.rule(symbol) {
                    visit(&rule.value, depth + 1);
                    rule.exceptions.iter().for_each(|it| visit(&it.value, depth + 1));
                }
            }
            ExprKind::Unary(UnaryOp::Neg, operand) => visit(operand, depth),
            ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, lhs, rhs, .. } => {
                visit(lhs, depth);
                visit(rhs, depth);
            }
            ExprKind::If(_, yes, no) => [yes, no].into_iter().for_each(|it| visit(it, depth)),
            ExprKind::Cases(cases, rest) => {
                for value in cases.iter().map(|it| &it.1).chain(rest.as_deref()) {
                    visit(value, depth);
                }
            }
            // The sizes of steps measure the same as the amount, and not what the steps are of.
            ExprKind::Call(Builtin::Steps, _) => {}
            ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().for_each(|it| visit(it, depth)),
            ExprKind::Range(lo, hi) => lo.iter().chain(hi).for_each(|it| visit(it, depth)),
            ExprKind::Parts(parts) => parts.iter().for_each(|it| visit(&it.value, depth)),
            _ => {}
        }
    }

    /// Notes the fields that make up what something is divided by.
    fn divisor(&mut self, expr: &'p Expr, depth: usize) {
        match &expr.kind {
            ExprKind::Field(_, entity, field) => self.field(entity, field).divides = true,
            ExprKind::Aggregate { body, filter, .. } => {
                self.divisor(body, depth);
                if let Some(filter) = filter {
                    self.need(filter, true);
                }
            }
            ExprKind::Binary { op: BinaryOp::Div, lhs, .. } => self.divisor(lhs, depth),
            _ => {
                let mut parts = Vec::new();
                self.each_value(expr, depth, &mut |it, depth| parts.push((it, depth)));
                for (part, depth) in parts {
                    self.divisor(part, depth);
                }
            }
        }
    }

    /// Notes what makes a condition come out as `wanted`, where it says so of fields one by one.
    fn need(&mut self, condition: &'p Expr, wanted: bool) {
        match &condition.kind {
            ExprKind::Field(_, entity, field) if condition.ty == Type::Truth => {
                self.field(entity, field).needed = Some(Needed::Truth(wanted));
            }
            ExprKind::Unary(UnaryOp::Not, operand) => self.need(operand, !wanted),
            ExprKind::Binary { op: BinaryOp::And, lhs, rhs, .. } if wanted => {
                self.need(lhs, wanted);
                self.need(rhs, wanted);
            }
            ExprKind::Binary { op: BinaryOp::Or, lhs, .. } => self.need(lhs, wanted),
            ExprKind::Binary { op: BinaryOp::Equal, lhs, rhs, .. } if wanted => {
                if let (ExprKind::Field(_, entity, field), ExprKind::EnumValue(_, value)) = (&lhs.kind, &rhs.kind) {
                    self.field(entity, field).needed = Some(Needed::Value(*value));
                }
            }
            _ => {}
        }
    }

    fn rule(&self, symbol: &Symbol) -> Option<&'p Rule> {
        self.program.rules.iter().find(|it| it.meta.symbol == *symbol)
    }
}

fn dim(ty: &Type) -> Option<&Dim> {
    ty.as_number().map(|it| &it.dim)
}
