//! The program of a package: its own provisions, and those of every package that binds or serves it.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile, superiors};
use polis_syntax::words::{Choice, Kind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ir::{
    Assignment, Constraint, Document, Entity, Enumeration, Expr, Group, Holds, Norm, Notion, Param, Rule, Subject, Test,
};
use crate::items::file_items;
use crate::kinds::{Def, lowered};
use crate::scope::visible;
use crate::types::Symbol;

/// A package and everything that its provisions rest on, in a fixed order: nearest package first, then by file and
/// place in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The packages, the one that was asked for first.
    pub packages: Vec<PackageInfo>,
    /// Types of jurisdictions and parties.
    pub entities: Vec<Entity>,
    /// Enumerations.
    pub enumerations: Vec<Enumeration>,
    /// Figures.
    pub params: Vec<Param>,
    /// Values for each entity.
    pub rules: Vec<Rule>,
    /// What must hold for each entity, superiors' limits on lower structures included.
    pub constraints: Vec<Constraint>,
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

/// The program of a package.
#[salsa::tracked(returns(clone))]
pub fn program(db: &dyn Db, package: Package) -> Arc<Program> {
    let mut program = Program::default();
    let mut sources = Vec::new();
    for (index, other) in visible(db, package).iter().enumerate() {
        let manifest = other.manifest(db);
        program.packages.push(PackageInfo {
            name: other.name(db),
            title: manifest.title.clone(),
            level: manifest.level,
        });
        for file in other.files(db).iter() {
            let mut documents = Vec::new();
            for item in file_items(db, *file) {
                for def in &lowered(db, *item).defs {
                    if let Def::Document(document) = def {
                        documents.push(document.meta.symbol.clone());
                    }
                    // Another package's tests are its own business.
                    if index == 0 || !matches!(def, Def::Test(_)) {
                        program.add(def);
                    }
                }
            }
            // A file with one document is the code of that document.
            if let [document] = documents.as_slice() {
                sources.push((*file, document.clone()));
            }
        }
    }
    program.file_documents = sources;
    let chains = visible(db, package)
        .iter()
        .map(|it| (it.name(db), superiors(db, *it).iter().map(|it| it.name(db)).collect()))
        .collect();
    program.bind_superior_limits(&chains);
    Arc::new(program)
}

impl Program {
    fn add(&mut self, def: &Def) {
        match def {
            Def::Document(it) => self.documents.push(it.clone()),
            Def::Group(it) => self.groups.push(it.clone()),
            Def::Notion(it) => self.notions.push(it.clone()),
            Def::Entity(it) => self.entities.push(it.clone()),
            Def::Enumeration(it) => self.enumerations.push(it.clone()),
            Def::Param(it) => self.params.push(it.clone()),
            Def::Rule(it) => self.rules.push(it.clone()),
            Def::Constraint(it) => self.constraints.push(it.clone()),
            Def::Norm(it) => self.norms.push(it.clone()),
            Def::Assignment(it) => self.assignments.push(it.clone()),
            Def::Test(it) => self.tests.push(it.clone()),
            Def::Unit(_) => {}
        }
    }

    /// A superior's limit binds every structure of the same kind and entity in the packages below it.
    fn bind_superior_limits(&mut self, chains: &FxHashMap<SmolStr, Vec<SmolStr>>) {
        let mut derived = Vec::new();
        for limit in &self.constraints {
            let kind = limit.meta.kind;
            let is_structure = matches!(kind, Kind::Offices | Kind::Centers | Kind::Posts | Kind::Quota);
            let bounds = match &limit.holds {
                Holds::StructureLimit { bounds } => bounds,
                Holds::Within { bounds, subject: Subject::Provided, .. } => bounds,
                _ => continue,
            };
            if !is_structure {
                continue;
            }
            let above = &limit.meta.symbol.package;
            let binds = |lower: &Symbol| {
                lower.package != *above && chains.get(&lower.package).is_some_and(|it| it.contains(above))
            };
            for rule in &self.rules {
                if rule.meta.kind == kind && rule.entity == limit.entity && binds(&rule.meta.symbol) {
                    derived.push(bound(limit, &rule.meta.symbol, provided(rule), bounds, Subject::Provided));
                }
            }
            for lower in &self.constraints {
                if lower.meta.kind == kind
                    && lower.entity == limit.entity
                    && binds(&lower.meta.symbol)
                    && let Holds::Within { value, subject: Subject::Actual, .. } = &lower.holds
                    && !derived.iter().any(|it: &Constraint| {
                        it.about.as_ref() == Some(&lower.meta.symbol)
                            && it.meta.symbol == limit.meta.symbol
                            && matches!(it.holds, Holds::Within { subject: Subject::Actual, .. })
                    })
                {
                    derived.push(bound(limit, &lower.meta.symbol, value.clone(), bounds, Subject::Actual));
                }
            }
        }
        self.constraints.extend(derived);
    }
}

/// What a lower structure provides for.
fn provided(rule: &Rule) -> Expr {
    use crate::ir::{ExprKind, Part};
    let span = rule.meta.head;
    let this = Expr { kind: ExprKind::This, ty: crate::types::Type::Entity(rule.entity.clone()), span };
    let kind = ExprKind::Rule(Box::new(this), rule.meta.symbol.clone(), Part::Value);
    Expr { kind, ty: rule.ty.clone(), span }
}

fn bound(limit: &Constraint, lower: &Symbol, value: Expr, bounds: &Expr, subject: Subject) -> Constraint {
    Constraint {
        meta: limit.meta.clone(),
        entity: limit.entity.clone(),
        guard: limit.guard.clone(),
        holds: Holds::Within { value, bounds: bounds.clone(), subject },
        modality: limit.modality,
        about: Some(lower.clone()),
    }
}
