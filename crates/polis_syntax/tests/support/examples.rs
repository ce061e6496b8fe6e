//! Whole texts that parse without errors.

/// The examples of the language page.
pub(crate) const LANGUAGE: &str = r#"/// 街道内设机构：省定限额不超过七个，“4+X”设置。
内设机构 街道内设机构 属于 街道 {
  必设: 4 个
  增设 企业服务办公室: 1 个
  出处: 街道改革 "内设机构设置模式"
}

员额 专职工作者 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: steps(户数 - 3000 户, 300..500 户) * 1 人
  语气: 一般
  出处: 社区工作者 "岗位和员额"
}

测试 "3600 户的社区可配 11 至 17 人" {
  给定: 社区 { 户数: 3600 户, 专职人数: 15 人 }
  预期: 专职工作者 = 11..17 人
}

grant seven_powers "街道七项权力" {
  holder:  Street.working_committee
  include: national.five_powers
  adds:    2 项
  total:   7 项
  power command "指挥调度、考核监督权" { over: posted_forces;      is: [concepts.command, concepts.appraisal] }
  power property "物业监管、初审权"   { over: property_companies; is: concepts.oversight }
}

norm no_investment_targets {
  actor:    District
  must_not: assign_task
  object:   [investment_promotion, tax_assistance]
  from:     2020-01
}
单位 名 = 人
"#;

/// What the language page does not show: every form of value, comments in every place, both faces mixed.
pub(crate) const FORMS: &str = r#"// 文件的注释

/* 块注释 */ 文件 实施意见 《关于街道改革的实施意见》 { 层级: 市; issued: 2020-01-31; 依据: 省意见 }

对象 街道 "街道" {
  隶属: 区县 // 上级
  复数: 街道们
  字段 户数: 户 {
    名称: "户籍户数"
    取值: 0.. 户
    缺省: 3_000 户
  }
  字段 人均: 元 / 人
}

参数 限额: 个 {
  自 2020-01-01: ..7 个
  自 2021年: 待定 "原文缺数字"
}

规则 编制 属于 街道: 人 {
  值: 分情形 {
    当 户数 不足 1万户 时 => 10 人
    户数 在 [1..2 万户, 3万户以上] 且 非 试点 => min(户数 / 300 户, 20) * 1 人 // 每 300 户
    // 其他情形
    其他 => 若 试点 则 11 人 否则 -(1 + 2) * 1 人
  }
  例外 大街道 优先于 试点, 新建 当 合计(c.户数 对 c 在 社区们 其中 c.户数 >= 3000 户) 超过 50_000 户: 20%
  备注: “全角：引号”
}

规范 走访 属于 街道 {
  主体: 街道.党工委[1]
  应当: 走访
  频次: 1.. 次/季度
  期限: 限 30 日 自 受理
  出处: 意见 "一段", 《办法》 “又一段”
  编号: [
    CC-071, // 一
    CC-072,
  ]
}

测试 "两个街道" {
  given: 街道 { 户数: 3600户以上, 试点: 是 }, 街道 { 社区 甲 { 户数: 未知 }; 户数: 1 户 }
  预期: 编制 = 10..11 人 或 `当` != 否
}
"#;

pub(crate) const ALL: &[&str] = &[LANGUAGE, FORMS];
