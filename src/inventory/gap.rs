//! What an inventory lacks or contradicts: listed, never dropped.

use serde::Serialize;

/// What sort of gap it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// A record that cannot be read or names no deployment.
    Record,
    /// Two records that cannot both be true.
    Contradiction,
    /// A deployment of which nobody says from which repository it was built.
    NoRepository,
    /// A deployment of which nobody says from which revision it was built.
    NoRevision,
    /// A deployment of a repository that the fleet does not hold.
    UnknownRepository,
    /// A deployment at a revision that the mirror does not hold.
    MissingRevision,
    /// An image without labels that lead to a commit.
    ImageWithoutLabels,
    /// A repository with findings that nothing deploys, as far as is known.
    NotDeployed,
    /// A deployment that an earlier inventory named and this one does not.
    Vanished,
    /// A path that nobody owns.
    Unowned,
}

impl GapKind {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Contradiction => "contradiction",
            Self::NoRepository => "no-repository",
            Self::NoRevision => "no-revision",
            Self::UnknownRepository => "unknown-repository",
            Self::MissingRevision => "missing-revision",
            Self::ImageWithoutLabels => "image-without-labels",
            Self::NotDeployed => "not-deployed",
            Self::Vanished => "vanished",
            Self::Unowned => "unowned",
        }
    }
}

/// A gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// What sort.
    pub kind: GapKind,
    /// What it is about: a deployment, an image, a file and line.
    pub subject: String,
    /// What is missing or does not fit.
    pub message: String,
}

impl Gap {
    /// A gap.
    pub fn new(kind: GapKind, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            subject: subject.into(),
            message: message.into(),
        }
    }
}
