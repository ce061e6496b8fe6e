//! One JSON document, for programs. Its keys and their order are stable.

use std::io;

use serde::Serialize;

use super::places::Places;
use super::summary::Summary;
use crate::catalogue::Note;
use crate::files::{ColumnUnit, Files, Position};
use crate::locale::Locale;
use crate::model::{Diagnostic, Label, Span};

/// Writes the document and a final line end. What `beside` holds follows the findings and their summary.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    beside: serde_json::Map<String, serde_json::Value>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = Writer { places: Places::new(files, ColumnUnit::Char), locale };
    let document = Document {
        diagnostics: (diagnostics.iter()).map(|diagnostic| writer.diagnostic(diagnostic)).collect(),
        summary: Summary::of(diagnostics),
        beside,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<JsonDiagnostic<'a>>,
    summary: Summary,
    #[serde(flatten)]
    beside: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'static str,
    severity: &'static str,
    message: String,
    /// The primary place and the remark on it.
    #[serde(flatten)]
    primary: JsonLabel<'a>,
    labels: Vec<JsonLabel<'a>>,
    notes: Vec<String>,
    helps: Vec<String>,
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    path: &'a str,
    range: JsonRange,
    text: Option<String>,
}

#[derive(Serialize)]
struct JsonRange {
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    byte: usize,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: String,
    safe: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    range: JsonRange,
    text: &'a str,
}

struct Writer<'a> {
    places: Places<'a>,
    locale: Locale,
}

impl<'a> Writer<'a> {
    fn diagnostic(&mut self, diagnostic: &'a Diagnostic) -> JsonDiagnostic<'a> {
        JsonDiagnostic {
            code: diagnostic.code(),
            severity: diagnostic.severity.as_str(),
            message: diagnostic.message.render(self.locale),
            primary: self.label(&diagnostic.primary),
            labels: diagnostic.labels.iter().map(|label| self.label(label)).collect(),
            notes: self.texts(&diagnostic.notes),
            helps: self.texts(&diagnostic.helps),
            fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
                title: fix.title.render(self.locale),
                safe: fix.safe,
                edits: (fix.edits.iter())
                    .map(|edit| {
                        let (path, range) = self.range(edit.at);
                        JsonEdit { path, range, text: &edit.text }
                    })
                    .collect(),
            }),
        }
    }

    fn label(&mut self, label: &Label) -> JsonLabel<'a> {
        let (path, range) = self.range(label.at);
        JsonLabel { path, range, text: label.text.as_ref().map(|note| note.render(self.locale)) }
    }

    fn texts(&self, notes: &[Note]) -> Vec<String> {
        notes.iter().map(|note| note.render(self.locale)).collect()
    }

    fn range(&mut self, at: Span) -> (&'a str, JsonRange) {
        let place = self.places.resolve(at);
        let position = |Position { line, column }, byte| JsonPosition { line, column, byte };
        let range =
            JsonRange { start: position(place.start, place.bytes.start), end: position(place.end, place.bytes.end) };
        (place.path, range)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::render::fixtures::Fixture;
    use crate::{Format, Locale, MemoryFiles, render_to_string};

    #[test]
    fn a_finding_in_two_files() {
        let fixture = Fixture::two_files();
        assert_snapshot!(fixture.render(Format::Json, Locale::Zh), @r#"
        {
          "diagnostics": [
            {
              "code": "superior-limit-exceeded",
              "severity": "error",
              "message": "`街道内设机构` 可达 8，超过上级 `吉林.街道机构限额` 规定的限额 7",
              "path": "changchun/street.pol",
              "range": {
                "start": {
                  "line": 3,
                  "column": 15,
                  "byte": 96
                },
                "end": {
                  "line": 3,
                  "column": 21,
                  "byte": 104
                }
              },
              "text": "此处可达 8",
              "labels": [
                {
                  "path": "jilin/street.pol",
                  "range": {
                    "start": {
                      "line": 4,
                      "column": 7,
                      "byte": 152
                    },
                    "end": {
                      "line": 4,
                      "column": 12,
                      "byte": 159
                    }
                  },
                  "text": "限额 7 在此处规定"
                },
                {
                  "path": "changchun/street.pol",
                  "range": {
                    "start": {
                      "line": 2,
                      "column": 7,
                      "byte": 58
                    },
                    "end": {
                      "line": 2,
                      "column": 10,
                      "byte": 63
                    }
                  },
                  "text": "计为 4"
                }
              ],
              "notes": [
                "例如，设企业服务办公室 4 个的街道"
              ],
              "helps": [
                "请限定为 `..3 个`"
              ],
              "fix": null
            }
          ],
          "summary": {
            "errors": 1,
            "warnings": 0,
            "infos": 0
          }
        }
        "#);
    }

    #[test]
    fn a_finding_with_a_fix() {
        let fixture = Fixture::full_width();
        assert_snapshot!(fixture.render(Format::Json, Locale::En), @r#"
        {
          "diagnostics": [
            {
              "code": "unknown-name",
              "severity": "error",
              "message": "cannot find `户树`",
              "path": "长春/社区.pol",
              "range": {
                "start": {
                  "line": 2,
                  "column": 27,
                  "byte": 110
                },
                "end": {
                  "line": 2,
                  "column": 29,
                  "byte": 116
                }
              },
              "text": null,
              "labels": [],
              "notes": [],
              "helps": [],
              "fix": {
                "title": "did you mean `户数`?",
                "safe": true,
                "edits": [
                  {
                    "path": "长春/社区.pol",
                    "range": {
                      "start": {
                        "line": 2,
                        "column": 27,
                        "byte": 110
                      },
                      "end": {
                        "line": 2,
                        "column": 29,
                        "byte": 116
                      }
                    },
                    "text": "户数"
                  }
                ]
              }
            },
            {
              "code": "unit-mismatch",
              "severity": "warning",
              "message": "the two sides of `＋` have different units: `households` and `people`",
              "path": "长春/社区.pol",
              "range": {
                "start": {
                  "line": 2,
                  "column": 29,
                  "byte": 116
                },
                "end": {
                  "line": 2,
                  "column": 30,
                  "byte": 119
                }
              },
              "text": null,
              "labels": [
                {
                  "path": "长春/社区.pol",
                  "range": {
                    "start": {
                      "line": 2,
                      "column": 27,
                      "byte": 110
                    },
                    "end": {
                      "line": 2,
                      "column": 29,
                      "byte": 116
                    }
                  },
                  "text": "this is in `households`"
                },
                {
                  "path": "长春/社区.pol",
                  "range": {
                    "start": {
                      "line": 2,
                      "column": 30,
                      "byte": 119
                    },
                    "end": {
                      "line": 2,
                      "column": 31,
                      "byte": 122
                    }
                  },
                  "text": "this is in `people`"
                }
              ],
              "notes": [],
              "helps": [
                "add the unit `households`"
              ],
              "fix": null
            }
          ],
          "summary": {
            "errors": 1,
            "warnings": 1,
            "infos": 0
          }
        }
        "#);
    }

    #[test]
    fn nothing_found_is_a_document_too() {
        let text = render_to_string(Format::Json, &[], &MemoryFiles::default(), Locale::Zh);
        assert_snapshot!(text, @r#"
        {
          "diagnostics": [],
          "summary": {
            "errors": 0,
            "warnings": 0,
            "infos": 0
          }
        }
        "#);
    }
}
