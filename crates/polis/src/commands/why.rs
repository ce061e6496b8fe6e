//! `polis why`: how a value came about for one jurisdiction.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_eval::{Reason, RuleId, Run, Step};
use polis_semantic::{Type, absolute};
use polis_value::{Date, Value};
use serde_json::{Value as Json, json};

use super::simulate;
use crate::cli::{Setting, TEXT_OR_JSON, TextOrJson};
use crate::context::{Context, Failure, pick};
use crate::session::{Opened, Request, Session, write_findings};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    /// The package's name or path.
    pub(crate) package: Utf8PathBuf,
    /// The rule, quota or structure whose value is asked about.
    pub(crate) name: String,
    /// The jurisdiction, by its id in the sample.
    pub(crate) id: String,
    /// The sample; the manifest's where none is given.
    pub(crate) on: Option<Utf8PathBuf>,
    /// The parameters that are set, in the order of the line.
    pub(crate) set: Vec<Setting>,
    /// The day whose law applies.
    pub(crate) as_of: Option<Date>,
    /// The form of output.
    pub(crate) form: TextOrJson,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "说明某个辖区的某个值是怎样得出的", "Tell how a value came about for a jurisdiction");
    let name = pick(locale, "规则、员额等条款的名称", "The name of a rule, quota or other provision with a value");
    let id = pick(locale, "辖区在样本中的编号", "The jurisdiction's id in the sample");
    let words = pick(locale, "[选项] <包> <名称> --for <编号>", "[OPTIONS] <PACKAGE> <NAME> --for <ID>");
    cli::command(locale, "why", about, words)
        .arg(simulate::package(locale))
        .arg(cli::positional(locale, "name", pick(locale, "名称", "NAME"), name).required(true).display_order(1))
        .arg(Arg::new("for").long("for").value_name(pick(locale, "编号", "ID")).help(id).required(true))
        .arg(cli::sample(locale))
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, TEXT_OR_JSON))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            package: matches.get_one("package").cloned().unwrap_or_default(),
            name: matches.get_one("name").cloned().unwrap_or_default(),
            id: matches.get_one("for").cloned().unwrap_or_default(),
            on: matches.get_one("on").cloned(),
            set: cli::settings_of(matches),
            as_of: matches.get_one("as-of").copied(),
            form: cli::format_of(matches, TEXT_OR_JSON),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let request = Request {
        package: &args.package,
        on: args.on.as_deref(),
        scenario: None,
        set: &args.set,
        as_of: args.as_of,
        bad_rows: polis_sim::BadRows::Stop,
    };
    let session = match Session::open(&request, ctx)? {
        Opened::Ready(session) => session,
        Opened::Findings => return Ok(Exit::Findings),
        Opened::Unreadable => return Ok(Exit::Usage),
    };
    let rule = rule(&session, &args.name, ctx)?;
    let entity =
        session.machine.rule_entity(rule).ok_or_else(|| ctx.usage("规则没有对象", "the rule has no entity"))?;
    let row = session.jurisdiction(entity, &args.id, ctx)?;
    let (explanation, missing) = {
        let run = Run::new(&session.machine, &session.world, session.settings.clone());
        let explanation = run.explain(rule, row);
        let missing = match &explanation.root.value {
            Value::Unknown(unknown) => run.missing(unknown),
            _ => Vec::new(),
        };
        (explanation, missing)
    };
    let teller = Teller { session: &session, locale: ctx.locale };
    match args.form {
        TextOrJson::Text => {
            teller.write(&explanation.root, &Type::Any, 0, ctx.out)?;
            let lacking: Vec<String> = missing
                .iter()
                .map(|it| session.machine.describe(it, &session.world))
                .map(|it| ctx.text(it.zh.trim().to_owned(), it.en.to_string()))
                .collect();
            if !lacking.is_empty() {
                let line = ctx.text(
                    format!("结果未知，因为缺少：{}", lacking.join("；")),
                    format!("unknown, because these are missing: {}", lacking.join("; ")),
                );
                writeln!(ctx.out, "{line}")?;
            }
        }
        TextOrJson::Json => writeln!(ctx.out, "{:#}", teller.json(&explanation.root, &Type::Any))?,
    }
    if let Some(error) = &explanation.error {
        let found = session.machine.error_diagnostic(error, &session.world);
        let mut found: Vec<_> = found.iter().map(|it| absolute(&session.db, it)).collect();
        write_findings(&mut found, &session.db, ctx)?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Clean)
}

/// The rule of this name: the package's own first, `package.name` for another's.
fn rule(session: &Session, name: &str, ctx: &Context<'_, '_>) -> Result<RuleId, Failure> {
    let machine = &session.machine;
    let own = |it: &RuleId| {
        machine.rule_def(*it).is_some_and(|it| it.meta.symbol.name == name || it.meta.symbol.to_string() == name)
    };
    if let Some(rule) = machine.rule_ids().find(own) {
        return Ok(rule);
    }
    let names: Vec<_> =
        machine.rule_ids().filter_map(|it| machine.rule_def(it)).map(|it| &it.meta.symbol.name).collect();
    let near = polis_diagnostic::did_you_mean(name, names.iter().map(|it| it.as_str()));
    let (zh, en) = match near {
        Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
        None => (String::new(), String::new()),
    };
    Err(ctx.usage(
        format!("没有名为 `{name}` 的规则、员额或机构条款{zh}"),
        format!("there is no rule, quota or structure named `{name}`{en}"),
    ))
}

/// Tells an explanation.
struct Teller<'s> {
    session: &'s Session,
    locale: Locale,
}

impl Teller<'_> {
    fn write(&self, step: &Step, within: &Type, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let (what, details) = self.line(step, within);
        writeln!(out, "{}{what}", "  ".repeat(depth))?;
        for detail in details {
            writeln!(out, "{}  {detail}", "  ".repeat(depth))?;
        }
        let within = self.within(step, within);
        let mut told: Vec<&Step> = Vec::new();
        for step in &step.steps {
            // A fact that a guard and a value both look at is told once.
            if !told.contains(&step) {
                self.write(step, within, depth + 1, out)?;
                told.push(step);
            }
        }
        Ok(())
    }

    /// What a step is and came to, and what is said below it: formula, exceptions, citations.
    fn line(&self, step: &Step, within: &Type) -> (String, Vec<String>) {
        let machine = &self.session.machine;
        let world = &self.session.world;
        let value = self.value(step, within);
        match &step.reason {
            Reason::Rule(rule, row, prevailing) => {
                let Some(def) = machine.rule_def(*rule) else { return (value, Vec::new()) };
                let of =
                    machine.rule_entity(*rule).map_or_else(Default::default, |it| machine.name_of(it, *row, world));
                let head = pick(
                    self.locale,
                    format!("{}（{of}）= {value}", def.meta.symbol.name),
                    format!("{} ({of}) = {value}", def.meta.symbol.name),
                );
                let mut details = Vec::new();
                match prevailing.and_then(|it| def.exceptions.get(it)) {
                    Some(exception) => {
                        let formula = machine.quote(&def.meta, exception.value.span);
                        details.push(pick(
                            self.locale,
                            format!("例外 `{}` 适用：{formula}", exception.name),
                            format!("exception `{}` applies: {formula}", exception.name),
                        ));
                    }
                    // What is made from several clauses stands for the head of its block, and says nothing of its own.
                    None if def.value.span != def.meta.head => {
                        details.push(format!("= {}", machine.quote(&def.meta, def.value.span)));
                    }
                    None => {}
                }
                details.extend(self.citations(&def.meta));
                (head, details)
            }
            Reason::Fact(entity, row, field) => {
                let (name, of) = (machine.field_name(*entity, *field), machine.name_of(*entity, *row, world));
                let zh = format!("事实：{of} 的{name} = {value}");
                (pick(self.locale, zh, format!("fact: {name} of {of} = {value}")), Vec::new())
            }
            Reason::Param(param) => {
                let def = machine.param_def(*param);
                let name = def.map(|it| it.meta.symbol.name.clone()).unwrap_or_default();
                let head = pick(self.locale, format!("参数：{name} = {value}"), format!("parameter: {name} = {value}"));
                (head, def.map_or_else(Vec::new, |it| self.citations(&it.meta)))
            }
            Reason::Part { word, name, applies, .. } => {
                let word = word.word().spelling(polis_eval::face_of(self.locale));
                let name = name.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
                let head = if *applies {
                    format!("{word}{name} = {value}")
                } else {
                    pick(
                        self.locale,
                        format!("{word}{name}：条件不成立，不计"),
                        format!("{word}{name}: does not apply"),
                    )
                };
                (head, Vec::new())
            }
            Reason::Guard(name) => {
                let head = pick(
                    self.locale,
                    format!("例外 `{name}` 的条件：{value}"),
                    format!("guard of exception `{name}`: {value}"),
                );
                (head, Vec::new())
            }
            Reason::Member(entity, row) => (format!("{} = {value}", machine.name_of(*entity, *row, world)), Vec::new()),
            Reason::Constraint(constraint, _) => {
                let name = machine.constraint_def(*constraint).map(|it| it.meta.symbol.to_string()).unwrap_or_default();
                (pick(self.locale, format!("约束 {name}：{value}"), format!("constraint {name}: {value}")), Vec::new())
            }
        }
    }

    /// The type of the values below a step that have none of their own: parts and members are of the rule's.
    fn within<'t>(&'t self, step: &Step, within: &'t Type) -> &'t Type {
        match &step.reason {
            Reason::Rule(rule, ..) => self.session.machine.rule_type(*rule),
            _ => within,
        }
    }

    /// A step's value with its unit.
    fn value(&self, step: &Step, within: &Type) -> String {
        let machine = &self.session.machine;
        let any = Type::Any;
        let ty = match &step.reason {
            Reason::Rule(rule, ..) => machine.rule_type(*rule),
            Reason::Fact(entity, _, field) => {
                machine.entity_def(*entity).and_then(|it| it.fields.get(*field as usize)).map_or(&any, |it| &it.ty)
            }
            Reason::Param(param) => machine.param_def(*param).map_or(&any, |it| &it.ty),
            Reason::Part { .. } | Reason::Member(..) => within,
            Reason::Guard(_) | Reason::Constraint(..) => &any,
        };
        machine.show(&step.value, ty, &self.session.world, self.locale).to_string()
    }

    /// The passages that a provision comes from.
    fn citations(&self, meta: &polis_semantic::ir::Meta) -> Vec<String> {
        let program = self.session.machine.program();
        let own = program.file_documents.iter().find(|it| it.0 == meta.item.file).map(|it| &it.1);
        meta.cite
            .iter()
            .map(|it| {
                // A citation that names no document is of the document that the file is the code of.
                let document = it.document.as_ref().or(own.filter(|_| it.title.is_none()));
                let title = document.map(|symbol| {
                    let document = program.documents.iter().find(|it| it.meta.symbol == *symbol);
                    document
                        .and_then(|it| it.meta.title.clone())
                        .map_or_else(|| symbol.name.to_string(), |it| format!("《{it}》"))
                });
                let title = title.or_else(|| it.title.as_ref().map(|it| format!("《{it}》"))).unwrap_or_default();
                let passage = it.passage.as_ref().map(|it| format!("“{it}”")).unwrap_or_default();
                pick(self.locale, format!("出处：{title}{passage}"), format!("source: {title} {passage}"))
            })
            .collect()
    }

    fn json(&self, step: &Step, within: &Type) -> Json {
        let machine = &self.session.machine;
        let world = &self.session.world;
        let (kind, name, of) = match &step.reason {
            Reason::Rule(rule, row, _) => {
                let of = machine.rule_entity(*rule).map(|it| machine.name_of(it, *row, world));
                ("rule", machine.rule_def(*rule).map(|it| it.meta.symbol.to_string()), of)
            }
            Reason::Fact(entity, row, field) => (
                "fact",
                Some(machine.field_name(*entity, *field).to_string()),
                Some(machine.name_of(*entity, *row, world)),
            ),
            Reason::Param(param) => ("parameter", machine.param_def(*param).map(|it| it.meta.symbol.to_string()), None),
            Reason::Part { word, name, .. } => {
                ("part", Some(name.as_ref().map_or_else(|| word.word().en.to_owned(), ToString::to_string)), None)
            }
            Reason::Guard(name) => ("guard", Some(name.to_string()), None),
            Reason::Member(entity, row) => ("member", None, Some(machine.name_of(*entity, *row, world))),
            Reason::Constraint(constraint, _) => {
                ("constraint", machine.constraint_def(*constraint).map(|it| it.meta.symbol.to_string()), None)
            }
        };
        let mut object = json!({ "kind": kind, "name": name, "of": of.as_deref(), "value": self.value(step, within) });
        let (_, details) = self.line(step, within);
        let within = self.within(step, within);
        if let Json::Object(map) = &mut object {
            if let Reason::Part { applies, .. } = &step.reason {
                map.insert("applies".into(), (*applies).into());
            }
            if !details.is_empty() {
                map.insert("details".into(), details.into());
            }
            if !step.steps.is_empty() {
                map.insert("steps".into(), step.steps.iter().map(|it| self.json(it, within)).collect());
            }
        }
        object
    }
}
