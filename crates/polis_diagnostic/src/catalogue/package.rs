//! Packages, manifests and files.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about packages.
    pub enum PackageMessage {
        /// A manifest that is no TOML; the detail comes from the TOML reader.
        ManifestSyntax { detail: Bilingual } = "manifest-syntax", Error,
            en "the manifest is not valid TOML: {detail}",
            zh "清单文件不是有效的 TOML：{detail}";
        /// A key that no manifest has.
        ManifestUnknownKey { key: SmolStr, table: SmolStr } = "manifest-unknown-key", Error,
            en "`[{table}]` has no key `{key}`",
            zh "清单文件的 `[{table}]` 中没有 `{key}` 这一项";
        /// A key that every manifest has.
        ManifestMissingKey { key: SmolStr, table: SmolStr } = "manifest-missing-key", Error,
            en "`[{table}]` needs the key `{key}`",
            zh "清单文件的 `[{table}]` 中缺少 `{key}`";
        /// A value of the wrong form; `expected` is a phrase.
        ManifestWrongValue { key: SmolStr, expected: Bilingual } = "manifest-wrong-value", Error,
            en "the value of `{key}` must be {expected}",
            zh "`{key}` 的值应为{expected}";
        /// A table that no manifest has.
        ManifestUnknownTable { table: SmolStr } = "manifest-unknown-table", Error,
            en "a manifest has no table `[{table}]`",
            zh "清单文件没有 `[{table}]` 这一节";
        /// A key before the first table.
        ManifestLooseKey { key: SmolStr } = "manifest-loose-key", Error,
            en "`{key}` stands in no table",
            zh "`{key}` 不在任何一节之内";
        /// A name that stands twice in a list of the manifest.
        ManifestRepeatedName { name: SmolStr, key: SmolStr } = "manifest-repeated-name", Warning,
            en "`{key}` names `{name}` more than once",
            zh "`{key}` 中的 `{name}` 重复";
        /// A name that cannot be written in a policy.
        InvalidPackageName { name: SmolStr } = "invalid-package-name", Error,
            en "`{name}` cannot be the name of a package",
            zh "`{name}` 不能用作包名";
        /// An entry of the workspace's members that leads to no package.
        WorkspaceMemberNotFound { member: SmolStr } = "workspace-member-not-found", Error,
            en "no package is found for the member `{member}`",
            zh "找不到工作区成员 `{member}` 所指的包";
        /// A workspace in which there is nothing to check.
        EmptyWorkspace { path: SmolStr } = "empty-workspace", Error,
            en "there are no packages in the workspace `{path}`",
            zh "工作区 `{path}` 中没有包";
        /// A file that would be passed over in silence.
        StrayPolicyFile { path: SmolStr } = "stray-policy-file", Warning,
            en "`{path}` lies in no package and is left out",
            zh "`{path}` 不属于任何包，未被读取";
        /// Packages that would be passed over in silence.
        PackagesLeftOut { path: SmolStr } = "packages-left-out", Warning,
            en "the packages below `{path}` are left out: the folder is no workspace",
            zh "`{path}` 不是工作区，其下级文件夹中的包未被读取";
        /// A path on the command line that leads nowhere.
        PathNotFound { path: SmolStr } = "path-not-found", Error,
            en "there is no file or folder `{path}`",
            zh "没有 `{path}` 这个文件或文件夹";
        /// A file of another kind than the command takes.
        NotPolicyFile { path: SmolStr } = "not-policy-file", Error,
            en "`{path}` is not a policy file",
            zh "`{path}` 不是政策文件";
        /// A package or folder in which there is nothing to check.
        NoPolicyFiles { path: SmolStr } = "no-policy-files", Error,
            en "there are no `.pol` files in `{path}`",
            zh "`{path}` 中没有 `.pol` 文件";
        /// A file that is no policy, whatever its name says.
        FileTooLarge { path: SmolStr } = "file-too-large", Error,
            en "`{path}` is larger than 1 GiB, the most that is read",
            zh "`{path}` 超过可读取的上限 1 GiB";
        /// A file or folder that the system does not give; the detail comes from the system.
        UnreadableFile { path: SmolStr, detail: SmolStr } = "unreadable-file", Error,
            en "cannot read `{path}`: {detail}",
            zh "无法读取 `{path}`：{detail}";
        /// Two packages of one name.
        DuplicatePackage { name: SmolStr } = "duplicate-package", Error,
            en "two packages are called `{name}`",
            zh "有两个包都叫 `{name}`";
    }
}

notes! {
    /// Remarks and advice about packages.
    pub enum PackageNote {
        /// The keys of a table.
        KeysAre { table: SmolStr, keys: Vec<SmolStr> }
            en "`[{table}]` takes the keys {keys}", zh "`[{table}]` 可用的项：{keys}";
        /// The values that a key may have.
        ValuesAre { values: Vec<SmolStr> }
            en "the values are {values}", zh "可用的值：{values}";
        /// The values that a key may have, where they differ by language; a list of words in back-quotes.
        WordsAre { words: Bilingual }
            en "the values are {words}", zh "可用的值：{words}";
        /// The tables of a manifest.
        TablesAre { tables: Vec<SmolStr> }
            en "the tables are {tables}", zh "可用的节：{tables}";
        /// Where a loose key belongs.
        KeyBelongsTo { key: SmolStr, table: SmolStr }
            en "write `{key}` below `[{table}]`", zh "请把 `{key}` 写在 `[{table}]` 之下";
        /// What a name may be made of.
        NameRules
            en "a name has letters, Chinese characters, digits and `_`, and begins with no digit",
            zh "名称由汉字、字母、数字和 `_` 组成，不以数字开头";
        /// The packages that there are.
        PackagesAre { packages: Vec<SmolStr> }
            en "the packages are {packages}", zh "现有的包：{packages}";
        /// Why other packages are not seen.
        NoWorkspace
            en "no folder above has a `polis.toml` with the table `[workspace]`, so only this package is seen",
            zh "上级文件夹中没有带 `[workspace]` 的清单文件 `polis.toml`，因此只能看到这一个包";
        /// How packages in neighbouring folders see each other.
        CreateWorkspace
            en "write a `polis.toml` with the table `[workspace]`, and the packages in the folders below belong together",
            zh "请新建清单文件 `polis.toml`，写入 `[workspace]`，使下级文件夹中的包同属一个工作区";
        /// Which files are read.
        PolicyFilesEndInPol
            en "the names of policy files end in `.pol`", zh "政策文件的文件名以 `.pol` 结尾";
        /// How a folder becomes a package.
        CreateManifest
            en "write a `polis.toml` with a table `[package]` and a `name`",
            zh "请新建清单文件 `polis.toml`，写入 `[package]` 和 `name`";
    }
}
