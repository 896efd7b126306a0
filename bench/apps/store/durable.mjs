// Jobs added from 32 connections, one at a time on each, for NUMBER seconds: each add is answered when it is on disk.
import { Queue } from 'bullmq';
import { connection, now, number, tell } from './kit.mjs';

const queues = Array.from({ length: 32 }, () => new Queue('durable', { connection }));
await Promise.all(queues.map((queue) => queue.waitUntilReady()));
const end = now() + number * 1e3;
let count = 0;
const began = now();
await Promise.all(queues.map(async (queue) => { while (now() < end) { await queue.add('d', { n: count }); count += 1; } }));
tell({ count, seconds: (now() - began) / 1e3 });
