// Sends the receipts that orders wait for. Run beside the shop: see ostler.toml.
import { Worker } from 'bullmq';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { QUEUE, connection } from './receipts.js';

const to = connection();
if (!to) {
  console.error('there is no REDIS_URL: nothing to wait for receipts in');
  process.exit(1);
}

const worker = new Worker(QUEUE, async ({ data }) => {
  await setTimeout(300); // here an SMTP server would be talked to
  console.log(`receipt of order ${data.order} (${data.total}) sent to ${data.email}`);
}, { connection: to, concurrency: 4 });
worker.on('error', (error) => console.error(error.message));

// Ostler asks whether it is well.
const health = http.createServer((req, res) => res.end(worker.isRunning() ? 'ok' : res.writeHead(503) && 'ended'));
health.listen(process.env.PORT);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => worker.close().then(() => process.exit(0)));
}
