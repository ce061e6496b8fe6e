//! What comes of holding the cities' answers against each other.

use polis_semantic::{NumberType, Symbol};
use polis_syntax::words::Kind;
use polis_value::NumberRange;
use smol_str::SmolStr;

use super::{Gist, Verdict, Why, rank};
use crate::order::{Order, Standing};
use crate::side::Side;
use crate::units::Units;

pub(super) fn verdict(sides: &[Side<'_>], cells: &[Vec<Gist>], order: &Order) -> Verdict {
    let speaking: Vec<usize> = cells.iter().enumerate().filter(|it| !it.1.is_empty()).map(|it| it.0).collect();
    if let [only] = speaking.as_slice() {
        return Verdict::One(*only);
    }
    let of = |city: &usize| cells.get(*city).map_or(&[][..], Vec::as_slice);
    // The kind that most cities answer in, the one that lays down first.
    let mut kinds: Vec<Kind> = speaking.iter().flat_map(|it| of(it).iter().map(|it| it.kind)).collect();
    kinds.sort_by_key(|it| (rank(*it), *it));
    kinds.dedup();
    let answering = |kind: &Kind| speaking.iter().filter(|it| of(it).iter().any(|it| it.kind == *kind)).count();
    let most = kinds.iter().map(answering).max().unwrap_or(0);
    let Some(kind) = kinds.iter().copied().find(|it| answering(it) == most).filter(|_| most > 1) else {
        return Verdict::Incomparable(Why::Kinds(kinds));
    };
    let answers: Vec<(usize, Vec<&Gist>)> = speaking
        .iter()
        .map(|city| (*city, of(city).iter().filter(|it| it.kind == kind).collect::<Vec<_>>()))
        .filter(|it| !it.1.is_empty())
        .collect();
    let all_said: Vec<Vec<&Vec<String>>> = answers.iter().map(|it| it.1.iter().map(|it| &it.said).collect()).collect();
    let alike = |a: &Vec<&Vec<String>>, b: &Vec<&Vec<String>>| a == b && a.iter().any(|it| !it.is_empty());
    if most == speaking.len() && all_said.windows(2).all(|it| matches!(it, [a, b] if alike(a, b))) {
        return Verdict::Same;
    }
    if kind == Kind::Duty && most == speaking.len() {
        return Verdict::Shared;
    }
    if kind == Kind::Power {
        return strongest(&answers, order);
    }
    let mut entities: Vec<SmolStr> =
        answers.iter().flat_map(|it| it.1.iter().filter_map(|it| it.entity.clone())).collect();
    entities.sort();
    entities.dedup();
    let common =
        |entity: &SmolStr| answers.iter().filter(|it| it.1.iter().any(|it| it.entity.as_ref() == Some(entity))).count();
    if entities.len() > 1 && !entities.iter().any(|it| common(it) > 1) {
        return Verdict::Incomparable(Why::Entities(entities));
    }
    figures(sides, &answers)
}

/// Ranks cities by the strongest concept of their powers.
fn strongest(answers: &[(usize, Vec<&Gist>)], order: &Order) -> Verdict {
    let concepts = |gists: &[&Gist]| -> Vec<Symbol> { gists.iter().flat_map(|it| it.concepts.clone()).collect() };
    let of: Vec<(usize, Vec<Symbol>)> = answers.iter().map(|it| (it.0, concepts(&it.1))).collect();
    if of.iter().all(|it| it.1.is_empty()) {
        // Without concepts there is no strength; what is left is whether they are called the same and say the same.
        let called =
            |gists: &Vec<&Gist>| -> Vec<_> { gists.iter().map(|it| (it.name.clone(), it.said.clone())).collect() };
        let same = answers.windows(2).all(|it| matches!(it, [a, b] if called(&a.1) == called(&b.1)));
        return if same { Verdict::Same } else { Verdict::Different };
    }
    // One city stands above another where each of the other's concepts has one there that is no weaker, and one stronger.
    let above = |a: &[Symbol], b: &[Symbol]| {
        let reaches = |y: &Symbol| {
            a.iter()
                .any(|x| matches!(order.standing(y, x), Some(Standing::Same | Standing::Stronger | Standing::Wider)))
        };
        !a.is_empty() && !b.is_empty() && b.iter().all(reaches)
    };
    let mut rest = of.clone();
    rest.sort_by_key(|it| it.0);
    let mut places: Vec<Vec<(usize, Vec<Symbol>)>> = Vec::new();
    for it in rest {
        let position = places.iter().position(|place| place.iter().all(|of| above(&it.1, &of.1)));
        match position {
            Some(at) if places.get(at).is_some_and(|place| place.iter().all(|of| above(&of.1, &it.1))) => {
                if let Some(place) = places.get_mut(at) {
                    place.push(it);
                }
            }
            Some(at) => places.insert(at, vec![it]),
            None => places.push(vec![it]),
        }
    }
    // Each place must stand above the next, else there is no order.
    let ordered = places.windows(2).all(|it| match it {
        [a, b] => a.iter().all(|a| b.iter().all(|b| above(&a.1, &b.1))),
        _ => true,
    });
    if !ordered {
        let mut all: Vec<Symbol> = of.into_iter().flat_map(|it| it.1).collect();
        all.sort();
        all.dedup();
        return Verdict::Incomparable(Why::Unordered(all));
    }
    if let [_] = places.as_slice() {
        return Verdict::Same;
    }
    Verdict::Stronger(places.into_iter().map(|it| it.into_iter().map(|it| it.0).collect()).collect())
}

/// Ranks cities by a figure that each gives once, in the unit of the first of them.
fn figures(sides: &[Side<'_>], answers: &[(usize, Vec<&Gist>)]) -> Verdict {
    let figures = |gists: &[&Gist]| gists.iter().filter_map(|it| it.figure.clone()).collect::<Vec<_>>();
    let all: Vec<(usize, Vec<(NumberType, NumberRange)>)> = answers.iter().map(|it| (it.0, figures(&it.1))).collect();
    let mut known: Vec<(usize, NumberType, NumberRange)> = Vec::new();
    for (city, figures) in &all {
        if let [(ty, range)] = figures.as_slice() {
            known.push((*city, ty.clone(), *range));
        }
    }
    let Some((first, ty, _)) = known.first().cloned().filter(|_| known.len() > 1) else { return Verdict::Different };
    let mut units: Vec<NumberType> = vec![ty.clone()];
    let mut ranked: Vec<(usize, NumberRange)> = Vec::new();
    for (city, own, range) in &known {
        let aligned = match (own.dim == ty.dim, sides.get(first), sides.get(*city)) {
            (true, ..) => Some(*range),
            (false, Some(a), Some(b)) => Units::of(a.program, b.program, &[]).in_first((range, own), &ty),
            _ => None,
        };
        match aligned {
            Some(range) => ranked.push((*city, range)),
            None if units.iter().any(|it| it.dim == own.dim) => {}
            None => units.push(own.clone()),
        }
    }
    if units.len() > 1 {
        return Verdict::Incomparable(Why::Units(units));
    }
    let of = |test: &dyn Fn(usize) -> bool| -> Vec<usize> {
        all.iter().filter(|it| test(it.1.len())).map(|it| it.0).collect()
    };
    let (several, open) = (of(&|it| it > 1), of(&|it| it == 0));
    if !several.is_empty() {
        return Verdict::Incomparable(Why::Several(several));
    }
    if !open.is_empty() {
        return Verdict::Incomparable(Why::Open(open));
    }
    // What has no end is highest.
    let height = |it: &NumberRange| (it.hi().is_none(), it.hi(), it.lo());
    ranked.sort_by(|a, b| height(&b.1).cmp(&height(&a.1)).then(a.0.cmp(&b.0)));
    let mut places: Vec<(NumberRange, Vec<usize>)> = Vec::new();
    for (city, range) in ranked {
        match places.last_mut() {
            Some(last) if last.0 == range => last.1.push(city),
            _ => places.push((range, vec![city])),
        }
    }
    Verdict::Higher(ty, places)
}
