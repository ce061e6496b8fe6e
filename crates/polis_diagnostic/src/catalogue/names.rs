//! Names and packages that refer to each other.

use smol_str::SmolStr;

use super::arguments::{Bilingual, Cycle};
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about names.
    pub enum NameMessage {
        /// A name that no block declares.
        UnknownName { name: SmolStr } = "unknown-name", Error,
            en "cannot find `{name}`",
            zh "找不到名称 `{name}`";
        /// Two blocks of one name in one package.
        DuplicateName { name: SmolStr } = "duplicate-name", Error,
            en "`{name}` is defined more than once",
            zh "`{name}` 重复定义";
        /// A name that several used packages have.
        AmbiguousName { name: SmolStr, packages: Vec<SmolStr> } = "ambiguous-name", Error,
            en "`{name}` could be meant from any of the packages {packages}",
            zh "`{name}` 指代不明，这些包中都有：{packages}";
        /// A package that is named but not there.
        UnknownPackage { name: SmolStr } = "unknown-package", Error,
            en "cannot find package `{name}`",
            zh "找不到包 `{name}`";
        /// Packages that are under or use each other.
        CyclicPackages { cycle: Cycle } = "cyclic-packages", Error,
            en "packages depend on each other in a circle: {cycle}",
            zh "包之间循环依赖：{cycle}";
        /// A rule, parameter or unit whose value needs itself.
        CyclicDefinition { cycle: Cycle } = "cyclic-definition", Error,
            en "the definition needs itself: {cycle}",
            zh "定义循环依赖自身：{cycle}";
        /// A field that a bare name means where a rule or an enumeration has the same name.
        HiddenByField { name: SmolStr, kind: Bilingual, entity: SmolStr } = "hidden-by-field", Warning,
            en "the `{kind}` `{name}` is hidden by the field `{name}` of `{entity}`",
            zh "`{kind}` `{name}` 被对象 `{entity}` 的同名字段遮蔽";
        /// A name of something else than what belongs here; both are phrases such as "a parameter".
        WrongKindOfName { name: SmolStr, found: Bilingual, expected: Bilingual } = "wrong-kind-of-name", Error,
            en "expected {expected}, but `{name}` is {found}",
            zh "此处应为{expected}，而 `{name}` 是{found}";
        /// A keyword and a name written together, which is one name to the lexer.
        GluedKeyword { text: SmolStr, keyword: SmolStr, rest: SmolStr } = "glued-keyword", Error,
            en "`{text}` is read as one name; the keyword `{keyword}` and `{rest}` need a blank between them",
            zh "`{text}` 被读作一个名称；关键词 `{keyword}` 与 `{rest}` 之间应有空格";
    }
}

notes! {
    /// Remarks and advice about names.
    pub enum NameNote {
        /// The nearest name.
        DidYouMean { name: SmolStr }
            en "did you mean `{name}`?", zh "是否想写 `{name}`？";
        /// On the first of several definitions.
        FirstDefinedHere { name: SmolStr }
            en "`{name}` is first defined here", zh "`{name}` 最先在此处定义";
        /// On a later definition.
        DefinedAgainHere
            en "defined again here", zh "在此处再次定义";
        /// How an ambiguous name is made plain.
        QualifyWith { name: SmolStr }
            en "write `{name}` to say which is meant", zh "请写 `{name}`，指明所指的是哪一个";
        /// On a link of a circle.
        NeedsHere { name: SmolStr }
            en "needs `{name}` here", zh "此处依赖 `{name}`";
        /// On a link of a circle that a clause makes.
        NamesHere { clause: Bilingual, name: SmolStr }
            en "its `{clause}` is `{name}`", zh "它的 `{clause}` 是 `{name}`";
        /// What to do about a field and something else of one name.
        RenameOne { name: SmolStr, entity: SmolStr }
            en "in provisions of `{entity}`, `{name}` means the field; give one of the two another name",
            zh "在 `{entity}` 的条款中，`{name}` 指的是字段；请给其中一个改名";
        /// The title of a fix that parts a keyword from a name.
        SplitInto { text: SmolStr }
            en "write `{text}`", zh "写作 `{text}`";
    }
}
