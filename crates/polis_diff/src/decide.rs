//! Which pairs come to the same, decided for those that say different things or rest on what does.

use polis_eval::Machine;
use polis_semantic::Symbol;
use polis_semantic::ir::{Expr, ExprKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::behaviour::Bench;
use crate::side::{Provision, Side};
use crate::units::Units;
use crate::{Decided, Pair, Status, is_computed};

/// Decides what the pairs come to that say different things, or rest on what does.
pub(crate) fn decide(a: &Side<'_>, b: &Side<'_>, pairs: &mut [Pair], units: &Units) -> (Decided, Machine) {
    let symbol = |side: &Side<'_>, at: usize| side.provisions.get(at).map(|it| it.symbol.clone());
    let mut types: FxHashMap<Symbol, Symbol> = FxHashMap::default();
    let mut changed: [FxHashSet<Symbol>; 2] = [foreign(a, b), foreign(b, a)];
    let mut paired: [FxHashSet<Symbol>; 2] = [FxHashSet::default(), FxHashSet::default()];
    for pair in pairs.iter() {
        let (Some(first), Some(second)) = (symbol(a, pair.aligned.a), symbol(b, pair.aligned.b)) else { continue };
        types.insert(second.clone(), first.clone());
        let [of_a, of_b] = &mut paired;
        of_a.insert(first.clone());
        of_b.insert(second.clone());
        let outer = |it: &Symbol| it.name.split_once('.').map(|top| Symbol::new(it.package.clone(), top.0));
        if pair.status == Status::Changed {
            let [of_a, of_b] = &mut changed;
            of_a.extend(outer(&first));
            of_b.extend(outer(&second));
            of_a.insert(first);
            of_b.insert(second);
        }
    }
    for ((side, paired), changed) in [a, b].into_iter().zip(&paired).zip(&mut changed) {
        let of_side = side.provisions.iter().filter(|it| !paired.contains(&it.symbol));
        for it in of_side {
            changed.insert(it.symbol.clone());
            if let Some((top, _)) = it.symbol.name.split_once('.') {
                changed.insert(Symbol::new(it.symbol.package.clone(), top));
            }
        }
    }
    let resting = [resting(a, &changed[0]), resting(b, &changed[1])];
    let mut bench = Bench::new(a, b, &types, units);
    let mut decided = Decided::default();
    for pair in pairs.iter_mut().filter(|it| it.within.is_none()) {
        let (Some(first), Some(second)) = (a.provisions.get(pair.aligned.a), b.provisions.get(pair.aligned.b)) else {
            continue;
        };
        if first.parent.is_some() || first.is_vocabulary() {
            continue;
        }
        let own = changed[0].contains(&first.symbol) || changed[1].contains(&second.symbol);
        let through: Vec<SmolStr> = [(&resting[0], &first.symbol), (&resting[1], &second.symbol)]
            .into_iter()
            .flat_map(|(all, it)| all.get(it).into_iter().flatten().map(|it| it.name.clone()))
            .collect();
        // Bodies and bands inside add to a value; other clauses than those computed with change none.
        let inner = |side: &Side<'_>, it: &Provision<'_>| {
            it.children.iter().filter_map(|it| side.provisions.get(*it)).any(|it| changed_names(&changed, &it.symbol))
        };
        let computed =
            pair.clauses.iter().any(|it| !it.wording && is_computed(it)) || inner(a, first) || inner(b, second);
        if through.is_empty() && !(own && computed) {
            continue;
        }
        pair.behaviour = bench.compare(first, second);
        if !own {
            pair.through = through;
            pair.through.sort();
            pair.through.dedup();
        }
        for it in &pair.behaviour {
            match &it.outcome {
                Ok(it) if it.ways.is_empty() => decided.same += 1,
                Ok(_) => decided.different += 1,
                Err(_) => decided.undecided += 1,
            }
            decided.asked += it.outcome.as_ref().map_or(0, |it| it.asked);
        }
    }
    (decided, bench.into_machine())
}

fn changed_names(changed: &[FxHashSet<Symbol>; 2], symbol: &Symbol) -> bool {
    changed.iter().any(|it| it.contains(symbol))
}

/// Rules and figures of other packages that the two sides see differently.
fn foreign(side: &Side<'_>, other: &Side<'_>) -> FxHashSet<Symbol> {
    let own = side.package.name(side.db);
    let mut found = FxHashSet::default();
    let theirs: FxHashMap<&Symbol, &Expr> = other.program.rules.iter().map(|it| (&it.meta.symbol, &it.value)).collect();
    for rule in side.program.rules.iter().filter(|it| it.meta.symbol.package != own) {
        if !theirs.get(&rule.meta.symbol).is_some_and(|it| it.says_the_same_as(&rule.value)) {
            found.insert(rule.meta.symbol.clone());
        }
    }
    let theirs: FxHashMap<&Symbol, Option<&Expr>> =
        other.program.params.iter().map(|it| (&it.meta.symbol, it.value.as_ref())).collect();
    for param in side.program.params.iter().filter(|it| it.meta.symbol.package != own) {
        let same = theirs.get(&param.meta.symbol).is_some_and(|it| match (it, &param.value) {
            (Some(a), Some(b)) => a.says_the_same_as(b),
            (a, b) => a.is_none() && b.is_none(),
        });
        if !same {
            found.insert(param.meta.symbol.clone());
        }
    }
    found
}

/// What rests on something that differs, however far below, and on which of it.
fn resting(side: &Side<'_>, changed: &FxHashSet<Symbol>) -> FxHashMap<Symbol, Vec<Symbol>> {
    let mut above: FxHashMap<Symbol, Vec<Symbol>> = FxHashMap::default();
    let mut add = |owner: &Symbol, exprs: &mut dyn Iterator<Item = Expr>| {
        for expr in exprs {
            for it in expr.all() {
                if let ExprKind::Rule(_, needed, _) | ExprKind::Param(needed) = &it.kind {
                    above.entry(needed.clone()).or_default().push(owner.clone());
                }
            }
        }
    };
    let program = side.program;
    for it in &program.rules {
        let all = it.exceptions.iter().flat_map(|it| [&it.guard, &it.value]).chain([&it.value]);
        add(&it.meta.symbol, &mut all.cloned());
    }
    for it in &program.params {
        add(&it.meta.symbol, &mut it.value.iter().chain(it.dated.iter().map(|it| &it.1)).cloned());
    }
    for it in program.constraints.iter().filter(|it| it.about.is_none()) {
        let all: Vec<Expr> = match &it.holds {
            polis_semantic::ir::Holds::Condition(it) => vec![it.clone()],
            polis_semantic::ir::Holds::Within { value, bounds, .. } => vec![value.clone(), bounds.clone()],
        };
        add(&it.meta.symbol, &mut it.guard.iter().cloned().chain(all));
    }
    for it in &program.structures {
        let all = it.limits.iter().flat_map(|it| it.guard.iter().chain([&it.bounds]));
        add(&it.meta.symbol, &mut all.cloned());
    }
    for it in &program.norms {
        add(&it.meta.symbol, &mut it.guard.iter().chain(&it.frequency).cloned());
    }
    let mut found: FxHashMap<Symbol, Vec<Symbol>> = FxHashMap::default();
    let mut roots: Vec<&Symbol> = changed.iter().collect();
    roots.sort();
    for root in roots {
        let mut open = vec![root];
        let mut met: FxHashSet<&Symbol> = FxHashSet::default();
        while let Some(at) = open.pop() {
            for owner in above.get(at).into_iter().flatten() {
                if owner != root && met.insert(owner) {
                    found.entry(owner.clone()).or_default().push(root.clone());
                    open.push(owner);
                }
            }
        }
    }
    found
}
