// A worker for one test: the agent preloaded, output and events read, ended whatever happens.
import net from 'node:net';
import { createRequire } from 'node:module';
import { test as testWithin } from 'node:test';
import { fileURLToPath } from 'node:url';

const { Worker } = createRequire(import.meta.url)('../../agent/worker.cjs');

export const folder = fileURLToPath(new URL('.', import.meta.url));

export const test = (name, run) => testWithin(name, { timeout: 120_000 }, run);

export async function withWorkerIn(cwd, what, judge) {
  const worker = new Worker({ cwd, ...what });
  try {
    await worker.event('listening');
    return await judge(worker);
  } finally {
    await worker.stop('SIGKILL');
  }
}

/** For clients that dial only TCP: a relay on loopback stands where the edge does. */
export function relayTo(path) {
  const relay = net.createServer((client) => {
    const worker = net.connect(path);
    client.pipe(worker).pipe(client);
    client.on('error', () => worker.destroy());
    worker.on('error', () => client.destroy());
  });
  return new Promise((resolve) => relay.listen(0, '127.0.0.1', () => resolve(relay)));
}
