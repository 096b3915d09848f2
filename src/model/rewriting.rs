//! The ways in which the same can be written otherwise, and a rule must still find it.

/// One way of writing the same otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rewriting {
    /// Comments between the tokens.
    Comments,
    /// Imported names get another one.
    Imports,
    /// Named arguments, fields and keys in another order.
    Keywords,
    /// Variables and parameters get another name.
    Locals,
    /// Parentheses around an expression.
    Parentheses,
    /// Other quotes around the same string.
    Quotes,
    /// Lines broken where they may be.
    Wrapping,
}

impl Rewriting {
    /// All of them, sorted by word.
    pub const ALL: [Self; 7] = [
        Self::Comments,
        Self::Imports,
        Self::Keywords,
        Self::Locals,
        Self::Parentheses,
        Self::Quotes,
        Self::Wrapping,
    ];

    /// The word for it in manifests and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Imports => "imports",
            Self::Keywords => "keywords",
            Self::Locals => "locals",
            Self::Parentheses => "parentheses",
            Self::Quotes => "quotes",
            Self::Wrapping => "wrapping",
        }
    }

    /// How it is written, after "misses it".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Comments => "with comments between the tokens",
            Self::Imports => "with an import alias",
            Self::Keywords => "with its keywords in another order",
            Self::Locals => "with other names for variables",
            Self::Parentheses => "with parentheses around an expression",
            Self::Quotes => "with other quotes",
            Self::Wrapping => "with other line breaks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rewriting;

    #[test]
    fn the_list_is_sorted_by_word() {
        assert!(Rewriting::ALL.is_sorted_by_key(|way| way.word()));
    }
}
