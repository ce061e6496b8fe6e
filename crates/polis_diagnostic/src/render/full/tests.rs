use insta::assert_snapshot;

use super::*;
use crate::render::fixtures::{Fixture, find};
use crate::render::{Format, render_to_string};
use crate::{KindMessage, MemoryFiles, NameMessage};

const UNICODE: Format = Format::Full(FullOptions { color: false, charset: CharSet::Unicode });

const ASCII: Format = Format::Full(FullOptions { color: false, charset: CharSet::Ascii });

/// Some lines of a large file.
struct PartOfFile(MemoryFiles);

impl Files for PartOfFile {
    fn path(&self, file: FileId) -> &str {
        self.0.path(file)
    }

    fn text(&self, file: FileId) -> &str {
        self.0.text(file)
    }

    fn lines_before(&self, _: FileId) -> u32 {
        41_999_998
    }
}

#[test]
fn lines_of_a_part_of_a_file_are_counted_from_its_beginning() {
    let mut files = MemoryFiles::default();
    let file = files.add("a.csv", "甲\n乙,户树\n");
    let found = [Diagnostic::new(NameMessage::UnknownName { name: "户树".into() }, Span::new(file, 8, 14))];
    let files = PartOfFile(files);
    let drawn = |format| render_to_string(format, &found, &files, Locale::En);
    assert_snapshot!(drawn(UNICODE), @r"
    error[unknown-name]: cannot find `户树`
              ╭─[ a.csv:42000000:4 ]
              │
     42000000 │ 乙,户树
              │    ──┬─
              │      ╰─── here
    ──────────╯
    ");
    let colours = drawn(Format::Full(FullOptions { color: true, charset: CharSet::Ascii }));
    assert!(colours.contains("42000000") && colours.contains("----------'"), "{colours}");
    assert!(drawn(Format::Concise).starts_with("a.csv:42000000:4: error[unknown-name]"));
}

#[test]
fn underlines_stand_below_full_width_characters() {
    let fixture = Fixture::full_width();
    assert_snapshot!(fixture.render(UNICODE, Locale::Zh), @r"
    错误[unknown-name]：找不到名称 `户树`
       ╭─[ 长春/社区.pol:2:46 ]
       │
     2 │   基数：１０．．１５ 人；  备注：“（一般）”，户树＋３
       │                                              ──┬─
       │                                                ╰───── 此处
       │
       = 帮助：是否想写 `户数`？

    警告[unit-mismatch]：`＋` 两边的单位不同：`户` 与 `人`
       ╭─[ 长春/社区.pol:2:50 ]
       │
     2 │   基数：１０．．１５ 人；  备注：“（一般）”，户树＋３
       │                                              ──┬─┬─┬─
       │                                                ╰─────── 单位是 `户`
       │                                                  │ │
       │                                                  ╰───── 此处
       │                                                    │
       │                                                    ╰─── 单位是 `人`
       │
       = 帮助：补上单位 `户`
    ");
    assert_snapshot!(fixture.render(ASCII, Locale::En), @r"
    error[unknown-name]: cannot find `户树`
       ,-[ 长春/社区.pol:2:46 ]
       |
     2 |   基数：１０．．１５ 人；  备注：“（一般）”，户树＋３
       |                                              ^^|^
       |                                                `----- here
       |
       = help: did you mean `户数`?

    warning[unit-mismatch]: the two sides of `＋` have different units: `households` and `people`
       ,-[ 长春/社区.pol:2:50 ]
       |
     2 |   基数：１０．．１５ 人；  备注：“（一般）”，户树＋３
       |                                              ^^|^|^|^
       |                                                `------- this is in `households`
       |                                                  | |
       |                                                  `----- here
       |                                                    |
       |                                                    `--- this is in `people`
       |
       = help: add the unit `households`
    ");
}

#[test]
fn the_cells_below_a_name_are_those_of_the_name() {
    let drawn = Fixture::full_width().render(ASCII, Locale::Zh);
    let lines: Vec<&str> = drawn.lines().collect();
    let at = lines.iter().position(|line| line.contains("户树＋")).unwrap();
    let (before, _) = lines[at].split_once("户树").unwrap();
    // Ariadne draws the ideographic blank as one cell; this line has none.
    let (blank, rest) = lines[at + 1].split_once('^').unwrap();
    assert_eq!(blank.width(), before.width());
    assert_eq!(rest.width() + 1, "户树".width());
}

#[test]
fn each_file_has_one_box_with_its_own_place() {
    let fixture = Fixture::two_files();
    assert_snapshot!(fixture.render(UNICODE, Locale::Zh), @r"
    错误[superior-limit-exceeded]：`街道内设机构` 可达 8，超过上级 `吉林.街道机构限额` 规定的限额 7
       ╭─[ changchun/street.pol:3:24 ]
       │
     2 │   必设: 4 个
       │         ─┬──
       │          ╰──── 计为 4
     3 │   增设 企业服务办公室: 1..4 个
       │                        ───┬───
       │                           ╰───── 此处可达 8
       │
       ├─[ jilin/street.pol:4:9 ]
       │
     4 │   限额: ..7 个
       │         ──┬───
       │           ╰───── 限额 7 在此处规定
       │
       = 说明：例如，设企业服务办公室 4 个的街道
       = 帮助：请限定为 `..3 个`
    ");
    assert_snapshot!(fixture.render(UNICODE, Locale::En), @r"
    error[superior-limit-exceeded]: `街道内设机构` may reach 8, above the limit of 7 set by `吉林.街道机构限额`
       ╭─[ changchun/street.pol:3:24 ]
       │
     2 │   必设: 4 个
       │         ─┬──
       │          ╰──── counts as 4
     3 │   增设 企业服务办公室: 1..4 个
       │                        ───┬───
       │                           ╰───── this may reach 8
       │
       ├─[ jilin/street.pol:4:9 ]
       │
     4 │   限额: ..7 个
       │         ──┬───
       │           ╰───── the limit of 7 is set here
       │
       = note: for example, a street that sets up 4 offices
       = help: bound it by `..3 个`
    ");
}

#[test]
fn windows_line_ends_are_not_drawn() {
    let drawn = Fixture::crlf().render(UNICODE, Locale::Zh);
    assert!(!drawn.contains('\r'));
    assert_snapshot!(drawn, @r"
    错误[type-mismatch]：此处应为人数，实为户数
       ╭─[ crlf.pol:3:6 ]
       │
     1 │ 参数 甲: 人
       │          ┬─
       │          ╰─── 根据此处，应为人数
       │
     3 │     值: 3 户
       │         ─┬──
       │          ╰──── 此处
    ───╯
    ");
}

#[test]
fn the_end_of_a_file_can_be_pointed_at() {
    assert_snapshot!(Fixture::end_of_file().render(UNICODE, Locale::Zh), @r"
    错误[unclosed-bracket]：`{` 没有闭合
       ╭─[ end.pol:1:10 ]
       │
     1 │ 规则 甲 {
       │         ┬┬
       │         ╰─── 从这里开始
       │          │
       │          ╰── 此处之前应有 `}`
       │
       = 帮助：补上 `}`

    错误[unclosed-bracket]：`{` 没有闭合
       ╭─[ end.pol:3:1 ]
       │
     1 │ 规则 甲 {
       │         ┬
       │         ╰── 从这里开始
       │
     3 │
       │ ┬
       │ ╰── 此处之前应有 `}`
       │
       = 帮助：补上 `}`
    ");
    assert_snapshot!(Fixture::end_of_file().render(UNICODE, Locale::En), @r"
    error[unclosed-bracket]: `{` is never closed
       ╭─[ end.pol:1:10 ]
       │
     1 │ 规则 甲 {
       │         ┬┬
       │         ╰─── opened here
       │          │
       │          ╰── `}` is expected before this
       │
       = help: insert `}`

    error[unclosed-bracket]: `{` is never closed
       ╭─[ end.pol:3:1 ]
       │
     1 │ 规则 甲 {
       │         ┬
       │         ╰── opened here
       │
     3 │
       │ ┬
       │ ╰── `}` is expected before this
       │
       = help: insert `}`
    ");
}

#[test]
fn an_empty_file_has_a_line() {
    assert_snapshot!(Fixture::empty_file().render(UNICODE, Locale::Zh), @r"
    提示[missing-clause]：`文件` `甲` 缺少条目 `名称`
       ╭─[ empty.pol:1:1 ]
       │
     1 │
       │ ┬
       │ ╰── 此处
    ───╯
    ");
}

#[test]
fn a_block_is_shown_by_its_ends() {
    assert_snapshot!(Fixture::several_lines().render(UNICODE, Locale::Zh), @r#"
    错误[duplicate-name]：`甲` 重复定义
       ╭─[ block.pol:1:1 ]
       │
     1 │ ╭─▶ 测试 "甲" {
       ┆ ┆
     3 │ │       户数: 3 户
       │ │       ──┬─
       │ │         ╰─── 原因在此
       ┆ ┆
     5 │ ├─▶ }
       │ │
       │ ╰─────── 在此处再次定义
    ───╯
    "#);
}

#[test]
fn nothing_steers_the_terminal() {
    let drawn = Fixture::hostile().render(UNICODE, Locale::En);
    assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
    assert_snapshot!(drawn, @r#"
    error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
       ╭─[ a,b:c .pol:1:21 ]
       │
     1 │ 值: ␛[31m"甲��" 100% 乙
       │                      ┬─
       │                      ╰─── here
    ───╯

    error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
       ╭─[ a,b:c .pol:1:9 ]
       │
     1 │ 值: ␛[31m"甲��" 100% 乙
       │ ┬─      ┬
       │ ╰─────────── here
       │         │
       │         ╰─── here
    ───╯

    error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
       ╭─[ a,b:c .pol:3:1 ]
       │
     3 │
       │ ┬
       │ ╰── here
    ───╯

    error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
       ╭─[ ?:1:1 ]
       │
     1 │
       │ ┬
       │ ╰── here
    ───╯

    error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
       ╭─[ a,b:c .pol:2:1 ]
       │
     2 │ 丙
       │ ┬─
       │ ╰─── here
       │
       = note: one
               two ␛[2J
    "#);
}

#[test]
fn colours_are_drawn_on_request_only() {
    let colored = Format::Full(FullOptions { color: true, charset: CharSet::Unicode });
    let fixture = Fixture::two_files();
    let drawn = fixture.render(colored, Locale::Zh);
    assert!(drawn.contains('\u{1B}') && !fixture.render(UNICODE, Locale::Zh).contains('\u{1B}'));
    // Without its colours it is the same drawing.
    let mut plain = String::new();
    for part in drawn.split('\u{1B}') {
        let after = part.strip_prefix('[').and_then(|part| part.split_once('m'));
        plain.push_str(after.map_or(part, |(_, text)| text));
    }
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n") + "\n", fixture.render(UNICODE, Locale::Zh));
}

#[test]
fn a_gigantic_line_is_not_drawn() {
    let text = format!("规则 甲 {{ 值: {} }}", "户数 + ".repeat(100_000));
    let mut files = MemoryFiles::default();
    let file = files.add("big.pol", text.as_str());
    let message = NameMessage::UnknownName { name: "户数".into() };
    let diagnostic = Diagnostic::new(message, find(file, &text, "户数", 5))
        .label(find(file, &text, "甲", 0), GeneralNote::DeclaredHere)
        .note(GeneralNote::BecauseOfThis);
    let drawn = render_to_string(UNICODE, &[diagnostic], &files, Locale::Zh);
    assert_snapshot!(drawn, @r"
    错误[unknown-name]：找不到名称 `户数`
      --> big.pol:1:50
      --> big.pol:1:6：在此处声明
       = 说明：原因在此
    ");
}

/// Every span of a text with characters of one to four bytes, as primary place and as label in a second file.
#[test]
fn no_span_makes_it_panic() {
    let text = "a户\r\n\u{0B}𠀀\r｛\n\n";
    let mut files = MemoryFiles::default();
    let first = files.add("1.pol", text);
    let second = files.add("2.pol", text);
    let end = saturate(text.len()) + 2;
    for start in 0..end {
        for stop in 0..end {
            let message = KindMessage::RepeatedClause { clause: "a".into() };
            let diagnostic = Diagnostic::new(message, Span::new(first, start, stop))
                .label(Span::new(first, 0, start), GeneralNote::Here)
                .label(Span::new(second, stop, start), GeneralNote::Here)
                .label(Span::new(second, start, stop), GeneralNote::Here);
            let drawn = render_to_string(UNICODE, &[diagnostic], &files, Locale::Zh);
            assert_eq!(drawn.matches(".pol").count(), 2, "{start}..{stop}\n{drawn}");
            // A label that ariadne does not draw would be silently lost.
            assert_eq!(drawn.matches("此处").count(), 4, "{start}..{stop}\n{drawn}");
        }
    }
}
