use insta::assert_snapshot;
use polis_diagnostic::Locale;

use super::Fx;
use crate::{RenameError, prepare_rename, rename};

#[test]
fn a_field_is_renamed_in_every_file_and_means_the_same() {
    let mut fx = Fx::city("测试 \"甲\" { 给定: 社区 { 户<CURSOR>数: 3600 户 }; 预期: 专职工作者 = 11..17 人 }\n");
    let (db, file, offset) = fx.at();
    assert_eq!(prepare_rename(db, file, offset).map(|it| it.1), Ok("户数".to_owned()));
    let edits = rename(db, file, offset, "总户数").unwrap();
    assert_snapshot!(fx.places(edits.iter().map(|it| it.at)), @r#"
    city/main.pol:1:19 户数
    city/staff.pol:4:12 户数
    city/staff.pol:4:26 户数
    city/staff.pol:13:27 户数
    city/staff.pol:14:25 户数
    common/entities.pol:5:6 户数
    "#);
    let texts: Vec<(String, String)> = ["common/entities.pol", "city/staff.pol", "city/main.pol"]
        .iter()
        .map(|it| ((*it).to_owned(), fx.edited(fx.file(it), &edits)))
        .collect();
    for (path, text) in texts {
        let file = fx.file(&path);
        fx.loaded.db.set_text(file, polis_db::SourceText::Text(text.into()));
    }
    let found = polis_semantic::check(&fx.loaded.db, &fx.loaded.targets);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_name_like_a_word_is_quoted() {
    let fx = Fx::city("规则 甲 属于 社区 { 值: 门<CURSOR>槛 }\n");
    let (db, file, offset) = fx.at();
    let edits = rename(db, file, offset, "当").unwrap();
    assert!(edits.iter().all(|it| it.text == "`当`"), "{edits:?}");
}

#[test]
fn what_cannot_be_renamed_says_why() {
    for (file, new, error) in [
        ("规则 甲 属<CURSOR>于 社区 { 值: 户数 }", "乙", RenameError::NotAName),
        ("规则 甲 属于 com<CURSOR>mon.社区 { 值: 户数 }", "乙", RenameError::Package),
        ("规则 <CURSOR>甲 属于 社区 { 值: 户数 }", "门槛", RenameError::Taken("门槛".into())),
        ("规则 甲 属于 社区 { 值: <CURSOR>户数 }", "类型", RenameError::Taken("类型".into())),
        ("规则 <CURSOR>甲 属于 社区 { 值: 户数 }", "3户", RenameError::Invalid("3户".into())),
        ("规则 <CURSOR>甲 属于 社区 { 值: 户数 }", "甲 乙", RenameError::Invalid("甲 乙".into())),
        ("规则 <CURSOR>甲 属于 社区 { 值: 户数 }", "", RenameError::Invalid(String::new())),
    ] {
        let fx = Fx::city(file);
        let (db, at, offset) = fx.at();
        let found = rename(db, at, offset, new).unwrap_err();
        assert_eq!(found, error, "{file}");
        assert!(!found.render(Locale::Zh).is_ascii() && !found.render(Locale::En).contains('：'));
    }
}
