//! Clause words. A word is read relative to the kind of its block, so one English word may stand for two clauses.

use super::word_table;

word_table! {
    /// What a clause line says; its spelling heads the line.
    pub enum ClauseWord {
        // Shared by structural kinds.
        Is = "即", "is"; zh "指向共享概念，供城市之间对照。"; en "Points to a shared concept, so that cities can be compared.";
        Cite = "出处", "cite"; zh "出处：文件名称加几个字的原文。"; en "The passage it comes from: a document and a few words of it.";
        From = "自", "from"; zh "生效日期；在参数中引出自该日起的数值。"; en "In force from this date; in a parameter, the value from this date on.";
        Until = "至", "until"; zh "失效日期，含当日。"; en "In force up to and including this date.";
        Modality = "语气", "modality"; zh "约束力：应当、一般、鼓励、拟、可以。"; en "How binding it is: must, normally, encouraged, planned, may.";
        Ref = "编号", "ref"; zh "条款登记表中的行号。"; en "Row ids of a provision register.";
        Note = "备注", "note"; zh "给读者的说明，不参与计算。"; en "A remark for the reader; it has no effect.";
        When = "当", "when"; zh "本条款适用的条件。"; en "The condition under which the provision applies.";
        Implements = "落实", "implements"; zh "所填补的上级授权制定的内容。"; en "The superior's delegation that this provision fills.";
        // document, series
        DocumentType = "文种", "document_type"; zh "文种，如实施意见、指导意见、办法。"; en "The type of the document: implementing opinions, guiding opinions, measures.";
        Series = "系列", "series"; zh "文件所属的系列。"; en "The series that the document belongs to.";
        Issuer = "发文机关", "issuer"; zh "发文机关。"; en "Who issued it.";
        Level = "层级", "level"; zh "国家、省、市、区县、街道或社区。"; en "national, province, city, district, street or community.";
        Issued = "印发", "issued"; zh "印发日期。"; en "The date of issue.";
        Effective = "施行", "effective"; zh "施行日期。"; en "The date it takes effect.";
        Expires = "失效", "expires"; zh "失效日期。"; en "The date it expires.";
        Supersedes = "代替", "supersedes"; zh "被本文件代替的文件。"; en "The documents it replaces.";
        BasedOn = "依据", "based_on"; zh "作为依据的上位文件。"; en "The superior documents it rests on.";
        TextFile = "原文", "text"; zh "原文所在的文件，供核对出处。"; en "The file with its text, against which citations are held.";
        Main = "主文件", "main"; zh "系列的主文件。"; en "The main document of a series.";
        Supporting = "配套文件", "supporting"; zh "系列的配套文件。"; en "The supporting documents of a series.";
        Total = "总数", "total"; zh "声明的总数，与所列核对。"; en "The declared total, checked against what is listed.";
        Unlisted = "未列", "unlisted"; zh "声明存在但原文未点名的数量。"; en "How many are declared but not named by the text.";
        OpenEnded = "未尽", "open_ended"; zh "原文以“等”结尾，所列不是全部。"; en "The text ends in 等: what is listed is not all.";
        // unit, concept, entity, organ, enum, action
        Equals = "等于", "equals"; zh "一个该单位等于多少。"; en "What one of the unit equals.";
        Parent = "上位", "parent"; zh "上位概念或行为。"; en "The broader concept or action.";
        StrongerThan = "强于", "stronger_than"; zh "强度高于所列概念。"; en "Stronger than the concepts named.";
        EntityIn = "隶属", "in"; zh "所隶属的上级对象。"; en "The entity it lies in.";
        Plural = "复数", "plural"; zh "上级条款中称呼其全部下级的名称。"; en "The name by which its parent speaks of all of them.";
        Field = "字段", "field"; zh "对象的一项事实及其类型。"; en "A fact about the entity, and its type.";
        Range = "取值", "range"; zh "允许的取值区间。"; en "The values that are allowed.";
        Default = "缺省", "default"; zh "未给出时的值；不写则为未知。"; en "The value where none is given; without it the value is unknown.";
        Title = "名称", "title"; zh "样本列名等处使用的正式名称。"; en "The official name, also accepted as a column title.";
        ReportsTo = "上级", "reports_to"; zh "所服从的上级组织。"; en "The organ it answers to.";
        Values = "值域", "values"; zh "枚举的各个值。"; en "The values of an enumeration.";
        // param, rule, require, norm
        Value = "值", "value"; zh "一般情形下的值。"; en "The general value.";
        Except = "例外", "except"; zh "有名称的例外：条件成立时替代一般值。"; en "A named exception: it replaces the general value where its guard holds.";
        OverException = "优先于", "over"; zh "与所列例外同时成立时，本例外优先。"; en "Prevails over the named exceptions where both hold.";
        That = "满足", "that"; zh "每个对象都要满足的条件。"; en "What must hold for each entity.";
        Actor = "主体", "actor"; zh "作出行为的组织或对象。"; en "Who is to act.";
        Must = "应当", "must", also ["必须"]; zh "应当做的行为。"; en "The action that is demanded.";
        MustNot = "不得", "must_not"; zh "不得做的行为。"; en "The action that is forbidden.";
        May = "可以", "may"; zh "可以做的行为。"; en "The action that is permitted.";
        Encouraged = "鼓励", "encouraged"; zh "鼓励的行为。"; en "The action that is encouraged.";
        Object = "客体", "object"; zh "行为的对象或事项。"; en "What the action is about.";
        Frequency = "频次", "frequency"; zh "最少和最多的次数，如 1.. 次/季度。"; en "How often, as in 1.. times/quarter.";
        Deadline = "期限", "deadline"; zh "完成的期限，如 限 30 日 自 受理。"; en "By when, as in within 30 days after acceptance.";
        // power, grant, duty, duties
        Holder = "行使主体", "holder"; zh "享有权力者。"; en "Who holds the power.";
        Over = "针对", "over"; zh "权力所针对的对象。"; en "Over whom or what the power reaches.";
        Include = "包括", "include"; zh "并入另一项赋权所列的权力。"; en "Takes in the powers of another grant.";
        Adds = "新增", "adds"; zh "在并入之外新增的项数。"; en "How many it adds to those included.";
        Bearer = "责任主体", "holder"; zh "承担职责者。"; en "Who bears the duty.";
        Lead = "牵头", "lead"; zh "牵头的组织。"; en "The organ in the lead.";
        Supporters = "配合", "supporting"; zh "配合的组织。"; en "The organs that support.";
        // offices, centers, posts, quota
        Limit = "限额", "limit"; zh "允许的数量区间。"; en "The number allowed.";
        Required = "必设", "required"; zh "必须设置的数量；可以带名称。"; en "How many must exist, optionally named.";
        Optional = "增设", "optional"; zh "可以增设的（“4+X”的 X）；可以带名称。"; en "What may be added (the X of 4+X), optionally named.";
        Separate = "单设", "separate"; zh "须单独设置、不得兼任的职位。"; en "Posts that must be separate.";
        Actual = "实有", "actual"; zh "实际数量所在的字段。"; en "The field that holds the actual figure.";
        Count = "数量", "count"; zh "该机构或职位的数量；不写为一个。"; en "How many of it there are; one where it is not written.";
        MergedFrom = "整合自", "merged_from"; zh "由哪些机构整合而成。"; en "The bodies that it is made from.";
        Base = "基数", "base"; zh "基本员额，可以是区间。"; en "The basic quota, which may be a range.";
        Extra = "增配", "extra"; zh "条件成立时增配的员额。"; en "What is added where the guard holds.";
        // list
        Polarity = "性质", "polarity"; zh "正面或负面清单。"; en "A positive or a negative list.";
        Items = "列项", "items"; zh "所列各项的名称。"; en "The names of what is listed.";
        Providers = "提供单位", "providers"; zh "提供清单所列事项的单位。"; en "Who provides what is listed.";
        Attribute = "属性", "attribute"; zh "事项的一项属性及其值。"; en "An attribute of an item, and its value.";
        // pay
        Reference = "基准", "reference"; zh "对照的工资基准，如上年度平均工资。"; en "The wage that pay is a multiple of.";
        Multiple = "倍数", "multiple"; zh "基准的多少倍，可为区间。"; en "How many times the reference, which may be a range.";
        Component = "构成", "component"; zh "薪酬的一项构成。"; en "A component of pay.";
        Allowance = "补贴", "allowance"; zh "条件成立时的补贴。"; en "An allowance where the guard holds.";
        Grades = "级数", "grades"; zh "一档有几级。"; en "How many grades a band has.";
        // admission
        Lists = "清单", "list"; zh "据以判断的清单；列入正面清单的准入，列入负面清单的不准入。"; en "The lists it goes by: what a positive list names is admitted, what a negative list names is not.";
        Matter = "申报事项", "matter"; zh "事项名称所在的字段。"; en "The field that names the matter.";
        Approver = "审批", "approver"; zh "清单以外由谁审批；条件写明是否已获批准。"; en "Who approves what is off the lists; the guard says whether approval was given.";
        Condition = "条件", "condition"; zh "准入还须满足的条件。"; en "A further condition of admission.";
        Agreement = "协议", "agreement"; zh "协议须写明的内容。"; en "What the agreement must state.";
        Funds = "经费", "funds"; zh "经费来源。"; en "Where the money comes from.";
        // commitment, mechanism
        Parties = "当事方", "parties"; zh "承诺的各方。"; en "The parties to the commitment.";
        Promisor = "承诺方", "promisor"; zh "作出承诺者。"; en "Who promises.";
        Promisee = "受诺方", "promisee"; zh "接受承诺者。"; en "To whom it is promised.";
        Parts = "组成", "parts"; zh "机制的各个组成部分。"; en "The parts of a mechanism.";
        // rating
        Assessor = "评定主体", "assessor"; zh "由谁评定。"; en "Who rates.";
        Eligible = "参评条件", "eligible"; zh "满足才参加评定。"; en "Only who meets it is rated.";
        Score = "得分", "score"; zh "得分的算法或所在的字段。"; en "How the score is computed, or the field that holds it.";
        Current = "现等次", "current"; zh "上次评定的结果所在的字段。"; en "The field that holds the result of the last rating.";
        Cycle = "评定周期", "cycle"; zh "多久评定一次，如 2 年。"; en "How often it rates, such as 2 years.";
        Review = "复核周期", "review"; zh "多久复核一次。"; en "How often a rating is reviewed.";
        Promotion = "晋级", "promotion"; zh "升一等的条件。"; en "When it goes up by one grade.";
        Demotion = "降级", "demotion"; zh "降一等的条件。"; en "When it goes down by one grade.";
        Weight = "权重", "weight"; zh "维度的权重，合计应为 100% 或满分。"; en "The weight of a dimension; they add up to 100% or the full score.";
        Points = "分数", "points"; zh "达到该等次的得分区间。"; en "The scores that reach the grade.";
        Share = "比例", "share"; zh "该等次所占的比例。"; en "The share of those rated that the grade may have.";
        Reward = "奖励", "reward"; zh "该等次的奖励或措施。"; en "The rewards or measures of the grade.";
        // indicator
        Formula = "公式", "formula"; zh "指标的算法。"; en "How the indicator is computed.";
        Target = "目标", "target"; zh "应当达到的区间。"; en "The range that is to be reached.";
        DataOwner = "数据来源", "data_owner"; zh "提供数据的组织。"; en "Who provides the data.";
        // procedure
        Acts = "行为", "action"; zh "该步骤的行为。"; en "What is done in the step.";
        Input = "材料", "input"; zh "该步骤所需的材料。"; en "What the step needs.";
        Output = "结果", "output"; zh "该步骤产生的文书或结果。"; en "What the step produces.";
        Next = "下一步", "next"; zh "接着的步骤；没有的是最后一步。"; en "The steps that follow; a step without one is the last.";
        // delegation, fact, principle
        To = "授予", "to"; zh "由谁制定。"; en "Who is to fill it.";
        Subject = "内容", "subject"; zh "要制定的内容。"; en "What is to be laid down.";
        Date = "日期", "date"; zh "数字所指的日期或时期。"; en "The date or period that the figure is of.";
        Place = "地点", "place"; zh "数字所指的地方。"; en "The place that the figure is of.";
        Source = "来源", "source"; zh "谁报告的。"; en "Who reports it.";
        Content = "内容", "content"; zh "用自己的话写明要求。"; en "What is demanded, in one's own words.";
        // amend, scenario
        Remove = "删除", "remove"; zh "删除条款（不带名称），或删除所名条款的条目。"; en "Removes provisions, or clauses of the one that its head names.";
        Years = "年度", "years"; zh "推演的年度区间，如 2020..2026。"; en "The years of the run, such as 2020..2026.";
        Growth = "增长", "growth"; zh "字段每年的增长率或增长量。"; en "By how much a field grows each year: a rate or an amount.";
        Enable = "启用", "enable"; zh "推演中启用的条款。"; en "Provisions that the run switches on.";
        Disable = "停用", "disable"; zh "推演中停用的条款。"; en "Provisions that the run switches off.";
        Sample = "样本", "sample"; zh "推演所用的样本文件夹。"; en "The folder of samples that the run uses.";
        // test
        Given = "给定", "given"; zh "测试所用的对象和事实。"; en "The entities and facts of the test.";
        Set = "设定", "set"; zh "测试所用的参数值。"; en "A parameter's value for the test.";
        AsOf = "时点", "as_of"; zh "按该日有效的条款计算。"; en "The date whose law applies.";
        Expect = "预期", "expect"; zh "应当成立的结果。"; en "What must come out.";
    }
}
