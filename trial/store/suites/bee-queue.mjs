// bee-queue 2.
import Queue from 'bee-queue';
import { until } from '../context.mjs';

export default async function (test) {
  const queue = new Queue('bee', { redis: { url: test.url }, prefix: test.prefix, activateDelayedJobs: true, removeOnSuccess: false, stallInterval: 300 });
  queue.on('error', () => {});
  test.later(() => queue.close(500));
  await queue.ready();
  queue.process(4, async (job) => {
    if (job.data.fail) throw new Error('never');
    job.reportProgress(50);
    return job.data.n + 1;
  });
  const job = queue.createJob({ n: 1 });
  const result = new Promise((resolve) => job.on('succeeded', resolve));
  const progress = new Promise((resolve) => job.on('progress', resolve));
  await job.save();
  test.is('a result', [await result, await progress], [2, 50]);
  const failing = queue.createJob({ fail: true }).retries(1);
  const failed = new Promise((resolve) => failing.on('failed', resolve));
  await failing.save();
  test.is('a failure', (await failed).message, 'never');
  const late = queue.createJob({ n: 9 }).delayUntil(Date.now() + 150);
  const after = new Promise((resolve) => late.on('succeeded', resolve));
  await late.save();
  test.is('delayed', await after, 10);
  await queue.saveAll(Array.from({ length: 50 }, (_, n) => queue.createJob({ n })));
  const health = await until('all are done', async () => {
    const now = await queue.checkHealth();
    return now.succeeded === 52 && now;
  });
  test.is('health', [health.waiting, health.active, health.failed], [0, 0, 1]);
  test.is('jobs', (await queue.getJobs('failed', { size: 10 })).length, 1);
  await queue.checkStalledJobs();
  await queue.destroy();
}
