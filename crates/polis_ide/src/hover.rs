//! What something means, as Markdown.

use std::fmt::Write as _;

use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::ir::{Citation, Meta};
use polis_semantic::items::{Item, parsed_file};
use polis_semantic::kinds::{Def, lowered};
use polis_semantic::resolve::{Target, item_of_key, resolved};
use polis_semantic::scope::package_of;
use polis_semantic::signature::{Signature, signature};
use polis_semantic::{Type, file_document, unquote};
use polis_syntax::words::{Builtin, Choice, ClauseWord, Face, Keyword, Kind, TypeWord, UnitWord, Word};
use polis_syntax::{Span, TokenKind};
use polis_value::Date;

use crate::target::{PartRole, item_at, parts, pointed};
use crate::text::{Db, pick};

/// What is shown where the pointer rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub range: Span,
    /// Markdown.
    pub markdown: String,
}

/// What stands at an offset, in a language.
#[must_use]
pub fn hover(db: &Db, file: SourceFile, offset: u32, locale: Locale) -> Option<Hover> {
    if let Some(found) = pointed(db, file, offset) {
        let within = item_at(db, file, offset).map(|it| it.0);
        let mut markdown = target(db, &found.target, within, locale)?;
        if let Some((item, parsed, index)) = item_at(db, file, offset)
            && let Some(at) = parsed.items.get(index)
            && matches!(found.target, Target::Local(_))
            && let Some((_, ty)) = resolved(db, item).type_at(at.relative(offset))
        {
            let _ = write!(markdown, "\n\n{}", typed(ty, locale));
        }
        return Some(Hover { range: found.range, markdown });
    }
    word(db, file, offset, locale).or_else(|| value(db, file, offset, locale))
}

/// What a target is.
pub(crate) fn target(db: &Db, target: &Target, _within: Option<Item<'_>>, locale: Locale) -> Option<String> {
    match target {
        Target::Item(key) => Some(provision(db, item_of_key(db, key)?, locale)),
        Target::Part(key, name) => part(db, item_of_key(db, key)?, name, locale),
        Target::Package(package) => {
            let manifest = package.manifest(db);
            let title = manifest.title.as_deref().unwrap_or(&manifest.name);
            let level = manifest.level.map(|it| it.word().spelling(face(locale)));
            let level = level.map(|it| format!(" · {it}")).unwrap_or_default();
            Some(format!("**{title}** `{}`{level}\n\n{}", manifest.name, pick(locale, "包", "a package")))
        }
        Target::Local(name) => {
            Some(format!("`{name}`\n\n{}", pick(locale, "本条款内的名称", "a name within this provision")))
        }
    }
}

pub(crate) const fn face(locale: Locale) -> Face {
    match locale {
        Locale::Zh => Face::Zh,
        Locale::En => Face::En,
    }
}

/// A provision: its head, title, documentation, value, days in force, citation and the limits that bind it.
pub(crate) fn provision(db: &Db, item: Item<'_>, locale: Locale) -> String {
    let content = item.content(db);
    let block = &content.block;
    let mut head = String::from("```polis\n");
    head.push_str(block.word.text(&content.text));
    for part in [block.name.map(|it| it.span), block.title].into_iter().flatten() {
        let _ = write!(head, " {}", part.text(&content.text));
    }
    if let Some(of) = &block.of {
        let chinese = !block.word.text(&content.text).is_ascii();
        let word = Keyword::Of.word().spelling(if chinese { Face::Zh } else { Face::En });
        let _ = write!(head, " {word} {}", of.span.text(&content.text).replace(' ', ""));
    }
    if let Some(ty) = &block.ty {
        let _ = write!(head, ": {}", ty.span.text(&content.text));
    }
    head.push_str("\n```");
    let mut lines = vec![head];
    if let Some(doc) = documentation(db, item) {
        lines.push(doc);
    }
    let facts = facts(db, item, locale);
    if !facts.is_empty() {
        lines.push(facts.join("  \n"));
    }
    if let Some(kind) = item.kind(db) {
        lines.push(format!("---\n{}", word_line(kind.word(), pick(locale, "种类", "kind"), locale)));
    }
    lines.join("\n\n")
}

/// The `///` lines of a provision.
pub(crate) fn documentation(db: &Db, item: Item<'_>) -> Option<String> {
    let parsed = parsed_file(db, item.file(db));
    parsed.find(&item.key(db)).and_then(|it| it.doc.as_deref()).map(str::to_owned)
}

/// What is to be known of a provision, a line each.
fn facts(db: &Db, item: Item<'_>, locale: Locale) -> Vec<String> {
    let mut lines = Vec::new();
    let read = lowered(db, item);
    match &*signature(db, item) {
        Signature::Entity(entity) => {
            let fields: Vec<String> = entity
                .fields
                .iter()
                .map(|(name, ty)| format!("`{name}`{}{}", pick(locale, "：", ": "), show(&ty.name(), locale)))
                .collect();
            if !fields.is_empty() {
                lines.push(labelled(pick(locale, "字段", "fields"), &fields.join(pick(locale, "；", "; ")), locale));
            }
        }
        Signature::Enumeration(_, values) => {
            let values: Vec<String> = values.iter().map(|it| format!("`{it}`")).collect();
            lines.push(labelled(pick(locale, "取值", "values"), &values.join(pick(locale, "、", ", ")), locale));
        }
        Signature::Param(_, ty) => lines.push(typed(ty, locale)),
        Signature::Rule(rule) => lines.push(typed(&rule.ty, locale)),
        Signature::Unit(ty, factor) => {
            if *factor != polis_value::Number::ONE {
                lines.push(format!("= {}", ty.show(*factor, face(locale))));
            }
        }
        Signature::Broken | Signature::Other => {}
    }
    for def in &read.defs {
        if let Def::Param(param) = def {
            let content = item.content(db);
            if let Some(value) = &param.value {
                lines.push(labelled(pick(locale, "值", "value"), &code(value.span.text(&content.text)), locale));
            }
            for (date, value) in &param.dated {
                let text = value.span.text(&content.text);
                lines.push(match locale {
                    Locale::Zh => format!("自 {date}：{}", code(text)),
                    Locale::En => format!("from {date}: {}", code(text)),
                });
            }
        }
        if let Def::Structure(structure) = def {
            let content = item.content(db);
            for limit in &structure.limits {
                let text = limit.bounds.span.text(&content.text);
                lines.push(labelled(pick(locale, "限额", "limit"), &code(text), locale));
            }
        }
    }
    lines.extend(range_lines(db, item, locale));
    lines.extend(superior_limits(db, item, locale));
    if let Some(meta) = read.defs.iter().find_map(Def::meta) {
        lines.extend(meta_lines(db, item, meta, locale));
    } else if let Some(Def::Document(document)) = read.defs.first() {
        lines.extend(citation_lines(&document.meta.cite, locale));
    }
    if let Some(package) = package_of(db, item.file(db)) {
        let manifest = package.manifest(db);
        let title = manifest.title.clone().unwrap_or_else(|| manifest.name.clone());
        let document = file_document(db, item.file(db)).and_then(|it| it.meta.title.clone());
        let of = match document {
            Some(document) => format!("{title} 《{document}》"),
            None => title.to_string(),
        };
        lines.push(labelled(pick(locale, "出自", "in"), &of, locale));
    }
    lines
}

/// The range that a parameter declares.
fn range_lines(db: &Db, item: Item<'_>, locale: Locale) -> Option<String> {
    let read = lowered(db, item);
    let content = item.content(db);
    read.defs.iter().find_map(|it| match it {
        Def::Param(param) => {
            let range = param.range.as_ref()?;
            let text = code(range.span.text(&content.text));
            Some(labelled(pick(locale, "取值区间", "range"), &text, locale))
        }
        _ => None,
    })
}

/// The limits of superiors that bind a structure.
fn superior_limits(db: &Db, item: Item<'_>, locale: Locale) -> Vec<String> {
    let mut lines = Vec::new();
    let read = lowered(db, item);
    let Some(package) = package_of(db, item.file(db)) else { return lines };
    for def in &read.defs {
        let Def::Structure(structure) = def else { continue };
        for (above, of) in polis_analysis::superior_structures(db, package, structure) {
            let content = above.content(db);
            for limit in &of.limits {
                let text = code(limit.bounds.span.text(&content.text));
                lines.push(match locale {
                    Locale::Zh => format!("上级限额：{text}（{}）", above.symbol(db)),
                    Locale::En => format!("superior limit: {text} ({})", above.symbol(db)),
                });
            }
        }
    }

    lines
}

/// What every provision carries: how binding, from when to when, from which passage.
fn meta_lines(db: &Db, item: Item<'_>, meta: &Meta, locale: Locale) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(modality) = meta.modality {
        let word = modality.word().spelling(face(locale));
        lines.push(labelled(ClauseWord::Modality.word().spelling(face(locale)), word, locale));
    }
    let document = file_document(db, item.file(db));
    let of_document = |index: usize| document.as_ref().and_then(|it| it.dates.get(index).copied().flatten());
    let from = meta.force.0.or_else(|| of_document(1).and_then(|it| it.lo()));
    let until = meta.force.1.or_else(|| of_document(2).and_then(|it| it.hi()));
    lines.extend(in_force(from, until, locale));
    if !meta.is.is_empty() {
        let names: Vec<String> = meta.is.iter().map(|it| format!("`{it}`")).collect();
        lines.push(labelled(pick(locale, "概念", "concept"), &names.join(pick(locale, "、", ", ")), locale));
    }
    lines.extend(citation_lines(&meta.cite, locale));
    if !meta.refs.is_empty() {
        lines.push(labelled(pick(locale, "编号", "ref"), &meta.refs.join(pick(locale, "、", ", ")), locale));
    }
    if let Some(note) = &meta.note {
        lines.push(labelled(pick(locale, "备注", "note"), note, locale));
    }
    lines
}

fn in_force(from: Option<Date>, until: Option<Date>, locale: Locale) -> Option<String> {
    Some(match (from, until, locale) {
        (None, None, _) => return None,
        (Some(from), None, Locale::Zh) => format!("自 {from} 起有效"),
        (None, Some(until), Locale::Zh) => format!("有效至 {until}"),
        (Some(from), Some(until), Locale::Zh) => format!("{from} 至 {until} 有效"),
        (Some(from), None, Locale::En) => format!("in force from {from}"),
        (None, Some(until), Locale::En) => format!("in force until {until}"),
        (Some(from), Some(until), Locale::En) => format!("in force from {from} until {until}"),
    })
}

fn citation_lines(cite: &[Citation], locale: Locale) -> Vec<String> {
    cite.iter()
        .map(|it| {
            let document = it.document.as_ref().map(|it| it.name.to_string());
            let document = document.or_else(|| it.title.as_ref().map(|it| format!("《{it}》"))).unwrap_or_default();
            let passage = it.passage.as_ref().map(|it| pick(locale, format!("“{it}”"), format!("\"{it}\"")));
            let text = [document, passage.unwrap_or_default()].join("");
            labelled(pick(locale, "出处", "citation"), &text, locale)
        })
        .collect()
}

/// Something that a provision declares inside.
fn part(db: &Db, item: Item<'_>, name: &str, locale: Locale) -> Option<String> {
    let content = item.content(db);
    let part = parts(&content).into_iter().find(|it| it.name == name)?;
    let mut text = part.whole.text(&content.text).to_owned();
    if text.chars().count() > 300 || text.lines().count() > 12 {
        text = text.lines().next().unwrap_or_default().to_owned();
    }
    let role = match part.role {
        PartRole::Block(kind) => kind.map(Kind::word),
        PartRole::Clause(word) | PartRole::Value(word) => Some(word.word()),
        PartRole::Local => None,
    };
    let owner = item.name(db);
    let mut lines = vec![format!("```polis\n{}\n```", relaid(&text))];
    let word = role.map(|it| it.spelling(face(locale))).unwrap_or_default();
    lines.push(match locale {
        Locale::Zh => format!("`{owner}` 的{word}"),
        Locale::En => format!("{word} of `{owner}`"),
    });
    if let Signature::Entity(entity) = &*signature(db, item) {
        if let Some(ty) = entity.field(name) {
            lines.push(typed(ty, locale));
        }
        for field in
            lowered(db, item).defs.iter().filter_map(|it| if let Def::Entity(it) = it { Some(it) } else { None })
        {
            for field in field.fields.iter().filter(|it| it.name == name) {
                if let Some(title) = &field.title {
                    lines.push(format!("“{title}”"));
                }
                if let (Some(range), Type::Number(ty)) = (&field.range, &field.ty) {
                    let shown = ty.show_range(range.lo(), range.hi(), face(locale));
                    lines.push(labelled(pick(locale, "取值区间", "range"), &shown, locale));
                }
            }
        }
    }
    Some(lines.join("\n\n"))
}

/// The content parts all tokens by blanks; this is nearer to how it is written.
pub(crate) fn relaid(text: &str) -> String {
    let mut text = text.to_owned();
    for (from, to) in [
        (" :", ":"),
        (" ：", "："),
        (" ,", ","),
        (" ，", "，"),
        (" ..", ".."),
        (".. ", ".."),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" .", "."),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// A word of the language at an offset: kind, clause, keyword, function, unit, choice.
fn word(db: &Db, file: SourceFile, offset: u32, locale: Locale) -> Option<Hover> {
    let (item, parsed, index) = item_at(db, file, offset)?;
    let at = parsed.items.get(index)?;
    let relative = at.relative(offset);
    let content = item.content(db);
    let tokens = polis_syntax::lex(&content.text).tokens;
    let token = tokens.iter().rev().find(|it| it.span().touches(relative) && it.kind != TokenKind::Newline)?;
    let text = token.span().text(&content.text);
    let span = token.span();
    let found = |word: &Word, zh: &str, en: &str| {
        let range = at.absolute(span);
        range.touches(offset).then(|| Hover { range, markdown: word_line(word, pick(locale, zh, en), locale) })
    };
    // The heads of blocks and clauses, by the block that they stand in.
    let mut by_place = None;
    crate::walk::blocks(&content.block, &mut |it| {
        if it.word.span == span {
            by_place = it.kind.map(|it| (it.word(), "种类", "kind"));
        }
    });
    crate::walk::clauses(&content.block, &mut |block, clause| {
        if clause.word.span == span
            && let Some(spec) = block.kind.and_then(|it| it.clause(text))
        {
            by_place = Some((spec.word.word(), "条目", "clause"));
        }
        // A word that a clause chooses from.
        if let Some(spec) = block.kind.and_then(|it| it.clause(clause.word.text(&content.text)))
            && let polis_syntax::words::Value::Choice(set) = spec.value
            && clause.values.iter().any(|it| it.span == span)
            && let Some(choice) = set.from_text(text)
        {
            by_place = Some((choice.word(), "可选的值", "choice"));
        }
    });
    let mut unit = None;
    crate::walk::exprs(&content.block, &mut |it| {
        let figure = match &it.kind {
            polis_syntax::ast::ExprKind::Figure(figure) => figure.unit,
            polis_syntax::ast::ExprKind::Range(range) => range.unit,
            polis_syntax::ast::ExprKind::Call(call) if call.name.span == span => {
                by_place = call.builtin.map(|it: Builtin| (it.word(), "函数", "function"));
                None
            }
            polis_syntax::ast::ExprKind::Aggregate(call) if call.name.span == span => {
                by_place = call.builtin.map(|it: Builtin| (it.word(), "函数", "function"));
                None
            }
            _ => None,
        };
        if let Some(figure) = figure {
            if figure.name.span == span {
                unit = unit.or(figure.word);
            }
            unit = unit.or_else(|| figure.divisors().find(|it| it.0.span == span).map(|it| it.1));
        }
    });
    let by_table = || {
        Keyword::from_text(text)
            .map(|it| (it.word(), "关键词", "keyword"))
            .or_else(|| TypeWord::from_text(text).map(|it| (it.word(), "类型", "type")))
            .or_else(|| UnitWord::from_text(text).map(|it| (it.word(), "单位", "unit")))
            .or_else(|| Choice::from_text(text).filter(|_| false).map(|it| (it.word(), "可选的值", "choice")))
    };
    let (word, zh, en) = by_place.or_else(|| unit.map(|it| (it.word(), "单位", "unit"))).or_else(by_table)?;
    found(word, zh, en)
}

/// The type of a value.
fn value(db: &Db, file: SourceFile, offset: u32, locale: Locale) -> Option<Hover> {
    let (item, parsed, index) = item_at(db, file, offset)?;
    let at = parsed.items.get(index)?;
    let read = resolved(db, item);
    let (span, ty) = read.type_at(at.relative(offset))?;
    let range = at.absolute(span);
    range.touches(offset).then(|| Hover { range, markdown: typed(ty, locale) })
}

/// A word of the table: both spellings, what sort of word it is, and what it means.
pub(crate) fn word_line(word: &Word, noun: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("**{}**（`{}`，{noun}）：{}", word.zh, word.en, word.doc_zh),
        Locale::En => format!("**{}** (`{}`, {noun}): {}", word.en, word.zh, word.doc_en),
    }
}

/// `类型：人`.
pub(crate) fn typed(ty: &Type, locale: Locale) -> String {
    let word = match ty {
        Type::Number(number) if !number.dim.is_none() => pick(locale, "单位", "unit"),
        _ => pick(locale, "类型", "type"),
    };
    labelled(word, &show(&ty.name(), locale), locale)
}

pub(crate) fn show(text: &polis_diagnostic::Bilingual, locale: Locale) -> String {
    pick(locale, text.zh.to_string(), text.en.to_string())
}

/// A type without the marks that Markdown shows as code.
pub(crate) fn plain(ty: &Type, locale: Locale) -> String {
    show(&ty.name(), locale).replace('`', "")
}

fn labelled(label: &str, text: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{label}：{text}"),
        Locale::En => format!("{label}: {text}"),
    }
}

fn code(text: &str) -> String {
    format!("`{}`", relaid(text))
}

/// A title without its marks.
pub(crate) fn title_of(db: &Db, item: Item<'_>) -> Option<String> {
    let content = item.content(db);
    content.block.title.map(|it| unquote(it.text(&content.text)).to_string())
}
