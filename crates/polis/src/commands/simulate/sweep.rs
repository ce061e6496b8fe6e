//! `polis simulate --sweep`: the same run for each of many values of parameters.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use polis_diagnostic::Locale;
use polis_sim::{Axis, Band, BandTable, Bands, Column, Detail, Points, Simulation, Source, sweep, sweep_runs};
use polis_value::{Number, Value};
use serde_json::{Value as Json, json};

use super::tables::Shown;
use super::{Args, Form, data, deliver, report, report_errors, tables};
use crate::Exit;
use crate::cli::Setting;
use crate::commands::sample::Progress;
use crate::context::{Context, Failure, pick};
use crate::session::Session;
use crate::table::TableOptions;

/// From so many runs on, `--yes` is asked for.
const MANY: u64 = 1_000_000;

/// The quantiles that are shown, in hundredths.
const QUANTILES: [u8; 3] = [5, 50, 95];

/// `NAME=LOW..HIGH UNIT step STEP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sweep {
    name: String,
    /// Both ends as they are written, with the unit.
    ends: [String; 2],
    /// Both ends and the step as plain numbers.
    low: Number,
    high: Number,
    step: Number,
}

impl Sweep {
    /// Reads the option; what is wrong with it comes in the language of the call.
    pub(super) fn parse(text: &str, locale: Locale) -> Result<Self, String> {
        let form = || {
            let zh = "应写作 `名称=低..高 单位 步长 步`，如 `补贴=5..50 万元 步长 5`";
            let en = "it must read `NAME=LOW..HIGH UNIT step STEP`, as in `allowance=5..50 yuan step 5`";
            pick(locale, zh, en).to_owned()
        };
        // Full-width signs come from a Chinese input method.
        let (name, rest) = text.split_once(['=', '＝']).ok_or_else(form)?;
        let (range, step) = ["step", "步长"]
            .iter()
            .find_map(|it| rest.split_once(it))
            .map_or((rest, None), |(range, step)| (range, Some(step)));
        let (low, high) = range.split_once("..").ok_or_else(form)?;
        let figure = |text: &str| {
            let text = text.trim();
            let is_digit = |it: char| it.is_numeric() || matches!(it, '.' | '．' | '_');
            let (digits, unit) = text.split_at(text.find(|it| !is_digit(it)).unwrap_or(text.len()));
            Some((Number::parse_literal(digits).ok()?, digits.to_owned(), unit.trim().to_owned()))
        };
        let (low, low_text, low_unit) = figure(low).ok_or_else(form)?;
        let (high, high_text, high_unit) = figure(high).ok_or_else(form)?;
        let (step, _, step_unit) = match step {
            Some(step) => figure(step).ok_or_else(form)?,
            None => (Number::ONE, String::new(), String::new()),
        };
        let unit = if high_unit.is_empty() { low_unit.clone() } else { high_unit };
        if name.trim().is_empty() {
            return Err(form());
        }
        if [&low_unit, &step_unit].iter().any(|it| !it.is_empty() && **it != unit) {
            return Err(
                pick(locale, "两端和步长的单位应当相同", "both ends and the step must have one unit").to_owned()
            );
        }
        if high < low {
            return Err(pick(locale, "高端小于低端", "the high end is below the low end").to_owned());
        }
        if step <= Number::ZERO {
            return Err(pick(locale, "步长应大于零", "the step must be above zero").to_owned());
        }
        let ends = [format!("{low_text}{unit}"), format!("{high_text}{unit}")];
        Ok(Self { name: name.trim().to_owned(), ends, low, high, step })
    }

    /// The values in base units. Both ends are read by the language, so that they have the parameter's unit and range; the
    /// step is the same share of their distance.
    fn axis(&self, session: &mut Session, ctx: &mut Context<'_, '_>) -> Result<Option<Axis>, Failure> {
        let set = self.ends.clone().map(|value| Setting { name: self.name.clone(), value });
        let Some(ends) = session.evaluate(&set, ctx)? else { return Ok(None) };
        let [(param, Value::Number(low)), (_, Value::Number(high))] = ends.as_slice() else {
            let name = &self.name;
            return Err(ctx.usage(
                format!("参数 `{name}` 不是数字，不能取遍一列值"),
                format!("param `{name}` is no figure and cannot run through values"),
            ));
        };
        let scaled = || {
            if self.low == self.high {
                return Ok(self.step);
            }
            high.sub(*low)?.mul(self.step)?.div(self.high.sub(self.low)?)
        };
        let axis = scaled().and_then(|step| Axis::new(*param, *low, *high, step));
        axis.map(Some).map_err(|_| too_many(ctx))
    }
}

/// What is run.
pub(super) struct Swept {
    pub(super) axes: Vec<Axis>,
    pub(super) points: Points,
}

impl Swept {
    /// How many runs it took, and which.
    pub(super) fn runs_text(&self, bands: &Bands, locale: Locale) -> String {
        let runs = bands.runs;
        let Points::Drawn { seed, .. } = self.points else {
            return pick(locale, format!("共 {runs} 次运行"), format!("{runs} runs"));
        };
        let (zh, en) = match sweep_runs(&self.axes) {
            Some(all) => (format!("从 {all} 种组合中"), format!(" of {all} combinations")),
            None => ("从各种组合中".to_owned(), " of the combinations".to_owned()),
        };
        pick(locale, format!("{zh}抽取 {runs} 次，种子 {seed}"), format!("{runs} draws{en}, seed {seed}"))
    }
}

fn too_many(ctx: &Context<'_, '_>) -> Failure {
    ctx.usage("取值多得无法计数", "there are more values than can be counted")
}

/// Runs through the values.
pub(super) fn run(args: &Args, mut session: Session, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut axes: Vec<Axis> = Vec::new();
    for sweep in &args.sweeps {
        let Some(axis) = sweep.axis(&mut session, ctx)? else { return Ok(Exit::Findings) };
        if axes.iter().any(|it| it.param == axis.param) {
            let name = &sweep.name;
            return Err(ctx.usage(
                format!("参数 `{name}` 取值两次；只写一个 `--sweep {name}=…`"),
                format!("param `{name}` runs through values twice; give `--sweep {name}=…` once"),
            ));
        }
        axes.push(axis);
    }
    let points = args.draw.map_or(Points::All, |count| Points::Drawn { count, seed: args.seed });
    let Some(runs) = points.runs(&axes) else { return Err(too_many(ctx)) };
    if runs > MANY && !args.yes {
        return Err(ctx.usage(
            format!(
                "共 {runs} 次运行，超过一百万次；确实要做，请加 `--yes`，或把步长放大，或用 `--draw 1000` 随机抽取一部分"
            ),
            format!(
                "this takes {runs} runs, more than a million; if you mean it, add `--yes`, or make the step larger, or draw some of them with `--draw 1000`"
            ),
        ));
    }
    let swept = Swept { axes, points };
    let mut progress = Progress::new(runs, ctx);
    match args.form {
        Form::Table => {
            let (machine, world) = (&session.machine, &session.world);
            let bands = sweep(machine, world, &session.settings, &swept.axes, (points, Detail::Results), |_, _| {
                progress.add(1);
                Ok::<(), Failure>(())
            })?;
            drop(progress);
            if bands.tables.is_empty() {
                return Err(super::nothing(&session, ctx));
            }
            let color = args.out.is_none() && ctx.colors();
            let mut bytes = Vec::new();
            write_bands(&session, &swept, &bands, ctx.locale, color, &mut bytes)?;
            deliver(args.out.as_deref(), &bytes, ctx)?;
            finish(&session, &bands, ctx)
        }
        Form::Html => {
            let mut courses = report::sweep::Courses::default();
            let (machine, world) = (&session.machine, &session.world);
            let bands =
                sweep(machine, world, &session.settings, &swept.axes, (points, Detail::Results), |values, result| {
                    progress.add(1);
                    // Values that are drawn are in no order that a line could follow.
                    if points == Points::All {
                        courses.take(values, result);
                    }
                    Ok::<(), Failure>(())
                })?;
            drop(progress);
            if bands.tables.is_empty() {
                return Err(super::nothing(&session, ctx));
            }
            let bytes = report::bytes(&report::sweep::page(&session, &swept, &bands, &courses, ctx))?;
            deliver(args.out.as_deref(), &bytes, ctx)?;
            finish(&session, &bands, ctx)
        }
        Form::Parquet => Err(super::not_in_parquet(ctx)),
        Form::Json | Form::Csv => {
            let bands = match &args.out {
                None => write_points(args.form, &session, &swept, ctx.locale, &mut || Ok(()), ctx.out)?,
                Some(path) => {
                    let interrupted = ctx.system.interrupts();
                    let mut file = ctx.system.create(path).map_err(|error| super::unwritable(path, &error, ctx))?;
                    let mut check = || {
                        if interrupted.load(Ordering::Relaxed) {
                            return Err(io::ErrorKind::Interrupted.into());
                        }
                        progress.add(1);
                        Ok(())
                    };
                    let written = (if args.form == Form::Csv { file.write_all("\u{feff}".as_bytes()) } else { Ok(()) })
                        .and_then(|()| write_points(args.form, &session, &swept, ctx.locale, &mut check, &mut *file));
                    drop(progress);
                    let bands = match written {
                        Ok(bands) => bands,
                        Err(_) if interrupted.load(Ordering::Relaxed) => {
                            return Err(ctx.interrupted());
                        }
                        Err(error) => return Err(super::unwritable(path, &error, ctx)),
                    };
                    file.commit().map_err(|error| super::unwritable(path, &error, ctx))?;
                    super::wrote(path, ctx)?;
                    bands
                }
            };
            finish(&session, &bands, ctx)
        }
    }
}

fn finish(session: &Session, bands: &Bands, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let errors = report_errors(session, &bands.errors, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// Writes every run as it comes, so that a long sweep takes no memory. In JSON the bands come last.
fn write_points(
    form: Form,
    session: &Session,
    swept: &Swept,
    locale: Locale,
    check: &mut dyn FnMut() -> io::Result<()>,
    out: &mut dyn Write,
) -> io::Result<Bands> {
    let names: Vec<String> = swept.axes.iter().map(|it| name(session, it)).collect();
    if form == Form::Json {
        let head = json!({
            "package": session.package.name(&session.db).as_str(),
            "sample": session.sample.as_str(),
            "as_of": session.settings.as_of.map(|it| it.to_string()),
        });
        let head = head.to_string();
        writeln!(out, "{},\n\"points\": [", head.trim_end_matches('}'))?;
    }
    let mut first = true;
    let each = |values: &[Number], result: &Simulation| -> io::Result<()> {
        check()?;
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        if form == Form::Csv {
            let head = first.then_some(names.as_slice());
            super::prefixed_csv(session, result, head, &values, locale, out)?;
        } else {
            let mut point = data::json(session, result, locale);
            if let Some(point) = point.as_object_mut() {
                for name in ["package", "sample", "as_of"] {
                    point.remove(name);
                }
                let at = names.iter().cloned().zip(values.into_iter().map(Json::from));
                point.insert("at".into(), Json::Object(at.collect()));
            }
            write!(out, "{}{point}", if first { "" } else { ",\n" })?;
        }
        first = false;
        Ok(())
    };
    // JSON says what is missing in every run.
    let detail = if form == Form::Json { Detail::Whole } else { Detail::Results };
    let how = (swept.points, detail);
    let bands = sweep(&session.machine, &session.world, &session.settings, &swept.axes, how, each)?;
    if form == Form::Json {
        let tables: Vec<Json> = bands.tables.iter().map(|it| bands_json(session, it, locale)).collect();
        writeln!(out, "\n],\n\"bands\": {}}}", Json::from(tables))?;
    }
    Ok(bands)
}

/// A parameter's name.
fn name(session: &Session, axis: &Axis) -> String {
    let Some(def) = session.machine.param_def(axis.param) else { return String::new() };
    def.meta.symbol.name.to_string()
}

fn bands_json(session: &Session, table: &BandTable, locale: Locale) -> Json {
    let columns: Vec<Json> = table
        .columns
        .iter()
        .map(|it| json!({ "name": tables::title(session.view(), it, locale), "provision": it.symbol.to_string() }))
        .collect();
    let rows: Vec<Json> = session
        .world
        .rows(table.entity)
        .iter()
        .zip(&table.rows)
        .map(|(row, bands)| {
            let bands = bands.iter().zip(&table.columns);
            let bands: Vec<Json> = bands.map(|(it, column)| band_json(session, column, it, locale)).collect();
            json!({ "id": row.id.as_str(), "results": bands })
        })
        .collect();
    json!({ "entity": session.machine.entity_name(table.entity).as_str(), "columns": columns, "rows": rows })
}

fn band_json(session: &Session, column: &Column, band: &Band, locale: Locale) -> Json {
    let mut object = serde_json::Map::new();
    if let Some(range) = band.figures {
        object.insert("low".into(), range.lo().map(|it| it.to_string()).into());
        object.insert("high".into(), range.hi().map(|it| it.to_string()).into());
        let end = |it: Option<Number>| it.map(|it| it.to_string());
        let each = QUANTILES.iter().filter_map(|it| Some((it, band.quantile(*it)?)));
        let each = each.map(|(it, at)| (it.to_string(), json!({ "low": end(at.lo()), "high": end(at.hi()) })));
        let each: serde_json::Map<String, Json> = each.collect();
        if !each.is_empty() {
            object.insert("quantiles".into(), Json::Object(each));
        }
    }
    if !band.values.is_empty() {
        let show = |it: &Value| session.machine.show(it, &column.ty, &session.world, locale).to_string();
        let counts = band.values.iter().map(|it| (show(&it.0), Json::from(it.1)));
        object.insert("values".into(), Json::Object(counts.collect()));
    }
    if !band.outcomes.is_empty() {
        let counts = band.outcomes.iter();
        let counts = counts.map(|it| (tables::outcome_word(*it.0, Locale::En).to_owned(), Json::from(*it.1)));
        object.insert("outcomes".into(), Json::Object(counts.collect()));
    }
    for (name, count) in [("unknown", band.unknown), ("errors", band.errors)] {
        if count > 0 {
            object.insert(name.into(), count.into());
        }
    }
    Json::Object(object)
}

/// From where to where a parameter runs.
pub(super) fn axis_text(session: &Session, axis: &Axis, locale: Locale) -> Option<String> {
    let def = session.machine.param_def(axis.param)?;
    let show = |it: Number| session.machine.show(&Value::Number(it), &def.ty, &session.world, locale);
    let last = i64::try_from(axis.count - 1).ok().and_then(|it| axis.step.mul(Number::from(it)).ok());
    let last = last.and_then(|it| axis.from.add(it).ok()).unwrap_or(axis.from);
    let (name, from, last, step, count) =
        (&def.meta.symbol.name, show(axis.from), show(last), show(axis.step), axis.count);
    let zh = format!("{name} 由 {from} 至 {last}，步长 {step}，{count} 个值");
    Some(pick(locale, zh, format!("{name} from {from} to {last} by {step}, {count} values")))
}

/// The bands of those results that vary.
fn write_bands(
    session: &Session,
    swept: &Swept,
    bands: &Bands,
    locale: Locale,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    super::heading(session, None, locale, out)?;
    for text in swept.axes.iter().filter_map(|it| axis_text(session, it, locale)) {
        writeln!(out, "{text}")?;
    }
    writeln!(out, "{}", swept.runs_text(bands, locale))?;
    let options = TableOptions { color, indent: 2, ..TableOptions::default() };
    for table in &bands.tables {
        let entity = session.machine.entity_name(table.entity);
        let all = || table.columns.iter().enumerate();
        let varies = |index: usize| table.rows.iter().filter_map(|it| it.get(index)).any(|it| it.varies);
        let columns: Vec<Shown> = all()
            .filter(|it| varies(it.0))
            .map(|(index, column)| {
                let bands = table.rows.iter().filter_map(|it| it.get(index));
                let cells = bands.map(|it| band_text(session, column, it, locale));
                let total = table.totals.get(index).and_then(Option::as_ref);
                let total = total.map(|it| band_text(session, column, it, locale)).unwrap_or_default();
                let right = !matches!(column.source, Source::Verdict(_));
                Shown::new(tables::title(session.view(), column, locale), right, cells.chain([total]).collect())
            })
            .collect();
        let same = table.columns.len() - columns.len();
        let count = table.rows.len();
        let (zh, en) = match same {
            0 => (String::new(), String::new()),
            _ => (format!("，另 {same} 项结果不变"), format!(", {same} more results the same")),
        };
        writeln!(out, "\n{}", pick(locale, format!("{entity}（{count} 个）{zh}"), format!("{entity} ({count}){en}")))?;
        if columns.is_empty() {
            continue;
        }
        for (part, table) in tables::laid_out(session, table.entity, columns, locale).into_iter().enumerate() {
            if part > 0 {
                writeln!(out)?;
            }
            table.write(out, options)?;
        }
    }
    tables::missing(session, &bands.missing, locale, out)
}

/// What a result reaches: the lowest and highest figure, or every value or outcome with the number of its runs.
pub(super) fn band_text(session: &Session, column: &Column, band: &Band, locale: Locale) -> String {
    let mut parts = Vec::new();
    if let Some(range) = band.figures {
        let short = |it| tables::short(session.view(), column, &Value::from(it), locale);
        let reach = short(range);
        let named = QUANTILES.iter().filter_map(|it| Some(format!("{it}% {}", short(band.quantile(*it)?))));
        let named: Vec<String> = named.filter(|_| band.varies).collect();
        let named = named.join(pick(locale, "、", ", "));
        parts.push(if named.is_empty() {
            reach
        } else {
            pick(locale, format!("{reach}（{named}）"), format!("{reach} ({named})"))
        });
    }
    let counted = |text: String, count: u64| if band.varies { format!("{text} {count}") } else { text };
    for (value, count) in &band.values {
        let text = session.machine.show(value, &column.ty, &session.world, locale).to_string();
        parts.push(counted(text, *count));
    }
    for (outcome, count) in &band.outcomes {
        parts.push(counted(tables::outcome_word(*outcome, locale).to_owned(), *count));
    }
    if band.unknown > 0 {
        parts.push(counted(pick(locale, "未知", "unknown").to_owned(), band.unknown));
    }
    if band.errors > 0 {
        parts.push(counted(pick(locale, "出错", "error").to_owned(), band.errors));
    }
    parts.join(pick(locale, "、", ", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_are_read_with_one_unit() {
        let read = |text: &str| {
            Sweep::parse(text, Locale::En)
                .map(|it| format!("{} {} {} {} {} {}", it.name, it.ends[0], it.ends[1], it.low, it.high, it.step))
        };
        for (text, expected) in [
            ("补贴=5..50 万元 步长 5", "补贴 5万元 50万元 5 50 5"),
            ("a = 5 yuan..50 yuan step 2.5 yuan", "a 5yuan 50yuan 5 50 2.5"),
            ("x＝0..3", "x 0 3 0 3 1"),
            ("share=5%..50% step 5%", "share 5% 50% 5 50 5"),
            ("share=5..50% step 5", "share 5% 50% 5 50 5"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected));
        }
        for wrong in [
            "a",
            "a=5",
            "=5..6",
            "a=..6",
            "a=5..",
            "a=6..5",
            "a=5..6 step",
            "a=5..6 step 0",
            "a=5 yuan..6 people",
            "a=x..y",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
