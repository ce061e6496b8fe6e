//! The page: what everyone must see as markup, the rest as data that the script shows.

use std::io::{self, Write};

use serde_json::json;

use crate::digest::{base64, sha256};
use crate::model::{Headline, Line, Page};
use crate::pick;
use crate::words::{all, word};

/// The chart library: its name and version in npm, and the hash of the file.
pub const CHART_LIBRARY: (&str, &str, &str) =
    ("chart.js", "4.6.1", "87364cc2b2a76a6684929e7d6b80b18a897794db38400caff1fcf1791c6925d2");

const LIBRARY: &str = include_str!("../vendor/chart.js/chart.umd.min.js");
const STYLE: &str = include_str!("../assets/page.css");
const SCRIPT: &str = include_str!("../assets/page.js");

impl Page {
    /// Writes the page, which needs nothing beside itself.
    ///
    /// # Errors
    ///
    /// Whatever writing returns.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let library = library();
        let data = json!({
            "lang": pick(self.locale, "zh", "en"),
            "words": all(self.locale),
            "charts": self.charts,
            "tables": self.tables,
            "provisions": self.provisions,
            "explanations": self.explanations,
        });
        let lang = pick(self.locale, "zh-CN", "en");
        let title = escaped(&self.title);
        // Scripts and styles are named by their hashes: nothing else runs, and nothing is fetched from anywhere.
        let policy = format!(
            "default-src 'none'; script-src {} {}; style-src {}; base-uri 'none'; form-action 'none'",
            hash_source(&library),
            hash_source(SCRIPT),
            hash_source(STYLE)
        );
        writeln!(out, "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(out, "<meta name=\"generator\" content=\"polis {}\">", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>")?;
        self.header(out)?;
        writeln!(out, "<main>")?;
        self.headlines(out)?;
        self.attention(out)?;
        if !self.charts.is_empty() {
            self.section("charts", out)?;
            writeln!(out, "<div id=\"overview\"></div>\n</section>")?;
        }
        writeln!(out, "<noscript><p class=\"notice\">{}</p></noscript>", self.word("no-script"))?;
        for (index, table) in self.tables.iter().enumerate() {
            writeln!(out, "<section class=\"table\" id=\"table-{index}\"><h2>{}</h2>", escaped(&table.title))?;
            if !table.note.is_empty() {
                writeln!(out, "<p class=\"note\">{}</p>", escaped(&table.note))?;
            }
            writeln!(out, "</section>")?;
        }
        self.lacking(out)?;
        self.sources(out)?;
        self.left_out(out)?;
        self.receipt(out)?;
        writeln!(out, "</main>\n<dialog id=\"why\"></dialog>")?;
        write!(out, "<script type=\"application/json\" id=\"data\">")?;
        serde_json::to_writer(Harmless(out), &data)?;
        writeln!(out, "</script>")?;
        writeln!(out, "<script>{library}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    fn word(&self, key: &'static str) -> &'static str {
        word(key, self.locale)
    }

    fn section(&self, key: &'static str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<section id=\"{key}\"><h2>{}</h2>", self.word(key))
    }

    fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<header>\n<h1>{}</h1>", escaped(&self.title))?;
        writeln!(out, "<p class=\"subtitle\">{}</p>", escaped(&self.subtitle))?;
        for line in &self.lines {
            writeln!(out, "<p class=\"supposed\">{}</p>", escaped(line))?;
        }
        writeln!(out, "<nav aria-label=\"{}\"><ul>", self.word("contents"))?;
        let mut link = |id: &str, text: &str| writeln!(out, "<li><a href=\"#{id}\">{}</a></li>", escaped(text));
        if !self.attention.lines.is_empty() {
            link("attention", self.word("attention"))?;
        }
        for (index, table) in self.tables.iter().enumerate() {
            link(&format!("table-{index}"), &table.title)?;
        }
        link("lacking", self.word("lacking"))?;
        link("provisions", self.word("provisions"))?;
        link("receipt", self.word("receipt"))?;
        writeln!(out, "</ul></nav>\n</header>")
    }

    fn headlines(&self, out: &mut dyn Write) -> io::Result<()> {
        self.section("headlines", out)?;
        writeln!(out, "<dl class=\"headlines\">")?;
        for Headline { label, value, detail, tone, table } in &self.headlines {
            let label = escaped(label);
            let label = match table {
                Some(table) => format!("<a href=\"#table-{table}\">{label}</a>"),
                None => label,
            };
            let tone = tone.word();
            writeln!(out, "<div class=\"tone-{tone}\"><dt>{label}</dt><dd class=\"figure\">{}</dd>", escaped(value))?;
            if !detail.is_empty() {
                writeln!(out, "<dd class=\"detail\">{}</dd>", escaped(detail))?;
            }
            writeln!(out, "</div>")?;
        }
        writeln!(out, "</dl>\n</section>")
    }

    fn attention(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.attention.lines.is_empty() {
            return Ok(());
        }
        self.section("attention", out)?;
        writeln!(out, "<ul class=\"attention\">")?;
        for Line { text, result, tone, at: (table, row, column) } in &self.attention.lines {
            let (text, result, tone) = (escaped(text), escaped(result), tone.word());
            writeln!(
                out,
                "<li>{text} <a class=\"tone-{tone}\" href=\"#why={table}.{row}.{column}\">{result}</a></li>"
            )?;
        }
        writeln!(out, "</ul>")?;
        if self.attention.more > 0 {
            let text = self.word("more").replace("{0}", &self.attention.more.to_string());
            writeln!(out, "<p class=\"note\">{text}</p>")?;
        }
        writeln!(out, "</section>")
    }

    fn lacking(&self, out: &mut dyn Write) -> io::Result<()> {
        self.section("lacking", out)?;
        if self.lacking.is_empty() {
            return writeln!(out, "<p>{}</p>\n</section>", self.word("lacking-none"));
        }
        let (what, count) = (self.word("lacking-what"), self.word("lacking-count"));
        writeln!(
            out,
            "<table class=\"plain\"><thead><tr><th>{what}</th><th class=\"right\">{count}</th></tr></thead>"
        )?;
        writeln!(out, "<tbody>")?;
        for it in &self.lacking {
            writeln!(out, "<tr><td>{}</td><td class=\"right\">{}</td></tr>", escaped(&it.what), it.results)?;
        }
        writeln!(out, "</tbody></table>\n</section>")
    }

    fn sources(&self, out: &mut dyn Write) -> io::Result<()> {
        self.section("provisions", out)?;
        for (index, it) in self.provisions.iter().enumerate() {
            let title = if it.title.is_empty() { String::new() } else { format!(" {}", escaped(&it.title)) };
            let (kind, name) = (escaped(&it.kind), escaped(&it.name));
            writeln!(out, "<details id=\"provision-{index}\"><summary>{kind} <b>{name}</b>{title}</summary>")?;
            for source in &it.sources {
                writeln!(out, "<p class=\"source\">{}</p>", escaped(source))?;
            }
            if !it.refs.is_empty() {
                let refs = escaped(&it.refs.join(pick(self.locale, "、", ", ")));
                writeln!(out, "<p class=\"note\">{}{}{refs}</p>", self.word("refs"), pick(self.locale, "：", ": "))?;
            }
            writeln!(out, "<pre>{}</pre></details>", escaped(&it.text))?;
        }
        writeln!(out, "</section>")
    }

    fn left_out(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.left_out.is_empty() {
            return Ok(());
        }
        self.section("left-out", out)?;
        writeln!(out, "<ul>")?;
        for line in &self.left_out {
            writeln!(out, "<li>{}</li>", escaped(line))?;
        }
        writeln!(out, "</ul>\n</section>")
    }

    fn receipt(&self, out: &mut dyn Write) -> io::Result<()> {
        self.section("receipt", out)?;
        writeln!(out, "<p class=\"note\">{}</p>\n<dl class=\"receipt\">", self.word("receipt-note"))?;
        for (name, value) in &self.receipt {
            writeln!(out, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value))?;
        }
        writeln!(out, "</dl>\n</section>")
    }
}

/// The chart library without its last line, which names a file that is not there.
fn library() -> String {
    LIBRARY.lines().filter(|it| !it.starts_with("//# sourceMappingURL")).collect::<Vec<_>>().join("\n")
}

/// A script or style sheet by its hash, as a policy names it.
fn hash_source(text: &str) -> String {
    format!("'sha256-{}'", base64(&sha256(text.as_bytes())))
}

/// A text as markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Writes JSON so that nothing in it ends the element that it stands in: `<` is only ever part of a string.
struct Harmless<'w>(&'w mut dyn Write);

impl Write for Harmless<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|it| *it == b'<') {
            match piece.split_last() {
                Some((b'<', before)) => {
                    self.0.write_all(before)?;
                    self.0.write_all(b"\\u003c")?;
                }
                _ => self.0.write_all(piece)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use polis_diagnostic::Locale;

    use super::*;
    use crate::digest::hex;
    use crate::model::{Attention, Column, ColumnKind, Entry, Lacking, Provision, Table, Tone};

    /// A text that means something wherever it is not escaped.
    const EVIL: &str = "</script><script>alert(1)</script>'\"&<!--";

    fn page(locale: Locale) -> Page {
        let column = Column {
            head: EVIL.into(),
            kind: ColumnKind::Text,
            entries: vec![Entry { text: EVIL.into(), tone: Tone::Plain, ends: None }],
            known: 1,
            cells: vec![0],
            total: EVIL.into(),
            provision: Some(0),
            why: [(0, 0)].into(),
        };
        let table = Table {
            title: EVIL.into(),
            note: EVIL.into(),
            columns: vec![column],
            rows: 1,
            facet: None,
            chosen: None,
            charts: Vec::new(),
        };
        let line = Line { text: EVIL.into(), result: EVIL.into(), tone: Tone::Breached, at: (0, 0, 0) };
        let headline =
            Headline { label: EVIL.into(), value: EVIL.into(), detail: EVIL.into(), tone: Tone::Plain, table: Some(0) };
        Page {
            locale,
            title: EVIL.into(),
            subtitle: EVIL.into(),
            lines: vec![EVIL.into()],
            headlines: vec![headline],
            attention: Attention { lines: vec![line], more: 2 },
            charts: Vec::new(),
            tables: vec![table],
            provisions: vec![Provision {
                name: EVIL.into(),
                kind: EVIL.into(),
                title: EVIL.into(),
                text: EVIL.into(),
                sources: vec![EVIL.into()],
                refs: vec![EVIL.into()],
                command: EVIL.into(),
            }],
            explanations: vec![crate::Tree { line: EVIL.into(), details: vec![EVIL.into()], steps: vec![], more: 0 }],
            lacking: vec![Lacking { what: EVIL.into(), results: 3 }],
            left_out: vec![EVIL.into()],
            receipt: vec![(EVIL.into(), EVIL.into())],
        }
    }

    fn text(locale: Locale) -> String {
        let mut bytes = Vec::new();
        page(locale).write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn no_text_becomes_markup_or_script() {
        for locale in [Locale::Zh, Locale::En] {
            let text = text(locale);
            // The frame has three scripts of its own, and nobody adds one.
            assert_eq!(text.matches("<script").count(), 3);
            assert_eq!(text.matches("</script").count(), 3);
            assert!(!text.contains("<!--"));
            assert_eq!(text, self::text(locale), "the same page has the same bytes");
        }
    }

    #[test]
    fn data_come_back_as_they_were() {
        let text = text(Locale::Zh);
        let (_, rest) = text.split_once("id=\"data\">").unwrap();
        let (data, _) = rest.split_once("</script>").unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data.pointer("/tables/0/columns/0/entries/0/0").unwrap(), EVIL);
        assert_eq!(data.pointer("/explanations/0/0").unwrap(), EVIL);
    }

    #[test]
    fn nothing_is_fetched_and_nothing_is_handled_inline() {
        let text = text(Locale::En);
        let frame = text.replace(&library(), "");
        for word in ["http://", "https://", " src=", "@import", "url(", " onclick", " onload", " style=\"", "eval("] {
            assert!(!frame.contains(word), "{word}");
        }
        assert!(!text.contains("sourceMappingURL"));
        assert!(text.contains("default-src 'none'; script-src 'sha256-"));
    }

    #[test]
    fn the_chart_library_is_the_one_that_is_pinned() {
        let (name, version, hash) = CHART_LIBRARY;
        assert_eq!(hex(&sha256(LIBRARY.as_bytes())), hash);
        assert_eq!(name, "chart.js");
        assert!(LIBRARY.contains(&format!("Chart.js v{version}")));
        assert!(include_str!("../vendor/chart.js/LICENSE.md").contains("MIT"));
    }
}
