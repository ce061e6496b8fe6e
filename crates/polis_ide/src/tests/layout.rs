use insta::assert_snapshot;

use super::Fx;
use crate::{folds, format, format_on_type, format_range, selections};

#[test]
fn a_file_is_laid_out_by_lines_that_change() {
    let fx = Fx::city("<CURSOR>规则 甲 属于 社区 {\n 值 : 户数\n}\n\n规则 乙 属于 社区 {\n  值: 户数\n}\n");
    let (db, file, _) = fx.at();
    let edits = format(db, file, None);
    assert_eq!(edits.len(), 1, "{edits:?}");
    assert_snapshot!(fx.edited(file, &edits), @r#"
    规则 甲 属于 社区 {
      值: 户数
    }

    规则 乙 属于 社区 {
      值: 户数
    }
    "#);
    let text = file.text(db);
    let second = u32::try_from(text.text().rfind("规则").unwrap()).unwrap();
    assert_eq!(format_range(db, file, polis_syntax::Span::new(second, second + 3), None), []);
}

#[test]
fn a_file_with_a_wrong_line_is_left_alone() {
    let fx = Fx::city("<CURSOR>规则 甲 属于 社区 {\n 值 户数\n}\n");
    let (db, file, _) = fx.at();
    assert_eq!(format(db, file, None), []);
}

#[test]
fn a_new_line_is_indented() {
    for (file, wanted) in [
        ("规则 甲 属于 社区 {\n<CURSOR>", Some("  ")),
        ("规则 甲 属于 社区 {\n  值: 户数\n  }<CURSOR>", Some("")),
        ("清单 甲 {\n  列项: [\n<CURSOR>", Some("    ")),
        ("规则 甲 属于 社区 {\n  <CURSOR>", None),
        ("规则 甲 属于 社区 { 值: 户数 }\n<CURSOR>", None),
    ] {
        let fx = Fx::city(file);
        let (db, at, offset) = fx.at();
        assert_eq!(format_on_type(db, at, offset).map(|it| it.text).as_deref(), wanted, "{file}");
    }
}

#[test]
fn blocks_lists_and_comments_fold() {
    let fx = Fx::city(
        "<CURSOR>// 一\n// 二\n清单 甲 {\n  列项: [\n    乙,\n  ]\n}\n/* 三\n四 */\n规则 丙 属于 社区 { 值: 户数 }\n",
    );
    let (db, file, _) = fx.at();
    let shown: Vec<String> =
        folds(db, file).iter().map(|it| format!("{} {}", it.comment, fx.spans(file, [it.range]).trim_end())).collect();
    assert_snapshot!(shown.join("\n"), @r#"
    true city/main.pol:1:1 // 一
    false city/main.pol:3:6 {
    false city/main.pol:4:7 [
    true city/main.pol:8:1 /* 三
    "#);
}

#[test]
fn a_selection_grows() {
    let fx = Fx::city("规则 甲 属于 社区 {\n  值: 户<CURSOR>数 - 门槛 * 2\n}\n");
    let (db, file, offset) = fx.at();
    assert_snapshot!(fx.spans(file, selections(db, file, offset)), @r#"
    city/main.pol:2:6 户数
    city/main.pol:2:6 户数 - 门槛 * 2
    city/main.pol:2:3 值: 户数 - 门槛 * 2
    city/main.pol:1:12 {
    city/main.pol:1:1 规则 甲 属于 社区 {
    city/main.pol:1:1 规则 甲 属于 社区 {
    "#);
}
