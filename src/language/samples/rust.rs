//! Keeps the latest reading of each sensor.

use std::collections::BTreeMap;
use std::fmt;

/// Why a reading was refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    Full { room: usize },
    Impossible(f64),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { room } => write!(f, "all {room} places are taken"),
            Self::Impossible(value) if value.is_nan() => f.write_str("not a number"),
            Self::Impossible(value) => write!(f, "{value} is not of this earth"),
        }
    }
}

/* Generic over the name, so that tests can use numbers. */
pub struct Board<'a, N: Ord = &'a str> {
    room: usize,
    latest: BTreeMap<N, f64>,
    title: &'a str,
}

impl<'a, N: Ord> Board<'a, N> {
    pub fn put(&mut self, name: N, value: f64) -> Result<(), Refused> {
        // Colder than any place on earth.
        if !(-90.0..=60.0).contains(&value) {
            return Err(Refused::Impossible(value));
        }
        if self.latest.len() >= self.room && !self.latest.contains_key(&name) {
            return Err(Refused::Full { room: self.room });
        }
        self.latest.insert(name, value);
        Ok(())
    }

    pub fn cold(&self) -> impl Iterator<Item = &N> + '_ {
        self.latest.iter().filter(|(_, value)| **value < 0.0).map(|(name, _)| name)
    }
}
