//! Jurisdictions and their facts.

use std::collections::HashMap;

use polis_value::Value;
use rustc_hash::FxBuildHasher;
use smol_str::SmolStr;

use crate::machine::{EntityId, Machine};

/// The jurisdictions of a run: a table per entity, rows linked to their parents.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(crate) tables: Vec<Table>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// For each row of the parent's table, this table's rows in it.
    pub(crate) by_parent: Vec<Vec<u32>>,
}

/// A jurisdiction.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id; unique among its entity.
    pub id: SmolStr,
    /// Its name.
    pub name: Option<SmolStr>,
    /// The row of its parent in the parent's table.
    pub parent: Option<u32>,
    /// Its facts in the order of the entity's fields; `None` where none is given.
    pub facts: Box<[Option<Value>]>,
}

impl World {
    /// The jurisdictions of an entity, in the order in which they were given.
    #[must_use]
    pub fn rows(&self, entity: EntityId) -> &[Row] {
        self.tables.get(entity.index()).map_or(&[], |it| &it.rows)
    }

    /// The row of this number.
    #[must_use]
    pub fn row(&self, entity: EntityId, row: u32) -> Option<&Row> {
        self.tables.get(entity.index())?.rows.get(row as usize)
    }

    /// Replaces a fact, or takes it away.
    pub fn set_fact(&mut self, entity: EntityId, row: u32, field: u32, fact: Option<Value>) {
        let rows = self.tables.get_mut(entity.index()).map(|it| &mut it.rows);
        let row = rows.and_then(|it| it.get_mut(row as usize));
        if let Some(slot) = row.and_then(|it| it.facts.get_mut(field as usize)) {
            *slot = fact;
        }
    }

    /// The row with this id or, failing that, this name.
    #[must_use]
    pub fn find(&self, entity: EntityId, id: &str) -> Option<u32> {
        let rows = self.rows(entity);
        let position = rows
            .iter()
            .position(|it| it.id == id)
            .or_else(|| rows.iter().position(|it| it.name.as_deref() == Some(id)))?;
        u32::try_from(position).ok()
    }

    /// The rows of `child` that lie in a row of its parent.
    #[must_use]
    pub fn children(&self, child: EntityId, parent: u32) -> &[u32] {
        self.tables.get(child.index()).and_then(|it| it.by_parent.get(parent as usize)).map_or(&[], Vec::as_slice)
    }
}

/// What is wrong with a jurisdiction that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorldError {
    /// Its id is taken, by the row of this number.
    DuplicateId(u32),
}

/// Builds a world row by row.
#[derive(Debug)]
pub struct WorldBuilder<'m> {
    machine: &'m Machine,
    tables: Vec<Table>,
    ids: Vec<HashMap<SmolStr, u32, FxBuildHasher>>,
}

impl<'m> WorldBuilder<'m> {
    /// An empty world.
    #[must_use]
    pub fn new(machine: &'m Machine) -> Self {
        let count = machine.entities().len();
        Self { machine, tables: vec![Table::default(); count], ids: vec![HashMap::default(); count] }
    }

    /// Adds a jurisdiction without a parent; see [`WorldBuilder::set_parent`].
    ///
    /// # Errors
    ///
    /// Its id is taken; the row is not added.
    pub fn add(&mut self, entity: EntityId, row: Row) -> Result<u32, WorldError> {
        let (Some(table), Some(ids)) = (self.tables.get_mut(entity.index()), self.ids.get_mut(entity.index())) else {
            return Err(WorldError::DuplicateId(0));
        };
        if let Some(first) = ids.get(&row.id) {
            return Err(WorldError::DuplicateId(*first));
        }
        let index = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
        ids.insert(row.id.clone(), index);
        table.rows.push(row);
        Ok(index)
    }

    /// The row with this id.
    #[must_use]
    pub fn find(&self, entity: EntityId, id: &str) -> Option<u32> {
        self.ids.get(entity.index())?.get(id).copied()
    }

    /// Puts a row into a row of its parent's table.
    pub fn set_parent(&mut self, entity: EntityId, row: u32, parent: u32) {
        if let Some(row) = self.tables.get_mut(entity.index()).and_then(|it| it.rows.get_mut(row as usize)) {
            row.parent = Some(parent);
        }
    }

    /// The world, with the children of each row found.
    #[must_use]
    pub fn build(mut self) -> World {
        for entity in 0..self.tables.len() {
            let Some(parent) = self.machine.entities().get(entity).and_then(|it| it.parent) else { continue };
            let count = self.tables.get(parent.index()).map_or(0, |it| it.rows.len());
            let mut by_parent = vec![Vec::new(); count];
            if let Some(table) = self.tables.get_mut(entity) {
                for (index, row) in table.rows.iter().enumerate() {
                    if let (Some(parent), Ok(index)) = (row.parent, u32::try_from(index))
                        && let Some(children) = by_parent.get_mut(parent as usize)
                    {
                        children.push(index);
                    }
                }
                table.by_parent = by_parent;
            }
        }
        World { tables: self.tables }
    }
}
