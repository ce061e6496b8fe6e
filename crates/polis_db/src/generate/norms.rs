//! Norms of any number, most of which meet others and few of which clash: for benches of the checker.
//!
//! They are data before they are text, so that the same norms can be put to another program in its own language, and so
//! that what a checker says of them can be held against what was planted.

use std::fmt::Write as _;

use super::GeneratedFile;

/// Norms on a common matter.
const TOPIC: usize = 20;
/// Bodies that act, for each entity: the entity itself and its organs.
const ACTORS: usize = 8;
const OBJECTS: usize = 24;
const NORMS_PER_FILE: usize = 200;

/// What becomes of an action: in every topic the same, one norm after the other.
const MODALITIES: [Modality; TOPIC] = {
    use Modality::{Encouraged, May, Must, MustNot};
    [
        Must, MustNot, May, Must, MustNot, Must, MustNot, May, Must, Encouraged, Must, MustNot, Must, May, MustNot,
        Must, MustNot, May, Must, MustNot,
    ]
};

/// Whose norm it is, and whose facts its guard asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// A street.
    Street,
    /// A community.
    Community,
}

/// How a norm stands to its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modality {
    /// It demands them.
    Must,
    /// It forbids them.
    MustNot,
    /// It permits them.
    May,
    /// It recommends them.
    Encouraged,
}

/// The class of a jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// In the city.
    Urban,
    /// On its edge.
    Mixed,
    /// In the country.
    Rural,
}

/// For which jurisdictions a norm is: all that it says holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guard {
    /// The fewest households.
    pub from: Option<i64>,
    /// Fewer households than this.
    pub below: Option<i64>,
    /// More staff than this.
    pub staff_over: Option<i64>,
    /// The class.
    pub class: Option<Class>,
    /// Whether it tries something out.
    pub pilot: Option<bool>,
}

/// An action: the matter, and which kind of what is done there; none is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// The matter.
    pub topic: usize,
    /// The kind.
    pub kind: Option<usize>,
}

/// A norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// Which of the norms it is.
    pub number: usize,
    /// Whose it is.
    pub entity: Entity,
    /// Who acts: the entity itself (0) or one of its organs.
    pub actors: Vec<usize>,
    /// Whether it demands, forbids, permits or recommends.
    pub modality: Modality,
    /// What.
    pub actions: Vec<Action>,
    /// On what; any, if empty.
    pub objects: Vec<usize>,
    /// For whom; all, if there is none.
    pub guard: Option<Guard>,
}

/// So many norms, half of them with guards. Of those that meet most are kept apart by a guard or an object; a few are not.
#[must_use]
pub fn norms(count: usize) -> Vec<Norm> {
    (0..count).map(norm).collect()
}

/// The norms as a workspace of two packages, `common` and `city`.
#[must_use]
pub fn norms_workspace(count: usize) -> Vec<GeneratedFile> {
    let norms = norms(count);
    let mut files = super::frame();
    files.push(("common/norms.pol".to_owned(), common()));
    files.push(("city/actions.pol".to_owned(), actions(&norms)));
    for (file, norms) in norms.chunks(NORMS_PER_FILE).enumerate() {
        let text = norms.iter().map(Norm::text).collect::<Vec<_>>().join("\n");
        files.push((format!("city/norms{file:04}.pol"), text));
    }
    files
}

/// Whether a demand or permission and a prohibition are about a common actor, action and object: the pairs that a checker
/// has to decide, in the order of the first and then of the second.
#[must_use]
pub fn meeting(norms: &[Norm]) -> Vec<(&Norm, &Norm)> {
    let demands = norms.iter().filter(|it| matches!(it.modality, Modality::Must | Modality::May));
    let forbids: Vec<&Norm> = norms.iter().filter(|it| it.modality == Modality::MustNot).collect();
    demands
        .flat_map(|norm| forbids.iter().filter(|it| norm.meets(it)).map(|it| (norm, *it)).collect::<Vec<_>>())
        .collect()
}

fn norm(number: usize) -> Norm {
    // Every other norm is guarded; topics have norms of one sort.
    let guarded = number.is_multiple_of(2);
    let (place, member) = (number / 2 / TOPIC, number / 2 % TOPIC);
    let topic = 2 * place + usize::from(!guarded);
    let chance = |salt: usize, of: usize| mix(number * 31 + salt) % of;
    let modality = MODALITIES.get(member).copied().unwrap_or(Modality::May);
    let forbids = modality == Modality::MustNot;
    let first = mix(topic) % ACTORS;
    let mut actors: Vec<usize> = (0..=chance(1, 3)).map(|it| (first + it * (1 + chance(2, 2))) % ACTORS).collect();
    actors.sort_unstable();
    actors.dedup();
    // What is demanded is a kind, so that what is forbidden is never only a part of it.
    let actions = match (forbids, chance(3, 3)) {
        (true, 0 | 1) => vec![Action { topic, kind: None }],
        (_, kind) if chance(4, 4) > 0 => vec![Action { topic, kind: Some(kind) }],
        (_, kind) => vec![Action { topic, kind: Some(kind) }, Action { topic, kind: Some((kind + 1) % 3) }],
    };
    let objects = if guarded {
        (0..chance(5, 3)).map(|it| (topic + it) % OBJECTS).collect()
    } else {
        // Objects of even and of odd number keep what is demanded and forbidden of everyone apart, but for a few.
        let planted = forbids && member == 1 && place % 5 == 2;
        (0..=chance(5, 2)).map(|it| (2 * (topic + it) + usize::from(forbids && !planted)) % OBJECTS).collect()
    };
    let guard = guarded.then(|| guard(place, member, forbids, &chance));
    let entity = if topic % 4 < 2 { Entity::Community } else { Entity::Street };
    Norm { number, entity, actors, modality, actions, objects, guard }
}

/// In each topic a figure, a class or a trial parts what is demanded from what is forbidden.
fn guard(place: usize, member: usize, forbids: bool, chance: &dyn Fn(usize, usize) -> usize) -> Guard {
    let figure = 1_000 + i64::try_from(mix(place) % 40).unwrap_or(0) * 100;
    let planted = forbids && member == 4 && place % 5 == 1;
    let mut guard = Guard::default();
    if chance(6, 3) == 0 {
        guard.staff_over = Some(5 + i64::try_from(chance(7, 10)).unwrap_or(0));
    }
    match place % 3 {
        0 if forbids => guard.class = Some(Class::Rural),
        0 => guard.class = Some(if chance(8, 2) == 0 { Class::Urban } else { Class::Mixed }),
        1 => guard.pilot = Some(forbids),
        _ => {}
    }
    match (forbids, place % 3) {
        (true, 2) => guard.from = Some(figure),
        (false, 2) => guard.below = Some(figure),
        _ if chance(9, 2) == 0 => guard.from = Some(figure - 500),
        _ => guard.below = Some(figure + 500),
    }
    if guard.from.is_none() && chance(10, 3) == 0 {
        guard.from = guard.below.map(|it| it - 700);
    }
    if planted {
        guard = Guard { from: Some(figure - 600), ..Guard::default() };
    }
    guard
}

/// A number that looks like chance and is always the same.
const fn mix(number: usize) -> usize {
    let mut it = (number as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((it ^ (it >> 31)) >> 33) as usize
}

impl Norm {
    /// Its name in the generated text.
    #[must_use]
    pub fn name(&self) -> String {
        format!("规范{}", self.number)
    }

    /// Whether a norm that forbids is about an actor, an action and an object of this one.
    #[must_use]
    pub fn meets(&self, forbids: &Self) -> bool {
        let object = |a: &[usize], b: &[usize]| a.is_empty() || b.is_empty() || a.iter().any(|it| b.contains(it));
        self.entity == forbids.entity
            && self.actors.iter().any(|it| forbids.actors.contains(it))
            && object(&self.objects, &forbids.objects)
            && self.actions.iter().any(|it| forbids.actions.iter().any(|other| it.is_a(*other)))
    }

    /// Whether both norms are for some jurisdiction.
    #[must_use]
    pub fn holds_with(&self, other: &Self) -> bool {
        let (a, b) = (self.guard.unwrap_or_default(), other.guard.unwrap_or_default());
        let from = a.from.max(b.from).unwrap_or(0);
        let below = [a.below, b.below].into_iter().flatten().min();
        let same = |a: Option<usize>, b: Option<usize>| a.is_none() || b.is_none() || a == b;
        below.is_none_or(|it| from < it)
            && same(a.class.map(|it| it as usize), b.class.map(|it| it as usize))
            && same(a.pilot.map(usize::from), b.pilot.map(usize::from))
    }

    pub(super) fn text(&self) -> String {
        let list = |all: Vec<String>| match all.as_slice() {
            [one] => one.clone(),
            all => format!("[{}]", all.join(", ")),
        };
        let entity = self.entity.name();
        let actors =
            self.actors.iter().map(|it| if *it == 0 { entity.to_owned() } else { format!("{entity}组织{it}") });
        let mut text = format!("规范 {} {{\n  主体: {}\n", self.name(), list(actors.collect()));
        let modality = match self.modality {
            Modality::Must => "应当",
            Modality::MustNot => "不得",
            Modality::May => "可以",
            Modality::Encouraged => "鼓励",
        };
        // INVARIANT: writing to a string cannot fail.
        let _ = writeln!(text, "  {modality}: {}", list(self.actions.iter().map(|it| it.name()).collect()));
        if !self.objects.is_empty() {
            let _ = writeln!(text, "  客体: {}", list(self.objects.iter().map(|it| format!("事项{it}")).collect()));
        }
        if let Some(guard) = &self.guard {
            let _ = writeln!(text, "  当: {}", guard.text());
        }
        text.push_str("}\n");
        text
    }
}

impl Action {
    /// Its name in the generated text.
    #[must_use]
    pub fn name(self) -> String {
        match self.kind {
            None => format!("行为{}", self.topic),
            Some(kind) => format!("行为{}之{}", self.topic, kind + 1),
        }
    }

    /// Whether it is another action, or a kind of it.
    #[must_use]
    pub fn is_a(self, other: Self) -> bool {
        self.topic == other.topic && (other.kind.is_none() || self.kind == other.kind)
    }
}

impl Entity {
    const fn name(self) -> &'static str {
        match self {
            Self::Street => "辖区街道",
            Self::Community => "辖区社区",
        }
    }
}

impl Guard {
    fn text(&self) -> String {
        let figure = |word: &str, figure: Option<i64>, unit: &str| figure.map(|it| format!("{word} {it} {unit}"));
        let class = self.class.map(|it| match it {
            Class::Urban => "类别 = 城区".to_owned(),
            Class::Mixed => "类别 = 城乡结合部".to_owned(),
            Class::Rural => "类别 = 乡村".to_owned(),
        });
        let pilot = self.pilot.map(|it| if it { "试点" } else { "非 试点" }.to_owned());
        let parts = [
            figure("户数 不少于", self.from, "户"),
            figure("户数 不足", self.below, "户"),
            figure("人数 超过", self.staff_over, "人"),
            class,
            pilot,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" 且 ")
    }
}

/// The entities and organs that norms are about.
pub(super) fn common() -> String {
    let mut text = "枚举 辖区类别 { 值域: [城区, 城乡结合部, 乡村] }\n".to_owned();
    for entity in [Entity::Street, Entity::Community] {
        let name = entity.name();
        // INVARIANT: writing to a string cannot fail.
        let _ = write!(
            text,
            "\n对象 {name} {{\n  字段 户数: 户 {{ 取值: 0.. 户 }}\n  字段 人数: 人 {{ 取值: 0.. 人 }}\n  \
             字段 类别: 辖区类别\n  字段 试点: 是非\n}}\n\n"
        );
        for organ in 1..ACTORS {
            let _ = writeln!(text, "组织 {name}组织{organ} 属于 {name} {{}}");
        }
    }
    text
}

/// Every action that the norms name, and those that they are kinds of.
pub(super) fn actions(norms: &[Norm]) -> String {
    let topics = norms.iter().flat_map(|it| &it.actions).map(|it| it.topic + 1).max().unwrap_or(0);
    let mut text = String::new();
    for topic in 0..topics {
        let whole = Action { topic, kind: None }.name();
        // INVARIANT: writing to a string cannot fail.
        let _ = writeln!(text, "行为 {whole} {{}}");
        for kind in 0..3 {
            let _ = writeln!(text, "行为 {} {{ 上位: {whole} }}", Action { topic, kind: Some(kind) }.name());
        }
    }
    text
}
