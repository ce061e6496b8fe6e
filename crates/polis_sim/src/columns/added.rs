//! What is added up of a column of results, row by row: figures, outcomes, and what unknown results lack.

use polis_eval::Outcome;

use super::compile::{Compiler, Verdicts};
use super::engine::Engine;
use super::graph::{Bit, Built, Graph, Num, Stop};
use super::reason::Reason;
use super::value::{Kind, ReasonId, Val, Why};
use crate::simulate::{Adding, Column, Source};

/// A column of results.
pub(super) enum Wanted {
    /// A value, where it is not one of a provision that does not apply, and whether it is added up.
    Value { val: Val, applies: Bit, adds_up: bool },
    /// The gravest verdict of several, each with its outcomes.
    Verdict(Vec<(Verdicts, Outcomes)>),
}

/// The rows of each outcome.
type Outcomes = Vec<(Outcome, Bit)>;

/// What is added up: the figures and rows of a column.
pub(super) enum Adds {
    Nothing,
    Sum { low: Num, high: Num, rows: Bit, scale: u32 },
    Outcomes(Outcomes),
}

/// What results lack, by row.
pub(super) struct Missed {
    /// What; of rows below as of the row itself.
    pub(super) reason: Reason,
    /// For each column, the rows whose result lacks it.
    pub(super) results: Vec<Bit>,
    /// The rows in which any result does, but for what rows below lack.
    pub(super) rows: Bit,
    /// The rows in which a result lacks it of rows below.
    pub(super) below: Bit,
}

impl Wanted {
    pub(super) fn of(compiler: &mut Compiler<'_, '_>, column: &Column, of_run: bool) -> Built<Self> {
        let adds_up = !of_run || !matches!(Adding::new(column), Adding::Nothing);
        Ok(match &column.source {
            Source::Rule(rule) => {
                let val = compiler.rule(*rule)?;
                // A day may lie outside the calendar, which the interpreter tells.
                let has_cells = match &val.kind {
                    Kind::Number(..) | Kind::Truth(_) | Kind::Enum(..) | Kind::Text(_) | Kind::Row(..) => true,
                    Kind::Nothing => val.known == Bit::FALSE,
                    Kind::Date(..) | Kind::List(_) => false,
                };
                if of_run && !has_cells {
                    return Err(Stop);
                }
                Self::Value { val, applies: Bit::TRUE, adds_up }
            }
            Source::Actual(constraint) => {
                let verdict = compiler.constraint(*constraint)?;
                let applies = compiler.graph.not(verdict.not_applicable);
                let (val, _) = verdict.figures.ok_or(Stop)?;
                let has_cells = match &val.kind {
                    Kind::Number(..) => true,
                    _ => val.known == Bit::FALSE && val.kind == Kind::Nothing,
                };
                if of_run && !has_cells {
                    return Err(Stop);
                }
                Self::Value { val, applies, adds_up }
            }
            Source::Verdict(all) => {
                let mut verdicts = Vec::new();
                for constraint in all {
                    let verdict = compiler.constraint(*constraint)?;
                    let outcomes = outcomes(&mut compiler.graph, &verdict)?;
                    verdicts.push((verdict, outcomes));
                }
                if verdicts.is_empty() {
                    return Err(Stop);
                }
                Self::Verdict(verdicts)
            }
        })
    }

    /// What is added up of so many rows at most.
    pub(super) fn adds(&self, graph: &mut Graph, calm: Bit, rows: i64) -> Built<Adds> {
        match self {
            Self::Value { adds_up: false, .. } => Ok(Adds::Nothing),
            Self::Value { val, applies, .. } => {
                let (low, high) = match val.kind {
                    Kind::Number(Some(low), Some(high)) => (low, high),
                    Kind::Nothing if val.known == Bit::FALSE => (graph.whole(0), graph.whole(0)),
                    _ => return Err(Stop),
                };
                // A sum that could leave 64 bits on the way is for the interpreter, which may report it.
                let scale = summable(graph, low, rows)?;
                if scale != summable(graph, high, rows)? {
                    return Err(Stop);
                }
                let rows = graph.and(val.known, *applies);
                Ok(Adds::Sum { low, high, rows: graph.and(rows, calm), scale })
            }
            Self::Verdict(all) => {
                let mut outcomes = Vec::new();
                for (outcome, rows) in worst(graph, all) {
                    let rows = graph.and(rows, calm);
                    if rows != Bit::FALSE {
                        outcomes.push((outcome, rows));
                    }
                }
                Ok(Adds::Outcomes(outcomes))
            }
        }
    }

    /// Counts what its results lack.
    pub(super) fn lacks(&self, graph: &mut Graph, calm: Bit, engine: &Engine<'_>, missed: &mut Vec<Missed>) {
        let mut why = Why::new();
        match self {
            Self::Value { val, applies, .. } => why = graph.within(&val.why, *applies),
            Self::Verdict(all) => {
                let unknown =
                    |it: &Outcomes| it.iter().find(|it| it.0 == Outcome::Unknown).map_or(Bit::FALSE, |it| it.1);
                // Of several as grave the first is shown.
                let mut rows =
                    worst(graph, all).into_iter().find(|it| it.0 == Outcome::Unknown).map_or(Bit::FALSE, |it| it.1);
                for (verdict, outcomes) in all {
                    let own = graph.and(rows, unknown(outcomes));
                    let more = graph.within(&verdict.condition.why, own);
                    why = graph.join(&why, &more);
                    let others = graph.not(own);
                    rows = graph.and(rows, others);
                }
            }
        }
        let mut of_column: Vec<(usize, Bit)> = Vec::new();
        for (id, rows) in graph.within(&why, calm) {
            // A choice is nothing that is missing.
            if id == ReasonId::DISCRETION {
                continue;
            }
            let (reason, is_below) = engine.reason_of(id).here();
            let place = missed.iter().position(|it| it.reason == reason).unwrap_or_else(|| {
                missed.push(Missed { reason, results: Vec::new(), rows: Bit::FALSE, below: Bit::FALSE });
                missed.len() - 1
            });
            let Some(found) = missed.get_mut(place) else { continue };
            if is_below {
                found.below = graph.or(found.below, rows);
            } else {
                found.rows = graph.or(found.rows, rows);
            }
            match of_column.iter_mut().find(|it| it.0 == place) {
                // That it lacks the same of rows below is no other result.
                Some(known) => known.1 = graph.or(known.1, rows),
                None => of_column.push((place, rows)),
            }
        }
        for (place, rows) in of_column {
            if let Some(found) = missed.get_mut(place) {
                found.results.push(rows);
            }
        }
    }
}

/// The rows of each outcome of a constraint.
fn outcomes(graph: &mut Graph, verdict: &Verdicts) -> Built<Outcomes> {
    let (yes, no, unknown) = graph.truths(&verdict.condition)?;
    let applies = graph.not(verdict.not_applicable);
    let bad = if verdict.binding { Outcome::Breached } else { Outcome::Deviates };
    let mut all = vec![(Outcome::NotApplicable, verdict.not_applicable)];
    for (outcome, rows) in [(Outcome::Kept, yes), (bad, no), (Outcome::Unknown, unknown)] {
        all.push((outcome, graph.and(rows, applies)));
    }
    Ok(all)
}

/// The rows of each outcome that is the gravest.
fn worst(graph: &mut Graph, all: &[(Verdicts, Outcomes)]) -> Outcomes {
    if let [(_, only)] = all {
        return only.clone();
    }
    let (mut found, mut worse) = (Outcomes::new(), Bit::FALSE);
    for outcome in [Outcome::Breached, Outcome::Unknown, Outcome::Deviates, Outcome::Kept, Outcome::NotApplicable] {
        let of_any = all.iter().flat_map(|it| &it.1).filter(|it| it.0 == outcome);
        let any = of_any.fold(Bit::FALSE, |any, it| graph.or(any, it.1));
        let not_worse = graph.not(worse);
        found.push((outcome, graph.and(any, not_worse)));
        worse = graph.or(worse, any);
    }
    found
}

/// The place of the point of figures whose sum over so many rows stays within 64 bits, in whatever order.
fn summable(graph: &Graph, num: Num, rows: i64) -> Built<u32> {
    let node = graph.node(num);
    let most = i128::from(node.lo).abs().max(i128::from(node.hi).abs());
    if node.wide || most.saturating_mul(i128::from(rows)) > i128::from(i64::MAX) { Err(Stop) } else { Ok(node.scale) }
}
