// hapi 21 with static files from inert; it makes its own listener and tracks every socket.
import Hapi from '@hapi/hapi';
import inert from '@hapi/inert';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const server = Hapi.server({ port: process.env.PORT || 3000, host: '0.0.0.0' });
await server.register(inert);

server.route([
  {
    method: 'GET', path: '/where',
    handler: ({ info, url }) => ({ app: 'hapi', ip: info.remoteAddress, port: info.remotePort > 0, hostname: url.hostname }),
  },
  { method: 'POST', path: '/echo', handler: (request, h) => h.response(request.payload).code(201) },
  { method: 'GET', path: '/redirect', handler: (request, h) => h.redirect('/where') },
  { method: 'GET', path: '/hello.txt', handler: { file: fileURLToPath(new URL('../public/hello.txt', import.meta.url)) } },
  {
    method: 'GET', path: '/stream',
    handler(request, h) {
      const body = new PassThrough();
      (async () => {
        for (let part = 0; part < 5; part++) {
          body.write(`part ${part}\n`);
          await wait(20);
        }
        body.end();
      })();
      return h.response(body).type('text/plain');
    },
  },
  { method: 'GET', path: '/slow', handler: () => wait(500, 'slow') },
  { method: 'GET', path: '/broken', handler: () => { throw new Error('broken on purpose'); } },
]);

await server.start();
console.log('address', JSON.stringify(server.listener.address()), server.info.uri);
process.on('SIGTERM', () => server.stop({ timeout: 5000 }).then(() => console.log('closed')));
