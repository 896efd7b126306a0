// Node's own HTTP/2 client through the edge: node h2-client.mjs WHAT ADDRESS
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';

const [what, address] = process.argv.slice(2);
const session = http2.connect(`http://${address}`, { settings: { enablePush: false } });

async function ask(headers, body, trailers) {
  const stream = session.request(headers, { endStream: body === undefined, waitForTrailers: trailers !== undefined });
  if (trailers) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (body !== undefined) stream.end(body);
  const reply = { interims: [], bytes: 0, text: '', trailers: {} };
  const hash = crypto.createHash('sha256');
  stream.on('headers', (interim) => reply.interims.push(interim));
  stream.on('response', (head) => { reply.head = head; });
  stream.on('trailers', (last) => { reply.trailers = last; });
  stream.on('data', (part) => {
    hash.update(part);
    reply.bytes += part.length;
    if (reply.bytes < 10_000) reply.text += part;
  });
  await once(stream, 'close');
  reply.code = stream.rstCode;
  reply.sum = hash.digest('hex');
  return reply;
}

const every = {
  async requests() {
    const hello = await ask({ ':path': '/hello', cookie: 'a=1; b=2' });
    assert.deepEqual(JSON.parse(hello.text), { version: '1.1', host: address, cookie: 'a=1; b=2' });
    const head = await ask({ ':path': '/hello', ':method': 'HEAD' });
    assert.deepEqual([head.head[':status'], head.bytes], [200, 0]);
    assert.ok(Number(head.head['content-length']) > 0);
    const missing = await ask({ ':path': '/missing' });
    assert.equal(missing.head[':status'], 404);
    const hinted = await ask({ ':path': '/hints' });
    assert.equal(hinted.text, 'hinted');
    assert.equal(hinted.interims[0][':status'], 103);
  },
  async trailers() {
    const up = await ask({ ':path': '/sum', ':method': 'POST' }, 'abc', { 'x-end': 'yes' });
    assert.deepEqual(JSON.parse(up.text).trailers, { 'x-end': 'yes' });
    const down = await ask({ ':path': '/bytes/100000' });
    assert.deepEqual([down.bytes, down.trailers['x-sum']], [100_000, down.sum]);
  },
  async large() {
    const body = crypto.randomBytes(64 << 20);
    const sum = crypto.createHash('sha256').update(body).digest('hex');
    for (const length of [{}, { 'content-length': String(body.length) }]) {
      const up = await ask({ ':path': '/sum', ':method': 'POST', ...length }, body);
      assert.deepEqual(JSON.parse(up.text), { bytes: body.length, sum, trailers: {} });
    }
    const down = await ask({ ':path': `/bytes/${64 << 20}` });
    assert.deepEqual([down.bytes, down.trailers['x-sum']], [64 << 20, down.sum]);
  },
  async many() {
    const replies = await Promise.all([...Array(300).keys()].map((at) => at % 3 === 0
      ? ask({ ':path': '/slow' }) : ask({ ':path': '/sum', ':method': 'POST', 'content-length': '3' }, 'abc')));
    assert.ok(replies.every((reply) => reply.head?.[':status'] === 200 && reply.code === 0), `${replies.map((r) => r.code)}`);
  },
  async early() {
    const stream = session.request({ ':path': '/early', ':method': 'POST' });
    stream.on('error', () => {});
    const more = setInterval(() => stream.writable && stream.write(Buffer.alloc(1000)), 5);
    const [head] = await once(stream, 'response');
    assert.equal(head[':status'], 403);
    let text = '';
    for await (const part of stream.setEncoding('utf8')) text += part;
    clearInterval(more);
    assert.equal(text, 'no need');
  },
  async websocket() {
    if (!session.remoteSettings.enableConnectProtocol) await once(session, 'remoteSettings');
    assert.equal(session.remoteSettings.enableConnectProtocol, true);
    const open = (path) => session.request({
      ':method': 'CONNECT', ':protocol': 'websocket', ':path': path, 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat',
    });
    const refused = open('/elsewhere');
    const [no] = await once(refused, 'response');
    assert.equal(no[':status'], 400);
    refused.close();
    const sockets = await Promise.all([...Array(10)].map(async (_, at) => {
      const stream = open('/socket');
      const [yes] = await once(stream, 'response');
      assert.deepEqual([yes[':status'], yes['sec-websocket-protocol']], [200, 'chat']);
      await talk(stream, at);
    }));
    assert.equal(sockets.length, 10);
  },
};

/** A frame of a client (RFC 6455 section 5.2). */
function frame(opcode, payload) {
  const mask = crypto.randomBytes(4);
  const size = Buffer.alloc(payload.length < 126 ? 0 : 8);
  if (size.length) size.writeBigUInt64BE(BigInt(payload.length));
  const masked = payload.map((byte, at) => byte ^ mask[at % 4]);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | (size.length ? 127 : payload.length)]), size, mask, masked]);
}

/** Read frames of the server, as [opcode, payload]. */
async function* frames(stream) {
  let rest = Buffer.alloc(0);
  for await (const part of stream) {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      if (rest.length < 2) break;
      const short = rest[1] & 127;
      const start = { 126: 4, 127: 10 }[short] ?? 2;
      if (rest.length < start) break;
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      if (rest.length < start + length) break;
      yield [rest[0] & 15, rest.subarray(start, start + length)];
      rest = rest.subarray(start + length);
    }
  }
}

async function talk(stream, at) {
  const sizes = [0, 1, 125, 126, 65_536, 300_000];
  const wanted = sizes.map((size) => Buffer.alloc(size, at + 1));
  wanted.forEach((payload) => stream.write(frame(2, payload)));
  stream.write(frame(9, Buffer.from('ping')));
  stream.write(frame(8, Buffer.from([0x03, 0xe8])));
  const echoed = [];
  let pong = false;
  for await (const [opcode, payload] of frames(stream)) {
    if (opcode === 2) echoed.push(payload);
    if (opcode === 10) pong = payload.toString() === 'ping';
    if (opcode === 8) {
      assert.deepEqual(payload, Buffer.from([0x03, 0xe8]));
      stream.end();
    }
  }
  assert.ok(pong);
  assert.deepEqual(echoed, wanted);
}

await once(session, 'connect');
await every[what]();
session.close();
