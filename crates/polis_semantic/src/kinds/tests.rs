//! In-language tests.

use std::sync::Arc;

use polis_diagnostic::{Bilingual, NameNote, TypeMessage, TypeNote, did_you_mean};
use polis_syntax::ast::{self, BinaryOp, Block, Body, Element, ExprKind as A};
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use super::ranges::{field_ranges, param_range};
use super::{Clauses, Def};
use crate::ir::{Expectation, Expr, GivenEntity, Test};
use crate::lower::Lower;
use crate::resolve::Target;
use crate::scope::Found;
use crate::signature::{EntitySig, Signature, entity_of, items_of};
use crate::types::{Symbol, Type};

impl Lower<'_, '_> {
    pub(super) fn test(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let mut given: Vec<GivenEntity> = Vec::new();
        let mut entities: Vec<Arc<EntitySig>> = Vec::new();
        for clause in clauses.many(ClauseWord::Given) {
            let name = self.head_name(clause);
            // What was given and could not be read, expectations may be about.
            self.lost |= clause.values.is_empty();
            for (index, value) in clause.values.iter().enumerate() {
                let name = if index == 0 { name.clone() } else { None };
                let before = given.len();
                self.given(value, name, &mut given, &mut entities);
                self.lost |= given.len() == before;
            }
        }
        let mut set: Vec<(Symbol, Expr)> = Vec::new();
        for clause in clauses.many(ClauseWord::Set) {
            self.set(clause, &mut set);
        }
        let as_of =
            clauses.one(ClauseWord::AsOf).and_then(|it| self.date_value(it.values.first()?)).and_then(|it| it.lo());
        // Expectations are about the first entity; the others go by their names.
        self.this = entities.first().cloned();
        self.locals = given
            .iter()
            .zip(&entities)
            .rev()
            .map(|(it, sig)| (it.name.clone().unwrap_or_default(), Type::Entity(sig.symbol.clone())))
            .collect();
        let mut expect = Vec::new();
        for value in clauses.values(ClauseWord::Expect) {
            let expectation = self.expectation(value);
            expect.push(expectation);
        }
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Test(Test { meta, given, set, as_of, expect }));
        }
    }

    /// `a = b` expects sameness, so that a range is expected as itself; all else is a condition.
    fn expectation(&mut self, value: &ast::Expr) -> Expectation {
        if let A::Binary(binary) = &value.kind
            && binary.op == BinaryOp::Equal
        {
            let left = self.infer(&binary.lhs, None);
            let right = self.infer(&binary.rhs, Some(&left.ty.clone()));
            if !left.ty.compatible(&right.ty) && !crate::expr::is_zero(&right) {
                let left_ty = left.ty.clone();
                let right = self.check(right.clone(), &left_ty);
                let place = self.place(left.span);
                if let Some(error) = self.diagnostics.last_mut() {
                    *error = error.clone().label(place, TypeNote::ThisIs { what: left_ty.name() });
                }
                return Expectation { left, right: Some(right), span: value.span };
            }
            return Expectation { left, right: Some(right), span: value.span };
        }
        let left = self.condition(value);
        Expectation { left, right: None, span: value.span }
    }

    fn given(
        &mut self,
        value: &ast::Expr,
        name: Option<SmolStr>,
        given: &mut Vec<GivenEntity>,
        entities: &mut Vec<Arc<EntitySig>>,
    ) {
        let A::Record(record) = &value.kind else {
            if !matches!(value.kind, A::Error) {
                let expected = Bilingual::new(
                    "对象及其事实：`社区 { 户数: 3600 户 }`",
                    "an entity with facts: `Community { households: 3600 households }`",
                );
                let found = Bilingual::word(self.text(value.span), self.text(value.span));
                self.error(TypeMessage::TypeMismatch { expected, found }, value.span);
            }
            return;
        };
        if let Some(entity) = self.entity(&record.entity) {
            self.facts(&entity, name, None, &record.body, given, entities);
        }
    }

    fn facts(
        &mut self,
        entity: &Arc<EntitySig>,
        name: Option<SmolStr>,
        parent: Option<usize>,
        body: &Body,
        given: &mut Vec<GivenEntity>,
        entities: &mut Vec<Arc<EntitySig>>,
    ) {
        let index = given.len();
        given.push(GivenEntity { entity: entity.symbol.clone(), name, parent, facts: Vec::new() });
        entities.push(Arc::clone(entity));
        for element in &body.elements {
            match element {
                Element::Clause(clause) => {
                    let field = self.name(clause.word);
                    let Some(ty) = entity.field(field).cloned() else {
                        self.unknown_fact(entity, clause.word);
                        continue;
                    };
                    self.note_part(clause.word.span, Some(&entity.symbol), field);
                    let Some(value) = clause.values.first() else { continue };
                    let value = match (&ty, items_of(value)) {
                        (Type::Date, _) => self.dated_fact(value, &ty),
                        _ => self.expect(value, &ty),
                    };
                    self.fact_in_range(entity, field, &ty, &value);
                    let field: SmolStr = field.into();
                    let Some(entry) = given.get_mut(index) else { continue };
                    if entry.facts.iter().any(|it| it.0 == field) {
                        let message = polis_diagnostic::KindMessage::RepeatedClause { clause: field };
                        self.error(message, clause.word.span);
                    } else {
                        entry.facts.push((field, value));
                    }
                }
                Element::Block(block) => self.inner_entity(index, entity, block, given, entities),
                Element::Error(_) => {}
            }
        }
    }

    /// Holds a fact against the field's range.
    fn fact_in_range(&mut self, entity: &EntitySig, field: &str, ty: &Type, value: &Expr) {
        let Some(item) = self.item_of(&entity.symbol) else { return };
        if let Some((_, allowed)) = field_ranges(self.db, item).iter().find(|it| it.0 == field) {
            self.in_range(field, ty, value, allowed);
        }
    }

    /// A bare year is a date where a date is meant.
    fn dated_fact(&mut self, value: &ast::Expr, ty: &Type) -> Expr {
        if let A::Figure(figure) = &value.kind
            && figure.unit.is_none()
            && let Some(days) = self.year(value.span)
        {
            return crate::expr::constant(polis_value::Value::from(days), Type::Date, value.span);
        }
        self.expect(value, ty)
    }

    fn inner_entity(
        &mut self,
        parent: usize,
        outer: &EntitySig,
        block: &Block,
        given: &mut Vec<GivenEntity>,
        entities: &mut Vec<Arc<EntitySig>>,
    ) {
        let word = self.name(block.word);
        let entity = if let Some(Found::Item(item)) = self.lookup(word) {
            self.note_target(block.word.span, |it| Target::Item(item.key(it.db)));
            if let Some(entity) = entity_of(&self.signature(item)) {
                entity
            } else {
                if let Some(kind) = item.kind(self.db) {
                    self.wrong_kind(block.word.span, item, kind, &[Kind::Entity]);
                }
                return;
            }
        } else {
            self.unknown_name(block.word.span, &[]);
            return;
        };
        if entity.parent.as_ref() != Some(&outer.symbol) {
            let found = Bilingual::word(&entity.symbol.name, &entity.symbol.name);
            let expected = Bilingual::new(
                format!("隶属于 `{}` 的对象", outer.symbol.name),
                format!("an entity that lies in `{}`", outer.symbol.name),
            );
            self.error(TypeMessage::TypeMismatch { expected, found }, block.word.span);
        }
        let name = block.name.map(|it| SmolStr::new(self.name(it)));
        if let Some(body) = &block.body {
            self.facts(&entity, name, Some(parent), body, given, entities);
        }
    }

    fn unknown_fact(&mut self, entity: &EntitySig, word: ast::Ident) {
        let text = self.name(word);
        let names: Vec<SmolStr> = entity.fields.iter().map(|it| it.0.clone()).collect();
        let near = did_you_mean(text, names.iter().map(SmolStr::as_str)).map(SmolStr::new);
        let all = TypeNote::FieldsAre { entity: entity.symbol.name.clone(), fields: names.clone() };
        let message = TypeMessage::UnknownField { field: text.into(), entity: entity.symbol.name.clone() };
        let error = self.error(message, word.span);
        match near {
            Some(name) => error.helps.push(NameNote::DidYouMean { name }.into()),
            None => error.helps.push(all.into()),
        }
    }

    /// `set 参数: value`.
    pub(super) fn set(&mut self, clause: &ast::Clause, set: &mut Vec<(Symbol, Expr)>) {
        let Some(ast::HeadName::Name(name)) = clause.name else { return };
        let Some(value) = clause.values.first() else { return };
        let text = self.name(name);
        let found = self.lookup(text);
        if let Some(Found::Item(item)) = found {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
        }
        match found {
            Some(Found::Item(item)) => match &*self.signature(item) {
                Signature::Param(symbol, ty) => {
                    let value = self.expect(value, ty);
                    if let Some(allowed) = param_range(self.db, item) {
                        self.in_range(&symbol.name, ty, &value, &allowed);
                    }
                    set.push((symbol.clone(), value));
                }
                _ => {
                    if let Some(kind) = item.kind(self.db) {
                        self.wrong_kind(name.span, item, kind, &[Kind::Param]);
                    }
                }
            },
            _ => self.unknown_name(name.span, &[]),
        }
    }
}
