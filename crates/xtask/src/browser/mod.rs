//! Reports in a real browser: nothing is refused or fetched, charts are drawn, tables sort, Chinese letters are letters,
//! and results lead to their explanations, in both languages.
//!
//! Where the browser can be neither found nor fetched the step fails: pages that nobody opened must not look like ones
//! that are well.

mod differences;
mod driver;
mod install;

use std::env;
use std::io;
use std::path::PathBuf;

use serde_json::Value;

use crate::{Outcome, root, say, steps};
use driver::Browser;

/// The pages: a name, the language, and the call that makes each.
const PAGES: &[(&str, &str, &[&str])] = &[
    ("run-zh", "zh", &["simulate", "policies/changchun"]),
    ("run-en", "en", &["simulate", "policies/changchun"]),
    ("years-zh", "zh", &["simulate", "policies/example", "--years", "2020..2026"]),
    ("scenario-en", "en", &["simulate", "policies/example", "--scenario", "快速增长"]),
    ("sweep-zh", "zh", &["simulate", "policies/example", "--sweep", "服务场所补助=500..1500 元/平方米 步长 100"]),
    ("compare-zh", "zh", &["compare", "policies/changchun", "policies/shanghai", "policies/chongqing"]),
    ("large-zh", "zh", &["simulate", "policies/changchun", "--on", LARGE]),
];

/// A sample of a hundred thousand communities.
const LARGE: &str = "LARGE";
const COMMUNITIES: &str = "100000";

/// What is asked of every page. Each gives nothing where all is well, or what is wrong.
const CHECKS: &[(&str, &str)] = &[
    ("it is ready", r#"return document.documentElement.dataset.ready === "yes" ? null : "the script did not end";"#),
    (
        "nothing is fetched",
        r#"const all = performance.getEntriesByType("resource").map((it) => it.name);
           return all.length === 0 ? null : all.join(" ");"#,
    ),
    (
        "charts are drawn",
        r#"const all = [...document.querySelectorAll("canvas")].filter((it) => !it.parentNode.hidden);
           if (all.length === 0) return "there is no chart";
           for (const canvas of all) {
             const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
             const colours = new Set();
             for (let at = 0; at < data.length; at += 4) {
               if (data[at + 3] > 200) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
             }
             if (colours.size < 3) return `${canvas.getAttribute("aria-label")}: ${colours.size} colours`;
           }
           return null;"#,
    ),
    (
        "tables sort",
        r#"let sorted = 0;
           const collator = new Intl.Collator(undefined, { numeric: true });
           for (const section of document.querySelectorAll("section.table")) {
             const button = section.querySelector("thead th.right button");
             if (!button) continue;
             const at = [...button.closest("tr").children].indexOf(button.closest("th"));
             const column = button.dataset.column;
             const values = () => [...section.querySelectorAll("tbody tr")].map((it) => it.children[at].textContent)
               .map((it) => /[0-9][0-9,.]*/.exec(it)).map((it) => (it ? Number(it[0].replaceAll(",", "")) : null));
             for (const [way, sign] of [["ascending", 1], ["descending", -1]]) {
               section.querySelector(`button[data-column="${column}"]`).click();
               const head = section.querySelector(`button[data-column="${column}"]`).closest("th");
               if (head.getAttribute("aria-sort") !== way) return `${section.id}: not ${way}`;
               const all = values();
               const known = all.filter((it) => it !== null);
               if (all.slice(known.length).some((it) => it !== null)) return `${section.id}: a gap before a figure`;
               if (known.some((it, index) => index > 0 && sign * (it - known[index - 1]) < 0)) {
                 return `${section.id}: ${way}: ${all.join(" ")}`;
               }
             }
             section.querySelector(`button[data-column="${column}"]`).click();
             sorted += 1;
           }
           const texts = [...document.querySelectorAll("section.table thead button")];
           if (sorted === 0 && texts.length === 0) return "there is no table";
           return null;"#,
    ),
    (
        "tables are filtered",
        r#"for (const section of document.querySelectorAll("section.table")) {
             const search = section.querySelector("input[type=search]");
             const count = () => section.querySelectorAll("tbody tr td:nth-child(2)").length;
             const before = count();
             search.value = "no such text anywhere";
             search.dispatchEvent(new Event("input"));
             if (count() !== 0) return `${section.id}: ${count()} rows are left`;
             search.value = "";
             search.dispatchEvent(new Event("input"));
             if (count() !== before) return `${section.id}: ${count()} of ${before} rows come back`;
           }
           return null;"#,
    ),
    (
        "Chinese letters are letters",
        r#"const draw = (text, family) => {
             const canvas = document.createElement("canvas");
             [canvas.width, canvas.height] = [48, 48];
             const pen = canvas.getContext("2d", { willReadFrequently: true });
             pen.font = `32px ${family}`;
             pen.fillText(text, 4, 38);
             return [...pen.getImageData(0, 0, 48, 48).data].join();
           };
           for (const element of ["body", "h1"]) {
             const family = getComputedStyle(document.querySelector(element)).fontFamily;
             const box = draw("\u{10fffe}", family);
             const blank = draw(" ", family);
             const seen = new Map();
             for (const letter of "市街道社区员额违反规定鼙龘") {
               const drawn = draw(letter, family);
               if (drawn === box || drawn === blank) return `${element}: ${letter} is a box`;
               if (seen.has(drawn)) return `${element}: ${letter} looks like ${seen.get(drawn)}`;
               seen.set(drawn, letter);
             }
           }
           return null;"#,
    ),
];

/// What is asked of pages with results that are explained.
const EXPLAINED: &str = r#"
  const link = document.querySelector("section.table td a[href^='#why=']");
  if (!link) return "no result leads to its explanation";
  location.hash = link.getAttribute("href");
  dispatchEvent(new HashChangeEvent("hashchange"));
  const dialog = document.getElementById("why");
  if (!dialog.open) return "nothing opens";
  if (!dialog.querySelector(".answer").textContent) return "there is no answer";
  const told = dialog.querySelector(".tree li, pre");
  if (!told || told.textContent.trim().length < 4) return "nothing is told";
  const tree = [...document.querySelectorAll("section.table td a[href^='#why=']")].some((it) => {
    location.hash = it.getAttribute("href");
    dispatchEvent(new HashChangeEvent("hashchange"));
    return dialog.querySelector(".tree li") !== null;
  });
  if (!tree) return "no derivation is told";
  const provision = dialog.querySelector("a[href^='#provision-']");
  if (provision) {
    const place = document.querySelector(provision.getAttribute("href"));
    if (!place || !place.querySelector("pre").textContent.trim()) return "the provision is not there";
    location.hash = provision.getAttribute("href");
    dispatchEvent(new HashChangeEvent("hashchange"));
    if (dialog.open || !place.open) return "the provision is not shown";
  }
  dialog.close();
  return null;
"#;

/// What is asked of pages of the example city, whose communities lie in streets: sums by street.
const SUBTOTALS: &str = r#"
  const sections = [...document.querySelectorAll("section.table")];
  const named = (pattern) => sections.find((it) => pattern.test(it.querySelector("h2, h3").textContent));
  const sums = named(/社区：按街道小计|社区: subtotals by 街道/);
  if (!sums) return "there are no sums by street";
  const rows = [...sums.querySelectorAll("tbody tr")];
  if (rows.length < 12) return `${rows.length} streets`;
  return sums.querySelector("thead th.right button") ? null : "nothing adds up";
"#;

/// What is asked of pages over years: each breach, which the beginning of the page leads to.
const BREACHES: &str = r#"
  const sections = [...document.querySelectorAll("section.table")];
  const breaches = sections.find((it) => /逐项违反|Breaches one by one/.test(it.querySelector("h2, h3").textContent));
  if (!breaches) return "there is no table of breaches";
  const heads = [...breaches.querySelectorAll("thead tr:last-child th")].map((it) => it.textContent.trim());
  const column = (pattern) => heads.findIndex((it) => pattern.test(it));
  const [who, provision, result, figure] = [/^(辖区|who)/, /^(条款|provision)/, /^(结果|result)/, /^(数字和界限|figure and limit)/].map(column);
  if ([who, provision, result, figure].includes(-1)) return `a column is missing: ${heads.join(", ")}`;
  const rows = [...breaches.querySelectorAll("tbody tr")].filter((it) => it.children.length === heads.length);
  if (rows.length === 0) return "no breach is told";
  const at = (row, index) => row.children[index].textContent.trim();
  if (!rows.every((it) => at(it, who) && at(it, provision) && at(it, result))) return "a breach without who, which provision or how";
  if (!rows.some((it) => /[0-9]/.test(at(it, figure)))) return "no figure and no limit is told";
  const link = document.querySelector("ul.attention a");
  if (!link) return "no breach is named at the beginning";
  location.hash = link.getAttribute("href");
  dispatchEvent(new HashChangeEvent("hashchange"));
  const dialog = document.getElementById("why");
  const answer = dialog.open && dialog.querySelector(".answer").textContent;
  dialog.close();
  return answer ? null : "the breach that is named first opens nothing";
"#;

/// Opens every page.
pub(crate) fn run() -> Outcome {
    let Some(found) = install::found_or_fetched()? else { return Ok(false) };
    let folder = folder();
    #[expect(clippy::disallowed_methods, reason = "a task of development works on the real disk")]
    std::fs::create_dir_all(&folder)?;
    let profile = folder.join(format!("profile-{}", std::process::id()));
    let outcome = Browser::start(&found.chromedriver, &found.chromium, &profile).and_then(|browser| {
        let tells = tells_what_is_wrong(&browser)?;
        let well = pages(&browser, &folder)?;
        Ok(differences::run(&browser, &folder)? && well && tells)
    });
    // What is left of it is in nobody's way.
    let _ = std::fs::remove_dir_all(&profile);
    outcome
}

/// Whether a page that is wrong shows: a check that never fails is none.
fn tells_what_is_wrong(browser: &Browser) -> io::Result<bool> {
    browser.open("data:text/html,<script>console.error('wrong')</script><canvas></canvas>")?;
    let console = browser.console()?;
    let blank = CHECKS.iter().find(|it| it.0 == "charts are drawn").map_or("", |it| it.1);
    if !console.iter().any(|it| it.contains("wrong")) || browser.script(blank)?.is_null() {
        say("the browser does not tell what is wrong with a page")?;
        return Ok(false);
    }
    Ok(true)
}

fn pages(browser: &Browser, folder: &std::path::Path) -> Outcome {
    let large = folder.join("large");
    let large = large.to_string_lossy();
    let mut well = called(&[
        "sample",
        "generate",
        "policies/changchun",
        "--communities",
        COMMUNITIES,
        "--missing",
        "5%",
        "--per",
        "小区=0",
        "--per",
        "驻区单位=0",
        "--per",
        "社工=0",
        "--per",
        "准入事项=1",
        "--force",
        "--quiet",
        "--out",
        &large,
    ])?;
    for (name, lang, words) in PAGES {
        let file = folder.join(format!("{name}.html"));
        let path = file.to_string_lossy();
        let mut words: Vec<&str> = words.iter().map(|it| if *it == LARGE { &*large } else { *it }).collect();
        words.extend(["--lang", lang, "--quiet", "--format", "html", "--out", &path]);
        if !called(&words)? {
            well = false;
            continue;
        }
        browser.open(&format!("file://{path}"))?;
        let mut wrong = Vec::new();
        for (check, script) in CHECKS {
            match browser.script(script)? {
                Value::Null => {}
                found => wrong.push(format!("{check}: {found}")),
            }
        }
        // The sweep shows bands, which no single derivation leads to.
        if !name.starts_with("sweep")
            && let found = browser.script(EXPLAINED)?
            && !found.is_null()
        {
            wrong.push(format!("results lead to their explanations: {found}"));
        }
        let over_years = name.starts_with("years") || name.starts_with("scenario");
        for (check, script) in [("sums by street", SUBTOTALS), ("each breach", BREACHES)] {
            if over_years
                && let found = browser.script(script)?
                && !found.is_null()
            {
                wrong.push(format!("{check}: {found}"));
            }
        }
        wrong.extend(language(browser, lang)?);
        wrong.extend(printed(browser, name.starts_with("run"))?);
        wrong.extend(browser.console()?.into_iter().map(|it| format!("the console says: {it}")));
        let size = std::fs::metadata(&file)?.len() / 1024;
        say(&format!("{name}: {size} KB, {}", if wrong.is_empty() { "well" } else { "WRONG" }))?;
        for line in &wrong {
            say(&format!("  {line}"))?;
        }
        well &= wrong.is_empty();
    }
    Ok(well)
}

/// Whether the page says that it is in its language, and is.
fn language(browser: &Browser, lang: &str) -> io::Result<Option<String>> {
    let said = browser.script(
        r##"const head = document.querySelector("#receipt h2").textContent;
            return [document.documentElement.lang, /[\u4e00-\u9fff]/.test(head) ? "zh" : "en"];"##,
    )?;
    let word = |at: usize| said.get(at).and_then(Value::as_str).unwrap_or_default();
    let well = word(0).starts_with(lang) && word(1) == lang;
    Ok((!well).then(|| format!("it is not in its language: {said}")))
}

/// Whether paper shows the tables. Only small pages are printed: the driver does not wait for large ones.
fn printed(browser: &Browser, really: bool) -> io::Result<Option<String>> {
    let length = if really { browser.print()? } else { usize::MAX };
    let tables = browser.script(
        r#"dispatchEvent(new Event("beforeprint"));
           const shown = [...document.querySelectorAll("section.table")];
           return shown.every((it) => it.querySelector(".printed table tbody tr td"));"#,
    )?;
    let well = length > 20_000 && tables == Value::Bool(true);
    Ok((!well).then(|| format!("on paper: {length} digits, tables: {tables}")))
}

fn called(words: &[&str]) -> Outcome {
    let well = steps::polis()?.args(words).status()?.success();
    if !well {
        say(&format!("`polis {}` failed", words.join(" ")))?;
    }
    Ok(well)
}

/// Where pages are written to: beside what cargo builds.
fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target").into(), PathBuf::from);
    root().into_std_path_buf().join(target).join("report")
}
