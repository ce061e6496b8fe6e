//! Pages of differences and of cities side by side: they are searched and filtered, and unfold to both texts.

use std::io;
use std::path::Path;

use serde_json::Value;

use super::driver::Browser;
use super::{CHECKS, called};
use crate::{Outcome, say};

/// The pages: a name, the language, and the call that makes each.
const PAGES: &[(&str, &str, &[&str])] = &[
    ("diff-zh", "zh", &["diff", "policies/shanghai", "policies/template_city", "--all"]),
    ("diff-en", "en", &["diff", "policies/shanghai", "policies/template_city", "--all"]),
    ("matrix-zh", "zh", &["matrix", "policies/changchun", "policies/shanghai", "policies/template_city"]),
];

/// What of [`CHECKS`] is asked of these pages too.
const COMMON: &[&str] = &["nothing is fetched", "Chinese letters are letters"];

/// What is asked of a page of differences.
const DIFFERENCES: &str = r##"
  const all = [...document.querySelectorAll(".entry")];
  const shown = () => all.filter((it) => getComputedStyle(it).display !== "none");
  if (all.length < 100) return `${all.length} entries`;
  if (shown().length !== all.length) return `${shown().length} of ${all.length} are shown at first`;
  const find = document.querySelector("#find");
  const type = (text) => { find.value = text; find.dispatchEvent(new Event("input")); };
  type("no such text anywhere");
  if (shown().length !== 0) return `${shown().length} are left when nothing matches`;
  type("服务圈");
  const found = shown();
  if (found.length === 0 || found.length === all.length || !found.every((it) => it.textContent.includes("服务圈"))) {
    return `${found.length} are found`;
  }
  type("");
  const kinds = [...document.querySelectorAll("[name=kind]")];
  for (const kind of kinds) {
    kind.click();
    if (shown().some((it) => it.dataset.class === kind.value)) return `${kind.value} does not go`;
    kind.click();
    if (shown().length !== all.length) return `${kind.value} does not come back`;
  }
  const folded = all.find((it) => it.querySelector(".both"));
  if (!folded) return "no texts are side by side";
  const texts = [...folded.querySelectorAll(".both > div")];
  document.querySelector("#unfold").click();
  const [left, right] = texts.map((it) => it.getBoundingClientRect());
  if (!folded.open || !left || !right || left.height < 20 || right.left < left.right - 1 || Math.abs(left.top - right.top) > 2) {
    return "the texts do not stand side by side";
  }
  if (texts.some((it) => !it.querySelector("pre").textContent.trim() || !/[.]pol:[0-9]+/.test(it.textContent))) {
    return "a text or its place is missing";
  }
  document.querySelector("#unfold").click();
  return folded.open ? "it does not fold again" : null;
"##;

/// What is asked of a page of cities side by side.
const SIDE_BY_SIDE: &str = r#"
  const heads = [...document.querySelectorAll("h2")];
  if (heads.length < 8) return `${heads.length} topics`;
  const tables = [...document.querySelectorAll("table")];
  if (tables.length === 0 || !tables.every((it) => it.querySelectorAll("th").length >= 5)) return "a city has no column";
  return tables.some((it) => /只有|没有/.test(it.textContent)) ? null : "no blank is named";
"#;

/// Opens every page; says what is wrong.
pub(super) fn run(browser: &Browser, folder: &Path) -> Outcome {
    let mut well = true;
    for (name, lang, words) in PAGES {
        let path = folder.join(format!("{name}.html"));
        let path = path.to_string_lossy();
        let words = [*words, &["--lang", lang, "--quiet", "--format", "html", "--out", &path]].concat();
        if !called(&words)? {
            well = false;
            continue;
        }
        browser.open(&format!("file://{path}"))?;
        let own = if name.starts_with("diff") { DIFFERENCES } else { SIDE_BY_SIDE };
        let common = CHECKS.iter().filter(|it| COMMON.contains(&it.0)).map(|it| (it.0, it.1));
        let mut wrong = Vec::new();
        for (check, script) in common.chain([("what the page is for", own)]) {
            match browser.script(script)? {
                Value::Null => {}
                found => wrong.push(format!("{check}: {found}")),
            }
        }
        wrong.extend(language(browser, lang)?);
        wrong.extend(browser.console()?.into_iter().map(|it| format!("the console says: {it}")));
        say(&format!("{name}: {}", if wrong.is_empty() { "well" } else { "WRONG" }))?;
        for line in &wrong {
            say(&format!("  {line}"))?;
        }
        well &= wrong.is_empty();
    }
    Ok(well)
}

/// Whether the page says that it is in its language.
fn language(browser: &Browser, lang: &str) -> io::Result<Option<String>> {
    let said = browser.script("return document.documentElement.lang;")?;
    let well = said.as_str().is_some_and(|it| it.starts_with(lang));
    Ok((!well).then(|| format!("it is not in its language: {said}")))
}
