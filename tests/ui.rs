//! What the compiler says: one folder for each macro or area, one case for each mistake.
//!
//! After a change of an error text, `TRYBUILD=overwrite cargo test --test ui` writes the expected
//! output anew; read it as somebody would who meets it for the first time.

#[test]
fn gen_server() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/gen_server/pass/*.rs");
    cases.compile_fail("tests/ui/gen_server/fail/*.rs");
}

#[test]
fn supervisor() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/supervisor/pass/*.rs");
    cases.compile_fail("tests/ui/supervisor/fail/*.rs");
}

#[test]
fn tasks() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/tasks/pass/*.rs");
    cases.compile_fail("tests/ui/tasks/fail/*.rs");
}

#[test]
fn tables() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/tables/pass/*.rs");
    cases.compile_fail("tests/ui/tables/fail/*.rs");
}

#[test]
fn names() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/names/pass/*.rs");
    cases.compile_fail("tests/ui/names/fail/*.rs");
}

#[test]
fn state_machine() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/state_machine/pass/*.rs");
    cases.compile_fail("tests/ui/state_machine/fail/*.rs");
}
