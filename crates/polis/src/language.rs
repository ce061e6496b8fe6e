//! The language of a call, decided before its arguments are parsed: help and errors need it.

use std::ffi::OsString;

use polis_db::System;
use polis_diagnostic::Locale;

/// The variables that name a language, the first that names one of ours decides.
const VARIABLES: [&str; 4] = ["POLIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// The language of a call: `--lang`, then the environment, then Chinese.
///
/// A `--lang` that names no language of ours is passed over here and reported when the arguments are parsed.
#[must_use]
pub fn locale_of(args: &[OsString], system: &dyn System) -> Locale {
    option(args)
        .and_then(|it| it.parse().ok())
        .or_else(|| VARIABLES.iter().find_map(|it| system.env_var(it)?.parse().ok()))
        .unwrap_or_default()
}

/// The value of `--lang`, wherever it stands before a `--`.
fn option(args: &[OsString]) -> Option<&str> {
    let mut args = args.iter().skip(1).map(|it| it.to_str().unwrap_or_default()).take_while(|it| *it != "--");
    while let Some(arg) = args.next() {
        if arg == "--lang" {
            return args.next();
        }
        if let Some(value) = arg.strip_prefix("--lang=") {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use polis_db::MemorySystem;

    use super::*;

    fn locale(line: &str, variables: &[(&str, &str)]) -> Locale {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let system = variables.iter().fold(MemorySystem::new(), |it, (name, value)| it.with_variable(name, value));
        locale_of(&args, &system)
    }

    #[test]
    fn the_option_precedes_the_environment() {
        let english = [("POLIS_LANG", "en")];
        assert_eq!(locale("polis check", &english), Locale::En);
        assert_eq!(locale("polis check --lang zh", &english), Locale::Zh);
        assert_eq!(locale("polis --lang=zh check", &english), Locale::Zh);
        assert_eq!(locale("polis check -- --lang zh", &english), Locale::En, "a path of that name");
        assert_eq!(locale("polis check --lang fr", &english), Locale::En);
        assert_eq!(locale("polis check --lang", &english), Locale::En);
    }

    #[test]
    fn the_environment_is_asked_from_special_to_general() {
        assert_eq!(locale("polis", &[]), Locale::Zh);
        assert_eq!(locale("polis", &[("LANG", "en_US.UTF-8")]), Locale::En);
        assert_eq!(locale("polis", &[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN.UTF-8")]), Locale::Zh);
        assert_eq!(locale("polis", &[("LC_ALL", "en_GB"), ("LC_MESSAGES", "zh_CN.UTF-8")]), Locale::En);
        assert_eq!(locale("polis", &[("POLIS_LANG", "zh"), ("LC_ALL", "en_GB")]), Locale::Zh);
        assert_eq!(locale("polis", &[("POLIS_LANG", "fr"), ("LC_ALL", "C"), ("LANG", "en")]), Locale::En);
        assert_eq!(locale("polis", &[("LC_ALL", ""), ("LANG", "C.UTF-8")]), Locale::Zh);
    }
}
