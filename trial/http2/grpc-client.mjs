// grpc-js through the edge: node grpc-client.mjs WHAT ADDRESS [CA FILE]
import assert from 'node:assert/strict';
import fs from 'node:fs';
import proto from './proto.cjs';

const { grpc, Echo } = proto;
const [what, address, ca] = process.argv.slice(2);
const credentials = ca ? grpc.credentials.createSsl(fs.readFileSync(ca)) : grpc.credentials.createInsecure();
// grpc-js tries UNAVAILABLE calls again by itself only with a service config; here it has none.
const client = new Echo(address, credentials, {
  'grpc.max_receive_message_length': 16 << 20, 'grpc.enable_retries': 0,
  ...(ca && { 'grpc.ssl_target_name_override': 'localhost' }),
});

function unary(method, request, { metadata = new grpc.Metadata(), ...options } = {}) {
  return new Promise((resolve) => {
    const seen = {};
    const call = client[method](request, metadata, options, (error, reply) => { seen.error = error; seen.reply = reply; });
    call.on('metadata', (first) => { seen.first = first; });
    call.on('status', (status) => { seen.status = status; setImmediate(() => resolve(seen)); });
    seen.call = call;
  });
}

const ok = async (method, request, options) => {
  const seen = await unary(method, request, options);
  assert.equal(seen.error, null);
  return seen;
};

const ended = (call) => new Promise((resolve) => {
  const messages = [];
  call.on('data', (message) => messages.push(message));
  call.on('error', () => {});
  call.on('status', (status) => resolve({ status, messages }));
});

const every = {
  async unary() {
    const metadata = new grpc.Metadata();
    const binary = Buffer.from([...Array(256).keys()]);
    metadata.add('x-text', 'plain');
    metadata.add('x-data-bin', binary);
    const { reply, first, status } = await ok('Say', { text: 'höi', number: 7 }, { metadata });
    assert.deepEqual([reply.text, reply.number], ['höi', 7]);
    assert.deepEqual(first.get('x-text'), ['plain']);
    assert.deepEqual(first.get('x-data-bin'), [binary]);
    assert.deepEqual(status.metadata.get('x-last'), ['last']);
    assert.deepEqual(status.metadata.get('x-last-bin'), [Buffer.from([0, 1, 254, 255])]);
  },
  async errors() {
    const { error } = await unary('Fail', { text: 'x' });
    assert.equal(error.code, grpc.status.NOT_FOUND);
    assert.equal(error.details, 'there is no “x”, 100 %');
    assert.deepEqual(error.metadata.get('x-why-bin'), [Buffer.from('because')]);
  },
  async large() {
    for (const size of [0, 1, 16_383, 65_536, 4 << 20, 10 << 20]) {
      const blob = Buffer.alloc(size, size % 251);
      const { reply } = await ok('Say', { blob });
      assert.ok(blob.equals(reply.blob), `${size} bytes`);
    }
  },
  async streams() {
    let done;
    const sum = new Promise((resolve) => { done = resolve; });
    const up = client.Collect((error, reply) => done([error, reply]));
    for (let number = 1; number <= 1000; number++) up.write({ number });
    up.end();
    const [error, reply] = await sum;
    assert.equal(error, null);
    assert.equal(reply.number, 500_500);
    const down = await ended(client.Count({ number: 5000 }));
    assert.deepEqual(down.messages.map((message) => message.number), [...Array(5000).keys()].map((at) => at + 1));
    assert.equal(down.status.code, 0);
  },
  async chat() {
    // Each message waits for the answer to the one before: nothing may be held back.
    const call = client.Chat();
    const answers = [];
    const finished = ended(call);
    call.on('data', (message) => {
      answers.push(message.text);
      if (answers.length < 50) call.write({ text: `m${answers.length}` });
      else call.end();
    });
    call.write({ text: 'm0' });
    assert.equal((await finished).status.code, 0);
    assert.deepEqual(answers, [...Array(50).keys()].map((at) => `M${at}`));
  },
  async deadlines() {
    const began = Date.now();
    const { error } = await unary('Wait', { number: 20_000 }, { deadline: Date.now() + 300 });
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
    assert.ok(Date.now() - began < 5000);
    const call = client.Wait({ number: 20_000 }, () => {});
    setTimeout(() => call.cancel(), 100);
    assert.equal((await ended(call)).status.code, grpc.status.CANCELLED);
    // Both reach the server, if there is one worker only.
    for (let tries = 0; ; tries++) {
      const { reply } = await ok('Cancelled', {});
      if (reply.number === 2) break;
      assert.ok(tries < 100, `${reply.number} of 2 calls were cancelled at the server`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
  async balanced() {
    const calls = await Promise.all([...Array(100).keys()].map((number) => ok('Wait', { number: 100 + number % 3 })));
    const pids = new Map();
    for (const { reply } of calls) pids.set(reply.pid, (pids.get(reply.pid) ?? 0) + 1);
    assert.equal(pids.size, 2);
    for (const count of pids.values()) assert.ok(count >= 35, `${[...pids]}`);
  },
  async killed() {
    const waiting = [...Array(20)].map(() => unary('Wait', { number: 3000 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const killer = await unary('Die', {});
    const codes = (await Promise.all(waiting)).map(({ error }) => error?.code ?? 0);
    assert.equal(killer.error.code, grpc.status.UNAVAILABLE, `${killer.error}`);
    const lost = codes.filter((code) => code !== 0);
    assert.ok(lost.length >= 5 && lost.length <= 15, `${codes}`);
    assert.ok(lost.every((code) => code === grpc.status.UNAVAILABLE), `${codes}`);
    await ok('Say', { text: 'still there' });
  },
  // Calls, one after the other on each of eight lines, until stdin ends.
  async load() {
    let stop = false;
    process.stdin.resume().on('end', () => { stop = true; });
    let answered = 0;
    const pids = new Set();
    console.log('started');
    await Promise.all([...Array(8)].map(async () => {
      while (!stop) {
        const { reply } = await ok('Say', { text: 'x' });
        pids.add(reply.pid);
        answered += 1;
      }
    }));
    console.log(`answered ${answered} by ${pids.size}`);
    assert.ok(answered > 100 && pids.size >= 4, `${answered} by ${pids.size}`);
  },
};

await every[what]();
client.close();
