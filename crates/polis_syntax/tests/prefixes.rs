//! Any text is parsed, and every token of it has its place in the tree: a half-typed text is the editor's daily bread.

#[path = "support/examples.rs"]
mod examples;
mod support;

use polis_syntax::ast::{Body, Element, ExprKind};
use polis_syntax::{FormatError, FormatOptions, Parse, Span, TokenKind, format, parse};
use proptest::prelude::*;

/// Every token lies in an element, in the span of an error, or parts elements.
fn every_token_has_its_place(source: &str, parse: &Parse) {
    let mut elements = parse.file.elements.iter().map(Element::span).peekable();
    for token in &parse.lexed.tokens {
        if matches!(token.kind, TokenKind::Newline | TokenKind::Comma | TokenKind::Semicolon) {
            continue;
        }
        while elements.next_if(|it| it.end <= token.start).is_some() {}
        let inside = |span: Span| span.start <= token.start && token.end <= span.end;
        let placed = elements.peek().is_some_and(|it| inside(*it)) || parse.errors.iter().any(|it| inside(it.span));
        assert!(placed, "{:?} {:?} in\n{source}", token, token.span().text(source));
    }
}

/// Spans are ranges of the text, in order, and those of parts lie in those of wholes.
fn spans_nest(source: &str, elements: &[Element], whole: Span) {
    let mut at = whole.start;
    for element in elements {
        let span = element.span();
        assert!(at <= span.start && span.start <= span.end && span.end <= whole.end, "{element:?} in\n{source}");
        assert!(source.get(span.start as usize..span.end as usize).is_some());
        at = span.end;
        match element {
            Element::Block(block) => block.body.iter().for_each(|it| body_nests(source, it, span)),
            Element::Clause(clause) => {
                for value in &clause.values {
                    assert!(span.start <= value.span.start && value.span.end <= span.end, "{value:?} in\n{source}");
                    if let ExprKind::Record(record) = &value.kind {
                        body_nests(source, &record.body, value.span);
                    }
                }
            }
            Element::Error(_) => {}
        }
    }
}

fn body_nests(source: &str, body: &Body, whole: Span) {
    assert!(whole.start <= body.span.start && body.span.end <= whole.end, "{body:?} in\n{source}");
    spans_nest(source, &body.elements, body.span);
}

fn holds(source: &str) {
    let parse = parse(source);
    every_token_has_its_place(source, &parse);
    spans_nest(source, &parse.file.elements, Span::new(0, u32::MAX));
    for error in &parse.errors {
        assert!(source.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?} in\n{source}");
    }
    assert!(parse.errors.is_sorted_by_key(|it| it.span.start));
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
