//! Lists that admission goes by: an item on a positive and on a negative list at once.

use std::sync::Arc;

use polis_db::Db;
use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_semantic::ir::{Admission, Group};
use polis_semantic::items::Item;
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{named, reading};
use polis_syntax::words::Choice;
use smol_str::SmolStr;

use crate::Analysis;
use crate::report::at;

/// Decides whether the lists of an admission agree.
pub(crate) fn check(db: &dyn Db, item: Item<'_>, admission: &Admission, found: &mut Analysis) {
    // Of a list under a condition it is the condition that says what is on it, not the names.
    let by_name = admission.lists.iter().filter(|it| it.1.is_none());
    let lists: Vec<Arc<Lowered>> = by_name.filter_map(|it| named(db, item, &it.0)).map(|it| reading(db, it)).collect();
    let groups = lists.iter().flat_map(|it| &it.defs).filter_map(|it| match it {
        Def::Group(group) => Some(group),
        _ => None,
    });
    let (negative, positive): (Vec<&Group>, Vec<&Group>) = groups.partition(|it| it.polarity == Some(Choice::Negative));
    for (admits, item) in positive.iter().flat_map(|it| names(it).map(move |name| (it, name))) {
        let Some(refuses) = negative.iter().find(|it| names(it).any(|it| it == item)) else { continue };
        let message = AnalysisMessage::AdmittedAndRefused {
            item: item.clone(),
            admits: admits.meta.symbol.name.clone(),
            refuses: refuses.meta.symbol.name.clone(),
        };
        let diagnostic = at(message, admission.meta.place(admission.meta.head))
            .label(admits.meta.place(admits.meta.head), AnalysisNote::AdmitsHere)
            .label(refuses.meta.place(refuses.meta.head), AnalysisNote::RefusesHere)
            .help(AnalysisNote::TakeOffOne);
        found.found(diagnostic);
    }
}

fn names(group: &Group) -> impl Iterator<Item = &SmolStr> {
    group.categories.iter().flat_map(|it| &it.members).chain(&group.members)
}
