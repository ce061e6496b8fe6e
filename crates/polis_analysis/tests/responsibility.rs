//! Norms of the same, powers and duties, and what is left to others.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

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
        (&norms("应当: 走访; 频次: 1.. 次/季度", "应当: 走访; 频次: ..4 次/年"), &["redundant-norm"]),
        (&norms("应当: 走访; 频次: 2.. 次/年; 客体: 甲", "应当: 走访; 频次: ..1 次/年; 客体: 乙"), &[]),
        (&norms("应当: 走访; 频次: 2.. 次/年; 客体: 甲", "应当: 走访; 频次: ..1 次/年; 客体: [甲, 乙]"), &["frequencies-clash"]),
        (&norms("应当: 走访; 频次: 2.. 次/年", "鼓励: 走访; 频次: ..1 次/年"), &[]),
        (&norms("应当: 走访; 频次: 待定", "应当: 走访; 频次: ..1 次/年"), &[]),
        (
            &norms("应当: 走访; 频次: 2.. 次/年; 当: 机构数 > 5 个", "应当: 走访; 频次: ..1 次/年; 当: 机构数 < 7 个"),
            &["frequencies-clash 例如，街道.机构数 = 6 个"],
        ),
        (&norms("应当: 走访; 频次: 2.. 次/年; 当: 机构数 > 5 个", "应当: 走访; 频次: ..1 次/年; 当: 机构数 < 5 个"), &[]),
        (&norms("应当: 走访; 频次: 2.. 次/年; 至: 2020-12-31", "应当: 走访; 频次: ..1 次/年; 自: 2021-01-01"), &[]),
    ]);
}
