//! Allowances: comments that silence a finding where it is meant.

use smol_str::SmolStr;

use super::macros::{catalogue, notes};

catalogue! {
    /// Messages about allowances.
    pub enum AllowanceMessage {
        /// A comment that begins as an allowance and is none.
        MalformedAllowance = "malformed-allowance", Warning,
            en "this comment is read as an allowance and says nothing that can be allowed",
            zh "这条注释按允许书写，却读不出允许什么";
        /// An allowance that does not say why.
        AllowanceWithoutReason { codes: Vec<SmolStr> } = "allowance-without-reason", Warning,
            en "{codes} is allowed without a reason",
            zh "允许 {codes} 而没有写理由";
        /// A code that no finding has.
        UnknownCode { code: SmolStr } = "unknown-code", Warning,
            en "no finding has the code `{code}`",
            zh "没有代码为 `{code}` 的问题";
        /// An allowance of something that makes the policy meaningless.
        AllowanceOfError { code: SmolStr } = "allowance-of-error", Warning,
            en "`{code}` is an error, which cannot be allowed",
            zh "`{code}` 是错误，不能允许";
        /// An allowance of something that is not found.
        StaleAllowance { codes: Vec<SmolStr> } = "stale-allowance", Warning,
            en "{codes} is allowed here and not found here",
            zh "此处允许 {codes}，而此处没有这样的问题";
    }
}

notes! {
    /// Advice about allowances.
    pub enum AllowanceNote {
        /// The form.
        AllowanceForm
            en "the form is `// polis: allow(code) reason`", zh "写法是 `// polis: 允许(代码) 理由`";
        /// What is missing.
        GiveReason
            en "say after the bracket why it is meant so, for whoever reads it next",
            zh "请在括号之后写明为什么这样写，供后来的人了解";
        /// Why an error stays.
        ErrorsStay
            en "an error says that the policy has no meaning, or not a consistent one; correct it, and take the code out",
            zh "错误表示政策没有含义或自相矛盾；请更正，并删去这个代码";
        /// On what an error is found.
        ErrorHere
            en "found here", zh "问题在此处";
        /// What an allowance is about.
        WhereItStands
            en "above a provision it is about the whole provision; above a clause or at the end of a line, about that clause",
            zh "写在条款之上的管整个条款，写在条目之上或行末的管该条目";
        /// The title of a fix that takes out an allowance.
        TakeOut
            en "take the allowance out", zh "删去这条允许";
        /// The title of a fix that takes out some of its codes.
        TakeOutCodes { codes: Vec<SmolStr> }
            en "take out {codes}", zh "删去 {codes}";
    }
}
