//! Differences for reading in a terminal.

mod pair;

use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_diff::{Apart, Matter, Pair, Status};
use polis_syntax::words::{Face, Kind};

use super::effect::Effects;
use super::words;
use super::{Shown, View};

/// What is told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Different,
    /// What reads alike and comes to something else through others.
    Following,
    Reworded,
    Vocabulary,
}

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
    writer.body(shown, out)
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

    /// All that follows the head.
    pub(super) fn body(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.pairs(shown, out)?;
        self.undecided(shown, out)?;
        self.apart(shown, out)?;
        self.alone(shown, out)?;
        self.broken(out)
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
        let alone = if self.view.versions() {
            self.pick(format!("删去 {gone} 条，新增 {new} 条"), format!("{gone} removed, {new} added"))
        } else {
            self.pick(format!("只有{a} {gone} 条，只有{b} {new} 条"), format!("{gone} only in {a}, {new} only in {b}"))
        };
        let pairs = shown.pairs.len();
        let zh = format!("对应 {pairs} 对：相同 {same}，改写 {reworded}，不同 {changed}；{alone}");
        let en =
            format!("{pairs} answer each other: {same} the same, {reworded} reworded, {changed} different; {alone}");
        writeln!(out, "{}", self.pick(zh, en))?;
        let d = self.decided(shown);
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

    /// How much of what is shown was decided, with what it stands in.
    fn decided(&self, shown: &Shown) -> polis_diff::Decided {
        let outer = |at: usize| {
            let mut at = at;
            while let Some(above) = self.pair(at).and_then(|it| it.within) {
                at = above;
            }
            at
        };
        let all: std::collections::BTreeSet<usize> = shown.pairs.iter().map(|it| outer(*it)).collect();
        let mut found = polis_diff::Decided::default();
        for it in all.into_iter().filter_map(|it| self.pair(it)).flat_map(|it| &it.behaviour) {
            match &it.outcome {
                Ok(it) if it.ways.is_empty() => found.same += 1,
                Ok(_) => found.different += 1,
                Err(_) => found.undecided += 1,
            }
            found.asked += it.outcome.as_ref().map_or(0, |it| it.asked);
        }
        found
    }

    /// Whether a pair differs only in what comes of provisions that it rests on.
    fn follows(pair: &Pair) -> bool {
        pair.status == Status::Changed
            && !pair.through.is_empty()
            && !pair.changed_inside
            && pair.entities.is_none()
            && pair.clauses.iter().all(|it| it.wording)
    }

    pub(super) fn pairs(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let is_vocabulary =
            |it: &Pair| self.view.provision(0, it.aligned.a).is_some_and(polis_diff::Provision::is_vocabulary);
        let groups = [
            (self.pick("不同", "Different"), Group::Different),
            (self.pick("随之而变", "Changed through others"), Group::Following),
            (self.pick("只是写法不同", "Reworded only"), Group::Reworded),
            (self.pick("用语不同", "Words that differ"), Group::Vocabulary),
        ];
        for (title, group) in groups {
            let wanted = |at: &usize| {
                let Some(it) = self.pair(*at).filter(|it| is_vocabulary(it) == (group == Group::Vocabulary)) else {
                    return false;
                };
                let outer = it.within.is_none_or(|it| !shown.pairs.contains(&it));
                let changed = it.status == Status::Changed || it.changed_inside;
                outer
                    && match group {
                        Group::Reworded => !changed && (it.differs() || self.words_inside(*at)),
                        Group::Different => changed && !Self::follows(it),
                        Group::Following => changed && Self::follows(it),
                        Group::Vocabulary => changed,
                    }
            };
            let rows: Vec<usize> = shown.pairs.iter().copied().filter(wanted).collect();
            if rows.is_empty() {
                continue;
            }
            writeln!(out, "\n{}{title}{}", self.paint.bold, self.paint.off)?;
            for at in rows {
                self.one(at, 1, group == Group::Reworded, out)?;
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

    /// What reads alike and rests on what differs, where it is not decided whether it comes to the same.
    fn undecided(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in shown.pairs.iter().filter_map(|it| self.pair(*it)) {
            if pair.status == Status::Changed || pair.through.is_empty() {
                continue;
            }
            let why = pair.behaviour.iter().find_map(|it| it.outcome.as_ref().err());
            let Some((zh, en)) = why.map(words::undecided) else { continue };
            reasons.entry(self.pick(zh, en)).or_default().push(self.title(pair));
        }
        if reasons.is_empty() {
            return Ok(());
        }
        let title =
            self.pick("条文相同，是否随之而变未判定", "Alike in text, not decided whether changed through others");
        writeln!(out, "\n{}{title}{}", self.paint.bold, self.paint.off)?;
        for (why, titles) in reasons {
            let list = titles.join(self.pick("、", ", "));
            writeln!(out, "  {}", self.pick(format!("{why}：{list}"), format!("{why}: {list}")))?;
        }
        Ok(())
    }

    /// What both say of one matter without one answering the other.
    fn apart(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let all: Vec<&Apart> = self.view.apart(shown).collect();
        if all.is_empty() {
            return Ok(());
        }
        let title = self.pick("同一事项，不可比", "Of one matter, incomparable");
        writeln!(out, "\n{}{title}{}", self.paint.bold, self.paint.off)?;
        for it in all {
            let matter = match &it.matter {
                Matter::Concept(it) => it.name.to_string(),
                Matter::Kind(it) => self.view.kind(*it).to_owned(),
            };
            let (zh, en) = words::unlike(&it.why, self.view.labels);
            writeln!(out, "  {}", self.pick(format!("{matter}：{zh}"), format!("{matter}: {en}")))?;
            for (side, (label, provisions)) in self.view.labels.iter().zip(&it.provisions).enumerate() {
                for at in provisions {
                    let Some(own) = self.view.provision(side, *at) else { continue };
                    let gist = self.view.sides.get(side).and_then(|of| polis_diff::gist_of(of, *at));
                    let gist = gist.map(|it| words::gist(&it, self.view.locale)).unwrap_or_default();
                    let kind = self.view.kind(own.kind);
                    let of = words::about(own).unwrap_or_default();
                    let line = self.pick(format!("{label}：{of}{kind} {gist}"), {
                        let of = words::about(own).map(|it| format!(" of {it}")).unwrap_or_default();
                        format!("{label}: {kind}{of} {gist}")
                    });
                    let place = self.view.sides.get(side).and_then(|it| it.line(own, own.block.word.span));
                    let place = place.map(|(path, line)| format!("  {path}:{line}")).unwrap_or_default();
                    writeln!(out, "    {line}{}{place}{}", self.paint.dim, self.paint.off)?;
                }
            }
        }
        Ok(())
    }

    /// Whether so little has no counterpart that it can be told what it says.
    fn brief(&self, shown: &Shown) -> bool {
        !self.all && shown.only.iter().map(Vec::len).sum::<usize>() <= 24
    }

    pub(super) fn alone(&self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let told: std::collections::BTreeSet<(usize, usize)> = self
            .view
            .apart(shown)
            .flat_map(|it| it.provisions.iter().enumerate())
            .flat_map(|(side, all)| all.iter().map(move |it| (side, *it)))
            .collect();
        for (side, all) in shown.only.iter().enumerate() {
            let label = self.view.labels.get(side).copied().unwrap_or_default();
            let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
            for at in all {
                let Some(it) = self.view.provision(side, *at) else { continue };
                // What is inside a pair has been told there, and what is of one matter with the other side's above.
                if it.parent.is_some() || told.contains(&(side, *at)) {
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
            let title = match (self.view.versions(), side) {
                (true, 0) => self.pick("删去".to_owned(), "Removed".to_owned()),
                (true, _) => self.pick("新增".to_owned(), "Added".to_owned()),
                (false, _) => self.pick(format!("只有{label}"), format!("Only in {label}")),
            };
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
