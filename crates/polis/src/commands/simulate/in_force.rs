//! The powers, duties and norms in force, for reading and for programs.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_report::Teller;
use polis_semantic::Symbol;
use polis_sim::{Applies, Held, Holder, Holding, Unnamed};
use polis_value::Number;
use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr as _;

use crate::context::pick;
use crate::session::Session;
use crate::table::{Column, Table, TableOptions};

/// How wide the names of provisions may be beside each other.
const WIDTH: usize = 72;

/// The word for what a provision gives or demands.
pub(super) fn word(kind: Holding, locale: Locale) -> &'static str {
    match kind {
        Holding::Power => pick(locale, "权力", "power"),
        Holding::Duty => pick(locale, "职责", "duty"),
        Holding::Must => pick(locale, "应当", "must"),
        Holding::MustNot => pick(locale, "不得", "must not"),
        Holding::May => pick(locale, "可以", "may"),
        Holding::Encouraged => pick(locale, "鼓励", "encouraged"),
    }
}

/// Writes how many of each kind everybody has, with the names of a few.
pub(super) fn write(
    session: &Session,
    holders: &[Holder],
    locale: Locale,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if holders.is_empty() {
        return Ok(());
    }
    let title = match session.settings.as_of {
        Some(day) => {
            pick(locale, format!("{day} 有效的权力、职责和规范"), format!("powers, duties and norms in force on {day}"))
        }
        None => pick(locale, "有效的权力、职责和规范".to_owned(), "powers, duties and norms in force".to_owned()),
    };
    writeln!(out, "\n{title}")?;
    let head = |zh, en| Column::left(pick(locale, zh, en));
    let mut table = Table::new([
        head("对象", "entity"),
        head("种类", "kind"),
        head("出自", "from"),
        Column::right(pick(locale, "项数", "count")),
        head("条款", "provisions"),
    ]);
    for holder in holders {
        let rows = session.world.rows(holder.entity).len();
        let entity = session.machine.entity_name(holder.entity);
        // What a superior only counts may be what the package names, so that each package is counted for itself.
        let goes_on = |a: &Held, b: &Held| a.kind == b.kind && a.symbol.package == b.symbol.package;
        for alike in holder.items.chunk_by(goes_on) {
            let Some(first) = alike.first() else { continue };
            let package = &first.symbol.package;
            let title = session.machine.program().packages.iter().find(|it| it.name == *package);
            let title = title.and_then(|it| it.title.as_ref()).unwrap_or(package);
            let names: Vec<String> = alike.iter().map(|it| named(it, rows, locale)).collect();
            let names = few(&names, locale);
            table.row([entity.as_str(), word(first.kind, locale), title, &count(alike, locale), &names]);
        }
    }
    table.write(out, TableOptions { color, indent: 2, ..TableOptions::default() })
}

/// How many there are, those among them that a text counts without naming them.
fn count(held: &[Held], locale: Locale) -> String {
    let one = |it: &Held| match it.unnamed {
        None => Number::ONE,
        Some(Unnamed::Count(count)) => count,
        Some(Unnamed::Open) => Number::ZERO,
    };
    let sum = held.iter().try_fold(Number::ZERO, |sum, it| sum.add(one(it)));
    let sum = sum.map(|it| it.to_string()).unwrap_or_default();
    let is_open = held.iter().any(|it| it.unnamed == Some(Unnamed::Open));
    if is_open { pick(locale, format!("至少 {sum}"), format!("at least {sum}")) } else { sum }
}

/// `（未列名 5 项）`, of a list that counts more than it names.
pub(super) fn unnamed(unnamed: Unnamed, locale: Locale) -> String {
    match unnamed {
        Unnamed::Count(count) => pick(locale, format!("（未列名 {count} 项）"), format!(" ({count} not named)")),
        Unnamed::Open => pick(locale, "（未列名，项数未写）".to_owned(), " (not named, nor how many)".to_owned()),
    }
}

/// A provision's name, and to how many it applies where that is not all.
fn named(held: &Held, rows: usize, locale: Locale) -> String {
    let mut name = held.symbol.name.to_string();
    if let Some(it) = held.unnamed {
        name.push_str(&unnamed(it, locale));
    }
    match &held.applies {
        None => name,
        Some(it) => format!("{name}{}", applying(it, rows, locale)),
    }
}

/// The name of a provision, with its package where that is another than the one that is run.
pub(super) fn short(session: &Session, symbol: &Symbol) -> String {
    if symbol.package == session.package.name(&session.db) { symbol.name.to_string() } else { symbol.to_string() }
}

/// `（2/3）`, `（2/3，1 个未知）`.
pub(super) fn applying(applies: &Applies, rows: usize, locale: Locale) -> String {
    let (to, unknown) = (applies.to.len(), applies.unknown.len());
    match unknown {
        0 => pick(locale, format!("（{to}/{rows}）"), format!(" ({to}/{rows})")),
        _ => pick(locale, format!("（{to}/{rows}，{unknown} 个未知）"), format!(" ({to}/{rows}, {unknown} unknown)")),
    }
}

/// As many names as there is room for, one at least, and how many there are.
pub(super) fn few(names: &[String], locale: Locale) -> String {
    let between = pick(locale, "、", ", ");
    let (mut text, mut shown) = (String::new(), 0);
    for name in names {
        if shown > 0 && text.width() + between.width() + name.width() > WIDTH {
            break;
        }
        if shown > 0 {
            text.push_str(between);
        }
        text.push_str(name);
        shown += 1;
    }
    match names.len() - shown {
        0 => text,
        more => pick(locale, format!("{text} 等，另 {more} 项"), format!("{text} and {more} more")),
    }
}

/// Everything that is in force, for programs.
pub(super) fn json(session: &Session, holders: &[Holder], locale: Locale) -> Json {
    let teller = Teller { machine: &session.machine, world: &session.world, locale };
    let each = holders.iter().map(|holder| {
        let ids = |rows: &[u32]| -> Vec<String> {
            rows.iter().filter_map(|it| Some(session.world.row(holder.entity, *it)?.id.to_string())).collect()
        };
        let provisions = holder.items.iter().map(|it| {
            let meta = session.machine.meta(&it.symbol);
            let sources = meta.map_or_else(Vec::new, |it| teller.sources(it));
            let sources: Vec<Json> =
                sources.iter().map(|it| json!({ "document": it.document, "passage": it.passage })).collect();
            json!({
                "provision": it.symbol.to_string(),
                "title": meta.and_then(|it| it.title.as_deref()),
                "kind": word(it.kind, Locale::En),
                "group": it.group.as_ref().map(ToString::to_string),
                "unnamed": it.unnamed.map(|it| match it {
                    Unnamed::Count(count) => count.to_string(),
                    Unnamed::Open => "open".to_owned(),
                }),
                "modality": it.binding.map(|it| it.word().en),
                "applies": it.applies.as_ref().map(|it| json!({ "to": ids(&it.to), "unknown": ids(&it.unknown) })),
                "sources": sources,
            })
        });
        json!({
            "entity": session.machine.entity_name(holder.entity).as_str(),
            "provisions": provisions.collect::<Vec<_>>(),
        })
    });
    each.collect::<Vec<_>>().into()
}
