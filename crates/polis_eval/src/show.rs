//! Values as text, in the words and units of the field.

use polis_diagnostic::{Bilingual, Locale};
use polis_semantic::{Symbol, Type};
use polis_syntax::words::{Face, Keyword};
use polis_value::{Date, Value};
use smol_str::{SmolStr, format_smolstr};

use crate::machine::{EntityId, Machine};
use crate::run::Missing;
use crate::world::World;

impl Machine {
    /// A value of type `ty` as text: figures with their unit, names of enumerations and jurisdictions.
    #[must_use]
    pub fn show(&self, value: &Value, ty: &Type, world: &World, locale: Locale) -> SmolStr {
        let face = face_of(locale);
        let word = |it: Keyword| SmolStr::new_static(it.word().spelling(face));
        match (value, ty) {
            (Value::Number(number), Type::Number(ty)) => ty.show(*number, face),
            (Value::Bool(true), _) => word(Keyword::True),
            (Value::Bool(false), _) => word(Keyword::False),
            (Value::Unknown(_), _) => word(Keyword::Unknown),
            (Value::Enum { ty, index }, _) => {
                let values = self.program.enumerations.get(*ty as usize).map(|it| &it.values);
                values.and_then(|it| it.get(*index as usize)).cloned().unwrap_or_default()
            }
            (Value::Entity { ty, row }, _) => self.name_of(EntityId(*ty), *row, world),
            (Value::List(items), Type::List(ty)) => {
                let items: Vec<SmolStr> = items.iter().map(|it| self.show(it, ty, world, locale)).collect();
                format_smolstr!("[{}]", items.join(", "))
            }
            (Value::Text(text), _) => text.clone(),
            (other, Type::Number(ty)) if let Some(range) = other.as_number_range() => {
                ty.show_range(range.lo(), range.hi(), face)
            }
            (other, _) => format_smolstr!("{other}"),
        }
    }

    /// The same in both languages.
    #[must_use]
    pub fn show_both(&self, value: &Value, ty: &Type, world: &World) -> Bilingual {
        Bilingual::new(self.show(value, ty, world, Locale::Zh), self.show(value, ty, world, Locale::En))
    }

    /// A jurisdiction's name, or its id where it has none.
    #[must_use]
    pub fn name_of(&self, entity: EntityId, row: u32, world: &World) -> SmolStr {
        world.row(entity, row).map(|it| it.name.clone().unwrap_or_else(|| it.id.clone())).unwrap_or_default()
    }

    /// An entity's name.
    #[must_use]
    pub fn entity_name(&self, entity: EntityId) -> SmolStr {
        self.entity_def(entity).map(|it| it.meta.symbol.name.clone()).unwrap_or_default()
    }

    /// The name of an entity's field.
    #[must_use]
    pub fn field_name(&self, entity: EntityId, field: u32) -> SmolStr {
        self.fields(entity).get(field as usize).map(|it| it.name.clone()).unwrap_or_default()
    }

    /// What is missing, in words.
    #[must_use]
    pub fn describe(&self, missing: &Missing, world: &World) -> Bilingual {
        match missing {
            Missing::Fact(entity, row, field) => {
                let (of, field) = (self.name_of(*entity, *row, world), self.field_name(*entity, *field));
                Bilingual::new(format!(" `{of}` 的 `{field}`"), format!("`{field}` of `{of}`"))
            }
            Missing::Parent(entity, row) => {
                let name = self.name_of(*entity, *row, world);
                Bilingual::new(format!(" `{name}` 的上级"), format!("the parent of `{name}`"))
            }
            Missing::Param(param) => {
                let symbol = self.param_def(*param).map(|it| it.meta.symbol.name.clone()).unwrap_or_default();
                Bilingual::new(format!("参数 `{symbol}` 的值"), format!("the value of parameter `{symbol}`"))
            }
            Missing::Open(symbol, part, reason) => describe_open(symbol, part.as_ref(), reason.as_ref()),
            Missing::Dormant(symbol, from, until) => describe_dormant(symbol, *from, *until),
            Missing::Said => Bilingual::new("原文写明未知的内容", "what the text itself calls unknown"),
        }
    }
}

/// A figure that a provision leaves open, in words.
#[must_use]
pub fn describe_open(symbol: &Symbol, part: Option<&SmolStr>, reason: Option<&SmolStr>) -> Bilingual {
    let name = part.map_or_else(|| symbol.name.clone(), |it| format_smolstr!("{}.{it}", symbol.name));
    let (zh, en) = match reason {
        Some(reason) => (format!("（{reason}）"), format!(" ({reason})")),
        None => (String::new(), String::new()),
    };
    Bilingual::new(format!(" `{name}` 中待定的数字{zh}"), format!("the figure that `{name}` leaves open{en}"))
}

/// A provision that is not in force, in words: the last day on which it was, or the first on which it will be.
#[must_use]
pub fn describe_dormant(symbol: &Symbol, from: Option<Date>, until: Option<Date>) -> Bilingual {
    let name = &symbol.name;
    match (from, until) {
        (_, Some(until)) => Bilingual::new(
            format!(" `{name}`：已失效，最后有效日为 {until}"),
            format!("`{name}`, which was last in force on {until}"),
        ),
        (Some(from), None) => Bilingual::new(
            format!(" `{name}`：{from} 起才生效"),
            format!("`{name}`, which is not in force before {from}"),
        ),
        (None, None) => Bilingual::new(format!(" `{name}`：未生效"), format!("`{name}`, which is not in force")),
    }
}

/// The face of a language.
#[must_use]
pub const fn face_of(locale: Locale) -> Face {
    match locale {
        Locale::Zh => Face::Zh,
        Locale::En => Face::En,
    }
}
