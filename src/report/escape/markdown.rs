//! Text for Markdown as GitHub and GitLab render it.

use super::terminal;

/// Text that renders as itself wherever inline text may stand, table cells among them.
pub fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in terminal::visible(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A mention or a reference to an issue would call people who have nothing to do with it.
            '@' => escaped.push_str("&#64;"),
            '#' => escaped.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$'
            | '+' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A code span, with enough backticks around it, for running text.
pub fn code(text: &str) -> String {
    let shown = terminal::visible(text);
    if shown.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(&shown) + 1);
    let pad = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{shown}{pad}{ticks}")
}

/// A fenced block whose fence is longer than any run of backticks in the code. Lines stay lines.
pub(in crate::report) fn fence(language: &str, lines: impl Iterator<Item = String>) -> String {
    let mut code = String::new();
    for line in lines {
        for character in line.chars() {
            match character {
                '\t' => code.push('\t'),
                _ => terminal::character(character, &mut code),
            }
        }
        code.push('\n');
    }
    let fence = "`".repeat(longest_run(&code).max(2) + 1);
    format!("{fence}{language}\n{code}{fence}\n")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{code, fence, inline};

    #[test]
    fn inline_text_renders_as_itself() {
        for (text, escaped) in [
            ("plain text, no marks.", "plain text, no marks."),
            ("<img src=x>", "&lt;img src=x&gt;"),
            (
                "a|b *c* _d_ [e](f) `g`",
                "a\\|b \\*c\\* \\_d\\_ \\[e\\]\\(f\\) \\`g\\`",
            ),
            ("@team &amp; \\", "&#64;team &amp;amp; \\\\"),
            ("a\nb", "a\\\\nb"),
        ] {
            assert_eq!(inline(text), escaped);
        }
    }

    #[test]
    fn code_spans_hold_their_backticks() {
        for (text, span) in [
            ("f(x)", "`f(x)`"),
            ("a ` b", "``a ` b``"),
            ("``", "``` `` ```"),
            ("a\u{202e}b", "`a\\u{202e}b`"),
            ("", ""),
        ] {
            assert_eq!(code(text), span);
        }
    }

    #[test]
    fn fences_are_longer_than_what_they_hold() {
        let lines = ["x = 1", "\t````", "\u{1b}[0m"].map(str::to_owned);
        assert_eq!(
            fence("python", lines.into_iter()),
            "`````python\nx = 1\n\t````\n\\u{1b}[0m\n`````\n"
        );
        assert_eq!(fence("", std::iter::once("a".to_owned())), "```\na\n```\n");
    }
}
