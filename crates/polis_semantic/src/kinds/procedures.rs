//! Procedures and scenarios.

use polis_diagnostic::{Bilingual, NameNote, TypeMessage, did_you_mean};
use polis_syntax::ast::{Block, Clause, ExprKind as A, HeadName};
use polis_syntax::words::ClauseWord;
use polis_value::Value;
use smol_str::SmolStr;

use super::groups::Members;
use super::pay::block_name;
use super::{Clauses, Def};
use crate::ir::{Expr, ExprKind, Procedure, Scenario, Step};
use crate::lower::Lower;
use crate::resolve::Target;
use crate::signature::{entities, items_of};
use crate::types::Symbol;

impl Lower<'_, '_> {
    /// A graph of steps.
    pub(super) fn procedure(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let names: Vec<SmolStr> = clauses.blocks.iter().map(|it| block_name(self, it)).collect();
        let mut seen = Members::of(block);
        let mut steps = Vec::new();
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut seen);
            let step = self.step(inner, &inner_clauses, &names);
            steps.push(step);
        }
        let deadline = clauses.one(ClauseWord::Deadline).and_then(|it| it.values.first());
        let deadline = deadline.and_then(|it| self.deadline(it));
        let guard = self.when(clauses);
        let open_ended = self.is_open_ended(clauses);
        let entity = self.this.as_ref().map(|it| it.symbol.clone());
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Procedure(Procedure { meta, entity, deadline, guard, steps, open_ended }));
        }
    }

    fn step(&mut self, block: &Block, clauses: &Clauses<'_>, names: &[SmolStr]) -> Step {
        let deadline = clauses.one(ClauseWord::Deadline).and_then(|it| it.values.first());
        let mut next = Vec::new();
        for clause in clauses.many(ClauseWord::Next) {
            let guard = self.guard(clause);
            for value in clause.values.iter().flat_map(items_of) {
                let Some(name) = self.label(value) else {
                    self.not_a_name(value);
                    continue;
                };
                if names.contains(&name) {
                    self.note_target(value.span, |it| Target::Part(it.key.clone(), name.clone()));
                } else {
                    let near = did_you_mean(&name, names.iter().map(SmolStr::as_str)).map(SmolStr::new);
                    let message = polis_diagnostic::NameMessage::UnknownName { name: name.clone() };
                    let error = self.error(message, value.span);
                    if let Some(name) = near {
                        error.helps.push(NameNote::DidYouMean { name }.into());
                    }
                }
                next.push((name, guard.clone()));
            }
        }
        let step = Step {
            name: block_name(self, block),
            actors: self.references_of(clauses, ClauseWord::Actor),
            actions: self.references_of(clauses, ClauseWord::Acts),
            objects: self.labels_of(clauses, ClauseWord::Object),
            inputs: self.labels_of(clauses, ClauseWord::Input),
            outputs: self.labels_of(clauses, ClauseWord::Output),
            deadline: deadline.and_then(|it| self.deadline(it)),
            guard: self.when(clauses),
            next,
            span: block.span,
        };
        self.inner_tail(clauses);
        step
    }

    /// A run into the future.
    pub(super) fn scenario(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let years = clauses.one(ClauseWord::Years).and_then(|it| it.values.first());
        let years = years.and_then(|it| self.years(it));
        let mut set = Vec::new();
        for clause in clauses.many(ClauseWord::Set) {
            self.set(clause, &mut set);
        }
        let mut growth = Vec::new();
        for clause in clauses.many(ClauseWord::Growth) {
            self.growth(clause, &mut growth);
        }
        let enable = self.provisions(clauses, ClauseWord::Enable);
        let disable = self.provisions(clauses, ClauseWord::Disable);
        let sample = self.text_clause(clauses, ClauseWord::Sample);
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(years)) = (self.meta(block, clauses, symbol), years) {
            defs.push(Def::Scenario(Scenario { meta, years, set, growth, enable, disable, sample }));
        }
    }

    /// `2020..2026`, or one year.
    fn years(&mut self, expr: &polis_syntax::ast::Expr) -> Option<(i64, i64)> {
        if matches!(expr.kind, A::Error) {
            return None;
        }
        let value = self.infer(expr, None);
        let whole = |it: polis_value::Number| it.as_int().filter(|it| (1..=9999).contains(it));
        let range = match &value.kind {
            ExprKind::Const(value) => value.as_number_range(),
            ExprKind::Range(Some(lo), Some(hi)) => match (&lo.kind, &hi.kind) {
                (ExprKind::Const(Value::Number(lo)), ExprKind::Const(Value::Number(hi))) => {
                    polis_value::Range::new(Some(*lo), Some(*hi)).ok()
                }
                _ => None,
            },
            _ => None,
        };
        // A year is a plain number: `3 年` is a length of time, and would be the year 36 in months.
        let plain = value.ty.as_number().is_some_and(|it| it.dim.is_none());
        let years = range.filter(|_| plain).and_then(|it| Some((whole(it.lo()?)?, whole(it.hi()?)?)));
        if years.is_none() {
            let expected = Bilingual::new("年度区间，如 `2020..2026`", "a range of years, such as `2020..2026`");
            let found = Bilingual::word(self.text(expr.span), self.text(expr.span));
            self.error(TypeMessage::TypeMismatch { expected, found }, expr.span);
        }
        years
    }

    /// `增长 户数: 3%`, or `增长 "社区.户数": 50 户` where several entities have the field.
    fn growth(&mut self, clause: &Clause, growth: &mut Vec<(Symbol, SmolStr, Expr)>) {
        let (Some(head), Some(value)) = (self.head_name(clause), clause.values.first()) else { return };
        let span = clause.name.map_or(clause.word.span, HeadName::span);
        let all = self.package.map_or(&[][..], |it| entities(self.db, it));
        let (owner, field) = head.split_once('.').map_or((None, head.as_str()), |(a, b)| (Some(a.trim()), b.trim()));
        let having: Vec<_> = all
            .iter()
            .filter(|it| owner.is_none_or(|owner| it.symbol.name == owner))
            .filter_map(|it| Some((it.symbol.clone(), it.field(field)?.clone())))
            .collect();
        match having.as_slice() {
            [(entity, ty)] => {
                self.note_part(span, Some(entity), field);
                // A rate is a plain number; an amount has the field's unit.
                let value = self.infer(value, Some(ty));
                let plain = value.ty.as_number().is_some_and(|it| it.dim.is_none());
                let value = if plain { value } else { self.check(value, ty) };
                growth.push((entity.clone(), field.into(), value));
            }
            [] => {
                let known: Vec<&str> = all.iter().flat_map(|it| &it.fields).map(|it| it.0.as_str()).collect();
                let near = did_you_mean(field, known).map(SmolStr::new);
                let message = polis_diagnostic::NameMessage::UnknownName { name: field.into() };
                let error = self.error(message, span);
                if let Some(name) = near {
                    error.helps.push(NameNote::DidYouMean { name }.into());
                }
            }
            several => {
                let name = several.first().map(|it| SmolStr::new(format!("\"{}.{field}\"", it.0.name)));
                let packages = several.iter().map(|it| it.0.name.clone()).collect();
                let message = polis_diagnostic::NameMessage::AmbiguousName { name: field.into(), packages };
                let error = self.error(message, span);
                if let Some(name) = name {
                    error.helps.push(NameNote::QualifyWith { name }.into());
                }
            }
        }
    }

    /// Provisions of any kind.
    fn provisions(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Vec<Symbol> {
        let mut found = Vec::new();
        for value in clauses.values(word) {
            if let crate::lower::Path::Item(item) = self.path(value) {
                found.push(item.symbol(self.db));
            }
        }
        found
    }
}
