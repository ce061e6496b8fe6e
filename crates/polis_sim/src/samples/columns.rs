//! What the columns of a table are, by their headings.

use std::borrow::Cow;

use polis_eval::{EntityId, Machine};
use polis_semantic::ir::Entity;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::cell::CellReader;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The jurisdiction's id.
    Id,
    /// Its name.
    Name,
    /// The id of the one that it lies in.
    Parent,
    /// A fact.
    Field(usize),
    /// No field, which is reported; or one that is read already.
    Nothing,
    /// A column without a heading.
    Unnamed,
}

/// What may stand in an entity's table.
#[derive(Debug)]
pub(crate) struct Schema<'m> {
    pub(super) entity: EntityId,
    pub(crate) def: &'m Entity,
    pub(super) parent: Option<(EntityId, &'m Entity)>,
    pub(super) fields: Vec<CellReader<'m>>,
}

impl<'m> Schema<'m> {
    pub(crate) fn new(machine: &'m Machine, entity: EntityId) -> Option<Self> {
        let def = machine.entity_def(entity)?;
        let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
        let parent = parent.and_then(|it| Some((it, machine.entity_def(it)?)));
        let fields = def.fields.iter().map(|it| CellReader::new(machine, it)).collect();
        Some(Self { entity, def, parent, fields })
    }

    /// What a heading stands for. The words for id, name and parent come first, in any letter case.
    pub(crate) fn target(&self, heading: &str) -> Option<Target> {
        let heading = &*nfc(heading.trim());
        let is = |zh: &str, en: &str| heading == zh || heading.eq_ignore_ascii_case(en);
        if is("编号", "id") {
            return Some(Target::Id);
        }
        if is("名称", "name") {
            return Some(Target::Name);
        }
        if self.parent.is_some_and(|(_, it)| is("上级", "parent") || is_called(it, heading)) {
            return Some(Target::Parent);
        }
        let fields = &self.def.fields;
        fields
            .iter()
            .position(|it| it.name == heading)
            .or_else(|| fields.iter().position(|it| it.title.as_deref() == Some(heading)))
            .map(Target::Field)
    }

    /// Whether this is the entity's name or title.
    pub(super) fn is_called(&self, name: &str) -> bool {
        is_called(self.def, name)
    }

    /// Every heading that stands for something, and not for what is taken.
    pub(super) fn headings(&self, taken: &[Target]) -> Vec<&'m str> {
        let mut all = vec!["编号", "id", "名称", "name"];
        if let Some((_, parent)) = self.parent {
            all.extend(["上级", "parent"]);
            all.push(&parent.meta.symbol.name);
            all.extend(parent.meta.title.as_deref());
        }
        for field in &self.def.fields {
            all.push(&field.name);
            all.extend(field.title.as_deref());
        }
        all.retain(|it| self.target(it).is_some_and(|it| !taken.contains(&it)));
        all
    }
}

fn is_called(entity: &Entity, name: &str) -> bool {
    entity.meta.symbol.name == name || entity.meta.title.as_deref() == Some(name)
}

/// A name in the form in which the language compares names. File names of some systems come in another.
pub(super) fn nfc(name: &str) -> Cow<'_, str> {
    match is_nfc_quick(name.chars()) {
        IsNormalized::Yes => Cow::Borrowed(name),
        _ => Cow::Owned(name.nfc().collect()),
    }
}
