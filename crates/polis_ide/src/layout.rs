//! Layout: formatting, folding, what to select next.

use polis_db::SourceFile;
use polis_semantic::items::parsed_file;
use polis_semantic::scope::package_of;
use polis_syntax::words::Face;
use polis_syntax::{CommentKind, FormatOptions, Span, TokenKind};

use crate::text::{Db, FileRange, TextEdit};

/// A stretch that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Its bytes.
    pub range: Span,
    /// Whether it is a comment.
    pub comment: bool,
}

/// The edits that lay a file out, none where it is laid out or its form is wrong. `face` is that to write; `None` keeps
/// what the package's manifest says, or what is written.
#[must_use]
pub fn format(db: &Db, file: SourceFile, face: Option<Face>) -> Vec<TextEdit> {
    let text = file.text(db);
    let of_package = || package_of(db, file).and_then(|it| it.manifest(db).face);
    let options = FormatOptions { face: face.or_else(of_package), ..FormatOptions::default() };
    match polis_syntax::format(text.text(), &options) {
        Ok(formatted) => changes(file, text.text(), &formatted),
        // What is half typed is left alone.
        Err(_) => Vec::new(),
    }
}

/// Those edits that lie in a range.
#[must_use]
pub fn format_range(db: &Db, file: SourceFile, range: Span, face: Option<Face>) -> Vec<TextEdit> {
    let mut edits = format(db, file, face);
    edits.retain(|it| it.at.range.start <= range.end && it.at.range.end >= range.start);
    edits
}

/// More changed lines than these are replaced as one: to find out what they have in common takes longer than a person waits.
const MOST_LINES: usize = 2000;

/// The edits that turn one text into another, by lines.
fn changes(file: SourceFile, old: &str, new: &str) -> Vec<TextEdit> {
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let before = old_lines.iter().zip(&new_lines).take_while(|it| it.0 == it.1).count();
    let most = old_lines.len().min(new_lines.len()) - before;
    let after = old_lines.iter().rev().zip(new_lines.iter().rev()).take(most).take_while(|it| it.0 == it.1).count();
    let old_middle = old_lines.get(before..old_lines.len() - after).unwrap_or_default();
    let new_middle = new_lines.get(before..new_lines.len() - after).unwrap_or_default();
    if old_middle.is_empty() && new_middle.is_empty() {
        return Vec::new();
    }
    // INVARIANT: files longer than a span can say are refused.
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let length = |lines: &[&str]| lines.iter().map(|it| it.len()).sum::<usize>();
    let start = length(old_lines.get(..before).unwrap_or_default());
    let edit = |from: usize, to: usize, text: String| TextEdit {
        at: FileRange { file, range: Span::new(at(from), at(to)) },
        text,
    };
    if old_middle.len().max(new_middle.len()) > MOST_LINES {
        return vec![edit(start, start + length(old_middle), new_middle.concat())];
    }
    let mut offsets = vec![start];
    for line in old_middle {
        offsets.push(offsets.last().copied().unwrap_or(start) + line.len());
    }
    let offset = |line: usize| offsets.get(line).copied().unwrap_or(start);
    let diff = similar::capture_diff_slices(similar::Algorithm::Myers, old_middle, new_middle);
    let changed = diff.iter().filter(|it| it.tag() != similar::DiffTag::Equal);
    changed
        .map(|it| {
            let text = new_middle.get(it.new_range()).unwrap_or_default().concat();
            edit(offset(it.old_range().start), offset(it.old_range().end), text)
        })
        .collect()
}

/// What is typed at an offset after a new line or a closing brace: the indentation of its line.
#[must_use]
pub fn format_on_type(db: &Db, file: SourceFile, offset: u32) -> Option<TextEdit> {
    let text = file.text(db);
    let text = text.text();
    let parsed = parsed_file(db, file);
    let index = parsed.items.partition_point(|it| it.span.start < offset);
    let start = index.checked_sub(1).and_then(|it| parsed.items.get(it)).map_or(0, |it| it.span.start);
    let line_start = text.get(..offset as usize)?.rfind('\n').map_or(0, |it| it + 1);
    let line_start = u32::try_from(line_start).ok()?;
    if line_start < start {
        return None;
    }
    let before = Span::new(start, line_start).text(text);
    let mut depth = 0_usize;
    for token in polis_syntax::lex(before).tokens {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen => depth += 1,
            TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let rest = text.get(line_start as usize..)?;
    let line = rest.lines().next().unwrap_or_default();
    let blank = line.len() - line.trim_start().len();
    if line.trim_start().starts_with(['}', '｝', ']', '］', ')', '）']) {
        depth = depth.saturating_sub(1);
    }
    let wanted = "  ".repeat(depth);
    let range = Span::new(line_start, line_start + u32::try_from(blank).ok()?);
    (range.text(text) != wanted).then_some(TextEdit { at: FileRange { file, range }, text: wanted })
}

/// What can be folded: blocks, lists and tables over several lines, and comments.
#[must_use]
pub fn folds(db: &Db, file: SourceFile) -> Vec<Fold> {
    let text = file.text(db);
    let text = text.text();
    let lexed = polis_syntax::lex(text);
    let mut found = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let lines = |span: Span| span.text(text).contains('\n');
    for token in &lexed.tokens {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen => open.push(token.start),
            TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::CloseParen => {
                if let Some(start) = open.pop() {
                    let range = Span::new(start, token.end);
                    if lines(range) {
                        found.push(Fold { range, comment: false });
                    }
                }
            }
            _ => {}
        }
    }
    // Comments that follow each other line by line are one.
    let mut run: Option<Span> = None;
    for comment in &lexed.comments {
        let goes_on = run.is_some_and(|it| {
            comment.kind != CommentKind::Block
                && Span::new(it.end, comment.span.start).text(text).trim_matches([' ', '\t', '\r']) == "\n"
        });
        run = match run {
            Some(it) if goes_on => Some(it.to(comment.span)),
            earlier => {
                found.extend(earlier.filter(|it| lines(*it)).map(|range| Fold { range, comment: true }));
                Some(comment.span)
            }
        };
    }
    found.extend(run.filter(|it| lines(*it)).map(|range| Fold { range, comment: true }));
    found.sort_by_key(|it| it.range);
    found
}

/// What to select around an offset: the word, then each larger thing that holds it, up to the file.
#[must_use]
pub fn selections(db: &Db, file: SourceFile, offset: u32) -> Vec<Span> {
    let text = file.text(db);
    let length = u32::try_from(text.text().len()).unwrap_or(u32::MAX);
    let mut all = vec![Span::new(0, length)];
    if let Some((item, parsed, index)) = crate::target::item_at(db, file, offset)
        && let Some(at) = parsed.items.get(index)
    {
        let content = polis_semantic::items::Item::content(item, db);
        let mut spans = Vec::new();
        crate::walk::blocks(&content.block, &mut |it| {
            spans.push(it.span);
            spans.extend(it.name.map(|it| it.span));
            spans.extend(it.body.as_ref().map(|it| it.span));
        });
        crate::walk::clauses(&content.block, &mut |_, it| {
            spans.push(it.span);
            spans.push(it.word.span);
            spans.extend(it.name.map(polis_syntax::ast::HeadName::span));
            if let (Some(first), Some(last)) = (it.values.first(), it.values.last()) {
                spans.push(first.span.to(last.span));
            }
        });
        crate::walk::exprs(&content.block, &mut |it| spans.push(it.span));
        spans.extend(polis_syntax::lex(&content.text).tokens.iter().map(|it| it.span()));
        let absolute = spans.into_iter().map(|it| at.absolute(it));
        all.extend(absolute.filter(|it| it.touches(offset) && it.end > it.start));
        all.push(at.span);
    }
    all.sort_by_key(|it| (it.end - it.start, it.start));
    all.dedup();
    // Each holds the one before.
    let mut chain: Vec<Span> = Vec::new();
    for span in all {
        if chain.last().is_none_or(|it| span.start <= it.start && it.end <= span.end) {
            chain.push(span);
        }
    }
    chain
}
