//! An explanation as a graph in the language of Graphviz.

use std::fmt::Write as _;

use polis_diagnostic::Locale;

use crate::told::Told;

/// The graph of explanations: every step a box, with an arrow to it from what rests on it.
#[must_use]
pub fn dot(told: &[Told], locale: Locale) -> String {
    let mut out = String::from(
        "digraph why {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [color=gray];\n",
    );
    let mut next = 0;
    for told in told {
        node(told, None, locale, &mut next, &mut out);
    }
    out.push_str("}\n");
    out
}

fn node(told: &Told, above: Option<usize>, locale: Locale, next: &mut usize, out: &mut String) {
    let own = *next;
    *next += 1;
    let below = told.below(locale);
    let label: Vec<String> = std::iter::once(&told.line).chain(&below).map(|it| escaped(it)).collect();
    let shape = match told.kind {
        "fact" => ", shape=note, style=filled, fillcolor=\"#eef3f8\"",
        "parameter" => ", shape=note, style=filled, fillcolor=\"#f6f1e4\"",
        "superior" | "constraint" => ", style=\"rounded,bold\"",
        _ if told.applies == Some(false) => ", style=\"rounded,dashed\", fontcolor=gray",
        _ => "",
    };
    // Writing to a string does not fail. `\l` ends a line on the left.
    let _ = writeln!(out, "  n{own} [label=\"{}\\l\"{shape}];", label.join("\\l"));
    if let Some(above) = above {
        let _ = writeln!(out, "  n{above} -> n{own};");
    }
    for step in &told.steps {
        node(step, Some(own), locale, next, out);
    }
}

/// The text within a quoted string, where a backslash begins an escape.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\l"),
            '\r' => {}
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::told::Source;

    #[test]
    fn nothing_ends_a_string_before_its_end() {
        for (text, expected) in [
            ("a \"b\"", "a \\\"b\\\""),
            ("back\\slash\"", "back\\\\slash\\\""),
            ("two\nlines\r", "two\\llines"),
            ("tab\tbell\u{7}", "tab bell "),
            ("中文 <b>&amp;", "中文 <b>&amp;"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn every_step_is_a_box_with_an_arrow_from_what_rests_on_it() {
        let fact = Told { kind: "fact", line: "homes = \"3\"".into(), ..Told::default() };
        let off = Told { kind: "part", line: "extra".into(), applies: Some(false), ..Told::default() };
        let sources = vec![Source { document: "《Doc》".into(), passage: "words".into() }];
        let root = Told { kind: "rule", line: "size = 1".into(), sources, steps: vec![off, fact], ..Told::default() };
        let text = dot(&[root], Locale::En);
        let lines: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(
            lines,
            [
                "  n0 [label=\"size = 1\\lsource: 《Doc》 “words”\\l\"];",
                "  n1 [label=\"extra\\l\", style=\"rounded,dashed\", fontcolor=gray];",
                "  n0 -> n1;",
                "  n2 [label=\"homes = \\\"3\\\"\\l\", shape=note, style=filled, fillcolor=\"#eef3f8\"];",
                "  n0 -> n2;",
                "}",
            ]
        );
    }
}
