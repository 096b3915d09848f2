//! Elements of JSX, open or closed.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// An element by its name, its attributes in any order, and its content where the pattern has some.
    pub(super) fn element(
        &self,
        wanted: &str,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        let no_token = |tree: &&(u16, Tree)| !matches!(tree, (_, Tree::Leaf(_, false)));
        let (head, content): (&Children, Vec<(u16, &Tree)>) = match children {
            [(_, Tree::Node { children: head, .. }), content @ .., _]
                if wanted == "jsx_element" =>
            {
                (head, content.iter().map(|(_, tree)| (0, tree)).collect())
            }
            _ => (children, Vec::new()),
        };
        let closed = self.name_of(self.forest.item(at).kind) == "jsx_self_closing_element";
        let own = self.forest.children(at);
        let own_head = if closed {
            own.clone()
        } else {
            own.first()
                .map_or_else(Vec::new, |open| self.forest.children(*open))
        };
        let mut own_head = own_head
            .into_iter()
            .filter(|child| self.forest.item(*child).named);
        let mut head = head.iter().filter(no_token);
        let mut ways = vec![way.clone()];
        match (head.next(), own_head.next()) {
            (None, None) => {}
            (Some((_, name)), Some(own)) => {
                ways = self.each(&ways, |way| self.tree(name, own, way));
            }
            _ => return Vec::new(),
        }
        let attributes: Vec<(u16, &Tree)> = head.map(|(_, tree)| (0, tree)).collect();
        let own_attributes: Vec<u32> = own_head.collect();
        ways = self.each(&ways, |way| {
            self.unordered(&attributes, &own_attributes, way, true, false)
        });
        if content
            .iter()
            .all(|(_, tree)| matches!(tree, Tree::Ellipsis(None)))
        {
            return ways;
        }
        let own_content: Vec<u32> = match own.as_slice() {
            [_, content @ .., _] if !closed => content
                .iter()
                .copied()
                .filter(|child| !self.forest.text_of(*child).trim_ascii().is_empty())
                .collect(),
            _ => Vec::new(),
        };
        self.each(&ways, |way| {
            self.sequence(&content, &own_content, way, false, false)
        })
    }
}
