//! What holds of every macro, shown on the programs of the corpus.

mod editor;
mod fuzz;
mod fuzz_tokens;
mod programs;
