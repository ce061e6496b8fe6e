//! `polis check`: whether policies are well formed and consistent.

mod fix;
mod proved;

use std::cell::Cell;

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::{Format, Locale, Severity, Summary, render, render_json};

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
    fix: Option<Fixing>,
    undecided: bool,
}

/// What is done with the safe fixes of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fixing {
    /// They are made.
    Write,
    /// They are shown.
    Show,
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
    let fix = pick(
        locale,
        "自动改正可以放心改正的问题，只改所给路径之下的 .pol 文件",
        "Make the fixes that are safe to make, in the .pol files at or below the paths",
    );
    let dry_run = pick(
        locale,
        "只显示 `--fix` 会作的改动，不写文件；退出码按改正前的问题",
        "Show what `--fix` would change and write nothing; the exit code is that of what is found now",
    );
    let undecided = pick(locale, "列出未能判定的问题及原因", "List the questions that could not be decided, and why");
    let after = pick(
        locale,
        "有原文时还核对出处：所引的文字是否在原文中，条款中的数字和“以上、超过”等界限是否与所引的句子一致。\n文件条款用“原文”写明其文件名；不一致之处旁边有“备注”的，降为提示。没有原文也能检查和运行。",
        "Where texts are at hand, citations are held against them: whether the passage is in the text, and whether figures\nand boundaries (at least, more than) are those of the cited sentence. A document names its text by `text`; a difference\nwith a `note` beside it is shown as information. Texts are never needed to check or to run.",
    );
    cli::command(locale, "check", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(cli::format(locale, FORMS))
        .arg(Arg::new("deny-warnings").long("deny-warnings").action(ArgAction::SetTrue).help(deny))
        .arg(Arg::new("fix").long("fix").action(ArgAction::SetTrue).help(fix))
        .arg(Arg::new("dry-run").long("dry-run").action(ArgAction::SetTrue).help(dry_run))
        .arg(Arg::new("undecided").long("undecided").action(ArgAction::SetTrue).help(undecided))
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
            fix: match (matches.get_flag("dry-run"), matches.get_flag("fix")) {
                (true, _) => Some(Fixing::Show),
                (false, true) => Some(Fixing::Write),
                (false, false) => None,
            },
            undecided: matches.get_flag("undecided"),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut project = Project::load(ctx.system, &args.paths);
    if let Some(folder) = args.sources.as_ref().filter(|it| !ctx.system.is_dir(it)) {
        return Err(ctx.usage(format!("没有 `{folder}` 这个文件夹"), format!("there is no folder `{folder}`")));
    }
    let sources = Sources::load(ctx.system, &project, args.sources.as_deref());
    let check = Check { sources: &sources };
    let mut fixed = args.fix.map(|_| fix::make(&mut project, &check, ctx));
    // Of what would be fixed, this much would be left.
    let mut left = None;
    match (&mut fixed, args.fix) {
        (Some(fixed), Some(Fixing::Write)) => fixed.write(ctx)?,
        (Some(fixed), Some(Fixing::Show)) => {
            left = Some(Summary::of(&check.findings(&project).0.diagnostics));
            fixed.undo(&mut project);
        }
        _ => {}
    }
    let (findings, held) = check.findings(&project);
    let proved = proved::Proved::of(&project);
    let format = match args.form {
        Form::Full => Format::Full(ctx.full()),
        Form::Concise => Format::Concise,
        Form::Json => Format::Json,
        Form::Github => Format::Github,
        Form::Sarif => Format::Sarif,
    };
    // Programs want their document even where nothing was found; the others then write nothing.
    if format == Format::Json {
        let mut beside = proved.as_json(ctx.locale);
        if let Some(fixed) = &fixed {
            beside.extend(fix::as_json(&fixed.made, args.fix == Some(Fixing::Write)));
        }
        render_json(&findings.diagnostics, &findings.files, ctx.locale, beside, ctx.out)?;
    } else if let (Some(fixed), Some(Fixing::Show)) = (&fixed, args.fix) {
        fixed.show(ctx)?;
    } else {
        render(format, &findings.diagnostics, &findings.files, ctx.locale, ctx.out)?;
        if args.undecided && matches!(args.form, Form::Full | Form::Concise) {
            proved.list(ctx)?;
        }
    }
    let done = Done { held, fixed: fixed.as_ref().map(|it| it.made.len()), left, proved: &proved };
    summary(args, &project, &findings, &done, ctx)?;
    let exit = exit(&findings, args.deny_warnings);
    let unwritten = fixed.is_some_and(|it| it.unwritten > 0);
    Ok(if unwritten { exit.and(Exit::Usage) } else { exit })
}

/// How the packages of a project are checked.
struct Check<'s> {
    sources: &'s Sources,
}

impl Check<'_> {
    /// Whatever is found, with how many passages and figures were held against texts.
    fn findings<'p>(&'p self, project: &'p Project) -> (Findings<'p>, (usize, usize)) {
        let held = Cell::new((0, 0));
        let mut findings = project.findings(|it| {
            let mut found = polis_analysis::check(it.db, it.package);
            let mut beside: Vec<_> = self.sources.absent(it).into_iter().collect();
            let report = polis_sources::check(it.db, it.package, self.sources.library());
            let (passages, figures) = held.get();
            held.set((passages + report.passages, figures + report.figures));
            beside.extend(report.diagnostics);
            found.extend(polis_analysis::reported_beside(it.db, it.package, beside));
            found
        });
        self.sources.report(&mut findings);
        (findings, held.get())
    }
}

/// What was done beside finding.
struct Done<'d> {
    /// The passages and figures that were held against texts.
    held: (usize, usize),
    /// How many fixes were made, or would be.
    fixed: Option<usize>,
    /// What would be left of the findings, where fixes are only shown.
    left: Option<Summary>,
    /// What was decided.
    proved: &'d proved::Proved,
}

fn summary(
    args: &Args,
    project: &Project,
    findings: &Findings<'_>,
    done: &Done<'_>,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let counts = done.left.unwrap_or_else(|| Summary::of(&findings.diagnostics));
    let mut line = match (done.fixed, done.left) {
        (None, _) => String::new(),
        (Some(count), None) => ctx.text(format!("改正了 {count} 处；"), format!("{} made; ", plural_fix(count))),
        (Some(count), Some(_)) => ctx
            .text(format!("可改正 {count} 处，改正后："), format!("{} would be made; after that, ", plural_fix(count))),
    };
    line.push_str(&counts.render(ctx.locale));
    if counts == Summary::default() {
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
    let (passages, figures) = done.held;
    if passages > 0 {
        line.push_str(&ctx.text(
            format!("；与原文核对了 {passages} 处引文、{figures} 个数"),
            format!("; {} and {} held against texts", plural(passages, "passage"), plural(figures, "figure")),
        ));
    }
    let full = matches!(args.form, Form::Full) && args.fix != Some(Fixing::Show);
    if full && !findings.diagnostics.is_empty() && !ctx.quiet {
        // Findings are paragraphs; on a terminal the summary follows them. Elsewhere it is on its own.
        std::io::Write::flush(ctx.out)?;
        if ctx.out.is_terminal() && ctx.err.is_terminal() {
            line.insert(0, '\n');
        }
    }
    ctx.summary(&line)?;
    // Where something has no meaning, what was decided of the rest says little.
    if counts.errors == 0
        && let Some(line) = done.proved.line(ctx)
    {
        ctx.summary(&line)?;
    }
    Ok(())
}

/// `1 fix`, `2 fixes`.
fn plural_fix(count: usize) -> String {
    if count == 1 { "1 fix".to_owned() } else { format!("{count} fixes") }
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
