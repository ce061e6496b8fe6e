//! Types, units and expressions.

use smol_str::SmolStr;

use super::arguments::{Arity, Bilingual};
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about expressions and their types.
    pub enum TypeMessage {
        /// A value of another type than what belongs here; both are phrases.
        TypeMismatch { expected: Bilingual, found: Bilingual } = "type-mismatch", Error,
            en "expected {expected}, found {found}",
            zh "此处应为{expected}，实为{found}";
        /// Adding people to households.
        UnitMismatch { left: Bilingual, right: Bilingual, op: SmolStr } = "unit-mismatch", Error,
            en "the two sides of `{op}` have different units: `{left}` and `{right}`",
            zh "`{op}` 两边的单位不同：`{left}` 与 `{right}`";
        /// A bare number where a quantity belongs.
        MissingUnit { number: SmolStr, unit: Bilingual } = "missing-unit", Error,
            en "`{number}` has no unit; `{unit}` is expected here",
            zh "`{number}` 没有单位，此处应为 `{unit}`";
        /// A word after a number that is no unit.
        UnknownUnit { name: SmolStr } = "unknown-unit", Error,
            en "cannot find unit `{name}`",
            zh "找不到单位 `{name}`";
        /// Something else than a truth as a guard; `found` is a phrase.
        NotACondition { found: Bilingual } = "not-a-condition", Error,
            en "a condition is either true or false, but this is {found}",
            zh "条件只能成立或不成立，这里却是{found}";
        /// A field that the entity does not have.
        UnknownField { field: SmolStr, entity: SmolStr } = "unknown-field", Error,
            en "`{entity}` has no field `{field}`",
            zh "对象 `{entity}` 没有字段 `{field}`";
        /// A value that the enumeration does not have.
        UnknownValue { value: SmolStr, enumeration: SmolStr } = "unknown-value", Error,
            en "`{enumeration}` has no value `{value}`",
            zh "枚举 `{enumeration}` 没有值 `{value}`";
        /// Too many or too few arguments.
        WrongArgumentCount { function: SmolStr, expected: Arity, found: u32 } = "wrong-argument-count", Error,
            en "`{function}` takes {expected}, found {found}",
            zh "`{function}` 需要{expected}，实有 {found} 个";
        /// A range whose ends are swapped.
        EmptyRange { lo: SmolStr, hi: SmolStr } = "empty-range", Error,
            en "the range has nothing in it: its low end `{lo}` is above its high end `{hi}`",
            zh "区间为空：下限 `{lo}` 大于上限 `{hi}`";
        /// A quotient or product that may have a fraction where people, offices or items are counted.
        FractionOfWhole { unit: Bilingual } = "fraction-of-whole", Error,
            en "`{unit}` is counted in whole numbers, but this may have a fraction",
            zh "`{unit}` 只计整数，而这里的值可能带小数";
        /// `2020-01` where a subtraction was meant, or `2020` years as a number.
        DateNotNumber { text: SmolStr } = "date-not-number", Error,
            en "`{text}` is a date here, not a number",
            zh "`{text}` 在此处是日期，不是数字";
        /// `2020-1-31`, which is read as a subtraction.
        DateAsSubtraction { text: SmolStr, date: SmolStr } = "date-as-subtraction", Warning,
            en "`{text}` is a subtraction; the date is written `{date}`",
            zh "`{text}` 会被读作减法；日期应写作 `{date}`";
        /// A table of cases that may leave a value open.
        CaseWithoutOtherwise = "case-without-otherwise", Error,
            en "the cases have no `otherwise`, so there may be no value",
            zh "分情形缺少 `其他` 一行，可能没有值可取";
        /// A divisor that is zero for certain.
        DivisionByZero = "division-by-zero", Error,
            en "division by zero",
            zh "除数为零";
    }
}

notes! {
    /// Remarks and advice about expressions and their types.
    pub enum TypeNote {
        /// On an operand or value; a phrase.
        ThisIs { what: Bilingual }
            en "this is {what}", zh "这是{what}";
        /// On an operand.
        HasUnit { unit: Bilingual }
            en "this is in `{unit}`", zh "单位是 `{unit}`";
        /// On the place from which the expectation comes; a phrase.
        ExpectedBecause { what: Bilingual }
            en "{what} is expected because of this", zh "根据此处，应为{what}";
        /// A blank-less minus that was read as a date.
        SpaceAroundMinus
            en "put blanks around `-` to subtract", zh "要做减法，请在 `-` 两边加空格";
        /// The title of a fix that gives a number its unit.
        AddUnit { unit: Bilingual }
            en "add the unit `{unit}`", zh "补上单位 `{unit}`";
        /// How a unit of one's own is made.
        DeclareUnit { name: SmolStr }
            en "to make a unit of your own, declare it: `unit {name} = …`",
            zh "要用自定义的单位，请先声明：`单位 {name} = …`";
        /// How a fraction is made whole.
        RoundExplicitly
            en "say how it is rounded: `floor(…)`, `ceil(…)` or `round(…)`",
            zh "请写明如何取整：`向下取整(…)`、`向上取整(…)` 或 `四舍五入(…)`";
        /// How a table of cases is completed.
        AddOtherwise
            en "add a last line `otherwise => …`; write `open` if the text leaves it blank",
            zh "请在最后加一行 `其他 => …`；原文留空的，写 `待定`";
        /// The title of a fix that swaps the ends of a range.
        SwapEnds
            en "swap the ends", zh "对调区间两端";
        /// The values of an enumeration.
        ValuesAre { enumeration: SmolStr, values: Vec<SmolStr> }
            en "`{enumeration}` has the values {values}", zh "枚举 `{enumeration}` 的值：{values}";
        /// The fields of an entity.
        FieldsAre { entity: SmolStr, fields: Vec<SmolStr> }
            en "`{entity}` has the fields {fields}", zh "对象 `{entity}` 的字段：{fields}";
    }
}
