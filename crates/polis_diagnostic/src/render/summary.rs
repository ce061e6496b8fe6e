//! The line at the end: how much was found.

use crate::locale::Locale;
use crate::model::{Diagnostic, Severity};

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Findings that are only worth knowing.
    pub infos: usize,
}

impl Summary {
    /// Counts the findings.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut summary = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
        }
        summary
    }

    /// A sentence without a period: `2 errors, 1 warning found`, `发现 2 个错误、1 个警告`.
    #[must_use]
    pub fn render(self, locale: Locale) -> String {
        let counts =
            [(self.errors, "个错误", "error"), (self.warnings, "个警告", "warning"), (self.infos, "条提示", "info")];
        let parts = counts.into_iter().filter(|(count, ..)| *count > 0);
        match locale {
            _ if counts.iter().all(|(count, ..)| *count == 0) => {
                locale.pick("没有发现问题", "no problems found").to_owned()
            }
            Locale::Zh => {
                let parts: Vec<String> = parts.map(|(count, word, _)| format!("{count} {word}")).collect();
                format!("发现 {}", parts.join("、"))
            }
            Locale::En => {
                let plural = |count| if count == 1 { "" } else { "s" };
                let parts: Vec<String> =
                    parts.map(|(count, _, word)| format!("{count} {word}{}", plural(count))).collect();
                format!("{} found", parts.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_there_is() {
        let summary = |errors, warnings, infos| Summary { errors, warnings, infos };
        assert_eq!(summary(2, 1, 0).render(Locale::Zh), "发现 2 个错误、1 个警告");
        assert_eq!(summary(2, 1, 0).render(Locale::En), "2 errors, 1 warning found");
        assert_eq!(summary(0, 0, 3).render(Locale::Zh), "发现 3 条提示");
        assert_eq!(summary(0, 0, 3).render(Locale::En), "3 infos found");
        assert_eq!(summary(0, 0, 0).render(Locale::Zh), "没有发现问题");
        assert_eq!(summary(0, 0, 0).render(Locale::En), "no problems found");
    }
}
