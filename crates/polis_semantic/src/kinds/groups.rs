//! Series, lists and every other group with a declared total.

use polis_diagnostic::{KindMessage, KindNote};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Element, ExprKind};
use polis_syntax::words::{ClauseWord, Kind, UnitWord};
use polis_value::Number;
use smol_str::SmolStr;

use super::{Clauses, Def};
use crate::ir::{Expr, Group, ListItem};
use crate::lower::Lower;
use crate::types::{Dim, NumberType, Symbol, Type};

/// What a group is made of.
#[derive(Default)]
pub(super) struct Members {
    /// The members that it names itself.
    pub(super) names: Vec<SmolStr>,
    /// The groups that it takes in.
    pub(super) includes: Vec<Symbol>,
    /// Whether all that it names could be read.
    pub(super) whole: bool,
}

impl Members {
    /// No members so far of a block.
    pub(super) fn of(block: &Block) -> Self {
        Self { whole: is_whole(block), ..Self::default() }
    }
}

/// Whether nothing in a block is unreadable.
pub(super) fn is_whole(block: &Block) -> bool {
    block.body.iter().flat_map(|it| &it.elements).all(|it| match it {
        Element::Error(_) => false,
        Element::Clause(clause) => {
            let mut values = clause.values.iter().flat_map(crate::signature::items_of);
            !clause.values.is_empty() && !values.any(|it| matches!(it.kind, ExprKind::Error))
        }
        Element::Block(_) => true,
    })
}

impl Lower<'_, '_> {
    /// A main document with supporting ones.
    pub(super) fn series(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let before = self.diagnostics.len();
        let mut members: Vec<SmolStr> = Vec::new();
        for word in [ClauseWord::Main, ClauseWord::Supporting] {
            for symbol in self.references_of(clauses, word) {
                if members.contains(&symbol.name) {
                    let span = clauses.one(word).map_or(block.word.span, |it| it.span);
                    self.error(polis_diagnostic::NameMessage::DuplicateName { name: symbol.name }, span);
                } else {
                    members.push(symbol.name);
                }
            }
        }
        let whole = self.diagnostics.len() == before && is_whole(block);
        self.labels_of(clauses, ClauseWord::Issuer);
        clauses.one(ClauseWord::Issued).and_then(|it| self.date_value(it.values.first()?));
        let symbol = self.item.symbol(self.db);
        if let Some(group) = self.group(block, clauses, symbol, Members { names: members, whole, ..Members::default() })
        {
            self.check_totals(&group, &[]);
            defs.push(Def::Group(group));
        }
    }

    /// A list: items, or categories of items.
    pub(super) fn list(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let symbol = self.item.symbol(self.db);
        if let Some(group) = self.listed_group(block, clauses, symbol) {
            defs.push(Def::Group(group));
        }
    }

    /// A group whose items stand in it, or in categories inside it.
    pub(super) fn listed_group(&mut self, block: &Block, clauses: &Clauses<'_>, symbol: Symbol) -> Option<Group> {
        let mut members = Members::of(block);
        self.names_of(clauses, ClauseWord::Items, &mut members);
        let mut list_items = Vec::new();
        let mut categories: Vec<Group> = Vec::new();
        let mut names = Members::of(block);
        // The units whose totals are wrong in a category: the list's own would only say so again.
        let mut wrong: Vec<Dim> = Vec::new();
        for inner in &clauses.blocks {
            let inner_clauses = match inner.kind {
                Some(Kind::Category | Kind::Item) => self.clauses(inner),
                _ => continue,
            };
            if inner.kind == Some(Kind::Item) {
                self.member_name(inner, &mut members);
                let item = self.list_item(inner, &inner_clauses);
                list_items.push(item);
                continue;
            }
            self.member_name(inner, &mut names);
            let mut items = Members::of(inner);
            self.names_of(&inner_clauses, ClauseWord::Items, &mut items);
            let mut inner_items = Vec::new();
            for item in &inner_clauses.blocks {
                let item_clauses = self.clauses(item);
                self.member_name(item, &mut items);
                let item = self.list_item(item, &item_clauses);
                inner_items.push(item);
            }
            let inner_symbol =
                Symbol::new(symbol.package.clone(), format!("{}.{}", symbol.name, super::pay::block_name(self, inner)));
            if let Some(mut group) = self.group(inner, &inner_clauses, inner_symbol, items) {
                group.items = inner_items;
                wrong.extend(self.check_totals(&group, &[]));
                categories.push(group);
            }
        }
        members.whole &= names.whole;
        let mut group = self.group(block, clauses, symbol, members)?;
        group.categories = categories;
        group.items = list_items;
        self.check_totals(&group, &wrong);
        Some(group)
    }

    /// An item with what is said of it.
    pub(super) fn list_item(&mut self, block: &Block, clauses: &Clauses<'_>) -> ListItem {
        let mut attributes = Vec::new();
        for clause in clauses.many(ClauseWord::Attribute) {
            let values = clause.values.iter().flat_map(crate::signature::items_of);
            let values = values.map(|it| self.plain_value(it)).collect();
            if let Some(name) = self.head_name(clause) {
                attributes.push((name, values));
            }
        }
        let providers = self.labels_of(clauses, ClauseWord::Providers);
        let guard = self.when(clauses);
        let is = self.references_of(clauses, ClauseWord::Is);
        self.choice(clauses, ClauseWord::Modality);
        self.force(clauses);
        self.inner_tail(clauses);
        ListItem { name: super::pay::block_name(self, block), providers, attributes, guard, is, span: block.span }
    }

    /// A value that needs no facts, where a name stands for itself.
    pub(super) fn plain_value(&mut self, value: &polis_syntax::ast::Expr) -> Expr {
        match self.label(value) {
            Some(label) => crate::expr::constant(polis_value::Value::Text(label), Type::Text, value.span),
            None => self.infer(value, None),
        }
    }

    /// Citations, rows and remarks of a block inside another, which its outer block carries.
    pub(super) fn inner_tail(&mut self, clauses: &Clauses<'_>) {
        self.citations(clauses);
        self.row_ids(clauses);
        self.text_clause(clauses, ClauseWord::Note);
    }

    /// The declared totals, by unit.
    pub(super) fn totals_of(&mut self, clauses: &Clauses<'_>) -> Vec<(Dim, Number, Span)> {
        clauses
            .values(ClauseWord::Total)
            .filter_map(|it| self.amount(it).map(|(dim, number)| (dim, number, it.span)))
            .collect()
    }

    /// Adds the names that the clauses headed by `word` declare, each once.
    pub(super) fn names_of(&mut self, clauses: &Clauses<'_>, word: ClauseWord, members: &mut Members) {
        for value in clauses.values(word) {
            match self.label(value) {
                Some(name) if members.names.contains(&name) => {
                    self.error(polis_diagnostic::NameMessage::DuplicateName { name }, value.span);
                    members.whole = false;
                }
                Some(name) => members.names.push(name),
                None => {
                    self.not_a_name(value);
                    members.whole = false;
                }
            }
        }
    }

    /// What groups have in common. Totals over included groups are held against the whole program, not here.
    pub(super) fn group(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        symbol: Symbol,
        Members { names: members, includes, whole }: Members,
    ) -> Option<Group> {
        let guard = self.when(clauses);
        let blank =
            clauses.values(ClauseWord::Unlisted).any(|it| matches!(it.kind, ExprKind::Open(_) | ExprKind::Unknown));
        let unlisted: Vec<(Dim, Number)> =
            clauses.values(ClauseWord::Unlisted).filter_map(|it| self.amount(it)).collect();
        let totals = self.totals_of(clauses);
        let open_ended = self.is_open_ended(clauses);
        let providers = self.labels_of(clauses, ClauseWord::Providers);
        let polarity = self.choice(clauses, ClauseWord::Polarity);
        let meta = self.meta(block, clauses, symbol)?;
        Some(Group {
            meta,
            holders: Vec::new(),
            members,
            includes,
            unlisted,
            totals,
            guard,
            blank,
            open_ended,
            whole,
            categories: Vec::new(),
            items: Vec::new(),
            providers,
            polarity,
        })
    }

    /// Declared totals against what is listed: categories by 类, everything else by the items. Totals in the units
    /// `except` are left out. Returns the units whose totals are wrong.
    pub(super) fn check_totals(&mut self, group: &Group, except: &[Dim]) -> Vec<Dim> {
        let mut wrong = Vec::new();
        for (dim, declared, span) in group.totals.iter().filter(|it| !except.contains(&it.0)) {
            let Some(counted) = counted(group, dim) else { continue };
            // A list that is not all (等) may only name fewer.
            let fits = if group.open_ended { counted <= *declared } else { counted == *declared };
            if !fits {
                let unit = if *dim == Dim::of(UnitWord::Category) { UnitWord::Category } else { UnitWord::Item };
                self.total_mismatch(*span, &group.meta.symbol.name, *declared, counted, unit);
                wrong.push(dim.clone());
            }
        }
        wrong
    }

    pub(super) fn total_mismatch(
        &mut self,
        span: Span,
        name: &SmolStr,
        declared: Number,
        counted: Number,
        unit: UnitWord,
    ) {
        let ty = NumberType::new(Dim::of(unit), true);
        let show = |it: Number| ty.show_both(it);
        let name = name.clone();
        let error =
            self.error(KindMessage::TotalMismatch { name, declared: show(declared), counted: show(counted) }, span);
        error.helps.push(KindNote::CorrectTotalOrItems.into());
    }
}

/// How many members a group has by the unit of a total; `None` where the text lists none, so that nothing can be held
/// against it.
fn counted(group: &Group, dim: &Dim) -> Option<Number> {
    let categories = &group.categories;
    if !group.whole || group.blank || categories.iter().any(|it| it.blank) {
        return None;
    }
    let number = |it: usize| Number::from(i64::try_from(it).unwrap_or(i64::MAX));
    let unlisted = |group: &Group| {
        let of = |it: &&(Dim, Number)| it.0 == *dim || it.0.is_none() && *dim != Dim::of(UnitWord::Category);
        group.unlisted.iter().find(of).map(|it| it.1)
    };
    if *dim == Dim::of(UnitWord::Category) {
        let own = unlisted(group);
        return (!categories.is_empty() || own.is_some())
            .then(|| number(categories.len()).add(own.unwrap_or(Number::ZERO)).ok())
            .flatten();
    }
    let mut total = number(group.members.len());
    let mut any = !group.members.is_empty();
    for part in std::iter::once(group).chain(categories) {
        // A category that could not be read whole stands for what it declares, if it does.
        if !part.whole {
            let declared = part.totals.iter().find(|it| it.0 == *dim)?.1;
            total = total.add(declared).ok()?;
            any = true;
            continue;
        }
        if !std::ptr::eq(part, group) {
            total = total.add(number(part.members.len())).ok()?;
            any |= !part.members.is_empty();
            // A category that declares its own total stands for its items.
            if part.members.is_empty()
                && unlisted(part).is_none()
                && let Some((_, declared, _)) = part.totals.iter().find(|it| it.0 == *dim)
            {
                total = total.add(*declared).ok()?;
                any = true;
            }
        }
        if let Some(more) = unlisted(part) {
            total = total.add(more).ok()?;
            any = true;
        }
    }
    any.then_some(total)
}
