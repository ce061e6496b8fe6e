//! Topics, and what belongs to each: by the concepts that the vocabulary declares for it, else by kind, and only where a
//! concept has no place among the declared ones by words of its name.

use polis_semantic::{Symbol, Type};
use polis_syntax::words::{Kind, UnitWord};
use smol_str::SmolStr;

use super::About;
use super::gist::entity;
use crate::order::Order;
use crate::side::{Provision, Side};

/// A topic of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// What a street is for.
    Functions,
    /// What powers are granted.
    Powers,
    /// Internal offices.
    Offices,
    /// Centres.
    Centres,
    /// Leading posts.
    Posts,
    /// How many staff.
    Staffing,
    /// What staff are paid.
    Pay,
    /// What matters may enter.
    Admission,
    /// Who is assessed and how.
    Evaluation,
    /// Meetings, and how often.
    Meetings,
}

/// What belongs to a topic. The tables of the page on differences say the same.
pub(super) struct Scope {
    pub(super) topic: Topic,
    /// What a concept is called that stands for the topic: all concepts below it belong to it.
    concepts: [&'static str; 2],
    /// Kinds that belong to it whatever their concepts are.
    kinds: &'static [Kind],
    /// The kinds that a concept brings in; all where none is named.
    of: &'static [Kind],
    /// The last resort: concepts that stand below no topic belong to one if their name, or that of a broader one, contains
    /// a word of it.
    words: &'static [&'static str],
}

/// The topics, in the order in which they are shown.
pub(super) const SCOPES: &[Scope] = &[
    Scope {
        topic: Topic::Functions,
        concepts: ["职能主题", "functions_topic"],
        kinds: &[],
        of: &[],
        words: &["职责", "function"],
    },
    Scope {
        topic: Topic::Powers,
        concepts: ["权力主题", "powers_topic"],
        kinds: &[Kind::Power, Kind::Grant],
        of: &[Kind::Power, Kind::Grant],
        words: &[],
    },
    Scope {
        topic: Topic::Offices,
        concepts: ["内设机构主题", "offices_topic"],
        kinds: &[Kind::Offices],
        of: &[Kind::Offices, Kind::Param, Kind::Rule, Kind::Delegation, Kind::Require],
        words: &["内设机构", "office"],
    },
    Scope {
        topic: Topic::Centres,
        concepts: ["中心主题", "centres_topic"],
        kinds: &[Kind::Centers],
        of: &[Kind::Centers, Kind::Param, Kind::Rule, Kind::Require],
        words: &["中心设置", "centre", "center"],
    },
    Scope {
        topic: Topic::Posts,
        concepts: ["领导职数主题", "posts_topic"],
        kinds: &[Kind::Posts],
        of: &[],
        words: &["领导职数"],
    },
    Scope {
        topic: Topic::Staffing,
        concepts: ["人员配备主题", "staffing_topic"],
        kinds: &[Kind::Quota],
        of: &[],
        words: &["员额", "staff"],
    },
    Scope {
        topic: Topic::Pay, concepts: ["薪酬主题", "pay_topic"], kinds: &[Kind::Pay], of: &[], words: &["薪酬"]
    },
    Scope {
        topic: Topic::Admission,
        concepts: ["事项准入主题", "admission_topic"],
        kinds: &[Kind::Admission],
        of: &[],
        words: &["事项准入", "admission"],
    },
    Scope {
        topic: Topic::Evaluation,
        concepts: ["考核评价主题", "evaluation_topic"],
        kinds: &[Kind::Rating],
        of: &[],
        words: &["考核评价", "evaluation", "rating"],
    },
    Scope {
        topic: Topic::Meetings,
        concepts: ["会议主题", "meetings_topic"],
        kinds: &[],
        of: &[],
        words: &["会议", "议事", "meeting"],
    },
];

impl Topic {
    /// The topic that a concept of this name stands for.
    pub(crate) fn of_concept(name: &str) -> Option<Self> {
        SCOPES.iter().find(|it| it.concepts.contains(&name)).map(|it| it.topic)
    }
}

impl Scope {
    /// Whether a concept belongs to the topic.
    fn takes(&self, concept: &Symbol, order: &Order) -> bool {
        let declared = order.topics(concept);
        if !declared.is_empty() {
            return declared.contains(&self.topic);
        }
        let named = |it: &Symbol| self.words.iter().any(|word| it.name.contains(word));
        order.line(concept).into_iter().any(named)
    }
}

/// The row that a provision belongs to; `None` where it is of another topic.
pub(super) fn about(scope: &Scope, side: &Side<'_>, it: &Provision<'_>, order: &Order) -> Option<About> {
    if matches!(it.kind, Kind::Fact | Kind::Principle | Kind::Amend | Kind::Enum) || it.is_vocabulary() {
        return None;
    }
    let inner = it.parent.is_some() && !matches!(it.kind, Kind::Power | Kind::Duty);
    if inner {
        return None;
    }
    // What is not counted in people is no staff.
    let staff = || scope.topic != Topic::Staffing || is_of_people(side, it);
    let of_kind = scope.kinds.contains(&it.kind) && staff();
    let concept = it.is.iter().find(|it| scope.takes(it, order));
    let brings = concept.is_some() && (scope.of.is_empty() || scope.of.contains(&it.kind));
    if !of_kind && !brings {
        return None;
    }
    if scope.topic == Topic::Functions && it.kind == Kind::Duty {
        // Where a list says what a street is for, other bodies' duties in the same matter are not its functions.
        let is_list = |it: &Provision<'_>| it.kind == Kind::Duties && it.is.iter().any(|it| scope.takes(it, order));
        let own = it.parent.and_then(|it| side.provisions.get(it)).is_some_and(is_list);
        let root = concept.is_some_and(|it| order.root(it) != it);
        if root && !own && side.provisions.iter().any(is_list) {
            return None;
        }
    }
    if matches!(it.kind, Kind::Grant) || it.kind == Kind::Duties {
        return Some(About::Group(it.kind));
    }
    // Powers of one family stand together, so that the weaker shows beside the stronger.
    if scope.topic == Topic::Powers {
        return Some(match it.is.first() {
            Some(concept) => About::Concept(order.root(concept).clone()),
            None => About::Kind(it.kind, SmolStr::default()),
        });
    }
    if let Some(concept) = concept {
        // A body's own list names many concepts; the broadest says what it is about.
        let whole = matches!(it.kind, Kind::Offices | Kind::Centers | Kind::Posts);
        return Some(About::Concept(if whole { order.root(concept).clone() } else { concept.clone() }));
    }
    match (it.is.first(), it.kind) {
        (Some(concept), kind) if !matches!(kind, Kind::Offices | Kind::Centers) => {
            Some(About::Concept(concept.clone()))
        }
        (_, kind) => Some(About::Kind(kind, entity(it).unwrap_or_default())),
    }
}

/// Whether a provision gives a number of people.
fn is_of_people(side: &Side<'_>, it: &Provision<'_>) -> bool {
    let of = side.program.structures.iter().find(|of| of.meta.symbol == it.symbol);
    of.is_none_or(|of| matches!(&of.ty, Type::Number(ty) if ty.dim == polis_semantic::Dim::of(UnitWord::Person)))
}
