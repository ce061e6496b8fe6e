//! One page for a browser that needs nothing else: its style and its few lines of script are in it.

use std::io::{self, Write};

use polis_diagnostic::Locale;

use crate::context::pick;

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:15px/1.6 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;margin:1.5rem auto;max-width:90rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border:1px solid #8884;padding:.35rem .5rem;vertical-align:top;text-align:left;overflow-wrap:anywhere}
summary{cursor:pointer}
pre{white-space:pre-wrap;background:#8881;padding:.5rem;margin:.3rem 0;font:13px/1.5 ui-monospace,'Noto Sans Mono CJK SC',monospace}
.both{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
.place,.why,.blank{color:#888;font-size:.85em;margin:0}
.mark{border-radius:.6rem;background:#8882;padding:0 .5rem;margin-left:.4rem;font-size:.85em}
.entry{margin:.4rem 0}
.hidden{display:none}
fieldset{border:1px solid #8884;margin:1rem 0;position:sticky;top:0;background:Canvas}
label{margin-right:1rem}
ins{background:#2a83;text-decoration:none}del{background:#d338}
@media(max-width:50rem){.both{grid-template-columns:1fr}}
";

/// Filters entries by class and by the words in the box.
const SCRIPT: &str = "
const all=[...document.querySelectorAll('.entry')],box=document.querySelector('#find'),kinds=[...document.querySelectorAll('[name=kind]')];
function apply(){const on=new Set(kinds.filter(k=>k.checked).map(k=>k.value)),words=box.value.trim().toLowerCase().split(/\\s+/).filter(Boolean);
let n=0;for(const e of all){const t=e.textContent.toLowerCase(),show=on.has(e.dataset.class)&&words.every(w=>t.includes(w));e.classList.toggle('hidden',!show);n+=show}
document.querySelector('#count').textContent=n+'/'+all.length}
for(const e of [box,...kinds])e.addEventListener('input',apply);
document.querySelector('#unfold').addEventListener('click',()=>{const d=[...document.querySelectorAll('.entry:not(.hidden) details, details.entry:not(.hidden)')],open=d.some(x=>!x.open);for(const x of d)x.open=open});
apply();
";

/// The text where markup is read.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Everything before the content.
pub(crate) fn head(title: &str, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    let language = pick(locale, "zh-CN", "en");
    let title = escape(title);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )
}

/// The box that filters entries: by words, and by classes, each with its names in both languages.
pub(crate) fn filter(locale: Locale, classes: &[(&str, &str, &str)], out: &mut dyn Write) -> io::Result<()> {
    let find = pick(locale, "查找", "Find");
    writeln!(out, "<fieldset><label>{find} <input id=\"find\" type=\"search\"></label>")?;
    for (value, zh, en) in classes {
        let name = pick(locale, zh, en);
        writeln!(out, "<label><input type=\"checkbox\" name=\"kind\" value=\"{value}\" checked> {name}</label>")?;
    }
    let unfold = pick(locale, "全部展开或收起", "Unfold or fold all");
    writeln!(out, "<button id=\"unfold\" type=\"button\">{unfold}</button> <span id=\"count\"></span></fieldset>")
}

/// Everything after the content.
pub(crate) fn tail(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
}
