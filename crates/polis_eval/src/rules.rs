//! Rules: the general value, the exceptions that replace it, and sums of parts.

use polis_semantic::Symbol;
use polis_syntax::Span;
use polis_value::{Number, Truth, Value, ops};

use crate::code::PartCode;
use crate::error::{EvalError, EvalErrorKind};
use crate::explain::{Reason, Step};
use crate::machine::{LinkedRule, RuleId};
use crate::run::{Eval, Frame, Memo, Run, truth, undecided_between};

impl Run<'_> {
    /// A rule's value for the jurisdiction in `row` of its entity's table.
    ///
    /// # Errors
    ///
    /// An operation without a result, or exceptions in conflict.
    pub fn rule(&self, rule: RuleId, row: u32) -> Result<Value, Box<EvalError>> {
        self.memoised(rule.0, row)
    }

    /// A rule's value as part of another expression.
    pub(crate) fn rule_at<const TRACE: bool>(&self, rule: u32, row: u32, _: Span, frame: &mut Frame<'_>) -> Eval {
        if !TRACE {
            return self.memoised(rule, row);
        }
        let (value, step) = self.explained(rule, row);
        frame.steps.push(step);
        value
    }

    /// Evaluates a rule with a record of what it looked at.
    pub(crate) fn explained(&self, rule: u32, row: u32) -> (Eval, Step) {
        let id = RuleId(rule);
        let Some((linked, symbol)) = self.linked(rule) else {
            let value = self.unknown(crate::run::Missing::Said);
            return (Ok(value.clone()), Step::new(Reason::Rule(id, row, None), value));
        };
        let mut frame = Frame { at: Some((linked.entity, row)), owner: symbol, locals: Vec::new(), steps: Vec::new() };
        // What is not yet known is found without a record first: so a chain of rules is walked once, and errors and
        // circles end it as they end a plain run.
        let value = self.memoised(rule, row);
        let mut prevailing = None;
        if value.is_ok() {
            let _ = grow(|| self.general::<true>(linked, &mut frame, &mut prevailing));
        }
        let shown = value.clone().unwrap_or_else(|_| self.unknown(crate::run::Missing::Said));
        let step = Step { reason: Reason::Rule(id, row, prevailing), value: shown, steps: frame.steps };
        (value, step)
    }

    fn linked(&self, rule: u32) -> Option<(&LinkedRule, &Symbol)> {
        Some((self.machine.rules.get(rule as usize)?, &self.machine.rule_meta(rule)?.symbol))
    }

    fn memoised(&self, rule: u32, row: u32) -> Eval {
        let Some(memo) = self.memo.get(rule as usize) else { return Ok(self.unknown(crate::run::Missing::Said)) };
        let Some((linked, symbol)) = self.linked(rule) else { return Ok(self.unknown(crate::run::Missing::Said)) };
        let slot = {
            let mut values = memo.borrow_mut();
            if values.is_empty() {
                // Most runs of one question never ask for most rules.
                let rows = self.world.tables.get(linked.entity.index()).map_or(0, |it| it.rows.len());
                values.resize(rows, Memo::Empty);
            }
            values.get_mut(row as usize).map(|it| match it {
                Memo::Done(_) | Memo::Busy => it.clone(),
                Memo::Empty => std::mem::replace(it, Memo::Busy),
            })
        };
        let mut frame = Frame { at: Some((linked.entity, row)), owner: symbol, locals: Vec::new(), steps: Vec::new() };
        match slot {
            Some(Memo::Done(value)) => value,
            Some(Memo::Busy) => Err(Self::error(EvalErrorKind::Cycle, linked.value.span, &frame)),
            Some(Memo::Empty) | None => {
                let value = grow(|| self.general::<false>(linked, &mut frame, &mut None));
                if let Some(slot) = memo.borrow_mut().get_mut(row as usize) {
                    *slot = Memo::Done(value.clone());
                }
                value
            }
        }
    }

    /// The value after exceptions. `prevailing` receives the position of the one that replaced the general value.
    fn general<const TRACE: bool>(
        &self,
        rule: &LinkedRule,
        frame: &mut Frame<'_>,
        prevailing: &mut Option<usize>,
    ) -> Eval {
        if rule.exceptions.is_empty() {
            return self.eval::<TRACE>(&rule.value, frame);
        }
        let mut truths = Vec::with_capacity(rule.exceptions.len());
        let mut guards = Vec::with_capacity(rule.exceptions.len());
        for exception in &rule.exceptions {
            let outer = if TRACE { std::mem::take(&mut frame.steps) } else { Vec::new() };
            let guard = self.eval::<TRACE>(&exception.guard, frame)?;
            if TRACE {
                let steps = std::mem::replace(&mut frame.steps, outer);
                frame.steps.push(Step { reason: Reason::Guard(exception.name.clone()), value: guard.clone(), steps });
            }
            truths.push(truth(&guard));
            guards.push(guard);
        }
        let holds = |wanted: Truth, index: usize| truths.get(index) == Some(&wanted);
        let all = || 0..rule.exceptions.len();
        let beaten = |index: usize| {
            all().any(|other| holds(Truth::True, other) && rule.over.get(other).is_some_and(|it| it.contains(&index)))
        };
        let winners: Vec<usize> = all().filter(|it| holds(Truth::True, *it) && !beaten(*it)).collect();
        let possible: Vec<usize> = all().filter(|it| holds(Truth::Unknown, *it) && !beaten(*it)).collect();
        let mut values = Vec::with_capacity(winners.len() + possible.len() + 1);
        for index in &winners {
            if let Some(exception) = rule.exceptions.get(*index) {
                values.push(self.eval::<TRACE>(&exception.value, frame)?);
            }
        }
        if let [first, rest @ ..] = values.as_slice()
            && !first.is_unknown()
            && let Some(other) = rest.iter().position(|it| !it.is_unknown() && !polis_value::same(first, it))
        {
            let name = |index: Option<&usize>| {
                index.and_then(|it| rule.exceptions.get(*it)).map(|it| it.name.clone()).unwrap_or_default()
            };
            let kind = EvalErrorKind::Conflict(name(winners.first()), name(winners.get(other + 1)));
            return Err(Self::error(kind, rule.value.span, frame));
        }
        if winners.is_empty() {
            values.push(self.eval::<TRACE>(&rule.value, frame)?);
        } else if values.iter().any(Value::is_unknown) && values.len() > 1 {
            // Whether winners whose values are not all known agree is not known either.
            values = vec![undecided_between(
                values.iter().find(|it| it.is_unknown()).unwrap_or(&Value::Bool(true)),
                &values,
            )];
        } else {
            values.truncate(1);
        }
        *prevailing = winners.first().copied();
        if possible.is_empty() {
            return Ok(values.into_iter().next().unwrap_or_else(|| self.unknown(crate::run::Missing::Said)));
        }
        // Exceptions of which it is not known whether they hold: the value is known only if they would not change it.
        let mut reason = Value::Bool(true);
        for index in &possible {
            if let (Some(guard), Some(exception)) = (guards.get(*index), rule.exceptions.get(*index)) {
                reason = match reason {
                    Value::Bool(_) => guard.clone(),
                    _ => undecided_between(&reason, std::slice::from_ref(guard)),
                };
                values.push(self.eval::<TRACE>(&exception.value, frame)?);
            }
        }
        match values.split_first() {
            Some((first, rest)) if !first.is_unknown() && rest.iter().all(|it| polis_value::same(first, it)) => {
                Ok(first.clone())
            }
            _ => Ok(undecided_between(&reason, &values)),
        }
    }

    /// Parts added up, each under its guard.
    pub(crate) fn parts<const TRACE: bool>(&self, parts: &[PartCode], span: Span, frame: &mut Frame<'_>) -> Eval {
        let mut sum = Value::Number(Number::ZERO);
        for part in parts {
            let outer = if TRACE { std::mem::take(&mut frame.steps) } else { Vec::new() };
            let value = self.part::<TRACE>(part, frame);
            if TRACE {
                let steps = std::mem::replace(&mut frame.steps, outer);
                if let Ok(value) = &value {
                    let applies = value.is_some();
                    let shown = value.clone().unwrap_or(Value::Number(Number::ZERO));
                    let reason =
                        Reason::Part { word: part.word, name: part.name.clone(), applies, span: part.value.span };
                    frame.steps.push(Step { reason, value: shown, steps });
                }
            }
            if let Some(value) = value? {
                sum = Self::done(ops::add(&sum, &value), span, frame)?;
            }
        }
        Ok(sum)
    }

    /// A part's value; `None` where its guard does not hold.
    fn part<const TRACE: bool>(&self, part: &PartCode, frame: &mut Frame<'_>) -> Result<Option<Value>, Box<EvalError>> {
        let Some(guard) = &part.guard else { return self.eval::<TRACE>(&part.value, frame).map(Some) };
        match self.eval::<TRACE>(guard, frame)? {
            Value::Bool(true) => self.eval::<TRACE>(&part.value, frame).map(Some),
            Value::Bool(false) => Ok(None),
            undecided => Ok(Some(undecided)),
        }
    }
}

/// Runs `f` with enough stack for one more rule, however long the chain of rules.
fn grow<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, f)
}
