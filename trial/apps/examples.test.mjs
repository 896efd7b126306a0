// The apps in examples/ do what their pages say, with the agent preloaded.
// Needs `npm ci` in this folder; installs the examples' own packages when they are not there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { io } from 'socket.io-client';
import { folder, relayTo, test, withWorkerIn } from './worker.mjs';

const EXAMPLES = path.join(folder, '../../examples');

function example(name, what, judge) {
  test(name, () => {
    const cwd = path.join(EXAMPLES, name);
    const { dependencies, scripts } = JSON.parse(fs.readFileSync(path.join(cwd, 'package.json')));
    const npm = (...args) => execFileSync('npm', args, { cwd, stdio: 'pipe' });
    if (dependencies && !fs.existsSync(path.join(cwd, 'node_modules'))) npm('ci', '--prefer-offline');
    if (scripts.build) npm('run', 'build');
    return withWorkerIn(cwd, { args: ['server.js'], ...what }, judge);
  });
}

function send(worker, method, target, value, headers = {}) {
  const body = JSON.stringify(value);
  return worker.request(target, {
    method, body, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
  });
}

async function endsItself(worker) {
  process.kill(worker.child.pid, 'SIGTERM');
  assert.deepEqual(await worker.exit, { code: 0, signal: null });
}

example('hello', {}, async (worker) => {
  assert.equal((await worker.request('/')).body, 'Hello from Node.js\n');
  await worker.output(/listening on port 8080/);
});

const ordersFile = path.join(os.tmpdir(), `ostler-orders-${process.pid}.jsonl`);

example('shop', { env: { ORDERS_FILE: ordersFile } }, async (worker) => {
  const list = await worker.request('/products');
  assert.ok(list.body.length > 4300 && list.body.length < 4700, `the list has ${list.body.length} bytes`);
  assert.equal(list.json().length, 28);
  assert.equal((await worker.request('/products?category=rider')).json().length, 3);
  assert.equal((await worker.request('/products/1001')).json().name, 'Saddle soap');
  assert.equal((await worker.request('/products/7')).status, 404);

  const full = await send(worker, 'PUT', '/cart/items/1001', { quantity: 2 });
  assert.equal(full.status, 200);
  const [cookie] = full.headers['set-cookie'][0].split(';');
  const { price } = list.json()[0];
  assert.equal((await worker.request('/cart', { headers: { cookie } })).json().total, Math.round(price * 200) / 100);
  assert.equal((await send(worker, 'PUT', '/cart/items/1001', { quantity: 0 })).status, 422);
  assert.equal((await worker.request('/cart', { headers: { cookie: 'cart=%00nonsense.1x2' } })).json().total, 0);

  const order = await send(worker, 'POST', '/orders', { email: 'me@example.org' }, { cookie });
  assert.equal(order.status, 201);
  // Without a store nobody sends receipts.
  assert.deepEqual((await worker.request(order.headers.location)).json(), { ...order.json(), receipt: 'none' });
  assert.equal((await worker.request('/orders')).json().count, 1);
  assert.equal((await send(worker, 'POST', '/orders', { email: 'me@example.org' })).status, 422);
  const bad = await worker.request('/orders', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
  assert.equal(bad.status, 400);
  fs.rmSync(ordersFile);
  await endsItself(worker);
});

example('fastify-esm', {}, async (worker) => {
  assert.ok((await worker.request('/zones')).json().includes('Europe/Berlin'));
  assert.match((await worker.request('/zones/Europe/Berlin')).json().time, /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  assert.equal((await worker.request('/zones/Europe/Atlantis')).status, 404);
  const meeting = await send(worker, 'POST', '/meetings', { day: '2026-12-01', zones: ['Europe/Berlin', 'America/New_York'] });
  assert.deepEqual(meeting.json().slots.map(({ utc }) => utc.slice(11, 13)), ['13', '14', '15', '16']);
  assert.equal((await send(worker, 'POST', '/meetings', { day: 'soon', zones: [] })).status, 400);
  await endsItself(worker);
});

example('nest', { args: ['dist/main.js'] }, async (worker) => {
  assert.equal((await worker.request('/countries')).json().length, 8);
  assert.equal((await worker.request('/countries/XX')).status, 404);
  const quote = await send(worker, 'POST', '/quotes', { country: 'CH', weightKg: 2.4 });
  assert.deepEqual(quote.json(), { country: 'Switzerland', price: 17.3, currency: 'EUR', days: [3, 5] });
  assert.equal((await send(worker, 'POST', '/quotes', { country: 'CH', weightKg: 99 })).status, 400);
});

example('chat', {}, async (worker) => {
  assert.match((await worker.request('/')).body, /<title>Chat<\/title>/);
  assert.equal((await worker.request('/socket.io/socket.io.js')).status, 200);
  const relay = await relayTo(worker.socket);
  const clients = [];
  const enter = async (name) => {
    const url = `http://127.0.0.1:${relay.address().port}`;
    const client = io(url, { transports: ['websocket'], reconnection: false, forceNew: true });
    clients.push(client);
    const notes = [];
    client.on('note', (note) => notes.push(note));
    return { client, notes, history: await client.timeout(10_000).emitWithAck('join', { room: 'lobby', name }) };
  };
  try {
    const ada = await enter('Ada');
    const said = new Promise((resolve) => ada.client.once('said', resolve));
    ada.client.emit('say', 'hello');
    assert.equal((await said).text, 'hello');
    const bob = await enter('Bob');
    assert.deepEqual(bob.history.map(({ name, text }) => `${name}: ${text}`), ['Ada: hello']);
    bob.client.close();
    await worker.until('both notes', () => ada.notes.length === 2);
    assert.deepEqual(ada.notes, ['Bob came in', 'Bob left']);
  } finally {
    for (const client of clients) client.close();
    relay.close();
  }
  await endsItself(worker);
});
