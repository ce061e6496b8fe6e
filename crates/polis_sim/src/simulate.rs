//! One run over the jurisdictions of a sample: a table per entity, totals, and what is missing.

use std::collections::BTreeMap;

use polis_eval::{ConstraintId, EntityId, EvalError, Machine, Missing, Outcome, RuleId, Run, Verdict};
use polis_semantic::ir::{Holds, Subject};
use polis_semantic::{Symbol, Type};
use polis_syntax::words::{Kind, UnitWord};
use polis_value::{Number, NumberRange, Range, Value, ops};
use smol_str::SmolStr;

/// Between so many rows a run asks whether to stop.
const ROWS_BETWEEN: u32 = 1 << 10;

/// The results of a run.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// A table for each entity that has jurisdictions and results, in the order of the program.
    pub tables: Vec<EntityTable>,
    /// What is missing and how many results it leaves unknown, the most first.
    pub missing: Vec<MissingCount>,
    /// Every evaluation without a result, each cause once, in the order of the tables.
    pub errors: Vec<EvalError>,
}

/// The results for the jurisdictions of one entity.
#[derive(Debug, Clone)]
pub struct EntityTable {
    /// The entity.
    pub entity: EntityId,
    /// What is shown of each.
    pub columns: Vec<Column>,
    /// The results by jurisdiction, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// The totals by column; `None` where figures do not add up to anything.
    pub totals: Vec<Option<Total>>,
}

/// The totals of some of a table's rows.
#[derive(Debug, Clone, Default)]
pub struct Subtotal {
    /// How many rows.
    pub rows: usize,
    /// Their totals by column.
    pub totals: Vec<Option<Total>>,
}

impl EntityTable {
    /// The totals of groups of rows, such as those that lie in one street: `group` gives the number of a row's group,
    /// below `groups`.
    #[must_use]
    pub fn subtotals(&self, groups: usize, group: impl Fn(usize) -> Option<usize>) -> Vec<Subtotal> {
        let mut members: Vec<Vec<&Vec<Cell>>> = vec![Vec::new(); groups];
        for (row, cells) in self.rows.iter().enumerate() {
            if let Some(all) = group(row).and_then(|it| members.get_mut(it)) {
                all.push(cells);
            }
        }
        let each = members.iter().map(|all| Subtotal {
            rows: all.len(),
            totals: (0..self.columns.len()).map(|it| total(&self.columns, all.iter().copied(), it)).collect(),
        });
        each.collect()
    }
}

/// What a column shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Where it comes from.
    pub source: Source,
    /// The provision.
    pub symbol: Symbol,
    /// The provision's title, where it has one.
    pub title: Option<SmolStr>,
    /// The type of its values.
    pub ty: Type,
}

/// Where a column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A rule's value.
    Rule(RuleId),
    /// The actual figure that a constraint holds against its bounds.
    Actual(ConstraintId),
    /// The verdict of the constraints that a provision puts on one figure; the gravest of several.
    Verdict(Vec<ConstraintId>),
}

/// A result.
#[derive(Debug, Clone)]
pub enum Cell {
    /// A value.
    Value(Value),
    /// A constraint's verdict, and by how much a figure leaves its bounds.
    Verdict(Verdict, Option<Gap>),
    /// No result, and why.
    Error(EvalError),
}

/// By how much a figure leaves its bounds. For a range of bounds: what it takes at least, and what fills them up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Below the lower end, by this much.
    Short(Number),
    /// Above the upper end, by this much.
    Over(Number),
}

/// A column's total.
#[derive(Debug, Clone)]
pub enum Total {
    /// The known figures added up, and how many rows are not among them.
    Sum {
        /// The sum, both ends kept apart.
        sum: Value,
        /// How many rows are unknown or have no result.
        without: usize,
    },
    /// How often each outcome occurs.
    Outcomes(BTreeMap<Outcome, usize>),
    /// The figures could not be added.
    Error,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingCount {
    /// What.
    pub missing: MissingKind,
    /// How many results it leaves unknown.
    pub results: usize,
    /// The jurisdictions whose fact is missing, in order; empty for a parameter.
    pub rows: Vec<u32>,
}

/// What is missing, facts of one field together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingKind {
    /// A field of an entity.
    Field(EntityId, u32),
    /// The parent of an entity's jurisdictions.
    Parent(EntityId),
    /// A parameter, by its name.
    Param(Symbol),
    /// A figure that a provision leaves open: the provision, its part, the reason.
    Open(Symbol, Option<SmolStr>, Option<SmolStr>),
    /// A provision that is not in force: the first day on which it will be, or the last on which it was.
    Dormant(Symbol, Option<polis_value::Date>, Option<polis_value::Date>),
    /// What the text itself calls unknown.
    Said,
}

/// Runs every rule and constraint on every jurisdiction.
#[must_use]
pub fn simulate(run: &Run<'_>) -> Simulation {
    let nothing = || Simulation { tables: Vec::new(), missing: Vec::new(), errors: Vec::new() };
    simulate_unless(run, &|| false).unwrap_or_else(nothing)
}

/// The same, unless it is to stop, which is asked every so many rows.
pub(crate) fn simulate_unless(run: &Run<'_>, stop: &dyn Fn() -> bool) -> Option<Simulation> {
    let machine = run.machine();
    let mut missing: BTreeMap<MissingKind, (usize, Vec<u32>)> = BTreeMap::new();
    let mut errors: Vec<EvalError> = Vec::new();
    let mut tables = Vec::new();
    for entity in machine.entity_ids() {
        let count = run.world().rows(entity).len();
        let columns = columns(machine, entity);
        if count == 0 || columns.is_empty() {
            continue;
        }
        let mut rows = Vec::with_capacity(count);
        for (_, row) in run.world().rows(entity).iter().zip(0_u32..) {
            if row % ROWS_BETWEEN == 0 && stop() {
                return None;
            }
            let cells: Vec<Cell> = columns.iter().map(|it| cell(run, &it.source, row)).collect();
            for cell in &cells {
                note(run, cell, &mut missing, &mut errors);
            }
            rows.push(cells);
        }
        let totals = (0..columns.len()).map(|column| total(&columns, rows.iter(), column)).collect();
        tables.push(EntityTable { entity, columns, rows, totals });
    }
    let mut missing: Vec<MissingCount> = missing
        .into_iter()
        .map(|(missing, (results, mut rows))| {
            rows.sort_unstable();
            rows.dedup();
            MissingCount { missing, results, rows }
        })
        .collect();
    missing.sort_by(|a, b| b.results.cmp(&a.results).then_with(|| a.missing.cmp(&b.missing)));
    Some(Simulation { tables, missing, errors })
}

/// The columns of an entity, what a decision rests on first: quotas and structures with the actual figures and verdicts,
/// requirements, and then the other rules.
#[must_use]
pub fn columns(machine: &Machine, entity: EntityId) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let rules: Vec<RuleId> = machine.rule_ids().filter(|it| machine.rule_entity(*it) == Some(entity)).collect();
    let is_rule = |it: &RuleId| machine.rule_def(*it).is_some_and(|it| it.meta.kind == Kind::Rule);
    let constraints: Vec<ConstraintId> =
        machine.constraint_ids().filter(|it| machine.constraint_entity(*it) == Some(entity)).collect();
    for rule in rules.iter().filter(|it| !is_rule(it)) {
        push_rule(machine, *rule, &mut columns);
        let Some(symbol) = machine.rule_def(*rule).map(|it| &it.meta.symbol) else { continue };
        let own = |it: &&ConstraintId| {
            machine.constraint_def(**it).is_some_and(|it| it.about.as_ref().unwrap_or(&it.meta.symbol) == symbol)
        };
        for constraint in constraints.iter().filter(own) {
            push_constraint(machine, *constraint, &mut columns);
        }
    }
    for constraint in &constraints {
        push_constraint(machine, *constraint, &mut columns);
    }
    for rule in rules.iter().filter(|it| is_rule(it)) {
        push_rule(machine, *rule, &mut columns);
    }
    columns
}

fn push_rule(machine: &Machine, rule: RuleId, columns: &mut Vec<Column>) {
    if let Some(def) = machine.rule_def(rule) {
        columns.push(Column {
            source: Source::Rule(rule),
            symbol: def.meta.symbol.clone(),
            title: def.meta.title.clone(),
            ty: def.ty.clone(),
        });
    }
}

/// Adds a constraint's columns, or adds it to the verdict that stands there for the same figure.
fn push_constraint(machine: &Machine, constraint: ConstraintId, columns: &mut Vec<Column>) {
    let Some(def) = machine.constraint_def(constraint) else { return };
    let subject = subject(&def.holds);
    for column in columns.iter_mut() {
        let Source::Verdict(all) = &mut column.source else { continue };
        let Some(first) = all.first().and_then(|it| machine.constraint_def(*it)) else { continue };
        let same = first.meta.symbol == def.meta.symbol && first.about == def.about;
        if same && self::subject(&first.holds) == subject {
            if !all.contains(&constraint) {
                all.push(constraint);
            }
            return;
        }
    }
    let ty = match &def.holds {
        Holds::Within { value, .. } => value.ty.clone(),
        Holds::Condition(_) => Type::Truth,
    };
    let column =
        |source| Column { source, symbol: def.meta.symbol.clone(), title: def.meta.title.clone(), ty: ty.clone() };
    if subject == Some(Subject::Actual) && def.about.is_none() {
        columns.push(column(Source::Actual(constraint)));
    }
    columns.push(column(Source::Verdict(vec![constraint])));
}

fn subject(holds: &Holds) -> Option<Subject> {
    match holds {
        Holds::Within { subject, .. } => Some(*subject),
        Holds::Condition(_) => None,
    }
}

pub(crate) fn cell(run: &Run<'_>, source: &Source, row: u32) -> Cell {
    match source {
        Source::Rule(rule) => run.rule(*rule, row).map_or_else(|it| Cell::Error(*it), Cell::Value),
        Source::Actual(constraint) => match run.constraint(*constraint, row) {
            Ok(verdict) => Cell::Value(verdict.figures.map_or(verdict.condition, |it| it.0)),
            Err(error) => Cell::Error(*error),
        },
        Source::Verdict(constraints) => {
            let mut worst: Option<Verdict> = None;
            for constraint in constraints {
                match run.constraint(*constraint, row) {
                    Ok(verdict) if worst.as_ref().is_none_or(|it| it.outcome < verdict.outcome) => {
                        worst = Some(verdict);
                    }
                    Ok(_) => {}
                    Err(error) => return Cell::Error(*error),
                }
            }
            match worst {
                Some(verdict) => {
                    let gap = verdict.figures.as_ref().and_then(|(value, bounds)| gap(value, bounds));
                    Cell::Verdict(verdict, gap)
                }
                None => Cell::Value(Value::Bool(true)),
            }
        }
    }
}

/// By how much a value leaves its bounds for certain.
pub(crate) fn gap(value: &Value, bounds: &Value) -> Option<Gap> {
    let (value, bounds) = (value.as_number_range()?, bounds.as_number_range()?);
    if let (Some(hi), Some(least)) = (value.hi(), bounds.lo())
        && hi < least
    {
        return least.sub(hi).ok().map(Gap::Short);
    }
    if let (Some(lo), Some(most)) = (value.lo(), bounds.hi())
        && lo > most
    {
        return lo.sub(most).ok().map(Gap::Over);
    }
    None
}

/// Counts what a result lacks, and keeps its error once.
fn note(
    run: &Run<'_>,
    cell: &Cell,
    missing: &mut BTreeMap<MissingKind, (usize, Vec<u32>)>,
    errors: &mut Vec<EvalError>,
) {
    let value = match cell {
        Cell::Value(value) => value,
        Cell::Verdict(verdict, _) => &verdict.condition,
        Cell::Error(error) => {
            if !errors.contains(error) {
                errors.push(error.clone());
            }
            return;
        }
    };
    let Value::Unknown(unknown) = value else { return };
    let mut kinds: Vec<MissingKind> = Vec::new();
    for item in run.missing(unknown) {
        let Some((kind, row)) = MissingKind::of(run.machine(), item) else { continue };
        let entry = missing.entry(kind.clone()).or_default();
        entry.1.extend(row);
        // A sum lacks the field of each of its members, and is one result.
        if !kinds.contains(&kind) {
            entry.0 += 1;
            kinds.push(kind);
        }
    }
}

impl MissingKind {
    /// What something that is missing belongs to, and the row whose fact it is.
    pub(crate) fn of(machine: &Machine, missing: Missing) -> Option<(Self, Option<u32>)> {
        Some(match missing {
            Missing::Fact(entity, row, field) => (Self::Field(entity, field), Some(row)),
            Missing::Parent(entity, row) => (Self::Parent(entity), Some(row)),
            Missing::Param(param) => (Self::Param(machine.param_def(param)?.meta.symbol.clone()), None),
            Missing::Open(symbol, part, reason) => (Self::Open(symbol, part, reason), None),
            Missing::Dormant(symbol, from, until) => (Self::Dormant(symbol, from, until), None),
            Missing::Said => (Self::Said, None),
        })
    }
}

pub(crate) fn total<'r>(columns: &[Column], rows: impl Iterator<Item = &'r Vec<Cell>>, column: usize) -> Option<Total> {
    let mut adding = Adding::new(columns.get(column)?);
    rows.filter_map(|it| it.get(column)).for_each(|it| adding.add(it));
    adding.finish()
}

/// A column's total as it is added up, cell by cell in the order of the rows: what is rounded depends on the order.
#[derive(Debug, Clone)]
pub(crate) enum Adding {
    /// Figures that do not add up to anything.
    Nothing,
    Sum(Value, usize),
    Outcomes(BTreeMap<Outcome, usize>),
    /// The figures cannot be added.
    Error,
}

impl Adding {
    pub(crate) fn new(column: &Column) -> Self {
        match column.source {
            Source::Rule(_) | Source::Actual(_) if adds_up(&column.ty) => Self::Sum(Value::from(0), 0),
            Source::Rule(_) | Source::Actual(_) => Self::Nothing,
            Source::Verdict(_) => Self::Outcomes(BTreeMap::new()),
        }
    }

    pub(crate) fn add(&mut self, cell: &Cell) {
        match self {
            Self::Nothing | Self::Error => {}
            Self::Sum(sum, without) => match cell {
                Cell::Value(value) if value.as_number_range().is_some() => match ops::add(sum, value) {
                    Ok(more) => *sum = more,
                    Err(_) => *self = Self::Error,
                },
                _ => *without += 1,
            },
            Self::Outcomes(outcomes) => {
                if let Cell::Verdict(verdict, _) = cell {
                    *outcomes.entry(verdict.outcome).or_default() += 1;
                }
            }
        }
    }

    pub(crate) fn finish(self) -> Option<Total> {
        match self {
            Self::Nothing => None,
            Self::Sum(sum, without) => Some(Total::Sum { sum, without }),
            Self::Outcomes(outcomes) => Some(Total::Outcomes(outcomes)),
            Self::Error => Some(Total::Error),
        }
    }
}

/// Whether figures of a type add up over jurisdictions: amounts do, also per year; rates per person and shares do not.
fn adds_up(ty: &Type) -> bool {
    let Type::Number(number) = ty else { return false };
    let amount = |word: UnitWord| polis_semantic::Dim::of(word);
    let amounts = [
        UnitWord::Person,
        UnitWord::Household,
        UnitWord::Piece,
        UnitWord::Item,
        UnitWord::Category,
        UnitWord::Time,
        UnitWord::Yuan,
        UnitWord::SquareMetre,
    ];
    amounts.into_iter().any(|it| {
        let dim = amount(it);
        number.dim == dim || number.dim == dim.combine(&amount(UnitWord::Month), -1)
    })
}

/// The bounds of a value for display: both ends, or the figure twice.
#[must_use]
pub fn ends(value: &Value) -> Option<NumberRange> {
    match value {
        Value::Number(number) => Some(Range::point(*number)),
        other => other.as_number_range(),
    }
}
