// NUMBER megabytes of values, then 20,000 writes a second and a snapshot: how long a PING each millisecond takes. Who asks has a
// thread of its own: what is told is the store's time, not that of a client busy with writing.
import { readFile } from 'node:fs/promises';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { at, now, number, open, sleep, tell } from './kit.mjs';

const RATE = 20_000;

/** Of the server's process, which INFO names. */
async function resident(client) {
  const pid = /process_id:(\d+)/.exec(await client.info('server'))[1];
  return Number(/Pss:\s+(\d+)/.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
}

if (!isMainThread) {
  const pinger = open();
  parentPort.on('message', async (ms) => {
    const times = [];
    for (const end = now() + ms; now() < end; await sleep(1)) {
      const asked = now();
      await pinger.ping();
      times.push(now() - asked);
    }
    parentPort.postMessage(times);
  });
} else {
  await main();
}

async function main() {
  const client = open();
  const value = 'x'.repeat(1_000);
  const keys = number * 1_000;
  for (let first = 0; first < keys; first += 1_000) {
    const pipeline = client.pipeline();
    for (let key = first; key < first + 1_000; key += 1) pipeline.set(`k${key}`, value);
    await pipeline.exec();
  }
  const saver = open();
  await saver.ping();
  const asker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
  /** Times of a PING each millisecond, for so long. */
  const ask = (ms) => new Promise((resolve, reject) => {
    asker.removeAllListeners().once('message', resolve).once('error', reject);
    asker.postMessage(ms);
  });
  let running = true;
  let written = 0;
  const began = now();
  const writing = (async () => {
    while (running) {
      const due = ((now() - began) / 1e3) * RATE;
      const pipeline = client.pipeline();
      for (; written < due; written += 1) pipeline.set(`k${(written * 7919) % keys}`, value);
      await pipeline.exec();
      await sleep(5);
    }
  })();
  const isSaving = async () => /rdb_bgsave_in_progress:1/.test(await saver.info('persistence'));
  // One that the store began by itself, since its log has grown, is not the one that is measured.
  while (await isSaving()) await sleep(100);
  const before = await ask(3_000);
  const resident_before = await resident(client);
  await saver.bgsave();
  const during = [];
  do {
    during.push(...(await ask(500)));
  } while (await isSaving());
  running = false;
  await writing;
  tell({ resident_before, before_most_ms: at(before, 1), most_ms: at(during, 1), p99_ms: at(during, 0.99), written_per_second: written / ((now() - began) / 1e3) });
}
