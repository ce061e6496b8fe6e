//! Evaluations without a result, by kind, however many there are.

use polis_diagnostic::Diagnostic;
use polis_eval::{EntityId, EvalError};
use polis_semantic::items::Place;
use rustc_hash::FxHashSet;

/// An evaluation without a result, and how many more there are of its kind.
#[derive(Debug, Clone)]
pub struct Failures {
    /// The first.
    pub error: EvalError,
    /// Its finding.
    pub diagnostic: Option<Diagnostic<Place>>,
    /// How many others.
    pub more: u64,
}

/// Evaluations without a result, by kind.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) all: Vec<Failures>,
    /// Errors at other rows than those of the large table occur for every row that rests on them, and count once.
    elsewhere: FxHashSet<(usize, EntityId, u32)>,
}

impl Tally {
    /// Adds errors of one row; `own` is the large entity.
    pub(super) fn add(&mut self, failures: Failures, own: Option<EntityId>) {
        let same = |it: &Failures| {
            let (a, b) = (&it.error, &failures.error);
            a.symbol == b.symbol && a.span == b.span && a.kind == b.kind
        };
        let found = self.all.iter().position(same);
        let kind = found.unwrap_or(self.all.len());
        if failures.error.at.is_none() && found.is_some() {
            return;
        }
        if let Some((entity, row)) = failures.error.at
            && own != Some(entity)
            && !self.elsewhere.insert((kind, entity, row))
        {
            return;
        }
        match found.and_then(|it| self.all.get_mut(it)) {
            Some(found) => found.more += 1 + failures.more,
            None => self.all.push(failures),
        }
    }
}
