//! Compiles the generated parser and the scanner.

fn main() {
    let src = std::path::Path::new("src");
    let mut build = cc::Build::new();
    build.std("c11").include(src).flag_if_supported("-Wno-unused-parameter");
    for name in ["parser.c", "scanner.c"] {
        build.file(src.join(name));
    }
    for name in ["parser.c", "scanner.c", "words.h"] {
        println!("cargo:rerun-if-changed={}", src.join(name).display());
    }
    build.compile("tree-sitter-polis");
}
