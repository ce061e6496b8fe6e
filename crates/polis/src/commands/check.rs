//! `polis check`: whether policies are well formed and consistent.

use std::cell::Cell;

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::{Format, Locale, Severity, Summary, render};

use crate::context::{Context, Failure, pick};
use crate::project::{Extent, Findings, Project, is_about_input};
use crate::sources::Sources;
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    paths: Vec<Utf8PathBuf>,
    form: Form,
    deny_warnings: bool,
    sources: Option<Utf8PathBuf>,
}

/// A form of output.
#[derive(Debug, Clone, Copy, Default)]
enum Form {
    #[default]
    Full,
    Concise,
    Json,
    Github,
    Sarif,
}

const FORMS: &[(&str, Form)] = &[
    ("full", Form::Full),
    ("concise", Form::Concise),
    ("json", Form::Json),
    ("github", Form::Github),
    ("sarif", Form::Sarif),
];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "检查政策文件", "Check policies");
    let deny = pick(locale, "有警告时也以退出码 1 结束", "Exit with 1 for warnings too");
    let sources = pick(
        locale,
        "原文所在的文件夹，据以核对出处 [默认：各包清单文件 [sources] 中的 path]",
        "The folder of the texts that citations are held against [default: `path` of each manifest's [sources]]",
    );
    let after = pick(
        locale,
        "有原文时还核对出处：所引的文字是否在原文中，条款中的数字和“以上、超过”等界限是否与所引的句子一致。\n文件条款用“原文”写明其文件名；不一致之处旁边有“备注”的，降为提示。没有原文也能检查和运行。",
        "Where texts are at hand, citations are held against them: whether the passage is in the text, and whether figures\nand boundaries (at least, more than) are those of the cited sentence. A document names its text by `text`; a difference\nwith a `note` beside it is shown as information. Texts are never needed to check or to run.",
    );
    cli::command(locale, "check", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(cli::format(locale, FORMS))
        .arg(Arg::new("deny-warnings").long("deny-warnings").action(ArgAction::SetTrue).help(deny))
        .arg(
            Arg::new("sources")
                .long("sources")
                .value_name(pick(locale, "文件夹", "FOLDER"))
                .help(sources)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .after_help(format!("{after}\n\n{}", cli::exit_codes(locale)))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            paths: cli::paths_of(matches),
            form: cli::format_of(matches, FORMS),
            deny_warnings: matches.get_flag("deny-warnings"),
            sources: matches.get_one("sources").cloned(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let project = Project::load(ctx.system, &args.paths);
    if let Some(folder) = args.sources.as_ref().filter(|it| !ctx.system.is_dir(it)) {
        return Err(ctx.usage(format!("没有 `{folder}` 这个文件夹"), format!("there is no folder `{folder}`")));
    }
    let sources = Sources::load(ctx.system, &project, args.sources.as_deref());
    // The passages and figures that were held against texts.
    let held = Cell::new((0, 0));
    let mut findings = project.findings(|it| {
        let mut found = polis_analysis::check(it.db, it.package);
        let mut beside: Vec<_> = sources.absent(it).into_iter().collect();
        let report = polis_sources::check(it.db, it.package, sources.library());
        let (passages, figures) = held.get();
        held.set((passages + report.passages, figures + report.figures));
        beside.extend(report.diagnostics);
        found.extend(polis_analysis::reported_beside(it.db, it.package, beside));
        found
    });
    sources.report(&mut findings);
    let format = match args.form {
        Form::Full => Format::Full(ctx.full()),
        Form::Concise => Format::Concise,
        Form::Json => Format::Json,
        Form::Github => Format::Github,
        Form::Sarif => Format::Sarif,
    };
    // Programs want their document even where nothing was found; the others then write nothing.
    render(format, &findings.diagnostics, &findings.files, ctx.locale, ctx.out)?;
    let full = matches!(args.form, Form::Full) && !findings.diagnostics.is_empty();
    summary(args, &project, &findings, held.get(), full, ctx)?;
    Ok(exit(&findings, args.deny_warnings))
}

fn summary(
    args: &Args,
    project: &Project,
    findings: &Findings<'_>,
    (passages, figures): (usize, usize),
    full: bool,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let counts = Summary::of(&findings.diagnostics);
    let mut line = counts.render(ctx.locale);
    if findings.diagnostics.is_empty() {
        let Extent { packages, files, provisions } = Extent::of(&project.targets());
        line.push_str(&ctx.text(
            format!("：{packages} 个包、{files} 个文件、{provisions} 条条款"),
            format!(
                ": {}, {}, {}",
                plural(packages, "package"),
                plural(files, "file"),
                plural(provisions, "provision")
            ),
        ));
    } else if args.deny_warnings && counts.errors == 0 && counts.warnings > 0 {
        line.push_str(
            ctx.text("（`--deny-warnings`：有警告即为失败）", " (`--deny-warnings`: a warning is a failure)"),
        );
    }
    if passages > 0 {
        line.push_str(&ctx.text(
            format!("；与原文核对了 {passages} 处引文、{figures} 个数"),
            format!("; {} and {} held against texts", plural(passages, "passage"), plural(figures, "figure")),
        ));
    }
    if full && !ctx.quiet {
        // Findings are paragraphs; on a terminal the summary follows them. Elsewhere it is on its own.
        std::io::Write::flush(ctx.out)?;
        if ctx.out.is_terminal() && ctx.err.is_terminal() {
            line.insert(0, '\n');
        }
    }
    Ok(ctx.summary(&line)?)
}

/// `1 file`, `2 files`.
pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn exit(findings: &Findings<'_>, deny_warnings: bool) -> Exit {
    let least = if deny_warnings { Severity::Warning } else { Severity::Error };
    let mut exit = Exit::Clean;
    for finding in findings.diagnostics.iter().filter(|it| it.severity >= least) {
        let unreadable = finding.severity == Severity::Error && is_about_input(&finding.message);
        exit = exit.and(if unreadable { Exit::Usage } else { Exit::Findings });
    }
    exit
}
