//! Differences for programs.

use polis_diagnostic::Locale;
use polis_diff::{Behaviour, ClauseChange, Matter, Pair, Status};
use polis_syntax::words::{ClauseWord, Face};
use serde_json::{Value as Json, json};

use super::effect::{Effect, Effects};
use super::words;
use super::{Shown, View};

pub(super) fn whole(view: &View<'_, '_>, shown: &Shown, effects: Option<&Effects>) -> Json {
    let sides: Vec<Json> = view
        .sides
        .iter()
        .zip(view.labels)
        .zip(view.opened)
        .map(|((side, label), opened)| {
            json!({
                "package": side.package.name(side.db).as_str(),
                "label": label,
                "source": opened.source,
                "as_of": side.as_of.map(|it| it.to_string()),
                "unread": side.broken.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let pairs: Vec<Json> =
        shown.pairs.iter().filter_map(|at| view.diff.pairs.get(*at)).map(|it| pair(view, it)).collect();
    let effects: Option<Vec<Json>> = effects.map(|it| it.all.iter().map(|(at, it)| effect(view, *at, it)).collect());
    let only: Vec<Json> = shown
        .only
        .iter()
        .enumerate()
        .map(|(side, all)| all.iter().map(|at| provision(view, side, *at)).collect())
        .collect();
    let apart: Vec<Json> = view
        .apart(shown)
        .map(|it| {
            let (zh, en) = words::unlike(&it.why, view.labels);
            let [first, second] = [0, 1].map(|side| -> Vec<Json> {
                it.provisions.get(side).into_iter().flatten().map(|at| provision(view, side, *at)).collect()
            });
            json!({
                "matter": match &it.matter {
                    Matter::Concept(it) => it.to_string(),
                    Matter::Kind(it) => it.word().en.to_owned(),
                },
                "why": view.pick(zh, en),
                "first": first,
                "second": second,
            })
        })
        .collect();
    let decided = view.diff.decided;
    json!({
        "sides": sides,
        "identical": view.diff.is_empty(),
        "decided": {
            "same": decided.same,
            "different": decided.different,
            "undecided": decided.undecided,
            "cases": decided.asked,
        },
        "pairs": pairs,
        "effects": effects,
        "incomparable": apart,
        "only_first": only.first(),
        "only_second": only.get(1),
    })
}

fn effect(view: &View<'_, '_>, at: usize, it: &Effect) -> Json {
    let names = |all: &[smol_str::SmolStr]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let first = view.diff.pairs.get(at).and_then(|it| view.provision(0, it.aligned.a));
    let face = if view.locale == Locale::Zh { Face::Zh } else { Face::En };
    json!({
        "provision": first.map(|it| it.symbol.to_string()),
        "entity": it.entity.as_str(),
        "of": if it.verdict { "requirement" } else { "value" },
        "higher": names(&it.higher),
        "lower": names(&it.lower),
        "other": names(&it.other),
        "same": it.same,
        "unknown": it.unknown,
        "sum": it.sum.as_ref().map(|(ty, range)| words::range(ty, range, face)),
    })
}

fn provision(view: &View<'_, '_>, side: usize, at: usize) -> Json {
    let Some(it) = view.provision(side, at) else { return Json::Null };
    let place = view.sides.get(side).and_then(|of| of.line(it, it.block.word.span));
    json!({
        "name": it.symbol.to_string(),
        "kind": it.kind.word().en,
        "title": it.title.as_deref(),
        "concepts": it.is.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "path": place.as_ref().map(|it| it.0.as_str()),
        "line": place.map(|it| it.1),
    })
}

fn pair(view: &View<'_, '_>, it: &Pair) -> Json {
    let why: Vec<String> = it
        .aligned
        .why
        .iter()
        .map(|of| {
            let (zh, en) = words::reason(of);
            view.pick(zh, en)
        })
        .collect();
    json!({
        "first": provision(view, 0, it.aligned.a),
        "second": provision(view, 1, it.aligned.b),
        "why": why,
        "sureness": words::sureness(it.aligned.sureness).1,
        "status": status(it.status),
        "changed_inside": it.changed_inside,
        "moved": it.moved.as_ref().map(|it| json!({"from": it.0.as_str(), "to": it.1.as_str()})),
        "renumbered": it.renumbered,
        "entities": it.entities.as_ref().map(|it| json!([it.0.as_str(), it.1.as_str()])),
        "directions": it.directions.iter().map(|it| words::direction(*it).1).collect::<Vec<_>>(),
        "demand": it.demand.as_ref().map(|it| {
            let names = |all: &[ClauseWord]| all.iter().map(|it| it.word().en).collect::<Vec<_>>();
            json!({"stricter": names(&it.stricter), "looser": names(&it.looser), "incomparable": names(&it.apart)})
        }),
        "through": it.through.iter().map(smol_str::SmolStr::as_str).collect::<Vec<_>>(),
        "clauses": it.clauses.iter().map(|of| clause(view, it, of)).collect::<Vec<_>>(),
        "behaviour": it.behaviour.iter().map(|it| behaviour(view, it)).collect::<Vec<_>>(),
    })
}

pub(super) const fn status(it: Status) -> &'static str {
    match it {
        Status::Identical => "identical",
        Status::Reworded => "reworded",
        Status::Changed => "changed",
    }
}

fn clause(view: &View<'_, '_>, pair: &Pair, it: &ClauseChange) -> Json {
    let line = |side: usize, at: usize| {
        let span = it.spans.get(side).copied().flatten()?;
        Some(view.sides.get(side)?.line(view.provision(side, at)?, span)?.1)
    };
    let face = if view.locale == Locale::Zh { Face::Zh } else { Face::En };
    let because = it.because.as_ref().map(|of| {
        let (zh, en) = words::because(of, it.direction);
        view.pick(zh, en)
    });
    let figures = it.figures.as_ref().map(|it| {
        it.values
            .iter()
            .map(|of| match of.as_point() {
                Some(point) => it.ty.show(point, face).to_string(),
                None => it.ty.show_range(of.lo(), of.hi(), face).to_string(),
            })
            .collect::<Vec<_>>()
    });
    let [removed, added] = &it.members;
    json!({
        "clause": it.word.word().en,
        "second_clause": it.other_word.map(|it| it.word().en),
        "names": it.name.iter().map(|it| it.as_deref()).collect::<Vec<_>>(),
        "texts": it.texts.iter().map(|it| it.as_deref()).collect::<Vec<_>>(),
        "lines": [line(0, pair.aligned.a), line(1, pair.aligned.b)],
        "wording": it.wording,
        "direction": it.direction.map(|it| words::direction(it).1),
        "because": because,
        "removed": removed.iter().map(smol_str::SmolStr::as_str).collect::<Vec<_>>(),
        "added": added.iter().map(smol_str::SmolStr::as_str).collect::<Vec<_>>(),
        "alike": it.alike.iter().map(|it| json!([it.0.as_str(), it.1.as_str()])).collect::<Vec<_>>(),
        "figures": figures,
    })
}

fn behaviour(view: &View<'_, '_>, it: &Behaviour) -> Json {
    let machine = &view.diff.machine;
    let face = if view.locale == Locale::Zh { Face::Zh } else { Face::En };
    let found = match &it.outcome {
        Ok(found) => found,
        Err(why) => {
            let (zh, en) = words::undecided(why);
            return json!({"aspect": words::aspect(it.aspect, &it.ty).1, "outcome": "undecided", "why": view.pick(zh, en)});
        }
    };
    let ways: Vec<Json> = found
        .ways
        .iter()
        .map(|way| {
            json!({
                "way": words::way(it.aspect, way.way).1,
                "region": words::region(machine, way, face),
                "throughout": way.throughout,
                "example": words::facts(machine, &way.example, face),
                "first": view.text(&words::value(machine, &way.example.first, &it.ty)),
                "second": view.text(&words::value(machine, &way.example.second, &it.ty)),
            })
        })
        .collect();
    let outcome = if ways.is_empty() { "same" } else { "different" };
    json!({"aspect": words::aspect(it.aspect, &it.ty).1, "outcome": outcome, "cases": found.asked, "ways": ways})
}
