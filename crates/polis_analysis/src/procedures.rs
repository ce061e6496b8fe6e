//! Procedures: steps that nothing leads to, steps from which there is no end, and steps that nobody takes.

use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_semantic::ir::{Procedure, Step};

use crate::Analysis;
use crate::report::at;

/// Decides whether a procedure reaches each of its steps, and ends from each.
pub(crate) fn check(procedure: &Procedure, found: &mut Analysis) {
    // Steps without a word of what follows are a list in the order of the text, and where the text leaves steps open,
    // those may lead anywhere.
    if procedure.open_ended || procedure.steps.iter().all(|it| it.next.is_empty()) {
        return;
    }
    reach(procedure, found);
    end(procedure, found);
}

fn reach(procedure: &Procedure, found: &mut Analysis) {
    let steps = &procedure.steps;
    let follows = |step: &Step| steps.iter().any(|it| it.next.iter().any(|(name, _)| *name == step.name));
    // A procedure begins with its first step, and with any other that leads on and follows none: there may be two ways in.
    let mut seen: Vec<&Step> = steps
        .iter()
        .enumerate()
        .filter(|(index, it)| *index == 0 || !follows(it) && !it.next.is_empty())
        .map(|it| it.1)
        .collect();
    let mut next = 0;
    while let Some(step) = seen.get(next).copied() {
        next += 1;
        for (name, _) in &step.next {
            if let Some(step) = steps.iter().find(|it| it.name == *name)
                && !seen.iter().any(|it| it.name == step.name)
            {
                seen.push(step);
            }
        }
    }
    for step in steps.iter().filter(|it| !seen.iter().any(|seen| seen.name == it.name)) {
        let message = AnalysisMessage::StepNeverReached { step: step.name.clone() };
        let place = procedure.meta.place(head(procedure, step));
        found.found(at(message, place).help(AnalysisNote::LeadToStep));
    }
}

/// Every step leads, over any number of others, to one that has none after it.
fn end(procedure: &Procedure, found: &mut Analysis) {
    let steps = &procedure.steps;
    let mut ends: Vec<&Step> = steps.iter().filter(|it| it.next.is_empty()).collect();
    loop {
        let more: Vec<&Step> = steps
            .iter()
            .filter(|it| !ends.iter().any(|end| end.name == it.name))
            .filter(|it| it.next.iter().any(|(name, _)| ends.iter().any(|end| end.name == *name)))
            .collect();
        if more.is_empty() {
            break;
        }
        ends.extend(more);
    }
    let endless: Vec<&Step> = steps.iter().filter(|it| !ends.iter().any(|end| end.name == it.name)).collect();
    if let Some(first) = endless.first() {
        let names = endless.iter().map(|it| it.name.clone()).collect();
        let message = AnalysisMessage::NoEnd { name: procedure.meta.symbol.name.clone(), steps: names };
        let place = procedure.meta.place(head(procedure, first));
        found.found(at(message, place).help(AnalysisNote::GiveWayOut));
    }
}

/// The head of a step's block: its first line, so that a finding does not underline the whole.
fn head(procedure: &Procedure, step: &Step) -> polis_syntax::Span {
    let text = step.span.text(&procedure.meta.content.text);
    let length = text.find(['{', '｛']).map_or(text.len(), |it| text.get(..it).map_or(it, |it| it.trim_end().len()));
    polis_syntax::Span::new(step.span.start, step.span.start + u32::try_from(length).unwrap_or(0))
}
