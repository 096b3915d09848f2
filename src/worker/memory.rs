//! How much memory there is for workers.

/// What a worker may have where there is plenty.
const PLENTY: u64 = 2 << 30;
/// A worker with less is of no use.
const LEAST: u64 = 256 << 20;

/// How many workers, at most `wanted`, and how many bytes each may have, so that all together fit into memory.
pub fn share(wanted: usize) -> (usize, u64) {
    divide(available().unwrap_or(PLENTY * 4), wanted)
}

fn divide(available: u64, wanted: usize) -> (usize, u64) {
    // The parent and the rest of the machine live too.
    let usable = available / 4 * 3;
    let fit = usize::try_from(usable / (PLENTY / 2)).unwrap_or(usize::MAX);
    let workers = wanted.min(fit).max(1);
    let each = (usable / workers as u64).clamp(LEAST, PLENTY);
    (workers, each)
}

/// What the kernel says is available, and what a control group allows.
fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group = group
        .and_then(|text| text.trim().parse::<u64>().ok())
        .unwrap_or(u64::MAX);
    Some((kilobytes * 1024).min(group))
}

#[cfg(test)]
mod tests {
    use super::divide;

    #[test]
    fn workers_fit_into_memory() {
        assert_eq!(divide(24 << 30, 2), (2, 2 << 30));
        assert_eq!(divide(8 << 30, 27), (6, 1 << 30));
        assert_eq!(divide(1 << 30, 4), (1, 768 << 20));
        assert_eq!(divide(0, 4), (1, 256 << 20));
    }
}
