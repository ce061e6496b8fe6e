//! The page of a run over years.

use std::collections::BTreeMap;

use polis_eval::Run;
use polis_report::{Chart, ColumnKind, Course, Headline, Page, Series, Tone};
use polis_sim::{Column, Due, Norms, Rated, Simulation, Source, ends};

use super::breaches::Breaches;
use super::cells::{MOST_ROWS, Results, Shown, readable};
use super::groups::subtotals;
use super::norms::{lacking_of_norms, take_norms};
use super::now::{Slice, Tones, lines_of, parted, slices};
use super::{Notes, Receipt, assembled, empty, lacking, name, outcomes, set_lines, table};
use crate::commands::simulate::norms::Words;
use crate::commands::simulate::years::{grade_text, rated_title};
use crate::context::Context;
use crate::session::Session;

/// What the years so far came to.
pub(in super::super) struct Years {
    notes: Notes,
    page: Page,
    done: Vec<i16>,
    entities: Vec<Entity>,
    last: Vec<(String, Tones)>,
    /// How many demands were breached, kept and unknown in each year.
    counts: Vec<Tones>,
    breaches: Breaches,
}

/// What a year came to.
#[derive(Clone, Copy)]
pub(in super::super) struct Came<'c> {
    pub(in super::super) results: &'c Simulation,
    pub(in super::super) ratings: &'c [Rated],
    pub(in super::super) norms: &'c Norms,
}

/// An entity over the years: each column with the results of every jurisdiction in every year, years after each other.
struct Entity {
    name: String,
    year: Results,
    keys: Vec<Results>,
    columns: Vec<Line>,
    rows: usize,
    /// Whether it has sums of another entity, whose course is drawn there.
    is_group: bool,
}

/// A column over the years.
struct Line {
    /// What it is told from others by.
    key: String,
    /// Whether it shows values rather than outcomes.
    is_value: bool,
    results: Results,
    /// The totals by year, both ends and for reading.
    course: Vec<(Ends, String)>,
}

/// Both ends of a figure.
type Ends = (Option<String>, Option<String>);

impl Years {
    pub(in super::super) fn new(ctx: &Context<'_, '_>) -> Self {
        Self {
            notes: Notes::new(ctx.locale),
            page: empty(ctx.locale),
            done: Vec::new(),
            entities: Vec::new(),
            last: Vec::new(),
            counts: Vec::new(),
            breaches: Breaches::default(),
        }
    }

    /// Takes in a year; `left` is how many come after it, which have to be explained too.
    pub(in super::super) fn take(
        &mut self,
        session: &Session,
        year: i16,
        left: usize,
        came: &Came<'_>,
        ctx: &Context<'_, '_>,
    ) {
        let Came { results, ratings, norms } = *came;
        let place = self.done.len();
        self.done.push(year);
        let run = Run::new(&session.machine, &session.world, session.settings.clone());
        let share = self.notes.budget / (left + 1);
        let rest = self.notes.budget - share;
        self.notes.budget = share;
        // What is chosen at first must be there: every year has as much room.
        let most = MOST_ROWS / (place + 1 + left);
        let mut slices = slices(session, &run, results, &mut self.notes);
        let words = Words { session, norms, locale: ctx.locale };
        take_norms(&mut slices, &words, &mut self.notes);
        self.notes.budget += rest;
        let several = slices.len() > 1;
        self.last = slices.iter().flat_map(|it| lines_of(it, several)).collect();
        let mut counts = Tones::new();
        for (tone, count) in self.last.iter().flat_map(|it| &it.1) {
            *counts.entry(*tone).or_default() += count;
        }
        self.counts.push(counts);
        self.breaches.take(session, &run, place, year, came, &slices, &self.notes);
        for slice in slices {
            let rated: Vec<&Rated> = ratings
                .iter()
                .filter(|it| it.due != Due::Nothing && session.machine.entity_name(it.entity) == slice.entity)
                .collect();
            self.put(session, (place, year), slice, &rated, most, ctx);
        }
        for of_entity in &results.tables {
            if let Some(group) = subtotals(session, of_entity, &mut self.notes) {
                let name = group.entity.clone();
                self.put(session, (place, year), group, &[], most, ctx);
                if let Some(entity) = self.entities.iter_mut().find(|it| it.name == name) {
                    entity.is_group = true;
                }
            }
        }
        self.page.lacking = lacking(session, &results.missing, ctx.locale);
        lacking_of_norms(&words, &mut self.page.lacking);
    }

    fn put(
        &mut self,
        session: &Session,
        (place, year): (usize, i16),
        slice: Slice,
        rated: &[&Rated],
        most: usize,
        ctx: &Context<'_, '_>,
    ) {
        let Slice { entity, count, keys, mut columns } = slice;
        for rated in rated {
            columns.push(rating(session, rated, &mut self.notes, ctx));
        }
        let position = self.entities.iter().position(|it| it.name == entity);
        let position = position.unwrap_or_else(|| {
            let head = ctx.text("年度", "year").to_owned();
            let year = Results { head, kind: Some(ColumnKind::Key), ..Results::default() };
            let keys = keys.iter().map(|it| Results { cells: Vec::new(), ..it.clone() }).collect();
            self.entities.push(Entity { name: entity, year, keys, columns: Vec::new(), rows: 0, is_group: false });
            self.entities.len() - 1
        });
        let Some(entity) = self.entities.get_mut(position) else { return };
        let shown = count.min(most);
        entity.year.cells.extend((0..shown).map(|_| Shown::key(&year.to_string(), place)));
        for (all, own) in entity.keys.iter_mut().zip(keys) {
            all.cells.extend(own.cells.into_iter().take(shown));
        }
        for (results, column) in columns {
            let key = format!("{} {}", column.symbol, results.head);
            let known = entity.columns.iter().position(|it| it.key == key);
            let at = known.unwrap_or_else(|| {
                let head = Results { cells: Vec::new(), total: String::new(), ..results.clone() };
                let is_value = !matches!(column.source, Source::Verdict(_));
                entity.columns.push(Line { key, is_value, results: head, course: Vec::new() });
                entity.columns.len() - 1
            });
            let Some(line) = entity.columns.get_mut(at) else { continue };
            // A provision that was not there in earlier years has nothing in them.
            line.results.cells.resize(entity.rows, Shown::default());
            line.results.cells.extend(results.cells.into_iter().take(shown));
            line.course.resize(place, Default::default());
            let end = |it: Option<polis_value::Number>| it.map(|it| it.to_string());
            let ends = results.total_ends.map_or((None, None), |it| (end(it.lo()), end(it.hi())));
            line.course.push((ends, results.total));
        }
        entity.rows += shown;
        for column in &mut entity.columns {
            column.results.cells.resize(entity.rows, Shown::default());
            column.course.resize(place + 1, Default::default());
        }
        self.notes.rows_left_out(&entity.name, count, most);
    }

    /// The page, where the session is that of the last year.
    pub(in super::super) fn page(mut self, session: &Session, scenario: Option<&str>, ctx: &Context<'_, '_>) -> Page {
        let (first, last) =
            (self.done.first().copied().unwrap_or_default(), self.done.last().copied().unwrap_or_default());
        let mut page = std::mem::replace(&mut self.page, empty(ctx.locale));
        page.title = name(session);
        let named =
            scenario.map(|it| ctx.text(format!("情景“{it}”，"), format!("scenario “{it}”, "))).unwrap_or_default();
        page.subtitle = ctx.text(
            format!("{named}{first} 至 {last} 年，各年按年末有效的条款"),
            format!("{named}{first} to {last}, provisions in force at the end of each year"),
        );
        page.lines = set_lines(session, ctx.locale);
        let breaches: Vec<Ends> = self
            .counts
            .iter()
            .map(|it| {
                let count = it.get(&Tone::Breached).copied().unwrap_or(0).to_string();
                (Some(count.clone()), Some(count))
            })
            .collect();
        let at: Vec<String> = self.done.iter().map(ToString::to_string).collect();
        let along = ctx.text("年度", "year").to_owned();
        let title = ctx.text(
            format!("{last} 年各项规定的结果（占辖区的比例）"),
            format!("Outcomes by provision in {last} (share of jurisdictions)"),
        );
        let counted = outcomes(title, std::mem::take(&mut self.last), &mut self.notes);
        if counted.is_some() {
            page.charts.push(Chart::Course(Course {
                title: ctx.text("各年违反规定的次数", "Breaches by year").to_owned(),
                along: along.clone(),
                at: at.clone(),
                series: vec![Series {
                    name: ctx.text("违反规定", "breaches").to_owned(),
                    unit: ctx.text("项", "").to_owned(),
                    column: None,
                    ends: breaches,
                }],
                table: None,
            }));
        }
        page.charts.extend(counted);
        page.headlines = self.headlines_of(first, last, ctx);
        for entity in self.entities {
            let number = page.tables.len();
            let skipped = 1 + entity.keys.len();
            let series: Vec<Series> = entity
                .columns
                .iter()
                .enumerate()
                .filter(|(_, it)| it.is_value && it.results.has_figures() && !entity.is_group)
                .map(|(index, it)| Series {
                    name: it.results.head.clone(),
                    unit: it.results.unit.clone(),
                    column: Some(skipped + index),
                    ends: it.course.iter().map(|it| it.0.clone()).collect(),
                })
                .collect();
            let heading = ctx.text(format!("{}：逐年变化", entity.name), format!("{}: year by year", entity.name));
            let columns =
                std::iter::once(entity.year).chain(entity.keys).chain(entity.columns.into_iter().map(|it| it.results));
            let mut made = table(entity.name, String::new(), columns.collect());
            made.facet = Some(0);
            made.chosen = self.done.len().checked_sub(1);
            if !series.is_empty() {
                let (at, along) = (at.clone(), along.clone());
                made.charts.push(Chart::Course(Course { title: heading, along, at, series, table: Some(number) }));
            }
            page.tables.push(made);
        }
        let (breached, attention) = std::mem::take(&mut self.breaches).table(page.tables.len(), &self.done, ctx);
        page.tables.extend(breached);
        page.attention = attention;
        let mut told = vec![(ctx.text("年度", "years").to_owned(), format!("{first}..{last}"))];
        if let Some(scenario) = scenario {
            told.insert(0, (ctx.text("情景", "scenario").to_owned(), scenario.to_owned()));
        }
        let receipt = Receipt { told, ..Receipt::default() };
        assembled(session, receipt, self.notes, page, ctx)
    }

    /// What the totals were at first and in the end.
    fn headlines_of(&self, first: i16, last: i16, ctx: &Context<'_, '_>) -> Vec<Headline> {
        let breached = |at: Option<&Tones>| at.and_then(|it| it.get(&Tone::Breached)).copied().unwrap_or(0);
        let (before, after) = (breached(self.counts.first()), breached(self.counts.last()));
        let mut all = vec![Headline {
            label: ctx.text(format!("{last} 年违反规定"), format!("Breaches in {last}")),
            value: ctx.text(format!("{after} 项"), after.to_string()),
            detail: ctx.text(format!("{first} 年 {before} 项"), format!("{before} in {first}")),
            tone: if after > 0 { Tone::Breached } else { Tone::Kept },
            table: None,
        }];
        for (table, entity) in self.entities.iter().enumerate() {
            for line in entity.columns.iter().filter(|it| it.is_value && !entity.is_group) {
                let said = |it: Option<&(Ends, String)>| it.filter(|it| it.0.0.is_some()).map(|it| it.1.clone());
                if let (Some(before), Some(after)) = (said(line.course.first()), said(line.course.last())) {
                    let (value, without) = parted(&after);
                    let before = ctx.text(format!("{first} 年 {before}"), format!("{first}: {before}"));
                    let parts: Vec<String> = [without, before].into_iter().filter(|it| !it.is_empty()).collect();
                    all.push(Headline {
                        label: format!("{} · {}", entity.name, line.results.head),
                        value,
                        detail: parts.join(ctx.text("；", "; ")),
                        tone: Tone::Plain,
                        table: Some(table),
                    });
                }
            }
        }
        all.truncate(9);
        all
    }
}

/// What became of a rating, as a column.
fn rating(session: &Session, rated: &Rated, notes: &mut Notes, ctx: &Context<'_, '_>) -> (Results, Column) {
    let cell = |grade: Option<&polis_value::Value>| {
        let text = readable(&grade_text(session, rated, grade, ctx.locale));
        match grade.and_then(ends) {
            Some(range) => Shown::figure(text, range),
            None if grade.is_none() => Shown::nothing(text, Tone::Unknown),
            None => Shown { text, ..Shown::default() },
        }
    };
    let column =
        Column { source: Source::Verdict(Vec::new()), symbol: rated.symbol.clone(), title: None, ty: rated.ty.clone() };
    let results = Results {
        head: rated_title(rated, ctx.locale),
        kind: Some(ColumnKind::Figure),
        cells: rated.after.iter().map(|it| cell(it.as_ref())).collect(),
        provision: notes.provision(session, &rated.symbol),
        tones: BTreeMap::new(),
        ..Results::default()
    };
    (results, column)
}
