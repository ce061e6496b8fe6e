//! What plans of all tables share: parameters, reasons, tables, and values that one table gives another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use polis_eval::{EntityId, Machine, ParamId, RuleId, Run, Settings, World};
use polis_semantic::Symbol;
use polis_semantic::ir::Expr;
use polis_syntax::words::Builtin;
use polis_value::{Number, Unknown, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::Texts;
use super::compile::{Compiler, Scope};
use super::fold::Folding;
use super::graph::{Built, Stop};
use super::plan::evaluate;
use super::reason::Reason;
use super::shape::FieldShape;
use super::shared::{SharedBit, SharedKind, SharedNum, SharedVal};
use super::table::Table;
use super::value::ReasonId;

/// Values that rows give those that lie in them, by table.
type Columns = FxHashMap<(EntityId, Wanted), Built<Arc<SharedVal>>>;

/// What plans of all tables share.
#[derive(Debug)]
pub struct Engine<'a> {
    machine: &'a Machine,
    /// The value of each parameter, what it lacks, or that it has none.
    params: Vec<Built<Result<Value, Vec<Reason>>>>,
    reasons: Mutex<Vec<Reason>>,
    pub(super) texts: Arc<Texts>,
    tables: FxHashMap<EntityId, Arc<Table>>,
    columns: Mutex<Columns>,
    /// The values that each thread is at.
    building: Mutex<FxHashSet<(ThreadId, (EntityId, Wanted))>>,
    /// The entity whose rows come in batches, and what aggregates over them come to.
    streamed: Option<EntityId>,
    folds: Mutex<Folds>,
    /// Whether it is only asked which aggregates there are.
    asking: AtomicBool,
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

/// Aggregates over rows that come in batches.
#[derive(Debug, Default)]
struct Folds {
    /// Those that have been asked for and are not computed yet.
    asked: Vec<(FoldKey, OwnedFold)>,
    known: FxHashMap<FoldKey, Built<Arc<SharedVal>>>,
}

/// Which aggregate: its function, the place of its text in the program, and whether only its members are counted.
pub(super) type FoldKey = (Builtin, Symbol, polis_syntax::Span, EntityId, bool);

/// An aggregate that waits for its rows.
#[derive(Debug, Clone)]
pub(super) struct OwnedFold {
    builtin: Builtin,
    body: Expr,
    filter: Option<Expr>,
    parent: EntityId,
    child: EntityId,
    scope: Scope,
    /// Whether only the members are counted.
    members: bool,
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
            reasons: Mutex::new(vec![Reason::Discretion, Reason::Said]),
            texts: Arc::default(),
            tables: FxHashMap::default(),
            columns: Mutex::default(),
            building: Mutex::default(),
            streamed: None,
            folds: Mutex::default(),
            asking: AtomicBool::new(false),
        }
    }

    /// The same facts under other parameters.
    #[must_use]
    pub fn again(&self, settings: &Settings) -> Self {
        Self { tables: self.tables.clone(), texts: Arc::clone(&self.texts), ..Self::new(self.machine, settings) }
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

    pub(crate) fn table(&self, entity: EntityId) -> Built<Arc<Table>> {
        self.tables.get(&entity).cloned().ok_or(Stop)
    }

    pub(super) fn reason(&self, reason: Reason) -> ReasonId {
        let mut all = lock(&self.reasons);
        let position = all.iter().position(|it| *it == reason).unwrap_or_else(|| {
            all.push(reason);
            all.len() - 1
        });
        ReasonId(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// The reason of this number.
    pub(super) fn reason_of(&self, id: ReasonId) -> Reason {
        lock(&self.reasons).get(id.0 as usize).cloned().unwrap_or(Reason::Said)
    }

    /// What an unknown value of a row lacks.
    pub(crate) fn reasons_of(&self, unknown: &Unknown) -> Vec<Reason> {
        unknown.missing.iter().map(|it| self.reason_of(ReasonId(it.index()))).collect()
    }

    /// Texts by numbers, for tables.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
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
    pub(super) fn column(&self, at: EntityId, wanted: &Wanted) -> Built<Arc<SharedVal>> {
        let key = (at, wanted.clone());
        if let Some(known) = lock(&self.columns).get(&key).cloned() {
            return known;
        }
        // A value that needs itself is an error, which the interpreter reports. That another thread is at it is none.
        let building = (thread::current().id(), key);
        if !lock(&self.building).insert(building.clone()) {
            return Err(Stop);
        }
        let built = self.table(at).and_then(|table| self.computed(at, wanted, &table)).map(Arc::new);
        lock(&self.building).remove(&building);
        lock(&self.columns).insert(building.1, built.clone());
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
    pub(super) fn fold(&self, fold: &Fold<'_>) -> Built<Arc<SharedVal>> {
        self.reduced(fold, false)
    }

    /// How many members an aggregate goes over, known or not.
    pub(super) fn members(&self, fold: &Fold<'_>) -> Built<Arc<SharedVal>> {
        self.reduced(fold, true)
    }

    fn reduced(&self, fold: &Fold<'_>, members: bool) -> Built<Arc<SharedVal>> {
        if self.machine.entities().get(fold.child.index()).and_then(|it| it.parent) != Some(fold.parent) {
            return Err(Stop);
        }
        if self.streamed == Some(fold.parent) {
            return Self::of_nothing(fold.builtin, members).map(Arc::new);
        }
        if self.streamed == Some(fold.child) {
            let key = (fold.builtin, fold.scope.owner.clone(), fold.body.span, fold.parent, members);
            let mut folds = lock(&self.folds);
            if let Some(known) = folds.known.get(&key) {
                return known.clone();
            }
            if !folds.asked.iter().any(|it| it.0 == key) {
                let owned = OwnedFold {
                    builtin: fold.builtin,
                    body: fold.body.clone(),
                    filter: fold.filter.cloned(),
                    parent: fold.parent,
                    child: fold.child,
                    scope: fold.scope.clone(),
                    members,
                };
                folds.asked.push((key, owned));
            }
            if self.asking.load(Ordering::Relaxed) {
                let (known, odd) = (SharedBit::Fixed(false), SharedBit::Fixed(false));
                return Ok(Arc::new(SharedVal { kind: SharedKind::Nothing, known, why: Vec::new(), odd }));
            }
            return Err(Stop);
        }
        let (parents, table) = (self.table(fold.parent)?, self.table(fold.child)?);
        let mut folding = Folding::new(parents.rows, members);
        folding.add(self, fold, &table)?;
        Ok(Arc::new(folding.finish(self, fold)))
    }

    /// An aggregate over no members, in every row: nothing lies in rows that come in batches.
    fn of_nothing(builtin: Builtin, members: bool) -> Built<SharedVal> {
        let nothing = Some(SharedNum::Fixed(Number::ZERO));
        let kind = match builtin {
            Builtin::Sum | Builtin::Count => SharedKind::Number(nothing.clone(), nothing),
            _ if members => SharedKind::Number(nothing.clone(), nothing),
            Builtin::Any => SharedKind::Truth(SharedBit::Fixed(false)),
            Builtin::All => SharedKind::Truth(SharedBit::Fixed(true)),
            // An error, which the interpreter tells.
            _ => return Err(Stop),
        };
        let (known, odd) = (SharedBit::Fixed(true), SharedBit::Fixed(false));
        Ok(SharedVal { kind, known, why: Vec::new(), odd })
    }

    /// Leaves the rows of an entity to batches; no other rows lie in them.
    pub(crate) fn stream(&mut self, entity: EntityId) {
        self.streamed = Some(entity);
    }

    /// Whether it is only to be found out which aggregates over rows in batches there are. Until they are known they stand
    /// for nothing then, so that what is beside and behind them is asked for too; nothing that is built so is to be run.
    pub(crate) fn only_ask(&self, only: bool) {
        self.asking.store(only, Ordering::Relaxed);
        // INVARIANT: no column outlives the change, or a value that stands for nothing would be taken for one.
        lock(&self.columns).clear();
    }

    /// Aggregates over rows in batches that have been asked for.
    pub(super) fn waiting(&self) -> Vec<(FoldKey, OwnedFold)> {
        std::mem::take(&mut lock(&self.folds).asked)
    }

    /// Keeps what aggregates over rows in batches have come to, and forgets what had to wait for them.
    pub(super) fn settle(&self, results: Vec<(FoldKey, Built<SharedVal>)>) {
        let mut folds = lock(&self.folds);
        folds.known.extend(results.into_iter().map(|(key, it)| (key, it.map(Arc::new))));
        lock(&self.columns).retain(|_, it| it.is_ok());
    }
}

impl OwnedFold {
    pub(super) fn parent(&self) -> EntityId {
        self.parent
    }

    pub(super) fn is_of_members(&self) -> bool {
        self.members
    }

    pub(super) fn fold(&self) -> Fold<'_> {
        Fold {
            builtin: self.builtin,
            body: &self.body,
            filter: self.filter.as_ref(),
            parent: self.parent,
            child: self.child,
            scope: self.scope.clone(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a column is given.
fn given(column: Option<&Arc<Vec<u8>>>) -> SharedBit {
    column.map_or(SharedBit::Fixed(true), |it| SharedBit::Column(Arc::clone(it)))
}
