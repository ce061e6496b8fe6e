//! Ratings: weights, scores that reach no grade, and grades that no score reaches.

use crate::checked::{Finding, findings};
use crate::draw::Draw;

const NAMES: [&str; 4] = ["子", "丑", "寅", "卯"];

/// A grade: its scores, both ends included, and whether something else must hold, which is another fact for each grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grade {
    low: Option<i32>,
    high: Option<i32>,
    guarded: bool,
}

impl Grade {
    /// The scores as text; `None` where any score will do.
    fn points(self) -> Option<String> {
        match (self.low, self.high) {
            (None, None) => None,
            (low, high) => {
                let end = |it: Option<i32>| it.map(|it| it.to_string()).unwrap_or_default();
                Some(format!("{}..{} 分", end(low), end(high)))
            }
        }
    }

    /// Whether a score, counted in halves, is one of the grade's.
    fn takes(self, halves: i32) -> bool {
        self.low.is_none_or(|it| it * 2 <= halves) && self.high.is_none_or(|it| halves <= it * 2)
    }
}

#[derive(Debug, Clone)]
struct Rating {
    grades: Vec<Grade>,
    open: bool,
}

/// What must be found: the grade at whose scores it is shown, and for a gap its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    NeverReached(usize),
    Gap(usize, String),
    /// A higher score reaches the second, which is worth less than the first.
    Inverted(usize, usize),
}

/// Every half from below all figures to above them.
const HALVES: std::ops::RangeInclusive<i32> = -2..=20;

impl Rating {
    fn show(&self, name: &str) -> (String, Vec<usize>) {
        let mut text = format!("评定 {name} 属于 社区: 星 {{\n  得分: 得分数\n");
        if self.open {
            text.push_str("  未尽: 是\n");
        }
        let mut starts = Vec::new();
        for (index, grade) in self.grades.iter().enumerate() {
            text.push_str(&format!("  等次 {} {{ ", NAMES[index]));
            if let Some(points) = grade.points() {
                text.push_str("分数: ");
                starts.push(text.len());
                text.push_str(&format!("{points}; "));
            }
            if grade.guarded {
                text.push_str("当: ");
                starts.extend(grade.points().is_none().then_some(text.len()));
                text.push_str(&format!("票{index}; "));
            }
            text.push_str(&format!("值: {} 星 }}\n", index + 1));
        }
        (text + "}\n", starts)
    }

    fn expected(&self) -> Vec<Expected> {
        let mut all = Vec::new();
        for (index, grade) in self.grades.iter().enumerate() {
            // Whatever must hold beside the score may fail for the grades before and hold for this one.
            let before = |score: i32| self.grades[..index].iter().any(|it| !it.guarded && it.takes(score));
            if HALVES.filter(|it| grade.takes(*it)).all(before) {
                all.push(Expected::NeverReached(index));
            }
        }
        // One for which nothing beside the score holds.
        let graded = |score: &i32| self.grades.iter().any(|it| !it.guarded && it.takes(*score));
        let reached: Vec<i32> = HALVES.filter(graded).collect();
        for ends in reached.windows(2).filter(|it| !self.open && it[1] - it[0] > 1) {
            let from = |it: &Grade| !it.guarded && it.low == Some(ends[1] / 2);
            let above = self.grades.iter().position(from).unwrap();
            all.push(Expected::Gap(above, format!("{}..{} 分", ends[0] / 2, ends[1] / 2)));
        }
        // Grades are worth more the later they stand; of what else must hold nothing can be told.
        if self.grades.iter().all(|it| !it.guarded) {
            let taken = |score| self.grades.iter().position(|it| it.takes(score));
            let taken: Vec<usize> = HALVES.filter_map(taken).collect();
            let falls = taken.windows(2).find(|it| it[0] > it[1]);
            all.extend(falls.map(|it| Expected::Inverted(it[0], it[1])));
        }
        all
    }

    #[track_caller]
    fn compare(&self, (text, starts): &(String, Vec<usize>), found: &[Finding]) {
        let expected = self.expected();
        let mut left: Vec<&Finding> = found.iter().collect();
        for expected in &expected {
            let is = |found: &&Finding| match expected {
                Expected::NeverReached(grade) => {
                    found.code == "never-reached"
                        && found.start == starts[*grade]
                        && found.message.contains(&format!("`{}`", NAMES[*grade]))
                }
                Expected::Inverted(better, worse) => {
                    found.code == "grades-inverted"
                        && found.start == starts[*worse]
                        && [better, worse].iter().all(|it| found.message.contains(&format!("`{}`", NAMES[**it])))
                }
                Expected::Gap(grade, between) => {
                    found.code == "grade-gap" && found.start == starts[*grade] && found.message.contains(between)
                }
            };
            let Some(position) = left.iter().position(is) else {
                panic!("{text}\nexpected {expected:?}\nfound {left:#?}")
            };
            left.remove(position);
        }
        assert!(left.is_empty(), "{text}\nexpected no more than {expected:?}\nfound {left:#?}");
    }
}

#[track_caller]
fn compare(ratings: &[Rating]) -> [usize; 3] {
    let texts: Vec<(String, Vec<usize>)> =
        ratings.iter().enumerate().map(|(index, it)| it.show(&format!("评{index}"))).collect();
    let found = findings(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>());
    for ((rating, text), found) in ratings.iter().zip(&texts).zip(&found) {
        rating.compare(text, found);
    }
    ["never-reached", "grade-gap", "grades-inverted"]
        .map(|code| found.iter().flatten().filter(|it| it.code == code).count())
}

/// Every range of scores with ends up to a figure.
fn ranges(end: i32) -> Vec<Grade> {
    let mut all = Vec::new();
    for low in 0..=end {
        all.push(Grade { low: Some(low), high: None, guarded: false });
        all.push(Grade { low: None, high: Some(low), guarded: false });
        all.extend((low..=end).map(|high| Grade { low: Some(low), high: Some(high), guarded: false }));
    }
    all
}

/// Every two grades with ends up to five, and every three with ends up to three.
#[test]
fn every_few_grades_are_reached_as_enumeration_says() {
    let mut all = Vec::new();
    for a in ranges(5) {
        all.extend(ranges(5).into_iter().map(|b| Rating { grades: vec![a, b], open: false }));
    }
    for a in ranges(3) {
        for b in ranges(3) {
            all.extend(ranges(3).into_iter().map(|c| Rating { grades: vec![a, b, c], open: false }));
        }
    }
    assert!(all.len() > 6_500, "{}", all.len());
    let [unreached, gaps, inverted] = compare(&all);
    assert!(unreached > 2_000 && gaps > 500 && inverted > 1_000, "{unreached} {gaps} {inverted}");
}

/// Up to four grades, some of which ask for something else as well.
#[test]
fn drawn_grades_are_reached_as_enumeration_says() {
    let mut draw = Draw::new(5);
    let all: Vec<Rating> = (0..3_000).map(|_| drawn(&mut draw)).collect();
    let [unreached, gaps, inverted] = compare(&all);
    assert!(unreached > 500 && gaps > 300 && inverted > 300, "{unreached} {gaps} {inverted}");
}

fn drawn(draw: &mut Draw) -> Rating {
    let ranges = ranges(8);
    let grades = (0..=draw.below(4)).map(|_| match draw.below(10) {
        0 => Grade { low: None, high: None, guarded: true },
        1 | 2 => Grade { guarded: true, ..draw.of(&ranges) },
        _ => draw.of(&ranges),
    });
    Rating { grades: grades.collect(), open: draw.once_in(10) }
}

/// A drawn rating as text.
pub(crate) fn drawn_text(draw: &mut Draw, name: &str) -> String {
    drawn(draw).show(name).0
}

/// Every one to three weights of a few, some of them left open.
#[test]
fn weights_add_up_as_counting_says() {
    let weights = [None, Some(10), Some(20), Some(30), Some(40), Some(50), Some(60), Some(80), Some(100)];
    let mut all: Vec<Vec<Option<i32>>> = vec![Vec::new()];
    for _ in 0..3 {
        let longer = all.iter().flat_map(|it| weights.iter().map(move |weight| [it.as_slice(), &[*weight]].concat()));
        all = longer.chain(all.clone()).collect();
        all.sort();
        all.dedup();
    }
    let all: Vec<Vec<Option<i32>>> = all.into_iter().filter(|it| !it.is_empty()).collect();
    assert_eq!(all.len(), 9 + 81 + 729);
    let show = |(index, weights): (usize, &Vec<Option<i32>>)| {
        let open = if index % 7 == 3 { "  未尽: 是\n" } else { "" };
        let dimensions = weights.iter().zip(NAMES).map(|(weight, name)| {
            let weight = weight.map_or("待定".to_owned(), |it| format!("{it}%"));
            format!("  维度 {name} {{ 权重: {weight}; 得分: 得分数 }}\n")
        });
        format!("评定 评{index} 属于 社区: 星 {{\n{open}{}}}\n", dimensions.collect::<String>())
    };
    let texts: Vec<String> = all.iter().enumerate().map(show).collect();
    let mut wrong = 0;
    for (index, (found, weights)) in findings(&texts).iter().zip(&all).enumerate() {
        let sum = weights.iter().copied().sum::<Option<i32>>().filter(|it| *it != 100 && index % 7 != 3);
        let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
        match (sum, messages.as_slice()) {
            (None, []) => {}
            (Some(sum), [message]) => {
                assert!(message.contains(&format!("合计 {sum}%")), "{}{message}", texts[index]);
                assert_eq!(found[0].code, "weights-not-whole");
                assert_eq!(found[0].labels.len(), weights.len());
                wrong += 1;
            }
            other => panic!("{}{other:?}", texts[index]),
        }
    }
    assert!(wrong > 300, "{wrong}");
}
