import cors from '@fastify/cors';
import Fastify from 'fastify';
import { meetings } from './routes/meetings.js';
import { zones } from './routes/zones.js';

const app = Fastify({
  logger: { level: process.env.LOG_LEVEL ?? 'info' },
  trustProxy: 'loopback',
});

await app.register(cors);
await app.register(zones, { prefix: '/zones' });
await app.register(meetings, { prefix: '/meetings' });

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => app.close().then(() => process.exit(0)));
}

await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? '127.0.0.1' });
