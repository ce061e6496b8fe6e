//! Plans: what is computed of every batch of a table, and how it is run.

use std::sync::Arc;

use polis_value::Number;

use super::code::{self, Asked, B, Code, Place};
use super::compile::{Compiler, Input};
use super::graph::{Bit, Num};
use super::kernels::{self, Batch, LANES, Others, Registers, Results, Slot};
use super::shared::{NumColumn, SharedBit, SharedKind, SharedNum, SharedVal, pad};
use super::table::Table;
use super::value::{Kind, Val};

/// Operations for every batch of tables of one shape.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) code: Code,
    inputs: Vec<Input>,
    others: Others,
}

impl Plan {
    /// A plan that leaves these figures and truths in their places, and reduces others.
    pub(super) fn new(compiler: Compiler<'_, '_>, nums: &[Num], bits: &[Bit], asked: &[Asked]) -> Self {
        let code = code::code(&compiler.graph, nums, bits, asked);
        Self { code, inputs: compiler.inputs, others: Others { nums: compiler.nums, bits: compiler.bits } }
    }

    pub(super) fn registers(&self) -> Registers {
        Registers::new(&self.code)
    }

    /// Runs batches of a table from `first` to `end`. `each` is shown the results of each.
    pub(super) fn run(
        &self,
        table: &Table,
        (first, end): (usize, usize),
        registers: &mut Registers,
        slots: &mut [Slot],
        mut each: impl FnMut(usize, Results<'_>),
    ) {
        for number in first..end.min(table.rows.div_ceil(LANES)) {
            let rows = (table.rows - number * LANES).min(LANES);
            let batch = Batch { table, inputs: &self.inputs, others: &self.others, number, rows };
            let results = kernels::run(&self.code, registers, batch, slots);
            each(rows, results);
        }
    }
}

/// The figures and truths of a value.
pub(super) fn parts(val: &Val) -> (Vec<Num>, Vec<Bit>) {
    let mut bits: Vec<Bit> = std::iter::once(val.known).chain(val.why.iter().map(|it| it.1)).collect();
    let nums = match &val.kind {
        Kind::Number(low, high) | Kind::Date(low, high) => [*low, *high].into_iter().flatten().collect(),
        Kind::Truth(bit) => {
            bits.push(*bit);
            Vec::new()
        }
        Kind::Enum(_, code) | Kind::Text(code) | Kind::Row(_, code) => vec![*code],
        Kind::List(_) | Kind::Nothing => Vec::new(),
    };
    (nums, bits)
}

/// Where a batch has left a value.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) kind: PlacedKind,
    pub(super) known: B,
    pub(super) why: Vec<(super::value::ReasonId, B)>,
}

/// As [`Kind`].
#[derive(Debug, Clone)]
pub(super) enum PlacedKind {
    Number(Option<Place>, Option<Place>),
    Date(Option<Place>, Option<Place>),
    Truth(B),
    Enum(u32, Place),
    Text(Place),
    Row(u32, Place),
    Nothing,
}

impl Placed {
    pub(super) fn of(val: &Val, code: &Code) -> Self {
        let end = |it: &Option<Num>| it.map(|it| code.place(it));
        let kind = match &val.kind {
            Kind::Number(low, high) => PlacedKind::Number(end(low), end(high)),
            Kind::Date(low, high) => PlacedKind::Date(end(low), end(high)),
            Kind::Truth(bit) => PlacedKind::Truth(code.bit(*bit)),
            Kind::Enum(ty, it) => PlacedKind::Enum(*ty, code.place(*it)),
            Kind::Text(it) => PlacedKind::Text(code.place(*it)),
            Kind::Row(ty, it) => PlacedKind::Row(*ty, code.place(*it)),
            Kind::List(_) | Kind::Nothing => PlacedKind::Nothing,
        };
        let why = val.why.iter().map(|(reason, bit)| (*reason, code.bit(*bit))).collect();
        Self { kind, known: code.bit(val.known), why }
    }
}

/// A value's columns over a whole table, as they are filled.
enum Filling {
    Fixed(Place),
    Narrow(Place, Vec<i64>, u32),
    Wide(Place, Vec<Number>),
}

impl Filling {
    fn new(place: Place) -> Self {
        match place {
            Place::Narrow(code::N::Const(_), _) | Place::Wide(code::W::Const(_)) => Self::Fixed(place),
            Place::Narrow(_, scale) => Self::Narrow(place, Vec::new(), scale),
            Place::Wide(_) => Self::Wide(place, Vec::new()),
        }
    }

    fn take(&mut self, rows: usize, results: &Results<'_>) {
        match self {
            Self::Fixed(_) => {}
            Self::Narrow(Place::Narrow(place, _), all, _) => {
                let lanes = results.narrow(*place);
                all.extend((0..rows).map(|it| lanes.at(it)));
            }
            Self::Wide(place, all) => all.extend((0..rows).map(|it| results.number(*place, it))),
            Self::Narrow(..) => {}
        }
    }

    fn finish(self) -> SharedNum {
        match self {
            Self::Fixed(Place::Narrow(code::N::Const(mantissa), scale)) => {
                SharedNum::Fixed(Number::from_scaled(i128::from(mantissa), scale).unwrap_or_default())
            }
            Self::Fixed(Place::Wide(code::W::Const(number))) => SharedNum::Fixed(number),
            Self::Fixed(_) => SharedNum::Fixed(Number::ZERO),
            Self::Narrow(_, all, scale) => SharedNum::Column(Arc::new(NumColumn::narrow(all, scale))),
            Self::Wide(_, all) => SharedNum::Column(Arc::new(NumColumn::wide(all))),
        }
    }
}

/// Computes a value for every row of a table.
pub(super) fn evaluate(mut compiler: Compiler<'_, '_>, val: &Val, table: &Table) -> SharedVal {
    let odd = compiler.escapes();
    let (nums, mut bits) = parts(val);
    bits.push(odd);
    let plan = Plan::new(compiler, &nums, &bits, &[]);
    let placed = Placed::of(val, &plan.code);
    let mut figures: Vec<Filling> = nums.iter().map(|it| Filling::new(plan.code.place(*it))).collect();
    let mut truths: Vec<(B, Vec<u8>)> = bits.iter().map(|it| (plan.code.bit(*it), Vec::new())).collect();
    let mut registers = plan.registers();
    plan.run(table, (0, usize::MAX), &mut registers, &mut [], |rows, results| {
        for figure in &mut figures {
            figure.take(rows, &results);
        }
        for (place, all) in &mut truths {
            if !matches!(place, B::Const(_)) {
                let lanes = results.bits(*place);
                all.extend((0..rows).map(|it| u8::from(lanes.at(it))));
            }
        }
    });
    let figures: Vec<SharedNum> = figures.into_iter().map(Filling::finish).collect();
    let truths: Vec<SharedBit> = truths
        .into_iter()
        .map(|(place, mut all)| {
            if let B::Const(truth) = place {
                return SharedBit::Fixed(truth);
            }
            pad(&mut all, 0);
            SharedBit::Column(Arc::new(all))
        })
        .collect();
    let num = |at: usize| figures.get(at).cloned().unwrap_or(SharedNum::Fixed(Number::ZERO));
    let bit = |wanted: Bit| {
        let position = bits.iter().position(|it| *it == wanted);
        position.and_then(|it| truths.get(it)).cloned().unwrap_or(SharedBit::Fixed(false))
    };
    let ends = |low: bool, high: bool| (low.then(|| num(0)), high.then(|| num(usize::from(low))));
    let kind = match (&placed.kind, &val.kind) {
        (PlacedKind::Number(low, high), _) => {
            let (low, high) = ends(low.is_some(), high.is_some());
            SharedKind::Number(low, high)
        }
        (PlacedKind::Date(low, high), _) => {
            let (low, high) = ends(low.is_some(), high.is_some());
            SharedKind::Date(low, high)
        }
        (_, Kind::Truth(truth)) => SharedKind::Truth(bit(*truth)),
        (PlacedKind::Enum(ty, _), _) => SharedKind::Enum(*ty, num(0)),
        (PlacedKind::Text(_), _) => SharedKind::Text(num(0)),
        (PlacedKind::Row(ty, _), _) => SharedKind::Row(*ty, num(0)),
        _ => SharedKind::Nothing,
    };
    let why = val.why.iter().map(|(reason, rows)| (*reason, bit(*rows))).collect();
    SharedVal { kind, known: bit(val.known), why, odd: bit(odd) }
}
