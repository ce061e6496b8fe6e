//! Every finding of a file or package, with places in files.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Bilingual, Diagnostic, Span as FileSpan};
use polis_diagnostic::{GeneralNote, NameMessage, NameNote, SyntaxMessage, SyntaxNote};
use polis_syntax::{Expected, MAX_NESTING, MAX_OPERATORS, Span, SyntaxError, SyntaxErrorKind};
use smol_str::SmolStr;

use crate::cycles::cycle_diagnostics;
use crate::delegations::delegation_diagnostics;
use crate::gaps::gap_diagnostics;
use crate::items::{Place, file_items, parsed_file};
use crate::kinds::lowered;
use crate::scope::scope_diagnostics;
use crate::totals::total_diagnostics;
use crate::versions::version_diagnostics;

/// The findings of one file: its form, and the meaning of its provisions.
#[salsa::tracked(returns(clone))]
pub fn file_diagnostics(db: &dyn Db, file: SourceFile) -> Arc<[Diagnostic]> {
    let parsed = parsed_file(db, file);
    let text = file.text(db);
    let mut all: Vec<Diagnostic> = Vec::new();
    all.extend(polis_db::text_diagnostic(db, file));
    all.extend(parsed.errors.iter().map(|it| syntax_diagnostic(text.text(), it, file.id(db))));
    for item in file_items(db, file) {
        all.extend(lowered(db, *item).diagnostics.iter().map(|it| absolute(db, it)));
    }
    all.extend(total_diagnostics(db, file).iter().map(|it| absolute(db, it)));
    all.into()
}

/// What of a package's findings only the whole shows.
#[salsa::tracked(returns(clone))]
fn whole_diagnostics(db: &dyn Db, package: Package) -> Arc<[Diagnostic]> {
    let mut all: Vec<Diagnostic> = Vec::new();
    for query in [scope_diagnostics, cycle_diagnostics] {
        all.extend(query(db, package).iter().map(|it| absolute(db, it)));
    }
    for query in [delegation_diagnostics, gap_diagnostics] {
        all.extend(query(db, package).iter().map(|it| absolute(db, it)));
    }
    all.extend(version_diagnostics(db, package).iter().map(|it| absolute(db, it)));
    all.into()
}

/// The findings of a package in parts: those of each of its files, then those that only the whole shows. A part is the
/// same allocation for as long as nothing in it changes.
pub fn findings(db: &dyn Db, package: Package) -> impl Iterator<Item = Arc<[Diagnostic]>> {
    let files = package.files(db);
    let files: Vec<_> = files.iter().map(|it| file_diagnostics(db, *it)).collect();
    files.into_iter().chain(std::iter::once(whole_diagnostics(db, package)))
}

/// The file's own place of a place in a provision.
#[must_use]
pub fn file_span(db: &dyn Db, place: &Place) -> FileSpan {
    let parsed = parsed_file(db, place.item.file);
    let span = parsed.find(&place.item).map_or_else(Span::default, |it| it.absolute(place.span));
    FileSpan::new(place.item.file.id(db), span.start, span.end)
}

/// A finding with places in files.
#[must_use]
pub fn absolute(db: &dyn Db, diagnostic: &Diagnostic<Place>) -> Diagnostic {
    diagnostic.clone().map_location(|it| file_span(db, &it))
}

/// The findings of every package among `packages`.
pub fn check(db: &dyn Db, packages: &[Package]) -> Vec<Diagnostic> {
    packages.iter().flat_map(|it| findings(db, *it)).flat_map(|it| it.to_vec()).collect()
}

/// A syntax error in the catalogue's words.
fn syntax_diagnostic(source: &str, error: &SyntaxError, file: polis_diagnostic::FileId) -> Diagnostic {
    let at = |span: Span| FileSpan::new(file, span.start, span.end);
    let text: SmolStr = clip(error.span.text(source));
    let place = at(error.span);
    match &error.kind {
        SyntaxErrorKind::NestingTooDeep => {
            Diagnostic::new(SyntaxMessage::NestingTooDeep { limit: limit(MAX_NESTING) }, place)
        }
        SyntaxErrorKind::ExpressionTooLarge => {
            Diagnostic::new(SyntaxMessage::ExpressionTooLarge { limit: limit(MAX_OPERATORS) }, place)
                .help(SyntaxNote::SplitIt)
        }
        SyntaxErrorKind::Unclosed => {
            Diagnostic::new(SyntaxMessage::UnclosedBracket { open: text }, place).primary_note(SyntaxNote::OpenedHere)
        }
        SyntaxErrorKind::UnexpectedClose { open } => {
            let diagnostic = Diagnostic::new(SyntaxMessage::UnexpectedClose { close: text }, place);
            match open {
                Some(open) => diagnostic.label(at(*open), SyntaxNote::OpenedHere),
                None => diagnostic,
            }
        }
        SyntaxErrorKind::Unexpected { expected } => {
            let found = if text.is_empty() {
                Bilingual::new("行末", "the end of the line")
            } else {
                Bilingual::word(&text, &text)
            };
            Diagnostic::new(SyntaxMessage::UnexpectedToken { found, expected: expectation(*expected) }, place)
        }
        SyntaxErrorKind::UnclosedText => Diagnostic::new(SyntaxMessage::UnterminatedText, place),
        SyntaxErrorKind::UnclosedComment => Diagnostic::new(SyntaxMessage::UnterminatedComment, place),
        SyntaxErrorKind::UnknownCharacter => Diagnostic::new(SyntaxMessage::UnknownCharacter { text }, place),
        SyntaxErrorKind::MissingValue => Diagnostic::new(SyntaxMessage::MissingValue { clause: text }, place),
        SyntaxErrorKind::MissingColon => Diagnostic::new(SyntaxMessage::MissingColon { word: text }, place),
        SyntaxErrorKind::MissingBody => Diagnostic::new(SyntaxMessage::MissingBody { name: text }, place),
        SyntaxErrorKind::KeywordAsName => {
            let quoted = SmolStr::new(format!("`{text}`"));
            Diagnostic::new(SyntaxMessage::KeywordAsName { word: text.clone() }, place)
                .fix(polis_diagnostic::Fix::safe(SyntaxNote::WriteInBackQuotes { word: text }, place, quoted))
        }
        SyntaxErrorKind::GluedKeyword { keyword } => {
            let (keyword, rest) = text.split_at_checked(*keyword as usize).unwrap_or((&text, ""));
            let split = SmolStr::new(format!("{keyword} {rest}"));
            Diagnostic::new(
                NameMessage::GluedKeyword { text: text.clone(), keyword: keyword.into(), rest: rest.into() },
                place,
            )
            .fix(polis_diagnostic::Fix::safe(NameNote::SplitInto { text: split.clone() }, place, split))
        }
        SyntaxErrorKind::UnknownKind => {
            let chinese = !text.is_ascii();
            let kinds = polis_syntax::words::Kind::rows().map(|it| if chinese { it.1.zh } else { it.1.en });
            let near = polis_diagnostic::did_you_mean(&text, kinds).map(SmolStr::new);
            let diagnostic = Diagnostic::new(SyntaxMessage::UnknownKind { word: text }, place);
            match near {
                Some(name) => diagnostic
                    .help(NameNote::DidYouMean { name: name.clone() })
                    .fix(polis_diagnostic::Fix::suggestion(NameNote::DidYouMean { name: name.clone() }, place, name)),
                None => diagnostic,
            }
        }
        SyntaxErrorKind::ClauseAtTop => {
            let found = Bilingual::new("条目", "a clause");
            let expected = Bilingual::new(
                "条款，如 `员额 名称 属于 对象 { … }`",
                "a provision, such as `quota name of Entity { … }`",
            );
            Diagnostic::new(SyntaxMessage::UnexpectedToken { found, expected }, place).primary_note(GeneralNote::Here)
        }
    }
}

fn expectation(expected: Expected) -> Bilingual {
    match expected {
        Expected::Expression => Bilingual::new("一个值", "a value"),
        Expected::OperatorOrEnd => Bilingual::new("运算符或行末", "an operator or the end of the line"),
        Expected::Name => Bilingual::new("名称", "a name"),
        Expected::Colon => Bilingual::word(":", ":"),
        Expected::Then => Bilingual::word("则", "then"),
        Expected::Else => Bilingual::word("否则", "else"),
        Expected::Arrow => Bilingual::word("=>", "=>"),
        Expected::CaseOrClose => Bilingual::new("`条件 => 值` 或 `}`", "`condition => value` or `}`"),
        Expected::CommaOrClose => Bilingual::new("`,` 或右括号", "`,` or the closing bracket"),
        Expected::In => Bilingual::word("在", "in"),
        Expected::Element => Bilingual::new("条款或条目", "a provision or clause"),
        Expected::Collection => Bilingual::new("成员所在的集合", "the collection that members come from"),
        Expected::Guard => Bilingual::word("当", "when"),
        Expected::Body => Bilingual::new("花括号中的内容", "a body in braces"),
    }
}

/// A long stretch of text is shown by its beginning.
fn clip(text: &str) -> SmolStr {
    let line = text.lines().next().unwrap_or("");
    match line.char_indices().nth(40) {
        Some((end, _)) => SmolStr::new(format!("{}…", line.get(..end).unwrap_or(line))),
        None => line.into(),
    }
}

fn limit(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
