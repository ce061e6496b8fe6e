//! One line each, in the form that editors and `grep` know.

use std::io;

use super::places::Places;
use super::severity_word;
use super::visible::visible;
use crate::files::{ColumnUnit, Files};
use crate::locale::Locale;
use crate::model::Diagnostic;

/// Writes `path:line:column: error[code]: message`; columns count cells of a terminal.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut places = Places::new(files, ColumnUnit::Width);
    for diagnostic in diagnostics {
        let place = places.resolve(diagnostic.primary.at);
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            visible(place.path),
            place.start.line,
            place.start.column,
            severity_word(diagnostic.severity, locale),
            diagnostic.code(),
            visible(&diagnostic.message.render(locale)),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::render::fixtures::{Fixture, all};
    use crate::{Format, Locale};

    #[test]
    fn every_fixture_is_one_line_each() {
        assert_snapshot!(all(Format::Concise, Locale::Zh), @r"
        长春/社区.pol:2:46: 错误[unknown-name]: 找不到名称 `户树`
        长春/社区.pol:2:50: 警告[unit-mismatch]: `＋` 两边的单位不同：`户` 与 `人`

        changchun/street.pol:3:24: 错误[superior-limit-exceeded]: `街道内设机构` 可达 8，超过上级 `吉林.街道机构限额` 规定的限额 7

        crlf.pol:3:6: 错误[type-mismatch]: 此处应为人数，实为户数

        end.pol:1:10: 错误[unclosed-bracket]: `{` 没有闭合
        end.pol:3:1: 错误[unclosed-bracket]: `{` 没有闭合

        empty.pol:1:1: 提示[missing-clause]: `文件` `甲` 缺少条目 `名称`

        block.pol:1:1: 错误[duplicate-name]: `甲` 重复定义
        ");
        assert_snapshot!(all(Format::Concise, Locale::En), @r"
        长春/社区.pol:2:46: error[unknown-name]: cannot find `户树`
        长春/社区.pol:2:50: warning[unit-mismatch]: the two sides of `＋` have different units: `households` and `people`

        changchun/street.pol:3:24: error[superior-limit-exceeded]: `街道内设机构` may reach 8, above the limit of 7 set by `吉林.街道机构限额`

        crlf.pol:3:6: error[type-mismatch]: expected a number of people, found a number of households

        end.pol:1:10: error[unclosed-bracket]: `{` is never closed
        end.pol:3:1: error[unclosed-bracket]: `{` is never closed

        empty.pol:1:1: info[missing-clause]: `document` `甲` needs a clause `title`

        block.pol:1:1: error[duplicate-name]: `甲` is defined more than once
        ");
    }

    #[test]
    fn a_line_stays_a_line() {
        let text = Fixture::hostile().render(Format::Concise, Locale::En);
        assert_snapshot!(text, @r"
        a,b:c .pol:1:21: error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
        a,b:c .pol:1:9: error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
        a,b:c .pol:3:1: error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
        ?:1:1: error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
        a,b:c .pol:2:1: error[unknown-name]: cannot find `a  ::error::␛[2J%0A`
        ");
    }
}
