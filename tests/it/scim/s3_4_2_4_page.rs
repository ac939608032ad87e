//! Pages by index, [RFC 7644 section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4), and the envelope
//! of every list, [section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use goto_double::GotoDouble;
use serde_json::json;

use super::{cast, check_error, list, names, resources};
use crate::support::{create_user, start, with};

#[test]
fn parameter_that_comes_twice_is_400() {
    let (_goto, client) = start();
    check_error(
        &client.get("/Users?filter=id+pr&filter=id+pr"),
        400,
        "invalidFilter",
        "filter",
    );
    check_error(
        &client.get("/Users?count=1&count=2"),
        400,
        "invalidValue",
        "count",
    );
}

// RFC 7644 section 3.4.2.4: startIndex "The 1-based index of the first query result. A value less than 1 SHALL be
// interpreted as 1."
#[test]
fn start_index_below_one_is_one() {
    let (_goto, client) = start();
    cast(&client);
    for start in ["0", "-1", "-99999999999999999999"] {
        let answer = list(&client, "/Users", &[("startIndex", start), ("count", "2")]);
        assert_eq!(answer.json()["startIndex"], 1);
        assert_eq!(names(&answer), ["anna", "bert"]);
    }
}

// "A negative value SHALL be interpreted as '0'. A value of '0' indicates that no resource results are to be returned
// except for 'totalResults'."
#[test]
fn count_zero_or_negative_gives_the_total_only() {
    let (_goto, client) = start();
    cast(&client);
    for count in ["0", "-1"] {
        let answer = list(&client, "/Users", &[("count", count)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn page_beyond_the_end_is_empty_and_still_tells_the_total() {
    let (_goto, client) = start();
    cast(&client);
    for start in ["5", "10000", "99999999999999999999999999"] {
        let answer = list(&client, "/Users", &[("startIndex", start)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn count_is_cut_to_what_the_server_gives_at_the_most() {
    let (_goto, client) = with(GotoDouble::builder().profile("page_size_most", 3));
    cast(&client);
    for count in ["3", "4", "10000", "99999999999999999999999999"] {
        let answer = list(&client, "/Users", &[("count", count)]);
        assert_eq!(names(&answer), ["anna", "bert", "cora"]);
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn pages_put_together_hold_everybody_once_in_creation_order() {
    let (_goto, client) = with(GotoDouble::builder().profile("page_size", 5));
    let made: Vec<String> = (0..13)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let mut seen = Vec::new();
    while seen.len() < made.len() {
        let start = (seen.len() + 1).to_string();
        let page = resources(&list(&client, "/Users", &[("startIndex", &start)]));
        assert!((1..=5).contains(&page.len()), "{page:?}");
        seen.extend(
            page.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen, made);
}

#[test]
fn total_counts_what_the_filter_finds_not_the_page() {
    let (_goto, client) = start();
    cast(&client);
    let answer = list(
        &client,
        "/Users",
        &[("filter", "title pr"), ("startIndex", "2"), ("count", "1")],
    );
    assert_eq!(names(&answer), ["bert"]);
    let body = answer.json();
    assert_eq!(
        (
            &body["totalResults"],
            &body["startIndex"],
            &body["itemsPerPage"]
        ),
        (&json!(3), &json!(2), &json!(1))
    );
}

#[test]
fn paging_parameter_that_is_no_number_is_400() {
    let (_goto, client) = start();
    for (name, value) in [
        ("startIndex", "one"),
        ("count", "1.5"),
        ("count", ""),
        ("count", "+1"),
        ("count", "0x10"),
    ] {
        check_error(
            &list(&client, "/Users", &[(name, value)]),
            400,
            "invalidValue",
            name,
        );
    }
}

// "A query that does not return any matches SHALL return success (HTTP status code 200) with totalResults set to a
// value of 0."
#[test]
fn nothing_found_is_200_with_an_empty_list() {
    let (_goto, client) = start();
    for endpoint in ["/Users", "/Groups"] {
        let answer = list(&client, endpoint, &[("filter", r#"externalId eq "none""#)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.header("content-type"), Some("application/scim+json"));
        assert_eq!(
            answer.json(),
            json!({ "schemas": [super::LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] })
        );
    }
}

#[test]
fn every_page_says_how_much_it_holds_and_where_it_begins() {
    let (_goto, client) = start();
    cast(&client);
    for (start, count, shown) in [("1", "3", 3), ("4", "3", 1), ("5", "3", 0), ("2", "0", 0)] {
        let body = list(
            &client,
            "/Users",
            &[("startIndex", start), ("count", count)],
        )
        .json();
        assert_eq!(body["startIndex"].to_string(), start);
        assert_eq!(
            (&body["itemsPerPage"], &body["totalResults"]),
            (&json!(shown), &json!(4))
        );
    }
}

#[test]
fn unknown_parameters_and_entras_flag_are_ignored() {
    let (_goto, client) = start();
    cast(&client);
    for query in [
        "aadOptscim062020&count=1",
        "count=1&aadOptscim062020&x=%FF",
        "?count=1",
        "%63ount=1&COUNT=3&attribute=id",
        "count=1&&=&=x&",
    ] {
        assert_eq!(
            names(&client.get(&format!("/Users?{query}"))),
            ["anna"],
            "{query}"
        );
    }
}

// A client that hangs its paths on a base URL with a query sends them behind the question mark.
#[test]
fn filter_behind_a_second_question_mark_is_read() {
    let (_goto, client) = start();
    cast(&client);
    let path = "?aadOptscim062020/Users?filter=userName+eq+%22bert@main.com%22";
    assert_eq!(names(&client.get(path)), ["bert"]);
}
