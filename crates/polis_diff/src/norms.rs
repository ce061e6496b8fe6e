//! What two norms demand, beside each other: each clause that differs makes the second stricter, looser or neither, by
//! what it says (more often, sooner, of more) and by the modality under which it says so: a wider duty demands more, a
//! wider permission less.

use polis_analysis::Way;
use polis_semantic::ir::{Deontic, Norm};
use polis_semantic::{NumberType, Program, Symbol};
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::{Number, NumberRange};
use smol_str::SmolStr;

use crate::behaviour::{Aspect, Behaviour};
use crate::clauses::{Because, ClauseChange};
use crate::order::{Order, Standing};
use crate::side::{Provision, Side};
use crate::{Direction, Pair};

/// Which clauses make the second norm stricter, which looser, and which of them cannot be held against each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    /// The clauses that demand more.
    pub stricter: Vec<ClauseWord>,
    /// The clauses that demand less.
    pub looser: Vec<ClauseWord>,
    /// The clauses that say something else.
    pub apart: Vec<ClauseWord>,
}

impl Demand {
    fn add(&mut self, word: ClauseWord, more: Option<bool>) {
        let list = match more {
            Some(true) => &mut self.stricter,
            Some(false) => &mut self.looser,
            None => &mut self.apart,
        };
        if !list.contains(&word) {
            list.push(word);
        }
    }

    /// Which ways the second norm differs as a whole.
    #[must_use]
    pub fn directions(&self) -> Vec<Direction> {
        let all = [
            (&self.stricter, Direction::Stricter),
            (&self.looser, Direction::Looser),
            (&self.apart, Direction::Incomparable),
        ];
        all.into_iter().filter(|it| !it.0.is_empty()).map(|it| it.1).collect()
    }
}

/// What a norm's modality makes of reaching further: a duty or ban that does demands more, a permission less.
const fn demands(it: Deontic) -> bool {
    !matches!(it, Deontic::May)
}

/// What two norms demand beside each other; `None` where nothing that they demand differs.
pub(crate) fn demand(a: (&Side<'_>, &Provision<'_>), b: (&Side<'_>, &Provision<'_>), pair: &Pair) -> Option<Demand> {
    if a.1.kind != Kind::Norm || pair.clauses.is_empty() && pair.behaviour.is_empty() {
        return None;
    }
    let (one, two) = (norm(a.0.program, &a.1.symbol)?, norm(b.0.program, &b.1.symbol)?);
    let mut demand = Demand::default();
    if one.modality != two.modality {
        // What is demanded of whom matters only where both demand.
        let same = other_actions((one, &a.1.symbol.package), (two, &b.1.symbol.package)).is_none();
        demand.add(deed(one.modality), more_binding(one.modality, two.modality).filter(|_| same));
        return Some(demand);
    }
    let binds = demands(one.modality);
    for it in pair.clauses.iter().filter(|it| !it.wording) {
        clause(it, one.modality, binds, &mut demand);
    }
    for it in &pair.behaviour {
        applies(it, binds, &mut demand);
    }
    (demand != Demand::default()).then_some(demand)
}

fn norm<'p>(program: &'p Program, symbol: &Symbol) -> Option<&'p Norm> {
    program.norms.iter().find(|it| it.meta.symbol == *symbol)
}

const fn deed(it: Deontic) -> ClauseWord {
    match it {
        Deontic::Must => ClauseWord::Must,
        Deontic::MustNot => ClauseWord::MustNot,
        Deontic::May => ClauseWord::May,
        Deontic::Encouraged => ClauseWord::Encouraged,
    }
}

/// Whether the second modality binds more; what is forbidden is the opposite of the others.
const fn more_binding(a: Deontic, b: Deontic) -> Option<bool> {
    const fn rank(it: Deontic) -> u8 {
        match it {
            Deontic::Must => 3,
            Deontic::Encouraged => 2,
            Deontic::May => 1,
            Deontic::MustNot => 0,
        }
    }
    if rank(a) == 0 || rank(b) == 0 { None } else { Some(rank(b) > rank(a)) }
}

fn clause(it: &ClauseChange, modality: Deontic, binds: bool, demand: &mut Demand) {
    use ClauseWord as W;
    let replaced = it.members.iter().all(|it| !it.is_empty());
    match it.word {
        // Whom it addresses, and towards whom: more of them are reached.
        W::Actor | W::Over => match it.direction {
            Some(Direction::Wider) => demand.add(it.word, Some(binds)),
            Some(Direction::Narrower) => demand.add(it.word, Some(!binds)),
            _ if replaced || it.texts.iter().any(Option::is_none) => demand.add(it.word, None),
            _ => {}
        },
        // A duty to do something of more things demands more; a ban on doing it without saying of what bans most.
        W::Object => match (it.direction, &it.texts) {
            (Some(Direction::Wider), _) => demand.add(it.word, Some(binds)),
            (Some(Direction::Narrower), _) => demand.add(it.word, Some(!binds)),
            (_, [Some(_), None]) => demand.add(it.word, Some(modality == Deontic::MustNot)),
            (_, [None, Some(_)]) => demand.add(it.word, Some(modality != Deontic::MustNot)),
            _ if replaced => demand.add(it.word, None),
            _ => {}
        },
        W::Must | W::MustNot | W::May | W::Encouraged => match it.direction {
            Some(Direction::Stricter) => demand.add(it.word, Some(true)),
            Some(Direction::Looser) => demand.add(it.word, Some(false)),
            _ => demand.add(it.word, None),
        },
        W::Frequency | W::Deadline => match it.direction {
            Some(Direction::Stricter | Direction::Earlier | Direction::Narrower) => demand.add(it.word, Some(true)),
            Some(Direction::Looser | Direction::Later | Direction::Wider) => demand.add(it.word, Some(false)),
            _ => demand.add(it.word, None),
        },
        W::Modality => demand.add(it.word, it.direction.map(|it| it == Direction::Stricter)),
        _ => {}
    }
}

/// Whom it binds, decided for every jurisdiction.
fn applies(it: &Behaviour, binds: bool, demand: &mut Demand) {
    let (Aspect::Applies, Ok(found)) = (it.aspect, &it.outcome) else { return };
    for it in &found.ways {
        demand.add(
            ClauseWord::When,
            match it.way {
                Way::Admits => Some(binds),
                Way::Refuses => Some(!binds),
                _ => None,
            },
        );
    }
}

/// The actions of one side only.
type Alone<'n> = (Vec<&'n Symbol>, Vec<&'n Symbol>);

/// The actions that only one of two norms names, each beside the package whose own actions it may name; `None` where both
/// name the same.
fn other_actions<'n>((one, own): (&'n Norm, &str), (two, other): (&'n Norm, &str)) -> Option<Alone<'n>> {
    let same = |x: &Symbol, y: &Symbol| x == y || x.name == y.name && x.package == own && y.package == other;
    let gone: Vec<&Symbol> = one.actions.iter().filter(|x| !two.actions.iter().any(|y| same(x, y))).collect();
    let new: Vec<&Symbol> = two.actions.iter().filter(|y| !one.actions.iter().any(|x| same(x, y))).collect();
    (!(gone.is_empty() && new.is_empty())).then_some((gone, new))
}

/// Which way the actions of the second norm differ: a narrower action demands more of who must do it, and less of who must
/// not.
pub(crate) fn actions(
    order: &Order,
    (a, b): (&Provision<'_>, &Provision<'_>),
    sides: [&Side<'_>; 2],
) -> Option<(Direction, Option<Because>)> {
    let (one, two) = (norm(sides[0].program, &a.symbol)?, norm(sides[1].program, &b.symbol)?);
    let (gone, new) = other_actions((one, &a.symbol.package), (two, &b.symbol.package)).unwrap_or_default();
    let binds = demands(one.modality);
    let which = |more: bool| if more { Direction::Stricter } else { Direction::Looser };
    match (gone.as_slice(), new.as_slice()) {
        ([], []) => None,
        ([], _) => Some((which(binds), None)),
        (_, []) => Some((which(!binds), None)),
        ([gone], [new]) => {
            let common = |it: &Symbol, of: &Provision<'_>| {
                if it.package == of.symbol.package { Symbol::new("", it.name.clone()) } else { it.clone() }
            };
            let [old, later] = [(*gone).clone(), (*new).clone()];
            let (narrower, because) = match order.standing(&common(gone, a), &common(new, b)) {
                Some(Standing::Narrower) => (true, Because::ActionPart(later, old)),
                Some(Standing::Wider) => (false, Because::ActionPart(old, later)),
                _ => return Some((Direction::Incomparable, Some(Because::Actions(old, later)))),
            };
            // Who does a part of something does it; who may not do it may do no part of it.
            let stricter = narrower == (one.modality != Deontic::MustNot);
            Some((which(stricter), Some(because)))
        }
        _ => Some((Direction::Incomparable, None)),
    }
}

/// Which way a frequency differs. A duty demands more the more often it is due, and the shorter the periods over which that
/// is spread; a permission gives more.
pub(crate) fn frequency(
    modality: Option<Deontic>,
    ty: [&NumberType; 2],
    [one, two]: [&NumberRange; 2],
) -> (Option<Direction>, Option<Because>) {
    let way = polis_analysis::ends(one, two);
    if modality == Some(Deontic::May) {
        let direction = way.map(|it| match it {
            Way::More | Way::Wider => Direction::Wider,
            _ => Direction::Narrower,
        });
        return (direction, None);
    }
    let [first, second] = ty.map(periods);
    if first != second && modality != Some(Deontic::MustNot) {
        // So many in each of the shorter periods are as many times that in the longer one, and not the other way round.
        let shorter = second > first;
        let (brief, long) = if shorter { (second, first) } else { (first, second) };
        let whole = brief.div(long).ok().is_some_and(|it| it.as_int().is_some());
        let (of_brief, of_long) = if shorter { (two, one) } else { (one, two) };
        if whole {
            let enough = of_brief.lo() >= of_long.lo();
            let direction = match (enough, shorter) {
                (false, _) => Direction::Incomparable,
                (true, true) => Direction::Stricter,
                (true, false) => Direction::Looser,
            };
            let because = (!enough || of_brief.lo() == of_long.lo()).then_some(Because::Spread);
            return (Some(direction), because);
        }
    }
    let Some(way) = way else { return (None, None) };
    // What allows only a part demands more; else more often does, and of ceilings the lower.
    let more = match (two.is_within(one), one.is_within(two)) {
        (true, _) => true,
        (_, true) => false,
        _ => way == Way::More,
    };
    let more = more == (modality != Some(Deontic::MustNot));
    (Some(if more { Direction::Stricter } else { Direction::Looser }), None)
}

/// How many of its periods a year has.
fn periods(ty: &NumberType) -> Number {
    ty.shown.as_ref().map_or(Number::ONE, |it| it.factor)
}

/// What a norm's words are, for who compares its clauses.
pub(crate) fn modality(side: &Side<'_>, of: &Provision<'_>) -> Option<Deontic> {
    norm(side.program, &of.symbol).map(|it| it.modality)
}

/// The event from which a norm's deadline runs.
pub(crate) fn event(side: &Side<'_>, of: &Provision<'_>) -> Option<SmolStr> {
    norm(side.program, &of.symbol)?.deadline.as_ref()?.event.clone()
}
