//! Evaluation errors and failed tests as findings.

use polis_diagnostic::{Bilingual, Cycle, Diagnostic, EvalMessage, EvalNote, Message, NameMessage, TypeMessage};
use polis_semantic::Symbol;
use polis_semantic::ir::Meta;
use polis_semantic::items::Place;
use polis_value::{ArithmeticError, EvalOpError, Value};
use smol_str::SmolStr;

use crate::error::{EvalError, EvalErrorKind};
use crate::machine::Machine;
use crate::testing::{Failure, TestOutcome};
use crate::world::World;

impl Machine {
    /// The finding of an evaluation error.
    #[must_use]
    pub fn error_diagnostic(&self, error: &EvalError, world: &World) -> Option<Diagnostic<Place>> {
        let meta = self.meta(&error.symbol)?;
        let span = match &error.kind {
            EvalErrorKind::Conflict(..) => meta.head,
            _ => error.span,
        };
        let place = meta.place(span);
        let text = || self.quote(meta, error.span);
        let name = error.at.map_or_else(SmolStr::default, |(entity, row)| self.name_of(entity, row, world));
        let message: Message = match &error.kind {
            EvalErrorKind::Operation(EvalOpError::Arithmetic(ArithmeticError::Overflow)) => {
                EvalMessage::Overflow { operation: text() }.into()
            }
            EvalErrorKind::Operation(EvalOpError::Arithmetic(ArithmeticError::DivisionByZero)) => {
                TypeMessage::DivisionByZero.into()
            }
            EvalErrorKind::Operation(EvalOpError::Arithmetic(ArithmeticError::StepNotPositive)) => {
                EvalMessage::StepNotPositive.into()
            }
            EvalErrorKind::Operation(EvalOpError::EmptyRange(range)) => TypeMessage::EmptyRange {
                lo: SmolStr::new(range.lo.to_string()),
                hi: SmolStr::new(range.hi.to_string()),
            }
            .into(),
            EvalErrorKind::Operation(EvalOpError::EmptyDateRange(range)) => TypeMessage::EmptyRange {
                lo: SmolStr::new(range.lo.to_string()),
                hi: SmolStr::new(range.hi.to_string()),
            }
            .into(),
            EvalErrorKind::Operation(EvalOpError::Unbounded { .. }) => {
                EvalMessage::UnboundedRange { operation: text() }.into()
            }
            EvalErrorKind::Operation(EvalOpError::NoMembers { .. }) => {
                EvalMessage::NoMembers { operation: text() }.into()
            }
            // The checker rules this out; should it slip, the finding names the operation.
            EvalErrorKind::Operation(EvalOpError::Mismatch { .. }) => TypeMessage::TypeMismatch {
                expected: Bilingual::new("此运算可用的值", "a value that the operation takes"),
                found: Bilingual::word(&text(), &text()),
            }
            .into(),
            EvalErrorKind::Date => EvalMessage::DateOutOfCalendar.into(),
            EvalErrorKind::Conflict(first, second) => EvalMessage::ConflictingExceptions {
                rule: error.symbol.name.clone(),
                first: first.clone(),
                second: second.clone(),
                entity: name.clone(),
            }
            .into(),
            EvalErrorKind::Cycle | EvalErrorKind::TooDeep => {
                NameMessage::CyclicDefinition { cycle: Cycle(vec![error.symbol.name.clone()]) }.into()
            }
        };
        let mut diagnostic = Diagnostic::new(message, place);
        if let EvalErrorKind::Conflict(first, second) = &error.kind {
            if let Some(rule) = self.program.rules.iter().find(|it| it.meta.symbol == error.symbol) {
                for exception in rule.exceptions.iter().filter(|it| it.name == *first || it.name == *second) {
                    let place = meta.place(exception.span);
                    diagnostic = diagnostic.label(place, EvalNote::AppliesHere { name: exception.name.clone() });
                }
            }
            diagnostic = diagnostic.help(EvalNote::SayWhichPrevails { first: first.clone(), second: second.clone() });
        } else if let Some((entity, _)) = error.at {
            diagnostic = diagnostic.note(EvalNote::AtJurisdiction { entity: self.entity_name(entity), name });
        }
        Some(diagnostic)
    }

    /// The findings of a test that failed: one for the test, with each expectation that did not come out.
    #[must_use]
    pub fn test_diagnostics(&self, outcome: &TestOutcome) -> Vec<Diagnostic<Place>> {
        let Some(test) = self.program.tests.get(outcome.test) else { return Vec::new() };
        let world = &outcome.world;
        let title = test.meta.title.clone().unwrap_or_else(|| test.meta.symbol.name.clone());
        outcome
            .failures
            .iter()
            .map(|failure| {
                let place = test.meta.place(failure.span);
                let mut diagnostic = Diagnostic::new(EvalMessage::TestFailed { title: title.clone() }, place)
                    .primary_note(self.failure_note(failure, world));
                for missing in &failure.lacking {
                    diagnostic = diagnostic.note(EvalNote::Lacking { what: self.describe(missing, world) });
                }
                diagnostic
            })
            .collect()
    }

    fn failure_note(&self, failure: &Failure, world: &World) -> EvalNote {
        let show = |it: &Result<Value, EvalError>| match it {
            Ok(value) => self.show_both(value, &failure.ty, world),
            Err(error) => match self.error_diagnostic(error, world) {
                Some(diagnostic) => Bilingual::new(
                    diagnostic.message.render(polis_diagnostic::Locale::Zh),
                    diagnostic.message.render(polis_diagnostic::Locale::En),
                ),
                None => Bilingual::new("没有结果", "no result"),
            },
        };
        if let Some(expected) = &failure.expected {
            EvalNote::ExpectedButWas { expected: show(expected), found: show(&failure.found) }
        } else {
            let found = show(&failure.found);
            EvalNote::CameOut { found: Bilingual::word(&found.zh, &found.en) }
        }
    }

    /// What every provision carries, by its name.
    #[must_use]
    pub fn meta(&self, symbol: &Symbol) -> Option<&Meta> {
        let program = &self.program;
        let rules = program.rules.iter().map(|it| &*it.meta);
        let params = program.params.iter().map(|it| &*it.meta);
        let constraints = program.constraints.iter().map(|it| &*it.meta);
        let entities = program.entities.iter().map(|it| &*it.meta);
        let tests = program.tests.iter().map(|it| &*it.meta);
        let norms = program.norms.iter().map(|it| &*it.meta);
        let assignments = program.assignments.iter().map(|it| &*it.meta);
        let groups = program.groups.iter().map(|it| &*it.meta);
        let values = rules.chain(params).chain(constraints).chain(entities);
        let mut all = values.chain(tests).chain(norms).chain(assignments).chain(groups);
        all.find(|it| it.symbol == *symbol)
    }

    /// The text of a provision's expression, spaced as a drafter would.
    #[must_use]
    pub fn quote(&self, meta: &Meta, span: polis_syntax::Span) -> SmolStr {
        tidy(span.text(&meta.content.text))
    }
}

/// The content of a provision parts all tokens by blanks; this takes away those that nobody writes.
fn tidy(text: &str) -> SmolStr {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\n']) {
        let opens = |it: char| matches!(it, '(' | '（' | '[' | '［' | '.' | '．');
        let closes = |it: char| matches!(it, ')' | '）' | ']' | '］' | ',' | '，' | '、' | '.' | '．' | '：' | ':');
        let calls = matches!(word.chars().next(), Some('(' | '（'))
            && out.chars().next_back().is_some_and(|it| it.is_alphanumeric() || it == '_');
        let glued = out.is_empty()
            || out.ends_with(opens)
            || word.starts_with(closes)
            || calls && !out.ends_with(|it: char| it.is_ascii_digit());
        if !glued {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.into()
}
