//! The first part of the page: one whole file, what it says, and how it is run.

/// A scenario that comes with the double.
pub(super) const EXAMPLE: &str = include_str!("../../../scenarios/create-answer-lost.json");

pub(super) const BEFORE: &str = "\
# The scenario file

A scenario is a JSON file that says what goes wrong, when, and what is then expected of the client.
This page is generated from the code (`BLESS=1 cargo test` writes it anew), so it names everything there is.
How a scenario or a new kind of fault comes to be is told in [adding-a-fault.md](adding-a-fault.md).

## A whole file

";

pub(super) const AFTER: &str = "
It reads like this.
`each` makes four *rows* of it, one for each value of `wire`, and every row is played in a fresh sandbox.
`rules` has one rule: **on** a create, **if** its `userName` is one of these two, **when** it is the first of its kind for that user, **do** store the user (`commit`), then break the answer off in the way that the row names.
`cycles` runs the client twice: with four people to provision, and forty minutes later with the same four.
`expect` names two rules of the catalogue, which says by itself what they ask (`goto-double list rules`), and one expectation of the file's own: in the end there are four users, each name once.

Leave out what you do not need: `scenario`, `v` and one rule make a file.

## How it is run

```sh
goto-double check my-fault.json                                # every mistake, with line and column; exit code 2 if there is one
goto-double explain my-fault.json --request 'GET /scim/v2/Users'  # which rule would act, and why each other one would not
goto-double conform --scenario my-fault.json                   # the built-in client meets it, without waiting
goto-double conform --scenario my-fault.json -- python sync.py # your client meets it; exit code 1 if it breaks a rule
goto-double serve --scenario my-fault.json                     # it is there for whoever calls; Ctrl-C prints the verdict
```

`--row 'wire=reset'` plays one row alone, and `--seed 7` has another chance decide.
A row is named by its values; a value that is long or holds blanks is named by its place among the values of that name, as in `body=2`, or left out where the rows are told apart without it.
In a Rust test, `GotoDouble::builder().scenario(include_str!(\"my-fault.json\")).row(\"wire=reset\").start()` does the same.

## Values that are written everywhere

A duration is text with a unit: `250ms`, `30s`, `2m`, `1h`, `10d`.
Times are on the clock of the sandbox.
`\"${name}\"` stands for a value of the matrix or a pace: alone it keeps its JSON type, within a longer text it is text.
A number of times is `2`, `\">=1\"`, `\"<=3\"` or `\"2-4\"`.
";
