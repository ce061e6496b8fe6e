//! An edit of one kind leaves the families of others alone. Queries are counted, not timed.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_db::{MemorySystem, PolisDatabase, SourceText, load_into};

const DUTIES: &str = "组织 工会 {}\n职责 甲 { 责任主体: 工会; 客体: 体检 }\n权力 乙 { 行使主体: 工会; 针对: 体检 }\n";
const NORMS: &str = "行为 走访 {}\n规范 丙 { 主体: 工会; 应当: 走访; 频次: 1.. 次/年 }\n";
const REQUIREMENTS: &str = "对象 街道 { 字段 数: 个 }\n要求 戊 属于 街道 { 满足: 数 > 1 个 }\n";
const LISTS: &str = "清单 丁 { 列项: [体检, 义诊] }\n";

/// Which package-wide families run again after the file at `path` reads `text`.
fn again(path: &str, text: &str) -> Vec<String> {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/duties.pol", DUTIES)
        .with_file("/norms.pol", NORMS)
        .with_file("/requirements.pol", REQUIREMENTS)
        .with_file("/lists.pol", LISTS);
    let loaded = load_into(PolisDatabase::logged(), &system, Utf8Path::new("/"));
    let mut db = loaded.db;
    let [package] = loaded.targets.as_slice().try_into().unwrap();
    // A first edit makes a file's text less durable than it was loaded, which salsa tells everyone.
    for (path, text) in
        [("duties.pol", DUTIES), ("norms.pol", NORMS), ("requirements.pol", REQUIREMENTS), ("lists.pol", LISTS)]
    {
        let file = db.file_at(path).unwrap();
        db.set_text(file, SourceText::Text(format!("{text}\n").into()));
        db.set_text(file, SourceText::Text(text.into()));
    }
    polis_analysis::check(&db, package);
    let file = db.file_at(path).unwrap();
    db.set_text(file, SourceText::Text(text.into()));
    let (_, names) = db.executed(|db| polis_analysis::check(db, package));
    let families = [
        "norms",
        "requirements",
        "standards",
        "responsibility",
        "answerable",
        "delegated",
        "matters",
        "rewards",
        "documents",
        "lapses",
    ];
    let mut found: Vec<String> = names
        .iter()
        .map(|it| it.split('(').next().unwrap_or(it).to_owned())
        .filter(|it| families.contains(&it.as_str()))
        .collect();
    found.sort();
    found
}

#[test]
fn edits_of_other_kinds_decide_no_family_anew() {
    let norms = NORMS.replace("1..", "2..");
    assert_eq!(again("norms.pol", &norms), ["answerable", "norms"]);
    let lists = LISTS.replace("义诊", "讲座");
    assert_eq!(again("lists.pol", &lists), [""; 0]);
    let duties = DUTIES.replace("责任主体: 工会;", "责任主体: 工会; 配合: 工会;");
    assert_eq!(again("duties.pol", &duties), ["answerable", "responsibility"]);
    let requirements = REQUIREMENTS.replace("> 1", "> 2");
    assert_eq!(again("requirements.pol", &requirements), ["requirements"]);
    let comment = format!("// 说明\n{NORMS}");
    assert_eq!(again("norms.pol", &comment), [""; 0]);
}
