//! What holds on any bytes. Each function panics where it does not, and returns whether the bytes were without errors, so
//! that all of it was tried.

#![expect(clippy::missing_panics_doc, reason = "to panic is what each of these functions is for")]

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use polis_db::{Loaded, MemorySystem, PolisDatabase, load, parse_manifest};
use polis_diagnostic::{Diagnostic, FileId, Files, Format, Locale, Severity, render};
use polis_eval::{Machine, run_tests};
use polis_semantic::{Program, file_diagnostics};
use polis_sim::load_samples;
use polis_syntax::words::Face;
use polis_syntax::{FormatError, FormatOptions, parse as parse_text, testing};

/// Any text is parsed: tokens, nodes and errors are ranges of it, and every token lies in one of them.
pub fn parse(bytes: &[u8]) -> bool {
    let source = text(bytes);
    let parse = parse_text(&source);
    testing::assert_whole(&source, &parse);
    parse.errors.is_empty()
}

/// What parses without errors is laid out, says the same then, and is left alone when laid out again, in each face.
pub fn format(bytes: &[u8]) -> bool {
    let source = text(bytes);
    if !parse_text(&source).errors.is_empty() {
        assert!(matches!(layout(&source, None, 100), Err(FormatError::Syntax(_))), "errors, but laid out");
        return false;
    }
    for width in [100, 30] {
        let settled = laid_out(&source, None, width);
        assert!(parse_text(&settled).errors.is_empty(), "what is laid out has errors\n{settled}");
        assert_eq!(laid_out(&settled, None, width), settled, "laid out twice");
        let chinese = laid_out(&source, Some(Face::Zh), width);
        let english = laid_out(&chinese, Some(Face::En), width);
        assert_eq!(laid_out(&english, Some(Face::Zh), width), chinese, "to English and back by\n{english}");
    }
    true
}

fn layout(source: &str, face: Option<Face>, width: usize) -> Result<String, FormatError> {
    polis_syntax::format(source, &FormatOptions { face, width })
}

fn laid_out(source: &str, face: Option<Face>, width: usize) -> String {
    let result = layout(source, face, width);
    assert!(result.is_ok(), "{:?} in face {face:?} of\n{source}", result.err());
    result.unwrap_or_default()
}

/// Declarations that a file on its own may rest on, so that a mutation reaches what lies behind the names. They are a
/// library's: what the file declares itself comes first.
const PRELUDE: &str = "\
对象 市 { 复数: 各市 }
对象 街道 { 隶属: 市; 复数: 街道们; 字段 内设机构数: 个; 字段 领导人数: 人 }
枚举 类别 { 值域: 城市, 农村 }
对象 社区 {
  隶属: 街道; 复数: 社区们
  字段 户数 \"户籍户数\": 户 { 取值: 0.. 户 }
  字段 专职人数: 人
  字段 面积: 平方米
  字段 经费: 万元
  字段 类型: 类别
  字段 试点: 是非
  字段 成立: 日期
  字段 说明: 文字
}
组织 党工委 属于 街道 {}
行为 下达任务 {}
";

/// Any file is checked, beside declarations that it may use: every finding lies in its file and can be shown in both
/// languages. Where there are no errors, its program is linked and its tests are run.
pub fn check(bytes: &[u8]) -> bool {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[workspace]\n")
        .with_file("/common/polis.toml", "[package]\nname = \"common\"\n")
        .with_file("/common/prelude.pol", PRELUDE)
        .with_file("/w/polis.toml", "[package]\nname = \"w\"\nuses = [\"common\"]\n")
        .with_bytes("/w/main.pol", bytes);
    let Loaded { db, targets, diagnostics, .. } = load(&system, "/w".into());
    let mut found = diagnostics;
    for package in &targets {
        for file in package.files(&db).iter() {
            let of_file = file_diagnostics(&db, *file);
            assert!(of_file.iter().all(|it| it.primary.at.file == file.id(&db)), "a finding of another file");
        }
        found.extend(polis_semantic::check(&db, &[*package]));
    }
    shown(&found, &db);
    let clean = is_clean(&found);
    if clean {
        for package in &targets {
            let on = |day| polis_semantic::program_at(&db, *package, day);
            let _outcomes = run_tests(&polis_semantic::program(&db, *package), &on);
        }
    }
    clean
}

/// Any bytes are read as a sample, in both forms: every finding lies in its file and can be shown.
pub fn samples(bytes: &[u8]) -> bool {
    static PROGRAM: OnceLock<Arc<Program>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let Loaded { db, targets, .. } =
            load(&MemorySystem::new().with_file("/prelude.pol", PRELUDE), "/prelude.pol".into());
        let found = polis_semantic::check(&db, &targets);
        assert!(found.is_empty(), "{found:?}");
        targets.first().map(|it| polis_semantic::program(&db, *it)).unwrap_or_default()
    });
    let machine = Machine::new(Arc::clone(program));
    let mut clean = false;
    for name in ["/s/社区.csv", "/s/社区.json"] {
        let system = MemorySystem::new().with_bytes(name, bytes).with_file("/s/街道.csv", "编号,名称\n1,甲\n");
        let mut db = PolisDatabase::new();
        let samples = load_samples(&system, "/s".into(), &mut db, &machine);
        assert!(!samples.files.is_empty(), "the sample was passed over");
        shown(&samples.diagnostics, &db);
        // A file is clean in one form at most.
        clean |= is_clean(&samples.diagnostics);
    }
    clean
}

/// Any text is read as a manifest: every finding lies in it.
pub fn manifest(bytes: &[u8]) -> bool {
    let source = text(bytes);
    let read = parse_manifest(&source, FileId(0), "/w".into());
    shown(&read.diagnostics, &OneFile(&source));
    is_clean(&read.diagnostics)
}

fn is_clean(found: &[Diagnostic]) -> bool {
    found.iter().all(|it| it.severity != Severity::Error)
}

/// As a text with what is no UTF-8 replaced, which is what a program may get to see of such a file.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Every place of a finding is one of its file, and the finding can be rendered.
fn shown(found: &[Diagnostic], files: &dyn Files) {
    for diagnostic in found {
        let edits = diagnostic.fix.iter().flat_map(|it| &it.edits).map(|it| it.at);
        let labels = diagnostic.labels.iter().map(|it| it.at);
        for at in std::iter::once(diagnostic.primary.at).chain(labels).chain(edits) {
            let text = files.text(at.file);
            assert!(text.get(at.start as usize..at.end as usize).is_some(), "{at:?} is no place of its file");
        }
    }
    for locale in [Locale::Zh, Locale::En] {
        for format in [Format::Concise, Format::Json] {
            let written = render(format, found, files, locale, &mut Vec::new());
            assert!(written.is_ok(), "{:?}", written.err());
        }
    }
}

struct OneFile<'t>(&'t str);

impl Files for OneFile<'_> {
    fn path(&self, _: FileId) -> &'static str {
        "polis.toml"
    }

    fn text(&self, _: FileId) -> &str {
        self.0
    }
}
