//! Members that join and leave: spread over a thousand groups, and all in one.

use otp::{AnyProcess, Process, Scope, ScopeRef, spawn};

use crate::{Result, Size, each, median, print};

pub async fn measure(size: Size) -> Result<()> {
    let members: Vec<_> = (0..size.members)
        .map(|_| spawn(|_: Process| std::future::pending::<()>()))
        .collect();
    for groups in [1_000, 1] {
        let mut figures = [Vec::new(), Vec::new()];
        for _ in 0..size.rounds {
            let scope: ScopeRef<u64, AnyProcess> = Scope::start("scope").await?;
            let of = |at: usize| at as u64 % groups;
            figures[0].push(each(size.members, || {
                for (at, member) in members.iter().enumerate() {
                    scope.join(&of(at), member).expect("it runs");
                }
            }));
            assert_eq!(scope.members(&0).len() as u64, size.members / groups);
            figures[1].push(each(size.members, || {
                for (at, member) in members.iter().enumerate() {
                    scope.leave(&of(at), member).expect("it is there");
                }
            }));
            assert!(scope.which_groups().is_empty());
            scope.stop().await?;
        }
        for (name, figures) in ["join", "leave"].into_iter().zip(figures) {
            let what = format!("group {name}, {groups} groups: ours");
            print(&what, median(figures), "ns");
        }
    }
    Ok(())
}
