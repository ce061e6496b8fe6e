//! `--format html`: the results of a run as a page for decision makers.

mod breaches;
mod cells;
pub(super) mod compare;
mod groups;
mod norms;
mod now;
mod receipt;
pub(super) mod sweep;
pub(super) mod years;

use std::collections::BTreeMap;
use std::io;

use polis_diagnostic::Locale;
use polis_eval::{EntityId, Run};
use polis_report::{Bars, Chart, Choice, ColumnKind, Lacking, Page, Provision, Ranges, Table, Teller, Tone, Tree};
use polis_semantic::Symbol;
use polis_sim::{Column, MissingCount, Source, Total};
use polis_syntax::words::Face;
use polis_syntax::{FormatOptions, format};

use super::transplant::Moved;
use super::{data, tables};
use crate::context::{Context, pick};
use crate::session::Session;
use cells::{MOST_ROWS, Results, Shown, grouped, readable};

pub(super) use now::page as page_of_run;
pub(super) use receipt::Receipt;

/// So many results are explained on a page, shared by its tables.
const EXPLAINED: usize = 1_500;

/// So many steps an explanation has at most, and so many below each step.
const STEPS: usize = 240;
const BELOW: usize = 24;

/// So many lines a chart of counts has at most.
const LINES: usize = 36;

/// The bytes of a page.
pub(super) fn bytes(page: &Page) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    page.write(&mut bytes)?;
    Ok(bytes)
}

/// What the tables of a page share: provisions and explanations that they point to, and what is left out.
struct Notes {
    locale: Locale,
    provisions: Vec<Provision>,
    places: BTreeMap<String, usize>,
    explanations: Vec<Tree>,
    left_out: Vec<String>,
    /// How many results could not be explained any more.
    untold: usize,
    /// How many more may be.
    budget: usize,
}

impl Notes {
    fn new(locale: Locale) -> Self {
        Self {
            locale,
            provisions: Vec::new(),
            places: BTreeMap::new(),
            explanations: Vec::new(),
            left_out: Vec::new(),
            untold: 0,
            budget: EXPLAINED,
        }
    }

    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    /// The place of a provision on the page.
    fn provision(&mut self, session: &Session, symbol: &Symbol) -> Option<usize> {
        let own = session.package.name(&session.db);
        let key = format!("{own} {symbol}");
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        let meta = session.machine.meta(symbol)?;
        let face = pick(self.locale, Face::Zh, Face::En);
        let text = &meta.content.text;
        let text = format(text, &FormatOptions { face: Some(face), width: 76 }).unwrap_or_else(|_| text.to_string());
        let teller = Teller { machine: &session.machine, world: &session.world, locale: self.locale };
        let name = if symbol.package == own { symbol.name.to_string() } else { symbol.to_string() };
        // Norms are judged by year.
        let year = session.settings.as_of.filter(|_| meta.kind == polis_syntax::words::Kind::Norm);
        let year = year.map(|it| format!("--year {} ", it.year())).unwrap_or_default();
        self.provisions.push(Provision {
            command: format!("polis why {own} {name} {year}--for "),
            name: symbol.to_string(),
            kind: meta.kind.word().spelling(face).to_owned(),
            title: meta.title.clone().unwrap_or_default().to_string(),
            text: text.trim_end().to_owned(),
            sources: teller.sources(meta).iter().map(|it| it.text(self.locale)).collect(),
            refs: meta.refs.iter().map(ToString::to_string).collect(),
        });
        let place = self.provisions.len() - 1;
        self.places.insert(key, place);
        Some(place)
    }

    /// The place of the explanation of a result, if there is room for it.
    fn explain(&mut self, session: &Session, run: &Run<'_>, columns: &[&Column], row: u32) -> Option<usize> {
        if self.budget == 0 {
            self.untold += 1;
            return None;
        }
        let teller = Teller { machine: &session.machine, world: &session.world, locale: self.locale };
        let mut trees: Vec<Tree> = Vec::new();
        let mut steps = STEPS;
        let mut tell = |told: &polis_report::Told| trees.push(Tree::of(told, self.locale, BELOW, &mut steps));
        for column in columns {
            match &column.source {
                Source::Rule(rule) => tell(&teller.rule(run, *rule, row).0),
                Source::Actual(constraint) => tell(&teller.constraint(run, *constraint, row).0),
                Source::Verdict(all) => {
                    for constraint in all {
                        tell(&teller.constraint(run, *constraint, row).0);
                    }
                }
            }
        }
        let first = trees.first().cloned()?;
        let tree = if trees.len() == 1 {
            first
        } else {
            let name = columns.first().map(|it| it.symbol.name.to_string()).unwrap_or_default();
            Tree { line: name, details: Vec::new(), steps: trees, more: 0 }
        };
        Some(self.put(tree))
    }

    /// The place of what was told of a result, if there is room for it.
    fn tell(&mut self, told: &polis_report::Told) -> Option<usize> {
        if self.budget == 0 {
            self.untold += 1;
            return None;
        }
        let tree = Tree::of(told, self.locale, BELOW, &mut STEPS.clone());
        Some(self.put(tree))
    }

    fn put(&mut self, tree: Tree) -> usize {
        self.budget -= 1;
        self.explanations.push(tree);
        self.explanations.len() - 1
    }

    /// Says how much could not be told.
    fn close(&mut self) {
        if self.untold > 0 {
            let (told, untold) = (self.explanations.len(), self.untold);
            self.left_out.push(self.pick(
                format!("{told} 项结果带有推导，另 {untold} 项只列出依据条款；后者的推导用 `polis why` 查看"),
                format!("{told} results come with their derivation; of {untold} more only the provision is shown, and `polis why` tells the rest"),
            ));
        }
    }

    /// Says that a table has more rows than the page.
    fn rows_left_out(&mut self, entity: &str, rows: usize, most: usize) {
        if rows > most {
            let line = self.pick(
                format!("{entity}：共 {rows} 行，本页只收入前 {most} 行；合计和图示中的次数按全部行计算"),
                format!("{entity}: {rows} rows, of which the first {most} are here; totals and counts are of all"),
            );
            if !self.left_out.contains(&line) {
                self.left_out.push(line);
            }
        }
    }
}

/// The columns that say which jurisdiction a row is: id, name, and what it lies in.
fn keys(session: &Session, entity: EntityId, locale: Locale) -> Vec<Results> {
    let rows = session.world.rows(entity);
    let column =
        |head: String, cells: Vec<Shown>| Results { head, kind: Some(ColumnKind::Key), cells, ..Results::default() };
    let ids = rows.iter().enumerate().map(|(at, it)| Shown::key(&it.id, at)).collect();
    let text = |text: &str| Shown { text: text.to_owned(), ..Shown::default() };
    let names = rows.iter().map(|it| text(it.name.as_deref().unwrap_or(""))).collect();
    let mut all =
        vec![column(pick(locale, "编号", "id").into(), ids), column(pick(locale, "名称", "name").into(), names)];
    if let Some(parent) = session.machine.entities().get(entity.index()).and_then(|it| it.parent) {
        let name = |row: Option<u32>| row.map(|it| session.machine.name_of(parent, it, &session.world));
        let above = rows.iter().map(|it| {
            it.parent.map_or_else(Shown::default, |row| {
                let name = name(Some(row)).unwrap_or_default();
                Shown::key(&name, usize::try_from(row).unwrap_or(usize::MAX))
            })
        });
        all.push(column(session.machine.entity_name(parent).to_string(), above.collect()));
    }
    all
}

/// A column of a run without its cells.
fn head(session: &Session, column: &Column, notes: &mut Notes) -> Results {
    let kind = match &column.source {
        Source::Verdict(_) => ColumnKind::Verdict,
        _ if tables::is_figure(column) => ColumnKind::Figure,
        _ => ColumnKind::Text,
    };
    Results {
        head: tables::title(session.view(), column, notes.locale),
        kind: Some(kind),
        unit: data::unit(column, notes.locale).unwrap_or_default(),
        provision: notes.provision(session, &column.symbol),
        ..Results::default()
    }
}

/// A total for reading, with both its ends.
fn total(
    session: &Session,
    column: &Column,
    total: Option<&Total>,
    rows: usize,
    locale: Locale,
) -> (String, Option<polis_value::NumberRange>) {
    let Some(total) = total else { return (String::new(), None) };
    let text = grouped(&readable(&tables::total_text(session, column, total, rows, locale)));
    let ends = match total {
        Total::Sum { sum, without } if *without < rows => polis_sim::ends(sum),
        _ => None,
    };
    (text, ends)
}

/// A table of keys and results; charts come later, when its place on the page is known.
fn table(title: String, note: String, columns: Vec<Results>) -> Table {
    let rows = columns.first().map_or(0, |it| it.cells.len().min(MOST_ROWS));
    let columns = columns.into_iter().map(Results::column).collect();
    Table { title, note, columns, rows, facet: None, chosen: None, charts: Vec::new() }
}

/// The chart of a table's rows: every column of figures can be chosen, a quota with the actual figure beside it.
fn ranges(title: String, at: usize, columns: &[(Results, Option<Column>)]) -> Option<Chart> {
    let actual_of = |symbol: &Symbol| {
        columns.iter().position(|it| {
            it.1.as_ref().is_some_and(|it| matches!(it.source, Source::Actual(_)) && it.symbol == *symbol)
        })
    };
    let choices: Vec<Choice> = columns
        .iter()
        .enumerate()
        .filter_map(|(index, (results, column))| {
            let column = column.as_ref().filter(|it| matches!(it.source, Source::Rule(_)))?;
            if !results.has_figures() {
                return None;
            }
            let points = actual_of(&column.symbol).and_then(|it| Some((it, columns.get(it)?.0.head.clone())));
            Some(Choice {
                name: results.head.clone(),
                unit: results.unit.clone(),
                columns: vec![(index, results.head.clone())],
                points,
                facet: None,
            })
        })
        .collect();
    (!choices.is_empty()).then_some(Chart::Ranges(Ranges { title, table: at, choices }))
}

/// The chart of outcomes: a line for each demand, how many jurisdictions keep it, breach it, or cannot tell.
fn outcomes(title: String, lines: Vec<(String, BTreeMap<Tone, usize>)>, notes: &mut Notes) -> Option<Chart> {
    let mut lines: Vec<_> = lines.into_iter().filter(|it| it.1.keys().any(|it| *it != Tone::None)).collect();
    let count = lines.len();
    if count > LINES {
        lines.truncate(LINES);
        let more = count - LINES;
        notes.left_out.push(notes.pick(
            format!("总体情况图只画前 {LINES} 项，另 {more} 项见各表"),
            format!("the chart of outcomes shows the first {LINES}; {more} more are in the tables"),
        ));
    }
    let names = [
        (Tone::Kept, "守住", "kept"),
        (Tone::Breached, "违反", "breached"),
        (Tone::Deviates, "偏离", "deviates"),
        (Tone::Choice, "视选择而定", "depends on the choice"),
        (Tone::Unknown, "未知", "unknown"),
        (Tone::None, "不适用", "not applicable"),
    ];
    let series: Vec<_> = names
        .into_iter()
        .map(|(tone, zh, en)| {
            let counts: Vec<usize> = lines.iter().map(|it| it.1.get(&tone).copied().unwrap_or(0)).collect();
            (notes.pick(zh, en).to_owned(), tone, counts)
        })
        .filter(|it| it.2.iter().any(|it| *it > 0))
        .collect();
    let labels: Vec<String> = lines.into_iter().map(|it| it.0).collect();
    (!labels.is_empty()).then_some(Chart::Bars(Bars { title, labels, series, share: true }))
}

/// What is missing, the most first.
fn lacking(session: &Session, missing: &[MissingCount], locale: Locale) -> Vec<Lacking> {
    let each = |it: &MissingCount| Lacking {
        what: quoted(&tables::missing_text(session, &it.missing, &it.rows, locale)),
        results: it.results,
    };
    missing.iter().map(each).collect()
}

/// Back-quotes as people write quotes.
fn quoted(text: &str) -> String {
    let mut parts = text.split('`');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (part, mark) in parts.zip(['“', '”'].into_iter().cycle()) {
        out.push(mark);
        out.push_str(part);
    }
    out
}

/// What did not come along from another city's sample.
fn moved_lines(moved: Option<&Moved>, notes: &mut Notes) {
    for line in moved.map(|it| it.lines(notes.locale)).unwrap_or_default() {
        let line = notes.pick(
            format!("样本中没有对应、因而没有用上的：{line}"),
            format!("in the sample, but of no use here: {line}"),
        );
        notes.left_out.push(line);
    }
}

/// Whose provisions they are.
fn name(session: &Session) -> String {
    session.package.manifest(&session.db).display_name().to_string()
}

/// The parameters that are set, a line each.
fn set_lines(session: &Session, locale: Locale) -> Vec<String> {
    let mut bytes = Vec::new();
    // Memory takes whatever is written to it.
    let _ = super::set_lines(session, locale, &mut bytes);
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}

/// The page of what all parts have in common.
fn assembled(session: &Session, receipt: Receipt, mut notes: Notes, parts: Page, ctx: &Context<'_, '_>) -> Page {
    notes.close();
    let receipt = receipt.lines(session, ctx);
    let Notes { provisions, explanations, left_out, .. } = notes;
    Page { provisions, explanations, left_out, receipt, ..parts }
}

/// A page without anything, to be filled.
fn empty(locale: Locale) -> Page {
    Page {
        locale,
        title: String::new(),
        subtitle: String::new(),
        lines: Vec::new(),
        headlines: Vec::new(),
        attention: polis_report::Attention::default(),
        charts: Vec::new(),
        tables: Vec::new(),
        provisions: Vec::new(),
        explanations: Vec::new(),
        lacking: Vec::new(),
        left_out: Vec::new(),
        receipt: Vec::new(),
    }
}
