//! What plans of all tables share: parameters, reasons, tables, and values that one table gives another.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use polis_eval::{EntityId, Machine, ParamId, RuleId, Run, Settings, World};
use polis_semantic::Symbol;
use polis_semantic::ir::Expr;
use polis_syntax::words::Builtin;
use polis_value::{Number, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::code::Asked;
use super::compile::{Compiler, Scope};
use super::graph::{Bit, Built, Num, Stop};
use super::kernels::Slot;
use super::plan::{Plan, evaluate};
use super::reason::Reason;
use super::shape::FieldShape;
use super::shared::{NumColumn, SharedBit, SharedKind, SharedNum, SharedVal, pad};
use super::table::Table;
use super::value::{Kind, ReasonId, Val, Why};
use super::Texts;

/// What plans of all tables share.
#[derive(Debug)]
pub struct Engine<'a> {
    machine: &'a Machine,
    /// The value of each parameter, what it lacks, or that it has none.
    params: Vec<Built<Result<Value, Vec<Reason>>>>,
    reasons: RefCell<Vec<Reason>>,
    pub(super) texts: Arc<Texts>,
    tables: FxHashMap<EntityId, Arc<Table>>,
    columns: RefCell<FxHashMap<(EntityId, Wanted), Built<Rc<SharedVal>>>>,
}

/// A value that rows give those that lie in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    Field(u32),
    /// The row that they themselves lie in.
    Parent,
    Rule(RuleId),
    /// Whether the constraints of a provision are kept.
    Kept(Symbol),
}

/// An aggregate over the rows that lie in each of a table.
#[derive(Clone)]
pub(super) struct Fold<'f> {
    pub(super) builtin: Builtin,
    pub(super) body: &'f Expr,
    pub(super) filter: Option<&'f Expr>,
    pub(super) parent: EntityId,
    pub(super) child: EntityId,
    /// Where what is taken of a row is evaluated.
    pub(super) scope: Scope,
}

impl<'a> Engine<'a> {
    /// With no tables yet.
    #[must_use]
    pub fn new(machine: &'a Machine, settings: &Settings) -> Self {
        let nowhere = World::default();
        let run = Run::new(machine, &nowhere, settings.clone());
        let params = machine.param_ids().map(|it| match run.param(it) {
            Ok(Value::Unknown(unknown)) => {
                let mut reasons: Vec<Reason> = run.missing(&unknown).into_iter().map(Reason::of).collect();
                if unknown.discretion {
                    reasons.push(Reason::Discretion);
                }
                Ok(Err(reasons))
            }
            Ok(value) => Ok(Ok(value)),
            Err(_) => Err(Stop),
        });
        Self {
            machine,
            params: params.collect(),
            reasons: RefCell::new(vec![Reason::Discretion, Reason::Said]),
            texts: Arc::default(),
            tables: FxHashMap::default(),
            columns: RefCell::default(),
        }
    }

    /// The facts of an entity's rows, all of them.
    pub fn add(&mut self, entity: EntityId, table: Table) {
        self.tables.insert(entity, Arc::new(table));
    }

    /// The facts of every entity's rows.
    pub fn add_world(&mut self, world: &World) {
        for entity in self.machine.entity_ids() {
            let table = Table::of(self.machine, world, entity, &self.texts);
            self.add(entity, table);
        }
    }

    pub(super) fn machine(&self) -> &'a Machine {
        self.machine
    }

    pub(super) fn table(&self, entity: EntityId) -> Built<Arc<Table>> {
        self.tables.get(&entity).cloned().ok_or(Stop)
    }

    pub(super) fn reason(&self, reason: Reason) -> ReasonId {
        let mut all = self.reasons.borrow_mut();
        let position = all.iter().position(|it| *it == reason).unwrap_or_else(|| {
            all.push(reason);
            all.len() - 1
        });
        ReasonId(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// The reason of this number.
    pub(super) fn reason_of(&self, id: ReasonId) -> Reason {
        self.reasons.borrow().get(id.0 as usize).cloned().unwrap_or(Reason::Said)
    }

    pub(super) fn text(&self, text: &SmolStr) -> i64 {
        self.texts.code(text)
    }

    /// A parameter's value, or what it lacks.
    pub(super) fn param(&self, param: ParamId) -> Built<Result<Value, Vec<ReasonId>>> {
        match self.params.get(param.index()) {
            Some(Ok(Ok(value))) => Ok(Ok(value.clone())),
            Some(Ok(Err(reasons))) => Ok(Err(reasons.iter().map(|it| self.reason(it.clone())).collect())),
            Some(Err(Stop)) | None => Err(Stop),
        }
    }

    /// Whether rows of one entity are, or lie in, rows of the other.
    pub(super) fn lies_in(&self, inner: EntityId, outer: EntityId) -> bool {
        let above = |it: &EntityId| self.machine.entities().get(it.index()).and_then(|it| it.parent);
        // As many steps as there are entities, so that a circle ends too.
        let chain = std::iter::successors(Some(inner), above).take(self.machine.entities().len() + 1);
        chain.into_iter().any(|it| it == outer)
    }

    /// A value of every row of a table.
    pub(super) fn column(&self, at: EntityId, wanted: &Wanted) -> Built<Rc<SharedVal>> {
        let key = (at, wanted.clone());
        if let Some(known) = self.columns.borrow().get(&key) {
            return known.clone();
        }
        // A value that needs itself is an error, which the interpreter reports.
        self.columns.borrow_mut().insert(key.clone(), Err(Stop));
        let built = self.table(at).and_then(|table| self.computed(at, wanted, &table)).map(Rc::new);
        self.columns.borrow_mut().insert(key, built.clone());
        built
    }

    fn computed(&self, at: EntityId, wanted: &Wanted, table: &Table) -> Built<SharedVal> {
        match wanted {
            Wanted::Field(field) => self.facts(at, *field, table),
            Wanted::Parent => {
                let parent = self.machine.entities().get(at.index()).and_then(|it| it.parent).ok_or(Stop)?;
                let rows = SharedNum::Column(Arc::clone(&table.parent));
                let ty = u32::try_from(parent.index()).map_err(|_| Stop)?;
                Ok(SharedVal {
                    kind: SharedKind::Row(ty, rows),
                    known: given(table.has_parent.as_ref()),
                    why: Vec::new(),
                    odd: SharedBit::Fixed(false),
                })
            }
            Wanted::Rule(rule) => {
                let mut compiler = Compiler::new(self, at, &table.shape);
                let val = compiler.rule(*rule)?;
                Ok(evaluate(compiler, &val, table))
            }
            Wanted::Kept(owner) => {
                let mut compiler = Compiler::new(self, at, &table.shape);
                let val = compiler.kept(owner)?;
                Ok(evaluate(compiler, &val, table))
            }
        }
    }

    fn facts(&self, at: EntityId, field: u32, table: &Table) -> Built<SharedVal> {
        let reason = self.reason(Reason::Fact { entity: at, field, below: false });
        let column = table.fields.get(field as usize).ok_or(Stop)?;
        let low = || column.low.clone().map(SharedNum::Column).ok_or(Stop);
        let high = || column.high.clone().map_or_else(low, |it| Ok(SharedNum::Column(it)));
        let kind = match &column.shape {
            FieldShape::Unreadable => return Err(Stop),
            FieldShape::Absent => {
                return Ok(SharedVal {
                    kind: SharedKind::Nothing,
                    known: SharedBit::Fixed(false),
                    why: vec![(reason, SharedBit::Fixed(true))],
                    odd: SharedBit::Fixed(false),
                });
            }
            FieldShape::Number { .. } => SharedKind::Number(Some(low()?), Some(high()?)),
            FieldShape::Date { .. } => SharedKind::Date(Some(low()?), Some(high()?)),
            FieldShape::Truth { .. } => SharedKind::Truth(given(column.truth.as_ref())),
            FieldShape::Enum { ty, .. } => SharedKind::Enum(*ty, low()?),
            FieldShape::Text { .. } => SharedKind::Text(low()?),
            FieldShape::Row { ty, .. } => SharedKind::Row(*ty, low()?),
        };
        let why = column.known.as_ref().map(|known| {
            let missing = known.iter().map(|it| u8::from(*it == 0)).collect();
            (reason, SharedBit::Column(Arc::new(missing)))
        });
        let odd = column.odd.clone().map_or(SharedBit::Fixed(false), SharedBit::Column);
        Ok(SharedVal { kind, known: given(column.known.as_ref()), why: why.into_iter().collect(), odd })
    }

    /// An aggregate over the rows that lie in each row of a table.
    pub(super) fn fold(&self, fold: &Fold<'_>) -> Built<SharedVal> {
        let (parents, table) = (self.table(fold.parent)?, self.table(fold.child)?);
        let machine = self.machine;
        if machine.entities().get(fold.child.index()).and_then(|it| it.parent) != Some(fold.parent) {
            return Err(Stop);
        }
        let mut compiler = Compiler::new(self, fold.child, &table.shape);
        let (counts, value) = compiler.member(fold.body, fold.filter, &fold.scope)?;
        let (by, lies) = compiler.parent()?;
        let counts = compiler.graph.and(counts, lies);
        let odd = compiler.escapes();
        let odd = compiler.graph.and(odd, lies);
        let calm = compiler.graph.not(odd);
        let counts = compiler.graph.and(counts, calm);
        let groups = Groups { by, rows: parents.rows };
        let mut asked = vec![Asked::GroupAny(odd, by)];
        let unknown = compiler.graph.not(value.known);
        let unknown = compiler.graph.and(counts, unknown);
        asked.push(Asked::GroupAny(unknown, by));
        let mut why: Why = Vec::new();
        for (reason, rows) in &value.why {
            let rows = compiler.graph.and(*rows, counts);
            if rows != Bit::FALSE {
                why.push((*reason, rows));
                asked.push(Asked::GroupAny(rows, by));
            }
        }
        let first = asked.len();
        let known = compiler.graph.and(counts, value.known);
        match fold.builtin {
            Builtin::Any | Builtin::All => {
                let (yes, no, _) = compiler.graph.truths(&value)?;
                let decides = compiler.graph.and(counts, if fold.builtin == Builtin::Any { yes } else { no });
                asked.push(Asked::GroupAny(decides, by));
            }
            Builtin::Sum | Builtin::Count => {
                let (low, high) = compiler.counted(fold.builtin, &value, counts)?;
                for end in [low, high] {
                    let node = compiler.graph.node(end);
                    let most = u128::from(node.lo.unsigned_abs().max(node.hi.unsigned_abs()));
                    // A sum that could leave 64 bits on the way is for the interpreter.
                    if node.wide || most * table.rows as u128 > i64::MAX as u128 {
                        return Err(Stop);
                    }
                    asked.push(Asked::GroupSum(end, counts, by));
                }
            }
            Builtin::Min | Builtin::Max => {
                let (Kind::Number(Some(low), Some(high)) | Kind::Date(Some(low), Some(high))) = value.kind else {
                    return Err(Stop);
                };
                if compiler.graph.node(low).wide || compiler.graph.node(high).wide {
                    return Err(Stop);
                }
                for end in [low, high] {
                    asked.push(match fold.builtin {
                        Builtin::Min => Asked::GroupMin(end, known, by),
                        _ => Asked::GroupMax(end, known, by),
                    });
                }
            }
            _ => return Err(Stop),
        }
        let scales: Vec<u32> = asked.iter().map(|it| match it {
            Asked::GroupSum(num, ..) | Asked::GroupMin(num, ..) | Asked::GroupMax(num, ..) => {
                compiler.graph.node(*num).scale
            }
            _ => 0,
        }).collect();
        let plan = Plan::new(compiler, &[], &[], &asked);
        let mut slots: Vec<Slot> = asked.iter().map(|it| groups.slot(it)).collect();
        let mut registers = plan.registers();
        plan.run(&table, (0, usize::MAX), &mut registers, &mut slots, |_, _| {});
        // The sum of nothing is nothing, the least of nothing is an error.
        self.folded(fold, &value, &why, slots, first, &scales)
    }

    /// How many members an aggregate goes over, known or not.
    pub(super) fn members(&self, fold: &Fold<'_>) -> Built<SharedVal> {
        let (parents, table) = (self.table(fold.parent)?, self.table(fold.child)?);
        let mut compiler = Compiler::new(self, fold.child, &table.shape);
        let (counts, _) = compiler.member(fold.body, fold.filter, &fold.scope)?;
        let (by, lies) = compiler.parent()?;
        let counts = compiler.graph.and(counts, lies);
        let plan = Plan::new(compiler, &[], &[], &[Asked::GroupCount(counts, by)]);
        let mut slots = [Slot::Counts(vec![0; parents.rows])];
        plan.run(&table, (0, usize::MAX), &mut plan.registers(), &mut slots, |_, _| {});
        let [Slot::Counts(counts)] = slots else { return Err(Stop) };
        let count = SharedNum::Column(Arc::new(NumColumn::narrow(counts, 0)));
        Ok(SharedVal {
            kind: SharedKind::Number(Some(count.clone()), Some(count)),
            known: SharedBit::Fixed(true),
            why: Vec::new(),
            odd: SharedBit::Fixed(false),
        })
    }

    fn folded(
        &self,
        fold: &Fold<'_>,
        value: &Val,
        why: &Why,
        slots: Vec<Slot>,
        first: usize,
        scales: &[u32],
    ) -> Built<SharedVal> {
        let bit = |at: usize| match slots.get(at) {
            Some(Slot::Any(all)) => all.clone(),
            _ => Vec::new(),
        };
        let (mut odd, unknown) = (bit(0), bit(1));
        let mut lacking = unknown.clone();
        let end = |at: usize| match (slots.get(at), scales.get(at)) {
            (Some(Slot::Groups(all, _)), Some(scale)) => {
                SharedNum::Column(Arc::new(NumColumn::narrow(all.clone(), *scale)))
            }
            _ => SharedNum::Fixed(Number::ZERO),
        };
        let column = |mut it: Vec<u8>| {
            pad(&mut it, 0);
            SharedBit::Column(Arc::new(it))
        };
        let kind = match fold.builtin {
            Builtin::Any | Builtin::All => {
                let decides = bit(first);
                // One member decides in spite of others that are unknown.
                for (lacking, decides) in lacking.iter_mut().zip(&decides) {
                    *lacking &= 1 - decides;
                }
                let truth = match fold.builtin {
                    Builtin::Any => decides,
                    _ => decides.into_iter().map(|it| 1 - it).collect(),
                };
                SharedKind::Truth(column(truth))
            }
            _ => {
                let (low, high) = (end(first), end(first + 1));
                if matches!(fold.builtin, Builtin::Min | Builtin::Max)
                    && let Some(Slot::Groups(_, has)) = slots.get(first)
                {
                    for ((odd, has), unknown) in odd.iter_mut().zip(has).zip(&unknown) {
                        *odd |= 1 - (has | unknown);
                    }
                }
                let high = if low == high { low.clone() } else { high };
                if matches!(value.kind, Kind::Date(..)) {
                    SharedKind::Date(Some(low), Some(high))
                } else {
                    SharedKind::Number(Some(low), Some(high))
                }
            }
        };
        let reasons = why.iter().enumerate().map(|(position, (reason, _))| {
            let reason = self.reason_of(*reason);
            let own = match &reason {
                Reason::Fact { entity, .. } | Reason::Parent { entity, .. } => self.lies_in(fold.parent, *entity),
                _ => true,
            };
            let reason = self.reason(if own { reason } else { reason.below() });
            let rows = bit(2 + position).iter().zip(&lacking).map(|(a, b)| a & b).collect();
            (reason, rows)
        });
        let mut joined: Vec<(ReasonId, Vec<u8>)> = Vec::new();
        for (reason, rows) in reasons {
            match joined.iter_mut().find(|it| it.0 == reason) {
                Some(found) => found.1.iter_mut().zip(&rows).for_each(|(a, b): (&mut u8, &u8)| *a |= b),
                None => joined.push((reason, rows)),
            }
        }
        let known = lacking.iter().map(|it| 1 - it).collect();
        let why = joined.into_iter().map(|(reason, rows)| (reason, column(rows))).collect();
        Ok(SharedVal { kind, known: column(known), why, odd: column(odd) })
    }
}

/// The groups of an aggregate.
struct Groups {
    by: Num,
    rows: usize,
}

impl Groups {
    fn slot(&self, asked: &Asked) -> Slot {
        debug_assert!(!matches!(asked, Asked::GroupAny(_, by) if *by != self.by), "one grouping to a plan");
        match asked {
            Asked::Sum(..) => Slot::Sum(0),
            Asked::Count(_) => Slot::Count(0),
            Asked::GroupSum(..) | Asked::GroupMin(..) | Asked::GroupMax(..) => {
                Slot::Groups(vec![0; self.rows], vec![0; self.rows])
            }
            Asked::GroupAny(..) => Slot::Any(vec![0; self.rows]),
            Asked::GroupCount(..) => Slot::Counts(vec![0; self.rows]),
        }
    }
}

/// Where a column is given.
fn given(column: Option<&Arc<Vec<u8>>>) -> SharedBit {
    column.map_or(SharedBit::Fixed(true), |it| SharedBit::Column(Arc::clone(it)))
}
