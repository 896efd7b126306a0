//! Reload: the config read again, its difference applied, workers replaced. All or nothing: a
//! mistake anywhere refuses the whole and keeps what runs.

use super::operator::{Operator, declined};
use super::{access, certificates};
use config::{App, Config, Difference, Store};
use control::Declined;
use edge::access::Access;
use model::AppName;
use model::api::ReloadReport;
use std::sync::Arc;

/// Reload one app, or everything.
pub async fn reload(
    operator: &Operator,
    app: Option<AppName>,
) -> Result<Vec<ReloadReport>, Declined> {
    let mut current = operator.config.lock().await;
    let (new, access) = read(operator)?;
    let difference = config::difference(&current, &new);
    check_applicable(&difference)?;
    if let Some(app) = &app {
        check_known(app, &new)?;
    }
    let mut reports = apply(operator, &current, &new, &difference, access).await?;
    if reports.iter().any(|report| !report.ok) {
        return Ok(put_back(operator, &current, reports).await);
    }
    let names: Vec<AppName> = new.apps.iter().map(|app| app.name.clone()).collect();
    *current = new;
    operator.shown.send_replace(Arc::new(current.clone()));
    if let Some(observed) = &operator.observed {
        observed.apply(&current);
    }
    let is_wanted = |name: &AppName| app.as_ref().is_none_or(|app| app == name);
    for name in names.into_iter().filter(is_wanted) {
        if !reports.iter().any(|report| report.app == name) {
            reports.extend(operator.supervise.reload(Some(name)).await.map_err(declined)?);
        }
    }
    Ok(reports)
}

/// One app did not come up as the new config has it: all go back to the old one.
async fn put_back(
    operator: &Operator,
    old: &Config,
    mut reports: Vec<ReloadReport>,
) -> Vec<ReloadReport> {
    operator.supervise.apply(old.apps.clone()).await;
    for report in reports.iter_mut().filter(|report| report.ok) {
        report.ok = false;
        report.reason = Some("it runs as before, since another app could not be changed".into());
    }
    reports
}

fn read(operator: &Operator) -> Result<(Config, Option<Access>), Declined> {
    let config = operator.plan.configure();
    let checked = config.and_then(|config| {
        certificates::look(&config)?;
        let access = access::open(&config)?;
        Ok((config, access))
    });
    checked.map_err(|failure| {
        Declined::Impossible(format!("nothing was changed, what runs goes on. {}", failure.text))
    })
}

fn check_applicable(difference: &Difference) -> Result<(), Declined> {
    if difference.needs_restart.is_empty() {
        return Ok(());
    }
    Err(Declined::Impossible(format!(
        "nothing was changed, what runs goes on. These changes need `ostler upgrade`, or `ostler stop` and a new start: {}",
        difference.needs_restart.join(", ")
    )))
}

fn check_known(app: &AppName, config: &Config) -> Result<(), Declined> {
    if config.apps.iter().any(|candidate| candidate.name == *app) {
        return Ok(());
    }
    let names: Vec<&str> = config.apps.iter().map(|app| app.name.as_str()).collect();
    let known = match names.as_slice() {
        [] => "no app is run here, only upstreams; `ostler reload` reads their config".into(),
        names => format!("there is: {}", names.join(", ")),
    };
    Err(Declined::Unknown(format!("there is no app {app}; {known}")))
}

/// What of `[store]` can change.
async fn apply_store(operator: &Operator, config: &Config) -> Result<(), String> {
    match (&operator.store, &config.store) {
        (Some(store), Store::Here(settings)) => store.apply(settings).await,
        _ => Ok(()),
    }
}

/// New and changed apps first, then the routes, then the end of apps that are gone: so no route
/// ever leads to an app that does not run.
async fn apply(
    operator: &Operator,
    old: &Config,
    new: &Config,
    difference: &Difference,
    access: Option<Access>,
) -> Result<Vec<ReloadReport>, Declined> {
    let gone = old.apps.iter().filter(|app| difference.removed.contains(&app.name));
    let both: Vec<App> = new.apps.iter().chain(gone).cloned().collect();
    let reports = operator.supervise.apply(both).await;
    if reports.iter().all(|report| report.ok) {
        let store = operator.store.as_ref().map(|store| store.door());
        let fleets = operator.supervise.fleets();
        let setup = edge::Setup { access, store, ..edge::Setup::new(new, fleets) };
        let applied = match apply_store(operator, new).await {
            Ok(()) => operator.edge.apply(&setup).map_err(|error| format!("the edge: {error}")),
            Err(why) => Err(why),
        };
        if let Err(why) = applied {
            // What it refused it did not begin.
            let _ = apply_store(operator, old).await;
            operator.supervise.apply(old.apps.clone()).await;
            return Err(Declined::Failed(format!("all goes on as it was: {why}")));
        }
        if !difference.removed.is_empty() {
            operator.supervise.apply(new.apps.clone()).await;
        }
    }
    Ok(reports)
}
