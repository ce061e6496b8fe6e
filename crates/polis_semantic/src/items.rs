//! Provisions without positions: the wall between text and meaning.
//!
//! A provision's content is the text of its tokens, each parted by one blank or line end, and the tree over that text.
//! Comments and layout are not in it, so an edit to them leaves every content equal and no later query runs again.
//! [`ParsedItem::absolute`] leads from the content back to the file.

use std::borrow::Cow;
use std::sync::Arc;

use polis_db::{Db, SourceFile, SourceText};
use polis_syntax::Parse;
use polis_syntax::ast::{Block, Element};
use polis_syntax::words::{ClauseWord, Kind};
use polis_syntax::{Span, SyntaxError, Token, TokenKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// A provision of a file. Its identity is its kind and name, never its position.
#[salsa::tracked(debug)]
pub struct Item<'db> {
    /// The file it stands in.
    #[returns(copy)]
    pub file: SourceFile,
    /// The name of the file's package.
    #[returns(clone)]
    pub package: SmolStr,
    /// Its kind; `None` for an unknown word.
    #[returns(copy)]
    pub kind: Option<Kind>,
    /// Its name in NFC; for a test its title; empty where it has neither.
    #[returns(clone)]
    pub name: SmolStr,
    /// Which of those with the same kind and name it is, from 0.
    #[returns(copy)]
    pub nth: u32,
    /// What it says.
    #[tracked]
    #[returns(clone)]
    pub content: Arc<ItemContent>,
}

/// What a provision says, without positions and comments.
#[derive(Debug)]
pub struct ItemContent {
    /// The text of its tokens.
    pub text: Box<str>,
    /// The tree; its ranges are of `text`.
    pub block: Block,
    /// Where the texts of amendments begin in `text`, with the amendments; none for what the file says itself.
    pub parts: Box<[(u32, ItemRef)]>,
}

impl ItemContent {
    /// The place that `span` of the text of `item` stands for: in the provision itself, or in one that amends it.
    #[must_use]
    pub fn place(&self, item: &ItemRef, span: Span) -> Place {
        match self.parts.iter().rev().find(|it| it.0 <= span.start) {
            Some((offset, by)) => {
                Place { item: by.clone(), span: Span::new(span.start - offset, span.end.max(span.start) - offset) }
            }
            None => Place { item: item.clone(), span },
        }
    }
}

impl PartialEq for ItemContent {
    /// The tree is a function of the text, save in a version, where it chooses from several texts.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && (self.parts.is_empty() && other.parts.is_empty() || self.block == other.block)
    }
}

impl Eq for ItemContent {}

/// Which provision a place belongs to. It outlives revisions, unlike [`Item`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemRef {
    /// The file.
    pub file: SourceFile,
    /// The kind.
    pub kind: Option<Kind>,
    /// The name.
    pub name: SmolStr,
    /// Which of those with the same kind and name.
    pub nth: u32,
}

/// A place within a provision's content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The provision.
    pub item: ItemRef,
    /// The bytes of its content.
    pub span: Span,
}

/// A provision of a file with its position.
#[derive(Debug)]
pub struct ParsedItem {
    /// Its kind.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: SmolStr,
    /// Which of those with the same kind and name.
    pub nth: u32,
    /// What it says.
    pub content: Arc<ItemContent>,
    /// Its documentation, marks removed.
    pub doc: Option<Box<str>>,
    /// Its bytes in the file.
    pub span: Span,
    /// For each token: where it starts in the content, and in the file.
    starts: Starts,
    /// The tokens that NFC changed, which are few: by number, how long each is in the content, and in the file.
    changed: Changed,
}

impl ParsedItem {
    const fn key(&self) -> (&SmolStr, Option<Kind>, u32) {
        (&self.name, self.kind, self.nth)
    }

    /// The bytes of the file that `span` of the content stands for.
    #[must_use]
    pub fn absolute(&self, span: Span) -> Span {
        let start = self.offset(span.start, false);
        Span::new(start, self.offset(span.end, span.end > span.start).max(start))
    }

    /// The offset of the content that `offset` of the file stands for: that of the token which it lies in or ends, or
    /// the end of the token before it.
    #[must_use]
    pub fn relative(&self, offset: u32) -> u32 {
        let index = self.starts.partition_point(|(_, start)| *start <= offset);
        let Some(index) = index.checked_sub(1) else { return 0 };
        let Some((content, file)) = self.starts.get(index) else { return 0 };
        // Tokens are parted by one blank; what lies behind a token ends where it ends.
        let end = self.starts.get(index + 1).map_or(u32::MAX, |it| it.0.saturating_sub(1));
        let end = end.min(u32::try_from(self.content.text.len()).unwrap_or(u32::MAX));
        content.saturating_add(offset - file).min(end)
    }

    /// The end of a range belongs to the token before it, its start to the token after it.
    fn offset(&self, offset: u32, end: bool) -> u32 {
        let index = self.starts.partition_point(|(start, _)| if end { *start < offset } else { *start <= offset });
        let Some(index) = index.checked_sub(1) else { return self.span.start };
        let Some((content, file)) = self.starts.get(index) else { return self.span.start };
        let changed = self.changed.binary_search_by_key(&index, |it| it.0).ok().and_then(|it| self.changed.get(it));
        match changed {
            // What lies within such a token has no counterpart: it stands for the whole.
            Some((_, length, of_file)) if end || offset - content >= *length => file + of_file,
            Some(_) => *file,
            None => file + (offset - content),
        }
    }
}

/// A parsed file: provisions and what is wrong with its form.
#[derive(Debug, Default)]
pub struct ParsedFile {
    /// The provisions, in the order of the file.
    pub items: Vec<ParsedItem>,
    /// The errors of form.
    pub errors: Vec<SyntaxError>,
    /// The names that its provisions speak of, each once, in order.
    pub names: Vec<Arc<str>>,
    /// The places of the provisions, by name, kind and number.
    by_name: Vec<u32>,
}

impl ParsedFile {
    /// The provision that `key` names.
    #[must_use]
    pub fn find(&self, key: &ItemRef) -> Option<&ParsedItem> {
        let key = (&key.name, key.kind, key.nth);
        let item = |at: &u32| self.items.get(*at as usize);
        let at = self.by_name.binary_search_by(|it| item(it).map(ParsedItem::key).cmp(&Some(key))).ok()?;
        self.by_name.get(at).and_then(item)
    }
}

/// Parses a file. No equality: every offset of a changed text shows in it; [`file_items`] does the comparing.
#[salsa::tracked(no_eq)]
pub fn parsed_file(db: &dyn Db, file: SourceFile) -> Arc<ParsedFile> {
    let text = file.text(db);
    let source = match &text {
        SourceText::Text(text) | SourceText::NotUtf8 { before: text, .. } => text,
        SourceText::Unreadable(_) => return Arc::default(),
    };
    Arc::new(match file.parse(db) {
        // What an editor types is parsed as it comes.
        Some(parse) => parsed_items(source, Parse::clone(&parse)),
        None => parsed_items(source, polis_syntax::parse(source)),
    })
}

/// The provisions of a file. After an edit each keeps its identity, and only changed contents count as changed.
#[salsa::tracked(returns(deref))]
pub fn file_items(db: &dyn Db, file: SourceFile) -> Vec<Item<'_>> {
    let parsed = parsed_file(db, file);
    let package = file.package(db);
    parsed
        .items
        .iter()
        .map(|it| Item::new(db, file, package.clone(), it.kind, it.name.clone(), it.nth, Arc::clone(&it.content)))
        .collect()
}

/// The provisions of a file of some kinds. The kinds come from the parsed file, so that a query over a few of many
/// provisions depends on the file and on those few.
pub(crate) fn file_items_of<'db>(
    db: &'db dyn Db,
    file: SourceFile,
    wanted: &'static [Kind],
) -> impl Iterator<Item = Item<'db>> {
    let parsed = parsed_file(db, file);
    let kinds: Vec<bool> = parsed.items.iter().map(|it| it.kind.is_some_and(|it| wanted.contains(&it))).collect();
    file_items(db, file).iter().copied().zip(kinds).filter_map(|(item, wanted)| wanted.then_some(item))
}

/// The provisions of a file that frame others: they say whose code the file is, and what changes when.
#[derive(Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct FileFrame<'db> {
    /// The documents.
    pub documents: Vec<Item<'db>>,
    /// The amendments.
    pub amendments: Vec<Item<'db>>,
    /// Those that fill what a superior delegates.
    pub fills: Vec<Item<'db>>,
    /// The figures that have no value before their first date.
    pub dated: Vec<Item<'db>>,
}

/// The provisions of a file that frame others, as a query of its own: what rests on them does not depend on the file's
/// layout.
#[salsa::tracked]
pub fn file_frame(db: &dyn Db, file: SourceFile) -> FileFrame<'_> {
    let parsed = parsed_file(db, file);
    let having = |fits: &dyn Fn(&ParsedItem) -> bool| {
        file_items(db, file).iter().zip(&parsed.items).filter(|it| fits(it.1)).map(|it| *it.0).collect()
    };
    FileFrame {
        documents: file_items_of(db, file, &[Kind::Document]).collect(),
        amendments: file_items_of(db, file, &[Kind::Amend]).collect(),
        fills: having(&|it| has_clause(it, ClauseWord::Implements)),
        dated: having(&|it| {
            it.kind == Some(Kind::Param) && has_clause(it, ClauseWord::From) && !has_clause(it, ClauseWord::Value)
        }),
    }
}

/// Whether a provision has a clause of this word.
fn has_clause(item: &ParsedItem, word: ClauseWord) -> bool {
    let content = &item.content;
    content.block.body.iter().flat_map(|it| &it.elements).any(|it| match it {
        Element::Clause(clause) => {
            let text = clause.word.text(&content.text);
            item.kind.and_then(|it| it.clause(text)).is_some_and(|it| it.word == word)
        }
        _ => false,
    })
}

impl<'db> Item<'db> {
    /// The key by which places speak of it.
    #[must_use]
    pub fn key(self, db: &'db dyn Db) -> ItemRef {
        ItemRef { file: self.file(db), kind: self.kind(db), name: self.name(db), nth: self.nth(db) }
    }
}

fn parsed_items(source: &str, parse: Parse) -> ParsedFile {
    let mut canonical =
        Canonical { source, tokens: &parse.lexed.tokens, next: 0, moved: Vec::new(), names: FxHashSet::default() };
    let mut items: Vec<ParsedItem> = Vec::with_capacity(parse.file.elements.len());
    let mut seen: FxHashMap<(Option<Kind>, SmolStr), u32> = FxHashMap::default();
    for element in parse.file.elements {
        let Element::Block(block) = element else { continue };
        let mut item = canonical.item(*block);
        let count = seen.entry((item.kind, item.name.clone())).or_default();
        item.nth = *count;
        *count += 1;
        items.push(item);
    }
    let mut names: Vec<Arc<str>> = canonical.names.iter().map(|it| Arc::from(&**it)).collect();
    names.sort_unstable();
    let mut by_name: Vec<u32> = (0..).zip(&items).map(|it| it.0).collect();
    by_name.sort_unstable_by_key(|it| items.get(*it as usize).map(ParsedItem::key));
    ParsedFile { items, errors: parse.errors, names, by_name }
}

/// As [`ParsedItem::starts`].
type Starts = Box<[(u32, u32)]>;

/// As [`ParsedItem::changed`].
type Changed = Box<[(usize, u32, u32)]>;

/// Writes the contents of one file's provisions.
struct Canonical<'a> {
    source: &'a str,
    tokens: &'a [Token],
    /// The first token that no provision has used.
    next: usize,
    /// For each byte of the provision, where it stands in the content. One buffer for the whole file.
    moved: Vec<u32>,
    /// The names that were met, as contents spell them.
    names: FxHashSet<Cow<'a, str>>,
}

impl Canonical<'_> {
    fn item(&mut self, mut block: Block) -> ParsedItem {
        let source = self.source;
        let doc = block.doc.take().map(|it| documentation(it.text(source)));
        let span = block.span;
        let (text, starts, changed) = self.text(span, block.name.map(|it| it.span.start));
        let base = span.start;
        let moved = &self.moved;
        let at = |offset: u32| moved.get((offset - base.min(offset)) as usize).copied().unwrap_or_default();
        block.map_spans(&mut |it| {
            if it.end > it.start {
                Span::new(at(it.start), at(it.end - 1) + 1)
            } else if it.start > base {
                let end = at(it.start - 1) + 1;
                Span::new(end, end)
            } else {
                Span::new(0, 0)
            }
        });
        let name = match (block.name, block.title) {
            (Some(name), _) => SmolStr::new(name.text(&text)),
            (None, Some(title)) => SmolStr::new(title.text(&text)),
            (None, None) => SmolStr::default(),
        };
        let content = Arc::new(ItemContent { text, block, parts: Box::default() });
        ParsedItem { kind: content.block.kind, name, nth: 0, content, doc, span, starts, changed }
    }

    /// The content's text, the starts of its tokens and those that NFC changed; fills `moved`. What stands at `name` is
    /// declared and not spoken of.
    fn text(&mut self, span: Span, name: Option<u32>) -> (Box<str>, Starts, Changed) {
        let mut text = String::with_capacity((span.end - span.start) as usize);
        let mut starts = Vec::new();
        let mut changed = Vec::new();
        self.moved.clear();
        self.moved.resize((span.end - span.start) as usize, 0);
        while self.tokens.get(self.next).is_some_and(|it| it.start < span.start) {
            self.next += 1;
        }
        let mut line_end = false;
        while let Some(token) = self.tokens.get(self.next).filter(|it| it.start < span.end) {
            self.next += 1;
            if token.kind == TokenKind::Newline {
                line_end = true;
                continue;
            }
            if !text.is_empty() {
                text.push(if line_end { '\n' } else { ' ' });
            }
            line_end = false;
            let start = offset(text.len());
            starts.push((start, token.start));
            let slice = token.span().text(self.source);
            // Names compare in NFC; only a name can hold what NFC changes and still be one token.
            let is_name = matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent) && name != Some(token.start);
            if is_nfc_quick(slice.chars()) == IsNormalized::Yes {
                text.push_str(slice);
                if is_name {
                    self.names.insert(Cow::Borrowed(slice.trim_matches('`')));
                }
            } else {
                text.extend(slice.nfc());
                if is_name {
                    let name = text.get(start as usize..).unwrap_or_default().trim_matches('`');
                    self.names.insert(Cow::Owned(name.to_owned()));
                }
                changed.push((starts.len() - 1, offset(text.len()) - start, offset(slice.len())));
            }
            let length = offset(text.len()) - start;
            let from = (token.start - span.start) as usize;
            for (index, moved) in self.moved.iter_mut().skip(from).take(slice.len()).enumerate() {
                *moved = start + offset(index).min(length.saturating_sub(1));
            }
            if let Some(last) = self.moved.get_mut(from + slice.len().saturating_sub(1)) {
                *last = start + length.saturating_sub(1);
            }
        }
        (text.into(), starts.into(), changed.into())
    }
}

/// The text of `///` lines without their marks.
fn documentation(text: &str) -> Box<str> {
    let lines: Vec<&str> =
        text.lines().map(|it| it.trim().trim_start_matches('/').trim()).filter(|it| !it.is_empty()).collect();
    lines.join("\n").into()
}

/// INVARIANT: a content is no longer than a blank more per token than its file, and files end below 1 GiB.
#[expect(clippy::cast_possible_truncation, reason = "files are refused past 1 GiB")]
const fn offset(length: usize) -> u32 {
    length as u32
}
