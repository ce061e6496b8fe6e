//! The grammar against the table and against the lexer, through a small engine of the kind that editors have.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use fancy_regex::Regex;
use polis_syntax::ast::{Body, Element};
use polis_syntax::words::{Choice, Face};
use polis_syntax::{CommentKind, FormatOptions, TokenKind, format, parse};

use super::*;
use crate::generate::{names, read};
use crate::root;

/// A rule of the grammar, ready to run.
enum Rule {
    Match { regex: Regex, name: Option<String>, captures: Vec<(usize, String)> },
    Region { begin: Regex, end: Regex, name: Option<String>, captures: Vec<(usize, String)>, inner: Vec<Rule> },
}

struct Engine {
    rules: Vec<Rule>,
}

impl Engine {
    fn new() -> Self {
        let grammar = grammar();
        Self { rules: rules(&grammar, &grammar["patterns"], &mut Vec::new()) }
    }

    /// The innermost scope of each byte; empty where there is none.
    fn scopes<'a>(&'a self, text: &str) -> Vec<&'a str> {
        let mut out: Vec<&str> = Vec::with_capacity(text.len());
        let mut open: Vec<&Rule> = Vec::new();
        for line in text.split('\n') {
            self.line(line.trim_end_matches('\r'), &mut open, &mut out);
            out.resize(out.len() + line.len() + 1 - line.trim_end_matches('\r').len(), "");
        }
        out
    }

    fn line<'a>(&'a self, line: &str, open: &mut Vec<&'a Rule>, out: &mut Vec<&'a str>) {
        let offset = out.len();
        out.resize(offset + line.len(), "");
        let mut at = 0;
        loop {
            let (inner, end, name) = match open.last() {
                Some(Rule::Region { inner, end, name, .. }) => (inner, Some(end), name.as_deref().unwrap_or_default()),
                _ => (&self.rules, None, ""),
            };
            // The first match in the line counts, of those at one place the end of the region, then the first rule.
            let end = end.and_then(|it| it.find_from_pos(line, at).unwrap()).map(|it| it.range());
            let mut best: Option<(std::ops::Range<usize>, Option<&Rule>)> = end.map(|it| (it, None));
            for rule in inner {
                let regex = match rule {
                    Rule::Match { regex, .. } => regex,
                    Rule::Region { begin, .. } => begin,
                };
                if let Some(found) = regex.find_from_pos(line, at).unwrap()
                    && best.as_ref().is_none_or(|it| found.start() < it.0.start)
                {
                    best = Some((found.range(), Some(rule)));
                }
            }
            let Some((range, rule)) = best else {
                out[offset + at..].fill(name);
                return;
            };
            out[offset + at..offset + range.start].fill(name);
            match rule {
                None => {
                    out[offset + range.start..offset + range.end].fill(name);
                    open.pop();
                }
                Some(rule) => {
                    let (regex, name, captures) = match rule {
                        Rule::Match { regex, name, captures } => (regex, name, captures),
                        Rule::Region { begin, name, captures, .. } => {
                            open.push(rule);
                            (begin, name, captures)
                        }
                    };
                    assert!(!range.is_empty(), "an empty match would never end: {line}");
                    out[offset + range.start..offset + range.end].fill(name.as_deref().unwrap_or_default());
                    let found = regex.captures_from_pos(line, at).unwrap().unwrap();
                    for (group, name) in captures {
                        if let Some(it) = found.get(*group) {
                            out[offset + it.start()..offset + it.end()].fill(name);
                        }
                    }
                }
            }
            at = range.end;
        }
    }
}

/// The rules of `patterns`, includes resolved.
fn rules(grammar: &Json, patterns: &Json, path: &mut Vec<String>) -> Vec<Rule> {
    let name = |it: &Json| it["name"].as_str().map(str::to_owned);
    let regex = |it: &Json| Regex::new(it.as_str().unwrap()).unwrap_or_else(|error| panic!("{it}: {error}"));
    let captures = |it: &Json| {
        let all = it.as_object().into_iter().flatten();
        all.map(|(group, it)| (group.parse().unwrap(), it["name"].as_str().unwrap().to_owned())).collect()
    };
    let mut all = Vec::new();
    for it in patterns.as_array().into_iter().flatten() {
        if let Some(include) = it["include"].as_str() {
            let target = include.strip_prefix('#').unwrap();
            assert!(!path.iter().any(|it| it == target), "{target} includes itself");
            let patterns = &grammar["repository"][target]["patterns"];
            assert!(patterns.is_array(), "there is no {include}");
            path.push(target.to_owned());
            all.extend(rules(grammar, patterns, path));
            path.pop();
        } else if it["match"].is_string() {
            all.push(Rule::Match { regex: regex(&it["match"]), name: name(it), captures: captures(&it["captures"]) });
        } else {
            all.push(Rule::Region {
                begin: regex(&it["begin"]),
                end: regex(&it["end"]),
                name: name(it),
                captures: captures(&it["beginCaptures"]),
                inner: rules(grammar, &it["patterns"], path),
            });
        }
    }
    all
}

/// The one scope of `part` in `text`; empty where it has several.
fn scope_of<'a>(engine: &'a Engine, text: &str, part: &str) -> &'a str {
    let start = text.find(part).unwrap();
    one(&engine.scopes(text)[start..start + part.len()])
}

fn one<'a>(scopes: &[&'a str]) -> &'a str {
    let first = scopes.first().copied().unwrap_or_default();
    if scopes.iter().all(|it| *it == first) { first } else { "" }
}

#[test]
fn it_is_valid_json_and_its_regexes_are_those_of_oniguruma() {
    let [generated] = generate(&root()).unwrap().try_into().unwrap_or_else(|_| panic!("one file"));
    let json: Json = serde_json::from_str(&generated.text).unwrap();
    assert_eq!(json["scopeName"], "source.polis");
    // Every regex is compiled by a dialect that has Oniguruma's look-behind.
    assert!(rules(&json, &json["patterns"], &mut Vec::new()).len() > 20);
    // Every part is included somewhere.
    for name in json["repository"].as_object().unwrap().keys() {
        assert!(generated.text.contains(&format!("\"#{name}\"")), "{name}");
    }
}

#[test]
fn every_spelling_of_the_table_is_coloured_in_its_place() {
    let engine = Engine::new();
    let check = |text: String, part: &str, expected: &str| {
        assert_eq!(scope_of(&engine, &text, part), expected, "`{part}` in `{text}`");
    };
    for (keyword, word) in Keyword::rows() {
        for it in word.spellings() {
            check(format!("x: ( {it} )"), it, scope(keyword));
            check(format!("x:（{it}）"), it, scope(keyword));
        }
    }
    for (_, word) in Kind::rows() {
        for it in word.spellings() {
            for rest in ["{", "｛", "甲 {", "甲 属于 社区: 人 {", "《甲》 {", "\"甲\" {", "“甲” {", "`若` {", "甲 = 人"]
            {
                check(format!("{it} {rest}"), it, "storage.type.kind.polis");
                check(format!("甲 乙 {{ {it} {rest}"), it, "storage.type.kind.polis");
            }
        }
    }
    for (_, word) in ClauseWord::rows() {
        for it in word.spellings() {
            let places =
                [("", ": x"), ("  ", "： x"), ("a: b, ", ": x"), ("甲 { ", " 乙: x"), ("a: b; ", " 乙 当 x > [1]: x")];
            // With a name behind it, a word that is a kind too reads as one, as the parser does.
            let places = if Kind::from_text(it).is_some() { &places[..3] } else { &places };
            for (before, behind) in places {
                check(format!("{before}{it}{behind}"), it, "keyword.other.clause.polis");
            }
        }
    }
    for (_, word) in Builtin::rows() {
        for it in word.spellings() {
            check(format!("x: 1 + {it}(甲)"), it, "support.function.builtin.polis");
            check(format!("x: 1 +{it} （甲）"), it, "support.function.builtin.polis");
        }
    }
    for set in [ChoiceSet::Modality, ChoiceSet::Level, ChoiceSet::Polarity] {
        for clause in choosing(set).iter().flat_map(|it| it.spellings()) {
            for it in set.choices().iter().flat_map(|it| it.word().spellings()) {
                check(format!("x\n  {clause}：{it}"), it, "support.constant.choice.polis");
            }
        }
    }
    assert!(Choice::ALL.iter().all(|it| {
        [ChoiceSet::Modality, ChoiceSet::Level, ChoiceSet::Polarity].iter().any(|set| set.choices().contains(it))
    }));
    for (_, word) in UnitWord::rows() {
        for it in word.spellings() {
            for text in
                [format!("x: 3{it}"), format!("x: 10..15 {it}"), format!("x: 1.. {it}"), format!("x: 1 次/{it} + 2")]
            {
                let start = text.rfind(it).unwrap();
                let scopes = engine.scopes(&text);
                assert_eq!(one(&scopes[start..start + it.len()]), "keyword.other.unit.polis", "{text}");
            }
        }
    }
    for word in UnitWord::rows().map(|it| it.1).chain(TypeWord::rows().map(|it| it.1)) {
        for it in word.spellings() {
            let text = format!("参数 甲: {it} {{");
            let start = text.rfind(it).unwrap();
            assert_eq!(one(&engine.scopes(&text)[start..start + it.len()]), "support.type.polis", "{text}");
        }
    }
    for (name, spellings) in OPERATORS {
        for it in *spellings {
            check(format!("x: 甲{it}乙"), it, "keyword.operator.polis");
            assert!(!name.is_empty());
        }
    }
}

#[test]
fn words_in_names_are_not_coloured() {
    let engine = Engine::new();
    let mut all: Vec<String> = [
        "当户数",
        "非公企业",
        "自治",
        "在册人数",
        "是非",
        "其他单位",
        "若干",
        "限价",
        "notify",
        "input",
        "order",
        "or_else",
        "时限",
    ]
    .map(str::to_owned)
    .into();
    for word in
        Keyword::rows().map(|it| it.1).chain(Builtin::rows().map(|it| it.1)).chain(ClauseWord::rows().map(|it| it.1))
    {
        for it in word.spellings() {
            all.extend([
                format!("{it}甲"),
                format!("甲{it}"),
                format!("{it}_x"),
                format!("x{it}"),
                format!("甲{it}２"),
            ]);
        }
    }
    for name in all {
        if Keyword::from_text(&name).is_some()
            || Builtin::from_text(&name).is_some()
            || ClauseWord::from_text(&name).is_some()
        {
            continue;
        }
        for text in
            [format!("x: 1 + {name} * 2"), format!("x: {name}(1)"), format!("{name}: 1"), format!("x: 乙, {name}: 1")]
        {
            assert_eq!(scope_of(&engine, &text, &name), "", "`{name}` in `{text}`");
        }
    }
}

#[test]
fn figures_part_from_what_is_glued_to_them() {
    let engine = Engine::new();
    let parts = |text: &str| -> Vec<String> {
        let scopes = engine.scopes(text);
        let mut out: Vec<(String, &str)> = Vec::new();
        for (index, it) in text.char_indices() {
            match out.last_mut() {
                Some((part, scope)) if *scope == scopes[index] => part.push(it),
                _ => out.push((it.to_string(), scopes[index])),
            }
        }
        out.iter()
            .filter(|it| !it.1.is_empty())
            .map(|it| format!("{} {}", it.0, it.1.trim_end_matches(".polis")))
            .collect()
    };
    assert_eq!(
        parts("3000户以上时"),
        ["3000 constant.numeric", "户 keyword.other.unit", "以上 keyword.operator.word", "时 keyword.control"]
    );
    assert_eq!(parts("７户时"), ["７ constant.numeric", "户 keyword.other.unit", "时 keyword.control"]);
    assert_eq!(parts("3时"), ["3 constant.numeric", "时 keyword.control"]);
    assert_eq!(parts("3 且 4"), ["3 constant.numeric", "且 keyword.operator.word", "4 constant.numeric"]);
    assert_eq!(parts("2 元每人每年"), ["2 constant.numeric", "元每人每年 keyword.other.unit"]);
    assert_eq!(
        parts("1.. 次/季度"),
        [
            "1 constant.numeric",
            ".. keyword.operator.range",
            "次 keyword.other.unit",
            "/ keyword.operator",
            "季度 keyword.other.unit"
        ]
    );
    assert_eq!(parts("20％"), ["20％ constant.numeric.percent"]);
    assert_eq!(parts("2020年1月31日"), ["2020年1月31日 constant.numeric.date"]);
    assert_eq!(parts("CC-071"), ["CC-071 constant.other.row-id"]);
}

/// The policies in both faces.
fn policies() -> Vec<(Utf8PathBuf, String)> {
    let folder = root().join("policies");
    let mut all = Vec::new();
    for package in names(&folder).unwrap() {
        for file in names(&folder.join(&package)).unwrap_or_default() {
            let path = folder.join(&package).join(&file);
            if path.extension() == Some("pol") {
                let text = read(&path).unwrap();
                let english = format(&text, &FormatOptions { face: Some(Face::En), ..FormatOptions::default() });
                all.push((path.clone(), english.unwrap()));
                all.push((path, text));
            }
        }
    }
    all
}

#[test]
fn the_policies_are_coloured_as_the_lexer_reads_them() {
    let engine = Engine::new();
    let mut seen = BTreeSet::new();
    let policies = policies();
    assert!(policies.len() > 10, "the policies are not where they were");
    for (path, text) in &policies {
        let scopes = engine.scopes(text);
        let parse = parse(text);
        for token in &parse.lexed.tokens {
            let scope = one(&scopes[token.start as usize..token.end as usize]);
            seen.insert(scope);
            let fits = match token.kind {
                TokenKind::Newline => continue,
                TokenKind::Ident => !["keyword.control", "keyword.operator", "constant", "string", "comment"]
                    .iter()
                    .any(|it| scope.starts_with(it)),
                TokenKind::QuotedIdent => scope.starts_with("variable"),
                TokenKind::Number => scope == "constant.numeric.polis",
                TokenKind::Percent => scope == "constant.numeric.percent.polis",
                TokenKind::Date => scope == "constant.numeric.date.polis",
                TokenKind::RowId => scope == "constant.other.row-id.polis",
                // Escapes within have a scope of their own.
                TokenKind::Text => scopes[token.start as usize].starts_with("string.quoted.double"),
                TokenKind::Title => scope == "string.quoted.other.title.polis",
                kind if kind.is_keyword() => {
                    let word = Keyword::from_text(token.span().text(text)).unwrap();
                    scope == super::scope(word) || scope == "keyword.other.clause.polis"
                }
                _ => scope.starts_with("punctuation") || scope.starts_with("keyword.operator"),
            };
            assert!(fits, "{path}: {:?} `{}` is `{scope}`", token.kind, token.span().text(text));
        }
        for comment in &parse.lexed.comments {
            let expected = match comment.kind {
                CommentKind::Doc => "comment.line.documentation.polis",
                CommentKind::Line => "comment.line.double-slash.polis",
                CommentKind::Block => "comment.block.polis",
            };
            assert_eq!(one(&scopes[comment.span.start as usize..comment.span.end as usize]), expected, "{path}");
        }
        elements(&parse.file.elements, text, &scopes, path);
    }
    for scope in ["support.function.builtin.polis", "support.constant.choice.polis", "keyword.other.unit.polis"] {
        assert!(seen.contains(scope), "{scope} is nowhere");
    }
}

/// Heads of blocks and words of clauses.
fn elements(all: &[Element], text: &str, scopes: &[&str], path: &Utf8PathBuf) {
    for element in all {
        let (word, expected) = match element {
            Element::Block(block) => {
                let expected = block.kind.map(|_| "storage.type.kind.polis");
                elements(block.body.as_ref().map_or(&[], |it: &Body| &it.elements), text, scopes, path);
                for clause in block.body.iter().flat_map(|it| &it.elements) {
                    if let (Some(kind), Element::Clause(clause)) = (block.kind, clause)
                        && kind.clause(clause.word.text(text)).is_some()
                    {
                        let span = clause.word.span;
                        let scope = one(&scopes[span.start as usize..span.end as usize]);
                        assert_eq!(scope, "keyword.other.clause.polis", "{path}: {}", clause.word.text(text));
                    }
                }
                (block.word, expected)
            }
            _ => continue,
        };
        let span = word.span;
        if let Some(expected) = expected {
            let scope = one(&scopes[span.start as usize..span.end as usize]);
            assert_eq!(scope, expected, "{path}: {}", word.text(text));
        }
    }
}
