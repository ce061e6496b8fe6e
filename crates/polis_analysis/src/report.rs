//! What findings of several families have in common.

use polis_diagnostic::{Diagnostic, KindNote, Message};
use polis_eval::{Missing, Run};
use polis_semantic::Symbol;
use polis_semantic::ir::Meta;
use polis_semantic::items::Place;
use polis_syntax::Span;
use polis_value::Unknown;

use crate::space::Witness;
use crate::{Analysis, Outside, Undecided, Work};

impl Analysis {
    /// Adds a finding.
    pub(crate) fn found(&mut self, diagnostic: Diagnostic<Place>) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a question that could not be decided. Those of one provision come one after the other.
    pub(crate) fn undecided(&mut self, symbol: &Symbol, why: Outside) {
        let entry = Undecided { symbol: symbol.clone(), why };
        if self.undecided.last() != Some(&entry) {
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

/// Why an answer is not known: a figure that the text leaves open, or else something that is not among what is asked.
pub(crate) fn lacking(run: &Run<'_>, unknown: &Unknown) -> Outside {
    let open = run.missing(unknown).into_iter().find_map(|it| match it {
        Missing::Open(symbol, ..) => Some(symbol.name),
        Missing::Param(id) => run.machine().param_def(id).map(|it| it.meta.symbol.name.clone()),
        _ => None,
    });
    open.map_or(Outside::Computed, Outside::Open)
}

/// The first line of a block, so that a finding does not underline the whole.
pub(crate) fn head_of(meta: &Meta, block: Span) -> Span {
    let text = block.text(&meta.content.text);
    let length = text.find(['{', '｛']).map_or(text.len(), |it| text.get(..it).map_or(it, |it| it.trim_end().len()));
    Span::new(block.start, block.start + u32::try_from(length).unwrap_or(0))
}
