use otp::prelude::*;

fn only_clones<T: Clone>(_: T) {}

fn main() {
    only_clones(PublicTable::<u8, u8>::new());
    only_clones(Table::<u8, u8>::new());
}
