//! Generated tables in CSV.

use std::io::{self, Write};

use super::column::{Column, Datum, Kind, civil};
use super::plan::Table;

/// So many bytes are collected before they are written.
const BUFFER: usize = 1 << 16;

/// So many rows are made between two calls of `made`.
pub(super) const BATCH: u64 = 8192;

/// Writes a table, row by row. `made` hears of every few thousand rows, and can end the work with an error.
pub(super) fn write(
    table: &Table<'_>,
    out: &mut dyn Write,
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut line = Vec::with_capacity(2 * BUFFER);
    let (id, name, yes, no): (&str, &str, &[u8], &[u8]) = if table.english {
        ("id", "name", b"true", b"false")
    } else {
        ("编号", "名称", "是".as_bytes(), "否".as_bytes())
    };
    let parent = table.parent.iter().map(|it| it.0);
    let fields = table.columns.iter().map(|it| it.heading);
    for (position, heading) in [id, name].into_iter().chain(parent).chain(fields).enumerate() {
        if position > 0 {
            line.push(b',');
        }
        cell(heading.as_bytes(), &mut line);
    }
    line.push(b'\n');
    let mut text = Vec::new();
    for row in 0..table.rows {
        text.clear();
        text.extend_from_slice(table.prefix.as_bytes());
        digits(row + 1, &mut text);
        cell(&text, &mut line);
        line.push(b',');
        text.clear();
        table.names.write(row, &mut text);
        cell(&text, &mut line);
        if let Some((_, prefix, per)) = &table.parent {
            line.push(b',');
            text.clear();
            text.extend_from_slice(prefix.as_bytes());
            digits(row / per + 1, &mut text);
            cell(&text, &mut line);
        }
        for column in &table.columns {
            line.push(b',');
            match column.draw(row) {
                Datum::Missing => {}
                Datum::Truth(truth) => line.extend_from_slice(if truth { yes } else { no }),
                Datum::Figure(count) => figure(column, count, &mut line),
                Datum::Word(position) => {
                    if let Some(word) = column.words().get(position) {
                        cell(word.as_bytes(), &mut line);
                    }
                }
                Datum::Day(days) => day(days, &mut line),
                Datum::Row(other) => {
                    if let Kind::Reference(link) = &column.kind {
                        text.clear();
                        text.extend_from_slice(link.prefix.as_bytes());
                        digits(other + 1, &mut text);
                        cell(&text, &mut line);
                    }
                }
            }
        }
        line.push(b'\n');
        if line.len() >= BUFFER {
            out.write_all(&line)?;
            line.clear();
        }
        if (row + 1) % BATCH == 0 {
            made(BATCH)?;
        }
    }
    out.write_all(&line)?;
    made(table.rows % BATCH)
}

/// A cell, quoted where it would be taken apart otherwise.
fn cell(text: &[u8], out: &mut Vec<u8>) {
    if !text.iter().any(|it| matches!(it, b'"' | b',' | b';' | b'\t' | b'\n' | b'\r')) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// A figure from the count of its last digit: 355 of three digits is `0.355`, or `35.5%` for a share.
fn figure(column: &Column<'_>, count: i64, out: &mut Vec<u8>) {
    let Kind::Figure(figure) = &column.kind else { return };
    if count < 0 {
        out.push(b'-');
    }
    let scale = if figure.percent { figure.scale.saturating_sub(2) } else { figure.scale };
    let one = 10_u64.saturating_pow(scale);
    let count = count.unsigned_abs();
    digits(count / one, out);
    if scale > 0 {
        out.push(b'.');
        let mut rest = count % one;
        let mut place = one / 10;
        while place > 0 {
            out.push(digit(rest / place));
            rest %= place;
            place /= 10;
        }
    }
    if figure.percent {
        out.push(b'%');
    }
}

/// `2020-01-31`.
fn day(days: i32, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    let mut two = |it: u64| out.extend_from_slice(&[digit(it / 10 % 10), digit(it % 10)]);
    let year = year.unsigned_abs();
    two(year / 100);
    two(year % 100);
    for part in [month, day] {
        out.push(b'-');
        let part = part.unsigned_abs();
        out.extend_from_slice(&[digit(part / 10), digit(part % 10)]);
    }
}

/// A figure from 0 to 9.
fn digit(figure: u64) -> u8 {
    b'0' + u8::try_from(figure).unwrap_or_default()
}

/// A whole figure.
pub(super) fn digits(mut figure: u64, out: &mut Vec<u8>) {
    let start = out.len();
    loop {
        out.push(digit(figure % 10));
        figure /= 10;
        if figure == 0 {
            break;
        }
    }
    if let Some(written) = out.get_mut(start..) {
        written.reverse();
    }
}
