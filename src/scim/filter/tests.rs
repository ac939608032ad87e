use serde_json::json;

use crate::scim::specimen;

use super::*;

mod schema;

#[track_caller]
fn check_by(leniency: Leniency, filter: &str, expected: bool) {
    let parsed = Filter::parse(filter, leniency).unwrap();
    let user = specimen::user();
    parsed.check(&user).unwrap();
    assert_eq!(
        parsed.matches(&specimen::anna(), &user),
        expected,
        "{filter}"
    );
}

#[track_caller]
fn check(filter: &str, expected: bool) {
    check_by(Leniency::Strict, filter, expected);
    check_by(Leniency::Lenient, filter, expected);
}

#[track_caller]
fn check_group(filter: &str, expected: bool) {
    let parsed = Filter::parse(filter, Leniency::Strict).unwrap();
    assert_eq!(
        parsed.matches(&specimen::crew(), &specimen::group()),
        expected,
        "{filter}"
    );
}

#[track_caller]
fn check_malformed(filter: &str, at: usize) {
    let error = Filter::parse(filter, Leniency::Strict).unwrap_err();
    assert_eq!(error.at, at, "{error}");
}

#[track_caller]
fn check_refused(filter: &str, at: usize) {
    let parsed = Filter::parse(filter, Leniency::Strict).unwrap();
    let error = parsed.check(&specimen::user()).unwrap_err();
    assert_eq!(error.at, at, "{error}");
    assert!(ScimError::from(error).detail.contains("character"));
}

#[test]
fn text_operators_compare_without_case_unless_the_schema_says_so() {
    check(r#"userName eq "anna@main.COM""#, true);
    check(r#"USERNAME EQ "anna@main.com""#, true);
    check(r#"userName ne "anna@main.com""#, false);
    check(r#"userName co "A@M""#, true);
    check(r#"userName sw "anna""#, true);
    check(r#"userName ew ".COM""#, true);
    check(r#"userName ew "anna""#, false);
    check(r#"externalId eq "Ext-1""#, true);
    check(r#"externalId eq "ext-1""#, false);
    check(r#"name.familyName eq "äRMEL""#, true);
    check(
        r#"userName gt "alf" and userName lt "bob" and userName ge "ANNA@MAIN.COM""#,
        true,
    );
}

#[test]
fn string_escapes_are_those_of_json() {
    let user = specimen::user();
    let resource = json!({"nickName": "a \"b\" \\ ]) ü"});
    let filter = r#"nickName eq "a \"b\" \\ ]) \u00fc""#;
    let parsed = Filter::parse(filter, Leniency::Strict).unwrap();
    assert!(parsed.matches(&resource, &user));
    check_malformed(r#"nickName eq "\x""#, 13);
    check_malformed(r#"nickName eq "\ud800""#, 13);
    check_malformed(r#"nickName eq "open"#, 13);
    check_malformed(r#"nickName eq "open\""#, 13);
}

#[test]
fn numbers_booleans_and_dates_compare_by_type() {
    check("shoes eq 38", true);
    check("shoes eq 38.0", true);
    check("shoes ge 38 and shoes lt 1e2 and shoes ne 39", true);
    check("active eq true", true);
    check("active ne true", false);
    check(r#"meta.created eq "2030-01-01T01:00:00+01:00""#, true);
    check(r#"meta.lastModified gt "2030-01-01T23:59:59.999Z""#, true);
    check(r#"meta.lastModified lt "2030-01-01T23:59:59Z""#, false);
    check(r#"meta.created sw "2030""#, true);
}

#[test]
fn number_of_any_length_is_printed_as_what_reads_back_as_the_same() {
    for text in [
        "shoes eq 222222222200000000000000000000000000000222",
        "shoes eq 2.2250738585072011e-308",
        "shoes eq 0.30000000000000004",
    ] {
        let printed = Filter::parse(text, Leniency::Strict).unwrap().to_string();
        let again = Filter::parse(&printed, Leniency::Strict).unwrap();
        assert_eq!(again.to_string(), printed);
    }
}

#[test]
fn order_needs_a_type_that_has_one() {
    check_refused("active gt true", 1);
    check_refused(r#"certificates.value le "AAAA""#, 1);
    check_refused(r#"certificates[value lt "AAAA"]"#, 14);
    check_refused(r#"userName pr and (meta.created gt "yesterday")"#, 18);
    check_refused("userName gt null", 1);
}

#[test]
fn and_binds_before_or_and_not_before_both() {
    check(r#"active eq true or userName eq "x" and shoes eq 1"#, true);
    check(
        r#"(active eq true or userName eq "x") and shoes eq 1"#,
        false,
    );
    check("NOT (active eq false) AND shoes eq 38", true);
    check("not(active eq true) or shoes eq 38", true);
    check("not (((active eq true)))", false);
}

#[test]
fn any_value_of_a_multi_valued_attribute_will_do() {
    check(r#"emails.type eq "home""#, true);
    check(r#"emails.type eq "other""#, false);
    check(r#"emails eq "ANNA@home.com""#, true);
    check(r#"emails co "@work""#, true);
    check(r#"tags eq "blue""#, true);
    check(r#"tags[value sw "r"]"#, true);
    check(r#"emails.type ne "work""#, true);
}

#[test]
fn brackets_hold_for_one_value_at_a_time() {
    check(r#"emails[type eq "work" and value co "@work"]"#, true);
    check(r#"emails[type eq "work" and value co "@home"]"#, false);
    check(r#"emails[not (type eq "work")] and active eq true"#, true);
    check(
        r#"emails[primary eq true and (type eq "home" or type eq "work")]"#,
        true,
    );
    check(r#"name[givenName eq "anna"]"#, true);
    check("emails[shoeSize eq 3]", false);
    check_malformed("emails[value[type pr]]", 13);
}

#[test]
fn presence_is_a_value_that_is_not_empty() {
    check("nickName pr", false);
    check(
        "name pr and emails pr and emails.primary pr and meta.created pr",
        true,
    );
    check(&format!("{} pr", specimen::ENTERPRISE), true);
    let user = specimen::user();
    let empty =
        json!({"nickName": "", "emails": [{"value": ""}], "name": {"givenName": ""}, "roles": []});
    for path in ["nickName", "emails", "name", "active", "roles"] {
        let filter = Filter::parse(&format!("{path} pr"), Leniency::Strict).unwrap();
        assert!(!filter.matches(&empty, &user), "{path}");
    }
}

#[test]
fn null_is_the_value_of_what_is_not_there() {
    check("nickName eq null", true);
    check("userName eq null", false);
    check("userName ne null", true);
    check(r#"nickName ne "x""#, true);
}

#[test]
fn extension_attributes_are_named_by_urn() {
    check(
        &format!(r#"{}:department eq "tools""#, specimen::ENTERPRISE),
        true,
    );
    check(
        &format!(r#"{}:manager.value eq "m1""#, specimen::ENTERPRISE),
        true,
    );
    check(r#"id eq "2819c223" and manager eq "m1""#, true);
    check(r#"manager eq "M1""#, false);
    check(&format!(r#"schemas eq "{}""#, specimen::ENTERPRISE), true);
}

#[test]
fn members_are_found_by_value() {
    check_group(r#"members eq "u2""#, true);
    check_group(r#"members.value eq "u2""#, true);
    check_group(r#"id eq "e9e30dba" and members eq "u3""#, false);
    check_group(r#"members[value eq "u1"]"#, true);
}

#[test]
fn types_that_do_not_fit_match_nothing() {
    check("userName eq true", false);
    check("active eq 1", false);
    check(r#"name eq "Anna""#, false);
    check(r#"shoes eq "thirty-eight""#, false);
}

#[test]
fn lenient_reader_takes_values_without_quotes() {
    check_by(Leniency::Lenient, "externalId eq Ext-1", true);
    check_by(
        Leniency::Lenient,
        "(externalId eq Ext-1) and active eq true",
        true,
    );
    check_by(Leniency::Lenient, "emails[type eq work]", true);
    check_malformed("externalId eq jyoung", 15);
    let user = specimen::user();
    for key in ["701984", "00701984", "12345678901234567890123", "1e3"] {
        let filter = Filter::parse(&format!("externalId eq {key}"), Leniency::Lenient).unwrap();
        assert!(filter.matches(&json!({"externalId": key}), &user), "{key}");
    }
}

#[test]
fn lenient_reader_takes_booleans_as_strings() {
    check_by(Leniency::Lenient, r#"emails[primary eq "True"]"#, true);
    check_by(Leniency::Lenient, r#"active eq "true""#, true);
    check_by(Leniency::Lenient, r#"active ne "False""#, true);
    check_by(Leniency::Strict, r#"active eq "true""#, false);
}

#[test]
fn lenient_reader_takes_a_sub_attribute_behind_brackets() {
    check_by(
        Leniency::Lenient,
        r#"emails[type eq "work"].value eq "anna@work.com""#,
        true,
    );
    check_by(
        Leniency::Lenient,
        r#"emails[type eq "home"].value eq "anna@work.com""#,
        false,
    );
    check_malformed(r#"emails[type eq "work"].value eq "x""#, 23);
}

#[test]
fn error_says_at_which_character() {
    check_malformed("", 1);
    check_malformed("   ", 4);
    check_malformed("userName", 9);
    check_malformed("userName is \"x\"", 10);
    check_malformed("userName eq", 12);
    check_malformed("userName eq ", 13);
    check_malformed("userName eq \"ü\" und active pr", 17);
    check_malformed("(userName pr", 13);
    check_malformed("userName pr)", 12);
    check_malformed("userName pr and", 16);
    check_malformed("emails[type pr", 15);
    check_malformed("not userName pr", 5);
    check_malformed("user(name pr", 5);
}

#[test]
fn parentheses_nest_only_so_deep() {
    let deep = |depth: usize| format!("{}id pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&deep(50), Leniency::Strict).is_ok());
    assert_eq!(
        Filter::parse(&deep(51), Leniency::Strict).unwrap_err().at,
        51
    );
    assert!(Filter::parse(&deep(100_000), Leniency::Lenient).is_err());
    assert!(Filter::parse(&"not (".repeat(100_000), Leniency::Lenient).is_err());
}

#[test]
fn long_filter_reads_in_linear_time() {
    let long = vec![r#"userName eq "x""#; 3_000].join(" or ");
    let filter = Filter::parse(&long, Leniency::Strict).unwrap();
    assert!(!filter.matches(&specimen::anna(), &specimen::user()));
}
