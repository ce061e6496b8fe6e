//! Reserved words of expressions and block heads.

use super::word_table;

word_table! {
    /// A reserved word. A name that is spelled like one is written in back-quotes.
    pub enum Keyword {
        When = "当", "when"; zh "引出条件：条件成立时本条目才适用。句末的“时”可写可不写。"; en "Introduces a guard: the clause applies only where the condition holds.";
        Unless = "除非", "unless"; zh "引出相反的条件：条件不成立时本条目才适用。"; en "Introduces a negative guard: the clause applies only where the condition does not hold.";
        If = "若", "if", also ["如果"]; zh "按条件取值：若 甲 则 乙 否则 丙。"; en "A value by condition: if a then b else c.";
        Then = "则", "then"; zh "若…则…否则 的第二部分。"; en "The second part of if … then … else.";
        Else = "否则", "else"; zh "若…则…否则 的第三部分。"; en "The third part of if … then … else.";
        Or = "或", "or", also ["或者"]; zh "两者至少一个成立。"; en "At least one of the two holds.";
        And = "且", "and", also ["并且"]; zh "两者同时成立。"; en "Both hold.";
        Not = "非", "not"; zh "不成立。"; en "Does not hold.";
        In = "在", "in"; zh "属于区间、清单或集合；在聚合中引出成员所在的集合。"; en "Membership in a range or list; in an aggregate, the collection that members come from.";
        Of = "属于", "of"; zh "条款所适用的对象，如“员额 专职工作者 属于 社区”。"; en "The entity that a provision is about, as in quota workers of Community.";
        Cases = "分情形", "cases"; zh "按情形取值的表：每行“条件 => 值”，最后一行写“其他 => 值”。"; en "A table of values by case: a line per case, guard => value, and otherwise => value last.";
        Otherwise = "其他", "otherwise", also ["其余"]; zh "以上各情形都不成立时的值。"; en "The value where no case above holds.";
        For = "对", "for"; zh "聚合中引出每个成员的名称：合计(某.户数 对 某 在 社区们)。"; en "In an aggregate, names each member: sum(c.households for c in communities).";
        Where = "其中", "where"; zh "聚合中只计满足条件的成员。"; en "In an aggregate, keeps only the members that satisfy the condition.";
        True = "是", "true"; zh "成立。"; en "True.";
        False = "否", "false"; zh "不成立。"; en "False.";
        Open = "待定", "open"; zh "原文留空或缺失的数字；可附原因。结果中凡依赖它的都是未知。"; en "A figure that the text leaves blank or lost, with an optional reason. What depends on it is unknown.";
        Unknown = "未知", "unknown"; zh "缺失的事实，不等于零。"; en "A missing fact. It is not zero.";
        Less = "不足", "less_than", also ["低于", "小于"]; zh "小于，不含本数。"; en "Less than; the figure itself is not included.";
        AtMost = "不超过", "at_most", also ["不高于", "不多于"]; zh "小于或等于，含本数。"; en "At most; the figure itself is included.";
        More = "超过", "more_than", also ["高于", "大于"]; zh "大于，不含本数。"; en "More than; the figure itself is not included.";
        AtLeast = "不少于", "at_least", also ["不低于"]; zh "大于或等于，含本数。"; en "At least; the figure itself is included.";
        AndAbove = "以上", "and_above"; zh "写在数字后：该数及以上的区间，含本数（3000户以上 = 3000.. 户）。"; en "After a figure: the range from it upwards, the figure included.";
        AndBelow = "以下", "and_below", also ["以内"]; zh "写在数字后：该数及以下的区间，含本数（7个以内 = ..7 个）。"; en "After a figure: the range up to it, the figure included.";
        Within = "限", "within"; zh "期限：限 30 日 自 受理。"; en "A deadline: within 30 days after acceptance.";
        After = "自", "after"; zh "期限起算的事件。"; en "The event from which a deadline runs.";
        Time = "时", "then_when"; zh "条件末尾的“时”，没有独立含义，格式化时去掉。"; en "The closing 时 of a Chinese guard; it has no meaning of its own and the formatter drops it.";
    }
}
