// socket.io on its three Redis adapters: two servers, one room.
import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { until } from '../context.mjs';
import { open } from './node-redis.mjs';

const ADAPTERS = {
  plain: async (test, publisher) => createAdapter(publisher, await open(test), { key: test.prefix }),
  sharded: async (test, publisher) => createShardedAdapter(publisher, await open(test), { channelPrefix: test.prefix, subscriptionMode: 'dynamic' }),
  streams: async (test, publisher) => createStreamsAdapter(publisher, { streamName: test.prefix, sessionKeyPrefix: `${test.prefix}:s:`, blockTimeInMs: 200 }),
};

async function server(test) {
  const http = createServer();
  const publisher = await open(test);
  const made = new Server(http, { adapter: await ADAPTERS[test.version2](test, publisher) });
  made.on('connection', (socket) => {
    socket.on('join', (room, answer) => Promise.resolve(socket.join(room)).then(answer));
    socket.on('say', (room, text) => made.to(room).emit('said', text));
    socket.on('double', (number, answer) => answer(number * 2));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  test.later(() => made.close());
  return { io: made, url: `http://127.0.0.1:${http.address().port}` };
}

async function client(test, url) {
  const socket = io(url, { transports: ['websocket'] });
  test.later(() => socket.disconnect());
  await new Promise((resolve, reject) => { socket.on('connect', resolve); socket.on('connect_error', reject); });
  socket.seen = [];
  socket.on('said', (text) => socket.seen.push(text));
  socket.on('sum', (number, answer) => answer(number + 1));
  return socket;
}

export default async function (given) {
  for (const version2 of Object.keys(ADAPTERS)) {
    // The sharded one needs a client that knows SSUBSCRIBE; 4 to 6 do.
    const test = { ...given, version2, version: '', prefix: `${given.prefix}:${version2}` };
    const [a, b] = [await server(test), await server(test)];
    const [one, two] = [await client(test, a.url), await client(test, b.url)];
    await one.emitWithAck('join', 'room');
    await two.emitWithAck('join', 'room');
    await until('both servers know each other', async () => (await a.io.in('room').fetchSockets().catch(() => [])).length === 2);
    one.emit('say', 'room', 'hello');
    await until('both heard it', () => one.seen.length === 1 && two.seen.length === 1);
    given.is(`${version2}: both servers' clients hear`, [one.seen, two.seen], [['hello'], ['hello']]);
    const answers = await a.io.timeout(5_000).emitWithAck('sum', 1);
    given.is(`${version2}: answers of all clients`, answers, [2, 2]);
    a.io.in('room').socketsLeave('room');
    await until('nobody is left', async () => (await b.io.in('room').fetchSockets()).length === 0);
    b.io.disconnectSockets();
    await until('both are disconnected', () => !one.connected && !two.connected);
    given.ok(`${version2}: disconnected from afar`, true);
  }
}
