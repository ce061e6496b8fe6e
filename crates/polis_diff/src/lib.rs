//! What differs between two versions of a package, or between two cities.
//!
//! Provisions are aligned by the concepts that they declare, then by name, title and structure; every pair says why and how
//! surely. Of each pair it is told which clauses differ and which way, and what of it differs for which jurisdictions: the
//! latter is decided exactly, and every witness has been replayed by each side's own program.
//!
//! **Invariant:** the difference of a side with itself is empty, and that of B with A is that of A with B reversed. Nothing
//! here prints, and nothing depends on a language or on the order of hashing.

mod align;
mod apart;
mod behaviour;
mod canon;
mod clauses;
mod decide;
mod matrix;
mod merge;
mod norms;
mod order;
mod places;
mod side;
mod units;

use polis_analysis::Way;
use polis_eval::Machine;
use polis_semantic::{NumberType, Symbol};
use polis_value::NumberRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

pub use align::{Aligned, Declared, Reason, Sureness, find};
pub use apart::{Apart, Matter, Unlike};
pub use behaviour::{Aspect, Behaviour};
pub use clauses::{Because, ClauseChange};
pub use matrix::{About, Gist, Matrix, Row, Table, Topic, Verdict, Why, gist_of, matrix};
pub use norms::Demand;
pub use order::{Order, Standing};
pub use side::{Provision, Side};

use canon::Names;
use clauses::Context;
use units::Units;

/// Which way the second side differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It demands more.
    Stricter,
    /// It demands less.
    Looser,
    /// It is of a stronger concept, or binds more.
    Stronger,
    /// It is of a weaker concept, or binds less.
    Weaker,
    /// It reaches further, or leaves more choice.
    Wider,
    /// It reaches less far, or leaves less choice.
    Narrower,
    /// It gives or asks a higher figure.
    More,
    /// It gives or asks a lower figure.
    Less,
    /// It is due or in force sooner.
    Earlier,
    /// It is due or in force later.
    Later,
    /// Neither is more than the other.
    Incomparable,
}

impl Direction {
    /// The direction from the second side to the first.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Stricter => Self::Looser,
            Self::Looser => Self::Stricter,
            Self::Stronger => Self::Weaker,
            Self::Weaker => Self::Stronger,
            Self::Wider => Self::Narrower,
            Self::Narrower => Self::Wider,
            Self::More => Self::Less,
            Self::Less => Self::More,
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
            Self::Incomparable => Self::Incomparable,
        }
    }
}

/// Figures of both sides in one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Their type.
    pub ty: NumberType,
    /// The figures.
    pub values: [NumberRange; 2],
}

/// How two provisions that answer each other stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// They say the same in the same words.
    Identical,
    /// They say the same in other words.
    Reworded,
    /// They say different things.
    Changed,
}

/// Two provisions that answer each other, and how they differ.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Which they are, why they were aligned, and how surely.
    pub aligned: Aligned,
    /// The pair of what they stand in, if that is one.
    pub within: Option<usize>,
    /// How they stand by themselves, without what is inside them.
    pub status: Status,
    /// Whether anything inside them differs in more than words.
    pub changed_inside: bool,
    /// From where to where: documents, or what they stand in.
    pub moved: Option<(SmolStr, SmolStr)>,
    /// Whether it stands in another place among its neighbours.
    pub renumbered: bool,
    /// The types of jurisdiction that they are about, where those are not one.
    pub entities: Option<(SmolStr, SmolStr)>,
    /// The clauses that differ.
    pub clauses: Vec<ClauseChange>,
    /// What they come to, where that was asked.
    pub behaviour: Vec<Behaviour>,
    /// Whose change it is, where they come to different values though they read alike.
    pub through: Vec<SmolStr>,
    /// Which ways the second differs, most telling first.
    pub directions: Vec<Direction>,
    /// Of norms, which clauses demand more and which less.
    pub demand: Option<Demand>,
}

impl Pair {
    /// Whether the pair differs in any way, wording included.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.status != Status::Identical || self.moved.is_some() || self.renumbered
    }
}

/// What differs between two sides.
pub struct Diff {
    /// What answers each other, in the order of the first side.
    pub pairs: Vec<Pair>,
    /// What has no counterpart, on each side, in its order; of what is inside something without one, only the outer.
    pub only: [Vec<usize>; 2],
    /// What of that is of one matter on both sides, and why it cannot be compared.
    pub apart: Vec<Apart>,
    /// How many questions were decided for every jurisdiction, how many were not, and how many jurisdictions were asked.
    pub decided: Decided,
    /// Both programs as one, to show values with.
    pub machine: Machine,
}

/// How much was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// Pairs that come to the same.
    pub same: usize,
    /// Pairs that do not.
    pub different: usize,
    /// Pairs of which it is not decided.
    pub undecided: usize,
    /// Jurisdictions that were asked.
    pub asked: usize,
}

impl Diff {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.only.iter().all(Vec::is_empty) && !self.pairs.iter().any(Pair::differs)
    }
}

/// What differs between two sides.
pub fn diff(a: &Side<'_>, b: &Side<'_>, declared: &[Declared]) -> Diff {
    let order = Order::of([&**a.program, &**b.program].into_iter());
    let aligned = align::align(a, b, &order, declared);
    let names = [Names { packages: packages(a), ..Names::default() }, renamed(a, b, &aligned)];
    let own = |side: &Side<'_>| side.package.name(side.db);
    let actions = Order::of_actions((a.program, &own(a)), (b.program, &own(b)));
    let units = Units::of(a.program, b.program, &units_aligned(a, b, &aligned));
    let context =
        Context { sides: [a, b], names: [&names[0], &names[1]], order: &order, actions: &actions, units: &units };
    let of_b: FxHashMap<usize, usize> = aligned.iter().map(|it| (it.b, it.a)).collect();
    let of_a: FxHashMap<usize, usize> = aligned.iter().map(|it| (it.a, it.b)).collect();
    let pair_of: FxHashMap<usize, usize> = aligned.iter().enumerate().map(|(at, it)| (it.a, at)).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for it in aligned {
        let (Some(first), Some(second)) = (a.provisions.get(it.a), b.provisions.get(it.b)) else { continue };
        let within = first.parent.and_then(|it| pair_of.get(&it).copied());
        let moved = places::moved(a, b, (first, second), &of_a);
        let mut pair = Pair {
            aligned: it,
            within,
            status: Status::Identical,
            changed_inside: false,
            moved,
            renumbered: false,
            entities: None,
            clauses: Vec::new(),
            behaviour: Vec::new(),
            through: Vec::new(),
            directions: Vec::new(),
            demand: None,
        };
        // What an amendment has changed keeps the place of its own text.
        let amended = first.text != second.text && (is_amended(first) || is_amended(second));
        if amended || first.block.span.text(first.text) != second.block.span.text(second.text) {
            pair.clauses = context.changes(first, second);
            let renamed = first.name() != second.name() || first.title != second.title;
            let about = |it: &Provision<'_>| it.block.of.as_ref().map(|of| of.span.text(it.text).to_owned());
            let last = |it: &str| it.rsplit('.').next().unwrap_or_default().trim().to_owned();
            let (one, two) = (about(first), about(second));
            let other_entity = match (&one, &two) {
                (Some(x), Some(y)) => last(x) != *names[1].name(&last(y)),
                (x, y) => x != y,
            };
            if other_entity {
                let shown = |it: Option<String>| it.map(|it| last(&it)).unwrap_or_default().into();
                pair.entities = Some((shown(one), shown(two)));
            }
            pair.status = match pair.clauses.iter().any(|it| !it.wording) || other_entity {
                true => Status::Changed,
                false if pair.clauses.is_empty() && !renamed && same_words(first, second) => Status::Identical,
                false => Status::Reworded,
            };
            if other_entity {
                pair.directions.push(Direction::Incomparable);
            }
        }
        pairs.push(pair);
    }
    places::renumber(a, b, &mut pairs);
    let only = [alone(a, &of_a), alone(b, &of_b)];
    let (decided, machine) = decide::decide(a, b, &mut pairs, &units);
    for pair in &mut pairs {
        let (Some(first), Some(second)) = (a.provisions.get(pair.aligned.a), b.provisions.get(pair.aligned.b)) else {
            continue;
        };
        pair.demand = norms::demand((a, first), (b, second), pair);
    }
    settle(a, b, &mut pairs, &of_a, &of_b);
    let apart = apart::apart(a, b, &only);
    Diff { pairs, only, apart, decided, machine }
}

/// Whether a provision takes clauses from an amendment, whose text stands after its own.
fn is_amended(it: &Provision<'_>) -> bool {
    let own = it.outer_end();
    own.is_some_and(|own| usize::try_from(own).is_ok_and(|own| own < it.text.len()))
}

/// Whether two blocks that say the same also do so in the same words, what stands inside them left aside.
fn same_words(a: &Provision<'_>, b: &Provision<'_>) -> bool {
    use polis_syntax::ast::Element;
    let own = |it: &Provision<'_>| -> Vec<String> {
        let elements = it.block.body.iter().flat_map(|it| &it.elements);
        elements
            .filter_map(|of| match of {
                Element::Clause(clause) => Some(clause.span.text(it.text).to_owned()),
                _ => None,
            })
            .collect()
    };
    own(a) == own(b)
}

/// The names and titles of the packages that a side sees.
fn packages(side: &Side<'_>) -> FxHashSet<SmolStr> {
    side.program.packages.iter().flat_map(|it| std::iter::once(it.name.clone()).chain(it.title.clone())).collect()
}

/// The second side's names as the first has them.
fn renamed(a: &Side<'_>, b: &Side<'_>, aligned: &[Aligned]) -> Names {
    let mut names = Names { packages: packages(b), ..Names::default() };
    for it in aligned {
        let (Some(first), Some(second)) = (a.provisions.get(it.a), b.provisions.get(it.b)) else { continue };
        // What is only alike is not the same thing under another name.
        let sure = it.sureness != Sureness::Possible && !it.why.iter().any(|it| matches!(it, Reason::KinConcept(..)));
        if sure && first.name() != second.name() && !second.name().is_empty() {
            names.renamed.insert(second.name().into(), first.name().into());
        }
    }
    names
}

/// The units of both sides that answer each other.
fn units_aligned(a: &Side<'_>, b: &Side<'_>, aligned: &[Aligned]) -> Vec<(Symbol, Symbol)> {
    let both = aligned.iter().filter_map(|it| Some((a.provisions.get(it.a)?, b.provisions.get(it.b)?)));
    both.filter(|it| it.0.kind == polis_syntax::words::Kind::Unit)
        .map(|it| (it.0.symbol.clone(), it.1.symbol.clone()))
        .collect()
}

/// What has no counterpart, where what it stands in has one.
fn alone(side: &Side<'_>, paired: &FxHashMap<usize, usize>) -> Vec<usize> {
    let free = |at: usize| !paired.contains_key(&at);
    let provisions = side.provisions.iter().enumerate();
    provisions.filter(|(at, it)| free(*at) && it.parent.is_none_or(|it| !free(it))).map(|it| it.0).collect()
}

/// Puts clauses, behaviour and what is inside together: how each pair stands, and which way.
fn settle(
    a: &Side<'_>,
    b: &Side<'_>,
    pairs: &mut [Pair],
    of_a: &FxHashMap<usize, usize>,
    of_b: &FxHashMap<usize, usize>,
) {
    for pair in pairs.iter_mut() {
        let decided = !pair.behaviour.is_empty() && pair.behaviour.iter().all(|it| it.outcome.is_ok());
        let same = decided && pair.behaviour.iter().all(|it| it.outcome.as_ref().is_ok_and(|it| it.ways.is_empty()));
        if same && pair.status == Status::Changed && pair.directions.is_empty() {
            // What is computed otherwise and comes to the same is other words for it.
            for clause in pair.clauses.iter_mut().filter(|it| is_computed(it)) {
                clause.wording = true;
                clause.direction = None;
            }
            if pair.clauses.iter().all(|it| it.wording) {
                pair.status = Status::Reworded;
            }
        }
        if !same && !pair.through.is_empty() {
            let differs = pair.behaviour.iter().any(|it| it.outcome.as_ref().is_ok_and(|it| !it.ways.is_empty()));
            if differs {
                pair.status = Status::Changed;
            } else if pair.behaviour.iter().all(|it| it.outcome.is_ok()) {
                pair.through.clear();
            }
        }
        let mut directions: Vec<Direction> = std::mem::take(&mut pair.directions);
        directions.extend(pair.behaviour.iter().flat_map(Behaviour::directions));
        let told = pair.behaviour.iter().any(|it| it.outcome.is_ok());
        // Where others do other things, more or fewer of them mean nothing.
        let replaced = pair
            .clauses
            .iter()
            .any(|it| !it.wording && it.direction.is_none() && it.members.iter().all(|it| !it.is_empty()));
        let clauses = pair.clauses.iter().filter(|it| !(it.wording || told && is_computed(it)));
        let clauses =
            clauses.filter(|it| !(replaced && it.members.iter().any(|it| !it.is_empty()) && it.because.is_none()));
        // Of a norm it is told what it demands as a whole.
        match &pair.demand {
            Some(it) => directions = it.directions(),
            None => directions.extend(clauses.filter_map(|it| it.direction)),
        }
        pair.directions = directions;
    }
    for at in (0..pairs.len()).rev() {
        let Some(pair) = pairs.get(at) else { continue };
        let children = |side: &Side<'_>, at: usize, paired: &FxHashMap<usize, usize>| {
            side.provisions.get(at).is_some_and(|it| it.children.iter().any(|it| !paired.contains_key(it)))
        };
        let (gone, new) = (children(a, pair.aligned.a, of_a), children(b, pair.aligned.b, of_b));
        let inner = pairs.iter().filter(|it| it.within == Some(at));
        let changed = gone || new || inner.into_iter().any(|it| it.status == Status::Changed || it.changed_inside);
        let lists = a.provisions.get(pair.aligned.a).is_some_and(|it| clauses::reaches(it.kind));
        let direction = match (gone, new) {
            (false, true) if lists => Some(Direction::Wider),
            (true, false) if lists => Some(Direction::Narrower),
            _ => None,
        };
        let Some(pair) = pairs.get_mut(at) else { continue };
        pair.changed_inside = changed;
        pair.directions.extend(direction);
        let mut met = FxHashSet::default();
        pair.directions.retain(|it| met.insert(*it));
    }
}

/// Whether a clause is a value or condition that the behaviour of its provision covers.
fn is_computed(clause: &ClauseChange) -> bool {
    use polis_syntax::words::ClauseWord as W;
    matches!(
        clause.word,
        W::Value
            | W::Except
            | W::That
            | W::When
            | W::Base
            | W::Extra
            | W::Limit
            | W::Required
            | W::Optional
            | W::Unlisted
            | W::Component
            | W::Allowance
            | W::Multiple
            | W::Reference
            | W::Formula
            | W::Target
    )
}

impl Behaviour {
    /// Which ways the second differs.
    #[must_use]
    pub fn directions(&self) -> Vec<Direction> {
        let Ok(difference) = &self.outcome else { return Vec::new() };
        let of = |it: &polis_analysis::Parting| {
            let ranges = (it.example.first.as_number_range(), it.example.second.as_number_range());
            match (self.aspect, it.way, ranges) {
                (Aspect::Condition, Way::Refuses, _) => Direction::Stricter,
                (Aspect::Condition, Way::Admits, _) => Direction::Looser,
                (_, Way::Refuses, _) => Direction::Narrower,
                (_, Way::Admits, _) => Direction::Wider,
                (Aspect::Limits, _, (Some(a), Some(b))) if b.is_within(&a) => Direction::Stricter,
                (Aspect::Limits, _, (Some(a), Some(b))) if a.is_within(&b) => Direction::Looser,
                (Aspect::Limits, ..) => Direction::Incomparable,
                (_, Way::More, _) => Direction::More,
                (_, Way::Less, _) => Direction::Less,
                (_, Way::Wider, _) => Direction::Wider,
                (_, Way::Narrower, _) => Direction::Narrower,
                (_, Way::Other | Way::Forgets | Way::Tells, _) => Direction::Incomparable,
            }
        };
        difference.ways.iter().map(of).collect()
    }
}
