//! Unit words and type words. They are recognised by place (after a figure, after a colon), so they stay free for names.

use super::word_table;

word_table! {
    /// A unit word that may follow a figure. Multiples (万元) are words of their own.
    pub enum UnitWord {
        Person = "人", "people", also ["person", "persons", "名"]; zh "人数。"; en "People.";
        Household = "户", "households", also ["household"]; zh "户数。"; en "Households.";
        Piece = "个", "units", also ["unit"]; zh "个数，用于机构、中心等。"; en "A count of bodies such as offices and centres.";
        Item = "项", "items", also ["item"]; zh "项数，用于事项、措施、权力等。"; en "A count of matters, measures or powers.";
        Category = "类", "categories", also ["category"]; zh "类数。"; en "A count of categories.";
        Time = "次", "times", also ["time"]; zh "次数。"; en "A number of times.";
        Yuan = "元", "yuan"; zh "人民币元。"; en "Yuan renminbi.";
        SquareMetre = "平方米", "sqm"; zh "面积。"; en "Square metres.";
        Day = "日", "days", also ["day", "天"]; zh "日数；与月不可换算。"; en "Days; they do not convert to months.";
        Month = "月", "months", also ["month", "个月"]; zh "月数。"; en "Months.";
        Quarter = "季度", "quarters", also ["quarter"]; zh "季度，等于 3 月。"; en "A quarter: 3 months.";
        HalfYear = "半年", "half_years", also ["half_year"]; zh "半年，等于 6 月。"; en "Half a year: 6 months.";
        Year = "年", "years", also ["year"]; zh "年，等于 12 月。"; en "A year: 12 months.";
        Star = "星", "stars", also ["star", "星级"]; zh "星级。"; en "Stars of a rating.";
        Point = "分", "points", also ["point"]; zh "分数。"; en "Points of a score.";
        Band = "档", "bands", also ["band"]; zh "薪酬的档数。"; en "Bands of pay.";
        Grade = "级", "grades", also ["grade"]; zh "等级数。"; en "Grades.";
        WanYuan = "万元", "wan_yuan"; zh "一万元。"; en "Ten thousand yuan.";
        YiYuan = "亿元", "yi_yuan"; zh "一亿元。"; en "A hundred million yuan.";
        WanPerson = "万人", "wan_people"; zh "一万人。"; en "Ten thousand people.";
        WanHousehold = "万户", "wan_households"; zh "一万户。"; en "Ten thousand households.";
        WanSquareMetre = "万平方米", "wan_sqm"; zh "一万平方米。"; en "Ten thousand square metres.";
        Wan = "万", "wan"; zh "一万，没有单位。"; en "Ten thousand, without a unit.";
        Yi = "亿", "yi"; zh "一亿，没有单位。"; en "A hundred million, without a unit.";
    }
}

impl UnitWord {
    /// What one of this unit is, in base units: the base and the factor. `None` as base is a plain number.
    #[must_use]
    pub const fn base(self) -> (Option<Self>, i64) {
        match self {
            Self::Quarter => (Some(Self::Month), 3),
            Self::HalfYear => (Some(Self::Month), 6),
            Self::Year => (Some(Self::Month), 12),
            Self::WanYuan => (Some(Self::Yuan), 10_000),
            Self::YiYuan => (Some(Self::Yuan), 100_000_000),
            Self::WanPerson => (Some(Self::Person), 10_000),
            Self::WanHousehold => (Some(Self::Household), 10_000),
            Self::WanSquareMetre => (Some(Self::SquareMetre), 10_000),
            Self::Wan => (None, 10_000),
            Self::Yi => (None, 100_000_000),
            base => (Some(base), 1),
        }
    }

    /// Whether things measured in this unit are counted whole: half a person is an error, half a yuan is not.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(
            self.base().0,
            Some(
                Self::Person
                    | Self::Household
                    | Self::Piece
                    | Self::Item
                    | Self::Category
                    | Self::Time
                    | Self::Star
                    | Self::Band
                    | Self::Grade
            )
        )
    }

    /// The English spelling for exactly one of the unit (`1 person`), the plural otherwise.
    #[must_use]
    pub const fn english(self, one: bool) -> &'static str {
        match (self, one) {
            (Self::Person, true) => "person",
            (Self::Household, true) => "household",
            (Self::Piece, true) => "unit",
            (Self::Item, true) => "item",
            (Self::Category, true) => "category",
            (Self::Time, true) => "time",
            (Self::Day, true) => "day",
            (Self::Month, true) => "month",
            (Self::Quarter, true) => "quarter",
            (Self::HalfYear, true) => "half_year",
            (Self::Year, true) => "year",
            (Self::Star, true) => "star",
            (Self::Point, true) => "point",
            (Self::Band, true) => "band",
            (Self::Grade, true) => "grade",
            _ => self.word().en,
        }
    }
}

word_table! {
    /// A built-in type, written after a colon in a block head or a field.
    pub enum TypeWord {
        Number = "数", "number"; zh "没有单位的数，可带小数。"; en "A number without a unit; it may have a fraction.";
        Integer = "整数", "integer"; zh "没有单位的整数。"; en "A whole number without a unit.";
        Percent = "百分比", "percent"; zh "比例，写作 20%。"; en "A share, written 20%.";
        Truth = "是非", "truth"; zh "是或否。"; en "True or false.";
        Text = "文字", "text"; zh "文字。"; en "Text.";
        Date = "日期", "date"; zh "日期。"; en "A date.";
    }
}
