//! Whether one document demands all that another demands: provision by provision, each with what answers it.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::Bilingual;
use polis_eval::{Question, Run};
use polis_semantic::file_document;
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Limit, Structure};
use polis_semantic::items::{Item, file_items};
use polis_semantic::kinds::Def;
use polis_semantic::slices::reading;
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::words::Kind;
use polis_value::Value;
use smol_str::SmolStr;

use crate::implication::{Counterexample, NoAnswer, Relation, Said};
use crate::norms::Seen;
use crate::periods::Enumeration;
use crate::space::Space;
use crate::standards::says_all;
use crate::{Outside, Work};

/// The answer to a question about two documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentAnswer {
    /// Each provision of the second that binds, in the order of the files, with what the first says to it.
    pub provisions: Vec<(SmolStr, Followed)>,
    /// How many provisions bind in ways that are not compared.
    pub others: usize,
    /// How many jurisdictions were asked.
    pub points: usize,
}

/// What a document says to a provision of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// It demands as much, in these provisions.
    By(Vec<SmolStr>),
    /// It says nothing of the kind.
    Unsaid,
    /// It demands less, in this provision, as a jurisdiction shows; norms that say less have no such jurisdiction.
    Less(SmolStr, Option<Counterexample>),
    /// Whether it does is not decided.
    Undecided(Outside),
}

impl DocumentAnswer {
    /// Whether all that the second demands follows; `None` if that is not known.
    pub fn holds(&self) -> Option<bool> {
        let fails = |it: &Followed| matches!(it, Followed::Unsaid | Followed::Less(..));
        let open = |it: &Followed| matches!(it, Followed::Undecided(_));
        match (self.provisions.iter().any(|it| fails(&it.1)), self.provisions.iter().any(|it| open(&it.1))) {
            (true, _) => Some(false),
            (false, true) => None,
            (false, false) => Some(true),
        }
    }
}

/// Whether whoever keeps to document `a` keeps to document `b`: each requirement, limit, quota and norm of `b` is held
/// against what `a` says of the same.
pub fn document_implies(db: &dyn Db, package: Package, a: Item<'_>, b: Item<'_>) -> DocumentAnswer {
    let mut answer = DocumentAnswer { provisions: Vec::new(), others: 0, points: 0 };
    let first = provisions(db, a);
    let norms = crate::norms::seen(db, package);
    for item in provisions(db, b) {
        let kind = item.kind(db);
        let followed = match kind {
            Some(Kind::Require) => requirement(db, package, &first, item, &mut answer.points),
            Some(Kind::Norm) => Some(norm(db, package, &norms, &first, item)),
            Some(Kind::Quota | Kind::Offices | Kind::Posts | Kind::Centers | Kind::Pay) => {
                structure(db, package, &first, item, &mut answer.points)
            }
            _ => None,
        };
        match followed {
            Some(followed) => answer.provisions.push((item.name(db), followed)),
            None if kind.is_some_and(binds) => answer.others += 1,
            None => {}
        }
    }
    answer
}

/// Whether a provision of a kind binds anyone, though it is not compared.
const fn binds(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Power
            | Kind::Grant
            | Kind::Duty
            | Kind::Duties
            | Kind::List
            | Kind::Admission
            | Kind::Commitment
            | Kind::Mechanism
            | Kind::Rating
            | Kind::Indicator
            | Kind::Procedure
            | Kind::Delegation
    )
}

/// The provisions of the files of which a document is the only one.
fn provisions<'db>(db: &'db dyn Db, document: Item<'db>) -> Vec<Item<'db>> {
    let Some(package) = polis_semantic::scope::package_of(db, document.file(db)) else { return Vec::new() };
    let symbol = document.symbol(db);
    let is_of = |it: &polis_db::SourceFile| file_document(db, *it).is_some_and(|it| it.meta.symbol == symbol);
    package.files(db).iter().filter(|it| is_of(it)).flat_map(|it| file_items(db, *it).iter().copied()).collect()
}

/// A requirement against all requirements about the same facts together.
fn requirement(
    db: &dyn Db,
    package: Package,
    first: &[Item<'_>],
    item: Item<'_>,
    points: &mut usize,
) -> Option<Followed> {
    let wanted = own_constraint(db, item)?;
    let facts = fields(&wanted);
    let answers = |it: &&Item<'_>| {
        own_constraint(db, **it)
            .is_some_and(|it| it.entity == wanted.entity && fields(&it).iter().any(|it| facts.contains(it)))
    };
    let others: Vec<Item<'_>> =
        first.iter().filter(|it| it.kind(db) == Some(Kind::Require)).filter(answers).copied().collect();
    if others.is_empty() {
        return Some(Followed::Unsaid);
    }
    let roots: Vec<Item<'_>> = others.iter().copied().chain([item]).collect();
    let mut work = Work::on(db, package, &roots);
    let program = Arc::clone(work.machine.program());
    let symbols: Vec<Symbol> = others.iter().map(|it| it.symbol(db)).collect();
    let all = symbols.iter().filter_map(|it| Said::by(&program, it));
    let all = all.reduce(|mut all, it| {
        all.parts.extend(it.parts);
        all
    });
    let (Some(all), Some(second)) = (all, Said::by(&program, &item.symbol(db))) else { return None };
    let outcome = work.relate_said(&all, &second, Relation::Implies);
    *points += work.result.decided.points;
    let names = || others.iter().map(|it| it.name(db)).collect::<Vec<_>>();
    Some(match outcome {
        Ok(None) => Followed::By(names()),
        Ok(Some(example)) => Followed::Less(names().join("、").into(), Some(example)),
        Err(why) => Followed::Undecided(outside(why)),
    })
}

fn own_constraint(db: &dyn Db, item: Item<'_>) -> Option<Constraint> {
    reading(db, item).defs.iter().find_map(|it| match it {
        Def::Constraint(it) if matches!(it.holds, Holds::Condition(_)) => Some(it.clone()),
        _ => None,
    })
}

/// The facts and rules that a requirement names.
fn fields(constraint: &Constraint) -> Vec<(Symbol, SmolStr)> {
    let Holds::Condition(condition) = &constraint.holds else { return Vec::new() };
    let named = |it: &Expr| match &it.kind {
        ExprKind::Field(_, entity, field) => Some((entity.clone(), field.clone())),
        ExprKind::Rule(_, rule, _) => Some((rule.clone(), SmolStr::default())),
        _ => None,
    };
    condition.all().into_iter().filter_map(named).collect()
}

/// A norm against each norm of the other document.
fn norm<'db>(db: &'db dyn Db, package: Package, all: &[Seen<'db>], first: &[Item<'db>], item: Item<'db>) -> Followed {
    let mut undecided = None;
    for other in first.iter().filter(|it| it.kind(db) == Some(Kind::Norm)) {
        match says_all(db, package, all, (*other, item)) {
            Ok(true) => return Followed::By(vec![other.name(db)]),
            Ok(false) => {}
            Err(why) => undecided = undecided.or(Some(why)),
        }
    }
    undecided.map_or(Followed::Unsaid, Followed::Undecided)
}

/// A quota or structure: what it provides for, and each of its limits.
fn structure<'db>(
    db: &'db dyn Db,
    package: Package,
    first: &[Item<'db>],
    item: Item<'db>,
    points: &mut usize,
) -> Option<Followed> {
    let wanted = own_structure(db, item)?;
    if !wanted.provides && wanted.limits.is_empty() {
        return None;
    }
    let answers = |it: Item<'db>| {
        let of = own_structure(db, it).filter(|of| of.meta.kind == wanted.meta.kind && of.entity == wanted.entity)?;
        // Of two posts of one community, those of one concept are the same.
        let apart = !of.meta.is.is_empty()
            && !wanted.meta.is.is_empty()
            && !of.meta.is.iter().any(|it| wanted.meta.is.contains(it));
        (!apart).then_some((it, of))
    };
    let others: Vec<(Item<'db>, Structure)> = first.iter().copied().filter_map(answers).collect();
    let mut nearest = Followed::Unsaid;
    for (other, of) in &others {
        let mut work = Work::on(db, package, &[*other, item]);
        let outcome = work.structure_follows(of, &wanted);
        *points += work.result.decided.points;
        match outcome {
            Ok(None) => return Some(Followed::By(vec![other.name(db)])),
            Ok(Some(example)) if !matches!(nearest, Followed::Less(..)) => {
                nearest = Followed::Less(other.name(db), Some(example));
            }
            Err(why) if matches!(nearest, Followed::Unsaid) => nearest = Followed::Undecided(outside(why)),
            _ => {}
        }
    }
    Some(nearest)
}

fn own_structure(db: &dyn Db, item: Item<'_>) -> Option<Structure> {
    reading(db, item).defs.iter().find_map(|it| if let Def::Structure(it) = it { Some(it.clone()) } else { None })
}

fn outside(why: NoAnswer) -> Outside {
    match why {
        NoAnswer::Undecided(why) => why,
        NoAnswer::OtherEntity(..) => Outside::SeveralEntities,
        NoAnswer::NotComparable(_) | NoAnswer::OtherType => Outside::Computed,
    }
}

impl Work {
    /// A jurisdiction for which `of` allows what `wanted` does not.
    fn structure_follows(&mut self, of: &Structure, wanted: &Structure) -> Result<Option<Counterexample>, NoAnswer> {
        if wanted.provides {
            let program = Arc::clone(self.machine.program());
            let said = |it: &Structure| Said::by(&program, &it.meta.symbol).filter(|_| it.provides);
            let second = said(wanted).ok_or_else(|| NoAnswer::NotComparable(wanted.meta.symbol.clone()))?;
            // What lays nothing down is held to its limits below.
            if let Some(first) = said(of) {
                if let Some(example) = self.relate_said(&first, &second, Relation::Implies)? {
                    return Ok(Some(example));
                }
            } else if of.limits.is_empty() {
                return Err(NoAnswer::NotComparable(of.meta.symbol.clone()));
            }
        }
        for limit in &wanted.limits {
            let mut example = None;
            let mut kept = false;
            for own in &of.limits {
                match self.limit_follows(of, own, wanted, limit)? {
                    None => kept = true,
                    Some(it) => example = example.or(Some(it)),
                }
            }
            if !kept {
                let bounds = shown(wanted, limit);
                let nothing = || Counterexample {
                    facts: Bilingual::new("任何情形", "any case"),
                    first: Bilingual::new("没有限额", "no limit"),
                    second: bounds.clone(),
                };
                return Ok(Some(example.unwrap_or_else(nothing)));
            }
        }
        Ok(None)
    }

    /// A jurisdiction under `limit` for which `own` does not hold or allows more.
    fn limit_follows(
        &mut self,
        of: &Structure,
        own: &Limit,
        wanted: &Structure,
        limit: &Limit,
    ) -> Result<Option<Counterexample>, NoAnswer> {
        let program: Arc<Program> = Arc::clone(self.machine.program());
        let guards: Vec<&Expr> = [&own.guard, &limit.guard].into_iter().flatten().collect();
        let values = [&own.bounds, &limit.bounds];
        let space = Space::of_values(&program, &wanted.entity, &guards, &values)?;
        let enumeration = Enumeration::of(&space, &program, &values)?;
        let mut link = |owner: &Structure, it: &Limit| {
            let owner = &owner.meta.symbol;
            let guard = it.guard.as_ref().map(|it| self.machine.question(owner, it));
            (guard, self.machine.question(owner, &it.bounds))
        };
        let (first, second) = (link(of, own), link(wanted, limit));
        let value = |run: &Run<'_>, at, (guard, bounds): &(Option<Question>, Question)| {
            let holds = guard.as_ref().is_none_or(|it| matches!(run.ask(it, at), Ok(Value::Bool(true))));
            if holds { run.ask(bounds, at).ok() } else { None }
        };
        let mut broken = |run: &Run<'_>, at| {
            let Some(bound) = value(run, at, &second) else { return false };
            value(run, at, &first).is_none_or(|it| Relation::Implies.broken(&it, &bound))
        };
        let (point, asked) = enumeration.first(&space, &self.machine, &mut broken)?;
        self.result.decided.points += asked;
        let Some(point) = point else { return Ok(None) };
        let Type::Number(ty) = &wanted.ty else { return Ok(None) };
        let show = |side: &(Option<Question>, Question)| {
            let range = point.ask(|run, at| value(run, at, side)).and_then(|it| it.as_number_range());
            range.map_or_else(|| Bilingual::new("没有限额", "no limit"), |it| crate::standards::show_range(ty, it))
        };
        let facts = point.witness.describe(&self.machine);
        Ok(Some(Counterexample { facts, first: show(&first), second: show(&second) }))
    }
}

/// The bounds of a limit as they are written.
fn shown(structure: &Structure, limit: &Limit) -> Bilingual {
    let text = limit.bounds.span.text(&structure.meta.content.text);
    Bilingual::word(text, text)
}
