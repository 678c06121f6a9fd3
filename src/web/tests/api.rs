//! The JSON API through its front door, on both databases.

mod bodies;
mod changes;
mod events;
mod exports;
mod lists;
mod program;
mod refusals;
mod webhooks;
