//! The grammar of filters, by recursive descent.

use serde_json::Number;

use crate::scim::path::{AttributePath, PathError};

use super::cursor::Cursor;
use super::{Comparison, Expression, FilterError, Leniency, Literal, Operator, Place};

/// How deep parentheses may nest: far more than anybody writes, far less than the stack holds.
const DEPTH: usize = 50;

/// How many bytes a filter may have: no request line is longer, and a body should not ask for more work than one.
const LENGTH: usize = 65_536;

struct Parser<'t> {
    cursor: Cursor<'t>,
    leniency: Leniency,
    depth: usize,
    scope: Scope,
}

/// What the names of a filter are relative to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Resource,
    /// Between brackets, where value paths do not nest.
    Values,
}

pub(super) fn whole(text: &str, leniency: Leniency) -> Result<Expression, FilterError> {
    let mut parser = Parser::at((text, 0), leniency, Scope::Resource)?;
    let expression = parser.disjunction()?;
    match parser.cursor.peek() {
        None => Ok(expression),
        Some(_) => parser.cursor.expected("'and', 'or' or the end"),
    }
}

pub(super) fn within(
    text: &str,
    from: usize,
    leniency: Leniency,
) -> Result<(Expression, usize), FilterError> {
    let mut parser = Parser::at((text, from), leniency, Scope::Values)?;
    let expression = parser.disjunction()?;
    if !parser.cursor.take(']') {
        return parser.cursor.expected("']'");
    }
    Ok((expression, parser.cursor.byte()))
}

impl<'t> Parser<'t> {
    fn at(
        (text, from): (&'t str, usize),
        leniency: Leniency,
        scope: Scope,
    ) -> Result<Self, FilterError> {
        let mut cursor = Cursor::at(text, from);
        if cursor.rest().len() > LENGTH {
            let mut starts = cursor.rest().char_indices().map(|(start, _)| start);
            let end = starts.find(|start| *start >= LENGTH);
            cursor.advance(end.unwrap_or(LENGTH));
            return cursor.error(format!("a filter has {LENGTH} bytes at the most"));
        }
        Ok(Self {
            cursor,
            leniency,
            depth: 0,
            scope,
        })
    }

    fn disjunction(&mut self) -> Result<Expression, FilterError> {
        let first = self.conjunction()?;
        let mut rest = Vec::new();
        while self.takes_word("or") {
            rest.push(self.conjunction()?);
        }
        Ok(joined(first, rest, Expression::Or))
    }

    fn conjunction(&mut self) -> Result<Expression, FilterError> {
        let first = self.operand()?;
        let mut rest = Vec::new();
        while self.takes_word("and") {
            rest.push(self.operand()?);
        }
        Ok(joined(first, rest, Expression::And))
    }

    fn operand(&mut self) -> Result<Expression, FilterError> {
        self.cursor.skip_spaces();
        if self.cursor.peek() == Some('(') {
            return self.group();
        }
        if self.cursor.word().eq_ignore_ascii_case("not") {
            let mut ahead = Cursor::at(self.cursor.rest(), "not".len());
            ahead.skip_spaces();
            if ahead.peek() == Some('(') {
                self.cursor.advance(ahead.byte());
                return Ok(Expression::Not(Box::new(self.group()?)));
            }
        }
        self.attribute_expression()
    }

    fn group(&mut self) -> Result<Expression, FilterError> {
        if self.depth == DEPTH {
            let message = format!("parentheses nest deeper than {DEPTH}");
            return self.cursor.error(message);
        }
        self.depth += 1;
        self.cursor.advance(1);
        let expression = self.disjunction()?;
        if !self.cursor.take(')') {
            return self.cursor.expected("'and', 'or' or ')'");
        }
        self.cursor.skip_spaces();
        self.depth -= 1;
        Ok(expression)
    }

    fn attribute_expression(&mut self) -> Result<Expression, FilterError> {
        let at = self.cursor.position();
        let path = self.path()?;
        let place = Place { path, at };
        if self.cursor.peek() == Some('[') {
            return self.values(place);
        }
        if !self.cursor.take(' ') {
            return self.cursor.expected("a blank and an operator");
        }
        self.cursor.skip_spaces();
        let word = self.cursor.word();
        if word.eq_ignore_ascii_case("pr") {
            self.cursor.advance(word.len());
            self.cursor.skip_spaces();
            return Ok(Expression::Presence(place));
        }
        let Some(operator) = Operator::named(word) else {
            return self
                .cursor
                .expected("an operator (eq ne co sw ew pr gt ge lt le)");
        };
        self.cursor.advance(word.len());
        if !self.cursor.take(' ') {
            return self.cursor.expected("a blank and a value");
        }
        self.cursor.skip_spaces();
        let literal = self.literal()?;
        self.cursor.skip_spaces();
        Ok(Expression::Comparison(Comparison {
            place,
            operator,
            literal,
        }))
    }

    fn path(&mut self) -> Result<AttributePath, FilterError> {
        let word = self.cursor.word();
        if word.is_empty() {
            return self.cursor.expected("an attribute name");
        }
        match AttributePath::parse(word) {
            Ok(path) => {
                self.cursor.advance(word.len());
                Ok(path)
            }
            Err(PathError::Filter(error)) => Err(error),
            Err(PathError::Malformed { at, message }) => Err(FilterError {
                at: self.cursor.position() + at - 1,
                message,
            }),
        }
    }

    fn values(&mut self, place: Place) -> Result<Expression, FilterError> {
        if self.scope == Scope::Values {
            return self.cursor.error("brackets do not nest");
        }
        self.cursor.advance(1);
        self.scope = Scope::Values;
        let mut inner = self.disjunction()?;
        if !self.cursor.take(']') {
            return self.cursor.expected("'and', 'or' or ']'");
        }
        // Entra writes `emails[type eq "work"].value eq "x"` if such a mapping is its matching attribute.
        if self.leniency.takes_value_path_comparisons() && self.cursor.take('.') {
            let behind = self.attribute_expression()?;
            inner = Expression::And(vec![inner, behind]);
        }
        self.scope = Scope::Resource;
        self.cursor.skip_spaces();
        Ok(Expression::Values(place, Box::new(inner)))
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        if self.cursor.peek() == Some('"') {
            return self.text().map(Literal::Text);
        }
        let word = self.cursor.word();
        let literal = match word {
            "true" => Some(Literal::Boolean(true)),
            "false" => Some(Literal::Boolean(false)),
            "null" => Some(Literal::Null),
            _ => self.number(word),
        };
        let literal = match literal {
            Some(literal) => literal,
            // Microsoft's pages print `externalId eq jyoung`.
            None if self.leniency.takes_bare_literals() && !word.is_empty() => {
                Literal::Text(word.into())
            }
            None => {
                return self
                    .cursor
                    .expected("a string in quotation marks, a number, true, false or null");
            }
        };
        self.cursor.advance(word.len());
        Ok(literal)
    }

    /// A JSON number; a lenient reader leaves one alone that would not print as it came, it may be somebody's key.
    fn number(&self, word: &str) -> Option<Literal> {
        let number: Number = serde_json::from_str(word).ok()?;
        (!self.leniency.takes_bare_literals() || number.to_string() == word)
            .then_some(Literal::Number(number))
    }

    fn text(&mut self) -> Result<String, FilterError> {
        let rest = self.cursor.rest();
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let closes = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        });
        let Some((end, _)) = end else {
            return self.cursor.error("the string has no end");
        };
        match serde_json::from_str(rest.get(..=end).unwrap_or_default()) {
            Ok(text) => {
                self.cursor.advance(end + 1);
                Ok(text)
            }
            Err(_) => self
                .cursor
                .error("the string has an escape or a character that JSON does not allow"),
        }
    }

    /// Steps over the word if it is the next one, whatever its case.
    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = self.cursor.word().eq_ignore_ascii_case(word);
        if is_next {
            self.cursor.advance(word.len());
        }
        is_next
    }
}

fn joined(
    first: Expression,
    mut rest: Vec<Expression>,
    join: fn(Vec<Expression>) -> Expression,
) -> Expression {
    if rest.is_empty() {
        return first;
    }
    rest.insert(0, first);
    join(rest)
}
