//! tree-sitter reads what the compiler reads: the whole library, and every listing of the reference in both faces.

use std::fs;
use std::path::{Path, PathBuf};

use polis_syntax::ast::{Body, Clause, Element, Expr, ExprKind};
use polis_syntax::words::Face;
use polis_syntax::{FormatOptions, format};
use tree_sitter::{Language, Node, Parser, Query, Tree};

/// A text, and where it is from.
struct Sample {
    place: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// The files below `folder` that end in `ending`, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

fn library() -> Vec<Sample> {
    let read =
        |path: PathBuf| Sample { place: path.display().to_string(), text: fs::read_to_string(&path).expect("a text") };
    files(&root().join("policies"), ".pol").into_iter().map(read).collect()
}

/// The `pol` listings of the documents in a folder.
fn listings(folder: &str) -> Vec<Sample> {
    let mut all = Vec::new();
    for path in files(&root().join(folder), ".md") {
        let document = fs::read_to_string(&path).expect("a document");
        let mut listing: Option<(usize, String)> = None;
        for (index, line) in document.lines().enumerate() {
            match &mut listing {
                None if line.starts_with("```pol") => listing = Some((index + 2, String::new())),
                None => {}
                Some((start, text)) if line.starts_with("```") => {
                    all.push(Sample { place: format!("{}:{start}", path.display()), text: std::mem::take(text) });
                    listing = None;
                }
                Some((_, text)) => {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    all
}

fn language() -> Language {
    tree_sitter_polis::LANGUAGE.into()
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("the version fits");
    parser.parse(text, None).expect("no time limit")
}

/// The first node that is an error, or that was made up.
fn error(node: Node) -> Option<Node> {
    if node.is_error() || node.is_missing() {
        return Some(node);
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).find_map(error)
}

/// An element: how deep it lies, what it is, its head, and its bytes.
#[derive(Debug, PartialEq, Eq)]
struct Item {
    depth: usize,
    what: &'static str,
    head: String,
    bytes: (usize, usize),
}

/// The elements as the compiler reads them.
fn ours(elements: &[Element], depth: usize, facts: bool, text: &str, out: &mut Vec<Item>) {
    for element in elements {
        let span = element.span();
        let bytes = (span.start as usize, span.end as usize);
        match element {
            Element::Block(block) => {
                let name = block.name.map_or("", |it| it.span.text(text));
                let what = if block.equals.is_some() {
                    "unit_definition"
                } else if facts {
                    "jurisdiction"
                } else {
                    "block"
                };
                out.push(Item { depth, what, head: format!("{} {name}", block.word.span.text(text)), bytes });
                if let Some(Body { elements, .. }) = &block.body {
                    ours(elements, depth + 1, facts, text, out);
                }
            }
            Element::Clause(clause) => {
                out.push(Item { depth, what: "clause", head: clause_head(clause, text), bytes });
                for value in &clause.values {
                    if let Expr { kind: ExprKind::Record(record), .. } = value {
                        ours(&record.body.elements, depth + 1, true, text, out);
                    }
                }
            }
            Element::Error(_) => out.push(Item { depth, what: "error", head: String::new(), bytes }),
        }
    }
}

fn clause_head(clause: &Clause, text: &str) -> String {
    let name = clause.name.map_or("", |it| it.span().text(text));
    format!("{} {name}", clause.word.span.text(text))
}

/// The elements as tree-sitter reads them.
fn theirs(node: Node, depth: usize, text: &str, out: &mut Vec<Item>) {
    let field = |name: &str| node.child_by_field_name(name).map_or("", |it| &text[it.byte_range()]);
    let (what, word): (&'static str, &str) = match node.kind() {
        "block" => ("block", "kind"),
        "unit_definition" => ("unit_definition", "kind"),
        "jurisdiction" => ("jurisdiction", "entity"),
        "clause" => ("clause", "word"),
        _ => ("", ""),
    };
    let mut depth = depth;
    if !what.is_empty() {
        let bytes = (node.start_byte(), node.end_byte());
        out.push(Item { depth, what, head: format!("{} {}", field(word), field("name")), bytes });
        depth += 1;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        theirs(child, depth, text, out);
    }
}

/// Holds the two readings of each sample against each other. Returns how many the compiler accepts.
fn agree(samples: &[Sample]) -> usize {
    let mut accepted = 0;
    let mut wrong = Vec::new();
    for Sample { place, text } in samples {
        let compiled = polis_syntax::parse(text);
        if !compiled.errors.is_empty() {
            continue;
        }
        accepted += 1;
        let tree = parse(text);
        if let Some(node) = error(tree.root_node()) {
            let at = node.start_position();
            let line = text.lines().nth(at.row).unwrap_or_default();
            wrong.push(format!(
                "{place}: line {}, column {}: {}\n    {line}",
                at.row + 1,
                at.column + 1,
                node.to_sexp()
            ));
            continue;
        }
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        ours(&compiled.file.elements, 0, false, text, &mut expected);
        theirs(tree.root_node(), 0, text, &mut found);
        if let Some(index) = (0..expected.len().max(found.len())).find(|it| expected.get(*it) != found.get(*it)) {
            wrong.push(format!(
                "{place}: element {index} is\n    {:?} to the compiler,\n    {:?} to tree-sitter",
                expected.get(index),
                found.get(index)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {accepted} texts:\n{}", wrong.len(), wrong.join("\n"));
    accepted
}

#[test]
fn the_library_is_read_alike() {
    let samples = library();
    assert!(samples.len() >= 80, "only {} files", samples.len());
    assert_eq!(agree(&samples), samples.len(), "the library has no syntax errors");
}

/// However a keyboard writes it: in either face, with Windows line ends and a byte order mark, with full-width signs.
#[test]
fn the_library_is_read_alike_in_every_spelling() {
    let mut samples = Vec::new();
    for Sample { place, text } in library() {
        for face in [Face::Zh, Face::En] {
            let options = FormatOptions { face: Some(face), ..FormatOptions::default() };
            let text = format(&text, &options).expect("the library has no syntax errors");
            samples.push(Sample { place: format!("{place} in {face:?}"), text });
        }
        let windows = format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
        samples.push(Sample { place: format!("{place} with Windows line ends"), text: windows });
        samples.push(Sample { place: format!("{place} in full width"), text: full_width(&text) });
    }
    assert_eq!(agree(&samples), samples.len());
}

/// The text as a Chinese input method writes its signs; what stands in quotes and comments is left.
fn full_width(text: &str) -> String {
    let lexed = polis_syntax::lex(text);
    let mut wide = String::new();
    let mut at = 0;
    for token in &lexed.tokens {
        let (start, end) = (token.start as usize, token.end as usize);
        wide.push_str(&text[at..start]);
        let sign = &text[start..end];
        wide.push_str(match sign {
            ":" => "：",
            "," => "，",
            ";" => "；",
            "(" => "（",
            ")" => "）",
            "[" => "【",
            "]" => "】",
            "{" => "｛",
            "}" => "｝",
            ".." => "……",
            "=" => "＝",
            "=>" => "⇒",
            "<" => "＜",
            ">" => "＞",
            "+" => "＋",
            "-" => "－",
            "*" => "×",
            "/" => "÷",
            other => other,
        });
        at = end;
    }
    wide.push_str(&text[at..]);
    wide
}

#[test]
fn the_listings_of_the_reference_are_read_alike_in_both_faces() {
    for face in ["zh", "en"] {
        let samples = listings(&format!("docs/reference/{face}"));
        let accepted = agree(&samples);
        assert!(accepted >= 150, "{face}: only {accepted} of {} listings are accepted", samples.len());
    }
}

#[test]
fn the_listings_of_the_codes_are_read_alike_in_both_faces() {
    for face in ["zh", "en"] {
        let samples = listings(&format!("docs/codes/{face}"));
        let accepted = agree(&samples);
        assert!(accepted >= 100, "{face}: only {accepted} of {} listings are accepted", samples.len());
    }
}

/// Lines of each kind that the library happens not to have, and the tree in which they end.
#[test]
fn what_is_written_without_blanks_is_parted() {
    for (text, tree) in [
        ("参数 甲 { 值: 3000户以上 }", "(figure (number) (unit) (and_above))"),
        ("参数 甲 { 值: 1.5万元/人/年 }", "(figure (number) (unit) (operator) (unit) (operator) (unit))"),
        ("参数 甲 { 值: ３０００ 户 以内 }", "(figure (number) (unit) (and_below))"),
        ("参数 甲 { 值: ..7 个 }", "(range (operator) (figure (number) (unit)))"),
        ("参数 甲 { 值: 4.. 个 }", "(range (figure (number)) (operator) (unit))"),
        ("员额 甲 属于 乙 { 增配 当 户数 不少于 3000户时: 1 人 }", "(figure (number) (unit))) (then_when))"),
        ("参数 甲 { 值: 2020年1月31日 }", "value: (date)"),
        ("参数 当户数 { 值: 1 }", "name: (identifier)"),
    ] {
        assert_eq!(polis_syntax::parse(text).errors, [], "{text}");
        let found = parse(text).root_node().to_sexp();
        assert!(found.contains(tree), "{text}\n{found}");
    }
}

/// Wrong text costs what is wrong, not the provisions after it.
#[test]
fn a_half_typed_line_leaves_the_next_block_whole() {
    let text = "参数 甲 {\n  值: 3000 +\n}\n\n参数 乙 {\n  值: 4 个\n}\n";
    let tree = parse(text);
    assert!(tree.root_node().has_error());
    let mut found = Vec::new();
    theirs(tree.root_node(), 0, text, &mut found);
    assert!(found.iter().any(|it| it.what == "block" && it.head == "参数 乙"), "{found:#?}");
}

#[test]
fn the_queries_fit_the_grammar() {
    for (name, source) in [
        ("highlights", tree_sitter_polis::HIGHLIGHTS_QUERY),
        ("locals", tree_sitter_polis::LOCALS_QUERY),
        ("folds", tree_sitter_polis::FOLDS_QUERY),
        ("tags", tree_sitter_polis::TAGS_QUERY),
    ] {
        let query = Query::new(&language(), source).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(query.pattern_count() > 0, "{name}");
    }
}
