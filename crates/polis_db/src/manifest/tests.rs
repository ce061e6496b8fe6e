//! What is read from a manifest, and each finding with the text at its place.

use insta::assert_snapshot;
use polis_diagnostic::{FileId, Locale, MemoryFiles};
use polis_syntax::words::Choice;

use super::*;
use crate::testing::{listing, underlined};

fn parse(text: &str) -> (ManifestFile, MemoryFiles) {
    let mut files = MemoryFiles::default();
    let id = files.add("polis.toml", text);
    (parse_manifest(text, id, "/w/jilin".into()), files)
}

fn findings(text: &str) -> String {
    let (manifest, files) = parse(text);
    listing(&files, &manifest.diagnostics)
}

fn package(text: &str) -> Manifest {
    parse(text).0.package.unwrap()
}

#[test]
fn everything_that_a_manifest_says_is_read() {
    let text = r#"
[package]
name = "changchun"
title = "长春市"
level = "city"
under = ["jilin", "northeast"]
uses = ["common"]
face = "zh"

[sources]
path = "../sources"

[samples]
default = "samples/2020"

[lints]
unknown-name = "allow"
duplicate-name = "error"
names = "info"
"#;
    let (file, files) = parse(text);
    assert_eq!(listing(&files, &file.diagnostics), "");
    assert_eq!(file.workspace, None);
    let manifest = file.package.unwrap();
    assert_eq!(manifest.name, "changchun");
    assert_eq!(manifest.name_at.map(|it| underlined(&files, it)), Some("\"changchun\""));
    assert_eq!(manifest.display_name(), "长春市");
    assert_eq!(manifest.level, Some(Choice::City));
    let under: Vec<(&str, &str)> =
        manifest.under.iter().map(|it| (it.value.as_str(), underlined(&files, it.at))).collect();
    assert_eq!(under, [("jilin", "\"jilin\""), ("northeast", "\"northeast\"")]);
    assert_eq!(manifest.uses.len(), 1);
    assert_eq!(manifest.face, Some(Face::Zh));
    assert_eq!(manifest.sources_path().unwrap(), "/w/sources");
    assert_eq!(manifest.samples_path().unwrap(), "/w/jilin/samples/2020");
    let lints: Vec<(&str, LintLevel)> = manifest.lints.iter().map(|(code, level)| (code.as_str(), *level)).collect();
    assert_eq!(
        lints,
        [("duplicate-name", LintLevel::Error), ("names", LintLevel::Info), ("unknown-name", LintLevel::Allow)]
    );
    let level = |code| manifest.lint_level(code);
    assert_eq!(level("duplicate-name"), Some(LintLevel::Error), "a code comes before its group");
    assert_eq!(level("hidden-by-field"), Some(LintLevel::Info), "of the group");
    assert_eq!(level("never-holds"), None);
}

#[test]
fn a_level_has_its_words_in_both_faces() {
    for (text, level) in
        [("市", Choice::City), ("city", Choice::City), ("乡镇", Choice::Street), ("中央", Choice::National)]
    {
        let text = format!("[package]\nname = \"a\"\nlevel = \"{text}\"\n");
        assert_eq!(package(&text).level, Some(level));
    }
}

#[test]
fn a_workspace_may_be_a_package_too() {
    let (file, _) = parse("[workspace]\nmembers = [\"cities/*\", \"common\"]\n");
    let members = file.workspace.unwrap().members.unwrap();
    assert_eq!(members.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), ["cities/*", "common"]);
    assert_eq!(file.package, None);
    let (file, _) = parse("[workspace]\n[package]\nname = \"a\"\n");
    assert_eq!(file.workspace, Some(WorkspaceTable { members: None }));
    assert_eq!(file.package.unwrap().name, "a");
}

#[test]
fn names_may_be_chinese_or_keywords() {
    for name in ["长春", "_a1", "when", "自"] {
        assert_eq!(findings(&format!("[package]\nname = \"{name}\"\n")), "");
    }
}

#[test]
fn line_ends_and_marks_do_not_shift_places() {
    let expected = findings("[package]\nname = \"a\"\nlevl = \"city\"\n");
    assert!(expected.contains("«levl»"), "{expected}");
    assert_eq!(findings("[package]\r\nname = \"a\"\r\nlevl = \"city\"\r\n"), expected);
    assert_eq!(findings("\u{feff}[package]\nname = \"a\"\nlevl = \"city\"\n"), expected);
    assert_eq!(findings("# 吉林省\n[package]\nname = \"a\"\nlevl = \"city\""), expected);
}

#[test]
fn unknown_keys_and_tables() {
    assert_snapshot!(findings("[package]\nname = \"a\"\ntitel = \"x\"\ncolour = 1\n"), @"
    error[manifest-unknown-key] polis.toml «titel»: `[package]` has no key `titel`
      fix: did you mean `title`?
        polis.toml «titel» -> «title»
    error[manifest-unknown-key] polis.toml «colour»: `[package]` has no key `colour`
      help: `[package]` takes the keys `name`, `title`, `level`, `under`, `uses`, `face`
    ");
    assert_snapshot!(findings("[sources]\npath = \"x\"\ndir = 2\n[package]\nname = \"a\"\n[simples]\n[zzz]\n"), @"
    error[manifest-unknown-key] polis.toml «dir»: `[sources]` has no key `dir`
      help: `[sources]` takes the keys `path`
    error[manifest-unknown-table] polis.toml «simples»: a manifest has no table `[simples]`
      fix: did you mean `samples`?
        polis.toml «simples» -> «samples»
    error[manifest-unknown-table] polis.toml «zzz»: a manifest has no table `[zzz]`
      help: the tables are `package`, `sources`, `samples`, `lints`, `workspace`
    ");
    assert_snapshot!(findings("members = []\nx = 1\n[workspace]\nmember = 1\n"), @"
    error[manifest-loose-key] polis.toml «members»: `members` stands in no table
      help: write `members` below `[workspace]`
    error[manifest-loose-key] polis.toml «x»: `x` stands in no table
    error[manifest-unknown-key] polis.toml «member»: `[workspace]` has no key `member`
      fix: did you mean `members`?
        polis.toml «member» -> «members»
    ");
}

#[test]
fn a_missing_name_is_reported_once_where_it_belongs() {
    assert_snapshot!(findings("[package]\ntitle = \"x\"\n"), @"error[manifest-missing-key] polis.toml «[package]»: `[package]` needs the key `name`");
    assert_snapshot!(findings(""), @"error[manifest-missing-key] polis.toml «»: `[package]` needs the key `name`");
    assert_snapshot!(findings("[workspace]\n[lints]\n"), @"error[manifest-missing-key] polis.toml «»: `[package]` needs the key `name`");
    assert_eq!(package("[package]\n").name, "jilin", "called after its folder");
}

#[test]
fn a_misplaced_name_is_not_missing_as_well() {
    assert_snapshot!(findings("[packge]\nname = \"a\"\n"), @"
    error[manifest-unknown-table] polis.toml «packge»: a manifest has no table `[packge]`
      fix: did you mean `package`?
        polis.toml «packge» -> «package»
    ");
    assert_snapshot!(findings("name = \"a\"\n"), @"
    error[manifest-loose-key] polis.toml «name»: `name` stands in no table
      help: write `name` below `[package]`
    ");
    assert_snapshot!(findings("package = 3\n"), @"error[manifest-wrong-value] polis.toml «3»: the value of `package` must be a table");
    assert_snapshot!(findings("[[workspace]]\nmembers = []\n"), @"error[manifest-wrong-value] polis.toml «[[workspace]]»: the value of `workspace` must be a table");
}

#[test]
fn values_of_the_wrong_type() {
    let text = "[package]\nname = 3\ntitle = []\nunder = \"jilin\"\nuses = [1, \"a\"]\nlevel = true\n";
    assert_snapshot!(findings(text), @r#"
    error[manifest-wrong-value] polis.toml «3»: the value of `name` must be a text in quotes
    error[manifest-wrong-value] polis.toml «[]»: the value of `title` must be a text in quotes
    error[manifest-wrong-value] polis.toml «"jilin"»: the value of `under` must be a list of texts
      fix: replace it with `["jilin"]`
        polis.toml «"jilin"» -> «["jilin"]»
    error[manifest-wrong-value] polis.toml «1»: the value of `uses` must be a list of texts
    error[manifest-wrong-value] polis.toml «true»: the value of `level` must be a text in quotes
    "#);
    // What is plain all the same is read.
    let manifest = package(text);
    assert_eq!((manifest.name.as_str(), manifest.under.len(), manifest.uses.len()), ("jilin", 1, 1));
    assert_snapshot!(findings("[package]\nname = \"a\"\nunder = 3\n[samples]\ndefault = 1979-05-27\n"), @"
    error[manifest-wrong-value] polis.toml «3»: the value of `under` must be a list of texts
    error[manifest-wrong-value] polis.toml «1979-05-27»: the value of `default` must be a text in quotes
    ");
}

#[test]
fn unknown_words() {
    assert_snapshot!(findings("[package]\nname = \"a\"\nlevel = \"citty\"\nface = \"cn\"\n"), @r#"
    error[manifest-wrong-value] polis.toml «"citty"»: the value of `level` must be a level
      help: the values are `national`, `province`, `city`, `district`, `street`, `community`
      fix: did you mean `city`?
        polis.toml «"citty"» -> «"city"»
    error[manifest-wrong-value] polis.toml «"cn"»: the value of `face` must be a face of the language
      help: the values are `zh`, `en`
    "#);
    assert_snapshot!(findings("[package]\nname = \"a\"\nlevel = \"村\"\n"), @r#"
    error[manifest-wrong-value] polis.toml «"村"»: the value of `level` must be a level
      help: the values are `national`, `province`, `city`, `district`, `street`, `community`
    "#);
    let (file, _) = parse("[package]\nname = \"a\"\nlevel = \"村\"\n");
    assert_eq!(file.diagnostics[0].helps[0].render(Locale::Zh), "可用的值：`国家`、`省`、`市`、`区县`、`街道`、`社区`");
}

#[test]
fn lints_are_checks_that_there_are() {
    let text =
        "[package]\nname = \"a\"\n[lints]\nunknown-nam = \"allow\"\nduplicate-name = \"alow\"\nambiguous-name = 3\n";
    assert_snapshot!(findings(text), @r#"
    warning[manifest-unknown-key] polis.toml «unknown-nam»: `[lints]` has no key `unknown-nam`
      fix: did you mean `unknown-name`?
        polis.toml «unknown-nam» -> «unknown-name»
    error[manifest-wrong-value] polis.toml «"alow"»: the value of `duplicate-name` must be a level
      help: the values are `allow`, `info`, `warn`, `error`
      fix: did you mean `allow`?
        polis.toml «"alow"» -> «"allow"»
    error[manifest-wrong-value] polis.toml «3»: the value of `ambiguous-name` must be a text in quotes
    "#);
    // A check of another version keeps its level.
    assert_eq!(package(text).lints.get("unknown-nam"), Some(&LintLevel::Allow));
}

#[test]
fn names_that_cannot_be_written_or_stand_twice() {
    assert_snapshot!(findings("[package]\nname = \"a-b\"\nunder = [\"x\", \"y\", \"x\"]\n"), @r#"
    error[invalid-package-name] polis.toml «"a-b"»: `a-b` cannot be the name of a package
      help: a name has letters, Chinese characters, digits and `_`, and begins with no digit
      fix: replace it with `a_b`
        polis.toml «"a-b"» -> «"a_b"»
    warning[manifest-repeated-name] polis.toml «"x"»: `under` names `x` more than once
      at polis.toml «"x"»: first here
    "#);
    assert_snapshot!(findings("[package]\nname = \"3a\"\n"), @r#"
    error[invalid-package-name] polis.toml «"3a"»: `3a` cannot be the name of a package
      help: a name has letters, Chinese characters, digits and `_`, and begins with no digit
    "#);
    assert_snapshot!(findings("[package]\nname = \"a // b\"\n"), @r#"
    error[invalid-package-name] polis.toml «"a // b"»: `a // b` cannot be the name of a package
      help: a name has letters, Chinese characters, digits and `_`, and begins with no digit
    "#);
    assert_snapshot!(findings("[package]\nname = \"\"\n"), @r#"
    error[manifest-wrong-value] polis.toml «""»: the value of `name` must be a name
      help: a name has letters, Chinese characters, digits and `_`, and begins with no digit
    "#);
}

#[test]
fn broken_toml_is_all_that_is_found() {
    assert_snapshot!(findings("[package\nname = \"a\"\n"), @"error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: unclosed table, expected `]`");
    assert_snapshot!(findings("[package]\nname \"a\"\nlevel = 3\n"), @"error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: key with no value, expected `=`");
    assert_snapshot!(findings("[package]\nname = \"a\"\nname = \"b\"\n"), @"error[manifest-syntax] polis.toml «name»: the manifest is not valid TOML: duplicate key");
    assert_snapshot!(findings("[package]\nname = “长春”\nlevel = city\n"), @r#"
    error[manifest-syntax] polis.toml «“长春”»: the manifest is not valid TOML: string values must be quoted
      fix: replace it with `"长春"`
        polis.toml «“长春”» -> «"长春"»
    error[manifest-syntax] polis.toml «city»: the manifest is not valid TOML: string values must be quoted
      fix: replace it with `"city"`
        polis.toml «city» -> «"city"»
    "#);
    assert_snapshot!(findings("[package]\nname = \"a\"\nunder = [\"x\" \"y\"]\n"), @"error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: missing comma between array elements, expected `,`");
    assert_snapshot!(findings("员额 甲 {\n  基数：3\n}\n"), @"
    error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: key with no value, expected `=`
    error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: key with no value, expected `=`
    error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: invalid key-value pair, expected key
    ");
}

#[test]
fn broken_toml_speaks_chinese() {
    let (file, _) = parse("[package]\nname \"a\"\n");
    assert_eq!(file.diagnostics[0].message.render(Locale::Zh), "清单文件不是有效的 TOML：键没有值，应为 `=`");
    assert!(file.is_broken());
}

#[test]
fn no_text_makes_the_reader_fail() {
    let text = "\u{feff}[package]\r\nname = “长春”\nunder = [\"x\", { y = 1 }]\n[[lints]]\na.b.c = \"\"\"\n1\n\"\"\"\n";
    for end in (0..=text.len()).filter(|it| text.is_char_boundary(*it)) {
        let (file, files) = parse(&text[..end]);
        for diagnostic in &file.diagnostics {
            assert_ne!(underlined(&files, diagnostic.primary.at), "?");
        }
    }
    parse(&"[".repeat(10_000));
    parse(&format!("a = {}", "[".repeat(10_000)));
    assert_eq!(parse("").0.package.unwrap().file, Some(FileId(0)));
}
