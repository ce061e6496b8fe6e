use std::sync::Arc;

use polis_db::System as _;
use polis_db::testing::Fixture;
use serde_json::{Value, json};

use super::{CITY, Session, code, uri};
use crate::{Event, Incoming, RequestId, ResponseError};

#[test]
fn before_initialize_and_after_shutdown_requests_are_refused() {
    let mut session = Session::fresh(CITY);
    assert_eq!(code(&session.request("textDocument/hover", json!({}))), ResponseError::NOT_INITIALIZED);
    session.notify("textDocument/didOpen", json!({"textDocument": 1}));
    session.begin(json!({}));
    assert_eq!(code(&session.request("initialize", json!({}))), ResponseError::INVALID_REQUEST);
    assert_eq!(session.request("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(code(&session.request("textDocument/hover", json!({}))), ResponseError::INVALID_REQUEST);
    session.notify("exit", Value::Null);
    assert_eq!(session.server.run(), 0);
}

#[test]
fn a_client_that_goes_without_shutdown_is_no_success() {
    let mut session = Session::new(CITY);
    session.server.handle(Event::Incoming(Incoming::Closed));
    assert_eq!(session.server.run(), 1);
}

#[test]
fn what_makes_no_sense_is_refused_and_the_server_lives() {
    let mut session = Session::new(CITY);
    for (method, params, expected) in [
        ("textDocument/nothing", json!({}), ResponseError::METHOD_NOT_FOUND),
        ("$/unknown", json!({}), ResponseError::METHOD_NOT_FOUND),
        ("textDocument/hover", json!({}), ResponseError::INVALID_PARAMS),
        ("textDocument/hover", json!([1, 2]), ResponseError::INVALID_PARAMS),
        ("textDocument/hover", json!({"textDocument": {"uri": uri("/w/a/a.pol")}}), ResponseError::INVALID_PARAMS),
        (
            "textDocument/hover",
            json!({"textDocument": {"uri": "no uri"}, "position": {"line": 0, "character": 0}}),
            ResponseError::INVALID_PARAMS,
        ),
        ("workspace/executeCommand", json!({"command": "polis.nothing"}), ResponseError::INVALID_PARAMS),
        ("workspace/executeCommand", json!({"command": "polis.test", "arguments": []}), ResponseError::INVALID_PARAMS),
        ("workspace/symbol", json!({"query": 3}), ResponseError::INVALID_PARAMS),
        (
            "textDocument/hover",
            json!({"textDocument": {"uri": "file:///nowhere.pol"}, "position": {"line": 0, "character": 0}}),
            0,
        ),
    ] {
        assert_eq!(code(&session.request(method, params.clone())), expected, "{method} {params}");
    }
    for (method, params) in [
        (
            "textDocument/didChange",
            json!({"textDocument": {"uri": "file:///never.pol", "version": 1}, "contentChanges": []}),
        ),
        ("textDocument/didClose", json!({"textDocument": {"uri": "file:///never.pol"}})),
        ("textDocument/didOpen", json!("nonsense")),
        ("$/cancelRequest", json!({"id": 12345})),
        ("$/cancelRequest", json!({})),
        ("$/setTrace", json!({"value": "off"})),
        ("unknown/notification", json!(null)),
    ] {
        session.notify(method, params);
    }
    assert_eq!(session.names("/w/a/b.pol"), ["乙"]);
}

#[test]
fn positions_past_the_end_mean_the_end() {
    let mut session = Session::new(CITY);
    for (line, column) in [(0, 9999), (9999, 0), (u32::MAX, u32::MAX)] {
        for method in [
            "textDocument/hover",
            "textDocument/definition",
            "textDocument/completion",
            "textDocument/signatureHelp",
            "textDocument/prepareRename",
        ] {
            let found = session.at(method, "/w/a/a.pol", line, column);
            assert!(found.is_ok() || method == "textDocument/prepareRename", "{method} {line}:{column}");
        }
    }
    session.open("/w/a/b.pol", "规则 乙 属于 社区 { 值: 甲 }\n");
    session.change("/w/a/b.pol", 2, &[(7, 7, 9, 9, "规则 丙 属于 社区 { 值: 甲 }\n"), (0, 99, 0, 0, "")]);
    assert_eq!(session.names("/w/a/b.pol"), ["乙", "丙"]);
}

#[test]
fn files_come_and_go_under_the_server() {
    let system = Arc::new(Fixture::parse(CITY).system());
    let mut session = Session::on(Arc::clone(&system));
    session.begin(json!({}));
    let changed = |path: &str, kind: u32| json!({"changes": [{"uri": uri(path), "type": kind}]});
    session.notify("workspace/didChangeWatchedFiles", changed("/w/a/never.pol", 3));
    assert_eq!(session.findings("/w/a/b.pol"), [""; 0]);
    // A file comes, changes, and is renamed by way of another name.
    let write = |path: &str, text: &str| system.write_atomic(camino::Utf8Path::new(path), text.as_bytes()).unwrap();
    write("/w/a/c.pol", "规则 丁 属于 社区 { 值: 没有 }\n");
    session.notify("workspace/didChangeWatchedFiles", changed("/w/a/c.pol", 1));
    assert_eq!(session.findings("/w/a/c.pol"), ["0:16 unknown-name"]);
    write("/w/a/c.pol", "规则 丁 属于 社区 { 值: 乙 }\n");
    session.notify("workspace/didChangeWatchedFiles", changed("/w/a/c.pol", 2));
    assert_eq!(session.findings("/w/a/c.pol"), [""; 0]);
    write("/w/a/polis.toml", "[package]\nname = \"a\"\nuses = [\"nowhere\"]\n");
    session.notify("workspace/didChangeWatchedFiles", changed("/w/a/polis.toml", 2));
    assert_eq!(session.findings("/w/a/polis.toml"), ["2:8 unknown-package"]);
    write("/w/a/polis.toml", "[package]\nname = \"a\"\n");
    session.notify("workspace/didChangeWatchedFiles", changed("/w/a/polis.toml", 2));
    assert_eq!(session.findings("/w/a/polis.toml"), [""; 0]);
    session.open("/w/a/new.pol", "规则 丙 属于 社区 { 值: 没有 }\n");
    assert_eq!(session.findings("/w/a/new.pol"), ["0:16 unknown-name"]);
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("/w/a/new.pol")}}));
    assert_eq!(session.findings("/w/a/new.pol"), [""; 0], "it was never saved");
    assert_eq!(session.names("/w/a/b.pol"), ["乙"]);
}

#[test]
fn bytes_that_are_no_text_are_reported() {
    let system = Fixture::parse(CITY).system();
    system.write_atomic(camino::Utf8Path::new("/w/a/c.pol"), b"\xe8\xa7\x84\xff").unwrap();
    let mut session = Session::on(Arc::new(system));
    session.begin(json!({}));
    assert!(session.findings("/w/a/c.pol").contains(&"0:1 not-utf8".to_owned()));
    assert!(session.at("textDocument/hover", "/w/a/c.pol", 0, 0).is_ok());
    session.open("/w/a/c.pol", "规则 丁 属于 社区 { 值: 户数 }\n");
    assert_eq!(session.findings("/w/a/c.pol"), [""; 0]);
}

#[test]
fn a_cancelled_request_is_answered_so_and_once() {
    let mut session = Session::new(CITY);
    let slow: Vec<RequestId> = (0..40)
        .map(|_| session.start("textDocument/semanticTokens/full", json!({"textDocument": {"uri": uri("/w/a/a.pol")}})))
        .collect();
    for id in &slow {
        session.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in &slow {
        let answer = session.reply(id);
        assert!(answer.is_ok() || code(&answer) == ResponseError::REQUEST_CANCELLED);
    }
    assert_eq!(session.names("/w/a/b.pol"), ["乙"]);
}

#[test]
fn an_id_that_is_given_twice_is_refused_for_the_first() {
    let mut session = Session::new(CITY);
    let params = json!({"textDocument": {"uri": uri("/w/a/a.pol")}});
    let first = session.start("textDocument/documentSymbol", params.clone());
    session.next -= 1;
    session.start("textDocument/documentSymbol", params);
    session.server.settle();
    let replies = session.replies.lock().unwrap();
    assert_eq!(replies.iter().filter(|it| it.0 == first).count(), 2, "each of the two is answered");
}

#[test]
fn a_client_that_never_answers_is_served() {
    let capabilities = json!({
        "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true}},
        "window": {"workDoneProgress": true},
    });
    let mut session = Session::with(CITY, capabilities);
    assert_eq!(session.names("/w/a/b.pol"), ["乙"]);
}

#[test]
fn a_document_of_no_folder_and_of_no_disk_is_checked() {
    let mut session = Session::new(CITY);
    session.open("/elsewhere/x.pol", "参数 丙 { 值: 没有 }\n");
    assert_eq!(session.findings("/elsewhere/x.pol"), ["0:10 unknown-name"]);
    let document =
        json!({"uri": "untitled:Untitled-1", "languageId": "polis", "version": 1, "text": "参数 丙 { 值: 没有 }\n"});
    session.notify("textDocument/didOpen", json!({"textDocument": document}));
    session.server.settle();
    let symbols =
        session.request("textDocument/documentSymbol", json!({"textDocument": {"uri": "untitled:Untitled-1"}}));
    assert_eq!(symbols.unwrap()[0]["name"], "丙");
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("/elsewhere/x.pol")}}));
    assert_eq!(session.findings("/elsewhere/x.pol"), [""; 0]);
}

#[test]
fn fifty_thousand_lines_are_served() {
    let mut session = Session::new(CITY);
    let lines: Vec<String> = (0..50_000).map(|it| format!("参数 大{it} {{ 值: {it} 户 }}\n")).collect();
    let text = lines.concat();
    session.open("/w/a/big.pol", &text);
    let found = session.at("textDocument/definition", "/w/a/big.pol", 49_999, 4).unwrap();
    assert_eq!(found["range"]["start"]["line"], 49_999);
    session.change("/w/a/big.pol", 2, &[(49_999, 0, 49_999, 0, "参数 末 { 值: 1 户 }\n")]);
    let found = session.at("textDocument/definition", "/w/a/big.pol", 50_000, 4).unwrap();
    assert_eq!(found["range"]["start"]["line"], 50_000);
}
