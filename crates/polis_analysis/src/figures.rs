//! Figures: quotas that fall where facts rise, or jump.

use std::sync::Arc;

use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, KindNote};
use polis_eval::{RuleId, Run};
use polis_semantic::ir::{Rule, Structure};
use polis_semantic::{NumberType, Type};
use polis_syntax::words::{Face, Kind};
use polis_value::{Number, NumberRange};

use crate::corners::Point;
use crate::direction::{Direction, direction};
use crate::report::at;
use crate::space::{Axis, Space, Witness};
use crate::{Outside, Work};

/// Two jurisdictions beside each other with their figures, the smaller first.
type Edge = (Witness, NumberRange, Witness, NumberRange);

impl Work {
    /// Decides whether a quota falls anywhere while a fact rises with which it otherwise grows.
    pub(crate) fn quota(&mut self, structure: &Structure) {
        if !matches!(structure.meta.kind, Kind::Quota | Kind::Posts) || !structure.provides {
            return;
        }
        let program = Arc::clone(self.machine.program());
        let Some(rule) = program.rules.iter().find(|it| it.meta.symbol == structure.meta.symbol) else { return };
        match self.falls(rule) {
            Ok(()) => self.result.decided.quotas += 1,
            Err(why) => self.undecided(&structure.meta.symbol, why),
        }
    }

    fn falls(&mut self, rule: &Rule) -> Result<(), Outside> {
        let program = Arc::clone(self.machine.program());
        let (Some(id), Type::Number(ty)) = (self.machine.rule(&rule.meta.symbol), &rule.ty) else { return Ok(()) };
        let values = std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value));
        let values: Vec<_> = values.collect();
        let guards: Vec<_> = rule.exceptions.iter().map(|it| &it.guard).collect();
        let space = Space::of_values(&program, &rule.entity, &guards, &values)?;
        let moves = |axis: &Axis| {
            let fact = (&axis.entity, &axis.field);
            values.iter().map(|it| direction(&program, it, fact)).fold(Direction::Still, Direction::with)
        };
        space.axes.iter().filter(|it| moves(it) != Direction::Still).try_for_each(Axis::stands_for_all)?;
        // Of nothing everything is many times as much.
        let some = space.clone().without_nought();
        // What falls, falls whatever an open figure adds to it.
        let filled = space.clone().with_open_figures(&self.machine);
        for (index, axis) in space.numbers() {
            // What falls throughout is meant to.
            match moves(axis) {
                Direction::Up | Direction::Still => {}
                Direction::Down => continue,
                Direction::Either => return Err(Outside::Computed),
            }
            let falls = self.edge(&filled, index, id, |low, high| {
                let less = |a: Option<Number>, b: Option<Number>| matches!((a, b), (Some(a), Some(b)) if b < a);
                less(low.hi(), high.hi()) || less(low.lo(), high.lo())
            })?;
            let is_fall = falls.is_some();
            let jumps = if is_fall { None } else { self.edge(&some, index, id, is_jump)? };
            let Some((before, low, after, high)) = falls.or(jumps) else { continue };
            let (name, fact) = (rule.meta.symbol.name.clone(), axis.field.clone());
            let (was, is) = (show(ty, low), show(ty, high));
            let (message, help) = if is_fall {
                (AnalysisMessage::QuotaFalls { name, fact, before: was, after: is }, AnalysisNote::MeetAtEdge)
            } else {
                (AnalysisMessage::QuotaJumps { name, fact, before: was, after: is }, AnalysisNote::StepMoreGently)
            };
            let both = [before, after].map(|it| it.describe(&self.machine));
            let example = Bilingual::new(
                format!("{}：{}；{}：{}", both[0].zh, show(ty, low).zh, both[1].zh, show(ty, high).zh),
                format!("{}: {}; {}: {}", both[0].en, show(ty, low).en, both[1].en, show(ty, high).en),
            );
            let diagnostic =
                at(message, rule.meta.place(rule.meta.head)).note(KindNote::Example { example }).help(help);
            self.result.found(diagnostic);
        }
        Ok(())
    }
}

impl Work {
    /// The first two jurisdictions on both sides of an edge between stretches of a fact whose figures are as `wanted`.
    fn edge(
        &mut self,
        space: &Space,
        axis: usize,
        rule: RuleId,
        wanted: impl Fn(NumberRange, NumberRange) -> bool,
    ) -> Result<Option<Edge>, Outside> {
        let mut found = None;
        let asked = space.edges(&self.machine, axis, |before, after| {
            let of = |it: &Point<'_>| it.ask(|run, (_, row)| range(run, rule, row));
            let (Some(low), Some(high)) = (of(before), of(after)) else { return false };
            if wanted(low, high) {
                found = Some((before.witness.clone(), low, after.witness.clone(), high));
            }
            found.is_some()
        })?;
        self.result.decided.points += asked;
        Ok(found)
    }
}

/// Whether a quota more than doubles: what the next larger jurisdiction has at least is more than twice what this one may
/// have at most.
fn is_jump(low: NumberRange, high: NumberRange) -> bool {
    let (Some(before), Some(after)) = (low.hi().or(low.lo()), high.lo()) else { return false };
    before > Number::ZERO && before.add(before).is_ok_and(|twice| after > twice)
}

fn range(run: &Run<'_>, rule: RuleId, row: u32) -> Option<NumberRange> {
    run.rule(rule, row).ok()?.as_number_range()
}

fn show(ty: &NumberType, range: NumberRange) -> Bilingual {
    if let Some(number) = range.as_point() {
        return ty.show_both(number);
    }
    let in_face = |face| ty.show_range(range.lo(), range.hi(), face);
    Bilingual::new(in_face(Face::Zh), in_face(Face::En))
}
