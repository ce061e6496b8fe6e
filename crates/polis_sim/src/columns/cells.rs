//! Results of rows as the cells of a table: what the interpreter would give, in its form.

use polis_eval::{EntityId, Outcome, Verdict};
use polis_semantic::ir::{Holds, Subject};
use polis_value::{MissingId, MissingSet, NumberRange, Range, Unknown, Value};

use super::code::B;
use super::compile::{Compiler, Verdicts};
use super::engine::Engine;
use super::graph::{Bit, Built, Num};
use super::kernels::{LANES, Registers, Results};
use super::plan::{Placed, PlacedKind, Plan, parts};
use super::shape::Shape;
use super::table::Table;
use super::value::{ReasonId, Val};
use super::{Texts, date};
use crate::simulate::{Cell, Column, Source, gap};

/// Computes the columns of a table of results.
#[derive(Debug)]
pub(crate) struct CellPlan {
    plan: Plan,
    columns: Vec<PlacedColumn>,
    /// Rows that the interpreter has to compute.
    odd: B,
}

/// Where a batch has left a column.
#[derive(Debug)]
enum PlacedColumn {
    Value(Placed),
    /// The figure that a constraint holds against its bounds: nothing where it does not apply.
    Actual(Box<PlacedVerdict>),
    Verdict(Vec<PlacedVerdict>),
    /// It has no columns.
    Asked,
}

#[derive(Debug)]
struct PlacedVerdict {
    not_applicable: B,
    condition: Placed,
    figures: Option<(Placed, Placed)>,
    binding: bool,
    subject: Option<Subject>,
}

/// A column before it has a place.
enum Wanted {
    Value(Val),
    Actual(Verdicts, Option<Subject>),
    Verdict(Vec<(Verdicts, Option<Subject>)>),
    Asked,
}

impl CellPlan {
    /// A plan for tables of this shape.
    pub(crate) fn new(engine: &Engine<'_>, entity: EntityId, shape: &Shape, columns: &[Column]) -> Self {
        let mut compiler = Compiler::new(engine, entity, shape);
        let wanted: Vec<Wanted> =
            columns.iter().map(|it| wanted(engine, &mut compiler, &it.source).unwrap_or(Wanted::Asked)).collect();
        let odd = compiler.escapes();
        let (mut nums, mut bits): (Vec<Num>, Vec<Bit>) = (Vec::new(), vec![odd]);
        let mut need = |val: &Val| {
            let (more, truths) = parts(val);
            nums.extend(more);
            bits.extend(truths);
        };
        for column in &wanted {
            match column {
                Wanted::Value(val) => need(val),
                Wanted::Actual(verdict, _) => verdict.vals().for_each(&mut need),
                Wanted::Verdict(all) => all.iter().flat_map(|it| it.0.vals()).for_each(&mut need),
                Wanted::Asked => {}
            }
        }
        for column in &wanted {
            match column {
                Wanted::Actual(verdict, _) => bits.push(verdict.not_applicable),
                Wanted::Verdict(all) => bits.extend(all.iter().map(|it| it.0.not_applicable)),
                Wanted::Value(_) | Wanted::Asked => {}
            }
        }
        nums.sort_unstable();
        nums.dedup();
        bits.sort_unstable();
        bits.dedup();
        let plan = Plan::new(compiler, &nums, &bits, &[]);
        let code = &plan.code;
        let verdict = |(it, subject): &(Verdicts, Option<Subject>)| PlacedVerdict {
            not_applicable: code.bit(it.not_applicable),
            condition: Placed::of(&it.condition, code),
            figures: it.figures.as_ref().map(|it| (Placed::of(&it.0, code), Placed::of(&it.1, code))),
            binding: it.binding,
            subject: *subject,
        };
        let columns = wanted
            .into_iter()
            .map(|it| match it {
                Wanted::Value(val) => PlacedColumn::Value(Placed::of(&val, code)),
                Wanted::Actual(it, subject) => PlacedColumn::Actual(Box::new(verdict(&(it, subject)))),
                Wanted::Verdict(all) => PlacedColumn::Verdict(all.iter().map(verdict).collect()),
                Wanted::Asked => PlacedColumn::Asked,
            })
            .collect();
        let odd = plan.code.bit(odd);
        Self { plan, columns, odd }
    }

    /// Whether every column is computed here, but for odd rows.
    #[cfg(test)]
    pub(crate) fn asked(&self) -> usize {
        self.columns.iter().filter(|it| matches!(it, PlacedColumn::Asked)).count()
    }

    pub(super) fn registers(&self) -> Registers {
        self.plan.registers()
    }

    /// The cells of each row of a table; `None` for those of which only the interpreter can say.
    pub(crate) fn each(&self, engine: &Engine<'_>, table: &Table, each: impl FnMut(usize, Vec<Option<Cell>>)) {
        self.run(table, (0, usize::MAX), (&mut self.registers(), engine.texts()), each);
    }

    /// The cells of each row from batch `first` to `end`; `None` for those of which only the interpreter can say.
    pub(super) fn run(
        &self,
        table: &Table,
        (first, end): (usize, usize),
        (registers, texts): (&mut Registers, &Texts),
        mut each: impl FnMut(usize, Vec<Option<Cell>>),
    ) {
        let mut number = first;
        self.plan.run(table, (first, end), registers, &mut [], |rows, results| {
            let odd = results.bits(self.odd);
            for row in 0..rows {
                let is_odd = odd.at(row);
                let cells = self.columns.iter();
                let cells = cells.map(|it| if is_odd { None } else { it.cell(&results, row, texts) }).collect();
                each(number * LANES + row, cells);
            }
            number += 1;
        });
    }
}

impl Verdicts {
    fn vals(&self) -> impl Iterator<Item = &Val> {
        let figures = self.figures.iter().flat_map(|it| [&it.0, &it.1]);
        std::iter::once(&self.condition).chain(figures)
    }
}

fn wanted(engine: &Engine<'_>, compiler: &mut Compiler<'_, '_>, source: &Source) -> Built<Wanted> {
    let subject = |it| match engine.machine().constraint_def(it).map(|it| &it.holds) {
        Some(Holds::Within { subject, .. }) => Some(*subject),
        _ => None,
    };
    Ok(match source {
        Source::Rule(rule) => Wanted::Value(compiler.rule(*rule)?),
        Source::Actual(constraint) => Wanted::Actual(compiler.constraint(*constraint)?, subject(*constraint)),
        Source::Verdict(all) => {
            let verdicts = all.iter().map(|it| Ok((compiler.constraint(*it)?, subject(*it))));
            Wanted::Verdict(verdicts.collect::<Built<Vec<_>>>()?)
        }
    })
}

impl PlacedColumn {
    fn cell(&self, results: &Results<'_>, row: usize, texts: &Texts) -> Option<Cell> {
        match self {
            Self::Asked => None,
            Self::Value(placed) => Some(Cell::Value(value(placed, results, row, texts)?)),
            Self::Actual(verdict) => {
                let verdict = verdict.at(results, row, texts)?;
                Some(Cell::Value(verdict.figures.map_or(verdict.condition, |it| it.0)))
            }
            Self::Verdict(all) => {
                let mut worst: Option<Verdict> = None;
                for verdict in all {
                    let verdict = verdict.at(results, row, texts)?;
                    if worst.as_ref().is_none_or(|it| it.outcome < verdict.outcome) {
                        worst = Some(verdict);
                    }
                }
                Some(worst.map_or(Cell::Value(Value::Bool(true)), |it| {
                    let gap = it.figures.as_ref().and_then(|(value, bounds)| gap(value, bounds));
                    Cell::Verdict(it, gap)
                }))
            }
        }
    }
}

impl PlacedVerdict {
    fn at(&self, results: &Results<'_>, row: usize, texts: &Texts) -> Option<Verdict> {
        if results.bits(self.not_applicable).at(row) {
            let condition = Value::Bool(true);
            return Some(Verdict { outcome: Outcome::NotApplicable, figures: None, condition, subject: None });
        }
        let condition = value(&self.condition, results, row, texts)?;
        let outcome = match condition {
            Value::Bool(true) => Outcome::Kept,
            Value::Bool(false) if self.binding => Outcome::Breached,
            Value::Bool(false) => Outcome::Deviates,
            _ => Outcome::Unknown,
        };
        let figures = match &self.figures {
            Some((figure, bounds)) => Some((value(figure, results, row, texts)?, value(bounds, results, row, texts)?)),
            None => None,
        };
        Some(Verdict { outcome, figures, condition, subject: self.subject })
    }
}

/// The value of a row. What is unknown names its reasons by their numbers in the engine's table.
pub(super) fn value(placed: &Placed, results: &Results<'_>, row: usize, texts: &Texts) -> Option<Value> {
    if !results.bits(placed.known).at(row) {
        let reasons = || placed.why.iter().filter(|it| results.bits(it.1).at(row)).map(|it| it.0);
        let missing = reasons().filter(|it| *it != ReasonId::DISCRETION);
        let missing: MissingSet = missing.map(|it| MissingId::new(it.0)).collect();
        let discretion = reasons().any(|it| it == ReasonId::DISCRETION);
        return Some(Value::from(Unknown { missing, discretion }));
    }
    let number = |it: &super::code::Place| results.number(*it, row);
    let whole = |it: &super::code::Place| results.number(*it, row).as_int();
    let code = |it: &super::code::Place| whole(it).and_then(|it| u32::try_from(it).ok());
    match &placed.kind {
        PlacedKind::Number(low, high) => {
            NumberRange::new(low.as_ref().map(number), high.as_ref().map(number)).ok().map(Value::from)
        }
        PlacedKind::Date(low, high) => {
            let day = |it: &Option<_>| match it {
                Some(place) => whole(place).and_then(date).map(Some),
                None => Some(None),
            };
            Range::new(day(low)?, day(high)?).ok().map(Value::from)
        }
        PlacedKind::Truth(truth) => Some(Value::Bool(results.bits(*truth).at(row))),
        PlacedKind::Enum(ty, place) => Some(Value::Enum { ty: *ty, index: code(place)? }),
        PlacedKind::Text(place) => Some(Value::Text(texts.text(whole(place)?))),
        PlacedKind::Row(ty, place) => Some(Value::Entity { ty: *ty, row: code(place)? }),
        PlacedKind::Nothing => None,
    }
}
