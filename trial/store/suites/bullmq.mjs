// BullMQ 5 and 6: its real Lua scripts, by ioredis and, in 6, by node-redis as well.
import { sleep, until } from '../context.mjs';

export default async function (test) {
  const bull = await import(test.version === '5' ? 'bullmq5' : 'bullmq');
  const url = new URL(test.url);
  const connection = {
    host: url.hostname, port: Number(url.port), password: decodeURIComponent(url.password) || undefined, maxRetriesPerRequest: null,
    ...(test.version === '5' ? {} : { protocol: test.resp }),
  };
  const options = { connection, prefix: test.prefix };
  const make = (what, ...more) => {
    const made = new bull[what](...more);
    made.on('error', () => {});
    test.later(() => made.close(true));
    return made;
  };
  const kit = { test, bull, options, make };
  await work(kit);
  await delayed(kit);
  await priorities(kit);
  await flows(kit);
  await repeated(kit);
  await limited(kit);
  await stalled(kit);
  await kept(kit);
}

/** One job after the other, in bulk, with progress, results, failures and retries; and what is told of them. */
async function work({ test, options, make }) {
  const queue = make('Queue', 'work', options);
  const events = make('QueueEvents', 'work', options);
  await events.waitUntilReady();
  const seen = [];
  events.on('completed', ({ jobId }) => seen.push(jobId));
  const tries = new Map();
  const worker = make('Worker', 'work', async (job) => {
    tries.set(job.id, (tries.get(job.id) ?? 0) + 1);
    await job.updateProgress(50);
    await job.log('half of it');
    if (job.name === 'flaky' && tries.get(job.id) < 3) throw new Error('not yet');
    if (job.name === 'broken') throw new Error('never');
    return { doubled: job.data.n * 2 };
  }, { ...options, concurrency: 4 });
  await worker.waitUntilReady();
  const job = await queue.add('one', { n: 21 });
  test.is('a result', await job.waitUntilFinished(events, 10_000), { doubled: 42 });
  const jobs = await queue.addBulk(Array.from({ length: 200 }, (_, n) => ({ name: 'many', data: { n } })));
  await until('all are done', async () => (await queue.getJobCounts('completed')).completed === 201);
  test.is('each once', [...new Set(tries.values())], [1]);
  test.ok('ids', jobs.every((one) => one.id));
  await until('all are told', () => seen.length === 201);
  test.is('told once', new Set(seen).size, 201);
  const flaky = await queue.add('flaky', { n: 1 }, { attempts: 3, backoff: { type: 'fixed', delay: 10 } });
  test.is('retried', await flaky.waitUntilFinished(events, 10_000), { doubled: 2 });
  const broken = await queue.add('broken', {});
  test.is('failed', await broken.waitUntilFinished(events, 10_000).catch((error) => error.message), 'never');
  test.is('its state', await broken.getState(), 'failed');
  test.is('its log', (await queue.getJobLogs(broken.id)).logs, ['half of it']);
  await broken.retry();
  await until('it failed again', async () => tries.get(broken.id) === 2 && (await broken.getState()) === 'failed');
  await queue.pause();
  const waiting = await queue.add('one', { n: 1 });
  await sleep(100);
  test.is('paused', [await queue.isPaused(), await waiting.getState()], [true, 'waiting']);
  await queue.resume();
  test.is('resumed', await waiting.waitUntilFinished(events, 10_000), { doubled: 2 });
  test.is('same id, one job', [(await queue.add('one', { n: 5 }, { jobId: 'mine' })).id, (await queue.add('one', { n: 6 }, { jobId: 'mine' })).id], ['mine', 'mine']);
  await until('it is done', async () => (await (await queue.getJob('mine')).getState()) === 'completed');
  test.is('the first counts', (await queue.getJob('mine')).returnvalue, { doubled: 10 });
  test.ok('workers are seen', (await queue.getWorkers()).length >= 1);
  test.is('counts', await queue.getJobCounts('failed', 'delayed', 'active'), { failed: 1, delayed: 0, active: 0 });
  await queue.obliterate({ force: true });
  test.is('obliterated', await queue.getJobCountByTypes('completed', 'failed', 'waiting'), 0);
}

async function delayed({ test, options, make }) {
  const queue = make('Queue', 'delayed', options);
  const done = [];
  make('Worker', 'delayed', async (job) => done.push([job.data.n, Date.now()]), options);
  const began = Date.now();
  await queue.add('late', { n: 2 }, { delay: 400 });
  await queue.add('soon', { n: 1 }, { delay: 100 });
  const promoted = await queue.add('never', { n: 0 }, { delay: 3_600_000 });
  test.is('delayed', await queue.getDelayedCount(), 3);
  await promoted.promote();
  await until('all are done', () => done.length === 3);
  test.is('in order', done.map(([n]) => n), [0, 1, 2]);
  test.ok('not too early', done[2][1] - began >= 400 && done[1][1] - began >= 100);
}

async function priorities({ test, options, make }) {
  const queue = make('Queue', 'priority', options);
  for (const priority of [5, 1, 3, 2, 4, 1]) await queue.add('p', { priority }, { priority });
  await queue.add('first', { priority: 0 });
  test.is('prioritized', await queue.getPrioritizedCount(), 6);
  const done = [];
  make('Worker', 'priority', async (job) => done.push(job.data.priority), options);
  await until('all are done', () => done.length === 7);
  test.is('by priority', done, [0, 1, 1, 2, 3, 4, 5]);
}

async function flows({ test, options, make }) {
  const flow = make('FlowProducer', options);
  const got = [];
  const parents = make('Worker', 'parent', async (job) => {
    got.push(await job.getChildrenValues());
    return 'parent';
  }, options);
  make('Worker', 'child', async (job) => job.data.n * 10, options);
  const tree = await flow.add({
    name: 'root', queueName: 'parent', data: {},
    children: [1, 2, 3].map((n) => ({ name: 'leaf', queueName: 'child', data: { n } })),
  });
  await until('the parent ran', () => got.length === 1);
  test.is('the children came first', Object.values(got[0]).sort(), [10, 20, 30]);
  await until('the parent is done', async () => (await tree.job.getState()) === 'completed');
  test.ok('a flow', parents.isRunning());
}

async function repeated({ test, options, make }) {
  const queue = make('Queue', 'repeat', options);
  let runs = 0;
  make('Worker', 'repeat', async () => { runs += 1; }, options);
  await queue.upsertJobScheduler('tick', { every: 100 }, { name: 'tick', data: {} });
  await until('it ran three times', () => runs >= 3);
  test.is('schedulers', (await queue.getJobSchedulers()).map(({ key }) => key), ['tick']);
  test.is('removed', await queue.removeJobScheduler('tick'), true);
  await sleep(250);
  const then = runs;
  await sleep(300);
  test.is('no more runs', runs, then);
}

async function limited({ test, options, make }) {
  const queue = make('Queue', 'limited', options);
  const times = [];
  make('Worker', 'limited', async () => times.push(Date.now()), { ...options, concurrency: 10, limiter: { max: 2, duration: 300 } });
  await queue.addBulk(Array.from({ length: 6 }, () => ({ name: 'l', data: {} })));
  await until('all are done', () => times.length === 6);
  test.ok('slowly', times[5] - times[0] >= 500);
}

/** A worker that dies in the middle: its job is done by another. */
async function stalled({ test, options, make }) {
  const queue = make('Queue', 'stalled', options);
  await queue.add('s', {});
  let took;
  const dying = make('Worker', 'stalled', () => new Promise(() => { took = true; }), { ...options, lockDuration: 300, lockRenewTime: 100_000, skipStalledCheck: true });
  await until('it is taken', () => took);
  dying.close(true);
  let done = 0;
  const other = make('Worker', 'stalled', async () => { done += 1; }, { ...options, stalledInterval: 200, lockDuration: 300 });
  const told = new Promise((resolve) => other.on('stalled', resolve));
  await until('it is done by another', () => done === 1);
  test.ok('told that it stalled', await told);
}

async function kept({ test, options, make }) {
  const queue = make('Queue', 'kept', { ...options, defaultJobOptions: { removeOnComplete: 5, removeOnFail: true } });
  make('Worker', 'kept', async (job) => { if (job.data.n % 2) throw new Error('odd'); }, options);
  await queue.addBulk(Array.from({ length: 40 }, (_, n) => ({ name: 'k', data: { n } })));
  await until('none is left', async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0);
  test.is('kept', await queue.getJobCounts('completed', 'failed'), { completed: 5, failed: 0 });
  test.is('cleaned', (await queue.clean(0, 100, 'completed')).length, 5);
  await queue.add('gone', { n: 0 }, { delay: 100_000 });
  await queue.drain(true);
  test.is('drained', await queue.getDelayedCount(), 0);
  const meta = await queue.getMetrics('completed');
  test.ok('metrics', Array.isArray(meta.data));
}
