// Clients of socket.io that only poll, as behind proxies that know no WebSocket: each of their requests is one of its own, and
// all of a session must reach the worker that holds it. `node polling.mjs HOST:PORT CLIENTS`; prints how many clients came
// through whole and over how many workers they were spread, or fails.
import { io } from 'socket.io-client';

const [address, clients] = [process.argv[2], Number(process.argv[3])];
const MESSAGES = 20;

async function session(number) {
  // With credentials the client keeps cookies, as a browser does by itself.
  const options = { transports: ['polling'], withCredentials: true, forceNew: true, reconnection: false, timeout: 5000 };
  const client = io(`http://${address}`, options);
  try {
    await new Promise((resolve, reject) => client.once('connect', resolve).once('connect_error', reject));
    client.once('disconnect', (reason) => { client.lost = reason; });
    const room = `room-${number}`;
    await client.timeout(5000).emitWithAck('join', room);
    const worker = await client.timeout(5000).emitWithAck('where');
    for (let count = 0; count < MESSAGES; count++) {
      const said = new Promise((resolve, reject) => {
        client.once('said', resolve);
        setTimeout(() => reject(new Error(`client ${number}: message ${count} did not come back`)), 5000).unref();
      });
      client.emit('say', room, `${number}/${count}`);
      if (await said !== `${number}/${count}`) throw new Error(`client ${number} heard another`);
      if (await client.timeout(5000).emitWithAck('where') !== worker) throw new Error(`client ${number} changed its worker`);
    }
    if (client.lost) throw new Error(`client ${number}: ${client.lost}`);
    return worker;
  } finally {
    client.close();
  }
}

const ends = await Promise.allSettled(Array.from({ length: clients }, (_, number) => session(number)));
const workers = ends.filter((end) => end.status === 'fulfilled').map((end) => end.value);
for (const end of ends) if (end.status === 'rejected') console.error(String(end.reason));
console.log(JSON.stringify({ whole: workers.length, workers: new Set(workers).size }));
