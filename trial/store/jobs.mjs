// BullMQ under load from outside of Ostler, so that it outlives it: jobs are added and done until stdin says `check`;
// then every acknowledged one must be done, and none that was acknowledged as done may have run again.
// node jobs.mjs URL [adders]
import { Queue, Worker } from 'bullmq';
import readline from 'node:readline';

const url = new URL(process.argv[2]);
const adders = Number(process.argv[3] ?? 8);
const connection = {
  host: url.hostname, port: Number(url.port), password: decodeURIComponent(url.password) || undefined,
  maxRetriesPerRequest: null, retryStrategy: () => 20, reconnectOnError: () => false,
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (what) => console.log(JSON.stringify(what));

const queue = new Queue('jobs', { connection });
const added = new Set();
const ran = new Map();
const done = new Set();
const again = [];
const faults = [];
for (const kind of [queue]) kind.on('error', () => {});

const worker = new Worker('jobs', async (job) => {
  if (done.has(job.id)) again.push(job.id);
  ran.set(job.id, (ran.get(job.id) ?? 0) + 1);
  return job.data.n;
}, { connection, concurrency: 16, lockDuration: 5_000, stalledInterval: 1_000, maxStalledCount: 1_000_000 });
worker.on('error', () => {});
// Told when the store has acknowledged that the job is done.
worker.on('completed', (job) => done.add(job.id));

let adding = true;
let next = 0;
async function add() {
  while (adding) {
    const n = next;
    next += 1;
    const id = `j${n}`;
    try {
      await queue.add('job', { n }, { jobId: id, attempts: 1_000_000 });
      added.add(id);
    } catch (error) {
      faults.push(String(error));
      await sleep(20);
    }
  }
}
const loops = Array.from({ length: adders }, add);

/** What of the acknowledged jobs is not there, or not done. */
async function check() {
  adding = false;
  await Promise.all(loops);
  const end = Date.now() + 60_000;
  let open = [...added];
  const lost = [];
  while (open.length > 0 && Date.now() < end) {
    const states = await Promise.all(open.map((id) => queue.getJobState(id)));
    lost.push(...open.filter((_, at) => states[at] === 'unknown'));
    open = open.filter((_, at) => states[at] !== 'completed' && states[at] !== 'unknown');
    if (open.length > 0) await sleep(50);
  }
  const undone = [...done].filter((id) => !lost.includes(id) && !added.has(id)).length;
  return { added: added.size, done: done.size, lost, open, again, undone, faults: faults.slice(0, 5), twice: [...ran.values()].filter((runs) => runs > 1).length };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'count') say({ added: added.size, done: done.size });
  if (line === 'check') {
    say(await check());
    process.exit();
  }
}
