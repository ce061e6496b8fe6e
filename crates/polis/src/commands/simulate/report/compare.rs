//! The page of several cities side by side.

use std::collections::BTreeMap;

use polis_eval::Run;
use polis_report::{Bars, Chart, Choice, ColumnKind, Headline, Page, Ranges, Tone};
use polis_sim::{Aspect, Cell, Compared, Standing, ends};
use polis_value::Date;

use super::cells::{MOST_ROWS, Results, Shown, grouped, readable};
use super::{Notes, Receipt, assembled, data, empty, lacking, receipt, table};
use crate::commands::simulate::compare::View;
use crate::context::Context;

pub(in super::super) fn page(
    view: &View<'_>,
    compared: &[Compared],
    as_of: Option<Date>,
    ctx: &Context<'_, '_>,
) -> Page {
    let mut notes = Notes::new(ctx.locale);
    let mut page = empty(ctx.locale);
    let titles: Vec<&str> = view.guests.iter().map(|it| it.title.as_str()).collect();
    page.title = titles.join(ctx.text("、", ", "));
    let sample = receipt::shown(&view.home.sample, &view.home.package.manifest(&view.home.db).folder);
    let (zh, en) = match as_of {
        Some(day) => (format!("按 {day} 有效的条款"), format!("provisions in force on {day}")),
        None => ("按最新的条款".to_owned(), "latest provisions".to_owned()),
    };
    page.subtitle =
        ctx.text(format!("同一样本 {sample} 上的对照，{zh}"), format!("side by side on sample {sample}, {en}"));
    page.lines.push(
        ctx.text(
            "↑ ↓ 比第一个有此规定的城市多（好）或少（差）",
            "↑ ↓ more (better) or less (worse) than in the first city that has it",
        )
        .to_owned(),
    );
    let runs: Vec<Run<'_>> = view
        .guests
        .iter()
        .map(|it| Run::new(&it.session.machine, &it.session.world, it.session.settings.clone()))
        .collect();
    let mut counts: Vec<[usize; 3]> = vec![[0; 3]; view.guests.len()];
    for of_entity in compared {
        entity(view, of_entity, &runs, &mut counts, &mut page, &mut notes, ctx);
    }
    for (city, [more, less, same]) in counts.iter().enumerate().skip(1) {
        let title = titles.get(city).copied().unwrap_or_default();
        page.headlines.push(Headline {
            label: title.to_owned(),
            value: ctx.text(format!("多 {more}、少 {less}"), format!("{more} more, {less} less")),
            detail: ctx.text(format!("相同 {same} 项"), format!("{same} the same")),
            tone: Tone::Plain,
            table: None,
        });
    }
    let bar = |zh: &str, en: &str, tone, at: usize| {
        let all: Vec<usize> = counts.iter().map(|it| it.get(at).copied().unwrap_or(0)).collect();
        (ctx.text(zh, en).to_owned(), tone, all)
    };
    page.charts.push(Chart::Bars(Bars {
        title: ctx
            .text("与第一个有此规定的城市相比（结果项数）", "Against the first city that has the provision (results)")
            .to_owned(),
        labels: titles.iter().map(|it| (*it).to_owned()).collect(),
        series: vec![
            bar("多（好）", "more (better)", Tone::More, 0),
            bar("少（差）", "less (worse)", Tone::Less, 1),
            bar("相同", "the same", Tone::None, 2),
        ],
        share: false,
    }));
    for guest in view.guests {
        for mut item in lacking(&guest.session, &guest.results.missing, ctx.locale) {
            item.what = ctx.text(format!("{}：{}", guest.title, item.what), format!("{}: {}", guest.title, item.what));
            page.lacking.push(item);
        }
        for line in guest.moved.lines(ctx.locale) {
            let title = &guest.title;
            notes.left_out.push(ctx.text(format!("{title} 没有：{line}"), format!("{title} has no {line}")));
        }
    }
    let others = view
        .guests
        .iter()
        .map(|it| {
            let print = receipt::program(&it.session.db, it.session.package, ctx);
            (ctx.text(format!("{}的条款", it.title), format!("provisions of {}", it.title)), print)
        })
        .collect();
    assembled(view.home, Receipt { others, ..Receipt::default() }, notes, page, ctx)
}

/// The table of an entity: a row for each jurisdiction and matter, a column for each city.
fn entity(
    view: &View<'_>,
    of_entity: &Compared,
    runs: &[Run<'_>],
    counts: &mut [[usize; 3]],
    page: &mut Page,
    notes: &mut Notes,
    ctx: &Context<'_, '_>,
) {
    let name = view.home.machine.entity_name(of_entity.entity);
    let rows = view.home.world.rows(of_entity.entity);
    let column = |head: &str, kind| Results { head: head.to_owned(), kind: Some(kind), ..Results::default() };
    let mut matters = column(ctx.text("事项", "matter"), ColumnKind::Key);
    let mut ids = column(ctx.text("编号", "id"), ColumnKind::Key);
    let mut names = column(ctx.text("名称", "name"), ColumnKind::Key);
    let mut cities: Vec<Results> = view.guests.iter().map(|it| column(&it.title, ColumnKind::Text)).collect();
    let mut unknown = 0;
    let mut choices: Vec<Choice> = Vec::new();
    for (place, matter) in of_entity.matters.iter().enumerate() {
        let about = view.about(matter);
        let mut figures = false;
        let mut unit = String::new();
        for (index, row) in rows.iter().enumerate() {
            for (city, count) in counts.iter_mut().enumerate() {
                let [more, less, same] = count;
                match View::standing(matter, city, index) {
                    Standing::More => *more += 1,
                    Standing::Less => *less += 1,
                    Standing::Same => *same += 1,
                    _ => {}
                }
            }
            if view.is_unknown(matter, index) {
                unknown += 1;
                continue;
            }
            if ids.cells.len() == MOST_ROWS {
                continue;
            }
            matters.cells.push(Shown::key(&about, place));
            ids.cells.push(Shown::key(&row.id, index));
            names.cells.push(Shown { text: row.name.as_deref().unwrap_or("").to_owned(), ..Shown::default() });
            for (city, results) in cities.iter_mut().enumerate() {
                let text = readable(&view.answer(matter, city, index));
                let answers = matter.cells(city, index, view.cities);
                let range = match answers.as_slice() {
                    [(_, Cell::Value(value))] if !value.is_unknown() => ends(value),
                    _ => None,
                };
                let mut shown = match range.filter(|_| matches!(matter.aspect, Aspect::Value(_) | Aspect::Actual(_))) {
                    Some(range) => {
                        figures = true;
                        Shown::figure(grouped(&text), range)
                    }
                    None if answers.is_empty() => Shown::nothing(text, Tone::Plain),
                    None => Shown { text, ..Shown::default() },
                };
                shown.tone = match View::standing(matter, city, index) {
                    Standing::More => Tone::More,
                    Standing::Less => Tone::Less,
                    _ => Tone::Plain,
                };
                if let ([(column, _), ..], Some(guest), Some(run), Ok(number)) =
                    (answers.as_slice(), view.guests.get(city), runs.get(city), u32::try_from(index))
                {
                    unit = data::unit(column, ctx.locale).unwrap_or(unit);
                    let columns: Vec<_> = answers.iter().map(|it| it.0).collect();
                    for column in &columns {
                        notes.provision(&guest.session, &column.symbol);
                    }
                    shown.why = notes.explain(&guest.session, run, &columns, number);
                }
                results.cells.push(shown);
            }
        }
        if figures {
            let columns = view.guests.iter().enumerate().map(|(city, it)| (3 + city, it.title.clone())).collect();
            choices.push(Choice { name: about, unit, columns, points: None, facet: Some(place) });
        }
    }
    if ids.cells.len() == MOST_ROWS {
        notes.left_out.push(ctx.text(
            format!("{name}：本页只收入前 {MOST_ROWS} 行对照；次数按全部计算"),
            format!("{name}: only the first {MOST_ROWS} lines are here; counts are of all"),
        ));
    }
    // Charts choose by the place of a matter among those that the table has.
    let mut present: BTreeMap<usize, usize> = BTreeMap::new();
    for cell in &matters.cells {
        if let super::cells::Rank::Place(place) = cell.rank {
            let next = present.len();
            present.entry(place).or_insert(next);
        }
    }
    for choice in &mut choices {
        choice.facet = choice.facet.and_then(|it| present.get(&it).copied());
    }
    let mut note: Vec<String> = Vec::new();
    if unknown > 0 {
        note.push(
            ctx.text(format!("另 {unknown} 项各城市都未知"), format!("{unknown} more are unknown in every city")),
        );
    }
    for (guest, alone) in view.guests.iter().zip(&of_entity.alone).filter(|it| *it.1 > 0) {
        let title = &guest.title;
        note.push(ctx.text(format!("只有{title}规定的 {alone} 项"), format!("{alone} only in {title}")));
    }
    let note = note.join(ctx.text("；", "; "));
    if ids.cells.is_empty() {
        if !note.is_empty() {
            notes.left_out.push(
                ctx.text(format!("{name}：没有可对照的结果；{note}"), format!("{name}: nothing to compare; {note}")),
            );
        }
        return;
    }
    let at = page.tables.len();
    let heading = ctx.text(format!("{name}：各城市对照"), format!("{name}: by city"));
    let columns = [matters, ids, names].into_iter().chain(cities).collect();
    let title = ctx.text(format!("{name}（{} 个）", rows.len()), format!("{name} ({})", rows.len()));
    let mut made = table(title, note, columns);
    made.facet = Some(0);
    if !choices.is_empty() {
        made.charts.push(Chart::Ranges(Ranges { title: heading, table: at, choices }));
    }
    page.tables.push(made);
}
