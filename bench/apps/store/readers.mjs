// How long a GET takes beside 8 connections that write all the time, for NUMBER seconds.
import { at, now, number, open, sleep, tell } from './kit.mjs';

const writers = Array.from({ length: 8 }, open);
const reader = open();
await reader.set('read', 'x'.repeat(100));
const end = now() + number * 1e3;
let written = 0;
const write = async (client, at) => { while (now() < end) { await client.set(`w${at}:${written % 1000}`, 'x'.repeat(100)); written += 1; } };
const writing = Promise.all(writers.map(write));
const times = [];
while (now() < end) {
  const began = now();
  await reader.get('read');
  times.push(now() - began);
  await sleep(1);
}
await writing;
tell({ written_per_second: written / number, p50_ms: at(times, 0.5), p99_ms: at(times, 0.99), most_ms: at(times, 1) });
