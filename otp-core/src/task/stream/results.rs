//! The order in which answers are given out: that of the items, or as they come.

use std::collections::VecDeque;

/// Answers that are there, and places for those to come.
pub(super) enum Results<R> {
    /// `first` is the number of the first place.
    InOrder {
        first: u64,
        places: VecDeque<Option<R>>,
    },
    AsTheyCome {
        open: usize,
        ready: VecDeque<R>,
    },
}

impl<R> Results<R> {
    pub(super) fn new(ordered: bool) -> Self {
        if ordered {
            Self::InOrder {
                first: 0,
                places: VecDeque::new(),
            }
        } else {
            Self::AsTheyCome {
                open: 0,
                ready: VecDeque::new(),
            }
        }
    }

    /// Items that were taken, and whose answers were not given out.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::InOrder { places, .. } => places.len(),
            Self::AsTheyCome { open, ready } => open + ready.len(),
        }
    }

    /// The number of the next item, whose answer is to come.
    pub(super) fn begin(&mut self) -> u64 {
        match self {
            Self::InOrder { first, places } => {
                places.push_back(None);
                *first + places.len() as u64 - 1
            }
            Self::AsTheyCome { open, .. } => {
                *open += 1;
                0
            }
        }
    }

    /// The answer to the item of this number, which has none yet.
    pub(super) fn put(&mut self, number: u64, result: R) {
        match self {
            Self::InOrder { first, places } => {
                let place = usize::try_from(number - *first).ok();
                if let Some(place) = place.and_then(|place| places.get_mut(place)) {
                    *place = Some(result);
                }
            }
            Self::AsTheyCome { open, ready } => {
                *open -= 1;
                ready.push_back(result);
            }
        }
    }

    /// The answer that is to be given out next, if it is there.
    pub(super) fn take(&mut self) -> Option<R> {
        match self {
            Self::InOrder { first, places } => {
                let result = places.front_mut()?.take()?;
                places.pop_front();
                *first += 1;
                Some(result)
            }
            Self::AsTheyCome { ready, .. } => ready.pop_front(),
        }
    }
}
