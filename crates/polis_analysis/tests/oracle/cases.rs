//! Tables of cases: lines that those before them leave nothing of.

use crate::checked::{Finding, findings_of};
use crate::condition::{self, Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::{Fact, points};

/// A table by the conditions of its lines; the last line is for all others.
#[derive(Debug, Clone)]
struct Table {
    lines: Vec<Cond>,
    place: Place,
}

/// Where a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Value,
    /// In the value of an exception.
    Exception,
    /// Within a sum.
    Sum,
    /// A part of a quota.
    Quota,
}

impl Table {
    /// The table as a rule, and where each condition begins in it.
    fn show(&self, name: &str) -> (String, Vec<usize>) {
        let mut text: String = self.lines.iter().map(|it| it.rules(name)).collect();
        text.push_str(&match self.place {
            Place::Value => format!("规则 {name} 属于 社区: 人 {{\n  值: 分情形 {{\n"),
            Place::Exception => {
                format!("规则 {name} 属于 社区: 人 {{\n  值: 1 人\n  例外 子 当 试点: 分情形 {{\n")
            }
            Place::Sum => format!("规则 {name} 属于 社区: 人 {{\n  值: 1 人 + 分情形 {{\n"),
            Place::Quota => format!("员额 {name} 属于 社区 {{\n  基数: 1 人\n  增配: 分情形 {{\n"),
        });
        let mut starts = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            text.push_str("    ");
            starts.push(text.len());
            text.push_str(&format!("{} => {} 人\n", line.show(name), index + 1));
        }
        text.push_str("    其他 => 9 人\n  }\n}\n");
        (text, starts)
    }

    /// The lines that no jurisdiction comes to.
    fn unreached(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.lines.len()).collect();
        for point in points(&mentions(&self.lines)) {
            let first = self.lines.iter().position(|it| it.holds(&point));
            left.retain(|it| Some(*it) != first);
        }
        left
    }
}

/// Checks tables and compares; how many lines were found to be never reached.
#[track_caller]
fn compare(tables: &[Table]) -> usize {
    let texts: Vec<(String, Vec<usize>)> =
        tables.iter().enumerate().map(|(index, it)| it.show(&format!("则{index}"))).collect();
    let found = findings_of(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>(), &["never-reached"]);
    for ((table, (text, starts)), found) in tables.iter().zip(&texts).zip(&found) {
        let expected: Vec<usize> = table.unreached().iter().map(|it| starts[*it]).collect();
        let unreached: Vec<usize> = found.iter().map(|it| it.start).collect();
        assert_eq!(unreached, expected, "{text}");
    }
    found.iter().flatten().count()
}

/// Every two comparisons of households, and every three of those with few figures.
#[test]
fn every_small_table_is_reached_as_enumeration_says() {
    let atoms = condition::all_of_households();
    let few: Vec<Cond> = atoms
        .iter()
        .filter(|it| matches!(it, Cond::Compare(_, _, 2 | 3, _) | Cond::Within(_, Some(2), Some(4..))))
        .cloned()
        .collect();
    let mut tables = Vec::new();
    let mut add = |lines: Vec<Cond>| tables.push(Table { lines, place: Place::Value });
    for a in &atoms {
        add(vec![a.clone()]);
        for b in &atoms {
            add(vec![a.clone(), b.clone()]);
        }
        for b in condition::all_of_others() {
            add(vec![b.clone(), a.clone(), b]);
        }
    }
    for a in &few {
        for b in &few {
            for c in &few {
                add(vec![a.clone(), b.clone(), c.clone()]);
            }
        }
    }
    assert!(tables.len() > 12_000, "{}", tables.len());
    let unreached = compare(&tables);
    assert!(unreached > 5_000, "{unreached}");
}

#[test]
fn drawn_tables_are_reached_as_enumeration_says() {
    let unreached = compare(&drawn(2, 2_500));
    assert!(unreached > 800, "{unreached}");
}

fn drawn(seed: u64, count: usize) -> Vec<Table> {
    let mut draw = Draw::new(seed);
    (0..count).map(|_| drawn_table(&mut draw)).collect()
}

fn drawn_table(draw: &mut Draw) -> Table {
    let mut drawer = Drawer::new(draw);
    let lines = (0..=draw.below(4)).map(|_| {
        let depth = draw.below(3);
        drawer.condition(draw, depth)
    });
    let lines = lines.collect();
    Table { lines, place: draw.of(&[Place::Value, Place::Exception, Place::Sum, Place::Quota]) }
}

/// A drawn table as text.
pub(crate) fn drawn_text(draw: &mut Draw, name: &str) -> String {
    drawn_table(draw).show(name).0
}

/// A line for `a 或 b` says what one for `a` and one for `b` say: it is reached where one of them is, and it leaves the
/// same to the lines below.
#[test]
fn a_line_for_either_is_two_lines() {
    let mut draw = Draw::new(6);
    let (mut whole, mut parted) = (Vec::new(), Vec::new());
    for _ in 0..800 {
        let mut table = drawn_table(&mut draw);
        let at = draw.below(table.lines.len());
        let b = Drawer::new(&mut draw).condition(&mut draw, 1);
        // Rules that conditions rest on are numbered by table; a second drawer would number its own alike.
        if b.rules("").is_empty() {
            let a = std::mem::replace(&mut table.lines[at], Cond::Holds(Fact::Old));
            table.lines[at] = a.clone().or(b.clone());
            let mut other = table.clone();
            other.lines.splice(at..=at, [a, b]);
            whole.push((table, at));
            parted.push(other);
        }
    }
    let unreached = |tables: Vec<&Table>| -> Vec<Vec<usize>> {
        let texts: Vec<_> = tables.iter().enumerate().map(|(index, it)| it.show(&format!("则{index}"))).collect();
        let found = findings_of(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>(), &["never-reached"]);
        let line = |starts: &[usize], start: usize| starts.iter().position(|it| *it == start).unwrap();
        let of = |found: &[Finding], starts: &[usize]| found.iter().map(|it| line(starts, it.start)).collect();
        found.iter().zip(&texts).map(|(found, text)| of(found, &text.1)).collect()
    };
    let (one, two) = (unreached(whole.iter().map(|it| &it.0).collect()), unreached(parted.iter().collect()));
    let mut count = 0;
    for (((table, at), one), two) in whole.iter().zip(&one).zip(&two) {
        count += one.len();
        for line in 0..table.lines.len() {
            let halves = if line == *at { vec![line, line + 1] } else { vec![line + usize::from(line > *at)] };
            let expected = halves.iter().all(|it| two.contains(it));
            assert_eq!(one.contains(&line), expected, "line {line} of {}", table.show("则").0);
        }
    }
    assert!(whole.len() > 500 && count > 200, "{} {count}", whole.len());
}

/// What z3 is to confirm of drawn tables: which lines are reached.
#[cfg(feature = "z3")]
pub(crate) fn questions() -> Vec<crate::z3::Question> {
    use crate::z3::{Question, all, formula, not};
    let tables = drawn(12, 1_500);
    let texts: Vec<(String, Vec<usize>)> =
        tables.iter().enumerate().map(|(index, it)| it.show(&format!("则{index}"))).collect();
    let found = findings_of(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>(), &["never-reached"]);
    let mut questions = Vec::new();
    for ((table, (text, starts)), found) in tables.iter().zip(&texts).zip(&found) {
        for (index, line) in table.lines.iter().enumerate() {
            let before = table.lines[..index].iter().map(|it| not(&formula(it)));
            let satisfiable = found.iter().all(|it| it.start != starts[index]);
            let formula = all(std::iter::once(formula(line)).chain(before));
            questions.push(Question { program: text.clone(), formula, satisfiable });
        }
    }
    questions
}
