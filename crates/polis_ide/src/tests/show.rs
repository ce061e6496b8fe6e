use insta::assert_snapshot;
use polis_diagnostic::Locale;
use polis_syntax::Span;

use super::Fx;
use crate::{
    HintOptions, LensKind, Outline, inlay_hints, lens_references, lenses, links, outline, semantic_tokens, test_runs,
    workspace_symbols,
};

fn show(all: &[Outline], depth: usize, out: &mut Vec<String>) {
    for it in all {
        out.push(format!("{}{} | {}", "  ".repeat(depth), it.name, it.detail));
        show(&it.children, depth + 1, out);
    }
}

#[test]
fn the_outline_of_a_file() {
    let fx = Fx::city(
        "<CURSOR>清单 甲 《措施》 {\n  类别 乙 { 事项 丙 { } }\n}\n规则 丁 属于 社区 { 值: 户数; 例外 戊 当 是: 1 户 }\n测试 \"己\" { 给定: 社区 { }; 预期: 是 }\n",
    );
    let (db, file, _) = fx.at();
    let mut lines = Vec::new();
    show(&outline(db, file, Locale::Zh), 0, &mut lines);
    assert_snapshot!(lines.join("\n"), @r#"
    甲 | 清单 “措施”
      乙 | 类别
        丙 | 事项
    丁 | 规则 社区
      戊 | 例外
    己 | 测试
    "#);
}

#[test]
fn provisions_are_found_by_name_title_and_sound() {
    let fx = Fx::city("<CURSOR>规则 甲 《户均标准》 属于 社区 { 值: 户数 }\n");
    let (db, ..) = fx.at();
    for (query, first) in
        [("门槛", "门槛"), ("mk", "门槛"), ("户均标准", "甲"), ("专职", "专职工作者"), ("zzgz", "专职工作者")]
    {
        let found = workspace_symbols(db, query, 5);
        assert_eq!(found.first().map(|it| it.name.as_str()), Some(first), "{query}");
    }
    assert_eq!(workspace_symbols(db, "没有这个", 5), []);
}

#[test]
fn colours_tell_what_names_mean() {
    let fx = Fx::city(
        "<CURSOR>/// 说明\n规则 甲 属于 社区 {\n  值: 若 类型 = 老旧 且 户数 不足 门槛 则 1.5 人 否则 每满(户数, 3 户) * 1 人\n  出处: \"原文\"\n}\n",
    );
    let (db, file, _) = fx.at();
    let text = file.text(db);
    let shown: Vec<String> = semantic_tokens(db, file, None)
        .iter()
        .map(|it| {
            let declares = if it.declaration { "!" } else { "" };
            format!("{}={:?}{declares}", it.range.text(text.text()), it.ty)
        })
        .collect();
    assert_snapshot!(shown.join(" "), @r#"/// 说明=Comment 规则=Keyword 甲=Function! 属于=Operator 社区=Class 值=Decorator 若=Operator 类型=Property 老旧=EnumMember 且=Operator 户数=Property 不足=Operator 门槛=Parameter 则=Operator 1.5=Number 人=Type 否则=Operator 每满=Macro 户数=Property 3=Number 户=Type 1=Number 人=Type 出处=Decorator "原文"=String"#);
    let second = u32::try_from(text.text().find("出处").unwrap()).unwrap();
    let part = semantic_tokens(db, file, Some(Span::new(second, second + 1)));
    assert_eq!(part.len(), 1);
}

#[test]
fn every_token_of_the_fixture_lies_on_one_line_and_apart() {
    let fx = Fx::city("<CURSOR>/* 一\n 二 */ 规则 甲 属于 社区 { 值: 户数 } // 三\r\n");
    for path in ["common/entities.pol", "city/staff.pol", "city/main.pol"] {
        let file = fx.file(path);
        let text = file.text(&fx.loaded.db);
        let mut end = 0;
        for token in semantic_tokens(&fx.loaded.db, file, None) {
            assert!(token.range.start >= end && token.range.end > token.range.start, "{path}: {token:?}");
            assert!(!token.range.text(text.text()).contains(['\n', '\r']), "{path}: {token:?}");
            end = token.range.end;
        }
        assert!(end > 0, "{path}");
    }
}

#[test]
fn hints_tell_counts_types_and_what_may_be() {
    let fx = Fx::city(
        "<CURSOR>清单 甲 { 列项: [乙, 丙, 丁] }\n规则 戊 属于 社区 { 值: 户数 }\n内设机构 己 属于 街道 {\n  必设: 4 个\n  增设 庚: 1 个\n}\n员额 辛 属于 社区 {\n  基数: 10..15 人\n  增配 大 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 500 户) * 1 人\n}\n",
    );
    let (db, file, _) = fx.at();
    let text = file.text(db);
    let all = Span::new(0, u32::try_from(text.text().len()).unwrap());
    let options = HintOptions { totals: true, types: true, values: true };
    let mut shown = text.text().to_owned();
    for hint in inlay_hints(db, file, all, options, Locale::Zh).iter().rev() {
        shown.insert_str(hint.offset as usize, &format!("⟨{}⟩", hint.label));
    }
    assert_snapshot!(shown, @r#"
    清单 甲 { 列项: [乙, 丙, 丁]⟨共 3 项⟩ }
    规则 戊 属于 社区⟨: 户⟩ { 值: 户数 }
    内设机构 己 属于 街道⟨可为 5 个⟩ {
      必设: 4 个
      增设 庚: 1 个
    }
    员额 辛 属于 社区⟨不少于 10 人⟩ {
      基数: 10..15 人
      增配 大 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 500 户) * 1 人
    }
    "#);
    let none = HintOptions { totals: false, types: false, values: false };
    assert_eq!(inlay_hints(db, file, all, none, Locale::Zh), []);
}

#[test]
fn lenses_run_tests_and_count_references() {
    let fx = Fx::city(
        "<CURSOR>规则 甲 属于 社区 { 值: 户数 }\n测试 \"乙\" { 给定: 社区 { 户数: 1 户 }; 预期: 甲 = 1 户 }\n情景 丙 { 年度: 2020..2021 }\n",
    );
    let (db, file, _) = fx.at();
    let all = lenses(db, file);
    let shown: Vec<String> = all
        .iter()
        .map(|it| match &it.kind {
            LensKind::References(key) => format!("{}: {}", key.name, lens_references(db, key).len()),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["Why(\"甲\")", "甲: 1", "Test(\"乙\")", "Scenario(\"丙\")"]);
}

#[test]
fn tests_are_run_unless_there_are_errors() {
    let fx = Fx::city(
        "<CURSOR>测试 \"对\" { 给定: 社区 { 户数: 3600 户 }; 预期: 专职工作者 = 11..17 人 }\n测试 \"错\" { 给定: 社区 { 户数: 1 户 }; 预期: 户数 = 2 户 }\n",
    );
    let (db, ..) = fx.at();
    let runs = test_runs(db, db.package("city").unwrap()).expect("no errors");
    let shown: Vec<(&str, bool, usize)> =
        runs.iter().map(|it| (it.title.as_str(), it.passed, it.failures.len())).collect();
    assert_eq!(shown, [("对", true, 0), ("错", false, 1)]);
    let fx = Fx::city("<CURSOR>规则 甲 属于 社区 { 值: 没有 }\n");
    let (db, ..) = fx.at();
    assert_eq!(test_runs(db, db.package("city").unwrap()), None);
}

#[test]
fn citations_lead_to_their_texts() {
    let fx = Fx::parse(
        "
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = \"a\"
[sources]
path = \"texts\"
//- /a/a.pol
文件 甲 《甲》 { 原文: \"甲.txt\" }
规则 乙: 数 { 值: 1; 出处: \"某句\", 甲 \"另一句\" }
",
    );
    let file = fx.file("a/a.pol");
    let shown: Vec<String> = links(&fx.loaded.db, file)
        .iter()
        .map(|it| format!("{} {:?} {}", it.path, it.passage, fx.spans(file, [it.range]).trim_end()))
        .collect();
    assert_snapshot!(shown.join("\n"), @r#"
    /a/texts/甲.txt None a/a.pol:1:16 "甲.txt"
    /a/texts/甲.txt Some("某句") a/a.pol:2:21 "某句"
    /a/texts/甲.txt Some("另一句") a/a.pol:2:29 "另一句"
    "#);
}
