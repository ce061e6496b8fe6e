//! Provisions: their clauses, what they may hold, totals, limits, exceptions.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about provisions.
    pub enum KindMessage {
        /// A required clause that is not there.
        MissingClause { clause: Bilingual, kind: Bilingual, name: SmolStr } = "missing-clause", Error,
            en "`{kind}` `{name}` needs a clause `{clause}`",
            zh "`{kind}` `{name}` 缺少条目 `{clause}`";
        /// A clause that may stand once and stands twice.
        RepeatedClause { clause: SmolStr } = "repeated-clause", Error,
            en "clause `{clause}` stands more than once",
            zh "条目 `{clause}` 重复";
        /// A block within one that does not hold such blocks.
        BlockNotAllowed { inner: Bilingual, outer: Bilingual } = "block-not-allowed", Error,
            en "`{inner}` cannot stand inside `{outer}`",
            zh "`{outer}` 之内不能有 `{inner}`";
        /// A declared total that differs from what is listed.
        TotalMismatch { name: SmolStr, declared: Bilingual, counted: Bilingual } = "total-mismatch", Error,
            en "`{name}` declares a total of {declared}, but lists {counted}",
            zh "`{name}` 声明总数为 {declared}，实际列出 {counted}";
        /// More than the provision's own limit.
        LimitExceeded { name: SmolStr, value: Bilingual, limit: Bilingual } = "limit-exceeded", Error,
            en "`{name}` may reach {value}, above its limit of {limit}",
            zh "`{name}` 可达 {value}，超过限额 {limit}";
        /// More than a limit that a superior package sets.
        SuperiorLimitExceeded { name: SmolStr, value: Bilingual, limit: Bilingual, superior: SmolStr }
            = "superior-limit-exceeded", Error,
            en "`{name}` may reach {value}, above the limit of {limit} set by `{superior}`",
            zh "`{name}` 可达 {value}，超过上级 `{superior}` 规定的限额 {limit}";
        /// A value or fact outside of what its declaration allows.
        ValueOutOfRange { value: Bilingual, name: SmolStr, range: Bilingual } = "value-out-of-range", Error,
            en "`{value}` is outside the range `{range}` of `{name}`",
            zh "`{value}` 不在 `{name}` 的取值区间 `{range}` 之内";
        /// A fill outside of what the superior allows.
        FillOutOfBounds { name: SmolStr, hole: SmolStr, value: Bilingual, range: Bilingual } = "fill-out-of-bounds", Error,
            en "`{name}` fills `{hole}` with {value}, outside its bounds `{range}`",
            zh "`{name}` 落实 `{hole}` 定为 {value}，超出上级规定的取值区间 `{range}`";
        /// A fill by whom the superior does not name.
        FillWithoutAuthority { name: SmolStr, hole: SmolStr, by: Bilingual, to: Bilingual }
            = "fill-without-authority", Error,
            en "`{name}` fills `{hole}` at {by}, but it is left to {to}",
            zh "`{name}` 由{by}落实 `{hole}`，而上级授权的是{to}";
        /// An amendment of what the package does not declare.
        AmendsNothing { name: SmolStr } = "amends-nothing", Error,
            en "there is no `{name}` in this package to amend",
            zh "本包没有可修订的 `{name}`";
        /// Two amendments of one clause on one day.
        AmendmentsClash { name: SmolStr, clause: SmolStr, date: SmolStr } = "amendments-clash", Error,
            en "two amendments change `{clause}` of `{name}` on {date}",
            zh "两处修订在 {date} 同时修改 `{name}` 的 `{clause}`";
        /// A figure without a value while its document is in force.
        DatedGap { name: SmolStr, from: SmolStr, first: SmolStr } = "dated-gap", Warning,
            en "`{name}` has no value from {from} until {first}",
            zh "`{name}` 自 {from} 至 {first} 之前没有数值";
        /// `over:` names an exception that the rule does not have.
        UnknownException { name: SmolStr } = "unknown-exception", Error,
            en "cannot find exception `{name}`",
            zh "找不到例外 `{name}`";
        /// Exceptions each of which is said to prevail over the other.
        ExceptionsOverrideEachOther { names: Vec<SmolStr> } = "exceptions-override-each-other", Error,
            en "exceptions override each other: {names}",
            zh "例外互相优先，无法定先后：{names}";
    }
}

notes! {
    /// Remarks and advice about provisions.
    pub enum KindNote {
        /// On the first of clauses that may stand once.
        FirstGivenHere
            en "first given here", zh "最先写在此处";
        /// On a part of a count.
        CountsAs { amount: Bilingual }
            en "counts as {amount}", zh "计为 {amount}";
        /// What to do about a total.
        CorrectTotalOrItems
            en "correct the total, list what is missing, or declare what the text does not name as `unlisted`",
            zh "请更正总数，补列缺项，或把原文未点名的写入 `未列`";
        /// On a limit.
        LimitSetHere { limit: Bilingual }
            en "the limit of {limit} is set here", zh "限额 {limit} 在此处规定";
        /// On the range that a value must lie in.
        RangeSetHere { range: Bilingual }
            en "the range `{range}` is set here", zh "取值区间 `{range}` 在此处规定";
        /// What to do about a value outside its range.
        CorrectValueOrRange
            en "correct the value, or widen the `range`", zh "请更正这个值，或放宽 `取值`";
        /// On what exceeds a limit.
        Reaches { value: Bilingual }
            en "this may reach {value}", zh "此处可达 {value}";
        /// The smallest case that shows the finding.
        Example { example: Bilingual }
            en "for example, {example}", zh "例如，{example}";
        /// What to do about a limit.
        BoundBy { range: Bilingual }
            en "bound it by `{range}`", zh "请限定为 `{range}`";
        /// What to do about a fill without authority.
        FillAtTheRightPlace
            en "let the one that it is left to fill it, or correct whom the superior names",
            zh "请改由获授权者制定，或更正上级授权的对象";
        /// On the first of two amendments.
        FirstAmended
            en "amended here first", zh "此处已经修订";
        /// What to do about two amendments of one day.
        MergeAmendments
            en "write both changes as one, or give one of them another date",
            zh "请合并为一处修订，或改写其中一处的日期";
        /// On the first figure of a parameter.
        FirstFigure
            en "the first figure", zh "最早的数值";
        /// On the date of a document.
        InForceFromHere
            en "in force from this date", zh "自此日施行";
        /// What to do about a gap.
        GiveValueFrom { date: SmolStr }
            en "give a figure from {date} on, a `value` that holds before, or `open` with a reason",
            zh "请补上自 {date} 起的数值，或写明此前的 `值`，或注明 `待定` 的原因";
        /// The exceptions of a rule.
        ExceptionsAre { rule: SmolStr, names: Vec<SmolStr> }
            en "the exceptions of `{rule}` are {names}", zh "规则 `{rule}` 的例外：{names}";
        /// Where a block may stand.
        AllowedIn { inner: Bilingual, outer: Vec<SmolStr> }
            en "`{inner}` may stand in {outer}", zh "`{inner}` 可放在：{outer}";
    }
}
