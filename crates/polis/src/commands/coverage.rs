//! `polis coverage`: which rows of a register the provisions carry.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_db::{PolisDatabase, SourceText, text_diagnostic};
use polis_diagnostic::{
    ColumnUnit, Diagnostic, Files, Fix, Format, LineIndex, Locale, NameNote, Severity, SourceMessage, SourceNote,
    did_you_mean, render, sort_and_dedup,
};
use polis_semantic::file_span;
use polis_sources::{Carrier, Count, Coverage, Register, carriers, register};
use salsa::Durability;
use serde::Serialize;
use smol_str::SmolStr;

use crate::context::{Context, Failure, pick};
use crate::project::{Project, ProjectFiles, Target, is_about_input};
use crate::table::{Column, Table, TableOptions};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    paths: Vec<Utf8PathBuf>,
    register: Utf8PathBuf,
    form: Form,
    missing: bool,
    deny_missing: bool,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    #[default]
    Table,
    Csv,
    Json,
}

const FORMS: &[(&str, Form)] = &[("table", Form::Table), ("csv", Form::Csv), ("json", Form::Json)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "统计条款覆盖了登记表中的哪些行", "Count which rows of a register the provisions carry");
    let usage = pick(locale, "[选项] --register <文件> [路径]…", "[OPTIONS] --register <FILE> [PATH]…");
    let register = pick(
        locale,
        "条款登记表：用制表符或逗号分隔，第一列名为 id；有 kind、modality 列的也会用到",
        "The register: parted by tabs or commas, its first column is `id`; the columns `kind` and `modality` are used too",
    );
    let missing = pick(locale, "列出没有条款的行", "List the rows that no provision carries");
    let deny = pick(locale, "有没有条款的行时以退出码 1 结束", "Exit with 1 for rows that no provision carries");
    let after = pick(
        locale,
        "条款用“编号”写明所表达的行；上级包和所引用的包的条款也计入，测试不计入。\n一行由多个条款表达的，有规则、规范等代码的算代码，其次算原则，只有事实、文件、概念等的算事实。",
        "Provisions name the rows that they carry by `ref`; those of superior and used packages count too, tests do not.\nA row counts as code if any rule, norm or the like carries it, else as principle, else as fact: facts, documents, concepts.",
    );
    cli::command(locale, "coverage", about, usage)
        .arg(cli::paths(locale))
        .arg(
            Arg::new("register")
                .long("register")
                .value_name(pick(locale, "文件", "FILE"))
                .help(register)
                .required(true)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(cli::format(locale, FORMS))
        .arg(Arg::new("missing").long("missing").action(ArgAction::SetTrue).help(missing))
        .arg(Arg::new("deny-missing").long("deny-missing").action(ArgAction::SetTrue).help(deny))
        .after_help(format!("{after}\n\n{}", cli::exit_codes(locale)))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            paths: cli::paths_of(matches),
            register: matches.get_one("register").cloned().unwrap_or_default(),
            form: cli::format_of(matches, FORMS),
            missing: matches.get_flag("missing"),
            deny_missing: matches.get_flag("deny-missing"),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut db = PolisDatabase::new();
    let register = match open(&args.register, &mut db, ctx) {
        Ok(register) => register,
        Err(found) => {
            write(found, &db, ctx)?;
            return Ok(Exit::Usage);
        }
    };
    let project = Project::load(ctx.system, &args.paths);
    let mut findings = project.findings(|_| Vec::new());
    findings.diagnostics.retain(|it| it.severity == Severity::Error && is_about_input(&it.message));
    let mut exit = if findings.diagnostics.is_empty() { Exit::Clean } else { Exit::Usage };

    let Carried { carriers, unknown, titles } = carried(&project, &register, &mut findings.files);
    let coverage = Coverage::new(&register, &carriers);
    findings.diagnostics.extend(unknown);
    if args.deny_missing {
        let missing = missing(&register, &coverage).map(|row| {
            let at = findings.files.span(&db, row.at);
            let id = row.id.clone();
            Diagnostic::new(SourceMessage::RowNotCarried { id: id.clone() }, at).help(SourceNote::NameRowInRef { id })
        });
        findings.diagnostics.extend(missing.collect::<Vec<_>>());
    }
    if findings.diagnostics.iter().any(|it| !is_about_input(&it.message)) {
        exit = exit.and(Exit::Findings);
    }
    sort_and_dedup(&mut findings.diagnostics, &findings.files);
    render(Format::Full(ctx.full_err()), &findings.diagnostics, &findings.files, ctx.locale, ctx.err)?;

    let report = Report { register: &register, coverage: &coverage, titles: &titles, path: &args.register, db: &db };
    match args.form {
        Form::Table => report.tables(args.missing, ctx)?,
        Form::Csv if args.missing => report.missing_csv(ctx)?,
        Form::Csv => report.csv(ctx)?,
        Form::Json => report.json(ctx)?,
    }
    if args.form == Form::Table {
        let Count { rows, missing, .. } = coverage.total;
        let line = ctx.text(
            format!("登记表共 {rows} 行，有条款的 {} 行，没有的 {missing} 行", rows - missing),
            format!("{} of {rows} rows are carried, {missing} missing", rows - missing),
        );
        ctx.out.flush()?;
        ctx.summary(&line)?;
    }
    Ok(exit)
}

/// Reads the register into a database of its own: its text is shown in findings like any other.
fn open(path: &Utf8Path, db: &mut PolisDatabase, ctx: &Context<'_, '_>) -> Result<Register, Vec<Diagnostic>> {
    let text = SourceText::read(ctx.system, path);
    let file = db.add_file(path.as_str(), "", text.clone(), Durability::LOW);
    match text_diagnostic(db, file) {
        Some(found) => Err(vec![found]),
        None => register::read(text.text(), file.id(db)),
    }
}

fn write(mut found: Vec<Diagnostic>, db: &PolisDatabase, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    sort_and_dedup(&mut found, db);
    Ok(render(Format::Full(ctx.full_err()), &found, db, ctx.locale, ctx.err)?)
}

/// What the provisions carry.
struct Carried {
    carriers: Vec<Carrier>,
    /// Ids that the register does not have.
    unknown: Vec<Diagnostic>,
    /// What packages are called.
    titles: BTreeMap<SmolStr, SmolStr>,
}

/// What the packages carry, with all that they rest on: a city's row may be a superior's provision. An id that is not in
/// the register is reported of the packages that were asked for.
fn carried<'p>(project: &'p Project, register: &Register, files: &mut ProjectFiles<'p>) -> Carried {
    let mut found = Carried { carriers: Vec::new(), unknown: Vec::new(), titles: BTreeMap::new() };
    let known: BTreeSet<&str> = register.rows.iter().map(|it| it.id.as_str()).collect();
    let targets = project.targets();
    let mut seen: BTreeSet<(SmolStr, Utf8PathBuf)> = BTreeSet::new();
    for Target { db, package } in &targets {
        for other in polis_semantic::scope::visible(*db, *package) {
            let manifest = other.manifest(*db);
            if !seen.insert((manifest.name.clone(), manifest.folder.clone())) {
                continue;
            }
            found.titles.insert(manifest.name.clone(), manifest.display_name().clone());
            let carriers = carriers(*db, *other);
            let asked = targets.iter().any(|it| std::ptr::eq(it.db, *db) && it.package == *other);
            for carrier in carriers.iter().filter(|it| asked && !known.contains(it.id.as_str())) {
                let at = files.span(db, file_span(*db, &carrier.place));
                let diagnostic = Diagnostic::new(SourceMessage::UnknownRowId { id: carrier.id.clone() }, at);
                found.unknown.push(match near(&carrier.id, register) {
                    Some(name) => {
                        diagnostic.fix(Fix::suggestion(NameNote::DidYouMean { name: name.clone() }, at, name))
                    }
                    None => diagnostic,
                });
            }
            found.carriers.extend(carriers);
        }
    }
    found
}

/// The id of the register that was probably meant: one with a slip in the letters or the digits.
fn near(id: &str, register: &Register) -> Option<SmolStr> {
    did_you_mean(id, register.rows.iter().map(|it| it.id.as_str())).map(SmolStr::new)
}

fn missing<'r>(register: &'r Register, coverage: &'r Coverage) -> impl Iterator<Item = &'r register::Row> {
    register.rows.iter().zip(&coverage.rows).filter(|it| it.1.class.is_none()).map(|it| it.0)
}

/// What is printed.
struct Report<'r> {
    register: &'r Register,
    coverage: &'r Coverage,
    titles: &'r BTreeMap<SmolStr, SmolStr>,
    path: &'r Utf8Path,
    db: &'r PolisDatabase,
}

/// A row of the table of cities. Keys and their order are stable.
#[derive(Serialize)]
struct CityRow<'r> {
    city: &'r str,
    title: &'r str,
    rows: usize,
    modality: Option<usize>,
    code: usize,
    principle: usize,
    fact: usize,
    missing: usize,
    modality_code: Option<usize>,
    /// In percent, `97.3`.
    share: Option<String>,
}

#[derive(Serialize)]
struct KindRow {
    zh: &'static str,
    en: &'static str,
    rows: usize,
}

#[derive(Serialize)]
struct MissingRow<'r> {
    id: &'r str,
    kind: &'r str,
    line: u32,
}

#[derive(Serialize)]
struct Whole<'r> {
    register: &'r str,
    cities: Vec<CityRow<'r>>,
    total: CityRow<'r>,
    kinds: Vec<KindRow>,
    missing: Vec<MissingRow<'r>>,
}

impl<'r> Report<'r> {
    fn cities(&self) -> Vec<CityRow<'r>> {
        let title =
            |package: &Option<SmolStr>| package.as_ref().and_then(|it| self.titles.get(it)).map_or("", SmolStr::as_str);
        self.coverage.cities.iter().map(|it| self.city(&it.city, title(&it.package), it.count)).collect()
    }

    fn city(&self, city: &'r str, title: &'r str, count: Count) -> CityRow<'r> {
        let modality = |figure: usize| self.register.has_modality.then_some(figure);
        let share = count.share().map(|it| format!("{}.{}", it / 10, it % 10));
        CityRow {
            city,
            title,
            rows: count.rows,
            modality: modality(count.modality),
            code: count.code,
            principle: count.principle,
            fact: count.fact,
            missing: count.missing,
            modality_code: modality(count.modality_code),
            share: share.filter(|_| self.register.has_modality),
        }
    }

    fn kinds(&self) -> Vec<KindRow> {
        let row = |(kind, rows): &(polis_syntax::words::Kind, usize)| {
            let word = kind.word();
            KindRow { zh: word.zh, en: word.en, rows: *rows }
        };
        self.coverage.kinds.iter().map(row).collect()
    }

    fn missing(&self) -> Vec<MissingRow<'r>> {
        let line_of = |row: &register::Row| {
            let text = Files::text(self.db, row.at.file);
            LineIndex::new(text).position(text, row.at.start, ColumnUnit::Char).line + 1
        };
        let row = |it: &'r register::Row| MissingRow { id: &it.id, kind: &it.kind, line: line_of(it) };
        missing(self.register, self.coverage).map(row).collect()
    }

    fn tables(&self, with_missing: bool, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let locale = ctx.locale;
        let options = TableOptions { color: ctx.colors(), ..TableOptions::default() };
        let mut table = Table::new([
            Column::left(pick(locale, "城市", "city")),
            Column::left(pick(locale, "名称", "title")),
            Column::right(pick(locale, "行数", "rows")),
            Column::right(pick(locale, "有语气", "modality")),
            Column::right(pick(locale, "代码", "code")),
            Column::right(pick(locale, "原则", "principle")),
            Column::right(pick(locale, "事实", "fact")),
            Column::right(pick(locale, "缺失", "missing")),
            Column::right(pick(locale, "有语气的代码率", "modality as code")),
        ]);
        let total = self.city(pick(locale, "合计", "total"), "", self.coverage.total);
        for row in self.cities().iter().chain([&total]) {
            let figure = |it: usize| it.to_string();
            table.row([
                row.city.to_owned(),
                row.title.to_owned(),
                figure(row.rows),
                row.modality.map(figure).unwrap_or_default(),
                figure(row.code),
                figure(row.principle),
                figure(row.fact),
                figure(row.missing),
                row.share.as_ref().map(|it| format!("{it}%")).unwrap_or_default(),
            ]);
        }
        table.write(ctx.out, options)?;

        let kinds = self.kinds();
        if !kinds.is_empty() {
            writeln!(ctx.out)?;
            let mut table =
                Table::new([Column::left(pick(locale, "种类", "kind")), Column::right(pick(locale, "行数", "rows"))]);
            for row in &kinds {
                table.row([pick(locale, row.zh, row.en), &row.rows.to_string()]);
            }
            table.write(ctx.out, options)?;
        }

        let missing = if with_missing { self.missing() } else { Vec::new() };
        if !missing.is_empty() {
            writeln!(ctx.out)?;
            let mut table = Table::new([
                Column::left(pick(locale, "缺失", "missing")),
                Column::left(pick(locale, "登记的种类", "kind in the register")),
                Column::left(pick(locale, "位置", "place")),
            ]);
            for row in &missing {
                table.row([row.id, row.kind, &format!("{}:{}", self.path, row.line)]);
            }
            table.write(ctx.out, options)?;
        }
        Ok(())
    }

    fn json(&self, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let whole = Whole {
            register: self.path.as_str(),
            cities: self.cities(),
            total: self.city("", "", self.coverage.total),
            kinds: self.kinds(),
            missing: self.missing(),
        };
        serde_json::to_writer_pretty(&mut *ctx.out, &whole).map_err(io::Error::from)?;
        Ok(writeln!(ctx.out)?)
    }

    fn csv(&self, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(&mut *ctx.out);
        for row in self.cities() {
            writer.serialize(row).map_err(csv_error)?;
        }
        Ok(writer.flush()?)
    }

    fn missing_csv(&self, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(&mut *ctx.out);
        // Written by hand, so that it is there even where no row follows.
        writer.write_record(["id", "kind", "line"]).map_err(csv_error)?;
        for row in self.missing() {
            writer.write_record([row.id, row.kind, &row.line.to_string()]).map_err(csv_error)?;
        }
        Ok(writer.flush()?)
    }
}

fn csv_error(error: csv::Error) -> Failure {
    Failure::Output(io::Error::from(error))
}
