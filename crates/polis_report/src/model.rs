//! What a page says, as plain data. Figures are texts: nothing here computes with them.

use std::collections::BTreeMap;

use polis_diagnostic::Locale;
use serde::{Serialize, Serializer};

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language of the page.
    pub locale: Locale,
    /// What it is about.
    pub title: String,
    /// Which run it was.
    pub subtitle: String,
    /// What was set or supposed, a line each.
    pub lines: Vec<String>,
    /// The few figures to begin with.
    pub headlines: Vec<Headline>,
    /// What asks for a decision, the gravest first.
    pub attention: Attention,
    /// Pictures of everything.
    pub charts: Vec<Chart>,
    /// The results, each table with the pictures that belong to it.
    pub tables: Vec<Table>,
    /// The provisions that the results come from.
    pub provisions: Vec<Provision>,
    /// How results came about; tables point here.
    pub explanations: Vec<Tree>,
    /// What is missing.
    pub lacking: Vec<Lacking>,
    /// What the page leaves out, a line each.
    pub left_out: Vec<String>,
    /// By what the run can be repeated: a name and a value each.
    pub receipt: Vec<(String, String)>,
}

/// A figure to begin with.
#[derive(Debug, Clone)]
pub struct Headline {
    /// What it is.
    pub label: String,
    /// The figure with its unit.
    pub value: String,
    /// What to know of it.
    pub detail: String,
    /// How it is meant.
    pub tone: Tone,
    /// The table that it is of.
    pub table: Option<usize>,
}

/// Results that ask for a decision.
#[derive(Debug, Clone, Default)]
pub struct Attention {
    /// The first of them.
    pub lines: Vec<Line>,
    /// How many more there are.
    pub more: usize,
}

/// A result named in the text.
#[derive(Debug, Clone)]
pub struct Line {
    /// Whose and what.
    pub text: String,
    /// The result.
    pub result: String,
    /// Its tone.
    pub tone: Tone,
    /// Table, row and column.
    pub at: (usize, usize, usize),
}

/// How a result is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// Kept.
    Kept,
    /// Breached.
    Breached,
    /// Not as is usual.
    Deviates,
    /// It depends on a choice.
    Choice,
    /// Unknown.
    Unknown,
    /// Not applicable.
    None,
    /// More than elsewhere.
    More,
    /// Less than elsewhere.
    Less,
}

impl Tone {
    /// Its word in classes of the style sheet.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Kept => "kept",
            Self::Breached => "breached",
            Self::Deviates => "deviates",
            Self::Choice => "choice",
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::More => "more",
            Self::Less => "less",
        }
    }
}

impl Serialize for Tone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A table that the reader sorts and filters.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its heading.
    pub title: String,
    /// A line below it.
    pub note: String,
    /// What is shown of each row.
    pub columns: Vec<Column>,
    /// How many rows there are.
    pub rows: usize,
    /// The column by whose values rows are chosen: years, matters.
    pub facet: Option<usize>,
    /// The value that is chosen at first; every row where there is none.
    pub chosen: Option<usize>,
    /// Its pictures.
    pub charts: Vec<Chart>,
}

/// A column. Cells are positions in `entries`, which are in order: so a table sorts without reading figures.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// What it shows.
    pub kind: ColumnKind,
    /// Each different text once, in order; those without a value last.
    pub entries: Vec<Entry>,
    /// How many of them have a value.
    pub known: usize,
    /// For each row the position of its text.
    pub cells: Vec<u32>,
    /// The total, for reading.
    pub total: String,
    /// The provision that it comes from.
    pub provision: Option<usize>,
    /// For rows that are explained, where.
    pub why: BTreeMap<usize, usize>,
}

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Which row it is.
    Key,
    /// Figures.
    Figure,
    /// Outcomes.
    Verdict,
    /// Anything else.
    Text,
}

/// A text that cells show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// For reading.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Both ends of a figure, exact and in its base unit, for pictures.
    pub ends: Option<(Option<String>, Option<String>)>,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut seq = serializer.serialize_seq(None)?;
        seq.serialize_element(&self.text)?;
        if self.tone != Tone::Plain || self.ends.is_some() {
            seq.serialize_element(&self.tone)?;
        }
        if let Some((low, high)) = &self.ends {
            seq.serialize_element(low)?;
            seq.serialize_element(high)?;
        }
        seq.end()
    }
}

/// A picture.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Chart {
    /// Counts by line, stacked.
    Bars(Bars),
    /// Figures over years or values.
    Course(Course),
    /// Figures of a table's rows, as they are sorted and filtered.
    Ranges(Ranges),
}

/// Counts by line, stacked.
#[derive(Debug, Clone, Serialize)]
pub struct Bars {
    /// Its heading.
    pub title: String,
    /// The lines.
    pub labels: Vec<String>,
    /// What is counted: name, tone, and the count of each line.
    pub series: Vec<(String, Tone, Vec<usize>)>,
    /// Whether each line is drawn as shares of its sum, for sums that are far apart.
    pub share: bool,
}

/// Figures over years or values.
#[derive(Debug, Clone, Serialize)]
pub struct Course {
    /// Its heading.
    pub title: String,
    /// What goes along.
    pub along: String,
    /// The years or values.
    pub at: Vec<String>,
    /// The figures that the reader chooses from.
    pub series: Vec<Series>,
    /// The table whose rows can be chosen too: rows of the same id, one for each value.
    pub table: Option<usize>,
}

/// A figure over years or values.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its base unit.
    pub unit: String,
    /// Its column in the table.
    pub column: Option<usize>,
    /// Both ends, exact; `None` where it is unknown or open.
    pub ends: Vec<(Option<String>, Option<String>)>,
}

/// Figures of a table's rows.
#[derive(Debug, Clone, Serialize)]
pub struct Ranges {
    /// Its heading.
    pub title: String,
    /// The table.
    pub table: usize,
    /// What the reader chooses from.
    pub choices: Vec<Choice>,
}

/// What a picture of rows shows.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// The base unit.
    pub unit: String,
    /// The columns that are drawn as bars, each with its name.
    pub columns: Vec<(usize, String)>,
    /// The column that is drawn as points, with its name.
    pub points: Option<(usize, String)>,
    /// The value of the facet for which this is to be shown.
    pub facet: Option<usize>,
}

/// A provision that results come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provision {
    /// Its full name.
    pub name: String,
    /// Its kind, in words.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it says, as it is written.
    pub text: String,
    /// The passages that it comes from.
    pub sources: Vec<String>,
    /// The rows of a register that it carries.
    pub refs: Vec<String>,
    /// The call that explains a result of it; the id of a jurisdiction goes behind.
    pub command: String,
}

/// A step of an explanation, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The step.
    pub line: String,
    /// Lines below it.
    pub details: Vec<String>,
    /// What it rests on.
    pub steps: Vec<Self>,
    /// How many more steps there are.
    pub more: usize,
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.line, &self.details, &self.steps, self.more).serialize(serializer)
    }
}

impl Tree {
    /// The tree of what was told, with no more than `most` steps below each step and `budget` steps in all.
    #[must_use]
    pub fn of(told: &crate::Told, locale: Locale, most: usize, budget: &mut usize) -> Self {
        *budget = budget.saturating_sub(1);
        let mut steps = Vec::new();
        for step in told.steps.iter().take(most) {
            if *budget == 0 {
                break;
            }
            steps.push(Self::of(step, locale, most, budget));
        }
        let more = told.steps.len() - steps.len();
        Self { line: told.line.clone(), details: told.below(locale), steps, more }
    }
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What.
    pub what: String,
    /// How many results it leaves unknown.
    pub results: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Told;

    #[test]
    fn a_tree_says_how_much_it_leaves_out() {
        let leaf = |line: &str| Told { line: line.into(), ..Told::default() };
        let told = Told { steps: vec![leaf("a"), leaf("b"), leaf("c")], ..leaf("root") };
        let shape = |most, mut budget| {
            let tree = Tree::of(&told, Locale::En, most, &mut budget);
            (tree.steps.iter().map(|it| it.line.clone()).collect::<String>(), tree.more)
        };
        assert_eq!(shape(9, 9), ("abc".into(), 0));
        assert_eq!(shape(2, 9), ("ab".into(), 1));
        assert_eq!(shape(9, 2), ("a".into(), 2));
    }
}
