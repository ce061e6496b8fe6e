//! Findings with the lines of the source, drawn by ariadne.
//!
//! Only the drawing is ariadne's (0.6). Headline and remarks are ours, since its words are fixed English, and so is the
//! place in a box's heading: ariadne counts characters where the other forms count cells. This module also keeps away
//! what it does not bear; each guard below has a test.
//!
//! * Spans are given to it in characters. With `IndexType::Byte` it takes the character offset of a second file's label
//!   for a byte offset, which names the wrong line in a Chinese text and panics where that is inside a character.
//! * Spans are in order and inside the text, and an empty one covers one character, else nothing is drawn under it.
//! * The text has a blank line more than the file, so that there is a character at the end of the file.
//! * Labels are sorted by file and line, else a file's box is drawn several times.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use ariadne::{Cache, Color, Config, Fmt, IndexType, Report, ReportKind, Source};
use unicode_width::UnicodeWidthStr;

use super::places::Places;
use super::visible::{MARK, visible, visible_char};
use super::{remarks, severity_word};
use crate::catalogue::GeneralNote;
use crate::files::{ColumnUnit, Files, LineIndex, clamp_shown, columns, saturate, to_usize};
use crate::locale::Locale;
use crate::model::{Diagnostic, FileId, Label, Severity, Span};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FullOptions {
    /// Whether to colour; not where the output is no terminal or `NO_COLOR` is set.
    pub color: bool,
    /// What lines are drawn with.
    pub charset: CharSet,
}

/// What lines are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CharSet {
    /// Box-drawing characters. Some terminals with a Chinese font draw them two cells wide.
    #[default]
    Unicode,
    /// `-`, `|` and the like.
    Ascii,
}

/// A line over this many characters is not shown: such a file is generated, and its line would fill the screen.
const LONGEST_LINE: usize = 2_000;

/// Writes every finding, parted by blank lines.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    options: FullOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut painter = Painter {
        views: Views { files, views: BTreeMap::new() },
        places: Places::new(files, ColumnUnit::Width),
        locale,
        options,
    };
    for (position, diagnostic) in diagnostics.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        painter.diagnostic(diagnostic, out)?;
    }
    Ok(())
}

struct Painter<'a> {
    views: Views<'a>,
    places: Places<'a>,
    locale: Locale,
    options: FullOptions,
}

impl Painter<'_> {
    fn diagnostic(&mut self, diagnostic: &Diagnostic, out: &mut dyn io::Write) -> io::Result<()> {
        let color = severity_color(diagnostic.severity);
        let severity = severity_word(diagnostic.severity, self.locale);
        let colon = self.locale.pick("：", ": ");
        let headline = format!("{severity}[{}]{colon}", diagnostic.code());
        let message = diagnostic.message.render(self.locale);
        writeln!(out, "{}{}", self.paint(headline.trim_end(), color), {
            let blank = if headline.ends_with(' ') { " " } else { "" };
            format!("{blank}{}", visible(&message))
        })?;

        let drawable = labels(diagnostic).all(|label| self.views.is_drawable(label.at));
        let margin = if drawable { self.drawing(diagnostic, out)? } else { self.listing(diagnostic, out)? };
        self.remarks(diagnostic, &margin, out)
    }

    /// Draws the source with its labels; returns the blanks that stand before its left line.
    fn drawing(&mut self, diagnostic: &Diagnostic, out: &mut dyn io::Write) -> io::Result<String> {
        let drawn = self.ariadne(diagnostic)?;
        let drawn = self.renumbered(&drawn);
        let bar = self.horizontal();
        // The first line is ariadne's headline, the last one closes the box.
        let mut lines: Vec<&str> = drawn.lines().skip(1).collect();
        let last = lines.pop().unwrap_or_default();
        let margin = " ".repeat(last.chars().filter(|&c| c == bar).count());
        for line in lines {
            writeln!(out, "{}", self.heading(line).trim_end())?;
        }
        if remarks(diagnostic, self.locale).is_empty() {
            writeln!(out, "{last}")?;
        } else {
            writeln!(out, "{margin}{}", self.paint(self.bar(), MARGIN))?;
        }
        Ok(margin)
    }

    /// With the numbers that lines have in their files, where a text is a part of one: ariadne counts from the beginning of
    /// the text.
    fn renumbered(&self, drawn: &str) -> String {
        let files = self.views.files;
        let bar = self.horizontal();
        let mut before = 0;
        let mut numbered: Vec<(&str, Option<LineNumber>)> = Vec::new();
        for line in drawn.lines() {
            let marked = line.split_once(MARK).and_then(|it| it.1.split(':').next()?.parse().ok());
            if let Some(file) = marked {
                before = files.lines_before(FileId(file));
            }
            let number = line_number(line).map(|(at, number)| (at, number.saturating_add(before)));
            numbered.push((line, number));
        }
        let old =
            drawn.lines().next_back().unwrap_or_default().chars().filter(|it| *it == bar).count().saturating_sub(2);
        let width = numbered.iter().filter_map(|it| it.1.as_ref()).map(|it| it.1.to_string().len()).max().unwrap_or(0);
        let Some(more) = width.checked_sub(old).filter(|it| *it > 0) else { return drawn.to_owned() };
        let mut lines: Vec<String> = numbered
            .into_iter()
            .map(|(line, number)| match number {
                Some((at, number)) => {
                    let (left, right) =
                        (line.get(..at.start).unwrap_or_default(), line.get(at.end..).unwrap_or_default());
                    let left = left.trim_end_matches(' ');
                    let gap = if left.is_empty() { " " } else { "" };
                    format!("{left}{gap}{number:>width$}{right}")
                }
                None => format!("{}{line}", " ".repeat(more)),
            })
            .collect();
        if let Some(last) = lines.last_mut() {
            *last = last.trim_start_matches(' ').replacen(bar, &bar.to_string().repeat(more + 1), 1);
        }
        lines.join("\n")
    }

    fn ariadne(&mut self, diagnostic: &Diagnostic) -> io::Result<String> {
        let charset = match self.options.charset {
            CharSet::Unicode => ariadne::CharSet::Unicode,
            CharSet::Ascii => ariadne::CharSet::Ascii,
        };
        let config =
            Config::new().with_color(self.options.color).with_char_set(charset).with_index_type(IndexType::Char);
        let primary = self.views.chars(diagnostic.primary.at);
        let mut report = Report::build(ReportKind::Error, primary).with_config(config);
        for label in self.sorted_labels(diagnostic) {
            let is_primary = std::ptr::eq(label, &raw const diagnostic.primary);
            let text = match &label.text {
                Some(note) => note.render(self.locale),
                // Ariadne underlines only what has a text.
                None => GeneralNote::Here.render(self.locale),
            };
            report.add_label(
                ariadne::Label::new(self.views.chars(label.at))
                    .with_message(visible(&text))
                    .with_priority(i32::from(is_primary))
                    .with_color(if is_primary { severity_color(diagnostic.severity) } else { Color::Blue }),
            );
        }
        let mut drawn = Vec::new();
        report.finish().write(&mut self.views, &mut drawn)?;
        Ok(String::from_utf8_lossy(&drawn).into_owned())
    }

    /// The labels with the primary file's first, then by path, each file's by line.
    fn sorted_labels<'d>(&mut self, diagnostic: &'d Diagnostic) -> Vec<&'d Label> {
        let first = diagnostic.primary.at.file;
        let mut labels: Vec<&Label> = labels(diagnostic).collect();
        labels.sort_by_cached_key(|label| {
            let Span { file, start, end } = label.at;
            let path = self.views.files.path(file);
            let last_line = self.views.last_line(label.at);
            (file != first, path, file, last_line, start, end)
        });
        labels
    }

    /// Puts path, line and column into the heading of a box, where there is [`MARK`], the file, and ariadne's place.
    fn heading(&self, line: &str) -> String {
        let replaced = || {
            let (left, marked) = line.split_once(MARK)?;
            let (place, right) = marked.split_once(' ')?;
            let mut numbers = place.split(':').map(|number| number.parse::<u32>().ok());
            let file = FileId(numbers.next()??);
            let line = numbers.next()??;
            let column = numbers.next()??;
            let text = self.views.files.text(file);
            let content = self.views.views.get(&file)?.index.line_range(text, line - 1);
            let content = text.get(to_usize(content.start)..to_usize(content.end))?;
            let before: String = content.chars().take(to_usize(column - 1)).collect();
            let column = columns(&before, ColumnUnit::Width) + 1;
            let path = visible(self.views.files.path(file));
            let line = line.saturating_add(self.views.files.lines_before(file));
            Some(format!("{left}{path}:{line}:{column} {right}"))
        };
        replaced().unwrap_or_else(|| line.to_owned())
    }

    /// Lists the places of a finding whose lines cannot be shown.
    fn listing(&mut self, diagnostic: &Diagnostic, out: &mut dyn io::Write) -> io::Result<String> {
        for label in labels(diagnostic) {
            let place = self.places.resolve(label.at);
            let (line, column) = (place.start.line, place.start.column);
            write!(out, "  --> {}:{line}:{column}", visible(place.path))?;
            if let Some(note) = &label.text {
                let note = note.render(self.locale);
                write!(out, "{}{}", self.locale.pick("：", ": "), visible(&note))?;
            }
            writeln!(out)?;
        }
        Ok("   ".to_owned())
    }

    /// Writes notes and helps; further lines of one stand below its first.
    fn remarks(&self, diagnostic: &Diagnostic, margin: &str, out: &mut dyn io::Write) -> io::Result<()> {
        for (word, text) in remarks(diagnostic, self.locale) {
            let word = format!("{word}{}", self.locale.pick("：", ": "));
            let indent = " ".repeat(margin.len() + 2 + word.width());
            for (position, line) in text.lines().enumerate() {
                if position == 0 {
                    let sign = self.paint("=", MARGIN);
                    let word = self.paint(&word, REMARK);
                    writeln!(out, "{margin}{sign} {word}{}", visible(line))?;
                } else {
                    writeln!(out, "{indent}{}", visible(line))?;
                }
            }
        }
        Ok(())
    }

    fn paint(&self, text: &str, color: Color) -> String {
        if self.options.color { text.fg(color).to_string() } else { text.to_owned() }
    }

    const fn horizontal(&self) -> char {
        match self.options.charset {
            CharSet::Unicode => '─',
            CharSet::Ascii => '-',
        }
    }

    const fn bar(&self) -> &'static str {
        match self.options.charset {
            CharSet::Unicode => "│",
            CharSet::Ascii => "|",
        }
    }
}

/// The colours that ariadne has for its margin and its notes.
const MARGIN: Color = Color::Fixed(246);
const REMARK: Color = Color::Fixed(115);

const fn severity_color(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Fixed(147),
    }
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    std::iter::once(&diagnostic.primary).chain(&diagnostic.labels)
}

/// The files as ariadne is to see them.
struct Views<'a> {
    files: &'a dyn Files,
    views: BTreeMap<FileId, View>,
}

/// A file with harmless characters and a blank line more. It has as many characters as the file in every line, so that a
/// character's line and column are the same in both; its bytes differ.
struct View {
    source: Source<String>,
    index: LineIndex,
    /// Of each line, the number of characters before it.
    chars: Vec<usize>,
}

impl Views<'_> {
    fn is_drawable(&self, at: Span) -> bool {
        let text = self.files.text(at.file);
        let Range { start, end } = clamp_shown(text, at);
        // Only the lines at the ends of a label are shown.
        [start, end].into_iter().all(|offset| {
            let before = text.get(..offset).unwrap_or_default();
            let after = text.get(offset..).unwrap_or_default();
            let length = before.chars().rev().take_while(|c| !is_line_end(*c)).take(LONGEST_LINE + 1).count()
                + after.chars().take_while(|c| !is_line_end(*c)).take(LONGEST_LINE + 1).count();
            length <= LONGEST_LINE
        })
    }

    fn view(&mut self, file: FileId) -> &View {
        let text = self.files.text(file);
        self.views.entry(file).or_insert_with(|| View::new(text))
    }

    /// A span in characters, never empty.
    fn chars(&mut self, at: Span) -> (FileId, Range<usize>) {
        let text = self.files.text(at.file);
        let bytes = clamp_shown(text, at);
        let view = self.view(at.file);
        let start = view.char_offset(text, bytes.start);
        let end = view.char_offset(text, bytes.end);
        (at.file, start..end.max(start + 1))
    }

    fn last_line(&mut self, at: Span) -> u32 {
        let bytes = clamp_shown(self.files.text(at.file), at);
        self.view(at.file).index.line(saturate(bytes.end))
    }
}

/// Where a number stands in a drawn line, and the number.
type LineNumber = (Range<usize>, u32);

/// The number with which a drawn line begins, and where it stands: after blanks and colours.
fn line_number(line: &str) -> Option<LineNumber> {
    let mut start = 0;
    loop {
        let rest = line.get(start..)?;
        match rest.chars().next()? {
            ' ' => start += 1,
            '\u{1b}' => start += rest.find('m')? + 1,
            '0'..='9' => {
                let length = rest.find(|it: char| !it.is_ascii_digit())?;
                let number = rest.get(..length)?.parse().ok()?;
                return Some((start..start + length, number));
            }
            _ => return None,
        }
    }
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

impl View {
    fn new(text: &str) -> Self {
        let shown = |c| match c {
            '\t' | '\n' | '\r' => c,
            c => visible_char(c),
        };
        let index = LineIndex::new(text);
        let mut chars = Vec::new();
        let mut before = 0;
        let mut from = 0;
        for line in 1..=index.line_count() {
            chars.push(before);
            let to = to_usize(index.line_start(line).unwrap_or(saturate(text.len())));
            before += text.get(from..to).unwrap_or_default().chars().count();
            from = to;
        }
        // The blank keeps a final CR from becoming one line end with the LF.
        let source = text.chars().map(shown).chain([' ', '\n']).collect::<String>();
        Self { source: Source::from(source), index, chars }
    }

    fn char_offset(&self, text: &str, offset: usize) -> usize {
        let line = self.index.line(saturate(offset));
        let start = to_usize(self.index.line_start(line).unwrap_or_default());
        let before = self.chars.get(to_usize(line)).copied().unwrap_or_default();
        before + text.get(start..offset).unwrap_or_default().chars().count()
    }
}

impl Cache<FileId> for Views<'_> {
    type Storage = String;

    #[expect(refining_impl_trait, reason = "the error is never made, and its type is the simplest")]
    fn fetch(&mut self, id: &FileId) -> Result<&Source<String>, std::convert::Infallible> {
        Ok(&self.view(*id).source)
    }

    #[expect(refining_impl_trait, reason = "the simplest type")]
    fn display(&self, id: &FileId) -> Option<String> {
        Some(format!("{MARK}{}", id.0))
    }
}

#[cfg(test)]
mod tests;
