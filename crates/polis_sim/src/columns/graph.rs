//! A program on columns as a graph: every node is a column of figures or of truths, and equal nodes are one.
//!
//! **Invariant:** a narrow node holds each figure as an integer `figure * 10^scale` within its bounds, whatever the rows
//! hold, as long as the input columns keep to theirs. So no narrow operation overflows or rounds, and each gives what
//! [`Number`] gives. Where the bounds cannot be kept within 64 bits, or digits do not end, a node is wide and holds
//! [`Number`]s.

#![expect(clippy::many_single_char_names, reason = "two operands in two forms, as in arithmetic")]

use polis_value::{Number, Rounding};
use rustc_hash::FxHashMap;

/// The most digits after the point of a narrow node.
const MAX_SCALE: u32 = 18;

/// A column of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Num(pub(super) u32);

/// A column of truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Bit(pub(super) u32);

impl Bit {
    pub(super) const FALSE: Self = Self(0);
    pub(super) const TRUE: Self = Self(1);
}

/// Why something has no column: the interpreter has to say what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop;

pub(super) type Built<T> = Result<T, Stop>;

/// What a column of figures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NumOp {
    Const(i64),
    WideConst(Number),
    /// The number of the row.
    Row,
    /// A column of the table, by its position among the graph's inputs.
    Input(u32),
    /// A column of another table, by its position among the shared ones, at the rows that the second one names.
    Gather(u32, Num),
    Add(Num, Num),
    Sub(Num, Num),
    Mul(Num, Num),
    Min(Num, Num),
    Max(Num, Num),
    /// Whole steps; the size is above zero, or the row is left to the interpreter.
    Steps(Num, Num),
    Abs(Num),
    /// Divided by a positive whole number and rounded.
    Rounded(Num, i64, Rounding),
    Select(Bit, Num, Num),
    /// The same figures as [`Number`]s.
    Widen(Num),
    Wide(WideOp, Num, Num, Bit),
    WideRounded(Num, i32, Rounding, Bit),
}

/// An operation on [`Number`]s, which can have no result: in rows where the last operand holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum WideOp {
    Add,
    Sub,
    Mul,
    Div,
    Steps,
    Min,
    Max,
}

/// What a column of truths is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum BitOp {
    Const(bool),
    Input(u32),
    Gather(u32, Num),
    Less(Num, Num),
    Equal(Num, Num),
    And(Bit, Bit),
    Or(Bit, Bit),
    Not(Bit),
    /// Where a wide operation has no result.
    Fails(Num),
}

/// A column of figures with what is known of all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumNode {
    pub(super) op: NumOp,
    pub(super) scale: u32,
    pub(super) lo: i64,
    pub(super) hi: i64,
    pub(super) wide: bool,
}

/// What is known of an input column of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Bounds {
    pub(super) scale: u32,
    pub(super) lo: i64,
    pub(super) hi: i64,
    pub(super) wide: bool,
}

/// The graph.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nums: Vec<NumNode>,
    pub(super) bits: Vec<BitOp>,
    num_of: FxHashMap<(NumOp, u32), Num>,
    bit_of: FxHashMap<BitOp, Bit>,
    /// Rows in which any of these holds are left to the interpreter.
    pub(super) escapes: Vec<Bit>,
}

impl Graph {
    pub(super) fn new() -> Self {
        let mut graph = Self::default();
        graph.bit(BitOp::Const(false));
        graph.bit(BitOp::Const(true));
        graph
    }

    pub(super) fn node(&self, num: Num) -> NumNode {
        let none = NumNode { op: NumOp::Const(0), scale: 0, lo: 0, hi: 0, wide: false };
        self.nums.get(num.0 as usize).copied().unwrap_or(none)
    }

    pub(super) fn op(&self, bit: Bit) -> BitOp {
        self.bits.get(bit.0 as usize).copied().unwrap_or(BitOp::Const(false))
    }

    fn num(&mut self, op: NumOp, scale: u32, bounds: (i128, i128)) -> Built<Num> {
        let (Ok(lo), Ok(hi)) = (i64::try_from(bounds.0), i64::try_from(bounds.1)) else { return Err(Stop) };
        Ok(self.push(NumNode { op, scale, lo, hi, wide: false }))
    }

    fn wide(&mut self, op: NumOp) -> Num {
        self.push(NumNode { op, scale: 0, lo: 0, hi: 0, wide: true })
    }

    fn push(&mut self, node: NumNode) -> Num {
        let next = Num(u32::try_from(self.nums.len()).unwrap_or(u32::MAX));
        let id = *self.num_of.entry((node.op, node.scale)).or_insert(next);
        if id == next {
            self.nums.push(node);
        }
        id
    }

    fn bit(&mut self, op: BitOp) -> Bit {
        let next = Bit(u32::try_from(self.bits.len()).unwrap_or(u32::MAX));
        let id = *self.bit_of.entry(op).or_insert(next);
        if id == next {
            self.bits.push(op);
        }
        id
    }

    pub(super) fn input(&mut self, index: u32, bounds: Bounds) -> Num {
        self.push(NumNode {
            op: NumOp::Input(index),
            scale: bounds.scale,
            lo: bounds.lo,
            hi: bounds.hi,
            wide: bounds.wide,
        })
    }

    pub(super) fn row(&mut self, rows: i64) -> Num {
        self.push(NumNode { op: NumOp::Row, scale: 0, lo: 0, hi: rows, wide: false })
    }

    pub(super) fn gather(&mut self, column: u32, rows: Num, bounds: Bounds) -> Num {
        let op = NumOp::Gather(column, rows);
        // A row that lies nowhere reads as 0.
        let (lo, hi) = (bounds.lo.min(0), bounds.hi.max(0));
        self.push(NumNode { op, scale: bounds.scale, lo, hi, wide: bounds.wide })
    }

    pub(super) fn bit_input(&mut self, index: u32) -> Bit {
        self.bit(BitOp::Input(index))
    }

    pub(super) fn bit_gather(&mut self, column: u32, rows: Num) -> Bit {
        self.bit(BitOp::Gather(column, rows))
    }

    /// Leaves the rows in which `when` holds to the interpreter.
    pub(super) fn escape(&mut self, when: Bit) {
        if when != Bit::FALSE && !self.escapes.contains(&when) {
            self.escapes.push(when);
        }
    }

    // Figures.

    pub(super) fn constant(&mut self, number: Number) -> Num {
        let (mantissa, scale) = number.to_scaled();
        if scale <= MAX_SCALE
            && let Ok(narrow) = i64::try_from(mantissa)
            && let Ok(id) = self.num(NumOp::Const(narrow), scale, (mantissa, mantissa))
        {
            return id;
        }
        self.wide(NumOp::WideConst(number))
    }

    pub(super) fn whole(&mut self, int: i64) -> Num {
        self.constant(Number::Int(int))
    }

    /// The figure, where a column holds only one.
    pub(super) fn known(&self, num: Num) -> Option<Number> {
        let node = self.node(num);
        match node.op {
            NumOp::Const(mantissa) => Number::from_scaled(i128::from(mantissa), node.scale).ok(),
            NumOp::WideConst(number) => Some(number),
            _ => None,
        }
    }

    fn widen(&mut self, num: Num) -> Num {
        if self.node(num).wide {
            return num;
        }
        match self.known(num) {
            Some(number) => self.wide(NumOp::WideConst(number)),
            None => self.wide(NumOp::Widen(num)),
        }
    }

    /// A narrow column with more digits after the point.
    fn rescale(&mut self, num: Num, scale: u32) -> Built<Num> {
        let node = self.node(num);
        if node.wide || scale > MAX_SCALE || node.scale > scale {
            return Err(Stop);
        }
        if node.scale == scale {
            return Ok(num);
        }
        let power = 10_i64.checked_pow(scale - node.scale).ok_or(Stop)?;
        let by = |it: i64| i128::from(it) * i128::from(power);
        let bounds = (by(node.lo), by(node.hi));
        if let NumOp::Const(mantissa) = node.op {
            let mantissa = i64::try_from(by(mantissa)).map_err(|_| Stop)?;
            return self.num(NumOp::Const(mantissa), scale, bounds);
        }
        let power = self.num(NumOp::Const(power), 0, (i128::from(power), i128::from(power)))?;
        self.num(NumOp::Mul(num, power), scale, bounds)
    }

    /// Both with the same digits after the point, and with no less than these.
    pub(super) fn same_scale(&mut self, a: Num, b: Num, least: u32) -> Built<(Num, Num)> {
        let scale = self.node(a).scale.max(self.node(b).scale).max(least);
        Ok((self.rescale(a, scale)?, self.rescale(b, scale)?))
    }

    /// Both with the same digits after the point, or both wide.
    fn unified(&mut self, a: Num, b: Num) -> (Num, Num, bool) {
        let scale = self.node(a).scale.max(self.node(b).scale);
        match (self.rescale(a, scale), self.rescale(b, scale)) {
            (Ok(a), Ok(b)) => (a, b, false),
            _ => (self.widen(a), self.widen(b), true),
        }
    }

    /// The result for two figures that are the same in every row.
    fn folded(
        &mut self,
        a: Num,
        b: Num,
        op: impl Fn(Number, Number) -> Result<Number, polis_value::ArithmeticError>,
    ) -> Option<Built<Num>> {
        let (a, b) = (self.known(a)?, self.known(b)?);
        Some(op(a, b).map(|it| self.constant(it)).map_err(|_| Stop))
    }

    fn wide_op(&mut self, op: WideOp, a: Num, b: Num, live: Bit) -> Num {
        let (a, b) = (self.widen(a), self.widen(b));
        let result = self.wide(NumOp::Wide(op, a, b, live));
        self.fails(result);
        result
    }

    /// Leaves the rows in which a wide operation has no result to the interpreter.
    fn fails(&mut self, num: Num) {
        let fails = self.bit(BitOp::Fails(num));
        self.escape(fails);
    }

    pub(super) fn add(&mut self, a: Num, b: Num, live: Bit) -> Built<Num> {
        if let Some(folded) = self.folded(a, b, Number::add) {
            return folded;
        }
        if self.known(a) == Some(Number::ZERO) {
            return Ok(b);
        }
        if self.known(b) == Some(Number::ZERO) {
            return Ok(a);
        }
        // The order of operands makes no difference to a sum.
        let (a, b) = (a.max(b), a.min(b));
        let (x, y, wide) = self.unified(a, b);
        if !wide {
            let (m, n) = (self.node(x), self.node(y));
            let bounds = (i128::from(m.lo) + i128::from(n.lo), i128::from(m.hi) + i128::from(n.hi));
            if let Ok(sum) = self.num(NumOp::Add(x, y), m.scale, bounds) {
                return Ok(sum);
            }
        }
        Ok(self.wide_op(WideOp::Add, a, b, live))
    }

    pub(super) fn sub(&mut self, a: Num, b: Num, live: Bit) -> Built<Num> {
        if let Some(folded) = self.folded(a, b, Number::sub) {
            return folded;
        }
        if self.known(b) == Some(Number::ZERO) {
            return Ok(a);
        }
        let (x, y, wide) = self.unified(a, b);
        if !wide {
            let (m, n) = (self.node(x), self.node(y));
            let bounds = (i128::from(m.lo) - i128::from(n.hi), i128::from(m.hi) - i128::from(n.lo));
            if let Ok(difference) = self.num(NumOp::Sub(x, y), m.scale, bounds) {
                return Ok(difference);
            }
        }
        Ok(self.wide_op(WideOp::Sub, a, b, live))
    }

    pub(super) fn mul(&mut self, a: Num, b: Num, live: Bit) -> Built<Num> {
        if let Some(folded) = self.folded(a, b, Number::mul) {
            return folded;
        }
        for (one, other) in [(a, b), (b, a)] {
            match self.known(one) {
                Some(Number::ONE) => return Ok(other),
                Some(Number::ZERO) => return Ok(self.whole(0)),
                _ => {}
            }
        }
        let (a, b) = (a.max(b), a.min(b));
        let (m, n) = (self.node(a), self.node(b));
        let scale = m.scale + n.scale;
        if !m.wide && !n.wide && scale <= MAX_SCALE {
            let corners = [(m.lo, n.lo), (m.lo, n.hi), (m.hi, n.lo), (m.hi, n.hi)];
            let corners = corners.map(|it| i128::from(it.0) * i128::from(it.1));
            let lo = corners.iter().copied().min().unwrap_or_default();
            let hi = corners.iter().copied().max().unwrap_or_default();
            if let Ok(product) = self.num(NumOp::Mul(a, b), scale, (lo, hi)) {
                return Ok(product);
            }
        }
        Ok(self.wide_op(WideOp::Mul, a, b, live))
    }

    pub(super) fn div(&mut self, a: Num, b: Num, live: Bit) -> Built<Num> {
        if let Some(folded) = self.folded(a, b, Number::div) {
            return folded;
        }
        if let Some(divisor) = self.known(b) {
            if divisor.is_zero() {
                return Err(Stop);
            }
            // A divisor such as 4 or 0.5 is a factor as well, whose product ends where the quotient does.
            if let Ok(inverse) = Number::ONE.div(divisor) {
                let ((m, s), (n, t)) = (inverse.to_scaled(), divisor.to_scaled());
                let is_exact = m.checked_mul(n).is_some_and(|it| Some(it) == 10_i128.checked_pow(s + t));
                if is_exact && !self.node(a).wide {
                    let inverse = self.constant(inverse);
                    let product = self.mul(a, inverse, live)?;
                    if !self.node(product).wide {
                        return Ok(product);
                    }
                }
            }
        }
        Ok(self.wide_op(WideOp::Div, a, b, live))
    }

    pub(super) fn steps(&mut self, amount: Num, size: Num, live: Bit) -> Built<Num> {
        if let Some(folded) = self.folded(amount, size, Number::steps) {
            return folded;
        }
        if self.known(size).is_some_and(|it| it <= Number::ZERO) {
            return Err(Stop);
        }
        let (x, y, wide) = self.unified(amount, size);
        if wide {
            return Ok(self.wide_op(WideOp::Steps, amount, size, live));
        }
        let (m, n) = (self.node(x), self.node(y));
        if n.lo <= 0 {
            let zero = self.whole(0);
            let above = self.less(zero, size);
            let not_above = self.not(above);
            let fails = self.and(live, not_above);
            self.escape(fails);
        }
        let count = |amount: i64, size: i64| i128::from(amount.max(0) / size.max(1));
        self.num(NumOp::Steps(x, y), 0, (count(m.lo, n.hi), count(m.hi, n.lo)))
    }

    pub(super) fn neg(&mut self, a: Num, live: Bit) -> Built<Num> {
        if let Some(number) = self.known(a) {
            return number.neg().map(|it| self.constant(it)).map_err(|_| Stop);
        }
        let zero = self.whole(0);
        self.sub(zero, a, live)
    }

    pub(super) fn abs(&mut self, a: Num, live: Bit) -> Built<Num> {
        let node = self.node(a);
        if node.wide {
            let negative = self.neg(a, live)?;
            return Ok(self.extreme(false, a, negative));
        }
        if let Some(number) = self.known(a) {
            return number.abs().map(|it| self.constant(it)).map_err(|_| Stop);
        }
        if node.lo >= 0 {
            return Ok(a);
        }
        let most = i128::from(node.lo).abs().max(i128::from(node.hi).abs());
        if let Ok(abs) = self.num(NumOp::Abs(a), node.scale, (0, most)) {
            return Ok(abs);
        }
        let wide = self.widen(a);
        self.abs(wide, live)
    }

    /// The lesser or the greater of two.
    pub(super) fn extreme(&mut self, least: bool, a: Num, b: Num) -> Num {
        if a == b {
            return a;
        }
        if let (Some(x), Some(y)) = (self.known(a), self.known(b)) {
            return if (x <= y) == least { a } else { b };
        }
        let (x, y, wide) = self.unified(a.max(b), a.min(b));
        if wide {
            let op = if least { WideOp::Min } else { WideOp::Max };
            return self.wide(NumOp::Wide(op, x, y, Bit::TRUE));
        }
        let (m, n) = (self.node(x), self.node(y));
        if m.hi <= n.lo {
            return if least { x } else { y };
        }
        if n.hi <= m.lo {
            return if least { y } else { x };
        }
        let (op, bounds) = if least {
            (NumOp::Min(x, y), (m.lo.min(n.lo), m.hi.min(n.hi)))
        } else {
            (NumOp::Max(x, y), (m.lo.max(n.lo), m.hi.max(n.hi)))
        };
        self.push(NumNode { op, scale: m.scale, lo: bounds.0, hi: bounds.1, wide: false })
    }

    /// Rounded to so many digits after the point, as [`Number::to_digits`] does.
    pub(super) fn rounded(&mut self, a: Num, digits: i32, rounding: Rounding, live: Bit) -> Built<Num> {
        if let Some(number) = self.known(a) {
            return number.to_digits(digits, rounding).map(|it| self.constant(it)).map_err(|_| Stop);
        }
        let node = self.node(a);
        if !node.wide {
            let surplus = i64::from(node.scale) - i64::from(digits);
            let Some(surplus) = u32::try_from(surplus).ok().filter(|it| *it > 0) else { return Ok(a) };
            let scale = u32::try_from(digits).unwrap_or(0);
            let missing = u32::try_from(-i64::from(digits)).unwrap_or(0);
            if let (Some(unit), Some(power)) = (10_i64.checked_pow(surplus), 10_i64.checked_pow(missing)) {
                let (lo, hi) = (whole(node.lo, unit, rounding), whole(node.hi, unit, rounding));
                let units = self.num(NumOp::Rounded(a, unit, rounding), scale, (lo.into(), hi.into()))?;
                let power = self.whole(power);
                let product = self.mul(units, power, live)?;
                if !self.node(product).wide {
                    return Ok(product);
                }
            }
        }
        let a = self.widen(a);
        let result = self.wide(NumOp::WideRounded(a, digits, rounding, live));
        self.fails(result);
        Ok(result)
    }

    pub(super) fn select(&mut self, when: Bit, a: Num, b: Num) -> Num {
        match when {
            Bit::TRUE => return a,
            Bit::FALSE => return b,
            _ if a == b => return a,
            _ => {}
        }
        if let BitOp::Not(inner) = self.op(when) {
            return self.select(inner, b, a);
        }
        let (a, b, wide) = self.unified(a, b);
        let op = NumOp::Select(when, a, b);
        if wide {
            return self.wide(op);
        }
        let (m, n) = (self.node(a), self.node(b));
        self.push(NumNode { op, scale: m.scale, lo: m.lo.min(n.lo), hi: m.hi.max(n.hi), wide: false })
    }

    // Truths.

    pub(super) fn less(&mut self, a: Num, b: Num) -> Bit {
        if a == b {
            return Bit::FALSE;
        }
        if let (Some(a), Some(b)) = (self.known(a), self.known(b)) {
            return if a < b { Bit::TRUE } else { Bit::FALSE };
        }
        let (a, b, wide) = self.unified(a, b);
        let (m, n) = (self.node(a), self.node(b));
        match () {
            () if !wide && m.hi < n.lo => Bit::TRUE,
            () if !wide && m.lo >= n.hi => Bit::FALSE,
            () => self.bit(BitOp::Less(a, b)),
        }
    }

    /// `a <= b`.
    pub(super) fn at_most(&mut self, a: Num, b: Num) -> Bit {
        let above = self.less(b, a);
        self.not(above)
    }

    pub(super) fn equal(&mut self, a: Num, b: Num) -> Bit {
        if a == b {
            return Bit::TRUE;
        }
        if let (Some(a), Some(b)) = (self.known(a), self.known(b)) {
            return if a == b { Bit::TRUE } else { Bit::FALSE };
        }
        let (a, b, wide) = self.unified(a.max(b), a.min(b));
        let (m, n) = (self.node(a), self.node(b));
        if !wide && (m.hi < n.lo || n.hi < m.lo) {
            return Bit::FALSE;
        }
        self.bit(BitOp::Equal(a, b))
    }

    pub(super) fn not(&mut self, a: Bit) -> Bit {
        match self.op(a) {
            BitOp::Const(truth) => {
                if truth {
                    Bit::FALSE
                } else {
                    Bit::TRUE
                }
            }
            BitOp::Not(inner) => inner,
            _ => self.bit(BitOp::Not(a)),
        }
    }

    fn opposed(&self, a: Bit, b: Bit) -> bool {
        self.op(a) == BitOp::Not(b) || self.op(b) == BitOp::Not(a)
    }

    pub(super) fn and(&mut self, a: Bit, b: Bit) -> Bit {
        match (a, b) {
            (Bit::FALSE, _) | (_, Bit::FALSE) => return Bit::FALSE,
            (Bit::TRUE, other) | (other, Bit::TRUE) => return other,
            _ if a == b => return a,
            _ if self.opposed(a, b) => return Bit::FALSE,
            _ => {}
        }
        for (one, other) in [(a, b), (b, a)] {
            match self.op(one) {
                // x and (x and y), not x and (x and y), x and (x or y).
                BitOp::And(x, y) if x == other || y == other => return one,
                BitOp::And(x, y) if self.opposed(x, other) || self.opposed(y, other) => return Bit::FALSE,
                BitOp::Or(x, y) if x == other || y == other => return other,
                _ => {}
            }
        }
        self.bit(BitOp::And(a.max(b), a.min(b)))
    }

    pub(super) fn or(&mut self, a: Bit, b: Bit) -> Bit {
        match (a, b) {
            (Bit::TRUE, _) | (_, Bit::TRUE) => return Bit::TRUE,
            (Bit::FALSE, other) | (other, Bit::FALSE) => return other,
            _ if a == b => return a,
            _ if self.opposed(a, b) => return Bit::TRUE,
            _ => {}
        }
        for (one, other) in [(a, b), (b, a)] {
            match self.op(one) {
                BitOp::Or(x, y) if x == other || y == other => return one,
                BitOp::And(x, y) if x == other || y == other => return other,
                _ => {}
            }
        }
        self.bit(BitOp::Or(a.max(b), a.min(b)))
    }

    /// `a` where `when` holds, otherwise `b`.
    pub(super) fn choose(&mut self, when: Bit, a: Bit, b: Bit) -> Bit {
        if a == b {
            return a;
        }
        let otherwise = self.not(when);
        let (a, b) = (self.and(when, a), self.and(otherwise, b));
        self.or(a, b)
    }
}

/// An integer divided by a positive one and rounded, as [`Number::to_digits`] does.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop over a column of these is to be one loop of vector instructions")]
pub(super) fn whole(a: i64, unit: i64, rounding: Rounding) -> i64 {
    match rounding {
        Rounding::Down => a.div_euclid(unit),
        // The least integer has no counterpart above zero.
        Rounding::Up => a.div_euclid(unit) + i64::from(a.rem_euclid(unit) != 0),
        Rounding::HalfAwayFromZero => {
            let (whole, rest) = (a / unit, a % unit);
            if rest.unsigned_abs() >= unit.unsigned_abs().div_ceil(2) { whole + a.signum() } else { whole }
        }
    }
}
