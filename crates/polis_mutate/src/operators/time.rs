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
    time("deadline-before-effect", "a deadline before the document takes effect", deadline_before_effect),
    time("effect-before-issue", "a document takes effect before it is issued", effect_before_issue),
    time("expires-before-effect", "a document expires before it takes effect", expires_before_effect),
    time("ends-before-it-begins", "a provision is in force until before it is in force", ends_before_it_begins),
];

fn documents(library: &Library) -> impl Iterator<Item = At<'_>> {
    library.provisions(&[Kind::Document]).filter(|it| it.clause(ClauseWord::Issued).is_some())
}

/// The documents of the package that a document rests on.
fn bases<'l>(library: &'l Library, at: At<'l>) -> Vec<At<'l>> {
    at.items(ClauseWord::BasedOn)
        .iter()
        .filter_map(|it| {
            let name = at.page.slice(it.span).rsplit('.').next().unwrap_or_default();
            library.provisions(&[Kind::Document]).find(|it| it.name() == name)
        })
        .collect()
}

fn relies_on_expired(library: &Library, plants: &mut Plants) {
    for at in documents(library) {
        for base in bases(library, at).into_iter().filter(|it| it.clause(ClauseWord::Expires).is_none()) {
            // Before anything in the library was issued, save what is older; the base itself began before.
            let mut edits = vec![base.add_line("失效: 2005-12-31")];
            for word in [ClauseWord::Issued, ClauseWord::Effective] {
                let date = base.clause(word).and_then(|it| it.values.first());
                edits.extend(date.map(|it| Some(base.replace(it.span, "2001-01-01"))));
            }
            plants.add(base, edits, format!("expired in 2005, and `{}` rests on it", at.name()));
            plants.with(at);
        }
    }
}

fn relies_on_superseded(library: &Library, plants: &mut Plants) {
    for at in documents(library) {
        for base in bases(library, at) {
            if base.page.package != at.page.package {
                continue;
            }
            let text = format!(
                "文件 新的文件 《新的文件》 {{\n  印发: 2001-01-01\n  施行: 2001-01-01\n  代替: {}\n}}",
                base.name()
            );
            plants.add(at, [Some(at.follow(&text))], format!("`{}` was replaced in 2001", base.name()));
            plants.with(base);
        }
    }
}

fn base_is_later(library: &Library, plants: &mut Plants) {
    for at in documents(library) {
        for base in bases(library, at) {
            if let Some(date) = base.clause(ClauseWord::Issued).and_then(|it| it.values.first()) {
                let mut edits = vec![Some(base.replace(date.span, "2039-01-01"))];
                let effect = base.clause(ClauseWord::Effective).and_then(|it| it.values.first());
                edits.extend(effect.map(|it| Some(base.replace(it.span, "2039-01-01"))));
                plants.add(base, edits, format!("issued in 2039, and `{}` rests on it", at.name()));
                plants.with(at);
            }
        }
    }
}

fn parameter_ends(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Param]).filter(|it| is_used(library, *it)) {
        let open = at.items(ClauseWord::Value).first().is_none_or(|it| matches!(it.kind, ExprKind::Open(_)));
        if at.clause(ClauseWord::Until).is_none() && at.clause(ClauseWord::From).is_none() && !open {
            plants.add(at, [at.add_line("至: 2020-06-30")], "until 2020-06-30");
        }
    }
}

/// The document of a page.
fn document_of<'l>(library: &'l Library, at: At<'l>) -> Option<At<'l>> {
    library.provisions(&[Kind::Document]).find(|it| it.page.index == at.page.index)
}

fn deadline_before_effect(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Norm, Kind::Delegation, Kind::Procedure]) {
        let dated = document_of(library, at)
            .is_some_and(|it| it.clause(ClauseWord::Effective).or(it.clause(ClauseWord::Issued)).is_some());
        if !dated {
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
    for at in documents(library) {
        let edit = match at.clause(ClauseWord::Effective).and_then(|it| it.values.first()) {
            Some(date) => Some(at.replace(date.span, "2001-01-01")),
            None => at.add_line("施行: 2001-01-01"),
        };
        plants.add(at, [edit], "in effect from 2001-01-01");
    }
}

fn expires_before_effect(library: &Library, plants: &mut Plants) {
    for at in documents(library) {
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
