//! Weighs what several sources say of one thing: the surest is believed, and what differs is a contradiction.

use super::gap::{Gap, GapKind};
use super::record::Source;

/// A value, who says it, and where.
pub(super) type Said = (Source, String, String);

/// With the time that the record gives.
pub(super) type Timed = (Said, Option<jiff::Timestamp>);

/// Leaves of lines that tell a time the latest: they update the earlier ones. Without times nobody can tell.
fn latest_line(said: &mut Vec<Timed>) {
    let is_line = |(said, _): &Timed| said.0 == Source::Line;
    if said
        .iter()
        .filter(|one| is_line(one))
        .all(|(_, at)| at.is_some())
    {
        let times = said.iter().filter(|one| is_line(one)).map(|(_, at)| *at);
        let latest = times.max().flatten();
        said.retain(|one| !is_line(one) || one.1 == latest);
    }
}

/// The surest value, and whether it is only one of several that are equally sure; others that differ are contradictions.
pub(super) fn surest(
    said: &mut Vec<Timed>,
    what: &str,
    key: &str,
    same: impl Fn(&str, &str) -> bool,
    gaps: &mut Vec<Gap>,
) -> (Option<String>, bool) {
    latest_line(said);
    said.sort();
    let mut ambiguous = false;
    let Some(((source, value, place), _)) = said.first() else {
        return (None, false);
    };
    for ((other_source, other, other_place), _) in said.iter().skip(1) {
        if !same(value, other) {
            let believed = if source == other_source {
                ambiguous = true;
                format!("nobody can tell which; {value} is taken")
            } else {
                format!("{source} is believed")
            };
            let message = format!(
                "its {what} is {value} ({source}, {place}) and {other} ({other_source}, {other_place}): {believed}"
            );
            gaps.push(Gap::new(GapKind::Contradiction, key, message));
        }
    }
    (Some(value.clone()), ambiguous)
}

/// The revisions that the surest source tells; of lines with a time, the latest.
pub(super) fn revisions(said: &mut [Timed], key: &str, gaps: &mut Vec<Gap>) -> Vec<String> {
    said.sort();
    let Some(surest) = said.first().map(|((source, ..), _)| *source) else {
        return Vec::new();
    };
    let same = |a: &str, b: &str| {
        let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
        a == b || (a.len().min(b.len()) >= 7 && (a.starts_with(&b) || b.starts_with(&a)))
    };
    let mut top: Vec<_> = said
        .iter()
        .filter(|((source, ..), _)| *source == surest)
        .collect();
    // A line that was written later updates an earlier one; without times nobody can tell.
    if surest == Source::Line && top.iter().all(|(_, at)| at.is_some()) {
        let latest = top.iter().map(|(_, at)| *at).max().flatten();
        top.retain(|(_, at)| *at == latest);
    }
    let mut kept: Vec<&Said> = Vec::new();
    for (said, _) in &top {
        match kept.iter_mut().find(|one| same(&one.1, &said.1)) {
            // Of two spellings the longer says more.
            Some(one) if one.1.len() < said.1.len() => *one = said,
            Some(_) => {}
            None => kept.push(said),
        }
    }
    if kept.len() > 1 {
        let all: Vec<String> = kept
            .iter()
            .map(|(_, value, place)| format!("{value} ({place})"))
            .collect();
        let message = format!(
            "its revision is each of several by {surest}: {}: each is looked at",
            all.join(", ")
        );
        gaps.push(Gap::new(GapKind::Contradiction, key, message));
    }
    for ((source, value, place), _) in said.iter().filter(|((source, ..), _)| *source != surest) {
        if !kept.iter().any(|(_, known, _)| same(known, value)) {
            let known: Vec<&str> = kept.iter().map(|(_, value, _)| value.as_str()).collect();
            let message = format!(
                "its revision is {} ({surest}) and {value} ({source}, {place}): {surest} is believed",
                known.join(", ")
            );
            gaps.push(Gap::new(GapKind::Contradiction, key, message));
        }
    }
    kept.into_iter()
        .map(|(_, value, _)| value.clone())
        .collect()
}
