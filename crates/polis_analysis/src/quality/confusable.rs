//! Names of one scope that differ only by width, case or look: `户数Ａ` and `户数A`, `己方` and `已方`.

use std::collections::BTreeMap;

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Diagnostic, GeneralNote, QualityMessage, QualityNote};
use polis_semantic::items::{ItemContent, ItemRef, Place};
use polis_semantic::scope::{names, scope};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Element, Expr, ExprKind, HeadName};
use polis_syntax::words::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::clauses;

/// The names that a package declares.
#[salsa::tracked(returns(deref))]
pub(super) fn findings(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names(db, package) {
        alike.entry(key(name)).or_default().push(name);
    }
    let scope = scope(db, package);
    let place = |name: &str| scope.get(db, name).map(|it| it.name_place(db));
    let mut found = Vec::new();
    for names in alike.values() {
        for pair in names.windows(2) {
            let [first, second] = pair else { continue };
            if let (Some(at_first), Some(at_second)) = (place(first), place(second)) {
                found.push(finding(first, at_first, second, at_second));
            }
        }
    }
    found
}

/// The names that stand directly in a block.
pub(super) fn inside(content: &ItemContent, item: &ItemRef, block: &Block, found: &mut Vec<Diagnostic<Place>>) {
    let text = &content.text;
    let mut declared: Vec<(&str, Span)> = Vec::new();
    for element in block.body.iter().flat_map(|it| &it.elements) {
        if let Element::Block(inner) = element
            && let Some(name) = inner.name
        {
            declared.push((name.text(text), name.span));
        }
    }
    for clause in clauses(block) {
        if let Some(HeadName::Name(name)) = clause.name {
            declared.push((name.text(text), name.span));
        }
        let spec = block.kind.and_then(|it| it.clause(clause.word.text(text)));
        if spec.is_some_and(|it| matches!(it.value, Value::Declares)) {
            clause.values.iter().for_each(|it| listed(it, text, &mut declared));
        }
    }
    let mut alike: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    for (name, span) in declared {
        let (first, at) = *alike.entry(key(name)).or_insert((name, span));
        if first != name {
            found.push(finding(first, content.place(item, at), name, content.place(item, span)));
        }
    }
}

fn listed<'t>(value: &Expr, text: &'t str, names: &mut Vec<(&'t str, Span)>) {
    match &value.kind {
        ExprKind::List(values) => values.iter().for_each(|it| listed(it, text, names)),
        ExprKind::Name(name) => names.push((name.text(text), name.span)),
        _ => {}
    }
}

fn finding(first: &str, at_first: Place, second: &str, at_second: Place) -> Diagnostic<Place> {
    let differ = if plain(first) == plain(second) {
        Bilingual::new("全角、半角", "the width of characters")
    } else if plain(first).to_lowercase() == plain(second).to_lowercase() {
        Bilingual::new("字母大小写", "the case of letters")
    } else {
        Bilingual::new("形近的字符", "characters that look alike")
    };
    let message = QualityMessage::ConfusableNames { name: second.into(), other: first.into(), differ };
    Diagnostic::new(message, at_second).label(at_first, GeneralNote::FirstHere).help(QualityNote::TellApart)
}

/// Full-width letters and digits as half-width ones.
fn plain(name: &str) -> String {
    name.nfkc().collect()
}

/// What names that look alike have in common.
fn key(name: &str) -> String {
    let lower = plain(name).to_lowercase();
    unicode_security::skeleton(&lower).map(first_alike).collect()
}

/// The first of the characters that one is taken for.
fn first_alike(c: char) -> char {
    ALIKE.iter().find(|it| it.contains(c)).and_then(|it| it.chars().next()).unwrap_or(c)
}

/// Chinese characters that a stroke's length, or a dot, tells apart. UTS 39 has variants of a character only; these are
/// different ones, and two names that differ in nothing else are one slip of the pen or of recognition away from each
/// other.
const ALIKE: &[&str] = &[
    "己已巳",
    "未末",
    "土士",
    "日曰",
    "戊戌戍",
    "刀刁",
    "干千",
    "人入",
    "大太犬",
    "天夭",
    "王玉",
    "令今",
    "治冶",
    "拔拨",
    "微徽",
    "侯候",
    "祟崇",
    "壁璧",
    "辨辩",
    "竞竟",
    "暑署",
    "籍藉",
    "粟栗",
    "茶荼",
    "毫亳",
    "粱梁",
    "免兔",
    "乌鸟",
    "准淮",
];
