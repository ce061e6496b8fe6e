//! Several cities side by side, topic by topic: what each says, where each is silent, and what cannot be compared.

mod gist;
mod topics;
mod verdict;

use polis_semantic::{NumberType, Symbol};
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::NumberRange;
use smol_str::SmolStr;

pub(crate) use gist::entity;
pub use gist::gist_of;
pub use topics::Topic;
use topics::{SCOPES, Scope};

use crate::order::Order;
use crate::side::Side;

/// Several cities side by side.
#[derive(Debug)]
pub struct Matrix {
    /// The topics of which at least one city says something.
    pub topics: Vec<Table>,
}

/// A topic's table.
#[derive(Debug)]
pub struct Table {
    /// The topic.
    pub topic: Topic,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The cities that say nothing of it.
    pub silent: Vec<usize>,
}

/// What the cities say of one matter.
#[derive(Debug)]
pub struct Row {
    /// What it is about.
    pub about: About,
    /// For each city what it says.
    pub cells: Vec<Vec<Gist>>,
    /// What comes of comparing them.
    pub verdict: Verdict,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Groups as a whole: grants, lists of duties.
    Group(Kind),
    /// A shared concept.
    Concept(Symbol),
    /// A kind of provision about a type of jurisdiction, where no concept is declared.
    Kind(Kind, SmolStr),
}

/// A provision in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// Which of the city's provisions it is.
    pub provision: usize,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: SmolStr,
    /// Its title.
    pub title: Option<SmolStr>,
    /// The concepts it points to, where the row is broader.
    pub concepts: Vec<Symbol>,
    /// What it says, in the order of the text: the clause and its text.
    pub parts: Vec<(ClauseWord, Option<SmolStr>, SmolStr)>,
    /// The figure that it comes to, where it comes to one.
    pub figure: Option<(NumberType, NumberRange)>,
    /// What jurisdictions it is about.
    pub entity: Option<SmolStr>,
    /// What it says in one spelling, names left aside.
    said: Vec<String>,
}

/// What comes of comparing the cities' answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Only one city says something.
    One(usize),
    /// All that say something say the same.
    Same,
    /// By the order of concepts, strongest first; those in one place are not told apart.
    Stronger(Vec<Vec<usize>>),
    /// By their figures, highest first, with the type of the figures.
    Higher(NumberType, Vec<(NumberRange, Vec<usize>)>),
    /// All that speak of it assign it, each in its own words.
    Shared,
    /// They say different things.
    Different,
    /// They cannot be compared.
    Incomparable(Why),
}

/// Why answers cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They are of different kinds.
    Kinds(Vec<Kind>),
    /// They are about different jurisdictions.
    Entities(Vec<SmolStr>),
    /// Their figures are in different units.
    Units(Vec<NumberType>),
    /// None of the concepts is stronger.
    Unordered(Vec<Symbol>),
    /// The text of some leaves the figure open: these cities.
    Open(Vec<usize>),
    /// Some have several provisions with a figure each: these cities.
    Several(Vec<usize>),
}

/// Puts cities side by side.
#[must_use]
pub fn matrix(sides: &[Side<'_>]) -> Matrix {
    let order = Order::of(sides.iter().map(|it| &**it.program));
    let topics = SCOPES.iter().map(|it| table(it, sides, &order)).filter(|it| !it.rows.is_empty());
    Matrix { topics: topics.collect() }
}

fn table(scope: &Scope, sides: &[Side<'_>], order: &Order) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for (city, side) in sides.iter().enumerate() {
        for (at, it) in side.provisions.iter().enumerate() {
            let Some(about) = topics::about(scope, side, it, order) else { continue };
            let found = rows.iter().position(|it| it.about == about);
            let position = found.unwrap_or_else(|| {
                let cells = vec![Vec::new(); sides.len()];
                rows.push(Row { about: about.clone(), cells, verdict: Verdict::Different });
                rows.len() - 1
            });
            let Some(row) = rows.get_mut(position) else { continue };
            if let Some(cell) = row.cells.get_mut(city) {
                cell.push(gist::gist(side, at, it, &row.about));
            }
        }
    }
    // What more cities speak of comes first; groups as a whole before what is in them.
    let spoken = |row: &Row| row.cells.iter().filter(|it| !it.is_empty()).count();
    rows.sort_by(|a, b| {
        let group = |row: &Row| !matches!(row.about, About::Group(_));
        group(a).cmp(&group(b)).then(spoken(b).cmp(&spoken(a)))
    });
    for row in &mut rows {
        for cell in &mut row.cells {
            cell.sort_by_key(|it| (rank(it.kind), it.provision));
        }
        row.verdict = verdict::verdict(sides, &row.cells, order);
    }
    let silent = (0..sides.len()).filter(|city| rows.iter().all(|it| it.cells.get(*city).is_none_or(Vec::is_empty)));
    Table { topic: scope.topic, silent: silent.collect(), rows }
}

/// Kinds that lay down come before those that count and report.
const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Grant
        | Kind::Duties
        | Kind::Offices
        | Kind::Centers
        | Kind::Posts
        | Kind::Quota
        | Kind::Pay
        | Kind::Admission
        | Kind::Rating => 0,
        Kind::Require | Kind::Norm | Kind::Power | Kind::Duty | Kind::Mechanism | Kind::Procedure | Kind::Indicator => {
            1
        }
        Kind::Rule | Kind::Param | Kind::List | Kind::Delegation | Kind::Commitment => 2,
        _ => 3,
    }
}
