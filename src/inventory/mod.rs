//! What runs where: deployments as catalogues, clusters and registries tell of them, and who owns a path.
//!
//! Invariants: every record of every file ends as a deployment or as a gap that says what is missing; where records
//! contradict each other the surer one is taken and all are told; nothing is guessed: a manifests repository's commit
//! is never taken for an application's, a tag never for a digest.

mod argo;
mod backstage;
mod gap;
mod join;
mod json_lines;
mod kubernetes;
mod name;
mod oci;
mod owners;
mod read;
mod record;
mod weigh;
mod yaml;

pub use gap::{Gap, GapKind};
pub use join::{Deployment, Inventory};
pub use name::{address, repository_name, same_repository};
pub use owners::{CODEOWNERS_PLACES, CodeOwners};
pub use read::{InventoryError, InventoryFormat, Records, read};

#[cfg(test)]
mod tests;
