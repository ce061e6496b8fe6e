//! Conditions wherever provisions have them: guards that never hold or always do, and choices that decide nothing.

use std::sync::Arc;

use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_eval::Question;
use polis_semantic::ir::{Expr, ExprKind, Group, Holds, Meta};
use polis_semantic::kinds::Def;
use polis_semantic::{Symbol, Type};
use polis_syntax::Span;
use polis_syntax::words::{Face, Keyword, Kind};
use polis_value::Value;
use smol_str::{SmolStr, format_smolstr};

use crate::forms::{asks_one_aggregate, excluded};
use crate::norms::entity_of;
use crate::report::{at, lacking};
use crate::space::Space;
use crate::{Outside, Work};

/// The expressions of a definition, by what is asked of them.
pub(crate) struct Conditions<'d> {
    meta: &'d Meta,
    /// What they are about, where the definition says so.
    entity: Option<&'d Symbol>,
    /// What must hold for something to apply.
    guards: Vec<&'d Expr>,
    /// What may choose within itself.
    values: Vec<&'d Expr>,
}

impl<'d> Conditions<'d> {
    /// Those of a definition that asks anything.
    pub(crate) fn of(def: &'d Def) -> Option<Self> {
        let (mut guards, mut values): (Vec<&Expr>, Vec<&Expr>) = (Vec::new(), Vec::new());
        let (meta, entity) = match def {
            Def::Rule(rule) => {
                values.push(&rule.value);
                for it in &rule.exceptions {
                    guards.push(&it.guard);
                    values.push(&it.value);
                }
                (&rule.meta, Some(&rule.entity))
            }
            Def::Structure(structure) => {
                guards.extend(structure.limits.iter().filter_map(|it| it.guard.as_ref()));
                guards.extend(structure.bodies.iter().filter_map(|it| it.guard.as_ref()));
                values.extend(structure.limits.iter().map(|it| &it.bounds));
                (&structure.meta, Some(&structure.entity))
            }
            // What binds a structure or an indicator has the guards of that.
            Def::Constraint(it) if it.meta.kind == Kind::Require => {
                guards.extend(&it.guard);
                match &it.holds {
                    Holds::Condition(condition) => values.push(condition),
                    Holds::Within { value, bounds, .. } => values.extend([value, bounds]),
                }
                (&it.meta, Some(&it.entity))
            }
            Def::Norm(it) => {
                guards.extend(&it.guard);
                (&it.meta, None)
            }
            Def::Assignment(it) => {
                guards.extend(&it.guard);
                (&it.meta, None)
            }
            Def::Group(it) => {
                of_group(it, &mut guards);
                (&it.meta, None)
            }
            Def::Commitment(it) => {
                of_group(&it.group, &mut guards);
                it.sides.iter().for_each(|it| of_group(&it.group, &mut guards));
                (&it.group.meta, None)
            }
            Def::Mechanism(it) => {
                of_group(&it.group, &mut guards);
                (&it.group.meta, None)
            }
            Def::Pay(it) => {
                guards.extend(it.multiples.iter().filter_map(|it| it.guard.as_ref()));
                guards.extend(it.bands.iter().filter_map(|it| it.guard.as_ref()));
                (&it.meta, Some(&it.entity))
            }
            Def::Admission(it) => {
                guards.extend(it.lists.iter().filter_map(|it| it.1.as_ref()));
                guards.extend(it.approvers.iter().filter_map(|it| it.1.as_ref()));
                guards.extend(it.conditions.iter().map(|it| &it.1));
                (&it.meta, Some(&it.entity))
            }
            Def::Rating(it) => {
                guards.extend([&it.eligible, &it.promotion, &it.demotion].into_iter().flatten());
                guards.extend(it.grades.iter().filter_map(|it| it.guard.as_ref()));
                values.extend(it.dimensions.iter().filter_map(|it| it.score.as_ref()));
                (&it.meta, Some(&it.entity))
            }
            Def::Indicator(it) => {
                guards.extend(&it.guard);
                guards.extend(it.targets.iter().filter_map(|it| it.guard.as_ref()));
                (&it.meta, Some(&it.entity))
            }
            Def::Procedure(it) => {
                guards.extend(&it.guard);
                for step in &it.steps {
                    guards.extend(&step.guard);
                    guards.extend(step.next.iter().filter_map(|it| it.1.as_ref()));
                }
                (&it.meta, it.entity.as_ref())
            }
            _ => return None,
        };
        let asks = !guards.is_empty() || values.iter().any(|it| it.all().iter().any(|it| chooses(it)));
        asks.then_some(Self { meta, entity, guards, values })
    }
}

fn of_group<'d>(group: &'d Group, guards: &mut Vec<&'d Expr>) {
    guards.extend(&group.guard);
    guards.extend(group.items.iter().filter_map(|it| it.guard.as_ref()));
    group.categories.iter().for_each(|it| of_group(it, guards));
}

/// Whether an expression itself decides between values.
fn chooses(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::If(..) | ExprKind::Cases(..) => true,
        ExprKind::Parts(parts) => parts.iter().any(|it| it.guard.is_some()),
        _ => false,
    }
}

impl Work {
    /// Decides the conditions of a provision's definitions; a condition that several of them share is asked once.
    pub(crate) fn conditions(&mut self, all: &[Conditions<'_>]) {
        self.result.decided.conditions += usize::from(!all.is_empty());
        let mut met: Vec<Span> = Vec::new();
        for one in all {
            for guard in &one.guards {
                self.once(one, guard, &mut met);
            }
            for value in &one.values {
                for expr in value.all() {
                    self.choice(one, expr, &mut met);
                }
            }
        }
    }

    fn once(&mut self, of: &Conditions<'_>, condition: &Expr, met: &mut Vec<Span>) {
        // Who writes yes or no means it.
        if !met.contains(&condition.span) && !matches!(condition.kind, ExprKind::Const(_)) {
            met.push(condition.span);
            self.guard(of, condition);
        }
    }

    /// Where an expression decides between values, whether it ever decides otherwise.
    fn choice(&mut self, of: &Conditions<'_>, expr: &Expr, met: &mut Vec<Span>) {
        match &expr.kind {
            ExprKind::If(condition, then, otherwise) if !met.contains(&condition.span) => {
                if then.says_the_same_as(otherwise) {
                    met.push(condition.span);
                    let condition = shown(of.meta, condition);
                    let message = AnalysisMessage::SameBranches { condition };
                    let diagnostic = at(message, of.meta.place(then.span))
                        .label(of.meta.place(otherwise.span), AnalysisNote::SameAsBefore)
                        .help(AnalysisNote::TellApart);
                    return self.found(diagnostic, None);
                }
                self.once(of, condition, met);
            }
            ExprKind::Parts(parts) => parts.iter().filter_map(|it| it.guard.as_ref()).for_each(|it| {
                self.once(of, it, met);
            }),
            // A rating's grades are a table that falls through to none; they have checks of their own.
            ExprKind::Cases(arms, _)
                if arms.iter().all(|it| it.0.span.start >= expr.span.start && it.0.span.end <= expr.span.end) =>
            {
                self.table(of, arms);
            }
            _ => {}
        }
    }

    /// A guard that holds for no jurisdiction, or for every one.
    fn guard(&mut self, of: &Conditions<'_>, guard: &Expr) {
        let switched = guard.all().iter().any(|it| is_switch(it));
        let answer = match self.by_space(of, guard) {
            Err(why) => self.by_form(guard, why),
            // A switch may be set otherwise.
            Ok(Some(_)) if switched => self.by_form(guard, Outside::Computed).or(Ok(None)),
            decided => decided,
        };
        let condition = || shown(of.meta, guard);
        match answer {
            Err(why) => self.undecided(&of.meta.symbol, why),
            Ok(None) => {}
            Ok(Some(false)) => {
                let message = AnalysisMessage::NeverHolds { condition: condition() };
                self.found(at(message, of.meta.place(guard.span)), None);
            }
            Ok(Some(true)) => {
                let message = AnalysisMessage::AlwaysHolds { condition: condition() };
                self.found(at(message, of.meta.place(guard.span)), None);
            }
        }
    }

    /// What a condition always comes to, by asking the jurisdictions that stand for all.
    fn by_space(&mut self, of: &Conditions<'_>, guard: &Expr) -> Result<Option<bool>, Outside> {
        let program = Arc::clone(self.machine.program());
        let entity = self.entity_for(of, &[guard])?;
        let space = Space::of(&program, &entity, &[guard])?;
        let question = self.machine.question(&of.meta.symbol, guard);
        let (mut holds, mut fails, mut unknown) = (false, false, None);
        let asked = space.every(&self.machine, |run, at| {
            match run.ask(&question, at) {
                Ok(Value::Bool(true)) => holds = true,
                Ok(Value::Bool(false)) => fails = true,
                // What is not known may be either.
                Ok(Value::Unknown(what)) => unknown = unknown.take().or_else(|| Some(lacking(run, &what))),
                _ => unknown = unknown.take().or(Some(Outside::Computed)),
            }
            holds && fails
        });
        self.result.decided.points += asked;
        match (holds, fails, unknown) {
            (true, true, _) => Ok(None),
            (_, _, Some(why)) => Err(why),
            (holds, _, None) => Ok(Some(holds)),
        }
    }

    /// The same by its form, where the space does not decide, because of `why`.
    fn by_form(&self, guard: &Expr, why: Outside) -> Result<Option<bool>, Outside> {
        let program = self.machine.program();
        if excluded(program, &[(guard, true)]) {
            Ok(Some(false))
        } else if excluded(program, &[(guard, false)]) {
            Ok(Some(true))
        } else if asks_one_aggregate(program, &[guard]) {
            Ok(None)
        } else {
            Err(why)
        }
    }

    /// A table of cases: one that those before it leave nothing of. What none covers is the last line's, which every
    /// table has.
    fn table(&mut self, of: &Conditions<'_>, arms: &[(Expr, Expr)]) {
        let guards: Vec<&Expr> = arms.iter().map(|it| &it.0).collect();
        let reached = self.reached_in_space(of, &guards).or_else(|why| self.reached_by_form(&guards, why));
        match reached {
            Err(why) => self.undecided(&of.meta.symbol, why),
            Ok(reached) => {
                for (guard, _) in guards.iter().zip(&reached).filter(|it| !it.1) {
                    let condition = guard.span.text(&of.meta.content.text).into();
                    self.found(at(AnalysisMessage::NeverReached { condition }, of.meta.place(guard.span)), None);
                }
            }
        }
    }

    fn reached_in_space(&mut self, of: &Conditions<'_>, guards: &[&Expr]) -> Result<Vec<bool>, Outside> {
        let program = Arc::clone(self.machine.program());
        let entity = self.entity_for(of, guards)?;
        let space = Space::of(&program, &entity, guards)?;
        let questions: Vec<Question> = guards.iter().map(|it| self.machine.question(&of.meta.symbol, it)).collect();
        let mut reached = vec![false; questions.len()];
        let asked = space.every(&self.machine, |run, at| {
            for (question, reached) in questions.iter().zip(&mut reached) {
                match run.ask(question, at) {
                    Ok(Value::Bool(false)) => {}
                    Ok(Value::Bool(true)) => {
                        *reached = true;
                        return false;
                    }
                    // What is not known may hold, and may leave the rest to the next.
                    _ => *reached = true,
                }
            }
            false
        });
        self.result.decided.points += asked;
        Ok(reached)
    }

    fn reached_by_form(&self, guards: &[&Expr], why: Outside) -> Result<Vec<bool>, Outside> {
        let program = self.machine.program();
        let is_reached = |index: usize| {
            let line = guards.iter().enumerate().take(index + 1).map(|(it, guard)| (*guard, it == index));
            !excluded(program, &line.collect::<Vec<_>>())
        };
        let reached: Vec<bool> = (0..guards.len()).map(is_reached).collect();
        if reached.iter().all(|it| *it) && !asks_one_aggregate(program, guards) { Err(why) } else { Ok(reached) }
    }

    /// The type of jurisdiction that conditions are asked of.
    fn entity_for(&self, of: &Conditions<'_>, conditions: &[&Expr]) -> Result<Symbol, Outside> {
        let named = of.entity.cloned().or_else(|| conditions.iter().find_map(|it| entity_of(it)));
        // Of a condition that asks nothing any jurisdiction will do.
        let any = || self.machine.program().entities.first().map(|it| it.meta.symbol.clone());
        named.or_else(any).ok_or(Outside::Computed)
    }
}

/// Whether it is a figure that is yes or no: how a text is read, or what is chosen.
fn is_switch(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Param(_)) && expr.ty == Type::Truth
}

/// A guard as it is written, with the `unless` that it stands behind: without it a message would say the opposite.
fn shown(meta: &Meta, guard: &Expr) -> SmolStr {
    let text = guard.span.text(&meta.content.text);
    // Of `非 甲` the negation is part of what is written, of `除非 甲` it is not.
    let turned = matches!(&guard.kind, ExprKind::Unary(_, operand) if operand.span == guard.span);
    let before = meta.content.text.get(..guard.span.start as usize).unwrap_or_default().trim_end();
    let unless = [Face::Zh, Face::En].map(|it| Keyword::Unless.word().spelling(it));
    match unless.into_iter().find(|it| turned && before.ends_with(it)) {
        Some(word) => format_smolstr!("{word} {text}"),
        None => text.into(),
    }
}
