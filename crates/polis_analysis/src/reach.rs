//! Which norms could meet, by all that they say but their guards and figures.
//!
//! A keystroke within a guard or a figure changes none, so that nothing looks for pairs again after it.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_semantic::Symbol;
use polis_semantic::ir::{Deontic, Norm};
use polis_semantic::scope::visible;
use polis_semantic::slices::{read_in_file, read_nth};
use polis_syntax::words::Kind;
use polis_value::{Date, Range};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::norms::{Seen, is_a, line, norm_of, parents};

/// More norms of one actor, one kind of action and one object than this are not held against each other.
const MOST_NORMS: usize = 64;

/// What a norm says, but for its guard and its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    modality: Deontic,
    actors: Vec<Symbol>,
    actions: Vec<Symbol>,
    objects: Vec<SmolStr>,
    over: Vec<SmolStr>,
    /// From when and until when it is in force.
    force: (Option<Date>, Option<Date>),
    open_ended: bool,
    /// Whether it says how often.
    has_frequency: bool,
    /// Whether it says by when.
    has_deadline: bool,
}

/// A norm that a package sees: the number of those in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NormRef {
    package: Package,
    file: SourceFile,
    number: usize,
}

impl NormRef {
    /// The norm, and whether it is `package`'s own.
    pub(crate) fn read(self, db: &dyn Db, package: Package) -> Option<Seen<'_>> {
        let (item, read) = read_nth(db, self.package, self.file, (Kind::Norm, self.number))?;
        Some(Seen { item, read, own: self.package == package })
    }
}

/// Pairs of norms that could meet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Pairs {
    /// What demands or permits, with what forbids, and the action on which they meet.
    pub(crate) clashing: Vec<(NormRef, NormRef, Symbol)>,
    /// Norms of which one may say what the other says, or another figure.
    pub(crate) alike: Vec<Alike>,
    /// Norms that have too many others beside them.
    pub(crate) crowded: Vec<NormRef>,
}

/// Two norms of which one may say what the other says, or another figure, guards and figures aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alike {
    pub(crate) first: NormRef,
    pub(crate) second: NormRef,
    /// The action of which both give figures.
    pub(crate) figures: Option<Symbol>,
    /// Whether the second says what the first says, and the first what the second says.
    pub(crate) says: [bool; 2],
    /// The action that the second demands and the first does not, and the other way round.
    pub(crate) covers: [Option<Symbol>; 2],
}

/// The pairs that belong to a file of a package: by its first norm, or by the second where the first is not its own.
#[salsa::tracked(returns(clone))]
pub(crate) fn pairs_of(db: &dyn Db, package: Package, file: SourceFile) -> Arc<Pairs> {
    pairs(db, package).get(&file).cloned().unwrap_or_default()
}

/// The pairs of norms that could meet, as far as one of both is the package's own, by file.
#[salsa::tracked(returns(clone))]
fn pairs(db: &dyn Db, package: Package) -> Arc<FxHashMap<SourceFile, Arc<Pairs>>> {
    let parents = parents(db, package);
    let all: Vec<Party<'_>> = parties(db, package).collect();
    let mut pairs: FxHashMap<SourceFile, Pairs> = FxHashMap::default();
    let home = |a: NormRef, b: NormRef| if a.package == package { a.file } else { b.file };
    for it in clashing(&parents, &all) {
        pairs.entry(home(it.0, it.1)).or_default().clashing.push(it);
    }
    let (alike, crowded) = alike(&parents, &all);
    for it in alike {
        pairs.entry(home(it.first, it.second)).or_default().alike.push(it);
    }
    for it in crowded.into_iter().filter(|it| it.package == package) {
        pairs.entry(it.file).or_default().crowded.push(it);
    }
    Arc::new(pairs.into_iter().map(|(file, pairs)| (file, Arc::new(pairs))).collect())
}

/// What the actions of norms are called, in either language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Deed {
    /// Matters are handed down.
    HandingDown,
    /// Tasks are assigned.
    Assigning,
}

impl Deed {
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::HandingDown => &["下放", "下派事项", "hand_down", "delegate", "devolve"],
            Self::Assigning => &[
                "下达任务",
                "下达考核指标",
                "下派任务",
                "下派事项",
                "assign_task",
                "assign_tasks",
                "assign_target",
                "assign_targets",
            ],
        }
    }
}

/// The norms that a package sees with an action that is called so or is a kind of one that is.
#[salsa::tracked(returns(deref))]
pub(crate) fn that_do(db: &dyn Db, package: Package, deed: Deed, modality: Deontic) -> Vec<NormRef> {
    let parents = parents(db, package);
    let does = |action| line(&parents, action).any(|it| deed.words().contains(&it.name.as_str()));
    let all = parties(db, package).filter(|it| it.reach.modality == modality);
    all.filter(|it| it.reach.actions.iter().any(does)).map(|it| it.at).collect()
}

/// The reaches of the norms of a file, in their order; `None` of one that is no norm after all.
#[salsa::tracked(returns(deref))]
fn file_reaches(db: &dyn Db, package: Package, file: SourceFile) -> Vec<Option<Reach>> {
    read_in_file(db, package, file, Kind::Norm).map(|it| norm_of(&it.1).map(Reach::of)).collect()
}

/// A norm among those that a package sees.
#[derive(Clone, Copy)]
struct Party<'f> {
    /// The number among all.
    order: usize,
    at: NormRef,
    reach: &'f Reach,
    own: bool,
}

/// The norms that a package sees, nearest package first.
fn parties(db: &dyn Db, package: Package) -> impl Iterator<Item = Party<'_>> {
    let files = |package: Package| package.files(db).to_vec().into_iter().map(move |file| (package, file));
    let norms = visible(db, package).iter().flat_map(move |it| files(*it)).flat_map(move |(package, file)| {
        let of_file = file_reaches(db, package, file).iter().enumerate();
        of_file.filter_map(move |(number, reach)| Some((NormRef { package, file, number }, reach.as_ref()?)))
    });
    norms.enumerate().map(move |(order, (at, reach))| Party { order, at, reach, own: at.package == package })
}

type Parents = FxHashMap<Symbol, Symbol>;

/// What demands or permits, with what forbids: only norms with a common actor and action can meet.
fn clashing(parents: &Parents, all: &[Party<'_>]) -> Vec<(NormRef, NormRef, Symbol)> {
    let mut forbidding: FxHashMap<(&Symbol, &Symbol), Vec<Party<'_>>> = FxHashMap::default();
    for party in all.iter().filter(|it| it.reach.modality == Deontic::MustNot) {
        for actor in &party.reach.actors {
            for action in &party.reach.actions {
                forbidding.entry((actor, action)).or_default().push(*party);
            }
        }
    }
    let mut pairs = Vec::new();
    let mut candidates: Vec<Party<'_>> = Vec::new();
    for party in all.iter().filter(|it| matches!(it.reach.modality, Deontic::Must | Deontic::May)) {
        candidates.clear();
        for action in party.reach.actions.iter().flat_map(|it| line(parents, it)) {
            let places = party.reach.actors.iter().filter_map(|it| forbidding.get(&(it, action)));
            candidates.extend(places.flatten());
        }
        candidates.sort_unstable_by_key(|it| it.order);
        candidates.dedup_by_key(|it| it.order);
        for other in candidates.iter().filter(|it| party.own || it.own) {
            let meeting = party.reach.meets(parents, other.reach);
            pairs.extend(meeting.map(|action| (party.at, other.at, action.clone())));
        }
    }
    pairs
}

/// Norms of which one may say what the other says, or another figure; and those that have too many others beside them.
fn alike(parents: &Parents, all: &[Party<'_>]) -> (Vec<Alike>, Vec<NormRef>) {
    let mut pairs: Vec<(usize, usize, Alike)> = Vec::new();
    let mut crowded: Vec<(usize, NormRef)> = Vec::new();
    for group in groups(parents, all) {
        let few = group.get(..MOST_NORMS).unwrap_or(&group);
        crowded.extend(group.get(MOST_NORMS..).unwrap_or_default().iter().map(|it| (it.order, it.at)));
        for (index, a) in few.iter().enumerate() {
            for b in few.get(index + 1..).unwrap_or_default() {
                pairs.extend(a.is_alike(parents, b).map(|it| (a.order, b.order, it)));
            }
        }
    }
    pairs.sort_unstable_by_key(|it| (it.0, it.1));
    pairs.dedup_by_key(|it| (it.0, it.1));
    crowded.sort_unstable_by_key(|it| it.0);
    crowded.dedup_by_key(|it| it.0);
    (pairs.into_iter().map(|it| it.2).collect(), crowded.into_iter().map(|it| it.1).collect())
}

impl Party<'_> {
    /// Whether figures of both can differ; or, of two norms of one package, whether one can say what the other does.
    fn is_alike(&self, parents: &Parents, other: &Self) -> Option<Alike> {
        if !(self.own || other.own) || !self.reach.in_force_with(other.reach) {
            return None;
        }
        let (a, b) = (self.reach, other.reach);
        let mut alike = Alike {
            first: self.at,
            second: other.at,
            figures: a.may_differ(b).cloned(),
            says: [false; 2],
            covers: [None, None],
        };
        // A lower document repeats what a superior says; within one package nothing needs saying twice.
        if self.own && other.own {
            alike.says = [b.could_say(parents, a), a.could_say(parents, b)];
            alike.covers = [b.could_cover(a).cloned(), a.could_cover(b).cloned()];
        }
        let is_any = alike.figures.is_some() || alike.says != [false; 2] || alike.covers != [None, None];
        is_any.then_some(alike)
    }
}

/// The norms of one actor and kind of action about one object. One without an object that speaks of all there are stands
/// beside those of each object.
fn groups<'f>(parents: &Parents, all: &[Party<'f>]) -> Vec<Vec<Party<'f>>> {
    let mut index: FxHashMap<(&Symbol, &Symbol, Option<&SmolStr>), usize> = FxHashMap::default();
    let mut groups: Vec<Vec<Party<'_>>> = Vec::new();
    let mut of_kind: FxHashMap<(&Symbol, &Symbol), Vec<usize>> = FxHashMap::default();
    let mut broad: Vec<(Party<'_>, (&Symbol, &Symbol))> = Vec::new();
    for party in all {
        let reach = party.reach;
        for actor in &reach.actors {
            for action in &reach.actions {
                let key = (actor, line(parents, action).last().unwrap_or(action));
                let about: Vec<Option<&SmolStr>> = match reach.objects.as_slice() {
                    [] => vec![None],
                    objects => objects.iter().map(Some).collect(),
                };
                if reach.objects.is_empty() && reach.is_of_any() {
                    broad.push((*party, key));
                }
                for object in about {
                    let group = *index.entry((key.0, key.1, object)).or_insert_with(|| {
                        groups.push(Vec::new());
                        of_kind.entry(key).or_default().push(groups.len() - 1);
                        groups.len() - 1
                    });
                    groups.get_mut(group).into_iter().for_each(|it| it.push(*party));
                }
            }
        }
    }
    for (party, key) in broad {
        for group in of_kind.get(&key).into_iter().flatten() {
            groups.get_mut(*group).into_iter().for_each(|it| it.push(party));
        }
    }
    for group in &mut groups {
        group.sort_unstable_by_key(|it| it.order);
        group.dedup_by_key(|it| it.order);
    }
    groups
}

impl Reach {
    pub(crate) fn of(norm: &Norm) -> Self {
        Self {
            modality: norm.modality,
            actors: norm.actors.clone(),
            actions: norm.actions.clone(),
            objects: norm.objects.clone(),
            over: norm.over.clone(),
            force: norm.meta.force,
            open_ended: norm.open_ended,
            has_frequency: norm.frequency.is_some(),
            has_deadline: norm.deadline.is_some(),
        }
    }

    /// Whether it speaks of all objects where it names none.
    const fn is_of_any(&self) -> bool {
        matches!(self.modality, Deontic::MustNot | Deontic::May)
    }

    fn in_force_with(&self, other: &Self) -> bool {
        let days = |it: &Self| Range::new(it.force.0, it.force.1).ok();
        days(self).zip(days(other)).and_then(|(a, b)| a.intersect(&b)).is_some()
    }

    /// The action on which it meets what forbids: for a common actor and object, in force on a common day.
    fn meets<'n>(&'n self, parents: &Parents, forbids: &Self) -> Option<&'n Symbol> {
        let overlap = |a: &[SmolStr], b: &[SmolStr]| a.is_empty() || b.is_empty() || a.iter().any(|it| b.contains(it));
        if !self.actors.iter().any(|it| forbids.actors.contains(it))
            || !overlap(&self.objects, &forbids.objects)
            || !overlap(&self.over, &forbids.over)
            || !self.in_force_with(forbids)
        {
            return None;
        }
        self.actions.iter().find(|it| forbids.actions.iter().any(|forbidden| is_a(parents, it, forbidden)))
    }

    /// The action that both demand of one actor about the same, with figures that may differ.
    pub(crate) fn may_differ(&self, other: &Self) -> Option<&Symbol> {
        let demanded = self.modality == Deontic::Must && other.modality == Deontic::Must;
        let timed = self.has_frequency && other.has_frequency || self.has_deadline && other.has_deadline;
        if !demanded
            || !timed
            || !self.actors.iter().any(|it| other.actors.contains(it))
            || !common(&self.objects, &other.objects)
            || !common(&self.over, &other.over)
        {
            return None;
        }
        self.actions.iter().find(|it| other.actions.contains(it))
    }

    /// Whether it says all that `norm` says, guards and figures aside.
    pub(crate) fn could_say(&self, parents: &Parents, norm: &Self) -> bool {
        let actions = || match norm.modality {
            // Who does the particular does the general; what is forbidden or permitted in general is so in particular.
            Deontic::Must => norm.actions.iter().all(|it| self.actions.iter().any(|other| is_a(parents, other, it))),
            Deontic::MustNot | Deontic::May => {
                norm.actions.iter().all(|it| self.actions.iter().any(|other| is_a(parents, it, other)))
            }
            Deontic::Encouraged => norm.actions.iter().all(|it| self.actions.contains(it)),
        };
        norm.modality == self.modality
            && !norm.open_ended
            && (self.has_frequency || !norm.has_frequency)
            && (self.has_deadline || !norm.has_deadline)
            && norm.actors.iter().all(|it| self.actors.contains(it))
            && within(&norm.objects, &self.objects, norm.is_of_any())
            && within(&norm.over, &self.over, norm.is_of_any())
            && norm.lasts_within(self)
            && actions()
    }

    /// The action that it demands and `weaker` only permits or encourages, guards and figures aside.
    pub(crate) fn could_cover<'n>(&self, weaker: &'n Self) -> Option<&'n Symbol> {
        let apart = self.modality != Deontic::Must
            || matches!(weaker.modality, Deontic::Must | Deontic::MustNot)
            || weaker.open_ended
            || !weaker.actors.iter().all(|it| self.actors.contains(it))
            || !within(&weaker.objects, &self.objects, false)
            || !within(&weaker.over, &self.over, false)
            || !weaker.lasts_within(self);
        weaker.actions.iter().find(|it| self.actions.contains(it)).filter(|_| !apart)
    }

    /// Whether `other` is in force whenever this is.
    fn lasts_within(&self, other: &Self) -> bool {
        let (a, b) = (self.force, other.force);
        b.0.is_none_or(|it| a.0.is_some_and(|own| it <= own)) && b.1.is_none_or(|it| a.1.is_some_and(|own| it >= own))
    }
}

/// Whether two norms name an object in common, or neither names any.
fn common(a: &[SmolStr], b: &[SmolStr]) -> bool {
    a.is_empty() && b.is_empty() || a.iter().any(|it| b.contains(it))
}

/// Whether all of `a` is among `b`; `any` says that none named means all there are.
fn within(a: &[SmolStr], b: &[SmolStr], any: bool) -> bool {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => true,
        (false, true) => any,
        (true, false) => false,
        (false, false) => a.iter().all(|it| b.contains(it)),
    }
}
