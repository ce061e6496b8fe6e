//! `polis check`: whether policies are well formed and consistent.

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::{Format, Locale, Severity, Summary, render};

use crate::context::{Context, Failure, pick};
use crate::project::{Extent, Findings, Project, is_about_input};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    paths: Vec<Utf8PathBuf>,
    form: Form,
    deny_warnings: bool,
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
    cli::command(locale, "check", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(cli::format(locale, FORMS))
        .arg(Arg::new("deny-warnings").long("deny-warnings").action(ArgAction::SetTrue).help(deny))
        .after_help(cli::exit_codes(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            paths: cli::paths_of(matches),
            form: cli::format_of(matches, FORMS),
            deny_warnings: matches.get_flag("deny-warnings"),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let project = Project::load(ctx.system, &args.paths);
    let findings = project.findings(|it| {
        let mut found = polis_semantic::check(it.db, &[it.package]);
        // Of provisions that have no meaning nothing can be decided.
        if found.iter().all(|it| it.severity < Severity::Error) {
            found.extend(polis_analysis::check(it.db, it.package));
        }
        found
    });
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
    summary(args, &project, &findings, full, ctx)?;
    Ok(exit(&findings, args.deny_warnings))
}

fn summary(
    args: &Args,
    project: &Project,
    findings: &Findings<'_>,
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
