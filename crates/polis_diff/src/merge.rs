//! Two programs as one: the second's provisions speak of the first's jurisdictions, so that both can be asked of one.
//!
//! What both have (types of jurisdictions, their facts, enumerations) has the first's name. Everything else of the second
//! is set apart by a mark before its package's name, so that no two things have one name.

use std::sync::Arc;

use polis_semantic::ir::{
    Constraint, Entity, Enumeration, Exception, Expr, ExprKind, Field, Holds, Param, PartExpr, Rule,
};
use polis_semantic::{Dim, NumberType, Program, Symbol, Type};
use polis_value::Date;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use crate::units::Units;

/// What of the second program is what of the first.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    /// Types of jurisdictions and enumerations.
    pub(crate) types: FxHashMap<Symbol, Symbol>,
    /// Facts, by the second's type of jurisdiction.
    pub(crate) fields: FxHashMap<(Symbol, SmolStr), SmolStr>,
    /// Values of enumerations, by their positions.
    pub(crate) values: FxHashMap<(Symbol, u32), u32>,
    /// Figures that stand for their names: what is decided must know them.
    constants: FxHashMap<Symbol, ExprKind>,
    /// Dimensions of units that the second declares of its own and that are the first's under another name.
    dims: FxHashMap<Dim, Dim>,
    /// Whether it is the first program's own, which keeps its names.
    keeps: bool,
}

/// The mark of what is the second's.
const SECOND: char = '\u{2}';

impl Mapping {
    /// The name that something of the second program has in the merged one.
    pub(crate) fn symbol(&self, symbol: &Symbol) -> Symbol {
        match self.types.get(symbol) {
            Some(first) => first.clone(),
            None if self.keeps => symbol.clone(),
            None => Symbol::new(format_smolstr!("{SECOND}{}", symbol.package), symbol.name.clone()),
        }
    }

    /// What a dimension of the second program is in the merged one.
    pub(crate) fn dim(&self, dim: &Dim) -> Dim {
        self.dims.get(dim).unwrap_or(dim).clone()
    }

    fn ty(&self, ty: &Type) -> Type {
        match ty {
            Type::Number(it) if self.dims.contains_key(&it.dim) => {
                Type::Number(NumberType { dim: self.dim(&it.dim), ..it.clone() })
            }
            Type::Enum(it) => Type::Enum(self.symbol(it)),
            Type::Entity(it) => Type::Entity(self.symbol(it)),
            Type::List(it) => Type::List(Box::new(self.ty(it))),
            other => other.clone(),
        }
    }

    /// An expression of the second program in the merged one.
    pub(crate) fn expr(&self, expr: &Expr) -> Expr {
        let boxed = |it: &Expr| Box::new(self.expr(it));
        let each = |all: &[Expr]| all.iter().map(|it| self.expr(it)).collect();
        let kind = match &expr.kind {
            ExprKind::EnumValue(symbol, index) => {
                let index = self.values.get(&(symbol.clone(), *index)).copied().unwrap_or(*index);
                ExprKind::EnumValue(self.symbol(symbol), index)
            }
            ExprKind::Ancestor(base, it) => ExprKind::Ancestor(boxed(base), self.symbol(it)),
            ExprKind::Field(base, entity, field) => {
                let name = self.fields.get(&(entity.clone(), field.clone())).unwrap_or(field);
                ExprKind::Field(boxed(base), self.symbol(entity), name.clone())
            }
            ExprKind::Rule(base, it, part) => ExprKind::Rule(boxed(base), self.symbol(it), *part),
            ExprKind::Param(it) => match self.constants.get(it) {
                Some(value) => value.clone(),
                None => ExprKind::Param(self.symbol(it)),
            },
            ExprKind::Children(base, it) => ExprKind::Children(boxed(base), self.symbol(it)),
            ExprKind::Unary(op, it) => ExprKind::Unary(*op, boxed(it)),
            ExprKind::Binary { op, lhs, rhs, twelfths } => {
                ExprKind::Binary { op: *op, lhs: boxed(lhs), rhs: boxed(rhs), twelfths: *twelfths }
            }
            ExprKind::If(a, b, c) => ExprKind::If(boxed(a), boxed(b), boxed(c)),
            ExprKind::Cases(arms, otherwise) => ExprKind::Cases(
                arms.iter().map(|it| (self.expr(&it.0), self.expr(&it.1))).collect(),
                otherwise.as_deref().map(boxed),
            ),
            ExprKind::Call(builtin, args) => ExprKind::Call(*builtin, each(args)),
            ExprKind::Aggregate { builtin, body, source, filter } => ExprKind::Aggregate {
                builtin: *builtin,
                body: boxed(body),
                source: boxed(source),
                filter: filter.as_deref().map(boxed),
            },
            ExprKind::List(all) => ExprKind::List(each(all)),
            ExprKind::Range(lo, hi) => ExprKind::Range(lo.as_deref().map(boxed), hi.as_deref().map(boxed)),
            ExprKind::Parts(parts) => ExprKind::Parts(
                parts
                    .iter()
                    .map(|it| PartExpr {
                        word: it.word,
                        name: it.name.clone(),
                        guard: it.guard.as_ref().map(|it| self.expr(it)),
                        value: self.expr(&it.value),
                    })
                    .collect(),
            ),
            leaf => leaf.clone(),
        };
        Expr { kind, ty: self.ty(&expr.ty), span: expr.span }
    }

    /// What a program says, with the names that the mapping gives.
    fn add(&self, from: &Program, day: Option<Date>, program: &mut Program) {
        let m = self;
        program.params.extend(from.params.iter().map(|it| on(it, day)).map(|it| Param {
            meta: m.meta(&it.meta),
            ty: m.ty(&it.ty),
            value: it.value.as_ref().map(|it| m.expr(it)),
            dated: Vec::new(),
            range: it.range.as_ref().map(|it| m.expr(it)),
        }));
        program.rules.extend(from.rules.iter().map(|it| {
            Rule {
                meta: m.meta(&it.meta),
                entity: m.symbol(&it.entity),
                ty: m.ty(&it.ty),
                value: m.expr(&it.value),
                exceptions: it
                    .exceptions
                    .iter()
                    .map(|it| Exception { guard: m.expr(&it.guard), value: m.expr(&it.value), ..it.clone() })
                    .collect(),
            }
        }));
        program.constraints.extend(from.constraints.iter().map(|it| Constraint {
            meta: m.meta(&it.meta),
            entity: m.symbol(&it.entity),
            guard: it.guard.as_ref().map(|it| m.expr(it)),
            holds: match &it.holds {
                Holds::Condition(it) => Holds::Condition(m.expr(it)),
                Holds::Within { value, bounds, subject } => {
                    Holds::Within { value: m.expr(value), bounds: m.expr(bounds), subject: *subject }
                }
            },
            modality: it.modality,
            about: it.about.as_ref().map(|it| m.symbol(it)),
        }));
    }

    /// Takes the figures of a program that are known for the names that they have.
    fn inline(&mut self, program: &Program, day: Option<Date>) {
        for param in program.params.iter().map(|it| on(it, day)) {
            if let Some(value) = param.value.filter(|it| matches!(it.kind, ExprKind::Const(_))) {
                self.constants.insert(param.meta.symbol.clone(), value.kind);
            }
        }
    }

    fn meta(&self, meta: &Arc<polis_semantic::ir::Meta>) -> Arc<polis_semantic::ir::Meta> {
        Arc::new(polis_semantic::ir::Meta { symbol: self.symbol(&meta.symbol), ..(**meta).clone() })
    }
}

/// Both programs as one, and what of the second is what of the first: by name, else by title, as jurisdictions are carried
/// from one city to another; `aligned` says what is declared to be one beyond that.
pub(crate) fn merge(
    (a, day): (&Program, Option<Date>),
    (b, other_day): (&Program, Option<Date>),
    aligned: &FxHashMap<Symbol, Symbol>,
    units: &Units,
) -> (Program, Both) {
    let mut program = Program {
        packages: a.packages.clone(),
        entities: a.entities.clone(),
        units: a.units.clone(),
        enumerations: a.enumerations.clone(),
        ..Program::default()
    };
    let mut own = Mapping { keeps: true, ..Mapping::default() };
    own.inline(a, day);
    own.add(a, day, &mut program);
    let mut mapping = Mapping::default();
    types(a, b, aligned, &mut mapping);
    dims(b, units, &mut mapping);
    for it in &b.enumerations {
        enumeration(it, &mut program, &mut mapping);
    }
    for it in &b.entities {
        entity(it, &mut program, &mut mapping);
    }
    mapping.inline(b, other_day);
    mapping.add(b, other_day, &mut program);
    (program, Both { own, mapping })
}

/// The names of both programs in the merged one.
#[derive(Debug, Default)]
pub(crate) struct Both {
    /// The first's, which keep their names.
    pub(crate) own: Mapping,
    /// The second's.
    pub(crate) mapping: Mapping,
}

/// A figure with the one value that it has on a day, or in the end: the two sides may be of two days.
fn on(param: &Param, day: Option<Date>) -> Param {
    let dated = param.dated.iter().rev().find(|it| day.is_none_or(|day| it.0 <= day));
    let value = dated.map(|it| it.1.clone()).or_else(|| param.value.clone());
    Param { value, dated: Vec::new(), ..param.clone() }
}

/// A name and a title.
type Named<'n> = (&'n Symbol, Option<&'n SmolStr>);

/// Whether two are the same.
type Same<'s> = &'s dyn Fn(Named<'_>, Named<'_>) -> bool;

/// Types of jurisdictions and enumerations, each of the first taken once, the surest first.
fn types(a: &Program, b: &Program, aligned: &FxHashMap<Symbol, Symbol>, mapping: &mut Mapping) {
    let entities = |it: &'_ Program| -> Vec<(Symbol, Option<SmolStr>)> {
        it.entities.iter().map(|it| (it.meta.symbol.clone(), it.meta.title.clone())).collect()
    };
    let enumerations = |it: &'_ Program| -> Vec<(Symbol, Option<SmolStr>)> {
        it.enumerations.iter().map(|it| (it.meta.symbol.clone(), it.meta.title.clone())).collect()
    };
    let sure: [Same<'_>; 4] =
        [&|a, b| aligned.get(b.0) == Some(a.0), &|a, b| a.0 == b.0, &|a, b| a.0.name == b.0.name, &|a, b| {
            a.1.is_some_and(|it| Some(it) == b.1 || *it == b.0.name) || b.1.is_some_and(|it| *it == a.0.name)
        }];
    for (first, second) in [(entities(a), entities(b)), (enumerations(a), enumerations(b))] {
        let mut taken: Vec<&Symbol> = Vec::new();
        for same in sure {
            for (symbol, title) in &second {
                if mapping.types.contains_key(symbol) {
                    continue;
                }
                let free = |it: &&(Symbol, Option<SmolStr>)| {
                    !taken.contains(&&it.0) && same((&it.0, it.1.as_ref()), (symbol, title.as_ref()))
                };
                if let Some(found) = first.iter().find(free) {
                    taken.push(&found.0);
                    mapping.types.insert(symbol.clone(), found.0.clone());
                }
            }
        }
    }
}

/// The dimensions of units of the second program's own that the first has under another name, one for one.
fn dims(b: &Program, units: &Units, mapping: &mut Mapping) {
    let numbers = |ty: &Type| if let Type::Number(it) = ty { Some(it.dim.clone()) } else { None };
    let of_fields = b.entities.iter().flat_map(|it| &it.fields).filter_map(|it| numbers(&it.ty));
    let of_values =
        b.rules.iter().filter_map(|it| numbers(&it.ty)).chain(b.params.iter().filter_map(|it| numbers(&it.ty)));
    let of_limits = b.structures.iter().filter_map(|it| numbers(&it.ty));
    for dim in of_fields.chain(of_values).chain(of_limits).chain(b.units.iter().map(|it| it.ty.dim.clone())) {
        let same = units.same(&dim);
        if same != dim {
            mapping.dims.insert(dim, same);
        }
    }
}

fn enumeration(it: &Enumeration, program: &mut Program, mapping: &mut Mapping) {
    let symbol = mapping.symbol(&it.meta.symbol);
    let Some(own) = program.enumerations.iter_mut().find(|of| of.meta.symbol == symbol) else {
        program.enumerations.push(Enumeration { meta: mapping.meta(&it.meta), values: it.values.clone() });
        return;
    };
    for (value, index) in it.values.iter().zip(0_u32..) {
        let position = own.values.iter().position(|it| it == value).unwrap_or_else(|| {
            own.values.push(value.clone());
            own.values.len() - 1
        });
        if let Ok(position) = u32::try_from(position) {
            mapping.values.insert((it.meta.symbol.clone(), index), position);
        }
    }
}

fn entity(it: &Entity, program: &mut Program, mapping: &mut Mapping) {
    let symbol = mapping.symbol(&it.meta.symbol);
    let Some(position) = program.entities.iter().position(|of| of.meta.symbol == symbol) else {
        let fields = it.fields.iter().map(|it| Field { ty: mapping.ty(&it.ty), default: None, ..it.clone() }).collect();
        let parent = it.parent.as_ref().map(|it| mapping.symbol(it));
        program.entities.push(Entity { meta: mapping.meta(&it.meta), parent, plural: it.plural.clone(), fields });
        return;
    };
    for field in &it.fields {
        let ty = mapping.ty(&field.ty);
        let Some(own) = program.entities.get_mut(position) else { return };
        let titled = |of: &Field| {
            of.title.as_ref().is_some_and(|title| field.title.as_ref() == Some(title) || field.name == *title)
                || field.title.as_ref() == Some(&of.name)
        };
        let same =
            own.fields.iter().position(|of| of.name == field.name).or_else(|| own.fields.iter().position(titled));
        match same.and_then(|it| own.fields.get_mut(it)) {
            Some(of) if alike(&of.ty, &ty) => {
                // Either side's jurisdictions are asked: a bound of one side only binds none.
                of.range = match (of.range, field.range) {
                    (Some(a), Some(b)) => hull(a, b),
                    _ => None,
                };
                mapping.fields.insert((it.meta.symbol.clone(), field.name.clone()), of.name.clone());
            }
            _ => {
                let name = if own.fields.iter().any(|of| of.name == field.name) {
                    format_smolstr!("{SECOND}{}", field.name)
                } else {
                    field.name.clone()
                };
                mapping.fields.insert((it.meta.symbol.clone(), field.name.clone()), name.clone());
                own.fields.push(Field { name, ty, default: None, ..field.clone() });
            }
        }
    }
}

fn hull(
    a: polis_value::Range<polis_value::Number>,
    b: polis_value::Range<polis_value::Number>,
) -> Option<polis_value::Range<polis_value::Number>> {
    let lo = a.lo().zip(b.lo()).map(|(a, b)| a.min(b));
    let hi = a.hi().zip(b.hi()).map(|(a, b)| a.max(b));
    polis_value::Range::new(lo, hi).ok()
}

fn alike(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Number(a), Type::Number(b)) => a.dim == b.dim && a.whole == b.whole,
        (a, b) => a == b,
    }
}
