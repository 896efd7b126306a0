//! What workers write arrives.

use trial::{Project, until};

const LINES: usize = 50_000;

#[test]
fn nothing_written_before_process_exit_is_lost() {
    let project = Project::with_server(&format!(
        "require('http').createServer((q, s) => {{
           s.end('bye');
           for (let i = 0; i < {LINES}; i++) console.log('line ' + i);
           console.error('the very last words');
           process.exit(0);
         }}).listen(3000);"
    ));
    let running = project.run(&["-w", "1", "server.js"]);
    let _ = trial::get(project.address(), "/");
    until("the last words", || running.stdout().contains("the very last words").then_some(()));
    until("the last line", || {
        running.stdout().contains(&format!("line {}\n", LINES - 1)).then_some(())
    });
    let stdout = running.stdout();
    assert_eq!(stdout.lines().filter(|line| line.contains("line ")).count(), LINES);
    assert!(!stdout.contains('\u{1b}'), "no colour when not a terminal");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn nothing_written_before_a_worker_is_killed_is_lost() {
    // What it noted in a file before each line is what it had written for certain when it was killed.
    let project = Project::with_server(
        "const fs = require('fs');
         const note = fs.openSync('noted', 'a');
         let n = 0;
         const write = () => {
           for (let i = 0; i < 1000; i++) { console.log('row ' + n); fs.writeSync(note, n + '\\n'); n += 1; }
           if (n >= 60000) process.kill(process.pid, 'SIGKILL');
           setImmediate(write);
         };
         require('http').createServer((q, s) => { s.end('ok'); write(); }).listen(3000);",
    );
    let running = project.run(&["-w", "1", "server.js"]);
    assert_eq!(trial::get(project.address(), "/").unwrap().body, "ok");
    let killed = || project.status().filter(|status| status.apps[0].restarts > 0).map(|_| ());
    until("it killed itself", killed);
    let noted = std::fs::read_to_string(project.folder().join("noted")).unwrap();
    let last = noted.lines().last().unwrap();
    until("the last row", || running.stdout().contains(&format!("row {last}\n")).then_some(()));
    let stdout = running.stdout();
    assert_eq!(stdout.lines().filter(|line| line.contains(" row ")).count(), noted.lines().count());
    running.stop();
}

#[test]
fn a_reader_that_stops_reading_does_not_hold_up_the_app() {
    let project = Project::with_server(
        "const line = 'x'.repeat(1000);
         require('http').createServer((q, s) => { for (let i = 0; i < 1000; i++) console.log(line); s.end('ok'); }).listen(3000);",
    );
    let mut command = project.command(&[
        "run",
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "off",
        "-w",
        "1",
        "server.js",
    ]);
    let (reader, writer) = std::io::pipe().unwrap();
    let mut child = command.stdout(writer).stderr(std::process::Stdio::null()).spawn().unwrap();
    let address = until("it is online", || {
        let status = project.status()?;
        (status.apps[0].state == model::api::AppState::Online).then(|| project.address())
    });
    // A worker held up by its output would not answer within the client's patience.
    for _ in 0..30 {
        assert_eq!(trial::get(address, "/").unwrap().body, "ok");
    }
    drop(reader);
    trial::project::signal(child.id(), rustix::process::Signal::TERM);
    child.wait().unwrap();
}

#[test]
fn in_the_background_output_goes_to_files_that_are_rotated() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => { for (let i = 0; i < 100; i++) console.log('r' + q.url + ' ' + i + ' ' + 'y'.repeat(200)); s.end('ok'); }).listen(3000);",
    );
    project.write("ostler.toml", "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[log]\nfolder = 'logs'\nrotate_size = '64kB'\nkeep = 2\n[app.web]\nrun = 'server.js'\nworkers = 1\n");
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let address = project.address();
    for request in 0..20 {
        assert_eq!(trial::get(address, &format!("/{request}")).unwrap().status, 200);
    }
    until("the newest line is in the file", || {
        let text = std::fs::read_to_string(project.folder().join("logs/web.log")).ok()?;
        text.contains("r/19 99 ").then_some(())
    });
    let shown = project.ostler(&["logs", "web", "-n", "5"]);
    assert!(shown.stdout.contains("r/19 99 "), "{}", shown.stdout);
    let files = std::fs::read_dir(project.folder().join("logs")).unwrap().flatten();
    let files: Vec<_> =
        files.filter(|file| file.file_name().to_string_lossy().starts_with("web")).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
