//! What a client sends, cut into lines: bounded in length and in number for a time.

use std::time::Duration;

use futures::Stream;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use tokio::time::Instant;

/// Bytes of a line at the most.
pub(crate) const LONGEST: usize = 1024;

/// What came instead of a line, or a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Line(String),
    NotUtf8,
    /// More than [`LONGEST`] bytes without an end. Nothing is read after it.
    TooLong,
    /// The client has closed, or its connection broke.
    Closed,
}

/// How fast a client's lines are read: `burst` at once, then one each `pause`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) burst: u32,
    pub(crate) pause: Duration,
}

/// The lines of `reader`. A client that sends faster than its pace is not read meanwhile, so that TCP
/// slows it down; nothing is stored for it.
pub(crate) fn lines<R>(reader: R, pace: Pace) -> impl Stream<Item = Input> + Send
where
    R: AsyncBufRead + Unpin + Send,
{
    // The time at which all lines so far are paid for; a burst may run ahead of it.
    let paid = Instant::now();
    let credit = pace.pause.saturating_mul(pace.burst.saturating_sub(1));
    futures::stream::unfold(Some((reader, paid)), move |state| async move {
        let (mut reader, paid) = state?;
        let debt = paid.saturating_duration_since(Instant::now());
        let wait = debt.saturating_sub(credit);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let input = next(&mut reader).await;
        let paid = paid.max(Instant::now()) + pace.pause;
        match input {
            Input::TooLong | Input::Closed => Some((input, None)),
            input => Some((input, Some((reader, paid)))),
        }
    })
}

async fn next<R: AsyncBufRead + Unpin>(reader: &mut R) -> Input {
    let mut line = Vec::new();
    loop {
        let Ok(bytes) = reader.fill_buf().await else {
            return Input::Closed;
        };
        if bytes.is_empty() && line.is_empty() {
            return Input::Closed;
        }
        let at_end = bytes.is_empty();
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        if line.len() + part.len() > LONGEST {
            return Input::TooLong;
        }
        line.extend_from_slice(part);
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() || at_end {
            return match String::from_utf8(line) {
                Ok(line) => Input::Line(clean(&line)),
                Err(_) => Input::NotUtf8,
            };
        }
    }
}

/// Without control characters: nobody's terminal is to be driven by others.
fn clean(line: &str) -> String {
    line.trim_end_matches('\r')
        .chars()
        .filter(|letter| !letter.is_control())
        .collect()
}
