//! What is relied on when it is not in force, and dates in the wrong order.

use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use super::figures::is_used;
use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::Plants;

const fn time(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Time, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    time("relies-on-expired", "a document rests on one that has expired before", relies_on_expired),
    time("relies-on-superseded", "a document rests on one that another replaces", relies_on_superseded),
    time("base-is-later", "a document rests on one that was issued later", base_is_later),
    time("parameter-ends", "a parameter ends, and what depends on it does not", parameter_ends),
    time("parameter-ended", "a parameter ends before what depends on it begins", parameter_ended),
    time("deadline-before-effect", "a deadline before the document takes effect", deadline_before_effect),
    time("effect-before-issue", "a document takes effect before it is issued", effect_before_issue),
    time("expires-before-effect", "a document expires before it takes effect", expires_before_effect),
    time("ends-before-it-begins", "a provision is in force until before it is in force", ends_before_it_begins),
];

fn documents(library: &Library) -> impl Iterator<Item = At<'_>> {
    // Beside a second document it is open whose the provisions are: where one fills a delegation, that is another defect.
    let fills = |page: usize| {
        library.provisions(Kind::ALL).any(|it| it.page.index == page && it.clause(ClauseWord::Implements).is_some())
    };
    library
        .provisions(&[Kind::Document])
        .filter(move |it| it.clause(ClauseWord::Issued).is_some() && !fills(it.page.index))
}

/// Whether a document says of a day what it is. What the text leaves open (`印发: 待定`) is neither early nor late.
fn says_day(at: At<'_>, word: ClauseWord) -> bool {
    at.clause(word).and_then(|it| it.values.first()).is_some_and(|it| !matches!(it.kind, ExprKind::Open(_)))
}

/// Plants a document that rests on every one that has a date, with another change of that one.
fn resting<'l>(
    documents: impl Iterator<Item = At<'l>>,
    plants: &mut Plants,
    issued: &str,
    change: Option<&str>,
    what: &str,
) {
    for at in documents.filter(|it| it.clause(ClauseWord::Expires).is_none()) {
        let text =
            format!("文件 后来文件 《后来的文件》 {{\n  印发: {issued}\n  施行: {issued}\n  依据: {}\n}}", at.name());
        let mut edits = vec![Some(at.follow(&text))];
        edits.extend(change.map(|it| at.add_line(it)));
        plants.add(at, edits, what);
    }
}

fn relies_on_expired(library: &Library, plants: &mut Plants) {
    let what = "expires in 2035, and a document of 2039 rests on it";
    resting(documents(library), plants, "2039-01-01", Some("失效: 2035-12-31"), what);
}

fn relies_on_superseded(library: &Library, plants: &mut Plants) {
    for at in documents(library) {
        let text = format!(
            "文件 新的文件 《新的文件》 {{\n  印发: 2035-01-01\n  施行: 2035-01-01\n  代替: {0}\n}}\n\n\
             文件 后来文件 《后来的文件》 {{\n  印发: 2039-01-01\n  施行: 2039-01-01\n  依据: {0}\n}}",
            at.name()
        );
        plants.add(at, [Some(at.follow(&text))], "replaced in 2035, and a document of 2039 rests on it");
    }
}

fn base_is_later(library: &Library, plants: &mut Plants) {
    let documents = documents(library).filter(|it| says_day(*it, ClauseWord::Issued));
    resting(documents, plants, "1999-01-01", None, "a document of 1999 rests on it");
}

fn parameter_ends(library: &Library, plants: &mut Plants) {
    lasting(library, plants, "2020-06-30");
}

fn parameter_ended(library: &Library, plants: &mut Plants) {
    lasting(library, plants, "2010-12-31");
}

/// Plants an end of every parameter that something depends on.
fn lasting(library: &Library, plants: &mut Plants, until: &str) {
    for at in library.provisions(&[Kind::Param]).filter(|it| is_used(library, *it)) {
        let open = at.items(ClauseWord::Value).first().is_none_or(|it| matches!(it.kind, ExprKind::Open(_)));
        if at.clause(ClauseWord::Until).is_none() && at.clause(ClauseWord::From).is_none() && !open {
            plants.add(at, [at.add_line(&format!("至: {until}"))], format!("until {until}"));
        }
    }
}

/// The document of a page.
fn document_of<'l>(library: &'l Library, at: At<'l>) -> Option<At<'l>> {
    library.provisions(&[Kind::Document]).find(|it| it.page.index == at.page.index)
}

/// Whether the document of a provision says when it begins.
pub(super) fn begins_on_a_day(library: &Library, at: At<'_>) -> bool {
    let says = |it: At<'_>| says_day(it, ClauseWord::Effective) || says_day(it, ClauseWord::Issued);
    document_of(library, at).is_some_and(says)
}

fn deadline_before_effect(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Norm, Kind::Delegation, Kind::Procedure]) {
        if !begins_on_a_day(library, at) {
            continue;
        }
        match at.clause(ClauseWord::Deadline).and_then(|it| it.values.first()) {
            Some(value) if matches!(value.kind, ExprKind::Date) => {
                plants.add(at, [Some(at.replace(value.span, "2001-01-01"))], "by 2001-01-01");
            }
            None if at.kind == Kind::Norm && at.clause(ClauseWord::Must).is_some() => {
                plants.add(at, [at.add_line("期限: 2001-01-01")], "by 2001-01-01");
            }
            _ => {}
        }
    }
}

fn effect_before_issue(library: &Library, plants: &mut Plants) {
    for at in documents(library).filter(|it| says_day(*it, ClauseWord::Issued)) {
        let edit = match at.clause(ClauseWord::Effective).and_then(|it| it.values.first()) {
            Some(date) => Some(at.replace(date.span, "2001-01-01")),
            None => at.add_line("施行: 2001-01-01"),
        };
        plants.add(at, [edit], "in effect from 2001-01-01");
    }
}

fn expires_before_effect(library: &Library, plants: &mut Plants) {
    let begins = |it: &At<'_>| says_day(*it, ClauseWord::Effective) || says_day(*it, ClauseWord::Issued);
    for at in documents(library).filter(begins) {
        let edit = match at.clause(ClauseWord::Expires).and_then(|it| it.values.first()) {
            Some(date) => Some(at.replace(date.span, "2001-01-01")),
            None => at.add_line("失效: 2001-01-01"),
        };
        plants.add(at, [edit], "expires on 2001-01-01");
    }
}

fn ends_before_it_begins(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Norm, Kind::Rule, Kind::Require, Kind::Quota]) {
        if at.clause(ClauseWord::From).is_none() && at.clause(ClauseWord::Until).is_none() {
            let line = "自: 2025-01-01\n  至: 2024-01-01";
            plants.add(at, [at.add_line(line)], "from 2025 until 2024");
        }
    }
}
