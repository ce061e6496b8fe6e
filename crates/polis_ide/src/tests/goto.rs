use insta::assert_snapshot;

use super::Fx;
use crate::{
    definition, highlights, implementations, incoming_calls, outgoing_calls, prepare_calls, prepare_types, references,
    subtypes, supertypes, type_definition,
};

#[test]
fn a_name_leads_to_its_declaration() {
    for (file, declared) in [
        ("规则 甲 属于 社区 { 值: <CURSOR>门槛 - 户数 }", "city/staff.pol:8:4 门槛\n"),
        ("规则 甲 属于 社区 { 值: 门槛<CURSOR> - 户数 }", "city/staff.pol:8:4 门槛\n"),
        ("规则 甲 属于 社区 { 值: 户<CURSOR>数 }", "common/entities.pol:5:6 户数\n"),
        ("规则 甲 属于 <CURSOR>社区 { 值: 户数 }", "common/entities.pol:2:4 社区\n"),
        ("规则 甲 属于 common.<CURSOR>社区 { 值: 户数 }", "common/entities.pol:2:4 社区\n"),
        ("规则 甲 属于 com<CURSOR>mon.社区 { 值: 户数 }", "common/polis.toml:2:8 \"common\"\n"),
        ("规则 甲 属于 街道 { 值: 合计(某.户数 对 某 在 社区<CURSOR>们) }", "common/entities.pol:4:7 社区们\n"),
        ("规则 甲 属于 街道 { 值: 合计(某<CURSOR>.户数 对 某 在 社区们) }", "city/main.pol:1:27 某\n"),
        ("规则 甲 属于 街道 { 值: 合计(某.户<CURSOR>数 对 某 在 社区们) }", "common/entities.pol:5:6 户数\n"),
        ("规则 甲 属于 社区 { 值: 若 类型 = 新<CURSOR>建 则 1 人 否则 2 人 }", "common/entities.pol:13:12 新建\n"),
        ("规则 甲 属于 社区 { 值: 街道.街<CURSOR>道户数 }", "city/staff.pol:14:4 街道户数\n"),
        ("规则 甲 属于 社区 { 值: 户数; 即: 员<CURSOR>额配备 }", "common/entities.pol:16:4 员额配备\n"),
        ("测试 \"甲\" { 给定: 社区 { 户<CURSOR>数: 3000 户 }; 预期: 是 }", "common/entities.pol:5:6 户数\n"),
        ("测试 \"甲\" { 给定 乙: 社区 { 户数: 3 户 }; 预期: <CURSOR>乙.户数 = 3 户 }", "city/main.pol:1:13 乙\n"),
        ("测试 \"甲\" { 设定 门<CURSOR>槛: 1 户; 给定: 社区 { }; 预期: 是 }", "city/staff.pol:8:4 门槛\n"),
        (
            "规则 甲 属于 社区 { 值: 户数; 例外 乙 当 是: 1 户; 例外 丙 优先于 <CURSOR>乙 当 是: 2 户 }",
            "city/main.pol:1:24 乙\n",
        ),
        ("规则 甲 属于 社区 { 值: 户数; 出处: <CURSOR>《关于内设机构的规定》 }", "province/limits.pol:1:4 省规定\n"),
    ] {
        let fx = Fx::city(file);
        let (db, at, offset) = fx.at();
        let found = definition(db, at, offset).map(|it| it.1);
        assert_eq!(fx.places(found), declared, "{file}");
    }
}

#[test]
fn what_is_no_name_leads_nowhere() {
    for file in [
        "规则 甲 属于 社区 { 值: 30<CURSOR>00 户 }",
        "规则 甲 属<CURSOR>于 社区 { 值: 户数 }",
        "<CURSOR>",
        "// 户<CURSOR>数",
    ] {
        let fx = Fx::city(file);
        let (db, at, offset) = fx.at();
        assert_eq!(definition(db, at, offset), None, "{file}");
    }
}

#[test]
fn references_are_those_of_every_file() {
    let fx = Fx::city(
        "规则 甲 属于 社区 { 值: 户<CURSOR>数 }\n测试 \"甲\" { 给定: 社区 { 户数: 3 户 }; 预期: 甲 = 3 户 }\n",
    );
    let (db, file, offset) = fx.at();
    assert_snapshot!(fx.places(references(db, file, offset).iter().map(|it| it.at)), @r#"
    city/main.pol:1:17 户数
    city/main.pol:2:19 户数
    city/staff.pol:4:12 户数
    city/staff.pol:4:26 户数
    city/staff.pol:13:27 户数
    city/staff.pol:14:25 户数
    common/entities.pol:5:6 户数
    "#);
    assert_snapshot!(fx.places(highlights(db, file, offset).iter().map(|it| it.at)), @r#"
    city/main.pol:1:17 户数
    city/main.pol:2:19 户数
    "#);
}

#[test]
fn a_local_name_is_of_its_provision() {
    let fx = Fx::city("规则 甲 属于 街道 { 值: 合计(<CURSOR>某.户数 对 某 在 社区们 其中 某.户数 超过 1 户) }");
    let (db, file, offset) = fx.at();
    assert_snapshot!(fx.places(references(db, file, offset).iter().map(|it| it.at)), @r#"
    city/main.pol:1:20 某
    city/main.pol:1:27 某
    city/main.pol:1:38 某
    "#);
}

#[test]
fn types_lead_to_entities_and_enumerations() {
    for (file, declared) in [
        ("规则 甲 属于 社区 { 值: 类<CURSOR>型 }", "common/entities.pol:12:4 社区类型\n"),
        ("规则 甲 属于 街道 { 值: 合计(某.户数 对 某 在 社<CURSOR>区们) }", "common/entities.pol:2:4 社区\n"),
        ("规则 <CURSOR>甲 属于 社区 { 值: 户数 }", "common/entities.pol:2:4 社区\n"),
    ] {
        let fx = Fx::city(file);
        let (db, at, offset) = fx.at();
        assert_eq!(fx.places(type_definition(db, at, offset)), declared, "{file}");
    }
}

#[test]
fn a_concept_has_its_instances_and_a_provision_its_amendments() {
    let fx = Fx::city("规则 甲 属于 社区 { 值: 户数; 即: 员额<CURSOR>配备 }");
    let (db, file, offset) = fx.at();
    assert_snapshot!(fx.places(implementations(db, file, offset)), @r#"
    city/main.pol:1:4 甲
    city/staff.pol:2:4 专职工作者
    "#);
    let fx = Fx::city("参数 乙<CURSOR> { 值: 1 户 }\n修订 改 { 自: 2021-01-01; 参数 乙 { 值: 2 户 } }\n");
    let (db, file, offset) = fx.at();
    assert_snapshot!(fx.places(implementations(db, file, offset)), @"city/main.pol:2:4 改");
}

#[test]
fn values_rest_on_values() {
    let fx = Fx::city("规则 甲 属于 社区 { 值: 专职<CURSOR>工作者 }");
    let (db, file, offset) = fx.at();
    let node = prepare_calls(db, file, offset).expect("a provision with a value");
    let show = |calls: Vec<crate::Call>| -> Vec<String> {
        calls.iter().map(|it| format!("{} {}", it.node.name, it.places.len())).collect()
    };
    assert_eq!(show(outgoing_calls(db, &node.key)), ["门槛 2"]);
    assert_eq!(show(incoming_calls(db, &node.key)), ["甲 1"]);
}

#[test]
fn documents_stand_under_documents() {
    let fx = Fx::city("文件 市<CURSOR>办法 《办法》 { 依据: 某省.省规定 }");
    let (db, file, offset) = fx.at();
    let node = prepare_types(db, file, offset).expect("a document");
    let names = |nodes: Vec<crate::Node>| -> Vec<String> { nodes.into_iter().map(|it| it.name).collect() };
    let above = supertypes(db, &node.key);
    assert_eq!(names(above.clone()), ["省规定"]);
    assert_eq!(names(subtypes(db, &above[0].key)), ["市办法"]);
}
