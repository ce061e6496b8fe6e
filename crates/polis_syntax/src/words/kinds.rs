//! The kinds of blocks: a row each, with the clauses they take and the blocks they may hold.

use super::{ChoiceSet, ClauseWord, word_table};

word_table! {
    /// The kind of a block.
    pub enum Kind {
        Document = "文件", "document"; zh "一份政策文件：名称、系列、发文机关、层级、日期、依据。同一文件（.pol）里的条款都出自它。"; en "A policy document: title, series, issuer, level, dates, basis. The provisions in the same .pol file are its provisions.";
        Series = "系列", "series"; zh "一个主文件加若干配套文件，如“1+9”；声明的总数与所列核对。"; en "A main document with supporting ones, such as 1+9; the declared total is checked against what is listed.";
        Unit = "单位", "unit"; zh "自定义单位，如“单位 名 = 人”。"; en "A unit of the user's own, as in unit desk = 6 sqm.";
        Concept = "概念", "concept"; zh "各城市条款共同指向的概念，可有上位概念和强弱顺序；对照城市时以它对齐。"; en "A notion that provisions of several cities point to; it may have a parent and an order of strength, and comparisons align on it.";
        Entity = "对象", "entity"; zh "一类辖区或当事方，如街道、社区、企业：它的字段就是样本的列。"; en "A type of jurisdiction or party, such as a street, community or enterprise; its fields are the columns of samples.";
        Field = "字段", "field"; zh "对象的一项事实：类型，并可写取值区间、缺省值和正式名称。"; en "A fact about an entity: its type, and optionally its range, default and official title.";
        Organ = "组织", "organ"; zh "对象内的机构，如街道党工委，及其上级。"; en "A body within an entity, such as a street's working committee, and whom it answers to.";
        Enum = "枚举", "enum"; zh "有名称的若干取值，也是一种类型。"; en "Named values; also a type.";
        Action = "行为", "action"; zh "规范、权力和程序所说的行为。"; en "What norms, powers and procedures speak of.";
        Param = "参数", "param"; zh "一个数值，可按日期变化，可为区间，可以待定。"; en "A figure; it may change by date, be a range, or be open.";
        Rule = "规则", "rule"; zh "每个对象的一个值：一般值加有名称的例外。"; en "A value for each entity: a general value and named exceptions.";
        Require = "要求", "require"; zh "每个对象都要满足的条件及其约束力。"; en "What must hold for each entity, and how binding it is.";
        Norm = "规范", "norm"; zh "谁应当、不得、可以或被鼓励做什么，在什么条件、频次和期限下。"; en "Who must, must not, may or is encouraged to do what, under which guard, how often and by when.";
        Power = "权力", "power"; zh "一项权力：由谁行使，针对谁，属于哪个概念。"; en "A power: who holds it, over whom, of what concept.";
        Grant = "赋权", "grant"; zh "一组权力：可并入上级所赋的权力，声明新增数和总数。"; en "A group of powers: it may include another grant's, and declares what it adds and the total.";
        Duty = "职责", "duty"; zh "一项职责：谁承担，谁牵头，谁配合。"; en "A duty: who bears it, who leads, who supports.";
        Duties = "职责清单", "duties"; zh "一组职责及声明的总数。"; en "A group of duties with its declared total.";
        Offices = "内设机构", "offices"; zh "对象的内设机构：限额、必设、增设（“4+X”），同级和上级限额都要守住。"; en "An entity's internal offices: limit, required, optional (4+X); its own and superior limits bind.";
        Centers = "中心", "centers"; zh "对象的中心或事业单位，条目与内设机构相同。"; en "An entity's centres or public institutions; the clauses are those of offices.";
        Office = "机构", "office"; zh "内设机构、中心中的一个机构或一个职位：数量、设置条件、对应的概念和出处。"; en "One of an entity's offices, centres or posts: how many, when it is set up, its concept and citation.";
        Posts = "领导职数", "posts"; zh "对象的领导职数，及须单设的职位。"; en "An entity's leadership posts, and those that must be separate.";
        Quota = "员额", "quota"; zh "每个对象的员额：基数加按条件增配，并与实有数核对。"; en "An entity's staffing quota: a base and conditional extras, held against the actual figure.";
        List = "清单", "list"; zh "清单：类别、各项、声明的总数；可有未点名的项，可以未尽（等）。"; en "A list: categories, items and declared totals; some may be unlisted, and it may be open-ended.";
        Category = "类别", "category"; zh "清单中的一类。"; en "A category of a list.";
        Item = "事项", "item"; zh "清单中的一项。"; en "An item of a list.";
        Pay = "薪酬", "pay"; zh "每个对象的薪酬：对照基准的倍数、各项构成、档次和补贴。"; en "An entity's pay: a multiple of a reference wage, components, bands and allowances.";
        Band = "档次", "band"; zh "薪酬的一档：级数，以及该档的数额。"; en "A band of pay: its grades, and what it pays.";
        Admission = "准入", "admission"; zh "一件事项能否进入：依据哪些清单，清单以外由谁审批，协议写明什么，经费从哪里来。"; en "Whether a matter is admitted: by which lists, who approves what is off them, what the agreement states, where the money comes from.";
        Commitment = "承诺", "commitment"; zh "各方互相承诺的方面和事项，双向核对总数。"; en "What parties promise each other, by aspects and items, with totals both ways.";
        Side = "一方", "side"; zh "承诺的一方：谁向谁承诺什么。"; en "One side of a commitment: who promises what to whom.";
        Mechanism = "机制", "mechanism"; zh "有数的工作机制，如“四双”“三清单”：列出组成，核对总数。"; en "A counted mechanism, such as four pairs or three lists: its parts are listed and the total is checked.";
        Rating = "评定", "rating"; zh "按维度和权重评定等次，有周期、复核、晋级、降级和奖励。"; en "A rating by weighted dimensions into grades, with cycles, review, promotion, demotion and rewards.";
        Dimension = "维度", "dimension"; zh "评定的一个维度：权重和得分。"; en "A dimension of a rating: its weight and score.";
        Grade = "等次", "grade"; zh "评定的一个等次：达到的条件、值和奖励。"; en "A grade of a rating: when it is reached, its value and rewards.";
        Indicator = "指标", "indicator"; zh "每个对象的一项指标：公式、目标和数据来源。"; en "An indicator of each entity: formula, target and who owns the data.";
        Procedure = "程序", "procedure"; zh "一个程序：各步骤的主体、行为、材料、期限和下一步。"; en "A procedure: steps with actor, action, input, deadline and what comes next.";
        Step = "步骤", "step"; zh "程序的一步。"; en "A step of a procedure.";
        Delegation = "授权制定", "delegation"; zh "上级留给下级制定的内容：谁来定，定什么，取值范围，何时前定，未定时如何；下级条款以“落实”填补。"; en "A hole that a superior leaves: who fills it, with what, within which bounds, by when, and what holds until then; a provision below fills it by implements.";
        Fact = "事实", "fact"; zh "文中报告的数字或情况：数值、日期、地点、来源；与规范分开，不参与约束。"; en "A reported figure or state of affairs: value, date, place, source; kept apart from norms.";
        Principle = "原则", "principle"; zh "原文有要求而程序无法判定的内容，如总体要求和目标。"; en "What the text says and no program can decide, such as general demands and goals.";
        Amend = "修订", "amend"; zh "自某日起修改条款：里面的块按种类和名称指明条款，写出的条目替换同名条目或新增；“删除”去掉条目或整条。"; en "Changes provisions from a date: a block inside names one by kind and name, and its clauses replace those of the same word or are added; remove takes clauses or whole provisions away.";
        Scenario = "情景", "scenario"; zh "一次推演：年度、设定的参数、逐年增长的字段、启用和停用的条款。"; en "A run into the future: years, parameters set, fields that grow, provisions switched on or off.";
        Test = "测试", "test"; zh "给定事实，预期结果。"; en "Given facts, expected results.";
    }
}

/// What the value of a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An expression over the entity that the block is about.
    Expr,
    /// A figure or range over the entity that the block is about.
    Figure,
    /// A condition over the entity that the block is about.
    Condition,
    /// A figure that can be told without any jurisdiction, such as a declared total.
    Constant,
    /// A type: a unit, a type word, an enumeration or an entity.
    Type,
    /// The name of a declared block of one of these kinds.
    Reference(&'static [Kind]),
    /// A name or text that need not be declared.
    Label,
    /// Names that the clause itself declares.
    Declares,
    /// A date or a span of dates.
    Date,
    /// A text or a title.
    Text,
    /// Citations: a document and a passage.
    Citation,
    /// Row ids of a provision register.
    RowIds,
    /// A word of a set.
    Choice(ChoiceSet),
    /// An entity with facts: `社区 { 户数: 3600 户 }`.
    Facts,
}

/// Whether a clause has a name between its word and the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadName {
    /// No name.
    None,
    /// A name or title may stand there.
    Optional,
    /// A name must stand there.
    Required,
    /// A date must stand there.
    Date,
}

/// A clause that a kind takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table, each a question of its own")]
pub struct ClauseSpec {
    /// The word that heads it.
    pub word: ClauseWord,
    /// What its value is.
    pub value: Value,
    /// Whether it has a name of its own.
    pub head: HeadName,
    /// Whether the block is incomplete without it.
    pub required: bool,
    /// Whether it may stand several times.
    pub many: bool,
    /// Whether its value may be several, parted by commas or in a list.
    pub several: bool,
    /// Whether a guard (`when`, `unless`) may stand in it.
    pub guarded: bool,
}

/// What a kind takes: its row beside the words.
#[derive(Debug, Clone, Copy)]
pub struct KindSpec {
    /// Whether it may stand at the top of a file.
    pub top: bool,
    /// Whether the head says `of` an entity.
    pub of: HeadName,
    /// Whether the head has a name.
    pub name: HeadName,
    /// Whether the head may declare a type after a colon.
    pub typed: bool,
    /// The clauses, in the order in which completion offers and documentation lists them.
    pub clauses: &'static [ClauseSpec],
    /// The kinds of blocks that may stand inside.
    pub inner: &'static [Kind],
}
