//! Norms of the same, powers and duties, and what is left to others.

mod support;

use support::{check, found_in};

const TYPES: &str = "
对象 城市 {}
对象 区县 { 隶属: 城市 }
对象 街道 { 隶属: 区县; 字段 机构数: 个 { 取值: 0..20 个 } }
组织 党工委 属于 街道 {}
组织 办事处 属于 街道 {}
组织 部门 属于 区县 {}
组织 协会 {}
概念 物业监管 {}
概念 规划权 {}
行为 走访 {}
行为 入户走访 { 上位: 走访 }
行为 下放 {}
行为 放权 { 上位: 下放 }
";

fn norms(a: &str, b: &str) -> String {
    format!("{TYPES}规范 甲 {{ 主体: 街道; {a} }}\n规范 乙 {{ 主体: 街道; {b} }}")
}

#[test]
fn numbers_of_times_that_exclude_each_other() {
    check(&[
        (&norms("应当: 走访; 频次: 2.. 次/年", "应当: 走访; 频次: ..1 次/年"), &["frequencies-clash"]),
        (&norms("应当: 走访; 频次: 1.. 次/季度", "应当: 走访; 频次: ..3 次/年"), &["frequencies-clash"]),
        (&norms("应当: 走访; 频次: 1 次/年", "应当: 走访; 频次: 2 次/年"), &["frequencies-clash"]),
        (&norms("应当: 走访; 频次: 1.. 次/季度", "应当: 走访; 频次: ..4 次/年"), &[]),
        (&norms("应当: 走访; 频次: 2.. 次/年; 客体: 甲", "应当: 走访; 频次: ..1 次/年; 客体: 乙"), &[]),
        (
            &norms("应当: 走访; 频次: 2.. 次/年; 客体: 甲", "应当: 走访; 频次: ..1 次/年; 客体: [甲, 乙]"),
            &["frequencies-clash"],
        ),
        (&norms("应当: 走访; 频次: 2.. 次/年", "鼓励: 走访; 频次: ..1 次/年"), &[]),
        (&norms("应当: 走访; 频次: 待定", "应当: 走访; 频次: ..1 次/年"), &["redundant-norm"]),
        (
            &norms("应当: 走访; 频次: 2.. 次/年; 当: 机构数 > 5 个", "应当: 走访; 频次: ..1 次/年; 当: 机构数 < 7 个"),
            &["frequencies-clash 例如，街道.机构数 = 6 个"],
        ),
        (
            &norms("应当: 走访; 频次: 2.. 次/年; 当: 机构数 > 5 个", "应当: 走访; 频次: ..1 次/年; 当: 机构数 < 5 个"),
            &[],
        ),
        (&norms("应当: 走访; 频次: 2.. 次/年; 至: 2020-12-31", "应当: 走访; 频次: ..1 次/年; 自: 2021-01-01"), &[]),
    ]);
}

#[test]
fn lengths_of_time_for_the_same() {
    check(&[
        (&norms("应当: 走访; 期限: 限 5 日 自 受理", "应当: 走访; 期限: 限 10 日 自 受理"), &["deadlines-differ"]),
        (&norms("应当: 走访; 期限: 限 5 日 自 受理", "应当: 走访; 期限: 限 10 日 自 结案"), &[]),
        (&norms("应当: 走访; 期限: 限 20 日 自 受理", "应当: 走访; 期限: 限 1 月 自 受理"), &[]),
        (&norms("应当: 走访; 期限: 2020-06-30", "应当: 走访; 期限: 2020-12-31"), &["deadlines-differ"]),
        (&norms("应当: 走访; 期限: 限 5 日 自 受理", "应当: 走访; 期限: 限 待定 自 受理"), &["redundant-norm"]),
        (&norms("应当: 走访; 期限: 2020-06-30; 客体: 甲", "应当: 走访; 期限: 2020-12-31; 客体: 乙"), &[]),
    ]);
}

/// A lower document may be stricter than a superior, and not looser.
#[test]
fn deadlines_of_a_superior() {
    let of = |upper: &str, lower: &str| {
        let norm = |length: &str| format!("规范 限期 {{ 主体: 街道; 应当: 走访; 期限: 限 {length} 自 受理 }}");
        found_in(
            &[
                ("/upper/polis.toml", "[package]\nname = \"upper\"\nlevel = \"city\"\n"),
                ("/upper/a.pol", &format!("{TYPES}{}", norm(upper))),
                ("/lower/polis.toml", "[package]\nname = \"lower\"\nlevel = \"district\"\nunder = [\"upper\"]\n"),
                ("/lower/a.pol", &norm(lower)),
                ("/polis.toml", "[workspace]\n"),
            ],
            "lower",
        )
    };
    assert_eq!(of("10 日", "5 日"), [""; 0]);
    assert_eq!(of("5 日", "10 日"), ["deadlines-differ"]);
}

#[test]
fn norms_that_others_say_with_them() {
    check(&[
        (&norms("应当: 走访", "应当: 走访"), &["redundant-norm"]),
        // Who does the particular does the general.
        (&norms("应当: 走访", "应当: 入户走访"), &["redundant-norm"]),
        (&norms("不得: 走访", "不得: 入户走访"), &["redundant-norm"]),
        (&norms("应当: 走访; 客体: 甲", "应当: 走访; 客体: [甲, 乙]"), &["redundant-norm"]),
        (&norms("不得: 走访; 客体: 甲", "不得: 走访"), &["redundant-norm"]),
        (&norms("应当: 走访; 客体: 甲", "应当: 走访"), &[]),
        (&norms("应当: 走访; 客体: 甲", "应当: 走访; 客体: 乙"), &[]),
        (&norms("应当: 走访; 客体: 甲; 未尽: 是", "应当: 走访; 客体: [甲, 乙]"), &[]),
        (&norms("应当: 走访", "鼓励: 走访"), &["encouraged-under-must"]),
        (&norms("应当: 走访; 频次: 1.. 次/年", "应当: 走访; 频次: 2.. 次/年"), &["redundant-norm"]),
        (&norms("应当: 走访; 期限: 2020-06-30", "应当: 走访; 频次: 2.. 次/年"), &[]),
        (&norms("应当: 走访; 当: 机构数 > 7 个", "应当: 走访; 当: 机构数 > 5 个"), &["redundant-norm"]),
        (&norms("应当: 走访; 当: 机构数 > 7 个", "应当: 走访; 当: 机构数 < 9 个"), &[]),
        (&norms("应当: 走访; 当: 机构数 > 7 个", "应当: 走访"), &["redundant-norm"]),
        (&norms("应当: 走访; 至: 2020-12-31", "应当: 走访; 自: 2020-01-01"), &[]),
        // What is left open wants some number of times, or to be done at some time.
        (&norms("应当: 走访; 频次: 待定", "应当: 走访; 频次: 待定"), &["redundant-norm"]),
        (&norms("应当: 走访; 频次: 待定", "应当: 走访; 频次: 2.. 次/年"), &["redundant-norm"]),
        (&norms("应当: 走访; 期限: 限 待定 自 受理", "应当: 走访; 期限: 限 5 日 自 受理"), &["redundant-norm"]),
        (&norms("应当: 走访; 期限: 限 待定 自 受理", "应当: 走访; 频次: 2.. 次/年"), &[]),
    ]);
}

/// Guards that no space of jurisdictions decides hold together where they are written alike.
#[test]
fn guards_that_compare_what_is_computed() {
    let rules = "规则 应有 属于 街道: 个 { 值: 机构数 * 2 }\n";
    let norms = |a: &str, b: &str| format!("{}\n{rules}", norms(a, b));
    check(&[
        (
            &norms("应当: 走访; 当: 机构数 不少于 应有", "不得: 走访; 当: 机构数 不少于 应有"),
            &["demanded-and-forbidden"],
        ),
        (
            &norms("应当: 走访; 当: 机构数 不少于 应有 且 机构数 > 3 个", "不得: 走访; 当: 应有 不超过 机构数"),
            &["demanded-and-forbidden"],
        ),
        (&norms("应当: 走访; 当: 机构数 不少于 应有", "不得: 走访; 当: 机构数 不足 应有"), &[]),
        (&norms("应当: 走访; 当: 机构数 超过 应有", "应当: 走访; 当: 机构数 不少于 应有"), &["redundant-norm"]),
        (&norms("应当: 走访; 当: 机构数 不少于 应有", "应当: 走访; 当: 机构数 超过 3 个"), &[]),
    ]);
}

#[test]
fn permissions_of_what_is_demanded() {
    check(&[
        (&norms("可以: 走访", "应当: 走访"), &["may-under-must"]),
        (&norms("可以: 走访; 客体: 甲", "应当: 走访; 客体: [甲, 乙]"), &["may-under-must"]),
        (&norms("可以: 走访", "应当: 走访; 当: 机构数 > 5 个"), &[]),
        (&norms("可以: 走访; 当: 机构数 > 7 个", "应当: 走访; 当: 机构数 > 5 个"), &["may-under-must"]),
        (&norms("可以: 走访", "应当: 入户走访"), &[]),
    ]);
}

#[test]
fn encouragements_of_what_is_demanded() {
    check(&[
        (&norms("鼓励: 走访", "应当: 走访"), &["encouraged-under-must"]),
        (&norms("鼓励: 走访", "应当: 走访; 频次: 2.. 次/年"), &["encouraged-under-must"]),
        (&norms("鼓励: 走访; 频次: 1.. 次/年", "应当: 走访; 频次: 2.. 次/年"), &["encouraged-under-must"]),
        (&norms("鼓励: 走访; 当: 机构数 > 7 个", "应当: 走访; 当: 机构数 > 5 个"), &["encouraged-under-must"]),
        // One may be encouraged to do more than one must.
        (&norms("鼓励: 走访; 频次: 4.. 次/年", "应当: 走访; 频次: 2.. 次/年"), &[]),
        (&norms("鼓励: 走访; 期限: 限 5 日 自 受理", "应当: 走访; 期限: 限 10 日 自 受理"), &[]),
        (&norms("鼓励: 走访", "应当: 走访; 当: 机构数 > 5 个"), &[]),
        (&norms("鼓励: 走访; 客体: 甲", "应当: 走访; 客体: 乙"), &[]),
        (&norms("鼓励: 入户走访", "应当: 走访"), &[]),
        (&norms("鼓励: 走访; 至: 2020-12-31", "应当: 走访; 自: 2021-01-01"), &[]),
    ]);
}

/// The superior's norm prevails, and so does the later document of one level, as long as nobody says otherwise.
#[test]
fn which_of_two_norms_prevails() {
    let norm = |says: &str| format!("规范 {} {{ 主体: 街道; {says}: 走访 }}", if says == "应当" { "要" } else { "禁" });
    let above = |upper: &str, lower: &str| {
        found_in(
            &[
                ("/upper/polis.toml", "[package]\nname = \"upper\"\nlevel = \"city\"\n"),
                ("/upper/a.pol", &format!("{TYPES}{}", norm(upper))),
                ("/lower/polis.toml", "[package]\nname = \"lower\"\nlevel = \"district\"\nunder = [\"upper\"]\n"),
                ("/lower/a.pol", &norm(lower)),
                ("/polis.toml", "[workspace]\n"),
            ],
            "lower",
        )
    };
    assert_eq!(above("不得", "应当"), ["demanded-and-forbidden 以 `禁` 为准：它的层级较高"]);
    assert_eq!(above("应当", "不得"), ["demanded-and-forbidden 以 `要` 为准：它的层级较高"]);
    let dated = |first: &str, second: &str| {
        let document = |name: &str, date: &str| format!("文件 {name} {{ 印发: {date} }}\n");
        found_in(
            &[
                ("/polis.toml", "[package]\nname = \"a\"\n"),
                ("/a.pol", &format!("{}{TYPES}{}", document("早", first), norm("应当"))),
                ("/b.pol", &format!("{}{}", document("晚", second), norm("不得"))),
            ],
            "a",
        )
    };
    let later = ["demanded-and-forbidden 以 `禁` 为准：所在文件较晚（2020-06-01）"];
    assert_eq!(dated("2020-01-01", "2020-06-01"), later);
    assert_eq!(dated("2020-01-01", "2020-01-01"), ["demanded-and-forbidden"]);
    // A year that holds the day decides nothing.
    assert_eq!(dated("2020", "2020-06-01"), ["demanded-and-forbidden"]);
}

fn duties(text: &str) -> String {
    format!("{TYPES}{text}")
}

#[test]
fn who_leads() {
    check(&[
        (&duties("职责 甲 { 牵头: [党工委, 办事处] }"), &["two-leads"]),
        (&duties("职责 甲 { 牵头: 党工委; 配合: 办事处 }"), &[]),
        (&duties("职责清单 全 { 职责 甲 { 牵头: 党工委 }; 职责 乙 {} }"), &["no-lead 同一清单的其他职责有牵头单位"]),
        (&duties("职责清单 全 { 责任主体: 街道; 职责 甲 { 牵头: 党工委 }; 职责 乙 {} }"), &[]),
        (&duties("职责清单 全 { 职责 甲 {}; 职责 乙 {} }"), &[]),
        // Who supports has someone to support.
        (&duties("职责 甲 { 配合: [党工委, 办事处] }"), &["no-lead `党工委`、`办事处` 只是配合"]),
        (&duties("职责 甲 { 责任主体: 党工委; 配合: 办事处 }"), &[]),
    ]);
}

#[test]
fn one_power_of_two_holders() {
    let powers = |a: &str, b: &str| {
        let duty = "职责 总 { 责任主体: [街道, 部门, 协会] }";
        duties(&format!("权力 甲 {{ {a}; 即: 物业监管 }}\n权力 乙 {{ {b}; 即: 物业监管 }}\n{duty}"))
    };
    check(&[
        (&powers("行使主体: 街道; 针对: 物业", "行使主体: 部门; 针对: 物业"), &["power-held-twice"]),
        (&powers("行使主体: 党工委; 针对: 物业", "行使主体: 办事处; 针对: 物业"), &["power-held-twice"]),
        // An organ acts for the jurisdiction that it lies in.
        (&powers("行使主体: 街道; 针对: 物业", "行使主体: 党工委; 针对: 物业"), &[]),
        (&powers("行使主体: 街道; 针对: 物业", "行使主体: 部门; 针对: 医院"), &[]),
        (&powers("行使主体: 街道", "行使主体: 部门"), &[]),
        (&powers("行使主体: [街道, 部门]; 针对: 物业", "行使主体: 部门; 针对: 物业"), &[]),
    ]);
}

#[test]
fn powers_and_duties_that_are_apart() {
    let power = "权力 物业评优 { 行使主体: 部门; 针对: 物业企业 }";
    let about = |duty: &str| duties(&format!("{power}\n{duty}\n规范 甲 {{ 主体: 部门; 应当: 走访 }}"));
    check(&[
        (&about("职责 管物业 { 责任主体: 街道; 客体: 物业企业 }"), &["duty-without-power"]),
        (&about("职责 管物业 { 责任主体: 街道; 配合: 部门; 客体: 物业企业 }"), &[]),
        (&about("职责 管物业 { 责任主体: [街道, 部门]; 客体: 物业企业 }"), &[]),
        (&about("职责 管物业 { 责任主体: 街道; 客体: 医院 }"), &[]),
        // Nobody is named: nothing can be told.
        (&about("职责 管物业 { 客体: 物业企业 }"), &[]),
        (&duties(&format!("{power}\n职责 抓党建 {{ 责任主体: 街道 }}")), &["power-without-duty"]),
        (&duties(&format!("{power}\n职责 抓党建 {{ 责任主体: 区县 }}")), &[]),
        // Where no duties are declared, the text does not speak of them.
        (&duties(power), &[]),
    ]);
}

#[test]
fn holders_of_another_level() {
    let document = |level: &str, rest: &str| duties(&format!("文件 甲 {{ {level} }}\n{rest}"));
    check(&[
        (&document("层级: 街道", "职责 总 { 责任主体: 部门 }"), &["holder-not-at-level"]),
        (&document("层级: 街道", "职责 总 { 责任主体: 党工委 }"), &[]),
        (&document("层级: 街道", "职责清单 总 { 责任主体: 部门; 语气: 鼓励; 职责 甲 {} }"), &[]),
        (&document("层级: 区县", "职责 总 { 责任主体: 党工委 }"), &[]),
        // An article says of no level that it is its own.
        (&document("文种: 文章", "职责 总 { 责任主体: 城市 }"), &[]),
        (&duties("职责 总 { 责任主体: 城市 }"), &["holder-not-at-level"]),
        (&duties("职责 总 { 责任主体: 协会 }"), &[]),
    ]);
}

#[test]
fn matters_without_means() {
    let norm =
        |objects: &str, rest: &str| duties(&format!("规范 放 {{ 主体: 区县; 应当: 下放; 客体: {objects} }}\n{rest}"));
    check(&[
        (&norm("审批权限", ""), &["delegation-without-means"]),
        (&norm("[审批权限, 人员编制]", ""), &["delegation-without-means"]),
        (&norm("[审批权限, 人员编制, 经费]", ""), &[]),
        (&norm("审批权限", "规范 保障 { 主体: 区县; 应当: 走访; 客体: [人员, 经费] }"), &[]),
        (&norm("审批权限", "").replace("应当: 下放", "应当: 放权"), &["delegation-without-means"]),
        (&norm("审批权限", "").replace("应当: 下放", "应当: 走访"), &[]),
        (
            &norm("审批权限", "规范 再放 { 主体: 城市; 应当: 下放; 客体: 管理权限 }"),
            &["delegation-without-means", "delegation-without-means"],
        ),
    ]);
}

/// What is given to others, or for something else, does not follow the matters.
#[test]
fn means_that_go_elsewhere() {
    let norm = |rest: &str| {
        duties(&format!("规范 放 {{ 主体: 区县; 应当: 下放; 客体: 审批权限; 针对: 街道; 即: 规划权 }}\n{rest}"))
    };
    let means = |clauses: &str| norm(&format!("规范 保障 {{ 主体: 城市; 应当: 走访; {clauses} }}"));
    check(&[
        (&means("客体: [人员, 经费]; 针对: 街道"), &[]),
        (&means("客体: [人员, 经费]; 针对: 党工委"), &[]),
        (&means("客体: [人员, 经费]; 针对: 协会"), &["delegation-without-means"]),
        (&means("客体: [人员, 经费]"), &["delegation-without-means"]),
        (&means("客体: [审批权限, 人员, 经费]"), &[]),
        (&means("客体: [人员, 经费]; 即: 规划权"), &[]),
        (&means("客体: [人员, 经费]; 针对: 街道").replace("应当: 走访", "不得: 走访"), &["delegation-without-means"]),
    ]);
}

#[test]
fn holes_that_are_left_to_another_level() {
    let hole =
        |to: &str, level: &str| duties(&format!("授权制定 标准: 元 {{ 授予: {to}; 层级: {level}; 语气: 可以 }}"));
    check(&[
        (&hole("街道", "街道"), &[]),
        (&hole("党工委", "街道"), &[]),
        (&hole("党工委", "区县"), &["delegate-not-at-level"]),
        (&hole("部门", "街道"), &["delegate-not-at-level"]),
        (&hole("[部门, 党工委]", "街道"), &[]),
        // Of whom the level is not known nothing can be told.
        (&hole("协会", "街道"), &[]),
        (&hole("[部门, 协会]", "街道"), &[]),
    ]);
}

#[test]
fn holes_that_nobody_has_filled() {
    let hole = |clauses: &str, rest: &str| {
        duties(&format!("文件 甲 {{ 印发: 2021-01-01 }}\n授权制定 标准: 元 {{ 层级: 区县; {clauses} }}\n{rest}"))
    };
    check(&[
        (&hole("内容: \"标准\"", ""), &["delegation-unfilled"]),
        (&hole("内容: \"标准\"", "参数 定数: 元 { 落实: 标准; 值: 5 元 }"), &[]),
        (&hole("自: 2020-01-01; 期限: 2020-06-30", ""), &["delegation-overdue"]),
        (&hole("自: 2020-01-01; 期限: 2020-06-30; 缺省: 3 元", ""), &["delegation-overdue"]),
        // The deadline of a hole that was left later is wrong itself.
        (&hole("期限: 2020-06-30; 缺省: 3 元", ""), &["deadline-before-effect"]),
        (&hole("期限: 2021-06-30", ""), &["delegation-unfilled"]),
        (&hole("期限: 2021-06-30; 缺省: 3 元", ""), &[]),
        (&hole("语气: 可以", ""), &[]),
        (&hole("内容: \"标准\"", "").replace("层级: 区县", "层级: 街道"), &[]),
    ]);
}
