//! Packages, manifests and files.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about packages.
    pub enum PackageMessage {
        /// A manifest that is no TOML; the detail comes from the TOML reader.
        ManifestSyntax { detail: SmolStr } = "manifest-syntax", Error,
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
        /// A file or folder that the system does not give; the detail comes from the system.
        UnreadableFile { path: SmolStr, detail: SmolStr } = "unreadable-file", Error,
            en "cannot read `{path}`: {detail}",
            zh "无法读取 `{path}`：{detail}";
        /// A folder that belongs to no package.
        NoManifest { path: SmolStr } = "no-manifest", Error,
            en "there is no `polis.toml` in `{path}` or in a folder above it",
            zh "`{path}` 及其上级文件夹中都没有清单文件 `polis.toml`";
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
        /// How a folder becomes a package.
        CreateManifest
            en "write a `polis.toml` with a table `[package]` and a `name`",
            zh "请新建清单文件 `polis.toml`，写入 `[package]` 和 `name`";
    }
}
