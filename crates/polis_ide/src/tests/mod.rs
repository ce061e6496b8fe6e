//! Features on fixtures with a `<CURSOR>`.

mod assists;
mod completion;
mod goto;
mod hover;
mod layout;
mod pinyin;
mod rename;
mod show;

use std::fmt::Write as _;

use polis_db::testing::Fixture;
use polis_db::{Loaded, SourceFile};
use polis_diagnostic::{ColumnUnit, LineIndex};
use polis_syntax::Span;

use crate::{FileRange, TextEdit};

/// A country, a city under it and a library, with one of each of what names lead to.
const CITY: &str = "
//- /polis.toml
[workspace]
//- /common/polis.toml
[package]
name = \"common\"
//- /common/entities.pol
/// 最基层的辖区。
对象 社区 {
  隶属: 街道
  复数: 社区们
  字段 户数 \"居民户数\": 户 { 取值: 0..100000 户 }
  字段 专职人数: 人
  字段 类型: 社区类型
}
对象 街道 {
  字段 人口: 人
}
枚举 社区类型 {
  值域: [老旧, 新建, 村改居]
}
组织 党工委 属于 街道 { }
概念 员额配备 { }
//- /province/polis.toml
[package]
name = \"province\"
title = \"某省\"
level = \"province\"
uses = [\"common\"]
//- /province/limits.pol
文件 省规定 《关于内设机构的规定》 {
  施行: 2020-01-01
}
内设机构 省机构限额 属于 街道 {
  限额: ..7 个
  出处: \"不超过七个\"
}
//- /city/polis.toml
[package]
name = \"city\"
title = \"某市\"
level = \"city\"
under = [\"province\"]
uses = [\"common\"]
//- /city/staff.pol
/// 每个社区 10 至 15 名。
员额 专职工作者 属于 社区 {
  基数: 10..15 人
  增配 大社区 当 户数 不少于 门槛: 每满(户数 - 门槛, 300..500 户) * 1 人
  实有: 专职人数
  即: 员额配备
}
参数 门槛 { 值: 3000 户 }
内设机构 街道机构 属于 街道 {
  必设: 4 个
  增设 企业服务办: 1 个
}
规则 每户人数 属于 社区 { 值: 专职人数 / 户数 }
规则 街道户数 属于 街道 { 值: 合计(某.户数 对 某 在 社区们) }
";

/// A database of the listing and where its cursor is.
struct Fx {
    loaded: Loaded,
    fixture: Fixture,
}

impl Fx {
    /// The city with another file of it.
    fn city(file: &str) -> Self {
        Self::parse(&format!("{CITY}//- /city/main.pol\n{}", file.trim_start_matches('\n')))
    }

    fn parse(listing: &str) -> Self {
        let fixture = Fixture::parse(listing);
        let loaded = fixture.load("/");
        Self { loaded, fixture }
    }

    fn at(&self) -> (&polis_db::PolisDatabase, SourceFile, u32) {
        let cursor = self.fixture.cursor().expect("a cursor");
        (&self.loaded.db, self.loaded.db.file_at(&cursor.path).expect("the file"), cursor.offset)
    }

    fn file(&self, path: &str) -> SourceFile {
        self.loaded.db.file_at(path).expect("the file")
    }

    /// `path:line:column text` for each place.
    fn places(&self, places: impl IntoIterator<Item = FileRange>) -> String {
        let mut out = String::new();
        for place in places {
            let db = &self.loaded.db;
            let text = place.file.text(db);
            let text = text.text();
            let at = LineIndex::new(text).position(text, place.range.start, ColumnUnit::Char);
            let shown = place.range.text(text).lines().next().unwrap_or_default();
            writeln!(out, "{}:{}:{} {shown}", place.file.path(db), at.line + 1, at.column + 1).unwrap();
        }
        out
    }

    fn spans(&self, file: SourceFile, spans: impl IntoIterator<Item = Span>) -> String {
        self.places(spans.into_iter().map(|range| FileRange { file, range }))
    }

    /// A file's text with edits made.
    fn edited(&self, file: SourceFile, edits: &[TextEdit]) -> String {
        let mut text = file.text(&self.loaded.db).text().to_owned();
        let mut edits: Vec<&TextEdit> = edits.iter().filter(|it| it.at.file == file).collect();
        edits.sort_by_key(|it| std::cmp::Reverse(it.at.range));
        for edit in edits {
            text.replace_range(edit.at.range.start as usize..edit.at.range.end as usize, &edit.text);
        }
        text
    }
}

#[test]
fn the_fixture_has_no_findings() {
    let fx = Fx::parse(CITY);
    let db = &fx.loaded.db;
    let found = polis_semantic::check(db, &fx.loaded.targets);
    let texts: Vec<String> = found.iter().map(|it| it.message.render(polis_diagnostic::Locale::Zh)).collect();
    assert!(texts.is_empty() && fx.loaded.diagnostics.is_empty(), "{texts:#?}");
}
