//! The two sides of a difference: packages on disk, and what a day or a Git revision makes of them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{Loaded, MemorySystem, Package, PolisDatabase, load};
use polis_diagnostic::Diagnostic;
use polis_diff::{Declared, Side, find};
use polis_semantic::Program;
use polis_value::Date;

use crate::context::{Context, Failure};
use crate::git;
use crate::session::{locate, write_findings};

/// A side that has been loaded.
pub(crate) struct Opened {
    pub(crate) db: PolisDatabase,
    pub(crate) package: Package,
    pub(crate) program: Arc<Program>,
    pub(crate) as_of: Option<Date>,
    /// What it is called in the output.
    pub(crate) label: String,
    /// As it was asked for.
    pub(crate) source: String,
    /// What is wrong with it.
    pub(crate) found: Vec<Diagnostic>,
    /// What the reader should know of where it comes from.
    pub(crate) note: Option<String>,
}

/// Loads a side: a package by name or path, or a path of a Git revision.
pub(crate) fn open(source: &str, day: Option<Date>, ctx: &mut Context<'_, '_>) -> Result<Opened, Failure> {
    let on_disk = locate(Utf8Path::new(source), ctx.system);
    let there = ctx.system.is_dir(&on_disk) || ctx.system.is_file(&on_disk);
    let (loaded, note) = match source.split_once(':').filter(|_| !there) {
        Some((revision, path)) => {
            let tree = git::tree(revision, Utf8Path::new(path), ctx)?;
            let system: MemorySystem = tree.system;
            let path = locate(&tree.path, &system);
            let note = tree.dirty.then(|| {
                ctx.text(
                    format!("工作区有未提交的改动，`{source}` 不含这些改动"),
                    format!("the working tree has changes that are not committed; `{source}` is without them"),
                )
            });
            (load(&system, &path), note)
        }
        None => (load(ctx.system, &on_disk), None),
    };
    let Loaded { db, targets, diagnostics, .. } = loaded;
    let mut found = diagnostics;
    let [package] = targets.as_slice() else {
        if targets.is_empty() {
            write_findings(&mut found, &db, ctx)?;
            return Err(
                ctx.usage(format!("`{source}` 没有可读的包"), format!("`{source}` holds no package that can be read"))
            );
        }
        let names: Vec<String> = targets.iter().map(|it| format!("`{}`", it.name(&db))).collect();
        return Err(ctx.usage(
            format!("`{source}` 有多个包，请指明其中一个：{}", names.join("、")),
            format!("`{source}` holds several packages; name one of them: {}", names.join(", ")),
        ));
    };
    let package = *package;
    found.extend(polis_semantic::check(&db, &[package]));
    let program = match day {
        Some(day) => polis_semantic::program_at(&db, package, day),
        None => polis_semantic::program(&db, package),
    };
    let manifest = package.manifest(&db);
    let label = manifest.display_name().to_string();
    Ok(Opened { db, package, program, as_of: day, label, source: source.to_owned(), found, note })
}

/// The jurisdictions of a sample, read for a side; `None` where findings have been written.
pub(crate) fn sample(
    path: &Utf8Path,
    side: &mut Opened,
    ctx: &mut Context<'_, '_>,
) -> Result<Option<polis_eval::World>, Failure> {
    let machine = polis_eval::Machine::new(Arc::clone(&side.program));
    let samples = polis_sim::load_samples(ctx.system, path, &mut side.db, &machine);
    let mut found = samples.diagnostics;
    if found.iter().any(|it| it.severity == polis_diagnostic::Severity::Error) {
        write_findings(&mut found, &side.db, ctx)?;
        return Ok(None);
    }
    Ok(Some(samples.world))
}

/// Two sides of one name are told apart by where they come from, or by their days.
pub(crate) fn label(opened: &mut [Opened; 2]) {
    let [a, b] = opened;
    if a.label != b.label {
        return;
    }
    for it in [a, b] {
        it.label = match (it.as_of, it.source.split_once(':')) {
            (Some(day), None) => format!("{}（{day}）", it.label),
            (Some(day), Some((revision, _))) => format!("{}（{revision}，{day}）", it.label),
            (None, Some((revision, _))) => format!("{}（{revision}）", it.label),
            (None, None) => format!("{}（{}）", it.label, it.source),
        };
    }
}

/// Reads an alignment file. Every line must name something that is there.
pub(crate) fn alignment(
    path: &Utf8PathBuf,
    sides: [&Side<'_>; 2],
    ctx: &Context<'_, '_>,
) -> Result<Vec<Declared>, Failure> {
    let bytes = ctx.system.read(path).map_err(|error| {
        ctx.usage(
            format!("无法读取对齐文件 `{path}`：{error}"),
            format!("cannot read the alignment file `{path}`: {error}"),
        )
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let mut declared = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split("//").next().unwrap_or_default().trim().trim_start_matches('\u{feff}');
        if line.is_empty() {
            continue;
        }
        let Some((first, second)) = line.split_once(['=', '＝']) else {
            return Err(ctx.usage(
                format!("{path}:{number}：每行应为 `甲名 = 乙名`，没有对应的一方写 `-`"),
                format!("{path}:{number}: a line must be `A = B`, with `-` where there is no counterpart"),
            ));
        };
        let (first, second) = (first.trim(), second.trim());
        for ((name, side), which) in [(first, sides[0]), (second, sides[1])].into_iter().zip(["甲", "乙"]) {
            if name != "-" && find(side, name).is_none() {
                let names = side.provisions.iter().map(|it| it.symbol.name.as_str());
                let near = polis_diagnostic::did_you_mean(name, names);
                let (zh, en) = near.map_or_else(Default::default, |it| {
                    (format!("；是否想写 `{it}`？"), format!("; did you mean `{it}`?"))
                });
                let package = side.package.name(side.db);
                return Err(ctx.usage(
                    format!("{path}:{number}：{which}方 `{package}` 没有条款 `{name}`{zh}"),
                    format!("{path}:{number}: package `{package}` has no provision `{name}`{en}"),
                ));
            }
        }
        declared.push(match (first, second) {
            ("-", "-") => continue,
            ("-", second) => Declared::OnlyB(second.into()),
            (first, "-") => Declared::OnlyA(first.into()),
            (first, second) => Declared::Pair(first.into(), second.into()),
        });
    }
    if declared.is_empty() {
        return Err(ctx.usage(
            format!("对齐文件 `{path}` 没有指明任何条款"),
            format!("the alignment file `{path}` names no provision"),
        ));
    }
    Ok(declared)
}
