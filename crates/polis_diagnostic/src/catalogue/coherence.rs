//! Lists, ratings, procedures and times that do not go together.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about lists, ratings, procedures and times.
    pub enum CoherenceMessage {
        /// An item in two categories.
        ItemTwice { item: SmolStr, first: SmolStr, second: SmolStr } = "item-twice", Warning,
            en "`{item}` is listed in `{first}` and again in `{second}`",
            zh "`{item}` 既列入 `{first}`，又列入 `{second}`";
        /// A task that a norm takes away and another provision assigns.
        CancelledTaskAssigned { task: SmolStr, assigns: SmolStr, cancels: SmolStr }
            = "cancelled-task-assigned", Warning,
            en "`{assigns}` assigns `{task}`, which `{cancels}` forbids to assign",
            zh "`{assigns}` 仍安排 `{task}`，而 `{cancels}` 已经取消";
        /// A list that lets in what is not on it, under a superior's that does not, or the other way round.
        OppositeDefault { list: SmolStr, own: Bilingual, superior: SmolStr, other: Bilingual }
            = "opposite-default", Warning,
            en "`{list}` is {own}, and the superior's `{superior}` about the same is {other}",
            zh "`{list}` 是{own}清单，而上级同一事项的 `{superior}` 是{other}清单";
        /// An agreement that leaves out what a superior's must state.
        AgreementLacksField { admission: SmolStr, superior: SmolStr, missing: Vec<SmolStr> }
            = "agreement-lacks-field", Warning,
            en "the agreement of `{admission}` leaves out {missing}, which `{superior}` demands",
            zh "`{admission}` 的协议缺少上级 `{superior}` 要求写明的 {missing}";
        /// Items without a provider where others have one.
        NobodyProvides { list: SmolStr, items: Vec<SmolStr> } = "nobody-provides", Warning,
            en "nobody provides {items} of `{list}`, while other items have a provider",
            zh "`{list}` 的其他事项都有提供单位，{items} 没有";
        /// A grade that nothing takes away.
        GradeNeverLost { name: SmolStr } = "grade-never-lost", Warning,
            en "`{name}` raises a grade and never lowers one: it has no demotion, review or cycle",
            zh "`{name}` 只升不降：没有降级、复核，也没有评定周期";
        /// A reward for a grade that no rating has.
        RewardWithoutGrade { item: SmolStr, grade: Bilingual, rating: SmolStr } = "reward-without-grade", Warning,
            en "`{item}` is for those of {grade}, a grade that `{rating}` does not have",
            zh "`{item}` 以 {grade} 为条件，而 `{rating}` 没有这个等次";
        /// A review less often than the rating itself.
        ReviewTooLate { name: SmolStr, review: Bilingual, cycle: Bilingual } = "review-too-late", Warning,
            en "`{name}` is reviewed every {review} and rated anew every {cycle}: no review ever comes",
            zh "`{name}` 每 {review} 复核一次，而每 {cycle} 就重新评定，轮不到复核";
        /// A step that nobody takes, where others are somebody's.
        StepWithoutActor { step: SmolStr } = "step-without-actor", Info,
            en "nobody takes step `{step}`, while other steps have an actor",
            zh "其他步骤都有主体，步骤 `{step}` 没有";
        /// Steps that may take longer than the whole.
        DeadlinesExceedWhole { name: SmolStr, steps: Vec<SmolStr>, sum: Bilingual, whole: Bilingual }
            = "deadlines-exceed-whole", Warning,
            en "{steps} of `{name}` may take {sum} together, and the whole has {whole}",
            zh "`{name}` 的 {steps} 合计可用 {sum}，超过总期限 {whole}";
        /// A document that rests on one that was replaced.
        RefersToSuperseded { name: SmolStr, old: SmolStr, new: SmolStr } = "refers-to-superseded", Warning,
            en "`{name}` rests on `{old}`, which `{new}` had replaced",
            zh "`{name}` 依据的 `{old}` 此前已由 `{new}` 取代";
        /// A document that rests on a later one.
        BasedOnLater { name: SmolStr, issued: SmolStr, other: SmolStr, later: SmolStr } = "based-on-later", Error,
            en "`{name}` of {issued} cannot rest on `{other}`, which was issued on {later}",
            zh "`{name}` 印发于 {issued}，不可能依据 {later} 才印发的 `{other}`";
        /// A provision that refers to what has gone out of force.
        RefersOutOfForce { name: SmolStr, start: SmolStr, what: Bilingual, other: SmolStr, end: SmolStr }
            = "refers-out-of-force", Warning,
            en "`{name}` {what} on {start} and rests on `{other}`, which is in force until {end} only",
            zh "`{name}` 于 {start} {what}，而它所用的 `{other}` 只到 {end}";
        /// A document that rests on one that has expired.
        BasedOnExpired { name: SmolStr, start: SmolStr, other: SmolStr, end: SmolStr } = "based-on-expired", Warning,
            en "`{name}` of {start} rests on `{other}`, which had expired on {end}",
            zh "`{name}`（{start}）依据的 `{other}` 已于 {end} 失效";
        /// A figure or rule that ends while others need it.
        ValueEnds { name: SmolStr, end: SmolStr, users: Vec<SmolStr> } = "value-ends", Warning,
            en "`{name}` is in force until {end} only, and after that {users} have no value for it",
            zh "`{name}` 只到 {end}，此后 {users} 仍要用它，却没有数值";
        /// A document whose dates are not in the order of issue, effect and expiry.
        DatesOutOfOrder { name: SmolStr, what: Bilingual, early: SmolStr, issued: SmolStr }
            = "dates-out-of-order", Warning,
            en "`{name}` {what} on {early}, before it is issued on {issued}",
            zh "`{name}` 的{what}日期 {early} 早于印发日期 {issued}";
        /// A deadline that has passed when the provision takes effect.
        DeadlineBeforeEffect { name: SmolStr, due: SmolStr, start: SmolStr, what: Bilingual }
            = "deadline-before-effect", Warning,
            en "`{name}` is due on {due}, before it {what} on {start}",
            zh "`{name}` 的期限 {due} 早于{what}日期 {start}";
        /// A provision whose last day comes before its first.
        NeverInForce { name: SmolStr, from: SmolStr, until: SmolStr } = "never-in-force", Error,
            en "`{name}` is in force from {from} until {until}: on no day",
            zh "`{name}` 自 {from} 起、至 {until} 止，没有一天有效";
    }
}

notes! {
    /// Remarks and advice about lists, ratings, procedures and times.
    pub enum CoherenceNote {
        /// On the first of two.
        ListedHere
            en "listed here too", zh "此处也列入";
        /// What to do about an item in two categories.
        ListOnce
            en "list it once: a total counts it twice", zh "请只列一次，否则总数会重复计算";
        /// On a norm that takes a task away.
        CancelledHere
            en "cancelled here", zh "此处取消";
        /// What to do about a task that is taken away and assigned.
        StopAssigning
            en "take it out, or say for whom it is not cancelled",
            zh "请删去这项任务，或写明对谁不取消";
        /// On a superior's provision.
        SuperiorHere
            en "the superior's provision", zh "上级的规定";
        /// What to do about lists that default to opposites.
        SameDefault
            en "let both lists be of one kind, or have a list of each kind",
            zh "请与上级清单性质一致，或正面、负面清单各列一份";
        /// What to do about an agreement.
        AddToAgreement
            en "add it to the `agreement`", zh "请补入 `协议`";
        /// What to do about items that nobody provides.
        NameProvider
            en "name who provides them", zh "请写明提供单位";
        /// What to do about a grade that is never lost.
        SayWhenLost
            en "say when a grade is lowered, or how often the rating is made anew",
            zh "请写明何时降级，或多久重新评定一次";
        /// What to do about a reward.
        CorrectGrade
            en "correct the grade, or add it to the rating", zh "请更正等次，或在评定中补上";
        /// What to do about a review.
        ReviewOftener
            en "let the review come within the cycle", zh "复核的间隔应短于评定周期";
        /// What to do about a step.
        NameActor
            en "say who takes it", zh "请写明由谁办理";
        /// What to do about deadlines.
        FitWhole
            en "shorten the steps, or give the whole more time", zh "请缩短各步骤的期限，或放宽总期限";
        /// On a document.
        ReplacedHere
            en "replaced here", zh "此处取代";
        /// On a document.
        OtherDocument
            en "the other document", zh "另一份文件";
        /// What to do about a replaced document.
        RestOnNew { new: SmolStr }
            en "rest on `{new}`", zh "请改为依据 `{new}`";
        /// What to do about dates.
        CorrectDates
            en "correct one of the dates", zh "请更正其中一个日期";
        /// On what is out of force.
        OutOfForceHere
            en "in force until then", zh "此条到期";
        /// On the day that a document takes effect.
        InEffectHere
            en "in effect from this day", zh "自此日施行";
        /// On the day that a document is issued.
        IssuedHere
            en "issued on this day", zh "此日印发";
        /// On what needs a value.
        NeededHere
            en "needs it after that, too", zh "此后仍要用它";
        /// What to do about a value that ends.
        SayWhatHolds { from: SmolStr }
            en "say what holds from {from} on, or let what needs it end with it",
            zh "请写明自 {from} 起的规定，或让用到它的条款同时终止";
        /// What to do about dates that may be meant so.
        CorrectOrAllowDates
            en "correct one of the dates; where it is meant to apply to what came before, allow it and say why",
            zh "请更正其中一个日期；确需溯及既往的，写明理由后允许";
        /// What to do about an expired document.
        RestOnWhatHolds
            en "rest on a document that is in force, or correct one of the dates",
            zh "请改为依据现行有效的文件，或更正其中一个日期";
    }
}
