'use strict';
// `listen` in every form: an app must see the same with the agent as with Node alone.
const assert = require('node:assert/strict');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('../worker.cjs');

const FORMS = path.join(__dirname, '..', 'apps', 'forms.cjs');
// Forms that never listen, or not on a port, or that are closed before the loop turns: nothing to tell.
const NOT_TOLD = /path|aborted|closed at once|when closed|large|negative|fraction|no port|empty|boolean|unknown host/;

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function observe(port, agent) {
  const worker = new Worker({ args: [FORMS, String(port), `/tmp/ostler-forms-${process.pid}.sock`], agent });
  try {
    const { code } = await worker.exit;
    assert.equal(code, 0, worker.stderr);
    const found = JSON.parse(worker.stdout);
    return { found, events: worker.events };
  } finally {
    await worker.stop();
  }
}

test('every form of listen looks as with Node alone', async (t) => {
  const port = await freePort();
  const alone = await observe(port, false);
  const under = await observe(port, true);
  assert.equal(alone.events.length, 0);
  assert.equal(under.found.length, alone.found.length);
  for (const [index, expected] of alone.found.entries()) {
    await t.test(`${expected.kind}: ${expected.name}`, () => assert.deepEqual(under.found[index], expected));
  }
  const captured = alone.found.filter(({ name }) => !NOT_TOLD.test(name));
  const told = under.events.filter(({ event }) => event === 'listening');
  assert.ok(captured.length > 40);
  assert.equal(told.length, captured.length, 'each was captured, and told once');
  assert.ok(told.every((event) => event.port === port || event.port === 8080), 'port 0 is shown as PORT');
});
