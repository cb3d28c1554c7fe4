//! The table in `CONFORMANCE.md` names tests that exist.

use std::path::Path;

#[test]
fn every_test_that_the_conformance_table_names_exists() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let text = std::fs::read_to_string(tests.join("CONFORMANCE.md")).expect("the table");
    let mut count = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or("");
        for part in cell.split("; ") {
            let Some((file, names)) = part.trim().split_once(": `") else {
                continue;
            };
            if !file.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                // A reason.
                continue;
            }
            let file = format!("{file}.rs");
            let near = tests.join(&file);
            let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("otp-core/tests");
            let path = if near.exists() {
                near
            } else {
                core.join(&file)
            };
            let source = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}\n{row}", path.display()));
            for name in format!("`{names}").split('`').skip(1).step_by(2) {
                let function = format!("fn {name}(");
                assert!(source.contains(&function), "{file} has no `{name}`\n{row}");
                count += 1;
            }
        }
    }
    assert!(count > 200, "only {count} tests are count");
}
