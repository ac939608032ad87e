//! What a filter asks for, read loosely: enough to tell which value of which attribute was named.
//!
//! The judge must be able to read what a client got wrong, so this is not the double's own parser.

use serde_json::Value;

/// What a filter says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Asked {
    /// There was no filter.
    #[default]
    Everything,
    /// It could be read; these are its comparisons.
    Terms(Vec<Term>),
    /// It breaks the grammar of strings, for the given reason.
    Broken(&'static str),
}

/// One comparison, as in `userName eq "x"`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    /// The attribute in lower case, without value filter: `emails[type eq "work"].value` is `emails.value`.
    pub(crate) attribute: String,
    /// The operator in lower case.
    pub(crate) operator: String,
    /// What it is compared with.
    pub(crate) value: Value,
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Parenthesis,
}

impl Asked {
    /// Reads a filter that has been percent-decoded.
    pub(crate) fn read(filter: &str) -> Self {
        match tokens(filter) {
            Ok(tokens) => Self::Terms(terms(&tokens)),
            Err(reason) => Self::Broken(reason),
        }
    }

    /// The comparisons with `eq`.
    pub(crate) fn equalities(&self) -> impl Iterator<Item = &Term> {
        let terms = match self {
            Self::Terms(terms) => terms.as_slice(),
            Self::Everything | Self::Broken(_) => &[],
        };
        terms.iter().filter(|term| term.operator == "eq")
    }
}

fn tokens(filter: &str) -> Result<Vec<Token>, &'static str> {
    let mut found = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' | ')' => (Token::Parenthesis, 1),
            '[' => (Token::Open, 1),
            ']' => (Token::Close, 1),
            '"' => text(rest)?,
            _ => word(rest)?,
        };
        found.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

fn text(rest: &str) -> Result<(Token, usize), &'static str> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let end = at + 1;
                let follows = rest.get(end..).and_then(|after| after.chars().next());
                if follows.is_some_and(|c| !c.is_whitespace() && !")]".contains(c)) {
                    return Err("a string goes on after its closing quotation mark");
                }
                let text = serde_json::from_str(rest.get(..end).unwrap_or_default())
                    .map_err(|_| "a string is not escaped as JSON")?;
                return Ok((Token::Text(text), end));
            }
            _ => {}
        }
    }
    Err("a string has no closing quotation mark")
}

fn word(rest: &str) -> Result<(Token, usize), &'static str> {
    let end = rest
        .find(|c: char| c.is_whitespace() || "()[]\"".contains(c))
        .unwrap_or(rest.len());
    if rest.get(end..).is_some_and(|after| after.starts_with('"')) {
        return Err("a quotation mark stands inside a word");
    }
    Ok((
        Token::Word(rest.get(..end).unwrap_or_default().to_owned()),
        end,
    ))
}

fn terms(tokens: &[Token]) -> Vec<Term> {
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    let mut left: Option<String> = None;
    let mut rest = tokens;
    while let [token, after @ ..] = rest {
        rest = after;
        match token {
            Token::Open => inside = left.take(),
            Token::Close => left = inside.take(),
            Token::Word(word) => {
                let word = word.to_lowercase();
                if let Some((operator, value, after)) = comparison(after) {
                    found.push(Term {
                        attribute: attribute(&word, inside.as_deref(), left.take().as_deref()),
                        operator,
                        value,
                    });
                    rest = after;
                } else {
                    left = Some(word);
                }
            }
            Token::Text(_) | Token::Parenthesis => {}
        }
    }
    found
}

fn attribute(word: &str, inside: Option<&str>, left: Option<&str>) -> String {
    match (inside, left) {
        (Some(outer), _) => format!("{outer}.{word}"),
        (None, Some(outer)) if word.starts_with('.') => format!("{outer}{word}"),
        (None, _) => word.to_owned(),
    }
}

fn comparison(tokens: &[Token]) -> Option<(String, Value, &[Token])> {
    let [Token::Word(operator), value, rest @ ..] = tokens else {
        return None;
    };
    let operator = operator.to_lowercase();
    if !["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"].contains(&operator.as_str()) {
        return None;
    }
    let value = match value {
        Token::Text(text) => Value::from(text.as_str()),
        Token::Word(word) => {
            serde_json::from_str(word).unwrap_or_else(|_| Value::from(word.as_str()))
        }
        Token::Open | Token::Close | Token::Parenthesis => return None,
    };
    Some((operator, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(filter: &str) -> Vec<(String, Value)> {
        Asked::read(filter)
            .equalities()
            .map(|term| (term.attribute.clone(), term.value.clone()))
            .collect()
    }

    #[test]
    fn names_and_values_are_found_wherever_they_stand() {
        assert_eq!(
            pairs(r#"userName eq "a\"b\\c" and (active EQ true)"#),
            [
                ("username".into(), "a\"b\\c".into()),
                ("active".into(), true.into())
            ]
        );
        assert_eq!(
            pairs(r#"emails[type eq "work"].value eq "x@y""#),
            [
                ("emails.type".into(), "work".into()),
                ("emails.value".into(), "x@y".into())
            ]
        );
        assert_eq!(
            pairs(r#"emails[type eq "work" and value eq "x@y"]"#).len(),
            2
        );
        assert_eq!(pairs("not (userName pr)"), []);
    }

    #[test]
    fn broken_strings_are_told_apart_from_odd_filters() {
        for filter in [
            r#"userName eq "a"#,
            r#"userName eq "a"b""#,
            r#"userName eq "a\q""#,
            r#"userName eq x"y""#,
        ] {
            assert!(matches!(Asked::read(filter), Asked::Broken(_)), "{filter}");
        }
        assert!(matches!(Asked::read("userName eq bob"), Asked::Terms(_)));
    }
}
