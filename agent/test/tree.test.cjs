'use strict';
// The worker is a tree of processes and threads: one of them has the socket and writes the heartbeat.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('../worker.cjs');

const APPS = path.join(__dirname, '..', 'apps');
const HELLO = `require('http').createServer((request, response) => response.end('hello ' + process.pid))`;

async function withWorker(what, judge) {
  const worker = new Worker(what);
  try {
    return await judge(worker);
  } finally {
    await worker.stop();
  }
}

const pulseFrom = (worker, pid) => worker.until(`heartbeat of ${pid}`, () => worker.pulse().pid === pid);

for (const policy of ['rr', 'none']) {
  test(`cluster workers (${policy}) share the socket through their primary`, () => withWorker({
    args: [path.join(APPS, 'cluster.cjs'), '3000'], env: { NODE_CLUSTER_SCHED_POLICY: policy },
  }, async (worker) => {
    await worker.output(/worker 1 listens on 3000/);
    await worker.output(/worker 2 listens on 3000/);
    await worker.event('listening');
    const pids = new Set();
    for (let count = 0; count < 200 && pids.size < 2; count++) {
      const seen = (await worker.request('/')).json();
      assert.deepEqual(
        { remoteAddress: seen.remoteAddress, localPort: seen.localPort, address: seen.address },
        { remoteAddress: '127.0.0.1', localPort: 3000, address: { address: '::', family: 'IPv6', port: 3000 } },
      );
      pids.add(seen.pid);
    }
    assert.equal(pids.size, 2, 'both workers answer');
    assert.ok(!pids.has(worker.child.pid));
    await pulseFrom(worker, worker.child.pid);
    assert.deepEqual(await worker.stop(), { code: 0, signal: null });
  }));
}

test('a cluster worker that dies leaves the socket serving', () => withWorker({
  args: [path.join(APPS, 'cluster.cjs'), '3000'],
}, async (worker) => {
  // Both: with its only worker a primary loses the listener too, in Node alone as well.
  await worker.output(/worker 1 listens/);
  await worker.output(/worker 2 listens/);
  const { pid } = (await worker.request('/crash')).json();
  await worker.until('its end', () => !fs.existsSync(`/proc/${pid}`));
  for (let count = 0; count < 5; count++) assert.notEqual((await worker.request('/')).json().pid, pid);
}));

test('a thread that is the one to listen is captured, and writes the heartbeat', () => withWorker({
  args: [path.join(APPS, 'thread.cjs')],
}, async (worker) => {
  await worker.event('listening');
  assert.equal((await worker.request('/')).body, 'thread');
  await pulseFrom(worker, worker.child.pid);
}));

test('a thread that listens after the main thread is left alone', () => withWorker({
  args: [path.join(APPS, 'thread.cjs'), 'both'],
}, async (worker) => {
  const [, port] = await worker.output(/thread at (\d+);/);
  assert.notEqual(port, '3000');
  assert.equal((await worker.request('/')).body, 'main');
  assert.equal((await worker.event('second_listener')).port, 0);
  assert.equal(worker.events.filter(({ event }) => event === 'listening').length, 1);
}));

test('a child process that listens later is left alone', () => withWorker({
  args: ['-e', `${HELLO}.listen(3000, () => require('child_process').spawn(process.execPath, ['-e',
    ${JSON.stringify(`${HELLO}.listen(0, '127.0.0.1', function () { console.log('child ' + process.pid + ' at ' + this.address().port + ';') })`)}],
    { stdio: 'inherit' }))`],
}, async (worker) => {
  const [, pid, port] = await worker.output(/child (\d+) at (\d+);/);
  assert.equal((await worker.request('/')).body, `hello ${worker.child.pid}`);
  const body = await new Promise((resolve) => {
    http.get({ port, host: '127.0.0.1', agent: false }, (response) => response.setEncoding('utf8').on('data', resolve));
  });
  assert.equal(body, `hello ${pid}`);
  assert.equal((await worker.event('second_listener')).pid, Number(pid));
  await pulseFrom(worker, worker.child.pid);
}));

test('a child process that is the one to listen is captured, and takes the heartbeat over', () => withWorker({
  args: ['-e', `setTimeout(() => require('child_process').spawn(process.execPath, ['-e',
    ${JSON.stringify(`${HELLO}.listen(3000)`)}], { stdio: 'inherit' }), 200)`],
}, async (worker) => {
  await pulseFrom(worker, worker.child.pid);
  const before = worker.pulse().seq;
  const { pid } = await worker.event('listening');
  assert.notEqual(pid, worker.child.pid);
  assert.equal((await worker.request('/')).body, `hello ${pid}`);
  await pulseFrom(worker, pid);
  assert.ok(worker.pulse().seq > before, 'sequence numbers go on');
  for (let count = 0; count < 6; count++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(worker.pulse().pid, pid, 'the parent is silent');
  }
}));

test('npm and the shell in between do not matter', async () => {
  const folder = fs.mkdtempSync('/tmp/ostler-npm-');
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({
    scripts: { start: 'node prepare.js && node server.js' },
  }));
  fs.writeFileSync(path.join(folder, 'prepare.js'), `console.log('prepared by ' + process.pid + ';')`);
  fs.writeFileSync(path.join(folder, 'server.js'), `${HELLO}.listen(process.env.PORT)`);
  try {
    await withWorker({ command: ['npm', 'run', 'start'], cwd: folder }, async (worker) => {
      const { pid, port } = await worker.event('listening');
      assert.notEqual(pid, worker.child.pid);
      assert.equal(port, 8080);
      assert.equal((await worker.request('/')).body, `hello ${pid}`);
      await pulseFrom(worker, pid);
      assert.equal(worker.events.length, 1);
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('an app without a server has the heartbeat of its first process, not of npm', async () => {
  const folder = fs.mkdtempSync('/tmp/ostler-npm-');
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts: { start: 'node mailer.js' } }));
  fs.writeFileSync(path.join(folder, 'mailer.js'), `console.log('mailer ' + process.pid + ';'); setInterval(() => {}, 1e6)`);
  try {
    await withWorker({ command: ['npm', 'run', 'start'], cwd: folder }, async (worker) => {
      const [, pid] = await worker.output(/mailer (\d+);/);
      await pulseFrom(worker, Number(pid));
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a connection handed to a child process is served there', () => withWorker({
  args: ['-e', `const { fork } = require('child_process'); const net = require('net');
    const child = fork(${JSON.stringify(path.join(APPS, 'receiver.cjs'))});
    net.createServer({ pauseOnConnect: true }, (socket) => child.send('connection', socket)).listen(3000);
    process.on('SIGTERM', () => { child.kill(); process.exit(); })`],
}, async (worker) => {
  await worker.event('listening');
  const { pid } = (await worker.request('/')).json();
  assert.notEqual(pid, worker.child.pid);
}));

test('--inspect changes nothing', () => withWorker({
  args: ['--inspect=127.0.0.1:0', '-e', `${HELLO}.listen(3000)`],
}, async (worker) => {
  await worker.event('listening');
  assert.equal((await worker.request('/')).body, `hello ${worker.child.pid}`);
  assert.match(worker.stderr, /Debugger listening/);
  assert.equal(worker.events.length, 1);
}));

test('node --watch restarts the app behind the same socket', async () => {
  const folder = fs.mkdtempSync('/tmp/ostler-watch-');
  const script = path.join(folder, 'server.js');
  const write = (word) => fs.writeFileSync(script, `require('http').createServer((q, r) => r.end('${word}')).listen(3000)`);
  write('one');
  try {
    await withWorker({ args: ['--watch', script] }, async (worker) => {
      await worker.event('listening');
      assert.equal((await worker.request('/')).body, 'one');
      // Node hears from the app which files to watch, some time after it runs: an early change goes unseen.
      const writing = setInterval(write, 1000, 'two');
      try {
        await worker.output(/Restarting/);
      } finally {
        clearInterval(writing);
      }
      await worker.until('second listening', () => worker.events.filter(({ event }) => event === 'listening')[1]);
      assert.equal((await worker.request('/')).body, 'two');
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
