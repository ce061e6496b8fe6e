//! What is said when Polis itself is wrong.

use std::io::{self, Write as _};
use std::panic;

use polis_db::System;
use polis_diagnostic::Locale;

use crate::context::pick;
use crate::language::locale_of;

/// Makes every panic end in a report of a bug, in the language of the call, on standard error.
pub fn install_bug_report(system: &dyn System) {
    let args: Vec<_> = std::env::args_os().collect();
    let locale = locale_of(&args, system);
    panic::set_hook(Box::new(move |info| {
        if polis_sim::panics_are_findings() {
            return;
        }
        let payload = info.payload();
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("?");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let line: Vec<_> = args.iter().map(|it| it.to_string_lossy()).collect();
        // Nobody is left to tell where this fails.
        let _ = io::stderr().write_all(report(locale, message, &place, &line.join(" ")).as_bytes());
    }));
}

/// The report: the language of the call first, and both languages, because whoever reads it may read either.
fn report(locale: Locale, message: &str, place: &str, line: &str) -> String {
    let zh = "这是 polis 自身的缺陷，不是您的政策文件有误。请报告：以下几行，以及引起它的文件（如能提供）";
    let en = "this is a bug in polis, not in your policy. please report these lines, and the files that led to it if you may";
    let (first, second) = pick(locale, (zh, en), (en, zh));
    let version = env!("CARGO_PKG_VERSION");
    format!("\n{first}\n{second}\n\n  polis {version}\n  $ {line}\n  {place}\n  {message}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_in_both_languages_and_says_what_to_send() {
        let text = report(Locale::En, "index out of bounds", "crates/x.rs:1:2", "polis check .");
        let place = |part: &str| text.find(part).unwrap();
        assert!(place("this is a bug") < place("这是"));
        assert!(text.contains("$ polis check .") && text.contains("crates/x.rs:1:2") && text.contains("index out"));
        assert!(report(Locale::Zh, "", "", "").starts_with("\n这是"));
    }
}
