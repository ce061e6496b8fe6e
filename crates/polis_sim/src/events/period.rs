//! Stretches of the calendar: months, quarters, half-years and years.

use polis_syntax::words::UnitWord;
use polis_value::Date;

/// A stretch of the calendar, or the part of one in which a norm is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// What it is: a day, month, quarter, half-year or year.
    pub unit: UnitWord,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Date,
}

/// How many months a unit of time has; `None` for a day.
pub(super) fn months(unit: UnitWord) -> Option<i64> {
    match unit.base() {
        (Some(UnitWord::Month), months) => Some(months),
        _ => None,
    }
}

/// The stretches of a unit that lie in a year, in order.
pub(super) fn of_year(year: i16, unit: UnitWord) -> Vec<Stretch> {
    let Ok(first) = Date::new(year, 1, 1) else { return Vec::new() };
    let next = |from: Date| match months(unit) {
        Some(months) => from.add_months(months),
        None => from.add_days(1),
    };
    let mut all = Vec::new();
    let mut from = first;
    while from.year() == year {
        // The last stretch of the calendar has no next one.
        let following = next(from);
        let until = following.clone().and_then(|it| it.add_days(-1)).or_else(|_| Date::new(year, 12, 31));
        let Ok(until) = until else { break };
        all.push(Stretch { unit, from, until });
        let Ok(following) = following else { break };
        from = following;
    }
    all
}

impl Stretch {
    /// Whether it is the whole of its month, quarter, half-year or year.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        of_year(self.from.year(), self.unit).contains(self)
    }
}
