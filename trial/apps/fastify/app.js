// Fastify 5, which listens on every address that `localhost` has.
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const app = Fastify({ logger: true, trustProxy: 'loopback' });
app.register(fastifyStatic, { root: fileURLToPath(new URL('../public', import.meta.url)) });

app.get('/where', async ({ ip, protocol, hostname }) => ({ app: 'fastify', ip, protocol, hostname }));
app.post('/echo', {
  schema: { body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
}, async (request, reply) => reply.code(201).send(request.body));
app.get('/redirect', async (request, reply) => reply.redirect(`${request.protocol}://${request.hostname}/where`));
app.get('/stream', async (request, reply) => {
  async function* parts() {
    for (let part = 0; part < 5; part++) {
      yield `part ${part}\n`;
      await wait(20);
    }
  }
  return reply.type('text/plain').send(Readable.from(parts()));
});
app.get('/slow', async () => {
  await wait(500);
  return 'slow';
});
app.get('/broken', async () => { throw new Error('broken on purpose'); });

await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? 'localhost' });
console.log('address', JSON.stringify(app.server.address()));
process.on('SIGTERM', () => app.close().then(() => console.log('closed')));
