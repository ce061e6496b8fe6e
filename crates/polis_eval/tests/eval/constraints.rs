//! How jurisdictions stand to constraints.

use polis_diagnostic::Locale;
use polis_eval::{Machine, Outcome, Run};

use crate::support::{given, open, sound};

const ENTITIES: &str = "
对象 街道 { 复数: 街道们; 字段 机构数: 个; 字段 大: 是非 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户; 字段 人数: 人 }
";

/// The outcome of each constraint for the first jurisdiction of its entity.
fn verdicts(machine: &mut Machine) -> Vec<(String, Outcome, String)> {
    let (world, settings) = given(machine);
    let run = Run::new(machine, &world, settings);
    machine
        .constraint_ids()
        .filter(|it| !world.rows(machine.constraint_entity(*it).unwrap()).is_empty())
        .map(|it| {
            let def = machine.constraint_def(it).unwrap();
            let verdict = run.constraint(it, 0).unwrap();
            let ty = &machine
                .program()
                .rules
                .iter()
                .find(|rule| rule.meta.symbol == def.meta.symbol)
                .map(|it| it.ty.clone());
            let show = |value| match ty {
                Some(ty) => machine.show(value, ty, &world, Locale::Zh).to_string(),
                None => value.to_string(),
            };
            let figures =
                verdict.figures.as_ref().map_or_else(String::new, |it| format!("{} 在 {}", show(&it.0), show(&it.1)));
            (def.meta.symbol.to_string(), verdict.outcome, figures)
        })
        .collect()
}

#[track_caller]
fn check(provision: &str, facts: &str, expected: &[(Outcome, &str)]) {
    let text = format!("{ENTITIES}{provision}\n测试 \"甲\" {{ 给定: {facts}; 预期: 是 }}\n");
    let found: Vec<(Outcome, String)> =
        verdicts(&mut Machine::new(sound(&text))).into_iter().map(|it| (it.1, it.2)).collect();
    let found: Vec<(Outcome, &str)> = found.iter().map(|it| (it.0, it.1.as_str())).collect();
    assert_eq!(found, expected, "{provision} {facts}");
}

#[test]
fn requirements() {
    let must = "要求 甲 属于 街道 { 满足: 机构数 不少于 4 个 }";
    check(must, "街道 { 机构数: 4 个 }", &[(Outcome::Kept, "")]);
    check(must, "街道 { 机构数: 3 个 }", &[(Outcome::Breached, "")]);
    check(must, "街道 {}", &[(Outcome::Unknown, "")]);
    check(must, "街道 { 机构数: 3..5 个 }", &[(Outcome::Unknown, "")]);
    for weak in ["一般", "鼓励", "拟"] {
        let provision = format!("要求 甲 属于 街道 {{ 满足: 机构数 不少于 4 个; 语气: {weak} }}");
        check(&provision, "街道 { 机构数: 4 个 }", &[(Outcome::Kept, "")]);
        check(&provision, "街道 { 机构数: 3 个 }", &[(Outcome::Deviates, "")]);
    }
}

#[test]
fn guards() {
    let guarded = "要求 甲 属于 街道 { 满足: 机构数 不少于 4 个 当 大 }";
    check(guarded, "街道 { 机构数: 3 个, 大: 是 }", &[(Outcome::Breached, "")]);
    check(guarded, "街道 { 机构数: 3 个, 大: 否 }", &[(Outcome::NotApplicable, "")]);
    check(guarded, "街道 { 机构数: 3 个 }", &[(Outcome::Unknown, "")]);
    // Whether it applies does not matter where it would hold anyway.
    check(guarded, "街道 { 机构数: 4 个 }", &[(Outcome::Kept, "")]);
    check(guarded, "街道 { 大: 否 }", &[(Outcome::NotApplicable, "")]);
    let both = "要求 甲 属于 街道 { 满足: 机构数 不少于 4 个 当 大; 当: 机构数 > 1 个 }";
    check(both, "街道 { 机构数: 1 个, 大: 是 }", &[(Outcome::NotApplicable, "")]);
    check(both, "街道 { 机构数: 2 个, 大: 是 }", &[(Outcome::Breached, "")]);
}

#[test]
fn quotas_and_limits() {
    let quota = "员额 甲 属于 社区 { 基数: 10..15 人; 增配 当 户数 > 3000 户: 1 人; 实有: 人数 }";
    check(quota, "社区 { 户数: 3 户, 人数: 15 人 }", &[(Outcome::Kept, "15 人 在 10..15 人")]);
    check(quota, "社区 { 户数: 3 户, 人数: 16 人 }", &[(Outcome::Breached, "16 人 在 10..15 人")]);
    check(quota, "社区 { 户数: 3001 户, 人数: 16 人 }", &[(Outcome::Kept, "16 人 在 11..16 人")]);
    check(
        "内设机构 甲 属于 街道 { 必设: 4 个; 实有: 机构数 }",
        "街道 { 机构数: 3 个 }",
        &[(Outcome::Breached, "3 个 在 4.. 个")],
    );
    check(quota, "社区 { 户数: 3001 户 }", &[(Outcome::Unknown, "未知 在 11..16 人")]);
    let offices = "内设机构 甲 属于 街道 { 限额: ..7 个; 必设: 4 个; 增设 X: 0..3 个; 实有: 机构数 }";
    check(
        offices,
        "街道 { 机构数: 8 个 }",
        &[
            (Outcome::Kept, "4..7 个 在 ..7 个"),
            (Outcome::Breached, "8 个 在 ..7 个"),
            // At least the four that are required.
            (Outcome::Kept, "8 个 在 4.. 个"),
        ],
    );
}

#[test]
fn a_superiors_limit_binds_what_lies_below() {
    let city = "内设机构 设置 属于 街道 { 必设: 4 个; 增设 企业办: 1 个; 实有: 机构数 }\n测试 \"甲\" { 给定: 街道 { 机构数: 8 个 }; 预期: 非 合规(设置) }\n";
    let province = format!("{ENTITIES}内设机构 限额 属于 街道 {{ 限额: ..7 个 }}\n");
    let (_, program) = open(&[
        ("/polis.toml", "[workspace]\n"),
        ("/a/polis.toml", "[package]\nname = \"a\"\nlevel = \"city\"\nunder = [\"b\"]\n"),
        ("/a/a.pol", city),
        ("/b/polis.toml", "[package]\nname = \"b\"\nlevel = \"province\"\n"),
        ("/b/b.pol", &province),
    ]);
    let found = verdicts(&mut Machine::new(program.clone()));
    let found: Vec<(&str, Outcome)> = found.iter().map(|it| (it.0.as_str(), it.1)).collect();
    // The province's limit itself holds nothing; what it holds are the city's five offices and the eight that there are.
    assert!(found.contains(&("b.限额", Outcome::Kept)), "{found:?}");
    assert!(found.contains(&("b.限额", Outcome::Breached)), "{found:?}");
    assert!(polis_eval::run_tests(&program, &|_| program.clone())[0].failures.is_empty());
}
