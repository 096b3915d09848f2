//! Findings on lines with every state they ever had there: what is counted over time.
//!
//! Invariant: states are those of the fold, and what inventories say of deployments is laid over the last.

use std::collections::BTreeMap;

use super::deployment::on_line;
use super::line::{LineKind, environment, main_line};
use super::{Ledger, LedgerError, State, history};

/// A finding on a line, with every state it ever had there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// The repository's name.
    pub repository: String,
    /// The line.
    pub line: String,
    /// What the line is.
    pub kind: LineKind,
    /// The identity: that under which it was first seen.
    pub fingerprint: String,
    /// The incident's id.
    pub incident: String,
    /// The full rule id.
    pub rule: String,
    /// Where it is now, or was last.
    pub path: String,
    /// Who owns the path.
    pub owner: Option<String>,
    /// Since when (seconds since 1970) it was in which state, in order of time; never empty.
    pub steps: Vec<(i64, State)>,
}

impl Track {
    /// Its state now.
    pub fn state(&self) -> State {
        self.steps
            .last()
            .map_or(State::Unknown, |(_, state)| *state)
    }

    /// The environment, if the line is a deployment.
    pub fn environment(&self) -> Option<&str> {
        environment(&self.line)
    }

    /// How often it came back after it was closed.
    pub fn returns(&self) -> usize {
        let back = |pair: &&[(i64, State)]| pair[0].1.is_closed() && !pair[1].1.is_closed();
        self.steps.windows(2).filter(back).count()
    }
}

impl Ledger {
    /// Every finding on every line with every state it had, sorted by repository, line and path; only of one incident,
    /// if one is named.
    pub fn tracks(&self, incident: Option<&str>) -> Result<Vec<Track>, LedgerError> {
        let mut all = self.read_tracks(incident).map_err(self.fail())?;
        let overlays = self.overlays()?;
        for track in &mut all {
            let overlay = on_line(&overlays, &track.repository, &track.line);
            if let Some((state, at, _)) = overlay.and_then(|one| one.over(track.state())) {
                let last = track.steps.last().map_or(at, |(last, _)| at.max(*last));
                track.steps.push((last, state));
            }
        }
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(all)
    }

    fn read_tracks(&self, incident: Option<&str>) -> rusqlite::Result<Vec<Track>> {
        let lines = self.line_names()?;
        let main: BTreeMap<&str, Option<&str>> = lines
            .iter()
            .map(|(name, lines)| (name.as_str(), main_line(lines.iter().map(String::as_str))))
            .collect();
        let folded = self.folded()?;
        let newer = self.columns_since(KEPT, &["steps"]);
        let mut find = self.connection.prepare_cached(&format!(
            "SELECT repository.name, state.line, root.fingerprint, root.incident, root.rule, now.path, state.owner,
                    state.repository, state.instance, {newer}
             FROM state JOIN repository ON repository.id = state.repository
             JOIN instance AS root ON root.id = state.instance JOIN instance AS now ON now.id = state.current
             WHERE state.state <> 'clean' AND (?1 IS NULL OR root.incident = ?1)",
        ))?;
        let mut rows = find.query([incident])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (repository, line): (String, String) = (row.get(0)?, row.get(1)?);
            let steps = match &folded {
                None => read(row, 9)?,
                Some(folded) => {
                    let name = (row.get(7)?, line.clone(), row.get(8)?);
                    folded.get(&name).cloned().unwrap_or_default()
                }
            };
            if steps.is_empty() {
                continue;
            }
            all.push(Track {
                kind: LineKind::of(&line, main.get(repository.as_str()).copied().flatten()),
                fingerprint: row.get(2)?,
                incident: row.get(3)?,
                rule: row.get(4)?,
                path: row.get(5)?,
                owner: row.get(6)?,
                steps: in_time(&steps),
                repository,
                line,
            });
        }
        Ok(all)
    }

    /// Where the ledger is older and may only be read: the steps as they follow from the facts, by repository, line and
    /// instance.
    fn folded(&self) -> rusqlite::Result<Option<Folded>> {
        if self.version >= KEPT {
            return Ok(None);
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT id FROM repository")?;
        let mut all = BTreeMap::new();
        for id in find.query_map([], |row| row.get(0))? {
            let id: i64 = id?;
            for (line, standings) in history::states(&self.connection, id)? {
                let steps = standings.into_iter();
                all.extend(steps.map(|one| ((id, line.clone(), one.instance), one.steps)));
            }
        }
        Ok(Some(all))
    }
}

/// In which order tracks are listed.
fn order(one: &Track) -> (&str, &str, &str, &str) {
    (&one.repository, &one.line, &one.path, &one.fingerprint)
}

/// States with their moments.
type Steps = Vec<(i64, State)>;

/// By repository, line and instance.
type Folded = BTreeMap<(i64, String, i64), Steps>;

/// Since which version the cache keeps steps.
const KEPT: i64 = 3;

/// Steps as [`history::written`] wrote them.
fn read(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Steps> {
    let steps: Vec<(i64, String)> = history::parse(row, column)?;
    let state = |word: &str| State::parse(word).unwrap_or(State::Unknown);
    Ok(steps
        .into_iter()
        .map(|(at, word)| (at, state(&word)))
        .collect())
}

/// Steps in order of time. History that was looked up later was so before what is known to have come after it.
fn in_time(steps: &[(i64, State)]) -> Vec<(i64, State)> {
    let mut steps = steps.to_vec();
    let mut next = i64::MAX;
    for (at, _) in steps.iter_mut().rev() {
        *at = next.min(*at);
        next = *at;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::State::{Fixed, Open};
    use super::in_time;

    #[test]
    fn history_that_is_looked_up_later_was_before() {
        assert_eq!(in_time(&[(9, Open), (2, Fixed)]), [(2, Open), (2, Fixed)]);
        assert_eq!(in_time(&[(1, Open), (2, Fixed)]), [(1, Open), (2, Fixed)]);
    }
}
