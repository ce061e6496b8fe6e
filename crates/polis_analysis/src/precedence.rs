//! Which of two provisions prevails: the higher level binds the lower, and at one level the later document.

use polis_db::{Db, Package, superiors};
use polis_diagnostic::Bilingual;
use polis_semantic::file_document;
use polis_semantic::items::Item;
use polis_semantic::scope::package_of;
use polis_syntax::words::Choice;
use polis_value::{Date, Range};

use crate::kin::rank;

/// Why one of two provisions prevails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precedence {
    /// Its package is a superior of the other's, or its document is of a higher level.
    Higher,
    /// Its document is the later one.
    Later(Date),
}

impl Precedence {
    pub(crate) fn why(self) -> Bilingual {
        match self {
            Self::Higher => Bilingual::new("它的层级较高", "it is of the higher level"),
            Self::Later(date) => {
                Bilingual::new(format!("所在文件较晚（{date}）"), format!("its document is the later ({date})"))
            }
        }
    }
}

/// What decides between two provisions: its level, and the days of its document.
struct Standing {
    package: Option<Package>,
    level: Option<Choice>,
    date: Option<Range<Date>>,
}

fn standing(db: &dyn Db, item: Item<'_>) -> Standing {
    let package = package_of(db, item.file(db));
    let document = file_document(db, item.file(db));
    let level = document.as_ref().and_then(|it| it.level).or_else(|| package.and_then(|it| it.manifest(db).level));
    let date = document.and_then(|it| it.dates.into_iter().take(2).flatten().next());
    Standing { package, level, date }
}

/// The provision that prevails, `true` for the first, with the reason; `None` where neither does.
pub(crate) fn prevails(db: &dyn Db, a: Item<'_>, b: Item<'_>) -> Option<(bool, Precedence)> {
    let (first, second) = (standing(db, a), standing(db, b));
    if let (Some(one), Some(two)) = (first.package, second.package)
        && one != two
    {
        for (over, under, is_first) in [(one, two, true), (two, one, false)] {
            if superiors(db, under).contains(&over) {
                return Some((is_first, Precedence::Higher));
            }
        }
    }
    let ranks = (first.level.and_then(rank), second.level.and_then(rank));
    if let (Some(one), Some(two)) = ranks
        && one != two
    {
        return Some((one < two, Precedence::Higher));
    }
    let (one, two) = (first.date?, second.date?);
    let after = |late: Range<Date>, early: Range<Date>| late.lo().zip(early.hi()).is_some_and(|(a, b)| a > b);
    match () {
        () if after(one, two) => Some((true, Precedence::Later(one.lo()?))),
        () if after(two, one) => Some((false, Precedence::Later(two.lo()?))),
        () => None,
    }
}
