//! `polis fmt`: one form for every file, and the conversion between the two faces.

use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_db::{Db, MemorySystem, PolisDatabase, SourceFile, load, text_diagnostic};
use polis_diagnostic::{Diagnostic, Format, Locale, Message, NameMessage, Severity, render, sort_and_dedup};
use polis_syntax::words::Face;
use polis_syntax::{FormatError, FormatOptions, format};

use super::check::plural;
use crate::context::{Context, Failure, pick};
use crate::project::{Findings, Project, ProjectFiles, is_about_input};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    source: Source,
    check: bool,
    face: Option<Face>,
}

/// What is formatted.
enum Source {
    /// Files, in place.
    Paths(Vec<Utf8PathBuf>),
    /// Standard input, to standard output.
    Stdin,
}

pub(crate) const FACES: &[(&str, Face)] = &[("zh", Face::Zh), ("en", Face::En)];

/// What standard input is called in findings.
const STDIN: &str = "<stdin>.pol";

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "把文件改写成统一的格式", "Rewrite files in the one form");
    let check = pick(
        locale,
        "不改写，只列出需要改写的文件和改动；有则以退出码 1 结束",
        "Change nothing; show what would change, and exit with 1 if anything would",
    );
    let face = pick(
        locale,
        "关键词的写法 [可选：zh、en；默认：清单文件的 face，否则保持原样]",
        "The face of keywords [zh, en; default: `face` of the manifest, else as it is]",
    );
    let stdin = pick(
        locale,
        "读标准输入，写标准输出；路径 `-` 与此相同",
        "Read standard input, write standard output; the path `-` means the same",
    );
    cli::command(locale, "fmt", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(Arg::new("check").long("check").action(ArgAction::SetTrue).help(check))
        .arg(cli::choice(locale, "face", "", FACES, false).help(face))
        .arg(Arg::new("stdin").long("stdin").action(ArgAction::SetTrue).help(stdin).conflicts_with("paths"))
        .after_help(cli::exit_codes(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        let paths = cli::paths_of(matches);
        let stdin = matches.get_flag("stdin") || paths == ["-"];
        Self {
            source: if stdin { Source::Stdin } else { Source::Paths(paths) },
            check: matches.get_flag("check"),
            face: cli::chosen(matches, "face", FACES),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    match &args.source {
        Source::Stdin => stdin(args, ctx),
        Source::Paths(paths) => files(args, paths, ctx),
    }
}

/// What became of a file.
enum Outcome {
    /// It is as it should be.
    Same,
    /// It is to read so.
    Changed(String),
    /// It is left alone, for these reasons.
    Left(Vec<Diagnostic>),
    /// It is left alone because the formatter would have changed what it says.
    Unsound,
}

fn outcome(db: &PolisDatabase, file: SourceFile, face: Option<Face>) -> Outcome {
    if let Some(problem) = text_diagnostic(db, file) {
        return Outcome::Left(vec![problem]);
    }
    let text = file.text(db);
    match format(text.text(), &FormatOptions { face, ..FormatOptions::default() }) {
        Ok(formatted) if formatted == text.text() => Outcome::Same,
        Ok(formatted) => Outcome::Changed(formatted),
        Err(FormatError::Syntax(_)) => Outcome::Left(syntax_errors(db, file)),
        Err(FormatError::Unsound) => Outcome::Unsound,
    }
}

/// The errors of a file's form as findings; what else is wrong with it is of no concern here.
fn syntax_errors(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let all = polis_semantic::file_diagnostics(db, file);
    let is_syntax = |it: &&Diagnostic| {
        matches!(it.message, Message::Syntax(_) | Message::Name(NameMessage::GluedKeyword { .. }))
            && it.severity == Severity::Error
    };
    all.iter().filter(is_syntax).cloned().collect()
}

#[derive(Default)]
struct Counts {
    changed: usize,
    same: usize,
    left: usize,
}

fn files(args: &Args, paths: &[Utf8PathBuf], ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let project = Project::load(ctx.system, paths);
    // What is wrong with packages is for `check`; here it matters what could not be found or read.
    let Findings { mut diagnostics, files: mut shown } = project.findings(|_| Vec::new());
    diagnostics.retain(|it| is_about_input(&it.message));
    let mut exit = Exit::Clean;
    let mut counts = Counts::default();
    for target in project.files(ctx.system) {
        let db = target.db;
        let path = target.file.path(db);
        let face = args.face.or(target.package.manifest(db).face);
        match outcome(db, target.file, face) {
            Outcome::Same => counts.same += 1,
            Outcome::Changed(text) => {
                let old = target.file.text(db);
                if args.check {
                    diff(ctx, &path, old.text(), &text)?;
                    exit = exit.and(Exit::Findings);
                    counts.changed += 1;
                } else if let Err(error) = write(ctx, &path, &text) {
                    let text =
                        ctx.text(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"));
                    ctx.error(&text)?;
                    exit = exit.and(Exit::Usage);
                    counts.left += 1;
                } else {
                    counts.changed += 1;
                }
            }
            Outcome::Left(found) => {
                diagnostics.extend(found.into_iter().map(|it| it.map_location(|at| shown.span(db, at))));
                counts.left += 1;
            }
            Outcome::Unsound => {
                unsound(ctx, &path)?;
                exit = exit.and(Exit::Bug);
                counts.left += 1;
            }
        }
    }
    sort_and_dedup(&mut diagnostics, &shown);
    exit = exit.and(report(&diagnostics, &shown, ctx)?);
    summary(args, &counts, ctx)?;
    Ok(exit)
}

fn write(ctx: &Context<'_, '_>, path: &str, text: &str) -> io::Result<()> {
    ctx.system.write_atomic(Utf8Path::new(path), text.as_bytes())
}

fn stdin(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    if let Err(error) = ctx.input.read_to_end(&mut bytes) {
        return Err(ctx.usage(format!("无法读取标准输入：{error}"), format!("cannot read standard input: {error}")));
    }
    // A disk of its own, because findings want a file to speak of.
    let loaded =
        load(&MemorySystem::new().with_bytes(&format!("/{STDIN}"), bytes), Utf8Path::new(&format!("/{STDIN}")));
    let db = &loaded.db;
    let Some(file) = db.file_at(STDIN) else { return Ok(Exit::Usage) };
    let text = file.text(db);
    match outcome(db, file, args.face) {
        Outcome::Same if args.check => Ok(Exit::Clean),
        Outcome::Same => {
            ctx.out.write_all(text.text().as_bytes())?;
            Ok(Exit::Clean)
        }
        Outcome::Changed(new) if args.check => {
            diff(ctx, STDIN, text.text(), &new)?;
            Ok(Exit::Findings)
        }
        Outcome::Changed(new) => {
            ctx.out.write_all(new.as_bytes())?;
            Ok(Exit::Clean)
        }
        Outcome::Left(found) => {
            let mut shown = ProjectFiles::default();
            let found: Vec<_> = found.into_iter().map(|it| it.map_location(|at| shown.span(db, at))).collect();
            report(&found, &shown, ctx)
        }
        Outcome::Unsound => {
            unsound(ctx, STDIN)?;
            Ok(Exit::Bug)
        }
    }
}

/// Writes findings to standard error: standard output is for texts and differences.
fn report(diagnostics: &[Diagnostic], files: &ProjectFiles<'_>, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    if diagnostics.is_empty() {
        return Ok(Exit::Clean);
    }
    ctx.out.flush()?;
    render(Format::Full(ctx.full_err()), diagnostics, files, ctx.locale, ctx.err)?;
    let mut exit = Exit::Clean;
    for finding in diagnostics.iter().filter(|it| it.severity == Severity::Error) {
        exit = exit.and(if is_about_input(&finding.message) { Exit::Usage } else { Exit::Findings });
    }
    Ok(exit)
}

fn unsound(ctx: &mut Context<'_, '_>, path: &str) -> io::Result<()> {
    let text = ctx.text(
        format!("格式化会改变 `{path}` 的含义，文件未改动；这是 polis 的缺陷，请连同该文件报告"),
        format!("formatting would change what `{path}` says, so it is left alone; this is a bug in polis, please report it with the file"),
    );
    ctx.error(&text)
}

/// Writes what would change, as a patch.
pub(super) fn diff(ctx: &mut Context<'_, '_>, path: &str, old: &str, new: &str) -> io::Result<()> {
    let patch = similar::TextDiff::from_lines(old, new);
    let patch = patch.unified_diff().header(path, path).to_string();
    if !ctx.colors() {
        return ctx.out.write_all(patch.as_bytes());
    }
    for line in patch.split_inclusive('\n') {
        let color = match line.as_bytes() {
            [b'@', ..] => "\u{1b}[36m",
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => "\u{1b}[1m",
            [b'+', ..] => "\u{1b}[32m",
            [b'-', ..] => "\u{1b}[31m",
            _ => "",
        };
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |it| (it, "\n"));
        let off = if color.is_empty() { "" } else { "\u{1b}[0m" };
        write!(ctx.out, "{color}{text}{off}{end}")?;
    }
    Ok(())
}

fn summary(args: &Args, counts: &Counts, ctx: &mut Context<'_, '_>) -> io::Result<()> {
    let Counts { changed, same, left } = *counts;
    if changed == 0 && left == 0 {
        let line = ctx.text(format!("无需改动：{same} 个文件"), format!("nothing to change: {}", plural(same, "file")));
        return ctx.summary(&line);
    }
    let (zh, en) = if args.check {
        let need = if changed == 1 { "needs" } else { "need" };
        (format!("{changed} 个文件需要格式化"), format!("{} {need} formatting", plural(changed, "file")))
    } else {
        (format!("已格式化 {changed} 个文件"), format!("{} formatted", plural(changed, "file")))
    };
    let mut line = ctx.text(zh, en);
    let more = [
        (same, ctx.text(format!("，{same} 个无需改动"), format!(", {same} unchanged"))),
        (left, ctx.text(format!("，{left} 个有误未动"), format!(", {left} left alone"))),
    ];
    for (_, text) in more.iter().filter(|it| it.0 > 0) {
        line.push_str(text);
    }
    ctx.summary(&line)
}
