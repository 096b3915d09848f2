//! Instances that are not new but moved: their file was renamed, or what encloses them was.
//!
//! Invariants: an instance moves only from a path that is known to be there no more to one that is known not to have been
//! there when it was seen last, and only by a complete scan; or within its file, with the same text. What stayed where it
//! was is never taken for the source of a copy.

use std::collections::BTreeSet;

use super::facts::Scan;
use super::fold::Line;
use super::verdict::is_absent;

impl<'f> Line<'f> {
    /// Finds instances that are not new but moved: their file was renamed, or what encloses them was.
    pub(super) fn follow_moves(&mut self, scan: &Scan) {
        let known = |instance: &i64| {
            self.standings.contains_key(instance) || self.aliases.contains_key(instance)
        };
        let fresh: Vec<i64> = scan
            .seen
            .keys()
            .copied()
            .filter(|instance| !known(instance))
            .collect();
        if fresh.is_empty() {
            return;
        }
        let current: BTreeSet<i64> = scan.seen.keys().copied().collect();
        let mut lost: Vec<(i64, i64)> = self
            .standings
            .values()
            .filter(|standing| !standing.state.is_closed() && !current.contains(&standing.current))
            .map(|standing| (standing.instance, standing.current))
            .collect();
        // By place, not by number: numbers depend on what was recorded first. Of equal ones the upper stays the upper.
        let last_seen = |root: &i64| self.standings.get(root).map(|one| self.scan(one.seen_by));
        lost.sort_by_key(|(root, current)| last_seen(root).map(|then| self.place(then, *current)));
        let mut fresh = fresh;
        fresh.sort_by_key(|instance| self.place(scan, *instance));
        for new in fresh {
            let Some(found) = lost
                .iter()
                .position(|(root, old)| self.is_moved(scan, *root, *old, new))
            else {
                continue;
            };
            let (root, _) = lost.remove(found);
            self.aliases.insert(new, root);
        }
    }

    /// Where a scan saw an instance: path and byte, then its name.
    fn place(&self, scan: &Scan, instance: i64) -> Option<(&'f str, u64, &'f str)> {
        let start = scan.seen.get(&instance)?.start;
        let instance = self.facts.instances.get(&instance)?;
        Some((instance.path.as_str(), start, instance.fingerprint.as_str()))
    }

    fn is_moved(&self, scan: &Scan, root: i64, old: i64, new: i64) -> bool {
        let (Some(standing), Some(before), Some(after)) = (
            self.standings.get(&root),
            self.facts.instances.get(&old),
            self.facts.instances.get(&new),
        ) else {
            return false;
        };
        if before.rule != after.rule {
            return false;
        }
        let (Some(old_seen), Some(new_seen)) = (
            self.scan(standing.seen_by).seen.get(&old),
            scan.seen.get(&new),
        ) else {
            return false;
        };
        if before.path == after.path {
            // The same text in the same file under another name: a function was renamed around it.
            return old_seen.text.is_some() && old_seen.text == new_seen.text;
        }
        let same = before.match_key.is_some() && before.match_key == after.match_key;
        let left = is_absent(scan, &before.path);
        // What was not looked at then may have been there all the time.
        let came = is_absent(self.scan(standing.seen_by), &after.path);
        same && left && came && scan.complete
    }
}
