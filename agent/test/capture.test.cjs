'use strict';
// Which listener goes to http.sock, and which is left alone.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('../worker.cjs');

const HELLO = `require('http').createServer((request, response) => response.end('hello ' + process.pid))`;

/** Runs `check(worker)` with `node -e source`, and ends the worker whatever happens. */
function check(name, source, judge, what = {}) {
  test(name, async () => {
    const worker = new Worker({ args: [...(what.node_args || []), '-e', source], ...what });
    try {
      await judge(worker);
    } finally {
      await worker.stop();
    }
  });
}

function overTcp(port) {
  return new Promise((resolve) => {
    http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    }).on('error', (error) => resolve(error.code));
  });
}

check('a server is reached over http.sock and not over its port',
  `${HELLO}.listen(0, function () { console.log('at ' + this.address().port); })`,
  async (worker) => {
    const told = await worker.event('listening');
    assert.deepEqual(told, { event: 'listening', pid: worker.child.pid, port: 8080, host: null, http2: false });
    assert.equal((await worker.request('/')).body, `hello ${worker.child.pid}`);
    await worker.output(/at 8080/);
    assert.equal(await overTcp(8080), 'ECONNREFUSED');
  });

check('without PORT, "any port" is shown as 3000',
  `${HELLO}.listen(0, function () { console.log('at ' + this.address().port); })`,
  (worker) => worker.output(/at 3000\n/), { port: null });

check('an ES module is captured',
  `import { createServer } from 'node:http'; createServer((q, r) => r.end('esm')).listen(process.env.PORT)`,
  async (worker) => {
    await worker.event('listening');
    assert.equal((await worker.request('/')).body, 'esm');
  }, { node_args: ['--input-type=module'] });

check('a second listener keeps its port, and is told',
  `${HELLO}.listen(3000); require('http').createServer((q, r) => r.end('second')).listen(0, '127.0.0.1',
     function () { console.log('second at ' + this.address().port + ';'); })`,
  async (worker) => {
    const [, port] = await worker.output(/second at (\d+);/);
    assert.equal(await overTcp(port), 'second');
    assert.match((await worker.request('/')).body, /hello/);
    assert.equal((await worker.event('second_listener')).port, 0);
  });

check('listeners on unix paths are left alone, before and after the first',
  `const path = process.env.OSTLER_DIR + '/own'; ${HELLO}.listen(path + '1', () => { ${HELLO}.listen(3000);
     ${HELLO}.listen({ path: path + '2' }, function () { console.log(this.address() + ';'); }); })`,
  async (worker) => {
    await worker.output(/own2;/);
    await worker.event('listening');
    assert.deepEqual(fs.readdirSync(worker.folder).sort(), ['events', 'http.sock', 'own1', 'own2', 'pulse']);
    assert.deepEqual(worker.events.map(({ event }) => event), ['listening']);
  });

test('a file descriptor that was handed in is left alone', async () => {
  const bound = net._createServerHandle('127.0.0.1', 0, 4);
  const worker = new Worker({ args: ['-e', `${HELLO}.listen({ fd: 3 }, () => console.log('by fd'))`], fds: [bound.fd] });
  try {
    await worker.output(/by fd/);
    const address = {};
    bound.getsockname(address);
    assert.match(await overTcp(address.port), /hello/);
    assert.deepEqual(worker.events, []);
  } finally {
    bound.close();
    await worker.stop();
  }
});

check('TLS is left alone and told; the plain server after it is captured',
  `require('https').createServer({}).listen(0, '127.0.0.1', () => ${HELLO}.listen(3000))`,
  async (worker) => {
    await worker.event('listening');
    assert.deepEqual(worker.events.map(({ event }) => event), ['tls_server', 'listening']);
    assert.match((await worker.request('/')).body, /hello/);
  });

check('plain HTTP/2 is captured and told',
  `require('http2').createServer((req, res) => res.end('h2 ' + req.httpVersion)).listen(3000)`,
  async (worker) => {
    const { port, http2 } = await worker.event('listening');
    assert.deepEqual([port, http2], [3000, true]);
    const session = require('http2').connect('http://localhost', {
      createConnection: () => require('net').connect(worker.socket),
    });
    const stream = session.request({ ':path': '/' });
    let body = '';
    for await (const part of stream) body += part;
    session.close();
    assert.equal(body, 'h2 2.0');
  });

check('an uncaptured listener\'s error is told and reaches the app unchanged',
  `const net = require('net'); ${HELLO}.listen(3000); const taken = net.createServer().listen(0, () => {
     const port = taken.address().port;
     net.createServer().on('error', (error) => console.log(error.message, error.code, error.port === port, ';')).listen(port);
   })`,
  async (worker) => {
    await worker.output(/listen EADDRINUSE: address already in use :::\d+ EADDRINUSE true ;/);
    assert.equal((await worker.event('listen_failed')).code, 'EADDRINUSE');
  });

check('an unhandled listen error still ends the app with code 1',
  `const net = require('net'); ${HELLO}.listen(3000);
   const taken = net.createServer().listen(0, () => net.createServer().listen(taken.address().port))`,
  async (worker) => {
    assert.deepEqual(await worker.exit, { code: 1, signal: null });
    assert.match(worker.stderr, /Error: listen EADDRINUSE/);
  });

check('a server that only probes for a free port does not keep the socket',
  `const probe = require('net').createServer().listen(3000, () => probe.close(() => ${HELLO}.listen(3001)))`,
  async (worker) => {
    assert.equal((await worker.event('listening')).port, 3001);
    assert.equal(worker.events.length, 1);
    assert.match((await worker.request('/')).body, /hello/);
  });

check('close ends the socket, and listen opens it again',
  `const server = ${HELLO}; const again = () => server.listen(3000, () => console.log('open;'));
   again(); setInterval(() => {}, 1e6); process.once('SIGUSR2', () => server.close(() => {
     process.once('SIGUSR2', again); console.log('closed;'); }));`,
  async (worker) => {
    await worker.output(/open;/);
    process.kill(worker.child.pid, 'SIGUSR2');
    await worker.output(/closed;/);
    assert.ok(!fs.existsSync(worker.socket));
    process.kill(worker.child.pid, 'SIGUSR2');
    await worker.output(/closed;\nopen;/);
    assert.match((await worker.request('/')).body, /hello/);
  });

check('a socket left behind by a killed process of the tree is taken over',
  `const { spawn } = require('child_process');
   const run = () => spawn(process.execPath, ['-e', ${JSON.stringify(`${HELLO}.listen(3000)`)}], { stdio: 'inherit' });
   let child = run(); process.on('SIGUSR2', () => { child.once('exit', () => { child = run(); }).kill('SIGKILL'); });
   process.on('SIGTERM', () => { child.kill(); process.exit(); });`,
  async (worker) => {
    const { pid } = await worker.event('listening');
    assert.equal((await worker.request('/')).body, `hello ${pid}`);
    process.kill(worker.child.pid, 'SIGUSR2');
    const next = await worker.until('second listening', () => worker.events.filter(({ event }) => event === 'listening')[1]);
    assert.notEqual(next.pid, pid);
    assert.equal((await worker.request('/')).body, `hello ${next.pid}`);
  });

check('a path that does not fit a unix socket is told, and the app listens on its port',
  `${HELLO}.listen(0, '127.0.0.1', function () { console.log('at ' + this.address().port + ';'); })`,
  async (worker) => {
    const [, port] = await worker.output(/at (\d+);/);
    assert.match(await overTcp(port), /hello/);
    assert.ok(!fs.existsSync(worker.socket));
    assert.equal((await worker.event('capture_failed')).code, 'ENAMETOOLONG');
  }, { folder: path.join(os.tmpdir(), `ostler-long-${'x'.repeat(90)}-`) });

check('what a listener asks for cannot fail it: privileged ports, foreign addresses',
  `${HELLO}.listen(80, '192.0.2.1', function () { console.log(JSON.stringify(this.address()) + ';'); })`,
  async (worker) => {
    await worker.output(/\{"address":"192.0.2.1","family":"IPv4","port":80\};/);
    assert.equal((await worker.event('listening')).host, '192.0.2.1');
  });

check('a full queue does not refuse: the backlog is not the app\'s',
  `${HELLO}.listen(3000, 'localhost', 1, () => { const end = Date.now() + 1500; while (Date.now() < end); })`,
  async (worker) => {
    const open = () => new Promise((resolve, reject) => {
      const socket = net.connect(worker.socket, () => resolve(socket)).on('error', reject);
    });
    // The socket is there with bind, a moment before listen: asked until it takes the first.
    let first;
    while (!first) first = await open().catch(() => new Promise((resolve) => { setTimeout(resolve, 1); }));
    first.destroy();
    const sockets = await Promise.all(Array.from({ length: 200 }, open));
    for (const socket of sockets) socket.destroy();
  });
