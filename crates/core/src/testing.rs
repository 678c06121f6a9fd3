//! What the tests of every crate share. Behind the feature `testing`, so none of it is in the program.

pub mod postgres;
