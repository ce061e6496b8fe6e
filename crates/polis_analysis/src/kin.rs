//! Who belongs to whom: organs to jurisdictions, and both to those above them.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_semantic::Symbol;
use polis_semantic::kinds::Def;
use polis_semantic::slices::read_of_kind;
use polis_syntax::words::{Choice, ChoiceSet, Kind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// The organs and types of jurisdiction that a package sees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kin {
    /// The jurisdiction that an organ lies in.
    entities: FxHashMap<Symbol, Symbol>,
    /// Whom an organ answers to, where that is one.
    superiors: FxHashMap<Symbol, Symbol>,
    /// The names of organs, with that of the jurisdiction that they lie in.
    by_name: FxHashMap<SmolStr, SmolStr>,
    /// The jurisdiction that another lies in.
    parents: FxHashMap<Symbol, Symbol>,
}

/// Who belongs to whom, among all that a package sees.
#[salsa::tracked(returns(clone))]
pub(crate) fn kin(db: &dyn Db, package: Package) -> Arc<Kin> {
    let mut kin = Kin::default();
    for (_, read) in [Kind::Entity, Kind::Organ].into_iter().flat_map(|it| read_of_kind(db, package, it)) {
        for def in &read.defs {
            match def {
                Def::Entity(entity) => {
                    if let Some(parent) = &entity.parent {
                        kin.parents.insert(entity.meta.symbol.clone(), parent.clone());
                    }
                }
                Def::Notion(organ) => {
                    if let Some(entity) = &organ.entity {
                        kin.by_name.entry(organ.meta.symbol.name.clone()).or_insert_with(|| entity.name.clone());
                        kin.entities.insert(organ.meta.symbol.clone(), entity.clone());
                    }
                    if let [superior] = organ.parents.as_slice() {
                        kin.superiors.insert(organ.meta.symbol.clone(), superior.clone());
                    }
                }
                _ => {}
            }
        }
    }
    Arc::new(kin)
}

impl Kin {
    /// The jurisdiction that acts: the organ's, or the one itself.
    pub(crate) fn base<'k>(&'k self, of: &'k Symbol) -> &'k Symbol {
        self.entities.get(of).unwrap_or(of)
    }

    /// The same, of one who is called by a name; one who is not known is taken by that.
    pub(crate) fn base_of_name<'k>(&'k self, name: &'k SmolStr) -> &'k SmolStr {
        self.by_name.get(name).unwrap_or(name)
    }

    /// Whether `part` is `whole`, lies in it, or answers to it.
    pub(crate) fn contains(&self, whole: &Symbol, part: &Symbol) -> bool {
        self.line(part).any(|it| it == whole)
    }

    /// One who acts, whom it answers to, and the jurisdictions that these lie in.
    fn line<'k>(&'k self, of: &'k Symbol) -> impl Iterator<Item = &'k Symbol> {
        // A circle of organs is reported where they are declared.
        let most = self.superiors.len() + 1;
        let chain = std::iter::successors(Some(of), |it| self.superiors.get(*it)).take(most);
        chain.flat_map(|it| [it, self.base(it)])
    }

    /// Whether the jurisdiction of `below` lies in that of `above`, and is not the same.
    pub(crate) fn is_below(&self, below: &Symbol, above: &Symbol) -> bool {
        let above = self.base(above);
        let mut next = self.parents.get(self.base(below));
        for _ in 0..=self.parents.len() {
            let Some(current) = next else { return false };
            if current == above {
                return true;
            }
            next = self.parents.get(current);
        }
        false
    }

    /// The level of one who acts, where its jurisdiction is called by a level's word.
    pub(crate) fn level(&self, of: &Symbol) -> Option<Choice> {
        let name = self.base(of).name.to_lowercase();
        let words = ChoiceSet::Level;
        words.from_text(&name).or_else(|| (name == "城市").then_some(Choice::City))
    }
}

/// Some who act, to ask whether others act with them.
#[derive(Default)]
pub(crate) struct Circle<'k> {
    members: FxHashSet<&'k Symbol>,
    bases: FxHashSet<&'k Symbol>,
    lines: FxHashSet<&'k Symbol>,
}

impl<'k> Circle<'k> {
    pub(crate) fn add(&mut self, kin: &'k Kin, member: &'k Symbol) {
        self.members.insert(member);
        self.bases.insert(kin.base(member));
        self.lines.extend(kin.line(member));
    }

    /// Whether one acts for the jurisdiction of a member, answers to a member, or is answered to by one.
    pub(crate) fn is_of(&self, kin: &Kin, other: &Symbol) -> bool {
        self.bases.contains(kin.base(other))
            || self.lines.contains(other)
            || kin.line(other).any(|it| self.members.contains(it))
    }
}

/// How high a level is: the national one is 0.
pub(crate) fn rank(level: Choice) -> Option<usize> {
    ChoiceSet::Level.choices().iter().position(|it| *it == level)
}
