//! Mechanisms, commitments, delegations, facts and principles.

use polis_syntax::ast::Block;
use polis_syntax::words::{ClauseWord, Kind};

use super::groups::Members;
use super::pay::block_name;
use super::ranges::allowed;
use super::{Clauses, Def};
use crate::ir::{Commitment, Delegation, Expr, ExprKind, Fact, Mechanism, Param, Principle, Rule, Side};
use crate::lower::Lower;
use crate::types::{Symbol, Type};

impl Lower<'_, '_> {
    /// A counted mechanism.
    pub(super) fn mechanism(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let mut members = Members::of(block);
        self.names_of(clauses, ClauseWord::Parts, &mut members);
        let mut items = Vec::new();
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut members);
            items.push(self.list_item(inner, &inner_clauses));
        }
        let bearers = self.references_of(clauses, ClauseWord::Bearer);
        let supporting = self.references_of(clauses, ClauseWord::Supporters);
        let objects = self.labels_of(clauses, ClauseWord::Object);
        let frequency = self.frequency(clauses);
        let symbol = self.item.symbol(self.db);
        if let Some(mut group) = self.group(block, clauses, symbol, members) {
            self.check_totals(&group, &[]);
            group.items = items;
            defs.push(Def::Group(group.clone()));
            defs.push(Def::Mechanism(Mechanism { group, bearers, supporting, objects, frequency }));
        }
    }

    /// What parties promise each other.
    pub(super) fn commitment(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let symbol = self.item.symbol(self.db);
        let parties = self.references_of(clauses, ClauseWord::Parties);
        let mut sides = Vec::new();
        let mut names = Members::of(block);
        for inner in clauses.blocks.iter().filter(|it| it.kind == Some(Kind::Side)) {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut names);
            let name = block_name(self, inner);
            let inner_symbol = Symbol::new(symbol.package.clone(), format!("{}.{name}", symbol.name));
            let promisors = self.references_of(&inner_clauses, ClauseWord::Promisor);
            let promisees = self.references_of(&inner_clauses, ClauseWord::Promisee);
            if let Some(group) = self.listed_group(inner, &inner_clauses, inner_symbol) {
                sides.push(Side { group, promisors, promisees });
            }
        }
        if let Some(group) = self.listed_group(block, clauses, symbol) {
            defs.push(Def::Group(group.clone()));
            defs.extend(sides.iter().map(|it| Def::Group(it.group.clone())));
            defs.push(Def::Commitment(Commitment { group, parties, sides }));
        }
    }

    /// A hole that a superior leaves. With a type it is a value: for each entity, or one figure.
    pub(super) fn delegation(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let ty = block.ty.as_ref().map(|it| self.type_expr(it));
        let want = ty.clone().unwrap_or(Type::Any);
        let to = self.references_of(clauses, ClauseWord::To);
        let level = self.choice(clauses, ClauseWord::Level);
        let subject = self.text_clause(clauses, ClauseWord::Subject);
        let range = clauses.one(ClauseWord::Range).and_then(|it| it.values.first()).map(|it| self.expect(it, &want));
        let deadline = clauses.one(ClauseWord::Deadline).and_then(|it| it.values.first());
        let deadline = deadline.and_then(|it| self.deadline(it));
        let default =
            clauses.one(ClauseWord::Default).and_then(|it| it.values.first()).map(|it| self.expect(it, &want));
        let symbol = self.item.symbol(self.db);
        let Some(meta) = self.meta(block, clauses, symbol) else { return want };
        let entity = self.this.as_ref().map(|it| it.symbol.clone());
        // What holds until then is no freer than what will.
        if let (Some(value), Some(range)) = (&default, &range)
            && let Some(allowed) = allowed(range, &want, meta.place(range.span))
        {
            self.in_range(&self.item.name(self.db), &want, value, &allowed);
        }
        if let Some(ty) = &ty {
            let open = Expr { kind: ExprKind::Open(None), ty: Type::Any, span: meta.head };
            let value = default.clone().unwrap_or(open);
            defs.push(match entity.clone() {
                Some(entity) => {
                    Def::Rule(Rule { meta: meta.clone(), entity, ty: ty.clone(), value, exceptions: Vec::new() })
                }
                None => Def::Param(Param {
                    meta: meta.clone(),
                    ty: ty.clone(),
                    value: Some(value),
                    dated: Vec::new(),
                    range: range.clone(),
                }),
            });
        }
        defs.push(Def::Delegation(Delegation { meta, entity, to, level, subject, ty, range, deadline, default }));
        want
    }

    /// A reported figure.
    pub(super) fn reported(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let ty = block.ty.as_ref().map(|it| self.type_expr(it));
        let entity = self.this.take().map(|it| it.symbol.clone());
        let mut values = Vec::new();
        for value in clauses.values(ClauseWord::Value) {
            let value = match &ty {
                Some(ty) => self.expect(value, ty),
                // What is reported need not be a figure.
                None => self.plain_value(value),
            };
            values.push(value);
        }
        let date = clauses.one(ClauseWord::Date).and_then(|it| self.date_value(it.values.first()?));
        let places = self.labels_of(clauses, ClauseWord::Place);
        let sources = self.labels_of(clauses, ClauseWord::Source);
        let symbol = self.item.symbol(self.db);
        // One figure has a value, which rules and tests may compare with; several, and words, have none.
        let ty = match (ty, values.as_slice()) {
            (Some(ty), [_]) => ty,
            (None, [value]) if matches!(value.ty, Type::Number(_)) => value.ty.clone(),
            _ => Type::Any,
        };
        if let Some(meta) = self.meta(block, clauses, symbol) {
            if ty != Type::Any {
                let value = values.first().cloned();
                defs.push(Def::Param(Param {
                    meta: meta.clone(),
                    ty: ty.clone(),
                    value,
                    dated: Vec::new(),
                    range: None,
                }));
            }
            defs.push(Def::Fact(Fact { meta, entity, values, date, places, sources }));
        }
        ty
    }

    /// What no program can decide.
    pub(super) fn principle(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let content = self.text_clause(clauses, ClauseWord::Content);
        let actors = self.references_of(clauses, ClauseWord::Actor);
        let objects = self.labels_of(clauses, ClauseWord::Object);
        self.when(clauses);
        self.is_open_ended(clauses);
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Principle(Principle { meta, content, actors, objects }));
        }
    }
}
