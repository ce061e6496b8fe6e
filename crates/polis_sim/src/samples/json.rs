//! Tables in JSON: an array of objects.
//!
//! Values are borrowed from the text as they are written, so that a figure never goes through a float and every value has
//! a place: where its slice lies in the text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use polis_diagnostic::{Diagnostic, SampleNote};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::BadCell;
use super::columns::Target;
use super::table::{Table, malformed};

/// The entries of an object in order, repeated keys included.
struct Entries<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// Reads a file.
pub(super) fn read(table: &mut Table<'_>) {
    let (offset, body) = table.body();
    if body.trim().is_empty() {
        table.refuse(|report| Diagnostic::new(malformed::empty(), report.at(0..0)).help(SampleNote::JsonForm));
        return;
    }
    let top: &RawValue = match serde_json::from_str(body) {
        Ok(top) => top,
        Err(error) => {
            let at = error_place(body, &error);
            table.refuse(|report| Diagnostic::new(syntax(&error), report.at(offset + at.start..offset + at.end)));
            return;
        }
    };
    let Some(rows) = rows(table, top) else {
        let start = offset_in(table.text, top.get());
        table.refuse(|report| {
            Diagnostic::new(malformed::not_an_array(), report.at(start..start + 1)).help(SampleNote::JsonForm)
        });
        return;
    };
    let mut keys =
        Keys { columns: FxHashMap::default(), by_place: Vec::new(), seen: Vec::new(), repeated: FxHashSet::default() };
    table.reserve(rows.len());
    for value in rows {
        row(table, &mut keys, value);
    }
}

/// The rows: those of the array, or of the array under the entity's name.
fn rows<'t>(table: &Table<'_>, top: &'t RawValue) -> Option<Vec<&'t RawValue>> {
    if let Ok(rows) = serde_json::from_str(top.get()) {
        return Some(rows);
    }
    let Entries(entries) = serde_json::from_str(top.get()).ok()?;
    match entries.as_slice() {
        [(key, value)] if table.schema.is_called(text_of(key.get())?.trim()) => serde_json::from_str(value.get()).ok(),
        _ => None,
    }
}

/// The keys that were met, as they are written.
struct Keys<'t> {
    columns: FxHashMap<&'t str, Target>,
    /// The key of each place in the object: nearly always that of the row before.
    by_place: Vec<(&'t str, Target)>,
    /// The targets of this row, with the keys that stand for them.
    seen: Vec<(Target, &'t str)>,
    /// The keys that are reported for standing for the same as another.
    repeated: FxHashSet<&'t str>,
}

impl<'t> Keys<'t> {
    fn target(&mut self, table: &mut Table<'_>, place: usize, raw: &'t str) -> Target {
        match self.by_place.get(place) {
            Some((known, target)) if *known == raw => return *target,
            _ => {}
        }
        let target = self.columns.get(raw).copied().unwrap_or_else(|| {
            let name = text_of(raw).unwrap_or_default();
            let target = table.schema.target(&name).unwrap_or_else(|| {
                let taken: Vec<Target> = self.seen.iter().map(|it| it.0).collect();
                table.unknown_column(name.trim(), content(table.text, raw), &taken);
                Target::Nothing
            });
            self.columns.insert(raw, target);
            target
        });
        match self.by_place.get_mut(place) {
            Some(slot) => *slot = (raw, target),
            None => self.by_place.push((raw, target)),
        }
        target
    }
}

fn row<'t>(table: &mut Table<'_>, keys: &mut Keys<'t>, value: &'t RawValue) {
    let start = offset_in(table.text, value.get());
    table.begin(start);
    let Ok(Entries(entries)) = serde_json::from_str(value.get()) else {
        let number = table.number();
        let end = start + value.get().len();
        table.refuse(|report| {
            let at = if end - start > 40 { start..start + 1 } else { start..end };
            Diagnostic::new(malformed::not_an_object(number), report.at(at))
        });
        return;
    };
    keys.seen.clear();
    for ((place, (key, value)), column) in entries.into_iter().enumerate().zip(0_u32..) {
        let target = keys.target(table, place, key.get());
        if target == Target::Nothing {
            continue;
        }
        if let Some((_, first)) = keys.seen.iter().find(|it| it.0 == target) {
            // Nearly always every row has the same keys; once is enough.
            if !keys.repeated.insert(key.get()) {
                continue;
            }
            let name = text_of(key.get()).unwrap_or_default();
            table.duplicate_column(&name, content(table.text, key.get()), content(table.text, first));
            continue;
        }
        keys.seen.push((target, key.get()));
        cell(table, column, target, value.get());
    }
    table.end();
}

fn cell(table: &mut Table<'_>, column: u32, target: Target, raw: &str) {
    let bad = match raw.as_bytes().first() {
        Some(b'n') => {
            table.cell(column, target, "");
            return;
        }
        Some(b'{' | b'[') => BadCell::Nested,
        Some(b'"') => match text_of(raw) {
            Some(text) => {
                table.cell(column, target, &text);
                return;
            }
            None => BadCell::BrokenText,
        },
        _ => {
            table.cell(column, target, raw);
            return;
        }
    };
    match target {
        Target::Field(field) => table.bad_cell(column, field, &bad, raw),
        // Without a usable id the row is reported as having none; a name or parent is a text or a number as well.
        Target::Id => table.cell(column, target, ""),
        _ => {
            let (number, at) = (table.number(), content(table.text, raw));
            table.wrong(|report| Diagnostic::new(malformed::not_a_text(number, column + 1), report.at(at)));
        }
    }
}

/// The text that a JSON string says; `None` for one with half a character in it.
fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(raw).ok().map(Cow::Owned)
}

/// Where a slice of the text lies in it.
fn offset_in(text: &str, slice: &str) -> usize {
    slice.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// The bytes of a value: of a text those between its quotes.
fn content(text: &str, raw: &str) -> Range<usize> {
    let start = offset_in(text, raw);
    let end = start + raw.len();
    if raw.len() >= 2 && raw.starts_with('"') { start + 1..end - 1 } else { start..end }
}

/// The bytes of a value of the object at `start`.
pub(super) fn locate(text: &str, start: usize, column: u32) -> Option<Range<usize>> {
    let mut values = serde_json::Deserializer::from_str(text.get(start..)?).into_iter::<&RawValue>();
    let Entries(entries) = serde_json::from_str(values.next()?.ok()?.get()).ok()?;
    entries.get(column as usize).map(|(_, value)| content(text, value.get()))
}

/// The character at which reading failed.
fn error_place(body: &str, error: &serde_json::Error) -> Range<usize> {
    let line = body.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let mut start = (line + error.column().saturating_sub(1)).min(body.len());
    while !body.is_char_boundary(start) {
        start -= 1;
    }
    let length = body.get(start..).and_then(|it| it.chars().next()).filter(|it| *it != '\n').map_or(0, char::len_utf8);
    start..start + length
}

/// What is wrong with the form, in both languages.
fn syntax(error: &serde_json::Error) -> polis_diagnostic::SampleMessage {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |it| it.0);
    let (zh, en) = match text {
        "EOF while parsing a list" => ("数组没有闭合", "an array is not closed"),
        "EOF while parsing an object" => ("对象没有闭合", "an object is not closed"),
        "EOF while parsing a string" => ("文字的引号没有闭合", "a text is not closed"),
        "EOF while parsing a value" => ("末尾缺少一个值", "a value is missing at the end"),
        "expected `:`" => ("应为 `:`", "expected `:`"),
        "expected `,` or `]`" => ("应为 `,` 或 `]`", "expected `,` or `]`"),
        "expected `,` or `}`" => ("应为 `,` 或 `}`", "expected `,` or `}`"),
        "expected value" => ("应为一个值", "expected a value"),
        "key must be a string" => ("键应为双引号中的文字", "a key must be a text in double quotes"),
        "trailing comma" => ("末项之后不应有逗号", "there must be no comma after the last entry"),
        "trailing characters" => ("结束之后不应再有内容", "nothing may follow after the end"),
        "invalid number" => ("数的写法有误", "the number is not written right"),
        "invalid escape" => ("转义的写法有误", "the escape is not written right"),
        _ if text.starts_with("control character") => {
            ("文字中有换行或控制符，应写作转义", "a text has a line end or control character, which must be escaped")
        }
        _ => ("写法不合规范", "its form is not valid"),
    };
    malformed::json(zh, en)
}
