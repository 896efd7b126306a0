// Receipts are sent by a process of their own, mailer.js. What leads there is a queue in the store that REDIS_URL names: inside
// Ostler, or elsewhere. Without one, orders are taken and nobody gets a receipt.
export const QUEUE = 'receipts';

/** What BullMQ needs to reach the store; nothing without one. */
export function connection() {
  if (!process.env.REDIS_URL) return undefined;
  const { hostname, port, password } = new URL(process.env.REDIS_URL);
  return { host: hostname, port: Number(port || 6379), password: decodeURIComponent(password) || undefined, maxRetriesPerRequest: null };
}

let opened;

async function queue() {
  const to = connection();
  if (!to) return undefined;
  // Loaded with the first order, since most requests need it not.
  opened ??= import('bullmq').then(({ Queue }) => new Queue(QUEUE, { connection: to }));
  return opened;
}

export async function send(order) {
  const options = { jobId: order.id, attempts: 5, backoff: { type: 'exponential', delay: 1000 } };
  await (await queue())?.add('receipt', { order: order.id, email: order.email, total: order.total }, options);
}

/** 'waiting', 'active', 'completed' and so on; 'none' without a store. */
export async function state(id) {
  const job = await (await queue())?.getJob(id);
  return (await job?.getState()) ?? 'none';
}
