//! A program made ready to run.

use std::sync::Arc;

use polis_semantic::ir::{Entity, Field, Meta, Subject};
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::words::Choice;
use polis_value::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::code::Code;
use crate::link::link;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// Its position in the machine's table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// An entity of a machine.
    EntityId
);
id!(
    /// A rule of a machine.
    RuleId
);
id!(
    /// A parameter of a machine.
    ParamId
);
id!(
    /// A constraint of a machine.
    ConstraintId
);

/// A program whose names are positions.
#[derive(Debug)]
pub struct Machine {
    pub(crate) program: Arc<Program>,
    pub(crate) entities: Vec<LinkedEntity>,
    pub(crate) rules: Vec<LinkedRule>,
    pub(crate) params: Vec<LinkedParam>,
    pub(crate) constraints: Vec<LinkedConstraint>,
    /// For each provision with constraints, which they are.
    pub(crate) kept: Vec<Vec<u32>>,
    pub(crate) kept_of: FxHashMap<Symbol, u32>,
    /// What the texts leave open, by the numbers that [`crate::code::Op::Open`] holds.
    pub(crate) open: Vec<OpenPlace>,
    /// What is not in force, by the numbers that [`crate::code::Op::Dormant`] holds.
    pub(crate) dormant: Vec<(Symbol, Option<Date>, Option<Date>)>,
    entity_of: FxHashMap<Symbol, EntityId>,
    rule_of: FxHashMap<Symbol, RuleId>,
    param_of: FxHashMap<Symbol, ParamId>,
}

/// An entity of a machine.
#[derive(Debug)]
pub struct LinkedEntity {
    /// The entity it lies in.
    pub parent: Option<EntityId>,
    /// Its defaults, by field.
    pub(crate) defaults: Vec<Option<Code>>,
    /// Its position in the program.
    pub(crate) source: usize,
}

#[derive(Debug)]
pub(crate) struct LinkedRule {
    pub(crate) entity: EntityId,
    pub(crate) value: Code,
    pub(crate) exceptions: Vec<LinkedException>,
    /// For each exception, those that it prevails over, directly or through others.
    pub(crate) over: Vec<Vec<usize>>,
}

#[derive(Debug)]
pub(crate) struct LinkedException {
    pub(crate) name: SmolStr,
    pub(crate) guard: Code,
    pub(crate) value: Code,
}

#[derive(Debug)]
pub(crate) struct LinkedParam {
    pub(crate) value: Option<Code>,
    pub(crate) dated: Vec<(Date, Code)>,
}

#[derive(Debug)]
pub(crate) struct LinkedConstraint {
    pub(crate) entity: EntityId,
    pub(crate) guard: Option<Code>,
    pub(crate) holds: LinkedHolds,
    pub(crate) modality: Choice,
}

#[derive(Debug)]
pub(crate) enum LinkedHolds {
    Condition(Code),
    Within { value: Code, bounds: Code, subject: Subject },
}

/// A place that a text leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenPlace {
    pub(crate) symbol: Symbol,
    pub(crate) part: Option<SmolStr>,
    pub(crate) reason: Option<SmolStr>,
}

impl Machine {
    /// Links a program.
    #[must_use]
    pub fn new(program: Arc<Program>) -> Self {
        let entity_of = positions(program.entities.iter().map(|it| &it.meta.symbol), EntityId);
        let rule_of = positions(program.rules.iter().map(|it| &it.meta.symbol), RuleId);
        let param_of = positions(program.params.iter().map(|it| &it.meta.symbol), ParamId);
        let mut machine = Self {
            program,
            entities: Vec::new(),
            rules: Vec::new(),
            params: Vec::new(),
            constraints: Vec::new(),
            kept: Vec::new(),
            kept_of: FxHashMap::default(),
            open: Vec::new(),
            dormant: Vec::new(),
            entity_of,
            rule_of,
            param_of,
        };
        link(&mut machine);
        machine
    }

    /// The program that was linked.
    #[must_use]
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The entities.
    #[must_use]
    pub fn entities(&self) -> &[LinkedEntity] {
        &self.entities
    }

    /// Every entity.
    pub fn entity_ids(&self) -> impl Iterator<Item = EntityId> + use<> {
        (0..u32::try_from(self.entities.len()).unwrap_or(u32::MAX)).map(EntityId)
    }

    /// Every rule, in the program's order.
    pub fn rule_ids(&self) -> impl Iterator<Item = RuleId> + use<> {
        (0..u32::try_from(self.rules.len()).unwrap_or(u32::MAX)).map(RuleId)
    }

    /// Every parameter, in the program's order.
    pub fn param_ids(&self) -> impl Iterator<Item = ParamId> + use<> {
        (0..u32::try_from(self.params.len()).unwrap_or(u32::MAX)).map(ParamId)
    }

    /// Every constraint, in the program's order.
    pub fn constraint_ids(&self) -> impl Iterator<Item = ConstraintId> + use<> {
        (0..u32::try_from(self.constraints.len()).unwrap_or(u32::MAX)).map(ConstraintId)
    }

    /// The entity of this name.
    #[must_use]
    pub fn entity(&self, symbol: &Symbol) -> Option<EntityId> {
        self.entity_of.get(symbol).copied()
    }

    /// The rule of this name.
    #[must_use]
    pub fn rule(&self, symbol: &Symbol) -> Option<RuleId> {
        self.rule_of.get(symbol).copied()
    }

    /// The parameter of this name.
    #[must_use]
    pub fn param(&self, symbol: &Symbol) -> Option<ParamId> {
        self.param_of.get(symbol).copied()
    }

    /// The declaration of an entity.
    #[must_use]
    pub fn entity_def(&self, entity: EntityId) -> Option<&Entity> {
        self.program.entities.get(self.entities.get(entity.index())?.source)
    }

    /// The declaration of a rule.
    #[must_use]
    pub fn rule_def(&self, rule: RuleId) -> Option<&polis_semantic::ir::Rule> {
        self.program.rules.get(rule.index())
    }

    /// The declaration of a parameter.
    #[must_use]
    pub fn param_def(&self, param: ParamId) -> Option<&polis_semantic::ir::Param> {
        self.program.params.get(param.index())
    }

    /// The declaration of a constraint.
    #[must_use]
    pub fn constraint_def(&self, constraint: ConstraintId) -> Option<&polis_semantic::ir::Constraint> {
        self.program.constraints.get(constraint.index())
    }

    /// The entity that a rule is about.
    #[must_use]
    pub fn rule_entity(&self, rule: RuleId) -> Option<EntityId> {
        self.rules.get(rule.index()).map(|it| it.entity)
    }

    /// The entity that a constraint is about.
    #[must_use]
    pub fn constraint_entity(&self, constraint: ConstraintId) -> Option<EntityId> {
        self.constraints.get(constraint.index()).map(|it| it.entity)
    }

    /// The type of a rule's value.
    #[must_use]
    pub fn rule_type(&self, rule: RuleId) -> &Type {
        self.rule_def(rule).map_or(&Type::Any, |it| &it.ty)
    }

    pub(crate) fn fields(&self, entity: EntityId) -> &[Field] {
        self.entity_def(entity).map_or(&[], |it| &it.fields)
    }

    pub(crate) fn rule_meta(&self, rule: u32) -> Option<&Meta> {
        self.program.rules.get(rule as usize).map(|it| &*it.meta)
    }
}

fn positions<'a, T>(symbols: impl Iterator<Item = &'a Symbol>, id: impl Fn(u32) -> T) -> FxHashMap<Symbol, T> {
    let mut map = FxHashMap::default();
    for (symbol, index) in symbols.zip(0_u32..) {
        // The first of several of one name is meant; the others are reported.
        map.entry(symbol.clone()).or_insert_with(|| id(index));
    }
    map
}
