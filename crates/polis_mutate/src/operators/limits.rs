//! Limits that are passed, loosened or cannot be kept.

use polis_syntax::ast::{Expr, ExprKind, RangeExpr};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::Plants;

const fn limits(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Limits, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    limits("above-own-limit", "what must exist is more than the provision's own limit", above_own_limit),
    limits("below-own-limit", "what there can be is less than the provision's own limit asks for", below_own_limit),
    limits(
        "below-superior-limit",
        "what a lower quota comes to is less than the superior asks for",
        below_superior_limit,
    ),
    limits("above-superior-limit", "a lower structure exceeds the superior's limit", above_superior_limit),
    limits("loosens-superior-limit", "a lower limit is looser than the superior's", loosens_superior_limit),
    limits("loosens-superior-quota", "a lower quota is larger than the superior's cap", loosens_superior_quota),
    limits("loosens-superior-pay", "lower pay is above the superior's cap", loosens_superior_pay),
    limits("loosens-superior-date", "a lower deadline is later than the superior's", loosens_superior_date),
    limits("limit-upside-down", "a limit whose low end is above its high end", limit_upside_down),
    limits("requirements-clash", "two requirements that no jurisdiction can meet together", requirements_clash),
    limits("out-of-range", "a parameter outside of the range that it may have", out_of_range),
    limits("fill-out-of-bounds", "what fills a delegation lies outside of its bounds", fill_out_of_bounds),
    limits("default-out-of-bounds", "a delegation's default lies outside of its bounds", default_out_of_bounds),
];

const STRUCTURES: &[Kind] = &[Kind::Offices, Kind::Centers, Kind::Posts];
/// More than any structure of the library has.
const MANY: usize = 90;

fn unit(at: At<'_>) -> &'static str {
    if at.kind == Kind::Posts { "人" } else { "个" }
}

fn range(value: &Expr) -> Option<&RangeExpr> {
    match &value.kind {
        ExprKind::Range(range) => Some(range),
        _ => None,
    }
}

fn above_own_limit(library: &Library, plants: &mut Plants) {
    for at in library.provisions(STRUCTURES) {
        let caps = at.items(ClauseWord::Limit).into_iter().filter_map(|it| range(it)?.hi.as_ref()).count();
        if caps == 0 {
            continue;
        }
        let unit = unit(at);
        plants.add(at, [at.add_line(&format!("必设 添设: {MANY} {unit}"))], format!("{MANY} more are required"));
        for clause in at.clauses(ClauseWord::Limit).filter(|it| it.guard.is_none()) {
            let required = at.clause(ClauseWord::Required).is_some() || at.children().any(|it| it.kind == Kind::Office);
            if let (true, Some(value)) = (required, clause.values.first()) {
                plants.add(at, [Some(at.replace(value.span, format!("..0 {unit}")))], "none is allowed");
            }
        }
    }
}

/// The package that stands above, in which a stricter provision is planted.
fn superior<'l>(library: &'l Library, at: At<'_>) -> Option<&'l crate::Page> {
    let package = match at.page.package.as_str() {
        "changchun" => "jilin",
        "jilin" | "chongqing" | "example" | "pingliang" | "shanghai" | "template_city" => "national",
        _ => return None,
    };
    library.first_page(package)
}

/// The concepts of a provision, as its superior may write them.
fn concepts(at: At<'_>) -> Option<String> {
    let all: Vec<String> = at
        .items(ClauseWord::Is)
        .iter()
        .map(|it| at.page.slice(it.span))
        .map(|it| format!("concepts.{}", it.rsplit('.').next().unwrap_or(it)))
        .collect();
    (!all.is_empty()).then(|| format!("[{}]", all.join(", ")))
}

/// The entity of a provision, if the superior sees it too.
fn common_entity<'l>(library: &'l Library, at: At<'l>) -> Option<&'l str> {
    at.of().filter(|it| library.provisions(&[Kind::Entity]).any(|e| e.page.package == "common" && e.name() == *it))
}

fn below_own_limit(library: &Library, plants: &mut Plants) {
    for at in library.provisions(STRUCTURES) {
        let unit = unit(at);
        let is_open = at.clause(ClauseWord::OpenEnded).is_some() || at.clause(ClauseWord::Unlisted).is_some();
        // What the text leaves open can be as much as the limit asks for.
        let is_open = is_open || library.rests_on_open(at, at.all_clauses());
        if at.clause(ClauseWord::Limit).is_none() && !is_open {
            let line = format!("限额: {MANY}.. {unit}");
            plants.add(at, [at.add_line(&line)], format!("at least {MANY}"));
        }
    }
}

/// A quota of the superior about the same, with this base and limit.
fn upper_quota(at: At<'_>, entity: &str, concepts: &str, base: &str, limit: &str) -> String {
    let unit = at.ty().unwrap_or("人");
    let ty = at.ty().map(|it| format!(": {it}")).unwrap_or_default();
    format!(
        "员额 上级员额 属于 {entity}{ty} {{\n  基数: {base} {unit}\n  限额: {limit} {unit}\n  即: {concepts}\n  语气: 应当\n}}"
    )
}

fn below_superior_limit(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Quota]).filter(|it| it.clause(ClauseWord::Extra).is_none()) {
        let (Some(page), Some(concepts), Some(entity)) =
            (superior(library, at), concepts(at), common_entity(library, at))
        else {
            continue;
        };
        let floor = upper_quota(at, entity, &concepts, "90000", "90000..");
        plants.add(at, [Some(page.add(&floor))], "the superior asks for 90,000 at least");
    }
}

fn above_superior_limit(library: &Library, plants: &mut Plants) {
    for at in library.provisions(STRUCTURES) {
        let (Some(page), Some(concepts), Some(entity)) =
            (superior(library, at), concepts(at), common_entity(library, at))
        else {
            continue;
        };
        let required = at.clause(ClauseWord::Required).is_some() || at.children().any(|it| it.kind == Kind::Office);
        let word = at.page.slice(at.block.word.span);
        if required {
            let cap = format!(
                "{word} 上级限额 属于 {entity} {{\n  限额: ..0 {}\n  即: {concepts}\n  语气: 应当\n}}",
                unit(at)
            );
            plants.add(at, [Some(page.add(&cap))], "the superior allows none");
        }
        // Only its offices have a superior's limit in the library.
        if page.package == "jilin" && at.kind == Kind::Offices {
            let line = format!("增设 添设: 0..{MANY} {}", unit(at));
            plants.add(at, [at.add_line(&line)], format!("up to {MANY} more are permitted"));
        }
    }
}

fn loosens_superior_limit(library: &Library, plants: &mut Plants) {
    for at in library.provisions(STRUCTURES) {
        let (Some(page), Some(concepts), Some(entity)) =
            (superior(library, at), concepts(at), common_entity(library, at))
        else {
            continue;
        };
        let Some(clause) = at.clauses(ClauseWord::Limit).find(|it| it.guard.is_none()) else { continue };
        let Some(value) = clause.values.first() else { continue };
        let (word, unit) = (at.page.slice(at.block.word.span), unit(at));
        let cap = format!("{word} 上级限额 属于 {entity} {{\n  限额: ..40 {unit}\n  即: {concepts}\n  语气: 应当\n}}");
        let looser = at.replace(value.span, format!("..{MANY} {unit}"));
        plants.add(at, [Some(page.add(&cap)), Some(looser)], format!("{MANY} below a limit of 40"));
    }
}

fn loosens_superior_quota(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Quota]) {
        let (Some(page), Some(concepts), Some(entity)) =
            (superior(library, at), concepts(at), common_entity(library, at))
        else {
            continue;
        };
        let cap = upper_quota(at, entity, &concepts, "0", "..0");
        plants.add(at, [Some(page.add(&cap))], "the superior allows none");
    }
}

fn loosens_superior_pay(library: &Library, plants: &mut Plants) {
    const PARTS: &[ClauseWord] =
        &[ClauseWord::Component, ClauseWord::Allowance, ClauseWord::Multiple, ClauseWord::Reference];
    // Pay of which all is left open can be as little as the superior allows.
    let is_known =
        |at: &At<'_>| PARTS.iter().flat_map(|it| at.clauses(*it)).any(|clause| !library.rests_on_open(*at, [clause]));
    for at in library.provisions(&[Kind::Pay]).filter(is_known) {
        let (Some(page), Some(concepts), Some(entity), Some(ty)) =
            (superior(library, at), concepts(at), common_entity(library, at), at.ty())
        else {
            continue;
        };
        let cap = format!(
            "薪酬 上级薪酬 属于 {entity}: {ty} {{\n  构成 基本: 1 {ty}\n  限额: ..1 {ty}\n  即: {concepts}\n  语气: 应当\n}}"
        );
        plants.add(at, [Some(page.add(&cap))], format!("the superior allows 1 {ty}"));
    }
}

fn loosens_superior_date(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Norm]) {
        let Some(page) = superior(library, at) else { continue };
        let Some(clause) = at.clause(ClauseWord::Deadline) else { continue };
        let earlier = match clause.values.first().map(|it| &it.kind) {
            Some(ExprKind::Date) => "2000-01-01".to_owned(),
            Some(ExprKind::Within(within)) if matches!(within.length.kind, ExprKind::Figure(_)) => {
                let event =
                    within.event.as_ref().map(|it| format!(" 自 {}", at.page.slice(it.span))).unwrap_or_default();
                format!("限 1 日{event}")
            }
            _ => continue,
        };
        let common = |word| {
            at.items(word).iter().all(|it| {
                let name = at.page.slice(it.span).rsplit('.').next().unwrap_or_default();
                library
                    .provisions(&[Kind::Entity, Kind::Organ, Kind::Action])
                    .any(|it| it.page.package == "common" && it.name() == name)
            })
        };
        if at.clause(ClauseWord::Must).is_none() || !common(ClauseWord::Must) || !common(ClauseWord::Actor) {
            continue;
        }
        let same = [ClauseWord::Actor, ClauseWord::Must, ClauseWord::Object, ClauseWord::Over].map(|it| at.line(it));
        if at.of().is_some() {
            continue;
        }
        let upper = format!("规范 上级时限 {{\n{}  期限: {earlier}\n}}", same.concat());
        plants.add(at, [Some(page.add(&upper))], format!("the superior demands it by {earlier}"));
    }
}

fn limit_upside_down(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[
        Kind::Offices,
        Kind::Centers,
        Kind::Posts,
        Kind::Quota,
        Kind::Param,
        Kind::Delegation,
        Kind::Field,
    ]) {
        for value in [ClauseWord::Limit, ClauseWord::Base, ClauseWord::Value, ClauseWord::Range]
            .iter()
            .flat_map(|it| at.items(*it))
        {
            let Some((Some(lo), Some(hi))) = range(value).map(|it| (it.lo.as_ref(), it.hi.as_ref())) else { continue };
            let figure = |it: &Expr| match &it.kind {
                ExprKind::Figure(figure) => Some(figure.digits),
                _ => None,
            };
            if let (Some(lo), Some(hi)) = (figure(lo), figure(hi)) {
                let (low, high) = (at.page.slice(lo), at.page.slice(hi));
                if low != high {
                    let edits = [Some(at.replace(lo, high)), Some(at.replace(hi, low))];
                    plants.add(at, edits, format!("{high}..{low}"));
                }
            }
        }
    }
}

fn requirements_clash(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Require]) {
        let Some(clause) = at.clause(ClauseWord::That).filter(|it| it.guard.is_none()) else { continue };
        let (Some(that), Some(entity)) = (clause.values.first(), at.of()) else { continue };
        let (that, when) = (at.page.slice(that.span), at.line(ClauseWord::When));
        let other =
            format!("要求 相反要求 属于 {entity} {{\n  满足: 非 ({that})\n{when}{}}}", at.line(ClauseWord::Modality));
        plants.add(at, [Some(at.follow(&other))], format!("and its opposite, not ({that})"));
    }
}

fn out_of_range(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Param]) {
        let Some(bounds) = at.items(ClauseWord::Range).first().copied().and_then(range) else { continue };
        let Some(ExprKind::Figure(figure)) = at.items(ClauseWord::Value).first().map(|it| &it.kind) else { continue };
        let percent = at.page.slice(figure.digits).ends_with('%');
        let below = bounds.lo.is_some();
        let far = match (below, percent) {
            (true, true) => "-1%",
            (true, false) => "-1",
            (false, true) => "999999%",
            (false, false) => "999999",
        };
        plants.add(at, [Some(at.replace(figure.digits, far))], format!("value {far}"));
    }
}

fn fill_out_of_bounds(library: &Library, plants: &mut Plants) {
    let holes = |name: &str| library.provisions(&[Kind::Delegation]).find(|it| it.name() == name);
    for at in library.provisions(&[Kind::Param, Kind::Rule]) {
        for fills in at.items(ClauseWord::Implements) {
            let name = at.page.slice(fills.span).rsplit('.').next().unwrap_or_default();
            let Some(hole) = holes(name) else { continue };
            for value in at.items(ClauseWord::Value) {
                if let ExprKind::Figure(figure) = &value.kind {
                    plants.add(at, [Some(at.replace(figure.digits, "999999"))], "a fill of 999999");
                    plants.with(hole);
                }
            }
        }
    }
    // Most delegations are not filled yet: the fill is planted beside them.
    for at in library.provisions(&[Kind::Delegation]).filter(|it| it.clause(ClauseWord::Range).is_some()) {
        let Some(ty) = at.ty() else { continue };
        let value = if ty == "百分比" { "300%".to_owned() } else { format!("999999 {ty}") };
        let fill = match at.of() {
            Some(entity) => {
                format!("规则 越界落实 属于 {entity}: {ty} {{\n  值: {value}\n  落实: {}\n}}", at.name())
            }
            None => format!("参数 越界落实: {ty} {{\n  值: {value}\n  落实: {}\n}}", at.name()),
        };
        plants.add(at, [Some(at.follow(&fill))], format!("a fill of {value}"));
    }
}

fn default_out_of_bounds(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Delegation]) {
        let Some(ty) = at.ty() else { continue };
        let bounded = at.items(ClauseWord::Range).first().copied().and_then(range).is_some_and(|it| it.hi.is_some());
        if !bounded {
            continue;
        }
        let value = if ty == "百分比" { "300%".to_owned() } else { format!("999999 {ty}") };
        let edit = match at.items(ClauseWord::Default).first() {
            Some(default) => Some(at.replace(default.span, value.clone())),
            None => at.add_line(&format!("缺省: {value}")),
        };
        plants.add(at, [edit], format!("a default of {value}"));
    }
}
