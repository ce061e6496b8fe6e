//! `polis compare`: the provisions of several cities on the same jurisdictions, side by side.

use std::collections::BTreeMap;
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::{Locale, did_you_mean};
use polis_eval::{EntityId, Machine, Run, Settings};
use polis_sim::{
    About, Aspect, BadRows, Cell, City, Column, Compared, Matter, Simulation, Standing, compare, simulate,
};
use polis_value::Date;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::transplant::{Moved, carried};
use super::{Form, TEXT_FORMS, deliver, not_in_parquet, report, report_errors, set_lines, tables};
use crate::cli::Setting;
use crate::context::{Context, Failure, pick};
use crate::session::{Opened, Prepared, Request, Session, Set, locate, prepare};
use crate::table::{self, Table, TableOptions};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    /// The packages' names or paths.
    packages: Vec<Utf8PathBuf>,
    /// The sample; that of the first package where none is given.
    on: Option<Utf8PathBuf>,
    /// The parameters that are set, in each city that has them.
    set: Vec<Setting>,
    /// The day whose law applies.
    as_of: Option<Date>,
    /// The form of output.
    form: Form,
    /// Where the result goes; standard output where none is given.
    out: Option<Utf8PathBuf>,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "把几个城市的条款放在同一样本上对照：差别，谁多谁少",
        "Put several cities' provisions side by side on one sample",
    );
    let help = pick(locale, "两个以上的包，名称或路径", "Two packages or more, by name or path");
    cli::command(locale, "compare", about, pick(locale, "[选项] <包>…", "[OPTIONS] <PACKAGE>…"))
        .arg(
            cli::positional(locale, "packages", pick(locale, "包", "PACKAGE"), help)
                .required(true)
                .num_args(2..)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(
            Arg::new("on")
                .long("on")
                .value_name(pick(locale, "样本", "SAMPLE"))
                .help(pick(
                    locale,
                    "样本所在的文件夹或文件 [默认：第一个包的缺省样本]",
                    "The folder or file of the sample [default: the first package's default]",
                ))
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, TEXT_FORMS))
        .arg(super::out(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            packages: matches.get_many("packages").into_iter().flatten().cloned().collect(),
            on: matches.get_one("on").cloned(),
            set: cli::settings_of(matches),
            as_of: matches.get_one("as-of").copied(),
            form: cli::format_of(matches, TEXT_FORMS),
            out: matches.get_one("out").cloned(),
        }
    }
}

/// A city with the jurisdictions that were read for another.
pub(super) struct Guest {
    pub(super) title: String,
    pub(super) session: Session,
    pub(super) moved: Moved,
    pub(super) results: Simulation,
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let home = home(args, ctx);
    let request = Request {
        package: home,
        on: args.on.as_deref(),
        scenario: None,
        set: &[],
        as_of: args.as_of,
        bad_rows: BadRows::Stop,
    };
    let home = match Session::open(&request, ctx)? {
        Opened::Ready(session) => *session,
        Opened::Findings => return Ok(Exit::Findings),
        Opened::Unreadable => return Ok(Exit::Usage),
    };
    let mut cities: Vec<(Prepared, Set)> = Vec::new();
    let mut found = vec![false; args.set.len()];
    let mut params: Vec<SmolStr> = Vec::new();
    for path in &args.packages {
        let Some(prepared) = prepare(path, args.as_of, ctx)? else { return Ok(Exit::Usage) };
        let set = own_settings(&args.set, &prepared, &mut found);
        params.extend(names(&prepared.machine));
        let Some(city) = prepared.with(&set, ctx)? else { return Ok(Exit::Findings) };
        cities.push(city);
    }
    if let Some((setting, _)) = args.set.iter().zip(&found).find(|it| !it.1) {
        return Err(no_such_param(&setting.name, &params, ctx));
    }
    let mut guests: Vec<Guest> = Vec::new();
    for (prepared, set) in cities {
        let (world, moved) = carried(&home, &prepared.machine);
        let (db, package, machine) = (prepared.db, prepared.package, prepared.machine);
        let settings = Settings { as_of: args.as_of, set };
        let manifest = package.manifest(&db);
        let title = manifest.display_name().to_string();
        let session = Session {
            db,
            package,
            machine,
            world,
            settings,
            sample: home.sample.clone(),
            rejected: Vec::new(),
            norms: polis_sim::Norms::default(),
        };
        let results = simulate(&Run::new(&session.machine, &session.world, session.settings.clone()));
        guests.push(Guest { title, session, moved, results });
    }
    let cities: Vec<City<'_>> = guests
        .iter()
        .map(|it| City { machine: &it.session.machine, entities: &it.moved.entities, results: &it.results })
        .collect();
    let compared = compare(home.machine.entity_ids(), &cities);
    if compared.is_empty() {
        return Err(super::nothing(&home, ctx));
    }
    let view = View { home: &home, guests: &guests, cities: &cities, locale: ctx.locale };
    let mut bytes = Vec::new();
    match args.form {
        Form::Table => {
            let color = args.out.is_none() && ctx.colors();
            view.write(&compared, args.as_of, color, &mut bytes)?;
        }
        Form::Json => writeln!(bytes, "{:#}", view.json(&compared, args.as_of))?,
        Form::Html => bytes = report::bytes(&report::compare::page(&view, &compared, args.as_of, ctx))?,
        Form::Parquet => return Err(not_in_parquet(ctx)),
        Form::Csv => {
            if args.out.is_some() {
                bytes.extend_from_slice("\u{feff}".as_bytes());
            }
            view.csv(&compared, &mut bytes)?;
        }
    }
    deliver(args.out.as_deref(), &bytes, ctx)?;
    let mut errors = false;
    for guest in &guests {
        errors |= report_errors(&guest.session, &guest.results.errors, ctx)?;
    }
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// The parameters of a city that can be set, by name.
fn names(machine: &Machine) -> impl Iterator<Item = SmolStr> {
    machine.param_ids().filter_map(|it| machine.param_def(it)).map(|it| it.meta.symbol.name.clone())
}

/// What is set of a city's parameters, of those that it has; marks what is found. `city.param` is that of one city.
fn own_settings(set: &[Setting], city: &Prepared, found: &mut [bool]) -> Vec<Setting> {
    let package = city.package.name(&city.db);
    let own = |it: &Setting| {
        let name = it.name.strip_prefix(package.as_str()).and_then(|it| it.strip_prefix('.')).unwrap_or(&it.name);
        let def = || city.machine.param_ids().filter_map(|it| city.machine.param_def(it));
        let is_there = def().any(|it| {
            let meta = &it.meta;
            meta.symbol.name == name || meta.title.as_deref() == Some(name) || meta.symbol.to_string() == name
        });
        is_there.then(|| Setting { name: name.to_owned(), value: it.value.clone() })
    };
    let mut owned = Vec::new();
    for (setting, found) in set.iter().zip(found) {
        if let Some(own) = own(setting) {
            *found = true;
            owned.push(own);
        }
    }
    owned
}

/// None of the cities has the parameter.
fn no_such_param(name: &str, params: &[SmolStr], ctx: &Context<'_, '_>) -> Failure {
    let (zh, en) = match did_you_mean(name, params.iter().map(SmolStr::as_str)) {
        Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
        None => (String::new(), String::new()),
    };
    ctx.usage(
        format!("`--set`：所对照的城市都没有参数 `{name}`{zh}"),
        format!("`--set`: none of the cities has a parameter `{name}`{en}"),
    )
}

/// The package whose words the sample is in: the one in whose folder it lies, else the first.
fn home<'a>(args: &'a Args, ctx: &Context<'_, '_>) -> &'a Utf8Path {
    let whole = |it: &Utf8Path| ctx.system.current_dir().unwrap_or_default().join(it);
    let lies_in =
        |it: &&Utf8PathBuf| args.on.as_deref().is_some_and(|on| whole(on).starts_with(whole(&locate(it, ctx.system))));
    args.packages.iter().find(lies_in).or_else(|| args.packages.first()).map_or(Utf8Path::new("."), |it| it)
}

/// What is needed to show a comparison.
pub(super) struct View<'v> {
    pub(super) home: &'v Session,
    pub(super) guests: &'v [Guest],
    pub(super) cities: &'v [City<'v>],
    pub(super) locale: Locale,
}

impl View<'_> {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    fn write(&self, compared: &[Compared], as_of: Option<Date>, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let titles: Vec<&str> = self.guests.iter().map(|it| it.title.as_str()).collect();
        let sample = &self.home.sample;
        let (law_zh, law_en) = match as_of {
            Some(day) => (format!("按 {day} 有效的条款"), format!("provisions in force on {day}")),
            None => ("按最新的条款".to_owned(), "latest provisions".to_owned()),
        };
        let zh = format!("{}：样本 `{sample}`，{law_zh}", titles.join("、"));
        writeln!(out, "{}", self.pick(zh, format!("{}: sample `{sample}`, {law_en}", titles.join(", "))))?;
        for guest in self.guests {
            let mut lines = Vec::new();
            set_lines(&guest.session, self.locale, &mut lines)?;
            for line in String::from_utf8_lossy(&lines).lines() {
                writeln!(out, "{}{}{line}", guest.title, self.pick("：", ": "))?;
            }
        }
        let options = TableOptions { color, indent: 2, ..TableOptions::default() };
        for of_entity in compared {
            let entity = self.home.machine.entity_name(of_entity.entity);
            let rows = self.home.world.rows(of_entity.entity);
            let mut table = Table::new(
                [("编号", "id"), ("名称", "name"), ("事项", "matter")]
                    .map(|it| table::Column::left(self.pick(it.0, it.1)))
                    .into_iter()
                    .chain(titles.iter().map(|it| table::Column::left(*it).at_most(40))),
            );
            let mut unknown = 0;
            for (index, row) in rows.iter().enumerate() {
                for matter in &of_entity.matters {
                    if self.is_unknown(matter, index) {
                        unknown += 1;
                        continue;
                    }
                    let mut line =
                        vec![row.id.to_string(), row.name.clone().unwrap_or_default().to_string(), self.about(matter)];
                    line.extend((0..self.guests.len()).map(|city| self.answer(matter, city, index)));
                    table.row(line);
                }
            }
            let count = rows.len();
            let title = self.pick(format!("{entity}（{count} 个）"), format!("{entity} ({count})"));
            writeln!(out, "\n{title}")?;
            if !table.is_empty() {
                table.write(out, options)?;
            }
            if unknown > 0 {
                let zh = format!("  另 {unknown} 项各城市都未知");
                writeln!(out, "{}", self.pick(zh, format!("  {unknown} more are unknown in every city")))?;
            }
            for (guest, alone) in self.guests.iter().zip(&of_entity.alone).filter(|it| *it.1 > 0) {
                let title = &guest.title;
                let zh = format!("  只有 {title} 规定的：{alone} 项结果");
                let results = crate::commands::check::plural(*alone, "result");
                writeln!(out, "{}", self.pick(zh, format!("  only in {title}: {results}")))?;
            }
            self.winners(of_entity, out)?;
        }
        let note = self.pick(
            "↑ ↓ 比第一个有此规定的城市多（好）或少（差）",
            "↑ ↓ more (better) or less (worse) than in the first city that has it",
        );
        writeln!(out, "\n{note}")?;
        for guest in self.guests {
            for line in guest.moved.lines(self.locale) {
                let title = &guest.title;
                writeln!(out, "{}", self.pick(format!("{title} 没有：{line}"), format!("{title} has no {line}")))?;
            }
        }
        Ok(())
    }

    /// Who gets more and who gets less under each city, against the first that has the matter.
    fn winners(&self, of_entity: &Compared, out: &mut dyn Write) -> io::Result<()> {
        for (city, guest) in self.guests.iter().enumerate() {
            let (mut more, mut less, mut same) = (BTreeMap::new(), BTreeMap::new(), 0);
            for matter in &of_entity.matters {
                for (row, standing) in matter.standing.iter().enumerate() {
                    match standing.get(city) {
                        Some(Standing::More) => *more.entry(row).or_insert(0_usize) += 1,
                        Some(Standing::Less) => *less.entry(row).or_insert(0_usize) += 1,
                        Some(Standing::Same) => same += 1,
                        _ => {}
                    }
                }
            }
            if more.is_empty() && less.is_empty() && same == 0 {
                continue;
            }
            let part = |zh: &str, en: &str, all: &BTreeMap<usize, usize>| {
                let sum: usize = all.values().sum();
                if sum == 0 { String::new() } else { self.named(sum, zh, en, of_entity.entity, all) }
            };
            let (up, down) = (part("多", "more", &more), part("少", "less", &less));
            let same =
                if same == 0 { String::new() } else { self.pick(format!("相同 {same} 项"), format!("{same} same")) };
            let parts: Vec<String> = [up, down, same].into_iter().filter(|it| !it.is_empty()).collect();
            let (title, parts) = (&guest.title, parts.join(self.pick("；", "; ")));
            writeln!(out, "{}", self.pick(format!("  {title}：{parts}"), format!("  {title}: {parts}")))?;
        }
        Ok(())
    }

    /// `多 3 项（九龙街道）`.
    fn named(&self, sum: usize, zh: &str, en: &str, entity: EntityId, all: &BTreeMap<usize, usize>) -> String {
        let rows = self.home.world.rows(entity);
        let name = |row: &usize| rows.get(*row).map(|it| it.name.clone().unwrap_or_else(|| it.id.clone()).to_string());
        let names: Vec<String> = all.keys().take(6).filter_map(name).collect();
        let etc = if all.len() > names.len() { self.pick(" 等", " …") } else { "" };
        let names = format!("{}{etc}", names.join(self.pick("、", ", ")));
        self.pick(format!("{zh} {sum} 项（{names}）"), format!("{sum} {en} ({names})"))
    }

    pub(super) fn about(&self, matter: &Matter) -> String {
        let name = match &matter.about {
            About::Concept(concept) => concept.name.as_str(),
            About::Provision(_, name) => name.as_str(),
        };
        match matter.aspect {
            Aspect::Value(_) => name.to_owned(),
            Aspect::Actual(_) => self.pick(format!("{name} 实有"), format!("{name} actual")),
            Aspect::Verdict => self.pick(format!("{name} 结果"), format!("{name} result")),
        }
    }

    pub(super) fn is_unknown(&self, matter: &Matter, row: usize) -> bool {
        let known = |cell: &Cell| match cell {
            Cell::Value(value) => !value.is_unknown(),
            Cell::Verdict(verdict, _) => verdict.outcome != polis_eval::Outcome::Unknown,
            Cell::Error(_) => true,
        };
        !(0..self.cities.len()).any(|city| matter.cells(city, row, self.cities).iter().any(|it| known(it.1)))
    }

    /// A city's answer for reading: several are named.
    pub(super) fn answer(&self, matter: &Matter, city: usize, row: usize) -> String {
        let Some(guest) = self.guests.get(city) else { return String::new() };
        let cells = matter.cells(city, row, self.cities);
        let text = |it: &(&Column, &Cell)| tables::text(guest.session.view(), it.0, it.1, self.locale);
        let text = match cells.as_slice() {
            [] => return "—".to_owned(),
            [one] => text(one),
            several => {
                let colon = self.pick("：", ": ");
                let named = several.iter().map(|it| format!("{}{colon}{}", it.0.symbol.name, text(it)));
                named.collect::<Vec<_>>().join(self.pick("；", "; "))
            }
        };
        match Self::standing(matter, city, row) {
            Standing::More => format!("{text} ↑"),
            Standing::Less => format!("{text} ↓"),
            _ => text,
        }
    }

    pub(super) fn standing(matter: &Matter, city: usize, row: usize) -> Standing {
        matter.standing.get(row).and_then(|it| it.get(city)).copied().unwrap_or(Standing::Absent)
    }

    /// Every answer, a line each: what programs compare further.
    fn csv(&self, compared: &[Compared], out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        let head = self.pick(
            ["对象", "编号", "名称", "事项", "城市", "条款", "结果", "对比"],
            ["entity", "id", "name", "matter", "city", "provision", "result", "standing"],
        );
        writer.write_record(head)?;
        self.each(compared, &mut |entity, row, matter, city, (column, cell), standing| {
            let guest = self.guests.get(city);
            let result = guest.map(|it| tables::text(it.session.view(), column, cell, self.locale)).unwrap_or_default();
            writer.write_record([
                self.home.machine.entity_name(entity).as_str(),
                &row.id,
                row.name.as_deref().unwrap_or(""),
                &self.about(matter),
                guest.map_or("", |it| it.title.as_str()),
                &column.symbol.to_string(),
                &result,
                standing_word(standing),
            ])?;
            Ok(())
        })?;
        writer.flush()
    }

    fn json(&self, compared: &[Compared], as_of: Option<Date>) -> Json {
        let mut results = Vec::new();
        let collected = self.each(compared, &mut |entity, row, matter, city, (column, cell), standing| {
            let guest = self.guests.get(city);
            results.push(json!({
                "entity": self.home.machine.entity_name(entity).as_str(),
                "id": row.id.as_str(),
                "matter": self.about(matter),
                "package": guest.map(|it| it.session.package.name(&it.session.db).to_string()),
                "provision": column.symbol.to_string(),
                "result": guest.map(|it| tables::text(it.session.view(), column, cell, self.locale)),
                "standing": standing_word(standing),
            }));
            Ok(())
        });
        debug_assert!(collected.is_ok(), "memory takes whatever is put there");
        let cities: Vec<Json> = self
            .guests
            .iter()
            .map(|it| {
                json!({
                    "package": it.session.package.name(&it.session.db).as_str(),
                    "title": it.title,
                    "lost": it.moved.lines(self.locale),
                })
            })
            .collect();
        json!({
            "sample": self.home.sample.as_str(),
            "as_of": as_of.map(|it| it.to_string()),
            "cities": cities,
            "results": results,
        })
    }

    fn each(&self, compared: &[Compared], take: &mut Take<'_>) -> io::Result<()> {
        for of_entity in compared {
            for (index, row) in self.home.world.rows(of_entity.entity).iter().enumerate() {
                for matter in &of_entity.matters {
                    for city in 0..self.cities.len() {
                        for cell in matter.cells(city, index, self.cities) {
                            take(of_entity.entity, row, matter, city, cell, Self::standing(matter, city, index))?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is done with an answer: entity, jurisdiction, matter, city, result, standing.
type Take<'t> =
    dyn FnMut(EntityId, &polis_eval::Row, &Matter, usize, (&Column, &Cell), Standing) -> io::Result<()> + 't;

/// The word of programs, the same in both languages.
const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::First => "first",
        Standing::More => "more",
        Standing::Less => "less",
        Standing::Same => "same",
        Standing::Other => "other",
        Standing::Open => "open",
        Standing::Absent => "",
    }
}
