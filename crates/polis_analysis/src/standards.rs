//! Norms of the same: numbers of times and lengths of time that differ, and norms that others say with them.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Bilingual, Diagnostic, ResponsibilityMessage, ResponsibilityNote, Severity};
use polis_semantic::ir::{Deadline, Deontic, Expr, ExprKind, Norm};
use polis_semantic::items::{Item, Place};
use polis_semantic::slices::reading;
use polis_semantic::{Dim, NumberType, Symbol};
use polis_syntax::words::Face;
use polis_value::{Date, Number, Range, Value};

use crate::forms::follows;
use crate::norms::{Seen, norm_of, parents, together};
use crate::ratings::constant_range;
use crate::reach::{Alike, Reach, pairs_of};
use crate::report::at;
use crate::space::Space;
use crate::{Analysis, Outside, Work};

/// Holds the norms of a file against those that could say the same.
#[salsa::tracked(returns(clone))]
pub(crate) fn standards(db: &dyn Db, package: Package, file: SourceFile) -> Arc<Analysis> {
    let mut result = Analysis::default();
    let pairs = pairs_of(db, package, file);
    for crowded in pairs.crowded.iter().filter_map(|it| it.read(db, package)) {
        crowded.norm().into_iter().for_each(|it| result.undecided(&it.meta.symbol, Outside::TooMany));
    }
    for alike in &pairs.alike {
        let (Some(first), Some(second)) = (alike.first.read(db, package), alike.second.read(db, package)) else {
            continue;
        };
        let (Some(a), Some(b)) = (first.norm(), second.norm()) else { continue };
        Pair { db, package, result: &mut result }.decide(alike, (&first, a), (&second, b));
    }
    Arc::new(result)
}

/// Two norms that are held against each other.
struct Pair<'db, 'p> {
    db: &'db dyn Db,
    package: Package,
    result: &'p mut Analysis,
}

impl<'db> Pair<'db, '_> {
    fn decide(&mut self, alike: &Alike, a: (&Seen<'db>, &Norm), b: (&Seen<'db>, &Norm)) {
        let differ = alike.figures.as_ref().and_then(|it| frequencies(it, a.1, b.1).or_else(|| deadlines(it, a, b)));
        if let Some(differ) = differ {
            return self.meeting(differ, a, b);
        }
        let (says, covers) = (alike.says, &alike.covers);
        if says[0] && self.says(b, a) {
            self.redundant(a.1, b.1);
        } else if says[1] && self.says(a, b) {
            self.redundant(b.1, a.1);
        } else if let Some(action) = covers[0].as_ref().filter(|_| self.covers(b, a)) {
            self.weaker(a.1, b.1, action);
        } else if let Some(action) = covers[1].as_ref().filter(|_| self.covers(a, b)) {
            self.weaker(b.1, a.1, action);
        }
    }

    /// Adds a finding if both norms bind one jurisdiction.
    fn meeting(&mut self, diagnostic: Diagnostic<Place>, a: (&Seen<'db>, &Norm), b: (&Seen<'db>, &Norm)) {
        if a.1.guard.is_none() && b.1.guard.is_none() {
            return self.result.found(diagnostic);
        }
        let meeting = together(self.db, self.package, a.0.item, b.0.item);
        self.result.decided.points += meeting.points;
        match &meeting.outcome {
            Ok(meets) => self.result.diagnostics.extend(meets.tell(|| diagnostic)),
            Err(why) => self.result.undecided(&a.1.meta.symbol, why.clone()),
        }
    }

    /// Whether `full` gives the figures that `norm` gives, wherever it applies.
    fn says(&mut self, full: (&Seen<'db>, &Norm), norm: (&Seen<'db>, &Norm)) -> bool {
        in_time(norm.1, full.1) && self.follows(norm, full)
    }

    /// Whether `duty` demands what `weaker` only permits or encourages, wherever it does.
    fn covers(&mut self, duty: (&Seen<'db>, &Norm), weaker: (&Seen<'db>, &Norm)) -> bool {
        // One may be encouraged to do more often or sooner what one must do anyway.
        (weaker.1.modality != Deontic::Encouraged || in_time(weaker.1, duty.1)) && self.follows(weaker, duty)
    }

    /// Whether `full` applies wherever `norm` does.
    fn follows(&mut self, norm: (&Seen<'db>, &Norm), full: (&Seen<'db>, &Norm)) -> bool {
        match (&norm.1.guard, &full.1.guard) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(_), Some(_)) => {
                let (outcome, points) = &*implied(self.db, self.package, norm.0.item, full.0.item);
                self.result.decided.points += points;
                match outcome {
                    Ok(holds) => *holds,
                    Err(why) => {
                        self.result.undecided(&norm.1.meta.symbol, why.clone());
                        false
                    }
                }
            }
        }
    }

    fn redundant(&mut self, norm: &Norm, other: &Norm) {
        let message = ResponsibilityMessage::RedundantNorm {
            norm: norm.meta.symbol.name.clone(),
            other: other.meta.symbol.name.clone(),
        };
        let diagnostic = at(message, norm.meta.place(norm.meta.head))
            .label(other.meta.place(other.meta.head), ResponsibilityNote::OtherNorm)
            .help(ResponsibilityNote::LeaveOneOut);
        self.result.found(diagnostic);
    }

    fn weaker(&mut self, may: &Norm, must: &Norm, action: &Symbol) {
        let action = action.name.clone();
        let (weaker, demands) = (may.meta.symbol.name.clone(), must.meta.symbol.name.clone());
        let message = if may.modality == Deontic::May {
            ResponsibilityMessage::MayUnderMust { action, permits: weaker, demands }
        } else {
            ResponsibilityMessage::EncouragedUnderMust { action, encourages: weaker, demands }
        };
        let diagnostic = at(message, may.meta.place(may.meta.head))
            .label(must.meta.place(must.meta.head), ResponsibilityNote::OtherNorm)
            .help(ResponsibilityNote::LeaveOneOut);
        self.result.found(diagnostic);
    }
}

/// Whether a norm applies wherever another does.
#[salsa::tracked(returns(clone))]
fn implied<'db>(db: &'db dyn Db, package: Package, a: Item<'db>, b: Item<'db>) -> Arc<(Result<bool, Outside>, usize)> {
    let (first, second) = (reading(db, a), reading(db, b));
    let (Some(norm), Some(full)) = (norm_of(&first), norm_of(&second)) else { return Arc::new((Ok(false), 0)) };
    let (Some(narrow), Some(wide)) = (&norm.guard, &full.guard) else { return Arc::new((Ok(false), 0)) };
    let mut work = Work::on(db, package, &[a, b]);
    let outcome = work.implied((norm, narrow), (full, wide));
    Arc::new((outcome, work.result.decided.points))
}

impl Work {
    /// Whether no jurisdiction meets the first guard and not the second.
    fn implied(&mut self, a: (&Norm, &Expr), b: (&Norm, &Expr)) -> Result<bool, Outside> {
        let program = Arc::clone(self.machine.program());
        let entity = crate::norms::entity_of(a.1);
        if entity != crate::norms::entity_of(b.1) {
            return Err(Outside::SeveralEntities);
        }
        let Some(entity) = entity.or_else(|| program.entities.first().map(|it| it.meta.symbol.clone())) else {
            return Ok(false);
        };
        let space = match Space::of(&program, &entity, &[a.1, b.1]) {
            Ok(space) => space,
            Err(_) if follows(&program, a.1, b.1) => return Ok(true),
            Err(why) => return Err(why),
        };
        let narrow = self.machine.question(&a.0.meta.symbol, a.1);
        let wide = self.machine.question(&b.0.meta.symbol, b.1);
        let (outside, asked) = space.find(&self.machine, |run, at| {
            !matches!(run.ask(&narrow, at), Ok(Value::Bool(false)))
                && !matches!(run.ask(&wide, at), Ok(Value::Bool(true)))
        });
        self.result.decided.points += asked;
        Ok(outside.is_none())
    }
}

/// A number of times with its period.
fn rate(expr: &Expr) -> Option<(&Dim, Range<Number>)> {
    Some((&expr.ty.as_number()?.dim, constant_range(expr)?))
}

/// Whether who follows `b` is as often and as soon as `a` wants.
fn in_time(a: &Norm, b: &Norm) -> bool {
    a.frequency.as_ref().is_none_or(|it| as_often(it, b.frequency.as_ref()))
        && a.deadline.as_ref().is_none_or(|it| as_soon(it, b.deadline.as_ref()))
}

fn as_often(wanted: &Expr, done: Option<&Expr>) -> bool {
    // What is left open wants some number of times, and any is one.
    if is_open(wanted) {
        return done.is_some();
    }
    match (rate(wanted), done.and_then(rate)) {
        (Some((dim, wanted)), Some((other, done))) => dim == other && done.is_within(&wanted),
        _ => false,
    }
}

/// When something is due: after a length of time, or on a day.
#[derive(PartialEq)]
enum Due<'e> {
    After(&'e Dim, Number),
    On(Date),
}

fn due(deadline: &Deadline) -> Option<Due<'_>> {
    let ExprKind::Const(value) = &deadline.length.kind else { return None };
    match value.as_number() {
        Some(length) => Some(Due::After(&deadline.length.ty.as_number()?.dim, length)),
        None => value.as_date_range().and_then(|it| it.hi()).map(Due::On),
    }
}

/// Whether the first is due before the second; `None` where they cannot be compared or are the same.
fn sooner(a: &Deadline, b: &Deadline) -> Option<bool> {
    if a.event != b.event {
        return None;
    }
    match (due(a)?, due(b)?) {
        (Due::After(dim, one), Due::After(other, two)) if dim == other && one != two => Some(one < two),
        (Due::On(one), Due::On(two)) if one != two => Some(one < two),
        _ => None,
    }
}

fn is_open(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Open(_))
}

fn as_soon(wanted: &Deadline, done: Option<&Deadline>) -> bool {
    if is_open(&wanted.length) {
        return done.is_some_and(|it| it.event == wanted.event);
    }
    done.is_some_and(|it| wanted.event == it.event && due(wanted).is_some_and(|own| due(it) == Some(own)))
        || done.is_some_and(|it| sooner(it, wanted) == Some(true))
}

/// Numbers of times that exclude each other.
fn frequencies(action: &Symbol, a: &Norm, b: &Norm) -> Option<Diagnostic<Place>> {
    let (one, two) = (a.frequency.as_ref()?, b.frequency.as_ref()?);
    let ((dim, first), (other, second)) = (rate(one)?, rate(two)?);
    if dim != other || first.intersect(&second).is_some() {
        return None;
    }
    let show = |it: &Expr, range: Range<Number>| -> Option<Bilingual> {
        let ty = it.ty.as_number()?;
        Some(show_range(ty, range))
    };
    let message = ResponsibilityMessage::FrequenciesClash {
        action: action.name.clone(),
        first: a.meta.symbol.name.clone(),
        often: show(one, first)?,
        second: b.meta.symbol.name.clone(),
        other: show(two, second)?,
    };
    // “每年一次” is often meant as the least: only bounds that are written as such exclude each other for sure.
    let severity = if first.is_point() || second.is_point() { Severity::Warning } else { Severity::Error };
    let diagnostic = at(message, a.meta.place(one.span))
        .label(b.meta.place(two.span), ResponsibilityNote::OtherNorm)
        .help(ResponsibilityNote::AlignFrequencies);
    Some(diagnostic.with_severity(severity))
}

pub(crate) fn show_range(ty: &NumberType, range: Range<Number>) -> Bilingual {
    match range.as_point() {
        Some(point) => ty.show_both(point),
        None => Bilingual::new(
            ty.show_range(range.lo(), range.hi(), Face::Zh),
            ty.show_range(range.lo(), range.hi(), Face::En),
        ),
    }
}

/// Deadlines of different lengths. A package may be stricter than its superior.
fn deadlines(action: &Symbol, a: (&Seen<'_>, &Norm), b: (&Seen<'_>, &Norm)) -> Option<Diagnostic<Place>> {
    let (one, two) = (a.1.deadline.as_ref()?, b.1.deadline.as_ref()?);
    let ((longer, long), (shorter, short)) =
        if sooner(one, two)? { ((b, two), (a, one)) } else { ((a, one), (b, two)) };
    if !longer.0.own {
        return None;
    }
    let message = ResponsibilityMessage::DeadlinesDiffer {
        action: action.name.clone(),
        longer: longer.1.meta.symbol.name.clone(),
        long: show_due(long)?,
        shorter: shorter.1.meta.symbol.name.clone(),
        short: show_due(short)?,
    };
    let diagnostic = at(message, longer.1.meta.place(long.length.span))
        .label(shorter.1.meta.place(short.length.span), ResponsibilityNote::OtherNorm)
        .help(ResponsibilityNote::KeepShorter { shorter: shorter.1.meta.symbol.name.clone() });
    Some(diagnostic)
}

fn show_due(deadline: &Deadline) -> Option<Bilingual> {
    Some(match due(deadline)? {
        Due::After(_, length) => deadline.length.ty.as_number()?.show_both(length),
        Due::On(date) => Bilingual::same(date.to_string()),
    })
}

/// Whether, of two norms among all that a package sees, the first says all that the second says.
pub(crate) fn says_all<'db>(
    db: &'db dyn Db,
    package: Package,
    all: &[Seen<'db>],
    (full, norm): (Item<'db>, Item<'db>),
) -> Result<bool, Outside> {
    let find = |item: Item<'db>| all.iter().find(|it| it.item == item).and_then(|it| Some((it, it.norm()?)));
    let (Some(full), Some(norm)) = (find(full), find(norm)) else { return Ok(false) };
    let mut result = Analysis::default();
    let says = Reach::of(full.1).could_say(&parents(db, package), &Reach::of(norm.1))
        && Pair { db, package, result: &mut result }.says(full, norm);
    match result.undecided.pop() {
        Some(undecided) if !says => Err(undecided.why),
        _ => Ok(says),
    }
}
