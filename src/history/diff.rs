//! Which lines of two versions are the same ones: the longest common subsequence, by Myers' algorithm.

/// Versions that differ in more lines are not compared.
const MOST: usize = 1_000;

/// Pairs of lines, each by its number in its version, in order; `None` where the versions differ too much.
pub(super) fn common(one: &[u64], other: &[u64]) -> Option<Vec<(usize, usize)>> {
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (rest, others) = (&one[head..], &other[head..]);
    let tail = rest.iter().rev().zip(others.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (rest, others) = (&rest[..rest.len() - tail], &others[..others.len() - tail]);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    let between = middle(rest, others)?.into_iter();
    pairs.extend(between.map(|(x, y)| (head + x, head + y)));
    let ends = (one.len() - tail, other.len() - tail);
    pairs.extend((0..tail).map(|at| (ends.0 + at, ends.1 + at)));
    Some(pairs)
}

/// The same of what neither begins nor ends alike.
fn middle(one: &[u64], other: &[u64]) -> Option<Vec<(usize, usize)>> {
    let (width, height) = (one.len(), other.len());
    let most = (width + height).min(MOST);
    let offset = most + 1;
    // By diagonal, shifted by `offset`: how far along `one` the farthest path came with so many differences.
    let mut farthest = vec![0_usize; 2 * offset + 1];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for differences in 0..=most {
        trace.push(farthest[offset - differences..=offset + differences].to_vec());
        for step in 0..=differences {
            // The diagonal is `2 * step - differences`.
            let at = offset + 2 * step - differences;
            let down = step == 0 || (step < differences && farthest[at - 1] < farthest[at + 1]);
            let mut x = if down {
                farthest[at + 1]
            } else {
                farthest[at - 1] + 1
            };
            let mut y = (x + offset).checked_sub(at)?;
            while x < width && y < height && one[x] == other[y] {
                (x, y) = (x + 1, y + 1);
            }
            farthest[at] = x;
            if x >= width && y >= height {
                return back(&trace, width, height);
            }
        }
    }
    None
}

/// The way back along the farthest paths; `trace` has, for each number of differences, the diagonals that it could reach.
fn back(trace: &[Vec<usize>], width: usize, height: usize) -> Option<Vec<(usize, usize)>> {
    let (mut x, mut y) = (width, height);
    let mut pairs = Vec::new();
    for (differences, reached) in trace.iter().enumerate().rev() {
        // The place of this diagonal among those reached.
        let at = (x + differences).checked_sub(y)?;
        let value = |at: Option<usize>| at.and_then(|at| reached.get(at)).copied();
        let (left, right) = (value(at.checked_sub(1)), value(Some(at + 1)));
        let down = at == 0 || (at < 2 * differences && left < right);
        let (from_x, from_y) = if differences == 0 {
            (0, 0)
        } else if down {
            let from = right?;
            (from, (from + differences).checked_sub(at + 1)?)
        } else {
            let from = left?;
            (from, (from + differences + 1).checked_sub(at)?)
        };
        while x > from_x && y > from_y && x > 0 && y > 0 {
            (x, y) = (x - 1, y - 1);
            pairs.push((x, y));
            let at_start = if down {
                (from_x, from_y + 1)
            } else {
                (from_x + 1, from_y)
            };
            if differences > 0 && (x, y) == at_start {
                break;
            }
        }
        (x, y) = (from_x, from_y);
    }
    pairs.reverse();
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::common;

    fn told(one: &str, other: &str) -> String {
        let lines = |text: &str| text.bytes().map(u64::from).collect::<Vec<_>>();
        let pairs = common(&lines(one), &lines(other)).expect("they are alike");
        pairs
            .iter()
            .map(|(x, _)| char::from(one.as_bytes()[*x]))
            .collect()
    }

    #[test]
    fn what_both_have_in_order_is_common() {
        for (one, other, expected) in [
            ("", "", ""),
            ("abc", "abc", "abc"),
            ("abc", "", ""),
            ("", "abc", ""),
            ("abc", "abxc", "abc"),
            ("abxc", "abc", "abc"),
            ("axb", "ayb", "ab"),
            ("abcabba", "cbabac", "baba"),
            ("xyz", "abc", ""),
        ] {
            assert_eq!(
                told(one, other).len(),
                expected.len(),
                "{one} {other}: {}",
                told(one, other)
            );
        }
    }

    /// The length by the plain table.
    fn length(one: &[u64], other: &[u64]) -> usize {
        let mut row = vec![0; other.len() + 1];
        for a in one {
            let mut corner = 0;
            for (at, b) in other.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if a == b {
                    corner + 1
                } else {
                    above.max(row[at])
                };
                corner = above;
            }
        }
        row[other.len()]
    }

    proptest! {
        #[test]
        fn pairs_are_equal_ascending_and_as_many_as_can_be(
            one in prop::collection::vec(0_u64..4, 0..30),
            other in prop::collection::vec(0_u64..4, 0..30),
        ) {
            let pairs = common(&one, &other).expect("they are short");
            prop_assert_eq!(pairs.len(), length(&one, &other));
            for pair in pairs.windows(2) {
                prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
            }
            for (x, y) in pairs {
                prop_assert_eq!(one[x], other[y]);
            }
        }
    }
}
