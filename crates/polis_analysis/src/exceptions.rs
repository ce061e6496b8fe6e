//! Exceptions that hold together and say different things.

use polis_diagnostic::{EvalMessage, GeneralNote};
use polis_eval::{EvalErrorKind, Question};
use polis_semantic::ir::{Exception, Expr, ExprKind, Rule};
use polis_value::Value;
use smol_str::SmolStr;

use crate::Work;
use crate::report::{at, lacking};
use crate::space::Space;

impl Work {
    /// Exceptions that hold together and differ.
    pub(crate) fn exceptions(&mut self, rule: &Rule) {
        let program = self.machine.program().clone();
        let guards: Vec<&Expr> = rule.exceptions.iter().map(|it| &it.guard).collect();
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
