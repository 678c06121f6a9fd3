//! Places at which a test can kill the process.

/// Stays here for good when `MUSTER_FAILPOINT` names this place, after saying so on standard error.
pub(crate) async fn reach(name: &str) {
    if std::env::var("MUSTER_FAILPOINT").is_ok_and(|wanted| wanted == name) {
        eprintln!("failpoint {name}");
        std::future::pending::<()>().await;
    }
}
