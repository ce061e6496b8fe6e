//! Consistency: conditions, norms, ratings, procedures, lists.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages of the checker.
    pub enum AnalysisMessage {
        /// A guard that no jurisdiction meets.
        NeverHolds { condition: SmolStr } = "never-holds", Warning,
            en "`{condition}` holds for no jurisdiction",
            zh "没有任何辖区满足 `{condition}`";
        /// A guard that every jurisdiction meets.
        AlwaysHolds { condition: SmolStr } = "always-holds", Warning,
            en "`{condition}` holds for every jurisdiction",
            zh "所有辖区都满足 `{condition}`";
        /// A case or grade that those before it leave nothing of.
        NeverReached { condition: SmolStr } = "never-reached", Warning,
            en "`{condition}` is never reached: what comes before takes all of it",
            zh "`{condition}` 永远轮不到：前面的已经全部占去";
        /// A choice whose branches say the same.
        SameBranches { condition: SmolStr } = "same-branches", Warning,
            en "both branches of `{condition}` say the same",
            zh "无论 `{condition}` 是否成立，结果都一样";
        /// A norm that demands what another forbids.
        DemandedAndForbidden { action: SmolStr, demands: SmolStr, forbids: SmolStr }
            = "demanded-and-forbidden", Error,
            en "`{demands}` demands `{action}`, and `{forbids}` forbids it",
            zh "`{demands}` 要求 `{action}`，而 `{forbids}` 禁止";
        /// A norm that permits what another forbids.
        PermittedAndForbidden { action: SmolStr, permits: SmolStr, forbids: SmolStr }
            = "permitted-and-forbidden", Warning,
            en "`{permits}` permits `{action}`, and `{forbids}` forbids it",
            zh "`{permits}` 允许 `{action}`，而 `{forbids}` 禁止";
        /// Two requirements that cannot be met together.
        RequirementsClash { first: SmolStr, second: SmolStr } = "requirements-clash", Error,
            en "where `{first}` and `{second}` both apply, nothing meets both",
            zh "`{first}` 与 `{second}` 同时适用时，无法都满足";
        /// Weights that are not the whole.
        WeightsNotWhole { name: SmolStr, sum: Bilingual } = "weights-not-whole", Error,
            en "the weights of `{name}` add up to {sum}, not to 100%",
            zh "`{name}` 各维度的权重合计 {sum}，不是 100%";
        /// Scores between two grades that reach neither.
        GradeGap { name: SmolStr, between: Bilingual } = "grade-gap", Warning,
            en "scores within {between} reach no grade of `{name}`",
            zh "得分在 {between} 之间的，落不到 `{name}` 的任何等次";
        /// A higher score that reaches a lower grade.
        GradesInverted { name: SmolStr, low: Bilingual, better: SmolStr, high: Bilingual, worse: SmolStr }
            = "grades-inverted", Warning,
            en "of `{name}`, {high} is only `{worse}`, and the lower {low} is `{better}`",
            zh "`{name}` 中，{high} 只评为 `{worse}`，较低的 {low} 反而评为 `{better}`";
        /// A step that no other leads to.
        StepNeverReached { step: SmolStr } = "step-never-reached", Warning,
            en "nothing leads to step `{step}`",
            zh "没有步骤通向 `{step}`";
        /// Steps from which a procedure does not end.
        NoEnd { name: SmolStr, steps: Vec<SmolStr> } = "procedure-without-end", Error,
            en "`{name}` never ends once it is at {steps}",
            zh "`{name}` 走到 {steps} 后没有出口";
        /// A value below the least that its own limit allows.
        BelowLimit { name: SmolStr, value: Bilingual, limit: Bilingual } = "below-limit", Warning,
            en "`{name}` may be only {value}, below the least of {limit} that its limit allows",
            zh "`{name}` 可低至 {value}，低于限额的下限 {limit}";
        /// A value below the least that a superior allows.
        BelowSuperiorLimit { name: SmolStr, value: Bilingual, limit: Bilingual, superior: SmolStr }
            = "below-superior-limit", Error,
            en "`{name}` may be only {value}, below the least of {limit} set by `{superior}`",
            zh "`{name}` 可低至 {value}，低于上级 `{superior}` 规定的下限 {limit}";
        /// A limit that allows what a superior's does not.
        LimitLoosened { name: SmolStr, limit: Bilingual, superior: SmolStr, bound: Bilingual } = "limit-loosened", Error,
            en "the limit of `{name}` goes to {limit}, beyond {bound} set by `{superior}`",
            zh "`{name}` 的限额放宽到 {limit}，超出上级 `{superior}` 规定的 {bound}";
        /// A quota that falls where a fact rises.
        QuotaFalls { name: SmolStr, fact: SmolStr, before: Bilingual, after: Bilingual } = "quota-falls", Warning,
            en "`{name}` falls from {before} to {after} where `{fact}` rises",
            zh "`{fact}` 增加时，`{name}` 反而由 {before} 降到 {after}";
        /// A quota that more than doubles from one jurisdiction to the next larger one.
        QuotaJumps { name: SmolStr, fact: SmolStr, before: Bilingual, after: Bilingual } = "quota-jumps", Warning,
            en "`{name}` jumps from {before} to {after} where `{fact}` rises by one step",
            zh "`{fact}` 只差一个单位，`{name}` 就由 {before} 跳到 {after}";
        /// A limit on pay below the least that is paid.
        BudgetTooSmall { name: SmolStr, value: Bilingual, limit: Bilingual } = "budget-too-small", Error,
            en "`{name}` comes to at least {value}, and its limit is {limit}",
            zh "`{name}` 至少需要 {value}，而限额只有 {limit}";
        /// A figure that is left open and on which results rest.
        OpenParameter { name: SmolStr, results: Vec<SmolStr> } = "open-parameter", Info,
            en "`{name}` is open, so {results} cannot be known",
            zh "`{name}` 尚未确定，{results} 因此无法得出";
        /// An item on lists of both kinds.
        AdmittedAndRefused { item: SmolStr, admits: SmolStr, refuses: SmolStr } = "admitted-and-refused", Error,
            en "`{item}` is on `{admits}`, which admits it, and on `{refuses}`, which refuses it",
            zh "`{item}` 既列入准入的 `{admits}`，又列入不准入的 `{refuses}`";
    }
}

notes! {
    /// Remarks and advice of the checker.
    pub enum AnalysisNote {
        /// On the second of two branches.
        SameAsBefore
            en "the same as before", zh "与前面相同";
        /// What to do about branches that say the same.
        TellApart
            en "correct one of them, or leave the condition out", zh "请更正其中一支，或删去条件";
        /// What to do about a jump.
        StepMoreGently
            en "let the steps rise more gently, or check the figure and its unit",
            zh "请让各档平缓上升，或核对数字和单位";
        /// What to do about a budget.
        FundOrReduce
            en "raise the limit, or reduce the posts or the pay", zh "请提高限额，或减少员额、降低标准";
        /// What to do about an open figure.
        FillWhenKnown
            en "enter it when it is laid down; `polis simulate --set` tries a figure",
            zh "确定后填入；可用 `polis simulate --set` 试算";
        /// What to do about a division.
        GuardAgainstZero
            en "say what holds in this case, with a condition or an exception, or narrow what the facts may be",
            zh "请用条件或例外写明此种情形如何处理，或收窄字段的取值";
        /// What to do about a result that is too large.
        KeepExact
            en "correct the figure or its unit, or give the facts an upper bound",
            zh "请更正数字或单位，或给字段写明取值的上限";
        /// On the norm that forbids.
        ForbiddenHere
            en "forbidden here", zh "此处禁止";
        /// What to do about two norms.
        PartNorms
            en "give one of them a guard or dates that keep them apart, or name other objects",
            zh "请用条件、期限或客体把两条分开，或删去其中一条";
        /// On the other requirement.
        OtherRequirement
            en "the other requirement", zh "另一项要求";
        /// What to do about two requirements.
        PartRequirements
            en "change one of them, or give it a guard or dates that keep them apart",
            zh "请修改其中一项，或用条件、期限把两项分开";
        /// What to do about weights.
        MakeWhole
            en "correct the weights, or declare that more dimensions follow by `open_ended`",
            zh "请更正权重；原文以“等”结尾的，写明 `未尽`";
        /// On a weight.
        Adds { amount: Bilingual }
            en "adds {amount}", zh "占 {amount}";
        /// What to do about a gap between grades.
        CloseGap
            en "let the grades meet at one score", zh "请让相邻等次的分数相接";
        /// On the scores of a grade.
        ScoresHere
            en "the scores of the better grade", zh "较高等次的分数";
        /// What to do about grades that fall where scores rise.
        OrderGrades
            en "let a higher score reach no lower grade: close the gap between their scores, or exchange them",
            zh "请让分数较高的等次不低：补上两个等次之间的空档，或对调分数";
        /// What to do about a step.
        LeadToStep
            en "name it in the `next` of the step before it, or leave it out",
            zh "请在前一步骤的 `下一步` 中写上它，或删去这一步";
        /// What to do about a procedure without an end.
        GiveWayOut
            en "let one of the steps lead to one that ends the procedure",
            zh "请让其中一步通向能结束程序的步骤";
        /// What to do about a limit that is left.
        KeepWithin
            en "keep within the limit, or have the superior change it", zh "请收回到限额之内，或由上级修改限额";
        /// What to do about a quota that falls.
        MeetAtEdge
            en "let the steps meet at the boundary: count from it, or keep the base of those below",
            zh "请让各档在分界处衔接：从分界起算，或保留下一档的基数";
        /// On a list that admits.
        AdmitsHere
            en "this list admits it", zh "此清单准入";
        /// On a list that refuses.
        RefusesHere
            en "this list refuses it", zh "此清单不准入";
        /// What to do about an item on both.
        TakeOffOne
            en "take it off one of the lists", zh "请从其中一份清单中删去";
        /// Why a question is not decided.
        ComparesComputed
            en "it compares computed values", zh "条件比较的是算出来的值";
        /// Why a question is not decided.
        AsksMembers
            en "it asks the members of a jurisdiction", zh "条件要看辖区的各个下级";
        /// Why a question is not decided.
        DependsOnOpen { name: SmolStr }
            en "it depends on `{name}`, which the text leaves open", zh "取决于原文待定的 `{name}`";
        /// Why a question is not decided.
        TooManyCases
            en "it has more cases than are asked", zh "情形太多";
        /// Why a question is not decided.
        AboutSeveralEntities
            en "it is about several types of jurisdiction at once", zh "同时涉及几类对象";
    }
}
