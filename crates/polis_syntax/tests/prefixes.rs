//! Any text is parsed, and every token of it has its place in the tree: a half-typed text is the editor's daily bread.

#[path = "support/examples.rs"]
mod examples;
mod support;

use polis_syntax::testing::assert_whole;
use polis_syntax::{FormatError, FormatOptions, format, parse};
use proptest::prelude::*;

fn holds(source: &str) {
    let parse = parse(source);
    assert_whole(source, &parse);
    let errors = match format(source, &FormatOptions::default()) {
        Ok(_) => Some(Vec::new()),
        Err(FormatError::Syntax(errors)) => Some(errors),
        Err(FormatError::Unsound) => None,
    };
    assert_eq!(errors.as_ref(), Some(&parse.errors), "{source}");
}

#[test]
fn every_prefix_of_an_example_is_read() {
    for example in examples::ALL {
        for (index, _) in example.char_indices() {
            holds(&example[..index]);
        }
        holds(example);
    }
}

#[test]
fn every_example_without_one_token_is_read() {
    for example in examples::ALL {
        for token in parse(example).lexed.tokens {
            let (start, end) = (token.start as usize, token.end as usize);
            holds(&format!("{}{}", &example[..start], &example[end..]));
        }
    }
}

#[test]
fn a_half_typed_block_leaves_the_blocks_above_it_whole() {
    for example in examples::ALL {
        let whole = parse(example).file.elements;
        for (index, _) in example.char_indices() {
            let read = parse(&example[..index]).file.elements;
            let complete = whole.iter().take_while(|it| (it.span().end as usize) <= index).count();
            assert_eq!(read.get(..complete), whole.get(..complete), "{}", &example[..index]);
        }
    }
}

const SOUP: &[&str] = &[
    "规则",
    "rule",
    "测试",
    "概念",
    "单位",
    "值",
    "value",
    "例外",
    "给定",
    "自",
    "in",
    "户数",
    "`当`",
    "甲",
    "社区",
    "当",
    "unless",
    "时",
    "若",
    "则",
    "else",
    "或",
    "and",
    "非",
    "在",
    "属于",
    "cases",
    "其他",
    "对",
    "其中",
    "是",
    "待定",
    "不足",
    "at_least",
    "以上",
    "限",
    "合计",
    "3000",
    "3000户",
    "20%",
    "2020-01",
    "CC-071",
    "人",
    "次/季度",
    "\"文\"",
    "“文”",
    "《意见》",
    "\"没",
    ":",
    "：",
    ",",
    "、",
    ";",
    ".",
    "..",
    "(",
    ")",
    "（",
    "[",
    "]",
    "{",
    "}",
    "{",
    "}",
    "｛",
    "=>",
    "=",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "\n",
    "\n",
    "\n  ",
    "\r\n",
    "// 注\n",
    "/* 注 */",
    "/// 注\n",
    "/*",
    "§",
    " ",
    "\u{FEFF}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(source in "(?s).{0,200}") {
        holds(&source);
    }

    #[test]
    fn any_tokens_are_read(tokens in prop::collection::vec(prop::sample::select(SOUP), 0..80), blanks in any::<bool>()) {
        holds(&tokens.join(if blanks { " " } else { "" }));
    }

    #[test]
    fn a_program_with_something_replaced_is_read(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        length in 0_usize..8,
        other in prop::sample::select(SOUP),
    ) {
        let program = support::program(&bytes);
        let starts: Vec<_> = program.char_indices().map(|(it, _)| it).chain([program.len()]).collect();
        let at = at.index(starts.len());
        let (start, end) = (starts[at], starts[(at + length).min(starts.len() - 1)]);
        holds(&format!("{}{other}{}", &program[..start], &program[end..]));
    }
}
