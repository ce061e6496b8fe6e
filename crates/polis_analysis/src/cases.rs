//! Cases and exceptions: exceptions that hold together, guards that never hold or always do, and cases that are never
//! reached.

use polis_diagnostic::{AnalysisMessage, EvalMessage, GeneralNote};
use polis_eval::{EvalErrorKind, Question};
use polis_semantic::ir::{Expr, ExprKind, Rule};
use polis_value::Value;

use crate::Work;
use crate::report::at;
use crate::space::Space;

/// Whether a rule has cases or exceptions.
pub(crate) fn has_cases(rule: &Rule) -> bool {
    !rule.exceptions.is_empty() || !tables(rule).is_empty()
}

fn tables(rule: &Rule) -> Vec<&[(Expr, Expr)]> {
    let mut tables = Vec::new();
    for expr in std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value)) {
        case_tables(expr, &mut tables);
    }
    tables
}

impl Work {
    /// Decides the cases and exceptions of a rule.
    pub(crate) fn cases(&mut self, rule: &Rule) {
        let tables = tables(rule);
        if rule.exceptions.is_empty() && tables.is_empty() {
            return;
        }
        self.result.decided.rules += 1;
        self.exceptions(rule);
        for arms in tables {
            self.table(rule, arms);
        }
    }

    /// Exceptions that hold together and differ, and those that hold never or always.
    fn exceptions(&mut self, rule: &Rule) {
        let program = self.machine.program().clone();
        let guards: Vec<&Expr> = rule.exceptions.iter().map(|it| &it.guard).collect();
        for exception in &rule.exceptions {
            self.guard(rule, &exception.guard);
        }
        if guards.len() < 2 {
            return;
        }
        match Space::of(&program, &rule.entity, &guards) {
            Err(why) => self.undecided(&rule.meta.symbol, why),
            Ok(space) => {
                let Some(id) = self.machine.rule(&rule.meta.symbol) else { return };
                let mut both = None;
                let (witness, asked) = space.find(&self.machine, |run, (_, row)| match run.rule(id, row) {
                    Err(error) => match error.kind {
                        EvalErrorKind::Conflict(first, second) => {
                            both = Some((first, second));
                            true
                        }
                        _ => false,
                    },
                    Ok(_) => false,
                });
                self.result.decided.points += asked;
                if let (Some(witness), Some((first, second))) = (witness, both) {
                    let span = |name| rule.exceptions.iter().find(|it| it.name == name).map(|it| it.span);
                    let message = EvalMessage::ConflictingExceptions {
                        rule: rule.meta.symbol.name.clone(),
                        first: first.clone(),
                        second: second.clone(),
                        entity: rule.entity.name.clone(),
                    };
                    let place = span(second).unwrap_or(rule.meta.head);
                    let mut diagnostic = at(message, rule.meta.place(place));
                    if let Some(first) = span(first) {
                        diagnostic = diagnostic.label(rule.meta.place(first), GeneralNote::FirstHere);
                    }
                    self.found(diagnostic, Some(&witness));
                }
            }
        }
    }

    /// A guard that holds for no jurisdiction, or for every one.
    fn guard(&mut self, rule: &Rule, guard: &Expr) {
        let program = self.machine.program().clone();
        let space = match Space::of(&program, &rule.entity, &[guard]) {
            Ok(space) => space,
            Err(why) => return self.undecided(&rule.meta.symbol, why),
        };
        let question = self.machine.question(&rule.meta.symbol, guard);
        let (mut holds, mut fails) = (false, false);
        let (_, asked) = space.find(&self.machine, |run, at| {
            match run.ask(&question, at) {
                Ok(Value::Bool(true)) => holds = true,
                Ok(Value::Bool(false)) => fails = true,
                // What is not known may be either.
                _ => (holds, fails) = (true, true),
            }
            holds && fails
        });
        self.result.decided.points += asked;
        let text = guard.span.text(&rule.meta.content.text).into();
        if !holds {
            self.found(at(AnalysisMessage::NeverHolds { condition: text }, rule.meta.place(guard.span)), None);
        } else if !fails {
            self.found(at(AnalysisMessage::AlwaysHolds { condition: text }, rule.meta.place(guard.span)), None);
        }
    }

    /// A table of cases: one that those before it leave nothing of. What none covers is the last line's, which every
    /// table has.
    fn table(&mut self, rule: &Rule, arms: &[(Expr, Expr)]) {
        let program = self.machine.program().clone();
        let guards: Vec<&Expr> = arms.iter().map(|it| &it.0).collect();
        let space = match Space::of(&program, &rule.entity, &guards) {
            Ok(space) => space,
            Err(why) => return self.undecided(&rule.meta.symbol, why),
        };
        let questions: Vec<Question> = guards.iter().map(|it| self.machine.question(&rule.meta.symbol, it)).collect();
        let mut reached = vec![false; questions.len()];
        let (_, asked) = space.find(&self.machine, |run, at| {
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
        for (guard, _) in guards.iter().zip(&reached).filter(|it| !it.1) {
            let condition = guard.span.text(&rule.meta.content.text).into();
            self.found(at(AnalysisMessage::NeverReached { condition }, rule.meta.place(guard.span)), None);
        }
    }
}

/// The tables of cases in an expression.
fn case_tables<'e>(expr: &'e Expr, found: &mut Vec<&'e [(Expr, Expr)]>) {
    match &expr.kind {
        ExprKind::Cases(arms, otherwise) => {
            // A rating's grades are a table that falls through to none; they have checks of their own.
            if arms.iter().all(|it| it.0.span.start >= expr.span.start && it.0.span.end <= expr.span.end) {
                found.push(arms);
            }
            for it in arms.iter().map(|it| &it.1).chain(otherwise.as_deref()) {
                case_tables(it, found);
            }
        }
        ExprKind::Binary { lhs, rhs, .. } => [lhs, rhs].into_iter().for_each(|it| case_tables(it, found)),
        ExprKind::If(_, then, otherwise) => [then, otherwise].into_iter().for_each(|it| case_tables(it, found)),
        ExprKind::Parts(parts) => parts.iter().for_each(|it| case_tables(&it.value, found)),
        ExprKind::Call(_, args) => args.iter().for_each(|it| case_tables(it, found)),
        _ => {}
    }
}
