//! Automatic scaling by measured load.

use trial::load::Manner;
use trial::{Load, Project, until};

#[test]
fn load_scales_up_quickly_and_rest_scales_down_slowly() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => setTimeout(() => s.end('ok'), 50)).listen(3000);",
    );
    project.write(
        "ostler.toml",
        "[app.web]\nrun = 'server.js'\nworkers = { min = 1, max = 3 }\n\
         scale = { in_flight = 2, utilisation = 0.9, up_after = '1s', down_after = '2s' }\n",
    );
    let running = project.run(&[]);
    let workers = |project: &Project| project.status().map(|status| status.apps[0].workers_target);
    assert_eq!(workers(&project), Some(1));
    let load = Load::start(project.address(), "/", 12, Manner::KeepAlive);
    until("all three workers run", || (workers(&project)? == 3).then_some(()));
    let outcome = load.finish();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    until("one worker is left", || (workers(&project)? == 1).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}
