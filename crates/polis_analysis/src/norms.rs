//! Norms that cannot all be followed: one forbids what another demands or permits.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, Diagnostic, KindNote, ResponsibilityNote, Severity};
use polis_semantic::ir::{Deontic, Expr, ExprKind, Meta, Norm};
use polis_semantic::items::{Item, Place};
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{read_in_file, read_of_kind, reading};
use polis_semantic::{Symbol, Type};
use polis_syntax::words::Kind;
use polis_value::{Date, Range, Value};
use rustc_hash::FxHashMap;

use crate::forms::follows;
use crate::precedence::{Precedence, prevails};
use crate::reach::pairs_of;
use crate::report::{at, lacking};
use crate::space::{Space, Witness};
use crate::{Analysis, Outside, Work};

/// A norm that a package sees, where it stands, and whether it is the package's own.
pub(crate) struct Seen<'db> {
    pub(crate) item: Item<'db>,
    pub(crate) read: Arc<Lowered>,
    pub(crate) own: bool,
}

impl Seen<'_> {
    pub(crate) fn norm(&self) -> Option<&Norm> {
        norm_of(&self.read)
    }
}

pub(crate) fn norm_of(read: &Lowered) -> Option<&Norm> {
    read.defs.iter().find_map(|it| if let Def::Norm(norm) = it { Some(norm) } else { None })
}

/// The norms that a package sees.
pub(crate) fn seen(db: &dyn Db, package: Package) -> Vec<Seen<'_>> {
    read_of_kind(db, package, Kind::Norm)
        .map(|(item, read)| Seen { item, read, own: item.package(db) == package.name(db) })
        .collect()
}

/// Holds the norms of a file against what forbids the same, and what it forbids against those of others.
#[salsa::tracked(returns(clone))]
pub(crate) fn norms(db: &dyn Db, package: Package, file: SourceFile) -> Arc<Analysis> {
    let mut result = Analysis::default();
    result.decided.norms = read_in_file(db, package, file, Kind::Norm).len();
    for (first, second, action) in &pairs_of(db, package, file).clashing {
        let (Some(first), Some(second)) = (first.read(db, package), second.read(db, package)) else { continue };
        let (Some(norm), Some(forbids)) = (first.norm(), second.norm()) else { continue };
        result.decided.pairs += 1;
        let told = || ranked(db, (first.item, norm), (second.item, forbids), contradiction(norm, forbids, action));
        if norm.guard.is_none() && forbids.guard.is_none() {
            result.found(told());
            continue;
        }
        let meeting = together(db, package, first.item, second.item);
        result.decided.points += meeting.points;
        match &meeting.outcome {
            Ok(meets) => result.diagnostics.extend(meets.tell(told)),
            Err(why) => result.undecided(&norm.meta.symbol, why.clone()),
        }
    }
    Arc::new(result)
}

fn contradiction(norm: &Norm, forbids: &Norm, action: &Symbol) -> Diagnostic<Place> {
    let (action, other) = (action.name.clone(), forbids.meta.symbol.name.clone());
    let name = norm.meta.symbol.name.clone();
    let message = match norm.modality {
        Deontic::Must => AnalysisMessage::DemandedAndForbidden { action, demands: name, forbids: other },
        _ => AnalysisMessage::PermittedAndForbidden { action, permits: name, forbids: other },
    };
    at(message, norm.meta.place(norm.meta.head))
        .label(forbids.meta.place(forbids.meta.head), AnalysisNote::ForbiddenHere)
        .help(AnalysisNote::PartNorms)
}

/// Says which of two norms prevails. Who is bound by a superior may not demand what it forbids; of two at one level the
/// later is meant to hold, and the earlier should say so.
fn ranked(
    db: &dyn Db,
    (a, norm): (Item<'_>, &Norm),
    (b, forbids): (Item<'_>, &Norm),
    diagnostic: Diagnostic<Place>,
) -> Diagnostic<Place> {
    let Some((first, why)) = prevails(db, a, b) else { return diagnostic };
    let prevailing = if first { norm } else { forbids };
    let note = ResponsibilityNote::Prevails { norm: prevailing.meta.symbol.name.clone(), why: why.why() };
    let diagnostic = diagnostic.note(note);
    match why {
        Precedence::Later(_) => diagnostic.with_severity(Severity::Warning),
        Precedence::Higher => diagnostic,
    }
}

/// Whether two norms apply to one jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// For which.
    pub(crate) outcome: Result<Meets, Outside>,
    /// How many were asked.
    pub(crate) points: usize,
}

/// For which jurisdiction two norms apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meets {
    /// For none.
    Never,
    /// For this one, the smallest, in the drafter's words.
    For(Bilingual),
    /// For all that one of them applies to, whichever those are.
    Wherever,
}

impl Meets {
    /// A finding about two norms, where they meet.
    pub(crate) fn tell(&self, told: impl FnOnce() -> Diagnostic<Place>) -> Option<Diagnostic<Place>> {
        match self {
            Self::Never => None,
            Self::For(example) => Some(told().note(KindNote::Example { example: example.clone() })),
            Self::Wherever => Some(told()),
        }
    }
}

/// Decides whether two norms under guards apply to one jurisdiction.
#[salsa::tracked(returns(clone))]
pub(crate) fn together<'db>(db: &'db dyn Db, package: Package, a: Item<'db>, b: Item<'db>) -> Arc<Meeting> {
    let (first, second) = (reading(db, a), reading(db, b));
    let (Some(norm), Some(forbids)) = (norm_of(&first), norm_of(&second)) else {
        return Arc::new(Meeting { outcome: Ok(Meets::Never), points: 0 });
    };
    let mut work = Work::on(db, package, &[a, b]);
    let outcome = match work.common(norm, forbids) {
        Ok(Some(witness)) => Ok(Meets::For(witness.describe(&work.machine))),
        Ok(None) => Ok(Meets::Never),
        // Guards that read alike hold together, whatever they compare.
        Err(_) if work.one_follows(norm, forbids) => Ok(Meets::Wherever),
        Err(why) => Err(why),
    };
    Arc::new(Meeting { outcome, points: work.result.decided.points })
}

impl Work {
    /// Whether one of two norms applies wherever the other does, by how their guards are written.
    fn one_follows(&self, a: &Norm, b: &Norm) -> bool {
        let program = self.machine.program();
        match (&a.guard, &b.guard) {
            (Some(one), Some(two)) => follows(program, one, two) || follows(program, two, one),
            _ => true,
        }
    }

    /// A jurisdiction for which both guards hold.
    fn common(&mut self, a: &Norm, b: &Norm) -> Result<Option<Witness>, Outside> {
        let guards: Vec<(&Norm, &Expr)> =
            [a, b].into_iter().filter_map(|it| it.guard.as_ref().map(|guard| (it, guard))).collect();
        let mut entities: Vec<Symbol> = guards.iter().filter_map(|it| entity_of(it.1)).collect();
        entities.dedup();
        let program = Arc::clone(self.machine.program());
        let entity = match entities.as_slice() {
            [] => match program.entities.first() {
                Some(entity) => entity.meta.symbol.clone(),
                // There is no jurisdiction to ask.
                None => return Err(Outside::Computed),
            },
            [entity] => entity.clone(),
            _ => return Err(Outside::SeveralEntities),
        };
        let conditions: Vec<&Expr> = guards.iter().map(|it| it.1).collect();
        let space = Space::of(&program, &entity, &conditions)?;
        let questions: Vec<_> =
            guards.iter().map(|(norm, guard)| self.machine.question(&norm.meta.symbol, guard)).collect();
        let mut undecided = None;
        let (witness, asked) = space.find(&self.machine, |run, at| {
            let mut unknown = None;
            for question in &questions {
                match run.ask(question, at) {
                    Ok(Value::Bool(true)) => {}
                    Ok(Value::Unknown(what)) => unknown = Some(lacking(run, &what)),
                    // One that does not hold parts them, whatever is not known of the other.
                    _ => return false,
                }
            }
            let holds = unknown.is_none();
            undecided = undecided.take().or(unknown);
            holds
        });
        self.result.decided.points += asked;
        match (witness, undecided) {
            (None, Some(why)) => Err(why),
            (witness, _) => Ok(witness),
        }
    }
}

/// What each action is a kind of.
#[salsa::tracked(returns(clone))]
pub(crate) fn parents(db: &dyn Db, package: Package) -> Arc<FxHashMap<Symbol, Symbol>> {
    let actions = read_of_kind(db, package, Kind::Action).map(|it| it.1);
    let mut parents = FxHashMap::default();
    for def in actions.flat_map(|it| it.defs.clone()) {
        if let Def::Notion(notion) = def
            && let Some(parent) = notion.parents.first()
        {
            parents.insert(notion.meta.symbol.clone(), parent.clone());
        }
    }
    Arc::new(parents)
}

/// Whether two provisions are in force on a common day.
pub(crate) fn days_in_common(a: &Meta, b: &Meta) -> bool {
    let days = |meta: &Meta| Range::new(meta.force.0, meta.force.1).ok();
    let days: Option<Range<Date>> = days(a).zip(days(b)).and_then(|(a, b)| a.intersect(&b));
    days.is_some()
}

/// Whether an action is another, or a kind of it.
pub(crate) fn is_a(parents: &FxHashMap<Symbol, Symbol>, action: &Symbol, other: &Symbol) -> bool {
    line(parents, action).any(|it| it == other)
}

/// An action with what it is a kind of, the broadest last.
pub(crate) fn line<'p>(parents: &'p FxHashMap<Symbol, Symbol>, action: &'p Symbol) -> impl Iterator<Item = &'p Symbol> {
    // A circle of actions is reported where they are declared.
    std::iter::successors(Some(action), |it| parents.get(*it)).take(parents.len() + 1)
}

/// The entity that a guard is about.
pub(crate) fn entity_of(expr: &Expr) -> Option<Symbol> {
    match (&expr.kind, &expr.ty) {
        (ExprKind::This, Type::Entity(symbol)) => Some(symbol.clone()),
        (ExprKind::Field(base, ..) | ExprKind::Rule(base, ..) | ExprKind::Ancestor(base, _), _) => entity_of(base),
        (ExprKind::Unary(_, operand), _) => entity_of(operand),
        (ExprKind::Binary { lhs, rhs, .. }, _) => entity_of(lhs).or_else(|| entity_of(rhs)),
        (ExprKind::Call(_, args) | ExprKind::List(args), _) => args.iter().find_map(entity_of),
        (ExprKind::Cases(arms, otherwise), _) => {
            let arms = arms.iter().find_map(|(guard, value)| entity_of(guard).or_else(|| entity_of(value)));
            arms.or_else(|| otherwise.as_deref().and_then(entity_of))
        }
        (ExprKind::If(a, b, c), _) => entity_of(a).or_else(|| entity_of(b)).or_else(|| entity_of(c)),
        (ExprKind::Aggregate { source, .. }, _) => entity_of(source),
        (ExprKind::Children(base, _), _) => entity_of(base),
        _ => None,
    }
}
