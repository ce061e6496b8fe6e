//! Changes that an editor offers: the fixes of findings, and what a drafter often does by hand.

use std::fmt::Write as _;

use polis_db::SourceFile;
use polis_diagnostic::{Diagnostic, Locale};
use polis_semantic::file_document;
use polis_semantic::items::{Item, ParsedItem};
use polis_semantic::scope::{declared, package_of, scope};
use polis_syntax::Span;
use polis_syntax::ast::{Element, ExprKind};
use polis_syntax::words::{ClauseWord, Face, HeadName, Kind, Value};

use crate::completion::face_at;
use crate::rename::written;
use crate::target::item_at;
use crate::text::{Db, FileRange, TextEdit, pick};

/// What a change is, in the terms of an editor's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssistKind {
    /// It resolves a finding.
    QuickFix,
    /// It takes something out and names it.
    Extract,
    /// It writes the same in another way.
    Rewrite,
    /// It resolves every finding that can be resolved without a look.
    FixAll,
}

/// A change that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assist {
    /// What the menu shows.
    pub title: String,
    /// What it is.
    pub kind: AssistKind,
    /// The edits, in any files.
    pub edits: Vec<TextEdit>,
    /// Whether it is what most would want.
    pub preferred: bool,
    /// The code of the finding that it resolves, with the finding's place.
    pub resolves: Option<(&'static str, Span)>,
}

/// The changes that are offered for a range, fixes of `findings` first.
#[must_use]
pub fn assists(db: &Db, file: SourceFile, range: Span, findings: &[Diagnostic], locale: Locale) -> Vec<Assist> {
    let mut all = Vec::new();
    for finding in findings {
        let at = finding.primary.at;
        let touches = at.start <= range.end && range.start <= at.end;
        if at.file == file.id(db) && touches {
            all.extend(fix(db, finding, locale));
            all.extend(allow(db, file, finding, locale));
        }
    }
    all.extend(fix_all(db, file, findings, locale));
    if let Some((item, parsed, index)) = item_at(db, file, range.start)
        && let Some(at) = parsed.items.get(index)
    {
        all.extend(extract_parameter(db, item, at, range, locale));
        all.extend(fill_clauses(db, item, at, locale));
        all.extend(add_citation(db, item, at, locale));
    }
    all.extend(convert(db, file, locale));
    all
}

fn edits(db: &Db, fix: &polis_diagnostic::Fix) -> Option<Vec<TextEdit>> {
    let edit = |it: &polis_diagnostic::Edit| {
        let file = db.file(it.at.file)?;
        let at = FileRange { file, range: Span::new(it.at.start, it.at.end) };
        Some(TextEdit { at, text: it.text.clone() })
    };
    fix.edits.iter().map(edit).collect()
}

fn fix(db: &Db, finding: &Diagnostic, locale: Locale) -> Option<Assist> {
    let fix = finding.fix.as_ref()?;
    let at = finding.primary.at;
    Some(Assist {
        title: fix.title.render(locale),
        kind: AssistKind::QuickFix,
        edits: edits(db, fix)?,
        preferred: fix.safe,
        resolves: Some((finding.code(), Span::new(at.start, at.end))),
    })
}

/// A comment above the provision that allows the finding, for the author to say why.
fn allow(db: &Db, file: SourceFile, finding: &Diagnostic, locale: Locale) -> Option<Assist> {
    if finding.severity == polis_diagnostic::Severity::Error {
        return None;
    }
    let at = finding.primary.at;
    let (_, parsed, index) = item_at(db, file, at.start)?;
    let start = parsed.items.get(index)?.span.start;
    let text = file.text(db);
    let zh = face_at(text.text(), locale) == Face::Zh;
    let code = finding.code();
    let line =
        if zh { format!("// polis: 允许({code}) 理由\n") } else { format!("// polis: allow({code}) reason\n") };
    let edit = TextEdit { at: FileRange { file, range: Span::new(start, start) }, text: line };
    Some(Assist {
        title: pick(locale, format!("允许 `{code}` 并说明理由"), format!("allow `{code}` and say why")),
        kind: AssistKind::QuickFix,
        edits: vec![edit],
        preferred: false,
        resolves: Some((code, Span::new(at.start, at.end))),
    })
}

/// Every fix of the file that is safe, as far as they do not overlap.
fn fix_all(db: &Db, file: SourceFile, findings: &[Diagnostic], locale: Locale) -> Option<Assist> {
    let mut all: Vec<TextEdit> = Vec::new();
    let mut count = 0;
    for finding in findings.iter().filter(|it| it.primary.at.file == file.id(db)) {
        let Some(fix) = finding.fix.as_ref().filter(|it| it.safe) else { continue };
        let Some(found) = edits(db, fix) else { continue };
        let overlaps = |it: &TextEdit| {
            all.iter().any(|of| {
                of.at.file == it.at.file && of.at.range.start <= it.at.range.end && it.at.range.start <= of.at.range.end
            })
        };
        if !found.iter().any(overlaps) {
            all.extend(found);
            count += 1;
        }
    }
    (count > 0).then(|| Assist {
        title: pick(
            locale,
            format!("改正本文件中可以放心改正的 {count} 处"),
            format!("make the {count} safe fixes of this file"),
        ),
        kind: AssistKind::FixAll,
        edits: all,
        preferred: false,
        resolves: None,
    })
}

/// `参数 新参数 { 值: 3000 户 }`, with the figure replaced by its name.
fn extract_parameter(db: &Db, item: Item<'_>, at: &ParsedItem, range: Span, locale: Locale) -> Option<Assist> {
    let kind = item.kind(db)?;
    if matches!(kind, Kind::Param | Kind::Test | Kind::Unit | Kind::Entity | Kind::Document | Kind::Fact) {
        return None;
    }
    let content = item.content(db);
    let relative = at.relative(range.start);
    let mut figure = None;
    crate::walk::clauses(&content.block, &mut |block, clause| {
        let spec = block.kind.and_then(|it| it.clause(clause.word.text(&content.text)));
        // A declared total is a figure of the text and no rule.
        if !spec.is_some_and(|it| matches!(it.value, Value::Expr | Value::Figure | Value::Condition))
            && clause.guard.is_none()
        {
            return;
        }
        let guard = clause.guard.as_ref().map(|it| &it.condition);
        for value in clause.values.iter().chain(guard) {
            crate::walk::expr(value, &mut |it| {
                let is_figure = match &it.kind {
                    ExprKind::Figure(figure) => {
                        figure.unit.is_some() || it.span.text(&content.text).contains(['%', '％'])
                    }
                    ExprKind::Range(range) => range.lo.is_some() && range.hi.is_some(),
                    _ => false,
                };
                // The outermost figure: a range rather than its end.
                if is_figure && figure.is_none() && it.span.touches(relative) {
                    figure = Some(it.span);
                }
            });
        }
    });
    let span = figure?;
    let place = at.absolute(span);
    if !place.touches(range.start) {
        return None;
    }
    let file = item.file(db);
    let text = file.text(db);
    let text = text.text();
    let zh = face_at(text, locale) == Face::Zh;
    let package = package_of(db, file)?;
    let own = item.name(db);
    let base = if zh { format!("{own}标准") } else { format!("{own}_figure") };
    let mut name = base.clone();
    let mut next = 2;
    while scope(db, package).get(db, &name).is_some() {
        name = format!("{base}{next}");
        next += 1;
    }
    let figure = place.text(text);
    let declaration = if zh {
        format!("参数 {name} {{\n  值: {figure}\n}}\n\n")
    } else {
        format!("param {name} {{\n  value: {figure}\n}}\n\n")
    };
    // Above the documentation of the provision, so that it stays with it.
    let start = above(text, at.span.start);
    Some(Assist {
        title: pick(locale, format!("把 `{figure}` 提取为参数"), format!("extract `{figure}` into a parameter")),
        kind: AssistKind::Extract,
        edits: vec![
            TextEdit { at: FileRange { file, range: Span::new(start, start) }, text: declaration },
            TextEdit { at: FileRange { file, range: place }, text: written(&name)? },
        ],
        preferred: false,
        resolves: None,
    })
}

/// The beginning of the comments right above a provision.
fn above(text: &str, start: u32) -> u32 {
    let mut at = start as usize;
    while let Some(before) = text.get(..at).and_then(|it| it.strip_suffix('\n')) {
        let line = before.rfind('\n').map_or(0, |it| it + 1);
        if !before.get(line..).is_some_and(|it| it.trim_start().starts_with("//")) {
            break;
        }
        at = line;
    }
    u32::try_from(at).unwrap_or(start)
}

/// The clauses that a provision lacks, each with a place to fill in.
fn fill_clauses(db: &Db, item: Item<'_>, at: &ParsedItem, locale: Locale) -> Option<Assist> {
    let kind = item.kind(db)?;
    let content = item.content(db);
    let body = content.block.body.as_ref()?;
    let has = |word: ClauseWord| {
        body.elements.iter().any(|it| match it {
            Element::Clause(clause) => word.word().reads(clause.word.text(&content.text)),
            _ => false,
        })
    };
    let missing: Vec<_> = kind.spec().clauses.iter().filter(|it| it.required && !has(it.word)).collect();
    if missing.is_empty() {
        return None;
    }
    let file = item.file(db);
    let text = file.text(db);
    let face = face_at(text.text(), locale);
    let mut lines = String::new();
    for clause in &missing {
        let name = match (clause.head, face) {
            (HeadName::Required, Face::Zh) => " 名称",
            (HeadName::Required, Face::En) => " name",
            _ => "",
        };
        let value = if face == Face::Zh { "待定" } else { "open" };
        // Writing to a string does not fail.
        let _ = write!(lines, "\n  {}{name}: {value}", clause.word.word().spelling(face));
    }
    let inside = at.absolute(body.span).start + 1;
    let rest = text.text().get(inside as usize..).unwrap_or_default();
    if !rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n') {
        lines.push('\n');
    }
    let names: Vec<String> =
        missing.iter().map(|it| format!("`{}`", it.word.word().spelling(crate::hover::face(locale)))).collect();
    let names = names.join(pick(locale, "、", ", "));
    Some(Assist {
        title: pick(locale, format!("补上缺少的条目 {names}"), format!("fill in the missing {names}")),
        kind: AssistKind::QuickFix,
        edits: vec![TextEdit { at: FileRange { file, range: Span::new(inside, inside) }, text: lines }],
        preferred: true,
        resolves: None,
    })
}

/// A citation for a provision that has none, of the document that its file is the code of.
fn add_citation(db: &Db, item: Item<'_>, at: &ParsedItem, locale: Locale) -> Option<Assist> {
    let kind = item.kind(db)?;
    if matches!(kind, Kind::Test | Kind::Scenario | Kind::Document | Kind::Series) {
        return None;
    }
    kind.spec().clauses.iter().find(|it| it.word == ClauseWord::Cite)?;
    let content = item.content(db);
    let body = content.block.body.as_ref()?;
    let cited = body.elements.iter().any(|it| match it {
        Element::Clause(clause) => ClauseWord::Cite.word().reads(clause.word.text(&content.text)),
        _ => false,
    });
    if cited {
        return None;
    }
    let file = item.file(db);
    let text = file.text(db);
    let face = face_at(text.text(), locale);
    let own = file_document(db, file).is_some();
    let package = package_of(db, file)?;
    let document = declared(db, package, Kind::Document).first().map(|it| it.name(db).to_string());
    let document = document.filter(|_| !own).map(|it| format!("{it} ")).unwrap_or_default();
    let word = ClauseWord::Cite.word().spelling(face);
    let end = at.absolute(body.span).end.saturating_sub(1);
    let before = text.text().get(..end as usize).unwrap_or_default();
    let line = if before.trim_end_matches([' ', '\t']).ends_with('\n') {
        format!("  {word}: {document}\"\"\n")
    } else {
        format!("\n  {word}: {document}\"\"\n")
    };
    Some(Assist {
        title: pick(locale, "添加出处".to_owned(), "add a citation".to_owned()),
        kind: AssistKind::Rewrite,
        edits: vec![TextEdit { at: FileRange { file, range: Span::new(end, end) }, text: line }],
        preferred: false,
        resolves: None,
    })
}

/// Bytes of a file past which it is not written anew for a menu.
const LARGE: usize = 1 << 19;

/// The file in the other face.
fn convert(db: &Db, file: SourceFile, locale: Locale) -> Option<Assist> {
    let text = file.text(db);
    // The menu opens at each move of the cursor; a file that takes long to write anew has the command line.
    if text.text().len() > LARGE {
        return None;
    }
    let (other, title) = match face_at(text.text(), locale) {
        Face::Zh => (Face::En, pick(locale, "把本文件的关键词换成英文", "write the words of this file in English")),
        Face::En => (Face::Zh, pick(locale, "把本文件的关键词换成中文", "write the words of this file in Chinese")),
    };
    let options = polis_syntax::FormatOptions { face: Some(other), ..polis_syntax::FormatOptions::default() };
    let converted = polis_syntax::format(text.text(), &options).ok().filter(|it| it != text.text())?;
    let end = u32::try_from(text.text().len()).ok()?;
    Some(Assist {
        title: title.to_owned(),
        kind: AssistKind::Rewrite,
        edits: vec![TextEdit { at: FileRange { file, range: Span::new(0, end) }, text: converted }],
        preferred: false,
        resolves: None,
    })
}
