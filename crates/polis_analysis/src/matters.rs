//! Lists and what others say of the same matters: items listed twice or provided by nobody, tasks that were taken away,
//! and lists and agreements of a superior.

use std::sync::Arc;

use polis_db::{Db, Package, superiors};
use polis_diagnostic::{Bilingual, CoherenceMessage, CoherenceNote};
use polis_semantic::Symbol;
use polis_semantic::ir::{Admission, Deontic, Expr, Group, ListItem, Meta, Norm};
use polis_semantic::items::Item;
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{all_of_kind, read_of_kind, reading};
use polis_syntax::words::{Choice, Kind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::Analysis;
use crate::kin::{Kin, kin};
use crate::norms::{Seen, together};
use crate::reach::{Deed, that_do};
use crate::report::{at, head_of};

/// Decides the items of one list or mechanism.
pub(crate) fn list(read: &Lowered, found: &mut Analysis) {
    for group in read.defs.iter().filter_map(|it| if let Def::Group(group) = it { Some(group) } else { None }) {
        twice(group, found);
        unprovided(group, found);
    }
}

/// Items that stand in two parts of a list; within one part the name would be a duplicate.
fn twice(group: &Group, found: &mut Analysis) {
    let mut index: FxHashMap<&SmolStr, &Group> = FxHashMap::default();
    for part in std::iter::once(group).chain(&group.categories) {
        for item in &part.members {
            let first = *index.entry(item).or_insert(part);
            if std::ptr::eq(first, part) {
                continue;
            }
            let message = CoherenceMessage::ItemTwice {
                item: item.clone(),
                first: last(&first.meta.symbol.name),
                second: last(&part.meta.symbol.name),
            };
            let diagnostic = at(message, part.meta.place(part.meta.head))
                .label(first.meta.place(first.meta.head), CoherenceNote::ListedHere)
                .help(CoherenceNote::ListOnce);
            found.found(diagnostic);
        }
    }
}

/// The last part of a full name.
fn last(name: &SmolStr) -> SmolStr {
    name.rsplit('.').next().map_or_else(|| name.clone(), SmolStr::new)
}

/// Items that nobody provides, where the list says of others who does.
fn unprovided(group: &Group, found: &mut Analysis) {
    let said: Vec<&ListItem> = group.items.iter().chain(group.categories.iter().flat_map(|it| &it.items)).collect();
    let mut without = said.iter().filter(|it| it.providers.is_empty()).peekable();
    let Some(first) = without.peek().map(|it| it.span) else { return };
    let items: Vec<SmolStr> = without.map(|it| it.name.clone()).collect();
    if !group.providers.is_empty() || items.len() == said.len() {
        return;
    }
    let message = CoherenceMessage::NobodyProvides { list: group.meta.symbol.name.clone(), items };
    let place = group.meta.place(head_of(&group.meta, first));
    found.found(at(message, place).help(CoherenceNote::NameProvider));
}

/// Holds a package's lists, duties and admissions against the norms and superiors that it sees.
#[salsa::tracked(returns(clone))]
pub(crate) fn matters(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    cancelled(db, package, &mut found);
    let above: FxHashSet<SmolStr> = superiors(db, package).iter().map(|it| it.name(db)).collect();
    if !above.is_empty() {
        defaults(db, package, &above, &mut found);
        agreements(db, package, &above, &mut found);
    }
    Arc::new(found)
}

/// What a kind of provision of the package itself means.
fn own(db: &dyn Db, package: Package, kind: Kind) -> impl Iterator<Item = Arc<Lowered>> {
    let name = package.name(db);
    read_of_kind(db, package, kind).filter(move |it| it.0.package(db) == name).map(|it| it.1)
}

/// A task that must not be assigned any more.
struct Cancelled<'db, 'n> {
    item: Item<'db>,
    norm: &'n Norm,
    task: &'n SmolStr,
}

/// Tasks that a norm forbids to assign, and a duty, an admitting list or an indicator assigns all the same.
fn cancelled(db: &dyn Db, package: Package, found: &mut Analysis) {
    let forbidding = that_do(db, package, Deed::Assigning, Deontic::MustNot);
    let norms: Vec<Seen<'_>> = forbidding.iter().filter_map(|it| it.read(db, package)).collect();
    let mut index: FxHashMap<&SmolStr, Cancelled<'_, '_>> = FxHashMap::default();
    for (item, norm) in norms.iter().filter_map(|it| Some((it.item, it.norm()?))) {
        if norm.meta.force.1.is_none() {
            for task in &norm.objects {
                let cancelled = index.entry(task).or_insert(Cancelled { item, norm, task });
                // One that cancels it for all comes before one that does for some.
                if cancelled.norm.guard.is_some() && norm.guard.is_none() {
                    *cancelled = Cancelled { item, norm, task };
                }
            }
        }
    }
    if index.is_empty() {
        return;
    }
    // Some norms name as object whom tasks are assigned to, and not the tasks.
    let parties: FxHashSet<SmolStr> = [Kind::Entity, Kind::Organ]
        .into_iter()
        .flat_map(|it| all_of_kind(db, package, it))
        .map(|it| it.name(db))
        .collect();
    index.retain(|task, _| !parties.contains(*task));
    let kin = kin(db, package);
    for read in [Kind::Duty, Kind::Duties].into_iter().flat_map(|it| own(db, package, it)) {
        for def in &read.defs {
            let Def::Assignment(duty) = def else { continue };
            let name = last(&duty.meta.symbol.name);
            let task = std::iter::once(&name).chain(&duty.objects).find_map(|it| index.get(it));
            let Some(task) = task.filter(|it| duty.holders.iter().any(|bearer| spares(&kin, it.norm, bearer))) else {
                continue;
            };
            assigned(db, package, task, (&duty.meta, duty.guard.as_ref()), found);
        }
    }
    for read in own(db, package, Kind::List) {
        for def in &read.defs {
            let Def::Group(group) = def else { continue };
            if group.polarity != Some(Choice::Positive) {
                continue;
            }
            let mut members = group.members.iter().chain(group.categories.iter().flat_map(|it| &it.members));
            if let Some(task) = members.find_map(|it| index.get(it)) {
                assigned(db, package, task, (&group.meta, group.guard.as_ref()), found);
            }
        }
    }
    for read in own(db, package, Kind::Indicator) {
        for def in &read.defs {
            if let Def::Indicator(indicator) = def
                && let Some(task) = index.get(&indicator.meta.symbol.name)
                && spares(&kin, task.norm, &indicator.entity)
            {
                assigned(db, package, task, (&indicator.meta, None), found);
            }
        }
    }
}

/// Whether a norm spares someone a task: it names them, or names nobody and they are below those whom it binds.
fn spares(kin: &Kin, norm: &Norm, bearer: &Symbol) -> bool {
    if norm.over.is_empty() {
        norm.actors.iter().any(|it| kin.is_below(bearer, it))
    } else {
        norm.over.iter().any(|it| *it == bearer.name || *it == kin.base(bearer).name)
    }
}

fn assigned(
    db: &dyn Db,
    package: Package,
    task: &Cancelled<'_, '_>,
    (by, guard): (&Meta, Option<&Expr>),
    found: &mut Analysis,
) {
    let norm = task.norm;
    let message = CoherenceMessage::CancelledTaskAssigned {
        task: task.task.clone(),
        assigns: by.symbol.name.clone(),
        cancels: norm.meta.symbol.name.clone(),
    };
    let diagnostic = at(message, by.place(by.head))
        .label(norm.meta.place(norm.meta.head), CoherenceNote::CancelledHere)
        .help(CoherenceNote::StopAssigning);
    match (&norm.guard, guard) {
        (None, _) => found.found(diagnostic),
        // What is assigned to all is assigned to those for whom it is cancelled.
        (Some(_), None) => match &together(db, package, task.item, task.item).outcome {
            Ok(meets) => found.diagnostics.extend(meets.tell(|| diagnostic)),
            Err(why) => found.undecided(&norm.meta.symbol, why.clone()),
        },
        // Each has its own condition, which may keep them apart.
        (Some(_), Some(_)) => {}
    }
}

/// What ties a list to another: its name, and its concepts.
fn ties(meta: &Meta) -> impl Iterator<Item = SmolStr> {
    let concepts = meta.is.iter().map(|it| smol_str::format_smolstr!("{}.{}", it.package, it.name));
    std::iter::once(meta.symbol.name.clone()).chain(concepts)
}

/// Lists that default to the opposite of a superior's about the same.
fn defaults(db: &dyn Db, package: Package, above: &FxHashSet<SmolStr>, found: &mut Analysis) {
    let items: Vec<Item<'_>> = all_of_kind(db, package, Kind::List).collect();
    let name = package.name(db);
    let reads: Vec<(bool, Arc<Lowered>)> = items
        .iter()
        .filter(|it| it.package(db) == name || above.contains(&it.package(db)))
        .map(|it| (it.package(db) == name, reading(db, *it)))
        .collect();
    let lists: Vec<(bool, &Group, Choice)> = reads
        .iter()
        .flat_map(|(own, read)| read.defs.iter().map(move |it| (*own, it)))
        .filter_map(|(own, it)| if let Def::Group(it) = it { Some((own, it, it.polarity?)) } else { None })
        .collect();
    let mut index: FxHashMap<SmolStr, Vec<(bool, &Group, Choice)>> = FxHashMap::default();
    for list in &lists {
        for tie in ties(&list.1.meta) {
            index.entry(tie).or_default().push(*list);
        }
    }
    for (_, list, polarity) in lists.iter().filter(|it| it.0) {
        let opposite = ties(&list.meta).find_map(|tie| {
            let same = index.get(&tie)?;
            let has = |own: bool, like: bool| same.iter().any(|it| it.0 == own && (it.2 == *polarity) == like);
            // Where either has lists of both kinds, neither defaults to one.
            if has(false, true) || has(true, false) {
                return None;
            }
            same.iter().find(|it| !it.0)
        });
        let Some((_, superior, other)) = opposite else { continue };
        let word = |it: Choice| match it {
            Choice::Negative => Bilingual::new("负面", "negative"),
            _ => Bilingual::new("正面", "positive"),
        };
        let message = CoherenceMessage::OppositeDefault {
            list: list.meta.symbol.name.clone(),
            own: word(*polarity),
            superior: superior.meta.symbol.name.clone(),
            other: word(*other),
        };
        let diagnostic = at(message, list.meta.place(list.meta.head))
            .label(superior.meta.place(superior.meta.head), CoherenceNote::SuperiorHere)
            .help(CoherenceNote::SameDefault);
        found.found(diagnostic);
    }
}

/// Agreements that leave out what a superior's admission of the same demands.
fn agreements(db: &dyn Db, package: Package, above: &FxHashSet<SmolStr>, found: &mut Analysis) {
    let name = package.name(db);
    let reads: Vec<(SmolStr, Arc<Lowered>)> =
        read_of_kind(db, package, Kind::Admission).map(|it| (it.0.package(db), it.1)).collect();
    let admissions: Vec<(&SmolStr, &Admission)> = reads
        .iter()
        .flat_map(|(of, read)| read.defs.iter().map(move |it| (of, it)))
        .filter_map(|(of, it)| if let Def::Admission(it) = it { Some((of, it)) } else { None })
        .collect();
    let mut index: FxHashMap<&Symbol, &Admission> = FxHashMap::default();
    for (_, admission) in admissions.iter().filter(|it| above.contains(it.0) && !it.1.agreement.is_empty()) {
        for concept in &admission.meta.is {
            index.entry(concept).or_insert(admission);
        }
    }
    for (_, admission) in admissions.iter().filter(|it| *it.0 == name && !it.1.agreement.is_empty() && !it.1.open_ended)
    {
        let Some(superior) = admission.meta.is.iter().find_map(|it| index.get(it)) else { continue };
        let lacks = superior.agreement.iter().filter(|it| !admission.agreement.contains(it));
        let missing: Vec<SmolStr> = lacks.cloned().collect();
        if missing.is_empty() {
            continue;
        }
        let message = CoherenceMessage::AgreementLacksField {
            admission: admission.meta.symbol.name.clone(),
            superior: superior.meta.symbol.name.clone(),
            missing,
        };
        let diagnostic = at(message, admission.meta.place(admission.meta.head))
            .label(superior.meta.place(superior.meta.head), CoherenceNote::SuperiorHere)
            .help(CoherenceNote::AddToAgreement);
        found.found(diagnostic);
    }
}
