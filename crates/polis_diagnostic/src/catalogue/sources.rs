//! Registers of provisions, and texts that citations are held against.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about what provisions come from.
    pub enum SourceMessage {
        /// A register that is no table; the detail is a phrase.
        RegisterMalformed { detail: Bilingual } = "register-malformed", Error,
            en "the register is not a whole table: {detail}",
            zh "登记表不是完整的表格：{detail}";
        /// Two rows of one id.
        RegisterDuplicateRow { id: SmolStr } = "register-duplicate-row", Error,
            en "the register has `{id}` more than once",
            zh "登记表中的编号 `{id}` 重复";
        /// A provision that names a row that is not there.
        UnknownRowId { id: SmolStr } = "unknown-row-id", Error,
            en "the register has no row `{id}`",
            zh "登记表中没有编号 `{id}`";
        /// A row that no provision names, where each must be named.
        RowNotCarried { id: SmolStr } = "row-not-carried", Error,
            en "no provision carries `{id}`",
            zh "没有条款写明编号 `{id}`";
        /// A passage that the text does not have.
        CitationNotFound { passage: SmolStr, file: SmolStr } = "citation-not-found", Warning,
            en "`{passage}` does not stand in `{file}`",
            zh "`{file}` 中没有 `{passage}` 这一段";
        /// A citation without a text to hold it against; the reason is a phrase.
        CitationNoText { reason: Bilingual } = "citation-no-text", Info,
            en "the citation cannot be checked: {reason}",
            zh "出处无法核对：{reason}";
        /// A figure of the code that the cited sentence does not contain.
        CitationFigure { figure: SmolStr } = "citation-figure", Warning,
            en "the cited sentence does not contain the figure `{figure}`",
            zh "所引的句子中没有 `{figure}` 这个数";
        /// A comparison of the code that includes a figure that the text excludes, or the reverse.
        CitationBoundary { code: SmolStr, text: SmolStr } = "citation-boundary", Warning,
            en "`{code}` differs from the cited sentence, which says `{text}`",
            zh "`{code}` 与所引的句子不一致，原文为 `{text}`";
    }
}

notes! {
    /// Remarks and advice about what provisions come from.
    pub enum SourceNote {
        /// How a register is written.
        RegisterForm
            en "a register is a table parted by tabs or commas; its first line has headings, the first of which is `id`",
            zh "登记表是用制表符或逗号分隔的表格，第一行是列名，其中第一列名为 `id`";
        /// How a row is carried.
        NameRowInRef { id: SmolStr }
            en "write `ref: {id}` in the provision that says what the row says",
            zh "请在表达该行内容的条款中写 `编号: {id}`";
        /// What the cited sentence says, and where it stands.
        TextReads { place: SmolStr, sentence: SmolStr }
            en "{place} reads: {sentence}", zh "{place} 原文：{sentence}";
        /// What the author wrote beside a difference.
        Explained { note: SmolStr }
            en "explained beside it: {note}", zh "已有备注：{note}";
        /// How a difference is settled.
        MendOrExplain
            en "correct the figure or the passage, or explain the difference in a `note` beside it",
            zh "请更正数字或出处；确有不同的，请在旁边用 `备注` 说明";
        /// What the text includes.
        TextIncludes { figure: SmolStr }
            en "the text includes {figure}", zh "原文含 {figure} 本数";
        /// What the text excludes.
        TextExcludes { figure: SmolStr }
            en "the text excludes {figure}", zh "原文不含 {figure} 本数";
        /// How a citation is written.
        QuoteVerbatim
            en "quote a few words as they stand in the text; blanks, punctuation marks and traditional characters may differ",
            zh "请照录原文中的几个字；空格、标点写法和繁简可以不同";
        /// Where texts are looked for.
        TextsLieIn { folder: SmolStr }
            en "texts are looked for in `{folder}`", zh "原文在 `{folder}` 中查找";
        /// What follows where the texts are elsewhere.
        TextsNotNeeded
            en "policies are checked and run without texts; name the folder with `--sources FOLDER` where it lies elsewhere",
            zh "没有原文也能检查和运行；原文在别处的，请用 `--sources 文件夹` 指明";
        /// How a document names its text.
        NameTheText
            en "name its file in the document with `text: \"FILE\"`", zh "请在文件条款中用 `原文: \"文件名\"` 写明原文所在的文件";
    }
}
