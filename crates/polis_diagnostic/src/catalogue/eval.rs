//! What shows only when the policy is run: on a sample, in a test.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages of a run.
    pub enum EvalMessage {
        /// A result that cannot be kept exactly.
        Overflow { operation: SmolStr } = "overflow", Error,
            en "the result of `{operation}` is too large to be exact",
            zh "`{operation}` 的结果过大，无法精确表示";
        /// Two exceptions of one rule whose guards both hold, neither of which prevails.
        ConflictingExceptions { rule: SmolStr, first: SmolStr, second: SmolStr, entity: SmolStr }
            = "conflicting-exceptions", Error,
            en "exceptions `{first}` and `{second}` of `{rule}` both apply to `{entity}`",
            zh "规则 `{rule}` 的例外 `{first}` 与 `{second}` 同时适用于 `{entity}`";
        /// `steps(amount, size)` with a size of zero or below.
        StepNotPositive = "step-not-positive", Error,
            en "the size of a step must be above zero",
            zh "步长必须大于零";
        /// The end of a range that has none.
        UnboundedRange { operation: SmolStr } = "unbounded-range", Error,
            en "`{operation}` of a range that is open at that end",
            zh "区间在该端没有界限，无法取 `{operation}`";
        /// A least, greatest or mean of nothing.
        NoMembers { operation: SmolStr } = "no-members", Error,
            en "`{operation}` of no members has no value",
            zh "没有成员，`{operation}` 没有结果";
        /// A date that the calendar does not have.
        DateOutOfCalendar = "date-out-of-calendar", Error,
            en "the resulting date lies outside the calendar",
            zh "得出的日期超出历法范围";
        /// A test whose expectation is not met.
        TestFailed { title: SmolStr } = "test-failed", Error,
            en "test `{title}` failed",
            zh "测试 `{title}` 未通过";
    }
}

notes! {
    /// Remarks and advice about a run.
    pub enum EvalNote {
        /// On an expectation that is not met; both are values as the author would write them.
        ExpectedButWas { expected: Bilingual, found: Bilingual }
            en "expected `{expected}`, but it is `{found}`", zh "预期 `{expected}`，实为 `{found}`";
        /// On an exception that applies.
        AppliesHere { name: SmolStr }
            en "`{name}` applies", zh "`{name}` 适用";
        /// How two exceptions are put in order.
        SayWhichPrevails { first: SmolStr, second: SmolStr }
            en "say which prevails, as in `except {first} over {second} when …`, or narrow one of the guards",
            zh "请写明哪个优先，如 `例外 {first} 优先于 {second} 当 …`，或收窄其中一个条件";
        /// What an unknown result lacked.
        Lacking { what: Bilingual }
            en "unknown, because {what} is missing", zh "结果未知，因为缺少{what}";
        /// A condition that came out false or unknown.
        CameOut { found: Bilingual }
            en "this is {found}", zh "这里是{found}";
        /// The jurisdiction that an error arose for.
        AtJurisdiction { entity: SmolStr, name: SmolStr }
            en "for `{entity}` `{name}`", zh "对象为 `{entity}` `{name}`";
        /// More of the same.
        AndMore { count: u64 }
            en "and {count} more like this", zh "同类问题另有 {count} 处";
    }
}
