//! Figures: quotas that fall where facts rise.

use std::sync::Arc;

use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, KindNote};
use polis_eval::{RuleId, Run};
use polis_semantic::ir::{Rule, Structure};
use polis_semantic::{NumberType, Type};
use polis_syntax::words::{Face, Kind};
use polis_value::{Number, NumberRange};

use crate::direction::{Direction, direction};
use crate::report::at;
use crate::space::{Axis, Space};
use crate::{Outside, Work};

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
        for (index, axis) in space.numbers() {
            // What falls throughout is meant to.
            match moves(axis) {
                Direction::Up | Direction::Still => {}
                Direction::Down => continue,
                Direction::Either => return Err(Outside::Computed),
            }
            let mut falls = None;
            let asked = space.edges(&self.machine, index, |before, after| {
                let of = |it: &crate::corners::Point<'_>| it.ask(|run, (_, row)| range(run, id, row));
                let (Some(low), Some(high)) = (of(before), of(after)) else { return false };
                let less = |a: Option<Number>, b: Option<Number>| matches!((a, b), (Some(a), Some(b)) if b < a);
                if less(low.hi(), high.hi()) || less(low.lo(), high.lo()) {
                    falls = Some((before.witness.clone(), low, after.witness.clone(), high));
                }
                falls.is_some()
            })?;
            self.result.decided.points += asked;
            let Some((before, low, after, high)) = falls else { continue };
            let message = AnalysisMessage::QuotaFalls {
                name: rule.meta.symbol.name.clone(),
                fact: axis.field.clone(),
                before: show(ty, low),
                after: show(ty, high),
            };
            let both = [before, after].map(|it| it.describe(&self.machine));
            let example = Bilingual::new(
                format!("{}：{}；{}：{}", both[0].zh, show(ty, low).zh, both[1].zh, show(ty, high).zh),
                format!("{}: {}; {}: {}", both[0].en, show(ty, low).en, both[1].en, show(ty, high).en),
            );
            let diagnostic = at(message, rule.meta.place(rule.meta.head))
                .note(KindNote::Example { example })
                .help(AnalysisNote::MeetAtEdge);
            self.result.found(diagnostic);
        }
        Ok(())
    }
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
