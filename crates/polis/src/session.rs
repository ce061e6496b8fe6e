//! A package made ready to run: loaded, checked, linked, with a sample and the parameters of the call.

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{Loaded, MANIFEST_NAME, Package, PolisDatabase, SourceText, System, load};
use polis_diagnostic::{Diagnostic, Format, Severity, render, sort_and_dedup};
use polis_eval::{EntityId, Machine, Settings, World};
use polis_semantic::ir::Scenario;
use polis_semantic::items::file_items;
use polis_semantic::kinds::{Def, lowered};
use polis_sim::{BadRows, BatchSample, Norms, Rejected, Samples, load_samples_with, norms_on};
use polis_value::Date;
use salsa::Durability;

use crate::cli::Setting;
use crate::context::{Context, Failure};

/// What the call says of a run.
pub(crate) struct Request<'r> {
    /// The package's path, name or title.
    pub(crate) package: &'r Utf8Path,
    /// The sample; the scenario's, or else the manifest's where none is given.
    pub(crate) on: Option<&'r Utf8Path>,
    /// The scenario that is run.
    pub(crate) scenario: Option<&'r str>,
    /// The parameters that are set.
    pub(crate) set: &'r [Setting],
    /// The day whose law applies.
    pub(crate) as_of: Option<Date>,
    /// What happens to rows of the sample with something wrong.
    pub(crate) bad_rows: BadRows,
}

/// A package ready to run.
pub(crate) struct Session {
    pub(crate) db: PolisDatabase,
    pub(crate) package: Package,
    pub(crate) machine: Machine,
    pub(crate) world: World,
    pub(crate) settings: Settings,
    /// Where the sample lies, as shown.
    pub(crate) sample: Utf8PathBuf,
    /// The rows of it that were left out.
    pub(crate) rejected: Vec<Rejected>,
    /// How norms were kept: in the year that is asked about, or as of the day of the settings.
    pub(crate) norms: Norms,
}

/// What names and values are shown with: of a session only what several threads can share.
#[derive(Clone, Copy)]
pub(crate) struct View<'s> {
    pub(crate) machine: &'s Machine,
    pub(crate) world: &'s World,
}

/// A session, or that there is none because of findings that have been written.
pub(crate) enum Opened {
    Ready(Box<Session>),
    Findings,
    Unreadable,
}

/// A session without the jurisdictions of a large file.
pub(crate) enum InBatches {
    Ready(Box<Session>, BatchSample),
    /// The sample is smaller, or something is wrong with it, which opening it whole will tell.
    Whole,
    /// What is wrong with the other files has been written; the large one cannot be opened whole.
    Findings,
    /// What cannot be read has been written.
    Unreadable,
}

impl Session {
    /// Loads, checks and links. Findings go to standard error, so that standard output holds results only.
    pub(crate) fn open(request: &Request<'_>, ctx: &mut Context<'_, '_>) -> Result<Opened, Failure> {
        let Some(Prepared { mut db, package, machine, mut found, set }) = with_parameters(request, ctx)? else {
            return Ok(Opened::Unreadable);
        };
        if stops(&mut found, &db, ctx)? {
            return Ok(Opened::Findings);
        }
        let supposed = match request.scenario {
            Some(name) => find_scenario(&machine, name, ctx)?.sample.clone(),
            None => None,
        };
        let supposed = supposed.map(|it| package.manifest(&db).folder.join(it.as_str()));
        let sample = sample_path(request.on.or(supposed.as_deref()), package, &db, ctx)?;
        let samples = load_samples_with(ctx.system, &sample, &mut db, &machine, request.bad_rows);
        let mut found = samples.diagnostics;
        if stops(&mut found, &db, ctx)? {
            return Ok(Opened::Findings);
        }
        let settings = Settings { as_of: request.as_of, set };
        Ok(Opened::Ready(Box::new(Self {
            db,
            package,
            machine,
            world: samples.world,
            settings,
            sample,
            rejected: samples.rejected,
            norms: Norms::default(),
        })))
    }

    /// A jurisdiction by id and name, where it has one: names may occur twice, and `why` asks for the id.
    pub(crate) fn who(&self, entity: EntityId, row: u32) -> String {
        let Some(row) = self.world.row(entity, row) else { return String::new() };
        match &row.name {
            Some(name) if *name != row.id => format!("{} {name}", row.id),
            _ => row.id.to_string(),
        }
    }

    /// Holds norms against the log of the sample, as of the day of the settings or the last that the log covers.
    /// `populated` tells which entities have jurisdictions that are not at hand.
    pub(crate) fn judge_norms(&mut self, populated: &dyn Fn(EntityId) -> bool) {
        let (db, package) = (&self.db, self.package);
        let undated = polis_semantic::program(db, package);
        let of_day = |day| polis_semantic::program_at(db, package, day);
        let on = (&self.world, &self.settings);
        self.norms = norms_on(&mut self.machine, on, (&undated, &of_day), populated);
    }

    /// The same for a sample whose largest file has at least so many bytes and can be read in batches.
    pub(crate) fn open_in_batches(
        request: &Request<'_>,
        at_least: u64,
        ctx: &mut Context<'_, '_>,
    ) -> Result<InBatches, Failure> {
        let Some(prepared) = with_parameters(request, ctx)? else { return Ok(InBatches::Unreadable) };
        let Prepared { mut db, package, machine, found, set } = prepared;
        let is_error = |it: &Diagnostic| it.severity == Severity::Error;
        if found.iter().any(is_error) {
            return Ok(InBatches::Whole);
        }
        let sample = sample_path(request.on, package, &db, ctx)?;
        let opened = BatchSample::open(ctx.system, &sample, &mut db, &machine, (at_least, request.bad_rows));
        let Some((batches, samples)) = opened else { return Ok(InBatches::Whole) };
        if samples.diagnostics.iter().any(is_error) {
            if !batches.is_too_large(ctx.system) {
                return Ok(InBatches::Whole);
            }
            let mut found = samples.diagnostics;
            found.extend(batches.findings(ctx.system, &mut db, &machine, &samples.world));
            stops(&mut found, &db, ctx)?;
            return Ok(InBatches::Findings);
        }
        let settings = Settings { as_of: request.as_of, set };
        let Samples { world, rejected, .. } = samples;
        let session = Self { db, package, machine, world, settings, sample, rejected, norms: Norms::default() };
        Ok(InBatches::Ready(Box::new(session), batches))
    }

    /// What names and values are shown with.
    pub(crate) fn view(&self) -> View<'_> {
        View { machine: &self.machine, world: &self.world }
    }

    /// What values of parameters are, each read like one of `--set`; `None` where findings have been written.
    pub(crate) fn evaluate(
        &mut self,
        values: &[Setting],
        ctx: &mut Context<'_, '_>,
    ) -> Result<Option<Vec<(polis_eval::ParamId, polis_value::Value)>>, Failure> {
        let mut found = Vec::new();
        let mut evaluated = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let (db, machine) = (&mut self.db, &mut self.machine);
            // A file for each: one that sets a parameter twice would be wrong.
            let file = format!("--sweep {}", index + 1);
            let one = std::slice::from_ref(value);
            evaluated.extend(read_settings(&file, db, self.package, machine, one, &mut found));
            if stops(&mut found, &self.db, ctx)? {
                return Ok(None);
            }
        }
        Ok(Some(evaluated))
    }

    /// What a text says as a value of a type that is spelled `ty`; `None` where findings have been written.
    pub(crate) fn value_of(
        &mut self,
        option: &str,
        ty: &str,
        text: &str,
        ctx: &mut Context<'_, '_>,
    ) -> Result<Option<polis_value::Value>, Failure> {
        let name = self.package.name(&self.db);
        let source = format!("参数 `{option}`: {ty} {{\n  值: {text}\n}}\n");
        let file = self.db.add_file(option, &name, SourceText::Text(source.into()), Durability::LOW);
        let mut found = polis_semantic::file_diagnostics(&self.db, file).to_vec();
        if stops(&mut found, &self.db, ctx)? {
            return Ok(None);
        }
        for item in file_items(&self.db, file) {
            for def in &lowered(&self.db, *item).defs {
                if let Def::Param(param) = def
                    && let Some(value) = &param.value
                {
                    let question = self.machine.question(&param.meta.symbol, value);
                    let run = polis_eval::Run::new(&self.machine, &self.world, self.settings.clone());
                    if let Ok(value) = run.figure(&question) {
                        return Ok(Some(value));
                    }
                }
            }
        }
        Err(ctx.usage(
            format!("`{option}` 的值 `{text}` 不能计算"),
            format!("the value `{text}` of `{option}` cannot be computed"),
        ))
    }

    /// The jurisdiction with this id or name among `entity`'s.
    pub(crate) fn jurisdiction(&self, entity: EntityId, id: &str, ctx: &Context<'_, '_>) -> Result<u32, Failure> {
        if let Some(row) = self.world.find(entity, id) {
            return Ok(row);
        }
        let name = self.machine.entity_name(entity);
        let ids = self.world.rows(entity).iter().flat_map(|it| std::iter::once(&it.id).chain(&it.name));
        let near = polis_diagnostic::did_you_mean(id, ids.map(smol_str::SmolStr::as_str));
        let (zh, en) = match near {
            Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
            None => (String::new(), String::new()),
        };
        let sample = &self.sample;
        Err(ctx.usage(
            format!("样本 `{sample}` 中没有编号或名称为 `{id}` 的 `{name}`{zh}"),
            format!("the sample `{sample}` has no `{name}` with the id or name `{id}`{en}"),
        ))
    }
}

/// Where the sample of a call lies.
fn sample_path(
    on: Option<&Utf8Path>,
    package: Package,
    db: &PolisDatabase,
    ctx: &Context<'_, '_>,
) -> Result<Utf8PathBuf, Failure> {
    match (on, package.manifest(db).samples_path()) {
        (Some(on), _) => Ok(on.to_owned()),
        (None, Some(path)) => Ok(path),
        (None, None) => {
            Err(ctx.usage(
                format!("包 `{0}` 没有缺省样本；请用 `--on 文件夹` 指明，或在 `polis.toml` 中写 `[samples]` `default`", package.name(db)),
                format!("package `{0}` has no default sample; name one with `--on FOLDER`, or write `default` under `[samples]` in `polis.toml`", package.name(db)),
            ))
        }
    }
}

/// What a call says of parameters is read with the package.
fn with_parameters(request: &Request<'_>, ctx: &mut Context<'_, '_>) -> Result<Option<Prepared>, Failure> {
    let Some(mut prepared) = prepare(request.package, request.as_of, ctx)? else { return Ok(None) };
    let Prepared { db, package, machine, found, set } = &mut prepared;
    *set = set_parameters(db, *package, machine, request.set, found);
    Ok(Some(prepared))
}

/// The package's scenario of this name.
pub(crate) fn find_scenario<'m>(
    machine: &'m Machine,
    name: &str,
    ctx: &Context<'_, '_>,
) -> Result<&'m Scenario, Failure> {
    let all = &machine.program().scenarios;
    if let Some(found) = all.iter().find(|it| it.meta.symbol.name == name || it.meta.title.as_deref() == Some(name)) {
        return Ok(found);
    }
    let names = || all.iter().map(|it| it.meta.symbol.name.as_str());
    let (zh, en) = match polis_diagnostic::did_you_mean(name, names()) {
        Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
        None if all.is_empty() => ("；本包没有情景".to_owned(), "; the package has none".to_owned()),
        None => {
            let all: Vec<String> = names().map(|it| format!("`{it}`")).collect();
            (format!("；本包有 {}", all.join("、")), format!("; the package has {}", all.join(", ")))
        }
    };
    Err(ctx.usage(format!("没有名为 `{name}` 的情景{zh}"), format!("there is no scenario `{name}`{en}")))
}

/// A package that has been loaded, checked and linked, whatever was found.
pub(crate) struct Prepared {
    pub(crate) db: PolisDatabase,
    pub(crate) package: Package,
    pub(crate) machine: Machine,
    pub(crate) found: Vec<Diagnostic>,
    /// The parameters that the call sets.
    pub(crate) set: Vec<(polis_eval::ParamId, polis_value::Value)>,
}

impl Prepared {
    /// The package, unless there are errors, which are then written.
    pub(crate) fn without_errors(mut self, ctx: &mut Context<'_, '_>) -> Result<Option<Self>, Failure> {
        Ok(if stops(&mut self.found, &self.db, ctx)? { None } else { Some(self) })
    }

    /// The package with parameters set on it, unless there are errors, which are then written.
    pub(crate) fn with(mut self, set: &[Setting], ctx: &mut Context<'_, '_>) -> Result<PreparedWith, Failure> {
        let Self { db, package, machine, found, .. } = &mut self;
        let set = set_parameters(db, *package, machine, set, found);
        Ok(self.without_errors(ctx)?.map(|it| (it, set)))
    }
}

/// Parameters with the values that they are set to.
pub(crate) type Set = Vec<(polis_eval::ParamId, polis_value::Value)>;

/// What [`prepare_with`] leads to: a package with the parameters that are set, or nothing where findings have been written.
pub(crate) type PreparedWith = Option<(Prepared, Set)>;

/// A package without errors and parameters set on it; `None` where the package cannot be read, which has been written.
pub(crate) fn prepare_with(
    path: &Utf8Path,
    as_of: Option<Date>,
    set: &[Setting],
    ctx: &mut Context<'_, '_>,
) -> Result<Option<PreparedWith>, Failure> {
    let Some(prepared) = prepare(path, as_of, ctx)? else { return Ok(None) };
    prepared.with(set, ctx).map(Some)
}

/// Loads, checks and links the one package that a path, name or title leads to; `None` where that cannot be read, which
/// has then been written.
pub(crate) fn prepare(
    path: &Utf8Path,
    as_of: Option<Date>,
    ctx: &mut Context<'_, '_>,
) -> Result<Option<Prepared>, Failure> {
    let Loaded { db, targets, diagnostics, .. } = load(ctx.system, &locate(path, ctx.system));
    let mut found = diagnostics;
    let [package] = targets.as_slice() else {
        if targets.is_empty() {
            write_findings(&mut found, &db, ctx)?;
            return Ok(None);
        }
        let names: Vec<String> = targets.iter().map(|it| format!("`{}`", it.name(&db))).collect();
        return Err(ctx.usage(
            format!("`{}` 有多个包，请指明其中一个：{}", path, names.join("、")),
            format!("`{}` holds several packages; name one of them: {}", path, names.join(", ")),
        ));
    };
    let package = *package;
    // Everything that the package rests on is run, so everything is checked.
    for other in polis_semantic::scope::visible(&db, package) {
        found.extend(polis_semantic::check(&db, &[*other]));
    }
    let program = match as_of {
        Some(day) => polis_semantic::program_at(&db, package, day),
        None => polis_semantic::program(&db, package),
    };
    let machine = Machine::new(program);
    Ok(Some(Prepared { db, package, machine, found, set: Vec::new() }))
}

/// Where a package lies that is named by its path, or by its name or title in the workspace around or below.
pub(crate) fn locate(package: &Utf8Path, system: &dyn System) -> Utf8PathBuf {
    if system.is_dir(package) || system.is_file(package) {
        return package.to_owned();
    }
    let mut workspaces = vec![Utf8PathBuf::from(".")];
    if let Ok(entries) = system.read_dir(Utf8Path::new(".")) {
        let folders = entries.iter().filter(|it| it.is_dir).map(|it| Utf8PathBuf::from(&it.name));
        workspaces.extend(folders.filter(|it| system.is_file(&it.join(MANIFEST_NAME))));
    }
    for workspace in workspaces {
        let loaded = load(system, &workspace);
        let named = loaded.targets.iter().find(|it| {
            it.name(&loaded.db) == package.as_str()
                || it.manifest(&loaded.db).title.as_deref() == Some(package.as_str())
        });
        if let Some(found) = named {
            return found.manifest(&loaded.db).folder.clone();
        }
    }
    package.to_owned()
}

/// Reads `--set NAME=VALUE` as a test that sets parameters, so that it is typed and reported like any other text.
fn set_parameters(
    db: &mut PolisDatabase,
    package: Package,
    machine: &mut Machine,
    set: &[Setting],
    found: &mut Vec<Diagnostic>,
) -> Vec<(polis_eval::ParamId, polis_value::Value)> {
    read_settings("--set", db, package, machine, set, found)
}

/// The same for what another option sets.
fn read_settings(
    option: &str,
    db: &mut PolisDatabase,
    package: Package,
    machine: &mut Machine,
    set: &[Setting],
    found: &mut Vec<Diagnostic>,
) -> Vec<(polis_eval::ParamId, polis_value::Value)> {
    if set.is_empty() {
        return Vec::new();
    }
    let lines: Vec<String> = set.iter().map(|it| format!("  设定 {}: {}", it.name, it.value)).collect();
    let text = format!("测试 \"--set\" {{\n{}\n  预期: 是\n}}\n", lines.join("\n"));
    let name = package.name(db);
    let file = db.add_file(option, &name, SourceText::Text(text.into()), Durability::LOW);
    found.extend(polis_semantic::file_diagnostics(db, file).iter().cloned());
    for item in file_items(db, file) {
        for def in &lowered(db, *item).defs {
            if let Def::Test(test) = def {
                return machine.settings(test);
            }
        }
    }
    Vec::new()
}

/// Writes findings, and says whether they stop the run: errors do.
fn stops(found: &mut Vec<Diagnostic>, db: &PolisDatabase, ctx: &mut Context<'_, '_>) -> Result<bool, Failure> {
    let stops = found.iter().any(|it| it.severity == Severity::Error);
    if stops {
        write_findings(found, db, ctx)?;
    }
    Ok(stops)
}

/// Writes findings to standard error.
pub(crate) fn write_findings(
    found: &mut Vec<Diagnostic>,
    db: &PolisDatabase,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    sort_and_dedup(found, db);
    let format = Format::Full(ctx.full_err());
    Ok(render(format, found, db, ctx.locale, ctx.err)?)
}
