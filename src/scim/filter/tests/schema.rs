//! What filters know of schemas, switches and indexes.

use serde_json::{Value, json};

use super::{check, check_refused};
use crate::profile::Profile;
use crate::scim::filter::{Equality, Filter, Leniency};
use crate::scim::schema::ResourceType;
use crate::scim::specimen;

#[test]
fn filter_is_only_so_long() {
    let long = |length: usize| format!(r#"id eq "{}""#, "ü".repeat(length));
    assert!(Filter::parse(&long(30_000), Leniency::Strict).is_ok());
    let error = Filter::parse(&long(40_000), Leniency::Strict).unwrap_err();
    assert!(error.message.contains("65536 bytes"), "{error}");
    // Seven bytes before the letters, of two bytes each.
    assert_eq!(error.at, 7 + (65_536 - 7) / 2 + 2);
}

#[test]
fn never_returned_attributes_are_not_filtered_by() {
    check_refused(r#"secret eq "x""#, 1);
    check_refused("userName pr or SECRET pr", 16);
    check_refused(r#"not (secret sw "a")"#, 6);
    check_refused(
        r#"urn:ietf:params:scim:schemas:core:2.0:User:secret[value eq "x"]"#,
        1,
    );
}

#[test]
fn attributes_that_no_type_knows_are_told_apart() {
    let (user, group) = (specimen::user(), specimen::group());
    let at = |text: &str, types: &[&ResourceType]| {
        let filter = Filter::parse(text, Leniency::Strict).unwrap();
        filter.check_known(types).map_err(|error| error.at)
    };
    let known =
        r#"userName pr and members[value eq "x"] and schemas eq "urn:x" and manager eq "x""#;
    assert_eq!(at(known, &[&user, &group]), Ok(()));
    assert_eq!(at(known, &[&user]), Err(17));
    assert_eq!(at("userName pr or shoeSize pr", &[&user]), Err(16));
    assert_eq!(at("emails[type pr and size pr]", &[&user]), Err(20));
    assert_eq!(at("name.nick pr", &[&user, &group]), Err(1));
}

#[test]
fn each_form_beside_the_grammar_has_its_own_switch() {
    let all = Profile::default();
    let forms = [
        ("externalId eq Ext-1", |profile: &mut Profile| {
            profile.lenient_filter_literals = false;
        }),
        (r#"active eq "True""#, |profile| {
            profile.string_boolean_filters = false;
        }),
        (r#"emails[type eq "work"].value pr"#, |profile| {
            profile.value_path_comparisons = false;
        }),
    ] as [(&str, fn(&mut Profile)); 3];
    let finds = |text: &str, profile: &Profile| {
        Filter::parse(text, Leniency::from(profile))
            .is_ok_and(|filter| filter.matches(&specimen::anna(), &specimen::user()))
    };
    for (text, switch_off) in forms {
        let mut without = all.clone();
        switch_off(&mut without);
        for (other, _) in forms {
            assert_eq!(
                finds(other, &without),
                other != text,
                "{other} without {text}"
            );
        }
    }
}

#[test]
fn numbers_compare_to_the_last_digit() {
    let user = specimen::user();
    let finds = |filter: &str, shoes: Value| {
        let parsed = Filter::parse(filter, Leniency::Strict).unwrap();
        parsed.matches(&json!({ "shoes": shoes }), &user)
    };
    assert!(!finds(
        "shoes eq 9007199254740993",
        json!(9_007_199_254_740_992_i64)
    ));
    assert!(finds(
        "shoes lt 9007199254740993",
        json!(9_007_199_254_740_992_i64)
    ));
    assert!(finds(
        "shoes eq 9007199254740992.0",
        json!(9_007_199_254_740_992_i64)
    ));
    assert!(finds("shoes gt -1.5", json!(-1)));
    assert!(finds("shoes lt -0.5", json!(-1)));
    assert!(finds("shoes eq -0.0", json!(0)));
    assert!(finds("shoes lt 1e300", json!(u64::MAX)));
    assert!(finds("shoes gt -1e300", json!(i64::MIN)));
}

#[test]
fn references_and_binary_data_have_case() {
    let resource =
        json!({"certificates": [{"value": "QUJD"}], "groups": [{"$ref": "https://x/A"}]});
    let finds = |text: &str| {
        let parsed = Filter::parse(text, Leniency::Strict).unwrap();
        parsed.matches(&resource, &specimen::user())
    };
    assert!(finds(r#"certificates eq "QUJD""#) && !finds(r#"certificates eq "qujd""#));
    assert!(finds(r#"groups.$ref sw "https://x/A""#) && !finds(r#"groups.$ref eq "https://x/a""#));
}

#[test]
fn order_is_refused_where_a_complex_attribute_has_no_value() {
    check_refused(r#"name gt "a""#, 1);
    check_refused(&format!("{} ge 1", specimen::ENTERPRISE), 1);
    check(r#"emails gt "anna@""#, true);
    check(r#"manager ge "m1""#, true);
}

#[test]
fn date_time_compares_with_date_times_only() {
    check_refused("meta.created eq 2030", 1);
    check_refused("meta.created ge true", 1);
    check(r#"meta.created ew "00Z" and meta.created ne null"#, true);
}

#[test]
fn unknown_attributes_have_no_value() {
    check(r#"shoeSize eq "x""#, false);
    check(r#"shoeSize ne "x""#, true);
    check("shoeSize eq null", true);
    check(r#"shoeSize sw """#, false);
    check("shoeSize pr", false);
    check(r#"shoeSize[value ne "x"]"#, false);
    check(r#"userName.part eq "x""#, false);
    check(r#"urn:other:2.0:User:department eq "Tools""#, false);
}

#[test]
fn conjuncts_show_what_an_index_can_answer() {
    let conjuncts = |text: &str, leniency| {
        let filter = Filter::parse(text, leniency).unwrap();
        let shown = filter.conjuncts().map(|part| {
            part.map_or("?".into(), |Equality { path, text }| {
                format!("{path}={text}")
            })
        });
        shown.collect::<Vec<_>>()
    };
    let strict = |text| conjuncts(text, Leniency::Strict);
    assert_eq!(strict(r#"userName eq "x""#), ["userName=x"]);
    assert_eq!(strict(r#"userName ne "x""#), ["?"]);
    assert_eq!(
        strict(r#"id eq "x" and members[value eq "y"] and title pr"#),
        ["id=x", "members=y", "?"]
    );
    assert_eq!(strict(r#"members[type eq "y"]"#), ["?"]);
    assert_eq!(strict(r#"id eq "x" or id eq "y""#), ["?"]);
    assert_eq!(strict("externalId eq 3"), ["?"]);
    let lenient = |text| conjuncts(text, Leniency::Lenient);
    assert_eq!(lenient("((externalId eq x))"), ["externalId=x"]);
    assert_eq!(lenient("externalId eq 701984"), ["externalId=701984"]);
}
