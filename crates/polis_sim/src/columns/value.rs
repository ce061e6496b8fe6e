//! Values of every row at once: both ends, whether they are known, and why not.

use polis_syntax::ast::BinaryOp;
use polis_value::Rounding;

use super::graph::{Bit, Built, Graph, Num, Stop};

/// What an unknown value lacks, by its number in the plan's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ReasonId(pub(super) u32);

impl ReasonId {
    /// A choice within a range.
    pub(super) const DISCRETION: Self = Self(0);
    /// The text itself says `unknown`.
    pub(super) const SAID: Self = Self(1);
}

/// Both ends of a range; `None` where it has none.
type Ends = [Option<Num>; 2];

/// For each reason, the rows that are unknown for it.
pub(super) type Why = Vec<(ReasonId, Bit)>;

/// The value of an expression in every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Val {
    pub(super) kind: Kind,
    /// Where it is known. What the columns hold elsewhere stands for nothing.
    pub(super) known: Bit,
    /// Nothing where it is known.
    pub(super) why: Why,
}

/// The columns of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Both ends; `None` where a range has none in any row.
    Number(Option<Num>, Option<Num>),
    /// Both ends, in days.
    Date(Option<Num>, Option<Num>),
    Truth(Bit),
    /// A value of the enumeration of this number.
    Enum(u32, Num),
    /// A text, by its number in the plan's table.
    Text(Num),
    /// A row of the entity of this number.
    Row(u32, Num),
    /// A list that is written out.
    List(Vec<Val>),
    /// Known nowhere.
    Nothing,
}

impl Val {
    pub(super) fn certain(kind: Kind) -> Self {
        Self { kind, known: Bit::TRUE, why: Vec::new() }
    }

    pub(super) fn point(num: Num) -> Self {
        Self::certain(Kind::Number(Some(num), Some(num)))
    }

    pub(super) fn truth(bit: Bit) -> Self {
        Self::certain(Kind::Truth(bit))
    }

    /// Unknown in every row.
    pub(super) fn unknown(reasons: impl IntoIterator<Item = ReasonId>) -> Self {
        let mut why: Why = reasons.into_iter().map(|it| (it, Bit::TRUE)).collect();
        why.sort_unstable();
        why.dedup();
        Self { kind: Kind::Nothing, known: Bit::FALSE, why }
    }
}

/// Operations of the language on values of every row. `path` are the rows in which the interpreter comes by.
impl Graph {
    /// The reasons of both.
    pub(super) fn join(&mut self, a: &Why, b: &Why) -> Why {
        let mut all = a.clone();
        for (reason, rows) in b {
            match all.iter_mut().find(|it| it.0 == *reason) {
                Some(found) => found.1 = self.or(found.1, *rows),
                None => all.push((*reason, *rows)),
            }
        }
        all.sort_unstable_by_key(|it| it.0);
        all
    }

    /// The reasons, in these rows only.
    pub(super) fn within(&mut self, why: &Why, rows: Bit) -> Why {
        let mut kept = Why::new();
        for (reason, bit) in why {
            let bit = self.and(*bit, rows);
            if bit != Bit::FALSE {
                kept.push((*reason, bit));
            }
        }
        kept
    }

    /// Known only where it was and in `rows`; elsewhere for these reasons as well.
    pub(super) fn both_known(&mut self, a: &Val, b: &Val) -> (Bit, Why) {
        (self.and(a.known, b.known), self.join(&a.why, &b.why))
    }

    /// Where a truth is known to hold, known not to, and not known.
    pub(super) fn truths(&mut self, val: &Val) -> Built<(Bit, Bit, Bit)> {
        let unknown = self.not(val.known);
        match val.kind {
            Kind::Truth(bit) => {
                let not = self.not(bit);
                Ok((self.and(val.known, bit), self.and(val.known, not), unknown))
            }
            Kind::Nothing => Ok((Bit::FALSE, Bit::FALSE, unknown)),
            _ => Err(Stop),
        }
    }

    /// `a` where `when` holds, otherwise `b`.
    pub(super) fn pick(&mut self, when: Bit, a: &Val, b: &Val) -> Built<Val> {
        match when {
            Bit::TRUE => return Ok(a.clone()),
            Bit::FALSE => return Ok(b.clone()),
            _ => {}
        }
        let otherwise = self.not(when);
        let known = self.choose(when, a.known, b.known);
        let (first, second) = (self.within(&a.why, when), self.within(&b.why, otherwise));
        let why = self.join(&first, &second);
        Ok(Val { kind: self.pick_kind(when, &a.kind, &b.kind)?, known, why })
    }

    fn pick_kind(&mut self, when: Bit, a: &Kind, b: &Kind) -> Built<Kind> {
        let ends = |graph: &mut Self, a: Option<Num>, b: Option<Num>| match (a, b) {
            (Some(a), Some(b)) => Ok(Some(graph.select(when, a, b))),
            (None, None) => Ok(None),
            _ => Err(Stop),
        };
        Ok(match (a, b) {
            (Kind::Nothing, other) | (other, Kind::Nothing) => other.clone(),
            (Kind::Number(a, b), Kind::Number(c, d)) => Kind::Number(ends(self, *a, *c)?, ends(self, *b, *d)?),
            (Kind::Date(a, b), Kind::Date(c, d)) => Kind::Date(ends(self, *a, *c)?, ends(self, *b, *d)?),
            (Kind::Truth(a), Kind::Truth(b)) => Kind::Truth(self.choose(when, *a, *b)),
            (Kind::Enum(ty, a), Kind::Enum(other, b)) if ty == other => Kind::Enum(*ty, self.select(when, *a, *b)),
            (Kind::Text(a), Kind::Text(b)) => Kind::Text(self.select(when, *a, *b)),
            (Kind::Row(ty, a), Kind::Row(other, b)) if ty == other => Kind::Row(*ty, self.select(when, *a, *b)),
            _ => return Err(Stop),
        })
    }

    /// Where two known values are the same; see [`polis_value::same`].
    pub(super) fn same(&mut self, a: &Val, b: &Val) -> Built<Bit> {
        let ends = |graph: &mut Self, a: Option<Num>, b: Option<Num>| match (a, b) {
            (Some(a), Some(b)) => graph.equal(a, b),
            (None, None) => Bit::TRUE,
            _ => Bit::FALSE,
        };
        Ok(match (&a.kind, &b.kind) {
            (Kind::Nothing, _) | (_, Kind::Nothing) => Bit::FALSE,
            (Kind::Number(a, b), Kind::Number(c, d)) | (Kind::Date(a, b), Kind::Date(c, d)) => {
                let (low, high) = (ends(self, *a, *c), ends(self, *b, *d));
                self.and(low, high)
            }
            (Kind::Truth(a), Kind::Truth(b)) => {
                let not = self.not(*b);
                self.choose(*a, *b, not)
            }
            (Kind::Enum(ty, a), Kind::Enum(other, b)) | (Kind::Row(ty, a), Kind::Row(other, b)) if ty == other => {
                self.equal(*a, *b)
            }
            (Kind::Text(a), Kind::Text(b)) => self.equal(*a, *b),
            _ => return Err(Stop),
        })
    }

    fn numbers(a: &Val, b: &Val) -> Built<(Ends, Ends)> {
        match (&a.kind, &b.kind) {
            (Kind::Number(a, b), Kind::Number(c, d)) => Ok(([*a, *b], [*c, *d])),
            _ => Err(Stop),
        }
    }

    /// `+`, `-`, `*`, `/` of numbers and ranges; days added to dates.
    pub(super) fn arithmetic(&mut self, op: BinaryOp, a: &Val, b: &Val, path: Bit) -> Built<Val> {
        let (known, why) = self.both_known(a, b);
        if a.kind == Kind::Nothing || b.kind == Kind::Nothing {
            return Ok(Val { kind: Kind::Nothing, known: Bit::FALSE, why });
        }
        let live = self.and(path, known);
        let kind = match (op, &a.kind, &b.kind) {
            // A day past the calendar is an error of its own, so that ends of days need their bounds.
            (BinaryOp::Add | BinaryOp::Sub, Kind::Date(..), _) => return Err(Stop),
            (BinaryOp::Add, ..) => {
                let ([a, b], [c, d]) = Self::numbers(a, b)?;
                let low = both(a, c, |a, c| self.add(a, c, live))?;
                Kind::Number(low, both(b, d, |b, d| self.add(b, d, live))?)
            }
            (BinaryOp::Sub, ..) => {
                let ([a, b], [c, d]) = Self::numbers(a, b)?;
                let low = both(a, d, |a, d| self.sub(a, d, live))?;
                Kind::Number(low, both(b, c, |b, c| self.sub(b, c, live))?)
            }
            _ => {
                let ([a, b], [c, d]) = Self::numbers(a, b)?;
                let (Some(a), Some(b), Some(c), Some(d)) = (a, b, c, d) else { return Err(Stop) };
                let (low, high) = if op == BinaryOp::Mul {
                    self.product((a, b), (c, d), live)?
                } else {
                    self.quotient((a, b), (c, d), live)?
                };
                Kind::Number(Some(low), Some(high))
            }
        };
        Ok(Val { kind, known, why })
    }

    fn is_at_least_zero(&self, num: Num) -> bool {
        let node = self.node(num);
        !node.wide && node.lo >= 0
    }

    fn product(&mut self, a: (Num, Num), b: (Num, Num), live: Bit) -> Built<(Num, Num)> {
        if a.0 == a.1 && b.0 == b.1 || self.is_at_least_zero(a.0) && self.is_at_least_zero(b.0) {
            return Ok((self.mul(a.0, b.0, live)?, self.mul(a.1, b.1, live)?));
        }
        let corners = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
        let mut products = Vec::new();
        for (a, b) in corners {
            products.push(self.mul(a, b, live)?);
        }
        Ok(self.hull(&products))
    }

    fn quotient(&mut self, a: (Num, Num), b: (Num, Num), live: Bit) -> Built<(Num, Num)> {
        if a.0 == a.1 && b.0 == b.1 {
            let quotient = self.div(a.0, b.0, live)?;
            return Ok((quotient, quotient));
        }
        // A range that contains zero divides nothing.
        let zero = self.whole(0);
        let (below, above) = (self.at_most(b.0, zero), self.at_most(zero, b.1));
        let around = self.and(below, above);
        let fails = self.and(around, live);
        self.escape(fails);
        let without = self.not(around);
        let live = self.and(live, without);
        let mut quotients = Vec::new();
        for (a, b) in [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)] {
            quotients.push(self.div(a, b, live)?);
        }
        Ok(self.hull(&quotients))
    }

    fn hull(&mut self, corners: &[Num]) -> (Num, Num) {
        let mut all = corners.iter().copied();
        let Some(first) = all.next() else { return (self.whole(0), self.whole(0)) };
        let (mut least, mut most) = (first, first);
        for corner in all {
            least = self.extreme(true, least, corner);
            most = self.extreme(false, most, corner);
        }
        (least, most)
    }

    /// One operand that is known, or the unknown that it is.
    pub(super) fn map(
        &mut self,
        a: &Val,
        path: Bit,
        op: impl FnOnce(&mut Self, Option<Num>, Option<Num>, Bit) -> Built<Kind>,
    ) -> Built<Val> {
        let kind = match a.kind {
            Kind::Nothing => Kind::Nothing,
            Kind::Number(low, high) => {
                let live = self.and(path, a.known);
                op(self, low, high, live)?
            }
            _ => return Err(Stop),
        };
        Ok(Val { kind, known: a.known, why: a.why.clone() })
    }

    pub(super) fn negated(&mut self, a: &Val, path: Bit) -> Built<Val> {
        self.map(a, path, |graph, low, high, live| {
            let new_low = high.map(|it| graph.neg(it, live)).transpose()?;
            Ok(Kind::Number(new_low, low.map(|it| graph.neg(it, live)).transpose()?))
        })
    }

    pub(super) fn magnitude(&mut self, a: &Val, path: Bit) -> Built<Val> {
        self.map(a, path, |graph, low, high, live| {
            let (Some(low), Some(high)) = (low, high) else { return Err(Stop) };
            if low == high {
                let abs = graph.abs(low, live)?;
                return Ok(Kind::Number(Some(abs), Some(abs)));
            }
            // The lesser magnitude of the ends, or nothing where zero lies between.
            let zero = graph.whole(0);
            let (under, over) = (graph.neg(high, live)?, graph.extreme(false, low, zero));
            let least = graph.extreme(false, over, under);
            let mirrored = graph.neg(low, live)?;
            Ok(Kind::Number(Some(least), Some(graph.extreme(false, high, mirrored))))
        })
    }

    pub(super) fn rounded_to(&mut self, a: &Val, digits: i32, rounding: Rounding, path: Bit) -> Built<Val> {
        self.map(a, path, |graph, low, high, live| {
            let new_low = low.map(|it| graph.rounded(it, digits, rounding, live)).transpose()?;
            Ok(Kind::Number(new_low, high.map(|it| graph.rounded(it, digits, rounding, live)).transpose()?))
        })
    }

    pub(super) fn steps_of(&mut self, amount: &Val, size: &Val, path: Bit) -> Built<Val> {
        let (known, why) = self.both_known(amount, size);
        if amount.kind == Kind::Nothing || size.kind == Kind::Nothing {
            return Ok(Val { kind: Kind::Nothing, known: Bit::FALSE, why });
        }
        let live = self.and(path, known);
        let ([low, high], [least, most]) = Self::numbers(amount, size)?;
        let smallest = least.ok_or(Stop)?;
        let low = match (low, most) {
            (Some(amount), Some(largest)) => self.steps(amount, largest, live)?,
            // Of no use unless the smallest step is one, which the other end sees to.
            _ => self.whole(0),
        };
        let high = match high {
            Some(amount) => Some(self.steps(amount, smallest, live)?),
            None if self.known(smallest).is_some_and(|it| it > polis_value::Number::ZERO) => None,
            None => return Err(Stop),
        };
        // Where the largest step is above zero and the smallest is not, the size is refused all the same.
        Ok(Val { kind: Kind::Number(Some(low), high), known, why })
    }

    /// `min` and `max` of numbers or dates.
    pub(super) fn extreme_of(&mut self, least: bool, a: &Val, b: &Val) -> Built<Val> {
        let (known, why) = self.both_known(a, b);
        // An end that is missing is infinite: of two lower ends the least is missing if either is.
        let mut end = |a: Option<Num>, b: Option<Num>, either: bool| match (a, b) {
            (Some(a), Some(b)) => Some(self.extreme(least, a, b)),
            _ if either => None,
            (a, b) => a.or(b),
        };
        let kind = match (&a.kind, &b.kind) {
            (Kind::Nothing, _) | (_, Kind::Nothing) => Kind::Nothing,
            (Kind::Number(a, b), Kind::Number(c, d)) => Kind::Number(end(*a, *c, least), end(*b, *d, !least)),
            (Kind::Date(a, b), Kind::Date(c, d)) => Kind::Date(end(*a, *c, least), end(*b, *d, !least)),
            _ => return Err(Stop),
        };
        let known = if kind == Kind::Nothing { Bit::FALSE } else { known };
        Ok(Val { kind, known, why })
    }

    /// A comparison that holds for every choice in the rows of `yes`, for none in those of `no`.
    fn three_valued(&mut self, a: &Val, b: &Val, yes: Bit, no: Bit) -> Val {
        let (known, mut why) = self.both_known(a, b);
        let decided = self.or(yes, no);
        let open = self.not(decided);
        let open = self.and(known, open);
        if open != Bit::FALSE {
            why = self.join(&why, &vec![(ReasonId::DISCRETION, open)]);
        }
        Val { kind: Kind::Truth(yes), known: self.and(known, decided), why }
    }

    /// The ends of two numbers or two dates.
    fn comparable(a: &Val, b: &Val) -> Option<(Ends, Ends)> {
        match (&a.kind, &b.kind) {
            (Kind::Number(a, b), Kind::Number(c, d)) | (Kind::Date(a, b), Kind::Date(c, d)) => {
                Some(([*a, *b], [*c, *d]))
            }
            _ => None,
        }
    }

    fn undecided(&mut self, a: &Val, b: &Val) -> Val {
        let (_, why) = self.both_known(a, b);
        Val { kind: Kind::Nothing, known: Bit::FALSE, why }
    }

    pub(super) fn less_than(&mut self, a: &Val, b: &Val) -> Built<Val> {
        if a.kind == Kind::Nothing || b.kind == Kind::Nothing {
            return Ok(self.undecided(a, b));
        }
        let ([a_low, a_high], [b_low, b_high]) = Self::comparable(a, b).ok_or(Stop)?;
        let yes = a_high.zip(b_low).map_or(Bit::FALSE, |(a, b)| self.less(a, b));
        let no = a_low.zip(b_high).map_or(Bit::FALSE, |(a, b)| self.at_most(b, a));
        Ok(self.three_valued(a, b, yes, no))
    }

    /// Where two ranges have nothing in common.
    fn apart(&mut self, a: [Option<Num>; 2], b: [Option<Num>; 2]) -> Bit {
        let ([a_low, a_high], [b_low, b_high]) = (a, b);
        let above = a_low.zip(b_high).map_or(Bit::FALSE, |(low, high)| self.less(high, low));
        let below = b_low.zip(a_high).map_or(Bit::FALSE, |(low, high)| self.less(high, low));
        self.or(above, below)
    }

    pub(super) fn equals(&mut self, a: &Val, b: &Val) -> Built<Val> {
        if a.kind == Kind::Nothing || b.kind == Kind::Nothing {
            return Ok(self.undecided(a, b));
        }
        if let Some((x, y)) = Self::comparable(a, b) {
            let mut point = |it: [Option<Num>; 2]| match it {
                [Some(low), Some(high)] => self.equal(low, high),
                _ => Bit::FALSE,
            };
            let (first, second) = (point(x), point(y));
            let both = self.and(first, second);
            let equal = match (x, y) {
                ([Some(a), _], [Some(b), _]) => self.equal(a, b),
                _ => Bit::FALSE,
            };
            let yes = self.and(both, equal);
            // Of two points one comparison decides both.
            let no = if both == Bit::TRUE { self.not(equal) } else { self.apart(x, y) };
            return Ok(self.three_valued(a, b, yes, no));
        }
        if matches!(a.kind, Kind::List(_)) {
            return Err(Stop);
        }
        let same = self.same(a, b)?;
        let (known, why) = self.both_known(a, b);
        Ok(Val { kind: Kind::Truth(same), known, why })
    }

    /// `a in b`.
    pub(super) fn lies_within(&mut self, a: &Val, b: &Val) -> Built<Val> {
        if let Kind::List(members) = &b.kind {
            let mut found = Val::truth(Bit::FALSE);
            for member in members {
                let is_member = match (&a.kind, &member.kind) {
                    (Kind::Number(..) | Kind::Date(..), Kind::Number(..) | Kind::Date(..)) => {
                        self.lies_within(a, member)?
                    }
                    _ => self.equals(a, member)?,
                };
                found = self.either(&found, &is_member)?;
            }
            return Ok(found);
        }
        if a.kind == Kind::Nothing || b.kind == Kind::Nothing {
            return Ok(self.undecided(a, b));
        }
        let (x, y) = Self::comparable(a, b).ok_or(Stop)?;
        let mut inside = |own: Option<Num>, bound: Option<Num>, lower: bool| match (own, bound) {
            (_, None) => Bit::TRUE,
            (None, Some(_)) => Bit::FALSE,
            (Some(own), Some(bound)) if lower => self.at_most(bound, own),
            (Some(own), Some(bound)) => self.at_most(own, bound),
        };
        let ([a_low, a_high], [b_low, b_high]) = (x, y);
        let (low, high) = (inside(a_low, b_low, true), inside(a_high, b_high, false));
        let yes = self.and(low, high);
        // A point lies within or it does not.
        let no = if a_low == a_high { self.not(yes) } else { self.apart(x, y) };
        Ok(self.three_valued(a, b, yes, no))
    }

    pub(super) fn opposite(&mut self, a: &Val) -> Built<Val> {
        let kind = match a.kind {
            Kind::Truth(bit) => Kind::Truth(self.not(bit)),
            Kind::Nothing => Kind::Nothing,
            _ => return Err(Stop),
        };
        Ok(Val { kind, known: a.known, why: a.why.clone() })
    }

    pub(super) fn both(&mut self, a: &Val, b: &Val) -> Built<Val> {
        let ((yes, no, _), (also, nor, _)) = (self.truths(a)?, self.truths(b)?);
        let (yes, no) = (self.and(yes, also), self.or(no, nor));
        Ok(self.connected(a, b, yes, no))
    }

    pub(super) fn either(&mut self, a: &Val, b: &Val) -> Built<Val> {
        let ((yes, no, _), (also, nor, _)) = (self.truths(a)?, self.truths(b)?);
        let (yes, no) = (self.or(yes, also), self.and(no, nor));
        Ok(self.connected(a, b, yes, no))
    }

    fn connected(&mut self, a: &Val, b: &Val, yes: Bit, no: Bit) -> Val {
        let known = self.or(yes, no);
        let unknown = self.not(known);
        let why = self.join(&a.why, &b.why);
        Val { kind: Kind::Truth(yes), known, why: self.within(&why, unknown) }
    }
}

fn both(a: Option<Num>, b: Option<Num>, op: impl FnOnce(Num, Num) -> Built<Num>) -> Built<Option<Num>> {
    match (a, b) {
        (Some(a), Some(b)) => op(a, b).map(Some),
        _ => Ok(None),
    }
}
