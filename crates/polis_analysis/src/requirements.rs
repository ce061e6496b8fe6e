//! Requirements that no jurisdiction can meet together.
//!
//! What the guards ask is given; all else is for whom they bind to bring about. Two requirements clash where for some
//! given facts, under which both apply, each can be met and both cannot.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{AnalysisMessage, AnalysisNote, Diagnostic, ResponsibilityNote, Severity};
use polis_eval::Question;
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds};
use polis_semantic::items::{Item, Place};
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{read_of_kind, reading};
use polis_semantic::{Program, Symbol};
use polis_syntax::words::{Choice, Kind};
use polis_value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::corners::turned;
use crate::forms::{excluded, follows};
use crate::norms::{Meets, days_in_common};
use crate::precedence::{Precedence, prevails};
use crate::report::{at, lacking};
use crate::space::{Space, Witness};
use crate::{Analysis, Outside, Work};

/// More requirements about one fact than this are not held against each other.
const MOST_REQUIREMENTS: usize = 64;

/// What a provision requires, and of what.
fn required(read: &Lowered) -> Option<(&Constraint, &Expr)> {
    read.defs.iter().find_map(|it| match it {
        Def::Constraint(constraint) if constraint.about.is_none() => match &constraint.holds {
            Holds::Condition(condition) => Some((constraint, condition)),
            Holds::Within { .. } => None,
        },
        _ => None,
    })
}

/// Holds the requirements that a package sees against each other, as far as one of both is its own.
#[salsa::tracked(returns(clone))]
pub(crate) fn requirements(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut result = Analysis::default();
    let name = package.name(db);
    let all: Vec<(Item<'_>, Arc<Lowered>, bool)> =
        read_of_kind(db, package, Kind::Require).map(|(item, read)| (item, read, item.package(db) == name)).collect();
    if !all.iter().any(|it| it.2) {
        return Arc::new(result);
    }
    // Requirements with no fact in common are met apart.
    let mut index: FxHashMap<Fact, usize> = FxHashMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (position, (item, read, _)) in all.iter().enumerate() {
        for fact in mentions(db, package, *item).iter() {
            let group = *index.entry(fact.clone()).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(group) else { continue };
            if group.len() < MOST_REQUIREMENTS {
                group.push(position);
            } else if let Some((constraint, _)) = required(read) {
                result.undecided(&constraint.meta.symbol, Outside::TooMany);
            }
        }
    }
    let mut met: FxHashSet<(usize, usize)> = FxHashSet::default();
    for group in &groups {
        for (index, a) in group.iter().enumerate() {
            for b in group.get(index + 1..).unwrap_or_default() {
                let (Some(first), Some(second)) = (all.get(*a), all.get(*b)) else { continue };
                // The package's own is the one that is told, and of two the later one.
                let (own, other) = if second.2 { (second, first) } else { (first, second) };
                if own.2 && met.insert((*a, *b)) {
                    decide(db, package, own, other, &mut result);
                }
            }
        }
    }
    Arc::new(result)
}

/// A fact, or a rule or figure, that a requirement rests on: the provision that has it, and its name.
type Fact = (Symbol, SmolStr);

/// What a requirement asks about, over any number of rules.
#[salsa::tracked(returns(clone))]
fn mentions<'db>(db: &'db dyn Db, package: Package, item: Item<'db>) -> Arc<Vec<Fact>> {
    let read = reading(db, item);
    let program = polis_semantic::slices::slice(db, package, &[item]);
    let mut found: FxHashSet<Fact> = FxHashSet::default();
    if let Some((_, condition)) = required(&read) {
        collect(&program, condition, &mut found);
    }
    let mut found: Vec<Fact> = found.into_iter().collect();
    found.sort();
    Arc::new(found)
}

fn collect(program: &Program, expr: &Expr, found: &mut FxHashSet<Fact>) {
    match &expr.kind {
        ExprKind::Field(_, entity, field) => {
            found.insert((entity.clone(), field.clone()));
        }
        ExprKind::Param(symbol) => {
            found.insert((symbol.clone(), SmolStr::default()));
        }
        ExprKind::Rule(_, symbol, _) if found.insert((symbol.clone(), SmolStr::default())) => {
            for rule in program.rules.iter().filter(|it| it.meta.symbol == *symbol) {
                let exceptions = rule.exceptions.iter().flat_map(|it| [&it.guard, &it.value]);
                std::iter::once(&rule.value).chain(exceptions).for_each(|it| collect(program, it, found));
            }
        }
        _ => {}
    }
    for part in expr.inner() {
        collect(program, part, found);
    }
}

/// What became of two requirements.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    clash: Result<Meets, Outside>,
    points: usize,
}

/// Decides whether two requirements clash.
#[salsa::tracked(returns(clone))]
fn outcome<'db>(db: &'db dyn Db, package: Package, a: Item<'db>, b: Item<'db>) -> Arc<Outcome> {
    let (first, second) = (reading(db, a), reading(db, b));
    let never = || Arc::new(Outcome { clash: Ok(Meets::Never), points: 0 });
    let (Some(one), Some(two)) = (required(&first), required(&second)) else { return never() };
    if one.0.entity != two.0.entity || !days_in_common(&one.0.meta, &two.0.meta) {
        return never();
    }
    let mut work = Work::on(db, package, &[a, b]);
    let clash = work.clash(one, two).map(|it| match it {
        Clash::Never => Meets::Never,
        Clash::Given(facts) => Meets::For(facts.describe(&work.machine)),
        Clash::Wherever => Meets::Wherever,
    });
    Arc::new(Outcome { clash, points: work.result.decided.points })
}

type Provision<'db> = (Item<'db>, Arc<Lowered>, bool);

fn decide<'db>(db: &'db dyn Db, package: Package, own: &Provision<'db>, other: &Provision<'db>, all: &mut Analysis) {
    let (Some(one), Some(two)) = (required(&own.1), required(&other.1)) else { return };
    let outcome = outcome(db, package, own.0, other.0);
    all.decided.points += outcome.points;
    let meets = match &outcome.clash {
        Ok(meets) => meets,
        Err(why) => return all.undecided(&one.0.meta.symbol, why.clone()),
    };
    let mut diagnostic = told(one, two);
    if let Some((first, why)) = prevails(db, own.0, other.0) {
        let norm = if first { one } else { two }.0.meta.symbol.name.clone();
        diagnostic = diagnostic.note(ResponsibilityNote::Prevails { norm, why: why.why() });
        if matches!(why, Precedence::Later(_)) {
            diagnostic = diagnostic.with_severity(Severity::Warning);
        }
    }
    all.diagnostics.extend(meets.tell(|| diagnostic));
}

fn told(one: (&Constraint, &Expr), two: (&Constraint, &Expr)) -> Diagnostic<Place> {
    let name = |it: &Constraint| it.meta.symbol.name.clone();
    let message = AnalysisMessage::RequirementsClash { first: name(one.0), second: name(two.0) };
    let diagnostic = at(message, one.0.meta.place(one.1.span))
        .label(two.0.meta.place(two.1.span), AnalysisNote::OtherRequirement)
        .help(AnalysisNote::PartRequirements);
    // What is only usual, planned or encouraged may be left.
    let binding = [one, two].iter().all(|it| it.0.modality == Choice::Must);
    if binding { diagnostic } else { diagnostic.with_severity(Severity::Warning) }
}

/// For which given facts two requirements clash.
enum Clash {
    /// For none.
    Never,
    /// For these, the smallest.
    Given(Witness),
    /// For all for which both apply.
    Wherever,
}

impl Work {
    /// Decides whether two requirements clash.
    fn clash(&mut self, a: (&Constraint, &Expr), b: (&Constraint, &Expr)) -> Result<Clash, Outside> {
        let program = Arc::clone(self.machine.program());
        let guards: Vec<(&Symbol, &Expr)> =
            [a.0, b.0].iter().filter_map(|it| Some((&it.meta.symbol, it.guard.as_ref()?))).collect();
        let conditions: Vec<&Expr> = guards.iter().map(|it| it.1).chain([a.1, b.1]).collect();
        let decided = Space::of(&program, &a.0.entity, &conditions).and_then(|space| {
            let asked: Vec<&Expr> = guards.iter().map(|it| it.1).collect();
            let given = Space::of(&program, &a.0.entity, &asked)?;
            self.clash_within(&space, &given, &guards, (&a.0.meta.symbol, a.1), (&b.0.meta.symbol, b.1))
        });
        // What is not decided jurisdiction by jurisdiction may still be plain from how it is written.
        decided.or_else(|why| {
            let (first, second) = ((a.1, true), (b.1, true));
            let given: Vec<(&Expr, bool)> = guards.iter().map(|it| (it.1, true)).collect();
            let impossible = |more: &[(&Expr, bool)]| {
                let wanted: Vec<(&Expr, bool)> = given.iter().chain(more).copied().collect();
                excluded(&program, &wanted)
            };
            let clash = impossible(&[first, second]) && !impossible(&[first]) && !impossible(&[second]);
            if !clash {
                return Err(why);
            }
            match guards.as_slice() {
                [one, two] if !follows(&program, one.1, two.1) && !follows(&program, two.1, one.1) => {
                    Ok(self.under_all(&a.0.entity, &guards)?.map_or(Clash::Never, Clash::Given))
                }
                _ => Ok(Clash::Wherever),
            }
        })
    }

    /// A jurisdiction for which all guards hold.
    fn under_all(&mut self, entity: &Symbol, guards: &[(&Symbol, &Expr)]) -> Result<Option<Witness>, Outside> {
        let program = Arc::clone(self.machine.program());
        let conditions: Vec<&Expr> = guards.iter().map(|it| it.1).collect();
        let space = Space::of(&program, entity, &conditions)?;
        let guards: Vec<Question> = guards.iter().map(|it| self.machine.question(it.0, it.1)).collect();
        let (witness, asked) = space
            .find(&self.machine, |run, at| guards.iter().all(|it| matches!(run.ask(it, at), Ok(Value::Bool(true)))));
        self.result.decided.points += asked;
        Ok(witness)
    }

    fn clash_within(
        &mut self,
        space: &Space,
        given: &Space,
        guards: &[(&Symbol, &Expr)],
        a: (&Symbol, &Expr),
        b: (&Symbol, &Expr),
    ) -> Result<Clash, Outside> {
        let guards: Vec<Question> = guards.iter().map(|it| self.machine.question(it.0, it.1)).collect();
        let (a, b) = (self.machine.question(a.0, a.1), self.machine.question(b.0, b.1));
        let is_given: Vec<bool> = space
            .axes
            .iter()
            .map(|axis| given.axes.iter().any(|it| it.entity == axis.entity && it.field == axis.field))
            .collect();
        let values: Vec<Vec<Value>> = space.axes.iter().map(|it| it.values.clone()).collect();
        // Each choice of what is given, with one value for the rest.
        let choices: Vec<Vec<Value>> = values
            .iter()
            .zip(&is_given)
            .map(|(all, given)| if *given { all.clone() } else { all.iter().take(1).cloned().collect() })
            .collect();
        let (mut found, mut open, mut points) = (None, None, 0);
        turned(&choices, |choice| {
            let axes: Vec<Vec<Value>> = values
                .iter()
                .zip(choice)
                .zip(&is_given)
                .map(|((all, value), given)| if *given { vec![value.clone()] } else { all.clone() })
                .collect();
            let (mut one, mut two, mut unknown) = (false, false, None);
            let mut both = |run: &polis_eval::Run<'_>, at| {
                for guard in &guards {
                    if !matches!(run.ask(guard, at), Ok(Value::Bool(true))) {
                        return true;
                    }
                }
                let (Ok(first), Ok(second)) = (run.ask(&a, at), run.ask(&b, at)) else { return true };
                one |= first == Value::Bool(true);
                two |= second == Value::Bool(true);
                if first == Value::Bool(false) || second == Value::Bool(false) {
                    return false;
                }
                if let Some(Value::Unknown(what)) = [first, second].iter().find(|it| it.is_unknown()) {
                    unknown = Some(lacking(run, what));
                    return false;
                }
                true
            };
            // One jurisdiction that meets both, or to which one does not apply, is enough.
            let Ok((apart, asked)) = space.first_of(&self.machine, &axes, None, &mut both) else { return true };
            let apart = apart.is_some();
            points += asked;
            if apart {
                return false;
            }
            match unknown {
                Some(why) => open = Some(why),
                None if one && two => found = Some(choice.to_vec()),
                None => {}
            }
            found.is_some()
        })?;
        self.result.decided.points += points;
        match (found, open) {
            (Some(choice), _) if is_given.contains(&true) => Ok(Clash::Given(space.witness(&choice).only(&is_given))),
            (Some(_), _) => Ok(Clash::Wherever),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(Clash::Never),
        }
    }
}
