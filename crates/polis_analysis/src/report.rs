//! What findings of several families have in common.

use polis_diagnostic::{Diagnostic, KindNote, Message};
use polis_semantic::items::Place;

use crate::Work;
use crate::space::Witness;

impl Work {
    /// Adds a finding with the jurisdiction that shows it.
    pub(crate) fn found(&mut self, diagnostic: Diagnostic<Place>, witness: Option<&Witness>) {
        let diagnostic = match witness {
            Some(witness) => diagnostic.note(KindNote::Example { example: witness.describe(&self.machine) }),
            None => diagnostic,
        };
        self.result.diagnostics.push(diagnostic);
    }

    /// A finding at a place.
    pub(crate) fn at(message: impl Into<Message>, place: Place) -> Diagnostic<Place> {
        Diagnostic::new(message, place)
    }
}
