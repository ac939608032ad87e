//! Whom or what a request means, however it names it.

use serde_json::Value;

use crate::entry::{Subject, SubjectKind};
use crate::operation::Operation;

use super::facts::{Facts, Wants};

/// Finds the key (`userName`, `displayName`) of the resource with an id.
pub type Lookup<'l> = &'l dyn Fn(SubjectKind, &str) -> Option<String>;

/// What a request of this operation is about, if it is about anybody.
pub fn kind(operation: Operation) -> Option<SubjectKind> {
    use Operation as O;
    match operation {
        O::CreateUser
        | O::ListUsers
        | O::SearchUsers
        | O::GetUser
        | O::ReplaceUser
        | O::PatchUser
        | O::DeleteUser
        | O::CreateIdentityUser
        | O::ListIdentityUsers
        | O::GetIdentityUser
        | O::ReplaceIdentityUser
        | O::PatchIdentityUser
        | O::DeleteIdentityUser => Some(SubjectKind::User),
        O::CreateGroup
        | O::ListGroups
        | O::SearchGroups
        | O::GetGroup
        | O::ReplaceGroup
        | O::PatchGroup
        | O::DeleteGroup
        | O::CreateIdentityGroup
        | O::ListIdentityGroups
        | O::GetIdentityGroup
        | O::ReplaceIdentityGroup
        | O::PatchIdentityGroup
        | O::DeleteIdentityGroup => Some(SubjectKind::Group),
        O::AddDomain
        | O::GetDomain
        | O::DeleteDomain
        | O::DeleteDomainByForm
        | O::VerifyDomain
        | O::ProbeDns
        | O::ProbeFile => Some(SubjectKind::Domain),
        other => other.is_about_caller().then_some(SubjectKind::User),
    }
}

/// What must be known of a request of this operation before its subject is.
pub fn wants(operation: Operation) -> Wants {
    use Operation as O;
    let nothing = Wants::default();
    match operation {
        O::CreateUser
        | O::CreateIdentityUser
        | O::CreateGroup
        | O::CreateIdentityGroup
        | O::AddDomain => Wants {
            body: true,
            form: true,
            ..nothing
        },
        O::ListUsers
        | O::SearchUsers
        | O::ListIdentityUsers
        | O::ListGroups
        | O::SearchGroups
        | O::ListIdentityGroups => Wants {
            body: true,
            form: true,
            query: true,
            ..nothing
        },
        _ => nothing,
    }
}

/// Whom a request is about: a create body, a filter and a path that mean the same user give the same key.
///
/// The key is the `userName`, `displayName` or domain name in lower case; the id where nobody knows the id.
pub fn resolve(facts: &Facts<'_>, lookup: Lookup<'_>) -> Option<Subject> {
    use Operation as O;
    match facts.operation {
        O::CreateUser | O::CreateIdentityUser => {
            Some(named(SubjectKind::User, member(facts, &["userName"])?))
        }
        O::CreateGroup | O::CreateIdentityGroup => {
            Some(named(SubjectKind::Group, member(facts, &["displayName"])?))
        }
        O::ListUsers | O::SearchUsers | O::ListIdentityUsers => {
            filtered(facts, SubjectKind::User, "userName", lookup)
        }
        O::ListGroups | O::SearchGroups | O::ListIdentityGroups => {
            filtered(facts, SubjectKind::Group, "displayName", lookup)
        }
        O::GetUser | O::ReplaceUser | O::PatchUser | O::DeleteUser => Some(identified(
            SubjectKind::User,
            facts.path_part("id")?.to_owned(),
            lookup,
        )),
        O::GetGroup | O::ReplaceGroup | O::PatchGroup | O::DeleteGroup => Some(identified(
            SubjectKind::Group,
            facts.path_part("id")?.to_owned(),
            lookup,
        )),
        O::GetIdentityUser
        | O::ReplaceIdentityUser
        | O::PatchIdentityUser
        | O::DeleteIdentityUser => Some(identified(
            SubjectKind::User,
            facts.path_part("userKey")?.to_owned(),
            lookup,
        )),
        O::GetIdentityGroup
        | O::ReplaceIdentityGroup
        | O::PatchIdentityGroup
        | O::DeleteIdentityGroup => Some(identified(
            SubjectKind::Group,
            facts.path_part("groupKey")?.to_owned(),
            lookup,
        )),
        O::AddDomain => Some(named(
            SubjectKind::Domain,
            member(facts, &["domain", "name"])?,
        )),
        O::GetDomain | O::DeleteDomain | O::DeleteDomainByForm | O::VerifyDomain => {
            Some(named(SubjectKind::Domain, facts.path_part("domain")?))
        }
        _ => facts.subject.clone(),
    }
}

fn named(kind: SubjectKind, name: &str) -> Subject {
    Subject {
        kind,
        key: name.to_lowercase(),
        id: None,
    }
}

fn identified(kind: SubjectKind, id: String, lookup: Lookup<'_>) -> Subject {
    Subject {
        kind,
        key: lookup(kind, &id).map_or_else(|| id.clone(), in_lower_case),
        id: Some(id),
    }
}

/// The same in lower case, in its own memory if it can be.
fn in_lower_case(mut key: String) -> String {
    if !key.is_ascii() {
        return key.to_lowercase();
    }
    key.make_ascii_lowercase();
    key
}

/// The text of the first of these attributes, in whichever of body and form it comes; names have no case,
/// [RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1).
fn member<'f>(facts: &'f Facts<'_>, names: &[&str]) -> Option<&'f str> {
    let in_body = |name: &str| {
        let members = facts.body.as_ref()?.as_object()?;
        let (_, value) = members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        value.as_str()
    };
    let in_form = |name: &str| {
        let (_, value) = facts.form.iter().find(|(key, _)| key == name)?;
        Some(value.as_str())
    };
    names
        .iter()
        .find_map(|name| in_body(name).or_else(|| in_form(name)))
}

fn filtered(
    facts: &Facts<'_>,
    kind: SubjectKind,
    attribute: &str,
    lookup: Lookup<'_>,
) -> Option<Subject> {
    let in_query = facts.query.iter().find(|(name, _)| name == "filter");
    let filter = match in_query {
        Some((_, filter)) => filter.as_str(),
        None => member(facts, &["filter"])?,
    };
    if let Some(name) = equated(filter, attribute) {
        return Some(named(kind, &name));
    }
    Some(identified(kind, equated(filter, "id")?, lookup))
}

/// The literal that a filter equates an attribute with; `None` if it does so never or more than once.
///
/// Attribute and operator have no case, [RFC 7644 section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2).
fn equated(filter: &str, attribute: &str) -> Option<String> {
    let mut found = None;
    let mut rest = filter;
    while let Some(word) = next_word(&mut rest) {
        // A URN may stand before the attribute's name.
        let name = word
            .rsplit(':')
            .next()
            .unwrap_or(word)
            .trim_start_matches('(');
        if !name.eq_ignore_ascii_case(attribute) {
            continue;
        }
        let before = rest;
        if !next_word(&mut rest).is_some_and(|operator| operator.eq_ignore_ascii_case("eq")) {
            rest = before;
            continue;
        }
        let Some(literal) = leading_string(rest) else {
            continue;
        };
        if found.replace(literal).is_some() {
            return None;
        }
    }
    found
}

/// Takes the next word off a filter; a string literal is one word, blanks and all.
fn next_word<'f>(rest: &mut &'f str) -> Option<&'f str> {
    let text = rest.trim_start();
    let mut quoted = false;
    let mut escaped = false;
    let end = text
        .find(|letter: char| {
            match letter {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => return !quoted && letter.is_whitespace(),
            }
            false
        })
        .unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end)?;
    *rest = after;
    (!word.is_empty()).then_some(word)
}

fn leading_string(text: &str) -> Option<String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next()? {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_filter(filter: &str, expected: Option<&str>) {
        assert_eq!(equated(filter, "userName").as_deref(), expected, "{filter}");
    }

    #[test]
    fn filter_names_a_user_in_every_spelling() {
        check_filter(r#"userName eq "A@main.com""#, Some("A@main.com"));
        check_filter(r#"USERNAME EQ "a b""#, Some("a b"));
        check_filter(r#"(userName eq "q\"t")"#, Some("q\"t"));
        check_filter(
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a""#,
            Some("a"),
        );
        check_filter(r#"active eq true and userName eq "a""#, Some("a"));
        check_filter(r#"userName eq "a" or userName eq "b""#, None);
        check_filter(r#"displayName eq "userName eq \"x\"""#, None);
        check_filter("userName sw \"a\"", None);
        check_filter("userName eq", None);
        check_filter("", None);
    }

    #[test]
    fn body_and_filter_of_one_user_give_one_key() {
        let nobody = |_: SubjectKind, _: &str| None;
        let create = Facts {
            body: Some(json!({"username": "Ada@Main.com"})),
            ..Facts::bare(Operation::CreateUser)
        };
        let list = Facts {
            query: vec![("filter".into(), "userName eq \"ada@main.com\"".into())],
            ..Facts::bare(Operation::ListUsers)
        };
        let key = |facts: &Facts<'_>| resolve(facts, &nobody).map(|subject| subject.key);
        assert_eq!(key(&create).as_deref(), Some("ada@main.com"));
        assert_eq!(key(&create), key(&list));
        let in_the_older_dialect = |facts, operation| Facts { operation, ..facts };
        let older_create = in_the_older_dialect(create, Operation::CreateIdentityUser);
        let older_list = in_the_older_dialect(list, Operation::ListIdentityUsers);
        assert_eq!(key(&older_create).as_deref(), Some("ada@main.com"));
        assert_eq!(key(&older_create), key(&older_list));
    }

    #[test]
    fn id_in_a_filter_is_looked_up() {
        let known = |_: SubjectKind, id: &str| (id == "17").then(|| "Ada@main.com".to_owned());
        let list = Facts {
            query: vec![("filter".into(), "id eq \"17\"".into())],
            ..Facts::bare(Operation::ListUsers)
        };
        let subject = resolve(&list, &known).unwrap();
        assert_eq!(
            (subject.key.as_str(), subject.id.as_deref()),
            ("ada@main.com", Some("17"))
        );
    }
}
