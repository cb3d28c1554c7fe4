//! What a test expects of a probe.
//!
//! Each expectation is a plain function that gives a future, so that a failure can name the line of the
//! test that it stands on.

use std::fmt::Debug;
use std::future::poll_fn;
use std::panic::Location;
use std::task::Poll;
use std::time::Duration;

use otp_core::{Down, Exit, Pid};
use tokio::time::Instant;

use super::difference::difference;
use super::failure::{Failure, Instead};
use super::{Probe, Received};

impl<M: Debug + Send + 'static> Probe<M> {
    /// The next thing that comes is this message.
    ///
    /// Cancel safe: what has come stays to be expected.
    ///
    /// # Panics
    /// If something else comes, with the difference and all that came before; if nothing comes.
    #[track_caller]
    pub fn expect(&mut self, expected: M) -> impl Future<Output = ()> + Send
    where
        M: PartialEq + Sync,
    {
        let at = Location::caller();
        async move {
            let is_it = |got: &Received<M>| matches!(got, Received::Message(m) if *m == expected);
            let show = |got: &Received<M>| match got {
                Received::Message(message) => difference(&expected, message),
                _ => String::new(),
            };
            let words = || vec![format!("{expected:?}")];
            self.next_as(at, is_it, words, show).await;
        }
    }

    /// The next thing that comes is a message for which `is_it` holds; `what` says so in words. See
    /// [`expect!`](crate::expect) for patterns.
    ///
    /// Cancel safe.
    ///
    /// # Panics
    /// As [`Probe::expect`].
    #[track_caller]
    pub fn expect_that(
        &mut self,
        what: &str,
        is_it: impl Fn(&M) -> bool + Send,
    ) -> impl Future<Output = M> + Send {
        let at = Location::caller();
        async move {
            let is_it = move |got: &Received<M>| matches!(got, Received::Message(m) if is_it(m));
            let words = || vec![what.to_owned()];
            match self.next_as(at, is_it, words, |_| String::new()).await {
                Received::Message(message) => message,
                _ => unreachable!("only messages are taken"),
            }
        }
    }

    /// These messages come next, in this order.
    ///
    /// Not cancel safe: dropped half-way, some of them have been taken.
    ///
    /// # Panics
    /// As [`Probe::expect`].
    #[track_caller]
    pub fn expect_in_order(
        &mut self,
        expected: impl IntoIterator<Item = M>,
    ) -> impl Future<Output = ()> + Send
    where
        M: PartialEq + Sync,
    {
        let at = Location::caller();
        let expected: Vec<M> = expected.into_iter().collect();
        async move {
            for (number, one) in expected.iter().enumerate() {
                let is_it = |got: &Received<M>| matches!(got, Received::Message(m) if m == one);
                let show = |got: &Received<M>| match got {
                    Received::Message(message) => difference(one, message),
                    _ => String::new(),
                };
                let rest = &expected[number..];
                let words = || rest.iter().map(|one| format!("{one:?}")).collect();
                self.next_as(at, is_it, words, show).await;
            }
        }
    }

    /// These messages come next, in any order.
    ///
    /// Not cancel safe: dropped half-way, some of them have been taken.
    ///
    /// # Panics
    /// As [`Probe::expect`]: at the first that is none of them, or when one does not come.
    #[track_caller]
    pub fn expect_in_any_order(
        &mut self,
        expected: impl IntoIterator<Item = M>,
    ) -> impl Future<Output = ()> + Send
    where
        M: PartialEq + Sync,
    {
        let at = Location::caller();
        let mut expected: Vec<M> = expected.into_iter().collect();
        async move {
            while !expected.is_empty() {
                let is_it =
                    |got: &Received<M>| matches!(got, Received::Message(m) if expected.contains(m));
                let words = || expected.iter().map(|one| format!("{one:?}")).collect();
                let got = self.next_as(at, is_it, words, |_| String::new()).await;
                if let Received::Message(message) = got
                    && let Some(place) = expected.iter().position(|one| *one == message)
                {
                    expected.swap_remove(place);
                }
            }
        }
    }

    /// Nothing comes for `time`, which passes: on the paused clock at once.
    ///
    /// Cancel safe.
    ///
    /// # Panics
    /// If something comes, or is there already.
    #[track_caller]
    pub fn expect_none(&mut self, time: Duration) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        async move {
            if self.wait(time).await {
                let got = &self.waiting[0];
                let instead = Instead::Came(in_words(got));
                self.fail(
                    at,
                    vec![format!("nothing for {time:?}")],
                    instead,
                    String::new(),
                );
            }
        }
    }

    /// The next thing that comes is the [`Down`] of `pid`, which the probe watches.
    ///
    /// Cancel safe.
    ///
    /// # Panics
    /// As [`Probe::expect`].
    #[track_caller]
    pub fn expect_down(&mut self, pid: Pid) -> impl Future<Output = Down> + Send {
        let at = Location::caller();
        async move {
            let is_it = |got: &Received<M>| matches!(got, Received::Down(down) if down.pid == pid);
            let words = || vec![format!("Down of {pid}")];
            match self.next_as(at, is_it, words, |_| String::new()).await {
                Received::Down(down) => down,
                _ => unreachable!("only a `Down` is taken"),
            }
        }
    }

    /// The next thing that comes is an [`Exit`] from `pid`, which the probe is linked with.
    ///
    /// Cancel safe.
    ///
    /// # Panics
    /// As [`Probe::expect`].
    #[track_caller]
    pub fn expect_exit(&mut self, pid: Pid) -> impl Future<Output = Exit> + Send {
        let at = Location::caller();
        async move {
            let is_it = |got: &Received<M>| matches!(got, Received::Exit(exit) if exit.pid == pid);
            let words = || vec![format!("Exit of {pid}")];
            match self.next_as(at, is_it, words, |_| String::new()).await {
                Received::Exit(exit) => exit,
                _ => unreachable!("only an `Exit` is taken"),
            }
        }
    }

    /// The next thing that comes, if one comes within the probe's patience.
    ///
    /// Cancel safe.
    pub async fn receive(&mut self) -> Option<Received<M>> {
        self.wait(self.patience).await;
        self.waiting.pop_front()
    }

    /// Takes the next thing that comes, which must be the one.
    async fn next_as(
        &mut self,
        at: &'static Location<'static>,
        is_it: impl Fn(&Received<M>) -> bool + Send,
        words: impl Fn() -> Vec<String> + Send,
        difference: impl Fn(&Received<M>) -> String + Send,
    ) -> Received<M> {
        if self.wait(self.patience).await {
            let got = self.waiting.pop_front().expect("it was waited for");
            if is_it(&got) {
                return got;
            }
            let difference = difference(&got);
            let instead = Instead::Came(in_words(&got));
            self.waiting.push_front(got);
            self.fail(at, words(), instead, difference)
        }
        let instead = if self.comes.is_closed() {
            Instead::Ended
        } else {
            Instead::Nothing(self.patience)
        };
        self.fail(at, words(), instead, String::new())
    }

    /// Waits until there is something to look at, for `time` at the most.
    async fn wait(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        loop {
            while let Ok(message) = self.sent.try_recv() {
                self.note(Received::Message(message));
            }
            while let Ok(received) = self.comes.try_recv() {
                self.note(received);
            }
            if !self.waiting.is_empty() {
                return true;
            }
            match tokio::time::timeout_at(until, self.next()).await {
                Ok(Some(received)) => self.note(received),
                Ok(None) | Err(_) => return false,
            }
        }
    }

    /// What comes next, whichever way; `None` if the probe has ended.
    async fn next(&mut self) -> Option<Received<M>> {
        poll_fn(|cx| match self.sent.poll_recv(cx) {
            Poll::Ready(Some(message)) => Poll::Ready(Some(Received::Message(message))),
            _ => self.comes.poll_recv(cx),
        })
        .await
    }

    fn note(&mut self, received: Received<M>) {
        self.history.push(in_words(&received));
        self.waiting.push_back(received);
    }

    fn fail(
        &self,
        at: &'static Location<'static>,
        expected: Vec<String>,
        instead: Instead,
        difference: String,
    ) -> ! {
        let failure = Failure {
            pid: self.pid(),
            at,
            expected,
            instead,
            difference,
            history: &self.history,
            unread: self.waiting.len().saturating_sub(1),
        };
        panic!("{failure}");
    }
}

fn in_words<M: Debug>(received: &Received<M>) -> String {
    match received {
        Received::Message(message) => format!("{message:?}"),
        Received::Down(down) => format!("Down of {}: {}", down.pid, down.reason),
        Received::Exit(exit) => format!("Exit of {}: {}", exit.pid, exit.reason),
    }
}

/// `expect!(probe, pattern)`: the next thing that comes to a [`Probe`] is a message
/// of this pattern, and the message is the value. A guard may follow: `expect!(probe, Some(n) if *n > 2)`.
///
/// # Panics
/// As [`Probe::expect`].
#[macro_export]
macro_rules! expect {
    ($probe:expr, $pattern:pat $(if $guard:expr)? $(,)?) => {
        $probe
            .expect_that(
                ::std::stringify!($pattern $(if $guard)?),
                |message| ::std::matches!(message, $pattern $(if $guard)?),
            )
            .await
    };
}
