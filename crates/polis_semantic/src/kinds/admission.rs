//! Admission of matters, as a decision.

use polis_syntax::Span;
use polis_syntax::ast::{BinaryOp, Block, UnaryOp};
use polis_syntax::words::{Choice, ClauseWord, HeadName, Kind};
use polis_value::Value;
use smol_str::SmolStr;

use super::{Clauses, Def, lowered};
use crate::expr::constant;
use crate::ir::{Admission, Expr, ExprKind, Ground, Group, Rule};
use crate::lower::Lower;
use crate::types::{Symbol, Type};

impl Lower<'_, '_> {
    /// Whether a matter is admitted: it is on no negative list; it is on a positive list, or approved, or nothing is
    /// said of lists and approval; and every further condition holds. What the text does not settle is unknown.
    pub(super) fn admission(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let mut lists: Vec<(Symbol, Option<Expr>)> = Vec::new();
        for clause in clauses.many(ClauseWord::Lists) {
            let guard = self.guard(clause);
            for value in clause.values.iter().flat_map(crate::signature::items_of) {
                lists.extend(self.reference(value, &[Kind::List]).map(|it| (it, guard.clone())));
            }
        }
        let matter = clauses.one(ClauseWord::Matter).and_then(|it| it.values.first());
        let matter = matter.map(|it| self.expect(it, &Type::Text));
        let mut approvers = Vec::new();
        for clause in clauses.many(ClauseWord::Approver) {
            let kinds: &[Kind] = &[Kind::Entity, Kind::Organ];
            let values = clause.values.iter().flat_map(crate::signature::items_of);
            let organs = values.filter_map(|it| self.reference(it, kinds)).collect::<Vec<_>>();
            approvers.push((organs, self.guard(clause)));
        }
        let mut conditions: Vec<(SmolStr, Expr)> = Vec::new();
        for clause in clauses.many(ClauseWord::Condition) {
            let (Some(name), Some(value)) = (self.head_name(clause), clause.values.first()) else { continue };
            if conditions.iter().any(|it| it.0 == name) {
                let span = clause.name.map_or(clause.word.span, |it: polis_syntax::ast::HeadName| it.span());
                self.error(polis_diagnostic::NameMessage::DuplicateName { name: name.clone() }, span);
            }
            conditions.push((name, self.condition(value)));
        }
        let agreement = self.labels_of(clauses, ClauseWord::Agreement);
        let funds = self.labels_of(clauses, ClauseWord::Funds);
        let open_ended = self.is_open_ended(clauses);
        let when = self.when(clauses);
        debug_assert!(Kind::Admission.spec().of == HeadName::Required, "a decision is about an entity");
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol), self.this.clone()) {
            let span = meta.head;
            let grounds = self.grounds(&lists, matter.as_ref(), &approvers, &conditions, span);
            let all = grounds.iter().map(|it| it.1.clone()).reduce(|a, b| logic(BinaryOp::And, a, b));
            let mut value = all.unwrap_or(Expr { kind: ExprKind::Unknown, ty: Type::Truth, span });
            if let Some(when) = &when {
                // Where it does not apply, nothing keeps the matter out.
                value = logic(BinaryOp::Or, negated(when.clone()), value);
            }
            let entity = this.symbol.clone();
            let rule =
                Rule { meta: meta.clone(), entity: entity.clone(), ty: Type::Truth, value, exceptions: Vec::new() };
            defs.push(Def::Rule(rule));
            defs.push(Def::Admission(Admission {
                meta,
                entity,
                lists,
                approvers,
                conditions,
                when,
                grounds,
                agreement,
                funds,
                open_ended,
            }));
        }
        Type::Truth
    }

    /// What has to hold, all of it: what refuses a matter goes first.
    fn grounds(
        &mut self,
        lists: &[(Symbol, Option<Expr>)],
        matter: Option<&Expr>,
        approvers: &[(Vec<Symbol>, Option<Expr>)],
        conditions: &[(SmolStr, Expr)],
        span: Span,
    ) -> Vec<(Ground, Expr)> {
        let (mut grounds, mut positive, mut granted) = (Vec::new(), Vec::new(), Vec::new());
        for (symbol, guard) in lists {
            let Some(group) = self.list_group(symbol) else { continue };
            // What the guard says goes before the names, which the text may not give.
            let is_on = guard.clone().unwrap_or_else(|| listed(&group, matter, span));
            if group.polarity == Some(Choice::Negative) {
                grounds.push((Ground::NotListed(symbol.clone()), negated(is_on)));
            } else {
                positive.push(symbol.clone());
                granted.push(is_on);
            }
        }
        for (_, guard) in approvers {
            granted.push(guard.clone().unwrap_or(Expr { kind: ExprKind::Unknown, ty: Type::Truth, span }));
        }
        if let Some(any) = granted.into_iter().reduce(|a, b| logic(BinaryOp::Or, a, b)) {
            let approvers = approvers.iter().flat_map(|it| &it.0).cloned().collect();
            grounds.push((Ground::Granted { lists: positive, approvers }, any));
        }
        grounds.extend(conditions.iter().map(|(name, holds)| (Ground::Condition(name.clone()), holds.clone())));
        grounds
    }

    /// A list that the package sees.
    fn list_group(&self, symbol: &Symbol) -> Option<Group> {
        lowered(self.db, self.item_of(symbol)?).defs.iter().find_map(|it| match it {
            Def::Group(group) => Some(group.clone()),
            _ => None,
        })
    }
}

/// Whether the matter is on a list. Where the list names not all of what it holds, what it does not name is unknown.
fn listed(group: &Group, matter: Option<&Expr>, span: Span) -> Expr {
    let unknown = || Expr { kind: ExprKind::Unknown, ty: Type::Truth, span };
    let Some(matter) = matter else { return unknown() };
    let names = group.categories.iter().flat_map(|it| &it.members).chain(&group.members);
    let items = names.map(|it| constant(Value::Text(it.as_str().into()), Type::Text, span)).collect();
    let list = Expr { kind: ExprKind::List(items), ty: Type::List(Box::new(Type::Text)), span };
    let is_in = logic(BinaryOp::In, matter.clone(), list);
    let partly = |it: &Group| it.open_ended || it.blank || !it.unlisted.is_empty();
    if partly(group) || group.categories.iter().any(partly) { logic(BinaryOp::Or, is_in, unknown()) } else { is_in }
}

fn logic(op: BinaryOp, lhs: Expr, rhs: Expr) -> Expr {
    let span = lhs.span;
    let kind = ExprKind::Binary { op, lhs: Box::new(lhs), rhs: Box::new(rhs), twelfths: 0 };
    Expr { kind, ty: Type::Truth, span }
}

fn negated(condition: Expr) -> Expr {
    let span = condition.span;
    Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(condition)), ty: Type::Truth, span }
}
