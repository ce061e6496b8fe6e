//! What will be generated: which entities, how many of each, with which columns.

use polis_eval::{EntityId, Machine};
use polis_semantic::Type;
use polis_semantic::ir::Entity;
use smol_str::{SmolStr, format_smolstr};

use super::column::{Column, Link};
use super::hints::Hints;
use super::random::{Key, Share};
use super::words::Names;
use crate::samples::{Schema, Target};

/// What is ordered.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The entity to begin with; [`default_entity`] where none is given.
    pub entity: Option<EntityId>,
    /// How many of it.
    pub count: u64,
    /// What the figures depend on.
    pub seed: u64,
    /// How many of an entity lie in one of the entity above, where that is not as usual.
    pub per: Vec<(EntityId, u64)>,
    /// How many facts are left out.
    pub missing: Share,
}

/// Why there is no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanError {
    /// The program has no entity that any provision is about.
    NoEntities,
    /// None are ordered.
    NoRows,
    /// So many of an entity that lies in nothing, or whose table is not generated.
    PerWithoutUse(EntityId),
    /// None of an entity that must be there.
    NonePer(EntityId),
    /// More rows than can be counted.
    TooMany,
}

/// What will be generated: a table for each entity, parents first.
#[derive(Debug, Clone)]
pub struct Plan<'m> {
    /// The tables.
    pub tables: Vec<Table<'m>>,
}

/// The table of one entity.
#[derive(Debug, Clone)]
pub struct Table<'m> {
    /// The entity.
    pub entity: EntityId,
    /// Its name, which is that of the file.
    pub name: SmolStr,
    /// How many rows it will have.
    pub rows: u64,
    /// Whether headings and words are English.
    pub(super) english: bool,
    /// What ids begin with.
    pub(super) prefix: SmolStr,
    pub(super) names: Names,
    /// The entity above: the heading, what its ids begin with, how many of this table lie in one.
    pub(super) parent: Option<(&'m str, SmolStr, u64)>,
    pub(super) columns: Vec<Column<'m>>,
}

/// An entity of a plan.
#[derive(Debug, Clone, Copy)]
struct Node {
    entity: EntityId,
    parent: Option<EntityId>,
    /// How many lie in one of the entity above.
    per: u64,
    rows: u64,
    /// Whether it is the first entity or above it: of these the last block may not be full.
    on_path: bool,
}

/// How many of the first entity lie in one of the entity above, how many of those above that, and so on.
const PER_ABOVE: [u64; 3] = [10, 8, 12];

/// How many of any other entity.
const PER_BELOW: u64 = 3;

/// The entity that a sample begins with where none is named: communities, which most policies are for; without them, of
/// those that most levels lie above, the one that most provisions are about.
#[must_use]
pub fn default_entity(machine: &Machine) -> Option<EntityId> {
    let hints = Hints::of(machine.program());
    let about = |it: EntityId| hints.provisions(&machine.entity_def(it)?.meta.symbol);
    let mut best: Option<((bool, usize, usize), EntityId)> = None;
    for entity in machine.entity_ids().filter(|it| about(*it).is_some_and(|count| count > 0)) {
        let community = machine.entity_def(entity).is_some_and(is_community);
        let key = (community, ancestors(machine, entity).len(), about(entity).unwrap_or_default());
        if best.is_none_or(|it| it.0 < key) {
            best = Some((key, entity));
        }
    }
    best.map(|it| it.1)
}

fn is_community(entity: &Entity) -> bool {
    matches!(entity.meta.symbol.name.as_str(), "社区" | "Community" | "community")
}

/// The entities that one lies in, the nearest first.
fn ancestors(machine: &Machine, entity: EntityId) -> Vec<EntityId> {
    let above = |it: EntityId| machine.entities().get(it.index()).and_then(|it| it.parent);
    let mut found = Vec::new();
    let mut next = above(entity);
    // A circle is an error of the program, with which nothing is generated; it must not hang all the same.
    while let Some(entity) = next.filter(|it| !found.contains(it)) {
        found.push(entity);
        next = above(entity);
    }
    found
}

impl<'m> Plan<'m> {
    /// Plans an order.
    ///
    /// # Errors
    ///
    /// See [`PlanError`].
    pub fn new(machine: &'m Machine, order: &Order) -> Result<Self, PlanError> {
        let first = order.entity.or_else(|| default_entity(machine)).ok_or(PlanError::NoEntities)?;
        if order.count == 0 {
            return Err(PlanError::NoRows);
        }
        let hints = Hints::of(machine.program());
        let nodes = nodes(machine, order, first, &hints)?;
        if let Some((unused, _)) = order
            .per
            .iter()
            .find(|(it, per)| *per > 0 && !nodes.iter().any(|node| node.entity == *it && node.parent.is_some()))
        {
            return Err(PlanError::PerWithoutUse(*unused));
        }
        let tables = nodes.iter().filter_map(|it| table(machine, order, it, &nodes, &hints)).collect();
        Ok(Self { tables })
    }

    /// How many rows it has in all.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().fold(0, |sum, it| sum.saturating_add(it.rows))
    }
}

/// The entities with their numbers, parents first.
fn nodes(machine: &Machine, order: &Order, first: EntityId, hints: &Hints) -> Result<Vec<Node>, PlanError> {
    let per = |entity: EntityId| order.per.iter().rev().find(|it| it.0 == entity).map(|it| it.1);
    let above = ancestors(machine, first);
    let mut nodes = Vec::new();
    let (mut rows, mut entity) = (order.count, first);
    let usual = PER_ABOVE.iter().chain(PER_ABOVE.last().into_iter().cycle());
    for (parent, usual) in above.iter().map(|it| Some(*it)).chain([None]).zip(usual) {
        let per = per(entity).unwrap_or(*usual);
        if per == 0 {
            return Err(PlanError::NonePer(entity));
        }
        nodes.push(Node { entity, parent, per, rows, on_path: true });
        rows = rows.div_ceil(per);
        entity = parent.unwrap_or(entity);
    }
    nodes.reverse();

    let lineage: Vec<(EntityId, Vec<EntityId>)> = machine.entity_ids().map(|it| (it, ancestors(machine, it))).collect();
    let spoken_of = |it: EntityId| machine.entity_def(it).is_some_and(|it| hints.provisions(&it.meta.symbol).is_some());
    let wanted = |it: EntityId| spoken_of(it) || per(it).is_some();
    // One that nobody speaks of is needed where another lies in it.
    let needed =
        |it: EntityId| wanted(it) || lineage.iter().any(|(below, above)| wanted(*below) && above.contains(&it));
    let mut below: Vec<(usize, EntityId)> =
        lineage.iter().filter(|it| needed(it.0)).map(|it| (it.1.len(), it.0)).collect();
    below.sort_unstable();
    for (_, entity) in below {
        let Some(parent) = machine.entities().get(entity.index()).and_then(|it| it.parent) else { continue };
        if nodes.iter().any(|it| it.entity == entity) {
            continue;
        }
        let Some(upper) = nodes.iter().find(|it| it.entity == parent).copied() else { continue };
        let per = per(entity).unwrap_or(PER_BELOW);
        if per == 0 {
            continue;
        }
        let rows = upper.rows.checked_mul(per).ok_or(PlanError::TooMany)?;
        nodes.push(Node { entity, parent: Some(parent), per, rows, on_path: false });
    }
    Ok(nodes)
}

fn table<'m>(machine: &'m Machine, order: &Order, node: &Node, nodes: &[Node], hints: &Hints) -> Option<Table<'m>> {
    let schema = Schema::new(machine, node.entity)?;
    let def = schema.def;
    let symbol = &def.meta.symbol;
    let english = symbol.name.is_ascii();
    let mut columns = Vec::new();
    for (position, field) in def.fields.iter().enumerate() {
        // A field that is called like the column of ids is read by its title, or not at all.
        let headings = [Some(field.name.as_str()), field.title.as_deref()];
        let read = |it: &&str| schema.target(it) == Some(Target::Field(position));
        let Some(heading) = headings.into_iter().flatten().find(read) else { continue };
        let link = match &field.ty {
            Type::Entity(symbol) => machine.entity(symbol).and_then(|it| link(machine, nodes, node, it)),
            _ => None,
        };
        let of_field = hints.field(symbol, &field.name);
        columns.push(Column::new(
            machine,
            (def, field),
            heading,
            &of_field,
            link,
            node.per,
            (order.seed, order.missing),
        ));
    }
    let parent = node.parent.and_then(|it| {
        let name = machine.entity_def(it)?.meta.symbol.name.as_str();
        // The name is read as the parent unless it is also one of the words for id or name.
        let heading = if schema.target(name) == Some(Target::Parent) {
            name
        } else if english {
            "parent"
        } else {
            "上级"
        };
        Some((heading, prefix(machine, it), node.per))
    });
    Some(Table {
        entity: node.entity,
        name: symbol.name.clone(),
        rows: node.rows,
        english,
        prefix: prefix(machine, node.entity),
        names: Names::new(Key::new(order.seed, &[&symbol.package, &symbol.name, "", "name"]), &symbol.name),
        parent,
        columns,
    })
}

/// What the ids of an entity begin with.
fn prefix(machine: &Machine, entity: EntityId) -> SmolStr {
    let name = machine.entity_def(entity).map(|it| it.meta.symbol.name.clone()).unwrap_or_default();
    format_smolstr!("{name}-")
}

/// How a row of `from` leads to one of `to`: to the one that it lies in, or to one that lies in the same.
fn link(machine: &Machine, nodes: &[Node], from: &Node, to: EntityId) -> Option<Link> {
    let node = |it: EntityId| nodes.iter().find(|node| node.entity == it);
    let chain = |it: EntityId| std::iter::once(it).chain(ancestors(machine, it)).collect::<Vec<_>>();
    let (ups, downs) = (chain(from.entity), chain(to));
    let common = ups.iter().copied().find(|it| downs.contains(it))?;
    // How many lie in one of the common entity, over all levels between.
    let within = |chain: &[EntityId]| {
        let mut levels = chain.iter().take_while(|it| **it != common);
        levels.try_fold(1_u64, |all, it| all.checked_mul(node(*it)?.per))
    };
    node(to)?;
    let (up, down) = (within(&ups)?, within(&downs)?);
    let full = downs.iter().take_while(|it| **it != common).all(|it| node(*it).is_some_and(|it| !it.on_path));
    Some(Link { up, down, among: if full { down } else { 1 }, prefix: prefix(machine, to) })
}
