//! Tables of cases: lines that those before them leave nothing of.

use crate::checked::findings;
use crate::condition::{self, Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::points;

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
    let found = findings(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>());
    for ((table, (text, starts)), found) in tables.iter().zip(&texts).zip(&found) {
        let expected: Vec<usize> = table.unreached().iter().map(|it| starts[*it]).collect();
        let unreached: Vec<usize> = found.iter().map(|it| it.start).collect();
        assert_eq!(unreached, expected, "{text}");
        assert!(found.iter().all(|it| it.code == "never-reached"), "{text}{found:#?}");
    }
    found.iter().map(Vec::len).sum()
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
        atoms.iter().for_each(|b| add(vec![a.clone(), b.clone()]));
        condition::all_of_others().iter().for_each(|b| add(vec![b.clone(), a.clone(), b.clone()]));
    }
    for a in &few {
        for b in &few {
            few.iter().for_each(|c| add(vec![a.clone(), b.clone(), c.clone()]));
        }
    }
    assert!(tables.len() > 12_000, "{}", tables.len());
    let unreached = compare(&tables);
    assert!(unreached > 5_000, "{unreached}");
}

#[test]
fn drawn_tables_are_reached_as_enumeration_says() {
    let mut draw = Draw::new(2);
    let tables: Vec<Table> = (0..2_500)
        .map(|_| {
            let mut drawer = Drawer::new(&mut draw);
            let lines = (0..=draw.below(4)).map(|_| {
                let depth = draw.below(3);
                drawer.condition(&mut draw, depth)
            });
            let lines = lines.collect();
            Table { lines, place: draw.of(&[Place::Value, Place::Exception, Place::Sum, Place::Quota]) }
        })
        .collect();
    let unreached = compare(&tables);
    assert!(unreached > 800, "{unreached}");
}
