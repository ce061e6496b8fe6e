//! What the parser reads, and how it recovers.
use polis_syntax::ast::Element;
use polis_syntax::parse;

#[path = "support/examples.rs"]
mod examples;

use examples::{ALL, LANGUAGE};

#[test]
fn the_examples_parse() {
    for example in ALL {
        assert_eq!(parse(example).errors, []);
    }
    let parse = parse(LANGUAGE);
    assert_eq!(parse.errors, []);
    assert_eq!(parse.file.elements.len(), 6);
    let Element::Block(block) = &parse.file.elements[0] else { panic!() };
    assert!(block.doc.is_some());
}
