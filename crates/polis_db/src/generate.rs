//! Workspaces of any size for benchmarks and tests of growth: realistic provisions, the same for the same size.

mod norms;

use std::fmt::Write as _;

pub use norms::{Action, Class, Entity, Guard, Modality, Norm, meeting, norms, norms_workspace};

/// A generated file: its path from the workspace's root, and its text.
pub type GeneratedFile = (String, String);

/// Lines of one generated group of provisions (see [`group`]).
const GROUP_LINES: usize = 50;
const GROUPS_PER_FILE: usize = 20;
/// Provisions of one group, and the norms that [`provisions`] puts to them.
const GROUP_PROVISIONS: usize = 8;
const GROUP_NORMS: usize = 4;

/// A workspace of about `lines` lines: a `common` package with entities and a `city` package with everything else, in
/// files of about a thousand lines.
#[must_use]
pub fn workspace(lines: usize) -> Vec<GeneratedFile> {
    let mut files = frame();
    let groups = lines.div_ceil(GROUP_LINES);
    for file in 0..groups.div_ceil(GROUPS_PER_FILE) {
        let mut text = String::new();
        let first = file * GROUPS_PER_FILE;
        for number in first..groups.min(first + GROUPS_PER_FILE) {
            group(&mut text, number);
        }
        files.push((format!("city/{file:04}.pol"), text));
    }
    files
}

/// A workspace of about `count` provisions: those of [`workspace`], and with them norms, of which most meet others.
#[must_use]
pub fn provisions(count: usize) -> Vec<GeneratedFile> {
    let groups = count.div_ceil(GROUP_PROVISIONS + GROUP_NORMS);
    let norms = norms(groups * GROUP_NORMS);
    let mut files = frame();
    files.push(("common/norms.pol".to_owned(), norms::common()));
    files.push(("city/actions.pol".to_owned(), norms::actions(&norms)));
    let mut groups = norms.chunks(GROUP_NORMS).enumerate().peekable();
    for file in 0.. {
        let mut text = String::new();
        for (number, norms) in groups.by_ref().take(GROUPS_PER_FILE) {
            group(&mut text, number);
            for norm in norms {
                text.push('\n');
                text.push_str(&norm.text());
            }
        }
        files.push((format!("city/{file:04}.pol"), text));
        if groups.peek().is_none() {
            break;
        }
    }
    files
}

/// What every workspace begins with.
fn frame() -> Vec<GeneratedFile> {
    vec![
        ("polis.toml".to_owned(), "[workspace]\n".to_owned()),
        ("common/polis.toml".to_owned(), "[package]\nname = \"common\"\n".to_owned()),
        ("common/entities.pol".to_owned(), ENTITIES.to_owned()),
        (
            "city/polis.toml".to_owned(),
            "[package]\nname = \"city\"\ntitle = \"样本市\"\nlevel = \"city\"\nuses = [\"common\"]\n".to_owned(),
        ),
    ]
}

const ENTITIES: &str = "\
对象 街道 {
  复数: 街道们
  字段 内设机构数: 个
  字段 领导人数: 人
}

对象 社区 {
  隶属: 街道
  复数: 社区们
  字段 户数: 户
  字段 专职人数 \"专职工作者人数\": 人 { 取值: 0.. 人 }
  字段 面积: 平方米
  字段 成立: 日期
}

组织 党工委 属于 街道 {
  备注: \"街道党工委\"
}

行为 下达任务 {
  备注: \"向下级下达任务\"
}
";

/// Provisions of every common kind that refer to each other and to the group before.
fn group(text: &mut String, n: usize) {
    let before = n.saturating_sub(1);
    let (low, step) = (8 + n % 5, 250 + n % 7 * 10);
    // INVARIANT: writing to a string cannot fail.
    let _ = write!(
        text,
        "\
文件 文件{n} 《关于加强社区工作的第{n}号意见》 {{
  层级: 市
  印发: 2020-01
}}

参数 人均年薪{n}: 元/人/年 {{
  值: {pay} 元/人/年
  自 2022-01-01: {later} 元/人/年
}}

/// 每个社区的专职工作者员额，第 {n} 组。
员额 专职工作者{n} 属于 社区 {{
  基数: {low}..{high} 人
  增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, {step}..500 户) * 1 人
  实有: 专职人数
  语气: 一般
  出处: 文件{n} \"每个社区一般配备\"
  编号: [CC-121, CC-122]
}}

规则 薪酬总额{n} 属于 社区: 元/年 {{
  值: 专职工作者{n} * 人均年薪{n}
  例外 小社区 当 户数 不足 800 户 且 面积 不超过 200_000 平方米: 下限(专职工作者{n}) * 人均年薪{n}
  例外 新社区 优先于 小社区 当 成立 > 2019-12-31: 0.9 * 专职工作者{before} * 人均年薪{n}
}}

规则 档次{n} 属于 社区: 整数 {{
  值: 分情形 {{
    户数 不足 1000 户 => 1
    户数 不足 3000 户 => 2
    其他 => 3
  }}
}}

规则 街道合计{n} 属于 街道: 人 {{
  值: 合计(某.专职工作者{n} 对 某 在 社区们 其中 某.户数 > 500 户)
}}

内设机构 内设机构{n} 属于 街道 {{
  限额: ..7 个
  必设: 4 个
  增设 企业服务办公室: 1 个
  实有: 内设机构数
}}

规范 不得下达{n} {{
  主体: 街道
  不得: 下达任务
  客体: [招商引资, 协税护税]
}}
",
        pay = 50_000 + n % 100 * 100,
        later = 55_000 + n % 100 * 100,
        high = low + 5,
    );
}
