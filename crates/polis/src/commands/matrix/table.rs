//! The matrix in a terminal: a row of several lines for each matter, a column for each city.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::View;
use crate::table::{Column, Table, TableOptions};

/// More answers of one city than this are counted only.
const MOST: usize = 5;

/// A longer answer is cut after this many lines.
const LINES: usize = 6;

pub(super) fn write(view: &View<'_, '_>, width: usize, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let (bold, off) = if color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let mut first = true;
    for topic in &view.matrix.topics {
        if !first {
            writeln!(out)?;
        }
        first = false;
        writeln!(out, "{bold}{}{off}", view.topic(topic.topic))?;
        let matter = view.pick("事项", "matter");
        let verdict = view.pick("比较", "comparison");
        let columns = std::iter::once(matter)
            .chain(view.labels.iter().copied())
            .chain([verdict])
            .map(|it| Column::left(it).at_most(width.max(14)));
        let mut table = Table::new(columns);
        for row in &topic.rows {
            let mut cells: Vec<Vec<String>> = vec![wrap(&view.about(&row.about), 16)];
            for cell in &row.cells {
                let mut lines = Vec::new();
                for gist in cell.iter().take(MOST) {
                    let mut own = wrap(&view.gist(gist), width);
                    if own.len() > LINES {
                        own.truncate(LINES);
                        if let Some(last) = own.last_mut() {
                            last.push('…');
                        }
                    }
                    lines.extend(own);
                }
                if cell.len() > MOST {
                    let more = cell.len() - MOST;
                    lines.push(view.pick(format!("另 {more} 条"), format!("{more} more")));
                }
                if lines.is_empty() {
                    lines.push("—".to_owned());
                }
                cells.push(lines);
            }
            cells.push(wrap(&view.verdict(row), 24));
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                table.row(cells.iter().map(|it| it.get(line).map_or("", String::as_str)));
            }
        }
        table.write(out, TableOptions { color, indent: 2, ..TableOptions::default() })?;
        if !topic.silent.is_empty() {
            let names = view.labels(&topic.silent);
            writeln!(out, "  {}", view.pick(format!("没有规定：{names}"), format!("nothing in: {names}")))?;
        }
    }
    Ok(())
}

/// Lines that take no more than `width` columns, broken after a mark or blank where there is one late enough.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if line.width() + wide > width && !line.is_empty() {
            let after = |it: char| matches!(it, '；' | '、' | '，' | '：' | ' ' | ';' | ',');
            let cut = line.char_indices().rev().find(|it| after(it.1)).map(|it| it.0 + it.1.len_utf8());
            let rest = match cut.filter(|it| line.get(..*it).is_some_and(|it| it.width() * 2 >= width)) {
                Some(cut) => line.split_off(cut),
                None => String::new(),
            };
            lines.push(line.trim_end().to_owned());
            line = rest;
        }
        line.push(c);
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_take_no_more_than_their_columns_and_lose_nothing() {
        for (text, width) in
            [("征得同意、考核，事中会商和事后会签", 10), ("a long answer in English, with commas", 12), ("𠮷", 8)]
        {
            let lines = wrap(text, width);
            assert!(lines.iter().all(|it| it.width() <= width), "{lines:?}");
            let flat = |it: &str| it.replace(' ', "");
            assert_eq!(flat(&lines.concat()), flat(text));
        }
        assert_eq!(wrap("党政办公室、社区党建办公室", 16), ["党政办公室、", "社区党建办公室"]);
    }
}
