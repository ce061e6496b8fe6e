//! The columns of a generated table.

use polis_eval::Machine;
use polis_semantic::ir::{Entity, Field};
use polis_semantic::{NumberType, Type};
use polis_value::Date;
use smol_str::SmolStr;

use super::figure::Figure;
use super::hints::{FieldHints, Needed};
use super::random::{Key, Rng, Share};
use super::words;

/// The fact that a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Datum {
    /// Nothing: the fact is unknown.
    Missing,
    /// A count of the last digit of the column's figures.
    Figure(i64),
    /// Yes or no.
    Truth(bool),
    /// One of the column's words, by its position.
    Word(usize),
    /// A day, counted from 1970-01-01.
    Day(i32),
    /// A row of another table, from 0.
    Row(u64),
}

/// A column of facts.
#[derive(Debug, Clone)]
pub(super) struct Column<'m> {
    /// Its heading, which the reader takes for the field.
    pub(super) heading: &'m str,
    /// How it is filled.
    pub(super) kind: Kind,
    values: Key,
    gaps: Key,
    missing: Share,
    /// What the first row in each entity above has, and how many rows are in one.
    first: Option<(u64, Datum)>,
}

/// How a column is filled.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// With figures.
    Figure(Figure),
    /// With yes and no.
    Truth,
    /// With values of an enumeration, each as often as any other.
    Enum(Vec<SmolStr>),
    /// With texts: the first are those that the program speaks of.
    Text {
        /// The texts.
        words: Vec<SmolStr>,
        /// How many of them the program speaks of.
        known: usize,
    },
    /// With days: those around what the program compares with.
    Day(Vec<i32>),
    /// With ids of another table.
    Reference(Link),
    /// With nothing, as there is nothing that would fit.
    Nothing,
}

/// How a row leads to one of another table: up to the entity that both lie in, and down from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// How many rows of this table are in one of the entity that both lie in.
    pub(super) up: u64,
    /// How many rows of the other table are in one of it.
    pub(super) down: u64,
    /// How many of them are there for certain: the last block of some tables is not full.
    pub(super) among: u64,
    /// What ids begin with.
    pub(super) prefix: SmolStr,
}

/// Most texts are what the program speaks of.
const KNOWN: Share = Share::percent(75);

/// How many days are at an edge, where there is one.
const AT_EDGES: Share = Share::percent(25);

impl<'m> Column<'m> {
    /// The column of a field. `link` leads from a row to one of the field's entity, where it is one.
    pub(super) fn new(
        machine: &Machine,
        (entity, field): (&'m Entity, &'m Field),
        heading: &'m str,
        hints: &FieldHints,
        link: Option<Link>,
        per: u64,
        (seed, missing): (u64, Share),
    ) -> Self {
        let kind = match &field.ty {
            Type::Number(ty) => figures(field, ty, hints),
            Type::Truth => Kind::Truth,
            Type::Text => texts(field, hints),
            Type::Date => Kind::Day(days(hints)),
            Type::Enum(symbol) => {
                let found = machine.program().enumerations.iter().find(|it| it.meta.symbol == *symbol);
                found.filter(|it| !it.values.is_empty()).map_or(Kind::Nothing, |it| Kind::Enum(it.values.clone()))
            }
            Type::Entity(_) => link.map_or(Kind::Nothing, Kind::Reference),
            Type::List(_) | Type::Any => Kind::Nothing,
        };
        let symbol = &entity.meta.symbol;
        let key = |part| Key::new(seed, &[&symbol.package, &symbol.name, &field.name, part]);
        let needed = hints.needed.and_then(|it| match it {
            Needed::Truth(truth) => Some(Datum::Truth(truth)),
            Needed::Value(value) => Some(Datum::Word(usize::try_from(value).ok()?)),
        });
        let first = needed.map(|it| (per.max(1), it));
        Self { heading, kind, values: key("value"), gaps: key("gap"), missing, first }
    }

    /// The fact of a row. That cells are missing changes no other cell, and no value of those that are not.
    pub(super) fn draw(&self, row: u64) -> Datum {
        if self.missing != Share::default() && self.gaps.row(row).happens(self.missing) {
            return Datum::Missing;
        }
        if let Some((per, datum)) = self.first
            && row.is_multiple_of(per)
        {
            return datum;
        }
        let mut rng = self.values.row(row);
        match &self.kind {
            Kind::Figure(figure) => Datum::Figure(figure.draw(&mut rng)),
            Kind::Truth => Datum::Truth(rng.bits() & 1 == 1),
            Kind::Enum(values) => word(rng.below(values.len() as u64)),
            Kind::Text { words, known } => {
                let (known, all) = (*known as u64, words.len() as u64);
                let others = all.saturating_sub(known);
                let is_known = known > 0 && (others == 0 || rng.happens(KNOWN));
                word(if is_known { rng.below(known) } else { known + rng.below(others) })
            }
            Kind::Day(edges) => Datum::Day(draw_day(edges, &mut rng)),
            Kind::Reference(link) => {
                let first = (row / link.up.max(1)).saturating_mul(link.down);
                Datum::Row(first.saturating_add(rng.below(link.among)))
            }
            Kind::Nothing => Datum::Missing,
        }
    }

    /// The words that the column's cells choose from.
    pub(super) fn words(&self) -> &[SmolStr] {
        match &self.kind {
            Kind::Enum(words) | Kind::Text { words, .. } => words,
            _ => &[],
        }
    }
}

fn word(position: u64) -> Datum {
    usize::try_from(position).map_or(Datum::Missing, Datum::Word)
}

fn figures(field: &Field, ty: &NumberType, hints: &FieldHints) -> Kind {
    Figure::new(field, ty, hints).map_or(Kind::Nothing, Kind::Figure)
}

fn texts(field: &Field, hints: &FieldHints) -> Kind {
    let mut texts = hints.texts.clone();
    // What reads as unknown, or as another text, would be no value.
    texts.retain(|it| !it.is_empty() && it.trim() == it && !matches!(it.as_str(), "未知" | "unknown"));
    let known = texts.len();
    let english = field.name.is_ascii();
    let others = if english { words::MATTERS_EN } else { words::MATTERS_ZH };
    let others: Vec<SmolStr> =
        others.iter().map(|it| SmolStr::new_static(it)).filter(|it| !texts.contains(it)).collect();
    texts.extend(others);
    Kind::Text { words: texts, known }
}

/// 2015-01-01 and 2025-12-31.
const DAYS: (i32, i32) = (16_436, 20_453);

fn draw_day(edges: &[i32], rng: &mut Rng) -> i32 {
    if !edges.is_empty()
        && rng.happens(AT_EDGES)
        && let Some(day) = rng.pick(edges)
    {
        return day;
    }
    let day = rng.between(i64::from(DAYS.0), i64::from(DAYS.1));
    i32::try_from(day).unwrap_or(DAYS.0)
}

fn days(hints: &FieldHints) -> Vec<i32> {
    let Ok(epoch) = Date::new(1970, 1, 1) else { return Vec::new() };
    let counts = hints.days.iter().filter_map(|it| i32::try_from(epoch.days_until(*it)).ok());
    let mut edges: Vec<i32> = counts.flat_map(|it| [it - 1, it, it + 1]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The year, month and day of a count of days from 1970-01-01, by arithmetic on eras of 400 years (Howard Hinnant's
/// `civil_from_days`): a million dates a second are written, and none needs to be checked.
pub(crate) const fn civil(days: i32) -> (i64, i64, i64) {
    let days = days as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let epoch = Date::new(1970, 1, 1).unwrap();
        for (days, text) in [(DAYS.0, "2015-01-01"), (DAYS.1, "2025-12-31"), (0, "1970-01-01"), (-1, "1969-12-31")] {
            let date = Date::parse(text).unwrap();
            assert_eq!(epoch.days_until(date), i64::from(days), "{text}");
        }
        for days in -200_000..200_000 {
            let date = epoch.add_days(i64::from(days)).unwrap();
            let (year, month, day) = (date.year(), date.month(), date.day());
            assert_eq!(civil(days), (year.into(), month.into(), day.into()));
        }
    }
}
