//! A cell as a value of its field's type.

use polis_diagnostic::{Bilingual, Diagnostic, SampleMessage, SampleNote};
use polis_eval::{EntityId, Machine};
use polis_semantic::Type;
use polis_semantic::ir::Field;
use polis_syntax::words::Face;
use polis_value::{CalendarSpan, DateError, Range, Value};
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::number::{BadNumber, NumberReader};
use super::report::{MOST_LISTED, clip, offer, suggest};

/// Reads the cells of one field.
#[derive(Debug)]
pub(super) struct CellReader<'m> {
    pub(super) field: &'m Field,
    kind: Kind<'m>,
}

#[derive(Debug)]
enum Kind<'m> {
    Number(NumberReader<'m>),
    Truth,
    Text,
    Date,
    Enum {
        ty: u32,
        name: &'m SmolStr,
        values: &'m [SmolStr],
        index: FxHashMap<&'m str, u32>,
    },
    Entity {
        target: EntityId,
        name: &'m SmolStr,
    },
    /// A type that is wrong, which is reported where it is declared.
    Any,
}

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content<'t> {
    /// Nothing: the fact is not known.
    Unknown,
    /// A value.
    Value(Value),
    /// The id of a jurisdiction, which may be in a file that is not read yet.
    Reference(EntityId, &'t str),
}

/// Why a cell has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadCell {
    Number(BadNumber),
    /// Not a value of the type.
    Other,
    /// The form of a date, but no day of the calendar.
    NoSuchDay,
    /// Outside the field's range, which is this one.
    OutOfRange,
    /// An id that no jurisdiction has.
    NoSuchId,
    /// An array or object of JSON.
    Nested,
    /// A text of JSON with half a character in it.
    BrokenText,
}

impl<'m> CellReader<'m> {
    pub(super) fn new(machine: &'m Machine, field: &'m Field) -> Self {
        let kind = match &field.ty {
            Type::Number(ty) => Kind::Number(NumberReader::new(machine, ty)),
            Type::Truth => Kind::Truth,
            Type::Text => Kind::Text,
            Type::Date => Kind::Date,
            Type::Enum(symbol) => {
                let all = &machine.program().enumerations;
                let found = all.iter().zip(0_u32..).find(|(it, _)| it.meta.symbol == *symbol);
                found.map_or(Kind::Any, |(it, ty)| {
                    let index = it.values.iter().map(SmolStr::as_str).zip(0_u32..).collect();
                    Kind::Enum { ty, name: &symbol.name, values: &it.values, index }
                })
            }
            Type::Entity(symbol) => {
                machine.entity(symbol).map_or(Kind::Any, |target| Kind::Entity { target, name: &symbol.name })
            }
            Type::List(_) | Type::Any => Kind::Any,
        };
        Self { field, kind }
    }

    /// Reads a cell.
    pub(super) fn read<'t>(&self, cell: &'t str) -> Result<Content<'t>, BadCell> {
        let text = cell.trim();
        if is_unknown(text) {
            return Ok(Content::Unknown);
        }
        let value = match &self.kind {
            Kind::Number(number) => number.read(text).map_err(BadCell::Number)?,
            Kind::Truth => Value::Bool(truth(text).ok_or(BadCell::Other)?),
            // As it is, blanks included.
            Kind::Text => Value::Text(cell.into()),
            Kind::Date => Value::from(CalendarSpan::parse(text).map_err(|it| match it {
                DateError::Malformed { .. } => BadCell::Other,
                DateError::NoSuchDay { .. } | DateError::OutOfCalendar => BadCell::NoSuchDay,
            })?),
            Kind::Enum { ty, index, .. } => {
                let index = index.get(text).or_else(|| index.get(&*super::columns::nfc(text)));
                Value::Enum { ty: *ty, index: *index.ok_or(BadCell::Other)? }
            }
            Kind::Entity { target, .. } => return Ok(Content::Reference(*target, text)),
            Kind::Any => return Ok(Content::Unknown),
        };
        if let Some(range) = &self.field.range
            && let Some(value) = value.as_number_range()
            // Of a figure that is known from one side only, that side counts.
            && [value.lo(), value.hi()].into_iter().flatten().any(|it| !range.contains(it))
        {
            return Err(BadCell::OutOfRange);
        }
        Ok(Content::Value(value))
    }

    /// Adds to a finding at the cell what helps with this one. `ids` are those of the jurisdictions that could be meant.
    pub(super) fn diagnose<'i>(
        &self,
        bad: &BadCell,
        cell: &str,
        (row, column): (u64, u32),
        at: polis_diagnostic::Span,
        ids: impl Iterator<Item = &'i str>,
    ) -> Diagnostic {
        let field = self.field.name.clone();
        let value = clip(cell);
        if *bad == BadCell::OutOfRange {
            let range = self.range(cell);
            return Diagnostic::new(SampleMessage::SampleOutOfRange { value, field, range }, at);
        }
        let expected = match bad {
            BadCell::Number(bad) => bad.expected().unwrap_or_else(|| self.expected()),
            BadCell::NoSuchDay => Bilingual::new("历法中有的日期", "a day of the calendar"),
            BadCell::Nested => Bilingual::new("单个值，不是数组或对象", "a single value, not an array or object"),
            BadCell::BrokenText => Bilingual::new("完整的文字", "a whole text"),
            BadCell::Other | BadCell::NoSuchId | BadCell::OutOfRange => self.expected(),
        };
        let message = SampleMessage::SampleBadValue { value, field, expected, row, column };
        let diagnostic = Diagnostic::new(message, at);
        let text = cell.trim();
        match (bad, &self.kind) {
            (BadCell::Number(BadNumber::Malformed) | BadCell::Other, Kind::Number(_) | Kind::Date)
                if !text.contains(char::is_numeric) =>
            {
                diagnostic.help(SampleNote::LeaveEmptyForUnknown)
            }
            (BadCell::Number(bad), Kind::Number(number)) => number.advise(bad, diagnostic),
            (BadCell::Other, Kind::Enum { values, .. }) => {
                let all = || values.iter().map(SmolStr::as_str);
                match suggest(text, all()) {
                    Some(near) => offer(diagnostic, near),
                    None if values.len() <= MOST_LISTED => {
                        diagnostic.note(SampleNote::ValuesAre { values: values.to_vec() })
                    }
                    None => diagnostic,
                }
            }
            (BadCell::NoSuchId, _) => match suggest(text, ids) {
                Some(near) => offer(diagnostic, near),
                None => diagnostic,
            },
            _ => diagnostic,
        }
    }

    /// What the cells hold, as a phrase.
    fn expected(&self) -> Bilingual {
        match &self.kind {
            Kind::Number(number) => number.expected(),
            Kind::Truth => Bilingual::new("`是` 或 `否`", "`true` or `false`"),
            Kind::Date => Bilingual::new(
                "日期，如 `2020-01-31`、`2020-01`、`2020年1月`",
                "a date such as `2020-01-31` or `2020-01`",
            ),
            Kind::Enum { name, .. } => {
                Bilingual::new(format_smolstr!("`{name}` 的一个值"), format_smolstr!("a value of `{name}`"))
            }
            Kind::Entity { name, .. } => {
                Bilingual::new(format_smolstr!("一个 `{name}` 的编号"), format_smolstr!("the id of a `{name}`"))
            }
            Kind::Text | Kind::Any => Bilingual::new("文字", "text"),
        }
    }

    /// The field's range, in the language of the sample.
    fn range(&self, cell: &str) -> SmolStr {
        let range = self.field.range.unwrap_or(Range::unbounded());
        let face = if cell.is_ascii() && self.field.name.is_ascii() { Face::En } else { Face::Zh };
        self.field
            .ty
            .as_number()
            .map_or_else(|| format_smolstr!("{range}"), |ty| ty.show_range(range.lo(), range.hi(), face))
    }
}

/// Whether a trimmed cell says that the fact is not known.
pub(super) fn is_unknown(text: &str) -> bool {
    matches!(text, "" | "未知" | "unknown")
}

/// Spreadsheets write `TRUE` and `FALSE`.
fn truth(text: &str) -> Option<bool> {
    match text {
        "是" => Some(true),
        "否" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
