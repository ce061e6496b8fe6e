//! What the page itself says, in both languages.

use polis_diagnostic::Locale;
use serde_json::{Map, Value};

/// A word of the page: its key, Chinese, English. Braces stand for what the script puts there.
const WORDS: &[(&str, &str, &str)] = &[
    ("all", "全部", "all"),
    ("attention", "需要处理的结果", "What asks for a decision"),
    ("charts", "总体情况", "Overview"),
    ("choose-figure", "图示项目", "Shown in the chart"),
    ("close", "关闭", "Close"),
    ("columns-hidden", "另有 {0} 列没有结果，未显示", "{0} columns without results are not shown"),
    ("columns-show", "显示没有结果的列", "Show columns without results"),
    ("command", "在命令行中查看", "On the command line"),
    ("contents", "目录", "Contents"),
    ("derivation", "怎样得出", "How it came about"),
    ("filter", "筛选名称或内容", "Filter by name or content"),
    ("headlines", "要点", "At a glance"),
    ("high", "最高", "high"),
    ("lacking", "缺少的事实和数字", "What is missing"),
    ("lacking-count", "因此未知的结果", "Results that are unknown for it"),
    ("lacking-none", "没有缺少。", "Nothing is missing."),
    ("lacking-what", "缺少什么", "What is missing"),
    ("left-out", "本页没有收入的", "What this page leaves out"),
    ("low", "最低", "low"),
    ("more", "另有 {0} 项，见各表", "{0} more, in the tables"),
    ("more-steps", "其余 {0} 步从略", "{0} more steps are left out"),
    ("next", "下一页", "Next"),
    ("no-rows", "没有符合筛选的行", "No rows match"),
    (
        "no-script",
        "表格、图示和说明需要启用脚本才能显示。本页不联网。",
        "Tables, charts and explanations need scripts to be enabled. This page uses no network.",
    ),
    (
        "not-told",
        "本页没有收入这一结果的推导；用下面的命令查看。",
        "The derivation of this result is not on this page; this command prints it.",
    ),
    ("of-rows", "第 {0}–{1} 行，共 {2} 行", "rows {0}–{1} of {2}"),
    ("outcome", "结果", "Outcome"),
    ("previous", "上一页", "Previous"),
    ("printed", "打印时只收入前 {0} 行，共 {1} 行", "Only the first {0} of {1} rows are printed"),
    ("provision", "依据条款", "Provision"),
    ("provisions", "依据的条款和出处", "Provisions and citations"),
    ("receipt", "运行记录", "Receipt"),
    (
        "receipt-note",
        "凭以下记录可以重做这次计算；内容相同，记录就相同。",
        "By these the run can be repeated: the same contents have the same receipt.",
    ),
    ("refs", "登记表编号", "Rows of the register"),
    ("shown-rows", "图中为表中前 {0} 行，共 {1} 行", "The chart shows the first {0} of {1} rows of the table"),
    ("sources", "出处", "Citations"),
    ("total", "合计", "Total"),
    ("unknown", "未知", "unknown"),
    ("whole", "全体", "all together"),
    ("ten-thousand", "万", "K"),
    ("hundred-million", "亿", "M"),
];

/// A word in a language; the key where there is none, which a test rules out.
pub(crate) fn word(key: &'static str, locale: Locale) -> &'static str {
    WORDS.iter().find(|it| it.0 == key).map_or(key, |it| crate::pick(locale, it.1, it.2))
}

/// Every word, for the script.
pub(crate) fn all(locale: Locale) -> Value {
    let words = WORDS.iter().map(|it| (it.0.to_owned(), crate::pick(locale, it.1, it.2).into()));
    Value::Object(words.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_says_no_word_that_is_not_here() {
        let script = include_str!("../assets/page.js");
        let mut count = 0;
        for rest in script.split("say(\"").skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(WORDS.iter().any(|it| it.0 == key), "{key}");
            count += 1;
        }
        assert!(count > 15, "only {count} words found");
        // Whatever is for reading comes from the table.
        assert!(!script.chars().any(|it| ('\u{2e80}'..='\u{ffef}').contains(&it)));
    }

    #[test]
    fn every_word_is_there_once_in_both_languages() {
        for (index, (key, zh, en)) in WORDS.iter().enumerate() {
            assert!(WORDS.iter().skip(index + 1).all(|it| it.0 != *key), "{key}");
            assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{key}");
            assert_eq!(zh.matches('{').count(), en.matches('{').count(), "{key}");
        }
    }
}
