//! Workflow commands, which GitHub turns into annotations on the changed lines.

use std::io;

use super::places::Places;
use super::remarks;
use crate::files::{ColumnUnit, Files};
use crate::locale::Locale;
use crate::model::{Diagnostic, Severity};

/// Writes one command per finding; its text holds the labels and remarks as further lines.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut places = Places::new(files, ColumnUnit::Char);
    for diagnostic in diagnostics {
        let place = places.resolve_shown(diagnostic.primary.at);
        write!(
            out,
            "::{} file={},line={},col={}",
            command(diagnostic.severity),
            property(place.path),
            place.start.line,
            place.start.column,
        )?;
        if place.end.line == place.start.line {
            // GitHub ignores columns of an annotation over several lines.
            write!(out, ",endColumn={}", place.end.column)?;
        } else {
            write!(out, ",endLine={}", place.end.line)?;
        }
        let mut text = diagnostic.message.render(locale);
        let colon = locale.pick("：", ": ");
        if let Some(note) = &diagnostic.primary.text {
            text = format!("{text}\n{}", note.render(locale));
        }
        for label in &diagnostic.labels {
            let at = places.resolve_shown(label.at);
            let note = label.text.as_ref().map(|note| note.render(locale));
            text = format!("{text}\n{}:{}:{}", at.path, at.start.line, at.start.column);
            if let Some(note) = note {
                text = format!("{text}{colon}{note}");
            }
        }
        for (word, remark) in remarks(diagnostic, locale) {
            text = format!("{text}\n{word}{colon}{remark}");
        }
        writeln!(out, ",title={}::{}", property(diagnostic.code()), data(&text))?;
    }
    Ok(())
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Escapes the text of a command. The percent sign goes first, else it would escape what the others wrote.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, in which colon and comma have a meaning as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::render::fixtures::{Fixture, all};
    use crate::{Format, Locale};

    #[test]
    fn every_fixture_is_one_command_each() {
        assert_snapshot!(all(Format::Github, Locale::Zh), @r"
        ::error file=长春/社区.pol,line=2,col=27,endColumn=29,title=unknown-name::找不到名称 `户树`%0A帮助：是否想写 `户数`？
        ::warning file=长春/社区.pol,line=2,col=29,endColumn=30,title=unit-mismatch::`＋` 两边的单位不同：`户` 与 `人`%0A长春/社区.pol:2:27：单位是 `户`%0A长春/社区.pol:2:30：单位是 `人`%0A帮助：补上单位 `户`

        ::error file=changchun/street.pol,line=3,col=15,endColumn=21,title=superior-limit-exceeded::`街道内设机构` 可达 8，超过上级 `吉林.街道机构限额` 规定的限额 7%0A此处可达 8%0Ajilin/street.pol:4:7：限额 7 在此处规定%0Achangchun/street.pol:2:7：计为 4%0A说明：例如，设企业服务办公室 4 个的街道%0A帮助：请限定为 `..3 个`

        ::error file=crlf.pol,line=3,col=5,endColumn=8,title=type-mismatch::此处应为人数，实为户数%0Acrlf.pol:1:7：根据此处，应为人数

        ::error file=end.pol,line=1,col=7,endColumn=7,title=unclosed-bracket::`{` 没有闭合%0A此处之前应有 `}`%0Aend.pol:1:6：从这里开始%0A帮助：补上 `}`
        ::error file=end.pol,line=3,col=1,endColumn=1,title=unclosed-bracket::`{` 没有闭合%0A此处之前应有 `}`%0Aend.pol:1:6：从这里开始%0A帮助：补上 `}`

        ::notice file=empty.pol,line=1,col=1,endColumn=1,title=missing-clause::`文件` `甲` 缺少条目 `名称`

        ::error file=block.pol,line=1,col=1,endLine=5,title=duplicate-name::`甲` 重复定义%0A在此处再次定义%0Ablock.pol:3:5：原因在此
        ");
        assert_snapshot!(all(Format::Github, Locale::En), @r"
        ::error file=长春/社区.pol,line=2,col=27,endColumn=29,title=unknown-name::cannot find `户树`%0Ahelp: did you mean `户数`?
        ::warning file=长春/社区.pol,line=2,col=29,endColumn=30,title=unit-mismatch::the two sides of `＋` have different units: `households` and `people`%0A长春/社区.pol:2:27: this is in `households`%0A长春/社区.pol:2:30: this is in `people`%0Ahelp: add the unit `households`

        ::error file=changchun/street.pol,line=3,col=15,endColumn=21,title=superior-limit-exceeded::`街道内设机构` may reach 8, above the limit of 7 set by `吉林.街道机构限额`%0Athis may reach 8%0Ajilin/street.pol:4:7: the limit of 7 is set here%0Achangchun/street.pol:2:7: counts as 4%0Anote: for example, a street that sets up 4 offices%0Ahelp: bound it by `..3 个`

        ::error file=crlf.pol,line=3,col=5,endColumn=8,title=type-mismatch::expected a number of people, found a number of households%0Acrlf.pol:1:7: a number of people is expected because of this

        ::error file=end.pol,line=1,col=7,endColumn=7,title=unclosed-bracket::`{` is never closed%0A`}` is expected before this%0Aend.pol:1:6: opened here%0Ahelp: insert `}`
        ::error file=end.pol,line=3,col=1,endColumn=1,title=unclosed-bracket::`{` is never closed%0A`}` is expected before this%0Aend.pol:1:6: opened here%0Ahelp: insert `}`

        ::notice file=empty.pol,line=1,col=1,endColumn=1,title=missing-clause::`document` `甲` needs a clause `title`

        ::error file=block.pol,line=1,col=1,endLine=5,title=duplicate-name::`甲` is defined more than once%0Adefined again here%0Ablock.pol:3:5: because of this
        ");
    }

    #[test]
    fn nothing_in_a_text_ends_the_command() {
        let text = Fixture::hostile().render(Format::Github, Locale::En);
        assert_snapshot!(text, @r"
        ::error file=a%2Cb%3Ac%0A.pol,line=1,col=20,endColumn=21,title=unknown-name::cannot find `a%0D%0A::error::[2J%250A`
        ::error file=a%2Cb%3Ac%0A.pol,line=1,col=8,endColumn=8,title=unknown-name::cannot find `a%0D%0A::error::[2J%250A`%0Aa,b:c%0A.pol:1:1: here
        ::error file=a%2Cb%3Ac%0A.pol,line=3,col=1,endColumn=1,title=unknown-name::cannot find `a%0D%0A::error::[2J%250A`
        ::error file=?,line=1,col=1,endColumn=1,title=unknown-name::cannot find `a%0D%0A::error::[2J%250A`
        ::error file=a%2Cb%3Ac%0A.pol,line=2,col=1,endColumn=2,title=unknown-name::cannot find `a%0D%0A::error::[2J%250A`%0Anote: one%0Atwo [2J
        ");
    }
}
