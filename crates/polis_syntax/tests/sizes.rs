//! Large and deep texts: everything is read in time that grows with the text, on a small stack.
//!
//! No test here asserts on time. One that is quadratic again does not fail but takes minutes instead of a blink: each of
//! these texts has some hundred thousand tokens on one line.

use polis_syntax::{FormatError, FormatOptions, MAX_NESTING, MAX_OPERATORS, SyntaxErrorKind, format, parse};

const MANY: usize = 200_000;

fn kinds(source: &str) -> Vec<SyntaxErrorKind> {
    parse(source).errors.into_iter().map(|it| it.kind).collect()
}

fn clause(value: &str) -> String {
    format!("规则 a 属于 社区 {{ 值: {value} }}")
}

/// What a long text of each shape is read as: how many errors, and what the first is.
fn first_of(source: &str) -> (usize, Option<SyntaxErrorKind>) {
    let errors = kinds(source);
    (errors.len(), errors.into_iter().next())
}

#[test]
fn a_list_may_be_long() {
    let source = clause(&format!("[{}]", vec!["名"; MANY].join(", ")));
    assert_eq!(kinds(&source), []);
    let text = format(&source, &FormatOptions::default()).unwrap();
    assert_eq!(text.lines().count(), MANY + 4);
}

#[test]
fn values_of_a_clause_may_be_many() {
    let source = clause(&vec!["名 \"x\""; MANY].join(", "));
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
}

#[test]
fn clauses_on_one_line_may_be_many() {
    let clauses = vec!["例外 甲 当 户数 > 3: 4"; MANY / 4].join("; ");
    let source = format!("规则 a 属于 社区 {{ {clauses} }}");
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
}

#[test]
fn blocks_on_one_line_may_be_many() {
    let source = "/// 说明\n概念 甲 {} ".to_owned() + &"概念 甲 {} ".repeat(MANY / 4);
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
    // Blocks that are no blocks of this one, on its line.
    let source = "概念 甲 { ".to_owned() + &"概念 甲 {} ".repeat(MANY / 4);
    assert_eq!(first_of(&source), (1, Some(SyntaxErrorKind::Unclosed)));
    let source = format!("测试 \"x\" {{ 给定: 街道 {{ {} }} }}", "中心 甲 { 值: 1 } ".repeat(MANY / 4));
    assert_eq!(kinds(&source), []);
}

#[test]
fn facts_on_one_line_may_be_many() {
    let source = format!("测试 \"x\" {{ 给定: 街道 {{ {} }} }}", vec!["户数: 3 户"; MANY / 2].join(", "));
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
}

#[test]
fn cases_may_be_many() {
    let source = clause(&format!("分情形 {{ {} 其他 => 3 }}", "户数 > 3 => 4; ".repeat(MANY / 4)));
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
}

#[test]
fn comments_may_be_many() {
    let source = clause(&format!("[{}]", vec!["名 /* c */"; MANY / 4].join(", ")));
    assert!(format(&source, &FormatOptions::default()).is_ok());
    let source = "/// 说明\n".repeat(MANY) + "概念 甲 {}";
    assert_eq!(kinds(&source), []);
    assert!(format(&source, &FormatOptions::default()).is_ok());
    let source = format!("规则 a 属于 社区 {{ {} }}", "值: 1 /* c */; ".repeat(MANY / 4));
    assert!(format(&source, &FormatOptions::default()).is_ok());
}

#[test]
fn open_brackets_may_be_many() {
    for (open, count) in [("(", 1), ("{", 1), ("[", 1), ("概念 甲 {", 1), ("{ 值: ", 1), ("｛（", 1)] {
        let (errors, _) = first_of(&open.repeat(MANY * 2));
        assert!(errors >= count && errors <= MAX_NESTING + 2, "{open}: {errors}");
        let source = format!("规则 a 属于 社区 {{\n  值: {}\n}}\n概念 乙 {{}}", open.repeat(MANY));
        let (errors, _) = first_of(&source);
        assert!(errors >= count && errors <= MAX_NESTING + 2, "{open}: {errors}");
    }
    assert_eq!(kinds(&clause(&"(".repeat(MANY))).first(), Some(&SyntaxErrorKind::NestingTooDeep));
}

#[test]
fn closing_brackets_may_be_many() {
    for close in ["}", ")", "]", "} ", "};"] {
        assert_eq!(kinds(&close.repeat(1000)).len(), 1000);
        assert_eq!(kinds(&close.repeat(MANY)).len(), MANY);
    }
}

#[test]
fn chains_are_bounded() {
    let chains = [
        "a.".repeat(MANY) + "a",
        "a + ".repeat(MANY) + "a",
        "a[1]".repeat(MANY),
        "a \"x\" ".repeat(MANY),
        "a".to_owned() + &" \"x\"".repeat(MANY),
        "a".to_owned() + &"[1]".repeat(MANY),
        "非 ".repeat(MANY) + "a",
        "-".repeat(MANY) + "a",
        "若 a 则 b 否则 ".repeat(MANY) + "a",
        "若 ".repeat(MANY) + "a",
        "a = ".repeat(MANY) + "a",
        "a..".repeat(MANY) + "a",
        "限 ".repeat(MANY) + "a",
        "a 在 ".repeat(MANY) + "a",
        "a 或 ".repeat(MANY) + "a",
    ];
    for chain in chains {
        let errors = kinds(&clause(&chain));
        assert_eq!(errors.len(), 1, "{}: {:?}", &chain[..20], &errors[..errors.len().min(3)]);
    }
}

#[test]
fn what_is_within_the_bounds_fits_a_small_stack() {
    let chain = |of: &str| format!("{}a", of.repeat(MAX_OPERATORS - 20));
    let nested = |open: &str, close: &str, depth: usize| format!("{}a{}", open.repeat(depth), close.repeat(depth));
    // Long chains at the bottom of deep brackets; a comma must not hide how deep a call's first argument goes.
    let mut deep = vec![
        clause(&chain("a + ")),
        clause(&chain("-")),
        clause(&chain("非 ")),
        clause(&chain("若 a 则 b 否则 ")),
        clause(&nested("(", ")", MAX_NESTING)),
        clause(&nested("[", "]", MAX_NESTING)),
        clause(&nested("f(", ", 0)", MAX_NESTING)),
    ];
    let level = " + 1".repeat(MAX_OPERATORS - 100);
    let calls = format!("{}a{}", "f(".repeat(MAX_NESTING), format!("{level}, 0)").repeat(MAX_NESTING));
    deep.push(clause(&calls));
    let blocks = "概念 甲 {".repeat(MAX_NESTING - 1) + &format!("值: {}", chain("a + ")) + &"}".repeat(MAX_NESTING - 1);
    deep.push(blocks);
    let handle = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || {
            for source in deep {
                match format(&source, &FormatOptions { width: 20, ..FormatOptions::default() }) {
                    Ok(_) | Err(FormatError::Syntax(_)) => {}
                    Err(FormatError::Unsound) => panic!("unsound: {source}"),
                }
            }
            kinds(&clause(&calls))
        })
        .unwrap();
    assert_eq!(handle.join().unwrap(), [SyntaxErrorKind::ExpressionTooLarge]);
}

#[test]
fn many_mistakes_take_no_longer() {
    // Lexical errors beside syntax errors, keywords glued to names, lines without colons.
    for wrong in
        ["§ 值 ", "值 \u{1} 3;", "值: 当户数 3; ", "当户数; ", "\"x; ", "规则 a 属于 ", "值: 1 + ; ", "a: b c, "]
    {
        let source = format!("规则 a 属于 社区 {{ {} }}", wrong.repeat(MANY / 8));
        assert!(!kinds(&source).is_empty(), "{wrong}");
    }
}
