//! Days of the calendar, and what coarse dates cover.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil;
use smol_str::SmolStr;

use crate::number::digit_value;
use crate::range::Range;

/// The last year that a date may lie in.
const LAST_YEAR: i16 = 9999;

/// A day of the Gregorian calendar, in the years 1 to 9999.
///
/// # Examples
///
/// ```
/// use polis_value::Date;
///
/// let notice = Date::parse("2020年1月31日").unwrap();
/// assert_eq!(notice.to_string(), "2020-01-31");
/// assert_eq!(notice.add_months(1).unwrap().to_string(), "2020-02-29");
/// assert_eq!(notice.days_until(Date::parse("2020-03-01").unwrap()), 30);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// Why there is no such date.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum DateError {
    /// Not the shape of a date.
    Malformed {
        /// What was written.
        text: SmolStr,
    },
    /// The shape of a date, but the year has no such month or the month no such day, as in `2021-02-29`.
    NoSuchDay {
        /// What was written.
        text: SmolStr,
    },
    /// Outside the years 1 to 9999.
    OutOfCalendar,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DateError::Malformed { text } => write!(f, "`{text}` is not a date"),
            DateError::NoSuchDay { text } => write!(f, "there is no day `{text}` in the calendar"),
            DateError::OutOfCalendar => write!(f, "the date lies outside the years 1 to {LAST_YEAR}"),
        }
    }
}

impl std::error::Error for DateError {}

impl Date {
    /// The day of this year, month and day, all counted from 1.
    ///
    /// # Errors
    ///
    /// [`DateError::OutOfCalendar`] or [`DateError::NoSuchDay`].
    pub fn new(year: i16, month: i8, day: i8) -> Result<Date, DateError> {
        if !(1..=LAST_YEAR).contains(&year) {
            return Err(DateError::OutOfCalendar);
        }
        civil::Date::new(year, month, day)
            .map(Date)
            .map_err(|_| DateError::NoSuchDay { text: smol_str::format_smolstr!("{year:04}-{month:02}-{day:02}") })
    }

    /// Reads a day: `2020-01-31` or `2020年1月31日`. See [`CalendarSpan::parse`] for what may vary.
    ///
    /// # Errors
    ///
    /// As [`CalendarSpan::parse`]; a coarse date is [`DateError::Malformed`] here.
    pub fn parse(text: &str) -> Result<Date, DateError> {
        let fields = Fields::read(text)?;
        match (fields.month, fields.day) {
            (Some(month), Some(day)) => fields.date(month, day, text),
            _ => Err(DateError::Malformed { text: text.into() }),
        }
    }

    /// The year, from 1.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day so many days later, or earlier where negative.
    ///
    /// # Errors
    ///
    /// [`DateError::OutOfCalendar`].
    pub fn add_days(self, days: i64) -> Result<Date, DateError> {
        let later = days
            .checked_mul(86_400)
            .and_then(|seconds| self.0.checked_add(SignedDuration::from_secs(seconds)).ok())
            .ok_or(DateError::OutOfCalendar)?;
        // jiff's calendar goes on before the year 1.
        if later.year() < 1 { Err(DateError::OutOfCalendar) } else { Ok(Date(later)) }
    }

    /// The same day so many months later, or earlier where negative. Where that month lacks the day, its last day, as
    /// the Civil Code has it (民法典 art. 202: 没有对应日的，月末日为期间的最后一日).
    ///
    /// # Errors
    ///
    /// [`DateError::OutOfCalendar`].
    pub fn add_months(self, months: i64) -> Result<Date, DateError> {
        let months = self.months_since_year_zero().checked_add(months).ok_or(DateError::OutOfCalendar)?;
        let year = i16::try_from(months.div_euclid(12)).map_err(|_| DateError::OutOfCalendar)?;
        let month = i8::try_from(months.rem_euclid(12) + 1).map_err(|_| DateError::OutOfCalendar)?;
        let first = Date::new(year, month, 1)?;
        Date::new(year, month, self.day().min(first.0.days_in_month()))
    }

    /// How many days later `other` is; negative if it is earlier.
    pub fn days_until(self, other: Date) -> i64 {
        self.0.duration_until(other.0).as_secs() / 86_400
    }

    /// How many whole months later `other` is; negative if it is earlier. Agrees with [`Date::add_months`]: the most
    /// months that can be added to the earlier day without passing the later one.
    pub fn months_until(self, other: Date) -> i64 {
        if other < self {
            return -other.months_until(self);
        }
        let months = other.months_since_year_zero() - self.months_since_year_zero();
        // The last month is whole once its corresponding day is reached, or its last day where it lacks that day.
        let corresponding = self.day().min(other.0.days_in_month());
        if other.day() < corresponding { months - 1 } else { months }
    }

    /// How many whole years later `other` is; negative if it is earlier. Twelve whole months each.
    pub fn years_until(self, other: Date) -> i64 {
        self.months_until(other) / 12
    }

    fn months_since_year_zero(self) -> i64 {
        i64::from(self.year()) * 12 + i64::from(self.month()) - 1
    }
}

/// `2020-01-31`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The days that a date covers as it is written: a day, a month, or a year.
///
/// # Examples
///
/// ```
/// use polis_value::CalendarSpan;
///
/// let month = CalendarSpan::parse("2020年2月").unwrap();
/// assert_eq!(month.range().to_string(), "2020-02-01..2020-02-29");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CalendarSpan {
    /// The first day.
    pub first: Date,
    /// The last day, which is included.
    pub last: Date,
}

impl CalendarSpan {
    /// Reads `2020-01-31`, `2020-01`, `2020`, `2020年1月31日`, `2020年1月` or `2020年`.
    ///
    /// A year has four digits, a month and a day have one or two; digits and hyphens may be full-width.
    ///
    /// # Errors
    ///
    /// [`DateError::Malformed`] for another shape, [`DateError::NoSuchDay`] for a month or day that doesn't exist,
    /// [`DateError::OutOfCalendar`] for the year 0 and for years of more than four digits.
    pub fn parse(text: &str) -> Result<CalendarSpan, DateError> {
        let fields = Fields::read(text)?;
        let first = fields.date(fields.month.unwrap_or(1), fields.day.unwrap_or(1), text)?;
        let last = match (fields.month, fields.day) {
            (Some(_), Some(_)) => first,
            (Some(_), None) => Date(first.0.last_of_month()),
            (None, _) => Date(first.0.last_of_year()),
        };
        Ok(CalendarSpan { first, last })
    }

    /// All its days.
    pub fn range(self) -> Range<Date> {
        Range { lo: Some(self.first), hi: Some(self.last) }
    }
}

/// A date as written. The day is given only if the month is.
struct Fields {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Fields {
    fn read(text: &str) -> Result<Fields, DateError> {
        let malformed = || DateError::Malformed { text: text.into() };
        let (year, digits, rest) = leading_number(text);
        if digits > 4 {
            return Err(DateError::OutOfCalendar);
        }
        if digits < 4 {
            return Err(malformed());
        }
        let (month, day) = match rest.strip_prefix(['-', '－']) {
            Some(rest) => match split_hyphen(rest) {
                (month, None) => (Some(month), None),
                (month, Some(day)) => (Some(month), Some(day)),
            },
            None => match rest.strip_prefix('年') {
                None if rest.is_empty() => (None, None),
                None => return Err(malformed()),
                Some("") => (None, None),
                Some(rest) => match rest.split_once('月').ok_or_else(malformed)? {
                    (month, "") => (Some(month), None),
                    (month, day) => (Some(month), Some(day.strip_suffix('日').ok_or_else(malformed)?)),
                },
            },
        };
        let field = |text: &str| match leading_number(text) {
            (value, 1 | 2, "") => i8::try_from(value).map_err(|_| malformed()),
            _ => Err(malformed()),
        };
        Ok(Fields { year, month: month.map(field).transpose()?, day: day.map(field).transpose()? })
    }

    /// The date of the year; an error names the whole text.
    fn date(&self, month: i8, day: i8, text: &str) -> Result<Date, DateError> {
        Date::new(self.year, month, day).map_err(|error| match error {
            DateError::NoSuchDay { .. } => DateError::NoSuchDay { text: text.into() },
            other => other,
        })
    }
}

fn split_hyphen(text: &str) -> (&str, Option<&str>) {
    match text.split_once(['-', '－']) {
        Some((month, day)) => (month, Some(day)),
        None => (text, None),
    }
}

/// The number that the text begins with (saturating), how many digits it has, and what follows.
fn leading_number(text: &str) -> (i16, usize, &str) {
    let rest = text.trim_start_matches(|symbol| digit_value(symbol).is_some());
    let digits = text.strip_suffix(rest).unwrap_or_default();
    let value = digits
        .chars()
        .filter_map(digit_value)
        .fold(0_i16, |value, digit| value.saturating_mul(10).saturating_add(i16::try_from(digit).unwrap_or_default()));
    (value, digits.chars().count(), rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn days_are_read_in_both_faces() {
        for text in [
            "2020-01-31",
            "2020-1-31",
            "2020年1月31日",
            "2020年01月31日",
            "２０２０年１月３１日",
            "２０２０－０１－３１",
        ] {
            assert_eq!(date(text).to_string(), "2020-01-31", "{text}");
        }
    }

    #[test]
    fn coarse_dates_cover_their_days() {
        for (text, range) in [
            ("2020-02", "2020-02-01..2020-02-29"),
            ("2021年2月", "2021-02-01..2021-02-28"),
            ("2020", "2020-01-01..2020-12-31"),
            ("2020年", "2020-01-01..2020-12-31"),
            ("2020-02-03", "2020-02-03..2020-02-03"),
        ] {
            assert_eq!(CalendarSpan::parse(text).unwrap().range().to_string(), range, "{text}");
        }
        assert!(matches!(Date::parse("2020-02"), Err(DateError::Malformed { .. })));
    }

    #[test]
    fn errors_are_told_apart() {
        for text in [
            "",
            "二〇二〇年",
            "20-01-01",
            "2020-",
            "2020-01-",
            "2020-001",
            "2020/01/31",
            "2020年1",
            "2020年1月3",
            "2020-01-01x",
            "2020年1月31日日",
        ] {
            let error = CalendarSpan::parse(text).unwrap_err();
            assert_eq!(error, DateError::Malformed { text: text.into() });
        }
        for text in ["2021-02-29", "2020年13月", "2020-00", "2020-01-00"] {
            let error = CalendarSpan::parse(text).unwrap_err();
            assert_eq!(error, DateError::NoSuchDay { text: text.into() });
        }
        for text in ["0000", "12020-01-01"] {
            assert_eq!(CalendarSpan::parse(text), Err(DateError::OutOfCalendar), "{text}");
        }
        assert_eq!(date("9999-12-31").add_days(1), Err(DateError::OutOfCalendar));
        assert_eq!(date("0001-01-01").add_days(-1), Err(DateError::OutOfCalendar));
        assert_eq!(date("0001-01-01").add_days(i64::MAX), Err(DateError::OutOfCalendar));
        assert_eq!(date("9999-12-01").add_months(1), Err(DateError::OutOfCalendar));
        assert_eq!(date("9999-12-01").add_months(i64::MAX), Err(DateError::OutOfCalendar));
    }

    #[test]
    fn a_missing_day_becomes_the_last_of_the_month() {
        assert_eq!(date("2020-01-31").add_months(1), Ok(date("2020-02-29")));
        assert_eq!(date("2020-03-31").add_months(-1), Ok(date("2020-02-29")));
        assert_eq!(date("2020-02-29").add_months(12), Ok(date("2021-02-28")));
        assert_eq!(date("2020-12-31").add_months(6), Ok(date("2021-06-30")));
    }

    #[test]
    fn whole_months_and_years() {
        assert_eq!(date("2020-01-31").months_until(date("2020-02-28")), 0);
        assert_eq!(date("2020-01-31").months_until(date("2020-02-29")), 1);
        assert_eq!(date("2020-01-15").months_until(date("2020-03-14")), 1);
        assert_eq!(date("2020-03-14").months_until(date("2020-01-15")), -1);
        assert_eq!(date("2000-06-01").years_until(date("2020-05-31")), 19);
        assert_eq!(date("2020-02-29").years_until(date("2021-02-28")), 1);
    }

    fn day() -> impl Strategy<Value = Date> {
        (1500_i16..2500, 1_i8..=12, 1_i8..=31).prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d).ok())
    }

    proptest! {
        #[test]
        fn display_reads_back(date in day()) {
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
            let chinese = format!("{}年{}月{}日", date.year(), date.month(), date.day());
            prop_assert_eq!(Date::parse(&chinese), Ok(date));
        }

        #[test]
        fn adding_the_days_between_arrives(a in day(), b in day()) {
            prop_assert_eq!(a.add_days(a.days_until(b)), Ok(b));
        }

        #[test]
        fn adding_months_keeps_the_day_where_it_exists(date in day(), months in -600_i64..600) {
            let later = date.add_months(months).unwrap();
            prop_assert_eq!(later.months_since_year_zero() - date.months_since_year_zero(), months);
            prop_assert!(later.day() == date.day() || (later.day() < date.day() && later == Date(later.0.last_of_month())));
            prop_assert_eq!(date.add_months(months + 1).unwrap() > later, true);
        }

        #[test]
        fn months_between_are_the_most_that_fit(a in day(), months in 0_i64..600, days in -2_i64..40) {
            let b = a.add_months(months).and_then(|b| b.add_days(days)).unwrap().max(a);
            let whole = a.months_until(b);
            prop_assert!(a.add_months(whole).unwrap() <= b);
            prop_assert!(a.add_months(whole + 1).unwrap() > b);
            prop_assert_eq!(b.months_until(a), -whole);
        }
    }
}
