// 100 idle workers, for NUMBER seconds after they are ready; a line when they are.
import { Worker } from 'bullmq';
import { connection, number, sleep, tell } from './kit.mjs';

const workers = Array.from({ length: 100 }, (_, n) => new Worker(`idle${n % 10}`, async () => {}, { connection }));
await Promise.all(workers.map((worker) => worker.waitUntilReady()));
await sleep(number * 1e3);
tell({ workers: workers.length });
