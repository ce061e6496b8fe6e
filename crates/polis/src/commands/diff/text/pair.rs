//! One pair in lines: how it stands, why it was aligned, its clauses, what it comes to, what is inside it.

use std::io::{self, Write};

use polis_analysis::Way;
use polis_diff::{Behaviour, ClauseChange, Direction, Pair, Reason, Status};
use polis_semantic::Type;
use polis_syntax::words::{ClauseWord, Kind};

use super::super::effect::Effects;
use super::super::words;
use super::{Paint, Writer};

impl Writer<'_, '_, '_> {
    pub(in crate::commands::diff) fn one(
        &self,
        at: usize,
        depth: usize,
        words_only: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
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
            // Between cities nothing has moved: the two stand in other places.
            marks.push(if self.view.versions() {
                self.pick(format!("由 {from} 移到 {to}"), format!("moved from {from} to {to}"))
            } else {
                self.pick(format!("分属 {from}、{to}"), format!("under {from} here, {to} there"))
            });
        }
        if marks.is_empty() && pair.status == Status::Changed {
            marks.extend(self.as_strong(pair));
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
        let by_name = pair.aligned.why.iter().any(|it| matches!(it, Reason::SamePackage));
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
        self.inner_directions(at, &pad, out)?;
        self.demand(pair, &pad, out)?;
        let shown: Vec<&ClauseChange> = pair.clauses.iter().filter(|it| self.tells(it, words_only)).collect();
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
                self.parts(&run, pair, &pad, out)?;
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
        if !pair.through.is_empty() && pair.status == Status::Changed {
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
                self.behaviour(it, pair, &pad, out)?;
            }
        }
        for (_, effect) in self.effects.iter().flat_map(|it| &it.all).filter(|it| it.0 == at) {
            let line = Effects::line(self.view, effect);
            writeln!(out, "{pad}  {}", self.pick(format!("影响：{line}"), format!("effect: {line}")))?;
        }
        for (inner, of) in self.view.inside(at) {
            let changed = of.status == Status::Changed || of.changed_inside;
            let named = of.status == Status::Reworded && self.title(of).contains(" ↔ ");
            if changed || of.differs() && (words_only || self.all || named || of.moved.is_some() || of.renumbered) {
                self.one(inner, depth + 1, words_only, out)?;
            } else if self.all {
                writeln!(out, "{pad}  {}  {dim}{}{off}", self.title(of), self.pick("相同", "the same"))?;
            }
        }
        for (side, at) in [(0, pair.aligned.a), (1, pair.aligned.b)] {
            for inner in self.view.alone_inside(side, at) {
                let Some(it) = self.view.provision(side, inner) else { continue };
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
                writeln!(out, "{pad}  {}", self.only_in(side, &text))?;
            }
        }
        Ok(())
    }

    /// That only one side has something: of versions of one package it has been added or removed.
    fn only_in(&self, side: usize, text: &str) -> String {
        let label = self.view.labels.get(side).copied().unwrap_or_default();
        match (self.view.versions(), side) {
            (true, 0) => self.pick(format!("删去：{text}"), format!("removed: {text}")),
            (true, _) => self.pick(format!("新增：{text}"), format!("added: {text}")),
            (false, _) => self.pick(format!("只有{label}：{text}"), format!("only in {label}: {text}")),
        }
    }

    /// Of powers on the same concept: that one is as strong as the other, though about other things.
    fn as_strong(&self, pair: &Pair) -> Option<String> {
        let it = self.view.provision(0, pair.aligned.a).filter(|it| it.kind == Kind::Power)?;
        let shared = pair.aligned.why.iter().any(|it| matches!(it, Reason::Concept(_)));
        let names: Vec<&str> = it.is.iter().map(|it| it.name.as_str()).collect();
        let names = names.join(self.pick("、", ", "));
        shared.then(|| {
            self.pick(format!("强弱相同（{names}），事项不同"), format!("as strong ({names}), of other matters"))
        })
    }

    /// Of groups, how many of what is inside differ which way.
    fn inner_directions(&self, at: usize, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let group = self.pair(at).and_then(|it| self.view.provision(0, it.aligned.a));
        if !group.is_some_and(|it| matches!(it.kind, Kind::Grant | Kind::Duties)) {
            return Ok(());
        }
        let inside: Vec<&Pair> = self.view.inside(at).map(|it| it.1).collect();
        let mut counts: Vec<(String, usize)> = Vec::new();
        for it in &inside {
            let word = match it.directions.first() {
                Some(it) => self.direction(*it).to_owned(),
                None if it.status == Status::Changed => self.pick("事项不同", "of other matters").to_owned(),
                None => self.pick("相同", "the same").to_owned(),
            };
            match counts.iter_mut().find(|it| it.0 == word) {
                Some(count) => count.1 += 1,
                None => counts.push((word, 1)),
            }
        }
        if inside.len() < 2 {
            return Ok(());
        }
        let list: Vec<String> = counts
            .iter()
            .map(|(word, count)| self.pick(format!("{count} 项{word}"), format!("{count} {word}")))
            .collect();
        let (all, list) = (inside.len(), list.join(self.pick("，", ", ")));
        writeln!(
            out,
            "{pad}  {}",
            self.pick(format!("对应的 {all} 项：{list}"), format!("of {all} that answer each other: {list}"))
        )
    }

    /// What a norm demands as a whole, with the clauses that make it so.
    fn demand(&self, pair: &Pair, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let Some(it) = &pair.demand else { return Ok(()) };
        let names = |all: &[ClauseWord]| {
            let all: Vec<&str> = all.iter().map(|it| it.word()).map(|it| self.pick(it.zh, it.en)).collect();
            all.join(self.pick("、", ", "))
        };
        let parts: Vec<String> = [
            (&it.stricter, self.pick("更严在", "stricter by")),
            (&it.looser, self.pick("更宽松在", "looser by")),
            (&it.apart, self.pick("不可比在", "incomparable by")),
        ]
        .into_iter()
        .filter(|it| !it.0.is_empty())
        .map(|(all, how)| self.pick(format!("{how}{}", names(all)), format!("{how} {}", names(all))))
        .collect();
        let list = parts.join(self.pick("；", "; "));
        writeln!(out, "{pad}  {}", self.pick(format!("要求：{list}"), format!("demands: {list}")))
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
        match &it.texts {
            [Some(one), Some(two)] => {
                let [gone, new] = &it.members;
                if gone.is_empty() && new.is_empty() && it.alike.is_empty() {
                    let (one, two) = (self.said(it, pair, 0, one), self.said(it, pair, 1, two));
                    let (one, two, guard) = self.guarded(&one, &two);
                    let (one, two) = match it.other_word.map(ClauseWord::word) {
                        Some(other) => (one, format!("{} {two}", self.pick(other.zh, other.en))),
                        None => (one, two),
                    };
                    let digits = |it: &str| it.starts_with(|it: char| it.is_ascii_digit() || it == '.');
                    let figures = it.figures.as_ref().filter(|_| !(digits(&one) && digits(&two))).map(|it| {
                        let [a, b] = &it.values;
                        let shown = |of: &polis_value::NumberRange| words::range(&it.ty, of, self.face());
                        self.pick(format!("（{} → {}）", shown(a), shown(b)), format!(" ({} → {})", shown(a), shown(b)))
                    });
                    let equal = it.wording && it.figures.as_ref().is_some_and(|it| it.values[0] == it.values[1]);
                    let figures = if equal {
                        self.pick("（数值相同）", " (the same figure)").to_owned()
                    } else {
                        figures.unwrap_or_default()
                    };
                    writeln!(out, "{pad}  {head}{colon}{one} → {two}{guard}{figures}{mark}{dim}{lines}{off}")?;
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
            [Some(one), None] => {
                let text = self.only_in(0, &self.said(it, pair, 0, one));
                writeln!(out, "{pad}  {head}{colon}{text}{mark}{dim}{lines}{off}")?;
            }
            [None, Some(two)] => {
                let text = self.only_in(1, &self.said(it, pair, 1, two));
                writeln!(out, "{pad}  {head}{colon}{text}{mark}{dim}{lines}{off}")?;
            }
            [None, None] => {}
        }
        Ok(())
    }

    /// Whether a clause is shown: what is worded otherwise only where that is asked for, and where it stands in the text
    /// and which rows of registers it carries only with all.
    fn tells(&self, it: &ClauseChange, words_only: bool) -> bool {
        let of_text = matches!(it.word, ClauseWord::Cite | ClauseWord::Ref | ClauseWord::Note);
        !it.wording || words_only && (self.all || !of_text)
    }

    /// What a clause says, in the face of the reader.
    fn said(&self, it: &ClauseChange, pair: &Pair, side: usize, text: &str) -> String {
        let at = if side == 0 { pair.aligned.a } else { pair.aligned.b };
        let word = if side == 0 { it.word } else { it.other_word.unwrap_or(it.word) };
        let kind = self.view.provision(side, at).map(|it| it.kind);
        kind.and_then(|kind| words::in_face(kind, word, text, self.face())).unwrap_or_else(|| text.to_owned())
    }

    /// Both texts without the condition that they share, and that condition.
    fn guarded(&self, one: &str, two: &str) -> (String, String, String) {
        let when = self.pick([" 当 ", " 除非 "], [" when ", " unless "]);
        for word in when {
            if let (Some((x, guard)), Some((y, other))) = (one.split_once(word), two.split_once(word))
                && guard == other
                && x != y
            {
                let guard = format!("{}{guard}", word.trim_start());
                return (x.to_owned(), y.to_owned(), self.pick(format!("（{guard}）"), format!(" ({guard})")));
            }
        }
        (one.to_owned(), two.to_owned(), String::new())
    }

    /// Whether a clause is a named part that one side alone has.
    fn is_part(it: &ClauseChange) -> bool {
        it.name.iter().any(Option::is_some) && it.texts.iter().any(Option::is_none)
    }

    fn parts(&self, run: &[&ClauseChange], pair: &Pair, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = run.first() else { return Ok(()) };
        let word = first.word.word();
        let side = usize::from(first.texts.first().is_some_and(Option::is_none));
        let names: Vec<String> = run
            .iter()
            .map(|it| {
                let name = it.name.iter().flatten().next().map_or("", |it| it.as_str());
                let text = it.texts.iter().flatten().next().map_or("", |it| it.as_str());
                match &*self.said(it, pair, side, text) {
                    "1 unit" | "1 person" => name.to_owned(),
                    "1 个" | "1 人" => name.to_owned(),
                    text => format!("{name} {text}"),
                }
            })
            .collect();
        let mark = first.direction.map(|it| format!("  {}", self.direction(it))).unwrap_or_default();
        let (zh, en) = (names.join("、"), names.join(", "));
        let text = self.only_in(side, self.pick(&zh, &en));
        let line = self.pick(format!("{}：{text}{mark}", word.zh), format!("{}: {text}{mark}", word.en));
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

    fn behaviour(&self, it: &Behaviour, pair: &Pair, pad: &str, out: &mut dyn Write) -> io::Result<()> {
        let (zh, en) = words::aspect(it.aspect, &it.ty);
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
        let ty = Self::unit(it, pair);
        for way in &found.ways {
            let (zh, en) = words::way(it.aspect, way.way);
            let told = self.pick(zh, en);
            let region = words::region(machine, way, self.face());
            let partly = if way.throughout { "" } else { self.pick("（其中一部分）", " (in parts)") };
            let facts = words::facts(machine, &way.example, self.face());
            let [one, two] = [&way.example.first, &way.example.second].map(|of| words::value(machine, of, &ty));
            let values = if matches!(way.way, Way::Admits | Way::Refuses) {
                String::new()
            } else {
                format!("{}{} → {}", self.pick("：", ": "), self.view.text(&one), self.view.text(&two))
            };
            let (mut zh_example, mut en_example) =
                (format!("；最小的例子：{facts}"), format!("; smallest example {facts}"));
            if way.example.facts.is_empty() {
                // Where no fact matters there is one case.
                (zh_example, en_example) = (String::new(), String::new());
            }
            let zh = format!(
                "{name}：{region}{}{told}{partly}{zh_example}{values}",
                if region == "任何情形" { "下" } else { " 时" }
            );
            let place = if region == "every case" { "in every case".to_owned() } else { format!("where {region}") };
            let en = format!("{name}: {told} {place}{partly}{en_example}{values}");
            writeln!(out, "{pad}  {}", self.pick(zh, en))?;
        }
        Ok(())
    }

    /// The type that values are shown in: that of the clauses, which name the unit of the text.
    fn unit(it: &Behaviour, pair: &Pair) -> Type {
        let figures = pair.clauses.iter().filter_map(|it| it.figures.as_ref());
        let shown = figures.map(|it| &it.ty).find(|ty| match &it.ty {
            Type::Number(own) => own.dim == ty.dim && own.shown.is_none() && ty.shown.is_some(),
            _ => false,
        });
        shown.map_or_else(|| it.ty.clone(), |it| Type::Number(it.clone()))
    }
}
