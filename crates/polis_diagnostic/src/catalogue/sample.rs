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
        /// A file that is no table, or has a row that does not fit it; the detail is a phrase.
        SampleMalformed { detail: Bilingual } = "sample-malformed", Error,
            en "the sample is not a whole table: {detail}",
            zh "样本不是完整的表格：{detail}";
        /// Two columns of one name.
        SampleDuplicateColumn { column: SmolStr } = "sample-duplicate-column", Error,
            en "column `{column}` stands more than once",
            zh "列 `{column}` 重复";
        /// Two files for one entity.
        SampleDuplicateFile { entity: SmolStr, first: SmolStr } = "sample-duplicate-file", Error,
            en "`{entity}` has its sample in `{first}` already",
            zh "对象 `{entity}` 已有样本 `{first}`";
        /// More errors than are of any use.
        SampleMoreErrors { count: u64 } = "sample-more-errors", Error,
            en "the sample has further errors that are not listed: {count}",
            zh "此样本还有 {count} 处错误未列出";
        /// A folder without samples.
        NoSamples { path: SmolStr } = "no-samples", Error,
            en "there are no samples in `{path}`",
            zh "`{path}` 中没有样本";
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
        /// What a file of a sample is called.
        NamedAfterEntities { example: SmolStr }
            en "a sample is a folder of `.csv`, `.json` or `.parquet` files that are named after entities, such as `{example}`",
            zh "样本是一个文件夹，其中的 `.csv`、`.json` 或 `.parquet` 文件以对象命名，如 `{example}`";
        /// The entities that there are.
        EntitiesAre { entities: Vec<SmolStr> }
            en "the entities are {entities}", zh "现有的对象：{entities}";
        /// The fields that an entity has.
        FieldsAre { fields: Vec<SmolStr> }
            en "the fields are {fields}", zh "现有的字段：{fields}";
        /// What becomes of a column that is no field.
        ColumnLeftOut
            en "the column is left out", zh "该列未被读取";
        /// The values of an enumeration.
        ValuesAre { values: Vec<SmolStr> }
            en "the values are {values}", zh "可用的值：{values}";
        /// How figures are written.
        FigureForms
            en "write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`",
            zh "请用数字书写，如 `3000`、`3,000`、`1.5`，单位可写可不写；也可写区间，如 `10..15`";
        /// Why a unit does not fit; `wanted` is a phrase.
        UnitDoesNotFit { unit: SmolStr, wanted: Bilingual }
            en "`{unit}` does not convert to {wanted}", zh "`{unit}` 不能换算为{wanted}";
        /// The jurisdictions that there are.
        IdsAre { entity: SmolStr, ids: Vec<SmolStr> }
            en "the ids of `{entity}` in the sample are {ids}", zh "样本中 `{entity}` 的编号：{ids}";
        /// How many other rows a finding is about.
        MoreRows { count: u64 }
            en "the same holds for other rows: {count}", zh "另有 {count} 行情形相同";
        /// Why no jurisdiction of the entity is found.
        NoSampleOf { entity: SmolStr }
            en "the sample has no file for `{entity}`", zh "样本中没有对象 `{entity}` 的文件";
        /// Which file is missing.
        AddSample { file: SmolStr }
            en "add a file `{file}`", zh "请补充文件 `{file}`";
        /// What a row is known by.
        GiveEachAnId
            en "give each row an id of its own, in a column that is called `id`",
            zh "请增加名为 `编号` 的一列，使每一行都有自己的编号";
        /// What parts the columns.
        SeparatorsAre
            en "part the columns by `,`, `;` or tabs; full-width punctuation is a part of the text",
            zh "请用半角的 `,` 或 `;` 或制表符分隔各列；全角标点只是文字的一部分";
        /// How a table in CSV begins.
        BeginWithHeadings
            en "begin with a line of headings, such as `id,name`", zh "第一行应为列名，如 `编号,名称`";
        /// How a separator stands within a cell.
        QuoteSeparators
            en "put a cell that holds a separator into double quotes, such as `\"3,000\"`",
            zh "单元格中有分隔符的，请用双引号括起，如 `\"3,000\"`";
        /// Where a finding lies in a file that cannot be shown.
        AtCell { row: u64, column: SmolStr }
            en "it is in row {row}, column `{column}`", zh "位于第 {row} 行、列 `{column}`";
        /// In which row.
        AtRow { row: u64 }
            en "it is in row {row}", zh "位于第 {row} 行";
        /// In which column.
        AtColumn { column: SmolStr }
            en "it is the column `{column}`", zh "即列 `{column}`";
        /// How a table in JSON is written.
        JsonForm
            en "write an array of objects, such as `[{{\"id\": \"S1\"}}]`",
            zh "请写成对象的数组，如 `[{{\"编号\": \"S1\"}}]`";
    }
}
