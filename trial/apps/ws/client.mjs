// The `ws` package's client against commands.js behind the edge: node client.mjs HOST:PORT
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import WebSocket from 'ws';

const address = process.argv[2];
const LARGE = 16 * 1024 * 1024;

async function open(options = {}, protocols = [], path = '/') {
  const socket = new WebSocket(`ws://${address}${path}`, protocols, options);
  socket.inbox = [];
  socket.on('message', (data, binary) => {
    socket.inbox.push({ data, binary });
    socket.emit('arrived');
  });
  await once(socket, 'open');
  return socket;
}

async function next(socket) {
  while (socket.inbox.length === 0) await once(socket, 'arrived');
  return socket.inbox.shift();
}

async function echo(socket, data, options) {
  socket.send(data, options);
  const got = await next(socket);
  assert.equal(got.binary, typeof data !== 'string');
  assert.ok(got.data.equals(Buffer.from(data)), `${got.data.length} bytes came back as others`);
}

async function ended(socket) {
  const [code, reason] = await once(socket, 'close');
  return `${code} ${reason}`;
}

async function ends() {
  return (await fetch(`http://${address}/`)).json();
}

async function seen(what) {
  for (let tries = 0; !(await ends()).includes(what); tries += 1) {
    assert.ok(tries < 500, `the app never saw ${what}: ${await ends()}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

const checks = {
  async 'messages of every length class'() {
    const socket = await open({ perMessageDeflate: false });
    for (const length of [0, 1, 125, 126, 127, 65535, 65536, 70000]) {
      await echo(socket, randomBytes(length));
      await echo(socket, 'x'.repeat(length));
    }
    socket.close();
  },
  async 'large messages, plain and compressed'() {
    for (const perMessageDeflate of [false, true]) {
      const socket = await open({ perMessageDeflate });
      assert.equal(socket.extensions, perMessageDeflate ? 'permessage-deflate' : '');
      await echo(socket, randomBytes(LARGE));
      await echo(socket, 'words that repeat '.repeat(LARGE / 16));
      socket.close();
    }
  },
  async 'fragments, with a ping between them'() {
    for (const compress of [false, true]) {
      const socket = await open({ perMessageDeflate: compress });
      const parts = Array.from({ length: 50 }, (_, at) => randomBytes(at * 100));
      parts.forEach((part, at) => {
        socket.send(part, { fin: at === parts.length - 1, compress, binary: true });
        if (at === 25) socket.ping('within');
      });
      assert.equal(String((await once(socket, 'pong'))[0]), 'within');
      assert.ok((await next(socket)).data.equals(Buffer.concat(parts)));
      socket.close();
    }
  },
  async 'pings both ways'() {
    const socket = await open();
    socket.ping('here');
    assert.equal(String((await once(socket, 'pong'))[0]), 'here');
    socket.send('!ping there');
    assert.equal(String((await next(socket)).data), 'pong there');
    socket.close();
  },
  async 'close codes both ways'() {
    let socket = await open();
    socket.close(4001, 'by-the-client');
    assert.equal(await ended(socket), '4001 by-the-client');
    await seen('4001 by-the-client');
    socket = await open();
    socket.send('!close 4002 by-the-app');
    assert.equal(await ended(socket), '4002 by-the-app');
    socket = await open();
    socket.send('!close 1013 later');
    assert.equal(await ended(socket), '1013 later');
  },
  async 'ends without a close frame'() {
    let socket = await open();
    socket.terminate();
    await seen('1006 ');
    socket = await open();
    socket.send('!die');
    assert.equal(await ended(socket), '1006 ');
  },
  async 'the request as it was sent'() {
    const socket = await open({ headers: { 'X-Mine': 'yes', Cookie: 'a=b' } }, ['one', 'two'], '/chat/?room=%20');
    assert.equal(socket.protocol, 'two');
    socket.send('!request');
    const { url, headers } = JSON.parse((await next(socket)).data);
    assert.equal(url, '/chat/?room=%20');
    assert.deepEqual([headers['x-mine'], headers.cookie, headers['x-forwarded-for']], ['yes', 'a=b', '127.0.0.1']);
    socket.close();
  },
  async 'a burst of messages in order'() {
    const socket = await open();
    socket.send('!burst 20000');
    for (let at = 0; at < 20000; at += 1) assert.equal(String((await next(socket)).data), String(at));
    socket.close();
  },
  async 'a hundred at once'() {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open()));
    await Promise.all(sockets.map(async (socket, at) => {
      for (let turn = 0; turn < 20; turn += 1) await echo(socket, `${at} ${turn} ${'y'.repeat(at * turn)}`);
      socket.close();
      await ended(socket);
    }));
  },
  async 'a frame that is none'() {
    const socket = await open({ perMessageDeflate: false });
    // A reserved opcode: the app fails the connection, and the client is told why.
    socket._socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
    assert.equal(await ended(socket), '1002 ');
    await seen('WS_ERR_INVALID_OPCODE');
  },
  async 'a handshake that is none'() {
    const plain = await fetch(`http://${address}/`);
    assert.equal(plain.status, 200);
    // Without a key there is nothing to agree to: an ordinary reply, and the connection is an ordinary one again.
    const request = http.get(`http://${address}/`, { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
    const [response] = await once(request, 'response');
    assert.equal(response.statusCode, 400);
    response.resume();
  },
};

for (const [name, check] of Object.entries(checks)) {
  const begin = performance.now();
  const late = setTimeout(() => { throw new Error(`${name} takes too long`); }, 60_000);
  await check();
  clearTimeout(late);
  console.log(`ok ${name} (${Math.round(performance.now() - begin)} ms)`);
}
process.exit(0);
