//! Figures that a field may have.
//!
//! A figure is held as a whole count of the last digit that the field's figures are written with: 35 for 35 % of two
//! digits, 25 for 2.5 万元 of one. So nothing is rounded and nothing is a float.

use polis_semantic::ir::Field;
use polis_semantic::{Dim, NumberType};
use polis_syntax::words::UnitWord;
use polis_value::Number;

use super::hints::FieldHints;
use super::random::{Rng, Share};

/// How the figures of a field are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// The digits after the point.
    pub(super) scale: u32,
    /// Whether figures are shares of a whole, written in hundredths.
    pub(super) percent: bool,
    /// Whether the field counts whole things.
    pub(super) whole: bool,
    lo: i64,
    hi: i64,
    /// The figures just below, at and above what the program compares with.
    edges: Vec<i64>,
    body: Body,
}

/// How figures are drawn that are not at an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    /// Each figure as often as any other, out of one of these spans.
    Within(Vec<(i64, i64)>),
    /// Around one of these.
    Around(Vec<i64>),
}

/// How many figures are at an edge, where there is one.
const AT_EDGES: Share = Share::percent(25);

/// Constants with more digits than these are passed over.
const MOST_DIGITS: u32 = 6;

/// Greater figures are not drawn: what is computed from them must not overflow.
const MOST: i64 = 1_000_000_000_000;

/// A field whose range has no more figures is drawn from all of it.
const SMALL: i64 = 1000;

impl Figure {
    /// How the figures of a field are drawn; `None` if there are none.
    pub(super) fn new(field: &Field, ty: &NumberType, hints: &FieldHints) -> Option<Self> {
        let percent = ty.is_percent();
        // As samples are read: a share is a plain number, another figure counts the unit that the field is shown in.
        let unit = ty.shown.as_ref().filter(|_| !percent).map_or(Number::ONE, |it| it.factor);
        if ty.whole && unit.as_int().is_none_or(|it| it < 1) {
            return None;
        }
        let shown = |base: &Number| base.div(unit).ok();
        let digits = |it: Number| it.to_decimal().normalize().scale();
        let edges = hints.edges.iter().filter_map(shown);
        let fine = edges.map(digits).filter(|it| *it <= MOST_DIGITS).max().unwrap_or(0);
        let scale = if ty.whole { 0 } else { fine.max(if percent { 2 } else { 0 }) };
        let scales = Scales { unit, one: Number::from(10_i64.checked_pow(scale)?) };

        let mut edges = Vec::new();
        for (below, above) in hints.edges.iter().filter_map(|it| Some((scales.floor(*it)?, scales.ceil(*it)?))) {
            edges.extend([below.saturating_sub(1), below, above, above.saturating_add(1)]);
        }
        edges.sort_unstable();
        edges.dedup();

        let least = edges.first().copied().unwrap_or(0).min(0);
        // Below zero only where the program or the range says so.
        let negative = hints.edges.iter().any(|it| it.is_negative());
        let mut lo = match field.range.and_then(|it| it.lo()) {
            Some(lo) => scales.ceil(lo)?,
            None => {
                if negative {
                    least
                } else {
                    0
                }
            }
        };
        if hints.divides {
            lo = lo.max(1);
        }
        let hi = match field.range.and_then(|it| it.hi()) {
            Some(hi) => scales.floor(hi)?.min(MOST),
            None if percent => scales.one.as_int()?,
            None => MOST,
        };
        if hi < lo {
            return None;
        }
        edges.retain(|it| (lo..=hi).contains(it));
        let body = body(field, ty, hints, &scales, (lo, hi), &edges);
        Some(Self { scale, percent, whole: ty.whole, lo, hi, edges, body })
    }

    /// A figure.
    pub(super) fn draw(&self, rng: &mut Rng) -> i64 {
        if !self.edges.is_empty()
            && rng.happens(AT_EDGES)
            && let Some(edge) = rng.pick(&self.edges)
        {
            return edge;
        }
        let figure = match &self.body {
            Body::Within(spans) => rng.pick(spans).map_or(self.lo, |(lo, hi)| rng.between(lo, hi)),
            Body::Around(medians) => rng.pick(medians).map_or(self.lo, |it| rng.around(it)),
        };
        figure.clamp(self.lo, self.hi)
    }
}

/// From figures in base units to counts of the last digit.
struct Scales {
    unit: Number,
    one: Number,
}

impl Scales {
    fn count(&self, base: Number) -> Option<Number> {
        base.div(self.unit).ok()?.mul(self.one).ok()
    }

    fn floor(&self, base: Number) -> Option<i64> {
        self.count(base)?.floor().ok()?.as_int()
    }

    fn ceil(&self, base: Number) -> Option<i64> {
        self.count(base)?.ceil().ok()?.as_int()
    }
}

fn body(
    field: &Field,
    ty: &NumberType,
    hints: &FieldHints,
    scales: &Scales,
    (lo, hi): (i64, i64),
    edges: &[i64],
) -> Body {
    let bands: Vec<(i64, i64)> = hints
        .bands
        .iter()
        .filter_map(|it| {
            let (least, most) = (it.lo().and_then(|it| scales.floor(it)), it.hi().and_then(|it| scales.ceil(it)));
            let (least, most) = match (least, most) {
                (Some(least), Some(most)) => (least, most),
                (Some(least), None) => (least, least.saturating_mul(2)),
                (None, Some(most)) => (most / 2, most),
                (None, None) => return None,
            };
            // Some fall short, some go over, most are kept.
            let more = (most.saturating_sub(least) / 4).max(1);
            Some((least.saturating_sub(more).clamp(lo, hi), most.saturating_add(more).clamp(lo, hi)))
        })
        .collect();
    if !bands.is_empty() {
        return Body::Within(bands);
    }
    let one = scales.one.as_int().unwrap_or(1);
    if hi < MOST && (hi - lo) / one <= SMALL {
        return Body::Within(vec![(lo, hi)]);
    }
    let households = ty.dim == Dim::of(UnitWord::Household);
    let centres: Vec<i64> = edges.iter().copied().filter(|it| *it > 1).collect();
    if !households && !centres.is_empty() {
        return Body::Around(centres);
    }
    let count = |base: i64| scales.floor(Number::from(base)).unwrap_or(1).max(1);
    match usual(field, ty) {
        Usual::Around(median) => Body::Around(vec![count(median)]),
        Usual::To(most) => Body::Within(vec![(lo, count(most).clamp(lo, hi))]),
    }
}

/// The size of figures of which the program says nothing.
enum Usual {
    Around(i64),
    To(i64),
}

/// Guesses by the unit, in base units. They are meant to look like a city, and are not taken from any.
fn usual(field: &Field, ty: &NumberType) -> Usual {
    let of = |word: UnitWord| Dim::of(word);
    let is = |dim: &Dim| ty.dim == *dim;
    let per = |dim: Dim, word: UnitWord| dim.combine(&of(word), -1);
    let yuan = of(UnitWord::Yuan);
    if is(&of(UnitWord::Household)) {
        return Usual::Around(3000);
    }
    if is(&of(UnitWord::Person)) {
        let called =
            |word: &str| field.name.contains(word) || field.title.as_deref().is_some_and(|it| it.contains(word));
        let crowd = ["人口", "population", "Population"].into_iter().any(called);
        return if crowd { Usual::Around(60_000) } else { Usual::To(20) };
    }
    if is(&yuan) || is(&per(yuan.clone(), UnitWord::Month)) {
        return Usual::Around(500_000);
    }
    let head = per(yuan, UnitWord::Person);
    if is(&head) || is(&per(head, UnitWord::Month)) {
        return Usual::Around(60_000);
    }
    if is(&of(UnitWord::SquareMetre)) {
        return Usual::Around(800);
    }
    if is(&of(UnitWord::Point)) {
        return Usual::To(100);
    }
    if is(&of(UnitWord::Star)) || is(&of(UnitWord::Band)) || is(&of(UnitWord::Grade)) {
        return Usual::To(5);
    }
    if is(&of(UnitWord::Day)) || is(&of(UnitWord::Month)) {
        return Usual::To(60);
    }
    Usual::To(10)
}
