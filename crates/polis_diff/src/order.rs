//! The order of concepts: which is stronger, which is broader, which belong together.

use polis_semantic::{Program, Symbol};
use polis_syntax::words::Kind;
use rustc_hash::{FxHashMap, FxHashSet};

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
}

impl Order {
    /// The concepts of several programs; a concept is the same by its full name.
    pub fn of<'p>(programs: impl Iterator<Item = &'p Program>) -> Self {
        let mut order = Self::default();
        for notion in programs.flat_map(|it| &it.notions).filter(|it| it.meta.kind == Kind::Concept) {
            let symbol = &notion.meta.symbol;
            for (map, all) in [(&mut order.parents, &notion.parents), (&mut order.weaker, &notion.stronger_than)] {
                let known = map.entry(symbol.clone()).or_default();
                all.iter()
                    .filter(|it| !known.contains(it))
                    .cloned()
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|it| known.push(it));
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
