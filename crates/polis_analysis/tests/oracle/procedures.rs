//! Procedures: steps that nothing leads to, and steps from which there is no end.

use crate::checked::{Finding, findings};
use crate::draw::Draw;

const NAMES: [&str; 4] = ["子", "丑", "寅", "卯"];

/// A procedure by what follows each step, as bits.
#[derive(Debug, Clone)]
struct Procedure {
    next: Vec<u8>,
    /// The text leaves further steps open.
    open: bool,
    /// What follows a step follows under a condition.
    guarded: bool,
}

impl Procedure {
    fn follows(&self, step: usize, other: usize) -> bool {
        self.next[step] & (1 << other) != 0
    }

    fn steps(&self) -> std::ops::Range<usize> {
        0..self.next.len()
    }

    fn show(&self, name: &str) -> String {
        let mut text = format!("程序 {name} 属于 社区 {{\n");
        if self.open {
            text.push_str("  未尽: 是\n");
        }
        for step in self.steps() {
            let next: Vec<&str> = self.steps().filter(|it| self.follows(step, *it)).map(|it| NAMES[it]).collect();
            let guard = if self.guarded { " 当 试点" } else { "" };
            let next = match next.as_slice() {
                [] => String::new(),
                [one] => format!(" 下一步{guard}: {one} "),
                several => format!(" 下一步{guard}: [{}] ", several.join(", ")),
            };
            text.push_str(&format!("  步骤 {} {{{next}}}\n", NAMES[step]));
        }
        text + "}\n"
    }

    /// For each two steps whether one leads to the other, over any number of others and over none.
    fn leads(&self) -> Vec<Vec<bool>> {
        let mut leads: Vec<Vec<bool>> =
            self.steps().map(|a| self.steps().map(|b| a == b || self.follows(a, b)).collect()).collect();
        for over in self.steps() {
            for a in self.steps() {
                for b in self.steps() {
                    leads[a][b] |= leads[a][over] && leads[over][b];
                }
            }
        }
        leads
    }

    /// The steps that are joined to the first one, whichever of two leads to the other.
    fn joined(&self) -> Vec<bool> {
        let mut met = vec![false; self.next.len()];
        met[0] = true;
        for _ in self.steps() {
            for a in self.steps() {
                for b in self.steps() {
                    met[b] |= met[a] && (self.follows(a, b) || self.follows(b, a));
                }
            }
        }
        met
    }

    /// Of the steps that are not reached those that are told: what leads to no told one, and is led to by none.
    fn blamed(&self, leads: &[Vec<bool>], firsts: &[usize]) -> Vec<usize> {
        let lost: Vec<usize> = self.steps().filter(|step| !firsts.iter().any(|it| leads[*it][*step])).collect();
        let free = |step: &usize| !self.steps().any(|it| self.follows(it, *step));
        let mut told: Vec<usize> = lost.iter().copied().filter(free).collect();
        for step in lost {
            if !told.iter().any(|it| leads[*it][step]) {
                told.push(step);
            }
        }
        told
    }

    /// The steps that nothing leads to, and those that lead to no last step.
    fn expected(&self) -> (Vec<usize>, Vec<usize>) {
        if self.open || self.next.iter().all(|it| *it == 0) {
            return (Vec::new(), Vec::new());
        }
        let leads = self.leads();
        let first =
            |step: &usize| *step == 0 || self.next[*step] != 0 && self.steps().all(|other| !self.follows(other, *step));
        let met = self.joined();
        let firsts: Vec<usize> = self.steps().filter(|it| first(it) && met[*it]).collect();
        let unreached = self.blamed(&leads, &firsts);
        let endless = self.steps().filter(|a| !self.steps().any(|b| leads[*a][b] && self.next[b] == 0)).collect();
        (unreached, endless)
    }

    #[track_caller]
    fn compare(&self, text: &str, found: &[Finding]) {
        let (unreached, endless) = self.expected();
        let head = |step: &usize| format!("步骤 {}", NAMES[*step]);
        let of = |code: &str| found.iter().filter(|it| it.code == code).map(|it| it.at.clone()).collect::<Vec<_>>();
        assert_eq!(of("step-never-reached"), unreached.iter().map(head).collect::<Vec<_>>(), "{text}");
        assert_eq!(of("procedure-without-end"), endless.iter().take(1).map(head).collect::<Vec<_>>(), "{text}");
        assert_eq!(found.len(), unreached.len() + endless.len().min(1), "{text}{found:#?}");
        for found in found.iter().filter(|it| it.code == "procedure-without-end") {
            for step in self.steps() {
                let named = found.message.contains(&format!("`{}`", NAMES[step]));
                assert_eq!(named, endless.contains(&step), "{text}{}", found.message);
            }
        }
    }
}

#[track_caller]
fn compare(procedures: &[Procedure]) -> [usize; 2] {
    let texts: Vec<String> = procedures.iter().enumerate().map(|(index, it)| it.show(&format!("程{index}"))).collect();
    let found = findings(&texts);
    for ((procedure, text), found) in procedures.iter().zip(&texts).zip(&found) {
        procedure.compare(text, found);
    }
    ["step-never-reached", "procedure-without-end"]
        .map(|code| found.iter().flatten().filter(|it| it.code == code).count())
}

/// Every procedure of up to three steps.
#[test]
fn every_small_procedure_is_walked_as_enumeration_says() {
    let mut all = Vec::new();
    for steps in 1..=3_u32 {
        for graph in 0..1_u32 << (steps * steps) {
            let next = (0..steps).map(|it| u8::try_from(graph >> (it * steps) & ((1 << steps) - 1)).unwrap()).collect();
            let open = graph % 17 == 5;
            all.push(Procedure { next, open, guarded: graph % 3 == 0 });
        }
    }
    assert_eq!(all.len(), 2 + 16 + 512);
    let [unreached, endless] = compare(&all);
    assert!(unreached > 100 && endless > 100, "{unreached} {endless}");
}

#[test]
fn drawn_procedures_are_walked_as_enumeration_says() {
    let mut draw = Draw::new(4);
    let all: Vec<Procedure> = (0..3_000).map(|_| drawn(&mut draw)).collect();
    let [unreached, endless] = compare(&all);
    assert!(unreached > 1_000 && endless > 500, "{unreached} {endless}");
}

fn drawn(draw: &mut Draw) -> Procedure {
    // Few ways out of each step, so that not everything leads everywhere.
    let next = (0..4).map(|_| [0, 1, 2, 4, 8, 3, 6, 12, 9][draw.below(9)]).collect();
    Procedure { next, open: draw.once_in(10), guarded: draw.once_in(3) }
}

/// A drawn procedure as text.
pub(crate) fn drawn_text(draw: &mut Draw, name: &str) -> String {
    drawn(draw).show(name)
}
