//! The program of a package: its own provisions, and those of every package that binds or serves it.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile, superiors};
use polis_syntax::words::Choice;
use polis_value::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ir::{
    Admission, Amendment, Assignment, Commitment, Constraint, Delegation, Document, Entity, Enumeration, Expr,
    ExprKind, Fact, Group, Holds, Indicator, Limit, Mechanism, Meta, Norm, Notion, Param, Part, Pay, Principle,
    Procedure, Rating, Rule, Scenario, Structure, Subject, Test, Unit,
};
use crate::items::{Item, file_frame, file_items};
use crate::kinds::{Def, Lowered, lowered};
use crate::scope::visible;
use crate::types::Symbol;
use crate::versions::{Amended, Switches, amended, amended_with};

/// A package and everything that its provisions rest on, in a fixed order: nearest package first, then by file and
/// place in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The packages, the one that was asked for first.
    pub packages: Vec<PackageInfo>,
    /// Types of jurisdictions and parties.
    pub entities: Vec<Entity>,
    /// Users' units.
    pub units: Vec<Unit>,
    /// Enumerations.
    pub enumerations: Vec<Enumeration>,
    /// Figures.
    pub params: Vec<Param>,
    /// Values for each entity.
    pub rules: Vec<Rule>,
    /// What must hold for each entity, superiors' limits on lower structures included.
    pub constraints: Vec<Constraint>,
    /// Offices, centres, posts and quotas.
    pub structures: Vec<Structure>,
    /// Norms.
    pub norms: Vec<Norm>,
    /// Powers and duties.
    pub assignments: Vec<Assignment>,
    /// Series, grants, lists.
    pub groups: Vec<Group>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Concepts, organs and actions.
    pub notions: Vec<Notion>,
    /// Pay.
    pub pays: Vec<Pay>,
    /// Decisions on matters.
    pub admissions: Vec<Admission>,
    /// Commitments.
    pub commitments: Vec<Commitment>,
    /// Counted mechanisms.
    pub mechanisms: Vec<Mechanism>,
    /// Ratings.
    pub ratings: Vec<Rating>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Procedures.
    pub procedures: Vec<Procedure>,
    /// Holes that superiors leave.
    pub delegations: Vec<Delegation>,
    /// Reported figures.
    pub facts: Vec<Fact>,
    /// What no program can decide.
    pub principles: Vec<Principle>,
    /// Changes of provisions from a date on.
    pub amendments: Vec<Amendment>,
    /// The scenarios of the package that was asked for.
    pub scenarios: Vec<Scenario>,
    /// The tests of the package that was asked for.
    pub tests: Vec<Test>,
    /// The document that each file is the code of.
    pub file_documents: Vec<(SourceFile, Symbol)>,
}

/// A package of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageInfo {
    /// Its name.
    pub name: SmolStr,
    /// Its title.
    pub title: Option<SmolStr>,
    /// Its level.
    pub level: Option<Choice>,
}

/// The program of a package as it reads today: every amendment made, whatever its date.
#[salsa::tracked(returns(clone))]
pub fn program(db: &dyn Db, package: Package) -> Arc<Program> {
    assembled(db, package, None, &Switches::default())
}

/// The program of a package on a day: amendments of later days are not made, and what is not in force has no effect. A
/// value that is not in force is unknown, and says since when or until when.
#[salsa::tracked(returns(clone))]
pub fn program_at(db: &dyn Db, package: Package, day: Date) -> Arc<Program> {
    assembled(db, package, Some(day), &Switches::default())
}

/// The program of a package on a day, where some provisions are supposed to be in force whatever their dates, and others
/// not to be.
pub fn program_switched(db: &dyn Db, package: Package, day: Date, switches: &Switches) -> Arc<Program> {
    if switches.is_empty() { program_at(db, package, day) } else { assembled(db, package, Some(day), switches) }
}

fn assembled(db: &dyn Db, package: Package, day: Option<Date>, switches: &Switches) -> Arc<Program> {
    let mut program = Program::default();
    let mut sources = Vec::new();
    for (index, other) in visible(db, package).iter().enumerate() {
        let manifest = other.manifest(db);
        program.packages.push(PackageInfo {
            name: other.name(db),
            title: manifest.title.clone(),
            level: manifest.level,
        });
        let changed = if switches.is_empty() { amended(db, *other) } else { amended_with(db, *other, switches) };
        for file in other.files(db).iter() {
            let document = file_document(db, *file);
            for item in file_items(db, *file) {
                let (lowered, removed) = version_on(db, *item, &changed, day);
                let switched = |all: &[Symbol]| !all.is_empty() && all.contains(&item.symbol(db));
                let (on, off) = (switched(&switches.on), switched(&switches.off));
                let group = lowered.defs.iter().find_map(|it| match it {
                    Def::Group(group) => Some(&group.meta),
                    _ => None,
                });
                for def in &lowered.defs {
                    // Another package's tests and scenarios are its own business.
                    if index == 0 || !matches!(def, Def::Test(_) | Def::Scenario(_)) {
                        let until = if off { Some((None, None)) } else { removed.map(|it| (None, Some(it))) };
                        let dated = || if on { None } else { dormant(def, group, document.as_deref(), day?) };
                        program.add(def, until.or_else(dated));
                    }
                }
            }
            // A file with one document is the code of that document.
            if let Some(document) = document {
                sources.push((*file, document.meta.symbol.clone()));
            }
        }
    }
    program.file_documents = sources;
    program.bind(db, package);
    Arc::new(program)
}

/// The document that a file is the code of: its only one.
#[salsa::tracked(returns(clone))]
pub fn file_document(db: &dyn Db, file: SourceFile) -> Option<Arc<Document>> {
    let read: Vec<Arc<Lowered>> = file_frame(db, file).documents.iter().map(|it| lowered(db, *it)).collect();
    let mut documents = read.iter().flat_map(|it| &it.defs).filter_map(|it| match it {
        Def::Document(document) => Some(document),
        _ => None,
    });
    let first = documents.next()?;
    documents.next().is_none().then(|| Arc::new(first.clone()))
}

/// What a provision says on a day, or after every amendment. What is removed keeps its values' names, so that what needs
/// them can say until when there were any; then its last day in force is given too.
pub(crate) fn version_on(
    db: &dyn Db,
    item: Item<'_>,
    changed: &[Amended],
    day: Option<Date>,
) -> (Arc<Lowered>, Option<Date>) {
    if let Some(kind) = item.kind(db)
        && !changed.is_empty()
        && let Some(amended) = changed.iter().find(|it| it.kind == kind && it.name == item.name(db))
        && let Some(version) = amended.versions.iter().rev().find(|it| day.is_none_or(|day| it.from <= day))
    {
        if let Some(lowered) = &version.lowered {
            return (Arc::clone(lowered), None);
        }
        let mut removed = Lowered::clone(&lowered(db, item));
        removed.defs.retain(|it| matches!(it, Def::Rule(_) | Def::Param(_)));
        return (Arc::new(removed), version.from.add_days(-1).ok());
    }
    (lowered(db, item), None)
}

/// Why a definition is not in force on `day`: the first day on which it will be, or the last on which it was. What it
/// says of its days goes before what the group says that it stands in, and that before what its document says.
fn dormant(
    def: &Def,
    group: Option<&Arc<Meta>>,
    document: Option<&Document>,
    day: Date,
) -> Option<(Option<Date>, Option<Date>)> {
    let meta = def.meta()?;
    let of_group = group.map(|it| it.force).unwrap_or_default();
    let of_document = |index: usize| document.and_then(|it| it.dates.get(index).copied().flatten());
    let from = meta.force.0.or(of_group.0).or_else(|| of_document(1).and_then(|it| it.lo()));
    let until = meta.force.1.or(of_group.1).or_else(|| of_document(2).and_then(|it| it.hi()));
    let (early, late) = (from.filter(|it| day < *it), until.filter(|it| day > *it));
    (early.is_some() || late.is_some()).then_some((early, late))
}

impl Program {
    /// Adds a definition. One that is not in force keeps what others need of it: its name and type.
    pub(crate) fn add(&mut self, def: &Def, dormant: Option<(Option<Date>, Option<Date>)>) {
        if let Some((from, until)) = dormant {
            let asleep =
                |ty: &crate::types::Type, span| Expr { kind: ExprKind::Dormant(from, until), ty: ty.clone(), span };
            match def {
                Def::Param(it) => {
                    let value = Some(asleep(&it.ty, it.meta.head));
                    self.params.push(Param { value, dated: Vec::new(), ..it.clone() });
                }
                Def::Rule(it) => {
                    let value = asleep(&it.ty, it.meta.head);
                    self.rules.push(Rule { value, exceptions: Vec::new(), ..it.clone() });
                }
                Def::Structure(it) => self.structures.push(Structure { limits: Vec::new(), ..it.clone() }),
                // Its members can still be counted, but nobody has them.
                Def::Group(it) => self.groups.push(Group { holders: Vec::new(), ..it.clone() }),
                Def::Constraint(_)
                | Def::Norm(_)
                | Def::Assignment(_)
                | Def::Admission(_)
                | Def::Procedure(_)
                | Def::Delegation(_) => {}
                other => self.add(other, None),
            }
            return;
        }
        match def {
            Def::Document(it) => self.documents.push(it.clone()),
            Def::Group(it) => self.groups.push(it.clone()),
            Def::Notion(it) => self.notions.push(it.clone()),
            Def::Entity(it) => self.entities.push(it.clone()),
            Def::Enumeration(it) => self.enumerations.push(it.clone()),
            Def::Param(it) => self.params.push(it.clone()),
            Def::Rule(it) => self.rules.push(it.clone()),
            Def::Constraint(it) => self.constraints.push(it.clone()),
            Def::Structure(it) => self.structures.push(it.clone()),
            Def::Norm(it) => self.norms.push(it.clone()),
            Def::Assignment(it) => self.assignments.push(it.clone()),
            Def::Test(it) => self.tests.push(it.clone()),
            Def::Pay(it) => self.pays.push(it.clone()),
            Def::Admission(it) => self.admissions.push(it.clone()),
            Def::Commitment(it) => self.commitments.push(it.clone()),
            Def::Mechanism(it) => self.mechanisms.push(it.clone()),
            Def::Rating(it) => self.ratings.push((**it).clone()),
            Def::Indicator(it) => self.indicators.push(it.clone()),
            Def::Procedure(it) => self.procedures.push(it.clone()),
            Def::Delegation(it) => self.delegations.push(it.clone()),
            Def::Fact(it) => self.facts.push(it.clone()),
            Def::Principle(it) => self.principles.push(it.clone()),
            Def::Amendment(it) => self.amendments.push(it.clone()),
            Def::Scenario(it) => self.scenarios.push(it.clone()),
            Def::Unit(it) => self.units.push(it.clone()),
        }
    }

    /// Ties together what packages say to each other: superiors' limits and the structures below them, holes and what
    /// fills them.
    pub(crate) fn bind(&mut self, db: &dyn Db, package: Package) {
        if !self.structures.is_empty() {
            let chains = visible(db, package)
                .iter()
                .map(|it| (it.name(db), superiors(db, *it).iter().map(|it| it.name(db)).collect()))
                .collect();
            self.bind_superior_limits(&chains);
        }
        self.fill_delegations();
    }

    /// A hole that a provision below fills has that provision's value: a figure's, or for each entity a rule's.
    fn fill_delegations(&mut self) {
        let fills = |meta: &Meta, hole: &Symbol| meta.implements.contains(hole);
        // Until a fill is in force, the hole is what the superior says it is.
        let awake = |value: Option<&Expr>| !matches!(value.map(|it| &it.kind), Some(ExprKind::Dormant(..)));
        for delegation in &self.delegations {
            let hole = &delegation.meta.symbol;
            let span = delegation.meta.head;
            let figure = self
                .params
                .iter()
                .find(|it| fills(&it.meta, hole) && awake(it.value.as_ref()))
                .map(|it| it.meta.symbol.clone());
            if let Some(figure) = figure
                && let Some(param) = self.params.iter_mut().find(|it| it.meta.symbol == *hole)
            {
                let ty = param.ty.clone();
                param.value = Some(Expr { kind: ExprKind::Param(figure), ty, span });
                continue;
            }
            let rule = self
                .rules
                .iter()
                .find(|it| {
                    fills(&it.meta, hole) && awake(Some(&it.value)) && delegation.entity.as_ref() == Some(&it.entity)
                })
                .map(|it| it.meta.symbol.clone());
            if let Some(filled) = rule
                && let Some(rule) = self.rules.iter_mut().find(|it| it.meta.symbol == *hole)
            {
                let this = Expr { kind: ExprKind::This, ty: crate::types::Type::Entity(rule.entity.clone()), span };
                let ty = rule.ty.clone();
                rule.value = Expr { kind: ExprKind::Rule(Box::new(this), filled, Part::Value), ty, span };
            }
        }
    }

    /// A superior's limit binds every structure of the same kind and entity in the packages below it.
    fn bind_superior_limits(&mut self, chains: &FxHashMap<SmolStr, Vec<SmolStr>>) {
        let mut derived = Vec::new();
        for above in &self.structures {
            let binds = |lower: &Structure| {
                lower.meta.kind == above.meta.kind
                    && lower.entity == above.entity
                    && lower.meta.symbol.package != above.meta.symbol.package
                    && chains.get(&lower.meta.symbol.package).is_some_and(|it| it.contains(&above.meta.symbol.package))
            };
            for lower in self.structures.iter().filter(|it| binds(it)) {
                for limit in &above.limits {
                    if lower.provides {
                        derived.push(bound(above, limit, lower, provided(lower), Subject::Provided));
                    }
                    if let Some(actual) = &lower.actual {
                        derived.push(bound(above, limit, lower, actual.clone(), Subject::Actual));
                    }
                }
            }
        }
        self.constraints.extend(derived);
    }
}

/// What a lower structure provides for.
fn provided(lower: &Structure) -> Expr {
    let span = lower.meta.head;
    let this = Expr { kind: ExprKind::This, ty: crate::types::Type::Entity(lower.entity.clone()), span };
    let kind = ExprKind::Rule(Box::new(this), lower.meta.symbol.clone(), Part::Value);
    Expr { kind, ty: lower.ty.clone(), span }
}

fn bound(above: &Structure, limit: &Limit, lower: &Structure, value: Expr, subject: Subject) -> Constraint {
    Constraint {
        meta: above.meta.clone(),
        entity: above.entity.clone(),
        guard: limit.guard.clone(),
        holds: Holds::Within { value, bounds: limit.bounds.clone(), subject },
        modality: above.meta.modality.unwrap_or(Choice::Must),
        about: Some(lower.meta.symbol.clone()),
    }
}
