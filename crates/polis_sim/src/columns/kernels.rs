//! Operations on batches of rows: plain loops over columns, which the compiler makes vector instructions of.
//!
//! The loops check nothing: that no figure leaves 64 bits is known from the bounds on which the graph was built.

use std::sync::Arc;

use polis_value::{ArithmeticError, Number};

use super::code::{B, Code, Instr, N, Place, W};
use super::compile::Input;
use super::graph::{WideOp, whole};
use super::reductions::{Run, find_runs, reduce};
use super::shared::{Figures, NumColumn};
use super::table::Table;

/// Rows of a batch: few enough that the registers of a plan stay in the nearest memory.
pub(super) const LANES: usize = 512;

/// Narrow figures of a batch.
#[derive(Clone, Copy)]
pub(super) enum Lane<'r> {
    Slice(&'r [i64; LANES]),
    Const(i64),
}

/// Wide figures of a batch.
#[derive(Clone, Copy)]
pub(super) enum WideLane<'r> {
    Slice(&'r [Number]),
    Const(Number),
}

/// Truths of a batch.
#[derive(Clone, Copy)]
pub(super) enum BitLane<'r> {
    Slice(&'r [u8; LANES]),
    Const(bool),
}

impl Lane<'_> {
    pub(super) fn at(self, row: usize) -> i64 {
        match self {
            Self::Slice(all) => all.get(row).copied().unwrap_or_default(),
            Self::Const(figure) => figure,
        }
    }
}

impl WideLane<'_> {
    pub(super) fn at(self, row: usize) -> Number {
        match self {
            Self::Slice(all) => all.get(row).copied().unwrap_or_default(),
            Self::Const(figure) => figure,
        }
    }
}

impl BitLane<'_> {
    pub(super) fn at(self, row: usize) -> bool {
        match self {
            Self::Slice(all) => all.get(row).is_some_and(|it| *it != 0),
            Self::Const(truth) => truth,
        }
    }
}

/// Columns of other tables that a plan looks into.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    pub(super) nums: Vec<Arc<NumColumn>>,
    pub(super) bits: Vec<Arc<Vec<u8>>>,
}

/// The registers of a plan.
pub(super) struct Registers {
    narrow: Vec<Vec<i64>>,
    wide: Vec<(Vec<Number>, Vec<u8>)>,
    bits: Vec<Vec<u8>>,
    pub(super) runs: Vec<Run>,
}

impl Registers {
    pub(super) fn new(code: &Code) -> Self {
        Self {
            narrow: vec![vec![0; LANES]; code.narrow],
            wide: vec![(vec![Number::ZERO; LANES], vec![0; LANES]); code.wide],
            bits: vec![vec![0; LANES]; code.bits],
            runs: Vec::new(),
        }
    }
}

/// What is kept beyond a batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Slot {
    Sum(i128),
    Count(u64),
    /// By group, and whether the group has a figure at all.
    Groups(Vec<i64>, Vec<u8>),
    Any(Vec<u8>),
    Counts(Vec<i64>),
}

/// A batch of a table.
#[derive(Clone, Copy)]
pub(super) struct Batch<'t> {
    pub(super) table: &'t Table,
    pub(super) inputs: &'t [Input],
    pub(super) others: &'t Others,
    /// Its number.
    pub(super) number: usize,
    /// How many of its rows there are.
    pub(super) rows: usize,
}

impl<'t> Batch<'t> {
    fn column(&self, input: u32) -> Option<&'t NumColumn> {
        let field = |it: u32| self.table.fields.get(it as usize);
        match self.inputs.get(input as usize)? {
            Input::Parent => Some(&*self.table.parent),
            Input::Low(it) => field(*it)?.low.as_deref(),
            Input::High(it) => field(*it)?.high.as_deref(),
            _ => None,
        }
    }

    fn narrow(&self, input: u32) -> Lane<'t> {
        let lanes = self.column(input).and_then(|it| match &it.figures {
            Figures::Narrow(all) => all.as_chunks::<LANES>().0.get(self.number),
            Figures::Wide(_) => None,
        });
        lanes.map_or(Lane::Const(0), Lane::Slice)
    }

    fn wide(&self, input: u32) -> WideLane<'t> {
        let lanes = self.column(input).and_then(|it| match &it.figures {
            Figures::Wide(all) => all.chunks(LANES).nth(self.number),
            Figures::Narrow(_) => None,
        });
        lanes.map_or(WideLane::Const(Number::ZERO), WideLane::Slice)
    }

    fn bits(&self, input: u32) -> BitLane<'t> {
        let field = |it: u32| self.table.fields.get(it as usize);
        let column = self.inputs.get(input as usize).and_then(|it| match it {
            Input::HasParent => self.table.has_parent.as_ref(),
            Input::Truth(it) => field(*it)?.truth.as_ref(),
            Input::Known(it) => field(*it)?.known.as_ref(),
            Input::Odd(it) => field(*it)?.odd.as_ref(),
            _ => None,
        });
        let lanes = column.and_then(|it| it.as_chunks::<LANES>().0.get(self.number));
        lanes.map_or(BitLane::Const(false), BitLane::Slice)
    }
}

/// The results of a batch.
#[derive(Clone, Copy)]
pub(super) struct Results<'r> {
    registers: &'r Registers,
    batch: Batch<'r>,
}

impl<'r> Results<'r> {
    pub(super) fn narrow(&self, place: N) -> Lane<'r> {
        narrow(self.registers, &self.batch, place)
    }

    pub(super) fn wide(&self, place: W) -> WideLane<'r> {
        wide(self.registers, &self.batch, place)
    }

    pub(super) fn bits(&self, place: B) -> BitLane<'r> {
        bits(self.registers, &self.batch, place)
    }

    /// The figure of a row.
    pub(super) fn number(&self, place: Place, row: usize) -> Number {
        match place {
            Place::Narrow(place, scale) => {
                // INVARIANT: 64 bits are below 10^28, so that there is always a number.
                Number::from_scaled(i128::from(self.narrow(place).at(row)), scale).unwrap_or_default()
            }
            Place::Wide(place) => self.wide(place).at(row),
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops around it are to be made for the vector instructions at hand")]
pub(super) fn narrow<'r>(registers: &'r Registers, batch: &Batch<'r>, place: N) -> Lane<'r> {
    match place {
        N::Const(figure) => Lane::Const(figure),
        N::Reg(register) => {
            let lanes = registers.narrow.get(register as usize).and_then(|it| it.first_chunk());
            lanes.map_or(Lane::Const(0), Lane::Slice)
        }
        N::Input(input) => batch.narrow(input),
    }
}

fn wide<'r>(registers: &'r Registers, batch: &Batch<'r>, place: W) -> WideLane<'r> {
    match place {
        W::Const(figure) => WideLane::Const(figure),
        W::Reg(register) => {
            registers.wide.get(register as usize).map_or(WideLane::Const(Number::ZERO), |it| WideLane::Slice(&it.0))
        }
        W::Input(input) => batch.wide(input),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops around it are to be made for the vector instructions at hand")]
pub(super) fn bits<'r>(registers: &'r Registers, batch: &Batch<'r>, place: B) -> BitLane<'r> {
    match place {
        B::Const(truth) => BitLane::Const(truth),
        B::Reg(register) => {
            let lanes = registers.bits.get(register as usize).and_then(|it| it.first_chunk());
            lanes.map_or(BitLane::Const(false), BitLane::Slice)
        }
        B::Input(input) => batch.bits(input),
    }
}

/// Computes a batch with the widest vector instructions that the processor has.
pub(super) fn run<'r>(code: &Code, registers: &'r mut Registers, batch: Batch<'r>, slots: &mut [Slot]) -> Results<'r> {
    pulp::Arch::new().dispatch(AllOf { code, registers, batch: &batch, slots });
    Results { registers, batch }
}

/// The operations of a batch. A closure would not do: it is called and not made part of the function that is compiled for
/// the vector instructions, so that its loops would be compiled for those of every processor.
struct AllOf<'a, 'b> {
    code: &'a Code,
    registers: &'a mut Registers,
    batch: &'a Batch<'b>,
    slots: &'a mut [Slot],
}

impl pulp::WithSimd for AllOf<'_, '_> {
    type Output = ();

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops within are made for the vector instructions at hand")]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        run_all(self.code, self.registers, self.batch, self.slots);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops are to be made for the vector instructions at hand")]
fn run_all(code: &Code, registers: &mut Registers, batch: &Batch<'_>, slots: &mut [Slot]) {
    for instr in &code.instrs {
        match *instr {
            Instr::Add(out, a, b) => figures(registers, batch, out, a, b, i64::wrapping_add),
            Instr::Sub(out, a, b) => figures(registers, batch, out, a, b, i64::wrapping_sub),
            Instr::Mul(out, a, b) => figures(registers, batch, out, a, b, i64::wrapping_mul),
            Instr::MulShort(out, a, b) => figures(registers, batch, out, a, b, short_product),
            Instr::Min(out, a, b) => figures(registers, batch, out, a, b, |a, b| if a < b { a } else { b }),
            Instr::Max(out, a, b) => figures(registers, batch, out, a, b, |a, b| if a > b { a } else { b }),
            Instr::Steps(out, a, b) => {
                // A size that is not above zero is left to the interpreter.
                figures(registers, batch, out, a, b, |a, b| if b > 0 { a.max(0) / b } else { 0 });
            }
            Instr::StepsShort(out, a, factor, shift) => {
                figures(registers, batch, out, a, N::Const(0), |a, _| {
                    let amount = if a > 0 { a } else { 0 }.cast_unsigned() & 0xffff_ffff;
                    (amount.wrapping_mul(u64::from(factor)) >> (shift & 63)).cast_signed()
                });
            }
            Instr::Abs(out, a) => {
                figures(registers, batch, out, a, N::Const(0), |a, _| if a < 0 { a.wrapping_neg() } else { a });
            }
            Instr::Rounded(out, a, unit, rounding) => {
                figures(registers, batch, out, a, N::Const(unit), |a, unit| whole(a, unit.max(1), rounding));
            }
            Instr::Select(out, when, a, b) => select(registers, batch, out, when, a, b),
            Instr::Row(out) => row_numbers(registers, batch, out),
            Instr::Gather(out, column, rows) => gather(registers, batch, out, column, rows),
            Instr::Less(out, a, b) => truths(registers, batch, out, a, b, |a, b| a < b),
            Instr::Equal(out, a, b) => truths(registers, batch, out, a, b, |a, b| a == b),
            Instr::And(out, a, b) => connect(registers, batch, out, a, b, |a, b| a & b),
            Instr::Or(out, a, b) => connect(registers, batch, out, a, b, |a, b| a | b),
            Instr::Not(out, a) => connect(registers, batch, out, a, B::Const(true), |a, b| a ^ b),
            Instr::Runs(by) => {
                let mut runs = std::mem::take(&mut registers.runs);
                find_runs(narrow(registers, batch, by), batch.rows, &mut runs);
                registers.runs = runs;
            }
            Instr::Reduce(reduction) => reduce(registers, batch, reduction, slots),
            other => run_wide(other, registers, batch),
        }
    }
}

/// The product of factors within 32 bits, which one vector instruction multiplies.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop of these is to be made for the vector instructions at hand")]
#[expect(clippy::cast_possible_truncation, reason = "the bounds of both factors are within 32 bits")]
fn short_product(a: i64, b: i64) -> i64 {
    i64::from(a as i32) * i64::from(b as i32)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each operation, of the vector instructions at hand")]
fn figures(registers: &mut Registers, batch: &Batch<'_>, out: u32, a: N, b: N, op: impl Fn(i64, i64) -> i64) {
    let mut lanes = registers.narrow.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    if let Some(out) = lanes.first_chunk_mut::<LANES>() {
        match (narrow(registers, batch, a), narrow(registers, batch, b)) {
            (Lane::Slice(a), Lane::Slice(b)) => {
                for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                    *out = op(*a, *b);
                }
            }
            (Lane::Slice(a), Lane::Const(b)) => {
                for (out, a) in out.iter_mut().zip(a) {
                    *out = op(*a, b);
                }
            }
            (Lane::Const(a), Lane::Slice(b)) => {
                for (out, b) in out.iter_mut().zip(b) {
                    *out = op(a, *b);
                }
            }
            (Lane::Const(a), Lane::Const(b)) => out.fill(op(a, b)),
        }
    }
    if let Some(register) = registers.narrow.get_mut(out as usize) {
        *register = lanes;
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each operation, of the vector instructions at hand")]
fn truths(registers: &mut Registers, batch: &Batch<'_>, out: u32, a: N, b: N, op: impl Fn(i64, i64) -> bool) {
    let mut lanes = registers.bits.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    if let Some(out) = lanes.first_chunk_mut::<LANES>() {
        match (narrow(registers, batch, a), narrow(registers, batch, b)) {
            (Lane::Slice(a), Lane::Slice(b)) => {
                for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                    *out = u8::from(op(*a, *b));
                }
            }
            (Lane::Slice(a), Lane::Const(b)) => {
                for (out, a) in out.iter_mut().zip(a) {
                    *out = u8::from(op(*a, b));
                }
            }
            (Lane::Const(a), Lane::Slice(b)) => {
                for (out, b) in out.iter_mut().zip(b) {
                    *out = u8::from(op(a, *b));
                }
            }
            (Lane::Const(a), Lane::Const(b)) => out.fill(u8::from(op(a, b))),
        }
    }
    if let Some(register) = registers.bits.get_mut(out as usize) {
        *register = lanes;
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each operation, of the vector instructions at hand")]
fn connect(registers: &mut Registers, batch: &Batch<'_>, out: u32, a: B, b: B, op: impl Fn(u8, u8) -> u8) {
    let mut lanes = registers.bits.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    if let Some(out) = lanes.first_chunk_mut::<LANES>() {
        match (bits(registers, batch, a), bits(registers, batch, b)) {
            (BitLane::Slice(a), BitLane::Slice(b)) => {
                for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                    *out = op(*a, *b);
                }
            }
            (BitLane::Slice(a), BitLane::Const(b)) | (BitLane::Const(b), BitLane::Slice(a)) => {
                for (out, a) in out.iter_mut().zip(a) {
                    *out = op(*a, u8::from(b));
                }
            }
            (BitLane::Const(a), BitLane::Const(b)) => out.fill(op(u8::from(a), u8::from(b))),
        }
    }
    if let Some(register) = registers.bits.get_mut(out as usize) {
        *register = lanes;
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each operation, of the vector instructions at hand")]
fn select(registers: &mut Registers, batch: &Batch<'_>, out: u32, when: B, a: N, b: N) {
    let mut lanes = registers.narrow.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    if let (Some(out), BitLane::Slice(when)) = (lanes.first_chunk_mut::<LANES>(), bits(registers, batch, when)) {
        match (narrow(registers, batch, a), narrow(registers, batch, b)) {
            (Lane::Slice(a), Lane::Slice(b)) => {
                for (((out, when), a), b) in out.iter_mut().zip(when).zip(a).zip(b) {
                    *out = if *when != 0 { *a } else { *b };
                }
            }
            (Lane::Slice(a), Lane::Const(b)) => {
                for ((out, when), a) in out.iter_mut().zip(when).zip(a) {
                    *out = if *when != 0 { *a } else { b };
                }
            }
            (Lane::Const(a), Lane::Slice(b)) => {
                for ((out, when), b) in out.iter_mut().zip(when).zip(b) {
                    *out = if *when != 0 { a } else { *b };
                }
            }
            (Lane::Const(a), Lane::Const(b)) => {
                for (out, when) in out.iter_mut().zip(when) {
                    *out = if *when != 0 { a } else { b };
                }
            }
        }
    }
    if let Some(register) = registers.narrow.get_mut(out as usize) {
        *register = lanes;
    }
}

/// The rows of another table that the rows of a batch lie in.
fn each_row(registers: &Registers, batch: &Batch<'_>, rows: N, mut each: impl FnMut(usize, usize)) {
    let rows = narrow(registers, batch, rows);
    for lane in 0..LANES {
        each(lane, usize::try_from(rows.at(lane)).unwrap_or(0));
    }
}

/// The numbers of the rows.
fn row_numbers(registers: &mut Registers, batch: &Batch<'_>, out: u32) {
    if let Some(register) = registers.narrow.get_mut(out as usize) {
        for (lane, out) in register.iter_mut().enumerate() {
            *out = i64::try_from(batch.number * LANES + lane).unwrap_or(i64::MAX);
        }
    }
}

fn gather(registers: &mut Registers, batch: &Batch<'_>, out: u32, column: u32, rows: N) {
    let mut lanes = registers.narrow.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    if let Some(Figures::Narrow(column)) = batch.others.nums.get(column as usize).map(|it| &it.figures) {
        each_row(registers, batch, rows, |lane, row| {
            if let Some(out) = lanes.get_mut(lane) {
                *out = column.get(row).copied().unwrap_or(0);
            }
        });
    }
    if let Some(register) = registers.narrow.get_mut(out as usize) {
        *register = lanes;
    }
}

/// Operations on [`Number`]s and other rare ones, a row at a time.
#[inline(never)]
fn run_wide(instr: Instr, registers: &mut Registers, batch: &Batch<'_>) {
    match instr {
        Instr::Widen(out, a, scale) => {
            with_wide(registers, out, |registers, out, _| {
                let lanes = narrow(registers, batch, a);
                for (row, out) in out.iter_mut().enumerate() {
                    *out = Number::from_scaled(i128::from(lanes.at(row)), scale).unwrap_or_default();
                }
            });
        }
        Instr::Wide(op, out, a, b, live) => {
            with_wide(registers, out, |registers, out, fails| {
                let (a, b) = (wide(registers, batch, a), wide(registers, batch, b));
                let live = bits(registers, batch, live);
                for (row, (out, fails)) in out.iter_mut().zip(fails).enumerate() {
                    let result = if live.at(row) { apply(op, a.at(row), b.at(row)) } else { Ok(Number::ZERO) };
                    *fails = u8::from(result.is_err());
                    *out = result.unwrap_or_default();
                }
            });
        }
        Instr::WideRounded(out, a, digits, rounding, live) => {
            with_wide(registers, out, |registers, out, fails| {
                let (a, live) = (wide(registers, batch, a), bits(registers, batch, live));
                for (row, (out, fails)) in out.iter_mut().zip(fails).enumerate() {
                    let result = if live.at(row) { a.at(row).to_digits(digits, rounding) } else { Ok(Number::ZERO) };
                    *fails = u8::from(result.is_err());
                    *out = result.unwrap_or_default();
                }
            });
        }
        Instr::WideSelect(out, when, a, b) => {
            with_wide(registers, out, |registers, out, _| {
                let (a, b) = (wide(registers, batch, a), wide(registers, batch, b));
                let when = bits(registers, batch, when);
                for (row, out) in out.iter_mut().enumerate() {
                    *out = if when.at(row) { a.at(row) } else { b.at(row) };
                }
            });
        }
        Instr::WideGather(out, column, rows) => {
            with_wide(registers, out, |registers, out, _| {
                if let Some(Figures::Wide(column)) = batch.others.nums.get(column as usize).map(|it| &it.figures) {
                    each_row(registers, batch, rows, |lane, row| {
                        if let Some(out) = out.get_mut(lane) {
                            *out = column.get(row).copied().unwrap_or_default();
                        }
                    });
                }
            });
        }
        Instr::WideLess(out, a, b) => {
            with_bits(registers, out, |registers, out| {
                let (a, b) = (wide(registers, batch, a), wide(registers, batch, b));
                for (row, out) in out.iter_mut().enumerate() {
                    *out = u8::from(a.at(row) < b.at(row));
                }
            });
        }
        Instr::WideEqual(out, a, b) => {
            with_bits(registers, out, |registers, out| {
                let (a, b) = (wide(registers, batch, a), wide(registers, batch, b));
                for (row, out) in out.iter_mut().enumerate() {
                    *out = u8::from(a.at(row) == b.at(row));
                }
            });
        }
        Instr::Fails(out, register) => {
            with_bits(registers, out, |registers, out| {
                if let Some((_, fails)) = registers.wide.get(register as usize) {
                    out.copy_from_slice(fails);
                }
            });
        }
        Instr::BitGather(out, column, rows) => {
            with_bits(registers, out, |registers, out| {
                if let Some(column) = batch.others.bits.get(column as usize) {
                    each_row(registers, batch, rows, |lane, row| {
                        if let Some(out) = out.get_mut(lane) {
                            *out = column.get(row).copied().unwrap_or(0);
                        }
                    });
                }
            });
        }
        _ => {}
    }
}

fn with_wide(registers: &mut Registers, out: u32, fill: impl FnOnce(&Registers, &mut [Number], &mut [u8])) {
    let (mut lanes, mut fails) = registers.wide.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    fill(registers, &mut lanes, &mut fails);
    if let Some(register) = registers.wide.get_mut(out as usize) {
        *register = (lanes, fails);
    }
}

fn with_bits(registers: &mut Registers, out: u32, fill: impl FnOnce(&Registers, &mut [u8])) {
    let mut lanes = registers.bits.get_mut(out as usize).map(std::mem::take).unwrap_or_default();
    fill(registers, &mut lanes);
    if let Some(register) = registers.bits.get_mut(out as usize) {
        *register = lanes;
    }
}

fn apply(op: WideOp, a: Number, b: Number) -> Result<Number, ArithmeticError> {
    match op {
        WideOp::Add => a.add(b),
        WideOp::Sub => a.sub(b),
        WideOp::Mul => a.mul(b),
        WideOp::Div => a.div(b),
        WideOp::Steps => a.steps(b),
        WideOp::Min => Ok(a.min(b)),
        WideOp::Max => Ok(a.max(b)),
    }
}
