//! Built-in functions. They are recognised only before an opening bracket, so their words stay free for names.

use super::word_table;

word_table! {
    /// A built-in function.
    pub enum Builtin {
        Sum = "合计", "sum"; zh "各成员的值相加；任一成员未知则结果未知。"; en "The members' values added up; unknown if any member is unknown.";
        Count = "计数", "count"; zh "成员的个数（个）；可用“其中”筛选。"; en "The number of members, optionally only those that satisfy a condition.";
        Any = "任一", "any"; zh "至少一个成员满足条件。"; en "At least one member satisfies the condition.";
        All = "全部", "all"; zh "每个成员都满足条件。"; en "Every member satisfies the condition.";
        Min = "最小", "min"; zh "最小的值：几个参数中的，或各成员中的。"; en "The smallest value among the arguments or the members.";
        Max = "最大", "max"; zh "最大的值：几个参数中的，或各成员中的。"; en "The largest value among the arguments or the members.";
        Avg = "平均", "avg"; zh "各成员的值的平均数，结果可带小数。"; en "The members' mean; it may have a fraction.";
        Floor = "向下取整", "floor"; zh "不大于它的最大整数。"; en "The largest whole number not above it.";
        Ceil = "向上取整", "ceil"; zh "不小于它的最小整数。"; en "The smallest whole number not below it.";
        Round = "四舍五入", "round"; zh "最接近的整数，五入；第二个参数为保留的小数位数。"; en "The nearest whole number, halves away from zero; a second argument keeps that many decimals.";
        Abs = "绝对值", "abs"; zh "去掉负号的值。"; en "The value without its sign.";
        Clamp = "限于", "clamp"; zh "把值限制在区间内：限于(值, 区间)。"; en "The value held within a range: clamp(value, range).";
        Steps = "每满", "steps"; zh "整步数：每满(数量, 步长)；不满一步的不计，步长为区间时结果也是区间。"; en "Whole steps: steps(amount, size); a step not completed does not count, and a range of sizes gives a range.";
        YearsBetween = "相隔年数", "years_between"; zh "两个日期之间的整年数。"; en "Whole years between two dates.";
        MonthsBetween = "相隔月数", "months_between"; zh "两个日期之间的整月数。"; en "Whole months between two dates.";
        DaysBetween = "相隔日数", "days_between"; zh "两个日期之间的日数。"; en "Days between two dates.";
        AddMonths = "加月", "add_months"; zh "日期加若干月；没有对应日的，为月末日。"; en "A date plus months; where the day does not exist, the month's last day.";
        Starts = "起始日", "starts"; zh "一段时间的第一日。"; en "The first day of a span of dates.";
        Ends = "截止日", "ends"; zh "一段时间的最后一日。"; en "The last day of a span of dates.";
        Low = "下限", "low"; zh "区间的下限。"; en "The lower end of a range.";
        High = "上限", "high"; zh "区间的上限。"; en "The upper end of a range.";
        Kept = "合规", "kept"; zh "员额、内设机构等条款的约束是否守住。"; en "Whether the constraints of a quota, structure or requirement are kept.";
        Known = "已知", "known"; zh "值是否已知。"; en "Whether the value is known.";
    }
}
