//! Fields that hide a rule of their entity, or an enumeration: a bare name means the field.
//!
//! Each is reported at the side that came later: a rule and an enumeration know the entities that they see, a field the
//! enumerations that its entity sees.

use polis_diagnostic::{Diagnostic, GeneralNote, NameMessage, NameNote, SampleNote, Severity};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Element, HeadName};
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use crate::items::{Item, Place};
use crate::lower::Lower;
use crate::scope::Found;
use crate::signature::entities;
use crate::types::Symbol;

impl Lower<'_, '_> {
    /// Reports a value for each entity that has the name of one of the entity's fields.
    pub(super) fn hidden_by_field(&mut self, kind: Kind, block: &Block) {
        let valued =
            matches!(kind, Kind::Rule | Kind::Quota | Kind::Offices | Kind::Centers | Kind::Posts | Kind::Require);
        let (Some(this), Some(name), true) = (self.this.clone(), block.name, valued) else { return };
        if this.field(self.name(name)).is_some() {
            let hidden = self.hidden(name.span, self.name(name), kind, &this.symbol);
            let hidden = self.with_field(hidden, &this.symbol, self.name(name));
            self.report(hidden);
        }
    }

    /// Reports an enumeration that has the name of a field of an entity in another package. Those of the own package are
    /// reported at the field.
    pub(super) fn enum_hidden(&mut self, block: &Block) {
        let (Some(package), Some(name)) = (self.package, block.name) else { return };
        let text = self.name(name);
        let own = package.name(self.db);
        let hiding = entities(self.db, package).iter().filter(|it| it.symbol.package != own);
        for symbol in hiding.filter(|it| it.field(text).is_some()).map(|it| it.symbol.clone()).collect::<Vec<_>>() {
            let hidden = self.hidden(name.span, text, Kind::Enum, &symbol).with_severity(Severity::Info);
            let hidden = self.with_field(hidden, &symbol, text);
            self.report(hidden);
        }
    }

    /// Reports a field that has the name of an enumeration. It is no more than worth knowing: where a value of the
    /// enumeration belongs, its bare name does.
    pub(super) fn field_hides_enum(&mut self, name: &SmolStr, span: Span) {
        let Some(Found::Item(item)) = self.lookup(name) else { return };
        if item.kind(self.db) == Some(Kind::Enum) {
            let entity = self.item.symbol(self.db);
            let hidden = self.hidden(span, name, Kind::Enum, &entity).with_severity(Severity::Info);
            self.report(hidden.label(item.name_place(self.db), GeneralNote::DeclaredHere));
        }
    }

    fn hidden(&self, span: Span, name: &str, kind: Kind, entity: &Symbol) -> Diagnostic<Place> {
        let word = kind.word();
        let kind = polis_diagnostic::Bilingual::new(word.zh, word.en);
        let message = NameMessage::HiddenByField { name: name.into(), kind, entity: entity.name.clone() };
        let help = NameNote::RenameOne { name: name.into(), entity: entity.name.clone() };
        Diagnostic::new(message, self.place(span)).help(help)
    }

    /// The finding with a label at the field.
    fn with_field(&self, found: Diagnostic<Place>, entity: &Symbol, field: &str) -> Diagnostic<Place> {
        let place = self.item_of(entity).and_then(|it| field_place(self.db, it, field));
        match place {
            Some(place) => found.label(place, SampleNote::FieldDeclaredHere { field: field.into() }),
            None => found,
        }
    }
}

/// Where an entity declares a field.
fn field_place(db: &dyn polis_db::Db, entity: Item<'_>, field: &str) -> Option<Place> {
    let content = entity.content(db);
    let elements = content.block.body.iter().flat_map(|it| &it.elements);
    let mut names = elements.filter_map(|it| match it {
        Element::Clause(clause) => {
            let word = Kind::Entity.clause(clause.word.text(&content.text))?.word;
            match clause.name {
                Some(HeadName::Name(name)) if word == ClauseWord::Field => Some(name),
                _ => None,
            }
        }
        Element::Block(block) if block.kind == Some(Kind::Field) => block.name,
        _ => None,
    });
    let name = names.find(|it| it.text(&content.text) == field)?;
    Some(Place { item: entity.key(db), span: name.span })
}
