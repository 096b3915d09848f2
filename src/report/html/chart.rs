//! The burn-down: how many instances were open, unknown and answered for, over time, as a drawing and as a table.

use super::super::{escape, number};
use super::account::{Account, IncidentAccount, Moment};
use super::{age, incident, time};

/// The drawing's room, in its own units.
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 96.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;
/// Moments that the table has; the drawing has all.
const ROWS: usize = 60;
const DAY: i64 = 86_400;

/// The figure.
pub(super) fn figure(
    page: &mut String,
    account: &Account,
    incident: &IncidentAccount,
    index: usize,
) {
    let course = &incident.course;
    let (Some(first), Some(last)) = (course.first(), course.last()) else {
        return;
    };
    let looked = incident.looks.iter().map(|look| look.observed).max();
    let end = looked.unwrap_or(last.at).max(last.at).max(first.at + DAY);
    page.push_str("<figure class=\"chart\">\n<h3>Burn-down</h3>\n");
    drawing(page, course, first.at, end, index);
    page.push_str("<figcaption>");
    for (class, word) in [
        ("open", "open or back"),
        ("unknown", "unknown"),
        ("suppressed", "suppressed"),
        ("closed", "closed"),
    ] {
        page.push_str(&format!(
            "<span class=\"key\"><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"a-{class}\" width=\"10\" height=\"10\"/></svg>{word}</span> "
        ));
    }
    let quiet = account.written - end;
    if quiet > 2 * DAY {
        page.push_str(&format!(
            "<span>Last look {}, {} before this page was written.</span>",
            time(end.min(looked.unwrap_or(end))),
            age(end, account.written)
        ));
    }
    page.push_str("</figcaption>\n");
    milestones(page, incident);
    table(page, course);
    page.push_str("</figure>\n");
}

/// A number of a moment.
type Count = fn(&Moment) -> u64;

struct Scale {
    from: i64,
    to: i64,
    most: f64,
}

impl Scale {
    fn x(&self, at: i64) -> f64 {
        let part = (at - self.from) as f64 / (self.to - self.from).max(1) as f64;
        LEFT + part * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, count: u64) -> f64 {
        let part = count as f64 / self.most;
        HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
    }
}

fn drawing(page: &mut String, course: &[Moment], from: i64, to: i64, index: usize) {
    let most = course.iter().map(|one| one.found).max().unwrap_or_default();
    let (step, top) = steps(most);
    let scale = Scale {
        from,
        to,
        most: top as f64,
    };
    let Some(last) = course.last() else {
        return;
    };
    let told = format!(
        "At the last look {} found, {} open or back, {} unknown, {} suppressed.",
        last.found, last.open, last.unknown, last.suppressed
    );
    page.push_str(&format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"c{index}t c{index}d\">\n\
         <title id=\"c{index}t\">Instances over time</title><desc id=\"c{index}d\">{told}</desc>\n"
    ));
    let mut line = 0;
    while line <= top {
        let y = scale.y(line);
        page.push_str(&format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            number::thousands(line)
        ));
        line += step;
    }
    let layers: [(&str, Count, Count); 4] = [
        (
            "closed",
            |one| one.open + one.unknown + one.suppressed,
            |one| one.found,
        ),
        (
            "suppressed",
            |one| one.open + one.unknown,
            |one| one.open + one.unknown + one.suppressed,
        ),
        ("unknown", |one| one.open, |one| one.open + one.unknown),
        ("open", |_| 0, |one| one.open),
    ];
    for (class, low, high) in layers {
        let path = area(course, &scale, low, high);
        page.push_str(&format!("<path class=\"a-{class}\" d=\"{path}\"/>\n"));
    }
    dates(page, &scale);
    labels(page, last, &scale);
    page.push_str("</svg>\n");
}

/// The area between two numbers, in steps: nothing is known between two looks but what the earlier one saw.
fn area(course: &[Moment], scale: &Scale, low: Count, high: Count) -> String {
    let mut above = String::new();
    let mut below: Vec<String> = Vec::new();
    for (index, one) in course.iter().enumerate() {
        let x = scale.x(one.at);
        let next = course.get(index + 1).map_or(scale.to, |next| next.at);
        let (next, top, bottom) = (scale.x(next), scale.y(high(one)), scale.y(low(one)));
        let verb = if index == 0 { "M" } else { "L" };
        above.push_str(&format!("{verb}{x:.1} {top:.1}H{next:.1}"));
        below.push(format!("L{next:.1} {bottom:.1}H{x:.1}"));
    }
    below.reverse();
    format!("{above}{}Z", below.concat())
}

/// A step between lines that a person counts in, and the number at the top.
fn steps(most: u64) -> (u64, u64) {
    let rough = most.div_ceil(4).max(1);
    let mut unit = 1;
    let step = loop {
        let found = [1, 2, 5]
            .into_iter()
            .map(|part| part * unit)
            .find(|step| *step >= rough);
        match found {
            Some(step) => break step,
            None => unit *= 10,
        }
    };
    (step, most.max(1).div_ceil(step) * step)
}

fn dates(page: &mut String, scale: &Scale) {
    let days = (scale.to - scale.from) / DAY;
    let parts = days.clamp(1, 4);
    let mut shown = String::new();
    for part in 0..=parts {
        let at = scale.from + (scale.to - scale.from) * part / parts;
        let day = number::utc(at).unwrap_or_default();
        let day = day.split('T').next().unwrap_or_default().to_owned();
        let anchor = match part {
            0 => "start",
            _ if part == parts => "end",
            _ => "middle",
        };
        if day == shown {
            continue;
        }
        // Where there is little room, every second one is left out.
        let alternate = if part % 2 == 1 && part != parts {
            " alt"
        } else {
            ""
        };
        page.push_str(&format!(
            "<text class=\"tick{alternate}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{day}</text>\n",
            scale.x(at),
            HEIGHT - 6.0
        ));
        shown = day;
    }
}

/// The last numbers, beside their areas, kept apart.
fn labels(page: &mut String, last: &Moment, scale: &Scale) {
    let closed = last
        .found
        .saturating_sub(last.open + last.unknown + last.suppressed);
    let mut lowest = HEIGHT - BOTTOM + 4.0;
    let mut below = 0;
    for (class, word, count) in [
        ("open", "open", last.open),
        ("unknown", "unknown", last.unknown),
        ("suppressed", "suppressed", last.suppressed),
        ("closed", "closed", closed),
    ] {
        if count == 0 {
            continue;
        }
        let middle = (scale.y(below) + scale.y(below + count)) / 2.0 + 4.0;
        let y = middle.min(lowest);
        lowest = y - 14.0;
        below += count;
        page.push_str(&format!(
            "<text class=\"end t-{class}\" x=\"{:.1}\" y=\"{y:.1}\">{} {word}</text>\n",
            WIDTH - RIGHT + 8.0,
            number::thousands(count)
        ));
    }
}

fn milestones(page: &mut String, one: &IncidentAccount) {
    if one.milestones.is_empty() {
        return;
    }
    page.push_str("<dl class=\"miles\">\n");
    let start = one.milestones.first().and_then(|(_, at)| *at);
    for (name, at) in &one.milestones {
        let later = start
            .zip(*at)
            .filter(|(start, at)| at > start)
            .map(|(start, at)| format!(" <small>after {}</small>", age(start, at)));
        page.push_str(&format!(
            "<div><dt>{}</dt><dd>{}{}</dd></div>\n",
            escape::html(name),
            incident::day(*at),
            later.unwrap_or_default()
        ));
    }
    page.push_str("</dl>\n");
}

fn table(page: &mut String, course: &[Moment]) {
    page.push_str(
        "<details><summary>The numbers</summary>\n<div class=\"wide\"><table class=\"course\">\n\
         <caption class=\"off\">Instances over time</caption>\n<thead><tr><th scope=\"col\">From</th>\
         <th scope=\"col\" class=\"n\">Found</th><th scope=\"col\" class=\"n\">Open or back</th>\
         <th scope=\"col\" class=\"n\">Unknown</th><th scope=\"col\" class=\"n\">Suppressed</th></tr></thead>\n<tbody>\n",
    );
    let left_out = course.len().saturating_sub(ROWS);
    for one in course.iter().skip(left_out) {
        page.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            time(one.at),
            number::thousands(one.found),
            number::thousands(one.open),
            number::thousands(one.unknown),
            number::thousands(one.suppressed),
        ));
    }
    page.push_str("</tbody></table></div>\n");
    if left_out > 0 {
        let more = number::count(left_out as u64, "earlier change is", "earlier changes are");
        page.push_str(&format!(
            "<p class=\"note\">{more} in the drawing only.</p>\n"
        ));
    }
    page.push_str("</details>\n");
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn lines_stand_at_numbers_that_a_person_counts_in() {
        for (most, expected) in [
            (0, (1, 1)),
            (1, (1, 1)),
            (4, (1, 4)),
            (5, (2, 6)),
            (12, (5, 15)),
            (100, (50, 100)),
            (10_000, (5_000, 10_000)),
        ] {
            assert_eq!(steps(most), expected, "{most}");
        }
    }
}
