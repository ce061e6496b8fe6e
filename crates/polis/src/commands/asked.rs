//! What `polis why` and `polis why-not` ask about: a provision for one jurisdiction, in the present or in a year.

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_eval::{ConstraintId, EntityId, RuleId};
use polis_semantic::ir::Scenario;
use polis_semantic::program_switched;
use polis_semantic::versions::Switches;
use polis_sim::{YearsPlan, run_years};
use polis_value::Date;

use super::simulate;
use crate::Exit;
use crate::cli::{self, Setting};
use crate::context::{Context, Failure, pick};
use crate::session::{Opened, Request, Session, find_scenario};

/// The arguments that both commands have.
pub(crate) struct Asked {
    /// The package's name or path.
    package: Utf8PathBuf,
    /// The provision.
    pub(crate) name: String,
    /// The jurisdiction, by its id in the sample.
    id: String,
    /// The sample; the manifest's where none is given.
    on: Option<Utf8PathBuf>,
    /// The parameters that are set, in the order of the line.
    set: Vec<Setting>,
    /// The day whose law applies.
    as_of: Option<Date>,
    /// The scenario that is run up to the year.
    scenario: Option<String>,
    /// The year at whose end it is asked.
    year: Option<i16>,
}

/// What the name is of.
pub(crate) enum Target {
    /// A rule, quota or structure with a value.
    Rule(RuleId),
    /// What a provision demands.
    Constraints(Vec<ConstraintId>),
    /// How a norm was kept in the year: the places of its tables.
    Norm(Vec<usize>),
}

/// A definition with the arguments that both commands have.
pub(crate) fn arguments(locale: Locale, command: Command) -> Command {
    let name = pick(
        locale,
        "规则、员额、要求等条款的名称",
        "The name of a rule, quota, requirement or other provision with a result",
    );
    let id = pick(locale, "辖区在样本中的编号", "The jurisdiction's id in the sample");
    let year = pick(locale, "在该年年末，如 2023", "At the end of this year, such as 2023");
    let scenario = pick(
        locale,
        "按情景推演到 `--year` 那一年 [默认：情景的最后一年]",
        "Run this scenario up to `--year` [default: its last year]",
    );
    let parse_year = move |text: &str| -> Result<i16, String> {
        let wrong = || pick(locale, "应为一个年度，如 2023", "it must be a year such as 2023").to_owned();
        match simulate::parse_years(text) {
            Some((first, last)) if first == last => Ok(first),
            _ => Err(wrong()),
        }
    };
    command
        .arg(simulate::package(locale))
        .arg(cli::positional(locale, "name", pick(locale, "名称", "NAME"), name).required(true).display_order(1))
        .arg(Arg::new("for").long("for").value_name(pick(locale, "编号", "ID")).help(id).required(true))
        .arg(cli::sample(locale))
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(
            Arg::new("year")
                .long("year")
                .value_name(pick(locale, "年度", "YEAR"))
                .help(year)
                .conflicts_with("as-of")
                .value_parser(parse_year),
        )
        .arg(
            Arg::new("scenario")
                .long("scenario")
                .value_name(pick(locale, "情景", "SCENARIO"))
                .help(scenario)
                .conflicts_with("as-of"),
        )
}

impl Asked {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            package: matches.get_one("package").cloned().unwrap_or_default(),
            name: matches.get_one("name").cloned().unwrap_or_default(),
            id: matches.get_one("for").cloned().unwrap_or_default(),
            on: matches.get_one("on").cloned(),
            set: cli::settings_of(matches),
            as_of: matches.get_one("as-of").copied(),
            scenario: matches.get_one("scenario").cloned(),
            year: matches.get_one("year").copied(),
        }
    }

    /// Opens the package with the jurisdictions as they are in the year that is asked about; or how the call ends, where
    /// findings have been written.
    pub(crate) fn open(&self, ctx: &mut Context<'_, '_>) -> Result<Result<Session, Exit>, Failure> {
        let request = Request {
            package: &self.package,
            on: self.on.as_deref(),
            scenario: self.scenario.as_deref(),
            set: &self.set,
            as_of: self.as_of,
            bad_rows: polis_sim::BadRows::Stop,
        };
        let session = match Session::open(&request, ctx)? {
            Opened::Ready(session) => *session,
            Opened::Findings => return Ok(Err(Exit::Findings)),
            Opened::Unreadable => return Ok(Err(Exit::Usage)),
        };
        self.in_year(session, ctx).map(Ok)
    }

    fn in_year(&self, mut session: Session, ctx: &Context<'_, '_>) -> Result<Session, Failure> {
        let scenario: Option<Scenario> = match &self.scenario {
            Some(name) => Some(find_scenario(&session.machine, name, ctx)?.clone()),
            None => None,
        };
        let year = |it: i64| i16::try_from(it).ok();
        let own = scenario.as_ref().and_then(|it| Some((year(it.years.0)?, year(it.years.1)?)));
        let years = match (own, self.year) {
            (Some((first, _)), Some(year)) => (first.min(year), year),
            (Some(years), None) => years,
            (None, Some(year)) => (year, year),
            (None, None) => {
                let is_asked = |it: &polis_semantic::Symbol| it.name == self.name || it.to_string() == self.name;
                // Holding every norm against a long log is for who asks about one.
                if session.machine.program().norms.iter().any(|it| is_asked(&it.meta.symbol)) {
                    session.judge_norms(&|_| false);
                }
                return Ok(session);
            }
        };
        let switches =
            scenario.as_ref().map(|it| Switches { on: it.enable.clone(), off: it.disable.clone() }).unwrap_or_default();
        let world = std::mem::take(&mut session.world);
        let ran = {
            let program = |day| program_switched(&session.db, session.package, day, &switches);
            let plan = YearsPlan {
                years,
                scenario: scenario.as_ref(),
                set: &session.settings.set,
                program: &program,
                stop: &|| false,
            };
            run_years(&session.machine, world, &plan)
        };
        let ran = ran.map_err(|error| simulate::refusal(&session, &error, ctx))?;
        if let Some(last) = ran.into_iter().next_back() {
            session.norms = last.norms;
            session.machine = last.machine;
            session.world = last.world;
            session.settings = last.settings;
        }
        Ok(session)
    }

    /// The provision of this name: the package's own first, `package.name` for another's.
    pub(crate) fn target(&self, session: &Session, ctx: &Context<'_, '_>) -> Result<Target, Failure> {
        let (machine, name) = (&session.machine, &self.name);
        let is = |it: &polis_semantic::Symbol| it.name == *name || it.to_string() == *name;
        if let Some(rule) = machine.rule_ids().find(|it| machine.rule_def(*it).is_some_and(|it| is(&it.meta.symbol))) {
            return Ok(Target::Rule(rule));
        }
        let of = |it: &ConstraintId| machine.constraint_def(*it).map(|it| &it.meta.symbol);
        if let Some(symbol) = machine.constraint_ids().find_map(|it| of(&it).filter(|it| is(it)).cloned()) {
            return Ok(Target::Constraints(machine.constraint_ids().filter(|it| of(it) == Some(&symbol)).collect()));
        }
        let tables = session.norms.tables.iter();
        if let Some(symbol) = tables.clone().map(|it| &it.symbol).find(|it| is(it)) {
            let own = tables.enumerate().filter(|it| it.1.symbol == *symbol).map(|it| it.0);
            return Ok(Target::Norm(own.collect()));
        }
        let norms = || machine.program().norms.iter().map(|it| &it.meta.symbol);
        if norms().any(is) {
            return Err(ctx.usage(
                format!("规范 `{name}` 要对照事件记录核对：样本要有事件记录，`--as-of` 或 `--year` 指明核对哪一年；没有频次和期限的规范无从核对"),
                format!("norm `{name}` is held against a log of events: the sample has to have one, and `--as-of` or `--year` say which year; one without frequency and deadline is not judged"),
            ));
        }
        let rules = machine.rule_ids().filter_map(|it| machine.rule_def(it)).map(|it| &it.meta.symbol.name);
        let all = rules
            .chain(norms().map(|it| &it.name))
            .chain(machine.constraint_ids().filter_map(|it| machine.constraint_def(it)).map(|it| &it.meta.symbol.name));
        let near = polis_diagnostic::did_you_mean(name, all.map(smol_str::SmolStr::as_str));
        let (zh, en) = match near {
            Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
            None => (String::new(), String::new()),
        };
        Err(ctx.usage(
            format!("没有名为 `{name}` 的规则、员额、要求、规范或机构条款{zh}"),
            format!("there is no rule, quota, requirement, norm or structure named `{name}`{en}"),
        ))
    }

    /// The jurisdiction that is asked about.
    pub(crate) fn row(
        &self,
        session: &Session,
        target: &Target,
        ctx: &Context<'_, '_>,
    ) -> Result<(EntityId, u32), Failure> {
        let entity = match target {
            Target::Norm(tables) => {
                let entities = tables.iter().filter_map(|it| session.norms.tables.get(*it)).map(|it| it.entity);
                // Of several entities that have to act, that which has such a jurisdiction.
                let has = |it: &EntityId| session.world.find(*it, &self.id).is_some();
                entities.clone().find(has).or_else(|| entities.clone().next())
            }
            Target::Rule(rule) => session.machine.rule_entity(*rule),
            Target::Constraints(all) => all.first().and_then(|it| session.machine.constraint_entity(*it)),
        };
        let entity = entity.ok_or_else(|| ctx.usage("规则没有对象", "the rule has no entity"))?;
        Ok((entity, session.jurisdiction(entity, &self.id, ctx)?))
    }
}
