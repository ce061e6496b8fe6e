//! Procedures: steps that nothing leads to, steps from which there is no end, and steps that nobody takes.

use polis_diagnostic::{AnalysisMessage, AnalysisNote, CoherenceMessage, CoherenceNote};
use polis_semantic::ir::{Deadline, ExprKind, Procedure, Step};
use polis_semantic::{Dim, NumberType};
use polis_value::Number;
use rustc_hash::FxHashMap;

use crate::Analysis;
use crate::report::{at, head_of};

/// Decides whether a procedure reaches each of its steps, ends from each, and in time.
pub(crate) fn check(procedure: &Procedure, found: &mut Analysis) {
    actors(procedure, found);
    time(procedure, found);
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
        let place = procedure.meta.place(head_of(&procedure.meta, step.span));
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
        let place = procedure.meta.place(head_of(&procedure.meta, first.span));
        found.found(at(message, place).help(AnalysisNote::GiveWayOut));
    }
}

/// Steps that nobody takes, where others are somebody's.
fn actors(procedure: &Procedure, found: &mut Analysis) {
    let taken = procedure.steps.iter().filter(|it| !it.actors.is_empty()).count();
    // Where one alone is named, the text may mean it for all; where the text is open, more may be said elsewhere.
    if taken < 2 || procedure.open_ended {
        return;
    }
    for step in procedure.steps.iter().filter(|it| it.actors.is_empty()) {
        let message = CoherenceMessage::StepWithoutActor { step: step.name.clone() };
        let place = procedure.meta.place(head_of(&procedure.meta, step.span));
        found.found(at(message, place).help(CoherenceNote::NameActor));
    }
}

/// The deadlines on the longest way through a procedure, against that of the whole.
fn time(procedure: &Procedure, found: &mut Analysis) {
    let Some((whole, ty)) = procedure.deadline.as_ref().and_then(length) else { return };
    let mut lengths: Vec<Option<Number>> = Vec::new();
    for step in &procedure.steps {
        lengths.push(match &step.deadline {
            None => None,
            // Days and months, or a deadline that is not known, cannot be added up.
            Some(it) => match length(it) {
                Some((length, own)) if own.dim == ty.dim => Some(length),
                _ => return,
            },
        });
    }
    let Some((sum, way)) = longest(procedure, &lengths).filter(|it| it.0 > whole) else { return };
    let deadline = procedure.deadline.as_ref().map_or(procedure.meta.head, |it| it.length.span);
    let named = way.iter().filter(|it| lengths.get(**it).is_some_and(Option::is_some));
    let message = CoherenceMessage::DeadlinesExceedWhole {
        name: procedure.meta.symbol.name.clone(),
        steps: named.filter_map(|it| procedure.steps.get(*it)).map(|it| it.name.clone()).collect(),
        sum: ty.show_both(sum),
        whole: ty.show_both(whole),
    };
    found.found(at(message, procedure.meta.place(deadline)).help(CoherenceNote::FitWhole));
}

/// How long something may take.
fn length(deadline: &Deadline) -> Option<(Number, &NumberType)> {
    let ExprKind::Const(value) = &deadline.length.kind else { return None };
    let ty = deadline.length.ty.as_number()?;
    let time = [polis_syntax::words::UnitWord::Day, polis_syntax::words::UnitWord::Month];
    time.iter().any(|it| ty.dim == Dim::of(*it)).then_some((value.as_number()?, ty))
}

/// The way from the first step that takes longest, by position; steps without a word of what follows are one after the
/// other. `None` where steps go in circles.
fn longest(procedure: &Procedure, lengths: &[Option<Number>]) -> Option<(Number, Vec<usize>)> {
    let steps = &procedure.steps;
    let position: FxHashMap<&str, usize> = steps.iter().enumerate().map(|it| (it.1.name.as_str(), it.0)).collect();
    let in_order = steps.iter().all(|it| it.next.is_empty());
    let next = |at: usize| -> Vec<usize> {
        match steps.get(at) {
            Some(_) if in_order => Some(at + 1).filter(|it| *it < steps.len()).into_iter().collect(),
            Some(step) => step.next.iter().filter_map(|it| position.get(it.0.as_str()).copied()).collect(),
            None => Vec::new(),
        }
    };
    // Each step is settled after all that follow it: a step that is met while it is open closes a circle.
    let mut settled: Vec<Option<(Number, Option<usize>)>> = vec![None; steps.len()];
    let mut open = vec![false; steps.len()];
    let mut stack = vec![0];
    while let Some(at) = stack.last().copied() {
        let following = next(at);
        let waiting: Vec<usize> =
            following.iter().copied().filter(|it| settled.get(*it).is_some_and(Option::is_none)).collect();
        if waiting.is_empty() {
            let best = following.iter().filter_map(|it| Some((settled.get(*it)?.as_ref()?.0, *it))).max();
            let own = lengths.get(at).copied().flatten().unwrap_or(Number::ZERO);
            let sum = best.map_or(Some(own), |it| own.add(it.0).ok())?;
            *settled.get_mut(at)? = Some((sum, best.map(|it| it.1)));
            stack.pop();
            continue;
        }
        *open.get_mut(at)? = true;
        if waiting.iter().any(|it| open.get(*it) == Some(&true)) {
            return None;
        }
        stack.extend(waiting.first());
    }
    let mut way = vec![0];
    while let Some(Some((_, Some(next)))) = way.last().and_then(|it| settled.get(*it)) {
        way.push(*next);
    }
    Some((settled.first()?.as_ref()?.0, way))
}
