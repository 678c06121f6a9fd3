//! Places at which a test can stop the process, to kill it there.
//!
//! `MUSTER_FAILPOINT` names the place. `MUSTER_FAILPOINT_ONLY` narrows it to one subject, such as the id of one mail;
//! `MUSTER_FAILPOINT_PASSAGE` counts up to the passage that is meant, 1 unless told. Who gets there says so on standard
//! output and stands still for good, ends the process at once with `MUSTER_FAILPOINT_ACT=abort`, or panics, saying all of the
//! subject, with `MUSTER_FAILPOINT_ACT=panic`.
//!
//! Without the feature `failpoints` nothing of this is compiled, the names of the places included.

/// Marks a place, by name, and what passes it.
macro_rules! failpoint {
    ($name:literal, $subject:expr) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::reach($name, &$subject).await;
        #[cfg(not(feature = "failpoints"))]
        let _ = &$subject;
    };
}
pub(crate) use failpoint;

/// Stops here if this is the passage that was asked for.
#[cfg(feature = "failpoints")]
pub(crate) async fn reach(name: &str, subject: &(dyn std::fmt::Display + Sync)) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSAGES: AtomicU64 = AtomicU64::new(0);
    let told = |variable: &str| std::env::var(variable).ok();
    if told("MUSTER_FAILPOINT").is_none_or(|wanted| wanted != name)
        || told("MUSTER_FAILPOINT_ONLY").is_some_and(|wanted| wanted != subject.to_string())
    {
        return;
    }
    let meant = told("MUSTER_FAILPOINT_PASSAGE").map_or(1, |number| number.parse().expect("a whole number"));
    let passage = PASSAGES.fetch_add(1, Ordering::Relaxed) + 1;
    if passage < meant {
        return;
    }
    say(&format!("failpoint {name} {passage}\n"));
    match told("MUSTER_FAILPOINT_ACT").as_deref() {
        Some("abort") => std::process::abort(),
        Some("panic") => panic!("failpoint {name} with this in hand: {subject}"),
        _ => std::future::pending::<()>().await,
    }
}

#[cfg(feature = "failpoints")]
fn say(line: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    // Nobody may be listening any more, and then nobody is told.
    drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
}
