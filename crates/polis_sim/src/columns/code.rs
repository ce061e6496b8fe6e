//! From the graph to a list of operations on batches, with as few registers as the order allows.

use polis_value::{Number, Rounding};
use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{Bit, BitOp, Graph, Num, NumOp, WideOp};

/// Where an operation finds narrow figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum N {
    Reg(u32),
    Input(u32),
    Const(i64),
}

/// Where an operation finds wide figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum W {
    Reg(u32),
    Input(u32),
    Const(Number),
}

/// Where an operation finds truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum B {
    Reg(u32),
    Input(u32),
    Const(bool),
}

/// A place for figures of either kind, and the place of the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Narrow(N, u32),
    Wide(W),
}

/// An operation on a batch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instr {
    Add(u32, N, N),
    Sub(u32, N, N),
    Mul(u32, N, N),
    /// Of factors within 32 bits, which are multiplied in one instruction.
    MulShort(u32, N, N),
    Min(u32, N, N),
    Max(u32, N, N),
    Steps(u32, N, N),
    /// Whole steps of a constant size, of an amount below 2^31: a product with `2^shift / size`, rounded up.
    StepsShort(u32, N, u32, u32),
    Abs(u32, N),
    Rounded(u32, N, i64, Rounding),
    Select(u32, B, N, N),
    Row(u32),
    Gather(u32, u32, N),
    Less(u32, N, N),
    Equal(u32, N, N),
    And(u32, B, B),
    Or(u32, B, B),
    Not(u32, B),
    BitGather(u32, u32, N),
    Widen(u32, N, u32),
    Wide(WideOp, u32, W, W, B),
    WideRounded(u32, W, i32, Rounding, B),
    WideSelect(u32, B, W, W),
    WideGather(u32, u32, N),
    WideLess(u32, W, W),
    WideEqual(u32, W, W),
    /// The rows in which a wide operation has no result.
    Fails(u32, u32),
    /// Finds the runs of rows of one group, for the reductions by group that follow.
    Runs(N),
    Reduce(Reduction),
}

/// What is kept of a batch beyond it, in the slot of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reduction {
    /// The sum of the figures in the rows of the mask.
    Sum(u32, N, B),
    /// The same, where the sum over a batch is within 64 bits.
    SumShort(u32, N, B),
    /// How many rows the mask has.
    Count(u32, B),
    /// The same by group.
    GroupSum(u32, N, B, N),
    GroupMin(u32, N, B, N),
    GroupMax(u32, N, B, N),
    GroupAny(u32, B, N),
    GroupCount(u32, B, N),
}

/// A reduction that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Sum(Num, Bit),
    Count(Bit),
    GroupSum(Num, Bit, Num),
    GroupMin(Num, Bit, Num),
    GroupMax(Num, Bit, Num),
    GroupAny(Bit, Num),
    GroupCount(Bit, Num),
}

/// Operations on batches.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) instrs: Vec<Instr>,
    /// How many registers of each kind are needed.
    pub(super) narrow: usize,
    pub(super) wide: usize,
    pub(super) bits: usize,
    /// Where the figures and truths that were asked for lie after a batch.
    nums: FxHashMap<Num, Place>,
    places: FxHashMap<Bit, B>,
}

impl Code {
    /// Where a figure that was asked for lies.
    pub(super) fn place(&self, num: Num) -> Place {
        self.nums.get(&num).copied().unwrap_or(Place::Narrow(N::Const(0), 0))
    }

    /// Where a truth that was asked for lies.
    pub(super) fn bit(&self, bit: Bit) -> B {
        self.places.get(&bit).copied().unwrap_or(B::Const(false))
    }
}

/// A step of the order in which nodes are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Num(Num),
    Bit(Bit),
    Ask(usize),
}

/// What is to be computed.
pub(super) fn code(graph: &Graph, nums: &[Num], bits: &[Bit], asked: &[Asked]) -> Code {
    let order = order(graph, nums, bits, asked);
    let mut last: FxHashMap<Step, usize> = FxHashMap::default();
    for (position, step) in order.iter().enumerate() {
        operands(graph, *step, asked, |it| {
            last.insert(it, position);
        });
    }
    let kept = nums.iter().map(|it| Step::Num(*it)).chain(bits.iter().map(|it| Step::Bit(*it)));
    for step in kept {
        last.insert(step, usize::MAX);
    }
    let mut emitter = Emitter {
        graph,
        code: Code::default(),
        free: Default::default(),
        nums: FxHashMap::default(),
        bits: FxHashMap::default(),
        runs: None,
    };
    for (position, step) in order.iter().enumerate() {
        emitter.emit(*step, asked);
        operands(graph, *step, asked, |it| {
            // Once, though it may be both operands.
            if last.get(&it) == Some(&position) {
                last.remove(&it);
                emitter.release(it);
            }
        });
    }
    let Emitter { mut code, nums: all, bits: all_bits, .. } = emitter;
    code.nums = all.into_iter().filter(|it| nums.contains(&it.0)).collect();
    code.places = all_bits.into_iter().filter(|it| bits.contains(&it.0)).collect();
    code
}

/// The nodes that are needed, operands first, each close to its first use.
fn order(graph: &Graph, nums: &[Num], bits: &[Bit], asked: &[Asked]) -> Vec<Step> {
    let mut order = Vec::new();
    let mut seen: FxHashSet<Step> = FxHashSet::default();
    let asks = (0..asked.len()).map(Step::Ask);
    let wanted = asks.chain(bits.iter().map(|it| Step::Bit(*it))).chain(nums.iter().map(|it| Step::Num(*it)));
    for root in wanted {
        let mut stack = vec![(root, false)];
        while let Some((step, ready)) = stack.pop() {
            if ready {
                order.push(step);
                continue;
            }
            if !seen.insert(step) {
                continue;
            }
            stack.push((step, true));
            operands(graph, step, asked, |it| stack.push((it, false)));
        }
    }
    order
}

fn operands(graph: &Graph, step: Step, asked: &[Asked], mut each: impl FnMut(Step)) {
    let mut num = |it: Num| each(Step::Num(it));
    match step {
        Step::Num(id) => match graph.node(id).op {
            NumOp::Const(_) | NumOp::WideConst(_) | NumOp::Row | NumOp::Input(_) => {}
            NumOp::Gather(_, a) | NumOp::Abs(a) | NumOp::Rounded(a, ..) | NumOp::Widen(a) => num(a),
            NumOp::Add(a, b)
            | NumOp::Sub(a, b)
            | NumOp::Mul(a, b)
            | NumOp::Min(a, b)
            | NumOp::Max(a, b)
            | NumOp::Steps(a, b) => {
                num(a);
                num(b);
            }
            NumOp::Select(when, a, b) => {
                num(a);
                num(b);
                each(Step::Bit(when));
            }
            NumOp::Wide(_, a, b, live) => {
                num(a);
                num(b);
                each(Step::Bit(live));
            }
            NumOp::WideRounded(a, _, _, live) => {
                num(a);
                each(Step::Bit(live));
            }
        },
        Step::Bit(id) => match graph.op(id) {
            BitOp::Const(_) | BitOp::Input(_) => {}
            BitOp::Gather(_, a) | BitOp::Fails(a) => num(a),
            BitOp::Less(a, b) | BitOp::Equal(a, b) => {
                num(a);
                num(b);
            }
            BitOp::And(a, b) | BitOp::Or(a, b) => {
                each(Step::Bit(a));
                each(Step::Bit(b));
            }
            BitOp::Not(a) => each(Step::Bit(a)),
        },
        Step::Ask(index) => match asked.get(index) {
            None => {}
            Some(Asked::Sum(a, mask)) => {
                num(*a);
                each(Step::Bit(*mask));
            }
            Some(Asked::Count(mask)) => each(Step::Bit(*mask)),
            Some(Asked::GroupSum(a, mask, by) | Asked::GroupMin(a, mask, by) | Asked::GroupMax(a, mask, by)) => {
                num(*a);
                num(*by);
                each(Step::Bit(*mask));
            }
            Some(Asked::GroupAny(mask, by) | Asked::GroupCount(mask, by)) => {
                num(*by);
                each(Step::Bit(*mask));
            }
        },
    }
}

/// Registers of one kind that are free again.
#[derive(Debug, Default)]
struct Free {
    all: Vec<u32>,
    count: u32,
}

impl Free {
    fn take(&mut self) -> u32 {
        self.all.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }
}

struct Emitter<'g> {
    graph: &'g Graph,
    code: Code,
    /// Narrow, wide, truths.
    free: (Free, Free, Free),
    nums: FxHashMap<Num, Place>,
    bits: FxHashMap<Bit, B>,
    /// The groups of which the runs have been found last.
    runs: Option<Num>,
}

impl Emitter<'_> {
    fn release(&mut self, step: Step) {
        match step {
            Step::Num(num) => match self.nums.get(&num) {
                Some(Place::Narrow(N::Reg(it), _)) => self.free.0.all.push(*it),
                Some(Place::Wide(W::Reg(it))) => self.free.1.all.push(*it),
                _ => {}
            },
            Step::Bit(bit) => {
                if let Some(B::Reg(it)) = self.bits.get(&bit) {
                    self.free.2.all.push(*it);
                }
            }
            Step::Ask(_) => {}
        }
    }

    fn n(&self, num: Num) -> N {
        match self.nums.get(&num) {
            Some(Place::Narrow(n, _)) => *n,
            _ => N::Const(0),
        }
    }

    fn w(&self, num: Num) -> W {
        match self.nums.get(&num) {
            Some(Place::Wide(w)) => *w,
            _ => W::Const(Number::ZERO),
        }
    }

    fn b(&self, bit: Bit) -> B {
        self.bits.get(&bit).copied().unwrap_or(B::Const(false))
    }

    fn emit(&mut self, step: Step, asked: &[Asked]) {
        match step {
            Step::Num(num) => self.num(num),
            Step::Bit(bit) => self.bit(bit),
            Step::Ask(index) => {
                let slot = u32::try_from(index).unwrap_or(u32::MAX);
                self.runs_of(asked.get(index));
                let reduction = match asked.get(index) {
                    None => return,
                    Some(Asked::Sum(a, mask)) => {
                        let node = self.graph.node(*a);
                        let (figures, mask) = (self.n(*a), self.b(*mask));
                        if node.lo.unsigned_abs().max(node.hi.unsigned_abs()) < 1 << 53 {
                            Reduction::SumShort(slot, figures, mask)
                        } else {
                            Reduction::Sum(slot, figures, mask)
                        }
                    }
                    Some(Asked::Count(mask)) => Reduction::Count(slot, self.b(*mask)),
                    Some(Asked::GroupSum(a, mask, by)) => {
                        Reduction::GroupSum(slot, self.n(*a), self.b(*mask), self.n(*by))
                    }
                    Some(Asked::GroupMin(a, mask, by)) => {
                        Reduction::GroupMin(slot, self.n(*a), self.b(*mask), self.n(*by))
                    }
                    Some(Asked::GroupMax(a, mask, by)) => {
                        Reduction::GroupMax(slot, self.n(*a), self.b(*mask), self.n(*by))
                    }
                    Some(Asked::GroupAny(mask, by)) => Reduction::GroupAny(slot, self.b(*mask), self.n(*by)),
                    Some(Asked::GroupCount(mask, by)) => Reduction::GroupCount(slot, self.b(*mask), self.n(*by)),
                };
                self.code.instrs.push(Instr::Reduce(reduction));
            }
        }
    }

    /// Has the runs of groups found for a reduction, unless they have been for the last one.
    fn runs_of(&mut self, asked: Option<&Asked>) {
        if let Some(Asked::GroupSum(_, _, by) | Asked::GroupCount(_, by)) = asked
            && self.runs != Some(*by)
        {
            self.runs = Some(*by);
            self.code.instrs.push(Instr::Runs(self.n(*by)));
        }
    }

    fn num(&mut self, num: Num) {
        let node = self.graph.node(num);
        let place = match node.op {
            NumOp::Const(mantissa) => Place::Narrow(N::Const(mantissa), node.scale),
            NumOp::WideConst(number) => Place::Wide(W::Const(number)),
            NumOp::Input(index) if node.wide => Place::Wide(W::Input(index)),
            NumOp::Input(index) => Place::Narrow(N::Input(index), node.scale),
            op if node.wide => {
                let out = self.free.1.take();
                self.code.wide = self.code.wide.max(self.free.1.count as usize);
                let instr = match op {
                    NumOp::Gather(column, rows) => Instr::WideGather(out, column, self.n(rows)),
                    NumOp::Widen(a) => Instr::Widen(out, self.n(a), self.graph.node(a).scale),
                    NumOp::Wide(op, a, b, live) => Instr::Wide(op, out, self.w(a), self.w(b), self.b(live)),
                    NumOp::WideRounded(a, digits, rounding, live) => {
                        Instr::WideRounded(out, self.w(a), digits, rounding, self.b(live))
                    }
                    NumOp::Select(when, a, b) => Instr::WideSelect(out, self.b(when), self.w(a), self.w(b)),
                    _ => return,
                };
                self.code.instrs.push(instr);
                Place::Wide(W::Reg(out))
            }
            op => {
                let out = self.free.0.take();
                self.code.narrow = self.code.narrow.max(self.free.0.count as usize);
                let instr = match op {
                    NumOp::Row => Instr::Row(out),
                    NumOp::Gather(column, rows) => Instr::Gather(out, column, self.n(rows)),
                    NumOp::Add(a, b) => Instr::Add(out, self.n(a), self.n(b)),
                    NumOp::Sub(a, b) => Instr::Sub(out, self.n(a), self.n(b)),
                    NumOp::Mul(a, b) if self.is_short(a) && self.is_short(b) => {
                        Instr::MulShort(out, self.n(a), self.n(b))
                    }
                    NumOp::Mul(a, b) => Instr::Mul(out, self.n(a), self.n(b)),
                    NumOp::Min(a, b) => Instr::Min(out, self.n(a), self.n(b)),
                    NumOp::Max(a, b) => Instr::Max(out, self.n(a), self.n(b)),
                    NumOp::Steps(a, b) => match (self.n(b), self.graph.node(a).hi) {
                        (N::Const(size), most) if let Some((factor, shift)) = inverse(size, most) => {
                            Instr::StepsShort(out, self.n(a), factor, shift)
                        }
                        (size, _) => Instr::Steps(out, self.n(a), size),
                    },
                    NumOp::Abs(a) => Instr::Abs(out, self.n(a)),
                    NumOp::Rounded(a, unit, rounding) => Instr::Rounded(out, self.n(a), unit, rounding),
                    NumOp::Select(when, a, b) => Instr::Select(out, self.b(when), self.n(a), self.n(b)),
                    _ => return,
                };
                self.code.instrs.push(instr);
                Place::Narrow(N::Reg(out), node.scale)
            }
        };
        self.nums.insert(num, place);
    }

    fn is_short(&self, num: Num) -> bool {
        let node = self.graph.node(num);
        i32::try_from(node.lo).is_ok() && i32::try_from(node.hi).is_ok()
    }

    fn bit(&mut self, bit: Bit) {
        let place = match self.graph.op(bit) {
            BitOp::Const(truth) => B::Const(truth),
            BitOp::Input(index) => B::Input(index),
            op => {
                let out = self.free.2.take();
                self.code.bits = self.code.bits.max(self.free.2.count as usize);
                let wide = |it: Num| self.graph.node(it).wide;
                let instr = match op {
                    BitOp::Gather(column, rows) => Instr::BitGather(out, column, self.n(rows)),
                    BitOp::Fails(a) => match self.w(a) {
                        W::Reg(register) => Instr::Fails(out, register),
                        _ => Instr::And(out, B::Const(false), B::Const(false)),
                    },
                    BitOp::Less(a, b) if wide(a) => Instr::WideLess(out, self.w(a), self.w(b)),
                    BitOp::Less(a, b) => Instr::Less(out, self.n(a), self.n(b)),
                    BitOp::Equal(a, b) if wide(a) => Instr::WideEqual(out, self.w(a), self.w(b)),
                    BitOp::Equal(a, b) => Instr::Equal(out, self.n(a), self.n(b)),
                    BitOp::And(a, b) => Instr::And(out, self.b(a), self.b(b)),
                    BitOp::Or(a, b) => Instr::Or(out, self.b(a), self.b(b)),
                    BitOp::Not(a) => Instr::Not(out, self.b(a)),
                    BitOp::Const(_) | BitOp::Input(_) => return,
                };
                self.code.instrs.push(instr);
                B::Reg(out)
            }
        };
        self.bits.insert(bit, place);
    }
}

/// A factor and a shift by which every amount up to `most` is divided: `amount * factor >> shift` is the whole quotient.
///
/// With `factor = ceil(2^shift / size)` and `excess = factor * size - 2^shift`, the quotient is exact for all amounts
/// below `2^shift / excess`, since the error `amount * excess / (size * 2^shift)` stays below `1 / size`.
fn inverse(size: i64, most: i64) -> Option<(u32, u32)> {
    let size = u64::try_from(size).ok().filter(|it| *it > 0)?;
    let most = u64::try_from(most.max(0)).ok().filter(|it| *it < 1 << 31)?;
    (0..=62_u32).find_map(|shift| {
        let power = 1_u64 << shift;
        let factor = power.div_ceil(size);
        let excess = factor * size - power;
        let exact = most.checked_mul(excess).is_some_and(|it| it < power);
        u32::try_from(factor).ok().filter(|_| exact).map(|it| (it, shift))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_and_a_shift_divide() {
        for size in [1, 2, 3, 7, 300, 500, 999, 1_000_000, i64::from(i32::MAX)] {
            for most in [0, 1, 6_500, 100_000, i64::from(i32::MAX)] {
                let (factor, shift) = inverse(size, most).unwrap();
                let near = (0..3)
                    .flat_map(|it| [it, most - it, size - it, size * 2 + it, most / 2 + it, most / size * size - it]);
                for amount in near.filter(|it| (0..=most).contains(it)) {
                    let product = u64::try_from(amount).unwrap() * u64::from(factor);
                    assert_eq!(
                        i64::try_from(product >> shift).unwrap(),
                        amount / size,
                        "{amount} / {size}, up to {most}"
                    );
                }
            }
        }
        assert_eq!(inverse(0, 5), None);
        assert_eq!(inverse(3, 1 << 31), None);
    }
}
