//! What a name takes beside the server that has it: resident bytes.

use std::fs;

use otp::Registry;

use crate::registry::{Session, Sessions};
use crate::{Result, Size, print};

pub async fn measure(size: Size) -> Result<()> {
    let before = resident()?;
    let mut servers = Vec::with_capacity(size.names as usize);
    for key in 0..size.names {
        servers.push(Session::start(key).await?);
    }
    let bare = resident()? - before;
    drop(servers);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    // The heap has grown for the servers: what comes beyond that is the names'.
    let before = resident()?;
    let sessions: Sessions = Registry::start("sessions").await?;
    let start = std::time::Instant::now();
    for key in 0..size.names {
        Session::start(key).via(&sessions, key).await?;
    }
    let time = start.elapsed().as_secs_f64() * 1e9 / size.names as f64;
    let named = resident()? - before;
    assert_eq!(sessions.count() as u64, size.names);
    assert!((0..size.names).all(|key| sessions.lookup(&key).is_some()));
    let names = size.names as f64;
    print("memory of a server", bare / names, "bytes");
    print(
        "memory beyond a freed server's, with a name",
        named / names,
        "bytes",
    );
    print("start of a server under a name", time, "ns");
    let start = std::time::Instant::now();
    sessions.stop().await?;
    print(
        "registry stopped, a name",
        start.elapsed().as_secs_f64() * 1e9 / names,
        "ns",
    );
    Ok(())
}

fn resident() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line.unwrap_or("").trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0)
}
