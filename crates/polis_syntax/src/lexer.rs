//! Tokens: a logos lexer over both faces, with half-width and full-width punctuation.

use logos::Logos;

use crate::Span;
use crate::words::UnitWord;

/// A token: its kind and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

impl Token {
    /// The bytes of the token.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// What a comment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// `// …` to the end of the line.
    Line,
    /// `/* … */`.
    Block,
    /// `/// …`: documentation of the block that follows.
    Doc,
}

/// A comment; it is kept beside the tokens, not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// What it is.
    pub kind: CommentKind,
    /// Its bytes, marks included.
    pub span: Span,
}

/// The outcome of [`lex`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lexed {
    /// Every token but white space and comments; line ends are tokens.
    pub tokens: Vec<Token>,
    /// Every comment, in order.
    pub comments: Vec<Comment>,
}

/// What a token is. White space never becomes a token; comments are kept apart.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\u{3000}\u{A0}\u{FEFF}]+")]
pub enum TokenKind {
    /// One or more line ends, with the white space between them.
    #[regex(r"\r?\n[ \t\r\n\u{3000}]*")]
    #[token("\r")]
    Newline,
    /// `// …`.
    #[regex(r"//[^\n]*", allow_greedy = true)]
    LineComment,
    /// `/* … */`, or an opened one that never closes.
    #[regex(r"/\*([^*]|\*+[^*/])*\**(\*/)?")]
    BlockComment,

    /// A name.
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*")]
    Ident,
    /// A name in back-quotes.
    #[regex(r"`[^`\r\n]*`")]
    QuotedIdent,
    /// An integer or decimal, ASCII or full-width.
    #[regex(r"[0-9０-９][0-9０-９_]*(\.[0-9０-９][0-9０-９_]*)?")]
    Number,
    /// A percentage.
    #[regex(r"[0-9０-９][0-9０-９_]*(\.[0-9０-９][0-9０-９_]*)?[%％]")]
    Percent,
    /// A date or a span of dates: `2020-01-31`, `2020-01`, `2020年`, `2020年1月`, `2020年1月31日`.
    #[regex(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")]
    #[regex(r"[0-9]{4}年([0-9]{1,2}月([0-9]{1,2}日)?)?")]
    Date,
    /// A row id of a provision register: `CC-071`.
    #[regex(r"[A-Z]{2,6}-[0-9]{2,6}")]
    RowId,
    /// A text in straight or curly quotes.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#)]
    #[regex(r"“[^”\r\n]*”")]
    Text,
    /// A text whose closing quote is missing on its line.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*"#, priority = 1)]
    #[regex(r"“[^”\r\n]*", priority = 1)]
    #[regex(r"《[^》\r\n]*", priority = 1)]
    #[regex(r"`[^`\r\n]*", priority = 1)]
    UnclosedText,
    /// The title of a document: `《…》`.
    #[regex(r"《[^》\r\n]*》")]
    Title,

    /// `:`
    #[token(":")]
    #[token("：")]
    Colon,
    /// `,`
    #[token(",")]
    #[token("，")]
    #[token("、")]
    Comma,
    /// `;`
    #[token(";")]
    #[token("；")]
    Semicolon,
    /// `.`
    #[token(".")]
    #[token("．")]
    Dot,
    /// `..`
    #[token("..")]
    #[token("．．")]
    #[token("…")]
    #[token("……")]
    #[token("～")]
    #[token("~")]
    DotDot,
    /// `(`
    #[token("(")]
    #[token("（")]
    OpenParen,
    /// `)`
    #[token(")")]
    #[token("）")]
    CloseParen,
    /// `[`
    #[token("[")]
    #[token("［")]
    #[token("【")]
    OpenBracket,
    /// `]`
    #[token("]")]
    #[token("］")]
    #[token("】")]
    CloseBracket,
    /// `{`
    #[token("{")]
    #[token("｛")]
    OpenBrace,
    /// `}`
    #[token("}")]
    #[token("｝")]
    CloseBrace,
    /// `=>`
    #[token("=>")]
    #[token("＝＞")]
    #[token("⇒")]
    Arrow,
    /// `=`
    #[token("=")]
    #[token("＝")]
    Equal,
    /// `!=`
    #[token("!=")]
    #[token("！＝")]
    #[token("≠")]
    NotEqual,
    /// `<`
    #[token("<")]
    #[token("＜")]
    Less,
    /// `<=`
    #[token("<=")]
    #[token("＜＝")]
    #[token("≤")]
    LessEqual,
    /// `>`
    #[token(">")]
    #[token("＞")]
    Greater,
    /// `>=`
    #[token(">=")]
    #[token("＞＝")]
    #[token("≥")]
    GreaterEqual,
    /// `+`
    #[token("+")]
    #[token("＋")]
    Plus,
    /// `-`
    #[token("-")]
    #[token("－")]
    #[token("−")]
    Minus,
    /// `*`
    #[token("*")]
    #[token("＊")]
    #[token("×")]
    Star,
    /// `/`
    #[token("/")]
    #[token("／")]
    #[token("÷")]
    Slash,

    // Reserved words. Their spellings are those of `words::Keyword`; a test holds the two against each other.
    /// `when`
    #[token("when")]
    #[token("当")]
    When,
    /// `unless`
    #[token("unless")]
    #[token("除非")]
    Unless,
    /// `if`
    #[token("if")]
    #[token("若")]
    #[token("如果")]
    If,
    /// `then`
    #[token("then")]
    #[token("则")]
    Then,
    /// `else`
    #[token("else")]
    #[token("否则")]
    Else,
    /// `or`
    #[token("or")]
    #[token("或")]
    #[token("或者")]
    Or,
    /// `and`
    #[token("and")]
    #[token("且")]
    #[token("并且")]
    And,
    /// `not`
    #[token("not")]
    #[token("非")]
    Not,
    /// `in`
    #[token("in")]
    #[token("在")]
    In,
    /// `of`
    #[token("of")]
    #[token("属于")]
    Of,
    /// `cases`
    #[token("cases")]
    #[token("分情形")]
    Cases,
    /// `otherwise`
    #[token("otherwise")]
    #[token("其他")]
    #[token("其余")]
    Otherwise,
    /// `for`
    #[token("for")]
    #[token("对")]
    For,
    /// `where`
    #[token("where")]
    #[token("其中")]
    Where,
    /// `true`
    #[token("true")]
    #[token("是")]
    True,
    /// `false`
    #[token("false")]
    #[token("否")]
    False,
    /// `open`
    #[token("open")]
    #[token("待定")]
    Open,
    /// `unknown`
    #[token("unknown")]
    #[token("未知")]
    Unknown,
    /// `less_than`
    #[token("less_than")]
    #[token("不足")]
    #[token("低于")]
    #[token("小于")]
    LessThan,
    /// `at_most`
    #[token("at_most")]
    #[token("不超过")]
    #[token("不高于")]
    #[token("不多于")]
    AtMost,
    /// `more_than`
    #[token("more_than")]
    #[token("超过")]
    #[token("高于")]
    #[token("大于")]
    MoreThan,
    /// `at_least`
    #[token("at_least")]
    #[token("不少于")]
    #[token("不低于")]
    AtLeast,
    /// `and_above`
    #[token("and_above")]
    #[token("以上")]
    AndAbove,
    /// `and_below`
    #[token("and_below")]
    #[token("以下")]
    #[token("以内")]
    AndBelow,
    /// `within`
    #[token("within")]
    #[token("限")]
    Within,
    /// `after`
    #[token("after")]
    #[token("自")]
    After,
    /// The closing `时` of a guard.
    #[token("then_when")]
    #[token("时")]
    GuardEnd,

    /// Characters that no token begins with.
    Unrecognised,
    /// A unit after a figure or an open range. Never lexed: the layout pass tells it from a name by its place.
    Unit,
    /// The `/` between two units. Never lexed, as [`TokenKind::Unit`].
    Per,
}

impl TokenKind {
    /// Whether it is a reserved word.
    #[must_use]
    pub const fn is_keyword(self) -> bool {
        (self as u8) >= (Self::When as u8) && (self as u8) <= (Self::GuardEnd as u8)
    }
}

/// Splits `source` into tokens. Never fails: what is no token becomes [`TokenKind::Unrecognised`].
///
/// A figure glued to a unit (`3000户`) is two tokens, and a unit glued to a closing word (`户以上`) is split too,
/// because nobody writes a blank there.
#[must_use]
pub fn lex(source: &str) -> Lexed {
    let mut tokens = Vec::with_capacity(source.len() / 5);
    let mut comments = Vec::new();
    let mut lexer = TokenKind::lexer(source);
    while let Some(kind) = lexer.next() {
        let range = lexer.span();
        let (start, end) = (to_u32(range.start), to_u32(range.end));
        match kind {
            Ok(TokenKind::LineComment) => {
                let text = lexer.slice();
                let kind = if text.starts_with("///") && !text.starts_with("////") {
                    CommentKind::Doc
                } else {
                    CommentKind::Line
                };
                let end = if text.ends_with('\r') { end - 1 } else { end };
                comments.push(Comment { kind, span: Span::new(start, end) });
            }
            Ok(TokenKind::BlockComment) => {
                comments.push(Comment { kind: CommentKind::Block, span: Span::new(start, end) });
            }
            Ok(TokenKind::Ident) => {
                let after_figure = tokens.last().is_some_and(|it: &Token| matches!(it.kind, TokenKind::Number));
                let closing = after_figure.then(|| split_closing_words(lexer.slice())).flatten();
                let unit = closing.map_or(end, |(unit, _)| start + to_u32(unit));
                tokens.push(Token { kind: TokenKind::Ident, start, end: unit });
                let mut at = unit;
                for (word, kind) in closing.into_iter().flat_map(|(_, words)| words).flatten() {
                    let next = at + to_u32(word.len());
                    tokens.push(Token { kind, start: at, end: next });
                    at = next;
                }
            }
            Ok(TokenKind::UnclosedText) => {
                // A head whose text is not closed still opens its block.
                let brace = lexer.slice().trim_end().chars().next_back().filter(|it| matches!(it, '{' | '｛'));
                let text = lexer.slice().trim_end().trim_end_matches(['{', '｛']).trim_end();
                let text_end = brace.map_or(end, |_| start + to_u32(text.len()));
                tokens.push(Token { kind: TokenKind::UnclosedText, start, end: text_end });
                if let Some(brace) = brace {
                    let brace_end = start + to_u32(lexer.slice().trim_end().len());
                    let start = brace_end - to_u32(brace.len_utf8());
                    tokens.push(Token { kind: TokenKind::OpenBrace, start, end: brace_end });
                }
            }
            Ok(kind) => tokens.push(Token { kind, start, end }),
            Err(()) => match tokens.last_mut() {
                // One report for a run of strange characters.
                Some(last) if last.kind == TokenKind::Unrecognised && last.end == start => last.end = end,
                _ => tokens.push(Token { kind: TokenKind::Unrecognised, start, end }),
            },
        }
    }
    Lexed { tokens, comments }
}

pub(crate) type ClosingWord = Option<(&'static str, TokenKind)>;

/// Splits `户以上时` into a unit and what closes it. Returns the length of the unit, and the one or two words.
pub(crate) fn split_closing_words(text: &str) -> Option<(usize, [ClosingWord; 2])> {
    const END: (&str, TokenKind) = ("时", TokenKind::GuardEnd);
    let (text, end) = text.strip_suffix(END.0).map_or((text, None), |it| (it, Some(END)));
    let bound = [("以上", TokenKind::AndAbove), ("以下", TokenKind::AndBelow), ("以内", TokenKind::AndBelow)]
        .into_iter()
        .find(|(word, _)| text.ends_with(word));
    let unit = bound.map_or(text, |(word, _)| text.strip_suffix(word).unwrap_or(text));
    if bound.is_none() && end.is_none() {
        return None;
    }
    UnitWord::from_text(unit).map(|_| (unit.len(), [bound, end]))
}

/// INVARIANT: callers refuse texts past 4 GiB, so offsets fit.
#[expect(clippy::cast_possible_truncation, reason = "texts past 4 GiB are refused before lexing")]
const fn to_u32(offset: usize) -> u32 {
    offset as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Keyword;

    fn kinds(source: &str) -> Vec<TokenKind> {
        lex(source).tokens.iter().map(|it| it.kind).collect()
    }

    #[test]
    fn every_keyword_of_the_table_lexes_to_one_reserved_token() {
        for (_, word) in Keyword::rows() {
            let expected = kinds(word.zh);
            assert_eq!(expected.len(), 1, "{}", word.zh);
            assert!(expected[0].is_keyword(), "{}", word.zh);
            for spelling in word.spellings() {
                assert_eq!(kinds(spelling), expected, "{spelling}");
            }
        }
        let reserved = (TokenKind::When as u8..=TokenKind::GuardEnd as u8).count();
        assert_eq!(reserved, Keyword::ALL.len(), "a reserved token without a row in the table");
    }

    #[test]
    fn figures_part_from_units_without_a_blank() {
        use TokenKind::{AndAbove, Date, DotDot, GuardEnd, Ident, Number, Percent};
        assert_eq!(kinds("3000户"), [Number, Ident]);
        assert_eq!(kinds("3000户以上"), [Number, Ident, AndAbove]);
        assert_eq!(kinds("3000户以上时"), [Number, Ident, AndAbove, GuardEnd]);
        assert_eq!(kinds("3000户时"), [Number, Ident, GuardEnd]);
        assert_eq!(kinds("3000时"), [Number, GuardEnd]);
        assert_eq!(kinds("10..15 人"), [Number, DotDot, Number, Ident]);
        assert_eq!(kinds("1.5万元"), [Number, Ident]);
        assert_eq!(kinds("20%"), [Percent]);
        assert_eq!(kinds("２０％"), [Percent]);
        assert_eq!(kinds("2020年1月31日"), [Date]);
        assert_eq!(kinds("2020-01"), [Date]);
        assert_eq!(kinds("2020 年"), [Number, Ident]);
    }

    #[test]
    fn full_width_punctuation_is_not_swallowed_by_names() {
        use TokenKind::{CloseBrace, Colon, Ident, Number, OpenBrace, Semicolon};
        assert_eq!(kinds("基数：１０人；｛｝"), [Ident, Colon, Number, Ident, Semicolon, OpenBrace, CloseBrace]);
    }

    #[test]
    fn a_keyword_glued_to_a_name_is_one_name() {
        assert_eq!(kinds("当户数"), [TokenKind::Ident]);
        assert_eq!(kinds("当 户数"), [TokenKind::When, TokenKind::Ident]);
    }

    #[test]
    fn comments_are_kept_apart() {
        let lexed = lex("/// 说明\n// 注\r\na /* b */ /* open");
        let kinds: Vec<_> = lexed.comments.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [CommentKind::Doc, CommentKind::Line, CommentKind::Block, CommentKind::Block]);
        assert_eq!(lexed.comments[1].span.text("/// 说明\n// 注\r\na /* b */ /* open"), "// 注");
    }
}
