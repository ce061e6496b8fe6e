//! Chinese for what the TOML reader says, which speaks English only.
//!
//! Its messages have the form `description, expected one, other`. The tables hold what a slip of the hand leads to;
//! whatever is missing here stays English rather than being guessed.

use polis_diagnostic::Bilingual;

const DESCRIPTIONS: &[(&str, &str)] = &[
    ("duplicate key", "键重复"),
    ("carriage return must be followed by newline", "回车符之后应有换行符"),
    ("missing opening quote", "缺少左引号"),
    ("missing comma between array elements", "列表的各项之间缺少逗号"),
    ("missing assignment between key-value pairs", "键与值之间缺少等号"),
    ("missing comma between key-value pairs", "各键值之间缺少逗号"),
    ("unclosed table", "表头的方括号没有闭合"),
    ("unclosed array table", "表头的双方括号没有闭合"),
    ("unclosed array", "列表的方括号没有闭合"),
    ("unclosed inline table", "花括号没有闭合"),
    ("invalid unquoted key", "未加引号的键含有不允许的字符"),
    ("unquoted keys cannot be empty", "键不能为空"),
    ("invalid basic string", "文本有误"),
    ("invalid multi-line basic string", "多行文本有误"),
    ("invalid literal string", "文本有误"),
    ("invalid multi-line literal string", "多行文本有误"),
    ("unexpected key or value", "此处不应有键或值"),
    ("unexpected content", "此处不应有内容"),
    ("unexpected `=` in array", "列表中不应有等号"),
    (UNQUOTED, "文本应写在引号中"),
    ("missing value", "缺少值"),
    ("missing value for key", "键没有值"),
    ("key with no value", "键没有值"),
    ("invalid value", "值有误"),
    ("invalid key-value pair", "键值有误"),
    ("invalid comment character", "注释中有不允许的字符"),
    ("extra comma in inline table", "多余的逗号"),
    ("extra comma in array", "多余的逗号"),
    ("extra assignment between key-value pairs", "多余的等号"),
    ("extra `=`", "多余的等号"),
    ("missing escaped value", "转义符之后缺少字符"),
    ("unexpected leading zero", "数字不应以零开头"),
    ("cannot recurse further; max recursion depth met", "嵌套过深"),
    ("recursion limit", "嵌套过深"),
];

const EXPECTED: &[(&str, &str)] = &[
    ("key", "键"),
    ("value", "值"),
    ("letters", "字母"),
    ("numbers", "数字"),
    ("digits", "数字"),
    ("characters", "字符"),
    ("newline", "换行"),
    ("nothing", "无内容"),
    ("basic string", "文本"),
    ("literal string", "文本"),
    ("multi-line basic string", "多行文本"),
    ("printable characters", "可见字符"),
    ("non-double-quote visible characters", "双引号以外的可见字符"),
    ("non-single-quote visible characters", "单引号以外的可见字符"),
    ("non-single-quote characters", "单引号以外的字符"),
];

/// What the reader says of a text without its quotes, and of one in curly quotes.
pub(super) const UNQUOTED: &str = "string values must be quoted";

/// The message in both languages.
pub(super) fn translated(message: &str) -> Bilingual {
    // What it expects instead is "literal string", which tells nobody anything.
    let message = if message.starts_with(UNQUOTED) { UNQUOTED } else { message };
    let (description, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let Some(description) = find(DESCRIPTIONS, description) else { return Bilingual::same(message) };
    let expected: Vec<&str> =
        expected.split(", ").filter(|it| !it.is_empty()).map(|it| find(EXPECTED, it).unwrap_or(it)).collect();
    let zh = if expected.is_empty() {
        description.into()
    } else {
        format!("{description}，应为{}", expected.join("或"))
    };
    Bilingual::new(zh, message)
}

fn find(table: &[(&str, &'static str)], english: &str) -> Option<&'static str> {
    table.iter().find(|it| it.0 == english).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_messages_are_translated_and_others_kept() {
        assert_eq!(
            translated("missing comma between array elements, expected `,`").zh,
            "列表的各项之间缺少逗号，应为`,`"
        );
        assert_eq!(translated("string values must be quoted, expected literal string").zh, "文本应写在引号中");
        assert_eq!(translated("something new, expected `x`").zh, "something new, expected `x`");
    }
}
