//! Differences for browsers and documents.

use std::io::{self, Write};

use polis_diff::Status;

use super::text::Writer;
use super::words;
use super::{Shown, View};
use crate::page::{self, escape};

/// One page that needs nothing else: a filter, and both texts of each pair side by side.
pub(super) fn html(
    view: &View<'_, '_>,
    shown: &Shown,
    writer: &Writer<'_, '_, '_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let [a, b] = view.labels;
    let title = format!("{a} → {b}");
    page::head(&title, view.locale, out)?;
    writeln!(out, "<h1>{}</h1>", escape(&title))?;
    let mut head = Vec::new();
    writer.head(shown, &mut head)?;
    let head = String::from_utf8_lossy(&head);
    for line in head.lines().skip(1) {
        writeln!(out, "<p>{}</p>", escape(line))?;
    }
    let (only_a, only_b) = (format!("只有{a}"), format!("只有{b}"));
    let (only_a_en, only_b_en) = (format!("only in {a}"), format!("only in {b}"));
    let (only_a, only_b) = ((escape(&only_a), escape(&only_a_en)), (escape(&only_b), escape(&only_b_en)));
    page::filter(
        view.locale,
        &[
            ("changed", "不同", "different"),
            ("reworded", "只是写法不同", "reworded only"),
            ("identical", "相同", "the same"),
            ("first", &only_a.0, &only_a.1),
            ("second", &only_b.0, &only_b.1),
        ],
        out,
    )?;
    for at in shown.pairs.iter().copied() {
        let Some(pair) = view.diff.pairs.get(at) else { continue };
        if pair.within.is_some_and(|it| shown.pairs.contains(&it)) {
            continue;
        }
        let class = if pair.status == Status::Changed || pair.changed_inside {
            "changed"
        } else if pair.differs() || writer.words_inside(at) {
            "reworded"
        } else {
            "identical"
        };
        write!(out, "<details class=\"entry\" data-class=\"{class}\"><summary>{}", escape(&writer.title(pair)))?;
        for it in &pair.directions {
            let (zh, en) = words::direction(*it);
            write!(out, "<span class=\"mark\">{}</span>", view.pick(zh, en))?;
        }
        writeln!(out, "</summary>")?;
        let mut lines = Vec::new();
        writer.one(at, 0, class == "reworded", &mut lines)?;
        let lines = String::from_utf8_lossy(&lines);
        let lines: Vec<&str> = lines.lines().skip(1).collect();
        writeln!(out, "<pre>{}</pre>", escape(&lines.join("\n")))?;
        writeln!(out, "<div class=\"both\">")?;
        for (side, index) in [(0, pair.aligned.a), (1, pair.aligned.b)] {
            both(view, side, index, out)?;
        }
        writeln!(out, "</div></details>")?;
    }
    for ((side, class), all) in [(0, "first"), (1, "second")].into_iter().zip(&shown.only) {
        for at in all.iter().copied() {
            let Some(it) = view.provision(side, at).filter(|it| it.parent.is_none()) else { continue };
            let label = view.labels.get(side).copied().unwrap_or_default();
            let mark = view.pick(format!("只有{label}"), format!("only in {label}"));
            let name = match &it.title {
                Some(title) => format!("{} {}“{title}”", view.kind(it.kind), it.symbol.name),
                None => format!("{} {}", view.kind(it.kind), it.symbol.name),
            };
            writeln!(
                out,
                "<details class=\"entry\" data-class=\"{class}\"><summary>{}<span class=\"mark\">{}</span></summary>",
                escape(&name),
                escape(&mark)
            )?;
            both(view, side, at, out)?;
            writeln!(out, "</details>")?;
        }
    }
    page::tail(out)
}

/// The text of one side's provision.
fn both(view: &View<'_, '_>, side: usize, at: usize, out: &mut dyn Write) -> io::Result<()> {
    let (Some(it), Some(of)) = (view.provision(side, at), view.sides.get(side)) else { return Ok(()) };
    let place = of.line(it, it.block.word.span).map(|(path, line)| format!("{path}:{line}")).unwrap_or_default();
    let label = view.labels.get(side).copied().unwrap_or_default();
    writeln!(
        out,
        "<div><p class=\"place\">{} {}</p><pre>{}</pre></div>",
        escape(label),
        escape(&place),
        escape(&of.settled(it, None))
    )
}

pub(super) fn markdown(shown: &Shown, writer: &Writer<'_, '_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let plain = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('|', "\\|")
            .replace('*', "\\*")
            .replace('_', "\\_")
            .replace('<', "&lt;")
            .replace('[', "\\[")
    };
    let mut bytes = Vec::new();
    writer.head(shown, &mut bytes)?;
    let head = String::from_utf8_lossy(&bytes);
    let mut lines = head.lines();
    writeln!(out, "# {}", plain(lines.next().unwrap_or_default()))?;
    for line in lines {
        writeln!(out, "\n{}", plain(line))?;
    }
    let mut bytes = Vec::new();
    writer.body(shown, &mut bytes)?;
    let body = String::from_utf8_lossy(&bytes);
    for line in body.lines().filter(|it| !it.trim().is_empty()) {
        let text = line.trim_start();
        let depth = (line.len() - text.len()) / 2;
        match depth {
            0 => writeln!(out, "\n## {}\n", plain(text))?,
            depth => writeln!(out, "{}- {}", "  ".repeat(depth - 1), plain(text))?,
        }
    }
    Ok(())
}
