//! The formatter: one form for every file, and the conversion between the two faces.
//!
//! **Invariant:** what it writes says the same. The output is parsed again and its tree held against the tree of the
//! input, its literals and comments likewise; where they differ, [`format`] writes nothing.

mod doc;
mod element;
mod expression;
mod lines;
mod same;
mod spelling;

use std::fmt;

use crate::error::SyntaxError;
use crate::lexer::{Comment, CommentKind, Token, TokenKind as T};
use crate::words::Face;
use crate::{Parse, parse};
use doc::Doc;

/// How a file is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOptions {
    /// The face of every word; `None` keeps that of each word as it is written.
    pub face: Option<Face>,
    /// The columns of a line; a Chinese character takes two.
    pub width: usize,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { face: None, width: 100 }
    }
}

/// Why a file was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The file has syntax errors; what cannot be read cannot be laid out.
    Syntax(Vec<SyntaxError>),
    /// The output would have said something else than the input: a bug of the formatter.
    Unsound,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(errors) => write!(f, "the file has {} syntax error(s)", errors.len()),
            Self::Unsound => f.write_str("the formatter would have changed what the file says"),
        }
    }
}

impl std::error::Error for FormatError {}

/// Lays out `source`, and settles or converts its words.
///
/// The line ends of the input are kept, by the first of them; a byte order mark is dropped.
///
/// # Errors
///
/// [`FormatError::Syntax`] where the text has syntax errors, and [`FormatError::Unsound`] where the output would say
/// something else, which is a bug. Neither writes anything.
///
/// # Examples
///
/// ```
/// use polis_syntax::words::Face;
/// use polis_syntax::{FormatOptions, format};
///
/// let source = "员额 工作者 属于 社区｛基数：１０．．15人；语气：原则上｝";
/// let english = FormatOptions { face: Some(Face::En), ..FormatOptions::default() };
/// let settled = format(source, &FormatOptions::default())?;
/// assert_eq!(settled, "员额 工作者 属于 社区 { 基数: 10..15 人; 语气: 一般 }\n");
/// assert_eq!(format(source, &english)?, "quota 工作者 of 社区 { base: 10..15 people; modality: normally }\n");
/// # Ok::<(), polis_syntax::FormatError>(())
/// ```
pub fn format(source: &str, options: &FormatOptions) -> Result<String, FormatError> {
    let before = parse(source);
    if !before.errors.is_empty() {
        return Err(FormatError::Syntax(before.errors));
    }
    let mut formatter = Formatter {
        source,
        options: *options,
        tokens: &before.lexed.tokens,
        comments: &before.lexed.comments,
        next_comment: 0,
        hoisted: Vec::new(),
    };
    let doc = formatter.file(&before.file);
    let mut text = doc::print(&doc, options.width);
    if !text.is_empty() {
        text.push('\n');
    }
    let after = parse(&text);
    if !is_sound((source, &before), (&text, &after)) {
        return Err(FormatError::Unsound);
    }
    Ok(if has_crlf(source) { text.replace('\n', "\r\n") } else { text })
}

struct Formatter<'s> {
    source: &'s str,
    options: FormatOptions,
    tokens: &'s [Token],
    comments: &'s [Comment],
    /// The first comment that has no place yet.
    next_comment: usize,
    /// Comments met inside the current element, which go before it.
    hoisted: Vec<Comment>,
}

impl<'s> Formatter<'s> {
    fn comment(&self, comment: Comment) -> Doc<'s> {
        Doc::comment(comment_text(self.source, comment))
    }
}

/// A comment as it is written: without blanks at its end and with line ends of one form.
fn comment_text(source: &str, comment: Comment) -> String {
    let text = comment.span.text(source);
    match comment.kind {
        CommentKind::Block => text.replace("\r\n", "\n").replace('\r', "\n"),
        CommentKind::Line | CommentKind::Doc => text.replace('\r', " ").trim_end().to_owned(),
    }
}

fn has_crlf(source: &str) -> bool {
    source.find('\n').is_some_and(|it| source.get(..it).is_some_and(|line| line.ends_with('\r')))
}

/// Whether both texts say the same: the trees, the literals and the comments.
fn is_sound(before: (&str, &Parse), after: (&str, &Parse)) -> bool {
    after.1.errors.is_empty()
        && same::same_tree((before.0, &before.1.file), (after.0, &after.1.file))
        && literals(before).eq(literals(after))
        && comments(before) == comments(after)
}

/// Every literal of the text in order. The tree holds them too; a parser that passed over one would drop it here.
fn literals<'t>((source, parse): (&'t str, &'t Parse)) -> impl Iterator<Item = String> + 't {
    let is_literal = |kind| {
        matches!(
            kind,
            T::Text | T::Title | T::Number | T::Percent | T::Date | T::RowId | T::QuotedIdent | T::True | T::False
        )
    };
    let settle = move |token: &Token| match token.kind {
        T::True => "true".to_owned(),
        T::False => "false".to_owned(),
        T::Number | T::Percent => spelling::half_width(token.span().text(source)),
        _ => token.span().text(source).to_owned(),
    };
    parse.lexed.tokens.iter().filter(move |it| is_literal(it.kind)).map(settle)
}

fn comments((source, parse): (&str, &Parse)) -> Vec<String> {
    let mut texts: Vec<_> = parse.lexed.comments.iter().map(|it| comment_text(source, *it)).collect();
    texts.sort_unstable();
    texts
}
