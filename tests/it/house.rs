//! The house keeps its own rules: layers, sizes, and pages that are generated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LONGEST_FILE: usize = 400;

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(&Path::new(ROOT).join("src"), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn architecture() -> String {
    fs::read_to_string(Path::new(ROOT).join("docs/architecture.md")).unwrap()
}

/// The cells of every row of the table below `heading`.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let start = text
        .find(heading)
        .unwrap_or_else(|| panic!("no table {heading:?}"));
    text[start..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

/// Which layer each top-level module is in.
fn layers() -> BTreeMap<String, usize> {
    let text = architecture();
    let mut layers = BTreeMap::new();
    for row in table(&text, "| Layer | Modules |") {
        for module in row[1].split(", ") {
            layers.insert(module.to_owned(), row[0].parse().unwrap());
        }
    }
    layers
}

/// Which neighbours a module may use beside the layers below it.
fn neighbours() -> BTreeMap<String, Vec<String>> {
    let text = architecture();
    let rows = table(&text, "| Module | May use |");
    rows.into_iter()
        .map(|row| {
            (
                row[0].clone(),
                row[1].split(", ").map(str::to_owned).collect(),
            )
        })
        .collect()
}

/// The top-level module a file belongs to.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that `crate::…` paths of one line name.
fn named(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in line.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            Some(list) => names.extend(
                list.split('}')
                    .next()
                    .unwrap_or_default()
                    .split(',')
                    .map(first_segment),
            ),
            None => names.push(first_segment(part)),
        }
    }
    names
}

fn first_segment(path: &str) -> String {
    path.trim()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn no_arrow_points_upwards_or_sideways() {
    let (layers, neighbours) = (layers(), neighbours());
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let from = room(&path);
        let from_layer = *layers
            .get(&from)
            .unwrap_or_else(|| panic!("{from} has no layer in docs/architecture.md"));
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for to in named(code) {
                // A capital names an item that `lib.rs` re-exports: only doors may use those.
                let Some(to_layer) = layers.get(&to) else {
                    continue;
                };
                let allowed = to == from
                    || *to_layer < from_layer
                    || from_layer == 7
                    || neighbours.get(&from).is_some_and(|list| list.contains(&to));
                if !allowed {
                    wrong.push(format!(
                        "{}:{}: {from} (layer {from_layer}) uses {to} (layer {to_layer})",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn sockets_are_in_the_wire_and_in_the_client_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let from = room(&path);
        if ["wire", "client", "cli"].contains(&from.as_str()) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("hyper::") || code.contains("tokio::net") {
                wrong.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_outgrows_its_budget() {
    let mut wrong = Vec::new();
    let mut lengths = Vec::new();
    for (path, text) in sources() {
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let lines = code.lines().count();
        lengths.push(lines);
        if lines > LONGEST_FILE {
            wrong.push(format!(
                "{}: {lines} lines without its tests",
                path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 200, "the median file has {median} lines");
}

#[test]
fn nothing_static_can_change() {
    let mutable = ["static mut", "static ", "thread_local!"];
    for (path, text) in sources() {
        for line in text.lines().map(str::trim_start) {
            let code = line
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub(super) ");
            let can_change = mutable.iter().any(|word| code.starts_with(word));
            let is_lazy_constant = code.contains("LazyLock<");
            // The language has no other place for it.
            let is_allocator = code.starts_with("static ALLOCATOR: ");
            assert!(
                !can_change || is_lazy_constant || is_allocator,
                "{}: {line}",
                path.display()
            );
        }
    }
}

/// Compares a generated page with its file, or writes it with `BLESS=1`.
#[track_caller]
fn check_page(file: &str, expected: &str) {
    let path = Path::new(ROOT).join(file);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{file} is stale: run `BLESS=1 cargo test --test it house` and read the difference"
    );
}

#[test]
fn generated_pages_are_up_to_date() {
    check_page(
        "docs/operations.md",
        &goto_double::report::reference::operations(),
    );
    let document = goto_double::app::control::openapi::document();
    check_page("docs/control.openapi.json", &format!("{document:#}\n"));
    check_page("docs/limits.md", &goto_double::report::reference::limits());
    check_page(
        "docs/profile.md",
        &goto_double::report::reference::profile(),
    );
    check_page(
        "docs/variation.md",
        &goto_double::report::reference::variation(),
    );
    check_page(
        "docs/client-rules.md",
        &goto_double::report::reference::rules(),
    );
    check_page(
        "docs/scenario-format.md",
        &goto_double::scenario::reference(),
    );
}

#[test]
fn every_fuzz_target_has_seeds_and_is_described() {
    let fuzz = Path::new(ROOT).join("fuzz");
    let read = |name: &str| fs::read_to_string(fuzz.join(name)).unwrap();
    let (manifest, page) = (read("Cargo.toml"), read("README.md"));
    let rows = table(&page, "| Target | Input |");
    let described: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let mut targets: Vec<&str> = manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|bin| bin.split('"').nth(1))
        .collect();
    for target in &targets {
        let seeds = fs::read_dir(fuzz.join("corpus").join(target)).unwrap();
        assert!(seeds.count() >= 3, "{target} has too few seeds");
        assert!(fuzz.join(format!("fuzz_targets/{target}.rs")).exists());
        assert!(described.contains(target), "fuzz/README.md lacks {target}");
    }
    // A target that is not in the manifest is never run.
    let mut files: Vec<String> = fs::read_dir(fuzz.join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    targets.sort_unstable();
    assert_eq!(files, targets);
}
