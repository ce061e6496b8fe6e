//! Tables of text, aligned by what the cells take on a terminal: a Chinese character takes two columns.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// To which side a column's cells go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// To the left: texts.
    #[default]
    Left,
    /// To the right: figures.
    Right,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    title: String,
    align: Align,
    most: usize,
}

impl Column {
    /// A column of texts.
    pub fn left(title: impl Into<String>) -> Self {
        Self { title: title.into(), align: Align::Left, most: usize::MAX }
    }

    /// A column of figures.
    pub fn right(title: impl Into<String>) -> Self {
        Self { align: Align::Right, ..Self::left(title) }
    }

    /// Cuts cells that take more than this, and says so with `…`.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableOptions {
    /// Whether the head stands out by colour.
    pub color: bool,
    /// Blanks before each line.
    pub indent: usize,
    /// Whether the head is left out.
    pub headless: bool,
}

/// A table: columns and rows of as many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// The blanks between columns.
const GAP: usize = 2;

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row. Cells that are missing are empty, cells too many are left out.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let mut cells = cells.into_iter();
        let row = self.columns.iter().map(|column| {
            let cell = cells.next();
            clip(&visible(cell.as_ref().map_or("", |it| it.as_ref())), column.most)
        });
        let row = row.collect();
        self.rows.push(row);
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes head and rows; no line ends in blanks. A column that is empty throughout is left out.
    pub fn write(&self, out: &mut dyn Write, options: TableOptions) -> io::Result<()> {
        let titles = self.columns.iter().map(|it| visible(&it.title)).collect::<Vec<_>>();
        let widths: Vec<Option<usize>> = (0..self.columns.len())
            .map(|index| {
                let cells = self.rows.iter().filter_map(|it| it.get(index));
                let width = cells.map(|it| it.width()).max().unwrap_or(0);
                let title = if options.headless { 0 } else { titles.get(index).map_or(0, |it| it.width()) };
                (width > 0 || self.rows.is_empty()).then_some(width.max(title))
            })
            .collect();
        let (on, off) = if options.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        if !options.headless {
            writeln!(out, "{on}{}{off}", self.line(&titles, &widths, options.indent))?;
            let rules: Vec<String> = widths.iter().map(|it| "-".repeat(it.unwrap_or(0))).collect();
            writeln!(out, "{}", self.line(&rules, &widths, options.indent))?;
        }
        for row in &self.rows {
            writeln!(out, "{}", self.line(row, &widths, options.indent))?;
        }
        Ok(())
    }

    fn line(&self, cells: &[String], widths: &[Option<usize>], indent: usize) -> String {
        let mut line = " ".repeat(indent);
        let mut first = true;
        for ((column, cell), width) in self.columns.iter().zip(cells).zip(widths) {
            let Some(width) = width else { continue };
            if !first {
                line.push_str(&" ".repeat(GAP));
            }
            first = false;
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            match column.align {
                Align::Left => {
                    line.push_str(cell);
                    line.push_str(&padding);
                }
                Align::Right => {
                    line.push_str(&padding);
                    line.push_str(cell);
                }
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// One line that cannot steer a terminal: line ends become blanks, other control characters are replaced.
fn visible(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(visible).collect()
}

/// As much of the text as takes no more than `most` columns, with a `…` where something is cut.
fn clip(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut clipped = String::new();
    let mut width = 1;
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > most {
            break;
        }
        clipped.push(c);
    }
    clipped.push('…');
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(table: &Table, options: TableOptions) -> String {
        let mut bytes = Vec::new();
        table.write(&mut bytes, options).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn columns_are_aligned_by_display_width() {
        let mut table = Table::new([Column::left("名称"), Column::right("figure"), Column::left("备注")]);
        table.row(["专职工作者", "11..17 人", "一般"]);
        table.row(["offices", "4", ""]);
        table.row(["𠮷", "3000", "é"]);
        insta::assert_snapshot!(text(&table, TableOptions::default()), @r"
        名称           figure  备注
        ----------  ---------  ----
        专职工作者  11..17 人  一般
        offices             4
        𠮷               3000  é
        ");
    }

    #[test]
    fn long_cells_are_cut_and_empty_columns_left_out() {
        let mut table = Table::new([Column::left("a"), Column::left("b").at_most(7), Column::left("c")]);
        table.row(["", "赋予街道权力", "x"]);
        table.row(["", "abcdefg", "y"]);
        table.row(["", "abcdefgh", "z"]);
        assert_eq!(
            text(&table, TableOptions { indent: 2, ..TableOptions::default() }),
            "  b        c\n  -------  -\n  赋予街…  x\n  abcdefg  y\n  abcdef…  z\n"
        );
    }

    #[test]
    fn cells_cannot_steer_the_terminal() {
        let mut table = Table::new([Column::left("a"), Column::left("b")]);
        table.row(["x\u{1b}[2J\r\ny", "z"]);
        table.row(["1"]);
        table.row(["1", "2", "3"]);
        assert_eq!(
            text(&table, TableOptions { headless: true, ..TableOptions::default() }),
            "x\u{fffd}[2J  y  z\n1\n1         2\n"
        );
    }

    #[test]
    fn a_table_without_rows_has_its_head() {
        let table = Table::new([Column::left("名称"), Column::right("n")]);
        assert!(table.is_empty());
        assert_eq!(text(&table, TableOptions::default()), "名称  n\n----  -\n");
        assert_eq!(
            text(&table, TableOptions { color: true, ..TableOptions::default() }),
            "\u{1b}[1m名称  n\u{1b}[0m\n----  -\n"
        );
    }
}
