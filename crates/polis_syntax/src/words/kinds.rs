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

impl KindSpec {
    const fn with_inner(mut self, inner: &'static [Kind]) -> Self {
        self.inner = inner;
        self
    }
    const fn with_of(mut self, of: HeadName) -> Self {
        self.of = of;
        self
    }
    const fn with_type(mut self) -> Self {
        self.typed = true;
        self
    }
    const fn nested(mut self) -> Self {
        self.top = false;
        self
    }
}

const fn clause(word: ClauseWord, value: Value) -> ClauseSpec {
    ClauseSpec { word, value, head: HeadName::None, required: false, many: false, several: false, guarded: false }
}

impl ClauseSpec {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    const fn many(mut self) -> Self {
        self.many = true;
        self
    }
    const fn several(mut self) -> Self {
        self.several = true;
        self
    }
    const fn guarded(mut self) -> Self {
        self.guarded = true;
        self
    }
    const fn head(mut self, head: HeadName) -> Self {
        self.head = head;
        self
    }
}

use ClauseWord as C;

const IS: ClauseSpec = clause(C::Is, Value::Reference(&[Kind::Concept])).several();
const CITE: ClauseSpec = clause(C::Cite, Value::Citation).several();
const FROM: ClauseSpec = clause(C::From, Value::Date);
const UNTIL: ClauseSpec = clause(C::Until, Value::Date);
const MODALITY: ClauseSpec = clause(C::Modality, Value::Choice(ChoiceSet::Modality));
const REF: ClauseSpec = clause(C::Ref, Value::RowIds).several();
const NOTE: ClauseSpec = clause(C::Note, Value::Text);
const WHEN: ClauseSpec = clause(C::When, Value::Condition);
const TOTAL: ClauseSpec = clause(C::Total, Value::Constant).several();
const IMPLEMENTS: ClauseSpec = clause(C::Implements, Value::Reference(&[Kind::Delegation])).several();
const OPEN_ENDED: ClauseSpec = clause(C::OpenEnded, Value::Constant);
const UNLISTED: ClauseSpec = clause(C::Unlisted, Value::Constant).several();

/// Whom norms, powers and duties may name.
const ACTORS: &[Kind] = &[Kind::Entity, Kind::Organ];

/// What an amendment may change.
const AMENDABLE: &[Kind] = &[
    Kind::Param,
    Kind::Rule,
    Kind::Require,
    Kind::Norm,
    Kind::Power,
    Kind::Grant,
    Kind::Duty,
    Kind::Duties,
    Kind::Offices,
    Kind::Centers,
    Kind::Posts,
    Kind::Quota,
    Kind::Pay,
    Kind::List,
    Kind::Admission,
    Kind::Commitment,
    Kind::Mechanism,
    Kind::Rating,
    Kind::Indicator,
    Kind::Procedure,
];

const STRUCTURE: &[ClauseSpec] = &[
    clause(C::Limit, Value::Figure).guarded().many(),
    clause(C::Required, Value::Figure).head(HeadName::Optional).many(),
    clause(C::Optional, Value::Figure).head(HeadName::Optional).many().guarded(),
    clause(C::Separate, Value::Declares).several(),
    clause(C::Unlisted, Value::Figure),
    clause(C::Actual, Value::Figure),
    OPEN_ENDED,
    WHEN,
    IMPLEMENTS,
    IS,
    MODALITY,
    FROM,
    UNTIL,
    CITE,
    REF,
    NOTE,
];

impl Kind {
    /// What the kind takes.
    #[must_use]
    pub const fn spec(self) -> &'static KindSpec {
        use HeadName::{None, Optional, Required};
        const fn top(name: HeadName, clauses: &'static [ClauseSpec]) -> KindSpec {
            KindSpec { top: true, of: None, name, typed: false, clauses, inner: &[] }
        }
        match self {
            Self::Document => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Series, Value::Reference(&[Kind::Series])),
                                clause(C::Issuer, Value::Label).several(),
                                clause(C::DocumentType, Value::Label),
                                clause(C::Level, Value::Choice(ChoiceSet::Level)),
                                clause(C::Issued, Value::Date),
                                clause(C::Effective, Value::Date),
                                clause(C::Expires, Value::Date),
                                clause(C::Supersedes, Value::Reference(&[Kind::Document])).several(),
                                clause(C::BasedOn, Value::Reference(&[Kind::Document, Kind::Series])).several(),
                                clause(C::TextFile, Value::Text),
                                IMPLEMENTS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Series => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Main, Value::Reference(&[Kind::Document])),
                                clause(C::Supporting, Value::Reference(&[Kind::Document])).several(),
                                clause(C::Issuer, Value::Label).several(),
                                clause(C::Issued, Value::Date),
                                clause(C::Unlisted, Value::Constant),
                                TOTAL,
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Unit => const { &top(Required, const { &[clause(C::Equals, Value::Constant), NOTE] }) },
            Self::Concept => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Parent, Value::Reference(&[Kind::Concept])),
                                clause(C::StrongerThan, Value::Reference(&[Kind::Concept])).several(),
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Entity => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::EntityIn, Value::Reference(&[Kind::Entity])),
                                clause(C::Plural, Value::Declares),
                                clause(C::Field, Value::Type).head(Required).many(),
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Field])
                }
            }
            Self::Field => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Title, Value::Text),
                                clause(C::Range, Value::Constant),
                                clause(C::Default, Value::Constant),
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_type()
                    .nested()
                }
            }
            Self::Organ => {
                const {
                    &top(
                        Required,
                        const { &[clause(C::ReportsTo, Value::Reference(ACTORS)).several(), IS, CITE, REF, NOTE] },
                    )
                    .with_of(Optional)
                }
            }
            Self::Enum => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Values, Value::Declares).several().required(),
                                TOTAL,
                                IS,
                                MODALITY,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Action => {
                const {
                    &top(
                        Required,
                        const { &[clause(C::Parent, Value::Reference(&[Kind::Action])), IS, CITE, REF, NOTE] },
                    )
                }
            }
            Self::Param => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Value, Value::Expr),
                                clause(C::From, Value::Expr).head(HeadName::Date).many(),
                                UNTIL,
                                clause(C::Range, Value::Figure),
                                IMPLEMENTS,
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_type()
                }
            }
            Self::Rule => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Value, Value::Expr).required(),
                                clause(C::Except, Value::Expr).head(Required).many().guarded(),
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                    .with_type()
                }
            }
            Self::Require => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::That, Value::Condition).required().guarded(),
                                WHEN,
                                clause(C::Level, Value::Choice(ChoiceSet::Level)),
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                }
            }
            Self::Norm => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Actor, Value::Reference(ACTORS)).several().required(),
                                clause(C::Must, Value::Reference(&[Kind::Action])).several(),
                                clause(C::MustNot, Value::Reference(&[Kind::Action])).several(),
                                clause(C::May, Value::Reference(&[Kind::Action])).several(),
                                clause(C::Encouraged, Value::Reference(&[Kind::Action])).several(),
                                clause(C::Object, Value::Label).several(),
                                clause(C::Frequency, Value::Figure),
                                clause(C::Deadline, Value::Expr),
                                clause(C::Over, Value::Label).several(),
                                WHEN,
                                OPEN_ENDED,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                }
            }
            Self::Power => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Holder, Value::Reference(ACTORS)).several(),
                                clause(C::Over, Value::Label).several(),
                                clause(C::Object, Value::Label).several(),
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Grant => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Holder, Value::Reference(ACTORS)).several(),
                                clause(C::Include, Value::Reference(&[Kind::Grant])).several(),
                                clause(C::Adds, Value::Constant),
                                UNLISTED,
                                TOTAL,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Power])
                }
            }
            Self::Duty => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Bearer, Value::Reference(ACTORS)).several(),
                                clause(C::Lead, Value::Reference(ACTORS)).several(),
                                clause(C::Supporters, Value::Reference(ACTORS)).several(),
                                clause(C::Object, Value::Label).several(),
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Duties => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Bearer, Value::Reference(ACTORS)).several(),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Duty])
                }
            }
            Self::Offices | Self::Centers | Self::Posts => {
                const { &top(Required, STRUCTURE).with_of(Required).with_inner(&[Kind::Office]) }
            }
            Self::Office => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Count, Value::Figure),
                                clause(C::MergedFrom, Value::Label).several(),
                                clause(C::Object, Value::Label).several(),
                                WHEN,
                                IS,
                                MODALITY,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Quota => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Base, Value::Figure).required(),
                                clause(C::Extra, Value::Figure).head(Optional).many().guarded(),
                                clause(C::Limit, Value::Figure).guarded().many(),
                                clause(C::Actual, Value::Figure),
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                }
            }
            Self::List => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Polarity, Value::Choice(ChoiceSet::Polarity)),
                                clause(C::Items, Value::Declares).several(),
                                clause(C::Providers, Value::Label).several(),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                    .with_inner(&[Kind::Category, Kind::Item])
                }
            }
            Self::Category => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Items, Value::Declares).several(),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                WHEN,
                                IS,
                                MODALITY,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Item])
                    .nested()
                }
            }
            Self::Item => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Providers, Value::Label).several(),
                                clause(C::Attribute, Value::Expr).head(Required).many().several(),
                                WHEN,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Pay => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Reference, Value::Expr),
                                clause(C::Multiple, Value::Figure).guarded().many(),
                                clause(C::Component, Value::Figure).head(Optional).many().guarded(),
                                clause(C::Allowance, Value::Figure).head(Optional).many().guarded(),
                                clause(C::Limit, Value::Figure).guarded().many(),
                                clause(C::Actual, Value::Figure),
                                TOTAL,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                    .with_type()
                    .with_inner(&[Kind::Band])
                }
            }
            Self::Band => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Grades, Value::Constant),
                                clause(C::Value, Value::Figure),
                                WHEN,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Admission => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Lists, Value::Reference(&[Kind::List])).several().guarded().many(),
                                clause(C::Matter, Value::Expr),
                                clause(C::Approver, Value::Reference(ACTORS)).several().guarded().many(),
                                clause(C::Condition, Value::Condition).head(Required).many(),
                                clause(C::Agreement, Value::Label).several(),
                                clause(C::Funds, Value::Label).several(),
                                OPEN_ENDED,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                }
            }
            Self::Commitment => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Parties, Value::Reference(ACTORS)).several(),
                                clause(C::Items, Value::Declares).several(),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Side, Kind::Category, Kind::Item])
                }
            }
            Self::Side => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Promisor, Value::Reference(ACTORS)).several(),
                                clause(C::Promisee, Value::Reference(ACTORS)).several(),
                                clause(C::Items, Value::Declares).several(),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(&[Kind::Category, Kind::Item])
                    .nested()
                }
            }
            Self::Mechanism => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Parts, Value::Declares).several(),
                                clause(C::Bearer, Value::Reference(ACTORS)).several(),
                                clause(C::Supporters, Value::Reference(ACTORS)).several(),
                                clause(C::Object, Value::Label).several(),
                                clause(C::Frequency, Value::Figure),
                                UNLISTED,
                                OPEN_ENDED,
                                TOTAL,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                    .with_inner(&[Kind::Item])
                }
            }
            Self::Rating => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Assessor, Value::Reference(ACTORS)).several(),
                                clause(C::Eligible, Value::Condition),
                                clause(C::Score, Value::Expr),
                                clause(C::Current, Value::Expr),
                                clause(C::Cycle, Value::Figure),
                                clause(C::Review, Value::Figure),
                                clause(C::Promotion, Value::Condition),
                                clause(C::Demotion, Value::Condition),
                                TOTAL,
                                OPEN_ENDED,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                    .with_type()
                    .with_inner(&[Kind::Dimension, Kind::Grade])
                }
            }
            Self::Dimension => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Weight, Value::Constant),
                                clause(C::Score, Value::Expr),
                                clause(C::Items, Value::Declares).several(),
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Grade => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Points, Value::Figure),
                                WHEN,
                                clause(C::Value, Value::Figure),
                                clause(C::Share, Value::Figure),
                                clause(C::Reward, Value::Label).several(),
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Indicator => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Formula, Value::Expr),
                                clause(C::Target, Value::Figure).guarded().many(),
                                clause(C::DataOwner, Value::Reference(ACTORS)).several(),
                                clause(C::Frequency, Value::Figure),
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Required)
                    .with_type()
                }
            }
            Self::Procedure => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Deadline, Value::Expr),
                                OPEN_ENDED,
                                WHEN,
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                    .with_inner(&[Kind::Step])
                }
            }
            Self::Step => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Actor, Value::Reference(ACTORS)).several(),
                                clause(C::Acts, Value::Reference(&[Kind::Action])).several(),
                                clause(C::Object, Value::Label).several(),
                                clause(C::Input, Value::Label).several(),
                                clause(C::Output, Value::Label).several(),
                                clause(C::Deadline, Value::Expr),
                                WHEN,
                                clause(C::Next, Value::Label).several().guarded().many(),
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .nested()
                }
            }
            Self::Delegation => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::To, Value::Reference(ACTORS)).several(),
                                clause(C::Level, Value::Choice(ChoiceSet::Level)),
                                clause(C::Subject, Value::Text),
                                clause(C::Range, Value::Figure),
                                clause(C::Deadline, Value::Expr),
                                clause(C::Default, Value::Expr),
                                IMPLEMENTS,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                    .with_type()
                }
            }
            Self::Fact => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Value, Value::Expr).several(),
                                clause(C::Date, Value::Date),
                                clause(C::Place, Value::Label).several(),
                                clause(C::Source, Value::Label).several(),
                                OPEN_ENDED,
                                IS,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                    .with_type()
                }
            }
            Self::Principle => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Content, Value::Text),
                                clause(C::Actor, Value::Reference(ACTORS)).several(),
                                clause(C::Object, Value::Label).several(),
                                OPEN_ENDED,
                                WHEN,
                                IS,
                                MODALITY,
                                FROM,
                                UNTIL,
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_of(Optional)
                }
            }
            Self::Amend => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::From, Value::Date).required(),
                                clause(C::Remove, Value::Label).head(Optional).many().several(),
                                CITE,
                                REF,
                                NOTE,
                            ]
                        },
                    )
                    .with_inner(AMENDABLE)
                }
            }
            Self::Scenario => {
                const {
                    &top(
                        Required,
                        const {
                            &[
                                clause(C::Years, Value::Constant).required(),
                                clause(C::Set, Value::Expr).head(Required).many(),
                                clause(C::Growth, Value::Expr).head(Required).many(),
                                clause(C::Enable, Value::Label).several(),
                                clause(C::Disable, Value::Label).several(),
                                clause(C::Sample, Value::Text),
                                REF,
                                NOTE,
                            ]
                        },
                    )
                }
            }
            Self::Test => {
                const {
                    &KindSpec {
                        top: true,
                        of: None,
                        name: Optional,
                        typed: false,
                        clauses: const {
                            &[
                                clause(C::Given, Value::Facts).head(Optional).many().several(),
                                clause(C::Set, Value::Expr).head(Required).many(),
                                clause(C::AsOf, Value::Date),
                                clause(C::Expect, Value::Condition).required().many().several(),
                                REF,
                                NOTE,
                            ]
                        },
                        inner: &[],
                    }
                }
            }
        }
    }

    /// The clause of this kind that `text` heads, in either face.
    #[must_use]
    pub fn clause(self, text: &str) -> Option<&'static ClauseSpec> {
        self.spec().clauses.iter().find(|it| it.word.word().reads(text))
    }
}
