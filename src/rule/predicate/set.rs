//! `#set!`: a note of the author's; it changes nothing.

use super::{Argument, Built, Parts, Row};

pub(super) const SET: Row = Row {
    name: "set!",
    meaning: "associates a key with a value; matching does not depend on it",
    example: r#"((string) @bug (#set! since "2019"))"#,
    language: "json",
    sample: "[\n\"yes\"\n]",
    build,
};

fn build(parts: &Parts<'_>) -> Built {
    let words = parts
        .written
        .arguments
        .iter()
        .filter(|argument| matches!(argument, Argument::Text(..)))
        .count();
    if words == 0 || words > 2 {
        return Err(parts.error("`#set!` takes a key and a value"));
    }
    for argument in &parts.written.arguments {
        if matches!(argument, Argument::Capture(..)) {
            parts.capture(argument)?;
        }
    }
    Ok(None)
}
