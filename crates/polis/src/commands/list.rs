//! `polis list`: the provisions of a kind, and what the language and the checker know.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_db::{Db, PolisDatabase};
use polis_diagnostic::{
    ColumnUnit, Files, Format, LineIndex, Locale, Message, NameNote, Severity, did_you_mean, render,
};
use polis_semantic::ir::{Citation, Meta};
use polis_semantic::{Program, Symbol, file_span, program};
use polis_syntax::Span;
use polis_syntax::ast::{Element, HeadName};
use polis_syntax::words::{ClauseWord, Face, Kind, Word};
use serde::Serialize;

use crate::context::{Context, Failure, pick};
use crate::project::{Project, is_about_input, names};
use crate::table::{Column, Table, TableOptions};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    kind: String,
    paths: Vec<Utf8PathBuf>,
    all: bool,
    form: Form,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    #[default]
    Table,
    Json,
    Csv,
}

const FORMS: &[(&str, Form)] = &[("table", Form::Table), ("json", Form::Json), ("csv", Form::Csv)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "列出某一种类的条款", "List the provisions of a kind");
    let kind = pick(
        locale,
        "种类，中英文均可，如 员额、power；`kinds` 列出所有种类，`codes` 列出检查代码",
        "A kind in either face, such as power or 员额; `kinds` lists the kinds, `codes` the codes of findings",
    );
    let all = pick(locale, "也列出上级包和所引用的包的条款", "Also those of superior and used packages");
    cli::command(locale, "list", about, pick(locale, "[选项] <种类> [路径]…", "[OPTIONS] <KIND> [PATH]…"))
        .arg(cli::positional(locale, "kind", pick(locale, "种类", "KIND"), kind).required(true))
        .arg(cli::paths(locale))
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help(all))
        .arg(cli::format(locale, FORMS))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            kind: matches.get_one("kind").cloned().unwrap_or_default(),
            paths: cli::paths_of(matches),
            all: matches.get_flag("all"),
            form: cli::format_of(matches, FORMS),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    match args.kind.as_str() {
        "kinds" | "种类" => kinds(args.form, ctx),
        "codes" | "代码" => codes(args.form, ctx),
        word => match kind_of(word) {
            Some(kind) => provisions(args, kind, ctx),
            None => Err(unknown_kind(word, ctx)),
        },
    }
}

/// The kind that a word means: either spelling, in any letter case, singular or plural.
fn kind_of(word: &str) -> Option<Kind> {
    let word = word.to_lowercase();
    let stem = |it: &str| it.strip_suffix("ies").map(|it| format!("{it}y")).unwrap_or_default();
    let forms = [
        word.clone(),
        word.strip_suffix('s').unwrap_or_default().to_owned(),
        format!("{word}s"),
        stem(&word),
        word.replace("centre", "center"),
        format!("{}s", word.replace("centre", "center")),
    ];
    forms.iter().find_map(|it| Kind::from_text(it))
}

fn unknown_kind(word: &str, ctx: &Context<'_, '_>) -> Failure {
    let others = ["kinds", "codes"];
    let near = did_you_mean(word, Kind::rows().flat_map(|it| it.1.spellings()).chain(others));
    let near = near.map(|it| format!("\n{}", NameNote::DidYouMean { name: it.into() }.render(ctx.locale)));
    let near = near.unwrap_or_default();
    ctx.usage(
        format!("没有 `{word}` 这个种类{near}\n所有种类见 `polis list kinds`"),
        format!("there is no kind `{word}`{near}\n`polis list kinds` lists them"),
    )
}

/// A provision as it is listed. Keys and their order are stable.
#[derive(Debug, Clone, Serialize)]
struct Row {
    package: String,
    name: String,
    title: String,
    /// The entity that it is about, or who holds, bears or is addressed by it.
    of: Vec<String>,
    path: String,
    line: u32,
    cite: Vec<String>,
    #[serde(rename = "ref")]
    refs: Vec<String>,
}

fn provisions(args: &Args, kind: Kind, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let project = Project::load(ctx.system, &args.paths);
    let findings = project.findings(|_| Vec::new());
    let mut exit = Exit::Clean;
    let mut unread = findings.diagnostics;
    unread.retain(|it| it.severity == Severity::Error && is_about_input(&it.message));
    if !unread.is_empty() {
        render(Format::Full(ctx.full_err()), &unread, &findings.files, ctx.locale, ctx.err)?;
        exit = Exit::Usage;
    }

    let targets = project.targets();
    let own = names(&targets);
    // Each provision once: several targets may have the same superior.
    let mut seen: BTreeSet<(String, u32, String)> = BTreeSet::new();
    let mut rows: Vec<(u32, Row)> = Vec::new();
    for target in &targets {
        let program = program(target.db, target.package);
        for entry in entries(&program, kind) {
            if args.all || own.contains(&entry.meta.symbol.package) {
                let (start, row) = row(target.db, entry, ctx.locale);
                if seen.insert((row.path.clone(), start, row.name.clone())) {
                    rows.push((start, row));
                }
            }
        }
    }
    rows.sort_by(|(at, row), (other_at, other)| {
        (&row.package, &row.path, at).cmp(&(&other.package, &other.path, other_at))
    });
    let rows: Vec<Row> = rows.into_iter().map(|it| it.1).collect();
    write_rows(&rows, args.form, ctx)?;
    let count = rows.len();
    if args.form == Form::Table {
        let word = kind.word();
        let line = ctx.text(format!("{count} 条{}", word.zh), format!("{count} of kind `{}`", word.en));
        ctx.out.flush()?;
        ctx.summary(&line)?;
    }
    Ok(exit)
}

/// What is listed of a provision.
struct Entry {
    /// What it carries; for a member of a block, what the block carries.
    meta: Meta,
    /// The member's name.
    member: Option<String>,
    /// Whom it is about.
    of: Vec<String>,
}

/// The provisions of a kind in a program.
fn entries(program: &Program, kind: Kind) -> Vec<Entry> {
    let names = |symbols: &[Symbol]| -> Vec<String> { symbols.iter().map(|it| it.name.to_string()).collect() };
    let one = |symbol: &Symbol| vec![symbol.name.to_string()];
    let mut found: Vec<Entry> = Vec::new();
    let mut add = |meta: &Meta, of: Vec<String>| {
        if meta.kind == kind {
            found.push(Entry { meta: meta.clone(), member: None, of });
        }
    };
    program.documents.iter().for_each(|it| add(&it.meta, it.issuers.iter().map(ToString::to_string).collect()));
    program.entities.iter().for_each(|it| add(&it.meta, it.parent.iter().flat_map(one).collect()));
    program.enumerations.iter().for_each(|it| add(&it.meta, Vec::new()));
    program.notions.iter().for_each(|it| add(&it.meta, it.entity.iter().flat_map(one).collect()));
    program.params.iter().for_each(|it| add(&it.meta, Vec::new()));
    program.norms.iter().for_each(|it| add(&it.meta, names(&it.actors)));
    program.rules.iter().for_each(|it| add(&it.meta, one(&it.entity)));
    program.constraints.iter().for_each(|it| add(&it.meta, one(&it.entity)));
    program.assignments.iter().for_each(|it| {
        let holders = if it.holders.is_empty() { &it.lead } else { &it.holders };
        add(&it.meta, names(holders));
    });
    program.mechanisms.iter().for_each(|it| add(&it.group.meta, names(&it.bearers)));
    program.commitments.iter().for_each(|it| add(&it.group.meta, names(&it.parties)));
    for group in &program.groups {
        add(&group.meta, group.providers.iter().map(ToString::to_string).collect());
        group.categories.iter().for_each(|it| add(&it.meta, one(&group.meta.symbol)));
    }
    program.tests.iter().for_each(|it| add(&it.meta, it.given.first().map(|it| one(&it.entity)).unwrap_or_default()));

    program.units.iter().for_each(|it| add(&it.meta, Vec::new()));
    program.delegations.iter().for_each(|it| add(&it.meta, names(&it.to)));
    program.facts.iter().for_each(|it| add(&it.meta, it.places.iter().map(ToString::to_string).collect()));
    program.principles.iter().for_each(|it| add(&it.meta, names(&it.actors)));
    program.procedures.iter().for_each(|it| add(&it.meta, it.entity.iter().flat_map(one).collect()));
    program.amendments.iter().for_each(|it| add(&it.meta, it.changes.iter().map(|it| it.1.to_string()).collect()));
    program.scenarios.iter().for_each(|it| add(&it.meta, Vec::new()));

    match kind {
        Kind::Office | Kind::Band | Kind::Side | Kind::Dimension | Kind::Grade | Kind::Step => {
            for (meta, of) in outer_blocks(program) {
                for member in members(meta, kind) {
                    let own = Meta { title: None, cite: Vec::new(), refs: Vec::new(), ..meta.clone() };
                    found.push(Entry { meta: own, member: Some(member), of: of.clone() });
                }
            }
        }
        Kind::Field => {
            for entity in &program.entities {
                for field in &entity.fields {
                    let title = field.title.clone();
                    let meta = Meta { title, cite: Vec::new(), refs: Vec::new(), ..(*entity.meta).clone() };
                    let member = Some(field.name.to_string());
                    found.push(Entry { meta, member, of: one(&entity.meta.symbol) });
                }
            }
        }
        Kind::Item => {
            for group in program.groups.iter().filter(|it| it.meta.kind == Kind::List) {
                for part in std::iter::once(group).chain(&group.categories) {
                    for member in &part.members {
                        let meta = Meta { title: None, cite: Vec::new(), refs: Vec::new(), ..(*part.meta).clone() };
                        let member = Some(member.to_string());
                        found.push(Entry { meta, member, of: one(&part.meta.symbol) });
                    }
                }
            }
        }
        _ => {}
    }
    found
}

/// The provisions that hold blocks which are listed by themselves, each once.
fn outer_blocks(program: &Program) -> Vec<(&Meta, Vec<String>)> {
    let one = |symbol: &Symbol| vec![symbol.name.to_string()];
    let structures = program.structures.iter().map(|it| (&*it.meta, one(&it.entity)));
    let ratings = program.ratings.iter().map(|it| (&*it.meta, one(&it.entity)));
    let procedures = program.procedures.iter().map(|it| (&*it.meta, it.entity.iter().flat_map(one).collect()));
    let commitments = program.commitments.iter().map(|it| (&*it.group.meta, Vec::new()));
    structures.chain(ratings).chain(procedures).chain(commitments).collect()
}

/// The names of the blocks of a kind inside a provision. An office may also be a clause that has a name.
fn members(meta: &Meta, kind: Kind) -> Vec<String> {
    let text = &*meta.content.text;
    let bare = |span: Span| span.text(text).trim_matches(['`', '"', '“', '”']).to_owned();
    let elements = meta.content.block.body.iter().flat_map(|it| &it.elements);
    elements
        .filter_map(|element| match element {
            Element::Block(block) if block.kind == Some(kind) => block.name.map(|it| it.span).or(block.title).map(bare),
            Element::Clause(clause) if kind == Kind::Office => {
                let word = meta.kind.clause(clause.word.text(text))?.word;
                let names = matches!(word, ClauseWord::Required | ClauseWord::Optional);
                clause.name.filter(|_| names).map(|it| bare(it.span()))
            }
            _ => None,
        })
        .collect()
}

/// Where a member of a block is named: a field, or an item of a list.
fn member_span(meta: &Meta, name: &str) -> Option<Span> {
    let text = &*meta.content.text;
    let mut open = vec![&meta.content.block];
    // The members of a category are looked for in the category.
    let mut within = None;
    while let Some(block) = open.pop() {
        if block.span.start == meta.head.start {
            within = Some(block);
        }
        open.extend(block.body.iter().flat_map(|it| &it.elements).filter_map(|it| match it {
            Element::Block(block) => Some(&**block),
            Element::Clause(_) | Element::Error(_) => None,
        }));
    }
    let is_name = |span: &Span| span.text(text).trim_matches(['`', '"', '“', '”', '《', '》']) == name;
    within?.body.iter().flat_map(|it| &it.elements).find_map(|element| match element {
        Element::Block(block) => block.name.map(|it| it.span).filter(is_name),
        Element::Clause(clause) => {
            let head = clause.name.map(HeadName::span);
            head.into_iter().chain(clause.values.iter().map(|it| it.span)).find(is_name)
        }
        Element::Error(_) => None,
    })
}

fn row(db: &PolisDatabase, entry: Entry, locale: Locale) -> (u32, Row) {
    let Entry { meta, member, of } = entry;
    let span = member.as_deref().and_then(|it| member_span(&meta, it)).unwrap_or(meta.head);
    let span = file_span(db as &dyn Db, &meta.place(span));
    let text = Files::text(db, span.file);
    let line = LineIndex::new(text).position(text, span.start, ColumnUnit::Char).line + 1;
    // A test has no name; what stands for it is its title with the quotes.
    let own = if meta.kind == Kind::Test { String::new() } else { meta.symbol.name.to_string() };
    let row = Row {
        package: meta.symbol.package.to_string(),
        name: member.unwrap_or(own),
        title: meta.title.as_deref().unwrap_or_default().to_owned(),
        of,
        path: Files::path(db, span.file).to_owned(),
        line,
        cite: meta.cite.iter().map(|it| citation(it, locale)).collect(),
        refs: meta.refs.iter().map(ToString::to_string).collect(),
    };
    (span.start, row)
}

fn citation(citation: &Citation, locale: Locale) -> String {
    let document = match (&citation.title, &citation.document) {
        (Some(title), _) => format!("《{}》", title.trim_matches(['《', '》'])),
        (None, Some(symbol)) => symbol.name.to_string(),
        (None, None) => String::new(),
    };
    match (&citation.passage, document.is_empty()) {
        (None, _) => document,
        (Some(passage), true) => pick(locale, format!("“{passage}”"), format!("\"{passage}\"")),
        (Some(passage), false) => pick(locale, format!("{document}“{passage}”"), format!("{document} \"{passage}\"")),
    }
}

/// The width at which a table cuts a citation; the other forms have it whole.
const CITE_WIDTH: usize = 40;

fn write_rows(rows: &[Row], form: Form, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let locale = ctx.locale;
    match form {
        Form::Json => json(&rows, ctx),
        Form::Csv => csv(rows, ctx),
        Form::Table => {
            let mut table = Table::new([
                Column::left(pick(locale, "包", "package")),
                Column::left(pick(locale, "名称", "name")),
                Column::left(pick(locale, "标题", "title")).at_most(CITE_WIDTH),
                Column::left(pick(locale, "对象或主体", "entity or holder")).at_most(CITE_WIDTH),
                Column::left(pick(locale, "位置", "place")),
                Column::left(pick(locale, "出处", "cite")).at_most(CITE_WIDTH),
                Column::left(pick(locale, "编号", "ref")).at_most(CITE_WIDTH),
            ]);
            let comma = pick(locale, "、", ", ");
            for row in rows {
                table.row([
                    &row.package,
                    &row.name,
                    &row.title,
                    &row.of.join(comma),
                    &format!("{}:{}", row.path, row.line),
                    &row.cite.join(pick(locale, "；", "; ")),
                    &row.refs.join(", "),
                ]);
            }
            write_table(&table, ctx)
        }
    }
}

fn write_table(table: &Table, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    if !table.is_empty() {
        let options = TableOptions { color: ctx.colors(), ..TableOptions::default() };
        table.write(ctx.out, options)?;
    }
    Ok(())
}

fn json<T: Serialize>(rows: &T, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *ctx.out, rows).map_err(io::Error::from)?;
    writeln!(ctx.out)?;
    Ok(())
}

/// The head is the same in both languages: programs read it.
fn csv(rows: &[Row], ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(&mut *ctx.out);
    let error = |it: csv::Error| Failure::Output(io::Error::from(it));
    writer.write_record(["package", "name", "title", "of", "path", "line", "cite", "ref"]).map_err(error)?;
    for row in rows {
        let record = [
            &row.package,
            &row.name,
            &row.title,
            &row.of.join("; "),
            &row.path,
            &row.line.to_string(),
            &row.cite.join("; "),
            &row.refs.join("; "),
        ];
        writer.write_record(record.map(String::as_str)).map_err(error)?;
    }
    Ok(writer.flush()?)
}

#[derive(Serialize)]
struct KindRow {
    zh: &'static str,
    en: &'static str,
    /// Whether it may stand at the top of a file.
    top: bool,
    documentation: &'static str,
}

fn kinds(form: Form, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let face = pick(ctx.locale, Face::Zh, Face::En);
    let row = |(kind, word): (Kind, &'static Word)| KindRow {
        zh: word.zh,
        en: word.en,
        top: kind.spec().top,
        documentation: word.doc(face),
    };
    let rows: Vec<KindRow> = Kind::rows().map(row).collect();
    match form {
        Form::Json => json(&rows, ctx)?,
        Form::Csv => {
            let rows = rows.iter().map(|it| vec![it.zh, it.en, it.documentation]);
            plain_csv(&["zh", "en", "documentation"], rows, ctx)?;
        }
        Form::Table => {
            let titles = ctx.text(["中文", "英文", "说明"], ["Chinese", "English", "documentation"]);
            let mut table = Table::new(titles.map(Column::left));
            for row in &rows {
                table.row([row.zh, row.en, row.documentation]);
            }
            write_table(&table, ctx)?;
        }
    }
    Ok(Exit::Clean)
}

#[derive(Serialize)]
struct CodeRow {
    code: &'static str,
    severity: &'static str,
    message: &'static str,
}

fn codes(form: Form, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let row = |it: &'static polis_diagnostic::Entry| CodeRow {
        code: it.code,
        severity: it.severity.as_str(),
        message: pick(ctx.locale, it.chinese, it.english),
    };
    let mut rows: Vec<CodeRow> = Message::entries().map(row).collect();
    rows.sort_by_key(|it| it.code);
    match form {
        Form::Json => json(&rows, ctx)?,
        Form::Csv => {
            let rows = rows.iter().map(|it| vec![it.code, it.severity, it.message]);
            plain_csv(&["code", "severity", "message"], rows, ctx)?;
        }
        Form::Table => {
            let titles = ctx.text(["代码", "级别", "消息"], ["code", "severity", "message"]);
            let mut table = Table::new(titles.map(Column::left));
            for row in &rows {
                table.row([row.code, super::explain::severity_word(row.severity, ctx.locale), row.message]);
            }
            write_table(&table, ctx)?;
        }
    }
    Ok(Exit::Clean)
}

fn plain_csv<'r>(
    head: &[&str],
    rows: impl Iterator<Item = Vec<&'r str>>,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(&mut *ctx.out);
    let error = |it: csv::Error| Failure::Output(io::Error::from(it));
    writer.write_record(head).map_err(error)?;
    for row in rows {
        writer.write_record(row).map_err(error)?;
    }
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_in_either_face_and_number() {
        for (word, kind) in [
            ("power", Kind::Power),
            ("Powers", Kind::Power),
            ("权力", Kind::Power),
            ("office", Kind::Office),
            ("offices", Kind::Offices),
            ("centre", Kind::Centers),
            ("duty", Kind::Duty),
            ("duties", Kind::Duties),
            ("entities", Kind::Entity),
            ("categories", Kind::Category),
            ("series", Kind::Series),
        ] {
            assert_eq!(kind_of(word), Some(kind), "{word}");
        }
        assert_eq!((kind_of("s"), kind_of("")), (None, None));
    }

    #[test]
    fn every_kind_is_found_by_its_names() {
        for (kind, word) in Kind::rows() {
            for spelling in word.spellings() {
                assert_eq!(kind_of(spelling), Some(kind), "{spelling}");
            }
        }
    }
}
