//! Tables of counts: by repository, owner, line of development and environment.

use super::super::{escape, number};
use super::tally::Tally;
use crate::model::State;

/// Rows that stand in the open; the others are one click away.
const ROWS: usize = 12;

/// The heads of the columns that count states.
pub(super) fn state_heads(page: &mut String) {
    for status in State::ALL {
        page.push_str(&format!(
            "<th scope=\"col\" class=\"n\">{}</th>",
            capital(status.word())
        ));
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The cells of those columns.
pub(super) fn state_cells(page: &mut String, tally: &Tally) {
    for status in State::ALL {
        let count = tally.get(status);
        let word = status.word();
        match count {
            0 => page.push_str("<td class=\"n zero\">0</td>"),
            _ => page.push_str(&format!(
                "<td class=\"n c-{word}\">{}</td>",
                number::thousands(count)
            )),
        }
    }
}

/// A bar that shows how the states share a count; the numbers stand beside it.
pub(super) fn bar(page: &mut String, tally: &Tally) {
    let found = tally.found().max(1) as f64;
    page.push_str("<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut x = 0.0;
    for status in State::ALL {
        let width = tally.get(status) as f64 * 100.0 / found;
        if width > 0.0 {
            page.push_str(&format!(
                "<rect class=\"a-{}\" x=\"{x:.2}\" y=\"0\" width=\"{width:.2}\" height=\"6\"/>",
                status.word()
            ));
        }
        x += width;
    }
    page.push_str("</svg>");
}

/// A table of counts. `filter` names the filter that a row's name sets, where there is a script.
pub(super) fn counts(
    page: &mut String,
    title: &str,
    filter: Option<&str>,
    rows: &[(String, Tally)],
) {
    if rows.is_empty() {
        return;
    }
    page.push_str("<div class=\"by\">\n");
    let (first, rest) = rows.split_at(rows.len().min(ROWS));
    table(page, title, false, filter, first);
    if !rest.is_empty() {
        let more = number::thousands(rest.len() as u64);
        page.push_str(&format!("<details><summary>{more} more</summary>\n"));
        table(page, title, true, filter, rest);
        page.push_str("</details>\n");
    }
    page.push_str("</div>\n");
}

/// The table of environments.
pub(super) fn environments(page: &mut String, rows: &[(String, [u64; 3])]) {
    page.push_str(
        "<div class=\"wide\"><table class=\"counts\">\n<caption>By environment</caption>\n\
         <thead><tr><th scope=\"col\">Environment</th><th scope=\"col\" class=\"n\">Live</th>\
         <th scope=\"col\" class=\"n\">Unknown</th><th scope=\"col\" class=\"n\">Not there any more</th></tr></thead>\n<tbody>\n",
    );
    for (name, counts) in rows {
        page.push_str(&format!(
            "<tr><th scope=\"row\">{}</th>",
            escape::html(name)
        ));
        for (class, count) in ["c-open", "c-unknown", "c-gone"].into_iter().zip(counts) {
            match count {
                0 => page.push_str("<td class=\"n zero\">0</td>"),
                _ => page.push_str(&format!(
                    "<td class=\"n {class}\">{}</td>",
                    number::thousands(*count)
                )),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

fn table(
    page: &mut String,
    title: &str,
    off: bool,
    filter: Option<&str>,
    rows: &[(String, Tally)],
) {
    let class = if off { " class=\"off\"" } else { "" };
    page.push_str(&format!(
        "<div class=\"wide\"><table class=\"counts\">\n<caption{class}>By {title}</caption>\n\
         <thead><tr><th scope=\"col\">{}</th>",
        capital(title)
    ));
    state_heads(page);
    page.push_str("</tr></thead>\n<tbody>\n");
    for (name, tally) in rows {
        let shown = match name.is_empty() {
            true => "(nobody known)".to_owned(),
            false => escape::html(name),
        };
        let named = match filter {
            Some(filter) => format!(
                "<button type=\"button\" class=\"set\" disabled data-set=\"{filter}\" data-to=\"{}\">{shown}</button>",
                escape::html(name)
            ),
            None => shown,
        };
        page.push_str(&format!("<tr><th scope=\"row\">{named}"));
        bar(page, tally);
        page.push_str("</th>");
        state_cells(page, tally);
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}
