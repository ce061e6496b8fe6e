//! The pages of words, made from the table of words and kinds.

use polis_diagnostic::Locale;
use polis_syntax::words::{ClauseSpec, ClauseWord, HeadName, Kind, Value, Word};
use serde_json::{Map, Value as Json, json};

use super::{head, line, spelled};
use crate::context::pick;
use crate::table::{Column, Table, TableOptions};

/// The page of a kind: how it is written, its clauses, the blocks inside.
pub(super) fn kind(kind: Kind, locale: Locale) -> String {
    let mut text = head(kind.word(), pick(locale, "种类", "kind"), locale);
    also(&mut text, kind.word(), locale);
    line(&mut text, &format!("\n{}", pick(locale, "写法", "Form")));
    line(&mut text, &format!("  {}", form(kind, locale)));
    let spec = kind.spec();
    if !spec.clauses.is_empty() {
        line(&mut text, &format!("\n{}", pick(locale, "条目", "Clauses")));
        let columns = pick(locale, ["条目", "另一写法", "值", "", "说明"], ["clause", "also", "value", "", "meaning"]);
        let mut table = Table::new(columns.map(Column::left));
        for clause in spec.clauses {
            let word = clause.word.word();
            let (own, other) = pick(locale, (word.zh, word.en), (word.en, word.zh));
            let own = match clause_head(clause, locale) {
                Some(name) => format!("{own} {name}"),
                None => own.to_owned(),
            };
            let doc = pick(locale, word.doc_zh, word.doc_en);
            table.row([own.as_str(), other, &value(clause.value, locale), &remarks(clause, locale), doc]);
        }
        let mut bytes = Vec::new();
        let options = TableOptions { indent: 2, headless: true, ..TableOptions::default() };
        // INVARIANT: writing to memory does not fail.
        if table.write(&mut bytes, options).is_ok() {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    kinds(&mut text, pick(locale, "内含", "Blocks inside"), spec.inner.iter().copied(), locale);
    let outer = Kind::ALL.iter().copied().filter(|it| it.spec().inner.contains(&kind));
    if !spec.top {
        kinds(&mut text, pick(locale, "只写在", "Stands only in"), outer, locale);
    }
    text
}

/// `员额 名称 [“标题”] 属于 对象 { … }`.
fn form(kind: Kind, locale: Locale) -> String {
    let spec = kind.spec();
    let optional = |name: HeadName, text: &str| match name {
        HeadName::None => String::new(),
        HeadName::Optional => format!(" [{text}]"),
        HeadName::Required | HeadName::Date => format!(" {text}"),
    };
    let mut form = spelled(kind.word(), locale).to_owned();
    form.push_str(&optional(spec.name, pick(locale, "名称", "name")));
    form.push_str(pick(locale, " [“标题”]", " [\"title\"]"));
    form.push_str(&optional(spec.of, pick(locale, "属于 对象", "of Entity")));
    if spec.typed {
        form.push_str(pick(locale, " [: 类型]", " [: type]"));
    }
    form.push_str(" { … }");
    form
}

/// Other spellings that are read.
pub(super) fn also(text: &mut String, word: &Word, locale: Locale) {
    if !word.also.is_empty() {
        let comma = pick(locale, "、", ", ");
        let title = pick(locale, "也可写作：", "also written ");
        line(text, &format!("\n  {title}{}", word.also.join(comma)));
    }
}

/// The kinds that take a clause.
pub(super) fn holders(clause: ClauseWord) -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(move |it| it.spec().clauses.iter().any(|it| it.word == clause))
}

/// The kinds that take a clause, as a line.
pub(super) fn kinds_of(text: &mut String, clause: ClauseWord, locale: Locale) {
    kinds(text, pick(locale, "用于", "Used in"), holders(clause), locale);
    let mut values: Vec<String> = Vec::new();
    for spec in Kind::ALL.iter().flat_map(|it| it.spec().clauses).filter(|it| it.word == clause) {
        let value = value(spec.value, locale);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if !values.is_empty() {
        line(text, &format!("\n{}\n  {}", pick(locale, "值", "Value"), values.join(pick(locale, "；", "; "))));
    }
}

fn kinds(text: &mut String, title: &str, kinds: impl Iterator<Item = Kind>, locale: Locale) {
    let names: Vec<&str> = kinds.map(|it| spelled(it.word(), locale)).collect();
    if !names.is_empty() {
        line(text, &format!("\n{title}\n  {}", names.join(pick(locale, "、", ", "))));
    }
}

/// The name that stands after a clause's word.
fn clause_head(clause: &ClauseSpec, locale: Locale) -> Option<&'static str> {
    match clause.head {
        HeadName::None => None,
        HeadName::Optional => Some(pick(locale, "[名称]", "[name]")),
        HeadName::Required => Some(pick(locale, "名称", "name")),
        HeadName::Date => Some(pick(locale, "日期", "date")),
    }
}

/// What the value of a clause is, as a phrase.
fn value(value: Value, locale: Locale) -> String {
    let (zh, en) = match value {
        Value::Expr => ("值", "a value"),
        Value::Figure => ("数值或区间", "a figure or range"),
        Value::Condition => ("条件", "a condition"),
        Value::Constant => ("固定的数值", "a fixed figure"),
        Value::Type => ("单位或类型", "a unit or type"),
        Value::Label => ("名称或文字", "a name or text"),
        Value::Declares => ("新的名称", "new names"),
        Value::Date => ("日期", "a date"),
        Value::Text => ("文字", "a text"),
        Value::Citation => ("文件 \"原文\"", "document \"passage\""),
        Value::RowIds => ("登记表行号", "row ids"),
        Value::Facts => ("对象 { 事实 }", "Entity { facts }"),
        Value::Reference(kinds) => {
            let names: Vec<&str> = kinds.iter().map(|it| spelled(it.word(), locale)).collect();
            let names = names.join(pick(locale, "或", " or "));
            return pick(locale, format!("{names}的名称"), format!("the name of: {names}"));
        }
        Value::Choice(set) => {
            let names: Vec<&str> = set.choices().iter().map(|it| spelled(it.word(), locale)).collect();
            return names.join(pick(locale, "、", " | "));
        }
    };
    pick(locale, zh, en).to_owned()
}

fn remarks(clause: &ClauseSpec, locale: Locale) -> String {
    let remarks = [
        (clause.required, "必需", "required"),
        (clause.many, "可重复", "repeatable"),
        (clause.several, "可多值", "several values"),
        (clause.guarded, "可带条件", "with guard"),
    ];
    let remarks: Vec<&str> = remarks.iter().filter(|it| it.0).map(|it| pick(locale, it.1, it.2)).collect();
    remarks.join(pick(locale, "，", ", "))
}

/// What all words have, as JSON.
pub(super) fn fields(map: &mut Map<String, Json>, word: &Word, locale: Locale) {
    map.insert("zh".into(), json!(word.zh));
    map.insert("en".into(), json!(word.en));
    map.insert("also".into(), json!(word.also));
    map.insert("documentation".into(), json!(pick(locale, word.doc_zh, word.doc_en)));
}

/// What kinds have beside, as JSON.
pub(super) fn kind_fields(map: &mut Map<String, Json>, kind: Kind, locale: Locale) {
    let spec = kind.spec();
    let clauses = spec.clauses.iter().map(|clause| {
        let mut map = Map::new();
        fields(&mut map, clause.word.word(), locale);
        map.insert("value".into(), json!(value(clause.value, locale)));
        map.insert("name".into(), json!(presence(clause.head)));
        map.insert("required".into(), json!(clause.required));
        map.insert("repeatable".into(), json!(clause.many));
        map.insert("several".into(), json!(clause.several));
        map.insert("guarded".into(), json!(clause.guarded));
        Json::Object(map)
    });
    let clauses: Vec<Json> = clauses.collect();
    let inner: Vec<&str> = spec.inner.iter().map(|it| it.word().en).collect();
    map.insert("form".into(), json!(form(kind, locale)));
    map.insert("top".into(), json!(spec.top));
    map.insert("name".into(), json!(presence(spec.name)));
    map.insert("of".into(), json!(presence(spec.of)));
    map.insert("typed".into(), json!(spec.typed));
    map.insert("clauses".into(), json!(clauses));
    map.insert("inner".into(), json!(inner));
}

fn presence(name: HeadName) -> &'static str {
    match name {
        HeadName::None => "none",
        HeadName::Optional => "optional",
        HeadName::Required => "required",
        HeadName::Date => "date",
    }
}
