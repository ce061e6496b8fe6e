//! Provisions in a few words, with the figure that they come to.

use polis_semantic::{Dim, NumberType, Type};
use polis_syntax::ast::{Clause, Element, ExprKind};
use polis_syntax::words::{ClauseWord, Kind, UnitWord};
use polis_value::{Number, NumberRange};
use smol_str::SmolStr;

use super::{About, Gist};
use crate::canon::{Canon, Names};
use crate::clauses::{constant, tidy};
use crate::side::{Provision, Side};

/// What is told of a kind in a few words.
fn told(kind: Kind) -> &'static [ClauseWord] {
    use ClauseWord as W;
    match kind {
        Kind::Grant => &[W::Holder, W::Total, W::Adds, W::Include, W::Modality],
        Kind::Power => &[W::Over, W::Object],
        Kind::Duties => &[W::Bearer, W::Total],
        Kind::Duty => &[W::Bearer, W::Object, W::Lead],
        Kind::Offices | Kind::Centers | Kind::Posts => {
            &[W::Limit, W::Required, W::Optional, W::Unlisted, W::Separate, W::Modality]
        }
        Kind::Quota => &[W::Base, W::Extra, W::Limit, W::Modality],
        Kind::Pay => &[W::Reference, W::Multiple, W::Component, W::Allowance, W::Total, W::Modality],
        Kind::Admission => &[W::Lists, W::Approver, W::Condition, W::Agreement, W::Funds],
        Kind::Rating => &[W::Assessor, W::Cycle, W::Review, W::Total, W::Promotion, W::Demotion],
        Kind::Norm => {
            &[W::Actor, W::Must, W::MustNot, W::May, W::Encouraged, W::Object, W::Frequency, W::Deadline, W::When]
        }
        Kind::Require => &[W::That, W::When, W::Modality],
        Kind::Rule => &[W::Value, W::Except],
        Kind::Param => &[W::Value],
        Kind::Indicator => &[W::Target, W::Frequency],
        Kind::Procedure => &[W::Deadline],
        Kind::List => &[W::Total, W::Items, W::Unlisted],
        Kind::Mechanism => &[W::Total, W::Parts, W::Frequency],
        Kind::Delegation => &[W::To, W::Subject, W::Range],
        Kind::Commitment => &[W::Parties, W::Total],
        _ => &[],
    }
}

/// A provision in a few words.
#[must_use]
pub fn gist_of(side: &Side<'_>, at: usize) -> Option<Gist> {
    side.provisions.get(at).map(|it| gist(side, at, it, &About::Group(it.kind)))
}

pub(super) fn gist(side: &Side<'_>, at: usize, it: &Provision<'_>, row: &About) -> Gist {
    let words = told(it.kind);
    let names = Names::default();
    let canon = Canon { text: it.text, names: &names, takes: None };
    let mut parts = Vec::new();
    let mut said = Vec::new();
    let mut figure = None;
    let clauses = it.block.body.iter().flat_map(|it| &it.elements);
    let clauses = clauses.filter_map(|it| if let Element::Clause(it) = it { Some(it) } else { None });
    for clause in clauses {
        let Some(spec) = it.kind.clause(clause.word.text(it.text)) else { continue };
        if !words.contains(&spec.word) {
            continue;
        }
        let head = clause.name.map(|it| canon.head(it));
        let mut text = clause.values.iter().map(|value| value.span.text(it.text)).collect::<Vec<_>>().join(", ");
        if let Some(guard) = &clause.guard {
            text.push(' ');
            text.push_str(guard.span.text(it.text));
        }
        said.push(clause.values.iter().map(|it| canon.value(it)).collect::<Vec<_>>().join(", "));
        parts.push((spec.word, head, SmolStr::from(tidy(&text).trim())));
        let main = matches!(
            spec.word,
            ClauseWord::Base
                | ClauseWord::Multiple
                | ClauseWord::Frequency
                | ClauseWord::Limit
                | ClauseWord::Total
                | ClauseWord::Value
                | ClauseWord::Target
        );
        if main && figure.is_none() && clause.guard.is_none() {
            figure = number(side, it, clause);
        }
    }
    // What a structure comes to says more than any one of its clauses.
    if matches!(it.kind, Kind::Offices | Kind::Centers | Kind::Posts | Kind::Quota)
        && let Some(rule) = side.program.rules.iter().find(|of| of.meta.symbol == it.symbol)
        && let Type::Number(ty) = &rule.ty
    {
        figure = constant(side, &rule.value, 0).map(|it| (ty.clone(), it)).or(figure);
    }
    if let Some(group) = side.program.groups.iter().find(|of| of.meta.symbol == it.symbol)
        && let Some((dim, total, _)) = group.totals.first()
    {
        figure = Some((NumberType::new(dim.clone(), true), NumberRange::point(*total)));
    }
    // What is named is counted where the text gives no total.
    if let (Kind::Grant | Kind::Duties, None) = (it.kind, &figure)
        && let Some(group) = side.program.groups.iter().find(|of| of.meta.symbol == it.symbol)
        && group.whole
        && !(group.open_ended || group.blank || group.members.is_empty())
        && group.includes.is_empty()
        && group.unlisted.is_empty()
        && let Ok(count) = i64::try_from(group.members.len())
    {
        figure = Some((NumberType::new(Dim::of(UnitWord::Item), true), NumberRange::point(Number::from(count))));
    }
    if it.kind == Kind::Power {
        said.extend(it.is.iter().map(ToString::to_string));
    }
    let concepts = match row {
        About::Concept(row) => it.is.iter().filter(|it| *it != row).cloned().collect(),
        _ => it.is.clone(),
    };
    Gist {
        provision: at,
        kind: it.kind,
        name: it.name().into(),
        title: it.title.clone(),
        concepts,
        parts,
        figure,
        entity: entity(it),
        said,
    }
}

fn number(side: &Side<'_>, of: &Provision<'_>, clause: &Clause) -> Option<(NumberType, NumberRange)> {
    let value = clause.values.first()?;
    let span = if let ExprKind::Within(it) = &value.kind { it.length.span } else { value.span };
    let expr = side.typed(of, span)?;
    let range = constant(side, expr, 0)?;
    match &expr.ty {
        Type::Number(ty) => Some((ty.clone(), range)),
        _ => None,
    }
}

/// The type of jurisdiction that a provision is about.
pub(crate) fn entity(it: &Provision<'_>) -> Option<SmolStr> {
    it.block.of.as_ref().map(|of| of.span.text(it.text).rsplit('.').next().unwrap_or_default().trim().into())
}
