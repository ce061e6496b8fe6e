use insta::assert_snapshot;
use polis_diagnostic::Locale;

use super::Fx;

fn hover(file: &str, locale: Locale) -> String {
    let fx = Fx::city(file);
    let (db, file, offset) = fx.at();
    match crate::hover(db, file, offset, locale) {
        Some(found) => format!("{}---\n{}", fx.spans(file, [found.range]), found.markdown),
        None => "nothing".to_owned(),
    }
}

#[test]
fn a_quota_shows_its_documentation_type_and_concept() {
    assert_snapshot!(hover("要求 够用 属于 社区 { 满足: 专职<CURSOR>工作者 超过 0 人 }\n", Locale::Zh), @r#"
    city/main.pol:1:19 专职工作者
    ---
    ```polis
    员额 专职工作者 属于 社区
    ```

    每个社区 10 至 15 名。

    单位：`人`  
    概念：`common.员额配备`  
    出自：某市

    ---
    **员额**（`quota`，种类）：每个对象的员额：基数加按条件增配，并与实有数核对。
    "#);
}

#[test]
fn a_structure_shows_the_superiors_limit() {
    assert_snapshot!(hover("要求 机构 属于 街道 { 满足: 街道<CURSOR>机构 超过 0 个 }\n", Locale::Zh), @r#"
    city/main.pol:1:19 街道机构
    ---
    ```polis
    内设机构 街道机构 属于 街道
    ```

    单位：`个`  
    上级限额：`..7 个`（province.省机构限额）  
    出自：某市

    ---
    **内设机构**（`offices`，种类）：对象的内设机构：限额、必设、增设（“4+X”），同级和上级限额都要守住。
    "#);
    assert_snapshot!(hover("要求 机构 属于 街道 { 满足: 街道<CURSOR>机构 超过 0 个 }\n", Locale::En), @r#"
    city/main.pol:1:19 街道机构
    ---
    ```polis
    内设机构 街道机构 属于 街道
    ```

    unit: `units`  
    superior limit: `..7 个` (province.省机构限额)  
    in: 某市

    ---
    **offices** (`内设机构`, kind): An entity's internal offices: limit, required, optional (4+X); its own and superior limits bind.
    "#);
}

#[test]
fn a_field_shows_its_title_unit_and_range() {
    assert_snapshot!(hover("规则 甲 属于 社区 { 值: <CURSOR>户数 }\n", Locale::Zh), @r#"
    city/main.pol:1:17 户数
    ---
    ```polis
    字段 户数 "居民户数": 户 { 取值: 0..100000 户 }
    ```

    `社区` 的字段

    单位：`户`

    “居民户数”

    取值区间：0..100000 户
    "#);
}

#[test]
fn a_parameter_shows_its_value() {
    assert_snapshot!(hover("规则 甲 属于 社区 { 值: 户数 - 门槛<CURSOR> }\n", Locale::Zh), @r#"
    city/main.pol:1:22 门槛
    ---
    ```polis
    参数 门槛
    ```

    单位：`户`  
    值：`3000 户`  
    出自：某市

    ---
    **参数**（`param`，种类）：一个数值，可按日期变化，可为区间，可以待定。
    "#);
}

#[test]
fn a_value_of_an_enumeration() {
    assert_snapshot!(hover("规则 甲 属于 社区 { 值: 若 类型 = 老<CURSOR>旧 则 1 人 否则 2 人 }\n", Locale::En), @r#"
    city/main.pol:1:24 老旧
    ---
    ```polis
    老旧
    ```

    values of `社区类型`
    "#);
}

#[test]
fn words_of_the_language() {
    let all = [
        "规<CURSOR>则 甲 属于 社区 { 值: 户数 }",
        "规则 甲 属<CURSOR>于 社区 { 值: 户数 }",
        "规则 甲 属于 社区 { <CURSOR>值: 户数 }",
        "规则 甲 属于 社区 { 值: 每<CURSOR>满(户数, 300 户) }",
        "规则 甲 属于 社区 { 值: 户数 - 3000 <CURSOR>户 }",
        "规则 甲 属于 社区 { 语气: 鼓<CURSOR>励; 值: 户数 }",
        "规则 甲 属于 社区 { 值: 若 户数 不<CURSOR>足 3 户 则 1 人 否则 2 人 }",
    ];
    let shown: Vec<String> =
        all.iter().map(|it| hover(it, Locale::Zh).lines().last().unwrap_or_default().to_owned()).collect();
    assert_snapshot!(shown.join("\n"), @r#"
    **规则**（`rule`，种类）：每个对象的一个值：一般值加有名称的例外。
    **属于**（`of`，关键词）：条款所适用的对象，如“员额 专职工作者 属于 社区”。
    **值**（`value`，条目）：一般情形下的值。
    **每满**（`steps`，函数）：整步数：每满(数量, 步长)；不满一步的不计，步长为区间时结果也是区间。
    **户**（`households`，单位）：户数。
    **鼓励**（`encouraged`，可选的值）：提倡；不做不算违反。
    **不足**（`less_than`，关键词）：小于，不含本数。
    "#);
}

#[test]
fn nothing_is_said_of_blanks_and_comments() {
    for file in ["规则 甲 属于 社区 { 值: 户数 }\n\n<CURSOR>\n", "// 注<CURSOR>释\n规则 甲 属于 社区 { 值: 户数 }\n"]
    {
        assert_eq!(hover(file, Locale::Zh), "nothing", "{file}");
    }
}
