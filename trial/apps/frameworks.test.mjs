// Real frameworks with the agent preloaded as `supervise` does, asked over http.sock with the headers of the edge.
// Needs `npm ci` in this folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { before } from 'node:test';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { folder, relayTo, test, withWorkerIn } from './worker.mjs';

const withWorker = (what, judge) => withWorkerIn(folder, what, judge);

// NestJS is compiled and Next.js bundled, in some seconds.
before(() => execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' }), { timeout: 300_000 });

const CLIENT = '203.0.113.7';
const EDGE_HEADERS = {
  host: 'shop.example', 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example',
};

/** `where`: what GET /where must answer. The fields that differ from app to app are its trust in proxies. */
const APPS = {
  express4: {
    args: ['express4/app.cjs'], address: '::',
    where: { app: 'express4', ip: CLIENT, protocol: 'https', hostname: 'shop.example' },
    redirect: 'https://shop.example/where',
    stderr: /^Error: broken on purpose/,
  },
  express5: {
    args: ['express5/app.js'], address: '::', redirect: '/where',
    where: { app: 'express5', ip: '127.0.0.1', protocol: 'http', hostname: 'shop.example' },
  },
  fastify: {
    args: ['fastify/app.js'], address: /^(127\.0\.0\.1|::1)$/, redirect: 'https://shop.example/where',
    where: { app: 'fastify', ip: CLIENT, protocol: 'https', hostname: 'shop.example' },
  },
  koa: {
    args: ['koa/app.js'], address: '::', redirect: 'https://shop.example/where',
    where: { app: 'koa', ip: CLIENT, protocol: 'https', hostname: 'shop.example' },
  },
  hapi: {
    args: ['hapi/app.js'], address: '0.0.0.0', redirect: '/where',
    where: { app: 'hapi', ip: '127.0.0.1', port: true, hostname: 'shop.example' },
  },
  nest: {
    args: ['nest/dist/main.js'], address: '::', redirect: '/where', endsBy: 'SIGTERM',
    where: { app: 'nest', ip: CLIENT, protocol: 'https', hostname: 'shop.example' },
  },
};

const get = (worker, path, more) => worker.request(path, { headers: { ...EDGE_HEADERS, ...more } });

function post(worker, path, value) {
  const body = JSON.stringify(value);
  const headers = { ...EDGE_HEADERS, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return worker.request(path, { method: 'POST', headers, body });
}

/** SIGTERM while a request is under way: it is answered, then the process ends by itself. */
async function endsGracefully(worker, slowPath, { closed = /closed/, code = 0, signal = null } = {}) {
  const slow = get(worker, slowPath);
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill(worker.child.pid, 'SIGTERM');
  assert.equal((await slow).body, 'slow');
  if (closed) await worker.output(closed);
  assert.deepEqual(await worker.exit, { code, signal });
}

async function answersAsItShould(worker, name, { where, redirect }, prefix = '') {
  const here = await get(worker, `${prefix}/where`);
  assert.equal(here.status, 200);
  assert.match(here.headers['content-type'], /^application\/json/);
  assert.deepEqual(here.json(), where);

  const echo = await post(worker, `${prefix}/echo`, { name: 'Grüße' });
  assert.equal(echo.status, 201, echo.body);
  assert.deepEqual(echo.json(), { name: 'Grüße' });

  const file = await get(worker, '/hello.txt');
  assert.equal(file.body, 'a static file\n');
  const validator = { 'if-modified-since': file.headers['last-modified'] };
  // koa-static answers conditional requests only with another package.
  if (name !== 'koa') assert.equal((await get(worker, '/hello.txt', validator)).status, 304);

  const stream = await get(worker, `${prefix}/stream`);
  assert.equal(stream.body, [0, 1, 2, 3, 4].map((part) => `part ${part}\n`).join(''));
  assert.ok(stream.chunks >= 3, `${name} streams: ${stream.chunks} chunks`);

  const elsewhere = await get(worker, '/redirect');
  assert.ok([302, 307].includes(elsewhere.status));
  assert.equal(elsewhere.headers.location, redirect);
}

for (const [name, app] of Object.entries(APPS)) {
  test(name, () => withWorker(app, async (worker) => {
    assert.equal((await worker.event('listening')).port, 8080);
    const [, text] = await worker.output(/address (\{.*?\})/);
    const address = JSON.parse(text);
    assert.equal(address.port, 8080);
    assert.match(address.address, app.address instanceof RegExp ? app.address : new RegExp(`^${app.address}$`));
    await answersAsItShould(worker, name, app);
    assert.equal((await get(worker, '/no-such-page')).status, 404);
    assert.equal((await get(worker, '/broken')).status, 500);
    assert.doesNotMatch(worker.stderr, /undefined|ERR_ERL|DeprecationWarning/);
    await endsGracefully(worker, '/slow', app.endsBy ? { code: null, signal: app.endsBy } : {});
  }));
}

test('express4 names the client in its access log and its rate limit', () => withWorker(APPS.express4, async (worker) => {
  const answer = await get(worker, '/where');
  assert.equal(answer.headers['x-ratelimit-remaining'], '999');
  await worker.output(new RegExp(`^${CLIENT} - - \\[.*"GET /where HTTP/1.1" 200`, 'm'));
}));

test('fastify listens once, though localhost has two addresses', () => withWorker(APPS.fastify, async (worker) => {
  await worker.output(/address/);
  await get(worker, '/where');
  const captured = worker.events.filter(({ event }) => event === 'listening');
  assert.equal(captured.length, 1);
}));

test('next, standalone', () => withWorker({
  args: ['next/.next/standalone/next/server.js'], env: { HOSTNAME: '0.0.0.0' },
}, async (worker) => {
  await worker.output(/Ready in/);
  assert.match(worker.stdout, /Local: +http:\/\/localhost:8080/);
  await answersAsItShould(worker, 'next', {
    where: { app: 'next', ip: CLIENT, protocol: 'https' }, redirect: '/api/where',
  }, '/api');
  const page = await get(worker, '/');
  assert.match(page.body, /<h1>rendered for (<!-- -->)?shop\.example<\/h1>/);
  const [asset] = /\/_next\/static\/[^"]+\.js/.exec(page.body) ?? [];
  assert.ok(asset, 'the page names a script');
  // With `nonce = true` the edge sends the policy along; Next.js takes the nonce from there.
  const nonce = 'ABCabc123ABCabc123ABCabc';
  const told = { 'content-security-policy': `script-src 'self' 'nonce-${nonce}'`, 'x-nonce': nonce };
  const { body } = await get(worker, '/', told);
  const scripts = body.match(/<script[^>]*>/g);
  assert.ok(scripts.every((script) => script.includes(`nonce="${nonce}"`)), scripts.join(' '));
  await endsGracefully(worker, '/api/slow', { closed: null, code: 143 });
}));

test('tsx: a TypeScript app without a build', () => withWorker({
  args: ['--import', 'tsx', 'tsx/app.ts'],
}, async (worker) => {
  assert.deepEqual((await get(worker, '/')).json(), { app: 'tsx', ip: '127.0.0.1' });
  await worker.output(/address \{"address":"::","family":"IPv6","port":8080\}/);
  process.kill(worker.child.pid, 'SIGTERM');
  await worker.output(/closed/);
  assert.deepEqual(await worker.exit, { code: 0, signal: null });
}));

test('tsx as a command: its child has the socket', () => withWorker({
  command: ['node_modules/.bin/tsx', 'tsx/app.ts'],
}, async (worker) => {
  assert.deepEqual((await get(worker, '/')).json(), { app: 'tsx', ip: '127.0.0.1' });
  const { pid } = await worker.event('listening');
  assert.notEqual(pid, worker.child.pid);
  await worker.until('its heartbeat', () => worker.pulse().pid === pid);
}));

test('ws echoes text and bytes, and says good-bye', () => withWorker({ args: ['ws/app.js'] }, async (worker) => {
  const socket = new WebSocket(`ws+unix://${worker.socket}:/echo`, { headers: EDGE_HEADERS });
  const messages = [];
  const next = () => worker.until('message', () => messages.shift());
  socket.on('message', (data, binary) => messages.push({ data, binary }));
  assert.deepEqual(JSON.parse((await next()).data), { from: '127.0.0.1' });
  socket.send('Grüße');
  assert.deepEqual(await next(), { data: Buffer.from('Grüße'), binary: false });
  const bytes = Buffer.alloc(200_000, 7);
  socket.send(bytes);
  assert.deepEqual(await next(), { data: bytes, binary: true });

  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
  process.kill(worker.child.pid, 'SIGTERM');
  assert.deepEqual(await closed, [1001, 'going away']);
  assert.deepEqual(await worker.exit, { code: 0, signal: null });
}));

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`socket.io over ${transports.join(', then ')}`, () => withWorker({ args: ['socketio/app.js'] }, async (worker) => {
    const relay = await relayTo(worker.socket);
    const client = io(`http://127.0.0.1:${relay.address().port}`, { transports, reconnection: false });
    try {
      await new Promise((resolve, reject) => client.once('connect', resolve).once('connect_error', reject));
      const joined = await client.timeout(5000).emitWithAck('join', 'room');
      assert.equal(joined.address, '127.0.0.1');
      await worker.until('upgrade', () => client.io.engine.transport.name === transports.at(-1));
      const said = new Promise((resolve) => client.once('said', resolve));
      client.emit('say', 'room', 'hello');
      assert.equal(await said, 'hello');
      const gone = new Promise((resolve) => client.once('disconnect', resolve));
      process.kill(worker.child.pid, 'SIGTERM');
      await gone;
      await worker.output(/closed/);
    } finally {
      client.close();
      relay.close();
    }
  }));
}

test('an unmodified app is asked by many at once over kept connections', () => withWorker(APPS.express5, async (worker) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16, socketPath: worker.socket });
  const ask = (number) => new Promise((resolve, reject) => {
    http.get({ path: `/where?${number}`, agent, headers: EDGE_HEADERS }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode)).on('error', reject);
    }).on('error', reject);
  });
  const statuses = await Promise.all(Array.from({ length: 400 }, (_, number) => ask(number)));
  assert.deepEqual([...new Set(statuses)], [200]);
  agent.destroy();
}));
