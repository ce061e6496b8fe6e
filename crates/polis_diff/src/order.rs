//! The order of concepts: which is stronger, which is broader, which belong together.

use polis_semantic::{Program, Symbol};
use polis_syntax::words::Kind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::matrix::Topic;

/// How one concept stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// They are one.
    Same,
    /// The second is stronger.
    Stronger,
    /// The second is weaker.
    Weaker,
    /// The second is a part of the first.
    Narrower,
    /// The first is a part of the second.
    Wider,
    /// Neither, though they are parts of one.
    Kin,
}

/// The concepts that programs know.
#[derive(Debug, Default)]
pub struct Order {
    parents: FxHashMap<Symbol, Vec<Symbol>>,
    weaker: FxHashMap<Symbol, Vec<Symbol>>,
    /// The topics that concepts are put below. A topic says what a concept is about and is no broader concept: two that
    /// are of one topic have nothing in common by that.
    topics: FxHashMap<Symbol, Vec<Topic>>,
}

impl Order {
    /// The concepts of several programs; a concept is the same by its full name.
    pub fn of<'p>(programs: impl Iterator<Item = &'p Program>) -> Self {
        let mut order = Self::default();
        for notion in programs.flat_map(|it| &it.notions).filter(|it| it.meta.kind == Kind::Concept) {
            let symbol = &notion.meta.symbol;
            let topics = notion.parents.iter().chain([symbol]).filter_map(|it| Topic::of_concept(&it.name));
            order.topics.entry(symbol.clone()).or_default().extend(topics);
            for (map, all) in [(&mut order.parents, &notion.parents), (&mut order.weaker, &notion.stronger_than)] {
                let known = map.entry(symbol.clone()).or_default();
                all.iter()
                    .filter(|it| !known.contains(it) && Topic::of_concept(&it.name).is_none())
                    .cloned()
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|it| known.push(it));
            }
        }
        order
    }

    /// The actions of two programs, those of the second under the names of the first where each declares its own.
    pub(crate) fn of_actions(a: (&Program, &str), b: (&Program, &str)) -> Self {
        let mut order = Self::default();
        for (program, own) in [a, b] {
            // Each package's own actions are of no package, so that those of both are one by name.
            let common = |it: &Symbol| if it.package == own { Symbol::new("", it.name.clone()) } else { it.clone() };
            for notion in program.notions.iter().filter(|it| it.meta.kind == Kind::Action) {
                let known = order.parents.entry(common(&notion.meta.symbol)).or_default();
                for parent in notion.parents.iter().map(common) {
                    if !known.contains(&parent) {
                        known.push(parent);
                    }
                }
            }
        }
        order
    }

    /// How `b` stands to `a`; `None` where they have nothing in common.
    #[must_use]
    pub fn standing(&self, a: &Symbol, b: &Symbol) -> Option<Standing> {
        if a == b {
            return Some(Standing::Same);
        }
        if reaches(&self.weaker, b, a) {
            return Some(Standing::Stronger);
        }
        if reaches(&self.weaker, a, b) {
            return Some(Standing::Weaker);
        }
        if reaches(&self.parents, b, a) {
            return Some(Standing::Narrower);
        }
        if reaches(&self.parents, a, b) {
            return Some(Standing::Wider);
        }
        let root = self.root(a);
        (root != a && root == self.root(b)).then_some(Standing::Kin)
    }

    /// The broadest concept that one is a part of.
    #[must_use]
    pub fn root<'o>(&'o self, symbol: &'o Symbol) -> &'o Symbol {
        let mut at = symbol;
        for _ in 0..self.parents.len() {
            match self.parents.get(at).and_then(|it| it.first()) {
                Some(above) => at = above,
                None => break,
            }
        }
        at
    }

    /// A concept and those that it is a part of, the broadest last.
    pub(crate) fn line<'o>(&'o self, symbol: &'o Symbol) -> Vec<&'o Symbol> {
        let above = |it: &&'o Symbol| self.parents.get(*it).and_then(|it| it.first());
        // A circle of concepts is reported where they are declared.
        std::iter::successors(Some(symbol), above).take(self.parents.len() + 1).collect()
    }

    /// The topics that a concept, or one that it is a part of, is put below.
    pub(crate) fn topics(&self, symbol: &Symbol) -> Vec<Topic> {
        self.line(symbol).into_iter().flat_map(|it| self.topics.get(it).into_iter().flatten().copied()).collect()
    }

    /// Whether a concept is another, or a part of it.
    #[must_use]
    pub fn is_within(&self, symbol: &Symbol, whole: &Symbol) -> bool {
        symbol == whole || reaches(&self.parents, symbol, whole)
    }
}

/// Whether following `edges` from one leads to the other.
fn reaches(edges: &FxHashMap<Symbol, Vec<Symbol>>, from: &Symbol, to: &Symbol) -> bool {
    let mut open = vec![from];
    let mut met: FxHashSet<&Symbol> = FxHashSet::default();
    while let Some(at) = open.pop() {
        for next in edges.get(at).into_iter().flatten() {
            if next == to {
                return true;
            }
            if met.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
