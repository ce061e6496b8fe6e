//! Citations held against the texts of their documents.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Diagnostic, Fix, NameNote, Severity, SourceMessage, SourceNote};
use polis_semantic::absolute;
use polis_semantic::items::{Item, ItemContent, Place, file_items};
use polis_semantic::scope::package_of;
use polis_syntax::Span;
use polis_syntax::ast::{Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use crate::blocks::{Known, blocks};
use crate::held::{Held, held, text_bounds};
use crate::library::{Document, Library, TextFile};
use crate::numerals::{Figure, Figures, figures};
use crate::text::{Text, fold};

/// What came of holding a package's citations against the texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// How many passages were looked up.
    pub passages: usize,
    /// How many figures were held against cited sentences.
    pub figures: usize,
}

/// What is wrong with the citations of a package: passages that the texts do not have, figures and boundaries that the
/// cited sentences do not have.
pub fn check(db: &dyn Db, package: Package, library: &Library) -> Report {
    let (found, sentences) = (Vec::new(), BTreeMap::new());
    let mut check = Check { db, package, library, found, sentences, passages: 0, figures: 0 };
    for item in package.files(db).iter().flat_map(|it| file_items(db, *it)) {
        // A test says again what provisions say, and a scenario what might be.
        if item.kind(db).is_some_and(|it| !matches!(it, Kind::Test | Kind::Scenario)) {
            check.item(*item);
        }
    }
    let diagnostics = check.found.iter().map(|it| absolute(db, it)).collect();
    Report { diagnostics, passages: check.passages, figures: check.figures }
}

struct Check<'c> {
    db: &'c dyn Db,
    package: Package,
    library: &'c Library,
    found: Vec<Diagnostic<Place>>,
    /// What sentences say, by text and range: blocks cite the same ones again and again.
    sentences: BTreeMap<(SmolStr, usize, usize), Arc<Sentence>>,
    passages: usize,
    figures: usize,
}

/// A sentence of a text.
struct Sentence {
    folded: Vec<char>,
    figures: Figures,
    /// As the text has it, on one line.
    shown: SmolStr,
    /// Its file and line.
    place: SmolStr,
}

/// What became of the citations of a block.
#[derive(Default, Clone)]
struct Cited {
    /// The sentences around the passages.
    sentences: Vec<Arc<Sentence>>,
    /// Whether a passage could not be looked at, so that nothing can be said of figures.
    unknown: bool,
}

/// A block of a provision, and the provision.
#[derive(Clone, Copy)]
struct At<'a, 'db> {
    item: Item<'db>,
    content: &'a ItemContent,
    block: Known<'a>,
}

impl<'c> Check<'c> {
    fn item(&mut self, item: Item<'c>) {
        let content = item.content(self.db);
        let blocks = blocks(&content);
        // Of each block, what it and those around it cite, and the remark that is nearest to it.
        let mut cited: Vec<(Cited, Option<SmolStr>)> = Vec::with_capacity(blocks.len());
        for block in &blocks {
            let at = At { item, content: &content, block: *block };
            let (mut all, outer_note) = block.outer.and_then(|it| cited.get(it)).cloned().unwrap_or_default();
            let note = block.values(ClauseWord::Note).next();
            let note = note.map(|it| polis_semantic::unquote(it.span.text(&content.text))).or(outer_note);
            let outer = all.sentences.len();
            for value in block.values(ClauseWord::Cite) {
                self.citation(at, value, &mut all);
            }
            // What the block itself cites first says most; without it, what it stands in cites.
            if let Some(shown) = all.sentences.get(outer).or(all.sentences.last()).filter(|_| !all.unknown) {
                self.figures(at, &all.sentences, shown, note.as_ref());
            }
            cited.push((all, note));
        }
    }

    fn place(&self, at: At<'_, '_>, span: Span) -> Place {
        at.content.place(&at.item.key(self.db), span)
    }

    /// Looks one passage up.
    fn citation(&mut self, at: At<'_, 'c>, value: &Expr, all: &mut Cited) {
        let text = &at.content.text;
        let (named, passage) = match &value.kind {
            ExprKind::Citation(document, passage) => (Some(&**document), *passage),
            ExprKind::Text => (None, value.span),
            // A whole document: there is nothing to look up.
            _ => return,
        };
        let document = match named {
            Some(expr) => Document::named(self.db, self.package, expr, text),
            None => Document::of_file(self.db, at.item.file(self.db)),
        };
        let Some(found) = self.text(at, value, document) else {
            all.unknown = true;
            return;
        };
        let quoted = polis_semantic::unquote(passage.text(text));
        let ranges = found.find(&quoted);
        self.passages += 1;
        if ranges.is_empty() {
            all.unknown = true;
            self.not_found(at, passage, &quoted, &found);
        }
        for range in ranges {
            let sentence = self.sentence(&found, range);
            all.sentences.push(sentence);
        }
    }

    /// The text of a document; where there is none although there should be, this is reported once for the document.
    fn text(&mut self, at: At<'_, 'c>, value: &Expr, document: Option<Document<'c>>) -> Option<Arc<Text>> {
        let Some(document) = document else {
            if self.library.folders.contains_key(&self.package.name(self.db)) {
                let reason = Bilingual::new(
                    "没有所引文件的条款",
                    "the file of the provision has no document, or the citation names none",
                );
                let place = self.place(at, value.span);
                self.report(
                    Diagnostic::new(SourceMessage::CitationNoText { reason }, place).help(SourceNote::NameTheText),
                );
            }
            return None;
        };
        let package = package_of(self.db, document.0.file(self.db)).map(|it| it.name(self.db)).unwrap_or_default();
        let folder = self.library.folders.get(&package)?;
        let content = document.0.content(self.db);
        let Some(name) = document.file_name(self.db) else {
            let name = document.0.name(self.db);
            let reason = Bilingual::new(
                format!("文件 `{name}` 没有写明原文"),
                format!("the document `{name}` does not name its text"),
            );
            let place = document.0.name_place(self.db);
            self.report(Diagnostic::new(SourceMessage::CitationNoText { reason }, place).help(SourceNote::NameTheText));
            return None;
        };
        let found = self.library.texts.get(&(package, name.clone()));
        if found.is_none() {
            let reason = Bilingual::new(format!("没有 `{name}` 这个原文"), format!("there is no text `{name}`"));
            let block = blocks(&content).first().copied();
            let span = block.and_then(|it| it.values(ClauseWord::TextFile).next()).map(|it| it.span);
            let place = content.place(&document.0.key(self.db), span.unwrap_or(content.block.word.span));
            let help = SourceNote::TextsLieIn { folder: folder.clone() };
            self.report(Diagnostic::new(SourceMessage::CitationNoText { reason }, place).help(help));
        }
        match found? {
            TextFile::Read(text) => Some(Arc::clone(text)),
            TextFile::Unreadable => None,
        }
    }

    /// Adds a finding; what is wrong with a document comes up at each of its citations.
    fn report(&mut self, diagnostic: Diagnostic<Place>) {
        let about_text =
            matches!(diagnostic.message, polis_diagnostic::Message::Source(SourceMessage::CitationNoText { .. }));
        if !about_text || !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    fn not_found(&mut self, at: At<'_, '_>, span: Span, passage: &SmolStr, text: &Text) {
        let place = self.place(at, span);
        let message = SourceMessage::CitationNotFound { passage: passage.clone(), file: text.path().clone() };
        let diagnostic = Diagnostic::new(message, place.clone());
        let diagnostic = match text.nearest(passage) {
            Some(near) => {
                let title = NameNote::DidYouMean { name: near.as_str().into() };
                diagnostic.fix(Fix::suggestion(title, place, format!("\"{}\"", near.replace('\\', "\\\\"))))
            }
            None => diagnostic.help(SourceNote::QuoteVerbatim),
        };
        self.found.push(diagnostic);
    }

    fn sentence(&mut self, text: &Text, passage: Range<usize>) -> Arc<Sentence> {
        let range = text.sentence(passage.clone());
        let key = (text.path().clone(), range.start, range.end);
        let make = || {
            let slice = text.slice(range.clone());
            let folded: Vec<char> = fold(slice).chars().collect();
            let shown = shorten(slice, passage.start - range.start.min(passage.start));
            let place = SmolStr::new(format!("{}:{}", text.path(), text.line(range.start)));
            Arc::new(Sentence { figures: figures(&folded), folded, shown, place })
        };
        Arc::clone(self.sentences.entry(key).or_insert_with(make))
    }

    /// Holds a block's figures against the sentences that it cites.
    fn figures(&mut self, at: At<'_, '_>, sentences: &[Arc<Sentence>], shown: &Sentence, note: Option<&SmolStr>) {
        let text = &at.content.text;
        let mut told: Vec<Figure> = Vec::new();
        for held in held(at.block, text) {
            self.figures += 1;
            // Who says at least one may leave the figure to words like 配备.
            let unsaid = held.figure == Figure::whole(1);
            let missing = !unsaid && !sentences.iter().any(|it| contains(it, &held));
            let masked = sentences.iter().any(|it| it.figures.masked);
            let diagnostic = if missing && !masked && !told.contains(&held.figure) {
                told.push(held.figure);
                let message = SourceMessage::CitationFigure { figure: held.span.text(text).into() };
                Diagnostic::new(message, self.place(at, held.span))
            } else if let Some((said, figure_note, code)) = boundary(&held, sentences, text) {
                let message = SourceMessage::CitationBoundary { code, text: said };
                Diagnostic::new(message, self.place(at, held.span)).note(figure_note)
            } else {
                continue;
            };
            let read = SourceNote::TextReads { place: shown.place.clone(), sentence: shown.shown.clone() };
            let diagnostic = diagnostic.note(read);
            let diagnostic = match note {
                Some(note) => {
                    diagnostic.with_severity(Severity::Info).note(SourceNote::Explained { note: note.clone() })
                }
                None => diagnostic.help(SourceNote::MendOrExplain),
            };
            self.found.push(diagnostic);
        }
    }
}

/// Whether a sentence contains a figure; twelve months may be a year.
fn contains(sentence: &Sentence, held: &Held) -> bool {
    let years = || {
        held.figure.over(12).filter(|it| it.is_whole()).is_some_and(|years| {
            sentence.folded.contains(&'年') && (years == Figure::whole(1) || sentence.figures.contain(years))
        })
    };
    sentence.figures.contain(held.figure) || (held.months && years())
}

/// Where every sentence that draws a boundary at the figure puts the figure on the other side than the code: what the
/// text says, which side that is, and what the code says.
fn boundary(held: &Held, sentences: &[Arc<Sentence>], text: &str) -> Option<(SmolStr, SourceNote, SmolStr)> {
    let bound = held.bound?;
    let drawn: Vec<_> = sentences.iter().flat_map(|it| text_bounds(&it.folded, &it.figures, held.figure)).collect();
    let (said, _) = drawn.first()?;
    if drawn.iter().any(|it| it.1 == bound.side) {
        return None;
    }
    let figure = SmolStr::new(held.span.text(text));
    let note = if includes(said) { SourceNote::TextIncludes { figure } } else { SourceNote::TextExcludes { figure } };
    Some((said.into(), note, bound.span.text(text).into()))
}

/// Whether words include the figure that they stand with, as Chinese drafting has it.
fn includes(said: &str) -> bool {
    let negated = ["不超", "不得", "不能", "不可", "不应", "不宜", "不少", "不多", "不低", "不高", "不大", "不小"];
    let excluding = ["超过", "超出", "多于", "大于", "高于", "少于", "低于", "小于", "不足", "未满", "不满", "不到"];
    negated.iter().any(|it| said.starts_with(it)) || !excluding.iter().any(|it| said.starts_with(it))
}

/// How many characters of a sentence are shown.
const SHOWN: usize = 80;

/// A sentence on one line, around the passage where it is long.
fn shorten(sentence: &str, passage: usize) -> SmolStr {
    let before = sentence.get(..passage).unwrap_or_default().chars().count();
    let chars: Vec<char> = sentence.chars().map(|it| if it.is_whitespace() { ' ' } else { it }).collect();
    if chars.len() <= SHOWN {
        return chars.iter().collect::<String>().trim().into();
    }
    let start = before.saturating_sub(SHOWN / 4).min(chars.len() - SHOWN);
    let middle: String = chars.iter().skip(start).take(SHOWN).collect();
    let (head, tail) = (if start > 0 { "…" } else { "" }, if start + SHOWN < chars.len() { "…" } else { "" });
    SmolStr::new(format!("{head}{}{tail}", middle.trim()))
}
