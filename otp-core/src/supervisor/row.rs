//! A long row of children, started or stopped one after the other on the supervisor's own stack: now and
//! then the other tasks of its thread have their turn.

use crate::process::{SHARE, current};

/// So many children are worked through in one go in any case.
const FEW: u32 = 8;

/// Work on one child after the other.
#[derive(Default)]
pub(super) struct Row {
    /// Children since others had their turn.
    children: u32,
}

impl Row {
    /// Before each child: others have their turn, if the supervisor has held its thread for its share.
    #[inline]
    pub(super) async fn next(&mut self) {
        self.children += 1;
        if self.children > FEW && current::held() > SHARE {
            self.children = 0;
            tokio::task::yield_now().await;
        }
    }
}
