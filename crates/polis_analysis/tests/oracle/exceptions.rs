//! Exceptions of a rule: those that hold together and differ, and those that hold never or always.

use crate::checked::{Finding, findings};
use crate::condition::{self, Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::{Fact, Point, points, same_place};

const NAMES: [&str; 3] = ["子", "丑", "寅"];

/// A rule of people with a general value and exceptions from it.
#[derive(Debug, Clone)]
struct Rule {
    exceptions: Vec<Exception>,
}

#[derive(Debug, Clone)]
struct Exception {
    /// When it holds, as it is written after `当`, or after `除非` where it is the opposite that is written.
    guard: Cond,
    unless: bool,
    /// Its value, and where that depends on a condition, the value for which it does not hold.
    value: u8,
    otherwise: Option<(Cond, u8)>,
    /// The exceptions that it prevails over, by position.
    over: Vec<usize>,
}

impl Exception {
    fn when(guard: Cond, value: u8) -> Self {
        Self { guard, unless: false, value, otherwise: None, over: Vec::new() }
    }

    fn holds(&self, at: &Point) -> bool {
        self.guard.holds(at) != self.unless
    }

    fn value(&self, at: &Point) -> u8 {
        match &self.otherwise {
            Some((condition, other)) if !condition.holds(at) => *other,
            _ => self.value,
        }
    }
}

/// What must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    NeverHolds(usize),
    AlwaysHolds(usize),
    /// The two that conflict, and the smallest jurisdiction for which they do.
    Conflict(usize, usize, Point),
}

impl Rule {
    /// The conditions on which it depends which exceptions conflict: the guards, then those of the values.
    fn conditions(&self) -> impl Iterator<Item = &Cond> {
        let guards = self.exceptions.iter().map(|it| &it.guard);
        guards.chain(self.exceptions.iter().filter_map(|it| it.otherwise.as_ref().map(|it| &it.0)))
    }

    /// The rule as text, and where each guard begins in it.
    fn show(&self, name: &str) -> (String, Vec<usize>) {
        let rules: Vec<String> = self.conditions().map(|it| it.rules(name)).collect();
        let mut text = format!("{}规则 {name} 属于 社区: 人 {{\n  值: 1 人\n", rules.concat());
        let mut guards = Vec::new();
        for (exception, own) in self.exceptions.iter().zip(NAMES) {
            let over: Vec<&str> = exception.over.iter().map(|it| NAMES[*it]).collect();
            let over = if over.is_empty() { String::new() } else { format!("优先于 {} ", over.join(", ")) };
            let word = if exception.unless { "除非" } else { "当" };
            text.push_str(&format!("  例外 {own} {over}{word} "));
            guards.push(text.len());
            let value = match &exception.otherwise {
                None => format!("{} 人", exception.value),
                Some((condition, other)) => {
                    format!("若 {} 则 {} 人 否则 {other} 人", condition.show(name), exception.value)
                }
            };
            text.push_str(&format!("{}: {value}\n", exception.guard.show(name)));
        }
        text.push_str("}\n");
        (text, guards)
    }

    fn expected(&self) -> Vec<Expected> {
        let mut all = Vec::new();
        for (index, exception) in self.exceptions.iter().enumerate() {
            let points = points(&mentions([&exception.guard]));
            if points.iter().all(|it| !exception.holds(it)) {
                all.push(Expected::NeverHolds(index));
            } else if points.iter().all(|it| exception.holds(it)) {
                all.push(Expected::AlwaysHolds(index));
            }
        }
        let points = points(&mentions(self.conditions()));
        all.extend(points.into_iter().find_map(|it| {
            let (first, second) = self.conflict(&it)?;
            Some(Expected::Conflict(first, second, it))
        }));
        all
    }

    /// Two exceptions that both apply to a jurisdiction, with different values: the first that applies, and the first
    /// after it that differs.
    fn conflict(&self, at: &Point) -> Option<(usize, usize)> {
        let holding: Vec<usize> = (0..self.exceptions.len()).filter(|it| self.exceptions[*it].holds(at)).collect();
        let mut applying = holding.iter().filter(|it| !holding.iter().any(|by| self.prevails(*by, **it)));
        let first = *applying.next()?;
        let second = *applying.find(|it| self.exceptions[**it].value(at) != self.exceptions[first].value(at))?;
        Some((first, second))
    }

    /// Whether one says that it prevails over another, or over one that does.
    fn prevails(&self, one: usize, other: usize) -> bool {
        let over = &self.exceptions[one].over;
        over.contains(&other) || over.iter().any(|it| self.prevails(*it, other))
    }

    #[track_caller]
    fn compare(&self, (text, guards): &(String, Vec<usize>), found: &[Finding]) {
        let expected = self.expected();
        // What conditions choose within guards and values is asked too, and elsewhere.
        let is_asked = |it: &&Finding| it.code == "conflicting-exceptions" || guards.contains(&it.start);
        let mut left: Vec<&Finding> = found.iter().filter(is_asked).collect();
        for expected in &expected {
            let position = left.iter().position(|it| self.is(expected, it, text, guards));
            let Some(position) = position else { panic!("{text}\nexpected {expected:?}\nfound {left:#?}") };
            left.remove(position);
        }
        assert!(left.is_empty(), "{text}\nexpected no more than {expected:?}\nfound {left:#?}");
    }

    fn is(&self, expected: &Expected, found: &Finding, text: &str, guards: &[usize]) -> bool {
        match expected {
            Expected::NeverHolds(index) | Expected::AlwaysHolds(index) => {
                let code = if matches!(expected, Expected::NeverHolds(_)) { "never-holds" } else { "always-holds" };
                // What is said of `除非 甲` is not what is said of `甲`.
                let unless = found.message.contains("`除非 ");
                found.code == code
                    && found.start == guards[*index]
                    && unless == self.exceptions[*index].unless
                    && found.example.is_none()
            }
            Expected::Conflict(first, second, smallest) => {
                let names = [NAMES[*first], NAMES[*second]].map(|it| format!("`{it}`"));
                let Some(witness) = found.witness(text) else { return false };
                let mentions = mentions(self.conditions());
                found.code == "conflicting-exceptions"
                    && names.iter().all(|it| found.message.contains(it))
                    && found.at.starts_with(&format!("例外 {}", NAMES[*second]))
                    && found.labels.len() == 1
                    && found.labels[0].starts_with(&format!("例外 {}", NAMES[*first]))
                    && self.conflict(&witness) == Some((*first, *second))
                    && same_place(&witness, smallest, &mentions)
            }
        }
    }
}

/// Checks rules and compares; how many were found to conflict, never to hold and always to hold.
#[track_caller]
fn compare(rules: &[Rule]) -> [usize; 3] {
    let texts: Vec<(String, Vec<usize>)> =
        rules.iter().enumerate().map(|(index, it)| it.show(&format!("则{index}"))).collect();
    let found = findings(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>());
    for ((rule, text), found) in rules.iter().zip(&texts).zip(&found) {
        rule.compare(text, found);
    }
    ["conflicting-exceptions", "never-holds", "always-holds"]
        .map(|code| found.iter().flatten().filter(|it| it.code == code).count())
}

/// Every comparison and range of households alone, and every two of them with `且` and `或`.
#[test]
fn every_guard_of_two_comparisons_never_or_always_holds_as_enumeration_says() {
    let atoms = condition::all_of_households();
    let mut guards = atoms.clone();
    guards.extend(condition::all_of_others());
    guards.extend(guards.clone().into_iter().map(Cond::not));
    for (index, a) in atoms.iter().enumerate() {
        for b in &atoms[index + 1..] {
            guards.push(a.clone().and(b.clone()));
            guards.push(a.clone().or(b.clone()));
        }
    }
    let rules: Vec<Rule> = guards.into_iter().map(|it| Rule { exceptions: vec![Exception::when(it, 2)] }).collect();
    assert!(rules.len() > 8_000, "{}", rules.len());
    let [conflicts, never, always] = compare(&rules);
    assert_eq!(conflicts, 0);
    assert!(never > 1_000 && always > 1_000, "{never} {always}");
}

/// Every two comparisons of households, and each of them with each condition over other facts.
#[test]
fn every_two_exceptions_conflict_as_enumeration_says() {
    let figures: Vec<Cond> = condition::all_of_households()
        .into_iter()
        .filter(|it| !matches!(it, Cond::Within(_, Some(1 | 3 | 5..), _) | Cond::Compare(_, _, 2 | 4.., _)))
        .collect();
    let others = condition::all_of_others();
    let mut rules = Vec::new();
    for (index, a) in figures.iter().enumerate() {
        for b in figures.iter().skip(index).chain(&others) {
            rules.push(Rule { exceptions: vec![Exception::when(a.clone(), 2), Exception::when(b.clone(), 3)] });
        }
    }
    assert!(rules.len() > 2_000, "{}", rules.len());
    let [conflicts, _, _] = compare(&rules);
    assert!(conflicts > 1_000 && conflicts < rules.len() - 200, "{conflicts} of {}", rules.len());
}

/// Up to three exceptions with larger guards, values that may agree, and some that prevail over others.
#[test]
fn drawn_exceptions_conflict_as_enumeration_says() {
    let mut draw = Draw::new(1);
    let rules: Vec<Rule> = (0..3_000).map(|_| drawn(&mut draw)).collect();
    let [conflicts, never, always] = compare(&rules);
    assert!(conflicts > 500 && never > 100 && always > 100, "{conflicts} {never} {always}");
}

/// A drawn rule as text.
pub(crate) fn drawn_text(draw: &mut Draw, name: &str) -> String {
    drawn(draw).show(name).0
}

fn drawn(draw: &mut Draw) -> Rule {
    let mut drawer = Drawer::new(draw);
    let count = 1 + draw.below(3);
    let exceptions = (0..count).map(|index| {
        let depth = draw.below(3);
        // Of two, only the later prevails over the earlier or the other way round, so that there are no circles.
        let over = draw.some(&(0..index).collect::<Vec<_>>());
        Exception {
            guard: drawer.condition(draw, depth),
            unless: draw.once_in(5),
            value: u8::try_from(2 + draw.below(3)).unwrap(),
            otherwise: draw.once_in(5).then(|| (drawer.condition(draw, 1), 3)),
            over: if draw.once_in(3) { over } else { Vec::new() },
        }
    });
    Rule { exceptions: exceptions.collect() }
}

/// What z3 is to confirm of drawn rules: each verdict of the checker, each example, and that none is smaller.
#[cfg(feature = "z3")]
pub(crate) fn questions() -> Vec<crate::z3::Question> {
    use crate::z3::{Question, all, any, at, formula, not, smaller};
    let mut draw = Draw::new(11);
    let rules: Vec<Rule> = (0..1_500).map(|_| drawn(&mut draw)).collect();
    let texts: Vec<(String, Vec<usize>)> =
        rules.iter().enumerate().map(|(index, it)| it.show(&format!("则{index}"))).collect();
    let found = findings(&texts.iter().map(|it| it.0.clone()).collect::<Vec<_>>());
    let mut questions = Vec::new();
    for ((rule, (text, starts)), found) in rules.iter().zip(&texts).zip(&found) {
        let count = rule.exceptions.len();
        let guards: Vec<String> = rule
            .exceptions
            .iter()
            .map(|it| if it.unless { not(&formula(&it.guard)) } else { formula(&it.guard) })
            .collect();
        let mut ask = |formula: String, satisfiable| {
            questions.push(Question { program: text.clone(), formula, satisfiable });
        };
        for (guard, start) in guards.iter().zip(starts) {
            let says = |code| found.iter().any(|it| it.code == code && it.start == *start);
            ask(guard.clone(), !says("never-holds"));
            ask(not(guard), !says("always-holds"));
        }
        let applies = |index: usize| {
            let beaten = (0..count).filter(|by| rule.prevails(*by, index)).map(|by| not(&guards[by]));
            all(std::iter::once(guards[index].clone()).chain(beaten))
        };
        let values = |index: usize| match &rule.exceptions[index] {
            Exception { value, otherwise: None, .. } => vec![("true".to_owned(), *value)],
            Exception { value, otherwise: Some((condition, other)), .. } => {
                vec![(formula(condition), *value), (not(&formula(condition)), *other)]
            }
        };
        let mut conflicts = Vec::new();
        for (a, b) in (0..count).flat_map(|a| (0..a).map(move |b| (a, b))) {
            for (first, value) in values(a) {
                for (second, _) in values(b).into_iter().filter(|it| it.1 != value) {
                    conflicts.push(all([applies(a), applies(b), first.clone(), second]));
                }
            }
        }
        let conflict = any(conflicts);
        let witness = found.iter().find_map(|it| it.witness(text));
        ask(conflict.clone(), witness.is_some());
        if let Some(witness) = witness {
            ask(all([conflict.clone(), at(&witness)]), true);
            let mentions = mentions(rule.conditions());
            if let Some(smaller) = smaller(&witness, &mentions) {
                ask(all([conflict, smaller]), false);
            }
        }
    }
    questions
}

/// What is compared is not all alike: a wrong verdict, a wrong example or a finding too many is noticed.
#[test]
fn a_wrong_verdict_is_noticed() {
    let old = Exception::when(Cond::Holds(Fact::Old), 2);
    let pilot = Exception::when(Cond::Holds(Fact::Pilot), 3);
    let both = Rule { exceptions: vec![old.clone(), pilot] };
    let text = both.show("甲");
    let found = findings(std::slice::from_ref(&text.0)).remove(0);
    both.compare(&text, &found);
    let agree = |rule: &Rule, found: &[Finding]| {
        let (rule, text, found) = (rule.clone(), text.clone(), found.to_vec());
        std::panic::catch_unwind(move || rule.compare(&text, &found)).is_ok()
    };
    assert!(!agree(&both, &[]));
    assert!(!agree(&Rule { exceptions: vec![old.clone(), old] }, &found));
    let mut other = found.clone();
    other[0].example = Some("例如，社区.老旧 = 否、社区.试点 = 是".to_owned());
    assert!(!agree(&both, &other));
    other[0].example = Some("例如，社区.试点 = 是、社区.老旧 = 是".to_owned());
    assert!(!agree(&both, &other));
}
