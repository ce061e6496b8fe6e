//! What holds for the formatter on every program.

mod support;

use polis_syntax::words::Face;
use polis_syntax::{FormatOptions, format, parse};
use proptest::prelude::*;

/// Printed as it reads.
struct Program(String);

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

fn settle(source: &str, face: Option<Face>, width: usize) -> Result<String, TestCaseError> {
    format(source, &FormatOptions { face, width })
        .map_err(|error| TestCaseError::fail(format!("{error:?}\n--- {face:?} {width}\n{source}")))
}

fn comments(source: &str) -> Vec<String> {
    let mut texts: Vec<_> =
        parse(source).lexed.comments.iter().map(|it| it.span.text(source).trim_end().replace("\r\n", "\n")).collect();
    texts.sort();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_settles_converts_and_loses_nothing(
        source in prop::collection::vec(any::<u8>(), 0..400).prop_map(|it| Program(support::program(&it))),
        width in 20_usize..120,
    ) {
        let Program(source) = source;
        let errors: Vec<_> = parse(&source).errors.into_iter().map(|it| (it.kind, it.span.text(&source).to_owned())).collect();
        prop_assert!(errors.is_empty(), "the generator wrote {errors:?}\n{source}");

        let settled = settle(&source, None, width)?;
        prop_assert_eq!(&settle(&settled, None, width)?, &settled, "formatting twice\n{}", source);
        prop_assert_eq!(comments(&source), comments(&settled));
        prop_assert!(settled.is_empty() || settled.ends_with('\n') && !settled.ends_with("\n\n"));

        let zh = settle(&source, Some(Face::Zh), width)?;
        let en = settle(&zh, Some(Face::En), width)?;
        prop_assert_eq!(&settle(&en, Some(Face::Zh), width)?, &zh, "back to Chinese\n{}\nby\n{}", source, en);
        prop_assert_eq!(&settle(&settled, Some(Face::Zh), width)?, &zh, "settled first\n{}", source);
        prop_assert_eq!(&settle(&source, Some(Face::En), width)?, &en, "straight to English\n{}", source);
        prop_assert_eq!(&settle(&zh, None, width)?, &zh);
    }
}
