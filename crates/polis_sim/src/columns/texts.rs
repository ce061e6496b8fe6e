//! Texts and days as numbers.

use std::sync::Mutex;

use polis_value::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Texts by numbers that are equal where they are. Shared by all who read cells at once.
#[derive(Debug, Default)]
pub(crate) struct Texts(Mutex<(FxHashMap<SmolStr, i64>, Vec<SmolStr>)>);

impl Texts {
    /// The number of a text.
    pub(crate) fn code(&self, text: &SmolStr) -> i64 {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(code) = all.0.get(text) {
            return *code;
        }
        let code = i64::try_from(all.1.len()).unwrap_or(i64::MAX);
        all.0.insert(text.clone(), code);
        all.1.push(text.clone());
        code
    }

    /// The text of a number.
    pub(crate) fn text(&self, code: i64) -> SmolStr {
        let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        usize::try_from(code).ok().and_then(|it| all.1.get(it)).cloned().unwrap_or_default()
    }
}

/// The days from 1970-01-01 to a date.
pub(crate) fn days(date: Date) -> i64 {
    epoch().map_or(0, |it| it.days_until(date))
}

/// The date so many days after 1970-01-01.
pub(crate) fn date(days: i64) -> Option<Date> {
    epoch()?.add_days(days).ok()
}

fn epoch() -> Option<Date> {
    Date::new(1970, 1, 1).ok()
}
