//! Commands of an editor: tests, runs, explanations.

use lsp_types::{ExecuteCommandParams, Url};
use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::scope::package_of;
use serde_json::{Value, json};

use super::{Answer, Ctx};
use crate::check::convert;
use crate::documents;
use crate::message::{Outgoing, ResponseError};
use crate::overlay::Overlay;
use crate::workspace::View;

/// The commands that are offered, and for those that the command line carries out its own word.
pub(crate) const COMMANDS: &[(&str, Option<&str>)] = &[
    ("polis.test", None),
    ("polis.simulate", Some("simulate")),
    ("polis.compare", Some("compare")),
    ("polis.why", Some("why")),
    ("polis.diff", Some("diff")),
    ("polis.report", Some("report")),
    ("polis.explain", Some("explain")),
    ("polis.coverage", Some("coverage")),
    ("polis.implies", Some("implies")),
    ("polis.list", Some("list")),
];

/// Runs the tests of a document's package, or those of one title: `{"uri": …, "name": …}`.
pub(super) fn test(ctx: &Ctx, params: &ExecuteCommandParams) -> Answer<Option<Value>> {
    let argument = params.arguments.first().cloned().unwrap_or_default();
    let uri = argument.get("uri").and_then(Value::as_str).and_then(|it| Url::parse(it).ok());
    let name = argument.get("name").and_then(Value::as_str);
    let Some((view, file)) = uri.as_ref().and_then(|it| ctx.document(it)) else {
        return Err(invalid(ctx, "`uri` 不是已打开的政策文件", "`uri` is no policy of a folder that is open"));
    };
    let Some(package) = package_of(&*view.db, file) else { return Ok(None) };
    let Some(runs) = polis_ide::test_runs(&view.db, package) else {
        let message = ctx.pick("有错误，测试未运行", "there are errors, so no test was run");
        return Err(ResponseError::failed(message));
    };
    // One test is asked for by its title in its file; a file's tests by the file alone; a package's by `package: true`.
    let whole = argument.get("package").and_then(Value::as_bool).unwrap_or(false);
    let wanted = |it: &polis_ide::TestRun| (whole || it.head.file == file) && name.is_none_or(|name| it.title == name);
    let (mut passed, mut failed) = (0_u32, 0_u32);
    let mut tests = Vec::new();
    for run in runs.into_iter().filter(wanted) {
        if run.passed {
            passed += 1;
        } else {
            failed += 1;
        }
        let failures: Vec<Value> = run
            .failures
            .iter()
            .filter_map(|it| {
                let found = convert(it, view, ctx.locale, &ctx.capabilities);
                let uri = view.uri(view.db.file(it.primary.at.file)?)?;
                Some(json!({"message": found.message, "uri": uri, "range": found.range}))
            })
            .collect();
        tests.push(json!({
            "title": run.title,
            "uri": view.uri(run.head.file),
            "range": view.range(run.head.file, run.head.range),
            "passed": run.passed,
            "expectations": run.expectations,
            "failures": failures,
        }));
    }
    Ok(Some(json!({"tests": tests, "summary": {"passed": passed, "failed": failed}})))
}

/// Has the command line carry a command out on the texts as the editor has them. The first argument is an object:
/// `uri` or `package` say on what, `name`, `for`, `on`, `years`, `scenario`, `asOf`, `format` and `out` are options of
/// that name, `set` is a list of `NAME=VALUE`, and `args` are further words. A text is the one word that is asked about.
pub(super) fn run(ctx: &Ctx, params: &ExecuteCommandParams) -> Answer<Option<Value>> {
    let found = COMMANDS.iter().find(|it| it.0 == params.command).and_then(|it| it.1);
    let (Some(command), Some(runner)) = (found, &ctx.runner) else {
        let message = format!("there is no command `{}`", params.command);
        return Err(ResponseError::new(ResponseError::INVALID_PARAMS, message));
    };
    let argument = params.arguments.first().cloned().unwrap_or_default();
    let words = words(ctx, command, &argument);
    let token = &params.work_done_progress_params.work_done_token;
    if let Some(token) = token {
        let value = json!({"kind": "begin", "title": format!("polis {command}"), "cancellable": true});
        (ctx.client)(Outgoing::Notification { method: "$/progress", params: json!({"token": token, "value": value}) });
    }
    let system = Overlay::new(ctx.system.clone(), ctx.texts.clone(), ctx.current.clone());
    let output = runner(&words, &system);
    if let Some(token) = token {
        let value = json!({"kind": "end"});
        (ctx.client)(Outgoing::Notification { method: "$/progress", params: json!({"token": token, "value": value}) });
    }
    Ok(Some(json!({"code": output.code, "out": output.out, "err": output.err})))
}

fn words(ctx: &Ctx, command: &str, argument: &Value) -> Vec<String> {
    let language = if ctx.locale == Locale::Zh { "zh" } else { "en" };
    let mut words = vec![command.to_owned(), "--lang".to_owned(), language.to_owned()];
    if let Some(word) = argument.as_str() {
        words.push(word.to_owned());
        return words;
    }
    let text = |name: &str| argument.get(name).and_then(Value::as_str).map(str::to_owned);
    for (key, option) in [
        ("on", "--on"),
        ("for", "--for"),
        ("years", "--years"),
        ("scenario", "--scenario"),
        ("asOf", "--as-of"),
        ("format", "--format"),
        ("out", "--out"),
    ] {
        if let Some(value) = text(key) {
            // One word, so that a value that begins with a dash is no option.
            words.push(format!("{option}={value}"));
        }
    }
    let list = |name: &str| argument.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    words.extend(list("set").iter().filter_map(Value::as_str).map(|it| format!("--set={it}")));
    words.extend(list("args").iter().filter_map(Value::as_str).map(str::to_owned));
    let path = text("uri").and_then(|it| Url::parse(&it).ok()).map(|it| documents::path_of(&it).into_string());
    // The package comes before the name, as on the command line; an explanation is of a word and of no package.
    words.extend(text("package").or(path).filter(|_| command != "explain"));
    words.extend(text("name").or_else(|| text("topic")));
    words
}

fn invalid(ctx: &Ctx, zh: &str, en: &str) -> ResponseError {
    ResponseError::new(ResponseError::INVALID_PARAMS, ctx.pick(zh, en))
}

/// What became of the tests of a file, each with its head and a mark: run anew, so that no mark is out of date.
pub(super) fn test_marks(ctx: &Ctx, view: &View, file: SourceFile) -> Vec<(polis_syntax::Span, String)> {
    let db = &*view.db;
    let parsed = polis_semantic::items::parsed_file(db, file);
    if !parsed.items.iter().any(|it| it.kind == Some(polis_syntax::words::Kind::Test)) {
        return Vec::new();
    }
    let Some(runs) = package_of(db, file).and_then(|it| polis_ide::test_runs(db, it)) else { return Vec::new() };
    let mut marks = Vec::new();
    for run in runs.into_iter().filter(|it| it.head.file == file) {
        let mark = if run.passed {
            ctx.pick("✓ 通过", "✓ passed").to_owned()
        } else {
            let count = run.failures.len();
            ctx.pick(format!("✗ {count} 处未通过"), format!("✗ {count} failed"))
        };
        marks.push((run.head.range, mark));
    }
    marks
}
