//! Going through expressions, and comparing them wherever they stand.

use polis_syntax::Span;

use super::{Expr, ExprKind};

impl Expr {
    /// What it is directly made of, in the order of the text.
    #[must_use]
    pub fn inner(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Const(_)
            | ExprKind::EnumValue(..)
            | ExprKind::Open(_)
            | ExprKind::Unknown
            | ExprKind::Dormant(..)
            | ExprKind::This
            | ExprKind::Local(_)
            | ExprKind::Param(_) => Vec::new(),
            ExprKind::Ancestor(base, _)
            | ExprKind::Field(base, ..)
            | ExprKind::Rule(base, ..)
            | ExprKind::Children(base, _)
            | ExprKind::Unary(_, base) => vec![base],
            ExprKind::Binary { lhs, rhs, .. } => vec![lhs, rhs],
            ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
            ExprKind::Cases(arms, otherwise) => {
                arms.iter().flat_map(|it| [&it.0, &it.1]).chain(otherwise.as_deref()).collect()
            }
            ExprKind::Call(_, args) | ExprKind::List(args) => args.iter().collect(),
            ExprKind::Aggregate { body, source, filter, .. } => {
                [&**body, &**source].into_iter().chain(filter.as_deref()).collect()
            }
            ExprKind::Range(lo, hi) => lo.as_deref().into_iter().chain(hi.as_deref()).collect(),
            ExprKind::Parts(parts) => {
                parts.iter().flat_map(|it| it.guard.as_ref().into_iter().chain([&it.value])).collect()
            }
        }
    }

    /// The expression and all that it is made of, each before its parts.
    #[must_use]
    pub fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(expr) = all.get(next).copied() {
            next += 1;
            all.extend(expr.inner());
        }
        all
    }

    /// Whether both say the same, wherever they stand.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.unplaced() == other.unplaced()
    }

    /// The same without places, so that equal ones are equal.
    #[must_use]
    pub fn unplaced(&self) -> Self {
        let boxed = |it: &Self| Box::new(it.unplaced());
        let each = |all: &[Self]| all.iter().map(Self::unplaced).collect();
        let kind = match &self.kind {
            ExprKind::Ancestor(base, symbol) => ExprKind::Ancestor(boxed(base), symbol.clone()),
            ExprKind::Field(base, entity, name) => ExprKind::Field(boxed(base), entity.clone(), name.clone()),
            ExprKind::Rule(base, symbol, part) => ExprKind::Rule(boxed(base), symbol.clone(), *part),
            ExprKind::Children(base, symbol) => ExprKind::Children(boxed(base), symbol.clone()),
            ExprKind::Unary(op, operand) => ExprKind::Unary(*op, boxed(operand)),
            ExprKind::Binary { op, lhs, rhs, twelfths } => {
                ExprKind::Binary { op: *op, lhs: boxed(lhs), rhs: boxed(rhs), twelfths: *twelfths }
            }
            ExprKind::If(condition, then, otherwise) => ExprKind::If(boxed(condition), boxed(then), boxed(otherwise)),
            ExprKind::Cases(arms, otherwise) => {
                let arms = arms.iter().map(|(guard, value)| (guard.unplaced(), value.unplaced()));
                ExprKind::Cases(arms.collect(), otherwise.as_deref().map(boxed))
            }
            ExprKind::Call(builtin, args) => ExprKind::Call(*builtin, each(args)),
            ExprKind::Aggregate { builtin, body, source, filter } => ExprKind::Aggregate {
                builtin: *builtin,
                body: boxed(body),
                source: boxed(source),
                filter: filter.as_deref().map(boxed),
            },
            ExprKind::List(items) => ExprKind::List(each(items)),
            ExprKind::Range(lo, hi) => ExprKind::Range(lo.as_deref().map(boxed), hi.as_deref().map(boxed)),
            ExprKind::Parts(parts) => {
                let part = |it: &super::PartExpr| super::PartExpr {
                    word: it.word,
                    name: it.name.clone(),
                    guard: it.guard.as_ref().map(Self::unplaced),
                    value: it.value.unplaced(),
                };
                ExprKind::Parts(parts.iter().map(part).collect())
            }
            leaf => leaf.clone(),
        };
        Self { kind, ty: self.ty.clone(), span: Span::new(0, 0) }
    }
}
