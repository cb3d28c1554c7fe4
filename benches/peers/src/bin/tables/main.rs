//! Tables and terms beside the bare maps beneath them, and beside the BEAM's where Erlang is installed.
//!
//! `cargo run --release --bin tables`. What is compared takes turns in one process, and the middle of
//! the ratios is shown, so that a noisy minute of the machine costs both sides the same.

mod beam;
#[path = "../../erlang.rs"]
mod erlang;
mod ordered;
mod set;
mod term;
mod turns;

fn main() {
    println!(
        "{:<22} {:>10} {:>10} {:>8}",
        "work", "ours ns", "bare ns", "speed"
    );
    set::reads();
    set::writes();
    set::public_writes();
    ordered::reads();
    ordered::writes();
    ordered::walks();
    ordered::public_writes();
    term::reads();
    println!("\nspeed: of ours, where the bare one's is 1.00");
    beam::print();
}
