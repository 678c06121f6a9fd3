//! Being built.

#[cfg(feature = "testing")]
pub mod testing;
