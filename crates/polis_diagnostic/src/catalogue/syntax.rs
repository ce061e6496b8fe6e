//! Reading the text: characters, brackets, clauses.

use smol_str::SmolStr;

use super::arguments::{Bilingual, HexByte};
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about the form of a file.
    pub enum SyntaxMessage {
        /// Bytes that are no UTF-8, such as a file saved as GBK.
        NotUtf8 { offset: u32, byte: HexByte } = "not-utf8", Error,
            en "the file is not UTF-8: byte {byte} at offset {offset} belongs to no character",
            zh "文件不是 UTF-8 编码：偏移 {offset} 处的字节 {byte} 不属于任何字符";
        /// Brackets or blocks so deep that reading them could exhaust the stack.
        NestingTooDeep { limit: u32 } = "nesting-too-deep", Error,
            en "nested more than {limit} levels deep",
            zh "嵌套超过 {limit} 层";
        /// An expression that no one would write by hand.
        ExpressionTooLarge { limit: u32 } = "expression-too-large", Error,
            en "the expression has more than {limit} parts",
            zh "表达式的组成部分超过 {limit} 个";
        /// An opening bracket without its closing one.
        UnclosedBracket { open: SmolStr } = "unclosed-bracket", Error,
            en "`{open}` is never closed",
            zh "`{open}` 没有闭合";
        /// A closing bracket without its opening one.
        UnexpectedClose { close: SmolStr } = "unexpected-close", Error,
            en "`{close}` closes nothing",
            zh "`{close}` 没有与之配对的左括号";
        /// Something else than what belongs here; both are phrases.
        UnexpectedToken { found: Bilingual, expected: Bilingual } = "unexpected-token", Error,
            en "expected {expected}, found {found}",
            zh "此处应为{expected}，实为{found}";
        /// A text that runs to the end of its line or file.
        UnterminatedText = "unterminated-text", Error,
            en "the text has no closing quotation mark",
            zh "文本缺少右引号";
        /// A comment that runs to the end of the file.
        UnterminatedComment = "unterminated-comment", Error,
            en "the comment has no closing `*/`",
            zh "注释缺少结尾的 `*/`";
        /// A character that begins no token.
        UnknownCharacter { text: SmolStr } = "unknown-character", Error,
            en "the character `{text}` has no meaning here",
            zh "字符 `{text}` 在此处没有意义";
        /// `clause:` and nothing behind it.
        MissingValue { clause: SmolStr } = "missing-value", Error,
            en "clause `{clause}` has no value",
            zh "条目 `{clause}` 没有值";
        /// A clause name that is not followed by a colon.
        MissingColon { word: SmolStr } = "missing-colon", Error,
            en "a colon is missing after `{word}`",
            zh "`{word}` 之后缺少冒号";
        /// A block's head without braces.
        MissingBody { name: SmolStr } = "missing-body", Error,
            en "`{name}` has no body in braces",
            zh "`{name}` 缺少花括号中的内容";
        /// A number that cannot be kept exactly.
        NumberTooLarge { text: SmolStr } = "number-too-large", Error,
            en "the number `{text}` has too many digits to be kept exactly",
            zh "数字 `{text}` 位数过多，无法精确表示";
        /// A date that no calendar has.
        InvalidDate { text: SmolStr } = "invalid-date", Error,
            en "there is no date `{text}`",
            zh "没有 `{text}` 这个日期";
        /// A reserved word where a name belongs.
        KeywordAsName { word: SmolStr } = "keyword-as-name", Error,
            en "`{word}` is a keyword and cannot be a name as it stands",
            zh "`{word}` 是关键词，不能直接用作名称";
        /// A block headed by a word that is no kind.
        UnknownKind { word: SmolStr } = "unknown-kind", Error,
            en "`{word}` is not a kind of provision",
            zh "条款没有 `{word}` 这个种类";
        /// A clause that this kind does not take.
        UnknownClause { clause: SmolStr, kind: Bilingual } = "unknown-clause", Error,
            en "`{kind}` has no clause `{clause}`",
            zh "`{kind}` 没有条目 `{clause}`";
    }
}

notes! {
    /// Remarks and advice about the form of a file.
    pub enum SyntaxNote {
        /// On the opening bracket.
        OpenedHere
            en "opened here", zh "从这里开始";
        /// On the bracket or line that shows that another was never closed.
        ClosedBefore { close: SmolStr }
            en "`{close}` is expected before this", zh "此处之前应有 `{close}`";
        /// How a name may be spelled like a keyword.
        WriteInBackQuotes { word: SmolStr }
            en "to use it as a name, write it in back-quotes: `{word}`",
            zh "要用作名称，请写在反引号中：`{word}`";
        /// The title of a fix that inserts something.
        Insert { text: SmolStr }
            en "insert `{text}`", zh "补上 `{text}`";
        /// The title of a fix that replaces something.
        ReplaceWith { text: SmolStr }
            en "replace it with `{text}`", zh "改为 `{text}`";
        /// How a file in another encoding is put right.
        SaveAsUtf8
            en "save the file as UTF-8; Chinese files from older programs are often GBK",
            zh "请把文件另存为 UTF-8 编码；旧程序保存的中文文件多为 GBK";
        /// How a large expression or a deep nesting becomes readable.
        SplitIt
            en "give its parts names of their own, as rules or parameters",
            zh "请把其中的部分写成单独的规则或参数";
        /// Which clauses the kind takes.
        ClausesAre { kind: Bilingual, clauses: Vec<SmolStr> }
            en "`{kind}` takes the clauses {clauses}", zh "`{kind}` 可用的条目：{clauses}";
    }
}
