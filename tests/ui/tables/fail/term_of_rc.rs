use std::rc::Rc;

use otp::prelude::*;

static SHARED: PersistentTerm<Rc<u64>> = PersistentTerm::new();

fn main() {
    let _ = SHARED.get();
}
