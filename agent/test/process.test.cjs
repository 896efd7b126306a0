'use strict';
// What the agent must not do to a process, the heartbeat, and `process.send('ready')`.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Worker, readPulse, AGENT } = require('../worker.cjs');

const HELLO = `require('http').createServer((request, response) => response.end('hello'))`;

async function withWorker(what, judge) {
  const worker = new Worker(what);
  try {
    return await judge(worker);
  } finally {
    await worker.stop();
  }
}

const script = (source, what) => ({ args: ['-e', source], ...what });

const SHAPES = `const net = require('net'); const { listen, close, address } = net.Server.prototype;
  console.log([listen, close, address, net.Socket, net.Socket.prototype.connect].map((each) => [each.name, each.length, each]).join());
  console.log(Object.keys(net).join(), Object.keys(net.Server.prototype).join(), Object.keys(net.Socket.prototype).join());`;
const INNER = `${SHAPES} console.log(net.Server.prototype._listen2, String(net.Server.prototype._listen2),
  String(net._createServerHandle), String(net.Socket.prototype.resetAndDestroy), typeof process.send,
  process.getActiveResourcesInfo())`;

function printed(source, { agent, folder }) {
  const { NODE_TEST_CONTEXT, OSTLER_DIR, NODE_OPTIONS, ...env } = process.env;
  if (folder) env.OSTLER_DIR = folder;
  return String(execFileSync(process.execPath, [...(agent ? ['--require', AGENT] : []), '-e', source], { env }));
}

test('without OSTLER_DIR the agent does nothing', () => {
  assert.equal(printed(INNER, { agent: true }), printed(INNER, {}));
  assert.notEqual(printed(INNER, { agent: true, folder: '/nowhere' }), printed(INNER, {}));
});

test('the functions that apps and frameworks call or wrap are Node\'s own', () => {
  assert.equal(printed(SHAPES, { agent: true, folder: '/nowhere' }), printed(SHAPES, {}));
});

test('an app that is done ends by itself, with its own code', async () => {
  await withWorker(script(`console.log('done')`), async (worker) => {
    assert.deepEqual(await worker.exit, { code: 0, signal: null });
    assert.equal(worker.stdout, 'done\n');
    assert.equal(worker.stderr, '');
  });
  await withWorker(script(`process.exitCode = 7`), async (worker) => {
    assert.deepEqual(await worker.exit, { code: 7, signal: null });
  });
  await withWorker(script(`${HELLO}.listen(3000, function () { this.close(); process.exitCode = 3; })`), async (worker) => {
    assert.deepEqual(await worker.exit, { code: 3, signal: null });
  });
  await withWorker(script(`${HELLO}.listen(3000); throw new Error('bad start')`), async (worker) => {
    assert.deepEqual(await worker.exit, { code: 1, signal: null });
    assert.match(worker.stderr, /bad start/);
  });
});

test('signals and process listeners are the app\'s own', () => withWorker(
  script(`const count = () => ['exit', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'warning', 'message', 'beforeExit']
    .map((name) => process.listenerCount(name)).join();
    ${HELLO}.listen(3000, () => console.log(count() + ';' + process.getActiveResourcesInfo().join() + ';' + typeof process.send + ';'))`),
  async (worker) => {
    const alone = await withWorker(script(
      `process.stdout.write('0'); console.log([...'exit SIGTERM uncaughtException unhandledRejection warning message beforeExit'.split(' ')]
        .map((name) => process.listenerCount(name)).join() + ';')`, { agent: false }), async (bare) => {
      await bare.exit;
      return bare.stdout.slice(1).split(';')[0];
    });
    const [, counts, resources, send] = await worker.output(/(.*);(.*);(.*);/);
    assert.equal(counts, alone);
    assert.deepEqual(resources.split(',').filter((name) => /Timeout|Timer/.test(name)), []);
    assert.equal(send, 'undefined');
    assert.deepEqual(await worker.stop(), { code: null, signal: 'SIGTERM' });
  },
));

test('the heartbeat page is rewritten every 50 ms and holds what it says', () => withWorker(
  script(`${HELLO}.listen(3000); process.on('SIGUSR2', () => { const end = Date.now() + 400; while (Date.now() < end); })`),
  async (worker) => {
    await worker.event('listening');
    await worker.until('third beat', () => worker.pulse().seq > 3n);
    const first = worker.pulse();
    assert.equal(first.pid, worker.child.pid);
    assert.equal(first.reserved, 0);
    assert.ok(first.heap > 1_000_000n && first.heap < 200_000_000n, `heap ${first.heap}`);
    assert.ok(first.rss > 10_000_000n && first.rss < 500_000_000n, `rss ${first.rss}`);
    assert.ok(first.utilisation >= 0 && first.utilisation < 0.9, `idle: ${first.utilisation}`);
    assert.ok(process.hrtime.bigint() - first.ns < 2_000_000_000n, 'the clock is CLOCK_MONOTONIC');

    await new Promise((resolve) => setTimeout(resolve, 1000));
    const beats = Number(worker.pulse().seq - first.seq);
    assert.ok(beats >= 5 && beats <= 21, `${beats} beats in a second`);

    process.kill(worker.child.pid, 'SIGUSR2');
    let longest = { delayMs: 0 };
    await worker.until('the block of 400 ms', () => {
      const page = worker.pulse();
      if (page.delayMs > longest.delayMs) longest = page;
      return longest.delayMs >= 300;
    });
    assert.ok(longest.utilisation > 0.5, `a block is use of the loop: ${longest.utilisation}`);
  },
));

test('garbage collections are counted', () => withWorker(
  script(`${HELLO}.listen(3000); setInterval(() => { for (let n = 0; n < 50000; n += 1) [].push({ n }); }, 5);`),
  async (worker) => {
    await worker.event('listening');
    const { gcMs, gcRuns } = worker.pulse();
    await worker.until('ten collections', () => worker.pulse().gcRuns >= gcRuns + 10n);
    assert.ok(worker.pulse().gcMs > gcMs);
  },
));

test('a reader can tell a torn page', () => withWorker(script(`${HELLO}.listen(3000)`), async (worker) => {
  await worker.event('listening');
  const fd = fs.openSync(path.join(worker.folder, 'pulse'), 'r');
  const page = Buffer.alloc(80);
  const seen = new Set();
  const end = Date.now() + 500;
  while (Date.now() < end) {
    assert.equal(fs.readSync(fd, page, 0, 80, 0), 80);
    const { seq, again } = readPulse(page);
    assert.equal(seq, again);
    seen.add(seq);
  }
  fs.closeSync(fd);
  assert.ok(seen.size >= 3);
  assert.equal(fs.statSync(path.join(worker.folder, 'pulse')).size, 80);
}));

test('the heartbeat goes on while a closed server drains', () => withWorker(
  script(`const server = ${HELLO}.listen(3000); setTimeout(() => {}, 5000);
    process.on('SIGTERM', () => server.close(() => console.log('closed;')))`),
  async (worker) => {
    await worker.event('listening');
    process.kill(worker.child.pid, 'SIGTERM');
    await worker.output(/closed;/);
    const { seq } = worker.pulse();
    await worker.until('beats after the close', () => worker.pulse().seq > seq + 3n);
    process.kill(worker.child.pid, 'SIGKILL');
  },
));

test('a missing page and a missing reader of events do not disturb the app', () => withWorker(
  script(`require('fs').readdirSync(process.env.OSTLER_DIR).map((name) => require('fs').rmSync(process.env.OSTLER_DIR + '/' + name));
    const { spawn } = require('child_process');
    spawn(process.execPath, ['-e', ${JSON.stringify(`${HELLO}.listen(3000, () => console.log('fine'))`)}], { stdio: 'inherit' })`),
  async (worker) => {
    await worker.output(/fine/);
    assert.equal((await worker.request('/')).body, 'hello');
    assert.equal(worker.stderr, '');
  },
));

test('ready = "message": process.send(\'ready\') is told, in each form', () => withWorker(
  script(`${HELLO}.listen(3000, () => {
    console.log(process.connected, process.send('other'), process.send({ type: 'ready' }));
    process.send('ready', (error) => { console.log('first', error);
      process.send('ready', undefined, {}, (error) => { console.log('second', error); process.disconnect();
        process.on('disconnect', () => console.log('gone', process.connected, process.send('ready'), ';')); }); }); })`,
    { ready: 'message' }),
  async (worker) => {
    await worker.output(/true true true\nfirst null\nsecond null\ngone false false ;/);
    await worker.until('two ready events', () => worker.events.filter(({ event }) => event === 'ready').length === 2);
    assert.deepEqual(worker.events.filter(({ event }) => event === 'ready')[0], { event: 'ready', pid: worker.child.pid });
  },
));

test('ready = "message": a real channel between parent and child is not touched', () => withWorker(
  script(`const { fork } = require('child_process'); const child = fork(${JSON.stringify(path.join(__dirname, '..', 'apps', 'sender.cjs'))});
    child.on('message', (message) => { console.log('got', message, ';'); child.kill(); })`, { ready: 'message' }),
  async (worker) => {
    await worker.output(/got ready ;/);
    assert.deepEqual(worker.events, []);
  },
));

test('a Node that is too old is refused with a line and an event', () => withWorker({
  args: ['--require', path.join(__dirname, '..', 'apps', 'old-node.cjs'), '--require', AGENT, '-e', `console.log('ran')`],
  agent: false,
}, async (worker) => {
  assert.deepEqual(await worker.exit, { code: 1, signal: null });
  assert.deepEqual(await worker.event('old_node'), { event: 'old_node', version: 'v16.20.2', pid: worker.child.pid });
  assert.match(worker.stderr, /^ostler: Node v16\.20\.2 is too old, Ostler needs Node 20 or newer\./);
  assert.equal(worker.stdout, '');
}));

test('connections look as from a proxy on the same machine, each from a port of its own', () => withWorker(
  script(`const server = require('http').createServer((request, response) => { const { socket } = request;
      const { remoteAddress, remotePort, remoteFamily, localAddress, localPort, localFamily } = socket;
      response.end(JSON.stringify({ remoteAddress, remotePort, remoteFamily, localAddress, localPort, localFamily,
        address: socket.address(), keepAlive: server.keepAliveTimeout })); }).listen(3000)`),
  async (worker) => {
    await worker.event('listening');
    const one = (await worker.request('/')).json();
    const two = (await worker.request('/')).json();
    assert.notEqual(one.remotePort, two.remotePort);
    assert.ok(one.remotePort >= 32768 && one.remotePort <= 60999);
    assert.deepEqual({ ...one, remotePort: 0 }, {
      remoteAddress: '127.0.0.1', remotePort: 0, remoteFamily: 'IPv4',
      localAddress: '127.0.0.1', localPort: 3000, localFamily: 'IPv4',
      address: { address: '127.0.0.1', family: 'IPv4', port: 3000 }, keepAlive: 75000,
    });
  },
));

test('an app\'s own keepAliveTimeout is kept, and so is its maxConnections', () => withWorker(
  script(`const server = require('http').createServer({ keepAliveTimeout: 9000 }, (q, r) => r.end(String(server.keepAliveTimeout)));
    server.maxConnections = 1; server.on('drop', (drop) => console.log(JSON.stringify(drop) + ';')); server.listen(3000)`),
  async (worker) => {
    await worker.event('listening');
    assert.equal((await worker.request('/')).body, '9000');
    const held = require('node:net').connect(worker.socket);
    await new Promise((resolve) => held.once('connect', resolve));
    await assert.rejects(worker.request('/'));
    await worker.output(/"remoteAddress":"127.0.0.1".*;/);
    held.destroy();
  },
));

test('socket.resetAndDestroy works on a captured connection', () => withWorker(
  script(`require('http').createServer((q) => { q.socket.resetAndDestroy(); console.log('reset;'); }).listen(3000)`),
  async (worker) => {
    await worker.event('listening');
    await assert.rejects(worker.request('/'));
    await worker.output(/reset;/);
  },
));
