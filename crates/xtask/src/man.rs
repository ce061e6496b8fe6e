//! `cargo xtask man OUTDIR`: the man pages, English in `man1`, Chinese in `zh_CN/man1`.

use std::io;

use camino::Utf8Path;
use clap_mangen::Man;
use polis_diagnostic::Locale;

use crate::generate::write;
use crate::{Outcome, say};

/// clap's headings, which are English, in Chinese.
const HEADINGS: [(&str, &str); 6] = [
    ("NAME", "名称"),
    ("SYNOPSIS", "概要"),
    ("DESCRIPTION", "描述"),
    ("OPTIONS", "选项"),
    ("EXTRA", "附注"),
    ("VERSION", "版本"),
];

pub(crate) fn run(args: &[String]) -> Outcome {
    let [folder] = args else { return Err(io::Error::other("man takes a folder")) };
    let folder = Utf8Path::new(folder);
    let mut count = 0;
    for (locale, section) in [(Locale::En, "man1"), (Locale::Zh, "zh_CN/man1")] {
        let mut root = polis::command(locale);
        root.build();
        for command in std::iter::once(&root).chain(root.get_subcommands().filter(|it| it.get_name() != "help")) {
            let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
            let mut page = Vec::new();
            Man::new(command.clone())
                .source(concat!("polis ", env!("CARGO_PKG_VERSION")))
                .manual("Polis")
                .render(&mut page)?;
            let page = String::from_utf8_lossy(&page).into_owned();
            write(&folder.join(section).join(format!("{name}.1")), &translated(page, locale))?;
            count += 1;
        }
    }
    say(&format!("{count} pages written to {folder}"))?;
    Ok(true)
}

fn translated(page: String, locale: Locale) -> String {
    if locale == Locale::En {
        return page;
    }
    let headings = |line: &str| match line.strip_prefix(".SH ") {
        Some(heading) => {
            let chinese = HEADINGS.iter().find(|it| it.0 == heading).map_or(heading, |it| it.1);
            format!(".SH {chinese}\n")
        }
        None => format!("{line}\n"),
    };
    page.lines().map(headings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_in_the_language_of_the_page() {
        let page = ".TH polis 1\n.SH NAME\npolis \\- NAME\n.SH 命令\n";
        assert_eq!(translated(page.into(), Locale::Zh), ".TH polis 1\n.SH 名称\npolis \\- NAME\n.SH 命令\n");
        assert_eq!(translated(page.into(), Locale::En), page);
    }
}
