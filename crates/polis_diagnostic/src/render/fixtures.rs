//! Findings on which the renderers are tested.

use crate::render::{Format, render_to_string};
use crate::{
    Bilingual, Diagnostic, FileId, Fix, GeneralNote, KindMessage, KindNote, Locale, MemoryFiles, NameMessage, NameNote,
    Severity, Span, SyntaxMessage, SyntaxNote, TypeMessage, TypeNote,
};

/// Findings and their files.
pub(super) struct Fixture {
    pub(super) files: MemoryFiles,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The ordinary fixtures rendered one after another.
pub(super) fn all(format: Format, locale: Locale) -> String {
    let fixtures = [
        Fixture::full_width(),
        Fixture::two_files(),
        Fixture::crlf(),
        Fixture::end_of_file(),
        Fixture::empty_file(),
        Fixture::several_lines(),
    ];
    let texts: Vec<String> = fixtures.iter().map(|fixture| fixture.render(format, locale)).collect();
    texts.join("\n")
}

/// The span of the `nth` occurrence of `what`.
pub(super) fn find(file: FileId, text: &str, what: &str, nth: usize) -> Span {
    let (start, _) = text.match_indices(what).nth(nth).expect("the fixture holds it");
    let offset = |offset| u32::try_from(offset).expect("fixtures are small");
    Span::new(file, offset(start), offset(start + what.len()))
}

impl Fixture {
    pub(super) fn render(&self, format: Format, locale: Locale) -> String {
        render_to_string(format, &self.diagnostics, &self.files, locale)
    }

    fn one(path: &str, text: &str, diagnostics: impl FnOnce(FileId, &str) -> Vec<Diagnostic>) -> Self {
        let mut files = MemoryFiles::default();
        let file = files.add(path, text);
        let diagnostics = diagnostics(file, text);
        Self { files, diagnostics }
    }

    /// Full-width punctuation before and inside what is underlined.
    pub(super) fn full_width() -> Self {
        let text = "员额　专职工作者 属于 社区｛\n  基数：１０．．１５ 人；  备注：“（一般）”，户树＋３\n｝\n";
        Self::one("长春/社区.pol", text, |file, text| {
            let at = find(file, text, "户树", 0);
            let name = NameMessage::UnknownName { name: "户树".into() };
            let fix = Fix::safe(NameNote::DidYouMean { name: "户数".into() }, at, "户数");
            let sides = TypeMessage::UnitMismatch {
                left: Bilingual::new("户", "households"),
                right: Bilingual::new("人", "people"),
                op: "＋".into(),
            };
            vec![
                Diagnostic::new(name, at).fix(fix),
                Diagnostic::new(sides, find(file, text, "＋", 0))
                    .with_severity(Severity::Warning)
                    .label(at, TypeNote::HasUnit { unit: Bilingual::new("户", "households") })
                    .label(find(file, text, "３", 0), TypeNote::HasUnit { unit: Bilingual::new("人", "people") })
                    .help(TypeNote::AddUnit { unit: Bilingual::new("户", "households") }),
            ]
        })
    }

    /// A finding whose counterpart is in another file, with much Chinese before both.
    pub(super) fn two_files() -> Self {
        let mut files = MemoryFiles::default();
        let above = "/// 街道内设机构限额，见《街道改革》第二部分。\n/// 一律不得突破。\n内设机构 街道机构限额 属于 街道 {\n  限额: ..7 个\n}\n";
        let below = "内设机构 街道内设机构 属于 街道 {\n  必设: 4 个\n  增设 企业服务办公室: 1..4 个\n}\n";
        let street = files.add("changchun/street.pol", below);
        let limit = files.add("jilin/street.pol", above);
        let message = KindMessage::SuperiorLimitExceeded {
            name: "街道内设机构".into(),
            value: Bilingual::same("8"),
            limit: Bilingual::same("7"),
            superior: "吉林.街道机构限额".into(),
        };
        let example = Bilingual::new("设企业服务办公室 4 个的街道", "a street that sets up 4 offices");
        let diagnostic = Diagnostic::new(message, find(street, below, "1..4 个", 0))
            .primary_note(KindNote::Reaches { value: Bilingual::same("8") })
            .label(find(limit, above, "..7 个", 0), KindNote::LimitSetHere { limit: Bilingual::same("7") })
            .label(find(street, below, "4 个", 0), KindNote::CountsAs { amount: Bilingual::same("4") })
            .note(KindNote::Example { example })
            .help(KindNote::BoundBy { range: Bilingual::same("..3 个") });
        Self { files, diagnostics: vec![diagnostic] }
    }

    /// Windows line ends.
    pub(super) fn crlf() -> Self {
        let text = "参数 甲: 人\r\n{\r\n\t值: 3 户\r\n}\r\n";
        Self::one("crlf.pol", text, |file, text| {
            let message = TypeMessage::TypeMismatch {
                expected: Bilingual::new("人数", "a number of people"),
                found: Bilingual::new("户数", "a number of households"),
            };
            // The span holds the line end, as that of a clause may.
            vec![Diagnostic::new(message, find(file, text, "3 户\r\n", 0)).label(
                find(file, text, "人", 0),
                TypeNote::ExpectedBecause { what: Bilingual::new("人数", "a number of people") },
            )]
        })
    }

    /// Something missing at the very end, with and without a final line end.
    pub(super) fn end_of_file() -> Self {
        let mut files = MemoryFiles::default();
        let message = || SyntaxMessage::UnclosedBracket { open: "{".into() };
        let diagnostics = ["规则 甲 {", "规则 甲 {\n  值: 1\n"].map(|text| {
            let file = files.add("end.pol", text);
            let end = u32::try_from(text.len()).expect("fixtures are small");
            Diagnostic::new(message(), Span::new(file, end, end))
                .primary_note(SyntaxNote::ClosedBefore { close: "}".into() })
                .label(find(file, text, "{", 0), SyntaxNote::OpenedHere)
                .fix(Fix::safe(SyntaxNote::Insert { text: "}".into() }, Span::new(file, end, end), "}"))
        });
        Self { files, diagnostics: diagnostics.into() }
    }

    /// A file without a character.
    pub(super) fn empty_file() -> Self {
        Self::one("empty.pol", "", |file, _| {
            let message = KindMessage::MissingClause {
                clause: Bilingual::new("名称", "title"),
                kind: Bilingual::new("文件", "document"),
                name: "甲".into(),
            };
            vec![Diagnostic::new(message, Span::new(file, 0, 0)).with_severity(Severity::Info)]
        })
    }

    /// A block as the primary place and a label in it.
    pub(super) fn several_lines() -> Self {
        let text = "测试 \"甲\" {\n  给定: 社区 {\n    户数: 3 户\n  }\n}\n";
        Self::one("block.pol", text, |file, text| {
            let message = NameMessage::DuplicateName { name: "甲".into() };
            vec![
                Diagnostic::new(message, find(file, text, text.trim_end(), 0))
                    .primary_note(NameNote::DefinedAgainHere)
                    .label(find(file, text, "户数", 0), GeneralNote::BecauseOfThis),
            ]
        })
    }

    /// Spans that do not fit their file and texts that would steer the terminal or end a command.
    pub(super) fn hostile() -> Self {
        let text = "值: \u{1B}[31m\"甲\u{202E}\u{FDD0}\"\u{0C}100%\u{2028}乙\r丙\n";
        Self::one("a,b:c\n.pol", text, |file, text| {
            let message = || NameMessage::UnknownName { name: "a\r\n::error::\u{1B}[2J%0A".into() };
            vec![
                Diagnostic::new(message(), find(file, text, "乙", 0)),
                Diagnostic::new(message(), Span::new(file, 9, 4)).label(Span::new(file, 1, 2), GeneralNote::Here),
                Diagnostic::new(message(), Span::new(file, 9_999, 99_999)),
                Diagnostic::new(message(), Span::new(FileId(99), 3, 7)),
                Diagnostic::new(message(), find(file, text, "丙", 0))
                    .note(GeneralNote::Verbatim { text: Bilingual::same("one\ntwo \u{1B}[2J") }),
            ]
        })
    }
}
