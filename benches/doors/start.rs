//! How soon the program answers, and what it holds while nobody asks.

use std::time::Duration;

use measure::{Report, mebibytes, resident, time};
use muster_core::testing::World;

use crate::server::Server;

const TIMES: usize = 10;
const SOON: Duration = Duration::from_millis(150);
const LITTLE: u64 = 40 << 20;

pub async fn measure(world: &World) -> Report {
    let mut report = Report::new(format!(
        "The program is started {TIMES} times on a database whose tables are there, and asked each millisecond whether it is \
         ready; memory is what its process holds (RSS) 2 s after the last start."
    ));
    let mut took = Vec::new();
    let mut server = Server::start(world).await;
    for _ in 1..TIMES {
        took.push(server.took);
        drop(server);
        server = Server::start(world).await;
    }
    took.push(server.took);
    took.sort_unstable();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let held = resident(server.pid());
    let middle = took[TIMES / 2];
    report.add_with_aim("Start, median", time(middle), "under 150 ms", middle < SOON);
    report.add("Start, longest", time(took[TIMES - 1]));
    report.add_with_aim("Memory when idle", mebibytes(held), "under 40 MiB", held < LITTLE);
    report
}
