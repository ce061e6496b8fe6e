use serde_json::{Value, json};

use super::{CITY, Session, uri};
use crate::Outgoing;

#[test]
fn what_is_offered_has_a_handler() {
    let mut session = Session::fresh(CITY);
    let answer = session.request("initialize", json!({"capabilities": {}})).unwrap();
    let offered = answer["capabilities"].as_object().unwrap();
    let methods = [
        ("hoverProvider", "textDocument/hover"),
        ("definitionProvider", "textDocument/definition"),
        ("typeDefinitionProvider", "textDocument/typeDefinition"),
        ("implementationProvider", "textDocument/implementation"),
        ("referencesProvider", "textDocument/references"),
        ("documentHighlightProvider", "textDocument/documentHighlight"),
        ("documentSymbolProvider", "textDocument/documentSymbol"),
        ("workspaceSymbolProvider", "workspace/symbol"),
        ("renameProvider", "textDocument/rename"),
        ("completionProvider", "textDocument/completion"),
        ("signatureHelpProvider", "textDocument/signatureHelp"),
        ("codeActionProvider", "textDocument/codeAction"),
        ("documentFormattingProvider", "textDocument/formatting"),
        ("documentRangeFormattingProvider", "textDocument/rangeFormatting"),
        ("documentOnTypeFormattingProvider", "textDocument/onTypeFormatting"),
        ("foldingRangeProvider", "textDocument/foldingRange"),
        ("selectionRangeProvider", "textDocument/selectionRange"),
        ("semanticTokensProvider", "textDocument/semanticTokens/full/delta"),
        ("inlayHintProvider", "textDocument/inlayHint"),
        ("codeLensProvider", "codeLens/resolve"),
        ("documentLinkProvider", "textDocument/documentLink"),
        ("callHierarchyProvider", "callHierarchy/outgoingCalls"),
        ("typeHierarchyProvider", "typeHierarchy/subtypes"),
        ("executeCommandProvider", "workspace/executeCommand"),
    ];
    let mut known: Vec<&str> = methods.iter().map(|it| it.0).collect();
    known.extend(["positionEncoding", "textDocumentSync", "workspace"]);
    for name in offered.keys() {
        assert!(known.contains(&name.as_str()), "{name} is offered and not in this table");
    }
    for (capability, method) in methods {
        assert!(offered.contains_key(capability), "{capability}");
        assert!(crate::requests::find(method, &Value::Null).is_some(), "{method}");
    }
}

#[test]
fn findings_follow_the_text() {
    let mut session = Session::new(CITY);
    assert_eq!(session.findings("/w/a/a.pol"), [""; 0]);
    session.open(
        "/w/a/a.pol",
        "对象 社区 { 字段 户数: 户 }\n参数 门槛 { 值: 3000 户 }\n规则 甲 属于 社区 { 值: 户树 - 门槛 }\n",
    );
    assert_eq!(session.findings("/w/a/a.pol"), ["2:16 unknown-name"]);
    session.change("/w/a/a.pol", 2, &[(2, 16, 2, 18, "户数")]);
    assert_eq!(session.findings("/w/a/a.pol"), [""; 0]);
    // What another file says of this one.
    session.change("/w/a/a.pol", 3, &[(2, 3, 2, 4, "丙")]);
    assert_eq!(session.findings("/w/a/b.pol"), ["0:16 unknown-name"]);
    // Closed without being saved, the file is as the disk has it.
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("/w/a/a.pol")}}));
    assert_eq!(session.findings("/w/a/b.pol"), [""; 0]);
}

#[test]
fn other_places_and_advice_come_with_a_finding() {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    let mut session = Session::with(CITY, capabilities);
    session.open("/w/a/b.pol", "参数 门槛 { 值: 1 户 }\n");
    assert_eq!(session.findings("/w/a/b.pol"), ["0:3 duplicate-name"]);
    let sent = session.sent.lock().unwrap();
    let found = sent.iter().rev().find_map(|it| match it {
        Outgoing::Notification { params, .. } if params["uri"] == uri("/w/a/b.pol") => Some(params.clone()),
        _ => None,
    });
    let found = found.unwrap();
    assert_eq!(found["version"], 1);
    let related = &found["diagnostics"][0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], uri("/w/a/a.pol"));
    assert_eq!(related["location"]["range"]["start"], json!({"line": 1, "character": 3}));
}

#[test]
fn a_client_that_asks_for_findings_is_not_sent_any() {
    let mut session = Session::with(CITY, json!({"textDocument": {"diagnostic": {}}}));
    session.open("/w/a/b.pol", "规则 乙 属于 社区 { 值: 没有 }\n");
    assert_eq!(session.findings("/w/a/b.pol"), [""; 0]);
    let ask = |previous: &Value| json!({"textDocument": {"uri": uri("/w/a/b.pol")}, "previousResultId": previous});
    let report = session.request("textDocument/diagnostic", ask(&Value::Null)).unwrap();
    assert_eq!(report["items"][0]["code"], "unknown-name");
    let again = session.request("textDocument/diagnostic", ask(&report["resultId"])).unwrap();
    assert_eq!(again["kind"], "unchanged");
    let all = session.request("workspace/diagnostic", json!({"previousResultIds": []})).unwrap();
    assert_eq!(all["items"][0]["uri"], uri("/w/a/b.pol"));
    let refreshed = session
        .sent
        .lock()
        .unwrap()
        .iter()
        .any(|it| matches!(it, Outgoing::Request { method: "workspace/diagnostic/refresh", .. }));
    assert!(refreshed);
}

#[test]
fn features_answer_through_the_protocol() {
    let mut session = Session::new(CITY);
    let hover = session.at("textDocument/hover", "/w/a/a.pol", 2, 21).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("参数 门槛"), "{hover}");
    let place = session.at("textDocument/definition", "/w/a/b.pol", 0, 16).unwrap();
    assert_eq!(place["uri"], uri("/w/a/a.pol"));
    assert_eq!(place["range"]["start"], json!({"line": 2, "character": 3}));
    let position = json!({"line": 0, "character": 16});
    let document = json!({"uri": uri("/w/a/b.pol")});
    let params = json!({"textDocument": document, "position": position, "newName": "丙"});
    let edit = session.request("textDocument/rename", params).unwrap();
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2);
    let params = json!({"textDocument": document, "position": {"line": 0, "character": 0}, "newName": "丙"});
    let refused = session.request("textDocument/rename", params);
    assert!(refused.unwrap_err().message.contains("没有可以重命名的名称"));
    let all = session.request("workspace/symbol", json!({"query": "mk"})).unwrap();
    assert_eq!(all[0]["name"], "门槛");
}

#[test]
fn the_language_is_that_of_the_client_and_of_its_settings() {
    let mut session = Session::new(CITY);
    session.notify("workspace/didChangeConfiguration", json!({"settings": {"polis": {"language": "en"}}}));
    let hover = session.at("textDocument/hover", "/w/a/a.pol", 2, 21).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("value: `3000 户`"), "{hover}");
}

#[test]
fn settings_are_asked_for_where_the_client_has_them() {
    let mut session = Session::with(CITY, json!({"workspace": {"configuration": true}}));
    let id = session.sent.lock().unwrap().iter().find_map(|it| match it {
        Outgoing::Request { id, method: "workspace/configuration", .. } => Some(*id),
        _ => None,
    });
    let result = Ok(json!([{"inlayHints": {"enable": false}, "language": "klingon"}]));
    let id = crate::RequestId::Number(id.unwrap());
    session.server.handle(crate::Event::Incoming(crate::Incoming::Response { id, result }));
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let params = json!({"textDocument": {"uri": uri("/w/a/a.pol")}, "range": range});
    assert_eq!(session.request("textDocument/inlayHint", params).unwrap(), json!([]));
}

#[test]
fn tests_are_run_by_command_and_marked_in_the_text() {
    let mut session = Session::new(CITY);
    let text = "测试 \"对\" { 给定: 社区 { 户数: 1 户 }; 预期: 户数 = 1 户 }\n测试 \"错\" { 给定: 社区 { 户数: 1 户 }; 预期: 户数 = 2 户 }\n";
    session.open("/w/a/t.pol", text);
    let argument = json!({"uri": uri("/w/a/t.pol")});
    let params = json!({"command": "polis.test", "arguments": [argument]});
    let result = session.request("workspace/executeCommand", params).unwrap();
    assert_eq!(result["summary"], json!({"passed": 1, "failed": 1}));
    assert!(result["tests"][1]["failures"][0]["message"].as_str().unwrap().contains('1'));
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let params = json!({"textDocument": {"uri": uri("/w/a/t.pol")}, "range": range});
    let hints = session.request("textDocument/inlayHint", params).unwrap();
    let labels: Vec<&str> = hints.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["✓ 通过", "✗ 1 处未通过"]);
}

#[test]
fn two_folders_are_two_workspaces() {
    let listing = format!("{CITY}//- /v/polis.toml\n[package]\nname = \"v\"\n//- /v/v.pol\n参数 门槛 {{ 值: 没有 }}\n");
    let mut session = Session::new(&listing);
    assert_eq!(session.findings("/v/v.pol"), [""; 0]);
    let added = json!([{"uri": "file:///v", "name": "v"}]);
    session.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": added, "removed": []}}));
    assert_eq!(session.findings("/v/v.pol"), ["0:11 unknown-name"]);
    let all = session.request("workspace/symbol", json!({"query": "门槛"})).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
    session.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": added}}));
    assert_eq!(session.findings("/v/v.pol"), [""; 0], "findings go with their folder");
}

#[test]
fn a_folder_above_workspaces_leads_to_them() {
    let listing = CITY.replace("/w/", "/w/deep/er/");
    let mut session = Session::new(&listing);
    let place = session.at("textDocument/definition", "/w/deep/er/a/b.pol", 0, 16).unwrap();
    assert_eq!(place["uri"], uri("/w/deep/er/a/a.pol"));
}

#[test]
fn progress_is_told_and_ends() {
    let session = Session::with(CITY, json!({"window": {"workDoneProgress": true}}));
    let sent = session.sent.lock().unwrap();
    let kinds: Vec<String> = sent
        .iter()
        .filter_map(|it| match it {
            Outgoing::Notification { method: "$/progress", params } => Some(params["value"]["kind"].to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["\"begin\"", "\"end\""]);
}
