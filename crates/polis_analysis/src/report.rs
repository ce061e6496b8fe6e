//! What findings of several families have in common.

use polis_diagnostic::{Diagnostic, KindNote, Message};
use polis_semantic::Symbol;
use polis_semantic::items::Place;

use crate::space::Witness;
use crate::{Analysis, Outside, Undecided, Work};

impl Analysis {
    /// Adds a finding.
    pub(crate) fn found(&mut self, diagnostic: Diagnostic<Place>) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a question that could not be decided.
    pub(crate) fn undecided(&mut self, symbol: &Symbol, why: Outside) {
        let entry = Undecided { symbol: symbol.clone(), why };
        if !self.undecided.contains(&entry) {
            self.undecided.push(entry);
        }
    }
}

impl Work {
    /// Adds a finding with the jurisdiction that shows it.
    pub(crate) fn found(&mut self, diagnostic: Diagnostic<Place>, witness: Option<&Witness>) {
        self.result.found(match witness {
            Some(witness) => diagnostic.note(KindNote::Example { example: witness.describe(&self.machine) }),
            None => diagnostic,
        });
    }
}

/// A finding at a place.
pub(crate) fn at(message: impl Into<Message>, place: Place) -> Diagnostic<Place> {
    Diagnostic::new(message, place)
}
