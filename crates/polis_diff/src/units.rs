//! Units that each side declares of its own, led back to one: a quarter of an hour here is fifteen minutes there.
//!
//! A unit that is declared from nothing is a dimension of its own, so that the minutes of one package are not those of
//! another. Between two sides units of one name or title are one, and where only one side says what such a unit comes to,
//! that holds for both.

use polis_semantic::ir::Unit;
use polis_semantic::{Dim, NumberType, Program, Symbol};
use polis_value::{Number, NumberRange};
use rustc_hash::FxHashMap;

/// What units that are declared from nothing come to in units that both sides share.
#[derive(Debug, Default)]
pub(crate) struct Units {
    sides: [FxHashMap<Symbol, (Dim, Number)>; 2],
}

impl Units {
    /// The units of two programs; `aligned` are units of other names that answer each other.
    pub(crate) fn of(a: &Program, b: &Program, aligned: &[(Symbol, Symbol)]) -> Self {
        let mut units = Self::default();
        let pairs: Vec<(&Unit, &Unit)> = a
            .units
            .iter()
            .flat_map(|x| b.units.iter().map(move |y| (x, y)))
            .filter(|(x, y)| {
                let (own, other) = (&x.meta.symbol, &y.meta.symbol);
                let titled = x.meta.title.is_some() && x.meta.title == y.meta.title;
                let declared = aligned.iter().any(|it| it.0 == *own && it.1 == *other);
                own != other && (own.name == other.name || titled || declared)
            })
            .collect();
        // What is declared from nothing on the second side is whatever it is on the first.
        for (x, y) in &pairs {
            if is_base(y) {
                units.put(1, &y.meta.symbol, &x.ty.dim, x.factor);
            }
        }
        for (x, y) in &pairs {
            if is_base(x)
                && !is_base(y)
                && let Some((dim, factor)) = units.common(1, &y.ty.dim)
                && let Ok(factor) = factor.mul(y.factor)
            {
                units.put(0, &x.meta.symbol, &dim, factor);
            }
        }
        // Fifteen of one are a quarter of the other: so one of the other is sixty of the one.
        for (x, y) in &pairs {
            if let (Some(own), Some(other)) = (x.ty.dim.base(), y.ty.dim.base())
                && own != other
                && !is_base(x)
                && !is_base(y)
            {
                match (exact(x.factor, y.factor), exact(y.factor, x.factor)) {
                    (Some(each), _) => units.put(1, other, &x.ty.dim, each),
                    (None, Some(each)) => units.put(0, own, &y.ty.dim, each),
                    (None, None) => {}
                }
            }
        }
        units
    }

    fn put(&mut self, side: usize, base: &Symbol, dim: &Dim, factor: Number) {
        // What is told already stays, and nothing is told by itself.
        let other = self.sides.get(1 - side.min(1)).is_some_and(|it| it.values().any(|it| it.0.holds(base)));
        if let Some(own) = self.sides.get_mut(side)
            && !own.contains_key(base)
            && !dim.holds(base)
            && !other
        {
            own.insert(base.clone(), (dim.clone(), factor));
        }
    }

    /// What a side's dimension is in units that both share, and what one of it comes to there; `None` where that cannot be
    /// held.
    pub(crate) fn common(&self, side: usize, dim: &Dim) -> Option<(Dim, Number)> {
        let own = self.sides.get(side)?;
        let (mut found, mut factor) = (dim.clone(), Number::ONE);
        for (base, exponent) in dim.bases() {
            let Some((to, each)) = own.get(base) else { continue };
            // Rates are held per year, lengths of time in months.
            if *exponent < 0 && Dim::NONE.twelfths(to, -1) != 0 {
                return None;
            }
            found = found.combine(&Dim::user(base.clone()), exponent.checked_neg()?).combine(to, *exponent);
            for _ in 0..exponent.unsigned_abs() {
                factor = if *exponent > 0 { factor.mul(*each) } else { factor.div(*each) }.ok()?;
            }
        }
        Some((found, factor))
    }

    /// What a dimension of the second side is on the first, where figures need no other factor.
    pub(crate) fn same(&self, dim: &Dim) -> Dim {
        match self.common(1, dim) {
            Some((found, factor)) if factor == Number::ONE => found,
            _ => dim.clone(),
        }
    }

    /// Figures of both sides in one unit; `None` where they measure different things.
    pub(crate) fn aligned(
        &self,
        (one, ty): (&NumberRange, &NumberType),
        (two, other): (&NumberRange, &NumberType),
    ) -> Option<(NumberType, [NumberRange; 2])> {
        if ty.dim == other.dim {
            return Some((ty.clone(), [*one, *two]));
        }
        let (first, second) = (self.common(0, &ty.dim)?, self.common(1, &other.dim)?);
        if first.0 != second.0 {
            return None;
        }
        let times = |it: &NumberRange, factor: Number| it.mul(&NumberRange::point(factor)).ok();
        // In the first side's unit if that is exact, else in the second's.
        if let Some(each) = exact(second.1, first.1) {
            return Some((ty.clone(), [*one, times(two, each)?]));
        }
        let each = exact(first.1, second.1)?;
        Some((other.clone(), [times(one, each)?, *two]))
    }
}

impl Units {
    /// A figure of the second side in a unit of the first.
    pub(crate) fn in_first(&self, (range, own): (&NumberRange, &NumberType), ty: &NumberType) -> Option<NumberRange> {
        let (first, second) = (self.common(0, &ty.dim)?, self.common(1, &own.dim)?);
        let each = exact(second.1, first.1).filter(|_| first.0 == second.0)?;
        range.mul(&NumberRange::point(each)).ok()
    }
}

/// Whether a unit is declared from nothing.
fn is_base(it: &Unit) -> bool {
    it.ty.dim.base() == Some(&it.meta.symbol)
}

/// A quotient, if nothing is lost by it: a product that is rounded back proves nothing, so few decimals are asked for.
fn exact(a: Number, b: Number) -> Option<Number> {
    let found = a.div(b).ok()?;
    let scaled = found.mul(Number::from(1_000_000_000_i64)).ok()?;
    (scaled.floor() == Ok(scaled) && found.mul(b) == Ok(a)).then_some(found)
}
