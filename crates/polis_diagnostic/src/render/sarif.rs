//! A SARIF 2.1.0 log, which code hosts and review tools read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde_json::{Value, json};

use super::places::Places;
use super::remarks;
use crate::files::{ColumnUnit, Files};
use crate::locale::Locale;
use crate::model::{Diagnostic, Fix, Label, Severity, Span};

/// Writes the log and a final line end.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rules: BTreeMap<&str, Severity> =
        (diagnostics.iter()).map(|diagnostic| (diagnostic.code(), diagnostic.message.default_severity())).collect();
    let index: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let mut writer = Writer { places: Places::new(files, ColumnUnit::Utf16), locale };
    let results: Vec<Value> =
        (diagnostics.iter()).map(|diagnostic| writer.result(diagnostic, index.get(diagnostic.code()))).collect();
    let rules: Vec<Value> = (rules.iter())
        .map(|(code, severity)| json!({ "id": code, "defaultConfiguration": { "level": level(*severity) } }))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "polis",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "language": locale.tag(),
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

struct Writer<'a> {
    places: Places<'a>,
    locale: Locale,
}

impl Writer<'_> {
    fn result(&mut self, diagnostic: &Diagnostic, rule: Option<&usize>) -> Value {
        let mut text = diagnostic.message.render(self.locale);
        for (word, remark) in remarks(diagnostic, self.locale) {
            text = format!("{text}\n{word}{}{remark}", self.locale.pick("：", ": "));
        }
        let mut result = json!({
            "ruleId": diagnostic.code(),
            "ruleIndex": rule,
            "level": level(diagnostic.severity),
            "message": { "text": text },
            "locations": [self.location(&diagnostic.primary)],
        });
        let related: Vec<Value> = (diagnostic.labels.iter().zip(1..))
            .map(|(label, id)| {
                let mut location = self.location(label);
                insert(&mut location, "id", json!(id));
                location
            })
            .collect();
        if !related.is_empty() {
            insert(&mut result, "relatedLocations", json!(related));
        }
        if let Some(fix) = &diagnostic.fix {
            insert(&mut result, "fixes", json!([self.fix(fix)]));
        }
        result
    }

    fn location(&mut self, label: &Label) -> Value {
        let (artifact, region) = self.region(label.at);
        let mut location = json!({
            "physicalLocation": { "artifactLocation": artifact, "region": region },
        });
        if let Some(note) = &label.text {
            insert(&mut location, "message", json!({ "text": note.render(self.locale) }));
        }
        location
    }

    fn fix(&mut self, fix: &Fix) -> Value {
        let changes: Vec<Value> = (fix.edits.iter())
            .map(|edit| {
                let (artifact, region) = self.region(edit.at);
                json!({
                    "artifactLocation": artifact,
                    "replacements": [{
                        "deletedRegion": region,
                        "insertedContent": { "text": edit.text },
                    }],
                })
            })
            .collect();
        json!({
            "description": { "text": fix.title.render(self.locale) },
            "artifactChanges": changes,
        })
    }

    fn region(&mut self, at: Span) -> (Value, Value) {
        let place = self.places.resolve(at);
        let region = json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        });
        (json!({ "uri": uri(place.path) }), region)
    }
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(key.to_owned(), value);
    }
}

/// The path as a URI: relative where the path is relative, with everything but plain letters escaped.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let drive = matches!(path.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z', b':', b'/', ..]);
    let mut uri = if path.starts_with('/') {
        "file://".to_owned()
    } else if drive {
        "file:///".to_owned()
    } else {
        String::new()
    };
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b':' if drive => uri.push(':'),
            _ => {
                // INVARIANT: writing to a string does not fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::uri;
    use crate::render::fixtures::Fixture;
    use crate::{Format, Locale, MemoryFiles, render_to_string};

    fn sarif(fixture: &Fixture, locale: Locale) -> String {
        let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
        fixture.render(Format::Sarif, locale).replace(version, "\"version\": \"[version]\"")
    }

    #[test]
    fn a_finding_in_two_files() {
        assert_snapshot!(sarif(&Fixture::two_files(), Locale::Zh), @r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "polis",
                  "version": "[version]",
                  "rules": [
                    {
                      "id": "superior-limit-exceeded",
                      "defaultConfiguration": {
                        "level": "error"
                      }
                    }
                  ]
                }
              },
              "language": "zh-CN",
              "columnKind": "utf16CodeUnits",
              "results": [
                {
                  "ruleId": "superior-limit-exceeded",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "`街道内设机构` 可达 8，超过上级 `吉林.街道机构限额` 规定的限额 7\n说明：例如，设企业服务办公室 4 个的街道\n帮助：请限定为 `..3 个`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "changchun/street.pol"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 15,
                          "endLine": 3,
                          "endColumn": 21
                        }
                      },
                      "message": {
                        "text": "此处可达 8"
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "jilin/street.pol"
                        },
                        "region": {
                          "startLine": 4,
                          "startColumn": 7,
                          "endLine": 4,
                          "endColumn": 12
                        }
                      },
                      "message": {
                        "text": "限额 7 在此处规定"
                      },
                      "id": 1
                    },
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "changchun/street.pol"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 7,
                          "endLine": 2,
                          "endColumn": 10
                        }
                      },
                      "message": {
                        "text": "计为 4"
                      },
                      "id": 2
                    }
                  ]
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn a_finding_with_a_fix() {
        assert_snapshot!(sarif(&Fixture::full_width(), Locale::En), @r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "polis",
                  "version": "[version]",
                  "rules": [
                    {
                      "id": "unit-mismatch",
                      "defaultConfiguration": {
                        "level": "error"
                      }
                    },
                    {
                      "id": "unknown-name",
                      "defaultConfiguration": {
                        "level": "error"
                      }
                    }
                  ]
                }
              },
              "language": "en-US",
              "columnKind": "utf16CodeUnits",
              "results": [
                {
                  "ruleId": "unknown-name",
                  "ruleIndex": 1,
                  "level": "error",
                  "message": {
                    "text": "cannot find `户树`\nhelp: did you mean `户数`?"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "%E9%95%BF%E6%98%A5/%E7%A4%BE%E5%8C%BA.pol"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 27,
                          "endLine": 2,
                          "endColumn": 29
                        }
                      }
                    }
                  ],
                  "fixes": [
                    {
                      "description": {
                        "text": "did you mean `户数`?"
                      },
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "%E9%95%BF%E6%98%A5/%E7%A4%BE%E5%8C%BA.pol"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "startLine": 2,
                                "startColumn": 27,
                                "endLine": 2,
                                "endColumn": 29
                              },
                              "insertedContent": {
                                "text": "户数"
                              }
                            }
                          ]
                        }
                      ]
                    }
                  ]
                },
                {
                  "ruleId": "unit-mismatch",
                  "ruleIndex": 0,
                  "level": "warning",
                  "message": {
                    "text": "the two sides of `＋` have different units: `households` and `people`\nhelp: add the unit `households`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "%E9%95%BF%E6%98%A5/%E7%A4%BE%E5%8C%BA.pol"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 29,
                          "endLine": 2,
                          "endColumn": 30
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "%E9%95%BF%E6%98%A5/%E7%A4%BE%E5%8C%BA.pol"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 27,
                          "endLine": 2,
                          "endColumn": 29
                        }
                      },
                      "message": {
                        "text": "this is in `households`"
                      },
                      "id": 1
                    },
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "%E9%95%BF%E6%98%A5/%E7%A4%BE%E5%8C%BA.pol"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 30,
                          "endLine": 2,
                          "endColumn": 31
                        }
                      },
                      "message": {
                        "text": "this is in `people`"
                      },
                      "id": 2
                    }
                  ]
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn nothing_found_is_a_log_with_no_results() {
        let text = render_to_string(Format::Sarif, &[], &MemoryFiles::default(), Locale::Zh);
        assert!(text.contains("\"results\": []"), "{text}");
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("长春/a b.pol"), "%E9%95%BF%E6%98%A5/a%20b.pol");
        assert_eq!(uri("/srv/a.pol"), "file:///srv/a.pol");
        assert_eq!(uri("C:\\p\\a.pol"), "file:///C:/p/a.pol");
        assert_eq!(uri("a:b.pol"), "a%3Ab.pol");
    }
}
