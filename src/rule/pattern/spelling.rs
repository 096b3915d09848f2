//! Spells the holes of a pattern so that the grammar reads it.

use std::ops::Range;

use tree_sitter::{Node, Parser};

use super::dialect::{Context, Dialect};
use super::kinds::Kinds;
use super::markup;
use super::shell;
use super::text::{Hole, Piece};
use crate::language::Language;

/// A hole's spelling: the words it stands for.
pub(super) struct Spelled {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where each hole's spelling is.
    pub(super) holes: Vec<Range<usize>>,
}

/// Finds spellings of the holes with which a context parses.
pub(super) struct Spelling<'s> {
    pub(super) parser: &'s mut Parser,
    pub(super) language: &'s Language,
    pub(super) dialect: &'s Dialect,
    pub(super) context: &'s Context,
    pub(super) pieces: &'s [Piece],
    pub(super) choices: Vec<usize>,
}

impl Spelling<'_> {
    /// Whether a hole stands right behind some text.
    fn is_behind(&self, text: &str, index: usize) -> bool {
        let mut holes = 0;
        let mut before = "";
        for piece in self.pieces {
            match piece {
                Piece::Code(code) => before = code,
                Piece::Hole(..) if holes == index => return before.ends_with(text),
                Piece::Hole(..) => {
                    holes += 1;
                    before = "";
                }
            }
        }
        false
    }

    pub(super) fn options(&self, index: usize, hole: &Hole) -> Vec<&'static str> {
        match hole {
            Hole::Metavariable(_) if self.language.name == "bash" => {
                let (before, behind) = self.around(index);
                if shell::is_variable(before, behind) {
                    vec!["E"]
                } else {
                    vec!["$E", "E"]
                }
            }
            Hole::Metavariable(_) if self.dialect.dollar => vec!["$E", "E"],
            Hole::Metavariable(_) if markup::is_markup(self.language) => vec!["e", "\"e\""],
            Hole::Metavariable(_) if self.language.name == "json" => vec!["\"E\""],
            // The last one is a version.
            Hole::Metavariable(_) if self.language.name == "solidity" => {
                vec!["e", "E", "E;", "0"]
            }
            Hole::Metavariable(_) if self.language.name == "dockerfile" => {
                vec!["e", "RUN e", "\"e\"", "$e"]
            }
            // A statement there does something.
            Hole::Metavariable(_) if self.language.name == "csharp" => {
                vec!["e", "E", "E;", "e: e", "@E", "e()"]
            }
            // Behind `::` a constant, not a method.
            Hole::Metavariable(_)
                if self.language.name == "ruby" && self.is_behind("::", index) =>
            {
                vec!["E", "e"]
            }
            Hole::Metavariable(_)
                if ["javascript", "typescript", "tsx"].contains(&self.language.name) =>
            {
                // A module, or the value of an attribute.
                if self.is_behind("from ", index) {
                    vec!["\"E\""]
                } else if self.is_behind("=", index) {
                    vec!["e", "E", "E;", "e: e", "@E", "{E}"]
                } else {
                    vec!["e", "E", "E;", "e: e", "@E"]
                }
            }
            Hole::Metavariable(_) => vec!["e", "E", "E;", "e: e", "@E"],
            Hole::Ellipsis | Hole::EllipsisMetavariable(_) => self.dialect.ellipses.to_vec(),
            Hole::DeepOpen if self.language.name == "bash" => vec!["$(E "],
            Hole::DeepOpen => vec!["E("],
            Hole::DeepClose => vec![")"],
        }
    }

    /// The code before a hole and behind it.
    fn around(&self, index: usize) -> (&str, &str) {
        let is_hole = |piece: &&(usize, &Piece)| matches!(piece.1, Piece::Hole(..));
        let pieces: Vec<(usize, &Piece)> = self.pieces.iter().enumerate().collect();
        let Some((at, _)) = pieces.iter().filter(is_hole).nth(index) else {
            return ("", "");
        };
        let code = |at: Option<usize>| match at.and_then(|at| self.pieces.get(at)) {
            Some(Piece::Code(code)) => code.as_str(),
            Some(Piece::Hole(..)) => "$",
            None => "",
        };
        (code(at.checked_sub(1)), code(Some(at + 1)))
    }

    /// The number in a hole's placeholder: its own, or where a name must be said twice that of the first of its name.
    fn number(&self, index: usize, hole: &Hole) -> usize {
        if !markup::is_markup(self.language) {
            return index;
        }
        let mut holes = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole, _) => Some(hole),
            Piece::Code(_) => None,
        });
        holes.position(|known| known == hole).unwrap_or(index)
    }

    pub(super) fn spell(&self) -> Spelled {
        let (_, before, behind) = self.context;
        let mut text = (*before).to_owned();
        let start = text.len();
        let mut holes = Vec::new();
        for piece in self.pieces {
            match piece {
                Piece::Code(code) => text.push_str(code),
                Piece::Hole(hole, _) => {
                    let at = text.len();
                    let index = holes.len();
                    let number = self.number(index, hole);
                    let choice = self.choices.get(index).copied().unwrap_or(0);
                    let spelling = self
                        .options(index, hole)
                        .get(choice)
                        .copied()
                        .unwrap_or("E");
                    let lower = format!("mvz{number}z");
                    let upper = format!("Mvz{number}z");
                    for c in spelling.chars() {
                        // Words of a spelling have an `e` of their own.
                        let named = matches!(hole, Hole::Metavariable(_));
                        match c {
                            'E' if named => text.push_str(&upper),
                            'E' => text.push_str(&lower),
                            'e' if named => text.push_str(&lower),
                            other => text.push(other),
                        }
                    }
                    holes.push(at..text.len());
                }
            }
        }
        let end = text.len();
        text.push_str(behind);
        Spelled {
            text,
            start,
            end,
            holes,
        }
    }

    /// How many errors the text has, and where in the pattern the first is.
    pub(super) fn errors(&mut self, spelled: &Spelled) -> (usize, usize) {
        let Some(tree) = self.parser.parse(&spelled.text, None) else {
            return (usize::MAX, 0);
        };
        if !tree.root_node().has_error() {
            return match self.run_together(tree.root_node(), spelled.text.as_bytes()) {
                Some(at) => (1, at.saturating_sub(spelled.start)),
                None => (0, 0),
            };
        }
        let (mut count, mut first) = (0, usize::MAX);
        let mut pending: Vec<Node<'_>> = vec![tree.root_node()];
        while let Some(node) = pending.pop() {
            if node.is_error() || node.is_missing() {
                count += 2 + node.end_byte() - node.start_byte();
                first = first.min(node.start_byte());
            }
            let mut cursor = node.walk();
            pending.extend(node.children(&mut cursor).filter(Node::has_error));
        }
        (
            count.max(1),
            first.min(spelled.end).saturating_sub(spelled.start),
        )
    }

    /// Two statements on one line with nothing between them: a grammar that lets statements end anywhere misread them.
    pub(super) fn run_together(&self, root: Node<'_>, text: &[u8]) -> Option<usize> {
        if !["kotlin", "scala", "swift"].contains(&self.language.name) {
            return None;
        }
        let kinds = Kinds::of(self.language);
        let mut pending: Vec<Node<'_>> = vec![root];
        while let Some(node) = pending.pop() {
            let mut cursor = node.walk();
            let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
            if kinds.get(node.kind_id()).block {
                for pair in children.windows(2) {
                    let gap = text
                        .get(pair[0].end_byte()..pair[1].start_byte())
                        .unwrap_or_default();
                    let ended = text.get(..pair[0].end_byte()).unwrap_or_default();
                    if !gap.iter().any(|byte| b"\n;:=>".contains(byte))
                        && !ended.ends_with(b"\n")
                        && !ended.ends_with(b";")
                    {
                        return Some(pair[1].start_byte());
                    }
                }
            }
            pending.extend(children);
        }
        None
    }

    pub(super) fn search(&mut self) -> Result<Spelled, (usize, usize)> {
        let spelled = self.search_errors()?;
        Ok(self.unglued(spelled))
    }

    /// Where `...` begins a statement or a member, it must not become the type of what follows.
    fn unglued(&mut self, spelled: Spelled) -> Spelled {
        if !self.dialect.semicolons {
            return spelled;
        }
        let all = self.dialect.ellipses;
        let ends = |choice: &usize| all[*choice].ends_with([';', '}']);
        let mut spelled = spelled;
        for index in 0..spelled.holes.len() {
            let range = spelled.holes[index].clone();
            let before = spelled.text[spelled.start..range.start].trim_end();
            let behind = spelled.text[range.end..spelled.end].trim_start();
            let glued = spelled.text[range.clone()].starts_with("mvz")
                && before.ends_with([';', '{', '}'])
                && behind.starts_with(|c: char| c.is_alphabetic());
            let kept = self.choices[index];
            let dots = self.is_dots(index);
            if !glued || !dots || all.get(kept) != Some(&"E") {
                continue;
            }
            for choice in (0..all.len()).filter(ends) {
                self.choices[index] = choice;
                let candidate = self.spell();
                if self.errors(&candidate).0 == 0 {
                    spelled = candidate;
                    break;
                }
                self.choices[index] = kept;
            }
        }
        spelled
    }

    fn is_dots(&self, index: usize) -> bool {
        let mut holes = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole, _) => Some(hole),
            Piece::Code(_) => None,
        });
        matches!(
            holes.nth(index),
            Some(Hole::Ellipsis | Hole::EllipsisMetavariable(_))
        )
    }

    fn search_errors(&mut self) -> Result<Spelled, (usize, usize)> {
        let holes: Vec<Hole> = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Hole(hole, _) => Some(hole.clone()),
                Piece::Code(_) => None,
            })
            .collect();
        let (mut least, mut place, mut spelled) = self.alike(&holes);
        // What `...` stands for shapes the rest: it is tried first.
        let (dots, others): (Vec<usize>, Vec<usize>) = (0..holes.len()).partition(|index| {
            matches!(
                holes[*index],
                Hole::Ellipsis | Hole::EllipsisMetavariable(_)
            )
        });
        for _round in 0..2 {
            let before = least;
            for (index, hole) in dots
                .iter()
                .chain(&others)
                .map(|index| (*index, &holes[*index]))
            {
                if least == 0 {
                    return Ok(spelled);
                }
                let kept = self.choices[index];
                let mut choice_of_least = kept;
                for choice in 0..self.options(index, hole).len() {
                    if choice == kept {
                        continue;
                    }
                    self.choices[index] = choice;
                    let candidate = self.spell();
                    let (count, at) = self.errors(&candidate);
                    if count < least {
                        (least, place, spelled, choice_of_least) = (count, at, candidate, choice);
                    }
                }
                self.choices[index] = choice_of_least;
            }
            if least == before {
                // Another round would try the same again.
                break;
            }
        }
        if least == 0 {
            Ok(spelled)
        } else {
            Err((least, place))
        }
    }

    /// The best spelling in which each `...` of a list is spelled alike, and each that stands for statements or members
    /// too: one error can hide that each needs the same.
    pub(super) fn alike(&mut self, holes: &[Hole]) -> (usize, usize, Spelled) {
        self.choices = vec![0; holes.len()];
        let first = self.spell();
        let in_list: Vec<bool> = first
            .holes
            .iter()
            .map(|range| {
                let before = first.text[first.start..range.start]
                    .trim_end_matches([' ', '\t'])
                    .bytes()
                    .next_back();
                let behind = first.text[range.end..first.end]
                    .trim_start_matches([' ', '\t'])
                    .bytes()
                    .next();
                let word = before.is_some_and(|byte| byte.is_ascii_alphanumeric());
                matches!(
                    before,
                    Some(
                        b'(' | b','
                            | b'['
                            | b'<'
                            | b'|'
                            | b'='
                            | b'+'
                            | b'-'
                            | b'*'
                            | b'/'
                            | b'%'
                            | b'&'
                            | b'!'
                            | b'?'
                    )
                ) || matches!(
                    behind,
                    Some(
                        b')' | b','
                            | b']'
                            | b'>'
                            | b'|'
                            | b'+'
                            | b'-'
                            | b'*'
                            | b'/'
                            | b'%'
                            | b'&'
                            | b'='
                    )
                ) || (matches!(behind, Some(b';')) && (word || before.is_none()))
            })
            .collect();
        if self.language.name == "yaml" {
            self.choices = lines_of_yaml(&first, holes);
        }
        if self.language.name == "dockerfile" {
            self.choices = lines_of_docker(&first, holes);
        }
        if self.language.name == "python" {
            // `{...}` is a dictionary.
            for (range, choice) in first.holes.iter().zip(&mut self.choices) {
                let alone = first.text[..range.start].ends_with('{')
                    && first.text[range.end..].starts_with('}');
                *choice = usize::from(alone);
            }
        }
        let mut fixed = self.parameters_of_go(&first, holes);
        self.accesses(&first, holes, &mut fixed);
        let start = self.choices.clone();
        let spelled = self.spell();
        let (count, place) = self.errors(&spelled);
        let mut best = (count, place, spelled, start);
        let is_ellipsis =
            |hole: &Hole| matches!(hole, Hole::Ellipsis | Hole::EllipsisMetavariable(_));
        let has = |list: bool| {
            let mut pairs = holes.iter().zip(&in_list);
            pairs.any(|(hole, in_list)| is_ellipsis(hole) && *in_list == list)
        };
        let count_of = |is: bool| if is { self.dialect.ellipses.len() } else { 1 };
        let (lists, lines) = (count_of(has(true)), count_of(has(false)));
        let mut pairs: Vec<(usize, usize)> = (0..lists)
            .flat_map(|list| (0..lines).map(move |line| (list, line)))
            .collect();
        // Where statements end with a semicolon, `...` is one: without it would be glued to what follows.
        let semicolon = self
            .dialect
            .ellipses
            .iter()
            .position(|spelling| matches!(*spelling, "E;" | "E();"));
        let semicolon = semicolon.filter(|_| self.dialect.semicolons);
        let ends = |line: usize| {
            let spelling = self.dialect.ellipses.get(line);
            spelling.is_some_and(|spelling| spelling.ends_with([';', '}']))
        };
        let all = self.dialect.ellipses.len();
        let rank = |line: usize| match semicolon {
            Some(first) if line == first => 0,
            Some(_) if ends(line) => line,
            Some(_) => line + all,
            None => line,
        };
        pairs.sort_by_key(|(list, line)| (list + rank(*line), *list));
        if semicolon.is_some() && has(false) {
            best.0 = usize::MAX;
        }
        for (list, line) in pairs {
            if best.0 == 0 {
                break;
            }
            let pairs = holes.iter().zip(&in_list).zip(&fixed);
            for (((hole, in_list), fixed), choice) in pairs.zip(&mut self.choices) {
                if is_ellipsis(hole) && !fixed {
                    *choice = if *in_list { list } else { line };
                }
            }
            let candidate = self.spell();
            let (count, at) = self.errors(&candidate);
            if count < best.0 {
                best = (count, at, candidate, self.choices.clone());
            }
        }
        self.choices = best.3;
        (best.0, best.1, best.2)
    }
}

impl Spelling<'_> {
    /// Spells each `...` behind a dot as a name, and as a call where nothing else is a statement.
    fn accesses(&mut self, spelled: &Spelled, holes: &[Hole], fixed: &mut [bool]) {
        let call = self.dialect.ellipses.iter().position(|one| *one == "E()");
        for (index, range) in spelled.holes.iter().enumerate() {
            let before = spelled.text[spelled.start..range.start].trim_end();
            let behind = spelled.text[range.end..].trim_start();
            if before.ends_with('.') && matches!(holes.get(index), Some(Hole::Ellipsis)) {
                let call = call.filter(|_| behind.starts_with(';'));
                self.choices[index] = call.unwrap_or(0);
                fixed[index] = true;
            }
        }
    }

    /// Spells each `...` among parameters of Go as a name and a type: as a name alone it would take the next one's type.
    pub(super) fn parameters_of_go(&mut self, spelled: &Spelled, holes: &[Hole]) -> Vec<bool> {
        let choice = self.dialect.ellipses.iter().position(|one| *one == "E E");
        let is_parameter = |range: &Range<usize>| {
            let before = &spelled.text[spelled.start..range.start];
            before
                .rfind("func")
                .is_some_and(|at| !before[at..].contains('{'))
        };
        let mut fixed = vec![false; holes.len()];
        let Some(choice) = choice.filter(|_| self.language.name == "go") else {
            return fixed;
        };
        for (index, range) in spelled.holes.iter().enumerate() {
            let ellipsis = matches!(
                holes.get(index),
                Some(Hole::Ellipsis | Hole::EllipsisMetavariable(_))
            );
            if ellipsis && is_parameter(range) && spelled.text[range.end..].contains('*') {
                self.choices[index] = choice;
                fixed[index] = true;
            }
        }
        fixed
    }
}

/// How each hole of a Dockerfile is spelled: on a line of its own as an instruction, in brackets as a string.
fn lines_of_docker(spelled: &Spelled, holes: &[Hole]) -> Vec<usize> {
    const INSTRUCTION: usize = 1;
    const STRING: usize = 2;
    const PAIR: usize = 4;
    let choice = |(range, hole): (&Range<usize>, &Hole)| {
        let before = &spelled.text[spelled.start..range.start];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let behind = &spelled.text[range.end..spelled.end];
        let rest = behind.split('\n').next().unwrap_or_default();
        if line.trim().is_empty() && rest.trim().is_empty() {
            return INSTRUCTION;
        }
        let in_brackets = line.rfind('[') > line.rfind(']');
        let quoted = line.matches('"').count() % 2 == 1;
        let first = line.split_whitespace().next().unwrap_or_default();
        let pairs = ["ENV", "LABEL"].contains(&first.to_uppercase().as_str());
        let alone = line.ends_with([' ', '\t']) && !rest.starts_with(|c: char| !c.is_whitespace());
        if pairs && alone && matches!(hole, Hole::Ellipsis | Hole::EllipsisMetavariable(_)) {
            PAIR
        } else if in_brackets && !quoted && rest.contains(']') {
            STRING
        } else {
            0
        }
    };
    spelled.holes.iter().zip(holes).map(choice).collect()
}

/// How each `...` that stands alone on a line of YAML is spelled: as its neighbours are, a pair or an item.
fn lines_of_yaml(spelled: &Spelled, holes: &[Hole]) -> Vec<usize> {
    const PAIR: usize = 1;
    const ITEM: usize = 2;
    let body = &spelled.text[spelled.start..spelled.end];
    // What begins in which column, dashes aside.
    let lines: Vec<(usize, usize, &str)> = body
        .split_inclusive('\n')
        .scan(spelled.start, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
        .map(|(start, line)| {
            let rest = line.trim_start();
            (start, line.len() - rest.len(), rest.trim_end())
        })
        .collect();
    let of_line = |at: usize| {
        lines
            .iter()
            .rposition(|(start, ..)| *start <= at)
            .unwrap_or(0)
    };
    spelled
        .holes
        .iter()
        .zip(holes)
        .map(|(range, hole)| {
            let own = of_line(range.start);
            let Some((_, column, text)) = lines.get(own) else {
                return 0;
            };
            if !matches!(hole, Hole::Ellipsis | Hole::EllipsisMetavariable(_))
                || text.len() != range.len()
            {
                return 0;
            }
            let near = lines[own + 1..].iter().chain(lines[..own].iter().rev());
            for (_, other, text) in near {
                let inner = other + text.len() - text.trim_start_matches(['-', ' ']).len();
                if text.contains("mvz") && !text.contains(':') && !text.starts_with('-') {
                    continue;
                }
                if other == column {
                    return if text.starts_with('-') { ITEM } else { PAIR };
                }
                if inner == *column {
                    return PAIR;
                }
            }
            0
        })
        .collect()
}
