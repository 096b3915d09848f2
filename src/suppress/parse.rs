//! What a comment says: `RULE[,RULE…] [until=DAY] by=NAME: reason`.

use crate::model::nearest;

/// A comment that is written as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Full ids of rules, at least one.
    pub(super) rules: Vec<String>,
    /// The last day on which it holds, as it stands there.
    pub(super) until: Option<String>,
    pub(super) by: String,
    pub(super) reason: String,
}

const KEYS: [&str; 2] = ["by", "until"];

/// Reads what follows the words `stampout:ignore`; or says what is wrong.
pub(super) fn parse(text: &str) -> Result<Said, String> {
    let Some((head, reason)) = text.split_once(':') else {
        return Err("a reason is missing: `RULE by=NAME: reason`".to_owned());
    };
    // Rules up to the first `key=`; commas and blanks part them.
    let words: Vec<&str> = head.split_whitespace().collect();
    let first = words
        .iter()
        .position(|word| word.contains('='))
        .unwrap_or(words.len());
    let rules = words[..first].join(" ");
    let rules = rules
        .split(',')
        .map(|rule| rule_id(rule.trim()))
        .collect::<Result<Vec<_>, _>>()?;
    let (mut by, mut until) = (None, None);
    let mut rest = &words[first..];
    while let Some((pair, more)) = rest.split_first() {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let until_next = more.iter().position(|word| word.contains('='));
        let (with, more) = more.split_at(until_next.unwrap_or(more.len()));
        let value = std::iter::once(value)
            .chain(with.iter().copied())
            .filter(|word| !word.is_empty());
        let value = value.collect::<Vec<_>>().join(" ");
        let place = match key {
            "by" => &mut by,
            "until" => &mut until,
            _ => {
                let near = nearest(key, KEYS).map(|near| format!(": did you mean `{near}=`?"));
                return Err(format!("unknown word `{key}=`{}", near.unwrap_or_default()));
            }
        };
        if place.replace(value).is_some() {
            return Err(format!("`{key}=` stands there twice"));
        }
        rest = more;
    }
    let by = by.filter(|by| !by.is_empty());
    let by = by.ok_or("nobody answers for it: `by=NAME` is missing")?;
    if let Some(day) = &until {
        let read = day.parse::<jiff::civil::Date>();
        if !read.is_ok_and(|date| date.to_string() == *day) {
            return Err(format!("`{day}` is no day: write it so: until=2027-01-31"));
        }
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err("the reason is empty: it stands behind the colon".to_owned());
    }
    Ok(Said {
        rules,
        until,
        by,
        reason: reason.to_owned(),
    })
}

/// A full id, never a part of one or a pattern.
fn rule_id(word: &str) -> Result<String, String> {
    if word.is_empty() {
        return Err("a rule is missing: `RULE by=NAME: reason`".to_owned());
    }
    let whole = word
        .rsplit_once('.')
        .is_some_and(|(incident, name)| !incident.is_empty() && !name.is_empty());
    let clean = |c: char| !c.is_whitespace() && !"*?[]{}()".contains(c);
    if !word.chars().all(clean) {
        return Err(format!("`{word}` is not the full id of one rule"));
    }
    if !whole {
        return Err(format!(
            "`{word}` is not the full id of a rule, as INC-2041.http-call is"
        ));
    }
    Ok(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_whole_comment_is_read() {
        for (text, expected) in [
            ("A.b by=ana: why", ("A.b", None, "ana", "why")),
            ("A.b by=ana:why", ("A.b", None, "ana", "why")),
            (
                "A.b,C.d-e until=2027-01-31 by=Ana de la Vega: see https://x.example: there",
                (
                    "A.b C.d-e",
                    Some("2027-01-31"),
                    "Ana de la Vega",
                    "see https://x.example: there",
                ),
            ),
            (
                "A.b , C.d  by=team-web until=2027-01-31 : é",
                ("A.b C.d", Some("2027-01-31"), "team-web", "é"),
            ),
        ] {
            let said = parse(text).expect(text);
            let got = (
                said.rules.join(" "),
                said.until.as_deref().map(str::to_owned),
                said.by,
                said.reason,
            );
            let (rules, until, by, reason) = expected;
            let until = until.map(str::to_owned);
            assert_eq!(
                got,
                (rules.to_owned(), until, by.to_owned(), reason.to_owned())
            );
        }
    }

    #[test]
    fn every_lack_is_named() {
        for (text, said) in [
            ("", "a reason is missing"),
            ("A.b", "a reason is missing"),
            ("A.b by=ana", "a reason is missing"),
            ("A.b by=ana:  ", "the reason is empty"),
            ("A.b: why", "nobody answers for it"),
            ("A.b by=: why", "nobody answers for it"),
            ("by=ana: why", "a rule is missing"),
            ("A.b, by=ana: why", "a rule is missing"),
            ("* by=ana: why", "`*` is not the full id of one rule"),
            ("A.* by=ana: why", "`A.*` is not the full id of one rule"),
            (
                "A.b c by=ana: why",
                "`A.b c` is not the full id of one rule",
            ),
            ("A by=ana: why", "`A` is not the full id of a rule"),
            (".b by=ana: why", "`.b` is not the full id of a rule"),
            ("A.b untli=2027-01-31 by=ana: why", "did you mean `until=`?"),
            ("A.b by=ana by=bo: why", "`by=` stands there twice"),
            ("A.b until=tomorrow by=ana: why", "`tomorrow` is no day"),
            ("A.b until=2027-02-30 by=ana: why", "`2027-02-30` is no day"),
            ("A.b until=20270131 by=ana: why", "`20270131` is no day"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
