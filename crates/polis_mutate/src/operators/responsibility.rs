//! Who is to do what, and with what.

use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::Plants;

const fn responsibility(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Responsibility, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    responsibility("duty-without-power", "a duty whose holder has no power for it", duty_without_power),
    responsibility("power-without-duty", "a power whose holder has no duty for it", power_without_duty),
    responsibility("two-leads", "a duty with two organs in the lead", two_leads),
    responsibility("no-lead", "a duty that others support and nobody leads", no_lead),
    responsibility("moved-without-means", "work is handed down, and neither people nor money", moved_without_means),
    responsibility("power-twice", "one power with two holders", power_twice),
    responsibility("holder-not-at-level", "a delegation to an organ that the level does not have", holder_not_at_level),
    responsibility(
        "delegation-unfilled",
        "a delegation whose time has passed and that nobody filled",
        delegation_unfilled,
    ),
    responsibility(
        "fill-without-authority",
        "a delegation that is filled by whom it was not given to",
        fill_without_authority,
    ),
];

fn holders(library: &Library) -> impl Iterator<Item = At<'_>> {
    library.provisions(&[Kind::Duties, Kind::Grant]).filter(|it| holder(*it).is_some())
}

fn holder(at: At<'_>) -> Option<&str> {
    at.value(if at.kind == Kind::Duties { ClauseWord::Bearer } else { ClauseWord::Holder })
}

/// What a power says of its holder, or the grant around it.
fn power_holder(at: At<'_>) -> Option<&str> {
    let group = at.outer.map(|it| At { block: it, kind: Kind::Grant, outer: None, ..at });
    at.value(ClauseWord::Holder).or(group.and_then(|it| it.value(ClauseWord::Holder)))
}

/// The powers that say over whom or what they reach.
fn reaching(library: &Library) -> impl Iterator<Item = (At<'_>, &str)> {
    library.blocks(&[Kind::Power]).filter_map(|at| {
        let about = at.items(ClauseWord::Over).into_iter().chain(at.items(ClauseWord::Object)).next()?;
        Some((at, at.page.slice(about.span)))
    })
}

fn duty_without_power(library: &Library, plants: &mut Plants) {
    for (at, about) in reaching(library).filter(|it| power_holder(it.0).is_some()) {
        let text =
            format!("组织 无权机构 {{}}\n职责 无权之责 {{\n  责任主体: 无权机构\n  客体: {about}\n  语气: 应当\n}}");
        plants.add(at, [Some(at.follow(&text))], format!("a duty for {about} of one who has no power over it"));
    }
}

fn power_without_duty(library: &Library, plants: &mut Plants) {
    for at in holders(library) {
        let text = "组织 无责机构 {}\n权力 无责之权 {\n  行使主体: 无责机构\n  针对: 某事\n  语气: 应当\n}";
        plants.add(at, [Some(at.follow(text))], "a power of one who has no duty");
    }
}

fn two_leads(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Duty]) {
        let edit = match at.clause(ClauseWord::Lead) {
            Some(lead) => at.with_item(lead, "市委组织部"),
            None => at.add_line("牵头: [市委组织部, 区县党委]"),
        };
        plants.add(at, [edit], "two in the lead");
    }
}

fn no_lead(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Duty]) {
        match at.clause(ClauseWord::Lead) {
            Some(lead) if at.clause(ClauseWord::Supporters).is_some() && at.outer.is_none() => {
                let mut edits = vec![Some(at.without(lead))];
                edits.extend(at.clause(ClauseWord::Bearer).map(|it| Some(at.without(it))));
                plants.add(at, edits, "nobody in the lead");
            }
            None if at.clause(ClauseWord::Bearer).is_none() && at.kind == Kind::Duty && at.outer.is_none() => {
                plants.add(at, [at.add_line("配合: [市委组织部, 区县党委]")], "two support, nobody leads");
            }
            _ => {}
        }
    }
    for at in library.provisions(&[Kind::Duties]) {
        let list = "职责清单 无人牵头清单 {\n  职责 有人牵头之责 { 牵头: 市委组织部 }\n  职责 无人牵头之责 { 配合: 区县党委 }\n}";
        plants.add(at, [Some(at.follow(list))], "one duty has a lead, the other none");
    }
}

fn moved_without_means(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Duties]) {
        let text = format!(
            "规范 只转事项 {{\n  主体: 区县\n  应当: 下放\n  客体: [下放的事项]\n  针对: {}\n}}",
            at.value(ClauseWord::Bearer).unwrap_or("街道")
        );
        plants.add(at, [Some(at.follow(&text))], "work is handed down alone");
    }
    // What is handed down with its people and money no longer is.
    for at in library.provisions(&[Kind::Norm]) {
        let Some(clause) = at.clause(ClauseWord::Object) else { continue };
        let means = |text: &str| ["经费", "人员", "编制", "力量", "资金"].iter().any(|it| text.contains(it));
        let items = at.items(ClauseWord::Object);
        let kept: Vec<&str> = items.iter().map(|it| at.page.slice(it.span)).filter(|it| !means(it)).collect();
        let hands_down = at.value(ClauseWord::Must).is_some_and(|it| it.contains("下放") || it.contains("下派"));
        if hands_down && !kept.is_empty() && kept.len() < items.len() {
            let line = format!("客体: [{}]", kept.join(", "));
            plants.add(at, [Some(at.replace(clause.span, line))], "without people and money");
        }
    }
}

fn power_twice(library: &Library, plants: &mut Plants) {
    for (at, _) in reaching(library).filter(|it| it.0.clause(ClauseWord::Is).is_some()) {
        let Some(other) = power_holder(at).map(|it| if it.contains("区县") { "街道" } else { "区县" }) else {
            continue;
        };
        let same = [ClauseWord::Is, ClauseWord::Over, ClauseWord::Object].map(|it| at.line(it)).concat();
        let text = format!("权力 同一权力 {{\n  行使主体: {other}\n{same}  语气: 应当\n}}");
        plants.add(at, [Some(at.follow(&text))], format!("{other} has it too"));
    }
}

fn holder_not_at_level(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Delegation]) {
        let Some(to) = at.clause(ClauseWord::To) else { continue };
        let (first, last) = (to.values.first(), to.values.last());
        let Some(span) = first.zip(last).map(|(a, b)| a.span.to(b.span)) else { continue };
        let mut edits = vec![Some(at.replace(span, "社区党组织"))];
        match at.clause(ClauseWord::Level).and_then(|it| it.values.first()) {
            Some(level) => edits.push(Some(at.replace(level.span, "市"))),
            None => edits.push(at.add_line("层级: 市")),
        }
        plants.add(at, edits, "a community's committee is to decide for the city");
    }
    // A city, or a street, gives powers and duties to a province.
    for at in holders(library).filter(|it| !matches!(it.page.package.as_str(), "national" | "jilin")) {
        let text = "对象 省 {}\n组织 省级部门 属于 省 {}\n职责 越级之责 {\n  责任主体: 省级部门\n  语气: 应当\n}";
        plants.add(at, [Some(at.follow(text))], "a duty for the province");
    }
}

/// The level of a package, as delegations write it.
fn level(package: &str) -> Option<&'static str> {
    match package {
        "chongqing" => Some("街道"),
        "changchun" | "example" | "pingliang" | "shanghai" | "template_city" => Some("市"),
        _ => None,
    }
}

fn delegation_unfilled(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Document]) {
        let Some(level) = level(&at.page.package) else { continue };
        let hole = format!(
            "授权制定 逾期未定 {{\n  授予: {}\n  层级: {level}\n  内容: \"另行制定的办法\"\n  期限: 2010-12-31\n  语气: 应当\n}}",
            if level == "市" { "市委" } else { "街道党工委" }
        );
        plants.add(at, [Some(at.page.add(&hole))], "a delegation until 2010 that nobody filled");
    }
    for package in ["national", "jilin"] {
        let Some(at) = library.provisions(&[Kind::Document]).find(|it| it.page.package == package) else { continue };
        let hole = "授权制定 各市未定 {\n  授予: 市委\n  层级: 市\n  内容: \"各市的办法\"\n  期限: 2010-12-31\n  语气: 应当\n}";
        plants.add(at, [Some(at.page.add(hole))], "a delegation to the cities that no city filled");
    }
    for at in library.provisions(&[Kind::Param, Kind::Rule]) {
        if at.clause(ClauseWord::Implements).is_some() {
            plants.add(at, [Some(at.replace(at.block.span, ""))], "the fill is repealed");
            let name = at.value(ClauseWord::Implements).unwrap_or_default();
            let name = name.rsplit('.').next().unwrap_or_default();
            if let Some(hole) = library.provisions(&[Kind::Delegation]).find(|it| it.name() == name) {
                plants.with(hole);
            }
        }
    }
}

fn fill_without_authority(library: &Library, plants: &mut Plants) {
    for at in library
        .provisions(&[Kind::Delegation])
        .filter(|it| it.value(ClauseWord::Level).is_some_and(|it| matches!(it, "区县" | "街道" | "社区")))
    {
        // The superior itself fills what it left to those below.
        let fill = format!("清单 越权落实 {{\n  列项: [甲项, 乙项]\n  落实: {}\n}}", at.name());
        if at.ty().is_none() {
            plants.add(at, [Some(at.follow(&fill))], "filled where it was given away");
        }
    }
}
