//! Which provision of one side answers which of the other, why, and how surely.
//!
//! What is declared goes first: a line of the alignment file, then a shared concept. Between versions of one package the
//! name is the provision. Names, titles and structure decide between several, and stand alone where there is no concept.
//! Whatever decides is symmetric, so that the pairs are the same from either side.

use polis_semantic::Symbol;
use polis_syntax::Span;
use polis_syntax::ast::{Element, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::order::{Order, Standing};
use crate::side::{Provision, Side};

/// Why two provisions are held against each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The alignment file says so.
    Declared,
    /// They are one provision of one package.
    SamePackage,
    /// They point to the same concepts.
    Concept(Vec<Symbol>),
    /// Their concepts stand in an order, or are parts of one.
    KinConcept(Symbol, Symbol),
    /// They have the same name.
    Name,
    /// They have the same title, or one is titled as the other is named.
    Title,
    /// Their names have much in common.
    AlikeName,
    /// They are about the same: entity, actor, action or members.
    Structure,
    /// They say the same under different names.
    Content,
}

/// How surely two provisions answer each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// It is declared, or nothing else comes into question.
    Certain,
    /// There is good reason.
    Likely,
    /// There is some reason; a reader should look.
    Possible,
}

/// Two provisions that answer each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned {
    /// The first side's.
    pub a: usize,
    /// The second side's.
    pub b: usize,
    /// Why, the weightiest first.
    pub why: Vec<Reason>,
    /// How surely.
    pub sureness: Sureness,
}

/// A line of an alignment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// These two answer each other.
    Pair(SmolStr, SmolStr),
    /// The first side's has no counterpart.
    OnlyA(SmolStr),
    /// The second side's has none.
    OnlyB(SmolStr),
}

/// Holds the provisions of two sides against each other. Pairs are in the order of the first side.
pub(crate) fn align(a: &Side<'_>, b: &Side<'_>, order: &Order, declared: &[Declared]) -> Vec<Aligned> {
    let mut aligner = Aligner {
        a,
        b,
        order,
        one_package: a.package.name(a.db) == b.package.name(b.db),
        of_a: vec![None; a.provisions.len()],
        of_b: vec![None; b.provisions.len()],
        barred: FxHashSet::default(),
        frequency: FxHashMap::default(),
        pairs: Vec::new(),
    };
    aligner.count_concepts();
    aligner.declared(declared);
    let tops = (tops(a), tops(b));
    aligner.exactly(&tops.0, &tops.1);
    aligner.best(&tops.0, &tops.1, ENOUGH);
    // Blocks inside answer each other within what they stand in first, wherever they stand then.
    let mut next = 0;
    while let Some(pair) = aligner.pairs.get(next).cloned() {
        next += 1;
        let inside = |side: &Side<'_>, at: usize| side.provisions.get(at).map(|it| it.children.clone());
        let (Some(first), Some(second)) = (inside(a, pair.a), inside(b, pair.b)) else { continue };
        aligner.exactly(&first, &second);
        aligner.best(&first, &second, ENOUGH_INSIDE);
    }
    let one_package = aligner.one_package;
    let across = |side: &Side<'_>| -> Vec<usize> {
        let is_power =
            |it: &Provision<'_>| matches!(it.kind, Kind::Power | Kind::Duty) && (one_package || it.parent.is_some());
        side.provisions.iter().enumerate().filter(|it| is_power(it.1)).map(|it| it.0).collect()
    };
    aligner.best(&across(a), &across(b), ENOUGH_ACROSS);
    let mut pairs = aligner.pairs;
    pairs.sort_by_key(|it| (it.a, it.b));
    pairs
}

fn tops(side: &Side<'_>) -> Vec<usize> {
    side.top().map(|it| it.0).collect()
}

struct Aligner<'s, 'p> {
    a: &'s Side<'p>,
    b: &'s Side<'p>,
    order: &'s Order,
    /// Whether both sides are versions of one package.
    one_package: bool,
    of_a: Vec<Option<usize>>,
    of_b: Vec<Option<usize>>,
    /// What must stay without a counterpart, and pairs that a declaration forbids: side and provision.
    barred: FxHashSet<(bool, usize)>,
    /// How many provisions of each kind point to a concept, on either side.
    frequency: FxHashMap<(Kind, Symbol), (usize, usize)>,
    pairs: Vec<Aligned>,
}

/// The evidence that two provisions answer each other.
struct Evidence {
    score: i64,
    why: Vec<Reason>,
}

/// Below this two provisions have too little in common.
const ENOUGH: i64 = 50;

/// What stands in the same thing has that in common already.
const ENOUGH_INSIDE: i64 = 32;

/// What stands in different things must have more.
const ENOUGH_ACROSS: i64 = 62;

/// The clauses that say what a provision is about, with what it is worth to have them in common.
const STRUCTURE: [(ClauseWord, usize); 12] = [
    (ClauseWord::Actor, 8),
    (ClauseWord::Holder, 8),
    (ClauseWord::Bearer, 8),
    (ClauseWord::Must, 20),
    (ClauseWord::MustNot, 20),
    (ClauseWord::May, 20),
    (ClauseWord::Encouraged, 20),
    (ClauseWord::Object, 20),
    (ClauseWord::Over, 12),
    (ClauseWord::Items, 25),
    (ClauseWord::Parts, 25),
    (ClauseWord::Total, 6),
];

/// More candidates than this of one bucket are not held against each other one by one.
const MOST: usize = 4_096;

impl Aligner<'_, '_> {
    fn count_concepts(&mut self) {
        for it in &self.a.provisions {
            for concept in &it.is {
                self.frequency.entry((it.kind, common(it, concept))).or_default().0 += 1;
            }
        }
        for it in &self.b.provisions {
            for concept in &it.is {
                self.frequency.entry((it.kind, common(it, concept))).or_default().1 += 1;
            }
        }
    }

    fn declared(&mut self, declared: &[Declared]) {
        let find = |side: &Side<'_>, name: &str| find(side, name);
        for line in declared {
            match line {
                Declared::Pair(first, second) => {
                    if let (Some(first), Some(second)) = (find(self.a, first), find(self.b, second)) {
                        self.pair(first, second, vec![Reason::Declared], Sureness::Certain);
                    }
                }
                Declared::OnlyA(name) => {
                    self.barred.extend(find(self.a, name).map(|it| (false, it)));
                }
                Declared::OnlyB(name) => {
                    self.barred.extend(find(self.b, name).map(|it| (true, it)));
                }
            }
        }
    }

    fn pair(&mut self, a: usize, b: usize, why: Vec<Reason>, sureness: Sureness) {
        let free = |all: &[Option<usize>], at: usize| all.get(at).is_some_and(Option::is_none);
        if !free(&self.of_a, a) || !free(&self.of_b, b) {
            return;
        }
        if let (Some(of_a), Some(of_b)) = (self.of_a.get_mut(a), self.of_b.get_mut(b)) {
            *of_a = Some(b);
            *of_b = Some(a);
            self.pairs.push(Aligned { a, b, why, sureness });
        }
    }

    fn is_free(&self, second: bool, at: usize) -> bool {
        let of = if second { &self.of_b } else { &self.of_a };
        of.get(at).is_some_and(Option::is_none) && !self.barred.contains(&(second, at))
    }

    /// What has the same kind and name, and the same concepts or the same package.
    fn exactly(&mut self, first: &[usize], second: &[usize]) {
        let mut index: FxHashMap<(Kind, &str), Vec<usize>> = FxHashMap::default();
        let b = self.b;
        for at in second.iter().copied().filter(|it| self.is_free(true, *it)) {
            if let Some(it) = b.provisions.get(at) {
                index.entry((it.kind, it.name())).or_default().push(at);
            }
        }
        let a = self.a;
        let mut found = Vec::new();
        let mut met: FxHashMap<(Kind, &str), usize> = FxHashMap::default();
        for at in first.iter().copied().filter(|it| self.is_free(false, *it)) {
            let Some(own) = a.provisions.get(at) else { continue };
            let key = (own.kind, own.name());
            let nth = met.entry(key).or_default();
            let other = index.get(&key).and_then(|it| it.get(*nth)).copied();
            *nth += 1;
            let Some((at_b, other)) = other.and_then(|it| Some((it, b.provisions.get(it)?))) else { continue };
            if own.name().is_empty() {
                continue;
            }
            let concepts = shared(own, other);
            let why = match (self.one_package, concepts.is_empty(), own.is.is_empty() && other.is.is_empty()) {
                (true, _, _) => vec![Reason::SamePackage, Reason::Name],
                (false, false, _) => vec![Reason::Concept(concepts), Reason::Name],
                (false, true, true) if own.is_vocabulary() => vec![Reason::Name],
                _ => continue,
            };
            found.push((at, at_b, why));
        }
        for (at, other, why) in found {
            self.pair(at, other, why, Sureness::Certain);
        }
    }

    /// The best of what is left, the surest pair first.
    fn best(&mut self, first: &[usize], second: &[usize], enough: i64) {
        let mut buckets: FxHashMap<Key, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for (side, all, is_second) in [(self.a, first, false), (self.b, second, true)] {
            for at in all.iter().copied().filter(|it| self.is_free(is_second, *it)) {
                let Some(own) = side.provisions.get(at) else { continue };
                for key in self.keys(own) {
                    let bucket = buckets.entry(key).or_default();
                    if is_second { bucket.1.push(at) } else { bucket.0.push(at) }
                }
            }
        }
        let mut candidates: FxHashSet<(usize, usize)> = FxHashSet::default();
        let all: Vec<_> = buckets.into_values().collect();
        for (of_a, of_b) in all {
            if of_a.len() * of_b.len() <= MOST {
                candidates.extend(of_a.iter().flat_map(|a| of_b.iter().map(|b| (*a, *b))));
            }
        }
        let mut scored: Vec<(Evidence, usize, usize)> = candidates
            .into_iter()
            .filter_map(|(a, b)| {
                let evidence = self.evidence(self.a.provisions.get(a)?, self.b.provisions.get(b)?)?;
                (evidence.score >= enough).then_some((evidence, a, b))
            })
            .collect();
        // Of equals those whose names come first; both sides are treated alike.
        scored.sort_by(|x, y| {
            let name = |it: &(Evidence, usize, usize)| {
                let a = self.a.provisions.get(it.1).map(|it| it.symbol.name.clone());
                let b = self.b.provisions.get(it.2).map(|it| it.symbol.name.clone());
                if a <= b { (a, b) } else { (b, a) }
            };
            y.0.score.cmp(&x.0.score).then_with(|| name(x).cmp(&name(y))).then_with(|| (x.1, x.2).cmp(&(y.1, y.2)))
        });
        for (evidence, a, b) in scored {
            if self.is_free(false, a) && self.is_free(true, b) {
                // A concept alone says that both are about the same matter, not that one answers the other.
                let of_one_matter = |it: &Reason| matches!(it, Reason::Concept(_) | Reason::KinConcept(..));
                let sureness = match evidence.score {
                    _ if evidence.why.iter().all(of_one_matter) => Sureness::Possible,
                    80.. => Sureness::Certain,
                    60.. => Sureness::Likely,
                    _ => Sureness::Possible,
                };
                self.pair(a, b, evidence.why, sureness);
            }
        }
    }

    fn evidence(&self, a: &Provision<'_>, b: &Provision<'_>) -> Option<Evidence> {
        if a.kind != b.kind {
            return None;
        }
        let mut it = Evidence { score: 0, why: Vec::new() };
        let shared = shared(a, b);
        if !shared.is_empty() {
            let whole = a.is.len() + b.is.len() - shared.len();
            let part = i64::try_from(shared.len() * 40 / whole.max(1)).unwrap_or(0);
            // A concept that one provision of a kind has on either side leaves no choice.
            let only = |it: &Symbol| self.frequency.get(&(a.kind, common(a, it))) == Some(&(1, 1));
            it.score += part.max(20) + if shared.iter().any(only) { 25 } else { 0 };
            it.why.push(Reason::Concept(shared));
        } else if let Some((first, second, standing)) = self.nearest(a, b) {
            it.score += match standing {
                Standing::Stronger | Standing::Weaker => 50,
                Standing::Narrower | Standing::Wider => 40,
                _ => 25,
            };
            it.why.push(Reason::KinConcept(first, second));
        } else if !a.is.is_empty() && !b.is.is_empty() {
            it.score -= 25;
        }
        if a.name() == b.name() {
            it.score += 55;
            it.why.push(Reason::Name);
        } else if titled(a, b) || titled(b, a) {
            it.score += 45;
            it.why.push(Reason::Title);
        } else {
            let alike = alike(a.name(), b.name()).max(match (&a.title, &b.title) {
                (Some(a), Some(b)) => alike(a, b),
                _ => 0,
            });
            if alike >= 40 {
                it.score += alike * 35 / 100;
                it.why.push(Reason::AlikeName);
            }
        }
        let structure = self.structure(a, b);
        it.score += structure;
        if structure >= 10 {
            it.why.push(Reason::Structure);
        }
        // Of what there may be many on one matter, one matter is not enough.
        let many = !matches!(
            a.kind,
            Kind::Duties
                | Kind::Offices
                | Kind::Centers
                | Kind::Posts
                | Kind::Quota
                | Kind::Pay
                | Kind::Admission
                | Kind::Rating
                | Kind::Commitment
                | Kind::Power
                | Kind::Duty
        );
        // That both are about one type of jurisdiction is true of many more.
        let beyond = structure - if of(a).is_some() && of(a) == of(b) { 10 } else { 0 };
        if many && beyond < 8 && alike(a.name(), b.name()) < 20 && !titled(a, b) && !titled(b, a) {
            it.score -= 30;
        }
        if a.parent.is_none() && body(a) == body(b) {
            // Between cities a few words may be the same by chance; in one package it has been renamed.
            let length = body(a).map_or(0, str::len);
            let telling = if self.one_package { length > 8 } else { length > 80 };
            it.score += if telling { 60 } else { 12 };
            it.why.push(Reason::Content);
        }
        Some(it)
    }

    /// The two concepts that stand nearest to each other.
    fn nearest(&self, a: &Provision<'_>, b: &Provision<'_>) -> Option<(Symbol, Symbol, Standing)> {
        let pairs = a.is.iter().flat_map(|first| b.is.iter().map(move |second| (first, second)));
        let found = pairs.filter_map(|(first, second)| Some((first, second, self.order.standing(first, second)?)));
        found.min_by_key(|it| it.2).map(|it| (it.0.clone(), it.1.clone(), it.2))
    }

    /// What both are about: entity, actors, actions, members.
    fn structure(&self, a: &Provision<'_>, b: &Provision<'_>) -> i64 {
        let mut score = 0;
        if let (Some(first), Some(second)) = (of(a), of(b)) {
            score += if first == second { 10 } else { -15 };
        }
        for (word, worth) in STRUCTURE {
            let (first, second) = (words_of(a, word), words_of(b, word));
            let shared = first.iter().filter(|it| second.contains(it)).count();
            let whole = first.len() + second.len() - shared;
            if shared > 0 {
                score += i64::try_from(shared * worth / whole.max(1)).unwrap_or(0);
            } else if matches!(word, ClauseWord::Over | ClauseWord::Object)
                && first.iter().any(|x| second.iter().any(|y| alike(x, y) >= 45))
            {
                // What is written alike is often one thing in the words of each city.
                score += i64::try_from(worth).unwrap_or(0);
            }
        }
        // A group by those inside it.
        let inner = |side: &Side<'_>, it: &Provision<'_>| -> Vec<(Vec<Symbol>, SmolStr)> {
            let all = it.children.iter().filter_map(|it| side.provisions.get(*it));
            all.map(|it| (it.is.clone(), it.name().into())).collect()
        };
        let (first, second) = (inner(self.a, a), inner(self.b, b));
        if !first.is_empty() && !second.is_empty() {
            let near = |x: &(Vec<Symbol>, SmolStr), y: &(Vec<Symbol>, SmolStr)| {
                x.1 == y.1 || x.0.iter().any(|x| y.0.iter().any(|y| self.order.standing(x, y).is_some()))
            };
            let met = first.iter().filter(|x| second.iter().any(|y| near(x, y))).count()
                + second.iter().filter(|y| first.iter().any(|x| near(x, y))).count();
            score += i64::try_from(met * 45 / (first.len() + second.len())).unwrap_or(0);
        }
        score
    }

    /// Where to look for counterparts.
    fn keys(&self, own: &Provision<'_>) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for concept in &own.is {
            keys.push(Key(own.kind, "即", concept.name.clone()));
            let root = self.order.root(concept);
            keys.push(Key(own.kind, "类", root.name.clone()));
        }
        if !own.name().is_empty() {
            keys.push(Key(own.kind, "名", own.name().into()));
        }
        keys.extend(own.title.iter().map(|it| Key(own.kind, "名", it.clone())));
        for word in [
            ClauseWord::Must,
            ClauseWord::MustNot,
            ClauseWord::May,
            ClauseWord::Encouraged,
            ClauseWord::Object,
            ClauseWord::Items,
        ] {
            keys.extend(words_of(own, word).into_iter().map(|it| Key(own.kind, "涉", it.into())));
        }
        if matches!(own.kind, Kind::Grant | Kind::Duties | Kind::Offices | Kind::Centers | Kind::Posts) {
            keys.push(Key(own.kind, "同", SmolStr::default()));
        }
        if own.parent.is_some() {
            keys.push(Key(own.kind, "内", SmolStr::default()));
        }
        keys.extend(body(own).map(|it| Key(own.kind, "文", it.into())));
        // Two characters of a name that few have in common lead to names that are alike.
        let name: Vec<char> = own.name().chars().collect();
        keys.extend(name.windows(2).map(|it| Key(own.kind, "字", it.iter().collect::<String>().into())));
        keys
    }
}

/// Where counterparts are looked for: kind, what of it, and which.
#[derive(PartialEq, Eq, Hash)]
struct Key(Kind, &'static str, SmolStr);

/// The provision of a side that a name of the alignment file means.
#[must_use]
pub fn find(side: &Side<'_>, name: &str) -> Option<usize> {
    let position = |test: &dyn Fn(&Provision<'_>) -> bool| side.provisions.iter().position(test);
    position(&|it| it.symbol.name == name)
        .or_else(|| position(&|it| format!("{}", it.symbol) == name))
        .or_else(|| position(&|it| it.title.as_deref() == Some(name)))
        .or_else(|| position(&|it| it.name() == name))
}

fn titled(a: &Provision<'_>, b: &Provision<'_>) -> bool {
    a.title.as_ref().is_some_and(|it| Some(it) == b.title.as_ref() || it == b.name())
}

/// The concepts that both point to.
fn shared(a: &Provision<'_>, b: &Provision<'_>) -> Vec<Symbol> {
    let has = |of: &&Symbol| b.is.iter().any(|it| same_concept((a, of), (b, it)));
    a.is.iter().filter(has).cloned().collect()
}

/// Whether two concepts are one: by full name, or by name where each city declares its own.
pub(crate) fn same_concept((a, x): (&Provision<'_>, &Symbol), (b, y): (&Provision<'_>, &Symbol)) -> bool {
    x == y || x.name == y.name && x.package == a.symbol.package && y.package == b.symbol.package
}

/// A concept as both sides call it.
fn common(of: &Provision<'_>, concept: &Symbol) -> Symbol {
    if concept.package == of.symbol.package { Symbol::new("", concept.name.clone()) } else { concept.clone() }
}

/// The entity after `of`.
fn of<'p>(it: &Provision<'p>) -> Option<&'p str> {
    it.block.of.as_ref().map(|of| of.span.text(it.text))
}

/// The body as it stands.
fn body<'p>(it: &Provision<'p>) -> Option<&'p str> {
    it.block.body.as_ref().map(|body| body.span.text(it.text))
}

/// The names in the clauses of a word, among those by which counterparts are found.
fn words_of<'p>(it: &Provision<'p>, word: ClauseWord) -> Vec<&'p str> {
    let said = it.said.get_or_init(|| {
        let mut said: Vec<(ClauseWord, Vec<Span>)> = Vec::new();
        for element in it.block.body.iter().flat_map(|it| &it.elements) {
            let Element::Clause(clause) = element else { continue };
            let text = clause.word.text(it.text);
            let names = clause.values.iter().flat_map(|value| match &value.kind {
                ExprKind::List(all) => all.iter().collect(),
                _ => vec![value],
            });
            let names: Vec<Span> = names.map(|value| value.span).collect();
            for word in STRUCTURE.iter().map(|it| it.0).filter(|it| it.word().reads(text)) {
                match said.iter_mut().find(|it| it.0 == word) {
                    Some((_, all)) => all.extend_from_slice(&names),
                    None => said.push((word, names.clone())),
                }
            }
        }
        said
    });
    let names = said.iter().find(|it| it.0 == word).map_or(&[][..], |it| &it.1);
    names.iter().map(|span| span.text(it.text)).collect()
}

/// How much two names have in common, in hundredths: twice the pairs of characters in both, of all pairs.
pub(crate) fn alike(a: &str, b: &str) -> i64 {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).filter_map(|it| Some((*it.first()?, *it.get(1)?))).collect()
    };
    let (first, mut second) = (pairs(a), pairs(b));
    let whole = first.len() + second.len();
    let mut shared = 0;
    for pair in first {
        if let Some(at) = second.iter().position(|it| *it == pair) {
            second.swap_remove(at);
            shared += 2;
        }
    }
    i64::try_from(shared * 100 / whole.max(1)).unwrap_or(0)
}
