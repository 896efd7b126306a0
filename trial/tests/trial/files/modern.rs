//! TLS and HTTP/2, with Node's own clients.

use rcgen::{CertificateParams, KeyPair};
use std::process::Command;
use trial::project::finish;
use trial::{Project, until};

/// Asks for the files by HTTP/1.1 over TLS, HTTP/2 over TLS and HTTP/2 without, and compares.
const CLIENT: &str = r#"
const [tls, plain] = process.argv.slice(2);
const crypto = require('node:crypto'), fs = require('node:fs'), assert = require('node:assert');
const sum = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const gather = (stream, done) => {
  const all = [];
  stream.on('data', (part) => all.push(part));
  stream.on('end', () => done(Buffer.concat(all)));
};
const byOne = (path, headers) => new Promise((resolve, reject) => {
  const options = { rejectUnauthorized: false, headers };
  require('node:https').get(`https://${tls}${path}`, options, (res) =>
    gather(res, (body) => resolve({ status: res.statusCode, headers: res.headers, body }))
  ).on('error', reject);
});
const byTwo = (session) => (path, headers) => new Promise((resolve, reject) => {
  const stream = session.request({ ':path': path, ...headers });
  let head;
  stream.on('response', (got) => { head = got; }).on('error', reject);
  gather(stream, (body) => resolve({ status: head[':status'], headers: head, body }));
  stream.end();
});
(async () => {
  const http2 = require('node:http2');
  const sessions = [
    http2.connect(`https://${tls}`, { rejectUnauthorized: false }), http2.connect(`http://${plain}`),
  ];
  const large = sum(fs.readFileSync('public/large.bin'));
  for (const ask of [byOne, ...sessions.map(byTwo)]) {
    const small = await ask('/a.txt', {});
    assert.deepEqual([small.status, small.body.toString()], [200, '0123456789']);
    const same = await ask('/a.txt', { 'if-none-match': small.headers.etag });
    assert.deepEqual([same.status, same.body.length], [304, 0]);
    const part = await ask('/a.txt', { range: 'bytes=2-3' });
    assert.deepEqual([part.status, part.body.toString()], [206, '23']);
    const many = await Promise.all([1, 2, 3, 4].map(() => ask('/large.bin', {})));
    for (const one of many) assert.deepEqual([one.status, sum(one.body)], [200, large]);
    const end = await ask('/large.bin', { range: 'bytes=-100000' });
    assert.deepEqual([end.status, end.body.length], [206, 100000]);
    const parts = await ask('/large.bin', { range: 'bytes=0-0,100000-299999' });
    assert.ok(parts.status === 206 && parts.body.length > 200001, `${parts.body.length}`);
    assert.equal((await ask('/none', {})).status, 404);
    assert.equal((await ask('/..%2fostler.toml', {})).status, 404);
  }
  for (const session of sessions) session.close();
  console.log('all the same');
})().catch((error) => { console.error(error); process.exit(1); });
"#;

#[test]
fn files_are_the_same_over_tls_and_http2() {
    let project = Project::new();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    project.write("cert.pem", &certificate.pem());
    project.write("key.pem", &key.serialize_pem());
    project.write("client.js", CLIENT);
    project.write("public/a.txt", "0123456789");
    let mut random = base::random::Random::new(5);
    let bytes: Vec<u8> = (0..400_000).flat_map(|_| random.next_u64().to_le_bytes()).collect();
    std::fs::write(project.folder().join("public/large.bin"), bytes).unwrap();
    let text = "[edge]\nlisten = '127.0.0.1:0'\ntls = { listen = '127.0.0.1:0', cert = 'cert.pem', \
                key = 'key.pem' }\n[admin]\nlisten = false\n[route.'/*']\nfiles = 'public'\n";
    project.write("ostler.toml", text);
    let running = project.spawn(&mut project.command(&["run"]));
    until("it serves", || running.stderr().contains("serving after").then_some(()));
    let listen = project.status().unwrap().listen;
    let at = |scheme: &str| {
        let url = listen.iter().find_map(|url| url.strip_prefix(scheme));
        url.unwrap_or_else(|| panic!("{scheme} in {listen:?}")).to_owned()
    };
    let mut client = Command::new("node");
    client.current_dir(project.folder()).arg("client.js").args([at("https://"), at("http://")]);
    let finished = finish(&mut client);
    assert_eq!(finished.code, Some(0), "{}{}", finished.stdout, finished.stderr);
}
