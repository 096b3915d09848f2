//! Comments around a pattern: notes of who wrote it.

use crate::language::Language;

/// The bytes of a pattern's text from its first line of code to its last. Comments between them are read with the code,
/// where they say as little; here they would be taken for its first or last statement.
pub(super) fn inside(text: &str, language: &Language) -> std::ops::Range<usize> {
    let is_note = |line: &&str| line.trim().is_empty() || is_comment(line, language);
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // A pattern of nothing but comments is what it is.
    let first = lines.iter().position(|line| !is_note(line)).unwrap_or(0);
    let behind = lines
        .iter()
        .rposition(|line| !is_note(line))
        .map_or(lines.len(), |last| last + 1);
    let start = length(&lines[..first]);
    let code = &text[start..length(&lines[..behind])];
    let start = start + code.len() - code.trim_start().len();
    start..start + code.trim().len()
}

/// Whether a line is a comment. `#` begins other things too: a comment has a blank behind it, or its sign again.
fn is_comment(line: &str, language: &Language) -> bool {
    let line = line.trim_start();
    language.line_comment.iter().any(|open| {
        line.strip_prefix(open).is_some_and(|rest| {
            open.len() > 1 || rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n', '#', '!'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::inside;
    use crate::language;

    #[test]
    fn notes_stand_around_the_code() {
        for (language, text, code) in [
            ("go", "// don't\n\n  f()\n// or\n", "f()"),
            ("go", "f()\n// between\ng()", "f()\n// between\ng()"),
            ("python", "# a\nx = '''\n# b\n'''\n# c", "x = '''\n# b\n'''"),
            ("php", "#[Attr]\nf();", "#[Attr]\nf();"),
            ("python", "# only", "# only"),
            ("python", "  f()  ", "f()"),
        ] {
            let language = language::by_name(language).expect("it is built in");
            assert_eq!(&text[inside(text, language)], code);
        }
    }
}
