//! How results go from year to year, as tables for reading.

use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_sim::{Column, Due, Norms, Rated, Simulation, Source};

use super::{grade_text, rated_title};
use crate::commands::simulate::norms::{Words, verdict_text};
use crate::commands::simulate::tables;
use crate::context::pick;
use crate::session::Session;
use crate::table::{self, Table, TableOptions};

/// How results go from year to year.
#[derive(Default)]
pub(super) struct Course {
    years: Vec<i16>,
    lines: Vec<Line>,
    /// The place of a line by what it is about.
    places: BTreeMap<[String; 4], usize>,
}

/// A result over the years.
struct Line {
    entity: String,
    /// Id, name and result; a sum has neither id nor name.
    head: [String; 3],
    right: bool,
    cells: Vec<String>,
}

impl Line {
    fn is_sum(&self) -> bool {
        self.head.first().is_none_or(String::is_empty)
    }

    fn varies(&self) -> bool {
        self.cells.iter().zip(self.cells.iter().skip(1)).any(|(a, b)| a != b)
    }
}

impl Course {
    pub(super) fn new((first, last): (i16, i16)) -> Self {
        Self { years: (first..=last).collect(), ..Self::default() }
    }

    /// Puts a text into a line's year; the line is begun where it is not there yet.
    fn put(&mut self, entity: &str, symbol: String, head: [String; 3], right: bool, year: usize, text: String) {
        let [id, _, title] = &head;
        let key = [entity.to_owned(), id.clone(), symbol, title.clone()];
        let next = self.lines.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            let cells = vec![String::new(); self.years.len()];
            self.lines.push(Line { entity: entity.to_owned(), head, right, cells });
        }
        if let Some(cell) = self.lines.get_mut(place).and_then(|it| it.cells.get_mut(year)) {
            *cell = text;
        }
    }

    /// Takes in the results of a year.
    pub(super) fn take(
        &mut self,
        session: &Session,
        year: usize,
        results: &Simulation,
        ratings: &[Rated],
        locale: Locale,
    ) {
        for table in &results.tables {
            let entity = session.machine.entity_name(table.entity).to_string();
            let titles: Vec<String> =
                table.columns.iter().map(|it| tables::title(session.view(), it, locale)).collect();
            for (row, cells) in session.world.rows(table.entity).iter().zip(&table.rows) {
                let name = row.name.clone().unwrap_or_default().to_string();
                for ((column, title), cell) in table.columns.iter().zip(&titles).zip(cells) {
                    let head = [row.id.to_string(), name.clone(), title.clone()];
                    let text = tables::text(session.view(), column, cell, locale);
                    self.put(&entity, column.symbol.to_string(), head, is_right(column), year, text);
                }
            }
            for ((column, title), total) in table.columns.iter().zip(&titles).zip(&table.totals) {
                let Some(total) = total else { continue };
                let text = tables::total_text(session, column, total, table.rows.len(), locale);
                let head = [String::new(), String::new(), title.clone()];
                self.put(&entity, column.symbol.to_string(), head, is_right(column), year, text);
            }
        }
        for rated in ratings.iter().filter(|it| it.due != Due::Nothing) {
            let entity = session.machine.entity_name(rated.entity).to_string();
            let title = rated_title(rated, locale);
            for (row, grade) in session.world.rows(rated.entity).iter().zip(&rated.after) {
                let name = row.name.clone().unwrap_or_default().to_string();
                let head = [row.id.to_string(), name, title.clone()];
                let text = grade_text(session, rated, grade.as_ref(), locale);
                self.put(&entity, rated.symbol.to_string(), head, true, year, text);
            }
        }
    }

    /// Takes in how norms were kept in a year.
    pub(super) fn take_norms(&mut self, session: &Session, year: usize, norms: &Norms, locale: Locale) {
        let words = Words { session, norms, locale };
        for table in &norms.tables {
            let entity = session.machine.entity_name(table.entity).to_string();
            let title = table.symbol.name.to_string();
            for (row, verdict) in session.world.rows(table.entity).iter().zip(&table.rows) {
                let name = row.name.clone().unwrap_or_default().to_string();
                let head = [row.id.to_string(), name, title.clone()];
                self.put(&entity, table.symbol.to_string(), head, false, year, verdict_text(verdict, locale));
            }
            let head = [String::new(), String::new(), title];
            self.put(&entity, table.symbol.to_string(), head, false, year, words.total(table));
        }
    }

    /// Writes the sums of each entity over the years, and those results of its jurisdictions that are not always the same.
    pub(super) fn write(&self, locale: Locale, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let options = TableOptions { color, indent: 2, ..TableOptions::default() };
        let (first, last) = (self.years.first(), self.years.last());
        if let (Some(first), Some(last)) = (first, last) {
            writeln!(out, "{}", pick(locale, format!("## {first} 至 {last} 年"), format!("## {first} to {last}")))?;
        }
        let mut entities: Vec<&str> = Vec::new();
        for line in &self.lines {
            if !entities.contains(&line.entity.as_str()) {
                entities.push(&line.entity);
            }
        }
        for entity in entities {
            let of_entity = || self.lines.iter().filter(|it| it.entity == entity);
            let sums: Vec<&Line> = of_entity().filter(|it| it.is_sum()).collect();
            let each: Vec<&Line> = of_entity().filter(|it| !it.is_sum() && it.varies()).collect();
            let same = of_entity().filter(|it| !it.is_sum() && !it.varies()).count();
            if !sums.is_empty() {
                let title = pick(locale, format!("{entity}：合计"), format!("{entity}: total"));
                writeln!(out, "\n{title}")?;
                self.table(&sums, false, locale).write(out, options)?;
            }
            let same = match same {
                0 => String::new(),
                _ => pick(locale, format!("（另 {same} 项各年相同）"), format!(" ({same} more the same every year)")),
            };
            if each.is_empty() && same.is_empty() {
                continue;
            }
            let title = pick(locale, format!("{entity}：逐年变化"), format!("{entity}: year by year"));
            writeln!(out, "\n{title}{same}")?;
            if !each.is_empty() {
                self.table(&each, true, locale).write(out, options)?;
            }
        }
        Ok(())
    }

    fn table(&self, lines: &[&Line], named: bool, locale: Locale) -> Table {
        let heads = [("编号", "id"), ("名称", "name"), ("项目", "result")];
        let skipped = if named { 0 } else { 2 };
        let heads = heads.iter().skip(skipped).map(|it| table::Column::left(pick(locale, it.0, it.1)));
        let right = lines.iter().all(|it| it.right);
        let years = self.years.iter().map(|it| {
            let year = it.to_string();
            if right { table::Column::right(year) } else { table::Column::left(year) }
        });
        let mut table = Table::new(heads.chain(years));
        for line in lines {
            table.row(line.head.iter().skip(skipped).chain(&line.cells));
        }
        table
    }
}

const fn is_right(column: &Column) -> bool {
    !matches!(column.source, Source::Verdict(_))
}
