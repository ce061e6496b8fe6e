//! Cases and exceptions: exceptions that hold together, guards that never hold or always do, and cases that are never
//! reached.

use polis_diagnostic::{AnalysisMessage, EvalMessage, GeneralNote};
use polis_eval::{EvalErrorKind, Question};
use polis_semantic::ir::{Exception, Expr, ExprKind, Rule};
use polis_syntax::words::{Face, Keyword};
use polis_value::Value;
use smol_str::{SmolStr, format_smolstr};

use crate::report::{at, lacking};
use crate::space::Space;
use crate::{Outside, Work};

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
        // What values depend on belongs to the question too. Where that cannot be asked, a value is unknown below.
        let values: Vec<&Expr> = rule.exceptions.iter().map(|it| &it.value).collect();
        let space = Space::of_choices(&program, &rule.entity, &guards, &values)
            .or_else(|_| Space::of(&program, &rule.entity, &guards));
        match space {
            Err(why) => self.undecided(&rule.meta.symbol, why),
            Ok(space) => {
                let Some(id) = self.machine.rule(&rule.meta.symbol) else { return };
                let questions: Vec<Question> =
                    guards.iter().map(|it| self.machine.question(&rule.meta.symbol, it)).collect();
                let mut both = None;
                let mut undecided = None;
                let (witness, asked) = space.find(&self.machine, |run, at| match run.rule(id, at.1) {
                    Err(error) => match error.kind {
                        EvalErrorKind::Conflict(first, second) => {
                            both = Some((first, second));
                            true
                        }
                        _ => false,
                    },
                    Ok(Value::Unknown(what)) => {
                        let truths = questions.iter().map(|it| run.ask(it, at).ok());
                        if undecided.is_none() && may_conflict(rule, &truths.collect::<Vec<_>>()) {
                            undecided = Some(lacking(run, &what));
                        }
                        false
                    }
                    Ok(_) => false,
                });
                self.result.decided.points += asked;
                if let (None, Some(why)) = (&witness, undecided) {
                    self.undecided(&rule.meta.symbol, why);
                }
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
        let condition = shown(rule, guard);
        match (holds, fails, unknown) {
            (true, true, _) => {}
            (_, _, Some(why)) => self.undecided(&rule.meta.symbol, why),
            (false, _, None) => {
                self.found(at(AnalysisMessage::NeverHolds { condition }, rule.meta.place(guard.span)), None);
            }
            (true, false, None) => {
                self.found(at(AnalysisMessage::AlwaysHolds { condition }, rule.meta.place(guard.span)), None);
            }
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
        for (guard, _) in guards.iter().zip(&reached).filter(|it| !it.1) {
            let condition = guard.span.text(&rule.meta.content.text).into();
            self.found(at(AnalysisMessage::NeverReached { condition }, rule.meta.place(guard.span)), None);
        }
    }
}

/// Whether two exceptions whose values may differ may both apply, by what is known of their guards.
fn may_conflict(rule: &Rule, guards: &[Option<Value>]) -> bool {
    let all = || rule.exceptions.iter().zip(guards);
    let holds = |it: &Option<Value>| matches!(it, Some(Value::Bool(true)));
    let applying: Vec<&Exception> = all()
        .filter(|it| !matches!(it.1, Some(Value::Bool(false))))
        .map(|it| it.0)
        .filter(|it| !all().any(|(other, guard)| holds(guard) && prevails(rule, other, it)))
        .collect();
    let alike = |a: &Expr, b: &Expr| match (&a.kind, &b.kind) {
        (ExprKind::Const(a), ExprKind::Const(b)) => polis_value::same(a, b),
        _ => false,
    };
    applying.iter().enumerate().any(|(index, a)| {
        applying
            .iter()
            .skip(index + 1)
            .any(|b| !alike(&a.value, &b.value) && !prevails(rule, a, b) && !prevails(rule, b, a))
    })
}

/// Whether one exception is over another, directly or through others.
fn prevails(rule: &Rule, one: &Exception, other: &Exception) -> bool {
    let mut below: Vec<&SmolStr> = one.over.iter().collect();
    let mut next = 0;
    // Each is looked at once, so that a circle, which is reported where it is written, ends too.
    while let Some(name) = below.get(next).copied() {
        next += 1;
        if *name == other.name {
            return true;
        }
        for it in rule.exceptions.iter().filter(|it| it.name == *name).flat_map(|it| &it.over) {
            if !below.contains(&it) {
                below.push(it);
            }
        }
    }
    false
}

/// A guard as it is written, with the `unless` that it stands behind: without it a message would say the opposite.
fn shown(rule: &Rule, guard: &Expr) -> SmolStr {
    let text = guard.span.text(&rule.meta.content.text);
    // Of `非 甲` the negation is part of what is written, of `除非 甲` it is not.
    let turned = matches!(&guard.kind, ExprKind::Unary(_, operand) if operand.span == guard.span);
    let before = rule.meta.content.text.get(..guard.span.start as usize).unwrap_or_default().trim_end();
    let unless = [Face::Zh, Face::En].map(|it| Keyword::Unless.word().spelling(it));
    match unless.into_iter().find(|it| turned && before.ends_with(it)) {
        Some(word) => format_smolstr!("{word} {text}"),
        None => text.into(),
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
