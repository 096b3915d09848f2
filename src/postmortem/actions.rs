//! The actions of a post-mortem: each needs somebody who does it, a day, and evidence that it was done.
//!
//! An action is a row of a table whose head names `Action`, `Owner`, `Due` and `Evidence`, wherever it stands.

/// What an action lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The line, from 1; 0 for the whole document.
    pub line: usize,
    /// What is to be done.
    pub action: String,
    /// What is missing.
    pub what: &'static str,
}

const COLUMNS: [&str; 4] = ["action", "owner", "due", "evidence"];

/// Everything that the actions of a document lack; nothing if they are complete.
pub fn lacking(text: &str) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let mut actions = 0;
    // Where each of the four columns is in the table that is being read.
    let mut columns: Option<[usize; 4]> = None;
    let mut fence = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        fence ^= line.starts_with("```");
        if fence || !line.starts_with('|') {
            columns = None;
            continue;
        }
        let cells = cells(line);
        let Some(places) = columns else {
            let place = |name: &str| {
                cells
                    .iter()
                    .position(|cell| cell.eq_ignore_ascii_case(name))
            };
            if let [Some(a), Some(b), Some(c), Some(d)] = COLUMNS.map(place) {
                columns = Some([a, b, c, d]);
            }
            continue;
        };
        let [action, owner, due, evidence] =
            places.map(|place| cells.get(place).map_or("", String::as_str));
        if cells
            .iter()
            .all(|cell| !cell.is_empty() && cell.bytes().all(|b| b"-: ".contains(&b)))
        {
            continue;
        }
        let empty = is_empty(action);
        // A row that nobody filled is no action.
        if empty && is_empty(owner) && is_empty(due) && is_empty(evidence) {
            continue;
        }
        actions += 1;
        let mut lack = |what| {
            let action = action.to_owned();
            lacks.push(Lack {
                line: index + 1,
                action,
                what,
            });
        };
        if empty {
            lack("a word on what is to be done");
        }
        if is_empty(owner) {
            lack("an owner");
        }
        if !has_day(due) {
            lack("a date (2027-01-31)");
        }
        if is_empty(evidence) || !has_evidence(evidence) {
            lack("evidence (a link, a commit, a ticket; or `not needed: why`)");
        }
    }
    if actions == 0 {
        lacks.push(Lack {
            line: 0,
            action: String::new(),
            what: "any action: no table with the columns Action, Owner, Due and Evidence has a row",
        });
    }
    lacks
}

/// The cells of a row; `\|` is no border.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            _ => cells.last_mut().unwrap_or(&mut String::new()).push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_empty(cell: &str) -> bool {
    let bare = cell.trim_matches(|c: char| c.is_whitespace() || "*_`.…?-–—".contains(c));
    let prompt = cell.starts_with('_') && cell.ends_with('_');
    bare.is_empty()
        || prompt
        || ["todo", "tbd", "tba", "n/a", "nobody"].contains(&bare.to_lowercase().as_str())
}

fn has_day(cell: &str) -> bool {
    let words = cell.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    words
        .into_iter()
        .any(|word| word.len() == 10 && word.parse::<jiff::civil::Date>().is_ok())
}

fn has_evidence(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    if let Some((_, why)) = lower.split_once("not needed:") {
        return !is_empty(why);
    }
    let is_word = |c: char| c.is_alphanumeric() || "#-_/".contains(c);
    lower.contains("http://")
        || lower.contains("https://")
        || cell.split(|c: char| !is_word(c)).any(|word| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let hash = word.len() >= 7
                && word.bytes().all(|b| b.is_ascii_hexdigit())
                && word.bytes().any(|b| b.is_ascii_digit());
            let ticket = word.rsplit_once('-').is_some_and(|(key, number)| {
                key.starts_with(|c: char| c.is_ascii_uppercase()) && digits(number)
            });
            let issue = word
                .rsplit_once('#')
                .is_some_and(|(_, number)| digits(number));
            hash || ticket || issue
        })
}

#[cfg(test)]
mod tests {
    use super::lacking;

    fn told(rows: &str) -> Vec<String> {
        let text = format!(
            "# x\n\n| Action | Type | Owner | Due | Evidence |\n|---|---|---|---|---|\n{rows}\n"
        );
        let told = lacking(&text).into_iter();
        told.map(|lack| {
            format!(
                "{}: {}",
                lack.line,
                lack.what.split(" (").next().unwrap_or_default()
            )
        })
        .collect()
    }

    #[test]
    fn an_action_needs_owner_date_and_evidence() {
        let whole = [
            "| Do it | prevent | ana | 2027-01-31 | https://git.example/acme/shop/commit/1 |",
            "| Do \\| it | | @acme/pay | by 2027-01-31 | OPS-812 |",
            "| Do it | | ana | 2027-01-31 | in 0123abcd |",
            "| Do it | | ana | 2027-01-31 | acme/shop#12 |",
            "| Do it | | ana | 2027-01-31 | not needed: nobody writes Perl |",
        ];
        for row in whole {
            assert!(told(row).is_empty(), "{row}: {:?}", told(row));
        }
        let cases = [
            ("| Do it | | | | |", 3),
            ("| Do it | | TODO | soon | later |", 3),
            ("| Do it | | ana | 2027-02-31 | OPS-1 |", 1),
            ("| Do it | | _who_ | 2027-01-31 | OPS-1 |", 1),
            ("| Do it | | ana | 2027-01-31 | not needed: |", 1),
            ("| | | ana | 2027-01-31 | OPS-1 |", 1),
        ];
        for (row, lacks) in cases {
            assert_eq!(told(row).len(), lacks, "{row}: {:?}", told(row));
            assert!(told(row)[0].starts_with("5: "));
        }
    }

    #[test]
    fn without_an_action_it_is_not_complete() {
        assert_eq!(told("").len(), 1);
        assert_eq!(told("| _what_ | | | | |").len(), 1);
        assert_eq!(lacking("nothing\n").len(), 1);
        let other = "| Team | Found |\n|---|---|\n| a | 3 |\n";
        assert_eq!(lacking(other).len(), 1);
    }
}
