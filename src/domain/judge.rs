//! Whether what was seen proves a domain; if not, in words, why.

use std::fmt;

use crate::domain::code::{VerificationCode, beginning, resembles};
use crate::domain::proof::Evidence;

/// How much of a strange text is quoted, in characters.
const QUOTED: usize = 96;

/// Says what the evidence is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The code was found as it must be.
    Proven,
    /// Nothing like a proof was there.
    Missing {
        /// What was seen, and why it does not count.
        why: String,
    },
    /// Something like a proof was there, but it does not count.
    Mismatch {
        /// What was found.
        found: String,
        /// Why it does not count.
        why: String,
    },
    /// The look-up failed: this says nothing of the proof, and another try may succeed.
    Transient {
        /// What went wrong.
        why: String,
    },
}

impl Finding {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Missing { .. } => "missing",
            Self::Mismatch { .. } => "mismatch",
            Self::Transient { .. } => "transient",
        }
    }

    /// Why it is no proof; `None` if it is one.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Proven => None,
            Self::Missing { why } | Self::Mismatch { why, .. } | Self::Transient { why } => {
                Some(why)
            }
        }
    }

    fn missing(why: impl Into<String>) -> Self {
        Self::Missing { why: why.into() }
    }

    fn mismatch(found: &str, why: impl fmt::Display) -> Self {
        let found = quoted(found);
        Self::Mismatch {
            why: format!("{found} was found; {why}"),
            found,
        }
    }
}

/// Judges evidence against the code, under any of the prefixes.
///
/// GoTo wants the record at the domain itself, and a plain-text file that holds the text and nothing else:
/// "without any blank spaces or special characters outside of the string" (Microsoft's GoTo provisioning tutorial, step 2).
pub fn judge(code: &VerificationCode, prefixes: &[String], evidence: &Evidence) -> Finding {
    let sought = Sought { code, prefixes };
    match evidence {
        Evidence::Records(records) => sought.in_records(records),
        Evidence::NoRecords { rcode } => no_records(rcode),
        Evidence::File {
            status,
            media_type,
            body,
        } => sought.in_file(*status, media_type.as_deref(), body),
        Evidence::Failed { why } => Finding::Transient { why: why.clone() },
    }
}

fn no_records(rcode: &str) -> Finding {
    match rcode {
        "NOERROR" => Finding::missing("the name exists and has no TXT record (NOERROR)"),
        "NXDOMAIN" => Finding::missing("the name does not exist (NXDOMAIN)"),
        // RFC 2308 section 7: a server failure is no statement about the name.
        other => Finding::Transient {
            why: format!("the name server answered {other}, which says nothing about the record"),
        },
    }
}

struct Sought<'a> {
    code: &'a VerificationCode,
    prefixes: &'a [String],
}

impl Sought<'_> {
    fn texts(&self) -> impl Iterator<Item = String> {
        self.prefixes.iter().map(|prefix| self.code.text(prefix))
    }

    fn is(&self, text: &str) -> bool {
        self.texts().any(|expected| expected == text)
    }

    fn in_records(&self, records: &[String]) -> Finding {
        if records.iter().any(|record| self.is(record)) {
            return Finding::Proven;
        }
        // The nearest miss is the most telling one; other records of the domain are nobody's mistake.
        let near = records
            .iter()
            .filter(|record| resembles(record))
            .max_by_key(|record| record.contains(self.code.as_str()));
        match near {
            Some(record) => Finding::mismatch(record, self.flaw(record)),
            None if records.is_empty() => no_records("NOERROR"),
            None => Finding::missing(format!(
                "the name has {} TXT record(s), and none begins with {}",
                records.len(),
                self.beginnings()
            )),
        }
    }

    fn in_file(&self, status: u16, media_type: Option<&str>, body: &[u8]) -> Finding {
        match status {
            200 => {}
            408 | 429 | 500..=599 => {
                return Finding::Transient {
                    why: format!(
                        "the web server answered {status}, which says nothing about the file"
                    ),
                };
            }
            300..=399 => {
                return Finding::missing(format!(
                    "the web server answered {status}; the file must be there with 200, redirects are not followed"
                ));
            }
            404 | 410 => return Finding::missing(format!("there is no such file ({status})")),
            _ => {
                return Finding::missing(format!(
                    "the web server answered {status}; only 200 counts"
                ));
            }
        }
        if [[0xef, 0xbb, 0xbf].as_slice(), &[0xfe, 0xff], &[0xff, 0xfe]]
            .iter()
            .any(|mark| body.starts_with(mark))
        {
            return Finding::mismatch(
                &String::from_utf8_lossy(body),
                "it begins with a byte order mark, which is no part of the text",
            );
        }
        let Ok(text) = std::str::from_utf8(body) else {
            return Finding::mismatch(&String::from_utf8_lossy(body), "it is no plain text");
        };
        let text = text
            .strip_suffix("\r\n")
            .or_else(|| text.strip_suffix('\n'))
            .unwrap_or(text);
        if is_html(media_type, text) {
            return Finding::mismatch(text, "it is an HTML page and must be a plain-text file");
        }
        if text.is_empty() {
            return Finding::missing("the file is empty");
        }
        if self.is(text) {
            return Finding::Proven;
        }
        Finding::mismatch(text, self.flaw(text))
    }

    /// Why a text that is not the expected one does not count.
    fn flaw(&self, text: &str) -> String {
        let bare = text.trim_matches(|character: char| is_quote(character));
        if self.is(text.trim()) {
            "the text is right but has blanks or line ends around it".into()
        } else if self.is(bare.trim()) {
            "the text is right but quotation marks are part of it".into()
        } else if self
            .texts()
            .any(|expected| expected.eq_ignore_ascii_case(text))
        {
            "it differs in upper and lower case".into()
        } else if self.texts().any(|expected| text.contains(&expected)) {
            "the text is right but other text stands beside it".into()
        } else if let Some(prefix) = self
            .prefixes
            .iter()
            .find(|prefix| text.starts_with(&beginning(prefix)))
        {
            format!(
                "it carries another code than the present one, {}",
                self.code.text(prefix)
            )
        } else if text.contains(self.code.as_str()) {
            format!(
                "the code is right, but the text must begin with {}",
                self.beginnings()
            )
        } else {
            let expected: Vec<String> = self.texts().collect();
            format!("it must be exactly {}", expected.join(" or "))
        }
    }

    fn beginnings(&self) -> String {
        let all: Vec<String> = self
            .prefixes
            .iter()
            .map(|prefix| beginning(prefix))
            .collect();
        all.join(" or ")
    }
}

fn is_quote(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' | '`'
    )
}

fn is_html(media_type: Option<&str>, text: &str) -> bool {
    let declared = media_type.is_some_and(|media_type| {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        bare.eq_ignore_ascii_case("text/html") || bare.eq_ignore_ascii_case("application/xhtml+xml")
    });
    declared || text.trim_start().starts_with('<')
}

/// A text of unknown origin in one line, shortened, with its odd characters made visible.
fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(records) => {
                let all: Vec<String> = records.iter().map(|record| quoted(record)).collect();
                write!(f, "{} TXT record(s): {}", records.len(), all.join(", "))
            }
            Self::NoRecords { rcode } => write!(f, "{rcode}, no TXT record"),
            Self::File {
                status,
                media_type,
                body,
            } => write!(
                f,
                "{status} {}, {} bytes: {}",
                media_type.as_deref().unwrap_or("without a media type"),
                body.len(),
                quoted(&String::from_utf8_lossy(body))
            ),
            Self::Failed { why } => f.write_str(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const UUID: &str = "00aa00aa-bb11-cc22-dd33-44ee44ee44ee";
    const TEXT: &str = "goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee";

    fn finding(evidence: &Evidence) -> Finding {
        let code = VerificationCode::parse(UUID).unwrap();
        judge(&code, &["goto-".into()], evidence)
    }

    fn records(records: &[&str]) -> Finding {
        finding(&Evidence::Records(
            records.iter().map(|record| (*record).into()).collect(),
        ))
    }

    fn file(status: u16, media_type: &str, body: impl Into<Bytes>) -> Finding {
        finding(&Evidence::File {
            status,
            media_type: Some(media_type.into()),
            body: body.into(),
        })
    }

    #[track_caller]
    fn check(finding: &Finding, name: &str, word: &str) {
        assert_eq!(finding.name(), name, "{finding:?}");
        let why = finding.why().unwrap();
        assert!(why.contains(word), "{why}");
    }

    #[test]
    fn record_counts_among_many_others() {
        assert_eq!(records(&["v=spf1 -all", TEXT, "x=y"]), Finding::Proven);
        let code = VerificationCode::parse(UUID).unwrap();
        let seen = Evidence::Records(vec![code.text("logmein-")]);
        let both = ["goto-".to_owned(), "logmein-".to_owned()];
        assert_eq!(judge(&code, &both, &seen), Finding::Proven);
    }

    #[test]
    fn record_that_does_not_count_says_why() {
        check(&records(&[]), "missing", "no TXT record");
        check(&records(&["v=spf1 -all"]), "missing", "1 TXT record");
        check(&records(&[&format!(" {TEXT}")]), "mismatch", "blanks");
        check(&records(&[&format!("\"{TEXT}\"")]), "mismatch", "quotation");
        let curly = format!("\u{201c}{TEXT}\u{201d}");
        check(&records(&[&curly]), "mismatch", "quotation");
        check(&records(&[&TEXT.to_uppercase()]), "mismatch", "case");
        check(&records(&[&format!("{TEXT};")]), "mismatch", "other text");
        let stale = TEXT.replace("00aa00aa", "ffffffff");
        check(&records(&[&stale]), "mismatch", "another code");
        let prefix = TEXT.replace("goto", "logmein");
        check(&records(&[&prefix]), "mismatch", "begin with goto-");
        check(&records(&[&stale, &prefix]), "mismatch", "begin with goto-");
    }

    #[test]
    fn server_failure_is_no_statement_about_the_record() {
        let rcode = |rcode: &str| {
            finding(&Evidence::NoRecords {
                rcode: rcode.into(),
            })
        };
        check(&rcode("NXDOMAIN"), "missing", "does not exist");
        check(&rcode("NOERROR"), "missing", "no TXT");
        check(&rcode("SERVFAIL"), "transient", "SERVFAIL");
        let failed = Evidence::Failed {
            why: "time-out".into(),
        };
        check(&finding(&failed), "transient", "time-out");
    }

    #[test]
    fn file_holds_the_text_and_at_most_one_line_end() {
        assert_eq!(file(200, "text/plain", TEXT), Finding::Proven);
        for end in ["\n", "\r\n"] {
            assert_eq!(
                file(200, "text/plain", format!("{TEXT}{end}")),
                Finding::Proven
            );
        }
        for (body, word) in [
            (format!("{TEXT}\n\n"), "line ends"),
            (format!("{TEXT} "), "blanks"),
            (format!("\u{feff}{TEXT}"), "byte order mark"),
            (format!("<html>{TEXT}</html>"), "HTML"),
            (format!("# proof\n{TEXT}"), "beside"),
            (format!("\"{TEXT}\""), "quotation"),
            ("hello".into(), "exactly"),
        ] {
            check(&file(200, "text/plain", body), "mismatch", word);
        }
        check(
            &file(200, "text/html; charset=utf-8", TEXT),
            "mismatch",
            "HTML",
        );
        check(
            &file(200, "text/plain", vec![0xff, 0xfe, 0x67]),
            "mismatch",
            "mark",
        );
        check(
            &file(200, "text/plain", vec![0x80, 0x67]),
            "mismatch",
            "plain text",
        );
        check(&file(200, "text/plain", ""), "missing", "empty");
    }

    #[test]
    fn status_decides_before_the_body() {
        check(&file(404, "text/plain", TEXT), "missing", "404");
        check(&file(301, "text/plain", TEXT), "missing", "redirects");
        check(&file(204, "text/plain", TEXT), "missing", "200");
        check(&file(503, "text/plain", TEXT), "transient", "503");
    }

    #[test]
    fn long_or_odd_finds_are_quoted_safely() {
        let Finding::Mismatch { found, .. } = file(200, "text/plain", "\u{1b}x".repeat(500)) else {
            panic!("a mismatch")
        };
        assert!(
            found.chars().count() < 1000 && !found.contains('\u{1b}'),
            "{found}"
        );
    }
}
