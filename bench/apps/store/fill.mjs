// NUMBER waiting jobs.
import { Queue } from 'bullmq';
import { connection, number, open, tell } from './kit.mjs';

const queue = new Queue('waiting', { connection });
const data = { user: 'u_0123456789', template: 'welcome', locale: 'de-AT', attempts: 3 };
const bulk = () => queue.addBulk(Array.from({ length: 500 }, (_, n) => ({ name: 'mail', data: { ...data, n } })));
for (let count = 0; count < number; count += 2_000) await Promise.all([bulk(), bulk(), bulk(), bulk()]);
const memory = await open().info('memory');
tell({ count: await queue.getWaitingCount(), used_memory: Number(/used_memory:(\d+)/.exec(memory)?.[1]) });
