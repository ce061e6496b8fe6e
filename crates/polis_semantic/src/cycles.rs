//! Definitions that need themselves: found by strongly connected components over what values mention and clauses name.

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Cycle, Diagnostic, NameMessage, NameNote};
use polis_syntax::TokenKind;
use polis_syntax::words::{ClauseWord, Kind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::items::{Item, ItemContent, Place, file_items};
use crate::kinds::{Def, lowered};
use crate::scope::{Found, lookup, package_of, seen};
use crate::types::Symbol;

/// The circles among a package's definitions, each reported once.
#[salsa::tracked(returns(deref))]
pub fn cycle_diagnostics(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let files = package.files(db);
    let nodes: Vec<(&Need, polis_db::SourceFile)> =
        files.iter().flat_map(|file| file_needs(db, *file).iter().map(move |it| (it, *file))).collect();
    let index: FxHashMap<(&Symbol, Option<ClauseWord>), usize> =
        nodes.iter().enumerate().map(|(index, it)| ((&it.0.symbol, it.0.through), index)).collect();
    let edges: Vec<Vec<usize>> = nodes
        .iter()
        .map(|(need, _)| need.needs.iter().filter_map(|it| index.get(&(it, need.through)).copied()).collect())
        .collect();
    circles(&edges)
        .into_iter()
        .filter_map(|circle| {
            let members: Vec<&(&Need, polis_db::SourceFile)> = circle.iter().filter_map(|it| nodes.get(*it)).collect();
            let names: Vec<_> = members.iter().map(|it| it.0.symbol.name.clone()).collect();
            let place = |(need, file): &(&Need, polis_db::SourceFile)| {
                file_items(db, *file).get(need.position).map(|it| it.name_place(db))
            };
            let mut diagnostic: Option<Diagnostic<Place>> = None;
            for (position, member) in members.iter().enumerate() {
                let name = names.get((position + 1) % names.len())?.clone();
                let note = match member.0.through {
                    None => NameNote::NeedsHere { name },
                    Some(clause) => {
                        let clause = Bilingual::new(clause.word().zh, clause.word().en);
                        NameNote::NamesHere { clause, name }
                    }
                };
                let place = place(member)?;
                diagnostic = Some(match diagnostic {
                    None => {
                        let message = NameMessage::CyclicDefinition { cycle: Cycle(names.clone()) };
                        Diagnostic::new(message, place).primary_note(note)
                    }
                    Some(diagnostic) => diagnostic.label(place, note),
                });
            }
            diagnostic
        })
        .collect()
}

/// A definition and what it needs in one respect.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Need {
    /// Its position among the file's provisions.
    position: usize,
    symbol: Symbol,
    /// The clause that names what it needs: a circle is one of the same clause. `None` for what values are made of.
    through: Option<ClauseWord>,
    needs: Vec<Symbol>,
}

/// The definitions of a file that need others. An edit that changes no reference leaves this equal, and the search for
/// circles does not run again.
#[salsa::tracked(returns(deref))]
fn file_needs(db: &dyn Db, file: polis_db::SourceFile) -> Vec<Need> {
    let mut all = Vec::new();
    for (position, item) in file_items(db, file).iter().enumerate() {
        let lowered = lowered(db, *item);
        let mut add = |through, needs: &[Symbol]| {
            if !needs.is_empty() {
                all.push(Need { position, symbol: item.symbol(db), through, needs: needs.to_vec() });
            }
        };
        add(None, &lowered.references);
        for def in &lowered.defs {
            match def {
                Def::Entity(entity) => add(Some(ClauseWord::EntityIn), entity.parent.as_slice()),
                Def::Group(group) => add(Some(ClauseWord::Include), &group.includes),
                Def::Document(document) => {
                    add(Some(ClauseWord::Supersedes), &document.supersedes);
                    add(Some(ClauseWord::BasedOn), &document.based_on);
                }
                Def::Delegation(delegation) => add(Some(ClauseWord::Implements), &delegation.meta.implements),
                Def::Notion(notion) => {
                    let organ = notion.meta.kind == Kind::Organ;
                    add(Some(if organ { ClauseWord::ReportsTo } else { ClauseWord::Parent }), &notion.parents);
                    add(Some(ClauseWord::StrongerThan), &notion.stronger_than);
                }
                _ => {}
            }
        }
    }
    all
}

/// Reads every provision that a circle may run through. What a circle leaves behind rests on all of them, and an edit of
/// any may undo it; the queries that went round depend on each other, and not on what the others read.
pub(crate) fn read_circle(db: &dyn Db, item: Item<'_>) {
    let Some(package) = package_of(db, item.file(db)) else { return };
    let mut seen: FxHashSet<Symbol> = FxHashSet::default();
    let mut open = vec![item];
    while let Some(item) = open.pop() {
        let content = item.content(db);
        for symbol in mentioned(db, item, &content) {
            if seen.insert(symbol.clone())
                && let Some(Found::Item(next)) = lookup(db, package, &symbol.name)
            {
                open.push(next);
            }
        }
    }
}

/// The definitions that a provision's names could mean, without typing it. Used where typing would go in a circle.
pub(crate) fn mentioned(db: &dyn Db, item: Item<'_>, content: &ItemContent) -> Vec<Symbol> {
    let file = item.file(db);
    let mut symbols: Vec<Symbol> = polis_syntax::lex(&content.text)
        .tokens
        .iter()
        .filter(|it| matches!(it.kind, TokenKind::Ident | TokenKind::QuotedIdent))
        .filter(|it| content.block.name.is_none_or(|name| name.span.start != it.start))
        .filter_map(|it| seen(db, file, it.span().text(&content.text).trim_matches('`')).found())
        .filter_map(|found| match found {
            Found::Item(item) if item.kind(db).is_some_and(Kind::is_valued) => Some(item.symbol(db)),
            _ => None,
        })
        .collect();
    symbols.sort();
    symbols.dedup();
    symbols
}

/// The strongly connected components with a circle in them, each turned so that it follows the edges from its first
/// member; Tarjan's algorithm, without recursion.
fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let count = edges.len();
    let mut order = vec![UNSEEN; count];
    let mut low = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut stack: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut next = 0;
    for root in 0..count {
        if order.get(root) != Some(&UNSEEN) {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                set(&mut order, node, next);
                set(&mut low, node, next);
                set(&mut on_stack, node, true);
                stack.push(node);
                next += 1;
            }
            if let Some(target) = edges.get(node).and_then(|it| it.get(edge)).copied() {
                work.push((node, edge + 1));
                if order.get(target) == Some(&UNSEEN) {
                    work.push((target, 0));
                } else if on_stack.get(target) == Some(&true) {
                    let least = get(&low, node).min(get(&order, target));
                    set(&mut low, node, least);
                }
                continue;
            }
            if let Some((parent, _)) = work.last() {
                let least = get(&low, *parent).min(get(&low, node));
                set(&mut low, *parent, least);
            }
            if get(&low, node) == get(&order, node) {
                let from = stack.iter().rposition(|it| *it == node).unwrap_or(0);
                let component = stack.split_off(from);
                for member in &component {
                    set(&mut on_stack, *member, false);
                }
                let looped = edges.get(node).is_some_and(|it| it.contains(&node));
                if component.len() > 1 || looped {
                    found.push(walk(edges, &component));
                }
            }
        }
    }
    found
}

/// A circle through the least member of a component, along its edges.
fn walk(edges: &[Vec<usize>], component: &[usize]) -> Vec<usize> {
    let Some(start) = component.iter().min().copied() else { return Vec::new() };
    // Breadth first: the shortest circle explains best.
    let mut from: FxHashMap<usize, usize> = FxHashMap::default();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for target in edges.get(node).into_iter().flatten().filter(|it| component.contains(it)) {
            if *target == start {
                let mut circle = vec![node];
                let mut at = node;
                while at != start {
                    let Some(previous) = from.get(&at) else { break };
                    at = *previous;
                    circle.push(at);
                }
                circle.reverse();
                return circle;
            }
            if !from.contains_key(target) {
                from.insert(*target, node);
                queue.push_back(*target);
            }
        }
    }
    component.to_vec()
}

fn set<T>(values: &mut [T], index: usize, value: T) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

fn get(values: &[usize], index: usize) -> usize {
    values.get(index).copied().unwrap_or_default()
}
