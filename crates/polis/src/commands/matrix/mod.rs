//! `polis matrix`: several cities side by side, topic by topic.

mod forms;
mod table;

use std::io::Write;

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_diff::{About, Gist, Matrix, Side, Topic, Verdict, Why, matrix};
use polis_syntax::words::Face;
use polis_value::Date;

use super::diff::form::{self, FORMS, Form};
use super::diff::sides::{self, Opened};
use super::diff::words;
use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    packages: Vec<String>,
    as_of: Option<Date>,
    topics: Vec<Topic>,
    width: usize,
    form: Form,
    out: Option<Utf8PathBuf>,
}

const TOPICS: &[(&str, Topic)] = &[
    ("functions", Topic::Functions),
    ("powers", Topic::Powers),
    ("offices", Topic::Offices),
    ("centres", Topic::Centres),
    ("posts", Topic::Posts),
    ("staffing", Topic::Staffing),
    ("pay", Topic::Pay),
    ("admission", Topic::Admission),
    ("evaluation", Topic::Evaluation),
    ("meetings", Topic::Meetings),
];

/// How many columns of a terminal a city's answers take.
const WIDTH: usize = 30;

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "把几个城市按主题并排：职能、权力、机构、员额、薪酬、准入、考核、会议",
        "Put several cities side by side by topic: functions, powers, offices, staffing, pay …",
    );
    let packages =
        pick(locale, "两个以上的包，名称、路径或“版本:路径”", "Two packages or more: names, paths or `REV:path`");
    cli::command(locale, "matrix", about, pick(locale, "[选项] <包>…", "[OPTIONS] <PACKAGE>…"))
        .arg(
            cli::positional(locale, "packages", pick(locale, "包", "PACKAGE"), packages)
                .required(true)
                .num_args(2..)
                .value_parser(clap::value_parser!(String)),
        )
        .arg(
            cli::choice(
                locale,
                "topic",
                pick(locale, "只看这些主题，可以写多次", "Only these topics; may be repeated"),
                TOPICS,
                false,
            )
            .action(ArgAction::Append),
        )
        .arg(
            Arg::new("width")
                .long("width")
                .value_name(pick(locale, "列数", "COLUMNS"))
                .help(pick(
                    locale,
                    "终端表格中每个城市占几列 [默认：30]",
                    "Columns for each city in a terminal [default: 30]",
                ))
                .value_parser(clap::value_parser!(u16).range(8..=400)),
        )
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, FORMS))
        .arg(super::simulate::out(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        let named = matches.get_many::<String>("topic").into_iter().flatten();
        let topics = named.filter_map(|name| TOPICS.iter().find(|it| it.0 == name.as_str())).map(|it| it.1);
        Self {
            packages: matches.get_many("packages").into_iter().flatten().cloned().collect(),
            as_of: matches.get_one("as-of").copied(),
            topics: topics.collect(),
            width: matches.get_one::<u16>("width").map_or(WIDTH, |it| usize::from(*it)),
            form: cli::format_of(matches, FORMS),
            out: matches.get_one("out").cloned(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut opened: Vec<Opened> = Vec::new();
    let mut errors = false;
    for source in &args.packages {
        let mut it = sides::open(source, args.as_of, ctx)?;
        errors |= form::report(&mut it, ctx)?;
        opened.push(it);
    }
    let cities: Vec<Side<'_>> = opened.iter().map(|it| Side::new(&it.db, it.package, &it.program, it.as_of)).collect();
    let mut found = matrix(&cities);
    if !args.topics.is_empty() {
        found.topics.retain(|it| args.topics.contains(&it.topic));
    }
    let labels: Vec<&str> = opened.iter().map(|it| it.label.as_str()).collect();
    let view = View { cities: &cities, labels: &labels, matrix: &found, locale: ctx.locale };
    let mut bytes = Vec::new();
    match args.form {
        Form::Text => {
            let color = args.out.is_none() && ctx.colors();
            table::write(&view, args.width, color, &mut bytes)?;
        }
        Form::Json => writeln!(bytes, "{:#}", forms::json(&view))?,
        Form::Markdown => forms::markdown(&view, &mut bytes)?,
        Form::Html => forms::html(&view, &mut bytes)?,
    }
    super::simulate::deliver(args.out.as_deref(), &bytes, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// What is needed to show a matrix.
struct View<'v, 'p> {
    cities: &'v [Side<'p>],
    labels: &'v [&'v str],
    matrix: &'v Matrix,
    locale: Locale,
}

impl View<'_, '_> {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    fn face(&self) -> Face {
        if self.locale == Locale::Zh { Face::Zh } else { Face::En }
    }

    fn label(&self, city: usize) -> &str {
        self.labels.get(city).copied().unwrap_or_default()
    }

    fn labels(&self, cities: &[usize]) -> String {
        cities.iter().map(|it| self.label(*it)).collect::<Vec<_>>().join(self.pick("、", ", "))
    }

    fn topic(&self, topic: Topic) -> &'static str {
        let (zh, en) = match topic {
            Topic::Functions => ("职能", "Functions"),
            Topic::Powers => ("权力", "Powers"),
            Topic::Offices => ("内设机构", "Offices"),
            Topic::Centres => ("中心", "Centres"),
            Topic::Posts => ("领导职数", "Posts"),
            Topic::Staffing => ("人员配备", "Staffing"),
            Topic::Pay => ("薪酬", "Pay"),
            Topic::Admission => ("事项准入", "Admission"),
            Topic::Evaluation => ("考核评价", "Evaluation"),
            Topic::Meetings => ("会议", "Meetings"),
        };
        self.pick(zh, en)
    }

    fn about(&self, about: &About) -> String {
        match about {
            About::Group(kind) => {
                let word = kind.word();
                self.pick(word.zh, word.en).to_owned()
            }
            About::Concept(concept) => concept.name.to_string(),
            About::Kind(kind, entity) => {
                let word = kind.word();
                let kind = self.pick(word.zh, word.en);
                if entity.is_empty() {
                    self.pick(format!("{kind}（未标概念）"), format!("{kind} (no concept)"))
                } else {
                    self.pick(format!("{entity}的{kind}"), format!("{kind} of {entity}"))
                }
            }
        }
    }

    fn gist(&self, gist: &Gist) -> String {
        words::gist(gist, self.locale)
    }

    /// What comes of comparing the answers, with who is silent.
    fn verdict(&self, row: &polis_diff::Row) -> String {
        let ranks = |places: &[Vec<usize>]| {
            places
                .iter()
                .map(|it| it.iter().map(|it| self.label(*it)).collect::<Vec<_>>().join(" = "))
                .collect::<Vec<_>>()
                .join(" > ")
        };
        let silent = self.labels(&Self::blank(row));
        match &row.verdict {
            Verdict::One(city) => {
                self.pick(format!("只有{}", self.label(*city)), format!("only {}", self.label(*city)))
            }
            Verdict::Same if silent.is_empty() => self.pick("相同", "the same").to_owned(),
            Verdict::Same => self.pick(format!("相同，{silent}没有"), format!("the same, but not in {silent}")),
            Verdict::Stronger(places) => {
                self.pick(format!("强弱：{}", ranks(places)), format!("by strength: {}", ranks(places)))
            }
            Verdict::Higher(ty, places) => {
                let places: Vec<String> = places
                    .iter()
                    .map(|(range, cities)| {
                        let cities = cities.iter().map(|it| self.label(*it)).collect::<Vec<_>>().join(" = ");
                        format!("{cities} {}", words::range(ty, range, self.face()))
                    })
                    .collect();
                let list = places.join(" > ");
                self.pick(format!("高低：{list}"), format!("by figure: {list}"))
            }
            Verdict::Shared if silent.is_empty() => self.pick("都有", "all have it").to_owned(),
            Verdict::Shared => self.pick(format!("{silent}没有"), format!("not in {silent}")),
            Verdict::Different => self.pick("不同", "different").to_owned(),
            Verdict::Incomparable(why) => {
                let (zh, en) = match why {
                    Why::Kinds(kinds) => {
                        let names = |zh: bool| {
                            kinds
                                .iter()
                                .map(|it| {
                                    let w = it.word();
                                    if zh { w.zh } else { w.en }
                                })
                                .collect::<Vec<_>>()
                        };
                        (
                            format!("种类不同（{}）", names(true).join("、")),
                            format!("different kinds ({})", names(false).join(", ")),
                        )
                    }
                    Why::Entities(all) => {
                        let names = all.iter().map(smol_str::SmolStr::as_str).collect::<Vec<_>>();
                        (
                            format!("对象不同（{}）", names.join("、")),
                            format!("about different jurisdictions ({})", names.join(", ")),
                        )
                    }
                    Why::Units(all) => {
                        let names = |face: Face| all.iter().map(|it| it.unit(face).to_string()).collect::<Vec<_>>();
                        (
                            format!("单位不同（{}）", names(Face::Zh).join("、")),
                            format!("different units ({})", names(Face::En).join(", ")),
                        )
                    }
                    Why::Unordered(all) => {
                        let names = all.iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
                        (
                            format!("概念没有强弱（{}）", names.join("、")),
                            format!("no order of concepts ({})", names.join(", ")),
                        )
                    }
                    Why::Several(cities) => (
                        format!("{}有几条，各有数值", self.labels(cities)),
                        format!("several with a figure each in {}", self.labels(cities)),
                    ),
                    Why::Open(cities) => (
                        format!("{}没有单一数值", self.labels(cities)),
                        format!("no single figure in {}", self.labels(cities)),
                    ),
                };
                self.pick(format!("不可比：{zh}"), format!("incomparable: {en}"))
            }
        }
    }

    /// The cities that say nothing in a row.
    fn blank(row: &polis_diff::Row) -> Vec<usize> {
        row.cells.iter().enumerate().filter(|it| it.1.is_empty()).map(|it| it.0).collect()
    }

    /// Where a provision stands.
    fn place(&self, city: usize, gist: &Gist) -> Option<(smol_str::SmolStr, usize)> {
        let side = self.cities.get(city)?;
        let it = side.provisions.get(gist.provision)?;
        side.line(it, it.block.word.span)
    }
}

/// The word of a verdict for programs.
const fn verdict_word(it: &Verdict) -> &'static str {
    match it {
        Verdict::One(_) => "one",
        Verdict::Same => "same",
        Verdict::Stronger(_) => "stronger",
        Verdict::Higher(..) => "higher",
        Verdict::Shared => "shared",
        Verdict::Different => "different",
        Verdict::Incomparable(_) => "incomparable",
    }
}

/// Names of topics for programs.
fn topic_word(topic: Topic) -> &'static str {
    TOPICS.iter().find(|it| it.1 == topic).map_or("", |it| it.0)
}

/// What a figure reads like.
fn figure(gist: &Gist, face: Face) -> Option<String> {
    let (ty, range) = gist.figure.as_ref()?;
    Some(words::range(ty, range, face))
}
