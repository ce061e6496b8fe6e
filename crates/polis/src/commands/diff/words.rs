//! The words in which differences are told, in both languages.

use polis_analysis::{Band, Example, Extent, Outside, Parting, Side as Part, Way};
use polis_diagnostic::Bilingual;
use polis_diff::{Aspect, Because, Direction, Reason, Sureness, Unlike};
use polis_eval::{Machine, World};
use polis_semantic::{Symbol, Type};
use polis_syntax::FormatOptions;
use polis_syntax::words::{ClauseWord, Face, Kind};
use polis_value::Value;

/// A direction; it says what the second side is beside the first.
pub(crate) const fn direction(it: Direction) -> (&'static str, &'static str) {
    match it {
        Direction::Stricter => ("更严", "stricter"),
        Direction::Looser => ("更宽松", "looser"),
        Direction::Stronger => ("更强", "stronger"),
        Direction::Weaker => ("更弱", "weaker"),
        Direction::Wider => ("更广", "wider"),
        Direction::Narrower => ("更窄", "narrower"),
        Direction::More => ("更高", "higher"),
        Direction::Less => ("更低", "lower"),
        Direction::Earlier => ("更早", "earlier"),
        Direction::Later => ("更晚", "later"),
        Direction::Incomparable => ("不可比", "incomparable"),
    }
}

pub(crate) const fn sureness(it: Sureness) -> (&'static str, &'static str) {
    match it {
        Sureness::Certain => ("确定", "certain"),
        Sureness::Likely => ("较有把握", "likely"),
        Sureness::Possible => ("存疑", "possible"),
    }
}

/// Why two provisions were aligned.
pub(crate) fn reason(it: &Reason) -> (String, String) {
    let names = |all: &[Symbol], by: &str| all.iter().map(|it| it.name.to_string()).collect::<Vec<_>>().join(by);
    match it {
        Reason::Declared => ("对齐文件指明".into(), "declared in the alignment file".into()),
        Reason::SamePackage => ("同一个包".into(), "of one package".into()),
        Reason::Concept(all) => (format!("同属概念 {}", names(all, "、")), format!("concept {}", names(all, ", "))),
        Reason::KinConcept(a, b) if a.name == b.name => (format!("概念 {}", a.name), format!("concept {}", a.name)),
        Reason::KinConcept(a, b) => {
            (format!("概念相关：{} 与 {}", a.name, b.name), format!("related concepts {} and {}", a.name, b.name))
        }
        Reason::Name => ("同名".into(), "same name".into()),
        Reason::Title => ("标题相同".into(), "same title".into()),
        Reason::AlikeName => ("名称相近".into(), "alike in name".into()),
        Reason::Structure => ("主体、事项或成员相近".into(), "alike in actors, matters or members".into()),
        Reason::Content => ("内容相同".into(), "same content".into()),
    }
}

/// Why a clause differs the way it does.
pub(crate) fn because(it: &Because, direction: Option<Direction>) -> (String, String) {
    match (it, direction) {
        (Because::Concepts(a, b), Some(Direction::Stronger)) => {
            (format!("概念 {} 强于 {}", b.name, a.name), format!("{} is stronger than {}", b.name, a.name))
        }
        (Because::Concepts(a, b), Some(Direction::Weaker)) => {
            (format!("概念 {} 强于 {}", a.name, b.name), format!("{} is stronger than {}", a.name, b.name))
        }
        (Because::Concepts(a, b), Some(Direction::Narrower)) => {
            (format!("概念 {} 属于 {}", b.name, a.name), format!("{} is a part of {}", b.name, a.name))
        }
        (Because::Concepts(a, b), _) => {
            (format!("概念 {} 属于 {}", a.name, b.name), format!("{} is a part of {}", a.name, b.name))
        }
        (Because::Binding(a, b), Some(Direction::Stricter | Direction::Stronger)) => (
            format!("“{}”强于“{}”", b.word().zh, a.word().zh),
            format!("`{}` binds more than `{}`", b.word().en, a.word().en),
        ),
        (Because::Binding(a, b), _) => (
            format!("“{}”强于“{}”", a.word().zh, b.word().zh),
            format!("`{}` binds more than `{}`", a.word().en, b.word().en),
        ),
        (Because::Unordered(a, b), _) => (
            format!("概念 {} 与 {} 没有强弱", a.name, b.name),
            format!("neither of {} and {} is stronger", a.name, b.name),
        ),
        (Because::Units(a, b), _) => (
            format!("单位不同（{}、{}）", a.unit(Face::Zh), b.unit(Face::Zh)),
            format!("different units ({}, {})", a.unit(Face::En), b.unit(Face::En)),
        ),
        (Because::ActionPart(part, whole), _) => {
            (format!("行为 {} 属于 {}", part.name, whole.name), format!("{} is a part of {}", part.name, whole.name))
        }
        (Because::Actions(a, b), _) => (
            format!("行为 {} 与 {} 没有宽窄", a.name, b.name),
            format!("neither of {} and {} is a part of the other", a.name, b.name),
        ),
        (Because::Spread, Some(Direction::Incomparable)) => {
            ("周期长的次数多，互不包含".into(), "more often over a longer time; neither contains the other".into())
        }
        (Because::Spread, _) => ("次数相同，分摊的周期不同".into(), "as often, spread over other periods".into()),
        (Because::Events(a, b), _) => {
            (format!("起算的事件不同（{a}、{b}）"), format!("they run from different events ({a}, {b})"))
        }
        (Because::Opposed, _) => {
            ("一方禁止另一方要求或允许的".into(), "one forbids what the other asks or allows".into())
        }
        (Because::Decided, _) => ("对所有辖区判定".into(), "decided for every jurisdiction".into()),
    }
}

pub(crate) fn aspect(it: Aspect, ty: &Type) -> (&'static str, &'static str) {
    match it {
        Aspect::Value if *ty == Type::Truth => ("结果", "outcome"),
        Aspect::Value => ("数值", "value"),
        Aspect::Limits => ("限额", "limits"),
        Aspect::Condition => ("要求", "requirement"),
        Aspect::Applies => ("适用范围", "application"),
    }
}

/// What is told of a way, for the smallest case.
pub(crate) const fn way(aspect: Aspect, it: Way) -> (&'static str, &'static str) {
    match (aspect, it) {
        (Aspect::Value, Way::Refuses) => ("后者为否", "the second is false"),
        (Aspect::Value, Way::Admits) => ("后者为是", "the second is true"),
        (Aspect::Condition, Way::Refuses) => ("后者不满足", "the second fails"),
        (Aspect::Condition, Way::Admits) => ("后者满足", "the second is met"),
        (_, Way::Refuses) => ("后者不适用", "the second does not apply"),
        (_, Way::Admits) => ("后者适用", "the second applies"),
        (_, Way::Less) => ("后者更低", "the second is lower"),
        (_, Way::More) => ("后者更高", "the second is higher"),
        (_, Way::Narrower) => ("后者余地更小", "the second leaves less choice"),
        (_, Way::Wider) => ("后者余地更大", "the second leaves more choice"),
        (_, Way::Other) => ("两者不同", "they differ"),
        (_, Way::Forgets) => ("后者未知", "the second is unknown"),
        (_, Way::Tells) => ("前者未知", "the first is unknown"),
    }
}

/// Why something is not decided.
pub(crate) fn undecided(it: &Outside) -> (String, String) {
    match it {
        Outside::Computed => (
            "计算式超出能逐一判定的范围".into(),
            "it is computed in a way that cannot be decided for every case".into(),
        ),
        Outside::Members => ("取决于下级各单位".into(), "it asks the members of a jurisdiction".into()),
        Outside::Open(name) => (
            format!("取决于原文未定的“{}”", bare(name)),
            format!("it depends on `{}`, which the text leaves open", bare(name)),
        ),
        Outside::TooMany => ("情形太多".into(), "there are too many cases".into()),
        Outside::SeveralEntities => {
            ("两者说的不是同一类对象".into(), "they are about different types of jurisdiction".into())
        }
    }
}

fn bare(name: &str) -> &str {
    name.trim_start_matches('\u{2}')
}

/// A value in both languages.
pub(crate) fn value(machine: &Machine, value: &Value, ty: &Type) -> Bilingual {
    if value.as_number_range().is_some_and(|it| it.lo().is_none() && it.hi().is_none()) {
        return Bilingual::new("不限", "no limit");
    }
    machine.show_both(value, ty, &World::default())
}

/// The smallest case: `户数 = 3000 户`.
pub(crate) fn facts(machine: &Machine, it: &Example, face: Face) -> String {
    let all = it.facts.iter().map(|(entity, field, ty, value)| {
        let shown = show(machine, value, ty, face);
        format!("{}.{} = {shown}", bare(&entity.name), bare(field))
    });
    let all: Vec<String> = all.collect();
    match (all.is_empty(), face) {
        (true, Face::Zh) => "任何情形".to_owned(),
        (true, Face::En) => "any case".to_owned(),
        (false, Face::Zh) => all.join("、"),
        (false, Face::En) => all.join(", "),
    }
}

fn show(machine: &Machine, value: &Value, ty: &Type, face: Face) -> String {
    let both = machine.show_both(value, ty, &World::default());
    if face == Face::Zh { both.zh.to_string() } else { both.en.to_string() }
}

/// Where they differ: `户数 不少于 3000 户`.
pub(crate) fn region(machine: &Machine, it: &Parting, face: Face) -> String {
    let boxes: Vec<String> = it.region.iter().map(|it| one_box(machine, it, face)).collect();
    let (any, or) = if face == Face::Zh { ("任何情形", "；或 ") } else { ("every case", "; or ") };
    if boxes.iter().any(String::is_empty) {
        return any.to_owned();
    }
    let many = boxes.len();
    // A reader keeps no more than a few conditions in mind.
    let mut sides = 0;
    let few = it.region.iter().take_while(|it| {
        sides += it.len();
        sides <= 8
    });
    let most = few.count().clamp(1, 4);
    let mut shown: Vec<String> = boxes.into_iter().take(most).collect();
    if many > shown.len() {
        shown.push(if face == Face::Zh { format!("等 {many} 段") } else { format!("{many} stretches in all") });
    }
    shown.join(or)
}

fn one_box(machine: &Machine, sides: &[Part], face: Face) -> String {
    let parts: Vec<String> = sides.iter().map(|it| part(machine, it, face)).collect();
    parts.join(if face == Face::Zh { " 且 " } else { " and " })
}

fn part(machine: &Machine, side: &Part, face: Face) -> String {
    let name = bare(&side.field);
    let zh = face == Face::Zh;
    match (&side.extent, &side.ty) {
        (Extent::Numbers(all), Type::Number(ty)) => {
            let each = all.iter().map(|it| band(name, ty, it, face));
            each.collect::<Vec<_>>().join(if zh { " 或 " } else { " or " })
        }
        (Extent::Values(all), ty) => {
            let shown: Vec<String> = all.iter().map(|it| show(machine, it, ty, face)).collect();
            match shown.as_slice() {
                [one] => format!("{name} = {one}"),
                _ => format!("{name} {} [{}]", if zh { "在" } else { "in" }, shown.join(", ")),
            }
        }
        (Extent::Numbers(_), _) => name.to_owned(),
    }
}

/// A stretch of a fact: `户数 不少于 3000 户`.
fn band(name: &str, ty: &polis_semantic::NumberType, it: &Band, face: Face) -> String {
    let zh = face == Face::Zh;
    let low = match (it.after, zh) {
        (true, true) => "超过",
        (true, false) => "more_than",
        (false, true) => "不少于",
        (false, false) => "at_least",
    };
    let high = match (it.before, zh) {
        (true, true) => "不足",
        (true, false) => "less_than",
        (false, true) => "不超过",
        (false, false) => "at_most",
    };
    let from_zero = !it.after && it.from <= polis_value::Number::ZERO;
    match it.to {
        None => format!("{name} {low} {}", ty.show(it.from, face)),
        Some(to) if to == it.from => format!("{name} = {}", ty.show(to, face)),
        Some(to) if from_zero => format!("{name} {high} {}", ty.show(to, face)),
        Some(to) if !it.after && !it.before => {
            let word = if zh { "在" } else { "in" };
            format!("{name} {word} {}", ty.show_range(Some(it.from), Some(to), face))
        }
        Some(to) => {
            let and = if zh { "、" } else { " and " };
            format!("{name} {low} {}{and}{high} {}", ty.show(it.from, face), ty.show(to, face))
        }
    }
}

/// A clause's values and condition in another face; `None` where they are no clause of that kind.
pub(crate) fn in_face(kind: Kind, word: ClauseWord, text: &str, face: Face) -> Option<String> {
    let (kind, word) = (kind.word(), word.word());
    let block = format!("{} 甲 {{\n  {}: {text}\n}}\n", kind.zh, word.zh);
    let settled = polis_syntax::format(&block, &FormatOptions { face: Some(face), ..FormatOptions::default() }).ok()?;
    let inner = settled.split_once('{')?.1.rsplit_once('}')?.0;
    let said = inner.trim().split_once(':')?.1;
    // What the formatter broke over lines stands in one.
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(said.replace("[ ", "[").replace(", ]", "]").replace(" ]", "]").replace("( ", "(").replace(" )", ")"))
}

/// Why what both sides say of one matter cannot be compared.
pub(crate) fn unlike(it: &Unlike, labels: [&str; 2]) -> (String, String) {
    let [first, second] = labels;
    let both = |zh: [String; 2], en: [String; 2], what_zh: &str, what_en: &str| {
        let ([one, two], [one_en, two_en]) = (zh, en);
        (
            format!("{what_zh}（{first}为{one}，{second}为{two}）"),
            format!("{what_en} ({first}: {one_en}; {second}: {two_en})"),
        )
    };
    match it {
        Unlike::Kinds(kinds) => both(
            kinds.each_ref().map(|all| all.iter().map(|it| it.word().zh).collect::<Vec<_>>().join("、")),
            kinds.each_ref().map(|all| all.iter().map(|it| it.word().en).collect::<Vec<_>>().join(", ")),
            "种类不同",
            "different kinds",
        ),
        Unlike::Entities(all) => both(
            all.each_ref().map(|it| it.join("、")),
            all.each_ref().map(|it| it.join(", ")),
            "对象不同",
            "about different jurisdictions",
        ),
        Unlike::Concepts(all) => {
            let names = |by: &str, none: &str| {
                all.each_ref().map(|it| {
                    let names: Vec<&str> = it.iter().map(|it| it.name.as_str()).collect();
                    if names.is_empty() { none.to_owned() } else { names.join(by) }
                })
            };
            both(names("、", "未标概念"), names(", ", "none"), "概念不同", "different concepts")
        }
    }
}

/// The type of jurisdiction that a provision is about.
pub(crate) fn about(it: &polis_diff::Provision<'_>) -> Option<String> {
    let of = it.block.of.as_ref()?.span.text(it.text);
    Some(of.rsplit('.').next().unwrap_or_default().trim().to_owned())
}

/// A figure or range with its unit.
pub(crate) fn range(ty: &polis_semantic::NumberType, range: &polis_value::NumberRange, face: Face) -> String {
    match range.as_point() {
        Some(point) => ty.show(point, face).to_string(),
        None => ty.show_range(range.lo(), range.hi(), face).to_string(),
    }
}

/// `专职工作者：10..15 人；增配 …；一般`.
pub(crate) fn gist(gist: &polis_diff::Gist, locale: polis_diagnostic::Locale) -> String {
    let mut out = String::new();
    let name = gist.title.as_ref().filter(|it| it.chars().count() <= 14 || gist.name.is_empty()).unwrap_or(&gist.name);
    out.push_str(name);
    let shown = matches!(gist.kind, Kind::Power) || gist.parts.is_empty();
    if shown && !gist.concepts.is_empty() {
        let names: Vec<&str> = gist.concepts.iter().take(3).map(|it| it.name.as_str()).collect();
        out.push_str(&crate::context::pick(
            locale,
            format!("〔{}〕", names.join("、")),
            format!(" [{}]", names.join(", ")),
        ));
    }
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    let face = crate::context::pick(locale, Face::Zh, Face::En);
    for (word, head, text) in &gist.parts {
        let text = in_face(gist.kind, *word, text, face).unwrap_or_else(|| text.to_string());
        let bare = matches!(
            word,
            ClauseWord::Value
                | ClauseWord::That
                | ClauseWord::Base
                | ClauseWord::Modality
                | ClauseWord::Object
                | ClauseWord::Over
        );
        let label = word.word();
        let label = crate::context::pick(locale, label.zh, label.en);
        let text = match head {
            Some(head)
                if matches!(word, ClauseWord::Required | ClauseWord::Optional | ClauseWord::Separate)
                    && matches!(text.as_str(), "1 个" | "1个" | "1 人" | "1人" | "1 unit" | "1 person") =>
            {
                head.to_string()
            }
            Some(head) => format!("{head} {text}"),
            None => text,
        };
        // Parts of one kind are listed after one word.
        if last == Some(*word) {
            if let Some(open) = parts.last_mut() {
                open.push_str(crate::context::pick(locale, "、", ", "));
                open.push_str(&text);
            }
        } else if bare {
            parts.push(text);
        } else {
            parts.push(format!("{label} {text}"));
        }
        last = Some(*word);
    }
    if !parts.is_empty() {
        out.push_str(crate::context::pick(locale, "：", ": "));
        out.push_str(&parts.join(crate::context::pick(locale, "；", "; ")));
    }
    out
}
