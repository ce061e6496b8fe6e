//! Amendments, days in force, and what fills a superior's hole: what a program is on a day.

use polis_semantic::ir::ExprKind;
use polis_semantic::{Program, program, program_at};
use polis_value::Date;

use crate::support::{findings, open, packages, single};

const ENTITIES: &str = "对象 社区 { 字段 户数: 户 }\n";

/// The programs of a package with this text on a day, or as it reads after every amendment.
#[track_caller]
fn on(text: &str, day: Option<&str>) -> Program {
    let opened = open(&single(&format!("{ENTITIES}{text}")));
    let [package] = packages(&opened.db).try_into().unwrap();
    let found = findings(&opened.db);
    assert_eq!(found, [], "{text}");
    let program = match day {
        Some(day) => program_at(&opened.db, package, Date::parse(day).unwrap()),
        None => program(&opened.db, package),
    };
    (*program).clone()
}

/// What the rule `甲` says on a day: the text of its value, or since or until when it is not in force.
fn said(text: &str, day: Option<&str>) -> String {
    let program = on(text, day);
    let Some(rule) = program.rules.iter().find(|it| it.meta.symbol.name == "甲") else { return "none".into() };
    let text_of = |span: polis_syntax::Span| span.text(&rule.meta.content.text).replace(' ', "");
    match &rule.value.kind {
        ExprKind::Dormant(Some(from), None) => format!("from {from}"),
        ExprKind::Dormant(None, Some(until)) => format!("until {until}"),
        ExprKind::Parts(parts) => {
            let part = |it: &polis_semantic::ir::PartExpr| {
                let name = it.name.as_deref().unwrap_or("");
                format!("{}{name}={}", it.word.word().zh, text_of(it.value.span))
            };
            parts.iter().map(part).collect::<Vec<_>>().join(" ")
        }
        _ => text_of(rule.value.span),
    }
}

#[test]
fn amendments_replace_add_and_remove() {
    let text = "
员额 甲 属于 社区 { 基数: 10 人; 增配 大 当 户数 > 3000 户: 1 人; 增配 小: 2 人 }
修订 一 { 自: 2021-01-01; 员额 甲 { 基数: 12 人 } }
修订 二 { 自: 2022-01-01; 员额 甲 { 增配 小: 3 人; 增配 新: 4 人 }; 删除 甲: 大 }
修订 三 { 自: 2023-01-01; 删除 甲: 增配 }
修订 四 { 自: 2024-01-01; 删除: 甲 }
";
    let cases = [
        (Some("2020-06-01"), "基数=10人 增配大=1人 增配小=2人"),
        (Some("2020-12-31"), "基数=10人 增配大=1人 增配小=2人"),
        (Some("2021-01-01"), "基数=12人 增配大=1人 增配小=2人"),
        (Some("2022-01-01"), "基数=12人 增配小=3人 增配新=4人"),
        (Some("2023-07-01"), "基数=12人"),
        (Some("2024-01-01"), "until 2023-12-31"),
        (None, "until 2023-12-31"),
    ];
    for (day, expected) in cases {
        assert_eq!(said(text, day), expected, "{day:?}");
    }
}

#[test]
fn the_order_of_amendments_is_that_of_their_dates() {
    let text = "
修订 后 { 自: 2022-01-01; 规则 甲 { 值: 3 } }
修订 先 { 自: 2021-01-01; 规则 甲 { 值: 2 } }
规则 甲 属于 社区 { 值: 1 }
";
    assert_eq!(said(text, Some("2020-01-01")), "1");
    assert_eq!(said(text, Some("2021-06-01")), "2");
    assert_eq!(said(text, None), "3");
}

#[test]
fn days_in_force_are_the_provisions_or_its_documents() {
    let own = "规则 甲 属于 社区 { 值: 1; 自: 2021-01-01; 至: 2022-12-31 }";
    assert_eq!(said(own, Some("2020-12-31")), "from 2021-01-01");
    assert_eq!(said(own, Some("2021-01-01")), "1");
    assert_eq!(said(own, Some("2022-12-31")), "1");
    assert_eq!(said(own, Some("2023-01-01")), "until 2022-12-31");
    assert_eq!(said(own, None), "1");
    let document = "文件 办法 { 施行: 2021-01-01; 失效: 2022-12-31 }\n规则 甲 属于 社区 { 值: 1 }";
    assert_eq!(said(document, Some("2020-12-31")), "from 2021-01-01");
    assert_eq!(said(document, Some("2022-06-01")), "1");
    assert_eq!(said(document, Some("2023-01-01")), "until 2022-12-31");
    let both = "文件 办法 { 施行: 2021-01-01 }\n规则 甲 属于 社区 { 值: 1; 自: 2020-06-01 }";
    assert_eq!(said(both, Some("2020-06-01")), "1");
}

#[test]
fn what_is_not_in_force_binds_nobody() {
    let text = "
员额 乙 属于 社区 { 基数: 1 人; 实有: 2 人; 自: 2021-01-01 }
要求 丙 属于 社区 { 满足: 户数 > 3 户; 至: 2020-06-30 }
组织 丁 {}
行为 戊 {}
规范 己 { 主体: 丁; 应当: 戊; 自: 2021-01-01 }
";
    let count = |day| {
        let program = on(text, day);
        (program.constraints.len(), program.norms.len())
    };
    assert_eq!(count(Some("2020-01-01")), (1, 0));
    assert_eq!(count(Some("2020-12-31")), (0, 0));
    assert_eq!(count(Some("2021-01-01")), (1, 1));
    assert_eq!(count(None), (2, 1));
}

#[test]
fn a_hole_is_what_fills_it_once_that_is_in_force() {
    let text = "
授权制定 甲: 元 属于 社区 { 取值: 1..9 元; 缺省: 2 元 }
规则 乙 属于 社区: 元 { 落实: 甲; 值: 5 元; 自: 2021-01-01 }
";
    let text = text.replace("甲: 元 属于 社区", "甲 属于 社区: 元");
    let value = |day| {
        let program = on(&text, day);
        let rule = program.rules.iter().find(|it| it.meta.symbol.name == "甲").unwrap().clone();
        match rule.value.kind {
            ExprKind::Rule(_, symbol, _) => symbol.name.to_string(),
            _ => rule.value.span.text(&rule.meta.content.text).to_owned(),
        }
    };
    assert_eq!(value(Some("2020-01-01")), "2 元");
    assert_eq!(value(Some("2021-01-01")), "乙");
    assert_eq!(value(None), "乙");
}

#[test]
fn inner_blocks_are_merged_by_name() {
    let text = "
清单 甲 { 总数: 2 类, 3 项; 类别 一 { 事项 a {}; 事项 b {} }; 类别 二 { 事项 c {} } }
修订 改 { 自: 2021-01-01; 清单 甲 { 总数: 2 类, 3 项; 类别 一 { 事项 d { 提供单位: 局 } } }; 删除 甲: a }
";
    let members = |day| {
        let program = on(text, day);
        let group = program.groups.iter().find(|it| it.meta.symbol.name == "甲").unwrap().clone();
        group.categories.iter().map(|it| it.members.join(",")).collect::<Vec<_>>()
    };
    assert_eq!(members(Some("2020-01-01")), ["a,b", "c"]);
    assert_eq!(members(Some("2021-01-01")), ["b,d", "c"]);
}
