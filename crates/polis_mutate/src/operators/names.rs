//! Names that lead nowhere, units that do not fit, blocks that are none.

use polis_syntax::ast::{BinaryOp, Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::expressions;
use crate::library::{At, Library};
use crate::plant::Plants;

const fn names(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Names, name, what, plant)
}

const fn form(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    Operator { name, family: Family::Names, what, breaks_form: true, on_demand: None, plant }
}

pub(super) const ALL: &[Operator] = &[
    names("name-misspelt", "a name in an expression that nothing declares", name_misspelt),
    names("concept-misspelt", "a concept that nothing declares", concept_misspelt),
    names("actor-misspelt", "an actor or holder that nothing declares", actor_misspelt),
    names("name-twice", "two provisions of one kind and name", name_twice),
    names("kind-of-name", "an action where a concept stands, a concept where an actor stands", kind_of_name),
    names("unit-wrong", "a figure in another unit", unit_wrong),
    names("unit-missing", "a figure without its unit", unit_missing),
    names("type-wrong", "a text where a figure stands", type_wrong),
    names("clause-misspelt", "a clause that the kind does not take", clause_misspelt),
    names("clause-twice", "a clause that stands twice", clause_twice),
    names("clause-missing", "a clause that must stand and does not", clause_missing),
    form("colon-missing", "a clause without its colon", colon_missing),
    form("bracket-open", "a bracket that is not closed", bracket_open),
];

const RULES: &[Kind] = &[Kind::Rule, Kind::Require, Kind::Quota, Kind::Pay, Kind::Indicator];

fn name_misspelt(library: &Library, plants: &mut Plants) {
    for at in library.provisions(RULES) {
        for expr in expressions(at) {
            let is_value_of = |word| at.items(word).iter().any(|it| it.span == expr.span);
            // Concepts have their own operator; choices are no names.
            let is_other = [ClauseWord::Is, ClauseWord::Modality, ClauseWord::Level].into_iter().any(is_value_of);
            if let (ExprKind::Name(name), false) = (&expr.kind, is_other) {
                let end = name.span.at_end();
                plants.add(at, [Some(at.replace(end, "错"))], format!("{}错", at.page.slice(name.span)));
            }
        }
    }
}

fn misspelt(library: &Library, plants: &mut Plants, kinds: &'static [Kind], words: &[ClauseWord]) {
    for at in library.blocks(kinds) {
        for word in words {
            for value in at.items(*word) {
                if matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..)) {
                    let text = format!("{}错", at.page.slice(value.span));
                    plants.add(at, [Some(at.replace(value.span, &text))], text);
                }
            }
        }
    }
}

fn concept_misspelt(library: &Library, plants: &mut Plants) {
    misspelt(library, plants, Kind::ALL, &[ClauseWord::Is]);
}

fn actor_misspelt(library: &Library, plants: &mut Plants) {
    const KINDS: &[Kind] = &[Kind::Norm, Kind::Duty, Kind::Duties, Kind::Power, Kind::Grant, Kind::Step];
    misspelt(library, plants, KINDS, &[ClauseWord::Actor, ClauseWord::Bearer, ClauseWord::Holder, ClauseWord::Lead]);
}

fn name_twice(library: &Library, plants: &mut Plants) {
    const KINDS: &[Kind] =
        &[Kind::Rule, Kind::Param, Kind::Norm, Kind::Require, Kind::List, Kind::Quota, Kind::Concept];
    for at in library.provisions(KINDS).filter(|it| it.block.name.is_some()) {
        plants.add(at, [Some(at.follow(at.text()))], "declared twice");
    }
}

fn kind_of_name(library: &Library, plants: &mut Plants) {
    for at in library.blocks(Kind::ALL) {
        for (word, wrong) in [
            (ClauseWord::Is, "common.联合执法"),
            (ClauseWord::Actor, "common.联合执法"),
            (ClauseWord::Must, "common.街道党工委"),
        ] {
            let is_name = |it: &&&Expr| matches!(it.kind, ExprKind::Name(_) | ExprKind::Member(..));
            if let Some(value) = at.items(word).first().filter(is_name)
                && !matches!(at.page.package.as_str(), "common" | "concepts")
            {
                plants.add(at, [Some(at.replace(value.span, wrong))], wrong);
            }
        }
    }
}

fn sums_and_comparisons(at: At<'_>) -> Vec<(polis_syntax::ast::Figure, polis_syntax::Span)> {
    let is_held =
        |op: BinaryOp| !matches!(op, BinaryOp::Mul | BinaryOp::Div | BinaryOp::And | BinaryOp::Or | BinaryOp::In);
    expressions(at)
        .into_iter()
        .filter_map(|it| match &it.kind {
            ExprKind::Binary(binary) if is_held(binary.op) => Some(&binary.rhs),
            _ => None,
        })
        .filter_map(|it| match &it.kind {
            ExprKind::Figure(figure) if figure.unit.is_some() => Some((*figure, it.span)),
            _ => None,
        })
        .collect()
}

fn unit_wrong(library: &Library, plants: &mut Plants) {
    for at in library.provisions(RULES) {
        for (figure, _) in sums_and_comparisons(at) {
            if let Some(unit) = figure.unit {
                let wrong = if at.page.slice(unit.span()) == "平方米" { "人" } else { "平方米" };
                plants.add(at, [Some(at.replace(unit.span(), format!(" {wrong}")))], format!("in {wrong}"));
            }
        }
    }
    for at in library.provisions(&[Kind::Param]) {
        for value in at.items(ClauseWord::Value) {
            let ExprKind::Figure(figure) = &value.kind else { continue };
            if let Some(unit) = figure.unit {
                plants.add(at, [Some(at.replace(unit.span(), " 平方米/月"))], "in 平方米/月");
            }
        }
    }
}

fn unit_missing(library: &Library, plants: &mut Plants) {
    for at in library.provisions(RULES) {
        for (figure, _) in sums_and_comparisons(at) {
            // Zero needs none.
            if let Some(unit) = figure.unit.filter(|_| at.page.slice(figure.digits) != "0") {
                plants.add(at, [Some(at.replace(unit.span(), ""))], format!("{} alone", at.page.slice(figure.digits)));
            }
        }
    }
}

fn type_wrong(library: &Library, plants: &mut Plants) {
    for at in library.provisions(RULES) {
        for (_, span) in sums_and_comparisons(at) {
            plants.add(at, [Some(at.replace(span, "\"三千\""))], format!("text for {}", at.page.slice(span)));
        }
    }
}

fn clause_misspelt(library: &Library, plants: &mut Plants) {
    for at in library.blocks(Kind::ALL) {
        for clause in at.all_clauses() {
            let word = at.page.slice(clause.word.span);
            let known = at.kind.clause(word).is_some();
            if known && clause.name.is_none() && word.chars().count() > 1 && !clause.word.quoted {
                let text = format!("{word}项");
                if at.kind.clause(&text).is_none() {
                    plants.add(at, [Some(at.replace(clause.word.span, &text))], text);
                }
            }
        }
    }
}

fn clause_twice(library: &Library, plants: &mut Plants) {
    for at in library.blocks(Kind::ALL) {
        for clause in at.all_clauses() {
            let word = at.page.slice(clause.word.span);
            let single = at
                .kind
                .clause(word)
                .is_some_and(|it| matches!(it.word, ClauseWord::Modality | ClauseWord::Is | ClauseWord::Actor));
            if single {
                plants.add(at, [at.add_line(at.page.slice(clause.span))], format!("{word} twice"));
            }
        }
    }
}

fn clause_missing(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rule, Kind::Require, Kind::Norm, Kind::Quota, Kind::Enum]) {
        let needed = [ClauseWord::Value, ClauseWord::That, ClauseWord::Actor, ClauseWord::Base, ClauseWord::Values];
        if let Some(clause) = needed.iter().find_map(|it| at.clause(*it)) {
            let word = at.page.slice(clause.word.span);
            plants.add(at, [Some(at.without(clause))], format!("without {word}"));
        }
    }
}

fn colon_missing(library: &Library, plants: &mut Plants) {
    for at in library.provisions(RULES) {
        for clause in at.all_clauses().filter(|it| it.name.is_none() && it.guard.is_none()) {
            let word = clause.word.span;
            if let Some(value) = clause.values.first() {
                let between = polis_syntax::Span::new(word.end, value.span.start);
                plants.add(at, [Some(at.replace(between, " "))], format!("{} without a colon", at.page.slice(word)));
            }
        }
    }
}

fn bracket_open(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::List, Kind::Norm, Kind::Rule]) {
        let end = at.block.span.end;
        let brace = polis_syntax::Span::new(end.saturating_sub(1), end);
        if at.page.slice(brace) == "}" {
            plants.add(at, [Some(at.replace(brace, ""))], "a brace is not closed");
        }
    }
}
