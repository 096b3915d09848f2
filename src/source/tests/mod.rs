//! Tests of the room on real repositories.
