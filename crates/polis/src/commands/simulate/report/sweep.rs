//! The page of a run through values of parameters.

use std::collections::BTreeMap;

use polis_report::{Chart, ColumnKind, Course, Headline, Page, Series, Tone};
use polis_sim::{Band, Bands, Points, Simulation, Source, Total};
use polis_value::{Number, NumberRange, Value};

use super::cells::{Results, Shown, grouped, readable};
use super::{Notes, Receipt, assembled, data, empty, keys, lacking, name, set_lines, table, tables};
use crate::commands::simulate::sweep::{Swept, axis_text, band_text};
use crate::context::Context;
use crate::session::Session;

/// So many values along the first parameter are drawn.
const POINTS: usize = 400;

/// Totals by the value of the first parameter, over all values of the others.
#[derive(Default)]
pub(in super::super) struct Courses {
    at: Vec<Number>,
    /// By table and column.
    ends: BTreeMap<(usize, usize), Vec<Option<NumberRange>>>,
    left_out: usize,
}

impl Courses {
    /// Takes in a run.
    pub(in super::super) fn take(&mut self, values: &[Number], result: &Simulation) {
        let Some(value) = values.first() else { return };
        if self.at.last() != Some(value) {
            if self.at.len() == POINTS {
                self.left_out += 1;
                return;
            }
            self.at.push(*value);
        }
        let place = self.at.len() - 1;
        for (number, table) in result.tables.iter().enumerate() {
            for (index, total) in table.totals.iter().enumerate() {
                let Some(Total::Sum { sum, without }) = total else { continue };
                let range = if *without == table.rows.len() { None } else { polis_sim::ends(sum) };
                let course = self.ends.entry((number, index)).or_default();
                course.resize(place + 1, None);
                let Some(slot) = course.get_mut(place) else { continue };
                *slot = match (*slot, range) {
                    (Some(a), Some(b)) => Some(a.hull(&b)),
                    (a, b) => a.or(b),
                };
            }
        }
    }
}

pub(in super::super) fn page(
    session: &Session,
    swept: &Swept,
    bands: &Bands,
    courses: &Courses,
    ctx: &Context<'_, '_>,
) -> Page {
    let locale = ctx.locale;
    let mut notes = Notes::new(locale);
    let mut page = empty(locale);
    let axes = &swept.axes;
    let along: Vec<String> = axes.iter().filter_map(|it| axis_text(session, it, locale)).collect();
    page.title = name(session);
    page.subtitle = along.join(ctx.text("；", "; "));
    page.lines = set_lines(session, locale);
    let runs = bands.runs;
    page.headlines.push(Headline {
        label: ctx.text("运行次数", "Runs").to_owned(),
        value: ctx.text(format!("{runs} 次"), runs.to_string()),
        detail: if swept.points == Points::All { String::new() } else { swept.runs_text(bands, locale) },
        tone: Tone::Plain,
        table: None,
    });
    let along = axes.first().and_then(|it| session.machine.param_def(it.param));
    let at: Vec<String> = courses
        .at
        .iter()
        .map(|it| match along {
            Some(def) => session.machine.show(&Value::Number(*it), &def.ty, &session.world, locale).to_string(),
            None => it.to_string(),
        })
        .collect();
    for (number, of_entity) in bands.tables.iter().enumerate() {
        let entity = session.machine.entity_name(of_entity.entity);
        let mut columns = keys(session, of_entity.entity, locale);
        let mut series: Vec<Series> = Vec::new();
        let mut same = 0;
        for (index, column) in of_entity.columns.iter().enumerate() {
            let all = || of_entity.rows.iter().filter_map(|it| it.get(index));
            let course = courses.ends.get(&(number, index));
            if !all().any(|it| it.varies) {
                same += 1;
                continue;
            }
            let band = of_entity.totals.get(index).and_then(Option::as_ref);
            let figures = !matches!(column.source, Source::Verdict(_)) && tables::is_figure(column);
            let results = Results {
                head: tables::title(session.view(), column, locale),
                kind: Some(if figures { ColumnKind::Figure } else { ColumnKind::Text }),
                unit: data::unit(column, locale).unwrap_or_default(),
                cells: all().take(super::MOST_ROWS).map(|it| shown(session, column, it, ctx)).collect(),
                total: band.map(|it| grouped(&readable(&band_text(session, column, it, locale)))).unwrap_or_default(),
                provision: notes.provision(session, &column.symbol),
                ..Results::default()
            };
            if let (Some(course), true) = (course, figures) {
                let end = |it: Option<Number>| it.map(|it| it.to_string());
                let mut ends: Vec<_> =
                    course.iter().map(|it| it.map_or((None, None), |it| (end(it.lo()), end(it.hi())))).collect();
                ends.resize(at.len(), (None, None));
                series.push(Series { name: results.head.clone(), unit: results.unit.clone(), column: None, ends });
            }
            if figures && band.is_some() {
                page.headlines.push(Headline {
                    label: format!("{entity} · {}", results.head),
                    value: results.total.clone(),
                    detail: ctx.text("各次运行的合计", "total over the runs").to_owned(),
                    tone: Tone::Plain,
                    table: Some(page.tables.len()),
                });
            }
            columns.push(results);
        }
        if same == of_entity.columns.len() {
            let zh = format!("{entity}：{same} 项结果不随取值变化");
            notes.left_out.push(ctx.text(zh, format!("{entity}: {same} results are the same for every value")));
            continue;
        }
        notes.rows_left_out(&entity, of_entity.rows.len(), super::MOST_ROWS);
        let note = match same {
            0 => String::new(),
            _ => ctx.text(
                format!("另 {same} 项结果不变，未列出。"),
                format!("{same} more results are always the same, and not shown."),
            ),
        };
        let count = of_entity.rows.len();
        let mut made = table(ctx.text(format!("{entity}（{count} 个）"), format!("{entity} ({count})")), note, columns);
        if !series.is_empty() {
            made.charts.push(Chart::Course(Course {
                title: ctx.text(format!("{entity}：合计随取值的变化"), format!("{entity}: totals by value")),
                along: along.map(|it| it.meta.symbol.name.to_string()).unwrap_or_default(),
                at: at.clone(),
                series,
                table: None,
            }));
        }
        page.tables.push(made);
    }
    if page.tables.is_empty()
        && let Some(first) = page.headlines.first_mut()
    {
        ctx.text("没有结果随取值变化", "no result depends on the value").clone_into(&mut first.detail);
    }
    page.headlines.truncate(9);
    page.lacking = lacking(session, &bands.missing, locale);
    if courses.left_out > 0 {
        notes.left_out.push(ctx.text(
            format!("图中只画前 {POINTS} 个取值；表中的区间按全部运行计算"),
            format!("charts show the first {POINTS} values; the bands in the tables are over all runs"),
        ));
    }
    let told = axes.iter().filter_map(|it| axis_text(session, it, locale));
    let mut told: Vec<_> = told.map(|it| (ctx.text("遍历", "sweep").to_owned(), it)).collect();
    if swept.points != Points::All {
        told.push((ctx.text("抽取", "draws").to_owned(), swept.runs_text(bands, locale)));
        if !bands.quantiles {
            notes.left_out.push(
                ctx.text(
                    "结果太多，只有合计给出分位数",
                    "there are too many results for quantiles of each; sums have them",
                )
                .to_owned(),
            );
        }
    }
    assembled(session, Receipt { told, ..Receipt::default() }, notes, page, ctx)
}

fn shown(session: &Session, column: &polis_sim::Column, band: &Band, ctx: &Context<'_, '_>) -> Shown {
    let text = readable(&band_text(session, column, band, ctx.locale));
    match band.figures {
        Some(range) => Shown::figure(grouped(&text), range),
        None if band.unknown > 0 && band.values.is_empty() && band.outcomes.is_empty() => {
            Shown::nothing(text, Tone::Unknown)
        }
        None => Shown { text, ..Shown::default() },
    }
}
