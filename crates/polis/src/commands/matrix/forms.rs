//! The matrix for programs, documents and browsers.

use std::io::{self, Write};

use polis_diff::About;
use serde_json::{Value as Json, json};

use super::{View, figure, topic_word, verdict_word};
use crate::page;

pub(super) fn json(view: &View<'_, '_>) -> Json {
    let topics: Vec<Json> = view
        .matrix
        .topics
        .iter()
        .map(|topic| {
            let rows: Vec<Json> = topic.rows.iter().map(|it| row(view, it)).collect();
            json!({
                "topic": topic_word(topic.topic),
                "silent": topic.silent.iter().map(|it| view.label(*it)).collect::<Vec<_>>(),
                "rows": rows,
            })
        })
        .collect();
    let cities: Vec<Json> = view
        .cities
        .iter()
        .zip(view.labels)
        .map(|(side, label)| json!({"package": side.package.name(side.db).as_str(), "label": label}))
        .collect();
    json!({"cities": cities, "topics": topics})
}

fn row(view: &View<'_, '_>, it: &polis_diff::Row) -> Json {
    let cells: Vec<Json> = it
        .cells
        .iter()
        .enumerate()
        .map(|(city, cell)| {
            cell.iter()
                .map(|gist| {
                    let place = view.place(city, gist);
                    json!({
                        "name": gist.name.as_str(),
                        "kind": gist.kind.word().en,
                        "title": gist.title.as_deref(),
                        "concepts": gist.concepts.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        "text": view.gist(gist),
                        "figure": figure(gist, view.face()),
                        "path": place.as_ref().map(|it| it.0.as_str()),
                        "line": place.map(|it| it.1),
                    })
                })
                .collect()
        })
        .collect();
    let concept = match &it.about {
        About::Concept(concept) => Some(concept.to_string()),
        _ => None,
    };
    json!({
        "matter": view.about(&it.about),
        "concept": concept,
        "verdict": verdict_word(&it.verdict),
        "comparison": view.verdict(it),
        "blank": View::blank(it).into_iter().map(|it| view.label(it)).collect::<Vec<_>>(),
        "cells": cells,
    })
}

pub(super) fn markdown(view: &View<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', " ");
    let title = view.labels.join(view.pick("、", ", "));
    writeln!(out, "# {}", escape(&title))?;
    for topic in &view.matrix.topics {
        writeln!(out, "\n## {}\n", view.topic(topic.topic))?;
        let mut head = vec![view.pick("事项", "Matter").to_owned()];
        head.extend(view.labels.iter().map(|it| escape(it)));
        head.push(view.pick("比较", "Comparison").to_owned());
        writeln!(out, "| {} |", head.join(" | "))?;
        writeln!(out, "|{}", "---|".repeat(head.len()))?;
        for row in &topic.rows {
            let mut cells = vec![escape(&view.about(&row.about))];
            cells.extend(row.cells.iter().map(|cell| {
                if cell.is_empty() {
                    return "—".to_owned();
                }
                cell.iter().map(|it| escape(&view.gist(it))).collect::<Vec<_>>().join("<br>")
            }));
            cells.push(escape(&view.verdict(row)));
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        if !topic.silent.is_empty() {
            let names = view.labels(&topic.silent);
            writeln!(out, "\n{}", view.pick(format!("没有规定：{names}。"), format!("Nothing in: {names}.")))?;
        }
    }
    Ok(())
}

pub(super) fn html(view: &View<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    use page::escape;
    let title = view.labels.join(view.pick("、", ", "));
    page::head(&title, view.locale, out)?;
    writeln!(out, "<h1>{}</h1>", escape(&title))?;
    page::filter(
        view.locale,
        &[
            ("same", "相同", "the same"),
            ("one", "只有一市", "one city only"),
            ("incomparable", "不可比", "incomparable"),
            ("other", "其余", "others"),
        ],
        out,
    )?;
    for topic in &view.matrix.topics {
        writeln!(out, "<section><h2>{}</h2>\n<table><thead><tr>", escape(view.topic(topic.topic)))?;
        write!(out, "<th>{}</th>", view.pick("事项", "Matter"))?;
        for label in view.labels {
            write!(out, "<th>{}</th>", escape(label))?;
        }
        writeln!(out, "<th>{}</th></tr></thead><tbody>", view.pick("比较", "Comparison"))?;
        for row in &topic.rows {
            let class = match verdict_word(&row.verdict) {
                it @ ("same" | "one" | "incomparable") => it,
                _ => "other",
            };
            writeln!(out, "<tr class=\"entry\" data-class=\"{class}\"><th>{}</th>", escape(&view.about(&row.about)))?;
            for (city, cell) in row.cells.iter().enumerate() {
                write!(out, "<td>")?;
                if cell.is_empty() {
                    write!(out, "<span class=\"blank\">—</span>")?;
                }
                for gist in cell {
                    let text = view
                        .cities
                        .get(city)
                        .and_then(|side| Some(side.settled(side.provisions.get(gist.provision)?, None)));
                    let place = view.place(city, gist).map(|it| format!("{}:{}", it.0, it.1)).unwrap_or_default();
                    write!(
                        out,
                        "<details><summary>{}</summary><p class=\"place\">{}</p><pre>{}</pre></details>",
                        escape(&view.gist(gist)),
                        escape(&place),
                        escape(&text.unwrap_or_default())
                    )?;
                }
                writeln!(out, "</td>")?;
            }
            writeln!(out, "<td class=\"verdict\">{}</td></tr>", escape(&view.verdict(row)))?;
        }
        writeln!(out, "</tbody></table>")?;
        if !topic.silent.is_empty() {
            let names = view.labels(&topic.silent);
            writeln!(
                out,
                "<p>{}</p>",
                escape(&view.pick(format!("没有规定：{names}"), format!("Nothing in: {names}")))
            )?;
        }
        writeln!(out, "</section>")?;
    }
    page::tail(out)
}
