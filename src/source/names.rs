//! Giving repositories unique names.
//!
//! Invariant: the names depend on what was found, not on the order in which it was.

use std::collections::BTreeMap;

/// Chooses one name from each list, the first where it can: all that share a name move on to their next one together.
/// The last name of each list must be unique.
pub(super) fn choose(choices: &[Vec<String>]) -> Vec<String> {
    let mut level = vec![0; choices.len()];
    loop {
        let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, names) in choices.iter().enumerate() {
            holders.entry(&names[level[index]]).or_default().push(index);
        }
        let mut moved = false;
        for index in holders
            .into_values()
            .filter(|holders| holders.len() > 1)
            .flatten()
        {
            if level[index] + 1 < choices[index].len() {
                level[index] += 1;
                moved = true;
            }
        }
        if !moved {
            return choices
                .iter()
                .zip(level)
                .map(|(names, level)| names[level].clone())
                .collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    fn names(choices: &[&[&str]]) -> Vec<String> {
        choose(
            &choices
                .iter()
                .map(|names| names.iter().map(|name| (*name).to_owned()).collect())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn whoever_shares_a_name_gives_it_up() {
        assert_eq!(
            names(&[&["a/x", "x", "/x"], &["a/x", "y", "/y"], &["z", "/z"]]),
            ["x", "y", "z"]
        );
        assert_eq!(
            names(&[&["a", "x", "/1/x"], &["a", "x", "/2/x"]]),
            ["/1/x", "/2/x"]
        );
        // The one who is pushed takes a name that a third already has.
        assert_eq!(
            names(&[&["a", "b", "/1"], &["a", "c", "/2"], &["b", "/3"]]),
            ["/1", "c", "/3"]
        );
    }
}
