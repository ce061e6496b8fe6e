//! When norms are in force during a year, and what they say then.

use std::collections::BTreeSet;
use std::sync::Arc;

use polis_semantic::Program;
use polis_semantic::ir::Norm;
use polis_value::Date;

/// A norm as it reads from one day of a year to another.
pub(crate) struct Version {
    pub(super) norm: Norm,
    pub(super) from: Date,
    pub(super) until: Date,
}

/// The norms of a year, each as often as it reads differently, in the order of the programs. `None` where there is no
/// such year. `undated` has all of them: one that begins and ends within the year is in force on neither of its ends.
pub(crate) fn versions(
    undated: &Arc<Program>,
    program: &dyn Fn(Date) -> Arc<Program>,
    year: i16,
) -> Option<Vec<Version>> {
    let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
    let mut days = BTreeSet::from([first]);
    for program in [Arc::clone(undated), program(first), program(last)] {
        let norms = program.norms.iter().map(|it| it.meta.force);
        let documents = program.documents.iter().map(|it| {
            let [_, from, until] = &it.dates;
            (from.and_then(|it| it.lo()), until.and_then(|it| it.hi()))
        });
        for (from, until) in norms.chain(documents) {
            days.extend(from);
            days.extend(until.and_then(|it| it.add_days(1).ok()));
        }
        days.extend(program.amendments.iter().map(|it| it.from));
    }
    let days: Vec<Date> = days.into_iter().filter(|it| (first..=last).contains(it)).collect();
    let mut versions: Vec<Version> = Vec::new();
    for (index, from) in days.iter().enumerate() {
        let until = days.get(index + 1).map_or(Some(last), |it| it.add_days(-1).ok())?;
        for norm in &program(*from).norms {
            let goes_on = |it: &&mut Version| it.norm == *norm && it.until.add_days(1) == Ok(*from);
            match versions.iter_mut().find(goes_on) {
                Some(version) => version.until = until,
                None => versions.push(Version { norm: norm.clone(), from: *from, until }),
            }
        }
    }
    Some(versions)
}

/// Every norm of a program, as if it had always been in force.
pub(super) fn always(program: &Program) -> Vec<Version> {
    let (Ok(from), Ok(until)) = (Date::new(1, 1, 1), Date::new(9999, 12, 31)) else { return Vec::new() };
    program.norms.iter().map(|it| Version { norm: it.clone(), from, until }).collect()
}
