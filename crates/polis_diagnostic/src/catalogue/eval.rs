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
            en "say which prevails, as with `over: {second}` in `{first}`, or narrow one of the conditions",
            zh "请写明哪个优先（如在 `{first}` 中写 `优先于: {second}`），或收窄其中一个条件";
        /// A jurisdiction for which the finding holds.
        ForEntity { entity: SmolStr, facts: SmolStr }
            en "for `{entity}`, where {facts}", zh "对 `{entity}`，其中{facts}";
    }
}
