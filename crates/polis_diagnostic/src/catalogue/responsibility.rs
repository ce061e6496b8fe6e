//! Who does what: norms that ask for the same, powers and duties, and what is left to others to lay down.

use smol_str::SmolStr;

use super::arguments::Bilingual;
use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about norms of the same, powers, duties and delegations.
    pub enum ResponsibilityMessage {
        /// Two numbers of times that no number of times keeps.
        FrequenciesClash { action: SmolStr, first: SmolStr, often: Bilingual, second: SmolStr, other: Bilingual }
            = "frequencies-clash", Error,
            en "`{first}` wants `{action}` {often}, and `{second}` wants it {other}: nothing keeps both",
            zh "`{first}` 要求 `{action}` {often}，`{second}` 要求 {other}，无法同时做到";
        /// Two lengths of time for the same.
        DeadlinesDiffer { action: SmolStr, longer: SmolStr, long: Bilingual, shorter: SmolStr, short: Bilingual }
            = "deadlines-differ", Warning,
            en "`{longer}` leaves {long} for `{action}`, and `{shorter}` leaves {short}",
            zh "同是 `{action}`，`{longer}` 的期限为 {long}，`{shorter}` 为 {short}";
        /// A norm that another says with it.
        RedundantNorm { norm: SmolStr, other: SmolStr } = "redundant-norm", Info,
            en "`{norm}` says nothing that `{other}` does not say",
            zh "`{norm}` 所说的，`{other}` 已经全部说到";
        /// A permission of what is demanded.
        MayUnderMust { action: SmolStr, permits: SmolStr, demands: SmolStr } = "may-under-must", Warning,
            en "`{permits}` permits `{action}`, which `{demands}` demands",
            zh "`{permits}` 允许 `{action}`，而 `{demands}` 要求必须做";
        /// An encouragement of what is demanded.
        EncouragedUnderMust { action: SmolStr, encourages: SmolStr, demands: SmolStr }
            = "encouraged-under-must", Warning,
            en "`{encourages}` only encourages `{action}`, which `{demands}` demands",
            zh "`{encourages}` 只是鼓励 `{action}`，而 `{demands}` 要求必须做";
        /// A duty with several organs in the lead.
        TwoLeads { duty: SmolStr, leads: Vec<SmolStr> } = "two-leads", Warning,
            en "`{duty}` is led by several at once: {leads}",
            zh "`{duty}` 有多个牵头单位：{leads}";
        /// A duty that is nobody's, while others support it or other duties of its list have a lead.
        NoLead { duty: SmolStr } = "no-lead", Warning,
            en "nobody leads or bears `{duty}`",
            zh "`{duty}` 既没有牵头单位，也没有责任主体";
        /// A power with two holders.
        PowerHeldTwice { power: SmolStr, holder: SmolStr, other: SmolStr, rival: SmolStr } = "power-held-twice", Warning,
            en "`{power}` of `{holder}` and `{other}` of `{rival}` are one power over the same",
            zh "`{holder}` 的 `{power}` 和 `{rival}` 的 `{other}` 是针对同一对象的同一权力";
        /// A duty about what others only have a power over.
        DutyWithoutPower { duty: SmolStr, bearer: SmolStr, object: SmolStr, power: SmolStr, holder: SmolStr }
            = "duty-without-power", Warning,
            en "`{bearer}` bears `{duty}` for `{object}`, and the power over it, `{power}`, is with `{holder}`",
            zh "`{bearer}` 对 `{object}` 承担 `{duty}`，而这方面的 `{power}` 由 `{holder}` 行使";
        /// Powers of one who is bound to nothing.
        PowerWithoutDuty { holder: SmolStr, power: SmolStr } = "power-without-duty", Info,
            en "`{holder}` holds `{power}` and is given no duty",
            zh "`{holder}` 行使 `{power}`，却没有写明任何职责";
        /// A power or duty of one of a higher level.
        HolderNotAtLevel { holder: SmolStr, level: Bilingual, own: Bilingual } = "holder-not-at-level", Warning,
            en "`{holder}` is of the level {level}, and a document of the level {own} cannot give it powers or duties",
            zh "`{holder}` 属于 {level} 层级，{own} 层级的文件不能为它设定权力或职责";
        /// A hole for one level that is left to organs of others.
        DelegateNotAtLevel { hole: SmolStr, wanted: Bilingual, organ: SmolStr, level: Bilingual }
            = "delegate-not-at-level", Warning,
            en "`{hole}` is for the level {wanted}, and `{organ}`, to whom it is left, is of the level {level}",
            zh "`{hole}` 由 {wanted} 层级制定，而授予的 `{organ}` 属于 {level} 层级";
        /// Matters handed down without people or money.
        DelegationWithoutMeans { norm: SmolStr, missing: Bilingual } = "delegation-without-means", Warning,
            en "`{norm}` hands matters down without {missing}",
            zh "`{norm}` 下放事务，却没有随之划转{missing}";
        /// A hole that nobody has filled.
        DelegationUnfilled { hole: SmolStr, package: SmolStr } = "delegation-unfilled", Info,
            en "`{package}` has not laid down what `{hole}` leaves to it",
            zh "`{hole}` 授权制定的内容，`{package}` 还没有制定";
        /// A hole that was to be filled by now.
        DelegationOverdue { hole: SmolStr, package: SmolStr, due: SmolStr, latest: SmolStr }
            = "delegation-overdue", Warning,
            en "`{hole}` was due on {due}, and `{package}`, whose latest document is of {latest}, has not filled it",
            zh "`{hole}` 应于 {due} 前制定，`{package}` 最近的文件已到 {latest}，仍未制定";
    }
}

notes! {
    /// Remarks and advice about norms of the same, powers, duties and delegations.
    pub enum ResponsibilityNote {
        /// On the other norm.
        OtherNorm
            en "the other norm", zh "另一条规范";
        /// What to do about frequencies.
        AlignFrequencies
            en "let both say the same number of times, or part them by guard or object",
            zh "请统一频次，或用条件、客体分开";
        /// What to do about deadlines.
        KeepShorter { shorter: SmolStr }
            en "the shorter one, of `{shorter}`, has to be kept in any case; say one of them only",
            zh "较短的是 `{shorter}`，无论如何都要遵守；请只保留一个期限";
        /// What to do about a norm that says nothing new.
        LeaveOneOut
            en "leave one of them out, or say what sets it apart", zh "请删去其中一条，或写明它的不同之处";
        /// Which norm prevails.
        Prevails { norm: SmolStr, why: Bilingual }
            en "`{norm}` prevails: {why}", zh "以 `{norm}` 为准：{why}";
        /// What to do about two leads.
        OneLead
            en "name one in the lead, and the others as supporting",
            zh "请确定一个牵头单位，其余写入 `配合`";
        /// Why a duty should have a lead.
        OthersSupport { organs: Vec<SmolStr> }
            en "{organs} only support it", zh "{organs} 只是配合";
        /// Why a duty should have a lead.
        OthersAreLed
            en "other duties of the list have a lead", zh "同一清单的其他职责有牵头单位";
        /// What to do about a duty that is nobody's.
        NameLead
            en "name a lead, or who bears it", zh "请写明牵头单位或责任主体";
        /// On the other power.
        OtherPower
            en "the other power", zh "另一项权力";
        /// On a power.
        PowerIsHere
            en "the power is given here", zh "权力在此处赋予";
        /// What to do about one power of two.
        OneHolder
            en "give it to one of them, or say over whom each has it",
            zh "请只赋予其中一方，或分别写明各自针对谁";
        /// What to do about powers and duties that are apart.
        MatchPowerAndDuty
            en "let powers follow duties: give the power to who bears the duty, or name the holder as supporting",
            zh "按权责对等，请把权力赋予承担职责的一方，或把权力行使主体写入 `配合`";
        /// What to do about a holder without duties.
        GiveDuty
            en "say what the holder is answerable for", zh "请写明行使主体承担的职责";
        /// What to do about a holder of another level.
        NameHolderBelow
            en "name a holder of this level or below, or correct the level of the document",
            zh "请改为本级或下级的主体，或更正文件的层级";
        /// What to do about a hole for another level than that of whom it is left to.
        LeaveToLevel
            en "name an organ of that level, or correct the level", zh "请改为该层级的主体，或更正层级";
        /// What to do about matters without means.
        GiveMeans
            en "let people and money follow the matters, or say where they come from",
            zh "请做到权随事转、人随事转、费随事转，或写明人员、经费的来源";
        /// What to do about a hole.
        FillHole
            en "lay it down in a provision with `implements`", zh "请制定有关条款，并用 `落实` 指明";
    }
}
