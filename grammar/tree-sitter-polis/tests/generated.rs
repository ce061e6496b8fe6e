//! The generated parser is that of the grammar.
//!
//! With `POLIS_WRITE=1` it is written instead of compared. node is needed, since the grammar is a program.

use std::path::{Path, PathBuf};
use std::{env, fs};

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// What is committed; the headers beside it come with the generator.
const FILES: &[&str] = &[
    "grammar.json",
    "node-types.json",
    "parser.c",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

/// The last version of the tables that older editors read too.
const ABI: usize = 14;

#[test]
fn the_committed_parser_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let written = root.join("src");
    let fresh = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let out = if env::var_os("POLIS_WRITE").is_some() { &written } else { &fresh };
    let grammar = Some(root.join("grammar.js"));
    let generated =
        generate_parser_in_directory(root, Some(out), grammar, ABI, None, Some("node"), true, OptLevel::default());
    if let Err(error) = generated {
        panic!("the grammar does not generate (is node installed?): {error}");
    }
    for name in FILES {
        let (ours, theirs) = (read(&written.join(name)), read(&out.join(name)));
        assert!(
            ours == theirs,
            "src/{name} is out of date: run this test with POLIS_WRITE=1 and commit what it writes"
        );
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
