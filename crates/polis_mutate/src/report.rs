//! What came of it: counts per family, and the table in the documents.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::expected;
use crate::operators::Family;

/// Counts of one family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Defects that were planted; for controls, changes that were made.
    pub planted: usize,
    /// Those that were found.
    pub found: usize,
    /// New findings that are about nothing planted.
    pub false_alarms: usize,
    /// By operator: planted and found.
    pub operators: BTreeMap<&'static str, (usize, usize)>,
}

/// Counts of all families.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By family, in its order.
    pub rows: BTreeMap<Family, Row>,
}

impl Row {
    /// The share that was found, in percent, rounded down: 99.9 is not all.
    #[must_use]
    pub const fn recall(&self) -> usize {
        match (self.found * 100).checked_div(self.planted) {
            Some(share) => share,
            None => 100,
        }
    }
}

impl Tally {
    /// Whether every family reaches its goal, and nothing was found that is not there.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.rows.iter().all(|(family, row)| {
            row.false_alarms == 0 && (*family == Family::Control || row.recall() >= expected::goal(*family))
        })
    }
}

/// The table of the documents.
#[must_use]
pub fn table(tally: &Tally) -> String {
    let head = "| family | planted | found | recall | goal | false alarms | precision |";
    let mut text = format!("{head}\n|---|---|---|---|---|---|---|\n");
    for (family, row) in &tally.rows {
        let (title, planted, alarms) = (family.title(), row.planted, row.false_alarms);
        let (middle, end) = if *family == Family::Control {
            (" | | ".to_owned(), String::new())
        } else {
            let share = (row.found * 100).checked_div(row.found + alarms);
            let share = share.map(|it| format!("{it}%")).unwrap_or_default();
            (format!("{} | {}% | {}%", row.found, row.recall(), expected::goal(*family)), share)
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {title} | {planted} | {middle} | {alarms} | {end} |");
    }
    text
}

const OPEN: &str = "<!-- begin: cargo xtask mutate -->\n";
const CLOSE: &str = "<!-- end: cargo xtask mutate -->";

/// A document with `table` between the markers.
///
/// # Errors
///
/// Where the markers are missing.
pub fn put(document: &str, table: &str) -> Result<String, String> {
    let (before, rest) = document.split_once(OPEN).ok_or_else(|| format!("there is no line `{}`", OPEN.trim_end()))?;
    let (_, behind) = rest.split_once(CLOSE).ok_or_else(|| format!("there is no line `{CLOSE}`"))?;
    Ok(format!("{before}{OPEN}\n{table}\n{CLOSE}{behind}"))
}
