//! Differences for reading in a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_analysis::Way;
use polis_diagnostic::Locale;
use polis_diff::{Behaviour, ClauseChange, Direction, Pair, Status};
use polis_syntax::words::{Face, Kind};

use super::effect::Effects;
use super::words;
use super::{Shown, View};

/// How texts stand out.
struct Paint {
    bold: &'static str,
    dim: &'static str,
    off: &'static str,
}

pub(super) fn write(
    view: &View<'_, '_>,
    shown: &Shown,
    all: bool,
    color: bool,
    effects: Option<&Effects>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = if color {
        Paint { bold: "\u{1b}[1m", dim: "\u{1b}[2m", off: "\u{1b}[0m" }
    } else {
        Paint { bold: "", dim: "", off: "" }
    };
    let writer = Writer { view, paint, all, effects };
    writer.head(shown, out)?;
    writer.pairs(shown, out)?;
    writer.alone(shown, out)?;
    writer.broken(out)
}

pub(super) struct Writer<'w, 'v, 'p> {
    view: &'w View<'v, 'p>,
    paint: Paint,
    all: bool,
    effects: Option<&'w Effects>,
}

impl<'w, 'v, 'p> Writer<'w, 'v, 'p> {
    /// One that writes without colours, for other forms of output.
    pub(super) const fn plain(view: &'w View<'v, 'p>, all: bool, effects: Option<&'w Effects>) -> Self {
        Self { view, paint: Paint { bold: "", dim: "", off: "" }, all, effects }
    }

    fn pick<T>(&self, zh: T, en: T) -> T {
        self.view.pick(zh, en)
    }

    fn face(&self) -> Face {
        if self.view.locale == Locale::Zh { Face::Zh } else { Face::En }
    }

    pub(super) fn head(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let Paint { bold, off, .. } = self.paint;
        let [a, b] = self.view.labels;
        writeln!(out, "{bold}{a} → {b}{off}")?;
        if self.view.diff.is_empty() {
            return writeln!(out, "{}", self.pick("没有差别", "no difference"));
        }
        let of = |status: Status| {
            shown.pairs.iter().filter(|it| self.pair(**it).is_some_and(|it| it.status == status)).count()
        };
        let (same, reworded, changed) = (of(Status::Identical), of(Status::Reworded), of(Status::Changed));
        let outer = |side: usize| {
            let all = shown.only.get(side).into_iter().flatten();
            all.filter(|it| self.view.provision(side, **it).is_some_and(|it| it.parent.is_none())).count()
        };
        let [gone, new] = [0, 1].map(outer);
        let zh = format!(
            "对应 {} 对：相同 {same}，改写 {reworded}，不同 {changed}；只有{a} {gone} 条，只有{b} {new} 条",
            shown.pairs.len()
        );
        let en = format!(
            "{} answer each other: {same} the same, {reworded} reworded, {changed} different; {gone} only in {a}, {new} only in {b}",
            shown.pairs.len()
        );
        writeln!(out, "{}", self.pick(zh, en))?;
        let d = self.view.diff.decided;
        if d.same + d.different + d.undecided > 0 {
            let zh = format!(
                "对所有辖区判定：结果相同 {} 项，不同 {} 项，未判定 {} 项（{} 种情形）",
                d.same, d.different, d.undecided, d.asked
            );
            let en = format!(
                "decided for every jurisdiction: {} come to the same, {} do not, {} undecided ({} cases)",
                d.same, d.different, d.undecided, d.asked
            );
            writeln!(out, "{}", self.pick(zh, en))?;
        }
        if let Some(effects) = self.effects {
            let sample = &effects.sample;
            writeln!(
                out,
                "{}",
                self.pick(format!("影响按样本 {sample} 计算"), format!("effects are those on sample {sample}"))
            )?;
        }
        Ok(())
    }

    fn pair(&self, at: usize) -> Option<&Pair> {
        self.view.diff.pairs.get(at)
    }

    pub(super) fn pairs(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let is_vocabulary =
            |it: &Pair| self.view.provision(0, it.aligned.a).is_some_and(polis_diff::Provision::is_vocabulary);
        let groups = [
            (self.pick("不同", "Different"), Some(false), false),
            (self.pick("只是写法不同", "Reworded only"), Some(true), false),
            (self.pick("用语不同", "Words that differ"), None, true),
        ];
        for (title, reworded, vocabulary) in groups {
            let wanted = |at: &usize| {
                let Some(it) = self.pair(*at).filter(|it| is_vocabulary(it) == vocabulary) else { return false };
                let outer = it.within.is_none_or(|it| !shown.pairs.contains(&it));
                let changed = it.status == Status::Changed || it.changed_inside;
                outer
                    && match reworded {
                        Some(true) => !changed && (it.differs() || self.words_inside(*at)),
                        Some(false) => changed,
                        None => changed,
                    }
            };
            let rows: Vec<usize> = shown.pairs.iter().copied().filter(wanted).collect();
            if rows.is_empty() {
                continue;
            }
            writeln!(out, "\n{}{title}{}", self.paint.bold, self.paint.off)?;
            for at in rows {
                self.one(at, 1, reworded == Some(true), out)?;
            }
        }
        if self.all {
            let same: Vec<String> = shown
                .pairs
                .iter()
                .filter_map(|at| self.pair(*at))
                .filter(|it| !it.differs() && !it.changed_inside && it.within.is_none())
                .map(|it| self.title(it))
                .collect();
            if !same.is_empty() {
                writeln!(out, "\n{}{}{}", self.paint.bold, self.pick("相同", "The same"), self.paint.off)?;
                for line in same {
                    writeln!(out, "  {line}")?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn words_inside(&self, at: usize) -> bool {
        self.view.inside(at).any(|(at, it)| it.differs() || self.words_inside(at))
    }

    /// `赋权 党工委五项权力 ↔ 五项职权`.
    pub(super) fn title(&self, pair: &Pair) -> String {
        let (Some(a), Some(b)) = (self.view.provision(0, pair.aligned.a), self.view.provision(1, pair.aligned.b))
        else {
            return String::new();
        };
        let name = |it: &polis_diff::Provision<'_>| {
            let name = if pair.within.is_some() { it.name() } else { it.symbol.name.as_str() };
            match &it.title {
                Some(title) if title != name => format!("{name}“{title}”"),
                _ => name.to_owned(),
            }
        };
        let kind = self.view.kind(a.kind);
        let (first, second) = (name(a), name(b));
        if first == second { format!("{kind} {first}") } else { format!("{kind} {first} ↔ {second}") }
    }

    pub(super) fn one(&self, at: usize, depth: usize, words_only: bool, out: &mut dyn Write) -> io::Result<()> {
        let Some(pair) = self.pair(at) else { return Ok(()) };
        let pad = "  ".repeat(depth);
        let Paint { bold, dim, off } = self.paint;
        let mut marks: Vec<String> = pair.directions.iter().map(|it| self.direction(*it).to_owned()).collect();
        if pair.status != Status::Changed && !pair.changed_inside && pair.status == Status::Reworded {
            let same = pair.behaviour.iter().any(|it| it.outcome.as_ref().is_ok_and(|it| it.ways.is_empty()));
            marks.push(
                self.pick(
                    if same { "写法不同，结果相同" } else { "改写" },
                    if same { "reworded, comes to the same" } else { "reworded" },
                )
                .to_owned(),
            );
        }
        if let Some((from, to)) = &pair.moved {
            marks.push(self.pick(format!("由 {from} 移到 {to}"), format!("moved from {from} to {to}")));
        }
        if pair.renumbered {
            marks.push(self.pick("次序变动", "renumbered").to_owned());
        }
        let marks = if marks.is_empty() { String::new() } else { format!("  {}", marks.join(self.pick("、", ", "))) };
        writeln!(out, "{pad}{bold}{}{off}{marks}", self.title(pair))?;
        let why: Vec<String> = pair
            .aligned
            .why
            .iter()
            .map(|it| {
                let (zh, en) = words::reason(it);
                self.pick(zh, en)
            })
            .collect();
        let (zh, en) = words::sureness(pair.aligned.sureness);
        let by_name = pair.aligned.why.iter().any(|it| matches!(it, polis_diff::Reason::SamePackage));
        if !by_name {
            let sure = self.pick(zh, en);
            let line = format!("{sure}：{}", why.join("，"));
            let line = self.pick(line, format!("{sure}: {}", why.join(", ")));
            let place = if depth == 1 { format!("  {}", self.places(pair)) } else { String::new() };
            writeln!(out, "{pad}  {dim}[{line}]{place}{off}")?;
        } else if depth == 1 {
            writeln!(out, "{pad}  {dim}{}{off}", self.places(pair))?;
        }
        if let Some((a, b)) = &pair.entities {
            let of = self.pick("属于：", "of: ");
            writeln!(out, "{pad}  {of}{a} → {b}  {}", self.direction(Direction::Incomparable))?;
        }
        let shown: Vec<&ClauseChange> = pair.clauses.iter().filter(|it| words_only || !it.wording).collect();
        let mut next = 0;
        while let Some(clause) = shown.get(next).copied() {
            // Named parts that one side alone has are listed in one line.
            let run = shown.get(next..).unwrap_or_default();
            let run = run.iter().take_while(|it| {
                Self::is_part(it)
                    && it.word == clause.word
                    && it.texts.first().map(Option::is_some) == clause.texts.first().map(Option::is_some)
            });
            let run: Vec<&ClauseChange> = run.copied().collect();
            if run.len() > 1 {
                self.parts(&run, &pad, out)?;
                next += run.len();
            } else {
                self.clause(clause, pair, &pad, out)?;
                next += 1;
            }
        }
        if !words_only {
            let hidden: Vec<&str> = {
                let mut all: Vec<&str> = pair
                    .clauses
                    .iter()
                    .filter(|it| it.wording)
                    .map(|it| {
                        let w = it.word.word();
                        self.pick(w.zh, w.en)
                    })
                    .collect();
                all.dedup();
                all
            };
            if !hidden.is_empty() && self.all {
                let list = hidden.join(self.pick("、", ", "));
                writeln!(
                    out,
                    "{pad}  {dim}{}{off}",
                    self.pick(format!("写法不同：{list}"), format!("worded differently: {list}"))
                )?;
            }
        }
        if !pair.through.is_empty() {
            let names = pair.through.join(self.pick("、", ", "));
            writeln!(
                out,
                "{pad}  {}",
                self.pick(
                    format!("条文相同，因 {names} 不同而结果不同"),
                    format!("the text is the same; it differs through {names}")
                )
            )?;
        }
        for it in &pair.behaviour {
            // What is the same matters where nothing else differs.
            let same = |it: &Behaviour| it.outcome.as_ref().is_ok_and(|it| it.ways.is_empty());
            if self.all || !same(it) || pair.behaviour.iter().all(same) {
                self.behaviour(it, &pad, out)?;
            }
        }
        for (_, effect) in self.effects.iter().flat_map(|it| &it.all).filter(|it| it.0 == at) {
            let line = Effects::line(self.view, effect);
            writeln!(out, "{pad}  {}", self.pick(format!("影响：{line}"), format!("effect: {line}")))?;
        }
        for (inner, of) in self.view.inside(at) {
            let changed = of.status == Status::Changed || of.changed_inside;
            if changed || of.differs() && (words_only || self.all || of.status == Status::Reworded) {
                self.one(inner, depth + 1, words_only, out)?;
            } else if self.all {
                writeln!(out, "{pad}  {}  {dim}{}{off}", self.title(of), self.pick("相同", "the same"))?;
            }
        }
        for (side, at) in [(0, pair.aligned.a), (1, pair.aligned.b)] {
            for inner in self.view.alone_inside(side, at) {
                let Some(it) = self.view.provision(side, inner) else { continue };
                let label = self.view.labels.get(side).copied().unwrap_or_default();
                let title = it
                    .title
                    .as_ref()
                    .filter(|title| *title != it.name())
                    .map(|it| format!("“{it}”"))
                    .unwrap_or_default();
                let concepts: Vec<&str> = it.is.iter().map(|it| it.name.as_str()).collect();
                let concepts = if concepts.is_empty() {
                    String::new()
                } else {
                    self.pick(format!("（{}）", concepts.join("、")), format!(" ({})", concepts.join(", ")))
                };
                let kind = self.view.kind(it.kind);
                let text = format!("{kind} {}{title}{concepts}", it.name());
                writeln!(
                    out,
                    "{pad}  {}",
                    self.pick(format!("只有{label}：{text}"), format!("only in {label}: {text}"))
                )?;
            }
        }
        Ok(())
    }

    fn direction(&self, it: Direction) -> &'static str {
        let (zh, en) = words::direction(it);
        self.pick(zh, en)
    }

    fn places(&self, pair: &Pair) -> String {
        let place = |side: usize, at: usize| {
            let it = self.view.provision(side, at)?;
            let (path, line) = self.view.sides.get(side)?.line(it, it.block.word.span)?;
            Some(format!("{path}:{line}"))
        };
        let (a, b) = (place(0, pair.aligned.a).unwrap_or_default(), place(1, pair.aligned.b).unwrap_or_default());
        if a == b { a } else { format!("{a} ↔ {b}") }
    }

    fn clause(&self, it: &ClauseChange, pair: &Pair, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let word = it.word.word();
        let mut head = self.pick(word.zh, word.en).to_owned();
        match &it.name {
            [Some(a), Some(b)] if a != b => head = format!("{head} {a} ↔ {b}"),
            [Some(name), _] | [_, Some(name)] => head = format!("{head} {name}"),
            _ => {}
        }
        let lines = self.lines(it, pair);
        let direction = it.direction.map(|it| self.direction(it).to_owned());
        let because = it.because.as_ref().map(|of| {
            let (zh, en) = words::because(of, it.direction);
            self.pick(format!("：{zh}"), format!(": {en}"))
        });
        let mark = direction.map(|it| format!("  {it}{}", because.unwrap_or_default())).unwrap_or_default();
        let Paint { dim, off, .. } = self.paint;
        let colon = self.pick("：", ": ");
        let [a, b] = self.view.labels;
        match &it.texts {
            [Some(one), Some(two)] => {
                let [gone, new] = &it.members;
                if gone.is_empty() && new.is_empty() && it.alike.is_empty() {
                    let (one, two) = match it.other_word.map(polis_syntax::words::ClauseWord::word) {
                        Some(other) => (one.to_string(), format!("{} {two}", self.pick(other.zh, other.en))),
                        None => (one.to_string(), two.to_string()),
                    };
                    let digits = |it: &str| it.starts_with(|it: char| it.is_ascii_digit() || it == '.');
                    let figures = it.figures.as_ref().filter(|_| !(digits(&one) && digits(&two))).map(|it| {
                        let [a, b] = &it.values;
                        let shown = |of: &polis_value::NumberRange| words::range(&it.ty, of, self.face());
                        self.pick(format!("（{} → {}）", shown(a), shown(b)), format!(" ({} → {})", shown(a), shown(b)))
                    });
                    let figures = figures.unwrap_or_default();
                    writeln!(out, "{pad}  {head}{colon}{one} → {two}{figures}{mark}{dim}{lines}{off}")?;
                } else {
                    let join = |all: &[smol_str::SmolStr]| {
                        all.iter().map(smol_str::SmolStr::as_str).collect::<Vec<_>>().join(self.pick("、", ", "))
                    };
                    let mut parts: Vec<String> = it.alike.iter().map(|(a, b)| format!("{a} ≈ {b}")).collect();
                    if !gone.is_empty() {
                        parts.push(format!("−{}", join(gone)));
                    }
                    if !new.is_empty() {
                        parts.push(format!("+{}", join(new)));
                    }
                    writeln!(out, "{pad}  {head}{colon}{}{mark}{dim}{lines}{off}", parts.join("  "))?;
                }
            }
            [Some(one), None] => writeln!(
                out,
                "{pad}  {head}{colon}{}{one}{mark}{dim}{lines}{off}",
                self.pick(format!("只有{a}："), format!("only in {a}: "))
            )?,
            [None, Some(two)] => writeln!(
                out,
                "{pad}  {head}{colon}{}{two}{mark}{dim}{lines}{off}",
                self.pick(format!("只有{b}："), format!("only in {b}: "))
            )?,
            [None, None] => {}
        }
        Ok(())
    }

    /// Whether a clause is a named part that one side alone has.
    fn is_part(it: &ClauseChange) -> bool {
        it.name.iter().any(Option::is_some) && it.texts.iter().any(Option::is_none)
    }

    fn parts(&self, run: &[&ClauseChange], pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = run.first() else { return Ok(()) };
        let word = first.word.word();
        let side = usize::from(first.texts.first().is_some_and(Option::is_none));
        let label = self.view.labels.get(side).copied().unwrap_or_default();
        let names: Vec<String> = run
            .iter()
            .map(|it| {
                let name = it.name.iter().flatten().next().map_or("", |it| it.as_str());
                match it.texts.iter().flatten().next().map_or("", |it| it.as_str()) {
                    "1 个" | "1 人" => name.to_owned(),
                    text => format!("{name} {text}"),
                }
            })
            .collect();
        let mark = first.direction.map(|it| format!("  {}", self.direction(it))).unwrap_or_default();
        let (zh, en) = (names.join("、"), names.join(", "));
        let line = self
            .pick(format!("{}：只有{label}：{zh}{mark}", word.zh), format!("{}: only in {label}: {en}{mark}", word.en));
        writeln!(out, "{pad}  {line}")
    }

    /// The lines of a clause on both sides.
    fn lines(&self, it: &ClauseChange, pair: &Pair) -> String {
        let line = |side: usize, at: usize| {
            let span = it.spans.get(side).copied().flatten()?;
            let of = self.view.provision(side, at)?;
            Some(self.view.sides.get(side)?.line(of, span)?.1)
        };
        match (line(0, pair.aligned.a), line(1, pair.aligned.b)) {
            (Some(a), Some(b)) => format!("  :{a} ↔ :{b}"),
            (Some(it), None) | (None, Some(it)) => format!("  :{it}"),
            (None, None) => String::new(),
        }
    }

    fn behaviour(&self, it: &Behaviour, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let (zh, en) = words::aspect(it.aspect);
        let name = self.pick(zh, en);
        let machine = &self.view.diff.machine;
        let found = match &it.outcome {
            Ok(found) => found,
            Err(why) => {
                let (zh, en) = words::undecided(why);
                return writeln!(
                    out,
                    "{pad}  {}",
                    self.pick(format!("{name}未判定：{zh}"), format!("{name} not decided: {en}"))
                );
            }
        };
        if found.ways.is_empty() {
            let zh = format!("{name}：对所有辖区相同（{} 种情形）", found.asked);
            let en = format!("{name}: the same for every jurisdiction ({} cases)", found.asked);
            return writeln!(out, "{pad}  {}", self.pick(zh, en));
        }
        for way in &found.ways {
            let (zh, en) = words::way(it.aspect, way.way);
            let told = self.pick(zh, en);
            let region = words::region(machine, way, self.face());
            let partly = if way.throughout { "" } else { self.pick("（其中一部分）", " (in parts)") };
            let facts = words::facts(machine, way, self.face());
            let [one, two] = [&way.example.first, &way.example.second].map(|of| words::value(machine, of, &it.ty));
            let values = if matches!(way.way, Way::Admits | Way::Refuses) {
                String::new()
            } else {
                format!("{}{} → {}", self.pick("：", ": "), self.view.text(&one), self.view.text(&two))
            };
            let zh = format!(
                "{name}：{region}{}{told}{partly}；最小的例子：{facts}{values}",
                if region == "任何情形" { "下" } else { " 时" }
            );
            let place = if region == "every case" { "in every case".to_owned() } else { format!("where {region}") };
            let en = format!("{name}: {told} {place}{partly}; smallest example {facts}{values}");
            writeln!(out, "{pad}  {}", self.pick(zh, en))?;
        }
        Ok(())
    }

    /// Whether so little has no counterpart that it can be told what it says.
    fn brief(&self, shown: &Shown) -> bool {
        !self.all && shown.only.iter().map(Vec::len).sum::<usize>() <= 24
    }

    pub(super) fn alone(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        for (side, all) in shown.only.iter().enumerate() {
            let label = self.view.labels.get(side).copied().unwrap_or_default();
            let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
            for at in all {
                let Some(it) = self.view.provision(side, *at) else { continue };
                // What is inside a pair has been told there.
                if it.parent.is_some() {
                    continue;
                }
                let gist = self.view.sides.get(side).and_then(|of| polis_diff::gist_of(of, *at));
                let text = if self.brief(shown) {
                    gist.map(|it| words::gist(&it, self.view.locale)).unwrap_or_default()
                } else if self.all {
                    let place = self.view.sides.get(side).and_then(|of| of.line(it, it.block.word.span));
                    let place = place.map(|(path, line)| format!("  {path}:{line}")).unwrap_or_default();
                    let title = it.title.as_ref().map(|it| format!("“{it}”")).unwrap_or_default();
                    format!("{}{title}{}{place}{}", it.symbol.name, self.paint.dim, self.paint.off)
                } else {
                    it.symbol.name.to_string()
                };
                kinds.entry(it.kind).or_default().push(text);
            }
            if kinds.is_empty() {
                continue;
            }
            let title = self.pick(format!("只有{label}"), format!("Only in {label}"));
            writeln!(out, "\n{}{title}{}", self.paint.bold, self.paint.off)?;
            for (kind, names) in kinds {
                let kind = self.view.kind(kind);
                if self.all || self.brief(shown) {
                    writeln!(out, "  {kind}")?;
                    for name in names {
                        writeln!(out, "    {name}")?;
                    }
                } else {
                    let list = names.join(self.pick("、", ", "));
                    let count = names.len();
                    writeln!(
                        out,
                        "  {}",
                        self.pick(format!("{kind} {count}：{list}"), format!("{kind} {count}: {list}"))
                    )?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn broken(&self, out: &mut dyn Write) -> io::Result<()> {
        for (side, label) in self.view.sides.iter().zip(self.view.labels) {
            if side.broken.is_empty() {
                continue;
            }
            let names: Vec<String> = side
                .broken
                .iter()
                .map(|(kind, name)| format!("{} {name}", kind.map_or("", |it| self.view.kind(it))).trim().to_owned())
                .collect();
            let list = names.join(self.pick("、", ", "));
            let count = names.len();
            let zh = format!("{label}有 {count} 条读不通，没有对照：{list}");
            let en = format!("{count} provisions of {label} cannot be read and were not compared: {list}");
            writeln!(out, "\n{}", self.pick(zh, en))?;
        }
        Ok(())
    }
}
