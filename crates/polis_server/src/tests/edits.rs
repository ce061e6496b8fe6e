use polis_diagnostic::ColumnUnit;
use proptest::prelude::*;
use serde_json::json;

use super::{CITY, Session, uri};
use crate::documents;

/// Texts with what is hard: two-unit characters, line ends of every kind, a byte order mark, half-typed words.
const PIECES: &[&str] = &[
    "规则 丙 属于 社区 { 值: 户数 }\n",
    "参数 丁 { 值: 1 户 }\r\n",
    "户数",
    "𠮷",
    "，",
    "\u{feff}",
    "\r\n",
    "\n",
    "\r",
    "{",
    "}",
    " ",
    "当户",
    "\"",
    "例外 ",
    "// 注\n",
    "hs",
    "甲 * 2",
    "😀字",
];

/// A change of a document: where, how much of it goes, and what comes.
#[derive(Debug, Clone)]
struct Step {
    at: usize,
    gone: usize,
    text: String,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = prop::collection::vec(prop::sample::select(PIECES), 0..3).prop_map(|it| it.concat());
    let step = (0_usize..200, 0_usize..12, text).prop_map(|(at, gone, text)| Step { at, gone, text });
    prop::collection::vec(step, 1..12)
}

/// The character positions of a text as a client counts them: lines end with LF, CRLF or CR, columns are UTF-16 units.
fn position(text: &[char], at: usize, utf8: bool) -> (u32, u32) {
    let (mut line, mut column) = (0, 0);
    for index in 0..at {
        let c = text[index];
        let crlf = c == '\r' && text.get(index + 1) == Some(&'\n');
        if c == '\n' || c == '\r' && !crlf {
            (line, column) = (line + 1, 0);
        } else if !crlf {
            column += u32::try_from(if utf8 { c.len_utf8() } else { c.len_utf16() }).unwrap();
        }
    }
    (line, column)
}

/// Makes a step on a list of characters, as a client would, and tells the change in the protocol's terms.
fn make(text: &mut Vec<char>, step: &Step, utf8: bool) -> (u32, u32, u32, u32, String) {
    let mut start = step.at % (text.len() + 1);
    let mut end = (start + step.gone).min(text.len());
    // No client has a cursor between CR and LF.
    let between = |it: usize| it > 0 && it < text.len() && text[it - 1] == '\r' && text[it] == '\n';
    start -= usize::from(between(start));
    end += usize::from(between(end));
    let (line, column) = position(text, start, utf8);
    let (to_line, to_column) = position(text, end, utf8);
    text.splice(start..end, step.text.chars());
    (line, column, to_line, to_column, step.text.clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Changes give the text that a naive client has, in both encodings.
    #[test]
    fn changes_give_the_text_of_the_client(first in prop::collection::vec(prop::sample::select(PIECES), 0..6), steps in steps(), utf8: bool) {
        let mut text = first.concat();
        let mut client: Vec<char> = text.chars().collect();
        let unit = if utf8 { ColumnUnit::Byte } else { ColumnUnit::Utf16 };
        for step in &steps {
            let (line, column, to_line, to_column, new) = make(&mut client, step, utf8);
            let range = lsp_types::Range::new(lsp_types::Position::new(line, column), lsp_types::Position::new(to_line, to_column));
            let change = lsp_types::TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: new };
            documents::apply(&mut text, vec![change], unit);
            prop_assert_eq!(&text, &client.iter().collect::<String>());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// After any edits, bundled in any way, findings and outline are those of a server that starts on the outcome.
    #[test]
    fn edits_lead_to_what_a_fresh_server_finds(steps in steps(), bundle in 1_usize..5) {
        let text = "规则 甲 属于 社区 { 值: 户数 - 门槛 }\n规则 丙 属于 社区 { 值: 甲 }\n";
        let mut client: Vec<char> = text.chars().collect();
        let mut session = Session::new(CITY);
        session.open("/w/a/b.pol", text);
        for (version, steps) in steps.chunks(bundle).enumerate() {
            let changes: Vec<_> = steps.iter().map(|it| make(&mut client, it, false)).collect();
            let changes: Vec<_> = changes.iter().map(|it| (it.0, it.1, it.2, it.3, it.4.as_str())).collect();
            session.change("/w/a/b.pol", i32::try_from(version).unwrap() + 2, &changes);
        }
        let last: String = client.iter().collect();
        let mut fresh = Session::new(CITY);
        fresh.open("/w/a/b.pol", &last);
        let findings = fresh.findings("/w/a/b.pol");
        prop_assert_eq!(&session.findings("/w/a/b.pol"), &findings, "after {:?}", last);
        let (elsewhere, fresh_elsewhere) = (session.findings("/w/a/a.pol"), fresh.findings("/w/a/a.pol"));
        // What was decided of other files while the text still had a meaning stays.
        let held = fresh.has_errors() && fresh_elsewhere.iter().all(|it| elsewhere.contains(it));
        prop_assert!(held || elsewhere == fresh_elsewhere, "{elsewhere:?}, {fresh_elsewhere:?} after {last:?}");
        for path in ["/w/a/a.pol", "/w/a/b.pol"] {
            prop_assert_eq!(session.names(path), fresh.names(path), "{} after {:?}", path, last);
        }
        let params = json!({"textDocument": {"uri": uri("/w/a/b.pol")}});
        let tokens = |it: &mut Session| it.request("textDocument/semanticTokens/full", params.clone()).unwrap()["data"].clone();
        prop_assert_eq!(tokens(&mut session), tokens(&mut fresh));
    }
}

#[test]
fn a_burst_between_requests_is_seen_whole() {
    let mut session = Session::new(CITY);
    session.open("/w/a/b.pol", "");
    let mut text = String::new();
    let mut asked = Vec::new();
    for version in 0..200_u32 {
        let line = format!("参数 丁{version} {{ 值: {version} 户 }}\n");
        session.change("/w/a/b.pol", i32::try_from(version).unwrap() + 2, &[(version, 0, version, 0, &line)]);
        text.push_str(&line);
        if version % 20 == 0 {
            let params = json!({"textDocument": {"uri": uri("/w/a/b.pol")}});
            asked.push((version, session.start("textDocument/documentSymbol", params)));
        }
    }
    for (version, id) in asked {
        let found = session.reply(&id).unwrap();
        // What names no position is answered for the text as it is when it is answered.
        assert!(found.as_array().unwrap().len() > version as usize);
    }
    assert_eq!(session.names("/w/a/b.pol").len(), 200);
    assert_eq!(session.findings("/w/a/b.pol"), [""; 0]);
}

#[test]
fn half_typed_chinese_never_ends_the_server() {
    let mut session = Session::new(CITY);
    session.open("/w/a/b.pol", "");
    let whole = "员额 专职工作者 属于 社区 {\n  基数: 10..15 人\n  增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人\n}\n";
    let mut typed = String::new();
    for (version, c) in (2..).zip(whole.chars()) {
        typed.push(c);
        session.set("/w/a/b.pol", version, &typed);
        let line = u32::try_from(typed.lines().count().max(1) - 1).unwrap();
        for method in ["textDocument/completion", "textDocument/hover", "textDocument/signatureHelp"] {
            assert!(session.at(method, "/w/a/b.pol", line, 999).is_ok(), "{method} after {typed:?}");
        }
    }
    assert_eq!(session.findings("/w/a/b.pol"), [""; 0]);
}

#[test]
fn an_edit_in_a_manifest_loads_the_packages_anew() {
    let mut session = Session::new(CITY);
    session.open("/w/a/polis.toml", "[package]\nname = \"a\"\n");
    session.set("/w/a/polis.toml", 2, "[package]\nname = \"a\"\nunder = [\"nowhere\"]\n");
    assert_eq!(session.findings("/w/a/polis.toml"), ["2:9 unknown-package"]);
    session.set("/w/a/polis.toml", 3, "[package]\nname = \"a\"\n");
    assert_eq!(session.findings("/w/a/polis.toml"), [""; 0]);
}

#[test]
fn findings_elsewhere_stay_while_a_clause_has_no_meaning_yet() {
    let listing = "
//- /w/polis.toml
[package]
name = \"a\"
//- /w/a.pol
对象 社区 { 字段 户数: 户 { 取值: 0.. 户 } }
要求 甲 属于 社区 { 满足: 户数 不少于 1 户; 当: 户数 少于 0 户 }
//- /w/b.pol
要求 乙 属于 社区 { 满足: 户数 不少于 1 户; 当: 户数 少于 0 户 }
";
    let mut session = Session::new(listing);
    let text = "要求 乙 属于 社区 { 满足: 户数 不少于 1 户; 当: 户数 少于 0 户 }\n";
    session.open("/w/b.pol", text);
    let before = session.findings("/w/a.pol");
    assert!(
        !before.is_empty()
            && before == session.findings("/w/b.pol").iter().map(|it| it.replacen("0:", "1:", 1)).collect::<Vec<_>>(),
        "{before:?}"
    );
    let sent = session.times_sent("/w/a.pol");
    // A wrong name: nothing is decided of the file that has it, and what is known of the other stays.
    session.set("/w/b.pol", 2, &text.replace("当: 户数", "当: 户"));
    assert_eq!(session.findings("/w/b.pol").len(), 1, "{:?}", session.findings("/w/b.pol"));
    assert_eq!(session.findings("/w/a.pol"), before);
    session.set("/w/b.pol", 3, text);
    assert_eq!(session.findings("/w/b.pol").len(), before.len());
    assert_eq!(session.times_sent("/w/a.pol"), sent, "what has not changed is not sent again");
    // What another edit decides otherwise is told.
    session.set("/w/b.pol", 4, "参数 丙 { 值: 1 户 }\n");
    assert_eq!(session.findings("/w/a.pol"), before);
}
