//! Samples of jurisdictions: tables that `polis simulate` runs on.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about samples. Rows and columns count from one, the heading not included.
    pub enum SampleMessage {
        /// A column that is no field of the entity.
        SampleUnknownColumn { column: SmolStr, entity: SmolStr } = "sample-unknown-column", Error,
            en "column `{column}` is not a field of `{entity}`",
            zh "列 `{column}` 不是对象 `{entity}` 的字段";
        /// A file that is named after no entity.
        SampleUnknownEntity { name: SmolStr } = "sample-unknown-entity", Error,
            en "the sample is for `{name}`, but no entity has this name",
            zh "样本是关于 `{name}` 的，但没有这个对象";
        /// A cell that does not read as the field's type; `expected` is a phrase.
        SampleBadValue { value: SmolStr, field: SmolStr, expected: Bilingual, row: u64, column: u32 }
            = "sample-bad-value", Error,
            en "`{value}` in row {row}, column {column} does not fit `{field}`: expected {expected}",
            zh "第 {row} 行第 {column} 列的 `{value}` 不合字段 `{field}` 的要求：应为{expected}";
        /// A row without an id.
        SampleMissingId { row: u64 } = "sample-missing-id", Error,
            en "row {row} has no id",
            zh "第 {row} 行没有编号";
        /// Two rows of one id.
        SampleDuplicateId { id: SmolStr, first_row: u64 } = "sample-duplicate-id", Error,
            en "the id `{id}` is already that of row {first_row}",
            zh "编号 `{id}` 与第 {first_row} 行重复";
        /// A row whose parent is not in the sample.
        SampleOrphan { id: SmolStr, parent: SmolStr } = "sample-orphan", Error,
            en "`{id}` belongs to `{parent}`, which is not in the sample",
            zh "`{id}` 隶属于 `{parent}`，而样本中没有 `{parent}`";
        /// A figure that the field's range excludes.
        SampleOutOfRange { value: SmolStr, field: SmolStr, range: SmolStr } = "sample-out-of-range", Error,
            en "`{value}` is outside the range `{range}` of `{field}`",
            zh "`{value}` 不在字段 `{field}` 的取值区间 `{range}` 之内";
        /// A file that is no table; the detail comes from its reader.
        SampleMalformed { detail: SmolStr } = "sample-malformed", Error,
            en "the sample cannot be read: {detail}",
            zh "样本无法读取：{detail}";
        /// Two columns of one name.
        SampleDuplicateColumn { column: SmolStr } = "sample-duplicate-column", Error,
            en "column `{column}` stands more than once",
            zh "列 `{column}` 重复";
    }
}

notes! {
    /// Remarks and advice about samples.
    pub enum SampleNote {
        /// On the field's declaration.
        FieldDeclaredHere { field: SmolStr }
            en "the field `{field}` is declared here", zh "字段 `{field}` 在此处声明";
        /// How a missing fact is given.
        LeaveEmptyForUnknown
            en "leave the cell empty where the fact is not known; empty is not zero",
            zh "事实未知的，请把单元格留空；留空不等于零";
    }
}
