//! Named arguments, fields and keys in another order.

use std::ops::Range;

use tree_sitter::Node;

use super::edit::Edits;
use super::table::Habits;
use super::tree::Source;

/// The named members of each list that lies in a place, or holds it, in the opposite order.
pub(super) fn keywords(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<Edits> {
    let mut rewrites = Vec::new();
    for named in source.nodes() {
        let list = named.node;
        let (start, end) = (list.start_byte(), list.end_byte());
        let is_near = (start >= place.start && end <= place.end)
            || members(source, habits, list)
                .iter()
                .any(|member| member.start_byte() <= place.start && member.end_byte() >= place.end);
        if !is_near {
            continue;
        }
        let members = members(source, habits, list);
        let mut edits = Edits::default();
        edits.mix(list.byte_range());
        for (one, other) in members.iter().zip(members.iter().rev()) {
            if one.id() != other.id() {
                edits.replace(one.byte_range(), source.of(*other));
            }
        }
        if !edits.is_empty() && source.is_well_formed(&edits.apply(source.text)) {
            rewrites.push(edits);
        }
    }
    rewrites
}

/// The members of a list whose order means nothing.
fn members<'t>(source: &Source<'_>, habits: &Habits, list: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = list.walk();
    let mut members = Vec::new();
    for member in list.named_children(&mut cursor) {
        let fits = habits.keywords.iter().any(|(parent, kind, field)| {
            list.kind() == *parent
                && member.kind() == *kind
                && (field.is_empty() || member.child_by_field_name(field).is_some())
        });
        // What spans lines in a language of indents is moved with them only if all begin in one column.
        if fits && !source.of(member).is_empty() {
            members.push(member);
        }
    }
    members
}
