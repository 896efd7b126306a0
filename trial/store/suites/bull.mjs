// bull 4.
import Bull from 'bull';
import { until } from '../context.mjs';

export default async function (test) {
  const queue = new Bull('mail', test.url, { prefix: test.prefix, settings: { stalledInterval: 500 } });
  queue.on('error', () => {});
  test.later(() => queue.close(true));
  await queue.isReady();
  const done = [];
  queue.process('twice', 3, async (job) => { await job.progress(10); return job.data.n * 2; });
  queue.process('fail', async () => { throw new Error('never'); });
  queue.on('global:completed', (id, result) => done.push(Number(result)));
  const job = await queue.add('twice', { n: 4 });
  test.is('a result', await job.finished(), 8);
  const failing = await queue.add('fail', {}, { attempts: 2, backoff: 10 });
  test.is('a failure', await failing.finished().catch((error) => error.message), 'never');
  await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'twice', data: { n } })));
  await until('all are done', () => done.length === 51);
  test.is('each once', done.slice(1).sort((a, b) => a - b), Array.from({ length: 50 }, (_, n) => n * 2));
  const began = Date.now();
  const late = await queue.add('twice', { n: 1 }, { delay: 200 });
  test.is('delayed', await late.finished(), 2);
  test.ok('not too early', Date.now() - began >= 200);
  await queue.pause();
  await queue.add('twice', { n: 100 }, { priority: 2 });
  await queue.add('twice', { n: 200 }, { priority: 1 });
  test.is('paused', (await queue.getJobCounts()).paused, 2);
  await queue.resume();
  await until('both are done', () => done.includes(200) && done.includes(400));
  await queue.add('twice', { n: 7 }, { repeat: { every: 100, limit: 2 } });
  await until('it ran twice', () => done.filter((one) => one === 14).length >= 3);
  test.is('counts', (await queue.getJobCounts()).failed, 1);
  await queue.clean(0, 'completed');
  test.is('cleaned', await queue.getCompletedCount(), 0);
  await queue.obliterate({ force: true });
}
