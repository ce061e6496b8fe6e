//! What is written for a word that is chosen: forms with places to fill in.

use std::fmt::Write as _;

use polis_syntax::words::{Builtin, ClauseSpec, ClauseWord, Face, HeadName, Keyword, Kind};

/// The form of a kind: its head, the clauses that it needs, and its citation.
pub(super) fn kind_snippet(kind: Kind, face: Face) -> String {
    let spec = kind.spec();
    let zh = face == Face::Zh;
    let mut place = 0;
    let mut next = |text: &str| {
        place += 1;
        format!("${{{place}:{text}}}")
    };
    let mut snippet = kind.word().spelling(face).to_owned();
    match (spec.name, kind) {
        (_, Kind::Test) => {
            let _ = write!(snippet, " \"{}\"", next(if zh { "说明" } else { "what is tested" }));
        }
        (HeadName::Required | HeadName::Optional, _) => {
            let _ = write!(snippet, " {}", next(if zh { "名称" } else { "name" }));
        }
        _ => {}
    }
    if spec.of == HeadName::Required {
        let of = Keyword::Of.word().spelling(face);
        let _ = write!(snippet, " {of} {}", next(if zh { "对象" } else { "Entity" }));
    }
    if kind == Kind::Unit {
        let _ = write!(snippet, " = {}", next(if zh { "人" } else { "people" }));
        return snippet;
    }
    snippet.push_str(" {\n");
    let cite = spec.clauses.iter().find(|it| it.word == ClauseWord::Cite);
    for clause in spec.clauses.iter().filter(|it| it.required || (kind == Kind::Test && it.word == ClauseWord::Given)) {
        let head = if clause.head == HeadName::Required {
            format!(" {}", next(if zh { "名称" } else { "name" }))
        } else {
            String::new()
        };
        let _ = writeln!(snippet, "  {}{head}: {}", clause.word.word().spelling(face), next(""));
    }
    if let Some(cite) = cite.filter(|_| !matches!(kind, Kind::Test | Kind::Scenario)) {
        let _ = writeln!(
            snippet,
            "  {}: {}",
            cite.word.word().spelling(face),
            next(if zh { "\"原文\"" } else { "\"passage\"" })
        );
    }
    snippet.push_str("  $0\n}");
    snippet
}

/// `基数: `, or with a place for the name that the clause has.
pub(super) fn clause_insert(spec: &ClauseSpec, face: Face, snippets: bool) -> (String, bool) {
    let word = spec.word.word().spelling(face);
    match spec.head {
        HeadName::Required if snippets => {
            (format!("{word} ${{1:{}}}: $0", if face == Face::Zh { "名称" } else { "name" }), true)
        }
        HeadName::Required => (format!("{word} "), false),
        HeadName::Date => (format!("{word} "), false),
        _ => (format!("{word}: "), false),
    }
}

pub(super) fn builtin_snippet(builtin: Builtin, face: Face) -> String {
    let word = builtin.word().spelling(face);
    let names = crate::calls::parameters(builtin, face);
    let places: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, it)| format!("${{{}:{}}}", index + 1, it.trim_matches(['[', ']'])))
        .collect();
    format!("{word}({})", places.join(", "))
}

pub(super) fn keyword_snippet(word: Keyword, face: Face) -> Option<String> {
    let zh = face == Face::Zh;
    match word {
        Keyword::If => Some(
            if zh {
                "若 ${1:条件} 则 ${2:值} 否则 ${3:值}"
            } else {
                "if ${1:condition} then ${2:value} else ${3:value}"
            }
            .to_owned(),
        ),
        Keyword::Cases => Some(
            if zh {
                "分情形 {\n  ${1:条件} => ${2:值}\n  其他 => ${3:值}\n}"
            } else {
                "cases {\n  ${1:condition} => ${2:value}\n  otherwise => ${3:value}\n}"
            }
            .to_owned(),
        ),
        _ => None,
    }
}
