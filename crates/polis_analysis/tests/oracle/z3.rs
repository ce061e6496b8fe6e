//! The checker against z3, which knows nothing of points and figures.
//!
//! Every verdict becomes a formula over numbers, truths and an enumeration, with nothing left out between the figures and
//! beyond them: shares are real numbers, days and texts have no ends. So the step from endlessly many jurisdictions to the
//! few that are asked is confirmed too, which enumeration takes for granted.
//!
//! The program is the one that the environment variable `POLIS_Z3` names, or else `z3`; without it these tests fail.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::condition::{Cond, Op};
use crate::world::{Fact, Mentions, Point, Sort, Value};

/// A formula, and whether the checker takes it to hold of some jurisdiction.
pub(crate) struct Question {
    /// Where it comes from.
    pub(crate) program: String,
    pub(crate) formula: String,
    pub(crate) satisfiable: bool,
}

const fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Households => "households",
        Fact::Offices => "offices",
        Fact::Old => "old",
        Fact::Pilot => "pilot",
        Fact::Kind => "kind",
        Fact::Rate => "rate",
        Fact::Founded => "founded",
        Fact::Name => "name",
    }
}

const DECLARATIONS: &str = "\
(set-option :print-success false)
(declare-datatypes ((Kind 0)) (((kind0) (kind1) (kind2))))
(declare-const households Int)
(declare-const offices Int)
(declare-const old Bool)
(declare-const pilot Bool)
(declare-const kind Kind)
(declare-const rate Real)
(declare-const founded Int)
(declare-const name Int)
(assert (<= 0 households 6))
(assert (<= 0 offices 3))
(assert (<= 0.0 rate 1.0))
";

fn literal(fact: Fact, value: Value) -> String {
    match fact.sort() {
        Sort::Whole | Sort::Date | Sort::Text => value.to_string(),
        Sort::Truth => (value == 1).to_string(),
        Sort::Enumeration => format!("kind{value}"),
        Sort::Share => format!("(/ {value}.0 100.0)"),
    }
}

pub(crate) fn not(formula: &str) -> String {
    format!("(not {formula})")
}

fn join(word: &str, empty: &str, formulas: impl IntoIterator<Item = String>) -> String {
    let formulas: Vec<String> = formulas.into_iter().collect();
    if formulas.is_empty() { empty.to_owned() } else { format!("({word} {})", formulas.join(" ")) }
}

pub(crate) fn all(formulas: impl IntoIterator<Item = String>) -> String {
    join("and", "true", formulas)
}

pub(crate) fn any(formulas: impl IntoIterator<Item = String>) -> String {
    join("or", "false", formulas)
}

/// A condition as a formula.
pub(crate) fn formula(condition: &Cond) -> String {
    let compare = |fact: Fact, op: Op, figure: Value| {
        let sign = match op {
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::AtLeast => ">=",
            Op::Is => "=",
            Op::IsNot => "distinct",
        };
        format!("({sign} {} {})", name(fact), literal(fact, figure))
    };
    match condition {
        Cond::Holds(fact) => name(*fact).to_owned(),
        Cond::Compare(fact, op, figure, _) => compare(*fact, *op, *figure),
        Cond::Within(fact, low, high) => {
            let low = low.map(|it| compare(*fact, Op::AtLeast, it));
            all(low.into_iter().chain(high.map(|it| compare(*fact, Op::AtMost, it))))
        }
        Cond::OneOf(fact, figures) => any(figures.iter().map(|it| compare(*fact, Op::Is, *it))),
        Cond::Not(inner) => not(&formula(inner)),
        Cond::And(a, b) => all([formula(a), formula(b)]),
        Cond::Or(a, b) => any([formula(a), formula(b)]),
        Cond::If(a, b, c) => format!("(ite {} {} {})", formula(a), formula(b), formula(c)),
        Cond::Named(_, inner) => formula(inner),
    }
}

/// That the jurisdiction is this one.
pub(crate) fn at(point: &Point) -> String {
    all(point.facts().iter().map(|(fact, value)| format!("(= {} {})", name(*fact), literal(*fact, *value))))
}

/// That the jurisdiction is smaller than this one, where every fact has a smallest value.
pub(crate) fn smaller(point: &Point, mentions: &Mentions) -> Option<String> {
    if mentions.iter().any(|it| !matches!(it.0.sort(), Sort::Whole | Sort::Truth | Sort::Enumeration)) {
        return None;
    }
    // The last fact weighs most.
    let facts = point.facts();
    Some(any(facts.iter().enumerate().map(|(index, (fact, value))| {
        let less = fact.domain().into_iter().filter(|it| it < value);
        let less = any(less.map(|it| format!("(= {} {})", name(*fact), literal(*fact, it))));
        let same = facts[index + 1..].iter();
        all(same.map(|(fact, value)| format!("(= {} {})", name(*fact), literal(*fact, *value))).chain([less]))
    })))
}

/// What z3 answers to each formula.
#[expect(clippy::disallowed_methods, reason = "which program to ask is said from outside")]
fn answers(questions: &[Question]) -> Vec<String> {
    let program = std::env::var("POLIS_Z3").unwrap_or_else(|_| "z3".to_owned());
    let mut input = DECLARATIONS.to_owned();
    for it in questions {
        writeln!(input, "(push)(assert {})(check-sat)(pop)", it.formula).unwrap();
    }
    let mut child = Command::new(&program)
        .arg("-in")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`{program}` does not run: {error}; `cargo xtask test` fetches it"));
    let mut stdin = child.stdin.take().unwrap();
    // Answers come while questions are still written.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{program}: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn confirm(questions: &[Question], at_least: usize) {
    assert!(questions.len() > at_least, "{}", questions.len());
    let answers = answers(questions);
    assert_eq!(answers.len(), questions.len(), "{:?}", answers.iter().find(|it| it.starts_with("(error")));
    let mut satisfiable = 0;
    for (question, answer) in questions.iter().zip(&answers) {
        let expected = if question.satisfiable { "sat" } else { "unsat" };
        assert_eq!(answer, expected, "{}\n{}", question.program, question.formula);
        satisfiable += usize::from(question.satisfiable);
    }
    // Neither answer is the only one.
    assert!((at_least / 10..questions.len() - at_least / 10).contains(&satisfiable), "{satisfiable}");
}

#[test]
fn z3_agrees_on_exceptions() {
    confirm(&crate::exceptions::questions(), 8_000);
}

#[test]
fn z3_agrees_on_cases() {
    confirm(&crate::cases::questions(), 3_000);
}

#[test]
fn z3_agrees_on_norms() {
    confirm(&crate::norms::questions(), 3_000);
}

/// A question with the wrong answer is noticed.
#[test]
fn z3_disagrees_where_it_should() {
    let few = Cond::Compare(Fact::Households, Op::Less, 0, crate::condition::Form::After);
    let none = Question { program: String::new(), formula: formula(&few), satisfiable: true };
    assert_eq!(answers(&[none]), ["unsat"]);
}
