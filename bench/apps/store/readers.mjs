// How long a GET takes beside 8 connections that write all the time, for NUMBER seconds. The reader has a thread of its own: what
// is told is the store's time, not that of a client busy with the answers of eight others.
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { at, now, number, open, sleep, tell } from './kit.mjs';

const span = number * 1e3;
const text = 'x'.repeat(100);

async function read() {
  const reader = open();
  await reader.set('read', text);
  const times = [];
  for (const end = now() + span; now() < end; await sleep(1)) {
    const began = now();
    await reader.get('read');
    times.push(now() - began);
  }
  reader.disconnect();
  parentPort.postMessage({ p50_ms: at(times, 0.5), p99_ms: at(times, 0.99), most_ms: at(times, 1) });
}

async function write(client, at) {
  let written = 0;
  for (const end = now() + span; now() < end; written += 1) await client.set(`w${at}:${written % 1000}`, text);
  return written;
}

if (isMainThread) {
  const reader = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
  const read = new Promise((resolve, reject) => reader.once('message', resolve).once('error', reject));
  const written = await Promise.all(Array.from({ length: 8 }, open).map(write));
  const sum = written.reduce((sum, count) => sum + count, 0);
  tell({ written_per_second: sum / number, ...await read });
} else {
  await read();
}
