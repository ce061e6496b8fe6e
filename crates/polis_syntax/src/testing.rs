//! What holds of every parse, for the tests of this crate and of those above.

use crate::ast::{Body, Element, ExprKind};
use crate::{Parse, Span, TokenKind};

/// Holds a parse against its text: tokens, nodes and errors are ranges of the text and in its order, parts lie in their
/// wholes, and every token lies in a node or an error, or parts elements.
///
/// # Panics
///
/// Where that is not so: it is for tests.
pub fn assert_whole(source: &str, parse: &Parse) {
    let is_range = |span: Span| source.get(span.start as usize..span.end as usize).is_some();
    let mut end = 0;
    for token in &parse.lexed.tokens {
        assert!(end <= token.start && token.start <= token.end && is_range(token.span()), "{token:?} in\n{source}");
        end = token.end;
    }
    assert!(parse.lexed.comments.iter().all(|it| is_range(it.span)), "a comment is no range of\n{source}");
    every_token_has_its_place(source, parse);
    spans_nest(source, &parse.file.elements, Span::new(0, u32::MAX));
    for element in &parse.file.elements {
        if let Element::Block(block) = element {
            // A clone, since what walks over all ranges is made to move them.
            block.clone().map_spans(&mut |span| {
                assert!(is_range(span), "{span:?} in {block:?}\nis no range of\n{source}");
                span
            });
        }
    }
    for error in &parse.errors {
        assert!(is_range(error.span), "{error:?} in\n{source}");
    }
    assert!(parse.errors.is_sorted_by_key(|it| it.span.start), "errors out of order in\n{source}");
}

fn every_token_has_its_place(source: &str, parse: &Parse) {
    let mut elements = parse.file.elements.iter().map(Element::span).peekable();
    // Errors are in order, but one may reach over others.
    let errors: Vec<Span> = parse.errors.iter().map(|it| it.span).collect();
    for token in &parse.lexed.tokens {
        if matches!(token.kind, TokenKind::Newline | TokenKind::Comma | TokenKind::Semicolon) {
            continue;
        }
        while elements.next_if(|it| it.end <= token.start).is_some() {}
        let inside = |span: Span| span.start <= token.start && token.end <= span.end;
        let placed = elements.peek().is_some_and(|it| inside(*it)) || errors.iter().any(|it| inside(*it));
        assert!(placed, "{token:?} {:?} in\n{source}", token.span().text(source));
    }
}

fn spans_nest(source: &str, elements: &[Element], whole: Span) {
    let mut at = whole.start;
    for element in elements {
        let span = element.span();
        assert!(at <= span.start && span.start <= span.end && span.end <= whole.end, "{element:?} in\n{source}");
        assert!(source.get(span.start as usize..span.end as usize).is_some(), "{element:?} in\n{source}");
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
