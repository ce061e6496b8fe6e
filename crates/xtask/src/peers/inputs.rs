//! The same provisions in the language of each program, and what has to come of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use polis_db::generate::{self, Action, Class, Entity, Guard, Modality, Norm};

/// A file: its path within the inputs, and its text.
pub(crate) type File = (String, String);

/// Two provisions by their names.
pub(crate) type Pair = (String, String);

/// Norms for a checker that decides which of them clash.
pub(crate) struct Norms {
    /// `polis/…` and `cedar/…`.
    pub(crate) files: Vec<File>,
    /// How many there are.
    pub(crate) count: usize,
    /// Pairs about a common actor, action and object: the questions.
    pub(crate) pairs: usize,
    /// Of those, the ones that some jurisdiction has both of: the answers.
    pub(crate) together: BTreeSet<Pair>,
}

/// Structures with a limit, and tables of cases.
pub(crate) struct Limits {
    /// `polis/…` and `kcl/limits.k`.
    pub(crate) files: Vec<File>,
    /// How many there are of each.
    pub(crate) count: usize,
    /// The number of the one that exceeds its limit.
    pub(crate) exceeds: Option<usize>,
}

/// So many norms, for Polis and for Cedar.
pub(crate) fn norms(count: usize) -> Norms {
    let norms = generate::norms(count);
    let meeting = generate::meeting(&norms);
    let mut files: Vec<File> =
        generate::norms_workspace(count).into_iter().map(|(path, text)| (format!("polis/{path}"), text)).collect();
    files.push(("cedar/schema.cedarschema".to_owned(), schema(&norms)));
    files.push(("cedar/policies.cedar".to_owned(), norms.iter().map(policy).collect()));
    files.push(("cedar/pairs.txt".to_owned(), meeting.iter().filter_map(|(a, b)| question(a, b)).collect()));
    let together = meeting.iter().filter(|(a, b)| a.holds_with(b)).map(|(a, b)| (a.name(), b.name())).collect();
    Norms { files, count: norms.len(), pairs: meeting.len(), together }
}

/// So many structures and tables, for Polis and for KCL; one may exceed its limit.
pub(crate) fn limits(count: usize, exceeds: Option<usize>) -> Limits {
    let mut polis = "对象 街道 {\n  字段 户数: 户 { 取值: 0.. 户 }\n}\n".to_owned();
    let mut kcl = String::new();
    for number in 0..count {
        let (required, households) = (3 + number % 2, 500 + number % 7 * 600);
        let extra = 7 - required + usize::from(exceeds == Some(number));
        let (low, high) = (800 + number % 5 * 100, 2_500 + number % 9 * 100);
        // INVARIANT: writing to a string cannot fail.
        let _ = write!(
            polis,
            "\n内设机构 机构{number} 属于 街道 {{\n  限额: ..7 个\n  必设: {required} 个\n  增设 增设机构: {extra} 个\n}}\n\n\
             规则 档次{number} 属于 街道: 整数 {{\n  值: 分情形 {{\n    户数 不足 {low} 户 => 1\n    \
             户数 不足 {high} 户 => 2\n    其他 => 3\n  }}\n}}\n"
        );
        let _ = write!(
            kcl,
            "schema Offices{number}:\n    required: int = {required}\n    extra: int\n    households: int\n    \
             level: int = 1 if households < {low} else (2 if households < {high} else 3)\n    check:\n        \
             required + extra <= 7, \"Offices{number} exceeds its limit\"\n        households >= 0\n\n\
             offices{number} = Offices{number} {{ extra = {extra}, households = {households} }}\n\n"
        );
    }
    let files = [
        ("polis/polis.toml", "[package]\nname = \"city\"\nlevel = \"city\"\n".to_owned()),
        ("polis/limits.pol", polis),
        ("kcl/limits.k", kcl),
    ];
    Limits { files: files.map(|(path, text)| (path.to_owned(), text)).into(), count, exceeds }
}

/// Who may be asked for what: a type of principal for each entity, with its facts, and an action for each kind.
fn schema(norms: &[Norm]) -> String {
    let mut text = String::new();
    for name in ["Street", "Community"] {
        // INVARIANT: writing to a string cannot fail.
        let _ = writeln!(
            text,
            "entity {name} = {{ role: String, households: Long, staff: Long, class: String, pilot: Bool }};"
        );
    }
    text.push_str("entity Matter = { name: String };\n");
    let topics = norms.iter().flat_map(|it| &it.actions).map(|it| it.topic + 1).max().unwrap_or(0);
    for topic in 0..topics {
        let of = norms.iter().find(|it| it.actions.iter().any(|it| it.topic == topic));
        let principal = of.map_or("Street", |it| principal(it.entity));
        let whole = Action { topic, kind: None };
        for action in [None, Some(0), Some(1), Some(2)].map(|kind| Action { topic, kind }) {
            let parent = action.kind.map_or_else(String::new, |_| format!(" in [\"{}\"]", whole.name()));
            let _ = writeln!(
                text,
                "action \"{}\"{parent} appliesTo {{ principal: [{principal}], resource: [Matter] }};",
                action.name()
            );
        }
    }
    text
}

/// A norm as a policy. Cedar permits and forbids: what is demanded or recommended is permitted.
fn policy(norm: &Norm) -> String {
    let effect = if norm.modality == Modality::MustNot { "forbid" } else { "permit" };
    let actions: Vec<String> = norm.actions.iter().map(|it| format!("Action::\"{}\"", it.name())).collect();
    let any = |fact: &str, names: Vec<String>| match names.as_slice() {
        [one] => format!("{fact} == {one}"),
        all => format!("[{}].contains({fact})", all.join(", ")),
    };
    let mut parts = vec![any("principal.role", norm.actors.iter().map(|it| format!("\"role{it}\"")).collect())];
    if !norm.objects.is_empty() {
        parts.push(any("resource.name", norm.objects.iter().map(|it| format!("\"matter{it}\"")).collect()));
    }
    parts.extend(norm.guard.iter().flat_map(conditions));
    format!(
        "@id(\"{}\")\n{effect}(principal is {}, action in [{}], resource is Matter)\nwhen {{ {} }};\n\n",
        norm.name(),
        principal(norm.entity),
        actions.join(", "),
        parts.join(" && ")
    )
}

fn conditions(guard: &Guard) -> Vec<String> {
    let class = guard.class.map(|it| match it {
        Class::Urban => "urban",
        Class::Mixed => "mixed",
        Class::Rural => "rural",
    });
    [
        guard.from.map(|it| format!("principal.households >= {it}")),
        guard.below.map(|it| format!("principal.households < {it}")),
        guard.staff_over.map(|it| format!("principal.staff > {it}")),
        class.map(|it| format!("principal.class == \"{it}\"")),
        guard.pilot.map(|it| if it { "principal.pilot" } else { "!principal.pilot" }.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Both ids, and the request about which they are asked: the action on which they meet.
fn question(norm: &Norm, forbids: &Norm) -> Option<String> {
    let action = norm.actions.iter().find(|it| forbids.actions.iter().any(|other| it.is_a(*other)))?;
    let (first, second) = (norm.name(), forbids.name());
    Some(format!("{first}\t{second}\t{}\tAction::\"{}\"\tMatter\n", principal(norm.entity), action.name()))
}

const fn principal(entity: Entity) -> &'static str {
    match entity {
        Entity::Street => "Street",
        Entity::Community => "Community",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(files: &'a [File], path: &str) -> &'a str {
        files.iter().find(|it| it.0 == path).map(|it| it.1.as_str()).unwrap()
    }

    #[test]
    fn every_norm_is_a_policy_and_every_meeting_a_question() {
        let norms = norms(400);
        let policies = text(&norms.files, "cedar/policies.cedar");
        assert_eq!(policies.matches("@id(").count(), 400);
        assert_eq!(text(&norms.files, "cedar/pairs.txt").lines().count(), norms.pairs);
        let of_polis = norms.files.iter().filter(|it| it.0.starts_with("polis/"));
        let heads: usize = of_polis.map(|it| it.1.lines().filter(|it| it.starts_with("规范 ")).count()).sum();
        assert_eq!(heads, 400);
    }

    #[test]
    fn a_norm_says_the_same_in_both() {
        let norm = Norm {
            number: 7,
            entity: Entity::Community,
            actors: vec![0, 3],
            modality: Modality::MustNot,
            actions: vec![Action { topic: 2, kind: Some(0) }],
            objects: vec![5],
            guard: Some(Guard { from: Some(1_000), class: Some(Class::Rural), pilot: Some(false), ..Guard::default() }),
        };
        assert_eq!(
            policy(&norm),
            "@id(\"规范7\")\nforbid(principal is Community, action in [Action::\"行为2之1\"], resource is Matter)\n\
             when { [\"role0\", \"role3\"].contains(principal.role) && resource.name == \"matter5\" && \
             principal.households >= 1000 && principal.class == \"rural\" && !principal.pilot };\n\n"
        );
    }

    #[test]
    fn some_pairs_clash_and_most_do_not() {
        let norms = norms(1_000);
        assert!(norms.pairs > 1_000, "{}", norms.pairs);
        assert!(norms.together.len() > 20 && norms.together.len() * 10 < norms.pairs, "{}", norms.together.len());
    }

    #[test]
    fn one_limit_is_exceeded_where_that_is_wanted() {
        for (exceeds, extra) in [(None, "extra = 3,"), (Some(3), "extra = 4,")] {
            let limits = limits(4, exceeds);
            assert_eq!(
                text(&limits.files, "kcl/limits.k").matches(extra).count(),
                if exceeds.is_some() { 3 } else { 2 }
            );
        }
    }
}
