//! Results as the columns of a page.

use std::collections::BTreeMap;

use polis_diagnostic::Locale;
use polis_eval::Outcome;
use polis_report::{Column, ColumnKind, Entry, Tone};
use polis_sim::{Cell, ends};
use polis_value::{Number, NumberRange, Value};

use super::super::tables;
use crate::session::View;

/// More rows of a table than this are not put on a page.
pub(super) const MOST_ROWS: usize = 100_000;

/// A result, ready to be put into a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) tone: Tone,
    pub(super) rank: Rank,
    pub(super) ends: Option<NumberRange>,
    /// The explanation.
    pub(super) why: Option<usize>,
}

/// The place of a result among others.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The order of the sample.
    Place(usize),
    /// Both ends; what is open below comes first, what is open above last.
    Figure(Option<Number>, bool, Option<Number>),
    /// How grave it is.
    Outcome(Outcome),
    /// By its text.
    #[default]
    Text,
    /// No value.
    Nothing,
}

/// A column of results.
#[derive(Debug, Clone, Default)]
pub(super) struct Results {
    pub(super) head: String,
    pub(super) kind: Option<ColumnKind>,
    /// The base unit, for charts.
    pub(super) unit: String,
    pub(super) cells: Vec<Shown>,
    pub(super) total: String,
    pub(super) total_ends: Option<NumberRange>,
    pub(super) provision: Option<usize>,
    /// How often each tone occurs, also in rows that the page has no room for.
    pub(super) tones: BTreeMap<Tone, usize>,
}

impl Shown {
    /// A text that is a key: it keeps the order in which keys come.
    pub(super) fn key(text: &str, place: usize) -> Self {
        Self { text: text.to_owned(), rank: Rank::Place(place), ..Self::default() }
    }

    /// A figure.
    pub(super) fn figure(text: String, range: NumberRange) -> Self {
        let rank = Rank::Figure(range.lo(), range.hi().is_none(), range.hi());
        Self { text, rank, ends: Some(range), ..Self::default() }
    }

    /// What has no value.
    pub(super) fn nothing(text: String, tone: Tone) -> Self {
        Self { text, tone, rank: Rank::Nothing, ..Self::default() }
    }

    /// A result of a run.
    pub(super) fn of(view: View<'_>, column: &polis_sim::Column, cell: &Cell, locale: Locale) -> Self {
        let text = readable(&tables::text(view, column, cell, locale));
        match cell {
            Cell::Value(value) if value.is_unknown() => Self::nothing(text, tone_of(cell)),
            Cell::Value(value) => match ends(value).filter(|_| tables::is_figure(column)) {
                Some(range) => Self::figure(grouped(&text), range),
                None => Self { text, ..Self::default() },
            },
            Cell::Verdict(verdict, _) => {
                Self { text, tone: tone_of(cell), rank: Rank::Outcome(verdict.outcome), ..Self::default() }
            }
            Cell::Error(_) => Self::nothing(text, tone_of(cell)),
        }
    }
}

/// How a result of a run is meant.
pub(super) fn tone_of(cell: &Cell) -> Tone {
    match cell {
        Cell::Value(value) if value.is_unknown() => Tone::Unknown,
        Cell::Value(_) => Tone::Plain,
        Cell::Verdict(verdict, _) => match verdict.outcome {
            Outcome::Unknown if depends_on_choice(&verdict.condition) => Tone::Choice,
            other => tone(other),
        },
        Cell::Error(_) => Tone::Deviates,
    }
}

/// Whether a value is unknown only because of a choice.
fn depends_on_choice(value: &Value) -> bool {
    matches!(value, Value::Unknown(it) if it.missing.is_empty())
}

/// How an outcome is meant.
pub(super) const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Kept => Tone::Kept,
        Outcome::Breached => Tone::Breached,
        Outcome::Deviates => Tone::Deviates,
        Outcome::Unknown => Tone::Unknown,
        Outcome::NotApplicable => Tone::None,
    }
}

/// A text as people write ranges: `11–17`, `≤ 7`.
pub(super) fn readable(text: &str) -> String {
    let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("..") {
        out.push_str(before);
        match (digit(before.chars().next_back()), digit(after.chars().next())) {
            (true, true) => out.push('–'),
            (false, true) => out.push_str("≤ "),
            (true, false) => {
                // `4.. 个`: the sign goes before the figure.
                let figure = out
                    .rfind(|it: char| !it.is_ascii_digit() && it != '.')
                    .map_or(0, |it| it + out.get(it..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8));
                out.insert_str(figure, "≥ ");
            }
            (false, false) => out.push_str(".."),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Long figures with their digits in groups of three.
pub(super) fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(start) = rest.find(|it: char| it.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        out.push_str(before);
        let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
        let (digits, after) = digits.split_at(end);
        // What stands behind the point is not counted in thousands.
        let is_fraction = out.ends_with('.');
        for (index, digit) in digits.chars().enumerate() {
            if digits.len() > 4 && index > 0 && (digits.len() - index).is_multiple_of(3) && !is_fraction {
                out.push(',');
            }
            out.push(digit);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

impl Results {
    /// The column of the page: each different result once and in order.
    pub(super) fn column(self) -> Column {
        let kind = self.kind.unwrap_or(ColumnKind::Text);
        let mut places: BTreeMap<(&Rank, &str, Tone), u32> = BTreeMap::new();
        for cell in self.cells.iter().take(MOST_ROWS) {
            places.insert((&cell.rank, &cell.text, cell.tone), 0);
        }
        let end = |it: Option<Number>| it.map(|it| it.to_string());
        let mut entries = Vec::with_capacity(places.len());
        let mut known = 0;
        for (((rank, text, tone), place), next) in places.iter_mut().zip(0_u32..) {
            *place = next;
            let ends = match rank {
                Rank::Figure(low, _, high) => Some((end(*low), end(*high))),
                _ => None,
            };
            known += usize::from(**rank != Rank::Nothing);
            entries.push(Entry { text: (*text).to_owned(), tone: *tone, ends });
        }
        let cells = self.cells.iter().take(MOST_ROWS);
        let at = |it: &Shown| places.get(&(&it.rank, it.text.as_str(), it.tone)).copied().unwrap_or(0);
        let cells: Vec<u32> = cells.map(at).collect();
        let why = self.cells.iter().take(MOST_ROWS).enumerate().filter_map(|(row, it)| Some((row, it.why?))).collect();
        Column { head: self.head, kind, entries, known, cells, total: self.total, provision: self.provision, why }
    }

    /// Whether any result is a figure.
    pub(super) fn has_figures(&self) -> bool {
        self.cells.iter().any(|it| it.ends.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_people_do() {
        for (text, expected) in [
            ("11..17 人", "11–17 人"),
            ("..7 个", "≤ 7 个"),
            ("4.. 个", "≥ 4 个"),
            ("≈ 1.25..2.5 万元", "≈ 1.25–2.5 万元"),
            ("违反：缺 1..2 人", "违反：缺 1–2 人"),
            ("1..2 人（另 1 个未知）", "1–2 人（另 1 个未知）"),
            ("共 4.. 个", "共 ≥ 4 个"),
            ("未知", "未知"),
            ("a..b", "a..b"),
        ] {
            assert_eq!(readable(text), expected);
        }
    }

    #[test]
    fn only_long_figures_are_grouped() {
        for (text, expected) in [
            ("1056153–1617434 人", "1,056,153–1,617,434 人"),
            ("≈ 12345.678901 元", "≈ 12,345.678901 元"),
            ("2026", "2026"),
            ("100000", "100,000"),
            ("未知", "未知"),
        ] {
            assert_eq!(grouped(text), expected);
        }
    }

    #[test]
    fn entries_are_in_order_and_those_without_a_value_last() {
        let figure = |it: i64| Shown::figure(format!("{it} 人"), polis_value::Range::point(Number::from(it)));
        let nothing = || Shown::nothing("未知".into(), Tone::Unknown);
        let cells = vec![figure(10), nothing(), figure(9), figure(10), figure(100)];
        let column = Results { cells, ..Results::default() }.column();
        let texts: Vec<&str> = column.entries.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["9 人", "10 人", "100 人", "未知"]);
        assert_eq!((column.known, column.cells), (3, vec![1, 3, 0, 1, 2]));
        assert_eq!(column.entries[0].ends, Some((Some("9".into()), Some("9".into()))));
    }
}
