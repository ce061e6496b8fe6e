//! `polis simulate --scenario` and `--years`: the results of each year, and how they go from year to year.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::EntityId;
use polis_semantic::ir::Scenario;
use polis_semantic::versions::Switches;
use polis_semantic::{Type, program_switched};
use polis_sim::{Column, Due, Norms, Rated, Source, Year, YearsError, YearsPlan, ends, run_years};
use polis_syntax::words::Face;
use polis_value::Value;
use serde_json::{Value as Json, json};

use super::norms::{Words, verdict_text};
use super::{Args, Form, data, deliver, report, report_errors, tables};
use crate::Exit;
use crate::commands::sample::Progress;
use crate::context::{Context, Failure, pick};
use crate::session::{Session, find_scenario};
use crate::table::{self, Table, TableOptions};

/// Reads `2020..2026`, or one year.
pub(in crate::commands) fn parse(text: &str) -> Option<(i16, i16)> {
    let text = text.trim().trim_end_matches('年');
    let year = |it: &str| {
        let it = it.trim().trim_end_matches('年');
        let digits = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        it.parse::<i16>().ok().filter(|it| digits && (1..=9999).contains(it))
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (year(first)?, year(last)?);
    (first <= last).then_some((first, last))
}

/// Runs year by year.
pub(super) fn run(args: &Args, mut session: Session, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let scenario: Option<Scenario> = match &args.scenario {
        Some(name) => Some(find_scenario(&session.machine, name, ctx)?.clone()),
        None => None,
    };
    let of_scenario = |it: &Scenario| {
        let year = |it: i64| i16::try_from(it).ok();
        Some((year(it.years.0)?, year(it.years.1)?))
    };
    let Some(years) = args.years.or_else(|| of_scenario(scenario.as_ref()?)) else {
        return Err(ctx.usage("没有要推演的年度", "there are no years to run"));
    };
    let switches =
        scenario.as_ref().map(|it| Switches { on: it.enable.clone(), off: it.disable.clone() }).unwrap_or_default();
    let world = std::mem::take(&mut session.world);
    let ran = {
        let program = |day| program_switched(&session.db, session.package, day, &switches);
        let progress = RefCell::new(Progress::new(u64::from(years.1.abs_diff(years.0)) + 1, ctx));
        let done = |_| progress.borrow_mut().add(1);
        let set = &session.settings.set;
        let plan = YearsPlan { years, scenario: scenario.as_ref(), set, program: &program, done: &done };
        run_years(&session.machine, world, &plan)
    };
    let ran = match ran {
        Ok(ran) => ran,
        Err(error) => return Err(refusal(&session, &error, ctx)),
    };
    if ran.iter().all(|it| it.results.tables.is_empty() && it.norms.tables.is_empty()) {
        return Err(super::nothing(&session, ctx));
    }
    let mut course = Course { years: ran.iter().map(|it| it.year).collect(), ..Course::default() };
    let locale = ctx.locale;
    let mut bytes = Vec::new();
    let mut documents = Vec::new();
    let mut errors = false;
    let color = args.out.is_none() && ctx.colors();
    let mut pages = report::years::Years::new(ctx);
    let count = ran.len();
    for (index, year) in ran.into_iter().enumerate() {
        let Year { year, machine, world, settings, results, ratings, norms } = year;
        session.machine = machine;
        session.world = world;
        session.settings = settings;
        match args.form {
            Form::Table => {
                if index == 0 {
                    heading(&session, scenario.as_ref(), years, locale, &mut bytes)?;
                }
                writeln!(bytes, "{}", pick(locale, format!("## {year} 年"), format!("## {year}")))?;
                writeln!(bytes)?;
                tables::write(&session, &results, locale, color, &mut bytes)?;
                rating_lines(&ratings, locale, &mut bytes)?;
                let mut told = Vec::new();
                Words { session: &session, norms: &norms, locale }.write(color, &mut told)?;
                // The blank line before it parts it from results, if there are any.
                let begin = usize::from(results.tables.is_empty() && told.first() == Some(&b'\n'));
                bytes.extend(told.drain(begin..));
                writeln!(bytes)?;
                course.take(&session, index, &results, &ratings, locale);
                course.take_norms(&session, index, &norms, locale);
            }
            Form::Json => {
                let mut document = year_json(&session, year, &results, &ratings, locale);
                if let Some(document) = document.as_object_mut() {
                    document.insert("norms".into(), Words { session: &session, norms: &norms, locale }.json());
                }
                documents.push(document);
            }
            Form::Html => {
                let came = report::years::Came { results: &results, ratings: &ratings, norms: &norms };
                pages.take(&session, year, count - index - 1, &came, ctx);
            }
            Form::Parquet => return Err(super::not_in_parquet(ctx)),
            Form::Csv => {
                if args.out.is_some() && index == 0 {
                    bytes.extend_from_slice("\u{feff}".as_bytes());
                }
                csv(&session, (index, year), &results, &ratings, locale, &mut bytes)?;
                let mut writer = csv::Writer::from_writer(&mut bytes);
                Words { session: &session, norms: &norms, locale }.csv(&year.to_string(), &mut writer)?;
                writer.flush()?;
            }
        }
        // The same provision fails each year.
        if !errors {
            errors = report_errors(&session, &results.errors, ctx)?;
        }
    }
    match args.form {
        Form::Table => course.write(locale, color, &mut bytes)?,
        Form::Json => {
            let document = json!({
                "package": session.package.name(&session.db).as_str(),
                "sample": session.sample.as_str(),
                "scenario": scenario.as_ref().map(|it| it.meta.symbol.name.as_str()),
                "years": documents,
            });
            writeln!(bytes, "{document:#}")?;
        }
        Form::Csv | Form::Parquet => {}
        Form::Html => {
            let named = scenario.as_ref().map(|it| it.meta.symbol.name.as_str());
            bytes = report::bytes(&pages.page(&session, named, ctx))?;
        }
    }
    deliver(args.out.as_deref(), &bytes, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// Why there is no run, for the user.
pub(in crate::commands) fn refusal(session: &Session, error: &YearsError, ctx: &Context<'_, '_>) -> Failure {
    match error {
        YearsError::Year(year) => ctx.usage(format!("没有 {year} 年"), format!("there is no year {year}")),
        YearsError::BeforeFigures { param, first, year } => {
            let (name, from) = (&param.name, first.year());
            ctx.usage(
                format!(
                    "{year} 年没有参数 `{name}` 的数字，最早的自 {first} 起；请从 {from} 年起推演，或用 `--set {name}=…` 设定"
                ),
                format!(
                    "there is no figure of param `{name}` for {year}, the first is of {first}; begin with {from}, or set it with `--set {name}=…`"
                ),
            )
        }
        YearsError::Growth { entity, field, year } => ctx.usage(
            format!("{year} 年 `{entity}` 的字段 `{field}` 增长后超出可计算的范围"),
            format!("field `{field}` of `{entity}` grows beyond what can be computed with in {year}"),
        ),
        YearsError::Scenario(error) => {
            let message = session.machine.error_diagnostic(error, &session.world).map(|it| it.message);
            let (zh, en) = (Locale::Zh, Locale::En);
            let text = |locale| message.as_ref().map(|it| it.render(locale)).unwrap_or_default();
            ctx.usage(format!("情景中的数值无法计算：{}", text(zh)), format!("a value of the scenario: {}", text(en)))
        }
    }
}

/// What was run, on what, over which years.
fn heading(
    session: &Session,
    scenario: Option<&Scenario>,
    years: (i16, i16),
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let manifest = session.package.manifest(&session.db);
    let name = manifest.title.clone().unwrap_or_else(|| manifest.name.clone());
    let sample = &session.sample;
    let named = scenario.map(|it| &it.meta.symbol.name);
    let zh = named.map(|it| format!("，情景 `{it}`")).unwrap_or_default();
    let en = named.map(|it| format!(", scenario `{it}`")).unwrap_or_default();
    let (first, last) = years;
    let zh = format!("{name}：样本 `{sample}`{zh}，{first} 至 {last} 年，各年按年末有效的条款");
    let en = format!("{name}: sample `{sample}`{en}, {first} to {last}, provisions in force at the end of each year");
    writeln!(out, "{}", pick(locale, zh, en))?;
    super::set_lines(session, locale, out)?;
    writeln!(out)
}

/// What became of ratings in a year, a line each.
fn rating_lines(ratings: &[Rated], locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    for (index, rated) in ratings.iter().filter(|it| it.due != Due::Nothing && !it.after.is_empty()).enumerate() {
        if index == 0 {
            writeln!(out)?;
        }
        let (mut up, mut down, mut other, mut unknown) = (0, 0, 0, 0);
        for (before, after) in rated.before.iter().zip(&rated.after) {
            match (before, after) {
                (_, None) => unknown += 1,
                (Some(Value::Number(before)), Some(Value::Number(after))) if after > before => up += 1,
                (Some(Value::Number(before)), Some(Value::Number(after))) if after < before => down += 1,
                (before, after) if before != after => other += 1,
                _ => {}
            }
        }
        let name = &rated.symbol.name;
        let (zh, en) = if rated.due == Due::Rating { ("评定", "rated") } else { ("复核", "reviewed") };
        let mut parts = vec![(zh.to_owned(), en.to_owned())];
        let counts = [(up, "升", "up"), (down, "降", "down"), (other, "有变", "changed"), (unknown, "未知", "unknown")];
        for (count, zh, en) in counts.into_iter().filter(|it| it.0 > 0) {
            parts.push((format!("{zh} {count}"), format!("{count} {en}")));
        }
        let zh: Vec<&str> = parts.iter().map(|it| it.0.as_str()).collect();
        let en: Vec<&str> = parts.iter().map(|it| it.1.as_str()).collect();
        let (zh, en) = (format!("{name}：{}", zh.join("，")), format!("{name}: {}", en.join(", ")));
        writeln!(out, "{}", pick(locale, zh, en))?;
    }
    Ok(())
}

/// How results go from year to year.
#[derive(Default)]
struct Course {
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
    fn take(
        &mut self,
        session: &Session,
        year: usize,
        results: &polis_sim::Simulation,
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
    fn take_norms(&mut self, session: &Session, year: usize, norms: &Norms, locale: Locale) {
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
    fn write(&self, locale: Locale, color: bool, out: &mut dyn Write) -> io::Result<()> {
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

pub(super) fn rated_title(rated: &Rated, locale: Locale) -> String {
    let name = &rated.symbol.name;
    pick(locale, format!("{name} 评后"), format!("{name} after rating"))
}

pub(super) fn grade_text(session: &Session, rated: &Rated, grade: Option<&Value>, locale: Locale) -> String {
    match grade {
        Some(grade) => session.machine.show(grade, &rated.ty, &session.world, locale).to_string(),
        None => pick(locale, "未知", "unknown").to_owned(),
    }
}

/// A year as a document of its own, with what became of ratings.
fn year_json(session: &Session, year: i16, results: &polis_sim::Simulation, ratings: &[Rated], locale: Locale) -> Json {
    let mut document = data::json(session, results, locale);
    let grade = |it: Option<&Value>| match it {
        Some(Value::Number(number)) => Json::from(number.to_string()),
        Some(other) => Json::from(other.to_string()),
        None => Json::Null,
    };
    let ratings: Vec<Json> = ratings
        .iter()
        .map(|it| {
            let rows: Vec<Json> = ids(session, it.entity)
                .zip(it.before.iter().zip(&it.after))
                .map(|(id, (before, after))| {
                    json!({ "id": id, "before": grade(before.as_ref()), "after": grade(after.as_ref()) })
                })
                .collect();
            json!({
                "rating": it.symbol.to_string(),
                "entity": session.machine.entity_name(it.entity).as_str(),
                "due": match it.due {
                    Due::Rating => Some("rating"),
                    Due::Review => Some("review"),
                    Due::Nothing => None,
                },
                "rows": rows,
            })
        })
        .collect();
    if let Some(document) = document.as_object_mut() {
        for name in ["package", "sample"] {
            document.remove(name);
        }
        document.insert("year".into(), year.into());
        document.insert("ratings".into(), ratings.into());
    }
    document
}

fn ids(session: &Session, entity: EntityId) -> impl Iterator<Item = &str> {
    session.world.rows(entity).iter().map(|it| it.id.as_str())
}

/// The lines of a year, each beginning with it; the head comes with the first.
fn csv(
    session: &Session,
    (index, year): (usize, i16),
    results: &polis_sim::Simulation,
    ratings: &[Rated],
    locale: Locale,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let head = (index == 0).then(|| vec![pick(locale, "年度", "year").to_owned()]);
    let year = year.to_string();
    super::prefixed_csv(session, results, head.as_deref(), std::slice::from_ref(&year), locale, out)?;
    let mut writer = csv::Writer::from_writer(out);
    for rated in ratings.iter().filter(|it| it.due != Due::Nothing) {
        let face = pick(locale, Face::Zh, Face::En);
        let unit = match &rated.ty {
            Type::Number(number) if !number.dim.is_none() => number.dim.unit(face, false),
            _ => smol_str::SmolStr::default(),
        };
        let parent = session.machine.entities().get(rated.entity.index()).and_then(|it| it.parent);
        for (row, grade) in session.world.rows(rated.entity).iter().zip(&rated.after) {
            let above = parent.and_then(|it| session.world.row(it, row.parent?)).map(|it| it.id.clone());
            let range = grade.as_ref().and_then(ends);
            let end = |it: Option<polis_value::Number>| it.map(|it| it.to_string()).unwrap_or_default();
            let outcome = match range {
                Some(_) => String::new(),
                None => grade_text(session, rated, grade.as_ref(), locale),
            };
            writer.write_record([
                year.as_str(),
                session.machine.entity_name(rated.entity).as_str(),
                &row.id,
                row.name.as_deref().unwrap_or(""),
                above.as_deref().unwrap_or(""),
                &rated.symbol.to_string(),
                &rated_title(rated, locale),
                &end(range.and_then(|it| it.lo())),
                &end(range.and_then(|it| it.hi())),
                &unit,
                &outcome,
            ])?;
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn years_are_four_digits_in_order() {
        for (text, expected) in [
            ("2020..2026", Some((2020, 2026))),
            ("2020", Some((2020, 2020))),
            (" 2020年..2026年 ", Some((2020, 2026))),
            ("2026..2020", None),
            ("2020..", None),
            ("..2026", None),
            ("2020...2026", None),
            ("2020-2026", None),
            ("0..3", None),
            ("2020..10000", None),
            ("+2020", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
