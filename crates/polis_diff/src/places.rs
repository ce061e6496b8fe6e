//! What has gone elsewhere: to another document or group, or to another place among its neighbours.

use polis_semantic::Symbol;
use polis_syntax::words::Kind;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::Pair;
use crate::side::{Provision, Side};

/// From where to where a provision has gone.
pub(crate) fn moved(
    a: &Side<'_>,
    b: &Side<'_>,
    (first, second): (&Provision<'_>, &Provision<'_>),
    of_a: &FxHashMap<usize, usize>,
) -> Option<(SmolStr, SmolStr)> {
    match (first.parent, second.parent) {
        (Some(x), Some(y)) => {
            let from = a.provisions.get(x)?;
            let to = b.provisions.get(y)?;
            (of_a.get(&x) != Some(&y)).then(|| (from.symbol.name.clone(), to.symbol.name.clone()))
        }
        (None, None) => {
            let (from, to) = (first.document.as_ref()?, second.document.as_ref()?);
            let position = |side: &Side<'_>, of: &Symbol| {
                side.provisions.iter().position(|it| it.kind == Kind::Document && it.symbol == *of)
            };
            let counterpart = of_a.get(&position(a, from)?)?;
            (b.provisions.get(*counterpart)?.symbol != *to).then(|| (from.name.clone(), to.name.clone()))
        }
        _ => {
            let name = |side: &Side<'_>, it: Option<usize>| {
                it.and_then(|it| side.provisions.get(it)).map(|it| it.symbol.name.clone()).unwrap_or_default()
            };
            Some((name(a, first.parent), name(b, second.parent)))
        }
    }
}

/// What they stand in on both sides, and the file.
type Neighbours = (Option<usize>, Option<usize>, SmolStr);

/// Marks what stands in another place among those that it stands with on both sides, between versions of one package: all
/// but the longest run that kept its order.
pub(crate) fn renumber(a: &Side<'_>, b: &Side<'_>, pairs: &mut [Pair]) {
    if a.package.name(a.db) != b.package.name(b.db) {
        return;
    }
    let mut rows: FxHashMap<Neighbours, Vec<(usize, usize)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let (Some(x), Some(y)) = (a.provisions.get(pair.aligned.a), b.provisions.get(pair.aligned.b)) else { continue };
        if pair.moved.is_some() {
            continue;
        }
        let path = x.item.file.path(a.db);
        let key = (x.parent, y.parent, SmolStr::new(&*path));
        let row = rows.entry(key.clone()).or_default();
        if row.is_empty() {
            order.push(key);
        }
        row.push((at, pair.aligned.b));
    }
    for key in order {
        let Some(row) = rows.get(&key) else { continue };
        let kept = longest(&row.iter().map(|it| it.1).collect::<Vec<_>>());
        for (index, (at, _)) in row.iter().enumerate() {
            if let (false, Some(pair)) = (kept.contains(&index), pairs.get_mut(*at)) {
                pair.renumbered = true;
            }
        }
    }
}

/// The positions of the longest rising run.
fn longest(values: &[usize]) -> FxHashSet<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let at = ends.partition_point(|it| values.get(*it).is_some_and(|it| it < value));
        before.push(at.checked_sub(1).and_then(|it| ends.get(it)).copied());
        if at == ends.len() {
            ends.push(index);
        } else if let Some(slot) = ends.get_mut(at) {
            *slot = index;
        }
    }
    let mut kept = FxHashSet::default();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept.insert(at);
        next = before.get(at).copied().flatten();
    }
    kept
}
