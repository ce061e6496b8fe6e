//! Quality: what has a meaning and is probably not meant so.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about quality.
    pub enum QualityMessage {
        /// A declaration that nothing speaks of.
        UnusedProvision { kind: Bilingual, name: SmolStr } = "unused-provision", Warning,
            en "nothing speaks of the {kind} `{name}`",
            zh "没有条款用到{kind} `{name}`";
        /// Two provisions of one content.
        DuplicateProvision { kind: Bilingual, name: SmolStr, first: SmolStr } = "duplicate-provision", Warning,
            en "the {kind} `{name}` says the same as `{first}`",
            zh "{kind} `{name}` 与 `{first}` 内容相同";
        /// A value that stands twice in one clause.
        ValueTwice { item: SmolStr, clause: Bilingual } = "value-twice", Warning,
            en "{clause} has `{item}` more than once",
            zh "{clause}中的 `{item}` 重复";
        /// A provision that says nothing of where it comes from.
        NoCitation { kind: Bilingual, name: SmolStr } = "no-citation", Info,
            en "the {kind} `{name}` cites nothing, and nothing explains it",
            zh "{kind} `{name}` 没有出处，也没有说明";
        /// Keywords of both faces in one file.
        MixedFace { word: SmolStr } = "mixed-face", Warning,
            en "the keyword `{word}` is of the other face than most of this file",
            zh "关键词 `{word}` 与本文件多数关键词的写法不同";
        /// Names that look alike.
        ConfusableNames { name: SmolStr, other: SmolStr, differ: Bilingual } = "confusable-names", Warning,
            en "`{name}` and `{other}` differ only by {differ}",
            zh "`{name}` 与 `{other}` 仅{differ}不同";
    }
}

notes! {
    /// Remarks and advice about quality.
    pub enum QualityNote {
        /// What to do about what nothing speaks of.
        UseOrRemove
            en "speak of it, take it out, or say beside it why it stays: `// polis: allow(unused-provision) reason`",
            zh "请用上它，或删去；有意保留的，在上一行写 `// polis: 允许(unused-provision) 理由`";
        /// On the first of two.
        SameHere
            en "the same is said here", zh "此处内容相同";
        /// What to do about two.
        KeepOne
            en "keep one and let the other's users name it; or say what tells them apart",
            zh "请保留一条，改用它的名称；或写明两条的区别";
        /// The title of a fix that takes out an item.
        TakeOutItem { item: SmolStr }
            en "take out the second `{item}`", zh "删去重复的 `{item}`";
        /// What to do about a provision without a source.
        Cite
            en "cite the passage by `cite`, or explain it by `note` or a `///` comment above it",
            zh "请用 `出处` 引原文，或用 `备注`、上一行的 `///` 说明";
        /// How a file gets one face.
        OneFace { command: SmolStr }
            en "write the file in one face by `{command}`", zh "用 `{command}` 统一写法";
        /// On a keyword of the face that most have.
        MostRead { word: SmolStr }
            en "most read as `{word}` does", zh "多数写法如 `{word}`";
        /// What to do about names that look alike.
        TellApart
            en "give one of them a name that can be told apart when read aloud",
            zh "请改名，使两个名称读出来就能分清";
    }
}
