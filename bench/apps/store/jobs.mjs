// Jobs added and processed: NUMBER of them, half in bulks of 50, half one at a time from 16 at once.
import { Queue, Worker } from 'bullmq';
import { connection, now, number, tell } from './kit.mjs';

const queue = new Queue('jobs', { connection, defaultJobOptions: { removeOnComplete: 1000 } });
await queue.waitUntilReady();
let done = 0;
let finish;
const finished = new Promise((resolve) => { finish = resolve; });
const worker = new Worker('jobs', async () => {}, { connection, concurrency: 32 });
worker.on('completed', () => { done += 1; if (done === number) finish(); });
await worker.waitUntilReady();
const began = now();
const bulks = async () => {
  for (let at = 0; at < number / 2; at += 50) await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'b', data: { n } })));
};
let left = number / 2;
const single = async () => { while (left-- > 0) await queue.add('s', { left }); };
await Promise.all([bulks(), ...Array.from({ length: 16 }, single), finished]);
tell({ count: done, seconds: (now() - began) / 1e3 });
