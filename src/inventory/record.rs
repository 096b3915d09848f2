//! What one record of one file says, before records are brought together.

use std::fmt;

/// How sure a source is of what runs: the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// Labels of the image that runs, by its digest.
    Running,
    /// A line that somebody's deployment tool wrote.
    Line,
    /// What a manifest says should run, or an image known by its tag only.
    Desired,
    /// A catalogue that people keep.
    Catalogue,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "what runs",
            Self::Line => "the inventory line",
            Self::Desired => "what should run",
            Self::Catalogue => "the catalogue",
        })
    }
}

/// What a record says of a deployment; what it does not say is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The file and the place in it.
    pub(super) place: String,
    pub(super) source: Source,
    pub(super) service: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) site: Option<String>,
    pub(super) cluster: Option<String>,
    /// The deployment's own name; without it, the service.
    pub(super) name: Option<String>,
    /// An address or a name.
    pub(super) repository: Option<String>,
    pub(super) revision: Option<String>,
    /// A reference, with a digest if one is known.
    pub(super) image: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) observed_at: Option<String>,
    /// Whether it is said to be no more.
    pub(super) decommissioned: bool,
    /// Whether it is said to be built by others.
    pub(super) third_party: bool,
    /// What may lead to a catalogue's component: ids and names.
    pub(super) components: Vec<String>,
    /// A word on what was not taken from the record, for the gap that it leaves.
    pub(super) remark: Option<String>,
}

impl Record {
    pub(super) fn new(place: impl Into<String>, source: Source) -> Self {
        Self {
            place: place.into(),
            source,
            service: None,
            environment: None,
            site: None,
            cluster: None,
            name: None,
            repository: None,
            revision: None,
            image: None,
            owner: None,
            observed_at: None,
            decommissioned: false,
            third_party: false,
            components: Vec::new(),
            remark: None,
        }
    }
}

/// From what an image was built, as its labels say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) place: String,
    /// References: `ghcr.io/acme/checkout:1.4`, `ghcr.io/acme/checkout@sha256:…`.
    pub(super) references: Vec<String>,
    /// `sha256:…`
    pub(super) digests: Vec<String>,
    pub(super) repository: Option<String>,
    pub(super) revision: Option<String>,
}

/// A component of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) place: String,
    pub(super) name: String,
    /// Other ids under which deployments may know it.
    pub(super) ids: Vec<String>,
    pub(super) repository: Option<String>,
    pub(super) owner: Option<String>,
}
