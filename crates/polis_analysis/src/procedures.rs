//! Procedures: steps that nothing leads to, steps from which there is no end, and steps that nobody takes.

use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, CoherenceMessage, CoherenceNote};
use polis_semantic::ir::{Deadline, ExprKind, Procedure, Step};
use polis_semantic::{Dim, NumberType};
use polis_syntax::words::UnitWord;
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
    let leads = |from: &Step, to: &Step| from.next.iter().any(|(name, _)| *name == to.name);
    let follows = |step: &Step| steps.iter().any(|it| leads(it, step));
    // A procedure begins with its first step, and with any other that leads on and follows none: there may be two ways
    // in. Ways that never meet are not two ways into one procedure, but one that is cut.
    let joined = closure(steps, steps.iter().take(1).collect(), |a, b| leads(a, b) || leads(b, a));
    let begins = |(index, it): &(usize, &Step)| {
        *index == 0 || !follows(it) && !it.next.is_empty() && joined.iter().any(|other| other.name == it.name)
    };
    let firsts = steps.iter().enumerate().filter(begins).map(|it| it.1).collect();
    let mut seen = closure(steps, firsts, leads);
    // Of steps that lead on to each other the first alone is told: with it, the others are reached.
    for to_blame in [true, false] {
        for step in steps {
            if seen.iter().any(|it| it.name == step.name) || to_blame && follows(step) {
                continue;
            }
            seen = closure(steps, seen.into_iter().chain([step]).collect(), leads);
            unreached(procedure, step, found);
        }
    }
}

/// These steps, and all that `leads` joins to them, over any number of others.
fn closure<'s>(steps: &'s [Step], mut all: Vec<&'s Step>, leads: impl Fn(&Step, &Step) -> bool) -> Vec<&'s Step> {
    let mut next = 0;
    while let Some(step) = all.get(next).copied() {
        next += 1;
        for other in steps.iter().filter(|it| leads(step, it)) {
            if !all.iter().any(|it| it.name == other.name) {
                all.push(other);
            }
        }
    }
    all
}

fn unreached(procedure: &Procedure, step: &Step, found: &mut Analysis) {
    let message = AnalysisMessage::StepNeverReached { step: step.name.clone() };
    let place = procedure.meta.place(head_of(&procedure.meta, step.span));
    found.found(at(message, place).help(AnalysisNote::LeadToStep));
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
    // Where one alone is named, and first, the text may mean it for all that follow; where the text is open, more may be
    // said elsewhere.
    let first_alone = taken == 1 && procedure.steps.first().is_some_and(|it| !it.actors.is_empty());
    if taken == 0 || first_alone || procedure.open_ended {
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
    let mut lengths: Vec<Option<(Number, &NumberType)>> = Vec::new();
    for step in &procedure.steps {
        lengths.push(match &step.deadline {
            None => None,
            Some(it) => match length(it) {
                Some(length) => Some(length),
                // What is not known cannot be added up.
                None => return,
            },
        });
    }
    // Days and months are added up as days: months of steps have as few as they can, those of the whole as many.
    let mixed = lengths.iter().flatten().any(|it| it.1.dim != ty.dim);
    let in_days = |it: (Number, &NumberType), end| {
        if mixed && it.1.dim == Dim::of(UnitWord::Month) { days(it.0, end) } else { Some(it.0) }
    };
    let Some(most) = in_days((whole, ty), End::Most) else { return };
    let least: Vec<Option<Number>> = lengths.iter().map(|it| it.and_then(|it| in_days(it, End::Least))).collect();
    let Some((sum, way)) = longest(procedure, &least).filter(|it| it.0 > most) else { return };
    let day = NumberType::new(Dim::of(UnitWord::Day), true);
    let at_least = lengths.iter().flatten().any(|it| mixed && it.1.dim == Dim::of(UnitWord::Month));
    let mut sum = if mixed { day.show_both(sum) } else { ty.show_both(sum) };
    if at_least {
        sum = Bilingual::new(format!("至少 {}", sum.zh), format!("at least {}", sum.en));
    }
    let deadline = procedure.deadline.as_ref().map_or(procedure.meta.head, |it| it.length.span);
    let named = way.iter().filter(|it| lengths.get(**it).is_some_and(Option::is_some));
    let message = CoherenceMessage::DeadlinesExceedWhole {
        name: procedure.meta.symbol.name.clone(),
        steps: named.filter_map(|it| procedure.steps.get(*it)).map(|it| it.name.clone()).collect(),
        sum,
        whole: ty.show_both(whole),
    };
    found.found(at(message, procedure.meta.place(deadline)).help(CoherenceNote::FitWhole));
}

/// Which end of what months come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
}

/// How few or many days some months in a row can have.
fn days(months: Number, end: End) -> Option<Number> {
    const LEAST: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
    const MOST: [i64; 12] = [0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337];
    let whole = if end == End::Least { months.floor() } else { months.ceil() };
    let Ok(Number::Int(months)) = whole else { return None };
    let (years, rest) = (months.div_euclid(12), usize::try_from(months.rem_euclid(12)).ok()?);
    let (year, rest) = if end == End::Least { (365, LEAST.get(rest)?) } else { (366, MOST.get(rest)?) };
    Some(Number::from(years.checked_mul(year)?.checked_add(*rest)?))
}

/// How long something may take.
fn length(deadline: &Deadline) -> Option<(Number, &NumberType)> {
    let ExprKind::Const(value) = &deadline.length.kind else { return None };
    let ty = deadline.length.ty.as_number()?;
    let time = [UnitWord::Day, UnitWord::Month];
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
