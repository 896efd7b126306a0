//! All rules in turn.

use super::{Fault, Tree, layers, links, names, packages, purity, registries, sizes, unsafety};
use crate::repository::Repository;
use anyhow::{Result, bail};

/// Check the checkout; print each fault; an error if one of them is not just a warning.
pub fn run(repository: &Repository) -> Result<()> {
    let tree = Tree::read(&repository.root)?;
    let metadata = packages::metadata(repository)?;
    let mut faults = Vec::new();
    faults.extend(layers::check(&layers::uses(&metadata)));
    faults.extend(packages::check(&packages::used(&metadata, &packages::built(repository)?)));
    for rule in [purity::check, sizes::check, unsafety::check, names::check, links::check] {
        faults.extend(rule(&tree));
    }
    faults.extend(registries::check(&tree));
    faults.iter().for_each(|fault| println!("{fault}"));
    let (warnings, errors): (Vec<&Fault>, Vec<&Fault>) =
        faults.iter().partition(|fault| fault.warning);
    let files = tree.files.len();
    if !errors.is_empty() {
        bail!("{} faults and {} warnings in {files} files", errors.len(), warnings.len());
    }
    println!("{files} files are tidy ({} warnings)", warnings.len());
    Ok(())
}
