//! What is found from which target, and each finding with the text at its place.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use insta::assert_snapshot;

use super::*;
use crate::system::{DirEntry, MemorySystem, NewFile, RandomRead};
use crate::testing::{Fixture, listing};

/// The root, every package with its files (targets with a star), and the findings.
fn show(loaded: &Loaded) -> String {
    let db = &loaded.db;
    let package = |it: &Package| {
        let mark = if loaded.targets.contains(it) { '*' } else { ' ' };
        let files: Vec<String> = it.files(db).iter().map(|it| it.path(db).to_string()).collect();
        format!("{mark} {}: {}\n", it.name(db), files.join(" "))
    };
    let packages: String = Workspace::get(db).packages(db).iter().map(package).collect();
    format!("{}\n{packages}{}", loaded.root, listing(db, &loaded.diagnostics))
}

fn found(files: &str, target: &str) -> String {
    show(&Fixture::parse(files).load(target))
}

/// A country with two cities, a library, a workspace within the workspace, and files beside it.
const COUNTRY: &str = r#"
//- /w/polis.toml
[workspace]
//- /w/jilin/polis.toml
[package]
name = "jilin"
uses = ["common"]
//- /w/jilin/b.pol
//- /w/jilin/a.pol
//- /w/jilin/deep/er/c.pol
//- /w/jilin/.git/hidden.pol
//- /w/jilin/target/built.pol
//- /w/jilin/node_modules/x/y.pol
//- /w/jilin/.#a.pol
//- /w/jilin/notes.txt
//- /w/jilin/nested/polis.toml
[package]
name = "nested"
//- /w/jilin/nested/n.pol
//- /w/cities/changchun/polis.toml
[package]
name = "changchun"
under = ["jilin"]
//- /w/cities/changchun/a.pol
//- /w/cities/siping/polis.toml
[package]
name = "siping"
under = ["jilin"]
//- /w/cities/siping/a.pol
//- /w/common/polis.toml
[package]
name = "common"
//- /w/common/a.pol
//- /w/other/polis.toml
[workspace]
//- /w/other/x/polis.toml
[package]
name = "jilin"
//- /w/other/x/a.pol
//- /alone/a.pol
//- /alone/sub/b.pol
"#;

#[test]
fn a_workspace_means_all_its_packages() {
    assert_snapshot!(found(COUNTRY, "w"), @"
    /w
    * changchun: w/cities/changchun/a.pol
    * common: w/common/a.pol
    * jilin: w/jilin/a.pol w/jilin/b.pol w/jilin/deep/er/c.pol
    * nested: w/jilin/nested/n.pol
    * siping: w/cities/siping/a.pol
    ");
}

#[test]
fn a_package_brings_what_it_is_under_and_uses() {
    let expected = found(COUNTRY, "w/cities/changchun");
    assert_snapshot!(expected, @"
    /w
    * changchun: w/cities/changchun/a.pol
      common: w/common/a.pol
      jilin: w/jilin/a.pol w/jilin/b.pol w/jilin/deep/er/c.pol
    ");
    for same in [
        "w/cities/changchun/",
        "w/cities/changchun/a.pol",
        "/w/cities/changchun/polis.toml",
        "w/cities/../cities/changchun",
    ] {
        assert_eq!(found(COUNTRY, same), expected, "{same}");
    }
}

#[test]
fn a_folder_between_means_the_packages_in_it() {
    assert_snapshot!(found(COUNTRY, "w/cities"), @"
    /w
    * changchun: w/cities/changchun/a.pol
      common: w/common/a.pol
      jilin: w/jilin/a.pol w/jilin/b.pol w/jilin/deep/er/c.pol
    * siping: w/cities/siping/a.pol
    ");
}

#[test]
fn files_beside_packages_belong_to_the_package_around_them() {
    let files = r#"
//- /w/polis.toml
[workspace]
[package]
name = "root"
//- /w/cities/a.pol
//- /w/cities/changchun/polis.toml
[package]
name = "changchun"
//- /w/cities/changchun/a.pol
"#;
    assert_snapshot!(found(files, "w/cities"), @"
    /w
    * changchun: w/cities/changchun/a.pol
    * root: w/cities/a.pol
    ");
    assert_snapshot!(found(&files.replace("[package]\nname = \"root\"\n", ""), "w/cities"), @"
    /w
    * changchun: w/cities/changchun/a.pol
    warning[stray-policy-file] w/cities/a.pol «»: `w/cities/a.pol` lies in no package and is left out
      help: write a `polis.toml` with a table `[package]` and a `name`
    ");
}

#[test]
fn a_folder_within_a_package_means_the_package() {
    assert_snapshot!(found(COUNTRY, "w/jilin/deep"), @"
    /w
      common: w/common/a.pol
    * jilin: w/jilin/a.pol w/jilin/b.pol w/jilin/deep/er/c.pol
    ");
    assert_eq!(found(COUNTRY, "w/jilin/deep/er/c.pol"), found(COUNTRY, "w/jilin"));
}

#[test]
fn the_nearest_workspace_counts() {
    assert_snapshot!(found(COUNTRY, "w/other/x"), @"
    /w/other
    * jilin: w/other/x/a.pol
    ");
}

#[test]
fn files_without_a_package_stand_alone() {
    assert_snapshot!(found(COUNTRY, "alone"), @"
    /alone
    * alone: alone/a.pol alone/sub/b.pol
    ");
    assert_snapshot!(found(COUNTRY, "alone/a.pol"), @"
    /alone
    * a: alone/a.pol
    ");
    // A walk through the package passes over it, so it is no part of the package.
    assert_snapshot!(found(COUNTRY, "w/jilin/.git/hidden.pol"), @"
    /w/jilin/.git
    * hidden: w/jilin/.git/hidden.pol
    ");
    let loaded = Fixture::parse(COUNTRY).load("alone/a.pol");
    let file = loaded.db.file_at("alone/a.pol").unwrap();
    assert_eq!(file.package(&loaded.db), loaded.targets[0].name(&loaded.db));
}

#[test]
fn members_may_be_chosen() {
    let files = r#"
//- /polis.toml
[workspace]
members = ["a", "c*/**", "x*", "nowhere/../a", "empty"]
//- /a/polis.toml
[package]
name = "a"
//- /a/a.pol
//- /cities/d/e/polis.toml
[package]
name = "e"
//- /cities/d/e/a.pol
//- /left_out/polis.toml
[package]
name = "left_out"
//- /left_out/a.pol
//- /empty/a.pol
"#;
    assert_snapshot!(found(files, "/"), @r#"
    /
    * a: a/a.pol
    * e: cities/d/e/a.pol
    warning[stray-policy-file] empty/a.pol «»: `empty/a.pol` lies in no package and is left out
      help: write a `polis.toml` with a table `[package]` and a `name`
    error[workspace-member-not-found] polis.toml «"x*"»: no package is found for the member `x*`
    error[workspace-member-not-found] polis.toml «"empty"»: no package is found for the member `empty`
    "#);
    // Asked for by itself it is loaded all the same, and sees the members.
    assert_snapshot!(found(files, "/left_out"), @r#"
    /
    * left_out: left_out/a.pol
    error[workspace-member-not-found] polis.toml «"x*"»: no package is found for the member `x*`
    error[workspace-member-not-found] polis.toml «"empty"»: no package is found for the member `empty`
    "#);
}

#[test]
fn paths_are_shown_from_the_current_folder() {
    let system = Fixture::parse(COUNTRY).system().with_current_dir("/w/cities/changchun");
    assert_snapshot!(show(&load(&system, ".".into())), @"
    /w
    * changchun: a.pol
      common: ../../common/a.pol
      jilin: ../../jilin/a.pol ../../jilin/b.pol ../../jilin/deep/er/c.pol
    ");
}

#[test]
fn paths_that_lead_nowhere() {
    assert_snapshot!(found(COUNTRY, "w/cities/sipin"), @"
    /w/cities
    error[path-not-found] w/cities/sipin «»: there is no file or folder `w/cities/sipin`
      help: did you mean `w/cities/siping`?
    ");
    assert_snapshot!(found(COUNTRY, "no/such/folder"), @"
    /no/such
    error[path-not-found] no/such/folder «»: there is no file or folder `no/such/folder`
    ");
    assert_snapshot!(found(COUNTRY, "w/jilin/notes.txt"), @"
    /w/jilin
    error[not-policy-file] w/jilin/notes.txt «»: `w/jilin/notes.txt` is not a policy file
      help: the names of policy files end in `.pol`
    ");
}

#[test]
fn folders_without_policies() {
    assert_snapshot!(found("//- /a/notes.txt\n", "a"), @"
    /a
    error[no-policy-files] a «»: there are no `.pol` files in `a`
      help: the names of policy files end in `.pol`
    ");
    assert_snapshot!(found("//- /a/polis.toml\n[package]\nname = \"a\"\n", "a"), @r#"
    /a
    * a: 
    warning[no-policy-files] a/polis.toml «"a"»: there are no `.pol` files in `a`
      help: the names of policy files end in `.pol`
    "#);
    assert_snapshot!(found("//- /a/polis.toml\n[workspace]\n", "a"), @"
    /a
    error[empty-workspace] a/polis.toml «»: there are no packages in the workspace `a`
    ");
}

#[test]
fn nothing_is_passed_over_in_silence() {
    assert_snapshot!(found("//- /w/polis.toml\n[workspace]\n//- /w/a/polis.toml\n[package]\nname = \"a\"\n//- /w/a/a.pol\n//- /w/b/b.pol\n", "w"), @"
    /w
    * a: w/a/a.pol
    warning[stray-policy-file] w/b/b.pol «»: `w/b/b.pol` lies in no package and is left out
      help: write a `polis.toml` with a table `[package]` and a `name`
    ");
    assert_snapshot!(found("//- /a/polis.toml\n[package]\nname = \"a\"\n//- /a/a.pol\n//- /b.pol\n", "/"), @"
    /
    * policies: b.pol
    warning[packages-left-out] . «»: the packages below `.` are left out: the folder is no workspace
      help: write a `polis.toml` with the table `[workspace]`, and the packages in the folders below belong together
    ");
    assert_snapshot!(found("//- /a/polis.toml\n[package]\nname = \"a\"\n//- /a/a.pol\n", "/"), @"
    /
    error[packages-left-out] . «»: the packages below `.` are left out: the folder is no workspace
      help: write a `polis.toml` with the table `[workspace]`, and the packages in the folders below belong together
    ");
}

#[test]
fn packages_that_are_not_there() {
    let files = r#"
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = "a"
under = ["jilni"]
uses = ["nowhere"]
//- /a/a.pol
//- /b/polis.toml
[package]
name = "jilin"
//- /b/a.pol
"#;
    assert_snapshot!(found(files, "a"), @r#"
    /
    * a: a/a.pol
    error[unknown-package] a/polis.toml «"jilni"»: cannot find package `jilni`
      fix: did you mean `jilin`?
        a/polis.toml «"jilni"» -> «"jilin"»
    error[unknown-package] a/polis.toml «"nowhere"»: cannot find package `nowhere`
      note: the packages are `jilin`
    "#);
    let without_workspace = files.split_once("//- /a/").map(|it| format!("//- /a/{}", it.1)).unwrap();
    assert_snapshot!(found(&without_workspace, "a"), @r#"
    /a
    * a: a/a.pol
    error[unknown-package] a/polis.toml «"jilni"»: cannot find package `jilni`
      note: no folder above has a `polis.toml` with the table `[workspace]`, so only this package is seen
    error[unknown-package] a/polis.toml «"nowhere"»: cannot find package `nowhere`
      note: no folder above has a `polis.toml` with the table `[workspace]`, so only this package is seen
    "#);
}

#[test]
fn circles_show_all_their_places_and_still_load() {
    let files = r#"
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = "a"
under = ["b"]
uses = ["a"]
//- /a/a.pol
//- /b/polis.toml
[package]
name = "b"
under = ["c"]
//- /b/a.pol
//- /c/polis.toml
[package]
name = "c"
under = ["a"]
uses = ["b"]
//- /c/a.pol
"#;
    let expected = found(files, "a");
    assert_snapshot!(expected, @r#"
    /
    * a: a/a.pol
      b: b/a.pol
      c: c/a.pol
    error[cyclic-packages] a/polis.toml «"b"»: packages depend on each other in a circle: `a` → `b` → `c` → `a`
      at a/polis.toml «"b"»: needs `b` here
      at b/polis.toml «"c"»: needs `c` here
      at c/polis.toml «"a"»: needs `a` here
    error[cyclic-packages] a/polis.toml «"a"»: packages depend on each other in a circle: `a` → `a`
      at a/polis.toml «"a"»: needs `a` here
    "#);
    // From another package of the circle it looks the same.
    let other = Fixture::parse(files).load("c");
    assert!(expected.ends_with(&listing(&other.db, &other.diagnostics)));
}

#[test]
fn two_packages_of_one_name() {
    let files = r#"
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = "jilin"
//- /a/a.pol
//- /b/polis.toml
[package]
name = "jilin"
//- /b/b.pol
//- /c/polis.toml
[package]
name = "other"
//- /c/a.pol
"#;
    assert_snapshot!(found(files, "/"), @r#"
    /
    * jilin: a/a.pol
    * other: c/a.pol
    error[duplicate-package] b/polis.toml «"jilin"»: two packages are called `jilin`
      at a/polis.toml «"jilin"»: first here
    "#);
    // The target is the one that is meant, whatever the order.
    assert_snapshot!(found(files, "b"), @r#"
    /
    * jilin: b/b.pol
    error[duplicate-package] b/polis.toml «"jilin"»: two packages are called `jilin`
      at a/polis.toml «"jilin"»: first here
    "#);
    assert_snapshot!(found(files, "c"), @"
    /
    * other: c/a.pol
    ");
}

#[test]
fn a_broken_manifest_is_the_only_finding() {
    let files = r#"
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = "a"
under = ["jilin"]
//- /a/a.pol
//- /jilin/polis.toml
[package
nam = jilin
under = ["nowhere"]
//- /jilin/a.pol
//- /z/polis.toml
colour = 3
//- /z/a.pol
"#;
    assert_snapshot!(found(files, "a"), @"
    /
    * a: a/a.pol
      jilin: jilin/a.pol
    error[manifest-syntax] jilin/polis.toml «»: the manifest is not valid TOML: unclosed table, expected `]`
    ");
}

#[test]
fn a_broken_manifest_above_may_be_the_workspace() {
    let files =
        "//- /polis.toml\n[workspcae\n= 1\n//- /a/polis.toml\n[package]\nname = \"a\"\nunder = [\"b\"]\n//- /a/a.pol\n";
    assert_snapshot!(found(files, "a"), @"
    /a
    * a: a/a.pol
    error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: unclosed table, expected `]`
    error[manifest-syntax] polis.toml «»: the manifest is not valid TOML: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
    ");
}

#[test]
fn files_that_cannot_be_read_do_not_keep_others_from_it() {
    let system = MemorySystem::new()
        .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a/good.pol", "// 好")
        .with_bytes("/a/gbk.pol", b"// ok\n\xB0\xA1".to_vec())
        .with_unreadable_file("/a/locked.pol", io::ErrorKind::PermissionDenied)
        .with_unreadable_file("/a/huge.pol", io::ErrorKind::FileTooLarge)
        .with_unreadable_folder("/a/cellar", io::ErrorKind::PermissionDenied);
    let loaded = load(&system, "a".into());
    assert_snapshot!(show(&loaded), @"
    /a
    * a: a/gbk.pol a/good.pol a/huge.pol a/locked.pol
    error[unreadable-file] a/cellar «»: cannot read `a/cellar`: permission denied
    ");
    assert_snapshot!(listing(&loaded.db, &text_diagnostics(&loaded.db)), @"
    error[not-utf8] a/gbk.pol «»: the file is not UTF-8: byte 0xB0 at offset 6 belongs to no character
      help: save the file as UTF-8; Chinese files from older programs are often GBK
    error[file-too-large] a/huge.pol «»: `a/huge.pol` is larger than 1 GiB, the most that is read
    error[unreadable-file] a/locked.pol «»: cannot read `a/locked.pol`: permission denied
    ");
    let text = |path| loaded.db.file_at(path).unwrap().text(&loaded.db);
    assert_eq!(text("a/good.pol"), SourceText::Text("// 好".into()));
    assert_eq!(text("a/gbk.pol"), SourceText::NotUtf8 { offset: 6, byte: 0xB0, before: "// ok\n".into() });
    assert!(matches!(text("a/locked.pol"), SourceText::Unreadable(_)));
}

#[test]
fn a_text_that_becomes_readable_is_no_longer_reported() {
    let mut loaded = load(&MemorySystem::new().with_bytes("/a.pol", b"\xB0".to_vec()), "a.pol".into());
    let file = loaded.db.file_at("a.pol").unwrap();
    assert!(text_diagnostic(&loaded.db, file).is_some());
    loaded.db.set_text(file, SourceText::Text("啊".into()));
    assert_eq!(text_diagnostic(&loaded.db, file), None);
}

#[test]
fn manifests_that_cannot_be_read() {
    let system = MemorySystem::new()
        .with_bytes("/a/polis.toml", b"[package]\nname = \"\xB0\xA1\"".to_vec())
        .with_file("/a/a.pol", "");
    assert_snapshot!(show(&load(&system, "a".into())), @"
    /a
    * a: a/a.pol
    error[not-utf8] a/polis.toml «»: the file is not UTF-8: byte 0xB0 at offset 18 belongs to no character
      help: save the file as UTF-8; Chinese files from older programs are often GBK
    ");
    let system = MemorySystem::new()
        .with_unreadable_file("/a/polis.toml", io::ErrorKind::PermissionDenied)
        .with_file("/a/a.pol", "");
    assert_snapshot!(show(&load(&system, "a".into())), @"
    /a
    * a: a/a.pol
    error[unreadable-file] a/polis.toml «»: cannot read `a/polis.toml`: permission denied
    ");
}

/// A disk that lists its folders in the reverse order, as some file systems do.
struct Reversed(MemorySystem);

impl System for Reversed {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        self.0.read_dir(path).map(|it| it.into_iter().rev().collect())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.0.is_file(path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.0.is_dir(path)
    }

    fn write_atomic(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        self.0.write_atomic(path, bytes)
    }

    fn create(&self, path: &Utf8Path) -> io::Result<Box<dyn NewFile>> {
        self.0.create(path)
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn RandomRead>> {
        self.0.open(path)
    }

    fn create_dir_all(&self, path: &Utf8Path) -> io::Result<()> {
        self.0.create_dir_all(path)
    }

    fn interrupts(&self) -> Arc<AtomicBool> {
        self.0.interrupts()
    }

    fn env_var(&self, name: &str) -> Option<String> {
        self.0.env_var(name)
    }

    fn current_dir(&self) -> io::Result<Utf8PathBuf> {
        self.0.current_dir()
    }
}

#[test]
fn the_order_of_the_file_system_does_not_show() {
    let numbered = |loaded: &Loaded| -> Vec<(String, FileId)> {
        let files = Workspace::get(&loaded.db).packages(&loaded.db);
        let files = files.iter().flat_map(|it| it.files(&loaded.db).to_vec());
        files.map(|it| (it.path(&loaded.db).to_string(), it.id(&loaded.db))).collect()
    };
    for target in ["w", "w/cities", "w/jilin", "alone", "/"] {
        let fixture = Fixture::parse(COUNTRY);
        let (straight, reversed) = (fixture.load(target), load(&Reversed(fixture.system()), target.into()));
        assert_eq!(show(&straight), show(&reversed));
        assert_eq!(numbered(&straight), numbered(&reversed), "{target}");
    }
}
